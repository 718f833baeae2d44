"""RIS (EndNote, Zotero, publishers' pages) and the tagged export of Web of Science.

Records are cut at `TY` and `ER` with their lines, and rispy reads the tags of each. Exports differ:
a byte order mark, blank tags, text between records, `TY - ` with one blank, several UR, tags that
nobody knows. What CSL has no place for is kept under `custom.ris`, by tag.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from visavis.ingest.bibliography.entry import (
    TELLING,
    Entry,
    issue_date,
    pages,
    person,
    restored_pages,
)
from visavis.schema.errors import Fault

__all__ = ["TYPES", "is_ris", "read_ris"]

TYPES = {
    "ABST": "article-journal",
    "ADVS": "motion_picture",
    "AGGR": "dataset",
    "ART": "graphic",
    "BILL": "bill",
    "BLOG": "post-weblog",
    "BOOK": "book",
    "CASE": "legal_case",
    "CHAP": "chapter",
    "COMP": "software",
    "CONF": "paper-conference",
    "CPAPER": "paper-conference",
    "CTLG": "document",
    "DATA": "dataset",
    "DBASE": "dataset",
    "DICT": "entry-dictionary",
    "EBOOK": "book",
    "ECHAP": "chapter",
    "EDBOOK": "book",
    "EJOUR": "article-journal",
    "ELEC": "webpage",
    "ENCYC": "entry-encyclopedia",
    "FIGURE": "figure",
    "GEN": "document",
    "GOVDOC": "report",
    "HEAR": "hearing",
    "ICOMM": "personal_communication",
    "INPR": "article-journal",
    "INTV": "interview",
    "JFULL": "periodical",
    "JOUR": "article-journal",
    "LEGAL": "legislation",
    "MANSCPT": "manuscript",
    "MAP": "map",
    "MGZN": "article-magazine",
    "MPCT": "motion_picture",
    "MULTI": "webpage",
    "MUSIC": "musical_score",
    "NEWS": "article-newspaper",
    "PAMP": "pamphlet",
    "PAT": "patent",
    "PCOMM": "personal_communication",
    "RPRT": "report",
    "SER": "book",
    "SLIDE": "speech",
    "SOUND": "song",
    "STAND": "standard",
    "STAT": "legislation",
    "STUD": "article-journal",
    "THES": "thesis",
    "UNPB": "manuscript",
    "VIDEO": "motion_picture",
    "WEB": "webpage",
}
_PART = ("article-journal", "article-magazine", "article-newspaper", "chapter", "paper-conference",
         "entry-encyclopedia", "entry-dictionary", "periodical", "post-weblog")  # fmt: skip
# Tags with one text, in order of preference for each field of CSL.
_TEXTS = {
    "title": ("TI", "T1", "CT"),
    "volume": ("VL",),
    "issue": ("IS", "CP"),
    "publisher": ("PB",),
    "publisher-place": ("CY", "PP"),
    "edition": ("ET",),
    "language": ("LA",),
    "abstract": ("AB", "N2"),
    "title-short": ("ST",),
    "container-title-short": ("JA", "J1", "J2"),
    "archive": ("DB",),
    "source": ("DP",),
    "archive_location": ("AN",),
    "call-number": ("CN",),
    "number-of-volumes": ("NV",),
    "section": ("SE",),
    "original-title": ("OP",),
    "reviewed-title": ("RI",),
    "collection-title": ("T3",),
    "genre": ("M3",),
    "annote": ("RN",),
}
_CONTAINER = ("JO", "JF", "T2", "BT")
_TAG = re.compile(r"([A-Z][A-Z0-9])\s{1,2}-(?:\s(.*)|(\s*))$")
_WOS = re.compile(r"(?:FN |PT )\S")


def is_ris(text: str) -> bool:
    """Whether a text holds a record of RIS or of Web of Science."""
    return re.search(r"^\s*TY\s{1,2}-", text[:100_000], re.MULTILINE) is not None or _is_wos(text)


def _is_wos(text: str) -> bool:
    return _WOS.match(text.lstrip("\ufeff \n")) is not None


def read_ris(text: str, name: str) -> tuple[list[Entry], list[Fault]]:
    """The entries of an RIS file, and its faults (errors for records that were left out)."""
    if _is_wos(text):
        return _read_wos(text, name)
    faults: list[Fault] = []
    entries: list[Entry] = []
    seen = False
    for line, lines, ended in _records(text):
        seen = True
        tags = _tags(lines)
        key = next(iter(tags.get("ID", [])), "")
        if not ended:
            message = "the record has no end; it was read up to here"
            faults.append(
                Fault(name, line, key, message, "close it with 'ER  - '", "warning", "ris")
            )
        record = _record(tags)
        if not any(k in record for k in TELLING):
            message = "has neither title, author nor DOI"
            advice = "give TI or AU, or remove the record"
            faults.append(Fault(name, line, key, message, advice, code="ris"))
            continue
        if tags.get("TY", [""])[0].strip().upper() not in TYPES:
            message = f"unknown type of reference '{tags.get('TY', [''])[0]}'"
            faults.append(
                Fault(name, line, key, message, "read as a document", "warning", "ris-type")
            )
        entries.append(Entry(record, key, line))
    if not seen:
        advice = "a record begins with 'TY  - JOUR' and ends with 'ER  - '"
        faults.append(Fault(name, 1, "", "holds no record of RIS", advice, code="ris"))
    return entries, faults


def _records(text: str) -> Iterator[tuple[int, list[str], bool]]:
    """Line, lines and whether it was closed, of each record."""
    start = 0
    lines: list[str] = []
    for number, line in enumerate(text.lstrip("\ufeff").splitlines(), 1):
        found = _TAG.match(line.strip("\ufeff"))
        tag = found[1] if found else ""
        if tag == "TY":
            if lines:
                yield start, lines, False
            start, lines = number, [f"TY  - {(found[2] or '').strip() if found else ''}"]
        elif lines and tag == "ER":
            yield start, lines, True
            lines = []
        elif lines and found:
            lines.append(f"{tag}  - {found[2] or ''}")
        elif lines and line.strip():  # a value that goes on
            lines[-1] = f"{lines[-1]} {line.strip()}"
    if lines:
        yield start, lines, False


def _tags(lines: list[str]) -> dict[str, list[str]]:
    """The values of each tag in order, blank ones left out."""
    import rispy

    # Every tag as a list, under its own name: nothing is dropped or renamed before we look at it.
    names = {line[:2] for line in lines if line[2:6] == "  - "}
    parser = rispy.RisParser(
        mapping={name: name for name in names} | {"ER": "ER", "UK": "UK"},
        list_tags=[name for name in names if name != "TY"],
        delimiter_tags_mapping={"UR": ";"},
        ignore=[],
    )
    found: dict[str, list[str]] = {}
    for read in parser.parse_lines(iter([*lines, "ER  - "])):
        for tag, value in read.items():
            values = value if isinstance(value, list) else [value]
            said = [" ".join(str(v).split()) for v in values]
            if kept := [v for v in said if v]:
                found[tag] = kept
    return found


def _record(tags: dict[str, list[str]]) -> dict[str, Any]:
    left = {tag: list(values) for tag, values in tags.items()}
    left.pop("ID", None)
    told = left.pop("TY", [""])[0].strip().upper()
    csl = TYPES.get(told, "document")
    record: dict[str, Any] = {"type": csl}
    names: dict[str, str] = {}

    def take(*wanted: str) -> tuple[str, str]:
        for tag in wanted:
            if left.get(tag):
                value = left[tag].pop(0)
                if not left[tag]:
                    del left[tag]
                return tag, value
        return "", ""

    for variable, wanted in _TEXTS.items():
        tag, said = take(*wanted)
        if said:
            record[variable] = said
            if tag != wanted[0]:
                names[variable] = tag
    if csl in _PART:
        tag, said = take(*_CONTAINER)
        if said:
            record["container-title"] = said
            if tag != ("T2" if not csl.startswith("article") else "JO"):
                names["container-title"] = tag
            # The same title under a second tag tells nothing more.
            for other in _CONTAINER:
                if left.get(other) == [said]:
                    del left[other]
                    names.setdefault("container-title-also", other)
    elif csl in ("book", "report") and "collection-title" not in record:
        tag, said = take("T2")
        if said:
            record["collection-title"] = said
            names["collection-title"] = tag
    if "title" not in record:
        tag, said = take("T2", "BT")
        if said:
            record["title"] = said
            names["title"] = tag
    _people(left, record, names, csl)
    tag, said = take("PY", "Y1", "DA")
    if said:
        record |= issue_date(_ris_date(said))
        if tag != "PY":
            names["issued"] = tag
        if tag != "DA" and (day := left.get("DA")):
            fuller = issue_date(_ris_date(day[0])).get("issued", {})
            now = record.get("issued", {})
            if _parts(fuller)[:1] == _parts(now)[:1] and len(_parts(fuller)) > len(_parts(now)):
                record["issued"] = fuller
                names["issued-year"] = tag
                names["issued"] = "DA"
                left.pop("DA")
        if not re.fullmatch(r"\d{4}(?:/\d{1,2}){0,2}/{0,3}|\d{4}", said):
            left["printed-date"] = [said]
    tag, said = take("Y2")
    if said:
        made = issue_date(_ris_date(said)).get("issued")
        if made:
            record["accessed"] = made
    _pages(left, record)
    _, doi = take("DO")
    if doi:
        record["DOI"] = re.sub(
            r"^(?:https?://)?(?:dx\.)?(?:doi\.org/|doi:)\s*", "", doi, flags=re.I
        )
        if record["DOI"] != doi:
            left["DO"] = [doi]
    _, url = take("UR", "L2")
    if url:
        record["URL"] = url
    if sn := left.pop("SN", None):
        book = csl in ("book", "chapter", "report", "thesis", "pamphlet")
        record["ISBN" if book else "ISSN"] = ", ".join(sn)
    if keywords := left.pop("KW", None):
        record["keyword"] = "; ".join(keywords)
    _, note = take("N1")
    if note:
        record["note"] = note
    _, number = take("M1")
    if number:
        record["number"] = number
    ours: dict[str, Any] = {}
    usual = _USUAL.get(csl)
    if told != usual:
        ours["type"] = told
    if names:
        ours["names"] = names
    if left:
        ours["tags"] = {tag: left[tag] for tag in sorted(left)}
    if ours:
        record.setdefault("custom", {})["ris"] = ours
    return record


_USUAL = {
    csl: told
    for told, csl in reversed(list(TYPES.items()))
    if told not in ("ABST", "EBOOK", "ECHAP", "EDBOOK", "EJOUR", "ELEC", "ICOMM", "INPR", "ADVS",
                    "STUD", "SER", "GOVDOC", "AGGR", "CONF", "CTLG", "LEGAL", "MULTI", "DBASE")
}  # fmt: skip


def _parts(date: dict[str, Any]) -> list[int]:
    parts = date.get("date-parts") or [[]]
    return list(parts[0]) if len(parts) == 1 else []


def _ris_date(text: str) -> str:
    """`2014//`, `1948/07//` and `2014/3/5/Spring` as dates that can be read."""
    parts = text.split("/")
    if len(parts) > 1 and re.fullmatch(r"\d{4}", parts[0].strip()) and len(parts[1]) < 3:
        numbers = [p.strip() for p in parts[:3]]
        while numbers and not numbers[-1]:
            numbers.pop()
        if len(parts) > 3 and parts[3].strip() and len(numbers) == 1:
            return f"{parts[3].strip()} {numbers[0]}"
        return "-".join(numbers) if all(n.isdigit() for n in numbers) else text
    return text


def _people(
    left: dict[str, list[str]], record: dict[str, Any], names: dict[str, str], csl: str
) -> None:
    """AU and A1 are authors; A2 and ED editors (of a book's series: A3); A4 and TA translators."""
    authors = left.pop("AU", []) + left.get("A1", [])
    if "A1" in left:
        names["author"] = "A1"
        left.pop("A1")
    roles = [("author", authors), ("editor", left.pop("ED", []))]
    second = left.pop("A2", [])
    if csl == "interview":
        roles.append(("interviewer", second))
    elif csl == "personal_communication":
        roles.append(("recipient", second))
    elif csl == "motion_picture":
        roles.append(("contributor", second))
    else:
        roles[1] = ("editor", roles[1][1] + second)
    roles.append(("collection-editor", left.pop("A3", [])))
    roles.append(("translator", left.pop("A4", []) + left.pop("TA", [])))
    for role, told in roles:
        if told:
            record[role] = [p for p in map(person, told) if p]


def _pages(left: dict[str, list[str]], record: dict[str, Any]) -> None:
    first = " ".join(left.pop("SP", []))
    last = " ".join(left.pop("EP", []))
    said = pages(first)
    if last and "-" not in said:
        if not said:
            left["EP"] = [last]
        elif said != last:
            said = f"{said}-{pages(last)}"
    elif last:
        left["EP"] = [last]
    if restored := restored_pages(said):
        record.setdefault("custom", {}).setdefault("printed", {})["page"] = said
        said = restored
    if said:
        record["page"] = said


# -- Web of Science -------------------------------------------------------------------------------

_WOS_TYPES = {"J": "article-journal", "B": "book", "S": "chapter", "P": "patent"}
_WOS_TEXTS = {
    "TI": "title",
    "SO": "container-title",
    "SE": "collection-title",
    "VL": "volume",
    "IS": "issue",
    "PU": "publisher",
    "PI": "publisher-place",
    "LA": "language",
    "AB": "abstract",
    "SN": "ISSN",
    "BN": "ISBN",
    "DI": "DOI",
    "J9": "container-title-short",
    "PM": "PMID",
    "CT": "event-title",
    "CL": "event-place",
}
_WOS_PEOPLE = {"AF": "author", "BE": "editor", "CA": "author"}


def _read_wos(text: str, name: str) -> tuple[list[Entry], list[Fault]]:
    entries: list[Entry] = []
    faults: list[Fault] = []
    line, last = 0, ""
    tags: dict[str, list[str]] = {}
    for number, said in enumerate(text.lstrip("\ufeff").splitlines(), 1):
        tag, value = said[:2], said[3:].strip()
        if tag == "ER" and tags:
            entry = _wos(tags, line)
            if entry.record.get("title"):
                entries.append(entry)
            else:
                key = next(iter(tags.get("UT", [])), "")
                message = "has no title"
                faults.append(Fault(name, line, key, message, "give TI", code="ris"))
            tags, last = {}, ""
        elif re.fullmatch(r"[A-Z][A-Z0-9]", tag) and tag not in ("FN", "VR", "EF", "ER"):
            if not tags:
                line = number
            tags.setdefault(tag, []).append(value)
            last = tag
        elif tag == "  " and last:
            tags[last].append(value)
    if tags and "TI" in tags:
        message = "the record has no end; it was read up to here"
        faults.append(Fault(name, line, "", message, "close it with 'ER'", "warning", "ris"))
        entries.append(_wos(tags, line))
    if not entries and not faults:
        advice = "a record begins with 'PT J' and ends with 'ER'"
        faults.append(Fault(name, 1, "", "holds no record", advice, code="ris"))
    return entries, faults


def _wos(tags: dict[str, list[str]], line: int) -> Entry:
    left = dict(tags)
    record: dict[str, Any] = {"type": _WOS_TYPES.get(" ".join(left.pop("PT", [])), "document")}
    if "AF" not in left and "AU" in left:
        left["AF"] = left.pop("AU")
    left.pop("AU", None)
    for tag, role in _WOS_PEOPLE.items():
        if told := left.pop(tag, None):
            people = [{"literal": p} if tag == "CA" else person(p) for p in told]
            record[role] = record.get(role, []) + people
    for tag, variable in _WOS_TEXTS.items():
        if told := left.pop(tag, None):
            record[variable] = " ".join(told)
    title = record.get("container-title", "")
    if title.isupper():
        record["container-title"] = title.title().replace(" Of ", " of ").replace(" And ", " and ")
    year, day = " ".join(left.pop("PY", [])), " ".join(left.pop("PD", []))
    if year:
        dated = issue_date(f"{day} {year}" if day else year)
        record |= dated if "date-parts" in dated.get("issued", {}) else issue_date(year)
        if "date-parts" not in dated.get("issued", {}):
            left["PD"] = [day]
    first, last = " ".join(left.pop("BP", [])), " ".join(left.pop("EP", []))
    number = " ".join(left.pop("AR", []))
    if first or number:
        record["page"] = f"{first}-{last}" if first and last and last != first else first or number
    if words := left.pop("DE", None):
        record["keyword"] = " ".join(words)
    left.pop("UT", None)
    record["custom"] = {"wos": {tag: "\n".join(told) for tag, told in sorted(left.items())}}
    return Entry(record, "", line)
