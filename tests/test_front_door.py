"""The command line where something is wrong with what was typed, or with where it is printed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import small

from visavis import cli, shell
from visavis.exchange import prose
from visavis.face import Project
from visavis.ingest import judgements, run
from visavis.queries.told import Actor, Evidence, Presence, Rival, rival_words
from visavis.schema.errors import BusyError, NotFoundError, ReadOnlyError


def typed(capsys: pytest.CaptureFixture[str], *arguments: str, code: int) -> tuple[str, str]:
    with pytest.raises(SystemExit) as end:
        cli.main(list(arguments))
    assert end.value.code == code
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    return out, err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("query", "bonds", "--limit", "-3"), "--limit"),
        (("search", "x", "--limit", "0"), "--limit"),
        (("path", "a", "b", "--gap", "0"), "--gap"),
        (("path", "a", "b", "--most", "0"), "--most"),
        (("server", "logs", "--lines", "0"), "--lines"),
        (("path", "a", "b", "--format", "html"), "choose text, table, json or csv"),
        (("chain", "a", "b", "--format", "html"), "choose text, table, json or csv"),
    ],
)
def test_what_was_typed_is_refused_before_anything_is_asked(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], told: str
) -> None:
    assert told in typed(capsys, *arguments, code=2)[1]


def test_who_stops_reading_ends_it_quietly(tmp_path: Path) -> None:
    for arguments in (["vocabulary", "ritual"], ["query"], ["check"]):
        command = [sys.executable, "-m", "visavis.cli", *arguments]
        with subprocess.Popen(
            command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as ran:
            assert ran.stdout and ran.stderr
            ran.stdout.close()
            assert ran.stderr.read() == b""
        assert ran.returncode == 0, arguments


def test_a_table_that_does_not_fit_is_told_row_by_row(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [
        {"claim": "c-1", "said_by": "Gorbachev", "statement": "word " * 20, "empty": None, "n": 7},
        {"claim": "c-2", "said_by": None, "statement": "[b]", "empty": None, "n": 8},
    ]
    columns = list(rows[0])
    shell.show(rows, columns, "table")
    assert capsys.readouterr().out.splitlines()[0].split() == [
        "claim",
        "said",
        "by",
        "statement",
        "n",
    ]
    narrow = shell.console()
    narrow.width = 30
    monkeypatch.setattr(shell, "console", lambda: narrow)
    shell.show(rows, columns, "table")
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["claim      c-1", "said by    Gorbachev"]
    assert lines[-4:] == ["", "claim      c-2", "statement  [b]", "n          8"]
    assert max(map(len, lines)) <= 31


@pytest.mark.parametrize("form", ["json", "csv", "table"])
def test_no_judgement_is_an_empty_list(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    form: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    out, err = typed(capsys, "same", "--list", "-f", form, code=0)
    assert "nobody is judged" in err
    assert form != "json" or json.loads(out) == []


# -- judgements -----------------------------------------------------------------------------------


@pytest.mark.parametrize("stood", ["", "- {withdraw: coder/ben}\n", None])
def test_a_judgement_that_the_graph_cannot_follow_is_not_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, stood: str | None
) -> None:
    path = tmp_path / judgements.FILE
    if stood is not None:
        path.write_text(stood)
    project = Project(tmp_path, None)  # type: ignore[arg-type]
    for error in (ReadOnlyError("only reading is allowed here"), BusyError("another ingest")):

        def refuse(*_: object, wrong: Exception = error, **__: object) -> None:
            assert "source/reagan1990" in path.read_text()  # the line came first
            raise wrong

        monkeypatch.setattr(run, "ingest", refuse)
        with pytest.raises(type(error)):
            project.withdraw("source/reagan1990")
        assert (path.read_text() if path.is_file() else None) == stood


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ("coder/ben", "is withdrawn already, in line 2"),
        ("reagan1990", "'source/reagan1990' is withdrawn already, in line 1"),
        ("actor/reagan", "is no source, coder or claim"),
    ],
)
def test_what_cannot_be_withdrawn(tmp_path: Path, target: str, told: str) -> None:
    lines = "- {withdraw: source/reagan1990}\n- {withdraw: coder/ben}\n"
    (tmp_path / judgements.FILE).write_text(lines)
    with pytest.raises(NotFoundError, match=told):
        Project(tmp_path, None).falls(target)  # type: ignore[arg-type]


def test_three_who_are_parted_are_parted_each_from_each(tmp_path: Path) -> None:
    """Of `undo a b c` the pair b-c was one by the same line: nothing else would keep them apart."""
    ids = [f"actor/frus{volume}-turner" for volume in ("1961-63v05", "1961-63v06", "1961-63v07")]
    line = f"- {{same: [{', '.join(ids)}], why: one office, by: visavis, on: 2026-11-22}}\n"
    (tmp_path / judgements.FILE).write_text(line)
    judgements.remove_same(tmp_path, ids, "anna")
    [left] = judgements.lines(tmp_path)
    assert (left.what, list(left.ids)) == ("unsure", ids)
    assert judgements.add_joins(tmp_path, [((ids[1], ids[2]), "one office")]) == []


def test_rivals_that_are_lists_are_words() -> None:
    told = {"roles": [{"value": ["host", "principal"]}, {"value": ["observer"]}]}
    assert rival_words(json.dumps(told)) == "roles: host, principal | observer"
    assert rival_words(None) == ""
    rival = Rival("roles", "observer", "T 2021, 9")
    who = Actor("actor/vucic", "Aleksandar Vučić", "person", "Vučić")
    there = Presence(who, "", roles=("host", "principal"), evidence=Evidence(rivals=(rival,)))
    [line] = prose._rivals(SimpleNamespace(presences=[there], evidence=Evidence()))  # type: ignore[arg-type]
    assert line.text == "Vučić's roles: host, principal; told otherwise: observer (T 2021, 9)."


def test_roles_are_those_of_the_vocabulary(tmp_path: Path) -> None:
    small.write(tmp_path, small.FILES)
    project = Project(tmp_path, None)  # type: ignore[arg-type]
    assert project._roles(["Note taker", "host"]) == ["note-taker", "host"]
    assert project._roles(None) is None and project._roles(["any"]) == ["any"]
    with pytest.raises(NotFoundError, match="no role 'hots'") as error:
        project._roles(["hots"])
    assert error.value.suggestions == ["host"]
