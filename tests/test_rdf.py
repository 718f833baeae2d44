"""RDF out and in again: the same claims, the same graph in every format, and no fault unsaid."""

from __future__ import annotations

import http.server
import io
import json
import os
import random
import re
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
import small
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_export import FIELD, SECRETS
from test_ingest import fresh

from visavis.exchange.leaving import Exported, Leaving, leaving
from visavis.exchange.rdf import FORMATS, export_rdf, locate, write_rdf
from visavis.graph.connect import Graph
from visavis.graph.write import read_claims as claims_in
from visavis.ingest import run
from visavis.ingest.rdf import read_claims, shape_faults
from visavis.ingest.run import ingest
from visavis.queries import library
from visavis.schema.claims import Citation, Claim, Origin, problems
from visavis.schema.errors import DataError, NotFoundError
from visavis.schema.linked import BASE, ONTOLOGY, PREFIXES, address, date_type, expand
from visavis.schema.model import model, vocabulary
from visavis.schema.ontology import FILES
from visavis.schema.project import project

ROOT = Path(__file__).parent.parent
OX = {
    "turtle": ox.RdfFormat.TURTLE, "ntriples": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD, "trig": ox.RdfFormat.TRIG,
}  # fmt: skip
ENDING = {name: ending for ending, name in FORMATS.items()}


def told(claims: Iterable[Claim]) -> Leaving:
    """What leaves a graph of these claims, without a database."""
    unique = {claim.id: claim for claim in claims}
    made = project(unique.values())
    return Leaving(
        Exported(),
        lambda: sorted(unique.items()),
        lambda: sorted(made.nodes.values(), key=lambda n: n.id),
        lambda: sorted(made.edges.values(), key=lambda e: (e.type, e.start, e.end, e.id)),
    )


def written(claims: Iterable[Claim], form: str) -> str:
    out = io.StringIO()
    write_rdf(told(claims), out, form)
    return out.getvalue()


def back(text: str, form: str, folder: Path, check: bool = False) -> tuple[list[Claim], list[str]]:
    path = folder / f"g{ENDING[form]}"
    path.write_text(text, "utf-8", newline="")
    claims, faults = read_claims(path, path.name, vocabulary() if check else None)
    return claims, [str(fault) for fault in faults]


def triples(text: str, form: str) -> set[str]:
    """The triples of a file, whatever graph they are in, blank nodes by canonical names."""
    quads = ox.parse(text.encode(), format=OX[form])
    found = ox.Dataset(ox.Quad(q.subject, q.predicate, q.object) for q in quads)
    found.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return {str(quad) for quad in found}


def whole_graph() -> list[Claim]:
    return [*small.shipped_claims(), *run._shipped_vocabulary().claims]


@pytest.fixture(scope="module")
def geneva(tmp_path_factory: pytest.TempPathFactory) -> list[Claim]:
    claims, faults = small.read_all(small.write(tmp_path_factory.mktemp("p"), small.FILES))
    assert not [f for f in faults if f.severity == "error"]
    return claims


# -- out and in again -----------------------------------------------------------------------------


def test_shipped_cases_come_back_the_same(tmp_path: Path) -> None:
    claims = {claim.id: claim.to_json() for claim in reversed(whole_graph())}
    for form in ("turtle", "trig"):
        text = written(reversed(whole_graph()), form)
        again, faults = back(text, form, tmp_path, check=form == "turtle")
        assert not faults
        assert {claim.id: claim.to_json() for claim in again} == claims


def test_every_format_says_the_same(geneva: list[Claim]) -> None:
    found = {form: triples(written(geneva, form), form) for form in OX}
    assert found["turtle"] == found["ntriples"] == found["jsonld"]
    assert found["turtle"] < found["trig"]  # which also says what each nanopublication is


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
@pytest.mark.parametrize("form", OX)
def test_rdflib_reads_it_and_what_rdflib_writes_comes_back(
    form: str, geneva: list[Claim], tmp_path: Path
) -> None:
    text = written(geneva, form)
    names = {"ntriples": "nt", "jsonld": "json-ld"}
    data = rdflib.Dataset(default_union=True).parse(data=text, format=names.get(form, form))
    claims = {claim.id: claim for claim in geneva}
    found = set(data.subjects(rdflib.RDF.type, rdflib.URIRef(ONTOLOGY + "Claim")))
    assert {str(s).rpartition("/")[2] for s in found} == set(claims)
    assert len({(s, p, o) for s, p, o, _ in data.quads()}) == len(triples(text, form))
    again, faults = back(data.serialize(format="trig"), "trig", tmp_path, check=True)
    assert not faults
    assert {claim.id: claim for claim in again} == claims


@pytest.mark.parametrize("form", OX)
@pytest.mark.parametrize(
    "base", ["https://example.org/talks/", BASE + "mine#", "https://w3id.org/"]
)
def test_identifiers_may_begin_otherwise(
    form: str, base: str, geneva: list[Claim], tmp_path: Path
) -> None:
    """Every identifier of the graph does then; words that all share and texts do not."""
    memo = f"see {BASE}actor/reagan, <{BASE}export> and {base}term/x"
    claims = [*geneva[1:], replace(geneva[0], memo=memo, key="told/as 100%")]
    out = io.StringIO()
    write_rdf(told(claims), out, form, base)
    shared = ("ontology", "term/", "scheme/")

    def other(iri: str) -> str:
        key = iri.removeprefix(BASE)
        return iri if key == iri or key.startswith(shared) else base + key

    def terms(text: str) -> tuple[Counter[str], Counter[str]]:
        quads = ox.parse(text.encode(), format=OX[form])
        every = [t for q in quads for t in (q.subject, q.predicate, q.object, q.graph_name)]
        names = Counter(t.value for t in every if isinstance(t, ox.NamedNode))
        return names, Counter(str(t) for t in every if isinstance(t, ox.Literal))

    found, plain = terms(out.getvalue()), terms(written(claims, form))
    assert found[0] == Counter({other(iri): n for iri, n in plain[0].items()})
    assert found[1] == plain[1] and str(ox.Literal(memo)) in found[1]
    assert sum(iri.startswith(base) for iri in found[0]) > 20
    again, faults = back(out.getvalue(), form, tmp_path)
    assert not faults
    assert {c.id: c.to_json() for c in again} == {c.id: c.to_json() for c in claims}


def test_a_graph_has_one_base(geneva: list[Claim], tmp_path: Path) -> None:
    text = written(geneva[:1], "turtle")
    out = io.StringIO()
    write_rdf(told(geneva[1:2]), out, "turtle", "https://example.org/talks/")
    with pytest.raises(DataError, match="is a claim that is not called as claims are"):
        back(text + out.getvalue(), "turtle", tmp_path)


def test_what_cannot_begin_identifiers_is_refused(tmp_path: Path) -> None:
    for base in ("example.org/", "https://example.org/x", "https://a b/", "ftp://x/", "/",
                 "https://x/%zz/", "https://x/#a#", "https://x/[1]/", "https://a:b/", "https://"):  # fmt: skip
        with pytest.raises(NotFoundError, match="cannot begin identifiers"):
            export_rdf(None, tmp_path / "g.ttl", base=base)  # type: ignore[arg-type]


def test_the_order_of_claims_changes_no_byte(geneva: list[Claim]) -> None:
    mixed = list(geneva)
    random.Random(1).shuffle(mixed)
    for form in OX:
        assert written(mixed, form) == written(geneva, form)


TEXT = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20)
KEY = st.from_regex(r"[a-z0-9._-]{1,9}(/[a-z0-9._-]{1,9})?", fullmatch=True)
NODE = st.builds("actor/{}".format, KEY)
CITED = st.builds(
    Citation, st.builds("source/{}".format, KEY), TEXT,
    st.sampled_from(["supports", "disputes", "mentions"]),
    st.just("") | st.builds("source/{}".format, KEY), st.just("") | TEXT, st.just("") | TEXT,
)  # fmt: skip
DATE = st.sampled_from(
    ["1985", "1985-11", "1985-11-19", "1985~", "1985-11-19T10:40", "1985-11-19T10:40:00",
     "1985-11-19T10:40:00Z", "[1985-11-19, 1985-12]", "1985/..", "-0044", "1985-21"]
)  # fmt: skip
CLAIMS = st.builds(
    Claim, NODE, st.just("took_part"), st.builds("meeting/{}".format, KEY),
    about=st.just("") | NODE,
    qualifiers=st.fixed_dictionaries({}, optional={
        "roles": st.lists(TEXT, max_size=3).map(tuple) | TEXT, "side": NODE, "office": TEXT,
    }),
    citations=st.lists(CITED, min_size=1, max_size=3).map(tuple),
    date=st.just("") | DATE, basis=st.just("") | TEXT, coder=st.just("") | TEXT,
    coded_on=st.just("") | DATE, codebook=st.just("") | TEXT, confidence=st.just("") | TEXT,
    status=st.sampled_from(["accepted", "disputed"]), memo=st.just("") | TEXT, as_told=st.just("") | TEXT,
    order=st.none() | st.integers(-5, 10**6), said_by=st.just("") | NODE, said_on=st.just("") | DATE,
    read_by=st.just("") | NODE, correction=st.booleans(), key=st.sampled_from(["", "a-key", "k.2"]),
    origin=st.builds(Origin, TEXT, st.integers(0, 999)),
)  # fmt: skip


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(claim=CLAIMS, form=st.sampled_from(sorted(OX)))
def test_whatever_a_claim_carries_comes_back(claim: Claim, form: str, tmp_path: Path) -> None:
    alone = Leaving(Exported(), lambda: [(claim.id, claim)], lambda: [], lambda: [])
    out = io.StringIO()
    write_rdf(alone, out, form)
    again, faults = back(out.getvalue(), form, tmp_path)
    assert not faults
    assert [c.to_json() for c in again] == [claim.to_json()]


def test_every_field_and_qualifier_has_a_name_of_its_own() -> None:
    """Else one would be read as the other."""
    fields = set(Claim.__dataclass_fields__) - {"qualifiers", "_id"}
    for predicate in model().predicates.values():
        assert not set(predicate.qualifiers) & (fields - {"order"} | {"redacted", "file", "line"})


# -- what is said ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("1985", "xsd:gYear"), ("1985-11", "xsd:gYearMonth"), ("1985-11-19", "xsd:date"),
        ("1985-11-19T10:40:00", "xsd:dateTime"), ("1985-11-19T10:40:00+01:00", "xsd:dateTime"),
        ("1985-21", "edtf:EDTF"), ("1985~", "edtf:EDTF"), ("198X", "edtf:EDTF"), ("0000", "edtf:EDTF"),
        ("1985-11-19/1985-11-21", "edtf:EDTF"), ("[1985,1986]", "edtf:EDTF"), ("Y17000000002", "edtf:EDTF"),
        ("1985-11-19T10:40", "visavis:EDTF"), ("[1985-11-19/1985-11-21,1985-12]", "visavis:EDTF"),
        ("1986-10-11T10:40:00/1986-10-11T12:00:00", "visavis:EDTF"), ("[1985, 1986]", "visavis:EDTF"),
    ],
)  # fmt: skip
def test_dates_are_as_precise_as_told(text: str, kind: str) -> None:
    assert date_type(text) == kind
    literal = rdflib.Literal(
        text,
        datatype=rdflib.URIRef(PREFIXES[kind[: kind.index(":")]] + kind[kind.index(":") + 1 :]),
    )
    assert literal.ill_typed is not True and str(literal) == text


@pytest.mark.parametrize(
    ("locator", "fragment"),
    [
        ("191", "page=191"), ("p. 12", "page=12"), ("pp. 12\u201314", "page=12"), ("1:07", "t=67"),
        ("0:01:07-1:02:03", "t=67,3723"), ("at 12:30.5", "t=750.5"), ("doc. 301", ""), ("abstract", ""),
        ("xii", ""), ("1:7", ""),
    ],
)  # fmt: skip
def test_pages_and_timecodes_are_fragments(locator: str, fragment: str) -> None:
    found = locate(locator)
    assert (found[0] if found else "") == fragment


def test_edges_and_events_stand_as_triples(geneva: list[Claim]) -> None:
    store = ox.Store()
    store.load(written(geneva, "turtle").encode(), format=OX["turtle"])

    def asked(pattern: str) -> Any:
        return bool(store.query(f"ASK {{ {pattern} }}", prefixes=dict(PREFIXES)))

    assert asked("actor:reagan visavis:took_part meeting:geneva-1985")
    assert asked(
        "meeting:geneva-1985 a sem:Event ; sem:hasActor actor:gorbachev ; sem:hasPlace place:geneva"
    )
    assert asked("actor:reagan owl:sameAs wd:Q9960 ; a schema:Person ; rdfs:label 'Ronald Reagan'")
    assert asked("?e a visavis:Credit ; rdf:subject actor:reagan ; visavis:intensity 2 ; "
                 "prov:wasDerivedFrom [ prov:wasAttributedTo coder:anna ]")  # fmt: skip
    assert asked(
        "meeting:reykjavik-1986 sem:hasLatestEndTimeStamp '1986-10-12T23:59:59'^^xsd:dateTime"
    )
    assert asked("place:geneva geo:lat 46.20 ; geo:long 6.15")
    assert asked(
        "?c visavis:via source:reagan1990 ; visavis:via_locator '15' ; oa:hasSelector/rdf:value 'page=192'"
    )
    assert asked("[] visavis:contested true")


def test_nanopublications_are_whole(geneva: list[Claim]) -> None:
    disputed = replace(geneva[-1], citations=(Citation("source/x", "p. 1", "disputes"),))
    claims = [*geneva, disputed]
    text = written(claims, "trig")
    graphs: dict[str, list[Any]] = {}
    for quad in ox.parse(text.encode(), format=OX["trig"]):
        graphs.setdefault(str(getattr(quad.graph_name, "value", "")), []).append(quad)
    heads = [quads for name, quads in graphs.items() if name.endswith("_head")]
    assert len(heads) == len({claim.id for claim in claims})
    for quads in heads:
        parts = {q.predicate.value.rpartition("#")[2]: q.object.value for q in quads}
        name = quads[0].subject.value
        for part in ("hasAssertion", "hasProvenance", "hasPublicationInfo"):
            assert graphs[parts[part]]
        assert any(q.subject.value == parts["hasAssertion"] for q in graphs[parts["hasProvenance"]])
        assert any(q.subject.value == name for q in graphs[parts["hasPublicationInfo"]])
    said = graphs[f"{BASE}nanopub/{disputed.id}_assertion"]
    assert all(q.subject.value == f"{BASE}claim/{disputed.id}" for q in said)


# -- what is generated ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", FILES)
def test_generated_files_are_what_the_model_gives(name: str) -> None:
    """`python -m visavis.schema.ontology` writes them."""
    assert (ROOT / "schema" / name).read_text("utf-8") == FILES[name]()


def test_ontology_names_everything_that_is_written(geneva: list[Claim]) -> None:
    ontology = rdflib.Graph().parse(data=FILES["ontology.ttl"](), format="turtle")
    named = {str(s) for s in ontology.subjects(rdflib.RDFS.label)}
    used = {
        q.predicate.value
        for q in ox.parse(written(whole_graph(), "ntriples").encode(), format=OX["ntriples"])
    }
    used |= {q.object.value for q in ox.parse(written(geneva, "trig").encode(), format=OX["trig"])
             if q.predicate.value.endswith("#type")}  # fmt: skip
    assert not {name for name in used if name.startswith(ONTOLOGY)} - named
    for term in vocabulary():
        node = rdflib.URIRef(BASE + term.id)
        assert str(ontology.value(node, rdflib.SKOS.definition)) == term.definition
        assert ontology.value(node, rdflib.DCTERMS.source)


def test_small_graph_fits_the_shapes_and_a_wrong_one_does_not(
    geneva: list[Claim], tmp_path: Path
) -> None:
    path = tmp_path / "g.ttl"
    text = written([*geneva, *small.slim_vocabulary().claims], "turtle")
    # The terms of the whole vocabulary are not all told here.
    terms = "".join(f"term:{t.slug} a visavis:Term .\n" for t in vocabulary())
    path.write_text(text + terms, "utf-8")
    assert shape_faults(path, "g.ttl", vocabulary()) == []
    wrong = text.replace(
        "actor:reagan visavis:credit actor:gorbachev .",
        "actor:reagan visavis:credit meeting:geneva-1985 .",
    )
    wrong = wrong.replace("visavis:intensity 2 ;", "visavis:intensity 4 ;")
    path.write_text(wrong + terms + "edge:e-x a visavis:Bond .\n", "utf-8")
    said = "\n".join(map(str, shape_faults(path, "g.ttl", vocabulary())))
    assert "meeting geneva-1985: what 'gives credit to' leads to is no Actor" in said
    assert "4: Value is not <= Literal" in said
    assert re.search(r"g\.ttl:\d+: edge e-x: wasDerivedFrom: Less than 1 values", said)


# -- bad input ------------------------------------------------------------------------------------


def faults_of(path: Path, **options: Any) -> str:
    try:
        return "\n".join(map(str, read_claims(path, path.name, vocabulary(), **options)[1]))
    except DataError as error:
        return str(error)


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ('visavis:locator "192"', "visavis:locator 192 x", "g.ttl:"),
        ("visavis:act term:invitation", "visavis:act term:invitaton", "unknown act 'invitaton'; did you mean 'invitation'?"),
        ("visavis:intensity 2", "visavis:intensity 7", "intensity 7 is not 1, 2 or 3"),
        ("rdf:predicate visavis:credit", "rdf:predicate visavis:creditt", "'creditt' is no predicate of the model; did you mean visavis:credit?"),
        ("rdf:object actor:gorbachev", 'rdf:object "Gorbachev"', "rdf:object: 'Gorbachev' is no identifier"),
        ("visavis:act term:invitation", "visavis:act term:invitation ; rdfs:seeAlso term:x", "seeAlso cannot be said of 'gives credit to'"),
        ("visavis:act term:invitation", "visavis:act term:invitation, term:snub", "visavis:act is told twice; keep one"),
        ("visavis:act term:invitation", 'visavis:act "invitation"', "visavis:act: 'invitation' is no term"),
        ("visavis:intensity 2", 'visavis:intensity "2"@en', "in the language 'en'"),
        ("rdf:object actor:gorbachev", "rdf:object actor:reagan2", "says something else than its identifier"),
        ("prov:wasAttributedTo coder:anna", "prov:wasAttributedTo actor:anna", "is no coder"),
        ("visavis:citation citation:", "visavis:citation citation:x", "nothing is told of its citation"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_claim(
    was: str, now: str, said: str, geneva: list[Claim], tmp_path: Path
) -> None:
    asks = [
        c
        for c in geneva
        if c.predicate == "credit" and c.subject == "actor/reagan" and c.coder == "anna"
    ]
    path = tmp_path / "g.ttl"
    alone = Leaving(Exported(), lambda: [(c.id, c) for c in asks], lambda: [], lambda: [])
    out = io.StringIO()
    write_rdf(alone, out, "turtle")
    text = out.getvalue()
    assert was in text
    path.write_text(text.replace(was, now, 1), "utf-8")
    found = faults_of(path)
    assert said in found and re.match(r"g\.ttl:\d+: ", found), found


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("g.ttl", "", "g.ttl: holds no claim"),
        ("g.ttl", "<a:b> <a:c> .\n", "g.ttl:1: . is not a valid RDF object"),
        ("g.ttl", "<a:b>\n <a:c> foo:bar .\n", "g.ttl:2: 'foo:bar': The prefix foo: has not been declared"),
        ("g.ttl", "\n<a:b> <a:c> \"open .\n", "g.ttl:2: '\"open .': Unexpected end of file"),
        ("g.trig", "<a:g> {\n<a:b> <a:c> <a:d> . <a:e> }\n", "g.trig:2: } is not a valid predicate"),
        ("g.nt", "<a:b> <a:c> <a:d> .\n<a:b> <a:c> foo .\n", "g.nt:2: 'foo': The object of a triple must be"),
        ("g.nt", "<a:b> <a:c> \"\\q\" .\n", "g.nt:1: Unexpected escape character '\\q'"),
        ("g.nq", "<a:b> <a:c> <a:d> <a:g> .\n<a:b> <a:c> <a:d> 7 .\n", "g.nq:2: '7': "),
        ("g.jsonld", '{"a:b": [1,\n}', "g.jsonld:2: '}': Unexpected closing curly bracket"),
        ("g.jsonld", '[\n{"@id": "a:b"},\n{"@id": 3}]', "g.jsonld:3: @id value must be a string"),
        ("g.ttl", "<a:b> a <https://w3id.org/visavis/ontology#Claim> .", "a:b: is a claim that is not called as claims are"),
        ("g.ttl", "<https://w3id.org/visavis/claim/c-x> a <https://w3id.org/visavis/ontology#Claim> .", "rdf:predicate is missing"),
        ("g.jsonld", '{"@context": "http://localhost:1/c.jsonld"}', "its context is elsewhere, and nothing is fetched"),
        ("g.jsonld", '{"@context": {"@import": "http://localhost:1/c.jsonld"}}', "nothing is fetched"),
        ("g.rdf", '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', "RDF/XML is not read"),
        ("g.nt", "<a:b> <a:c> <a:d> .\n" * 100, "is larger than"),
    ],
)  # fmt: skip
def test_files_that_are_no_graph_of_ours(name: str, text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    assert said in faults_of(path, largest=1_000)


def test_large_json_is_read_as_a_stream(
    geneva: list[Claim], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The parser would hold the whole of it, many times its size."""
    text = written(geneva, "jsonld")
    monkeypatch.setattr("visavis.ingest.rdf.LARGEST_HELD", len(text) // 2)
    again, faults = back(text, "jsonld", tmp_path)
    assert not faults and {c.id: c for c in again} == {c.id: c for c in geneva}
    (tmp_path / "g.jsonld").write_text(
        text.replace('"@context":', '"x:y":1,"@context":', 1), "utf-8"
    )
    assert re.match(r"g\.jsonld:1: .*@context", faults_of(tmp_path / "g.jsonld"))


@pytest.mark.parametrize("text", ["<http://a> <http://b> " + "(" * 2_000,
    "@prefix v: <https://w3id.org/visavis/ontology#> . <https://w3id.org/visavis/claim/c-1> "
    "a v:Claim ; v:roles " + ", ".join(map(str, range(11_000))) + " ."])  # fmt: skip
def test_a_small_file_does_not_fill_the_memory(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("visavis.ingest.rdf.MOST_CELLS", 1_000)
    (tmp_path / "g.ttl").write_text(text)
    with pytest.raises(DataError, match=r"more than 1,000 values|more than 10,000 values"):
        read_claims(tmp_path / "g.ttl", "g.ttl")


@pytest.fixture
def visited() -> Iterator[tuple[str, list[str]]]:
    """An address on this machine, and what was asked of it."""
    asked: list[str] = []

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        do_POST = do_GET

        def log_message(self, *_: Any) -> None:
            """Nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()


def test_nothing_is_fetched(
    visited: tuple[str, list[str]], geneva: list[Claim], tmp_path: Path
) -> None:
    """Whatever a file names: ontologies, shapes, contexts, entities, included and base documents."""
    there, asked = visited
    text = written(geneva, "turtle")
    imports = f"""\
<{BASE}export> a owl:Ontology ; owl:imports <{there}/o.ttl> ; rdfs:seeAlso <{there}/s> ;
  sh:shapesGraph <{there}/shapes.ttl> ; sh:suggestedShapesGraph <{there}/more.ttl> .
<{ONTOLOGY}> owl:imports <{there}/again.ttl> . <{there}/x> rdfs:isDefinedBy <{there}/> .
[] a sh:NodeShape ; sh:targetClass visavis:Claim ; owl:imports <{there}/shape.ttl> ;
  sh:js [ sh:jsLibrary [ sh:jsLibraryURL "{there}/l.js"^^xsd:anyURI ] ] ; sh:sparql [ sh:select
  "SELECT $this WHERE {{ SERVICE <{there}/sparql> {{ $this ?p ?o }} }}" ] .
"""
    claims = {claim.id: claim.to_json() for claim in geneva}
    for name, more in (
        ("g.ttl", text + imports),
        ("b.ttl", f"@base <{there}/base/> .\n" + text + imports + "<relative> a <thing> .\n"),
        ("g.trig", text + imports + f"<{there}/graph> {{ <{there}/a> owl:imports <{there}/b> }}\n"),
    ):
        (tmp_path / name).write_text(more, "utf-8")
        again, faults = read_claims(tmp_path / name, name)
        assert not faults and {c.id: c.to_json() for c in again} == claims
        assert not [f for f in shape_faults(tmp_path / name, name, vocabulary()) if there in str(f)]
    context = json.loads(FILES["context.jsonld"]())["@context"]
    url = f"{there}/context.jsonld"
    for remote in (
        url, [context, url], {"@import": url}, {**context, "x": {"@id": "a:x", "@context": url}},
        {**context, "x": {"@id": "a:x", "@context": {"@import": url}}},
    ):  # fmt: skip
        data = {"@context": remote, "@id": "a:b", "x": {"y": "z"}}
        (tmp_path / "g.jsonld").write_text(json.dumps(data), "utf-8")
        assert "its context is elsewhere, and nothing is fetched" in faults_of(
            tmp_path / "g.jsonld"
        )
    xml = f"""\
<?xml version="1.0"?>
<!DOCTYPE rdf:RDF SYSTEM "{there}/x.dtd" [<!ENTITY e SYSTEM "{there}/entity">]>
<rdf:RDF xmlns:rdf="{expand("rdf:")}" xml:base="{there}/" xmlns:xi="http://www.w3.org/2001/XInclude">
<xi:include href="{there}/included"/><rdf:Description rdf:about="a">&e;</rdf:Description></rdf:RDF>
"""
    for name in ("g.rdf", "g.owl", "g.xml", "x.ttl", "x.jsonld", "x.nt"):
        (tmp_path / name).write_text(xml, "utf-8")
        assert name in faults_of(tmp_path / name)
    assert asked == []


def test_what_only_newer_rdf_knows_is_passed_over(geneva: list[Claim], tmp_path: Path) -> None:
    """Triples as objects (RDF 1.2) and the direction of a text."""
    text = written(geneva, "turtle")
    more = '<a:b> <a:c> <<( <a:d> <a:e> <a:f> )>> ; a <<( <a:d> <a:e> 1 )>> ; <a:g> "x"@ar--rtl .\n'
    path = tmp_path / "g.ttl"
    path.write_text(text + more, "utf-8")
    assert not read_claims(path, "g.ttl")[1]
    assert shape_faults(path, "g.ttl", vocabulary()) is not None
    wrong = "rdf:object <<( <a:d> <a:e> <a:f> )>> ."
    first = re.search(r"rdf:object actor:\S+ (?=;)", text)
    assert first
    path.write_text(text.replace(first[0], wrong[:-1], 1), "utf-8")
    assert "rdf:object" in faults_of(path)


@pytest.mark.parametrize(
    ("url", "iri"),
    [
        ("https://example.org/a?b=c#d", "https://example.org/a?b=c#d"),
        ("https://example.org/a%20b%zz", "https://example.org/a%20b%25zz"),
        ("https://example.org/[1]?x={2}", "https://example.org/%5B1%5D?x=%7B2%7D"),
        ("http://[::1]:80/a#b#c", "http://[::1]:80/a#b%23c"),
        ('https://exämple.org/"<>\\^`|', "https://ex%C3%A4mple.org/%22%3C%3E%5C%5E%60%7C"),
        ("https://example.org", "https://example.org"), ("https://a:b:c/", ""), ("https://a b/", ""),
        ("https:///x", ""), ("ftp://example.org/", ""), ("example.org", ""), ("http://a/[", "http://a/%5B"),
    ],
)  # fmt: skip
def test_addresses_are_such_as_strict_readers_take(url: str, iri: str) -> None:
    assert address(url) == iri
    if iri:
        (quad,) = ox.parse(f"<{iri}> <a:b> <{iri}> .", format=OX["turtle"])
        assert quad.subject.value == iri


def test_graphs_of_the_project_lie_in_a_folder_of_their_own(tmp_path: Path) -> None:
    """An export beside the files is not taken for one of them."""
    for name in ("graphs/one.ttl", "graphs/more/two.jsonld", "export.ttl", "out/graphs/three.nt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    collection = run.Collection(tmp_path)
    swept = [p.relative_to(tmp_path).as_posix() for p in run.collect(collection)[0]]
    assert swept == ["graphs/more/two.jsonld", "graphs/one.ttl"]
    assert run.collect(collection, [tmp_path / "out"])[0] == []
    assert len(run.collect(collection, [tmp_path / "graphs"])[0]) == 2


def test_a_list_that_bites_its_tail_ends(geneva: list[Claim], tmp_path: Path) -> None:
    text = written([c for c in geneva if c.qualifiers.get("roles")], "ntriples")
    path = tmp_path / "g.nt"
    path.write_text(re.sub(r"(_:b\d+) (\S+#rest>) \S+ \.", r"\1 \2 \1 .", text), "utf-8")
    assert "a list does not end" in faults_of(path)


def test_check_says_the_faults_of_a_graph(
    geneva: list[Claim], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from visavis.cli import main

    path = tmp_path / "g.ttl"
    path.write_text(
        written(geneva, "turtle").replace(
            "visavis:status term:accepted", "visavis:status term:acepted", 1
        ),
        "utf-8",
    )
    with pytest.raises(SystemExit) as end:
        main(["check", str(path)])
    assert end.value.code == 1
    assert "unknown status 'acepted'; did you mean 'accepted'?" in capsys.readouterr().out


# -- with a database ------------------------------------------------------------------------------


@pytest.fixture
def graph(engine: Graph, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(run, "_shipped_vocabulary", small.slim_vocabulary)
    yield fresh(engine)
    fresh(engine)


def test_what_may_not_leave_does_not_and_the_rest_comes_back(graph: Graph, tmp_path: Path) -> None:
    ingest(graph, small.write(tmp_path / "p", FIELD))
    done = export_rdf(graph, tmp_path / "public.ttl")
    assert (done.withheld_sources, done.unnamed) == (2, 2) and done.withheld_claims
    text = (tmp_path / "public.ttl").read_text("utf-8")
    for secret in SECRETS:
        assert (
            secret.replace("actor/", "actor:").replace("source/", "source:").casefold()
            not in text.casefold()
        )
    assert text.startswith("# Withheld: 2 sources not public, ")
    again, faults = read_claims(tmp_path / "public.ttl", "public.ttl", vocabulary())
    assert not faults
    assert sorted(c.id for c in again) == sorted(i for i, _ in leaving(graph).claims())
    # All of it, into another graph.
    whole = {claim.id: claim for claim in claims_in(graph)}
    (tmp_path / "q").mkdir()
    export_rdf(graph, tmp_path / "q" / "all.jsonld", everything=True)
    report = ingest(fresh(graph), tmp_path / "q", [tmp_path / "q" / "all.jsonld"])
    assert report.added == ["visavis/vocabulary.yaml", "all.jsonld"] and not report.faults
    assert {claim.id: claim for claim in claims_in(graph)} == whole
    # From then on it goes with the project, and is gone when the file is.
    assert ingest(graph, tmp_path / "q").unchanged == ["all.jsonld", "visavis/vocabulary.yaml"]
    (tmp_path / "q" / "all.jsonld").unlink()
    assert ingest(graph, tmp_path / "q").removed == ["all.jsonld"]


_files: dict[str, bytes] = {}


@pytest.fixture
def store(shipped: Graph, tmp_path: Path) -> ox.Store:
    """The shipped cases as exported, loaded by pyoxigraph; both engines give the same bytes."""
    if shipped.engine not in _files:
        export_rdf(shipped, tmp_path / "g.ttl", everything=True)
        _files[shipped.engine] = (tmp_path / "g.ttl").read_bytes()
    assert len(set(_files.values())) == 1
    loaded = ox.Store()
    loaded.bulk_load(_files[shipped.engine], format=OX["turtle"])
    return loaded


def sparql(store: ox.Store, name: str) -> list[tuple[Any, ...]]:
    """The answer to a question of the page, resources by the last part of their names."""
    page = (ROOT / "docs" / "rdf.md").read_text("utf-8")
    found = re.search(rf"<!-- sparql: {name} -->\n```sparql\n(.*?)```", page, re.DOTALL)
    assert found, name
    answer = store.query(found[1], prefixes=dict(PREFIXES))

    def plain(value: Any) -> Any:
        if value is None or isinstance(value, ox.Literal):
            whole = value is not None and value.datatype.value.endswith("#integer")
            return int(value.value) if whole else value and value.value
        return re.split(r"[/#]", value.value)[-1]

    return [tuple(plain(row[v.value]) for v in answer.variables) for row in answer]


def cypher(graph: Graph, name: str, columns: Sequence[str], **values: str) -> list[tuple[Any, ...]]:
    table = library.run(graph, library.question(name), values, limit=1000, timeout=60)
    return [tuple(row[column] for column in columns) for row in table.rows]


def test_sparql_answers_as_cypher_does(shipped: Graph, store: ox.Store) -> None:
    for name, columns, values in (
        ("bonds", ["one", "other", "kind", "change", "date"], {}),
        ("by-mode", ["mode", "encounter", "phase", "degree"], {}),
    ):
        rows = sparql(store, name)
        assert rows and Counter(rows) == Counter(cypher(shipped, name, columns, **values))
    took = [
        row[:3] for row in cypher(shipped, "participants", ["actor", "side", "office", "roles"], meeting="reykjavik-1986-session-1")
        if "audience" not in (row[3] or ())
    ]  # fmt: skip
    assert len(took) > 2 and Counter(sparql(store, "participants")) == Counter(took)
    columns = [
        "other",
        "credits_given",
        "credits_received",
        "discredits_given",
        "discredits_received",
    ]
    counts = Counter()  # type: ignore[var-annotated]
    for one, other, what, acts in sparql(store, "given-and-received"):
        given = one == "Ronald Reagan"
        counts[other if given else one, f"{what.lower()}s_{'given' if given else 'received'}"] += (
            acts
        )
    asked = cypher(shipped, "given-and-received", columns, actor="reagan")
    assert asked and counts == Counter(
        {
            (row[0], column): n
            for row in asked
            for column, n in zip(columns[1:], row[1:], strict=True)
            if n
        }
    )
    rests = sparql(store, "evidence")
    for edge in {row[0] for row in rests}:
        claims = {row[1:3] for row in rests if row[0] == edge}
        said = {
            (i, b or None) for i, b in cypher(shipped, "evidence", ["claim", "basis"], element=edge)
        }
        assert claims == said
    assert len({row[0] for row in rests}) > 2


# -- mutants --------------------------------------------------------------------------------------

_TRIALS = os.environ.get("VISAVIS_TRIALS", "")
MUTANTS = 100 * int(_TRIALS) if _TRIALS.isdigit() else 10_000 if _TRIALS == "full" else 300
ODD = ["", '"', "'", "<", ">", "[", "]", "{", "}", "(", ")", ";", ",", ".", "\\", "\\u0000", "\0", "é", "\ud800",
       "@prefix", "@base <x> .", "@en", "^^", "_:b1", "a", "true", "1e999", "-0", "99999999999999999999", "null",
       '"@id"', '"@list"', '"@context": "http://localhost:1/"', "visavis:key", "term:", "claim:c-0", "rdf:nil"]  # fmt: skip


def mutant(text: str, dice: random.Random) -> bytes:
    """The text with one to three places changed."""
    for _ in range(dice.randint(1, 3)):
        at = dice.randrange(len(text))
        to = min(len(text), at + dice.choice([0, 1, 1, 5, 40, 400]))
        middle = dice.choice([*ODD, text[at:to] * 2, text[dice.randrange(len(text)) :][: to - at]])
        text = text[:at] + middle + text[to:]
    raw = bytearray(text.encode("utf-8", "surrogatepass"))
    if dice.random() < 0.2:
        raw[dice.randrange(len(raw))] ^= 1 << dice.randrange(8)
    return bytes(raw)


@pytest.mark.trial
def test_mutants_end_in_a_fault_or_in_right_claims(geneva: list[Claim], tmp_path: Path) -> None:
    dice = random.Random(7)
    texts = {form: written(geneva, form) for form in OX}
    known = {claim.id: claim for claim in geneva}
    ends: Counter[str] = Counter()
    for number in range(MUTANTS):
        form = dice.choice(sorted(OX))
        path = tmp_path / f"m{ENDING[form]}"
        path.write_bytes(mutant(texts[form], dice))
        try:
            claims, faults = read_claims(path, path.name, vocabulary())
        except DataError as error:
            assert error.faults and all(f.message and f.file == path.name for f in error.faults)
            ends["refused"] += 1
            continue
        ends["faults" if faults else "claims"] += 1
        for fault in faults:
            # The longest one lists all the acts there are.
            assert fault.message and len(str(fault)) < 2_000, (number, fault)
        for claim in claims:
            # A statement is the one that it is called after; only what is outside the hash may differ.
            if not faults:
                assert not problems(claim, vocabulary())
            if claim.id in known:
                assert statement(claim) == statement(known[claim.id]), (number, claim)
            else:
                assert claim.key, (number, claim)
    assert min(ends["refused"], ends["faults"], ends["claims"]) > 0, ends


def statement(claim: Claim) -> str:
    return json.dumps(replace(claim, key="").id)
