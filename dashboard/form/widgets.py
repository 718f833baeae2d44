"""The fields of the form as Streamlit draws them, with what is wrong beneath each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import streamlit as st

from visavis.dashboard import common
from visavis.dashboard.form import entries, steps
from visavis.dashboard.form.coding import Spot
from visavis.dashboard.form.desk import BOUND, KIND, SEEN, TYPED, Desk, short, typed_so_far
from visavis.dashboard.form.drafts import Row
from visavis.dashboard.form.fields import is_list, place_of
from visavis.dashboard.form.steps import CITE, OWN_KEY
from visavis.ingest.case_schema import Field, field_of
from visavis.ingest.yamltext import Map
from visavis.schema.errors import Fault

__all__ = [
    "citation",
    "counted",
    "entry_title",
    "field",
    "fits",
    "grid",
    "new_entries",
    "say",
]

SHOWN = 6  # of those whom a typed name may mean


def grid(names: Sequence[str], draw: Callable[[str], None]) -> None:
    """Fields two by two, a row at a time, so that the Tab key goes through them as they read."""
    for first in range(0, len(names), 2):
        for column, name in zip(st.columns(2), names[first : first + 2], strict=False):
            with column:
                draw(name)


def counted(count: int) -> str:
    """A number in brackets, for a title; "" for none."""
    return f" ({count})" if count else ""


def say(faults: Iterable[Fault], label: str = "") -> None:
    """Faults in a sentence each, with the field that made them, or the file and line."""
    for fault in faults:
        line = f", line {fault.line}" if fault.line else ""
        where = label or fault.record or (f"{fault.file}{line}" if fault.file else "")
        text = f"{where}: {fault.message}" if where else fault.message
        advice = f" — {fault.advice}" if fault.advice else ""
        show = st.error if fault.severity == "error" else st.warning
        show(common.plain(text + advice))


# -- one field ------------------------------------------------------------------------------------


def field(
    desk: Desk, section: str, key: str, told: dict[str, Any], row: Row | None = None, hint: str = ""
) -> None:
    """One field by what may stand there, and what is wrong with it beneath.

    told: the fields of the statement, which takes what is typed. hint: what holds where it is
    left empty.
    """
    where = place_of(section, key, told)
    what = field_of(*where)
    label = steps.label(section, key)
    widget = _widget(desk, section, key, told, row)
    options = _options(desk, section, key, what, row)
    if options is None:
        _show_text(widget, told.get(key))
        example = hint or steps.EXAMPLES.get(key, "")
        told[key] = st.text_input(
            label, key=widget, help=what.definition or None, placeholder=example
        )
    else:
        now = told.get(key) or []
        many = (list(now) if isinstance(now, list) else [now]) if is_list(*where) else None
        kind, said = KIND.get(what.kind, ""), what.definition
        _choose(desk, widget, label, told, key, kind, options, said, hint, what.free, many)
    _told_at(desk, section, key, label, row)


def fits(desk: Desk, section: str, key: str) -> bool:
    """Whether a field can be filled: not where it names a phase or an act and there is none."""
    if key == "on":
        return True
    kind = field_of(section, key).kind
    own = OWN_KEY.get(section) == key
    return own or kind not in ("phase", "act", "part") or bool(desk.parts(kind, 0))


def _widget(desk: Desk, section: str, key: str, told: dict[str, Any], row: Row | None) -> str:
    """The name of a field, which is tied to the draft by it."""
    of = f" {told.get('of')}" if (section, key) == ("rival", "value") else ""
    widget = f"form {desk.name} {desk.at} {section} {row.id if row else 0} {key}{of}"
    st.session_state[BOUND][widget] = (told, key)
    return widget


def _told_at(desk: Desk, section: str, key: str, label: str, row: Row | None) -> None:
    spot = Spot(desk.at, section, row.id if row else 0, key)
    say(desk.check.at.get(spot, ()), label)


def _options(
    desk: Desk, section: str, key: str, what: Field, row: Row | None
) -> dict[str, str] | None:
    """What a field offers; None for a field of text."""
    own = OWN_KEY.get(section) == key
    if (section, key) == ("rival", "of"):
        return {path: f"{path} (now: {short(now)})" for path, now in desk.values.items()}
    if key == "intensity":
        return dict(steps.INTENSITY)
    kind = KIND.get(what.kind, "")
    if kind:
        found = dict(desk.names(kind))
        return entries.distinct(found | desk.names("sources")) if what.kind == "person" else found
    if what.kind == "term":
        found = {"yes": "yes, by its own kind"} if what.or_yes else {}
        return found | {s: t.label for s, t in desk.terms.scheme(what.scheme).items()}
    if what.kind == "yes":
        return {"yes": "yes", "no": "no"}
    if what.kind in ("phase", "act", "part") and not own:
        found = desk.parts(what.kind, row.id if row else 0)
        return entries.distinct(found | desk.names("actors")) if key == "on" else found
    return None


def _choose(
    desk: Desk, widget: str, label: str, told: dict[str, Any], key: str, kind: str,
    options: dict[str, str], said: str = "", hint: str = "", free: bool = False,
    many: list[str] | None = None,
) -> None:  # fmt: skip
    """A field of choices; where it names somebody (kind: the register), a name may be typed.

    many: what is chosen, where several can be.
    """
    now = told.get(key) or None
    for each in many if many is not None else [now] if now else []:
        options.setdefault(str(each), str(each))
    _show(widget, many if many is not None else now, options)
    shared: dict[str, Any] = {
        "key": widget,
        "format_func": lambda k: options.get(k, k),
        "help": said or None,
        "accept_new_options": bool(kind) or free,
        "on_change": _typed if kind else None,
        "args": (desk, widget, kind, key) if kind else None,
        "placeholder": hint or steps.placeholder(kind, free),
    }
    if many is not None:
        # The browser's own "select all" would stand first, and be what Enter chooses.
        told[key] = st.multiselect(label, list(options), select_all=False, **shared)
    else:
        told[key] = st.selectbox(label, list(options), index=None, **shared)
    if kind:
        _meant(desk, widget, kind, key)


def _show(widget: str, now: Any, options: Mapping[str, str]) -> None:
    """Before a field of choices is made: what is chosen, where the browser cannot know it any more.

    The browser knows a choice by its words: where these change, it would let go of it.
    """
    chosen = now if isinstance(now, list) else [now] if now else []
    words = [options.get(each, each) for each in chosen]
    seen = st.session_state[SEEN]
    if widget not in st.session_state or seen.get(widget, words) != words:
        st.session_state[widget] = now
    seen[widget] = words


def _show_text(widget: str, now: Any) -> None:
    """Before a field of text is made: what it holds, where the browser does not know it."""
    if widget not in st.session_state:
        st.session_state[widget] = "; ".join(now) if isinstance(now, list) else str(now or "")


# -- a name that is typed -------------------------------------------------------------------------


def _typed(desk: Desk, widget: str, kind: str, of: str) -> None:
    """Where a name was typed that is none of the list: whom it fits, or an entry for somebody new.

    What it was taken for is said beneath the field, with what else it may mean.
    """
    told = st.session_state.get(widget)
    known = desk.known_of(kind)
    kept: list[str] = []
    meant: list[tuple[str, str, dict[str, str]]] = []
    for each in told if isinstance(told, list) else [told]:
        if not each:
            continue
        key = str(each)
        if key not in known and not (kind == "actors" and key in desk.known.sources):
            found, fit = desk.look_up(kind, key)
            if fit:
                key = next(iter(found)) if len(found) == 1 else ""
            elif kind != "meetings":
                key = desk.new(kind, key, of)
            if found and (fit or kind != "meetings"):
                meant.append((str(each), key, found))
        kept += [key] if key else []
    st.session_state[TYPED][widget] = meant
    several = isinstance(told, list)
    st.session_state[widget] = list(dict.fromkeys(kept)) if several else next(iter(kept), None)


def _meant(desk: Desk, widget: str, kind: str, of: str) -> None:
    """Beneath a field: what was typed there, what it was taken for, and what else it may mean."""
    for number, (text, key, found) in enumerate(st.session_state[TYPED].get(widget, ())):
        if key in found:
            told = f"“{text}” is taken for {found[key]}."
        elif key:
            told = f"“{text}” is new here. Spelled much like it:"
        else:
            more = "type more of the name, or choose one of these:"
            told = f"“{text}” fits {common.many(len(found), 'entry', 'entries')}"
            told += f"; {more}" if len(found) > SHOWN else ":"
        common.note(told)
        with st.container(horizontal=True, gap="small"):
            for other, name in list(found.items())[:SHOWN]:
                if other != key:
                    st.button(
                        common.plain(name), key=f"form do {widget} {number} {other}",
                        on_click=_mean, args=(desk, widget, kind, of, number, other),
                    )  # fmt: skip
            if kind != "meetings" and (not key or key in found):
                st.button(
                    common.plain(f"“{text}” is new"), key=f"form do {widget} {number} new",
                    on_click=_mean, args=(desk, widget, kind, of, number, ""),
                )  # fmt: skip


def _mean(desk: Desk, widget: str, kind: str, of: str, number: int, key: str) -> None:
    """What was typed means this one; "": somebody new. of: the key that names it."""
    text, was, _ = st.session_state[TYPED][widget].pop(number)
    if not key:
        key = desk.new(kind, text, of)
    now = st.session_state.get(widget)
    if isinstance(now, list):
        kept = [key if each == was else each for each in now]
        st.session_state[widget] = list(dict.fromkeys([*kept, key]))
    else:
        st.session_state[widget] = key
    if was in desk.draft.new.get(kind, ()):
        bound = typed_so_far()
        entries.replaced(desk.draft, kind, was, key)
        for name, (fields, named) in bound.items():
            if name in st.session_state and st.session_state[name] != fields[named]:
                st.session_state[name] = fields[named]


# -- the citation ---------------------------------------------------------------------------------


def citation(desk: Desk, section: str, told: dict[str, Any], kept: Map, row: Row | None) -> None:
    """The place that tells of it: work and page, and more of it where asked for."""
    if "cite" in kept:
        if section:
            field(desk, section, "said_by", told, row)
        return
    st.html("<p class='vv-note'>Where it is told</p>" if section else
            "<p class='vv-note'>Where the encounter as a whole is told</p>")  # fmt: skip
    columns = st.columns(3)
    names = list(CITE)
    if not section:
        names.remove("cite work")
    with columns[0]:
        _cite_field(desk, section, names[0], told, row)
    with columns[1]:
        _cite_field(desk, section, names[1], told, row)
    if section:
        with columns[2]:
            field(desk, section, "said_by", told, row)
    _told_at(desk, section, "cite", "Page or place", row)
    rest = names[2:]
    with st.expander("More of the citation" + counted(sum(bool(told.get(n)) for n in rest))):
        grid(rest, lambda name: _cite_field(desk, section, name, told, row))


def _cite_field(desk: Desk, section: str, name: str, told: dict[str, Any], row: Row | None) -> None:
    label, said = steps.CITED_AS[name]
    widget = _widget(desk, section, name, told, row)
    if name in ("cite work", "cite via"):
        hint = desk.called("source", desk.source) if name == "cite work" else ""
        options = dict(desk.names("sources"))
        _choose(desk, widget, label, told, name, "sources", options, said, hint)
    elif name == "cite relation":
        options = dict(steps.RELATIONS)
        _choose(desk, widget, label, told, name, "", options, said, "supports it")
    else:
        _show_text(widget, told.get(name))
        example = {"cite place": "192", "cite via place": "15"}.get(name, "")
        told[name] = st.text_input(label, key=widget, help=said, placeholder=example)


# -- new entries of the registers -----------------------------------------------------------------


def new_entries(desk: Desk) -> None:
    """What is told of somebody, somewhere or some work that was typed by name only."""
    new = desk.draft.new
    found = [(kind, key) for kind, some in desk.used.items() for key in some if key in new[kind]]
    if not found:
        return
    st.header("New in the registers")
    common.note("They are written to the registers when you save.")
    for kind, key in found:
        with st.container(border=True):
            st.markdown(f"**{common.plain(key)}** ({kind[:-1]})")
            told = new[kind][key]
            grid(steps.ENTRY[kind], lambda n: _entry_field(desk, kind, key, n, told))  # noqa: B023
            say(desk.wrong.get((kind, key), ()))


def entry_title(kind: str, key: str) -> str:
    """Where in the form an entry is mended."""
    return f"New in the registers, {kind[:-1]} {key}"


def _entry_field(desk: Desk, kind: str, key: str, name: str, told: dict[str, Any]) -> None:
    what = field_of(kind, name)
    widget = f"form new {desk.name} {kind} {key} {name}"
    st.session_state[BOUND][widget] = (told, name)
    label = steps.entry_label(name)
    if (what.kind == "term" and not what.free) or what.kind == "actor":
        options = (
            desk.names("actors")
            if what.kind == "actor"
            else {s: t.label for s, t in desk.terms.scheme(what.scheme).items()}
        )
        _show(widget, told.get(name) or None, options)
        told[name] = st.selectbox(
            label, list(options), index=None, key=widget, help=what.definition or None,
            format_func=lambda k: options.get(k, k), placeholder="choose",
        )  # fmt: skip
    else:
        _show_text(widget, told.get(name))
        told[name] = st.text_input(label, key=widget, help=what.definition or None)
