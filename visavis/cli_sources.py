"""Commands of the library: its works, which of them are one, and how they are cited."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from visavis.schema.errors import NotFoundError
from visavis.shell import Progress, counted, note, print_faults, print_report, project, say, show

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from visavis.exchange.bibliography import Works
    from visavis.face import Project
    from visavis.ingest.duplicates import Found
    from visavis.ingest.run import Report

__all__ = ["app", "waiting"]

LOOKED_AT = 200_000  # claims of a graph that is looked through for works after an ingest, at most


class _Listing(TyperGroup):
    """A group whose first word, where it is no command, is looked for in the list."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if not args or (args[0] not in self.commands and args[0] not in ("--help", "-h")):
            args = ["list", *args]
        return super().parse_args(ctx, args)


app = typer.Typer()
sources_app = typer.Typer(
    cls=_Listing,
    help="The works of the project: list them, and judge which are one.",
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(sources_app, name="sources")

_FILES = ("csl-json", "bibtex", "ris")
Names = Annotated[list[str], typer.Argument(help="works: keys, or names as people type them")]
Why = Annotated[str, typer.Option(help="the reason, kept with the judgement")]
By = Annotated[str, typer.Option(help="who judges; else the coder of visavis.yaml")]
Everything = Annotated[
    bool, typer.Option("--everything", help="with what is restricted, and names of informants")
]


@sources_app.command("list")
def list_sources(
    words: Annotated[list[str] | None, typer.Argument(help="words that a work must have")] = None,
    form: Annotated[
        str, typer.Option("--format", "-f", help="table, csv, json, csl-json, bibtex or ris")
    ] = "table",
    unused: Annotated[
        bool, typer.Option("--unused", help="only those that no claim cites")
    ] = False,
    used: Annotated[bool, typer.Option("--used", help="only those that claims cite")] = False,
    limit: Annotated[int, typer.Option(help="rows of the table at most; 0 for all")] = 100,
    everything: Everything = False,
) -> None:
    """The works, with how many claims cite each; as a table, or as a file for other programs.

    Formats for other programs leave out what is restricted or confidential, and say so.
    """
    if form not in ("table", "csv", "json", *_FILES):
        raise typer.BadParameter(
            "choose table, csv, json, csl-json, bibtex or ris", param_hint="--format"
        )
    from visavis.exchange import bibliography
    from visavis.schema import citing

    with project() as g:
        found = bibliography.works(_ready(g), everything or form not in _FILES)
        cited = _claims_of(g)
    wanted = _with_words(found, words or ())
    if unused or used:
        wanted = [source for source in wanted if bool(cited.get(source)) is used]
    chosen = {source: found.records[source] for source in wanted}
    if form in _FILES:
        sys.stdout.write(bibliography.written(chosen, form))
        _say_withheld(found, found.withheld | set(chosen))
        return
    rows = [
        {
            "key": source.partition("/")[2],
            "citation": citing.short(record),
            "title": citing.plain(str(record.get("title") or "")),
            "type": str(record.get("kind") or record.get("type") or ""),
            "claims": cited.get(source, 0),
        }
        for source, record in chosen.items()
    ]
    shown = rows[:limit] if limit and form == "table" else rows
    show(shown, ["key", "citation", "title", "type", "claims"], form)
    if len(shown) < len(rows):
        note(f"{len(shown):,} of {len(rows):,} works; --limit 0 shows all.")
    if not rows:
        raise typer.Exit(1)


@sources_app.command()
def suggest(
    words: Annotated[list[str] | None, typer.Argument(help="only works with these words")] = None,
    form: Annotated[str, typer.Option("--format", "-f", help="table, json or csv")] = "table",
) -> None:
    """Works that are one for certain, and pairs that a person should look at, each with the reason.

    Certain ones are joined by `visavis sources merge --certain`, others by naming them; `split`
    keeps a pair apart for good.
    """
    with project() as g:
        works, found = _look(g)
    from visavis.schema import citing

    chosen = set(_with_words(works, words or ()))
    rows = []
    for group in found.same:
        rows += [
            {"judgement": "one work", "first": group[0], "other": other, "why": found.why[other]}
            for other in group[1:]
        ]
    named = {"doubtful": "perhaps one", "edition": "another edition", "preprint": "preprint"}
    rows += [
        {"judgement": named[x.verdict], "first": x.one, "other": x.other, "why": x.why}
        for x in found.doubtful
    ]
    rows = [row for row in rows if row["first"] in chosen or row["other"] in chosen]
    for row in rows:
        for end in ("first", "other"):
            record = works.records[row[end]]
            row[f"{end}_is"] = (
                f"{citing.short(record)}: {citing.plain(str(record.get('title', '')))}"
            )
            row[end] = row[end].partition("/")[2]
    show(rows, ["judgement", "first", "other", "first_is", "other_is", "why"], form)
    if form == "table":
        certain = sum(row["judgement"] == "one work" for row in rows)
        note(f"{certain} certain, {len(rows) - certain} to be looked at.")


@sources_app.command()
def merge(
    names: Annotated[
        list[str] | None, typer.Argument(help="works that are one; the first stands for all")
    ] = None,
    certain: Annotated[
        bool, typer.Option("--certain", help="all that `visavis sources suggest` calls one work")
    ] = False,
    why: Why = "",
    by: By = "",
) -> None:
    """Judge works to be one: claims that cite any of them cite the first. `undo` takes it back."""
    if certain == bool(names) or (names and len(names) < 2):
        raise typer.BadParameter("name two or more works, or --certain", param_hint="NAMES")
    with project() as g:
        if names:
            ids = _sources(g, names)
            report = g.same(*ids, why=why, by=by)
            say(f"{', '.join(ids[1:])} is {ids[0]}.")
        else:
            from visavis.ingest.judgements import FILE, Judgement

            _, found = _look(g)
            who = by or "visavis"
            lines = [
                Judgement("same", (group[0], other), why or found.why[other], who)
                for group in found.same
                for other in group[1:]
            ]
            if not lines:
                say("No two works are one for certain.")
                return
            report = _judge(g, lines)
            say(f"Joined {counted(len(lines), 'work')} to another, each by a line in {FILE}.")
        print_faults(report.faults)
        print_report(report)


@sources_app.command()
def split(names: Names, why: Why = "", by: By = "") -> None:
    """Judge works to be different, and take back what joined them: nobody is asked again."""
    _told("different", names, why, by, "is not")


@sources_app.command()
def edition(names: Names, why: Why = "", by: By = "") -> None:
    """Say that works are other editions of the first: works of their own, linked to it."""
    _told("edition", names, why, by, "is another edition of")


def _told(what: str, names: Sequence[str], why: str, by: str, word: str) -> None:
    """Write what is told of works, and let the graph follow."""
    if len(names) < 2:
        raise typer.BadParameter("name two or more works", param_hint="NAMES")
    with project() as g:
        from visavis.ingest.judgements import Judgement, remove_same
        from visavis.ingest.registers import project_coder

        ids = _sources(g, names)
        if what == "different":
            with contextlib.suppress(NotFoundError):  # where nothing joined them
                remove_same(g.root, ids)
        report = _judge(g, [Judgement(what, tuple(ids), why, by or project_coder(g.root))])
        say(f"{', '.join(ids[1:])} {word} {ids[0]}.")
        print_faults(report.faults)
        print_report(report)


@sources_app.command()
def undo(names: Names) -> None:
    """Take back the judgements, of any kind, that name these works."""
    with project() as g:
        taken, report = g.undo(*names)
        for judgement in taken:
            say(f"Taken back: {judgement.what} {', '.join(judgement.ids)}.")
        print_faults(report.faults)
        print_report(report)


# -- citations out --------------------------------------------------------------------------------


@app.command()
def bibliography(
    names: Annotated[
        list[str] | None, typer.Argument(help="works; all that claims cite, if none")
    ] = None,
    of: Annotated[str, typer.Option(help="what this encounter, actor or other node rests on")] = "",
    chain: Annotated[
        list[str] | None, typer.Option(help="what the chain of two actors rests on; give it twice")
    ] = None,
    query: Annotated[str, typer.Option(help="what the answer to this question cites")] = "",
    style: Annotated[
        str, typer.Option(help="a style of CSL: chicago-author-date, apa, ieee, ...")
    ] = "",
    form: Annotated[
        str, typer.Option("--format", "-f", help="text, markdown, html, bibtex, csl-json or ris")
    ] = "text",
    inline: Annotated[bool, typer.Option("--inline", help="how the text cites each")] = False,
    styles: Annotated[
        bool, typer.Option("--styles", help="list the styles with these words in their names")
    ] = False,
    to: Annotated[Path | None, typer.Option(help="write it to this file")] = None,
    everything: Everything = False,
) -> None:
    """The bibliography of works, of an encounter, of a chain or of an answer, in a style.

    What is restricted or confidential is left out, and it is said that it was.
    """
    from visavis.exchange import bibliography as printing

    if styles:
        for name in printing.styles(" ".join(names or ())):
            say(name)
        return
    if form not in (*printing.FORMS, *_FILES):
        raise typer.BadParameter(
            "choose text, markdown, html, bibtex, csl-json or ris", param_hint="--format"
        )
    if chain and len(chain) != 2:
        raise typer.BadParameter("name two actors: --chain A --chain B", param_hint="--chain")
    with project() as g, Progress("Printing"):
        found = printing.works(_ready(g), everything)
        asked = _asked(g, found, names or (), of, chain or (), query)
        wanted = found.of(asked)
    records = {source: wanted[source] for source in printing.arranged(wanted)}
    if form in _FILES:
        text = printing.written(records, form)
    else:
        style = style or printing.STYLE
        make = printing.inline if inline else printing.formatted
        lines = make(list(records.values()), style, form)
        if form == "html":
            items = "\n".join(f"<li>{line}</li>" for line in lines)
            text = f'<ul class="bibliography">\n{items}\n</ul>\n'
        else:
            gap = "\n\n" if form == "markdown" else "\n"
            text = gap.join(lines) + ("\n" if lines else "")
    if to:
        to.write_text(text, encoding="utf-8")
        note(f"Wrote {counted(len(records), 'work')} to {to}.")
    else:
        sys.stdout.write(text)
    _say_withheld(found, asked)
    if not records:
        note("Nothing is cited there.")
        raise typer.Exit(1)


def _asked(
    g: Project, found: Works, names: Sequence[str], of: str, chain: Sequence[str], query: str
) -> list[str]:
    """The sources that are asked for."""
    if names:
        return _sources(g, names)
    if of:
        from visavis.queries.find import one
        from visavis.schema.model import kind_of

        for kind in ("meeting", "actor"):
            try:
                node = one(g.graph, kind, of)
                break
            except NotFoundError:
                node = of
        about = f"MATCH (:{kind_of(node)} {{id: $id}})<-[:ABOUT]-(c:Claim)"
        return _cited_by(g, about, {"id": node})
    if chain:
        from visavis.queries.relationship import relationship

        told = relationship(g.graph, chain[0], chain[1])
        return sorted(_ids_in(told))
    if query:
        from visavis.queries import library

        answer = library.run(g.graph, library.question(query))
        claims = sorted({*_ids_in(answer.rows, "c-"), *answer.cited})
        return _cited_by(g, "UNWIND $ids AS id MATCH (c:Claim {id: id})", {"ids": claims}) + sorted(
            _ids_in(answer.rows)
        )
    cited = _claims_of(g)
    return [
        *(s for s in found.records if cited.get(s)),
        *(s for s in found.withheld if cited.get(s)),
    ]


def _cited_by(g: Project, match: str, values: dict[str, Any]) -> list[str]:
    rows = g.graph.rows(
        f"{match} MATCH (c)-[:CITES]->(s:Source) RETURN DISTINCT s.id AS id ORDER BY id", values
    )
    return [row["id"] for row in rows]


def _ready(g: Project) -> Any:
    """The graph, once it is known that something was ingested."""
    return g._ready()


def _sources(g: Project, names: Sequence[str]) -> list[str]:
    """The identifiers of the works that these names name; NotFoundError as for any name."""
    from visavis.queries.find import find, one

    graph, made = _ready(g), []
    for name in names:
        fit = find(graph, "source", name)
        made.append(fit[0].id if len(fit) == 1 else one(graph, "source", name))
    return made


def _claims_of(g: Project) -> dict[str, int]:
    """How many claims cite each work; its own record and its references are none of them."""
    rows = g.graph.read(
        "MATCH (c:Claim)-[:CITES]->(s:Source) "
        "WHERE NOT c.predicate IN ['described_as', 'refers_to', 'same_as', 'different_from', "
        "'edition_of', 'contained_in'] RETURN s.id AS id, count(DISTINCT c) AS n ORDER BY id"
    )
    return {row["id"]: row["n"] for row in rows}


def _with_words(found: Works, words: Sequence[str]) -> list[str]:
    """The works that have all the words, in the order of a bibliography."""
    from visavis.exchange.bibliography import arranged
    from visavis.schema import citing
    from visavis.schema.text import fold

    def text(source: str) -> str:
        record = found.records[source]
        people = citing.full_names(record.get("author")) + citing.full_names(record.get("editor"))
        fields = ("title", "container-title", "publisher", "archive", "citation", "DOI")
        parts = [source, citing.short(record), citing.year(record), *people]
        return fold(" ".join([*parts, *(str(record.get(name) or "") for name in fields)]))

    wanted = [fold(word) for word in words]
    return [s for s in arranged(found.records) if all(w in text(s) for w in wanted)]


def _say_withheld(found: Works, asked: Iterable[str]) -> None:
    """What of the works asked for was left out, or lost a name."""
    wanted = set(asked)
    if withheld := found.withheld & wanted:
        note(f"{counted(len(withheld), 'source')} withheld: restricted or confidential.")
    if unnamed := found.unnamed & wanted:
        note(f"{counted(len(unnamed), 'informant')} not named.")


def _look(g: Project) -> tuple[Works, Found]:
    """The works, and what among them is one; the shipped register's and one's own stand first."""
    from visavis.exchange.bibliography import works
    from visavis.ingest.duplicates import find
    from visavis.ingest.judgements import standing

    found = works(_ready(g), everything=True)
    judged = standing(g.root)
    apart = [(a, b) for a, b in map(sorted, judged.different)]
    apart += [
        (judged.same.get(a, a), judged.same.get(b, b))
        for line in judged.lines
        if line.what == "edition"
        for a, b in [(line.ids[0], other) for other in line.ids[1:]]
    ]
    register = [s for s, record in found.records.items() if "citation-key" not in record]
    cited = _claims_of(g)
    return found, find(found.records, apart, [s for s in register if cited.get(s)])


def waiting(g: Project, report: Report) -> str:
    """After an ingest that brought a bibliography: a line on the works that are certainly one and
    are not joined; "" where none wait.

    In a graph of more than LOOKED_AT claims nobody looks, and the line says how to.
    """
    from visavis.ingest import bibliography

    fresh = (*report.added, *report.changed)
    if "bibliography" not in report.kinds or not any(
        Path(name).suffix.lower() in bibliography.ENDINGS for name in fresh
    ):
        return ""
    claims = g.graph.rows("MATCH (d:Document) RETURN sum(d.claims) AS n")[0]["n"]
    if claims > LOOKED_AT:
        return "Which works are certainly one: visavis sources suggest"
    works = sum(len(group) - 1 for group in _look(g)[1].same)
    if not works:
        return ""
    verb = "is" if works == 1 else "are"
    return (
        f"{counted(works, 'work')} {verb} certainly one with another: visavis sources suggest "
        "shows them, visavis sources merge --certain joins them"
    )


def _judge(g: Project, lines: Sequence[Any]) -> Any:
    """Write judgements, and let the graph follow."""
    from visavis.ingest.judgements import add_many
    from visavis.ingest.run import ingest

    add_many(g.root, lines)
    return ingest(g.graph, g.root, judgements_only=True)


def _ids_in(told: Any, prefix: str = "source/") -> set[str]:
    """Every identifier of a kind that stands anywhere in an answer."""
    from dataclasses import fields, is_dataclass

    found: set[str] = set()
    pending = [told]
    while pending:
        value = pending.pop()
        if isinstance(value, str):
            if value.startswith(prefix):
                found.add(value)
        elif isinstance(value, dict):
            pending += value.values()
        elif isinstance(value, list | tuple | set | frozenset):
            pending += value
        elif is_dataclass(value) and not isinstance(value, type):
            pending += [getattr(value, f.name) for f in fields(value)]
    return found
