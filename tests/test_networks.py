"""Networks: opened by NetworkX and igraph, with attributes, parallel edges and dates intact."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import igraph
import networkx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from told import claim, meeting, shipped, told_of

from visavis.exchange.forms import FORMS, form_of
from visavis.exchange.networks import Network, chosen_types, network, save, written
from visavis.schema.claims import Citation
from visavis.schema.errors import NotFoundError

ENDINGS = {f.name: f.endings[0] for f in FORMS.values() if "edges" in f.options and f.endings}
HOSTILE = 'A "quoted" <name> & ]]> \\ back\x00\x0b\ufffe\U0001f600 Zoë\nline'
TELLS = [
    *meeting("ides", "-0043-03-15", "caesar", "brutus"),
    *meeting("open", "1985/..", "caesar", "brutus", "cato"),
    *meeting("undated", "", "brutus", "cato"),
    claim("actor/caesar", "named", HOSTILE),
    claim("actor/brutus", "named", "Brutus"),
    claim("actor/cato", "named", "Brutus"),  # two of one name
    claim("actor/caesar", "credit", "actor/brutus", "meeting/ides", act="thanks", order=1),
    claim("actor/caesar", "credit", "actor/brutus", "meeting/ides", act="praise", order=2),
    claim("actor/brutus", "discredit", "actor/caesar", "meeting/ides", act="insult", intensity=3),
    claim("actor/brutus", "bond", "actor/cato", kind="trust", change="formed", date="-0044~"),
]  # fmt: skip


def read(made: Network, path: Path, form: str) -> Any:
    """The network as NetworkX reads the file."""
    file = path / f"n{ENDINGS[form]}"
    save(made, file, form)
    if form == "graphml":
        return networkx.read_graphml(file, force_multigraph=True)
    if form == "gexf":
        return networkx.read_gexf(file)
    if form == "pajek":
        return networkx.read_pajek(file)
    data = json.loads(file.read_text("utf-8"))
    if form == "cytoscape":
        return networkx.cytoscape_graph(data)
    return networkx.node_link_graph(data, edges="edges")


@pytest.mark.parametrize("edges", ["participation", "acts", "together", "all", "credit,represents"])
@pytest.mark.parametrize("form", ENDINGS)
def test_networkx_opens_the_shipped_cases(form: str, edges: str, tmp_path: Path) -> None:
    made = network(shipped(), edges)
    graph = read(made, tmp_path, form)
    assert graph.number_of_nodes() == len(made.vertices) > 10
    assert graph.number_of_edges() == len(made.ties) > 10
    assert graph.is_directed() == made.directed
    wanted = Counter(str(t.attributes.get("date", "")) for t in made.ties if form != "pajek")
    if wanted:
        found = Counter(str(data.get("date", "")) for _, _, data in graph.edges(data=True))
        assert found == wanted
        names = {data.get("label") or data.get("name") for _, data in graph.nodes(data=True)}
        assert names == {v.name for v in made.vertices}


@pytest.mark.parametrize("edges", ["participation", "acts", "all"])
def test_igraph_opens_the_shipped_cases(edges: str, tmp_path: Path) -> None:
    made = network(shipped(), edges)
    for form, reader in (
        ("graphml", igraph.Graph.Read_GraphML),
        ("pajek", igraph.Graph.Read_Pajek),
    ):
        read(made, tmp_path, form)
        graph = reader(str(tmp_path / f"n{ENDINGS[form]}"))
        assert (graph.vcount(), graph.ecount()) == (len(made.vertices), len(made.ties))
        assert graph.is_directed() == made.directed
        if form == "graphml":
            assert sorted(graph.es["edge"]) == sorted(t.id for t in made.ties)
            assert sorted(graph.es["date"]) == sorted(
                str(t.attributes.get("date", "")) for t in made.ties
            )
            assert sorted(graph.vs["label"]) == sorted(v.name for v in made.vertices)


@pytest.mark.parametrize("form", ["graphml", "gexf", "node-link", "cytoscape"])
def test_attributes_parallel_edges_and_dates_are_intact(form: str, tmp_path: Path) -> None:
    graph = read(network(told_of(TELLS), "acts"), tmp_path, form)
    told = [(a, b, d["type"], d.get("act"), d.get("intensity"), d.get("date"), d.get("order"))
            for a, b, d in graph.edges(data=True)]  # fmt: skip
    assert sorted(told, key=str) == sorted(
        [
            ("actor/brutus", "actor/caesar", "DISCREDIT", "insult", 3, "-0043-03-15", None),
            ("actor/brutus", "actor/cato", "BOND", None, None, "-0044~", None),
            ("actor/caesar", "actor/brutus", "CREDIT", "praise", None, "-0043-03-15", 2),
            ("actor/caesar", "actor/brutus", "CREDIT", "thanks", None, "-0043-03-15", 1),
        ],
        key=str,
    )
    insult = next(d for _, _, d in graph.edges(data=True) if d["type"] == "DISCREDIT")
    assert insult["earliest"] == "-0043-03-15T00:00:00"
    assert insult["latest"] == "-0043-03-15T23:59:59"
    assert insult["contested"] is False
    assert insult["claims"].startswith("c-") and insult["edge"].startswith("e-")


def test_open_ends_and_what_is_not_told_are_not_there(tmp_path: Path) -> None:
    for form in ("graphml", "gexf", "node-link"):
        graph = read(network(told_of(TELLS)), tmp_path, form)
        told = graph.nodes["meeting/open"]
        assert told["date"] == "1985/.." and told["earliest"] == "1985-01-01T00:00:00"
        assert "latest" not in told
        assert not {"date", "earliest", "latest", "start", "end"} & set(
            graph.nodes["meeting/undated"]
        )
        if form == "gexf":
            assert (told["start"], "end" in told) == ("1985-01-01", False)
            ides = graph.nodes["meeting/ides"]
            assert (ides["start"], ides["end"]) == ("-0043-03-15", "-0043-03-15")


def test_two_modes_are_told_apart(tmp_path: Path) -> None:
    graph = read(network(told_of(TELLS)), tmp_path, "graphml")
    for _, told in graph.nodes(data=True):
        assert told["bipartite"] == (0 if told["node"] == "Actor" else 1)
    assert networkx.is_bipartite(graph) and not graph.is_directed()


def test_together_is_projected_once_a_pair() -> None:
    tells = [
        *TELLS,
        *meeting("session", "1985-02", "caesar", "cato"),
        claim("meeting/session", "part_of", "meeting/open"),
        *meeting("habit", "1985", "caesar", "cato", scope="practice"),
        *meeting("crowd", "1990", *(f"a{n}" for n in range(5))),
    ]
    made = network(told_of(tells), "together", largest=4)
    pairs = {(t.start, t.end): t for t in made.ties}
    assert set(pairs) == {
        ("actor/brutus", "actor/caesar"), ("actor/brutus", "actor/cato"), ("actor/caesar", "actor/cato"),
    }  # fmt: skip
    ides = pairs["actor/brutus", "actor/caesar"]  # the summit `open` is told by its session
    assert (ides.weight, ides.attributes["shared"], ides.attributes["newman"]) == (1.0, 1, 1.0)
    assert made.left_out == {
        "participations in series and practices": 2,
        "participations in summits that are told by their sessions": 3,
        "encounters of more than 4 participants": 1,
    }


def test_spells_of_pairs_that_met_twice(tmp_path: Path) -> None:
    tells = [*meeting("a", "1985-01-02", "x", "y"), *meeting("b", "1990", "x", "y", "z")]
    graph = read(network(told_of(tells), "together"), tmp_path, "gexf")
    pair = graph.edges["actor/x", "actor/y"]
    assert pair["spells"] == [("1985-01-02", "1985-01-02"), ("1990-01-01", "1990-12-31")]
    assert (pair["start"], pair["end"], pair["weight"]) == ("1985-01-02", "1990-12-31", 2.0)
    assert pair["newman"] == 1.5


def test_a_period_and_leads() -> None:
    tells = [
        *meeting("a", "1962", "x", "y"),
        *meeting("b", "1963-01", "x", "y"),
        *meeting("c", "", "x", "y"),
        claim("actor/x", "credit", "actor/y", "meeting/a", act="thanks", basis="machine"),
    ]
    made = network(told_of(tells), "took-part", to="1962")
    assert {t.end for t in made.ties} == {"meeting/a"}
    assert made.left_out == {"edges outside the period": 2, "edges without a date": 2}
    assert network(told_of(tells), "credit").left_out == {"machine-coded edges": 1}
    assert len(network(told_of(tells), "credit", leads=True).ties) == 1
    with pytest.raises(NotFoundError):
        network(told_of(tells), from_="sometime")


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(name=TEXT, title=TEXT, memo=TEXT)
@settings(max_examples=40, deadline=None)
def test_no_text_breaks_a_file(
    tmp_path_factory: pytest.TempPathFactory, name: str, title: str, memo: str
) -> None:
    tells = [
        *meeting("m", "1985", "x", "y"),
        claim("actor/x", "named", name or "-"), claim("actor/y", "named", name or "-"),
        claim("meeting/m", "remark", title or "-"),
        claim("actor/x", "represents", "actor/y", "meeting/m", office=memo or "-", meeting="meeting/m"),
    ]  # fmt: skip
    folder = tmp_path_factory.mktemp("n")
    for form in ENDINGS:
        graph = read(network(told_of(tells), "all"), folder, form)
        assert (graph.number_of_nodes(), graph.number_of_edges()) == (3, 3), form


def test_hostile_names_are_cleaned_and_the_rest_stays(tmp_path: Path) -> None:
    graph = read(network(told_of(TELLS)), tmp_path, "graphml")
    name = graph.nodes["actor/caesar"]["label"]
    assert name == 'A "quoted" <name> & ]]> \\ back\ufffd\ufffd\ufffd\U0001f600 Zoë\nline'
    assert b"]]>" not in (tmp_path / "n.graphml").read_bytes()
    labels = set(read(network(told_of(TELLS)), tmp_path, "pajek").nodes)
    # Without the mark Pajek shows accents as rubbish; with it before *Vertices others fail.
    assert (tmp_path / "n.net").read_bytes().startswith(b"\xef\xbb\xbf*Network participation\n*Ver")
    assert {"Brutus (actor/brutus)", "Brutus (actor/cato)"} <= labels


def test_the_same_bytes_each_time(tmp_path: Path) -> None:
    for form in ENDINGS:
        read(network(shipped(), "all"), tmp_path, form)
        first = (tmp_path / f"n{ENDINGS[form]}").read_bytes()
        read(network(shipped(), "all"), tmp_path, form)
        assert (tmp_path / f"n{ENDINGS[form]}").read_bytes() == first
    assert not list(tmp_path.glob(".*"))


def test_each_edge_says_where_it_stands() -> None:
    other = (Citation("source/y", "3; 4"), Citation("source/x", "p. 1", relation="disputes"))
    tells = [
        *meeting("a", "1985", "x", "y"),
        claim("actor/x", "credit", "actor/y", "meeting/a", act="thanks"),
        claim(
            "actor/x", "credit", "actor/y", "meeting/a", act="thanks", coder="b", citations=other
        ),
    ]
    [tie] = network(told_of(tells), "credit").ties
    assert tie.attributes["cited"] == "x p. 1; x p. 1 (disputes); y 3; 4"
    assert network(told_of(tells), "together").ties[0].attributes["cited"] == "x p. 1"
    assert all(tie.attributes["cited"] for tie in network(shipped(), "all", leads=True).ties)


def test_a_record_of_ones_own_takes_no_name_of_ours(tmp_path: Path) -> None:
    """As CSL-JSON has it: its own `id` once became the identifier of the source."""
    record = {"id": "ITEM-1", "title": "T", "label": "p.", "node": "x", "weight": "3", "key": "k"}
    tells = [claim("source/x", "described_as", json.dumps(record)), *meeting("m", "1985", "a")]
    made = network(told_of([*tells, claim("source/x", "refers_to", "source/y")]), "refers_to")
    for form in set(ENDINGS) - {"pajek"}:
        told = read(made, tmp_path, form).nodes["source/x"]
        assert (told["title"], told["node"]) == ("T", "Source"), form
    assert [v.name for v in made.vertices] == ["T", "y"]


def test_a_network_of_nothing_opens(tmp_path: Path) -> None:
    for form in ENDINGS:
        graph = read(network(told_of([]), "acts"), tmp_path, form)
        assert (graph.number_of_nodes(), graph.number_of_edges()) == (0, 0), form


def test_no_file_but_a_whole_one_takes_the_name(tmp_path: Path) -> None:
    """What was there stays where writing fails; a folder or a device is not written over."""
    made = network(shipped())
    target = tmp_path / "n.net"
    target.write_text("mine")
    with pytest.raises(OSError, match="full"), written(target) as file:
        file.write(b"half")
        raise OSError("full")
    assert target.read_text() == "mine" and list(tmp_path.iterdir()) == [target]
    for path in (tmp_path, Path("/dev/null")):
        with pytest.raises(NotFoundError, match=r"is a folder|is no file"):
            save(made, path, "pajek")
    assert not Path("/dev/null").is_file()


def test_names_of_edges_and_forms() -> None:
    assert chosen_types("Credit, took-part,credit") == ("CREDIT", "TOOK_PART")
    with pytest.raises(NotFoundError) as error:
        chosen_types("credti")
    assert "credit" in error.value.suggestions
    for none in (" , ", "acts,together"):
        with pytest.raises(NotFoundError, match=r"no edges are named|stands alone"):
            chosen_types(none)
    with pytest.raises(NotFoundError, match=r"ends \(1980\) before it begins \(1990\)"):
        network(told_of([]), from_="1990", to="1980")
    assert form_of(Path("a.csl.json")).name == "csl"
    assert form_of(Path("A.GEXF")).name == "gexf"
    assert form_of(Path("out")).name == "folder"
    assert form_of(Path("a.json"), "cytoscape").name == "cytoscape"
    for path, name in ((Path("a.xyz"), ""), (Path("a"), "gephi")):
        with pytest.raises(NotFoundError) as error:
            form_of(path, name)
        assert len(error.value.suggestions) == len(FORMS)
    endings = [ending for form in FORMS.values() for ending in form.endings]
    assert len(set(endings)) == len(endings)
