"""A case file as an Excel workbook, for coders who work there, and back.

A workbook holds any number of encounters (column `case`) and, if wished, the registers. What it
says is turned into the same Map, Seq and Text that `yamltext` reads from a case file, so that
`read_case` makes the claims: both ways of writing lead to identical claims.

- `write_workbook` writes cases and registers, or an empty workbook with all drop-downs.
- `read_workbook` gives them back; `to_yaml` writes one as a case file.
- `read_claims` reads claims and faults straight from a workbook.

A row is one statement. The sheet Notes, which every workbook of ours holds, explains the cells:

- An empty `case` means the case of the row above; an empty `cite` the citation of the row above
  of the same case ("(none)" says that nothing is cited).
- The first row of a case on Encounters is its head. Further rows of the case hold head lines
  that have a citation of their own.
- Several values stand with "; " between them, keys and terms also with ", ".

Cells are read as the text they mean: Excel's number 1985.0 is 1985, its date a day, or a month
where it shows no day. What has lost its meaning (a time of day, a formula) is a fault, not a guess.
The line of a fault is the row; the sheet stands in its record. Outer blanks of a cell do not count.
"""

from __future__ import annotations

import datetime
import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from visavis.ingest import yamltext
from visavis.ingest.case import COMMON, HEADER, SECTIONS, read_case
from visavis.ingest.case_schema import VALUES, Field, entry_keys, field_of
from visavis.ingest.registers import Registers, read_register
from visavis.ingest.yamltext import Map, Seq, Text, line_of
from visavis.schema.claims import Claim, Origin
from visavis.schema.errors import DataError, Fault
from visavis.schema.model import Vocabulary
from visavis.schema.model import vocabulary as shipped
from visavis.schema.text import closest

__all__ = [
    "Row",
    "Workbook",
    "case_keys",
    "read_claims",
    "read_workbook",
    "scalar",
    "to_yaml",
    "write_workbook",
]

NOT_CITED = "(none)"
LARGEST = 20_000_000  # bytes of the file
UNPACKED = 30_000_000  # bytes of all its parts; a case of a thousand statements has one million
MOST_PARTS = 1_000
MOST_ROWS = 20_000
MOST_COLUMNS = 200
LONGEST = 32_767  # characters that Excel keeps in a cell

# The order of columns and of keys in YAML: the voice of a statement, its citation last.
_VOICE = ("id", "as_told", "correction", "said_by", "said_on", "read_by", "basis", "confidence",
          "coder", "coded_on", "date", "status", "quote", "memo", "cite")  # fmt: skip

_QUALITIES = {"mode": "modes", "ingredient": "ingredients", "effect": "effects",
              "moderator": "moderators", "continuum": "continuum"}  # fmt: skip

# Each sheet of statements with the list of the case file it holds; Credits and Qualities hold
# several, told apart by a cell of the row.
_LISTS = {"Participants": "who", "Phases": "phases", "Acts": "acts", "Bonds": "bonds",
          "Emotions": "emotions", "Outcomes": "outcomes", "Scripts": "scripts",
          "Remarks": "remarks", "Rivals": "rival"}  # fmt: skip
_REGISTERS = {"Actors": "actors", "Places": "places", "Sources": "sources"}

_CITED = ("cite", *_VOICE[:-1])
_COLUMNS: dict[str, tuple[str, ...]] = {
    "Encounters": ("case", "series", *(k for k in HEADER if k not in ("case", "parts")), "degree",
                   *(k for k in _VOICE if k not in HEADER)),
    "Participants": ("case", *SECTIONS["who"], *_CITED),
    "Phases": ("case", *SECTIONS["phases"], *_CITED),
    "Acts": ("case", *SECTIONS["acts"], *_CITED),
    "Credits": ("case", "from", "to", "credit", "discredit", "dominates",
                *SECTIONS["credits"][4:], *_CITED),
    "Sources": ("key", *entry_keys("sources"), "source", "coder"),
    "Bonds": ("case", *SECTIONS["bonds"], *_CITED),
    "Qualities": ("case", "quality", "term", "in", "on", "between", "degree", "what", "period",
                  "share", "n", *_CITED),
    "Emotions": ("case", *SECTIONS["emotions"], *_CITED),
    "Outcomes": ("case", *SECTIONS["outcomes"], *_CITED),
    "Scripts": ("case", *SECTIONS["scripts"], *_CITED),
    "Remarks": ("case", *SECTIONS["remarks"], *_CITED),
    "Rivals": ("case", *SECTIONS["rival"], *_CITED),
    "Actors": ("key", *entry_keys("actors"), "source", "coder"),
    "Places": ("key", *entry_keys("places"), "source", "coder"),
}  # fmt: skip
_FREE_SHEETS = ("Notes", "Terms")

_HELP = {
    "case": "Key of the encounter; empty means the one of the row above.",
    "series": "Key of the case, in this workbook, that this one is a part of: source, coder and "
              "basis are inherited from it.",
    "key": "The short key by which cases name it.",
    "source": "Key of the work that a bare cite on this sheet belongs to; said once.",
    "coder": "Who filled in this sheet; said once.",
    "quality": "What is coded: mode, ingredient, effect, moderator or continuum.",
    "term": "The term of that quality.",
    "dominates": "Instead of credit or discredit: the first dominates the second; yes, or what "
                 "became of it.",
}  # fmt: skip

_NOTES = (
    "A workbook of visavis. This sheet is yours for notes: it is not read.",
    "One row is one statement. What is not told is left out.",
    "Each case has a row on Encounters: its head. Further rows of the same case there hold head "
    "lines with a citation or memo of their own.",
    "case: an empty cell means the case of the row above.",
    "cite: a page of the case's source (192), or 192 via reagan1990 15, or another opened source "
    "(hunt2016 160). Two places: 192; 193. An empty cell below a filled one of the same case "
    f"inherits its citation; {NOT_CITED} says that nothing is cited. On Actors, Places and Sources "
    "nothing is inherited.",
    "Several keys or terms: reagan, gorbachev. Several texts or names: Reagan, Ronald; Hunt, Ann. "
    'A value that holds such a mark itself stands in double quotes: "a; b".',
    "energy and emotion: reagan: raised; gorbachev: drained. emotion may say how: anger "
    "(displayed).",
    "Dates are text: 1985, 1985-11, 1985-11-19, 1985-11-19/1985-11-21, 1985~ (about), 1985? "
    "(unsure).",
    "Durations are text: 24 s, ~ 90 min, > 46 s in total.",
    "Cells are text, so that Excel does not turn them into dates and numbers. Formulas and merged "
    "cells are not read.",
    "Drop-downs offer the terms of the vocabulary; visavis vocabulary says what they mean.",
)


class Row(int):
    """A row of a sheet: the line number that also knows its sheet."""

    sheet: str = ""

    def __new__(cls, number: int, sheet: str = "") -> Row:
        made = super().__new__(cls, number)
        made.sheet = sheet
        return made

    def __eq__(self, other: object) -> bool:
        return int(self) == other and self.sheet == getattr(other, "sheet", self.sheet)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = int.__hash__


class Workbook(list[Map]):
    """The cases of a workbook, as `yamltext` would read them, and its registers.

    registers: by kind (actors, places, sources), each as the file of that name would be read.
    """

    def __init__(self, cases: Iterable[Map] = (), registers: Mapping[str, Map] | None = None):
        super().__init__(cases)
        self.registers: dict[str, Map] = dict(registers or {})


# -- reading ------------------------------------------------------------------------------------


def read_workbook(path: Path, name: str) -> Workbook:
    """The cases and registers of the workbook at `path`, called `name` in messages.

    Raises DataError with every fault of its cells, or with the one that keeps it from being read:
    no workbook, encrypted, with macros, too large.
    """
    book, faults = _read(path, name)
    if faults:
        raise DataError(map(_placed, faults))
    return book


def read_claims(
    path: Path, name: str, known: Registers, vocabulary: Vocabulary
) -> tuple[list[Claim], list[Fault]]:
    """Claims and faults of the workbook at `path`, called `name` in messages.

    known: the registers of its folder; those of the workbook come first. The origin of a claim
    is `name#sheet` and the row. Raises DataError only where the file cannot be read at all.
    """
    book, faults = _read(path, name)
    own = {kind: data[kind] for kind, data in book.registers.items()}
    known = replace(
        known,
        actors={**known.actors, **own.get("actors", {})},
        places={**known.places, **own.get("places", {})},
        sources={**known.sources, **own.get("sources", {})},
        cases=known.cases.plus(_case_keys(book)),
    )
    claims: list[Claim] = []
    for kind, data in book.registers.items():
        made, wrong = read_register(data, name, kind, known, vocabulary)
        claims += made
        faults += wrong
    for case in book:
        made, wrong = read_case(case, name, known, vocabulary)
        claims += made
        faults += wrong
    sheets = ["", *_COLUMNS]
    faults.sort(key=lambda fault: (sheets.index(_sheet(fault.line)), fault.line or 0))
    placed = dict.fromkeys(map(_placed, faults))
    return [_at_sheet(claim) for claim in claims], list(placed)


def case_keys(path: Path) -> Iterator[str]:
    """The keys of the cases in a workbook, and nothing else of it.

    Raises DataError where it cannot be read at all.
    """
    book = _open(path.read_bytes(), path.name, only_values=True)
    if "Encounters" not in book.sheetnames:
        return
    rows = book["Encounters"].iter_rows(max_row=MOST_ROWS, values_only=True)
    head = [str(cell or "").strip().lower() for cell in next(rows, ())]
    if "case" in head:
        at = head.index("case")
        yield from dict.fromkeys(str(r[at]).strip() for r in rows if len(r) > at and r[at])


def _case_keys(cases: Iterable[Map]) -> Iterator[str]:
    for case in cases:
        yield str(case.get("case", ""))
        yield from _case_keys(case.get("parts", ()))


def _sheet(line: int | None) -> str:
    return getattr(line, "sheet", "")


def _placed(fault: Fault) -> Fault:
    """The fault with its sheet in the record."""
    sheet = _sheet(fault.line)
    if not sheet or fault.line is None:
        return fault
    record = f"sheet {sheet}" + (f", {fault.record}" if fault.record else "")
    return replace(fault, line=int(fault.line), record=record)


def _at_sheet(claim: Claim) -> Claim:
    origin = claim.origin
    sheet = _sheet(origin.line)
    if not sheet:
        return claim
    return replace(claim, origin=Origin(f"{origin.file}#{sheet}", int(origin.line)))


def _read(path: Path, name: str) -> tuple[Workbook, list[Fault]]:
    """What the workbook holds and every fault of its cells, each with a Row as its line."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        message = f"cannot be read: {error.strerror}"
        raise DataError([Fault(name, None, "", message, "check the path", code="file")]) from None
    reader = _Reader(name)
    sheets = reader.sheets(_open(raw, name))
    return reader.book(sheets), reader.faults


def _open(raw: bytes, name: str, only_values: bool = False) -> Any:
    """The workbook of openpyxl, once its parts are known to be harmless.

    only_values: for a quick look, in which each sheet is read when it is asked for.
    """

    def fail(message: str, advice: str) -> DataError:
        return DataError([Fault(name, None, "", message, advice, code="workbook")])

    if len(raw) > LARGEST:
        raise fail(f"larger than {LARGEST // 1_000_000} MB", "split it into several workbooks")
    if raw.startswith(b"\xd0\xcf\x11\xe0"):  # the container of .xls, and of encrypted .xlsx
        raise fail("is encrypted, or an old .xls", "save it as .xlsx without a password")
    damaged = fail("is no Excel workbook, or a damaged one", "open it in Excel, save it as .xlsx")
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as parts:
            members = parts.infolist()
            if len(members) > MOST_PARTS or sum(m.file_size for m in members) > UNPACKED:
                raise fail("is far too large when unpacked", "split it into several workbooks")
            if any(m.flag_bits & 1 for m in members):
                raise fail("is encrypted", "save it as .xlsx without a password")
            if any("vbaproject" in m.filename.lower() for m in members):
                raise fail("holds macros", "save it as .xlsx, which holds none")
            for member in members:
                text = parts.read(member)
                # Excel writes UTF-8 without a document type; entities could swell without bound.
                if member.filename.endswith((".xml", ".rels", ".vml")) and (
                    b"<!DOCTYPE" in text or b"<!ENTITY" in text or b"\0" in text
                ):
                    raise fail("holds a document type", "open it in Excel, save it as .xlsx")
    except DataError:
        raise
    except Exception:  # damaged bytes make zipfile raise almost anything
        raise damaged from None
    import openpyxl  # half a second that only workbooks need

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions that we do not read
            return openpyxl.load_workbook(io.BytesIO(raw), keep_links=False, read_only=only_values)
    except Exception:  # openpyxl has no error of its own for damaged parts
        raise damaged from None


@dataclass
class _Record:
    """One row as read: its cells by column."""

    row: Row
    cells: dict[str, Text]


@dataclass
class _Reader:
    """One workbook while it is read; faults are gathered."""

    name: str
    faults: list[Fault] = field(default_factory=list)
    size: int = 0

    def fault(self, line: int | None, record: str, message: str, advice: str, code: str) -> None:
        self.faults.append(Fault(self.name, line, record, message, advice, code=code))

    # -- cells ------------------------------------------------------------------------------

    def sheets(self, book: Any) -> dict[str, list[_Record]]:
        """The filled rows of each sheet that we know."""
        found: dict[str, list[_Record]] = {}
        for sheet in book.worksheets:
            if sheet.title in _FREE_SHEETS:
                continue
            if sheet.title in _COLUMNS:
                found[sheet.title] = self.rows(sheet)
            elif sheet.max_row > 1 or sheet.max_column > 1 or sheet["A1"].value is not None:
                close = closest(sheet.title, _COLUMNS)
                advice = (
                    f"did you mean '{close}'?" if close
                    else f"one of: {', '.join(_COLUMNS)}; notes of your own belong on Notes"
                )  # fmt: skip
                self.fault(None, "", f"unknown sheet '{sheet.title}'", advice, "sheet")
        if "Encounters" not in found and not (found and found.keys() <= set(_REGISTERS)):
            self.fault(None, "", "has no sheet 'Encounters'",
                       "begin from an empty workbook of visavis new", "sheet")  # fmt: skip
        return found

    def rows(self, sheet: Any) -> list[_Record]:
        title = sheet.title
        if sheet.merged_cells.ranges:
            where = str(next(iter(sheet.merged_cells.ranges)))
            row = Row(next(iter(sheet.merged_cells.ranges)).min_row, title)
            advice = "unmerge them and fill each"
            self.fault(row, "", f"the cells {where} are merged", advice, "merged")
        if sheet.max_row > MOST_ROWS or sheet.max_column > MOST_COLUMNS:
            self.fault(
                None, f"sheet {title}", f"more than {MOST_ROWS} rows or {MOST_COLUMNS} columns",
                "split the workbook, or delete stray cells far below or to the right", "size",
            )  # fmt: skip
            return []
        columns = self.columns(sheet)
        found = []
        for number, line in enumerate(
            sheet.iter_rows(min_row=2, max_col=max(columns, default=1)), start=2
        ):
            row = Row(number, title)
            cells = {}
            for index, column in columns.items():
                text = self.text(line[index - 1], column, row)
                self.size += len(text)  # one long text may be shared by any number of cells
                if self.size > LARGEST:
                    advice = "split it into several workbooks"
                    raise DataError([Fault(self.name, None, "", "holds too much text", advice)])
                if text:
                    cells[column] = Text(text, row)
            if cells:
                found.append(_Record(row, cells))
        return found

    def columns(self, sheet: Any) -> dict[int, str]:
        """The known columns by number, from the first row."""
        row = Row(1, sheet.title)
        found: dict[int, str] = {}
        header = next(sheet.iter_rows(min_row=1, max_row=1), ())
        known = {name.lower(): name for name in _COLUMNS[sheet.title]}
        for index, cell in enumerate(header, 1):
            typed = str(cell.value if cell.value is not None else "").strip()
            name = known.get(typed.lower(), typed)
            if not name:
                below = sheet.iter_rows(min_row=2, min_col=index, max_col=index, values_only=True)
                if any(value is not None for (value,) in below):
                    self.fault(row, "", f"column {cell.column_letter} has no heading",
                               "name it in the first row", "column")  # fmt: skip
            elif name not in _COLUMNS[sheet.title]:
                close = closest(name, _COLUMNS[sheet.title])
                advice = f"did you mean '{close}'?" if close else "delete or rename it"
                self.fault(row, "", f"unknown column '{name}'", advice, "column")
            elif name in found.values():
                self.fault(row, "", f"the column '{name}' stands twice", "remove one", "column")
            else:
                found[index] = name
        return found

    def text(self, cell: Any, column: str, row: Row) -> str:
        """The text that a cell means; a fault and nothing where Excel has lost it."""
        value = cell.value
        if value is None or (isinstance(value, str) and cell.data_type not in ("f", "e")):
            return (value or "").strip()
        shown = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]', "", cell.number_format or "").lower()
        as_text = "format the cell as text and type it again"
        problem, advice = "", as_text
        if cell.data_type == "f" or not isinstance(
            value, str | int | float | datetime.date | datetime.time | datetime.timedelta
        ):
            problem, advice = "is a formula", "paste the value itself"
        elif cell.data_type == "e":
            problem, advice = f"holds the error {value}", "type the value"
        elif isinstance(value, bool):
            return "yes" if value else "no"
        elif isinstance(value, datetime.date) and "y" not in shown:
            problem = f"is a date without a year ({value:%d %B}), to which Excel adds one"
        elif isinstance(value, datetime.datetime):
            return _day(value, shown)
        elif isinstance(value, datetime.time | datetime.timedelta):
            problem = f"is a time of day to Excel ({value})"
        elif isinstance(value, int | float):
            if "," in shown:
                problem = f"is the number {value:,} to Excel"
            elif "%" in shown:
                return f"{value * 100:.10g} %"
            elif isinstance(value, int) or value.is_integer():
                digits = str(int(value))
                return digits.zfill(len(shown)) if set(shown) == {"0"} else digits
            else:
                return repr(value)
        self.fault(row, f"column {column}", problem, advice, "cell")
        return ""

    # -- statements -------------------------------------------------------------------------

    def book(self, sheets: Mapping[str, list[_Record]]) -> Workbook:
        cases, tops = self.heads(sheets.get("Encounters", []))
        for title, records in sheets.items():
            if title not in _REGISTERS and title != "Encounters":
                for case, record in self.filled(records, cases):
                    self.statement(case, title, record)
        registers = {
            kind: self.register(kind, sheets[title])
            for title, kind in _REGISTERS.items()
            if sheets.get(title)
        }
        return Workbook(tops, registers)

    def filled(
        self, records: list[_Record], cases: Mapping[str, Map] | None
    ) -> Iterator[tuple[Map, _Record]]:
        """Each row with its case; case and citation filled down. Without `cases` any key goes."""
        key, cite = "", None
        only = next(iter(cases)) if cases and len(cases) == 1 else ""
        for record in records:
            own = record.cells.pop("case", "")
            if own and own != key:
                cite = None
            key = own or key or only
            if not key:
                self.fault(record.row, "", "the row belongs to no case", "fill in case", "case")
                continue
            if cases is not None and key not in cases:
                if own:
                    close = closest(key, cases)
                    advice = f"did you mean '{close}'?" if close else "add it to Encounters"
                    self.fault(record.row, "", f"unknown case '{key}'", advice, "case")
                continue
            cite = record.cells.get("cite", cite)
            if cite is not None:
                record.cells["cite"] = cite
            if record.cells.get("cite") == NOT_CITED:
                del record.cells["cite"]
            yield (Map(case=key) if cases is None else cases[key]), record

    def heads(self, records: list[_Record]) -> tuple[dict[str, Map], list[Map]]:
        """The cases by key, and those that are part of no series."""
        cases: dict[str, Map] = {}
        series: dict[str, Text] = {}
        for head, record in self.filled(records, None):
            key = str(head["case"])
            if key in cases:
                self.more_head(cases[key], record)
                continue
            cells = record.cells
            if "series" in cells:
                series[key] = cells.pop("series")
            case = Map({"case": Text(key, record.row)}, line=record.row)
            case.lines["case"] = record.row
            self.fill(case, "", cells, record.row)
            cases[key] = case
        tops = []
        for key, case in cases.items():
            parent = series.get(key)
            if parent is None:
                tops.append(case)
            elif parent not in cases or self.within(key, series):
                self.fault(line_of(parent), f"case '{key}'",
                           f"no series '{parent}' that it could be a part of",
                           "give the key of another case on this sheet", "series")  # fmt: skip
            else:
                whole = cases[parent]
                whole.setdefault("parts", Seq()).append(case)
                whole.lines.setdefault("parts", case.line)
        return cases, tops

    def within(self, key: str, series: Mapping[str, Text]) -> bool:
        """Whether a case is, by way of its series, a part of itself."""
        seen, at = {key}, str(series[key])
        while at in series and at not in seen:
            seen.add(at)
            at = str(series[at])
        return at in seen

    def more_head(self, case: Map, record: _Record) -> None:
        """A further row of a case on Encounters: head lines with a citation of their own."""
        cells = record.cells
        voice = {k: v for k, v in cells.items() if k in COMMON or k == "degree"}
        values = {k: v for k, v in cells.items() if k in VALUES}
        row, record_name = record.row, f"case '{case['case']}'"
        for name in cells.keys() - voice.keys() - values.keys():
            self.fault(row, record_name, f"'{name}' stands in a further row of the case",
                       "say it in the first row of the case", "head")  # fmt: skip
        if ("title" in values and "title" in case) or not values:
            what = "stands twice" if values else "has a row that says nothing"
            self.fault(row, record_name, what, "rename one, or remove the row", "head")
            return
        for name, text in values.items():
            said = Map(line=row)
            self.fill(said, "", {name: text}, row)
            inner = said.pop(name)
            for item in inner if isinstance(inner, Seq) else [inner]:
                line = Map({"value": item}, line=row)
                line.lines["value"] = row
                self.fill(line, "", voice, row)
                if name in case:
                    _append(case, name, line, row)
                else:
                    case[name], case.lines[name] = line, row

    def statement(self, case: Map, title: str, record: _Record) -> None:
        cells = record.cells
        section = _LISTS.get(title, "")
        row = record.row
        if not cells.keys() - {"cite"}:  # a case or a citation for the rows below it
            return
        if title == "Credits":
            section = "credits"
            if "dominates" in cells:
                section = "domination"
                result = cells.pop("dominates")
                if "credit" in cells or "discredit" in cells:
                    self.fault(row, "", "one row passes credit and dominates",
                               "make two rows of it", "credit")  # fmt: skip
                names = {"from": "by", "to": "over"}
                cells = {names.get(name, name): text for name, text in cells.items()}
                if result.lower() not in ("yes", "true"):
                    cells["result"] = result
        elif title == "Qualities":
            quality = cells.pop("quality", Text("", row)).lower()
            if quality not in _QUALITIES:
                self.fault(row, "", f"unknown quality '{quality}'",
                           "one of: " + ", ".join(_QUALITIES), "quality")  # fmt: skip
                return
            section = _QUALITIES[quality]
            if "term" in cells:
                cells[quality] = cells.pop("term")
        made = Map(line=row)
        self.fill(made, section, cells, row)
        _append(case, section, made, row)

    def register(self, kind: str, records: list[_Record]) -> Map:
        data = Map(line=Row(1, records[0].row.sheet))
        entries = Map(line=data.line)
        for record in records:
            cells, row = record.cells, record.row
            for name in ("source", "coder"):
                told = cells.pop(name, None)
                if told is not None and data.setdefault(name, told) != told:
                    advice = "a sheet has one; cite the other by its key"
                    message = f"'{told}' after '{data[name]}'"
                    self.fault(row, f"column {name}", message, advice, "register")
                if told is not None:
                    data.lines.setdefault(name, row)
            key = cells.pop("key", None)
            if key is None and cells:
                self.fault(row, "", "the row has no key", "give one", "key")
            elif key in entries:
                self.fault(row, "", f"the key '{key}' stands twice", "remove one", "key")
            elif key is not None:
                entry = Map(line=row)
                self.fill(entry, kind, cells, row)
                entries[str(key)] = entry
                entries.lines[str(key)] = row
        data[kind] = entries
        data.lines[kind] = data.line
        return data

    def fill(self, made: Map, section: str, cells: Mapping[str, Text], row: Row) -> None:
        """Put the cells of a row into `made`, each taken apart as its column asks."""
        for name, text in cells.items():
            what = field_of(section, name)
            if section == "rival" and name == "value":
                what = _rival_field(str(cells.get("of", "")))
            try:
                made[name] = _take_apart(text, what, row)
            except ValueError as error:
                self.fault(row, f"column {name}", str(error), "see the sheet Notes", "cell")
                continue
            made.lines[name] = row


def _append(case: Map, name: str, item: Any, row: Row) -> None:
    """Add to a list of the case; a single value that stood there becomes its first item."""
    if not isinstance(case.get(name), Seq):
        before = [case[name]] if name in case else []
        case[name] = Seq(before)
        case[name].line = row
        case.lines.setdefault(name, row)
    case[name].append(item)


def _day(moment: datetime.datetime, shown: str) -> str:
    """A date cell as EDTF, as precise as Excel shows it: "Nov 85" stays a month."""
    if "h" in shown or moment.time() != datetime.time():
        return moment.isoformat(timespec="minutes" if not moment.second else "seconds")
    if "d" in shown:
        return moment.date().isoformat()
    return f"{moment:%Y-%m}" if "m" in shown else f"{moment:%Y}"


# -- lists within a cell ------------------------------------------------------------------------


def _marks(what: Field) -> str:
    """What parts several values in one cell of this kind; nothing where the cell is one text."""
    if what.kind in ("cite", "people", "texts", "issued", "pairs"):
        return ";"
    if what.kind == "text":
        return ";" if what.many else ""
    return "" if what.kind in ("date", "duration") else ",;"


def _rival_field(of: str) -> Field:
    """A rival value is written like the value it rivals."""
    path, _, key = of.rpartition(".")
    return field_of(path.partition(".")[0], key)


def _take_apart(text: Text, what: Field, row: Row) -> Any:
    """The value of a cell: Text, Seq or Map. ValueError says what is wrong with it."""
    marks = _marks(what)
    if not marks:
        return Text(text, row)
    items = [_inner(item, row) for item in _split(text, marks)]
    if what.kind == "pairs" and items and ":" in str(items[0]) and isinstance(items[0], Text):
        pairs = Map(line=row)
        for item in items:
            actor, colon, value = str(item).partition(":")
            if not colon or isinstance(item, Map):
                raise ValueError(f"'{item}' names nobody; write actor: value")
            _append(pairs, actor.strip(), Text(value.strip(), row), row)
        for actor in pairs:
            pairs[actor] = pairs[actor][0] if len(pairs[actor]) == 1 else pairs[actor]
        return pairs
    always = what.kind in ("people", "texts") or (what.kind == "term" and _is_map(items))
    if len(items) == 1 and not always:
        return items[0]
    several = Seq(items)
    several.line = row
    return several


def _is_map(items: list[Any]) -> bool:
    return any(isinstance(item, Map) for item in items)


def _inner(item: str | tuple[str], row: Row) -> Any:
    """One value of a cell: a text, or a mapping written as in YAML. A tuple is quoted text."""
    if isinstance(item, tuple):
        return Text(item[0], row)
    if item.startswith("{"):
        try:
            return _relined(yamltext.load(item, ""), row)
        except DataError as error:
            fault = error.faults[0]
            raise ValueError(f"'{item}': {fault.message}") from None
    return Text(item, row)


def _relined(value: Any, row: Row) -> Any:
    """The same value, as if each part of it stood on `row`."""
    if isinstance(value, Map):
        made = Map({key: _relined(inner, row) for key, inner in value.items()}, line=row)
        made.lines = dict.fromkeys(value, row)
        return made
    if isinstance(value, Seq):
        several = Seq(_relined(inner, row) for inner in value)
        several.line = row
        return several
    return Text(value, row)


_QUOTED = re.compile(r'"((?:[^"]|"")*)"\s*')


def _split(text: str, marks: str) -> Iterator[str | tuple[str]]:
    """The values of a cell, parted by any of `marks`; a quoted one comes as a tuple.

    Within double quotes (a quote doubled stands for itself) and within braces no mark counts.
    """
    at = 0
    while at < len(text):
        while at < len(text) and text[at].isspace():
            at += 1
        quoted = _QUOTED.match(text, at)
        if quoted and (quoted.end() == len(text) or text[quoted.end()] in marks):
            yield (quoted[1].replace('""', '"'),)
            at = quoted.end() + 1
            continue
        end = _braced(text, at) if text.startswith("{", at) else at
        while end < len(text) and text[end] not in marks:
            end += 1
        if item := text[at:end].strip():
            yield item
        at = end + 1


def _braced(text: str, at: int) -> int:
    """Where the braces that open at `at` are closed, else `at`; quoted text is passed over."""
    depth = 0
    for found in re.finditer(r'"(?:[^"\\]|\\.)*"|[{}]', text[at:]):
        depth += {"{": 1, "}": -1}.get(found[0], 0)
        if depth == 0:
            return at + found.end()
    return at


def _join(value: Any, what: Field) -> str:
    """The text of a cell that `_take_apart` reads as `value`. ValueError where there is none."""
    marks = _marks(what)
    if isinstance(value, str) and not marks:
        return value
    if not marks:
        raise ValueError("a list or mapping stands where a workbook holds one text")
    if what.kind == "pairs" and isinstance(value, Map):
        items: list[Any] = []
        for actor, told in value.items():
            for each in told if isinstance(told, Seq) else [told]:
                if not isinstance(each, str) or ":" in actor:
                    raise ValueError(f"'{actor}' holds a list or mapping, not a term")
                items.append(f"{actor}: {each}")
    else:
        items = list(value) if isinstance(value, Seq) else [value]
    told = []
    for item in items:
        if isinstance(item, Map):
            told.append(_flow(item))
        elif not isinstance(item, str):
            raise ValueError("a list stands within a list")
        elif not item or item[0] in '"{' or item != item.strip() or set(item) & set(marks):
            told.append('"' + item.replace('"', '""') + '"')
        else:
            told.append(item)
    return ("; " if marks == ";" else ", ").join(told)


# -- writing a workbook -------------------------------------------------------------------------


def write_workbook(
    documents: Iterable[Map], path: Path, vocabulary: Vocabulary | None = None
) -> None:
    """Write cases and registers, as `yamltext` read them, as a workbook to `path`.

    Without any it is the empty workbook to begin with. The same input gives the same bytes.
    Raises DataError where something has no place in a workbook (an unknown key, text longer than
    a cell): such a case has faults of its own.
    """
    vocabulary = vocabulary or shipped()
    writer = _Writer(path.name)
    for data in documents:
        if isinstance(data, Map) and data.keys() & set(_REGISTERS.values()) and "case" not in data:
            writer.register(data)
        else:
            writer.case(data)
    if writer.faults:
        raise DataError(writer.faults)
    raw = _pack(writer.rows, vocabulary)
    try:
        path.write_bytes(raw)
    except OSError as error:
        message = f"cannot be written: {error.strerror}"
        raise DataError([Fault(str(path), None, "", message, "check the path")]) from None


@dataclass
class _Writer:
    """The rows of each sheet while they are gathered."""

    name: str
    rows: dict[str, list[dict[str, str]]] = field(
        default_factory=lambda: {title: [] for title in _COLUMNS}
    )
    heads: dict[str, dict[str, str]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def fault(self, record: str, message: str) -> None:
        advice = "visavis check says what is wrong with the case file"
        self.faults.append(Fault(self.name, None, record, message, advice, code="workbook"))

    def add(
        self,
        title: str,
        section: str,
        record: str,
        told: Mapping[str, Any],
        fixed: Mapping[str, str],
        names: Mapping[str, str] | None = None,
    ) -> None:
        """One row. `told` holds what the file has, `fixed` cells that are the workbook's own.

        names: the column of a key where it is not its own.
        """
        known = (*SECTIONS[section], *_VOICE) if section in SECTIONS else _COLUMNS[title]
        cells = dict(fixed)
        for name, value in told.items():
            what = field_of(section, name)
            if section == "rival" and name == "value":
                what = _rival_field(str(told.get("of", "")))
            if name not in known or name in fixed:
                self.fault(record, f"unknown key '{name}'")
                continue
            try:
                text = _join(value, what)
            except ValueError as error:
                self.fault(record, f"'{name}': {error}")
                continue
            if len(text) > LONGEST or _NOT_IN_XML.search(text):
                self.fault(record, f"'{name}' is longer than a cell, or holds a character that no "
                           "workbook can hold")  # fmt: skip
            elif text:
                cells[(names or {}).get(name, name)] = text
        self.rows[title].append(cells)

    def case(self, case: Map, series: str = "") -> None:
        key = case.get("case") if isinstance(case, Map) else None
        if not isinstance(key, str) or not key:
            self.fault("", "a case has no key")
            return
        record = f"case '{key}'"
        own = {"case": str(key)}
        head: dict[str, Any] = {}
        further: list[tuple[str, Any]] = []
        for name, value in case.items():
            if name in ("case", "parts"):
                continue
            if name not in HEADER:
                if name not in SECTIONS:
                    self.fault(record, f"unknown key '{name}'")
            elif name in VALUES:
                plain, apart = self.head_values(name, value, record)
                if plain:
                    head[name] = Seq(plain) if len(plain) > 1 else plain[0]
                further += [(name, item) for item in apart]
            else:
                head[name] = value
        if not head.get("cite"):
            head["cite"] = Text(NOT_CITED)
        self.add("Encounters", "", record, head, {**own, "series": series} if series else own)
        for name, item in further:
            told = dict(item) if isinstance(item, Map) else {"value": item}
            told[name] = told.pop("value")
            told.setdefault("cite", head["cite"])
            self.add("Encounters", "", record, told, own)
        for section in SECTIONS:
            value = case.get(section) or ()
            if isinstance(value, str | Map) and section not in HEADER:
                self.fault(record, f"'{section}' is no list")
                continue
            for number, item in enumerate(value if isinstance(value, Seq) else (), 1):
                if isinstance(item, Map) and ("value" not in item or section == "rival"):
                    self.statement(key, section, item, f"{section} {number}")
                elif section not in HEADER:
                    self.fault(record, f"'{section}' holds what is no statement")
        parts = case.get("parts") or Seq()
        for part in parts if isinstance(parts, Seq) else [parts]:
            if isinstance(part, Map):
                self.case(part, key)
            else:
                self.fault(record, "'parts' holds what is no case")

    def head_values(self, name: str, value: Any, record: str) -> tuple[list[Any], list[Any]]:
        """Values for the first row of a case, and those for rows of their own.

        A column that holds one value only leaves further ones to further rows.
        """
        items = list(value) if isinstance(value, Seq) else [value]
        items = [i for i in items if not (isinstance(i, Map) and "value" not in i)]
        if isinstance(value, Map) and "value" not in value:
            self.fault(record, f"'{name}' has no value")
        most = len(items) if _marks(field_of("", name)) else 1
        plain: list[Any] = []
        while items and len(plain) < most and not isinstance(items[0], Map):
            plain.append(items.pop(0))
        if name == "title" and (len(items) > 1 or (plain and items)):
            self.fault(record, "has several titles")
        return plain, items

    def statement(self, key: str, section: str, item: Map, record: str) -> None:
        told = {**item, "cite": item.get("cite") or Text(NOT_CITED)}
        title = next((t for t, s in _LISTS.items() if s == section), "Credits")
        own, names = {"case": str(key)}, {}
        if section == "domination":
            names = {"by": "from", "over": "to", "result": "dominates"}
            if "result" not in told:
                own["dominates"] = "yes"
        elif section in _QUALITIES.values():
            title = "Qualities"
            own["quality"] = next(q for q, s in _QUALITIES.items() if s == section)
            names = {own["quality"]: "term"}
        self.add(title, section, record, told, own, names)

    def register(self, data: Map) -> None:
        kind = next(k for k in _REGISTERS.values() if k in data)
        title = next(t for t, k in _REGISTERS.items() if k == kind)
        head = {name: str(data[name]) for name in ("source", "coder") if data.get(name)}
        if self.heads.setdefault(kind, head) != head:
            self.fault(kind, "registers with another source or coder do not fit on one sheet")
        for name in data.keys() - {kind, "source", "coder"}:
            self.fault(kind, f"unknown key '{name}'")
        entries = data[kind] or Map()
        if not isinstance(entries, Map):
            self.fault(kind, "holds no entries")
            return
        for key, entry in entries.items():
            record = f"{kind[:-1]} '{key}'"
            if entry and not isinstance(entry, Map):
                self.fault(record, "has no fields")
                continue
            own = {"key": str(key)} if self.rows[title] else {"key": str(key), **head}
            if entry and entry.keys() & {"source", "coder"}:
                self.fault(record, "unknown key 'source' or 'coder'")
            self.add(title, kind, record, dict(entry or {}), own)


# What XML 1.0 cannot hold, and the carriage return, which it does not keep.
_NOT_IN_XML = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest moment a zip can name
_MOMENT = b"1980-01-01T00:00:00Z"
_WIDTHS = {"what": 48, "title": 40, "memo": 40, "remark": 60, "quote": 30, "cite": 26, "case": 24,
           "as_told": 24, "name": 28, "note": 40, "author": 30, "value": 26, "of": 26,
           "by": 18, "to": 18, "between": 26, "only": 26, "office": 22, "also": 24}  # fmt: skip


def _pack(rows: Mapping[str, list[dict[str, str]]], vocabulary: Vocabulary) -> bytes:
    """The bytes of a workbook with these rows."""
    import openpyxl
    from openpyxl.comments import Comment
    from openpyxl.styles import Alignment, Font, PatternFill

    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    moment = datetime.datetime(*_EPOCH)
    book.properties.creator = "visavis"
    book.properties.created = moment
    ranges = _ranges(vocabulary)
    for title, columns in _COLUMNS.items():
        sheet = book.create_sheet(title)
        for index, name in enumerate(columns, 1):
            cell = sheet.cell(1, index, name)
            cell.font = Font(bold=True)
            cell.fill = PatternFill("solid", fgColor="DDE6EE")
            if told := _help(title, name):
                cell.comment = Comment(told, "visavis", height=90, width=320)
            column = sheet.column_dimensions[cell.column_letter]
            column.width = _WIDTHS.get(name, max(14, len(name) + 3))
            column.number_format = "@"  # text, so that Excel makes no date of what is typed
        wrapped = Alignment(wrap_text=True, vertical="top")
        for number, cells in enumerate(rows[title], 2):
            for index, name in enumerate(columns, 1):
                if name in cells:
                    cell = sheet.cell(number, index)
                    cell.value = cells[name]
                    cell.data_type = "s"  # text, be it "=1" or "#N/A"
                    cell.number_format = "@"
                    if _WIDTHS.get(name, 0) >= 40:
                        cell.alignment = wrapped
        sheet.freeze_panes = "B2"
        _drop_downs(sheet, title, ranges)
    notes = book.create_sheet("Notes")
    notes.column_dimensions["A"].width = 110
    for number, line in enumerate(_NOTES, 1):
        cell = notes.cell(number, 1, line)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    terms = book.create_sheet("Terms")
    terms.sheet_state = "hidden"
    for index, (scheme, words) in enumerate(_term_lists(vocabulary).items(), 1):
        for number, word in enumerate([scheme, *words], 1):
            terms.cell(number, index, word)
    packed = io.BytesIO()
    book.save(packed)
    return _timeless(packed.getvalue())


def _timeless(raw: bytes) -> bytes:
    """The same zip without a clock in it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w") as new:
        for member in old.infolist():
            text = old.read(member)
            if member.filename == "docProps/core.xml":
                text = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + _MOMENT, text)
            info = zipfile.ZipInfo(member.filename, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 0
            new.writestr(info, text)
    return out.getvalue()


def _term_lists(vocabulary: Vocabulary) -> dict[str, list[str]]:
    """The columns of the sheet Terms: one per scheme, and what drop-downs need besides."""
    lists = {scheme: list(vocabulary.scheme(scheme)) for scheme in vocabulary.schemes}
    lists["quality"] = list(_QUALITIES)
    lists["any quality"] = list(dict.fromkeys(t for q in _QUALITIES for t in lists.get(q, ())))
    lists["yes or no"] = ["yes", "no"]
    lists["yes or act"] = ["yes", *lists.get("act", ())]
    lists["yes or result"] = ["yes", *lists.get("result", ())]
    return lists


def _ranges(vocabulary: Vocabulary) -> dict[str, str]:
    """Where the words of each drop-down stand."""
    from openpyxl.utils import get_column_letter

    found = {}
    for index, (name, words) in enumerate(_term_lists(vocabulary).items(), 1):
        letter = get_column_letter(index)
        found[name] = f"Terms!${letter}$2:${letter}${max(2, len(words) + 1)}"
    for name, sheet in (("case", "Encounters"), ("actor", "Actors"), ("place", "Places"),
                        ("source", "Sources")):  # fmt: skip
        found[f"key of {name}"] = f"{sheet}!$A$2:$A${MOST_ROWS}"
    return found


def _drop_downs(sheet: Any, title: str, ranges: Mapping[str, str]) -> None:
    """Attach a drop-down to each column that takes terms or keys."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    for index, name in enumerate(_COLUMNS[title], 1):
        wanted, strict = _list_of(title, name)
        if wanted not in ranges:
            continue
        rule = DataValidation(type="list", formula1=ranges[wanted], allow_blank=True)
        rule.errorStyle = "warning"  # a project may have terms of its own
        rule.error = "This word is not in the list."
        rule.showErrorMessage = strict
        letter = get_column_letter(index)
        rule.add(f"{letter}2:{letter}{MOST_ROWS}")
        sheet.add_data_validation(rule)


def _list_of(title: str, name: str) -> tuple[str, bool]:
    """The list that a column's drop-down offers, and whether other words deserve a warning."""
    if title == "Qualities" and name in ("quality", "term"):
        return ("quality" if name == "quality" else "any quality"), True
    if name in ("case", "series", "key"):
        here = name == "key" or (title, name) == ("Encounters", "case")
        return ("" if here else "key of case"), False
    what = _field(title, name)
    if what.kind in ("actor", "place", "source", "case"):
        return f"key of {what.kind}", False
    if what.kind == "yes":
        return "yes or no", True
    if what.kind != "term":
        return "", False
    scheme = f"yes or {what.scheme}" if what.or_yes else what.scheme
    return scheme, not (what.many or what.free)


def _field(title: str, name: str) -> Field:
    if title == "Credits":
        return field_of("acts" if name == "dominates" else "credits", name)
    if title == "Qualities":
        found = (field_of(s, name) for s in ("effects", "continuum"))
        return next((f for f in found if f != Field()), Field())
    return field_of(_LISTS.get(title) or _REGISTERS.get(title) or "", name)


def _help(title: str, name: str) -> str:
    """What the heading of a column tells of it."""
    mine = title in _REGISTERS and name in ("source", "coder")
    if name in ("case", "series", "key", "quality", "term") or mine:
        return _HELP[name]
    if title == "Credits" and name == "dominates":
        return _HELP[name]
    what = _field(title, name)
    several = " Several: with ; between." if what.many and _marks(what) == ";" else ""
    several = " Several: with , between." if what.many and not several else several
    return what.definition + several


# -- writing YAML -------------------------------------------------------------------------------


def to_yaml(data: Map) -> str:
    """A case or register, as `read_workbook` or `yamltext` gave it, as the text of a file.

    A statement is one line, keys in the order of the shipped files, quoted only where YAML asks.
    Reading the text again gives the same values.
    """
    kind = next((k for k in _REGISTERS.values() if k in data and "case" not in data), "")
    if not kind:
        return "\n".join(_case_lines(data)) + "\n"
    lines = [f"{scalar(name)}: {_flow(data[name], False)}" for name in data if name != kind]
    entries = data[kind]
    if not isinstance(entries, Map) or not entries:
        return "\n".join([*lines, f"{kind}: {_flow(entries)}"]) + "\n"
    lines.append(f"{kind}:")
    for key, entry in entries.items():
        if isinstance(entry, Map):
            entry = _ordered(entry, entry_keys(kind))
        lines.append(f"  {scalar(key)}: {_flow(entry)}")
    return "\n".join(lines) + "\n"


def _case_lines(data: Map) -> list[str]:
    lines = []
    order = [*(k for k in HEADER if k not in (*SECTIONS, "parts")), *SECTIONS]
    for name, value in _ordered(data, order).items():
        blocks = isinstance(value, Seq) and any(isinstance(item, Map) for item in value)
        if name == "parts" and blocks:
            continue
        if not blocks or name not in (*SECTIONS, *VALUES):
            lines.append(f"{scalar(name)}: {_flow(value, inside=False)}")
            continue
        lines.append(f"{name}:")
        keys = [*SECTIONS.get(name, ()), "value", "degree", *_VOICE]
        for item in value:
            item = _ordered(item, keys) if isinstance(item, Map) else item
            lines.append(f"  - {_flow(item)}")
    parts = data.get("parts")
    if isinstance(parts, Seq) and any(isinstance(part, Map) for part in parts):
        lines.append("parts:")
        for part in parts:
            inner = _case_lines(part) if isinstance(part, Map) else [_flow(part)]
            lines += [("  - " if n == 0 else "    ") + line for n, line in enumerate(inner)]
    return lines


def _ordered(data: Map, keys: Iterable[str]) -> Map:
    """The mapping with these keys first, and the others as they came; `cite` last."""
    first = [k for k in keys if k in data]
    return Map({k: data[k] for k in [*first, *(k for k in data if k not in first)]})


def _flow(value: Any, inside: bool = True) -> str:
    if isinstance(value, Map):
        return "{" + ", ".join(f"{scalar(k)}: {_flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return scalar(str(value), inside)


# Characters that a plain scalar may hold within brackets, and which only within a line of its own.
_PLAIN = re.compile(r"[^\s\-?:,\[\]{}#&*!|>'\"%@`](?:[^,\[\]{}:#?\x00-\x1f]|[:#?](?=\w)(?<!\s#))*")
_UNPRINTED = re.compile("[\x00-\x1f\x7f-\xa0\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")


def scalar(text: str, inside: bool = True) -> str:
    """`text` as YAML: plain where that is safe, else in double quotes.

    inside: whether it stands within brackets, where commas and brackets need quotes too.
    """
    probe = text if inside else text[:1] + re.sub(r"[,\[\]{}]", "_", text[1:])
    if (
        _PLAIN.fullmatch(probe)
        and text == text.strip()
        and text not in ("~", "null", "=", "<<")
        and not _UNPRINTED.search(text)
    ):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + _UNPRINTED.sub(_escape, escaped) + '"'


def _escape(found: re.Match[str]) -> str:
    return "\\n" if found[0] == "\n" else f"\\u{ord(found[0]):04x}"
