"""The page of the form to code an encounter, by AppTest and in a browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import small
from browser import Served, Visitor
from coded import HAND
from shown import opened, words
from streamlit.testing.v1 import AppTest

from visavis.dashboard import common
from visavis.dashboard.form import drafts, files
from visavis.dashboard.form.desk import own_cases
from visavis.graph.connect import Graph
from visavis.ingest.registers import SHIPPED


@pytest.fixture
def desk(desk: Path) -> Path:
    """The project has registers and a folder for cases."""
    for name, text in (("actors", small.ACTORS), ("places", small.PLACES),
                       ("sources", small.SOURCES)):  # fmt: skip
        (desk / f"{name}.yaml").write_text(text)
    (desk / "cases").mkdir()
    return desk


def field(test: AppTest, label: str) -> Any:
    return next(f for f in (*test.text_input, *test.selectbox) if f.label == label)


def press(test: AppTest, label: str) -> AppTest:
    return next(b for b in test.button if b.label == label).click().run()


def other(test: AppTest) -> AppTest:
    """The same with the list of files and drafts open."""
    test.session_state["form-other"] = True
    return test.run()


@pytest.mark.parametrize(
    ("step", "says"),
    [
        ("head", "The form writes the file"),
        ("who", "Evidence of attendance only"),
        ("more", "Credit and discredit apart"),
        ("file", "Begin with the encounter"),
    ],
)
def test_the_steps_of_an_empty_form(desk: Path, step: str, says: str) -> None:
    test = opened("form", step=step)
    assert not test.exception and says in words(test)
    assert not (desk / ".visavis" / "drafts").exists()


def test_the_form_checks_as_one_types_and_outlives_a_reload(desk: Path) -> None:
    test = opened("form")
    field(test, "Title").set_value("A summit").run()
    field(test, "When").set_value("18.11.1985").run()
    assert "faults to mend" in words(test)
    assert any(e.value.startswith("When:") and "1985\\-11\\-18" in e.value for e in test.error)
    assert "title: A summit" in test.code[0].value
    field(test, "When").set_value("1985-11-18").run()
    assert not any("EDTF" in e.value for e in test.error)
    name = test.query_params["draft"]
    again = opened("form", draft=name[0] if isinstance(name, list) else name)
    assert field(again, "When").value == "1985-11-18" and "A summit" in again.code[0].value
    gone = opened("form", draft="0" * 12)
    assert any("not there any more" in i.value for i in gone.info)
    assert field(gone, "Title").value == ""


def test_a_draft_that_is_left_keeps_what_was_typed_last(desk: Path) -> None:
    test = opened("form")
    field(test, "Title").set_value("A summit").run()
    field(test, "When").set_value("1985-11-18")  # the click comes before the page is made again
    press(test, "New encounter")
    assert field(test, "Title").value == ""
    (name,) = drafts.kept(desk)
    assert drafts.restored(drafts.read(desk, name)).cases[0].head["when"] == "1985-11-18"


def test_cases_are_found_whoever_wrote_them(desk: Path) -> None:
    (desk / "cases" / "windows.yaml").write_bytes("\ufeffcase: windows\r\n".encode())
    (desk / "cases" / "gone.yaml").symlink_to(desk / "nowhere")
    (desk / "cases" / "none.yaml").write_text("title: x\n")
    assert list(own_cases(desk).values()) == ["cases/windows.yaml"]


def test_a_case_is_opened_changed_and_its_change_shown(desk: Path) -> None:
    path = desk / "cases" / "summit-1985.yaml"
    path.write_text(HAND.replace("wrong-key: stays\n", ""))
    test = other(opened("form"))
    field(test, "Case of this project").set_value("cases/summit-1985.yaml").run()
    press(test, "Open this case")
    assert field(test, "Title").value == "A summit"
    field(test, "Title").set_value("The summit").run()
    test.query_params["step"] = "file"
    test.run()
    assert not test.exception
    assert "-title: A summit\n+title: The summit" in test.code[0].value.replace("\n ", "\n")
    assert not next(b for b in test.button if b.label == "Save and ingest").disabled
    path.write_text(path.read_text() + "# meanwhile\n")
    test.run()
    assert any("changed since you opened it" in e.value for e in test.error)
    assert next(b for b in test.button if b.label == "Save and ingest").disabled


def test_a_case_just_saved_is_offered_at_once(desk: Path) -> None:
    test = other(opened("form", step="file"))
    assert "Case of this project" not in [s.label for s in test.selectbox]
    test.query_params["step"] = "head"
    test.run()
    for label, value in (("Title", "A summit"), ("When", "1985-11-18"), ("Key", "summit-1985"),
                         ("Work", "bramsen2024"), ("Page or place", "191")):  # fmt: skip
        field(test, label).set_value(value).run()
    test.query_params["step"] = "file"
    test.run()
    press(test, "Save and ingest")
    assert not test.exception and (desk / "cases" / "summit-1985.yaml").is_file()
    assert field(other(test), "Case of this project").options == ["cases/summit-1985.yaml"]


def button(test: AppTest, label: str) -> Any:
    return next(b for b in test.button if b.label.replace("\\", "") == label)


def type_in(test: AppTest, label: str, text: str) -> AppTest:
    """Type a text that is none of the list into a field of choices."""
    box = field(test, label)
    box.options.append(text)
    return box.set_value(text).run()


def test_whom_a_typed_name_means_is_asked_where_it_is_not_plain(desk: Path) -> None:
    twice = (
        "  smith: {name: John Smith, kind: person}\n  smith-2: {name: John Smith, kind: person}\n"
    )
    (desk / "actors.yaml").write_text(small.ACTORS + twice)
    test = opened("form", step="who")
    assert {"John Smith (smith)", "John Smith (smith-2)"} <= set(field(test, "Actor").options)
    type_in(test, "Actor", "John Smith")
    assert field(test, "Actor").value is None and "fits two entries" in words(test)
    button(test, "John Smith (smith-2)").click().run()
    assert field(test, "Actor").value == "smith-2" and "fits" not in words(test)
    type_in(test, "Actor", "gorbachev")  # a word of one name alone
    assert field(test, "Actor").value == "gorbachev"
    type_in(test, "Actor", "Reagen")
    assert field(test, "Actor").value == "reagen" and "Spelled much like it" in words(test)
    assert "New in the registers" in words(test) and "actor: reagen" in test.code[0].value
    button(test, "Ronald Reagan").click().run()
    assert field(test, "Actor").value == "reagan" and "New in the registers" not in words(test)
    assert "actor: reagan" in test.code[0].value
    type_in(test, "Actor", "Ronald Raygun Reagen")
    type_in(test, "Actor", "Reagan")  # the name before was taken back: it is offered no more
    assert field(test, "Actor").value == "reagan"
    type_in(test, "Actor", "Ronald")
    button(test, "“Ronald” is new").click().run()
    assert field(test, "Actor").value == "ronald" and "actor: ronald" in test.code[0].value
    assert not test.exception


def test_a_part_is_taken_out_of_a_series_and_the_others_stay_whole(desk: Path) -> None:
    test = opened("form")
    field(test, "Title").set_value("Talks in three rounds").run()
    field(test, "What it is").set_value("series").run()
    for number in ("1", "2", "3"):
        field(test, "Encounter of this file").set_value("0").run() if number > "1" else None
        press(test, "Add a part")
        assert field(test, "Encounter of this file").value == number
        field(test, "Title").set_value(f"Round {number}").run()
        field(test, "When").set_value(f"201{number}").run()
    field(test, "Encounter of this file").set_value("1").run()
    press(test, "Take this part out of the series")
    for number, title in (("1", "Round 2"), ("2", "Round 3")):
        field(test, "Encounter of this file").set_value(number).run()
        assert field(test, "Title").value == title
    told = test.code[0].value
    assert "Round 1" not in told and told.count("- case: ") == 2 and not test.exception


def test_a_dashboard_for_reading_has_no_form(monkeypatch: pytest.MonkeyPatch) -> None:
    def offered() -> set[str]:
        return {name for some in common.pages().values() for name in some}

    monkeypatch.setattr(common, "_page", lambda name: name)
    assert "form" in offered()
    monkeypatch.setenv("VISAVIS_DASHBOARD_READ_ONLY", "1")
    assert not {"form", "data", "review"} & offered() and "encounter" in offered()


def test_what_a_field_takes_for_granted(desk: Path) -> None:
    test = opened("form", step="who")
    type_in(test, "Represents", "DPRK")
    assert field(test, "Kind").value == "state"
    type_in(test, "Actor", "Kim Jong Un")
    kinds = [f.value for f in test.selectbox if f.label == "Kind"]
    assert sorted(kinds) == ["person", "state"]
    test.query_params["step"] = "acts"
    test.run()
    boxes = [box.proto for box in test.multiselect]
    assert boxes and not any(box.select_all for box in boxes)  # Enter would choose everybody


def test_of_many_actors_those_that_no_list_shows_are_found_too(
    shipped: Graph, _fresh: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(common, "graph", lambda: shipped)
    monkeypatch.setattr(common, "MANY", 5)
    monkeypatch.setattr(common, "root", lambda: tmp_path)
    test = opened("form", step="who")
    assert len(field(test, "Actor").options) <= 5
    type_in(test, "Actor", "Trudeau")
    assert field(test, "Actor").value == "trudeau" and "is taken for Justin Trudeau" in words(test)
    type_in(test, "Actor", "Merkle")
    button(test, "Angela Merkel (merkel)").click().run()
    assert field(test, "Actor").value == "merkel" and "actor: merkel" in test.code[0].value
    test.query_params["step"] = "file"
    test.run()
    assert "Added to actors.yaml, which does not hold them yet: merkel" in words(test)
    test.query_params["step"] = "head"
    test.run()
    follows = next(f for f in test.multiselect if f.label == "Follows")
    follows.set_value(["panmunjom"]).run()
    assert "follows: panmunjom-2018" in test.code[0].value


def test_a_new_work_is_kept_though_its_statement_tells_nothing_yet(desk: Path) -> None:
    test = opened("form", step="phases")
    type_in(test, "Work", "Notes on a walk")
    field(test, "Page or place").set_value("7").run()
    field(test, "What, in your words").set_value("a walk").run()
    assert "cite: notes-on-a-walk 7" in test.code[0].value
    assert "New in the registers" in words(test)
    assert not any("unknown source" in e.value for e in test.error)


def test_a_new_place_is_checked_before_its_register_is_written(desk: Path) -> None:
    test = opened("form")
    for label, value in (("Title", "A summit"), ("Work", "bramsen2024"), ("Page or place", "1")):
        field(test, label).set_value(value).run()
    next(f for f in test.multiselect if f.label == "Where").set_value(["Colombey"]).run()
    field(test, "Coordinates").set_value("in France").run()
    assert any("are no coordinates" in e.value for e in test.error)
    test.query_params["step"] = "file"
    test.run()
    assert button(test, "Save and ingest").disabled
    assert any("place colombey" in e.value for e in test.error)


def test_two_windows_on_one_draft(desk: Path) -> None:
    one = opened("form")
    field(one, "Title").set_value("A summit").run()
    (name,) = drafts.kept(desk)
    two = opened("form", draft=name)
    field(two, "When").set_value("1985").run()
    field(one, "Key").set_value("mine").run()
    assert any("another window" in w.value for w in one.warning)
    assert drafts.restored(drafts.read(desk, name)).cases[0].head["when"] == "1985"
    press(one, "Take what was typed there")
    assert field(one, "When").value == "1985" and field(one, "Key").value == ""
    field(one, "Key").set_value("mine").run()
    assert not one.warning
    field(two, "When").set_value("1986").run()
    press(two, "Keep what stands here")
    head = drafts.restored(drafts.read(desk, name)).cases[0].head
    assert head["when"] == "1986" and not head.get("case") and not two.warning


def test_what_others_answer_is_missed_where_they_name_it(desk: Path) -> None:
    answer = "  - {act: back, kind: handshake, by: reagan, replies: hands, cite: 192}\n"
    text = HAND.replace("wrong-key: stays\n", "").replace("parts:", f"{answer}parts:", 0)
    text = text.replace("memo: |", answer + "memo: |")
    (desk / "cases" / "summit-1985.yaml").write_text(text)
    test = other(opened("form"))
    field(test, "Case of this project").set_value("cases/summit-1985.yaml").run()
    press(test, "Open this case")
    test.query_params["step"] = "acts"
    test.run()
    assert not test.error
    press(test, "Remove 1")
    assert "unknown act &#x27;hands&#x27;" in words(test)
    test.query_params["step"] = "file"
    test.run()
    assert (
        any(e.value.startswith("What was done 2, Answers which act") for e in test.error)
        and button(test, "Save and ingest").disabled
    )


def test_keys_that_the_form_does_not_ask_for_can_be_mended_in_it(desk: Path) -> None:
    (desk / "cases" / "summit-1985.yaml").write_text(HAND)
    test = other(opened("form"))
    field(test, "Case of this project").set_value("cases/summit-1985.yaml").run()
    press(test, "Open this case")
    assert any(e.value.startswith("Wrong\\-key:") or "wrong" in e.value for e in test.error)
    field(test, "Wrong-key").set_value("").run()
    assert not test.error and "wrong-key" not in test.code[0].value


def test_a_file_that_cannot_be_read_is_told_with_its_line(desk: Path) -> None:
    (desk / "cases" / "anchored.yaml").write_text("case: a\ntitle: &t A\nmemo: *t\n")
    test = other(opened("form"))
    field(test, "Case of this project").set_value("cases/anchored.yaml").run()
    press(test, "Open this case")
    assert any("line 2" in e.value and "anchor" in e.value for e in test.error)


def test_a_saved_file_keeps_its_marks_and_line_ends(desk: Path) -> None:
    path = desk / "cases" / "summit-1985.yaml"
    old = HAND.replace("wrong-key: stays\n", "").replace("\n", "\r\n")
    path.write_bytes(b"\xef\xbb\xbf" + old.encode())
    test = other(opened("form"))
    field(test, "Case of this project").set_value("cases/summit-1985.yaml").run()
    press(test, "Open this case")
    field(test, "Title").set_value("The summit").run()
    test.query_params["step"] = "file"
    test.run()
    press(test, "Save and ingest")
    assert not test.exception and any("in the graph" in s.value for s in test.success)
    new = old.replace("title: A summit", "title: The summit")
    assert path.read_bytes() == b"\xef\xbb\xbf" + new.encode()


def test_a_folder_called_as_the_program_calls_its_own_cases(
    desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (desk / "shipped").mkdir()
    (desk / "shipped" / "geneva-1985.yaml").write_text(HAND)
    ours = {SHIPPED / "geneva-1985.yaml": "geneva-1985, shipped with the program"}
    monkeypatch.setattr(files, "shipped_cases", lambda: ours)
    for label, title in (
        ("shipped/geneva-1985.yaml", "A summit"),
        ("geneva-1985, shipped with the program", "Reagan and Gorbachev meet for the first time"),
    ):
        test = other(opened("form"))
        field(test, "Case to code a second time").set_value(label).run()
        field(test, "You are (the second coder's key)").set_value("ben").run()
        press(test, "Code it beside")
        assert field(test, "Title").value == title
    test = other(opened("form"))
    field(test, "Case of this project").set_value("shipped/geneva-1985.yaml").run()
    press(test, "Open this case")
    assert field(test, "Title").value == "A summit"


# -- in a browser ---------------------------------------------------------------------------------


@pytest.mark.browser
def test_an_encounter_is_coded_by_the_form_and_gone_on_with(
    visitor: Visitor, served: Served
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = visitor.open("/form")

    def fill(label: str, text: str) -> None:
        box = page.get_by_role("textbox", name=label, exact=True).first
        box.fill(text)
        box.press("Tab")
        visitor.settle()

    def pick(label: str, text: str) -> None:
        page.get_by_role("combobox", name=label, exact=True).first.click()
        page.keyboard.type(text)
        page.get_by_role("option", name=text).first.click()
        page.keyboard.press("Tab")
        visitor.settle()

    def press(name: str) -> None:
        page.get_by_role("button", name=name, exact=True).click()
        visitor.settle()

    fill("Title", "Adenauer and de Gaulle meet at Colombey")
    fill("When", "1958-09-14")
    pick("Work", "Memoirs of Hope")
    fill("Page or place", "174")
    press("Next")
    pick("Actor", "Konrad Adenauer")
    press("Add another")
    page.get_by_role("button", name="Edit 1", exact=True).wait_for()
    page.wait_for_function(  # the citation is taken over
        """() => {
            const found = [...document.querySelectorAll("input[aria-label='Page or place']")];
            return found.length === 1 && found[0].value === "174";
        }"""
    )
    pick("Actor", "Charles de Gaulle")
    page.get_by_text("4 What was done").click()
    page.get_by_role("heading", name="What was done").wait_for()
    pick("Kind", "Handshake")
    pick("By whom", "Konrad Adenauer")
    pick("To whom", "Charles de Gaulle")
    fill("Page or place", "175")
    page.reload()
    page.get_by_role("button", name="Edit 1").wait_for()  # the draft is there again
    page.get_by_text("6 The file").click()
    page.get_by_role("heading", name="The file").wait_for()
    press("Save and ingest")
    page.get_by_text("is saved and in the graph").wait_for()
    path = served.root / "cases" / "adenauer-de-gaulle-colombey-1958.yaml"
    text = path.read_text("utf-8")
    assert "- {act: handshake, kind: handshake, by: konrad-adenauer, to: charles-de-gaulle," in text
    assert "konrad-adenauer: {name: Konrad Adenauer" in (served.root / "actors.yaml").read_text()
    seen = visitor.open("/encounter?meeting=adenauer-de-gaulle-colombey-1958")
    assert "Adenauer and de Gaulle meet at Colombey" in seen.inner_text("h1")
    # Opened again: a remark in the file stays, and what changes is shown before it is saved.
    path.write_text(text.replace("acts:\n", "acts:\n  # by the memoirs alone\n"), "utf-8")
    visitor.open("/form")
    page.get_by_text("Open a case, code one").click()
    visitor.settle()
    pick("Case of this project", "cases/adenauer-de-gaulle-colombey-1958.yaml")
    press("Open this case")
    page.get_by_text("4 What was done").click()
    visitor.settle()
    press("Edit 1")
    fill("Lasted", "~ 1 min")
    page.get_by_text("6 The file").click()
    page.get_by_text("What changes in the file").wait_for()
    found = Axe().run(page).response["violations"]
    assert not [v["id"] for v in found if v["impact"] in ("serious", "critical")]
    press("Save and ingest")
    page.get_by_text("is saved and in the graph").wait_for()
    told = path.read_text("utf-8")
    assert "  # by the memoirs alone\n  - {act: handshake" in told and "for: ~ 1 min" in told
