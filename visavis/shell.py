"""What the commands share: printing, the project at hand, and the options that recur."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from visavis.schema.errors import DataError, Fault, NotFoundError, VisavisError
from visavis.schema.text import harmless

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import Console

    from visavis.face import Project

__all__ = [
    "Certain",
    "Coder",
    "Format",
    "From",
    "Leads",
    "Progress",
    "Roles",
    "Source",
    "To",
    "console",
    "counted",
    "fail",
    "listed",
    "near",
    "note",
    "print_faults",
    "print_report",
    "project",
    "project_root",
    "project_terms",
    "root_or_here",
    "say",
    "show",
]

Format = Annotated[str, typer.Option("--format", "-f", help="table, json or csv")]
From = Annotated[str, typer.Option("--from", help="nothing before this date (EDTF)")]
To = Annotated[str, typer.Option("--to", help="nothing after this date; 1962 includes all of it")]
Coder = Annotated[str, typer.Option(help="only what this coder coded")]
Source = Annotated[str, typer.Option(help="only what rests on this source (its key)")]
Leads = Annotated[bool, typer.Option(help="with machine-coded leads, apart from evidence")]
Roles = Annotated[str, typer.Option(help="roles that count, separated by commas")]
Certain = Annotated[
    bool, typer.Option("--certain", help="only where the order of dates is certain")
]


NARROWEST = 14  # characters that a column of a table needs to be read


# -- printing -------------------------------------------------------------------------------------


def console(stderr: bool = False) -> Console:
    """A console that neither guesses at markup nor colours what looks like a number."""
    from rich.console import Console

    made = Console(stderr=stderr, highlight=False, markup=False, emoji=False)
    if not made.is_terminal:
        made.width = 200  # a pipe has no width: give it room
    return made


def say(text: str = "") -> None:
    """A line to the reader."""
    sys.stdout.write(text + "\n")


def note(text: str) -> None:
    """A line about the work, to standard error, so that output can be piped."""
    sys.stderr.write(text + "\n")


def show(rows: Sequence[dict[str, Any]], columns: Sequence[str], form: str) -> None:
    """Rows as a table for reading, as JSON, or as CSV."""
    if form == "json":
        # A query of one's own may return dates and points.
        say(json.dumps(list(rows), ensure_ascii=False, indent=1, default=str))
    elif form == "csv":
        import csv

        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(columns)
        for row in rows:
            writer.writerow([_cell(row.get(name), csv=True) for name in columns])
    elif form == "table":
        _table(rows, columns)
    else:
        raise typer.BadParameter("choose table, json or csv", param_hint="--format")


def _cell(value: Any, csv: bool = False) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "; ".join(_cell(item) for item in value)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    return harmless(str(value)) if csv else str(value)


def _table(rows: Sequence[dict[str, Any]], columns: Sequence[str]) -> None:
    if not rows:
        say("Nothing was found.")
        return
    # A column that is empty throughout tells nothing to a reader; JSON and CSV keep it.
    columns = [c for c in columns if any(_cell(row.get(c)) for row in rows)]
    cells = [[_cell(row.get(name)) for name in columns] for row in rows]
    out = console()
    needed = sum(3 + min(NARROWEST, max(map(len, column))) for column in zip(*cells, strict=True))
    if needed > out.width:
        _records(columns, cells, out.width)
        return
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for name in columns:
        numeric = all(
            isinstance(r.get(name), int | float) and not isinstance(r.get(name), bool) for r in rows
        )
        table.add_column(
            name.replace("_", " "), justify="right" if numeric else "left", overflow="fold"
        )
    for row in cells:
        table.add_row(*map(Text, row))
    out.print(table)


def _records(columns: Sequence[str], cells: Sequence[Sequence[str]], width: int) -> None:
    """A row after the other, where they do not fit side by side."""
    import textwrap

    margin = max(map(len, columns)) + 2
    for number, row in enumerate(cells):
        if number:
            say()
        for name, cell in zip(columns, row, strict=True):
            head = name.replace("_", " ").ljust(margin)
            if cell:
                lines = textwrap.wrap(cell, max(20, width - margin)) or [""]
                say(head + f"\n{' ' * margin}".join(lines))


def fail(error: VisavisError) -> NoReturn:
    """Say what is wrong and end with the error's exit code."""
    if isinstance(error, DataError):
        print_faults(error.faults)
    else:
        note(f"visavis: {error}")
        if isinstance(error, NotFoundError):
            for suggestion in error.suggestions:
                note(f"  {suggestion}")
    raise typer.Exit(error.exit_code)


def print_faults(faults: Iterable[Fault]) -> None:
    """Each fault on a line, `file:line: what is wrong; what to do`."""
    for fault in faults:
        note(str(fault))


# -- the project ----------------------------------------------------------------------------------


def project(read_only: bool = False) -> Project:
    """The project of this folder, opened."""
    from visavis.face import open as open_project

    return open_project(read_only=read_only)


def project_root() -> Path:
    """The folder of the project, found upwards from here."""
    from visavis.graph.project import find_project

    return find_project()


class Progress:
    """A bar on a terminal; silence elsewhere."""

    def __init__(self, what: str) -> None:
        self.what = what
        self.bar: Any = None

    def __enter__(self) -> Progress:
        err = console(stderr=True)
        if err.is_terminal:
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

            self.bar = Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TextColumn("{task.fields[name]}"),
                console=err,
                transient=True,
            )
            self.bar.start()
            self.task = self.bar.add_task(self.what, total=None, name="")
        return self

    def __call__(self, done: int, total: int, name: str) -> None:
        if self.bar:
            self.bar.update(self.task, completed=done, total=total, name=name)

    def __exit__(self, *_: object) -> None:
        if self.bar:
            self.bar.stop()


_PAPERS = {
    "frus-volume": ("volume", ""),
    "frus-persons": ("list of persons", "lists of persons"),
    "frus-meeting": ("meeting", ""),
    "frus-letter": ("letter or telegram", "letters and telegrams"),
    "frus-document": ("other paper", ""),
}


def print_report(report: Any) -> None:
    """What an ingest did, in some lines."""
    parts = [
        f"{len(getattr(report, name))} {word}"
        for name, word in (
            ("added", "added"),
            ("changed", "changed"),
            ("removed", "removed"),
            ("unchanged", "unchanged"),
            ("faulty", "left out with faults"),
            ("passed_over", "passed over (no case)"),
        )
        if getattr(report, name)
    ]
    w = report.written
    say(f"Documents: {', '.join(parts) or 'none'}.")
    papers = {k: n for k, n in report.kinds.items() if k in _PAPERS}
    if papers:
        told = ", ".join(counted(papers[k], *_PAPERS[k]) for k in _PAPERS if k in papers)
        say(f"Of archives: {told}.")
        if unread := Counter(f.code for f in report.faults if f.severity == "warning"):
            say(f"Warnings by kind: {', '.join(f'{k} {n}' for k, n in sorted(unread.items()))}.")
    if w:
        say(
            f"Claims +{w.claims_added} -{w.claims_removed}, nodes +{w.nodes_added} "
            f"-{w.nodes_removed}, edges +{w.edges_added} -{w.edges_removed}."
        )
    else:
        say("The graph already agreed with them.")
    joined = getattr(report, "joined", None)
    if joined:
        say(
            f"Joined in judgements.yaml: {counted(len(joined), 'person')} of several volumes. "
            "To take back: visavis undo --certain, or visavis undo ID."
        )
    if joined is not None:
        say("Others who may be one person: visavis same --suggest")


def counted(number: int, word: str, several: str = "") -> str:
    """`1 claim`, `2,000 claims`."""
    return f"{number:,} {word if number == 1 else several or word + 's'}"


def near(path: Path) -> str:
    """A path as seen from here."""
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(path)


def root_or_here() -> Path:
    """The project's folder, or this one where it is no project."""
    from visavis.graph.project import PROJECT_FILE

    root = project_root()
    return root if (root / PROJECT_FILE).is_file() else Path.cwd()


def listed(text: str) -> list[str] | None:
    """The parts of a text that commas separate; None where there are none."""
    return [part.strip() for part in text.split(",") if part.strip()] or None


def project_terms() -> Any:
    """The vocabulary of this folder's project."""
    from visavis.ingest.run import project_vocabulary

    return project_vocabulary(project_root())[0]
