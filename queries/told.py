"""What a relationship chain is told in: encounters, acts, what passed by them, and the evidence.

`relationship.relationship()` makes one; the printed chain, the picture and the dashboard read it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = [
    "Act",
    "Actor",
    "Bond",
    "Count",
    "Counts",
    "Dominance",
    "Encounter",
    "Evidence",
    "Exchange",
    "Link",
    "Mode",
    "Outcome",
    "Phase",
    "Presence",
    "Relationship",
    "Reply",
    "Rival",
    "rival_words",
]

_NO_ANSWER = frozenset({"", "unanswered", "ignored"})


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


def rival_words(rivals: str | None) -> str:
    """The `rivals` of a node or edge in words: "office: general secretary | president"."""
    told = json.loads(rivals) if rivals else {}
    return "; ".join(
        f"{name.replace('_', ' ')}: " + " | ".join(_listed(rival["value"]) for rival in values)
        for name, values in sorted(told.items())
    )


def _listed(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


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
