"""A workbook and a case file lead to identical claims, and one converts to the other."""

from __future__ import annotations

import datetime
import functools
import io
import random
import tempfile
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from visavis.ingest import yamltext
from visavis.ingest.case import read_case
from visavis.ingest.case_keys import HEADER, SECTIONS
from visavis.ingest.casetext import scalar, to_yaml
from visavis.ingest.registers import FILES, Registers, read_register
from visavis.ingest.sheets import Row
from visavis.ingest.workbook import read_claims, read_workbook
from visavis.ingest.workbook_out import write_workbook
from visavis.schema.claims import Claim
from visavis.schema.errors import DataError, Fault
from visavis.schema.model import vocabulary

CASES = Path(__file__).parent.parent / "ingest" / "cases"
SHIPPED = sorted(CASES.glob("*.yaml"))
SMALL = """\
case: geneva-1985
title: The two meet
source: bramsen2024
coder: anna
cite: 191
when: {value: 1985-11, cite: 192, memo: "as told, no day"}
arrangement: ["a table; round", two chairs]
who:
  - {actor: reagan, for: us, role: [principal, host], cite: 191}
  - {actor: gorbachev, cite: 191}
phases:
  - {phase: walk, ingredients: [{ingredient: shared-mood, degree: partly}], cite: 192}
acts:
  - {act: eyes, kind: gaze, by: [reagan, gorbachev], in: walk, energy: {reagan: raised},
     emotion: {reagan: [hope, anger (displayed)]}, what: "=1+1", cite: 192 via reagan1990 12}
  - {act: asks, kind: invitation, by: reagan, to: gorbachev, credit: yes, cite: [192, 193]}
credits:
  - {from: gorbachev, to: reagan, credit: thanks, cite: 193}
domination:
  - {by: reagan, over: [gorbachev, us], result: resisted, cite: 193}
  - {by: gorbachev, over: reagan, cite: 193}
moderators:
  - {moderator: rank, on: eyes, what: "rank, told so", cite: 193}
scripts:
  - {follows: geneva-1985, cite: {source: reagan1990, locator: "4; 5", relation: mentions}}
rival:
  - {of: who.reagan.role, value: [principal, speaker], cite: 194}
  - {of: when, value: "[1985-11-19, 1985-11-20]", cite: 194}
parts:
  - case: geneva-walk
    title: The walk
    cite: 192
"""


@pytest.fixture(scope="module")
def known() -> Registers:
    return Registers.of(CASES, CASES)


def claims_of(path: Path, known: Registers) -> list[Claim]:
    data, _ = yamltext.read(path, path.name)
    return claims_in(data, known)


def claims_in(data: Any, known: Registers) -> list[Claim]:
    for kind in FILES.values():
        if "case" not in data and kind in data:
            return read_register(data, "x", kind, known, vocabulary())[0]
    return read_case(data, "x", known, vocabulary())[0]


def told(claims: Iterable[Claim]) -> list[str]:
    """Claims without the place they stand at, in an order of their own."""
    return sorted(repr({**claim.to_dict(), "origin": None}) for claim in claims)


@functools.cache
def written(text: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.xlsx"
        write_workbook([yamltext.load(text, "x")], path)
        return path.read_bytes()


def workbook(path: Path, change: Callable[[Any], None], text: str = SMALL) -> Path:
    """A written workbook, changed in openpyxl as a coder would in Excel."""
    book = openpyxl.load_workbook(io.BytesIO(written(text)))
    change(book)
    book.save(path)
    return path


def put(book: Any, sheet: str, row: int, **cells: Any) -> None:
    columns = {cell.value: cell.column for cell in book[sheet][1]}
    for name, value in cells.items():
        book[sheet].cell(row, columns[name]).value = value


def faults_of(path: Path) -> list[Fault]:
    with pytest.raises(DataError) as caught:
        read_workbook(path, path.name)
    return caught.value.faults


# -- there and back -----------------------------------------------------------------------------


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_shipped_files_make_the_same_claims_through_a_workbook(
    file: Path, known: Registers, tmp_path: Path
) -> None:
    first = told(claims_of(file, known))
    path = tmp_path / "book.xlsx"
    write_workbook([yamltext.read(file, file.name)[0]], path)
    assert first and told(read_claims(path, "book.xlsx", known, vocabulary())[0]) == first
    book = read_workbook(path, "book.xlsx")
    text = to_yaml([*book, *book.registers.values()][0])
    assert told(claims_in(yamltext.load(text, "x"), known)) == first


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_yaml_written_is_yaml_read(file: Path) -> None:
    data = yamltext.read(file, file.name)[0]
    assert yamltext.load(to_yaml(data), "x") == data


def test_one_workbook_holds_all_encounters_and_registers(known: Registers, tmp_path: Path) -> None:
    files = [file for file in SHIPPED if file.name not in FILES and "case:" in file.read_text()]
    files += [CASES / name for name in FILES]
    path = tmp_path / "all.xlsx"
    write_workbook([yamltext.read(file, file.name)[0] for file in files], path)
    claims, faults = read_claims(path, "all.xlsx", Registers(), vocabulary())
    assert not [fault for fault in faults if fault.severity == "error"]
    expected = {line for file in files for line in told(claims_of(file, known))}
    assert set(told(claims)) == expected


def test_small_case_goes_there_and_back_value_by_value(tmp_path: Path) -> None:
    data = yamltext.load(SMALL, "x")
    write_workbook([data], tmp_path / "x.xlsx")
    back = read_workbook(tmp_path / "x.xlsx", "x.xlsx")[0]
    assert back == data
    assert yamltext.load(to_yaml(back), "x") == data
    assert '  - {act: asks, kind: invitation, by: reagan, to: gorbachev, credit: yes, cite: [1' in (
        to_yaml(back)
    )  # fmt: skip


def test_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    data = yamltext.load(SMALL, "x")
    one, two = tmp_path / "one.xlsx", tmp_path / "two.xlsx"
    write_workbook([data], one)
    write_workbook([data], two)
    assert one.read_bytes() == two.read_bytes()


@given(st.text(max_size=30), st.booleans())
@example("0?0", True)
@settings(max_examples=300, deadline=None)
def test_scalar_reads_as_itself(text: str, inside: bool) -> None:
    written = scalar(text, inside)
    document = f"a: {{k: {written}, l: [{written}]}}" if inside else f"a: {written}"
    assert yamltext.load(document, "x") == {"a": {"k": text, "l": [text]} if inside else text}
    yaml.compose(document)  # the pure reader must not stumble either


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1)))
@settings(max_examples=15, deadline=None)
def test_lists_of_any_text_pass_through_a_cell(
    tmp_path_factory: pytest.TempPathFactory, values: list[str]
) -> None:
    texts = [text.strip() for text in values if text.strip() and "\uffff" not in text]
    texts = [text for text in texts if "\ufffe" not in text]
    path = tmp_path_factory.mktemp("x") / "x.xlsx"
    data = yamltext.load("case: a\ncite: 1\n", "x")
    data["topics"] = yamltext.Seq(yamltext.Text(text) for text in texts)
    write_workbook([data], path)
    back = read_workbook(path, "x")[0].get("topics", [])
    assert ([back] if isinstance(back, str) else back) == texts


# -- the template -------------------------------------------------------------------------------


def test_empty_workbook_has_every_list_and_its_drop_downs(tmp_path: Path) -> None:
    write_workbook([], tmp_path / "empty.xlsx")
    book = openpyxl.load_workbook(tmp_path / "empty.xlsx")
    for sheet in ("Encounters", "Participants", "Phases", "Acts", "Credits", "Sources"):
        assert sheet in book.sheetnames
    assert book["Terms"].sheet_state == "hidden"
    offered = set()
    for sheet in book.worksheets:
        if sheet.title in ("Notes", "Terms"):
            continue
        assert sheet.freeze_panes == "B2"
        for rule in sheet.data_validations.dataValidation:
            page, _, cells = rule.formula1.partition("!")
            if page == "Terms":
                words = [cell.value for (cell,) in book["Terms"][cells.replace("$", "")]]
                offered |= set(words)
    used = "ritual act role mode ingredient effect moderator bond uptake intent outcome audience"
    for scheme in used.split():
        assert set(vocabulary().scheme(scheme)) <= offered
    assert "clasp" not in book["Acts"]["C1"].comment.text  # the model's word on the column
    assert "kind of ritual" in book["Acts"]["C1"].comment.text
    assert list(read_workbook(tmp_path / "empty.xlsx", "x")) == []


def test_every_key_of_a_case_has_a_column(tmp_path: Path) -> None:
    write_workbook([], tmp_path / "empty.xlsx")
    book = openpyxl.load_workbook(tmp_path / "empty.xlsx")
    heads = {sheet.title: {cell.value for cell in sheet[1]} for sheet in book.worksheets}
    assert set(HEADER) - {"parts"} <= heads["Encounters"]
    named = {"who": "Participants", "phases": "Phases", "acts": "Acts", "credits": "Credits",
             "bonds": "Bonds", "emotions": "Emotions", "outcomes": "Outcomes",
             "scripts": "Scripts", "remarks": "Remarks", "rival": "Rivals"}  # fmt: skip
    for section, sheet in named.items():
        assert set(SECTIONS[section]) <= heads[sheet]


# -- filling in ---------------------------------------------------------------------------------


def test_case_and_citation_are_filled_down_within_a_case(tmp_path: Path) -> None:
    def change(book: Any) -> None:
        put(book, "Encounters", 5, case="other", title="Another", source="bramsen2024", cite="5")
        put(book, "Participants", 3, case=None, cite=None)
        put(book, "Participants", 4, case="other", actor="moon")

    first, other = read_workbook(workbook(tmp_path / "x.xlsx", change), "x")
    assert [str(who["cite"]) for who in first["who"]] == ["191", "191"]
    assert "cite" not in other["who"][0]


def test_what_is_not_cited_inherits_nothing(known: Registers, tmp_path: Path) -> None:
    text = SMALL.replace("{actor: gorbachev, cite: 191}", "{actor: gorbachev}")
    path = workbook(tmp_path / "x.xlsx", lambda book: None, text)
    _, faults = read_claims(path, "x.xlsx", known, vocabulary())
    assert [fault for fault in faults if fault.code == "uncited" and "gorbachev" in fault.record]


@pytest.mark.parametrize(
    ("value", "shown", "meant"),
    [
        (1985.0, "General", "1985"),
        (1985, "General", "1985"),
        (1.5, "General", "1.5"),
        (17, "0000", "0017"),
        (0.84, "0%", "84 %"),
        (True, "General", "yes"),
        (False, "General", "no"),
        (datetime.datetime(1985, 11, 19), "yyyy-mm-dd", "1985-11-19"),
        (datetime.datetime(1985, 11, 19), "yyyy-mm-dd h:mm:ss", "1985-11-19"),
        (datetime.datetime(1985, 11, 1), "mmm-yy", "1985-11"),
        (datetime.datetime(1985, 1, 1), "yyyy", "1985"),
        (datetime.datetime(1985, 11, 19, 10, 40), "yyyy-mm-dd hh:mm", "1985-11-19T10:40"),
        ("  walk ", "@", "walk"),
    ],
)
def test_cells_are_read_as_the_text_they_mean(
    value: Any, shown: str, meant: str, tmp_path: Path
) -> None:
    def change(book: Any) -> None:
        put(book, "Remarks", 2, case="geneva-1985", remark=value, cite="1")
        book["Remarks"]["B2"].number_format = shown

    back = read_workbook(workbook(tmp_path / "x.xlsx", change), "x")[0]
    assert back["remarks"] == [{"remark": meant, "cite": "1"}]


@pytest.mark.parametrize(
    ("value", "shown", "message"),
    [
        ("=1+1", "General", "is a formula"),
        ("#N/A", "General", "holds the error"),
        (datetime.time(10, 40), "h:mm", "time of day"),
        (datetime.timedelta(hours=24, minutes=30), "[h]:mm:ss", "time of day"),
        (datetime.datetime(2026, 11, 19), "d-mmm", "without a year"),
        (191193, "#,##0", "is the number 191,193"),
    ],
)
def test_what_excel_has_lost_is_a_fault_with_sheet_and_row(
    value: Any, shown: str, message: str, tmp_path: Path
) -> None:
    def change(book: Any) -> None:
        put(book, "Remarks", 2, case="geneva-1985", remark=value, cite="1")
        book["Remarks"]["B2"].number_format = shown

    (fault,) = faults_of(workbook(tmp_path / "x.xlsx", change))
    assert message in fault.message and fault.advice
    assert str(fault).startswith("x.xlsx:2: sheet Remarks, column remark: ")


# -- what is wrong ------------------------------------------------------------------------------


def rename(book: Any, old: str, new: str) -> None:
    book[old].title = new


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda b: b.remove(b["Encounters"]), "has no sheet 'Encounters'"),
        (lambda b: rename(b, "Acts", "Akts"), "unknown sheet 'Akts'; did you mean 'Acts'?"),
        (lambda b: put(b, "Acts", 1, what="waht"), "unknown column 'waht'; did you mean 'what'?"),
        (lambda b: put(b, "Acts", 1, what="kind"), "the column 'kind' stands twice"),
        (lambda b: put(b, "Acts", 1, what=None), "column D has no heading"),
        (lambda b: b["Acts"].insert_rows(1), "the first row holds no heading"),
        (lambda b: b["Acts"].merge_cells("C2:C3"), "the cells C2:C3 are merged"),
        (lambda b: put(b, "Acts", 3, case="genva-1985"), "did you mean 'geneva-1985'?"),
        (lambda b: put(b, "Qualities", 2, quality="mood"), "unknown quality 'mood'"),
        (lambda b: put(b, "Acts", 2, energy="reagan: raised; low"), "'low' names nobody"),
        (lambda b: put(b, "Acts", 2, cite="{source: [}"), "is no YAML"),
        (lambda b: put(b, "Encounters", 4, series="nowhere"), "no series 'nowhere'"),
        (lambda b: put(b, "Encounters", 4, series="geneva-walk"), "no series 'geneva-walk'"),
        (lambda b: put(b, "Encounters", 3, title="Again"), "stands twice"),
        (lambda b: put(b, "Encounters", 3, codebook="Again"), "in a further row of the case"),
        (lambda b: put(b, "Acts", 30_000, what="far"), "more than 20000 rows"),
        (lambda b: put(b, "Credits", 3, credit="thanks"), "one row passes credit and dominates"),
    ],
)
def test_faults_of_the_sheets(change: Callable[[Any], None], message: str, tmp_path: Path) -> None:
    faults = faults_of(workbook(tmp_path / "x.xlsx", change))
    assert any(message in str(fault) for fault in faults), faults


def test_faults_of_cells_and_of_the_coding_come_together(known: Registers, tmp_path: Path) -> None:
    def change(book: Any) -> None:
        put(book, "Acts", 2, kind="handshke")
        put(book, "Participants", 3, actor="gorbachv", office="=A1")

    path = workbook(tmp_path / "x.xlsx", change)
    _, faults = read_claims(path, "x.xlsx", known, vocabulary())
    lines = [str(fault) for fault in faults if fault.severity == "error"]
    assert any("x.xlsx:2: sheet Acts, act 'eyes': unknown ritual 'handshke'" in x for x in lines)
    assert any("x.xlsx:3: sheet Participants, column office: is a formula" in x for x in lines)
    assert any("sheet Participants, actor 'gorbachv': unknown actor" in x for x in lines)


def test_claims_name_sheet_and_row(known: Registers, tmp_path: Path) -> None:
    path = workbook(tmp_path / "x.xlsx", lambda book: None)
    claims, _ = read_claims(path, "x.xlsx", known, vocabulary())
    gaze = next(c for c in claims if c.predicate == "ritual_kind" and c.value == "gaze")
    assert (gaze.origin.file, gaze.origin.line) == ("x.xlsx#Acts", 2)
    assert type(gaze.origin.line) is int
    assert Row(2, "Acts") == 2 and Row(2, "Acts") != Row(2, "Phases")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("case: a\nacts:\n  - {act: b, colour: red, cite: 1}\n", "unknown key 'colour'"),
        ("case: a\nacts: none\n", "'acts' is no list"),
        ("title: a\n", "a case has no key"),
        ("case: a\nwho:\n  - {actor: x, office: [a, b], cite: 1}\n", "one text"),
        ('case: a\ntitle: "a\\x07"\n', "no workbook can hold"),
        (f"case: a\ntitle: {'long ' * 7000}\n", "longer than a cell"),
    ],
)
def test_what_has_no_place_in_a_workbook(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=message):
        write_workbook([yamltext.load(text, "x")], tmp_path / "x.xlsx")
    assert not (tmp_path / "x.xlsx").exists()


# -- hostile files ------------------------------------------------------------------------------


def zipped(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        for name, text in parts.items():
            book.writestr(name.replace("__", "."), text)
    return out.getvalue()


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "no Excel workbook"),
        (b"case: geneva\n", "no Excel workbook"),
        (zipped(a__txt=b"x"), "no Excel workbook"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "encrypted, or an old .xls"),
        (zipped(xl_vbaProject__bin=b"x"), "holds macros"),
        (zipped(bomb__xml=b" " * 40_000_000), "too large when unpacked"),
        (zipped(**{f"p{n}": b"" for n in range(1500)}), "too large when unpacked"),
        (zipped(a__xml=b'<!DOCTYPE a [<!ENTITY b "c">]><a/>'), "document type"),
    ],
)
def test_files_that_are_no_harmless_workbook(raw: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(raw)
    (fault,) = faults_of(path)
    assert message in fault.message and fault.advice


def test_absent_file(tmp_path: Path) -> None:
    assert "cannot be read" in faults_of(tmp_path / "none.xlsx")[0].message


def test_damaged_bytes_end_in_claims_or_faults(known: Registers, tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    write_workbook([yamltext.load(SMALL, "x")], path)
    good = path.read_bytes()
    parts = {m: zipfile.ZipFile(path).read(m) for m in zipfile.ZipFile(path).namelist()}
    dice = random.Random(3)
    for turn in range(30):
        if turn % 2:  # the zip itself
            raw = bytearray(good)
            for _ in range(dice.randint(1, 20)):
                raw[dice.randrange(len(raw))] = dice.randrange(256)
        else:  # a part within an intact zip
            name = dice.choice([n for n in parts if "sheet" in n or "workbook" in n])
            text = bytearray(parts[name])
            at = dice.randrange(len(text))
            text[at : at + dice.randint(0, 40)] = dice.choice([b"", b"9", b"<c/>", b'r="Z9"'])
            raw = bytearray(zipped(**{**parts, name: bytes(text)}))
        path.write_bytes(raw)
        try:
            read_claims(path, "x.xlsx", known, vocabulary())
        except DataError as error:
            assert error.faults


@pytest.mark.parametrize("key", ["../outside", "a/b", "A b", ""])
def test_a_case_whose_key_is_no_key_becomes_no_file(tmp_path: Path, key: str) -> None:
    from typer.testing import CliRunner

    from visavis.cli import app

    book = tmp_path / "in" / "book.xlsx"
    book.parent.mkdir()
    write_workbook([yamltext.load("case: m\ntitle: A meeting\ncite: 1\n", "x")], book)
    made = openpyxl.load_workbook(book)
    cell = next(c for c in next(made["Encounters"].iter_rows(min_row=2)) if c.value == "m")
    cell.value = key
    made.save(book)
    told = CliRunner().invoke(app, ["convert", str(book), str(tmp_path / "out")])
    assert told.exit_code == 1, told.output
    assert not list(tmp_path.rglob("*.yaml"))
