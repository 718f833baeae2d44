"""What the driver hands out, as plain Python values."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

__all__ = ["as_row", "as_text"]

_PLAIN = frozenset({str, int, float, bool, type(None), bytes})


def as_text(cypher: str) -> Any:
    """The driver's type for query texts is for literals only; ours are data by nature."""
    return cypher


def as_row(keys: Sequence[str], values: Sequence[Any]) -> dict[str, Any]:
    """One row of an answer by its column names."""
    return {
        key: value if type(value) in _PLAIN else _python(value)
        for key, value in zip(keys, values, strict=True)
    }


def _python(value: Any) -> Any:
    """A value of the driver's as a plain Python value."""
    if type(value) in _PLAIN:
        return value
    if isinstance(value, list):
        return [_python(item) for item in value]
    if isinstance(value, dict):
        return {key: _python(item) for key, item in value.items()}
    from neo4j.graph import Node, Path, Relationship
    from neo4j.spatial import Point
    from neo4j.time import Date, DateTime, Duration, Time

    if isinstance(value, Node):
        return {**_python(dict(value)), "labels": sorted(value.labels)}
    if isinstance(value, Relationship):
        return {**_python(dict(value)), "type": value.type}
    if isinstance(value, Path):
        nodes, edges = value.nodes, value.relationships
        turns = itertools.chain.from_iterable(itertools.zip_longest(nodes, edges))
        return [_python(item) for item in turns if item is not None]
    if isinstance(value, Date | DateTime | Time):
        return value.to_native()
    if isinstance(value, Duration):
        return value.iso_format()
    if isinstance(value, Point):
        return tuple(value)
    return value
