"""The engine contract: the same function runs on the local server and on a real Neo4j."""

from __future__ import annotations

import socket
import threading
import time
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from visavis.graph import lock as lock_module
from visavis.graph.connect import Graph, Transaction, connect
from visavis.graph.lock import bump, ingest_lock, revision
from visavis.graph.setup import prepare
from visavis.schema.errors import (
    BusyError,
    DatabaseMissingError,
    EngineError,
    QueryError,
    QueryStoppedError,
    ReadOnlyError,
    UnreachableError,
    WrongPasswordError,
)

ENDLESS = (
    "UNWIND range(1, 100000) AS i UNWIND range(1, 100000) AS j "
    "WITH i * j AS x WHERE x < 0 RETURN count(x) AS n"
)
MANY = "UNWIND range(1, 5000000) AS i RETURN i, toString(i) AS text"
KEYS = {"Actor": "id", "Meeting": "id", "Claim": "id", "Source": "id", "Document": "path"}
FULLTEXT = [("Actor", "search"), ("Meeting", "search")]


def prepared(graph: Graph) -> Graph:
    prepare(
        graph,
        keys=KEYS,
        edge_types=["TOOK_PART", "CREDIT"],
        indexes=[("Claim", "edge"), ("Meeting", "earliest")],
        fulltext=FULLTEXT,
    )
    return graph


def running(graph: Graph) -> int:
    """How many queries of a test still run on the engine."""
    return sum(
        "range(1," in row["currentQuery"] and "SHOW" not in row["currentQuery"]
        for row in graph.rows("SHOW TRANSACTIONS")
    )


def quiet(graph: Graph, within: float = 3.0) -> bool:
    deadline = time.monotonic() + within
    while running(graph):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


# -- values ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        0,
        -(2**62),
        2**53 + 1,
        1.5,
        -0.0,
        "",
        "Đặng Tiểu Bình ﷽ 邓小平 𝔊 e\u0301 'quote' \"double\" \\ back`tick\nline",
        [],
        ["a", "b"],
        [1, 2, 3],
        {"a": {"b": [1, None, "x"]}},
        date(1985, 11, 19),
        datetime(1985, 11, 19, 10, 40),
        datetime(1985, 11, 19, 10, 40, 30, 123000, tzinfo=UTC),
    ],
    ids=repr,
)
def test_a_parameter_comes_back_as_it_went(engine: Graph, value: object) -> None:
    [row] = engine.rows("RETURN $value AS value", {"value": value})
    assert row == {"value": value}
    assert type(row["value"]) is type(value)


@pytest.mark.parametrize(
    "value",
    [
        True,
        2**53 + 1,
        -62135596800,
        1.5,
        "",
        "näïve 邓",
        ["a", "b"],
        [1, 2],
        [],
        date(1985, 11, 19),
    ],
    ids=repr,
)
def test_a_property_comes_back_as_it_was_written(engine: Graph, value: object) -> None:
    engine.write("CREATE (a:Actor) SET a = $row", {"row": {"id": "actor/x", "value": value}})
    [row] = engine.rows("MATCH (a:Actor {id: 'actor/x'}) RETURN a.value AS value")
    assert row["value"] == value
    assert type(row["value"]) is type(value)


def test_a_null_property_is_no_property(engine: Graph) -> None:
    engine.write("CREATE (a:Actor) SET a = $row", {"row": {"id": "actor/x", "office": None}})
    [row] = engine.rows("MATCH (a:Actor) RETURN a")
    assert row == {"a": {"id": "actor/x", "labels": ["Actor"]}}


def test_nodes_edges_and_paths_are_plain_values(engine: Graph) -> None:
    engine.write(
        "CREATE (:Actor {id: 'actor/a'})-[:TOOK_PART {id: 'e-1', roles: ['host']}]->"
        "(:Meeting {id: 'meeting/m'})"
    )
    [row] = engine.rows(
        "MATCH p = (a:Actor)-[r]->(m) RETURN a, r, p, [a, m] AS both, {r: r} AS map"
    )
    actor = {"id": "actor/a", "labels": ["Actor"]}
    meeting = {"id": "meeting/m", "labels": ["Meeting"]}
    edge = {"id": "e-1", "roles": ["host"], "type": "TOOK_PART"}
    assert row == {
        "a": actor,
        "r": edge,
        "p": [actor, edge, meeting],
        "both": [actor, meeting],
        "map": {"r": edge},
    }


def test_parameters_are_data_and_never_query(engine: Graph) -> None:
    evil = "x'}) DETACH DELETE n //"
    engine.write("CREATE (:Actor {id: $id})", {"id": evil})
    assert engine.rows("MATCH (n:Actor {id: $id}) RETURN n.id AS id", {"id": evil}) == [
        {"id": evil}
    ]


# -- streams and limits -----------------------------------------------------------------------


def test_rows_are_streamed_and_leaving_stops_the_query(engine: Graph) -> None:
    began = time.monotonic()
    stream = engine.read(MANY)
    assert [next(stream)["i"] for _ in range(3)] == [1, 2, 3]
    stream.close()
    assert time.monotonic() - began < 3
    assert quiet(engine)


def test_a_row_limit_marks_a_list_and_ends_a_stream(engine: Graph) -> None:
    rows = engine.rows("UNWIND range(1, 10) AS i RETURN i", limit=4)
    assert [row["i"] for row in rows] == [1, 2, 3, 4]
    assert rows.truncated
    whole = engine.rows("UNWIND range(1, 10) AS i RETURN i", limit=10)
    assert len(whole) == 10
    assert not whole.truncated
    assert engine.rows(MANY, limit=2).truncated
    got = []
    with pytest.raises(QueryStoppedError, match="after 4 rows"):
        for row in engine.read("UNWIND range(1, 10) AS i RETURN i", limit=4):
            got.append(row["i"])
    assert got == [1, 2, 3, 4]
    assert quiet(engine)


@pytest.mark.parametrize("way", ["writer", "reader"])
def test_a_time_limit_stops_the_work_itself(engine: Graph, way: str) -> None:
    graph = engine if way == "writer" else engine.reader()
    began = time.monotonic()
    with pytest.raises(QueryStoppedError, match=r"after 0\.5 seconds"):
        graph.rows(ENDLESS, timeout=0.5)
    assert time.monotonic() - began < 4
    assert quiet(engine)
    assert graph.rows("RETURN 1 AS one", timeout=5) == [{"one": 1}]
    if graph is not engine:
        graph.close()


def test_a_time_limit_finds_a_long_query_text(engine: Graph) -> None:
    with pytest.raises(QueryStoppedError):
        engine.rows(f"{ENDLESS} // {'long ' * 2000}", timeout=0.5)
    assert quiet(engine)


def test_a_time_limit_stops_its_own_query_only(engine: Graph) -> None:
    slow: list[int] = []

    def other() -> None:
        rows = engine.rows("UNWIND range(1, 3000000) AS i RETURN count(toString(i)) AS n")
        slow.append(rows[0]["n"])

    thread = threading.Thread(target=other)
    thread.start()
    with pytest.raises(QueryStoppedError):
        engine.rows(ENDLESS, timeout=0.2)
    thread.join()
    assert slow == [3000000]


def test_a_time_limit_that_is_not_met_changes_nothing(engine: Graph) -> None:
    for _ in range(20):
        assert engine.rows("UNWIND range(1, 3) AS i RETURN i // end", timeout=10) == [
            {"i": 1},
            {"i": 2},
            {"i": 3},
        ]


# -- what a person types ----------------------------------------------------------------------

ATTACKS = [
    "CREATE (:Actor {id: 'actor/evil'})",
    "CREATE (:Evil {id: 'evil'})",
    "MATCH (a:Actor {id: 'actor/a'}) SET a.name = 'evil'",
    "MATCH (a:Actor {id: 'actor/a'}) SET a:Evil",
    "MATCH (a:Actor {id: 'actor/a'}) REMOVE a.name",
    "MATCH (a:Actor {id: 'actor/a'}) REMOVE a:Actor",
    "MATCH (a:Actor {id: 'actor/lone'}) DELETE a",
    "MATCH (a:Actor {id: 'actor/a'}) DETACH DELETE a",
    "MATCH ()-[r:CREDIT]->() DELETE r",
    "MATCH ()-[r:CREDIT]->() SET r.intensity = 3",
    "MERGE (:Actor {id: 'actor/evil'})",
    "MERGE (:Evil {id: 'evil'})",
    "MERGE (a:Actor {id: 'actor/a'}) ON MATCH SET a.name = 'evil'",
    "MATCH (a:Actor {id: 'actor/a'}), (b:Actor {id: 'actor/lone'}) CREATE (a)-[:CREDIT]->(b)",
    "MATCH (a:Actor {id: 'actor/a'}), (b:Actor {id: 'actor/lone'}) CREATE (a)-[:EVIL]->(b)",
    "MATCH (a:Actor {id: 'actor/a'}) CALL (a) { SET a.name = 'evil' } RETURN a",
    "MATCH (a:Actor) FOREACH (i IN [1] | SET a.name = 'evil')",
    "WITH 1 AS one CREATE (:Actor {id: 'actor/evil'}) RETURN one",
    "CREATE INDEX evil FOR (n:Actor) ON (n.evil)",
    "CREATE CONSTRAINT evil FOR (n:Evil) REQUIRE n.id IS UNIQUE",
    "DROP CONSTRAINT actor_id",
    "DROP INDEX took_part_id",
    "LOAD CSV FROM 'file:///etc/passwd' AS line RETURN line",
    "WITH 1 AS one LOAD CSV FROM 'file:///etc/passwd' AS line RETURN line",
    "CALL (*) { LOAD CSV FROM 'file:///etc/passwd' AS line RETURN line } RETURN line",
    "LOAD CSV FROM 'http://127.0.0.1:9/x' AS line RETURN line",
    "CREATE USER evil SET PASSWORD 'evilevil1'",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_whoever_may_only_read_cannot_do_more(engine: Graph, reader: Graph, attack: str) -> None:
    prepared(engine).write(
        "CREATE (a:Actor {id: 'actor/a', name: 'A'})-[:CREDIT {id: 'e-1', intensity: 1}]->"
        "(:Actor {id: 'actor/b', name: 'B'}), (:Actor {id: 'actor/lone', name: 'L'})"
    )
    everything = "MATCH (n) OPTIONAL MATCH (n)-[r]->() RETURN n, r ORDER BY n.id"
    before = engine.rows(everything)
    with pytest.raises(ReadOnlyError):
        reader.rows(attack)
    assert engine.rows(everything) == before
    with pytest.raises(ReadOnlyError):
        reader.write(attack)


@pytest.mark.parametrize(
    "attack",
    [
        "CALL db.createLabel('Evil')",
        "CALL dbms.listConfig() YIELD name RETURN name",
        "RETURN COLLECT { CALL dbms.components() YIELD name RETURN name } AS found",
        "CALL dbms.shutdown()",
        "SHOW USERS",
        "SHOW SETTINGS",
        "PROFILE CREATE (:Evil)",
        "CYPHER 5 LOAD CSV FROM 'file:///etc/passwd' AS line RETURN line",
    ],
)
def test_the_server_itself_is_out_of_reach(engine: Graph, reader: Graph, attack: str) -> None:
    # On one engine refused, on the other not even known.
    try:
        rows = reader.rows(attack)
    except (QueryError, EngineError):
        rows = []
    assert rows == []
    assert engine.rows("MATCH (n:Evil) RETURN n") == []


def test_whoever_may_only_read_can_read(engine: Graph, reader: Graph) -> None:
    prepared(engine).write(
        "CREATE (:Actor {id: 'actor/a', search: 'dejeuner'})-[:TOOK_PART {id: 'e-1'}]->"
        "(:Meeting {id: 'meeting/m'})"
    )
    assert reader.rows("MATCH (a)-[r]->(m) RETURN a.id AS a, r.id AS r, m.id AS m") == [
        {"a": "actor/a", "r": "e-1", "m": "meeting/m"}
    ]
    assert reader.rows("CALL db.labels() YIELD label RETURN count(label) > 1 AS some") == [
        {"some": True}
    ]
    assert reader.rows(
        "CALL db.index.fulltext.queryNodes('Actor[search]', $q) YIELD node RETURN node.id AS id",
        {"q": "dejeuner"},
    ) == [{"id": "actor/a"}]
    assert reader.reader() is reader


@pytest.fixture
def reader(engine: Graph) -> Graph:
    """The engine through its read-only way; opened once for each."""
    if engine.engine not in _READERS:
        _READERS[engine.engine] = engine.reader()
    return _READERS[engine.engine]


_READERS: dict[str, Graph] = {}


@pytest.fixture(scope="module", autouse=True)
def _close_readers() -> object:
    yield
    while _READERS:
        _READERS.popitem()[1].close()


# -- wrong queries, wrong doors -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("cypher", "said"),
    [
        ("MATCH (n RETURN n", "RETURN"),
        ("RETURN foo(1)", "foo"),
        ("MATCH (n:Actor) RETURN m", "m"),
        ("RETURN $missing AS x", "missing"),
        ("RETURN 1/0 AS x", "zero"),
    ],
)
def test_a_wrong_query_says_what_is_wrong(engine: Graph, cypher: str, said: str) -> None:
    with pytest.raises(QueryError, match=said):
        engine.rows(cypher)
    with pytest.raises(QueryError, match=said):
        engine.write(cypher)


def test_the_right_address_with_a_wrong_password(engine: Graph) -> None:
    url, user, _ = engine._place.door(False)
    with pytest.raises(WrongPasswordError, match="NEO4J_PASSWORD"):
        connect(url, user=user, password="wrong")


def test_a_database_that_is_not_there(engine: Graph) -> None:
    url, user, password = engine._place.door(False)
    with pytest.raises(DatabaseMissingError, match="NEO4J_DATABASE"):
        connect(url, user=user, password=password, database="nosuch")


def test_an_address_of_the_environment(engine: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    url, user, password = engine._place.door(False)
    monkeypatch.setenv("NEO4J_URI", url)
    monkeypatch.setenv("NEO4J_USERNAME", user)
    monkeypatch.setenv("NEO4J_PASSWORD", password)
    monkeypatch.setenv("NEO4J_DATABASE", engine.database or "neo4j")
    with connect() as graph:
        assert graph.engine == engine.engine
        assert graph.rows("RETURN 1 AS one") == [{"one": 1}]


def test_nobody_at_the_address() -> None:
    with pytest.raises(UnreachableError, match=r"127\.0\.0\.1"):
        connect("bolt://127.0.0.1:1", password="x")
    with pytest.raises(EngineError, match="bolt://localhost"):
        connect("http://127.0.0.1:7474")


# -- transactions -------------------------------------------------------------------------------


def test_a_transaction_is_whole_or_not_at_all(engine: Graph) -> None:
    with pytest.raises(ZeroDivisionError), engine.transaction() as transaction:
        transaction.run("CREATE (:Actor {id: 'actor/a'})")
        assert transaction.run("MATCH (a:Actor) RETURN count(a) AS n") == [{"n": 1}]
        assert engine.rows("MATCH (a:Actor) RETURN count(a) AS n") == [{"n": 0}]
        raise ZeroDivisionError
    assert engine.rows("MATCH (a:Actor) RETURN count(a) AS n") == [{"n": 0}]
    with engine.transaction() as transaction:
        transaction.run("CREATE (:Actor {id: 'actor/a'})")
    assert engine.rows("MATCH (a:Actor) RETURN count(a) AS n") == [{"n": 1}]


def test_an_error_of_the_caller_stays_the_callers(engine: Graph) -> None:
    with pytest.raises(FileNotFoundError), engine.transaction():
        open("/nowhere/at/all")  # noqa: SIM115


def test_many_who_count_up_one_record_lose_nothing(engine: Graph) -> None:
    prepared(engine)
    failures: list[Exception] = []

    def count() -> None:
        try:
            for _ in range(10):
                engine.in_transaction(bump)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert revision(engine) == 40


def test_a_unique_key_is_unique(engine: Graph) -> None:
    prepared(engine).write("CREATE (:Actor {id: 'actor/a'})")
    with pytest.raises(EngineError):
        engine.write("CREATE (:Actor {id: 'actor/a'})")


# -- schema -------------------------------------------------------------------------------------


def test_preparing_again_is_one_small_query(engine: Graph) -> None:
    prepared(engine)
    began = time.monotonic()
    made = prepare(
        engine,
        keys=KEYS,
        edge_types=["CREDIT", "TOOK_PART"],
        indexes=[("Meeting", "earliest"), ("Claim", "edge")],
        fulltext=FULLTEXT,
    )
    assert not made
    assert time.monotonic() - began < 0.5


def test_preparing_for_more_makes_more(engine: Graph) -> None:
    prepared(engine)
    engine.write("MATCH (v:Visavis {id: 'schema'}) DETACH DELETE v")
    assert prepare(engine, keys=KEYS, edge_types=["TOOK_PART", "CREDIT"], fulltext=FULLTEXT)
    names = {row["name"] for row in engine.rows("SHOW INDEXES YIELD name RETURN name")}
    assert {"Actor[search]", "Meeting[search]"} <= names


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("geneva", {"meeting/1", "meeting/2"}),
        ("gene*", {"meeting/1", "meeting/2"}),
        ("arms AND geneva", {"meeting/2"}),
        ("dejeuner", {"meeting/3"}),
        ("nowhere", set()),
    ],
)
def test_full_text_is_one_query_for_both(engine: Graph, words: str, found: set[str]) -> None:
    prepared(engine)
    texts = {1: "geneva summit", 2: "arms control geneva", 3: "dejeuner a paris"}
    rows = [{"id": f"meeting/{n}", "search": text} for n, text in texts.items()]
    engine.write("UNWIND $rows AS row CREATE (m:Meeting) SET m = row", {"rows": rows})
    answer = engine.rows(
        "CALL db.index.fulltext.queryNodes('Meeting[search]', $q) YIELD node, score "
        "RETURN node.id AS id, score",
        {"q": words},
    )
    assert {row["id"] for row in answer} == found


# -- the ingest lock ------------------------------------------------------------------------------


def test_one_ingest_at_a_time(engine: Graph) -> None:
    prepared(engine)
    with ingest_lock(engine) as hold:
        with (
            pytest.raises(BusyError, match=rf"process \d+ on {socket.gethostname()}, since"),
            ingest_lock(engine),
        ):
            pass
        engine.in_transaction(hold.guard)
    with ingest_lock(engine):
        pass


def test_waiting_for_the_ingest_lock(engine: Graph) -> None:
    prepared(engine)
    first = threading.Event()

    def hold_shortly() -> None:
        with ingest_lock(engine):
            first.set()
            time.sleep(0.5)

    thread = threading.Thread(target=hold_shortly)
    thread.start()
    first.wait(10)
    with ingest_lock(engine, wait=10):
        pass
    thread.join()


def test_a_lock_left_behind_runs_out(engine: Graph) -> None:
    prepared(engine)
    engine.write(
        "MERGE (l:IngestLock {id: 'ingest'}) SET l.token = 'x', l.host = 'elsewhere', l.pid = 1, "
        "l.birth = '1', l.since = timestamp(), l.until = timestamp() + 500"
    )
    with pytest.raises(BusyError, match="elsewhere"), ingest_lock(engine):
        pass
    with ingest_lock(engine, wait=5):
        pass


def test_a_lock_of_a_process_that_ended_is_free(engine: Graph) -> None:
    prepared(engine)
    engine.write(
        "MERGE (l:IngestLock {id: 'ingest'}) SET l.token = 'x', l.host = $host, l.pid = $pid, "
        "l.birth = 'long ago', l.since = timestamp(), l.until = timestamp() + 30000",
        {"host": socket.gethostname(), "pid": 1},
    )
    with ingest_lock(engine):
        pass


def test_a_held_lock_is_renewed_and_a_lost_one_noticed(engine: Graph) -> None:
    prepared(engine)
    with ingest_lock(engine, lease=0.8) as hold:
        time.sleep(1.2)
        engine.in_transaction(hold.guard)
        engine.write("MATCH (l:IngestLock) SET l.token = 'other'")
        with pytest.raises(BusyError, match="run it again"):
            engine.in_transaction(hold.guard)
    assert engine.rows("MATCH (l:IngestLock) RETURN l.token AS token") == [{"token": "other"}]


def test_two_takers_at_once_and_one_gets_it(engine: Graph) -> None:
    prepared(engine)
    got: list[str] = []
    barrier = threading.Barrier(4)

    def take(name: str) -> None:
        barrier.wait()
        taken = engine.in_transaction(lambda t: lock_module._try(t, name, 30))
        if taken is None:
            got.append(name)

    threads = [threading.Thread(target=take, args=(str(n),)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 1


def test_the_revision_moves_with_its_transaction(engine: Graph) -> None:
    prepared(engine)
    assert revision(engine) == 0

    def write(transaction: Transaction) -> int:
        transaction.run("CREATE (:Actor {id: 'actor/a'})")
        return bump(transaction)

    assert engine.in_transaction(write) == 1
    with pytest.raises(ZeroDivisionError), engine.transaction() as transaction:
        bump(transaction)
        raise ZeroDivisionError
    assert revision(engine) == 1


def test_one_large_transaction(engine: Graph) -> None:
    rows = [{"id": f"claim/{n}", "text": "x" * 50} for n in range(20_000)]

    def write(transaction: Transaction) -> None:
        for start in range(0, len(rows), 5000):
            transaction.run(
                "UNWIND $rows AS row CREATE (c:Big) SET c = row",
                {"rows": rows[start : start + 5000]},
            )

    engine.in_transaction(write)
    assert engine.rows("MATCH (c:Big) RETURN count(c) AS n") == [{"n": 20_000}]


def test_only_this_room_imports_the_driver() -> None:
    root = Path(__file__).resolve().parents[1]
    for room in ("schema", "queries", "ingest", "exchange", "dashboard"):
        for path in (root / room).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            assert "import neo4j" not in text and "from neo4j" not in text, path
