"""Questions: the library as forms with their Cypher, and read-only Cypher of one's own."""

from __future__ import annotations

import csv
import io
import json
import re
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from visavis.dashboard import common
from visavis.exchange.bibliography import works, written
from visavis.exchange.networks import Network, Tie, Vertex, save
from visavis.graph.connect import Graph
from visavis.queries import library
from visavis.queries import network as network_query
from visavis.queries.library import Parameter, Question
from visavis.schema.errors import QueryError, QueryStoppedError
from visavis.schema.model import vocabulary
from visavis.schema.text import harmless

__all__ = [
    "as_bibtex",
    "as_csv",
    "as_gexf",
    "as_json",
    "drawn",
    "identifiers",
    "network_of",
    "page",
    "said",
]

NODES = ("actor", "meeting", "place", "source")
ROWS, SECONDS = 1_000, 30
MOST_ROWS, MOST_SECONDS = 50_000, 300
BATCH = 2_000  # claims of which one query asks
FIRST = "mode-by-stage"


def page() -> None:
    """One question of the library, or Cypher."""
    st.title("Ask the graph", anchor=False)
    ways = {"library": "Questions of the library", "cypher": "Cypher of your own"}
    if common.choice("How", ways, "by", "library", pills=True) == "cypher":
        _cypher()
    else:
        _library()


# -- the library ----------------------------------------------------------------------------------


def _library() -> None:
    asked = library.questions()
    titles = {q.name: q.title for q in sorted(asked.values(), key=lambda q: q.title.casefold())}
    told = common.param("q", FIRST)
    if told not in asked:
        st.warning(common.plain(f"The library has no question {told}; choose another."))
    name = common.choice("Question", titles, "q", FIRST)
    question = asked[name]
    common.sentence(question.answers)
    _clear({"by", "q", "rows", "as", *(p.name for p in question.parameters)})
    values = _form(question)
    limit = _limit("Rows at most", "rows", ROWS, MOST_ROWS)
    with st.expander("The Cypher of this question"):
        st.code(question.cypher, language="cypher", wrap_lines=True)
    wanting = [p.help for p in question.parameters if p.default is None and not values.get(p.name)]
    if wanting:
        st.info(common.plain(f"Give {' and '.join(wanting)} to see the answer."))
        return
    began = time.monotonic()
    made = common.ask(name, limit=limit, **values)
    common.fresh(name, limit, *values.items())
    if not made.rows:
        st.write(common.plain(f"No row: {made.note or 'nothing fits'}."))
        return
    st.html(f"<p class='vv-note'>{said(len(made.rows), made.truncated, limit)} "
            f"({time.monotonic() - began:.1f} s)</p>")  # fmt: skip
    _answer(made, name, question)


def _clear(known: set[str]) -> None:
    """Take parameters of another question out of the address."""
    for name in list(st.query_params):
        if name not in known and name != "e":
            common.set_params(**{name: None})


def _form(question: Question) -> dict[str, str]:
    """A field for each parameter; the values as they are typed."""
    values: dict[str, str] = {}
    fields = [p for p in question.parameters if p.type != "flag"]
    flags = [p for p in question.parameters if p.type == "flag"]
    for number, parameter in enumerate(fields):
        if number % 3 == 0:
            columns = st.columns(min(len(fields) - number, 3))
        with columns[number % 3]:
            values[parameter.name] = _field(parameter, question.example.get(parameter.name, ""))
    if flags:
        with st.container(horizontal=True):
            for parameter in flags:
                values[parameter.name] = _field(parameter, "")
    return {name: value for name, value in values.items() if value}


def _field(parameter: Parameter, example: str) -> str:
    words = parameter.name.replace("_", " ").capitalize()
    needed = parameter.default is None
    first = example if needed else ""
    if parameter.type in NODES:
        if first and "/" not in first:
            first = f"{parameter.type}/{first}"
        return common.actor_picker(
            words, parameter.name, first, kind=parameter.type, help=parameter.help
        )
    if parameter.type == "term":
        terms = {
            key: term.label
            for key, term in sorted(vocabulary().terms.items(), key=lambda t: t[1].label)
            if not parameter.scheme or term.scheme == parameter.scheme
        }
        options = terms if needed else {"": "any", **terms}
        return common.choice(words, options, parameter.name, first, help=parameter.help)
    if parameter.type == "flag":
        default = parameter.default in ("yes", "true", "1")
        on = common.switch(words, parameter.name, default, help=parameter.help)
        return "yes" if on else "no"
    told = first or parameter.default or ""
    return common.typed(words, parameter.name, told, help=parameter.help)


def _limit(label: str, name: str, default: int, most: int) -> int:
    text = common.typed(label, name, str(default), help=f"at most {most:,}")
    try:
        return min(max(int(text), 1), most)
    except ValueError:
        st.warning(common.plain(f"“{text}” is no number; {default:,} is used."))
        return default


def said(number: int, truncated: bool, limit: int) -> str:
    """How many rows, and whether there are more."""
    if truncated:
        return f"The first {limit:,} rows; there are more."
    return f"{common.many(number, 'row').capitalize()}."


# -- Cypher ---------------------------------------------------------------------------------------

BEGIN = "MATCH (a:Actor)-[r:CREDIT]->(b:Actor)\nRETURN a.name, r.act, b.name, r.date\nLIMIT 25"


def _cypher() -> None:
    common.sentence(
        "Cypher that reads. Whatever would write is refused by the database itself, and a query "
        "that takes too long is stopped there."
    )
    _clear({"by", "cypher", "rows", "seconds", "as", "run"})
    key = "p_cypher"
    told = common.param("cypher", BEGIN)
    if st.session_state.get("_seen_cypher") != told or key not in st.session_state:
        st.session_state[key] = told
        st.session_state["_seen_cypher"] = told
    text = str(st.text_area("Cypher", key=key, height=140))
    common.set_params(cypher=None if text == BEGIN else text)
    st.session_state["_seen_cypher"] = text
    left, right = st.columns(2)
    with left:
        limit = _limit("Rows at most", "rows", ROWS, MOST_ROWS)
    with right:
        seconds = _limit("Seconds at most", "seconds", SECONDS, MOST_SECONDS)
    if st.button("Run", type="primary"):
        st.session_state["_asked"] = (text, limit, seconds)
        common.set_params(run="1")
        _run.clear()
    asked = st.session_state.get("_asked")
    if asked is None and common.param("run") == "1":  # an address that somebody sent
        asked = st.session_state["_asked"] = (text, limit, seconds)
    if asked != (text, limit, seconds):
        common.set_params(run=None)
        return
    try:
        rows, truncated, took = _run(common.graph().address, common.revision(), *asked)
    except QueryStoppedError as error:
        st.warning(common.plain(f"Stopped by its limit: {error}"))
        return
    except QueryError as error:
        st.error(common.plain(str(error)))
        return
    if not rows:
        st.write("No row.")
        return
    st.html(f"<p class='vv-note'>{said(len(rows), truncated, limit)} ({took:.1f} s)</p>")
    claims = tuple(tuple(i for i in identifiers([row]) if i.startswith("c-")) for row in rows)
    common.fresh("cypher", *asked)
    _answer(library.Table(tuple(rows[0]), rows, truncated, "", claims), "answer", None)


@st.cache_resource(show_spinner=False, on_release=Graph.close)
def _reader(place: str, _graph: Graph) -> Graph:
    return _graph.reader()


@st.cache_resource(max_entries=8, show_spinner="The database works on it")
def _run(place: str, at: int, text: str, limit: int, seconds: int) -> Any:
    began = time.monotonic()
    graph = common.graph()
    rows = _reader(graph.address, graph).rows(text, limit=limit, timeout=seconds)
    return list(rows), rows.truncated, time.monotonic() - began


# -- answers --------------------------------------------------------------------------------------


def _answer(told: library.Table, name: str, question: Question | None) -> None:
    rows, columns = told.rows, told.columns
    shown = [c for c in columns if any(row[c] not in (None, "") for row in rows)]
    numeric = [
        c for c in shown
        if all(row[c] is None or isinstance(row[c], int | float) for row in rows)
        and not all(isinstance(row[c], bool) for row in rows)
    ]  # fmt: skip
    worded = [c for c in shown if c not in numeric and not c.endswith("citation")]
    made = network_of(rows, columns)
    ways = {"table": "Table"}
    if numeric and worded and len(rows) > 1:
        ways["chart"] = "Chart"
    if made is not None:
        ways["network"] = "Network"
    way = common.choice("As", ways, "as", "table", pills=True) if len(ways) > 1 else "table"
    if way == "chart":
        _bars(rows, worded[0], numeric[0])
    elif way == "network" and made is not None:
        _network(made, name)
    headings = {c: c.replace("_", " ") for c in shown}
    common.answer(
        told, headings, key=f"answer_{name}", alt="The answer",
        height=460 if len(rows) > 12 else None,
    )  # fmt: skip
    if question is not None:
        with st.expander("What the columns say"):
            common.table([{"column": c, "says": question.columns[c]} for c in shown], alt="Columns")
    files: list[tuple[str, str, str, Any]] = [
        ("CSV", f"{name}.csv", "text/csv", lambda: as_csv(rows, columns)),
        ("JSON", f"{name}.json", "application/json", lambda: as_json(rows)),
    ]
    ids = sorted({*told.cited, *identifiers(rows)})
    if ids:
        graph = common.graph()
        files.append(("BibTeX", f"{name}.bib", "text/plain", lambda: as_bibtex(graph, ids)))
    if made is not None:
        files.append(("GEXF", f"{name}.gexf", "application/xml", lambda: as_gexf(made)))
    # Each is made when it is asked for.
    for column, (words, file, kind, data) in zip(st.columns(4), files, strict=False):
        with column:
            st.download_button(f"Download {words}", data, file, kind, on_click="ignore")


_CITABLE = re.compile(r"c-[0-9a-f]{16}|source/\S+")


def identifiers(rows: Iterable[Any]) -> list[str]:
    """The claims and sources that rows name, wherever in them."""
    found: set[str] = set()
    waiting = list(rows)
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            found |= {value} if _CITABLE.fullmatch(value) else set()
        elif isinstance(value, Mapping):
            waiting += value.values()
        elif isinstance(value, list | tuple):
            waiting += value
    return sorted(found)


CITED = "UNWIND $ids AS id MATCH (:Claim {id: id})-[:CITES]->(s:Source) RETURN DISTINCT s.id AS id"


def as_bibtex(graph: Graph, ids: Sequence[str]) -> str:
    """The works of these sources, and those that these claims cite, as BibTeX."""
    cited = {i for i in ids if i.startswith("source/")}
    claims = [i for i in ids if i.startswith("c-")]
    for first in range(0, len(claims), BATCH):
        cited |= {row["id"] for row in graph.rows(CITED, {"ids": claims[first : first + BATCH]})}
    return written(works(graph, everything=True).of(sorted(cited)), "bibtex")


PAIRS = (("giver", "receiver"), ("dominates", "over"), ("by", "to"))
HOW = {"dominates": "dominates"}  # what ties a pair whose row has no word for it


def network_of(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> Network | None:
    """Who stands to whom in an answer: of paths their nodes and relationships, else each pair of
    names in columns that belong together. None where there is neither."""
    ties: Counter[tuple[str, str, str]] = Counter()
    names: dict[str, str] = {}

    def node(told: Mapping[str, Any]) -> str:
        key = str(told.get("id") or told)
        names[key] = str(next((told[n] for n in ("name", "title", "label") if told.get(n)), key))
        return key

    for row in rows:
        for value in row.values():
            if (
                isinstance(value, list)
                and len(value) > 2
                and all(isinstance(each, dict) for each in value)
            ):
                for a, tie, b in zip(value[::2], value[1::2], value[2::2], strict=False):
                    ties[node(a), node(b), str(tie.get("type") or "")] += 1
    pair = next((p for p in PAIRS if set(p) <= set(columns)), None)
    if not ties and pair is not None:
        for row in rows:
            for a in filter(None, str(row[pair[0]] or "").split("; ")):
                for b in filter(None, str(row[pair[1]] or "").split("; ")):
                    names[a], names[b] = a, b
                    words = (row.get(c) for c in ("sign", "gave", "kind") if row.get(c))
                    ties[a, b, str(next(words, HOW.get(pair[0], "")))] += 1
    if not ties:
        return None
    made = Network("answer", True)
    made.vertices = [Vertex(key, name, {}) for key, name in sorted(names.items())]
    made.ties = [
        Tie(f"t{n}", a, b, kind, {"number": count}, weight=float(count))
        for n, ((a, b, kind), count) in enumerate(sorted(ties.items()))
    ]
    return made


def as_gexf(made: Network) -> bytes:
    """A network as a GEXF file's bytes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "answer.gexf"
        save(made, path, "gexf")
        return path.read_bytes()


DRAWN = 60  # nodes of an answer that are drawn
_KINDS = {
    "credit": "credit", "gave credit": "credit", "discredit": "discredit",
    "dominates": "domination", "bond": "bond", "represents": "represents",
    "member_of": "represents",
}  # fmt: skip


def drawn(made: Network) -> network_query.Network:
    """An answer's network as the network component takes it: its `DRAWN` nodes with most ties."""
    degree: Counter[str] = Counter({v.id: 0 for v in made.vertices})
    for tie in made.ties:
        degree.update({tie.start: 1, tie.end: 1})
    kept = {key for key, _ in degree.most_common(DRAWN)}
    picture = network_query.Network(
        [
            network_query.Member(v.id, v.name, _kind_of(v.id), degree[v.id])
            for v in made.vertices
            if v.id in kept
        ]
    )
    for tie in made.ties:
        if tie.start in kept and tie.end in kept:
            many = max(int(tie.weight or 1), 1)
            words = tie.type.lower()
            picture.ties.append(
                network_query.Tie(
                    _KINDS.get(words, "other"),
                    tie.start,
                    tie.end,
                    tuple(f"{tie.id}-{n}" for n in range(many)),
                    (None,) * many,
                    (words.replace("_", " "),) if words else (),
                )
            )
    if len(kept) < len(degree):
        picture.left_out.append(
            f"the {len(kept)} with most ties are drawn; the GEXF file has all {len(degree):,}"
        )
    return picture


def _kind_of(node: str) -> str:
    """What a node is, where its identifier says so; actors and mere names are drawn as persons."""
    kind = node.partition("/")[0] if "/" in node else ""
    return "" if kind in ("", "actor") else kind


def _network(made: Network, name: str) -> None:
    """The ties of an answer as a picture; the table beneath has each row."""
    from visavis.dashboard import network

    picture = drawn(made)
    narrow = common.narrow()
    places = network.layout(picture, None, network.UPRIGHT if narrow else network.STRETCH)
    network.draw(
        network.elements(picture, places, dark=common.dark(), height=460),
        f"answer network {name}",
        lambda: None,
    )
    for told in picture.left_out:
        common.note(f"{told[0].upper()}{told[1:]}.")


def _bars(rows: Sequence[Mapping[str, Any]], label: str, number: str) -> None:
    import altair as library_of_charts

    altair: Any = library_of_charts
    most = 30
    whole = all(isinstance(row[number], int) for row in rows[:most] if row[number] is not None)
    ticks = {"tickMinStep": 1, "format": ",d"} if whole else {}
    data = [
        {"label": f"{n + 1}. {row[label] or 'not told'}"[:70], "n": row[number] or 0}
        for n, row in enumerate(rows[:most])
    ]
    made = (
        altair.Chart(altair.Data(values=data))
        .mark_bar()
        .encode(
            x=altair.X("n:Q", title=number.replace("_", " "), axis=altair.Axis(**ticks)),
            y=altair.Y(
                "label:N",
                sort=None,
                title=None,
                axis=altair.Axis(labelLimit=320, labelOverlap=False),
            ),
        )
        .properties(height=max(24 * len(data), 80))
    )
    common.chart(made, None, f"{number} by {label}; the table beneath has each", key="bars")
    if len(rows) > most:
        common.note(f"The first {most} rows are drawn; the table has all.")


def as_csv(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> str:
    """Rows as CSV; lists joined; nothing that a spreadsheet would run as a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([harmless(name) for name in columns])
    for row in rows:
        writer.writerow([_cell(row.get(name)) for name in columns])
    return out.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list):
        return harmless("; ".join(_cell(item) for item in value))
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return harmless(str(value))


def as_json(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows as JSON; dates of a query of one's own as text."""
    return json.dumps(list(rows), ensure_ascii=False, indent=1, default=str)
