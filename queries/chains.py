"""Time-respecting chains: how something could have come from one actor to another, and when.

`paths(graph, "a", "b")` finds encounters that follow one another in time, each sharing a
participant with the next, the first with a, the last with b. `reach(graph, "a", by="1962")` says
whom an actor could have reached by a day.

- One encounter precedes another *certainly* if it is over before the other begins in every reading
  of their dates and neither date is marked (``~ ? %``); *possibly* if some reading says so. A chain
  is certain if every step is, and possible if one reading of all its dates puts them in order. Each
  step says which, and what made it less than certain.
- Only leaf encounters count: no series, no habits, and of a summit with sessions, the sessions. An
  encounter of no date stands in no order, so it can only be a chain of its own.
- By default interpreters, note-takers, press and security carry nothing; a participation without
  a role counts. The same holds for the two ends of a chain.
- A chain is possible as far as the known encounters tell; that anything was passed on it does not
  say. A shared participant is a go-between only where a source says so (mediator, organiser).
- Every participation in a chain comes with its citations; a chain with one that has none is not
  given.
"""

from __future__ import annotations

import itertools
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from heapq import heappop, heappush
from typing import Any, Literal

from visavis.graph.connect import Graph
from visavis.queries.evidence import citations, joined
from visavis.queries.find import one, period
from visavis.queries.frontier import (
    Budget,
    CypherSteps,
    Found,
    Order,
    Steps,
    Stopped,
    date_of,
    search,
)
from visavis.schema import dates
from visavis.schema.dates import INF, Date
from visavis.schema.errors import QueryError

__all__ = [
    "ANY",
    "COLUMNS",
    "LEFT_OUT",
    "REACH_COLUMNS",
    "Chain",
    "Hop",
    "Participation",
    "Paths",
    "Reached",
    "Told",
    "as_rows",
    "lines",
    "paths",
    "reach",
    "reach_rows",
]

DAY = 86_400
LOOK_PAST = 50  # so many more chains than asked for are looked through for certain ones
LEFT_OUT = ("interpreter", "note-taker", "press", "security")
ANY = ("any",)  # as `roles`: every participation counts
GO_BETWEEN = frozenset({"mediator", "organiser"})
_PLACE = "head(COLLECT { MATCH (m)-[:HELD_AT]->(p:Place) RETURN p.name ORDER BY p.id })"

Verdict = Literal["certain", "possible"]


# -- what comes out -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Told:
    """A claim behind a participation: its identifier, citations in one text, coder, confidence,
    the name or office in the source's own words where that differs, and where the source is read on
    the web."""

    claim: str
    citation: str
    coder: str = ""
    confidence: str = ""
    as_told: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Participation:
    """An actor in an encounter, and what says that they were there."""

    actor: str
    name: str
    roles: tuple[str, ...] = ()
    office: str = ""
    contested: bool = False
    machine: bool = False
    told: tuple[Told, ...] = ()

    @property
    def citation(self) -> str:
        """The citations in one text."""
        return joined(told.citation for told in self.told)


@dataclass(frozen=True, slots=True)
class Hop:
    """One encounter of a chain.

    enters, leaves: the participant it shares with the encounter before (first: the chain's start)
    and with the one after (last: its end). also: others that it shares with the one after.
    date: in English; edtf: its text (or texts). gap: days since the encounter before, at least and
    at most (None: unbounded); None for the first. verdict, reason: whether it certainly follows
    the one before and lies in the window, and if not, why.
    go_between: a source says that `leaves` mediated or organised here or in the next encounter.
    """

    meeting: str
    title: str
    place: str
    date: str
    edtf: str
    enters: Participation
    leaves: Participation
    also: tuple[str, ...] = ()
    gap: tuple[int, int | None] | None = None
    verdict: Verdict = "certain"
    reason: str = ""
    go_between: bool = False


@dataclass(frozen=True, slots=True)
class Chain:
    """Encounters in order of time from one actor to another.

    arrives: the day of the earliest possible end of the last, ISO; "" if it has no date. reason:
    what makes the chain less than certain.
    """

    hops: tuple[Hop, ...]
    verdict: Verdict
    arrives: str
    reason: str = ""

    @property
    def meetings(self) -> tuple[str, ...]:
        """The identifiers of the encounters."""
        return tuple(hop.meeting for hop in self.hops)

    @property
    def actors(self) -> tuple[str, ...]:
        """The identifiers of the actors, from start to end."""
        return (self.hops[0].enters.actor, *(hop.leaves.actor for hop in self.hops))


@dataclass(slots=True)
class Paths:
    """The chains from `start` to `end`; see `paths`.

    cut: what the bounds left out ("" if nothing). uncited: chains not given because an encounter
    in them has no citation.
    """

    start: str
    end: str
    chains: list[Chain] = field(default_factory=list)
    cut: str = ""
    uncited: int = 0


@dataclass(frozen=True, slots=True)
class Reached:
    """Somebody who could have been reached.

    verdict: certain, or only possible. arrives: ISO day; if certain, the day by which they were
    reached, else the day on which they were at the earliest. meeting, encounters: the encounter
    that reached them, and how many it took.
    """

    actor: str
    verdict: Verdict
    arrives: str
    meeting: str
    encounters: int


# -- chains ---------------------------------------------------------------------------------------


def paths(
    graph: Graph,
    a: str,
    b: str,
    *,
    from_: str | Date | None = None,
    to: str | Date | None = None,
    max_gap_days: int | None = None,
    roles: Sequence[str] | None = None,
    certain_only: bool = False,
    arrange: Literal["fewest", "earliest"] = "fewest",
    most: int = 8,
    limit: int = 10,
    participations: int = 2_000_000,
    seconds: float = 60.0,
) -> Paths:
    """Chains of encounters in order of time from one actor to another.

    a, b: actors, by name as people type them or by identifier. from_, to: EDTF; the window from
    the first instant of the one to the last of the other. max_gap_days: at most so many days from
    the end of one encounter to the start of the next. roles: only participants in one of these
    roles count (`ANY`: all participants). most: encounters in a chain. limit: chains. The search
    ends after it has looked at so many participations, or after so many seconds.

    arrange "fewest": the chains of fewest encounters, certain ones before possible ones, then by
    earliest arrival, then by identifiers, the last encounter first. "earliest": the same with those
    of earliest arrival, and of these the ones of fewest encounters. If none of them is certain,
    those that are best among the certain ones follow, again at most `limit`.

    Which encounters are fewest, and the first chain of each verdict, are exact; of many equal ones
    those through each actor's earliest encounters are given, and `cut` says that there are more.
    Raises NotFoundError for an actor that is not there, QueryError for a wrong argument.
    """
    if arrange not in ("fewest", "earliest"):
        raise QueryError(f"arrange is 'fewest' or 'earliest', not {arrange!r}")
    if min(most, limit, participations) < 1 or (max_gap_days is not None and max_gap_days < 1):
        raise QueryError("most, limit, participations and max_gap_days are at least 1")
    start, end = one(graph, "actor", a), one(graph, "actor", b)
    if start == end:
        raise QueryError("a chain is between two; name another actor")
    budget = Budget(participations, seconds)
    steps = CypherSteps(graph, budget, **_counting(roles))
    window = period(from_, to)
    found = _both(
        steps, start, end, window, None if max_gap_days is None else max_gap_days * DAY,
        certain_only=certain_only, earliest=arrange == "earliest", most=most, limit=limit,
        budget=budget,
    )  # fmt: skip
    made = Paths(start, end, cut=found.cut)
    kept = [meetings for _, meetings in found.kept]
    evidence = _Evidence(graph, steps, start, end, found.dates, kept)
    for meetings in kept:
        chain = evidence.chain(meetings, found.gap, window)
        if chain is None:
            made.uncited += 1
        else:
            made.chains.append(chain)
    return made


def _counting(roles: Sequence[str] | None) -> dict[str, Any]:
    """Which participations count, as `CypherSteps` takes it."""
    if roles is None:
        return {"leave_out": LEFT_OUT}
    return {"leave_out": ()} if tuple(roles) == ANY else {"only": tuple(roles)}


@dataclass
class _Kept:
    """Chains in the order in which they are given, with arrival, dates, and what was cut."""

    kept: list[tuple[int, tuple[str, ...]]]
    dates: dict[str, Date | None]
    gap: int | None
    cut: str = ""


def _both(
    steps: Steps,
    a: str,
    b: str,
    window: tuple[Date | None, Date | None],
    gap: int | None,
    *,
    certain_only: bool,
    earliest: bool,
    most: int,
    limit: int,
    budget: Budget,
) -> _Kept:
    """Certain chains, then possible ones where they are as good or better.

    Possible chains include the certain ones, so where all the best are at hand and some of them
    are certain, one search has told everything.
    """
    from_, to = window
    first = -INF if from_ is None else from_.earliest
    last = INF if to is None else to.latest
    through = 0
    told: dict[str, Date | None] = {}

    def note(n: int) -> None:
        nonlocal through
        through = n

    def look(certain: bool, count: int) -> Found:
        nonlocal through
        through = 0
        order = Order(certain, gap, first, last)
        found = search(
            steps, a, b, order, earliest=earliest, most=most, limit=count, budget=budget,
            progress=note,
        )  # fmt: skip
        told.update(found.dates)
        return found

    sure, perhaps = Found(), Found()
    cut = ""
    # In a window of uncertain ends nothing is certain.
    vague = any(each is not None and each.marked for each in window)
    try:
        if not certain_only:
            perhaps = look(False, limit + LOOK_PAST)
            if not perhaps.more:
                sure.chains = [
                    chain
                    for chain in perhaps.chains
                    if _is_certain([told[meeting] for meeting in chain[1]], gap, window)
                ]
        if not sure.chains and not vague and (certain_only or perhaps.chains):
            sure = look(True, limit)
    except Stopped as stopped:
        cut = f"searched up to {through} encounter{'s' * (through != 1)}; {stopped}"
    certain = {meetings for _, meetings in sure.chains}
    others = [chain for chain in perhaps.chains if chain[1] not in certain]
    if sure.chains and others and _rank(others[0], earliest) < _rank(sure.chains[0], earliest):
        kept = others[:limit] + sure.chains[:limit]
    else:
        kept = (sure.chains + others)[:limit]
    if not cut and (sure.more or perhaps.more or len(certain) + len(others) > len(kept)):
        cut = "there are more chains as good as these"
    return _Kept(kept, told, gap, cut)


def _is_certain(
    days: Sequence[Date | None], gap: int | None, window: tuple[Date | None, Date | None]
) -> bool:
    return all(
        _step(days[at - 1] if at else None, day, gap, window)[0] == "certain"
        for at, day in enumerate(days)
    )


def _rank(chain: tuple[int, tuple[str, ...]], earliest: bool) -> tuple[int, ...]:
    return (chain[0], len(chain[1])) if earliest else (len(chain[1]),)


# -- evidence -------------------------------------------------------------------------------------


class _Evidence:
    """What the graph tells of the encounters found, fetched for all chains at once."""

    def __init__(
        self,
        graph: Graph,
        steps: CypherSteps,
        a: str,
        b: str,
        told: Mapping[str, Date | None],
        chains: Sequence[tuple[str, ...]],
    ) -> None:
        self._dates = told
        self._meetings: dict[str, dict[str, Any]] = {}
        self._people: dict[str, dict[str, Participation]] = {}
        self._claims: dict[tuple[str, str], list[str]] = {}
        self._told: dict[str, Told] = {}
        self._ends = a, b
        ids = sorted({meeting for chain in chains for meeting in chain})
        if not ids:
            return
        self._meet(steps, ids)
        needed = {
            pair
            for chain in chains
            for at, (enters, leaves, _) in enumerate(self._passed(chain))
            for pair in ((chain[at], enters), (chain[at], leaves))
        }
        behind = sorted({claim for pair in needed for claim in self._claims.get(pair, ())})
        cited = citations(graph, behind)
        for row in steps.plain(
            "UNWIND $ids AS id MATCH (c:Claim {id: id}) RETURN id, c.coder AS coder, "
            "c.confidence AS confidence, c.as_told AS as_told, "
            "head(COLLECT { MATCH (c)-[r:CITES]->(s:Source) WHERE r.opened AND s.url IS NOT NULL "
            "RETURN s.url ORDER BY r.order, s.id }) AS address",
            ids=behind,
        ):
            claim = row["id"]
            if cited.get(claim):
                voice = (row[name] or "" for name in ("coder", "confidence", "as_told", "address"))
                self._told[claim] = Told(claim, joined(cited[claim]), *voice)

    def _meet(self, steps: CypherSteps, ids: list[str]) -> None:
        """Fetch the encounters, and their participants that count."""
        for row in steps.plain(
            "UNWIND $ids AS id MATCH (m:Meeting {id: id}) "
            f"RETURN id, m.title AS title, {_PLACE} AS place",
            ids=ids,
        ):
            self._meetings[row["id"]] = row
        for row in steps.plain(
            "UNWIND $ids AS id MATCH (m:Meeting {id: id})<-[i:TOOK_PART]-(x:Actor) "
            f"WHERE {steps.counts('i')} "
            "RETURN id AS meeting, x.id AS actor, x.name AS name, i.roles AS roles, "
            "i.office AS office, i.contested AS contested, i.machine AS machine, "
            "i.claims AS claims",
            ids=ids,
        ):
            actor = row["actor"]
            self._claims[row["meeting"], actor] = row["claims"] or []
            self._people.setdefault(row["meeting"], {})[actor] = Participation(
                actor,
                row["name"] or actor.partition("/")[2],
                tuple(row["roles"] or ()),
                row["office"] or "",
                bool(row["contested"]),
                bool(row["machine"]),
            )

    def _passed(self, chain: tuple[str, ...]) -> list[tuple[str, str, list[str]]]:
        """Per encounter: who enters, who leaves, and all whom it shares with the next.

        Of several shared participants one who is told to have mediated leaves, else the first by
        identifier.
        """
        passed: list[tuple[str, str, list[str]]] = []
        enters, end = self._ends
        for here, after in itertools.pairwise(chain):
            shared = sorted(set(self._people[here]) & set(self._people[after]))
            leaves = min(shared, key=lambda x: (not self._mediates(x, here, after), x))
            passed.append((enters, leaves, shared))
            enters = leaves
        return [*passed, (enters, end, [])]

    def _mediates(self, actor: str, *meetings: str) -> bool:
        return any(GO_BETWEEN & {*self._people[meeting][actor].roles} for meeting in meetings)

    def _cited(self, meeting: str, actor: str) -> Participation:
        claims = self._claims[meeting, actor]
        told = tuple(self._told[claim] for claim in claims if claim in self._told)
        return replace(self._people[meeting][actor], told=told)

    def chain(
        self,
        meetings: tuple[str, ...],
        gap: int | None,
        window: tuple[Date | None, Date | None],
    ) -> Chain | None:
        """A chain in full; None if a participation in it has no citation."""
        hops: list[Hop] = []
        days = [self._dates[meeting] for meeting in meetings]
        for at, (enters, leaves, shared) in enumerate(self._passed(meetings)):
            meeting, date, before = meetings[at], days[at], days[at - 1] if at else None
            came, went = self._cited(meeting, enters), self._cited(meeting, leaves)
            if not came.told or not went.told:
                return None
            verdict, reason = _step(before, date, gap, window)
            hops.append(
                Hop(
                    meeting,
                    self._meetings[meeting]["title"] or "",
                    self._meetings[meeting]["place"] or "",
                    date.show() if date else "no date is told",
                    date.text if date else "",
                    came,
                    went,
                    tuple(x for x in shared if x != leaves),
                    _gap_days(before, date),
                    verdict,
                    reason,
                    bool(shared) and self._mediates(leaves, meeting, meetings[at + 1]),
                )
            )
        dated = [day for day in days if day is not None]
        reasons = [hop.reason for hop in hops if hop.reason]
        return Chain(
            tuple(hops),
            "possible" if reasons else "certain",
            _day(_arrival(dated, gap, window)) if dated else "",
            reasons[0] if reasons else "",
        )


def _step(
    before: Date | None,
    date: Date | None,
    gap: int | None,
    window: tuple[Date | None, Date | None],
) -> tuple[Verdict, str]:
    """Whether an encounter certainly follows the one before, in the window; if not, why."""
    if before is not None and date is not None:
        order = dates.chain((before, date), gap)
        if order.verdict != "certain":
            return "possible", order.reason
    if date is not None and dates.within(date, *window) != "certain":
        ends = zip(("from", "to"), window, strict=True)
        told = " ".join(f"{name} {each.show()}" for name, each in ends if each)
        return "possible", f"{date.show()} need not lie in the window {told}"
    return "certain", ""


def _arrival(days: Sequence[Date], gap: int | None, window: tuple[Date | None, Date | None]) -> int:
    """The earliest instant at which the last of these encounters can have ended."""
    from_, to = window
    order = Order(
        False, gap, -INF if from_ is None else from_.earliest, INF if to is None else to.latest
    )
    ends = order.begin(days[0])
    for day in days[1:]:
        ends = order.follow(ends, day)
    return ends[0][0]


def _gap_days(before: Date | None, date: Date | None) -> tuple[int, int | None] | None:
    """Calendar days from the end of one encounter to the start of the next, at least and most."""
    if before is None or date is None:
        return None
    least = 0
    if before.latest < INF and date.earliest > -INF:
        least = max(0, date.earliest // DAY - before.latest // DAY)
    if date.starts_by >= INF or before.ends_from <= -INF:
        return least, None
    return least, date.starts_by // DAY - before.ends_from // DAY


def _day(instant: int) -> str:
    told = dates.iso(instant)
    return "" if told == ".." else told.partition("T")[0]


# -- reach ----------------------------------------------------------------------------------------


def reach(
    graph: Graph,
    a: str,
    *,
    from_: str | Date | None = None,
    by: str | Date | None = None,
    roles: Sequence[str] | None = None,
    certain_only: bool = False,
    seconds: float = 600.0,
) -> list[Reached]:
    """Whom an actor could have reached by a day, through encounters in order of time.

    a: by name or identifier. from_, by: EDTF; nothing counts that was before the first or after
    the last instant. roles: as for `paths`. Certain ones first, then by day, then by identifier.
    The participations in the window are read once; an actor takes some tens of bytes. Raises
    NotFoundError, QueryError, QueryStoppedError after so many `seconds`.
    """
    start = one(graph, "actor", a)
    window = period(from_, by)
    steps = CypherSteps(graph, Budget(seconds=seconds), **_counting(roles))
    first = -INF if window[0] is None else window[0].earliest
    last = INF if window[1] is None else window[1].latest
    sweep = Sweep(first, last)
    for row in graph.read(
        f"""MATCH (m:Meeting)
        WHERE m.scope = 'encounter' AND m.starts_by >= $first AND m.ends_from <= $last
          AND NOT EXISTS {{ MATCH (m)<-[:PART_OF]-(:Meeting) }}
        RETURN m.id AS meeting, m.earliest AS earliest, m.latest AS latest,
               m.starts_by AS starts_by, m.ends_from AS ends_from, m.marked AS marked,
               CASE WHEN size(m.dates) > 1 OR m.date STARTS WITH '[' THEN m.dates END AS dates,
               COLLECT {{ MATCH (m)<-[i:TOOK_PART]-(x:Actor) WHERE {steps.counts("i")}
                          RETURN x.id }} AS actors""",
        {"first": first, "last": last, **steps.parameters},
        timeout=seconds,
    ):
        sweep.add(row)
    vague = any(each is not None and each.marked for each in window)
    sure = {} if vague else sweep.certain(start)
    found = [
        Reached(actor, "certain", _day(t), meeting, n) for actor, (t, meeting, n) in sure.items()
    ]
    if not certain_only:
        found += [
            Reached(actor, "possible", _day(t), meeting, n)
            for actor, (t, meeting, n) in sweep.possible(start).items()
            if actor not in sure
        ]
    return sorted(found, key=lambda each: (each.verdict, each.arrives, each.actor))


class Sweep:
    """Encounters of a window in memory, and who is reached through them from one actor."""

    def __init__(self, first: int, last: int) -> None:
        self.first = first
        self.last = last
        self.actors: dict[str, int] = {}  # identifier -> number
        self.meetings: list[str] = []
        self.earliest = array("q")
        self.latest = array("q")
        self.starts_by = array("q")
        self.ends_from = array("q")
        self.marked = bytearray()
        self.several: dict[int, Date] = {}  # dates with several readings
        self.offsets = array("q", [0])  # participants of encounter i: [offsets[i], offsets[i + 1])
        self.participants = array("l")

    def add(self, row: Mapping[str, Any]) -> None:
        """Take in one encounter: meeting, bounds, marked, dates (if several readings), actors."""
        numbers = self.actors
        if row["dates"]:
            date = date_of(tuple(row["dates"]))
            if len(date.readings) > 1:
                self.several[len(self.meetings)] = date
        self.meetings.append(row["meeting"])
        self.earliest.append(row["earliest"])
        self.latest.append(row["latest"])
        self.starts_by.append(row["starts_by"])
        self.ends_from.append(row["ends_from"])
        self.marked.append(bool(row["marked"]))
        self.participants.extend([numbers.setdefault(x, len(numbers)) for x in row["actors"]])
        self.offsets.append(len(self.participants))

    def certain(self, start: str) -> dict[str, tuple[int, str, int]]:
        """Actor -> the instant by which they were certainly reached, by which encounter, after how
        many. One sweep in order of earliest start: what an encounter needs was over before."""
        source = self.actors.get(start)
        if source is None:
            return {}
        by = [4 * INF] * len(self.actors)
        via = [-1] * len(self.actors)
        hops = [0] * len(self.actors)
        by[source] = self.first - 1
        earliest, offsets, participants = self.earliest, self.offsets, self.participants
        meetings = self.meetings
        bounded = self.first > -INF or self.last < INF
        alone: list[int] = []  # the actor's own encounters of marked date: no step of an order
        for m in sorted(range(len(meetings)), key=lambda m: (earliest[m], meetings[m])):
            here = participants[offsets[m] : offsets[m + 1]]
            if self.marked[m]:
                if source in here and not bounded:
                    alone.append(m)
                continue
            entering = [hops[x] for x in here if by[x] < earliest[m]]
            if not entering or self.latest[m] > self.last:
                continue
            end, n = self.latest[m], min(entering) + 1
            for x in here:
                if (end, n) < (by[x], hops[x]):
                    by[x], via[x], hops[x] = end, m, n
        for m in alone:
            for x in participants[offsets[m] : offsets[m + 1]]:
                if (self.latest[m], 1) < (by[x], hops[x]):
                    by[x], via[x], hops[x] = self.latest[m], m, 1
        return self._told(source, by, via, hops)

    def possible(self, start: str) -> dict[str, tuple[int, str, int]]:
        """Actor -> the earliest instant at which they can have been reached, by which encounter,
        after how many. By Dijkstra's method: an encounter that is entered sooner ends no later."""
        source = self.actors.get(start)
        if source is None:
            return {}
        attends: list[array[int]] = [array("l") for _ in self.actors]
        offsets, participants = self.offsets, self.participants
        for m in range(len(self.meetings)):
            for x in participants[offsets[m] : offsets[m + 1]]:
                attends[x].append(m)
        ends = [4 * INF] * len(self.actors)
        via = [-1] * len(self.actors)
        hops = [0] * len(self.actors)
        entered = bytearray(len(self.meetings))
        ends[source] = self.first - 1
        queue = [(ends[source], 0, source)]
        while queue:
            t, n, x = heappop(queue)
            if (t, n) != (ends[x], hops[x]):
                continue
            for m in attends[x]:
                if entered[m] or self.starts_by[m] <= t:
                    continue
                entered[m] = 1
                if m in self.several:
                    reckoned = dates.feasible_end(t, self.several[m])
                    if reckoned is None:
                        continue
                    end = reckoned
                else:
                    end = max(t + 1, self.ends_from[m])
                if end > self.last:
                    continue
                for y in participants[offsets[m] : offsets[m + 1]]:
                    key = (end, n + 1)
                    if key < (ends[y], hops[y]) or (
                        key == (ends[y], hops[y]) and self.meetings[m] < self.meetings[via[y]]
                    ):
                        if key != (ends[y], hops[y]):
                            heappush(queue, (end, n + 1, y))
                        ends[y], via[y], hops[y] = end, m, n + 1
        return self._told(source, ends, via, hops)

    def _told(
        self,
        source: int,
        times: Sequence[int],
        via: Sequence[int],
        hops: Sequence[int],
    ) -> dict[str, tuple[int, str, int]]:
        return {
            actor: (times[x], self.meetings[via[x]], hops[x])
            for actor, x in self.actors.items()
            if via[x] >= 0 and x != source
        }


# -- rows and lines -------------------------------------------------------------------------------

COLUMNS = (
    "chain", "verdict", "hop", "date", "edtf", "meeting", "title", "place", "enters", "leaves",
    "go_between", "also", "gap_days_least", "gap_days_most", "hop_verdict", "reason", "citation",
    "coder", "confidence", "as_told", "address", "contested", "claims",
)  # fmt: skip
REACH_COLUMNS = ("actor", "verdict", "arrives", "encounter", "encounters", "citation", "key")


def as_rows(found: Paths) -> list[dict[str, Any]]:
    """One row per encounter of each chain, with the columns `COLUMNS`."""
    rows = []
    for number, chain in enumerate(found.chains, 1):
        for at, hop in enumerate(chain.hops, 1):
            told = _told_once(hop)
            rows.append(
                {
                    "chain": number,
                    "verdict": chain.verdict,
                    "hop": at,
                    "date": hop.date,
                    "edtf": hop.edtf,
                    "meeting": hop.meeting,
                    "title": hop.title,
                    "place": hop.place,
                    "enters": hop.enters.name,
                    "leaves": hop.leaves.name,
                    "go_between": hop.go_between,
                    "also": list(hop.also),
                    "gap_days_least": hop.gap[0] if hop.gap else None,
                    "gap_days_most": hop.gap[1] if hop.gap else None,
                    "hop_verdict": hop.verdict,
                    "reason": hop.reason,
                    "citation": joined(each.citation for each in told),
                    "coder": _words(each.coder for each in told),
                    "confidence": _words(each.confidence for each in told),
                    "as_told": _words(each.as_told for each in told),
                    "address": _words(each.address for each in told),
                    "contested": hop.enters.contested or hop.leaves.contested,
                    "claims": [each.claim for each in told],
                }
            )
    return rows


def lines(found: Paths) -> list[tuple[str, str]]:
    """The chains as text: pairs of style (heading, line, note) and line."""
    made: list[tuple[str, str]] = []
    for chain in found.chains:
        n = len(chain.hops)
        ends = f"{chain.hops[0].enters.name} to {chain.hops[-1].leaves.name}"
        made.append(("heading", f"{ends}: {n} encounter{'s' * (n != 1)}, {chain.verdict}"))
        for at, hop in enumerate(chain.hops, 1):
            told = _told_once(hop)
            where = f", {hop.place}" if hop.place else ""
            after = f" ({_after(hop.gap)})" if hop.gap else ""
            contested = ", contested" if hop.enters.contested or hop.leaves.contested else ""
            confidence = (f"{t.confidence} confidence" for t in told if t.confidence)
            voices = _words([*(t.coder for t in told), *confidence])
            made.append(
                (
                    "line",
                    f"{at}. {hop.date}{where}{after}: {hop.enters.name} and {hop.leaves.name}, "
                    f"{hop.title} [{joined(t.citation for t in told)}; {voices}{contested}]",
                )
            )
            printed = _words(f"“{t.as_told}”" for t in told if t.as_told)
            address = _words(t.address for t in told if t.address)
            if printed:
                made.append(("note", f"   printed: {printed}"))
            if address:
                made.append(("note", f"   {address}"))
            if hop.go_between:
                made.append(("note", f"   go-between, as a source says: {hop.leaves.name}"))
            if hop.reason:
                made.append(("note", f"   {hop.verdict}: {hop.reason}"))
    if not found.chains:
        made.append(("note", "no chain is known"))
    if found.uncited:
        made.append(("note", f"{found.uncited} left out: an encounter in it has no citation"))
    if found.cut:
        made.append(("note", found.cut))
    return made


def reach_rows(graph: Graph, found: Sequence[Reached]) -> list[dict[str, Any]]:
    """One row per actor with the columns of REACH_COLUMNS: names for reading, the key to type, and
    the citation of their presence in the encounter that reached them."""
    names: dict[str, str] = {}
    for label, prop, ids in (
        ("Actor", "name", {each.actor for each in found}),
        ("Meeting", "title", {each.meeting for each in found}),
    ):
        query = (
            f"UNWIND $ids AS id MATCH (n:{label} {{id: id}}) RETURN n.id AS id, n.{prop} AS name"
        )
        names |= {row["id"]: row["name"] for row in graph.read(query, {"ids": sorted(ids)})}
    present: dict[str, list[str]] = {}
    for each in found:
        present.setdefault(each.meeting, []).append(each.actor)
    behind = {
        (row["meeting"], row["actor"]): row["claims"] or []
        for row in graph.read(
            # From the encounter, which has few participants; an actor may have met thousands.
            "UNWIND $rows AS row MATCH (m:Meeting {id: row.meeting})<-[i:TOOK_PART]-(x:Actor) "
            "WHERE x.id IN row.actors "
            "RETURN m.id AS meeting, x.id AS actor, i.claims AS claims",
            {"rows": [{"meeting": m, "actors": xs} for m, xs in sorted(present.items())]},
        )
    }
    cited = citations(graph, sorted({claim for claims in behind.values() for claim in claims}))
    return [
        {
            "actor": names.get(each.actor) or each.actor,
            "verdict": each.verdict,
            "arrives": each.arrives,
            "encounter": names.get(each.meeting) or each.meeting,
            "encounters": each.encounters,
            "citation": joined(
                place
                for claim in behind.get((each.meeting, each.actor), ())
                for place in cited.get(claim, ())
            ),
            "key": each.actor.partition("/")[2],
        }
        for each in found
    ]


def _told_once(hop: Hop) -> list[Told]:
    """The claims behind both participations, each once."""
    return list({told.claim: told for told in (*hop.enters.told, *hop.leaves.told)}.values())


def _words(words: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(word for word in words if word))


def _after(gap: tuple[int, int | None]) -> str:
    least, most = gap
    if most is None:
        return f"{least} days later or more" if least else "some time later"
    if least == most:
        return "the same day" if not most else f"{most} day{'s' * (most != 1)} later"
    return f"{least} to {most} days later"
