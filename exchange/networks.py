"""Networks for other tools: GraphML, GEXF, node-link and Cytoscape JSON, Pajek.

`network` chooses which edges of the graph make the network, `save` writes it. Four kinds:

- `participation`: actors and encounters, joined where an actor took part (two modes, undirected).
- `acts`: actors joined by each credit, discredit, act of domination and bond (parallel edges).
- `together`: actors joined by the encounters they shared, one weighted edge for each pair. An
  encounter of k participants makes k(k-1)/2 pairs, so those with more than `largest` are left out
  and counted; `shared` is the number of encounters, `newman` the sum of 1/(k-1) (Newman 2001,
  Physical Review E 64, 016132).
- any types of edge by name (`credit,represents`), or `all` of them.

Dates leave as told (`date`, EDTF) and as the ISO instants between which they lie (`earliest`,
`latest`; none where a side is open). GEXF also has them as start and end, in days. A quality that
is not coded is not there. Each edge bears its claims, and the places that these cite (`cited`).
Machine-coded leads are left out unless asked for.
"""

from __future__ import annotations

import contextlib
import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from visavis.exchange.leaving import Leaving
from visavis.schema import dates
from visavis.schema.claims import Citation
from visavis.schema.errors import NotFoundError
from visavis.schema.lives import life
from visavis.schema.model import kind_of, model
from visavis.schema.project import Edge, Node

__all__ = [
    "ACTS",
    "LARGEST",
    "Network",
    "Tie",
    "Vertex",
    "Window",
    "chosen_types",
    "clean",
    "flat",
    "network",
    "save",
    "whole_summits",
    "written",
]

ACTS = ("CREDIT", "DISCREDIT", "DOMINATES", "BOND")
LARGEST = 40  # participants of an encounter that is projected: 780 pairs
_SYMMETRIC = frozenset(p.edge for p in model().predicates.values() if p.symmetric)
_INSTANTS = ("earliest", "latest", "starts_by", "ends_from")
_NOT_OURS = ("id", "search", "starts_by", "ends_from")

Value = str | int | float | bool
Span = tuple[int, int]  # seconds, as in schema.dates


@dataclass(slots=True)
class Vertex:
    """A node of a network: what it is called, what is told of it, and when it was."""

    id: str
    name: str
    attributes: dict[str, Value]
    span: Span | None = None


@dataclass(slots=True)
class Tie:
    """An edge of a network; `spans` are the times at which it was, in seconds."""

    id: str
    start: str
    end: str
    type: str
    attributes: dict[str, Value]
    spans: tuple[Span, ...] = ()
    weight: float | None = None


@dataclass(slots=True)
class Network:
    """What is to be written. `left_out` counts, in words, what the graph has besides."""

    name: str
    directed: bool
    vertices: list[Vertex] = field(default_factory=list)
    ties: list[Tie] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)


class Window:
    """A period: what may lie in it counts. Both sides may be open."""

    def __init__(self, from_: str = "", to: str = "") -> None:
        """from_, to: EDTF; raises NotFoundError where one is no date."""
        try:
            self.from_ = dates.parse(from_) if from_ else None
            self.to = dates.parse(to) if to else None
        except dates.DateError as error:
            raise NotFoundError(str(error)) from None
        if self.from_ and self.to and self.to.latest < self.from_.earliest:
            raise NotFoundError(f"the period ends ({to}) before it begins ({from_})")

    def __bool__(self) -> bool:
        return bool(self.from_ or self.to)

    def holds(self, told: Mapping[str, Any]) -> bool:
        """Whether the date of these properties may lie in the window."""
        texts = told.get("dates") or ()
        return any(dates.within(dates.parse(t), self.from_, self.to) != "no" for t in texts)


# -- which network ------------------------------------------------------------------------------


def chosen_types(edges: str) -> tuple[str, ...]:
    """The types of edge that a list such as `credit,discredit` names.

    `acts` stands for credit, discredit, dominates and bond; `participation` for took_part; `all`
    for every type. Raises NotFoundError for a name that is none of these, or none at all.
    """
    known: dict[str, tuple[str, ...]] = {name.lower(): (name,) for name in model().edges}
    known |= {"acts": ACTS, "participation": ("TOOK_PART",), "all": model().edges}
    found: list[str] = []
    for word in filter(None, (part.strip().lower().replace("-", "_") for part in edges.split(","))):
        if word == "together":
            raise NotFoundError("together joins actors anew and stands alone", ["--edges together"])
        if word not in known:
            more = sorted([*known, "together"])
            raise NotFoundError(f"there are no edges called '{word}'; choose among", more)
        found += [name for name in known[word] if name not in found]
    if not found:
        raise NotFoundError("no edges are named; choose among", sorted([*known, "together"]))
    return tuple(found)


def network(
    told: Leaving,
    edges: str = "participation",
    *,
    from_: str = "",
    to: str = "",
    leads: bool = False,
    largest: int = LARGEST,
) -> Network:
    """The network of some edges of what leaves.

    edges: `participation`, `acts`, `together`, `all`, or names of types separated by commas.
    from_, to: EDTF; edges that cannot lie between are left out. leads: also what only machines
    coded. largest: the most participants of an encounter that `together` projects.
    """
    window = Window(from_, to)
    together = edges.strip().lower() == "together"
    types = ("TOOK_PART",) if together else chosen_types(edges)
    two_modes = types == ("TOOK_PART",) and not together
    made = Network(edges, not (two_modes or together) and bool(set(types) - _SYMMETRIC))
    chosen: list[Edge] = []
    pending: list[Edge] = []  # of types that bear no date: they are dated by what they tell of
    parts: set[str] = set()
    for edge in told.edges():
        if together and edge.type == "PART_OF":
            parts |= whole_summits([edge])
        if edge.type not in types:
            continue
        if edge.properties.get("machine") and not leads:
            made.left_out["machine-coded edges"] += 1
        elif together and edge.properties.get("scope", "encounter") != "encounter":
            made.left_out["participations in series and practices"] += 1
        elif not window:
            chosen.append(edge)
        elif "dates" not in edge.properties:
            pending.append(edge)
        elif window.holds(edge.properties):
            chosen.append(edge)
        else:
            made.left_out["edges outside the period"] += 1
    told_of = {edge.properties.get("about") for edge in pending}
    wanted = {end for edge in [*chosen, *pending] for end in (edge.start, edge.end)}
    nodes = {n.id: n for n in told.nodes() if n.id in wanted or n.id in told_of}
    for edge in pending:
        about = nodes.get(edge.properties.get("about", ""))
        if about is not None and window.holds(about.properties):
            chosen.append(edge)
        else:
            dated = about is not None and "dates" in about.properties
            made.left_out[f"edges {'outside the period' if dated else 'without a date'}"] += 1
    if together:
        _project(chosen, parts, largest, made)
    else:
        made.ties = [_tie(edge) for edge in chosen]
    _cite(told, made.ties)
    ends = {end for tie in made.ties for end in (tie.start, tie.end)}
    made.vertices = [_vertex(nodes[i], two_modes) for i in sorted(ends)]
    made.left_out += Counter()  # drops what was counted to nothing
    return made


def whole_summits(edges: Iterable[Edge]) -> set[str]:
    """The encounters that are told by their sessions: they are not counted beside these."""
    return {
        edge.end
        for edge in edges
        if edge.type == "PART_OF" and kind_of(edge.start) == kind_of(edge.end) == "Meeting"
    }


def _project(edges: Sequence[Edge], parts: set[str], largest: int, made: Network) -> None:
    """One edge for each pair that shared an encounter."""
    present: dict[str, list[Edge]] = defaultdict(list)
    for edge in edges:
        if edge.end in parts:
            made.left_out["participations in summits that are told by their sessions"] += 1
        else:
            present[edge.end].append(edge)
    pairs: dict[tuple[str, str], list[tuple[str, float, Edge, Edge]]] = defaultdict(list)
    for meeting, there in sorted(present.items()):
        by_actor = {edge.start: edge for edge in there}
        if len(by_actor) > largest:
            made.left_out[f"encounters of more than {largest} participants"] += 1
            continue
        actors = sorted(by_actor)
        share = 1 / (len(actors) - 1) if len(actors) > 1 else 0.0
        for i, a in enumerate(actors):
            for b in actors[i + 1 :]:
                pairs[a, b].append((meeting, share, by_actor[a], by_actor[b]))
    for (a, b), shared in sorted(pairs.items()):
        spans = {_span(edge.properties) for _, _, edge, _ in shared} - {None}
        dated = sorted(span for span in spans if span is not None)
        claims = {c for _, _, *both in shared for edge in both for c in edge.properties["claims"]}
        told: dict[str, Value] = {
            "shared": len(shared),
            "newman": round(sum(share for _, share, _, _ in shared), 6),
            "meetings": "; ".join(meeting for meeting, _, _, _ in shared),
            "claims": "; ".join(sorted(claims)),
        }
        texts = sorted({e.properties["date"] for _, _, e, _ in shared if "date" in e.properties})
        if texts:
            told["dates"] = "; ".join(texts)
        if dated:
            told |= _iso(min(s for s, _ in dated), max(e for _, e in dated))
        number = float(len(shared))
        made.ties.append(Tie(f"{a}--{b}", a, b, "TOGETHER", told, tuple(dated), number))


def _cite(told: Leaving, ties: Iterable[Tie]) -> None:
    """Give each edge the places in the sources that its claims cite (`cited`)."""
    claims = {tie.id: str(tie.attributes["claims"]).split("; ") for tie in ties}
    places: dict[str, list[str]] = {c: [] for some in claims.values() for c in some}
    for claim_id, claim in told.claims() if places else ():
        if claim_id in places:
            places[claim_id] = [_place(citation) for citation in claim.citations]
    for tie in ties:
        cited = {place for claim_id in claims[tie.id] for place in places[claim_id]}
        tie.attributes["cited"] = "; ".join(sorted(cited))


def _place(cited: Citation) -> str:
    """A citation as a case file has it: `reagan1990 12`; what it does, where not support."""
    place = f"{cited.source.partition('/')[2]} {cited.locator}"
    return place if cited.relation == "supports" else f"{place} ({cited.relation})"


def _tie(edge: Edge) -> Tie:
    span = _span(edge.properties)
    spans = (span,) if span else ()
    told = {**flat(edge.properties), "edge": edge.id, "type": edge.type}
    return Tie(edge.id, edge.start, edge.end, edge.type, told, spans)


def _vertex(node: Node, two_modes: bool) -> Vertex:
    told = node.properties
    key = node.id.partition("/")[2]
    name = next((str(told[k]) for k in ("name", "title", "label", "citation") if k in told), key)
    attributes = {**flat(told), "node": node.label}
    attributes.pop("label", None)  # of a term; the name says it
    if two_modes:
        attributes["bipartite"] = int(node.label != "Actor")
    return Vertex(node.id, name, attributes, _span(told) or _lived(told))


def flat(properties: Mapping[str, Any]) -> dict[str, Value]:
    """Properties as single values: lists joined by "; ", instants as ISO texts, no open bounds."""
    made: dict[str, Value] = {}
    for name, value in properties.items():
        if value is None or name in _NOT_OURS:
            continue
        if name in _INSTANTS:
            if abs(value) < dates.INF:
                made[name] = dates.iso(value)
        elif isinstance(value, list | tuple):
            made[name] = "; ".join(map(str, value))
        elif isinstance(value, bool | int | float | str):
            made[name] = value
    return made


def _span(told: Mapping[str, Any]) -> Span | None:
    return (told["earliest"], told["latest"]) if "earliest" in told else None


def _lived(told: Mapping[str, Any]) -> Span | None:
    """The longest life that the dates of an actor allow; open where none is told."""
    born, died = life(told)
    if not born and not died:
        return None
    return (born.earliest if born else -dates.INF, died.latest if died else dates.INF)


def _iso(first: int, last: int) -> dict[str, Value]:
    return flat({"earliest": first, "latest": last})


# -- writing ------------------------------------------------------------------------------------

# What XML 1.0 cannot hold, nor any reader wants in a name.
_UNFIT = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(text: str) -> str:
    """A text with the sign of replacement for each character that XML cannot hold."""
    return _UNFIT.sub("\ufffd", text) if _UNFIT.search(text) else text


def save(made: Network, path: Path, form: str) -> None:
    """Write a network; `form` is graphml, gexf, node-link, cytoscape or pajek. Whole or not at
    all. Raises NotFoundError for another form."""
    writers: dict[str, Callable[[Network, IO[bytes]], None]] = {
        "graphml": _graphml,
        "gexf": _gexf,
        "node-link": _node_link,
        "cytoscape": _cytoscape,
        "pajek": _pajek,
    }
    if form not in writers:
        raise NotFoundError(f"no network is written as '{form}'; choose among", list(writers))
    with written(path) as file:
        writers[form](made, file)


@contextlib.contextmanager
def written(path: Path) -> Iterator[IO[bytes]]:
    """A file to write to, which takes its name only when all of it is there.

    NotFoundError where a folder, or anything else that is no file (/dev/null), has that name.
    """
    if path.exists() and not path.is_file():
        what = "a folder" if path.is_dir() else "no file"
        raise NotFoundError(f"{path} is {what}", ["name a file"])
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.new")
    try:
        with temporary.open("wb") as file:
            yield file
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _types(rows: Iterable[Mapping[str, Value]]) -> dict[str, str]:
    """Each attribute with the one type that all its values have; text where they differ."""
    names = {bool: "boolean", int: "long", float: "double"}
    found: dict[str, str] = {}
    for row in rows:
        for name, value in row.items():
            kind = names.get(type(value), "string")
            if found.setdefault(name, kind) != kind:
                found[name] = "string"
    return dict(sorted(found.items()))


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return clean(value) if isinstance(value, str) else str(value)


def _graphml(made: Network, file: IO[bytes]) -> None:
    """GraphML (graphml.graphdrawing.org), one element at a time."""
    from lxml import etree

    of_nodes = _types({**v.attributes, "label": v.name} for v in made.vertices)
    of_ties = _types(t.attributes for t in made.ties)
    if any(tie.weight is not None for tie in made.ties):
        of_ties["weight"] = "double"
    keys = {("node", name): f"n{i}" for i, name in enumerate(of_nodes)}
    keys |= {("edge", name): f"e{i}" for i, name in enumerate(of_ties)}
    with etree.xmlfile(file, encoding="utf-8") as xml:
        xml.write_declaration()
        with xml.element("graphml", nsmap={None: "http://graphml.graphdrawing.org/xmlns"}):
            xml.write("\n")
            for (domain, name), key in keys.items():
                kind = (of_nodes if domain == "node" else of_ties)[name]
                told = {"id": key, "for": domain, "attr.name": clean(name), "attr.type": kind}
                _element(xml, etree.Element("key", told))
            default = "directed" if made.directed else "undirected"
            with xml.element("graph", id=clean(made.name), edgedefault=default):
                xml.write("\n")
                for vertex in made.vertices:
                    element = etree.Element("node", id=clean(vertex.id))
                    _data(element, {**vertex.attributes, "label": vertex.name}, keys, "node")
                    _element(xml, element)
                for tie in made.ties:
                    ends = {"source": clean(tie.start), "target": clean(tie.end)}
                    element = etree.Element("edge", id=clean(tie.id), **ends)
                    told_ = dict(tie.attributes)
                    if tie.weight is not None:
                        told_["weight"] = tie.weight
                    _data(element, told_, keys, "edge")
                    _element(xml, element)
            xml.write("\n")


def _data(
    element: Any, told: Mapping[str, Value], keys: Mapping[tuple[str, str], str], domain: str
) -> None:
    from lxml import etree

    for name, value in told.items():
        etree.SubElement(element, "data", key=keys[domain, name]).text = _text(value)


def _element(xml: Any, element: Any) -> None:
    element.tail = "\n"
    xml.write(element)


def _gexf(made: Network, file: IO[bytes]) -> None:
    """GEXF 1.2 (gexf.net), dynamic: start and end of nodes and edges are days, both included; an
    open side is left out. An edge of several times has spells."""
    from lxml import etree

    of_nodes = _types(v.attributes for v in made.vertices)
    of_ties = _types(t.attributes for t in made.ties)
    ids = {"node": {n: f"n{i}" for i, n in enumerate(of_nodes)}}
    ids["edge"] = {n: f"e{i}" for i, n in enumerate(of_ties)}
    space = {None: "http://www.gexf.net/1.2draft"}
    default = "directed" if made.directed else "undirected"

    def values(element: Any, told: Mapping[str, Value], domain: str) -> None:
        outer = etree.SubElement(element, "attvalues")
        for name, value in told.items():
            etree.SubElement(outer, "attvalue", {"for": ids[domain][name], "value": _text(value)})

    with etree.xmlfile(file, encoding="utf-8") as xml:
        xml.write_declaration()
        with xml.element("gexf", nsmap=space, version="1.2"):
            graph = {"mode": "dynamic", "timeformat": "date", "defaultedgetype": default}
            with xml.element("graph", graph):
                for domain, types in (("node", of_nodes), ("edge", of_ties)):
                    with xml.element("attributes", {"class": domain}):
                        for name, kind in types.items():
                            told = {"id": ids[domain][name], "title": clean(name), "type": kind}
                            _element(xml, etree.Element("attribute", told))
                with xml.element("nodes"):
                    for vertex in made.vertices:
                        told = {"id": clean(vertex.id), "label": clean(vertex.name)}
                        element = etree.Element("node", told | _days(vertex.span))
                        values(element, vertex.attributes, "node")
                        _element(xml, element)
                with xml.element("edges"):
                    for tie in made.ties:
                        told = {"id": clean(tie.id), "type": default, "label": clean(tie.type)}
                        told |= {"source": clean(tie.start), "target": clean(tie.end)}
                        if tie.weight is not None:
                            told["weight"] = str(tie.weight)
                        whole = (
                            (min(s for s, _ in tie.spans), max(e for _, e in tie.spans))
                            if tie.spans
                            else None
                        )
                        element = etree.Element("edge", told | _days(whole))
                        values(element, tie.attributes, "edge")
                        if len(tie.spans) > 1:
                            spells = etree.SubElement(element, "spells")
                            for span in tie.spans:
                                etree.SubElement(spells, "spell", _days(span))
                        _element(xml, element)


def _days(span: Span | None) -> dict[str, str]:
    """Start and end as days; what lies beyond four digits of a year cannot be said in one."""
    if span is None:
        return {}
    told = {"start": dates.iso(span[0])[:-9], "end": dates.iso(span[1])[:-9]}
    return {name: day for name, day in told.items() if re.fullmatch(r"-?\d{4}-\d\d-\d\d", day)}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _lines(file: IO[bytes], rows: Iterable[Any]) -> None:
    """The members of a JSON list, a line each."""
    for number, row in enumerate(rows):
        # A surrogate by itself is no text that a file can hold.
        line = (",\n" if number else "\n") + _json(row)
        file.write(line.encode("utf-8", "replace"))


def _node_link(made: Network, file: IO[bytes]) -> None:
    """The node-link form that NetworkX and D3 read; `key` tells parallel edges apart."""
    head = {"directed": made.directed, "multigraph": True, "graph": {"name": made.name}}
    file.write((_json(head)[:-1] + ',"nodes":[').encode("utf-8", "replace"))
    _lines(file, ({"id": v.id, "label": v.name, **v.attributes} for v in made.vertices))
    file.write(b'],\n"edges":[')
    _lines(file, (_joined(tie, "key") for tie in made.ties))
    file.write(b"]}\n")


def _joined(tie: Tie, key: str) -> dict[str, Value]:
    told: dict[str, Value] = {"source": tie.start, "target": tie.end, key: tie.id}
    if tie.weight is not None:
        told["weight"] = tie.weight
    return told | tie.attributes


def _cytoscape(made: Network, file: IO[bytes]) -> None:
    """Cytoscape's JSON (cytoscape.js elements, `.cyjs` of the desktop program)."""
    head = {"data": {"name": made.name}, "directed": made.directed, "multigraph": True}
    file.write((_json(head)[:-1] + ',"elements":{"nodes":[').encode("utf-8", "replace"))
    _lines(
        file,
        (
            {"data": {**v.attributes, "id": v.id, "value": v.id, "name": v.name}}
            for v in made.vertices
        ),
    )
    file.write(b'],\n"edges":[')
    _lines(file, ({"data": {**_joined(tie, "id"), "key": tie.id}} for tie in made.ties))
    file.write(b"]}}\n")


def _pajek(made: Network, file: IO[bytes]) -> None:
    """Pajek's .net: names, weights and, as the label of a line, its type and date.

    The format has no other attributes. Vertices of one name are told apart by their identifiers.
    Arcs where the network is directed, edges where not.
    """

    def quoted(text: str) -> str:
        return '"' + re.sub(r'["\\\s]+', " ", clean(text)).strip() + '"'

    shared = Counter(quoted(vertex.name).casefold() for vertex in made.vertices)
    number = {vertex.id: i for i, vertex in enumerate(made.vertices, 1)}
    # Pajek takes a file for Unicode only where it begins with this mark; other readers look for
    # *Vertices at the beginning of a line, which is why there is a line before it.
    lines = [f"\ufeff*Network {quoted(made.name)[1:-1]}", f"*Vertices {len(made.vertices)}"]
    for vertex in made.vertices:
        name = vertex.name
        if shared[quoted(name).casefold()] > 1 or not name.strip():
            name = f"{name} ({vertex.id})"
        shape = "ellipse" if vertex.attributes["node"] == "Actor" else "box"
        # On a circle: nothing lies on nothing, and Gephi reads the second number as a size too.
        turn = 2 * math.pi * number[vertex.id] / len(made.vertices)
        place = f"{0.5 + 0.4 * math.cos(turn):.4f} {0.5 + 0.4 * math.sin(turn):.4f}"
        lines.append(f"{number[vertex.id]} {quoted(name)} {place} {shape}")
    lines.append("*Arcs" if made.directed else "*Edges")
    for tie in made.ties:
        told = str(tie.attributes.get("date", tie.attributes.get("dates", "")))
        label = quoted(f"{tie.type} {told}")
        lines.append(f"{number[tie.start]} {number[tie.end]} {tie.weight or 1} l {label}")
    file.write(("\n".join(lines) + "\n").encode("utf-8", "replace"))
