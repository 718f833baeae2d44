"""What leaves a graph: its claims, nodes and edges, without what is to be withheld.

Every export takes its matter from here, so that what may not leave (`visavis.exchange.access`)
leaves in no format.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from visavis.exchange import access
from visavis.graph.connect import Graph
from visavis.graph.lock import consistently
from visavis.graph.write import read_claims, read_state
from visavis.schema.claims import Claim
from visavis.schema.errors import EngineError
from visavis.schema.model import kind_of, model
from visavis.schema.project import Edge, Node, project

__all__ = ["Exported", "Leaving", "leaving", "settled"]

PATIENCE_SECONDS = 20.0  # an export is long, and made again only a few times
T = TypeVar("T")


@dataclass(slots=True)
class Exported:
    """How many claims, nodes and edges were written, and what was withheld."""

    claims: int = 0
    nodes: int = 0
    edges: int = 0
    withheld_sources: int = 0
    withheld_claims: int = 0
    unnamed: int = 0


@dataclass(slots=True)
class Leaving:
    """What leaves. Each of the three reads anew when called, and counts in `done` what it gave.

    claims: with the identifier each bears in the project, which a claim that lost a name or a
    citation keeps. nodes: without claims and documents. Claims and nodes are in order of their
    identifiers, edges in that of their types, ends and identifiers. Properties that nothing is told
    of are not there.
    """

    done: Exported
    _claims: Callable[[], Iterable[tuple[str, Claim]]]
    _nodes: Callable[[], Iterable[Node]]
    _edges: Callable[[], Iterable[Edge]]

    def claims(self) -> Iterator[tuple[str, Claim]]:
        """Each claim that leaves, with its identifier in the project."""
        self.done.claims = 0
        for claim in self._claims():
            self.done.claims += 1
            yield claim

    def nodes(self) -> Iterator[Node]:
        """Each node that leaves."""
        self.done.nodes = 0
        for node in self._nodes():
            self.done.nodes += 1
            yield node

    def edges(self) -> Iterator[Edge]:
        """Each edge that leaves."""
        self.done.edges = 0
        for edge in self._edges():
            self.done.edges += 1
            yield edge


def settled(graph: Graph, work: Callable[[], T]) -> T:
    """What `work` makes of the graph, made again if a commit cut through its reading.

    Raises EngineError where an ingest leaves no time for a whole reading.
    """
    made, quiet = consistently(graph, work, PATIENCE_SECONDS)
    if not quiet:
        raise EngineError("the graph is being written to; export again when the ingest is done")
    return made


def leaving(graph: Graph, everything: bool = False) -> Leaving:
    """What leaves `graph`.

    everything: also what rests on restricted and confidential sources, and the names of
    informants who are not to be named. Where nothing is withheld all three are streams from the
    engine; else the graph is made again, in memory, from the claims that may leave.
    """
    told = [] if everything else list(_told_of_sources(graph))
    same = read_state(graph)["same"]
    closed, unnamed = access.closed_sources(told, same), access.unnamed_sources(told, same)
    done = Exported(withheld_sources=len(closed), unnamed=len(unnamed))
    if not closed and not unnamed:
        return Leaving(
            done,
            lambda: ((claim.id, claim) for claim in read_claims(graph)),
            lambda: _nodes(graph),
            lambda: _edges(graph),
        )
    claims = list(read_claims(graph))
    kept = sorted(access.withhold(claims, closed, unnamed, same), key=lambda pair: pair[0])
    done.withheld_claims = len(claims) - len(kept)
    del claims
    projection = project((claim for _, claim in kept), same)
    # Claims keep the identifiers of the project.
    renamed = {claim.id: claim_id for claim_id, claim in kept if claim.id != claim_id}
    nodes = sorted(projection.nodes.values(), key=lambda node: node.id)
    edges = sorted(projection.edges.values(), key=lambda e: (e.type, e.start, e.end, e.id))
    return Leaving(
        done,
        lambda: kept,
        lambda: (replace(n, properties=_plain(n.properties, renamed)) for n in nodes),
        lambda: (replace(e, properties=_plain(e.properties, renamed)) for e in edges),
    )


def _told_of_sources(graph: Graph) -> Iterator[Claim]:
    rows = graph.read(
        "MATCH (c:Claim) WHERE c.predicate IN $told RETURN c.json AS json ORDER BY c.id",
        {"told": list(access.TOLD)},
    )
    for row in rows:
        yield Claim.from_dict(json.loads(row["json"]))


def _nodes(graph: Graph) -> Iterator[Node]:
    for label in sorted(model().labels, key=lambda label: model().nodes[label].prefix):
        rows = graph.read(f"MATCH (n:{label}) RETURN properties(n) AS p ORDER BY n.id")
        for row in rows:
            yield Node(row["p"]["id"], kind_of(row["p"]["id"]), _plain(row["p"]))


def _edges(graph: Graph) -> Iterator[Edge]:
    for kind in model().edges:
        rows = graph.read(
            f"MATCH (a)-[r:{kind}]->(b) RETURN a.id AS a, b.id AS b, properties(r) AS p "
            "ORDER BY a, b, r.id"
        )
        for row in rows:
            yield Edge(row["p"]["id"], kind, row["a"], row["b"], _plain(row["p"]))


def _plain(properties: Mapping[str, Any], renamed: Mapping[str, str] | None = None) -> Any:
    """Properties that are told, by name, with claims under the identifiers of the project."""
    told = {name: value for name, value in sorted(properties.items()) if value is not None}
    if renamed:
        if "claims" in told:
            told["claims"] = sorted(renamed.get(i, i) for i in told["claims"])
        if "rivals" in told:
            rivals = json.loads(told["rivals"])
            for rival in (value for values in rivals.values() for value in values):
                rival["claims"] = sorted(renamed.get(i, i) for i in rival["claims"])
            told["rivals"] = json.dumps(rivals, ensure_ascii=False, sort_keys=True)
    return told
