"""The export: the same bytes for the same graph, on either engine, and nothing that may not leave."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import small
from test_ingest import dump, fresh

from visavis.exchange.access import TOLD, Withholding, closed_sources, withhold
from visavis.exchange.folder import export_folder
from visavis.exchange.leaving import Exported, Leaving, named_by, same_among, without
from visavis.graph.connect import Graph
from visavis.ingest import run
from visavis.ingest.run import ingest
from visavis.schema.claims import Claim, problems
from visavis.schema.model import vocabulary
from visavis.schema.project import project

NAMES = ["claims.csv", "claims.jsonl", "edges.csv", "edges.jsonl", "nodes.csv", "nodes.jsonl"]
_exports: dict[str, dict[str, bytes]] = {}


def jsonl(raw: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in raw.decode().splitlines()]


# -- the shipped cases, on both engines -----------------------------------------------------------


@pytest.fixture
def exported(shipped: Graph, tmp_path: Path) -> dict[str, bytes]:
    if shipped.engine not in _exports:
        _exports[shipped.engine] = dump(shipped, tmp_path / "export")
    return _exports[shipped.engine]


def test_both_engines_give_the_same_bytes(exported: dict[str, bytes]) -> None:
    """The second engine's are compared with the first's."""
    assert sorted(exported) == NAMES
    for other in _exports.values():
        assert other == exported


def test_what_is_exported_is_what_the_claims_project(exported: dict[str, bytes]) -> None:
    made = project([*small.shipped_claims(), *run._shipped_vocabulary().claims])
    nodes = {n["id"]: (n["labels"], n["properties"]) for n in jsonl(exported["nodes.jsonl"])}
    assert nodes == {
        n.id: ([n.label], {k: v for k, v in n.properties.items() if k != "id"})
        for n in made.nodes.values()
    }
    edges = {e["id"]: e for e in jsonl(exported["edges.jsonl"])}
    assert edges == {
        e.id: {
            "id": e.id, "type": e.type, "from": e.start, "to": e.end,
            "properties": {k: v for k, v in e.properties.items() if k != "id"},
        }
        for e in made.edges.values()
    }  # fmt: skip


def test_lines_are_sorted_and_whole(exported: dict[str, bytes]) -> None:
    claims, nodes, edges = (jsonl(exported[f"{n}.jsonl"]) for n in ("claims", "nodes", "edges"))
    for lines in (claims, nodes, edges):
        ids = [line["id"] for line in lines]
        assert ids == sorted(ids) and len(set(ids)) == len(ids)
    known = {claim["id"] for claim in claims}
    ends = {node["id"] for node in nodes}
    for claim in claims:
        assert {"id", "subject", "predicate", "citations"} <= claim.keys()
        assert ("object" in claim) != ("value" in claim)
        assert all({"source", "locator", "relation"} <= c.keys() for c in claim["citations"])
        assert {c["source"] for c in claim["citations"]} <= ends
    for edge in edges:
        assert edge.keys() == {"id", "type", "from", "to", "properties"}
        assert {edge["from"], edge["to"]} <= ends
        assert edge["properties"]["claims"] and set(edge["properties"]["claims"]) <= known
    for node in nodes:
        assert node.keys() == {"id", "labels", "properties"}


def test_csv_says_the_same(exported: dict[str, bytes]) -> None:
    for name in ("claims", "nodes", "edges"):
        rows = list(csv.DictReader(exported[f"{name}.csv"].decode().splitlines(keepends=True)))
        assert [row["id"] for row in rows] == [
            line["id"] for line in jsonl(exported[f"{name}.jsonl"])
        ]


# -- a small project ------------------------------------------------------------------------------


@pytest.fixture
def graph(engine: Graph, monkeypatch: pytest.MonkeyPatch) -> Iterator[Graph]:
    monkeypatch.setattr(run, "_shipped_vocabulary", small.slim_vocabulary)
    yield fresh(engine)
    fresh(engine)


def test_again_and_elsewhere_the_same_bytes(graph: Graph, tmp_path: Path) -> None:
    root = small.write(tmp_path / "p", small.FILES)
    ingest(graph, root)
    first = dump(graph, tmp_path / "a")
    assert dump(graph, tmp_path / "a") == first  # over the old one
    other = small.write(tmp_path / "q", small.FILES)
    ingest(fresh(graph), other)
    assert dump(graph, tmp_path / "b") == first
    assert sorted(path.name for path in (tmp_path / "a").iterdir()) == NAMES


FIELD = {
    "actors.yaml": small.ACTORS
    + "  berg: {name: Anna Zwiebelberg, kind: person, also: [Annchen Z], memo: our contact}\n"
    "  voss: {name: Karl Vossenkuhl, kind: person}\n"
    "  quist: {name: Ada Quistgaard, kind: person}\n",
    "sources.yaml": small.SOURCES
    + "  i1: {type: interview, kind: interview, title: Talk with Anna Zwiebelberg, issued: 2022, "
    "speaker: berg, named_as: by-role, note: a mediator, access: public}\n"
    "  i2: {type: interview, kind: interview, title: Talk, issued: 2022, speaker: voss, "
    "named_as: anonymous, note: the only Dane there, access: public}\n"
    "  i3: {type: interview, title: Hush hush, issued: 2022, speaker: quist, access: confidential}\n"
    "  i4: {type: document, title: Sealed paper, issued: 2022, access: restricted until 2040}\n",
    "m.yaml": """\
case: m
title: A meeting that Anna Zwiebelberg arranged
source: i1
coder: anna
cite: p. 1
when: 2021
who:
  - {actor: berg, role: mediator, memo: "Zwiebelberg, that is Anna Zwiebelberg, sat there", cite: p. 1}
  - {actor: voss, role: observer, cite: i2 3}
  - {actor: quist, role: note-taker, cite: i3 3}
  - {actor: reagan, role: host, cite: [bramsen2024 3, i3 9]}
  - {actor: gorbachev, role: host, cite: i4 2}
credits:
  - {from: reagan, to: berg, credit: praise, said_by: berg, cite: p. 4}
  - {from: berg, to: reagan, credit: thanks, on_behalf_of: us, as_told: Annchen Z, cite: i4 1}
remarks:
  - {remark: "told by quist, i3", said_by: quist, cite: i3 5}
  - {remark: open, said_by: voss, quote: "I, Karl Vossenkuhl, saw it", cite: i2 5}
""",
    "places.yaml": small.PLACES,
}
SECRETS = [
    "Zwiebelberg Anna", "Anna Zwiebelberg", "Annchen Z", "actor/berg", "Karl Vossenkuhl", "actor/voss",
    "Ada Quistgaard", "actor/quist", "Hush hush", "Sealed paper", "source/i3", "source/i4",
    "the only Dane there", "our contact",
]  # fmt: skip


# A careless project: the name of an informant stands in keys and in the name of a file.
CARELESS = {
    **FIELD,
    "sources.yaml": FIELD["sources.yaml"]
    + "  interview-zwiebelberg: {type: interview, kind: interview, title: Second talk, issued: 2023, "
    "speaker: berg, named_as: anonymous, access: public}\n",
    "talks/zwiebelberg-2023.yaml": """\
case: zwiebelberg-2023
title: Coffee
source: interview-zwiebelberg
coder: anna
cite: 1
when: 2023-04-03
who:
  - {actor: berg, role: mediator, cite: 2}
  - {actor: reagan, role: host, office: president, cite: 3 via bramsen2024 7}
phases:
  - {phase: with-zwiebelberg, mode: friendly, cite: Zwiebelberg transcript p. 4}
acts:
  - {act: zwiebelberg-sighs, kind: handshake, by: [berg, reagan], in: with-zwiebelberg, cite: 4,
     quote: "I, Zwiebelberg, sighed", as_told: Zwiebelberg says so, memo: "A. Zwiebelberg, sure?"}
credits:
  - {id: zwiebelberg-thanks, from: reagan, to: berg, credit: thanks, act: zwiebelberg-sighs,
     said_by: berg, on_behalf_of: us, cite: 5}
outcomes:
  - {outcome: zwiebelberg-plan, what: the Zwiebelberg plan, kind: agreement, cite: 6}
remarks:
  - {remark: Zwiebelberg stayed, on: with-zwiebelberg, cite: 7}
""",
}


def test_a_name_in_a_key_does_not_leave(tmp_path: Path) -> None:
    claims, faults = small.read_all(small.write(tmp_path, CARELESS))
    assert not [f for f in faults if f.severity == "error"], faults
    assert any(c.key.startswith("zwiebelberg") for c in claims)
    kept = list(withhold(claims, {}))
    assert "zwiebelberg" in repr(claims) and "zwiebelberg" not in repr(kept).casefold()
    assert not [i for i, _ in kept if "zwiebelberg" in i]
    made = project(claim for _, claim in kept)
    assert {"source/withheld-1", "meeting/withheld-1", "phase/withheld-1", "outcome/withheld-1",
            "actor/speaker-of-withheld-1"} <= made.nodes.keys()  # fmt: skip
    assert made.nodes["meeting/withheld-1"].properties["title"] == "Coffee"
    [thanks] = [e for e in made.edges.values() if e.type == "CREDIT" and e.start == "actor/reagan"
                and e.end == "actor/speaker-of-withheld-1"]  # fmt: skip
    assert thanks.properties["ritual"] == "ritual/withheld-1"
    origins = {claim.id: claim.origin for claim in claims}
    for claim_id, claim in kept:
        assert problems(claim, vocabulary()) == []
        told = origins.get(claim_id)  # a claim whose key bore the name has another
        if told is not None:
            assert claim.origin.file == ("" if "zwiebelberg" in told.file else told.file)
    assert len({i for i, _ in kept} - origins.keys()) == 1
    # What others tell of too keeps its key: they have published it.
    more = CARELESS["m.yaml"].replace("case: m\n", "case: m\nanswers: zwiebelberg-2023\n")
    more = more.replace("source: i1\n", "source: bramsen2024\n")
    claims, faults = small.read_all(small.write(tmp_path, {**CARELESS, "m.yaml": more}))
    assert not [f for f in faults if f.severity == "error"], faults
    nodes = project(claim for _, claim in withhold(claims, {})).nodes
    assert "meeting/zwiebelberg-2023" in nodes and "source/withheld-1" in nodes


def test_what_may_not_leave_does_not(graph: Graph, tmp_path: Path) -> None:
    root = small.write(tmp_path / "p", FIELD)
    report = ingest(graph, root)
    assert not report.faulty, report.faults
    whole = b"".join(dump(graph, tmp_path / "whole").values()).decode()
    for secret in SECRETS[1:]:
        assert secret in whole, secret  # it is there to be told
    done = export_folder(graph, tmp_path / "public")
    assert (done.withheld_sources, done.unnamed) == (2, 2)
    assert done.withheld_claims > 0
    for path in (tmp_path / "public").iterdir():
        text = path.read_text("utf-8")
        for secret in SECRETS:
            assert secret.casefold() not in text.casefold(), (secret, path.name)
    edges = jsonl((tmp_path / "public" / "edges.jsonl").read_bytes())
    took = {e["from"] for e in edges if e["type"] == "TOOK_PART"}
    assert took == {"actor/speaker-of-i1", "actor/speaker-of-i2", "actor/reagan"}
    claims = {line["id"] for line in jsonl((tmp_path / "public" / "claims.jsonl").read_bytes())}
    assert all(set(edge["properties"]["claims"]) <= claims for edge in edges)


def leave(claims: list[Claim], same: Mapping[str, str] | None = None) -> list[Claim]:
    """What leaves of these claims."""
    same = same or {}
    return [claim for _, claim in withhold(claims, same)]


def streamed(claims: Iterable[Claim], same: Mapping[str, str]) -> tuple[Any, Any, Any]:
    """Claims, nodes and edges that leave, the untouched ones passed on as they are."""
    unique = {claim.id: claim for claim in claims}
    made = project(unique.values(), same)
    whole = Leaving(
        Exported(),
        lambda: sorted(unique.items()),
        lambda: sorted(made.nodes.values(), key=lambda n: n.id),
        lambda: sorted(made.edges.values(), key=lambda e: (e.type, e.start, e.end, e.id)),
    )
    told = [claim for claim in unique.values() if claim.predicate in TOLD]
    left = without(whole, Withholding(told, same), same)
    return list(left.claims()), list(left.nodes()), list(left.edges())


def test_what_is_passed_on_is_what_the_claims_that_leave_project(tmp_path: Path) -> None:
    """Only what withholding touches is projected anew; the whole must come out the same."""
    field, _ = small.read_all(small.write(tmp_path, FIELD))
    shipped = list(small.shipped_claims())
    sources = sorted({claim.subject for claim in shipped if claim.predicate == "described_as"})
    actors = sorted({c.subject for c in shipped if c.subject.startswith("actor/")})
    dice = random.Random(3)
    changed = 0
    for number in range(10):
        claims, same = (field, {}) if number == 0 else (shipped, dict[str, str]())
        if number == 9:  # of her who stands for both nothing leaves
            claims, same = field, {"actor/reagan": "actor/quist"}
        elif number:
            told: dict[str, dict[str, Any]] = {
                source: {"access": "confidential"} for source in dice.sample(sources, 2)
            }
            speakers = [actor.partition("/")[2] for actor in dice.sample(actors, 2)]
            for source, speaker in zip(dice.sample(sources, 2), speakers, strict=True):
                told[source] = {"named_as": "anonymous", "speaker": speaker}
            claims = [
                replace(c, value=json.dumps({**json.loads(c.value), **told[c.subject]}))
                if c.predicate == "described_as" and c.subject in told
                else c
                for c in claims
            ]
            one, other = dice.sample(actors, 2)
            same = {one: other} if number % 2 else {}
        kept = dict(sorted(withhold({c.id: c for c in claims}.values(), same)))
        among = same_among(same, {name for claim in kept.values() for name in named_by(claim)})
        made = project(kept.values(), among)
        ids = {claim.id: claim_id for claim_id, claim in kept.items()}
        leaving, nodes, edges = streamed(claims, same)
        assert leaving == list(kept.items())

        def plain(properties: Mapping[str, Any], ids: Mapping[str, str] = ids) -> dict[str, Any]:
            found = {name: value for name, value in properties.items() if value is not None}
            if "claims" in found:
                found["claims"] = sorted(ids.get(i, i) for i in found["claims"])
            found.pop("rivals", None)  # text, in which claims are named too
            return found

        assert {n.id: (n.label, plain(n.properties)) for n in nodes} == {
            n.id: (n.label, plain(n.properties)) for n in made.nodes.values()
        }
        assert [(e.id, e.type, e.start, e.end, plain(e.properties)) for e in edges] == [
            (e.id, e.type, e.start, e.end, plain(e.properties))
            for e in sorted(made.edges.values(), key=lambda e: (e.type, e.start, e.end, e.id))
        ]
        assert [n.id for n in nodes] == sorted(made.nodes)
        assert number != 9 or "actor/quist" not in repr((leaving, nodes, edges))
        changed += len(kept) < len(claims)
    assert changed > 4


def test_a_person_whom_others_name_keeps_the_name_there(tmp_path: Path) -> None:
    """A minister who also gave an interview is not struck from the history books."""
    more = FIELD["m.yaml"].replace(
        "cite: i4 2}", "cite: i4 2}\n  - {actor: voss, role: aide, cite: bramsen2024 9}"
    )
    claims, faults = small.read_all(small.write(tmp_path, {**FIELD, "m.yaml": more}))
    assert not [f for f in faults if f.severity == "error"], faults
    kept = leave(claims)
    took = {(c.subject, c.citations[0].source) for c in kept if c.predicate == "took_part"}
    assert ("actor/voss", "source/bramsen2024") in took
    assert ("actor/speaker-of-i2", "source/i2") in took
    assert ("actor/voss", "source/i2") not in took


def test_a_record_that_differs_is_closed_if_any_says_so(tmp_path: Path) -> None:
    other = "sources:\n  reagan1990: {title: An American Life, access: confidential}\n"
    claims, _ = small.read_all(small.write(tmp_path, {**small.FILES, "ben/sources.yaml": other}))
    assert closed_sources(claims, {}) == {"source/reagan1990"}


def test_what_a_closed_source_contains_is_closed_with_it(tmp_path: Path) -> None:
    """A paper in a sealed box says nothing of its own access; nor does another name of the box."""
    more = (
        "  paper: {type: document, title: A note on the walk, issued: 1985, in: folder-3}\n"
        "  folder-3: {type: document, title: Folder three, in: i4}\n"
        "  box: {type: document, title: The same box}\n"
    )
    files = {**FIELD, "sources.yaml": FIELD["sources.yaml"] + more}
    files["m.yaml"] = files["m.yaml"].replace("cite: i4 2}", "cite: paper 2}")
    claims, faults = small.read_all(small.write(tmp_path, files))
    assert not [f for f in faults if f.severity == "error"], faults
    inside = {"source/i4", "source/folder-3", "source/paper"}
    assert closed_sources(claims, {}) == inside | {"source/i3"}
    same = {"source/i4": "source/box"}
    assert closed_sources(claims, same) == inside | {"source/box", "source/i3"}
    told = "".join(repr(claim) for claim in leave(claims, same))
    assert "i1" in told
    for secret in ("A note on the walk", "Folder three", "The same box", "source/paper"):
        assert secret in repr(claims) and secret not in told


def test_an_informant_keeps_no_name_under_another_key(tmp_path: Path) -> None:
    """Who is judged to be the informant is the informant; a part of the talk is the talk."""
    files = {
        **FIELD,
        "actors.yaml": FIELD["actors.yaml"] + "  zb: {name: A. Zwiebelberg-Roth, kind: person}\n",
        "sources.yaml": FIELD["sources.yaml"]
        + "  tape: {type: interview, title: Second tape of A. Zwiebelberg-Roth, in: i1}\n",
    }
    files["m.yaml"] += "  - {remark: A. Zwiebelberg-Roth agreed, said_by: zb, cite: tape 4}\n"
    claims, faults = small.read_all(small.write(tmp_path, files))
    assert not [f for f in faults if f.severity == "error"], faults
    kept = leave(claims, {"actor/zb": "actor/berg"})
    told = "".join(repr(claim) for claim in kept)
    for secret in ("zwiebelberg", "actor/zb", "actor/berg"):  # the family name alone too
        assert secret in repr(claims).casefold() and secret not in told.casefold(), secret
    assert "actor/speaker-of-tape" in {claim.said_by for claim in kept}


def test_a_spreadsheet_runs_nothing(graph: Graph, tmp_path: Path) -> None:
    text = small.LATER + "remarks:\n  - {remark: '=cmd()', memo: '@x', cite: 22}\n"
    ingest(graph, small.write(tmp_path / "p", {**small.FILES, "reykjavik-1986.yaml": text}))
    made = dump(graph, tmp_path / "e")
    rows = list(csv.DictReader(made["claims.csv"].decode().splitlines(keepends=True)))
    assert [
        row["value"] for row in rows if row["predicate"] == "remark" and "cmd" in row["value"]
    ] == ["'=cmd()"]
