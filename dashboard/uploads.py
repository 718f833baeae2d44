"""Files that a reader brings: a safe name and place, what is wrong, what they would change.

Nothing here writes to the graph: a file is read as an ingest would read it, where it would lie
(under a hidden name, removed at once), and compared with what the graph has of it. Saving and
ingesting come after, through `visavis.ingest.run`.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from visavis.graph.connect import Graph
from visavis.graph.write import document_claims, stored_documents
from visavis.ingest import bibliography
from visavis.ingest.judgements import standing
from visavis.ingest.registers import FILES
from visavis.ingest.run import Collection, read
from visavis.queries.evidence import statement
from visavis.schema.claims import Claim
from visavis.schema.errors import DataError, Fault
from visavis.schema.text import fold

__all__ = [
    "ENDINGS",
    "LARGEST",
    "Change",
    "Check",
    "by_kind",
    "check",
    "difference",
    "place_for",
    "save",
    "summary",
]

ENDINGS = tuple(sorted({".yaml", ".yml", ".xlsx", ".xml"} | bibliography.ENDINGS))
LARGEST = 60_000_000  # bytes; a volume of an archive in TEI takes 5 to 20 million
# Settings and words of the whole project: edited by hand, or by commands of their own.
_OURS = {"visavis.yaml", "judgements.yaml", "vocabulary.yaml"}
_AT_ROOT = set(FILES)
_UNSAFE = re.compile(r"[^a-z0-9._-]+")


# -- a name and a place ---------------------------------------------------------------------------


def place_for(name: str) -> str:
    """Where a file of that name belongs in a project, as a path from its root.

    Only the last part of the name counts; what is no letter, digit, point or hyphen becomes a
    hyphen. Registers belong in the root, volumes in archives/, lists of references in
    bibliography/, all else in cases/. DataError for an ending that is not read, and for the
    project's own settings.
    """
    base = PurePosixPath(name.replace("\\", "/")).name
    safe = _UNSAFE.sub("-", fold(base)).strip("-.")
    stem, ending = os.path.splitext(safe)
    if ending not in ENDINGS or not stem.strip("-."):
        known = ", ".join(ENDINGS)
        raise _refused(base, "is no file that is read here", f"bring one that ends in {known}")
    safe = f"{stem.strip('-.')[:100]}{ending}"
    if safe in _OURS:
        raise _refused(base, "is the project's own", "edit it in the project's folder")
    if safe in _AT_ROOT:
        return safe
    if ending == ".xml":
        return f"archives/{safe}"
    return f"{'bibliography' if ending in bibliography.ENDINGS else 'cases'}/{safe}"


def _refused(name: str, message: str, advice: str) -> DataError:
    return DataError([Fault(name, None, "", message, advice, code="file")])


def _target(root: Path, place: str) -> Path:
    """The path of a place; DataError where a link leads it out of the project."""
    path = root / place
    if not path.resolve().is_relative_to(root.resolve()):
        raise _refused(place, "would lie outside the project", "look at the links in its folder")
    return path


def save(root: Path, place: str, raw: bytes, *, overwrite: bool = False) -> Path:
    """Write a file into the project, whole or not at all. DataError where one is there already and
    `overwrite` is not said."""
    path = _target(root, place)
    if path.exists() and not overwrite:
        raise _refused(place, "is there already", "say that it may be replaced, or rename yours")
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{secrets.token_hex(4)}-{path.name}")
    try:
        fresh.write_bytes(raw)
        if overwrite:
            fresh.replace(path)
        else:
            os.link(fresh, path)  # fails where somebody else was quicker
    except FileExistsError as error:
        raise _refused(place, "is there already", "look at it before you replace it") from error
    finally:
        fresh.unlink(missing_ok=True)
    return path


# -- what is wrong, and what would change ---------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Change:
    """One statement: new, gone, or told otherwise than before (`before`)."""

    what: str  # adds, changes, removes
    statement: str
    before: str = ""


@dataclass(slots=True)
class Check:
    """What a file holds and would do. faults: as an ingest would say them, with the place where
    the file will lie. documents: new, changed, unchanged or gone, by name. kinds: claims by what
    they say."""

    place: str
    kind: str = ""
    faults: list[Fault] = field(default_factory=list)
    documents: dict[str, str] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    claims: int = 0
    kinds: Counter[str] = field(default_factory=Counter)

    @property
    def errors(self) -> list[Fault]:
        """The faults that keep it out of the graph."""
        return [fault for fault in self.faults if fault.severity == "error"]

    def count(self, what: str) -> int:
        """How many statements it adds, changes or removes."""
        return sum(change.what == what for change in self.changes)


def check(graph: Graph | None, root: Path, place: str, raw: bytes) -> Check:
    """Read a file as an ingest would, and compare it with what the graph has. Nothing is kept.

    graph None: no comparison. DataError for a file that is too large.
    """
    if len(raw) > LARGEST:
        raise _refused(place, f"is larger than {LARGEST:,} bytes", "split it")
    made = Check(place)
    judged = standing(root)
    with _lying(root, place, raw) as path:
        hidden = Collection(root).name(path)
        told: dict[str, list[Claim]] = {}
        for reading in read(Collection(root), [path]):
            name = place + reading.name.removeprefix(hidden)
            made.kind = made.kind or reading.kind
            made.faults += [_renamed(fault, hidden, place) for fault in reading.faults]
            if reading.sound:
                told[name] = judged.apply(reading.claims)[0]
    for claims in told.values():
        made.claims += len(claims)
        made.kinds.update(claim.predicate for claim in claims)
    if graph is not None:
        stored = [
            path
            for path in stored_documents(graph)
            if path == place or path.startswith(f"{place}#")
        ]
        for name in sorted({*told, *stored}):
            old = document_claims(graph, name) if name in stored else []
            if name not in told and made.errors:
                continue  # what it asserted before stays, as long as it has faults
            changes = difference(old, told.get(name, []))
            made.changes += changes
            made.documents[name] = (
                "new" if name not in stored
                else "gone" if name not in told
                else "changed" if changes
                else "unchanged"
            )  # fmt: skip
    return made


def difference(old: Iterable[Claim], new: Iterable[Claim]) -> list[Change]:
    """What a document tells more, otherwise, and no longer.

    Otherwise: the same subject, predicate and object (or place in the text), with other qualifiers,
    citations, coder or value.
    """
    before = {claim.id: claim for claim in old}
    after = {claim.id: claim for claim in new}
    gone = [claim for key, claim in before.items() if key not in after]
    fresh = [claim for key, claim in after.items() if key not in before]
    pool: dict[tuple[str, str, str], list[Claim]] = {}
    for claim in gone:
        pool.setdefault(_same(claim), []).append(claim)
    changes: list[Change] = []
    for claim in fresh:
        was = pool.get(_same(claim))
        if was:
            changes.append(Change("changes", _line(claim), _line(was.pop(0))))
        else:
            changes.append(Change("adds", _line(claim)))
    changes += [Change("removes", _line(c)) for left in pool.values() for c in left]
    return changes


def _same(claim: Claim) -> tuple[str, str, str]:
    return claim.subject, claim.predicate, claim.object


def _line(claim: Claim) -> str:
    cited = "; ".join(
        " ".join(filter(None, (c.source.partition("/")[2], c.locator))) for c in claim.citations
    )
    return f"{statement(claim.to_dict())} [{cited}]"


def _renamed(fault: Fault, hidden: str, place: str) -> Fault:
    name = place + fault.file.removeprefix(hidden) if fault.file.startswith(hidden) else fault.file
    return Fault(
        name, fault.line, fault.record, fault.message, fault.advice, fault.severity, fault.code
    )


@contextlib.contextmanager
def _lying(root: Path, place: str, raw: bytes) -> Iterator[Path]:
    """The file where it would lie, under a name that no ingest sees, for as long as it is read.

    A register keeps its name, since it is known by it, in a hidden folder of its own.
    """
    path = _target(root, place)
    token = secrets.token_hex(6)
    folder = path.parent
    made: list[Path] = []
    if path.name in _AT_ROOT:
        folder = path.parent / f".check-{token}"
        hidden = folder / path.name
    else:
        hidden = folder / f".check-{token}-{path.name}"
    if not folder.is_dir():
        folder.mkdir(parents=True)
        made.append(folder)
    try:
        hidden.write_bytes(raw)
        yield hidden
    finally:
        hidden.unlink(missing_ok=True)
        for each in made:
            with contextlib.suppress(OSError):
                each.rmdir()


def summary(made: Check) -> str:
    """What a file would do, in a sentence."""
    if made.errors:
        n = len(made.errors)
        return f"{n} fault{'s' * (n != 1)}: the file stays out until {_them(n)} mended."
    counts = [
        (made.count("adds"), "adds"),
        (made.count("changes"), "changes"),
        (made.count("removes"), "removes"),
    ]
    told = [f"{word} {n:,}" for n, word in counts if n]
    if not told:
        return "The graph already agrees with this file: nothing would change."
    return f"It {', '.join(told)} statements; {made.claims:,} in all."


def _them(n: int) -> str:
    return "it is" if n == 1 else "they are"


def by_kind(kinds: Mapping[str, int]) -> list[tuple[str, int]]:
    """Claims by what they say, the most first."""
    from visavis.schema.model import model

    known = model().predicates
    return sorted(
        ((known[name].label, n) for name, n in kinds.items()), key=lambda x: (-x[1], x[0])
    )
