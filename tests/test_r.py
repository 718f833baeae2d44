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
# What the packages check before they take a table: remify 3.2 (R/remify.R, src/remify.cpp: "time
# variable can't be negative", "provide observed time points as start and stop values") and 4
# ("manual_riskset may not contain self-loops"); goldfish 1.6 (checkColumns, checkNodes, checkEvents);
# QCA 3.23 (verify.tt: "Missing values in the data are not allowed", "Uncalibrated data").
REMIFY = (
    OMIT
    + r"""
events <- read.csv(commandArgs(TRUE)[2])
risk <- read.csv(commandArgs(TRUE)[3])
actors <- read.csv(commandArgs(TRUE)[4])$actor
stopifnot(identical(names(events), c("time", "actor1", "actor2", "type", "weight")),
  class(events$time)[1] %in% c("numeric", "integer"), min(events$time) >= 0, !anyNA(events),
  !is.unsorted(events$time), is.numeric(events$weight), all(events$actor1 != events$actor2))
for (one in omit) stopifnot(identical(sort(names(one)), c("dyad", "time")), length(one$time) == 2,
  all(class(one$time) == class(events$time)), one$time[1] %in% events$time,
  is.na(one$time[2]) || one$time[2] %in% events$time,
  is.na(one$time[2]) || one$time[1] <= one$time[2],
  all(na.omit(unlist(one$dyad[c("actor1", "actor2")])) %in% actors))
pair <- function(table) paste(table$actor1, table$actor2)
stopifnot(all(risk$actor1 != risk$actor2), all(pair(events) %in% pair(risk)), !anyDuplicated(risk))
"""
)
GOLDFISH = r"""
at <- commandArgs(TRUE)
nodes <- read.csv(at[1]); changes <- read.csv(at[2]); is <- methods::is
stopifnot(is(nodes$label, "character"), is(nodes$present, "logical"), !anyDuplicated(nodes$label),
  !anyNA(nodes))
check <- function(told) stopifnot(is(told$time, "numeric"), !anyNA(told), !is.unsorted(told$time))
if (nrow(changes)) {
  check(changes)
  stopifnot(is(changes$node, "character"), is(changes$replace, "logical"),
    all(changes$node %in% nodes$label))
}
there <- function(who, time) {
  own <- changes[changes$node == who & changes$time <= time, "replace"]
  if (length(own)) own[length(own)] else nodes$present[nodes$label == who]
}
for (path in at[-(1:2)]) {
  events <- read.csv(path)
  check(events)
  stopifnot(is(events$sender, "character"), is(events$receiver, "character"),
    is(events$increment, "numeric"), all(c(events$sender, events$receiver) %in% nodes$label),
    all(events$sender != events$receiver),
    all(mapply(there, events$sender, events$time)), all(mapply(there, events$receiver, events$time)))
}
cat(length(at) - 2, nrow(changes))
"""
QCA = r"""
cases <- read.csv(commandArgs(TRUE)[1], row.names = "case")
chosen <- na.omit(cases[c("mode_friendly", "mode_dominant", "mode_conflictual")])
stopifnot(nrow(chosen) > 0, all(sapply(chosen, is.numeric)), all(chosen >= 0 & chosen <= 1), !any(chosen == 0.5))
cat(nrow(cases), nrow(chosen))
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


@pytest.mark.parametrize(
    "options",
    [{"unit": "year"}, {"spans": "earliest"}, {"unit": "year", "edges": "together"},
     {"unit": "year", "edges": "bond"}],
    ids=lambda told: "-".join(told.values()),
)  # fmt: skip
def test_r_finds_what_remify_and_goldfish_ask_for(options: dict[str, str], tmp_path: Path) -> None:
    for form in ("remify", "goldfish"):
        made = tables(shipped(), form, **options)
        assert made.events
        save_tables(made, tmp_path / form)
    names = ("omit_dyad.csv", "edgelist.csv", "riskset.csv", "actors.csv")
    gone = table(tmp_path / "remify" / "omit_dyad.csv")
    spans = {(row["first"], row["last"]) for row in gone}
    said = r(REMIFY, *(tmp_path / "remify" / name for name in names))
    assert gone and said == f"{len(spans)} {len(gone)} TRUE TRUE"
    files = sorted((tmp_path / "goldfish").glob("events_*.csv"))
    changes = tmp_path / "goldfish" / "presence_changes.csv"
    said = r(GOLDFISH, tmp_path / "goldfish" / "nodes.csv", changes, *files)
    assert said == f"{len(files)} {len(table(changes))}" and files


def test_r_finds_what_qca_asks_for(tmp_path: Path) -> None:
    save_tables(tables(shipped(), "qca"), tmp_path)
    for name in ("encounters.csv", "phases.csv"):
        told = table(tmp_path / name)
        columns = ("mode_friendly", "mode_dominant", "mode_conflictual")
        whole = [row for row in told if all(row[column] for column in columns)]
        assert r(QCA, tmp_path / name) == f"{len(told)} {len(whole)}"
