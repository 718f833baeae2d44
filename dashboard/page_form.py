"""Code an encounter: a form, step by step, that writes the YAML a scholar would write.

This is the page and its steps; what they are made of is in `visavis.dashboard.form`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import streamlit as st

from visavis.dashboard import common
from visavis.dashboard.form import coding, drafts
from visavis.dashboard.form.coding import Spot
from visavis.dashboard.form.desk import CITED, OPEN, SAVED, TYPED, Desk, current
from visavis.dashboard.form.drafts import Encounter, Row
from visavis.dashboard.form.fields import kept_of, summary, words
from visavis.dashboard.form.files import keep, opening, the_file
from visavis.dashboard.form.steps import (
    CITE,
    HEAD,
    MORE_HEAD,
    STEPS,
    Step,
    label,
    step_of,
)
from visavis.dashboard.form.widgets import (
    citation,
    counted,
    entry_title,
    field,
    fits,
    grid,
    new_entries,
    say,
)
from visavis.ingest.yamltext import Map

__all__ = ["page"]

_STEPS = {
    "head": "1 The encounter",
    "who": "2 Who was there",
    "phases": "3 Phases",
    "acts": "4 What was done",
    "more": "5 Credit, bonds, outcome",
    "file": "6 The file",
}
_LATER = [s.section for s in STEPS if s.section not in _STEPS]


def page() -> None:
    """The form, one step at a time, with the file and its faults always at hand."""
    st.title("Code an encounter")
    saved = st.session_state.pop(SAVED, None)
    if saved:
        place, key = saved
        st.success(common.plain(f"{place} is saved and in the graph."))
        common.link("encounter", f"See the encounter {key}", meeting=key)
    desk = Desk(*current())
    common.sentence(
        "Step by step: who, where, when, what was done, and for each statement the page that says "
        "so. The form writes the file that you could write by hand, and checks each field as you "
        "leave it."
    )
    opening(desk)
    _which(desk)
    at = common.choice("Step", _STEPS, "step", "head", pills=True)
    left, right = st.columns([3, 2], gap="large")
    with left:
        if at == "head":
            _head(desk)
        elif at == "more":
            _later(desk)
        elif at == "file":
            the_file(desk)
        else:
            _list(desk, step_of(at), open_first=True)
        if at != "file":
            new_entries(desk)
        _onwards(at)
    with right:
        _beside(desk, at)
    keep(desk)


def _onwards(at: str) -> None:
    order = list(_STEPS)
    place = order.index(at)
    with st.container(horizontal=True):
        if place and st.button("Back"):
            common.set_params(step=order[place - 1])
            st.rerun()
        if place + 1 < len(order) and st.button("Next", type="primary"):
            common.set_params(step=order[place + 1])
            st.rerun()


def _which(desk: Desk) -> None:
    """Which encounter of the file, where it holds a series."""
    cases = desk.draft.cases
    if len(cases) == 1:
        common.set_params(part=None)
        return
    # A choice whose words change loses what is chosen: titles stand beneath, not in it.
    labels = {"0": "The whole"} | {str(n): f"Part {n}" for n in range(1, len(cases))}
    desk.at = int(common.choice("Encounter of this file", labels, "part", "0"))
    common.note(drafts.titled(desk.head))


# -- the encounter itself -------------------------------------------------------------------------


def _head(desk: Desk) -> None:
    st.header("The encounter" if not desk.at else f"Part {desk.at} of the series")
    told = desk.head
    base = drafts.base_head(desk.draft, desk.at)
    kept = kept_of("", base, desk.source, desk.known.sources)
    hints = _inherited(desk)
    first, *others = [key for key in HEAD if key not in kept]
    field(desk, "", first, told)
    grid(others, lambda key: field(desk, "", key, told, hint=hints.get(key, "")))
    citation(desk, "", told, kept, None)
    more = [key for key in MORE_HEAD if key not in kept]
    more += _unasked(told, (*HEAD, *MORE_HEAD))
    used = sum(bool(told.get(key)) for key in more)
    with st.expander("What else may be told of the whole encounter" + counted(used)):
        grid(more, lambda key: field(desk, "", key, told))
    _stays(desk, kept, Spot(desk.at))
    _parts(desk)


def _unasked(told: Mapping[str, Any], asked: tuple[str, ...]) -> list[str]:
    """What an opened file says that the form does not ask for: rare keys, and misspelt ones."""
    return [key for key in told if key not in (*asked, *CITE)]


def _inherited(desk: Desk) -> dict[str, str]:
    """What holds of an encounter where its own field is empty."""
    told, cases = desk.head, desk.draft.cases
    whole = cases[0].head if desk.at else {}
    hints = {name: str(whole.get(name) or "") for name in ("source", "coder", "basis")}
    hints["source"] = desk.called("source", hints["source"])
    hints["coder"] = hints["coder"] or desk.known.coder
    if not told.get("case"):
        taken = [str(case.head.get("case") or "") for case in cases]
        title, when = str(told.get("title") or ""), str(told.get("when") or "")
        hints["case"] = coding.key_for(title, when, taken)
    return hints


def _parts(desk: Desk) -> None:
    """The parts of a series: sessions of a summit, days of a visit."""
    cases = desk.draft.cases
    if desk.at:
        if st.button("Take this part out of the series"):
            del cases[desk.at]
            st.session_state[TYPED] = {}  # its fields take the names of the next part's
            common.set_params(part=None)
            st.rerun()
        return
    scope = cases[0].head.get("scope")
    if len(cases) == 1 and scope != "series":
        common.note("A summit of several sessions is a series: choose so under What it is.")
        return
    st.header("Parts of the series")
    for number, encounter in enumerate(cases[1:], 1):
        st.html(f"<p>{number}. {common.html_text(drafts.titled(encounter.head))}</p>")
    common.note("Each part is an encounter of its own; it inherits work, coder and basis.")
    if st.button("Add a part"):
        cases.append(Encounter())
        common.set_params(part=str(len(cases) - 1))
        st.rerun()


def _stays(desk: Desk, kept: Map, spot: Spot) -> None:
    """What the file says here and no field can show; what is wrong with it, and with the whole."""
    if kept:
        told = "; ".join(f"{key}: {words(value)}" for key, value in kept.items())
        common.note(f"Stays as it is written in the file: {told}")
    for key in ("", *kept):
        say(desk.check.at.get(dataclasses.replace(spot, key=key), ()), key)


# -- a list of statements -------------------------------------------------------------------------


def _later(desk: Desk) -> None:
    """Everything after the acts, a list at a time."""
    lists = desk.draft.cases[desk.at].lists
    options = {section: step_of(section).title for section in _LATER}
    section = common.choice("List", options, "list", _LATER[0])
    filled = [f"{step_of(s).title} ({len(lists[s])})" for s in _LATER if lists.get(s)]
    if filled:
        common.note("Told so far: " + ", ".join(filled))
    _list(desk, step_of(section))


def _list(desk: Desk, step: Step, open_first: bool = False) -> None:
    """Its statements in a line each, the one that is worked on with its fields."""
    st.header(step.title)
    if step.asks:
        common.note(step.asks)
    rows = desk.draft.cases[desk.at].lists.setdefault(step.section, [])
    if not rows and open_first:
        _add(desk, step)
    if step.section == "rival" and not desk.values:
        common.note("There is nothing yet that could be told otherwise.")
        return
    items = {row.id: item for row, item in desk.check.told[desk.at][step.section]}
    opened = st.session_state[OPEN].get((desk.at, step.section))
    for number, row in enumerate(rows, 1):
        if row.id == opened:
            with st.container(border=True, key="form-statement"):
                _statement(desk, step, number, row)
        else:
            _line(desk, step, number, row, items.get(row.id))
    st.button(
        "Add another" if rows else "Add one", on_click=_add, args=(desk, step),
        help="the last citation is taken over, and the phase of the act before",
    )  # fmt: skip


def _add(desk: Desk, step: Step) -> None:
    told = dict(st.session_state.get(CITED, {}))
    if not told:
        told = {name: desk.head[name] for name in CITE[:4] if desk.head.get(name)}
    rows = desk.draft.cases[desk.at].lists[step.section]
    if step.section == "acts" and rows and rows[-1].told.get("in"):
        told["in"] = rows[-1].told["in"]
    row = desk.draft.add(desk.at, step.section, told)
    _open(desk, step.section, row.id)


def _open(desk: Desk, section: str, row: int | None) -> None:
    st.session_state[OPEN][desk.at, section] = row


def _move(desk: Desk, section: str, number: int) -> None:
    rows = desk.draft.cases[desk.at].lists[section]
    rows[number - 2], rows[number - 1] = rows[number - 1], rows[number - 2]


def _remove(desk: Desk, section: str, row: int) -> None:
    lists = desk.draft.cases[desk.at].lists
    lists[section] = [each for each in lists[section] if each.id != row]


def _buttons(desk: Desk, step: Step, number: int, row: Row, opened: bool) -> None:
    section = step.section
    with st.container(horizontal=True, horizontal_alignment="right", gap="small"):
        word, to = ("Close", None) if opened else ("Edit", row.id)
        st.button(
            f"{word} {number}", key=f"form do {row.id} open", type="tertiary",
            on_click=_open, args=(desk, section, to),
        )  # fmt: skip
        if number > 1:
            st.button(
                f"Move {number} up", key=f"form do {row.id} up", type="tertiary",
                on_click=_move, args=(desk, section, number),
            )  # fmt: skip
        st.button(
            f"Remove {number}", key=f"form do {row.id} out", type="tertiary",
            on_click=_remove, args=(desk, section, row.id),
        )  # fmt: skip


def _line(desk: Desk, step: Step, number: int, row: Row, item: Any) -> None:
    """One statement that nobody is at."""
    told = summary(step.section, item, desk.called) if item else "nothing told yet"
    faults = desk.check.under(desk.at, step.section, row.id)
    wrong = "; ".join(fault.message for fault in faults)
    wrong = f" — <strong>{common.html_text(wrong)}</strong>" if wrong else ""
    left, right = st.columns([2, 1], vertical_alignment="center")
    left.html(f"<p>{number}. {common.html_text(told)}{wrong}</p>")
    with right:
        _buttons(desk, step, number, row, False)


def _statement(desk: Desk, step: Step, number: int, row: Row) -> None:
    """One statement with all of its fields."""
    section, told = step.section, row.told
    head, out = st.columns([1, 3], vertical_alignment="center")
    head.markdown(f"**{number}.**")
    with out:
        _buttons(desk, step, number, row, True)
    base = drafts.base_item(desk.draft, desk.at, section, row)
    if base is not None and not isinstance(base, Map):
        common.note(f"Stays as it is written in the file: {words(base)}")
        return
    kept = kept_of(section, base, desk.source, desk.known.sources) if base else Map()
    rows = desk.draft.cases[desk.at].lists[section]
    keyed = coding.with_keys({section: [r.told for r in rows]})[section][number - 1]
    keys = [*step.keys]
    if told.get("credit") or told.get("discredit"):
        extra = ("intensity", "intent", "uptake", "uptake_by")
        keys += [k for k in extra if k in step.more and k not in keys]
    keys = [k for k in keys if k not in kept and fits(desk, section, k)]
    grid(keys, lambda key: field(desk, section, key, told, row))
    citation(desk, section, told, kept, row)
    more = [k for k in step.more if k not in (*keys, "said_by", *kept)]
    more += _unasked(told, (*step.keys, *step.more, "said_by"))
    used = sum(bool(told.get(k)) for k in more)
    with st.expander("More of it" + counted(used)):
        own = {key: str(value) for key, value in keyed.items() if not told.get(key)}
        asked = [key for key in more if fits(desk, section, key)]
        grid(asked, lambda key: field(desk, section, key, told, row, own.get(key, "")))
    _stays(desk, kept, Spot(desk.at, section, row.id))
    cited = {name: told[name] for name in CITE[:4] if told.get(name)}
    if cited:
        st.session_state[CITED] = cited


# -- beside it ------------------------------------------------------------------------------------


def _beside(desk: Desk, at: str) -> None:
    """The file as it stands, and how sound it is."""
    check = desk.check
    n = sum(f.severity == "error" for f in desk.faults)
    looks = len(desk.faults) - n
    if not check.text:
        st.html("<p class='vv-note' role='status'>Nothing is told yet.</p>")
        return
    state = f"{n} fault{'s' * (n != 1)} to mend" if n else f"Sound: {len(check.claims)} claims"
    if looks:
        state += f"; {looks} worth a look"
    st.html(f"<p class='vv-lead' role='status'>{common.html_text(state)}</p>")
    if at != "file":
        tall: Any = 640 if check.text.count("\n") > 24 else "content"
        st.code(check.text, language=None, wrap_lines=True, height=tall)
    here = (desk.at, {"head": "", "more": common.param("list", _LATER[0])}.get(at, at))
    elsewhere = [
        (_way(desk, spot), fault)
        for spot, some in check.at.items()
        if (spot.case, spot.section) != here  # those stand at their fields
        for fault in some
    ]
    if at == "file":
        elsewhere += [(entry_title(*of), f) for of, some in desk.wrong.items() for f in some]
    if elsewhere:
        st.markdown("**Elsewhere in the form**" if at != "file" else "**What is wrong**")
        for way, fault in elsewhere:
            say([fault], way)


def _way(desk: Desk, spot: Spot) -> str:
    """Where in the form a fault is mended."""
    title = "The encounter" if not spot.section else step_of(spot.section).title
    key = {"cite": "Page or place"}.get(spot.key) or (
        label(spot.section, spot.key) if spot.key else "")  # fmt: skip
    rows = desk.draft.cases[spot.case].lists.get(spot.section, [])
    number = next((str(n) for n, row in enumerate(rows, 1) if row.id == spot.row), "")
    part = f"part {spot.case}" if spot.case else ""
    return ", ".join(filter(None, (part, f"{title} {number}".strip(), key)))
