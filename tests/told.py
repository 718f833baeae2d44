"""What leaves a graph, made from claims alone: exports are tested without an engine."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from typing import Any

import small

from visavis.exchange import access
from visavis.exchange.leaving import Exported, Leaving
from visavis.schema.claims import Citation, Claim
from visavis.schema.project import project

CITED = (Citation("source/x", "p. 1"),)


def told_of(claims: Iterable[Claim], same: Mapping[str, str] | None = None) -> Leaving:
    """The Leaving of these claims, what may not leave withheld."""
    claims = list(claims)
    kept = list(access.withhold(claims, same or {}))
    made = project((claim for _, claim in kept), same)
    nodes = sorted(made.nodes.values(), key=lambda node: node.id)
    edges = sorted(made.edges.values(), key=lambda edge: (edge.type, edge.id))
    return Leaving(Exported(), lambda: kept, lambda: nodes, lambda: edges)


@functools.cache
def shipped() -> Leaving:
    """The shipped cases."""
    return told_of(small.shipped_claims())


def claim(subject: str, predicate: str, target: str, about: str = "", /, **more: Any) -> Claim:
    """A claim whose target is a node or a value; `more` are its fields, else its qualifiers."""
    own = {k: more.pop(k) for k in ("date", "coder", "basis", "order") if k in more}
    cited = more.pop("citations", CITED)
    from visavis.schema.model import model

    field = "object" if model().predicates[predicate].object else "value"
    return Claim(
        subject, predicate, about=about or subject, citations=cited, qualifiers=more,
        **{field: target}, **own,
    )  # fmt: skip


def meeting(key: str, when: str, *actors: str, scope: str = "encounter") -> list[Claim]:
    """An encounter on a day with its participants."""
    node = f"meeting/{key}"
    claims = [claim(node, "titled", key), claim(node, "scope", scope)]
    if when:
        claims.append(claim(node, "dated", when))
    return claims + [claim(f"actor/{a}", "took_part", node, node, roles=("host",)) for a in actors]
