"""The tables of one form, and how they are written: CSV files and their codebook."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from visavis.exchange.networks import written
from visavis.schema.text import harmless

__all__ = ["Column", "Row", "Table", "Tables", "column", "listed", "save_tables"]

Row = dict[str, Any]
Column = dict[str, str]  # column, type, values, says, source, missing


@dataclass(slots=True)
class Table:
    """The rows of one file and what each column is."""

    columns: list[Column]
    rows: list[Row]


@dataclass(slots=True)
class Tables:
    """The files of one form by name. `left_out` counts, in words, what is not in them; `notes`
    say what a reader must know of the whole."""

    form: str
    files: dict[str, Table] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    events: int = 0
    tied: int = 0


def column(name: str, kind: str, says: str, **more: str) -> Column:
    """What a column is: its type, what it says; `more` are values, source, missing."""
    return {"column": name, "type": kind, "says": says, **more}


def listed(values: Iterable[Any]) -> str | None:
    """Values as one cell, sorted, each once; None where there is none."""
    return "; ".join(sorted({str(value) for value in values if value})) or None


_FIELDS = ["file", "column", "type", "values", "says", "source", "missing"]  # of codebook.csv


def save_tables(made: Tables, folder: Path) -> list[Path]:
    """Write the files of a form and their codebook into `folder`; the paths written.

    A file that an earlier export's codebook there tells of, and this one has not, is removed.
    """
    book = folder / "codebook.csv"
    if book.is_file():
        with book.open(encoding="utf-8", errors="replace", newline="") as file:
            read = csv.DictReader(file)
            ours = read.fieldnames == _FIELDS  # not some other codebook that lies there
            earlier = {row["file"] or "" for row in read} if ours else set()
        for name in sorted(earlier - set(made.files)):
            if name.endswith(".csv") and "/" not in name and "\\" not in name:
                (folder / name).unlink(missing_ok=True)
    paths = []
    for name, table in made.files.items():
        columns = [column["column"] for column in table.columns]
        paths.append(_save(folder / name, _csv(columns, table.rows)))
    told = [
        {"file": name, **column} for name, table in made.files.items() for column in table.columns
    ]
    paths.append(_save(folder / "codebook.csv", _csv(_FIELDS, told)))
    paths.append(_save(folder / "codebook.md", _codebook(made)))
    return paths


def _save(path: Path, text: str) -> Path:
    with written(path) as file:
        file.write(text.encode("utf-8", "replace"))
    return path


def _csv(columns: Sequence[str], rows: Iterable[Row]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(row.get(name)) for name in columns])
    return out.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"  # as R writes them
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return harmless(value) if isinstance(value, str) else value


_TITLES = {
    "remify": "Relational events for remify",
    "goldfish": "Relational events for goldfish",
    "eventnet": "Hyperevents for eventnet",
    "qca": "Encounters for qualitative comparative analysis",
    "regression": "Encounters for regression",
}


def _codebook(made: Tables) -> str:
    lines = [f"# {_TITLES[made.form]}", ""]
    lines += [f"- {note}" for note in made.notes]
    lines += [f"- Left out: {n:,} {what}." for what, n in sorted(made.left_out.items()) if n]
    for name, table in made.files.items():
        number = f"{len(table.rows):,} row{'' if len(table.rows) == 1 else 's'}"
        lines += ["", f"## {name}", "", number + ".", ""]
        lines += ["| column | type | values | says | source | where empty |", "|---" * 6 + "|"]
        for column in table.columns:
            told = [column.get(k, "") for k in ("column", "type", "values", "says", "source",
                                                "missing")]  # fmt: skip
            lines.append("| " + " | ".join(_in_table(text) for text in told) + " |")
    return "\n".join(lines) + "\n"


def _in_table(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
