"""Chains and reach beside brute force: all chains of small random graphs, all readings of dates.

The search is tested on a table first (many graphs), then through Cypher on the engines (few).
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any

import pytest

from visavis.graph.connect import Graph
from visavis.graph.write import prepare_graph
from visavis.queries import chains, frontier
from visavis.queries.frontier import Around, Budget, Met, date_of, mirrored
from visavis.queries.relationship import relationship
from visavis.schema import dates
from visavis.schema.dates import INF, Date
from visavis.schema.errors import NotFoundError, QueryError

DAY = 86_400
TEXTS = [
    *(f"2001-01-{day:02}" for day in range(1, 15)),
    "2001-01-02/2001-01-05", "2001-01-04/2001-01-11", "2001-01-08/..", "../2001-01-06", "2001-01",
    "2001-01-03~", "2001-01-07?", "2001-01-05/2001-01-09~", "[2001-01-03,2001-01-09]",
    "[2001-01-02..2001-01-06]", "{2001-01-02,2001-01-08}", "2001-01-04T10/2001-01-04T12",
    "2001-01-04T14:30", "2001-01-04T09", "2001",
]  # fmt: skip
Row = tuple[str, str]  # actor, meeting


class Table:
    """A small graph: who took part in what, in which roles, and when."""

    def __init__(self, seed: int) -> None:
        dice = random.Random(seed)
        self.actors = [f"actor/{'abcdefgh'[i]}" for i in range(dice.randint(3, 8))]
        self.told: dict[str, tuple[str, ...]] = {}
        self.roles: dict[Row, list[str] | None] = {}
        plain = dice.random() < 0.3  # graphs with plain days have more certain chains
        line = dice.random() < 0.7  # neighbours meet, one pair after the other: long chains
        busy = dice.random() < 0.4  # some carry no counted role
        count = dice.randint(3, 9)
        names = dice.sample(range(count), count)
        for n in range(count):
            meeting = f"meeting/{names[n]}"
            at = n * len(self.actors) // count
            if line and dice.random() < 0.8:
                day = max(1, min(14, 2 + n * 12 // count + dice.randint(-1, 1)))
                texts = [f"2001-01-{day:02}"]
                if not plain and dice.random() < 0.4:
                    texts[0] += dice.choice(["~", f"/2001-01-{day + 2:02}", "T10", "?"])
            else:
                texts = [dice.choice(TEXTS[:14] if plain else TEXTS)]
            if dice.random() < 0.15 and not plain:
                texts.append(dice.choice(TEXTS))
            self.told[meeting] = tuple(dict.fromkeys(texts)) if dice.random() < 0.95 else ()
            here = self.actors[at : at + 2] if line else []
            if len(here) < 2 or dice.random() < 0.15:
                here = dice.sample(self.actors, dice.randint(1, 3))
            for actor in here:
                self.roles[actor, meeting] = (
                    None
                    if not busy
                    else dice.choice(
                        [
                            None,
                            None,
                            ["principal"],
                            ["aide", "press"],
                            ["press"],
                            ["interpreter"],
                            [],
                        ]
                    )
                )

    def counting(self, roles: list[str] | None) -> set[Row]:
        """The participations that count."""
        if roles == ["any"]:
            return set(self.roles)
        if roles is not None:
            return {row for row, here in self.roles.items() if {*(here or ())} & {*roles}}
        left_out = {*chains.LEFT_OUT}
        return {row for row, here in self.roles.items() if not here or {*here} - left_out}


class TableSteps:
    """The hops over a table."""

    def __init__(self, table: Table, rows: set[Row]) -> None:
        self.rows = rows
        self.told = table.told
        self.attends: dict[str, list[str]] = {}
        self.people: dict[str, list[str]] = {}
        for actor, meeting in sorted(rows):
            self.attends.setdefault(actor, []).append(meeting)
            self.people.setdefault(meeting, []).append(actor)

    def degrees(self, actors: Collection[str]) -> dict[str, int]:
        return {actor: len(self.attends.get(actor, ())) for actor in actors}

    def _dated(self, actor: str, backward: bool = False) -> Iterator[tuple[str, Date]]:
        for meeting in self.attends.get(actor, ()):
            if self.told[meeting]:
                date = date_of(self.told[meeting])
                yield meeting, mirrored(date) if backward else date

    def direct(self, a: str, b: str, first: int, last: int, limit: int) -> list[Met]:
        window = first > -INF or last < INF
        found = []
        for meeting in self.attends.get(a, ()):
            if (b, meeting) in self.rows:
                told = self.told[meeting]
                if not told and not window:
                    found.append((2 * INF, Met(b, meeting, (), (a,))))
                elif told:
                    date = date_of(told)
                    if date.starts_by >= first and date.ends_from <= last:
                        found.append((date.ends_from, Met(b, meeting, told, (a,))))
        return [met for _, met in sorted(found)][:limit]

    def spread(
        self,
        frontier: Mapping[str, int],
        *,
        certain: bool,
        backward: bool,
        horizon: int,
        finish: int,
    ) -> Iterable[tuple[str, int, tuple[str, ...]]]:
        for actor, t in frontier.items():
            for meeting, date in self._dated(actor, backward):
                told: tuple[str, ...] = ()
                end = _end(date, t, certain)
                if date_of(self.told[meeting]).ends_from >= finish:
                    continue
                if end is not None and end < horizon:
                    if not certain and len(date.readings) > 1:
                        end, told = t, self.told[meeting]
                    for other in self.people[meeting]:
                        yield other, end, told

    def between(
        self,
        left: Mapping[str, int],
        right: Mapping[str, int],
        *,
        certain: bool,
        final: bool,
        finish: int,
        by_right: bool,
        limit: int,
    ) -> tuple[list[Met], bool]:
        found: list[Met] = []
        more = False
        for actor, until in right.items():
            rows = []
            for meeting, date in self._dated(actor):
                ends = {
                    x: end
                    for x in self.people[meeting]
                    if x in left and x != actor
                    and (end := _end(date, left[x], certain)) is not None and end < until
                }  # fmt: skip
                if ends and date.ends_from < finish:
                    rank = date.ends_from if certain and final else min(ends.values())
                    met = Met(actor, meeting, self.told[meeting], tuple(sorted(ends)))
                    rows.append((rank, meeting, met))
            more = more or len(rows) > limit
            found += [met for _, _, met in sorted(rows)[:limit]]
        return sorted(found), more

    def around(
        self, frontier: Mapping[str, tuple[int, int]], *, backward: bool
    ) -> Iterable[Around]:
        entered: dict[str, list[str]] = {}
        for actor, (after, until) in frontier.items():
            for meeting, date in self._dated(actor, backward):
                if date.starts_by > after and date.earliest <= until:
                    entered.setdefault(meeting, []).append(actor)
        for meeting, actors in entered.items():
            yield Around(meeting, self.told[meeting], tuple(actors), tuple(self.people[meeting]))


def _end(date: Date, t: int, certain: bool) -> int | None:
    if certain:
        return date.latest if not date.marked and date.earliest > t else None
    return date.ends_from if date.starts_by > t and len(date.readings) > 1 else (
        dates.feasible_end(t, date) if len(date.readings) == 1 else None
    )  # fmt: skip


# -- brute force ----------------------------------------------------------------------------------


def solved(days: list[Date], gap: int | None, first: int, last: int) -> int | None:
    """The earliest end of the last in any reading of all dates in order, by the least solution of
    a system of differences (Bellman and Ford); None if there is none."""
    best: int | None = None
    for readings in itertools.product(*(day.readings for day in days)):
        low: list[int] = []
        high: list[int] = []
        for r in readings:
            low += [max(r.starts_from, first), r.ends_from]
            high += [r.starts_by, min(r.ends_by, last)]
        edges = []  # v[j] >= v[i] + w
        for i in range(0, len(low), 2):
            edges.append((i, i + 1, 0))
            if i:
                edges.append((i - 1, i, 1))
                if gap is not None:
                    edges.append((i, i - 1, -gap))
        values = list(low)
        for _ in range(len(values) + 2):
            changed = False
            for i, j, w in edges:
                if values[i] + w > values[j]:
                    values[j] = values[i] + w
                    changed = True
            if any(v > h for v, h in zip(values, high, strict=True)):
                break
            if not changed:
                best = values[-1] if best is None else min(best, values[-1])
                break
    return best


def sure(days: list[Date], gap: int | None, first: int, last: int) -> bool:
    if (first > -INF or last < INF) and any(
        day.marked or day.earliest < first or day.latest > last for day in days
    ):
        return False
    return all(
        dates.before(x, y) == "certain" and (gap is None or y.starts_by - x.ends_from <= gap)
        for x, y in itertools.pairwise(days)
    )


Chain = tuple[int, tuple[str, ...]]


def everything(
    table: Table, rows: set[Row], a: str, b: str, gap: int | None, first: int, last: int, most: int
) -> tuple[list[Chain], list[Chain]]:
    """All certain chains and all possible ones (the certain among them)."""
    people: dict[str, set[str]] = {}
    for actor, meeting in rows:
        people.setdefault(meeting, set()).add(actor)
    certain: list[Chain] = []
    possible: list[Chain] = []
    windowed = first > -INF or last < INF
    if a == b:
        return certain, possible

    def go(chain: tuple[str, ...]) -> None:
        days = [date_of(table.told[m]) for m in chain if table.told[m]]
        if len(days) < len(chain):
            if len(chain) == 1 and b in people[chain[0]] and not windowed:
                certain.append((INF, chain))
                possible.append((INF, chain))
            return
        arrival = solved(days, gap, first, last)
        if arrival is None:
            return
        if b in people[chain[-1]]:
            possible.append((arrival, chain))
            if sure(days, gap, first, last):
                certain.append((arrival, chain))
        if len(chain) < most:
            for m in people:
                if m not in chain and people[m] & people[chain[-1]]:
                    go((*chain, m))

    for m in people:
        if a in people[m]:
            go((m,))
    return certain, possible


def expected(
    certain: list[Chain], possible: list[Chain], earliest: bool, certain_only: bool, limit: int
) -> list[Chain]:
    """What `paths` promises, of all chains there are."""

    def rank(chain: Chain) -> tuple[int, ...]:
        return (chain[0], len(chain[1])) if earliest else (len(chain[1]),)

    def best(of: list[Chain]) -> list[Chain]:
        found = [chain for chain in of if rank(chain) == min(map(rank, of))]
        return sorted(found, key=lambda chain: (chain[0], chain[1][::-1]))

    first = best(certain)
    if certain_only:
        return first[:limit]
    others = best(possible)
    if not first:
        return others[:limit]
    if rank(others[0]) < rank(first[0]):
        return others[:limit] + first[:limit]
    rest = [chain for chain in others if chain not in first]
    return (first + rest)[:limit]


def asked(seed: int) -> dict[str, Any]:
    """A random question."""
    dice = random.Random(seed * 7 + 1)
    window = dice.choice([(None, None)] * 3 + [("2001-01-03", None), (None, "2001-01-09"),
                         ("2001-01-02", "2001-01-10"), ("2001-01-02~", "2001-01")])  # fmt: skip
    return {
        "from_": window[0],
        "to": window[1],
        "gap": dice.choice([None, None, None, 2, 4, 6, 30]),
        "roles": dice.choice([None, ["any"], ["any"], ["any"], ["principal", "aide"]]),
        "certain_only": dice.random() < 0.3,
        "earliest": dice.random() < 0.4,
        "most": dice.choice([2, 3, 6, 6, 6]),
        "limit": dice.choice([1, 2, 10, 1_000]),
    }


def bounds(ask: Mapping[str, Any]) -> tuple[Any, Any, int, int]:
    from_ = dates.parse(ask["from_"]) if ask["from_"] else None
    to = dates.parse(ask["to"]) if ask["to"] else None
    return from_, to, from_.earliest if from_ else -INF, to.latest if to else INF


def wanted(table: Table, ask: Mapping[str, Any], a: str, b: str) -> list[Chain]:
    from_, to, first, last = bounds(ask)
    gap = None if ask["gap"] is None else ask["gap"] * DAY
    rows = table.counting(ask["roles"])
    certain, possible = everything(table, rows, a, b, gap, first, last, ask["most"])
    if any(each is not None and each.marked for each in (from_, to)):
        certain = []
    return expected(certain, possible, ask["earliest"], ask["certain_only"], ask["limit"])


def ends(table: Table, seed: int) -> tuple[str, str]:
    """Two actors, mostly far from each other."""
    dice = random.Random(seed + 5)
    if dice.random() < 0.6:
        return table.actors[0], table.actors[-dice.randint(1, 2)]
    a, b = dice.sample(table.actors, 2)
    return a, b


@pytest.mark.parametrize("small", [0, 3, 2_000])
def test_chains_are_those_of_brute_force(small: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frontier, "SMALL", small)
    monkeypatch.setattr(frontier, "ASKED", 3 if small == 3 else 4_000)
    monkeypatch.setattr(frontier, "PER_ACTOR", 1_000)
    for seed in range(small * 100_000, small * 100_000 + 700):
        table, ask = Table(seed), asked(seed)
        a, b = ends(table, seed)
        from_, to, _, _ = bounds(ask)
        found = chains._both(
            TableSteps(table, table.counting(ask["roles"])), a, b, (from_, to),
            None if ask["gap"] is None else ask["gap"] * DAY,
            certain_only=ask["certain_only"], earliest=ask["earliest"], most=ask["most"],
            limit=ask["limit"], budget=Budget(10**9, 600),
        )  # fmt: skip
        assert found.kept == wanted(table, ask, a, b), (seed, a, b, ask, table.told)


def test_a_shorter_chain_that_is_only_possible_stands_first() -> None:
    """A shorter chain that is only possible stands before the certain one, and both are given."""
    table = Table(0)
    table.told = {
        "meeting/1": ("2001-01-03",),
        "meeting/2": ("2001-01-03",),
        "meeting/3": ("2001-01-04",),
        "meeting/4": ("2001-01-05",),
    }
    rows = {
        ("actor/a", "meeting/1"), ("actor/b", "meeting/1"), ("actor/b", "meeting/2"),
        ("actor/z", "meeting/2"), ("actor/b", "meeting/3"), ("actor/c", "meeting/3"),
        ("actor/c", "meeting/4"), ("actor/z", "meeting/4"),
    }  # fmt: skip
    found = chains._both(
        TableSteps(table, rows), "actor/a", "actor/z", (None, None), None, certain_only=False,
        earliest=False, most=4, limit=3, budget=Budget(),
    )  # fmt: skip
    assert [meetings for _, meetings in found.kept] == [
        ("meeting/1", "meeting/2"),
        ("meeting/1", "meeting/3", "meeting/4"),
    ]


@pytest.mark.parametrize("gap", [None, 30])
def test_a_budget_stops_the_search_and_says_so(gap: int | None) -> None:
    table = Table(0)
    table.told = {f"meeting/{n}": (f"2001-01-{n + 1:02}",) for n in range(9)}
    rows = {(f"actor/{n + i}", f"meeting/{n}") for n in range(9) for i in (0, 1)}
    steps = TableSteps(table, rows)

    def ask(budget: Budget) -> Any:
        return chains._both(
            steps, "actor/0", "actor/9", (None, None), gap and gap * DAY, certain_only=True,
            earliest=False, most=9, limit=1, budget=budget,
        )  # fmt: skip

    assert len(ask(Budget()).kept[0][1]) == 9 and not ask(Budget()).cut
    if gap is None:
        stopped = ask(Budget(participations=24))
        assert not stopped.kept
        assert stopped.cut.startswith("searched up to ")
        assert stopped.cut.endswith("stopped at 24 participations")
    late = ask(Budget(seconds=0))
    assert late.cut == "searched up to 1 encounter; stopped after 0 seconds"


def test_many_equal_chains_are_cut_and_it_is_said() -> None:
    table = Table(0)
    table.told = {f"meeting/{n}": ("2001-01-02" if n < 50 else "2001-01-09",) for n in range(100)}
    rows = {("actor/x", m) for m in table.told}
    rows |= {("actor/a" if told[0] < "2001-01-05" else "actor/b", m)
             for m, told in table.told.items()}  # fmt: skip
    found = chains._both(
        TableSteps(table, rows), "actor/a", "actor/b", (None, None), None, certain_only=False,
        earliest=False, most=4, limit=3, budget=Budget(),
    )  # fmt: skip
    assert [chain for _, chain in found.kept] == [
        (m, "meeting/50") for m in ("meeting/0", "meeting/1", "meeting/10")
    ]
    assert found.cut == "there are more chains as good as these"


# -- reach ----------------------------------------------------------------------------------------


def swept(table: Table, rows: set[Row], first: int, last: int) -> chains.Sweep:
    sweep = chains.Sweep(first, last)
    for meeting, told in sorted(table.told.items()):
        if not told:
            continue
        date = date_of(told)
        if date.starts_by >= first and date.ends_from <= last:
            actors = sorted(x for x in table.actors if (x, meeting) in rows)
            several = {"dates": told if len(date.readings) > 1 else None}
            sweep.add({"meeting": meeting, "actors": actors, **bounded(told), **several})
    return sweep


def reached(
    table: Table, rows: set[Row], a: str, first: int, last: int
) -> tuple[dict[str, int], dict[str, int]]:
    """By brute force: by when each actor is certainly reached, and when at the earliest."""
    certain: dict[str, int] = {}
    possible: dict[str, int] = {}
    for b in table.actors:
        sure_ones, all_ones = everything(table, rows, a, b, None, first, last, 9)
        ends = [
            date_of(table.told[chain[-1]]).latest
            for _, chain in sure_ones
            if all(table.told[m] for m in chain)
        ]
        if ends:
            certain[b] = min(ends)
        arrivals = [arrival for arrival, _ in all_ones if arrival < INF]
        if arrivals:
            possible[b] = min(arrivals)
    return certain, possible


def test_reach_is_that_of_brute_force() -> None:
    for seed in range(300):
        table, ask = Table(seed), asked(seed)
        _, _, first, last = bounds(ask)
        rows = table.counting(ask["roles"])
        a = table.actors[0]
        sweep = swept(table, rows, first, last)
        certain, possible = reached(table, rows, a, first, last)
        assert {x: t for x, (t, _, _) in sweep.certain(a).items()} == certain, seed
        assert {x: t for x, (t, _, _) in sweep.possible(a).items()} == possible, seed


# -- on the engines -------------------------------------------------------------------------------


def load(graph: Graph, tables: Mapping[int, Table]) -> None:
    """Tables as actors, encounters and participations, each with a claim that cites a source."""
    prepare_graph(graph)
    nodes: dict[str, list[dict[str, Any]]] = {"Actor": [], "Meeting": [], "Claim": []}
    edges = []
    for seed, table in tables.items():
        nodes["Actor"] += [{"id": named(seed, x), "name": x[-1].upper()} for x in table.actors]
        for meeting, told in table.told.items():
            day = bounded(told) | {"scope": "encounter"}
            nodes["Meeting"].append({"id": named(seed, meeting), "title": meeting, **day})
        for (actor, meeting), roles in table.roles.items():
            claim = f"c-{seed}-{actor[-1]}-{meeting[-1]}"
            nodes["Claim"].append({"id": claim, "coder": "test", "confidence": "high"})
            edges.append(
                {
                    "a": named(seed, actor),
                    "m": named(seed, meeting),
                    "p": {
                        "id": f"e-{claim}",
                        "claims": [claim],
                        "about": named(seed, meeting),
                        "scope": "encounter",
                        "contested": False,
                        **({} if roles is None else {"roles": roles}),
                        **bounded(table.told[meeting]),
                    },
                }
            )
    for label, rows in nodes.items():
        graph.write(f"UNWIND $rows AS row CREATE (n:{label}) SET n = row", {"rows": rows})
    graph.write("CREATE (s:Source {id: 'source/x', citation: 'X 2001'})")
    graph.write(
        "UNWIND $rows AS row MATCH (a:Actor {id: row.a}) MATCH (m:Meeting {id: row.m}) "
        "CREATE (a)-[r:TOOK_PART]->(m) SET r = row.p",
        {"rows": edges},
    )
    graph.write(
        "MATCH (c:Claim) MATCH (s:Source {id: 'source/x'}) CREATE (c)-[:CITES {order: 0, "
        "opened: true, relation: 'supports', locator: '1'}]->(s)"
    )


def named(seed: int, node: str) -> str:
    kind, _, key = node.partition("/")
    return f"{kind}/{seed}-{key}"


def bounded(told: tuple[str, ...]) -> dict[str, Any]:
    """The properties that a date has in the graph."""
    if not told:
        return {}
    date = date_of(told)
    return {
        "date": told[0], "dates": list(told), "earliest": date.earliest, "latest": date.latest,
        "starts_by": date.starts_by, "ends_from": date.ends_from, "marked": date.marked,
    }  # fmt: skip


def test_the_engines_find_the_same(engine: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    tables = {seed: Table(seed) for seed in range(30)}
    load(engine, tables)
    for seed, table in tables.items():
        a, b = ends(table, seed)
        monkeypatch.setattr(frontier, "SMALL", seed % 2 * 2_000)
        for again in (0, 1):
            ask = asked(seed + 1000 * again)
            found = chains.paths(
                engine, named(seed, a), named(seed, b), from_=ask["from_"], to=ask["to"],
                max_gap_days=ask["gap"], roles=ask["roles"], certain_only=ask["certain_only"],
                arrange="earliest" if ask["earliest"] else "fewest", most=ask["most"],
                limit=ask["limit"],
            )  # fmt: skip
            want = wanted(table, ask, a, b)
            got = [tuple(f"meeting/{m[-1]}" for m in chain.meetings) for chain in found.chains]
            assert got == [meetings for _, meetings in want], (seed, a, b, ask, table.told)
            for chain in found.chains:
                coherent(chain, table, seed, a, b)


def coherent(chain: chains.Chain, table: Table, seed: int, a: str, b: str) -> None:
    """Every hop has its two participants with citations, and hands over to the next."""
    assert chain.actors[0] == named(seed, a) and chain.actors[-1] == named(seed, b)
    for hop in chain.hops:
        assert hop.enters.citation == hop.leaves.citation == "X 2001, 1"
    for hop, after in itertools.pairwise(chain.hops):
        assert hop.leaves.actor == after.enters.actor
        assert hop.leaves.actor not in hop.also
    days = [date_of(table.told[f"meeting/{m[-1]}"]) for m in chain.meetings if hop.edtf]
    assert chain.verdict in (dates.chain(days).verdict, "possible") or not days
    assert bool(chain.reason) == (chain.verdict == "possible")


def test_reach_on_the_engines(engine: Graph) -> None:
    tables = {seed: Table(seed) for seed in range(15)}
    load(engine, tables)
    for seed, table in tables.items():
        ask = asked(seed)
        from_, to, first, last = bounds(ask)
        a = table.actors[0]
        certain, possible = reached(table, table.counting(ask["roles"]), a, first, last)
        if any(each is not None and each.marked for each in (from_, to)):
            certain = {}
        if ask["certain_only"]:
            possible = {}
        found = chains.reach(
            engine, named(seed, a), from_=ask["from_"], by=ask["to"], roles=ask["roles"],
            certain_only=ask["certain_only"],
        )  # fmt: skip
        assert {(r.actor, r.verdict, r.arrives) for r in found} == {
            (named(seed, x), "certain", chains._day(t)) for x, t in certain.items()
        } | {
            (named(seed, x), "possible", chains._day(t))
            for x, t in possible.items()
            if x not in certain
        }
        assert found == sorted(found, key=lambda r: (r.verdict, r.arrives, r.actor))


def test_series_parents_and_the_uncited_are_left_out(engine: Graph) -> None:
    table = Table(0)
    table.actors = ["actor/a", "actor/b", "actor/c"]
    table.told = {f"meeting/{n}": (f"2001-01-{n:02}",) for n in range(1, 6)}
    table.roles = {
        (f"actor/{x}", f"meeting/{n}"): roles
        for n, who in enumerate(["ab", "ab", "ab", "ab", "bc"], 1)
        for x, roles in zip(who, (None, ["mediator"]), strict=True)
    }
    load(engine, {0: table})
    engine.write("MATCH (m:Meeting {id: 'meeting/0-1'})<-[r:TOOK_PART]-() "
                 "SET m.scope = 'series', r.scope = 'series'")  # fmt: skip
    engine.write("MATCH (m:Meeting {id: 'meeting/0-2'}) CREATE (:Meeting {id: 'meeting/part'})"
                 "-[:PART_OF]->(m)")  # fmt: skip
    engine.write("MATCH (:Actor {id: 'actor/0-a'})-[r:TOOK_PART]->(:Meeting {id: 'meeting/0-3'}) "
                 "SET r.claims = []")  # fmt: skip
    engine.write("MATCH (m:Meeting {id: 'meeting/0-4'}) CREATE (m)-[:HELD_AT]->(:Place "
                 "{id: 'place/x', name: 'Xanadu'})")  # fmt: skip
    found = chains.paths(engine, "actor/0-a", "actor/0-c")
    assert [chain.meetings for chain in found.chains] == [("meeting/0-4", "meeting/0-5")]
    assert found.uncited == 1
    first, second = found.chains[0].hops
    assert first.place == "Xanadu" and first.date == "4 January 2001"
    assert first.go_between and not second.go_between and second.gap == (1, 1)
    rows = chains.as_rows(found)
    assert [tuple(row) for row in rows] == [chains.COLUMNS] * 2
    assert [line for _, line in chains.lines(found)] == [
        "A to C: 2 encounters, certain",
        "1. 4 January 2001, Xanadu: A and B, meeting/4 [X 2001, 1; test, high confidence]",
        "   go-between, as a source says: B",
        "2. 5 January 2001 (1 day later): B and C, meeting/5 [X 2001, 1; test, high confidence]",
        "1 left out: an encounter in it has no citation",
    ]
    reach = chains.reach(engine, "actor/0-a")
    assert [each.actor for each in reach] == ["actor/0-b", "actor/0-c"]
    assert [tuple(row) for row in chains.reach_rows(engine, reach)] == [chains.REACH_COLUMNS] * 2


def test_wrong_questions(engine: Graph) -> None:
    load(engine, {0: Table(0)})
    a, b = (named(0, x) for x in Table(0).actors[:2])
    with pytest.raises(NotFoundError):
        chains.paths(engine, a, "nobody-at-all")
    wrong: list[Callable[[], object]] = [
        lambda: chains.paths(engine, a, b, from_="19.11.1985"),
        lambda: chains.paths(engine, a, b, max_gap_days=0),
        lambda: chains.paths(engine, a, b, most=0),
        lambda: chains.paths(engine, a, b, arrange="best"),  # type: ignore[arg-type]
        lambda: chains.paths(engine, a, a),
        lambda: chains.paths(engine, a, b, from_="1990", to="1980"),
        lambda: chains.reach(engine, a, from_="1990", by="1980"),
        lambda: relationship(engine, a, b, from_="tomorrow"),
    ]
    for ask in wrong:
        with pytest.raises(QueryError):
            ask()
    with pytest.raises(QueryError):
        chains.reach(engine, a, by="tomorrow")


def test_the_landing_pair_has_a_cited_chain(shipped: Graph) -> None:
    found = chains.paths(shipped, "reagan", "gorbachev")
    assert found.chains and len(found.chains[0].hops) == 1
    for chain in found.chains:
        for hop in chain.hops:
            assert hop.enters.citation and hop.leaves.citation and hop.title
