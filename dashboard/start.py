"""Starts Streamlit with what the first page needs already imported.

Streamlit imports a page's libraries when the first reader asks for it, who would wait seconds for
them. Here they are imported before it listens: once it is up, it is quick.
"""

from __future__ import annotations

import contextlib
import importlib
import os

from visavis.graph.connect import connect
from visavis.graph.lock import revision
from visavis.schema.errors import VisavisError
from visavis.schema.model import vocabulary

__all__ = ["NEEDED", "main"]

# Modules with caches of Streamlit's own (the pages) are not among them: those want it running.
NEEDED = (
    "altair",
    "polars",
    "visavis.dashboard.cards",
    "visavis.dashboard.drawing",
    "visavis.exchange.prose",
    "visavis.queries.find",
    "visavis.queries.library",
    "visavis.queries.relationship",
)


def main() -> None:
    """Import, ask the database once, then be `streamlit` with the arguments of this command."""
    from streamlit.web.cli import main as streamlit

    for name in NEEDED:
        importlib.import_module(name)
    vocabulary()
    # The driver is heavy too. A database that is away is said by the page, and tried again there.
    with contextlib.suppress(VisavisError):
        folder = os.environ.get("VISAVIS_DASHBOARD_PROJECT") or None
        with connect(os.environ.get("NEO4J_URI") or None, project=folder) as graph:
            revision(graph)
    streamlit(prog_name="streamlit")


if __name__ == "__main__":
    main()
