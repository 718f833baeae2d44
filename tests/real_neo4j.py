"""A real Neo4j for the tests: fetched once from Maven Central, started on a free port.

`require()` says why there can be none here, `start()` starts one and `stop()` ends it. Everything
lies in `.cache/neo4j` of the repo: the libraries (123 MB) stay there, so a rerun fetches nothing;
the database is made anew for each run.
"""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

VERSION = "5.26.30"
CACHE = Path(__file__).resolve().parents[1] / ".cache" / "neo4j"
OPENS = [
    f"--add-opens=java.base/{package}=ALL-UNNAMED"
    for package in ("java.nio", "java.io", "sun.nio.ch", "java.util.concurrent")
]
POM = f"""<project xmlns="http://maven.apache.org/POM/4.0.0">
<modelVersion>4.0.0</modelVersion>
<groupId>visavis</groupId><artifactId>neo4j-for-tests</artifactId><version>1</version>
<dependencies><dependency>
<groupId>org.neo4j</groupId><artifactId>neo4j</artifactId><version>{VERSION}</version>
</dependency></dependencies>
</project>
"""


@dataclass
class Neo4j:
    """A running server and how to reach it."""

    url: str
    user: str
    password: str
    process: subprocess.Popen[bytes]
    home: Path

    def stop(self) -> None:
        """End the server and remove its database."""
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.home, ignore_errors=True)


def missing() -> str:
    """Why no Neo4j can be had here, or nothing."""
    if shutil.which("java") is None:
        return "no java on the PATH; a real Neo4j needs Java 17 or 21"
    if not _libraries().is_dir() and shutil.which("mvn") is None:
        return "no mvn on the PATH; a real Neo4j is fetched by Maven"
    return ""


def is_required() -> bool:
    """Whether a missing Neo4j is a failure and not a skip: in CI, or by order."""
    return bool(os.environ.get("CI")) or os.environ.get("VISAVIS_REQUIRE_NEO4J") == "1"


def start() -> Neo4j:
    """Start a Neo4j with an empty database; RuntimeError, with its last words, if it does not."""
    libraries = _fetch()
    home = Path(tempfile.mkdtemp(prefix="home-", dir=CACHE))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    (home / "conf").mkdir()
    (home / "conf" / "neo4j.conf").write_text(
        f"server.bolt.listen_address=127.0.0.1:{port}\n"
        "server.http.enabled=false\nserver.https.enabled=false\n"
        "dbms.usage_report.enabled=false\n"
        "server.memory.heap.max_size=1g\nserver.memory.pagecache.size=256m\n",
        encoding="utf-8",
    )
    password = secrets.token_urlsafe(12)
    classes = str(libraries / "*")
    admin = "org.neo4j.server.startup.Neo4jAdminCommand"
    subprocess.run(
        ["java", *OPENS, "-cp", classes, admin, "dbms", "set-initial-password", password],
        env={**os.environ, "NEO4J_HOME": str(home)},
        check=True,
        capture_output=True,
        timeout=60,
    )
    log = home / "console.log"
    with open(log, "wb") as output:
        process = subprocess.Popen(
            [
                "java",
                "-Xmx1g",
                *OPENS,
                "-Dio.netty.tryReflectionSetAccessible=true",
                "-cp",
                classes,
                "org.neo4j.server.CommunityEntryPoint",
                f"--home-dir={home}",
                f"--config-dir={home / 'conf'}",
            ],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    server = Neo4j(f"bolt://127.0.0.1:{port}", "neo4j", password, process, home)
    own_log = home / "logs" / "neo4j.log"
    deadline = time.monotonic() + 90
    while process.poll() is None and time.monotonic() < deadline:
        if own_log.exists() and "Started." in own_log.read_text(encoding="utf-8"):
            return server
        time.sleep(0.1)
    words = log.read_text(encoding="utf-8", errors="replace")[-2000:]
    server.stop()
    raise RuntimeError(f"Neo4j did not start:\n{words}")


def _libraries() -> Path:
    return CACHE / f"lib-{VERSION}"


def _fetch() -> Path:
    """The folder of Neo4j's libraries, fetched if it is not there."""
    ready = _libraries()
    if not ready.is_dir():
        CACHE.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(prefix="fetch-", dir=CACHE))
        (part / "pom.xml").write_text(POM, encoding="utf-8")
        subprocess.run(
            [
                str(shutil.which("mvn")),
                "-q",
                "-B",
                "dependency:copy-dependencies",
                "-DincludeScope=runtime",
                "-DoutputDirectory=lib",
            ],
            cwd=part,
            check=True,
            timeout=600,
        )
        try:
            (part / "lib").rename(ready)
        except OSError:  # another run was quicker
            if not ready.is_dir():
                raise
        shutil.rmtree(part, ignore_errors=True)
    return ready
