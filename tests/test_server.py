"""The project's own server: found, shared, started once, stopped cleanly, never stuck."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from collections import namedtuple
from collections.abc import Iterator
from pathlib import Path

import pytest

from visavis.graph import server
from visavis.graph.connect import Graph, connect
from visavis.graph.process import FileLock, birth
from visavis.graph.project import find_project
from visavis.graph.setup import prepare
from visavis.schema.errors import BusyError, QueryStoppedError, ReadOnlyError, ServerError

ROOT = Path(__file__).resolve().parents[1]
linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Path]:
    """A new project folder, with a name that is hard on programs; its server is stopped after."""
    folder = tmp_path / "père's project, 1"
    folder.mkdir()
    yield folder
    server.stop(folder)
    deadline = time.monotonic() + 10
    while FileLock(server.home(folder) / "lock").is_taken() and time.monotonic() < deadline:
        time.sleep(0.05)


def kill(pid: int) -> None:
    """End a process without a word, and wait until it is gone."""
    began = birth(pid)
    os.kill(pid, signal.SIGKILL)
    while birth(pid) == began:
        time.sleep(0.01)


def keeper_of(project: Path) -> int:
    """The process number of the project's keeper."""
    mark = str(server.home(project).resolve()).encode()
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if entry.name.isdigit():
                words = (entry / "cmdline").read_bytes().split(b"\0")
                if b"visavis.graph.keeper" in words and mark in words:
                    return int(entry.name)
    raise AssertionError("no keeper")


def java_of(project: Path) -> list[int]:
    """The process numbers of the database servers of a project."""
    place = server.home(project).resolve() / "server"
    found = []
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if (
                entry.name.isdigit()
                and b"com.arcadedb.server.ArcadeDBServer" in (entry / "cmdline").read_bytes()
                and os.path.realpath(entry / "cwd") == str(place)
                and birth(int(entry.name))
            ):
                found.append(int(entry.name))
    return found


# -- one server, shared ---------------------------------------------------------------------


@linux
def test_processes_that_start_at_once_share_one_server(project: Path) -> None:
    code = (
        "import sys\n"
        "from visavis.graph.connect import connect\n"
        "from visavis.graph.setup import prepare\n"
        "with connect(project=sys.argv[1]) as graph:\n"
        "    prepare(graph, keys={'Actor': 'id'}, edge_types=['TOOK_PART'],"
        " fulltext=[('Actor', 'search')])\n"
        "    graph.write('CREATE (:Actor {id: $id})', {'id': sys.argv[2]})\n"
    )
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(project), f"actor/{n}"],
            cwd=ROOT,
            stderr=subprocess.PIPE,
        )
        for n in range(3)
    ]
    for process in processes:
        _, error = process.communicate(timeout=120)
        assert process.returncode == 0, error.decode()
    with connect(project=project) as graph:
        assert graph.rows("MATCH (a:Actor) RETURN count(a) AS n") == [{"n": 3}]
    assert len(java_of(project)) == 1


@linux
def test_a_killed_server_is_started_anew_with_all_that_was_written(project: Path) -> None:
    with connect(project=project) as graph:
        graph.write("CREATE (:Actor {id: 'actor/a'})")
        first = server.ensure(project)
        kill(first.pid)
        # The open graph goes on, reading and writing.
        assert graph.rows("MATCH (a:Actor) RETURN a.id AS id") == [{"id": "actor/a"}]
        second = server.ensure(project)
        kill(second.pid)
        graph.write("CREATE (:Actor {id: 'actor/b'})")
    assert server.ensure(project).pid not in (first.pid, second.pid)
    # The keeper too: the server is adopted, and nothing is started twice.
    kill(keeper_of(project))
    third = server.ensure(project)
    with connect(project=project) as graph:
        assert graph.rows("MATCH (a:Actor) RETURN count(a) AS n") == [{"n": 2}]
    deadline = time.monotonic() + 10
    while not FileLock(server.home(project) / "lock").is_taken() and time.monotonic() < deadline:
        time.sleep(0.1)
        # Whoever comes next sees that the keeper is missing; at first it may still be dying.
        server.ensure(project)
    assert keeper_of(project)
    assert java_of(project) == [third.pid]
    # Both at once, as a computer does that loses its power.
    kill(keeper_of(project))
    kill(third.pid)
    with connect(project=project) as graph:
        assert graph.rows("MATCH (a:Actor) RETURN count(a) AS n") == [{"n": 2}]
    assert len(java_of(project)) == 1


@linux
def test_leftovers_stop_nobody_and_a_stop_is_clean(project: Path) -> None:
    folder = server.home(project)
    (folder / "server" / "databases" / "visavis").mkdir(parents=True)
    shutil.rmtree(folder / "server" / "databases" / "visavis")
    # The number of a process that lives, but is not ours.
    stale = server.ServerInfo(str(project), os.getpid(), "1", 1, 1, 0.0)
    server.write_info(folder, stale)
    (folder / "lock").touch()
    (folder / "password").write_text("old", encoding="utf-8")
    assert server.status(project) is None
    assert not server.stop(project)
    info = server.ensure(project)
    assert info.pid != os.getpid()
    assert server.status(project) == info
    assert server.ensure(project) == info
    assert server.stop(project)
    assert server.status(project) is None
    assert not (folder / "server.json").exists()
    assert "Server is down" in server.logs(project)
    # ArcadeDB leaves its lock file only when it was killed.
    assert not list((folder / "server" / "databases").rglob("*.lck"))
    assert java_of(project) == []
    (folder / "server.json").write_text("{ half a fi", encoding="utf-8")
    (folder / "password").unlink()
    assert server.ensure(project).is_alive()


@linux
def test_an_idle_server_stops_by_itself(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISAVIS_IDLE_MINUTES", "0.05")  # 3 seconds
    monkeypatch.setenv("VISAVIS_COMMAND_TIMEOUT", "1")
    with connect(project=project) as graph:
        info = server.ensure(project)
        with pytest.raises(QueryStoppedError, match="by the server"):
            graph.rows(
                "UNWIND range(1, 100000) AS i UNWIND range(1, 100000) AS j "
                "WITH i * j AS x WHERE x < 0 RETURN count(x) AS n"
            )
        for _ in range(16):  # in use, it stays
            graph.rows("RETURN 1 AS one")
            time.sleep(0.25)
        assert server.status(project) == info
        deadline = time.monotonic() + 15
        while birth(info.pid) == info.birth:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert "Server is down" in server.logs(project)
        # Whoever still has it open does not notice.
        assert graph.rows("RETURN 1 AS one") == [{"one": 1}]


# -- safe on a machine with other users ---------------------------------------------------------


@linux
def test_passwords_are_nobody_elses(arcade: Graph) -> None:
    info = server.ensure(_project(arcade))
    folder = server.home(info.project)
    secrets = [info.password(), info.password("reader")]
    assert len(set(secrets)) == 2
    for name in ("password", "reader-password"):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if entry.name.isdigit():
                words = (entry / "cmdline").read_bytes().decode(errors="replace")
                assert not any(secret in words for secret in secrets)
    for path in folder.rglob("*"):
        if path.is_file() and path.name not in ("password", "reader-password"):
            content = path.read_bytes()
            assert not any(secret.encode() in content for secret in secrets), path


@linux
def test_nothing_listens_beyond_this_machine(arcade: Graph) -> None:
    info = server.ensure(_project(arcade))
    inodes = set()
    for link in Path(f"/proc/{info.pid}/fd").iterdir():
        with contextlib.suppress(OSError):
            target = os.readlink(link)
            if target.startswith("socket:["):
                inodes.add(target[8:-1])
    listening = {}
    for table in ("tcp", "tcp6"):
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
                fields = line.split()
                address, port = fields[1].split(":")
                if fields[3] == "0A" and fields[9] in inodes:
                    listening[int(port, 16)] = address
    mapped = "0000000000000000FFFF00000100007F"
    assert set(listening) == {info.bolt, info.http}
    assert set(listening.values()) <= {"0100007F", mapped}


def test_each_commit_is_on_the_disk(arcade: Graph) -> None:
    answer = arcade.sql("select from schema:database")
    settings = {entry["key"]: entry["value"] for entry in answer["result"][0]["settings"]}
    assert settings["arcadedb.txWalFlush"] == 2
    assert settings["arcadedb.command.timeout"] == 30 * 60 * 1000


def test_the_reader_may_not_use_the_other_door(arcade: Graph) -> None:
    info = server.ensure(_project(arcade))
    with pytest.raises(ServerError, match="refused"):
        server.call(
            info.http,
            "reader",
            info.password("reader"),
            "/api/v1/command/visavis",
            {"language": "sql", "command": "CREATE VERTEX TYPE Evil"},
        )
    with pytest.raises(ServerError, match="refused"):
        server.call(
            info.http,
            "reader",
            info.password("reader"),
            "/api/v1/server",
            {"command": "shutdown"},
        )
    with arcade.reader() as reader, pytest.raises(ReadOnlyError):
        reader.rows("CREATE (:Evil)")
    assert server.status(info.project) == info


def test_the_work_of_a_stopped_query_ends(arcade: Graph) -> None:
    info = server.ensure(_project(arcade))

    def seconds_of_work() -> float:
        fields = Path(f"/proc/{info.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    with pytest.raises(QueryStoppedError):
        arcade.rows(
            "UNWIND range(1, 100000) AS i UNWIND range(1, 100000) AS j "
            "WITH i * j AS x WHERE x < 0 RETURN count(x) AS n",
            timeout=0.5,
        )
    time.sleep(0.2)
    before = seconds_of_work()
    time.sleep(1)
    assert seconds_of_work() - before < 0.5


# -- what can go wrong ------------------------------------------------------------------------


def test_a_port_that_is_taken(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        monkeypatch.setenv("VISAVIS_PORT", str(other.getsockname()[1]))
        with pytest.raises(ServerError, match=r"taken by another program.*VISAVIS_PORT"):
            server.ensure(project)
    monkeypatch.setenv("VISAVIS_PORT", "bolt")
    with pytest.raises(ServerError, match="port number"):
        server.ensure(project)


def test_java_that_does_not_start(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISAVIS_HEAP", "1k")
    with pytest.raises(ServerError, match=r"(?s)did not start.*Too small"):
        server.ensure(project)
    monkeypatch.delenv("VISAVIS_HEAP")
    monkeypatch.setenv("VISAVIS_IDLE_MINUTES", "two hours")
    with pytest.raises(ServerError, match=r"VISAVIS_IDLE_MINUTES.*write a number"):
        server.ensure(project)


def test_a_platform_without_a_wheel(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "_PACKAGES", ("no_such_package_anywhere",))
    with pytest.raises(ServerError, match=r"no wheel.*NEO4J_URI"):
        server.ensure(project)


def test_a_disk_that_is_full(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10, 10, 0))
    with pytest.raises(ServerError, match="no space"):
        server.ensure(project)


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / ".visavis").write_text("a file where the folder should be", encoding="utf-8")
    with pytest.raises(ServerError, match="cannot write"):
        server.ensure(tmp_path)


def test_nothing_is_started_by_asking(tmp_path: Path) -> None:
    assert server.status(tmp_path) is None
    assert not server.stop(tmp_path)
    assert server.logs(tmp_path) == ""
    assert list(tmp_path.iterdir()) == []


# -- which project ----------------------------------------------------------------------------


def test_the_project_is_found_upwards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "visavis.yaml").touch()
    below = tmp_path / "cases" / "geneva"
    below.mkdir(parents=True)
    assert find_project(below) == tmp_path.resolve()
    monkeypatch.chdir(below)
    assert find_project() == tmp_path.resolve()


def test_without_a_project_the_users_own_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    (tmp_path / "elsewhere").mkdir()
    found = find_project(tmp_path / "elsewhere")
    assert found.is_dir()
    assert found.name == "visavis"


# -- kill -9 while holding the ingest lock -------------------------------------------------------


def test_an_ingest_that_is_killed_leaves_no_lock(arcade: Graph) -> None:
    from visavis.graph.lock import ingest_lock

    prepare(arcade, keys={"Actor": "id"}, edge_types=["TOOK_PART"])
    code = (
        "import sys, time\n"
        "from visavis.graph.connect import connect\n"
        "from visavis.graph.lock import ingest_lock\n"
        "with connect(project=sys.argv[1]) as graph, ingest_lock(graph):\n"
        "    print('held', flush=True)\n"
        "    time.sleep(60)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(_project(arcade))], cwd=ROOT, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"held\n"
    with pytest.raises(BusyError, match=str(process.pid)), ingest_lock(arcade):
        pass
    process.kill()
    process.wait()
    process.stdout.close()
    with ingest_lock(arcade):
        pass


def test_the_drivers_library_is_imported_late() -> None:
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, json, visavis.graph.connect, visavis.graph.lock, visavis.graph.setup\n"
            "print(json.dumps([m for m in ('neo4j', 'jpype', 'polars') if m in sys.modules]))",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(told.stdout) == []


def _project(graph: Graph) -> Path:
    return Path(graph._place.project)  # type: ignore[union-attr]


def test_a_project_without_anything_in_it_says_what_to_do(tmp_path: Path) -> None:
    import visavis
    from visavis.schema.errors import NotFoundError

    try:
        with visavis.open(tmp_path) as g:
            for ask in (lambda: g.chain("reagan", "gorbachev"), lambda: g.search("handshake")):
                with pytest.raises(NotFoundError, match="nothing has been ingested yet") as told:
                    ask()
                assert "visavis demo" in told.value.suggestions[0]
    finally:
        server.stop(tmp_path)
