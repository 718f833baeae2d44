"""The keeper: starts the project's server, waits beside it, stops it when it is long unused.

Run as `python -m visavis.graph.keeper FOLDER` by `visavis.graph.server`, never by hand. Ends with
0 when the server has ended or another keeper is at work, with 1 when the server did not start
(`failure.txt` says why).
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import secrets
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

from visavis.graph import server
from visavis.graph.process import FileLock, birth
from visavis.graph.server import DATABASE, HOST, READER, WRITER, ServerInfo
from visavis.schema.errors import ServerError

__all__ = ["main"]

# The reader's group may read every record and do nothing else: no schema, no files, no users.
_GROUPS = {
    "databases": {
        "*": {
            "groups": {
                "admin": {
                    "resultSetLimit": -1,
                    "readTimeout": -1,
                    "access": ["updateSecurity", "updateSchema", "updateDatabaseSettings"],
                    "types": {
                        "*": {
                            "access": [
                                "createRecord",
                                "readRecord",
                                "updateRecord",
                                "deleteRecord",
                            ]
                        }
                    },
                },
                "reader": {
                    "resultSetLimit": -1,
                    "readTimeout": -1,
                    "access": [],
                    "types": {"*": {"access": ["readRecord"]}},
                },
                "*": {
                    "resultSetLimit": -1,
                    "readTimeout": -1,
                    "access": [],
                    "types": {"*": {"access": []}},
                },
            }
        }
    },
    "version": 2,
}


def main(folder: Path) -> int:
    """Keep the server of `folder` until it ends; the exit code."""
    lock = FileLock(folder / "lock")
    # Who only looks whether the lock is taken holds it for a moment, so we try for half a second.
    for _ in range(20):
        if lock.take():
            break
        time.sleep(0.025)
    else:
        return 0
    try:
        idle = 60 * _number("VISAVIS_IDLE_MINUTES", 120.0)
        info = server.read_info(folder)
        if info is not None and birth(info.pid) == info.birth:
            ended = _watch(info)
        else:
            (folder / "server.json").unlink(missing_ok=True)
            info, ended = _start(folder)
        _wait(folder, info, ended, idle)
        (folder / "server.json").unlink(missing_ok=True)
        return 0
    except (ServerError, OSError) as error:
        (folder / "failure.txt").write_text(f"{error}\n", encoding="utf-8")
        return 1
    finally:
        lock.free()


def _wait(folder: Path, info: ServerInfo, ended: threading.Event, idle: float) -> None:
    """Until the server has ended: by itself, by someone's order, or after `idle` seconds unused."""
    while not ended.wait(min(30.0, max(idle / 4, 0.05))):
        try:
            unused = time.time() - max((folder / "used").stat().st_mtime, info.since)
        except OSError:  # the folder was removed under us
            unused = idle
        if unused >= idle:
            server.request_stop(info)
            if ended.wait(server.STOP_SECONDS):
                return


def _watch(info: ServerInfo) -> threading.Event:
    """An event that is set when a server which is not our child has ended."""
    ended = threading.Event()

    def poll() -> None:
        while birth(info.pid) == info.birth:
            time.sleep(0.5)
        ended.set()

    threading.Thread(target=poll, daemon=True).start()
    return ended


def _start(folder: Path) -> tuple[ServerInfo, threading.Event]:
    """Start the server; once it answers, write `server.json`."""
    fixed = os.environ.get("VISAVIS_PORT")
    for attempt in range(3):
        bolt, web = _free_ports()
        if fixed:
            bolt = int(fixed)
        passwords = _prepare(folder)
        process = _run(folder, bolt, web)
        ended = threading.Event()
        threading.Thread(target=lambda p=process, e=ended: (p.wait(), e.set()), daemon=True).start()
        try:
            _await_ready(folder, process, ended, bolt, web, passwords)
        except BaseException as error:
            process.kill()
            process.wait()
            # Between our looking for a free port and its taking it another program may come.
            if isinstance(error, ServerError) and "in use" in str(error) and attempt < 2:
                if fixed:
                    raise ServerError(
                        f"port {fixed} is taken by another program. Choose another in "
                        "VISAVIS_PORT, or unset it: the server then takes a free one."
                    ) from error
                continue
            raise
        began = birth(process.pid)
        if began is None:
            raise ServerError(f"the local server ended at once.\n{_tail(folder)}")
        (folder / "used").touch()
        info = ServerInfo(str(folder.parent), process.pid, began, bolt, web, time.time())
        server.write_info(folder, info)
        return info, ended
    raise AssertionError("not reached")


def _prepare(folder: Path) -> tuple[str, str]:
    """New passwords, and the server's settings; returns (writer's, reader's password)."""
    base = folder / "server"
    for name in ("databases", "config", "log"):
        (base / name).mkdir(parents=True, exist_ok=True)
    # Users are made anew at each start, so a lost or stale password file locks nobody out.
    (base / "config" / "server-users.jsonl").unlink(missing_ok=True)
    _secret(base / "config" / "server-groups.json", json.dumps(_GROUPS))
    passwords = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
    _secret(folder / "password", passwords[0])
    _secret(folder / "reader-password", passwords[1])
    return passwords


def _secret(path: Path, text: str) -> None:
    """Write a file which nobody but its owner may read, at no moment."""
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(handle, "w", encoding="utf-8") as file:
        file.write(text)


def _run(folder: Path, bolt: int, web: int) -> subprocess.Popen[bytes]:
    java, jars = server.engine_files()
    settings = {
        "server.rootPath": ".",
        "server.databaseDirectory": "databases",
        "server.configDirectory": "config",
        "server.logsDirectory": "log",
        # A password on the command line could be read by every user of the machine.
        "server.rootPasswordPath": str(Path("..") / "password"),
        "server.plugins": "Bolt:com.arcadedb.bolt.BoltProtocolPlugin",
        "bolt.host": HOST,
        "bolt.port": bolt,
        "server.httpIncomingHost": HOST,
        "server.httpIncomingPort": web,
        "server.defaultDatabases": f"{DATABASE}[{WRITER}]",
        # In the mode `production` every fault reads "Check the server log".
        "server.mode": "development",
        # Each commit is on the disk before it is acknowledged; the default does not wait.
        "txWalFlush": 2,
        # The last guard, for every query alike; a query's own limit is the caller's.
        "command.timeout": int(1000 * _number("VISAVIS_COMMAND_TIMEOUT", 1800.0)),
    }
    environment = dict(os.environ)
    for name in ("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "CLASSPATH"):
        environment.pop(name, None)
    if sys.platform == "linux":
        environment["LC_ALL"] = "C.UTF-8"  # else a folder named père is not found under LANG=C
    log = server.log_file(folder)
    if log.exists():
        log.replace(log.with_name("console.previous.log"))
    with open(log, "wb") as output:
        return subprocess.Popen(
            [
                str(java),
                f"-Xmx{_heap()}",
                "-Djava.awt.headless=true",
                "--enable-native-access=ALL-UNNAMED",
                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                "--add-opens=java.base/java.util.concurrent.atomic=ALL-UNNAMED",
                "--add-modules=jdk.incubator.vector",
                *(f"-Darcadedb.{key}={value}" for key, value in settings.items()),
                "-cp",
                str(jars / "*"),
                "com.arcadedb.server.ArcadeDBServer",
            ],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=folder / "server",
            env=environment,
        )


def _await_ready(
    folder: Path,
    process: subprocess.Popen[bytes],
    ended: threading.Event,
    bolt: int,
    web: int,
    passwords: tuple[str, str],
) -> None:
    """Until both doors are open and the reader exists; ServerError if that does not come."""
    deadline = time.monotonic() + server.START_SECONDS - 10
    while not ended.is_set():
        with contextlib.suppress(OSError, http.client.HTTPException, ServerError):
            server.call(web, WRITER, passwords[0], "/api/v1/ready", timeout=5)
            break
        if time.monotonic() > deadline:
            raise ServerError(f"the local server does not get ready.\n{_tail(folder)}")
        ended.wait(0.05)
    if ended.is_set():
        raise ServerError(
            f"the local server did not start (it ended with {process.returncode}). "
            f"Its last words:\n{_tail(folder)}"
        )
    if f":{bolt} " not in server.log_file(folder).read_text(encoding="utf-8", errors="replace"):
        raise ServerError(f"the local server opened no Bolt port.\n{_tail(folder)}")
    user = {"name": READER, "password": passwords[1], "databases": {DATABASE: [READER]}}
    server.call(
        web,
        WRITER,
        passwords[0],
        "/api/v1/server",
        {"command": f"create user {json.dumps(user)}"},
    )


def _tail(folder: Path) -> str:
    return "\n".join(f"  {line}" for line in server.logs(folder.parent, 12).splitlines())


def _free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as two:
        one.bind((HOST, 0))
        two.bind((HOST, 0))
        return int(one.getsockname()[1]), int(two.getsockname()[1])


def _heap() -> str:
    """The server's memory: VISAVIS_HEAP, else a quarter of the machine's, at most 2 GB."""
    told = os.environ.get("VISAVIS_HEAP")
    if told:
        return told
    try:
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        memory = 8 * 2**30
    return f"{min(2048, max(256, memory // 4 // 2**20))}m"


def _number(name: str, default: float) -> float:
    """A number of the environment; ServerError if it is none."""
    told = os.environ.get(name)
    if not told:
        return default
    try:
        return float(told)
    except ValueError:
        raise ServerError(f"{name} is {told!r}; write a number") from None


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
