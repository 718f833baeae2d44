"""What all pages share: the graph, the address, pickers, evidence, charts, and harmless text.

- The address of a view reproduces it: `param` reads from it, `set_params` writes to it, and a
  widget made by `choice`, `switch`, `typed` or `actor_picker` follows it both ways. It holds
  identifiers, never labels.
- Text from files reaches the page as text: `html_text` and `plain` take every meaning out of it
  that HTML or Markdown could give it.
- A page runs inside `guarded`, which knows the three states (no database, nothing ingested, ready)
  and lets no traceback reach a reader.
"""

from __future__ import annotations

import contextlib
import html
import importlib
import json
import logging
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import streamlit as st

from visavis.dashboard.tables import CELLS, in_time
from visavis.graph.connect import Graph, connect
from visavis.graph.lock import revision as revision_of
from visavis.graph.project import find_project
from visavis.queries import library
from visavis.queries.find import find, one
from visavis.schema import dates
from visavis.schema.errors import (
    DataError,
    EngineError,
    NotFoundError,
    QueryStoppedError,
    VisavisError,
)

__all__ = [
    "ICON",
    "PAGES",
    "Project",
    "actor_picker",
    "answer",
    "ask",
    "careful",
    "chart",
    "choice",
    "choices",
    "dark",
    "evidence",
    "fresh",
    "graph",
    "guarded",
    "href",
    "html_text",
    "ingested",
    "latest",
    "link",
    "listed",
    "listed_at",
    "many",
    "name_of",
    "names_of",
    "narrow",
    "note",
    "pages",
    "param",
    "plain",
    "printed",
    "project",
    "read_only",
    "revision",
    "rows",
    "select_row",
    "sentence",
    "set_params",
    "shared",
    "style",
    "switch",
    "table",
    "typed",
    "withheld",
]

HERE = Path(__file__).parent
ICON = str(HERE / "icon.svg")
MANY = 1_000  # so many are all listed in a picker
SOME = 100  # of more so many are; the others are found by typing
CLAIMS = 20  # so many claims of a row of an answer are shown
SECONDS = 20.0  # after so long a page's own query is stopped

# Page name: title, section, whether it writes.
PAGES: dict[str, tuple[str, str, bool]] = {
    "relationship": ("Relationship", "Explore", False),
    "encounter": ("Encounter", "Explore", False),
    "compare": ("Compare", "Explore", False),
    "actor": ("Actor", "Explore", False),
    "network": ("Network", "Explore", False),
    "chains": ("Chains", "Explore", False),
    "map": ("Map and time", "Explore", False),
    "sources": ("Sources", "Check", False),
    "query": ("Query", "Check", False),
    "data": ("Data", "Code", True),
    "form": ("Code an encounter", "Code", True),
    "review": ("Review", "Code", True),
}
LANDING = "relationship"
_log = logging.getLogger("visavis.dashboard")


# -- the project ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Project:
    """The project's folder and its graph; the graph is a reader's where `read_only`. What is
    withheld from a shared view is said in a sentence."""

    root: Path
    graph: Graph
    read_only: bool
    withheld: str = ""


def read_only() -> bool:
    """Whether no page may write."""
    return os.environ.get("VISAVIS_DASHBOARD_READ_ONLY", "") == "1"


def shared() -> bool:
    """Whether others than the owner may look: what is not public is withheld."""
    return read_only() or os.environ.get("VISAVIS_DASHBOARD_SHARED", "") == "1"


def root() -> Path:
    """The project's folder."""
    told = os.environ.get("VISAVIS_DASHBOARD_PROJECT", "")
    return Path(told) if told else find_project()


def project() -> Project:
    """The open project, one for all readers. EngineError where the database cannot be reached.

    Where others may look, its graph is one without what is not public.
    """
    folder, url = str(root()), os.environ.get("NEO4J_URI", "")
    opened = _open(folder, url, read_only())
    return _public(folder, url, revision_of(opened.graph)) if shared() else opened


def _close(gone: Project) -> None:
    gone.graph.close()


@st.cache_resource(show_spinner="Opening the graph", on_release=_close)
def _open(folder: str, url: str, reading: bool) -> Project:
    opened = connect(url or None, project=folder, read_only=reading)
    return Project(Path(folder), opened, reading)


@st.cache_resource(show_spinner=False, on_release=Graph.close)
def _copy(folder: str) -> Graph:
    """The way into the copy, one for all its revisions: none is closed under whom it serves."""
    from visavis.dashboard.public import FOLDER

    return connect(project=Path(folder) / FOLDER, read_only=True)


@st.cache_resource(max_entries=2, show_spinner="Withholding what is not public")
def _public(folder: str, url: str, at: int) -> Project:
    from visavis.dashboard.public import publish, withheld_line

    base = _open(folder, url, read_only())
    if not ingested(base.graph):
        return base
    copy, done = publish(base.graph, base.root)
    if copy is base.graph:
        return base
    copy.close()  # it was open for writing
    return Project(base.root, _copy(folder), True, withheld_line(done))


def withheld() -> None:
    """Under each page of a shared dashboard: what it does not show."""
    if shared():
        with contextlib.suppress(VisavisError):
            line = project().withheld
            if line:
                st.html(f"<p class='vv-note'>{html_text(line)}</p>")


def graph() -> Graph:
    """The graph that pages read. What a reader types goes through `graph().reader()`."""
    return project().graph


def revision() -> int:
    """The graph's revision as of this run of the script; a cached answer is one of a revision."""
    if "_revision" not in st.session_state:
        st.session_state["_revision"] = revision_of(graph())
    return int(st.session_state["_revision"])


@st.cache_data(max_entries=300, show_spinner=False)
def _rows(place: str, at: int, cypher: str, parameters: str, limit: int | None) -> Any:
    found = graph().rows(cypher, json.loads(parameters), timeout=SECONDS, limit=limit)
    return list(found), found.truncated


def rows(cypher: str, *, limit: int | None = None, **parameters: Any) -> list[dict[str, Any]]:
    """Rows of a query, remembered for this revision of the graph. For small answers."""
    told = json.dumps(parameters, sort_keys=True)
    found: list[dict[str, Any]] = _rows(graph().address, revision(), cypher, told, limit)[0]
    return found


@st.cache_data(max_entries=200, show_spinner=False)
def _ask(place: str, at: int, name: str, values: tuple[tuple[str, str], ...], limit: int) -> Any:
    return library.run(graph(), library.question(name), dict(values), limit=limit, timeout=SECONDS)


def ask(name: str, *, limit: int = 1_000, **values: str) -> library.Table:
    """A question of the library, values as they are typed, remembered for this revision."""
    told = tuple(sorted((k, v) for k, v in values.items() if v))
    found: library.Table = _ask(graph().address, revision(), name, told, limit)
    return found


# -- pages ----------------------------------------------------------------------------------------


def pages() -> dict[str, list[Any]]:
    """The pages by section, as `st.navigation` takes them; those that write are left out where
    nothing may be written, and so are those whose module is not there."""
    found: dict[str, list[Any]] = {}
    for name, (_, section, writes) in PAGES.items():
        if not (writes and (read_only() or shared())) and (HERE / f"page_{name}.py").is_file():
            found.setdefault(section, []).append(_page(name))
    return found


def _page(name: str) -> Any:
    title = PAGES[name][0]

    def show() -> None:
        def opened() -> None:
            importlib.import_module(f"visavis.dashboard.page_{name}").page()

        guarded(opened, empty_too=PAGES[name][2])

    return st.Page(show, title=title, url_path=name, default=name == LANDING)


def link(page: str, label: str, **params: str) -> None:
    """A link to a view: a page with identifiers for its parameters."""
    told = {k: str(v) for k, v in params.items() if v not in (None, "")}
    st.page_link(_page(page), label=plain(label), query_params=told)


def href(page: str, **params: str) -> str:
    """The address of a view, for a link inside of `st.html` (already escaped)."""
    told = {k: str(v) for k, v in params.items() if v not in (None, "")}
    path = "./" if page == LANDING else f"./{page}"
    return html.escape(path + ("?" + urlencode(told, quote_via=quote) if told else ""))


def guarded(page: Callable[[], None], *, empty_too: bool = False) -> None:
    """Run a page in one of its three states: no database, nothing ingested, ready.

    empty_too: the page has something to show where nothing was ingested yet.
    """
    st.session_state.pop("_revision", None)

    def shown() -> None:
        if empty_too:
            revision()  # asks the database: where it is away, no half of a page is shown
        elif not _ingested():
            _empty()
            return
        page()

    careful(shown)


def careful(work: Callable[[], None]) -> None:
    """Do a page's work, or that of a fragment of it; what goes wrong is said in a sentence."""
    try:
        work()
    except NotFoundError as error:
        st.warning(plain(str(error)))
    except QueryStoppedError as error:
        st.warning(plain(f"This took too long and was stopped: {error}"))
    except EngineError as error:
        _no_database(error)
    except DataError as error:
        for fault in error.faults[:50]:
            st.error(plain(str(fault)))
    except VisavisError as error:
        st.error(plain(str(error)))
    except Exception:
        _log.exception("a page failed")
        st.error(
            "This page met a fault of the program; the terminal in which the dashboard runs says "
            "which. The data is unharmed. Try another view, or reload."
        )


def _ingested() -> bool:
    return ingested(graph())


def ingested(which: Graph) -> bool:
    """Whether anything was ever ingested."""
    return bool(which.rows("MATCH (v:Visavis {id: 'schema'}) RETURN v.id AS id"))


def _empty() -> None:
    st.title("Nothing has been ingested yet")
    st.write("The database is there and holds no encounter. Begin with the shipped cases:")
    st.code("visavis demo", language=None)
    st.write("or with files of your own:")
    st.code("visavis init\nvisavis new case KEY\nvisavis ingest", language=None)
    if "Code" in pages():
        st.write("Pages under Code upload a case or write one with you.")


def _no_database(error: EngineError) -> None:
    st.title("No database")
    st.error(plain(str(error)))
    if os.environ.get("NEO4J_URI"):
        st.write("The address is the one of NEO4J_URI. Start that server, then try again.")
    else:
        st.write("Start the project's own server in a terminal, then try again:")
        st.code("visavis server start", language=None)
    if st.button("Try again"):
        st.rerun()


# -- the address ----------------------------------------------------------------------------------


def param(name: str, default: str = "") -> str:
    """A parameter of the address; `default` where it is not there."""
    return str(st.query_params.get(name, default))


def set_params(**values: str | None) -> None:
    """Write parameters into the address; "" and None take one out."""
    for name, value in values.items():
        if value in (None, ""):
            st.query_params.pop(name, None)
        elif st.query_params.get(name) != str(value):
            st.query_params[name] = str(value)


def _follow(key: str, name: str, default: str, read: Callable[[str], Any]) -> str:
    """Before a widget is made: give it the address's value where the address has changed."""
    told = param(name, default)
    seen = f"_seen_{key}"
    if key not in st.session_state or st.session_state.get(seen) != told:
        st.session_state[key] = read(told)
        st.session_state[seen] = told
    return told


def _keep(key: str, name: str, value: str, default: str) -> None:
    """After a widget was made: write its value into the address."""
    st.session_state[f"_seen_{key}"] = value
    set_params(**{name: None if value == default else value})


def latest(name: str, **ways: str) -> str:
    """Of several ways to choose one thing, that which changed last; kept in the address as `name`.

    A way is what is chosen there now ("" for nothing). Where none has changed, the address rules.
    """
    seen: dict[str, str] = st.session_state.setdefault(f"_latest_{name}", {})
    chosen = param(name)
    for way, value in ways.items():
        if value != seen.get(way, "") and value:
            chosen = value
        seen[way] = value
    set_params(**{name: chosen})
    st.session_state.setdefault("_chosen", {})[name] = chosen
    return chosen


def fresh(*asked: Any) -> None:
    """Where something else is asked than before, let go of what was chosen of that: in the address,
    in tables and in pictures, which are others then.

    What came with the address itself (a link, the browser's way back) stays. asked: what the page
    is about, its filters too.
    """
    if st.session_state.setdefault("_about", asked) != asked:
        st.session_state["_about"] = asked
        before = st.session_state.setdefault("_chosen", {})
        gone = [name for name, value in before.items() if value and param(name) == value]
        set_params(**dict.fromkeys(gone))
        before.clear()
        st.session_state["_turn"] = st.session_state.get("_turn", 0) + 1


def _keyed(key: str | None) -> str | None:
    """The key of a table or picture: another one where something else is asked."""
    turn = st.session_state.get("_turn", 0)
    return f"{key} {turn}" if key and turn else key


def choice(
    label: str,
    options: Mapping[str, str],
    name: str,
    default: str = "",
    *,
    help: str | None = None,
    pills: bool = False,
    quiet: bool = False,
) -> str:
    """One of `options` (identifier: label), kept in the address as `name`. Returns the identifier.

    An identifier of the address that is no option counts as the default. pills: all options are
    seen; quiet: the label is for those who do not see them only.
    """
    keys = list(options)
    if not keys:
        return ""
    first = default if default in options else keys[0]
    key = f"p_{name}"
    _follow(key, name, default, lambda told: told if told in options else first)
    if st.session_state[key] not in options:
        st.session_state[key] = first
    if pills:
        picked = st.segmented_control(
            label,
            keys,
            format_func=lambda k: plain(options[k]),
            key=key,
            help=help,
            required=True,
            label_visibility="collapsed" if quiet else "visible",
        )
    else:
        picked = st.selectbox(label, keys, format_func=lambda k: options[k], key=key, help=help)
    value = str(picked if picked is not None else first)
    _keep(key, name, value, default)
    return value


def choices(
    label: str, options: Mapping[str, str], name: str, default: Sequence[str] = (), **more: Any
) -> list[str]:
    """Some of `options` (identifier: label), kept in the address, joined by commas."""
    key, told = f"p_{name}", ",".join(default)

    def read(text: str) -> list[str]:
        return [x for x in text.split(",") if x in options]

    _follow(key, name, told, read)
    st.session_state[key] = [x for x in st.session_state[key] if x in options]
    picked = st.multiselect(label, list(options), format_func=lambda k: options[k], key=key, **more)
    _keep(key, name, ",".join(picked), told)
    return [str(x) for x in picked]


def switch(label: str, name: str, default: bool = False, *, help: str | None = None) -> bool:
    """Yes or no, kept in the address as 1 or 0."""
    key, told = f"p_{name}", "1" if default else "0"
    _follow(key, name, told, lambda text: text == "1")
    value = st.toggle(label, key=key, help=help)
    _keep(key, name, "1" if value else "0", told)
    return bool(value)


def typed(label: str, name: str, default: str = "", **more: Any) -> str:
    """A line of text, kept in the address."""
    key = f"p_{name}"
    _follow(key, name, default, lambda text: text)
    value = str(st.text_input(label, key=key, **more) or "").strip()
    _keep(key, name, value, default)
    return value


def actor_picker(
    label: str, name: str, default: str = "", *, kind: str = "actor", help: str | None = None
) -> str:
    """An actor (or meeting, source, place) by search: its identifier, "" where none is chosen.

    All are listed where they are few. Where they are many, what is typed is looked up in the whole
    graph as the command line does it, and those that fit are then the list. Kept in the address as
    `name`, without the kind: `a=reagan`.
    """
    key = f"p_{name}"
    told = param(name, default.partition("/")[2] if "/" in default else default)
    asked = f"{kind}/{told}" if told and "/" not in told else told
    known = {**st.session_state.get(f"_hits_{key}", {}), **listed(kind)}
    if asked and asked not in known:
        there = rows(f"MATCH (n:{_LABELS[kind]} {{id: $id}}) RETURN n.id AS id", id=asked)
        if there:
            known = {asked: name_of(asked), **known}
        else:
            st.warning(plain(f"The graph has no {asked}; choose another."))
            asked = ""
    seen = f"_seen_{key}"
    if key not in st.session_state or st.session_state.get(seen) != told:
        st.session_state[key] = asked or None
        st.session_state[seen] = told
    current = st.session_state[key]
    if current is not None and current not in known:
        known = {**_looked_up(kind, str(current), key), **known}
    picked = st.selectbox(
        label,
        list(known),
        index=None,
        format_func=lambda k: known.get(k, k),
        key=key,
        accept_new_options=True,
        placeholder="type a name",
        help=help,
    )
    if picked is not None and picked not in known:
        # A new name was typed: it is looked up before the widget is made again.
        st.rerun()
    value = str(picked or "")
    st.session_state[seen] = value.partition("/")[2]
    set_params(**{name: value.partition("/")[2]})
    return value


_LABELS = {"actor": "Actor", "meeting": "Meeting", "source": "Source", "place": "Place"}
_SHOWN = {
    "actor": "n.name",
    "meeting": "n.title",
    "source": "n.citation",
    "place": "n.name",
}


def _looked_up(kind: str, text: str, key: str) -> dict[str, str]:
    """What was typed, as identifiers and names. One is chosen; of several the reader is told to
    choose, of none what comes close."""
    fits = find(graph(), kind, text)
    st.session_state[key] = fits[0].id if len(fits) == 1 else None
    found = {f.id: f.name if len(fits) == 1 else str(f) for f in fits[:SOME]}
    if len(fits) > 1:
        st.session_state[f"_hits_{key}"] = found
        number = f"More than {SOME}" if len(fits) > SOME else many(len(fits), "")
        st.info(plain(f"{number.capitalize()} fit “{text}”; they head the list now."))
    elif not fits:
        try:
            one(graph(), kind, text)
        except NotFoundError as error:
            st.info(plain(str(error)))
    return found


def listed(kind: str) -> dict[str, str]:
    """Identifiers and names for a picker: all where they are few, else some of them."""
    return listed_at(graph().address, revision(), kind)


@st.cache_data(max_entries=16, show_spinner=False)
def listed_at(place: str, at: int, kind: str) -> dict[str, str]:
    """The same, of a graph at a revision."""
    label, shown = _LABELS[kind], _SHOWN[kind]
    extra = ", n.date AS date" if kind == "meeting" else ", null AS date"
    found = graph().rows(
        f"MATCH (n:{label}) RETURN n.id AS id, {shown} AS name{extra}",
        timeout=SECONDS, limit=MANY + 1,
    )  # fmt: skip
    named = {r["id"]: _entry(r) for r in (found[:SOME] if len(found) > MANY else found)}
    return dict(sorted(named.items(), key=lambda item: item[1].casefold()))


def _entry(row: Mapping[str, Any]) -> str:
    name = str(row["name"] or row["id"].partition("/")[2])
    return f"{name} ({row['date']})" if row.get("date") else name


# -- names ----------------------------------------------------------------------------------------

_ID = re.compile(r"\b(actor|meeting|phase|ritual|outcome|source|place|term)/[\w./-]*\w")


def names_of(ids: Iterable[str]) -> dict[str, str]:
    """What each identifier is called; the key where it has no name."""
    wanted: dict[str, list[str]] = {}
    for each in sorted(set(ids)):
        wanted.setdefault(each.partition("/")[0], []).append(each)
    found: dict[str, str] = {}
    for kind, some in wanted.items():
        label = kind.capitalize()
        if label in ("Actor", "Meeting", "Phase", "Ritual", "Outcome", "Source", "Place", "Term"):
            for row in rows(
                f"UNWIND $ids AS id MATCH (n:{label} {{id: id}}) RETURN id, "
                "coalesce(n.name, n.citation, n.title, n.label) AS name",
                ids=some,
            ):
                found[row["id"]] = row["name"] or ""
    return {
        each: found.get(each) or each.rpartition("/")[2].replace("-", " ")
        for some in wanted.values()
        for each in some
    }


def name_of(node: str) -> str:
    """What a node is called."""
    return names_of([node])[node]


def with_names(text: str) -> str:
    """A text with the names of the nodes whose identifiers stand in it."""
    return all_with_names([text])[0]


def all_with_names(texts: Sequence[str]) -> list[str]:
    """The same of several texts, whose names are looked up at once."""
    named = names_of(match.group() for text in texts for match in _ID.finditer(text))
    return [_ID.sub(lambda match: named[match.group()], text) for text in texts]


# -- text that stays text -------------------------------------------------------------------------

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$^=&\"'/@])")


def plain(text: object) -> str:
    """Text for where Streamlit reads Markdown (labels, warnings): shown as it is, never as markup.

    A word joiner (no width) parts what would be read as an icon, an emoji or an address.
    """
    escaped = _MARKDOWN.sub(r"\\\1", str(text).replace("\r", " ").replace("\n", " "))
    return escaped.replace(":", ":\u2060")


def html_text(text: object) -> str:
    """Text for `st.html`: escaped."""
    return html.escape(str(text), quote=True)


def sentence(*parts: str) -> None:
    """The computed sentences that open a page, as a paragraph."""
    st.html("<p class='vv-lead'>" + html_text(" ".join(p for p in parts if p)) + "</p>")


def note(text: str) -> None:
    """A remark in small, beneath what it is about (st.caption is too pale to read)."""
    st.html(f"<p class='vv-note'>{html_text(text)}</p>")


# -- looks ----------------------------------------------------------------------------------------


def dark() -> bool:
    """Whether the reader sees the dark theme."""
    told: Any = getattr(st.context, "theme", None)
    return bool(told) and told.get("type") == "dark"


def narrow() -> bool:
    """Whether the reader holds a phone, as far as the browser tells."""
    agent = str(st.context.headers.get("User-Agent", "")) if st.context.headers else ""
    return "Mobi" in agent


def style() -> None:
    """The few rules of our own."""
    st.html(f"<style>{(HERE / 'style.css').read_text('utf-8')}</style>")


_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def many(number: int, noun: str, plural: str = "") -> str:
    """ "three encounters", "1,204 claims"; without a noun the number alone."""
    count = _NUMBERS[number] if 0 <= number < len(_NUMBERS) else f"{number:,}"
    return f"{count} {noun if number == 1 else plural or noun + 's'}" if noun else count


def table(
    data: Sequence[Mapping[str, Any]],
    columns: Mapping[str, str] | None = None,
    *,
    key: str | None = None,
    height: int | None = None,
    alt: str = "",
) -> None:
    """Rows as a table; `columns` are those shown with their headings."""
    st.dataframe(
        _frame(data, columns),
        hide_index=True,
        key=key,
        height=height or "auto",
        alt=alt or None,
        placeholder="",
    )


def answer(
    told: library.Table,
    columns: Mapping[str, str],
    *,
    key: str,
    alt: str,
    name: str = "e",
    height: int | None = None,
    widths: Mapping[str, int] | None = None,
) -> int | None:
    """An answer of the library as a table; beneath it the claims behind the row that is chosen,
    kept in the address as `name`. Returns the number of that row."""
    if not any(told.claims):
        table(told.rows, columns, key=key, height=height, alt=alt)
        return None
    number = select_row(told.rows, columns, key=key, height=height, alt=alt, widths=widths)
    claims = told.claims[number] if number is not None else ()
    element = latest(name, **{key: ",".join(claims[:CLAIMS])})
    if number is not None and not claims:
        note("This row has no citation of its own.")
    elif element:
        evidence(element)
        if len(claims) > CLAIMS:
            note(f"{CLAIMS} of the {len(claims):,} claims behind this row.")
    else:
        note("Choose a row to read the claims behind it.")
    return number


def select_row(
    data: Sequence[Mapping[str, Any]],
    columns: Mapping[str, str],
    *,
    key: str,
    height: int | None = None,
    alt: str = "",
    widths: Mapping[str, int] | None = None,
) -> int | None:
    """A table of which one row can be chosen, by any of its cells: its number, or None.

    widths: pixels of some columns by heading; the others are as wide as what stands in them.
    """
    fixed = {name: st.column_config.Column(width=wide) for name, wide in (widths or {}).items()}
    picked = st.dataframe(
        _frame(data, columns),
        hide_index=True,
        key=_keyed(key),
        on_select="rerun",
        selection_mode=("single-row", "single-cell"),
        height=height or "auto",
        alt=alt or None,
        placeholder="",
        column_config=fixed,
    )
    told = picked["selection"]
    chosen = [*told.get("rows", ()), *(cell[0] for cell in told.get("cells", ()))]
    return int(chosen[0]) if chosen and chosen[0] < len(data) else None


def _frame(data: Sequence[Mapping[str, Any]], columns: Mapping[str, str] | None) -> Any:
    import polars

    shown = columns or {name: name.replace("_", " ") for name in (data[0] if data else ())}
    made: dict[str, list[Any]] = {}
    dated: dict[str, list[str]] = {}
    for name, heading in shown.items():
        cells = [_cell(row.get(name)) for row in data]
        if not all(cell is None or isinstance(cell, int | float) for cell in cells):
            cells = ["" if cell is None else str(cell) for cell in cells]
            if name in DATED:
                told, cells = cells, [printed(cell) for cell in cells]
                if told != cells and len(data) * len(shown) <= CELLS:
                    dated[heading] = told
        made[heading] = cells
    return in_time(made, dated) if dated else polars.DataFrame(made, strict=False)


DATED = frozenset(  # columns of questions that hold EDTF
    ("answered", "arrives", "born", "date", "day", "died", "first", "last", "next_date",
     "template_date", "when")
)  # fmt: skip
_EDTF = re.compile(r"[-\dTXY:?~%/.\[\]{},Zu+]*\d[-\dTXY:?~%/.\[\]{},Zu+]*")


def printed(text: str) -> str:
    """An EDTF date as it is read, `11 October 1986, 10:40–12:30`; any other text as it is."""
    if _EDTF.fullmatch(text):
        with contextlib.suppress(ValueError):
            return dates.parse(text).show()
    return text


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return "; ".join(str(item) for item in value if item is not None)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return value


def chart(
    made: Any,
    data: Sequence[Mapping[str, Any]] | None,
    alt: str,
    *,
    key: str | None = None,
    select: bool = False,
    columns: Mapping[str, str] | None = None,
    title: str = "The picture as a table",
) -> Any:
    """A chart (of Altair, or a Vega-Lite specification) with its text for those who do not see it.

    Its table stands below, closed at first.

    select: what was clicked is returned (`state["selection"][name]`). data None: the page shows
    the table itself.
    """
    rerun: Any = "rerun" if select else "ignore"
    if isinstance(made, dict):
        state: Any = st.vega_lite_chart(made, key=_keyed(key), on_select=rerun, alt=alt)
    else:
        state = st.altair_chart(made, key=_keyed(key), on_select=rerun, alt=alt)
    if data is not None:
        with st.expander(title):
            table(data, columns, alt=title)
    return state


# -- evidence -------------------------------------------------------------------------------------


def evidence(element: str, *, heading: str = "Evidence") -> None:
    """The evidence card of an edge, a claim or a node: every claim with its voice and citation.

    Where the graph no longer has it, that is said, and the page goes on.
    """
    from visavis.dashboard import cards

    try:
        made = cards.card(graph(), element)
    except NotFoundError as error:
        st.warning(plain(str(error)))
        return
    st.html(
        cards.as_html(made, heading, href=lambda s: href("sources", source=s.partition("/")[2]))
    )
