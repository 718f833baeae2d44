"""Commands that judge who is who: actors, or sources, that are one, and those that are not."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from visavis.shell import (
    Format,
    counted,
    note,
    print_faults,
    print_report,
    project,
    project_root,
    say,
    show,
)

__all__ = ["app"]

app = typer.Typer()

Names = Annotated[list[str] | None, typer.Argument(help="actors, or sources, as people type them")]


@app.command()
def same(
    names: Names = None,
    why: Annotated[str, typer.Option(help="the reason, kept with the judgement")] = "",
    by: Annotated[str, typer.Option(help="who judges; else the coder of visavis.yaml")] = "",
    different: Annotated[
        bool, typer.Option("--not", help="they are not one, and nobody is asked again")
    ] = False,
    listed: Annotated[bool, typer.Option("--list", help="the judgements that stand")] = False,
    certain: Annotated[
        bool, typer.Option("--certain", help="join persons of several volumes where it is certain")
    ] = False,
    suggest: Annotated[
        bool, typer.Option("--suggest", help="persons who may be one, likeliest first")
    ] = False,
    form: Format = "table",
) -> None:
    """Judge actors, or sources, to be one: edges and citations of all end at the first.

    A judgement is a line in judgements.yaml: no source is rewritten, and `visavis undo` takes it
    back. With --not they are judged to be different. --certain does it for persons of archive
    volumes who have the same full name and an office in common at one time, as an ingest of volumes
    does by itself; --suggest lists the others who may be one.
    """
    if listed:
        rows = _standing()
        if not rows:
            note("nobody is judged to be the same as another; visavis same A B does it")
        show(rows, ["judgement", "first", "others", "why", "by", "on", "line"], form)
        return
    if certain or suggest:
        _candidates(certain, form)
        return
    if not names or len(names) < 2:
        raise typer.BadParameter("name two or more, or --list", param_hint="NAMES")
    with project() as g:
        ids = g.who(names)
        report = g.same(*ids, why=why, by=by, different=different)
        others = ", ".join(ids[1:])
        say(f"{others} {'is not' if different else 'is'} {ids[0]}.")
        print_faults(report.faults)
        print_report(report)


@app.command()
def undo(
    names: Names = None,
    certain: Annotated[
        bool, typer.Option("--certain", help="all persons that the program joined by itself")
    ] = False,
) -> None:
    """Take back what judges these to be one, or different; or a withdrawal.

    One name is taken out of every judgement of identity that names it. Of several, the others are
    parted from the one that stands first in its list. --certain takes back all persons that an
    ingest of volumes (or visavis same --certain) joined, and leaves your own. Who might be joined
    again becomes unsure: the program leaves them apart, until you undo that too.
    """
    if bool(names) == certain:
        message = "name whom it concerns (visavis same --list shows them), or --certain alone"
        raise typer.BadParameter(message, param_hint="NAMES")
    from visavis.ingest.judgements import BY_PROGRAM

    with project() as g:
        taken, report = g.undo_certain() if certain else g.undo(*names or ())
        for judgement in taken:
            say(f"Taken back: {judgement.what} {', '.join(judgement.ids)}.")
        note(f"{counted(len(taken), 'judgement')} of judgements.yaml changed or removed.")
        if all(judgement.what == "unsure" for judgement in taken):
            note("visavis same --certain, or the next ingest of volumes, may join them again.")
        elif any(judgement.by == BY_PROGRAM for judgement in taken):
            note("They are unsure now and stay apart; undone once more, they may be joined again.")
        print_faults(report.faults)
        print_report(report)


def _candidates(certain: bool, form: str) -> None:
    """Join those who are certainly one; or list those who may be."""
    with project() as g:
        if certain:
            report = g.join_certain()
            if not report.joined:
                say("Nobody else is certainly one person.")
            print_faults(report.faults)
            print_report(report)
            return
        found = g.suggest()
    rows = [
        {
            "score": each.score,
            "one": each.one.removeprefix("actor/"),
            "other": each.other.removeprefix("actor/"),
            "why": each.why,
        }
        for each in found
    ]
    show(rows, ["score", "one", "other", "why"], form)
    note("visavis same ONE OTHER --why ... joins two; with --not they are not asked again.")


def _standing() -> list[dict[str, Any]]:
    """The judgements of identity of this project, as rows."""
    from visavis.ingest.judgements import lines

    return [
        {
            "judgement": one.what,
            "first": one.ids[0],
            "others": list(one.ids[1:]),
            "why": one.why,
            "by": one.by,
            "on": one.on,
            "line": one.line,
        }
        for one in lines(project_root())
        if one.what != "withdraw"
    ]
