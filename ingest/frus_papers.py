"""One document taken out of its XML: heading, dates, lists, subjects, source note."""

from __future__ import annotations

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
    ROLE_HEADER,
    bare_function,
    is_sentence,
    people_of_item,
)
from visavis.ingest.frus_states import plain_words, side_named
from visavis.ingest.tei import Marked, Outline, attribute, local, marked

__all__ = ["ALSO", "DELEGATION", "PRESENT_HEAD", "Paper", "paper_of"]


@dataclass(slots=True)
class Paper:
    """One document as read: little enough that a whole volume of them fits into memory."""

    id: str
    number: str
    line: int
    head: Marked
    source: Marked
    place: str = ""
    when: When | None = None  # of the attributes
    printed: tuple[When, ...] = ()  # of the dateline and of the head
    own: list[When] = field(default_factory=list)  # of the paper's own DATE lines
    undated: bool = False
    lists: list[tuple[str, list[Marked]]] = field(default_factory=list)
    subjects: list[str] = field(default_factory=list)
    venue: str = ""
    apart: bool = False  # the list stands in an attached paper with a date of its own
    received: str = ""
    part: str = ""  # of a paper attached to a document: "a1", "a2"
    attached: list[Paper] = field(default_factory=list)  # those with meetings of their own
    notes: list[str] = field(default_factory=list)  # footnotes of the lists
    also: Marked = field(default_factory=lambda: Marked(""))  # "X was also present", by the editors

    @property
    def key(self) -> str:
        """The document, and which of the papers attached to it: `d12`, `d12-a1`."""
        return f"{self.id}-{self.part}" if self.part else self.id


# Editors' words on those whom a list leaves out.
_ALSO_PRESENT = re.compile(
    r"(?:^|[.)] )((?:[A-Z][\w.'’-]*|and|,|de|von|van| )+?) (?:was|were) also present\b"
    r"(?=\.| (?:at|during) (?:the|this)\b)"
)
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
    number = attribute(element, "n") or ""
    if found := re.match(r"\s*(\d+[a-z]?)\.\s+", head.text):
        number = number or found.group(1)
        head = head.cut(found.end())
    tag, kind, value = outline.source_note
    source = next(
        (marked(note, outline) for note in element.iter()
         if local(note) == tag and attribute(note, kind) == value),
        Marked(""),
    )  # fmt: skip
    paper = Paper(attribute(element, "id"), number, element.sourceline or 0, head, source)
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
    if found and re.search(r"\d|noon|midnight", found.group()):
        paper.received = f"R{found.group(1)[1:].strip()}"
    return paper


# "... but it was received in the Department of State at 8:01 a.m. on August 20."
_RECEIVED = re.compile(
    r"(?:\b(?:was|were) |(?=R))((?:R|r)eceived\b"
    rf"(?:[^.;]|\.(?=m\.)|(?<=\.m)\.(?= (?:on )?{MONTH} \d))*)"
)


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
        text = marked(dateline, outline).text
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
    ends = re.search(rf",\s(?:\d{{1,2}} )?{MONTH} [^a-z]*(?:noon|midnight|[ap]\.m\.)?[^a-z]*$",
                     paper.head.text)  # fmt: skip
    if (when := printed_when(paper.head.text)) and (datelines or ends):
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
            if PRESENT_HEAD.match(head) or before:
                paper.lists.append((head or before, _columns(child, outline)))
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
                paper.notes += [
                    " ".join("".join(n.itertext()).split())
                    for n in child.iter(f"{{{outline.namespace}}}{outline.note}")
                ]
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
                items.append(text.cut(rest.start(1)))
            carried = number + 1
            while carried < len(blocks):
                follow, words = blocks[carried]
                if local(follow) != outline.paragraph or not _reads_as_item(words):
                    break
                items.append(words)
                carried += 1
            alone = rest and len(items) == 1 and _names_all(items[0])
            if len(items) > (1 if starts else 3) or alone:
                paper.lists.append((text.text, items))


def _headed(element: etree._Element, outline: Outline) -> str:
    """The words before a list in its own paragraph, where they say that those present follow."""
    parent = element.getparent()
    if parent is None or local(parent) != outline.paragraph or element.get("type"):
        return ""
    words = " ".join((parent.text or "").split())
    return words if PRESENT_HEAD.match(words) and len(words) < 60 else ""


def _columns(table: etree._Element, outline: Outline) -> list[Marked]:
    """The cells of a table column by column: sides stand side by side."""
    rows = [
        [marked(cell, outline) for cell in row if local(cell) == outline.cell]
        for row in table.iter(f"{{{outline.namespace}}}{outline.row}")
    ]
    widest = max(map(len, rows), default=0)
    return [row[n] for n in range(widest) for row in rows if n < len(row) and row[n].text]


def _items(element: etree._Element, outline: Outline) -> list[Marked]:
    """The items of a list; lists within it are opened, their heads are headers."""
    items: list[Marked] = []
    for child in element:
        name = local(child)
        if name == outline.item:
            nested = [c for c in child.iter() if local(c) == outline.list]
            own = marked(child, outline, (outline.list,))
            if own.text:
                items.append(own)
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
    if is_sentence(text.text) or _runs_on(text.text):
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
