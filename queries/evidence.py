"""What stands behind an element of the graph, and what falls when it is withdrawn.

A citation reads "Bramsen 2024, 192, citing Reagan 1990, 15": the work that was opened and the
place in it, then the work that one relies on. What a source only mentions or disputes says so.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from visavis.graph.connect import Graph
from visavis.graph.write import contained_sources, read_state
from visavis.queries.find import any_node, one
from visavis.schema import citing
from visavis.schema.claims import Claim, fallen
from visavis.schema.errors import NotFoundError
from visavis.schema.model import kind_of, model
from visavis.schema.project import JUDGED

__all__ = ["Falls", "citations", "claims_behind", "evidence", "falls", "joined", "statement"]

_BATCH = 2_000  # ids in one query
_MANY = 500  # claims shown of a node that is only mentioned
_RELATION = {"supports": "", "disputes": "disputed in ", "mentions": "mentioned in "}
_CHAINED = {"credit", "discredit", "dominates", "bond"}  # what a relationship chain is made of


# -- citations ------------------------------------------------------------------------------------


def citations(graph: Graph, claims: Iterable[str]) -> dict[str, list[str]]:
    """The citations of each claim as scholars print them, in the order coded."""
    places: dict[str, dict[int, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for ids in _batches(sorted(set(claims))):
        for row in graph.read(
            "UNWIND $ids AS id MATCH (c:Claim {id: id})-[r:CITES]->(s:Source) "
            "RETURN id, r.order AS order, r.opened AS opened, r.locator AS locator, "
            "r.relation AS relation, s.citation AS citation, s.id AS source",
            {"ids": ids},
        ):
            places[row["id"]][row["order"]].append(row)
    return {
        claim: [_citation(told) for _, told in sorted(by_order.items())]
        for claim, by_order in places.items()
    }


def joined(cited: Iterable[str], most: int = 20) -> str:
    """Citations in one text: each once, sorted as readers sort pages; what is left out, counted."""
    distinct = sorted(set(cited), key=_natural)
    rest = len(distinct) - most
    return "; ".join(distinct[:most]) + (f"; and {rest} more" if rest > 0 else "")


def _citation(places: Sequence[dict[str, Any]]) -> str:
    opened = [place for place in places if place["opened"]]
    relied = [place for place in places if not place["opened"]]
    text = " and ".join(_place(place) for place in opened)
    if relied:
        text += ", citing " + " and ".join(_place(place) for place in relied)
    return _RELATION.get(places[0]["relation"], "") + text


def _place(place: dict[str, Any]) -> str:
    short = place["citation"] or place["source"].partition("/")[2]
    return citing.where(short, place["locator"] or "")


def _natural(text: str) -> list[tuple[int, int, str]]:
    """A sort key that puts page 9 before page 10."""
    parts = re.split(r"(\d+)", text)
    return [(1, int(p), "") if p.isdigit() else (0, 0, p.casefold()) for p in parts]


# -- what stands behind ---------------------------------------------------------------------------


def claims_behind(graph: Graph, element: str) -> list[str]:
    """The identifiers of the claims behind an edge (`e-...`), a claim (`c-...`) or a node.

    Of a node, those that tell of itself (its name, title, date ...); where there are none, those
    that name it. A node may be given by name. NotFoundError where there is nothing of the kind.
    """
    if re.fullmatch(r"e-[0-9a-f]{16}", element):
        found = _ids(graph, "MATCH (c:Claim {edge: $id}) RETURN c.id AS id", element)
    elif element.startswith("c-"):
        found = _ids(graph, "MATCH (c:Claim {id: $id}) RETURN c.id AS id", element)
    else:
        node = any_node(graph, element)
        match = f"MATCH (n:{kind_of(node)} {{id: $id}})"
        found = _ids(graph, f"{match} UNWIND coalesce(n.claims, []) AS id RETURN id", node)
        if not found:
            query = (
                f"{match}-[r]-() WITH r ORDER BY r.id LIMIT {_MANY} UNWIND r.claims AS id RETURN id"
            )
            found = _ids(graph, query, node) or _ids(
                graph,
                f"{match}<-[:CITES]-(c:Claim) RETURN c.id AS id ORDER BY id LIMIT {_MANY}",
                node,
            )
    if not found:
        raise NotFoundError(f"no claim stands behind '{element}'")
    return sorted(set(found))


def _ids(graph: Graph, query: str, element: str) -> list[str]:
    return [row["id"] for row in graph.read(query, {"id": element})]


def evidence(graph: Graph, element: str) -> list[dict[str, Any]]:
    """The claims behind an edge, claim or node (see `claims_behind`), each with its citations.

    Per claim: id, statement, coder, basis, confidence, status, said_by, read_by, as_told, memo,
    citation, file, line. What is not told is "".
    """
    ids = claims_behind(graph, element)
    cited = citations(graph, ids)
    origins: dict[str, tuple[str, int]] = {}
    lines: dict[str, dict[str, Any]] = {}
    for batch in _batches(ids):
        for row in graph.read(
            "UNWIND $ids AS id MATCH (c:Claim {id: id})<-[a:ASSERTS]-(d:Document) "
            "RETURN id, c.json AS json, d.path AS path, a.line AS line ORDER BY id, path, line",
            {"ids": batch},
        ):
            origins.setdefault(row["id"], (row["path"], row["line"]))
            lines[row["id"]] = json.loads(row["json"])
    told = ("coder", "basis", "confidence", "status", "said_by", "read_by", "as_told", "memo")
    return [
        {
            "id": claim,
            "statement": statement(lines[claim]),
            **{name: lines[claim].get(name, "") for name in told},
            "citation": joined(cited.get(claim, [])),
            "file": origins[claim][0],
            "line": origins[claim][1],
        }
        for claim in ids
        if claim in lines
    ]


def statement(line: dict[str, Any]) -> str:
    """A claim in one line: "actor/reagan gives credit to actor/gorbachev (act: invitation)"."""
    predicate = model().predicates[line["predicate"]]
    target = line.get("object") or line.get("value", "")
    told = [
        f"{name}: {', '.join(value) if isinstance(value, list) else value}"
        for name, value in line.get("qualifiers", {}).items()
    ]
    return f"{line['subject']} {predicate.label} {target}" + f" ({'; '.join(told)})" * bool(told)


# -- what falls -----------------------------------------------------------------------------------


@dataclass(slots=True)
class Falls:
    """What the graph loses with a source, a coder or a claim. Identifiers, sorted.

    claims: those with no support left. weakened: those that stand on other citations.
    edges, nodes: those nobody tells of any more. loosened: edges that lose some of their claims.
    chains: pairs of actors whose relationship chain loses steps, with how many.
    encounters: (actor, meeting) that the actors' own chains lose.
    """

    withdrawn: str
    claims: list[str] = field(default_factory=list)
    weakened: list[str] = field(default_factory=list)
    edges: list[str] = field(default_factory=list)
    loosened: list[str] = field(default_factory=list)
    nodes: list[str] = field(default_factory=list)
    chains: dict[tuple[str, str], int] = field(default_factory=dict)
    encounters: list[tuple[str, str]] = field(default_factory=list)


def falls(graph: Graph, target: str) -> Falls:
    """What would fall if a source, a claim (`c-...`) or a coder (`coder/KEY`) were withdrawn.

    Nothing is written. The source may be given by name; with it falls what it contains. A
    citation falls with the work that was opened and with the one it relies on; a claim falls when
    no citation supports it any more. Work is proportional to what rests on the withdrawn, but for
    counting the edges of each node that may vanish. NotFoundError where nothing is called so.
    """
    same = read_state(graph)["same"]
    works: frozenset[str] = frozenset()
    if target.startswith("c-"):
        touched = list(_read(graph, "MATCH (c:Claim {id: $key})", target))
    elif target.startswith("coder/"):
        match = (
            "MATCH (d:Document)-[:ASSERTS]->(c:Claim) "
            "WHERE 'coder/' + $key IN d.cites AND c.coder = $key"
        )
        touched = list(_read(graph, match, target.removeprefix("coder/")))
    else:
        target = one(graph, "source", target)
        pairs = (pair for told in contained_sources(graph).values() for pair in told)
        works = fallen({target}, same, pairs)
        known: dict[str, tuple[Claim, str]] = {}
        match = "UNWIND $key AS key MATCH (s:Source {id: key})<-[:CITES]-(c:Claim)"
        for ends_at in _batches(sorted({same.get(work, work) for work in works})):
            known |= {each.id: (each, edge) for each, edge in _read(graph, match, ends_at)}
        touched = [known[claim] for claim in sorted(known)]
    if not touched and not works:
        raise NotFoundError(f"the graph holds no claim of {target}")
    made = Falls(target)
    gone: list[tuple[Claim, str]] = []
    ends: Counter[str] = Counter()  # edges that each node loses
    for each, edge in touched:
        left = each.without(works) if works else None
        if left is None:
            gone.append((each, edge))
            ends[each.about or each.subject] += 1
        else:
            made.weakened.append(each.id)
        kept = left.citations if left else ()
        for citation in each.citations:
            if citation not in kept:
                cited = filter(None, (citation.source, citation.via))
                ends.update(same.get(work, work) for work in cited)
    made.claims = sorted(each.id for each, _ in gone)
    made.weakened.sort()
    _fallen_edges(graph, made, gone, {edge for _, edge in touched if edge}, ends, same)
    _fallen_nodes(graph, made, gone, ends)
    return made


def _read(graph: Graph, match: str, key: str | Sequence[str]) -> Iterator[tuple[Claim, str]]:
    """Claims and the edge each projects to ("" where none)."""
    query = f"{match} RETURN DISTINCT c.id AS id, c.json AS json, c.edge AS edge ORDER BY id"
    for row in graph.read(query, {"key": key}):
        yield Claim.from_dict(json.loads(row["json"])), row["edge"] or ""


def _fallen_edges(
    graph: Graph,
    made: Falls,
    gone: Sequence[tuple[Claim, str]],
    touched: set[str],
    ends: Counter[str],
    same: Mapping[str, str],
) -> None:
    fallen = set(made.claims)
    edge_of = {edge: each for each, edge in gone if edge}
    standing: set[str] = set()
    for ids in _batches(sorted(edge_of)):
        for row in graph.read(
            "UNWIND $ids AS id MATCH (c:Claim {edge: id}) RETURN id, c.id AS claim", {"ids": ids}
        ):
            if row["claim"] not in fallen:
                standing.add(row["id"])
    made.edges = sorted(set(edge_of) - standing)
    made.loosened = sorted(touched - set(made.edges))
    chains: Counter[tuple[str, str]] = Counter()
    for edge in made.edges:
        each = edge_of[edge]
        start, end = each.subject, each.object
        if each.predicate not in JUDGED:
            start, end = same.get(start, start), same.get(end, end)
        ends.update((start, end))
        if each.predicate in _CHAINED:
            chains[min(start, end), max(start, end)] += 1
        elif each.predicate == "took_part":
            made.encounters.append((start, end))
    made.chains = dict(sorted(chains.items()))
    made.encounters.sort()


def _fallen_nodes(
    graph: Graph, made: Falls, gone: Sequence[tuple[Claim, str]], ends: Counter[str]
) -> None:
    """A node falls when it has lost every edge, and every claim that tells of itself."""
    fallen = set(made.claims)
    candidates = set(ends) | {each.subject for each, _ in gone}
    by_label: dict[str, list[str]] = defaultdict(list)
    for node in sorted(candidates):
        by_label[kind_of(node)].append(node)
    for label, nodes in by_label.items():
        for ids in _batches(nodes):
            for row in graph.read(
                f"UNWIND $ids AS id MATCH (n:{label} {{id: id}}) RETURN id, n.claims AS claims, "
                "COUNT { (n)-->() } + COUNT { (n)<--() } AS edges",
                {"ids": ids},
            ):
                if row["edges"] == ends[row["id"]] and fallen.issuperset(row["claims"] or ()):
                    made.nodes.append(row["id"])
    made.nodes.sort()


def _batches(items: Sequence[Any]) -> Iterator[Any]:
    for start in range(0, len(items), _BATCH):
        yield items[start : start + _BATCH]
