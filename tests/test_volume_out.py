"""A whole FRUS volume leaves and is opened by tools that are not ours: counts and dates compared."""

from __future__ import annotations

import csv
import functools
import io
import json
import shutil
from collections import Counter
from pathlib import Path

import frictionless
import igraph
import pyoxigraph as ox
import pytest
import rdflib
import sqlite_utils
from conftest import empty
from test_frus import SHARED
from test_networks import ENDINGS, read
from test_rdf import ENDING, ONTOLOGY, OX
from told import told_of

from visavis.exchange.events import save_tables, tables
from visavis.exchange.leaving import Leaving
from visavis.exchange.networks import network
from visavis.exchange.publish import Publication, publish
from visavis.exchange.rdf import write_rdf
from visavis.graph.connect import Graph
from visavis.ingest.frus import read_volume
from visavis.ingest.rdf import read_claims, shape_faults
from visavis.ingest.run import ingest
from visavis.schema import dates
from visavis.schema.linked import BASE, date_type, expand
from visavis.schema.model import vocabulary

VOLUME = SHARED / "frus1961-63v05.xml"
pytestmark = pytest.mark.skipif(not VOLUME.is_file(), reason=f"the volume is not in {SHARED}")


@functools.cache
def volume() -> Leaving:
    told = read_volume(VOLUME, VOLUME.name)
    return told_of({c.id: c for reading in told for c in reading.claims}.values())


@functools.cache
def text(form: str) -> str:
    out = io.StringIO()
    write_rdf(volume(), out, form)
    return out.getvalue()


def dated() -> Counter[tuple[str, str]]:
    """Of each claim that dates a node: the date, and the type that its literal has."""
    claims = (c for _, c in volume().claims() if c.predicate == "dated")
    return Counter((c.value, expand(date_type(c.value))) for c in claims)


DATED = (
    "SELECT ?date WHERE { ?claim a visavis:Claim ; rdf:predicate visavis:dated ; rdf:object ?date }"
)


@pytest.mark.parametrize("form", OX)
def test_pyoxigraph_opens_the_volume(form: str) -> None:
    store = ox.Store()
    store.bulk_load(text(form).encode(), format=OX[form])
    prefixes = {"visavis": ONTOLOGY, "rdf": str(rdflib.RDF)}
    rows = store.query(DATED, prefixes=prefixes, use_default_graph_as_union=True)
    found = Counter((row[0].value, row[0].datatype.value) for row in rows)
    assert found == dated() and found.total() > 150
    kind, claim = ox.NamedNode(str(rdflib.RDF.type)), ox.NamedNode(ONTOLOGY + "Claim")
    named = {quad.subject.value for quad in store.quads_for_pattern(None, kind, claim, None)}
    assert named == {f"{BASE}claim/{claim_id}" for claim_id, _ in volume().claims()}
    if form != "trig":
        assert len(store) == len(set(text("ntriples").splitlines()))


@pytest.mark.parametrize("form", OX)
def test_the_volume_comes_back_field_by_field(form: str, tmp_path: Path) -> None:
    path = tmp_path / f"volume{ENDING[form]}"
    path.write_text(text(form), "utf-8", newline="")
    again, faults = read_claims(path, path.name, vocabulary() if form == "turtle" else None)
    assert not faults
    assert {c.id: c.to_json() for c in again} == {i: c.to_json() for i, c in volume().claims()}


@pytest.mark.parametrize("form", ENDINGS)
def test_networkx_opens_the_volume(form: str, tmp_path: Path) -> None:
    made = network(volume())
    graph = read(made, tmp_path, form)
    assert graph.number_of_nodes() == len(made.vertices) > 150
    assert graph.number_of_edges() == len(made.ties) > 300
    if form != "pajek":
        found = Counter(data["date"] for _, _, data in graph.edges(data=True))
        assert found == Counter(tie.attributes["date"] for tie in made.ties)
    if form in ("graphml", "pajek"):
        reader = {"graphml": igraph.Graph.Read_GraphML, "pajek": igraph.Graph.Read_Pajek}[form]
        opened = reader(str(tmp_path / f"n{ENDINGS[form]}"))
        assert (opened.vcount(), opened.ecount()) == (len(made.vertices), len(made.ties))


def test_hyperevents_of_the_volume_are_its_encounters(tmp_path: Path) -> None:
    made = tables(volume(), "eventnet")
    save_tables(made, tmp_path)
    with (tmp_path / "events.csv").open(encoding="utf-8", newline="") as file:
        rows = [r for r in csv.DictReader(file) if r["type"] not in ("add_actor", "remove_actor")]
    days = {row["event_id"]: int(row["time"]) for row in rows}
    assert len(days) == made.events > 40
    told = {node.id: node.properties for node in volume().nodes()}
    begin = dates.to_seconds(1970) // 86_400
    assert days == {i: told[i]["earliest"] // 86_400 - begin for i in days}


@pytest.mark.trial
@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
@pytest.mark.parametrize("engine", ["arcade"], indirect=True)
def test_the_volume_is_published(engine: Graph, tmp_path: Path) -> None:
    """The whole way, with rdflib, frictionless and sqlite-utils at its end; twice the same."""
    empty(engine)
    shutil.copy(VOLUME, tmp_path)
    ingest(engine, tmp_path)
    about = Publication("A volume")
    done = publish(engine, tmp_path / "a", about)
    publish(engine, tmp_path / "b", about)
    first, second = (
        {p.relative_to(d): p.read_bytes() for p in d.rglob("*") if p.is_file()}
        for d in (tmp_path / "a", tmp_path / "b")
    )
    assert first == second
    report = frictionless.validate(str(tmp_path / "a" / "datapackage.json"))
    assert report.valid, report.flatten(["rowNumber", "fieldName", "type", "message"])[:5]
    rows = {task.name: task.stats["rows"] for task in report.tasks}
    assert (rows["claims"], rows["nodes"], rows["edges"]) == (done.claims, done.nodes, done.edges)
    base = sqlite_utils.Database(tmp_path / "a" / "graph.db")
    assert base["claim"].count == done.claims and base["edge"].count == done.edges
    assert base.execute("PRAGMA foreign_key_check").fetchall() == []
    lines = (tmp_path / "a" / "data" / "nodes.jsonl").read_text("utf-8").splitlines()
    nodes = map(json.loads, lines)
    meetings = {n["id"]: n["properties"].get("date") for n in nodes if n["labels"] == ["Meeting"]}
    assert {r["id"]: r["date"] for r in base["meeting"].rows} == meetings and len(meetings) > 50
    base.conn.close()
    graph = rdflib.Graph().parse(tmp_path / "a" / "graph.ttl")
    claims = set(graph.subjects(rdflib.RDF.type, rdflib.URIRef(ONTOLOGY + "Claim")))
    assert len(claims) == done.claims
    assert shape_faults(tmp_path / "a" / "graph.ttl", "graph.ttl", vocabulary()) == []  # by pyshacl
    empty(engine)
