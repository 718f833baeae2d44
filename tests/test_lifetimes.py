"""Lifetimes of actors: cited claims of the register, warned of where an encounter lies outside."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import rdflib
import yaml
from lxml import etree
from told import claim, meeting, shipped, told_of

from visavis.exchange.networks import network, save
from visavis.exchange.rdf import write_rdf
from visavis.ingest import yamltext
from visavis.ingest.case import read_case
from visavis.ingest.case_schema import register_schema
from visavis.ingest.frus_lives import lifetime
from visavis.ingest.frus_persons import listed_person
from visavis.ingest.rdf import read_claims
from visavis.ingest.registers import Registers, read_register
from visavis.ingest.workbook import read_workbook
from visavis.ingest.workbook_out import write_workbook
from visavis.schema import dates
from visavis.schema.claims import Citation, Claim
from visavis.schema.errors import Fault
from visavis.schema.linked import BASE, EDTF, ONTOLOGY
from visavis.schema.lives import life
from visavis.schema.model import vocabulary
from visavis.schema.project import describe

REGISTER = """\
source: w
actors:
  reagan: {name: Ronald Reagan, kind: person, as_told: Reagan, memo: m, born: 1911-02-06,
           died: {value: 2004-06-05, cite: x row 3, memo: as told, basis: document}, cite: 1}
  kim:
    name: Kim
    kind: person
    born:
      - 1941
      - {value: 1942-02-16, cite: x row 4}
    cite: 2
  ussr: {name: Soviet Union, kind: state, died: 1991-12-26, cite: 3}
"""


def registers(text: str = REGISTER) -> Registers:
    data = yamltext.load(text, "actors.yaml")
    sources = {"w": yamltext.Map(), "x": yamltext.Map()}
    return Registers(actors=dict(data["actors"]), sources=sources)


def read(text: str = REGISTER) -> tuple[list[Claim], list[Fault]]:
    data = yamltext.load(text, "actors.yaml")
    return read_register(data, "actors.yaml", "actors", registers(text), vocabulary())


def lives(claims: list[Claim]) -> list[tuple[str, str, str, str, str]]:
    return [
        (c.subject, c.predicate, c.value, c.citations[0].source, c.citations[0].locator)
        for c in claims
        if c.predicate in ("born", "died")
    ]


def test_a_lifetime_is_cited_with_its_entry_or_on_its_own() -> None:
    claims, faults = read()
    assert faults == []
    assert lives(claims) == [
        ("actor/reagan", "born", "1911-02-06", "source/w", "1"),
        ("actor/reagan", "died", "2004-06-05", "source/x", "row 3"),
        ("actor/kim", "born", "1941", "source/w", "2"),
        ("actor/kim", "born", "1942-02-16", "source/x", "row 4"),
        ("actor/ussr", "died", "1991-12-26", "source/w", "3"),
    ]
    died = next(c for c in claims if c.predicate == "died")
    assert (died.memo, died.as_told, died.basis) == ("as told", "", "document")
    assert [c.origin.line for c in claims if c.predicate == "born"] == [3, 5, 10]


def test_two_births_are_contested_and_stand_side_by_side() -> None:
    node = describe("actor/kim", [c for c in read()[0] if c.subject == "actor/kim"])
    assert node is not None
    assert node.properties["born"] in ("1941", "1942-02-16")
    assert node.properties["contested_by"] == ["sources"]
    assert '"1942-02-16"' in node.properties["rivals"] and '"1941"' in node.properties["rivals"]


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("born: 19x1", "'19x1' is no EDTF date"),
        ("born: {value: 19x1, cite: 3}", "'19x1' is no EDTF date"),
        ("died: {val: 1991}", "'died' is no text"),
        ("died: {value: [1991]}", "'died' is no text"),
        ("died: {value: 1991, page: 3}", "unknown key 'page'"),
        ("died: {value: 1991, memo: [a]}", "'memo' is no text"),
        ("died: {value: 1991, cite: ''}", "the citation is empty"),
        ("died: {value: 1991, cite: nobody2000 3}", "unknown source 'nobody2000'"),
        ("name: {value: A, cite: 3}", "'name' is no text"),
    ],
)
def test_what_is_no_lifetime_is_a_fault_with_its_line(entry: str, message: str) -> None:
    text = f"source: w\nactors:\n  a:\n    kind: person\n    cite: 1\n    {entry}\n"
    text += "" if entry.startswith("name") else "    name: A\n"
    _, faults = read(text)
    assert any(message in f.message and f.line in (3, 6) for f in faults), faults


@pytest.mark.parametrize(
    ("life", "warned"),
    [
        ("born: 1931, died: 1930", True),
        ("born: 1931-05-01, died: 1931", False),
        ("born: 1931~, died: 1930", False),
        ("born: [1931, 1929], died: 1930", False),
        ("born: 1931, died: 2022-08-30", False),
    ],
)
def test_a_life_that_ends_before_it_begins(life: str, warned: bool) -> None:
    _, faults = read(f"source: w\nactors:\n  a: {{name: A, kind: person, {life}, cite: 1}}\n")
    assert [(f.code, f.severity, f.line) for f in faults] == [("lifetime", "warning", 3)] * warned


CASE = """\
case: talks
title: Talks
source: w
cite: 5
when: {when}
who:
  - {{actor: reagan, cite: 6}}
  - {{actor: kim, cite: 6}}
  - {{actor: ussr, audience: at-home, cite: 6}}
"""


@pytest.mark.parametrize(
    ("when", "wrong"),
    [
        ("1985-11-19", []),
        ("2004-06-05", []),  # the day of the death
        ("2004-06-06", ["took part (2004-06-06) after dying (2004-06-05)"]),
        ("2004-06-05/2004-06-09", []),
        ("2004", []),
        ("2005~", []),
        ("1942-01", []),  # one source has Kim born by then
        ("1940", ["took part (1940) before being born (1941 or 1942-02-16)"]),
    ],
)
def test_who_took_part_outside_a_lifetime(when: str, wrong: list[str]) -> None:
    data = yamltext.load(CASE.format(when=when), "talks.yaml")
    claims, faults = read_case(data, "talks.yaml", registers(), vocabulary())
    assert [f.severity for f in faults] == ["warning"] * len(wrong)
    assert [f.message.partition(" ")[2] for f in faults] == wrong
    assert sum(c.predicate == "took_part" for c in claims) == 2
    assert all(f.line in (7, 8) and f.record == "talks" for f in faults)


def test_a_rival_date_may_save_a_participant() -> None:
    text = CASE.format(when="2005") + "rival:\n  - {of: when, value: 1995, cite: 7}\n"
    data = yamltext.load(text, "talks.yaml")
    assert read_case(data, "talks.yaml", registers(), vocabulary())[1] == []


def test_a_workbook_holds_lifetimes(tmp_path: Path) -> None:
    data = yamltext.load(REGISTER, "actors.yaml")
    write_workbook([data], tmp_path / "a.xlsx")
    book = read_workbook(tmp_path / "a.xlsx", "a.xlsx")
    claims, faults = read_register(
        book.registers["actors"], "a.xlsx", "actors", registers(), vocabulary()
    )
    assert faults == []
    assert sorted(c.id for c in claims) == sorted(c.id for c in read()[0])


def test_editors_complete_lifetimes() -> None:
    schema = register_schema("actors", vocabulary())
    validator = jsonschema.Draft202012Validator(schema)
    assert [e.message for e in validator.iter_errors(yaml.safe_load(REGISTER.replace(
        "1911-02-06", "'1911-02-06'").replace("2004-06-05", "'2004-06-05'").replace(
        "1942-02-16", "'1942-02-16'").replace("1991-12-26", "'1991-12-26'")))] == []  # fmt: skip
    bad = {"actors": {"a": {"name": "A", "kind": "person", "born": {"cite": 3}}}}
    assert list(validator.iter_errors(bad))


# -- out -------------------------------------------------------------------------------------------

TOLD = [
    *meeting("geneva", "1985-11-19", "reagan", "gorbachev", "ussr"),
    claim("actor/reagan", "is_a", "person"),
    claim("actor/reagan", "born", "1911-02-06"),
    claim("actor/reagan", "died", "2004-06-05"),
    claim("actor/gorbachev", "is_a", "person"),
    claim("actor/gorbachev", "born", "1931-03~"),
    claim("actor/ussr", "is_a", "state"),
    claim("actor/ussr", "born", "1917", coder="ben"),
    claim("actor/ussr", "born", "1922-12-30", coder="anna"),
    claim("actor/ussr", "died", "1991"),
]


def test_rival_lives_are_one_of_the_told() -> None:
    nodes = {node.id: node.properties for node in told_of(TOLD).nodes()}
    ussr = life(nodes["actor/ussr"])
    assert ussr.born is not None and ussr.born.text == "[1922-12-30,1917]"
    assert ussr.died is not None and ussr.died.text == "1991"
    assert life(nodes["actor/gorbachev"]).died is None
    assert life({}) == (None, None)


def test_a_lifetime_leaves_as_linked_data_and_comes_back(tmp_path: Path) -> None:
    file = tmp_path / "g.ttl"
    with file.open("w", encoding="utf-8") as out:
        write_rdf(told_of(TOLD), out, "turtle")
    claims, faults = read_claims(file, "g.ttl")
    assert faults == [] and {c.id for c in claims} == {c.id for c in TOLD}
    graph = rdflib.Graph().parse(file)
    schema, ours = rdflib.Namespace("https://schema.org/"), rdflib.Namespace(ONTOLOGY)
    actor = rdflib.Namespace(BASE + "actor/")
    day = rdflib.Literal("1911-02-06", datatype=rdflib.XSD.date)
    assert graph.value(actor.reagan, ours.born) == day
    assert graph.value(actor.reagan, schema.birthDate) == day
    assert str(graph.value(actor.reagan, schema.deathDate)) == "2004-06-05"
    about = graph.value(actor.gorbachev, schema.birthDate)
    assert isinstance(about, rdflib.Literal)
    assert (str(about), str(about.datatype)) == ("1931-03~", EDTF + "EDTF")
    founded = graph.value(actor.ussr, schema.foundingDate)
    assert isinstance(founded, rdflib.Literal) and str(founded) == "1922-12-30"  # anna's leads
    assert (actor.ussr, schema.birthDate, None) not in graph
    assert str(graph.value(actor.ussr, schema.dissolutionDate)) == "1991"


def test_a_lifetime_is_the_time_of_a_node_in_gexf(tmp_path: Path) -> None:
    save(network(told_of(TOLD), "participation"), tmp_path / "n.gexf", "gexf")
    nodes = {
        node.get("id"): (node.get("start"), node.get("end"))
        for node in etree.parse(tmp_path / "n.gexf").iter("{*}node")
    }
    assert nodes["actor/reagan"] == ("1911-02-06", "2004-06-05")
    assert nodes["actor/gorbachev"] == ("1931-02-01", None)  # about March
    assert nodes["actor/ussr"] == ("1917-01-01", "1991-12-31")  # the longest that is told


def test_who_is_not_to_be_named_is_not_told_by_a_birthday() -> None:
    interview = Citation("source/interview", "p. 2")
    register = (Citation("source/register", "actors: anne"),)
    record = {"title": "Interview", "speaker": "anne", "named_as": "anonymous"}
    told = told_of(
        [
            claim("source/interview", "described_as", json.dumps(record)),
            claim("actor/anne", "named", "Anne Smith", citations=register),
            claim("actor/anne", "born", "1950-03-04"),  # which a public source tells
            *meeting("m", "1990", "reagan"),
            claim("actor/anne", "took_part", "meeting/m", "meeting/m", citations=(interview,)),
        ]
    )
    text = "".join(c.to_json() for _, c in told.claims())
    assert "speaker-of-interview" in text
    assert "Smith" not in text and "1950" not in text and "anne" not in text


def test_shipped_lives_fit_the_shipped_encounters() -> None:
    nodes = {node.id: node.properties for node in shipped().nodes()}
    assert nodes["actor/reagan"]["died"] == "2004" and nodes["actor/ussr"]["contested"]
    lived = {i: life(told) for i, told in nodes.items() if "born" in told or "died" in told}
    assert len(lived) > 30
    seen = 0
    for edge in shipped().edges():
        if edge.type == "TOOK_PART" and edge.start in lived and "date" in edge.properties:
            date, (born, died) = dates.parse(edge.properties["date"]), lived[edge.start]
            assert not (born and dates.before(date, born) == "certain")
            assert not (died and dates.before(died, date) == "certain")
            seen += 1
    assert seen > 30


# -- printed in a list of persons ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("printed", "role", "told"),
    [
        # the two that the volumes on hand print (FRUS 1969-1976, vol. E-13)
        (
            "Ho Chi Minh",
            "leader of the Vietnamese Communist Party and President of the Democratic Republic of "
            "Vietnam until his death on September 3, 1969",
            [("died", "1969-09-03", "until his death on September 3, 1969")],
        ),
        (
            "Liu Shao-chi",
            "President of the People's Republic of China until purged in 1967 during the Cultural "
            "Revolution and died in prison in November 1969",
            [("died", "1969-11", "died in prison in November 1969")],
        ),
        ("Khrushchev, Nikita S. (1894-1971)", "Chairman",
         [("born", "1894", "1894-1971"), ("died", "1971", "1894-1971")]),
        ("Perkins, Anne (1911\u2013)", "Officer", [("born", "1911", "1911\u2013")]),
        # another's death
        ("Johnson, Lyndon B.", "President after Kennedy was assassinated on November 22, 1963", []),
        ("Begum, Ra'ana", "widow of the Prime Minister, who was assassinated in 1951", []),
        ("Ibn Saud", "King after 1932 until his death on November 9, 1953",
         [("died", "1953-11-09", "until his death on November 9, 1953")]),
        ("Meyer, John", "born 1911; Minister until 1961",
         [("born", "1911", "born 1911")]),
        ("Zorin, V. A.", "Ambassador, assassinated November 22, 1963",
         [("died", "1963-11-22", "assassinated November 22, 1963")]),
        # years of an office, and what tells no date
        ("Thompson, Llewellyn E.", "Ambassador to the Soviet Union (1957-1962)", []),
        ("Chiang Kai-shek, Madame", "wife of Chiang Kai-shek; born Soong Mayling (Song Meiling)", []),
        ("Osborn, David L.", "Deputy Chief of Mission until July 1970", []),
        ("Diem", "President until he died", []),
    ],
)  # fmt: skip
def test_lives_in_a_list_of_persons(
    printed: str, role: str, told: list[tuple[str, str, str]]
) -> None:
    assert lifetime(printed, role) == told
    person = listed_person("p_X1", printed, role, "frus")
    assert not any(any(c.isdigit() for c in other) for other in (person.name, *person.others[1:]))
