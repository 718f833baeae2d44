"""The benchmark: what writing and asking costs, on both engines in one run.

`python benchmarks/run.py` makes a graph of each size (generate.py), writes it to a local ArcadeDB
and to a real Neo4j, and measures; README.md says what and how. Servers are its own, started for
the run on free ports with databases in a folder that is removed afterwards. Results go to the file
of `--out` after each measurement, so that a run which is interrupted leaves what it had.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import random
import secrets
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import neo4j  # noqa: E402
import real_neo4j  # noqa: E402
from generate import actor, actors_of, documents, meeting_document  # noqa: E402

from visavis.graph import server  # noqa: E402
from visavis.graph.connect import Graph, Transaction, connect  # noqa: E402
from visavis.graph.lock import ingest_lock  # noqa: E402
from visavis.graph.write import (  # noqa: E402
    _claim_row,
    prepare_graph,
    remove_document,
    write_document,
)
from visavis.schema.errors import QueryStoppedError, VisavisError  # noqa: E402
from visavis.schema.model import kind_of, model  # noqa: E402
from visavis.schema.project import project  # noqa: E402

PARTS = ("load", "latest", "pair", "chains", "reach", "start", "change")
HEAP = "2g"  # of Neo4j; the local ArcadeDB takes what graph/keeper.py gives it
PAGE_CACHE = "2g"  # of Neo4j
BATCH = 5_000  # rows of one statement of the plain writes, as graph/write.py
PAIRS = 30  # random pairs of actors whose chains are looked for
PATIENCE = 60.0  # seconds until a query is given up

QUIET = {"statements", "lengths", "failed"}  # of a result, not said while it runs

Results = dict[str, Any]


def say(text: str) -> None:
    """A line about the work."""
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {text}\n")
    sys.stderr.flush()


# -- engines --------------------------------------------------------------------------------------


class Engine:
    """One server with an empty database, ours to stop and remove."""

    def __init__(self, name: str, scratch: Path) -> None:
        self.name = name
        self.project = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=scratch))
        (self.project / "visavis.yaml").write_text("project: benchmark\n", "utf-8")
        self.environment: dict[str, str] = {}
        self._process: subprocess.Popen[bytes] | None = None
        if name == "neo4j":
            self.url, self.user, self.password = self._start_neo4j()
            self.environment = {
                "NEO4J_URI": self.url, "NEO4J_USERNAME": self.user, "NEO4J_PASSWORD": self.password,
            }  # fmt: skip
            assert self._process is not None
            self.pid = self._process.pid
        else:
            info = server.ensure(self.project)
            self.url, self.user, self.password = info.url, "root", info.password()
            self.pid = info.pid

    def graph(self) -> Graph:
        """The database through visavis."""
        if self.name == "neo4j":
            return connect(self.url, user=self.user, password=self.password)
        return connect(project=self.project)

    def plain(self) -> neo4j.Driver:
        """The database through the driver alone."""
        return neo4j.GraphDatabase.driver(
            self.url, auth=(self.user, self.password), notifications_min_severity="OFF"
        )

    def stop(self) -> None:
        """End the server and remove its database."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(60)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        else:
            with contextlib.suppress(VisavisError):
                server.stop(self.project)
        shutil.rmtree(self.project, ignore_errors=True)

    def _start_neo4j(self) -> tuple[str, str, str]:
        # As the tests start theirs, with more memory: the measured rival gets what ours has.
        libraries = real_neo4j._fetch()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        home = self.project / "neo4j"
        (home / "conf").mkdir(parents=True)
        (home / "conf" / "neo4j.conf").write_text(
            f"server.bolt.listen_address=127.0.0.1:{port}\n"
            "server.http.enabled=false\nserver.https.enabled=false\n"
            "dbms.usage_report.enabled=false\n"
            f"server.memory.heap.max_size={HEAP}\nserver.memory.pagecache.size={PAGE_CACHE}\n",
            encoding="utf-8",
        )
        password = secrets.token_urlsafe(12)
        java = ["java", f"-Xmx{HEAP}", *real_neo4j.OPENS,
                "-Dio.netty.tryReflectionSetAccessible=true",
                "-cp", str(libraries / "*")]  # fmt: skip
        subprocess.run(
            [*java, "org.neo4j.server.startup.Neo4jAdminCommand", "dbms", "set-initial-password",
             password],
            env={**os.environ, "NEO4J_HOME": str(home)}, check=True, capture_output=True,
        )  # fmt: skip
        with open(home / "console.log", "wb") as log:
            self._process = subprocess.Popen(
                [*java, "org.neo4j.server.CommunityEntryPoint", f"--home-dir={home}",
                 f"--config-dir={home / 'conf'}"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        url = f"bolt://127.0.0.1:{port}"
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline and self._process.poll() is None:
            with contextlib.suppress(neo4j.exceptions.DriverError, neo4j.exceptions.Neo4jError):
                with neo4j.GraphDatabase.driver(url, auth=("neo4j", password)) as driver:
                    driver.verify_connectivity()
                return url, "neo4j", password
            time.sleep(0.3)
        raise RuntimeError((home / "console.log").read_text("utf-8", errors="replace")[-2000:])


@contextlib.contextmanager
def engine(name: str, scratch: Path) -> Iterator[Engine]:
    """A fresh server, stopped and removed at the end."""
    made = Engine(name, scratch)
    try:
        yield made
    finally:
        made.stop()


# -- measuring ------------------------------------------------------------------------------------


class Memory:
    """The most memory that we and the server held while the block ran, in MB (Linux only)."""

    def __init__(self, pid: int) -> None:
        self._pids = {"client": os.getpid(), "server": pid}
        self.most = dict.fromkeys(self._pids, 0)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def _watch(self) -> None:
        page = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
        while not self._ended.wait(0.2):
            for who, pid in self._pids.items():
                with contextlib.suppress(OSError):
                    held = int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1])
                    self.most[who] = max(self.most[who], held * page // 2**20)

    def __enter__(self) -> Memory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()


def processor(pid: int) -> float:
    """Seconds of processor time that a process has used (Linux only, else 0)."""
    try:
        told = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(told[11]) + int(told[12])) / float(os.sysconf("SC_CLK_TCK"))


def timed(work: Callable[[], Any], repeat: int = 5) -> Results:
    """Seconds of a piece of work: the first time, and the median and worst of the following.

    Where the first took long it is not repeated. What goes wrong is told and not hidden.
    """
    seconds: list[float] = []
    size = None
    for turn in range(1 + repeat):
        began = time.perf_counter()
        try:
            found = work()
        except (VisavisError, neo4j.exceptions.Neo4jError, neo4j.exceptions.DriverError) as error:
            return {"seconds": time.perf_counter() - began, "failed": str(error)[:200]}
        seconds.append(time.perf_counter() - began)
        size = len(found) if hasattr(found, "__len__") else None
        if seconds[0] > 20 and turn == 0:
            break
    rest = seconds[1:] or seconds
    return {"first": seconds[0], "median": statistics.median(rest), "worst": max(seconds),
            "rows": size}  # fmt: skip


def spread(seconds: Iterable[float]) -> Results:
    """Median, 90th percentile and worst of many."""
    ordered = sorted(seconds)
    if not ordered:
        return {"n": 0}
    return {
        "n": len(ordered), "median": statistics.median(ordered),
        "p90": ordered[int(0.9 * (len(ordered) - 1))], "worst": ordered[-1],
    }  # fmt: skip


class Clock:
    """Where the time of our own writes goes.

    own: processor time outside the driver (projecting, hashing, JSON). driver: processor time in
    it (packing rows, sending). waiting: the rest, until the server answers. server: the processor
    time that the server used, its compiler's and collector's included.
    """

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self.wall = self.cpu = self.inside = self.server = 0.0
        self.statements: dict[str, float] = defaultdict(float)

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """Count the block; its statements one by one."""
        plain = Transaction.run

        def run(tx: Transaction, cypher: str, parameters: Mapping[str, Any] | None = None) -> Any:
            wall, cpu = time.perf_counter(), time.thread_time()
            try:
                return plain(tx, cypher, parameters)
            finally:
                self.inside += time.thread_time() - cpu
                self.statements[cypher[:100]] += time.perf_counter() - wall

        wall, cpu, used = time.perf_counter(), time.thread_time(), processor(self._pid)
        Transaction.run = run  # type: ignore[method-assign]
        try:
            yield
        finally:
            Transaction.run = plain  # type: ignore[method-assign]
            self.wall += time.perf_counter() - wall
            self.cpu += time.thread_time() - cpu
            self.server += processor(self._pid) - used

    def result(self) -> Results:
        """Seconds, and the statements that took most of them."""
        most = sorted(self.statements.items(), key=lambda item: -item[1])[:12]
        return {
            "seconds": self.wall, "own": self.cpu - self.inside, "driver": self.inside,
            "waiting": self.wall - self.cpu, "server": self.server,
            "statements": {text: round(seconds, 3) for text, seconds in most},
        }  # fmt: skip


# -- load -----------------------------------------------------------------------------------------


def load(made: Engine, graph: Graph, meetings: int) -> Results:
    """Write the whole graph through visavis, document by document."""
    prepare_graph(graph)
    clock = Clock(made.pid)
    counts: dict[str, int] = defaultdict(int)
    with Memory(made.pid) as memory, ingest_lock(graph) as hold:
        for number, document in enumerate(documents(meetings)):
            with clock.running():
                written = write_document(graph, hold, document)
            for name in ("claims_added", "nodes_added", "edges_added"):
                counts[name] += getattr(written, name)
            if number % 20 == 19:
                say(f"  {made.name}: {counts['claims_added']:,} claims in {clock.wall:.0f} s")
    return {**clock.result(), **counts, "memory": memory.most}


def load_plainly(made: Engine, meetings: int) -> Results:
    """Write the same nodes, edges, claims and citations by CREATE, with the driver alone.

    The rows are made beforehand, outside the measured time; nothing is looked up, because what is
    new is known. The same unique constraints, the same properties, one transaction a document.
    Left out is what only visavis keeps: which claim is about what and asserted where, documents,
    and the indexes on edges and for full text.
    """
    seen: set[str] = set()
    wall = cpu = work = 0.0
    database = None if made.name == "neo4j" else server.DATABASE
    with (
        Memory(made.pid) as memory,
        made.plain() as driver,
        driver.session(database=database) as session,
    ):
        for label in (*model().labels, "Claim"):
            session.run(  # type: ignore[call-overload]
                f"CREATE CONSTRAINT {label.lower()}_id IF NOT EXISTS "
                f"FOR (n:{label}) REQUIRE n.id IS UNIQUE"
            ).consume()
        for document in documents(meetings):
            statements = list(_plain_statements(document.claims, seen))
            began, used, was = time.perf_counter(), time.thread_time(), processor(made.pid)
            with session.begin_transaction() as tx:
                for text, rows in statements:
                    for start in range(0, len(rows), BATCH):
                        tx.run(text, {"rows": rows[start : start + BATCH]}).consume()
                tx.commit()
            wall += time.perf_counter() - began
            cpu += time.thread_time() - used
            work += processor(made.pid) - was
    return {"seconds": wall, "driver": cpu, "waiting": wall - cpu, "server": work,
            "memory": memory.most}  # fmt: skip


def _plain_statements(claims: list[Any], seen: set[str]) -> Iterator[tuple[Any, list[Any]]]:
    made = project(claims)
    nodes: dict[str, list[Any]] = defaultdict(list)
    for node in made.nodes.values():
        # What only is mentioned here was described in a register before.
        if node.id not in seen:
            seen.add(node.id)
            nodes[node.label].append(node.properties)
    for label, rows in nodes.items():
        yield f"UNWIND $rows AS row CREATE (n:{label}) SET n = row", rows
    edges: dict[tuple[str, str, str], list[Any]] = defaultdict(list)
    for edge in made.edges.values():
        edges[edge.type, kind_of(edge.start), kind_of(edge.end)].append(
            {"a": edge.start, "b": edge.end, "p": edge.properties}
        )
    for (kind, start, end), rows in edges.items():
        yield (
            f"UNWIND $rows AS row MATCH (a:{start} {{id: row.a}}) MATCH (b:{end} {{id: row.b}}) "
            f"CREATE (a)-[r:{kind}]->(b) SET r = row.p",
            rows,
        )
    yield (
        "UNWIND $rows AS row CREATE (c:Claim) SET c = row",
        [_claim_row(claim.id, claim, made.edge_of.get(claim.id, "")) for claim in claims],
    )
    yield (
        "UNWIND $rows AS row MATCH (c:Claim {id: row.c}) MATCH (s:Source {id: row.s}) "
        "CREATE (c)-[r:CITES]->(s) SET r = row.p",
        [
            {
                "c": claim.id, "s": citation.source,
                "p": {"locator": citation.locator, "relation": citation.relation,
                      "opened": True, "order": order},
            }
            for claim in claims
            for order, citation in enumerate(claim.citations)
        ],
    )  # fmt: skip


# -- questions ------------------------------------------------------------------------------------

LATEST = (
    "MATCH (:Actor {id: $id})-[r:TOOK_PART]->(m:Meeting) "
    "WITH r.earliest AS earliest, m.id AS id, m.title AS title, m.date AS date "
    "ORDER BY earliest DESC, id LIMIT 50 RETURN id, title, date"
)


def usual(meetings: int) -> str:
    """An actor in the middle of the ranks."""
    return actor(actors_of(meetings) // 2)


def latest(graph: Graph, meetings: int) -> Results:
    """The latest 50 meetings of the largest hub and of a usual actor."""
    return {
        who: timed(lambda id=id: graph.rows(LATEST, {"id": id}))  # type: ignore[misc]
        for who, id in (("hub", actor(0)), ("usual", usual(meetings)))
    }


def pair(graph: Graph, meetings: int) -> Results:
    """The chain of a pair: of the two largest hubs, a hub and a usual actor, two usual ones."""
    from visavis.queries.relationship import relationship

    others = graph.rows(
        "MATCH (:Actor {id: $id})-[:TOOK_PART]->(:Meeting)<-[:TOOK_PART]-(b:Actor) "
        "WHERE b.id > $id RETURN b.id AS id ORDER BY id LIMIT 1",
        {"id": usual(meetings)},
    )
    pairs = {"hubs": (actor(0), actor(1)), "hub and usual": (actor(0), usual(meetings))}
    if others:
        pairs["usual"] = (usual(meetings), others[0]["id"])
    found: Results = {}
    for who, (a, b) in pairs.items():
        found[who] = timed(lambda a=a, b=b: relationship(graph, a, b).encounters, 3)  # type: ignore[misc]
        found[who]["encounters"] = found[who].pop("rows", None)
    return found


def chosen_pairs(meetings: int, n: int = PAIRS) -> list[tuple[str, str]]:
    """Random pairs of actors, the same for the same size."""
    draw = random.Random(meetings)
    return [
        (actor(a), actor(b))
        for a, b in (draw.sample(range(actors_of(meetings)), 2) for _ in range(n))
    ]


YEAR = 365  # days, of the chains with a maximum gap


def pattern(encounters: int, gap: int | None = None, first: bool = False) -> str:
    """One pattern of so many encounters between two actors, each certainly after the last.

    gap: at most so many days between two. first: of all such chains the one that arrives first,
    which is what `paths` answers; else any.

    Within one pattern no participation is met twice. So it misses a chain in which one actor leads
    through two encounters on end, which under a maximum gap can be the shortest.
    """
    between = "".join(
        f"-[r{n}:TOOK_PART]->(m{n}:Meeting)<-[:TOOK_PART]-"
        + (f"(x{n}:Actor)" if n < encounters else "(b)")
        for n in range(1, encounters + 1)
    )
    where = [f"r{n}.latest < r{n + 1}.earliest" for n in range(1, encounters)]
    if gap is not None:
        where += [
            f"r{n + 1}.starts_by - r{n}.ends_from <= {gap * 86_400}" for n in range(1, encounters)
        ]
    # A date that is marked (about, perhaps) stands in no certain order.
    where += [f"NOT r{n}.marked" for n in range(1, encounters + 1) if encounters > 1]
    text = "MATCH (a:Actor {id: $a}), (b:Actor {id: $b}) MATCH (a)" + between
    if where:
        text += " WHERE " + " AND ".join(where)
    ids = ", ".join(f"m{n}.id AS m{n}" for n in range(1, encounters + 1))
    order = f" ORDER BY r{encounters}.ends_from, m{encounters}.id" if first else ""
    return f"{text} RETURN {ids}{order} LIMIT 1"


def until_found(graph: Graph, a: str, b: str, **how: Any) -> int:
    """The fewest encounters from a to b, by single patterns of one, two, three, four; 0 if none."""
    for encounters in (1, 2, 3, 4):
        if graph.rows(pattern(encounters, **how), {"a": a, "b": b}, timeout=PATIENCE):
            return encounters
    return 0


def of_pairs(pairs: Iterable[tuple[str, str]], work: Callable[[str, str], int]) -> Results:
    """Seconds for each pair; how many encounters each has; how many ended at the limit of time."""
    seconds: list[float] = []
    lengths: list[int | None] = []
    failed: list[str] = []
    for a, b in pairs:
        began = time.perf_counter()
        try:
            lengths.append(work(a, b))
        except VisavisError as error:
            lengths.append(None)
            failed.append(str(error)[:200])
        seconds.append(time.perf_counter() - began)
        if sum(seconds) > 5 * PATIENCE:
            break
    return {**spread(seconds), "lengths": lengths, "failed": failed, "stopped": len(failed)}


def chains(graph: Graph, meetings: int, save: Callable[[Results], None]) -> Results:
    """Chains of up to four encounters between random actors, beside hand-written patterns.

    The patterns run on Neo4j only: on ArcadeDB one of three did not end in two minutes.
    """
    from visavis.queries.chains import paths

    pairs = chosen_pairs(meetings)
    found: Results = {}

    def look(name: str, work: Callable[[str, str], int]) -> None:
        found[name] = of_pairs(pairs, work)
        say(f"  {graph.engine} {meetings:,} {name}: {short(found[name])}")
        save(found)

    def ours(a: str, b: str, **how: Any) -> int:
        answer = paths(graph, a, b, most=4, seconds=PATIENCE, **how)
        if answer.cut.startswith("searched"):
            raise QueryStoppedError(answer.cut)
        return len(answer.chains[0].hops) if answer.chains else 0

    for turn in ("cold", "warm"):  # the first time the engine plans and compiles
        look(f"one, certain, {turn}", partial(ours, certain_only=True, limit=1))
    look("ten, possible too", partial(ours, limit=10))
    look("one, certain, gap of a year", partial(ours, certain_only=True, limit=1,
                                                max_gap_days=YEAR))  # fmt: skip
    if graph.engine == "neo4j":
        look("patterns until found, any chain, cold", partial(until_found, graph))
        look("patterns until found, any chain, warm", partial(until_found, graph))
        look("patterns until found, first to arrive", partial(until_found, graph, first=True))
        look("patterns until found, gap of a year", partial(until_found, graph, gap=YEAR))
        for n in (3, 4):
            for first in (False, True):
                text = pattern(n, first=first)
                look(
                    f"pattern of {n}, " + ("first to arrive" if first else "any chain"),
                    lambda a, b, n=n, t=text: (  # type: ignore[misc]
                        n * len(graph.rows(t, {"a": a, "b": b}, timeout=PATIENCE))
                    ),
                )
    return found


SWEEPS = {
    "participations": "MATCH (m:Meeting)<-[r:TOOK_PART]-(a:Actor) "
    "RETURN a.id AS actor, m.id AS meeting, r.earliest AS earliest, r.latest AS latest "
    "ORDER BY earliest, meeting, actor",
    "by meeting": "MATCH (m:Meeting)<-[:TOOK_PART]-(a:Actor) "
    "WITH m, collect(a.id) AS actors "
    "RETURN m.id AS meeting, m.earliest AS earliest, m.latest AS latest, actors "
    "ORDER BY earliest, meeting",
}


def reach_of(graph: Graph, meetings: int) -> Results:
    """Who a usual actor could reach over the whole span, beside one streamed sweep of all."""
    from visavis.queries.chains import reach

    found: Results = {}
    for name, text in SWEEPS.items():
        found[f"sweep, {name}"] = timed(lambda t=text: [1 for _ in graph.read(t)], 2)  # type: ignore[misc]
    for certain in (True, False):
        name = "certain" if certain else "possible too"
        found[name] = timed(lambda c=certain: reach(graph, usual(meetings), certain_only=c), 2)  # type: ignore[misc]
    for sweep in SWEEPS:
        base = found[f"sweep, {sweep}"].get("median")
        ours = found["possible too"].get("median")
        found[f"ratio to the sweep, {sweep}"] = ours / base if base and ours else None
    return found


# -- one changed document -------------------------------------------------------------------------


def change(made: Engine, graph: Graph, meetings: int) -> Results:
    """Write one changed document among all, the same again, remove one, write it anew."""
    total = (meetings + 999) // 1000
    picked = sorted({total // 4, total // 2, max(total - 1, 0)})
    seconds: dict[str, list[float]] = defaultdict(list)
    clocks: dict[str, Clock] = defaultdict(lambda: Clock(made.pid))
    with Memory(made.pid) as memory, ingest_lock(graph) as hold:
        for number in picked:
            start = number * 1000
            was = meeting_document(meetings, start)
            for name, work in (
                ("changed", lambda s=start: write_document(
                    graph, hold, meeting_document(meetings, s, variant=1))),
                ("changed back", lambda d=was: write_document(graph, hold, d)),
                ("written again, the same", lambda d=was: write_document(graph, hold, d)),
                ("removed", lambda d=was: remove_document(graph, hold, d.path)),
                ("added", lambda d=was: write_document(graph, hold, d)),
            ):  # fmt: skip
                began = time.perf_counter()
                with clocks[name].running():
                    work()
                seconds[name].append(time.perf_counter() - began)
    found: Results = {
        name: {**spread(took), "statements": clocks[name].result()["statements"]}
        for name, took in seconds.items()
    }
    return {**found, "memory": memory.most}


# -- starting a command ---------------------------------------------------------------------------

START = """
import json, sys, time
began = time.perf_counter()
import neo4j
driver = time.perf_counter()
import visavis.cli
imported = time.perf_counter()
try:
    visavis.cli.main(sys.argv[1:])
except SystemExit:
    pass
sys.stderr.write(json.dumps({
    "driver's import": driver - began, "our imports": imported - driver,
    "the command": time.perf_counter() - imported}))
"""


def start(made: Engine) -> Results:
    """Seconds of `visavis status` on a warm server, and of `visavis vocabulary` without one.

    The driver is imported first and timed apart; `our own` is all the rest of the process but the
    start of Python itself.
    """
    environment = {k: v for k, v in os.environ.items() if not k.startswith("NEO4J_")}
    environment |= {"PYTHONPATH": str(ROOT), **made.environment}
    found: Results = {}
    for words in (["status"], ["--help"]):
        rows: list[dict[str, float]] = []
        for _ in range(6):
            began = time.perf_counter()
            done = subprocess.run(
                [sys.executable, "-c", START, *words],
                cwd=made.project, env=environment, capture_output=True, text=True, check=False,
            )  # fmt: skip
            wall = time.perf_counter() - began
            try:
                parts = json.loads(done.stderr.strip().splitlines()[-1])
            except (ValueError, IndexError):
                return {"failed": done.stderr[-300:]}
            parts["our own"] = parts["our imports"] + parts["the command"]
            rows.append({"whole": wall, **parts})
        found[" ".join(words)] = {
            name: statistics.median(row[name] for row in rows[1:]) for name in rows[0]
        }
    return found


# -- the tables of README.md -----------------------------------------------------------------------


def tables(whole: Results) -> str:
    """The results as the tables of README.md, one for each size."""
    parts = []
    for meetings, engines in whole["meetings"].items():
        heads = " | ".join(engines)
        lines = [f"### {int(meetings):,} meetings", "", f"| | {heads} |",
                 "|---|" + "---:|" * len(engines)]  # fmt: skip
        for label, path, unit in ROWS:
            cells = [_cell(_at(result, path), unit) for result in engines.values()]
            if any(cells):
                lines.append(f"| {label} | {' | '.join(cells)} |")
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def _at(result: Results, path: str) -> Any:
    found: Any = result
    for name in path.split("/"):
        found = found.get(name) if isinstance(found, dict) else None
    return found


def _cell(value: Any, unit: str) -> str:
    if isinstance(value, dict):  # the spread of many: median and worst
        if "median" not in value:
            return "failed" if "failed" in value else ""
        late = f", {value['stopped']} of {value['n']} stopped" if value.get("stopped") else ""
        return f"{_cell(value['median'], unit)} / {_cell(value['worst'], unit)}{late}"
    if value is None:
        return ""
    if unit == "s":
        return f"{value:,.0f} s" if value >= 100 else f"{value:.2g} s" if value >= 1 else (
            f"{value * 1000:.0f} ms" if value >= 0.01 else f"{value * 1000:.1f} ms"
        )  # fmt: skip
    return f"{value:.2f}" if unit == "x" else f"{value:,}{' ' + unit if unit else ''}"


ROWS = (
    ("claims", "load/claims_added", ""),
    ("**load**", "load/seconds", "s"),
    ("- projecting, hashing, JSON (our processor time)", "load/own", "s"),
    ("- the driver's packing (our processor time)", "load/driver", "s"),
    ("- waiting for the server", "load/waiting", "s"),
    ("- processor time of the server", "load/server", "s"),
    ("plain driver writes", "plain/seconds", "s"),
    ("- processor time of the server", "plain/server", "s"),
    ("**load beside plain writes** (goal 2)", "load/ratio", "x"),
    ("the same in processor time", "load/ratio of processor time", "x"),
    ("most memory in load: our process", "load/memory/client", "MB"),
    ("most memory in load: the server", "load/memory/server", "MB"),
    ("latest 50 of the largest hub", "latest/hub", "s"),
    ("latest 50 of a usual actor", "latest/usual", "s"),
    ("chain of the two largest hubs", "pair/hubs", "s"),
    ("- encounters in it", "pair/hubs/encounters", ""),
    ("chain of a hub and a usual actor", "pair/hub and usual", "s"),
    ("chain of two usual actors", "pair/usual", "s"),
    ("**chains, one, certain** (`paths`, warm)", "chains/one, certain, warm", "s"),
    ("- the first time", "chains/one, certain, cold", "s"),
    ("- ten, possible too", "chains/ten, possible too", "s"),
    ("- one, certain, no gap over a year", "chains/one, certain, gap of a year", "s"),
    ("patterns until found, any chain", "chains/patterns until found, any chain, warm", "s"),
    ("- the first time", "chains/patterns until found, any chain, cold", "s"),
    ("patterns until found, first to arrive (our answer)",
     "chains/patterns until found, first to arrive", "s"),
    ("patterns until found, no gap over a year", "chains/patterns until found, gap of a year", "s"),
    ("pattern of 3, any chain", "chains/pattern of 3, any chain", "s"),
    ("pattern of 3, first to arrive", "chains/pattern of 3, first to arrive", "s"),
    ("pattern of 4, any chain", "chains/pattern of 4, any chain", "s"),
    ("pattern of 4, first to arrive", "chains/pattern of 4, first to arrive", "s"),
    ("**reach**, possible too", "reach/possible too", "s"),
    ("- certain only", "reach/certain", "s"),
    ("- actors reached", "reach/possible too/rows", ""),
    ("one sweep of the participations", "reach/sweep, participations", "s"),
    ("one sweep, a row for each meeting", "reach/sweep, by meeting", "s"),
    ("**reach beside the sweep of participations** (goal 2)",
     "reach/ratio to the sweep, participations", "x"),
    ("reach beside the sweep by meeting", "reach/ratio to the sweep, by meeting", "x"),
    ("most memory in questions: our process", "memory of questions/client", "MB"),
    ("most memory in questions: the server", "memory of questions/server", "MB"),
    ("one changed document (50 of 6,300 claims)", "change/changed", "s"),
    ("the same document again", "change/written again, the same", "s"),
    ("a document of 1,000 meetings removed", "change/removed", "s"),
    ("a document of 1,000 meetings added", "change/added", "s"),
    ("**`visavis status`, our own** (goal 0.5 s)", "start/status/our own", "s"),
    ("- the driver's import", "start/status/driver's import", "s"),
    ("- whole, with Python's start", "start/status/whole", "s"),
    ("`visavis --help`, our own", "start/--help/our own", "s"),
)  # fmt: skip


# -- the run --------------------------------------------------------------------------------------


def machine() -> Results:
    """What it ran on, and with which versions."""
    model_name = ""
    memory = 0
    with contextlib.suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
        model_name = next(x.partition(": ")[2] for x in lines if x.startswith("model name"))
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**30
    from importlib.metadata import version

    return {
        "processor": model_name, "cores": os.cpu_count(), "memory_gb": memory,
        "system": platform.platform(), "python": platform.python_version(),
        "driver": version("neo4j"), "arcadedb": version("arcadedb-embedded"),
        "neo4j": real_neo4j.VERSION, "load_average": os.getloadavg()[0],
    }  # fmt: skip


def measure(
    name: str, meetings: int, parts: Iterable[str], scratch: Path, save: Callable[[Results], None]
) -> None:
    """Everything of one engine at one size."""
    result: Results = {}

    def keep(part: str, what: Results, aloud: bool = True) -> None:
        result[part] = what
        save(result)
        if aloud:
            say(f"  {name} {meetings:,} {part}: {short(what)}")

    if "load" in parts:
        with engine(name, scratch) as made:
            keep("plain", load_plainly(made, meetings))
    with engine(name, scratch) as made, made.graph() as graph:
        loaded = load(made, graph, meetings)
        if "load" in parts:
            bare = result["plain"]
            loaded["ratio"] = loaded["seconds"] / bare["seconds"]
            loaded["ratio of processor time"] = (
                loaded["own"] + loaded["driver"] + loaded["server"]
            ) / (bare["driver"] + bare["server"])
        keep("load", loaded)
        if "latest" in parts:
            keep("latest", latest(graph, meetings))
        with Memory(made.pid) as memory:
            for part, work in (
                ("pair", lambda: pair(graph, meetings)),
                ("chains", lambda: chains(graph, meetings, lambda r: keep("chains", r, False))),
                ("reach", lambda: reach_of(graph, meetings)),
            ):
                if part in parts:
                    keep(part, work(), aloud=part != "chains")  # which says its own
        keep("memory of questions", dict(memory.most))
        if "start" in parts:
            keep("start", start(made))
        if "change" in parts:
            keep("change", change(made, graph, meetings))


def short(what: Any) -> str:
    """A result on one line."""
    if isinstance(what, dict):
        return ", ".join(f"{k} {short(v)}" for k, v in what.items() if k not in QUIET)
    return f"{what:.3g}" if isinstance(what, float) else str(what)


def main() -> None:
    """Read the options and run."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--meetings", type=int, nargs="+", default=[3_000, 30_000, 300_000])
    parser.add_argument("--engines", nargs="+", default=["arcadedb", "neo4j"],
                        choices=["arcadedb", "neo4j"])  # fmt: skip
    parser.add_argument("--only", default=",".join(PARTS), help="of " + ",".join(PARTS))
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks/results/last.json")
    parser.add_argument("--show", type=Path, metavar="FILE",
                        help="print the tables of these results, and measure nothing")  # fmt: skip
    options = parser.parse_args()
    if options.show:
        sys.stdout.write(tables(json.loads(options.show.read_text("utf-8"))))
        return
    parts = [part.strip() for part in options.only.split(",")]
    if unknown := set(parts) - set(PARTS):
        parser.error(f"--only knows {', '.join(PARTS)}, not {', '.join(sorted(unknown))}")
    if "neo4j" in options.engines and (reason := real_neo4j.missing()):
        parser.error(reason)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    whole: Results = {"machine": machine(), "meetings": {}}
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    scratch = Path(tempfile.mkdtemp(prefix="visavis-benchmark-"))
    began = time.monotonic()
    try:
        for meetings in options.meetings:
            of_size = whole["meetings"].setdefault(str(meetings), {})
            for name in options.engines:
                say(f"{name}, {meetings:,} meetings")

                def save(result: Results, at: Results = of_size, name: str = name) -> None:
                    at[name] = result
                    part = options.out.with_suffix(".part")
                    part.write_text(json.dumps(whole, indent=1) + "\n", "utf-8")
                    part.replace(options.out)

                measure(name, meetings, parts, scratch, save)
    except KeyboardInterrupt:
        say(f"interrupted; what was measured is in {options.out}")
        raise SystemExit(130) from None
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    say(f"done in {(time.monotonic() - began) / 60:.0f} minutes; {options.out}")


if __name__ == "__main__":
    main()
