"""The dashboard in a real browser, on graphs of 3,000, 30,000 and 300,000 encounters.

`python benchmarks/dashboard.py` makes a project of each size (generate.py, with acts and places
besides), starts `visavis dashboard` on it, drives Debian's Chromium and measures what a reader
waits for; README.md says what and how. `--project FOLDER --meetings N` takes a project that holds
the graph of that size already; what it lacks of acts and places is added to it.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import itertools
import json
import os
import random
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "benchmarks")]

from browser import ARGUMENTS, CHROMIUM  # noqa: E402
from generate import CODER, actor, documents, meeting_document, source  # noqa: E402
from run import machine, processor, say  # noqa: E402

from visavis.graph import server  # noqa: E402
from visavis.graph.connect import connect  # noqa: E402
from visavis.graph.lock import ingest_lock, revision  # noqa: E402
from visavis.graph.write import (  # noqa: E402
    Document,
    prepare_graph,
    remove_document,
    write_document,
)
from visavis.schema.claims import Citation, Claim, Origin  # noqa: E402

STEP = 10_000  # encounters whose acts and places stand in one document
PLACES = 200
ACTS = ("handshake", "smile", "invitation", "joke", "toast")
READERS = 5
WRITTEN = 40  # documents at most that the ingest beside the readers adds
TURNS = 5  # times each warm view is opened
CLICKS = 8
WAIT = 60_000  # milliseconds until a view is given up

Results = dict[str, Any]


# -- the graph ------------------------------------------------------------------------------------


def additions(meetings: int, seed: int = 1) -> Iterator[Document]:
    """What generate.py leaves out and pages show: places with coordinates, where every tenth
    encounter was held, and in every thirtieth one act of its first participant towards the second,
    with a credit (of five one a discredit) which the second returns in half of them."""
    cited = (Citation(source(0), "p. 2"),)
    spots = [
        Claim(place(n), predicate, value=value, about=place(n), citations=cited, coder=CODER,
              origin=Origin("places.yaml", n + 1))
        for n in range(PLACES)
        for predicate, value in (
            ("named", f"Made-up Place {n}"),
            ("coordinates", f"{-50 + n % 20 * 6}.5,{-170 + n // 20 * 34}.5"),
        )
    ]  # fmt: skip
    yield Document("places.yaml", "places", f"{seed}", spots)
    for start in range(0, meetings, STEP):
        draw = random.Random(f"acts/{seed}/{start}")
        path = f"acts-{start:06d}.yaml"
        claims: list[Claim] = []
        present: dict[str, list[str]] = defaultdict(list)
        for part in range(start, min(start + STEP, meetings), 1_000):
            for claim in meeting_document(meetings, part, seed).claims:
                if claim.predicate == "took_part":
                    present[str(claim.object)].append(claim.subject)
        for number, (meeting, who) in enumerate(present.items()):
            common = {
                "about": meeting, "coder": CODER, "citations": cited,
                "origin": Origin(path, number + 1),
            }  # fmt: skip
            if number % 10 == 0:
                held = place(draw.randrange(PLACES))
                claims.append(Claim(meeting, "held_at", held, **common))
            if number % 30 == 0:
                back = draw.random() < 0.5
                claims += list(_act(draw, meeting, who[0], who[1], "one", common))
                if back:
                    claims += list(_act(draw, meeting, who[1], who[0], "two", common))
        yield Document(path, "case", f"{seed}-{start}", claims)


def place(number: int) -> str:
    """The identifier of a place."""
    return f"place/p{number:03d}"


def _act(
    draw: random.Random, meeting: str, by: str, to: str, key: str, common: dict[str, Any]
) -> Iterator[Claim]:
    ritual = f"ritual/{meeting.partition('/')[2]}/{key}"
    kind = draw.choice(ACTS)
    yield Claim(meeting, "staged", ritual, order=1 if key == "one" else 2, **common)
    yield Claim(ritual, "ritual_kind", value=kind, **common)
    yield Claim(by, "performed", ritual, qualifiers={"part": "initiator"}, **common)
    yield Claim(to, "performed", ritual, qualifiers={"part": "recipient"}, **common)
    sign = "discredit" if draw.random() < 0.2 else "credit"
    told = {"act": kind, "ritual": ritual, "meeting": meeting}
    yield Claim(by, sign, to, qualifiers=told, **common)


def make(folder: Path, meetings: int) -> Results:
    """The project with its graph, as far as it is not there; seconds that writing took."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "visavis.yaml").touch()
    began = time.perf_counter()
    written = 0
    with connect(project=folder) as graph:
        prepare_graph(graph)
        there = {row["path"] for row in graph.rows("MATCH (d:Document) RETURN d.path AS path")}
        with ingest_lock(graph) as hold:
            last = f"meetings-{(meetings - 1) // 1_000 * 1_000:06d}.yaml"
            base = iter(()) if last in there else documents(meetings)
            for document in itertools.chain(base, additions(meetings)):
                if document.path in there:
                    continue
                write_document(graph, hold, document)
                written += 1
                if written % 20 == 0:
                    say(f"  {written} documents in {time.perf_counter() - began:.0f} s")
    return {"documents": written, "seconds": time.perf_counter() - began}


def write_beside(folder: Path, meetings: int) -> None:
    """Another process's work: write new documents until it is told to end, then remove them."""
    ending: list[bool] = []
    signal.signal(signal.SIGTERM, lambda *_: ending.append(True))
    paths: list[str] = []
    with connect(project=folder) as graph, ingest_lock(graph) as hold:
        for number in range(WRITTEN):
            if ending:
                break
            new = meeting_document(meetings + 1_000 * WRITTEN, meetings + 1_000 * number)
            paths.append(new.path)
            write_document(graph, hold, new)
            sys.stdout.write(f"{new.path}\n")
            sys.stdout.flush()
        for path in paths:
            remove_document(graph, hold, path)


# -- the dashboard --------------------------------------------------------------------------------


class Dashboard:
    """`visavis dashboard` on a project, until `close`. up: seconds until it said its address."""

    def __init__(self, folder: Path) -> None:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("NEO4J_")}
        command = [sys.executable, "-m", "visavis.cli", "dashboard", "--no-browser",
                   "--port", "8800", "--project", str(folder)]  # fmt: skip
        began = time.perf_counter()
        self._process = subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True,
            env={**environment, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
        )  # fmt: skip
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        found = re.search(r"http://\S+", line)
        if found is None:
            raise RuntimeError(f"the dashboard did not start: {line!r}")
        self.up = time.perf_counter() - began
        self.url = found.group()
        self.pid = self._page_process()

    def _page_process(self) -> int:
        command = self._process.pid
        told = Path(f"/proc/{command}/task/{command}/children").read_text("ascii").split()
        return next(
            int(child)
            for child in told
            if b"dashboard.start" in Path(f"/proc/{child}/cmdline").read_bytes()
        )

    def memory(self) -> int:
        """Resident memory of the page process in MB."""
        held = int(Path(f"/proc/{self.pid}/statm").read_text("ascii").split()[1])
        return held * os.sysconf("SC_PAGE_SIZE") // 2**20

    def close(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.wait(30)
        assert self._process.stdout is not None
        self._process.stdout.close()


# -- a reader -------------------------------------------------------------------------------------

# Streamlit says itself whether its script runs; stale elements are those of the run before.
STANDS = """(wanted) => {
  const app = document.querySelector('[data-testid=stApp]');
  if (!app || app.getAttribute('data-test-script-state') !== 'notRunning') return false;
  if (document.querySelector('[data-stale=true], [data-testid=stSkeleton]')) return false;
  if (document.querySelector('[data-testid=stException], [data-testid=stAlertContentError]'))
    throw new Error(document.querySelector('[data-testid=stMain]').innerText.slice(0, 300));
  const found = document.querySelector(wanted);
  return found && found.getBoundingClientRect().height > 0 ? performance.now() : false;
}"""
CARD = """(before) => {
  const card = document.querySelector('.vv-card');
  if (!card || card.outerHTML === before) return false;
  return performance.now() - window.clicked;
}"""
# When a reader clicked, and how long after its question the dashboard's last answer came.
LISTEN = """
addEventListener('pointerdown', () => { window.clicked = performance.now(); }, true);
window.WebSocket = class extends WebSocket {
  constructor(...told) {
    super(...told);
    const asked = performance.now();
    this.addEventListener('message', () => { window.answered = performance.now() - asked; });
  }
};
"""
STRIPE = "[data-testid=stVegaLiteChart] svg path[aria-roledescription='rect mark']"
MARK = "[data-testid=stVegaLiteChart] svg path[aria-label*='by:']"


class Reader:
    """A browser window of its own on the dashboard."""

    def __init__(self, page: Any, url: str) -> None:
        self.page = page
        self.url = url

    async def view(self, path: str, wanted: str) -> float:
        """Seconds from asking for an address until its page stands, by the browser's own clock."""
        await self.page.goto(self.url + path, wait_until="commit")
        return float(await self._when(STANDS, wanted)) / 1_000

    async def answered(self) -> float:
        """Of the last view, the seconds from the browser's question until all was answered."""
        return float(await self.page.evaluate("() => window.answered")) / 1_000

    async def click(self, which: int) -> float:
        """Seconds from pressing a mark of the picture until its evidence card is shown."""
        marks = self.page.locator(MARK)
        number = await marks.count()
        if number < 2:  # hardly an act between the two is coded: their encounters can be clicked
            marks = self.page.locator(STRIPE)
            number = await marks.count()
        before = await self.page.evaluate(
            "() => (document.querySelector('.vv-card') || {outerHTML: ''}).outerHTML"
        )
        mark = marks.nth(which % number)
        await mark.scroll_into_view_if_needed()
        box = await mark.bounding_box()
        if box is None:
            raise RuntimeError("no mark of the picture can be clicked")
        place = {"x": box["width"] / 2, "y": min(box["height"] / 2, 6)}
        await mark.click(force=True, position=place)
        return float(await self._when(CARD, before)) / 1_000

    async def _when(self, script: str, argument: str) -> Any:
        told = await self.page.wait_for_function(script, arg=argument, polling="raf", timeout=WAIT)
        return await told.json_value()


@contextlib.asynccontextmanager
async def reader(chromium: Any, url: str) -> AsyncIterator[Reader]:
    """A new reader: nothing of the dashboard is in the browser's cache."""
    context = await chromium.new_context(viewport={"width": 1360, "height": 1100})
    await context.add_init_script(LISTEN)
    try:
        yield Reader(await context.new_page(), url)
    finally:
        await context.close()


CHART = "[data-testid=stVegaLiteChart] svg path"
VIEWS = {
    "relationship of the two largest hubs": (f"/?a={actor(0)[6:]}&b={actor(1)[6:]}", CHART),
    "actor, the largest hub": (f"/actor?actor={actor(0)[6:]}", CHART),
    "encounter": ("/encounter?meeting=m000000", "h1"),
    "network, to begin": ("/network", "[data-testid=stPageLink]"),
    "network of the largest hub": (f"/network?actor={actor(0)[6:]}", "h1"),
    "map": ("/map", CHART),
    "sources": ("/sources", "[data-testid=stDataFrame]"),
    "chains of two hubs": (f"/chains?a={actor(0)[6:]}&b={actor(5)[6:]}", ".vv-lead"),
    "query, most met": (f"/query?q=most-met&actor={actor(0)[6:]}", "[data-testid=stDataFrame]"),
}


def spread(seconds: list[float]) -> Results:
    """Median and worst."""
    return {"n": len(seconds), "median": statistics.median(seconds), "worst": max(seconds)}


async def one_reader(served: Dashboard, chromium: Any) -> Results:
    """What a single reader waits for."""
    found: Results = {"up": served.up, "memory": {"up": served.memory()}}
    async with reader(chromium, served.url) as first:
        found["first view, first reader"] = await first.view("/", CHART)
        found["answered, first reader"] = await first.answered()
        found["click, first"] = await first.click(0)
        clicks = [await first.click(n + 1) for n in range(CLICKS)]
        found["click"] = spread(clicks)
    found["memory"]["first reader"] = served.memory()
    later, answered = [], []
    for _ in range(TURNS):
        async with reader(chromium, served.url) as another:
            later.append(await another.view("/", CHART))
            answered.append(await another.answered())
    found["first view, later readers"] = spread(later)
    found["answered, later readers"] = spread(answered)
    for name, (path, wanted) in VIEWS.items():
        async with reader(chromium, served.url) as another:
            try:
                cold = await another.view(path, wanted)
                warm = [await another.view(path, wanted) for _ in range(3)]
            except Exception as error:
                found[name] = {"failed": str(error)[:300]}
                say(f"  {name}: {found[name]}")
                continue
            found[name] = {"first": cold, **spread(warm)}
        say(f"  {name}: {found[name]}")
    return found


async def walk(one: Reader, number: int, seconds: dict[str, list[float]]) -> None:
    """Relationship, a click, the actor, its network: as five readers do at once."""
    a, b = actor(number)[6:], actor(number + 1)[6:]
    seconds["relationship"].append(await one.view(f"/?a={a}&b={b}", CHART))
    seconds["answered"].append(await one.answered())
    seconds["click"].append(await one.click(number))
    seconds["actor"].append(await one.view(f"/actor?actor={a}", CHART))
    seconds["network"].append(await one.view(f"/network?actor={b}", "h1"))


async def readers_at_once(served: Dashboard, chromium: Any, rounds: int) -> Results:
    """Five readers, each in a window of its own, all at the same time."""
    seconds: dict[str, list[float]] = defaultdict(list)

    async def read(number: int) -> None:
        async with reader(chromium, served.url) as one:
            for turn in range(rounds):
                await walk(one, number + turn * READERS, seconds)

    await asyncio.gather(*(read(number) for number in range(READERS)))
    return {name: spread(some) for name, some in seconds.items()}


async def beside_an_ingest(
    served: Dashboard, chromium: Any, folder: Path, meetings: int
) -> Results:
    """Five readers while another process writes one document after the other."""
    writer = subprocess.Popen(
        [sys.executable, str(Path(__file__).resolve()), "--write-into", str(folder),
         "--meetings", str(meetings)],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert writer.stdout is not None
    try:
        writer.stdout.readline()  # the first is written
        began = time.perf_counter()
        found = await readers_at_once(served, chromium, 2)
        lasted = time.perf_counter() - began
        running = writer.poll() is None
        writer.terminate()
        written = [line for line in writer.stdout if line.strip()]
        found["ingest"] = {
            "documents": len(written), "seconds": lasted, "still running": running,
        }  # fmt: skip
        if writer.wait(600):
            raise RuntimeError("the ingest beside the readers failed")
        return found
    finally:
        if writer.poll() is None:
            writer.kill()
        writer.stdout.close()


async def many_views(served: Dashboard, chromium: Any, views: int) -> Results:
    """Memory after many page changes of other actors, encounters and sources each time."""
    held = {0: served.memory()}
    async with reader(chromium, served.url) as one:
        for number in range(1, views + 1):
            a, b = actor(number % 60)[6:], actor(number % 60 + 1)[6:]
            path = (
                f"/?a={a}&b={b}", f"/actor?actor={a}", f"/network?actor={a}",
                f"/encounter?meeting=m{number:06d}", f"/map?actor={a}",
            )[number % 5]  # fmt: skip
            await one.view(path, "h1")
            if number % max(views // 5, 1) == 0:
                held[number] = served.memory()
    return held


# -- the table of README.md -----------------------------------------------------------------------


def table(whole: Results) -> str:
    """The results as the table of README.md: median and worst where there are several."""
    sizes = list(whole["meetings"])
    lines = [f"| encounters | {' | '.join(f'{int(size):,}' for size in sizes)} |",
             "|---|" + "---:|" * len(sizes)]  # fmt: skip
    for label, *path in _ROWS:
        cells = [_cell(_at(whole["meetings"][size], path)) for size in sizes]
        if any(cells):
            lines.append(f"| {label} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _at(found: Any, path: list[str]) -> Any:
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return found


def _cell(value: Any) -> str:
    if isinstance(value, dict) and "median" in value:
        first = f"{value['first']:.2f}, then " if "first" in value else ""
        return f"{first}{value['median']:.2f} / {value['worst']:.2f} s"
    if isinstance(value, dict):
        return "failed" if "failed" in value else ", ".join(map(str, value.values())) + " MB"
    if isinstance(value, int):
        return f"{value:,} MB"
    return "" if value is None else f"{value:.2f} s"


FIVE = ("relationship", "answered", "click", "actor", "network")
_ROWS = (
    ("`visavis dashboard` until it says its address", "one", "up"),
    ("**first view**, the first reader (goal 2)", "one", "first view, first reader"),
    ("- of it the dashboard's part", "one", "answered, first reader"),
    ("first view, later readers", "one", "first view, later readers"),
    ("- of it the dashboard's part", "one", "answered, later readers"),
    ("**click to evidence** (goal 0.5)", "one", "click"),
    ("- the first click", "one", "click, first"),
    *((name, "one", name) for name in VIEWS),
    *((f"five readers: {name}", "five", name) for name in FIVE),
    *((f"five readers beside an ingest: {name}", "ingest", name) for name in FIVE),
    ("memory of the page process when up", "one", "memory", "up"),
    ("- after the first reader", "one", "memory", "first reader"),
    ("- before, while and after many page changes", "memory"),
)


# -- the run --------------------------------------------------------------------------------------


async def measure(folder: Path, meetings: int, parts: set[str], views: int, keep: Any) -> None:
    """Everything of one size."""
    from playwright.async_api import async_playwright

    async with async_playwright() as driver:
        chromium = await driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        async with await chromium.new_context() as empty:  # the browser's own start is over
            await (await empty.new_page()).goto("about:blank")
        served = Dashboard(folder)
        try:
            if "one" in parts:
                keep("one", await one_reader(served, chromium))
            if "five" in parts:
                keep("five", await readers_at_once(served, chromium, 2))
            if "ingest" in parts:
                keep("ingest", await beside_an_ingest(served, chromium, folder, meetings))
            if "memory" in parts:
                keep("memory", await many_views(served, chromium, views))
            keep("processor of the page process", processor(served.pid))
        finally:
            served.close()
            await chromium.close()


def main() -> None:
    """Read the options and run."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--meetings", type=int, nargs="+", default=[3_000, 30_000, 300_000])
    parser.add_argument("--project", type=Path, help="a project with the graph of that size")
    parser.add_argument("--keep", type=Path, help="make the projects here, and leave them")
    parser.add_argument("--views", type=int, default=150, help="page changes of the last part")
    parser.add_argument("--only", default="one,five,ingest,memory")
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks/results/dashboard.json")
    parser.add_argument("--make-only", action="store_true", help="make the graphs, measure nothing")
    parser.add_argument("--show", type=Path, metavar="FILE",
                        help="print the table of these results, and measure nothing")  # fmt: skip
    parser.add_argument("--write-into", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.write_into:
        write_beside(options.write_into, options.meetings[0])
        return
    if options.show:
        sys.stdout.write(table(json.loads(options.show.read_text("utf-8"))))
        return
    if options.project and len(options.meetings) != 1:
        parser.error("--project holds one graph: say --meetings N")
    if not CHROMIUM:
        parser.error("there is no chromium")
    options.out.parent.mkdir(parents=True, exist_ok=True)
    whole: Results = {"machine": machine(), "meetings": {}}
    scratch = Path(tempfile.mkdtemp(prefix="visavis-dashboard-"))
    try:
        for meetings in options.meetings:
            folder = options.project or (options.keep or scratch) / f"meetings-{meetings}"
            say(f"{meetings:,} meetings")
            whole["meetings"][str(meetings)] = result = {"load": make(folder, meetings)}

            def keep(part: str, what: Any, result: Results = result) -> None:
                result[part] = what
                say(f"  {part}: {what}")
                options.out.write_text(json.dumps(whole, indent=1) + "\n", "utf-8")

            try:
                with connect(project=folder) as graph:
                    result["revision"] = revision(graph)
                if not options.make_only:
                    asyncio.run(
                        measure(folder, meetings, set(options.only.split(",")), options.views, keep)
                    )
            finally:
                server.stop(folder)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


if __name__ == "__main__":
    main()
