"""A graph copied to another engine: what the one exports, the other exports, byte for byte."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import small
from test_ingest import dump, fresh

from visavis.exchange.load import copy_folder, copy_graph
from visavis.graph import server
from visavis.graph.connect import Graph, connect
from visavis.ingest import run
from visavis.ingest.run import ingest
from visavis.schema.errors import DataError, EngineError, NotFoundError
from visavis.schema.model import model

FILES = {
    **small.FILES,
    "judgements.yaml": "- {same: [actor/gorbachev, actor/gorbatschow], why: one man, by: anna}\n"
    "- {withdraw: source/archigos, why: doubted, by: anna}\n",
    "vocabulary.yaml": "schemes:\n  ritual:\n    terms:\n      nose-rub: {definition: A greeting, "
    "cite: bramsen2024 3, sign: credit}\n",
}  # fmt: skip
ACT = "  - {act: nose, kind: nose-rub, by: reagan, to: gorbachev, credit: yes, cite: 193}\nbonds:\n"
FILES["geneva-1985.yaml"] = FILES["geneva-1985.yaml"].replace("bonds:\n", ACT)


@pytest.fixture(scope="module")
def second(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graph]:
    """Another local server."""
    project = tmp_path_factory.mktemp("second")
    try:
        with connect(project=project) as graph:
            yield graph
    finally:
        server.stop(project)


@pytest.fixture(params=["second", pytest.param("neo4j_real", marks=pytest.mark.neo4j)])
def target(request: pytest.FixtureRequest) -> Iterator[Graph]:
    graph: Graph = request.getfixturevalue(request.param)
    yield fresh(graph)
    fresh(graph)


@pytest.fixture
def source(arcade: Graph, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Graph]:
    monkeypatch.setattr(run, "_shipped_vocabulary", small.slim_vocabulary)
    root = small.write(tmp_path / "p", FILES)
    report = ingest(fresh(arcade), root)
    assert not report.faulty, report.faults
    yield arcade
    fresh(arcade)


def test_a_copy_is_exact_and_goes_on(source: Graph, target: Graph, tmp_path: Path) -> None:
    first = dump(source, tmp_path / "a")
    done = copy_graph(source, target)
    assert done.applied and not done.removed and len(done.added) >= len(FILES) - 1
    assert dump(target, tmp_path / "b") == first
    # The next ingest there finds everything as it left it, judgements included.
    root = tmp_path / "p"
    assert not ingest(target, root).written
    small.write(root, {**FILES, "judgements.yaml": ""})
    ingest(target, root)
    ingest(source, root)
    assert dump(target, tmp_path / "b") == dump(source, tmp_path / "a") != first
    # And back again, over what stands there.
    ingest(source, small.write(root, {k: v for k, v in FILES.items() if "reykjavik" not in k}))
    said = copy_graph(target, source)
    assert not said.applied and said.added == ["reykjavik-1986.yaml"]
    assert copy_graph(target, source, apply=True).applied
    assert dump(source, tmp_path / "a") == dump(target, tmp_path / "b")
    again = copy_graph(target, source, apply=True)
    assert not (again.written or again.added or again.changed or again.removed)


def test_what_would_be_removed_is_said_first(source: Graph, second: Graph, tmp_path: Path) -> None:
    fresh(second)
    ingest(
        second,
        small.write(
            tmp_path / "q",
            {**small.FILES, "extra/actors.yaml": "actors: {x: {name: X, kind: person}}\n"},
        ),
    )
    before = dump(second, tmp_path / "b")
    said = copy_graph(source, second)
    assert not said.applied and said.removed == ["extra/actors.yaml"]
    assert set(said.changed) and dump(second, tmp_path / "b") == before
    assert copy_graph(source, second, apply=True).written
    assert dump(second, tmp_path / "b") == dump(source, tmp_path / "a")
    fresh(second)


def test_a_folder_is_loaded_as_it_was_exported(
    source: Graph, second: Graph, tmp_path: Path
) -> None:
    fresh(second)
    first = dump(source, tmp_path / "a")
    done = copy_folder(tmp_path / "a", second)
    assert done.applied and done.claims == len(first["claims.jsonl"].splitlines())
    assert dump(second, tmp_path / "b") == first
    assert ingest(second, tmp_path / "p").changed  # read anew, and the same
    assert dump(second, tmp_path / "b") == first
    with pytest.raises(NotFoundError):
        copy_folder(tmp_path, second)
    lines = (tmp_path / "a" / "claims.jsonl").read_text("utf-8").splitlines()
    row = json.loads(lines[2])
    row["citations"] = []
    lines[2] = json.dumps(row)
    lines[5] = "{"
    (tmp_path / "a" / "claims.jsonl").write_text("\n".join(lines) + "\n")
    with pytest.raises(DataError) as error:
        copy_folder(tmp_path / "a", second, apply=True)
    assert [f.line for f in error.value.faults] == [3, 6]
    assert dump(second, tmp_path / "b") == first  # nothing was half-loaded
    fresh(second)


def test_a_database_of_others_is_left_alone(
    source: Graph, tmp_path_factory: pytest.TempPathFactory
) -> None:
    class Foreign:
        """A database that holds films."""

        address = "neo4j://films"

        def rows(self, cypher: str) -> list[dict[str, object]]:
            return [] if "Visavis" in cypher else [{"labels": ["Movie"]}]

    with pytest.raises(EngineError, match=r"holds nodes that are not ours \(the first: Movie\)"):
        copy_graph(source, Foreign(), apply=True)  # type: ignore[arg-type]


def test_the_command_says_what_it_did(
    source: Graph,
    second: Graph,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    from visavis.cli import main

    fresh(second)
    url, user, password = second._place.door(False)
    http = second._place.web()[1]
    told = {"USERNAME": user, "PASSWORD": password, "DATABASE": str(second.database)}
    for name, value in told.items():
        monkeypatch.setenv(f"NEO4J_{name}", value)
    monkeypatch.setenv("VISAVIS_ARCADEDB_HTTP_PORT", str(http))
    folder: Path = source._place.project  # type: ignore[union-attr]
    (folder / "visavis.yaml").touch()
    monkeypatch.chdir(folder)
    said = []
    for _ in range(2):
        with pytest.raises(SystemExit) as end:
            main(["load", "--to", url])
        assert end.value.code == 0
        said.append(capsys.readouterr().out)
    number = len(FILES) + 1  # and the vocabulary that travels with the program
    assert said[0] == f"Documents: {number} added.\n"
    assert (
        said[1]
        == f"Documents: {number} unchanged.\nThe graph there already agrees with this one.\n"
    )
    # And back, to the project's own server: from an address, which must be named.
    for address, code, words in (("", 1, "set NEO4J_URI"), (url, 0, f"{number} unchanged")):
        monkeypatch.setenv("NEO4J_URI", address)
        with pytest.raises(SystemExit) as end:
            main(["load", "--to", "local"])
        told_ = capsys.readouterr()
        assert end.value.code == code and words in told_.out + told_.err
    monkeypatch.delenv("NEO4J_URI")
    monkeypatch.setenv("NEO4J_PASSWORD", "wrong")
    with pytest.raises(SystemExit) as end:
        main(["load", "--to", url])
    assert end.value.code == 2 and "Traceback" not in capsys.readouterr().err
    fresh(second)


def test_the_style_fits_the_model() -> None:
    """Neo4j Browser reads `selector { name: value; }` and knows no comments."""
    text = (Path(copy_graph.__code__.co_filename).parent / "neo4j_style.grass").read_text("utf-8")
    assert "/*" not in text and text.isascii()
    rules = re.findall(
        r"^(node|relationship)(?:\.(\w+))? \{(.*?)\}$", text, re.MULTILINE | re.DOTALL
    )
    assert "".join(re.sub(r"\s", "", "".join(rule)) for rule in rules)
    named: dict[str, set[str]] = {"node": set(), "relationship": set()}
    for kind, name, body in rules:
        named[kind] |= {name} - {""}
        for line in filter(None, (part.strip() for part in body.split(";"))):
            assert re.fullmatch(r'[a-z-]+: ?(?:\d+px|#[0-9a-f]{6}|"[^"]+")', line), line
    assert named["node"] == {*model().labels, "Claim", "Document"}
    assert named["relationship"] <= {*model().edges, "CITES"}


def test_an_interrupted_command_says_what_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from visavis import cli

    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(cli, "project", interrupted)
    with pytest.raises(SystemExit) as end:
        cli.main(["ingest"])
    assert end.value.code == 130
    assert "interrupted; what was written is whole" in capsys.readouterr().err
