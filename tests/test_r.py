"""R reads the tables: rows, types, dates and missing values as the codebook says."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from told import shipped

from visavis.exchange.events import FORMS, save_tables, tables

pytestmark = pytest.mark.skipif(
    shutil.which("Rscript") is None, reason="R is not installed (r-base-core)"
)

# What base R makes of each column: rows, class, missing, characters; and, of instants, their sum.
SCRIPT = r"""
for (path in commandArgs(TRUE)) {
  told <- read.csv(path, na.strings = c("", "NA"), check.names = FALSE)
  for (name in names(told)) {
    column <- told[[name]]
    instants <- if (name %in% c("earliest", "latest"))
      as.POSIXct(column, format = "%Y-%m-%dT%H:%M:%S", tz = "UTC") else NULL
    cat(path, name, nrow(told), class(column), sum(is.na(column)),
        sum(nchar(as.character(column[!is.na(column)]))),
        format(sum(as.numeric(instants), na.rm = TRUE), digits = 15), "\n", sep = "\t")
  }
}
"""
# As docs/statistics.md makes of it what remify 3.2 takes.
OMIT = r"""
gone <- read.csv(commandArgs(TRUE)[1])
omit <- lapply(split(gone, paste(gone$first, gone$last)), function(rows)
  list(time = c(rows$first[1], rows$last[1]), dyad = rows[c("actor1", "actor2", "type")]))
cat(length(omit), sum(sapply(omit, function(one) nrow(one$dyad))),
    all(sapply(omit, function(one) is.numeric(one$time))), all(is.na(gone$type)))
"""


def r(script: str, *arguments: Path) -> str:
    done = subprocess.run(
        ["Rscript", "--vanilla", "-e", script, *map(str, arguments)],
        capture_output=True, text=True, check=True, timeout=120,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )  # fmt: skip
    assert not done.stderr, done.stderr
    return done.stdout


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def columns(folder: Path) -> Iterator[tuple[Path, str, list[str]]]:
    for path in sorted(folder.rglob("*.csv")):
        told = table(path)
        for name in told[0] if told else ():
            yield path, name, [row[name] for row in told]


def test_r_reads_every_table_as_the_codebook_says(tmp_path: Path) -> None:
    for form in FORMS:
        options = {} if form in ("qca", "regression") else {"unit": "year"}
        save_tables(tables(shipped(), form, **options), tmp_path / form)
    paths = sorted({path for path, _, _ in columns(tmp_path)})
    found = {}
    for line in r(SCRIPT, *paths).splitlines():
        path, name, *rest = line.rstrip("\t").split("\t")
        found[Path(path), name] = rest
    types = {
        (book.parent / row["file"], row["column"]): row["type"]
        for book in tmp_path.rglob("codebook.csv")
        for row in table(book)
    }
    checked = set()
    for path, name, values in columns(tmp_path):
        count, kind, missing, letters, instants = found[path, name]
        said = [value for value in values if value not in ("", "NA")]
        assert (int(count), int(missing)) == (len(values), len(values) - len(said)), (path, name)
        wanted = types.get((path, name), "text")
        checked.add(wanted)
        if said and wanted == "integer":
            assert kind == "integer", (path, name)
        elif said and wanted == "number":
            assert kind in ("integer", "numeric"), (path, name)
        elif said and wanted == "logical":
            assert kind == "logical", (path, name)
        elif kind == "character":  # accents included
            assert int(letters) == sum(map(len, said)), (path, name)
        if name in ("earliest", "latest"):
            told = (datetime.fromisoformat(f"{value}+00:00").timestamp() for value in said)
            assert float(instants) == pytest.approx(sum(told), abs=1), (path, name)
    assert len(found) > 200 and {"integer", "text"} <= checked


def test_r_makes_the_omitted_dyads_of_remify(tmp_path: Path) -> None:
    save_tables(tables(shipped(), "remify", unit="year"), tmp_path)
    told = table(tmp_path / "omit_dyad.csv")
    spans = {(row["first"], row["last"]) for row in told}
    assert told and r(OMIT, tmp_path / "omit_dyad.csv") == f"{len(spans)} {len(told)} TRUE TRUE"
