"""Claims into the database, one document at a time.

The graph in the database is always what `project` makes of the claims in it. Writing a document
therefore needs no reading of nodes and edges: the claims of the encounters it touches are fetched,
projected as they were and as they will be, and the difference is written. Nothing is merged at a
hub: what is there is known, and what is not is created.

One document is one transaction, announced to readers where the engine lets them see into a commit
(`visavis.graph.lock`). A process that is killed leaves the document as it was, and the next ingest
writes it again.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from visavis.graph.connect import Graph, Transaction
from visavis.graph.lock import Hold, announced, bump
from visavis.graph.setup import prepare
from visavis.schema.claims import OUTSIDE, Claim, Origin
from visavis.schema.model import kind_of, model
from visavis.schema.project import JUDGED, Edge, Node, Projection, describe, project
from visavis.schema.text import fold

__all__ = [
    "Document",
    "Stored",
    "Written",
    "all_ids",
    "contained_sources",
    "digest_of",
    "document_claims",
    "documents_of",
    "named_targets",
    "prepare_graph",
    "read_claims",
    "read_state",
    "remove_document",
    "set_same",
    "stored_documents",
    "write_document",
    "write_documents",
    "write_state",
]

BATCH = 5_000  # rows of one statement
FULLTEXT = ("Actor", "Meeting", "Claim", "Source")


@dataclass(slots=True)
class Document:
    """A file and what it asserts: the unit of writing.

    path: relative to the project, with '/'. kind: case, actors, sources, ... digest: of the file.
    claims: what it asserts once withdrawals are taken out; withheld: the sources, coders and
    claims withdrawn from it, by which it is found again when they are given back.
    contained: which source stands in which, withdrawn or not (see Judgements.containing).
    """

    path: str
    kind: str
    digest: str
    claims: list[Claim]
    withheld: list[str] = field(default_factory=list)
    contained: list[tuple[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class Stored:
    """What the database remembers of a document."""

    path: str
    kind: str
    digest: str
    claims: int
    withheld: frozenset[str]


@dataclass(slots=True)
class Written:
    """What writing changed: numbers of claims, nodes and edges."""

    claims_added: int = 0
    claims_removed: int = 0
    claims_changed: int = 0
    nodes_added: int = 0
    nodes_removed: int = 0
    edges_added: int = 0
    edges_removed: int = 0

    def add(self, other: Written) -> None:
        """Count what another document changed."""
        for name in self.__dataclass_fields__:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def __bool__(self) -> bool:
        return any(getattr(self, name) for name in self.__dataclass_fields__)


def prepare_graph(graph: Graph) -> None:
    """Constraints and indexes of the model."""
    prepare(
        graph,
        keys={**dict.fromkeys((*model().labels, "Claim"), "id"), "Document": "path"},
        edge_types=model().edges,
        indexes=[("Claim", "edge"), ("Meeting", "earliest")],
        fulltext=[(label, "search") for label in FULLTEXT],
    )


# -- state ----------------------------------------------------------------------------------------


def read_state(graph: Graph) -> dict[str, Any]:
    """The judgements that the graph was written under: `withdrawn`, what is `fallen` with it, and
    `same`; `joined`, where persons were looked for in several volumes, says in which state."""
    return _parsed(graph.rows(_STATE))


_STATE = "MATCH (v:Visavis {id: 'judgements'}) RETURN v.json AS json"


def _parsed(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    state: dict[str, Any] = json.loads(rows[0]["json"]) if rows else {}
    withdrawn = state.get("withdrawn", [])
    joined = {"joined": state["joined"]} if state.get("joined") else {}
    return {
        "withdrawn": withdrawn,
        "fallen": state.get("fallen", withdrawn),
        "same": state.get("same", {}),
        **joined,
    }


def _save_state(tx: Transaction, state: Mapping[str, Any]) -> None:
    text = json.dumps(state, sort_keys=True)
    tx.run("MERGE (v:Visavis {id: 'judgements'}) SET v.json = $text", {"text": text})


def write_state(graph: Graph, hold: Hold, state: Mapping[str, Any]) -> None:
    """Remember the judgements, once every document is written under them."""

    def work(tx: Transaction) -> None:
        hold.guard(tx)
        _save_state(tx, state)

    graph.in_transaction(work)


_STORED = (
    "RETURN d.path AS path, d.kind AS kind, d.digest AS digest, d.claims AS claims, "
    "d.withheld AS withheld ORDER BY path"
)


def stored_documents(
    graph: Graph, paths: Iterable[str] | None = None, prefixes: Iterable[str] = ()
) -> dict[str, Stored]:
    """The documents in the graph, by path.

    paths, prefixes: only these paths, and those that begin with one of the prefixes.
    """
    if paths is None or "" in (prefixes := list(prefixes)):
        return _stored(graph.read(f"MATCH (d:Document) {_STORED}"))
    found: dict[str, Stored] = {}
    for batch in _batches(sorted(set(paths))):
        query = f"UNWIND $paths AS path MATCH (d:Document {{path: path}}) {_STORED}"
        found |= _stored(graph.read(query, {"paths": batch}))
    for prefix in prefixes:
        query = f"MATCH (d:Document) WHERE d.path >= $first AND d.path < $after {_STORED}"
        found |= _stored(graph.read(query, {"first": prefix, "after": prefix + "\U0010ffff"}))
    return found


def documents_of(graph: Graph, targets: Iterable[str]) -> dict[str, Stored]:
    """The documents that rest on any of `targets` (source/.., coder/.., c-..), or did before these
    were withdrawn from them."""
    wanted = sorted(targets)
    if not wanted:
        return {}
    found = _stored(
        graph.read(
            "MATCH (d:Document) WHERE any(x IN d.cites WHERE x IN $wanted) "
            f"OR any(x IN d.withheld WHERE x IN $wanted) {_STORED}",
            {"wanted": wanted},
        )
    )
    for batch in _batches([target for target in wanted if target.startswith("c-")]):
        query = f"UNWIND $ids AS id MATCH (:Claim {{id: id}})<-[:ASSERTS]-(d:Document) {_STORED}"
        found |= _stored(graph.read(query, {"ids": batch}))
    return found


def _stored(rows: Iterable[Mapping[str, Any]]) -> dict[str, Stored]:
    return {
        row["path"]: Stored(
            row["path"],
            row["kind"],
            row["digest"],
            row["claims"],
            frozenset(row["withheld"] or ()),
        )
        for row in rows
    }


def contained_sources(graph: Graph) -> dict[str, list[tuple[str, str]]]:
    """Which source stands in which, by the document that tells it; withdrawn or not."""
    rows = graph.read(
        "MATCH (d:Document) WHERE d.contained IS NOT NULL "
        "RETURN d.path AS path, d.contained AS told ORDER BY path"
    )
    return {row["path"]: [_pair(text) for text in row["told"]] for row in rows}


def _pair(text: str) -> tuple[str, str]:
    part, _, whole = text.partition(" ")
    return part, whole


def named_targets(graph: Graph, targets: Iterable[str]) -> set[str]:
    """Of what judgements name (actor/.., source/.., coder/.., c-..), what anything else names."""
    wanted = set(targets)
    found: set[str] = set()
    judged = ", ".join(f"'{model().predicates[name].edge}'" for name in JUDGED)
    by_label: dict[str, list[str]] = defaultdict(list)
    for node in sorted(t for t in wanted if t.startswith(("actor/", "source/"))):
        by_label[kind_of(node)].append(node)
    queries = [
        (
            f"UNWIND $ids AS id MATCH (n:{label} {{id: id}}) WHERE n.claims IS NOT NULL "
            f"OR EXISTS {{ MATCH (n)-[r]-() WHERE NOT type(r) IN [{judged}, 'ABOUT'] }} RETURN id",
            nodes,
        )
        for label, nodes in by_label.items()
    ]
    queries += [
        (
            "UNWIND $ids AS id MATCH (c:Claim {id: id}) RETURN id",
            sorted(t for t in wanted if t.startswith("c-")),
        )
    ]
    for query, ids in queries:
        for batch in _batches(ids):
            found |= {row["id"] for row in graph.read(query, {"ids": batch})}
    # What was withdrawn, or is judged to be another, stands in the records of documents and claims.
    if rest := sorted(wanted - found):
        rows = graph.read(
            "MATCH (d:Document) UNWIND d.cites + d.withheld AS id "
            "WITH DISTINCT id WHERE id IN $ids RETURN id",
            {"ids": rest},
        )
        found |= {row["id"] for row in rows}
    if rest := sorted(t for t in wanted - found if t.startswith(("actor/", "source/"))):
        rows = graph.read(
            "MATCH (c:Claim) WHERE (c.subject IN $ids OR c.object IN $ids) "
            "AND NOT c.predicate IN $judged RETURN DISTINCT c.subject AS a, c.object AS b",
            {"ids": rest, "judged": list(JUDGED)},
        )
        found |= {end for row in rows for end in (row["a"], row["b"])} & wanted
    return found


def all_ids(graph: Graph, label: str) -> list[str]:
    """The identifiers of every node of a label, sorted."""
    if label not in model().labels:
        raise ValueError(label)
    rows = graph.read(f"MATCH (n:{label}) RETURN n.id AS id ORDER BY id")
    return [row["id"] for row in rows]


def read_claims(graph: Graph) -> Iterator[Claim]:
    """Every claim in the graph, in order of id, each once, with its first origin."""
    rows = graph.read(
        "MATCH (d:Document)-[a:ASSERTS]->(c:Claim) "
        "RETURN c.id AS id, c.json AS json, d.path AS path, a.line AS line ORDER BY id, path, line"
    )
    last = ""
    for row in rows:
        if row["id"] != last:
            last = row["id"]
            line = json.loads(row["json"])
            line["origin"] = {"file": row["path"], "line": row["line"]}
            yield Claim.from_dict(line)


def document_claims(graph: Graph, path: str) -> list[Claim]:
    """What one document asserts, as it asserts it, in order of lines."""
    rows = graph.read(
        "MATCH (d:Document {path: $path})-[a:ASSERTS]->(c:Claim) "
        "RETURN c.id AS id, c.json AS json, a.line AS line, a.payload AS payload ORDER BY line, id",
        {"path": path},
    )
    return [
        replace(
            _with_payload(json.loads(row["json"]), row["payload"] or ""),
            origin=Origin(path, row["line"]),
        )
        for row in rows
    ]


# -- writing --------------------------------------------------------------------------------------


def write_document(graph: Graph, hold: Hold, document: Document) -> Written:
    """Make the graph assert what `document` says, and no longer what it said before."""
    return write_documents(graph, hold, [document])


def write_documents(graph: Graph, hold: Hold, documents: Iterable[Document]) -> Written:
    """The same for several documents in one transaction: all of them are written, or none."""
    changes = {document.path: document for document in documents}
    return announced(graph, hold, lambda tx: _write(tx, hold, changes))


def remove_document(graph: Graph, hold: Hold, path: str) -> Written:
    """Take out what the document asserted, and what rested on it alone."""
    return announced(graph, hold, lambda tx: _write(tx, hold, {path: None}))


def set_same(graph: Graph, hold: Hold, same: Mapping[str, str]) -> Written:
    """Redraw the edges and citations of every actor and source whose judged identity changed to
    what `same` says."""

    def work(tx: Transaction) -> Written:
        hold.guard(tx)
        state = _state(tx)
        was = state["same"]
        changed = {key for key in {*was, *same} if was.get(key) != same.get(key)}
        if not changed:
            return Written()
        written = Written()
        now = _group_claims(tx, _touching(tx, changed, was, same))
        claims = {i: c for group in now.values() for i, c in group.items()}
        old, new = project(claims.values(), was), project(claims.values(), same)
        _write_projection(tx, old, new, claims, written)
        moved = [
            {"id": claim, "edge": edge}
            for claim, edge in new.edge_of.items()
            if old.edge_of.get(claim) != edge
        ]
        for rows_ in _batches(moved):
            tx.run(
                "UNWIND $rows AS row MATCH (c:Claim {id: row.id}) SET c.edge = row.edge",
                {"rows": rows_},
            )
        _redirect(tx, changed, was, same)
        _remove_lonely(tx, old, new, set(), written)
        _save_state(tx, {**state, "same": dict(same)})
        bump(tx)
        hold.guard(tx)  # once more: whoever slept since the first look must not commit
        return written

    return announced(graph, hold, work)


def _touching(
    tx: Transaction, changed: Iterable[str], was: Mapping[str, str], same: Mapping[str, str]
) -> set[str]:
    """What the edges tell about that end, or shall end, at one of those whose identity changed."""
    ids = {end for key in changed for end in (key, was.get(key, key), same.get(key, key))}
    by_label: dict[str, list[str]] = defaultdict(list)
    for node in sorted(ids):
        by_label[kind_of(node)].append(node)
    abouts: set[str] = set()
    for label, nodes in by_label.items():
        # Only edges that claims project: the citations of a work may be many, and are moved apart.
        kinds = "|".join(
            sorted(
                {p.edge for p in model().predicates.values() if label in (*p.subject, *p.object)}
                - {""}
            )
        )
        for batch in _batches(nodes, 500):
            rows = tx.run(
                f"UNWIND $ids AS id MATCH (n:{label} {{id: id}})-[r:{kinds}]-() "
                "RETURN DISTINCT r.about AS about",
                {"ids": batch},
            )
            abouts |= {row["about"] for row in rows}
    return abouts


def _redirect(
    tx: Transaction, changed: Iterable[str], was: Mapping[str, str], same: Mapping[str, str]
) -> None:
    """Let the citations of sources whose judged identity changed end where they now should.

    An edge that ends at another source than the claim cites says so (`coded`).
    """
    for source in sorted(key for key in changed if key.startswith("source/")):
        old, new = was.get(source, source), same.get(source, source)
        rows = tx.run(
            "MATCH (:Source {id: $old})<-[r:CITES]-(c:Claim) "
            "WHERE coalesce(r.coded, $old) = $source RETURN c.id AS c, properties(r) AS p",
            {"old": old, "source": source},
        )
        for row in rows:
            row["p"].pop("coded", None)
            if new != source:
                row["p"]["coded"] = source
        if rows and not tx.run("MATCH (n:Source {id: $id}) RETURN n.id AS id", {"id": new}):
            tx.run("CREATE (n:Source {id: $id})", {"id": new})
        for ids in _batches(sorted({row["c"] for row in rows})):
            tx.run(
                "UNWIND $ids AS id MATCH (:Claim {id: id})-[r:CITES]->(s:Source) "
                "WHERE s.id = $old AND coalesce(r.coded, $old) = $source DELETE r",
                {"ids": ids, "old": old, "source": source},
            )
        for batch in _batches(rows):
            tx.run(
                "MATCH (s:Source {id: $new}) UNWIND $rows AS row MATCH (c:Claim {id: row.c}) "
                "CREATE (c)-[r:CITES]->(s) SET r = row.p",
                {"rows": [dict(row) for row in batch], "new": new},
            )
        tx.run("MATCH (n:Source {id: $id}) WHERE NOT (n)--() DELETE n", {"id": old})


def _state(tx: Transaction) -> dict[str, Any]:
    return _parsed(tx.run(_STATE))


@dataclass(slots=True)
class _Assertion:
    """A claim as one document asserts it: the statement, what stands outside its hash, the line."""

    claim: Claim
    payload: str
    line: int


def _with_payload(base: dict[str, Any], payload: str) -> Claim:
    kept = {name: value for name, value in base.items() if name not in OUTSIDE}
    if "key" in base:
        kept = {}  # the payload is all of it
    return Claim.from_dict({**kept, **(json.loads(payload) if payload else {})})


def _write(tx: Transaction, hold: Hold, changes: Mapping[str, Document | None]) -> Written:
    """Make the graph assert what each document says now; None: nothing any more.

    What a claim becomes depends on all who assert it, so that documents written together and one
    after another end the same.
    """
    hold.guard(tx)
    written = Written()
    was: dict[str, dict[str, Mapping[str, Any]]] = {path: {} for path in changes}
    for paths in _batches(list(changes), 500):
        for row in tx.run(
            "UNWIND $paths AS path MATCH (d:Document {path: path})-[a:ASSERTS]->(c:Claim) "
            "RETURN d.path AS path, c.id AS id, c.json AS json, a.line AS line, "
            "a.payload AS payload",
            {"paths": paths},
        ):
            was[row["path"]][row["id"]] = row
    now = {path: _assertions(document) for path, document in changes.items()}
    told: dict[str, list[_Assertion]] = defaultdict(list)
    first: dict[str, str] = {}  # the document with which a new claim is created
    for path, assertions in now.items():
        for claim_id, assertion in assertions.items():
            told[claim_id].append(assertion)
            first.setdefault(claim_id, path)
    gone = [(p, i) for p, rows in was.items() for i in rows if i not in now[p]]
    fresh = [(p, i) for p, rows in now.items() for i in rows if i not in was[p]]
    both = [(p, i, was[p][i], a) for p, rows in now.items() for i, a in rows.items() if i in was[p]]
    reworded = [(p, i) for p, i, row, a in both if a.payload != (row["payload"] or "")]
    moved = [(p, i) for p, i, row, a in both if a.line != row["line"]]

    # What other documents assert of the same claims: the least payload counts, whoever gives it.
    others: dict[str, list[str]] = defaultdict(list)
    stands: dict[str, dict[str, Any]] = {}
    touched = list(dict.fromkeys(i for _, i in (*gone, *fresh, *reworded)))
    for ids in _batches(touched):
        for row in tx.run(
            "UNWIND $ids AS id MATCH (c:Claim {id: id})<-[a:ASSERTS]-(d:Document) "
            "RETURN c.id AS id, c.json AS json, d.path AS path, a.payload AS payload",
            {"ids": ids},
        ):
            stands[row["id"]] = json.loads(row["json"])
            if row["path"] not in changes:
                others[row["id"]].append(row["payload"] or "")
    removed = {i for _, i in gone if not others[i] and i not in told}
    after: dict[str, Claim] = {}  # claims that are new or read differently now
    for claim_id in touched:
        if claim_id in removed:
            continue
        if claim_id not in stands:  # nobody else asserts it: it is as told here
            after[claim_id] = min(told[claim_id], key=lambda a: a.payload).claim
            continue
        payloads = others[claim_id] + [assertion.payload for assertion in told[claim_id]]
        claim = _with_payload(stands[claim_id], min(payloads))
        if _line(claim) != stands[claim_id]:
            after[claim_id] = claim

    # The claims of every encounter that is touched, as they were and as they will be.
    abouts = {c.about or c.subject for c in after.values()}
    lines = {i: row["json"] for rows in was.values() for i, row in rows.items()}
    abouts |= {_about(json.loads(lines[i])) for i in removed}
    abouts |= {_about(stands[i]) for i in after if i in stands}
    before = _group_claims(tx, abouts)
    then: dict[str, Claim] = {}
    for group in before.values():
        then.update(group)
    will = {i: c for i, c in then.items() if i not in removed} | after
    same = _state(tx)["same"]
    old, new = project(then.values(), same), project(will.values(), same)

    _write_projection(tx, old, new, will, written)
    _record(tx, [(document, now[path]) for path, document in changes.items() if document])
    _write_claims(tx, first, now, removed, after, set(stands), new, same, written)
    # A claim that stands may project to another edge only by a judgement, which set_same handles.
    # Claims that are new were created with the assertion of the first who tells them.
    known = [(p, i) for p, i in fresh if i in stands or first[i] != p]
    _assert(tx, changes, now, gone, [*known, *moved, *reworded])
    _remove_lonely(tx, old, new, removed, written)
    bump(tx)
    hold.guard(tx)  # once more: whoever slept since the first look must not commit
    return written


def _assertions(document: Document | None) -> dict[str, _Assertion]:
    """What a document asserts, by claim."""
    now: dict[str, _Assertion] = {}
    for claim in document.claims if document else ():
        if not claim.citations:
            path = document.path if document else ""
            raise ValueError(
                f"the claim {claim.id} of {path} cites nothing; nothing uncited enters"
            )
        # Told twice in one file: the least payload counts, as between files, and the first line.
        told = _Assertion(claim, claim.payload, claim.origin.line)
        first = now.setdefault(claim.id, told)
        if told.payload < first.payload:
            now[claim.id] = told
        now[claim.id].line = min(told.line, first.line)
    return now


def _line(claim: Claim) -> dict[str, Any]:
    line = claim.to_dict()
    line.pop("origin", None)
    return line


def _about(line: Mapping[str, Any]) -> str:
    return str(line.get("about") or line["subject"])


def _group_claims(tx: Transaction, abouts: Iterable[str]) -> dict[str, dict[str, Claim]]:
    """The claims in the database about each node, by id."""
    found: dict[str, dict[str, Claim]] = {}
    by_label: dict[str, list[str]] = defaultdict(list)
    for about in sorted(abouts):
        by_label[kind_of(about)].append(about)
    for label, ids in by_label.items():
        for batch in _batches(ids, 500):
            for row in tx.run(
                f"UNWIND $ids AS id MATCH (n:{label} {{id: id}})<-[:ABOUT]-(c:Claim) "
                "RETURN n.id AS about, c.id AS id, c.json AS json",
                {"ids": batch},
            ):
                group = found.setdefault(row["about"], {})
                group[row["id"]] = Claim.from_dict(json.loads(row["json"]))
    return found


# -- nodes and edges ------------------------------------------------------------------------------


def _write_projection(
    tx: Transaction,
    old: Projection,
    new: Projection,
    claims: Mapping[str, Claim],
    written: Written,
) -> None:
    """Write the difference of two projections. claims: those of which `new` is made."""
    edges_gone: dict[str, list[str]] = defaultdict(list)
    edges_new: dict[tuple[str, str, str], list[Edge]] = defaultdict(list)
    for edge_id, edge in old.edges.items():
        after = new.edges.get(edge_id)
        if after is None or after.properties != edge.properties:
            edges_gone[edge.type].append(edge_id)
    for edge_id, edge in new.edges.items():
        before = old.edges.get(edge_id)
        if before is None or before.properties != edge.properties:
            edges_new[edge.type, kind_of(edge.start), kind_of(edge.end)].append(edge)
    for kind, ids in edges_gone.items():
        for batch in _batches(ids, 1_000):
            tx.run(f"MATCH ()-[r:{kind}]->() WHERE r.id IN $ids DELETE r", {"ids": batch})
    _write_nodes(tx, old, new, claims, written)
    for (kind, start, end), edges in edges_new.items():
        for rows in _batches(edges):
            tx.run(
                f"UNWIND $rows AS row MATCH (a:{start} {{id: row.a}}) "
                f"MATCH (b:{end} {{id: row.b}}) "
                f"CREATE (a)-[r:{kind}]->(b) SET r = row.p",
                {"rows": [{"a": e.start, "b": e.end, "p": e.properties} for e in rows]},
            )
    written.edges_removed += sum(1 for edge_id in old.edges if edge_id not in new.edges)
    written.edges_added += sum(1 for edge_id in new.edges if edge_id not in old.edges)


def _write_nodes(
    tx: Transaction,
    old: Projection,
    new: Projection,
    claims: Mapping[str, Claim],
    written: Written,
) -> None:
    """Create the nodes that are missing; set the properties of those whose own claims changed."""
    by_label: dict[str, list[Node]] = defaultdict(list)
    for node in new.nodes.values():
        before = old.nodes.get(node.id)
        if before is None or before.properties != node.properties:
            by_label[node.label].append(node)
    for node in old.nodes.values():
        if node.id not in new.nodes and len(node.properties) > 1:  # falls back to a bare mention
            by_label[node.label].append(Node(node.id, node.label, {"id": node.id}))
    for label, nodes in sorted(by_label.items()):
        for batch in _batches(nodes):
            there = {
                row["id"]: row["claims"] or ()
                for row in tx.run(
                    f"UNWIND $ids AS id MATCH (n:{label} {{id: id}}) "
                    "RETURN n.id AS id, n.claims AS claims",
                    {"ids": [node.id for node in batch]},
                )
            }
            batch = _with_others(tx, batch, there, old, claims)
            create = [n.properties for n in batch if n.id not in there and n.id in new.nodes]
            # A bare mention says nothing of a node that others describe.
            change = [
                n.properties
                for n in batch
                if n.id in there and (len(n.properties) > 1 or len(_of(old, n.id)) > 1)
            ]
            if create:
                tx.run(f"UNWIND $rows AS row CREATE (n:{label}) SET n = row", {"rows": create})
            if change:
                tx.run(
                    f"UNWIND $rows AS row MATCH (n:{label} {{id: row.id}}) SET n = row",
                    {"rows": change},
                )
            written.nodes_added += len(create)


def _with_others(
    tx: Transaction,
    nodes: Sequence[Node],
    there: Mapping[str, Sequence[str]],
    old: Projection,
    claims: Mapping[str, Claim],
) -> list[Node]:
    """The nodes, each also with what claims about something else tell of it: two coders may
    disagree whether an act belongs to an encounter."""
    others: dict[str, list[str]] = {}
    for node in nodes:
        was = _of(old, node.id).get("claims", ())
        told = was or "claims" in node.properties  # else it is but mentioned here
        others[node.id] = sorted(set(there.get(node.id, ())).difference(was)) if told else []
    found: dict[str, Claim] = {}
    for ids in _batches(sorted({i for more in others.values() for i in more})):
        for row in tx.run(
            "UNWIND $ids AS id MATCH (c:Claim {id: id}) RETURN c.id AS id, c.json AS json",
            {"ids": ids},
        ):
            found[row["id"]] = Claim.from_dict(json.loads(row["json"]))
    made = []
    for node in nodes:
        own = [claims[i] for i in node.properties.get("claims", ())]
        whole = describe(node.id, own + [found[i] for i in others[node.id] if i in found])
        made.append(whole if others[node.id] and whole else node)
    return made


def _of(projection: Projection, node_id: str) -> Mapping[str, Any]:
    node = projection.nodes.get(node_id)
    return node.properties if node else {}


def _remove_lonely(
    tx: Transaction, old: Projection, new: Projection, removed: Iterable[str], written: Written
) -> None:
    """Remove the nodes that nothing tells of any more."""
    by_label: dict[str, list[str]] = defaultdict(list)
    for node in old.nodes.values():
        if node.id not in new.nodes:
            by_label[node.label].append(node.id)
    for label, ids in sorted(by_label.items()):
        for batch in _batches(ids):
            rows = tx.run(
                f"UNWIND $ids AS id MATCH (n:{label} {{id: id}}) WHERE NOT (n)--() "
                "WITH n, n.id AS id DELETE n RETURN id",
                {"ids": batch},
            )
            written.nodes_removed += len(rows)


# -- claims ---------------------------------------------------------------------------------------


_compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _claim_row(claim_id: str, claim: Claim, edge: str) -> dict[str, Any]:
    line = _line(claim)
    words = [claim.value if claim.predicate != "described_as" else "", claim.as_told, claim.memo]
    words += [str(v) for v in claim.qualifiers.values() if isinstance(v, str) and "/" not in v]
    words += [c.quote for c in claim.citations]
    row = {
        "id": claim_id,
        "subject": claim.subject,
        "predicate": claim.predicate,
        "object": claim.object,
        "value": claim.value,
        "about": claim.about or claim.subject,
        "edge": edge,
        "date": claim.date,
        "basis": claim.basis,
        "coder": claim.coder,
        "confidence": claim.confidence,
        "status": claim.status,
        "said_by": claim.said_by,
        "read_by": claim.read_by,
        "as_told": claim.as_told,
        "memo": claim.memo,
        "search": fold(" ".join(word for word in words if word)),
        "json": _compact(line),
    }
    return {name: value for name, value in row.items() if value != ""}


def _write_claims(
    tx: Transaction,
    first: Mapping[str, str],
    now: Mapping[str, Mapping[str, _Assertion]],
    removed: Iterable[str],
    after: Mapping[str, Claim],
    there: set[str],
    new: Projection,
    same: Mapping[str, str],
    written: Written,
) -> None:
    removed = list(removed)
    for ids in _batches(removed):
        tx.run("UNWIND $ids AS id MATCH (c:Claim {id: id}) DETACH DELETE c", {"ids": ids})
    rows = {i: _claim_row(i, claim, new.edge_of.get(i, "")) for i, claim in after.items()}
    change = [row for i, row in rows.items() if i in there]
    for batch in _batches(change):
        tx.run("UNWIND $rows AS row MATCH (c:Claim {id: row.id}) SET c = row", {"rows": batch})
    fresh = {i: claim for i, claim in after.items() if i not in there}
    _create_claims(tx, first, fresh, rows, now, same)
    # What a claim is about and what it cites are part of its identity, unless that is a key.
    keyed = [i for i, claim in after.items() if i in there and claim.key]
    for ids in _batches(keyed):
        tx.run(
            "UNWIND $ids AS id MATCH (c:Claim {id: id})-[r:ABOUT|CITES]->() DELETE r", {"ids": ids}
        )
    abouts: dict[str, list[dict[str, str]]] = defaultdict(list)
    cites: list[dict[str, Any]] = []
    for claim_id, claim in after.items():
        if claim_id not in there:
            cites += _cites(claim_id, claim, same)[1:]  # it was created with the first
        elif claim.key:
            about = claim.about or claim.subject
            abouts[kind_of(about)].append({"c": claim_id, "n": about})
            cites += _cites(claim_id, claim, same)
    for label, pairs in sorted(abouts.items()):
        for pair_rows in _batches(pairs):
            tx.run(
                "UNWIND $rows AS row MATCH (c:Claim {id: row.c}) "
                f"MATCH (n:{label} {{id: row.n}}) CREATE (c)-[:ABOUT]->(n)",
                {"rows": pair_rows},
            )
    for cite_rows in _batches(cites):
        tx.run(
            "UNWIND $rows AS row MATCH (c:Claim {id: row.c}) MATCH (s:Source {id: row.s}) "
            "CREATE (c)-[r:CITES]->(s) SET r = row.p",
            {"rows": cite_rows},
        )
    written.claims_removed += len(removed)
    written.claims_added += len(fresh)
    written.claims_changed += len(change)


# What a claim and its first edges carry, in this order, where they are created. Rows are lists and
# properties stand in the pattern: half of what maps with `SET` would cost driver and server.
_TOLD = (
    "id", "subject", "predicate", "object", "value", "about", "edge", "date", "basis", "coder",
    "confidence", "status", "said_by", "read_by", "as_told", "memo", "search", "json",
)  # fmt: skip
_CITED = ("locator", "relation", "opened", "order", "quote", "coded")
_ASSERTED = ("line", "payload")


def _pattern(names: Sequence[str], first: int) -> str:
    """Properties of a pattern, taken from `row[first]` and what follows; a null is none."""
    return "{" + ", ".join(f"{name}: row[{n}]" for n, name in enumerate(names, first)) + "}"


_CREATE_CLAIM = (
    f"CREATE (c:Claim {_pattern(_TOLD, 3)}) CREATE (c)-[:ABOUT]->(n) "
    f"CREATE (c)-[:CITES {_pattern(_CITED, 3 + len(_TOLD))}]->(s) "
    f"CREATE (d)-[:ASSERTS {_pattern(_ASSERTED, 3 + len(_TOLD) + len(_CITED))}]->(c)"
)


def _create_claims(
    tx: Transaction,
    first: Mapping[str, str],
    fresh: Mapping[str, Claim],
    rows: Mapping[str, Mapping[str, Any]],
    now: Mapping[str, Mapping[str, _Assertion]],
    same: Mapping[str, str],
) -> None:
    """Claims that nobody asserted before, each with what it is about, what it cites first, and the
    document: in one statement, so that none of them has to be looked up again."""
    by_label: dict[str, list[list[Any]]] = defaultdict(list)
    for claim_id, claim in fresh.items():
        about = claim.about or claim.subject
        cite = _cites(claim_id, claim, same)[0]
        path = first[claim_id]
        assertion = now[path][claim_id]
        row = [path, about, cite["s"]]
        row += map(rows[claim_id].get, _TOLD)
        row += map(cite["p"].get, _CITED)
        row += (assertion.line, assertion.payload)
        by_label[kind_of(about)].append(row)
    for label, made in sorted(by_label.items()):
        for batch in _batches(made):
            tx.run(
                "UNWIND $rows AS row MATCH (d:Document {path: row[0]}) "
                f"MATCH (n:{label} {{id: row[1]}}) MATCH (s:Source {{id: row[2]}}) {_CREATE_CLAIM}",
                {"rows": batch},
            )


def _cites(claim_id: str, claim: Claim, same: Mapping[str, str]) -> list[dict[str, Any]]:
    """The edges to the sources of a claim: to the work that was opened, and to the one it names.

    One that is judged to be another work ends there, and says which was coded."""
    made: list[dict[str, Any]] = []
    for order, citation in enumerate(claim.citations):
        places = [(citation.source, citation.locator, True)]
        if citation.via:
            places.append((citation.via, citation.via_locator, False))
        for source, locator, opened in places:
            told = {
                "locator": locator,
                "relation": citation.relation,
                "opened": opened,
                "order": order,
            }
            if citation.quote and opened:
                told["quote"] = citation.quote
            if source in same:
                told["coded"] = source
            made.append({"c": claim_id, "s": same.get(source, source), "p": told})
    return made


def _record(
    tx: Transaction, documents: Iterable[tuple[Document, Mapping[str, _Assertion]]]
) -> None:
    """What the database remembers of documents."""
    rows: list[dict[str, Any]] = []
    for document, now in documents:
        cites = {c.source for a in now.values() for c in a.claim.citations}
        cites |= {c.via for a in now.values() for c in a.claim.citations if c.via}
        cites |= {f"coder/{a.claim.coder}" for a in now.values() if a.claim.coder}
        row = {
            "path": document.path,
            "kind": document.kind,
            "digest": document.digest,
            "claims": len(now),
            "cites": sorted(cites),
            "withheld": sorted(document.withheld),
        }
        if document.contained:
            row["contained"] = [f"{part} {whole}" for part, whole in sorted(document.contained)]
        rows.append(row)
    for batch in _batches(rows):
        tx.run(
            "UNWIND $rows AS row MERGE (d:Document {path: row.path}) SET d = row", {"rows": batch}
        )


def _assert(
    tx: Transaction,
    changes: Mapping[str, Document | None],
    now: Mapping[str, Mapping[str, _Assertion]],
    gone: Iterable[tuple[str, str]],
    again: Iterable[tuple[str, str]],
) -> None:
    """Which claims the documents assert, on which line: `gone` no more, `again` anew."""
    left = [path for path, document in changes.items() if document is None]
    if left:
        tx.run(
            "UNWIND $paths AS path MATCH (d:Document {path: path}) DETACH DELETE d",
            {"paths": left},
        )
    again = list(dict.fromkeys(again))
    ended = [{"d": p, "c": i} for p, i in (*gone, *again) if changes[p] is not None]
    for batch in _batches(ended):
        # Those that were removed with their claims are not found here any more.
        tx.run(
            "UNWIND $rows AS row MATCH (c:Claim {id: row.c})<-[a:ASSERTS]-(d:Document) "
            "WHERE d.path = row.d DELETE a",
            {"rows": batch},
        )
    rows = [
        {"d": p, "c": i, "p": {"line": now[p][i].line, "payload": now[p][i].payload}}
        for p, i in again
    ]
    for batch in _batches(rows):
        tx.run(
            "UNWIND $rows AS row MATCH (d:Document {path: row.d}) MATCH (c:Claim {id: row.c}) "
            "CREATE (d)-[a:ASSERTS]->(c) SET a = row.p",
            {"rows": batch},
        )


def _batches(items: Sequence[Any], size: int = BATCH) -> Iterator[Any]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def digest_of(parts: Iterable[bytes]) -> str:
    """A digest of a file and of all else that its reading depends on."""
    made = hashlib.sha256()
    for part in parts:
        made.update(len(part).to_bytes(8, "big"))
        made.update(part)
    return made.hexdigest()
