"""A whole FRUS volume as tables for statistics: counts, dates and risk sets as the graph has them."""

from __future__ import annotations

import functools
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from conftest import empty
from test_events import rows, zero
from test_frus import SHARED
from test_volume_out import VOLUME, volume

from visavis.exchange.events import FORMS, save_tables, tables
from visavis.exchange.forms import send
from visavis.graph.connect import Graph
from visavis.ingest.run import ingest
from visavis.schema import dates
from visavis.schema.project import Node

pytestmark = pytest.mark.skipif(not VOLUME.is_file(), reason=f"the volume is not in {SHARED}")

OPTIONS: dict[str, dict[str, str]] = {
    "remify": {"edges": "together"},
    "goldfish": {"edges": "together"},
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every form, each in a folder of its name."""
    made = tmp_path_factory.mktemp("volume")
    for form in FORMS:
        save_tables(tables(volume(), form, **OPTIONS.get(form, {})), made / form)
    return made


# -- what the graph says ----------------------------------------------------------------------


@functools.cache
def encounters() -> dict[str, Node]:
    return {
        node.id: node
        for node in volume().nodes()
        if node.label == "Meeting" and node.properties.get("scope", "encounter") == "encounter"
    }


@functools.cache
def present() -> dict[str, set[str]]:
    """Who took part in each encounter."""
    found = defaultdict(set)
    for edge in volume().edges():
        if edge.type == "TOOK_PART":
            found[edge.end].add(edge.start)
    return dict(found)


@functools.cache
def summits() -> set[str]:
    """What others are sessions of."""
    return {e.end for e in volume().edges() if e.type == "PART_OF" and e.start in encounters()}


@functools.cache
def days() -> dict[str, int]:
    """The encounters that are events of eventnet, with their day since 1970."""
    found = {}
    for meeting, node in encounters().items():
        told = node.properties
        if meeting in summits() or not present().get(meeting) or "earliest" not in told:
            continue
        day = told["earliest"] // 86_400
        if day == told["starts_by"] // 86_400:
            found[meeting] = day
    return found


@functools.cache
def claims() -> frozenset[str]:
    return frozenset(claim_id for claim_id, _ in volume().claims())


def pairs() -> Iterator[tuple[int, str, str]]:
    for meeting, day in days().items():
        for a, b in combinations(sorted(present()[meeting]), 2):
            yield day, a, b


def epoch_day(folder: Path) -> int:
    return dates.parse(zero(folder)).earliest // 86_400


# -- what the files say -------------------------------------------------------------------------


def test_the_volume_is_large_enough_to_tell() -> None:
    assert len(encounters()) > 50 and len(days()) > 40 and len(summits()) > 1
    assert sum(1 for _ in pairs()) > 1_000


@pytest.mark.parametrize("form", FORMS)
def test_claims_resolve(form: str, folder: Path) -> None:
    told = 0
    for path in (folder / form).glob("*.csv"):
        for row in rows(path.parent, path.name) if path.name != "codebook.csv" else ():
            cited = set(filter(None, row.get("claims", "").split("; ")))
            assert cited <= claims(), path.name
            told += bool(cited)
    assert told > 200


def test_pairs_are_those_of_the_encounters(folder: Path) -> None:
    wanted = Counter(pairs())
    begin = epoch_day(folder / "remify")
    assert begin == min(days().values()) - 1 < 0  # before 1970
    told = rows(folder / "remify", "edgelist.csv")
    assert wanted == Counter((int(r["time"]) + begin, r["actor1"], r["actor2"]) for r in told)
    told = rows(folder / "goldfish", "events_together.csv")
    assert wanted == Counter((int(r["time"]), r["sender"], r["receiver"]) for r in told)
    for row in rows(folder / "goldfish", "provenance.csv"):
        event = told[int(row["row"]) - 1]
        assert {event["sender"], event["receiver"]} <= present()[row["meeting"]]
        assert int(event["time"]) == days()[row["meeting"]]
        assert row["date"] == encounters()[row["meeting"]].properties["date"]


def test_hyperevents_have_the_participants_of_the_graph(folder: Path) -> None:
    found = defaultdict(set)
    for row in rows(folder / "eventnet", "events.csv"):
        if row["type"] == "encounter":
            found[row["event_id"], int(row["time"])].add(row["participant"])
    assert found == {(m, day): present()[m] for m, day in days().items()}


def test_left_out_is_what_the_graph_has_besides() -> None:
    meetings = sum(node.label == "Meeting" for node in volume().nodes())
    made = tables(volume(), "eventnet")
    assert made.events == len(days())
    assert made.events + sum(made.left_out.values()) == meetings
    assert made.left_out["summits that are told by their sessions"] == len(summits())
    none = tables(volume(), "goldfish")  # a volume tells of no acts of credit
    assert not none.events and not none.files["nodes.csv"].rows


def test_every_actor_is_at_risk_at_its_events(folder: Path) -> None:
    """As each program reckons it from its files, and as presence.csv tells."""
    spans = defaultdict(list)
    for row in rows(folder / "goldfish", "presence.csv"):
        spans[row["actor"]].append((int(row["from"]), int(row["to"])))
    times = sorted(set(days().values()))
    wanted = {
        (a, t) for a, told in spans.items() for t in times if any(f <= t <= u for f, u in told)
    }
    assert {(a, t) for m, t in days().items() for a in present()[m]} <= wanted
    assert len(wanted) < len(spans) * len(times)  # somebody comes or goes
    # goldfish: the last change up to a time holds, else the state at the beginning
    state = {r["label"]: r["present"] == "TRUE" for r in rows(folder / "goldfish", "nodes.csv")}
    assert list(state) == sorted(spans)
    changes = rows(folder / "goldfish", "presence_changes.csv")
    at = [int(row["time"]) for row in changes]
    assert at == sorted(at) and at
    found, told = set(), iter([*changes, None])
    change = next(told)
    for time in times:
        while change and int(change["time"]) <= time:
            assert state[change["node"]] != (change["replace"] == "TRUE")  # a change changes
            state[change["node"]] = change["replace"] == "TRUE"
            change = next(told)
        found |= {(actor, time) for actor, there in state.items() if there}
    assert found == wanted
    # eventnet: add_actor and remove_actor set a state that holds from the next unit on
    now: set[str] = set()
    found = set()
    for row in rows(folder / "eventnet", "events.csv"):
        if row["type"] == "encounter":
            assert row["participant"] in now
            found |= {(actor, int(row["time"])) for actor in now}
        else:
            {"add_actor": now.add, "remove_actor": now.discard}[row["type"]](row["participant"])
    assert found == wanted
    # remify: windows of the times of events, in which dyads are left out
    begin = epoch_day(folder / "remify")
    found = {(actor, time) for actor in spans for time in times}
    for row in rows(folder / "remify", "omit_dyad.csv"):
        first = int(row["first"]) + begin
        last = times[-1] if row["last"] == "NA" else int(row["last"]) + begin
        assert first in times and last in times
        actor = row["actor1"] if row["actor1"] != "NA" else row["actor2"]
        found -= {(actor, time) for time in times if first <= time <= last}
    assert found == wanted
    met = {(r["actor1"], r["actor2"]) for r in rows(folder / "remify", "edgelist.csv")}
    risk = {(r["actor1"], r["actor2"]) for r in rows(folder / "remify", "riskset.csv")}
    assert met <= risk and all(a < b for a, b in risk)
    there = {actor: {t for a, t in wanted if a == actor} for actor in spans}
    assert {(a, b) for a, b in combinations(sorted(spans), 2) if there[a] & there[b]} <= risk


def test_who_left_office_is_at_risk_no_more(folder: Path) -> None:
    """Outside the periods that are told, at the events of its own alone."""
    periods = defaultdict(list)
    for edge in volume().edges():
        if edge.type == "REPRESENTS" and edge.properties.get("period"):
            period = dates.parse(edge.properties["period"])
            periods[edge.start].append((period.earliest, period.latest))
    assert len(periods) > 10
    own = {(actor, day) for meeting, day in days().items() for actor in present()[meeting]}
    checked = 0
    for row in rows(folder / "eventnet", "presence.csv"):
        told = periods.get(row["actor"])
        for day in range(int(row["from"]), int(row["to"]) + 1) if told else ():
            inside = any(a < (day + 1) * 86_400 and day * 86_400 <= b for a, b in told or ())
            assert inside == ("office" in row["by"]), (row, day)
            assert inside or (row["actor"], day) in own, (row, day)
            checked += 1
    assert checked > 1_000


def test_each_encounter_is_a_case(folder: Path) -> None:
    told = {row["case"]: row for row in rows(folder / "regression", "encounters.csv")}
    assert list(told) == sorted(encounters())
    assert [row["case"] for row in rows(folder / "qca", "encounters.csv")] == list(told)
    for meeting, row in told.items():
        properties = encounters()[meeting].properties
        assert row["date"] == properties.get("date", "")
        assert row["participants"] == (str(len(present()[meeting])) if meeting in present() else "")
        if row["year"]:
            assert row["earliest"][:4] == row["latest"][:4] == row["year"]
    sessions = {row["part_of"] for row in told.values() if row["part_of"]}
    assert sessions == summits()
    took = [e for e in volume().edges() if e.type == "TOOK_PART" and e.end in encounters()]
    for form in ("qca", "regression"):
        seen = rows(folder / form, "actors_present.csv")
        assert Counter((r["case"], r["actor"]) for r in seen) == Counter(
            (e.end, e.start) for e in took
        )
        assert {r["side"] for r in seen} >= {"actor/us", "actor/ussr"}
    # A volume is not coded: nothing stands in the columns of the vocabulary, and no 0.
    coded = {e.start for e in volume().edges() if e.type in ("SHOWS", "MODERATED_BY", "LED_TO")}
    schemes = ("mode_", "ingredient_", "effect_", "moderator_", "bond_", "outcome_")
    for row in rows(folder / "qca", "encounters.csv"):
        cells = {row[column] for column in row if column.startswith(schemes)}
        assert row["case"] in coded or cells == {""}


@pytest.mark.trial
@pytest.mark.parametrize("engine", ["arcade"], indirect=True)
def test_one_command_each(engine: Graph, tmp_path: Path) -> None:
    """From the engine, with its own answers in Cypher beside them."""
    empty(engine)
    shutil.copy(VOLUME, tmp_path)
    ingest(engine, tmp_path)

    def number(query: str) -> int:
        return int(engine.rows(query)[0]["n"])

    meeting = "MATCH (m:Meeting) WHERE coalesce(m.scope, 'encounter') = 'encounter' "
    took = meeting + "MATCH (a:Actor)-[r:TOOK_PART]->(m) RETURN count(r) AS n"
    found: dict[str, Any] = {}
    for form in FORMS:
        found[form] = send(engine, tmp_path / form, form, **OPTIONS.get(form, {}))
    cases = rows(tmp_path / "qca", "encounters.csv")
    assert len(cases) == number(meeting + "RETURN count(m) AS n") > 50
    assert len(rows(tmp_path / "regression", "actors_present.csv")) == number(took)
    told = {row["case"]: row["date"] for row in rows(tmp_path / "regression", "encounters.csv")}
    dated = engine.rows(meeting + "RETURN m.id AS id, m.date AS date")
    assert told == {row["id"]: row["date"] or "" for row in dated}
    assert len(rows(tmp_path / "remify", "edgelist.csv")) == sum(1 for _ in pairs())
    assert found["eventnet"].says.startswith(f"{len(days())} events")
    empty(engine)
