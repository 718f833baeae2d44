"""The project's own server: an ArcadeDB beside the project, started when it is needed.

Everything it owns lies in `<project>/.visavis/`:

```
lock              held by the keeper for as long as it lives: one keeper, so one server
server.json       the running server: process, ports, since when
password          of the user who may write     } new at each start, readable by the owner only
reader-password   of the user who may only read }
used              touched at use; a server unused for long stops
failure.txt       why the last start failed
server/           the database files, the server's settings and its log
```

`ensure` starts a *keeper* (`visavis.graph.keeper`), a small process of its own which takes the
lock, starts the server, and stays to stop it when it has long been idle. Whoever finds the lock
taken waits for that keeper's server. So two that start at once get one server, and a lock, a
server or a file left by something that died stops nobody.
"""

from __future__ import annotations

import base64
import contextlib
import http.client
import importlib.util
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from visavis.graph.process import FileLock, birth
from visavis.schema.errors import ServerError

__all__ = ["DATABASE", "ServerInfo", "ensure", "logs", "status", "stop"]

DATABASE = "visavis"
WRITER, READER = "root", "reader"
HOST = "127.0.0.1"
START_SECONDS = 90.0
STOP_SECONDS = 30.0
NEEDED_BYTES = 64 * 2**20

_PACKAGES = ("arcadedb_embedded", "arcadedb_jvm", "arcadedb")


@dataclass(frozen=True, slots=True)
class ServerInfo:
    """A running local server. `since` is its start in seconds since 1970, UTC."""

    project: str
    pid: int
    birth: str
    bolt: int
    http: int
    since: float

    @property
    def url(self) -> str:
        """Where a driver finds it."""
        return f"bolt://{HOST}:{self.bolt}"

    def password(self, user: str = WRITER) -> str:
        """The password of `root` or `reader`."""
        name = "password" if user == WRITER else "reader-password"
        return (home(self.project) / name).read_text(encoding="utf-8").strip()

    def touch(self) -> None:
        """Say that the server is in use, so that it does not stop for idleness."""
        with contextlib.suppress(OSError):
            (home(self.project) / "used").touch()

    def is_alive(self) -> bool:
        """Whether its process runs and its port answers."""
        return birth(self.pid) == self.birth and _answers(self.bolt)


def home(project: Path | str) -> Path:
    """The folder of everything the server of `project` owns."""
    return Path(project) / ".visavis"


# -- what the command line offers -----------------------------------------------------------


def ensure(project: Path | str) -> ServerInfo:
    """The server of this project, started if it does not run. ServerError if it cannot be."""
    folder = _folder(project)
    deadline = time.monotonic() + START_SECONDS
    keeper: subprocess.Popen[bytes] | None = None
    checked = False
    while time.monotonic() < deadline:
        info = read_info(folder)
        if info is not None and info.is_alive():
            if not FileLock(folder / "lock").is_taken():
                _start_keeper(folder)  # its keeper was killed; a new one adopts it
            info.touch()
            return info
        if keeper is None or keeper.poll() is not None:
            if keeper is not None and keeper.returncode:
                raise ServerError(_failure(folder))
            if not checked:
                _check_ground(folder)
                checked = True
            keeper = _start_keeper(folder)
        time.sleep(0.05)
    raise ServerError(
        f"the local server in {folder} did not answer within {START_SECONDS:.0f} seconds. "
        f"`visavis server stop` ends it, whatever it is doing.\n{logs(project, 15)}"
    )


def status(project: Path | str) -> ServerInfo | None:
    """The running server of this project, or None. Starts nothing."""
    info = read_info(home(project))
    return info if info is not None and info.is_alive() else None


def stop(project: Path | str) -> bool:
    """Stop the server of this project cleanly; True if one ran. ServerError if it stays."""
    folder = home(project)
    info = read_info(folder)
    if info is None or birth(info.pid) != info.birth:
        return False
    request_stop(info)
    deadline = time.monotonic() + STOP_SECONDS
    while birth(info.pid) == info.birth:
        if time.monotonic() > deadline:
            # What was committed is in its log on disk, and is read back at the next start.
            with contextlib.suppress(OSError):
                os.kill(info.pid, getattr(signal, "SIGKILL", signal.SIGTERM))
        if time.monotonic() > deadline + 5:
            raise ServerError(f"the local server (process {info.pid}) does not end")
        time.sleep(0.05)
    lock = FileLock(folder / "lock")
    while lock.is_taken() and time.monotonic() < deadline:
        time.sleep(0.02)
    return True


def logs(project: Path | str, lines: int = 50) -> str:
    """The last lines of the server's log."""
    try:
        text = log_file(home(project)).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    return "\n".join(text.splitlines()[-lines:])


# -- shared with the keeper -----------------------------------------------------------------


def log_file(folder: Path) -> Path:
    """What the server prints."""
    return folder / "server" / "log" / "console.log"


def read_info(folder: Path) -> ServerInfo | None:
    """What `server.json` says, or None where there is none or it is not readable."""
    try:
        told = json.loads((folder / "server.json").read_text(encoding="utf-8"))
        # The folder may have been moved or be seen under another path.
        return ServerInfo(**{**told, "project": str(folder.parent)})
    except (OSError, ValueError, TypeError):
        return None


def write_info(folder: Path, info: ServerInfo) -> None:
    """Write `server.json` in one step, so that nobody reads half of it."""
    part = folder / "server.json.part"
    part.write_text(json.dumps(asdict(info), indent=1) + "\n", encoding="utf-8")
    part.replace(folder / "server.json")


def request_stop(info: ServerInfo) -> None:
    """Ask the server to shut down, over HTTP; by a signal where it does not listen."""
    try:
        call(info.http, WRITER, info.password(), "/api/v1/server", {"command": "shutdown"})
    except (OSError, http.client.HTTPException, ServerError):
        with contextlib.suppress(OSError):
            os.kill(info.pid, signal.SIGTERM)


def call(
    port: int,
    user: str,
    password: str,
    path: str,
    payload: dict[str, Any] | None = None,
    host: str = HOST,
    timeout: float = 60.0,
) -> dict[str, Any]:
    """One request to ArcadeDB's HTTP address: POST with a payload, else GET; its JSON answer.

    OSError where nobody listens, ServerError where it refuses.
    """
    connection = http.client.HTTPConnection(host, port, timeout=timeout)
    token = base64.b64encode(f"{user}:{password}".encode()).decode()
    try:
        connection.request(
            "GET" if payload is None else "POST",
            path,
            None if payload is None else json.dumps(payload),
            {"Authorization": f"Basic {token}", "Content-Type": "application/json"},
        )
        reply = connection.getresponse()
        body = reply.read().decode("utf-8", errors="replace")
    finally:
        connection.close()
    try:
        answer = json.loads(body) if body else {}
    except ValueError:
        answer = {"error": body[:300]}
    if reply.status >= 400:
        reason = answer.get("detail") or answer.get("error") or f"status {reply.status}"
        raise ServerError(f"ArcadeDB at {host}:{port} refused {path}: {reason}")
    return dict(answer)


def engine_files() -> tuple[Path, Path]:
    """The Java program and the folder of jars. ServerError where the package is missing.

    The package is being renamed upstream; this is the only place that knows where it lies.
    """
    for name in _PACKAGES:
        # find_spec does not run the package, which would load a Java machine into this process.
        found = importlib.util.find_spec(name)
        for place in (found.submodule_search_locations or ()) if found else ():
            java = Path(place) / "jre" / "bin" / ("java.exe" if os.name == "nt" else "java")
            jars = Path(place) / "jars"
            if java.is_file() and jars.is_dir():
                return java, jars
    raise ServerError(
        "the local database is not installed: there is no wheel of arcadedb-embedded for this "
        f"platform ({sys.platform}, Python {sys.version_info.major}.{sys.version_info.minor}), "
        "or it was left out. Try `pip install arcadedb-embedded`; or use a Neo4j you can reach: "
        "set NEO4J_URI, NEO4J_USERNAME and NEO4J_PASSWORD."
    )


# -- starting -------------------------------------------------------------------------------


def _folder(project: Path | str) -> Path:
    """The server's folder, made if need be; ServerError where it cannot be written."""
    folder = home(project)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / ".gitignore").exists():
            folder.chmod(0o700)
            (folder / ".gitignore").write_text("*\n", encoding="utf-8")
    except OSError as error:
        raise ServerError(
            f"cannot write to {folder}: {error.strerror or error}. The project folder must be "
            "writable, on a disk with space; a graph elsewhere is reached by NEO4J_URI."
        ) from error
    return folder


def _check_ground(folder: Path) -> None:
    """What can be known to fail before anything is started."""
    engine_files()
    free = shutil.disk_usage(folder).free
    if free < NEEDED_BYTES:
        raise ServerError(
            f"no space: {free // 2**20} MB are free on the disk of {folder}, and the local server "
            f"needs {NEEDED_BYTES // 2**20} MB to start."
        )
    port = os.environ.get("VISAVIS_PORT")
    if port is not None:
        if not port.isdecimal() or not 0 < int(port) < 65536:
            raise ServerError(f"VISAVIS_PORT is {port!r}; write a port number such as 7687")
        if _answers(int(port)):
            raise ServerError(
                f"port {port} is taken by another program. Choose another in VISAVIS_PORT, or "
                "unset it: the server then takes a free one."
            )


def _start_keeper(folder: Path) -> subprocess.Popen[bytes]:
    import visavis

    environment = dict(os.environ)
    # The keeper must find this same program, installed or not, wherever it is called from.
    paths = [str(Path(visavis.__path__[0]).resolve().parent), environment.get("PYTHONPATH", "")]
    environment["PYTHONPATH"] = os.pathsep.join(path for path in paths if path)
    (folder / "failure.txt").unlink(missing_ok=True)
    flags = 0
    if sys.platform == "win32":
        flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
    with open(folder / "keeper.log", "ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "visavis.graph.keeper", str(folder.resolve())],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=folder,
            env=environment,
            start_new_session=True,
            creationflags=flags,
        )
    # It outlives us, or ends before us and must then be reaped.
    threading.Thread(target=process.wait, daemon=True).start()
    return process


def _failure(folder: Path) -> str:
    try:
        return (folder / "failure.txt").read_text(encoding="utf-8").strip()
    except OSError:
        return f"the local server did not start; see {folder / 'keeper.log'}"


def _answers(port: int) -> bool:
    try:
        with socket.create_connection((HOST, port), timeout=2):
            return True
    except OSError:
        return False
