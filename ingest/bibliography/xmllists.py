"""Reference lists in XML: JATS articles, GROBID's TEI, and Crossref's unixref records.

An article with a list of references is a source of its own, and each reference knows that it is
cited by it. The XML comes from anywhere: no entity is expanded, nothing is fetched.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from visavis.ingest.bibliography.entry import (
    OTHERS,
    Entry,
    derived_key,
    issue_date,
    own_key,
    pages,
    person,
    restored_pages,
)
from visavis.schema.errors import Fault

__all__ = ["ROOTS", "read_xml", "root_name"]

# Root elements, and what reads them.
ROOTS = {
    "article": "jats",
    "sub-article": "jats",
    "pmc-articleset": "jats",
    "TEI": "tei",
    "teiCorpus": "tei",
    "listBibl": "tei",
    "doi_records": "unixref",
    "crossref_result": "unixref",
    "crossref": "unixref",
    "query": "unixref",
}
_START = re.compile(rb"<(?![?!])(?:[\w.-]+:)?([\w.-]+)")
_JATS_TYPES = {
    "journal": "article-journal",
    "book": "book",
    "chapter": "chapter",
    "confproc": "paper-conference",
    "conference": "paper-conference",
    "conf-proc": "paper-conference",
    "thesis": "thesis",
    "report": "report",
    "gov": "report",
    "newspaper": "article-newspaper",
    "magazine": "article-magazine",
    "web": "webpage",
    "webpage": "webpage",
    "website": "webpage",
    "data": "dataset",
    "software": "software",
    "preprint": "article",
    "patent": "patent",
    "commun": "personal_communication",
    "letter": "personal_communication",
    "working-paper": "report",
    "video": "motion_picture",
}


def root_name(data: bytes) -> str:
    """The local name of the root element, read from the beginning of a file; "" if none."""
    head = data[: 1 << 16]
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        head = head.decode("utf-16", "ignore").encode()
    head = re.sub(rb"<!--.*?-->", b"", head, flags=re.DOTALL)
    head = re.sub(rb"<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>", b"", head, flags=re.DOTALL)
    found = _START.search(head)
    return found[1].decode("ascii", "ignore") if found else ""


def read_xml(data: bytes, name: str) -> tuple[list[Entry], list[Fault]]:
    """The entries of an XML file, and its faults (errors for references that were left out)."""
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True, recover=False,
    )  # fmt: skip

    def fault(message: str, advice: str, line: int | None = 1) -> tuple[list[Entry], list[Fault]]:
        return [], [Fault(name, line, "", message, advice, code="xml")]

    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        return fault(f"is no sound XML ({str(error)[:200]})", "export it again", line)
    if root.getroottree().docinfo.internalDTD is not None and next(
        iter(root.getroottree().docinfo.internalDTD.iterentities()), None
    ):
        return fault("declares entities of its own", "remove its document type")
    form = ROOTS.get(_local(root))
    if form is None:
        return fault(f"<{_local(root)}> holds no reference list", "give JATS, TEI or unixref")
    faults: list[Fault] = []
    read = {"jats": _jats, "tei": _tei, "unixref": _unixref}[form]
    entries = list(read(root, name, faults))
    if not entries and not faults:
        return fault("holds no references", "check that it is the whole file")
    for entry in entries:
        if printed := entry.record.get("custom", {}).get("printed", {}).get("page"):
            message = f"the pages '{printed}' have lost their dash"
            advice = f"read as {entry.record['page']}"
            faults.append(Fault(name, entry.line, entry.label, message, advice, "warning", "pages"))
    return entries, faults


# -- elements -------------------------------------------------------------------------------------


def _local(element: Any) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _all(element: Any, *names: str) -> Iterator[Any]:
    """Descendants of these local names, in order."""
    return (e for e in element.iter() if e is not element and _local(e) in names)


def _one(element: Any, *names: str) -> Any | None:
    return next(_all(element, *names), None)


def _child(element: Any, name: str) -> Any | None:
    return next((e for e in element if _local(e) == name), None)


_KEPT = {"italic": "i", "sup": "sup", "sub": "sub", "i": "i"}


def _text(element: Any | None, tagged: bool = False) -> str:
    """The text within an element, blanks run together; with the mark-up that CSL knows."""
    if element is None:
        return ""
    if not tagged:
        return " ".join("".join(element.itertext()).split())
    parts = [element.text or ""]
    for child in element:
        tag = _KEPT.get(_local(child))
        inner = _text(child, tagged) if _local(child) not in ("xref", "fn") else ""
        parts.append(f"<{tag}>{inner}</{tag}>" if tag and inner else inner)
        parts.append(child.tail or "")
    return " ".join("".join(parts).split())


def _add(record: dict[str, Any], variable: str, said: str) -> None:
    if said and variable not in record:
        record[variable] = said


def _paged(record: dict[str, Any], first: str, last: str) -> None:
    said = pages(first)
    if last and "-" not in said and last != said:
        said = f"{said}-{pages(last)}" if said else ""
    if restored := restored_pages(said):
        record.setdefault("custom", {}).setdefault("printed", {})["page"] = said
        said = restored
    _add(record, "page", said)


# -- JATS -----------------------------------------------------------------------------------------


def _jats(root: Any, name: str, faults: list[Fault]) -> Iterator[Entry]:
    articles = [root] if _local(root) != "pmc-articleset" else [e for e in root if len(e)]
    for article in articles:
        front = _child(article, "front")
        mine = ""
        if front is not None:
            whole = Entry(_jats_article(front), line=article.sourceline or 1)
            if whole.record.get("title"):
                mine = derived_key(whole.record)
                yield whole
        number = 0
        for back in [e for e in article if _local(e) in ("back", "ref-list", "body")]:
            lists = [back] if _local(back) == "ref-list" else list(_all(back, "ref-list"))
            for ref in (e for part in lists for e in part if _local(e) == "ref"):
                number += 1
                yield from _jats_ref(ref, number, mine, name, faults)


def _jats_article(front: Any) -> dict[str, Any]:
    record: dict[str, Any] = {"type": "article-journal"}
    journal, meta = _child(front, "journal-meta"), _child(front, "article-meta")
    if journal is not None:
        _add(record, "container-title", _text(_one(journal, "journal-title")))
        issn = [_text(e) for e in _all(journal, "issn")]
        _add(record, "ISSN", ", ".join(dict.fromkeys(issn)))
        _add(record, "publisher", _text(_one(journal, "publisher-name")))
        _add(record, "publisher-place", _text(_one(journal, "publisher-loc")))
    if meta is None:
        return record
    group = _child(meta, "title-group")
    if group is not None:
        title = _text(_child(group, "article-title"), tagged=True)
        subtitle = _text(_child(group, "subtitle"), tagged=True)
        _add(record, "title", f"{title}: {subtitle}" if subtitle else title)
    for contrib in _all(meta, "contrib"):
        role = contrib.get("contrib-type", "author")
        if role in ("author", "editor", "translator") and (made := _jats_name(contrib)):
            record.setdefault(role, []).append(made)
    # The year of print, else of the collection, else online: the day it was put there is none.
    dates = {
        e.get("pub-type") or e.get("date-type") or "": e for e in meta if _local(e) == "pub-date"
    }
    for kind in ("ppub", "pub", "collection", "epub-ppub", "epub", *dates):
        if kind in dates:
            record |= _jats_date(dates[kind])
            break
    _add(record, "volume", _text(_child(meta, "volume")))
    _add(record, "issue", _text(_child(meta, "issue")))
    _paged(record, _text(_child(meta, "fpage")), _text(_child(meta, "lpage")))
    _add(record, "page", _text(_child(meta, "elocation-id")))
    for number in (e for e in meta if _local(e) == "article-id"):
        variable = {"doi": "DOI", "pmid": "PMID", "pmc": "PMCID"}.get(number.get("pub-id-type", ""))
        if variable:
            _add(record, variable, _text(number))
    abstract = _child(meta, "abstract")
    _add(record, "abstract", _text(abstract))
    return record


def _jats_date(element: Any) -> dict[str, Any]:
    parts = [_text(_child(element, n)) for n in ("year", "month", "day")]
    if not parts[0]:
        return {}
    return issue_date(
        "-".join(p for p in parts if p) if all(p.isdigit() for p in parts if p) else parts[0]
    )


def _jats_name(element: Any) -> dict[str, str]:
    body = _one(element, "collab", "institution")
    name = (
        element
        if _local(element) in ("name", "string-name")
        else _one(element, "name", "string-name")
    )
    if name is None:
        said = _text(body) if body is not None else ""
        return {"literal": said} if said else {}
    family = _text(_child(name, "surname"))
    if not family:
        return person(_text(name)) if _text(name) else {}
    made = {"family": family}
    for child, field in (("given-names", "given"), ("suffix", "suffix")):
        if said := _text(_child(name, child)):
            made[field] = said
    if found := re.fullmatch(r"((?:[a-zà-ÿ'’]+\s)+)(\S.*)", family):
        made |= {"non-dropping-particle": found[1].strip(), "family": found[2]}
    return made


def _jats_ref(ref: Any, number: int, mine: str, name: str, faults: list[Fault]) -> Iterator[Entry]:
    label = _text(_child(ref, "label")).strip(".[]() ") or str(number)
    cited = [e for e in _all(ref, "element-citation", "mixed-citation", "citation", "nlm-citation")]
    if not cited:
        said = _text(ref)
        message = "the reference has no citation element" + (f": {said[:80]}" if said else "")
        faults.append(Fault(name, ref.sourceline, label, message, "check the file", code="xml"))
        return
    for citation in cited:
        record = _jats_citation(citation)
        printed = _text(citation) if _local(citation) in ("mixed-citation", "citation") else ""
        if not any(k in record for k in ("title", "author", "container-title", "DOI", "editor")):
            if not printed:
                message = "the reference is empty"
                faults.append(
                    Fault(name, ref.sourceline, label, message, "check the file", code="xml")
                )
                continue
            record = _from_text(printed)
        line = citation.sourceline or ref.sourceline or 0
        yield Entry(record, "", line, printed if len(citation) == 0 else "", mine, label)


def _from_text(printed: str) -> dict[str, Any]:
    """A reference that is running text only, read as one of a plain-text list."""
    from visavis.ingest.references import parse

    record = dict(parse(printed).record)
    record.setdefault("type", "document")
    record.setdefault("title", printed[:300])
    record["custom"] = {**record.get("custom", {})}
    record["custom"]["printed"] = {**record["custom"].get("printed", {}), "reference": printed}
    return record


def _jats_citation(citation: Any) -> dict[str, Any]:
    told = next(
        (citation.get(a) for a in ("publication-type", "citation-type") if citation.get(a)), ""
    )
    record: dict[str, Any] = {"type": _JATS_TYPES.get(told.lower(), "document")}
    title = _text(_one(citation, "article-title", "data-title"), tagged=True)
    chapter = _text(_one(citation, "chapter-title"), tagged=True)
    source = _text(_one(citation, "source"), tagged=True)
    if record["type"] == "document" and title and source:
        record["type"] = "article-journal"
    if record["type"] == "book" and (chapter or (title and source)):
        record["type"] = "chapter"
    _add(record, "title", chapter or title or source)
    if source and (chapter or title):
        record["container-title"] = source
    groups = [e for e in citation if _local(e) == "person-group"]
    loose = [e for e in citation if _local(e) in ("name", "string-name", "collab", "etal")]
    for group, people in [(g, list(g)) for g in groups] + ([(None, loose)] if loose else []):
        role = group.get("person-group-type", "author") if group is not None else "author"
        role = {"guest-editor": "editor", "allauthors": "author", "transed": "translator"}.get(
            role, role
        )
        role = (
            role if role in ("author", "editor", "translator", "director", "compiler") else "author"
        )
        found = list(_people(people))
        if found:
            record[role] = record.get(role, []) + found
    year = _text(_one(citation, "year"))
    if year:
        month, day = _text(_one(citation, "month")), _text(_one(citation, "day"))
        whole = f"{day} {month} {year}".strip() if month and not month.isdigit() else ""
        whole = whole or "-".join(p for p in (year, month, day) if p)
        dated = issue_date(whole)
        plain = issue_date(year)
        record |= dated if "date-parts" in dated.get("issued", {}) else plain
    for element, variable in (
        ("volume", "volume"), ("issue", "issue"), ("publisher-name", "publisher"),
        ("publisher-loc", "publisher-place"), ("edition", "edition"), ("isbn", "ISBN"),
        ("series", "collection-title"), ("conf-name", "event-title"), ("issn", "ISSN"),
        ("conf-loc", "event-place"), ("comment", "note"), ("version", "version"),
        ("trans-title", "original-title"),
    ):  # fmt: skip
        _add(record, variable, _text(_one(citation, element)))
    if record.get("note", "").lower().strip(" .:") in ("doi", "in", "available", "available from"):
        del record["note"]
    _paged(record, _text(_one(citation, "fpage")), _text(_one(citation, "lpage")))
    _add(record, "page", _text(_one(citation, "elocation-id", "page-range")))
    for number in _all(citation, "pub-id"):
        known = {"doi": "DOI", "pmid": "PMID", "pmcid": "PMCID", "isbn": "ISBN"}
        if kind := known.get(number.get("pub-id-type", "")):
            _add(record, kind, re.sub(r"^https?://(?:dx\.)?doi\.org/", "", _text(number)))
    for link in _all(citation, "ext-link", "uri"):
        address = link.get("{http://www.w3.org/1999/xlink}href") or _text(link)
        if doi := re.search(r"doi\.org/(10\..+)", address):
            _add(record, "DOI", doi[1])
        elif address.startswith("http"):
            _add(record, "URL", address)
    return record


def _people(elements: Iterable[Any]) -> Iterator[dict[str, str]]:
    for element in elements:
        kind = _local(element)
        if kind == "etal":
            yield OTHERS
        elif kind == "collab":
            if said := _text(element):
                yield {"literal": said}
        elif kind in ("name", "string-name", "name-alternatives"):
            if made := _jats_name(element):
                yield made


# -- TEI ------------------------------------------------------------------------------------------


def _tei(root: Any, name: str, faults: list[Fault]) -> Iterator[Entry]:
    mine = ""
    header = _one(root, "teiHeader")
    own = _one(header, "biblStruct") if header is not None else None
    if own is not None:
        record = _tei_record(own)
        if record.get("title"):
            mine = derived_key(record)
            yield Entry(record, line=own.sourceline or 1)
    number = 0
    lists = [root] if _local(root) == "listBibl" else list(_all(root, "listBibl"))
    for struct in (e for part in lists for e in part if _local(e) in ("biblStruct", "bibl")):
        number += 1
        raw = next((e for e in _all(struct, "note") if e.get("type") == "raw_reference"), None)
        printed = _text(raw)
        record = _tei_record(struct) if _local(struct) == "biblStruct" else _tei_bibl(struct)
        if not any(k in record for k in ("title", "author", "container-title", "DOI")):
            if not printed:
                message = f"reference {number} is empty"
                faults.append(
                    Fault(
                        name, struct.sourceline, str(number), message, "check the file", code="xml"
                    )
                )
                continue
            record = _from_text(printed)
        yield Entry(record, "", struct.sourceline or 0, printed, mine, str(number))


def _tei_bibl(struct: Any) -> dict[str, Any]:
    record = _tei_record(struct)
    if "title" not in record and (said := _text(struct)):
        return _from_text(said) | {k: v for k, v in record.items() if k != "type"}
    return record


_LEVEL = {"j": "article-journal", "m": "book", "s": "book", "u": "manuscript"}


def _tei_record(struct: Any) -> dict[str, Any]:
    analytic, monogr = _child(struct, "analytic"), _child(struct, "monogr")
    record: dict[str, Any] = {"type": "document"}
    whole = monogr if monogr is not None else struct
    titles = [e for e in whole if _local(e) == "title"]
    outer = next((e for e in titles if e.get("level") != "s"), None)
    level = outer.get("level", "m") if outer is not None else ""
    inner = None
    if analytic is not None:
        inner = next(
            (e for e in analytic if _local(e) == "title" and e.get("type") != "short"), None
        )
    inner = inner if _text(inner) else None
    _add(record, "title", _text(inner if inner is not None else outer, tagged=True))
    if inner is not None and _text(outer):
        record["container-title"] = _text(outer, tagged=True)
        record["type"] = "article-journal" if level == "j" else "chapter"
    elif outer is not None:
        record["type"] = _LEVEL.get(level, "document") if level != "j" else "article-journal"
    for series in [e for e in struct if _local(e) == "series"]:
        _add(record, "collection-title", _text(_one(series, "title")))
    places = [p for p in (analytic, monogr) if p is not None] or [struct]
    for place in places:
        for role in ("author", "editor"):
            found = [m for e in place if _local(e) == role and (m := _tei_name(e))]
            if found and role not in record:
                record[role] = found
    imprint = _one(struct, "imprint")
    for element in _all(imprint if imprint is not None else struct, "biblScope"):
        unit = element.get("unit") or element.get("type") or ""
        if unit in ("page", "pp"):
            _paged(record, element.get("from") or _text(element), element.get("to") or "")
        elif variable := {"volume": "volume", "vol": "volume", "issue": "issue"}.get(unit):
            _add(record, variable, _text(element))
    for date in _all(struct, "date"):
        said = date.get("when") or _text(date)
        if said and date.get("type") in (None, "published"):
            for field, value in issue_date(said).items():
                record.setdefault(field, value)
    _add(record, "publisher", _text(_one(struct, "publisher")))
    _add(record, "publisher-place", _text(_one(struct, "pubPlace")))
    for number in _all(struct, "idno"):
        kind = {"DOI": "DOI", "ISSN": "ISSN", "ISBN": "ISBN", "PMID": "PMID", "PMCID": "PMCID"}
        if variable := kind.get((number.get("type") or "").upper()):
            _add(record, variable, _text(number))
    for link in _all(struct, "ptr", "ref"):
        if (link.get("target") or "").startswith("http"):
            _add(record, "URL", link.get("target"))
    return record


def _tei_name(element: Any) -> dict[str, str]:
    name = _one(element, "persName")
    if name is None:
        body = _one(element, "orgName")
        said = _text(body if body is not None else element)
        return person(said) if said else {}
    family = " ".join(_text(e) for e in name if _local(e) == "surname")
    given = " ".join(_text(e) for e in name if _local(e) == "forename")
    link = " ".join(_text(e) for e in name if _local(e) == "nameLink")
    if not family:
        return person(_text(name)) if _text(name) else {}
    made = {"family": family}
    if given:
        made["given"] = given
    if link:
        made["non-dropping-particle"] = link
    return made


# -- unixref --------------------------------------------------------------------------------------

_UNIXREF = {
    "journal_article": "article-journal",
    "book_metadata": "book",
    "book_series_metadata": "book",
    "book_set_metadata": "book",
    "content_item": "chapter",
    "conference_paper": "paper-conference",
    "dissertation": "thesis",
    "report-paper_metadata": "report",
    "standard_metadata": "standard",
    "dataset": "dataset",
    "posted_content": "article",
}


def _unixref(root: Any, name: str, faults: list[Fault]) -> Iterator[Entry]:
    records = list(_all(root, "crossref")) or [root]
    for crossref in records:
        works = [e for e in _all(crossref, *_UNIXREF)]
        parts = [
            w for w in works if _local(w) in ("content_item", "journal_article", "conference_paper")
        ]
        for work in parts or works[:1]:
            record = _unixref_record(work, crossref)
            if not record.get("title"):
                message = "the record has no title"
                faults.append(
                    Fault(name, work.sourceline, "", message, "check the file", code="xml")
                )
                continue
            whole = Entry(record, line=work.sourceline or 1)
            mine = own_key("") or derived_key(record)
            yield whole
            listed = next((e for e in _all(work, "citation_list")), None)
            for number, citation in enumerate(listed if listed is not None else (), 1):
                made = _unixref_citation(citation)
                if made is not None:
                    made.cited_by, made.label = mine, str(number)
                    yield made
        if not works:
            error = _one(crossref, "error")
            message = f"the record holds no work{': ' + _text(error) if error is not None else ''}"
            faults.append(
                Fault(name, crossref.sourceline, "", message, "check the DOI", code="xml")
            )


def _unixref_record(work: Any, crossref: Any) -> dict[str, Any]:
    record: dict[str, Any] = {"type": _UNIXREF[_local(work)]}
    titles = _child(work, "titles")
    if titles is not None:
        title, subtitle = (
            _text(_child(titles, "title"), True),
            _text(_child(titles, "subtitle"), True),
        )
        _add(record, "title", f"{title}: {subtitle}" if subtitle else title)
    journal, book = (
        _one(crossref, "journal_metadata"),
        _one(crossref, "book_metadata", "book_series_metadata"),
    )
    proceedings = _one(crossref, "proceedings_metadata")
    if journal is not None:
        _add(record, "container-title", _text(_one(journal, "full_title")))
        _add(record, "container-title-short", _text(_one(journal, "abbrev_title")))
        _add(record, "ISSN", ", ".join(_text(e) for e in _all(journal, "issn")))
    elif book is not None and book is not work:
        _add(record, "container-title", _text(_one(book, "title")))
    elif proceedings is not None:
        _add(record, "container-title", _text(_one(proceedings, "proceedings_title")))
    outer = book if book is not None else proceedings
    for part in (work, outer):
        if part is None:
            continue
        _add(record, "publisher", _text(_one(part, "publisher_name")))
        _add(record, "publisher-place", _text(_one(part, "publisher_place")))
        _add(record, "ISBN", ", ".join(_text(e) for e in part if _local(e) == "isbn"))
        _add(record, "edition", _text(_child(part, "edition_number")))
    contributors = _child(work, "contributors")
    for element in contributors if contributors is not None else ():
        role = element.get("contributor_role", "author")
        role = role if role in ("author", "editor", "translator", "chair") else "author"
        if _local(element) == "organization":
            made = {"literal": _text(element)}
        else:
            family, given = _text(_child(element, "surname")), _text(_child(element, "given_name"))
            made = {"family": family, "given": given} if given else {"family": family}
            if said := _text(_child(element, "suffix")):
                made["suffix"] = said
        if any(made.values()):
            record.setdefault(role, []).append(made)
    issue = _one(crossref, "journal_issue")
    if issue is not None:
        _add(record, "volume", _text(_one(issue, "volume")))
        _add(record, "issue", _text(_child(issue, "issue")))
    dates = [
        e
        for p in (work, issue, outer)
        if p is not None
        for e in p
        if _local(e) == "publication_date"
    ]
    printed = [e for e in dates if e.get("media_type") != "online"] or dates
    if printed:
        record |= _jats_date(printed[0])
    found = _child(work, "pages")
    if found is not None:
        _paged(record, _text(_child(found, "first_page")), _text(_child(found, "last_page")))
    data = _child(work, "doi_data")
    if data is not None:
        _add(record, "DOI", _text(_child(data, "doi")))
        _add(record, "URL", _text(_child(data, "resource")))
    language = (
        (journal.get("language") if journal is not None else "") or work.get("language") or ""
    )
    _add(record, "language", language)
    return record


def _unixref_citation(citation: Any) -> Entry | None:
    printed = _text(_child(citation, "unstructured_citation"))
    record: dict[str, Any] = {"type": "document"}
    for element, variable in (
        ("article_title", "title"), ("journal_title", "container-title"), ("volume", "volume"),
        ("issue", "issue"), ("first_page", "page"), ("doi", "DOI"), ("isbn", "ISBN"),
        ("edition_number", "edition"), ("series_title", "collection-title"),
    ):  # fmt: skip
        _add(record, variable, _text(_child(citation, element)))
    book = _text(_child(citation, "volume_title"))
    if book:
        _add(record, "container-title" if "title" in record else "title", book)
        record["type"] = "chapter" if "container-title" in record else "book"
    elif "container-title" in record:
        record["type"] = "article-journal"
    if year := _text(_child(citation, "cYear")):
        record |= issue_date(year)
    if author := _text(_child(citation, "author")):
        record["author"] = [person(author)]
    if not any(k in record for k in ("title", "author", "container-title", "DOI")):
        if not printed:
            return None
        record = _from_text(printed)
    return Entry(record, "", citation.sourceline or 0, printed)
