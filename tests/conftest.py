"""What the tests share: one local server and one real Neo4j for the whole run.

`arcade` and `neo4j_real` are graphs that stay open for the run; `engine` is each of the two in
turn, emptied, so that a test which asks for it runs on both.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import real_neo4j
from browser import chromium, served, visitor  # noqa: F401
from shown import _fresh, desk, ready  # noqa: F401

from visavis.graph import server
from visavis.graph.connect import Graph, connect
from visavis.graph.lock import revision
from visavis.ingest.run import ingest

BATCH = 10_000


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reaches for a database of the person who runs it."""
    for name in ("NEO4J_URI", "NEO4J_USERNAME", "NEO4J_PASSWORD", "NEO4J_DATABASE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def arcade(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graph]:
    """The local server, in a project of its own."""
    project = tmp_path_factory.mktemp("project")
    try:
        with connect(project=project) as graph:
            yield graph
    finally:
        server.stop(project)


@pytest.fixture(scope="session")
def neo4j_real() -> Iterator[Graph]:
    """A real Neo4j; skipped where there can be none, failing where there must be one."""
    reason = real_neo4j.missing()
    if reason:
        if real_neo4j.is_required():
            pytest.fail(f"a real Neo4j is required here: {reason}")
        pytest.skip(reason)
    running = real_neo4j.start()
    try:
        with connect(running.url, user=running.user, password=running.password) as graph:
            yield graph
    finally:
        running.stop()


@pytest.fixture(params=["arcade", pytest.param("neo4j_real", marks=pytest.mark.neo4j)])
def engine(request: pytest.FixtureRequest) -> Graph:
    """Each engine in turn, with an empty database."""
    graph: Graph = request.getfixturevalue(request.param)
    empty(graph)
    return graph


def empty(graph: Graph) -> None:
    """Remove every node and edge; constraints and indexes, and our own bookkeeping, stay."""
    while graph.write(
        "MATCH (n) WHERE NOT n:Visavis AND NOT n:IngestLock WITH n LIMIT $batch "
        "DETACH DELETE n RETURN count(*) AS n",
        {"batch": BATCH},
    )[0]["n"]:
        pass
    graph.write("MATCH (v:Visavis) WHERE v.id IN ['judgements', 'shipped-fixture'] DELETE v")
    graph.write("MATCH (v:Visavis {id: 'revision'}) SET v.n = 0")
    graph.write("MATCH (l:IngestLock) SET l.token = '', l.until = 0")


@pytest.fixture(params=["arcade", pytest.param("neo4j_real", marks=pytest.mark.neo4j)])
def shipped(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """Each engine in turn with the shipped cases in it, for reading only.

    They are ingested again only where another test wrote to that engine in between.
    """
    graph: Graph = request.getfixturevalue(request.param)
    rows = graph.rows("MATCH (v:Visavis {id: 'shipped-fixture'}) RETURN v.n AS n")
    if not rows or rows[0]["n"] != revision(graph):
        empty(graph)
        ingest(graph, tmp_path_factory.mktemp("empty-project"), with_shipped=True)
        graph.write("CREATE (v:Visavis {id: 'shipped-fixture', n: $n})", {"n": revision(graph)})
    return graph
