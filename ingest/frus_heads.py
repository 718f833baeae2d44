"""What a head and a source note say of people: who spoke, who wrote to whom, who drafted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from visavis.ingest.frus_persons import HONORIFICS, LITTLE, MONTH, OFFICE_WORDS, RANKS, word_of
from visavis.ingest.frus_present import (
    Present,
    bare_function,
    namelike,
    outside,
    people_of_item,
    split_title,
)
from visavis.ingest.frus_states import (
    ADJECTIVE_PATTERN,
    ADJECTIVES,
    NOUN_PATTERN,
    NOUNS,
    plain_words,
)
from visavis.ingest.tei import Marked

__all__ = [
    "ACT",
    "AFTER_PARTY",
    "CLASSIFIED",
    "CONVERSATION",
    "NO_ACT",
    "TELEPHONE",
    "authors",
    "drafters",
    "letter",
    "received_by",
    "talkers",
]

CONVERSATION = re.compile(
    r"\b(?:conversations?|meetings?|discussions?|talks?|interviews?)\b", re.IGNORECASE
)
_BETWEEN = re.compile(
    r"\b(?:Conversations?|Conferences?|Meetings?|Discussions?|Talks?|Interviews?)\b[^()]{0,60}?"
    r"\b[Bb]etween\b\s+"
)
_NOTED = re.compile(r"\W*Between\s+")  # a footnote to "Memorandum of Telephone Conversation"
_WITH = re.compile(r"\b(?:Conferences?|Meetings?|Conversations?|Discussions?) [Ww]ith (?:the )?")
_BY_WITH = re.compile(
    r"\bby (?P<by>.{1,300}?) of (?:an? |his |the )?"
    r"(?:Trans-?[Aa]tlantic )?(?:Telephone )?(?:Conversation|Interview|Talk)s? [Ww]ith "
    r"(?P<with>.+)$"
)
_WITH_BY = re.compile(  # "Memorandum of Conversation With A, by B"
    r"^[^()]{0,60}\b(?:Conversation|Interview|Talk)s? [Ww]ith "
    r"(?P<with>[^()]{3,80}(?:\([^()]*\))?), "
    r"[Bb]y (?P<by>.+)$"
)
TELEPHONE = re.compile(r"\btele(?:phone|con)\b", re.IGNORECASE)
ACT = re.compile(
    r"^(?P<kind>(?:[\w.,/’'-]+ ){0,6}?(?:Letters?|Messages?|(?:Circular )?Telegrams?|Airgrams?|"
    r"Despatch(?:es)?|Cables?|Notes?|Notes? Verbales?|Aide-M[eé]moires?|Oral (?:Statement|"
    r"Message|Note|Communication)s?|Communications?)(?: [A-Z0-9][\w/ -]*?)?) (?:[Ff]rom|[Bb]y) ",
)
# Heads of volumes before 1955: "The Ambassador in China (Gauss) to the Secretary of State".
_NO_PARTY = re.compile(
    r"\b(?:Memorand\w*|Editorial|Papers?|Summary|Minutes|Briefing|Diary|Reports?|Draft|Notes?|"
    r"Information|Address|Remarks|Statements?|Circular|Proclamation|Resolution|Record|Extracts?|"
    r"Proposals?|Agreement|Protocol|Treaty|Convention|Approach|Visit|Speech|Press|Aide|Message|"
    r"Conversations?|Conference|Meetings?|Discussions?|Instructions?|Estimate|Study|Log|List|"
    r"Introduction|Transition|Response|Reply|Threat|Road|Return|Trip|Mission of|Efforts?|"
    r"Attitude)\b",
    re.IGNORECASE,
)
NO_ACT = re.compile(
    r"^(?:Memorand|Editorial|Intelligence|National Intelligence|Special|Paper|Summary|Minutes|"
    r"Briefing|Diary|Report|Draft|Notes (?:of|on)|Information)",
)
# Possessive and counted, so that no head however long takes more than its length.
_CAPITAL = r"(?:[A-Z][\w.'’-]*+|de|des|du|la|le|of|the)"
AFTER_PARTY = re.compile(
    rf",\s*(?:{_CAPITAL}(?: {_CAPITAL}){{0,5}}, ){{0,8}}"
    rf"(?:undated\b|{MONTH}\b|\d{{1,2}} {MONTH}\b).*$"
)


# A name that stands behind its office: "the Counselor for Political Affairs (Kidder)".
_ASIDE = re.compile(r"\s\(((?:[A-Z][\w.'’-]*+ ?|de |von |van ){1,4})\)$")
_SENT_TO = re.compile(
    r"\b(?:Mission|Delegation|Ambassador|Representative|Observer|Envoy|Minister|Assistant|Adviser|"
    r"Advisor|Counselor|Commissioner|Secretary)$"
)
# An office that one person holds, named in full.
_OFFICE = re.compile(
    r"(?:the )?(?:(?:acting |us )?secretary of (?:state|defense)|president|vice president|"
    r"secretary|(?:acting )?under secretary of state|prime minister|foreign minister|chancellor)"
)


def _parties(region: Marked) -> list[Present]:
    """The people, governments or offices that a stretch of a head names."""
    found: list[Present] = []
    text = region.text
    last = 0
    for span in region.spans:
        if span.tag != "persName" or span.start < last:
            continue
        before = text[last : span.start]
        aside = before.rstrip().endswith("(")
        before = re.sub(r"^\W*(?:and\b)?\W*|[\s(,]+$", "", before)
        before = re.sub(r"^the\s+", "", before)
        title, inner = split_title(text[span.start : span.end])
        name = inner or text[span.start : span.end]
        if re.match(r"^(?:his|her)\b", before):
            before = ""
        found.append(
            Present(
                told=text[last : span.end].strip(" ,(") + (")" if aside else ""),
                name=name, title="" if aside else f"{before} {title}".strip(),
                function=before if aside else "", reference=span.ref, roles=("principal",),
            )
        )  # fmt: skip
        last = span.end + len(re.match(r"\)?", text[span.end :]).group())  # type: ignore[union-attr]
    if found:
        return found
    text = AFTER_PARTY.sub("", text).strip(" ,.")
    text = re.sub(r"^[Tt]he\s+", "", text)
    if not text:
        return []
    if (named := _ASIDE.search(text)) and text[: named.start()].strip():
        office = re.sub(r"^(?:the|an?)\s+", "", text[: named.start()])
        return [Present(told=text, name=named.group(1), function=office, roles=("principal",))]
    plain = plain_words(text)
    state = re.fullmatch(
        rf"(?:government|representatives?) of (?:the )?({NOUN_PATTERN})|"
        rf"({ADJECTIVE_PATTERN}) government|({NOUN_PATTERN})(?: government)?", plain,
    )  # fmt: skip
    if state:
        key = NOUNS.get(state.group(1) or state.group(3) or "") or ADJECTIVES.get(
            state.group(2) or ""
        )
        return [Present(told=text, unnamed="state", side=key or "")]
    if bare_function(text):
        return [Present(told=text, title=text, roles=("principal",))]
    title, name = split_title(text)
    body = re.search(
        r"\b(?:embassy|legation|department|mission|delegation|consulate|ministry|office|posts|missions|"
        r"house|council|agency|staff|bureau|committee|government|high commission|union)\b", plain,
    )  # fmt: skip
    if title and namelike(name) and not body:
        return [Present(told=text, name=name, title=title, roles=("principal",))]
    for between in (", ", " of "):  # "Mr. Ray Atherton, Counselor of Embassy in London"
        head, cut, tail = text.partition(between)
        title, name = split_title(head)
        titled = set(plain_words(title).split())
        if between == " of ":  # "Mr. Meyers of the Office of ...", no "Joint Chiefs of Staff"
            titled &= HONORIFICS | {"president", "king"}
        if cut and titled and namelike(name):
            office = tail if between == ", " else f"of {tail}"
            return [Present(text, name, title, office, roles=("principal",))]
    return [Present(told=text, unnamed="organisation", function=text)]


def _identity(text: Marked) -> bool:
    """Whether a stretch of a head names a party in full, not "the Ambassador" before his post."""
    if any(s.tag == "persName" for s in text.spans):
        return True
    if any(s.type in ("from", "to") for s in text.spans if s.tag == "gloss"):
        return True
    if len(pieces := _apart(text)) > 1 and all(map(_identity, pieces)):
        return True
    text = _unplaced(text)
    bare = AFTER_PARTY.sub("", text.text).strip(" ,.")
    title, name = split_title(bare)
    if (title and namelike(name)) or _ASIDE.search(bare) or _OFFICE.fullmatch(plain_words(bare)):
        return True
    plain = plain_words(text.text)
    return bool(
        re.search(
            r"\b(?:government|ministry|embassy|mission|department|staff|council|agency|delegation|"
            r"legation|consulate|commission|headquarters|bureau|secretariat)\b",
            plain,
        )
        or plain.removeprefix("the ") in NOUNS
    )


def _divided(region: Marked, word: str, loose: bool = False) -> tuple[Marked, Marked] | None:
    """A stretch of a head at its " to " or " and ", where both sides name somebody.

    loose: an office without a name counts as somebody.
    """
    cuts = outside(region.text, re.compile(rf"\s{word}\s"))
    if word == "to":  # "Mission to the United Nations to the Department": the last one divides
        cuts.sort(key=lambda m: bool(_SENT_TO.search(region.text[: m.start()])))
    for found in cuts:
        if any(s.start <= found.start() < s.end for s in region.spans if s.tag != "hi"):
            continue  # "Mission to the United Nations" marked as one
        left, right = region.cut(0, found.start()), region.cut(found.end())
        if (_identity(left) or (loose and _officer(left.text))) and (
            _identity(right) or word == "to"
        ):
            return left, right
    return None


_NEXT_PARTY = re.compile(
    r",\s*(?=(?:[Tt]he|Mr\.|Mrs\.|Dr\.|Sir|Lord|M\.|President|Secretary|General|Ambassador|"
    r"Senator|Prime Minister|Foreign Minister|Under Secretary|Assistant Secretary) )"
)


def _listed(region: Marked) -> list[Marked]:
    """The parties of "the Secretary of State, the Japanese Ambassador (Nomura)", each alone."""
    if any(s.tag == "persName" for s in region.spans):
        return [region]
    pieces = _apart(region)
    return pieces if all(_somebody(piece) for piece in pieces) else [region]


def _apart(region: Marked) -> list[Marked]:
    """The parts of an enumeration that begin like a party."""
    cuts = outside(region.text, _NEXT_PARTY)
    begins = [0, *(m.end() for m in cuts)]
    ends = [*(m.start() for m in cuts), len(region.text)]
    pieces = [region.cut(b, e) for b, e in zip(begins, ends, strict=True)]
    return [replace(piece, text=piece.text.rstrip(" ,")) for piece in pieces]


def talkers(head: Marked, remarks: Sequence[Marked] = ()) -> tuple[list[Present], bool]:
    """Those who spoke, where a head says it ("... Conversation Between A and B"), and if by wire.

    remarks: the footnotes of a head, where the editors may say it instead ("Between A and B").
    Nobody where either party is only named as a body or not at all.
    """
    by_wire = bool(TELEPHONE.search(head.text))
    parties: tuple[Marked, Marked] | None = None
    told = _BY_WITH.search(head.text) or _WITH_BY.search(head.text)
    if told:  # "Memorandum by A of a Conversation With B"
        parties = head.cut(*told.span("by")), head.cut(*told.span("with"))
    elif found := _BETWEEN.search(head.text):
        parties = _divided(head.cut(found.end()), "and")
    elif CONVERSATION.search(head.text):
        for note in remarks:
            if noted := _NOTED.match(note.text):
                sentence = re.match(r"(?:[^.]|\.(?!\s+[A-Z][a-z]+ [a-z]))*", note.text)
                end = min(sentence.end() if sentence else len(note.text), 400)
                parties = parties or _divided(note.cut(noted.end(), end), "and")
    if parties is None:
        return [], by_wire
    both = [
        [one for piece in _listed(_unplaced(part)) for one in _parties(_unplaced(piece))]
        for part in parties
    ]
    if not all(both) or any(one.unnamed for part in both for one in part):
        return [], by_wire
    return [one for part in both for one in part], by_wire


_PLACE = re.compile(r",? (?:[Hh]eld )?(?:at|in|on) (?=[A-Z0-9]|the [A-Z])")


def _unplaced(party: Marked) -> Marked:
    """A party without the place or day behind it: "General Chou, at House 28, Chungking".

    "The Minister at Geneva" keeps his post, unless he is one wherever he is ("the Secretary of
    State in Paris").
    """
    for found in _PLACE.finditer(party.text):
        before = party.text[: found.start()]
        last = word_of(before.split()[-1]) if before.split() else ""
        office = last in RANKS or last in OFFICE_WORDS or last in LITTLE
        if "(" in party.text[found.end() :] or not last:
            continue
        if not office or _OFFICE.fullmatch(plain_words(before)):
            return party.cut(0, found.start())
    return party


def received_by(head: Marked) -> list[Present]:
    """Whom a conference was with ("Memorandum of Conference With President Eisenhower").

    He was there, and a list of OTHERS PRESENT does not name him again.
    """
    found = _WITH.search(head.text)
    if found is None:
        return []
    people = _parties(head.cut(found.end()))
    return [] if any(one.unnamed for one in people) else people


def letter(head: Marked) -> tuple[str, list[Present], list[Present]] | None:
    """Kind, senders and addressees of a head; None for other heads.

    "Letter From A to B", or, in volumes before 1955, "The Ambassador in China (Gauss) to the
    Secretary of State" and "Mr. Seward to Mr. Adams".
    """
    found = ACT.match(head.text)
    if found is None:
        return _plain_letter(head)
    if NO_ACT.match(head.text):
        return None
    region = head.cut(found.end())
    parties = _divided(region, "to")
    if parties is None:
        return None
    senders, addressees = _parties(parties[0]), _parties(parties[1])
    if not senders or not addressees:
        return None
    return found["kind"], senders, addressees


def _plain_letter(head: Marked) -> tuple[str, list[Present], list[Present]] | None:
    """The ends of "A to B", where both are somebody in full."""
    parties = _divided(head, "to", loose=True)
    if parties is None:
        return None
    both = [_several(part) for part in parties]
    if not all(_somebody(piece) for pieces in both for piece in pieces):
        return None
    senders, addressees = ([one for p in pieces for one in _parties(p)] for pieces in both)
    return ("Letter", senders, addressees) if senders and addressees else None


_OFFICER = re.compile(
    r"^the (?:[a-z]+ )*(?:ambassador|minister|charge|consul|secretary|president|chief|director|"
    r"commissioner|representative|adviser|advisor|counselor|attache|commander|agent|chairman|"
    r"governor|officer|premier|chancellor|administrator|vice consul|general|admiral|envoy)s?\b"
)


def _officer(text: str) -> bool:
    """Whether a stretch of a head is an office without a name: "The Consul at Tientsin"."""
    return bool(_OFFICER.match(plain_words(text)))


def _several(region: Marked) -> list[Marked]:
    """The parties of "the President and the Secretary of State", each alone."""
    cuts = outside(region.text, re.compile(r",?\s+and\s+(?=[Tt]he |Mr\. )"))
    begins = [0, *(m.end() for m in cuts)]
    ends = [*(m.start() for m in cuts), len(region.text)]
    pieces = [region.cut(b, e) for b, e in zip(begins, ends, strict=True)]
    return pieces if all(_somebody(piece) for piece in pieces) else [region]


def _somebody(text: Marked) -> bool:
    """Whether a stretch of a head is a person or an office, and no subject of a paper."""
    plain = AFTER_PARTY.sub("", text.text).strip(" ,.")
    if _NO_PARTY.search(plain) or len(plain) > 160:
        return False
    if any(s.tag == "persName" or (s.tag == "gloss" and s.type) for s in text.spans):
        return True
    if _ASIDE.search(plain) or _OFFICE.fullmatch(plain_words(plain)):
        return True
    title, name = split_title(plain)
    titled = set(plain_words(title).split()) & (HONORIFICS | RANKS)
    if name and namelike(name):
        return bool(titled - {"the", "his", "her", "their", "foreign", "assistant"})
    if _officer(plain):
        return True
    return _identity(text) and (plain[:1].isupper() or plain.startswith("the "))


# -- the source note ------------------------------------------------------------------------------

_LONGEST = 1_000  # characters in which a source note names drafters
_DRAFTED = re.compile(
    r"\b(?:Drafted|Prepared|Dictated|Written|Recorded|Transcribed)\b(?:,? (?:and|or) \w+)* by "
)
_DRAFTERS_END = re.compile(
    r"(?<![A-Z])(?<!Jr)(?<!Mr)(?<!Dr)\.(?=\s|$)|;| on (?:[A-Z][a-z]+ \d|the)\b"
    r"| and (?:approved|cleared|initialed|"
    r"signed|transcribed|sent|concurred)|, (?:approved|cleared|initialed|signed|concurred|"
    r"and approved|and cleared)| as a | (?:at|in) the | from | for "
)  # fmt: skip
CLASSIFIED = re.compile(
    r"\b(?:Top Secret|Secret|Confidential|Official Use Only|Limited Official Use|Unclassified|"
    r"Restricted|No classification marking|Personal)\b(?:; [A-Z][\w ]+)*"
)


def drafters(source: Marked) -> list[Present]:
    """Who drafted a document, as its source note says."""
    found = _DRAFTED.search(source.text)
    if found is None:
        return []
    end = _DRAFTERS_END.search(source.text, found.end())
    last = min(end.start() if end else len(source.text), found.end() + _LONGEST)
    region = source.cut(found.end(), last)
    text = re.sub(r"\([^()]*\)", lambda m: " " * len(m.group()), region.text)
    region = Marked(text, region.spans)
    people: list[Present] = []
    for one in people_of_item(region)[0]:
        if one.name and namelike(one.name):
            people.append(one)
    return people


_AUTHORED = re.compile(
    r"^(?:Memorand(?:um|a)|Minutes|Notes?|Records?|Reports?|Summary)\b[^()]{0,80}?[ ,] ?[Bb]y "
)
_TO = re.compile(r"\sto\s|,? of (?:an?|his|the) (?:Telephone )?(?:Conversation|Interview|Talk)")


def authors(head: Marked) -> list[Present]:
    """Who wrote a paper, as its head says: "Memorandum of Conversation, by the Counselor (Kidder)".

    One person at most, by name, or by a function that one person holds.
    """
    found = _AUTHORED.match(head.text)
    if found is None:
        return []
    text = head.text[found.end() :]
    end = len(text)
    for cut in outside(text, _TO):  # "Special Assistant to the Secretary (X)" is one
        if not _SENT_TO.search(text[: cut.start()]):
            end = cut.start()
            break
    if named := re.match(r"[^()]{1,200}\([^()]{2,60}\)", text[:end]):
        end = named.end()
    found_here = _parties(head.cut(found.end(), found.end() + end))[:1]
    return [one for one in found_here if not one.unnamed and (one.name or one.title)]
