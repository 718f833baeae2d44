"""Signing in: nobody sees data before, and a small provider of OpenID Connect on this machine."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import secrets
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import small
from browser import Visitor, address_of, end, missing, start

from visavis.graph import server
from visavis.graph.connect import connect
from visavis.ingest.run import ingest


class Provider(ThreadingHTTPServer):
    """An OpenID Connect provider that lets everyone in as Anna, after a page with one button."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        from joserfc.jwk import RSAKey

        self.key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.asked: dict[str, dict[str, str]] = {}
        self.tokens = 0

    def token(self, nonce: str) -> str:
        """Who signed in, signed."""
        from joserfc import jwt

        now = int(time.time())
        told = {"iss": self.url, "aud": "visavis", "sub": "anna", "name": "Anna <b>Lind</b>",
                "email": "anna@example.org", "nonce": nonce, "iat": now, "exp": now + 600}  # fmt: skip
        return jwt.encode({"alg": "RS256", "kid": "one"}, told, self.key)


class Answers(BaseHTTPRequestHandler):
    """Its addresses: what it is, its keys, the page of the button, and the token."""

    server: Provider

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        provider, told = self.server, urlsplit(self.path)
        given = {name: values[0] for name, values in parse_qs(told.query).items()}
        if told.path == "/.well-known/openid-configuration":
            self.json(
                {
                    "issuer": provider.url,
                    "authorization_endpoint": f"{provider.url}/authorize",
                    "token_endpoint": f"{provider.url}/token",
                    "jwks_uri": f"{provider.url}/keys",
                    "response_types_supported": ["code"],
                    "subject_types_supported": ["public"],
                    "id_token_signing_alg_values_supported": ["RS256"],
                }
            )
        elif told.path == "/keys":
            self.json({"keys": [provider.key.as_dict(private=False)]})
        elif told.path == "/authorize" and given.get("client_id") == "visavis":
            code = secrets.token_urlsafe(8)
            provider.asked[code] = given
            back = f"{given['redirect_uri']}?{urlencode({'code': code, 'state': given['state']})}"
            self.answer(f"<h1>Who are you?</h1><a href='{back}'>Anna</a>".encode(), "text/html")
        else:
            self.send_error(404)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        given = {name: values[0] for name, values in parse_qs(body).items()}
        asked = self.server.asked.pop(given.get("code", ""), None)
        secret = base64.b64encode(b"visavis:hush").decode()
        if asked is None or self.headers.get("Authorization") != f"Basic {secret}":
            self.send_error(401)
            return
        if "code_challenge" in asked:
            digest = hashlib.sha256(given["code_verifier"].encode()).digest()
            challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
            assert challenge == asked["code_challenge"]
        self.server.tokens += 1
        token = self.server.token(asked.get("nonce", ""))
        self.json(
            {"access_token": "a", "token_type": "Bearer", "expires_in": 600, "id_token": token}
        )

    def json(self, told: Any) -> None:
        self.answer(json.dumps(told).encode(), "application/json")

    def answer(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def provider() -> Iterator[Provider]:
    try:
        import authlib  # noqa: F401
        import joserfc  # noqa: F401
    except ImportError:
        missing("authlib")
    running = Provider()
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield running
    running.shutdown()
    running.server_close()


@pytest.mark.browser
def test_who_is_not_signed_in_sees_no_data_and_ctrl_c_ends_it(
    chromium: Any, provider: Provider, tmp_path: Path
) -> None:
    root = small.write(tmp_path / "project", {"visavis.yaml": "project: small\n", **small.FILES})
    with connect(project=root) as graph:
        ingest(graph, root)
    told = tmp_path / ".streamlit" / "secrets.toml"
    told.parent.mkdir()
    told.write_text(
        f"""\
[auth]
redirect_uri = "http://localhost:{{port}}/oauth2callback"
cookie_secret = "{secrets.token_hex(24)}"
client_id = "visavis"
client_secret = "hush"
server_metadata_url = "{provider.url}/.well-known/openid-configuration"
"""
    )
    beside = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    command = [sys.executable, "-m", "visavis.cli", "dashboard", "--no-browser", "--address",
               "0.0.0.0", "--port", str(8670 + 40 * beside), "--project", str(root)]  # fmt: skip
    said = (tmp_path / "said").open("w")
    running = start(command, home=tmp_path, heard=said)
    context = chromium.new_context()
    try:
        visitor = Visitor(context.new_page(), address_of(running))
        assert re.fullmatch(r"http://localhost:\d+", visitor.url)
        _signs_in_and_out(visitor, provider)
        # With the page open: a terminal tells all of its processes.
        os.killpg(running.pid, signal.SIGINT)
        began = time.monotonic()
        assert running.wait(timeout=30) == 0
        assert time.monotonic() - began < 12
        with socket.socket() as probe:
            port = int(visitor.url.rpartition(":")[2])
            assert probe.connect_ex(("127.0.0.1", port)) != 0
        assert "Traceback" not in (tmp_path / "said").read_text()
        assert visitor.outside == []
    finally:
        context.close()
        end(running)
        said.close()
        server.stop(root)


def _signs_in_and_out(visitor: Visitor, provider: Provider) -> None:
    heard: list[str] = []

    def hear(frame: str | bytes) -> None:
        heard.append(frame.decode("utf-8", "replace") if isinstance(frame, bytes) else frame)

    visitor.page.on("websocket", lambda socket: socket.on("framereceived", hear))
    for path in ("/", "/query?q=most-met&actor=reagan"):
        page = visitor.open(path)
        assert page.inner_text("h1") == "Sign in"
    assert heard and not any("Gorbachev" in frame for frame in heard)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="Who are you?").wait_for()
    page.get_by_role("link", name="Anna").click()
    page.get_by_role("heading", name="Ronald Reagan and Mikhail Gorbachev").wait_for()
    assert provider.tokens == 1 and any("Gorbachev" in frame for frame in heard)
    page.get_by_text("Signed in as Anna <b>Lind</b>.").wait_for()
    # Whoever may look from elsewhere sees no page that writes.
    assert page.get_by_role("link", name="Code an encounter").count() == 0
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("heading", name="Sign in").wait_for()
    assert visitor.open("/").inner_text("h1") == "Sign in"
    assert visitor.faults == []
