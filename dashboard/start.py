"""Starts the dashboard's server: the port is held first, and what a first view needs is ready
before it is told.

Streamlit imports a page's libraries, and the browser asks for a hundred files, when the first
reader comes, who would wait seconds. Here libraries are imported and the landing page's answers
read before the address is said; the browser's files are answered from memory, and the page names
those that its first view needs, so that they come beside each other and not one after the other.

Run as `python -m visavis.dashboard.start FILE --server.port=8501 ...` by `visavis dashboard`: the
port that was taken is written to FILE once the server answers.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import logging
import mimetypes
import os
import socket
import sys
import threading
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from visavis.graph.lock import revision
from visavis.schema.errors import VisavisError
from visavis.schema.model import vocabulary

__all__ = ["NEEDED", "Files", "main", "preloaded"]

NO_PORT = 4  # the exit code where none is free
TRIED = 50  # ports after the wanted one that are tried
PREPARING = 30.0  # seconds for the first view; after these the server answers without it
LISTS = ("server.allowedHosts", "server.corsAllowedOrigins")  # settings of several values
# Modules with caches of Streamlit's own (the pages) are not among them: those want it running.
NEEDED = (
    "PIL.Image",
    "altair",
    "pandas",
    "polars",
    "visavis.dashboard.cards",
    "visavis.dashboard.drawing",
    "visavis.exchange.prose",
    "visavis.queries.find",
    "visavis.queries.library",
    "visavis.queries.relationship",
)
# Streamlit's parts in the browser that the landing page shows, by the names of their sources.
SHOWN = ("ArrowVegaLiteChart", "embed", "DataFrame", "Html", "Selectbox", "TextInput",
         "Multiselect", "ButtonGroup", "Checkbox")  # fmt: skip


def main(arguments: Sequence[str]) -> int:
    """Import, then serve until stopped; the exit code."""
    told, *flags = arguments
    settings = dict(map(_setting, flags))
    wanted = int(settings["server.port"])
    for name in NEEDED:
        importlib.import_module(name)
    vocabulary()
    for port in range(wanted, min(wanted + TRIED, 65_535) + 1):
        if not _free(str(settings["server.address"]), port):
            continue
        try:
            _serve(Path(told), {**settings, "server.port": port})
        except KeyboardInterrupt:
            return 0
        except SystemExit as ended:
            # Streamlit binds before all else, and ends with 1 where another program took the port
            # since we looked: another dashboard that was started in the same second.
            if ended.code == 1 and not Path(told).read_text("ascii"):
                continue
            return int(ended.code or 0)
        return 0
    return NO_PORT


def _setting(flag: str) -> tuple[str, Any]:
    """`--server.port=8501` as a setting."""
    name, _, text = flag.removeprefix("--").partition("=")
    if name in LISTS:
        return name, text.split(",")
    values = {"true": True, "false": False}
    return name, values.get(text, int(text) if text.isdigit() else text)


def _free(address: str, port: int) -> bool:
    """Whether nobody listens there now."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        if os.name != "nt":  # there it would let two listen on one port
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address.strip("[]"), port))
        except OSError:
            return False
    return True


def _serve(told: Path, settings: Mapping[str, Any]) -> None:
    """Streamlit on one port. SystemExit with 1 where the port is taken."""
    import streamlit as st
    from starlette.middleware import Middleware
    from streamlit import file_util, net_util

    # To tell whether a web page elsewhere may talk to it, Streamlit would ask the Internet for this
    # machine's address. No request leaves the machine.
    net_util.get_external_ip = lambda: None

    @contextlib.asynccontextmanager
    async def up(_app: Any) -> AsyncIterator[None]:
        prepared(PREPARING)
        told.write_text(str(settings["server.port"]), "ascii")
        yield

    app = st.App(
        Path(__file__).with_name("app.py").resolve(),
        lifespan=up,
        middleware=[Middleware(Files, folder=Path(file_util.get_static_dir()))],
    )
    app.run(config=settings)


def prepared(within: float) -> bool:
    """Prepare for so many seconds at most; whether it was done. A database that hangs must not keep
    the server from saying so."""
    work = threading.Thread(target=prepare, daemon=True)
    work.start()
    work.join(within)
    return not work.is_alive()


def prepare() -> None:
    """Read what the landing page shows, so that it is remembered. A database that is away is said
    by the page, and tried again there."""
    from visavis.dashboard import common, page_relationship

    # Outside of a reader's session Streamlit warns of each cache that is filled.
    quiet = logging.getLogger("streamlit.runtime.scriptrunner_utils.script_run_context")
    before, quiet.disabled = quiet.disabled, True
    try:
        with contextlib.suppress(VisavisError):
            if common.ingested(graph := common.graph()):
                page_relationship.prepare(graph.address, revision(graph))
    except Exception:
        logging.getLogger("visavis.dashboard").exception("the first view could not be prepared")
    finally:
        quiet.disabled = before


# -- the browser's files --------------------------------------------------------------------------


class Files:
    """Answers for Streamlit's own files from memory, and names in its page those that the first
    view needs. All else goes on to Streamlit."""

    def __init__(self, app: Any, folder: Path) -> None:
        from visavis.dashboard.common import PAGES

        self._app = app
        self._known = {
            f"/{path.relative_to(folder).as_posix()}": path
            for path in (folder / "static").rglob("*")
            if path.suffix in (".js", ".css", ".woff2")
        }
        self._read: dict[str, tuple[bytes, bytes]] = {}
        self._page = _page(folder)
        self._pages = {"", *PAGES}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """ASGI."""
        if scope["type"] != "http" or scope["method"] != "GET":
            await self._app(scope, receive, send)
        elif (path := scope["path"]) in self._known:
            kind, body = self._file(path)
            await _answer(send, body, kind, b"public, immutable, max-age=31536000")
        elif self._page and path[1:] in self._pages:
            await _answer(send, self._page, b"text/html; charset=utf-8", b"no-cache")
        else:
            await self._app(scope, receive, send)

    def _file(self, path: str) -> tuple[bytes, bytes]:
        if path not in self._read:
            kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
            if path.endswith(".js"):
                kind = "text/javascript; charset=utf-8"
            elif path.endswith(".woff2"):
                kind = "font/woff2"
            self._read[path] = kind.encode("ascii"), self._known[path].read_bytes()
        return self._read[path]


async def _answer(send: Any, body: bytes, kind: bytes, keep: bytes) -> None:
    headers = [
        (b"content-type", kind), (b"cache-control", keep),
        (b"content-length", str(len(body)).encode("ascii")),
        (b"x-content-type-options", b"nosniff"),
    ]  # fmt: skip
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _page(folder: Path) -> bytes:
    """Streamlit's page with the first view's files named in its head; b"" where it cannot be."""
    try:
        page = (folder / "index.html").read_text("utf-8")
        manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
        named = preloaded(manifest, SHOWN)
    except (OSError, ValueError, LookupError, TypeError):
        return b""
    # Low: else Streamlit would ask the server its first questions after all of them are there.
    links = "".join(
        f'<link rel="modulepreload" fetchpriority="low" crossorigin href="./{name}">'
        for name in named
        if f"./{name}" not in page
    )
    return page.replace("</head>", f"{links}</head>", 1).encode("utf-8")


def preloaded(manifest: Mapping[str, Any], names: Iterable[str]) -> list[str]:
    """The files of these parts of a Vite manifest, and of all that they import, each once."""
    wanted = set(names)
    waiting = [
        key for key, about in manifest.items()
        if about.get("name") in wanted and str(about.get("file", "")).endswith(".js")
    ]  # fmt: skip
    found: dict[str, None] = {}
    seen: set[str] = set()
    while waiting:
        key = waiting.pop(0)
        if key not in seen:
            seen.add(key)
            found[str(manifest[key]["file"])] = None
            waiting += manifest[key].get("imports", ())
    return list(found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
