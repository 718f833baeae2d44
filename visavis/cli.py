"""The command line: thin. Every command takes its work from a room and prints the result.

Exit codes: 0 done; 1 the data has faults, or nothing of that name; 2 could not run.
"""

from __future__ import annotations

import errno
import io
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from visavis import (
    __version__,
    cli_dashboard,
    cli_exchange,
    cli_identity,
    cli_library,
    cli_sources,
)
from visavis.schema.errors import DataError, Fault, NotFoundError, VisavisError
from visavis.shell import (
    Certain,
    Coder,
    Format,
    From,
    Leads,
    Progress,
    Roles,
    Source,
    To,
    console,
    counted,
    fail,
    listed,
    near,
    note,
    print_faults,
    print_report,
    project,
    project_root,
    project_terms,
    root_or_here,
    say,
    show,
)

if TYPE_CHECKING:
    from visavis.face import Project

__all__ = ["app", "main"]

app = typer.Typer(
    name="visavis",
    help="A knowledge graph of diplomatic encounters and relationships, every claim cited.",
    no_args_is_help=True,
    add_completion=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
server_app = typer.Typer(help="The project's local database server.", no_args_is_help=True)
app.add_typer(server_app, name="server")


# -- commands: a project and its files ------------------------------------------------------------


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="the folder of the project")] = Path(),
    title: Annotated[str, typer.Option(help="title of the project")] = "",
    coder: Annotated[str, typer.Option(help="your key as a coder")] = "",
) -> None:
    """Make a project: a folder with registers, judgements and a place for cases."""
    from visavis.ingest.skeleton import project_files

    (folder / "cases").mkdir(parents=True, exist_ok=True)
    made = []
    for name, text in project_files(title or folder.resolve().name, coder).items():
        path = folder / name
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            made.append(name)
    if made:
        say(f"Made {', '.join(made)}.")
        say("Next: visavis new case KEY, or visavis demo to see the shipped cases.")
    else:
        say("This is a project already; nothing was changed.")


@app.command()
def demo() -> None:
    """Ingest the shipped cases into this folder's project and print a chain. Again is harmless."""
    from visavis.face import open as open_project
    from visavis.graph.project import PROJECT_FILE
    from visavis.ingest.skeleton import project_files

    root = project_root()
    if not (root / PROJECT_FILE).is_file() and not os.environ.get("NEO4J_URI"):
        root = Path.cwd()
        (root / PROJECT_FILE).write_text(
            project_files(root.name, "")[PROJECT_FILE], encoding="utf-8"
        )
        note(f"Made {PROJECT_FILE}: this folder is a project now.")
    with open_project(root) as g:
        with Progress("Ingesting the shipped cases") as progress:
            report = g.ingest(shipped=True, progress=progress)
        errors = [f for f in report.faults if f.severity == "error"]
        print_faults(errors)
        print_report(report)
        say()
        _print_chain(g, "reagan", "gorbachev")
        say()
        say("Next: visavis chain kim-jong-un moon, visavis query, visavis search handshake.")
    raise typer.Exit(1 if errors else 0)


new_app = typer.Typer(help="Write a commented skeleton to fill in.", no_args_is_help=True)
app.add_typer(new_app, name="new")


@new_app.command("case")
def new_case(
    key: Annotated[str, typer.Argument(help="key of the encounter, such as geneva-1985")],
    path: Annotated[Path | None, typer.Option("--to", help="file to write")] = None,
    title: Annotated[str, typer.Option(help="title in your own words")] = "",
    source: Annotated[str, typer.Option(help="key of the source you read")] = "",
) -> None:
    """Write a commented case file."""
    from visavis.ingest.skeleton import skeleton
    from visavis.schema.text import is_key, slug

    if not is_key(key):
        raise typer.BadParameter(f"'{key}' is no key; write it as '{slug(key) or 'geneva-1985'}'")
    target = path or root_or_here() / "cases" / f"{key}.yaml"
    if target.exists():
        raise typer.BadParameter(f"{target} is there already; choose another key or --to")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(skeleton(key, title, source), encoding="utf-8")
    say(f"Wrote {near(target)}. Fill it in, then: visavis check {near(target)}")


@new_app.command("workbook")
def new_workbook(
    path: Annotated[Path, typer.Argument(help="the .xlsx to write")] = Path("cases.xlsx"),
) -> None:
    """Write an empty Excel workbook with drop-downs from the vocabulary."""
    from visavis.ingest.workbook_out import write_workbook

    if path.exists():
        raise typer.BadParameter(f"{path} is there already; choose another name")
    write_workbook([], path, project_terms())
    say(f"Wrote {path}. Fill it in, then: visavis check {path}")


@app.command()
def convert(
    path: Annotated[Path, typer.Argument(help="a case file (.yaml) or workbook (.xlsx)")],
    target: Annotated[Path, typer.Argument(help="a .xlsx, a .yaml, or a folder for several")],
) -> None:
    """Turn a case file into a workbook, or a workbook into case files."""
    from visavis.ingest import yamltext
    from visavis.ingest.casetext import to_yaml
    from visavis.ingest.workbook import read_workbook
    from visavis.ingest.workbook_out import write_workbook
    from visavis.schema.text import is_key

    name = path.name
    if not path.is_file():
        raise DataError([Fault(str(path), None, "", "is not there", "check the path", code="file")])
    if path.suffix.lower() == ".xlsx":
        cases = read_workbook(path, name)
        into = target if target.suffix in (".yaml", ".yml") else None
        if into is not None and len(cases) > 1:
            raise typer.BadParameter("the workbook holds several cases; name a folder")
        whole = [(str(case.get("case", "case")), case) for case in cases]
        for key, case in whole:
            if into is None and not is_key(key):  # it becomes the name of a file
                message, advice = f"the case '{key}' has no key", "write one in the column case"
                raise DataError([Fault(name, int(case.line) or None, "", message, advice)])
        whole += list(cases.registers.items()) if into is None else []
        for key, case in whole:
            file = into or target / f"{key}.yaml"
            file.parent.mkdir(parents=True, exist_ok=True)
            if file.exists():
                raise typer.BadParameter(f"{file} is there already; nothing is overwritten")
            file.write_text(to_yaml(case), encoding="utf-8")
            say(f"Wrote {near(file)}.")
    else:
        if target.exists():
            raise typer.BadParameter(f"{target} is there already; nothing is overwritten")
        data, _ = yamltext.read(path, name)
        write_workbook([data], target, project_terms())
        say(f"Wrote {near(target)}.")


@app.command()
def check(
    paths: Annotated[list[Path] | None, typer.Argument(help="files or folders")] = None,
    form: Annotated[str, typer.Option("--format", "-f", help="text or json")] = "text",
) -> None:
    """Every fault of case files and registers, with file, line and what to do. Needs no database.

    Exit codes: 0 no errors (there may be warnings), 1 errors, 2 could not run.
    """
    from visavis.ingest.across import Across
    from visavis.ingest.judgements import named_in
    from visavis.ingest.run import Collection, check_judgements, collect, read

    if form not in ("text", "json"):
        raise typer.BadParameter("choose text or json", param_hint="--format")
    root = _root_of(paths)
    files, folders = collect(Collection(root), paths or ())
    faults: list[Fault] = []
    named: set[str] = set()
    count = claims = 0
    across = Across()
    for reading in read(Collection(root), files, explicit=bool(paths) and not folders):
        faults += reading.faults
        if reading.kind == "graph" and reading.sound:
            from visavis.ingest.rdf import shape_faults  # pyshacl only where it is needed

            faults += shape_faults(root / reading.name, reading.name, project_terms())
        if reading.kind:
            count += 1
            claims += len(reading.claims)
            named |= named_in(reading.claims)
        if reading.kind == "case":
            across.add(reading.claims)
    faults += across.faults()
    if not paths or any(path.name == "judgements.yaml" for path in files):
        faults += check_judgements(root, None if paths else named)
    errors = [fault for fault in faults if fault.severity == "error"]
    if form == "json":
        say(json.dumps([fault.as_dict() for fault in faults], ensure_ascii=False, indent=1))
    else:
        for fault in faults:
            say(str(fault))
        warnings = len(faults) - len(errors)
        say(
            f"{counted(count, 'file')}, {counted(claims, 'claim')}, "
            f"{counted(len(errors), 'error')}, {counted(warnings, 'warning')}"
        )
    raise typer.Exit(1 if errors else 0)


@app.command()
def ingest(
    paths: Annotated[list[Path] | None, typer.Argument(help="files or folders")] = None,
    shipped: Annotated[bool, typer.Option("--shipped", help="the shipped cases too")] = False,
    wait: Annotated[float, typer.Option(help="seconds to wait for another ingest", min=0)] = 60.0,
    report_to: Annotated[
        Path | None, typer.Option("--report", help="write what was done as JSON")
    ] = None,
    bibliography: Annotated[
        list[Path] | None,
        typer.Option(
            "--bibliography", "-b", help="works that a text cites: BibTeX, RIS, a list ..."
        ),
    ] = None,
    source: Annotated[str, typer.Option(help="key of a text itself as a source")] = "",
    no_join: Annotated[
        bool, typer.Option("--no-join", help="join no persons of several archive volumes")
    ] = False,
) -> None:
    """Make the graph agree with the files: the whole project, or the files and folders named.

    A file with faults is left out whole, and what it asserted before stays. Of a running text
    (chapter.txt, .md, .html; with --bibliography also .xml) the citations are found, and its claims
    become candidates for visavis review. Persons of several archive volumes who are certainly one
    are joined by lines of judgements.yaml.
    """
    if paths and cli_library.texts_among(paths, bibliography or []):
        code = cli_library.ingest_texts(
            paths, bibliography or [], source, report_to, wait, join=not no_join
        )
        raise typer.Exit(code)
    if (bibliography or source) and all(path.exists() for path in paths or ()):
        raise typer.BadParameter(
            "no running text is named for --bibliography or --source (.txt, .md, .html, .xml); a "
            "list of references is ingested without them"
        )
    with project() as g, Progress("Ingesting") as progress:
        report = g.ingest(
            *(paths or ()), shipped=shipped, join=not no_join, wait=wait, progress=progress
        )
        waiting = cli_sources.waiting(g, report)
    print_faults(report.faults)
    print_report(report)
    if waiting:
        say(waiting)
    if report_to:
        text = json.dumps(report.as_dict(), ensure_ascii=False, indent=1)
        report_to.write_text(text + "\n", encoding="utf-8")
    raise typer.Exit(1 if report.faulty else 0)


def _root_of(paths: list[Path] | None) -> Path:
    """The project of the files named, else of this folder; a lone file is its own project."""
    from visavis.graph.project import PROJECT_FILE, find_project

    for path in paths or []:
        if not path.exists():
            raise DataError(
                [Fault(str(path), None, "", "is not there", "check the path", code="file")]
            )
    start = (paths or [Path.cwd()])[0].resolve()
    root = find_project(start if start.is_dir() else start.parent)
    if (root / PROJECT_FILE).is_file():
        return root
    folders = [p.resolve() if p.is_dir() else p.resolve().parent for p in paths or [Path.cwd()]]
    return Path(os.path.commonpath(folders))


# -- commands: questions --------------------------------------------------------------------------


@app.command()
def chain(
    a: Annotated[str, typer.Argument(help="one actor, by name or key")],
    b: Annotated[str, typer.Argument(help="the other")],
    from_: From = "",
    to: To = "",
    coder: Coder = "",
    source: Source = "",
    leads: Leads = False,
    save: Annotated[Path | None, typer.Option(help="draw it: chain.svg or chain.png")] = None,
    form: Annotated[str, typer.Option("--format", "-f", help="text, table, json or csv")] = "text",
) -> None:
    """How a relationship came about, act by act, with the page behind every step."""
    with project() as g:
        _print_chain(
            g,
            a,
            b,
            form=form,
            save=save,
            from_=from_,
            to=to,
            coder=coder,
            source=source,
            leads=leads,
        )


# Of the columns of a chain, those that fit on a page; JSON and CSV have them all.
_CHAIN_TABLE = ("n", "date", "by", "what", "to", "sign", "credits_ab", "credits_ba", "citation")


def _print_chain(
    g: Project, a: str, b: str, form: str = "text", save: Path | None = None, **filters: Any
) -> None:
    _known_form(form)
    found = g.chain(a, b, **{name: value for name, value in filters.items() if value})
    if save:
        found.save(save)
        note(f"Drew {save}.")
    if form == "text":
        for style, line in found.lines():
            if style == "heading" and sys.stdout.isatty():
                console().print(line, style="bold")
            else:
                say(line)
    else:
        show(found.rows(), _CHAIN_TABLE if form == "table" else found.columns, form)


def _known_form(form: str) -> None:
    """Of what is also told as text; before anything is asked."""
    if form not in ("text", "table", "json", "csv"):
        raise typer.BadParameter("choose text, table, json or csv", param_hint="--format")


@app.command()
def path(
    a: Annotated[str, typer.Argument(help="from this actor")],
    b: Annotated[str, typer.Argument(help="to this actor")],
    from_: From = "",
    to: To = "",
    gap: Annotated[
        int | None, typer.Option(help="at most this many days between two", min=1)
    ] = None,
    roles: Roles = "",
    certain: Certain = False,
    earliest: Annotated[bool, typer.Option("--earliest", help="earliest arrival first")] = False,
    most: Annotated[int, typer.Option(help="at most this many encounters", min=1)] = 8,
    limit: Annotated[int, typer.Option(help="at most this many chains", min=1)] = 3,
    form: Annotated[str, typer.Option("--format", "-f", help="text, table, json or csv")] = "text",
) -> None:
    """Who could have carried it from here to there: encounters in order of time, each cited."""
    _known_form(form)
    with project() as g:
        found = g.path(
            a,
            b,
            from_=from_,
            to=to,
            gap=gap,
            roles=listed(roles),
            certain=certain,
            earliest=earliest,
            most=most,
            limit=limit,
        )
        if form == "text":
            for _, line in found.lines():
                say(line)
        else:
            show(found.rows(), found.columns, form)
        if not found.rows():
            raise typer.Exit(1)


@app.command()
def reach(
    actor: Annotated[str, typer.Argument(help="from this actor")],
    by: Annotated[str, typer.Option(help="by this day (EDTF)")] = "",
    from_: From = "",
    roles: Roles = "",
    certain: Certain = False,
    limit: Annotated[int, typer.Option(help="at most this many", min=1)] = 1000,
    form: Format = "table",
) -> None:
    """Whom an actor could have reached by a day, through whom, and when at the earliest."""
    with project() as g:
        roles_ = listed(roles)
        found = g.reach(actor, from_=from_, by=by, roles=roles_, certain=certain, limit=limit)
        show(found.rows(), found.columns, form)
        if found.cut:
            note(found.cut)


@app.command()
def actor(
    name: Annotated[str, typer.Argument(help="name or key")],
    form: Format = "table",
) -> None:
    """An actor: names, encounters in order, credits given and received."""
    with project() as g:
        _sections(g.actor(name), form)


@app.command()
def meeting(
    name: Annotated[str, typer.Argument(help="key or title of the encounter")],
    form: Format = "table",
) -> None:
    """An encounter: participants by side, acts in order, what is coded and what is not."""
    with project() as g:
        _sections(g.meeting(name), form)


def _sections(found: dict[str, Any], form: str) -> None:
    if form == "json":
        plain = {title: table.rows() for title, table in found.items()}
        say(json.dumps(plain, ensure_ascii=False, indent=1))
        return
    for title, table in found.items():
        rows = table.rows()
        if rows or form != "csv":
            say(title if rows else f"{title}: {table.summary or 'nothing is coded'}")
        if rows:
            show(rows, table.columns, form)
            say()
        if table.cut:
            note(f"{title}: {table.cut}")


@app.command()
def evidence(
    what: Annotated[str, typer.Argument(help="a claim, edge or node, by its identifier or name")],
    form: Format = "table",
) -> None:
    """The claims behind an edge, a node or a claim, with their sources."""
    with project() as g:
        found = g.evidence(what)
        show(found.rows(), found.columns, form)
        if found.cut:
            note(found.cut)


@app.command()
def search(
    words: Annotated[list[str], typer.Argument(help="words; accents do not matter")],
    limit: Annotated[int, typer.Option(help="at most this many", min=1)] = 20,
    form: Format = "table",
) -> None:
    """Full text over encounters, actors, claims and sources."""
    with project() as g:
        found = g.search(" ".join(words), limit=limit)
        show(found.rows(), found.columns, form)
        if not found.rows():
            raise typer.Exit(1)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def query(
    context: typer.Context,
    name: Annotated[
        str, typer.Argument(help="a question of the library, or a .cypher file of your own")
    ] = "",
    limit: Annotated[int, typer.Option(help="at most this many rows", min=1)] = 1000,
    timeout: Annotated[float, typer.Option(help="stop after this many seconds", min=0.1)] = 60.0,
    about: Annotated[bool, typer.Option("--about", help="explain the question only")] = False,
    form: Format = "table",
) -> None:
    """Ask a question of the library; without a name, list them all.

    Parameters follow as --name value: visavis query ledger --one reagan --other gorbachev
    """
    from visavis.queries import library

    if not name:
        rows = [{"name": q.name, "title": q.title} for q in library.questions().values()]
        show(rows, ["name", "title"], form)
        return
    question = library.question(name)
    if about:
        for line in library.explain(question):
            say(line)
        return
    values = _parameters(context.args, {p.name for p in question.parameters if p.type == "flag"})
    with project() as g:
        found = g.query(question, limit=limit, timeout=timeout, **values)
        show(found.rows(), found.columns, form)
        for remark in filter(None, (found.cut, found.summary)):
            note(remark)


def _parameters(arguments: list[str], flags: set[str]) -> dict[str, str]:
    """`--name value` and `--name=value`; a flag alone is yes."""
    values: dict[str, str] = {}
    pending = list(reversed(arguments))
    while pending:
        argument = pending.pop()
        if not argument.startswith("--"):
            raise typer.BadParameter(f"'{argument}' belongs to no parameter; write --name value")
        name, equals, value = argument[2:].partition("=")
        key = name.replace("-", "_")
        if not equals:
            if pending and not pending[-1].startswith("--"):
                value = pending.pop()
            elif key in flags:
                value = "yes"
            else:
                raise typer.BadParameter(f"--{name} has no value; write --{name} value")
        values[key] = value
    return values


@app.command()
def vocabulary(
    scheme: Annotated[str, typer.Argument(help="a scheme or a term; all schemes if left out")] = "",
    form: Format = "table",
) -> None:
    """The terms that statements are coded with: what each means and who says so."""
    from visavis.ingest.run import project_vocabulary

    terms, faults = project_vocabulary(project_root())
    print_faults(faults)
    if not scheme:
        rows = [
            {
                "scheme": s.key,
                "label": s.label,
                "terms": len(terms.scheme(s.key)),
                "definition": s.definition,
            }
            for s in terms.schemes.values()
        ]
        show(rows, ["scheme", "terms", "definition"], form)
        return
    if scheme in terms.schemes:
        chosen = list(terms.scheme(scheme).values())
    elif scheme in terms.terms:
        chosen = [terms.terms[scheme]]
    else:
        from rapidfuzz import process

        names = [*terms.schemes, *terms.terms]
        close = [found[0] for found in process.extract(scheme, names, limit=3, score_cutoff=60)]
        raise NotFoundError(f"no scheme or term '{scheme}'", close)
    rows = [
        {
            "term": t.slug,
            "scheme": t.scheme,
            "definition": t.definition,
            "source": t.cite,
            "sign": t.sign,
            "intensity": t.intensity,
        }
        for t in chosen
    ]
    columns = ["term", "definition", "source"]
    if any(t.sign for t in chosen):
        columns[1:1] = ["sign", "intensity"]
    show(rows, ["term", "scheme", *columns[1:]] if form != "table" else columns, form)


@app.command("schema")
def case_schema(
    folder: Annotated[
        Path | None, typer.Argument(help="write those of case files and registers here")
    ] = None,
) -> None:
    """The JSON Schema of a case file, for editors that complete and check as you type."""
    from visavis.ingest.case_schema import schemas

    made = schemas(project_terms())
    if folder is None:
        say(json.dumps(made["case.schema.json"], ensure_ascii=False, indent=1))
        return
    folder.mkdir(parents=True, exist_ok=True)
    for name, schema in made.items():
        text = json.dumps(schema, ensure_ascii=False, indent=1)
        (folder / name).write_text(text + "\n", encoding="utf-8")
        say(f"Wrote {near(folder / name)}.")


@app.command()
def withdraw(
    target: Annotated[str, typer.Argument(help="source/KEY, coder/KEY, or a claim (c-...)")],
    why: Annotated[str, typer.Option(help="the reason, kept with the judgement")] = "",
    by: Annotated[str, typer.Option(help="who judges")] = "",
    apply: Annotated[bool, typer.Option("--apply", help="do it; else only show")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="take the withdrawal back")] = False,
    form: Format = "table",
) -> None:
    """What falls if a source, coder or claim is withdrawn. Nothing is changed without --apply.

    A withdrawal is a line in judgements.yaml; removing it gives back what fell.
    """
    with project() as g:
        if undo:
            report = g.give_back(target)
            print_report(report)
            return
        found = g.falls(target)
        rows = found.rows()
        if form == "table":  # what a reader asks first; json and csv have every claim and edge
            say(found.summary)
            rows = [row for row in rows if row["what"] in ("chain", "encounter")]
        if rows:
            show(rows, found.columns, form)
        if found.cut:
            note(found.cut)
        if apply:
            print_report(g.withdraw(target, why=why, by=by))
        else:
            note("Nothing was changed. Add --apply to withdraw it.")


@app.command()
def status(form: Format = "table") -> None:
    """The project, its database, and what is in the graph."""
    with project() as g:
        rows = g.status()
    show(rows, ["what", "value"], form)


# -- the server -----------------------------------------------------------------------------------


@server_app.command("start")
def server_start() -> None:
    """Start the local server, if it is not running."""
    from visavis.graph import server

    info = server.ensure(project_root())
    say(f"Running: process {info.pid}, bolt://127.0.0.1:{info.bolt}")


@server_app.command("stop")
def server_stop() -> None:
    """Stop the local server cleanly."""
    from visavis.graph import server

    say("Stopped." if server.stop(project_root()) else "It was not running.")


@server_app.command("status")
def server_status() -> None:
    """Whether the local server is running."""
    from visavis.graph import server

    info = server.status(project_root())
    if info is None:
        say("Not running. It starts with the next command that needs it.")
    else:
        say(f"Running: process {info.pid}, bolt://127.0.0.1:{info.bolt}")


@server_app.command("logs")
def server_logs(
    lines: Annotated[int, typer.Option(help="how many of the last lines", min=1)] = 50,
) -> None:
    """The last lines of the local server's log."""
    from visavis.graph import server

    say(server.logs(project_root(), lines))


# -- commands that have a module of their own -----------------------------------------------------

for _topic in (cli_exchange, cli_library, cli_sources, cli_identity, cli_dashboard):
    app.add_typer(_topic.app)


# -- the way in -----------------------------------------------------------------------------------


def _version(value: bool) -> None:
    if value:
        say(f"visavis {__version__}")
        raise typer.Exit()


@app.callback()
def common(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="print the version")
    ] = False,
    folder: Annotated[
        Path | None, typer.Option("--project", "-C", help="work in this folder's project")
    ] = None,
) -> None:
    """Options of every command."""
    if folder is not None:
        try:
            os.chdir(folder)
        except OSError as error:
            raise typer.BadParameter(f"{folder}: {error.strerror}") from None


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run a command; faults and errors end in a message and an exit code, never a traceback."""
    for stream in (sys.stdout, sys.stderr):  # a console that lacks a letter shows its number
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        code = _run(arguments)
    except BrokenPipeError:  # the reader of our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    sys.exit(code)


def _run(arguments: list[str] | None) -> int:
    try:
        result = app(arguments, standalone_mode=False)
        if result == 130:  # typer turns Ctrl-C into a code and says nothing
            raise KeyboardInterrupt
        sys.stdout.flush()
        return result if isinstance(result, int) else 0
    except VisavisError as error:
        try:
            fail(error)
        except typer.Exit as end:
            return end.exit_code
    except (KeyboardInterrupt, typer.Abort):
        note("\nvisavis: interrupted; what was written is whole, run it again to go on")
        return 130
    except BrokenPipeError:
        raise
    except SystemExit as end:  # so do typer and rich end where the reader of our output has gone
        if isinstance(end.__context__, OSError) and end.__context__.errno == errno.EPIPE:
            raise end.__context__ from None
        raise
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        note(f"visavis: {place}{error.strerror or error}")
        return 2
    except Exception as error:
        # Usage errors know how to show themselves; anything else is a fault of ours.
        if hasattr(error, "show") and hasattr(error, "exit_code"):
            error.show()
            return int(error.exit_code)
        raise


if __name__ == "__main__":
    main()
