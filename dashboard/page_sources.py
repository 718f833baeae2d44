"""Sources: what rests on a work, what falls without it, what it cites, and the bibliography."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from visavis.dashboard import cards, common, drawing
from visavis.exchange.bibliography import STYLE, Works, arranged, formatted, works, written
from visavis.exchange.prose import full_citation
from visavis.queries.evidence import Falls, falls

__all__ = ["fallen", "page"]

WORKS = (
    "MATCH (s:Source) RETURN s.id AS id, s.citation AS citation, s.title AS title, "
    "coalesce(s.kind, s.type) AS kind, s.year AS year, coalesce(s.access, 'public') AS access, "
    "COUNT { (s)<-[:CITES]-() } AS places ORDER BY places DESC, id"
)
FIRST = (
    "MATCH (s:Source) RETURN s.id AS id, s.citation AS citation, s.title AS title, "
    "coalesce(s.kind, s.type) AS kind, s.year AS year, coalesce(s.access, 'public') AS access, "
    "null AS places"
)
ONE = "MATCH (s:Source {id: $id}) RETURN s"
THROUGH = (
    "MATCH (s:Source {id: $id})<-[r:CITES]-(c:Claim)-[q:CITES]->(o:Source) "
    "WHERE r.order = q.order AND r.opened <> q.opened "
    "RETURN o.id AS id, o.citation AS citation, r.opened AS opened, count(DISTINCT c) AS claims "
    "ORDER BY claims DESC, id"
)
REFERS = (
    "MATCH (s:Source {id: $id})-[r:REFERS_TO]-(o:Source) RETURN o.id AS id, "
    "o.citation AS citation, startNode(r).id = $id AS opened ORDER BY id"
)
STYLES = {
    "chicago-author-date": "Chicago, author and date",
    "chicago-notes-bibliography": "Chicago, notes",
    "apa": "APA",
    "modern-language-association": "MLA",
    "harvard-cite-them-right": "Harvard",
    "american-political-science-association": "APSA",
}
FILES = (
    ("Text", "bibliography.txt", "text"), ("BibTeX", "sources.bib", "bibtex"),
    ("RIS", "sources.ris", "ris"), ("CSL-JSON", "sources.csl.json", "csl-json"),
)  # fmt: skip
COUNTED = 5_000  # sources whose citations are counted for the list
MOST = 1_000
PAIRS = 12  # relationships that lose steps; the question has all
DRAWN = 24  # works on each side of the picture


def page() -> None:
    """A work by search; without one, all works and the bibliography."""
    source = common.actor_picker("Work", "source", "", kind="source")
    if source:
        _work(source)
    else:
        _all()


# -- all works ------------------------------------------------------------------------------------


def _all() -> None:
    st.title("Sources", anchor=False)
    common.fresh("sources")
    number = int(common.rows("MATCH (s:Source) RETURN count(s) AS n")[0]["n"])
    # To count the citations of very many would keep the reader waiting.
    listed = common.rows(WORKS if number <= COUNTED else FIRST, limit=MOST)
    cited = sum(1 for w in listed if w["places"])
    there = f"{common.many(number, 'source')} {'is' if number == 1 else 'are'} in the graph."
    common.sentence(
        there.capitalize(),
        _cited(number, cited) if number <= MOST else f"{MOST:,} of them are listed.",
    )
    data = [{**w, "citation": w["citation"] or w["id"][7:]} for w in listed]
    columns = {"citation": "Source", "title": "Title", "kind": "Kind", "year": "Year",
               "access": "Access", "places": "Places cited"}  # fmt: skip
    kept = {k: v for k, v in columns.items() if any(row[k] is not None for row in data)}
    chosen = common.select_row(data, kept, key="works", height=420, alt="Sources")
    if chosen is not None:
        common.set_params(source=data[chosen]["id"][7:])
        st.rerun()
    _bibliography([w["id"] for w in listed if w["places"] != 0])
    # It asks of every claim: only who opens it waits for that.
    opened = bool(common.param("of-single"))
    with st.expander(
        "Claims with one source only", expanded=opened, key="alone", on_change="rerun"
    ) as alone:
        if alone.open:
            _single({})


def _cited(number: int, cited: int) -> str:
    """How many of so many works are cited."""
    if number == cited:
        return "It is cited." if number == 1 else "All of them are cited."
    some = common.many(cited, "") if cited else "none"
    return f"{some} of them {'is' if cited < 2 else 'are'} cited.".capitalize()


@st.cache_resource(max_entries=2, show_spinner="Reading the sources")
def _works(place: str, at: int) -> Works:
    # On a shared server this graph is without what is not public already.
    return works(common.graph(), everything=True)


@st.cache_data(max_entries=16, show_spinner="Formatting")
def _formatted(place: str, at: int, ids: tuple[str, ...], style: str) -> list[str]:
    known = _works(place, at).of(ids)
    return formatted([known[source] for source in arranged(known)], style)


def _bibliography(ids: Sequence[str]) -> None:
    """The works in a style of the reader's choice, to copy or download."""
    with st.expander("Bibliography", expanded=common.param("style") != ""):
        if not common.switch("Format the works cited", "bib"):
            return
        left, right = st.columns(2)
        with left:
            chosen = common.choice("Style", STYLES, "style", STYLE)
        with right:
            other = common.typed(
                "Or another CSL style", "csl", help="its name, such as american-sociological-review"
            )
        style = other or chosen
        where = (common.graph().address, common.revision())
        lines = _formatted(*where, tuple(ids), style)
        body = "".join(f"<li>{html.escape(line)}</li>" for line in lines)
        st.html(f"<ul class='vv-list'>{body}</ul>")
        known = _works(*where).of(ids)
        columns = st.columns(4)
        for column, (words, name, kind) in zip(columns, FILES, strict=True):
            text = "\n".join(lines) + "\n" if kind == "text" else written(known, kind)
            with column:
                st.download_button(words, text, name, "text/plain", on_click="ignore")


def _single(values: Mapping[str, str]) -> None:
    told = common.ask("single-source", limit=500, **values)
    if not told.rows:
        st.write("Every claim has a second source.")
        return
    texts = common.all_with_names([str(row["statement"]) for row in told.rows])
    data = [{**row, "statement": text} for row, text in zip(told.rows, texts, strict=True)]
    columns = {"statement": "Claim", "source": "The one source", "citation": "Where"}
    common.answer(
        replace(told, rows=data), columns, key="single", name="of-single", height=300,
        alt="Claims of one source", widths={"Claim": 620},
    )  # fmt: skip
    if told.truncated:
        common.note("The first 500; the question 'single-source' under Query lists more.")


# -- one work -------------------------------------------------------------------------------------


def _work(source: str) -> None:
    found = common.rows(ONE, id=source)
    record = found[0]["s"]
    st.title(common.plain(record.get("citation") or source[7:]), anchor=False)
    common.fresh("source", source)
    rests = common.ask("rests-on", source=source, limit=MOST)
    gone = _falls(common.graph().address, common.revision(), source)
    common.sentence(opening(rests.rows, gone))
    told = html.escape(full_citation(record))
    link = html.escape(cards.web_address(record))
    if link:
        told += f" <a href='{link}' target='_blank' rel='noopener noreferrer'>open</a>"
    access = str(record.get("access") or "public")
    named = str(record.get("named_as") or "by-name").replace("-", " ")
    st.html(f"<p class='vv-note'>{told}<br>Access: {html.escape(access)}; named "
            f"{html.escape(named)}.</p>")  # fmt: skip
    left, right = st.columns([3, 2], gap="medium")
    with left:
        st.header("What rests on it", anchor=False)
        columns = {"about": "About", "claims": "Claims", "alone": "On it alone",
                   "through": "Known through another", "citation": "Places"}  # fmt: skip
        kept = {k: v for k, v in columns.items() if any(row[k] for row in rests.rows)}
        picked = common.answer(rests, kept, key="rests", height=360, alt="What rests on the work",
                               widths={"About": 260})  # fmt: skip
        node = str(rests.rows[picked]["id"]) if picked is not None else ""
        if node.startswith("meeting/"):
            common.link("encounter", "Open this encounter", meeting=node[8:])
        elif node.startswith("actor/"):
            common.link("actor", "Open this actor", actor=node[6:])
        if rests.truncated:
            common.note(f"The first {MOST:,}; the question 'rests-on' under Query has all.")
    with right:
        st.header("What falls without it", anchor=False)
        st.html(_fallen_html(gone))
    _citing(source, str(record.get("citation") or source[7:]))
    opened = bool(common.param("of-single"))
    with st.expander("Claims that have this source only", expanded=opened):
        _single({"source": source})


@st.cache_resource(max_entries=32, show_spinner="What rests on it")
def _falls(place: str, at: int, source: str) -> Falls:
    return falls(common.graph(), source)


def opening(rests: Sequence[Mapping[str, Any]], gone: Falls) -> str:
    """How much rests on a work, and how much on it alone."""
    total = len(gone.claims) + len(gone.weakened)
    if not total:
        return "No claim of the graph cites this work."
    about = common.many(len(rests), "encounter or other node", "encounters and other nodes")
    verb = "cites" if total == 1 else "cite"
    text = f"{common.many(total, 'claim')} about {about} {verb} this work. "
    text = text[:1].upper() + text[1:]
    if not gone.claims:
        have = "It has" if total == 1 else "All of them have"
        return f"{text}{have} another source: without it nothing falls."
    rest = f"; {common.many(len(gone.weakened), 'claim')} would stand on others" * bool(
        gone.weakened
    )
    return f"{text}Without it {common.many(len(gone.claims), 'claim')} would fall{rest}."


def fallen(gone: Falls) -> list[tuple[str, int, list[str]]]:
    """What falls, by kind: words, how many, and the first identifiers."""
    nodes = Counter(node.partition("/")[0] for node in gone.nodes)
    claims, edges = len(gone.claims), len(gone.edges)
    found: list[tuple[str, int, list[str]]] = [
        ("claim" if claims == 1 else "claims", claims, []),
        (f"statement{'s' * (edges != 1)} between two nodes", edges, []),
    ]
    for kind, number in sorted(nodes.items()):
        some = [node for node in gone.nodes if node.startswith(kind + "/")][:3]
        noun = {"meeting": "encounter", "ritual": "act"}.get(kind, kind) + "s" * (number != 1)
        found.append((f"{noun} of which nobody else tells", number, some))
    return [(words, n, some) for words, n, some in found if n]


def _fallen_html(gone: Falls) -> str:
    told = fallen(gone)
    if not told and not gone.chains:
        return "<p class='vv-note'>Nothing rests on it alone.</p>"
    ids = {i for _, _, some in told for i in some}
    ids |= {a for pair in gone.chains for a in pair}
    names = common.names_of(ids)
    lines = []
    whole = common.href("query", q="falls", of=gone.withdrawn)  # each of them, with its claims
    for words, number, some in told:
        named = ": " + ", ".join(html.escape(names[i]) for i in some) if some else ""
        more = " …" if some and number > len(some) else ""
        lines.append(
            f"<li><a target='_self' href='{whole}'><b>{number:,}</b> {html.escape(words)}</a>"
            f"{named}{more}</li>"
        )
    for (a, b), steps in list(gone.chains.items())[:PAIRS]:
        address = common.href("relationship", a=a[6:], b=b[6:], without=gone.withdrawn)
        lines.append(
            f"<li><a target='_self' href='{address}'>{html.escape(names[a])} and "
            f"{html.escape(names[b])}</a> lose {common.many(steps, 'step')}</li>"
        )
    left = len(gone.chains) - PAIRS
    if left > 0:
        more, verb = common.many(left, "more pair"), "loses" if left == 1 else "lose"
        lines.append(f"<li><a target='_self' href='{whole}'>{more}</a> {verb} steps</li>")
    return f"<ul class='vv-list'>{''.join(lines)}</ul>"


def _citing(source: str, name: str) -> None:
    """The work between those that cite it and those it cites, as far as claims and lists tell."""
    through = common.rows(THROUGH, id=source)
    refers = common.rows(REFERS, id=source)
    into = [r for r in through if not r["opened"]]
    out = [r for r in through if r["opened"]]
    for row in refers:
        known = out if row["opened"] else into
        if all(row["id"] != other["id"] for other in known):
            known.append({**row, "claims": 0})
    if not into and not out:
        return
    st.header("Citation network", anchor=False)
    data = [{"way": "is cited by", **r} for r in into] + [{"way": "cites", **r} for r in out]
    for row in data:
        row["citation"] = row["citation"] or row["id"][7:]
    if not common.narrow():
        _citing_picture(name, data, len(into), len(out))
    columns = {"way": "This work", "citation": "Source", "claims": "Claims"}
    number = common.select_row(
        data, columns, key=f"cited {source}", alt="Works that cite it and that it cites"
    )  # fmt: skip
    if number is not None:
        common.link("sources", f"Open {data[number]['citation']}", source=data[number]["id"][7:])


def _citing_picture(name: str, data: Sequence[Mapping[str, Any]], into: int, out: int) -> None:
    made = drawing.citing(
        name, [r for r in data if r["way"] == "is cited by"][:DRAWN],
        [r for r in data if r["way"] == "cites"][:DRAWN], dark=common.dark(),
    )  # fmt: skip
    alt = (
        f"{common.many(into, 'work').capitalize()} {'cites' if into == 1 else 'cite'} it, "
        f"{common.many(out, '')} {'is' if out == 1 else 'are'} cited in it; the table beneath "
        "names them."
    )
    state = common.chart(made, None, alt, key="citing", select=True)
    for item in (state or {}).get("selection", {}).get("work") or ():
        if isinstance(item, dict) and item.get("id"):
            common.link("sources", f"Open {common.name_of(item['id'])}", source=item["id"][7:])
    if max(into, out) > DRAWN:
        common.note(f"The picture shows at most {DRAWN} on each side; the table has all.")
