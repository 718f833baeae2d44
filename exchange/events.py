"""Encounters and acts as tables for statistics: event models, QCA, regression.

Each form is a folder of CSV files with a codebook (codebook.csv, codebook.md), made from the model
and the vocabulary. The files that a program reads have the columns it documents and no others;
what else is known of a row stands beside it in provenance.csv (edge, date as told, claims).

- `remify` (R package remify, `remify(edgelist, ...)`): edgelist.csv with time, actor1, actor2,
  type, weight; riskset.csv with actor1, actor2, the `manual_riskset` of version 4, which holds for
  the whole time; omit_dyad.csv with first, last, actor1, actor2, type, from which the `omit_dyad`
  of version 3.2 is made, whose risk set changes in time.
- `goldfish` (R package goldfish, `make_nodes` and `link_events`, until 1.6 `defineNodes` and
  `linkEvents`): nodes.csv with label, present; events_TYPE.csv with time, sender, receiver,
  increment; presence_changes.csv with time, node, replace, to be linked to the attribute
  `present`. A change holds for the events of its own time.
- `eventnet` (Lerner, github.com/juergenlerner/eventnet): events.csv with event_id, time, type,
  participant, role, weight. Rows of one event_id are one hyperevent; map SOURCE and TARGET to
  participant, EVENT_INTERVAL_ID to event_id. Rows of type add_actor and remove_actor, of weight 1
  and 0, tell who is at risk, as in the example of Les Miserables there.
- `qca` (R package QCA, `truthTable`): encounters.csv and phases.csv, one case a row; 1 present,
  0.67 partly, 0 absent (Ragin's four values), empty where unclear, not observable or not coded.
- `regression`: the same rows with the words of the coding, dates and counts.

Time is a whole number of years (the calendar's), days, hours or minutes since 1970-01-01T00:00 in
local time. An event whose date does not tell its unit for certain has a span: it is dropped and
counted, or put at its earliest or latest unit, as asked. Of an encounter it is the beginning that
counts; an act may lie anywhere within its encounter.

Risk set: presence.csv says from when to when each actor could have taken part: who may have been
alive then and, of whom the period of an office is told, may have been in office. The column `by`
says how it is known (office, lifetime, seen; not told of whom nothing is, who counts throughout)
and `at_risk` whether for certain. Who is possibly at risk is at risk in the files of the programs;
no event lies outside its own risk set.
"""

from __future__ import annotations

import bisect
import csv
import io
import itertools
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from visavis.exchange.leaving import Leaving
from visavis.exchange.networks import (
    LARGEST,
    Window,
    chosen_types,
    flat,
    whole_summits,
    written,
)
from visavis.schema import dates
from visavis.schema.errors import NotFoundError
from visavis.schema.lives import Life, life
from visavis.schema.model import Term, Vocabulary, model, vocabulary
from visavis.schema.project import Edge, Node
from visavis.schema.text import harmless

__all__ = ["FORMS", "SPANS", "UNITS", "Tables", "save_tables", "tables"]

FORMS = ("remify", "goldfish", "eventnet", "qca", "regression")
SPANS = ("drop", "earliest", "latest")
UNITS = {"year": 0, "day": 86_400, "hour": 3_600, "minute": 60}  # seconds; a year has no length
MOST_AT_RISK = 400  # actors whose pairs are written out: 159,600 of them
DYADS = "credit,discredit,dominates"

Row = dict[str, Any]
Column = dict[str, str]  # column, type, values, says, source, missing


@dataclass(slots=True)
class Table:
    """The rows of one file and what each column is."""

    columns: list[Column]
    rows: list[Row]


@dataclass(slots=True)
class Tables:
    """The files of one form by name. `left_out` counts, in words, what is not in them; `notes`
    say what a reader must know of the whole."""

    form: str
    files: dict[str, Table] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    events: int = 0
    tied: int = 0


def tables(
    told: Leaving,
    form: str,
    *,
    edges: str = "",
    unit: str = "day",
    spans: str = "drop",
    from_: str = "",
    to: str = "",
    leads: bool = False,
    largest: int = LARGEST,
    terms: Vocabulary | None = None,
) -> Tables:
    """What leaves as the tables of one form.

    edges: of remify and goldfish, which acts (or `together`: the pairs of each encounter). unit:
    year, day, hour, minute. spans: drop, earliest or latest. from_, to: EDTF. leads: also what only
    machines coded. largest: the most participants of an encounter that is taken apart into pairs.
    terms: the project's vocabulary. Raises NotFoundError for a word that is none of these.
    """
    for word, known in ((form, FORMS), (unit, tuple(UNITS)), (spans, SPANS)):
        if word not in known:
            raise NotFoundError(f"'{word}' is not known here; choose among", known)
    made = Tables(form)
    graph = _Read(told, Window(from_, to), leads, made)
    if form in ("qca", "regression"):
        _encounters(graph, made, terms or vocabulary(), form == "qca")
        return made
    clock = _Clock(unit, spans, made)
    if form == "eventnet":
        events = _meetings(graph, clock)
    elif edges.strip().lower() == "together":
        events = _pairs(_meetings(graph, clock), largest, made)
    else:
        events = _acts(graph, clock, chosen_types(edges or DYADS), edges or DYADS)
    # In order of time; within one time in the order told, so that no order is made up across.
    events.sort(key=lambda e: (e.time, e.about, e.order, e.id))
    times = Counter(event.time for event in events)
    made.events, made.tied = len(events), sum(n for n in times.values() if n > 1)
    if unit == "year":
        made.notes.append("Time is the year of the calendar (0 is 1 BCE).")
    else:
        made.notes.append(f"Time is in whole {unit}s since 1970-01-01T00:00, local time.")
    asked = "dropped" if spans == "drop" else f"put at their {spans} {unit}"
    made.notes.append(f"Events whose {unit} is not certain are {asked}.")
    made.notes.append(
        f"{made.tied:,} of {made.events:,} events share their time with another. Ties stand in the "
        "order that their encounter tells; between encounters their order means nothing."
    )
    present = _presence(graph, events, clock)
    {"remify": _remify, "goldfish": _goldfish, "eventnet": _eventnet}[form](
        graph, events, present, made
    )
    return made


# -- reading ------------------------------------------------------------------------------------


class _Read:
    """Nodes and edges of what leaves, leads left out."""

    def __init__(self, told: Leaving, window: Window, leads: bool, made: Tables) -> None:
        self.window = window
        self.made = made
        self.by_type: dict[str, list[Edge]] = defaultdict(list)
        for edge in told.edges():
            if edge.properties.get("machine") and not leads:
                made.left_out["machine-coded edges"] += 1
            else:
                self.by_type[edge.type].append(edge)
        self.nodes: dict[str, Node] = {node.id: node for node in told.nodes()}
        self.lives: dict[str, Life] = {
            node.id: life(node.properties)
            for node in self.nodes.values()
            if "born" in node.properties or "died" in node.properties
        }
        self.parts = whole_summits(self.by_type["PART_OF"])
        self.there: dict[str, list[Edge]] = defaultdict(list)
        for edge in self.by_type["TOOK_PART"]:
            self.there[edge.end].append(edge)

    def within(self, properties: Mapping[str, Any]) -> bool:
        """Whether something lies in the period asked for; what is undated lies in none."""
        if not self.window:
            return True
        return self.window.holds(properties)

    def meetings(self) -> list[Node]:
        """The encounters that count, in order of id."""
        found = []
        for node in self.nodes.values():
            if node.label != "Meeting":
                continue
            if node.properties.get("scope", "encounter") != "encounter":
                self.made.left_out["series, practices and what is no encounter"] += 1
            elif not self.within(node.properties):
                self.made.left_out["encounters outside the period"] += 1
            else:
                found.append(node)
        return sorted(found, key=lambda node: node.id)


@dataclass(slots=True)
class _Event:
    """One event: who, when, and what is known of it besides."""

    id: str
    time: int
    type: str
    actors: tuple[str, ...]
    order: int
    weight: int
    about: str
    roles: dict[str, str]
    told: dict[str, Any]
    sure: bool  # that it lies in that unit of time


class _Clock:
    """Dates as whole units of time."""

    def __init__(self, unit: str, spans: str, made: Tables) -> None:
        self.unit, self.spans, self.made = unit, spans, made

    def at(self, instant: int) -> int:
        """The unit in which an instant lies."""
        if self.unit == "year":
            text = dates.iso(instant).removeprefix("Y")
            sign = -1 if text.startswith("-") else 1
            return sign * int(text.lstrip("-").partition("-")[0])
        return instant // UNITS[self.unit]

    def of(self, told: Mapping[str, Any], last: str) -> int | None:
        """The time of something that lies between `earliest` and the property `last`."""
        if "earliest" not in told:
            self.made.left_out["events without a date"] += 1
            return None
        bounds = [told["earliest"], told[last]]
        times = [None if abs(b) >= dates.INF else self.at(b) for b in bounds]
        if times[0] is not None and times[0] == times[1]:
            return times[0]
        if self.spans == "drop":
            self.made.left_out[f"events whose {self.unit} is not certain"] += 1
            return None
        wanted = times[0 if self.spans == "earliest" else 1]
        if wanted is None:
            self.made.left_out[f"events without {self.spans} bound"] += 1
        return wanted

    def sure(self, told: Mapping[str, Any], last: str) -> bool:
        """Whether `of` leaves no choice."""
        return self.spans == "drop" or _unit(self, told["earliest"]) == _unit(self, told[last])


def _meetings(graph: _Read, clock: _Clock) -> list[_Event]:
    """Each encounter with its participants; of a summit with sessions, the sessions."""
    events = []
    for node in graph.meetings():
        present = sorted(graph.there.get(node.id, ()), key=lambda edge: edge.start)
        if node.id in graph.parts:
            graph.made.left_out["summits that are told by their sessions"] += 1
        elif not present:
            graph.made.left_out["encounters without known participants"] += 1
        elif (time := clock.of(node.properties, "starts_by")) is not None:
            roles = {e.start: "; ".join(e.properties.get("roles", ())) for e in present}
            claims = {c for e in present for c in e.properties["claims"]}
            claims |= set(node.properties.get("claims", ()))
            told = {**node.properties, "claims": sorted(claims), "edge": ""}
            events.append(
                _Event(
                    node.id, time, "encounter", tuple(roles), 0, 1, node.id, roles, told,
                    clock.sure(told, "starts_by"),
                )
            )  # fmt: skip
    return events


def _pairs(meetings: Iterable[_Event], largest: int, made: Tables) -> list[_Event]:
    """Every two who shared an encounter; encounters of too many are left out and counted."""
    events = []
    for event in meetings:
        if len(event.actors) > largest:
            made.left_out[f"encounters of more than {largest} participants"] += 1
            continue
        for i, a in enumerate(event.actors):
            for b in event.actors[i + 1 :]:
                events.append(
                    _Event(
                        f"{event.id} {a} {b}", event.time, "together", (a, b), 0, 1,
                        event.id, event.roles, event.told, event.sure,
                    )
                )  # fmt: skip
    return events


def _acts(graph: _Read, clock: _Clock, types: Sequence[str], asked: str) -> list[_Event]:
    """What passed from one actor to another. An act held back is no event; one refused weighs
    nothing, as in a relationship chain."""
    joined = {
        p.edge
        for p in model().predicates.values()
        if p.edge and p.subject == p.object == ("Actor",) and p.dated
    }
    wrong = sorted(set(types) - joined)
    if wrong:
        raise NotFoundError(
            f"'{asked}' holds what is no dated act between actors; choose among",
            [*sorted(t.lower() for t in joined), "together"],
        )
    events = []
    for kind in types:
        for edge in graph.by_type[kind]:
            told = edge.properties
            if told.get("scope", "encounter") not in ("encounter", "outside"):
                graph.made.left_out["acts of series and practices"] += 1
            elif told.get("performance") == "suppressed":
                graph.made.left_out["acts that were held back"] += 1
            elif not graph.within(told):
                graph.made.left_out["acts outside the period"] += 1
            elif (time := clock.of(told, "latest")) is not None:
                weight = 0 if told.get("uptake") == "refused" else 1
                events.append(
                    _Event(
                        edge.id, time, kind.lower(), (edge.start, edge.end),
                        int(told.get("order", 0)), weight, str(told.get("about", "")), {},
                        {**told, "edge": edge.id}, clock.sure(told, "latest"),
                    )
                )  # fmt: skip
    return events


# -- who could have met -------------------------------------------------------------------------


@dataclass(slots=True)
class _Spell:
    """From which unit to which (both included) an actor was at risk, by what we know it (office,
    lifetime, seen, or not told), and whether for certain."""

    first: int
    last: int
    by: str
    sure: bool


@dataclass(slots=True)
class _Bounds:
    """Units between which something certainly was (`surely`, None if at no time for certain),
    within those between which it may have been."""

    first: int
    last: int
    surely: tuple[int, int] | None = None

    def at(self, time: int) -> bool:
        return self.first <= time <= self.last

    def surely_at(self, time: int) -> bool:
        return self.surely is not None and self.surely[0] <= time <= self.surely[1]

    def steps(self) -> set[int]:
        """The units with which something changes."""
        ends = [(self.first, self.last)] + ([self.surely] if self.surely else [])
        return {unit for first, last in ends for unit in (first, last + 1)}


_EVER = 2**60  # a unit that no date reaches


def _unit(clock: _Clock, instant: int) -> int:
    """The unit of an instant, also of an unbounded one."""
    return clock.at(instant) if abs(instant) < dates.INF else _EVER if instant > 0 else -_EVER


def _office(clock: _Clock, period: dates.Date) -> _Bounds:
    """When an office was held. A year or month alone does not say that it was held throughout."""
    made = _Bounds(_unit(clock, period.earliest), _unit(clock, period.latest))
    first, last = _unit(clock, period.starts_by), _unit(clock, period.ends_from)
    if not period.marked and first <= last:
        made.surely = first, last
    return made


def _alive(clock: _Clock, lived: Life, seen: tuple[int, int] | None) -> tuple[_Bounds, bool]:
    """When an actor lived, and whether only encounters make any of it certain.

    seen: the units by which it was there in an encounter, and up to which. Who is seen has been
    born, and has not died before: between two encounters an actor is certainly alive.
    """
    born, died = lived
    made = _Bounds(
        _unit(clock, born.earliest) if born else -_EVER,
        _unit(clock, died.latest) if died else _EVER,
    )
    firsts = [_unit(clock, born.latest)] if born and not born.marked else []
    lasts = [_unit(clock, died.earliest)] if died and not died.marked else []
    told = bool(firsts and lasts)
    if seen:
        firsts, lasts = [*firsts, seen[0]], [*lasts, seen[1]]
    if firsts and lasts and min(firsts) <= max(lasts):
        made.surely = min(firsts), max(lasts)
    return made, not told


def _seen(graph: _Read, clock: _Clock) -> dict[str, tuple[int, int]]:
    """Of each actor the unit by which it was certainly there in an encounter, and the last unit
    from which on it was."""
    found: dict[str, tuple[int, int]] = {}
    for edge in graph.by_type["TOOK_PART"]:
        told = edge.properties
        if told.get("scope", "encounter") != "encounter" or told.get("marked", True):
            continue
        by, from_ = _unit(clock, told["latest"]), _unit(clock, told["earliest"])
        one = found.get(edge.start, (_EVER, -_EVER))
        found[edge.start] = min(one[0], by), max(one[1], from_)
    return found


def _presence(graph: _Read, events: Sequence[_Event], clock: _Clock) -> dict[str, list[_Spell]]:
    """Spells at risk of each actor, within the time observed, in order.

    At risk is who may have been alive and, of whom the period of an office is told, in office;
    and everybody at each event of its own.
    """
    if not events:
        return {}
    begin, end = events[0].time, events[-1].time
    offices: dict[str, list[_Bounds]] = defaultdict(list)
    for edge in graph.by_type["REPRESENTS"]:
        if edge.properties.get("period"):
            period = dates.parse(str(edge.properties["period"]))
            offices[edge.start].append(_office(clock, period))
    actors = {actor for event in events for actor in event.actors} | set(offices)
    if not graph.window:  # whoever met anybody could have met more
        actors |= {edge.start for edge in graph.by_type["TOOK_PART"]}
    own: dict[str, dict[int, bool]] = defaultdict(dict)
    for event in events:
        for actor in event.actors:
            own[actor][event.time] = event.sure or own[actor].get(event.time, False)
    seen = _seen(graph, clock)
    found: dict[str, list[_Spell]] = {}
    for actor in sorted(actors):
        lived = graph.lives.get(actor)
        alive, by_seen = _alive(clock, lived or Life(None, None), seen.get(actor))
        spells = _spells(begin, end, offices.get(actor, ()), alive, lived is not None, by_seen)
        alone = [
            _Spell(time, time, "seen", sure)
            for time, sure in own[actor].items()
            if not _at(spells, time)
        ]
        if spells or alone:
            found[actor] = _merged([*spells, *alone])
    return found


def _spells(
    begin: int, end: int, offices: Sequence[_Bounds], alive: _Bounds, told: bool, by_seen: bool
) -> list[_Spell]:
    """The spells that offices and a lifetime make.

    told: whether a birth or a death is. by_seen: whether it takes encounters to make it certain
    that the actor was alive.
    """
    steps = {begin, end + 1} | alive.steps()
    for office in offices:
        steps |= office.steps()
    inside = sorted(step for step in steps if begin <= step <= end + 1)
    spells = []
    for first, after in itertools.pairwise(inside):
        held = [office for office in offices if office.at(first)]
        if not alive.at(first) or (offices and not held):
            continue
        in_office = any(office.surely_at(first) for office in held)
        living = alive.surely_at(first)
        by = ["office"] * bool(held) + ["lifetime"] * told
        if living and by_seen and not held:
            by.append("seen")
        sure = in_office or (living and not offices)
        spells.append(_Spell(first, after - 1, "; ".join(by) or "not told", sure))
    return _merged(spells)


def _at(spells: Sequence[_Spell], time: int) -> bool:
    """Whether a time lies in one of some spells, which are in order and apart."""
    place = bisect.bisect_right(spells, time, key=lambda spell: spell.first)
    return place > 0 and time <= spells[place - 1].last


def _merged(spells: Iterable[_Spell]) -> list[_Spell]:
    """Spells that are apart, in order; those that follow on and are known alike are one."""
    done: list[_Spell] = []
    for spell in sorted(spells, key=lambda s: s.first):
        before = done[-1] if done else None
        if before and (before.last + 1, before.by, before.sure) == (
            spell.first, spell.by, spell.sure,
        ):  # fmt: skip
            before.last = spell.last
        else:
            done.append(spell)
    return done


def _stretches(spells: Iterable[_Spell]) -> list[tuple[int, int]]:
    """The first and last units of each time at risk, however it is known."""
    done: list[tuple[int, int]] = []
    for spell in spells:
        if done and done[-1][1] + 1 == spell.first:
            done[-1] = done[-1][0], spell.last
        else:
            done.append((spell.first, spell.last))
    return done


def _overlap(a: Sequence[tuple[int, int]], b: Sequence[tuple[int, int]]) -> bool:
    return any(x[0] <= y[1] and y[0] <= x[1] for x in a for y in b)


# -- the forms of event models ------------------------------------------------------------------


def _column(name: str, kind: str, says: str, **more: str) -> Column:
    return {"column": name, "type": kind, "says": says, **more}


_TIME = _column("time", "integer", "when, in the unit that codebook.md names")
_WEIGHT = _column("weight", "integer", "1; 0 of an act that was refused", values="0, 1")
_ACTOR = "identifier of an actor, see actors.csv"


def _remify(
    graph: _Read, events: Sequence[_Event], present: Mapping[str, list[_Spell]], made: Tables
) -> None:
    made.files["edgelist.csv"] = Table(
        [
            _TIME,
            _column("actor1", "text", f"sender: {_ACTOR}"),
            _column("actor2", "text", f"receiver: {_ACTOR}"),
            _column("type", "text", "type of the event"),
            _WEIGHT,
        ],
        [
            {"time": e.time, "actor1": e.actors[0], "actor2": e.actors[1], "type": e.type,
             "weight": e.weight}
            for e in events
        ],
    )  # fmt: skip
    stretches = {actor: _stretches(spells) for actor, spells in present.items()}
    if len(present) <= MOST_AT_RISK:
        undirected = all(event.type in ("together", "bond") for event in events)
        made.files["riskset.csv"] = Table(
            [
                _column("actor1", "text", f"could have been sender: {_ACTOR}"),
                _column("actor2", "text", f"could have been receiver: {_ACTOR}"),
            ],
            [
                {"actor1": a, "actor2": b}
                for a, mine in stretches.items()
                for b, theirs in stretches.items()
                if (a < b if undirected else a != b) and _overlap(mine, theirs)
            ],
        )
    else:
        made.notes.append(
            f"riskset.csv is not written: the pairs of {len(present):,} actors are too many. "
            "omit_dyad.csv tells the same in two rows for each time that an actor was not at risk."
        )
    begin, end = (events[0].time, events[-1].time) if events else (0, 0)
    made.files["omit_dyad.csv"] = Table(
        [
            _column("first", "integer", "first unit of a time when the actor was not at risk"),
            _column("last", "integer", "last unit of it"),
            _column("actor1", "text", f"{_ACTOR}; NA stands for all", values="NA, or an actor"),
            _column("actor2", "text", f"{_ACTOR}; NA stands for all", values="NA, or an actor"),
            _column("type", "text", "NA: events of all types", values="NA"),
        ],
        [
            {"first": first, "last": last, "actor1": "NA", "actor2": "NA", "type": "NA"}
            | {side: actor}
            for actor, there in stretches.items()
            for first, last in _gaps(there, begin, end)
            for side in ("actor1", "actor2")
        ],
    )  # fmt: skip
    _common(graph, events, present, made, "edgelist.csv")


def _gaps(there: Sequence[tuple[int, int]], begin: int, end: int) -> Iterator[tuple[int, int]]:
    """The times between and around some stretches, within the time observed."""
    at = begin
    for first, last in there:
        if at < first:
            yield at, first - 1
        at = last + 1
    if at <= end:
        yield at, end


def _goldfish(
    graph: _Read, events: Sequence[_Event], present: Mapping[str, list[_Spell]], made: Tables
) -> None:
    begin = events[0].time if events else 0
    made.files["nodes.csv"] = Table(
        [
            _column("label", "text", _ACTOR),
            _column("present", "logical", "whether at risk when observation begins",
                    values="TRUE, FALSE"),
        ],
        [
            {"label": actor, "present": _at(spells, begin)}
            for actor, spells in present.items()
        ],
    )  # fmt: skip
    last = events[-1].time if events else 0
    changes = []
    for actor, spells in present.items():
        for first, until in _stretches(spells):
            if first > begin:
                changes.append({"time": first, "node": actor, "replace": True})
            if until < last:
                changes.append({"time": until + 1, "node": actor, "replace": False})
    changes.sort(key=lambda row: (row["time"], row["node"]))
    made.files["presence_changes.csv"] = Table(
        [
            _TIME,
            _column("node", "text", _ACTOR),
            _column("replace", "logical", "whether at risk from then on", values="TRUE, FALSE"),
        ],
        changes,
    )
    columns = [
        _TIME,
        _column("sender", "text", _ACTOR),
        _column("receiver", "text", _ACTOR),
        {**_WEIGHT, "column": "increment"},
    ]
    for kind in sorted({event.type for event in events}):
        name = f"events_{kind}.csv"
        chosen = [event for event in events if event.type == kind]
        made.files[name] = Table(
            columns,
            [
                {"time": e.time, "sender": e.actors[0], "receiver": e.actors[1],
                 "increment": e.weight}
                for e in chosen
            ],
        )  # fmt: skip
    _common(graph, events, present, made, "")


def _eventnet(
    graph: _Read, events: Sequence[_Event], present: Mapping[str, list[_Spell]], made: Tables
) -> None:
    end = events[-1].time if events else 0
    rows: list[tuple[tuple[int, int, str, str], Row]] = []

    def add(at: int, place: int, kind: str, event: str, actor: str, role: str, weight: int) -> None:
        row = {"event_id": event, "time": at, "type": kind, "participant": actor, "role": role,
               "weight": weight}  # fmt: skip
        rows.append(((at, place, event, actor), row))

    for actor, spells in present.items():
        for n, (first, last) in enumerate(_stretches(spells), 1):
            add(first, 0, "add_actor", f"add {actor} {n}", actor, "", 1)
            if last < end:
                add(last + 1, 0, "remove_actor", f"remove {actor} {n}", actor, "", 0)
    for event in events:
        for actor in event.actors:
            add(event.time, 1, "encounter", event.id, actor, event.roles[actor], 1)
    made.files["events.csv"] = Table(
        [
            _column("event_id", "text", "rows that share it are one event"),
            _TIME,
            _column("type", "text", "what the row tells",
                    values="encounter, add_actor, remove_actor"),
            _column("participant", "text", _ACTOR),
            _column("role", "text", "roles at the encounter", missing="not told"),
            _column("weight", "integer", "1; 0 where an actor is at risk no more", values="0, 1"),
        ],
        [row for _, row in sorted(rows, key=lambda pair: pair[0])],
    )  # fmt: skip
    _common(graph, events, present, made, "events.csv")


_KNOWN = (
    ("act", "text", "the act, a term of the vocabulary"),
    ("intensity", "integer", "1 slight, 2 clear, 3 grave, as coded; ordinal"),
    ("performance", "text", "given, feigned"),
    ("uptake", "text", "what became of it"),
    ("intent", "text", "whether it was meant"),
    ("result", "text", "how an attempt to dominate ended"),
    ("change", "text", "what happened to a bond"),
    ("kind", "text", "the kind of bond"),
    ("on_behalf_of", "text", "the actor for whom it was done"),
    ("ritual", "text", "identifier of the performed act"),
    ("order", "integer", "place among the acts of the encounter"),
    ("date", "text", "date as told (EDTF)"),
    ("earliest", "text", "earliest instant (ISO 8601)"),
    ("latest", "text", "latest instant (ISO 8601)"),
    ("basis", "text", "kind of evidence"),
    ("contested", "logical", "whether claims differ"),
    ("claims", "text", "identifiers of the claims behind it, separated by '; '"),
)


def _common(
    graph: _Read,
    events: Sequence[_Event],
    present: Mapping[str, list[_Spell]],
    made: Tables,
    file: str,
) -> None:
    """What every event model gets: actors, presence, and where each row comes from."""
    columns = [
        _column("file", "text", "the file that the row is of"),
        _column("row", "text", "the event_id of its rows there")
        if made.form == "eventnet"
        else _column("row", "integer", "its row there, from 1"),
        _column("type", "text", "type of the event"),
        _column("edge", "text", "identifier of the edge in the graph"),
        _column("meeting", "text", "identifier of the encounter"),
    ]
    rows: list[Row] = []
    numbers: Counter[str] = Counter()
    for event in events:
        name = file or f"events_{event.type}.csv"
        numbers[name] += 1
        told = flat(event.told)
        row: Row = {"file": name, "row": numbers[name], "type": event.type, "edge": told["edge"]}
        if made.form == "eventnet":
            row["row"] = event.id
        row["meeting"] = event.about
        rows.append(row | {name: told[name] for name, _, _ in _KNOWN if name in told})
    used = {name for row in rows for name in row}
    columns += [
        _column(name, kind, says, missing="not told")
        for name, kind, says in _KNOWN
        if name in used or name == "claims"
    ]
    made.files["provenance.csv"] = Table(columns, rows)
    made.files["actors.csv"] = Table(
        [
            _column("actor", "text", "identifier of the actor"),
            _column("name", "text", "name", missing="not told"),
            _column("kind", "text", "kind of actor", missing="not told"),
            _column("gender", "text", "gender, only where a source tells it", missing="not told"),
            _column("born", "text", "birth, or founding, as told (EDTF)", missing="not told"),
            _column("died", "text", "death, or dissolution, as told (EDTF)", missing="not told"),
            _column("claims", "text", "identifiers of the claims that tell of the actor, "
                    "separated by '; '", missing="none but encounters"),
        ],
        [
            {"actor": actor}
            | {k: v for k, v in flat(graph.nodes[actor].properties).items()
               if k in ("name", "kind", "gender", "born", "died", "claims")}
            for actor in present
        ],
    )  # fmt: skip
    made.files["presence.csv"] = Table(
        [
            _column("actor", "text", "identifier of the actor"),
            _column("from", "integer", "first unit of time at risk"),
            _column("to", "integer", "last unit of time at risk"),
            *_KNOWN_BY,
        ],
        _spell_rows(present),
    )
    _tell_risk(graph, present, made)


_KNOWN_BY = [
    _column("by", "text", "how we know: the period of an office, a lifetime, encounters (who is "
            "seen was alive before and has not died), or not told (then the whole time observed)",
            values="office; lifetime; seen; not told"),
    _column("at_risk", "text", "certain, or possible: a date leaves it open, or nothing tells of "
            "a birth before or a death after", values="certain, possible"),
]  # fmt: skip


def _spell_rows(present: Mapping[str, list[_Spell]]) -> list[Row]:
    return [
        {"actor": actor, "from": spell.first, "to": spell.last, "by": spell.by,
         "at_risk": "certain" if spell.sure else "possible"}
        for actor, spells in present.items()
        for spell in spells
    ]  # fmt: skip


def _tell_risk(graph: _Read, present: Mapping[str, list[_Spell]], made: Tables) -> None:
    office = sum(any("office" in s.by for s in spells) for spells in present.values())
    lived = sum(actor in graph.lives for actor in present)
    neither = sum(
        actor not in graph.lives and not any("office" in s.by for s in spells)
        for actor, spells in present.items()
    )
    made.notes.append(
        f"{len(present):,} actors are at risk. Of {office:,} the period of an office is told, of "
        f"{lived:,} a birth or death (or founding, or end); of {neither:,} neither, and they count "
        "as present throughout. Who is possibly at risk counts as at risk: presence.csv tells who "
        "is so for certain."
    )


# -- tables of encounters -----------------------------------------------------------------------

_DEGREE = {"present": 1, "": 1, "partly": 0.67, "absent": 0}
_GAINED, _LOST = {"formed", "strengthened", ""}, {"weakened", "broken", "none"}
_CODED = "not coded"
_SCHEMES = ("mode", "ingredient", "effect", "moderator", "bond", "outcome")


def _encounters(graph: _Read, made: Tables, terms: Vocabulary, qca: bool) -> None:
    """One row for each encounter, and one for each of its phases."""
    meetings = graph.meetings()
    kept = {node.id for node in meetings}
    home: dict[str, str] = {}
    phases_of: dict[str, list[str]] = defaultdict(list)
    parents: dict[str, list[str]] = defaultdict(list)
    for edge in graph.by_type["PART_OF"]:
        if edge.start.startswith("phase/") and edge.end in kept:
            home[edge.start] = edge.end
            phases_of[edge.end].append(edge.start)
        elif edge.start in kept and edge.end.startswith("meeting/"):
            parents[edge.start].append(edge.end)
    coded = _Coded(graph, terms, qca)
    passed = _passed(graph)
    first = [
        _column("case", "text", "identifier of the encounter: the name of the row"),
        _column("title", "text", "what it was, in the coder's words", missing=_CODED),
    ]
    rows, more = [], []
    for node in meetings:
        row = {"case": node.id, "title": node.properties.get("title")}
        if not qca:
            row |= _facts(graph, node, parents.get(node.id, ())) | passed[node.id]
            of = [graph.nodes[p] for p in sorted(phases_of.get(node.id, ()))]
            row["modes_of_phases"] = _listed(m for p in of for m in coded.modes(p.id))
            row["stages_of_phases"] = _listed(p.properties.get("stage") for p in of)
        rows.append(row | coded.row(node.id))
    for phase, meeting in sorted(home.items()):
        node = graph.nodes[phase]
        row = {"case": phase, "encounter": meeting, "title": node.properties.get("title")}
        if not qca:
            row["stage"] = node.properties.get("stage")
            row["seconds"] = node.properties.get("seconds")
        more.append(row | coded.row(phase))
    made.files["encounters.csv"] = Table(
        first + ([] if qca else _FACTS) + coded.columns("encounter"), rows
    )
    inner = [_column("encounter", "text", "identifier of the encounter it is part of")]
    if not qca:
        inner += [column for column in _FACTS if column["column"] in ("stage", "seconds")]
    made.files["phases.csv"] = Table(first[:1] + inner + first[1:] + coded.columns("phase"), more)
    made.events = len(rows)
    made.files["actors_present.csv"] = Table(
        [
            _column("case", "text", "identifier of the encounter"),
            _column("actor", "text", "identifier of the participant"),
            _column("name", "text", "name", missing="not told"),
            _column("kind", "text", "kind of actor", missing="not told"),
            _column("roles", "text", "roles, separated by '; '", missing="not told"),
            _column("side", "text", "for whom", missing="not told"),
            _column("office", "text", "office held then", missing="not told"),
            _column("claims", "text", "identifiers of the claims", missing=""),
        ],
        [
            {"case": e.end, "actor": e.start}
            | {k: graph.nodes[e.start].properties.get(k) for k in ("name", "kind")}
            | {k: v for k, v in flat(e.properties).items()
               if k in ("roles", "side", "office", "claims")}
            for e in sorted(graph.by_type["TOOK_PART"], key=lambda e: (e.end, e.start, e.id))
            if e.end in kept
        ],
    )  # fmt: skip
    clock = _Clock("year", "drop", Tables(""))
    events = sorted(_meetings(_Quiet(graph, kept), clock), key=lambda e: e.time)
    present = _presence(graph, events, clock)
    made.files["presence.csv"] = Table(
        [
            _column("actor", "text", "identifier of an actor who could have met"),
            _column("from", "integer", "first year at risk"),
            _column("to", "integer", "last year at risk"),
            *_KNOWN_BY,
        ],
        _spell_rows(present),
    )
    _tell_risk(graph, present, made)
    made.notes.append(
        "An empty cell was not coded (or is unclear or not observable, which the regression table "
        "says in words). It is never 0."
    )
    made.notes.append("What is coded of some of those present only stands in phases or in the "
                      "column mode_between, not in the columns of the whole.")  # fmt: skip
    if qca:
        made.notes.append(
            "Calibration: present 1, partly 0.67, absent 0. An encounter has one of four modes: "
            "where one is coded of all present and nobody contests it, the others are 0. A bond is "
            "1 where it formed or grew, 0 where it weakened, broke or did not change. A cell over "
            "which claims differ is empty, and its column is named in `contested`."
        )


class _Quiet(_Read):
    """The same graph, read again without counting again what is left out."""

    def __init__(self, graph: _Read, kept: set[str]) -> None:
        self.window, self.made = graph.window, Tables("")
        self.by_type, self.parts, self.there = graph.by_type, graph.parts, graph.there
        self.lives = graph.lives
        self.nodes = {i: n for i, n in graph.nodes.items() if i in kept}


_FACTS = [
    _column("date", "text", "date as told (EDTF)", missing="not told"),
    _column("earliest", "text", "earliest instant (ISO 8601)", missing="not told, or open"),
    _column("latest", "text", "latest instant (ISO 8601)", missing="not told, or open"),
    _column("year", "integer", "its year, where certain", missing="not certain"),
    _column("format", "text", "bilateral, multilateral, plenary", missing=_CODED),
    _column("channel", "text", "in person, or through which medium", missing=_CODED),
    _column("stage", "text", "front, back, both", missing=_CODED),
    _column("seconds", "integer", "how long, in seconds", missing="not told"),
    _column("seconds_how", "text", "exactly, at least, at most, about", missing="not told"),
    _column("part_of", "text", "the encounter it is a session of", missing="none"),
    _column("participants", "integer", "how many are known", missing="none is known"),
    _column("credits", "integer", "acts of credit coded, those held back not counted",
            missing="none is coded"),
    _column("discredits", "integer", "acts of discredit coded", missing="none is coded"),
    _column("dominations", "integer", "acts of domination coded", missing="none is coded"),
    _column("modes_of_phases", "text", "modes of its phases", missing=_CODED),
    _column("stages_of_phases", "text", "stages of its phases", missing=_CODED),
]  # fmt: skip


def _facts(graph: _Read, node: Node, parents: Sequence[str]) -> Row:
    told = node.properties
    plain = flat(told)
    row: Row = {
        name: plain.get(name)
        for name in ("date", "earliest", "latest", "format", "channel", "stage", "seconds",
                     "seconds_how")
    }  # fmt: skip
    if "earliest" in told and abs(told["earliest"]) < dates.INF > abs(told["latest"]):
        clock = _Clock("year", "drop", Tables(""))
        first, last = clock.at(told["earliest"]), clock.at(told["latest"])
        row["year"] = first if first == last else None
    row["part_of"] = _listed(parents)
    row["participants"] = len({e.start for e in graph.there.get(node.id, ())}) or None
    return row


class _Coded:
    """What is coded of an encounter or phase, a column for each term of the vocabulary."""

    def __init__(self, graph: _Read, terms: Vocabulary, qca: bool) -> None:
        self.graph, self.qca = graph, qca
        self.schemes = {
            name: [t for t in terms.scheme(name).values() if t.scheme == name]
            for name in (*_SCHEMES, "continuum")
        }
        self.of: dict[tuple[str, str], list[Edge]] = defaultdict(list)
        self.bonds: dict[str, list[Edge]] = defaultdict(list)
        self.followed: dict[str, list[Edge]] = defaultdict(list)
        for kind in ("SHOWS", "MODERATED_BY"):
            for edge in graph.by_type[kind]:
                self.of[edge.start, edge.end.partition("/")[2]].append(edge)
        for edge in graph.by_type["BOND"]:
            for place in {edge.properties.get("meeting"), edge.properties.get("about")} - {None}:
                self.bonds[str(place)].append(edge)
        for edge in graph.by_type["LED_TO"]:
            for place in {edge.start, edge.properties.get("about")} - {None}:
                self.followed[str(place)].append(edge)

    def modes(self, node: str) -> list[str]:
        """The modes coded of all present."""
        return [term.slug for term in self.schemes["mode"] if self._whole(node, term)]

    def _whole(self, node: str, term: Term) -> list[Edge]:
        found = self.of.get((node, term.slug), ())
        return [edge for edge in found if not edge.properties.get("between")]

    def row(self, node: str) -> Row:
        """The columns of one case."""
        row: Row = {}
        contested: set[str] = set()
        claims: set[str] = set(self.graph.nodes[node].properties.get("claims", ()))
        modes = self.modes(node)
        for scheme in ("mode", "ingredient", "effect", "moderator"):
            for term in self.schemes[scheme]:
                column = _name(scheme, term)
                coded = self._whole(node, term)
                degrees = sorted({str(e.properties.get("degree", "")) for e in coded})
                claims |= {c for e in coded for c in e.properties["claims"]}
                disputed = any(e.properties.get("contested") for e in coded)
                if disputed:
                    contested.add(column)
                if self.qca:
                    values = {_DEGREE.get(degree) for degree in degrees}
                    row[column] = values.pop() if len(values) == 1 and not disputed else None
                elif scheme != "mode":
                    row[column] = _listed(degree or "present" for degree in degrees)
        mode_columns = {_name("mode", term) for term in self.schemes["mode"]}
        if self.qca and len(modes) == 1 and not contested & mode_columns:
            for column in mode_columns:
                if row[column] is None and column != f"mode_{modes[0].replace('-', '_')}":
                    row[column] = 0
        if not self.qca:
            row["mode"] = _listed(modes)
            if contested & mode_columns:
                contested = (contested - mode_columns) | {"mode"}
            some = [
                f"{term.slug}: {', '.join(e.properties['between'])}"
                for term in self.schemes["mode"]
                for e in self.of.get((node, term.slug), ())
                if e.properties.get("between")
            ]
            row["mode_between"] = _listed(some)
            row["continuum"] = _listed(
                t.slug for t in self.schemes["continuum"] if self._whole(node, t)
            )
        for term in self.schemes["bond"]:
            bonds = [e for e in self.bonds.get(node, ()) if e.properties.get("kind") == term.slug]
            changes = {str(e.properties.get("change", "")) for e in bonds}
            claims |= {c for e in bonds for c in e.properties["claims"]}
            column = _name("bond", term)
            if any(e.properties.get("contested") for e in bonds):
                contested.add(column)
            if not self.qca:
                row[column] = _listed(change or "present" for change in changes)
            elif not changes or column in contested:
                row[column] = None
            else:
                row[column] = 1 if changes <= _GAINED else 0 if changes <= _LOST else None
        led = self.followed.get(node, ())
        claims |= {c for e in led for c in e.properties["claims"]}
        kinds = {
            str(self.graph.nodes[e.end].properties.get("kind", ""))
            for e in led
            if e.end.startswith("outcome/")
        }
        if self.qca:
            for term in self.schemes["outcome"]:
                row[_name("outcome", term)] = 1 if term.slug in kinds else None
        else:
            row["outcomes"] = _listed(kinds)
        row["contested"] = _listed(contested)
        row["claims"] = _listed(claims)
        return row

    def columns(self, of: str) -> list[Column]:
        """What each column of `row` is."""
        made: list[Column] = []
        values = "0, 0.67, 1" if self.qca else "present, partly, absent, unclear, not-observable"
        for scheme in _SCHEMES:
            if not self.qca and scheme in ("mode", "outcome"):
                continue
            for term in self.schemes[scheme]:
                made.append(
                    {
                        "column": _name(scheme, term),
                        "type": "number" if self.qca else "text",
                        "says": f"{scheme}: {term.label}. {term.definition}",
                        "source": term.cite,
                        "missing": _CODED if scheme != "outcome" else "not told to have followed",
                        "values": {
                            "moderator": "1" if self.qca else "present",
                            "outcome": "1",
                            "bond": "0, 1" if self.qca else
                            "formed, strengthened, weakened, broken, none",
                        }.get(scheme, values),
                    }
                )  # fmt: skip
        if not self.qca:
            made += [
                _column("mode", "text", f"mode of the {of}, of all present", missing=_CODED,
                        values=", ".join(t.slug for t in self.schemes["mode"])),
                _column("mode_between", "text", "modes between some of those present",
                        missing=_CODED),
                _column("continuum", "text", "place between impersonal and interpersonal",
                        missing=_CODED),
                _column("outcomes", "text", "kinds of outcome attributed to it",
                        missing="none is told"),
            ]  # fmt: skip
        made.append(
            _column("contested", "text", "columns over which claims differ", missing="none")
        )
        made.append(_column("claims", "text", "identifiers of the claims, separated by '; '"))
        return made


def _passed(graph: _Read) -> dict[str, Counter[str]]:
    """How many acts of each type are coded of an encounter, those held back not counted."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for kind, column in (("CREDIT", "credits"), ("DISCREDIT", "discredits"),
                         ("DOMINATES", "dominations")):  # fmt: skip
        for edge in graph.by_type[kind]:
            told = edge.properties
            if told.get("performance") != "suppressed":
                for place in {told.get("meeting"), told.get("about")} - {None}:
                    found[str(place)][column] += 1
    return found


def _name(scheme: str, term: Term) -> str:
    return f"{scheme}_{term.slug}".replace("-", "_")


def _listed(values: Iterable[Any]) -> str | None:
    return "; ".join(sorted({str(value) for value in values if value})) or None


# -- writing ------------------------------------------------------------------------------------


_FIELDS = ["file", "column", "type", "values", "says", "source", "missing"]  # of codebook.csv


def save_tables(made: Tables, folder: Path) -> list[Path]:
    """Write the files of a form and their codebook into `folder`; the paths written.

    A file that an earlier export's codebook there tells of, and this one has not, is removed.
    """
    book = folder / "codebook.csv"
    if book.is_file():
        with book.open(encoding="utf-8", errors="replace", newline="") as file:
            read = csv.DictReader(file)
            ours = read.fieldnames == _FIELDS  # not some other codebook that lies there
            earlier = {row["file"] or "" for row in read} if ours else set()
        for name in sorted(earlier - set(made.files)):
            if name.endswith(".csv") and "/" not in name and "\\" not in name:
                (folder / name).unlink(missing_ok=True)
    paths = []
    for name, table in made.files.items():
        columns = [column["column"] for column in table.columns]
        paths.append(_save(folder / name, _csv(columns, table.rows)))
    told = [
        {"file": name, **column} for name, table in made.files.items() for column in table.columns
    ]
    paths.append(_save(folder / "codebook.csv", _csv(_FIELDS, told)))
    paths.append(_save(folder / "codebook.md", _codebook(made)))
    return paths


def _save(path: Path, text: str) -> Path:
    with written(path) as file:
        file.write(text.encode("utf-8", "replace"))
    return path


def _csv(columns: Sequence[str], rows: Iterable[Row]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(row.get(name)) for name in columns])
    return out.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"  # as R writes them
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return harmless(value) if isinstance(value, str) else value


_TITLES = {
    "remify": "Relational events for remify",
    "goldfish": "Relational events for goldfish",
    "eventnet": "Hyperevents for eventnet",
    "qca": "Encounters for qualitative comparative analysis",
    "regression": "Encounters for regression",
}


def _codebook(made: Tables) -> str:
    lines = [f"# {_TITLES[made.form]}", ""]
    lines += [f"- {note}" for note in made.notes]
    lines += [f"- Left out: {n:,} {what}." for what, n in sorted(made.left_out.items()) if n]
    for name, table in made.files.items():
        number = f"{len(table.rows):,} row{'' if len(table.rows) == 1 else 's'}"
        lines += ["", f"## {name}", "", number + ".", ""]
        lines += ["| column | type | values | says | source | where empty |", "|---" * 6 + "|"]
        for column in table.columns:
            told = [column.get(k, "") for k in ("column", "type", "values", "says", "source",
                                                "missing")]  # fmt: skip
            lines.append("| " + " | ".join(_in_table(text) for text in told) + " |")
    return "\n".join(lines) + "\n"


def _in_table(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
