"""Data and the review: files in, what they would change, and passages that become claims."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import small
from browser import HOSTILE, Served, Visitor
from shown import opened, words
from streamlit.testing.v1 import AppTest

from visavis.dashboard import page_data, page_review, uploads
from visavis.graph.connect import Graph
from visavis.ingest.judgements import Judgements
from visavis.ingest.run import ingest
from visavis.schema.claims import Citation, Claim
from visavis.schema.errors import DataError

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
    unsure = Judgements(unsure=frozenset([frozenset(("actor/turner", "actor/turner-2"))]))
    assert page_review.pending(pairs, unsure) == []


# -- pages ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "params", "says"),
    [
        ("data", {}, "nothing is written before you say so"),
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
def test_a_passage_is_accepted_and_a_judgement_taken_back_by_clicks(
    visitor: Visitor, served: Served
) -> None:
    (served.root / "candidates").mkdir(exist_ok=True)
    (served.root / "candidates" / "chapter.yaml").write_text(SHEET)
    page = visitor.open("/review")
    who = page.get_by_label("You are (your key as a coder)")
    who.fill("anna")
    who.press("Enter")
    case = page.get_by_role("combobox", name="Told of the encounter")
    case.click()
    case.fill("geneva-1985")
    case.press("Enter")
    page.get_by_role("button", name="Accept", exact=True).click()
    page.get_by_text("0 to decide, 1 accepted, 0 rejected").wait_for()
    page.get_by_role("button", name="Write the accepted ones and ingest").click()
    page.get_by_text("claims are in the graph").wait_for()
    assert list((served.root / "cases" / "chapter").glob("*.yaml"))

    page = visitor.open("/review?view=identities")
    page.get_by_text("both are called Peggy Ames").wait_for()
    page.get_by_role("button", name="The same").first.click()
    page.get_by_text("Judged so far: 1 the same").wait_for()
    judged = served.root / "judgements.yaml"
    assert "actor/peggy" in judged.read_text("utf-8")
    page.get_by_role("button", name="Take back").click()
    page.get_by_text("Judged so far: 0 the same").wait_for()
    assert "actor/peggy" not in judged.read_text("utf-8")
    page.get_by_text("Namesakes: both are called Peggy Ames").wait_for()
