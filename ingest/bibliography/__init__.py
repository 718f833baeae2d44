"""Bibliographies: one reader per format, one record for all of them, and what they claim.

BibTeX and BibLaTeX, RIS, Web of Science, CSL-JSON, Zotero, Crossref, JATS, GROBID's TEI and
reference lists in plain text become `Entry` objects whose record is CSL-JSON
(`visavis.ingest.bibliography.entry`). Each entry is a
source with one claim, `described_as`; an article with a list of references also `refers_to` each.

An entry that cannot be read is a fault with its line and key, and the rest of the file comes in.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from visavis.ingest.bibliography.entry import (
    Entry,
    content_digest,
    derived_key,
    restored_pages,
    source_key,
)
from visavis.schema.claims import Citation, Claim, Origin
from visavis.schema.errors import DataError, Fault

__all__ = [
    "ENDINGS",
    "LISTS",
    "Entry",
    "claims",
    "content_digest",
    "decoded",
    "derived_key",
    "is_bibliography",
    "keys",
    "read_bibliography",
    "restored_pages",
    "source_key",
]

_MARKDOWN = frozenset([".md", ".markdown"])
_HTML = frozenset([".html", ".htm", ".xhtml"])
LISTS = frozenset([".txt", ".text"]) | _MARKDOWN | _HTML
# What a file may end in; from .json on they hold other things too, and are told by their content.
ENDINGS = frozenset([".bib", ".bibtex", ".biblatex", ".ris", ".nxml", ".json", ".xml"]) | LISTS
LARGEST = 256 << 20  # bytes of one file


def is_bibliography(path: Path) -> bool:
    """Whether a file is a bibliography, by its ending and, where that does not say, its content."""
    ending = path.suffix.lower()
    if ending in (".bib", ".bibtex", ".biblatex", ".ris"):
        return True
    if ending not in ENDINGS:
        return False
    if ending in LISTS:
        from visavis.ingest import references

        try:
            with path.open("rb") as file:
                return references.is_list(_plain(file.read(2_000_000), ending, ""))
        except DataError:
            return False
    with path.open("rb") as file:
        head = file.read(1 << 18)
    if ending == ".json":
        from visavis.ingest.bibliography import csljson

        try:
            if path.stat().st_size > LARGEST or not csljson.may_hold(head):
                return False
            return csljson.is_bibliography(json.loads(decoded(path.read_bytes(), "")[0]))
        except ValueError:
            return True  # broken, and said to be so when it is read
        except RecursionError:
            return False
    from visavis.ingest.bibliography import xmllists

    form = xmllists.ROOTS.get(xmllists.root_name(head))
    if form == "tei":  # editions of texts are TEI too: only one with a list of references counts
        return (
            b"history.state.gov" not in head
            and path.stat().st_size <= LARGEST
            and b"<listBibl" in path.read_bytes()
        )
    return form is not None


def read_bibliography(path: Path, name: str) -> tuple[list[Entry], list[Fault]]:
    """The entries of a file in order, and its faults.

    name: what the file is called in messages. A fault that is an error stands for an entry that
    was left out, or for the whole file where nothing could be read; warnings say what was cleaned.
    DataError where the file cannot be opened.
    """
    try:
        if path.stat().st_size > LARGEST:
            message, advice = f"is larger than {LARGEST >> 20} MiB", "split it"
            raise DataError([Fault(name, None, "", message, advice, code="file")])
        data = path.read_bytes()
    except OSError as error:
        message = f"cannot be opened ({error.strerror})"
        raise DataError([Fault(name, None, "", message, "check the file", code="file")]) from None
    return read_bytes(data, path.suffix.lower(), name)


def read_bytes(data: bytes, ending: str, name: str) -> tuple[list[Entry], list[Fault]]:
    """As `read_bibliography`, of the bytes of a file that ends in `ending`."""
    if ending in (".xml", ".nxml"):
        from visavis.ingest.bibliography import xmllists

        return xmllists.read_xml(data, name)
    text, faults = decoded(data, name)
    if not text.strip():
        faults.append(Fault(name, 1, "", "is empty", "export it again", code="file"))
        return [], faults
    if ending in LISTS:
        from visavis.ingest import references

        plain = _plain(data, ending, name)
        entries, more = references.read_list(plain, name)
        if len(entries) < 3 and not references.is_list(plain):  # a line of prose that looks like it
            entries, more = [], []
        if ending in _HTML:  # its paragraphs are no lines of the file
            more = [replace(fault, line=None) for fault in more]
            for entry in entries:
                entry.line = 0
        if not entries and not more:
            message = "holds no list of references"
            advice = "a text that cites is read by: visavis ingest FILE --bibliography LIST"
            more = [Fault(name, 1, "", message, advice, code="reference")]
    elif ending == ".ris":
        from visavis.ingest.bibliography import ris

        entries, more = ris.read_ris(text, name)
    elif ending == ".json":
        from visavis.ingest.bibliography import csljson

        entries, more = csljson.read_json(text, name)
    else:
        from visavis.ingest.bibliography import bibtex

        entries, more = bibtex.read_bibtex(text, name)
        if not entries and not more:
            message, advice = "holds no entry", "an entry begins with @article{key, ...}"
            more = [Fault(name, 1, "", message, advice, code="bibtex")]
    return entries, faults + more


def _plain(data: bytes, ending: str, name: str) -> str:
    """A page that may hold a list, as plain text: Markdown without its marks, HTML a line for
    each paragraph."""
    if ending in _HTML:
        from visavis.ingest import pages

        page = pages.read_html(data, name)
        return "\n\n".join(page.text[start:end] for start, end in page.paragraphs)
    text = decoded(data, name)[0]
    if ending in _MARKDOWN:
        from visavis.ingest import references

        return references.from_markdown(text)
    return text


def decoded(data: bytes, name: str) -> tuple[str, list[Fault]]:
    """A file's text, and a warning for each stretch of lines that is not UTF-8.

    UTF-8 and UTF-16 with a mark are read as such. A line that is no UTF-8 is read as Windows-1252,
    by itself: libraries that grew by pasting hold both.
    """
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return _lines(data.decode(encoding, "replace")), []
    if data.startswith(b"\xef\xbb\xbf"):
        data = data[3:]
    try:
        return _lines(data.decode("utf-8")), []
    except UnicodeDecodeError:
        pass
    made, odd = [], []
    for number, line in enumerate(data.split(b"\n"), 1):
        try:
            made.append(line.decode("utf-8"))
        except UnicodeDecodeError:
            odd.append(number)
            # Five bytes of Windows-1252 stand for nothing: they are what Latin-1 has there.
            said = "".join(
                chr(b) if b in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else bytes([b]).decode("cp1252")
                for b in line
            )
            made.append(said)
    shown = ", ".join(map(str, odd[:10])) + (", ..." if len(odd) > 10 else "")
    message = f"line {shown} is not UTF-8 and was read as Windows-1252"
    if len(odd) > 1:
        message = f"{len(odd)} lines ({shown}) are not UTF-8 and were read as Windows-1252"
    advice = "check their accents, and save the file as UTF-8"
    return _lines("\n".join(made)), [
        Fault(name, odd[0], "", message, advice, "warning", "encoding")
    ]


def _lines(text: str) -> str:
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    # No file of references means these: they break XML, YAML and terminals.
    return text.replace("\x00", "") if "\x00" in text else text


# -- what a bibliography claims -------------------------------------------------------------------


Clashes = Mapping[str, dict[str, Any] | None]


def keys(
    entries: Iterable[Entry], name: str, clashes: Clashes | None = None
) -> tuple[list[str], list[Fault]]:
    """The key of each entry, and a warning where two works bear the same.

    clashes: keys that stand for two works somewhere in the project, with the record of the register
    that defines one, where one does (see `visavis.ingest.library`).

    Two records of one work share their key. Two works get theirs with eight digits of what they
    tell behind it, both of them and whatever their order, so that neither is taken for the other.
    """
    from visavis.ingest.duplicates import compare

    listed = list(entries)
    found = [source_key(entry) for entry in listed]
    groups: dict[str, list[int]] = defaultdict(list)
    for place, key in enumerate(found):
        groups[key].append(place)
    faults: list[Fault] = []
    for key, places in groups.items():
        told = clashes.get(key) if clashes else None
        clash = bool(clashes) and key in (clashes or ())
        if len(places) < 2 and not clash:
            continue
        first = listed[places[0]].record
        clash = clash or any(_apart(first, listed[place].record) for place in places[1:])
        before = 0
        for place in places:
            entry = listed[place]
            if clash and (told is None or compare(told, entry.record).verdict == "different"):
                found[place] = f"{key[:51]}-{content_digest(entry.record)}"
                message = f"the key '{key}' stands for another work of the project too"
                advice = f"give it a key of its own; it is '{found[place]}' until then"
            elif before and entry.key and not entry.cited_by:
                message = f"the key '{key}' stands in line {before} already"
                advice = "remove one of the two; both are kept as one source"
            else:  # a list of references may name a work twice
                before = before or entry.line
                continue
            record = entry.key or key
            faults.append(Fault(name, entry.line, record, message, advice, "warning", "key"))
    return found, faults


def _apart(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two records are of two works: another edition of one is a work of its own."""
    from visavis.ingest.duplicates import compare

    return one != other and compare(one, other).verdict not in ("same", "doubtful")


def claims(
    entries: Iterable[Entry], name: str, clashes: Clashes | None = None
) -> tuple[list[Claim], list[Fault]]:
    """What a bibliography claims: the record of each work, and which works one refers to.

    clashes: as for `keys`.

    A record cites the work itself; a reference cites the work in whose list it stands, with its
    number there.
    """
    listed = list(entries)
    found, faults = keys(listed, name, clashes)
    # The keys of works with lists, as their references name them.
    final = {
        derived_key(entry.record): key
        for entry, key in zip(listed, found, strict=True)
        if not entry.cited_by
    }
    made: list[Claim] = []
    for entry, key in zip(listed, found, strict=True):
        subject = f"source/{key}"
        record = entry.record
        if entry.key and entry.key != key:
            record = {**record, "citation-key": entry.key}
        origin = Origin(name, entry.line)
        made.append(
            Claim(
                subject=subject,
                predicate="described_as",
                value=json.dumps(record, ensure_ascii=False, sort_keys=True),
                about=subject,
                citations=(Citation(subject, "reference"),),
                as_told=entry.as_printed,
                origin=origin,
            )
        )
        citing_work = f"source/{final.get(entry.cited_by, entry.cited_by)}"
        if entry.cited_by and citing_work != subject:
            made.append(
                Claim(
                    subject=citing_work,
                    predicate="refers_to",
                    object=subject,
                    about=citing_work,
                    citations=(Citation(citing_work, f"reference {entry.label}".strip()),),
                    origin=origin,
                )
            )
    return made, faults
