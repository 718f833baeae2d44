"""The library: one question per .cypher file, and the few lines that run them.

A file begins with a header of comment lines, then the query:

```
// title: Who dominated whom
// answers: Acts of domination and attempts at it, and what became of each.
// parameters:
//   actor: actor = ; by or over this actor
//   from: date = ; not before this date
//   leads: flag = no; machine-coded rows too
// columns:
//   date: when
//   dominates: who
//   citation: where it is told
// nothing: no domination is coded there
// example: actor=trump

MATCH (a:Actor)-[r:DOMINATES]->(b:Actor) WHERE ... RETURN r.date AS date, ...
```

- A parameter is `name: type; help`, and may be left out where a default stands behind `=` (an
  empty one is null). It reaches the query as `$name`. Types: actor, meeting, place, source, and
  term or term(SCHEME) (found by name, given as identifier); coder; text; integer; flag (yes or
  no); date (EDTF: `$name` is its text, `$name_earliest` and `$name_latest` its bounds in seconds);
  element (an edge, claim or node: `$name` as typed, `$name_claims` the claims behind it);
  withdrawal (a source, coder/KEY or claim: `$name_claims`, `$name_edges`, `$name_nodes` are what
  would fall with it); search (`$name` is the text as a full-text query).
- Columns are what the query returns. One whose name ends in `citation` returns claim identifiers,
  or lists of them, and is shown as citations; `rivals` of an edge or node, and the `json` of a
  claim as `statement`, are put in words; other lists are joined to one text.
- `nothing` is what an empty answer means; unknown is not absent.
- `example` has the values with which the tests, and a reader, can try it.

Where an identifier may be null, look it up as `{id: coalesce(x, '')}`: for `{id: null}` ArcadeDB
goes through every node of the label, row by row. Order rows to the last tie, so that the answer is
the same on both engines and each time.

A file of one's own with the same header runs the same way, through a reader that cannot write.
"""

from __future__ import annotations

import contextlib
import json
import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from visavis.graph.connect import Graph, Rows
from visavis.queries.evidence import citations, claims_behind, falls, joined, statement
from visavis.queries.find import one, search_words
from visavis.queries.told import rival_words
from visavis.schema import dates
from visavis.schema.errors import NotFoundError, QueryError

__all__ = ["Parameter", "Question", "Table", "explain", "load", "question", "questions", "run"]

HERE = Path(__file__).parent
ROWS = 1_000  # shown at most, unless asked otherwise
SECONDS = 30.0  # and after so long a query is stopped

_TYPE = re.compile(r"(?P<type>[a-z]+)(?:\((?P<scheme>[a-z-]+)\))?")
_PARAMETER = re.compile(
    r"(?P<name>[a-z][a-z_]*):\s*(?P<type>[a-z()-]+)\s*(?P<default>=[^;]*)?;\s*(?P<help>.+)"
)
_COLUMN = re.compile(r"(?P<name>[a-z][a-z_]*):\s*(?P<help>.+)")
_LISTS = ("parameters", "columns")
_TEXTS = ("title", "answers", "nothing", "example")


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a question asks for. `default` is None where a value must be given."""

    name: str
    type: str
    help: str
    default: str | None = None
    scheme: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the library, or of a user's own file (`own`)."""

    name: str
    title: str
    answers: str
    parameters: tuple[Parameter, ...]
    columns: Mapping[str, str]
    cypher: str
    nothing: str = ""
    example: Mapping[str, str] = field(default_factory=dict)
    own: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """An answer: rows by column name. `truncated`: there were more rows. `note` says what it means
    that there are none. `claims`: those behind the citations of each row, row by row."""

    columns: tuple[str, ...]
    rows: list[dict[str, Any]]
    truncated: bool = False
    note: str = ""
    claims: tuple[tuple[str, ...], ...] = ()

    @property
    def cited(self) -> list[str]:
        """The claims behind all its citations, sorted."""
        return sorted({claim for claims in self.claims for claim in claims})


# -- the files ------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def questions() -> dict[str, Question]:
    """The questions of the library by name, sorted."""
    return {path.stem: _parse(path, own=False) for path in sorted(HERE.glob("*.cypher"))}


def question(name: str) -> Question:
    """The question called `name`, or the one of a file whose name ends in .cypher.

    NotFoundError, with what comes close, where there is none.
    """
    if name.endswith(".cypher"):
        return load(name)
    known = questions()
    if name not in known:
        from rapidfuzz import process

        close = [found[0] for found in process.extract(name, list(known), limit=3, score_cutoff=55)]
        raise NotFoundError(f"no question '{name}'; visavis query lists them all", close)
    return known[name]


def explain(asked: Question) -> list[str]:
    """What a question answers, what it needs, what it returns, and its Cypher: for reading."""
    needs = [
        f"  --{p.name.replace('_', '-')}  {p.help} ({p.scheme or p.type}"
        + (", needed)" if p.default is None else f", default {p.default or 'all'})")
        for p in asked.parameters
    ]
    example = " ".join(f"--{k} {shlex.quote(v)}" for k, v in asked.example.items())
    return [
        asked.title,
        asked.answers,
        *(["", "Parameters:", *needs] if needs else []),
        "",
        "Columns:",
        *(f"  {name}  {told}" for name, told in asked.columns.items()),
        *(["", f"Example: visavis query {asked.name} {example}".rstrip()]),
        "",
        asked.cypher.strip(),
    ]


def load(path: Path | str) -> Question:
    """A question from a file of one's own. QueryError, with file and line, for a wrong header."""
    return _parse(Path(path), own=True)


def _parse(path: Path, own: bool) -> Question:
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "is no text in UTF-8"
        raise QueryError(f"{path}: cannot be read: {reason}") from error
    told: dict[str, str] = {}
    parameters: dict[str, Parameter] = {}
    columns: dict[str, str] = {}
    section = ""
    end = 0
    for number, line in enumerate(lines, 1):
        if not line.startswith("//"):
            break
        end = number
        with _at(path, number):
            body = line[2:]
            if body.startswith("   ") or (section in _LISTS and body.startswith("  ")):
                _entry(section, body.strip(), parameters, columns, told)
            elif body.strip():
                section = _heading(body.strip(), told)
    with _at(path, 1):
        for name in ("title", "answers"):
            if not told.get(name):
                raise ValueError(f"the header has no '{name}'; write // {name}: ...")
        if not columns:
            raise ValueError("the header has no columns; write // columns: and one line for each")
    cypher = "\n".join(lines[end:]).strip()
    with _at(path, end + 1):
        if not cypher:
            raise ValueError("no query stands behind the header")
        _check_parameters(cypher, parameters)
    with _at(path, next((n for n, x in enumerate(lines, 1) if x.startswith("// example")), 1)):
        example = _example(told.get("example", ""), parameters)
    return Question(
        path.stem, told["title"], told["answers"], tuple(parameters.values()), columns, cypher,
        told.get("nothing", ""), example, own,
    )  # fmt: skip


@contextlib.contextmanager
def _at(path: Path, line: int) -> Iterator[None]:
    """Say in which file and line a header is wrong."""
    try:
        yield
    except ValueError as error:
        raise QueryError(f"{path}:{line}: {error}") from error


def _heading(text: str, told: dict[str, str]) -> str:
    name, colon, rest = text.partition(":")
    if not colon or name not in (*_TEXTS, *_LISTS):
        known = ", ".join((*_TEXTS, *_LISTS))
        raise ValueError(f"'{text}' is no line of a header; it knows {known}")
    if name in told:
        raise ValueError(f"'{name}' stands twice")
    if name in _LISTS and rest.strip():
        raise ValueError(f"write the {name} on lines of their own, indented: //   name: ...")
    told[name] = rest.strip()
    return name


def _entry(
    section: str,
    text: str,
    parameters: dict[str, Parameter],
    columns: dict[str, str],
    told: dict[str, str],
) -> None:
    if section in _TEXTS:
        told[section] = f"{told[section]} {text}".strip()
    elif section == "columns":
        found = _COLUMN.fullmatch(text)
        if found is None:
            raise ValueError(f"'{text}' is no column; write name: what it shows")
        if found["name"] in columns:
            raise ValueError(f"the column '{found['name']}' stands twice")
        columns[found["name"]] = found["help"]
    elif section == "parameters":
        found = _PARAMETER.fullmatch(text)
        if found is None:
            raise ValueError(f"'{text}' is no parameter; write name: type = default; help")
        if found["name"] in parameters:
            raise ValueError(f"the parameter '{found['name']}' stands twice")
        kind = _TYPE.fullmatch(found["type"])
        if kind is None or kind["type"] not in _READ or (kind["scheme"] and kind["type"] != "term"):
            known = ", ".join(_READ)
            raise ValueError(f"unknown type '{found['type']}'; known: {known}, term(SCHEME)")
        default = found["default"]
        parameters[found["name"]] = Parameter(
            found["name"], kind["type"], found["help"],
            None if default is None else default[1:].strip(), kind["scheme"] or "",
        )  # fmt: skip
    else:
        raise ValueError(f"'{text}' stands under no heading")


_SUFFIXES = ("_earliest", "_latest", "_claims", "_edges", "_nodes")


def _check_parameters(cypher: str, parameters: Mapping[str, Parameter]) -> None:
    for used in re.findall(r"\$([A-Za-z_]\w*)", cypher):
        base = next((used.removesuffix(s) for s in _SUFFIXES if used.endswith(s)), used)
        if used not in parameters and base not in parameters:
            raise ValueError(f"the query uses ${used}, which is no parameter of the header")


def _example(text: str, parameters: Mapping[str, Parameter]) -> dict[str, str]:
    example = {}
    for item in shlex.split(text):
        name, equals, value = item.partition("=")
        if not equals or name not in parameters:
            raise ValueError(f"'{item}' in the example is no parameter=value")
        example[name] = value
    return example


# -- values ---------------------------------------------------------------------------------------


def _node(graph: Graph, parameter: Parameter, text: str) -> dict[str, Any]:
    return {"": one(graph, parameter.type, text, scheme=parameter.scheme)}


def _text(graph: Graph, parameter: Parameter, text: str) -> dict[str, Any]:
    return {"": text}


def _coder(graph: Graph, parameter: Parameter, text: str) -> dict[str, Any]:
    return {"": text.removeprefix("coder/")}


def _integer(graph: Graph, parameter: Parameter, text: str) -> dict[str, Any]:
    if not re.fullmatch(r"[+-]?\d{1,15}", text):
        raise QueryError(f"{parameter.name}: '{text}' is no whole number; write one such as 30")
    return {"": int(text)}


def _flag(graph: Graph, parameter: Parameter, text: str) -> dict[str, Any]:
    truth = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
    if text.lower() not in truth:
        raise QueryError(f"{parameter.name}: '{text}' is neither yes nor no")
    return {"": truth[text.lower()]}


def _date(graph: Graph, parameter: Parameter, text: str) -> dict[str, Any]:
    try:
        date = dates.parse(text)
    except dates.DateError as error:
        raise QueryError(f"{parameter.name}: {error}") from error
    return {"": date.text, "_earliest": date.earliest, "_latest": date.latest}


def _search(graph: Graph, parameter: Parameter, text: str) -> dict[str, Any]:
    query = search_words(text)
    if not query:
        raise QueryError(f"{parameter.name}: '{text}' has no word to search for")
    return {"": query}


def _element(graph: Graph, parameter: Parameter, text: str) -> dict[str, Any]:
    return {"": text, "_claims": claims_behind(graph, text)}


def _withdrawal(graph: Graph, parameter: Parameter, text: str) -> dict[str, Any]:
    found = falls(graph, text)
    return {"": text, "_claims": found.claims, "_edges": found.edges, "_nodes": found.nodes}


# How a value of each type is read: the typed text to parameters, by what is added to the name.
_READ: dict[str, Callable[[Graph, Parameter, str], dict[str, Any]]] = {
    "actor": _node, "meeting": _node, "place": _node, "source": _node, "term": _node,
    "coder": _coder, "text": _text, "integer": _integer, "flag": _flag, "date": _date,
    "search": _search, "element": _element, "withdrawal": _withdrawal,
}  # fmt: skip
_PARTS = {
    "date": ("", "_earliest", "_latest"),
    "element": ("", "_claims"),
    "withdrawal": ("", "_claims", "_edges", "_nodes"),
}


def _values(graph: Graph, question: Question, values: Mapping[str, str]) -> dict[str, Any]:
    known = {parameter.name: parameter for parameter in question.parameters}
    unknown = [name for name in values if name not in known]
    if unknown:
        takes = ", ".join(known) or "none"
        raise QueryError(f"{question.name} has no parameter '{unknown[0]}'; it takes: {takes}")
    read: dict[str, Any] = {}
    for name, parameter in known.items():
        text = str(values.get(name, "")).strip() or parameter.default
        if text is None:
            raise QueryError(f"{question.name} needs {name}: {parameter.help}")
        parts: dict[str, Any] = dict.fromkeys(_PARTS.get(parameter.type, ("",)))
        if text:
            try:
                parts = _READ[parameter.type](graph, parameter, text)
            except NotFoundError as error:
                named = f"{name}: " if len(known) > 1 else ""
                raise NotFoundError(f"{named}{error}", error.suggestions) from error
        read |= {name + suffix: value for suffix, value in parts.items()}
    return read


# -- running --------------------------------------------------------------------------------------


def run(
    graph: Graph,
    question: Question,
    values: Mapping[str, str] | None = None,
    *,
    limit: int = ROWS,
    timeout: float = SECONDS,
) -> Table:
    """The answer to a question, values given as they are typed.

    At most `limit` rows; QueryStoppedError after `timeout` seconds. QueryError for a value that is
    missing, unknown or of another type, and for a query that is wrong or returns other columns
    than its header says; NotFoundError where a name fits nothing or several.
    """
    parameters = _values(graph, question, values or {})
    if question.own and not graph.read_only:
        with graph.reader() as reader:
            rows = reader.rows(question.cypher, parameters, timeout=timeout, limit=limit)
    else:
        rows = graph.rows(question.cypher, parameters, timeout=timeout, limit=limit)
    columns = tuple(question.columns)
    if rows and set(rows[0]) != set(columns):
        raise QueryError(
            f"{question.name} returns the columns {', '.join(rows[0])}, and its header says "
            f"{', '.join(columns)}"
        )
    shown = _shown(graph, rows, columns)
    telling = [name for name in columns if name.endswith("citation")]
    claims = tuple(
        tuple(dict.fromkeys(c for name in telling for c in _flat(row[name]))) for row in rows
    )
    return Table(columns, shown, rows.truncated, "" if shown else question.nothing, claims)


def _shown(graph: Graph, rows: Rows, columns: tuple[str, ...]) -> list[dict[str, Any]]:
    """Rows as they are printed: claims as citations, lists as one text."""
    telling = [name for name in columns if name.endswith("citation")]
    cited = citations(graph, {c for row in rows for name in telling for c in _flat(row[name])})
    shown = []
    for row in rows:
        made = {}
        for name in columns:
            value = row[name]
            if name in telling:
                value = joined(text for c in _flat(value) for text in cited.get(c, ()))
            elif name == "rivals":
                value = rival_words(value)
            elif name == "statement" and str(value).startswith("{"):
                value = statement(json.loads(value))
            elif isinstance(value, list):
                value = "; ".join(str(item) for item in value if item is not None)
            made[name] = None if value == "" else value
        shown.append(made)
    return shown


def _flat(value: Any) -> list[str]:
    """Claim identifiers out of lists of lists."""
    if isinstance(value, list):
        return [claim for item in value for claim in _flat(item)]
    return [value] if value else []
