"""What a shared dashboard may show: a copy of the graph without what is not public.

Withholding by pages would have to be right in every query of every page, and in the Cypher that a
reader types. So a shared dashboard reads a graph of its own, made from the claims that may leave
(`visavis.exchange.access`) on a local server in `.visavis/public`. Where nothing is to be withheld
there is no copy. It follows the graph: what changed is written again, document by document.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from visavis.exchange.leaving import Exported, leaving, named_by, same_among
from visavis.graph.connect import Graph, connect
from visavis.graph.lock import ingest_lock, revision
from visavis.graph.write import (
    Document,
    digest_of,
    prepare_graph,
    read_state,
    remove_document,
    set_same,
    stored_documents,
    write_document,
)
from visavis.schema.claims import Claim

__all__ = ["FOLDER", "publish", "withheld_line"]

FOLDER = Path(".visavis") / "public"
WAIT = 120.0  # seconds for another dashboard that makes the same copy


def publish(graph: Graph, root: Path) -> tuple[Graph, Exported]:
    """The graph that others may see, open for writing, and what was withheld from it.

    It is `graph` itself where nothing is to be withheld. Time and memory are those of all claims.
    EngineError where the copy's server cannot be started, or another holds it for too long.
    """
    at = revision(graph)
    told = leaving(graph)
    if not told.done.withheld_sources and not told.done.unnamed:
        return graph, told.done
    folder = root / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    copy = connect(project=folder)
    prepare_graph(copy)
    kinds = {path: stored.kind for path, stored in stored_documents(graph).items()}
    with ingest_lock(copy, wait=WAIT) as hold:
        if revision(graph) != at:
            # Whoever held the lock may have withheld more than was known here before: it must not
            # come back.
            told = leaving(graph)
        claims: dict[str, list[Claim]] = defaultdict(list)
        named: set[str] = set()
        for _, claim in told.claims():
            claims[claim.origin.file].append(claim)
            named |= named_by(claim)
        set_same(copy, hold, same_among(read_state(graph)["same"], named))
        there = stored_documents(copy)
        for path in sorted(set(there) - set(claims)):
            remove_document(copy, hold, path)
        for path, some in sorted(claims.items()):
            told_as = (repr((claim.id, claim.payload, claim.origin)) for claim in some)
            digest = digest_of(text.encode() for text in told_as)
            if path not in there or there[path].digest != digest:
                kind = kinds.get(path, "case")
                write_document(copy, hold, Document(path, kind, digest, some))
    return copy, told.done


def withheld_line(done: Exported) -> str:
    """What was withheld, in a sentence; "" where nothing was."""
    told = [
        f"{n:,} {what}{'s' * (n != 1)}{more}"
        for n, what, more in (
            (done.withheld_sources, "source", " not public"),
            (done.withheld_claims, "claim", " that only these support"),
            (done.unnamed, "informant", " by name"),
        )
        if n
    ]
    return f"Withheld from this shared view: {'; '.join(told)}." if told else ""
