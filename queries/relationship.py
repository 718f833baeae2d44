"""The chain of a pair: all that passed between two actors, encounter by encounter, with evidence.

`relationship(graph, "reagan", "gorbachev")` reads it from the graph, in a fixed number of queries
whatever the length of the chain. How it counts:

- Credits and discredits are counted apart and per direction; nothing is set off against anything.
- A contested one is counted once, with a low and a high: without all that is in doubt, and with
  all of it. In doubt is what a rival coding denies, or what a claim marks as disputed.
- One held back (`suppressed`) or refused is shown and weighs nothing. One that was feigned counts,
  and is said to be feigned.
- It stays unanswered unless the other side replies to it, directly or through a chain of replies
  (one that ignores is no reply), did the same act with it, or its uptake is told. A credit that
  returns a credit closes an exchange and waits for no answer. An answer that is not coded may still
  have been given; `Exchange.answer` tells the two apart.
- Between two states or organisations the acts of their representatives, by side or
  representation in that very encounter or on their behalf, are a chain of their own
  (`Relationship.represented`) and are never added to the actors' own.
- Machine-coded leads are left out unless asked for, and what was left out is counted.
- Series and habits are listed, and are no dated encounters; nor is one of which only an exchange
  is known, without both being present.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from visavis.graph.connect import Graph
from visavis.graph.write import read_state
from visavis.queries.find import one
from visavis.schema import citing, dates
from visavis.schema.claims import Citation, Claim
from visavis.schema.errors import QueryError
from visavis.schema.model import vocabulary
from visavis.schema.project import project
from visavis.schema.text import slug

__all__ = [
    "RULES",
    "Act",
    "Actor",
    "Bond",
    "Count",
    "Counts",
    "Dominance",
    "Encounter",
    "Evidence",
    "Exchange",
    "Index",
    "Link",
    "Mode",
    "Outcome",
    "Phase",
    "Presence",
    "Relationship",
    "Reply",
    "Rival",
    "relationship",
    "weighted",
]


# -- what comes out -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Actor:
    """An actor: identifier, full name, kind, and the part of the name that sentences use."""

    id: str
    name: str
    kind: str = ""
    short: str = ""


@dataclass(frozen=True, slots=True)
class Rival:
    """A value that some claim tells otherwise than the one shown."""

    field: str
    value: str
    citation: str
    claims: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """What an element rests on. Names are those of actors, or of works in short."""

    claims: tuple[str, ...] = ()
    citation: str = ""  # "Bramsen 2024, 193, citing Reagan 1990, 15"
    sources: tuple[str, ...] = ()
    coders: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()
    confidence: str = ""  # the lowest that is told
    said_by: tuple[str, ...] = ()
    own_words: bool = False  # whoever says it is the author of the cited work
    read_by: tuple[str, ...] = ()
    as_told: tuple[str, ...] = ()
    quotes: tuple[str, ...] = ()
    memos: tuple[str, ...] = ()
    machine: bool = False
    contested_by: tuple[str, ...] = ()
    disputed: bool = False
    rivals: tuple[Rival, ...] = ()


@dataclass(frozen=True, slots=True)
class Count:
    """A number with its band: without all that is in doubt, and with all of it."""

    number: int = 0
    low: int = 0
    high: int = 0


@dataclass(frozen=True, slots=True)
class Counts:
    """Credits and discredits so far, by direction: `ab` from the first actor to the second."""

    credits_ab: Count = Count()
    credits_ba: Count = Count()
    discredits_ab: Count = Count()
    discredits_ba: Count = Count()


@dataclass(frozen=True, slots=True)
class Exchange:
    """One credit or discredit.

    weight: 0 where it was held back or refused, else 1. in_doubt: whether there was one is
    contested; counted: whether it is in the count (of rivals one is, and of the same act by several
    representatives of one side). answer: how it was answered ("accepted", "paid-back", ...,
    "reply", "joint"), "return" where it is itself the return of a credit, "" where no answer is
    coded, "unanswered" or "ignored" where it is told that there was none. direction: "ab" or "ba".
    """

    id: str
    sign: str  # credit | discredit
    giver: Actor
    receiver: Actor
    direction: str
    act: str
    label: str
    intensity: int | None = None
    intent: str = ""
    uptake: str = ""
    uptake_by: Actor | None = None
    uptake_public: str = ""
    performance: str = ""
    on_behalf_of: Actor | None = None
    weight: int = 1
    in_doubt: bool = False
    counted: bool = True
    answer: str = ""
    evidence: Evidence = Evidence()

    @property
    def unanswered(self) -> bool:
        """Whether no answer to it is known."""
        return self.weight > 0 and self.counted and self.answer in _NO_ANSWER


@dataclass(frozen=True, slots=True)
class Dominance:
    """One dominates the other, or tries to; result: accepted, resisted, countered, or untold."""

    id: str
    by: Actor
    over: Actor
    direction: str
    result: str = ""
    intent: str = ""
    on_behalf_of: Actor | None = None
    evidence: Evidence = Evidence()


@dataclass(frozen=True, slots=True)
class Reply:
    """The act that is answered: its identifier, kind and doers, and how it is taken up."""

    to: str
    how: str
    kind: str
    by: tuple[Actor, ...]


@dataclass(frozen=True, slots=True)
class Act:
    """One step of the chain: an act between the two, or a credit that no listed act carries.

    by, to: who did it and to whom, the others who took part included. outside: in no encounter.
    counts: the running counts after it.
    """

    id: str
    what: str
    kind: str = ""
    label: str = ""
    by: tuple[Actor, ...] = ()
    to: tuple[Actor, ...] = ()
    encounter: str = ""
    phase: str = ""
    order: int | None = None
    outside: bool = False
    date: str = ""
    when: str = ""
    duration: str = ""
    seconds: int | None = None
    seconds_how: str = ""
    in_total: bool = False
    performance: str = ""
    part_of: str = ""
    replies: tuple[Reply, ...] = ()
    exchanges: tuple[Exchange, ...] = ()
    dominance: tuple[Dominance, ...] = ()
    counts: Counts = Counts()
    evidence: Evidence = Evidence()

    @property
    def sign(self) -> str:
        """ "+", "-", "+/-" or "" by what passed, whatever it weighs."""
        signs = {"+" if e.sign == "credit" else "-" for e in self.exchanges}
        return "/".join(sorted(signs))


@dataclass(frozen=True, slots=True)
class Mode:
    """A mode of interaction of an encounter or phase, and how far it was there."""

    mode: str
    degree: str = ""
    evidence: Evidence = Evidence()


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of an encounter at which both may have been present."""

    id: str
    title: str
    order: int
    stage: str = ""
    duration: str = ""
    seconds: int | None = None
    seconds_how: str = ""
    in_total: bool = False
    modes: tuple[Mode, ...] = ()
    evidence: Evidence = Evidence()


@dataclass(frozen=True, slots=True)
class Bond:
    """A bond between the two and how it changed."""

    id: str
    kind: str
    change: str = ""
    encounter: str = ""
    share: str = ""
    n: int | None = None
    evidence: Evidence = Evidence()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What followed, as somebody attributes it."""

    id: str
    title: str
    kind: str = ""
    when: str = ""
    evidence: Evidence = Evidence()


@dataclass(frozen=True, slots=True)
class Link:
    """Another encounter that this one followed or answered, or that did so with this one.

    how: follows | followed-by | answers | answered-by.
    """

    how: str
    meeting: str
    title: str
    when: str = ""
    evidence: Evidence = Evidence()


@dataclass(frozen=True, slots=True)
class Presence:
    """How one of the two (or a representative) took part."""

    actor: Actor
    side: str
    office: str = ""
    roles: tuple[str, ...] = ()
    partial: str = ""
    energy_before: str = ""
    energy_after: str = ""
    believed: str = ""
    evidence: Evidence = Evidence()


@dataclass(frozen=True, slots=True)
class Encounter:
    """An encounter with what passed between the two in it.

    scope: encounter, series, practice, or outside (acts in no encounter). present: both are told
    to have taken part. gap: how long after the last known encounter, "" for the first one.
    """

    id: str
    title: str
    scope: str = "encounter"
    present: bool = True
    date: str = ""
    when: str = ""
    earliest: int | None = None
    latest: int | None = None
    starts_by: int | None = None
    ends_from: int | None = None
    place: str = ""
    part_of: str = ""
    format: str = ""
    channel: str = ""
    stage: str = ""
    modes: tuple[Mode, ...] = ()
    presences: tuple[Presence, ...] = ()
    phases: tuple[Phase, ...] = ()
    acts: tuple[Act, ...] = ()
    bonds: tuple[Bond, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    links: tuple[Link, ...] = ()
    gap: str = ""
    evidence: Evidence = Evidence()

    @property
    def counts_as_encounter(self) -> bool:
        """Whether it is one known meeting of the two, and not a series or a habit."""
        return self.present and self.scope == "encounter"


@dataclass(frozen=True, slots=True)
class Relationship:
    """The chain of a pair. `left_out` says how many elements were left out and why."""

    a: Actor
    b: Actor
    encounters: tuple[Encounter, ...] = ()
    counts: Counts = Counts()
    bonds: tuple[Bond, ...] = ()
    left_out: Mapping[str, int] = field(default_factory=dict)
    filters: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    represented: Relationship | None = None
    by_representatives: bool = False

    @property
    def acts(self) -> tuple[Act, ...]:
        """All acts in order."""
        return tuple(act for encounter in self.encounters for act in encounter.acts)

    @property
    def exchanges(self) -> tuple[tuple[Act, Exchange], ...]:
        """All credits and discredits in order, each with its act."""
        return tuple((act, exchange) for act in self.acts for exchange in act.exchanges)

    @property
    def unanswered(self) -> tuple[tuple[Act, Exchange], ...]:
        """Credits and discredits to which no answer is known."""
        return tuple(pair for pair in self.exchanges if pair[1].unanswered)

    @property
    def known(self) -> tuple[Encounter, ...]:
        """The encounters proper: dated or not, but no series and no habits."""
        return tuple(e for e in self.encounters if e.counts_as_encounter)


_NO_ANSWER = frozenset({"", "unanswered", "ignored"})
_UNTOLD = frozenset({"", "unclear", "not-observable"})
_COLLECTIVE = frozenset({"state", "organisation", "delegation"})
_CONFIDENCE = {"high": 0, "": 0, "medium": 1, "low": 2}


# -- the queries ----------------------------------------------------------------------------------

ACTORS = (
    "UNWIND $ids AS i MATCH (a:Actor {id: i}) "
    "RETURN a.id AS id, a.name AS name, a.kind AS kind ORDER BY id"
)
SHARED = (
    "MATCH (a:Actor {id: $a})-[p:TOOK_PART]->(m:Meeting)<-[q:TOOK_PART]-(b:Actor {id: $b}) "
    "RETURN m.id AS meeting, p, q ORDER BY meeting, p.id, q.id"
)
DEGREE = "MATCH (a:Actor {id: $id}) RETURN COUNT { (a)-[:TOOK_PART]->() } AS n"
SHARED_ACTS = (
    "MATCH (a:Actor {id: $a})-[:PERFORMED]->(r:Ritual)<-[:PERFORMED]-(b:Actor {id: $b}) "
    "RETURN DISTINCT r.id AS id ORDER BY id"
)
BETWEEN = (
    "MATCH (a:Actor {id: $a})-[r:CREDIT|DISCREDIT|DOMINATES|BOND]->(b:Actor {id: $b}) "
    "RETURN a.id AS start, b.id AS end, r ORDER BY r.id"
)
REPRESENTATIVES = (
    "MATCH (s:Actor {id: $id})<-[r:REPRESENTS]-(x:Actor) "
    "RETURN x.id AS actor, r ORDER BY actor, r.id"
)
PARTICIPATIONS = (
    "UNWIND $ids AS i MATCH (x:Actor {id: i})-[p:TOOK_PART]->(m:Meeting) "
    "RETURN x.id AS actor, m.id AS meeting, p ORDER BY actor, meeting, p.id"
)
GIVEN = (
    "UNWIND $ids AS i MATCH (x:Actor {id: i})-[r:CREDIT|DISCREDIT|DOMINATES]->(y:Actor) "
    "WHERE y.id IN $others RETURN x.id AS start, y.id AS end, r ORDER BY r.id"
)
ON_BEHALF = (
    "UNWIND $ids AS i MATCH (y:Actor {id: i})<-[r:CREDIT|DISCREDIT|DOMINATES]-(x:Actor) "
    "WHERE r.on_behalf_of = $behalf RETURN x.id AS start, y.id AS end, r ORDER BY r.id"
)
MEETINGS = (
    "UNWIND $ids AS i MATCH (m:Meeting {id: i}) "
    "OPTIONAL MATCH (m)-[:HELD_AT]->(p:Place) OPTIONAL MATCH (m)-[:PART_OF]->(w:Meeting) "
    "RETURN m, p.name AS place, w.title AS whole, w.id AS whole_id "
    "ORDER BY m.id, place, whole_id"
)
PHASES = (
    "UNWIND $ids AS i MATCH (m:Meeting {id: i})<-[o:PART_OF]-(p:Phase) "
    "RETURN m.id AS meeting, p, o.order AS place ORDER BY meeting, place, p.id"
)
PRESENT = (
    "UNWIND $ids AS i MATCH (p:Phase {id: i})<-[:PRESENT_IN]-(x:Actor) "
    "RETURN p.id AS phase, x.id AS actor ORDER BY phase, actor"
)
MODES_OF = (
    "UNWIND $ids AS i MATCH (n:$LABEL {id: i})-[s:SHOWS]->(t:Term) WHERE s.scheme = 'mode' "
    "RETURN n.id AS node, t.id AS term, s ORDER BY node, term, s.id"
)
STAGED = (
    "UNWIND $ids AS i MATCH (m:Meeting {id: i})-[s:STAGED]->(r:Ritual) "
    "RETURN m.id AS meeting, r.id AS id, s.order AS place, s.phase AS phase "
    "ORDER BY meeting, place, id"
)
STAGED_IN = (
    "UNWIND $ids AS i MATCH (r:Ritual {id: i})<-[:STAGED]-(m:Meeting) "
    "RETURN DISTINCT m.id AS meeting ORDER BY meeting"
)
STAGED_OF = (
    "UNWIND $ids AS i MATCH (r:Ritual {id: i})<-[s:STAGED]-(m:Meeting) "
    "RETURN m.id AS meeting, r.id AS id, s.order AS place, s.phase AS phase "
    "ORDER BY meeting, place, id"
)
RITUALS = (
    "UNWIND $ids AS i MATCH (r:Ritual {id: i}) "
    "OPTIONAL MATCH (r)-[:PART_OF]->(w) RETURN r, w.id AS whole ORDER BY r.id, whole"
)
PERFORMED = (
    "UNWIND $ids AS i MATCH (r:Ritual {id: i})<-[p:PERFORMED]-(x:Actor) "
    "RETURN r.id AS ritual, x.id AS actor, p ORDER BY ritual, p.id"
)
REPLIES = (
    "UNWIND $ids AS i MATCH (r:Ritual {id: i})-[e:REPLIES_TO]-(t:Ritual) "
    "RETURN DISTINCT startNode(e).id AS reply, endNode(e).id AS to, e.id AS edge, e.how AS how, "
    "e.claims AS claims ORDER BY edge"
)
LED_TO = (
    "UNWIND $ids AS i MATCH (n:$LABEL {id: i})-[e:LED_TO]->(o:Outcome) "
    "RETURN n.id AS node, e, o ORDER BY node, o.id, e.id"
)
LINKS = (
    "UNWIND $ids AS i MATCH (m:Meeting {id: i})-[e:FOLLOWS_SCRIPT|ANSWERS]-(o:Meeting) "
    "RETURN m.id AS meeting, startNode(e).id AS start, type(e) AS type, e, "
    "o.id AS other, o.title AS title, o.date AS date ORDER BY meeting, other, type, e.id"
)
CLAIMS = "UNWIND $ids AS i MATCH (c:Claim {id: i}) RETURN c.id AS id, c.json AS json"
SOURCES = "UNWIND $ids AS i MATCH (s:Source {id: i}) RETURN s ORDER BY s.id"
TERMS = (
    "UNWIND $ids AS i MATCH (t:Term {id: i}) "
    "RETURN t.id AS id, t.label AS label, t.intensity AS intensity ORDER BY id"
)


# -- the front ------------------------------------------------------------------------------------


def relationship(
    graph: Graph,
    a: str,
    b: str,
    *,
    from_: str | None = None,
    to: str | None = None,
    leads: bool = False,
    coder: str | None = None,
    source: str | None = None,
    confidence: str | None = None,
    basis: Sequence[str] = (),
    without: str | None = None,
) -> Relationship:
    """The chain of the actors `a` and `b`, named as people type them (see `find.one`).

    from_, to: a window of EDTF dates; what may lie within it is kept, what has no date is not.
    leads: with machine-coded rows. coder, source: only what that coder coded, what rests on that
    source (opened, or cited there). confidence: "high" leaves out what is told to be of medium or
    low confidence, "medium" what is told to be of low; coders say it where they have a doubt.
    basis: only claims of these kinds of evidence (document, video, ...); all where none is named.
    without: the chain as it would be if this source had never been there, opened or cited.

    NotFoundError where an actor is not in the graph, QueryError where a and b are the same,
    DateError where a date is none.
    """
    if confidence not in (None, *_CONFIDENCE):
        raise QueryError(f"confidence '{confidence}' is none; write high, medium or low")
    a, b = one(graph, "actor", a), one(graph, "actor", b)
    if a == b:
        raise QueryError("a relationship is between two; name another actor")
    found = {row["id"]: row for row in graph.rows(ACTORS, {"ids": [a, b]})}
    same = read_state(graph)["same"]
    work, gone = ((x if "/" in x else f"source/{x}") if x else "" for x in (source, without))
    wanted = _Wanted(
        from_=dates.parse(from_) if from_ else None,
        to=dates.parse(to) if to else None,
        leads=leads,
        coder=coder or "",
        source=same.get(work, work),
        confidence=confidence or "",
        basis=tuple(sorted(basis)),
        without=same.get(gone, gone),
        same=same,
    )
    made = _Reader(graph, _Side(a), _Side(b), wanted).read()
    if all(found[each]["kind"] in _COLLECTIVE for each in (a, b)):
        sides = [_representatives(graph, each) for each in (a, b)]
        represented = _Reader(graph, sides[0], sides[1], wanted, represented=True).read()
        made = replace(
            made,
            represented=represented,
            sources={**made.sources, **represented.sources},
        )
    return made


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Which claims and encounters are asked for."""

    from_: dates.Date | None = None
    to: dates.Date | None = None
    leads: bool = False
    coder: str = ""
    source: str = ""
    confidence: str = ""
    basis: tuple[str, ...] = ()
    without: str = ""
    same: Mapping[str, str] = field(default_factory=dict)  # sources judged to be other ones

    def why_not(self, claims: Sequence[Claim]) -> str:
        """Why an element with these claims is left out; "" if it stays. Any claim may carry it."""
        if not claims:
            return ""
        if not self.leads and all(claim.basis == "machine" for claim in claims):
            return "machine-coded leads"
        for claim in claims:
            named = {s for x in claim.citations for s in (x.source, x.via)}
            if (
                (not self.coder or claim.coder == self.coder)
                and (not self.source or self.source in named)
                and (
                    not self.confidence
                    or _CONFIDENCE.get(claim.confidence, 0) <= _CONFIDENCE[self.confidence]
                )
                and (self.leads or claim.basis != "machine")
                and (not self.basis or claim.basis in self.basis)
            ):
                return ""
        if self.basis:
            return "by coder, source, basis or confidence"
        return "by coder, source or confidence"

    def as_text(self) -> dict[str, str]:
        """What was asked for, as it is printed."""
        told = {
            "from": self.from_.text if self.from_ else "",
            "to": self.to.text if self.to else "",
            "coder": self.coder,
            "source": self.source,
            "confidence": self.confidence,
            "leads": "included" if self.leads else "",
            "basis": ", ".join(self.basis),
            "without": self.without,
        }
        return {name: value for name, value in told.items() if value}


@dataclass(frozen=True, slots=True)
class _Side:
    """One of the two: the actor itself and, where asked, who acts for it in which encounters."""

    id: str
    members: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def has(self, actor: str, meeting: str, behalf: str = "") -> bool:
        """Whether what `actor` did in `meeting` (or on behalf of whom) was done by this side."""
        if actor == self.id or (behalf == self.id and bool(self.members)):
            return True
        return meeting in self.members.get(actor, ())


def _representatives(graph: Graph, state: str) -> _Side:
    """Who represents `state`, and in which encounters; the state itself is always of its side."""
    rows = graph.rows(REPRESENTATIVES, {"id": state})
    members: dict[str, set[str]] = defaultdict(set)
    standing = set()
    for row in rows:
        meeting = row["r"].get("meeting", "")
        if meeting:
            members[row["actor"]].add(meeting)
        else:  # a delegation, or an envoy for good
            standing.add(row["actor"])
    for row in graph.rows(PARTICIPATIONS, {"ids": sorted(standing | {state})}):
        members[row["actor"]].add(row["meeting"])
    members.setdefault(state, set())
    return _Side(state, {actor: frozenset(known) for actor, known in members.items()})


# -- reading --------------------------------------------------------------------------------------


class _Reader:
    """Reads the chain of two sides. One use."""

    def __init__(
        self, graph: Graph, a: _Side, b: _Side, wanted: _Wanted, represented: bool = False
    ) -> None:
        self.graph = graph
        self.a = a
        self.b = b
        self.wanted = wanted
        self.represented = represented
        self.left_out: dict[str, int] = defaultdict(int)
        self.present: dict[str, list[tuple[str, str, dict[str, Any]]]] = defaultdict(list)
        self.edges: list[tuple[str, str, dict[str, Any]]] = []
        self.bonds: list[dict[str, Any]] = []
        self.passed_by: dict[str, list[tuple[str, str, dict[str, Any]]]] = defaultdict(list)
        self.rituals: dict[str, dict[str, Any]] = {}
        self.doers: dict[str, list[tuple[str, str, dict[str, Any]]]] = defaultdict(list)
        self.replies: list[dict[str, Any]] = []
        self.replies_to: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.replies_by: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.staged: dict[str, dict[str, Any]] = {}

    def rows(self, query: str, ids: Iterable[str], **more: Any) -> list[dict[str, Any]]:
        """The rows of a query over identifiers; none for none."""
        wanted = sorted(set(ids))
        return self.graph.rows(query, {"ids": wanted, **more}) if wanted else []

    def read(self) -> Relationship:
        self._who_met()
        self._what_passed()
        meetings = self._meetings()
        self._acts_of(meetings)
        parts = self._parts(meetings)
        self._claims(meetings, parts)
        return self._build(meetings, parts)

    # What is fetched.

    def _who_met(self) -> None:
        """Encounters at which both sides were present, with their participations."""
        if not self.represented:
            first, second = self.a.id, self.b.id
            degree = [
                sum(row["n"] for row in self.graph.rows(DEGREE, {"id": each}))
                for each in (first, second)
            ]
            turned = degree[1] < degree[0]  # begin at the smaller end
            if turned:
                first, second = second, first
            for row in self.graph.rows(SHARED, {"a": first, "b": second}):
                ours, theirs = (row["q"], row["p"]) if turned else (row["p"], row["q"])
                known = self.present[row["meeting"]]
                for name, actor, edge in (("a", self.a.id, ours), ("b", self.b.id, theirs)):
                    if all(edge["id"] != other["id"] for _, _, other in known):
                        known.append((name, actor, edge))
            return
        ids = set(self.a.members) | set(self.b.members)
        shared = self._meetings_of(self.a) & self._meetings_of(self.b)
        for row in self.rows(PARTICIPATIONS, ids):
            if row["meeting"] in shared:
                for name, side in (("a", self.a), ("b", self.b)):
                    if row["meeting"] in side.members.get(row["actor"], ()):
                        self.present[row["meeting"]].append((name, row["actor"], row["p"]))
        for meeting in list(self.present):
            if {name for name, _, _ in self.present[meeting]} != {"a", "b"}:
                del self.present[meeting]

    @staticmethod
    def _meetings_of(side: _Side) -> set[str]:
        return {meeting for known in side.members.values() for meeting in known}

    def _what_passed(self) -> None:
        """Credits, discredits, domination and bonds between the two sides."""
        if not self.represented:
            for a, b in ((self.a.id, self.b.id), (self.b.id, self.a.id)):
                for row in self.graph.rows(BETWEEN, {"a": a, "b": b}):
                    if row["r"]["type"] == "BOND":
                        self.bonds.append(row["r"])
                    else:
                        self.edges.append((a, b, row["r"]))
            return
        found: dict[str, tuple[str, str, dict[str, Any]]] = {}
        for side, other in ((self.a, self.b), (self.b, self.a)):
            others = sorted(other.members)
            rows = self.rows(GIVEN, side.members, others=others)
            rows += self.rows(ON_BEHALF, others, behalf=side.id)
            for row in rows:
                edge = row["r"]
                at, behalf = _home(edge), edge.get("on_behalf_of", "")
                giver = side.has(row["start"], at, behalf)
                receiver = other.has(row["end"], at)
                own = row["start"] == side.id and row["end"] == other.id
                both = other.has(row["start"], at, behalf) or side.has(row["end"], at)
                if giver and receiver and not own and not both:
                    found[edge["id"]] = (row["start"], row["end"], edge)
        self.edges = [found[key] for key in sorted(found)]

    def _meetings(self) -> dict[str, dict[str, Any]]:
        ids = set(self.present)
        ids |= {edge["meeting"] for _, _, edge in self.edges if edge.get("meeting")}
        ids |= {bond["meeting"] for bond in self.bonds if bond.get("meeting")}
        self.loose = {edge["ritual"] for _, _, edge in self.edges if edge.get("ritual")}
        if not self.represented:
            shared = self.graph.rows(SHARED_ACTS, {"a": self.a.id, "b": self.b.id})
            self.loose |= {row["id"] for row in shared}
        ids |= {row["meeting"] for row in self.rows(STAGED_IN, self.loose)}
        # An act outside any encounter stands in the file of one, and in its order.
        ids |= {_case_of(ritual) for ritual in self.loose}
        found: dict[str, dict[str, Any]] = {}
        for row in self.rows(MEETINGS, ids):
            found.setdefault(row["m"]["id"], row)
        return found

    def _acts_of(self, meetings: Iterable[str]) -> None:
        """All acts of the encounters, those they answer and those that answer them."""
        for row in self.rows(STAGED, meetings):
            self.staged[row["id"]] = row
        frontier = set(self.staged) | self.loose
        seen_replies: set[str] = set()
        while frontier:
            for row in self.rows(RITUALS, frontier):
                known = self.rituals.setdefault(row["r"]["id"], row["r"])
                whole = row["whole"] or ""
                if whole.startswith("ritual/"):
                    known["part_of"] = whole
            for row in self.rows(PERFORMED, frontier):
                part = row["p"].get("part", "initiator")
                self.doers[row["ritual"]].append((row["actor"], part, row["p"]))
            found = set()
            for row in self.rows(REPLIES, frontier):
                if row["edge"] not in seen_replies:
                    seen_replies.add(row["edge"])
                    self.replies.append(row)
                    self.replies_to[row["to"]].append(row)
                    self.replies_by[row["reply"]].append(row)
                    found |= {row["reply"], row["to"]}
            frontier = found - set(self.rituals) - frontier
        for row in self.rows(STAGED_OF, set(self.rituals) - set(self.staged)):
            self.staged.setdefault(row["id"], row)

    def _parts(self, meetings: Mapping[str, Any]) -> dict[str, dict[str, list[dict[str, Any]]]]:
        """Phases, modes, links and outcomes, each by the node it is told of; who was in a phase."""
        phases = self.rows(PHASES, meetings)
        ids = [row["p"]["id"] for row in phases]
        modes = self.rows(_of("Meeting", MODES_OF), meetings)
        modes += self.rows(_of("Phase", MODES_OF), ids)
        outcomes = self.rows(_of("Meeting", LED_TO), meetings)
        outcomes += self.rows(_of("Phase", LED_TO), ids)
        outcomes += self.rows(_of("Ritual", LED_TO), self.rituals)
        return {
            "phases": _grouped(phases, "meeting"),
            "present": _grouped(self.rows(PRESENT, ids), "phase"),
            "modes": _grouped(modes, "node"),
            "links": _grouped(self.rows(LINKS, meetings), "meeting"),
            "outcomes": _grouped(outcomes, "node"),
        }

    def _claims(self, meetings: Mapping[str, Any], parts: Mapping[str, Any]) -> None:
        """The claims behind all of it, the works they cite, and the names of all who speak."""
        elements = [row["m"] for row in meetings.values()]
        elements += [edge for known in self.present.values() for _, _, edge in known]
        elements += [edge for _, _, edge in self.edges] + self.bonds
        elements += list(self.rituals.values())
        elements += [edge for known in self.doers.values() for _, _, edge in known]
        for name, keys in (("phases", "p"), ("modes", "s"), ("links", "e"), ("outcomes", "eo")):
            for rows in parts[name].values():
                elements += [row[key] for row in rows for key in keys]
        elements += self.replies
        ids = {claim for element in elements for claim in element.get("claims") or ()}
        self.claims = {
            row["id"]: Claim.from_dict(json.loads(row["json"])).citing(self.wanted.same)
            for row in self.rows(CLAIMS, ids)
        }
        if self.wanted.without:
            self._withdraw(elements)
        cited = {s for c in self.claims.values() for x in c.citations for s in (x.source, x.via)}
        cited |= {c.read_by for c in self.claims.values() if c.read_by.startswith("source/")}
        cited |= {c.said_by for c in self.claims.values() if c.said_by.startswith("source/")}
        self.sources = {row["s"]["id"]: row["s"] for row in self.rows(SOURCES, cited - {""})}
        actors = {self.a.id, self.b.id}
        actors |= {x for known in self.doers.values() for x, _, _ in known}
        actors |= {x for start, end, _ in self.edges for x in (start, end)}
        actors |= {x for known in self.present.values() for _, x, _ in known}
        actors |= {
            str(edge.get(name, ""))
            for _, _, edge in self.edges
            for name in ("uptake_by", "on_behalf_of")
        }
        actors |= {x for c in self.claims.values() for x in (c.said_by, c.read_by)}
        rows = self.rows(ACTORS, {x for x in actors if x.startswith("actor/")})
        self.actors = _named(rows)
        slugs = {str(edge["act"]) for _, _, edge in self.edges if edge.get("act")}
        slugs |= {str(ritual["kind"]) for ritual in self.rituals.values() if ritual.get("kind")}
        own = slugs - set(vocabulary().terms)
        self.terms: dict[str, tuple[str, int | None]] = {
            term: (vocabulary().terms[term].label, vocabulary().terms[term].intensity)
            for term in slugs - own
        }
        for row in self.rows(TERMS, {f"term/{term}" for term in own}):
            self.terms[row["id"][5:]] = (row["label"] or row["id"][5:], row["intensity"])

    def _withdraw(self, elements: Iterable[dict[str, Any]]) -> None:
        """Take one source out of the claims, and tell each element anew by what is left of it."""
        gone = frozenset([self.wanted.without])
        left = {claim_id: claim.without(gone) for claim_id, claim in self.claims.items()}
        touched = {i for i, claim in left.items() if claim is not self.claims[i]}
        self.claims = {i: claim for i, claim in left.items() if claim is not None}
        for element in elements:
            ids = set(element.get("claims") or ())
            if not ids & touched:
                continue
            kept = {i: self.claims[i] for i in sorted(ids) if i in self.claims}
            element["withdrawn"] = not kept
            element["claims"] = list(kept)
            if not kept or "id" not in element:
                continue
            made = project(kept.values(), self.wanted.same)
            again: Any = made.edges.get(element["id"]) or made.nodes.get(element["id"])
            lasting = _LASTING if "type" in element else _LASTING - _DATE
            for name in [n for n in element if n not in lasting]:
                del element[name]
            told = again.properties if again else {}
            element |= {n: v for n, v in told.items() if n not in element}
        self.replies = [row for row in self.replies if not row.get("withdrawn")]
        for by_act in (self.replies_to, self.replies_by):
            for rows in by_act.values():
                rows[:] = [row for row in rows if not row.get("withdrawn")]

    # What is made of it.

    def kept(self, element: Mapping[str, Any], count: bool = True) -> bool:
        """Whether an element is wanted; if not, it is counted among what was left out."""
        known = [self.claims[c] for c in element.get("claims") or () if c in self.claims]
        why = "by the source withdrawn" if element.get("withdrawn") else self.wanted.why_not(known)
        if why and count:
            self.left_out[why] += 1
        return not why

    def actor(self, actor: str) -> Actor:
        found = self.actors.get(actor)
        return found or Actor(actor, actor.partition("/")[2], "", actor.partition("/")[2])

    def name(self, node: str) -> str:
        """How a voice is called: an actor by name, a work in short."""
        if node.startswith("source/"):
            return self.short(node)
        return self.actor(node).short

    def short(self, source: str) -> str:
        """A work as it is cited in the text."""
        known = self.sources.get(source, {})
        return str(known.get("citation") or source.partition("/")[2])

    def evidence(self, *elements: Mapping[str, Any], only: Callable[[Claim], bool] | None = None
                 ) -> Evidence:  # fmt: skip
        """What some elements rest on, taken together."""
        ids = {c for element in elements for c in element.get("claims") or () if c in self.claims}
        known = {
            c: self.claims[c]
            for c in sorted(ids)
            if (only(self.claims[c]) if only else self.claims[c].predicate != "remark")
        }
        claims = list(known.values())
        rivals = tuple(r for element in elements for r in self.rivals(element))
        speakers = {
            f"actor/{self.sources.get(s, {}).get('speaker', '')}"
            for c in claims for x in c.citations for s in (x.source, x.via)
        }  # fmt: skip
        said = sorted({c.said_by for c in claims if c.said_by})
        grades = [c.confidence for c in claims if c.confidence]
        return Evidence(
            claims=tuple(sorted(known)),
            citation=self.cited(x for c in claims for x in c.citations),
            sources=tuple(
                sorted({s for c in known.values() for x in c.citations for s in (x.source, x.via)}
                       - {""})
            ),
            coders=tuple(sorted({c.coder for c in claims if c.coder})),
            bases=tuple(sorted({c.basis for c in claims if c.basis})),
            confidence=max(grades, key=lambda g: _CONFIDENCE.get(g, 0), default=""),
            said_by=tuple(self.name(x) for x in said),
            own_words=bool(said) and set(said) <= speakers,
            read_by=tuple(self.name(x) for x in sorted({c.read_by for c in claims if c.read_by})),
            as_told=tuple(sorted({c.as_told for c in claims if c.as_told})),
            quotes=tuple(
                dict.fromkeys(x.quote for c in claims for x in c.citations if x.quote)
            ),
            memos=tuple(sorted({c.memo for c in claims if c.memo})),
            machine=bool(claims) and all(c.basis == "machine" for c in claims),
            contested_by=tuple(
                sorted({w for element in elements for w in element.get("contested_by") or ()})
            ),
            disputed=any(
                c.status == "disputed" or any(x.relation == "disputes" for x in c.citations)
                for c in claims
            ),
            rivals=rivals,
        )  # fmt: skip

    def rivals(self, element: Mapping[str, Any]) -> list[Rival]:
        """The values told beside the shown one, each with its citation."""
        found = []
        for name, told in json.loads(element.get("rivals") or "{}").items():
            for other in told[1:]:
                value = other["value"]
                text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
                if name == "date":
                    text = dates.parse(text).show()
                claims = [self.claims[c] for c in other["claims"] if c in self.claims]
                citation = self.cited(x for c in claims for x in c.citations)
                found.append(Rival(name, self.shown(text), citation, tuple(other["claims"])))
        return found

    def shown(self, value: str) -> str:
        """A value as it is printed: the name for an identifier."""
        if re.fullmatch(r"(actor|source)/\S+", value):
            return self.name(value)
        return value

    def cited(self, citations: Iterable[Citation]) -> str:
        """ "Bramsen 2024, 192, 193; 193, citing Reagan 1990, 15": each work named once."""
        places: dict[tuple[str, str, str, str], set[str]] = defaultdict(set)
        for x in citations:
            places[x.relation, x.source, x.via, x.via_locator].add(x.locator)
        order = {"supports": 0, "mentions": 1, "disputes": 2}
        words = {"mentions": "see also ", "disputes": "disputed by "}
        texts: list[str] = []

        def rank(key: tuple[str, str, str, str]) -> tuple[Any, ...]:
            relation, work, via, at = key
            first = min(map(_natural, places[key]))
            return (order.get(relation, 3), self.short(work), work, first, self.short(via), at)

        for key in sorted(places, key=rank):
            relation, work, via, via_at = key
            at = ", ".join(sorted((p for p in places[key] if p), key=_natural))
            text = words.get(relation, "") + citing.where(self.short(work), at)
            if via:
                text += f", citing {citing.where(self.short(via), via_at)}"
            if text not in texts:
                texts.append(text)
        return "; ".join(texts)

    # Putting it together.

    def _build(self, meetings: Mapping[str, dict[str, Any]], parts: Mapping[str, Any]
               ) -> Relationship:  # fmt: skip
        for known in self.present.values():
            known[:] = [item for item in known if self.kept(item[2])]
        exchanges, dominance = self._exchanges()
        acts = self._acts(meetings, exchanges, dominance)
        bonds = self._bonds()
        encounters = []
        homes = set(meetings) | set(acts)
        homes |= {bond.encounter for bond in bonds if bond.encounter}
        bonds_of: dict[str, list[Bond]] = defaultdict(list)
        for bond in bonds:
            bonds_of[bond.encounter].append(bond)
        for home in homes:
            told = bonds_of[home]
            made = self._encounter(home, meetings.get(home), parts, acts.get(home, []), told)
            if made is not None and self._in_window(made):
                encounters.append(made)
        encounters.sort(
            key=lambda e: (
                dates.INF if e.earliest is None else e.earliest,
                dates.INF if e.latest is None else e.latest,
                e.id,
            )
        )
        spaced = _with_gaps(encounters)
        counted, counts = _running(spaced)
        return Relationship(
            a=self.actor(self.a.id),
            b=self.actor(self.b.id),
            encounters=tuple(counted),
            counts=counts,
            bonds=tuple(bonds),
            left_out={k: v for k, v in sorted(self.left_out.items()) if v},
            filters=self.wanted.as_text(),
            sources={k: self.sources[k] for k in sorted(self._used(counted, bonds))},
            by_representatives=self.represented,
        )

    def _used(self, encounters: Iterable[Encounter], bonds: Iterable[Bond]) -> set[str]:
        """The works cited by what is left."""
        found: set[str] = set()
        for encounter in encounters:
            told: list[Any] = [encounter, *encounter.modes, *encounter.presences]
            told += [*encounter.outcomes, *encounter.links, *encounter.bonds]
            for phase in encounter.phases:
                told += [phase, *phase.modes]
            for act in encounter.acts:
                told += [act, *act.exchanges, *act.dominance]
            found |= {s for each in told for s in each.evidence.sources}
        found |= {s for bond in bonds for s in bond.evidence.sources}
        return found & set(self.sources)

    def _direction(self, giver: str, receiver: str, edge: Mapping[str, Any]) -> str:
        """ "ab" where the first side gave it."""
        at, behalf = _home(edge), str(edge.get("on_behalf_of", ""))
        first = self.a.has(giver, at, behalf) and not self.a.has(receiver, at)
        return "ab" if first else "ba"

    def _exchanges(self) -> tuple[dict[str, list[Exchange]], dict[str, list[Dominance]]]:
        """Credits and discredits, and domination, by act ("" where no act is named)."""
        kept = [(x, y, edge) for x, y, edge in self.edges if self.kept(edge)]
        by_id = {edge["id"]: edge for _, _, edge in kept}
        for x, y, edge in kept:
            self.passed_by[str(edge.get("ritual", ""))].append((x, y, edge))
        once: set[tuple[str, ...]] = set()
        exchanges: dict[str, list[Exchange]] = defaultdict(list)
        dominance: dict[str, list[Dominance]] = defaultdict(list)
        for giver, receiver, edge in kept:
            evidence = self.evidence(edge)
            direction = self._direction(giver, receiver, edge)
            ritual = str(edge.get("ritual", ""))
            home = ritual or f"{edge.get('meeting', '')}#{edge['id']}"
            if edge["type"] == "DOMINATES":
                dominance[home].append(
                    Dominance(
                        id=edge["id"], by=self.actor(giver), over=self.actor(receiver),
                        direction=direction, result=edge.get("result", ""),
                        intent=edge.get("intent", ""),
                        on_behalf_of=self._actor_or_none(edge.get("on_behalf_of")),
                        evidence=evidence,
                    )
                )  # fmt: skip
                continue
            act = str(edge.get("act", ""))
            label, intensity = self.terms.get(act, (act.replace("-", " "), None))
            performance = edge.get("performance") or self.rituals.get(ritual, {}).get(
                "performance", ""
            )
            rivals = [by_id[e] for e in edge.get("rival_edges") or () if e in by_id]
            told = json.loads(edge.get("rivals") or "{}")
            counted = not rivals or _leads(edge, rivals)
            # What two of one side do together is one act of that side.
            key = (home, direction, edge["type"], act)
            counted = counted and key not in once
            once.add(key)
            exchanges[home].append(
                Exchange(
                    id=edge["id"], sign=edge["type"].lower(), giver=self.actor(giver),
                    receiver=self.actor(receiver), direction=direction, act=act, label=label,
                    intensity=edge.get("intensity", intensity), intent=edge.get("intent", ""),
                    uptake=edge.get("uptake", ""),
                    uptake_by=self._actor_or_none(edge.get("uptake_by")),
                    uptake_public=edge.get("uptake_public", ""), performance=performance,
                    on_behalf_of=self._actor_or_none(edge.get("on_behalf_of")),
                    weight=0 if performance == "suppressed" or edge.get("uptake") == "refused"
                    else 1,
                    in_doubt=bool(rivals) or evidence.disputed or "performance" in told,
                    counted=counted,
                    answer=self._answer(edge, ritual, direction, giver, receiver),
                    evidence=evidence,
                )
            )  # fmt: skip
        return exchanges, dominance

    def _actor_or_none(self, actor: str | None) -> Actor | None:
        return self.actor(actor) if actor else None

    def _answer(
        self, edge: Mapping[str, Any], ritual: str, direction: str, giver: str, receiver: str
    ) -> str:
        """How a credit or discredit was answered; see Exchange."""
        uptake = str(edge.get("uptake", ""))
        if uptake not in _UNTOLD and uptake != "unanswered":
            return uptake
        if not ritual:
            return uptake if uptake == "unanswered" else ""
        doers = {actor for actor, part, _ in self.doers[ritual] if part in ("initiator", "joint")}
        if receiver in doers and giver in doers:
            return "joint"
        other = self.b if direction == "ab" else self.a
        ignored = False
        seen = {ritual}
        frontier = [ritual]
        while frontier:
            at = frontier.pop()
            for row in self.replies_to[at]:
                if row["reply"] in seen:
                    continue
                home = self.staged.get(row["reply"], {}).get("meeting") or _case_of(row["reply"])
                theirs = any(
                    actor == receiver or other.has(actor, home, str(p.get("on_behalf_of", "")))
                    for actor, part, p in self.doers[row["reply"]]
                    if part in ("initiator", "joint")
                )
                if row["how"] == "ignores":
                    ignored = ignored or theirs
                    continue
                if theirs:
                    return "reply"
                seen.add(row["reply"])
                frontier.append(row["reply"])
        if uptake == "unanswered":
            return uptake
        if edge["type"] == "CREDIT" and self._returns(ritual, direction):
            return "return"
        return "ignored" if ignored else ""

    def _returns(self, ritual: str, direction: str) -> bool:
        """Whether the act directly answers one by which the other side gave credit."""
        return any(
            edge["type"] == "CREDIT" and self._direction(giver, receiver, edge) != direction
            for row in self.replies_by[ritual]
            for giver, receiver, edge in self.passed_by[row["to"]]
        )

    def _sides_of(self, ritual: str) -> tuple[set[str], set[str], set[str], set[str]]:
        """Doers and recipients of an act, on the first side and on the second."""
        home = self.staged.get(ritual, {}).get("meeting") or _case_of(ritual)
        found: tuple[set[str], ...] = (set(), set(), set(), set())
        for actor, part, edge in self.doers[ritual]:
            behalf = str(edge.get("on_behalf_of", ""))
            does = part in ("initiator", "joint")
            if self.a.has(actor, home, behalf if does else ""):
                found[0 if does else 2].add(actor)
            if self.b.has(actor, home, behalf if does else ""):
                found[1 if does else 3].add(actor)
        return found[0], found[1], found[2], found[3]

    def _between(self, passed: Iterable[str]) -> set[str]:
        """The acts between the two: one did it and the other received it or did it too, a credit
        passed by it, or it answers an act of the other or is answered by one."""
        found = set(passed)
        by: dict[str, str] = {}
        for ritual in self.rituals:
            a_does, b_does, a_gets, b_gets = self._sides_of(ritual)
            if (a_does and (b_does or b_gets)) or (b_does and a_gets):
                found.add(ritual)
            if bool(a_does) != bool(b_does):
                by[ritual] = "a" if a_does else "b"
        if self.represented:  # both states as such: their own chain, not that of representatives
            found = {r for r in found if r in passed or not self._own(r)}
        for row in self.replies:
            sides = {by.get(row["reply"], ""), by.get(row["to"], "")}
            if sides == {"a", "b"}:
                found |= {row["reply"], row["to"]}
        return found

    def _own(self, ritual: str) -> bool:
        actors = {actor for actor, _, _ in self.doers[ritual]}
        return actors <= {self.a.id, self.b.id}

    def _acts(
        self,
        meetings: Mapping[str, Any],
        exchanges: Mapping[str, list[Exchange]],
        dominance: Mapping[str, list[Dominance]],
    ) -> dict[str, list[Act]]:
        """The acts by encounter ("" or the act's own case where it is in none)."""
        found: dict[str, list[Act]] = defaultdict(list)
        by_id = {edge["id"]: edge for _, _, edge in self.edges}
        passed = {h for h in (*exchanges, *dominance) if "#" not in h and h in self.rituals}
        for ritual in self._between(passed):
            node = self.rituals[ritual]
            if not self.kept(node):
                continue
            where = self.staged.get(ritual, {})
            home = where.get("meeting") or _case_of(ritual)
            outside = not where.get("meeting")
            told = self.doers[ritual]
            kind = str(node.get("kind", ""))
            order = where.get("place")
            whole = str(node.get("part_of", ""))
            found[home].append(
                Act(
                    id=ritual,
                    what=str(node.get("title", "")),
                    kind=kind,
                    label=self.terms.get(kind, (kind.replace("-", " "), None))[0],
                    by=self._people(told, ("initiator", "joint")),
                    to=self._people(told, ("recipient", "refused")),
                    encounter="" if outside else home,
                    phase=where.get("phase") or "",
                    order=node.get("order") if order is None else order,
                    outside=outside,
                    date=str(node.get("date", "")),
                    when=dates.parse(node["date"]).show() if node.get("date") else "",
                    duration=str(node.get("duration", "")),
                    performance=str(node.get("performance", "")),
                    part_of=whole,
                    replies=self._replies_of(ritual),
                    exchanges=tuple(sorted(exchanges.get(ritual, ()), key=_exchange_order)),
                    dominance=tuple(dominance.get(ritual, ())),
                    seconds=node.get("seconds"),
                    seconds_how=str(node.get("seconds_how", "")),
                    in_total=bool(node.get("in_total")),
                    evidence=self.evidence(node, *(edge for _, _, edge in told)),
                )
            )
        for at in sorted({*exchanges, *dominance}):
            if at in self.rituals and "#" not in at:
                continue
            made = list(exchanges.get(at, ()))
            over = list(dominance.get(at, ()))
            home = at.partition("#")[0] if "#" in at else _case_of(at)
            first: Exchange | Dominance = made[0] if made else over[0]
            edge = by_id[first.id]
            found[home].append(
                Act(
                    id=first.id, what="", by=(made[0].giver if made else over[0].by,),
                    to=(made[0].receiver if made else over[0].over,), encounter=home,
                    phase=str(edge.get("phase", "")), order=edge.get("order"), outside=not home,
                    exchanges=tuple(made), dominance=tuple(over), evidence=first.evidence,
                )
            )  # fmt: skip
        for acts in found.values():
            acts.sort(key=lambda act: (act.order is None, act.order or 0, act.id))
        return found

    def _people(self, told: Iterable[tuple[str, str, Any]], parts: tuple[str, ...]
                ) -> tuple[Actor, ...]:  # fmt: skip
        """Who had such a part, those of the pair first."""
        actors = {actor for actor, part, _ in told if part in parts}

        def side(actor: str) -> int:
            if actor == self.a.id or actor in self.a.members:
                return 0
            return 1 if actor == self.b.id or actor in self.b.members else 2

        return tuple(self.actor(x) for x in sorted(actors, key=lambda x: (side(x), x)))

    def _replies_of(self, ritual: str) -> tuple[Reply, ...]:
        found = []
        for row in self.replies_by[ritual]:
            if row["to"] in self.rituals:
                kind = str(self.rituals[row["to"]].get("kind", ""))
                label = self.terms.get(kind, ("", None))[0]
                if not label or "," in label or "oneself" in label:  # no noun to speak of
                    label = kind.replace("-", " ") or "act"
                by = self._people(self.doers[row["to"]], ("initiator", "joint"))
                found.append(Reply(row["to"], row["how"] or "", label, by))

        def place(reply: Reply) -> tuple[int, str]:
            return (self.staged.get(reply.to, {}).get("place") or 0, reply.to)

        return tuple(sorted(found, key=place))

    def _bonds(self) -> list[Bond]:
        return [
            Bond(
                id=edge["id"], kind=edge.get("kind", ""), change=edge.get("change", ""),
                encounter=str(edge.get("meeting", "")), share=str(edge.get("share", "")),
                n=edge.get("n"), evidence=self.evidence(edge),
            )
            for edge in sorted(self.bonds, key=lambda e: str(e["id"]))
            if self.kept(edge)
        ]  # fmt: skip

    def _modes(self, node: str, parts: Mapping[str, Any]) -> tuple[Mode, ...]:
        found = []
        for row in parts["modes"].get(node, ()):
            pair = row["s"].get("between") or []
            sides = [any(s.has(x, _case_of(node)) for x in pair) for s in (self.a, self.b)]
            if (pair and not all(sides)) or not self.kept(row["s"], count=False):
                continue
            degree = str(row["s"].get("degree", ""))
            found.append(Mode(row["term"][5:], degree, self.evidence(row["s"])))
        return tuple(sorted(found, key=lambda m: (_DEGREES.get(m.degree, 0), m.mode)))

    def _encounter(
        self,
        home: str,
        row: Mapping[str, Any] | None,
        parts: Mapping[str, Any],
        acts: list[Act],
        bonds: list[Bond],
    ) -> Encounter | None:
        present = self.present.get(home, [])
        both = {name for name, _, _ in present} == {"a", "b"}
        if not (acts or bonds or both):
            return None
        if row is None:  # acts in no encounter: letters, remarks to the press
            dated = [act.date for act in acts if act.date]
            joined = dates.parse(dated[0]) if dated else None
            return Encounter(
                id=home, title="", scope="outside", present=False, acts=tuple(acts),
                bonds=tuple(bonds), date=joined.text if joined else "",
                when=joined.show() if joined else "",
                earliest=joined.earliest if joined else None,
                latest=joined.latest if joined else None,
                starts_by=joined.starts_by if joined else None,
                ends_from=joined.ends_from if joined else None,
            )  # fmt: skip
        node = row["m"]
        phases = []
        used = {act.phase for act in acts}
        for told in parts["phases"].get(home, ()):
            phase = told["p"]
            who = [row["actor"] for row in parts["present"].get(phase["id"], ())]
            here = all(any(side.has(x, home) for x in who) for side in (self.a, self.b))
            if who and not here and phase["id"] not in used:
                continue
            phases.append(
                Phase(
                    id=phase["id"], title=str(phase.get("title", "")), order=told["place"] or 0,
                    stage=str(phase.get("stage", "")), duration=str(phase.get("duration", "")),
                    seconds=phase.get("seconds"), seconds_how=phase.get("seconds_how", ""),
                    in_total=bool(phase.get("in_total")), modes=self._modes(phase["id"], parts),
                    evidence=self.evidence(phase),
                )
            )  # fmt: skip
        shown = [home, *(p.id for p in phases), *(act.id for act in acts)]
        outcomes: dict[str, Outcome] = {}
        for told in (row for node_id in shown for row in parts["outcomes"].get(node_id, ())):
            if self.kept(told["e"], count=False):
                outcome = told["o"]
                outcomes[outcome["id"]] = Outcome(
                    id=outcome["id"], title=str(outcome.get("title", "")),
                    kind=str(outcome.get("kind", "")),
                    when=dates.parse(outcome["date"]).show() if outcome.get("date") else "",
                    evidence=self.evidence(told["e"], outcome),
                )  # fmt: skip
        bounds = {k: node.get(k) for k in ("earliest", "latest", "starts_by", "ends_from")}
        return Encounter(
            id=home,
            title=str(node.get("title", home)),
            scope=str(node.get("scope", "encounter")),
            present=both,
            date=str(node.get("date", "")),
            when=dates.parse(node["date"]).show() if node.get("date") else "",
            place=row["place"] or "",
            part_of=row["whole"] or "",
            format=str(node.get("format", "")),
            channel=str(node.get("channel", "")),
            stage=str(node.get("stage", "")),
            modes=self._modes(home, parts),
            presences=self._presences(present),
            phases=tuple(sorted(phases, key=lambda p: (p.order, p.id))),
            acts=tuple(acts),
            bonds=tuple(bonds),
            outcomes=tuple(outcomes[key] for key in sorted(outcomes)),
            links=tuple(self._link(told) for told in parts["links"].get(home, ())),
            evidence=self.evidence(
                *(edge for _, _, edge in present), node, only=lambda c: c.predicate == "took_part"
            )
            if both
            else self.evidence(node, only=lambda c: c.predicate in ("titled", "dated")),
            **bounds,
        )

    def _presences(self, present: Iterable[tuple[str, str, dict[str, Any]]]
                   ) -> tuple[Presence, ...]:  # fmt: skip
        found = []
        for side, actor, edge in present:
            plain = {
                k: str(edge.get(k, ""))
                for k in ("office", "partial", "energy_before", "energy_after", "believed")
            }
            roles = tuple(edge.get("roles") or ())
            evidence = self.evidence(edge)
            found.append(Presence(self.actor(actor), side, roles=roles, evidence=evidence, **plain))
        return tuple(sorted(found, key=lambda p: (p.side, p.actor.id)))

    def _link(self, told: Mapping[str, Any]) -> Link:
        ours = told["start"] == told["meeting"]
        words = ("follows", "followed-by") if told["type"] == "FOLLOWS_SCRIPT" else (
            "answers", "answered-by")  # fmt: skip
        when = dates.parse(told["date"]).show() if told["date"] else ""
        return Link(
            words[0] if ours else words[1], told["other"], told["title"] or told["other"], when,
            self.evidence(told["e"]),
        )  # fmt: skip

    def _in_window(self, encounter: Encounter) -> bool:
        if not (self.wanted.from_ or self.wanted.to):
            return True
        if not encounter.date:
            self.left_out["encounters without a date"] += 1
            return False
        date = dates.parse(encounter.date)
        if dates.within(date, self.wanted.from_, self.wanted.to) == "no":
            self.left_out["encounters outside the window"] += 1
            return False
        return True


_DEGREES = {"present": 0, "": 0, "partly": 1, "absent": 2}
# What stays of an element that is told by fewer claims: where it is; of an edge, also the date.
_DATE = frozenset({"date", "dates", "earliest", "latest", "starts_by", "ends_from", "marked"})
_LASTING = _DATE | {
    "id", "type", "labels", "about", "claims", "withdrawn", "meeting", "ritual", "phase",
    "part_of", "rival_edges", "scope",
}  # fmt: skip


def _grouped(rows: Iterable[dict[str, Any]], key: str) -> dict[str, list[dict[str, Any]]]:
    """Rows by one of their columns."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[row[key]].append(row)
    return dict(found)


def _of(label: str, query: str) -> str:
    """A query over the nodes of one label; labels cannot be parameters."""
    return query.replace("$LABEL", label)


def _home(edge: Mapping[str, Any]) -> str:
    """The encounter of a credit, or the one in whose file its act stands."""
    return str(edge.get("meeting", "")) or _case_of(str(edge.get("ritual", "")))


def _case_of(node: str) -> str:
    """The encounter in whose file a phase or act stands: ritual/geneva-1985/eyes."""
    kind, _, rest = node.partition("/")
    return node if kind in ("meeting", "") else f"meeting/{rest.partition('/')[0]}"


def _natural(text: str) -> tuple[Any, ...]:
    """A key that puts page 99 before page 192."""
    return tuple((0, int(x), "") if x.isdigit() else (1, 0, x) for x in re.split(r"(\d+)", text))


def _named(rows: Iterable[Mapping[str, Any]]) -> dict[str, Actor]:
    """Actors with the name that sentences use: the words of it that the key is made of
    (reagan: Reagan), else the whole; of a role or group what stands before "of", "in", "who" (the
    Israeli representative). Two that would be called the same keep the whole."""
    short: dict[str, str] = {}
    full: dict[str, tuple[str, str]] = {}
    for row in rows:
        key = row["id"].partition("/")[2]
        name = row["name"] or key
        words = name.split()
        spans = [
            words[i:j] for i in range(len(words)) for j in range(i + 1, len(words) + 1)
        ]  # fmt: skip
        # The article of an Arabic name belongs to the name and not to the key: al-Bashir.
        fit = next(
            (" ".join(x) for x in spans if slug(" ".join(x)).removeprefix("al-") == key), name
        )
        if row["kind"] in ("role", "group", "delegation"):
            head = re.split(r" (?:of|in|at|to|who|for|interviewed) ", fit)[0]
            fit = head if len(head.split()) > 1 else fit
        short[row["id"]], full[row["id"]] = fit, (name, row["kind"] or "")
    called = list(short.values())
    return {
        x: Actor(x, full[x][0], full[x][1], full[x][0] if called.count(s) > 1 else s)
        for x, s in short.items()
    }


def _leads(edge: Mapping[str, Any], rivals: Iterable[Mapping[str, Any]]) -> bool:
    """Whether, of codings that rival each other, this one is counted."""

    def rank(e: Mapping[str, Any]) -> tuple[Any, ...]:
        grade = _CONFIDENCE.get(str(e.get("confidence", "")), 0)
        return (bool(e.get("machine")), grade, e["type"], e["id"])

    return all(rank(edge) < rank(rival) for rival in rivals)


def _exchange_order(exchange: Exchange) -> tuple[str, str, str]:
    return (exchange.direction, exchange.sign, exchange.id)


# -- counting and gaps ----------------------------------------------------------------------------


def _running(encounters: Iterable[Encounter]) -> tuple[list[Encounter], Counts]:
    """The encounters with the running counts after each act, and the counts at the end."""
    tally = {
        f"{sign}s_{way}": [0, 0, 0] for sign in ("credit", "discredit") for way in ("ab", "ba")
    }

    def now() -> Counts:
        return Counts(**{name: Count(*numbers) for name, numbers in tally.items()})

    found = []
    for encounter in encounters:
        acts = []
        for act in encounter.acts:
            for exchange in act.exchanges:
                numbers = tally[f"{exchange.sign}s_{exchange.direction}"]
                if exchange.weight:
                    numbers[0] += exchange.counted
                    numbers[1] += exchange.counted and not exchange.in_doubt
                    numbers[2] += exchange.counted or exchange.in_doubt
            acts.append(replace(act, counts=now()))
        found.append(replace(encounter, acts=tuple(acts)))
    return found, now()


_UNITS = (
    ("year", 365.2425 * 86_400, 2),
    ("month", 30.436875 * 86_400, 2),
    ("day", 86_400, 2),
    ("hour", 3_600, 2),
    ("minute", 60, 1),
)


def _length(seconds: int) -> str:
    """A length of time in its natural unit: "3 hours", "19 months"."""
    for unit, size, least in _UNITS:
        number = seconds / size
        if number >= least or unit == "minute":
            whole = int(number + 0.5)
            return f"{whole} {unit}{'' if whole == 1 else 's'}"
    return ""


def _with_gaps(encounters: Iterable[Encounter]) -> list[Encounter]:
    """Each encounter with how long after the last known one it was, as far as the dates tell."""
    found = []
    last: Encounter | None = None
    for encounter in encounters:
        gap = ""
        if encounter.counts_as_encounter:
            if last is not None:
                gap = _gap(last, encounter)
            last = encounter
        found.append(replace(encounter, gap=gap))
    return found


def _gap(last: Encounter, this: Encounter) -> str:
    bounds = (last.ends_from, last.latest, this.earliest, this.starts_by)
    if any(bound is None or abs(bound) >= dates.INF for bound in bounds):
        return "how long after is not told"
    least, most = this.earliest - last.latest, this.starts_by - last.ends_from  # type: ignore[operator]
    if most <= 0:
        return "at the same time, as far as the dates tell"
    if least <= 0:
        return f"at most {_length(most)} later; the order is not certain"
    low, high = _length(least), _length(most)
    if low == high:
        return f"{low} later"
    number, unit = low.split()
    return f"{number if unit == high.split()[1] else low} to {high} later"


# -- an index, for who wants one ------------------------------------------------------------------

# What intensities 1, 2 and 3 weigh. The intensities are ordinal: any rule that keeps their order
# is as good as another, so an index is shown with what other rules would make of it.
RULES: dict[str, tuple[int, int, int]] = {
    "1-2-3": (1, 2, 3),
    "1-1-1": (1, 1, 1),
    "1-2-4": (1, 2, 4),
}


@dataclass(frozen=True, slots=True)
class Index:
    """Credits less discredits by direction, weighed by intensity.

    rule: how it was weighed, in words. low_*, high_*: over RULES and this rule. unrated: credits
    and discredits without an intensity, weighed as the slightest. stable: whether every rule
    agrees on the sign of each direction and on which of the two is greater.
    """

    rule: str
    ab: int
    ba: int
    low_ab: int
    high_ab: int
    low_ba: int
    high_ba: int
    unrated: int
    stable: bool


def weighted(made: Relationship, rule: str = "1-2-3") -> Index:
    """An index of the relationship by `rule`: what intensities 1, 2 and 3 weigh ("1-2-3").

    The intensity is the claim's, else the default of the act's term. What is held back, refused,
    or rivalled by a coding that leads weighs nothing. QueryError where the rule is none.
    """
    weights = RULES.get(rule) or _rule(rule)
    passed = [e for _, e in made.exchanges if e.weight and e.counted]

    def total(scale: Sequence[int], way: str) -> int:
        return sum(
            scale[min(max(e.intensity or 1, 1), 3) - 1] * (1 if e.sign == "credit" else -1)
            for e in passed
            if e.direction == way
        )

    scales = [*RULES.values(), weights]
    ab, ba = ([total(scale, way) for scale in scales] for way in ("ab", "ba"))

    def sign(number: int) -> int:
        return (number > 0) - (number < 0)

    verdicts = {(sign(x), sign(y), sign(x - y)) for x, y in zip(ab, ba, strict=True)}
    return Index(
        rule=f"intensities 1, 2, 3 weigh {', '.join(map(str, weights))}; credits less discredits",
        ab=total(weights, "ab"),
        ba=total(weights, "ba"),
        low_ab=min(ab), high_ab=max(ab), low_ba=min(ba), high_ba=max(ba),
        unrated=sum(1 for e in passed if e.intensity is None),
        stable=len(verdicts) == 1,
    )  # fmt: skip


def _rule(text: str) -> tuple[int, int, int]:
    numbers = [int(x) for x in re.findall(r"\d+", text)]
    if len(numbers) != 3 or sorted(numbers) != numbers or numbers[0] < 0:
        raise QueryError(f"'{text}' is no rule; write three numbers that do not fall, as 1-2-3")
    return numbers[0], numbers[1], numbers[2]
