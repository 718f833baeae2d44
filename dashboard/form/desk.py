"""The desk: a draft with all that is known of it, for one run of the page's script.

What outlives a run is in the session (which draft, what its fields showed) or in the draft.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import functools
import json
import os
import re
from collections.abc import Container, Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from visavis.dashboard import common
from visavis.dashboard.form import coding, drafts, entries
from visavis.dashboard.form.drafts import Draft
from visavis.dashboard.form.fields import values_of
from visavis.dashboard.form.steps import OWN_KEY
from visavis.ingest.case_schema import field_of
from visavis.ingest.registers import FILES, SHIPPED, Cases, Registers
from visavis.ingest.run import project_vocabulary
from visavis.ingest.yamltext import Map, Text
from visavis.queries.find import Found, find, one
from visavis.schema.claims import Claim
from visavis.schema.errors import EngineError, Fault, NotFoundError, VisavisError
from visavis.schema.model import Vocabulary
from visavis.schema.text import is_key

__all__ = [
    "BOUND",
    "CITED",
    "KIND",
    "OPEN",
    "SAVED",
    "SEEN",
    "TYPED",
    "WRITTEN",
    "Desk",
    "current",
    "own_cases",
    "shipped_cases",
    "short",
    "switch",
    "today",
    "typed_so_far",
]

# What the session remembers: the draft and its name, its fields, its text as it was last written
# or read, which statement of each list is open, the last citation, what its fields of choice last
# showed, names that were typed there and what they were taken for, and what was just saved.
DRAFT = "_form"
BOUND = "_form_bound"
WRITTEN = "_form_written"
OPEN = "_form_open"
CITED = "_form_cited"
SEEN = "_form_seen"
TYPED = "_form_typed"
SAVED = "_form_saved"
# The register that a field chooses from, by what may stand in it; encounters are in none.
KIND = {"actor": "actors", "person": "actors", "place": "places", "source": "sources",
        "case": "meetings"}  # fmt: skip


# -- the draft of this session --------------------------------------------------------------------


def current() -> tuple[str, Draft]:
    """The draft that is worked on: of this session, else of the address, else a new one."""
    told = common.param("draft")
    held = st.session_state.get(DRAFT)
    if held is None or (told and told != held[0]):
        text = drafts.read(common.root(), told)
        try:
            held = (told, drafts.restored(text)) if text else None
        except ValueError:
            held = None
        if told and held is None:
            st.info(
                "That draft is not there any more: it was saved or given up. This is a new one."
            )
            common.set_params(draft=None)
        _take(held or (drafts.token(), drafts.fresh(today())), text if held else "")
    name, draft = st.session_state[DRAFT]
    typed_so_far()  # reaches the draft before the page is made of it
    st.session_state[BOUND] = {}
    return name, draft


def typed_so_far() -> dict[str, tuple[dict[str, Any], str]]:
    """Take what the fields hold into the draft; the fields that were drawn, each with the
    statement and key that it is of."""
    bound: dict[str, tuple[dict[str, Any], str]] = st.session_state.get(BOUND, {})
    for widget, (fields, key) in bound.items():
        if widget in st.session_state:
            fields[key] = st.session_state[widget]
    return bound


def _take(held: tuple[str, Draft], text: str = "") -> None:
    """Work on this draft from now on; `text` is what its file holds."""
    for key in [k for k in st.session_state if str(k).startswith(("form ", "_form"))]:
        if key != SAVED:
            del st.session_state[key]
    st.session_state[DRAFT] = held
    st.session_state[WRITTEN] = text
    for name in (OPEN, SEEN, TYPED):
        st.session_state[name] = {}


def switch(draft: Draft, name: str = "", text: str = "") -> None:
    """Leave this draft for another, and begin the run again."""
    name = name or drafts.token()
    _take((name, draft), text)
    # An empty draft has no file yet that its address could bring back.
    common.set_params(draft=name if draft.base or text else None, step=None, list=None, part=None)
    st.rerun()


def today() -> str:
    """The day, as it stands in `coded_on`."""
    return datetime.date.today().isoformat()


# -- what is known --------------------------------------------------------------------------------


@st.cache_resource(max_entries=8, show_spinner=False)
def _registers(root: str, folder: str, stamp: tuple[int, ...]) -> tuple[Registers, Vocabulary]:
    return Registers.of(Path(folder), Path(root)), project_vocabulary(Path(root))[0]


@st.cache_resource(ttl=4.0, max_entries=4, show_spinner=False)
def _keys(root: str, revision: int) -> Cases:
    """The keys of all cases, looked for when the first is asked for; a save makes a revision."""
    return Cases(Path(root))


def _known(place: str, revision: int) -> tuple[Registers, Vocabulary]:
    """The registers and terms that hold for a file; read again where one of them has changed."""
    root = common.root()
    folder = (root / (place or "cases/x")).parent
    folders = [f for f in (folder, *folder.parents) if f.is_relative_to(root)]
    paths = [f / name for f in folders for name in (*FILES, "vocabulary.yaml", "visavis.yaml")]
    stamps = [p.stat().st_mtime_ns if p.exists() else 0 for p in paths]
    registers, terms = _registers(str(root), str(folder), tuple(stamps))
    return dataclasses.replace(registers, cases=_keys(str(root), revision)), terms


# The keys whose actor is first of all a state.
_ACTED_FOR = ("for", "on_behalf_of")
_NODES = {"actors": "Actor", "places": "Place", "sources": "Source"}
_ENTRIES = {
    "actors": "n.name AS name, n.kind AS kind, n.also_named AS also",
    "places": "n.name AS name, n.also_named AS also",
    "sources": "n.title AS title, n.citation AS citation",
}


def _entry(row: Mapping[str, Any]) -> Map:
    made = Map()
    for key, value in row.items():
        if key != "id" and value:
            made[key] = value if isinstance(value, list) else Text(str(value))
    return made


def _usable(kind: str, entry: Map) -> bool:
    """Whether a register could hold it: a node that is only spoken of has no name yet."""
    return "name" in entry and "kind" in entry if kind == "actors" else bool(entry)


@st.cache_resource(max_entries=2, show_spinner=False)
def _listed(address: str, revision: int) -> tuple[dict[str, dict[str, Map]], frozenset[str]]:
    """Who, where and what works the graph knows, as a list shows them: all where they are few; and
    the kinds of which there are more."""
    made: dict[str, dict[str, Map]] = {}
    more = set()
    for kind, label in _NODES.items():
        rows = common.graph().rows(
            f"MATCH (n:{label}) RETURN n.id AS id, {_ENTRIES[kind]} ORDER BY n.id",
            limit=common.MANY,
        )
        if rows.truncated:
            more.add(kind)
        found = {row["id"].partition("/")[2]: _entry(row) for row in rows}
        made[kind] = {k: e for k, e in found.items() if is_key(k) and _usable(kind, e)}
    return made, frozenset(more)


@st.cache_resource(max_entries=32, show_spinner=False)
def _by_key(address: str, revision: int, kind: str, keys: tuple[str, ...]) -> dict[str, Map]:
    """The same of some keys of one kind."""
    rows = common.graph().rows(
        f"UNWIND $ids AS id MATCH (n:{_NODES[kind]} {{id: id}}) RETURN id, {_ENTRIES[kind]}",
        {"ids": [f"{kind[:-1]}/{key}" for key in keys]},
    )
    found = {row["id"].partition("/")[2]: _entry(row) for row in rows}
    return {key: entry for key, entry in found.items() if _usable(kind, entry)}


@st.cache_resource(max_entries=32, show_spinner=False)
def _records(address: str, revision: int, keys: tuple[str, ...]) -> dict[str, Map]:
    """The whole records of some works, as entries that make the very same records."""
    found: dict[str, Map] = {}
    for row in common.graph().rows(
        "UNWIND $ids AS id MATCH (s:Source {id: id})<-[:ABOUT]-(c:Claim) "
        "WHERE c.predicate = 'described_as' RETURN c.json AS json ORDER BY c.id",
        {"ids": [f"source/{key}" for key in keys]},
    ):
        claim = Claim.from_dict(json.loads(row["json"]))
        key = claim.subject.partition("/")[2]
        found.setdefault(key, entries.entry_of_record(json.loads(claim.value)))
    return found


# -- files ----------------------------------------------------------------------------------------

_CASE = re.compile(rb"^(?:\xef\xbb\xbf)? *case:\s*\S", re.MULTILINE)


@functools.lru_cache(maxsize=50_000)
def _is_case(path: str, state: tuple[int, ...]) -> bool:
    return bool(_CASE.search(Path(path).read_bytes()))


def own_cases(root: Path) -> dict[Path, str]:
    """The case files of the project and their paths from its root; each is read once, and again
    where it has changed."""
    found: dict[Path, str] = {}
    for folder, inner, names in os.walk(root):
        inner[:] = sorted(name for name in inner if not name.startswith("."))
        for name in sorted(names):
            if name.endswith((".yaml", ".yml")) and name not in FILES and name[0] != ".":
                path = os.path.join(folder, name)
                try:  # one may not be read, or is gone
                    told = os.stat(path)
                    if _is_case(path, (told.st_mtime_ns, told.st_size, told.st_ino)):
                        found[Path(path)] = Path(path).relative_to(root).as_posix()
                except OSError:
                    continue
    return found


def shipped_cases() -> dict[Path, str]:
    """The cases that travel with the program and are in the graph, and what they are called."""
    try:
        rows = common.rows(
            "MATCH (d:Document) WHERE d.path STARTS WITH 'shipped/' RETURN d.path AS path "
            "ORDER BY path"
        )
    except VisavisError:  # a graph in which nothing was ever ingested may not answer
        return {}
    names = [row["path"].removeprefix("shipped/") for row in rows]
    return {
        SHIPPED / name: f"{name.removesuffix('.yaml')}, shipped with the program"
        for name in names
        if name not in FILES
    }


# -- the desk -------------------------------------------------------------------------------------


class Desk:
    """One run of the form: what is known, what the draft tells, and what its reader says.

    own: the registers that hold for the file, as the project has them. offered: entries that none
    of them holds, of the graph or typed into the form. known: both. check: the case that the draft
    tells, with its faults; wrong: those of the entries, by register and key. at: which encounter
    of the file. key, place: of the case.
    """

    def __init__(self, name: str, draft: Draft) -> None:
        self.name = name
        self.draft = draft
        self.at = 0
        self._named: dict[str, dict[str, str]] = {}
        self.address = ""
        self.revision = 0
        with contextlib.suppress(VisavisError):
            self.address, self.revision = common.graph().address, common.revision()
        self.own, self.terms = _known(draft.place, self.revision)
        self.offered, self.more = self._offered()
        self.known = entries.widened(self.own, self.offered)
        self._fix_keys()
        self.check = coding.checked(
            draft, draft.place or "cases/encounter.yaml", self.known, self.terms
        )
        self.key = str(self.check.case.get("case") or "")
        self.place = draft.place or f"cases/{self.key}.yaml"
        named = entries.words_of(dataclasses.replace(draft, new={}))
        for kind, new in draft.new.items():  # a name that was typed and taken back
            for key in set(new) - set(self.used[kind]) - named:
                del new[key]
        self.wrong = {
            (kind, key): faults
            for kind, some in self.used.items()
            for key, entry in some.items()
            if key in draft.new[kind]
            and (faults := entries.wrong(kind, key, entry, self.known, self.terms))
        }

    def _offered(self) -> tuple[dict[str, dict[str, Map]], frozenset[str]]:
        try:
            listed, more = _listed(self.address, self.revision)
            found = {kind: dict(some) for kind, some in listed.items()}
            words = entries.words_of(self.draft) if more else set()
            for kind in more:
                known = (found[kind], getattr(self.own, kind))
                keys = tuple(sorted(w for w in words if not any(w in some for some in known)))
                found[kind] |= _by_key(self.address, self.revision, kind, keys) if keys else {}
        except VisavisError:  # a graph in which nothing was ever ingested may not answer
            found, more = {kind: {} for kind in _NODES}, frozenset()
        for kind, new in self.draft.new.items():
            found[kind] |= {key: entries.entry_of(kind, told) for key, told in new.items()}
        return found, more

    def _fix_keys(self) -> None:
        """A statement that nobody is at any more keeps the key that it was given."""
        step, section = common.param("step", "head"), common.param("list")
        here = {step, section} if step == "more" else {step}
        opened = {row for (_, s), row in st.session_state[OPEN].items() if s in here}
        for encounter in self.draft.cases:
            told = {s: [row.told for row in rows] for s, rows in encounter.lists.items()}
            for section, keyed in coding.with_keys(told).items():
                key = OWN_KEY.get(section)
                for row, fields in zip(encounter.lists[section], keyed, strict=True):
                    if key and row.id not in opened and fields.get(key):
                        row.told[key] = fields[key]

    @property
    def sound(self) -> bool:
        """Whether the case and the entries that it needs may be saved."""
        return self.check.sound and not any(f.severity == "error" for f in self.faults)

    @property
    def faults(self) -> list[Fault]:
        """All that is wrong with the case, then with the entries."""
        return [*self.check.faults, *(f for some in self.wrong.values() for f in some)]

    # -- who, where, what -----------------------------------------------------------------------

    @functools.cached_property
    def used(self) -> dict[str, dict[str, Map]]:
        """The entries that the case needs, some because others name them, and that no register of
        the project holds."""
        found: dict[str, dict[str, Map]] = {"actors": {}, "places": {}, "sources": {}}
        wanted = entries.named(self.check.case)
        while any(wanted.values()):
            more: dict[str, set[str]] = {kind: set() for kind in found}
            for kind, keys in wanted.items():
                left = keys - set(found[kind]) - set(getattr(self.own, kind))
                for key in sorted(left & set(self.offered[kind])):
                    found[kind][key] = entry = self._whole(kind, key)
                    for name, value in entry.items():
                        other = KIND.get(field_of(kind, name).kind, "")
                        if other in more:
                            more[other].update([value] if isinstance(value, str) else value)
            wanted = more
        return found

    def _whole(self, kind: str, key: str) -> Map:
        """An entry as it enters a register."""
        entry = self.offered[kind][key]
        if kind == "sources" and key not in self.draft.new[kind]:
            return _records(self.address, self.revision, (key,)).get(key, entry)
        return Map({name: value for name, value in entry.items() if name != "also"})

    def names(self, kind: str) -> dict[str, str]:
        """The entries of a kind, as a list shows them; of encounters all where they are few."""
        if kind == "meetings" and kind not in self._named:
            titles: dict[str, str] = {}
            with contextlib.suppress(VisavisError):
                titles = {m.partition("/")[2]: t for m, t in common.listed("meeting").items()}
            titles.pop(self.key, None)
            self._named[kind] = {key: f"{title} ({key})" for key, title in titles.items()}
        if kind not in self._named:
            known: Mapping[str, Map] = getattr(self.known, kind)
            called = {key: entries.called(kind, key, entry) for key, entry in known.items()}
            found = entries.distinct(called)
            self._named[kind] = dict(sorted(found.items(), key=lambda item: item[1].casefold()))
        return self._named[kind]

    def called(self, kind: str, key: str) -> str:
        """What an actor, a place, a work or a term is called; the key of anything else."""
        if kind == "term" and key in self.terms.terms:
            return self.terms.terms[key].label
        kinds = {"person": ("actors", "sources"), "part": ("actors",)}
        for each in kinds.get(kind, (KIND.get(kind, ""),)):
            if each and key in self.known_of(each):
                return self.names(each).get(key, key)
        return key

    def known_of(self, kind: str) -> Container[str]:
        """The keys of a kind that a case may name."""
        known: Container[str] = (
            self.known.cases if kind == "meetings" else getattr(self.known, kind)
        )
        return known

    def look_up(self, kind: str, text: str) -> tuple[dict[str, str], bool]:
        """Whom a typed name may mean, by key; and whether it fits, or only comes close."""
        called = dict(self.names(kind))
        names = {key: [name, key] for key, name in called.items()}
        if kind != "meetings":
            known: Mapping[str, Map] = getattr(self.known, kind)
            names = {key: entries.names_of(kind, key, entry) for key, entry in known.items()}
        if kind == "meetings" or kind in self.more:
            for found in self._found(kind, text):
                called.setdefault(found.key, str(found))
                names.setdefault(found.key, [found.name, *found.also, found.key])
        fits = {key: called[key] for key in entries.fitting(text, names)}
        if fits:  # of those in whose names it stands, whose name is little more comes first
            return dict(sorted(fits.items(), key=lambda item: len(item[1]))), True
        close = {key: called[key] for key in entries.near(text, names)}
        if not close and kind in self.more:
            try:
                one(common.graph(), kind[:-1], text)
            except NotFoundError as error:
                ids = {f"{kind[:-1]}/{key}": key for key in error.suggestions}
                named = common.names_of(ids)
                close = {key: f"{named[each]} ({key})" for each, key in ids.items()}
        return close, False

    def _found(self, kind: str, text: str) -> list[Found]:
        try:
            return [f for f in find(common.graph(), kind[:-1], text) if is_key(f.key)]
        except EngineError:
            return []

    def new(self, kind: str, name: str, of: str = "") -> str:
        """The key of a new entry for a register. of: the key that names it: whom somebody acts for
        is taken for a state, anybody else for a person, until it is said otherwise."""
        key = entries.fresh_key(name, getattr(self.known, kind))
        self.draft.new[kind][key] = {
            "actors": {"name": name, "kind": "state" if of in _ACTED_FOR else "person"},
            "places": {"name": name},
            "sources": {"title": name},
        }[kind]  # fmt: skip
        return key

    # -- other statements -----------------------------------------------------------------------

    @functools.cached_property
    def values(self) -> dict[str, str]:
        """What a rival coding may name in this encounter."""
        parts = self.check.case.get("parts") or []
        case = parts[self.at - 1] if 0 < self.at <= len(parts) else self.check.case
        return values_of(case)

    def parts(self, kind: str, but: int) -> dict[str, str]:
        """The phases and acts of this encounter by key, but for the statement that asks."""
        lists = self.draft.cases[self.at].lists
        sections = {"phase": ("phases",), "act": ("acts",)}.get(kind, ("phases", "acts"))
        found: dict[str, str] = {}
        for section in sections:
            rows = lists.get(section, [])
            keyed = coding.with_keys({section: [row.told for row in rows]})[section]
            for row, told in zip(rows, keyed, strict=True):
                key = str(told.get(OWN_KEY[section]) or "")
                if key and row.id != but:
                    what = str(told.get("what") or "")
                    found[key] = f"{key}: {short(what)}" if what else key
        return found

    @property
    def head(self) -> dict[str, Any]:
        """The head of the encounter that is worked on."""
        return self.draft.cases[self.at].head

    @property
    def source(self) -> str:
        """The work that its bare citations are of."""
        return drafts.source_now(self.draft, self.at)


def short(text: str) -> str:
    """The beginning of a long text."""
    return text if len(text) <= 60 else text[:57].rstrip() + "..."
