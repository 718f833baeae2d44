"""A page of the dashboard as Streamlit's AppTest runs it."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

__all__ = ["opened", "page", "words"]


def _script(name: str) -> None:
    import importlib

    from visavis.dashboard import common

    module = importlib.import_module(f"visavis.dashboard.page_{name}")
    common.guarded(module.page, empty_too=common.PAGES[name][2])


def page(name: str, **params: str) -> AppTest:
    """The page of that name at an address with these parameters, before it runs."""
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
