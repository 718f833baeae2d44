"""Data, the form and the review: files in, what they would change, and a case written by a form."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import small
import streamlit as st
from browser import HOSTILE, MARKUP, Served, Visitor
from streamlit.testing.v1 import AppTest
from test_dashboard_network import opened, words

from visavis.dashboard import coding, page_data, page_review, uploads
from visavis.graph.connect import Graph
from visavis.ingest import yamltext
from visavis.ingest.judgements import Judgements
from visavis.ingest.registers import Registers, read_register
from visavis.ingest.run import ingest
from visavis.ingest.yamltext import Map, Text
from visavis.schema.claims import Citation, Claim
from visavis.schema.errors import DataError
from visavis.schema.model import vocabulary

MINE = ("data", "form", "review")


# -- uploads --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("Genève 1985.yaml", "cases/geneve-1985.yaml"),
        ("../../etc/passwd.yaml", "cases/passwd.yaml"),
        ("..\\..\\x.xlsx", "cases/x.xlsx"),
        ("frus1981.xml", "archives/frus1981.xml"),
        ("actors.yaml", "actors.yaml"),
        ("My Library.bib", "bibliography/my-library.bib"),
        (f"{HOSTILE}.yml", "cases/script-img-src-x-onerror-window.ran-1.yml"),
        ("a" * 300 + ".yaml", "cases/" + "a" * 100 + ".yaml"),
    ],
)  # fmt: skip
def test_a_file_gets_a_safe_name_and_a_place(name: str, place: str) -> None:
    assert uploads.place_for(name) == place


@pytest.mark.parametrize(
    "name", ["visavis.yaml", "judgements.yaml", "x.exe", ".yaml", "", "x", "..", "vocabulary.yaml"]
)
def test_a_file_that_does_not_belong_is_refused(name: str) -> None:
    with pytest.raises(DataError):
        uploads.place_for(name)


def test_saving_never_overwrites_unasked_and_stays_inside(tmp_path: Path) -> None:
    path = uploads.save(tmp_path, "cases/x.yaml", b"one")
    assert path.read_bytes() == b"one"
    with pytest.raises(DataError, match="there already"):
        uploads.save(tmp_path, "cases/x.yaml", b"two")
    assert path.read_bytes() == b"one"
    uploads.save(tmp_path, "cases/x.yaml", b"two", overwrite=True)
    assert path.read_bytes() == b"two"
    assert sorted(p.name for p in path.parent.iterdir()) == ["x.yaml"]
    (tmp_path / "archives").symlink_to(tmp_path.parent)
    with pytest.raises(DataError, match="outside the project"):
        uploads.save(tmp_path, "archives/x.xml", b"x")


def test_a_check_says_what_is_wrong_with_the_line_and_keeps_nothing(tmp_path: Path) -> None:
    small.write(tmp_path, {k: v for k, v in small.FILES.items() if k.endswith("s.yaml")})
    faulty = small.GENEVA.replace("kind: handshake", "kind: handshke").encode()
    made = uploads.check(None, tmp_path, "cases/geneva-1985.yaml", faulty)
    line = small.GENEVA.splitlines().index(
        next(x for x in small.GENEVA.splitlines() if "hands," in x)
    )
    fault = made.errors[0]
    assert (fault.file, fault.line) == ("cases/geneva-1985.yaml", line + 1)
    assert "handshke" in fault.message and "handshake" in fault.advice
    assert uploads.summary(made).startswith("1 fault")
    assert page_data.fault_rows(made.faults)[0]["what"] == "keeps it out"
    broken = uploads.check(None, tmp_path, "cases/b.yaml", b"a: [1\nb: {\n")
    assert broken.errors and broken.errors[0].file == "cases/b.yaml"
    assert uploads.check(None, tmp_path, "cases/b.xlsx", b"no workbook").errors
    assert uploads.check(None, tmp_path, "archives/b.xml", b"<a/>").errors
    bomb = b'<!DOCTYPE a [<!ENTITY b "b">]><TEI xmlns="http://www.tei-c.org/ns/1.0">&b;</TEI>'
    assert uploads.check(None, tmp_path, "archives/b.xml", bomb).errors
    assert not list(tmp_path.rglob(".check*")) and not (tmp_path / "cases").exists()


def test_what_a_file_would_change(engine: Graph, tmp_path: Path) -> None:
    small.write(tmp_path, small.FILES)
    raw = small.GENEVA.encode()
    new = uploads.check(engine, tmp_path, "geneva-1985.yaml", raw)
    assert new.documents == {"geneva-1985.yaml": "new"} and new.count("adds") == new.claims > 20
    ingest(engine, tmp_path)
    again = uploads.check(engine, tmp_path, "geneva-1985.yaml", raw)
    assert again.changes == [] and again.documents == {"geneva-1985.yaml": "unchanged"}
    assert "nothing would change" in uploads.summary(again)
    other = small.GENEVA.replace("intensity: 2", "intensity: 3").replace(
        "bonds:\n  - {between: [reagan, gorbachev], kind: trust, change: formed, said_by: gorbachev, cite: 192}\n",
        "",
    )
    other += "remarks:\n  - {remark: a first summit, cite: 193}\n"
    made = uploads.check(engine, tmp_path, "geneva-1985.yaml", other.encode())
    assert (made.count("adds"), made.count("changes"), made.count("removes")) == (1, 1, 1)
    changed = next(c for c in made.changes if c.what == "changes")
    assert "intensity: 3" in changed.statement and "intensity: 2" in changed.before
    assert uploads.summary(made).startswith("It adds 1, changes 1, removes 1 statements")
    # A dry run: the graph and the folder are as they were.
    assert uploads.check(engine, tmp_path, "geneva-1985.yaml", raw).changes == []
    works = b"@book{kissinger1994, title={Diplomacy}, author={Kissinger, Henry}, year={1994}}"
    bib = uploads.check(engine, tmp_path, "bibliography/works.bib", works)
    assert not bib.errors and bib.count("adds") == bib.claims >= 1
    register = small.ACTORS.replace("Ronald Reagan", "Ronald W. Reagan").encode()
    told = uploads.check(engine, tmp_path, "actors.yaml", register)
    assert told.kind == "actors" and told.count("changes") == 1


def test_a_difference_pairs_what_was_told_otherwise() -> None:
    def claim(page: str, **more: Any) -> Claim:
        return Claim(
            "actor/a",
            "took_part",
            "meeting/m",
            about="meeting/m",
            citations=(Citation("source/s", page),),
            **more,
        )

    made = uploads.difference([claim("1"), claim("2")], [claim("1"), claim("3")])
    assert [c.what for c in made] == ["changes"]
    assert made[0].before.endswith("[s 2]") and made[0].statement.endswith("[s 3]")
    assert uploads.difference([claim("1")], [claim("1")]) == []


# -- the form -------------------------------------------------------------------------------------


def known() -> Registers:
    def register(text: str) -> Any:
        data = yamltext.load(text, "x")
        return next(v for v in data.values() if isinstance(v, Map))

    return Registers(
        register(small.ACTORS), register(small.PLACES), register(small.SOURCES), coder="anna"
    )


HEAD = {"title": "A summit", "case": "summit-1985", "when": "1985-11", "source": "bramsen2024",
        "cite": "191"}  # fmt: skip


def test_a_form_writes_what_a_scholar_would() -> None:
    case = coding.case_of(
        {**HEAD, "where": ["geneva"], "topics": ""},
        {
            "who": [{"actor": "reagan", "role": ["principal", "host"], "cite": "191"}, {},
                    {"actor": "gorbachev", "cite": "191; 192 via reagan1990 15", "office": "  "}],
            "acts": [{"act": "asks", "kind": "invitation", "by": ["reagan"], "to": ["gorbachev"],
                      "credit": "yes", "energy": "reagan: raised", "cite": "192"}],
        },
    )  # fmt: skip
    made = coding.checked(case, "cases/summit-1985.yaml", known(), vocabulary())
    assert made.faults == [] and made.sound
    assert (
        made.text
        == """\
case: summit-1985
title: A summit
source: bramsen2024
cite: 191
when: 1985-11
where: geneva
who:
  - {actor: reagan, role: [principal, host], cite: 191}
  - {actor: gorbachev, cite: [191, 192 via reagan1990 15]}
acts:
  - {act: asks, kind: invitation, by: reagan, to: gorbachev, credit: yes, energy: {reagan: raised}, cite: 192}
"""
    )
    assert {c.predicate for c in made.claims} >= {"titled", "took_part", "credit", "held_at"}
    assert coding.checked(Map(), "x", known(), vocabulary()).text == ""


def test_a_fault_stands_at_the_statement_that_made_it() -> None:
    case = coding.case_of(
        {**HEAD, "when": "19.11.1985"},
        {"who": [{"actor": "reagan", "cite": "191"}, {"actor": "nobody", "cite": "191"}],
         "acts": [{"act": "x", "kind": "handshke", "by": ["reagan"]}]},
    )  # fmt: skip
    made = coding.checked(case, "x.yaml", known(), vocabulary())
    assert not made.sound
    assert any("EDTF" in f.message for f in made.head)
    assert [f.code for f in made.rows["who", 1]] == ["actor"]
    assert ("who", 0) not in made.rows
    assert any("handshke" in f.message for f in made.rows["acts", 0])


@pytest.mark.parametrize(
    "text", [HOSTILE, MARKUP, '"]}', "</style>", "a: b # c", "- x", "é\\n'", "{[,"]
)
def test_hostile_text_in_the_form_stays_that_text(text: str) -> None:
    case = coding.case_of({**HEAD, "title": text},
                          {"remarks": [{"remark": text, "cite": "1"}]})  # fmt: skip
    made = coding.checked(case, "x.yaml", known(), vocabulary())
    told = yamltext.load(made.text, "x")
    assert told["title"] == " ".join(text.split()) == told["remarks"][0]["remark"]
    assert set(told) == {*HEAD, "remarks"}


def test_keys_are_made_where_none_are_given() -> None:
    assert coding.key_for("Reagan and Gorbachev meet in Geneva", "1985-11-19", ()) == (
        "reagan-gorbachev-geneva-1985"
    )
    assert coding.key_for("A summit", "1985", ["summit-1985"]) == "summit-1985-2"
    assert coding.key_for("", "", ()) == "" and coding.key_for("首脑会议", "", ()) == ""
    lists = coding.with_keys(
        {"acts": [{"kind": "handshake"}, {"kind": "handshake"}, {}, {"act": "own"}],
         "phases": [{"what": "a walk by the lake"}]}
    )  # fmt: skip
    assert [row.get("act") for row in lists["acts"]] == ["handshake", "handshake-2", None, "own"]
    assert lists["phases"][0]["phase"] == "a-walk-by-the"


def test_who_where_and_what_works_a_case_names() -> None:
    case = coding.case_of(
        {**HEAD, "where": ["geneva"], "said_by": "reagan"},
        {"acts": [{"act": "x", "by": ["us", "ussr"], "energy": "gorbachev: raised",
                   "cite": "192 via reagan1990 15; archigos 3"}]},
    )  # fmt: skip
    used = coding.named(case)
    assert used["actors"] >= {"us", "ussr", "gorbachev", "reagan"}
    assert used["places"] == {"geneva"}
    assert used["sources"] >= {"bramsen2024", "reagan1990", "archigos"}


def test_entries_are_added_at_the_end_of_a_register_or_not_at_all(tmp_path: Path) -> None:
    new = {"de-gaulle": Map(name=Text('de Gaulle "Charles"'), kind=Text("person"))}
    path = coding.add_entries(tmp_path, "actors", new)
    assert path == tmp_path / "actors.yaml"
    assert coding.add_entries(tmp_path, "actors", new) is None
    (tmp_path / "places.yaml").write_text("# ours\nplaces:\n#  none yet\n")
    coding.add_entries(tmp_path, "places", {"bonn": Map(name=Text("Bonn"))})
    assert (tmp_path / "places.yaml").read_text() == (
        "# ours\nplaces:\n#  none yet\n  bonn: {name: Bonn}\n"
    )
    coding.add_entries(
        tmp_path, "places", {"bonn": Map(name=Text("X")), "paris": Map(name=Text("Paris"))}
    )
    assert "X" not in (tmp_path / "places.yaml").read_text()
    awkward = "actors: {a: {name: A, kind: person}}\ncoder: anna\n"
    (tmp_path / "actors.yaml").write_text(awkward)
    with pytest.raises(DataError):
        coding.add_entries(tmp_path, "actors", new)
    assert (tmp_path / "actors.yaml").read_text() == awkward
    with pytest.raises(DataError, match="no key"):
        coding.add_entries(tmp_path, "places", {"x: {y": Map(name=Text("Y"))})


def test_a_work_of_the_graph_enters_a_register_as_the_very_record() -> None:
    records = [c for c in small.shipped_claims() if c.predicate == "described_as"]
    assert len(records) > 20
    for claim in itertools.islice(records, 60):
        key = claim.subject.partition("/")[2]
        entry = coding.entry_of_record(json.loads(claim.value))
        text = (
            f"sources:\n  {key}: "
            + coding.to_yaml(Map(sources=Map({key: entry}))).split(": ", 1)[1]
        )
        data = yamltext.load(text, "sources.yaml")
        read, faults = read_register(data, "sources.yaml", "sources", Registers(), vocabulary())
        told = [c for c in read if c.predicate == "described_as" and c.subject == claim.subject]
        assert [json.loads(c.value) for c in told] == [json.loads(claim.value)], faults[:2]


# -- the review -----------------------------------------------------------------------------------


def test_namesakes_are_asked_of_once_and_not_again() -> None:
    rows = [
        {"id": "actor/turner", "name": "John Turner", "kind": "person", "also": None},
        {"id": "actor/turner-2", "name": "J. Turner", "kind": "person", "also": ["john turner"]},
        {"id": "actor/turner-town", "name": "John Turner", "kind": "group", "also": None},
    ]
    pairs = page_review.namesakes(rows)
    assert [(p.one, p.other) for p in pairs] == [("actor/turner", "actor/turner-2")]
    assert "John Turner" in pairs[0].why
    assert page_review.pending([*pairs, *pairs], Judgements()) == pairs
    same = Judgements(same={"actor/turner-2": "actor/turner"})
    apart = Judgements(different=frozenset([frozenset(("actor/turner", "actor/turner-2"))]))
    assert page_review.pending(pairs, same) == [] == page_review.pending(pairs, apart)


# -- pages ----------------------------------------------------------------------------------------


@pytest.fixture
def desk(arcade: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The local server's graph, and a project's folder of one's own."""
    st.cache_resource.clear()
    st.cache_data.clear()
    monkeypatch.setattr("visavis.dashboard.common.graph", lambda: arcade)
    monkeypatch.setattr("visavis.dashboard.common.root", lambda: tmp_path)
    monkeypatch.setenv("VISAVIS_DASHBOARD_PROJECT", str(tmp_path))
    (tmp_path / "visavis.yaml").write_text("coder: anna\n")
    yield tmp_path
    st.cache_resource.clear()


@pytest.mark.parametrize(
    ("name", "params", "says"),
    [
        ("data", {}, "nothing is written before you say so"),
        ("form", {}, "The form writes the file"),
        ("form", {"step": "who"}, "Evidence of attendance only"),
        ("form", {"step": "more"}, "Credit and discredit apart"),
        ("form", {"step": "file"}, "Begin with the encounter"),
        ("review", {}, "No text was read"),
        ("review", {"view": "identities"}, "Judged so far: 0 the same"),
    ],
)
def test_a_page_where_one_writes(
    desk: Path, arcade: Graph, name: str, params: dict[str, str], says: str
) -> None:
    test = opened(name, **params)
    assert not test.exception
    assert says in words(test)


def field(test: AppTest, label: str) -> Any:
    return next(f for f in test.text_input if f.label == label)


def test_the_form_checks_as_one_types_and_shows_the_file(desk: Path) -> None:
    test = opened("form")
    field(test, "Title").set_value("A summit").run()
    field(test, "When").set_value("18.11.1985").run()
    assert "faults to mend" in words(test)
    assert any("1985\\-11\\-18" in e.value for e in test.error)
    assert "title: A summit" in test.code[0].value
    field(test, "When").set_value("1985-11-18").run()
    assert not any("EDTF" in e.value for e in test.error)


SHEET = """\
text: chapter.txt
source: chapter
pages: ''
candidates:
- id: 52abd5caff
  decision: later
  page: par. 2
  text: They walked by the lake (Reagan 1990, 14).
  cites:
  - {printed: 'Reagan 1990, 14', locator: '14', source: reagan1990}
  encounters: [geneva-1985]
  case: ''
  'on': ''
  remark: ''
"""


def test_a_passage_is_accepted_for_an_encounter_or_not_at_all(desk: Path) -> None:
    (desk / "candidates").mkdir()
    path = desk / "candidates" / "chapter.yaml"
    path.write_text(SHEET)

    def press(test: AppTest, label: str) -> AppTest:
        return next(b for b in test.button if b.label == label).click().run()

    test = opened("review")
    assert "cites Reagan 1990, 14 (reagan1990)" in words(test)
    told = next(s for s in test.selectbox if s.label == "Told of the encounter")
    assert any(label.endswith("(geneva-1985)") for label in told.options)
    press(test, "Accept")
    assert "Choose the encounter" in words(test) and "decision: later" in path.read_text()
    assert {"Accept", "Reject"} <= {b.label for b in test.button}
    field(test, "You are (your key as a coder)").set_value("").run()
    next(s for s in test.selectbox if s.label == "Told of the encounter").set_value(
        "geneva-1985"
    ).run()
    press(test, "Accept")
    assert "Say who you are" in words(test) and "decision: later" in path.read_text()
    field(test, "You are (your key as a coder)").set_value("anna").run()
    press(test, "Accept")
    assert "decision: accept" in path.read_text() and "case: geneva-1985" in path.read_text()


# -- in a browser ---------------------------------------------------------------------------------


@pytest.mark.browser
def test_a_faulty_case_is_shown_with_its_lines_and_left_out(
    visitor: Visitor, served: Served, tmp_path: Path
) -> None:
    faulty = tmp_path / "upload.yaml"
    faulty.write_text(
        "case: upload-2020\ntitle: Uploaded\nsource: hostile2020\ncoder: eve\ncite: 1\nwhen: 2020\n"
        f'who:\n  - {{actor: mallory, rle: principal, office: "{HOSTILE}", cite: 1}}\n'
    )
    page = visitor.open("/data")
    page.locator("input[type=file]").set_input_files(faulty)
    page.get_by_text("fault: the file stays out").wait_for()
    row = page.locator(".vv-table tbody tr").first.inner_text()
    assert row.startswith("8") and "rle" in row and "role" in row
    assert page.get_by_role("button", name="Save and ingest").count() == 0
    assert page.evaluate("window.ran === undefined")
    faulty.write_text(faulty.read_text().replace("rle:", "role:"))
    page = visitor.open("/data")
    page.locator("input[type=file]").set_input_files(faulty)
    page.get_by_role("button", name="Save and ingest").click()
    page.get_by_text("Ingested").wait_for()
    assert (served.root / "cases" / "upload.yaml").is_file()
    assert not list(served.root.rglob(".check*"))
    assert page.evaluate("window.ran === undefined")


@pytest.mark.browser
def test_an_encounter_is_coded_by_the_form(visitor: Visitor, served: Served) -> None:
    page = visitor.open("/form")

    def fill(label: str, text: str, number: int = 0) -> None:
        box = page.get_by_role("textbox", name=label, exact=True).nth(number)
        box.fill(text)
        box.press("Enter")
        visitor.settle()

    def pick(label: str, text: str, number: int = 0) -> None:
        page.get_by_role("combobox", name=label, exact=True).nth(number).click()
        page.keyboard.type(text)
        page.get_by_role("option", name=text).first.click()
        page.keyboard.press("Tab")
        visitor.settle()

    fill("Title", "Adenauer and de Gaulle meet at Colombey")
    fill("When", "1958-09-14")
    pick("Source", "Memoirs of Hope")
    fill("Page or place that tells of it", "174")
    page.get_by_role("button", name="Next").click()
    page.get_by_role("heading", name="Who was there").wait_for()
    pick("Actor", "Konrad Adenauer")
    fill("Page or place", "174")
    page.get_by_role("button", name="Add another").click()
    visitor.settle()
    pick("Actor", "Charles de Gaulle", 1)
    fill("Page or place", "174", 1)
    page.get_by_text("4 What was done").click()
    page.get_by_role("heading", name="What was done").wait_for()
    pick("Kind", "Handshake")
    pick("By whom", "Konrad Adenauer")
    pick("To whom", "Charles de Gaulle")
    fill("Page or place", "175")
    page.get_by_text("6 The file").click()
    page.get_by_role("heading", name="The file").wait_for()
    page.get_by_role("button", name="Save and ingest").click()
    page.get_by_text("is saved and in the graph").wait_for()
    text = (served.root / "cases" / "adenauer-de-gaulle-colombey-1958.yaml").read_text("utf-8")
    assert "- {act: handshake, kind: handshake, by: konrad-adenauer, to: charles-de-gaulle," in text
    assert "konrad-adenauer: {name: Konrad Adenauer" in (served.root / "actors.yaml").read_text()
    seen = visitor.open("/encounter?meeting=adenauer-de-gaulle-colombey-1958")
    assert "Adenauer and de Gaulle meet at Colombey" in seen.inner_text("h1")
