"""References in JSON: CSL-JSON, Zotero (its API and Better BibTeX), and works of Crossref.

Which of them a file is shows in its content; JSON that holds no references is told apart, so that
a folder may hold both. An item that cannot be read is a fault with its line, and the rest comes in.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from visavis.ingest.bibliography.entry import (
    PEOPLE,
    TELLING,
    Entry,
    derived_key,
    issue_date,
    own_key,
    pages,
    restored_pages,
)
from visavis.schema.errors import Fault

__all__ = ["CSL_TYPES", "ZOTERO_TYPES", "is_bibliography", "may_hold", "read_json"]

CSL_TYPES = set(
    [
        "article", "article-journal", "article-magazine", "article-newspaper", "bill", "book",
        "broadcast", "chapter", "classic", "collection", "dataset", "document", "entry",
        "entry-dictionary", "entry-encyclopedia", "event", "figure", "graphic", "hearing",
        "interview", "legal_case", "legislation", "manuscript", "map", "motion_picture",
        "musical_score", "pamphlet", "paper-conference", "patent", "performance", "periodical",
        "personal_communication", "post", "post-weblog", "regulation", "report", "review",
        "review-book", "software", "song", "speech", "standard", "thesis", "treaty", "webpage",
    ]
)  # fmt: skip
ZOTERO_TYPES = {
    "artwork": "graphic",
    "audioRecording": "song",
    "bill": "bill",
    "blogPost": "post-weblog",
    "book": "book",
    "bookSection": "chapter",
    "case": "legal_case",
    "computerProgram": "software",
    "conferencePaper": "paper-conference",
    "dataset": "dataset",
    "dictionaryEntry": "entry-dictionary",
    "document": "document",
    "email": "personal_communication",
    "encyclopediaArticle": "entry-encyclopedia",
    "film": "motion_picture",
    "forumPost": "post",
    "hearing": "hearing",
    "instantMessage": "personal_communication",
    "interview": "interview",
    "journalArticle": "article-journal",
    "letter": "personal_communication",
    "magazineArticle": "article-magazine",
    "manuscript": "manuscript",
    "map": "map",
    "newspaperArticle": "article-newspaper",
    "patent": "patent",
    "podcast": "broadcast",
    "preprint": "article",
    "presentation": "speech",
    "radioBroadcast": "broadcast",
    "report": "report",
    "standard": "standard",
    "statute": "legislation",
    "thesis": "thesis",
    "tvBroadcast": "broadcast",
    "videoRecording": "motion_picture",
    "webpage": "webpage",
}
_NO_WORKS = ("note", "attachment", "annotation")
_ZOTERO_FIELDS = {
    "title": "title",
    "caseName": "title",
    "nameOfAct": "title",
    "subject": "title",
    "shortTitle": "title-short",
    "publicationTitle": "container-title",
    "bookTitle": "container-title",
    "proceedingsTitle": "container-title",
    "encyclopediaTitle": "container-title",
    "dictionaryTitle": "container-title",
    "blogTitle": "container-title",
    "websiteTitle": "container-title",
    "forumTitle": "container-title",
    "programTitle": "container-title",
    "code": "container-title",
    "journalAbbreviation": "container-title-short",
    "series": "collection-title",
    "seriesTitle": "collection-title",
    "seriesNumber": "collection-number",
    "volume": "volume",
    "issue": "issue",
    "numberOfVolumes": "number-of-volumes",
    "numPages": "number-of-pages",
    "edition": "edition",
    "versionNumber": "version",
    "publisher": "publisher",
    "institution": "publisher",
    "university": "publisher",
    "distributor": "publisher",
    "network": "publisher",
    "studio": "publisher",
    "label": "publisher",
    "company": "publisher",
    "repository": "publisher",
    "place": "publisher-place",
    "number": "number",
    "reportNumber": "number",
    "patentNumber": "number",
    "billNumber": "number",
    "documentNumber": "number",
    "episodeNumber": "number",
    "publicLawNumber": "number",
    "docketNumber": "number",
    "archiveID": "number",
    "reportType": "genre",
    "thesisType": "genre",
    "manuscriptType": "genre",
    "letterType": "genre",
    "websiteType": "genre",
    "presentationType": "genre",
    "genre": "genre",
    "type": "genre",
    "postType": "genre",
    "mapType": "genre",
    "interviewMedium": "medium",
    "videoRecordingFormat": "medium",
    "audioRecordingFormat": "medium",
    "audioFileType": "medium",
    "artworkMedium": "medium",
    "runningTime": "dimensions",
    "artworkSize": "dimensions",
    "meetingName": "event-title",
    "conferenceName": "event-title",
    "committee": "section",
    "section": "section",
    "archive": "archive",
    "archiveLocation": "archive_location",
    "libraryCatalog": "source",
    "callNumber": "call-number",
    "abstractNote": "abstract",
    "language": "language",
    "DOI": "DOI",
    "ISBN": "ISBN",
    "ISSN": "ISSN",
    "url": "URL",
}
_ZOTERO_PEOPLE = {
    "artist": "author",
    "attorneyAgent": "contributor",
    "bookAuthor": "container-author",
    "cartographer": "author",
    "castMember": "performer",
    "commenter": "contributor",
    "contributor": "contributor",
    "cosponsor": "contributor",
    "director": "director",
    "guest": "guest",
    "interviewee": "author",
    "interviewer": "interviewer",
    "inventor": "author",
    "performer": "author",
    "podcaster": "author",
    "presenter": "author",
    "producer": "producer",
    "programmer": "author",
    "recipient": "recipient",
    "reviewedAuthor": "reviewed-author",
    "scriptwriter": "script-writer",
    "seriesEditor": "collection-editor",
    "sponsor": "author",
}
_CROSSREF_TYPES = {
    "book": "book",
    "book-chapter": "chapter",
    "book-part": "chapter",
    "book-section": "chapter",
    "book-series": "book",
    "component": "document",
    "database": "dataset",
    "dataset": "dataset",
    "dissertation": "thesis",
    "edited-book": "book",
    "journal": "periodical",
    "journal-article": "article-journal",
    "journal-issue": "periodical",
    "monograph": "book",
    "other": "document",
    "peer-review": "review",
    "posted-content": "article",
    "proceedings": "book",
    "proceedings-article": "paper-conference",
    "reference-book": "book",
    "reference-entry": "entry-encyclopedia",
    "report": "report",
    "report-component": "chapter",
    "report-series": "report",
    "standard": "standard",
}
# Bookkeeping of Crossref and of styles that say nothing of the work.
_BOOKKEEPING = {"indexed", "deposited", "created", "member", "prefix", "score", "content-domain",
                "is-referenced-by-count", "reference-count", "references-count", "source", "link",
                "resource", "alternative-id", "relation", "subject"}  # fmt: skip
_DATES = ("issued", "accessed", "original-date", "event-date", "submitted", "available-date")
_TEXTS = set(
    "abstract access annote archive archive-place archive_collection archive_location authority "  # noqa: SIM905
    "call-number chapter-number citation citation-key collection-number collection-title "
    "container-title container-title-short covers dimensions division DOI edition event-place "
    "event-title genre ISBN ISSN issue jurisdiction keyword kind language medium named_as note "
    "number number-of-pages number-of-volumes original-publisher original-publisher-place "
    "original-title page page-first part-number part-title PMCID PMID printing-number publisher "
    "publisher-place references reviewed-genre reviewed-title scale section source speaker "
    "speaker_name status supplement-number title title-short URL version volume volume-title "
    "year-suffix".split()
)
_NOT_TEXT = {"custom", "categories", "id", "type", "reference"}
_LARGEST = 200 << 20  # characters of one file


def is_bibliography(data: Any) -> bool:
    """Whether parsed JSON holds references."""
    return bool(_items(data))


def may_hold(head: bytes) -> bool:
    """Whether the beginning of a JSON file names a type that references have."""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        head = head.decode("utf-16", "ignore").encode()
    return _TYPE.search(head) is not None


_TYPE = re.compile(
    rb'"itemType"\s*:|"message-type"\s*:|"type"\s*:\s*"(?:%s)"'
    % "|".join(map(re.escape, sorted(CSL_TYPES | set(_CROSSREF_TYPES)))).encode()
)


def _items(data: Any) -> list[Any]:
    """The items of a list, of Zotero's `items`, of Crossref's `message`, or one alone."""
    if isinstance(data, Mapping):
        if isinstance(data.get("message"), Mapping):
            message = data["message"]
            return _items(message.get("items", message))
        if isinstance(data.get("items"), list):
            return _items(data["items"])
        if _kind(data):
            return [data]
        values = list(data.values())
        if values and all(isinstance(v, list) and v for v in values):  # works by their DOI
            flat = [work for v in values for work in v]
            return flat if flat and all(_kind(work) for work in flat) else []
        return []
    if isinstance(data, list) and any(_kind(item) for item in data[:50]):
        return data
    return []


def _kind(item: Any) -> str:
    """zotero, crossref, csl, or "" for what is no reference."""
    if not isinstance(item, Mapping):
        return ""
    if isinstance(item.get("data"), Mapping) and "itemType" in item["data"]:
        return "zotero"
    if item.get("itemType") in _NO_WORKS:
        return "zotero"
    if "itemType" in item and ("itemID" in item or "title" in item or "creators" in item):
        return "zotero"
    told = item.get("type")
    if "DOI" in item and (
        told in _CROSSREF_TYPES and (told not in CSL_TYPES or "deposited" in item)
    ):
        return "crossref"
    if told in CSL_TYPES and any(item.get(name) for name in TELLING):
        return "csl"
    return ""


def read_json(text: str, name: str) -> tuple[list[Entry], list[Fault]]:
    """The entries of a JSON file, and its faults (errors for items that were left out)."""
    faults: list[Fault] = []
    order = ""
    try:
        data = json.loads(text[:_LARGEST])
    except (ValueError, RecursionError) as error:
        found = list(_rescued(text))
        line = getattr(error, "lineno", 1)
        message = f"is no sound JSON ({getattr(error, 'msg', 'nested too deeply')})"
        advice = "export it again" + (
            f"; {len(found)} items before and after it were read" if found else ""
        )
        faults.append(Fault(name, line, "", message, advice, code="json"))
        items: list[tuple[Any, int]] = found
    else:
        listed = _items(data)
        if isinstance(data, Mapping) and isinstance(data.get("config"), Mapping):
            order = str(data["config"].get("localeDateOrder", ""))
        lines = _lines(text, listed)
        items = list(zip(listed, lines, strict=True))
        if not items:
            advice = "give CSL-JSON, an export of Zotero, or works of Crossref"
            faults.append(Fault(name, 1, "", "holds no references", advice, code="json"))
    entries: list[Entry] = []
    for number, (item, line) in enumerate(items, 1):
        kind = _kind(item)
        key = str(item.get("id", "")) if isinstance(item, Mapping) else ""
        try:
            if kind == "zotero":
                made = _zotero(item, order)
                if made is None:
                    continue
                if not any(name in made.record for name in TELLING):
                    message = f"item {number} has neither title nor author"
                    faults.append(Fault(name, line, made.key, message, "give one", code="json"))
                    continue
                entries.append(_at(made, line))
            elif kind == "crossref":
                entries += [_at(entry, line) for entry in _crossref(item)]
            elif kind == "csl":
                entries.append(_at(_csl(item), line))
            else:
                what = (
                    item.get("type") or item.get("itemType") if isinstance(item, Mapping) else None
                )
                message = f"item {number} is no reference" + (f" (type '{what}')" if what else "")
                advice = "give it a type of CSL and a title"
                faults.append(Fault(name, line, key, message, advice, code="json"))
        except (TypeError, ValueError, AttributeError, KeyError, IndexError) as error:
            message = f"item {number} cannot be read ({error or type(error).__name__})"
            faults.append(Fault(name, line, key, message, "check its fields", code="json"))
    for entry in entries:
        printed = entry.record.get("custom", {}).get("printed", {}).get("page")
        if printed:
            message = f"the pages '{printed}' have lost their dash"
            advice = f"read as {entry.record['page']}; write the dash if that is wrong"
            faults.append(Fault(name, entry.line, entry.key, message, advice, "warning", "pages"))
    return entries, faults


def _at(entry: Entry, line: int) -> Entry:
    entry.line = line
    return entry


def _lines(text: str, items: list[Any]) -> list[int]:
    """The line at which each item begins, found by its own first field; 1 where it is not found."""
    lines: list[int] = []
    at, line = 0, 1
    for item in items:
        marks = []
        if isinstance(item, Mapping):
            inner = item.get("data") if isinstance(item.get("data"), Mapping) else item
            for name in ("id", "citationKey", "key", "DOI", "title", "itemType", "type"):
                value = inner.get(name) if isinstance(inner, Mapping) else None
                if isinstance(value, str) and value:
                    marks.append(json.dumps(value, ensure_ascii=False))
                    marks.append(json.dumps(value))
                    break
        spot = next((s for m in marks if (s := text.find(m, at)) >= 0), -1)
        if spot >= 0:
            line += text.count("\n", at, spot)
            at = spot
        lines.append(line)
    return lines


def _rescued(text: str) -> Iterator[tuple[Any, int]]:
    """Items of a broken file that can be read by themselves, with their lines."""
    decoder = json.JSONDecoder()
    at, last, line = 0, 0, 1
    tries = 0
    while tries < 20_000 and (found := re.compile(r"\{\s*\"").search(text, at)):
        tries += 1
        try:
            item, end = decoder.raw_decode(text, found.start())
        except (ValueError, RecursionError):
            at = found.end()
            continue
        if _kind(item):
            line += text.count("\n", last, found.start())
            last = found.start()
            yield item, line
        at = end


# -- CSL ------------------------------------------------------------------------------------------


def _text(value: Any) -> str:
    return " ".join(html.unescape(str(value)).split()) if "&" in str(value) else str(value).strip()


def _csl(item: Mapping[str, Any]) -> Entry:
    record: dict[str, Any] = {}
    odd: dict[str, Any] = {}
    for name, value in item.items():
        if name in _NOT_TEXT or value in (None, "", [], {}):
            continue
        if name in PEOPLE:
            record[name] = [p for p in map(_csl_name, value) if p]
        elif name in _DATES:
            record |= _csl_date(name, value)
        elif name in _TEXTS and isinstance(value, str | int | float):
            record[name] = _text(value)
        else:
            odd[name] = value
    record["type"] = str(item["type"])
    custom = dict(item["custom"]) if isinstance(item.get("custom"), Mapping) else {}
    ours = custom.pop("visavis", None)  # as we write them
    for name, value in ours.items() if isinstance(ours, Mapping) else ():
        if name in _TEXTS and isinstance(value, str):
            record.setdefault(name, value)
    for name in ("categories", "reference"):
        if name in item:
            odd[name] = item[name]
    if odd:
        custom["csl"] = odd
    if custom:
        record["custom"] = custom
    _clean_pages(record)
    if isinstance(record.get("DOI"), str):
        record["DOI"] = re.sub(r"^(?:https?://)?(?:dx\.)?doi\.org/", "", record["DOI"], flags=re.I)
    key = str(item.get("citation-key") or item.get("id") or "")
    return Entry(record, key)


def _csl_name(value: Any) -> dict[str, Any]:
    if isinstance(value, str):
        return {"literal": value.strip()}
    told = {
        k: v
        for k, v in value.items()
        if v not in (None, "", [], {}) and isinstance(v, str | bool | int)
    }
    return told if told.get("family") or told.get("literal") or told.get("given") else {}


def _csl_date(name: str, value: Any) -> dict[str, Any]:
    if isinstance(value, str):
        read = issue_date(value)
        return read if name == "issued" else {name: read.get("issued", {"literal": value})}
    parts = value.get("date-parts")
    made: dict[str, Any] = {k: v for k, v in value.items() if k in ("literal", "season", "circa")}
    if isinstance(parts, list):
        told = [
            [int(n) for n in p if str(n).strip().lstrip("-").isdigit()]
            for p in parts
            if isinstance(p, list)
        ]
        told = [p[:3] for p in told if p]
        if told:
            made["date-parts"] = told
        else:
            texts = [str(n) for p in parts if isinstance(p, list) for n in p if n is not None]
            if texts:
                made.setdefault("literal", " ".join(texts))
    if "raw" in value:
        raw = issue_date(str(value["raw"]))
        if "date-parts" not in made:
            raw_issued = raw.pop("issued", {"literal": str(value["raw"])})
            return {name: made | raw_issued, **(raw if name == "issued" else {})}
    return {name: made} if made else {}


def _clean_pages(record: dict[str, Any]) -> None:
    if "page" not in record:
        return
    said = pages(str(record["page"]))
    if restored := restored_pages(said):
        record.setdefault("custom", {}).setdefault("printed", {})["page"] = said
        said = restored
    record["page"] = said


# -- Zotero ---------------------------------------------------------------------------------------


def _zotero(outer: Mapping[str, Any], order: str) -> Entry | None:
    item = outer["data"] if isinstance(outer.get("data"), Mapping) else outer
    told = str(item["itemType"])
    if told in _NO_WORKS:
        return None
    record: dict[str, Any] = {"type": ZOTERO_TYPES.get(told, "document")}
    left: dict[str, Any] = {}
    names: dict[str, str] = {}
    for name, value in item.items():
        if value in (None, "", [], {}) or name in ("itemType", "citationKey", "key"):
            continue
        variable = _ZOTERO_FIELDS.get(name)
        if name == "creators":
            _creators(value, record)
        elif name == "date":
            record |= issue_date(str(value), order)
            parts = record.get("issued", {}).get("date-parts")
            plain = "-".join(f"{n:02d}" for n in parts[0]) if parts and len(parts) == 1 else ""
            if plain != value:
                left["date"] = value
        elif name == "accessDate":
            record["accessed"] = issue_date(str(value)).get("issued", {})
            if "T" in str(value):
                left["accessDate"] = value
        elif name == "pages":
            record["page"] = str(value)
        elif name == "tags":
            tags = [t["tag"] if isinstance(t, Mapping) else str(t) for t in value]
            record["keyword"] = "; ".join(tags)
            left["tags"] = value
        elif name == "extra":
            left["extra"] = value
            _extra(value, record)
        elif variable and variable not in record and isinstance(value, str | int | float):
            record[variable] = _text(value)
            names[variable] = name
        else:
            left[name] = value
    _clean_pages(record)
    key = str(item.get("citationKey") or "")
    if not key:
        key = str(record.pop("citation-key", ""))
    record.pop("citation-key", None)
    ours: dict[str, Any] = {"type": told}
    if names:
        ours["names"] = names
    if left:
        ours["fields"] = left
    zotero_key = item.get("key") or outer.get("key")
    if zotero_key:
        ours["key"] = str(zotero_key)
    record.setdefault("custom", {})["zotero"] = ours
    return Entry(record, key)


def _creators(told: Any, record: dict[str, Any]) -> None:
    for creator in told:
        role = str(creator.get("creatorType", "author"))
        role = _ZOTERO_PEOPLE.get(role, role if role in PEOPLE else "contributor")
        family, given = str(creator.get("lastName") or ""), str(creator.get("firstName") or "")
        if creator.get("name"):
            made = {"literal": str(creator["name"])}
        elif family and given:
            made = {"family": family, "given": given}
            found = re.fullmatch(r"((?:[a-zà-ÿ'’]+\s)+)(\S.*)", family)
            if found:
                made = {
                    "family": found[2],
                    "given": given,
                    "non-dropping-particle": found[1].strip(),
                }
        elif family or given:
            made = {"literal": family or given}
        else:
            continue
        record.setdefault(role, []).append(made)


def _extra(value: Any, record: dict[str, Any]) -> None:
    """`Extra` of Zotero holds fields that it has no place for, a line each (`DOI: ...`)."""
    lines = value if isinstance(value, list) else str(value).splitlines()
    notes = []
    for line in lines:
        name, colon, said = str(line).partition(":")
        variable = name.strip().lower().replace(" ", "-")
        variable = {"doi": "DOI", "isbn": "ISBN", "issn": "ISSN", "url": "URL", "pmid": "PMID",
                    "pmcid": "PMCID"}.get(variable, variable)  # fmt: skip
        said = said.strip()
        if not colon or not said:
            notes.append(str(line).strip())
        elif variable in _DATES:
            if variable not in record:
                record[variable] = issue_date(said).get("issued", {})
        elif variable == "type" and said in CSL_TYPES:
            record["type"] = said
        elif variable in PEOPLE:
            family, bars, given = said.partition("||")
            made = {"family": family.strip(), "given": given.strip()} if bars else {"literal": said}
            record.setdefault(variable, []).append(made)
        elif variable in _EXTRA and variable not in record:
            record[variable] = said
        elif variable not in _EXTRA:
            notes.append(str(line).strip())
    if notes and (text := "\n".join(n for n in notes if n)):
        record.setdefault("note", text)


_EXTRA = {"DOI", "ISBN", "ISSN", "URL", "PMID", "PMCID", "citation-key", "original-title", "genre",
          "original-publisher", "original-publisher-place", "event-place", "event-title", "number",
          "archive", "archive_collection", "archive-collection", "archive_location", "medium",
          "publisher-place", "publisher", "container-title", "collection-title", "status", "volume",
          "issue", "chapter-number", "dimensions", "language", "references"}  # fmt: skip


# -- Crossref -------------------------------------------------------------------------------------

_MARKUP = re.compile(r"</?(?:jats:|mml:)?[a-zA-Z][^<>]*>")


def _title(value: Any) -> str:
    """A title of Crossref: a list of one, with HTML of which CSL keeps `<i>`, `<sup>` and alike."""
    said = (
        value[0] if isinstance(value, list) and value else value if isinstance(value, str) else ""
    )
    said = _text(html.unescape(str(said)))
    kept = re.sub(r"<(/?)(?:em|italic)>", r"<\1i>", said)
    return _MARKUP.sub(lambda m: m[0] if re.fullmatch(r"</?(?:i|b|sup|sub)>", m[0]) else "", kept)


def _crossref(work: Mapping[str, Any]) -> list[Entry]:
    told = str(work.get("type", ""))
    record: dict[str, Any] = {"type": _CROSSREF_TYPES.get(told, "document")}
    left: dict[str, Any] = {}
    if title := _title(work.get("title")):
        subtitle = _title(work.get("subtitle"))
        record["title"] = f"{title}: {subtitle}" if subtitle else title
    for name, variable in (
        ("container-title", "container-title"),
        ("container-title-short", "container-title-short"),
        ("short-container-title", "container-title-short"),
        ("original-title", "original-title"),
        ("short-title", "title-short"),
    ):
        if (said := _title(work.get(name))) and variable not in record:
            record[variable] = said
    for role in ("author", "editor", "translator", "chair"):
        if work.get(role):
            record[role] = [p for p in map(_crossref_name, work[role]) if p]
    for name in ("published-print", "issued", "published", "published-online", "posted"):
        if dated := _csl_date("issued", work.get(name) or {}):
            record |= dated
            break
    for name in (
        "volume",
        "issue",
        "publisher",
        "DOI",
        "URL",
        "language",
        "edition-number",
        "abstract",
    ):
        if work.get(name):
            variable = "edition" if name == "edition-number" else name
            record[variable] = (
                _text(_MARKUP.sub(" ", str(work[name])))
                if name == "abstract"
                else _text(work[name])
            )
    if place := work.get("publisher-location"):
        record["publisher-place"] = _text(place)
    if place := work.get("page") or work.get("article-number"):
        record["page"] = str(place)
        _clean_pages(record)
    for name in ("ISSN", "ISBN"):
        if work.get(name):
            record[name] = (
                ", ".join(work[name]) if isinstance(work[name], list) else str(work[name])
            )
    if work.get("group-title"):
        record["genre"] = _text(work["group-title"])
    if told == "posted-content" and work.get("subtype") == "preprint":
        record["genre"] = "preprint"
    taken = {"title", "subtitle", "container-title", "container-title-short", "original-title",
             "short-container-title", "short-title", "type", "volume", "issue", "publisher", "DOI",
             "URL", "language", "edition-number", "abstract", "publisher-location", "page", "ISSN",
             "ISBN", "reference", "author", "editor", "translator", "chair", "issued"}  # fmt: skip
    left = {
        k: v
        for k, v in work.items()
        if k not in taken | _BOOKKEEPING and v not in (None, "", [], {})
    }
    record["custom"] = {"crossref": {"type": told, **({"fields": left} if left else {})}}
    whole = Entry(record)
    mine = own_key(str(work.get("id", ""))) or derived_key(record)
    entries = [whole]
    for number, told_ref in enumerate(work.get("reference") or [], 1):
        if isinstance(told_ref, Mapping):
            made = _crossref_reference(told_ref)
            if made is not None:
                made.cited_by, made.label = mine, str(number)
                entries.append(made)
    return entries


def _crossref_name(told: Any) -> dict[str, Any]:
    if told.get("name"):
        return {"literal": _text(told["name"])}
    made = {k: _text(told[k]) for k in ("family", "given", "suffix", "literal") if told.get(k)}
    return (
        made
        if made.get("family") or made.get("literal")
        else {"literal": made["given"]}
        if made
        else {}
    )


def _crossref_reference(told: Mapping[str, Any]) -> Entry | None:
    record: dict[str, Any] = {
        "type": "article-journal" if told.get("journal-title") else "document"
    }
    if told.get("volume-title") and not told.get("journal-title"):
        record["type"] = "chapter" if told.get("article-title") else "book"
    for name, variable in (
        ("article-title", "title"), ("journal-title", "container-title"), ("volume", "volume"),
        ("issue", "issue"), ("DOI", "DOI"), ("edition", "edition"), ("first-page", "page"),
        ("isbn", "ISBN"), ("ISBN", "ISBN"), ("issn", "ISSN"), ("ISSN", "ISSN"),
        ("series-title", "collection-title"),
    ):  # fmt: skip
        if told.get(name):
            record[variable] = _text(told[name])
    if told.get("volume-title"):
        record["container-title" if "title" in record else "title"] = _text(told["volume-title"])
    if told.get("year"):
        record |= issue_date(str(told["year"]))
    if told.get("author"):
        said = _text(told["author"])
        record["author"] = [{"family": said} if " " not in said else {"literal": said}]
    printed = _text(told.get("unstructured", ""))
    if printed and "title" not in record:
        from visavis.ingest.references import parse

        for name, value in parse(printed).record.items():
            if name != "custom" and (name != "type" or record["type"] == "document"):
                record[name] = value if name == "type" else record.get(name, value)
        record.setdefault("title", printed if len(printed) < 300 else printed[:297] + "...")
        record["custom"] = {"printed": {"reference": printed}}
    if not any(k in record for k in ("title", "DOI", "author", "container-title")):
        return None
    return Entry(record, "", as_printed=printed)
