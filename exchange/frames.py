"""The graph as frames (Polars, pandas) and as a NetworkX graph, and claims back from these.

Out: `frames` gives nodes, edges and claims, `to_networkx` a network. In: `claims_of_frame` reads
rows with the fields of claims.jsonl, `claims_of_graph` nodes and edges such as a notebook makes.
Nothing uncited enters: a new edge or property needs `source` (a key of sources.yaml) and
`locator`, or it is refused with a fault. What comes in is claims; nodes and edges follow from them.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from visavis.exchange.leaving import Leaving
from visavis.exchange.networks import flat, network, written
from visavis.ingest.claims import ENDING, claim_of, read_lines
from visavis.schema.claims import Citation, Claim
from visavis.schema.errors import DataError, Fault, ModelError
from visavis.schema.model import Predicate, Vocabulary, kind_of, model
from visavis.schema.text import closest, is_key

if TYPE_CHECKING:
    import polars

__all__ = [
    "CHANGED",
    "Frames",
    "changed_in",
    "claims_of_frame",
    "claims_of_graph",
    "frames",
    "keep_claims",
    "networkx_parts",
    "to_networkx",
]

NodeRow = tuple[str, Mapping[str, Any]]  # identifier, properties
EdgeRow = tuple[str, str, str, Mapping[str, Any]]  # type, start, end, properties


@dataclass(frozen=True, slots=True)
class Frames:
    """Nodes, edges and claims as Polars frames, a row each, in the order of an export.

    Properties are columns; lists are lists, qualifiers of a claim are JSON text, citations are
    structs. What is not told is null.
    """

    nodes: polars.DataFrame
    edges: polars.DataFrame
    claims: polars.DataFrame

    def to_pandas(self) -> tuple[Any, Any, Any]:
        """The three as pandas frames (extra `pandas`)."""
        return self.nodes.to_pandas(), self.edges.to_pandas(), self.claims.to_pandas()


def frames(told: Leaving) -> Frames:
    """What leaves as frames."""
    claims = []
    for claim_id, claim in told.claims():
        row = {**claim.to_dict(), "id": claim_id}
        if "qualifiers" in row:
            row["qualifiers"] = json.dumps(row["qualifiers"], ensure_ascii=False, sort_keys=True)
        claims.append(row)
    nodes = [{"id": n.id, "kind_of_node": n.label, **n.properties} for n in told.nodes()]
    edges = [
        {**e.properties, "id": e.id, "type": e.type, "from": e.start, "to": e.end}
        for e in told.edges()
    ]
    return Frames(
        _frame(nodes, ["id", "kind_of_node"]),
        _frame(edges, ["id", "type", "from", "to"]),
        _frame(claims, ["id", "subject", "predicate", "object", "value", "citations"]),
    )


def _frame(rows: Sequence[Mapping[str, Any]], first: Sequence[str]) -> polars.DataFrame:
    import polars

    columns = [*first, *sorted({name for row in rows for name in row} - set(first))]
    made = {}
    for column in columns:
        values = [row.get(column) for row in rows]
        kinds = {type(value) for value in values if value is not None}
        if len(kinds) > 1:  # as a record of one's own may have it
            values = [v if v is None or isinstance(v, str) else json.dumps(v) for v in values]
        if column == "citations":
            texts = {f: polars.String for f in Citation.__dataclass_fields__}
            kind: Any = polars.List(polars.Struct(texts))
            made[column] = polars.Series(column, values, dtype=kind)
        else:
            made[column] = polars.Series(column, values, strict=False)
    return polars.DataFrame(made)


def to_networkx(told: Leaving, edges: str = "participation", **options: Any) -> Any:
    """A network of what leaves as NetworkX MultiGraph or MultiDiGraph (extra `networks`).

    edges and options are those of `visavis.exchange.networks.network`. Keys of edges are their
    identifiers.
    """
    import networkx

    made = network(told, edges, **options)
    graph: Any = (networkx.MultiDiGraph if made.directed else networkx.MultiGraph)(name=made.name)
    for vertex in made.vertices:
        graph.add_node(vertex.id, **{**vertex.attributes, "label": vertex.name})
    for tie in made.ties:
        weight = {} if tie.weight is None else {"weight": tie.weight}
        graph.add_edge(tie.start, tie.end, key=tie.id, **weight, **tie.attributes)
    return graph


def networkx_parts(graph: Any) -> tuple[list[NodeRow], list[EdgeRow]]:
    """Nodes and edges of a NetworkX graph, for `claims_of_graph`: each node's attributes, and each
    edge with its `type`."""
    nodes: list[NodeRow] = [(str(node), dict(data)) for node, data in graph.nodes(data=True)]
    edges: list[EdgeRow] = []
    for a, b, data in graph.edges(data=True):
        told = dict(data)
        edges.append((str(told.pop("type", "")), str(a), str(b), told))
    return nodes, edges


def changed_in(
    told: Callable[[bool], Leaving], nodes: Sequence[NodeRow], edges: Sequence[EdgeRow], name: str
) -> list[Fault]:
    """A fault for each node and edge of a NetworkX graph that bears claims and is not as it left.

    told: what leaves, with everything or without what is withheld. What a notebook has computed
    beside (a centrality) is no change. Lines count as in `claims_of_graph`.
    """
    rows = [(node, dict(attributes), ("", "", "")) for node, attributes in nodes]
    rows += [(str(t.get("edge", "")), dict(t), (kind, a, b)) for kind, a, b, t in edges]
    numbered = enumerate(rows, 1)
    open_ = {n: row for n, row in numbered if row[0] and row[1].get("claims")}
    for everything in (False, True):
        wanted = {element for element, _, _ in open_.values()}
        if not wanted:
            break
        left = told(everything)
        known: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {}
        for node in left.nodes():
            if node.id in wanted:
                known[node.id] = flat({**node.properties, "label": None}), ("", "", "")
        for edge in left.edges():
            if edge.id in wanted:
                known[edge.id] = flat(edge.properties), (edge.type, edge.start, edge.end)
        open_ = {n: row for n, row in open_.items() if not _is_as(row, known.get(row[0]))}
    return [Fault(name, n, row[0], *CHANGED, code="changed") for n, row in sorted(open_.items())]


def _is_as(
    row: tuple[str, Mapping[str, Any], tuple[str, ...]],
    known: tuple[Mapping[str, Any], tuple[str, ...]] | None,
) -> bool:
    """Whether a node or edge of a notebook says what the graph says of it."""
    if known is None:
        return False
    _, attributes, ends = row
    was, stood = known
    # A graph without directions may give the ends of an edge the other way round.
    return (
        sorted(ends) == sorted(stood)
        and all(attributes.get(key) == value for key, value in was.items())
        and not (attributes.keys() & _SAYABLE) - was.keys()
    )


# -- claims of a frame ----------------------------------------------------------------------------


def claims_of_frame(
    frame: Any, terms: Vocabulary, name: str = "frame"
) -> tuple[list[Claim], list[Fault]]:
    """The claims of a Polars or pandas frame with the fields of claims.jsonl, and its faults.

    qualifiers and citations may be JSON text or what such text stands for. name: what faults call
    the frame; their line is the row, from 1.
    """
    rows: Iterable[Mapping[Any, Any]]
    if hasattr(frame, "iter_rows"):
        rows = frame.iter_rows(named=True)
    elif hasattr(frame, "to_dict"):
        rows = frame.to_dict("records")
    else:
        rows = frame
    claims: list[Claim] = []
    faults: list[Fault] = []
    for number, row in enumerate(rows, 1):
        if not isinstance(row, Mapping):
            faults.append(Fault(name, number, "", "is no row", "give a frame, or mappings"))
            continue
        told = {k: v for k, v in ((k, _plain(v)) for k, v in row.items()) if v is not None}
        for field in ("qualifiers", "citations"):
            if isinstance(told.get(field), str) and told[field]:
                try:
                    told[field] = json.loads(told[field])
                except (ValueError, RecursionError):
                    told[field] = ()  # said below, by what reads it
                    faults.append(
                        Fault(name, number, "", f"{field}: is no JSON", "write it as in an export")
                    )
        if isinstance(told.get("order"), float) and told["order"].is_integer():
            told["order"] = int(told["order"])  # pandas has no empty whole numbers
        claim, wrong = claim_of(told, name, number, terms)
        faults += wrong
        if claim is not None:
            claims.append(claim)
    return claims, faults


def _plain(value: Any) -> Any:
    """A cell as plain data: NaN and its like are nothing, arrays are lists."""
    if value is None or (isinstance(value, float) and value != value):
        return None
    if type(value).__name__ in ("NAType", "NaTType"):
        return None
    if hasattr(value, "tolist") and not isinstance(value, str):
        value = value.tolist()
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Mapping):
        return {k: v for k, v in ((k, _plain(v)) for k, v in value.items()) if v is not None}
    return value


# -- claims of nodes and edges --------------------------------------------------------------------

# What may stand on a node or edge besides the model's properties, and says something of the claim.
_OF_CLAIM = ("date", "basis", "coder", "coded_on", "codebook", "confidence", "memo", "as_told",
             "said_by", "said_on", "read_by", "about", "order")  # fmt: skip
_CITED = ("source", "locator", "quote")
_OUR_OWN = ("id", "labels", "label", "kind_of_node", "edge", "node", "key", "bipartite")


def claims_of_graph(
    nodes: Iterable[NodeRow], edges: Iterable[EdgeRow], terms: Vocabulary, name: str = "graph"
) -> tuple[list[Claim], list[Fault], Counter[str]]:
    """The claims that new nodes and edges make; faults; and how many were passed over.

    Nodes are named by their identifiers (`actor/reagan`), edges by their type (`CREDIT`). What
    bears `claims` came from a graph of ours and is passed over. Anything else needs `source` and
    `locator`; a node without properties of its own needs nothing. Lines of faults count nodes,
    then edges, from 1.
    """
    claims: list[Claim] = []
    faults: list[Fault] = []
    passed: Counter[str] = Counter()
    nodes = list(nodes)
    for number, (node, told) in enumerate(nodes, 1):
        if told.get("claims"):
            passed["nodes"] += 1
            continue
        _read(_of_node(node, told, terms), name, number, node, terms, claims, faults)
    for number, (kind, start, end, told) in enumerate(edges, len(nodes) + 1):
        if told.get("claims"):
            passed["edges"] += 1
            continue
        label = f"{start} {kind} {end}"
        _read([_of_edge(kind, start, end, told, terms)], name, number, label, terms, claims, faults)
    return claims, faults, passed


def _read(
    rows: Iterable[dict[str, Any] | tuple[str, str]],
    name: str,
    number: int,
    record: str,
    terms: Vocabulary,
    claims: list[Claim],
    faults: list[Fault],
) -> None:
    for row in rows:
        if isinstance(row, tuple):
            faults.append(Fault(name, number, record, row[0], row[1], code="graph"))
            continue
        claim, wrong = claim_of(row, name, number, terms)
        faults += wrong
        if claim is not None:
            claims.append(claim)


def _of_node(
    node: str, told: Mapping[str, Any], terms: Vocabulary
) -> Iterator[dict[str, Any] | tuple[str, str]]:
    """A claim for each property of a new node, or what is wrong and what to do."""
    try:
        label = kind_of(node)
    except ModelError as error:
        message, _, advice = str(error).partition("; ")
        yield message, advice
        return
    own = {k: v for k, v in _told(told) if k not in (*_OUR_OWN, *_CITED, *_OF_CLAIM, "date")}
    if "date" in told:
        own["date"] = told["date"]
    if not own:
        return
    if not (cited := _cited(told)):
        yield _UNCITED
        return
    predicates = {
        p.property: p for p in model().predicates.values() if p.property and label in p.subject
    }
    common = {k: v for k, v in _told(told) if k in _OF_CLAIM and k not in ("date", "about")}
    for name, value in own.items():
        predicate = predicates.get(name)
        if predicate is None:
            close = closest(name, predicates)
            known = f"did you mean '{close}'?" if close else "known: " + ", ".join(predicates)
            yield f"'{name}' cannot be said of a node of kind {label}", known
            continue
        for one in value if isinstance(value, list | tuple) else [value]:
            about = told.get("about", node)
            row = {**common, "subject": node, "predicate": predicate.key_name, "about": about}
            yield {**row, "value": str(one), "citations": cited}


# What an edge or node may be told to have: an attribute of another name is a notebook's own.
_SAYABLE = frozenset(
    name
    for predicate in model().predicates.values()
    for name in (predicate.property, *predicate.qualifiers)
) - {"", *_OUR_OWN}
CHANGED = (
    "bears claims and is not as the graph has it",
    "make it a new one with source and locator, beside the one that stands",
)
_UNCITED = (
    "cites no source; nothing uncited enters",
    "give it source: (a key of sources.yaml) and locator: (a page)",
)


def _of_edge(
    kind: str, start: str, end: str, told: Mapping[str, Any], terms: Vocabulary
) -> dict[str, Any] | tuple[str, str]:
    """The claim of a new edge, or what is wrong and what to do."""
    if not (cited := _cited(told)):
        return _UNCITED
    try:
        found = _predicate(kind, start, end, told, terms)
    except ModelError as error:
        message, _, advice = str(error).partition("; ")
        return message, advice
    if isinstance(found, tuple):
        return found
    row: dict[str, Any] = {"subject": start, "predicate": found.key_name, "object": end}
    qualifiers: dict[str, Any] = {}
    for name, value in _told(told):
        if name in (*_CITED, *_OUR_OWN, "scheme"):
            continue
        if name in found.qualifiers:
            many = found.qualifiers[name].endswith("*") and isinstance(value, str)
            qualifiers[name] = [value] if many else value
        elif name in _OF_CLAIM:
            row[name] = value
        else:
            known = [*found.qualifiers, *_OF_CLAIM, *_CITED]
            close = closest(name, known)
            advice = f"did you mean '{close}'?" if close else "known: " + ", ".join(known)
            return f"'{name}' cannot be said of '{found.label}'", advice
    # An edge is told of its encounter, where there is one.
    meeting = str(qualifiers.get("meeting", ""))
    ends = [node for node in (end, start) if kind_of(node) == "Meeting"]
    row.setdefault("about", meeting or (ends[0] if ends else start))
    return {**row, "qualifiers": qualifiers, "citations": cited}


def _predicate(
    kind: str, start: str, end: str, told: Mapping[str, Any], terms: Vocabulary
) -> Predicate | tuple[str, str]:
    """The predicate that an edge of this type between these nodes stands for."""
    if kind not in model().edges:
        close = closest(kind.upper(), model().edges)
        known = "one of: " + ", ".join(model().edges)
        return f"unknown type '{kind}'", f"did you mean '{close}'?" if close else known
    ends = kind_of(start), kind_of(end)
    fit = [
        p
        for p in model().predicates.values()
        if p.edge == kind and ends[0] in p.subject and ends[1] in p.object
    ]
    if len(fit) > 1:  # SHOWS: the term's scheme tells them apart
        term = terms.terms.get(end.partition("/")[2])
        scheme = told.get("scheme") or (term.scheme if term else "")
        fit = [p for p in fit if p.scheme == scheme]
    if len(fit) != 1:
        return f"no {kind} goes from {ends[0]} to {ends[1]}", "see docs/model.md, Edges"
    return fit[0]


def _told(properties: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in properties.items():
        plain = _plain(value)
        if plain is not None and plain != "" and plain != []:
            yield str(name), plain


def _cited(told: Mapping[str, Any]) -> list[dict[str, str]]:
    source, locator = told.get("source"), told.get("locator")
    if not source or not locator:
        return []
    key = str(source).removeprefix("source/")
    cited = {"source": f"source/{key}", "locator": str(locator)}
    if told.get("quote"):
        cited["quote"] = str(told["quote"])
    return [cited]


# -- claims into the project ----------------------------------------------------------------------


def keep_claims(claims: Iterable[Claim], root: Path, name: str, terms: Vocabulary) -> Path:
    """Add claims to the file `name`.claims.jsonl of a project, each once; its path.

    What stands in the file stays. DataError where `name` is no key, or the file has faults.
    """
    if not is_key(name):
        advice = "use lower-case letters, digits and hyphens"
        raise DataError([Fault(name, None, "", "is no name for a file of claims", advice)])
    path = root / f"{name}{ENDING}"
    standing: list[Claim] = []
    if path.is_file():
        standing, faults = read_lines(path, path.name, terms)
        if faults:
            raise DataError(faults)
    lines: dict[str, str] = {}
    for claim in [*standing, *claims]:
        told = claim.to_dict()
        told.pop("origin", None)
        lines.setdefault(claim.id, json.dumps(told, ensure_ascii=False) + "\n")
    with written(path) as file:
        file.write("".join(lines.values()).encode())
    return path
