"""Constraints and indexes, the same on both engines.

Names are the same too, so that one query text serves both: a full-text index on `search` of
`Actor` is called `Actor[search]`, which is how ArcadeDB names it by itself.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Mapping

from visavis.graph.connect import Graph
from visavis.schema.errors import EngineError

__all__ = ["prepare"]

PATIENCE = 4
# Our own bookkeeping: the schema's version and the revision counter, and the ingest lock.
_OWN = {"Visavis": "id", "IngestLock": "id"}


def prepare(
    graph: Graph,
    *,
    keys: Mapping[str, str],
    edge_types: Iterable[str],
    indexes: Iterable[tuple[str, str]] = (),
    fulltext: Iterable[tuple[str, str]] = (),
) -> bool:
    """Make what the graph needs and does not have; True if anything had to be made.

    `keys` names the unique property of each label, `edge_types` the relationship types whose `id`
    is indexed, `indexes` and `fulltext` pairs of label and property. A graph that was prepared for
    the same costs one small query.
    """
    unique = dict(sorted({**keys, **_OWN}.items()))
    types, more, texts = sorted(set(edge_types)), sorted(set(indexes)), sorted(set(fulltext))
    version = hashlib.sha256(repr((unique, types, more, texts)).encode()).hexdigest()[:16]
    for attempt in range(PATIENCE):
        if _version(graph) == version:
            return False
        try:
            _make(graph, unique, types, more, texts, version)
            return True
        except EngineError:
            # Another process may be making the same things; what it made is then simply there.
            if attempt == PATIENCE - 1:
                raise
            time.sleep(0.2 * (attempt + 1))
    raise AssertionError("not reached")


def _version(graph: Graph) -> str:
    found = graph.rows("MATCH (v:Visavis {id: 'schema'}) RETURN v.version AS version")
    return str(found[0]["version"]) if found else ""


def _make(
    graph: Graph,
    keys: Mapping[str, str],
    edge_types: Iterable[str],
    indexes: Iterable[tuple[str, str]],
    fulltext: Iterable[tuple[str, str]],
    version: str,
) -> None:
    for label, key in keys.items():
        graph.write(
            f"CREATE CONSTRAINT {label.lower()}_{key} IF NOT EXISTS "
            f"FOR (n:{label}) REQUIRE n.{key} IS UNIQUE"
        )
    for kind in edge_types:
        graph.write(f"CREATE INDEX {kind.lower()}_id IF NOT EXISTS FOR ()-[r:{kind}]-() ON (r.id)")
    for label, name in indexes:
        graph.write(
            f"CREATE INDEX {label.lower()}_{name} IF NOT EXISTS FOR (n:{label}) ON (n.{name})"
        )
    for label, name in fulltext:
        if graph.engine == "neo4j":
            graph.write(
                f"CREATE FULLTEXT INDEX `{label}[{name}]` IF NOT EXISTS "
                f"FOR (n:{label}) ON EACH [n.{name}]"
            )
        else:
            graph.sql(f"CREATE VERTEX TYPE `{label}` IF NOT EXISTS")
            graph.sql(f"CREATE PROPERTY `{label}`.`{name}` IF NOT EXISTS STRING")
            graph.sql(f"CREATE INDEX IF NOT EXISTS ON `{label}` (`{name}`) FULL_TEXT")
    if graph.engine == "neo4j":
        graph.write("CALL db.awaitIndexes(600)")
    # These two are there from the start: two who made the first one at once would collide.
    graph.write("MERGE (l:IngestLock {id: 'ingest'}) ON CREATE SET l.token = '', l.until = 0")
    graph.write("MERGE (v:Visavis {id: 'revision'}) ON CREATE SET v.n = 0")
    graph.write("MERGE (v:Visavis {id: 'schema'}) SET v.version = $version", {"version": version})
