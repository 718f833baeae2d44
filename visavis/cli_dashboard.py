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

import typer

from visavis.shell import fail, note, project_root, say

__all__ = ["app", "command_line", "is_loopback", "signed_in"]

app = typer.Typer()

PORT = 8501
NO_PORT = 4  # how the server ends where it found no free one
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
    sign_in = not loopback and signed_in(root)
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
    host = "localhost" if loopback else address
    # Whoever ends this command ends the server it started.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with tempfile.TemporaryDirectory(prefix="visavis-") as folder:
        told = Path(folder) / "port"
        told.touch()
        server = subprocess.Popen(command_line(address, port, told), cwd=root, env=environment)
        try:
            taken = _port(told, server)
            if taken:
                if taken != port:
                    note(f"Port {port} is taken; using {taken}.")
                url = f"http://{host if ':' not in host else f'[{host}]'}:{taken}"
                say(f"The dashboard of {root} is at {url} (Ctrl-C ends it).")
                if not no_browser:
                    threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()
            code = server.wait()
            if code == NO_PORT:
                note(f"visavis: no port from {port} on is free on {address}; name another")
        except KeyboardInterrupt:
            code = _end(server)
        finally:
            _stop_copy(root)
    raise typer.Exit(2 if code else 0)


def command_line(address: str, port: int, told: Path) -> list[str]:
    """How the server is started: on one address, nothing sent anywhere, no file watched. It takes
    the first free port from `port` on, and writes it to `told` when it answers."""
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


def signed_in(root: Path) -> bool:
    """Whether Streamlit's sign-in is configured: an [auth] section with its three settings."""
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
                return True
    return False


def _attach(root: Path, read_only: bool) -> None:
    """Reach the database once before the browser opens, so that what is wrong is said here."""
    from visavis.face import open as open_project
    from visavis.schema.errors import VisavisError

    try:
        with open_project(root, read_only=read_only):
            pass
    except VisavisError as error:
        fail(error)


def _port(told: Path, server: subprocess.Popen[bytes]) -> int:
    """Wait until the server answers: the port it took; 0 where it ended first."""
    while server.poll() is None:
        if written := told.read_text("ascii"):
            return int(written)
        time.sleep(0.02)
    return 0


def _end(server: subprocess.Popen[bytes]) -> int:
    """End the server: it got the Ctrl-C too, and is given a moment."""
    for stop in (None, server.terminate, server.kill):
        if stop is not None:
            stop()
        with contextlib.suppress(subprocess.TimeoutExpired, KeyboardInterrupt):
            server.wait(timeout=5)
            return 0
    return 0


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
