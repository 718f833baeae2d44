"""Code an encounter: a form, step by step, that writes the YAML a scholar would write."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from visavis.dashboard import coding, common, uploads
from visavis.dashboard.coding import Checked, Step
from visavis.dashboard.page_data import ingested
from visavis.ingest.case_schema import field_of
from visavis.ingest.registers import Registers
from visavis.ingest.run import project_vocabulary
from visavis.ingest.yamltext import Map, Text
from visavis.schema.claims import Claim
from visavis.schema.errors import DataError, Fault, VisavisError
from visavis.schema.model import Vocabulary
from visavis.schema.text import is_key, slug

__all__ = ["page"]

_DRAFT = "_form"
_SAVED = "_form_saved"
PARTS = {
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
    "cite": "192, or: 192 via reagan1990 15",
    "for": "24 s, ~ 90 min, > 46 s in total",
    "title": "Reagan and Gorbachev meet for the first time",
    "what": "invites him to a second summit",
    "office": "president",
}
_LABELS = {
    "case": "Key", "when": "When", "where": "Where", "cite": "Page or place", "for": "Lasted",
    "by": "By whom", "to": "To whom", "in": "In which phase", "from": "From", "over": "Over whom",
    "on": "About", "n": "How many asked", "part_of": "Part of", "as_told": "As told",
    "act": "Key of the act", "phase": "Key of the phase", "outcome": "Key of the outcome",
    "what": "What, in your words", "topics": "Topics", "how": "How it answers or shows",
}  # fmt: skip


def page() -> None:
    """The form, one step at a time, with the file and its faults always at hand."""
    st.title("Code an encounter")
    saved = st.session_state.pop(_SAVED, None)
    if saved:
        _done(*saved)
    draft = _draft()
    desk = _Desk(draft)
    common.sentence(
        "Step by step: who, where, when, what was done, and for each statement the page that says "
        "so. The form writes the file that you could write by hand, and checks it as you type."
    )
    common.note(
        "It begins a new file; one that is there already is edited by hand, or replaced by the "
        "page Data. Until it is saved the draft is kept in this tab alone: to reload the page is "
        "to lose it."
    )
    at = common.choice("Step", PARTS, "step", "head", pills=True)
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


def _draft() -> dict[str, Any]:
    made: dict[str, Any] = st.session_state.setdefault(_DRAFT, {})
    if not made:
        made.update(
            head={"coded_on": datetime.date.today().isoformat()},
            lists={step.section: [] for step in coding.STEPS},
            new={"actors": {}, "places": {}, "sources": {}},
            count=0,
            bound={},
        )
    # What was typed reaches the draft before the page is made of it.
    for widget, (told, key) in made["bound"].items():
        if widget in st.session_state:
            told[key] = st.session_state[widget]
    return made


def _steps(at: str) -> None:
    order = list(PARTS)
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


@st.cache_resource(max_entries=4, show_spinner=False)
def _registers(root: str, stamp: tuple[int, ...]) -> tuple[Registers, Vocabulary]:
    folder = Path(root)
    return Registers.of(folder / "cases", folder), project_vocabulary(folder)[0]


def _known() -> tuple[Registers, Vocabulary]:
    """The registers and terms of the project; read again where a file of them has changed."""
    root = common.root()
    stamps = []
    names = ("actors.yaml", "places.yaml", "sources.yaml", "vocabulary.yaml", "visavis.yaml")
    for folder, name in itertools.product((root, root / "cases"), names):
        path = folder / name
        stamps.append(path.stat().st_mtime_ns if path.is_file() else 0)
    return _registers(str(root), tuple(stamps))


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
        claim = Claim.from_dict(_json(row["json"]))
        key = claim.subject.partition("/")[2]
        made["sources"].setdefault(key, coding.entry_of_record(_json(claim.value)))
    return {kind: {k: e for k, e in some.items() if is_key(k)} for kind, some in made.items()}


def _json(text: str) -> Any:
    import json

    return json.loads(text)


# -- the desk -------------------------------------------------------------------------------------


class _Desk:
    """One run of the form: what is known, what the draft tells, and what its reader says."""

    def __init__(self, draft: dict[str, Any]) -> None:
        self.draft = draft
        own, self.terms = _known()
        try:
            graph = _in_graph(common.graph().address, common.revision())
        except VisavisError:  # a graph in which nothing was ever ingested may not answer
            graph = {"actors": {}, "places": {}, "sources": {}}
        self.own = own
        self.new: dict[str, dict[str, Map]] = draft["new"]
        self.offered = {kind: {**graph[kind], **self.new[kind]} for kind in graph}
        self.known = coding.widened(own, self.offered)
        self.check = self._checked()

    # -- what is told ---------------------------------------------------------------------------

    def _rows(self) -> dict[str, list[dict[str, Any]]]:
        return coding.with_keys(
            {
                section: [row["told"] for row in rows]
                for section, rows in self.draft["lists"].items()
            }
        )

    def _case(self) -> Map:
        head = dict(self.draft["head"])
        if not head.get("case"):
            title, when = str(head.get("title") or ""), str(head.get("when") or "")
            head["case"] = coding.key_for(title, when, ())
        told = {k: v for k, v in head.items() if k != "coded_on"}
        if not any(told.values()) and not any(self.draft["lists"].values()):
            return Map()
        return coding.case_of(head, self._rows())

    def _checked(self) -> Checked:
        case = self._case()
        self.case = case
        self.key = str(case.get("case") or "")
        name = f"cases/{self.key or 'encounter'}.yaml"
        return coding.checked(case, name, self.known, self.terms)

    # -- steps ----------------------------------------------------------------------------------

    def head(self) -> None:
        """The encounter itself."""
        st.header("The encounter")
        told = self.draft["head"]
        self._field("", "title", told, "head")
        one, two = st.columns(2)
        with one:
            self._field("", "when", told, "head")
            self._field("", "source", told, "head")
            self._field("", "coder", told, "head", placeholder=self.known.coder)
        with two:
            self._field("", "where", told, "head")
            self._field("", "cite", told, "head")
            self._field("", "basis", told, "head")
        guessed = coding.key_for(str(told.get("title") or ""), str(told.get("when") or ""), ())
        self._field("", "case", told, "head", placeholder=guessed)
        with st.expander("What else may be told of the whole encounter"):
            for key in coding.MORE_HEAD:
                self._field("", key, told, "head")
        self._faults(self.check.head)
        self._new_entries()

    def more(self) -> None:
        """Everything after the acts, a list at a time."""
        options = {section: _STEP[section].title for section in _LATER}
        section = common.choice("List", options, "list", _LATER[0])
        self.step(_STEP[section])

    def step(self, step: Step, open_first: bool = False) -> None:
        """One list: its statements, each with the fields of its kind."""
        st.header(step.title)
        if step.asks:
            st.html(f"<p class='vv-note'>{common.html_text(step.asks)}</p>")
        rows: list[dict[str, Any]] = self.draft["lists"][step.section]
        if not rows and open_first:
            self._add(step.section)
        told = [
            number for number, row in enumerate(rows)
            if coding.case_of({}, {step.section: [row["told"]]})
        ]  # fmt: skip
        for number, row in enumerate(rows):
            with st.container(border=True):
                self._statement(step, number, row)
                if number in told:
                    self._faults(self.check.rows.get((step.section, told.index(number)), ()))
        st.button("Add another" if rows else "Add one", on_click=self._add, args=(step.section,))
        if step.section in ("who", "acts"):
            self._new_entries()

    def _add(self, section: str) -> None:
        self.draft["count"] += 1
        self.draft["lists"][section].append({"id": self.draft["count"], "told": {}})

    def _statement(self, step: Step, number: int, row: dict[str, Any]) -> None:
        at, told = f"{step.section} {row['id']}", row["told"]
        head, out = st.columns([6, 1], vertical_alignment="center")
        head.markdown(f"**{number + 1}.**")
        out.button(
            "Remove",
            key=f"form remove {at}",
            type="tertiary",
            on_click=self._remove,
            args=(step.section, row["id"]),
            help=f"take statement {number + 1} out",
        )
        keyed = self._rows()[step.section][number]  # with the key that it will bear
        columns = st.columns(2)
        for place, key in enumerate(self._open(step.section, step.keys)):
            with columns[place % 2]:
                own = "" if told.get(key) else str(keyed.get(key) or "")
                self._field(step.section, key, told, at, placeholder=own)
        used = [key for key in step.more if told.get(key)]
        with st.expander("More of it" + (f" ({len(used)})" if used else "")):
            for key in self._open(step.section, step.more):
                self._field(step.section, key, told, at)

    def _open(self, section: str, keys: Sequence[str]) -> list[str]:
        """The fields that can be filled: not those that name a phase or act where there is none."""
        kinds = ("phase", "act", "part")
        return [
            key for key in keys
            if (kind := field_of(section, key).kind) not in kinds or self._parts(kind)
        ]  # fmt: skip

    def _remove(self, section: str, row: int) -> None:
        rows = self.draft["lists"][section]
        self.draft["lists"][section] = [each for each in rows if each["id"] != row]

    # -- one field ------------------------------------------------------------------------------

    def _field(
        self, section: str, key: str, told: dict[str, Any], at: str, placeholder: str = ""
    ) -> None:
        """One field of the form by what may stand there; what is told is kept in the draft."""
        what = field_of(section, key)
        label = _LABELS.get(key) or key.replace("_", " ").capitalize()
        label = {
            (None, "cite"): "Page or place that tells of it",
            ("who", "for"): "Represents",
        }.get((section or None, key), label)
        widget = f"form {at} {key}"
        self.draft["bound"][widget] = (told, key)
        said = what.definition or None
        options: dict[str, str] = {}
        kind = _KIND.get(what.kind, "")
        if kind:
            options = self._entries(kind)
            if what.kind == "person":
                options |= self._entries("sources")
        elif what.kind == "term":
            options = {"yes": "yes, by its own kind"} if what.or_yes else {}
            options |= {slug: t.label for slug, t in self.terms.scheme(what.scheme).items()}
        elif what.kind == "yes":
            options = {"yes": "yes", "no": "no"}
        elif what.kind in ("phase", "act", "part"):
            options = self._parts(what.kind)
        if not options and not kind:
            if widget not in st.session_state:
                st.session_state[widget] = str(told.get(key) or "")
            st.text_input(
                label, key=widget, help=said,
                placeholder=placeholder or _EXAMPLES.get(key, ""),
            )  # fmt: skip
            told[key] = st.session_state[widget]
            return
        fresh: Callable[..., None] | None = self._fresh if kind else None
        many = what.many and what.kind != "cite"
        now = told.get(key) or ([] if many else None)
        if many and not isinstance(now, list):
            now = [now]
        for each in now if isinstance(now, list) else [now] if now else []:
            options.setdefault(each, each)
        if widget not in st.session_state:
            st.session_state[widget] = now
        common_: dict[str, Any] = {
            "key": widget,
            "format_func": lambda k: options.get(k, k),
            "help": said,
            "accept_new_options": bool(kind) or what.free,
            "on_change": fresh,
            "args": (widget, kind) if fresh else None,
            "placeholder": _placeholder(kind, what.free),
        }
        if many:
            told[key] = st.multiselect(label, list(options), **common_)
        else:
            told[key] = st.selectbox(label, list(options), index=None, **common_)

    def _entries(self, kind: str) -> dict[str, str]:
        own = getattr(self.known, kind)
        named = {key: _called(kind, key, entry) for key, entry in own.items()}
        return dict(sorted(named.items(), key=lambda item: item[1].casefold()))

    def _parts(self, kind: str) -> dict[str, str]:
        rows = self._rows()
        found: dict[str, str] = {}
        if kind in ("phase", "part"):
            found |= {str(r["phase"]): str(r["phase"]) for r in rows["phases"] if r.get("phase")}
        if kind in ("act", "part"):
            found |= {str(r["act"]): str(r["act"]) for r in rows["acts"] if r.get("act")}
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
                key = slug(key)[:60].strip("-") or "unnamed"
                if key not in known:
                    entry = {
                        "actors": Map(name=Text(each), kind=Text("person")),
                        "places": Map(name=Text(each)),
                        "sources": Map(title=Text(each)),
                    }[kind]
                    self.new[kind][key] = entry
            kept.append(key)
        st.session_state[widget] = list(dict.fromkeys(kept)) if many else next(iter(kept), None)

    # -- new entries ----------------------------------------------------------------------------

    def _used(self) -> dict[str, dict[str, Map]]:
        """The entries that the case uses and no register of the project holds."""
        used = coding.named(self.case)
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
        used = self._used()
        fresh = [
            (kind, key) for kind, some in used.items() for key in some if key in self.new[kind]
        ]
        if not fresh:
            return
        st.header("New in the registers")
        st.html("<p class='vv-note'>They are written to the registers when you save.</p>")
        asked = {
            "actors": ("name", "kind", "of"),
            "places": ("name", "coordinates"),
            "sources": ("title", "author", "issued", "kind", "citation", "access"),
        }
        for kind, key in fresh:
            with st.container(border=True):
                st.markdown(f"**{common.plain(key)}** ({kind[:-1]})")
                told: dict[str, Any] = {
                    k: list(v) if isinstance(v, list) else str(v)
                    for k, v in self.new[kind][key].items()
                }
                columns = st.columns(2)
                for place, name in enumerate(asked[kind]):
                    with columns[place % 2]:
                        self._entry_field(kind, key, name, told)
                made = {name: coding._value(kind, name, value) for name, value in told.items()}
                self.new[kind][key] = Map({k: v for k, v in made.items() if v is not None})

    def _entry_field(self, kind: str, key: str, name: str, told: dict[str, Any]) -> None:
        what = field_of(kind, name)
        widget = f"form new {kind} {key} {name}"
        label = {"of": "Acts for", "issued": "Year", "citation": "Short citation"}.get(
            name, name.capitalize()
        )
        if (what.kind == "term" and not what.free) or what.kind == "actor":
            options = (
                self._entries("actors")
                if what.kind == "actor"
                else {s: t.label for s, t in self.terms.scheme(what.scheme).items()}
            )
            if widget not in st.session_state:
                st.session_state[widget] = told.get(name) or None
            told[name] = st.selectbox(
                label, list(options), index=None, key=widget, help=what.definition or None,
                format_func=lambda k: options.get(k, k), placeholder="choose",
            )  # fmt: skip
            return
        if widget not in st.session_state:
            st.session_state[widget] = str(told.get(name) or "")
        told[name] = st.text_input(label, key=widget, help=what.definition or None)

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
            st.code(self.check.text, language="yaml", wrap_lines=True)
        elsewhere = [f for f in self.check.faults if f not in self._shown(at)]
        if elsewhere:
            st.markdown("**Elsewhere in the form**" if at != "file" else "**What is wrong**")
            self._faults(elsewhere)

    def _shown(self, at: str) -> list[Fault]:
        if at == "head":
            return self.check.head
        sections = _LATER if at == "more" else [at]
        if at == "more":
            sections = [common.param("list", _LATER[0])]
        return [f for (s, _), some in self.check.rows.items() if s in sections for f in some]

    def file(self) -> None:
        """The whole file; saved into the project, then ingested."""
        st.header("The file")
        if not self.check.text:
            st.html("<p>Begin with the encounter and who was there.</p>")
            return
        place = f"cases/{self.key}.yaml"
        st.html(
            f"<p>It will be <code>{common.html_text(place)}</code>. You may edit it there by hand "
            "at any time; the file is what counts, not the form.</p>"
        )
        st.code(self.check.text, language="yaml", wrap_lines=True, line_numbers=True)
        used = {kind: some for kind, some in self._used().items() if some}
        for kind, some in used.items():
            told = f"Added to {kind}.yaml, which does not hold them yet: {', '.join(sorted(some))}"
            st.html(f"<p class='vv-note'>{common.html_text(told)}</p>")
        there = bool(self.key) and (common.root() / place).exists()
        replace = not there
        if there:
            replace = st.checkbox(common.plain(f"{place} is there already: replace it"))
        ready = self.check.sound and replace and is_key(self.key)
        with st.container(horizontal=True):
            if st.button("Save and ingest", type="primary", disabled=not ready):
                self._save(place, used, replace and there)
            st.download_button("Download", self.check.text, f"{self.key or 'encounter'}.yaml")
            if st.button("Start anew", help="forget this draft; what was saved stays"):
                _forget()
                st.rerun()

    def _save(self, place: str, used: Mapping[str, Mapping[str, Map]], overwrite: bool) -> None:
        root = common.root()
        try:
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
        report = ingested(paths)
        if report.faulty:
            self._faults(report.faults)
            return
        st.session_state.pop("_data_done", None)
        st.session_state[_SAVED] = (place, self.key)
        _forget()
        common.set_params(step=None)
        st.rerun()

    def _faults(self, faults: Sequence[Fault]) -> None:
        """Faults beside the field or statement that made them."""
        for fault in faults:
            text = f"{fault.record}: {fault.message}" if fault.record else fault.message
            advice = f" — {fault.advice}" if fault.advice else ""
            show = st.error if fault.severity == "error" else st.warning
            show(common.plain(text + advice))


def _called(kind: str, key: str, entry: Mapping[str, Any]) -> str:
    name = entry.get("name") or entry.get("citation") or entry.get("title") or key
    if kind == "sources" and not entry.get("citation"):
        author = entry.get("author")
        first = author[0] if isinstance(author, list) and author else author
        if isinstance(first, str) and first:
            name = f"{first.partition(',')[0]} {entry.get('issued') or ''}".strip()
            return f"{name}: {entry.get('title') or key}"
    return str(name)


def _placeholder(kind: str, free: bool) -> str:
    if kind:
        return {"actors": "a name; type a new one", "places": "a place; type a new one",
                "sources": "a work; type a new title"}[kind]  # fmt: skip
    return "choose or type" if free else "choose"


def _forget() -> None:
    for name in [k for k in st.session_state if str(k).startswith(("form ", _DRAFT))]:
        if name != _SAVED:
            del st.session_state[name]
