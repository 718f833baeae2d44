"""A case or a draft opened in the form, and the file that it makes: shown, saved, ingested."""

from __future__ import annotations

import codecs
import threading
from collections.abc import Mapping
from pathlib import Path

import streamlit as st

from visavis.dashboard import common, uploads
from visavis.dashboard.form import coding, drafts, entries
from visavis.dashboard.form.desk import (
    SAVED,
    WRITTEN,
    Desk,
    own_cases,
    shipped_cases,
    switch,
    today,
)
from visavis.dashboard.form.drafts import Draft
from visavis.dashboard.form.widgets import say
from visavis.dashboard.page_data import ingested
from visavis.ingest.yamltext import Map
from visavis.schema.errors import DataError, Fault
from visavis.schema.text import is_key

__all__ = ["keep", "opening", "the_file"]

_OTHER = "form-other"
# Of two who save at once, the second continues the register that the first has written.
_SAVING = threading.Lock()


# -- opening --------------------------------------------------------------------------------------


def opening(desk: Desk) -> None:
    """What is worked on; a case of the project, a second coder's reading, a draft, or a new file.

    The files are looked for only where the list of them is open.
    """
    empty = not desk.check.text
    where = common.html_text(desk.draft.place)
    if desk.draft.disk:
        st.html(f"<p>Going on with <code>{where}</code>.</p>")
    elif desk.draft.base:
        st.html(f"<p>A second reading, for <code>{where}</code>.</p>")
    common.note(
        "What you type is kept as a draft in the project's folder when you leave a field: "
        "reload this page, or come back to its address, and it is there."
    )
    if not empty and st.button("New encounter", help="this draft stays kept"):
        _leave(desk, drafts.fresh(today()))
    title = "Open a case, code one beside another coder, or go on with a draft"
    with st.expander(title, key=_OTHER, on_change="rerun") as other:
        if other.open:
            try:
                own = own_cases(common.root())
                _open_case(desk, own)
                _open_beside(desk, own)
                _open_draft(desk)
            except DataError as error:
                say(error.faults)


def _leave(desk: Desk, draft: Draft, name: str = "", text: str = "") -> None:
    """Go on with another draft; this one is kept with what was typed just before the click."""
    if desk.check.text:
        told, root = drafts.stored(desk.draft), common.root()
        held = drafts.read(root, desk.name)
        mine = held in ("", st.session_state[WRITTEN], told)
        # What another window made of it meanwhile stays beside it.
        drafts.keep(root, desk.name if mine else drafts.token(), told)
    switch(draft, name, text)


def _text_of(path: Path, place: str) -> str:
    """The text of a case file; `place` is what it is called."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        advice = "look whether it is there, and saved as UTF-8"
        raise DataError([Fault(place, None, "", "cannot be read", advice, code="file")]) from None


def _open_case(desk: Desk, own: Mapping[Path, str]) -> None:
    if not own:
        common.note("The project has no case file yet.")
        return
    path = st.selectbox(
        "Case of this project", list(own), index=None, key="form-open", placeholder="choose",
        format_func=lambda path: own.get(path, str(path)),
        help="to go on with it: what you do not change stays as it is written, with comments",
    )  # fmt: skip
    if st.button("Open this case", disabled=not path) and path:
        _leave(desk, drafts.opened(_text_of(path, own[path]), own[path], desk.known.sources))


def _open_beside(desk: Desk, own: Mapping[Path, str]) -> None:
    # A folder of the project may be called as the program calls its own cases: a path tells which.
    places = {**own, **shipped_cases()}
    if not places:
        return
    one, two = st.columns(2)
    with one:
        path = st.selectbox(
            "Case to code a second time", list(places), index=None, key="form-beside",
            placeholder="choose", format_func=lambda path: places.get(path, str(path)),
            help="who was there, the phases and the acts are taken over, without any reading",
        )  # fmt: skip
    with two:
        coder = st.text_input(
            "You are (the second coder's key)", key="form-coder", placeholder="ben"
        ).strip()
    ready = bool(path) and is_key(coder)
    if coder and not is_key(coder):
        st.error("Use lower\\-case letters, digits and hyphens for the coder's key.")
    if st.button("Code it beside", disabled=not ready) and path:
        text, sources = _text_of(path, places[path]), desk.known.sources
        made = drafts.beside(text, coder, places[path], sources, today())
        if (common.root() / made.place).exists():
            say([Fault(made.place, None, "", "is there already", "open that case")])
            return
        _leave(desk, made)


def _open_draft(desk: Desk) -> None:
    root = common.root()
    labels = {name: told for name, told in drafts.kept(root).items() if name != desk.name}
    if not labels:
        return
    labels = entries.distinct(labels)
    name = st.selectbox(
        "Draft not saved yet", list(labels), index=None, key="form-draft",
        format_func=lambda n: labels.get(n, n), placeholder="choose",
    )  # fmt: skip
    with st.container(horizontal=True):
        if st.button("Go on with this draft", disabled=not name) and name:
            text = drafts.read(root, name)
            if text:  # another window may have dropped it just now
                _leave(desk, drafts.restored(text), name, text)
            st.rerun()
        if st.button("Give that draft up", disabled=not name) and name:
            drafts.drop(root, name)
            st.rerun()


# -- the file -------------------------------------------------------------------------------------


def the_file(desk: Desk) -> None:
    """The whole file; saved into the project, then ingested."""
    st.header("The file")
    if not desk.check.text:
        st.html("<p>Begin with the encounter and who was there.</p>")
        return
    now = _text_now(desk.place) if desk.key else ""
    st.html(
        f"<p>It will be <code>{common.html_text(desk.place)}</code>. You may edit it there by hand "
        "at any time; the file is what counts, not the form.</p>"
        if desk.key
        else "<p>It has no name yet: give the encounter a title.</p>"
    )
    if desk.check.stuck:
        say(desk.check.stuck)
        if st.button("Write it anew", help="the comments of the file are lost"):
            made = drafts.opened(desk.check.text, desk.place, desk.known.sources)
            made.disk, made.new = desk.draft.disk, desk.draft.new
            switch(made)
        return
    replace = _before(desk, now)
    st.code(desk.check.text, language=None, wrap_lines=True, line_numbers=True)
    used = {kind: some for kind, some in desk.used.items() if some}
    for kind, some in used.items():
        common.note(f"Added to {kind}.yaml, which does not hold them yet: " +
                    ", ".join(sorted(some)))  # fmt: skip
    ready = desk.sound and replace and is_key(desk.key)
    with st.container(horizontal=True):
        if st.button("Save and ingest", type="primary", disabled=not ready):
            _save(desk, used, now)
        st.download_button("Download", desk.check.text, f"{desk.key or 'encounter'}.yaml")
        with st.popover("Give this draft up"):
            common.note("What was saved stays as it is.")
            if st.button("Forget what was typed"):
                drafts.drop(common.root(), desk.name)
                switch(drafts.fresh(today()))


def _text_now(place: str) -> str:
    path = common.root() / place
    return path.read_bytes().decode("utf-8-sig", "replace") if path.is_file() else ""


def _before(desk: Desk, now: str) -> bool:
    """What saving changes in a file that is there; whether it may be saved."""
    draft = desk.draft
    if draft.disk and now != draft.disk:
        say([_changed(desk.place, "was changed" if now else "was taken away")])
        return False
    if not now:
        return True
    change = coding.difference(now, desk.check.text)
    if not change:
        st.info("The project has this very file already.")
        return True
    st.markdown("**What changes in the file**")
    st.code(change, language=None, wrap_lines=True)
    if draft.disk:
        return True
    common.note(
        "This draft did not begin with that file. To go on with it, with its comments, open it "
        "above instead."
    )
    told = f"{desk.place} is there already: replace it"
    return bool(st.checkbox(common.plain(told), key=f"form {desk.name} replace"))


def _changed(place: str, how: str) -> Fault:
    advice = (
        "nothing is overwritten: download what you have, open the file again, and bring it in there"
    )
    return Fault(place, None, "", f"{how} since you opened it", advice, code="changed")


def _save(desk: Desk, used: Mapping[str, Mapping[str, Map]], now: str) -> None:
    root, place, text = common.root(), desk.place, desk.check.text
    try:
        with _SAVING:
            if _text_now(place) != now:  # another window was quicker
                raise DataError([_changed(place, "was changed")])
            paths = [
                path for kind, some in used.items()
                if (path := entries.add_entries(root, kind, some))
            ]  # fmt: skip
            there = root / place
            marked = there.is_file() and there.read_bytes().startswith(codecs.BOM_UTF8)
            raw = codecs.BOM_UTF8 * marked + text.encode()
            paths.append(uploads.save(root, place, raw, overwrite=bool(now)))
    except DataError as error:
        say(error.faults)
        return
    desk.draft.place, desk.draft.disk = place, text
    report = ingested(paths)
    if report.faulty:
        say(report.faults)
        return
    st.session_state.pop("_data_done", None)
    drafts.drop(root, desk.name)
    st.session_state[SAVED] = (place, desk.key)
    switch(drafts.fresh(today()))


# -- what is kept ---------------------------------------------------------------------------------


def keep(desk: Desk) -> None:
    """Write the draft where it changed, and its name into the address."""
    if not desk.check.text:
        return
    text, root = drafts.stored(desk.draft), common.root()
    held = drafts.read(root, desk.name)
    if held and held not in (st.session_state[WRITTEN], text):
        st.warning("This draft was changed in another window since.")
        if st.button("Take what was typed there"):
            switch(drafts.restored(held), desk.name, held)
        if st.button("Keep what stands here"):
            st.session_state[WRITTEN] = held
            st.rerun()
        return
    if text != held:
        drafts.keep(root, desk.name, text)
    st.session_state[WRITTEN] = text
    common.set_params(draft=desk.name)
