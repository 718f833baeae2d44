"""Commands of the library: sources, texts with citations, and candidates to review."""

from __future__ import annotations

import typer

__all__ = ["app"]

app = typer.Typer()
