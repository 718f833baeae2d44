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
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from visavis.graph.connect import Graph
from visavis.graph.write import read_state
from visavis.queries.find import one, period
from visavis.queries.pair import (
    ACTORS,
    CONFIDENCE,
    Pair,
    Side,
    Wanted,
    case_of,
    home_of,
    representatives,
)
from visavis.queries.told import (
    Act,
    Actor,
    Bond,
    Count,
    Counts,
    Dominance,
    Encounter,
    Exchange,
    Link,
    Mode,
    Outcome,
    Phase,
    Presence,
    Relationship,
    Reply,
)
from visavis.schema import dates
from visavis.schema.errors import QueryError

__all__ = ["relationship"]

_UNTOLD = frozenset({"", "unclear", "not-observable"})
_COLLECTIVE = frozenset({"state", "organisation", "delegation"})
_DEGREES = {"present": 0, "": 0, "partly": 1, "absent": 2}


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
    most: int | None = None,
) -> Relationship:
    """The chain of the actors `a` and `b`, named as people type them (see `find.one`).

    from_, to: a window of EDTF dates; what may lie within it is kept, what has no date is not.
    leads: with machine-coded rows. coder, source: only what that coder coded, what rests on that
    source (opened, or cited there). confidence: "high" leaves out what is told to be of medium or
    low confidence, "medium" what is told to be of low; coders say it where they have a doubt.
    basis: only claims of these kinds of evidence (document, video, ...); all where none is named.
    without: the chain as it would be if this source had never been there, opened or cited.
    most: of more encounters only so many are read, the latest; `left_out` counts the others.

    NotFoundError where an actor is not in the graph, QueryError where a and b are the same, or a
    date is none.
    """
    if confidence not in (None, *CONFIDENCE):
        raise QueryError(f"confidence '{confidence}' is none; write high, medium or low")
    a, b = one(graph, "actor", a), one(graph, "actor", b)
    if a == b:
        raise QueryError("a relationship is between two; name another actor")
    found = {row["id"]: row for row in graph.rows(ACTORS, {"ids": [a, b]})}
    same = read_state(graph)["same"]
    work, gone = ((x if "/" in x else f"source/{x}") if x else "" for x in (source, without))
    first, last = period(from_, to)
    wanted = Wanted(
        from_=first,
        to=last,
        leads=leads,
        coder=coder or "",
        source=same.get(work, work),
        confidence=confidence or "",
        basis=tuple(sorted(basis)),
        without=same.get(gone, gone),
        same=same,
        most=most,
    )
    made = _Chain(Pair(graph, Side(a), Side(b), wanted)).build()
    if all(found[each]["kind"] in _COLLECTIVE for each in (a, b)):
        sides = [representatives(graph, each) for each in (a, b)]
        represented = _Chain(Pair(graph, sides[0], sides[1], wanted, represented=True)).build()
        made = replace(
            made,
            represented=represented,
            sources={**made.sources, **represented.sources},
        )
    return made


# -- putting it together --------------------------------------------------------------------------


class _Chain:
    """Puts the chain of a pair together. One use."""

    def __init__(self, pair: Pair) -> None:
        self.pair = pair
        self.passed_by: dict[str, list[tuple[str, str, dict[str, Any]]]] = defaultdict(list)

    def build(self) -> Relationship:
        meetings, parts = self.pair.meetings, self.pair.parts
        for known in self.pair.present.values():
            known[:] = [item for item in known if self.pair.kept(item[2])]
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
            a=self.pair.actor(self.pair.a.id),
            b=self.pair.actor(self.pair.b.id),
            encounters=tuple(counted),
            counts=counts,
            bonds=tuple(bonds),
            left_out={k: v for k, v in sorted(self.pair.left_out.items()) if v},
            filters=self.pair.wanted.as_text(),
            sources={k: self.pair.sources[k] for k in sorted(self._used(counted, bonds))},
            by_representatives=self.pair.represented,
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
        return found & set(self.pair.sources)

    def _direction(self, giver: str, receiver: str, edge: Mapping[str, Any]) -> str:
        """ "ab" where the first side gave it."""
        at, behalf = home_of(edge), str(edge.get("on_behalf_of", ""))
        first = self.pair.a.has(giver, at, behalf) and not self.pair.a.has(receiver, at)
        return "ab" if first else "ba"

    def _exchanges(self) -> tuple[dict[str, list[Exchange]], dict[str, list[Dominance]]]:
        """Credits and discredits, and domination, by act ("" where no act is named)."""
        kept = [(x, y, edge) for x, y, edge in self.pair.edges if self.pair.kept(edge)]
        by_id = {edge["id"]: edge for _, _, edge in kept}
        for x, y, edge in kept:
            self.passed_by[str(edge.get("ritual", ""))].append((x, y, edge))
        once: set[tuple[str, ...]] = set()
        exchanges: dict[str, list[Exchange]] = defaultdict(list)
        dominance: dict[str, list[Dominance]] = defaultdict(list)
        for giver, receiver, edge in kept:
            evidence = self.pair.evidence(edge)
            direction = self._direction(giver, receiver, edge)
            ritual = str(edge.get("ritual", ""))
            home = ritual or f"{edge.get('meeting', '')}#{edge['id']}"
            if edge["type"] == "DOMINATES":
                dominance[home].append(
                    Dominance(
                        id=edge["id"], by=self.pair.actor(giver), over=self.pair.actor(receiver),
                        direction=direction, result=edge.get("result", ""),
                        intent=edge.get("intent", ""),
                        on_behalf_of=self._actor_or_none(edge.get("on_behalf_of")),
                        evidence=evidence,
                    )
                )  # fmt: skip
                continue
            act = str(edge.get("act", ""))
            label, intensity = self.pair.terms.get(act, (act.replace("-", " "), None))
            performance = edge.get("performance") or self.pair.rituals.get(ritual, {}).get(
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
                    id=edge["id"], sign=edge["type"].lower(), giver=self.pair.actor(giver),
                    receiver=self.pair.actor(receiver), direction=direction, act=act, label=label,
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
        return self.pair.actor(actor) if actor else None

    def _answer(
        self, edge: Mapping[str, Any], ritual: str, direction: str, giver: str, receiver: str
    ) -> str:
        """How a credit or discredit was answered; see Exchange."""
        uptake = str(edge.get("uptake", ""))
        if uptake not in _UNTOLD and uptake != "unanswered":
            return uptake
        if not ritual:
            return uptake if uptake == "unanswered" else ""
        doers = {
            actor for actor, part, _ in self.pair.doers[ritual] if part in ("initiator", "joint")
        }
        if receiver in doers and giver in doers:
            return "joint"
        other = self.pair.b if direction == "ab" else self.pair.a
        ignored = False
        seen = {ritual}
        frontier = [ritual]
        while frontier:
            at = frontier.pop()
            for row in self.pair.replies_to[at]:
                if row["reply"] in seen:
                    continue
                home = self.pair.staged.get(row["reply"], {}).get("meeting") or case_of(
                    row["reply"]
                )
                theirs = any(
                    actor == receiver or other.has(actor, home, str(p.get("on_behalf_of", "")))
                    for actor, part, p in self.pair.doers[row["reply"]]
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
            for row in self.pair.replies_by[ritual]
            for giver, receiver, edge in self.passed_by[row["to"]]
        )

    def _sides_of(self, ritual: str) -> tuple[set[str], set[str], set[str], set[str]]:
        """Doers and recipients of an act, on the first side and on the second."""
        home = self.pair.staged.get(ritual, {}).get("meeting") or case_of(ritual)
        found: tuple[set[str], ...] = (set(), set(), set(), set())
        for actor, part, edge in self.pair.doers[ritual]:
            behalf = str(edge.get("on_behalf_of", ""))
            does = part in ("initiator", "joint")
            if self.pair.a.has(actor, home, behalf if does else ""):
                found[0 if does else 2].add(actor)
            if self.pair.b.has(actor, home, behalf if does else ""):
                found[1 if does else 3].add(actor)
        return found[0], found[1], found[2], found[3]

    def _between(self, passed: Iterable[str]) -> set[str]:
        """The acts between the two: one did it and the other received it or did it too, a credit
        passed by it, or it answers an act of the other or is answered by one."""
        found = set(passed)
        by: dict[str, str] = {}
        for ritual in self.pair.rituals:
            a_does, b_does, a_gets, b_gets = self._sides_of(ritual)
            if (a_does and (b_does or b_gets)) or (b_does and a_gets):
                found.add(ritual)
            if bool(a_does) != bool(b_does):
                by[ritual] = "a" if a_does else "b"
        if self.pair.represented:  # both states as such have a chain of their own
            found = {r for r in found if r in passed or not self._own(r)}
        for row in self.pair.replies:
            sides = {by.get(row["reply"], ""), by.get(row["to"], "")}
            if sides == {"a", "b"}:
                found |= {row["reply"], row["to"]}
        return found

    def _own(self, ritual: str) -> bool:
        actors = {actor for actor, _, _ in self.pair.doers[ritual]}
        return actors <= {self.pair.a.id, self.pair.b.id}

    def _acts(
        self,
        meetings: Mapping[str, Any],
        exchanges: Mapping[str, list[Exchange]],
        dominance: Mapping[str, list[Dominance]],
    ) -> dict[str, list[Act]]:
        """The acts by encounter ("" or the act's own case where it is in none)."""
        found: dict[str, list[Act]] = defaultdict(list)
        by_id = {edge["id"]: edge for _, _, edge in self.pair.edges}
        passed = {h for h in (*exchanges, *dominance) if "#" not in h and h in self.pair.rituals}
        for ritual in self._between(passed):
            node = self.pair.rituals[ritual]
            if not self.pair.kept(node):
                continue
            where = self.pair.staged.get(ritual, {})
            home = where.get("meeting") or case_of(ritual)
            outside = not where.get("meeting")
            told = self.pair.doers[ritual]
            kind = str(node.get("kind", ""))
            order = where.get("place")
            whole = str(node.get("part_of", ""))
            found[home].append(
                Act(
                    id=ritual,
                    what=str(node.get("title", "")),
                    kind=kind,
                    label=self.pair.terms.get(kind, (kind.replace("-", " "), None))[0],
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
                    evidence=self.pair.evidence(node, *(edge for _, _, edge in told)),
                )
            )
        for at in sorted({*exchanges, *dominance}):
            if at in self.pair.rituals and "#" not in at:
                continue
            made = list(exchanges.get(at, ()))
            over = list(dominance.get(at, ()))
            home = at.partition("#")[0] if "#" in at else case_of(at)
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
            if actor == self.pair.a.id or actor in self.pair.a.members:
                return 0
            return 1 if actor == self.pair.b.id or actor in self.pair.b.members else 2

        return tuple(self.pair.actor(x) for x in sorted(actors, key=lambda x: (side(x), x)))

    def _replies_of(self, ritual: str) -> tuple[Reply, ...]:
        found = []
        for row in self.pair.replies_by[ritual]:
            if row["to"] in self.pair.rituals:
                kind = str(self.pair.rituals[row["to"]].get("kind", ""))
                label = self.pair.terms.get(kind, ("", None))[0]
                if not label or "," in label or "oneself" in label:  # no noun to speak of
                    label = kind.replace("-", " ") or "act"
                by = self._people(self.pair.doers[row["to"]], ("initiator", "joint"))
                found.append(Reply(row["to"], row["how"] or "", label, by))

        def place(reply: Reply) -> tuple[int, str]:
            return (self.pair.staged.get(reply.to, {}).get("place") or 0, reply.to)

        return tuple(sorted(found, key=place))

    def _bonds(self) -> list[Bond]:
        return [
            Bond(
                id=edge["id"], kind=edge.get("kind", ""), change=edge.get("change", ""),
                encounter=str(edge.get("meeting", "")), share=str(edge.get("share", "")),
                n=edge.get("n"), evidence=self.pair.evidence(edge),
            )
            for edge in sorted(self.pair.bonds, key=lambda e: str(e["id"]))
            if self.pair.kept(edge)
        ]  # fmt: skip

    def _modes(self, node: str, parts: Mapping[str, Any]) -> tuple[Mode, ...]:
        found = []
        for row in parts["modes"].get(node, ()):
            pair = row["s"].get("between") or []
            sides = [any(s.has(x, case_of(node)) for x in pair) for s in (self.pair.a, self.pair.b)]
            if (pair and not all(sides)) or not self.pair.kept(row["s"], count=False):
                continue
            degree = str(row["s"].get("degree", ""))
            found.append(Mode(row["term"][5:], degree, self.pair.evidence(row["s"])))
        return tuple(sorted(found, key=lambda m: (_DEGREES.get(m.degree, 0), m.mode)))

    def _encounter(
        self,
        home: str,
        row: Mapping[str, Any] | None,
        parts: Mapping[str, Any],
        acts: list[Act],
        bonds: list[Bond],
    ) -> Encounter | None:
        present = self.pair.present.get(home, [])
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
            here = all(any(side.has(x, home) for x in who) for side in (self.pair.a, self.pair.b))
            if who and not here and phase["id"] not in used:
                continue
            phases.append(
                Phase(
                    id=phase["id"], title=str(phase.get("title", "")), order=told["place"] or 0,
                    stage=str(phase.get("stage", "")), duration=str(phase.get("duration", "")),
                    seconds=phase.get("seconds"), seconds_how=phase.get("seconds_how", ""),
                    in_total=bool(phase.get("in_total")), modes=self._modes(phase["id"], parts),
                    evidence=self.pair.evidence(phase),
                )
            )  # fmt: skip
        shown = [home, *(p.id for p in phases), *(act.id for act in acts)]
        outcomes: dict[str, Outcome] = {}
        for told in (row for node_id in shown for row in parts["outcomes"].get(node_id, ())):
            if self.pair.kept(told["e"], count=False):
                outcome = told["o"]
                outcomes[outcome["id"]] = Outcome(
                    id=outcome["id"], title=str(outcome.get("title", "")),
                    kind=str(outcome.get("kind", "")),
                    when=dates.parse(outcome["date"]).show() if outcome.get("date") else "",
                    evidence=self.pair.evidence(told["e"], outcome),
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
            evidence=self.pair.evidence(
                *(edge for _, _, edge in present), node, only=lambda c: c.predicate == "took_part"
            )
            if both
            else self.pair.evidence(node, only=lambda c: c.predicate in ("titled", "dated")),
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
            evidence = self.pair.evidence(edge)
            found.append(
                Presence(self.pair.actor(actor), side, roles=roles, evidence=evidence, **plain)
            )
        return tuple(sorted(found, key=lambda p: (p.side, p.actor.id)))

    def _link(self, told: Mapping[str, Any]) -> Link:
        ours = told["start"] == told["meeting"]
        words = ("follows", "followed-by") if told["type"] == "FOLLOWS_SCRIPT" else (
            "answers", "answered-by")  # fmt: skip
        when = dates.parse(told["date"]).show() if told["date"] else ""
        return Link(
            words[0] if ours else words[1], told["other"], told["title"] or told["other"], when,
            self.pair.evidence(told["e"]),
        )  # fmt: skip

    def _in_window(self, encounter: Encounter) -> bool:
        why = self.pair.wanted.outside(encounter.date)
        self.pair.left_out[why] += bool(why)
        return not why


def _leads(edge: Mapping[str, Any], rivals: Iterable[Mapping[str, Any]]) -> bool:
    """Whether, of codings that rival each other, this one is counted."""

    def rank(e: Mapping[str, Any]) -> tuple[Any, ...]:
        grade = CONFIDENCE.get(str(e.get("confidence", "")), 0)
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
