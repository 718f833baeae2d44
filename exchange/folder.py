"""The graph as a folder of plain files: claims, nodes and edges as JSON lines and as CSV.

Sorted, without a clock: the same graph gives the same bytes, on either engine. docs/export.md
documents every field.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from visavis.exchange.leaving import Exported, Leaving, leaving, settled
from visavis.exchange.networks import written
from visavis.graph.connect import Graph
from visavis.schema.text import harmless

__all__ = ["Exported", "export_folder"]

Line = dict[str, Any]


def export_folder(graph: Graph, folder: Path, *, everything: bool = False) -> Exported:
    """Write claims, nodes and edges of `graph` into `folder` (.jsonl and .csv each).

    everything: also what rests on restricted and confidential sources, and the names of
    informants who are not to be named. Files are written whole or not at all. If the graph is
    written to meanwhile the export begins again; EngineError where an ingest leaves no time for it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lines, done = settled(graph, lambda: _lines(leaving(graph, everything)))
    with contextlib.ExitStack() as stack:  # no file takes its name before all are there
        for name, rows in lines.items():
            for ending, writer in (("jsonl", _jsonl), ("csv", _csv)):
                file = stack.enter_context(written(folder / f"{name}.{ending}"))
                with io.TextIOWrapper(file, "utf-8", newline="") as text:
                    writer(text, rows)
    return done


def _lines(told: Leaving) -> tuple[dict[str, list[Line]], Exported]:
    lines = {
        "claims": [{**claim.to_dict(), "id": claim_id} for claim_id, claim in told.claims()],
        "nodes": [
            {"id": node.id, "labels": [node.label], "properties": _told(node.properties)}
            for node in told.nodes()
        ],
        "edges": [
            {
                "id": edge.id,
                "type": edge.type,
                "from": edge.start,
                "to": edge.end,
                "properties": _told(edge.properties),
            }
            for edge in told.edges()
        ],
    }
    for rows in lines.values():
        rows.sort(key=lambda line: str(line["id"]))
    return lines, told.done


def _told(properties: Mapping[str, Any]) -> Line:
    return {name: value for name, value in properties.items() if name != "id"}


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
