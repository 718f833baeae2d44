"""Code an encounter: a form, step by step, that writes the YAML a scholar would write."""

from __future__ import annotations

import contextlib
import datetime
import functools
import json
import os
import re
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from visavis.dashboard import coding, common, drafts, uploads
from visavis.dashboard.coding import CITE, Checked, Draft, Row, Spot, Step
from visavis.dashboard.page_data import ingested
from visavis.ingest.case_schema import Field, field_of
from visavis.ingest.registers import FILES, SHIPPED, Registers
from visavis.ingest.run import project_vocabulary
from visavis.ingest.yamltext import Map, Text
from visavis.schema.claims import Claim
from visavis.schema.errors import DataError, Fault, VisavisError
from visavis.schema.model import Vocabulary
from visavis.schema.text import fold, is_key, slug

__all__ = ["page"]

# What the session remembers: the draft and its name, its fields, its text as it was last written
# or read, which statement of each list is open, the last citation, what its fields of choice last
# showed, and what was just saved.
_DRAFT = "_form"
_BOUND = "_form_bound"
_WRITTEN = "_form_written"
_OPEN = "_form_open"
_CITED = "_form_cited"
_SEEN = "_form_seen"
_SAVED = "_form_saved"
_STEPS = {
    "head": "1 The encounter",
    "who": "2 Who was there",
    "phases": "3 Phases",
    "acts": "4 What was done",
    "more": "5 Credit, bonds, outcome",
    "file": "6 The file",
}
_STEP = {step.section: step for step in coding.STEPS}
_LATER = [s.section for s in coding.STEPS if s.section not in ("who", "phases", "acts")]
_KIND = {"actor": "actors", "person": "actors", "place": "places", "source": "sources"}
_EXAMPLES = {
    "when": "1985-11-19, 1985, 1985-11~ or 1985-11-19/1985-11-21",
    "for": "24 s, ~ 90 min, > 46 s in total",
    "title": "Reagan and Gorbachev meet for the first time",
    "what": "invites him to a second summit",
    "office": "president",
    "emotion": "reagan: hope (reported)",
    "energy": "reagan: raised",
}
_LABELS = {
    "case": "Key", "when": "When", "where": "Where", "for": "Lasted", "scope": "What it is",
    "by": "By whom", "to": "To whom", "in": "In which phase", "from": "From", "over": "Over whom",
    "on": "About", "n": "How many asked", "part_of": "Part of", "as_told": "As told",
    "act": "By which act", "what": "What, in your words", "how": "How it answers or shows",
    "only": "Only these were there", "said_by": "Whose words", "said_on": "Said on",
    "read_by": "Whose reading", "of": "Which value", "value": "The other value",
    "replies": "Answers which act", "at": "When in it", "id": "Lasting name",
}  # fmt: skip
_LABEL = {
    ("who", "for"): "Represents", ("acts", "act"): "Key of the act", ("", "source"): "Work",
    ("phases", "phase"): "Key of the phase", ("outcomes", "outcome"): "Key of the outcome",
    ("acts", "when"): "Its own date", ("phases", "when"): "Its own date",
    ("outcomes", "from"): "Out of which phase or act", ("scripts", "answers"): "Answers",
    ("rival", "coder"): "Coder", ("rival", "correction"): "Is it a correction",
}  # fmt: skip
_CITED_AS = {
    "cite work": ("Work", "Empty: the work of the case."),
    "cite place": ("Page or place", "Page, timecode, document: whatever finds the place again. "
                   "Several: with ; between."),
    "cite via": ("Told there from", "The work that this page tells it from."),
    "cite via place": ("Page there", "The page of that work."),
    "cite relation": ("This place", "Whether it supports the statement, disputes or mentions it."),
    "cite more": ("Cited also", "Further places as a case file writes them, with ; between: 193; "
                  "huntreynolds2016 160."),
}  # fmt: skip
_RELATIONS = {"supports": "supports it", "disputes": "disputes it", "mentions": "mentions it only"}
_INTENSITY = {"1": "1 slight", "2": "2 clear", "3": "3 grave"}


def page() -> None:
    """The form, one step at a time, with the file and its faults always at hand."""
    st.title("Code an encounter")
    saved = st.session_state.pop(_SAVED, None)
    if saved:
        _done(*saved)
    name, draft = _current()
    desk = _Desk(name, draft)
    common.sentence(
        "Step by step: who, where, when, what was done, and for each statement the page that says "
        "so. The form writes the file that you could write by hand, and checks each field as you "
        "leave it."
    )
    desk.begin()
    desk.which()
    at = common.choice("Step", _STEPS, "step", "head", pills=True)
    left, right = st.columns([3, 2], gap="large")
    with left:
        if at == "head":
            desk.head()
        elif at == "more":
            desk.more()
        elif at == "file":
            desk.file()
        else:
            desk.step(_STEP[at], open_first=True)
        _steps(at)
    with right:
        desk.beside(at)
    desk.keep()


def _current() -> tuple[str, Draft]:
    """The draft that is worked on: of this session, else of the address, else a new one."""
    told = common.param("draft")
    held = st.session_state.get(_DRAFT)
    if held is None or (told and told != held[0]):
        text = drafts.read(common.root(), told)
        try:
            held = (told, coding.restored(text)) if text else None
        except ValueError:
            held = None
        if told and held is None:
            st.info(
                "That draft is not there any more: it was saved or given up. This is a new one."
            )
            common.set_params(draft=None)
        _take(held or (drafts.token(), coding.fresh(_today())), text if held else "")
    name, draft = st.session_state[_DRAFT]
    # What was typed reaches the draft before the page is made of it.
    for widget, (fields, key) in st.session_state.pop(_BOUND, {}).items():
        if widget in st.session_state:
            fields[key] = st.session_state[widget]
    st.session_state[_BOUND] = {}
    return name, draft


def _take(held: tuple[str, Draft], text: str = "") -> None:
    """Work on this draft from now on; `text` is what its file holds."""
    for key in [k for k in st.session_state if str(k).startswith(("form ", "_form"))]:
        if key != _SAVED:
            del st.session_state[key]
    st.session_state[_DRAFT] = held
    st.session_state[_WRITTEN] = text
    st.session_state[_OPEN] = {}
    st.session_state[_SEEN] = {}


def _switch(draft: Draft, name: str = "", text: str = "") -> None:
    """Leave this draft, which stays kept, for another."""
    name = name or drafts.token()
    _take((name, draft), text)
    # An empty draft has no file yet that its address could bring back.
    common.set_params(draft=name if draft.base or text else None, step=None, list=None, part=None)
    st.rerun()


def _today() -> str:
    return datetime.date.today().isoformat()


def _steps(at: str) -> None:
    order = list(_STEPS)
    place = order.index(at)
    with st.container(horizontal=True):
        if place and st.button("Back"):
            common.set_params(step=order[place - 1])
            st.rerun()
        if place + 1 < len(order) and st.button("Next", type="primary"):
            common.set_params(step=order[place + 1])
            st.rerun()


def _done(place: str, key: str) -> None:
    st.success(common.plain(f"{place} is saved and in the graph."))
    common.link("encounter", f"See the encounter {key}", meeting=key)


# -- what is known --------------------------------------------------------------------------------


@st.cache_resource(max_entries=8, show_spinner=False)
def _registers(root: str, folder: str, stamp: tuple[int, ...]) -> tuple[Registers, Vocabulary]:
    return Registers.of(Path(folder), Path(root)), project_vocabulary(Path(root))[0]


def _known(place: str) -> tuple[Registers, Vocabulary]:
    """The registers and terms that hold for a file; read again where one of them has changed."""
    root = common.root()
    folder = (root / (place or "cases/x")).parent
    folders = [f for f in (folder, *folder.parents) if f.is_relative_to(root)]
    paths = [f / name for f in folders for name in (*FILES, "vocabulary.yaml", "visavis.yaml")]
    stamps = [p.stat().st_mtime_ns if p.exists() else 0 for p in (*paths, *folders)]
    return _registers(str(root), str(folder), tuple(stamps))


@st.cache_resource(max_entries=2, show_spinner=False)
def _in_graph(address: str, revision: int) -> dict[str, dict[str, Map]]:
    """Who, where and what works the graph knows, as entries that a register could hold."""
    graph = common.graph()
    made: dict[str, dict[str, Map]] = {"actors": {}, "places": {}, "sources": {}}
    for row in graph.rows(
        "MATCH (a:Actor) WHERE a.name IS NOT NULL AND a.kind IS NOT NULL "
        "RETURN a.id AS id, a.name AS name, a.kind AS kind ORDER BY id",
        limit=common.MANY,
    ):
        entry = Map(name=Text(row["name"]), kind=Text(row["kind"]))
        made["actors"][row["id"].partition("/")[2]] = entry
    for row in graph.rows(
        "MATCH (p:Place) WHERE p.name IS NOT NULL RETURN p.id AS id, p.name AS name ORDER BY id",
        limit=common.MANY,
    ):
        made["places"][row["id"].partition("/")[2]] = Map(name=Text(row["name"]))
    for row in graph.rows(
        "MATCH (c:Claim {predicate: 'described_as'}) RETURN c.json AS json ORDER BY c.id",
        limit=common.MANY,
    ):
        claim = Claim.from_dict(json.loads(row["json"]))
        key = claim.subject.partition("/")[2]
        made["sources"].setdefault(key, coding.entry_of_record(json.loads(claim.value)))
    return {kind: {k: e for k, e in some.items() if is_key(k)} for kind, some in made.items()}


_WORD = re.compile(r"\w+")
_CASE = re.compile(rb"^(?:\xef\xbb\xbf)?case:\s*\S", re.MULTILINE)
# Of two who save at once, the second continues the register that the first has written.
_SAVING = threading.Lock()


@st.cache_resource(ttl=4.0, max_entries=4, show_spinner=False)
def _files(root: str, revision: int) -> list[str]:
    """The case files of the project, by their paths from its root; a save makes a new revision."""
    found = []
    for folder, inner, names in os.walk(root):
        inner[:] = sorted(name for name in inner if not name.startswith("."))
        for name in sorted(names):
            if name.endswith((".yaml", ".yml")) and name not in FILES and name[0] != ".":
                path = Path(folder, name)
                with contextlib.suppress(OSError):  # one that may not be read, or is gone
                    if _CASE.search(path.read_bytes()):
                        found.append(path.relative_to(root).as_posix())
    return found


@st.cache_resource(max_entries=2, show_spinner=False)
def _shipped(address: str, revision: int) -> list[str]:
    """The shipped cases that the graph holds."""
    rows = common.graph().rows(
        "MATCH (d:Document) WHERE d.path STARTS WITH 'shipped/' RETURN d.path AS path ORDER BY path"
    )
    return [row["path"] for row in rows if Path(row["path"]).name not in FILES]


def _text_of(place: str) -> str:
    """The text of a case file of the project, or of a shipped one."""
    root = SHIPPED if place.startswith("shipped/") else common.root()
    path = root / place.removeprefix("shipped/")
    try:
        return path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        advice = "look whether it is there, and saved as UTF-8"
        raise DataError([Fault(place, None, "", "cannot be read", advice, code="file")]) from None


# -- the desk -------------------------------------------------------------------------------------


class _Desk:
    """One run of the form: what is known, what the draft tells, and what its reader says."""

    def __init__(self, name: str, draft: Draft) -> None:
        self.name = name
        self.draft = draft
        self.own, self.terms = _known(draft.place)
        try:
            graph = _in_graph(common.graph().address, common.revision())
        except VisavisError:  # a graph in which nothing was ever ingested may not answer
            graph = {"actors": {}, "places": {}, "sources": {}}
        self.offered = {
            kind: {**graph[kind], **{k: coding.entry_of_record(e) for k, e in new.items()}}
            for kind, new in draft.new.items()
        }
        self.known = coding.widened(self.own, self.offered)
        self.at = 0  # which encounter of the file
        self._listed: dict[str, dict[str, str]] = {}
        self._fix_keys()
        self.check = self._checked()
        self.key = str(self.check.case.get("case") or "")
        self.place = draft.place or f"cases/{self.key}.yaml"

    def _fix_keys(self) -> None:
        """A statement that nobody is at any more keeps the key that it was given."""
        opened = set(st.session_state[_OPEN].values())
        for encounter in self.draft.cases:
            told = {s: [row.told for row in rows] for s, rows in encounter.lists.items()}
            for section, keyed in coding.with_keys(told).items():
                key = coding.OWN_KEY.get(section)
                for row, fields in zip(encounter.lists[section], keyed, strict=True):
                    if key and row.id not in opened and fields.get(key):
                        row.told[key] = fields[key]

    def _checked(self) -> Checked:
        place = self.draft.place or "cases/encounter.yaml"
        return coding.checked(self.draft, place, self.known, self.terms)

    # -- which file, which encounter ------------------------------------------------------------

    def begin(self) -> None:
        """A case of the project, a second coder's reading, a draft, or a new file."""
        empty = not self.check.text
        if self.draft.disk:
            st.html(f"<p>Going on with <code>{common.html_text(self.draft.place)}</code>.</p>")
        elif self.draft.base:
            where = common.html_text(self.draft.place)
            st.html(f"<p>A second reading, for <code>{where}</code>.</p>")
        common.note(
            "What you type is kept as a draft in the project's folder when you leave a field: "
            "reload this page, or come back to its address, and it is there."
        )
        with st.expander("Open a case, code one beside another coder, or go on with a draft"):
            try:
                self._open_case()
                self._open_beside()
                self._open_draft()
            except DataError as error:
                self._faults(error.faults)
            if not empty and st.button("New encounter", help="this draft stays kept"):
                self._leave(coding.fresh(_today()))

    def _leave(self, draft: Draft, name: str = "", text: str = "") -> None:
        """Go on with another draft; this one is kept with what was typed just before the click."""
        if self.check.text:
            told, root = coding.stored(self.draft), common.root()
            held = drafts.read(root, self.name)
            mine = held in ("", st.session_state[_WRITTEN], told)
            # What another window made of it meanwhile stays beside it.
            drafts.keep(root, self.name if mine else drafts.token(), told)
        _switch(draft, name, text)

    def _open_case(self) -> None:
        places = self._files()
        if not places:
            common.note("The project has no case file yet.")
            return
        place = st.selectbox(
            "Case of this project", places, index=None, key="form-open", placeholder="choose",
            help="to go on with it: what you do not change stays as it is written, with comments",
        )  # fmt: skip
        if st.button("Open this case", disabled=not place) and place:
            self._leave(coding.opened(_text_of(place), place, self.known.sources))

    def _open_beside(self) -> None:
        places = [*self._files(), *self._shipped()]
        if not places:
            return
        one, two = st.columns(2)
        with one:
            place = st.selectbox(
                "Case to code a second time", places, index=None, key="form-beside",
                placeholder="choose",
                help="who was there, the phases and the acts are taken over, without any reading",
            )  # fmt: skip
        with two:
            coder = st.text_input(
                "You are (the second coder's key)", key="form-coder", placeholder="ben"
            ).strip()
        ready = bool(place) and is_key(coder)
        if coder and not is_key(coder):
            st.error("Use lower\\-case letters, digits and hyphens for the coder's key.")
        if st.button("Code it beside", disabled=not ready) and place:
            made = coding.beside(_text_of(place), coder, place, self.known.sources, _today())
            if (common.root() / made.place).exists():
                self._faults([Fault(made.place, None, "", "is there already", "open that case")])
                return
            self._leave(made)

    def _files(self) -> list[str]:
        try:
            revision = common.revision()
        except VisavisError:
            revision = 0
        return _files(str(common.root()), revision)

    def _shipped(self) -> list[str]:
        try:
            return _shipped(common.graph().address, common.revision())
        except VisavisError:
            return []

    def _open_draft(self) -> None:
        found = {name: d for name, d in drafts.kept(common.root()).items() if name != self.name}
        if not found:
            return
        labels = {name: _called_draft(draft) for name, draft in found.items()}
        name = st.selectbox(
            "Draft not saved yet", list(found), index=None, key="form-draft",
            format_func=lambda n: labels.get(n, n), placeholder="choose",
        )  # fmt: skip
        with st.container(horizontal=True):
            if st.button("Go on with this draft", disabled=not name) and name:
                self._leave(found[name], name, drafts.read(common.root(), name))
            if st.button("Give this draft up", disabled=not name) and name:
                drafts.drop(common.root(), name)
                st.rerun()

    def which(self) -> None:
        """Which encounter of the file, where it holds a series."""
        if len(self.draft.cases) == 1:
            common.set_params(part=None)
            return
        # A choice whose words change loses what is chosen: titles stand beneath, not in it.
        labels = {"0": "The whole"}
        labels |= {str(n): f"Part {n}" for n in range(1, len(self.draft.cases))}
        chosen = common.choice("Encounter of this file", labels, "part", "0")
        self.at = int(chosen)
        common.note(_titled(self.draft.cases[self.at].head))

    # -- steps ----------------------------------------------------------------------------------

    def head(self) -> None:
        """The encounter itself."""
        st.header("The encounter" if not self.at else f"Part {self.at} of the series")
        told = self.draft.cases[self.at].head
        base = coding.base_head(self.draft, self.at)
        kept = coding.kept_of("", base, self._source(), self.known.sources)
        whole = self.draft.cases[0].head if self.at else {}
        inherited = {name: str(whole.get(name) or "") for name in ("source", "coder", "basis")}
        inherited["coder"] = inherited["coder"] or self.known.coder
        if not self.at:
            inherited["scope"] = ""
        taken = [str(c.head.get("case") or "") for c in self.draft.cases]
        title, when = str(told.get("title") or ""), str(told.get("when") or "")
        inherited["case"] = coding.key_for(title, when, taken) if not told.get("case") else ""
        first, *others = [key for key in coding.HEAD if key not in kept]
        self._field("", first, told)
        _grid(others, lambda key: self._field("", key, told, hint=inherited.get(key, "")))
        self._citation("", told, kept, None)
        more = [key for key in coding.MORE_HEAD if key not in kept]
        used = sum(bool(told.get(key)) for key in more)
        with st.expander("What else may be told of the whole encounter" + _number(used)):
            _grid(more, lambda key: self._field("", key, told))
        self._kept(kept, base)
        self._faults(self.check.at.get(Spot(self.at), ()))
        self._parts()
        self._new_entries()

    def _parts(self) -> None:
        """The parts of a series: sessions of a summit, days of a visit."""
        cases = self.draft.cases
        if self.at:
            if st.button("Take this part out of the series"):
                del cases[self.at]
                common.set_params(part=None)
                st.rerun()
            return
        scope = cases[0].head.get("scope")
        if len(cases) == 1 and scope != "series":
            common.note("A summit of several sessions is a series: choose so under What it is.")
            return
        st.header("Parts of the series")
        for number, encounter in enumerate(cases[1:], 1):
            st.html(f"<p>{number}. {common.html_text(_titled(encounter.head))}</p>")
        common.note("Each part is an encounter of its own; it inherits work, coder and basis.")
        if st.button("Add a part"):
            cases.append(coding.Encounter())
            common.set_params(part=str(len(cases) - 1))
            st.rerun()

    def more(self) -> None:
        """Everything after the acts, a list at a time."""
        lists = self.draft.cases[self.at].lists
        options = {section: _STEP[section].title for section in _LATER}
        section = common.choice("List", options, "list", _LATER[0])
        filled = [f"{_STEP[s].title} ({len(lists[s])})" for s in _LATER if lists.get(s)]
        if filled:
            common.note("Told so far: " + ", ".join(filled))
        self.step(_STEP[section])

    def step(self, step: Step, open_first: bool = False) -> None:
        """One list: its statements in a line each, the one that is worked on with its fields."""
        st.header(step.title)
        if step.asks:
            common.note(step.asks)
        rows = self.draft.cases[self.at].lists.setdefault(step.section, [])
        if not rows and open_first:
            self._add(step)
        if step.section == "rival" and not self._values:
            common.note("There is nothing yet that could be told otherwise.")
            return
        items = {row.id: item for row, item in self._items(step.section)}
        opened = st.session_state[_OPEN].get((self.at, step.section))
        for number, row in enumerate(rows, 1):
            if row.id == opened:
                with st.container(border=True, key="form-statement"):
                    self._statement(step, number, row)
            else:
                self._line(step, number, row, items.get(row.id))
        st.button(
            "Add another" if rows else "Add one", on_click=self._add, args=(step,),
            help="the last citation is taken over, and the phase of the act before",
        )  # fmt: skip
        if step.section in ("who", "acts", "rival"):
            self._new_entries()

    def _items(self, section: str) -> list[tuple[Row, Any]]:
        return coding.told_rows(self.draft, self.at, self.known.sources)[section]

    def _add(self, step: Step) -> None:
        told = dict(st.session_state.get(_CITED, {}))
        if not told:
            head = self.draft.cases[self.at].head
            told = {name: head[name] for name in CITE[:4] if head.get(name)}
        rows = self.draft.cases[self.at].lists[step.section]
        if step.section == "acts" and rows and rows[-1].told.get("in"):
            told["in"] = rows[-1].told["in"]
        row = self.draft.add(self.at, step.section, told)
        self._open(step.section, row.id)

    def _open(self, section: str, row: int | None) -> None:
        st.session_state[_OPEN][self.at, section] = row

    def _move(self, section: str, number: int) -> None:
        rows = self.draft.cases[self.at].lists[section]
        rows[number - 2], rows[number - 1] = rows[number - 1], rows[number - 2]

    def _remove(self, section: str, row: int) -> None:
        lists = self.draft.cases[self.at].lists
        lists[section] = [each for each in lists[section] if each.id != row]

    def _buttons(self, step: Step, number: int, row: Row, opened: bool) -> None:
        with st.container(horizontal=True, horizontal_alignment="right", gap="small"):
            word, to = ("Close", None) if opened else ("Edit", row.id)
            st.button(
                f"{word} {number}", key=f"form do {row.id} open", type="tertiary",
                on_click=self._open, args=(step.section, to),
            )  # fmt: skip
            if number > 1:
                st.button(
                    f"Move {number} up", key=f"form do {row.id} up", type="tertiary",
                    on_click=self._move, args=(step.section, number),
                )  # fmt: skip
            st.button(
                f"Remove {number}", key=f"form do {row.id} out", type="tertiary",
                on_click=self._remove, args=(step.section, row.id),
            )  # fmt: skip

    def _line(self, step: Step, number: int, row: Row, item: Any) -> None:
        """One statement that nobody is at."""
        told = coding.summary(step.section, item, self._called) if item else "nothing told yet"
        faults = self.check.under(self.at, step.section, row.id)
        wrong = sum(f.severity == "error" for f in faults)
        state = f" — {wrong} fault{'s' * (wrong != 1)}" if wrong else ""
        if faults and not wrong:
            state = " — worth a look"
        left, right = st.columns([2, 1], vertical_alignment="center")
        left.html(f"<p>{number}. {common.html_text(told)}<strong>{state}</strong></p>")
        with right:
            self._buttons(step, number, row, False)

    def _statement(self, step: Step, number: int, row: Row) -> None:
        """One statement with all of its fields."""
        section, told = step.section, row.told
        head, out = st.columns([1, 3], vertical_alignment="center")
        head.markdown(f"**{number}.**")
        with out:
            self._buttons(step, number, row, True)
        base = coding.base_item(self.draft, self.at, section, row)
        if base is not None and not isinstance(base, Map):
            common.note(f"Stays as it is written in the file: {coding.words(base)}")
            return
        kept = coding.kept_of(section, base, self._source(), self.known.sources) if base else Map()
        rows = self.draft.cases[self.at].lists[section]
        keyed = coding.with_keys({section: [r.told for r in rows]})[section][number - 1]
        keys = [*step.keys]
        if told.get("credit") or told.get("discredit"):
            extra = ("intensity", "intent", "uptake", "uptake_by")
            keys += [k for k in extra if k in step.more and k not in keys]
        keys = [k for k in keys if k not in kept and self._fits(section, k)]
        _grid(keys, lambda key: self._field(section, key, told, row))
        self._citation(section, told, kept, row)
        more = [k for k in step.more if k not in (*keys, "said_by", *kept)]
        used = sum(bool(told.get(k)) for k in more)
        with st.expander("More of it" + _number(used)):
            own = {key: str(value) for key, value in keyed.items() if not told.get(key)}
            fields = [key for key in more if self._fits(section, key)]
            _grid(fields, lambda key: self._field(section, key, told, row, own.get(key, "")))
        self._kept(kept, base)
        self._faults(self.check.at.get(Spot(self.at, section, row.id), ()))
        cited = {name: told[name] for name in CITE[:4] if told.get(name)}
        if cited:
            st.session_state[_CITED] = cited

    def _kept(self, kept: Map, base: Map | None) -> None:
        """What the file says here and no field can show."""
        if kept and base:
            told = "; ".join(f"{key}: {coding.words(value)}" for key, value in kept.items())
            common.note(f"Stays as it is written in the file: {told}")

    def _fits(self, section: str, key: str) -> bool:
        """Whether a field can be filled: not where it names a phase or an act and there is none."""
        if key == "on":
            return True
        kind = field_of(section, key).kind
        own = coding.OWN_KEY.get(section) == key
        return own or kind not in ("phase", "act", "part") or bool(self._named_parts(kind, 0))

    # -- one field ------------------------------------------------------------------------------

    def _source(self) -> str:
        heads = (self.draft.cases[self.at].head, self.draft.cases[0].head)
        return next((str(head["source"]) for head in heads if head.get("source")), "")

    def _widget(self, section: str, key: str, told: dict[str, Any], row: Row | None) -> str:
        """The name of a field, which is tied to the draft by it."""
        of = f" {told.get('of')}" if (section, key) == ("rival", "value") else ""
        widget = f"form {self.name} {self.at} {section} {row.id if row else 0} {key}{of}"
        st.session_state[_BOUND][widget] = (told, key)
        return widget

    def _citation(self, section: str, told: dict[str, Any], kept: Map, row: Row | None) -> None:
        """The place that tells of it: work and page, and more of it where asked for."""
        if "cite" in kept:
            if section:
                self._field(section, "said_by", told, row)
            return
        st.html("<p class='vv-note'>Where it is told</p>" if section else
                "<p class='vv-note'>Where the encounter as a whole is told</p>")  # fmt: skip
        columns = st.columns(3)
        names = list(CITE)
        if not section:
            names.remove("cite work")
        with columns[0]:
            self._cite_field(section, names[0], told, row)
        with columns[1]:
            self._cite_field(section, names[1], told, row)
        if section:
            with columns[2]:
                self._field(section, "said_by", told, row)
        self._told_at(section, "cite", "Page or place", row)
        rest = names[2:]
        with st.expander("More of the citation" + _number(sum(bool(told.get(n)) for n in rest))):
            _grid(rest, lambda name: self._cite_field(section, name, told, row))

    def _cite_field(self, section: str, name: str, told: dict[str, Any], row: Row | None) -> None:
        label, said = _CITED_AS[name]
        widget = self._widget(section, name, told, row)
        if name in ("cite work", "cite via"):
            hint = self._called("source", self._source()) if name == "cite work" else ""
            self._choose(widget, label, told, name, "sources", dict(self._entries("sources")), said,
                         hint)  # fmt: skip
            return
        if name == "cite relation":
            self._choose(widget, label, told, name, "", dict(_RELATIONS), said, "supports it")
            return
        _show_text(widget, told.get(name))
        example = {"cite place": "192", "cite via place": "15"}.get(name, "")
        told[name] = st.text_input(label, key=widget, help=said, placeholder=example)

    def _field(
        self, section: str, key: str, told: dict[str, Any], row: Row | None = None, hint: str = ""
    ) -> None:
        """One field by what may stand there, and what is wrong with it beneath."""
        where = coding.place_of(section, key, told)
        what = field_of(*where)
        label = _label(section, key)
        widget = self._widget(section, key, told, row)
        kind = _KIND.get(what.kind, "")
        options = self._options(section, key, what, row)
        if options is None:
            _show_text(widget, told.get(key))
            example = hint or _EXAMPLES.get(key, "")
            told[key] = st.text_input(
                label, key=widget, help=what.definition or None, placeholder=example
            )
        elif coding.is_list(*where):
            now = told.get(key) or []
            now = list(now) if isinstance(now, list) else [now]
            self._choose(widget, label, told, key, kind, options, what.definition, hint,
                         what.free, now)  # fmt: skip
        else:
            self._choose(widget, label, told, key, kind, options, what.definition, hint, what.free)
        self._told_at(section, key, label, row)

    def _choose(
        self, widget: str, label: str, told: dict[str, Any], key: str, kind: str,
        options: dict[str, str], said: str = "", hint: str = "", free: bool = False,
        many: list[str] | None = None,
    ) -> None:  # fmt: skip
        """A field of choices; where it names somebody, a new name may be typed."""
        now = told.get(key) or None
        for each in many if many is not None else [now] if now else []:
            options.setdefault(str(each), str(each))
        _show(widget, many if many is not None else now, options)
        fresh: Callable[..., None] | None = self._fresh if kind else None
        common_: dict[str, Any] = {
            "key": widget,
            "format_func": lambda k: options.get(k, k),
            "help": said or None,
            "accept_new_options": bool(kind) or free,
            "on_change": fresh,
            "args": (widget, kind) if fresh else None,
            "placeholder": hint or _placeholder(kind, free),
        }
        if many is not None:
            told[key] = st.multiselect(label, list(options), **common_)
        else:
            told[key] = st.selectbox(label, list(options), index=None, **common_)

    def _options(
        self, section: str, key: str, what: Field, row: Row | None
    ) -> dict[str, str] | None:
        """What a field offers; None for a field of text."""
        own = coding.OWN_KEY.get(section) == key
        if (section, key) == ("rival", "of"):
            return {path: f"{path} (now: {_short(now)})" for path, now in self._values.items()}
        if key == "intensity":
            return dict(_INTENSITY)
        kind = _KIND.get(what.kind, "")
        if kind:
            found = dict(self._entries(kind))
            return found | self._entries("sources") if what.kind == "person" else found
        if what.kind == "term":
            found = {"yes": "yes, by its own kind"} if what.or_yes else {}
            return found | {s: t.label for s, t in self.terms.scheme(what.scheme).items()}
        if what.kind == "yes":
            return {"yes": "yes", "no": "no"}
        if what.kind == "case":
            return dict(self._cases)
        if what.kind in ("phase", "act", "part") and not own:
            found = self._named_parts(what.kind, row.id if row else 0)
            return found | self._entries("actors") if key == "on" else found
        return None

    def _entries(self, kind: str) -> dict[str, str]:
        if kind not in self._listed:
            known = getattr(self.known, kind)
            named = {key: _called(kind, key, entry) for key, entry in known.items()}
            found = dict(sorted(named.items(), key=lambda item: item[1].casefold()))
            self._listed[kind] = found
        return self._listed[kind]

    @functools.cached_property
    def _cases(self) -> dict[str, str]:
        try:
            titles = {m.partition("/")[2]: t for m, t in common.listed("meeting").items()}
        except VisavisError:
            titles = {}
        keys = [key for key in self.known.cases if key != self.key]
        return {key: f"{titles[key]} ({key})" if key in titles else key for key in keys}

    @functools.cached_property
    def _values(self) -> dict[str, str]:
        parts = self.check.case.get("parts") or []
        case = parts[self.at - 1] if 0 < self.at <= len(parts) else self.check.case
        return coding.values_of(case)

    def _called(self, kind: str, key: str) -> str:
        """What an actor, a place, a work or a term is called; the key of anything else."""
        if kind == "term" and key in self.terms.terms:
            return self.terms.terms[key].label
        kinds = {"person": ("actors", "sources"), "part": ("actors",)}
        for each in kinds.get(kind, (_KIND.get(kind, ""),)):
            if each and key in getattr(self.known, each):
                return self._entries(each)[key]
        return key

    def _named_parts(self, kind: str, but: int) -> dict[str, str]:
        """The phases and acts of this encounter by key, but for the statement that asks."""
        lists = self.draft.cases[self.at].lists
        sections = {"phase": ("phases",), "act": ("acts",)}.get(kind, ("phases", "acts"))
        found: dict[str, str] = {}
        for section in sections:
            rows = lists.get(section, [])
            keyed = coding.with_keys({section: [row.told for row in rows]})[section]
            for row, told in zip(rows, keyed, strict=True):
                key = str(told.get(coding.OWN_KEY[section]) or "")
                if key and row.id != but:
                    what = str(told.get("what") or "")
                    found[key] = f"{key}: {_short(what)}" if what else key
        return found

    def _fresh(self, widget: str, kind: str) -> None:
        """Where a name was typed that nobody knows yet: an entry for the register, with a key."""
        told = st.session_state.get(widget)
        many = isinstance(told, list)
        kept: list[str] = []
        for each in told if isinstance(told, list) else [told]:
            if not each:
                continue
            known = getattr(self.known, kind)
            key = str(each)
            if key not in known and not (kind == "actors" and key in self.known.sources):
                fits = _fitting(key, self._entries(kind))
                if len(fits) > 1 and kind == "sources":
                    st.toast(common.plain(f"Several works fit “{key}”: choose one of the list."))
                    continue
                if len(fits) == 1:
                    key = fits[0]
                    name = self._entries(kind)[key]
                    st.toast(common.plain(f"“{each}” is taken for {name}."))
                else:
                    key = self._new(kind, key)
            kept.append(key)
        st.session_state[widget] = list(dict.fromkeys(kept)) if many else next(iter(kept), None)

    def _new(self, kind: str, name: str) -> str:
        """The key of a new entry for a register."""
        key = slug(name)[:60].strip("-") or "unnamed"
        if key not in getattr(self.known, kind):
            entry = {"actors": {"name": name, "kind": "person"}, "places": {"name": name},
                     "sources": {"title": name}}[kind]  # fmt: skip
            self.draft.new[kind][key] = entry
        return key

    # -- new entries ----------------------------------------------------------------------------

    def _used(self) -> dict[str, dict[str, Map]]:
        """The entries that the case uses and no register of the project holds."""
        used = coding.named(self.check.case)
        return {
            kind: {
                key: entry
                for key, entry in self.offered[kind].items()
                if key in used[kind] and key not in getattr(self.own, kind)
            }
            for kind in used
        }

    def _new_entries(self) -> None:
        """What is told of somebody, somewhere or some work that was typed by name only."""
        used, new = self._used(), self.draft.new
        found = [(kind, key) for kind, some in used.items() for key in some if key in new[kind]]
        if not found:
            return
        st.header("New in the registers")
        common.note("They are written to the registers when you save.")
        asked = {
            "actors": ("name", "kind", "of"),
            "places": ("name", "coordinates"),
            "sources": ("title", "author", "issued", "kind", "citation", "access"),
        }
        for kind, key in found:
            with st.container(border=True):
                st.markdown(f"**{common.plain(key)}** ({kind[:-1]})")
                told = new[kind][key]
                _grid(asked[kind], lambda n: self._entry_field(kind, key, n, told))  # noqa: B023

    def _entry_field(self, kind: str, key: str, name: str, told: dict[str, Any]) -> None:
        what = field_of(kind, name)
        widget = f"form new {self.name} {kind} {key} {name}"
        labels = {"of": "Acts for", "issued": "Year", "citation": "Short citation",
                  "author": "Author (family name, given name)"}  # fmt: skip
        label = labels.get(name, name.capitalize())
        if (what.kind == "term" and not what.free) or what.kind == "actor":
            options = (
                self._entries("actors")
                if what.kind == "actor"
                else {s: t.label for s, t in self.terms.scheme(what.scheme).items()}
            )
            _show(widget, told.get(name) or None, options)
            now: Any = st.selectbox(
                label, list(options), index=None, key=widget, help=what.definition or None,
                format_func=lambda k: options.get(k, k), placeholder="choose",
            )  # fmt: skip
        else:
            _show_text(widget, told.get(name))
            typed = st.text_input(label, key=widget, help=what.definition or None)
            now = coding.value_of(kind, name, typed)
            now = [str(each) for each in now] if isinstance(now, list) else now and str(now)
        told.pop(name, None)
        if now:
            told[name] = now

    # -- the file -------------------------------------------------------------------------------

    def beside(self, at: str) -> None:
        """The file as it stands, and how sound it is."""
        n = sum(f.severity == "error" for f in self.check.faults)
        looks = len(self.check.faults) - n
        if not self.check.text:
            st.html("<p class='vv-note' role='status'>Nothing is told yet.</p>")
            return
        state = (
            f"{n} fault{'s' * (n != 1)} to mend" if n else f"Sound: {len(self.check.claims)} claims"
        )
        if looks:
            state += f"; {looks} worth a look"
        st.html(f"<p class='vv-lead' role='status'>{common.html_text(state)}</p>")
        if at != "file":
            tall: Any = 640 if self.check.text.count("\n") > 24 else "content"
            st.code(self.check.text, language=None, wrap_lines=True, height=tall)
        shown = self._shown(at)
        elsewhere = [(s, f) for s, some in self.check.at.items() for f in some if f not in shown]
        if elsewhere:
            st.markdown("**Elsewhere in the form**" if at != "file" else "**What is wrong**")
            for spot, fault in elsewhere:
                self._faults([fault], self._way(spot))

    def _way(self, spot: Spot) -> str:
        """Where in the form a fault is mended."""
        title = "The encounter" if not spot.section else _STEP[spot.section].title
        key = {"cite": "Page or place"}.get(spot.key) or (
            _label(spot.section, spot.key) if spot.key else "")  # fmt: skip
        rows = self.draft.cases[spot.case].lists.get(spot.section, [])
        number = next((str(n) for n, row in enumerate(rows, 1) if row.id == spot.row), "")
        part = f"part {spot.case}" if spot.case else ""
        return ", ".join(filter(None, (part, f"{title} {number}".strip(), key)))

    def _shown(self, at: str) -> list[Fault]:
        """The faults that stand on this step already, at a field or at a statement's line."""
        if at == "head":
            return self.check.under(self.at, "")
        section = common.param("list", _LATER[0]) if at == "more" else at
        return self.check.under(self.at, section)

    def file(self) -> None:
        """The whole file; saved into the project, then ingested."""
        st.header("The file")
        if not self.check.text:
            st.html("<p>Begin with the encounter and who was there.</p>")
            return
        place, draft = self.place, self.draft
        path = common.root() / place
        now = path.read_bytes().decode("utf-8-sig", "replace") if path.is_file() else ""
        st.html(
            f"<p>It will be <code>{common.html_text(place)}</code>. You may edit it there by hand "
            "at any time; the file is what counts, not the form.</p>"
        )
        if self.check.stuck:
            self._faults(self.check.stuck)
            if st.button("Write it anew", help="the comments of the file are lost"):
                made = coding.opened(self.check.text, place, self.known.sources)
                made.disk, made.new = draft.disk, draft.new
                _switch(made)
            return
        replace = self._before(now)
        st.code(self.check.text, language=None, wrap_lines=True, line_numbers=True)
        used = {kind: some for kind, some in self._used().items() if some}
        for kind, some in used.items():
            common.note(f"Added to {kind}.yaml, which does not hold them yet: " +
                        ", ".join(sorted(some)))  # fmt: skip
        ready = self.check.sound and replace and is_key(self.key)
        with st.container(horizontal=True):
            if st.button("Save and ingest", type="primary", disabled=not ready):
                self._save(place, used, bool(now))
            st.download_button("Download", self.check.text, f"{self.key or 'encounter'}.yaml")
            if st.button("Give this draft up", help="what was saved stays as it is"):
                drafts.drop(common.root(), self.name)
                _switch(coding.fresh(_today()))

    def _before(self, now: str) -> bool:
        """What saving changes in a file that is there; whether it may be saved."""
        draft = self.draft
        if draft.disk and now != draft.disk:
            gone = "was changed" if now else "was taken away"
            self._faults([
                Fault(self.place, None, "", f"{gone} since you opened it",
                      "nothing is overwritten: download what you have, open the file again, and "
                      "bring it in there", code="changed"),
            ])  # fmt: skip
            return False
        if not now:
            return True
        change = coding.difference(now, self.check.text)
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
        told = f"{self.place} is there already: replace it"
        return bool(st.checkbox(common.plain(told), key=f"form {self.name} replace"))

    def _save(self, place: str, used: Mapping[str, Mapping[str, Map]], overwrite: bool) -> None:
        root = common.root()
        try:
            with _SAVING:
                paths = [
                    path
                    for kind, some in used.items()
                    if (path := coding.add_entries(root, kind, some))
                ]
            raw = self.check.text.encode()
            paths.append(uploads.save(root, place, raw, overwrite=overwrite))
        except DataError as error:
            self._faults(error.faults)
            return
        self.draft.place, self.draft.disk = place, self.check.text
        report = ingested(paths)
        if report.faulty:
            self._faults(report.faults)
            return
        st.session_state.pop("_data_done", None)
        drafts.drop(root, self.name)
        st.session_state[_SAVED] = (place, self.key)
        _switch(coding.fresh(_today()))

    # -- what is wrong, and what is kept --------------------------------------------------------

    def _told_at(self, section: str, key: str, label: str, row: Row | None) -> None:
        spot = Spot(self.at, section, row.id if row else 0, key)
        self._faults(self.check.at.get(spot, ()), label)

    def _faults(self, faults: Sequence[Fault], label: str = "") -> None:
        """Faults in a sentence each, with the field that made them."""
        for fault in faults:
            where = label or fault.record or (fault.file if not fault.line else "")
            text = f"{where}: {fault.message}" if where else fault.message
            advice = f" — {fault.advice}" if fault.advice else ""
            show = st.error if fault.severity == "error" else st.warning
            show(common.plain(text + advice))

    def keep(self) -> None:
        """Write the draft where it changed, and its name into the address."""
        if not self.check.text:
            return
        text, root = coding.stored(self.draft), common.root()
        held = drafts.read(root, self.name)
        if held and held not in (st.session_state[_WRITTEN], text):
            st.warning("This draft was changed in another window since.")
            if st.button("Take what was typed there"):
                _switch(coding.restored(held), self.name, held)
            if st.button("Keep what stands here"):
                st.session_state[_WRITTEN] = held
                st.rerun()
            return
        if text != held:
            drafts.keep(root, self.name, text)
        st.session_state[_WRITTEN] = text
        common.set_params(draft=self.name)


def _called(kind: str, key: str, entry: Mapping[str, Any]) -> str:
    name = entry.get("name") or entry.get("citation") or entry.get("title") or key
    if kind == "sources" and not entry.get("citation"):
        author = entry.get("author")
        first = author[0] if isinstance(author, list) and author else author
        if isinstance(first, str) and first:
            name = f"{first.partition(',')[0]} {entry.get('issued') or ''}".strip()
            return f"{name}: {entry.get('title') or key}"
    return str(name)


def _titled(head: Mapping[str, Any]) -> str:
    return str(head.get("title") or head.get("case") or "not named yet")


def _called_draft(draft: Draft) -> str:
    told = _titled(draft.cases[0].head)
    return f"{told} ({draft.place})" if draft.place else told


def _show(widget: str, now: Any, options: Mapping[str, str]) -> None:
    """Before a field of choices is made: what is chosen, where the browser cannot know it any more.

    The browser knows a choice by its words: where these change, it would let go of it.
    """
    chosen = now if isinstance(now, list) else [now] if now else []
    words = [options.get(each, each) for each in chosen]
    seen = st.session_state[_SEEN]
    if widget not in st.session_state or seen.get(widget, words) != words:
        st.session_state[widget] = now
    seen[widget] = words


def _show_text(widget: str, now: Any) -> None:
    """Before a field of text is made: what it holds, where the browser does not know it."""
    if widget not in st.session_state:
        st.session_state[widget] = "; ".join(now) if isinstance(now, list) else str(now or "")


def _grid(names: Sequence[str], draw: Callable[[str], None]) -> None:
    """Fields two by two, a row at a time, so that the Tab key goes through them as they read."""
    for first in range(0, len(names), 2):
        for column, name in zip(st.columns(2), names[first : first + 2], strict=False):
            with column:
                draw(name)


def _fitting(text: str, among: Mapping[str, str]) -> list[str]:
    """The entries in whose names all words stand that were typed."""
    typed = set(_WORD.findall(fold(text)))
    return [key for key, name in among.items() if typed and typed <= set(_WORD.findall(fold(name)))]


def _label(section: str, key: str) -> str:
    return _LABEL.get((section, key)) or _LABELS.get(key) or key.replace("_", " ").capitalize()


def _number(count: int) -> str:
    return f" ({count})" if count else ""


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57].rstrip() + "..."


def _placeholder(kind: str, free: bool) -> str:
    if kind:
        return {"actors": "a name; type a new one", "places": "a place; type a new one",
                "sources": "a work; type a new title"}[kind]  # fmt: skip
    return "choose or type" if free else "choose"
