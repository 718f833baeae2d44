"""One actor: names, offices in time, the chain of encounters, and what passed with whom."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from visavis.dashboard import common, drawing
from visavis.queries.library import Table
from visavis.schema import dates
from visavis.schema.errors import NotFoundError

__all__ = ["opening", "page"]

# The edge knows scope and date: of very many encounters only those that are drawn are read.
STEPS = (
    "MATCH (:Actor {id: $actor})-[r:TOOK_PART]->(m:Meeting) "
    "WHERE coalesce(r.scope, 'encounter') = 'encounter' AND NOT coalesce(r.machine, false) "
    "WITH r, m, coalesce(r.earliest, 9007199254740992) AS first, "
    "coalesce(r.latest, 9007199254740992) AS last ORDER BY first, last, r.about, r.id LIMIT $most "
    "RETURN r.id AS id, m.id AS meeting, m.title AS title, r.date AS date, r.earliest AS earliest, "
    "r.latest AS latest, r.energy_before AS before, r.energy_after AS after "
    "ORDER BY first, last, meeting"
)
PASSED = (
    "MATCH (a:Actor {id: $actor})-[r:CREDIT|DISCREDIT]-(b:Actor) "
    "WHERE NOT coalesce(r.machine, false) "
    "RETURN b.id AS other, coalesce(b.name, b.id) AS name, count(r) AS n ORDER BY n DESC, other"
)
MOST = 300  # encounters drawn
LEVELS = {"drained": -1, "raised": 1}


def page() -> None:
    """An actor by search."""
    first = "actor/reagan"
    if not common.rows("MATCH (a:Actor {id: $id}) RETURN a.id AS id", id=first):
        found = common.rows("MATCH (a:Actor) RETURN a.id AS id LIMIT 1")
        first = found[0]["id"] if found else ""
    actor = common.actor_picker("Actor", "actor", first)
    if not actor:
        st.title("Actor", anchor=False)
        st.write("Choose an actor to see its encounters and what passed with whom.")
        return
    who = common.ask("who-is", actor=actor)
    if not who.rows:
        raise NotFoundError(f"the graph has no actor '{actor[6:]}'")
    common.fresh("actor", actor)
    steps = common.rows(STEPS, actor=actor, most=MOST + 1)
    st.title(common.plain(who.rows[0]["name"] or actor[6:]), anchor=False)
    common.sentence(opening(who.rows[0], steps[:MOST]))
    chosen = _chain(steps)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        picked = _encounters(steps[:MOST])
        _passed(actor)
    element = common.latest("e", chain=chosen, table=picked)
    with right:
        st.header("Evidence", anchor=False)
        common.evidence(element or actor)
    # What takes long for a hub waits until it is asked for.
    few = int(who.rows[0]["encounters"] or 0) <= MOST
    for name, heading in (
        ("offices", "Offices in time"), ("most-met", "Most met"), ("energy", "Emotional energy"),
        ("domination", "Domination"), ("bonds", "Bonds"),
    ):  # fmt: skip
        if few:
            _section(common.ask(name, actor=actor), heading)
        else:
            _waiting(name, heading, actor)


def opening(who: Mapping[str, Any], steps: Sequence[Mapping[str, Any]]) -> str:
    """Who it is, and what of it is known, in words."""
    kind = str(who["kind"] or "")
    article = "An" if kind[:1] in "aeiou" else "A"
    told = [f"{article} {kind}" if kind else "An actor"]
    if who.get("also"):
        told.append(f", also called {who['also']}")
    if who.get("belongs_to"):
        told.append(f"; of {who['belongs_to']}")
    number = int(who["encounters"] or 0)
    dated = [s for s in steps if s["date"]]
    text = "".join(told) + f". {common.many(number, 'encounter').capitalize()} known"
    if dated:
        first, last = (dates.parse(s["date"]).show().partition(", ")[0] for s in
                       (dated[0], dated[-1]))  # fmt: skip
        text += f", {first}" if first == last else f", from {first} to {last}"
    energy = [s for s in steps if s["before"] or s["after"]]
    if energy:
        raised = sum(1 for s in energy if s["after"] == "raised")
        drained = sum(1 for s in energy if s["after"] == "drained")
        text += (
            f". Emotional energy is coded of {common.many(len(energy), 'encounter')}: "
            f"{_times(raised)} raised, {_times(drained)} drained"
        )
    return text + "."


def _times(number: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(number) or common.many(number, "time")


def _chain(steps: Sequence[Mapping[str, Any]]) -> str:
    """The interaction ritual chain: encounters in order, energy raised above and drained below."""
    shown = steps[:MOST]
    if not shown:
        st.write("No encounter of this actor is coded.")
        return ""
    st.header("Interaction ritual chain", anchor=False)
    st.html(
        "<p class='vv-legend'>▲ emotional energy raised &nbsp; ▼ drained &nbsp; "
        "○ not coded. Left to right: the order of encounters.</p>"
    )
    made = drawing.energy(shown, dark=common.dark(), narrow=common.narrow())
    number = common.many(len(shown), "encounter").capitalize()
    alt = f"{number} in order, with emotional energy; the table beneath has each."
    state = common.chart(made, None, alt, key="chain", select=True)
    if len(steps) > MOST:
        common.note(f"The first {MOST} encounters; the rest is left out of picture and table.")
    for item in (state or {}).get("selection", {}).get("met") or ():
        if isinstance(item, dict) and item.get("id"):
            return str(item["id"])
    return ""


def _encounters(steps: Sequence[Mapping[str, Any]]) -> str:
    if not steps:
        return ""
    data = [
        {
            **s, "when": s["date"] or "not told",
            "title": s["title"] or s["meeting"][8:],
        }
        for s in steps
    ]  # fmt: skip
    columns = {"when": "When", "title": "Encounter", "before": "On arrival", "after": "After"}
    kept = {k: v for k, v in columns.items() if any(row[k] for row in data)}
    number = common.select_row(data, kept, key="encounters", alt="Encounters in order")
    if number is None:
        return ""
    meeting = str(steps[number]["meeting"])
    common.link("encounter", f"Open “{data[number]['title']}”", meeting=meeting[8:])
    return str(steps[number]["id"])


def _passed(actor: str) -> None:
    st.header("Credits and discredits with each", anchor=False)
    told = common.ask("given-and-received", actor=actor)
    if not told.rows:
        st.write("None is coded.")
        return
    others = {row["name"]: row["other"] for row in common.rows(PASSED, actor=actor)}
    cells = ("credits_given", "credits_received", "discredits_given", "discredits_received")
    lines = []
    for row in told.rows:
        other = others.get(row["other"], "")
        address = common.href("relationship", a=actor[6:], b=other.partition("/")[2])
        name = html.escape(str(row["other"]))
        linked = f"<a target='_self' href='{address}'>{name}</a>" if other else name
        counts = [int(row[c] or 0) for c in cells]
        numbers = "".join(
            f"<td><a target='_self' href='{address}' aria-label='{n} {c.replace('_', ' ')}'>{n}</a>"
            "</td>"
            if n and other
            else f"<td>{n}</td>"
            for n, c in zip(counts, cells, strict=True)
        )
        lines.append(f"<tr><td>{linked}</td>{numbers}</tr>")
    head = "".join(f"<th>{c.replace('_', ' ')}</th>" for c in cells)
    st.html(
        "<div class='vv-scroll' tabindex='0' role='region' aria-label='Credits and discredits'>"
        f"<table class='vv-table'><thead><tr><th>With</th>{head}</tr></thead>"
        f"<tbody>{''.join(lines)}</tbody></table></div>"
    )
    common.note("A name or a number opens the relationship, with each act and its claims.")


def _section(told: Table, heading: str) -> None:
    if told.rows:
        opened = heading.startswith("Offices") or bool(common.param(f"of-{_key(heading)}"))
        with st.expander(f"{heading} ({len(told.rows)})", expanded=opened):
            shown = [c for c in told.columns if any(row[c] for row in told.rows)]
            _answer(told, shown, heading)


def _answer(told: Table, shown: Sequence[str], heading: str) -> None:
    key = _key(heading)
    headings = {c: c.replace("_", " ") for c in shown}
    common.answer(told, headings, key=key, alt=heading, name=f"of-{key}")


def _key(heading: str) -> str:
    return heading.lower().replace(" ", "-")


def _waiting(name: str, heading: str, actor: str) -> None:
    """A section that is read when it is opened."""
    opened = bool(common.param(f"of-{_key(heading)}"))
    with st.expander(
        heading, expanded=opened, key=f"{name} of {actor}", on_change="rerun"
    ) as section:
        if section.open:
            told = common.ask(name, actor=actor)
            if told.rows:
                shown = [c for c in told.columns if any(row[c] for row in told.rows)]
                _answer(told, shown, heading)
                if told.truncated:
                    common.note(f"The first {len(told.rows):,}; the question under Query has all.")
            else:
                st.write("None is coded.")
