"""The graph as a folder of plain files: claims, nodes and edges as JSON lines and as CSV.

Sorted, without a clock: the same graph gives the same bytes, on either engine. docs/export.md
documents every field.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from visavis.exchange import access
from visavis.graph.connect import Graph
from visavis.graph.lock import revision
from visavis.graph.write import read_claims, read_state
from visavis.schema.errors import EngineError
from visavis.schema.model import model
from visavis.schema.project import project
from visavis.schema.text import harmless

__all__ = ["Exported", "export_folder"]

Line = dict[str, Any]


@dataclass(slots=True)
class Exported:
    """How many lines were written, and what was withheld."""

    claims: int = 0
    nodes: int = 0
    edges: int = 0
    withheld_sources: int = 0
    withheld_claims: int = 0
    unnamed: int = 0


def export_folder(graph: Graph, folder: Path, *, everything: bool = False) -> Exported:
    """Write claims, nodes and edges of `graph` into `folder` (.jsonl and .csv each).

    everything: also what rests on restricted and confidential sources, and the names of
    informants who are not to be named. Files are written whole or not at all. If the graph is
    written to meanwhile the export begins again, and gives up with EngineError at the third time.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for _ in range(3):
        before = revision(graph)
        lines, done = _lines(graph, everything)
        made = [_write(folder, name, rows) for name, rows in lines.items()]
        if revision(graph) == before:
            for temporary, final in (pair for pairs in made for pair in pairs):
                temporary.replace(final)
            return done
        for temporary, _ in (pair for pairs in made for pair in pairs):
            temporary.unlink()
    raise EngineError("the graph is being written to; export again when the ingest is done")


def _lines(graph: Graph, everything: bool) -> tuple[dict[str, list[Line]], Exported]:
    claims = list(read_claims(graph))
    found = access.records(claims)
    closed = frozenset() if everything else access.closed_sources(found)
    unnamed = {} if everything else access.unnamed_sources(found)
    done = Exported(withheld_sources=len(closed), unnamed=len(unnamed))
    if closed or unnamed:
        kept = dict(access.withhold(claims, closed, unnamed))
        projection = project(kept.values(), read_state(graph)["same"])
        renamed = {claim.id: claim_id for claim_id, claim in kept.items()}
        claim_lines = [{**claim.to_dict(), "id": claim_id} for claim_id, claim in kept.items()]
        nodes = [_node(n.label, n.properties) for n in projection.nodes.values()]
        edges = [_edge(e.type, e.start, e.end, e.properties) for e in projection.edges.values()]
        for line in [*nodes, *edges]:  # claims keep the identifiers of the project
            ids = line["properties"].get("claims")
            if ids:
                line["properties"]["claims"] = sorted(renamed.get(i, i) for i in ids)
            if "rivals" in line["properties"]:
                rivals = json.loads(line["properties"]["rivals"])
                for told in (value for values in rivals.values() for value in values):
                    told["claims"] = sorted(renamed.get(i, i) for i in told["claims"])
                text = json.dumps(rivals, ensure_ascii=False, sort_keys=True)
                line["properties"]["rivals"] = text
    else:
        claim_lines = [claim.to_dict() for claim in claims]
        nodes = list(_nodes(graph))
        edges = list(_edges(graph))
    done.withheld_claims = len(claims) - len(claim_lines)
    for rows in (claim_lines, nodes, edges):
        rows.sort(key=lambda line: str(line["id"]))
    done.claims, done.nodes, done.edges = len(claim_lines), len(nodes), len(edges)
    return {"claims": claim_lines, "nodes": nodes, "edges": edges}, done


def _node(label: str, properties: Mapping[str, Any]) -> Line:
    kept = {k: v for k, v in sorted(properties.items()) if k != "id" and v is not None}
    return {"id": properties["id"], "labels": [label], "properties": kept}


def _edge(kind: str, start: str, end: str, properties: Mapping[str, Any]) -> Line:
    kept = {k: v for k, v in sorted(properties.items()) if k != "id" and v is not None}
    return {"id": properties["id"], "type": kind, "from": start, "to": end, "properties": kept}


def _nodes(graph: Graph) -> Iterator[Line]:
    for label in model().labels:
        for row in graph.read(f"MATCH (n:{label}) RETURN properties(n) AS p"):
            yield _node(label, row["p"])


def _edges(graph: Graph) -> Iterator[Line]:
    for kind in model().edges:
        rows = graph.read(
            f"MATCH (a)-[r:{kind}]->(b) RETURN a.id AS a, b.id AS b, properties(r) AS p"
        )
        for row in rows:
            yield _edge(kind, row["a"], row["b"], row["p"])


def _write(folder: Path, name: str, lines: list[Line]) -> list[tuple[Path, Path]]:
    """Both files of one kind under temporary names, with the names they shall have."""
    made = []
    for ending, writer in (("jsonl", _jsonl), ("csv", _csv)):
        final = folder / f"{name}.{ending}"
        temporary = folder / f".{name}.{ending}.new"
        with temporary.open("w", encoding="utf-8", newline="") as file:
            writer(file, lines)
        made.append((temporary, final))
    return made


def _jsonl(file: Any, lines: Iterable[Line]) -> None:
    for line in lines:
        file.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")


def _csv(file: Any, lines: list[Line]) -> None:
    """One row a line: properties and qualifiers as columns; lists and citations as JSON text."""
    flat = []
    for line in lines:
        row = dict(line)
        inner = {**row.pop("properties", {}), **row.pop("qualifiers", {})}
        origin = row.pop("origin", None)
        row |= {f"{k}_" if k in row else k: v for k, v in inner.items()}
        if origin:
            row |= {"file": origin["file"], "line": origin["line"]}
        flat.append(row)
    first = ["id", "labels", "type", "from", "to", "subject", "predicate", "object", "value"]
    names = {name for row in flat for name in row}
    columns = [c for c in first if c in names] + sorted(names - set(first))
    writer = csv.DictWriter(file, columns, lineterminator="\n")
    writer.writeheader()
    for row in flat:
        writer.writerow({k: _cell(v) for k, v in row.items()})


def _cell(value: Any) -> Any:
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if isinstance(value, bool):
        return "true" if value else "false"
    return harmless(value) if isinstance(value, str) else value
