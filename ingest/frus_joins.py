"""One person in several volumes: what is certain, and what is only suggested.

A join is a judgement of identity (ingest/judgements.py), taken back by `visavis undo`. Certain are
only persons of lists of persons, whose offices are printed; others (known from a list of those
present, or from a case) are suggested where their full names agree. `cards` and `persons_of` make
the cards, from readings or from the graph; all else is pure.
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from rapidfuzz import fuzz

from visavis.ingest.frus_persons import (
    LITTLE,
    SUFFIX,
    Office,
    Person,
    given_names,
    listed_person,
    names_agree,
    sound_of,
    squash,
)
from visavis.ingest.frus_states import (
    ADJECTIVE_PATTERN,
    ADJECTIVES,
    NOUN_PATTERN,
    NOUNS,
    plain_words,
)
from visavis.schema.claims import Claim

if TYPE_CHECKING:
    from visavis.graph.connect import Graph
    from visavis.ingest.judgements import Judgements

__all__ = [
    "Card",
    "Join",
    "Suggestion",
    "cards",
    "certain_joins",
    "may_join",
    "persons_of",
    "standing_joins",
    "suggestions",
]

_STATE_WORDS = re.compile(rf"\b({NOUN_PATTERN}|{ADJECTIVE_PATTERN})\b")
_KIN = re.compile(r"(?:wife|widow|husband|son|daughter|brother|sister) of\b")
_VOLUME = re.compile(r"actor/(frus\d+(?:-\d+)?[a-z0-9]*)-(.+)")
_LISTED = re.compile(r"p-[a-z]")  # how the editions call whom their lists of persons have


@dataclass(frozen=True, slots=True)
class Card:
    """A person of one volume, or of the cases, as a judgement of identity needs it.

    printed: the name as the list of persons has it, "" for those who are in none. role: the words
    that follow it there. volume: "" for the cases. states: whom they serve, as far as is told.
    """

    actor: str
    name: str
    printed: str
    role: str
    volume: str
    states: tuple[str, ...] = ()

    @property
    def person(self) -> Person:
        """Name and offices taken apart."""
        if not self.printed:
            *given, surname = SUFFIX.sub("", self.name).split() or [""]
            state = self.states[0] if len(self.states) == 1 else ""
            return Person(
                self.actor, self.name, "", squash(surname), given_names(" ".join(given)),
                state=state,
            )  # fmt: skip
        reference = self.actor.removeprefix(f"actor/{self.volume}-")
        return replace(
            listed_person(reference, self.printed, self.role, self.volume), actor=self.actor
        )


@dataclass(frozen=True, slots=True)
class Join:
    """Actors that are certainly one person, the one to show first, and why."""

    same: tuple[str, ...]
    why: str

    def as_judgement(self) -> dict[str, Any]:
        """The line of judgements.yaml, without who judged and when."""
        return {"same": list(self.same), "why": self.why}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Two actors who may be one person; `score` is "very likely", "likely" or "possible"."""

    one: str
    other: str
    score: str
    why: str


def cards(readings: Iterable[Any]) -> list[Card]:
    """The persons of the lists of several volumes, from their readings (`...#persons`)."""
    found: list[Card] = []
    for reading in readings:
        if reading.kind != "frus-persons":
            continue
        told: dict[str, dict[str, Claim]] = defaultdict(dict)
        for claim in reading.claims:
            if claim.predicate in ("named", "remark"):
                told[claim.subject].setdefault(claim.predicate, claim)
        for actor, claims in told.items():
            named = claims.get("named")
            if named is None:
                continue
            volume = named.citations[0].source.removeprefix("source/")
            role = claims["remark"].value if "remark" in claims else ""
            found.append(Card(actor, named.value, named.as_told, role, volume))
    return found


def persons_of(graph: Graph) -> list[Card]:
    """All persons that the graph knows by a full name, as cards."""
    states: dict[str, set[str]] = defaultdict(set)
    for row in graph.rows(
        "MATCH (a:Actor)-[r:REPRESENTS]->(s:Actor) WHERE a.kind = 'person' "
        "RETURN DISTINCT coalesce(r.coded, a.id) AS id, s.id AS state"
    ):
        states[row["id"]].add(row["state"].removeprefix("actor/"))
    found: list[Card] = []
    for row in graph.rows(
        "MATCH (a:Actor) WHERE a.kind = 'person' AND a.name IS NOT NULL "
        "RETURN a.id AS id, a.name AS name, a.also_named AS also, a.remarks AS remarks ORDER BY id"
    ):
        told = _VOLUME.fullmatch(row["id"])
        volume, reference = told.groups() if told else ("", "")
        printed = ""
        if _LISTED.match(reference):
            # The list prints the surname first; where that is the name itself, nothing else is.
            names = [row["name"], *(row["also"] or ())]
            printed = next((n for n in names if "," in SUFFIX.sub("", n)), row["name"])
        elif " " not in row["name"].strip():
            continue
        role = "; ".join(row["remarks"] or ()) if printed else ""
        found.append(
            Card(row["id"], row["name"], printed, role, volume, tuple(sorted(states[row["id"]])))
        )
    return found


def standing_joins(judged: Judgements) -> list[Join]:
    """Who is judged to be one already."""
    classes: dict[str, list[str]] = defaultdict(list)
    for other, first in sorted(judged.same.items()):
        classes[first].append(other)
    return [Join((first, *others), "judged") for first, others in sorted(classes.items())]


def _full(a: Person, b: Person) -> bool:
    """Whether two names are the same in full: a whole given name each, nothing that differs."""
    if a.surname != b.surname or bool(a.given) != bool(b.given):
        return False
    if not a.given:  # "Chiang Kai-shek", all of it one
        return " " in a.name and plain_words(a.name) == plain_words(b.name)
    if a.given == b.given and any(len(name) > 2 for name in a.given):  # "W. Averell"
        return True
    if len(a.given[0]) < 2 or len(b.given[0]) < 2 or a.given[0] != b.given[0]:
        return False
    return all(
        one == other or (one[0] == other[0] and 1 in (len(one), len(other)))
        for one, other in zip(a.given[1:], b.given[1:], strict=False)
    )


def _office_words(title: str) -> frozenset[str]:
    """An office in words that do not depend on their order: "Soviet Foreign Minister" and "Foreign
    Minister of the Soviet Union" are one."""
    plain = _STATE_WORDS.sub(lambda m: NOUNS.get(m[1]) or ADJECTIVES[m[1]], plain_words(title))
    return frozenset(plain.split()) - LITTLE


def _shared_office(a: Person, b: Person) -> str:
    """An office that both held at the same time, as printed; "" where there is none."""
    for one in a.offices:
        for other in b.offices:
            apart = (one.end and other.start and one.end[:4] < other.start[:4]) or (
                other.end and one.start and other.end[:4] < one.start[:4]
            )
            left, right = plain_words(one.title), plain_words(other.title)
            alike = _office_words(one.title) == _office_words(other.title) or (
                min(len(left), len(right)) > 12 and fuzz.token_sort_ratio(left, right) >= 88
            )
            if alike and not apart:
                return one.title
    return ""


@dataclass(slots=True)
class _Group:
    """Who is taken for one person. Lists repeat a person in the same words, volume after volume:
    what is compared is each wording once, so that the cost grows with the volumes and no faster."""

    cards: list[Card] = field(default_factory=list)
    volumes: set[str] = field(default_factory=set)
    names: dict[tuple[str, ...], Person] = field(default_factory=dict)
    careers: dict[tuple[Office, ...], Person] = field(default_factory=dict)
    office: str = ""  # that joined the first two

    def add(self, card: Card, person: Person) -> None:
        self.cards.append(card)
        self.volumes.add(card.volume)
        self.names.setdefault(person.given or (person.name,), person)
        self.careers.setdefault(person.offices, person)

    def named(self, person: Person) -> bool:
        """Whether the name is the same in full as all of the group's."""
        return all(_full(person, other) for other in self.names.values())

    def shared(self, person: Person) -> str:
        return next(filter(None, (_shared_office(person, p) for p in self.careers.values())), "")


def certain_joins(persons: Iterable[Card]) -> list[Join]:
    """Who is certainly one person in several volumes: the same full name and an office in common
    that was held at the same time, with nobody of that name besides in either volume.

    Pure; the actor of the volume that sorts first is the one to show. Each is a judgement, and is
    taken back by `visavis undo`.
    """
    namesakes: dict[tuple[str, str], list[tuple[Card, Person]]] = defaultdict(list)
    for card in sorted(set(persons), key=lambda c: c.actor):
        if card.printed:
            person = card.person
            first = person.given[0] if person.given else plain_words(person.name)
            namesakes[person.surname, first].append((card, person))
    joins: list[Join] = []
    for people in namesakes.values():
        groups: list[_Group] = []
        of_volume: dict[str, list[tuple[Person, _Group]]] = defaultdict(list)
        for card, person in people:
            group = None
            for each in groups:
                if card.volume in each.volumes or not each.named(person):
                    continue
                if office := each.shared(person):
                    group = each
                    group.office = group.office or office
                    break
            if group is None:
                group = _Group()
                if person.offices:  # else nothing can be shared
                    groups.append(group)
            group.add(card, person)
            of_volume[card.volume].append((person, group))
        for group in groups:
            rivals = (
                person
                for volume in group.volumes
                for person, other in of_volume[volume]
                if other is not group
            )
            if len(group.cards) > 1 and not any(
                _full(person, one) for person in rivals for one in group.names.values()
            ):
                name = group.cards[0].name
                why = f"the same full name ({name}) and office ({group.office}) at one time"
                joins.append(Join(tuple(card.actor for card in group.cards), why))
    return sorted(joins, key=lambda j: j.same)


def may_join(actors: Iterable[str]) -> bool:
    """Whether two of these stand in the lists of persons of two volumes: whom `certain_joins` might
    join."""
    told = [_VOLUME.fullmatch(actor) for actor in actors]
    return len({m[1] for m in told if m and _LISTED.match(m[2])}) > 1


def suggestions(persons: Iterable[Card], joined: Iterable[Join] = ()) -> list[Suggestion]:
    """Pairs of two volumes who may be one person and are not joined, the likeliest first.

    "very likely": the same full name, and nothing against it. "likely": a name that agrees as far
    as initials go, of the same state. "possible": a surname alone, or another spelling.
    """
    one_of = {actor: join.same[0] for join in joined for actor in join.same}
    blocks: dict[str, list[tuple[Card, Person]]] = defaultdict(list)
    for card in sorted(set(persons), key=lambda c: c.actor):
        person = card.person
        blocks[sound_of(person.surname)].append((card, person))
    found: dict[tuple[str, str], Suggestion] = {}
    ranks = ("very likely", "likely", "possible")
    for block in blocks.values():
        for (a, one), (b, other) in itertools.combinations(block, 2):
            left, right = one_of.get(a.actor, a.actor), one_of.get(b.actor, b.actor)
            listed = bool(a.printed) + bool(b.printed)
            if left == right or (a.volume == b.volume and listed != 1):
                continue
            if listed < 2 and not (one.given and other.given and one.surname == other.surname):
                continue
            if a.volume == b.volume and not _full(one, other):
                continue
            if one.state and other.state and one.state != other.state:
                continue
            if bool(_KIN.match(a.role)) != bool(_KIN.match(b.role)):
                continue  # the wife of one who is printed by his name
            if one.given and other.given and not names_agree(one.given, other.given):
                continue
            spelled = "" if one.surname == other.surname else "; the surname is spelled otherwise"
            same = " " in a.name and plain_words(a.name) == plain_words(b.name)
            if same or _full(one, other):
                where = "one is in no list of persons" if listed else "in no list of persons"
                office = _shared_office(one, other) if listed == 2 else ""
                told = f"both are {office}" if office else "no office in common is told"
                told = told if listed == 2 else where
                score, why = "very likely", f"the same full name; {told}"
            elif one.given and other.given and one.state == other.state:
                score, why = "likely", f"names that agree, of one state{spelled}"
            else:
                score, why = "possible", f"the same surname{spelled}"
            pair = (min(left, right), max(left, right))
            both = ", ".join(f"{c.name} ({c.volume or 'cases'})" for c in (a, b))
            fresh = Suggestion(*pair, score, f"{why}: {both}")
            if pair not in found or ranks.index(score) < ranks.index(found[pair].score):
                found[pair] = fresh
    return sorted(found.values(), key=lambda s: (ranks.index(s.score), s.one, s.other))
