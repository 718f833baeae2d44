"""On whose side each of those present is, and how that is known.

What is told comes first: a header in the list, the office beside the name, the list of persons,
the head or subject that names somebody with his state. Then what the form of the series allows:
who drafted the paper is an American, of two who talk one is, and lists set the sides in blocks.
Where neither tells, the side stays unknown.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from visavis.ingest.frus_persons import FAMILY_FIRST, HONORIFICS, Person, is_holder
from visavis.ingest.frus_present import Present
from visavis.ingest.frus_states import (
    ADJECTIVE_PATTERN,
    ADJECTIVES,
    NOUN_PATTERN,
    NOUNS,
    PRIVATE,
    perhaps_american,
    plain_words,
    state_of,
)

__all__ = ["Context", "Row", "context_of", "sides"]

# One of those present: as printed, the person meant, how found, how sure.
Row = tuple[Present, Person, str, str]
Side = tuple[str, str]  # key of the state, and how it is known where the list does not tell it

BY_PLACE = "; the side by the place in the list"
BY_WORDS = "; the side by the head or the subject"
BY_DRAFT = "; the side as a drafter, for the papers are American"
BY_NAME = "; the side as one who is known to have been Secretary or President"
BY_OTHER = "; the side as the one who is of no other, for the papers are American"

# Titles that no American bears.
_FOREIGN = re.compile(
    r"\b(?:prime minister|premier|foreign minister|foreign secretary|chancellor|king|shah|sir|lord|"
    r"lady|m|mme|madame|herr|signor|monsieur|minister(?! counselor)|ministry|foreign office|"
    r"marshal|"
    r"emperor|prince|sheikh|sultan|bishop)\b"
)
_OFFICE = (
    "prime minister|foreign minister|foreign secretary|minister|premier|vice premier|president|"
    "vice president|chancellor|vice chancellor|king|queen|emperor|shah|prince|crown prince|"
    "secretary|under secretary|deputy|vice|ambassador|charge|charge daffaires|counselor|chairman|"
    "general secretary|secretary general|representative|foreign|general|marshal|leader|commissioner"
)
_OFFICER_OF = re.compile(  # "Mexican Foreign Secretary Emilio Rabasa"
    rf"\b(?P<state>{ADJECTIVE_PATTERN}|{NOUN_PATTERN}) (?:(?:{_OFFICE}) )*(?:{_OFFICE})"
    r"(?P<name>(?: [a-z0-9]+){0,4})$"
)
_OF_STATE = re.compile(  # "President Kenneth Kaunda of Zambia"
    rf"\b(?:{_OFFICE})(?P<name>(?: [a-z0-9]+){{0,4}}) of (?:the )?(?P<state>{NOUN_PATTERN})$"
)
_PHRASE = re.compile(
    r"[,;:()\[\]\"“”]|\.(?=\s|$)|\b(?:and|with|on|at|in|to|from|by|between|re|regarding|concerning|"
    r"call|visit|about|before|after)\b|['’]s?\s",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Context:
    """What a document says of its parties outside the list.

    named: states by a word of the name of those whom the head or a subject names with their state.
    party: the one foreign state whose officers the head or the subjects name, "" for none or more.
    drafters: actors who drafted the paper, and their surnames in plain words.
    """

    named: dict[str, str]
    party: str = ""
    drafters: frozenset[str] = frozenset()


def context_of(texts: Iterable[str], drafters: Iterable[str]) -> Context:
    """What heads and subjects (`texts`) and the drafters of a paper tell of its parties."""
    named: dict[str, str] = {}
    told: set[str] = set()
    for text in texts:
        text = re.sub(r"(?<=\b[A-Z])\.", "", text[:1_000])
        text = re.sub(r"[Pp]eople['’]s", "Peoples", text)
        for phrase in _PHRASE.split(text):
            plain = plain_words(phrase or "")
            for found in (_OFFICER_OF.search(plain), _OF_STATE.search(plain)):
                if found is None:
                    continue
                state = ADJECTIVES.get(found["state"]) or NOUNS[found["state"]]
                told.add(state)
                words = found["name"].split()
                if words:
                    named.setdefault(words[-1], state)
                    if state in FAMILY_FIRST:
                        named.setdefault(words[0], state)
    told.discard("us")
    return Context(named, told.pop() if len(told) == 1 else "", frozenset(drafters))


def _is_foreign(present: Present) -> bool:
    """Whether title or office is one that no American bears."""
    return bool(_FOREIGN.search(plain_words(f"{present.title} {present.function}")))


def _perhaps(row: Row) -> bool:
    """Whether only an office that other states have too makes somebody an American."""
    present, person, way, _ = row
    return (
        bool(present.name) and not (person.listed and person.state) and way != "function"
        and perhaps_american(f"{present.title}, {present.function}")
    )  # fmt: skip


def _drafted(row: Row, drafters: Collection[str]) -> bool:
    """Whether somebody drafted the paper; a surname counts where it is all that is printed."""
    present, person, *_ = row
    name = plain_words(present.name)
    return person.actor in drafters or (not person.listed and name != "" and name in drafters)


def _own(row: Row, context: Context) -> Side:
    """What a row itself tells: header, office, list of persons; else the head or the drafter."""
    present, person, way, _ = row
    titled = present.title and plain_words(present.title) not in HONORIFICS
    own = state_of(f"{present.title}, {present.function}" if titled else present.function)
    if present.side:
        return present.side, ""
    if person.state and (way in ("linked", "function") or not own):
        return person.state, ""
    if own:
        return own, ""
    words = plain_words(present.name).split()
    for word in words[-1:] + words[:1]:  # families stand last, or first
        state = context.named.get(word, "")
        if state and (word == words[-1] or state in FAMILY_FIRST):
            return state, BY_WORDS
    if present.symbol:  # "BA—Mr. Dawson": the departments of others have no symbols
        return "us", ""
    if is_holder(person.name):  # "Dr. Henry A. Kissinger", with nothing beside the name
        return "us", BY_NAME
    if _drafted(row, context.drafters):
        return "us", BY_DRAFT
    if context.party and _is_foreign(present):
        return context.party, BY_WORDS
    return "", ""


def sides(found: Sequence[Row], by_head: bool, context: Context | None = None) -> list[Side]:
    """The side of each, and how it is known ("" where it is not).

    by_head: the people are those of a head, one of either side, and no list.
    """
    context = context or Context({})
    made = [_own(row, context) for row in found]
    if any(present.headed for present, *_ in found):
        made = _between_headers(found, made)
    elif not by_head:
        made = _by_blocks(found, made, context.drafters)
    known = {side for side, _ in made if side}
    if len(known) == 1 and "us" not in known:  # a paper on a talk is an American's
        if not any(present.headed for present, *_ in found):
            strange = [
                (next(iter(known)), BY_PLACE) if not side[0] and _is_foreign(row[0]) else side
                for side, row in zip(made, found, strict=True)
            ]
            made = strange if len(found) > 2 else made
        left = [n for n, side in enumerate(made) if not side[0] and not _is_foreign(found[n][0])]
        if len(left) == 1 and len(found) > 1:
            made[left[0]] = ("us", BY_OTHER)
    return made


def _between_headers(found: Sequence[Row], made: list[Side]) -> list[Side]:
    """Fill up those without a header, where others have one: Americans, then "Venezuela"."""
    whole: list[Side] = []
    for headed, group in itertools.groupby(
        zip(found, made, strict=True), key=lambda one: one[0][0].headed
    ):
        rows = list(group)
        known = {side for _, (side, _) in rows if side}
        for row, side in rows:
            one = next(iter(known)) if len(known) == 1 else ""
            fits = not (one == "us" and _is_foreign(row[0])) and not _private(row)
            whole.append(side if headed or side[0] or not one or not fits else (one, BY_PLACE))
    return whole


def _private(row: Row) -> bool:
    return bool(PRIVATE.search(plain_words(row[0].function)))


def _by_blocks(found: Sequence[Row], made: list[Side], drafters: Collection[str]) -> list[Side]:
    """In a list without headers somebody unknown stands with those around: sides are blocks."""
    firm = [
        "" if side == "us" and _perhaps(row) and not _drafted(row, drafters) else side
        for row, (side, _) in zip(found, made, strict=True)
    ]
    for number, row in enumerate(found):
        if made[number][0] == "us" and not firm[number]:
            if other := _rather(row, number, firm, found):
                made[number] = (other, BY_PLACE)
    known = [side for side, _ in made if side]
    blocks = [side for side, _ in itertools.groupby(known)]
    if "us" not in known:
        return made  # with one foreign side known, the others may be of either
    bare = not any(
        one.title or one.function
        for (one, *_), (side, _) in zip(found, made, strict=True) if not side
    )  # fmt: skip
    if len(blocks) == 1 and not bare and (2 * len(known) < len(found) or len(found) < 4):
        return made  # one American among strangers tells nothing of them; a staff list does
    regular = len(blocks) == len(set(blocks))
    foreign = set(known) - {"us"}
    told = [  # "?": of a state that nothing tells
        side or ("?" if not foreign and _is_foreign(row[0]) else "")
        for row, (side, _) in zip(found, made, strict=True)
    ]
    for number, row in enumerate(found):
        if made[number][0] or _private(row):
            continue
        before = next(filter(None, reversed(told[:number])), "")
        after = next(filter(None, told[number + 1 :]), "")
        if before and after and before != after:
            # Americans are known by their offices: whom nothing tells is rather of the others.
            side = before if before != "us" else after if _is_foreign(row[0]) else ""
            side = side if regular else ""
        else:
            side = before or after if regular or before == after else ""
        if side in ("", "us", "?"):
            one = next(iter(foreign)) if len(foreign) == 1 else ""
            side = one if _is_foreign(row[0]) else side.strip("?")
        made[number] = (side, BY_PLACE if side else "")
    return made


_CHIEF = re.compile(  # who is the first of the Americans present
    r"(?<!to the )\b(?:vice )?president\b|\bsecretary of state\b(?! for)|"
    r"^(?:the )?(?:acting )?secretary$|"
    r"(?<!special )\bassistant to the president for national\b"
)


def _rather(row: Row, number: int, firm: Sequence[str], found: Sequence[Row]) -> str:
    """The state that somebody serves rather than the United States, as he stands: a "Special
    Assistant to the President" between Zambians, or before the first of the Americans."""
    behind = [n for n in range(number) if firm[n]]
    ahead = [n for n in range(number + 1, len(firm)) if firm[n]]
    state = firm[behind[-1]] if behind else ""
    if state in ("", "us"):
        return ""
    if not ahead:  # two blocks, of which the second is not his
        blocks = [side for side, _ in itertools.groupby(filter(None, firm))]
        return state if blocks == ["us", state] and firm.count(state) > 1 else ""
    after = firm[ahead[0]]
    if after == "us":
        chief = found[ahead[0]][0]
        first = _CHIEF.search(plain_words(f"{chief.title} {chief.function}"))
        return state if first or _is_foreign(row[0]) else ""
    return state if after == state else ""
