"""One document taken out of its XML: heading, dates, lists, subjects, source note."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from lxml import etree

from visavis.ingest.frus_dates import STAMP, When, attribute_when, printed_when
from visavis.ingest.frus_persons import MONTH
from visavis.ingest.frus_present import (
    BARE_ROLE,
    ELSEWHERE,
    GROUP,
    LONGEST,
    ROLE_HEADER,
    bare_function,
    is_sentence,
    people_of_item,
)
from visavis.ingest.frus_states import plain_words, side_named
from visavis.ingest.tei import Marked, Outline, attribute, local, marked

__all__ = [
    "ALSO",
    "DELEGATION",
    "PRESENT_HEAD",
    "Chapters",
    "Paper",
    "Session",
    "paper_of",
    "settle",
]


@dataclass(slots=True, eq=False)
class Session:
    """A meeting whose time and people stand at the head of a chapter, over the papers on it."""

    title: str
    head: str  # of the list
    items: list[Marked]
    when: When | None = None
    notes: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Paper:
    """One document as read: little enough that a whole volume of them fits into memory."""

    id: str
    number: str
    line: int
    head: Marked
    source: Marked
    remarks: list[Marked] = field(default_factory=list)  # footnotes of the head
    place: str = ""
    when: When | None = None  # of the attributes
    printed: tuple[When, ...] = ()  # of the dateline and of the head
    own: list[When] = field(default_factory=list)  # of the paper's own DATE lines
    undated: bool = False
    lists: list[tuple[str, list[Marked]]] = field(default_factory=list)
    subjects: list[str] = field(default_factory=list)
    venue: str = ""
    overlong: bool = False  # of the head no more than the beginning was read
    apart: bool = False  # the list stands in an attached paper with a date of its own
    received: str = ""
    part: str = ""  # of a paper attached to a document: "a1", "a2"
    attached: list[Paper] = field(default_factory=list)  # those with meetings of their own
    notes: list[str] = field(default_factory=list)  # footnotes of the lists
    also: Marked = field(default_factory=lambda: Marked(""))  # "X was also present", by the editors
    session: Session | None = None  # of the chapter in which it stands

    @property
    def key(self) -> str:
        """The document, and which of the papers attached to it: `d12`, `d12-a1`."""
        return f"{self.id}-{self.part}" if self.part else self.id


_NUMBERED = re.compile(
    r"\s*(?:(?P<a>No\.)\s*|(?P<b>\[))?(?P<n>\d+[a-z]?)(?(b)\]|(?(a)\.?|\.))\s+(?=\D)"
)
# Editors' words on those whom a list leaves out.
_ALSO_PRESENT = re.compile(
    r"(?:^|[.)] )((?:[A-Z][\w.'’-]*+|and|,|de|von|van| ){1,80}?) (?:was|were) also present\b"
    r"(?=\.| (?:at|during) (?:the|this)\b)"
)
_TALKED = re.compile(r"\W*Between\b")  # a footnote to the head that says who spoke
_HEADING = 40  # paragraphs among which a paper's own heading is looked for
PRESENT_HEAD = re.compile(
    r"^\W*(?:list of )?(?:the )?(?:principal |other |others |also |those |american |u\.?s\.? |"
    r"(?:persons|people|officials) )*(?:participants?|participation|present|"
    r"attend(?:ing|ance|ees)|those present|participating|conferees|partial list)\b",
    re.IGNORECASE,
)
ALSO = re.compile(r"\b(?:also|others?)\b", re.IGNORECASE)
_LABEL = re.compile(
    r"^\W*(?:date|time|place|subjects?|general subjects?|topics?|distribution|copies|location|"
    r"date (?:&|and) (?:time|place)|time (?:&|and) place)\b\s*(?::|$|—)",
    re.IGNORECASE,
)
_OWN_DATE = re.compile(
    r"^\W*(?:date|time|date (?:&|and) time|time (?:&|and) date)\b\s*:?\s*(.+)$", re.I
)
DELEGATION = re.compile(r"^\W*(?:the )?([\w.' ]+?) (?:delegation|side)\W*$", re.IGNORECASE)
_EMPTY_TITLE = re.compile(
    r"^\W*(?:memorand(?:um|a)(?: (?:of|for)(?: the)?(?: (?:conversation|record))?)?|information|"
    r"the white house|washington|top secret\b.*|secret\b.*|confidential\b.*)\W*$",
    re.IGNORECASE,
)


def paper_of(element: etree._Element, outline: Outline) -> Paper:
    """What a document tells of itself, without its text."""
    head_element = next((c for c in element if local(c) == outline.head), None)
    head = marked(head_element, outline) if head_element is not None else Marked("")
    overlong = len(head.text) > LONGEST
    head = head.cut(0, min(len(head.text), LONGEST))
    number = attribute(element, "n") or ""
    if found := _NUMBERED.match(head.text):  # "12. Letter", "No. 12 The Secretary", "[12] Note"
        number = number or found.group("n")
        head = head.cut(found.end())
    tag, kind, value = outline.source_note
    source = next(
        (marked(note, outline) for note in element.iter()
         if local(note) == tag and attribute(note, kind) == value),
        Marked(""),
    )  # fmt: skip
    paper = Paper(attribute(element, "id"), number, element.sourceline or 0, head, source)
    paper.overlong = overlong
    if head_element is not None:
        paper.remarks = [
            marked(note, outline) for note in head_element
            if local(note) == tag and attribute(note, kind) != value
        ]  # fmt: skip
    _dates_of(paper, element, outline)
    parts = _attached(element, outline)
    _lists_of(paper, element, outline, [*outline.attachment] if parts else [])
    for count, part in enumerate(parts, 1):
        own = paper_of(part, outline)
        paper.attached.append(
            replace(own, id=paper.id, number=paper.number, part=f"a{count}",
                    head=own.head if own.head.text else paper.head)
        )  # fmt: skip
    if found := _ALSO_PRESENT.search(source.text):
        paper.also = source.cut(found.start(1), found.end(1))
    if found := re.search(
        r"(?:The |This )?"
        r"(?:[Mm]eeting|[Cc]onversation|[Ll]unch(?:eon)?|[Dd]inner|[Dd]iscussions?|[Tt]alks?)"
        r"(?: was| were)?(?: held| took place| occurred)\b[^.]*", source.text,
    ):  # fmt: skip
        paper.venue = found.group().strip()
    found = _RECEIVED.search(source.text)
    if found and not paper.received and re.search(r"\d|noon|midnight", found.group()):
        paper.received = f"R{found.group(1)[1:].strip()}"
    return paper


# "... but it was received in the Department of State at 8:01 a.m. on August 20."
_RECEIVED = re.compile(
    r"(?:\b(?:was|were) |(?=R))((?:R|r)eceived\b"
    rf"(?:[^.;]|\.(?=m\.)|(?<=\.m)\.(?= (?:on )?{MONTH} \d))*)"
)
_ARRIVED = re.compile(r"[\[(]\s*((?:Received|Rec[’']d)\b[^\])]*)[\])]\.?", re.IGNORECASE)


def _attached(element: etree._Element, outline: Outline) -> list[etree._Element]:
    """The papers attached to a document that have lists of their own, where there are several.

    A single list in an attachment is that of the document: a covering memorandum has none.
    """
    found: dict[etree._Element, None] = {}
    proper = False
    for listing in element.iter(f"{{{outline.namespace}}}{outline.list}"):
        if listing.get("type") != outline.participants:
            continue
        items = [marked(i, outline).text for i in listing if local(i) == outline.item]
        if all(ELSEWHERE.match(text) for text in items):
            continue
        holder = next(
            (a for a in listing.iterancestors() if _is_attachment(a, outline)), None
        )  # fmt: skip
        if holder is None or holder is element:
            proper = True
        elif not any(a in found for a in holder.iterancestors()):
            found[holder] = None
    return list(found) if proper or len(found) > 1 else []


def _is_attachment(element: etree._Element, outline: Outline) -> bool:
    return local(element) in outline.attachment or (
        local(element) == "div" and element.get("type") in outline.attachment
    )


def _inside(element: etree._Element, top: etree._Element, names: Sequence[str]) -> bool:
    parent = element.getparent()
    while parent is not None and parent is not top:
        if local(parent) in names or (local(parent) == "div" and parent.get("type") in names):
            return True
        parent = parent.getparent()
    return False


def _dates_of(paper: Paper, element: etree._Element, outline: Outline) -> None:
    away = (*outline.attachment, outline.note, "quote", "floatingText", outline.list)
    datelines = [
        e for e in element.iter() if local(e) == outline.dateline and not _inside(e, element, away)
    ]
    printed: list[When] = []
    for dateline in datelines[:1]:
        text = marked(dateline, outline).text[:LONGEST]
        if arrived := _ARRIVED.search(text):  # "[Received November 6.]", not when it was sent
            paper.received = arrived.group(1).strip(" .,")
            text = f"{text[: arrived.start()]} {text[arrived.end() :]}".strip()
        places = [e for e in dateline.iter() if local(e) == outline.place]
        if places:
            paper.place = " ".join("".join(places[0].itertext()).split()).strip(" ,.")
            before = re.match(rf"([A-Z][\w .'-]+), {re.escape(paper.place)}", text)
            if before:  # "Glassboro, <placeName>New Jersey</placeName>"
                paper.place = f"{before.group(1)}, {paper.place}"
        paper.when = attribute_when(dateline, outline)
        paper.undated = "undated" in text.lower()
        if when := printed_when(text):
            printed.append(when)
    if paper.when is None:
        start = STAMP.match(attribute(element, outline.dated_from))
        end = STAMP.match(attribute(element, outline.dated_to))
        if start and not printed and not paper.undated:
            # The edition's own sorting date, in Washington time: the day alone is kept.
            last = end.group(1) if end and end.group(1) != start.group(1) else ""
            paper.when = When(start.group(1), until=last, vague=bool(last))
    ends = re.search(
        rf"(?:,| on)\s(?:\d{{1,2}} )?{MONTH} [^a-z]*(?:[Nn]oon|[Mm]idnight|[ap]\. ?m\.)?[^a-z]*$",
        paper.head.text,
    )
    if (when := printed_when(paper.head.text)) and (datelines or ends):
        printed.append(when)
    for note in paper.remarks:  # "Between the Secretary of State and Mr. Atherton, July 17, 1931"
        if _TALKED.match(note.text) and (when := printed_when(note.text[:LONGEST])):
            printed.append(when)
    paper.printed = tuple(printed)


def _lists_of(
    paper: Paper, element: etree._Element, outline: Outline, without: Sequence[str]
) -> None:
    """Lists of those present and of subjects; paragraphs that stand for a list; own dates.

    without: kinds of attached papers that are read by themselves.
    """
    blocks: list[tuple[etree._Element, Marked]] = []
    named = (outline.list, outline.paragraph, outline.table)
    tags = [f"{{{outline.namespace}}}{name}" for name in named]
    away = (outline.note, outline.list, outline.paragraph, outline.table, "quote")
    paragraphs = 0
    for child in element.iter(*tags):
        if without and _inside(child, element, without):
            continue
        listing = child.get("type") == outline.participants or (
            local(child) == outline.list and _headed(child, outline)
        )
        if local(child) == outline.paragraph:
            paragraphs += 1
            if paragraphs <= _HEADING and not _inside(child, element, away):
                blocks.append((child, marked(child, outline, (outline.list,))))
        elif (listing and not _inside(child, element, (outline.note, outline.list))) or (
            paragraphs <= _HEADING and not _inside(child, element, away)
        ):
            blocks.append((child, Marked("")))
    year = (paper.when.day if paper.when else "")[:4]
    carried = None  # items that paragraphs carry on, and how many paragraphs are left to look at
    for number, (child, text) in enumerate(blocks):
        before = blocks[number - 1][1].text if number else ""
        if not (PRESENT_HEAD.match(before) and len(before) < 60):
            before = ""
        if local(child) == outline.table:
            head = next((marked(c, outline).text for c in child if local(c) == outline.head), "")
            inner, items = _table(child, outline)
            if PRESENT_HEAD.match(head) or before or inner:
                told = [when for when in (_clock_of(paper, one.text) for one in items) if when]
                paper.own += told[:1]
                items = [one for one in items if not _TALK.match(one.text)]
                paper.lists.append((head or before or inner, items))
                paper.notes += _notes(child, outline)
        elif local(child) == outline.list:
            kind = child.get("type") or ""
            head = next((marked(c, outline).text for c in child if local(c) == outline.head), "")
            if not kind and not PRESENT_HEAD.match(head):
                head = _headed(child, outline) or before or head
            if kind == outline.subject or re.match(r"\W*(?:general )?subjects?\b", head, re.I):
                paper.subjects += [
                    marked(i, outline).text.strip(" .") for i in child
                    if local(i) == outline.item and marked(i, outline).text
                ]  # fmt: skip
            elif kind == outline.participants or (not kind and PRESENT_HEAD.match(head)):
                inside = _inside(child, element, outline.attachment)
                paper.apart = inside and (paper.apart or not paper.lists)
                items = [Marked(head)] if side_named(head) else []
                items += _items(child, outline)
                items += _carried_on(blocks, number + 1, outline)
                paper.lists.append((head, items))
                paper.notes += _notes(child, outline)
        if local(child) != outline.paragraph:
            continue
        if own := _OWN_DATE.match(text.text):
            if when := printed_when(own.group(1), year):
                paper.own.append(when)
        elif found := re.match(r"^\W*SUBJECT\s*:\s*(.+)$", text.text):
            paper.subjects.append(found.group(1).strip(" ."))
        if carried is not None and number < carried:
            continue
        starts = PRESENT_HEAD.match(text.text) and len(text.text.partition(":")[0]) < 60
        side = DELEGATION.match(text.text)
        if starts or (side and side_named(text.text)):
            items = [text] if side and not starts else []
            rest = re.match(r"^[^:]{3,40}:\s*(\S.*)$", text.text) if starts else None
            if rest:
                lines = text.cut(rest.start(1)).lines()
                items += _by_side(lines[0])
                items += itertools.takewhile(_reads_as_item, lines[1:])
            carried = number + 1
            while carried < len(blocks):
                follow, words = blocks[carried]
                if local(follow) != outline.paragraph or not _reads_as_item(words):
                    break
                items += words.lines()
                carried += 1
            alone = rest and len(items) == 1 and _names_all(items[0])
            if len(items) > (1 if starts else 3) or alone:
                paper.lists.append((text.text, items))


_GROUP = re.compile(r"(?:^|;\s*)([^;:—–]{2,40}?)\s*[:—–]\s*")


def _by_side(text: Marked) -> list[Marked]:
    """Headers and people of "Philippines—FM Romulo; US—The Secretary", or the text as it is."""
    found = list(_GROUP.finditer(text.text))
    if len(found) < 2 or not all(side_named(one.group(1)) for one in found):
        return [text]
    ends = [*(one.start() for one in found[1:]), len(text.text)]
    parts: list[Marked] = []
    for one, end in zip(found, ends, strict=True):
        parts += [text.cut(*one.span(1)), text.cut(one.end(), end)]
    return [replace(part, text=part.text.rstrip(" .;")) for part in parts if part.text]


def _headed(element: etree._Element, outline: Outline) -> str:
    """The words before a list in its own paragraph, where they say that those present follow."""
    parent = element.getparent()
    if parent is None or local(parent) != outline.paragraph or element.get("type"):
        return ""
    words = " ".join((parent.text or "").split())
    return words if PRESENT_HEAD.match(words) and len(words) < 60 else ""


def _notes(element: etree._Element, outline: Outline) -> list[str]:
    return [
        " ".join("".join(n.itertext()).split())
        for n in element.iter(f"{{{outline.namespace}}}{outline.note}")
    ]


# What a footnote to one name says of the time that person was there.
_CAME = re.compile(
    r"(?:apparently |probably )?(?:(?:joined|left|entered|arrived)\b[^.;]*|"
    r"(?:was|were) (?:present|there) (?:only |for |during |until )[^.;]*)"
)


def _came(element: etree._Element, outline: Outline) -> str:
    """The words of a name's own footnote that tell of partial attendance, in parentheses."""
    notes = _notes(element, outline)
    found = _CAME.search(notes[0]) if len(notes) == 1 else None
    surname = re.findall(r"[A-Z][\w’'-]+", marked(element, outline).text)
    named = bool(surname) and found is not None and surname[-1] in notes[0][: found.start()]
    return f" ({found.group()})" if found and named else ""


def _table(table: etree._Element, outline: Outline) -> tuple[str, list[Marked]]:
    """The cells of a table column by column, for sides stand side by side.

    Also the words in it that say that those present are listed ("Present" over the columns,
    "Participants:" before the names), "" where it has none.
    """
    rows: list[list[Marked]] = []
    head = ""
    for row in table.iter(f"{{{outline.namespace}}}{outline.row}"):
        cells: list[Marked] = []
        for cell in row:
            if local(cell) != outline.cell:
                continue
            told = marked(cell, outline)
            label = told.text if len(rows) < 3 and len(told.text) < 40 else ""
            if label and PRESENT_HEAD.match(label) and not head:
                head, rest = label, label.partition(":")[2]
                told = told.cut(len(label) - len(rest)) if rest.strip() else Marked("")
            elif told.text:
                told += Marked(_came(cell, outline).strip())
            cells.append(told)
        rows.append(cells)
    sided = [r for r in rows if len(r) > 1 and side_named(r[0].text) and r[1].text]
    if len(sided) > 1 and not any(side_named(row[1].text) for row in sided):
        return head, [cell for row in rows for cell in row if cell.text]  # a side, then its people
    if head and not any(side_named(cell.text) for row in rows for cell in row):
        return head, [cell for row in rows for cell in row if cell.text]  # under "Participants:"
    widest = max(map(len, rows), default=0)
    return head, [row[n] for n in range(widest) for row in rows if n < len(row) and row[n].text]


def _clock_of(paper: Paper, text: str) -> When | None:
    """The hour of "Telephone conversation 5:10 p. m." in a list, on the day of the paper."""
    if paper.when is None or paper.when.clock or not _HOUR.search(text):
        return None
    return printed_when(f"{paper.when.day[:4]} {text}", paper.when.day[:4]) or replace(
        paper.when, clock=_hour_of(text), printed=text
    )


_TALK = re.compile(r"^\W*(?:telephone )?(?:conversation|call|meeting|interview)\b", re.IGNORECASE)
_HOUR = re.compile(r"\b\d{1,2}(?::\d\d)? ?[ap]\. ?m\.", re.IGNORECASE)


def _hour_of(text: str) -> str:
    when = printed_when(f"January 1, 1900, {text}")
    return when.clock if when else ""


def _items(element: etree._Element, outline: Outline) -> list[Marked]:
    """The items of a list; lists within it are opened, their heads are headers."""
    items: list[Marked] = []
    for child in element:
        name = local(child)
        if name == outline.item:
            nested = [c for c in child.iter() if local(c) == outline.list]
            own = marked(child, outline, (outline.list,))
            if nested and PRESENT_HEAD.match(own.text) and own.text.endswith(":"):
                own = Marked("")  # "Present:" over the names, in an item of its own
            if own.text:
                items.append(own + Marked("" if nested else _came(child, outline).strip()))
            if nested:
                items += _items(nested[0], outline)
        elif name == outline.list:
            items += _items(child, outline)
        elif (
            name == outline.head
            and element.getparent() is not None
            and local(element.getparent()) in (outline.list, outline.item)
        ) or name == "label":
            items.append(marked(child, outline))
    return items


def _reads_as_item(text: Marked) -> bool:
    """Whether a paragraph can be an item of a list of those present, and nothing else."""
    words = text.text
    if (
        not words
        or len(words) > 220
        or printed_when(words)
        or _LABEL.match(words)
        or _EMPTY_TITLE.match(words)
    ):
        return False
    if re.search(r"\(cc\)|\bcc:", words):  # to whom copies went
        return False
    if side_named(words) or ROLE_HEADER.match(words) or BARE_ROLE.match(plain_words(words)):
        return True
    if re.match(r"^[^,(]{0,40}:", words) or _runs_on(words):
        return False
    if is_sentence(words) or re.match(
        r"^(?:Meeting|I|We|It|At|On|In|After|The (?:meeting|group))\b", words
    ):
        return False
    return bool(GROUP.match(words)) or _names_all(text)


def _runs_on(words: str) -> bool:
    """Whether one sentence follows another."""
    shortened = (
        r"\b(?:Mr|Mrs|Dr|Jr|Sr|Gen|Sen|Amb|Adm|Col|Brig|Maj|Asst|Prof|Capt|Lt|Gov|Hon|[A-Z])\."
    )
    return bool(re.search(r"[?!“”]|\. [A-Z][a-z]+ ", re.sub(shortened, "", words)))


def _names_all(text: Marked) -> bool:
    """Whether every part of `text` names a person or an office: "Secretary Herter, the Speaker"."""
    if len(text.text) > LONGEST or is_sentence(text.text) or _runs_on(text.text):
        return False
    found, _ = people_of_item(text)
    return bool(found) and all(one.name or bare_function(one.title) for one in found)


def _carried_on(
    blocks: Sequence[tuple[etree._Element, Marked]], start: int, outline: Outline
) -> list[Marked]:
    """Paragraphs after a list that go on with it, up to the DATE or PLACE that closes them."""
    items: list[Marked] = []
    for element, text in blocks[start : start + 14]:
        if local(element) != outline.paragraph:
            return []
        if re.match(r"^\W*(?:date|place|time)\b", text.text, re.IGNORECASE) and _LABEL.match(
            text.text
        ):
            return items
        if _EMPTY_TITLE.match(text.text):
            continue
        if not _reads_as_item(text):
            return []
        items.append(text)
    return []


# -- chapters -------------------------------------------------------------------------------------

_MINUTES = re.compile(
    r"\b(?:minutes|notes|record|summary|memorand(?:um|a) of (?:a )?(?:conversation|discussion))\b",
    re.IGNORECASE,
)
_MEETING = re.compile(
    r"\b(?:meeting|conversation|luncheon|dinner|session|conference|interview|talk|breakfast|tea)\b",
    re.IGNORECASE,
)
_EDITORS = re.compile(r"^\W*editor(?:ial|s|’s|'s)?\b", re.IGNORECASE)


@dataclass(slots=True)
class _Chapter:
    element: etree._Element
    id: str
    line: int
    head: Marked = field(default_factory=lambda: Marked(""))
    notes: list[str] = field(default_factory=list)
    session: Session | None = None
    openings: int = 0
    passed: int = 0  # openings that were not read


_OPENINGS = 100  # heads, lists and tables that a chapter may have outside documents


class Chapters:
    """What the chapters around a document say at their heads, while a volume is read.

    The volumes of the conferences (Cairo and Tehran, Yalta, Quebec, Potsdam) print the time of a
    meeting and a table of those present over all the papers on it, and not in one of them.
    """

    def __init__(self, outline: Outline) -> None:
        self.outline = outline
        self.open: list[_Chapter] = []  # outermost first
        self.overfull: list[_Chapter] = []  # those of which not every opening was read

    def _around(self, element: etree._Element) -> None:
        """Forget the chapters that have been closed."""
        ancestors = list(element.iterancestors())
        self.open = [c for c in self.open if any(c.element is a for a in ancestors)]

    def add(self, element: etree._Element) -> None:
        """A head, list or table that stands in a chapter."""
        self._around(element)
        parent = element.getparent()
        if parent is None:
            return
        if not self.open or self.open[-1].element is not parent:
            self.open.append(
                _Chapter(parent, attribute(parent, "id"), parent.sourceline or 0)
            )  # fmt: skip
        chapter = self.open[-1]
        chapter.openings += 1
        if chapter.openings > _OPENINGS:
            chapter.session = None  # what is not read may be the list of another meeting
            if not chapter.passed:
                self.overfull.append(chapter)
            chapter.passed += 1
            return
        outline = self.outline
        if local(element) == outline.head:
            chapter.head, chapter.notes = marked(element, outline), _notes(element, outline)
            return
        if local(element) == outline.table:
            head, items = _table(element, outline)
            if (
                not head
                and items
                and side_named(items[0].text)
                and _MEETING.search(chapter.head.text)
            ):  # no "Present", only the sides over the columns
                head = "Present"
        else:
            head = next((marked(c, outline).text for c in element if local(c) == outline.head), "")
            listed = element.get("type") == outline.participants or PRESENT_HEAD.match(head)
            head = (head or "Present") if listed else ""
            items = _items(element, outline) if listed else []
        if head and items:
            days = [c.head.text for c in self.open if c.head.text]
            chapter.session = Session(
                chapter.head.text, head, items,
                next((w for w in map(printed_when, _dated_heads(days)) if w), None),
                [*chapter.notes, *_notes(element, outline)],
            )  # fmt: skip

    def session(self, document: etree._Element) -> Session | None:
        """The meeting at whose head a document stands, if any."""
        self._around(document)
        return next((c.session for c in reversed(self.open) if c.session), None)


def _dated_heads(heads: Sequence[str]) -> list[str]:
    """The innermost head with its own day, or with the day of a head around it."""
    own = heads[-1] if heads else ""
    return [own, *(f"{outer}, {own}" for outer in reversed(heads[:-1]))]


def settle(papers: Sequence[Paper]) -> None:
    """Give the list at the head of a chapter to the papers that tell of that meeting.

    These are minutes, notes and records, or else the editors' note, or else the first paper that
    is neither; papers that have a list of their own keep it.
    """
    groups: dict[int, list[Paper]] = {}
    for paper in papers:
        if paper.session is not None:
            groups.setdefault(id(paper.session), []).append(paper)
    for group in groups.values():
        bare = [p for p in group if not p.lists and not p.attached]
        telling = (
            [p for p in bare if _MINUTES.search(p.head.text)]
            or [p for p in bare if _EDITORS.match(p.head.text)][:1]
            or bare[:1]
        )
        for paper in group:
            session, paper.session = paper.session, None
            if session is None or not any(paper is one for one in telling):
                continue
            paper.session = session
            paper.lists = [(session.head, session.items)]
            paper.notes = list(session.notes)
            if session.when is not None:
                if paper.when is not None and paper.when.vague:
                    paper.when = None  # the edition's own span, of the chapter
                paper.printed = (*paper.printed, session.when)
