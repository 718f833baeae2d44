"""What leaves a graph: its claims, nodes and edges, without what is to be withheld.

Every export takes its matter from here, so that what may not leave (`visavis.exchange.access`)
leaves in no format.
"""

from __future__ import annotations

import heapq
import json
from collections import defaultdict
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

__all__ = ["Exported", "Leaving", "leaving", "named_by", "same_among", "settled", "without"]

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
    informants who are not to be named. All three are streams from the engine: held in memory is
    only what withholding touches, the encounters (or other nodes) that a claim which does not leave
    as it is tells about, and identifiers of actors.
    """
    told = [] if everything else list(_told_of_sources(graph))
    same = read_state(graph)["same"]
    rule = access.Withholding(told, same)
    whole = Leaving(
        Exported(),
        lambda: ((claim.id, claim) for claim in read_claims(graph)),
        lambda: _nodes(graph),
        lambda: _edges(graph),
    )
    return without(whole, rule, same) if rule else whole


def without(whole: Leaving, rule: access.Withholding, same: Mapping[str, str]) -> Leaving:
    """What leaves of `whole`, which must be what its claims project, under a rule.

    What tells about a node is projected together (`visavis.schema.project`): where withholding
    changes a claim, those about the same node are projected anew, and so is each node that such a
    claim is of; the rest is passed on as it is.
    """

    def read() -> Iterator[Claim]:
        return (claim for _, claim in whole.claims())

    rule.look(read)
    judged = set(same) | set(same.values())
    stay: set[str] = set()  # of those judged, who is named by what leaves
    done = Exported(withheld_sources=len(rule.closed), unnamed=len(rule.unnamed))
    groups: set[str] = set()  # told about
    subjects: set[str] = set()  # told of
    perhaps: set[str] = set()  # nodes that may be gone
    for claim in read():
        left = rule.leaves(claim)
        if left is not None and judged:
            stay |= judged & named_by(left[1])
        if left is not None and left[1] == claim:
            continue
        done.withheld_claims += left is None
        perhaps |= project([claim], same).nodes.keys()
        for one in (claim, *([left[1]] if left else ())):
            groups.add(one.about or one.subject)
            if not model().predicates[one.predicate].edge:
                subjects.add(one.subject)
    # Who stands for others may be one of whom nothing leaves: another of them then does.
    among = same_among(same, stay)
    turned = {one for one in stay if among.get(one, one) != same.get(one, one)}
    for claim in read() if turned else ():
        left = rule.leaves(claim)
        if left is not None and not turned.isdisjoint(named_by(left[1])):
            groups.add(left[1].about or left[1].subject)
            if not model().predicates[claim.predicate].edge:
                subjects.add(left[1].subject)
    perhaps |= turned | {same[one] for one in turned if one in same}
    perhaps |= subjects
    anew: list[Claim] = []
    moved: list[tuple[str, Claim]] = []  # claims whose key bore a name
    renamed: dict[str, str] = {}  # claims keep the identifiers of the project
    for claim in read():
        left = rule.leaves(claim)
        if left is None:
            continue
        if left[0] != claim.id:
            moved.append(left)
        claim_id, claim = left
        of = claim.subject in subjects and not model().predicates[claim.predicate].edge
        if of or (claim.about or claim.subject) in groups:
            anew.append(claim)
            if claim.id != claim_id:
                renamed[claim.id] = claim_id
        elif not perhaps.isdisjoint(_named(claim, among)):
            perhaps -= project([claim], among).nodes.keys()
    made = project(anew, among)
    gone = perhaps - made.nodes.keys()
    for node_id in subjects - gone:
        made.mention(node_id)
    moved.sort(key=lambda pair: pair[0])
    del anew
    nodes = sorted(made.nodes.values(), key=lambda node: node.id)
    edges = sorted((e for e in made.edges.values() if e.properties["about"] in groups), key=_place)
    del made

    def all_nodes() -> Iterator[Node]:
        kept = (n for n in whole.nodes() if n.id not in subjects and n.id not in gone)
        again = (replace(n, properties=_plain(n.properties, renamed)) for n in nodes)
        last = ""
        # Of what is not told of anew, but named, the engine's is the fuller.
        for node in heapq.merge(kept, again, key=lambda node: node.id):
            if node.id != last:
                last = node.id
                yield node

    def all_edges() -> Iterator[Edge]:
        kept = (e for e in whole.edges() if e.properties["about"] not in groups)
        again = (replace(e, properties=_plain(e.properties, renamed)) for e in edges)
        return heapq.merge(kept, again, key=_place)

    def all_claims() -> Iterator[tuple[str, Claim]]:
        pairs = ((claim.id, rule.leaves(claim)) for claim in read())
        stay = (left for claim_id, left in pairs if left is not None and left[0] == claim_id)
        return heapq.merge(stay, moved, key=lambda pair: pair[0])

    return Leaving(done, all_claims, all_nodes, all_edges)


def named_by(claim: Claim) -> set[str]:
    """Whatever a claim names."""
    found = {claim.subject, claim.object, claim.about, claim.said_by, claim.read_by}
    found |= {source for c in claim.citations for source in (c.source, c.via)}
    for value in claim.qualifiers.values():
        found |= set(value) if isinstance(value, tuple) else {str(value)}
    return found


def same_among(same: Mapping[str, str], named: set[str]) -> dict[str, str]:
    """Who of `named` is judged to be the same as another of them, without the keys of others.

    Of those who are the same and left without the one that stood for all, the first by key stands
    for the others: no key of whom nothing else leaves may leave so, nor stand in a copy that others
    can ask.
    """
    groups: dict[str, set[str]] = defaultdict(set)
    for other, one in same.items():
        groups[one] |= {one, other} & named
    made: dict[str, str] = {}
    for one, some in groups.items():
        first = one if one in some else min(some, default="")
        made |= {other: first for other in some - {first}}
    return made


def _place(edge: Edge) -> tuple[str, str, str, str]:
    """An edge's place among the others."""
    return edge.type, edge.start, edge.end, edge.id


def _named(claim: Claim, same: Mapping[str, str]) -> set[str]:
    """Nodes that the projection of a claim may have, and perhaps more."""
    found = {claim.subject, claim.object, claim.about}
    found |= {source for c in claim.citations for source in (c.source, c.via)}
    return found | {same[node] for node in found if node in same}


def _told_of_sources(graph: Graph) -> Iterator[Claim]:
    rows = graph.read(access.TOLD_OF_SOURCES, {"told": list(access.TOLD)})
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
