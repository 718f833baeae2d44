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
from visavis.ingest.judgements import Judgements
from visavis.ingest.registers import project_coder
from visavis.ingest.run import Reading, ingest
from visavis.schema.errors import DataError
from visavis.schema.text import fold

__all__ = ["Pair", "namesakes", "page", "pending"]

PAIRS = 200  # asked of at once
_FORMER = """
MATCH (a:Actor) WHERE a.name IS NOT NULL
RETURN a.id AS id, a.name AS name, a.kind AS kind, a.also_named AS also ORDER BY id
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
        if len(both) == 2 and both not in seen and not judged.apart(pair.one, pair.other):
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
    place = min(int(st.session_state.get("_passage", 0)), len(some) - 1)
    _passage(sheet, some[place], coder)
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button("Previous", disabled=place == 0):
            st.session_state["_passage"] = place - 1
            st.rerun()
        st.html(f"<span class='vv-note'>{place + 1} of {len(some)}</span>")
        if st.button("Next passage", disabled=place + 1 >= len(some)):
            st.session_state["_passage"] = place + 1
            st.rerun()


def _passage(sheet: Sheet, candidate: Candidate, coder: str) -> None:
    text = common.html_text
    cited = "; ".join(_cite(cite) for cite in candidate.cites)
    st.html(
        f"<div class='vv-card'><p class='vv-meta'>{text(sheet.source)}, {text(candidate.page)}</p>"
        f"<blockquote>{text(candidate.text)}</blockquote>"
        f"<p class='vv-meta'>cites {text(cited)}</p></div>"
    )
    known = candidates.names(common.root())
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
    same, apart = len(judged.same), len(judged.different)
    common.sentence(
        f"{len(left):,} pairs of actors may be one and the same."
        if left
        else "No two actors look like one and the same.",
        f"Judged so far: {same:,} the same, {apart:,} different.",
    )
    st.html(
        "<p class='vv-note'>A judgement is a line in judgements.yaml; no source is rewritten, and "
        "taking the line away undoes it.</p>"
    )
    if not left:
        return
    coder = _coder()
    for pair in left[:PAIRS][: 12 + 12 * int(st.session_state.get("_pairs", 0))]:
        _pair(pair, coder)
    if st.button("Show more", disabled=len(left) <= 12):
        st.session_state["_pairs"] = int(st.session_state.get("_pairs", 0)) + 1
        st.rerun()


def _pair(pair: Pair, coder: str) -> None:
    names = common.names_of((pair.one, pair.other))
    with st.container(border=True):
        st.html(
            f"<p><b>{common.html_text(names[pair.one])}</b> ({common.html_text(pair.one)}) and "
            f"<b>{common.html_text(names[pair.other])}</b> ({common.html_text(pair.other)})</p>"
            f"<p class='vv-note'>{common.html_text(pair.score)}: {common.html_text(pair.why)}</p>"
        )
        at = f"{pair.one} {pair.other}"
        why = st.text_input("Why", key=f"why {at}", placeholder="what decides it")
        with st.container(horizontal=True):
            if st.button("The same", key=f"same {at}"):
                _judge("same", (pair.one, pair.other), why or pair.why, coder)
            if st.button("Different", key=f"different {at}"):
                _judge("different", (pair.one, pair.other), why, coder)
            for actor in (pair.one, pair.other):
                common.link("actor", f"See {names[actor]}", actor=actor.partition("/")[2])


def _judge(what: str, ids: Sequence[str], why: str, coder: str) -> None:
    """Write the judgement as a line of the project, and bring it into the graph."""
    add = judging.add_same if what == "same" else judging.add_different
    try:
        add(common.root(), list(ids), why, coder)
    except DataError as error:
        show_faults(error.faults)
        return
    with st.spinner("Bringing it into the graph"):
        ingest(common.graph(), common.root(), judgements_only=True, wait=5.0)
    st.rerun()
