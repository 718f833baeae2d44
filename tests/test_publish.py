"""The published folder: opened by other tools, the same bytes, and nothing that may not leave."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import frictionless
import pytest
import small
import sqlite_utils
import yaml
from test_export import FIELD, SECRETS
from test_ingest import fresh

from visavis.exchange.forms import FORMS, send
from visavis.exchange.publish import (
    LICENCES,
    Publication,
    _citations,
    _database,
    publish,
    settings,
)
from visavis.graph.connect import Graph
from visavis.ingest import run
from visavis.ingest.run import ingest
from visavis.schema.errors import DataError, NotFoundError

ABOUT = Publication("Encounters: Genève", ["Doe, Jane", "The Project"], "Two summits.", "CC-BY-4.0", "1.0",
                    "10.5281/zenodo.1", "2026-11-22")  # fmt: skip
on_local_server = pytest.mark.parametrize("engine", ["arcade"], indirect=True)


@pytest.fixture
def graph(engine: Graph, monkeypatch: pytest.MonkeyPatch) -> Iterator[Graph]:
    monkeypatch.setattr(run, "_shipped_vocabulary", small.slim_vocabulary)
    yield fresh(engine)
    fresh(engine)


def files(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()
    }


@on_local_server
def test_what_others_open(graph: Graph, tmp_path: Path) -> None:
    """sqlite-utils, frictionless and yaml read what was written; counts agree."""
    ingest(graph, small.write(tmp_path / "p", small.FILES))
    folder = tmp_path / "out"
    done = publish(graph, folder, ABOUT)
    report = frictionless.validate(str(folder / "datapackage.json"))
    assert report.valid, report.flatten(["rowNumber", "fieldName", "type", "message"])[:5]
    package = json.loads((folder / "datapackage.json").read_text("utf-8"))
    assert package["licenses"][0]["name"] == "CC-BY-4.0" and package["name"] == "encounters-geneve"
    rows = {task.name: task.stats["rows"] for task in report.tasks}
    assert (rows["claims"], rows["nodes"], rows["edges"]) == (done.claims, done.nodes, done.edges)

    base = sqlite_utils.Database(folder / "graph.db")
    assert base["claim"].count == done.claims and base["edge"].count == done.edges
    labels = ("actor", "meeting", "phase", "ritual", "outcome", "source", "place", "term")
    assert sum(base[label].count for label in labels) == done.nodes
    assert base["citation"].count == rows["citations"] >= done.claims
    assert base.execute("PRAGMA foreign_key_check").fetchall() == []
    assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert [r["id"] for r in base["actor"].search("GORBATSCHÓW")] == ["actor/gorbatschow"]
    [row] = base.query(
        "SELECT c.source, c.locator FROM edge JOIN edge_claim e ON e.edge = edge.id "
        "JOIN citation c ON c.claim = e.claim WHERE edge.type = 'BOND'"
    )
    assert row == {"source": "source/bramsen2024", "locator": "192"}
    base.conn.close()

    cff = yaml.safe_load((folder / "CITATION.cff").read_text("utf-8"))
    assert cff["authors"] == [
        {"family-names": "Doe", "given-names": "Jane"},
        {"name": "The Project"},
    ]
    assert (cff["doi"], cff["license"], str(cff["date-released"])) == (
        ABOUT.doi,
        "CC-BY-4.0",
        "2026-11-22",
    )
    readme = (folder / "README.md").read_text("utf-8")
    assert "Doe, Jane; The Project (2026). Encounters: Genève. Version 1.0." in readme
    listed = dict(
        reversed(line.split("  ")) for line in (folder / "SHA256SUMS").read_text().splitlines()
    )
    made = files(folder)
    assert listed == {
        n: hashlib.sha256(b).hexdigest() for n, b in made.items() if n != "SHA256SUMS"
    }
    assert all(
        name in made for name in ("graph.ttl", "sources.bib", "sources.csl.json", "data/claims.csv")
    )
    for name in made:
        assert (
            name == "README.md"
            or name.endswith(".jsonl")
            or name == "SHA256SUMS"
            or f"`{name}`" in readme
        )


@on_local_server
def test_the_same_bytes_and_nothing_left_of_the_old(graph: Graph, tmp_path: Path) -> None:
    root = small.write(tmp_path / "p", small.FILES)
    ingest(graph, root)
    about = Publication("P")
    publish(graph, tmp_path / "a", about)
    first = files(tmp_path / "a")
    publish(graph, tmp_path / "a", about)
    assert files(tmp_path / "a") == first
    other = small.write(tmp_path / "q", small.FILES)
    ingest(fresh(graph), other)
    publish(graph, tmp_path / "b", about)
    assert files(tmp_path / "b") == first
    assert yaml.safe_load(first["CITATION.cff"])["version"].startswith("0+")
    # An earlier publication's files go; what it did not list stays.
    (tmp_path / "a" / "old.txt").write_text("x")
    (tmp_path / "a" / "mine.txt").write_text("x")
    with (tmp_path / "a" / "SHA256SUMS").open("a") as sums:
        sums.write("0" * 64 + "  old.txt\n" + "0" * 64 + "  ../b/README.md\n")
    publish(graph, tmp_path / "a", about)
    assert files(tmp_path / "a") == {**first, "mine.txt": b"x"}
    assert (tmp_path / "b" / "README.md").is_file()
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "thesis.doc").write_text("x")
    with pytest.raises(NotFoundError):
        publish(graph, tmp_path / "c", about)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a", "b", "c", "p", "q"]


@on_local_server
def test_nothing_that_may_not_leave_is_in_any_file(graph: Graph, tmp_path: Path) -> None:
    """Names of informants and restricted sources stand in no byte of any form."""
    report = ingest(graph, small.write(tmp_path / "p", FIELD))
    assert not report.faulty, report.faults
    done = publish(graph, tmp_path / "public", ABOUT)
    assert (done.withheld_sources, done.unnamed) == (2, 2) and done.withheld_claims
    folders = ("remify", "goldfish", "eventnet", "qca", "regression")
    for form in FORMS.values():
        ending = form.endings[0] if form.endings else ""
        send(graph, tmp_path / "public" / f"as-{form.name}{ending}", form.name)
    for path in (tmp_path / "public").rglob("*"):
        if path.is_file():
            held = path.read_bytes().decode("latin-1").casefold()
            for secret in SECRETS:
                for form_ in (secret, secret.replace(" ", "_")):
                    told = form_.casefold().encode().decode("latin-1")
                    assert told not in held, (secret, path)
    readme = (tmp_path / "public" / "README.md").read_text("utf-8")
    assert "2 sources that are not public" in readme and "the names of 2 informants" in readme
    assert len(folders) == sum(not form.endings for form in FORMS.values()) - 1
    publish(graph, tmp_path / "whole", ABOUT, everything=True)
    whole = b"".join(files(tmp_path / "whole").values()).decode("latin-1")
    for secret in SECRETS[1:]:
        assert secret in whole, secret  # it is there to be told
    with sqlite3.connect(tmp_path / "whole" / "graph.db") as base:
        assert base.execute("SELECT count(*) FROM actor WHERE id = 'actor/quist'").fetchone() == (
            1,
        )
    base.close()


def test_records_of_ones_own_fit_the_database(tmp_path: Path) -> None:
    """A record may have any field: names that SQLite would take for one, or for syntax."""
    told = {'Note]"': "a", 'note]"': "b", "title": "T", "DOI": "1", "doi": "2"}
    claims = [{"id": "c-1", "subject": "source/x", "predicate": "described_as", "value": "{}",
               "citations": [{"source": "source/x", "locator": "1"}]}]  # fmt: skip
    lines = {
        "claims": claims,
        "edges": [],
        "nodes": [{"id": "source/x", "labels": ["Source"], "properties": told}],
    }
    _database(tmp_path / "g.db", lines, list(_citations(claims)))
    base = sqlite_utils.Database(tmp_path / "g.db")
    [row] = base["source"].rows
    assert sorted(row.values()) == ["1", "2", "T", "a", "b", "source/x"]
    assert base["edge"].count == 0
    base.conn.close()


def test_settings(tmp_path: Path) -> None:
    path = tmp_path / "visavis.yaml"
    assert settings(tmp_path).title == tmp_path.name
    path.write_text("project: Our project\ncoder: anna\n")
    assert settings(tmp_path).title == "Our project"
    path.write_text(
        "project: P\npublish: {title: T, authors: [A], licence: CC0-1.0, version: 2, released: 2026-01-02}\n"
    )
    assert settings(tmp_path, version="3") == Publication(
        "T", ["A"], "", "CC0-1.0", "3", "", "2026-01-02"
    )
    for text in (
        "publish: {license: MIT}",
        "publish: {licence: WTFPL}",
        "publish: yes",
        "a: [",
        "publish: [x]",
    ):
        path.write_text(text)
        with pytest.raises(DataError) as error:
            settings(tmp_path)
        assert error.value.faults[0].file == "visavis.yaml"
    assert all(path.startswith("https://") for _, path in LICENCES.values())
