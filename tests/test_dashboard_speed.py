"""What keeps the dashboard quick on a large graph, and says what it left out."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import re
import socket
import sys
import types
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from browser import Served, address_of, end, start
from shown import opened, page, words
from streamlit import file_util
from streamlit.testing.v1 import AppTest
from test_dashboard import arcade_only

from visavis.dashboard import common, drawing, page_relationship
from visavis.dashboard import start as starting
from visavis.graph.connect import Graph
from visavis.queries import network
from visavis.queries.find import find
from visavis.queries.relationship import relationship
from visavis.queries.told import Actor, Encounter, Relationship
from visavis.schema.claims import problems
from visavis.schema.model import vocabulary
from visavis.schema.text import fold

MADE = Path(__file__).parents[1] / "benchmarks" / "dashboard.py"
Answer = tuple[int, dict[bytes, bytes], bytes]


# -- only so much is read -------------------------------------------------------------------------


def test_of_many_encounters_the_latest_are_told(shipped: Graph) -> None:
    whole = relationship(shipped, "reagan", "gorbachev")
    assert relationship(shipped, "reagan", "gorbachev", most=len(whole.encounters)) == whole
    few = relationship(shipped, "reagan", "gorbachev", most=2)
    assert [e.id for e in few.encounters] == [e.id for e in whole.encounters[-2:]]
    assert few.left_out["earlier encounters"] == len(whole.encounters) - 2
    told = {exchange.id for _, exchange in few.exchanges}
    assert told <= {exchange.id for _, exchange in whole.exchanges}
    assert few.left_out["earlier acts"] == len(whole.exchanges) - len(told)
    early = relationship(shipped, "reagan", "gorbachev", to="1985", most=1)
    assert [e.when for e in early.encounters] == [whole.encounters[0].when]
    states = relationship(shipped, "us", "china", most=1)
    assert states.represented is not None and len(states.represented.encounters) == 1


@arcade_only
def test_the_relationship_says_that_it_tells_the_latest(
    ready: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_relationship, "MOST", 2)
    told = words(opened("relationship", a="reagan", b="gorbachev"))
    assert "Of 5 encounters the latest 2 are told here." in told
    assert "3 earlier encounters" in told


@arcade_only
def test_landing_reads_a_bounded_part_of_the_graph(
    ready: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_relationship, "FAMOUS", ("actor/nobody", "actor/nobody-else"))
    place = ready.address
    assert page_relationship._default(place, 1) == ("actor/gorbachev", "actor/reagan")
    monkeypatch.setattr(page_relationship, "LOOK", 1)
    one = page_relationship._default(place, 2)
    assert one is not None and len(set(one)) == 2
    monkeypatch.setattr(page_relationship, "BUSIEST", "UNWIND [] AS one RETURN one")
    met = page_relationship._default(place, 3)
    assert met is not None and relationship(ready, *met).known


def test_who_meets_often_is_told_from_a_part(
    shipped: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    exact = network.busiest(shipped, 5)
    assert network.busiest(shipped, 5, quick=True) == exact
    monkeypatch.setattr(network, "SURE", 1)
    often = network.busiest(shipped, 5, quick=True)
    assert [m.met for m in often] == sorted((m.met for m in often), reverse=True)
    assert {m.id for m in often} & {m.id for m in exact}
    monkeypatch.setattr(network, "LOOKED", 1)
    assert len(network.busiest(shipped, 5, quick=True)) == 1


@arcade_only
def test_any_actor_of_a_large_graph_is_found_by_typing(
    ready: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(common, "MANY", 3)
    monkeypatch.setattr(common, "SOME", 2)
    listed = opened("actor", actor="reagan").selectbox(key="p_actor").options
    assert len(listed) <= 3 and "Ronald Reagan" in listed

    def typing(text: str) -> AppTest:
        """As if it had been typed, with Enter: AppTest knows no new options."""
        test = page("actor", actor="reagan")
        test.session_state["p_actor"], test.session_state["_seen_p_actor"] = text, "reagan"
        return test.run()

    def info(test: AppTest) -> str:
        return " ".join(each.value for each in test.info).replace("\\", "")

    one = typing("gorbachev")
    assert not one.exception and one.session_state["p_actor"] == "actor/gorbachev"
    assert one.query_params["actor"] in ("gorbachev", ["gorbachev"])
    assert "Mikhail Gorbachev" in words(one)
    texts = ready.rows("MATCH (a:Actor) WHERE a.kind = 'person' RETURN a.search AS text")
    begins = Counter(row["text"].split()[-1][:2] for row in texts if row["text"])
    shared = next(word for word, _ in begins.most_common() if len(find(ready, "actor", word)) > 1)
    several = typing(shared)
    assert not several.exception and f"fit “{shared}”" in info(several)
    options = several.selectbox(key="p_actor").options
    assert sum(shared in fold(option) for option in options) > 1
    assert several.session_state["p_actor"] is None
    assert "no actor" in info(typing("qwertyuiop"))


@arcade_only
def test_what_takes_long_of_a_hub_waits_until_it_is_opened(
    ready: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    from visavis.dashboard import page_actor

    asked: list[str] = []
    plain = common.ask

    def ask(name: str, **values: Any) -> Any:
        asked.append(name)
        return plain(name, **values)

    monkeypatch.setattr(common, "ask", ask)
    monkeypatch.setattr(page_actor, "MOST", 1)
    test = opened("actor", actor="reagan")
    assert not test.exception and "most-met" not in asked and "who-is" in asked
    assert "Most met" in [expander.label for expander in test.expander]


def test_encounters_without_acts_and_room_for_labels_can_be_clicked() -> None:
    day, instant = 86_400, 500_000_000
    met = tuple(
        Encounter(
            f"meeting/m{n}", f"Encounter {n}", date="1985", when="1985",
            earliest=instant + n * day, latest=instant + n * day + 1,
            starts_by=instant + n * day + 1, ends_from=instant + n * day,
        )
        for n in range(600)
    )  # fmt: skip
    made = Relationship(Actor("actor/a", "A"), Actor("actor/b", "B"), met)
    drawn = drawing.relationship_picture(made)
    assert drawn.left_out == "200 more encounters are in the table only."
    assert "stripe" in {each["name"] for each in drawn.chart["params"]}


# -- the start ------------------------------------------------------------------------------------


def test_a_port_that_another_took_in_the_same_moment_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        told, tried = tmp_path / "port", []
        told.touch()

        def serve(file: Path, settings: dict[str, Any]) -> None:
            tried.append(settings["server.port"])
            assert settings["server.address"] == "127.0.0.1" and settings["server.headless"] is True
            if len(tried) == 1:  # Streamlit could not bind
                raise SystemExit(1)
            file.write_text(str(settings["server.port"]))

        monkeypatch.setattr(starting, "_serve", serve)
        flags = ["--server.address=127.0.0.1", f"--server.port={port}", "--server.headless=true"]
        assert starting.main([str(told), *flags]) == 0
        assert port not in tried and len(tried) == 2 and int(told.read_text()) == tried[1]


def test_a_server_that_fails_is_not_started_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def serve(file: Path, settings: dict[str, Any]) -> None:
        file.write_text("8501")
        raise SystemExit(1)

    monkeypatch.setattr(starting, "_serve", serve)
    (tmp_path / "port").touch()
    flags = ["--server.address=127.0.0.1", "--server.port=0"]
    assert starting.main([str(tmp_path / "port"), *flags]) == 1


def answered(files: starting.Files, path: str, method: str = "GET") -> Answer:
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    asyncio.run(files({"type": "http", "method": method, "path": path}, None, send))
    return sent[0]["status"], dict(sent[0]["headers"]), sent[1]["body"]


async def beyond(scope: Any, receive: Any, send: Any) -> None:
    """Streamlit itself."""
    await send({"type": "http.response.start", "status": 418, "headers": []})
    await send({"type": "http.response.body", "body": b"Streamlit"})


def test_the_browsers_files_are_answered_from_memory_and_nothing_else() -> None:
    folder = Path(file_util.get_static_dir())
    files = starting.Files(beyond, folder)
    page = answered(files, "/")[2].decode()
    assert answered(files, "/network")[2].decode() == page
    linked = re.findall(r'href="\./(static/js/[^"]+)"', page)
    assert len(linked) == len(set(linked)) and any("ArrowVegaLiteChart" in x for x in linked)
    for name in linked:
        status, headers, body = answered(files, f"/{name}")
        assert status == 200 and body == (folder / name).read_bytes()
        assert headers[b"content-type"].startswith(b"text/javascript")
    for path in ("/static/../index.html", "/static/js/none.js", "/_stcore/health", "/media/x.png",
                 "/nosuch", "/static/js/../../manifest.json", "/oauth2callback"):  # fmt: skip
        assert answered(files, path)[0] == 418, path
    assert answered(files, "/", "POST")[0] == 418


def test_without_a_manifest_streamlits_own_page_is_shown(tmp_path: Path) -> None:
    (tmp_path / "static").mkdir()
    (tmp_path / "index.html").write_text("<head></head>")
    assert answered(starting.Files(beyond, tmp_path), "/")[0] == 418
    manifest = {
        "a.tsx": {"name": "A", "file": "a.js", "imports": ["b.js"]},
        "b.js": {"name": "b", "file": "static/b.js", "imports": ["a.tsx"]},
        "c.tsx": {"name": "C", "file": "c.js"},
    }
    assert starting.preloaded(manifest, ["A"]) == ["a.js", "static/b.js"]
    (tmp_path / "manifest.json").write_text(json.dumps(manifest | {"x": {"name": "DataFrame"}}))
    assert answered(starting.Files(beyond, tmp_path), "/")[0] == 200


@pytest.mark.browser
def test_two_dashboards_of_one_moment_take_two_ports(served: Served) -> None:
    command = [sys.executable, "-m", "visavis.cli", "dashboard", "--no-browser", "--port", "8950",
               "--project", str(served.root)]  # fmt: skip
    both = [start(command) for _ in "12"]
    try:
        assert len({address_of(each) for each in both}) == 2
    finally:
        for each in both:
            end(each)


# -- the benchmark's own graph --------------------------------------------------------------------


@pytest.fixture(scope="module")
def benchmark_() -> types.ModuleType:
    spec = importlib.util.spec_from_file_location("benchmark_dashboard", MADE)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_what_the_benchmark_adds_is_sound(benchmark_: types.ModuleType) -> None:
    documents = list(benchmark_.additions(300))
    claims = [claim for each in documents for claim in each.claims]
    assert [p for claim in claims for p in problems(claim, vocabulary())] == []
    assert len({claim.id for claim in claims}) == len(claims)
    assert {"held_at", "credit", "staged", "performed"} <= {claim.predicate for claim in claims}
    assert claims == [c for each in benchmark_.additions(300) for c in each.claims]
