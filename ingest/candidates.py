"""Claim candidates: sentences of a text that cite something, waiting for a person's decision.

`read_in` finds the citations of a text and writes two things: a report, and a file of candidates
(`candidates/<text>.yaml` of the project), one for each sentence that cites. Nothing of it is in the
graph. A person decides on each, in that file, in `visavis review` or on the dashboard: accept,
reject or later. `confirm` writes what is accepted as case files (`cases/<text>/`), in the form a
scholar would write, with coder and date; these are ingested like any other.

Decisions are kept when the text is read again: a candidate is known by the words of its passage.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from visavis.ingest import intext, pages, yamltext
from visavis.ingest.bibliography import is_bibliography, read_bibliography
from visavis.ingest.bibliography.entry import source_key
from visavis.ingest.case import read_case
from visavis.ingest.case_keys import SECTIONS
from visavis.ingest.intext import Cited, Found, Known, Library
from visavis.ingest.library import Library as Shelf
from visavis.ingest.registers import SHIPPED, Registers, project_coder
from visavis.ingest.yamltext import Map, Seq
from visavis.schema import citing
from visavis.schema.errors import DataError, Fault, NotFoundError
from visavis.schema.model import Vocabulary, vocabulary
from visavis.schema.text import closest, fold, slug

__all__ = [
    "FOLDER",
    "Candidate",
    "Confirmed",
    "Names",
    "Sheet",
    "TextReport",
    "confirm",
    "decide",
    "files",
    "is_text",
    "library_of",
    "load",
    "names",
    "read_in",
    "save",
]

FOLDER = "candidates"
DECISIONS = ("later", "accept", "reject")
_CASES = "cases"


@dataclass(slots=True)
class Candidate:
    """A passage that cites, what is named in it, and what a person decided."""

    id: str
    decision: str = "later"
    page: str = ""
    text: str = ""
    cites: list[dict[str, Any]] = field(default_factory=list)
    actors: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    terms: list[str] = field(default_factory=list)
    ambiguous: dict[str, list[str]] = field(default_factory=dict)
    encounters: list[str] = field(default_factory=list)
    case: str = ""
    on: str = ""
    remark: str = ""
    statement: dict[str, Any] = field(default_factory=dict)
    quote: str = ""
    coder: str = ""
    decided_on: str = ""
    note: str = ""
    gone: bool = False
    line: int = 0  # in the file of candidates, for messages


@dataclass(slots=True)
class Sheet:
    """A file of candidates."""

    path: Path
    text: str = ""
    source: str = ""
    pages: str = ""
    candidates: list[Candidate] = field(default_factory=list)
    works: dict[str, dict[str, Any]] = field(default_factory=dict)  # cited, and not of the project

    def counts(self) -> dict[str, int]:
        """How many are decided how; `gone` are those whose passage is no longer in the text."""
        made = dict.fromkeys((*DECISIONS, "gone"), 0)
        for candidate in self.candidates:
            made["gone" if candidate.gone else candidate.decision] += 1
        return made


@dataclass(slots=True)
class TextReport:
    """What was found in a text."""

    name: str
    source: str
    pages: str
    paragraphs: int
    citations: list[dict[str, Any]]
    doubtful: list[dict[str, Any]]
    sheet: str = ""
    new: int = 0
    kept: int = 0
    gone: int = 0
    faults: list[Fault] = field(default_factory=list)

    @property
    def resolved(self) -> int:
        """How many cited works were found in the library."""
        return sum(1 for c in self.citations if c["source"])

    def as_dict(self) -> dict[str, Any]:
        """The report as plain data."""
        counts = {
            "citations": len(self.citations),
            "resolved": self.resolved,
            "unresolved": len(self.citations) - self.resolved,
            "doubtful": len(self.doubtful),
        }
        about = {
            "text": self.name,
            "source": self.source,
            "pages": self.pages or "none: paragraphs are counted",
            "paragraphs": self.paragraphs,
            "counts": counts,
            "candidates": {
                "file": self.sheet,
                "new": self.new,
                "kept": self.kept,
                "gone": self.gone,
            },
        }
        return {**about, "citations": self.citations, "doubtful": self.doubtful}


# -- reading a text in ----------------------------------------------------------------------------


def is_text(path: Path) -> bool:
    """Whether a file is running text, to be read for its citations.

    Plain text, Markdown and HTML that is no reference list; XML only where it is an article (JATS)
    or TEI with a body, and then only where it is asked for (with a bibliography).
    """
    ending = path.suffix.lower()
    if ending not in pages.ENDINGS:
        return False
    try:
        return ending in (".xml", ".nxml") or not is_bibliography(path)
    except OSError:
        return True


def library_of(
    root: Path, bibliography: Iterable[Path] = (), listed: Iterable[Any] = ()
) -> tuple[Library, list[Fault]]:
    """The works a text may cite: the bibliographies given, then the text's own list, then the
    project's, then the shipped."""
    made = Library()
    faults: list[Fault] = []
    bibliography = list(bibliography)
    given = {path.resolve() for path in bibliography}
    for path in bibliography:
        entries, wrong = _entries(path)
        faults += wrong
        made.add(entries, "bibliography")
    if listed:
        made.add(listed, "its own list")
    registers = Registers.of(root, root)
    made.add(((k, r) for k, r in registers.sources.items() if r), "project")
    for path in sorted((root / _CASES).rglob("sources.yaml")) if (root / _CASES).is_dir() else ():
        local = Registers.of(path.parent, root)
        made.add(((k, r) for k, r in local.sources.items() if r), "project")
    for path, entries in Shelf.of(root).entries.items():
        if path.resolve() not in given:
            made.add(entries, "project")
    made.add(_shipped().sources.items(), "shipped")
    return made, faults


def _shipped() -> Registers:
    return Registers.of(SHIPPED, SHIPPED)


def _entries(path: Path) -> tuple[list[Any], list[Fault]]:
    if path.name.endswith((".yaml", ".yml")):
        data, _ = yamltext.read(path, path.name)
        entries = data.get("sources") if isinstance(data, Map) else None
        if not isinstance(entries, Map):
            message, advice = (
                "is no bibliography",
                "give BibTeX, RIS, CSL-JSON, a reference list or a sources.yaml",
            )
            raise DataError([Fault(str(path), None, "", message, advice, code="file")])
        return list(entries.items()), []
    return read_bibliography(path, path.name)


def read_in(
    root: Path,
    path: Path,
    *,
    bibliography: Iterable[Path] = (),
    source: str = "",
    write: bool = True,
    terms: Vocabulary | None = None,
) -> TextReport:
    """Find the citations of a text, and write its file of candidates.

    root: the project. bibliography: files whose works are looked at first. source: the key of the
    text itself as a source, which its candidates will cite; the name of the file unless given.
    write: False finds only. Raises DataError where the text cannot be read or its file of
    candidates is broken.
    """
    name = path.name
    if not path.is_file():
        raise DataError([Fault(str(path), None, "", "is not there", "check the path", code="file")])
    text = pages.read_text(path, name)
    listed, cut = _own_list(path, text, name)
    library, faults = library_of(root, [Path(b) for b in bibliography], listed)
    shipped, known = _shipped(), Registers.of(root, root)
    index = _Index(known, shipped, terms or vocabulary())
    found = intext.cited_in(text, library, places=index.place_names)
    found = [f for f in found if not cut[0] <= f.start < cut[1]]
    if numbered := _numbered(listed, library):
        taken = [(f.start, f.end) for f in found]
        found += [
            f
            for f in intext.numbers_in(text, numbered, cut)
            if not any(a < f.end and f.start < b for a, b in taken)
        ]
        found.sort(key=lambda f: (f.start, f.end))
    sure = [f for f in found if not f.doubtful]
    key = source or _own_key(path, library)
    report = TextReport(
        name,
        key,
        text.how,
        len(text.paragraphs),
        [row for f in sure for row in _rows(text, f)],
        [row for f in found if f.doubtful for row in _rows(text, f)],
        faults=faults,
    )
    if not write:
        return report
    made = _candidates(text, sure, index, _Encounters.of(root))
    sheet_path = root / FOLDER / f"{slug(path.stem) or 'text'}.yaml"
    before = load(sheet_path) if sheet_path.is_file() else Sheet(sheet_path)
    sheet = Sheet(
        sheet_path,
        _near_name(path, root),
        key if source or not before.source else before.source,
        text.how,
    )
    report.source = sheet.source
    report.new, report.kept, report.gone = _keep(sheet, made, before)
    inside = {w.key for w in library.works if w.origin == "project"}
    for cited in sorted(
        (c for f in sure for c in f.works if c.work), key=lambda c: c.work.key if c.work else ""
    ):
        if (
            cited.work
            and cited.work.origin in ("bibliography", "its own list")
            and cited.work.key not in inside
        ):
            sheet.works[cited.work.key] = _entry(cited.work)
    save(sheet)
    report.sheet = _near_name(sheet_path, root)
    return report


def _own_list(path: Path, text: pages.Text, name: str) -> tuple[list[Any], tuple[int, int]]:
    """The reference list at the end of a text, and where it stands: it cites nothing itself."""
    from visavis.ingest import references

    if not text.in_file:
        return [], (0, 0)
    raw = pages.decode(path.read_bytes())
    blocks = references.find_list(raw)
    lines = raw.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    headed = blocks and references.headed(lines, blocks[0][0])
    if len(blocks) < 3 or not headed:
        return [], (0, 0)
    entries, _ = references.read_list(raw, name)
    first, (last, printed) = blocks[0][0], blocks[-1]
    taken = 0
    while last <= len(lines) and taken < len(printed) - 2:
        taken += len(lines[last - 1].strip()) + 1
        last += 1
    inside = [p for p in text.paragraphs if first <= text.place(p[0])[1] < last]
    return (entries, (inside[0][0], inside[-1][1])) if inside else ([], (0, 0))


def _numbered(listed: Iterable[Any], library: Library) -> dict[int, Known]:
    """The works of a text's own list by their numbers; none where it is not numbered throughout."""
    found: dict[int, Known] = {}
    for entry in listed:
        work = library.known_as(source_key(entry))
        printed = re.match(rf"\s*[\[(]?{re.escape(entry.label)}[\]).]", entry.as_printed)
        if printed is None or work is None or int(entry.label) in found:
            return {}
        found[int(entry.label)] = work
    return found if min(found, default=0) == 1 else {}


def _near_name(path: Path, root: Path) -> str:
    try:
        return path.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        return path.name


def _own_key(path: Path, library: Library) -> str:
    key = slug(path.stem) or "text"
    return key if key[0].isalpha() else f"text-{key}"


def _rows(text: pages.Text, found: Found) -> Iterable[dict[str, Any]]:
    """A citation as the report has it: a row for each work."""
    for cited in found.works:
        start, line = text.place(cited.start)
        end, _ = text.place(max(cited.end - 1, cited.start))
        row: dict[str, Any] = {
            "citation": cited.printed,
            "in": text.text[found.start : found.end].replace("\n", " "),
            "form": found.form,
            "kind": cited.kind,
            "start": start,
            "end": end + 1,
            "text": text.text[cited.start : cited.end].replace("\n", " "),
            "page": text.page(found.start, found.end),
            "paragraph": text.paragraph(cited.start),
            "names": list(cited.names) + (["et al."] if cited.others else []),
            "year": cited.year + cited.suffix,
            "locator": cited.locator,
            "prefix": cited.prefix,
            "source": cited.work.key if cited.work else "",
        }
        if line:
            row["line"] = line
        for field_ in ("older", "remark", "within"):
            if getattr(cited, field_):
                row[{"older": "first published", "within": "cited in"}.get(field_, field_)] = (
                    getattr(cited, field_)
                )
        if cited.work:
            row["resolved"] = cited.work.as_dict()
            row["how"] = cited.why or (
                "names and year" if cited.exact else "names but for a few letters, and year"
            )
            if cited.also:
                row["also"] = cited.also
        others = [w.as_dict() for w in cited.near if w is not cited.work]
        if others and (not cited.work or cited.kind == "work"):
            row["candidates" if not cited.work else "near"] = others
        elif not cited.work:
            row["candidates"] = []
        if cited.why and not cited.work:
            row["why"] = cited.why
        yield row


# -- who and what is named ------------------------------------------------------------------------


class _Index:
    """Names of actors, places and terms, found in a sentence word by word."""

    def __init__(self, known: Registers, shipped: Registers, terms: Vocabulary) -> None:
        self._by_first: dict[str, list[tuple[tuple[str, ...], str, str, bool]]] = defaultdict(list)
        self.place_names: set[str] = set()
        self._people: set[frozenset[str]] = set()
        for kind in ("actors", "places"):
            entries = {**getattr(shipped, kind), **getattr(known, kind)}
            for key, entry in entries.items():
                if not isinstance(entry, Mapping):
                    continue
                also = entry.get("also", ())
                told = [
                    str(entry.get("name", "")),
                    *([also] if isinstance(also, str) else map(str, also)),
                ]
                kind_ = str(entry.get("kind", ""))
                if kind == "places" or kind_ == "state":
                    self.place_names.update(told)
                self._people |= {frozenset(_words(fold(n))) for n in told if kind_ == "person"}
                whole = told[0].split()
                if kind_ == "person" and len(whole) > 1 and len(whole[-1]) > 3:
                    told.append(whole[-1])  # a person is named by the family name alone
                for name in dict.fromkeys(filter(None, told)):
                    self._add(name, kind, key, name[:1].isupper())
        for term in terms:
            if term.scheme in ("ritual", "act"):
                for word in (term.label, *term.also):
                    self._add(word, "terms", term.slug, False)

    def _add(self, name: str, kind: str, key: str, capital: bool) -> None:
        words = tuple(_stem(w) if kind == "terms" else w for w in _words(fold(name)))
        if words and (len(name) > 3 or name.isupper()):
            self._by_first[words[0]].append((words, kind, key, capital))

    def knows(self, cited: Cited) -> bool:
        """Whether the first author is one of the people known, by the whole name."""
        people = cited.work.record.get("author") if cited.work else None
        authors = citing.full_names(people)[:1] or list(cited.names[:1])
        return frozenset(_words(fold(" ".join(authors)))) in self._people

    def named(self, sentence: str) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
        """Keys by kind (actors, places, terms) in order, and names that several keys share."""
        tokens = [
            (m.group(0), m.start())
            for m in re.finditer(r"[^\W_]+(?:['’](?!s\b)[^\W_]+)?", sentence)
        ]
        plain = [fold(t) for t, _ in tokens]
        stems = [_stem(w) for w in plain]
        found: dict[str, list[str]] = {"actors": [], "places": [], "terms": []}
        several: dict[str, list[str]] = {}
        at = 0
        while at < len(tokens):
            best = 0
            hits: dict[str, set[str]] = defaultdict(set)
            for form in dict.fromkeys((plain[at], stems[at])):
                for words, kind, key, capital in self._by_first.get(form, ()):
                    size = len(words)
                    line = stems if kind == "terms" else plain
                    if tuple(line[at : at + size]) != words:
                        continue
                    token = tokens[at][0]
                    if capital and not token[:1].isupper():
                        continue
                    if size == 1 and len(token) <= 3 and kind != "terms" and not token.isupper():
                        continue  # "us" is no United States
                    if size > best:
                        best, hits = size, defaultdict(set)
                    if size == best:
                        hits[kind].add(key)
            for kind, keys in hits.items():
                if len(keys) == 1 or kind == "terms":
                    found[kind] += [k for k in sorted(keys) if k not in found[kind]]
                else:
                    name = sentence[
                        tokens[at][1] : tokens[at + best - 1][1] + len(tokens[at + best - 1][0])
                    ]
                    several.setdefault(name, sorted(keys))
            at += best or 1
        known = set(found["actors"])
        return found, {name: keys for name, keys in several.items() if not known & set(keys)}


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.replace("'", " ").replace("’", " "))


def _stem(word: str) -> str:
    """A word without its commonest English endings, so that "handshakes" is a handshake."""
    for ending in ("ing", "ies", "ied", "ed", "es", "s"):
        if len(word) > len(ending) + 3 and word.endswith(ending):
            return word[: -len(ending)] if ending not in ("ies", "ied") else word[:-3] + "y"
    return word[:-1] if len(word) > 4 and word.endswith("e") else word


@dataclass(slots=True)
class _Encounters:
    """What cases there are, and who and where is named in them."""

    titles: dict[str, str] = field(default_factory=dict)
    actors: dict[str, set[str]] = field(default_factory=dict)
    places: dict[str, set[str]] = field(default_factory=dict)

    @staticmethod
    def of(root: Path) -> _Encounters:
        made = _Encounters()
        folders = [root, SHIPPED] if root.resolve() != SHIPPED.resolve() else [SHIPPED]
        for folder in folders:
            for path in sorted(folder.rglob("*.yaml")):
                parts = path.relative_to(folder).parts
                if any(p.startswith(".") for p in parts) or parts[0] == FOLDER:
                    continue
                try:
                    if path.stat().st_size < 2_000_000 and b"case:" in path.read_bytes():
                        made._take(yamltext.read(path, path.name)[0])
                except (DataError, OSError):
                    continue
        return made

    def _take(self, data: Any) -> None:
        if not isinstance(data, Map) or not isinstance(data.get("case"), str):
            return
        key = str(data["case"])
        title = data.get("title", "")
        scope = data.get("scope", "")
        # A file that adds to what another tells of has no title: it defines nothing.
        if title and str(scope) != "outside" and key not in self.titles:
            self.titles[key] = str(title.get("value", "") if isinstance(title, Map) else title)
            who = data.get("who", ())
            self.actors[key] = {str(w.get("actor", "")) for w in who if isinstance(w, Map)}
            where = data.get("where", ())
            told = where if isinstance(where, Seq) else [where]
            self.places[key] = {
                str(w.get("value", "") if isinstance(w, Map) else w) for w in told
            } - {""}
        for part in data.get("parts", ()):
            self._take(part)

    def like(self, actors: list[str], places: list[str]) -> list[str]:
        """Encounters of those who are named: two of them, or one and the place."""
        named, where = set(actors), set(places)
        ranked = []
        for key, present in self.actors.items():
            score = 2 * len(present & named) + len(self.places[key] & where)
            if score >= 3:
                ranked.append((-score, key))
        return [key for _, key in sorted(ranked)[:3]]


# -- candidates of a text -------------------------------------------------------------------------


def _candidates(
    text: pages.Text, found: list[Found], index: _Index, encounters: _Encounters
) -> list[Candidate]:
    by_paragraph: dict[int, list[Found]] = defaultdict(list)
    for item in found:
        by_paragraph[text.paragraph(item.start) - 1].append(item)
    made: list[Candidate] = []
    seen: dict[str, int] = defaultdict(int)
    for number, items in sorted(by_paragraph.items()):
        for a, b in _passages(text, number):
            mine = [f for f in items if a <= f.start < b]
            if not mine:
                continue
            passage = " ".join(text.text[a:b].split())
            digest = hashlib.sha256(fold(passage).encode()).hexdigest()[:10]
            seen[digest] += 1
            named, several = index.named(_without(text.text, a, b, mine, index))
            cites = [_cite(c) for f in mine for c in f.works]
            made.append(
                Candidate(
                    id=digest if seen[digest] == 1 else f"{digest}-{seen[digest]}",
                    page=text.page(a, b),
                    text=passage,
                    cites=cites,
                    actors=named["actors"],
                    places=named["places"],
                    terms=named["terms"],
                    ambiguous=several,
                    encounters=encounters.like(named["actors"], named["places"]),
                )
            )
    return made


def _passages(text: pages.Text, number: int) -> list[tuple[int, int]]:
    """The sentences of a paragraph; a quotation of several is one, and so is a block quotation."""
    start, end = text.paragraphs[number]
    spans = intext.sentences(text.text, start, end)
    if number and end - start < 2500:
        before = number - 1
        while before and re.match(
            r"(?:Image|Figure|Table|\d{1,2}|[*†‡])\s", text.text[text.paragraphs[before][0] :][:8]
        ):
            before -= 1
        a, b = text.paragraphs[before]
        cited_at_end = re.search(r"\([^()]{4,80}\)\.?$", text.text[start:end])
        if text.text[a:b].rstrip().endswith(":") and cited_at_end:
            return [(start, end)]
    made: list[tuple[int, int]] = []
    for a, b in spans:
        open_ = text.text.count("“", a, b) - text.text.count("”", a, b)
        if open_ < 0:  # the quotation began in a sentence before
            for back in range(len(made) - 1, max(len(made) - 12, -1), -1):
                if text.text.count("“", *made[back]) > text.text.count("”", *made[back]):
                    a = made[back][0]
                    made = made[:back]
                    break
        made.append((a, b))
    return made


def _without(text: str, a: int, b: int, found: list[Found], index: _Index) -> str:
    """A sentence without its citations: an author cited is no person named, and no place of that
    name. Who is known by the whole name of the author ("Reagan (1990)") is named."""
    out, at = [], a
    for item in sorted(found, key=lambda f: f.start):
        if item.start >= at:
            cut = item.start
            if item.form == "narrative" and index.knows(item.works[0]):
                cut = max((text.rfind("(", item.start, item.end), item.start))
            out.append(text[at:cut])
            at = min(item.end, b)
    out.append(text[at:b])
    return " ".join(out)


def _cite(cited: Cited) -> dict[str, Any]:
    made: dict[str, Any] = {"printed": cited.printed}
    if cited.locator:
        made["locator"] = cited.locator
    made["source"] = cited.work.key if cited.work else ""
    if not cited.work:
        made["near"] = [w.key for w in cited.near]
    return made


def _keep(sheet: Sheet, made: list[Candidate], before: Sheet) -> tuple[int, int, int]:
    """Take over what was decided before; how many are new, kept, and gone from the text."""
    old = {c.id: c for c in before.candidates}
    kept = 0
    for candidate in made:
        was = old.pop(candidate.id, None)
        if was is None:
            continue
        kept += 1
        for name in (
            "decision",
            "case",
            "on",
            "remark",
            "statement",
            "quote",
            "coder",
            "decided_on",
            "note",
        ):
            setattr(candidate, name, getattr(was, name))
        for now in candidate.cites:  # a source that a person filled in stays
            told = next((c for c in was.cites if c.get("printed") == now["printed"]), None)
            if told and told.get("source") and not now["source"]:
                now["source"] = told["source"]
    gone = [c for c in old.values() if c.decision != "later"]
    for candidate in gone:
        candidate.gone = True
    sheet.candidates = made + gone
    return len(made) - kept, kept, len(gone)


# -- the file -------------------------------------------------------------------------------------

_HEAD = """\
# Claim candidates of {text}: sentences that cite something. Nothing here is in the graph.
#
# Decide on each, here or with `visavis review`: decision: accept, reject or later. To accept one,
# say what it is told of: case: the key of an encounter, or on: the key of an actor (with case:, on:
# is a phase or act of it). remark: the statement in your own words; where you write none, the
# passage stands. statement: any other line of a case file instead, such as
# {{act: first, kind: handshake, by: reagan}}. Then `visavis review --apply` writes the case files.
"""
_ORDER = (
    "id", "decision", "page", "text", "cites", "actors", "places", "terms", "ambiguous",
    "encounters", "case", "on", "remark", "statement", "quote", "coder", "decided_on", "note",
    "gone",
)  # fmt: skip
_ALWAYS = ("id", "decision", "page", "text", "cites", "case", "on", "remark")


def files(root: Path) -> list[Path]:
    """The files of candidates of a project, by name."""
    return sorted((root / FOLDER).glob("*.yaml"))


def load(path: Path) -> Sheet:
    """Read a file of candidates; DataError, with the line, where it is broken."""
    name = f"{FOLDER}/{path.name}"
    data, _ = yamltext.read(path, name)
    faults: list[Fault] = []
    if not isinstance(data, Map) or not isinstance(data.get("candidates"), Seq | str):
        advice = "read the text again: visavis ingest FILE"
        raise DataError([Fault(name, 1, "", "holds no candidates", advice, code="candidates")])
    sheet = Sheet(
        path, str(data.get("text", "")), str(data.get("source", "")), str(data.get("pages", ""))
    )
    works = _plain(data.get("works") or {})
    sheet.works = works if isinstance(works, dict) else {}
    seen: set[str] = set()
    for item in data["candidates"] or ():
        if not isinstance(item, Map):
            faults.append(
                Fault(
                    name,
                    getattr(item, "line", None),
                    "",
                    "is no candidate",
                    "begin with '- id:'",
                    code="candidates",
                )
            )
            continue
        faults += _problems(item, name, seen)
        made = Candidate(str(item.get("id", "")), line=item.line)
        for field_ in _ORDER[1:]:
            value = item.get(field_)
            if value is None:
                continue
            was = getattr(made, field_)
            if isinstance(was, bool):
                value = str(value).lower() in ("yes", "true")
            elif isinstance(was, str):
                value = str(value) if isinstance(value, str) else ""
            else:
                value = _plain(value)
                value = value if isinstance(value, type(was)) else was
            setattr(made, field_, value)
        sheet.candidates.append(made)
    if faults:
        raise DataError(faults)
    return sheet


def _problems(item: Map, name: str, seen: set[str]) -> Iterable[Fault]:
    key = str(item.get("id", ""))
    record = f"candidate '{key}'"
    if not key or key in seen:
        message = "has no id" if not key else "stands twice"
        yield Fault(
            name,
            item.line,
            record,
            message,
            "leave the ids as they were written",
            code="candidates",
        )
    seen.add(key)
    for field_ in item:
        if field_ not in _ORDER:
            near = closest(str(field_), _ORDER)
            advice = f"did you mean '{near}'?" if near else "known: " + ", ".join(_ORDER)
            yield Fault(
                name,
                item.lines.get(field_),
                record,
                f"unknown key '{field_}'",
                advice,
                code="candidates",
            )
    decision = str(item.get("decision", "later"))
    if decision not in DECISIONS:
        near = closest(decision, DECISIONS)
        advice = f"did you mean '{near}'?" if near else "write accept, reject or later"
        yield Fault(
            name,
            item.lines.get("decision"),
            record,
            f"unknown decision '{decision}'",
            advice,
            code="candidates",
        )


def _plain(value: Any) -> Any:
    if isinstance(value, Map):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, Seq):
        return [_plain(v) for v in value]
    return str(value)


def save(sheet: Sheet) -> None:
    """Write a file of candidates: whole or not at all."""
    rows = []
    for candidate in sheet.candidates:
        told = asdict(candidate)
        rows.append(
            {n: told[n] if n != "gone" else "yes" for n in _ORDER if told[n] or n in _ALWAYS}
        )
    data: dict[str, Any] = {"text": sheet.text, "source": sheet.source, "pages": sheet.pages}
    data["candidates"] = rows
    if sheet.works:
        data["works"] = sheet.works
    _write(sheet.path, _HEAD.format(text=sheet.text) + _yaml(data))


def _yaml(data: Any) -> str:
    import yaml

    dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    text: str = yaml.dump(
        data,
        Dumper=dumper,
        allow_unicode=True,
        sort_keys=False,
        width=100,
        default_flow_style=False,
    )
    return text


def _write(path: Path, text: str) -> None:
    import os

    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.new")
    beside.write_text(text, encoding="utf-8")
    os.replace(beside, path)


# -- decisions ------------------------------------------------------------------------------------

_EDITABLE = ("case", "on", "remark", "statement", "quote", "note", "cites")


def decide(
    sheet: Sheet, id: str, decision: str, *, coder: str = "", on_day: str = "", **fields: Any
) -> Candidate:
    """Decide on a candidate, with what is told of it. `save` writes it down.

    decision: accept, reject or later. fields: case, on, remark, statement, quote, note, cites.
    Raises NotFoundError for an id that is not there, DataError for what cannot be accepted so.
    """
    candidate = next((c for c in sheet.candidates if c.id == id), None)
    if candidate is None:
        near = closest(id, [c.id for c in sheet.candidates])
        raise NotFoundError(f"no candidate '{id}' in {sheet.path.name}", [near] if near else [])
    unknown = sorted(set(fields) - set(_EDITABLE))
    wrong = ""
    if decision not in DECISIONS:
        wrong = f"unknown decision '{decision}'; write accept, reject or later"
    elif unknown:
        wrong = f"a candidate has no '{unknown[0]}' to edit"
    elif decision == "accept" and not (
        fields.get("case", candidate.case) or fields.get("on", candidate.on)
    ):
        wrong = "say what it is told of: an encounter (case) or an actor (on)"
    if wrong:
        raise DataError(
            [
                Fault(
                    f"{FOLDER}/{sheet.path.name}",
                    candidate.line or None,
                    f"candidate '{id}'",
                    wrong,
                    "",
                    code="candidates",
                )
            ]
        )
    for name, value in fields.items():
        setattr(candidate, name, value)
    candidate.decision = decision
    candidate.coder = coder or candidate.coder
    candidate.decided_on = on_day or candidate.decided_on
    return candidate


@dataclass(slots=True)
class Names:
    """What a reviewer chooses from: keys and what they are called."""

    actors: dict[str, str] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    cases: dict[str, str] = field(default_factory=dict)


def names(root: Path) -> Names:
    """Actors, places and encounters of the project and of the shipped cases."""
    made = Names(cases=_Encounters.of(root).titles)
    for registers in (Registers.of(root, root), _shipped()):
        for kind in ("actors", "places"):
            told = getattr(made, kind)
            for key, entry in getattr(registers, kind).items():
                told.setdefault(str(key), str(entry.get("name", key)))
    return made


# -- confirmed candidates as case files -----------------------------------------------------------


@dataclass(slots=True)
class Confirmed:
    """What `confirm` wrote; with faults that are errors, a file was left as it was."""

    files: list[Path] = field(default_factory=list)
    claims: int = 0
    faults: list[Fault] = field(default_factory=list)


def confirm(root: Path, sheet: Sheet) -> Confirmed:
    """Write what is accepted as case files in `cases/<text>/`, one for each encounter and coder.

    Of an encounter that other files tell of nothing is told but what was accepted: neither title
    nor scope. What is told of an actor alone stands in a file with `scope: outside`. Each cites the
    text with its page, `via` the work cited there. Actors and works that the project does not
    define are copied from the shipped registers and the bibliographies into registers of that
    folder. The folder is written anew each time: taking an acceptance back takes its statement out.
    """
    folder = root / _CASES / sheet.path.stem
    done = Confirmed()
    encounters = _Encounters.of(root)
    groups: dict[tuple[str, str], list[Candidate]] = defaultdict(list)
    for candidate in sheet.candidates:
        if candidate.decision != "accept" or candidate.gone:
            continue
        place = f"{FOLDER}/{sheet.path.name}"
        record = f"candidate '{candidate.id}'"
        coder = candidate.coder or project_coder(root)
        wrong = ""
        if not candidate.case and not candidate.on:
            wrong = "is accepted, and does not say of what: give case: or on:"
        elif candidate.case and candidate.case not in encounters.titles:
            near = closest(candidate.case, encounters.titles)
            wrong = f"unknown encounter '{candidate.case}'" + (
                f"; did you mean '{near}'?" if near else ""
            )
        elif not coder:
            wrong = "has no coder; give coder: here, or in visavis.yaml, or --coder"
        elif candidate.quote and _words_of(candidate.quote) not in _words_of(candidate.text):
            wrong = "its quote does not stand in the passage; quote it as it is printed"
        elif candidate.statement and _list_of(candidate.statement) is None:
            wrong = (
                "its statement is none of a case file's; begin it with act:, credit:, remark: ..."
            )
        if wrong:
            done.faults.append(
                Fault(place, candidate.line or None, record, wrong, "", code="candidates")
            )
            continue
        groups[candidate.case, coder].append(candidate)
    written: dict[Path, str] = {}
    coders = {coder for _, coder in groups}
    for (case, coder), accepted in sorted(groups.items()):
        ending = f"-{slug(coder)}" if len(coders) > 1 else ""
        stem = f"{case or sheet.path.stem + '-actors'}{ending}"
        written[folder / f"{stem}.yaml"] = _case_file(sheet, case, coder, accepted)
    registers = (
        _registers(root, folder, sheet, [c for g in groups.values() for c in g], done)
        if groups
        else {}
    )
    before = (
        {p: p.read_text(encoding="utf-8") for p in folder.glob("*.yaml")} if folder.is_dir() else {}
    )
    ours = {p for p, text in before.items() if text.startswith(_MARK)}
    for path in [*registers, *written]:
        if path in before and path not in ours:
            message, advice = (
                "stands where a confirmed file would",
                "move it or give it another name",
            )
            done.faults.append(
                Fault(_near_name(path, root), None, "", message, advice, code="candidates")
            )
    if any(f.severity == "error" for f in done.faults):
        return done
    _check(root, folder, registers, written, done)
    if any(f.severity == "error" for f in done.faults):
        return done
    for path, text in {**registers, **written}.items():
        if before.get(path) != text:
            _write(path, text)
        done.files.append(path)
    for path in ours - {*registers, *written}:
        path.unlink()
    return done


_MARK = "# Written by visavis review"


def _words_of(text: str) -> str:
    """Words alone: a quotation may set marks and breaks as it likes."""
    words = re.findall(r"[^\W_]+", fold(text))
    return f" {' '.join(words)} "


def _list_of(statement: Mapping[str, Any]) -> str | None:
    """The list of a case file that a statement belongs to, told by its keys."""
    for name, keys in SECTIONS.items():
        if keys[0] in statement and set(statement) <= {
            *keys,
            "said_by",
            "said_on",
            "read_by",
            "basis",
            "confidence",
            "memo",
            "as_told",
            "date",
        }:
            return name
    for name, keys in SECTIONS.items():
        if len(set(statement) & set(keys)) >= 2 and set(statement) <= set(keys):
            return name
    return None


def _case_file(sheet: Sheet, case: str, coder: str, accepted: list[Candidate]) -> str:
    """What was accepted, and nothing else: title, date and scope of the encounter are told by the
    file that it was chosen from."""
    days = [c.decided_on for c in accepted if c.decided_on]
    head: dict[str, Any] = {"case": case or f"{sheet.path.stem}-actors"}
    head |= {"source": sheet.source, "coder": coder}
    if days:
        head["coded_on"] = max(days)
    if not case:
        head["scope"] = "outside"
    lists: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for candidate in accepted:
        told = dict(candidate.statement) or {"remark": candidate.remark or candidate.text}
        if (
            candidate.on
            and "on" not in told
            and (_list_of(told) in ("remarks", "moderators", "continuum"))
        ):
            told["on"] = candidate.on
        told["cite"] = _citations(sheet, candidate)
        if candidate.quote:
            told["quote"] = candidate.quote
        if candidate.decided_on and candidate.decided_on != head.get("coded_on"):
            told["coded_on"] = candidate.decided_on
        told["id"] = f"{sheet.path.stem}-{candidate.id}"
        lists[
            _list_of(
                {k: v for k, v in told.items() if k not in ("cite", "quote", "coded_on", "id")}
            )
            or "remarks"
        ].append(told)
    ordered = {name: lists[name] for name in SECTIONS if name in lists}
    note = f"{_MARK} from {FOLDER}/{sheet.path.name}: decide there, this file is written anew.\n"
    return note + _yaml({**head, **ordered})


def _citations(sheet: Sheet, candidate: Candidate) -> list[dict[str, str]]:
    made = []
    for cite in candidate.cites:
        if cite.get("source"):
            row = {"source": sheet.source, "locator": candidate.page, "via": str(cite["source"])}
            if cite.get("locator"):
                row["via_locator"] = str(cite["locator"])
            made.append(row)
    return made or [{"source": sheet.source, "locator": candidate.page}]


def _registers(
    root: Path, folder: Path, sheet: Sheet, accepted: list[Candidate], done: Confirmed
) -> dict[Path, str]:
    """Registers of the folder: the works and actors that the project does not define elsewhere."""
    elsewhere = Registers.of(folder.parent, root)
    Shelf.of(root).add_to(elsewhere)
    shipped = _shipped()
    library, _ = library_of(root)
    works = {w.key: w for w in library.works}
    sources: dict[str, Any] = {}
    needed = {sheet.source} | {
        str(c.get("source")) for a in accepted for c in a.cites if c.get("source")
    }
    for key in sorted(needed - set(elsewhere.sources)):
        if isinstance(sheet.works.get(key), dict):
            sources[key] = sheet.works[key]
        elif key in works:
            sources[key] = _entry(works[key])
        elif key == sheet.source:
            sources[key] = {"type": "document", "title": Path(sheet.text).name,
                            "note": "A text read for its citations; give its author, year and "
                                    "title."}  # fmt: skip
        else:
            message = f"the source '{key}' is in no bibliography of the project"
            advice = "copy the bibliography into the project, or add it to sources.yaml"
            done.faults.append(
                Fault(f"{FOLDER}/{sheet.path.name}", None, key, message, advice, code="source")
            )
    actors: dict[str, Any] = {}
    told: set[str] = set()
    for candidate in accepted:
        told |= set(_texts([candidate.on, candidate.statement]))
    todo = [k for k in sorted(told) if k in shipped.actors]
    while todo:
        key = todo.pop()
        if key in elsewhere.actors or key in actors:
            continue
        entry = {
            k: _plain(v)
            for k, v in shipped.actors[key].items()
            if k in ("name", "kind", "also", "gender", "ids", "of", "member_of")
        }
        actors[key] = entry
        todo += [
            k for k in _texts([entry.get("of"), entry.get("member_of")]) if k in shipped.actors
        ]
    made = {}
    note = f"{_MARK} for {FOLDER}/{sheet.path.name}; written anew.\n"
    if sources:
        made[folder / "sources.yaml"] = note + _yaml({"sources": dict(sorted(sources.items()))})
    if actors:
        made[folder / "actors.yaml"] = note + _yaml({"actors": dict(sorted(actors.items()))})
    return made


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)


_FIELDS = (
    "type", "title", "container-title", "collection-title", "publisher", "publisher-place",
    "volume", "issue", "page", "number", "edition", "DOI", "URL", "ISBN", "genre", "kind",
    "speaker_name", "access", "named_as", "citation",
)  # fmt: skip


def _entry(work: Known) -> dict[str, Any]:
    """The record of a work as sources.yaml writes it."""
    record = work.record
    made: dict[str, Any] = {}
    for name in _FIELDS:
        if record.get(name):
            made[name] = citing.plain(str(record[name]))
    for role in ("author", "editor", "translator"):
        people = citing.full_names(record.get(role))
        if people:
            made[role] = people
    if record.get("issued"):
        made["issued"] = (
            citing.year(record) if isinstance(record["issued"], dict) else str(record["issued"])
        )
    if not made.get("title") and not made.get("author"):
        made["title"] = work.key
    return made


def _check(
    root: Path, folder: Path, registers: dict[Path, str], written: dict[Path, str], done: Confirmed
) -> None:
    """Read what is about to be written as ingest will: its faults are those of the reviewer."""
    from visavis.ingest.run import project_vocabulary

    known = Registers.of(folder.parent, root)
    Shelf.of(root).add_to(known)
    for path, text in registers.items():
        kind = path.stem
        data = yamltext.load(text, path.name)
        if isinstance(data, Map):
            getattr(known, kind).update(data[kind])
    terms, _ = project_vocabulary(root)
    for path, text in written.items():
        claims, faults = read_case(
            yamltext.load(text, path.name), _near_name(path, root), known, terms
        )
        done.claims += len(claims)
        done.faults += faults
