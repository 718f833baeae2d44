"""The documentation agrees with the program.

What the pages print is what the commands print: every ```console block is run, and its output
compared; a line `...` stands for any lines. Tables that list keys, predicates, questions, fields or
variables are compared with what the code knows.

    python tests/test_docs.py        writes outputs and generated tables into the pages again

Output is only replaced where it no longer fits; shorten it with `...` afterwards.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from visavis.graph import server
from visavis.graph.connect import Graph
from visavis.ingest.case import read_case
from visavis.ingest.case_keys import COMMON, HEADER, SECTIONS
from visavis.ingest.case_schema import entry_keys
from visavis.ingest.registers import Registers, read_register
from visavis.ingest.run import SHIPPED
from visavis.ingest.yamltext import Map, Text, load
from visavis.queries import library
from visavis.schema.claims import Citation, Claim
from visavis.schema.model import model, vocabulary

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
RUN = ["README.md", "docs/queries.md", "docs/export.md", "docs/networks.md", "docs/statistics.md",
       "docs/publish.md", "docs/rdf.md"]  # and the tutorial, in its own project  # fmt: skip
WIDTH = 120  # of tables that commands print into the pages
STAR = "\\*"


def text_of(page: str) -> str:
    return (ROOT / page).read_text("utf-8")


# -- commands in the pages ------------------------------------------------------------------------


@dataclass
class Step:
    """A command with the output that the page shows, or a file that the reader edits."""

    line: int
    command: str = ""
    shown: list[str] = field(default_factory=list)
    action: str = ""
    file: str = ""
    text: str = ""


def steps(page: str) -> list[Step]:
    """What a reader of the page types and edits, in order."""
    found: list[Step] = []
    lines = text_of(page).splitlines()
    marker = re.compile(r"<!-- (file|add|change): (\S+) -->")
    told: tuple[str, str] | None = None
    block: list[str] | None = None
    kind, start = "", 0
    for number, line in enumerate(lines, 1):
        if block is None and line.startswith("```"):
            block, kind, start = [], line[3:], number
        elif block is not None and line == "```":
            if kind == "console":
                for at, inner in enumerate(block, start + 1):
                    if inner.startswith("$ "):
                        found.append(Step(at, command=inner[2:]))
                    else:
                        found[-1].shown.append(inner)
            elif told:
                found.append(Step(start, action=told[0], file=told[1], text="\n".join(block)))
            block, told = None, None
        elif block is not None:
            block.append(line)
        elif match := marker.fullmatch(line):
            told = (match[1], match[2])
    return found


class Reader:
    """Somebody who does what a page says, in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def do(self, step: Step) -> str:
        """Edit the file, or run the command; what was printed."""
        if step.command:
            return self.run(step.command)
        path = self.folder / step.file
        if step.action == "file":
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(step.text + "\n", "utf-8")
        elif step.action == "add":
            path.write_text(path.read_text("utf-8") + step.text + "\n", "utf-8")
        else:
            text = path.read_text("utf-8")
            for was, now in re.findall(r"^-(.*)\n\+(.*)$", step.text, re.MULTILINE):
                assert text.count(was + "\n") == 1, f"no line to change: {was}"
                text = text.replace(was, now)
            path.write_text(text, "utf-8")
        return ""

    def run(self, command: str) -> str:
        """The output of `cd`, or of a command of ours, both streams as a terminal shows them."""
        words = shlex.split(command)
        if words[0] == "cd":
            self.folder = self.folder / words[1]
            return ""
        assert words[0] == "visavis", f"only visavis is run here, not: {command}"
        from visavis.cli import main

        out = io.StringIO()
        was = Path.cwd()
        os.chdir(self.folder)
        try:
            with (
                contextlib.redirect_stdout(out),
                contextlib.redirect_stderr(out),
                contextlib.suppress(SystemExit),
            ):
                main(words[1:])
        finally:
            os.chdir(was)
        return out.getvalue()


def tidy(text: str) -> list[str]:
    """Lines without blanks at their ends, and without empty lines at the end."""
    return [line.rstrip() for line in text.rstrip().splitlines()]


def fits(shown: list[str], printed: list[str]) -> bool:
    """Whether the page shows what was printed; `...` alone stands for any lines, within a line for
    any text."""
    pattern = "".join(
        r"(?:.*\n)*?" if line.strip() == "..." else
        ".*?".join(re.escape(part) for part in line.rstrip().split("...")) + r"\n"
        for line in shown
    )  # fmt: skip
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in printed)) is not None


@contextlib.contextmanager
def reading(folder: Path) -> Iterator[Reader]:
    """A reader, after whom the servers they started are stopped."""
    try:
        yield Reader(folder)
    finally:
        for home in folder.rglob(".visavis"):
            server.stop(home.parent)


@pytest.fixture
def demo(shipped: Graph) -> Path:
    """The folder of the local server that holds the shipped cases: what a page shows but for the
    tutorial."""
    folder: Path = shipped._place.project  # type: ignore[union-attr]
    (folder / "visavis.yaml").touch()
    return folder


on_local_server = pytest.mark.parametrize("shipped", ["arcade"], indirect=True)


def misses(page: str, reader: Reader) -> str:
    """What the reader of a page sees printed that the page does not show."""
    wrong = []
    for step in steps(page):
        printed = tidy(reader.do(step))
        if step.command and not fits(step.shown, printed):
            wrong.append("\n".join([f"{page}:{step.line}: $ {step.command}", *printed]))
    return "\n\n".join(wrong)


@on_local_server
@pytest.mark.parametrize("page", RUN)
def test_pages_show_what_commands_print(
    page: str, demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(WIDTH))
    assert not misses(page, Reader(demo))


def test_tutorial_shows_what_commands_print(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(WIDTH))
    with reading(tmp_path) as reader:
        assert not misses("docs/tutorial.md", reader)


def test_tutorial_meets_a_fault_and_ends_without_one(tmp_path: Path) -> None:
    """The faults that the tutorial shows are there, and its corrections mend them."""
    told = [step for step in steps("docs/tutorial.md") if not step.command.startswith("visavis in")]
    reader = Reader(tmp_path)
    checks = []
    for step in told:
        if step.action:
            reader.do(step)
        elif step.command == "visavis check":
            checks.append(tidy(reader.run("visavis check ."))[-1])
    assert not checks[0].endswith(" 0 errors, 0 warnings")
    assert all(line.endswith(" 0 errors, 0 warnings") for line in checks[1:])


@on_local_server
def test_python_in_the_pages_runs(demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(demo)
    for page in ("README.md", "docs/queries.md", "docs/networks.md", "docs/py2neo.md"):
        for block in re.findall(r"```python\n(.*?)```", text_of(page), re.DOTALL):
            with contextlib.redirect_stdout(io.StringIO()):
                exec(compile(block, page, "exec"), {})
    assert (demo / "chain.svg").is_file() and (demo / "out" / "claims.jsonl").is_file()


# -- commands and their help ----------------------------------------------------------------------


def commands() -> dict[str, Any]:
    """Every command by its words ("server start")."""
    import typer

    from visavis.cli import app

    found: dict[str, Any] = {}

    def walk(command: Any, words: str) -> None:
        inner = getattr(command, "commands", None)
        if inner:
            for name, one in inner.items():
                walk(one, f"{words} {name}".strip())
        else:
            found[words] = command

    walk(typer.main.get_command(app), "")
    return found


def test_every_command_has_help() -> None:
    for words, command in commands().items():
        assert (command.help or "").strip().endswith((".", "reagan --other gorbachev")), words
        for parameter in command.params:
            assert getattr(parameter, "help", "x"), f"{words}: {parameter.name}"
        printed = Reader(ROOT).run(f"visavis {words} --help")
        assert words.split()[-1] in printed and "Usage" in printed


def test_every_command_is_told_somewhere() -> None:
    told = "\n".join(page.read_text("utf-8") for page in PAGES)
    missing = [words for words in commands() if f"visavis {words}" not in told]
    assert not missing


# -- tables beside the code -----------------------------------------------------------------------


def table(page: str, marker: str) -> list[list[str]]:
    """The cells of the table behind `<!-- marker -->`."""
    found = re.search(rf"<!-- {re.escape(marker)} -->\n(.*?)<!-- end -->", text_of(page), re.DOTALL)
    assert found, f"{page} has no {marker}"
    rows = [line for line in found[1].splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]] for row in rows]


def keys(page: str, marker: str) -> list[str]:
    """The first cells of a table, without backticks."""
    return [row[0].strip("`") for row in table(page, marker)]


def key_tables() -> dict[str, list[str]]:
    known = {"header": list(HEADER), "common": list(COMMON)}
    known |= {section: list(names) for section, names in SECTIONS.items()}
    return known | {kind: entry_keys(kind) for kind in ("actors", "places", "sources")}


def test_every_key_of_a_case_file_is_documented() -> None:
    for name, known in key_tables().items():
        assert sorted(keys("docs/case-file.md", f"keys: {name}")) == sorted(known), name
    marked = set(re.findall(r"<!-- keys: (\S+) -->", text_of("docs/case-file.md")))
    assert marked == set(key_tables())


def example(name: str, without: tuple[str, ...] = ()) -> str:
    """The examples of one table as lines of YAML."""
    rows = table("docs/case-file.md", f"keys: {name}")
    cells = [row[2].strip("`").replace("\\|", "|") for row in rows]
    return "\n".join(cell for cell in cells if cell.partition(":")[0] not in without)


def test_examples_of_a_case_file_are_right() -> None:
    """The examples of each table make one statement, and together they make a case."""
    head = example("header", without=("mode", "ingredients", "effects", "moderators"))
    text = [head]
    common = example("common", without=("cite",)).replace("\n", "\n    ")
    for section in SECTIONS:
        body = example(section).replace("\n", "\n    ")
        text.append(f"{section}:\n  - {body}\n    cite: 192")
        if section == "acts":  # what the examples refer to
            text.append("  - {act: first-handshake, kind: handshake, by: [reagan, gorbachev], "
                        "cite: 191}")  # fmt: skip
        if section == "remarks":
            text.append(f"  - remark: x\n    {common}\n    cite: 192")
    data = load("\n".join(text), "docs/case-file.md")
    known = Registers.of(SHIPPED, SHIPPED)
    _, faults = read_case(data, "docs/case-file.md", known, vocabulary())
    assert not [str(fault) for fault in faults if fault.severity == "error"]
    for kind in ("actors", "places", "sources"):
        entry = load(example(kind), kind)
        holder = Map({kind: Map({"new": entry}), "source": Text("bramsen2024")})
        holder[kind].lines, holder.lines = {"new": 1}, {"source": 1}
        _, faults = read_register(holder, kind, kind, known, vocabulary())
        assert not [str(fault) for fault in faults], kind


def test_yaml_in_pages_is_yaml() -> None:
    for page in PAGES:
        for block in re.findall(r"```yaml\n(.*?)```", page.read_text("utf-8"), re.DOTALL):
            yaml.safe_load(block)


@on_local_server
def test_fields_of_the_export_are_documented(demo: Path) -> None:
    import json

    Reader(demo).run("visavis export fields")
    claim = Claim("", "")
    assert keys("docs/export.md", "fields: claims") == [
        "id", *(name for name in claim.__dataclass_fields__ if name != "_id")
    ]  # fmt: skip
    citation = list(Citation.__dataclass_fields__)
    assert keys("docs/export.md", "fields: citation") == citation
    found: dict[str, set[str]] = {"nodes": set(), "edges": set()}
    for name, properties in found.items():
        for line in (demo / "fields" / f"{name}.jsonl").read_text("utf-8").splitlines():
            properties |= set(json.loads(line)["properties"])
    qualifiers = {name for p in model().predicates.values() if p.edge for name in p.qualifiers}
    assert found["nodes"] <= set(keys("docs/export.md", "fields: nodes"))
    assert found["edges"] - qualifiers <= set(keys("docs/export.md", "fields: edges"))
    named = {p.property for p in model().predicates.values() if p.property} - {"record"}
    assert named <= set(keys("docs/export.md", "fields: nodes"))


def test_environment_variables_are_documented() -> None:
    used: set[str] = set()
    for room in ("graph", "ingest", "queries", "exchange", "visavis"):
        for path in (ROOT / room).glob("*.py"):
            used |= set(re.findall(r'"((?:VISAVIS|NEO4J)_[A-Z_]+)"', path.read_text("utf-8")))
    assert set(keys("docs/engines.md", "variables")) == used


def test_generated_tables_agree_with_the_model() -> None:
    for page, name, made in generated():
        begin, end = f"<!-- generated: {name} -->\n", "<!-- end -->"
        inside = text_of(page).partition(begin)[2].partition(end)[0]
        assert inside == made, f"{page}: {name} is stale; run python tests/test_docs.py"


def generated() -> list[tuple[str, str, str]]:
    """Page, name and text of each table that is made from the model."""
    nodes = [
        [f"`{kind.label}`", f"`{kind.prefix}/`", kind.definition] for kind in model().nodes.values()
    ]
    predicates = [
        [
            f"`{p.key_name}`",
            p.definition,
            ", ".join(p.subject),
            f"`{p.edge}` → {', '.join(p.object)}" if p.edge
            else f"`{p.property}`{STAR * p.many}: {p.type}",
            ", ".join(
                f"**{name}**" if name in p.needs else f"{name}{STAR * (kind[-1] == '*')}"
                for name, kind in p.qualifiers.items()
            ),
        ]
        for p in model().predicates.values()
    ]  # fmt: skip
    edges = []
    for name in model().edges:
        made = [p for p in model().predicates.values() if p.edge == name]
        starts = list(dict.fromkeys(kind for p in made for kind in p.subject))
        ends = list(dict.fromkeys(kind for p in made for kind in p.object))
        edges.append(
            [
                f"`{name}`",
                f"{', '.join(starts)} → {', '.join(ends)}",
                ", ".join(f"`{p.key_name}`" for p in made),
                ", ".join(dict.fromkeys(key for p in made for key in p.key)),
                "yes" if any(p.dated for p in made) else "",
            ]
        )
    schemes = []
    for s in vocabulary().schemes.values():
        said = s.definition.partition(". ")[0].rstrip(".")
        schemes.append([f"`{s.key}`", str(len(vocabulary().scheme(s.key))), said])
    questions = [[f"`{q.name}`", q.title, q.answers] for q in library.questions().values()]
    page = "docs/model.md"
    return [
        (page, "nodes", _table(["label", "identifier", "is"], nodes)),
        (page, "predicates",
         _table(["predicate", "says", "of", "edge or property", "qualifiers"], predicates)),
        (page, "edges", _table(["type", "from → to", "predicates", "key", "dated"], edges)),
        (page, "schemes", _table(["scheme", "terms", "is"], schemes)),
        ("docs/queries.md", "questions", _table(["name", "title", "answers"], questions)),
    ]  # fmt: skip


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(
        "| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines
    )


# -- the pages themselves -------------------------------------------------------------------------


def anchors(text: str) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    bare = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    heads = re.findall(r"^#+ (.*)$", bare, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text("utf-8")
    bare = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    for link in re.findall(r"\]\(([^)\s]+)\)", bare):
        if link.startswith(("http://", "https://")):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.exists(), f"{page.name}: {link}"
        if anchor:
            assert anchor in anchors(target.read_text("utf-8")), f"{page.name}: {link}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_pages_hold_no_path_of_a_machine_and_no_cdn(page: Path) -> None:
    text = page.read_text("utf-8")
    assert not re.search(r"(?<![\w/.])/(home|Users|tmp|work|root|opt|var)/", text)
    assert not re.search(r"cdn|unpkg|jsdelivr|shields\.io|badge", text, re.IGNORECASE)


def test_every_page_is_reached_from_the_readme() -> None:
    readme = text_of("README.md")
    for page in PAGES:
        name = page.relative_to(ROOT).as_posix()
        assert name == "README.md" or f"({name})" in readme, name


def test_pictures_are_drawn_without_help_from_elsewhere() -> None:
    pictures = sorted((ROOT / "docs" / "pictures").iterdir())
    assert pictures
    for picture in pictures:
        if picture.suffix == ".svg":
            text = picture.read_text("utf-8")
            assert not re.search(r'(?:href|src)="https?:|@import|url\(http', text), picture.name
            assert picture.stat().st_size < 500_000


def test_citation_file_is_right() -> None:
    from visavis import __version__

    told = yaml.safe_load(text_of("CITATION.cff"))
    assert told["cff-version"] == "1.2.0" and told["version"] == __version__
    assert told["license"] == "Apache-2.0" and told["title"] and told["message"]
    assert all(author.get("name") or author.get("family-names") for author in told["authors"])


# -- writing the pages again ----------------------------------------------------------------------


def write_again() -> None:
    """Put generated tables and outputs that no longer fit into the pages."""
    import tempfile

    os.environ["COLUMNS"] = str(WIDTH)
    for page, name, made in generated():
        path = ROOT / page
        begin, end = f"<!-- generated: {name} -->\n", "<!-- end -->"
        before, _, rest = path.read_text("utf-8").partition(begin)
        path.write_text(before + begin + made + end + rest.partition(end)[2], "utf-8")
    with tempfile.TemporaryDirectory() as place, reading(Path(place)):
        demo = Path(place) / "demo"
        demo.mkdir()
        (demo / "visavis.yaml").write_text("project: demo\n", "utf-8")
        for page in [*RUN, "docs/tutorial.md"]:
            own = Path(place) / "own" if page == "docs/tutorial.md" else demo
            own.mkdir(exist_ok=True)
            reader = Reader(own)
            if own == demo:
                reader.run("visavis ingest --shipped")
            lines = text_of(page).splitlines()
            shift = 0
            for step in steps(page):
                printed = tidy(reader.do(step))
                if not step.command or (fits(step.shown, printed) and step.shown != ["..."]):
                    continue
                at = step.line + shift
                lines[at : at + len(step.shown)] = printed
                shift += len(printed) - len(step.shown)
            (ROOT / page).write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    write_again()
