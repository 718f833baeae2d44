"""How well and how fast archives are read: `python benchmarks/archives.py FOLDER [--json FILE]`.

FOLDER holds the FRUS volumes. Quality is measured by kind of error against four golds: frus.yaml
(the reader was developed on its documents), frus-holdout.yaml (drawn at random from the same
volumes), frus-forms.yaml (headings of other volumes) and frus-unseen.yaml (documents of many
more). Speed is the reader beside a bare lxml parse of the same files, with the peak of memory; with
--write the way into a database beside plain driver writes.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import re
import resource
import shutil
import statistics
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from lxml import etree

from visavis.ingest.frus import read_volume
from visavis.ingest.frus_joins import cards, certain_joins, suggestions
from visavis.schema.text import fold

GOLD = Path(__file__).parent.parent / "tests" / "gold" / "frus.yaml"


@dataclass
class Scores:
    """Counts of one measurement, and each error in words."""

    right: int = 0
    missed: int = 0
    false: int = 0
    sides: Counter[str] = field(default_factory=Counter)
    roles: Counter[str] = field(default_factory=Counter)
    partial: Counter[str] = field(default_factory=Counter)
    dates: Counter[str] = field(default_factory=Counter)
    letters: Counter[str] = field(default_factory=Counter)
    errors: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + self.false)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.right + self.missed)

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def _side(self) -> dict[str, Any]:
        """Recall (`accuracy`): of the sides that the document tells, those read. Precision: of the
        sides read, those that are right, be they told or only known (`~` in the gold)."""
        told = self.sides["right"] + self.sides["missing"] + self.sides["wrong"]
        good = self.sides["right"] + self.sides["beyond"]
        given = good + self.sides["wrong"] + self.sides["false"]
        return {"accuracy": round(self.sides["right"] / max(1, told), 4), "n": told,
                "precision": round(good / max(1, given), 4), "given": given}  # fmt: skip

    def wrong(self, kind: str, where: str, what: str) -> None:
        self.errors.append((kind, where, what))

    def as_dict(self) -> dict[str, Any]:
        """The figures as plain data."""

        def share(counts: Counter[str]) -> float:
            return round(counts["right"] / max(1, sum(counts.values())), 4)

        return {
            "participants": {"precision": round(self.precision, 4), "recall": round(self.recall, 4),
                             "f1": round(self.f1, 4), "n": self.right + self.missed},
            "side": self._side(),
            "role": {"accuracy": share(self.roles), "n": sum(self.roles.values())},
            "partial": {"accuracy": share(self.partial), "n": sum(self.partial.values())},
            "date": {"accuracy": share(self.dates), "n": sum(self.dates.values())},
            "letters": {"accuracy": share(self.letters), "n": sum(self.letters.values())},
            "errors": [{"kind": k, "document": w, "what": t} for k, w, t in self.errors],
        }  # fmt: skip


def _flat(text: str) -> str:
    text = text.replace("'", "").replace("’", "").replace("ʼ", "")
    return re.sub(r"[^a-z0-9]", "", fold(text))


def _edtf(when: str, lasting: bool) -> str:
    """The gold's short form as the reader writes it."""
    if not when:
        return ""
    if "T" in when:  # written out, where the short form does not do
        return when
    if ".." in when:
        return when.replace("..", "/")
    day, _, hours = when.partition(" ")
    begin, _, end = hours.partition("-")
    if end:
        return f"{day}T{begin}/{day}T{end}"
    if begin:
        return f"{day}T{begin}/{day}" if lasting else f"{day}T{begin}"
    return day


def compare(gold: dict[str, Any], folder: Path) -> Scores:
    """Measure the reader against the gold, for the volumes that are in `folder`."""
    scores = Scores()
    for volume, papers in gold.items():
        path = folder / f"{volume}.xml"
        if not path.is_file():
            continue
        readings = {r.name.partition("#")[2]: r for r in read_volume(path, path.name)}
        names = {
            c.subject: c.value for r in readings.values() for c in r.claims
            if c.predicate == "named" and c.subject.startswith("actor/")
        }  # fmt: skip
        for paper, told in papers.items():
            _document(scores, volume, paper, told, readings[paper].claims, names)
    return scores


def _means(gold: str, actor: str, volume: str, names: dict[str, str]) -> bool:
    for one in gold.split("|"):
        if actor in (f"actor/{volume}-p-{one}", f"actor/{one}"):
            return True
        if _flat(names.get(actor, "")) == _flat(one) and f"{volume}-p-" not in actor:
            return True
        if " " in one and _flat(names.get(actor, "")) == _flat(one):
            return True
    return False


def _verdict(gold: str, read: str) -> str:
    """What a side read is worth: `~us` in the gold is true, and nothing printed there tells it."""
    same = read == f"actor/{gold.lstrip('~')}"
    if gold.startswith("~"):
        return "beyond" if same else "false" if read else "unknown"
    return "right" if same else "wrong" if read else "missing"


def _document(
    scores: Scores,
    volume: str,
    paper: str,
    told: dict[str, Any],
    claims: Any,
    names: dict[str, str],
) -> None:
    where = f"{volume} {paper}"
    present = {c.subject: c for c in claims if c.predicate == "took_part"}
    sides = {c.subject: str(c.qualifiers.get("side", "")) for c in present.values()}
    left = dict(present)
    for entry in told.get("who", ()):
        person, side, role = (*str(entry).split("/"), "", "")[:3]
        found = next((a for a in left if _means(person, a, volume, names)), None)
        if found is None:
            scores.missed += 1
            scores.wrong("missed", where, person)
            continue
        scores.right += 1
        claim = left.pop(found)
        if side not in ("", "-"):
            scores.sides[_verdict(side, sides[found])] += 1
            if sides[found] != f"actor/{side.lstrip('~')}" and (sides[found] or "~" not in side):
                scores.wrong("side", where, f"{person}: {sides[found] or 'none'} for {side}")
        roles = set(claim.qualifiers.get("roles", ())) - {"principal"}
        same = roles == ({role} if role else set())
        scores.roles["right" if same else "wrong"] += 1
        if not same:
            scores.wrong("role", where, f"{person}: {sorted(roles) or 'none'} for {role or 'none'}")
        if "partial" in told:
            same = bool(claim.qualifiers.get("partial")) == (person in told["partial"])
            scores.partial["right" if same else "wrong"] += 1
            if not same:
                scores.wrong("partial", where, person)
    for actor in left:
        scores.false += 1
        scores.wrong("false", where, f"{names.get(actor, actor)} ({present[actor].as_told})")
    for part, key in (("initiator", "from"), ("recipient", "to")):
        if key in told:
            ends = [c.subject for c in claims if c.predicate == "performed"
                    and c.qualifiers.get("part") == part]  # fmt: skip
            same = len(ends) == len(told[key]) and all(
                any(_means(gold, actor, volume, names) for actor in ends) for gold in told[key]
            )
            scores.letters["right" if same else "wrong"] += 1
            if not same:
                scores.wrong("letter", where, f"{key}: {ends} for {told[key]}")
    if told.get("list") is False or "when" not in told:
        return
    dated = sorted(
        (
            c
            for c in claims
            if c.predicate == "dated" and c.subject.startswith("meeting/" if "who" in told else "")
        ),
        key=lambda c: c.confidence == "medium",
    )
    wanted = _edtf(str(told["when"]), lasting="who" in told)
    same = (dated[0].value if dated else "") == wanted
    scores.dates["right" if same else "wrong"] += 1
    if not same:
        scores.wrong("date", where, f"{dated[0].value if dated else 'none'} for {wanted or 'none'}")


def speed(paths: list[Path]) -> dict[str, Any]:
    """Seconds for a bare parse and for the reader, counts, and the peak of memory in MB."""
    began = time.perf_counter()
    for path in paths:
        etree.parse(str(path))
    bare = time.perf_counter() - began
    kinds: Counter[str] = Counter()
    faults: Counter[str] = Counter()
    claims = 0
    readings = []
    began = time.perf_counter()
    for path in paths:
        for reading in read_volume(path, path.name):
            kinds[reading.kind] += 1
            claims += len(reading.claims)
            faults.update(fault.code for fault in reading.faults)
            readings.append(reading)
    taken = time.perf_counter() - began
    persons = cards(readings)
    joins = certain_joins(persons)
    return {
        "files": len(paths), "megabytes": round(sum(p.stat().st_size for p in paths) / 1e6, 1),
        "bare_parse_seconds": round(bare, 2), "read_seconds": round(taken, 2),
        "claims": claims, "readings": dict(kinds), "warnings": dict(faults),
        "persons": len(persons), "joins": len(joins),
        "suggestions": dict(Counter(s.score for s in suggestions(persons, joins))),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }  # fmt: skip


def writing(paths: list[Path], scratch: Path, rounds: int) -> dict[str, Any]:
    """Volumes to graph, beside a bare parse with plain driver writes of the same rows.

    Each on a fresh local server with the same settings; before the clock starts each has written
    the vocabulary in its own way, so that its Java machine has met the statements. The rows are
    read out of the graph that `ingest` made, volume by volume. Plain: lxml parses the files, and
    the driver creates these rows by `UNWIND` and nothing else, in batches of our size, one
    transaction a volume, with our constraints and indexes; afterwards the two graphs must be equal.
    Bare: the same without documents, without which claim is about what and asserted where, and
    with unique constraints alone. In seconds by the clock and of the processor, the median of so
    many rounds; memory is the most that client and server held, in MB.
    """
    import run as house  # benchmarks/run.py

    from visavis.ingest.run import ingest

    groups: list[tuple[Nodes, Edges]] = []
    taken: dict[str, list[dict[str, float]]] = {"ingest": [], "plain": [], "bare": []}
    result: dict[str, Any] = {}
    for _ in range(rounds):
        with house.engine("arcadedb", scratch) as made, made.graph() as graph:
            began = time.perf_counter()
            ingest(graph, made.project)
            result["empty_seconds"] = round(time.perf_counter() - began, 2)
            for path in paths:
                shutil.copy(path, made.project)
            with house.Memory(made.pid) as memory, _clock(house, made.pid, taken["ingest"]):
                report = ingest(graph, made.project)
            result.setdefault("memory", dict(memory.most))  # later we hold all rows besides
            result["documents"] = len(report.added)
            whole = _elements(graph)
            began = time.perf_counter()
            ingest(graph, made.project)
            result["unchanged_seconds"] = round(time.perf_counter() - began, 2)
            copy = _change_one(made.project, paths)
            began = time.perf_counter()
            report = ingest(graph, made.project, [copy])
            result["changed_volume_seconds"] = round(time.perf_counter() - began, 2)
            result["changed_documents"] = len(report.changed)
        groups = groups or _by_volume(house, paths, scratch, whole)
        for name in ("plain", "bare"):
            with house.engine("arcadedb", scratch) as made, made.graph() as graph:
                with made.plain() as driver:
                    _prepare(graph, driver, house.server.DATABASE, name == "bare")
                    first, *rest = [_statements(group, name == "bare") for group in groups]
                    _write(driver, house.server.DATABASE, [first], house.BATCH)
                    with _clock(house, made.pid, taken[name]):
                        for path in paths:
                            etree.parse(str(path))
                        _write(driver, house.server.DATABASE, rest, house.BATCH)
                if name == "plain" and _elements(graph) != whole:
                    raise SystemExit("the plain writes made another graph: they are no measure")
    for name, turns in taken.items():
        for what in turns[0]:
            result[f"{name}_{what}"] = round(statistics.median(t[what] for t in turns), 2)
    for name in ("plain", "bare"):
        result[f"beside_{name}"] = {
            what: round(result[f"ingest_{what}"] / result[f"{name}_{what}"], 2)
            for what in ("seconds", "processor")
        }
    result["rows"] = {
        "nodes": sum(len(nodes) for nodes, _ in groups[1:]),
        "edges": sum(len(edges) for _, edges in groups[1:]),
    }
    return result


Nodes = dict[tuple[str, str], dict[str, Any]]  # label and key of a node, and its properties
Edges = dict[str, tuple[str, tuple[str, str], tuple[str, str], dict[str, Any]]]

_OWN = ("Visavis", "IngestLock")  # our bookkeeping: the revision and the lock
_KEPT = ("ABOUT", "ASSERTS")  # of claims: told by us besides what a volume tells


@contextlib.contextmanager
def _clock(house: Any, pid: int, turns: list[dict[str, float]]) -> Iterator[None]:
    """Count the block: seconds by the clock, of our processor time and of the server's."""
    began, used, server = time.perf_counter(), time.process_time(), house.processor(pid)
    yield
    client, served = time.process_time() - used, house.processor(pid) - server
    turns.append({"seconds": time.perf_counter() - began, "client": client, "server": served,
                  "processor": client + served})  # fmt: skip


def _elements(graph: Any) -> tuple[Nodes, Edges]:
    """Everything in a graph but our bookkeeping; each edge under all that is told of it."""

    def end(row: dict[str, Any], which: str) -> tuple[str, str]:
        return row[f"{which}_label"], row[f"{which}_id"]

    nodes: Nodes = {}
    for row in graph.read("MATCH (n) RETURN labels(n)[0] AS label, properties(n) AS p"):
        if row["label"] not in _OWN:
            nodes[row["label"], row["p"].get("id") or row["p"]["path"]] = row["p"]
    edges: Edges = {}
    for row in graph.read(
        "MATCH (a)-[r]->(b) RETURN type(r) AS type, properties(r) AS p, labels(a)[0] AS a_label, "
        "coalesce(a.id, a.path) AS a_id, labels(b)[0] AS b_label, b.id AS b_id"
    ):
        edge = (row["type"], end(row, "a"), end(row, "b"), row["p"])
        edges[json.dumps(edge, sort_keys=True)] = edge
    return nodes, edges


def _by_volume(
    house: Any, paths: list[Path], scratch: Path, whole: tuple[Nodes, Edges]
) -> list[tuple[Nodes, Edges]]:
    """The rows of a graph, in groups: those without any volume, then what each volume added.

    Found by ingesting volume by volume; what only came of all together goes with the last.
    """
    from visavis.ingest.run import ingest

    groups: list[tuple[Nodes, Edges]] = []
    nodes, edges = (dict(elements) for elements in whole)
    with house.engine("arcadedb", scratch) as made, made.graph() as graph:
        for path in (None, *paths):
            if path is not None:
                shutil.copy(path, made.project)
            ingest(graph, made.project)
            some_nodes, some_edges = _elements(graph)
            groups.append((
                {key: nodes.pop(key) for key in some_nodes if key in nodes},
                {key: edges.pop(key) for key in some_edges if key in edges},
            ))  # fmt: skip
    groups[-1][0].update(nodes)
    groups[-1][1].update(edges)
    return groups


def _statements(group: tuple[Nodes, Edges], bare: bool) -> list[tuple[str, list[Any]]]:
    """The plain statements that create rows: one for each kind of node and of edge."""
    nodes: dict[str, list[Any]] = defaultdict(list)
    edges: dict[tuple[str, str, str], list[Any]] = defaultdict(list)
    for (label, _), properties in group[0].items():
        if not (bare and label == "Document"):
            nodes[label].append(properties)
    for kind, (a_label, a), (b_label, b), properties in group[1].values():
        if not (bare and kind in _KEPT):
            edges[kind, a_label, b_label].append({"a": a, "b": b, "p": properties})
    made = [
        (f"UNWIND $rows AS row CREATE (n:{label}) SET n = row", rows)
        for label, rows in nodes.items()
    ]
    for (kind, a, b), rows in edges.items():
        key = "path" if a == "Document" else "id"
        made.append((
            f"UNWIND $rows AS row MATCH (a:{a} {{{key}: row.a}}) MATCH (b:{b} {{id: row.b}}) "
            f"CREATE (a)-[r:{kind}]->(b) SET r = row.p",
            rows,
        ))  # fmt: skip
    return made


def _prepare(graph: Any, driver: Any, database: str, bare: bool) -> None:
    """Our constraints and indexes, or unique constraints alone."""
    from visavis.graph.write import prepare_graph
    from visavis.schema.model import model

    if not bare:
        prepare_graph(graph)
        return
    with driver.session(database=database) as session:
        for label in (*model().labels, "Claim"):
            session.run(
                f"CREATE CONSTRAINT {label.lower()}_id IF NOT EXISTS "
                f"FOR (n:{label}) REQUIRE n.id IS UNIQUE"
            ).consume()


def _write(
    driver: Any, database: str, volumes: list[list[tuple[str, list[Any]]]], batch: int
) -> None:
    """Create rows with the driver alone, a transaction for each volume."""
    with driver.session(database=database) as session:
        for statements in volumes:
            with session.begin_transaction() as tx:
                for text, rows in statements:
                    for start in range(0, len(rows), batch):
                        tx.run(text, {"rows": rows[start : start + batch]}).consume()
                tx.commit()


def _change_one(project: Path, paths: list[Path]) -> Path:
    """Add a participant to one document of the largest volume; where it is."""
    copy = project / max(paths, key=lambda p: p.stat().st_size).name
    changed = re.sub(
        r'(<list type="participants">.*?)(</list>)', r"\1<item>Mr. Added</item>\2",
        copy.read_text("utf-8"), count=1, flags=re.DOTALL,
    )  # fmt: skip
    copy.write_text(changed, "utf-8")
    return copy


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--write", action="store_true", help="writing into a database too")
    parser.add_argument("--only-write", action="store_true", help="nothing but that")
    parser.add_argument("--rounds", type=int, default=3, help="of writing; the median is told")
    options = parser.parse_args()
    paths = sorted(options.folder.glob("*.xml"))
    result: dict[str, Any] = {}
    if not options.only_write:
        result["speed"] = speed(paths)
        for name, folder in (("frus", options.folder), ("frus-holdout", options.folder),
                             ("frus-forms", GOLD.parent.parent / "data"),
                             ("frus-unseen", GOLD.parent.parent / "data/frus-unseen")):  # fmt: skip
            gold = yaml.safe_load((GOLD.parent / f"{name}.yaml").read_text("utf-8"))
            result[f"quality {name}"] = compare(gold, folder).as_dict()
    if options.write or options.only_write:
        with tempfile.TemporaryDirectory() as scratch:
            result["writing"] = writing(paths, Path(scratch), options.rounds)
    text = json.dumps(result, indent=1, ensure_ascii=False)
    if options.json:
        options.json.write_text(text + "\n", encoding="utf-8")
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    main()
