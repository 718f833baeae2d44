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
from test_export import CARELESS, SECRETS
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
from visavis.graph import server
from visavis.graph.connect import Graph, connect
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
    # A run that was killed while it wrote, and one that was killed while it replaced.
    (tmp_path / ".a.new").mkdir()
    (tmp_path / ".a.new" / "secret.txt").write_text("x")
    (tmp_path / "a" / "README.md").unlink()
    publish(graph, tmp_path / "a", about)
    assert files(tmp_path / "a") == {**first, "mine.txt": b"x"}
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "thesis.doc").write_text("x")
    for place in (tmp_path / "c", tmp_path / "c" / "thesis.doc"):
        with pytest.raises(NotFoundError):
            publish(graph, place, about)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a", "b", "c", "p", "q"]


_made: dict[str, bytes] = {}


def every_form(graph: Graph, folder: Path) -> dict[str, bytes]:
    """A publication, and beside it every form, with as much in it as the form can hold."""
    publish(graph, folder / "published", ABOUT)
    for form in FORMS.values():
        edges = [{"edges": name} for name in ("all", "acts", "together") if "edges" in form.options]
        for number, options in enumerate(edges or [{}]):
            ending = form.endings[0] if form.endings else ""
            if form.endings or options.get("edges") != "all":  # events are of acts
                send(graph, folder / f"{form.name}-{number}{ending}", form.name, **options)
    return files(folder)


def indexed(path: Path) -> set[str]:
    """The words that full-text search knows: its index keeps only what each adds to the last."""
    base = sqlite3.connect(path)
    found: set[str] = set()
    tables = [t for (t,) in base.execute("SELECT name FROM sqlite_master WHERE name LIKE '%_fts'")]
    for table in tables:
        base.execute(f"CREATE VIRTUAL TABLE temp.v USING fts5vocab(main, {table}, row)")
        found |= {word for (word,) in base.execute("SELECT term FROM temp.v")}
        base.execute("DROP TABLE temp.v")
    base.close()
    return found


def test_nothing_that_may_not_leave_is_in_any_file(graph: Graph, tmp_path: Path) -> None:
    """Names of informants and restricted sources stand in no byte of any form, nor in a name of a
    file; and another server, or the other engine, gives the same bytes."""
    report = ingest(graph, small.write(tmp_path / "p", CARELESS))
    assert not report.faulty, report.faults
    made = every_form(graph, tmp_path / "public")
    assert {name.partition("/")[0].rpartition("-")[0] for name in made} >= set(FORMS) - {"folder"}
    for name, raw in made.items():
        held = name.casefold() + raw.decode("latin-1").casefold()
        for secret in [*SECRETS, "zwiebelberg", "vossenkuhl", "quistgaard"]:
            for told in (secret, secret.replace(" ", "_"), secret.replace("/", ":")):
                assert told.casefold().encode().decode("latin-1") not in held, (secret, name)
    words = indexed(tmp_path / "public" / "published" / "graph.db")
    assert "geneva" in words and not [
        w for w in words if w.startswith(("zwiebel", "vossen", "quist"))
    ]
    readme = made["published/README.md"].decode()
    assert "sources that are not public: 2\n" in readme
    assert "informants whose names are withheld: 3\n" in readme
    if _made:
        assert made == _made
    _made.update(made)


@on_local_server
def test_another_server_gives_the_same_bytes(graph: Graph, tmp_path: Path) -> None:
    """Two projects of the same files, each with a server of its own."""
    if not _made:
        ingest(graph, small.write(tmp_path / "p", CARELESS))
        _made.update(every_form(graph, tmp_path / "first"))
    project = small.write(tmp_path / "elsewhere", CARELESS)
    try:
        with connect(project=project) as other:
            ingest(other, project)
            made = every_form(other, tmp_path / "second")
    finally:
        server.stop(project)
    assert {name for name in made if made[name] != _made[name]} == set()
    assert made.keys() == _made.keys()


@on_local_server
def test_the_owner_may_ask_for_everything(graph: Graph, tmp_path: Path) -> None:
    ingest(graph, small.write(tmp_path / "p", CARELESS))
    publish(graph, tmp_path / "whole", ABOUT, everything=True)
    whole = b"".join(files(tmp_path / "whole").values()).decode("latin-1")
    for secret in [*SECRETS[1:], "zwiebelberg-sighs", "talks/zwiebelberg-2023.yaml"]:
        assert secret in whole, secret
    with sqlite3.connect(tmp_path / "whole" / "graph.db") as base:
        [row] = base.execute("SELECT count(*) FROM actor WHERE id = 'actor/quist'")
        assert row == (1,)
    base.close()
    for form in FORMS.values():  # and from each form, in one way or another
        target = tmp_path / f"as-{form.name}{form.endings[0] if form.endings else ''}"
        options = {"edges": "acts"} if "edges" in form.options else {}
        send(graph, target, form.name, everything=True, **options)
        held = b"".join(files(target).values() if target.is_dir() else [target.read_bytes()])
        assert b"zwiebelberg" in held.lower(), form.name


def test_records_of_ones_own_fit_the_database(tmp_path: Path) -> None:
    """A record may have any field: names that SQLite would take for one, or for syntax."""
    told = {
        "search": "горбачев",
        'Note]"': "a",
        'note]"': "b",
        "title": "T",
        "DOI": "1",
        "doi": "2",
    }
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
    assert sorted(row.values()) == ["1", "2", "T", "a", "b", "source/x", "горбачев"]
    assert [r["id"] for r in base["source"].search("Горбачев")] == ["source/x"]  # of Горбачёв
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
    path.write_text("project: P\npublish:\n  licence: WTFPL\n")
    with pytest.raises(DataError, match=r"visavis\.yaml:3: publish: unknown licence 'WTFPL'"):
        settings(tmp_path)
    path.write_text(
        "publish: {title: 'A\n  B', version: 1.10, doi: 'https://doi.org/10.5281/zenodo.1', authors: A}\n"
    )
    assert settings(tmp_path) == Publication("A B", ["A"], version="1.10", doi="10.5281/zenodo.1")
    for wrong_, words in (
        ("doi: zenodo.1", "is no DOI"), ("released: soon", "is no day"), ("title: [a]", "is no text"),
        ("authors: [{family: Doe}]", "is no list of names"), ("authors: {a: b}", "is no list of names"),
    ):  # fmt: skip
        path.write_text(f"publish:\n  {wrong_}\n")
        with pytest.raises(DataError, match=rf"visavis\.yaml:2: publish: .*{words}"):
            settings(tmp_path)
    path.write_text("project: P\npublish:\n  licence: WTFPL\n")
    # The option that was wrong, not the file, which is right or not asked.
    assert settings(tmp_path, licence="CC0-1.0").licence == "CC0-1.0"
    with pytest.raises(NotFoundError, match="--licence: unknown licence 'CC-BY'") as wrong:
        settings(tmp_path, licence="CC-BY")
    assert "CC-BY-4.0" in str(wrong.value) and "visavis.yaml" not in str(wrong.value)
    assert all(path.startswith("https://") for _, path in LICENCES.values())
