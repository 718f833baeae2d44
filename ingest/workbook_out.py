"""Cases and registers written as an Excel workbook, with the drop-downs of the vocabulary."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from visavis.ingest.case_keys import HEADER, SECTIONS
from visavis.ingest.case_schema import VALUES, field_of
from visavis.ingest.casetext import VOICE
from visavis.ingest.sheets import (
    COLUMNS,
    LISTS,
    LONGEST,
    MOST_ROWS,
    NOT_CITED,
    QUALITIES,
    REGISTERS,
    field_in,
    help_of,
    join,
    marks_of,
    rival_field,
)
from visavis.ingest.yamltext import Map, Seq, Text
from visavis.schema.errors import DataError, Fault
from visavis.schema.model import Vocabulary
from visavis.schema.model import vocabulary as shipped

__all__ = ["write_workbook"]

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
        if isinstance(data, Map) and data.keys() & set(REGISTERS.values()) and "case" not in data:
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
        default_factory=lambda: {title: [] for title in COLUMNS}
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
        known = (*SECTIONS[section], *VOICE) if section in SECTIONS else COLUMNS[title]
        cells = dict(fixed)
        for name, value in told.items():
            what = field_of(section, name)
            if section == "rival" and name == "value":
                what = rival_field(str(told.get("of", "")))
            if name not in known or name in fixed:
                self.fault(record, f"unknown key '{name}'")
                continue
            try:
                text = join(value, what)
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
        most = len(items) if marks_of(field_of("", name)) else 1
        plain: list[Any] = []
        while items and len(plain) < most and not isinstance(items[0], Map):
            plain.append(items.pop(0))
        if name == "title" and (len(items) > 1 or (plain and items)):
            self.fault(record, "has several titles")
        return plain, items

    def statement(self, key: str, section: str, item: Map, record: str) -> None:
        told = {**item, "cite": item.get("cite") or Text(NOT_CITED)}
        title = next((t for t, s in LISTS.items() if s == section), "Credits")
        own, names = {"case": str(key)}, {}
        if section == "domination":
            names = {"by": "from", "over": "to", "result": "dominates"}
            if "result" not in told:
                own["dominates"] = "yes"
        elif section in QUALITIES.values():
            title = "Qualities"
            own["quality"] = next(q for q, s in QUALITIES.items() if s == section)
            names = {own["quality"]: "term"}
        self.add(title, section, record, told, own, names)

    def register(self, data: Map) -> None:
        kind = next(k for k in REGISTERS.values() if k in data)
        title = next(t for t, k in REGISTERS.items() if k == kind)
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
    for title, columns in COLUMNS.items():
        sheet = book.create_sheet(title)
        for index, name in enumerate(columns, 1):
            cell = sheet.cell(1, index, name)
            cell.font = Font(bold=True)
            cell.fill = PatternFill("solid", fgColor="DDE6EE")
            if told := help_of(title, name):
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
    lists["quality"] = list(QUALITIES)
    lists["any quality"] = list(dict.fromkeys(t for q in QUALITIES for t in lists.get(q, ())))
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

    for index, name in enumerate(COLUMNS[title], 1):
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
    what = field_in(title, name)
    if what.kind in ("actor", "place", "source", "case"):
        return f"key of {what.kind}", False
    if what.kind == "yes":
        return "yes or no", True
    if what.kind != "term":
        return "", False
    scheme = f"yes or {what.scheme}" if what.or_yes else what.scheme
    return scheme, not (what.many or what.free)
