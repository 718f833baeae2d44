"""The pictures of the README and the documentation: `python tests/pictures.py FOLDER`.

They are taken in Chromium from a dashboard with the shipped cases, in a project of its own, and
made small. Look at each before it is committed. Needs the extra `test`, and Chromium.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from browser import ARGUMENTS, CHROMIUM, address_of, end, start
from PIL import Image
from playwright.sync_api import sync_playwright

from visavis.graph import server
from visavis.graph.connect import connect
from visavis.ingest.run import ingest

# Name, address, theme, the words of the label of a mark that is clicked, and the heading above
# which the picture ends; "" for the whole page.
PICTURES: tuple[tuple[str, str, str, str, str], ...] = (
    ("relationship", "/?a=reagan&b=gorbachev", "light", "Recognition", ""),
    ("relationship-dark", "/?a=reagan&b=gorbachev", "dark", "", "Ledger"),
    ("relationship-moon-kim", "/?a=moon&b=kim-jong-un", "light", "", "Ledger"),
    ("relationship-us-china", "/?a=us&b=china", "light", "Denial", ""),
    ("encounter", "/encounter?meeting=panmunjom-2018", "light", "", "Participants"),
    ("compare", "/compare", "light", "", ""),
    ("network", "/network?actor=reagan", "light", "", ""),
    ("map", "/map", "light", "", ""),
    ("chain", "/chains?a=simons&b=perle", "light", "", ""),
)
WIDE, LONGEST = 1280, 1600
COLOURS = 256
PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126 Mobile Safari/537.36"


def main(folder: Path) -> None:
    """Take every picture into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        (root / "visavis.yaml").write_text("project: pictures\n", encoding="utf-8")
        with connect(project=root) as graph:
            ingest(graph, root, with_shipped=True)
        running = start([sys.executable, "-m", "visavis.cli", "dashboard", "--no-browser",
                         "--port", "8660", "--project", str(root)])  # fmt: skip
        try:
            take(address_of(running), folder)
        finally:
            end(running)
            server.stop(root)


def take(url: str, folder: Path) -> None:
    """Each picture, and one of a phone."""
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for name, path, theme, click, until in PICTURES:
            size: Any = {"width": WIDE, "height": 1000}
            context = chromium.new_context(viewport=size, color_scheme=theme)  # type: ignore[arg-type]
            shoot(context, url + path, folder / f"{name}.png", click, until)
        context = chromium.new_context(
            viewport={"width": 390, "height": 1240}, user_agent=PHONE, is_mobile=True
        )
        shoot(context, url + "/?a=moon&b=kim-jong-un", folder / "phone.png", "", "Ledger")
        chromium.close()


def shoot(context: Any, address: str, path: Path, click: str, until: str) -> None:
    """One view as far as its content goes, made small."""
    page = context.new_page()
    page.goto(address)
    page.wait_for_selector("h1")
    time.sleep(4)
    if click:
        mark = f"[data-testid=stVegaLiteChart] path[aria-label*='{click}']"
        page.locator(mark).first.click()
        page.wait_for_selector(".vv-card")
        page.mouse.move(5, 5)
        time.sleep(2)
    size = page.viewport_size
    page.set_viewport_size({"width": size["width"], "height": LONGEST})
    time.sleep(2)
    end = page.evaluate(END, until)
    box = {"x": 0, "y": 0, "width": size["width"], "height": min(end, LONGEST)}
    page.screenshot(path=path, clip=box)
    # Few colours make it small; the rare ones, of which a legend speaks, must be among them.
    few = Image.open(path).convert("RGB").quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=0)
    few.save(path, optimize=True)
    context.close()


# Where a heading begins, else where the page's content ends, with room beneath.
END = """(until) => {
  const heading = [...document.querySelectorAll('h2')].find((h) => h.textContent === until);
  if (heading) return Math.floor(heading.getBoundingClientRect().top - 12);
  const main = '[data-testid=stMainBlockContainer]';
  const parts = ['stElementContainer', 'stExpander'].map((t) => `${main} [data-testid=${t}]`);
  const ends = [...document.querySelectorAll(parts.join(','))]
    .filter((e) => e.offsetHeight > 1 && !e.closest('details:not([open])'))
    .map((e) => e.getBoundingClientRect().bottom);
  return Math.ceil(Math.max(...ends) + 24);
}"""


if __name__ == "__main__":
    main(Path(sys.argv[1]))
