"""Commands by which the graph leaves for other tools."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from visavis.shell import counted, near, project, say

__all__ = ["app"]

app = typer.Typer()


@app.command()
def export(
    target: Annotated[Path, typer.Argument(help="a folder (no ending)")],
    everything: Annotated[
        bool,
        typer.Option(
            "--include-restricted",
            help="also restricted and confidential sources, and informants' names",
        ),
    ] = False,
) -> None:
    """Write claims, nodes and edges as JSON lines and CSV: sorted, the same bytes each time."""
    if target.suffix:
        raise typer.BadParameter(
            f"'{target.suffix}' cannot be written yet; a name without an ending writes a folder"
        )
    with project() as g:
        done = g.export(target, everything=everything)
    say(
        f"Wrote {counted(done.claims, 'claim')}, {counted(done.nodes, 'node')} and "
        f"{counted(done.edges, 'edge')} to {near(target)}/"
    )
    withheld = [
        f"{counted(done.withheld_sources, 'source')} not public" if done.withheld_sources else "",
        f"{counted(done.withheld_claims, 'claim')} resting on them" if done.withheld_claims else "",
        f"the names of {counted(done.unnamed, 'informant')}" if done.unnamed else "",
    ]
    if any(withheld):
        say(f"Withheld: {', '.join(filter(None, withheld))} (--include-restricted writes them).")
