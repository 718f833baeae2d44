"""A graph copied to another engine, exactly: what the one exports, the other exports.

Copied are the documents with their claims and the judgements they were written under; nodes and
edges follow from these by the same rules, so that the next ingest goes on there as it would here.
A target is left alone unless it is empty, or holds a graph of ours that is to be made equal.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from visavis.graph.connect import Graph
from visavis.graph.lock import ingest_lock, revision
from visavis.graph.write import (
    Document,
    Written,
    contained_sources,
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
from visavis.ingest.claims import read_lines
from visavis.schema.claims import Claim
from visavis.schema.errors import DataError, EngineError, NotFoundError
from visavis.schema.model import Scheme, Term, Vocabulary, vocabulary

__all__ = ["Copy", "copy_folder", "copy_graph"]

Progress = Callable[[int, int, str], None]


@dataclass(slots=True)
class Copy:
    """What a copy changes in its target: documents by name, and what was written (if anything)."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    unchanged: int = 0
    claims: int = 0
    applied: bool = False
    written: Written = field(default_factory=Written)


@dataclass(slots=True)
class _Pile:
    """What is to be copied: documents by name with their digest, and how to get each."""

    digests: dict[str, str]
    state: dict[str, Any]
    document: Callable[[str], Document]


def copy_graph(
    source: Graph, target: Graph, *, apply: bool = False, wait: float = 60.0,
    progress: Progress | None = None,
) -> Copy:  # fmt: skip
    """Make `target` hold what `source` holds.

    An empty target is filled at once; of one that holds a graph of ours the Copy only says what
    would change, unless `apply` is given. Raises EngineError where the target holds anything else,
    or the source is written to meanwhile; BusyError where an ingest goes on there.
    """
    stored = stored_documents(source)
    contained = contained_sources(source)
    before = revision(source)

    def document(path: str) -> Document:
        was = stored[path]
        claims = document_claims(source, path)
        inside = contained.get(path, [])
        return Document(path, was.kind, was.digest, claims, sorted(was.withheld), inside)

    pile = _Pile({p: was.digest for p, was in stored.items()}, read_state(source), document)
    done = _copy(pile, target, apply, wait, progress)
    if revision(source) != before:
        raise EngineError("the graph was written to while it was copied; load it again")
    return done


def copy_folder(
    folder: Path, target: Graph, *, apply: bool = False, wait: float = 60.0,
    progress: Progress | None = None,
) -> Copy:  # fmt: skip
    """Make `target` hold what an export (`claims.jsonl` in `folder`) tells; else as `copy_graph`.

    The next ingest there reads every file again, since an export does not tell which have changed.
    Raises DataError, with every fault and its line, where a claim is not sound.
    """
    path = folder / "claims.jsonl"
    if not path.is_file():
        raise NotFoundError(f"{folder} holds no claims.jsonl", ["name a folder of visavis export"])
    claims, faults = read_lines(path, path.name, _terms(path), origins=True)
    if faults:
        raise DataError(faults)
    by_file: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        by_file[claim.origin.file].append(claim)

    def document(name: str) -> Document:
        told = by_file[name]
        kinds = {"visavis/vocabulary.yaml": "vocabulary", judging.FILE: "judgements"}
        order = sorted(told, key=lambda claim: (claim.origin.line, claim.id))
        inside = judging.Judgements().containing(told)
        return Document(name, kinds.get(name, "case"), "", order, contained=inside)

    same = judging.identities(by_file.get(judging.FILE, ()))
    pile = _Pile(dict.fromkeys(by_file, ""), {"withdrawn": [], "same": same}, document)
    return _copy(pile, target, apply, wait, progress)


def _copy(pile: _Pile, target: Graph, apply: bool, wait: float, progress: Progress | None) -> Copy:
    there = _documents_of(target)
    done = Copy()
    for path, digest in pile.digests.items():
        if path not in there:
            done.added.append(path)
        elif digest and there[path] == digest:
            done.unchanged += 1
        else:
            done.changed.append(path)
    done.removed = sorted(set(there) - set(pile.digests))
    if there and not apply:
        return done
    prepare_graph(target)
    with ingest_lock(target, wait) as hold:
        if _documents_of(target) != there:
            raise EngineError("the target was written to meanwhile; load again")
        done.written.add(set_same(target, hold, pile.state["same"]))
        todo = [*done.added, *done.changed]
        for number, path in enumerate(todo):
            if progress:
                progress(number, len(todo) + len(done.removed), path)
            document = pile.document(path)
            done.claims += len(document.claims)
            done.written.add(write_document(target, hold, document))
        for number, path in enumerate(done.removed, len(todo)):
            if progress:
                progress(number, len(todo) + len(done.removed), path)
            done.written.add(remove_document(target, hold, path))
        if read_state(target) != pile.state:
            write_state(target, hold, pile.state)
    done.applied = True
    return done


def _documents_of(target: Graph) -> dict[str, str]:
    """The documents of a target with their digests; EngineError where it holds no graph of ours."""
    ours = target.rows("MATCH (v:Visavis {id: 'schema'}) RETURN v.id AS id")
    if ours:
        return {path: was.digest for path, was in stored_documents(target).items()}
    found = target.rows("MATCH (n) RETURN labels(n) AS labels LIMIT 1")
    if found:
        label = ", ".join(found[0]["labels"]) or "no label"
        raise EngineError(
            f"{target.address} holds nodes that are not ours (the first: {label}); "
            "name an empty database"
        )
    return {}


def _terms(path: Path) -> Vocabulary:
    """The vocabulary of an export: ours, and what its own claims define."""
    own: dict[str, Term] = {}
    known = vocabulary()
    with path.open("rb") as file:
        for raw in file:
            if b'"defined_as"' not in raw:
                continue
            try:
                row = json.loads(raw)
                slug, told = str(row["subject"]).partition("/")[2], row["qualifiers"]
                if slug in known.terms or row["predicate"] != "defined_as":
                    continue
                intensity = told.get("intensity")
                own[slug] = Term(
                    slug, str(told["scheme"]), str(told["label"]), str(row["value"]), "",
                    sign=str(told.get("sign", "")),
                    intensity=intensity if isinstance(intensity, int) else None,
                )  # fmt: skip
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
                continue  # a fault of the line, which says so when it is read
    schemes = {t.scheme: Scheme(t.scheme, t.scheme, "") for t in own.values()}
    return known.plus(schemes, own)
