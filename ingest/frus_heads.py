"""What a head and a source note say of people: who spoke, who wrote to whom, who drafted."""

from __future__ import annotations

import re

from visavis.ingest.frus_persons import MONTH
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
TELEPHONE = re.compile(r"\btele(?:phone|con)\b", re.IGNORECASE)
ACT = re.compile(
    r"^(?P<kind>(?:[\w.,/’'-]+ ){0,6}?(?:Letters?|Messages?|(?:Circular )?Telegrams?|Airgrams?|"
    r"Despatch(?:es)?|Cables?|Notes?|Notes? Verbales?|Aide-M[eé]moires?|Oral (?:Statement|"
    r"Message|Note|Communication)s?|Communications?)(?: [A-Z0-9][\w/ -]*?)?) (?:[Ff]rom|[Bb]y) ",
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
    text = re.sub(r"^the\s+", "", text)
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


def _divided(region: Marked, word: str) -> tuple[Marked, Marked] | None:
    """A stretch of a head at its " to " or " and ", where both sides name somebody."""
    cuts = outside(region.text, re.compile(rf"\s{word}\s"))
    if word == "to":  # "Mission to the United Nations to the Department": the last one divides
        cuts.sort(key=lambda m: bool(_SENT_TO.search(region.text[: m.start()])))
    for found in cuts:
        if any(s.start <= found.start() < s.end for s in region.spans):
            continue  # "Mission to the United Nations" marked as one
        left, right = region.cut(0, found.start()), region.cut(found.end())
        if _identity(left) and (_identity(right) or word == "to"):
            return left, right
    return None


def talkers(head: Marked) -> tuple[list[Present], bool]:
    """Those who spoke, where a head says it ("... Conversation Between A and B"), and if by wire.

    Nobody where either party is only named as a body or not at all.
    """
    by_wire = bool(TELEPHONE.search(head.text))
    found = _BETWEEN.search(head.text)
    if found is None:
        return [], by_wire
    region = head.cut(found.end())
    parties = _divided(region, "and")
    if parties is None:
        return [], by_wire
    both = [_parties(part) for part in parties]
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
    """Kind, senders and addressees of a head ("Letter From A to B"); None for other heads."""
    found = ACT.match(head.text)
    if found is None or NO_ACT.match(head.text):
        return None
    region = head.cut(found.end())
    parties = _divided(region, "to")
    if parties is None:
        return None
    senders, addressees = _parties(parties[0]), _parties(parties[1])
    if not senders or not addressees:
        return None
    return found["kind"], senders, addressees


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
