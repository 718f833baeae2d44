"""The search behind chains: which encounters, in which order, lead from one actor to another.

What is fetched from the database is one hop at a time, from both ends towards the middle (`Steps`;
`CypherSteps` asks a graph, the tests ask a table). What is reckoned here is exact:

- Without a maximum gap, an actor is described by one number: the earliest instant at which all that
  led to them can have ended (from the other end: the latest at which what follows may begin). An
  earlier one is never worse, so a hop is a minimum over actors, made by the database.
- Under a maximum gap an earlier end may be too early for the next encounter. Then an encounter is
  described by all the intervals in which it can have ended, and actors may come again.
- *Certain* and *possible* chains are searched apart. For a certain one every encounter is over, in
  all readings of its date, before the next begins in all of its own, and no date is marked. For a
  possible one it is enough that one reading of all its dates puts them in order.

Time runs backwards in the search from the far end: `mirrored` turns the sign of every instant, so
that one text and one function serve both directions.
"""

from __future__ import annotations

import time
from bisect import insort
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

from visavis.graph.connect import Graph
from visavis.schema import dates
from visavis.schema.dates import INF, Date, Intervals, Reading
from visavis.schema.errors import QueryStoppedError

__all__ = [
    "Budget",
    "CypherSteps",
    "Link",
    "Met",
    "Order",
    "Steps",
    "Stopped",
    "date_of",
    "mirrored",
    "search",
]

Times = dict[str, int]  # actor -> earliest feasible end (mirrored: minus the latest feasible start)

SMALL = 2_000  # a hop over so few participations is fetched whole
ASKED = 4_000  # so many actors may be named in one question about the middle
PER_ACTOR = 20  # of the encounters that lead to one actor at one hop, so many are looked at


@lru_cache(maxsize=65_536)
def date_of(texts: tuple[str, ...]) -> Date:
    """The date of an encounter from all the texts told of it."""
    return dates.join(dates.parse(text) for text in texts)


@lru_cache(maxsize=65_536)
def mirrored(date: Date) -> Date:
    """The date with time running backwards: it begins where it ended."""
    readings = tuple(
        Reading(-r.ends_by, -r.ends_from, -r.starts_by, -r.starts_from) for r in date.readings
    )
    return Date(date.text, readings, date.marked, date.precision)


# -- the order of encounters ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Order:
    """How encounters must follow one another: certainly or possibly, within a window (instants,
    both included), with at most `gap` seconds between two.

    `begin` and `follow` give the intervals in which an encounter can have ended, () if it cannot
    be. In a certain order that is one interval, from its earliest to its latest end; a marked date
    has its latest end beyond all others, so that nothing follows it.
    """

    certain: bool
    gap: int | None = None
    first: int = -INF
    last: int = INF

    @property
    def windowed(self) -> bool:
        return self.first > -INF or self.last < INF

    def begin(self, date: Date) -> Intervals:
        """As the first of a chain."""
        if not self.certain:
            return self._within(dates.feasible_ends(((self.first - 1, self.first - 1),), date))
        if self.windowed:
            if date.marked or date.earliest < self.first or date.latest > self.last:
                return ()
        return ((date.ends_from, INF if date.marked else date.latest),)

    def follow(self, ends: Intervals, date: Date) -> Intervals:
        """After encounters that can have ended in `ends`."""
        if not self.certain:
            return self._within(dates.feasible_ends(ends, date, self.gap))
        if date.marked or date.latest > self.last:
            return ()
        for low, high in ends:
            if high < date.earliest and (self.gap is None or date.starts_by - low <= self.gap):
                return ((date.ends_from, date.latest),)
        return ()

    def meets(self, ends: Intervals, starts: Intervals) -> bool:
        """Whether what can end in `ends` may be followed by what can begin in `starts`
        (mirrored, as `backwards` gives it)."""
        for low, high in ends:
            for ends_low, ends_high in starts:
                begins, begins_by = -ends_high, -ends_low
                if self.certain:
                    if high < begins and (self.gap is None or begins_by - low <= self.gap):
                        return True
                elif self.gap is None:
                    if begins_by > low:
                        return True
                elif max(begins, low + 1) <= min(begins_by, high + self.gap):
                    return True
        return False

    def backwards(self) -> Order:
        """The same order with time running backwards."""
        return Order(self.certain, self.gap, -self.last, -self.first)

    def _within(self, ends: Intervals) -> Intervals:
        if self.last >= INF:
            return ends
        return tuple((low, min(high, self.last)) for low, high in ends if low <= self.last)


def _united(many: Iterable[Intervals], certain: bool) -> Intervals:
    """All the intervals, those of a possible order merged where they touch."""
    intervals = sorted({interval for each in many for interval in each})
    if certain:
        return tuple(intervals)
    merged: list[tuple[int, int]] = []
    for low, high in intervals:
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return tuple(merged)


# -- one hop --------------------------------------------------------------------------------------


class Met(NamedTuple):
    """An encounter that leads from some actors (`lefts`) to another (`right`)."""

    right: str
    meeting: str
    dates: tuple[str, ...]
    lefts: tuple[str, ...]


class Around(NamedTuple):
    """An encounter of actors in a frontier (`enter`), with all its participants."""

    meeting: str
    dates: tuple[str, ...]
    enter: tuple[str, ...]
    participants: tuple[str, ...]


class Steps(Protocol):
    """What the search asks of a graph. Only leaf encounters and participations that count."""

    def degrees(self, actors: Collection[str]) -> dict[str, int]:
        """How many participations each actor has, counting or not: what a hop costs."""

    def direct(self, a: str, b: str, first: int, last: int, limit: int) -> list[Met]:
        """Encounters of the two that may lie in the window, by earliest end, then identifier.
        Without a window (-INF, INF) those of no date too, last."""

    def spread(
        self, frontier: Times, *, certain: bool, backward: bool, horizon: int, finish: int
    ) -> Iterable[tuple[str, int, tuple[str, ...]]]:
        """Everybody met in an encounter that begins after an actor's time: actor, earliest end.

        Ends not before `horizon` are left out. Where the date has several readings the row is
        (actor, time of the frontier, the date's texts) and the end is still to be reckoned.
        `backward`: everything mirrored. `finish`: only encounters that may be over before this
        instant, whatever the direction (4 * INF: all).
        """

    def between(
        self,
        left: Times,
        right: Times,
        *,
        certain: bool,
        final: bool,
        finish: int,
        by_right: bool,
        limit: int,
    ) -> tuple[list[Met], bool]:
        """Encounters after a left actor's time that end before a right actor's time.

        Of each right actor's, the `limit` with the earliest end (`final`: at the earliest end
        that can be), ties by identifier, and besides all whose date has several readings, not
        yet checked. Then whether any were left out. `finish`: as for `spread`. `by_right`: the
        right side costs less.
        """

    def around(
        self, frontier: Mapping[str, tuple[int, int]], *, backward: bool
    ) -> Iterable[Around]:
        """Encounters of the actors that may begin after the first and not after the second
        instant. `backward`: everything mirrored."""


class Stopped(Exception):
    """The budget is spent; the text says which part of it."""


@dataclass
class Budget:
    """What one search may cost: participations looked at, and seconds."""

    participations: int = 2_000_000
    seconds: float = 60.0
    spent: int = 0
    began: float = field(default_factory=time.monotonic)

    def spend(self, count: int) -> None:
        """Note so many participations; Stopped before more are looked at than may be."""
        if self.spent + count > self.participations:
            raise Stopped(f"stopped at {self.participations:,} participations")
        self.spent += count
        _ = self.left

    @property
    def left(self) -> float:
        """Seconds left; Stopped if none."""
        left = self.seconds - (time.monotonic() - self.began)
        if left <= 0:
            raise Stopped(f"stopped after {self.seconds:g} seconds")
        return left


# -- the hops in Cypher ---------------------------------------------------------------------------

_LEAF = "NOT EXISTS { MATCH (m)<-[:PART_OF]-(:Meeting) }"


class CypherSteps:
    """The hops as queries. `leave_out` or `only` say which roles count; see `chains.paths`."""

    def __init__(
        self,
        graph: Graph,
        budget: Budget,
        *,
        leave_out: Collection[str] = (),
        only: Collection[str] | None = None,
    ) -> None:
        self._graph = graph
        self._budget = budget
        self._roles = sorted(leave_out if only is None else only)
        self._only = only is not None
        # Certain and possible chains are looked for one after the other, from the same actors.
        self._degrees: dict[str, int] = {}
        self._direct: dict[tuple[str, str], list[Met]] = {}

    def counts(self, edge: str) -> str:
        """The condition that a participation counts (a piece of Cypher)."""
        if self._only:
            return f"any(r IN {edge}.roles WHERE r IN $roles)"
        if not self._roles:
            return "true"
        return (
            f"({edge}.roles IS NULL OR size({edge}.roles) = 0 "
            f"OR any(r IN {edge}.roles WHERE NOT r IN $roles))"
        )

    @property
    def parameters(self) -> dict[str, Any]:
        """What a query with `counts` in it needs."""
        return {"roles": self._roles}

    def plain(self, cypher: str, **parameters: Any) -> list[dict[str, Any]]:
        """The rows of a query that is no part of the search: small, and not bounded by it."""
        return self._graph.rows(cypher, {**parameters, **self.parameters})

    def ask(self, cypher: str, **parameters: Any) -> Iterator[dict[str, Any]]:
        """Stream a query within what is left of the time."""
        parameters |= self.parameters
        try:
            yield from self._graph.read(cypher, parameters, timeout=self._budget.left)
        except QueryStoppedError as stopped:
            raise Stopped(f"stopped after {self._budget.seconds:g} seconds") from stopped

    def degrees(self, actors: Collection[str]) -> dict[str, int]:
        unknown = sorted(actor for actor in actors if actor not in self._degrees)
        if unknown:
            for row in self.ask(
                "UNWIND $ids AS id MATCH (x:Actor {id: id}) "
                "RETURN id, COUNT { (x)-[:TOOK_PART]->() } AS n",
                ids=unknown,
            ):
                self._degrees[row["id"]] = row["n"]
        return {actor: self._degrees.get(actor, 0) for actor in actors}

    def direct(self, a: str, b: str, first: int, last: int, limit: int) -> list[Met]:
        if (a, b) in self._direct:
            return self._direct[a, b]
        window = "i.starts_by >= $first AND i.ends_from <= $last"
        if first <= -INF and last >= INF:
            window = f"(i.earliest IS NULL OR {window})"
        rows = self.ask(
            f"""MATCH (x:Actor {{id: $a}})-[i:TOOK_PART]->(m:Meeting)
            WHERE i.scope = 'encounter' AND {window} AND {self.counts("i")} AND {_LEAF}
            MATCH (m)<-[j:TOOK_PART]-(y:Actor) WHERE y.id = $b AND {self.counts("j")}
            RETURN m.id AS meeting, coalesce(i.dates, []) AS dates
            ORDER BY coalesce(i.ends_from, $never), meeting LIMIT $limit""",
            a=a, b=b, first=first, last=last, limit=limit, never=2 * INF,
        )  # fmt: skip
        found = [Met(b, row["meeting"], tuple(row["dates"]), (a,)) for row in rows]
        self._direct[a, b] = found
        return found

    def spread(
        self, frontier: Times, *, certain: bool, backward: bool, horizon: int, finish: int
    ) -> Iterable[tuple[str, int, tuple[str, ...]]]:
        enters, out, several = _pieces("i", "f.t", certain, backward)
        rows = self.ask(
            f"""UNWIND $frontier AS f
            MATCH (x:Actor {{id: f.id}})-[i:TOOK_PART]->(m:Meeting)
            WHERE {enters}{_before("i", finish)} AND i.scope = 'encounter'
              AND {self.counts("i")} AND {_LEAF}
            WITH m, {out} AS out, CASE WHEN {several} THEN i.dates END AS dates, f.t AS t
            WHERE out < $horizon
            WITH m, dates, CASE WHEN dates IS NULL THEN NULL ELSE t END AS t, out
            MATCH (m)<-[j:TOOK_PART]-(y:Actor) WHERE {self.counts("j")}
            RETURN y.id AS actor, dates, t, min(out) AS out""",
            frontier=[{"id": actor, "t": t} for actor, t in frontier.items()],
            horizon=horizon,
            finish=finish,
        )
        for row in rows:
            if row["dates"] is None:
                yield row["actor"], row["out"], ()
            else:
                yield row["actor"], row["t"], tuple(row["dates"])

    def between(
        self,
        left: Times,
        right: Times,
        *,
        certain: bool,
        final: bool,
        finish: int,
        by_right: bool,
        limit: int,
    ) -> tuple[list[Met], bool]:
        # The date stands on every participation; that of the side we come from is read first.
        edge = "j" if by_right else "i"
        enters, out, several = _pieces(edge, "t", certain, False)
        rank = f"{edge}.ends_from" if certain and final else "out"
        here = f"{edge}.scope = 'encounter'{_before(edge, finish)} AND {_LEAF}"
        if by_right:
            soonest, _, _ = _pieces("j", "$soonest", certain, False)
            ends = "j.latest" if certain else "j.ends_from"
            match = f"""UNWIND $right AS g
            MATCH (y:Actor {{id: g.id}})-[j:TOOK_PART]->(m:Meeting)
            WHERE {soonest} AND {ends} < g.t AND {here} AND {self.counts("j")}
            MATCH (m)<-[i:TOOK_PART]-(x:Actor)
            WHERE $left[x.id] IS NOT NULL AND {self.counts("i")}
            WITH x, y, m, j, g.t AS until, $left[x.id] AS t"""
        else:
            last, _, _ = _pieces("i", "f.t", certain, False)
            match = f"""UNWIND $left AS f
            MATCH (x:Actor {{id: f.id}})-[i:TOOK_PART]->(m:Meeting)
            WHERE {last} AND {here} AND {self.counts("i")}
            MATCH (m)<-[j:TOOK_PART]-(y:Actor)
            WHERE $right[y.id] IS NOT NULL AND {self.counts("j")}
            WITH x, y, m, i, $right[y.id] AS until, f.t AS t"""
        text = f"""{match}
            WHERE {enters} AND x.id <> y.id
            WITH x.id AS left, y.id AS right, m.id AS meeting, until, {out} AS out,
                 {several} AS several, {edge}.dates AS dates, {edge}.ends_from AS ends_from
            WHERE out < until
            WITH right, meeting, several, head(collect(dates)) AS dates,
                 collect(left) AS lefts, min({rank.replace(f"{edge}.", "")}) AS rank
            ORDER BY rank, meeting
            WITH right, several, collect([meeting, dates, lefts]) AS rows
            RETURN right, several, size(rows) AS n,
                   CASE WHEN several THEN rows ELSE rows[0..$limit] END AS rows"""
        listed = right if by_right else left
        parameters: dict[str, Any] = {
            "left": left, "right": right, "limit": limit, "finish": finish,
            "right" if by_right else "left": [{"id": k, "t": t} for k, t in listed.items()],
        }  # fmt: skip
        if by_right:
            parameters["soonest"] = min(left.values())
        found: list[Met] = []
        more = False
        for row in self.ask(text, **parameters):
            more = more or (not row["several"] and row["n"] > limit)
            found += [
                Met(row["right"], meeting, tuple(told), tuple(sorted(lefts)))
                for meeting, told, lefts in row["rows"]
            ]
        return sorted(found), more

    def around(
        self, frontier: Mapping[str, tuple[int, int]], *, backward: bool
    ) -> Iterable[Around]:
        starts_by, _, earliest, _ = _bounds("i", backward)
        rows = self.ask(
            f"""UNWIND $frontier AS f
            MATCH (x:Actor {{id: f.id}})-[i:TOOK_PART]->(m:Meeting)
            WHERE {starts_by} > f.after AND {earliest} <= f.until
              AND i.scope = 'encounter' AND {self.counts("i")} AND {_LEAF}
            WITH m, head(collect(i.dates)) AS dates, collect(x.id) AS enter
            MATCH (m)<-[j:TOOK_PART]-(y:Actor) WHERE {self.counts("j")}
            WITH m.id AS meeting, dates, enter, collect(y.id) AS participants
            RETURN meeting, dates, enter, participants""",
            frontier=[
                {"id": actor, "after": after, "until": until}
                for actor, (after, until) in frontier.items()
            ],
        )
        for row in rows:
            participants = tuple(row["participants"])
            self._budget.spend(len(participants))
            yield Around(row["meeting"], tuple(row["dates"]), tuple(row["enter"]), participants)


def _bounds(edge: str, backward: bool) -> tuple[str, str, str, str]:
    """Latest start, earliest end, earliest start and latest end of a participation."""
    names = ("starts_by", "ends_from", "earliest", "latest")
    if backward:
        names = ("ends_from", "starts_by", "latest", "earliest")
    starts_by, ends_from, earliest, latest = (f"{'-' * backward}{edge}.{name}" for name in names)
    return starts_by, ends_from, earliest, latest


def _before(edge: str, finish: int) -> str:
    return f" AND {edge}.ends_from < $finish" if finish < 4 * INF else ""


def _pieces(edge: str, t: str, certain: bool, backward: bool) -> tuple[str, str, str]:
    """Pieces of Cypher: that the encounter follows `t`, when it then ends at the earliest, and
    whether that must still be reckoned because its date has several readings."""
    starts_by, ends_from, earliest, latest = _bounds(edge, backward)
    if certain:
        return f"NOT {edge}.marked AND {earliest} > {t}", latest, "false"
    out = f"CASE WHEN {ends_from} > {t} THEN {ends_from} ELSE {t} + 1 END"
    return f"{starts_by} > {t}", out, f"(size({edge}.dates) > 1 OR {edge}.date STARTS WITH '[')"


# -- the search -----------------------------------------------------------------------------------


@dataclass(slots=True)
class Link:
    """An encounter at one place of a chain: by whom it may be entered, and left."""

    enter: set[str] = field(default_factory=set)
    leave: set[str] = field(default_factory=set)


Layers = list[dict[str, Link]]


@dataclass
class Found:
    """Chains as encounters in order, with their arrival; the dates of these; whether there are
    more of the same length."""

    chains: list[tuple[int, tuple[str, ...]]] = field(default_factory=list)
    dates: dict[str, Date | None] = field(default_factory=dict)
    more: bool = False

    @property
    def length(self) -> int:
        return len(self.chains[0][1]) if self.chains else 0


def search(
    steps: Steps,
    a: str,
    b: str,
    order: Order,
    *,
    earliest: bool,
    most: int,
    limit: int,
    budget: Budget,
    progress: Callable[[int], None],
) -> Found:
    """The chains of fewest encounters, or (`earliest`) of earliest arrival and then fewest.

    In order of arrival (the earliest feasible end of the last encounter), then of identifiers, the
    last encounter first. At most `limit`; with fewer than `PER_ACTOR` ways to each actor at each
    hop they are the first, and always the first of all is the first. `progress` is told up to how
    many encounters the search was exhaustive. Raises Stopped.
    """
    if a == b or most < 1:
        return Found()
    one = _direct(steps, a, b, order, limit)
    progress(1)
    if one.chains and not earliest:
        return one
    if order.gap is None:
        return _ungapped(steps, a, b, order, earliest, most, limit, budget, progress, one)
    return _gapped(steps, a, b, order, earliest, most, limit, budget, progress, one)


def _direct(steps: Steps, a: str, b: str, order: Order, limit: int) -> Found:
    """Chains of one encounter, for which no order is needed but a window may be."""
    degrees = steps.degrees([a, b])
    from_, to = (a, b) if degrees.get(a, 0) <= degrees.get(b, 0) else (b, a)
    found = Found()
    # Those that only may lie in the window stand among those that do.
    asked = max(1_000, limit + 1)
    for row in steps.direct(from_, to, order.first, order.last, asked):
        date = date_of(row.dates) if row.dates else None
        ends: Intervals = ((INF, INF),) if date is None else order.begin(date)
        if ends:
            found.dates[row.meeting] = date
            found.chains.append((ends[0][0], (row.meeting,)))
    found.chains.sort()
    found.more = len(found.chains) > limit
    del found.chains[limit:]
    return found


def _ungapped(
    steps: Steps,
    a: str,
    b: str,
    order: Order,
    earliest: bool,
    most: int,
    limit: int,
    budget: Budget,
    progress: Callable[[int], None],
    one: Found,
) -> Found:
    """The search without a maximum gap.

    The earliest arrival is found by asking, as long as there is an answer, for the fewest
    encounters with which one arrives earlier still; each answer takes more encounters.
    """
    best = one
    if not best.chains:
        best = _Frontier(steps, a, b, order, limit, budget, progress).fewest(most)
    if not earliest:
        return best
    while best.chains:
        arrival = best.chains[0][0]
        sooner = _Frontier(steps, a, b, order, limit, budget, progress, arrival).fewest(most)
        if not sooner.chains:
            best.more = best.more and best.chains[-1][0] == arrival
            best.chains = [chain for chain in best.chains if chain[0] == arrival]
            break
        best = sooner
    return best


class _Frontier:
    """The search without a maximum gap: from both ends, actor by actor. `finish`: only chains
    that arrive before this instant."""

    def __init__(
        self,
        steps: Steps,
        a: str,
        b: str,
        order: Order,
        limit: int,
        budget: Budget,
        progress: Callable[[int], None],
        finish: int = 4 * INF,
    ) -> None:
        self.steps = steps
        self.a = a
        self.b = b
        # The possible order reckons with ends as early as can be, so there a window says the same.
        self.order = order
        if not order.certain and finish <= order.last:
            self.order = replace(order, last=finish - 1)
        self.finish = finish if order.certain else 4 * INF
        self.limit = limit
        self.budget = budget
        self.progress = progress
        self._degrees: dict[str, int] = {}

    def fewest(self, most: int) -> Found:
        """Chains of two encounters and more. Those of one have been looked for in vain."""
        forth, back = [self._start()], [self._start(backward=True)]
        best = [dict(forth[0]), dict(back[0])]
        while len(forth) + len(back) - 1 <= most and forth[-1] and back[-1]:
            n = len(forth) + len(back) - 1
            costs = self._cost(forth[-1]), self._cost(back[-1])
            backward = costs[1] < costs[0]
            sides = (back, forth) if backward else (forth, back)
            if n > 1 and min(costs) > SMALL and len(sides[1][-1]) <= ASKED:
                # Ask only for those who are awaited; the whole hop would be many rows.
                final = len(back) == 1
                rows, more = self._between(forth[-1], _deadlines(back[-1]), final=final)
                if rows:
                    return self._read(forth, back, rows, more)
            # The other side's last encounters must still fit in.
            horizon = -min(sides[1][-1].values())
            final = backward and len(back) == 1
            met = self._spread(sides[0][-1], backward, horizon, best[backward], final)
            sides[0].append(met)
            self.progress(n)
            middle = {x: t for x, t in forth[-1].items() if x in back[-1] and t < -back[-1][x]}
            if middle and n > 1:
                found = self._read([*forth[:-1], middle], back)
                if found.chains:  # none, where all arrive too late
                    return found
        return Found()

    # -- hops

    def _start(self, backward: bool = False) -> Times:
        if backward:
            return {self.b: -(self.order.last + 1)}
        return {self.a: self.order.first - 1}

    def _cost(self, frontier: Times) -> int:
        """Participations of the actors in a frontier; for a large one a guess."""
        if len(frontier) > ASKED:
            return 1_000 * len(frontier)
        unknown = [actor for actor in frontier if actor not in self._degrees]
        if unknown:
            self._degrees |= self.steps.degrees(unknown)
        return sum(self._degrees.get(actor, 0) for actor in frontier)

    def _pay(self, frontier: Times) -> None:
        """Spend what a hop from the frontier costs, before it is made."""
        unknown = [actor for actor in frontier if actor not in self._degrees]
        if unknown:
            self._degrees |= self.steps.degrees(unknown)
        self.budget.spend(sum(self._degrees.get(actor, 0) for actor in frontier))

    def _spread(
        self, frontier: Times, backward: bool, horizon: int, best: Times, final: bool
    ) -> Times:
        """The next layer: whom the frontier meets sooner than any shorter chain does."""
        self._pay(frontier)
        found: Times = {}
        certain = self.order.certain
        rows = self.steps.spread(
            frontier,
            certain=certain,
            backward=backward,
            horizon=horizon,
            finish=self.finish if final else 4 * INF,
        )
        seen = 0
        for actor, end, told in rows:
            seen += 1
            if told:
                date = date_of(told)
                reckoned = dates.feasible_end(end, mirrored(date) if backward else date)
                if reckoned is None or reckoned >= horizon:
                    continue
                end = reckoned
            if end < best.get(actor, 4 * INF):
                found[actor] = best[actor] = end
        self.budget.spend(seen)
        return found

    def _between(self, left: Times, right: Times, *, final: bool) -> tuple[list[Met], bool]:
        """Encounters between two layers, checked."""
        costs = self._cost(left), self._cost(right)
        by_right = costs[1] < costs[0]
        self._pay(right if by_right else left)
        rows, more = self.steps.between(
            left,
            right,
            certain=self.order.certain,
            final=final,
            finish=self.finish if final else 4 * INF,
            by_right=by_right,
            limit=max(PER_ACTOR, self.limit + 1),
        )
        self.budget.spend(len(rows))
        if self.order.certain:
            return rows, more
        checked = []
        for row in rows:
            date = date_of(row.dates)
            if len(date.readings) > 1:
                lefts = tuple(
                    x for x in row.lefts
                    if (end := dates.feasible_end(left[x], date)) is not None
                    and end < right[row.right]
                )  # fmt: skip
                row = row._replace(lefts=lefts)
            if row.lefts:
                checked.append(row)
        return checked, more

    def _end(self, left: Times, row: Met) -> int:
        """When the encounter of a row has ended, at the earliest (certain: at the latest)."""
        date = date_of(row.dates)
        if self.order.certain:
            return date.latest
        ends = (dates.feasible_end(left[x], date) for x in row.lefts)
        return min(end for end in ends if end is not None)

    def _begins_by(self, row: Met, deadline: int) -> int:
        """The latest instant at which the encounter may begin to end before a deadline."""
        date = date_of(row.dates)
        if self.order.certain:
            return date.earliest
        end = dates.feasible_end(-deadline, mirrored(date))
        return -4 * INF if end is None else -end

    # -- from layers to chains

    def _read(
        self,
        forth: Sequence[Times],
        back: Sequence[Times],
        middle: list[Met] | None = None,
        more: bool = False,
    ) -> Found:
        """The chains that run through the layers found from both ends.

        `middle`: the encounters between the last layers, where they are known already; else the
        two last layers are the same actors.
        """
        found = Found(more=more)
        hops: list[list[Met]] = []
        deadlines: list[Times] = []
        left = forth[-1]
        start = len(back) - 1 if middle is not None else len(back) - 2
        for at in range(start, -1, -1):  # to the right, with the earliest ends
            right = _deadlines(back[at])
            if middle is not None and at == start:
                rows = middle
            else:
                rows, cut = self._between(left, right, final=at == 0)
                found.more = found.more or cut
            hops.append(rows)
            deadlines.append(right)
            ends: Times = {}
            for row in rows:
                ends[row.right] = min(ends.get(row.right, 4 * INF), self._end(left, row))
            left = ends
        needed = _deadlines(back[0])
        for at in range(len(hops) - 1, -1, -1):  # only what leads on
            hops[at] = [row for row in hops[at] if row.right in needed]
            needed = self._needed(hops[at], needed)
        for times in reversed(forth[:-1]):  # and to the left
            rows, cut = self._between(times, needed, final=not hops)
            found.more = found.more or cut
            hops.insert(0, rows)
            needed = self._needed(rows, needed)
        layers: Layers = []
        for rows in hops:
            layer: dict[str, Link] = defaultdict(Link)
            for row in rows:
                layer[row.meeting].enter.update(row.lefts)
                layer[row.meeting].leave.add(row.right)
                found.dates[row.meeting] = date_of(row.dates)
            layers.append(layer)
        found.chains = _chains(layers, found.dates, self.order, self.limit + 1, self.budget)
        found.more = found.more or len(found.chains) > self.limit
        del found.chains[self.limit :]
        return found

    def _needed(self, rows: Iterable[Met], deadlines: Times) -> Times:
        """Who must be reached, and by when, to enter one of the encounters."""
        needed: Times = {}
        for row in rows:
            by = self._begins_by(row, deadlines[row.right])
            for x in row.lefts:
                needed[x] = max(needed.get(x, -4 * INF), by)
        return needed


def _deadlines(back: Times) -> Times:
    return {actor: -t for actor, t in back.items()}


# -- under a maximum gap --------------------------------------------------------------------------


@dataclass
class _Reached:
    """One end of the search under a maximum gap: encounter by encounter."""

    order: Order
    backward: bool
    layers: list[dict[str, Intervals]] = field(default_factory=list)

    def by_actor(self, participants: Mapping[str, tuple[str, ...]]) -> dict[str, Intervals]:
        """For each actor, when what led to them can have ended."""
        many: dict[str, list[Intervals]] = defaultdict(list)
        for meeting, ends in self.layers[-1].items():
            for actor in participants[meeting]:
                many[actor].append(ends)
        return {actor: _united(each, self.order.certain) for actor, each in many.items()}


def _gapped(
    steps: Steps,
    a: str,
    b: str,
    order: Order,
    earliest: bool,
    most: int,
    limit: int,
    budget: Budget,
    progress: Callable[[int], None],
    one: Found,
) -> Found:
    """The search under a maximum gap: from both ends, encounter by encounter."""
    assert order.gap is not None
    known: dict[str, tuple[str, ...]] = {}
    told: dict[str, Date | None] = {}
    ends = _Reached(order, False), _Reached(order.backwards(), True)
    actors: list[dict[str, Intervals]] = []

    def expand(side: _Reached, frontier: dict[str, Intervals] | None, who: str) -> None:
        # Nothing can follow what ends beyond every instant, and no gap reaches there.
        spans = {
            actor: (each[0][0], max(high for _, high in each) + (order.gap or 0))
            for actor, each in (frontier or {}).items()
        }
        layer: dict[str, Intervals] = {}
        begin = {who: (side.order.first - 1, 4 * INF)}
        budget.spend(0)
        for row in steps.around(spans or begin, backward=side.backward):
            date = date_of(row.dates)
            told[row.meeting] = date
            known[row.meeting] = row.participants
            turned = mirrored(date) if side.backward else date
            if frontier is None:
                state = side.order.begin(turned)
            else:
                before = (frontier[actor] for actor in row.enter)
                state = side.order.follow(_united(before, order.certain), turned)
            if state:
                layer[row.meeting] = state
        side.layers.append(layer)

    expand(ends[0], None, a)
    expand(ends[1], None, b)
    actors = [end.by_actor(known) for end in ends]
    best = one
    n = 2
    while n <= most and actors[0] and actors[1]:
        forth, back = actors
        if any(x in back and order.meets(forth[x], back[x]) for x in forth):
            found = _through(ends, known, told, a, b, order, limit, budget)
            if found.chains:
                if not earliest:
                    return found
                if not best.chains or found.chains[0][0] < best.chains[0][0]:
                    best = found
        progress(n)
        n += 1
        if n > most:
            break
        turn = len(ends[1].layers[-1]) < len(ends[0].layers[-1])
        expand(ends[turn], actors[turn], "")
        actors[turn] = ends[turn].by_actor(known)
    if earliest and best.chains:
        arrival = best.chains[0][0]
        best.more = best.more and best.chains[-1][0] == arrival
        best.chains = [chain for chain in best.chains if chain[0] == arrival]
    return best


def _through(
    ends: tuple[_Reached, _Reached],
    known: Mapping[str, tuple[str, ...]],
    told: Mapping[str, Date | None],
    a: str,
    b: str,
    order: Order,
    limit: int,
    budget: Budget,
) -> Found:
    """The chains that run through the layers of encounters found from both ends."""
    rows = [list(layer) for layer in ends[0].layers]
    rows += [list(layer) for layer in reversed(ends[1].layers)]
    layers: Layers = [{m: Link(set(known[m]), set(known[m])) for m in row} for row in rows]
    for link in layers[0].values():
        link.enter = {a}
    for link in layers[-1].values():
        link.leave = {b}
    chains = _chains(layers, told, order, limit + 1, budget)
    used = {meeting for _, chain in chains for meeting in chain}
    return Found(chains[:limit], {m: told[m] for m in used}, len(chains) > limit)


# -- chains out of layers -------------------------------------------------------------------------


def _chains(
    layers: Layers,
    told: Mapping[str, Date | None],
    order: Order,
    limit: int,
    budget: Budget,
) -> list[tuple[int, tuple[str, ...]]]:
    """The first `limit` chains with one encounter of each layer, in order of arrival and then of
    identifiers, the last encounter first.

    Last encounters are taken in the order in which they can be reached at all, and from each we go
    backwards; a step is taken only if some chain leads there, so the way back has few dead ends
    (an encounter that would come twice).
    """
    days: dict[str, Date] = {m: d for m, d in told.items() if d is not None}
    reached: list[dict[str, Intervals]] = []
    left_by: list[dict[str, list[str]]] = []
    for layer in layers:
        states: dict[str, Intervals] = {}
        if not reached:
            states = {m: ends for m in layer if (ends := order.begin(days[m]))}
        else:
            at = {
                x: _united((reached[-1][m] for m in meetings), order.certain)
                for x, meetings in left_by[-1].items()
            }
            for m, link in layer.items():
                before = [at[x] for x in link.enter if x in at]
                if before and (ends := order.follow(_united(before, order.certain), days[m])):
                    states[m] = ends
        by: dict[str, list[str]] = defaultdict(list)
        for m in states:
            for x in layer[m].leave:
                by[x].append(m)
        reached.append(states)
        left_by.append(by)

    back = order.backwards()
    found: list[tuple[int, tuple[str, ...]]] = []  # with the last encounter first
    steps = 0

    def go(at: int, chain: tuple[str, ...], starts: Intervals, soonest: int) -> None:
        nonlocal steps
        steps += 1
        if steps % 256 == 0:
            budget.spend(256)
        if len(found) >= limit and found[limit - 1] <= (soonest, chain):
            return
        if at == 0:
            insort(found, (_arrives(order, [days[m] for m in reversed(chain)]), chain))
            return
        before = {m for x in layers[at][chain[-1]].enter for m in left_by[at - 1].get(x, ())}
        for m in sorted(before.difference(chain)):
            if order.meets(reached[at - 1][m], starts):
                turned = back.follow(starts, mirrored(days[m]))
                if turned:
                    go(at - 1, (*chain, m), turned, soonest)

    last = reached[-1]
    for soonest, m in sorted((ends[0][0], m) for m, ends in last.items()):
        if len(found) >= limit and found[limit - 1] <= (soonest, (m,)):
            break
        go(len(layers) - 1, (m,), back.begin(mirrored(days[m])), soonest)
    return [(arrival, chain[::-1]) for arrival, chain in found[:limit]]


def _arrives(order: Order, days: Sequence[Date]) -> int:
    """The earliest feasible end of a whole chain."""
    ends = order.begin(days[0])
    for day in days[1:]:
        ends = order.follow(ends, day)
    return ends[0][0]
