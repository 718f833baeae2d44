"""From claims to nodes and edges: a pure function.

The edges of `project(claims)` are the union of those of the claims about each node, so that a
change to one encounter is a change to its own group of claims and to nothing else. What a node is
called and what it is follows from all claims of which it is the subject, whatever they tell about:
two coders may disagree whether an act belongs to an encounter.

Several claims may stand behind one edge or one property. Where they agree, they are all named.
Where they do not, the element is `contested`: it shows the leading value (a correction before the
told value, evidence before machine coding, higher confidence first, then by coder and claim id),
lists every rival value with its claims in `rivals`, and says in `contested_by` whether coders,
sources, or a correction part them. Nothing is averaged and nothing overwritten.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from visavis.schema import citing, dates
from visavis.schema.claims import Claim, digest
from visavis.schema.model import Predicate, kind_of, model
from visavis.schema.text import duration, fold

__all__ = ["JUDGED", "Edge", "Node", "Projection", "describe", "groups", "project"]

Properties = dict[str, Any]

JUDGED = ("same_as", "different_from")  # judgements of identity join those that they name


@dataclass(slots=True)
class Node:
    """A node: its identifier, label and properties (`id` among them)."""

    id: str
    label: str
    properties: Properties


@dataclass(slots=True)
class Edge:
    """An edge: its identifier, type, the identifiers of its ends, and its properties."""

    id: str
    type: str
    start: str
    end: str
    properties: Properties


@dataclass(slots=True)
class Projection:
    """Nodes and edges by identifier."""

    nodes: dict[str, Node] = field(default_factory=dict)
    edges: dict[str, Edge] = field(default_factory=dict)
    edge_of: dict[str, str] = field(default_factory=dict)  # claim id -> edge id

    def mention(self, node_id: str) -> None:
        """Make sure a node is there, bare if nothing more is known of it."""
        if node_id not in self.nodes:
            self.nodes[node_id] = Node(node_id, kind_of(node_id), {"id": node_id})

    def add(self, other: Projection) -> None:
        """Take in the projection of another group; what it tells of its own nodes wins."""
        for node_id, node in other.nodes.items():
            mine = self.nodes.get(node_id)
            if mine is None or len(node.properties) > len(mine.properties):
                self.nodes[node_id] = node
        self.edges.update(other.edges)
        self.edge_of.update(other.edge_of)


def groups(claims: Iterable[Claim]) -> dict[str, list[Claim]]:
    """Claims by the node they tell about."""
    found: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        found[claim.about or claim.subject].append(claim)
    return found


def project(claims: Iterable[Claim], same: Mapping[str, str] | None = None) -> Projection:
    """The nodes and edges that `claims` assert.

    same: for each actor or source judged to be another one, the one its edges and citations end at
    instead. Claims keep the one that was coded. Withdrawn claims and claims that no citation
    supports are left out.
    """
    told: dict[str, Claim] = {}
    for claim in claims:  # told twice, the least of what stands outside the hash counts
        first = told.setdefault(claim.id, claim)
        if first is not claim and claim.payload < first.payload:
            told[claim.id] = claim
    whole = Projection()
    for about, group in sorted(groups(told.values()).items()):
        whole.add(_project_group(about, group, same or {}))
    by_node: dict[str, list[Claim]] = defaultdict(list)
    for claim in told.values():
        if not model().predicates[claim.predicate].edge:
            by_node[claim.subject].append(claim)
    for node_id, own in by_node.items():
        node = describe(node_id, own)
        if node is not None:
            whole.nodes[node_id] = node
    return whole


def describe(node_id: str, claims: Iterable[Claim]) -> Node | None:
    """The node with what `claims`, of which it is the subject, tell of it; None if nothing."""
    told = [(c.id, c) for c in claims if c.status != "withdrawn" and c.supported]
    return _node(node_id, sorted(told, key=lambda item: item[0])) if told else None


def _project_group(about: str, claims: list[Claim], same: Mapping[str, str]) -> Projection:
    made = Projection()
    here = {claim.id: claim for claim in claims}
    unique = {i: c for i, c in here.items() if c.status != "withdrawn" and c.supported}
    for claim in here.values():  # what is only disputed projects nothing, but is a claim about it
        if claim.status != "withdrawn":
            made.mention(about)
            for citation in claim.citations:
                for source in filter(None, (citation.source, citation.via)):
                    made.mention(same.get(source, source))
    told_dates: dict[str, list[Claim]] = defaultdict(list)
    by_edge: dict[str, list[tuple[str, Claim]]] = defaultdict(list)
    ends: dict[str, tuple[str, str, str]] = {}
    scope = ""
    for claim_id, claim in sorted(unique.items()):
        predicate = model().predicates[claim.predicate]
        if predicate.edge:
            start, end = _ends(claim, predicate, same)
            edge_id = _edge_id(predicate, start, end, about, claim)
            made.mention(start)
            made.mention(end)
            made.edge_of[claim_id] = edge_id
            by_edge[edge_id].append((claim_id, claim))
            ends[edge_id] = (predicate.edge, start, end)
        else:
            made.mention(claim.subject)
            if claim.predicate == "dated":
                told_dates[claim.subject].append(claim)
            elif claim.predicate == "scope" and claim.subject == about:
                scope = claim.value
    for edge_id, told in by_edge.items():
        kind, start, end = ends[edge_id]
        made.edges[edge_id] = _edge(edge_id, kind, start, end, about, told, told_dates, scope)
    _dispute(made, here, about, same)
    _contest_rivals(made, unique)
    return made


def _dispute(
    made: Projection, claims: Mapping[str, Claim], about: str, same: Mapping[str, str]
) -> None:
    """A claim that no source supports makes nothing, but disputes the edge that others assert."""
    for claim_id, claim in sorted(claims.items()):
        predicate = model().predicates[claim.predicate]
        if claim.supported or claim.status == "withdrawn" or not predicate.edge:
            continue
        start, end = _ends(claim, predicate, same)
        edge = made.edges.get(_edge_id(predicate, start, end, about, claim))
        if edge is None or not any(c.relation == "disputes" for c in claim.citations):
            continue
        made.edge_of[claim_id] = edge.id
        edge.properties["claims"] = sorted([*edge.properties["claims"], claim_id])
        edge.properties["contested"] = True
        already = set(edge.properties.get("contested_by", ()))
        edge.properties["contested_by"] = sorted(already | {"sources"})


def _ends(claim: Claim, predicate: Predicate, same: Mapping[str, str]) -> tuple[str, str]:
    """Where the edge of a claim begins and ends, after all judgements of identity."""
    start, end = claim.subject, claim.object
    if claim.predicate not in JUDGED:
        start, end = same.get(start, start), same.get(end, end)
    return (end, start) if predicate.symmetric and end < start else (start, end)


def _edge_id(p: Predicate, start: str, end: str, about: str, claim: Claim) -> str:
    key = [claim.qualifiers.get(name, "") for name in p.key]
    return "e-" + digest([p.edge, start, end, about, key])


# -- voices ---------------------------------------------------------------------------------------

_CONFIDENCE = {"high": 0, "": 1, "medium": 2, "low": 3}


def _rank(item: tuple[str, Claim]) -> tuple[Any, ...]:
    """Which claim's value is shown first where several differ."""
    claim_id, claim = item
    return (
        not claim.correction,
        claim.status != "accepted",
        claim.basis == "machine",
        _CONFIDENCE.get(claim.confidence, 1),
        claim.coder,
        claim_id,
    )


def _settle(told: list[tuple[str, str, Claim, Any]]) -> tuple[Properties, Properties, set[str]]:
    """Shown values, rival values and what parts them, from (field, claim id, claim, value).

    A list that one coder tells in several statements is one list; the lists of two coders are
    two values.
    """
    shown: Properties = {}
    rivals: Properties = {}
    parted: set[str] = set()
    by_field: dict[str, list[tuple[str, Claim, Any]]] = defaultdict(list)
    for name, claim_id, claim, value in told:
        by_field[name].append((claim_id, claim, value))
    for name, items in by_field.items():
        if len(items) == 1:  # told once, as most things are
            value = items[0][2]
            shown[name] = sorted(value) if isinstance(value, tuple) else value
            continue
        voices: dict[Any, list[tuple[str, Claim]]] = defaultdict(list)
        lists: dict[tuple[str, bool], list[str]] = {}
        for _, claim, value in items:
            if isinstance(value, tuple):
                joined = lists.setdefault((claim.coder, claim.correction), [])
                joined += [v for v in value if v not in joined]
        for claim_id, claim, value in items:
            if isinstance(value, tuple):
                value = tuple(sorted(lists[claim.coder, claim.correction]))
            voices[value].append((claim_id, claim))
        ordered = sorted(voices, key=lambda v: min(_rank(item) for item in voices[v]))
        first = ordered[0]
        shown[name] = list(first) if isinstance(first, tuple) else first
        if len(ordered) > 1:
            rivals[name] = [
                {
                    "value": list(v) if isinstance(v, tuple) else v,
                    "claims": sorted(claim_id for claim_id, _ in voices[v]),
                }
                for v in ordered
            ]
            parted |= _parted([[claim for _, claim in voices[v]] for v in ordered])
    return shown, rivals, parted


def _parted(sides: list[list[Claim]]) -> set[str]:
    """What parts rival values: coders, sources, a correction."""
    if any(claim.correction for side in sides for claim in side):
        return {"correction"}
    why = set()
    if any({c.coder for c in side} != {c.coder for c in sides[0]} for side in sides):
        why.add("coders")

    def sources(side: list[Claim]) -> set[tuple[str, str, str]]:
        return {(x.source, x.via, c.said_by) for c in side for x in c.citations}

    if any(sources(side) != sources(sides[0]) for side in sides) or not why:
        why.add("sources")
    return why


def _mark(properties: Properties, claims: list[Claim], rivals: Properties, why: set[str]) -> None:
    """Say on an element whether it is contested, by what, and which values rival."""
    disputed = [
        c
        for c in claims
        if c.status == "disputed" or any(x.relation == "disputes" for x in c.citations)
    ]
    why = why | {"sources"} if disputed else why
    properties["contested"] = bool(why)
    if why:
        properties["contested_by"] = sorted(why)
    if rivals:
        properties["rivals"] = json.dumps(rivals, ensure_ascii=False, sort_keys=True)


# -- dates ----------------------------------------------------------------------------------------


def _date(texts: list[str]) -> Properties:
    """The properties of a date: its text, its bounds in seconds, and whether it is marked."""
    distinct = list(dict.fromkeys(texts))
    read = [dates.parse(text) for text in distinct]
    date = read[0] if len(read) == 1 else dates.join(read)
    return {
        "date": distinct[0],
        "dates": distinct,
        "earliest": date.earliest,
        "latest": date.latest,
        "starts_by": date.starts_by,
        "ends_from": date.ends_from,
        "marked": date.marked,
    }


# -- elements -------------------------------------------------------------------------------------


def _node(node_id: str, told: list[tuple[str, Claim]]) -> Node:
    claims = [claim for _, claim in told]
    many: dict[str, list[str]] = defaultdict(list)
    single: list[tuple[str, str, Claim, Any]] = []
    texts: list[str] = []
    described: list[tuple[str, Claim]] = []
    for claim_id, claim in sorted(told, key=_rank):
        predicate = model().predicates[claim.predicate]
        if claim.predicate == "described_as":
            described.append((claim_id, claim))
            continue
        if predicate.many:
            if claim.value not in many[predicate.property]:
                many[predicate.property].append(claim.value)
            continue
        single.append((predicate.property, claim_id, claim, claim.value))
        single += [(name, claim_id, claim, value) for name, value in claim.qualifiers.items()]
        if claim.order is not None:
            single.append(("order", claim_id, claim, claim.order))
        if claim.predicate == "dated":
            texts.append(claim.value)
    shown, rivals, why = _settle(single)
    label = kind_of(node_id)
    properties: Properties = {"id": node_id, **shown}
    properties |= {name: sorted(values) for name, values in many.items()}
    if texts:
        properties |= _date(texts)
    if "duration" in properties:
        read = duration(str(properties["duration"]))
        properties |= {
            "seconds": read.seconds,
            "seconds_how": read.how,
            "in_total": read.in_total,
        }
    if label == "Ritual":
        why |= _placed(claims, rivals)
    if described:
        properties |= _described(described, rivals, why)
    _mark(properties, claims, rivals, why)
    properties["claims"] = sorted(claim_id for claim_id, _ in told)
    words = [properties.get(k, "") for k in ("name", "title", "label", "citation")]
    words += properties.get("also_named", []) + properties.get("author", [])
    words.append(node_id.partition("/")[2].replace("-", " "))
    properties["search"] = fold(" ".join(str(word) for word in words if word))
    return Node(node_id, label, properties)


def _described(told: list[tuple[str, Claim]], rivals: Properties, why: set[str]) -> Properties:
    """A source's record, of one claim or of several that fill each other up.

    Rivals are the fields in which they contradict each other.
    """
    if len(told) == 1:
        return _source(json.loads(told[0][1].value))
    # The record that a register gives leads, then the fuller one, whoever told it.
    records = [(json.loads(claim.value), claim_id, claim) for claim_id, claim in told]
    records.sort(key=lambda r: (_rank((r[1], r[2]))[:3], "custom" in r[0], -len(r[0]), r[1]))
    record, fields = citing.joined([r for r, _, _ in records])
    for name in fields:
        voices: dict[str, list[tuple[str, Claim]]] = defaultdict(list)
        for r, claim_id, claim in records:
            if r.get(name):
                value = r[name] if isinstance(r[name], str) else json.dumps(r[name], sort_keys=True)
                voices[value].append((claim_id, claim))
        rivals[_CSL.get(name, name.replace("-", "_"))] = [
            {"value": value, "claims": sorted(claim_id for claim_id, _ in said)}
            for value, said in voices.items()
        ]
        why |= _parted([[claim for _, claim in said] for said in voices.values()])
    return _source(record)


def _placed(claims: list[Claim], rivals: Properties) -> set[str]:
    """What parts those who tell an act of an encounter, and those who tell it outside of any."""
    sides: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        about = claim.about or claim.subject
        sides["outside any encounter" if about == claim.subject else about].append(claim)
    if len(sides) < 2:
        return set()
    rivals["encounter"] = [
        {"value": place, "claims": sorted(claim.id for claim in told)}
        for place, told in sorted(sides.items())
    ]
    return _parted(list(sides.values()))


_CSL = {
    "container-title": "container",
    "publisher-place": "publisher_place",
    "DOI": "doi",
    "URL": "url",
    "collection-title": "collection",
}


def _source(record: Mapping[str, Any]) -> Properties:
    """A source's record as properties that a database can hold (texts and lists of texts)."""
    properties: Properties = {}
    for name, value in record.items():
        key = _CSL.get(name, name.replace("-", "_"))
        # What a file's format adds, and its own key (CSL's `id`), stay with the claim.
        if name in ("custom", "id"):
            continue
        if isinstance(value, list):
            properties[key] = citing.full_names(value)
        elif isinstance(value, Mapping):
            properties[key] = json.dumps(value, ensure_ascii=False, sort_keys=True)
        else:
            properties[key] = str(value)
    for people in ("author", "editor"):
        if isinstance(properties.get(people), str):
            properties[people] = [properties[people]]
    if "title" in properties:
        properties["title"] = citing.plain(properties["title"])
    properties["citation"] = citing.short(record)
    properties["year"] = citing.year(record)
    return properties


def _edge(
    edge_id: str,
    kind: str,
    start: str,
    end: str,
    about: str,
    told: list[tuple[str, Claim]],
    told_dates: Mapping[str, list[Claim]],
    scope: str,
) -> Edge:
    told = sorted(told, key=_rank)
    claims = [claim for _, claim in told]
    predicate = model().predicates[claims[0].predicate]
    values = [
        (name, claim_id, claim, value)
        for claim_id, claim in told
        for name, value in claim.qualifiers.items()
    ]
    values += [
        ("order", claim_id, claim, claim.order)
        for claim_id, claim in told
        if claim.order is not None
    ]
    shown, rivals, why = _settle(values)
    properties: Properties = {"id": edge_id, **shown}
    if predicate.scheme:
        properties["scheme"] = predicate.scheme
    if predicate.dated:
        told_here = [] if predicate.dated == "encounter" else claims
        texts = [claim.date for claim in told_here if claim.date]
        if not texts:
            ritual = str(shown.get("ritual", ""))
            sources = told_dates.get(ritual) or told_dates.get(about) or []
            ranked = sorted(((c.id, c) for c in sources), key=_rank)
            texts = [claim.value for _, claim in ranked]
        if texts:
            properties |= _date(texts)
        if scope:
            properties["scope"] = scope
    properties["about"] = about
    properties["claims"] = sorted(claim_id for claim_id, _ in told)
    properties["basis"] = claims[0].basis
    properties["machine"] = all(claim.basis == "machine" for claim in claims)
    if claims[0].confidence:
        properties["confidence"] = claims[0].confidence
    _mark(properties, claims, rivals, why)
    return Edge(edge_id, kind, start, end, {k: v for k, v in properties.items() if v != ""})


def _first(edge: Edge, claims: Mapping[str, Claim]) -> Claim:
    return next(claims[c] for c in edge.properties["claims"] if c in claims)


def _contest_rivals(made: Projection, claims: Mapping[str, Claim]) -> None:
    """Edges that cannot both be: two modes of one phase, a credit that another codes a discredit.

    One coder who tells both from the same source means both; two voices contest each other.
    """
    rows: dict[tuple[Any, ...], list[Edge]] = defaultdict(list)
    for edge in made.edges.values():
        predicate = model().predicates[_first(edge, claims).predicate]
        at = [str(edge.properties.get(name, "")) for name in predicate.key]
        if predicate.single:
            rows[predicate.key_name, edge.start, *at].append(edge)
        elif predicate.opposite:
            pair = tuple(sorted((predicate.key_name, predicate.opposite)))
            ritual = edge.properties.get("ritual")
            if ritual:
                rows[pair, edge.start, edge.end, ritual].append(edge)
    for edges in rows.values():
        said = [[claims[c] for c in edge.properties["claims"] if c in claims] for edge in edges]
        kinds = {(edge.type, edge.end) for edge in edges}
        voices = {
            (
                c.coder,
                c.said_by,
                c.read_by,
                c.correction,
                frozenset((x.source, x.via) for x in c.citations),
            )
            for s in said
            for c in s
        }
        if len(kinds) < 2 or len(voices) < 2:
            continue
        why = _parted(said)
        for edge in edges:
            already = set(edge.properties.get("contested_by", ()))
            edge.properties["contested"] = True
            edge.properties["contested_by"] = sorted(already | why)
            edge.properties["rival_edges"] = sorted(e.id for e in edges if e is not edge)
