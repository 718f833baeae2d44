"""A page of the dashboard as Streamlit's AppTest runs it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from visavis.graph.connect import Graph

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest

__all__ = ["desk", "opened", "page", "ready", "words"]


@pytest.fixture
def _fresh() -> Iterator[None]:
    """Nothing remembered by another test."""
    import streamlit as st

    st.cache_resource.clear()
    st.cache_data.clear()
    yield
    st.cache_resource.clear()
    st.cache_data.clear()


@pytest.fixture
def ready(shipped: Graph, _fresh: None, monkeypatch: pytest.MonkeyPatch) -> Graph:
    """The dashboard's graph, with the shipped cases in it."""
    place: Any = shipped._place
    monkeypatch.setenv("VISAVIS_DASHBOARD_PROJECT", str(place.project))
    return shipped


@pytest.fixture
def desk(arcade: Graph, _fresh: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The local server's graph, and a project's folder of one's own."""
    monkeypatch.setattr("visavis.dashboard.common.graph", lambda: arcade)
    monkeypatch.setattr("visavis.dashboard.common.root", lambda: tmp_path)
    monkeypatch.setenv("VISAVIS_DASHBOARD_PROJECT", str(tmp_path))
    (tmp_path / "visavis.yaml").write_text("coder: anna\n")
    return tmp_path


def _script(name: str) -> None:
    import importlib

    from visavis.dashboard import common

    module = importlib.import_module(f"visavis.dashboard.page_{name}")
    common.guarded(module.page, empty_too=common.PAGES[name][2])


def page(name: str, **params: str) -> AppTest:
    """The page of that name at an address with these parameters, before it runs."""
    from streamlit.testing.v1 import AppTest

    test = AppTest.from_function(_script, kwargs={"name": name}, default_timeout=30)
    for key, value in params.items():
        test.query_params[key] = value
    return test


def opened(name: str, **params: str) -> AppTest:
    """The same after a first run."""
    return page(name, **params).run()


def words(test: AppTest) -> str:
    """Everything a page says."""
    shown = (*test.title, *test.header, *test.markdown, *test.error, *test.warning)
    told = [block.value for block in shown]
    told += [block.proto.body for block in test.get("html")]
    return "\n".join(str(text) for text in told).replace("\u2060", "")
