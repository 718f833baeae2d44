"""A case file as an Excel workbook, for coders who work there, read.

A workbook holds any number of encounters (column `case`) and, if wished, the registers. What it
says is turned into the same Map, Seq and Text that `yamltext` reads from a case file, so that
`read_case` makes the claims: both ways of writing lead to identical claims.

- `read_workbook` gives cases and registers; `casetext.to_yaml` writes one as a case file.
- `read_claims` reads claims and faults straight from a workbook.
- `workbook_out.write_workbook` writes one, or an empty one with all drop-downs; `sheets` says what
  stands where.

A row is one statement. The sheet Notes, which every workbook of ours holds, explains the cells:

- An empty `case` means the case of the row above; an empty `cite` the citation of the row above
  of the same case ("(none)" says that nothing is cited).
- The first row of a case on Encounters is its head. Further rows of the case hold head lines
  that have a citation of their own.
- Several values stand with "; " between them, keys and terms also with ", ".

Cells are read as the text they mean: Excel's number 1985.0 is 1985, its date a day, or a month
where it shows no day; midnight is no hour. What has lost its meaning (a time of day, a formula) is
a fault, not a guess.
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

from visavis.ingest.case import read_case
from visavis.ingest.case_keys import COMMON
from visavis.ingest.case_schema import VALUES, field_of
from visavis.ingest.registers import Registers, read_register
from visavis.ingest.sheets import (
    COLUMNS,
    FREE_SHEETS,
    LISTS,
    MOST_ROWS,
    NOT_CITED,
    QUALITIES,
    REGISTERS,
    Row,
    append,
    rival_field,
    take_apart,
)
from visavis.ingest.yamltext import Map, Seq, Text, line_of
from visavis.schema.claims import Claim, Origin
from visavis.schema.errors import DataError, Fault
from visavis.schema.model import Vocabulary
from visavis.schema.text import closest

__all__ = ["Workbook", "case_keys", "read_claims", "read_workbook"]

LARGEST = 20_000_000  # bytes of the file
UNPACKED = 30_000_000  # bytes of all its parts; a case of a thousand statements has one million
MOST_PARTS = 1_000
MOST_COLUMNS = 200


class Workbook(list[Map]):
    """The cases of a workbook, as `yamltext` would read them, and its registers.

    registers: by kind (actors, places, sources), each as the file of that name would be read.
    """

    def __init__(self, cases: Iterable[Map] = (), registers: Mapping[str, Map] | None = None):
        super().__init__(cases)
        self.registers: dict[str, Map] = dict(registers or {})


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
    sheets = ["", *COLUMNS]
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
            if sheet.title in FREE_SHEETS:
                continue
            if sheet.title in COLUMNS:
                found[sheet.title] = self.rows(sheet)
            elif sheet.max_row > 1 or sheet.max_column > 1 or sheet["A1"].value is not None:
                close = closest(sheet.title, COLUMNS)
                advice = (
                    f"did you mean '{close}'?" if close
                    else f"one of: {', '.join(COLUMNS)}; notes of your own belong on Notes"
                )  # fmt: skip
                self.fault(None, "", f"unknown sheet '{sheet.title}'", advice, "sheet")
        if "Encounters" not in found and not (found and found.keys() <= set(REGISTERS)):
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
        known = {name.lower(): name for name in COLUMNS[sheet.title]}
        if not any(str(cell.value or "").strip().lower() in known for cell in header):
            if sheet.max_row > 1:
                advice = "delete the rows above the headings; notes belong on Notes"
                self.fault(row, "", "the first row holds no heading", advice, "column")
            return found
        for index, cell in enumerate(header, 1):
            typed = str(cell.value if cell.value is not None else "").strip()
            name = known.get(typed.lower(), typed)
            if not name:
                below = sheet.iter_rows(min_row=2, min_col=index, max_col=index, values_only=True)
                if any(value is not None for (value,) in below):
                    self.fault(row, "", f"column {cell.column_letter} has no heading",
                               "name it in the first row", "column")  # fmt: skip
            elif name not in COLUMNS[sheet.title]:
                close = closest(name, COLUMNS[sheet.title])
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
            if title not in REGISTERS and title != "Encounters":
                for case, record in self.filled(records, cases):
                    self.statement(case, title, record)
        registers = {
            kind: self.register(kind, sheets[title])
            for title, kind in REGISTERS.items()
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
                    append(case, name, line, row)
                else:
                    case[name], case.lines[name] = line, row

    def statement(self, case: Map, title: str, record: _Record) -> None:
        cells = record.cells
        section = LISTS.get(title, "")
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
            if quality not in QUALITIES:
                self.fault(row, "", f"unknown quality '{quality}'",
                           "one of: " + ", ".join(QUALITIES), "quality")  # fmt: skip
                return
            section = QUALITIES[quality]
            if "term" in cells:
                cells[quality] = cells.pop("term")
        made = Map(line=row)
        self.fill(made, section, cells, row)
        append(case, section, made, row)

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
                what = rival_field(str(cells.get("of", "")))
            try:
                made[name] = take_apart(text, what, row)
            except ValueError as error:
                self.fault(row, f"column {name}", str(error), "see the sheet Notes", "cell")
                continue
            made.lines[name] = row


def _day(moment: datetime.datetime, shown: str) -> str:
    """A date cell as EDTF, as precise as Excel shows it: "Nov 85" stays a month."""
    if moment.time() != datetime.time():  # midnight is what a program writes where none is told
        return moment.isoformat(timespec="minutes" if not moment.second else "seconds")
    if "d" in shown:
        return moment.date().isoformat()
    return f"{moment:%Y-%m}" if "m" in shown else f"{moment:%Y}"
