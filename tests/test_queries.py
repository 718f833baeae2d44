"""The library of questions: every file is walked, on both engines, and the answers compared."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from visavis.graph.connect import Graph
from visavis.graph.write import read_claims
from visavis.queries import evidence, library
from visavis.schema.claims import Claim
from visavis.schema.errors import (
    NotFoundError,
    QueryError,
    QueryStoppedError,
    ReadOnlyError,
)
from visavis.schema.project import Projection, project

ALL = library.questions()

# What the library promises by name.
PROMISED = {
    "acts", "appointments", "audiences", "bonds", "bonds-of-leaders-and-states", "by-effect",
    "by-ingredient", "by-mode", "by-moderator", "by-ritual", "by-stage", "contested", "counts",
    "domination", "energy", "energy-carried", "evidence", "exchanges", "falls", "known-before",
    "last-word", "ledger", "meetings", "mode-by-stage", "most-met", "offices", "outcomes",
    "participants", "rank-and-gender", "relationship-steps", "replies", "rests-on",
    "ritual-chain", "scripted-outcomes", "scripts", "search", "single-source", "theory",
    "unanswered-credits", "uncoded", "week",
}  # fmt: skip

# The answer of the engine that was asked first, for the other to agree with.
_first: dict[tuple[str, str], list[dict[str, Any]]] = {}


def ask(graph: Graph, name: str, **values: str) -> list[dict[str, Any]]:
    return library.run(graph, ALL[name], values).rows


def agrees(graph: Graph, name: str, values: Mapping[str, str]) -> library.Table:
    """The answer, which must be the same on both engines."""
    table = library.run(graph, ALL[name], values)
    key = (name, repr(sorted(values.items())))
    assert _first.setdefault(key, table.rows) == table.rows
    return table


# -- every file -----------------------------------------------------------------------------------


def test_the_library_holds_what_it_promises() -> None:
    assert set(ALL) >= PROMISED


@pytest.mark.parametrize("name", sorted(ALL))
def test_each_file_explains_itself(name: str) -> None:
    question = ALL[name]
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", name)
    assert question.answers.endswith("?") or "." in question.answers or name == "search"
    assert not set(question.columns) & {"earliest", "latest", "starts_by", "ends_from"}
    given = set(question.example)
    assert {p.name for p in question.parameters if p.default is None} <= given
    assert "ORDER BY" in question.cypher or "UNWIND" not in question.cypher
    for parameter in question.parameters:
        assert f"${parameter.name}" in question.cypher
    shown = "\n".join(library.explain(question))
    assert all(name in shown for name in (*question.columns, *given))


@pytest.mark.parametrize("name", sorted(ALL))
def test_each_question_runs_and_both_engines_agree(shipped: Graph, name: str) -> None:
    question = ALL[name]
    table = agrees(shipped, name, question.example)
    assert table.rows, "its example has an answer"
    assert all(tuple(row) == table.columns for row in table.rows)
    assert not any(isinstance(v, list | dict) for row in table.rows for v in row.values())
    assert not any(abs(v) > 10**8 for row in table.rows for v in row.values() if type(v) is int)
    if "citation" in table.columns:
        for row in table.rows:  # what states something cites
            derived = row.get("what") in ("node", "chain", "encounter")
            assert row["citation"] or derived or "not coded" in row.values(), row
    needed = {p.name: question.example[p.name] for p in question.parameters if p.default is None}
    if needed != dict(question.example):
        agrees(shipped, name, needed)


# -- headers --------------------------------------------------------------------------------------

HEADER = """\
// title: A question of my own
// answers: Who is there?
// parameters:
//   kind: text = person; which kind
//   since: date = ; not before
// columns:
//   name: the name
// nothing: nobody
// example: kind=state

MATCH (a:Actor {kind: $kind}) WHERE $since IS NULL OR $since_earliest < 0
RETURN a.name AS name ORDER BY name
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "own.cypher"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_of_ones_own(shipped: Graph, tmp_path: Path) -> None:
    own = library.question(str(written(tmp_path, HEADER)))
    assert own.own
    assert own.name == "own"
    assert {"name": "Egypt"} in library.run(shipped, own, own.example).rows
    assert library.run(shipped, own, {"kind": "ghost"}).note == "nobody"
    cut = library.run(shipped, own, limit=2)
    assert len(cut.rows) == 2
    assert cut.truncated


@pytest.mark.parametrize(
    ("change", "line", "says"),
    [
        (("// title: A question of my own\n", ""), 1, "no 'title'"),
        (("// answers: Who is there?", "// answer: Who?"), 2, "'answer: Who?' is no line"),
        (("// columns:\n//   name: the name\n", ""), 1, "no columns"),
        (("text = person; which", "text = person which"), 4, "is no parameter"),
        (("kind: text =", "kind: words ="), 4, "unknown type 'words'"),
        (("since: date", "kind: date"), 5, "stands twice"),
        (("//   name: the name", "//   the name"), 7, "is no column"),
        (("kind=state", "sort=state"), 9, "'sort=state' in the example"),
        (("// parameters:", "// parameters: kind"), 3, "on lines of their own"),
        (("$kind", "$sort"), 10, "uses $sort"),
        (("// nothing: nobody", "// title: again"), 8, "'title' stands twice"),
        ((HEADER[HEADER.index("\nMATCH") :], ""), 10, "no query"),
    ],
)
def test_a_wrong_header_is_told_with_its_line(
    tmp_path: Path, change: tuple[str, str], line: int, says: str
) -> None:
    assert change[0] in HEADER
    path = written(tmp_path, HEADER.replace(*change, 1))
    with pytest.raises(QueryError) as caught:
        library.load(path)
    assert str(caught.value).startswith(f"{path}:{line}: ")
    assert says in str(caught.value)


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(QueryError, match="No such file"):
        library.load(tmp_path / "none.cypher")
    (tmp_path / "binary.cypher").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(QueryError, match="UTF-8"):
        library.load(tmp_path / "binary.cypher")


def test_a_file_that_returns_other_columns(shipped: Graph, tmp_path: Path) -> None:
    own = library.load(written(tmp_path, HEADER.replace("AS name", "AS person")))
    with pytest.raises(QueryError):  # ORDER BY name, or the columns
        library.run(shipped, own)


def test_a_file_of_ones_own_cannot_write(shipped: Graph, tmp_path: Path) -> None:
    text = HEADER.replace("RETURN a.name AS name", "SET a.name = 'x' RETURN a.name AS name")
    with pytest.raises(ReadOnlyError):
        library.run(shipped, library.load(written(tmp_path, text)))
    assert ask(shipped, "search", text="Reagan", kind="Actor")[0]["name"] != "x"


def test_a_query_is_stopped_in_time(shipped: Graph, tmp_path: Path) -> None:
    text = HEADER.replace(
        "MATCH (a:",
        "UNWIND range(1, 30000) AS i UNWIND range(1, 30000) AS j WITH i + j AS k WHERE k < 0 "
        "MATCH (a:",
    )
    with pytest.raises(QueryStoppedError):
        library.run(shipped, library.load(written(tmp_path, text)), timeout=0.5)


def test_an_unknown_question_has_suggestions() -> None:
    with pytest.raises(NotFoundError) as caught:
        library.question("leger")
    assert "ledger" in caught.value.suggestions


# -- values ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "values", "error", "says"),
    [
        ("ledger", {"a": "reagan"}, QueryError, "ledger needs b: the other"),
        ("ledger", {"a": "reagan", "b": ""}, QueryError, "ledger needs b"),
        ("counts", {"kind": "x"}, QueryError, "no parameter 'kind'; it takes: none"),
        ("week", {"day": "19.11.1985"}, QueryError, "day: "),
        ("week", {"day": "1985", "days": "few"}, QueryError, "days: 'few' is no whole number"),
        ("energy", {"leads": "maybe"}, QueryError, "leads: 'maybe' is neither yes nor no"),
        ("search", {"text": "(){}"}, QueryError, "no word to search for"),
        ("by-mode", {"mode": "freindly"}, NotFoundError, "mode: no mode term 'freindly'; did you"),
        ("by-mode", {"mode": "handshake"}, NotFoundError, "no mode term 'handshake'"),
        ("acts", {"meeting": "yalta"}, NotFoundError, "no meeting 'yalta'"),
        ("evidence", {"element": "e-0000000000000000"}, NotFoundError, "no claim stands behind"),
        ("evidence", {"element": "phase/x/y"}, NotFoundError, "has no phase/x/y"),
        ("falls", {"of": "coder/nobody"}, NotFoundError, "no claim of coder/nobody"),
        ("falls", {"of": "reagan1991"}, NotFoundError, "no source 'reagan1991'; did you mean"),
    ],
)
def test_values_are_read_strictly(
    shipped: Graph, name: str, values: dict[str, str], error: type[Exception], says: str
) -> None:
    with pytest.raises(error) as caught:
        library.run(shipped, ALL[name], values)
    assert says in str(caught.value)


def test_a_window_includes_its_last_day(shipped: Graph) -> None:
    def titles(**window: str) -> list[str]:
        return [row["key"] for row in ask(shipped, "meetings", participant="reagan", **window)]

    assert "geneva-1985" in titles(to="1985")
    assert "geneva-1985" not in titles(to="1984")
    assert "geneva-1985" in titles(**{"from": "1985-12-31"})  # may lie there: no day is told
    assert "geneva-1985" not in titles(**{"from": "1986"})
    assert titles(to="1986-10-11")[-1] == "reykjavik-1986-session-2"


# -- answers --------------------------------------------------------------------------------------


def test_the_ledger_counts_both_directions(shipped: Graph) -> None:
    rows = [
        (row["year"], row["giver"].split()[-1], row["credits"])
        for row in ask(shipped, "ledger", a="reagan", b="gorbachev", to="1985")
    ]
    assert rows == [("1985", "Gorbachev", 2), ("1985", "Reagan", 3)]
    there_and_back = [ask(shipped, "ledger", a=a, b=b) for a, b in
                      (("reagan", "gorbachev"), ("gorbachev", "reagan"))]  # fmt: skip
    assert there_and_back[0] == there_and_back[1]


def test_exchanges_pair_a_credit_with_its_coded_reply(shipped: Graph) -> None:
    rows = ask(shipped, "exchanges", a="reagan", b="gorbachev")
    paid = [(r["act"], r["answer"], r["how"]) for r in rows if r["became"] == "paid back"]
    assert ("invitation", "acceptance", "a coded reply") in paid
    assert any(r["became"] == "open: no answer coded" for r in rows)
    soon = ask(shipped, "exchanges", a="reagan", b="gorbachev", days="0")
    assert not any(r["how"] == "certainly later" and r["date"] == "1985" for r in soon)


def test_relationship_steps_are_in_order(shipped: Graph) -> None:
    rows = ask(shipped, "relationship-steps", a="gorbachev", b="reagan")
    met = [r["encounter"] for r in rows if r["step"] == "met"]
    assert met[0].startswith("Reagan and Gorbachev meet for the first time")
    assert len(met) == len(set(met)) == 5
    acts = [r["act"] for r in rows if r["date"] == "1985" and r["step"] == "credit"]
    assert acts == ["invitation", "invitation", "acceptance", "invitation", "acceptance"]
    assert rows[1]["citation"] == "Bramsen 2024, 192"
    assert rows[2]["citation"] == "Bramsen 2024, 193, citing Reagan 1990, 15"


def test_unclear_is_not_told_as_a_change(shipped: Graph) -> None:
    rows = {r["encounter"]: r for r in ask(shipped, "mode-by-stage")}
    anchorage = next(r for title, r in rows.items() if "Alaska" in title)
    assert anchorage["changed"] == "unclear"
    assert {r["changed"] for r in rows.values()} == {"unclear", "not coded"}


def test_the_questions_of_the_model_have_an_answer_or_say_not_coded(shipped: Graph) -> None:
    tone = ask(shipped, "last-word", meeting="santos-chavez-2010")[0]
    assert "joke" in tone["tone"]
    became = {r["became"].split(":")[0] for r in ask(shipped, "unanswered-credits")}
    assert {"held back", "refused, as told", "not coded"} <= became
    assert {r["carried"] for r in ask(shipped, "energy-carried")} == {"not coded"}
    changed = {r["changed"] for r in ask(shipped, "scripted-outcomes")}
    assert changed == {"yes", "not coded"}
    bonds = {r["sides"]: r["sides_bond"] for r in ask(shipped, "bonds-of-leaders-and-states")}
    assert bonds["Soviet Union; United States"] == "rapprochement formed, 1985"
    assert bonds["Venezuela; Colombia"] == "not coded"
    ranks = ask(shipped, "rank-and-gender")
    assert any("overrides" in r["rank"] for r in ranks)
    assert any("changes nothing" in r["rank"] for r in ranks)


def test_who_knew_whom_before(shipped: Graph) -> None:
    met = {r["encounter"]: r for r in ask(shipped, "known-before", actor="gorbachev")}
    first = met["Reagan and Gorbachev meet for the first time"]
    assert (first["met_before"], first["sure"]) == ("none known", None)
    again = met["First session of Reagan and Gorbachev at Reykjavik"]
    assert again["met_before"] == "Reagan and Gorbachev meet for the first time"
    assert again["sure"] == "certainly"
    told = ask(shipped, "known-before", meeting="loj-zarif")
    assert "ambassadors" in told[0]["told"]


def test_what_is_not_coded_is_listed_and_what_is_coded_is_not(shipped: Graph) -> None:
    rows = ask(shipped, "uncoded", meeting="geneva-1985")
    whole = {r["quality"] for r in rows if r["of"] is None}
    assert "language" in whole
    assert not {"date", "place", "acts", "mode", "ingredient: Shared mood"} & whole
    assert any(r["quality"] == "mode" and r["of"].startswith("phase: ") for r in rows if r["of"])


def test_the_week_around_a_day(shipped: Graph) -> None:
    rows = ask(shipped, "week", day="1986-10-14")
    assert next(r["key"] for r in rows if r["sure"] == "certainly").startswith("reykjavik-1986")
    assert not ask(shipped, "week", day="1986-10-14", days="1")


def test_rivals_are_shown_in_words(shipped: Graph) -> None:
    rows = ask(shipped, "participants", meeting="geneva-1985")
    gorbachev = next(r for r in rows if r["actor"].endswith("Gorbachev") and r["contested"])
    assert gorbachev["rivals"] == "office: general secretary | president"
    assert gorbachev["office"] == "general secretary"


def test_search_folds_accents(shipped: Graph) -> None:
    keys = [r["key"] for r in ask(shipped, "search", text="løj", kind="Actor")]
    assert keys == [r["key"] for r in ask(shipped, "search", text="LOJ", kind="Actor")]
    assert "loj" in keys
    every = ask(shipped, "search", text="shak* AND hands OR (")  # no word of these is an operator
    assert every == []
    assert ask(shipped, "search", text="shak* hands")


# -- evidence -------------------------------------------------------------------------------------


def test_the_evidence_of_an_edge_a_claim_and_a_node(shipped: Graph) -> None:
    edge = next(
        r["id"]
        for r in ask(shipped, "relationship-steps", a="reagan", b="gorbachev")
        if r["act"] == "trust"
    )
    told = evidence.evidence(shipped, edge)
    assert len(told) == 1
    assert told[0]["statement"].startswith("actor/gorbachev forms a bond with actor/reagan")
    assert told[0]["said_by"] == "actor/gorbachev"
    assert told[0]["citation"] == "Bramsen 2024, 192, citing Hunt and Reynolds 2016, 160"
    assert told[0]["file"] == "shipped/geneva-1985.yaml"
    assert told[0]["line"] > 1
    assert evidence.evidence(shipped, told[0]["id"]) == told
    assert {r["claim"] for r in ask(shipped, "evidence", element=edge)} == {told[0]["id"]}
    titles = {r["statement"] for r in evidence.evidence(shipped, "geneva-1985")}
    assert "meeting/geneva-1985 is dated 1985" in titles
    assert evidence.evidence(shipped, "phase/geneva-1985/walk")


def test_citations_are_joined_as_readers_sort_pages() -> None:
    cited = ["Bramsen 2024, 192", "Bramsen 2024, 9", "Bramsen 2024, 192", "Adler 2011, 3"]
    assert evidence.joined(cited) == "Adler 2011, 3; Bramsen 2024, 9; Bramsen 2024, 192"
    assert evidence.joined(f"A {n}" for n in range(25)).endswith("A 19; and 5 more")


@pytest.mark.parametrize(
    "target", ["source/reagan1990", "source/bramsen2024", "source/reykjavik40", "coder/shipped"]
)
def test_what_falls_is_what_a_graph_without_it_lacks(shipped: Graph, target: str) -> None:
    """The dry run beside the projection of the claims that are left."""
    claims = list(read_claims(shipped))
    found = evidence.falls(shipped, target)
    left = [kept for claim in claims if (kept := _without(claim, target)) is not None]
    before, after = project(claims), project(left)
    assert found.edges == sorted(before.edges.keys() - after.edges.keys())
    assert found.nodes == sorted(_nodes(before) - _nodes(after))
    assert len(found.claims) == len(claims) - len(left)
    lost = [before.edges[edge] for edge in found.edges]
    pairs = {tuple(sorted((e.start, e.end))) for e in lost if e.type in
             ("CREDIT", "DISCREDIT", "DOMINATES", "BOND")}  # fmt: skip
    assert set(found.chains) == pairs
    assert found.encounters == sorted((e.start, e.end) for e in lost if e.type == "TOOK_PART")


def test_a_claim_alone_may_fall(shipped: Graph) -> None:
    claim = evidence.claims_behind(shipped, "phase/geneva-1985/walk")[0]
    found = evidence.falls(shipped, claim)
    assert found.claims == [claim]
    assert found.weakened == []


def _without(claim: Claim, target: str) -> Claim | None:
    if target.startswith("coder/"):
        return None if claim.coder == target.removeprefix("coder/") else claim
    return claim.without(frozenset([target]))


def _nodes(made: Projection) -> set[str]:
    return set(made.nodes)
