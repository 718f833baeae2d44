"""What the graph holds of a pair: read in a fixed number of queries, whatever the chain's length.

`Pair(graph, Side(a), Side(b), Wanted())` fetches encounters, acts, what passed, and the claims and
works behind it, and says of each element whether it is wanted and what it rests on. What a chain
makes of it, relationship.py says.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from visavis.graph.connect import Graph
from visavis.queries.told import Actor, Evidence, Rival
from visavis.schema import citing, dates
from visavis.schema.claims import Citation, Claim
from visavis.schema.model import vocabulary
from visavis.schema.project import project
from visavis.schema.text import slug

__all__ = [
    "ACTORS",
    "CONFIDENCE",
    "SOURCES",
    "Pair",
    "Side",
    "Wanted",
    "case_of",
    "home_of",
    "representatives",
]

CONFIDENCE = {"high": 0, "": 0, "medium": 1, "low": 2}  # how far below what is told without doubt
# What stays of an element that is told by fewer claims: where it is; of an edge, also the date.
_DATE = frozenset({"date", "dates", "earliest", "latest", "starts_by", "ends_from", "marked"})
_LASTING = _DATE | {
    "id", "type", "labels", "about", "claims", "withdrawn", "meeting", "ritual", "phase",
    "part_of", "rival_edges", "scope",
}  # fmt: skip


# -- the queries ----------------------------------------------------------------------------------

ACTORS = (
    "UNWIND $ids AS i MATCH (a:Actor {id: i}) "
    "RETURN a.id AS id, a.name AS name, a.kind AS kind ORDER BY id"
)
SHARED = (
    "MATCH (a:Actor {id: $a})-[:TOOK_PART]->(m:Meeting)<-[:TOOK_PART]-(b:Actor {id: $b}) "
    "RETURN DISTINCT m.id AS meeting ORDER BY meeting"
)
WHEN = (
    "UNWIND $ids AS i MATCH (m:Meeting {id: i}) "
    "RETURN m.id AS meeting, m.date AS date, m.earliest AS at ORDER BY meeting"
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
ATTENDED = (
    "UNWIND $ids AS i MATCH (x:Actor {id: i})-[:TOOK_PART]->(m:Meeting) "
    "RETURN DISTINCT x.id AS actor, m.id AS meeting ORDER BY actor, meeting"
)
PARTICIPATIONS = (
    "UNWIND $ids AS i MATCH (m:Meeting {id: i})<-[p:TOOK_PART]-(x:Actor) WHERE x.id IN $who "
    "RETURN x.id AS actor, m.id AS meeting, p ORDER BY meeting, actor, p.id"
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


# -- what is asked for -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wanted:
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
    most: int | None = None  # encounters that are read

    def outside(self, date: str) -> str:
        """Why an encounter of this date is left out by the window; "" if it stays."""
        if not (self.from_ or self.to):
            return ""
        if not date:
            return "encounters without a date"
        out = dates.within(dates.parse(date), self.from_, self.to) == "no"
        return "encounters outside the window" if out else ""

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
                    or CONFIDENCE.get(claim.confidence, 0) <= CONFIDENCE[self.confidence]
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
class Side:
    """One of the two: the actor itself and, where asked, who acts for it in which encounters."""

    id: str
    members: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def has(self, actor: str, meeting: str, behalf: str = "") -> bool:
        """Whether what `actor` did in `meeting` (or on behalf of whom) was done by this side."""
        if actor == self.id or (behalf == self.id and bool(self.members)):
            return True
        return meeting in self.members.get(actor, ())


def representatives(graph: Graph, state: str) -> Side:
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
    for row in graph.rows(ATTENDED, {"ids": sorted(standing | {state})}):
        members[row["actor"]].add(row["meeting"])
    members.setdefault(state, set())
    return Side(state, {actor: frozenset(known) for actor, known in members.items()})


# -- reading --------------------------------------------------------------------------------------


class Pair:
    """All that the graph holds of two sides, read in a fixed number of queries.

    present: participations by encounter, as (side, actor, edge). edges: what passed, as (giver,
    receiver, edge). rituals, doers, staged: acts, who did them, where they stand. meetings, parts:
    the encounters, and phases, modes, links and outcomes by what they are told of. claims,
    sources, actors, terms: what all of it rests on and is called.
    """

    def __init__(
        self, graph: Graph, a: Side, b: Side, wanted: Wanted, represented: bool = False
    ) -> None:
        self.graph = graph
        self.a = a
        self.b = b
        self.wanted = wanted
        self.represented = represented
        self.left_out: dict[str, int] = defaultdict(int)
        self.within: set[str] | None = None  # those that are told, where they were too many
        self.present: dict[str, list[tuple[str, str, dict[str, Any]]]] = defaultdict(list)
        self.edges: list[tuple[str, str, dict[str, Any]]] = []
        self.bonds: list[dict[str, Any]] = []
        self.rituals: dict[str, dict[str, Any]] = {}
        self.doers: dict[str, list[tuple[str, str, dict[str, Any]]]] = defaultdict(list)
        self.replies: list[dict[str, Any]] = []
        self.replies_to: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.replies_by: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.staged: dict[str, dict[str, Any]] = {}
        met = self._met()
        self._what_passed()
        self._who_met(self._latest(met))
        self.meetings = self._meetings()
        self._acts_of(self.meetings)
        self.parts = self._parts(self.meetings)
        self._claims(self.meetings, self.parts)

    def rows(self, query: str, ids: Iterable[str], **more: Any) -> list[dict[str, Any]]:
        """The rows of a query over identifiers; none for none."""
        wanted = sorted(set(ids))
        return self.graph.rows(query, {"ids": wanted, **more}) if wanted else []

    # What is fetched.

    def _met(self) -> set[str]:
        """Encounters at which both sides were present."""
        if self.represented:
            return self._meetings_of(self.a) & self._meetings_of(self.b)
        ends = [self.a.id, self.b.id]
        degree = {
            each: sum(row["n"] for row in self.graph.rows(DEGREE, {"id": each})) for each in ends
        }
        ends.sort(key=lambda each: degree[each])  # begin at the smaller end
        return {row["meeting"] for row in self.graph.rows(SHARED, {"a": ends[0], "b": ends[1]})}

    def _who_met(self, met: Iterable[str]) -> None:
        """The participations of both sides in these encounters."""
        who = sorted({self.a.id, self.b.id, *self.a.members, *self.b.members})
        for row in self.rows(PARTICIPATIONS, met, who=who):
            for name, side in (("a", self.a), ("b", self.b)):
                of_side = row["meeting"] in side.members.get(row["actor"], ())
                if of_side if self.represented else row["actor"] == side.id:
                    self.present[row["meeting"]].append((name, row["actor"], row["p"]))
        for meeting in list(self.present):
            if {name for name, _, _ in self.present[meeting]} != {"a", "b"}:
                del self.present[meeting]

    def _latest(self, met: set[str]) -> set[str]:
        """Of too many encounters the latest in the window; what passed in others is not kept.
        What has no date counts as earlier than all that has one."""
        most = self.wanted.most
        if most is None:
            return met
        if not self.wanted.leads:
            told = [passed for passed in self.edges if not passed[2].get("machine")]
            self.left_out["machine-coded leads"] += len(self.edges) - len(told)
            self.edges = told
        homes = {home_of(edge) for _, _, edge in self.edges} | met
        homes = (homes | {str(bond.get("meeting", "")) for bond in self.bonds}) - {""}
        loose = [passed for passed in self.edges if not home_of(passed[2])]
        if len(homes) <= most and len(loose) <= most:
            return met
        dated = {row["meeting"]: row for row in self.rows(WHEN, homes)}
        inside: list[str] = []
        for home in homes:
            why = self.wanted.outside(str(dated.get(home, {}).get("date") or ""))
            self.left_out[why] += bool(why)
            inside += [] if why else [home]
        inside.sort(key=lambda home: (-_instant(dated.get(home, {}).get("at")), home))
        self.within = set(inside[:most])
        self.left_out["earlier encounters"] += len(inside) - len(self.within)
        loose.sort(key=lambda passed: (-_instant(passed[2].get("earliest")), passed[2]["id"]))
        late = {passed[2]["id"] for passed in loose[:most]}
        kept = [x for x in self.edges if home_of(x[2]) in self.within or x[2]["id"] in late]
        self.left_out["earlier acts"] += len(self.edges) - len(kept)
        self.edges = kept
        self.bonds = [bond for bond in self.bonds if bond.get("meeting", "") in {"", *self.within}]
        return met & self.within

    @staticmethod
    def _meetings_of(side: Side) -> set[str]:
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
                at, behalf = home_of(edge), edge.get("on_behalf_of", "")
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
            acts = {row["id"] for row in shared}
            if self.within is not None:
                acts = {act for act in acts if case_of(act) in self.within}
            self.loose |= acts
        ids |= {row["meeting"] for row in self.rows(STAGED_IN, self.loose)}
        # An act outside any encounter stands in the file of one, and in its order.
        ids |= {case_of(ritual) for ritual in self.loose}
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

    # What is said of it.

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
            confidence=max(grades, key=lambda g: CONFIDENCE.get(g, 0), default=""),
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


def _grouped(rows: Iterable[dict[str, Any]], key: str) -> dict[str, list[dict[str, Any]]]:
    """Rows by one of their columns."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[row[key]].append(row)
    return dict(found)


def _of(label: str, query: str) -> str:
    """A query over the nodes of one label; labels cannot be parameters."""
    return query.replace("$LABEL", label)


def home_of(edge: Mapping[str, Any]) -> str:
    """The encounter of a credit, or the one in whose file its act stands."""
    return str(edge.get("meeting", "")) or case_of(str(edge.get("ritual", "")))


def case_of(node: str) -> str:
    """The encounter in whose file a phase or act stands: ritual/geneva-1985/eyes."""
    kind, _, rest = node.partition("/")
    return node if kind in ("meeting", "") else f"meeting/{rest.partition('/')[0]}"


def _natural(text: str) -> tuple[Any, ...]:
    """A key that puts page 99 before page 192."""
    return tuple((0, int(x), "") if x.isdigit() else (1, 0, x) for x in re.split(r"(\d+)", text))


def _instant(known: Any) -> int:
    """An instant for sorting; what has none is before all others."""
    return -dates.INF if known is None else int(known)


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
