"""A real browser on a real dashboard: fixtures that the tests of its pages share.

`served` is a running dashboard with the shipped cases and a hostile case in it; `visitor` a page
of Debian's Chromium on it, which fails its test where a request would leave the machine. Where
there is no Chromium the tests are skipped, but not in CI.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from visavis.graph import server
from visavis.graph.connect import connect
from visavis.ingest.run import ingest

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), "")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync",
    "--disable-component-update", "--disable-default-apps", "--no-first-run",
]  # fmt: skip
LOCAL = re.compile(r"(https?|wss?)://(localhost|127\.0\.0\.1|\[::1\])[:/]|data:|blob:|about:")
HOSTILE = "<script>window.ran=1</script><img src=x onerror='window.ran=1'>"
MARKUP = "**bold** [link](https://evil.example/) :material/home: :red[red] $$x^2$$ `code`"
ACTORS = f"""\
actors:
  mallory: {{name: "Mallory {HOSTILE}", kind: person}}
  trent: {{name: "Trent {MARKUP}", kind: person}}
  peggy: {{name: Peggy Ames, kind: person}}
  peggy-a: {{name: Peggy Ames, kind: person}}
"""
SOURCES = f"""\
sources:
  hostile2020: {{type: book, author: ["Evil, Eve {HOSTILE}"], issued: 2020, title: "Notes {HOSTILE} {MARKUP}", URL: "javascript:window.ran=1"}}
"""
PLACES = f"""\
source: hostile2020
places:
  villa: {{name: "Villa {HOSTILE}", coordinates: "46.20,6.15", cite: 1}}
"""
CASE = f"""\
case: hostile-2020
title: "A title {HOSTILE} {MARKUP}"
source: hostile2020
coder: eve
cite: 1
when: 2020-02-02
where: villa
who:
  - {{actor: mallory, role: principal, office: "{HOSTILE}", cite: 1}}
  - {{actor: trent, role: principal, cite: 1}}
acts:
  - {{act: asks, kind: invitation, what: "says {HOSTILE} {MARKUP}", by: mallory, to: trent, credit: yes, memo: "{HOSTILE}", as_told: "{MARKUP}", cite: 2}}
"""


@dataclass(frozen=True)
class Served:
    """A running dashboard: its address, its project's folder, and its process."""

    url: str
    root: Path
    process: subprocess.Popen[str]


def project_with(root: Path) -> None:
    """A project of the shipped cases and the hostile one, ingested."""
    (root / "visavis.yaml").write_text("project: test\n", encoding="utf-8")
    (root / "cases").mkdir()
    # What lies beside a project is no package of the dashboard's.
    (root / "click.py").write_text("raise SystemExit(1)\n", encoding="utf-8")
    for name, text in (
        ("actors.yaml", ACTORS), ("sources.yaml", SOURCES), ("places.yaml", PLACES),
        ("cases/hostile-2020.yaml", CASE),
    ):  # fmt: skip
        (root / name).write_text(text, encoding="utf-8")
    with connect(project=root) as graph:
        report = ingest(graph, root, [root], with_shipped=True)
    assert not [f for f in report.faults if f.severity == "error"], report.faults[:3]


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory, chromium: Any) -> Iterator[Served]:
    """A dashboard for the whole run."""
    root = tmp_path_factory.mktemp("dashboard")
    project_with(root)
    # Processes side by side look for a free port at the same moment: each begins elsewhere.
    beside = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    port = 8640 + 40 * int(beside)
    command = [sys.executable, "-m", "visavis.cli", "dashboard", "--no-browser", "--port", str(port),
               "--project", str(root)]  # fmt: skip
    running = start(command)
    try:
        yield Served(address_of(running), root, running)
    finally:
        end(running)
        server.stop(root)


def start(command: list[str], home: Path | None = None, heard: Any = None) -> subprocess.Popen[str]:
    """A dashboard, started as a person would, who may have another home. Its processes are a group
    of their own, as those of a terminal are. heard: a file for what it says of its work."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("NEO4J_")}
    environment["PYTHONUNBUFFERED"] = "1"
    if home is not None:
        environment["HOME"] = str(home)
    return subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=heard,
        text=True,
        env=environment,
        start_new_session=True,
    )


def end(running: subprocess.Popen[str]) -> None:
    """End it, and let go of what it says."""
    running.terminate()
    running.wait(timeout=30)
    if running.stdout is not None:
        running.stdout.close()


def address_of(running: subprocess.Popen[str]) -> str:
    """What it says its address is; it says so when it answers."""
    assert running.stdout is not None
    line = running.stdout.readline()
    found = re.search(r"http://\S+", line)
    assert found, f"no address in {line!r}"
    return found.group()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Chromium, driven; skipped where there is none, which in CI is a failure."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("playwright")
    if not CHROMIUM:
        missing("chromium")
    with sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield running
        running.close()


def missing(what: str) -> None:
    """Skip, or fail in CI."""
    reason = f"no {what}: the browser tests need it"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


class Visitor:
    """A page of the dashboard, and every address that it asked for outside of this machine."""

    def __init__(self, page: Any, url: str) -> None:
        self.page = page
        self.url = url
        self.outside: list[str] = []
        self.faults: list[str] = []
        page.on("request", self._asked)
        page.on("pageerror", lambda error: self.faults.append(str(error)))

    def _asked(self, request: Any) -> None:
        if not LOCAL.match(request.url):
            self.outside.append(request.url)

    def open(self, path: str = "/") -> Any:
        """Go to a view and wait until it stands."""
        self.page.goto(self.url + path)
        self.page.wait_for_selector("h1")
        self.settle()
        return self.page

    def settle(self) -> None:
        """Wait until the script has run and the page is drawn."""
        time.sleep(0.2)
        with contextlib.suppress(Exception):
            self.page.wait_for_selector("[data-testid=stStatusWidget]", state="detached",
                                        timeout=10_000)  # fmt: skip
        time.sleep(0.3)


@pytest.fixture
def visitor(served: Served, chromium: Any) -> Iterator[Visitor]:
    """A new visitor; no request may have left the machine at the end."""
    context = chromium.new_context(viewport={"width": 1360, "height": 1100})
    found = Visitor(context.new_page(), served.url)
    yield found
    context.close()
    assert found.outside == []
    assert found.faults == []
