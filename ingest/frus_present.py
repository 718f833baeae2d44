"""Lists of those present: items become people with title, name, function, side and role.

Nobody is looked up here: what an item says is taken apart, and who is meant is asked elsewhere.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from visavis.ingest import tei
from visavis.ingest.frus_persons import (
    BLANK,
    HONORIFICS,
    LITTLE,
    MONTHS,
    OFFICE_WORDS,
    PARTICLES,
    RANKS,
    SUFFIX,
    SURNAMES_TOO,
    known_holders,
    surname_after,
    word_of,
)
from visavis.ingest.frus_states import (
    ADJECTIVE_PATTERN,
    ADJECTIVES,
    NOUN_PATTERN,
    NOUNS,
    ORGANISATIONS,
    STATES,
    plain_words,
    side_named,
)
from visavis.ingest.tei import Marked
from visavis.schema.text import slug

__all__ = [
    "BARE_ROLE",
    "ELSEWHERE",
    "GROUP",
    "LONGEST",
    "ROLE_HEADER",
    "Listed",
    "Present",
    "bare_function",
    "is_sentence",
    "namelike",
    "outside",
    "people_of_item",
    "read_list",
    "roles_in",
    "short_of",
    "split_title",
]


@dataclass(frozen=True, slots=True)
class Present:
    """One participant as printed, before anybody asks who it is."""

    told: str
    name: str = ""  # "" where only a function is printed
    title: str = ""
    function: str = ""
    reference: str = ""
    side: str = ""
    headed: bool = False  # the side stands over the names
    roles: tuple[str, ...] = ()
    partial: str = ""
    symbol: str = ""  # of an office, before the name: "EUR—Mr. Elbrick"
    unnamed: str = ""  # "role" or "group": nobody is named and no office either


_ROLE_WORDS = (
    ("interpreter", re.compile(r"\b(?:interp(?:ret(?:er|ers|ing))?|translat(?:or|ors|ing))\b"
                               r"(?!['’]? (?:section|division|branch|service|office))", re.I)),
    ("note-taker", re.compile(r"\b(?:note-? ?tak(?:er|ers|ing)|scribe|stenographers?|recorder|"
                              r"rapporteur|recording)\b", re.I)),
    ("observer", re.compile(r"^\W*observers?\W*$", re.I)),
    ("aide", re.compile(r"^\W*(?:advis[eo]rs?|aides?)\W*$", re.I)),
    ("security", re.compile(r"\b(?:bodyguards?|security guards?)\b", re.I)),
)  # fmt: skip
_PARTIAL = re.compile(
    r"\b(?:parts?|part-time|portion|latter|left|joined|arrived|entered|departed|came in|beginning|"
    r"end|first|last|later|until|till|after|briefly|intermittent(?:ly)?|occasionally|partly|"
    r"for a (?:few|short)|in and out|at times|"
    r"at \d|from \d|absent|did not|only|stayed)\b",
    re.IGNORECASE,
)
ELSEWHERE = re.compile(
    r"^\W*(?:as )?(?:are )?(?:see|listed|same as|same|attached|as (?:in|above|listed)|"
    r"full list|list (?:of|attached)|for (?:list|participants)|participants (?:are )?listed)\b"
    r"(?=.*\b(?:page|list|listed|attach\w*|document|above|below|previous|preceding|tab|annex|"
    r"participants|same|reverse)\b)",
    re.IGNORECASE,
)
LONGEST = 2_000  # characters of a head, a dateline or an item that are read
_SENTENCE = re.compile(
    r"\b(?:called|met|was|were|had|has|discussed|said|asked|stated|opened|replied|accompanied|"
    r"proceeded|explained|attended|received|began|told|is|are|will|would|did)\b"
)
GROUP = re.compile(
    r"^(?:(?:one|two|three|four|five|six|several|various|other|others|\d+|some|a few|both)\b.*"
    r"|(?-i:[Aa]n?) (?-i:(?=[A-Za-z][a-z])).*"  # "A. A. Gromyko" is no group
    r"|(?:members|staff|aides|advisers|advisors|interpreters|note-?takers|others|officials|"
    r"stenographers|press|journalists|etc)\b.*)$",
    re.IGNORECASE,
)
BARE_ROLE = re.compile(
    rf"^(?:(?:{ADJECTIVE_PATTERN}) )?(?:interpreters?|note-? ?takers?|"
    r"stenographers?|translators?|recorders?)$",
    re.IGNORECASE,
)
ROLE_HEADER = re.compile(
    r"^(interpreters?|translators?|note-? ?takers?|observers?|also present|others? present|others|"
    r"recorders?|stenographers?|secretariat|secretaries)\s*[:—-]\s*(.*)$",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"^([A-Z]{1,2}[–-][A-Z][A-Za-z]{1,3}(?=\s*—)|"
    r"[A-Z][A-Za-z]{0,4}(?:/[A-Z][A-Za-z-]*)*|[A-Z]{1,6}(?:/[A-Z:&-]+)*)\s*[—–]\s*"
)
_SYMBOL = re.compile(r"[A-Z](?:[A-Z&-]|–[A-Z][a-z]*)*(?:/[A-Z&-]+)*")
_CODE_COLON = re.compile(r"^[A-Z]{1,6}(?:/[A-Z&-]+)*(?=:\s*\S)")
_SIDE_PREFIX = re.compile(r"^([^:—–,()]{2,40}?)\s*[:—–]\s*(?=\S)")


# Departments that head a part of a list, or stand before a name ("Defense—David Packard").
_BODIES = (
    "State|Defense|Treasury|Justice|Commerce|Agriculture|Interior|Labor|CIA|JCS|NSC|NSC Staff|OSD|"
    "DOD|DIA|NSA|ACDA|AEC|NASA|OMB|OST|OEP|USIA|AID|USUN|USIB|White House|WH|FBI|ICA|FOA|BOB|OVP|"
    "USTR|STR|CEA|CIEP|ERDA|DCI|NIO|Energy|Transportation|Army|Navy|Air Force|ISA|OSD/ISA|"
    "Bureau of the Budget|Chairman|"
    "Department of State|Department of Defense|State Department|Defense Department|"
    "Department of the Treasury|Department of Justice|Department of Commerce|"
    "Department of Agriculture|Joint Chiefs of Staff|Central Intelligence Agency|"
    "Atomic Energy Commission|National Security Council|Vice President's Office|The White House"
)
_BODY = re.compile(rf"^(?:{_BODIES})(?: (?:Staff|Department|Representatives?))?\s*:?$", re.I)
_OTHERS = re.compile(
    r"(?:the )?(?:foreign(?:ers)?|visitors?|guests?)(?: (?:side|participants|party|officials))?:?",
    re.IGNORECASE,
)
_BODY_PREFIX = re.compile(rf"^({_BODIES})\s*(?:[:—–]|\s-)\s*(?=\S)")


# Initials are no honorific ("M.S. Gorbachev"), a particle before a hyphen begins a name.
_INITIALS = re.compile(r"(?!H\.)(?:[A-Z]\.){2,}")
_ARTICLE = re.compile(r"(?:al|el|ul|ad|ar|as|at|ash|an|az|bin|ben|ibn|abu)[-’'](?=[A-Z])")


def _is_title(token: str) -> bool:
    if "-" in token or _INITIALS.fullmatch(token):
        return False
    return word_of(token) in RANKS or word_of(token) in HONORIFICS


_UNSPACED = re.compile(r"\b((?:Mr|Mrs|Dr|Col|Gen)\.)(?=[A-Z][a-z])")  # "Mr.Hamilton"
_PLACES = {"house", "field", "west", "east", "north", "war", "marshal", "justice", "judge"}


def namelike(text: str) -> bool:
    """Whether `text` can be a name: one to five capitalised words, none of them of an office."""
    text = SUFFIX.sub("", re.sub(r"\([^)]*\)", "", text).strip(" ,.:"))
    words = text.split()
    if not words or len(words) > 5 or re.search(r"\d", text) or words[0] in MONTHS:
        return False
    if plain_words(text) in NOUNS or plain_words(text) in ADJECTIVES:
        return False
    for word in words:
        flat = word_of(word)
        if flat in PARTICLES or re.fullmatch(r"(?:[A-Z]\.?)+", word) or _ARTICLE.match(word):
            continue
        if word.islower() and f" dei {word} " in text:  # "Ascanio dei principi Colonna"
            continue
        if not flat or not word.strip("\"'‘’“”(_")[:1].isupper():
            return False
        if "-" in word and not _known(word):  # "Bar-On" is no baron
            continue
        if word is words[-1] and len(words) > 1 and flat in SURNAMES_TOO - _PLACES:
            continue  # "Mackenzie King"
        if flat in OFFICE_WORDS or flat in LITTLE or (flat in RANKS and flat != "vice"):
            return False
    return word_of(words[-1]) not in PARTICLES


def _known(word: str) -> bool:
    """Whether a word belongs to titles and offices; "Ambassador-at-Large" by its parts."""
    parts = [word_of(part) for part in word.split("-")]
    return all(part in RANKS or part in OFFICE_WORDS or part in LITTLE for part in parts)


def split_title(text: str) -> tuple[str, str]:
    """Title and name of "Deputy Foreign Minister Semenov"; ("...", "") for a bare function."""
    words = _UNSPACED.sub(r"\1 ", text).split()
    at = 0
    while at < len(words):
        if at + 2 < len(words) and words[at : at + 2] == ["H.", "E."]:  # His Excellency
            at += 2
            continue
        flat = word_of(words[at])
        two = plain_words(" ".join(words[at : at + 2]))
        initials = flat == "m" and re.fullmatch(r"[A-Z]\.", "".join(words[at + 1 : at + 2]))
        if initials:
            break  # "M. A. H. Ispahani" is no Monsieur
        if flat in HONORIFICS and at + 1 < len(words) and not _INITIALS.fullmatch(words[at]):
            at += 1
            if flat not in ("m", "sir", "lord", "lady"):
                after = word_of(words[at]) if at < len(words) else ""
                if after not in RANKS or len(words) == at + 1:
                    break
            continue
        initial = re.fullmatch(r"(?:[A-Z]\.)+|[A-Z]", words[at]) and (
            flat not in LITTLE - {"a"} and not (flat in ADJECTIVES and at + 1 < len(words))
        )  # "U.S. Ambassador" has no initials
        known = not initial and (
            _known(words[at]) or not flat
            or any(one in told for one in (plain_words(words[at]), two)
                   for told in (ADJECTIVES, NOUNS))
            or not words[at][:1].isupper()
        ) and not _ARTICLE.match(words[at])  # fmt: skip
        if not known or (flat in PARTICLES and at and flat not in LITTLE):
            break
        at += 1
    if at == len(words) > 1 and surname_after(words[-2], words[-1]):
        at -= 1  # "Admiral King", "Mr. White"
    title, name = " ".join(words[:at]), " ".join(words[at:])
    if name and at and word_of(words[at - 1]) in LITTLE - {"the"}:
        return text, ""  # "Assistant to Yen Chien-ying" names somebody who is not meant
    if re.search(r"\bof(?: the)?$", title, re.IGNORECASE):
        return text, ""
    return title, name


def _names(title: str, name: str) -> bool:
    """Whether a name that was taken apart from its title is one."""
    return namelike(name) or (bool(title) and surname_after(title.split()[-1], name))


def outside(text: str, pattern: re.Pattern[str]) -> list[re.Match[str]]:
    """Matches of `pattern` in `text` that stand in no parentheses."""
    depth, inside = 0, []
    for character in text:
        depth += character in "(["
        inside.append(depth > 0)
        depth -= character in ")]" and depth > 0
    return [m for m in pattern.finditer(text) if not inside[m.start()]]


_SEPARATOR = re.compile(r",?\s+and\s+|\s*;\s*|,\s*|\s+&\s+")
_GLUED = re.compile(r"(?<=[a-z]{2})(?=(?:Various|Others|Members|Several)\b)")
_AGAIN = re.compile(
    rf"(?<=[a-z])\s+(?:and\s+)?(?=(?:{'Chinese|Soviet|American|US|U.S.|PRC|British|French'})\s+"
    r"(?:Note-?\s?[Tt]akers?|Notetakers?|Interpreters?)\b)"
)


def people_of_item(item: Marked) -> tuple[list[Present], str]:
    """Those whom one item names, and what is wrong with it ("" if nothing).

    An item may hold one person with functions, or several: "The President, the Vice President",
    "Tang Wen-sheng and Chi Chao-chu, Chinese Interpreters", "Senators Mansfield, Humphrey".
    """
    roles: tuple[str, ...] = ()
    if re.search(r"[a-z]{3}[A-Z]$", item.text):  # "NSC StaffM": a slip of the edition
        item = item.cut(0, len(item.text) - 1)
    if header := ROLE_HEADER.match(item.text):
        roles = roles_in(header.group(1))
        item = item.cut(header.start(2))
        if not item.text:
            return [], ""
    body = ""
    if prefix := _BODY_PREFIX.match(item.text):
        body = prefix.group(1)
        item = item.cut(prefix.end())
    elif code := _CODE_COLON.match(item.text):  # "EUR: Mr. Elbrick" is "EUR—Mr. Elbrick"
        item = replace(item, text=f"{code.group()}—{item.text[code.end() + 1 :]}")
    found: list[Present] = []
    parts = _parts(item)
    for part in parts:  # "The British Foreign Minister, Mr. Bevin; The Secretary, Mr. Acheson"
        one = _one(part)
        if one is not None:
            found.append(replace(one, roles=tuple(dict.fromkeys((*one.roles, *roles)))))
    if parts:
        return found, "" if found else "names nobody"
    starts = _starts(item, 1 if body else 2)
    for start, end in itertools.pairwise([*starts, len(item.text)]):
        piece = item.cut(start, end)
        text = re.sub(r"(?:,?\s+and|[,;&])\s*$", "", piece.text)
        one = _one(piece.cut(0, len(text)))
        if one is not None:
            found.append(replace(one, roles=tuple(dict.fromkeys((*one.roles, *roles)))))
    if len(found) > 1 and ";" not in item.text:
        found = _shared(found)
    if body:
        found = [one if one.function else replace(one, function=body) for one in found]
    wrong = "" if found else "names nobody"
    return found, wrong


def _parts(item: Marked) -> list[Marked]:
    """The persons of an item, where semicolons part them: three or more, each with a name.

    Within a part an office and a name are one person ("The British Ambassador, Sir Oliver Franks").
    """
    cuts = outside(item.text, re.compile(r"\s*;\s*(?:and\s+)?"))
    if len(cuts) < 2:
        return []
    begins = [0, *(m.end() for m in cuts)]
    ends = [*(m.start() for m in cuts), len(item.text)]
    parts = [item.cut(b, e) for b, e in zip(begins, ends, strict=True)]
    parts = [part for part in parts if re.search(r"\w", part.text)]
    for part in parts:
        pieces = [part.text[b:e] for b, e in _pieces(part.text.rstrip(" ."))]
        if not (any(map(_heads_name, pieces[:2])) or bare_function(pieces[0])):
            return []
        if sum(bool(split_title(p)[0]) and _heads_name(p) for p in pieces) > 1:
            return []  # "Mr. A, Mr. B; Mr. C"
    return parts


def _starts(item: Marked, alone: int = 2) -> list[int]:
    """Where in an item a new person begins.

    alone: how many parts that all look like names are still one name with what goes with it
    ("Joseph Kahn, Trans Eastern"); after the name of a department each is a person.
    """
    text = item.text
    starts = {0}
    persons = [s for s in item.spans if s.tag == "persName"]
    merged = 0  # end of the last marked name that is one with the one before
    for before, span in zip([None, *persons], persons, strict=False):
        if before is not None:
            gap = text[before.end : span.start]
            if not re.search(r"[A-Za-z,;]", gap) and (not span.ref or span.ref == before.ref):
                merged = span.end
                continue
        full = " " in text[span.start : span.end]
        at = _title_start(text, span.start, max(before.end if before else 0, merged), full)
        if at is None:
            continue
        starts.add(at)
    for gap_match in (*outside(text, _GLUED), *outside(text, _AGAIN)):
        starts.add(gap_match.end())
    for span in persons:  # "Ambassador Huang Hua Mrs. Shih, Interpreter"
        if found := re.match(r"\s+(?=(?:Mr|Mrs|Miss|Dr|Madame)\b\.? [A-Z])", text[span.end :]):
            starts.add(span.end + found.end())
    pieces = _pieces(text)
    plural = False
    bare = bare_function(text[pieces[0][0] : pieces[0][1]])
    for number, (begin, end) in enumerate(pieces):
        piece = text[begin:end].strip()
        if not number:
            plural = bool(
                re.match(r"(?:Senators|Congressmen|Messrs\.?|Secretaries|Ambassadors)\b", piece)
            )
            continue
        marked_here = any(s.start < end and s.end > begin for s in persons)
        if re.match(r"(?:Senators|Congressmen|Messrs\.?|Ambassadors)\b", piece):
            starts.add(begin)
            plural, bare = True, False
            continue
        if marked_here:
            plural = False
            bare = False
            continue
        if re.fullmatch(r"(?:Jr\.?|Sr\.?|II|III|IV|M\.P\.)", piece.strip(" ,")):
            continue
        title, name = split_title(re.sub(r"\([^)]*\)", "", piece).strip())
        plain_title = not re.search(
            r"\b(?:of|for|with|to|at|in|on)\b",
            re.sub(r"\b(?:of State|of Defense|for \w+ Affairs)\b", "", title),
        )
        personal = (
            bool(title) and _is_title(title.split()[0]) and _names(title, name) and plain_title
        )
        conjoined = bool(re.search(r"and\s*$|;\s*$|&\s*$", text[:begin]))
        if number == 1 == len(pieces) - 1 and personal and _both_ministers(text, title):
            continue  # "Deputy Prime Minister and Foreign Minister Ismail Fahmy"
        if number == 1 == len(pieces) - 1 and personal and not conjoined and bare:
            if plain_words(title) in HONORIFICS and _holds(text[: pieces[0][1]], name):
                continue  # "The Soviet Ambassador, Mr. Gromyko"
        if personal or (GROUP.match(piece) and conjoined):
            starts.add(begin)
            bare = False
        elif (plural and namelike(piece) and len(piece.split()) <= 2) or (
            bare and bare_function(piece) and not re.search(r"\bof\b.*\band\b", text)
        ):
            starts.add(begin)
        elif namelike(piece) and not title:
            if bare and len(pieces) == 2 and not conjoined:
                continue  # "The Foreign Secretary, George Brown"
            first = text[pieces[0][0] : pieces[0][1]]
            others = [text[b:e] for b, e in pieces]
            all_names = all(_heads_name(o) for o in others)
            lone = all_names and len(others) > 2 and all(len(o.split()) == 1 for o in others)
            if (
                lone
                or (conjoined and _heads_name(first) and len(piece.split()) > 1)
                or (all_names and len(others) > alone and len(piece.split()) > 1)
            ):
                starts.add(begin)
        else:
            plural = False
    return sorted(starts)


def _holds(office: str, name: str) -> bool:
    """Whether an office and "Mr. X" behind it are one: "The Secretary, Mr. Acheson".

    Not so where the office is of those that stand for their holders, and he held it never: "The
    Secretary, Mr. Merchant" are two.
    """
    holders = known_holders(office)
    return not holders or word_of(name.split()[-1]) in holders


def _both_ministers(text: str, title: str) -> bool:
    """Whether "and" joins two offices of one minister: no article, both of them ministries."""
    first = text.partition(" and ")[0]
    return (
        not re.match(r"[Tt]he\b", text) and bare_function(first) and first.endswith("Minister")
        and title.split()[-1] == "Minister"
    )  # fmt: skip


def _heads_name(piece: str) -> bool:
    return namelike(piece) or _names(*split_title(piece))


def _pieces(text: str) -> list[tuple[int, int]]:
    cuts = outside(text, _SEPARATOR)
    begins = [0, *(m.end() for m in cuts)]
    ends = [*(m.start() for m in cuts), len(text)]
    return [(b, e) for b, e in zip(begins, ends, strict=True) if text[b:e].strip()] or [
        (0, len(text))
    ]


def bare_function(text: str) -> bool:
    """Whether `text` is the function of a person without a name ("the Vice President")."""
    flat = re.sub(r"^the ", "", plain_words(text))
    return bool(
        re.match(
            r"(?:acting |deputy |vice |under |assistant |prime |foreign |"
            rf"(?:{ADJECTIVE_PATTERN}) )*"
            r"(?:president|secretary|speaker|chairman|premier|minister|ambassador|chancellor|"
            r"attorney general|king|shah|director|general secretary|chief of protocol|charge|"
            r"(?:deputy )?chief of mission|"
            rf"ambassador to (?:the )?(?:{NOUN_PATTERN})$|"
            r"counselor|counsellor)\b(?! to\b)", flat,
        )
    ) and not split_title(text)[1]  # fmt: skip


def _title_start(text: str, at: int, floor: int, full: bool) -> int | None:
    """Where the words that belong to the name at `at` begin; None where it is only mentioned.

    floor: where the name before it ends. full: the name is more than a family name, so that
    "Assistant to the Secretary Charles W. Freeman" is two people and "Assistant to the President
    Nixon" one.
    """
    before = text[floor:at]
    words = [(m.start() + floor, m.group()) for m in re.finditer(r"\S+", before)]
    begin = at
    while words:
        start, word = words[-1]
        flat = word_of(word)
        if word.endswith((",", ";", ":")) or re.fullmatch(r"[-–—]+", word):
            break
        if flat in ("to", "of", "for", "with", "from", "by"):
            # "Assistant to Kuznetsov" is no second person, "Secretary of State Rogers" is none.
            rest = text[start:at].split()[1:]
            if all(_is_title(w) or word_of(w) == "the" for w in rest):
                return at if full and "the" in rest and floor else None
            begin = start
            words.pop()
            continue
        code = re.search(r"[—–]", word)
        if code and not _is_title(word.split("—")[-1].split("–")[-1]) and flat:
            if not re.match(r"^[A-Z/]+[—–]$", word):
                begin = start + code.end()
                break
        if re.fullmatch(r"and|&", word):
            break
        if floor and not (
            _is_title(re.split(r"[—–]", word)[-1]) or flat in RANKS
            or re.match(r"^[A-Z]{1,5}(?:/[A-Z]+)*[—–]", word)
        ):  # fmt: skip
            break
        if floor and flat in OFFICE_WORDS and flat not in RANKS:
            break
        begin = start
        words.pop()
    return begin


def roles_in(text: str) -> tuple[str, ...]:
    return tuple(role for role, words in _ROLE_WORDS if words.search(text))


def _one(piece: Marked) -> Present | None:
    """The person of one piece: title, name, functions, roles, partial attendance."""
    text = piece.text.strip(" ,;")
    if not re.search(r"\w", text):
        return None
    told = text
    partial: list[str] = []
    roles: list[str] = []
    aside: list[str] = []
    for note in re.findall(r"\(([^()]*)\)", text):
        note = note.strip(" .")
        if roles_in(note):
            roles += roles_in(note)
            if re.match(rf"(?:{ADJECTIVE_PATTERN}) ", plain_words(note)):
                aside.append(note)  # "(German Interpreter)" tells the side
            if _PARTIAL.search(note):
                partial.append(note)
        elif _PARTIAL.search(note):
            partial.append(note)
        elif note:
            aside.append(note)
    code = ""
    if found := _CODE.match(text):
        code = found.group(1)
    span = next((s for s in piece.spans if s.tag == "persName" and not _mentioned(piece, s)), None)
    if span is not None:
        title, name, function, reference = _around(piece, span, len(code))
    else:
        bare = re.sub(r"\([^()]*\)", " ", text)
        if code:
            bare = bare[found.end() :] if found else bare
        head, _, tail = _first_piece(bare)
        title, name = split_title(head)
        reference = ""
        if GROUP.match(bare.strip()) or BARE_ROLE.match(plain_words(bare)):
            title, name, tail = " ".join(bare.split()), "", ""
        elif not name and bare_function(head) and _heads_name(tail):
            styled, name = split_title(tail)  # "The British Foreign Minister, Mr. Bevin"
            title, tail = f"{head} {styled}".strip(), ""
        if name and not _names(title, name):
            # "President Sukarno of Indonesia", "Mr. Kuo Notetaker"
            cut = re.match(r"(.+?)\s+((?:of|from)\s.*)", name)
            if cut and namelike(cut.group(1)):
                name, tail = cut.group(1), f"{cut.group(2)}, {tail}".strip(" ,")
            else:
                words = name.split()
                at = next((i for i, w in enumerate(words) if not namelike(w)
                           and word_of(w) not in PARTICLES), len(words))  # fmt: skip
                if at and namelike(" ".join(words[:at])):
                    name, tail = " ".join(words[:at]), f"{' '.join(words[at:])}, {tail}".strip(" ,")
                else:
                    title, name = head, ""
        function = tail
    name = re.sub(r"\s+", " ", BLANK.sub("", name)).strip(" ,.;:-–—") if name else ""
    blank = bool(BLANK.search(text))
    function = BLANK.sub("", re.sub(r"\([^()]*\)", " ", function))
    function = " ".join(function.split()).strip(" ,;:-–—")
    function = re.sub(r"(?<=[a-z]{4})\.$", "", function)
    suffix = re.match(r"(Jr\.?|Sr\.?|II|III|IV)(?=\W|$),?\s*", function)
    if suffix and name:
        name, function = f"{name}, {suffix.group(1)}", function[suffix.end() :].strip(" ,;:-–—")
    roles += [role for role in roles_in(function) if role not in roles]
    if partial_text := re.search(
        r"(?:,|\s)\s*((?:left|joined|arrived|present (?:for|until))\b.*)$", function
    ):
        partial.append(partial_text.group(1))
        function = function[: partial_text.start()].strip(" ,")
    function = ", ".join(filter(None, (function, code, *aside)))
    unnamed = ""
    if not name or blank:
        spoken = BLANK.sub("", f"{title} {name}".strip() if name else title).strip(" ,.")
        if GROUP.match(spoken):
            unnamed = "role" if re.match(r"(?:one|an?)\b", spoken, re.IGNORECASE) else "group"
            roles += [r for r in roles_in(spoken) if r not in roles]
        elif BARE_ROLE.match(plain_words(spoken)) or blank or not bare_function(spoken):
            unnamed = "group" if re.match(r".*(?:ers|ors)$", plain_words(spoken)) else "role"
            roles += [r for r in roles_in(spoken) if r not in roles]
        if blank:
            reference, unnamed = "", "role"
            title, name = f"{title} {name}".strip(), ""
    return Present(
        told=told, name=name, title=" ".join(title.split()).strip(" ,"), function=function,
        reference=reference, roles=tuple(roles), partial="; ".join(partial), unnamed=unnamed,
        symbol=code if _SYMBOL.fullmatch(code) and not side_named(code) else "",
    )  # fmt: skip


def _first_piece(text: str) -> tuple[str, str, str]:
    """The part before the first comma or dash, the separator, and the rest."""
    cut = re.search(r",\s*|\s+-+\s+|\s*[—–]+\s*|;\s*", text)
    if cut is None:
        return " ".join(text.split()), "", ""
    return " ".join(text[: cut.start()].split()), cut.group(), text[cut.end() :]


def _mentioned(piece: Marked, span: tei.Span) -> bool:
    """Whether a marked name stands behind a preposition: "Assistant to Kuznetsov"."""
    before = piece.text[: span.start].rstrip()
    words = before.split()
    while words and (_is_title(words[-1]) or word_of(words[-1]) == "the"):
        words.pop()
    return bool(words) and word_of(words[-1]) in ("to", "of", "for", "with") and len(words) > 1


def _around(piece: Marked, span: tei.Span, code: int) -> tuple[str, str, str, str]:
    """Title, name, function and pointer of a piece that has a marked name."""
    text = piece.text
    end = span.end
    name = text[span.start : span.end]
    reference = span.ref
    for other in piece.spans:  # "Alfred LeS" "." "Jenkins": one name marked in two pieces
        if other.tag == "persName" and other.start > end:
            gap = text[end : other.start]
            if not re.search(r"[A-Za-z,;]", gap) and (not other.ref or other.ref == reference):
                name += gap + text[other.start : other.end]
                end = other.end
    before = text[: span.start]
    if found := _CODE.match(before):
        before = before[found.end() :]
    before = re.sub(r"\([^()]*\)", " ", before)
    head, name_before = split_title(f"{before.strip(' ,')}".strip())
    if name_before and namelike(name_before) and not before.rstrip().endswith((",", "—", "-")):
        name = f"{name_before} {name}"
    elif name_before:
        head = before.strip(" ,")
    after = text[end:]
    word = re.match(r"['’]?\s*([A-Z][\w.'’-]*)(?=$|\s*[,(—–-])", after.lstrip())
    if after[:1] == " " and word and namelike(word.group(1)) and not _CODE.match(after.lstrip()):
        name, after = f"{name} {word.group(1)}", after.lstrip()[word.end() :]
    inner_title, inner = split_title(name)  # "Dr. Henry A. Kissinger"
    if inner and inner_title:
        head, name = f"{head} {inner_title}".strip(), inner
    return head, name, after, reference


def _shared(found: list[Present]) -> list[Present]:
    """Give to all what is printed once: "A and B, Interpreters", "Mr. A and Mr. B (CIA)"."""
    shared: list[Present] = []
    titled = any(re.match(r"(?:Senators|Congressmen)", one.title) for one in found)
    for one in found:
        shared.append(one)
        if one.function and not titled:
            plural = re.search(r"(?:ers|ors|ants|members|officers|ies)\b", one.function)
            for number in range(len(shared) - 2, -1, -1):
                other = shared[number]
                if other.function or other.unnamed or not (plural or "(" in one.told):
                    break
                shared[number] = replace(
                    other, function=one.function,
                    roles=tuple(dict.fromkeys((*other.roles, *one.roles))),
                )  # fmt: skip
    plural_title = ""
    for number, one in enumerate(shared):  # "Senators Mansfield, Humphrey"
        if re.match(r"(?:Senators|Congressmen|Messrs|Secretaries|Ambassadors)", one.title):
            plural_title = one.title
        elif plural_title and not one.title and one.name:
            shared[number] = replace(one, title=plural_title)
        else:
            plural_title = ""
    return shared


@dataclass(slots=True)
class Listed:
    """A list of those present as read: the people, what is wrong, and where it sends the reader."""

    people: list[Present] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    elsewhere: str = ""
    also: bool = False  # headed ALSO PRESENT: others were there too


def read_list(items: Sequence[Marked]) -> Listed:
    """Those present, from the items of a list or from paragraphs that stand for one."""
    listed = Listed()
    side = body = ""
    roles: tuple[str, ...] = ()
    joined: list[Marked] = []
    for item in items:  # an item that breaks off is carried on by the next
        text = item.text
        before = joined[-1].text if joined else ""
        if 0 < len(before) < LONGEST and (before.endswith(",") or _continues(before, item)):
            joined[-1] = joined[-1] + item
        else:
            joined.append(item)
    whole = [_whole_italic(item) for item in joined]
    italic = 0 < sum(whole) <= len(joined) / 2
    for item, emphasised in zip(joined, whole, strict=True):
        if len(item.text) > LONGEST:
            listed.wrong.append(f"'{short_of(item.text)}' is too long for a participant")
            continue
        text = item.text.strip()
        if not re.search(r"\w", text):
            continue
        if ELSEWHERE.match(text):
            listed.elsewhere = text
            continue
        named = side_named(text)
        if named:
            side, roles, body = named, (), ""
            continue
        if _OTHERS.fullmatch(text):  # strangers of any state: their offices tell it
            side, roles, body = "", (), ""
            continue
        if _BODY.match(text):
            body, roles = text.strip(" :"), ()
            continue
        if re.fullmatch(r"(?:[\w-]+ ){0,2}(?:side|delegation)s?:?", text, re.IGNORECASE):
            side, roles = "", ()
            listed.wrong.append(f"the side '{text}' is no state known here")
            continue
        if text.lower().strip(" :") == "secretariat":
            roles = ()
            continue
        if (header := ROLE_HEADER.match(text)) and not header.group(2):
            roles = roles_in(text)
            continue
        if text.endswith(":") or (italic and emphasised and not _heads_name(text)):
            if re.search(r"also|other|observer|interpreter|note", text, re.IGNORECASE):
                roles = roles_in(text)
                continue
            if not _heads_name(text.rstrip(":")):
                side, roles = slug(text), ()
                if side not in STATES:
                    side = ""
                    listed.wrong.append(f"the side '{text}' is no state known here")
                continue
        if is_sentence(text):
            listed.wrong.append(f"'{short_of(text)}' reads as a sentence, not as a participant")
            continue
        own = ""
        if (prefix := _SIDE_PREFIX.match(text)) and _BODY_PREFIX.match(text) is None:
            own = side_named(prefix.group(1))  # "France—M. Couve de Murville"
            if own and own not in ORGANISATIONS:
                item = item.cut(prefix.end())
            else:
                own = ""
        found, wrong = people_of_item(item)
        if wrong:
            listed.wrong.append(f"'{short_of(text)}' {wrong}")
        if body:
            found = [one if one.function else replace(one, function=body) for one in found]
        for one in found:
            listed.people.append(
                replace(one, side=own or side, headed=bool(own or side),
                        roles=tuple(dict.fromkeys((*one.roles, *roles))))
            )  # fmt: skip
    return listed


def short_of(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:77]}..."


def _continues(before: str, item: Marked) -> bool:
    """Whether an item is the rest of the one before: "Chief, American" / "Section, Ministry"."""
    text = item.text
    if len(text) > LONGEST or any(s.tag == "persName" for s in item.spans) or side_named(text):
        return False
    first = word_of(text.split()[0]) if text.split() else ""
    parts = [p for p in re.split(r",\s*", text) if p]
    office = first in OFFICE_WORDS and first not in RANKS and not roles_in(text)
    starts_person = any(_heads_name(p) for p in parts[:1])
    return office and not starts_person and before.count(",") >= 1 and not GROUP.match(text)


def _whole_italic(item: Marked) -> bool:
    return any(
        s.tag == "hi" and s.start == 0 and s.end >= len(item.text.rstrip(" :")) for s in item.spans
    )


def is_sentence(text: str) -> bool:
    bare = re.sub(r"\([^)]*\)", "", text)
    words = bare.split()
    verb = _SENTENCE.search(bare)
    return (
        len(words) > 6
        and verb is not None
        and bool(re.search(r"\bto\b|\.$|\bthat\b|\bthe\b", bare))
    )
