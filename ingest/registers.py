"""Registers: people, places and works by the short keys that case files use.

`actors.yaml`, `places.yaml` and `sources.yaml` are looked for in the folder of a case and in every
folder above it, up to the root of the project; the nearest definition of a key counts. Each file
is a document of its own and makes claims (a name, a kind, a bibliographic record). An entry that
cites nothing cites the register itself, which is a source of the project.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from visavis.ingest import lifetimes, yamltext
from visavis.ingest.yamltext import Map, Seq, Text, line_of
from visavis.schema.claims import Citation, Claim, Origin, problems
from visavis.schema.errors import DataError, Fault
from visavis.schema.model import Vocabulary
from visavis.schema.text import closest, is_key

__all__ = [
    "CITED",
    "FILES",
    "LIFETIME",
    "REGISTER",
    "SHIPPED",
    "Cases",
    "Registers",
    "citations",
    "project_coder",
    "read_register",
]

SHIPPED = Path(__file__).parent / "cases"  # the cases that travel with the program

FILES = {"actors.yaml": "actors", "places.yaml": "places", "sources.yaml": "sources"}
REGISTER = Citation("source/register")
_SOURCE_LIKE = re.compile(r"[a-z][a-z0-9-]{2,}")
# Words that begin a locator: any other word before a place is taken for the key of a source.
_LOCATOR = set(
    [
        "abstract",
        "appendix",
        "article",
        "box",
        "ch",
        "chapter",
        "column",
        "doc",
        "document",
        "entry",
        "fig",
        "figure",
        "fn",
        "folder",
        "folio",
        "footnote",
        "image",
        "item",
        "letter",
        "line",
        "lines",
        "minute",
        "note",
        "page",
        "pages",
        "par",
        "paragraph",
        "part",
        "passim",
        "reference",
        "references",
        "row",
        "section",
        "sheet",
        "table",
        "timecode",
        "vol",
        "volume",
    ]
)


@dataclass
class Registers:
    """The keys that are known in one folder, each with its entry as read."""

    actors: dict[str, Map] = field(default_factory=dict)
    places: dict[str, Map] = field(default_factory=dict)
    sources: dict[str, Map] = field(default_factory=dict)
    cases: Cases = field(default_factory=lambda: Cases())
    coder: str = ""  # whose coding it is where a file does not say (visavis.yaml)

    @staticmethod
    def of(folder: Path, root: Path, cases: Cases | None = None) -> Registers:
        """The registers that hold in `folder`, nearest first, up to `root`.

        cases: the keys of all cases that can be referred to, where they were looked for already.

        A register that is broken is passed over here: it has faults of its own when it is read.
        """
        found = Registers(coder=project_coder(root))
        for place in [folder, *folder.parents]:
            for name, kind in FILES.items():
                path = place / name
                if not path.is_file():
                    continue
                try:
                    data, _ = yamltext.read(path, name)
                except DataError:
                    continue
                entries = data.get(kind) if isinstance(data, Map) else None
                if isinstance(entries, Map):
                    known = getattr(found, kind)
                    for key, entry in entries.items():
                        known.setdefault(key, entry if isinstance(entry, Map) else Map())
            if place == root:
                break
        found.cases = Cases(root) if cases is None else cases
        return found


class Cases:
    """The keys of all cases that can be referred to: those below `root`, in case files and in
    workbooks, those that travel with the program, and `own`. The files are looked at when the
    first key is asked for, and again only where they changed."""

    def __init__(self, root: Path | None = None, own: Iterable[str] = ()) -> None:
        self._root = root
        self._own = frozenset(own)

    def plus(self, own: Iterable[str]) -> Cases:
        """These and a few more."""
        made = Cases(self._root, self._own.union(own))
        if "_found" in self.__dict__:
            made.__dict__["_found"] = self._found
        return made

    @functools.cached_property
    def _found(self) -> dict[str, list[Path]]:
        folders = [self._root, SHIPPED] if self._root else []
        found: dict[str, list[Path]] = {}
        for folder in dict.fromkeys(folders):
            for path in _files(folder):
                for key in _case_keys(path):
                    found.setdefault(key, []).append(path)
        return found

    def __contains__(self, key: object) -> bool:
        return key in self._own or key in self._found

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._own.union(self._found)))

    def beside(self, key: str, name: str) -> bool:
        """Whether a file other than `name`, a path from the root, gives the case its title."""
        if self._root is None:
            return False
        here = (self._root / name, SHIPPED / name.removeprefix("shipped/"))
        return any(path not in here and _titled(path) for path in self._found.get(key, ()))


def _files(folder: Path) -> Iterator[Path]:
    """The files below a folder that may hold cases; hidden folders hold none."""
    for place, inner, names in os.walk(folder):
        inner[:] = sorted(name for name in inner if not name.startswith("."))
        for name in names:
            if name.endswith((".yaml", ".yml", ".xlsx")) and name not in FILES:
                if not name.startswith((".", "~$")):
                    yield Path(place, name)


def project_coder(root: Path) -> str:
    """Whose coding it is where a file does not say: `coder:` of visavis.yaml, "" without one."""
    try:
        data, _ = yamltext.read(root / "visavis.yaml", "visavis.yaml")
    except DataError:
        return ""
    return str(data.get("coder", "")) if isinstance(data, Map) else ""


def _titled(path: Path) -> bool:
    """Whether a file of cases gives titles; a workbook does."""
    if path.suffix == ".xlsx":
        return True
    with contextlib.suppress(OSError):
        return bool(re.search(rb"^\s*(?:- )?title:", path.read_bytes(), re.MULTILINE))
    return False


_CASE = re.compile(rb"^\s*(?:- )?case:\s*['\"]?([a-z0-9-]+)", re.MULTILINE)
_READ: dict[Path, tuple[tuple[int, int], tuple[str, ...]]] = {}  # file: its state, its keys


def _case_keys(path: Path) -> tuple[str, ...]:
    """The keys of the cases in one file; none where it cannot be read."""
    try:
        told = path.stat()
        state = (told.st_mtime_ns, told.st_size)
        if path in _READ and _READ[path][0] == state:
            return _READ[path][1]
        if path.suffix == ".xlsx":
            from visavis.ingest.workbook import case_keys  # openpyxl only where it is needed

            keys = tuple(case_keys(path))
        else:
            keys = tuple(key.decode() for key in _CASE.findall(path.read_bytes()))
    except (OSError, DataError):
        return ()
    _READ[path] = (state, keys)
    return keys


def citations(value: Any, source: str, sources: Any) -> tuple[list[Citation], list[str]]:
    """Citations of a `cite:` value, and what is wrong with them.

    value: `192`; `192 via reagan1990 15`; `hunt2016 160`; `[192, 193]`; a mapping with source,
    locator, via, via_locator, relation, quote; or a list of these.
    source: key of the file's own source, which a bare locator belongs to.
    sources: the keys that are known.
    """
    if isinstance(value, Seq):
        found: list[Citation] = []
        wrong: list[str] = []
        for item in value:
            more, faults = citations(item, source, sources)
            found += more
            wrong += faults
        return found, wrong
    if isinstance(value, Map):
        allowed = {"source", "locator", "via", "via_locator", "relation", "quote"}
        unknown = set(value) - allowed
        if unknown or not all(isinstance(v, str) for v in value.values()):
            return [], [f"a citation has no '{', '.join(sorted(unknown)) or 'list'}'"]
        given = {k: str(v) for k, v in value.items()}
        work = given.pop("source", source)
        via = given.pop("via", "")
        made = Citation(_id(work), via=_id(via), **given)
        return [made], _unknown([work, via], sources)
    text = " ".join(str(value).split())
    if not text:
        return [], ["the citation is empty"]
    head, _, tail = text.partition(" via ")
    work, locator = _split(head, source, sources)
    via, via_locator = "", ""
    if tail:
        via, _, via_locator = tail.partition(" ")
    made = Citation(_id(work), locator, via=_id(via), via_locator=via_locator)
    return [made], _unknown([work, via], sources)


def _split(text: str, source: str, sources: Any) -> tuple[str, str]:
    first, _, rest = text.partition(" ")
    like = _SOURCE_LIKE.fullmatch(first) and first not in _LOCATOR
    if first in sources or (like and (rest or not source)):
        return first, rest
    return source, text


def _id(key: str) -> str:
    return f"source/{key}" if key else ""


def _unknown(keys: list[str], sources: Any) -> list[str]:
    return [f"unknown source '{key}'" for key in keys if key and key not in sources]


# What an entry of each register may say: key of the file -> predicate of the claim.
_ENTRY = {
    "actors": {
        "name": "named",
        "kind": "is_a",
        "also": "also_named",
        "gender": "gender",
        "born": "born",
        "died": "died",
        "ids": "identified_by",
        "of": "represents",
        "member_of": "member_of",
        "remark": "remark",
    },
    "places": {
        "name": "named",
        "also": "also_named",
        "coordinates": "coordinates",
        "ids": "identified_by",
        "remark": "remark",
    },
}
CITED = ("cite", "memo", "as_told", "basis")  # what an entry says of what it tells
LIFETIME = ("born", "died")  # each may be {value: ..., cite: ...}, or several where sources differ
_ENTRY_COMMON = set(CITED)
_WITHIN = "in"  # of a source: the one it stands in, or several
_RECORD = {
    "type",
    "title",
    "author",
    "editor",
    "translator",
    "issued",
    "container-title",
    "publisher",
    "publisher-place",
    "volume",
    "issue",
    "page",
    "DOI",
    "URL",
    "ISBN",
    "edition",
    "number",
    "collection-title",
    "archive",
    "archive_location",
    "event-title",
    "genre",
    "medium",
    "note",
    "accessed",
    "original-date",
    "language",
    "kind",
    "speaker",
    "speaker_name",
    "access",
    "named_as",
    "covers",
    "citation",
    "chapter-number",
    "number-of-pages",
    "title-short",
    _WITHIN,
}
_STRUCTURED = {"author", "editor", "translator", "issued", "accessed", "original-date"}
_PEOPLE = {"author", "editor", "translator"}  # one name alone is a list of one
_TYPES = {"state", "person", "organisation", "delegation", "group", "role"}


def read_register(
    data: Any, name: str, kind: str, known: Registers, vocabulary: Vocabulary
) -> tuple[list[Claim], list[Fault]]:
    """Claims and faults of a register. `name` is its path for messages and origins.

    kind: actors, places or sources. Each entry is read strictly: a key nobody knows is a fault.
    """
    faults: list[Fault] = []
    claims: list[Claim] = []

    def fault(line: int, record: str, message: str, advice: str = "", code: str = "") -> None:
        faults.append(Fault(name, line or None, record, message, advice, code=code))

    if isinstance(data, Map) and data.get(kind) == "":
        return claims, faults  # every entry is still commented out
    if not isinstance(data, Map) or not isinstance(data.get(kind), Map):
        fault(1, "", f"has no '{kind}:' with entries", f"begin with '{kind}:'", "register")
        return claims, faults
    for key in [k for k in data if k not in (kind, "source", "coder")]:
        fault(data.lines[key], "", f"unknown key '{key}'", f"only {kind}: and source:", "key")
    source = str(data.get("source", ""))
    if source and source not in known.sources:
        fault(data.lines["source"], "", f"unknown source '{source}'", "define it", "source")
    for key, entry in data[kind].items():
        line = data[kind].lines[key]
        record = f"{kind[:-1]} '{key}'"
        if not is_key(key):
            fault(line, record, "is no key", "use lower-case letters, digits and hyphens", "key")
            continue
        if not isinstance(entry, Map):
            fault(line, record, "has no fields", f"write {key}: {{name: ...}}", "register")
            continue
        for name_ in ("memo", "as_told", "basis"):
            if name_ in entry and not isinstance(entry[name_], Text):
                fault(entry.lines[name_], record, f"'{name_}' is no text", "write one text", "text")
        made: list[Claim] = []
        cited, wrong = (
            citations(entry["cite"], source, known.sources) if "cite" in entry else ([], [])
        )
        for message in wrong:
            fault(entry.lines["cite"], record, message, "define it in sources.yaml", "source")
        common: dict[str, Any] = {
            "citations": tuple(cited) or _default_citation(kind, key),
            "coder": str(data.get("coder", "")) or known.coder,
            "memo": str(entry.get("memo", "")),
            "as_told": str(entry.get("as_told", "")),
            "basis": str(entry.get("basis", "")),
            "origin": Origin(name, line),
        }
        if kind == "sources":
            made = _record_claim(key, entry, common, fault, record, known)
        else:
            made = _entry_claims(kind, key, entry, common, fault, record, known, source)
            if wrong_life := lifetimes.ends_first(entry):
                advice = "check born: and died:"
                faults.append(Fault(name, line, record, wrong_life, advice, "warning", "lifetime"))
        for claim in made:
            for problem in problems(claim, vocabulary):
                fault(claim.origin.line, record, problem.message, problem.advice, problem.code)
        claims += made
    if any(c.citations[0].source == REGISTER.source for c in claims if c.citations):
        claims.append(_register_itself())
    return claims, faults


def _default_citation(kind: str, key: str) -> tuple[Citation, ...]:
    """What an entry without `cite` rests on: a work on itself, all else on the register."""
    if kind == "sources":
        return (Citation(f"source/{key}", "reference"),)
    return (Citation(REGISTER.source, f"{kind}: {key}"),)


def _register_itself() -> Claim:
    """The register as a source: what the project itself says of the keys it uses."""
    record = {"type": "document", "title": "Register of the project", "citation": "Register"}
    return Claim(
        subject=REGISTER.source,
        predicate="described_as",
        value=json.dumps(record, sort_keys=True),
        about=REGISTER.source,
        citations=(Citation(REGISTER.source, "reference"),),
    )


def _entry_claims(
    kind: str,
    key: str,
    entry: Map,
    common: dict[str, Any],
    fault: Any,
    record: str,
    known: Registers,
    source: str,
) -> list[Claim]:
    subject = f"{kind[:-1]}/{key}"
    made = []
    predicates = _ENTRY[kind]
    for name in entry:
        if name not in predicates and name not in _ENTRY_COMMON:
            advice = "known here: " + ", ".join([*predicates, "cite", "memo"])
            fault(entry.lines[name], record, f"unknown key '{name}'", advice, "key")
    if not entry.get("name"):
        fault(entry.line, record, "has no name", "give name:", "missing")
    if kind == "actors" and not entry.get("kind"):
        advice = "give kind: " + ", ".join(sorted(_TYPES))
        fault(entry.line, record, "has no kind", advice, "missing")
    for name, predicate in predicates.items():
        values = entry.get(name)
        if values is None:
            continue
        for value in values if isinstance(values, Seq) else [values]:
            carried = common
            if name in LIFETIME and isinstance(value, Map) and "value" in value:
                carried = _own(value, common, source, fault, record, known)
                value = value["value"]
            if not isinstance(value, Text):
                fault(line_of(value, entry.line), record, f"'{name}' is no text", "", "text")
                continue
            told: dict[str, Any] = {"value": str(value)}
            if predicate in ("represents", "member_of"):
                if value not in known.actors:
                    fault(value.line, record, f"unknown actor '{value}'", "define it", "actor")
                told = {"object": f"actor/{value}"}
            made.append(
                Claim(subject=subject, predicate=predicate, about=subject, **told, **carried)
            )
    return made


def _own(
    said: Map, common: dict[str, Any], source: str, fault: Any, record: str, known: Registers
) -> dict[str, Any]:
    """What the claim of `{value: ..., cite: ...}` carries: of its own, else of its entry."""
    for name in (n for n in said if n not in ("value", *CITED)):
        advice = "known here: " + ", ".join(("value", *CITED))
        fault(said.lines[name], record, f"unknown key '{name}'", advice, "key")
    own = {**common, "memo": "", "as_told": "", "origin": replace(common["origin"], line=said.line)}
    for name in ("memo", "as_told", "basis"):
        if isinstance(said.get(name), Text):
            own[name] = str(said[name])
        elif name in said:
            fault(said.lines[name], record, f"'{name}' is no text", "write one text", "text")
    if "cite" in said:
        cited, wrong = citations(said["cite"], source, known.sources)
        for message in wrong:
            fault(said.lines["cite"], record, message, "define it in sources.yaml", "source")
        own["citations"] = tuple(cited)
    return own


def _plain(value: Any) -> Any:
    """What was read, as JSON has it."""
    if isinstance(value, Seq):
        return [_plain(item) for item in value]
    if isinstance(value, Map):
        return {key: _plain(item) for key, item in value.items()}
    return str(value)


def _record_claim(
    key: str, entry: Map, common: dict[str, Any], fault: Any, record: str, known: Registers
) -> list[Claim]:
    subject = f"source/{key}"
    fields: dict[str, Any] = {}
    for name, value in entry.items():
        if name in _ENTRY_COMMON or name == _WITHIN:
            continue
        if name not in _RECORD:
            fault(
                entry.lines[name],
                record,
                f"unknown key '{name}'",
                "use the fields of CSL (type, author, issued, title, container-title, ...), or in:",
                "key",
            )
        elif not isinstance(value, Text) and name not in _STRUCTURED:
            fault(entry.lines[name], record, f"'{name}' is no text", "write one text", "text")
        else:
            fields[name] = _plain(value)
    if not fields.get("title") and not fields.get("author") and not fields.get("citation"):
        fault(entry.line, record, "has neither title nor author", "give one", "missing")
    if fields.get("access", "public").partition(" ")[0] not in (
        "public",
        "restricted",
        "confidential",
    ):
        fault(
            entry.lines["access"],
            record,
            f"unknown access '{fields['access']}'",
            "one of: public, restricted (until a date), confidential",
            "access",
        )
    if fields.get("named_as", "by-name") not in ("by-name", "by-role", "anonymous"):
        fault(
            entry.lines["named_as"],
            record,
            f"unknown named_as '{fields['named_as']}'",
            "one of: by-name, by-role, anonymous",
            "named_as",
        )
    speaker = fields.get("speaker", "")
    if isinstance(speaker, str) and speaker in known.actors:
        fields.setdefault("speaker_name", str(known.actors[speaker].get("name", speaker)))
    elif isinstance(speaker, str) and speaker:
        fault(entry.lines["speaker"], record, f"unknown actor '{speaker}'", "define it", "actor")
    value = json.dumps(fields, ensure_ascii=False, sort_keys=True)
    made = [Claim(subject=subject, predicate="described_as", value=value, about=subject, **common)]
    within = entry.get(_WITHIN, ())
    for whole in within if isinstance(within, Seq) else (within,) if within else ():
        if not isinstance(whole, Text):
            fault(entry.lines[_WITHIN], record, f"'{_WITHIN}' is no key", "name one source", "text")
        elif whole not in known.sources:
            close = closest(whole, list(known.sources))
            advice = f"did you mean '{close}'?" if close else "define it in sources.yaml"
            fault(entry.lines[_WITHIN], record, f"unknown source '{whole}'", advice, "source")
        elif _circle(key, str(whole), known):
            fault(
                entry.lines[_WITHIN],
                record,
                f"'{key}' and '{whole}' stand in each other",
                "take out one in:",
                "source",
            )
        else:
            made.append(Claim(subject, "contained_in", f"source/{whole}", about=subject, **common))
    return made


def _circle(key: str, whole: str, known: Registers) -> bool:
    """Whether `whole` stands, through others, in the source `key`."""
    seen: set[str] = set()
    todo = [whole]
    while todo:
        at = todo.pop()
        if at == key:
            return True
        if at in seen:
            continue
        seen.add(at)
        inner = known.sources.get(at, Map()).get(_WITHIN, ())
        todo += map(str, inner) if isinstance(inner, Seq) else [str(inner)] if inner else []
    return False
