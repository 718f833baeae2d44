"""How well and how fast archives are read: `python benchmarks/archives.py FOLDER [--json FILE]`.

FOLDER holds the FRUS volumes. Quality is measured by kind of error against three golds: frus.yaml
(the reader was developed on its documents), frus-holdout.yaml (drawn at random from the same
volumes) and frus-forms.yaml (headings of other volumes). Speed is the reader beside a bare lxml
parse of the same files, with the peak of memory; with --write the way into a database beside plain
driver writes.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import shutil
import sys
import tempfile
import time
from collections import Counter
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

    def wrong(self, kind: str, where: str, what: str) -> None:
        self.errors.append((kind, where, what))

    def as_dict(self) -> dict[str, Any]:
        """The figures as plain data."""

        def share(counts: Counter[str]) -> float:
            return round(counts["right"] / max(1, sum(counts.values())), 4)

        return {
            "participants": {"precision": round(self.precision, 4), "recall": round(self.recall, 4),
                             "f1": round(self.f1, 4), "n": self.right + self.missed},
            "side": {"accuracy": share(self.sides), "n": sum(self.sides.values())},
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
        if side != "-":
            same = sides[found] == f"actor/{side}"
            scores.sides["right" if same else "wrong"] += 1
            if not same:
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
    if told.get("list") is False:
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


def writing(paths: list[Path], scratch: Path) -> dict[str, Any]:
    """Seconds from volumes to graph, beside a bare parse with plain driver writes of the same rows.

    Each on a fresh local server, its Java machine cold. Plain: the files are parsed by lxml, and
    the nodes, edges, claims and citations that `ingest` writes are created by `UNWIND` with the
    driver alone, their rows made outside the measured time, nothing looked up; once with one
    transaction a document, once with one a volume. Then one document of the largest volume is
    changed, and all is ingested again. Memory is the most that client and server held, in MB.
    """
    import run as house  # benchmarks/run.py

    from visavis.ingest.run import ingest

    result: dict[str, Any] = {}
    readings = [r for path in paths for r in read_volume(path, path.name)]
    with house.engine("arcadedb", scratch) as made, made.graph() as graph:
        for path in paths:
            shutil.copy(path, made.project)
        with house.Memory(made.pid) as memory:
            used, server = time.process_time(), house.processor(made.pid)
            began = time.perf_counter()
            report = ingest(graph, made.project)
            result["ingest_seconds"] = round(time.perf_counter() - began, 2)
            result["ingest_client_cpu"] = round(time.process_time() - used, 2)
            result["ingest_server_cpu"] = round(house.processor(made.pid) - server, 2)
        result["memory"] = dict(memory.most)
        result["documents"] = len(report.added)
        largest = max(paths, key=lambda p: p.stat().st_size)
        copy = made.project / largest.name
        text = copy.read_text("utf-8")
        added = re.sub(
            r'(<list type="participants">.*?)(</list>)', r"\1<item>Mr. Added</item>\2", text,
            count=1, flags=re.DOTALL,
        )  # fmt: skip
        copy.write_text(added, "utf-8")
        began = time.perf_counter()
        report = ingest(graph, made.project, [copy])
        result["changed_volume_seconds"] = round(time.perf_counter() - began, 2)
        result["changed_documents"] = len(report.changed)
    for name in ("document", "volume"):
        groups = [[r.claims] for r in readings]
        if name == "volume":
            groups = [
                [r.claims for r in readings if r.name.startswith(f"{path.name}#")] for path in paths
            ]
        with house.engine("arcadedb", scratch) as made:
            used, server = time.process_time(), house.processor(made.pid)
            began = time.perf_counter()
            for path in paths:
                etree.parse(str(path))
            parsed = time.perf_counter() - began
            result[f"plain_{name}_seconds"] = round(parsed + _plainly(house, made, groups), 2)
            result[f"plain_{name}_server_cpu"] = round(house.processor(made.pid) - server, 2)
    for name in ("document", "volume"):
        result[f"ratio_{name}"] = round(
            result["ingest_seconds"] / result[f"plain_{name}_seconds"], 2
        )
    return result


def _plainly(house: Any, made: Any, groups: list[list[Any]]) -> float:
    """Seconds that the driver alone takes to create what the claims project, a group at a time."""
    seen: set[str] = set()
    told: set[str] = set()
    wall = 0.0
    with made.plain() as driver, driver.session(database=house.server.DATABASE) as session:
        for label in (*house.model().labels, "Claim"):
            session.run(
                f"CREATE CONSTRAINT {label.lower()}_id IF NOT EXISTS "
                f"FOR (n:{label}) REQUIRE n.id IS UNIQUE"
            ).consume()
        for group in groups:
            claims = {c.id: c for claims in group for c in claims if c.id not in told}
            told |= set(claims)
            statements = list(house._plain_statements(list(claims.values()), seen))
            began = time.perf_counter()
            with session.begin_transaction() as tx:
                for text, rows in statements:
                    for start in range(0, len(rows), house.BATCH):
                        tx.run(text, {"rows": rows[start : start + house.BATCH]}).consume()
                tx.commit()
            wall += time.perf_counter() - began
    return wall


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--write", action="store_true", help="writing into a database too")
    options = parser.parse_args()
    paths = sorted(options.folder.glob("*.xml"))
    result: dict[str, Any] = {"speed": speed(paths)}
    for name, folder in (("frus", options.folder), ("frus-holdout", options.folder),
                         ("frus-forms", GOLD.parent.parent / "data")):  # fmt: skip
        gold = yaml.safe_load((GOLD.parent / f"{name}.yaml").read_text("utf-8"))
        result[f"quality {name}"] = compare(gold, folder).as_dict()
    if options.write:
        with tempfile.TemporaryDirectory() as scratch:
            result["writing"] = writing(paths, Path(scratch))
    text = json.dumps(result, indent=1, ensure_ascii=False)
    if options.json:
        options.json.write_text(text + "\n", encoding="utf-8")
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    main()
