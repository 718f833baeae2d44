"""The run: files in, claims checked, the graph made to agree with them.

`read` turns files into documents and says all that is wrong with them, without a database. `ingest`
writes them. A file with faults is left out whole, and what it asserted before stays; the rest comes
in. What is gone from a folder that is ingested is gone from the graph.
"""

from __future__ import annotations

import functools
import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from visavis.graph.connect import Graph
from visavis.graph.lock import ingest_lock
from visavis.graph.write import (
    Document,
    Written,
    digest_of,
    document_claims,
    prepare_graph,
    read_state,
    remove_document,
    set_same,
    stored_documents,
    write_document,
    write_state,
)
from visavis.ingest import judgements as judging
from visavis.ingest import yamltext
from visavis.ingest.case import read_case
from visavis.ingest.judgements import Judgements
from visavis.ingest.registers import FILES, Registers, case_keys, citations, read_register
from visavis.ingest.yamltext import Map
from visavis.schema.claims import Claim, Origin
from visavis.schema.errors import DataError, Fault, ModelError
from visavis.schema.model import Vocabulary, vocabulary

__all__ = ["Collection", "Reading", "Report", "collect", "ingest", "read", "shipped"]

SHIPPED = Path(__file__).parent / "cases"
VOCABULARY = "vocabulary.yaml"
_SETTINGS = {"visavis.yaml", judging.FILE}
_ENDINGS = {".yaml", ".yml", ".xlsx", ".xml"}
_RESERVED = ("shipped/", "visavis/")  # what our own documents are called by


@dataclass(frozen=True, slots=True)
class Collection:
    """A folder of files that belong together, and what their paths begin with in the graph."""

    root: Path
    prefix: str = ""

    def name(self, path: Path) -> str:
        """The path of a file as the graph knows it; DataError where it lies outside the root."""
        for here, root in (
            (path.absolute(), self.root.absolute()),
            (path.resolve(), self.root.resolve()),
        ):
            place = Path(os.path.normpath(here))
            if place.is_relative_to(root):
                return self.prefix + place.relative_to(root).as_posix()
        advice = "copy it into the project, or work in the project it belongs to"
        message = f"lies outside the project {self.root}"
        raise DataError([Fault(str(path), None, "", message, advice, code="file")])

    def folder(self, name: str) -> Path:
        """The folder of the file that the graph knows as `name`."""
        return (self.root.absolute() / name.removeprefix(self.prefix)).parent


@dataclass(slots=True)
class Reading:
    """One file as read: what it is, its claims, its faults."""

    name: str
    kind: str
    claims: list[Claim] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Whether it may enter the graph: warnings do not keep it out."""
        return not any(fault.severity == "error" for fault in self.faults)


@dataclass(slots=True)
class Report:
    """What an ingest did: documents by what became of them, faults, and counts."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    faulty: list[str] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    written: Written = field(default_factory=Written)

    def as_dict(self) -> dict[str, Any]:
        """The report as plain data."""
        counts = {k: getattr(self.written, k) for k in self.written.__dataclass_fields__}
        return {
            "added": self.added,
            "changed": self.changed,
            "removed": self.removed,
            "unchanged": self.unchanged,
            "faulty": self.faulty,
            "passed_over": self.passed_over,
            "counts": counts,
            "faults": [fault.as_dict() for fault in self.faults],
        }


def shipped() -> Collection:
    """The cases that travel with the program."""
    return Collection(SHIPPED, "shipped/")


def collect(collection: Collection, paths: Sequence[Path] = ()) -> tuple[list[Path], list[Path]]:
    """The files to read, and the folders among `paths` that were looked through.

    Without paths, the whole collection. A path that is not there raises DataError.
    """
    files: list[Path] = []
    folders: list[Path] = []
    for path in paths or [collection.root]:
        if path.is_dir():
            folders.append(path)
            files += sorted(
                p
                for p in path.rglob("*")
                if p.suffix.lower() in _ENDINGS
                and p.is_file()
                and not p.name.startswith("~$")
                and not any(part.startswith(".") for part in p.relative_to(path).parts)
            )
        elif path.is_file():
            files.append(path)
        else:
            raise DataError(
                [Fault(str(path), None, "", "is not there", "check the path", code="file")]
            )
    return list(dict.fromkeys(files)), folders


def project_vocabulary(root: Path) -> tuple[Vocabulary, list[Fault]]:
    """The shipped vocabulary with the project's own terms (vocabulary.yaml in its root)."""
    path = root / VOCABULARY
    if root == SHIPPED or not path.is_file():
        return vocabulary(), []
    try:
        data, _ = yamltext.read(path, VOCABULARY)
        own = Vocabulary.read(data if isinstance(data, Map) else {}, VOCABULARY)
        return vocabulary().plus(own.schemes, own.terms), []
    except DataError as error:
        return vocabulary(), error.faults
    except (ModelError, AttributeError, TypeError, ValueError) as error:
        message = str(error) if isinstance(error, ModelError) else "is no vocabulary"
        advice = "write schemes: <scheme>: {terms: {<term>: {definition: ..., cite: ...}}}"
        return vocabulary(), [Fault(VOCABULARY, None, "", message, advice, code="vocabulary")]


def read(
    collection: Collection,
    files: Iterable[Path],
    explicit: bool = True,
    progress: Callable[[str], None] | None = None,
) -> Iterator[Reading]:
    """Each file as claims and faults. A workbook or a file may hold several cases.

    A volume of an archive is many documents, each a reading of its own called `file#document`.
    explicit: the files were named; else a YAML file that holds no case, or an XML file that is no
    volume, is passed over (its kind is then ""), since a folder may hold others.
    """
    terms, faults = project_vocabulary(collection.root)

    cases = case_keys(collection.root.absolute())

    @functools.cache
    def known(folder: Path) -> Registers:
        return Registers.of(folder, collection.root.absolute(), cases)

    for path in files:
        name = collection.name(path)
        if progress:
            progress(name)
        if path.name in _SETTINGS:
            continue
        reading = Reading(name, "case")
        try:
            if not collection.prefix and name.startswith(_RESERVED):
                folder = name.partition("/")[0]
                message = f"lies in a folder called '{folder}', a name that the program uses itself"
                raise DataError(
                    [Fault(name, None, "", message, "give the folder another name", code="file")]
                )
            if path.suffix.lower() == ".xml":
                readings = list(_read_volume(path, name, explicit))
                yield from readings
                continue
            _read_file(path, reading, known(collection.folder(name)), terms, faults, explicit)
        except DataError as error:
            reading.faults += error.faults
        yield reading


def _read_volume(path: Path, name: str, explicit: bool) -> Iterator[Reading]:
    from visavis.ingest import frus  # lxml only where it is needed

    if frus.is_frus(path):
        yield from frus.read_volume(path, name)
    elif explicit:
        advice = (
            "a volume of Foreign Relations of the United States in TEI is read (see docs/archives)"
        )
        message = "is no archive volume that is known"
        raise DataError([Fault(name, None, "", message, advice, code="archive")])
    else:
        yield Reading(name, "")


def _file(name: str) -> str:
    """The file that a document stands in: a volume holds many."""
    return name.partition("#")[0]


def _read_file(
    path: Path,
    reading: Reading,
    known: Registers,
    terms: Vocabulary,
    vocabulary_faults: list[Fault],
    explicit: bool,
) -> None:
    if path.suffix.lower() == ".xlsx":
        from visavis.ingest.workbook import read_claims  # openpyxl only where it is needed

        reading.claims, reading.faults = read_claims(path, reading.name, known, terms)
        return
    data, _ = yamltext.read(path, reading.name)
    if path.name in FILES:
        reading.kind = FILES[path.name]
        reading.claims, reading.faults = read_register(
            data, reading.name, reading.kind, known, terms
        )
    elif path.name == VOCABULARY:
        reading.kind = "vocabulary"
        if reading.name != VOCABULARY:  # else the terms of the root would be told again here
            advice = "move its terms to vocabulary.yaml at the root of the project"
            message = "a vocabulary is read at the root of the project only"
            raise DataError([Fault(reading.name, None, "", message, advice, code="vocabulary")])
        reading.faults = list(vocabulary_faults)
        own = [t for t in terms if t.slug not in vocabulary().terms]
        if not reading.faults:
            reading.claims, wrong = term_claims(own, reading.name, known)
            reading.faults += wrong
    elif not explicit and not (isinstance(data, Map) and "case" in data):
        reading.kind = ""
    else:
        reading.claims, reading.faults = read_case(data, reading.name, known, terms)


def term_claims(
    terms: Iterable[Any], name: str, known: Registers
) -> tuple[list[Claim], list[Fault]]:
    """Terms of the vocabulary as claims: what each means and who says so."""
    claims: list[Claim] = []
    faults: list[Fault] = []
    for term in terms:
        cited, wrong = citations(term.cite, "", known.sources)
        for message in wrong:
            advice = "add it to sources.yaml"
            faults.append(Fault(name, None, f"term '{term.slug}'", message, advice, code="source"))
        told: dict[str, Any] = {"label": term.label, "scheme": term.scheme}
        if term.also:
            told["also"] = term.also
        if term.sign:
            told["sign"] = term.sign
        if term.intensity is not None:
            told["intensity"] = term.intensity
        common: dict[str, Any] = {
            "about": term.id,
            "citations": tuple(cited),
            "origin": Origin(name, term.line),
        }
        claims.append(
            Claim(term.id, "defined_as", value=term.definition, qualifiers=told, **common)
        )
        if term.broader:
            claims.append(Claim(term.id, "broader", f"term/{term.broader}", **common))
        claims += [Claim(term.id, "concerns", f"term/{slug}", **common) for slug in term.about]
    return claims, faults


@functools.lru_cache(maxsize=1)
def _shipped_vocabulary() -> Reading:
    """The shipped vocabulary as a document: its terms, and the records of what they cite."""
    known = Registers.of(SHIPPED, SHIPPED)
    claims, faults = term_claims(vocabulary(), "visavis/vocabulary.yaml", known)
    cited = {c.source for claim in claims for c in claim.citations}
    cited |= {c.via for claim in claims for c in claim.citations if c.via}
    data, _ = yamltext.read(SHIPPED / "sources.yaml", "sources.yaml")
    records, _ = read_register(data, "visavis/vocabulary.yaml", "sources", known, vocabulary())
    claims += [claim for claim in records if claim.subject in cited]
    return Reading("visavis/vocabulary.yaml", "vocabulary", claims, faults)


def _document(reading: Reading, judged: Judgements) -> Document:
    claims, withheld = judged.apply(reading.claims)
    lines = (f"{claim.to_json()}\n".encode() for claim in claims)
    digest = digest_of([reading.kind.encode(), json.dumps(withheld).encode(), *lines])
    return Document(reading.name, reading.kind, digest, claims, withheld)


def ingest(
    graph: Graph,
    project: Path,
    paths: Sequence[Path] = (),
    *,
    with_shipped: bool = False,
    judgements_only: bool = False,
    wait: float = 60.0,
    progress: Callable[[int, int, str], None] | None = None,
) -> Report:
    """Make the graph agree with the files of a project.

    project: its root, whose judgements.yaml and vocabulary.yaml hold. paths: files or folders to
    ingest, the whole project where none are given; with_shipped: the shipped cases too, or alone
    where no paths are given. judgements_only: nothing but what judgements.yaml changes.
    wait: seconds to wait for another ingest to end, then BusyError.
    progress: called with documents done, documents in all, and the name of the next.
    """
    report = Report()
    with ingest_lock_prepared(graph, wait) as hold:
        # Files are read once the lock is ours: an ingest that waited must not write what it read
        # before the other one did.
        judged, faults = read_judgements_of(project)
        if faults:
            raise DataError(faults)
        here = Collection(project)
        readings: list[Reading] = [_shipped_vocabulary()]
        swept: list[str] = []  # prefixes of what is complete: what is not read again there is gone
        if paths or not (with_shipped or judgements_only):
            files, folders = collect(here, paths)
            readings += read(here, files, explicit=bool(paths) and not folders)
            swept += [_prefix(here, folder) for folder in folders]
        if with_shipped:
            files, _ = collect(shipped())
            readings += read(shipped(), files)
            swept.append(shipped().prefix)
        if judged.claims:
            readings.append(Reading(judging.FILE, "judgements", list(judged.claims)))
        for reading in readings:
            report.faults += reading.faults
            if not reading.kind:
                report.passed_over.append(reading.name)
            elif not reading.sound:
                report.faulty.append(reading.name)
        sound = [r for r in readings if r.kind and r.sound]

        stored = stored_documents(graph)
        state = read_state(graph)
        documents = [_document(reading, judged) for reading in sound]
        broken = set(report.faulty)  # what these asserted before stays
        swept += [f"{_file(name)}#" for name in {r.name for r in readings} if "#" in name]
        # A file that holds no case any more asserts nothing.
        read_now = {r.name for r in readings if r.kind}
        gone = [
            path
            for path, was in stored.items()
            if path not in read_now
            and _file(path) not in broken
            and (any(_under(path, prefix) for prefix in swept) or was.kind == "judgements")
        ]
        documents += _touched_by_judgements(
            graph, stored, state, judged, read_now | set(gone), here, report
        )
        report.written.add(set_same(graph, hold, judged.same))
        todo = [d for d in documents if d.path not in stored or stored[d.path].digest != d.digest]
        report.unchanged = sorted({d.path for d in documents} - {d.path for d in todo})
        for done, document in enumerate(todo):
            if progress:
                progress(done, len(todo) + len(gone), document.path)
            report.written.add(write_document(graph, hold, document))
            (report.changed if document.path in stored else report.added).append(document.path)
        for done, path in enumerate(gone, len(todo)):
            if progress:
                progress(done, len(todo) + len(gone), path)
            report.written.add(remove_document(graph, hold, path))
            report.removed.append(path)
        after = {"withdrawn": sorted(judged.withdrawn), "same": judged.same}
        if after != state:
            write_state(graph, hold, after)
    return report


def read_judgements_of(project: Path) -> tuple[Judgements, list[Fault]]:
    """The judgements of a project; none where it has no judgements.yaml."""
    path = project / judging.FILE
    if not path.is_file():
        return Judgements(), []
    data, _ = yamltext.read(path, judging.FILE)
    return judging.read_judgements(data, judging.FILE)


def _touched_by_judgements(
    graph: Graph,
    stored: Any,
    state: Any,
    judged: Judgements,
    read_now: set[str],
    here: Collection,
    report: Report,
) -> list[Document]:
    """Documents that were not asked for, but hold what was just withdrawn or given back."""
    changed = set(state["withdrawn"]) ^ judged.withdrawn
    if not changed:
        return []
    claims = any(target.startswith("c-") for target in changed)
    again: list[Reading] = []
    broken = set(report.faulty)  # of these, what was withdrawn is taken out of what they asserted
    touched: dict[Path, set[str]] = {}
    for path, was in stored.items():
        hit = claims or changed & (was.cites | was.withheld)
        if path in read_now or not hit or path.startswith("visavis/"):
            continue
        collection = shipped() if path.startswith(shipped().prefix) else here
        file = collection.root / _file(path).removeprefix(collection.prefix)
        if file.is_file():
            touched.setdefault(file, set()).add(path)
        else:
            broken.add(path)
            report.faults.append(
                Fault(
                    path,
                    None,
                    "",
                    "is in the graph, and its file is gone",
                    "ingest the folder again to drop it",
                    "warning",
                    "gone",
                )
            )
    for file, paths in touched.items():
        collection = shipped() if SHIPPED in file.parents else here
        found = [r for r in read(collection, [file]) if r.name in paths or not r.sound]
        again += found
        if not all(r.sound for r in found):
            broken |= paths
    for reading in again:
        report.faults += reading.faults
        if not reading.sound:
            report.faulty.append(reading.name)
            broken.add(reading.name)
    documents = [_document(reading, judged) for reading in again if reading.kind and reading.sound]
    for path in sorted(broken & set(stored)):
        was = stored[path]
        kept, withheld = judged.apply(document_claims(graph, path))
        if withheld:  # without a digest, so that the file is read again once it is sound
            withheld = sorted(was.withheld.union(withheld))
            documents.append(Document(path, was.kind, "", kept, withheld))
    return documents


def ingest_lock_prepared(graph: Graph, wait: float) -> Any:
    """The ingest lock of a graph whose constraints are made."""
    prepare_graph(graph)
    return ingest_lock(graph, wait)


def _prefix(collection: Collection, folder: Path) -> str:
    name = collection.name(folder)
    return "" if name in (".", "") else name.rstrip("/") + "/"


def _under(path: str, prefix: str) -> bool:
    """Whether a document belongs to a folder; the shipped ones belong to no project's root."""
    if prefix == "":
        return not path.startswith((shipped().prefix, "visavis/")) and path != judging.FILE
    return path.startswith(prefix)
