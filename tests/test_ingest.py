"""Ingest on both engines: the graph is a function of its files, whatever happened before."""

from __future__ import annotations

import dataclasses
import itertools
import os
import random
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import small
from conftest import empty
from neo4j.exceptions import ClientError

from visavis.exchange.folder import export_folder
from visavis.graph import write
from visavis.graph.connect import Graph, Transaction
from visavis.graph.faults import ConflictError, translated
from visavis.graph.lock import consistently, ingest_lock, revision
from visavis.graph.write import read_claims, stored_documents
from visavis.ingest import run
from visavis.ingest.run import Report, ingest, read_judgements_of
from visavis.queries import find, library
from visavis.queries.evidence import citations, falls
from visavis.queries.relationship import relationship
from visavis.schema.claims import Citation, Claim
from visavis.schema.errors import BusyError, DataError
from visavis.schema.model import model
from visavis.schema.project import project

REPOSITORY = Path(__file__).parent.parent


@pytest.fixture
def graph(engine: Graph, monkeypatch: pytest.MonkeyPatch) -> Iterator[Graph]:
    """An engine that remembers no judgements either, before and after."""
    monkeypatch.setattr(run, "_shipped_vocabulary", small.slim_vocabulary)
    fresh(engine)
    yield engine
    fresh(engine)


def fresh(graph: Graph) -> Graph:
    empty(graph)
    graph.write("MATCH (v:Visavis) WHERE v.id IN ['judgements', 'shipped-fixture'] DELETE v")
    return graph


def dump(graph: Graph, folder: Path) -> dict[str, bytes]:
    export_folder(graph, folder, everything=True)
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def rebuilt(graph: Graph, root: Path, folder: Path) -> dict[str, bytes]:
    """The export of an emptied database into which the files of `root` were ingested."""
    ingest(fresh(graph), root)
    return dump(graph, folder)


def as_it_is(graph: Graph) -> dict[str, Any]:
    """Nodes, edges and each claim's edge as the database has them; and that it is whole."""
    labels = " OR ".join(f"n:{label}" for label in model().labels)
    nodes = {
        row["p"]["id"]: (row["labels"][0], row["p"])
        for row in graph.rows(
            f"MATCH (n) WHERE {labels} RETURN labels(n) AS labels, properties(n) AS p"
        )
    }
    edges = {}
    kinds = "|".join(model().edges)
    for row in graph.rows(
        f"MATCH (a)-[r:{kinds}]->(b) "
        "RETURN type(r) AS kind, a.id AS a, b.id AS b, properties(r) AS p"
    ):
        assert row["p"]["id"] not in edges
        edges[row["p"]["id"]] = (row["kind"], row["a"], row["b"], row["p"])
    claims = {}
    for row in graph.rows(
        "MATCH (c:Claim) RETURN c.id AS id, c.edge AS edge, c.about AS about, "
        "COUNT { (c)<-[:ASSERTS]-(:Document) } AS asserted, "
        "COLLECT { MATCH (c)-[:ABOUT]->(n) RETURN n.id } AS abouts, "
        "COUNT { (c)-[x:CITES]->(:Source) WHERE x.opened } AS cites"
    ):
        assert row["asserted"] >= 1
        assert row["abouts"] == [row["about"]]
        assert row["cites"] >= 1
        if row["edge"]:
            claims[row["id"]] = row["edge"]
    cites = graph.rows(
        "MATCH (c:Claim)-[r:CITES]->(s:Source) RETURN c.id AS claim, r.order AS place, "
        "r.opened AS opened, s.id AS source, coalesce(r.coded, s.id) AS coded"
    )
    cited = sorted(tuple(row.values()) for row in cites)
    return {"nodes": nodes, "edges": edges, "claims": claims, "cites": cited}


def as_it_should_be(root: Path) -> dict[str, Any]:
    judged, _ = read_judgements_of(root)
    claims, faults = small.read_all(root)
    assert not [fault for fault in faults if fault.severity == "error"]
    every = [*claims, *judged.claims, *small.slim_vocabulary().claims]
    judged = judged.over(judged.containing(every))
    kept = {claim.id: claim for claim in judged.apply(every)[0]}
    cites = [
        (claim_id, place, opened, judged.same.get(source, source), source)
        for claim_id, claim in kept.items()
        for place, citation in enumerate(claim.citations)
        for opened, source in ((True, citation.source), (False, citation.via))
        if source
    ]
    return {**small.plain(project(kept.values(), judged.same)), "cites": sorted(cites)}


# -- edits ----------------------------------------------------------------------------------------

Files = dict[str, str]
JUDGED = [
    "- {withdraw: source/reagan1990, why: doubted, by: me}\n",
    "- {withdraw: source/bramsen2024, why: doubted, by: me}\n",
    "- {withdraw: source/register, why: doubted, by: me}\n",
    "- {withdraw: coder/ben, why: trained on another codebook, by: me}\n",
    "- {withdraw: coder/anna, why: so, by: me}\n",
    "- {same: [actor/gorbachev, actor/gorbatschow], why: one man, by: anna}\n",
    "- {same: [actor/gorbatschow, actor/reagan], why: a slip, by: ben}\n",
    "- {same: [source/reagan1990, source/archigos], why: one work, by: anna}\n",
    "- {same: [source/nowhere, source/bramsen2024], why: one work, by: ben}\n",
    "- {different: [actor/reagan, actor/us], why: a man and a state, by: ben}\n",
]
EDITS: list[tuple[str, str, str]] = [
    ("geneva-1985.yaml", "for: ~ 90 min", "for: ~ 80 min"),
    ("geneva-1985.yaml", "acts:\n", "\n# moved down\nacts:\n"),
    ("geneva-1985.yaml", "intensity: 2", "intensity: 3"),
    ("geneva-1985.yaml", "cite: [192, reagan1990 15]", "cite: [reagan1990 15, 192]"),
    ("geneva-1985.yaml", "change: formed", "change: formed, memo: at first, confidence: low"),
    ("geneva-1985.yaml", "when: 1985\n", "when: 1985-11~\n"),
    ("geneva-1985.yaml", "role: principal, cite: 191}", "role: principal, id: told-1, cite: 191}"),
    ("ben/geneva-1985.yaml", "mode: dominant", "mode: friendly"),
    ("ben/geneva-1985.yaml", "discredit: snub", "credit: yes"),
    ("ben/geneva-1985.yaml", "memo: as Ben has it", "memo: zzz"),
    ("ben/geneva-1985.yaml", "in: walk, discredit", "outside: yes, what: by letter, discredit"),
    ("ben/geneva-1985.yaml", "act: asks, kind", "act: hands, kind"),
    ("ben/geneva-1985.yaml", "actor: gorbatschow", "actor: gorbachev"),
    ("ben/geneva-1985.yaml", "general secretary, cite", "general secretary, id: told-1, cite"),
    ("reykjavik-1986.yaml", "result: resisted", "result: accepted"),
    ("reykjavik-1986.yaml", "answers: geneva-1985\n", ""),
    ("actors.yaml", "name: Ronald Reagan", "name: Ronald W. Reagan"),
    ("actors.yaml", ", also: [Reagan]", ""),
    ("sources.yaml", "An American Life", "An American Life again"),
    ("sources.yaml", "type: chapter, ", "type: chapter, in: reagan1990, "),
    ("sources.yaml", "type: dataset, ", "type: dataset, in: bramsen2024, "),
]


def step(files: Files, dice: random.Random) -> str:
    """One thing a scholar does to her files; says what."""
    what = dice.choice(
        ["edit", "edit", "edit", "judge", "judge", "unjudge", "remove", "rename", "copy"]
    )
    cases = [name for name in files if "case:" in files[name]]
    gone = [name for name in small.FILES if name not in files and "case:" in small.FILES[name]]
    if what == "edit":
        name, old, new = dice.choice(EDITS)
        if name in files:
            text = files[name]
            files[name] = text.replace(old, new) if old in text else small.FILES[name]
        return f"edit {name}: {old!r} -> {new!r}"
    if what == "judge":
        line = dice.choice(JUDGED)
        text = files.get("judgements.yaml", "")
        if line not in text:
            files["judgements.yaml"] = text + line
        return f"judge {line}"
    if what == "unjudge":
        files.pop("judgements.yaml", None)
    elif what == "remove" and not gone and len(cases) > 2:
        name = dice.choice([n for n in cases if n != "geneva-1985.yaml"])
        del files[name]
        return f"remove {name}"
    elif what == "remove" and gone:
        files[gone[0]] = small.FILES[gone[0]]
        return f"put back {gone[0]}"
    elif what == "rename":
        name = dice.choice([n for n in cases if "reykjavik" in n] or cases)
        files[f"z-{name.replace('/', '-')}"] = files.pop(name)
        return f"rename {name}"
    elif what == "copy":  # two files assert the same claims, with other words beside them
        copy = "copy/geneva.yaml"
        if copy in files:
            del files[copy]
        else:
            files[copy] = files.get("geneva-1985.yaml", small.GENEVA).replace(
                "change: formed", f"change: formed, memo: {dice.choice(['aa', 'zz'])}"
            )
    return what


@pytest.mark.parametrize("seed", [1, 2])
def test_any_history_ends_as_a_fresh_build(graph: Graph, tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    files = dict(small.FILES)
    root = small.write(tmp_path / "project", files)
    ingest(graph, root)
    history = []
    for _ in range(9):
        for _ in range(dice.choice([1, 1, 2])):
            history.append(step(files, dice))
        small.write(root, files)
        report = ingest(graph, root)
        assert not report.faulty, report.faults
        assert as_it_is(graph) == as_it_should_be(root), history
    incremental = dump(graph, tmp_path / "incremental")
    assert incremental == rebuilt(graph, root, tmp_path / "fresh"), history


def test_the_same_files_again_change_nothing(graph: Graph, tmp_path: Path) -> None:
    root = small.write(tmp_path, small.FILES)
    first = ingest(graph, root)
    assert sorted(first.added) == sorted([*small.FILES, "visavis/vocabulary.yaml"])
    before, moment = dump(graph, tmp_path / "a"), revision(graph)
    again = ingest(graph, root)
    assert (again.added, again.changed, again.removed) == ([], [], [])
    assert len(again.unchanged) == len(first.added)
    assert not again.written
    assert (dump(graph, tmp_path / "b"), revision(graph)) == (before, moment)


def both_ways(graph: Graph, tmp_path: Path, before: Files, after: Files) -> Report:
    """There and back: each time as a fresh build; the report of the way there."""
    root = small.write(tmp_path / "p", before)
    first = rebuilt(graph, root, tmp_path / "first")
    small.write(root, after)
    report = ingest(graph, root)
    there = dump(graph, tmp_path / "there")
    small.write(root, before)
    ingest(graph, root)
    assert dump(graph, tmp_path / "back") == first
    small.write(root, after)
    assert rebuilt(graph, root, tmp_path / "fresh") == there
    assert there != first
    return report


@pytest.mark.parametrize("line", JUDGED[::2])
def test_a_judgement_is_undone_by_removing_its_line(
    graph: Graph, tmp_path: Path, line: str
) -> None:
    both_ways(graph, tmp_path, small.FILES, {**small.FILES, "judgements.yaml": line})


def test_who_disagrees_whether_an_act_is_outside_is_told_alike_in_any_order(
    graph: Graph, tmp_path: Path
) -> None:
    away = small.BEN.replace("in: walk, discredit", "outside: yes, what: by letter, discredit")
    files = {**small.FILES, "ben/geneva-1985.yaml": away}
    root = small.write(tmp_path / "p", files)
    cases = ["geneva-1985.yaml", "ben/geneva-1985.yaml", "reykjavik-1986.yaml"]
    dumps = []
    for number, order in enumerate([cases, cases[::-1]]):
        fresh(graph)
        ingest(graph, root, [root / n for n in ("actors.yaml", "places.yaml", "sources.yaml")])
        for name in order:
            ingest(graph, root, [root / name])
        assert as_it_is(graph) == as_it_should_be(root)
        dumps.append(dump(graph, tmp_path / str(number)))
    assert dumps[0] == dumps[1]
    [act] = graph.rows(
        "MATCH (r:Ritual {id: 'ritual/geneva-1985/asks'}) RETURN r.rivals AS rivals, "
        "r.contested_by AS by, r.title AS title"
    )
    assert act["by"] == ["coders"] and "outside any encounter" in act["rivals"]
    (root / "ben/geneva-1985.yaml").unlink()
    ingest(graph, root)
    assert as_it_is(graph) == as_it_should_be(root)


INSIDE = {
    **small.FILES,
    "sources.yaml": small.SOURCES.replace("type: chapter", "type: chapter, in: copy")
    + """\
  shelf: {title: A shelf, citation: Shelf}
  box: {title: A box of papers, citation: Box, in: shelf}
  copy: {title: A copy of the box, citation: Copy}
""",
}
BOXED = {"source/shelf", "source/box", "source/copy", "source/bramsen2024"}
ONE_BOX = "- {same: [source/box, source/copy], why: a photograph of it}\n"


def test_what_a_withdrawn_source_contains_falls_with_it(graph: Graph, tmp_path: Path) -> None:
    """The chapter stands in a copy of a box on a shelf; the shelf is withdrawn and given back."""
    judged = {**INSIDE, "judgements.yaml": ONE_BOX + "- {withdraw: source/shelf}\n"}
    before = {**INSIDE, "judgements.yaml": ONE_BOX}
    both_ways(graph, tmp_path, before, judged)
    left = {s for c in read_claims(graph) for x in c.citations for s in (x.source, x.via) if s}
    assert left and not left & BOXED
    root = tmp_path / "p"
    there = dump(graph, tmp_path / "there")
    for part in ("geneva-1985.yaml", "sources.yaml"):  # again, of a part only
        ingest(graph, root, [root / part])
        assert dump(graph, tmp_path / "again") == there
    small.write(root, INSIDE)  # no longer one box: the chapter stands on no shelf
    (root / "judgements.yaml").write_text("- {withdraw: source/shelf}\n")
    ingest(graph, root, judgements_only=True)
    assert dump(graph, tmp_path / "other") == rebuilt(graph, root, tmp_path / "fresh")
    assert any(c.citations[0].source == "source/bramsen2024" for c in read_claims(graph))


def test_the_dry_run_of_a_withdrawal_is_what_falls(graph: Graph, tmp_path: Path) -> None:
    root = small.write(tmp_path / "p", {**INSIDE, "judgements.yaml": ONE_BOX})
    ingest(graph, root)
    before, claims = as_it_is(graph), {c.id: c for c in read_claims(graph)}
    told = falls(graph, "shelf")
    (root / "judgements.yaml").write_text(ONE_BOX + "- {withdraw: source/shelf}\n")
    ingest(graph, root, judgements_only=True)
    after = as_it_is(graph)
    assert set(told.nodes) == before["nodes"].keys() - after["nodes"].keys()
    assert set(told.edges) == before["edges"].keys() - after["edges"].keys()
    gone = claims.keys() - {c.id for c in read_claims(graph)}
    assert {*told.claims, *told.weakened} == gone


def test_citations_end_at_the_work_that_one_is_judged_to_be(graph: Graph, tmp_path: Path) -> None:
    root = small.write(
        tmp_path / "p",
        {**small.FILES, "judgements.yaml": "- {same: [source/reagan1990, source/archigos]}\n"},
    )
    ingest(graph, root)
    assert find.one(graph, "source", "archigos") == "source/reagan1990"
    rows = graph.rows("MATCH (s:Source)<-[r:CITES]-(c) WHERE r.coded IS NOT NULL RETURN c.id AS id")
    [claim] = [c for c in read_claims(graph) if c.citations[0].source == "source/archigos"
               and c.predicate != "described_as"]  # fmt: skip
    assert claim.id in {row["id"] for row in rows}  # as coded, while the edge ends elsewhere
    assert citations(graph, [claim.id])[claim.id] == ["Reagan 1990, USSR-1985"]
    chain = relationship(graph, "reagan", "gorbachev")
    assert "source/archigos" not in chain.sources
    before, everything = as_it_is(graph), {c.id for c in read_claims(graph)}
    told = falls(graph, "archigos")
    (root / "judgements.yaml").write_text(
        "- {same: [source/reagan1990, source/archigos]}\n- {withdraw: source/archigos}\n"
    )
    ingest(graph, root, judgements_only=True)
    assert set(told.edges) == before["edges"].keys() - as_it_is(graph)["edges"].keys()
    assert {*told.claims, *told.weakened} == everything - {c.id for c in read_claims(graph)}
    assert as_it_is(graph) == as_it_should_be(root)


def test_judging_nothing_that_is_there_is_told(graph: Graph, tmp_path: Path) -> None:
    lines = [
        "- {withdraw: source/reagan1991}\n",
        "- {withdraw: coder/bert}\n",
        "- {withdraw: c-0123456789abcdef}\n",
        "- {same: [actor/reagan, actor/raegan]}\n",
        "- {withdraw: coder/ben}\n",
        "- {same: [source/reagan1990, source/archigos]}\n",
    ]
    root = small.write(tmp_path / "p", {**small.FILES, "judgements.yaml": "".join(lines)})
    report = ingest(graph, root)
    told = [str(f) for f in report.faults if f.code == "judgement"]
    assert [text.split("'")[1] for text in told] == [
        "source/reagan1991", "coder/bert", "c-0123456789abcdef", "actor/raegan",
    ]  # fmt: skip
    assert told[0].startswith("judgements.yaml:1: warning:")
    assert "did you mean 'source/reagan1990'?" in told[0]
    assert "did you mean 'actor/reagan'?" in told[3]


def test_a_changed_line_replaces_what_it_said(graph: Graph, tmp_path: Path) -> None:
    text = small.GENEVA.replace("for: 24 s", "for: 25 s")
    report = both_ways(graph, tmp_path, small.FILES, {**small.FILES, "geneva-1985.yaml": text})
    assert report.changed == ["geneva-1985.yaml"]
    assert (report.written.claims_added, report.written.claims_removed) == (1, 1)


def test_a_removed_file_takes_what_rested_on_it_alone(graph: Graph, tmp_path: Path) -> None:
    files = {k: v for k, v in small.FILES.items() if k != "reykjavik-1986.yaml"}
    report = both_ways(graph, tmp_path, small.FILES, files)
    assert report.removed == ["reykjavik-1986.yaml"]
    assert not graph.rows("MATCH (m:Meeting {id: 'meeting/reykjavik-1986'}) RETURN m")


def test_a_renamed_file_keeps_every_claim(graph: Graph, tmp_path: Path) -> None:
    files = {**small.FILES, "1986.yaml": small.LATER}
    del files["reykjavik-1986.yaml"]
    report = both_ways(graph, tmp_path, small.FILES, files)
    assert (report.added, report.removed) == (["1986.yaml"], ["reykjavik-1986.yaml"])
    assert (report.written.claims_added, report.written.claims_removed) == (0, 0)


def test_a_file_that_holds_no_case_any_more_asserts_nothing(graph: Graph, tmp_path: Path) -> None:
    files = {**small.FILES, "reykjavik-1986.yaml": "notes: [to be coded]\n"}
    report = both_ways(graph, tmp_path, small.FILES, files)
    assert report.passed_over == ["reykjavik-1986.yaml"]


def test_two_files_assert_one_claim_and_one_is_removed(graph: Graph, tmp_path: Path) -> None:
    """The least of what stands outside the hash counts, whoever is asked first."""
    low, high = (small.GENEVA.replace("change: formed", f"change: formed, memo: {m}") for m in "ab")
    both = {**small.FILES, "geneva-1985.yaml": high, "copy/g.yaml": low}
    one = {**small.FILES, "geneva-1985.yaml": high}
    both_ways(graph, tmp_path, both, one)
    fresh(graph)
    root = small.write(tmp_path / "q", one)
    ingest(graph, root)
    [bond] = graph.rows("MATCH (c:Claim {predicate: 'bond'}) RETURN c.memo AS memo, c.id AS id")
    assert bond["memo"] == "b"
    small.write(root, both)
    ingest(graph, root)
    assert graph.rows("MATCH (c:Claim {predicate: 'bond'}) RETURN c.memo AS memo, c.id AS id") == [
        {"memo": "a", "id": bond["id"]}
    ]


def test_a_claim_with_a_key_follows_its_statement(graph: Graph, tmp_path: Path) -> None:
    """Its id says nothing of what it states, so all of it must be compared."""
    keyed = small.LATER.replace("result: resisted", "result: resisted, id: told-1")
    other = keyed.replace("cite: 21}", "cite: archigos USSR-1986}").replace("resisted", "accepted")
    before = {**small.FILES, "reykjavik-1986.yaml": keyed}
    both_ways(graph, tmp_path, before, {**small.FILES, "reykjavik-1986.yaml": other})
    row = graph.rows(
        "MATCH (c:Claim {id: 'c-told-1'})-[:CITES]->(s) RETURN s.id AS source, c.edge AS edge"
    )
    assert [r["source"] for r in row] == ["source/archigos"]


def test_two_coders_stand_side_by_side(graph: Graph, tmp_path: Path) -> None:
    ingest(graph, small.write(tmp_path, small.FILES))
    [meeting] = graph.rows(
        "MATCH (m:Meeting {id: 'meeting/geneva-1985'}) RETURN m.title AS title, "
        "m.contested AS contested, m.contested_by AS by, m.rivals AS rivals"
    )
    assert meeting["contested"] and meeting["by"] == ["coders"]
    assert "Reagan and Gorbachev meet" in meeting["rivals"]
    assert "The first summit" in meeting["rivals"]
    modes = graph.rows(
        "MATCH (:Phase)-[r:SHOWS]->(t:Term) WHERE r.scheme = 'mode' "
        "RETURN t.id AS term, r.contested_by AS by ORDER BY term"
    )
    assert modes == [
        {"term": "term/dominant", "by": ["coders"]},
        {"term": "term/friendly", "by": ["coders"]},
    ]


def test_what_is_contested_in_one_encounter_is_all_of_it(graph: Graph, tmp_path: Path) -> None:
    """Also a bond of states that did not take part, and an act outside the encounter."""

    def told(text: str, intensity: int, change: str) -> str:
        act = (
            f"{{act: press, by: ussr, to: us, outside: yes, credit: thanks, intensity: {intensity}"
        )
        bond = f"{{between: [us, ussr], kind: rapprochement, change: {change}, cite: 193}}"
        text = text.replace("acts:\n", f"acts:\n  - {act}, cite: 192}}\n")
        text += "" if "bonds:\n" in text else "bonds:\n"
        return text.replace("bonds:\n", f"bonds:\n  - {bond}\n")

    files = {
        **small.FILES,
        "geneva-1985.yaml": told(small.GENEVA, 1, "formed"),
        "ben/geneva-1985.yaml": told(small.BEN, 2, "broken"),
    }
    assert not ingest(graph, small.write(tmp_path, files)).faulty
    asked = library.questions()["contested"]
    every = library.run(graph, asked, {}).rows
    here = library.run(graph, asked, {"meeting": "geneva-1985"}).rows
    assert here == [row for row in every if "geneva-1985" in row["about"]]
    found = {(row["kind"], row["told"]) for row in here}
    assert {("BOND", "actor/us to actor/ussr"), ("CREDIT", "actor/ussr to actor/us")} <= found


# -- faults ---------------------------------------------------------------------------------------


def test_a_faulty_file_is_left_out_whole_and_what_it_said_before_stays(
    graph: Graph, tmp_path: Path
) -> None:
    root = small.write(tmp_path / "p", small.FILES)
    ingest(graph, root)
    before = dump(graph, tmp_path / "a")
    broken = small.GENEVA.replace("kind: handshake", "kind: handshke")
    small.write(root, {**small.FILES, "geneva-1985.yaml": broken})
    report = ingest(graph, root)
    assert report.faulty == ["geneva-1985.yaml"]
    assert any("handshake" in str(fault) for fault in report.faults)
    assert dump(graph, tmp_path / "b") == before


@pytest.mark.parametrize("lost", ["broken", "gone"])
def test_a_withdrawal_reaches_what_a_broken_or_lost_file_asserted(
    graph: Graph, tmp_path: Path, lost: str
) -> None:
    """An informant who withdraws must not wait until somebody mends a file."""
    root = small.write(tmp_path / "p", small.FILES)
    ingest(graph, root)
    path = root / "reykjavik-1986.yaml"
    text = path.read_text()
    if lost == "broken":
        path.write_text(text + "acts: [}\n")
    else:
        path.unlink()
    (root / "judgements.yaml").write_text(JUDGED[0])
    ingest(graph, root, judgements_only=True)
    assert not [
        claim for claim in read_claims(graph)
        if "source/reagan1990" in {s for c in claim.citations for s in (c.source, c.via)}
    ]  # fmt: skip
    path.write_text(text)
    (root / "judgements.yaml").unlink()
    ingest(graph, root)
    assert dump(graph, tmp_path / "a") == rebuilt(graph, root, tmp_path / "b")


def test_paths_that_cannot_be_ingested_are_told(graph: Graph, tmp_path: Path) -> None:
    root = small.write(tmp_path / "p", small.FILES)
    outside = tmp_path / "outside.yaml"
    outside.write_text(small.LATER)
    with pytest.raises(DataError, match="outside the project"):
        ingest(graph, root, [outside])
    with pytest.raises(DataError, match="is not there"):
        ingest(graph, root, [root / "nothing.yaml"])
    small.write(root, {**small.FILES, "shipped/x.yaml": small.LATER})
    report = ingest(graph, root)
    assert report.faulty == ["shipped/x.yaml"]
    with ingest_lock(graph):  # nobody is left holding it
        pass


def test_one_file_by_a_relative_path_finds_the_registers_above(
    graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = small.write(tmp_path / "p", small.FILES)
    monkeypatch.chdir(root / "ben")
    report = ingest(graph, root, [Path("geneva-1985.yaml")])
    assert report.added == ["visavis/vocabulary.yaml", "ben/geneva-1985.yaml"]
    assert not report.faulty


# -- in proportion --------------------------------------------------------------------------------


def test_the_work_is_that_of_the_file(
    graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {
        "actors.yaml": small.ACTORS,
        "places.yaml": small.PLACES,
        "sources.yaml": small.SOURCES,
    }
    for n in range(30):
        files[f"case-{n}.yaml"] = small.GENEVA.replace("case: geneva-1985", f"case: geneva-{n}")
    root = small.write(tmp_path, files)
    ingest(graph, root)
    rows = statements = 0
    run = Transaction.run

    def counted(self: Transaction, cypher: str, parameters: Any = None) -> list[dict[str, Any]]:
        nonlocal rows, statements
        found = run(self, cypher, parameters)
        sent = (parameters or {}).get("rows") or (parameters or {}).get("ids") or ()
        rows += len(found) + len(sent)
        statements += 1
        return found

    monkeypatch.setattr(Transaction, "run", counted)
    before = revision(graph)
    path = root / "case-7.yaml"
    path.write_text(path.read_text().replace("intensity: 2", "intensity: 3"))
    report = ingest(graph, root)
    assert report.changed == ["case-7.yaml"] and revision(graph) == before + 1
    counts = report.written
    assert (counts.claims_added, counts.claims_removed) == (1, 1)
    assert (counts.nodes_added, counts.nodes_removed) == (0, 0)
    assert statements < 40
    assert rows < 4 * 60  # about sixty claims of one file, not two thousand of thirty


# -- two at once, and readers ---------------------------------------------------------------------

INGEST = """
import sys
from pathlib import Path
from visavis.graph.connect import connect
from visavis.ingest import run
from visavis.ingest.run import ingest
from visavis.schema.errors import BusyError
import small
run._shipped_vocabulary = small.slim_vocabulary
url, project, root, wait, shipped = sys.argv[1:]
graph = connect(url or None, project=project or None)
try:
    ingest(graph, Path(root), with_shipped=shipped == "shipped", wait=float(wait))
except BusyError as error:
    sys.exit("busy: " + str(error))
"""


def start(
    graph: Graph, root: Path, wait: float = 60, shipped: bool = False
) -> subprocess.Popen[str]:
    """An ingest in a process of its own."""
    place: Any = graph._place
    remote = graph.engine == "neo4j"
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(REPOSITORY), str(REPOSITORY / "tests")]),
    }
    if remote:
        environment |= {"NEO4J_USERNAME": place.user, "NEO4J_PASSWORD": place._password}
    where = [place.url, ""] if remote else ["", str(place.project)]
    return subprocess.Popen(
        [sys.executable, "-c", INGEST, *where, str(root), str(wait), "shipped" if shipped else ""],
        stderr=subprocess.PIPE,
        text=True,
        cwd=root,
        env=environment,
    )


def test_two_ingests_at_once_end_well(graph: Graph, tmp_path: Path) -> None:
    root = small.write(tmp_path / "p", small.FILES)
    both = [start(graph, root), start(graph, root)]
    for process in both:
        _, said = process.communicate(timeout=120)
        assert process.returncode == 0, said
    assert as_it_is(graph) == as_it_should_be(root)
    assert dump(graph, tmp_path / "a") == rebuilt(graph, root, tmp_path / "b")


def test_a_second_ingest_is_told_to_wait(graph: Graph, tmp_path: Path) -> None:
    root = small.write(tmp_path / "p", small.FILES)
    ingest(graph, root)
    with ingest_lock(graph):
        with pytest.raises(BusyError, match="another ingest is writing"):
            ingest(graph, root, wait=0.2)
        process = start(graph, root, wait=0.2)
        _, said = process.communicate(timeout=60)
        assert process.returncode == 1 and said.startswith("busy: another ingest")
    ingest(graph, root)


def test_an_ingest_that_waited_reads_the_files_anew(graph: Graph, tmp_path: Path) -> None:
    root = small.write(tmp_path / "p", small.FILES)
    ingest(graph, root)
    small.write(root, {**small.FILES, "geneva-1985.yaml": small.GENEVA.replace("24 s", "25 s")})
    with ingest_lock(graph):
        waiting = threading.Thread(target=ingest, args=(graph, root))
        waiting.start()
        waiting.join(0.5)
        small.write(root, {**small.FILES, "geneva-1985.yaml": small.GENEVA.replace("24 s", "26 s")})
    waiting.join(60)
    assert as_it_is(graph) == as_it_should_be(root)


def test_readers_never_see_half_a_document(graph: Graph, tmp_path: Path) -> None:
    """Every participation, the title and the claims change together, back and forth."""
    people = "".join(f"  - {{actor: p{n}, seat: NOW, cite: 1}}\n" for n in range(60))
    case = f"case: m\ntitle: NOW\nsource: bramsen2024\ncite: 1\nwho:\n{people}"
    actors = "actors:\n" + "".join(f"  p{n}: {{name: P, kind: person}}\n" for n in range(60))
    root = small.write(tmp_path, {"actors.yaml": actors, "sources.yaml": small.SOURCES})
    versions = [case.replace("NOW", word) for word in ("left", "right")]
    (root / "m.yaml").write_text(versions[0])
    ingest(graph, root)
    done = threading.Event()
    seen: set[str] = set()
    wrong: list[Any] = []

    def look() -> None:
        with graph.reader() as reader:
            while not done.wait(0.01):
                (seats, told), quiet = consistently(reader, lambda: once(reader))
                if not quiet:
                    continue
                words = {row["seat"] for row in seats} | {row["title"] for row in seats}
                words |= {row["v"] for row in told}
                seen.update(words)
                if len(seats) != 60 or len(words) != 1 or len(told) != 1:
                    wrong.append((len(seats), words, told))

    def once(reader: Graph) -> tuple[list[Any], list[Any]]:
        return reader.rows(
            "MATCH (m:Meeting {id: 'meeting/m'})<-[r:TOOK_PART]-(:Actor) "
            "RETURN m.title AS title, r.seat AS seat"
        ), reader.rows(
            "MATCH (c:Claim {predicate: 'titled', about: 'meeting/m'}) RETURN c.value AS v"
        )

    readers = [threading.Thread(target=look) for _ in range(2)]
    for reader in readers:
        reader.start()
    try:
        for text in itertools.islice(itertools.cycle(reversed(versions)), 15):
            (root / "m.yaml").write_text(text)
            ingest(graph, root, [root / "m.yaml"])
    finally:
        done.set()
        for reader in readers:
            reader.join()
    assert not wrong
    assert seen == {"left", "right"}


class Gone(ClientError):
    """What an engine says of a record that was there a moment ago."""

    code = "Neo.ClientError.Statement.EntityNotFound"
    message = "Record #19:3 not found"


def test_a_reading_that_a_commit_cut_off_is_done_again(
    graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, cuts = Graph._attempt, iter([2, 0])

    def cut(self: Graph, *asked: Any) -> Iterator[dict[str, Any]]:
        rows = next(cuts, None)
        yield from itertools.islice(whole(self, *asked), rows)
        if rows is not None:
            with translated("MATCH (n) RETURN n"):
                raise Gone

    monkeypatch.setattr(Graph, "_attempt", cut)
    asked = "UNWIND range(1, 5) AS n RETURN n ORDER BY n"
    assert [row["n"] for row in graph.rows(asked)] == [1, 2, 3, 4, 5]
    cuts = iter([1])
    with pytest.raises(ConflictError, match=r"changed meanwhile .*; ask again"):
        list(graph.read(asked))  # rows were handed out already
    cuts = iter([None, 3])  # the revision is read; then the work is cut off
    assert len(consistently(graph, lambda: list(graph.read(asked)))[0]) == 5


# -- the shipped cases ----------------------------------------------------------------------------


def test_shipped_cases_stand_beside_a_project_and_leave_it_alone(
    graph: Graph, tmp_path: Path
) -> None:
    root = small.write(tmp_path / "p", small.FILES)
    ingest(graph, root)
    ingest(graph, root, with_shipped=True)
    documents = stored_documents(graph)
    assert {name for name in documents if "/" not in name} == {
        n for n in small.FILES if "/" not in n
    }
    assert sum(name.startswith("shipped/") for name in documents) > 40
    ingest(graph, root)
    assert stored_documents(graph) == documents


def test_one_file_asks_for_one_document(graph: Graph, tmp_path: Path) -> None:
    """Whatever else is in the graph: the documents that are read are those of what was named."""
    root = small.write(tmp_path / "p", {**small.FILES, "judgements.yaml": JUDGED[4]})
    ingest(graph, root)
    everything = stored_documents(graph)
    assert set(everything) == {*small.FILES, "judgements.yaml", "visavis/vocabulary.yaml"} - {
        "judgements.yaml"
    }
    assert set(stored_documents(graph, ["geneva-1985.yaml", "nothing.yaml"])) == {
        "geneva-1985.yaml"
    }
    assert set(stored_documents(graph, [], ["ben/"])) == {"ben/geneva-1985.yaml"}
    assert stored_documents(graph, [], [""]) == everything
    asked: list[Any] = []
    read_rows = Graph.read

    def counted(self: Graph, cypher: str, parameters: Any = None, **more: Any) -> Iterator[Any]:
        for row in read_rows(self, cypher, parameters, **more):
            if "(d:Document" in cypher and "path" in row:
                asked.append(row["path"])
            yield row

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Graph, "read", counted)
        ingest(graph, root, [root / "reykjavik-1986.yaml"])
    assert sorted(asked) == ["reykjavik-1986.yaml", "visavis/vocabulary.yaml"]


def test_what_a_claim_carries_is_what_is_created() -> None:
    """Claims are created from lists: a field that had no place in them would be lost."""
    citation = Citation("source/a", "1", via="source/b", via_locator="2", quote="word")
    texts = [f.name for f in dataclasses.fields(Claim) if f.type == "str" and f.init]
    claim = Claim(**{**dict.fromkeys(texts, "x"), "citations": (citation,)})
    assert set(write._claim_row("c-1", claim, "e-1")) == set(write._TOLD)
    cites = write._cites("c-1", claim, {"source/a": "source/c"})
    assert {name for cite in cites for name in cite["p"]} == set(write._CITED)
