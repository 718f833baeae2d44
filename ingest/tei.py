"""TEI editions of archives: what stands where, and a reader that hostile XML cannot harm.

An edition is described by one small table, `Outline`; `documents` then walks through a file and
hands over its header, its list of persons and each of its documents as a tree of its own, so that
memory is bounded by the largest document and not by the volume. `marked` turns an element into
running text that remembers who is named where.

Files come from anywhere. Nothing is fetched, no entity is expanded, no document type is accepted,
and whatever is wrong with the XML is a DataError with the last document and the line.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from lxml import etree

from visavis.schema.errors import DataError, Fault

__all__ = ["Marked", "Outline", "Root", "Span", "documents", "local", "marked", "root_of"]

XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
_CHUNK = 1 << 16
# Elements of one letter take thirty times their bytes, and an attribute without end is held whole.
_LARGEST = 8 << 20  # bytes of one document; the longest of FRUS have less than one megabyte
_OPENING = 1 << 20  # bytes of a head or list outside documents; longer ones are passed over
_ELEMENTS = 2_000_000  # elements of a file; volumes of FRUS have up to some four hundred thousand
_WHOLE = 128 << 20  # bytes of a file; volumes of FRUS have up to some ten megabytes
_PROLOGUE = 1 << 16  # bytes within which a root element must begin


@dataclass(frozen=True, slots=True)
class Outline:
    """Where an edition keeps what. Copy this table for another edition and change its values.

    Elements are given by their local names, `(name, attribute, value)` where one attribute tells
    them from others; attributes by local names too (`id` stands for `xml:id`).
    """

    root: str = "TEI"
    namespace: str = "http://www.tei-c.org/ns/1.0"
    header: tuple[str, str, str] = ("teiHeader", "", "")
    document: tuple[str, str, str] = ("div", "type", "document")
    persons: tuple[str, str, str] = ("div", "id", "persons")
    attachment: tuple[str, ...] = ("attachment",)  # papers within a document, dated on their own
    chapter: str = "div"  # what holds documents: its head and lists may speak for all of them
    head: str = "head"
    dateline: str = "dateline"
    date: str = "date"
    time: str = "time"
    place: str = "placeName"
    person: str = "persName"
    pointer: str = "corresp"  # of `person`, to the list of persons
    term: str = "gloss"
    note: str = "note"
    source_note: tuple[str, str, str] = ("note", "type", "source")
    list: str = "list"
    item: str = "item"
    table: str = "table"
    row: str = "row"
    cell: str = "cell"
    participants: str = "participants"  # the type of a list of those present
    subject: str = "subject"
    paragraph: str = "p"
    title: str = "title"  # of the volume, in the header
    number: str = "idno"
    skipped: tuple[str, ...] = ("note", "pb", "figure", "graphic", "fw")  # no words of the text
    dated_from: str = "doc-dateTime-min"  # the edition's own dates of a document
    dated_to: str = "doc-dateTime-max"


# -- the way in ---------------------------------------------------------------------------------


class Root(NamedTuple):
    """The root element of a file: local name, namespace, and the text around its start tag."""

    name: str
    namespace: str
    beginning: str


def root_of(path: Path, name: str = "") -> Root:
    """The root element, read from the first 64 KiB alone.

    name: how the file is called in messages. DataError where there is no XML, where a document
    type is declared (it could define entities and fetch files), or where no element begins.
    """
    name = name or str(path)

    def fault(message: str, advice: str) -> DataError:
        return DataError([Fault(name, 1, "", message, advice, code="xml")])

    try:
        with path.open("rb") as file:
            start = file.read(_PROLOGUE)
    except OSError as error:
        raise DataError(
            [Fault(name, None, "", f"cannot be read: {error.strerror}", "check the path",
                   code="file")]
        ) from None  # fmt: skip
    if not start.strip():
        raise fault("is empty", "fetch the file anew")
    if start[:2] == b"\x1f\x8b":
        raise fault("is compressed (gzip), not XML", "unpack it first")
    wide = start[:2] in (b"\xff\xfe", b"\xfe\xff") or start[1:2] == b"\0" or start[:1] == b"\0"
    if wide:
        little = start[:2] == b"\xff\xfe" or start[1:2] == b"\0"
        text = start.decode("utf-16-le" if little else "utf-16-be", "replace")
    else:
        text = start.decode("utf-8", "replace")
    text = text.lstrip("\ufeff \t\r\n")
    at = 0
    while True:
        if text.startswith("<?", at):
            end, step = text.find("?>", at), 2
        elif text.startswith("<!--", at):
            end, step = text.find("-->", at + 4), 3
        elif text.startswith("<!", at):
            raise fault(
                "declares a document type, which is not read",
                "remove the <!DOCTYPE ...> and what it defines",
            )
        elif text[at : at + 1].isspace():
            end, step = at, 1
        else:
            break
        if end < 0:
            break
        at = end + step
    found = re.compile(r"<(?:([\w.-]+):)?([\w.-]+)([^>]*)").match(text, at)
    if found is None:
        raise fault("is no XML: no element begins", "give a TEI file")
    prefix, tag, attributes = found.groups()
    declared = re.search(
        rf"xmlns{':' + re.escape(prefix) if prefix else ''}\s*=\s*[\"']([^\"']*)", attributes
    )
    return Root(tag, declared.group(1) if declared else "", text[at:])


def local(element: etree._Element) -> str:
    """The name of an element without its namespace; empty for comments and instructions."""
    return _local(element.tag)


@lru_cache(maxsize=1_024)
def _local(tag: object) -> str:
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: etree._Element, name: str) -> str:
    """An attribute by its local name, in whatever namespace (`id` is `xml:id`)."""
    value = element.get(name)
    if value is not None:
        return str(value)
    for key, value in element.attrib.items():
        if str(key).rpartition("}")[2] == name:
            return str(value)
    return ""


def _is(element: etree._Element, what: tuple[str, str, str]) -> bool:
    tag, name, value = what
    return local(element) == tag and (not name or attribute(element, name) == value)


def documents(
    path: Path, name: str, outline: Outline, largest: int = _LARGEST, whole: int = _WHOLE
) -> Iterator[tuple[str, etree._Element]]:
    """The parts of a file in order: ("header" | "persons" | "document" | "opening" | "passed", its
    tree).

    An opening is a head, list or table that stands in a chapter, outside its documents; a
    document's ancestors say whether it is in that chapter. One of more than a megabyte is passed
    over and handed over as far as it was read, as "passed".
    name: how the file is called in messages. A tree is cleared once the next one is asked for.
    largest: bytes that one part may have. whole: bytes that the file may have.
    Raises DataError for everything that is not well-formed, too deep (256 elements, by libxml2),
    too large or of too many elements, in another encoding than it says, or cut off.
    """
    root = root_of(path, name)
    if path.stat().st_size > whole:
        message = f"has more than {whole >> 20} MB, more than any volume"
        raise DataError([Fault(name, None, "", message, "give a volume a file", code="xml")])
    if (root.name, root.namespace) != (outline.root, outline.namespace):
        advice = f"the root must be <{outline.root}> in {outline.namespace}"
        message = f"the root element is <{root.name}>"
        raise DataError([Fault(name, 1, "", message, advice, code="xml")])
    parts = {"header": outline.header, "persons": outline.persons, "document": outline.document}
    openings = (outline.head, outline.list, outline.table)
    parser = etree.XMLPullParser(
        events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False,
        dtd_validation=False, huge_tree=False, remove_comments=True, remove_pis=True,
        collect_ids=False,
    )  # fmt: skip
    last = ""  # the document that was begun last, for messages
    inside: tuple[str, etree._Element] | None = None
    read = began = told = 0

    def fault(line: int | None, message: str, advice: str) -> DataError:
        return DataError([Fault(name, line, last, message, advice, code="xml")])

    # Another attack than nesting is text without end: libxml2 stops at ten megabytes.
    with path.open("rb") as file:
        while True:
            chunk = file.read(_CHUNK)
            read += len(chunk)
            try:
                if chunk:
                    parser.feed(chunk)
                else:
                    parser.close()
                events = list(parser.read_events())
            except (etree.LxmlError, LookupError, ValueError) as error:
                line = getattr(error, "lineno", None)
                words = str(getattr(error, "msg", None) or error)
                # The parser's own option is nothing that a reader could set.
                message = f"is no sound XML: {words.replace(', use XML_PARSE_HUGE option', '')}"
                advice = "fetch the file anew, or repair it at that line"
                raise fault(line, message, advice) from None
            told += len(events)
            if told > 2 * _ELEMENTS:
                raise fault(None, f"has more than {_ELEMENTS:,} elements", "give a volume a file")
            for event, element in events:
                if event == "start":
                    if inside is None:
                        for what, outlined in parts.items():
                            if _is(element, outlined):
                                inside, began = (what, element), read
                                if what == "document":
                                    last = attribute(element, "id")
                        if inside is None and local(element) in openings:
                            parent = element.getparent()
                            if parent is not None and local(parent) == outline.chapter:
                                inside, began = ("opening", element), read
                elif inside is not None and inside[1] is element:
                    yield inside[0], element
                    inside = None
                    _clear(element)
                elif inside is None:
                    _clear(element)
            if inside is not None and inside[0] == "opening" and read - began > _OPENING:
                yield "passed", inside[1]
                inside = None
            if inside is not None and read - began > largest:
                raise fault(
                    inside[1].sourceline, f"a single part of more than {largest >> 20} MB",
                    "this is no volume of documents",
                )  # fmt: skip
            if not chunk:
                return


def _clear(element: etree._Element) -> None:
    """Forget what was read: the element, and what stands before it."""
    element.clear()
    parent = element.getparent()
    if parent is not None:
        while element.getprevious() is not None:
            del parent[0]


# -- text that remembers who is named where -------------------------------------------------------


class Span(NamedTuple):
    """Characters `start` to `end` of a text stood in an element `tag` that pointed to `ref`."""

    start: int
    end: int
    tag: str
    ref: str
    type: str


@dataclass(frozen=True, slots=True)
class Marked:
    """Running text with blanks run together, and the marked words in it."""

    text: str
    spans: tuple[Span, ...] = ()

    def cut(self, start: int, end: int | None = None) -> Marked:
        """The part from `start` to `end`, trimmed, with the spans that lie in it."""
        end = len(self.text) if end is None else end
        while start < end and self.text[start] == " ":
            start += 1
        while end > start and self.text[end - 1] == " ":
            end -= 1
        if start == 0 and end == len(self.text):
            return self
        spans = (
            Span(max(s.start, start) - start, min(s.end, end) - start, s.tag, s.ref, s.type)
            for s in self.spans
            if s.start < end and s.end > start
        )
        return Marked(self.text[start:end], tuple(spans))

    def lines(self) -> list[Marked]:
        """The lines into which line breaks part it."""
        at = [0, *(s.start for s in self.spans if s.tag == "lb"), len(self.text)]
        parts = [self.cut(begin, end) for begin, end in itertools.pairwise(at)]
        return [part for part in parts if part.text]

    def __add__(self, other: Marked) -> Marked:
        """Both, with a blank between."""
        gap = " " if self.text and other.text else ""
        by = len(self.text) + len(gap)
        moved = tuple(s._replace(start=s.start + by, end=s.end + by) for s in other.spans)
        return Marked(self.text + gap + other.text, self.spans + moved)


_BLANKS = re.compile(r"\s+")


def marked(element: etree._Element, outline: Outline, only: tuple[str, ...] = ()) -> Marked:
    """The text of an element without its notes, with the persons and terms that it marks.

    only: local names of further elements to leave out (a nested list).
    """
    text: list[str] = []
    spans: list[Span] = []
    length = 0
    blank = True  # whether the text so far ends with a blank, or is empty
    left_out = {"", *outline.skipped, *only}
    kept = (outline.person, outline.term, "hi")

    def say(words: str) -> None:
        nonlocal length, blank
        words = _BLANKS.sub(" ", words)
        if blank and words[0] == " ":
            words = words[1:]
        if words:
            text.append(words)
            length += len(words)
            blank = words[-1] == " "

    def walk(here: etree._Element, name: str) -> None:
        start = length
        if name == "lb":
            say(" ")
            spans.append(Span(length, length, "lb", "", ""))
        if here.text:
            say(here.text)
        for child in here:
            inner = local(child)
            if inner not in left_out:
                walk(child, inner)
            elif inner == "pb":
                say(" ")
            if child.tail:
                say(child.tail)
        if name in kept:
            ref = (here.get(outline.pointer) or here.get("target") or "").lstrip("#")
            spans.append(Span(start, length, name, ref, here.get("type") or ""))

    walk(element, local(element))
    whole = "".join(text)
    trimmed = []
    for span in spans:
        start, end = span.start, span.end
        while start < end and whole[start] == " ":
            start += 1
        while end > start and whole[end - 1] == " ":
            end -= 1
        if end > start or span.tag == "lb":
            trimmed.append(span._replace(start=start, end=end))
    return Marked(whole, tuple(sorted(trimmed))).cut(0)
