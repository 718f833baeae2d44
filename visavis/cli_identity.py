"""Commands that judge who is who."""

from __future__ import annotations

import typer

__all__ = ["app"]

app = typer.Typer()
