"""The dashboard: what pages say, each page in its three states, and the real thing in a browser."""

from __future__ import annotations

import csv
import http.client
import json
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import altair
import pytest
import streamlit as st
from browser import HOSTILE, MARKUP, Served, Visitor
from shown import opened, words
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

from visavis import cli_dashboard
from visavis.cli import app
from visavis.dashboard import (
    cards,
    common,
    drawing,
    page_compare,
    page_query,
    page_sources,
    public,
)
from visavis.dashboard import start as starting
from visavis.dashboard.page_actor import opening as actor_opening
from visavis.dashboard.page_relationship import ledger
from visavis.dashboard.public import publish, withheld_line
from visavis.dashboard.start import NEEDED
from visavis.dashboard.tables import CELLS
from visavis.exchange.leaving import Exported, leaving, same_among
from visavis.graph import server
from visavis.graph.connect import Graph, connect
from visavis.ingest.run import ingest
from visavis.queries import library
from visavis.queries.evidence import Falls
from visavis.queries.relationship import relationship
from visavis.queries.weighing import weighted

MINE = ("relationship", "encounter", "compare", "actor", "sources", "query")
arcade_only = pytest.mark.parametrize("shipped", ["arcade"], indirect=True)


# -- text stays text ------------------------------------------------------------------------------


@pytest.mark.parametrize("hostile", [HOSTILE, MARKUP, "# x", "a\n\n---\nb", "1. x", ":smile:"])
def test_text_of_files_is_shown_as_text(hostile: str) -> None:
    shown = common.plain(hostile)
    assert "\n" not in shown
    for mark in "<>*[]`$#":
        assert mark not in shown.replace("\\" + mark, "")
    assert ":material/" not in shown and ":smile:" not in shown and ":red[" not in shown
    assert "<" not in common.html_text(hostile)


def test_only_addresses_of_the_web_become_links() -> None:
    assert cards.web_address({"url": "https://example.org/a"}) == "https://example.org/a"
    assert cards.web_address({"doi": "10.1017/9781009282710.008"}).startswith("https://doi.org/10.")
    for bad in ("javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "http://[", ""):
        assert cards.web_address({"url": bad}) == ""


def test_a_card_of_a_hostile_claim_holds_no_tag_of_its_own() -> None:
    told = cards.Told(
        "c-1",
        HOSTILE,
        coder=HOSTILE,
        as_told=MARKUP,
        memo=HOSTILE,
        cited=(cards.Cited(HOSTILE, (HOSTILE,), ("",), HOSTILE, ("source/x",)),),
    )
    made = cards.Card("e-1", HOSTILE, (told,), (cards.Rivalry(HOSTILE, ((HOSTILE, HOSTILE),)),))
    text = cards.as_html(made, HOSTILE, href=lambda s: common.href("sources", source=s))
    assert "<script" not in text and "<img" not in text and "&lt;script" in text


# -- what pages say -------------------------------------------------------------------------------


def test_what_a_work_carries_in_a_sentence() -> None:
    gone = Falls("source/x", claims=["c-1", "c-2"], weakened=["c-3"])
    assert page_sources.opening([{}, {}], gone) == (
        "Three claims about two encounters and other nodes cite this work. Without it two claims "
        "would fall; one claim would stand on others."
    )
    nothing = page_sources.opening([{}], Falls("source/x", weakened=["c-3"]))
    assert nothing.endswith("without it nothing falls.")
    assert page_sources.opening([], Falls("source/x")) == "No claim of the graph cites this work."
    gone.nodes = ["meeting/a", "meeting/b", "actor/c"]
    assert ("encounters of which nobody else tells", 2, ["meeting/a", "meeting/b"]) in (
        page_sources.fallen(gone)
    )


def test_what_an_actor_is_in_a_sentence() -> None:
    who = {"kind": "organisation", "also": None, "belongs_to": "X", "encounters": 2}
    steps = [
        {"date": "1985", "before": None, "after": "raised"},
        {"date": "1986-10-11T10:00/1986-10-11T12:00", "before": None, "after": None},
    ]
    told = actor_opening(who, steps)
    assert told.startswith("An organisation; of X. Two encounters known, from 1985 to 11 October")
    assert "of one encounter: once raised, never drained" in told


def test_what_is_not_coded_is_not_called_alike_or_absent() -> None:
    lines = [
        ("Ingredients", "a", ["present", "not coded"]),
        ("Mode", "m", ["x (walk)", "x"]),
        ("Effects", "b", ["present", "partly"]),
        ("Rituals", "r", ["1", "2"]),
    ]
    assert page_compare.differences(lines, 2) == (
        "Of three qualities coded of any, two are coded of both; one of these is alike."
    )
    assert "compare what each has" in page_compare.differences([lines[0]], 2)


def test_a_download_runs_no_formula_and_keeps_the_empty_empty() -> None:
    rows = [{"a": "=1+1", "b": None, "c": [1, "x"], "d": True, "e": -3}]
    text = page_query.as_csv(rows, ("a", "b", "c", "d", "e"))
    assert text.splitlines() == ["a,b,c,d,e", "'=1+1,,1; x,yes,-3"]
    assert json.loads(page_query.as_json(rows))[0]["b"] is None
    assert page_query.said(5, True, 5) == "The first 5 rows; there are more."
    # What a typed query calls a column is a cell too.
    formula = "-2+3+cmd|' /C calc'!A0"
    text = page_query.as_csv(
        [{"=1": formula, "@x": ["+1", "2"], "n": "-0044/-0043"}], ("=1", "@x", "n")
    )
    assert [next(csv.reader([line])) for line in text.splitlines()] == [
        ["'=1", "'@x", "n"], [f"'{formula}", "'+1; 2", "-0044/-0043"],
    ]  # fmt: skip


def test_hostile_names_stay_names_in_a_network_file() -> None:
    from lxml import etree

    rows = [{"giver": HOSTILE, "receiver": MARKUP, "sign": '"/><x>\x00'}]
    made = page_query.network_of(rows, ("giver", "receiver", "sign"))
    assert made is not None
    tree = etree.fromstring(page_query.as_gexf(made))
    nodes = tree.findall(".//{*}node")
    assert {node.get("label") for node in nodes} == {HOSTILE, MARKUP}
    assert not tree.findall(".//{*}script") and not tree.findall(".//{*}x")
    assert HOSTILE not in page_query.as_gexf(made).decode()


def test_dates_sort_in_time_and_are_read_as_they_are_told() -> None:
    told = ["1986-10-11T10:40", "1985-11-19/1985-11-21", "198X", "1985~", "-0100", "-0044", "../1980",
            "1985-21", "2018-04-27", "not coded"]  # fmt: skip
    made = common._frame(
        [{"date": text, "n": n if n else None} for n, text in enumerate(told)], None
    )
    held = list(made.data["date"])
    shown = [row[1]["display_value"] for row in made._translate(False, False)["body"]]
    assert shown == [common.printed(text) for text in told]
    ordered = [printed for _, printed in sorted(zip(held, shown, strict=True))]
    assert ordered == [
        common.printed(text)
        for text in ("../1980", "-0100", "-0044", "198X", "1985~", "1985-21",
                     "1985-11-19/1985-11-21", "1986-10-11T10:40", "2018-04-27", "not coded")
    ]  # fmt: skip
    # A number stays one, and one that is not known stays empty.
    assert str(made.data["n"].dtype) == "Int64"
    assert [row[2]["display_value"] for row in made._translate(False, False)["body"]][:2] == [
        "",
        "1",
    ]
    # A table of very many cells shows the same, and is not styled.
    many = [{"date": told[n % len(told)]} for n in range(CELLS + 1)]
    assert common._frame(many, None)["date"][0] == common.printed(told[0])


@arcade_only
def test_the_works_of_an_answer_are_those_its_claims_cite(shipped: Graph) -> None:
    told = library.run(shipped, library.question("bonds"), {"kind": "trust"})
    ids = told.cited
    cited = {row["id"] for row in shipped.rows(page_query.CITED, {"ids": ids})}
    assert "source/bramsen2024" in cited
    made = page_query.as_bibtex(shipped, ids)
    assert made.count("\n}") == len(cited) and "Bramsen" in made
    # What is typed may name works and claims anywhere in a row.
    rows = [
        {"x": ["source/bramsen2024", {"id": told.cited[0]}], "n": 1, "t": "a source/b in words"}
    ]
    assert page_query.identifiers(rows) == sorted(["source/bramsen2024", told.cited[0]])
    # And each row has its own, which its citation stands for.
    assert len(told.claims) == len(told.rows) and all(told.claims)
    two = told.claims[0][0], shipped.rows("MATCH (c:Claim) RETURN c.id AS id LIMIT 1")[0]["id"]
    made = cards.card(shipped, ",".join(two))
    assert {line.id for line in made.claims} == set(two) and made.title == "2 claims"
    assert "Bramsen" in page_query.as_bibtex(shipped, ["source/bramsen2024"])


def test_an_answer_that_ties_actors_is_a_network() -> None:
    rows = [{"giver": "A; B", "receiver": "C", "sign": "+"}, {"giver": "A", "receiver": "C"}]
    made = page_query.network_of(rows, ("giver", "receiver", "sign"))
    assert made is not None
    assert [(t.start, t.end, t.type) for t in made.ties] == [
        ("A", "C", ""), ("A", "C", "+"), ("B", "C", "+"),
    ]  # fmt: skip
    assert b"<gexf" in page_query.as_gexf(made)
    nodes = [{"id": "actor/a", "name": "A"}, {"type": "CREDIT"}, {"id": "actor/b"}]
    path = page_query.network_of([{"p": nodes}], ("p",))
    assert path is not None and path.ties[0].type == "CREDIT" and len(path.vertices) == 2
    assert page_query.network_of([{"n": 1}], ("n",)) is None


def test_an_answer_is_drawn_as_the_network_it_is() -> None:
    rows = [{"giver": f"G{n}", "receiver": "R", "gave": "credit"} for n in range(80)]
    made = page_query.network_of([*rows, rows[0]], ("giver", "receiver", "gave"))
    assert made is not None
    picture = page_query.drawn(made)
    assert len(picture.members) == page_query.DRAWN and "81" in picture.left_out[0]
    assert {t.kind for t in picture.ties} == {"credit"} and picture.ties[0].count == 2
    nodes = [{"id": "actor/a"}, {"type": "TOOK_PART"}, {"id": "meeting/m", "title": "M"}]
    path = page_query.network_of([{"p": nodes}], ("p",))
    assert path is not None
    assert [(t.kind, t.what) for t in page_query.drawn(path).ties] == [("other", ("took part",))]
    assert [m.kind for m in page_query.drawn(path).members] == ["", "meeting"]


def test_dates_are_printed_and_other_texts_left_alone() -> None:
    told = "1986-10-11T10:40/1986-10-11T12:30"
    assert common.printed(told) == "11 October 1986, 10:40–12:30"
    for text in ("not coded", "192", "Bramsen 2024, 191", "..", "", "1986-13"):
        assert common.printed(text) == text


def test_a_judgement_tells_no_key_of_somebody_withheld() -> None:
    same = {"actor/b": "actor/a", "actor/c": "actor/a", "source/y": "source/x"}
    assert same_among(same, {"actor/a", "actor/b", "source/y"}) == {"actor/b": "actor/a"}
    assert same_among(same, {"actor/b", "actor/c"}) == {"actor/c": "actor/b"}


def test_what_is_withheld_is_said() -> None:
    assert withheld_line(Exported()) == ""
    assert withheld_line(Exported(withheld_sources=1, withheld_claims=2)) == (
        "Withheld from this shared view: 1 source not public; 2 claims that only these support."
    )


@arcade_only
def test_the_picture_and_the_ledger_tell_the_same(shipped: Graph) -> None:
    made = relationship(shipped, "reagan", "gorbachev")
    rows = ledger(made)
    assert len(rows) == sum(len(act.exchanges) for act in made.acts) > 5
    assert all(row.element.startswith("e-") and row.citation for row in rows)
    assert len(ledger(made, everything=True)) > len(rows)
    picture = drawing.relationship_picture(made)
    told = json.dumps(picture.chart)
    assert all(row.element in told for row in rows)
    assert not picture.timed and "5 encounters" in picture.alt
    for show in ("index", "net"):
        drawn = drawing.relationship_picture(made, show=show, dark=True, narrow=True)
        assert altair.LayerChart.from_dict(drawn.chart).to_dict()  # as Vega-Lite's schema wants it
    words = drawing.sensitivity(weighted(made), "Reagan", "Gorbachev")
    assert words.startswith("Reagan to Gorbachev +") and "rules" in words


@arcade_only
def test_a_chain_without_a_source_is_told_by_the_others(shipped: Graph) -> None:
    whole = relationship(shipped, "reagan", "gorbachev")
    for source in whole.sources:
        left = relationship(shipped, "reagan", "gorbachev", without=source)
        assert source not in left.sources
        assert all(source not in act.evidence.sources for act in left.acts)
        assert left.counts.credits_ab.number <= whole.counts.credits_ab.number
    without = relationship(shipped, "reagan", "gorbachev", without="bramsen2024")
    assert len(without.known) == 4 and without.counts.credits_ab.number == 4
    assert without.left_out["by the source withdrawn"] > 10
    documents = relationship(shipped, "reagan", "gorbachev", basis=["document"])
    assert 0 < len(documents.exchanges) < len(whole.exchanges)


@arcade_only
def test_an_evidence_card_has_voice_place_and_rivals(shipped: Graph) -> None:
    edge = shipped.rows(
        "MATCH (a:Actor {id: 'actor/gorbachev'})-[r:TOOK_PART]->(m:Meeting "
        "{id: 'meeting/geneva-1985'}) RETURN r.id AS id"
    )[0]["id"]
    made = cards.card(shipped, edge)
    assert {r.field for r in made.rivalries} == {"office"} and made.contested_by
    assert len(made.rivalries[0].values) == 2
    told = made.claims[0]
    assert told.file.endswith("geneva-1985.yaml") and told.line and told.coder == "shipped"
    text = cards.as_html(made)
    assert "Mikhail Gorbachev took part in" in text and "Bramsen 2024, 191" in text
    assert "actor/gorbachev" not in text and text.count("Cambridge University Press") == 1


# -- what others may see --------------------------------------------------------------------------

SECRET = """\
sources:
  told: {type: interview, title: Whispered, issued: 2022, speaker: quist, access: confidential}
  book: {type: book, title: A book, author: ["Doe, Jane"], issued: 2020}
"""
SECRET_CASE = """\
case: secret-2020
title: A quiet meeting
source: book
coder: anna
cite: 1
when: 2020
who:
  - {actor: berg, role: principal, cite: 1}
  - {actor: quist, role: principal, cite: told 3}
acts:
  - {act: yields, kind: statement, by: quist, to: berg, credit: thanks, cite: told 4}
"""


def test_a_shared_dashboard_reads_a_copy_without_what_is_not_public(
    arcade: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from conftest import empty

    empty(arcade)
    (tmp_path / "cases").mkdir()
    (tmp_path / "visavis.yaml").write_text("project: x\n")
    (tmp_path / "sources.yaml").write_text(SECRET)
    (tmp_path / "actors.yaml").write_text(
        "actors:\n  berg: {name: Ann Berg, kind: person, cite: book 1}\n"
        "  quist: {name: Rosa Quist, kind: person, cite: told 1}\n"
        "  quist-r: {name: R. Quist, kind: person, cite: told 1}\n"
    )
    (tmp_path / "judgements.yaml").write_text(
        "- {same: [actor/quist, actor/quist-r], why: one woman, by: anna, on: 2026-01-01}\n"
    )
    (tmp_path / "cases" / "secret-2020.yaml").write_text(SECRET_CASE)
    report = ingest(arcade, tmp_path)
    assert not [f for f in report.faults if f.severity == "error"], report.faults
    copy, done = publish(arcade, tmp_path)
    try:
        assert copy is not arcade and done.withheld_sources == 1 and done.withheld_claims > 2
        told = json.dumps(copy.rows("MATCH (n) RETURN properties(n) AS p"), default=str)
        told += json.dumps(copy.rows("MATCH ()-[r]->() RETURN properties(r) AS p"), default=str)
        assert "Quist" not in told and "quist" not in told and "Whispered" not in told
        assert "Ann Berg" in told
        with copy.reader() as reader:
            assert reader.read_only
        again, _ = publish(arcade, tmp_path)  # follows the graph, and writes nothing anew
        assert again.rows("MATCH (v:Visavis {id: 'revision'}) RETURN v.n AS n") == copy.rows(
            "MATCH (v:Visavis {id: 'revision'}) RETURN v.n AS n"
        )
        again.close()
        # What was withheld while it waited for another is withheld by it too.
        moved, looked = iter((1, 2)), []
        monkeypatch.setattr(public, "revision", lambda graph: next(moved))
        monkeypatch.setattr(public, "leaving", lambda graph: looked.append(1) or leaving(graph))
        publish(arcade, tmp_path)[0].close()
        assert len(looked) == 2
    finally:
        copy.close()
        server.stop(tmp_path / ".visavis" / "public")
        empty(arcade)


def test_a_copy_is_not_closed_under_whom_it_serves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader goes on while others walk through four later revisions."""

    class Copy:
        def __init__(self) -> None:
            self.closed = False
            self._driver = self

        def close(self) -> None:
            self.closed = True

        def rows(self, seconds: threading.Event) -> str:
            reading.set()
            assert seconds.wait(10)
            return "closed" if self.closed else "read"

    at = [1]
    writers: list[Copy] = []
    readers: list[Copy] = []
    reading, go_on = threading.Event(), threading.Event()

    def publish(graph: Any, root: Path) -> tuple[Copy, Exported]:
        writers.append(Copy())
        return writers[-1], Exported(withheld_sources=1)

    def reader(**_: Any) -> Copy:
        readers.append(Copy())
        return readers[-1]

    base = common.Project(tmp_path, Copy(), True)  # type: ignore[arg-type]
    monkeypatch.setattr(common, "_open", lambda *_: base)
    monkeypatch.setattr(common, "ingested", lambda graph: True)
    monkeypatch.setattr(common, "shared", lambda: True)
    monkeypatch.setattr(common, "revision_of", lambda graph: at[0])
    monkeypatch.setattr(common, "connect", reader)
    monkeypatch.setattr("visavis.dashboard.public.publish", publish)
    monkeypatch.setenv("VISAVIS_DASHBOARD_PROJECT", str(tmp_path))
    st.cache_resource.clear()
    told: list[str] = []
    slow = threading.Thread(
        target=lambda: told.append(common.graph().rows(go_on))  # type: ignore[arg-type]
    )
    slow.start()
    assert reading.wait(10)
    for later in range(2, 6):
        at[0] = later
        assert common.project().withheld.startswith("Withheld")
    go_on.set()
    slow.join(10)
    assert told == ["read"]
    assert len(writers) == 5 and all(copy.closed for copy in writers)
    assert len(readers) == 1 and not readers[0].closed
    st.cache_resource.clear()
    assert readers[0].closed and not base.graph.closed  # type: ignore[attr-defined]


# -- pages in three states ------------------------------------------------------------------------


@arcade_only
@pytest.mark.parametrize(
    ("name", "params", "says"),
    [
        ("relationship", {}, "are known to have met five times"),
        ("relationship", {"a": "us", "b": "china"}, "Representatives of the United States"),
        ("encounter", {"meeting": "panmunjom-2018"}, "15 acts are coded"),
        ("compare", {}, "qualities coded of any"),
        ("actor", {"actor": "reagan"}, "Five encounters known"),
        ("sources", {}, "sources are in the graph"),
        ("sources", {"source": "reagan1990"}, "cite this work"),
        ("sources", {"source": "bramsen2024", "e": "meeting/geneva-1985"}, "is dated"),
        ("query", {"q": "most-met", "actor": "reagan"}, "With whom was an actor"),
    ],
)
def test_a_page_of_a_full_graph(ready: Graph, name: str, params: dict[str, str], says: str) -> None:
    test = opened(name, **params)
    assert not test.exception
    assert says in words(test)
    again = {k: v[0] if isinstance(v, list) else v for k, v in test.query_params.items()}
    assert params.items() <= again.items()


@arcade_only
def test_an_address_leads_to_the_evidence_and_a_filter_redraws(ready: Graph) -> None:
    made = relationship(ready, "reagan", "gorbachev")
    edge = made.exchanges[0][1].id
    test = opened("relationship", a="reagan", b="gorbachev", e=edge, without="source/bramsen2024")
    told = words(test)
    assert "gives credit to" in told and "geneva-1985.yaml:" in told
    assert "have met four times" in told and "by the source withdrawn" in told


@arcade_only
def test_what_is_no_date_or_no_rule_is_said_and_does_not_filter(ready: Graph) -> None:
    test = opened("relationship", a="reagan", b="gorbachev", **{"from": "yesterday"})
    assert not test.exception and "fault of the program" not in words(test)
    assert "yesterday" in words(test) and "have met five times" in words(test)
    test = opened("relationship", a="reagan", b="gorbachev", show="index", rule="3-2-1")
    assert "is no rule" in words(test).replace("\\", "")


@arcade_only
@pytest.mark.parametrize("name", ["relationship", "encounter", "actor", "sources"])
def test_an_address_that_names_nothing_says_so(ready: Graph, name: str) -> None:
    key = {"relationship": "a", "encounter": "meeting", "actor": "actor", "sources": "source"}[name]
    test = opened(name, **{key: "no-such-thing"})
    assert not test.exception
    assert "no\\-such\\-thing" in words(test)


@pytest.mark.parametrize("name", [*MINE, "data", "form", "review"])
def test_a_page_without_a_database(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    st.cache_resource.clear()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        monkeypatch.setenv("NEO4J_URI", f"bolt://127.0.0.1:{free.getsockname()[1]}")
        test = opened(name)
    assert not test.exception
    assert [t.value for t in test.title] == ["No database"]
    assert "try again" in words(test) and "Traceback" not in words(test)


@pytest.fixture(scope="module")
def nothing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    root = tmp_path_factory.mktemp("nothing")
    with connect(project=root):
        yield root
    server.stop(root)


@pytest.mark.parametrize("name", MINE)
def test_a_page_of_an_empty_database(
    name: str, nothing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    st.cache_resource.clear()
    monkeypatch.setenv("VISAVIS_DASHBOARD_PROJECT", str(nothing))
    test = opened(name)
    assert not test.exception
    assert [t.value for t in test.title] == ["Nothing has been ingested yet"]
    assert "visavis demo" in [c.value for c in test.code]


def test_no_traceback_reaches_a_reader(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(common, "revision", lambda: 0)

    def broken() -> None:
        from visavis.dashboard import common

        def page() -> None:
            raise ZeroDivisionError("secret detail")

        common.guarded(page, empty_too=True)

    test = AppTest.from_function(broken).run()
    assert not test.exception and "secret" not in words(test)
    assert "fault of the program" in words(test) and "secret detail" in caplog.text


def test_a_page_that_cannot_even_be_imported_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(name: str) -> Any:
        raise SyntaxError("secret detail")

    said: list[str] = []
    pages: dict[str, Any] = {}
    monkeypatch.setattr(
        common.st, "Page", lambda show, url_path, **_: pages.update({url_path: show})
    )
    monkeypatch.setattr(common.st, "error", said.append)
    monkeypatch.setattr(common, "revision", lambda: 0)
    monkeypatch.setattr(common.importlib, "import_module", gone)
    common._page("form")
    pages["form"]()
    assert len(said) == 1 and "fault of the program" in said[0] and "secret" not in said[0]


@arcade_only
def test_an_address_of_what_is_not_there_says_so(ready: Graph) -> None:
    assert "no question nosuch" in words(opened("query", q="nosuch")).replace("\\", "")
    told = words(opened("compare", m="geneva-1985,nosuch,panmunjom-2018"))
    assert "no encounter nosuch" in told.replace("\\", "") and "Ingredients" in told


# -- the command ----------------------------------------------------------------------------------


def test_the_command_line_listens_here_and_sends_nothing() -> None:
    told = cli_dashboard.command_line("127.0.0.1", 8600, Path("port"))
    assert told[1:5] == ["-P", "-m", "visavis.dashboard.start", "port"]
    for wanted in (
        "--server.address=127.0.0.1",
        "--browser.gatherUsageStats=false",
        "--server.fileWatcherType=none",
        "--client.showErrorDetails=none",
        "--client.toolbarMode=minimal",
    ):
        assert wanted in told


def test_what_is_imported_before_the_server_listens_is_there_and_wants_no_server() -> None:
    code = f"import importlib, sys\nfor name in {NEEDED}: importlib.import_module(name)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and "No runtime found" not in done.stderr, done.stderr


def test_another_address_is_refused_unless_people_sign_in(tmp_path: Path) -> None:
    assert cli_dashboard.is_loopback("127.0.0.1") and cli_dashboard.is_loopback("::1")
    for address in ("0.0.0.0", "192.168.1.4", "example.org", "::"):
        assert not cli_dashboard.is_loopback(address)
    done = CliRunner().invoke(
        app, ["dashboard", "--address", "0.0.0.0", "--project", str(tmp_path)]
    )
    assert done.exit_code == 2
    assert "nobody has to sign in" in done.stderr and "--force-public-address" in done.stderr
    assert not cli_dashboard.signed_in(tmp_path)
    secrets = tmp_path / ".streamlit" / "secrets.toml"
    secrets.parent.mkdir()
    secrets.write_text('[auth]\nredirect_uri = "x"\ncookie_secret = "y"\n')
    assert not cli_dashboard.signed_in(tmp_path)
    secrets.write_text(
        '[auth]\nredirect_uri = "x"\ncookie_secret = "y"\nclient_id = "i"\n'
        'client_secret = "s"\nserver_metadata_url = "https://id.example/w"\n'
    )
    assert cli_dashboard.signed_in(tmp_path)


def test_a_server_that_never_answers_is_ended_with_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
    started: list[Any] = []
    popen = subprocess.Popen
    told: dict[str, str] = {}

    def run(command: list[str], **more: Any) -> Any:
        told.update(more["env"])
        started.append(popen(command, **more))
        return started[-1]

    monkeypatch.setattr(cli_dashboard, "_attach", lambda root, read_only: None)
    monkeypatch.setattr(cli_dashboard, "command_line", lambda *_: [sys.executable, "-c", deaf])
    monkeypatch.setattr(cli_dashboard, "STARTING", 0.5)
    monkeypatch.setattr(cli_dashboard.subprocess, "Popen", run)
    before = signal.getsignal(signal.SIGTERM)
    try:
        # The option forces an address that others reach; they see what they may.
        done = CliRunner().invoke(
            app,
            ["dashboard", "--project", str(tmp_path), "--no-browser", "--address", "0.0.0.0",
             "--force-public-address"],
        )  # fmt: skip
    finally:
        signal.signal(signal.SIGTERM, before)
    assert done.exit_code == 2 and "did not answer within" in done.stderr
    assert "visavis server stop" in done.stderr
    assert started[0].returncode is not None
    assert told["VISAVIS_DASHBOARD_SHARED"] == "1" and told["VISAVIS_DASHBOARD_SIGN_IN"] == "0"


def test_a_database_that_hangs_does_not_keep_the_server_from_starting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    goes_on = threading.Event()
    monkeypatch.setattr(starting, "prepare", lambda: goes_on.wait(30))
    assert not starting.prepared(0.05)
    goes_on.set()
    assert starting.prepared(20)


def test_a_page_elsewhere_may_not_call_itself_by_this_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("STREAMLIT_SERVER_ALLOWED_HOSTS", "hub.example.org")
    told = dict(map(starting._setting, cli_dashboard.command_line("::1", 8600, Path("p"))[5:]))
    assert told["server.allowedHosts"] == ["localhost", "127.0.0.1", "::1", "hub.example.org"]
    shared = cli_dashboard.command_line(
        "0.0.0.0", 8600, Path("p"), "https://d.example.org/oauth2callback"
    )
    told = dict(map(starting._setting, shared[5:]))
    assert "server.allowedHosts" not in told
    assert told["server.corsAllowedOrigins"] == ["https://d.example.org"]


def test_without_streamlit_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    found = SimpleNamespace(util=SimpleNamespace(find_spec=lambda name: None))
    monkeypatch.setattr(cli_dashboard, "importlib", found)
    done = CliRunner().invoke(app, ["dashboard"])
    assert done.exit_code == 2 and "visavis[dashboard]" in done.stderr


# -- in a browser ---------------------------------------------------------------------------------


@pytest.mark.browser
def test_a_scholar_clicks_a_mark_reads_the_page_and_shares_the_address(visitor: Visitor) -> None:
    page = visitor.open()
    assert "Ronald Reagan and Mikhail Gorbachev" in page.inner_text("h1")
    mark = page.locator("[data-testid=stVegaLiteChart] path[aria-label*='Invitation']").last
    mark.click()
    page.wait_for_url("**e=e-**")
    assert "e=e-" in page.url
    card = page.locator(".vv-card")
    card.wait_for()
    told = card.inner_text()
    assert "gives credit to" in told and "FRUS, 1981–1988" in told and "reykjavik" in told
    shared = page.url.removeprefix(visitor.url)
    again = visitor.open(shared)
    again.locator(".vv-card").wait_for()
    assert again.locator(".vv-card").inner_text() == told


@pytest.mark.browser
def test_search_by_typing_and_a_question(visitor: Visitor) -> None:
    page = visitor.open("/query?q=most-met")
    field = page.get_by_role("combobox", name="Actor")
    field.click()
    field.fill("gorbachev")
    field.press("Enter")
    visitor.settle()
    assert "actor=gorbachev" in page.url
    with page.expect_download() as loaded:
        page.get_by_role("button", name="Download CSV").click()
    text = Path(loaded.value.path()).read_text("utf-8")
    assert text.startswith("other,encounters,") and "Ronald Reagan" in text
    with page.expect_download() as loaded:
        page.get_by_role("button", name="Download BibTeX").click()
    assert "Bramsen" in Path(loaded.value.path()).read_text("utf-8")


@pytest.mark.browser
def test_axe_finds_nothing_serious(visitor: Visitor) -> None:
    from axe_playwright_python.sync_playwright import Axe

    found = []
    for path in ("/", "/encounter?meeting=geneva-1985", "/actor?actor=reagan", "/query?by=cypher"):
        for violation in Axe().run(visitor.open(path)).response["violations"]:
            if violation["impact"] in ("serious", "critical"):
                found.append((path, violation["id"], violation["nodes"][0]["html"][:120]))
    assert found == []


@pytest.mark.browser
def test_hostile_texts_are_shown_and_do_not_run(visitor: Visitor) -> None:
    for path in (
        "/?a=mallory&b=trent&all=1", "/encounter?meeting=hostile-2020", "/actor?actor=mallory",
        "/sources?source=hostile2020", "/compare?m=hostile-2020,geneva-1985", "/sources",
    ):  # fmt: skip
        page = visitor.open(path)
        assert page.evaluate("window.ran === undefined"), path
        main = page.locator("[data-testid=stMain]")
        assert main.locator("script, img[src=x], a[href*='evil.example'], .katex").count() == 0
        assert main.locator("a[href^='javascript']").count() == 0
        assert "<script>window.ran=1</script>" in main.inner_text() or path == "/sources", path


def told_by(page: Any, mark: str) -> str:
    """What the pointer says of a mark of a chart; it holds no markup."""
    page.locator(f"[data-testid=stVegaLiteChart] {mark}").first.hover(force=True)
    told = page.locator("#vg-tooltip-element.visible")
    told.wait_for()
    assert told.locator("script, img, a, b, code").count() == 0
    return str(told.inner_text())


@pytest.mark.browser
def test_hostile_texts_in_pictures_and_answers_do_not_run(visitor: Visitor) -> None:
    page = visitor.open("/encounter?meeting=hostile-2020")
    assert HOSTILE in told_by(page, "path[aria-label*=Invitation]")
    page = visitor.open("/actor?actor=mallory")
    assert HOSTILE in told_by(page, "path[aria-label*='A title']")
    typed = (
        "UNWIND [{a: '<img src=x onerror=window.ran=1>', n: 2}, {a: '=1+1', n: 1}] AS x "
        "RETURN x.a AS `<img src=x onerror=window.ran=1>`, x.n AS n, x.a AS by, 'C' AS to"
    )
    for way in ("chart", "network"):
        page = visitor.open(f"/query?by=cypher&run=1&as={way}&cypher={quote(typed)}")
        main = page.locator("[data-testid=stMain]")
        assert main.locator("script, img[src=x]").count() == 0
        if way == "chart":
            assert "<img src=x" in told_by(page, "path[aria-label]")
        else:
            page.locator("[data-part=stage] canvas").first.wait_for()
        assert page.evaluate("window.ran === undefined"), way
    with page.expect_download() as loaded:
        page.get_by_role("button", name="Download CSV").click()
    lines = list(csv.reader(Path(loaded.value.path()).read_text("utf-8").splitlines()))
    assert lines[2] == ["'=1+1", "1", "'=1+1", "C"]
    with page.expect_download() as loaded:
        page.get_by_role("button", name="Download GEXF").click()
    assert "<img" not in Path(loaded.value.path()).read_text("utf-8")


@pytest.mark.browser
def test_only_a_page_of_its_own_talks_to_it(served: Served) -> None:
    port = int(served.url.rpartition(":")[2])

    def answer(host: str, origin: str) -> int:
        asked = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        asked.putrequest("GET", "/_stcore/stream", skip_host=True)
        key = "dGhlIHNhbXBsZSBub25jZQ=="
        for name, value in {"Host": f"{host}:{port}", "Origin": origin, "Upgrade": "websocket",
                            "Connection": "Upgrade", "Sec-WebSocket-Key": key,
                            "Sec-WebSocket-Version": "13"}.items():  # fmt: skip
            asked.putheader(name, value)
        asked.endheaders()
        status = asked.getresponse().status
        asked.close()
        return status

    assert answer("localhost", f"http://localhost:{port}") == 101
    began = time.monotonic()
    assert answer("localhost", "http://evil.example") == 403
    assert answer("evil.example", f"http://evil.example:{port}") == 403
    assert time.monotonic() - began < 5  # nobody on the Internet was asked first


@pytest.mark.browser
def test_a_table_is_sorted_by_time(visitor: Visitor) -> None:
    typed = "UNWIND ['2018-04-27', '1986-10-11', '198X', '1985-12'] AS date RETURN date"
    page = visitor.open(f"/query?by=cypher&run=1&cypher={quote(typed)}")
    table = page.locator("[data-testid=stDataFrame]").first
    table.click(position={"x": 60, "y": 16})
    table.locator("tbody tr").first.filter(has_text="198X").wait_for(state="attached")
    told = table.locator("tbody tr").all_text_contents()
    assert [text[-7:] for text in told] == ["80 198X", "1985-12", "6-10-11", "8-04-27"]


@pytest.mark.browser
def test_typed_cypher_cannot_write_and_is_stopped(visitor: Visitor) -> None:
    page = visitor.open("/query?by=cypher&seconds=1&cypher=CREATE%20(n:Evil)%20RETURN%20n")
    page.get_by_role("button", name="Run").click()
    page.locator("[data-testid=stAlert]").wait_for()
    assert "CREATE" in page.locator("textarea").input_value()
    again = "MATCH (a:Claim) MATCH (b:Claim) MATCH (c:Claim) WHERE a.id < b.id AND b.id < c.id RETURN count(*) AS n"
    page.locator("textarea").fill(again)
    page.locator("textarea").press("Control+Enter")
    visitor.settle()
    began = time.monotonic()
    page.get_by_role("button", name="Run").click()
    page.get_by_text("Stopped by its limit").wait_for(timeout=15_000)
    assert time.monotonic() - began < 12
