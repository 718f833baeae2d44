"""Event models: the files that remify, goldfish and eventnet read, and what stands beside them."""

from __future__ import annotations

import bisect
from collections import Counter
from collections.abc import Mapping, Sequence

from visavis.exchange.events_read import Event, Read
from visavis.exchange.events_risk import (
    KNOWN_BY,
    Present,
    at_risk,
    gaps,
    overlap,
    spell_rows,
    stretches,
    tell_risk,
)
from visavis.exchange.events_tables import Column, Row, Table, Tables, column
from visavis.exchange.networks import flat
from visavis.schema.model import model, vocabulary

__all__ = ["MOST_AT_RISK", "eventnet", "from_one", "goldfish", "remify"]

MOST_AT_RISK = 400  # actors whose pairs are written out: 159,600 of them

_TIME = column("time", "integer", "when, in the unit that codebook.md names")
_WEIGHT = column("weight", "integer", "1; 0 of an act that was refused", values="0, 1")
_ACTOR = "identifier of an actor, see actors.csv"
_UNDIRECTED = {"together"} | {p.edge.lower() for p in model().predicates.values() if p.symmetric}


def from_one(events: Sequence[Event], present: Present) -> int:
    """Count time from the first event on, which is then at 1; the unit that is 0 now.

    remify stops at a time below 0, and where no origin is given it counts the wait for the first
    event from 0 (version 4), or from one unit before it (version 3.2).
    """
    zero = events[0].time - 1 if events else 0
    for event in events:
        event.time -= zero
    for spells in present.values():
        for spell in spells:
            spell.first -= zero
            spell.last -= zero
    return zero


def remify(graph: Read, events: Sequence[Event], present: Present, made: Tables) -> None:
    """edgelist.csv, riskset.csv and omit_dyad.csv."""
    made.files["edgelist.csv"] = Table(
        [
            _TIME,
            column("actor1", "text", f"sender: {_ACTOR}"),
            column("actor2", "text", f"receiver: {_ACTOR}"),
            column("type", "text", "type of the event",
                   values=", ".join(sorted({e.type for e in events}))),
            _WEIGHT,
        ],
        [
            {"time": e.time, "actor1": e.actors[0], "actor2": e.actors[1], "type": e.type,
             "weight": e.weight}
            for e in events
        ],
    )  # fmt: skip
    there = {actor: stretches(spells) for actor, spells in present.items()}
    if len(present) <= MOST_AT_RISK:
        undirected = all(event.type in _UNDIRECTED for event in events)
        made.files["riskset.csv"] = Table(
            [
                column("actor1", "text", f"could have been sender: {_ACTOR}"),
                column("actor2", "text", f"could have been receiver: {_ACTOR}"),
            ],
            [
                {"actor1": a, "actor2": b}
                for a, mine in there.items()
                for b, theirs in there.items()
                if (a < b if undirected else a != b) and overlap(mine, theirs)
            ],
        )
    else:
        made.notes.append(
            f"riskset.csv is not written: the pairs of {len(present):,} actors are too many. "
            "omit_dyad.csv tells the same in two rows for each time that an actor was not at risk."
        )
    made.files["omit_dyad.csv"] = Table(
        [
            column("first", "integer", "time of the first event when the actor was not at risk"),
            column("last", "integer", "time of the last such event in a row; NA: the actor was not "
                   "at risk again"),
            column("actor1", "text", f"{_ACTOR}; NA stands for all", values="NA, or an actor"),
            column("actor2", "text", f"{_ACTOR}; NA stands for all", values="NA, or an actor"),
            column("type", "text", "NA: events of all types", values="NA"),
        ],
        _omitted(there, sorted({event.time for event in events})),
    )  # fmt: skip
    _common(graph, events, present, made, "edgelist.csv")


def _omitted(there: Mapping[str, Sequence[tuple[int, int]]], times: Sequence[int]) -> list[Row]:
    """The rows of omit_dyad.csv.

    remify takes the times of events only, and ends a window with the first of several events of
    its last time; NA is the last event of all.
    """
    rows: list[Row] = []
    for actor, spans in there.items() if times else ():
        for first, last in gaps(spans, times[0], times[-1]):
            begin, end = bisect.bisect_left(times, first), bisect.bisect_right(times, last)
            if begin == end:
                continue  # no event while the actor was not there
            until = "NA" if end == len(times) else times[end - 1]
            row: Row = {"first": times[begin], "last": until}
            row |= {"actor1": "NA", "actor2": "NA", "type": "NA"}
            rows += [row | {side: actor} for side in ("actor1", "actor2")]
    return rows


def goldfish(graph: Read, events: Sequence[Event], present: Present, made: Tables) -> None:
    """nodes.csv, presence_changes.csv, and events_TYPE.csv for each type of event."""
    begin = events[0].time if events else 0
    made.files["nodes.csv"] = Table(
        [
            column("label", "text", _ACTOR),
            column("present", "logical", "whether at risk when observation begins",
                   values="TRUE, FALSE"),
        ],
        [
            {"label": actor, "present": at_risk(spells, begin)}
            for actor, spells in present.items()
        ],
    )  # fmt: skip
    last = events[-1].time if events else 0
    changes = []
    for actor, spells in present.items():
        for first, until in stretches(spells):
            if first > begin:
                changes.append({"time": first, "node": actor, "replace": True})
            if until < last:
                changes.append({"time": until + 1, "node": actor, "replace": False})
    changes.sort(key=lambda row: (row["time"], row["node"]))
    made.files["presence_changes.csv"] = Table(
        [
            _TIME,
            column("node", "text", _ACTOR),
            column("replace", "logical", "whether at risk from then on", values="TRUE, FALSE"),
        ],
        changes,
    )
    columns = [
        _TIME,
        column("sender", "text", _ACTOR),
        column("receiver", "text", _ACTOR),
        {**_WEIGHT, "column": "increment"},
    ]
    for kind in sorted({event.type for event in events}):
        made.files[f"events_{kind}.csv"] = Table(
            columns,
            [
                {"time": e.time, "sender": e.actors[0], "receiver": e.actors[1],
                 "increment": e.weight}
                for e in events
                if e.type == kind
            ],
        )  # fmt: skip
    _common(graph, events, present, made, "")


def eventnet(graph: Read, events: Sequence[Event], present: Present, made: Tables) -> None:
    """events.csv.

    A change of who is at risk stands behind all events of the unit before it. So it holds in time
    whether the events of one time are taken together, the network then being updated once, or one
    after the other.
    """
    end = events[-1].time if events else 0
    rows: list[tuple[tuple[int, int, str, str], Row]] = []

    def add(at: int, place: int, kind: str, event: str, actor: str, role: str, weight: int) -> None:
        row = {"event_id": event, "time": at, "type": kind, "participant": actor, "role": role,
               "weight": weight}  # fmt: skip
        rows.append(((at, place, event, actor), row))

    for event in events:
        for actor in event.actors:
            add(event.time, 0, "encounter", event.id, actor, event.roles[actor], 1)
    for actor, spells in present.items():
        for n, (first, last) in enumerate(stretches(spells), 1):
            add(first - 1, 1, "add_actor", f"add {actor} {n}", actor, "", 1)
            if last < end:
                add(last, 1, "remove_actor", f"remove {actor} {n}", actor, "", 0)
    made.files["events.csv"] = Table(
        [
            column("event_id", "text", "rows that share it are one event"),
            {**_TIME, "says": _TIME["says"] + "; of add_actor and remove_actor the unit before the "
             "change"},
            column("type", "text", "what the row tells",
                   values="encounter, add_actor, remove_actor"),
            column("participant", "text", _ACTOR),
            column("role", "text", "roles at the encounter", missing="not told"),
            column("weight", "integer", "1; 0 where an actor is at risk no more", values="0, 1"),
        ],
        [row for _, row in sorted(rows, key=lambda pair: pair[0])],
    )  # fmt: skip
    _common(graph, events, present, made, "events.csv")


# What provenance.csv tells of an event besides: name, type, what it says, and where it is empty.
_KNOWN = (
    ("act", "text", "the act, a term of the vocabulary", "none is told"),
    ("intensity", "integer", "1 slight, 2 clear, 3 grave, as coded; ordinal", "not coded"),
    ("performance", "text", "", "not coded"),
    ("uptake", "text", "", "not coded"),
    ("intent", "text", "", "not coded"),
    ("result", "text", "", "not coded"),
    ("change", "text", "", "not coded"),
    ("kind", "text", "", "not coded"),
    ("on_behalf_of", "text", "the actor for whom it was done", "nobody is told"),
    ("ritual", "text", "identifier of the performed act", "none is told"),
    ("order", "integer", "place among the acts of the encounter", "not told"),
    ("date", "text", "date as told (EDTF)", "not told"),
    ("earliest", "text", "earliest instant (ISO 8601)", "open"),
    ("latest", "text", "latest instant (ISO 8601)", "open"),
    ("basis", "text", "", "not told"),
    ("contested", "logical", "whether claims differ", "not told"),
    ("claims", "text", "identifiers of the claims behind it, separated by '; '", "none"),
)
_SCHEMES = {"kind": "bond"}  # where the column is called otherwise than its scheme


def _known(name: str, kind: str, says: str, missing: str) -> Column:
    """A column of provenance.csv; what the vocabulary defines is told in its words."""
    key = _SCHEMES.get(name, name)
    if says:
        return column(name, kind, says, missing=missing)
    scheme = vocabulary().schemes[key]
    values = [slug for slug in vocabulary().scheme(key) if slug != "suppressed"]  # is no event
    return column(name, kind, scheme.definition, missing=missing, values=", ".join(values))


def _common(
    graph: Read, events: Sequence[Event], present: Present, made: Tables, file: str
) -> None:
    """What every event model gets: actors, presence, and where each row comes from."""
    columns = [
        column("file", "text", "the file that the row is of"),
        column("row", "text", "the event_id of its rows there")
        if made.form == "eventnet"
        else column("row", "integer", "its row there, from 1"),
        column("type", "text", "type of the event"),
        column("edge", "text", "identifier of the edge in the graph", missing="an encounter"),
        column("meeting", "text", "identifier of the encounter", missing="outside encounters"),
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
        rows.append(row | {known[0]: told[known[0]] for known in _KNOWN if known[0] in told})
    used = {name for row in rows for name in row} | {"claims"}
    columns += [_known(*known) for known in _KNOWN if known[0] in used]
    made.files["provenance.csv"] = Table(columns, rows)
    made.files["actors.csv"] = Table(
        [
            column("actor", "text", "identifier of the actor"),
            column("name", "text", "name", missing="not told"),
            column("kind", "text", "kind of actor", missing="not told"),
            column("gender", "text", "gender, only where a source tells it", missing="not told"),
            column("born", "text", "birth, or founding, as told (EDTF)", missing="not told"),
            column("died", "text", "death, or dissolution, as told (EDTF)", missing="not told"),
            column("claims", "text", "identifiers of the claims that tell of the actor, "
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
            column("actor", "text", "identifier of the actor"),
            column("from", "integer", "first unit of time at risk"),
            column("to", "integer", "last unit of time at risk"),
            *KNOWN_BY,
        ],
        spell_rows(present),
    )
    plain = sorted({event.type for event in events} & _UNDIRECTED)
    if plain and made.form != "eventnet":
        made.notes.append(
            f"Events of type {', '.join(plain)} have no direction: each stands once, its actors in "
            "the order of their identifiers. Where there are no others, the program must be told "
            "(directed = FALSE)."
        )
    tell_risk(graph, present, made)
