"""What a head and a source note say of people: who spoke, who wrote to whom, who drafted."""

from __future__ import annotations

import re
from dataclasses import replace

from visavis.ingest.frus_persons import HONORIFICS, MONTH, RANKS
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
    "drafters",
    "letter",
    "received_by",
    "talkers",
]

CONVERSATION = re.compile(
    r"\b(?:conversations?|meetings?|discussions?|talks?|interviews?)\b", re.IGNORECASE
)
_BETWEEN = re.compile(
    r"\b(?:Conversations?|Meetings?|Discussions?|Talks?)\b[^()]{0,60}?\b[Bb]etween\b\s+"
)
_WITH = re.compile(r"\b(?:Conferences?|Meetings?|Conversations?|Discussions?) [Ww]ith (?:the )?")
_BY_WITH = re.compile(
    r"\bby (?P<by>.+?) of (?:an? |his |the )?(?:Telephone )?(?:Conversation|Interview|Talk)s? "
    r"[Ww]ith (?P<with>.+)$"
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
AFTER_PARTY = re.compile(
    rf",\s*(?:(?:(?:[A-Z][\w.'’-]*|de|des|du|la|le|of|the) ?){{1,6}}, )*"
    rf"(?:undated\b|{MONTH}\b|\d{{1,2}} {MONTH}\b).*$"
)


# A name that stands behind its office: "the Counselor for Political Affairs (Kidder)".
_ASIDE = re.compile(r"\s\(((?:[A-Z][\w.'’-]* ?|de |von |van ){1,4})\)$")
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
    return [Present(told=text, unnamed="organisation", function=text)]


def _identity(text: Marked) -> bool:
    """Whether a stretch of a head names a party in full, not "the Ambassador" before his post."""
    if any(s.tag == "persName" for s in text.spans):
        return True
    if any(s.type in ("from", "to") for s in text.spans if s.tag == "gloss"):
        return True
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


def _listed(region: Marked) -> list[Marked]:
    """The parties of "the Secretary of State, the Japanese Ambassador (Nomura)", each alone."""
    if any(s.tag == "persName" for s in region.spans):
        return [region]
    cuts = outside(region.text, re.compile(r",\s*(?=(?:[Tt]he|Mr\.|Mrs\.|Sir|Lord|M\.) )"))
    begins = [0, *(m.end() for m in cuts)]
    ends = [*(m.start() for m in cuts), len(region.text)]
    pieces = [region.cut(b, e) for b, e in zip(begins, ends, strict=True)]
    pieces = [replace(piece, text=piece.text.rstrip(" ,")) for piece in pieces]
    return pieces if all(_somebody(piece) for piece in pieces) else [region]


def talkers(head: Marked) -> tuple[list[Present], bool]:
    """Those who spoke, where a head says it ("... Conversation Between A and B"), and if by wire.

    Nobody where either party is only named as a body or not at all.
    """
    by_wire = bool(TELEPHONE.search(head.text))
    parties: tuple[Marked, Marked] | None
    if told := _BY_WITH.search(head.text):  # "Memorandum by A of a Conversation With B"
        parties = head.cut(*told.span("by")), head.cut(*told.span("with"))
    elif found := _BETWEEN.search(head.text):
        parties = _divided(head.cut(found.end()), "and")
    else:
        return [], by_wire
    if parties is None:
        return [], by_wire
    both = [
        [one for piece in _listed(part) for one in _parties(piece)] for part in parties
    ]  # fmt: skip
    if not all(both) or any(one.unnamed for part in both for one in part):
        return [], by_wire
    return [one for part in both for one in part], by_wire


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
    region = source.cut(found.end(), end.start() if end else None)
    text = re.sub(r"\([^()]*\)", lambda m: " " * len(m.group()), region.text)
    region = Marked(text, region.spans)
    people: list[Present] = []
    for one in people_of_item(region)[0]:
        if one.name and namelike(one.name):
            people.append(one)
    return people
