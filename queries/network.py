"""The network around an actor: who is tied to whom, by what, and how strongly.

`around(graph, "reagan")` gives the actor's own ties and those among the actors it is tied to, the
strongest first, within a budget of elements; `overview(graph)` the ties among those who met most.

- A tie is what the graph holds between two actors: encounters together, acts of credit and
  discredit, domination, bonds, and who acts for whom. Encounters together count leaf by leaf as
  participations stand: no series, no habits.
- Nothing costs the square of a degree: of an actor in more encounters than `LOOK` the latest are
  looked at, and `left_out` says so. What does not fit the budget is counted, never drawn.
- Machine-coded rows are leads and are left out unless asked for.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from visavis.graph.connect import Graph
from visavis.queries.find import one
from visavis.schema import dates
from visavis.schema.dates import INF

__all__ = ["ELEMENTS", "LOOK", "MOST", "Member", "Network", "Tie", "around", "busiest", "overview"]

ELEMENTS = 150  # nodes and ties drawn at first
MOST = 300  # and after others were opened
LOOK = 1_500  # encounters or acts of one actor that are looked at, the latest first
SURE = 5_000  # actors that are all counted to say who met most
LOOKED = 5_000  # participations that tell it where there are more
CROWD = 200  # participants of one encounter that are looked at
FAN = 4  # acts of one kind in one direction drawn one by one; more become one tie with a number

_ACTS = {"CREDIT": "credit", "DISCREDIT": "discredit", "DOMINATES": "domination", "BOND": "bond"}
_UNDIRECTED = {"together", "bond"}

_BUSIEST = """
MATCH (a:Actor)
WITH a.id AS id, COUNT { (a)-[:TOOK_PART]->() } AS met,
     COUNT { (a)-[:CREDIT|DISCREDIT|BOND]-() } AS passed
WHERE met + passed > 0
RETURN id, met, passed ORDER BY met DESC, passed DESC, id LIMIT $limit
"""

# Of very many actors: who stands most often in so many participations, wherever these are.
_OFTEN = """
MATCH (:Meeting)<-[:TOOK_PART]-(a:Actor) WITH a.id AS id LIMIT $look
RETURN id, count(*) AS n ORDER BY n DESC, id LIMIT $limit
"""

# The latest first; one that has no date stands last. The edge knows scope and date: only the
# encounters that are looked at are read.
_TOGETHER = f"""
MATCH (:Actor {{id: $actor}})-[r:TOOK_PART]->(m:Meeting)
WHERE coalesce(r.scope, 'encounter') = 'encounter' AND ($leads OR NOT coalesce(r.machine, false))
WITH m, r.earliest AS start, r.id AS edge
ORDER BY coalesce(start, {-INF}) DESC, edge LIMIT $look
RETURN m.id AS meeting, m.earliest AS earliest, m.latest AS latest,
       COLLECT {{ MATCH (m)<-[q:TOOK_PART]-(b:Actor)
                 WHERE $leads OR NOT coalesce(q.machine, false)
                 RETURN b.id ORDER BY b.id LIMIT {CROWD} }} AS present
"""

_TOLD = """r.id AS edge, type(r) AS type, startNode(r).id AS a, endNode(r).id AS b,
       coalesce(r.act, r.kind, r.office, '') AS what, r.change AS change, r.date AS date,
       r.earliest AS earliest, r.latest AS latest, r.contested AS contested,
       r.performance AS performance, r.uptake AS uptake"""
_BETWEEN = f"""
MATCH (:Actor {{id: $actor}})-[r:CREDIT|DISCREDIT|DOMINATES|BOND|REPRESENTS|MEMBER_OF]-(:Actor)
WHERE $leads OR NOT coalesce(r.machine, false)
WITH r ORDER BY coalesce(r.earliest, {-INF}) DESC, r.id LIMIT $look
RETURN {_TOLD}
"""
_AMONG = f"""
UNWIND $ids AS id
MATCH (:Actor {{id: id}})-[r:CREDIT|DISCREDIT|DOMINATES|BOND|REPRESENTS|MEMBER_OF]->(b:Actor)
WHERE b.id IN $ids AND ($leads OR NOT coalesce(r.machine, false))
WITH r ORDER BY coalesce(r.earliest, {-INF}) DESC, r.id LIMIT $look
RETURN {_TOLD}
"""
_NAMES = """
UNWIND $ids AS id MATCH (a:Actor {id: id})
RETURN id, a.name AS name, a.kind AS kind, COUNT { (a)-[:TOOK_PART]->() } AS met
"""


@dataclass(frozen=True, slots=True)
class Member:
    """An actor of the network. met: encounters in the whole graph. centre: opened by the reader."""

    id: str
    name: str
    kind: str = ""
    met: int = 0
    centre: bool = False


@dataclass(frozen=True, slots=True)
class Tie:
    """What binds two actors, from `a` to `b`.

    kind: together (encounters), credit, discredit, domination, bond, or represents. `of`: the
    identifiers of the edges behind it, of encounters where it is `together`. years: for each of
    these its first and last possible year, None where it has no date. what: the acts, each once.
    """

    kind: str
    a: str
    b: str
    of: tuple[str, ...]
    years: tuple[tuple[int, int] | None, ...]
    what: tuple[str, ...] = ()
    contested: bool = False

    @property
    def count(self) -> int:
        """How many encounters or acts it stands for."""
        return len(self.of)

    @property
    def directed(self) -> bool:
        """Whether it runs from `a` to `b` and not between them."""
        return self.kind not in _UNDIRECTED

    @property
    def id(self) -> str:
        """A name for it within its network: the same for the same tie in another picture."""
        return f"{self.kind}:{self.a}:{self.b}:{self.of[0] if self.directed else ''}"


@dataclass(slots=True)
class Network:
    """Actors and ties. left_out: what is not drawn, in sentences."""

    members: list[Member] = field(default_factory=list)
    ties: list[Tie] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    @property
    def size(self) -> int:
        """Elements drawn."""
        return len(self.members) + len(self.ties)


@dataclass
class _Seen:
    """What was read so far: encounters with who was there, acts by their edge."""

    meetings: dict[str, tuple[tuple[int, int] | None, tuple[str, ...]]] = field(
        default_factory=dict
    )
    acts: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    cut: list[tuple[str, str]] = field(default_factory=list)  # a sentence, and of whom


def busiest(
    graph: Graph, limit: int = 20, *, quick: bool = False, seconds: float = 20.0
) -> list[Member]:
    """The actors in most encounters, then in most acts.

    quick: in a graph of more than `SURE` actors not all of them are counted: of `LOOKED` of its
    participations those who are most often there. They are hubs, and need not be the largest.
    """
    if quick and graph.rows("MATCH (a:Actor) RETURN count(a) AS n")[0]["n"] > SURE:
        asked = {"limit": limit, "look": LOOKED}
        ids = [row["id"] for row in graph.rows(_OFTEN, asked, timeout=seconds)]
        often = _members(graph, ids, centre=()).values()
        if often:
            return sorted(often, key=lambda member: (-member.met, member.id))
    rows = graph.rows(_BUSIEST, {"limit": limit}, timeout=seconds)
    met = {row["id"]: row["met"] for row in rows}
    named = _members(graph, list(met), centre=())
    return [named[actor] for actor in met if actor in named]


def around(
    graph: Graph,
    actor: str,
    opened: Sequence[str] = (),
    *,
    leads: bool = False,
    elements: int = ELEMENTS,
    look: int = LOOK,
    seconds: float = 20.0,
) -> Network:
    """The network around an actor, and around those of it that were opened too.

    actor, opened: by name or identifier. elements: nodes and ties in the picture; each opened
    actor adds a third as many, up to `MOST` in all. NotFoundError for an actor that is not there.
    """
    centres = list(dict.fromkeys(one(graph, "actor", each) for each in (actor, *opened)))
    seen = _Seen()
    ranks: list[dict[str, int]] = []
    for centre in centres:
        ranks.append(_read_around(graph, centre, seen, leads, look, seconds))
    room = min(elements + (len(centres) - 1) * elements // 3, max(MOST, elements))
    return _drawn(graph, centres, ranks, seen, room, leads, seconds)


def overview(
    graph: Graph,
    *,
    actors: int = 40,
    leads: bool = False,
    elements: int = ELEMENTS,
    look: int = 150,
    seconds: float = 20.0,
) -> Network:
    """The ties among the actors who met most: a picture of the whole, by its hubs only."""
    seen = _Seen()
    hubs = busiest(graph, actors, seconds=seconds)
    ids = [hub.id for hub in hubs]
    for hub in ids:
        for row in graph.read(
            _TOGETHER, {"actor": hub, "leads": leads, "look": look}, timeout=seconds
        ):
            seen.meetings[row["meeting"]] = (
                dates.years(row["earliest"], row["latest"]),
                tuple(row["present"]),
            )
    cut = [hub for hub in hubs if hub.met > look]
    if cut:
        told = (
            f"of {len(cut)} actors with more than {look} encounters the latest {look} are counted"
        )
        seen.cut.append((told, ""))
    made = _drawn(graph, [], [], seen, elements, leads, seconds, ids[: elements // 2])
    total = graph.rows("MATCH (a:Actor) RETURN count(a) AS n")[0]["n"]
    if total > len(made.members):
        rest = total - len(made.members)
        made.left_out.insert(
            0, f"{rest:,} of {total:,} actors are not drawn: those who met most are"
        )
    return made


def _read_around(
    graph: Graph, actor: str, seen: _Seen, leads: bool, look: int, seconds: float
) -> dict[str, int]:
    """Read an actor's encounters and acts; how strongly each other is tied to it comes back."""
    strength: dict[str, int] = defaultdict(int)
    asked = {"actor": actor, "leads": leads, "look": look}
    count = 0
    for row in graph.read(_TOGETHER, asked, timeout=seconds):
        count += 1
        seen.meetings[row["meeting"]] = (
            dates.years(row["earliest"], row["latest"]),
            tuple(row["present"]),
        )
        for other in row["present"]:
            strength[other] += 1
    if count >= look:
        seen.cut.append(("of the encounters of {} " + f"the latest {look:,} count", actor))
    acts = 0
    for row in graph.read(_BETWEEN, asked, timeout=seconds):
        acts += 1
        seen.acts[row["edge"]] = row
        strength[row["b"] if row["a"] == actor else row["a"]] += 1
    if acts >= look:
        seen.cut.append(("of the acts of {} " + f"the latest {look:,} count", actor))
    strength.pop(actor, None)
    return strength


def _drawn(
    graph: Graph,
    centres: list[str],
    ranks: list[dict[str, int]],
    seen: _Seen,
    room: int,
    leads: bool,
    seconds: float,
    others: Sequence[str] = (),
) -> Network:
    """The strongest that fit: centres, then others in turn by strength, then ties among them."""
    ties = _ties(seen, set(centres), None)
    own: dict[tuple[str, str], list[Tie]] = defaultdict(list)
    for tie in ties:
        own[tie.a, tie.b].append(tie)
        if tie.a != tie.b:
            own[tie.b, tie.a].append(tie)
    drawn: dict[str, Tie] = {}
    chosen = dict.fromkeys([*centres, *others])

    def take(some: Iterable[Tie]) -> None:
        drawn.update((tie.id, tie) for tie in some)

    pairs = itertools.combinations_with_replacement(centres, 2)
    between = [tie for pair in pairs for tie in own.get(pair, ())]
    take(sorted(between, key=lambda tie: (-tie.count, tie.id))[: room // 2])
    candidates = [
        (-strength, other, centre)
        for centre, rank in zip(centres, ranks, strict=False)
        for other, strength in rank.items()
    ]
    tied = {other for _, other, _ in candidates} - set(centres)
    # A third of the room is kept for what binds the others to each other.
    reserve = room - room // 3
    for _, other, centre in sorted(candidates):
        fresh = [tie for tie in own[centre, other] if tie.id not in drawn]
        cost = len(fresh) + (other not in chosen)
        if len(chosen) + len(drawn) + cost > reserve:
            break
        chosen[other] = None
        take(fresh)
    ids = list(chosen)
    if len(ids) > 1:
        for row in graph.read(
            _AMONG, {"ids": ids, "leads": leads, "look": 4 * MOST}, timeout=seconds
        ):
            seen.acts[row["edge"]] = row
    inner = [tie for tie in _ties(seen, (), set(ids)) if tie.id not in drawn]
    inner.sort(key=lambda tie: (tie.kind == "together", -tie.count, tie.id))
    space = max(room - len(ids) - len(drawn), 0)
    take(inner[:space])
    members = _members(graph, ids, centre=centres)
    made = Network([members[i] for i in ids if i in members], list(drawn.values()))
    made.left_out += [
        told.replace("{}", members[who].name if who in members else who) for told, who in seen.cut
    ]
    hidden = len(tied - set(ids))
    if hidden:
        made.left_out.append(
            f"{hidden:,} more actors that met or dealt with those opened are not drawn: "
            "the strongest ties are"
        )
    if len(inner) > space:
        left = len(inner) - space
        made.left_out.append(
            f"{left:,} {'tie' if left == 1 else 'ties'} among those drawn "
            f"{'is' if left == 1 else 'are'} not drawn"
        )
    return made


def _ties(seen: _Seen, centres: Collection[str], among: Collection[str] | None) -> list[Tie]:
    """What was read as ties, sorted: those of a centre, or those between any two of `among`."""
    together: dict[tuple[str, str], list[tuple[str, tuple[int, int] | None]]] = defaultdict(list)
    for meeting, (years, present) in sorted(seen.meetings.items()):
        if among is None:
            pairs = {(min(a, b), max(a, b)) for a in present if a in centres for b in present}
        else:
            here = [x for x in present if x in among]
            pairs = {(min(a, b), max(a, b)) for a, b in itertools.combinations(here, 2)}
        for a, b in pairs:
            if a != b:
                together[a, b].append((meeting, years))
    acts: dict[tuple[str, str, str], list[Mapping[str, Any]]] = defaultdict(list)
    for row in seen.acts.values():
        if among is None or (row["a"] in among and row["b"] in among):
            acts[_ACTS.get(row["type"], "represents"), row["a"], row["b"]].append(row)
    made = [
        Tie("together", a, b, tuple(m for m, _ in told), tuple(y for _, y in told))
        for (a, b), told in together.items()
    ]
    for (kind, a, b), rows in acts.items():
        rows.sort(key=lambda row: (row["earliest"] or -INF, row["edge"]))
        apart = kind in ("credit", "discredit", "domination") and len(rows) <= FAN
        for group in [[row] for row in rows] if apart else [rows]:
            made.append(_act(kind, a, b, group))
    return sorted(made, key=lambda tie: tie.id)


def _act(kind: str, a: str, b: str, rows: Sequence[Mapping[str, Any]]) -> Tie:
    told = (
        " ".join(filter(None, (row["what"], row["change"] or "", row["performance"] or "")))
        for row in rows
    )
    return Tie(
        kind,
        a,
        b,
        tuple(row["edge"] for row in rows),
        tuple(dates.years(row["earliest"], row["latest"]) for row in rows),
        tuple(dict.fromkeys(filter(None, told))),
        any(row["contested"] for row in rows),
    )


def _members(graph: Graph, ids: Sequence[str], centre: Iterable[str]) -> dict[str, Member]:
    opened = set(centre)
    return {
        row["id"]: Member(
            row["id"],
            row["name"] or row["id"].partition("/")[2],
            row["kind"] or "",
            row["met"],
            row["id"] in opened,
        )
        for row in graph.read(_NAMES, {"ids": list(ids)})
    }
