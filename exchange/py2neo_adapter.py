"""For notebooks that use py2neo: results as its objects, and its objects back as claims.

py2neo is not kept up any more (docs/py2neo.md tells how to move off it). It is imported here only,
and only when asked for: the extra `py2neo` brings it.
"""

from __future__ import annotations

import contextlib
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from visavis.exchange.frames import CHANGED, EdgeRow, NodeRow, claims_of_graph
from visavis.graph.connect import Graph
from visavis.schema.claims import Claim
from visavis.schema.errors import EngineError, Fault, QueryError
from visavis.schema.model import Vocabulary, model

__all__ = ["claims_of_subgraph", "connect_py2neo", "subgraph"]


def _py2neo() -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # its own, of old Python calls
            import py2neo
    except ImportError:
        message = "py2neo is not installed; pip install 'visavis[py2neo]'"
        raise EngineError(message) from None
    return py2neo


@contextlib.contextmanager
def _said(graph: Graph) -> Iterator[None]:
    """Its errors as ours: a query that is wrong, or a server that it does not reach."""
    try:
        from py2neo.errors import Neo4jError
    except ImportError:  # said by `_py2neo`
        Neo4jError = ()
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings(
                "ignore", category=DeprecationWarning, module=r"py2neo|interchange"
            )
            yield
    except Neo4jError as error:
        raise QueryError(str(error)) from None
    except (EngineError, QueryError):
        raise
    except Exception as error:
        raise EngineError(
            f"py2neo does not reach {graph.address} ({type(error).__name__}: {error}). It speaks "
            "Bolt up to 4.4, which Neo4j 5 and ArcadeDB still answer; later servers may not. "
            "`g.cypher(...)` and `g.frames()` need no py2neo (docs/py2neo.md)."
        ) from error


def connect_py2neo(graph: Graph) -> Any:
    """A py2neo `Graph` on the same database, reading only where the engine has a reader.

    Raises EngineError where py2neo is not installed, or its protocol does not reach the server.
    """
    py2neo = _py2neo()
    url, user, password = graph.login()
    with _said(graph):
        made = py2neo.Graph(url, auth=(user, password) if password else None, name=graph.database)
        made.run("RETURN 1").evaluate()
    return made


def subgraph(graph: Graph, cypher: str, parameters: Mapping[str, Any] | None = None) -> Any:
    """The nodes and relationships of a query's result as a py2neo `Subgraph`.

    Nodes are py2neo `Node`, with `id` as their primary key; relationships `Relationship`. Rows of
    values give an empty subgraph. Raises EngineError or QueryError.
    """
    py2neo = _py2neo()
    there = connect_py2neo(graph)
    with _said(graph):
        try:
            found = there.run(cypher, dict(parameters or {})).to_subgraph()
            if found is None or not hasattr(found, "nodes"):
                return py2neo.Subgraph()
            for node in found.nodes:
                dict(node)  # an end that the query did not return is fetched now
        finally:
            there.service.connector.close()
    for node in found.nodes:
        label = next((name for name in node.labels if name in model().nodes), None)
        if label:
            node.__primarylabel__, node.__primarykey__ = label, "id"
    return found


def claims_of_subgraph(
    graph: Graph, part: Any, terms: Vocabulary, name: str = "py2neo"
) -> tuple[list[Claim], list[Fault], Counter[str]]:
    """The claims that the new nodes and relationships of a py2neo subgraph make, with faults, and
    how many were passed over since the graph holds them already.

    A relationship needs `source` and `locator`, else it is refused. One that came from the graph
    and was changed is refused too: a claim is not overwritten, a rival one is added.
    """
    nodes: list[NodeRow] = [(_id(node), dict(node)) for node in _sorted(part.nodes)]
    ties: list[EdgeRow] = []
    for one in part.relationships:
        ties.append((type(one).__name__, _id(one.start_node), _id(one.end_node), dict(one)))
    ties.sort(key=lambda tie: (*tie[:3], str(sorted(tie[3].items(), key=str))))
    claims, faults, passed = claims_of_graph(nodes, ties, terms, name)
    return claims, [*faults, *_changed(graph, nodes, ties, name)], passed


def _id(node: Any) -> str:
    """The identifier of a py2neo node, made from its label and `key` where it has none."""
    if node.get("id"):
        return str(node["id"])
    label = next((name for name in node.labels if name in model().nodes), "")
    prefix = model().nodes[label].prefix if label else "?"
    return f"{prefix}/{node.get('key', '')}"


def _sorted(nodes: Any) -> list[Any]:
    return sorted(nodes, key=_id)


def _changed(graph: Graph, nodes: list[NodeRow], ties: list[EdgeRow], name: str) -> Iterator[Fault]:
    """A fault for each element that bears claims and is not as it stands in the graph."""
    known: dict[str, dict[str, Any]] = {}
    types = {kind for kind, _, _, told in ties if told.get("claims")} & set(model().edges)
    for kind in sorted(types):
        ids = [told["id"] for k, _, _, told in ties if k == kind and told.get("claims")]
        for row in graph.read(
            f"MATCH ()-[r:{kind}]->() WHERE r.id IN $ids RETURN properties(r) AS p", {"ids": ids}
        ):
            known[row["p"]["id"]] = row["p"]
    labels = {i.partition("/")[0] for i, told in nodes if told.get("claims")}
    for label in (kind.label for kind in model().nodes.values() if kind.prefix in labels):
        ids = [i for i, told in nodes if told.get("claims")]
        for row in graph.read(
            f"UNWIND $ids AS id MATCH (n:{label} {{id: id}}) RETURN properties(n) AS p",
            {"ids": ids},
        ):
            known[row["p"]["id"]] = row["p"]
    elements = [(i, told) for i, told in nodes] + [(str(t[3].get("id")), t[3]) for t in ties]
    for number, (element, told) in enumerate(elements, 1):
        if told.get("claims") and dict(told) != _without_none(known.get(element, {})):
            yield Fault(name, number, element, *CHANGED, code="changed")


def _without_none(told: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in told.items() if value is not None}
