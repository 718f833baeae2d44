"""Who could have met: from when to when each actor may have been alive and in office."""

from __future__ import annotations

import bisect
import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from visavis.exchange.events_read import EVER, Clock, Event, Read
from visavis.exchange.events_tables import Row, Tables, column
from visavis.schema import dates
from visavis.schema.lives import Life

__all__ = [
    "KNOWN_BY",
    "Present",
    "Spell",
    "at_risk",
    "gaps",
    "overlap",
    "presence",
    "spell_rows",
    "stretches",
    "tell_risk",
]


@dataclass(slots=True)
class Spell:
    """From which unit to which (both included) an actor was at risk, by what we know it (office,
    lifetime, seen, or not told), and whether for certain."""

    first: int
    last: int
    by: str
    sure: bool


Present = Mapping[str, Sequence[Spell]]  # of each actor, in order


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


def _office(clock: Clock, period: dates.Date) -> _Bounds:
    """When an office was held. A year or month alone does not say that it was held throughout."""
    made = _Bounds(clock.bound(period.earliest), clock.bound(period.latest))
    first, last = clock.bound(period.starts_by), clock.bound(period.ends_from)
    if not period.marked and first <= last:
        made.surely = first, last
    return made


def _alive(clock: Clock, lived: Life, seen: tuple[int, int] | None) -> tuple[_Bounds, bool]:
    """When an actor lived, and whether only encounters make any of it certain.

    seen: the units by which it was there in an encounter, and up to which. Who is seen has been
    born, and has not died before: between two encounters an actor is certainly alive.
    """
    born, died = lived
    made = _Bounds(
        clock.bound(born.earliest) if born else -EVER,
        clock.bound(died.latest) if died else EVER,
    )
    firsts = [clock.bound(born.latest)] if born and not born.marked else []
    lasts = [clock.bound(died.earliest)] if died and not died.marked else []
    told = bool(firsts and lasts)
    if seen:
        firsts, lasts = [*firsts, seen[0]], [*lasts, seen[1]]
    if firsts and lasts and min(firsts) <= max(lasts):
        made.surely = min(firsts), max(lasts)
    return made, not told


def _seen(graph: Read, clock: Clock) -> dict[str, tuple[int, int]]:
    """Of each actor the unit by which it was certainly there in an encounter, and the last unit
    from which on it was."""
    found: dict[str, tuple[int, int]] = {}
    for edge in graph.by_type["TOOK_PART"]:
        told = edge.properties
        if told.get("scope", "encounter") != "encounter" or told.get("marked", True):
            continue
        by, from_ = clock.bound(told["latest"]), clock.bound(told["earliest"])
        one = found.get(edge.start, (EVER, -EVER))
        found[edge.start] = min(one[0], by), max(one[1], from_)
    return found


def presence(graph: Read, events: Sequence[Event], clock: Clock) -> dict[str, list[Spell]]:
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
    found: dict[str, list[Spell]] = {}
    for actor in sorted(actors):
        lived = graph.lives.get(actor)
        alive, by_seen = _alive(clock, lived or Life(None, None), seen.get(actor))
        spells = _spells(begin, end, offices.get(actor, ()), alive, lived is not None, by_seen)
        alone = [
            Spell(time, time, "seen", sure)
            for time, sure in own[actor].items()
            if not at_risk(spells, time)
        ]
        if spells or alone:
            found[actor] = _merged([*spells, *alone])
    return found


def _spells(
    begin: int, end: int, offices: Sequence[_Bounds], alive: _Bounds, told: bool, by_seen: bool
) -> list[Spell]:
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
        spells.append(Spell(first, after - 1, "; ".join(by) or "not told", sure))
    return _merged(spells)


def at_risk(spells: Sequence[Spell], time: int) -> bool:
    """Whether a time lies in one of some spells, which are in order and apart."""
    place = bisect.bisect_right(spells, time, key=lambda spell: spell.first)
    return place > 0 and time <= spells[place - 1].last


def _merged(spells: Iterable[Spell]) -> list[Spell]:
    """Spells that are apart, in order; those that follow on and are known alike are one."""
    done: list[Spell] = []
    for spell in sorted(spells, key=lambda s: s.first):
        before = done[-1] if done else None
        if before and (before.last + 1, before.by, before.sure) == (
            spell.first, spell.by, spell.sure,
        ):  # fmt: skip
            before.last = spell.last
        else:
            done.append(spell)
    return done


def stretches(spells: Iterable[Spell]) -> list[tuple[int, int]]:
    """The first and last units of each time at risk, however it is known."""
    done: list[tuple[int, int]] = []
    for spell in spells:
        if done and done[-1][1] + 1 == spell.first:
            done[-1] = done[-1][0], spell.last
        else:
            done.append((spell.first, spell.last))
    return done


def overlap(a: Sequence[tuple[int, int]], b: Sequence[tuple[int, int]]) -> bool:
    """Whether two actors were at risk at some time together."""
    return any(x[0] <= y[1] and y[0] <= x[1] for x in a for y in b)


def gaps(there: Sequence[tuple[int, int]], begin: int, end: int) -> Iterator[tuple[int, int]]:
    """The times between and around some stretches, within the time observed."""
    at = begin
    for first, last in there:
        if at < first:
            yield at, first - 1
        at = last + 1
    if at <= end:
        yield at, end


KNOWN_BY = [
    column("by", "text", "how we know: the period of an office, a lifetime, encounters (who is "
           "seen was alive before and has not died), or not told (then the whole time observed)",
           values="office; lifetime; seen; not told"),
    column("at_risk", "text", "certain, or possible: a date leaves it open, or nothing tells of "
           "a birth before or a death after", values="certain, possible"),
]  # fmt: skip


def spell_rows(present: Present) -> list[Row]:
    """The rows of presence.csv."""
    return [
        {"actor": actor, "from": spell.first, "to": spell.last, "by": spell.by,
         "at_risk": "certain" if spell.sure else "possible"}
        for actor, spells in present.items()
        for spell in spells
    ]  # fmt: skip


def tell_risk(graph: Read, present: Present, made: Tables) -> None:
    """Say in the codebook how many are at risk, and how that is known."""
    office = sum(any("office" in s.by for s in spells) for spells in present.values())
    lived = sum(actor in graph.lives for actor in present)
    neither = sum(
        actor not in graph.lives and not any("office" in s.by for s in spells)
        for actor, spells in present.items()
    )
    kinds = Counter(str(graph.nodes[a].properties.get("kind", "kind not told")) for a in present)
    by_kind = ", ".join(f"{kind} {n:,}" for kind, n in sorted(kinds.items()))
    made.notes.append(
        f"{len(present):,} actors are at risk, groups and delegations as persons are"
        f"{f' ({by_kind})' if kinds else ''}. Of {office:,} the period of an office is told, of "
        f"{lived:,} a birth or death (or founding, or end); of {neither:,} neither, and they count "
        "as present throughout. Who is possibly at risk counts as at risk: presence.csv tells who "
        "is so for certain."
    )
