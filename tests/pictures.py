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

# Name, address, width and height, theme; where a mark is clicked, the words of its label.
PICTURES: tuple[tuple[str, str, int, int, str, str], ...] = (
    ("relationship", "/?a=reagan&b=gorbachev", 1280, 1500, "light", "Recognition"),
    ("relationship-dark", "/?a=reagan&b=gorbachev", 1280, 860, "dark", ""),
    ("relationship-moon-kim", "/?a=moon&b=kim-jong-un", 1280, 860, "light", ""),
    ("relationship-us-china", "/?a=us&b=china", 1280, 1060, "light", ""),
    ("encounter", "/encounter?meeting=panmunjom-2018", 1280, 1000, "light", ""),
    ("compare", "/compare", 1280, 1100, "light", ""),
    ("network", "/network?actor=reagan", 1280, 900, "light", ""),
)
COLOURS = 160
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
        for name, path, width, height, theme, click in PICTURES:
            size: Any = {"width": width, "height": height}
            context = chromium.new_context(viewport=size, color_scheme=theme)  # type: ignore[arg-type]
            shoot(context, url + path, folder / f"{name}.png", click)
        context = chromium.new_context(
            viewport={"width": 390, "height": 1240}, user_agent=PHONE, is_mobile=True
        )
        shoot(context, url + "/?a=moon&b=kim-jong-un", folder / "phone.png", "")
        chromium.close()


def shoot(context: Any, address: str, path: Path, click: str) -> None:
    """One view, made small."""
    page = context.new_page()
    page.goto(address)
    page.wait_for_selector("h1")
    time.sleep(4)
    if click:
        page.locator(f"[data-testid=stVegaLiteChart] path[aria-label*='{click}']").first.click()
        page.wait_for_selector(".vv-card")
        page.mouse.move(5, 5)
        time.sleep(1.5)
    page.screenshot(path=path)
    Image.open(path).convert("RGB").quantize(COLOURS).save(path, optimize=True)
    context.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
