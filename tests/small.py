"""A small project to test with: the Geneva summit in ten lines, a second coder, a second meeting."""

from __future__ import annotations

import functools
from dataclasses import replace
from pathlib import Path
from typing import Any

from visavis.ingest import run
from visavis.ingest.run import Collection, collect, read, read_judgements_of, shipped
from visavis.schema.claims import Claim
from visavis.schema.errors import Fault
from visavis.schema.project import Projection, project

ACTORS = """\
actors:
  reagan: {name: Ronald Reagan, kind: person, also: [Reagan], ids: [wikidata:Q9960]}
  gorbachev: {name: Mikhail Gorbachev, kind: person, cite: bramsen2024 191}
  gorbatschow: {name: Michail Gorbatschow, kind: person}
  us: {name: United States, kind: state}
  ussr: {name: Soviet Union, kind: state}
"""
PLACES = """\
places:
  geneva: {name: Geneva, coordinates: "46.20,6.15"}
"""
SOURCES = """\
sources:
  bramsen2024: {type: chapter, author: ["Bramsen, Isabel"], issued: 2024, title: Meetings}
  reagan1990: {type: book, author: ["Reagan, Ronald"], issued: 1990, title: An American Life}
  archigos: {type: dataset, title: Archigos, issued: 2016}
"""
GENEVA = """\
case: geneva-1985
title: Reagan and Gorbachev meet
source: bramsen2024
coder: anna
cite: 191
when: 1985
where: geneva
who:
  - {actor: reagan, for: us, office: president, role: [principal, host], cite: 191}
  - {actor: gorbachev, for: ussr, office: president, role: principal, cite: 191}
phases:
  - {phase: walk, stage: back, mode: friendly, for: ~ 90 min, cite: 192}
acts:
  - {act: hands, kind: handshake, by: [reagan, gorbachev], in: walk, for: 24 s, cite: 191 via reagan1990 11}
  - {act: asks, kind: invitation, by: reagan, to: gorbachev, in: walk, credit: yes, intensity: 2, uptake: accepted, cite: 192 via reagan1990 15}
  - {act: accepts, kind: acceptance, by: gorbachev, to: reagan, replies: asks, how: reciprocates, credit: yes, cite: reagan1990 15}
bonds:
  - {between: [reagan, gorbachev], kind: trust, change: formed, said_by: gorbachev, cite: 192}
outcomes:
  - {outcome: more, what: two more summits, kind: next-meeting, from: walk, cite: [192, reagan1990 15]}
rival:
  - {of: who.gorbachev.office, value: general secretary, as_told: president, correction: yes, cite: archigos USSR-1985}
"""
# Another coder's reading of the same meeting; one statement is word for word hers too.
BEN = """\
case: geneva-1985
title: The first summit
source: bramsen2024
coder: ben
cite: 191
when: 1985-11-19/1985-11-21
who:
  - {actor: reagan, for: us, office: president, role: [host, principal], cite: 191}
  - {actor: gorbatschow, for: ussr, office: general secretary, cite: 191}
phases:
  - {phase: walk, mode: dominant, cite: 192}
acts:
  - {act: asks, kind: invitation, by: reagan, to: gorbachev, in: walk, discredit: snub, cite: 192 via reagan1990 15}
remarks:
  - {remark: iconic, coder: anna, memo: as Ben has it, cite: 193}
"""
LATER = """\
case: reykjavik-1986
title: They meet again
source: reagan1990
coder: anna
cite: 20
when: 1986-10-11/1986-10-12
answers: geneva-1985
who:
  - {actor: reagan, for: us, role: principal, cite: 20}
  - {actor: gorbachev, for: ussr, role: principal, cite: 20}
domination:
  - {by: gorbachev, over: reagan, result: resisted, cite: 21}
credits:
  - {from: reagan, to: gorbachev, discredit: insult, cite: bramsen2024 199}
"""
FILES = {
    "actors.yaml": ACTORS,
    "places.yaml": PLACES,
    "sources.yaml": SOURCES,
    "geneva-1985.yaml": GENEVA,
    "ben/geneva-1985.yaml": BEN,
    "reykjavik-1986.yaml": LATER,
}


def write(root: Path, files: dict[str, str]) -> Path:
    """Make `root` hold these files and no others (of ours)."""
    for old in sorted(root.rglob("*.y*ml")):
        if ".visavis" not in old.parts and old.relative_to(root).as_posix() not in files:
            old.unlink()
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def read_all(root: Path) -> tuple[list[Claim], list[Fault]]:
    """Claims and faults of every file below `root`, before judgements."""
    here = Collection(root)
    files, _ = collect(here)
    readings = list(read(here, files, explicit=False))
    return (
        [claim for reading in readings for claim in reading.claims],
        [fault for reading in readings for fault in reading.faults],
    )


@functools.cache
def shipped_claims() -> tuple[Claim, ...]:
    """The claims of the shipped cases, as read."""
    files, _ = collect(shipped())
    return tuple(claim for reading in read(shipped(), files) for claim in reading.claims)


_whole = run._shipped_vocabulary


@functools.cache
def slim_vocabulary() -> run.Reading:
    """A few terms of the shipped vocabulary, where a test writes it again and again."""
    whole = _whole()
    return replace(whole, claims=[c for c in whole.claims if c.subject < "term/b"])


def judged(root: Path) -> Projection:
    """What the graph must be: the files, under the project's judgements, projected at once."""
    judgements, faults = read_judgements_of(root)
    assert not faults
    claims, wrong = read_all(root)
    assert not [f for f in wrong if f.severity == "error"], wrong
    every = [*claims, *judgements.claims]
    judgements = judgements.over(judgements.containing(every))
    kept, _ = judgements.apply(every)
    return project(kept, judgements.same)


def plain(projection: Projection) -> dict[str, Any]:
    """A projection as data that compares."""
    nodes = {n.id: (n.label, n.properties) for n in projection.nodes.values()}
    edges = {e.id: (e.type, e.start, e.end, e.properties) for e in projection.edges.values()}
    return {"nodes": nodes, "edges": edges, "claims": dict(projection.edge_of)}
