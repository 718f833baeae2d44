"""Frames, NetworkX and py2neo: out, and back in through claims that cite."""

from __future__ import annotations

import gc
import json
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import networkx
import pandas
import polars
import pytest
import small
from hypothesis import given, settings
from hypothesis import strategies as st
from told import claim, meeting, shipped, told_of

from visavis.exchange.frames import (
    changed_in,
    claims_of_frame,
    claims_of_graph,
    frames,
    keep_claims,
    networkx_parts,
    to_networkx,
)
from visavis.face import Project
from visavis.graph.connect import Graph
from visavis.ingest import run
from visavis.ingest.claims import read_lines
from visavis.schema.errors import DataError, EngineError, QueryError
from visavis.schema.model import vocabulary

TERMS = vocabulary()
CITED = {"source": "bramsen2024", "locator": "192"}


# -- out ------------------------------------------------------------------------------------------


def test_frames_hold_all_that_leaves() -> None:
    told = shipped()
    made = frames(told)
    assert made.nodes["id"].to_list() == [n.id for n in told.nodes()]
    assert made.edges.height == sum(1 for _ in told.edges())
    assert made.claims.height == sum(1 for _ in told.claims())
    geneva = made.nodes.filter(polars.col("id") == "meeting/geneva-1985").to_dicts()[0]
    node = next(n for n in told.nodes() if n.id == "meeting/geneva-1985")
    assert {k: v for k, v in geneva.items() if v is not None} == {
        **node.properties, "kind_of_node": "Meeting",
    }  # fmt: skip
    assert made.edges.schema["earliest"] == polars.Int64
    assert made.edges.schema["claims"] == polars.List(polars.String)
    counts = dict(made.edges.group_by("type").len().iter_rows())
    assert counts["CREDIT"] == sum(1 for e in told.edges() if e.type == "CREDIT")
    assert [len(f) for f in made.to_pandas()] == [
        f.height for f in (made.nodes, made.edges, made.claims)
    ]


def test_networkx_graph_is_the_network() -> None:
    graph = to_networkx(shipped(), "acts")
    assert isinstance(graph, networkx.MultiDiGraph)
    assert graph.number_of_edges("actor/reagan", "actor/gorbachev") > 3
    assert not to_networkx(shipped(), "together").is_directed()


# -- in -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pandas_too", [False, True])
def test_a_frame_gives_the_same_claims(pandas_too: bool) -> None:
    told = {claim_id: claim for claim_id, claim in shipped().claims()}
    frame: Any = frames(shipped()).claims
    claims, faults = claims_of_frame(frame.to_pandas() if pandas_too else frame, TERMS)
    assert not faults
    assert [c.to_dict() | {"origin": 0} for c in claims] == [
        {**c.to_dict(), "origin": 0} for c in told.values()
    ]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"subject": "actor/a", "predicate": "named", "value": "A"}, "no source is cited"),
        ({"subject": "actor/a", "predicate": "namd", "value": "A"}, "unknown predicate"),
        ({"subject": "aktor/a", "predicate": "named", "value": "A"}, "is no identifier"),
        ({"subject": "actor/", "predicate": "named", "value": "A"}, "has no key"),
        ({"subject": 7, "predicate": "named", "value": "A"}, "is no text"),
        ({"predicate": "named", "value": "A"}, "is missing"),
        ({"subject": "actor/a", "predicate": "named", "valeu": "A"}, "did you mean 'value'"),
        ({"subject": "actor/a", "predicate": "named", "value": "A", "citations": "x"}, "is no JSON"),
        ({"subject": "actor/a", "predicate": "named", "value": "A", "citations": [3]}, "no citation"),
        ({"subject": "actor/a", "predicate": "named", "value": "A", "citations": [{"source": "x"}]}, "no source"),
        ({"subject": "actor/a", "predicate": "named", "value": "A", "citations": [{"source": "source/x"}]}, "locator"),
        ({"subject": "actor/a", "predicate": "named", "value": "A", "order": "first"}, "no whole number"),
        ({"subject": "actor/a", "predicate": "named", "value": "A", "correction": 1}, "neither true nor false"),
        ({"subject": "actor/a", "predicate": "named", "value": "A", "qualifiers": [1]}, "no mapping"),
        ({"subject": "actor/a", "predicate": "named", "value": "A\x00"}, "is no text"),
        ({"subject": "actor/a", "predicate": "named", "value": "\ud800"}, "is no text"),
        ({"subject": "actor/a", "predicate": "credit", "object": "actor/b", "qualifiers": {"act": "snubb"}}, "unknown act"),
        ({"subject": "actor/a", "predicate": "credit", "object": "actor/b", "qualifiers": {"act": "snub", "ritual": "x"}}, "no identifier"),
    ],
)  # fmt: skip
def test_a_wrong_row_is_a_fault_with_its_line(row: dict[str, Any], words: str) -> None:
    good = {
        "subject": "actor/a",
        "predicate": "named",
        "value": "A",
        "citations": [{"source": "source/x", "locator": "1"}],
    }
    claims, faults = claims_of_frame([good, row], TERMS, "f")
    assert len(claims) == 1 and faults
    assert all(fault.line == 2 and fault.file == "f" for fault in faults)
    assert any(words in str(fault) for fault in faults), [str(f) for f in faults]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=6,
)
FIELDS = st.sampled_from(
    ["subject", "predicate", "object", "value", "about", "qualifiers", "citations", "order", "date", "key", "x"]
)  # fmt: skip
LIKELY = st.sampled_from(
    ["actor/a", "meeting/m", "named", "credit", "took_part", "1985", "[]", '{"act": "thanks"}',
     [{"source": "source/x", "locator": "1"}], {"act": "thanks"}]
)  # fmt: skip


@given(rows=st.lists(st.dictionaries(FIELDS, LIKELY | JSON, max_size=8), max_size=3))
@settings(max_examples=150, deadline=None)
def test_any_rows_give_claims_or_faults(rows: list[dict[str, Any]]) -> None:
    claims, faults = claims_of_frame(rows, TERMS)
    assert len(claims) + len({fault.line for fault in faults}) == len(rows)
    for each in claims:
        assert each.citations and each.id.startswith("c-") and each.to_json().encode()


@given(raw=st.binary(max_size=200) | JSON.map(lambda data: json.dumps(data).encode()))
@settings(max_examples=100, deadline=None)
def test_any_bytes_give_claims_or_faults(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.claims.jsonl"
    path.write_bytes(raw)
    for origins in (False, True):
        claims, faults = read_lines(path, "any.claims.jsonl", TERMS, origins=origins)
        assert claims == [] and all(fault.line for fault in faults)


def test_lines_that_are_long_or_deep(tmp_path: Path) -> None:
    path = tmp_path / "x.claims.jsonl"
    path.write_bytes(b"[" * 100_000 + b"\n\n" + b'"' + b"x" * 1_000_001 + b'"\n')
    claims, faults = read_lines(path, "x", TERMS)
    assert not claims and [f.line for f in faults] == [1, 3]


# -- nodes and edges of a notebook ------------------------------------------------------------------


def test_new_edges_become_claims() -> None:
    graph = networkx.MultiDiGraph()
    graph.add_node("actor/merkel", name="Angela Merkel", kind="person", **CITED)
    graph.add_node("meeting/m", title="They meet", date="2007-01-21", **CITED)
    graph.add_edge(
        "actor/merkel", "meeting/m", type="TOOK_PART", roles="guest", coder="anna", **CITED
    )
    graph.add_edge(
        "actor/putin",
        "actor/merkel",
        type="DISCREDIT",
        act="insult",
        meeting="meeting/m",
        intensity=2,
        **CITED,
    )
    graph.add_edge("meeting/m", "term/dominant", type="SHOWS", **CITED)
    claims, faults, passed = claims_of_graph(*networkx_parts(graph), TERMS)
    assert not faults and not passed
    told = {(c.subject, c.predicate, c.object or c.value, c.about) for c in claims}
    assert told == {
        ("actor/merkel", "named", "Angela Merkel", "actor/merkel"),
        ("actor/merkel", "is_a", "person", "actor/merkel"),
        ("meeting/m", "titled", "They meet", "meeting/m"),
        ("meeting/m", "dated", "2007-01-21", "meeting/m"),
        ("actor/merkel", "took_part", "meeting/m", "meeting/m"),
        ("actor/putin", "discredit", "actor/merkel", "meeting/m"),
        ("meeting/m", "mode", "term/dominant", "meeting/m"),
    }
    part = next(c for c in claims if c.predicate == "took_part")
    assert part.qualifiers == {"roles": ("guest",)} and part.coder == "anna"


@pytest.mark.parametrize(
    ("kind", "ends", "told", "words"),
    [
        ("CREDIT", "ab", {"act": "thanks"}, "nothing uncited enters"),
        ("CREDIT", "ab", {"act": "thanks", "source": "x"}, "nothing uncited enters"),
        ("CREDIT", "ab", {"act": "thanks", "warmth": 3, **CITED}, "cannot be said"),
        ("CREDTI", "ab", CITED, "did you mean 'CREDIT'"),
        ("CREDIT", "ab", CITED, "'act' is missing"),
        ("CREDIT", "aa", {"act": "thanks", **CITED}, "itself"),
        ("TOOK_PART", "ab", CITED, "no TOOK_PART goes from Actor to Actor"),
    ],
)
def test_nothing_uncited_or_unknown_enters(
    kind: str, ends: str, told: dict[str, Any], words: str
) -> None:
    a, b = (f"actor/{end}" for end in ends)
    claims, faults, _ = claims_of_graph([], [(kind, a, b, told)], TERMS)
    assert not claims and any(words in str(fault) for fault in faults), [str(f) for f in faults]


def test_what_came_from_the_graph_goes_back_as_nothing() -> None:
    told = told_of(meeting("m", "1985", "a", "b"))
    claims, faults, passed = claims_of_graph(*networkx_parts(to_networkx(told)), TERMS)
    assert (claims, faults, passed["edges"]) == ([], [], 2)


def test_what_came_from_the_graph_and_was_changed_is_refused() -> None:
    told = told_of(
        [
            *meeting("m", "1985", "a", "b"),
            claim("actor/a", "credit", "actor/b", "meeting/m", act="thanks"),
        ]
    )

    def faults(graph: Any) -> list[str]:
        found = changed_in(lambda everything: told, *networkx_parts(graph), "g")
        return [f"{fault.record} {fault.message}" for fault in found]

    graph = to_networkx(told, "all")
    networkx.set_node_attributes(graph, 0.5, "centrality")
    assert faults(graph) == faults(to_networkx(told, "together")) == []
    back = networkx.node_link_graph(networkx.node_link_data(graph, edges="edges"), edges="edges")
    assert faults(back) == faults(to_networkx(told)) == []
    [(a, b, key)] = [e[:3] for e in graph.edges(keys=True, data=True) if e[3]["type"] == "CREDIT"]
    for change in ({"act": "praise"}, {"intensity": 3}, {"edge": "e-0"}, {"type": "DISCREDIT"}):
        other = graph.copy()
        other.edges[a, b, key].update(change)
        [said] = faults(other)
        assert said.endswith("bears claims and is not as the graph has it")
    graph.nodes["meeting/m"]["title"] = "Other"
    assert [said.split()[0] for said in faults(graph)] == ["meeting/m"]


def test_claims_are_kept_once(tmp_path: Path) -> None:
    claims = [c for _, c in told_of(meeting("m", "1985", "a", "b")).claims()]
    path = keep_claims(claims, tmp_path, "mine", TERMS)
    assert path.name == "mine.claims.jsonl"
    first = path.read_bytes()
    keep_claims(claims[:2], tmp_path, "mine", TERMS)
    assert path.read_bytes() == first
    read, faults = read_lines(path, path.name, TERMS)
    assert not faults and {c.id for c in read} == {c.id for c in claims}
    with pytest.raises(DataError):
        keep_claims(claims, tmp_path, "../mine", TERMS)
    path.write_text("{}\n")
    with pytest.raises(DataError):
        keep_claims(claims, tmp_path, "mine", TERMS)


# -- with an engine ---------------------------------------------------------------------------------


@pytest.fixture
def project(engine: Graph, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Project]:
    from test_ingest import fresh

    monkeypatch.setattr(run, "_shipped_vocabulary", small.slim_vocabulary)
    (tmp_path / "visavis.yaml").touch()
    small.write(tmp_path, small.FILES)
    (tmp_path / "visavis.yaml").touch()
    made = Project(tmp_path, fresh(engine))
    made.ingest()
    yield made
    fresh(engine)


@pytest.fixture
def untidy() -> Iterator[None]:
    """py2neo drops the sockets of connections that failed or were given back without closing."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "unclosed <socket", ResourceWarning)
        yield
        gc.collect()


@pytest.mark.usefixtures("untidy")
def test_py2neo_there_and_back(project: Project) -> None:
    py2neo = pytest.importorskip("py2neo")
    part = project.to_py2neo(
        "MATCH (a:Actor)-[r:CREDIT]->(b:Actor) WHERE a.id = $id RETURN a, r, b",
        {"id": "actor/reagan"},
    )
    assert isinstance(part, py2neo.Subgraph) and len(part.nodes) == 2
    [credit] = part.relationships
    assert isinstance(credit, py2neo.Relationship) and type(credit).__name__ == "CREDIT"
    assert credit["act"] == "invitation" and credit.start_node["name"] == "Ronald Reagan"
    assert not project.to_py2neo("RETURN 1 AS one").nodes
    with pytest.raises(QueryError):
        project.to_py2neo("MATCH (")
    if project.graph.engine == "arcadedb":  # the reader may not write
        with pytest.raises((QueryError, EngineError)):
            project.to_py2neo("CREATE (a:Actor {id: 'actor/x'}) RETURN a")

    merkel = py2neo.Node("Actor", key="merkel", name="Angela Merkel", **CITED)
    reagan = credit.start_node
    thanks = py2neo.Relationship(
        reagan, "CREDIT", merkel, act="thanks", meeting="meeting/geneva-1985", **CITED
    )
    uncited = py2neo.Relationship(merkel, "CREDIT", reagan, act="thanks")
    with pytest.raises(DataError, match="nothing uncited enters"):
        project.add(part | thanks | uncited, "notebook")
    assert not project.graph.rows("MATCH (a:Actor {id: 'actor/merkel'}) RETURN a.id AS id")
    report = project.add(part | thanks, "notebook")
    assert report.added == ["notebook.claims.jsonl"] and report.written.claims_added == 2
    rows = project.graph.rows(
        "MATCH (a:Actor)-[r:CREDIT]->(b:Actor {id: 'actor/merkel'}) RETURN a.id AS a, b.name AS b, r.claims AS claims"
    )
    assert [(r["a"], r["b"], len(r["claims"])) for r in rows] == [
        ("actor/reagan", "Angela Merkel", 1)
    ]
    assert not project.ingest().written  # it is a file of the project like any other
    credit["act"] = "praise"
    with pytest.raises(DataError, match="is not as the graph has it"):
        project.add(part, "notebook")


@pytest.mark.parametrize("engine", ["arcade"], indirect=True)
def test_frames_there_and_back(project: Project) -> None:
    made = project.frames()
    assert made.claims.height > 50 and project.to_networkx("acts").number_of_edges() > 3
    claims = made.claims.filter(polars.col("predicate") == "credit").with_columns(
        coder=polars.lit("cleo")
    )
    report = project.add(claims.to_pandas(), "cleo")
    assert report.written.claims_added == claims.height and not report.faulty
    assert (project.root / "cleo.claims.jsonl").is_file()
    wrong = pandas.DataFrame([{"subject": "actor/x", "predicate": "named", "value": "X"}])
    with pytest.raises(DataError, match="no source is cited"):
        project.add(wrong, "cleo")
    project.export(project.root / "out")  # an export within the project is no part of it
    assert not project.ingest().written


@pytest.mark.usefixtures("untidy")
def test_py2neo_says_why_it_does_not_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that speaks no Bolt of its age."""
    import socket
    import threading

    from visavis.exchange.py2neo_adapter import connect_py2neo

    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()

        def refuse() -> None:
            for _ in range(4):
                try:
                    there, _ = listening.accept()
                except OSError:
                    return
                there.recv(64)
                there.sendall(b"\0\0\0\0")  # no version of Bolt in common
                there.close()

        threading.Thread(target=refuse, daemon=True).start()

        class There:
            address = "bolt://there"
            database = None

            def login(self) -> tuple[str, str, str]:
                return f"bolt://127.0.0.1:{listening.getsockname()[1]}", "a", "b"

        with pytest.raises(
            EngineError, match=r"py2neo does not reach bolt://there.*Bolt up to 4\.4"
        ):
            connect_py2neo(There())  # type: ignore[arg-type]
