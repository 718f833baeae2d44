"""Commands by which the graph leaves for other tools, and goes to another engine."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from visavis.schema.errors import NotFoundError
from visavis.shell import From, Progress, To, counted, near, note, project, project_root, say

if TYPE_CHECKING:
    from visavis.exchange.leaving import Exported

__all__ = ["app"]

app = typer.Typer()

Everything = Annotated[
    bool,
    typer.Option(
        "--include-restricted",
        help="also restricted and confidential sources, and informants' names",
    ),
]


@app.command()
def export(
    target: Annotated[
        Path | None, typer.Argument(help="a file, by whose ending the form is chosen, or a folder")
    ] = None,
    form: Annotated[
        str, typer.Option("--format", "-f", help="the form, where the ending does not say it")
    ] = "",
    edges: Annotated[
        str,
        typer.Option(
            help="of networks and events: participation, acts, together, all, or types of edge "
            "separated by commas (credit,discredit)"
        ),
    ] = "",
    from_: From = "",
    to: To = "",
    leads: Annotated[bool, typer.Option(help="also what only machines coded")] = False,
    unit: Annotated[str, typer.Option(help="of time in events: year, day, hour or minute")] = "",
    spans: Annotated[
        str,
        typer.Option(help="events whose unit is not certain: drop, earliest or latest"),
    ] = "",
    largest: Annotated[
        int | None, typer.Option(help="most participants of an encounter taken apart into pairs")
    ] = None,
    base: Annotated[
        str, typer.Option(help="of RDF: what identifiers begin with, if not w3id.org/visavis")
    ] = "",
    everything: Everything = False,
) -> None:
    """Write the graph for other tools: sorted, the same bytes each time. Without a target, list
    the forms."""
    from visavis.exchange.forms import FORMS

    if target is None:
        for each in FORMS.values():
            say(f"{each.name:10} {' '.join(each.endings) or 'DIR':10} {each.says}")
        return
    asked = {"edges": edges, "from_": from_, "to": to, "leads": leads, "unit": unit}
    asked |= {"spans": spans, "largest": largest, "base": base}
    options: dict[str, Any] = {name: value for name, value in asked.items() if value}
    with project() as g:
        sent = g.export(target, form=form, everything=everything, **options)
    folder = "/" if target.is_dir() else ""
    say(f"Wrote {sent.says} to {near(target)}{folder}")
    for what, number in sorted(sent.left_out.items()):
        say(f"Left out: {number:,} {what}.")
    if sent.advice:
        note(sent.advice)
    _withheld(sent.done)


def _withheld(done: Exported) -> None:
    withheld = [
        f"{counted(done.withheld_sources, 'source')} not public" if done.withheld_sources else "",
        f"{counted(done.withheld_claims, 'claim')} resting on them" if done.withheld_claims else "",
        f"the names of {counted(done.unnamed, 'informant')}" if done.unnamed else "",
    ]
    if any(withheld):
        say(f"Withheld: {', '.join(filter(None, withheld))} (--include-restricted writes them).")


@app.command()
def publish(
    target: Annotated[Path, typer.Argument(help="the folder to write")],
    title: Annotated[str, typer.Option(help="in place of the one in visavis.yaml")] = "",
    version: Annotated[str, typer.Option(help="such as 1.0; else a digest of the data")] = "",
    licence: Annotated[str, typer.Option(help="such as CC-BY-4.0 or CC0-1.0")] = "",
    everything: Everything = False,
) -> None:
    """Write a folder to publish: SQLite, CSV with a schema, linked data, bibliography, citation.

    What it says of itself stands under publish: in visavis.yaml (title, authors, description,
    licence, version, doi, released, base).
    """
    with project() as g:
        about, done = g.publish(
            target, everything=everything, title=title, version=version, licence=licence
        )
    say(
        f"Wrote {counted(done.claims, 'claim')}, {counted(done.nodes, 'node')} and "
        f"{counted(done.edges, 'edge')} to {near(target)}/"
    )
    if not about.licence:
        say("No licence is stated: nobody may reuse it (--licence, or publish: in visavis.yaml).")
    _withheld(done)


@app.command()
def load(
    to: Annotated[
        str,
        typer.Option(
            "--to",
            help="address of the database: neo4j://host:7687, or local for the project's own",
        ),
    ],
    folder: Annotated[
        Path | None, typer.Option("--from-folder", help="an exported folder, not this project")
    ] = None,
    apply: Annotated[
        bool, typer.Option("--apply", help="also where a graph is there already")
    ] = False,
    wait: Annotated[float, typer.Option(help="seconds to wait for an ingest there")] = 60.0,
) -> None:
    """Copy the graph to another database, exactly: what this one exports, that one exports.

    User, password and database are those of NEO4J_USERNAME, NEO4J_PASSWORD, NEO4J_DATABASE. `--to
    local` brings the graph of NEO4J_URI, or of a folder, to the project's own server. An empty
    database is filled; of one that holds a graph of ours it is said what would change, and
    --apply does it.
    """
    from visavis.exchange.load import copy_folder, copy_graph
    from visavis.graph.connect import connect

    if to == "local" and folder is None and not os.environ.get("NEO4J_URI"):
        raise NotFoundError(
            "local is the project's own server, which is the graph that would be copied",
            ["set NEO4J_URI to the database that the graph is in, or give --from-folder"],
        )
    target = connect(project=project_root()) if to == "local" else connect(to)
    with target as there, Progress("loading") as bar:
        if folder is not None:
            done = copy_folder(folder, there, apply=apply, wait=wait, progress=bar)
        else:
            with project() as g:
                done = copy_graph(g.graph, there, apply=apply, wait=wait, progress=bar)
    parts = [
        f"{len(names):,} {word}"
        for names, word in (
            (done.added, "added"),
            (done.changed, "changed"),
            (done.removed, "removed"),
        )
        if names
    ]
    parts += [f"{done.unchanged:,} unchanged"] if done.unchanged else []
    say(f"Documents: {', '.join(parts) or 'none'}.")
    for name in done.removed[:20]:
        say(f"  {'removed' if done.applied else 'would be removed'}: {name}")
    if len(done.removed) > 20:
        say(f"  and {len(done.removed) - 20:,} more")
    if done.added or done.changed or done.removed:
        if not done.applied:
            note("Nothing was changed. Add --apply to make that graph equal to this one.")
    else:
        say("The graph there already agrees with this one.")
