"""The run: files in, claims checked, the graph made to agree with them.

`read` turns files into documents and says all that is wrong with them, without a database. `ingest`
writes them. A file with faults is left out whole, and what it asserted before stays; the rest comes
in. What is gone from a folder that is ingested is gone from the graph.
"""

from __future__ import annotations

import functools
import itertools
import json
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from visavis.graph.connect import Graph
from visavis.graph.lock import ingest_lock
from visavis.graph.write import (
    Document,
    Stored,
    Written,
    all_ids,
    contained_sources,
    digest_of,
    document_claims,
    documents_of,
    named_targets,
    prepare_graph,
    read_state,
    remove_document,
    set_same,
    stored_documents,
    write_documents,
    write_state,
)
from visavis.ingest import bibliography, yamltext
from visavis.ingest import claims as claim_lines
from visavis.ingest import judgements as judging
from visavis.ingest.across import Across
from visavis.ingest.case import read_case
from visavis.ingest.judgements import Judgements
from visavis.ingest.library import Library, entries_of
from visavis.ingest.registers import (
    FILES,
    SHIPPED,
    Cases,
    Registers,
    citations,
    read_register,
)
from visavis.ingest.yamltext import Map
from visavis.schema.claims import Claim, Origin, problems
from visavis.schema.errors import DataError, Fault
from visavis.schema.model import Term, Vocabulary, vocabulary

__all__ = [
    "SHIPPED",
    "Collection",
    "Reading",
    "Report",
    "check_judgements",
    "collect",
    "ingest",
    "project_vocabulary",
    "read",
    "read_judgements_of",
    "shipped",
]

VOCABULARY = "vocabulary.yaml"
_SETTINGS = {"visavis.yaml", judging.FILE}
_ENDINGS = {".yaml", ".yml", ".xlsx", ".xml"} | bibliography.ENDINGS
# What a coder may save instead of what is read, with what to do about it.
_FOREIGN = {
    **dict.fromkeys((".xls", ".xlsm", ".xlsb", ".ods", ".numbers"), "save the workbook as .xlsx"),
    **dict.fromkeys((".csv", ".tsv"), "put the table into a workbook: visavis new workbook"),
    **dict.fromkeys(
        (".doc", ".docx", ".odt", ".rtf", ".pages", ".pdf"),
        "code it in a case file (visavis new case KEY), or save its text as .txt",
    ),
}
_BOOKS = {".xls", ".xlsm", ".xlsb", ".ods", ".numbers"}  # in a folder too, these are told of
_GRAPHS = {".ttl", ".trig", ".nt", ".nq", ".jsonld", ".rdf", ".owl"}
_SWEPT = "graphs"  # in this folder of the root they go with it; elsewhere they may be exports
_LISTS = "frus-persons"  # documents that are a volume's list of persons
TOGETHER = 5_000  # claims of one volume that are written in one transaction, about
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
    kinds: dict[str, int] = field(default_factory=dict)  # documents read, by what they are
    joined: list[tuple[str, ...]] | None = None  # None: nobody was looked for in several volumes

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
            "kinds": dict(sorted(self.kinds.items())),
            "joined": [list(ids) for ids in self.joined or ()],
            "codes": dict(sorted(Counter(fault.code for fault in self.faults).items())),
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
                if (
                    p.suffix.lower() in _ENDINGS | _BOOKS
                    or p.name.endswith(claim_lines.ENDING)
                    or (p.suffix.lower() in _GRAPHS and _goes_along(collection, p))
                )
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


def _goes_along(collection: Collection, path: Path) -> bool:
    """Whether a graph lies in the folder whose graphs belong to the project."""
    place = Path(os.path.normpath(path.absolute()))
    return place.is_relative_to(collection.root.absolute() / _SWEPT)


def project_vocabulary(root: Path) -> tuple[Vocabulary, list[Fault]]:
    """The shipped vocabulary with the project's own terms (vocabulary.yaml in its root)."""
    path = root / VOCABULARY
    if root == SHIPPED or not path.is_file():
        return vocabulary(), []
    try:
        data, _ = yamltext.read(path, VOCABULARY)
    except DataError as error:
        return vocabulary(), error.faults
    own, faults = Vocabulary.told(data, VOCABULARY, vocabulary())
    return vocabulary().plus(own.schemes, own.terms), faults


def read(
    collection: Collection,
    files: Iterable[Path],
    explicit: bool = True,
    progress: Callable[[str], None] | None = None,
) -> Iterator[Reading]:
    """Each file as claims and faults. A workbook or a file may hold several cases.

    A volume of an archive is many documents, each a reading of its own called `file#document`.
    explicit: the files were named; else a YAML file that holds no case, an XML file that is no
    volume, or JSON without references is passed over (its kind is then ""), since a folder may hold
    others.
    """
    terms, faults = project_vocabulary(collection.root)

    cases = Cases(collection.root.absolute())

    @functools.cache
    def library() -> Library:
        return Library.of(collection.root.absolute())

    @functools.cache
    def known(folder: Path) -> Registers:
        registers = Registers.of(folder, collection.root.absolute(), cases)
        library().add_to(registers)
        return registers

    seen: set[str] = set()
    for path in files:
        try:
            name = collection.name(path)
        except DataError as error:
            yield Reading(str(path), "case", [], error.faults)
            continue
        seen.add(name)
        if progress:
            progress(name)
        if path.name in _SETTINGS:
            if name != collection.prefix + path.name:
                message = "is read at the root of the project only"
                told = Fault(name, None, "", message, "move it there", "warning", "file")
                yield Reading(name, "", [], [told])
            continue
        reading = Reading(name, "case")
        try:
            if not collection.prefix and name.startswith(_RESERVED):
                folder = name.partition("/")[0]
                message = f"lies in a folder called '{folder}', a name that the program uses itself"
                raise DataError(
                    [Fault(name, None, "", message, "give the folder another name", code="file")]
                )
            if (ending := path.suffix.lower()) in _FOREIGN:
                told = Fault(
                    name, None, "", f"a {ending} is not read", _FOREIGN[ending], code="file"
                )
                if explicit:
                    raise DataError([told])
                yield Reading(name, "", [], [replace(told, severity="warning")])
                continue
            if path.suffix.lower() == ".xml" and not bibliography.is_bibliography(path):
                readings = list(_read_volume(path, name, explicit))
                yield from readings
                continue
            if path.suffix.lower() in bibliography.ENDINGS:
                if explicit or bibliography.is_bibliography(path):
                    sources = known(collection.folder(name)).sources
                    readings = _read_bibliography(path, name, library(), sources)
                    yield from readings
                else:
                    yield Reading(name, "")
                continue
            _read_file(path, reading, known(collection.folder(name)), terms, faults, explicit)
        except DataError as error:
            reading.faults += error.faults
        yield reading
    if faults and seen and VOCABULARY not in seen:  # it was not asked for, but all read here use it
        yield Reading(VOCABULARY, "", [], [replace(fault, severity="warning") for fault in faults])


def _read_volume(path: Path, name: str, explicit: bool) -> Iterator[Reading]:
    from visavis.ingest import frus  # lxml only where it is needed

    try:
        known = frus.is_frus(path, name)
    except DataError as error:
        if explicit:
            raise
        # XML of other kinds may lie in a folder; if it was a volume, what it asserted stays.
        yield Reading(name, "", [], [replace(f, severity="warning") for f in error.faults])
        return
    if known:
        yield from frus.read_volume(path, name)
    elif explicit:
        advice = (
            "a volume of Foreign Relations of the United States in TEI is read (see docs/archives)"
        )
        message = "is no archive volume that is known"
        raise DataError([Fault(name, None, "", message, advice, code="archive")])
    else:
        yield Reading(name, "")


def _read_bibliography(
    path: Path, name: str, library: Library, sources: Mapping[str, Any]
) -> list[Reading]:
    """A bibliography; each entry that had to be left out is a faulty reading of its own.

    A plain list of references whose file is named by the key of a work, one of `sources` or of the
    shipped cases, is that work's own (`holmeswheeler2020.txt`): the work refers to each.
    """
    entries, faults = entries_of(path, name)
    own = path.suffix.lower() in bibliography.LISTS
    if own and (path.stem in sources or path.stem in _shipped_registers().sources):
        entries = [
            replace(entry, cited_by=path.stem, label=entry.label or str(number))
            for number, entry in enumerate(entries, 1)
        ]
    claims, more = bibliography.claims(entries, name, library.clashes)
    lost = [fault for fault in faults if fault.severity == "error"]
    kind = "bibliography"
    if not entries:
        return [Reading(name, kind, [], faults)]
    mild = [fault for fault in faults if fault.severity != "error"] + more
    return [
        Reading(name, kind, claims, mild),
        *(Reading(f"{name}#{f.record or f.line}", kind, [], [f]) for f in lost),
    ]


def _together(documents: Iterable[Document]) -> Iterator[list[Document]]:
    """Documents of one volume that are written in one transaction: each alone is small."""
    group: list[Document] = []
    claims = 0
    for document in documents:
        whole = "#" not in document.path
        if group and (whole or claims > TOGETHER or _file(group[0].path) != _file(document.path)):
            yield group
            group, claims = [], 0
        group.append(document)
        claims += len(document.claims)
        if whole:
            claims = TOGETHER + 1
    if group:
        yield group


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
    if path.suffix.lower() in _GRAPHS:
        from visavis.ingest import rdf  # pyoxigraph only where it is needed

        reading.kind = "graph"
        reading.claims, reading.faults = rdf.read_document(path, reading.name, terms)
        return
    if path.suffix.lower() == ".xlsx":
        from visavis.ingest.workbook import read_claims  # openpyxl only where it is needed

        reading.claims, reading.faults = read_claims(path, reading.name, known, terms)
        return
    if path.suffix.lower() == ".jsonl":
        reading.kind = "claims"
        reading.claims, reading.faults = claim_lines.read_lines(path, reading.name, terms)
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
        own = [t for t in terms if t.slug not in vocabulary().terms]
        reading.claims, wrong = term_claims(own, reading.name, known, terms)
        reading.faults = sorted([*vocabulary_faults, *wrong], key=lambda fault: fault.line or 0)
    elif not explicit and not (isinstance(data, Map) and "case" in data):
        reading.kind = ""
    else:
        reading.claims, reading.faults = read_case(data, reading.name, known, terms)


def term_claims(
    terms: Iterable[Term], name: str, known: Registers, whole: Vocabulary
) -> tuple[list[Claim], list[Fault]]:
    """Terms of the vocabulary as claims: what each means and who says so. whole: all terms."""
    claims: list[Claim] = []
    faults: list[Fault] = []
    for term in terms:
        if not term.cite or not term.definition:
            continue  # a fault is told of it
        line, record = term.line or None, f"term '{term.slug}'"
        cited, wrong = citations(term.cite, "", known.sources)
        for message in wrong:
            advice = "add it to sources.yaml"
            faults.append(Fault(name, line, record, message, advice, code="source"))
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
            "coder": known.coder,
            "origin": Origin(name, term.line),
        }
        own = [Claim(term.id, "defined_as", value=term.definition, qualifiers=told, **common)]
        if term.broader:
            own.append(Claim(term.id, "broader", f"term/{term.broader}", **common))
        own += [Claim(term.id, "concerns", f"term/{slug}", **common) for slug in term.about]
        for problem in (p for claim in own for p in problems(claim, whole)):
            if not wrong:
                told_ = (problem.message, problem.advice)
                faults.append(Fault(name, line, record, *told_, code=problem.code))
        claims += own
    return claims, list(dict.fromkeys(faults))


@functools.lru_cache(maxsize=1)
def _shipped_registers() -> Registers:
    return Registers.of(SHIPPED, SHIPPED)


@functools.lru_cache(maxsize=1)
def _shipped_vocabulary() -> Reading:
    """The shipped vocabulary as a document: its terms, and the records of what they cite."""
    known = _shipped_registers()
    claims, faults = term_claims(vocabulary(), "visavis/vocabulary.yaml", known, vocabulary())
    cited = {c.source for claim in claims for c in claim.citations}
    cited |= {c.via for claim in claims for c in claim.citations if c.via}
    data, _ = yamltext.read(SHIPPED / "sources.yaml", "sources.yaml")
    records, _ = read_register(data, "visavis/vocabulary.yaml", "sources", known, vocabulary())
    claims += [claim for claim in records if claim.subject in cited]
    return Reading("visavis/vocabulary.yaml", "vocabulary", claims, faults)


def _document(reading: Reading, judged: Judgements) -> Document:
    claims, withheld = judged.apply(reading.claims)
    contained = judged.containing(reading.claims)
    lines = (f"{claim.to_json()}\n".encode() for claim in claims)
    told = json.dumps([withheld, contained] if contained else withheld)
    digest = digest_of([reading.kind.encode(), told.encode(), *lines])
    return Document(reading.name, reading.kind, digest, claims, withheld, contained)


def ingest(
    graph: Graph,
    project: Path,
    paths: Sequence[Path] = (),
    *,
    with_shipped: bool = False,
    judgements_only: bool = False,
    join: bool | None = None,
    wait: float = 60.0,
    progress: Callable[[int, int, str], None] | None = None,
) -> Report:
    """Make the graph agree with the files of a project.

    project: its root, whose judgements.yaml and vocabulary.yaml hold. paths: files or folders to
    ingest, the whole project where none are given; with_shipped: the shipped cases too, or alone
    where no paths are given. judgements_only: nothing but what judgements.yaml changes. join:
    whether persons of several archive volumes who are certainly one are judged so, in
    judgements.yaml; None, where this ingest has lists of persons and anything changed in any.
    wait: seconds to wait for another ingest to end, then BusyError.
    progress: called with files read, files in all, and "reading" with the name of the next; then
    with documents written, documents in all, and the name of the next.
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
            files += _known_graphs(graph, here, folders)
            for file in files:
                here.name(file)  # one that lies outside the project ends it before it begins
            begun = itertools.count()

            def reading_of(name: str) -> None:
                if progress:
                    progress(next(begun), len(files), f"reading {name}")

            explicit = bool(paths) and not folders
            readings += read(here, files, explicit=explicit, progress=reading_of)
            swept += [_prefix(here, folder) for folder in folders]
        if with_shipped:
            files, _ = collect(shipped())
            readings += read(shipped(), files)
            swept.append(shipped().prefix)
        _compare(readings)
        if judged.claims:
            readings.append(Reading(judging.FILE, "judgements", list(judged.claims)))
        for reading in readings:
            report.faults += reading.faults
            if not reading.kind:
                report.passed_over += [] if reading.faults else [reading.name]
            elif not reading.sound:
                report.faulty.append(reading.name)
            else:
                report.kinds[reading.kind] = report.kinds.get(reading.kind, 0) + 1
        sound = [r for r in readings if r.kind and r.sound]
        # What these asserted before stays: files with faults, and those that nobody can read.
        broken = {*report.faulty, *(r.name for r in readings if not r.kind and r.faults)}
        swept += sorted({f"{_file(r.name)}#" for r in readings if "#" in r.name})
        stored = stored_documents(graph, [*(r.name for r in readings), judging.FILE], swept)
        state = read_state(graph)
        # A file that holds no case any more asserts nothing.
        read_now = {r.name for r in readings if r.kind}
        gone = [
            path
            for path, was in stored.items()
            if path not in read_now
            and _file(path) not in broken
            and (any(_under(path, prefix) for prefix in swept) or was.kind == "judgements")
        ]
        touched = _Touched(graph, state, here, report, broken, read_now | set(gone))
        judged = touched.find(judged, sound, gone)
        documents = [_document(reading, judged) for reading in [*sound, *touched.readings]]
        documents += touched.left(judged, stored)
        stored |= touched.stored
        mark = state.get("joined", "")
        lists = [d for d in documents if d.kind == _LISTS]
        if join or (join is None and (lists or any(stored[p].kind == _LISTS for p in gone))):
            fresh, mark = _join(graph, project, lists, gone, "" if join else mark, report)
            if fresh:
                judged.same, judged.claims, judged.lines = fresh.same, fresh.claims, fresh.lines
                documents = [d for d in documents if d.path != judging.FILE]
                documents.append(
                    _document(Reading(judging.FILE, "judgements", fresh.claims), judged)
                )
                gone = [path for path in gone if path != judging.FILE]
        report.written.add(set_same(graph, hold, judged.same))
        todo = [d for d in documents if d.path not in stored or stored[d.path].digest != d.digest]
        report.unchanged = sorted({d.path for d in documents} - {d.path for d in todo})
        done = 0
        for group in _together(todo):
            if progress:
                progress(done, len(todo) + len(gone), group[0].path)
            report.written.add(write_documents(graph, hold, group))
            for document in group:
                (report.changed if document.path in stored else report.added).append(document.path)
            done += len(group)
        for done, path in enumerate(gone, len(todo)):
            if progress:
                progress(done, len(todo) + len(gone), path)
            report.written.add(remove_document(graph, hold, path))
            report.removed.append(path)
        after = {
            "withdrawn": sorted(judged.withdrawn),
            "fallen": sorted(judged.fallen),
            "same": judged.same,
        }
        if mark:
            after["joined"] = mark
        if after != state:
            write_state(graph, hold, after)
        if judged.lines and (after != state or "" in swept):
            report.faults += _unknown_targets(graph, judged)
    return report


def _join(
    graph: Graph,
    project: Path,
    lists: Sequence[Document],
    gone: Sequence[str],
    last: str,
    report: Report,
) -> tuple[Judgements | None, str]:
    """Judge persons of several volumes to be one where that is certain; the judgements where any
    was written, and a mark of the lists of persons and judgements that were looked at.

    lists, gone: what this ingest read, and what it will remove. last: the mark of the last look;
    nothing is done where it is the same still. The lines are written before the graph follows: an
    ingest that breaks off is made good by the next.
    """
    from visavis.ingest import frus_joins  # rapidfuzz only where it is needed

    told: dict[str, Document | Reading] = {d.path: d for d in lists}
    found = "MATCH (d:Document) WHERE d.kind = $kind RETURN d.path AS path, d.digest AS digest"
    digests = {row["path"]: row["digest"] for row in graph.rows(found, {"kind": _LISTS})}
    digests |= {document.path: document.digest for document in lists}
    digests = {path: digest for path, digest in digests.items() if path not in gone}

    def mark(judged: Judgements) -> str:
        judgements = [[line.what, line.by, *line.ids] for line in judged.lines]
        return digest_of([json.dumps([sorted(digests.items()), judgements]).encode()])

    try:
        judged, _ = read_judgements_of(project)  # as it stands now: one may have been taken back
        if mark(judged) == last or len(digests) < 2:
            return None, mark(judged)
        for path in digests.keys() - told.keys():
            told[path] = Reading(path, _LISTS, document_claims(graph, path))
        joins = frus_joins.certain_joins(frus_joins.cards(told[path] for path in sorted(told)))
        report.joined = judging.add_joins(project, ((join.same, join.why) for join in joins))
        if not report.joined:
            return None, mark(judged)
        judged, _ = read_judgements_of(project)
        return judged, mark(judged)
    except (DataError, OSError) as error:
        why = str(error.strerror if isinstance(error, OSError) else error)
        message = f"persons of several volumes were not joined: {why}"
        advice = "mend it and ingest again, or ingest with --no-join"
        report.faults.append(
            Fault(judging.FILE, None, "", message, advice, "warning", code="judgement")
        )
        return None, ""


def _compare(readings: Iterable[Reading]) -> None:
    """Give each reading of a case the faults that only all together show."""
    cases = {reading.name: reading for reading in readings if reading.kind == "case"}
    across = Across()
    for reading in cases.values():
        across.add(reading.claims)
    for fault in across.faults():
        cases[fault.file].faults.append(fault)


def _known_graphs(graph: Graph, here: Collection, folders: Sequence[Path]) -> list[Path]:
    """Graphs in RDF below `folders` that were read before.

    An export often lies in the folder of its own project: a graph is read where it is named, and
    from then on with the project.
    """
    rows = graph.rows(
        "MATCH (d:Document) WHERE d.kind = 'graph' RETURN d.path AS path ORDER BY path"
    )
    prefixes = [_prefix(here, folder) for folder in folders]
    return [
        here.root / row["path"]
        for row in rows
        if any(_under(row["path"], prefix) for prefix in prefixes)
        and (here.root / row["path"]).is_file()
    ]


def read_judgements_of(project: Path) -> tuple[Judgements, list[Fault]]:
    """The judgements of a project; none where it has no judgements.yaml."""
    path = project / judging.FILE
    if not path.is_file():
        return Judgements(), []
    data, _ = yamltext.read(path, judging.FILE)
    return judging.read_judgements(data, judging.FILE)


@dataclass(slots=True)
class _Touched:
    """Documents that were not asked for, but hold what was just withdrawn or given back.

    known: the documents that this ingest writes or removes anyhow.
    """

    graph: Graph
    state: dict[str, Any]
    here: Collection
    report: Report
    broken: set[str]
    known: set[str]
    stored: dict[str, Stored] = field(default_factory=dict)
    readings: list[Reading] = field(default_factory=list)
    _contained: dict[str, list[tuple[str, str]]] | None = None

    def find(self, judged: Judgements, sound: list[Reading], gone: list[str]) -> Judgements:
        """Read what the judgements touch; the judgements, with all that falls by them.

        What is read may tell anew which source stands in which, and so let more fall.
        """
        while True:
            judged = judged.over(self._pairs(judged, [*sound, *self.readings], gone))
            found = documents_of(self.graph, set(self.state["fallen"]) ^ judged.fallen)
            fresh = {
                path: was
                for path, was in found.items()
                if path not in self.known and not path.startswith("visavis/")
            }
            if not fresh:
                return judged
            self.stored |= fresh
            self.known |= set(fresh)
            self._read(fresh)

    def _pairs(
        self, judged: Judgements, readings: list[Reading], gone: list[str]
    ) -> Iterator[tuple[str, str]]:
        if not any(target.startswith("source/") for target in judged.withdrawn):
            return
        if self._contained is None:
            self._contained = contained_sources(self.graph)
        anew = {reading.name for reading in readings} | set(gone)
        for path, told in self._contained.items():
            if path not in anew:
                yield from told
        for reading in readings:
            yield from judged.containing(reading.claims)

    def _read(self, fresh: dict[str, Stored]) -> None:
        files: dict[Path, set[str]] = {}
        for path in fresh:
            collection = shipped() if path.startswith(shipped().prefix) else self.here
            file = collection.root / _file(path).removeprefix(collection.prefix)
            if file.is_file():
                files.setdefault(file, set()).add(path)
            else:
                self.broken.add(path)
                message = "is in the graph, and its file is gone"
                advice = "ingest the folder again to drop it"
                self.report.faults.append(Fault(path, None, "", message, advice, "warning", "gone"))
        for file, paths in files.items():
            collection = shipped() if SHIPPED in file.parents else self.here
            found = [r for r in read(collection, [file]) if r.name in paths or not r.sound]
            for reading in found:
                self.report.faults += reading.faults
                if not reading.sound:
                    self.report.faulty.append(reading.name)
                    self.broken |= {reading.name, *paths}
            self.readings += [r for r in found if r.kind and r.sound]

    def left(self, judged: Judgements, stored: dict[str, Stored]) -> list[Document]:
        """Of what cannot be read, what it asserted before without what is withdrawn from it."""
        there = stored | self.stored
        documents = []
        for path in sorted(self.broken & set(there)):
            was = there[path]
            claims = document_claims(self.graph, path)
            kept, withheld = judged.apply(claims)
            if withheld:  # without a digest, so that the file is read again once it is sound
                withheld = sorted(was.withheld.union(withheld))
                contained = (self._contained or {}).get(path, judged.containing(claims))
                documents.append(Document(path, was.kind, "", kept, withheld, contained))
        return documents


def check_judgements(project: Path, named: set[str] | None = None) -> list[Fault]:
    """What is wrong with the judgements of a project, without a database.

    named: what the files of the project name (see `judgements.named_in`), where they were all
    read: then also a warning for each judgement of what neither they nor the shipped cases name.
    """
    try:
        judged, faults = read_judgements_of(project)
    except DataError as error:
        return error.faults
    targets = {target for judgement in judged.lines for target in judgement.ids}
    if named is None or targets <= named:
        return faults
    names = named.union(
        *(judging.named_in(r.claims) for r in read(shipped(), collect(shipped())[0]))
    )

    def near(target: str) -> list[str]:
        kind = target.partition("/")[0] + "/"
        return [] if target.startswith("c-") else sorted(n for n in names if n.startswith(kind))

    known = {target: target in names for target in targets}
    return faults + judging.unknown(judged, judging.FILE, known, near)


def _unknown_targets(graph: Graph, judged: Judgements) -> list[Fault]:
    """A warning for each judgement of what nothing in the graph names."""
    targets = {target for judgement in judged.lines for target in judgement.ids}
    unknown = targets - named_targets(graph, targets)

    @functools.cache
    def near(kind: str) -> list[str]:
        label = {"actor": "Actor", "source": "Source"}.get(kind, "")
        return [i for i in all_ids(graph, label) if i not in unknown] if label else []

    known = {target: target not in unknown for target in targets}
    return judging.unknown(judged, judging.FILE, known, lambda t: near(t.partition("/")[0]))


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
