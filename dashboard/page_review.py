"""Review: passages that may become claims, and actors who may be one and the same."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from visavis.dashboard import common
from visavis.dashboard.page_data import ingested, show_faults
from visavis.graph.write import document_claims, stored_documents
from visavis.ingest import candidates, frus_joins
from visavis.ingest import judgements as judging
from visavis.ingest.candidates import Candidate, Sheet
from visavis.ingest.judgements import Judgement, Judgements
from visavis.ingest.registers import project_coder
from visavis.ingest.run import Reading, ingest
from visavis.schema.errors import DataError, NotFoundError
from visavis.schema.text import fold

__all__ = ["Pair", "namesakes", "page", "pending"]

PAIRS = 200  # asked of at once
_FORMER = """
MATCH (a:Actor) WHERE a.name IS NOT NULL
RETURN a.id AS id, a.name AS name, a.kind AS kind, a.also_named AS also ORDER BY id
"""
_KNOWN = """
UNWIND $ids AS id MATCH (a:Actor {id: id})
RETURN id, a.name AS name, a.also_named AS also, a.remarks AS remarks,
       COUNT { (a)-[:TOOK_PART]->() } AS met,
       COLLECT { MATCH (a)-[r:REPRESENTS]->(:Actor) WHERE r.office IS NOT NULL
                 RETURN DISTINCT r.office ORDER BY r.office LIMIT 4 } AS offices
"""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two actors who may be one, how likely, and why it is asked."""

    one: str
    other: str
    score: str
    why: str


# -- what is asked --------------------------------------------------------------------------------


def namesakes(actors: Iterable[Mapping[str, Any]]) -> list[Pair]:
    """Actors of one kind who share a name, or another name: `id`, `name`, `kind`, `also`."""
    bearers: dict[tuple[str, str], set[str]] = defaultdict(set)
    printed: dict[tuple[str, str], str] = {}
    for row in actors:
        for name in (row["name"], *(row["also"] or ())):
            key = (row["kind"] or "", fold(name))
            if len(key[1]) > 3:
                bearers[key].add(row["id"])
                printed.setdefault(key, name)
    found: dict[tuple[str, str], Pair] = {}
    for key, ids in sorted(bearers.items()):
        some = sorted(ids)[:20]
        for at, one in enumerate(some):
            for other in some[at + 1 :]:
                why = f"both are called {printed[key]}"
                found.setdefault((one, other), Pair(one, other, "namesakes", why))
    return list(found.values())


def pending(pairs: Iterable[Pair], judged: Judgements) -> list[Pair]:
    """The pairs on which nothing is judged yet, each once, in their order."""
    seen: set[frozenset[str]] = set()
    left = []
    for pair in pairs:
        both = frozenset(judged.same.get(x, x) for x in (pair.one, pair.other))
        left_open = frozenset((pair.one, pair.other)) in judged.unsure
        judged_so = left_open or judged.apart(pair.one, pair.other)
        if len(both) == 2 and both not in seen and not judged_so:
            seen.add(both)
            left.append(pair)
    return left


# -- the page -------------------------------------------------------------------------------------


def page() -> None:
    """Passages to accept or reject; identities to judge."""
    st.title("Review")
    what = common.choice(
        "What", {"passages": "Passages", "identities": "Identities"}, "view", "passages", pills=True
    )
    if what == "passages":
        _passages()
    else:
        _identities()


def _coder() -> str:
    key = "review coder"
    if key not in st.session_state:
        st.session_state[key] = st.session_state.get("_coder") or project_coder(common.root())
    told = str(st.text_input("You are (your key as a coder)", key=key) or "").strip()
    st.session_state["_coder"] = told
    return told


# -- passages -------------------------------------------------------------------------------------


def _passages() -> None:
    sheets = candidates.files(common.root())
    if not sheets:
        common.sentence(
            "No text was read for its citations yet. A text's passages that cite something become "
            "candidates; accept one, and it is a claim with its page."
        )
        st.write("Read one in a terminal, then come back:")
        st.code("visavis ingest TEXT", language=None)
        return
    names = {path.stem: path.stem.replace("-", " ") for path in sheets}
    left, right = st.columns(2)
    with left:
        chosen = common.choice("Text", names, "text", next(iter(names)))
    with right:
        coder = _coder()
    sheet = candidates.load(next(path for path in sheets if path.stem == chosen))
    counts = sheet.counts()
    common.sentence(
        f"{len(sheet.candidates):,} passages: {counts['later']:,} to decide, "
        f"{counts['accept']:,} accepted, {counts['reject']:,} rejected."
        + (f" {counts['gone']:,} are no longer in the text." if counts["gone"] else "")
    )
    shown = common.choice(
        "Show",
        {"later": "to decide", "accept": "accepted", "reject": "rejected"},
        "decision",
        "later",
        pills=True,
    )
    some = [c for c in sheet.candidates if c.decision == shown and not c.gone]
    if counts["accept"]:
        _apply(sheet)
    if not some:
        st.html("<p class='vv-note'>None of these.</p>")
        return
    told = common.param("n", "1")
    place = min(max(int(told), 1) if told.isascii() and told.isdigit() else 1, len(some)) - 1
    _passage(sheet, some[place], coder)
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button("Previous", disabled=place == 0):
            common.set_params(n=str(place))
            st.rerun()
        st.html(f"<span class='vv-note'>{place + 1} of {len(some)}</span>")
        if st.button("Next passage", disabled=place + 1 >= len(some)):
            common.set_params(n=str(place + 2))
            st.rerun()


def _passage(sheet: Sheet, candidate: Candidate, coder: str) -> None:
    text = common.html_text
    known = candidates.names(common.root())
    cited = "; ".join(_cite(cite) for cite in candidate.cites)
    lines = [f"cites {cited}"] if cited else []
    if candidate.actors:
        lines.append("names " + ", ".join(known.actors.get(k, k) for k in candidate.actors))
    if candidate.encounters:
        perhaps = [known.cases.get(k, k) for k in candidate.encounters]
        lines.append(f"may tell of {'; '.join(perhaps[:4])}")
    st.html(
        f"<div class='vv-card'><p class='vv-meta'>{text(sheet.source)}, {text(candidate.page)}</p>"
        f"<blockquote>{text(candidate.text)}</blockquote>"
        + "".join(f"<p class='vv-meta'>{text(line)}</p>" for line in lines)
        + "</div>"
    )
    first = [*candidate.encounters, *([candidate.case] if candidate.case else [])]
    cases = {k: known.cases.get(k, k) for k in first} | known.cases
    people = {k: known.actors.get(k, k) for k in candidate.actors} | known.actors
    left, right = st.columns(2)
    with left:
        case = st.selectbox(
            "Told of the encounter", list(cases), index=_index(cases, candidate.case),
            format_func=lambda k: _named(cases, k), key=f"case {candidate.id}",
            placeholder="choose",
        )  # fmt: skip
    with right:
        on = st.selectbox(
            "or of the actor", list(people), index=_index(people, candidate.on),
            format_func=lambda k: _named(people, k), key=f"on {candidate.id}", placeholder="choose",
        )  # fmt: skip
    remark = st.text_area(
        "In your words", candidate.remark, key=f"remark {candidate.id}",
        placeholder="left empty, the passage itself stands",
    )  # fmt: skip
    told = {"case": case or "", "on": on or "", "remark": " ".join(remark.split())}
    chosen = ""
    with st.container(horizontal=True):
        for decision, label in (("accept", "Accept"), ("reject", "Reject"), ("later", "Later")):
            if candidate.decision != decision and st.button(
                label, type="primary" if decision == "accept" else "secondary"
            ):
                chosen = decision
    if chosen == "accept" and not coder:
        st.warning("Say who you are, above: an accepted passage stands in your name.")
    elif chosen == "accept" and not (case or on):
        st.warning("Choose the encounter or the actor that it is told of, then accept it.")
    elif chosen:
        try:
            candidates.decide(
                sheet, candidate.id, chosen, coder=coder,
                on_day=datetime.date.today().isoformat(), **told,
            )  # fmt: skip
            candidates.save(sheet)
        except DataError as error:
            show_faults(error.faults)
            return
        st.rerun()


def _cite(cite: Mapping[str, Any]) -> str:
    """A citation as it is printed, and the work that it was taken for."""
    printed = str(cite.get("printed") or "")
    source, locator = str(cite.get("source") or ""), str(cite.get("locator") or "")
    if not printed:
        return " ".join(filter(None, (source, locator)))
    return f"{printed} ({source or 'not found in any bibliography'})"


def _named(options: Mapping[str, str], key: str) -> str:
    """A name with its key, so that both are found by typing."""
    return f"{options[key]} ({key})" if options[key] != key else key


def _index(options: Mapping[str, str], key: str) -> int | None:
    return list(options).index(key) if key in options else None


def _apply(sheet: Sheet) -> None:
    if st.button("Write the accepted ones and ingest", help="as case files in cases/"):
        done = candidates.confirm(common.root(), sheet)
        if done.faults:
            show_faults(done.faults)
        if done.files:
            report = ingested(done.files)
            st.session_state.pop("_data_done", None)  # it is said here, not on the page Data
            if not report.faulty:
                st.success(common.plain(f"{done.claims} claims are in the graph."))
                told = {c.case for c in sheet.candidates if c.decision == "accept" and c.case}
                for case in sorted(told)[:6]:
                    common.link("encounter", f"See {case}", meeting=case)
            else:
                show_faults(report.faults)


# -- identities -----------------------------------------------------------------------------------


@st.cache_resource(max_entries=2, show_spinner="Looking for namesakes")
def _asked(address: str, revision: int) -> list[Pair]:
    graph = common.graph()
    lists = [
        Reading(path, told.kind, document_claims(graph, path))
        for path, told in stored_documents(graph).items()
        if told.kind == "frus-persons"
    ]
    found = [
        Pair(s.one, s.other, s.score, s.why)
        for s in frus_joins.suggestions(frus_joins.cards(lists))
    ]
    return [*found, *namesakes(graph.rows(_FORMER, limit=100_000, timeout=20))]


def _identities() -> None:
    judged = judging.standing(common.root())
    left = pending(_asked(common.graph().address, common.revision()), judged)
    same, apart, open_ = len(judged.same), len(judged.different), len(judged.unsure)
    common.sentence(
        f"{common.many(len(left), 'pair').capitalize()} of actors may be one and the same."
        if left
        else "No two actors look like one and the same.",
        f"Judged so far: {same:,} the same, {apart:,} different, {open_:,} unsure.",
    )
    st.html(
        "<p class='vv-note'>A judgement is a line in judgements.yaml; no source is rewritten, and "
        "taking it back, below, takes the line away.</p>"
    )
    coder = _coder() if left or judged.lines else ""
    number = 12 + 12 * int(st.session_state.get("_pairs", 0))
    shown = left[: min(number, PAIRS)]
    known = _known(shown)
    for pair in shown:
        _pair(pair, known, coder)
    if len(left) > len(shown):
        common.note(f"{len(shown)} of {len(left):,} pairs are shown.")
    if len(shown) < min(len(left), PAIRS) and st.button("Show more"):
        st.session_state["_pairs"] = int(st.session_state.get("_pairs", 0)) + 1
        st.rerun()
    _judged(judged, coder)


_WORDS = {
    "same": "are the same",
    "different": "are different",
    "unsure": "may be one: unsure",
    "edition": "are editions of one work",
}


def _judged(judged: Judgements, coder: str) -> None:
    """The judgements of identity that stand, the latest first; each can be taken back."""
    told = [line for line in reversed(judged.lines) if line.what in _WORDS]
    if not told:
        return
    shown = told[: 12 + 24 * int(st.session_state.get("_told", 0))]
    names = common.names_of(i for line in shown for i in line.ids)
    st.header(f"{common.many(len(told), 'judgement').capitalize()} so far", anchor=False)
    for number, line in enumerate(shown):
        who = " and ".join(f"{names[i]} ({i.partition('/')[2]})" for i in line.ids)
        voice = ", ".join(filter(None, (line.by, line.on)))
        with st.container(horizontal=True, vertical_alignment="center"):
            st.html(
                f"<p>{common.html_text(who)} <b>{_WORDS[line.what]}</b>"
                + (f": {common.html_text(line.why)}" if line.why else "")
                + (f" <span class='vv-note'>({common.html_text(voice)})</span>" if voice else "")
                + "</p>",
                width="stretch",
            )
            if st.button("Take back", key=f"back {len(told) - number} {line.what} {line.ids}"):
                _take_back(line, coder)
    if len(shown) < len(told) and st.button("Show more judgements"):
        st.session_state["_told"] = int(st.session_state.get("_told", 0)) + 1
        st.rerun()


def _take_back(line: Judgement, coder: str) -> None:
    """Take a judgement out of the project's file, and out of the graph."""
    try:
        judging.remove_same(common.root(), line.ids, coder)
    except NotFoundError:
        pass  # somebody else did
    except DataError as error:
        show_faults(error.faults)
        return
    _bring()


def _known(pairs: Iterable[Pair]) -> dict[str, dict[str, Any]]:
    """What the graph tells of the actors of these pairs, to decide by."""
    ids = sorted({actor for pair in pairs for actor in (pair.one, pair.other)})
    return {row["id"]: row for row in common.rows(_KNOWN, ids=ids)}


def _pair(pair: Pair, known: Mapping[str, Mapping[str, Any]], coder: str) -> None:
    text = common.html_text
    at = f"{pair.one} {pair.other}"
    lines = []
    for actor in (pair.one, pair.other):
        row = known.get(actor, {})
        key = actor.partition("/")[2]
        told = list(row.get("remarks") or ())
        told += [o for o in row.get("offices") or () if not any(o in other for other in told)]
        also = ", ".join(row.get("also") or ())
        lines.append(
            f"<tr><td><a target='_self' href='{common.href('actor', actor=key)}'>"
            f"{text(row.get('name') or key)}</a><br><span class='vv-note'>{text(key)}</span></td>"
            f"<td>{text(also)}</td><td>{text('; '.join(filter(None, told)))}</td>"
            f"<td>{int(row.get('met') or 0):,}</td></tr>"
        )
    with st.container(border=True):
        st.html(
            f"<p><b>{text(pair.score.capitalize())}</b>: {text(pair.why)}</p>"
            "<div class='vv-scroll' tabindex='0' role='region' "
            f"aria-label='What is told of {text(at)}'>"
            "<table class='vv-table'><thead><tr><th style='width:24%'>Actor</th>"
            "<th style='width:18%'>Also</th><th>What is told</th>"
            "<th style='width:8%'>Encounters</th></tr></thead>"
            f"<tbody>{''.join(lines)}</tbody></table></div>"
        )
        left, right = st.columns([3, 2], vertical_alignment="bottom")
        with left:
            why = st.text_input("Why", key=f"why {at}", placeholder="what decides it")
        with right, st.container(horizontal=True):
            if st.button("The same", key=f"same {at}"):
                _judge("same", (pair.one, pair.other), why or pair.why, coder)
            if st.button("Different", key=f"different {at}"):
                _judge("different", (pair.one, pair.other), why, coder)
            if st.button("Unsure", key=f"unsure {at}", help="stays two, and is not asked again"):
                _judge("unsure", (pair.one, pair.other), why, coder)


def _judge(what: str, ids: Sequence[str], why: str, coder: str) -> None:
    """Write the judgement as a line of the project, and bring it into the graph."""
    try:
        judging.add_many(common.root(), [Judgement(what, tuple(ids), why, coder)])
    except DataError as error:
        show_faults(error.faults)
        return
    _bring()


def _bring() -> None:
    """Make the graph agree with the judgements."""
    with st.spinner("Bringing it into the graph"):
        ingest(common.graph(), common.root(), judgements_only=True, wait=5.0)
    st.rerun()
