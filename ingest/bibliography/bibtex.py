r"""BibTeX and BibLaTeX: libraries of LaTeX, JabRef, BibDesk and Zotero.

bibtexparser (2.x) splits the file into blocks with their lines; what a field means is ours:
macros, `crossref` parents, names, dates, LaTeX. An entry that cannot be read is a fault with its
line and key, and the rest comes in. A macro that is defined nowhere keeps its name.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import Any

from visavis.ingest.bibliography.csljson import CSL_TYPES
from visavis.ingest.bibliography.entry import (
    MONTHS,
    OTHERS,
    TELLING,
    Entry,
    issue_date,
    pages,
    restored_pages,
    structured_name,
)
from visavis.ingest.bibliography.latex import decode
from visavis.schema.errors import Fault

__all__ = ["FIELDS", "TYPES", "field_of", "read_bibtex", "split_names"]

TYPES = {
    "article": "article-journal",
    "artwork": "graphic",
    "audio": "song",
    "book": "book",
    "bookinbook": "chapter",
    "booklet": "pamphlet",
    "collection": "book",
    "conference": "paper-conference",
    "dataset": "dataset",
    "electronic": "webpage",
    "image": "graphic",
    "inbook": "chapter",
    "incollection": "chapter",
    "inproceedings": "paper-conference",
    "inreference": "entry-encyclopedia",
    "interview": "interview",
    "jurisdiction": "legal_case",
    "legislation": "legislation",
    "letter": "personal_communication",
    "manual": "report",
    "mastersthesis": "thesis",
    "misc": "document",
    "movie": "motion_picture",
    "mvbook": "book",
    "mvcollection": "book",
    "online": "webpage",
    "patent": "patent",
    "performance": "performance",
    "periodical": "periodical",
    "phdthesis": "thesis",
    "proceedings": "book",
    "reference": "book",
    "report": "report",
    "review": "review",
    "software": "software",
    "suppbook": "chapter",
    "suppcollection": "chapter",
    "techreport": "report",
    "thesis": "thesis",
    "unpublished": "manuscript",
    "video": "motion_picture",
    "www": "webpage",
}
_THESES = {"phdthesis": "PhD thesis", "mastersthesis": "Master's thesis"}
_SUBTYPES = {"newspaper": "article-newspaper", "magazine": "article-magazine"}
# Fields that hold one text, and the field of CSL each is; the first of several names wins.
FIELDS = {
    "title": "title",
    "shorttitle": "title-short",
    "journal": "container-title",
    "journaltitle": "container-title",
    "booktitle": "container-title",
    "maintitle": "container-title",
    "shortjournal": "container-title-short",
    "series": "collection-title",
    "volume": "volume",
    "volumes": "number-of-volumes",
    "issue": "issue",
    "chapter": "chapter-number",
    "edition": "edition",
    "version": "version",
    "publisher": "publisher",
    "institution": "publisher",
    "school": "publisher",
    "organization": "publisher",
    "address": "publisher-place",
    "location": "publisher-place",
    "eventtitle": "event-title",
    "venue": "event-place",
    "origtitle": "original-title",
    "origpublisher": "original-publisher",
    "origlocation": "original-publisher-place",
    "pagetotal": "number-of-pages",
    "note": "note",
    "annote": "annote",
    "annotation": "annote",
    "abstract": "abstract",
    "keywords": "keyword",
    "language": "language",
    "langid": "language",
    "isbn": "ISBN",
    "issn": "ISSN",
    "type": "genre",
    "library": "archive",
    "pmid": "PMID",
    "pubstate": "status",
    "pmcid": "PMCID",
    "archive": "archive",
    "archive-location": "archive_location",
    "archive-collection": "archive_collection",
    "medium": "medium",
    "dimensions": "dimensions",
    "section": "section",
    "source": "source",
}
_PEOPLE = {
    "author": "author",
    "editor": "editor",
    "translator": "translator",
    "bookauthor": "container-author",
}
_DATES = {"urldate": "accessed", "origdate": "original-date", "eventdate": "event-date"}
# What a child takes from its `crossref` parent (BibTeX gives all; titles change their name).
_NOT_INHERITED = {"crossref", "title", "shorttitle", "key", "ids", "xref", "doi", "url", "pages"}
_NOT_INHERITED |= {
    "abstract",
    "keywords",
    "groups",
    "owner",
    "timestamp",
    "file",
    "note",
    "urldate",
}
_BLOCK = re.compile(r"@(\w+)\s*[{(]\s*([^\s,{}()\"=]*)")
_AND = re.compile(r"\s+and\s+", re.IGNORECASE)
_MACRO = re.compile(r"[A-Za-z][\w.:+/-]*")


def field_of(variable: str, entry_type: str) -> str:
    """The BibTeX field that holds a variable of CSL in an entry of this type."""
    journal = entry_type in ("article", "periodical")
    thesis = entry_type in ("phdthesis", "mastersthesis", "thesis")
    special = {
        "container-title": "journal" if journal else "booktitle",
        "publisher": "institution" if entry_type in ("techreport", "report") else "publisher",
        "publisher-place": "address",
        "language": "language",
        "annote": "annote",
        "issue": "number",
    }
    if variable == "publisher" and thesis:
        return "school"
    if variable in special:
        return special[variable]
    return next((name for name, var in FIELDS.items() if var == variable), "")


def read_bibtex(text: str, name: str) -> tuple[list[Entry], list[Fault]]:
    """The entries of a BibTeX or BibLaTeX file, and its faults (errors for entries left out)."""
    faults: list[Fault] = []
    blocks = list(_blocks(text, name, faults))
    macros: dict[str, str] = {}
    for kind, key, _, fields in blocks:
        if kind == "string":
            macros.setdefault(key.lower(), _value(fields[0][1], macros, {}))
    missing: dict[str, list[tuple[str, int]]] = {}
    raw: dict[str, dict[str, str]] = {}
    found = []
    for kind, key, line, fields in blocks:
        if kind == "string":
            continue
        undefined: dict[str, None] = {}
        told: dict[str, str] = {}
        for field, value in fields:
            said = _value(value, macros, undefined)
            if said and field not in told:
                told[field] = said
        for macro in undefined:
            missing.setdefault(macro, []).append((key, line))
        if key and key not in raw:
            raw[key] = told
        found.append((kind, key, line, told))
    for macro, places in missing.items():
        key, line = places[0]
        more = f", and in {len(places) - 1} more" if len(places) > 1 else ""
        message = f"the macro '{macro}' is defined nowhere{more}; its name is kept"
        advice = f'add @string{{{macro} = "..."}} to the file'
        faults.append(Fault(name, line, key, message, advice, "warning", "macro"))
    by_lower = {key.lower(): told for key, told in raw.items()}
    entries = []
    for kind, key, line, told in found:
        inherited: dict[str, str] = {}
        parent = told.get("crossref", "")
        if parent:
            above = raw.get(parent) or by_lower.get(parent.lower())
            if above is None:
                message = f"its crossref parent '{parent}' is not in this file"
                advice = "add the parent's entry, or give booktitle and editor here"
                faults.append(Fault(name, line, key, message, advice, "warning", "crossref"))
            elif above is not told:
                inherited = _inherited(told, above)
        if not told:
            advice = "give at least a title or an author, or remove the entry"
            faults.append(Fault(name, line, key, "has no fields", advice, code="bibtex"))
            continue
        entry = Entry(_record(kind, told, inherited), key, line)
        if not any(name in entry.record for name in TELLING):
            message = "has neither title, author nor anything else that names a work"
            advice = "give at least a title or an author, or remove the entry"
            faults.append(Fault(name, line, key, message, advice, code="bibtex"))
            continue
        printed = entry.record.get("custom", {}).get("printed", {})
        if printed.get("page"):
            message = f"the pages '{printed['page']}' have lost their dash"
            advice = f"read as {entry.record['page']}; write the dash if that is wrong"
            faults.append(Fault(name, line, key, message, advice, "warning", "pages"))
        entries.append(entry)
    return entries, faults


Block = tuple[str, str, int, list[tuple[str, str]]]


def _blocks(text: str, name: str, faults: list[Fault]) -> Iterator[Block]:
    """Kind, key, line and raw fields of each entry and macro; what cannot be read is a fault."""
    from bibtexparser import model
    from bibtexparser.splitter import Splitter

    logger = logging.getLogger("bibtexparser.splitter")
    was, logger.disabled = logger.disabled, True  # what it warns of are our faults
    try:
        blocks = Splitter(text).split().blocks
    except Exception as error:  # a state the parser itself did not expect
        message = f"cannot be read as BibTeX ({error or type(error).__name__})"
        faults.append(Fault(name, 1, "", message, "check the braces of the file", code="bibtex"))
        return
    finally:
        logger.disabled = was
    for found in blocks:
        block: Any = found
        line = (block.start_line or 0) + 1
        if isinstance(block, model.DuplicateBlockKeyBlock):
            block = block.ignore_error_block
        elif isinstance(block, model.DuplicateFieldKeyBlock):
            twice = ", ".join(sorted(block.duplicate_keys))
            block = block.ignore_error_block
            message = f"has the field '{twice}' twice; the first counts"
            advice = "remove one of the two"
            key = getattr(block, "key", "")
            faults.append(Fault(name, line, key, message, advice, "warning", "bibtex"))
        if isinstance(block, model.Entry):
            if block.entry_type.lower() in ("set", "xdata"):
                continue
            fields = [(f.key.lower(), f.value) for f in block.fields]
            yield block.entry_type.lower(), block.key.strip(), line, fields
        elif isinstance(block, model.String):
            yield "string", block.key, line, [("", block.value)]
        elif isinstance(block, model.ParsingFailedBlock):
            head = _BLOCK.match(block.raw or "")
            key = head[2] if head else ""
            if head and head[1].lower() in ("comment", "preamble"):
                continue
            why = str(getattr(block.error, "abort_reason", "") or block.error).strip()
            message = "cannot be read: " + " ".join(why.split()).rstrip(".")
            advice = "check its braces, quotes and commas"
            faults.append(Fault(name, line, key, message, advice, code="bibtex"))
        elif isinstance(block, model.ImplicitComment):
            for number, said in enumerate((block.comment or "").splitlines()):
                lost = re.match(r"\s*@(\w+)\s*([\w:.-]*)", said)
                if lost and lost[1].lower() in TYPES:
                    message = f"'@{lost[1]}' is not followed by a brace, and was not read"
                    advice = f"write @{lost[1]}{{key, ...}}"
                    place = line + number
                    faults.append(Fault(name, place, lost[2], message, advice, code="bibtex"))


def _value(raw: str, macros: dict[str, str], undefined: dict[str, None]) -> str:
    """A field's text without its braces or quotes, macros replaced, parts joined at `#`."""
    if not raw:
        return ""
    if "#" not in raw:
        if (raw[0] == "{" and raw[-1] == "}") or (
            raw[0] == '"' and raw[-1] == '"' and len(raw) > 1
        ):
            return raw[1:-1].strip()
        return _bare(raw, macros, undefined)
    parts: list[str] = []
    at = start = depth = 0
    quoted = False
    while at <= len(raw):
        letter = raw[at] if at < len(raw) else "#"
        if letter == "{":
            depth += 1
        elif letter == "}":
            depth -= 1
        elif letter == '"' and not depth:
            quoted = not quoted
        elif letter == "#" and ((not depth and not quoted) or at == len(raw)):
            part = raw[start:at].strip()
            if len(part) > 1 and ((part[0], part[-1]) in (("{", "}"), ('"', '"'))):
                parts.append(part[1:-1])
            elif part:
                parts.append(_bare(part, macros, undefined))
            start = at + 1
        at += 1
    return "".join(parts).strip()


def _bare(word: str, macros: dict[str, str], undefined: dict[str, None]) -> str:
    lower = word.lower()
    if lower in macros:
        return macros[lower]
    if _MACRO.fullmatch(word) and lower not in MONTHS:
        undefined[word] = None
    return word


def _inherited(told: dict[str, str], above: dict[str, str]) -> dict[str, str]:
    taken = {k: v for k, v in above.items() if k not in _NOT_INHERITED and k not in told}
    if "booktitle" not in told and (title := above.get("booktitle") or above.get("title")):
        taken["booktitle"] = title
    if "author" in taken:  # the parent's author is the book's, not the chapter's
        author = taken.pop("author")
        if "bookauthor" not in told and "author" in told:
            taken["bookauthor"] = author
    if "date" in told or "year" in told:
        for name in ("date", "year", "month"):
            taken.pop(name, None)
    return taken


def _record(kind: str, told: dict[str, str], inherited: dict[str, str]) -> dict[str, Any]:
    """An entry's fields as a record of CSL; what CSL has not, under `custom`."""
    csl = TYPES.get(kind, "document")
    subtype = told.get("entrysubtype", "").lower()
    if subtype in CSL_TYPES or (kind == "article" and subtype in _SUBTYPES):
        csl = _SUBTYPES.get(subtype, subtype)
    record: dict[str, Any] = {"type": csl}
    kept: dict[str, str] = {}  # as LaTeX has it: what CSL has no place for, and what was decoded
    names: dict[str, str] = {}
    printed: dict[str, str] = {}
    for field, raw in {**told, **inherited}.items() if inherited else told.items():
        mine = field in told
        variable = FIELDS.get(field)
        if variable is not None:
            said = decode(raw)
            if not said:
                kept[field] = raw
                continue
            if variable in record:  # `institution` beside `publisher`
                if mine:
                    kept[field] = raw
                continue
            record[variable] = said
            if mine:
                if said != raw and said != " ".join(raw.split()):
                    kept[field] = raw
                if field != field_of_cached(variable, kind):
                    names[variable] = field
        elif field in _PEOPLE:
            people, odd = split_names(raw)
            if people:
                record[_PEOPLE[field]] = people
            if mine and (odd or not people):
                kept[field] = raw
        elif field == "pages":
            said = pages(decode(raw))
            if restored := restored_pages(said):
                printed["page"] = said
                said = restored
            record["page"] = said
        elif field == "doi":
            record["DOI"] = _doi(decode(raw, verbatim=True))
            if mine and record["DOI"] != raw:
                kept[field] = raw
        elif field == "url":
            record["URL"] = decode(raw, verbatim=True)
            if mine and record["URL"] != raw:
                kept[field] = raw
        elif field in _DATES:
            read = issue_date(decode(raw)).get("issued")
            if read:
                record[_DATES[field]] = read
        elif field not in ("year", "date", "month", "day", "number", "eid", "howpublished"):
            if mine:
                kept[field] = raw
    both = {**told, **inherited} if inherited else told
    _date(both, record, kept, names)
    if "number" in both:
        _number(both, kind, record, kept)
    if "eid" in both:
        if "page" not in record:
            record["page"] = decode(both["eid"])
            names["page"] = "eid"
        else:
            kept["eid"] = both["eid"]
    if "howpublished" in both:
        _how(both["howpublished"], record, kept, names)
    if subtitle := both.get("subtitle") if "title" in record else "":
        record["title"] = f"{record['title']}: {decode(subtitle)}"
        kept.setdefault("title", told.get("title", ""))
    if subtitle := both.get("booksubtitle") or both.get("journalsubtitle"):
        if "container-title" in record:
            record["container-title"] = f"{record['container-title']}: {decode(subtitle)}"
            field = names.get("container-title", "booktitle")
            kept.setdefault(field, both.get(field, ""))
    if kind in _THESES and "genre" not in record:
        record["genre"] = _THESES[kind]
    ours: dict[str, Any] = {}
    if kind != _USUAL.get(csl):
        ours["type"] = kind
    for name, value in (("fields", kept), ("names", names)):
        if value:
            ours[name] = value
    if inherited:
        ours["inherited"] = sorted(inherited)
    custom: dict[str, Any] = {}
    if ours:
        custom["bibtex"] = ours
    if printed:
        custom["printed"] = printed
    if custom:
        record["custom"] = custom
    return record


_USUAL: dict[str, str] = {}
for _kind in ("article", "book", "incollection", "inproceedings", "techreport", "thesis", "misc",
              "online", "unpublished", "dataset", "software", "movie", "audio", "letter", "patent",
              "periodical", "review", "booklet", "inreference", "performance", "artwork",
              "interview", "jurisdiction", "legislation"):  # fmt: skip
    _USUAL[TYPES[_kind]] = _kind
_USUAL |= {csl: "article" for csl in _SUBTYPES.values()}

_FIELD_OF: dict[tuple[str, str], str] = {}


def field_of_cached(variable: str, kind: str) -> str:
    """`field_of`, remembered: it is asked for every field of every entry."""
    known = _FIELD_OF.get((variable, kind))
    if known is None:
        known = _FIELD_OF[variable, kind] = field_of(variable, kind)
    return known


def _date(
    told: dict[str, str], record: dict[str, Any], kept: dict[str, str], names: dict[str, str]
) -> None:
    """`date` of BibLaTeX, or `year` with `month` and `day` of BibTeX."""
    text, month = told.get("date", ""), told.get("month", "")
    if text:
        names["issued"] = "date"
        span = "/" in text and re.sub(r"[~?%]", "", text)
        if span and re.fullmatch(r"\d{4}/\d{4}", span):  # a span, as BibLaTeX has it
            first, last = (int(year) for year in span.split("/"))
            record["issued"] = {"date-parts": [[first], [last]]}
        else:
            record |= issue_date(decode(re.sub(r"(\d)[~?%]+$", r"\1", text)))
            if re.search(r"\d[~?%]$", text) and "date-parts" in record["issued"]:
                record["issued"]["circa"] = True
        for name in ("year", "month", "day"):
            if name in told:
                kept[name] = told[name]
        return
    if "year" not in told:
        if month:
            kept["month"] = month
        return
    year = told["year"]
    made = issue_date(year if year.isdigit() else decode(year))
    if year.strip() and not made:
        kept["year"] = year
    record |= made
    issued = made.get("issued", {})
    if month:
        number, day = _month(month)
        day = day or (told.get("day", "") if told.get("day", "").isdigit() else "")
        parts = issued.get("date-parts", [])
        if number and len(parts) == 1 and len(parts[0]) == 1:
            whole = [parts[0][0], number]
            if day and 0 < int(day) < 32:
                whole.append(int(day))
            issued["date-parts"] = [whole]
            if not month.isdigit() and month.lower() not in MONTHS:
                kept["month"] = month
        else:
            kept["month"] = month
    if "day" in told and len((issued.get("date-parts") or [[]])[0]) < 3:
        kept["day"] = told["day"]


def _month(text: str) -> tuple[int, str]:
    """A month and a day, where `text` tells just that: "7", "jul", "July 4"; (0, "") else."""
    text = decode(text).strip(" .")
    if text.isdigit():
        return (int(text), "") if 0 < int(text) < 13 else (0, "")
    found = re.fullmatch(r"(?:(\d{1,2})\.?\s*)?([A-Za-z]+)\.?\s*(\d{1,2})?", text)
    if found and found[2].lower() in MONTHS:
        return MONTHS[found[2].lower()], found[1] or found[3] or ""
    return 0, ""


def _number(told: dict[str, str], kind: str, record: dict[str, Any], kept: dict[str, str]) -> None:
    said = decode(told["number"])
    if not said:
        return
    if kind in ("techreport", "report", "patent", "manual", "thesis", "misc", "legislation"):
        variable = "number"
    elif kind in ("article", "periodical", "review"):
        variable = "issue"
    else:
        variable = "collection-number"
    if variable in record:  # BibLaTeX's `issue` beside its `number`
        kept["number"] = told["number"]
    else:
        record[variable] = said
        if said != told["number"]:
            kept["number"] = told["number"]


def _how(raw: str, record: dict[str, Any], kept: dict[str, str], names: dict[str, str]) -> None:
    address = re.fullmatch(r"\s*\{?\\url\s*\{([^{}]+)\}\}?\.?\s*|\s*(https?://\S+)\s*", raw)
    if address and "URL" not in record:
        record["URL"] = decode(address[1] or address[2], verbatim=True)
        names["URL"] = "howpublished"
        kept["howpublished"] = raw
    elif "publisher" not in record and (said := decode(raw)):
        record["publisher"] = said
        names["publisher"] = "howpublished"
        if said != raw:
            kept["howpublished"] = raw
    else:
        kept["howpublished"] = raw


def _doi(text: str) -> str:
    return re.sub(r"^(?:https?://)?(?:dx\.)?(?:www\.)?doi(?:\.org/|:)\s*", "", text, flags=re.I)


def split_names(raw: str) -> tuple[list[dict[str, str]], bool]:
    """People of a name field, and whether LaTeX or braces were decoded.

    `{{World Bank}}` and other names in braces stay whole; "and others" ends in `OTHERS`.
    """
    odd = "{" in raw or "\\" in raw or "~" in raw
    if not odd:
        parts = _AND.split(raw.strip())
    else:
        parts = _split_braced(raw)
    people: list[dict[str, str]] = []
    for part in parts:
        part = part.strip()
        if not part:
            continue
        if part.lower() == "others":
            people.append(OTHERS)
            continue
        if odd:
            if part[0] == "{" and _closing(part) == len(part) - 1:
                people.append({"literal": decode(part)})
                continue
            part = decode(_guarded(part))
        person = structured_name(" ".join(part.split()))
        if person:
            if odd:
                person = {
                    k: v.replace("\ue010", " ").replace("\ue011", ",") for k, v in person.items()
                }
            people.append(person)
    return people, odd


def _closing(text: str) -> int:
    depth = 0
    for at, letter in enumerate(text):
        if letter == "{":
            depth += 1
        elif letter == "}":
            depth -= 1
            if depth == 0:
                return at
    return -1


def _split_braced(raw: str) -> list[str]:
    """Names at ` and ` outside of braces."""
    parts, depth, start = [], 0, 0
    for found in re.finditer(r"[{}]|\s+and\s+", raw, re.IGNORECASE):
        if found[0] == "{":
            depth += 1
        elif found[0] == "}":
            depth = max(0, depth - 1)
        elif depth == 0:
            parts.append(raw[start : found.start()])
            start = found.end()
    return [*parts, raw[start:]]


def _guarded(text: str) -> str:
    """Blanks and commas within braces, hidden from the rule that parts names."""
    if "{" not in text:
        return text
    made, depth = [], 0
    for at, letter in enumerate(text):
        if letter == "{":
            depth += 1
        elif letter == "}":
            depth = max(0, depth - 1)
        elif depth and letter == " " and not re.search(r"\\[A-Za-z]+$", text[max(0, at - 12) : at]):
            letter = "\ue010"
        elif depth and letter == ",":
            letter = "\ue011"
        made.append(letter)
    return "".join(made)
