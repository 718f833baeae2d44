"""The command that opens the dashboard."""

from __future__ import annotations

import contextlib
import importlib.util
import ipaddress
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import webbrowser
from pathlib import Path
from typing import Annotated, NoReturn
from urllib.parse import urlsplit

import typer

from visavis.shell import fail, note, project_root, say

__all__ = ["app", "command_line", "is_loopback", "signed_in"]

app = typer.Typer()

PORT = 8501
EVERYWHERE = ("0.0.0.0", "::")  # addresses to listen on that no browser goes to
NO_PORT = 4  # how the server ends where it found no free one
STARTING = 120.0  # seconds within which the server answers, or is ended
ENDING = 3.0  # seconds that it is given to end by itself
# Light and dark after the reader's own system; the same inks as the pictures.
LOOKS = {
    "theme.font": "sans-serif",
    "theme.headingFont": "serif",
    "theme.baseFontSize": "15",
    "theme.light.primaryColor": "#1f4e79",
    "theme.light.backgroundColor": "#fdfcf8",
    "theme.light.secondaryBackgroundColor": "#f2efe7",
    "theme.light.textColor": "#1f2933",
    "theme.light.linkColor": "#1f4e79",
    "theme.dark.primaryColor": "#3a74ab",
    "theme.dark.backgroundColor": "#14181d",
    "theme.dark.secondaryBackgroundColor": "#1f252c",
    "theme.dark.textColor": "#e8e6e1",
    "theme.dark.linkColor": "#9cc4ea",
}


@app.command()
def dashboard(
    port: Annotated[int, typer.Option(help="port; where it is taken, the next free one")] = PORT,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="open no browser")] = False,
    read_only: Annotated[
        bool,
        typer.Option("--read-only", help="no page that writes; connects as the engine's reader"),
    ] = False,
    address: Annotated[
        str, typer.Option(help="listen on this address instead of this machine alone")
    ] = "127.0.0.1",
    force: Annotated[
        bool,
        typer.Option("--force-public-address", help="listen there although nobody has to sign in"),
    ] = False,
    project: Annotated[
        Path | None, typer.Option(help="the project's folder (default: found upwards from here)")
    ] = None,
) -> None:
    """Browse the graph: relationships, encounters, networks and the evidence, in the browser."""
    if importlib.util.find_spec("streamlit") is None:
        _refuse("the dashboard needs Streamlit: pip install 'visavis[dashboard]'")
    root = project.resolve() if project is not None else project_root()
    loopback = is_loopback(address)
    sign_in = "" if loopback else signed_in(root)
    if sign_in and importlib.util.find_spec("authlib") is None:
        _refuse("sign-in needs Authlib: pip install 'streamlit[auth]'")
    if not loopback and not force and not sign_in:
        _refuse(
            f"{address} can be reached by others, and nobody has to sign in. Configure Streamlit's "
            "sign-in ([auth] in .streamlit/secrets.toml), or say --force-public-address."
        )
    _attach(root, read_only)
    environment = {
        **os.environ,
        "VISAVIS_DASHBOARD_PROJECT": str(root),
        "VISAVIS_DASHBOARD_READ_ONLY": "1" if read_only else "0",
        "VISAVIS_DASHBOARD_SHARED": "0" if loopback else "1",
        "VISAVIS_DASHBOARD_SIGN_IN": "1" if sign_in else "0",
    }
    host = "localhost" if loopback or address in EVERYWHERE else address
    # Whoever ends this command ends the server it started.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with tempfile.TemporaryDirectory(prefix="visavis-") as folder:
        told = Path(folder) / "port"
        told.touch()
        server = subprocess.Popen(
            command_line(address, port, told, sign_in), cwd=root, env=environment
        )
        try:
            taken = _port(told, server, STARTING)
            if taken:
                if taken != port:
                    note(f"Port {port} is taken; using {taken}.")
                url = f"http://{host if ':' not in host else f'[{host}]'}:{taken}"
                url = _origin(sign_in, taken) or url
                say(f"The dashboard of {root} is at {url} (Ctrl-C ends it).")
                if not no_browser:
                    threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()
            code = server.wait()
            if code == NO_PORT:
                note(f"visavis: no port from {port} on is free on {address}; name another")
        except TimeoutError:
            _end(server, 0)
            code = 2
            note(
                f"visavis: the dashboard did not answer within {STARTING:.0f} seconds and was "
                "ended. Is the machine very busy? Try again; `visavis server stop` ends a database "
                "that hangs."
            )
        except KeyboardInterrupt:
            _end(server)
            code = 0
        finally:
            if read_only or not loopback:
                _stop_copy(root)
    raise typer.Exit(2 if code else 0)


def command_line(address: str, port: int, told: Path, sign_in: str = "") -> list[str]:
    """How the server is started: on one address, nothing sent anywhere, no file watched. It takes
    the first free port from `port` on, and writes it to `told` when it answers. sign_in: where
    people come back to who signed in."""
    settings = {
        "server.address": address,
        "server.port": str(port),
        "server.headless": "true",
        "server.fileWatcherType": "none",
        "server.runOnSave": "false",
        "server.showEmailPrompt": "false",
        "browser.gatherUsageStats": "false",
        "browser.serverAddress": "localhost" if is_loopback(address) else address,
        "client.toolbarMode": "minimal",
        "client.showErrorDetails": "none",
        "client.showErrorLinks": "false",
        "logger.level": "warning",
        "logger.hideWelcomeMessage": "true",
        **LOOKS,
    }
    if is_loopback(address):
        # Else a web page elsewhere could call itself by this address, and read and write here.
        more = os.environ.get("STREAMLIT_SERVER_ALLOWED_HOSTS", "")
        hosts = ("localhost", "127.0.0.1", "::1", *filter(None, map(str.strip, more.split(","))))
        settings["server.allowedHosts"] = ",".join(hosts)
    if origin := _origin(sign_in, port):
        settings["server.corsAllowedOrigins"] = origin  # of a proxy that speaks https
    flags = [f"--{name}={value}" for name, value in settings.items()]
    # -P: a click.py in the project's folder must not be taken for a package.
    return [sys.executable, "-P", "-m", "visavis.dashboard.start", str(told), *flags]


def is_loopback(address: str) -> bool:
    """Whether only this machine can reach `address`."""
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address.strip("[]")).is_loopback
    except ValueError:
        return False


def signed_in(root: Path) -> str:
    """Where people come back to who sign in: the `redirect_uri` of Streamlit's sign-in, where an
    [auth] section has its settings; else ""."""
    import tomllib

    for folder in (root, Path.home()):
        with contextlib.suppress(OSError, ValueError):
            told = tomllib.loads((folder / ".streamlit" / "secrets.toml").read_text("utf-8"))
            auth = told.get("auth")
            if not isinstance(auth, dict):
                continue
            providers = [auth, *(each for each in auth.values() if isinstance(each, dict))]
            complete = any(
                each.get("client_id") and each.get("server_metadata_url") for each in providers
            )
            if auth.get("redirect_uri") and auth.get("cookie_secret") and complete:
                return str(auth["redirect_uri"])
    return ""


def _origin(redirect: str, port: int) -> str:
    """`https://dashboard.example.org` of an address there; "" where it is none."""
    with contextlib.suppress(ValueError):
        told = urlsplit(redirect.replace("{port}", str(port)))
        if told.scheme and told.netloc:
            return f"{told.scheme}://{told.netloc}"
    return ""


def _attach(root: Path, read_only: bool) -> None:
    """Reach the database once before the browser opens, so that what is wrong is said here."""
    from visavis.face import open as open_project
    from visavis.schema.errors import VisavisError

    try:
        with open_project(root, read_only=read_only):
            pass
    except VisavisError as error:
        fail(error)


def _port(told: Path, server: subprocess.Popen[bytes], within: float) -> int:
    """Wait until the server answers: the port it took; 0 where it ended first. TimeoutError where
    it does neither within so many seconds."""
    deadline = time.monotonic() + within
    while server.poll() is None:
        if written := told.read_text("ascii"):
            return int(written)
        if time.monotonic() > deadline:
            raise TimeoutError
        time.sleep(0.02)
    return 0


def _end(server: subprocess.Popen[bytes], patience: float = ENDING) -> None:
    """End the server, in at most three times `patience` seconds. It got the Ctrl-C too, where that
    came from a terminal, and is given a moment; patience 0: it is not asked twice."""
    for stop in (None, server.terminate, server.kill):
        if stop is not None:
            stop()
        with contextlib.suppress(subprocess.TimeoutExpired, KeyboardInterrupt):
            server.wait(timeout=patience)
            return
    with contextlib.suppress(subprocess.TimeoutExpired):
        server.wait(timeout=ENDING)


def _stop_copy(root: Path) -> None:
    """Stop the server of the copy that others saw, if there is one."""
    from visavis.dashboard.public import FOLDER
    from visavis.graph import server
    from visavis.schema.errors import VisavisError

    if (root / FOLDER).is_dir():
        with contextlib.suppress(VisavisError, OSError):
            server.stop(root / FOLDER)


def _refuse(why: str) -> NoReturn:
    note(f"visavis: {why}")
    raise typer.Exit(2)
