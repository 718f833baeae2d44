"""Coding an encounter by a form: the same YAML a scholar would write, checked while it is typed.

Pure but for the functions that write files. A `Draft` holds what the fields of the form show, by
statement and key, beside the text of the file that was opened. `checked` makes the case of both:
a field that nobody touched gives back the very value of the file, and what no field can show
stays as it is. It writes the case (into the opened text, see `rewriting`, or anew) and
reads it with the very reader of the ingest, so that a fault stands at the field that made it.
"""

from __future__ import annotations

import codecs
import dataclasses
import difflib
import functools
import itertools
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from visavis.dashboard.rewriting import rewritten
from visavis.ingest import yamltext
from visavis.ingest.case import read_case
from visavis.ingest.case_keys import HEADER, SECTIONS
from visavis.ingest.case_schema import VALUES, Field, entry_keys, field_of
from visavis.ingest.casetext import to_yaml
from visavis.ingest.registers import FILES, Registers, citations
from visavis.ingest.yamltext import Map, Seq, Text
from visavis.schema.claims import Citation, Claim
from visavis.schema.errors import DataError, Fault
from visavis.schema.model import Vocabulary
from visavis.schema.text import is_key, slug

__all__ = [
    "CITE",
    "HEAD",
    "MORE_HEAD",
    "OWN_KEY",
    "STEPS",
    "Checked",
    "Draft",
    "Encounter",
    "Row",
    "Spot",
    "Step",
    "add_entries",
    "base_head",
    "base_item",
    "beside",
    "checked",
    "difference",
    "entry_of_record",
    "fields_of",
    "fresh",
    "is_list",
    "item_of",
    "kept_of",
    "key_for",
    "named",
    "opened",
    "place_of",
    "record_of",
    "restored",
    "stored",
    "summary",
    "target_of",
    "told_rows",
    "value_of",
    "values_of",
    "widened",
    "with_keys",
    "words",
]

# The lines of the head that the form asks for: first the needed ones, then what may be told too.
HEAD = ("title", "when", "where", "source", "basis", "coder", "scope", "case")
MORE_HEAD = ("format", "channel", "stage", "mode", "for", "language", "topics", "arrangement",
             "part_of", "follows", "answers", "said_by", "read_by", "confidence", "status",
             "coded_on", "codebook", "memo")  # fmt: skip
# A citation, field by field: the work ("" for that of the case) and the place in it, what it is
# told there from, whether it supports, and further citations as a file writes them.
CITE = ("cite work", "cite place", "cite via", "cite via place", "cite relation", "cite more")


@dataclass(frozen=True, slots=True)
class Step:
    """One list of statements as the form asks for it: the keys shown first, and the others."""

    section: str
    title: str
    asks: str
    keys: tuple[str, ...]
    more: tuple[str, ...] = ()


def _step(section: str, title: str, asks: str, *keys: str) -> Step:
    told: tuple[str, ...] = (
        "quote", "said_on", "read_by", "basis", "confidence", "coder", "date", "as_told", "memo",
        "status", "id",
    )  # fmt: skip
    if section == "rival":
        told = ("quote", "said_on", "read_by", "basis", "date", "memo", "id")
    more = [k for k in (*SECTIONS[section], *told) if k not in keys]
    return Step(section, title, asks, keys, tuple(more))


STEPS = (
    _step("who", "Who was there",
          "Evidence of attendance only: somebody who was merely talked about is not listed.",
          "actor", "for", "office", "role"),
    _step("phases", "Phases", "Stretches of the encounter, in their order.",
          "what", "stage", "mode", "for", "only", "ingredients"),
    _step("acts", "What was done",
          "Acts in their order: a rite, a gesture, an utterance, a refusal. Say yes to credit or "
          "discredit where the act gives it by its own kind.",
          "kind", "what", "by", "to", "in", "for", "replies", "how", "credit", "discredit"),
    _step("credits", "Credit and discredit apart from an act",
          "Where no single act above carries it.",
          "from", "to", "credit", "discredit", "act", "in", "intent", "uptake"),
    _step("domination", "Who had or sought the upper hand", "", "by", "over", "result", "in"),
    _step("bonds", "Bonds", "What grew or broke between them.", "between", "kind", "change"),
    _step("modes", "Modes", "How they interacted: in a phase, or between some of them.",
          "mode", "degree", "in", "between"),
    _step("ingredients", "Ingredients", "What the encounter shows of an interaction ritual.",
          "ingredient", "degree", "in", "between"),
    _step("effects", "Effects", "", "effect", "degree", "in", "between"),
    _step("moderators", "Conditions", "What shaped how far the interaction mattered.",
          "moderator", "what", "on"),
    _step("continuum", "Impersonal or interpersonal", "", "continuum", "on", "degree", "what"),
    _step("emotions", "Feelings", "Displayed there, or reported later.",
          "actor", "emotion", "how", "in", "act"),
    _step("outcomes", "What followed", "As somebody attributes it.", "what", "kind", "from"),
    _step("scripts", "Scripts", "The encounters that this one followed, or was the answer to.",
          "follows", "answers"),
    _step("remarks", "Anything else", "In your own words.", "remark", "on"),
    _step("rival", "Told otherwise",
          "A value that stands above, as another coder or another source has it. Both are shown "
          "side by side; a correction is the value that counts.",
          "of", "value", "coder", "confidence", "correction", "as_told"),
)  # fmt: skip


# -- a draft --------------------------------------------------------------------------------------


@dataclass(slots=True)
class Row:
    """One statement of the draft: what its fields hold. of: its number in the opened file's list,
    -1 where it is new."""

    id: int
    told: dict[str, Any] = field(default_factory=dict)
    of: int = -1


@dataclass(slots=True)
class Encounter:
    """One encounter of the draft: the file's own, or a part of the series that it holds."""

    head: dict[str, Any] = field(default_factory=dict)
    lists: dict[str, list[Row]] = field(default_factory=dict)
    of: int = -1  # its number among the parts of the opened file


@dataclass(slots=True)
class Draft:
    """What the form holds.

    cases: the file's own encounter, then its parts. place: the path of the file from the project's
    root, "" as long as its key gives it. base: the text that is changed, "" where it is written
    anew. disk: the file as it was when it was opened, "" where there was none. new: entries for
    the registers, by kind and key. count: the rows made so far.
    """

    cases: list[Encounter] = field(default_factory=lambda: [Encounter()])
    place: str = ""
    base: str = ""
    disk: str = ""
    new: dict[str, dict[str, dict[str, Any]]] = field(
        default_factory=lambda: {"actors": {}, "places": {}, "sources": {}}
    )
    count: int = 0

    def add(self, case: int, section: str, told: Mapping[str, Any], of: int = -1) -> Row:
        """A further statement at the end of a list."""
        self.count += 1
        row = Row(self.count, dict(told), of)
        self.cases[case].lists.setdefault(section, []).append(row)
        return row


def fresh(today: str = "") -> Draft:
    """An empty draft."""
    return Draft([Encounter({"coded_on": today} if today else {})])


def stored(draft: Draft) -> str:
    """A draft as the text of a file."""
    return json.dumps(dataclasses.asdict(draft), ensure_ascii=False, sort_keys=True)


def restored(text: str) -> Draft:
    """The draft of such a text; ValueError where it is none."""
    try:
        told = json.loads(text)
        cases = [
            Encounter(
                case["head"],
                {name: [Row(**row) for row in rows] for name, rows in case["lists"].items()},
                case["of"],
            )
            for case in told.pop("cases")
        ]
        return Draft(cases, **told)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"no draft: {error}") from None


def opened(text: str, place: str, sources: Iterable[str], on_disk: bool = True) -> Draft:
    """A draft of a case file, to go on with it. DataError where the text holds no case.

    sources: the keys of the works that are known.
    """
    data = yamltext.load(text, place)
    if not isinstance(data, Map) or "case" not in data:
        advice = "choose a file that begins with case:, or begin a new one"
        raise DataError([Fault(place, 1, "", "holds no case", advice, code="case")])
    draft = Draft([], place, text, text if on_disk else "")
    known = dict.fromkeys(sources, "")
    parts = _parts(data)
    for number, case in enumerate([data, *parts]):
        made = Encounter(of=number - 1)
        source = _source(case, data)
        made.head = fields_of("", _head(case), source, known)
        draft.cases.append(made)
        for section in SECTIONS:
            for of, item in enumerate(_items(case.get(section))):
                shown = fields_of(section, item, source, known) if _is_statement(item) else {}
                draft.add(number, section, shown, of)
    return draft


# What a second coder begins with: what there was to code, without any reading of it.
_UNREAD = {
    "who": ("actor", "for", "office", "role", "audience", "cite"),
    "phases": ("phase", "what", "cite"),
    "acts": ("act", "what", "by", "to", "in", "at", "part_of", "outside", "when", "where", "cite"),
}
_UNREAD_HEAD = ("case", "title", "source", "cite", "scope", "when", "where", "format", "channel")


def beside(text: str, coder: str, place: str, sources: Iterable[str], today: str = "") -> Draft:
    """A draft of a second coder's file of the same encounter: who was there, the phases and the
    acts, by the same keys and without any reading of them. `place` is the first file's.

    Acts keep their keys, so that the graph shows both readings side by side.
    """
    data = yamltext.load(text, place)
    if not isinstance(data, Map) or not is_key(str(data.get("case", ""))):
        advice = "choose a file that begins with case:"
        raise DataError([Fault(place, 1, "", "holds no case", advice, code="case")])

    def unread(case: Map) -> Map:
        made = Map({key: case[key] for key in _UNREAD_HEAD if key in case})
        for section, keys in _UNREAD.items():
            items = [item for item in _items(case.get(section)) if isinstance(item, Map)]
            told = [Map({k: v for k, v in item.items() if k in keys}) for item in items]
            if told:
                made[section] = Seq(told)
        return made

    made = unread(data)
    made |= {"coder": Text(coder)} | ({"coded_on": Text(today)} if today else {})
    if parts := [unread(part) for part in _parts(data)]:
        made["parts"] = Seq(parts)
    where = f"cases/{slug(coder)}/{data['case']}.yaml"
    return opened(to_yaml(made), where, sources, on_disk=False)


def _is_statement(item: Any) -> bool:
    return isinstance(item, Map) and ("value" not in item or "of" in item)


def _items(value: Any) -> list[Any]:
    """The items of a list; what stands there alone is one."""
    if value is None or value == "":
        return []
    return list(value) if isinstance(value, Seq) else [value]


def _parts(data: Map) -> list[Map]:
    parts = data.get("parts")
    if not isinstance(parts, Seq) or not all(isinstance(part, Map) for part in parts):
        return []
    return list(parts)


def _head(data: Map) -> Map:
    return Map({k: v for k, v in data.items() if k not in SECTIONS and k != "parts"})


def _source(case: Map, whole: Map) -> str:
    return str(case.get("source") or whole.get("source") or "")


@functools.lru_cache(maxsize=8)
def _read(text: str) -> Map:
    data = yamltext.load(text, "") if text else Map()
    return data if isinstance(data, Map) else Map()


# -- names ----------------------------------------------------------------------------------------


def key_for(title: str, when: str, taken: Iterable[str]) -> str:
    """A key for an encounter out of its title and year that is not taken yet."""
    words = slug(title).split("-")
    year = next((w for w in when.replace("/", "-").split("-") if len(w) == 4 and w.isdigit()), "")
    kept = [w for w in words if w not in _SMALL and w != year][:4]
    base = "-".join(filter(None, (*kept, year)))[:60].strip("-")
    if not base:
        return ""
    known, number, key = set(taken), 2, base
    while key in known:
        key, number = f"{base}-{number}", number + 1
    return key


_SMALL = frozenset(
    ("a", "an", "and", "at", "by", "for", "from", "in", "meet", "meets", "of", "on", "the", "with")
)


# -- from a field to a value, and back ------------------------------------------------------------

_CHOSEN = ("term", "actor", "person", "place", "source", "case", "phase", "act", "part")


def is_list(section: str, key: str) -> bool:
    """Whether a field holds a list of choices; all others hold one text."""
    what = field_of(section, key)
    return what.many and what.kind in _CHOSEN


def value_of(section: str, key: str, told: Any) -> Any:
    """What stands in a file for what a field holds; None where that is nothing."""
    if isinstance(told, list | tuple):
        values = [Text(str(x).strip()) for x in told if str(x).strip()]
        if not values:
            return None
        return values[0] if len(values) == 1 else Seq(values)
    text = " ".join(str(told or "").split())
    if not text:
        return None
    what = field_of(section, key)
    if what.kind in ("texts", "people") or (what.many and what.kind in ("text", "cite")):
        # Several are parted by a semicolon; a title or a locator may hold a comma.
        parts = [Text(part.strip()) for part in text.split(";") if part.strip()]
        return parts[0] if len(parts) == 1 else Seq(parts) if parts else None
    if what.kind == "pairs":
        pairs = Map()
        for part in text.split(","):
            actor, _, felt = part.partition(":")
            pairs[actor.strip()] = Text(felt.strip())
        return pairs
    return Text(text)


def _shown(section: str, key: str, value: Any) -> Any:
    """What a field shows of a value; None where it could not give it back."""
    shown: Any
    if isinstance(value, Map):
        if field_of(section, key).kind != "pairs" or not all(
            isinstance(v, Text) for v in value.values()
        ):
            return None
        shown = ", ".join(f"{actor}: {felt}" for actor, felt in value.items())
    else:
        values = _items(value)
        if not all(isinstance(v, Text) for v in values):
            return None
        texts = [" ".join(v.split()) for v in values]
        shown = texts if is_list(section, key) else "; ".join(texts)
    return shown if _flat(value_of(section, key, shown)) == _flat(value) else None


def _flat(value: Any) -> Any:
    if isinstance(value, Map):
        return {key: _flat(each) for key, each in value.items()}
    return [" ".join(str(each).split()) for each in _items(value)]


def _cited(value: Any, source: str, known: Mapping[str, Any]) -> dict[str, str] | None:
    """The fields of a citation; None where they could not give it back."""
    items = _items(value)
    if not items:
        return None
    first, rest = items[0], items[1:]
    if isinstance(first, Map):
        names = {"source": "work", "locator": "place", "via": "via", "via_locator": "via place",
                 "relation": "relation"}  # fmt: skip
        if not all(k in names and isinstance(v, Text) for k, v in first.items()):
            return None
        told = {f"cite {names[k]}": str(v) for k, v in first.items()}
    else:
        found, _ = citations(first, source, known)
        if len(found) != 1:
            return None
        one = found[0]
        work, via = (s.partition("/")[2] for s in (one.source, one.via))
        if work == source and first.split()[:1] != [work]:
            work = ""
        told = dict(zip(CITE, (work, one.locator, via, one.via_locator), strict=False))
    if not all(isinstance(each, Text) for each in rest):
        return None
    told["cite more"] = "; ".join(rest)
    told = {name: text for name, text in told.items() if text}
    made = _cite(told, source, known)
    same = citations(made, source, known)[0] == citations(value, source, known)[0]
    return told if made is not None and same else None


def _cite(told: Mapping[str, Any], source: str, known: Mapping[str, Any]) -> Any:
    """The citation that these fields tell; None where they are empty."""
    work, place, via, via_place, relation, more = (
        " ".join(str(told.get(name) or "").split()) for name in CITE
    )
    made: list[Any] = []
    if work or place or via:
        text = " ".join(filter(None, (work, place, *(("via", via, via_place) if via else ()))))
        short, _ = citations(Text(text), source, known)
        meant = Citation(
            f"source/{work or source}" if work or source else "",
            place,
            via=f"source/{via}" if via else "",
            via_locator=via_place,
        )
        plain = not work and not via  # as it is typed, by the rules of a file
        if relation in ("", "supports") and (plain or short == [meant]):
            parts = [part.strip() for part in text.split(";") if plain and part.strip()]
            made += [Text(part) for part in parts or [text]]
        else:
            names = {"source": work, "locator": place, "via": via, "via_locator": via_place,
                     "relation": relation}  # fmt: skip
            made.append(Map({name: Text(told) for name, told in names.items() if told}))
    made += [Text(part.strip()) for part in more.split(";") if part.strip()]
    if not made:
        return None
    return made[0] if len(made) == 1 else Seq(made)


def target_of(of: Any) -> tuple[str, str]:
    """The list ("" for the head) and the key of the value that a rival coding names."""
    path, _, key = str(of or "").rpartition(".")
    section = path.partition(".")[0]
    if key and (section in SECTIONS or (not path and key in HEADER)):
        return section, key
    return "rival", "value"


def place_of(section: str, key: str, told: Mapping[str, Any]) -> tuple[str, str]:
    """The list and key by whose rules a field of a statement goes: a rival value by those of the
    value that it rivals."""
    return target_of(told.get("of")) if (section, key) == ("rival", "value") else (section, key)


def fields_of(section: str, item: Map, source: str, known: Mapping[str, Any]) -> dict[str, Any]:
    """What the fields of the form show of a statement, or of a head (section "").

    Values that no field could give back are left out; see `kept_of`.
    """
    told: dict[str, Any] = {}
    for key, value in item.items():
        if key == "cite":
            told |= _cited(value, source, known) or {}
            continue
        if section == "" and key in VALUES and isinstance(value, Map) and "value" in value:
            value = value["value"]
        shown = _shown(*place_of(section, key, item), value)
        if shown is not None:
            told[key] = shown
    return told


def kept_of(section: str, item: Map, source: str, known: Mapping[str, Any]) -> Map:
    """What no field of the form can show of a statement: it stays as it stands."""
    shown = fields_of(section, item, source, known)
    return Map(
        {
            key: value
            for key, value in item.items()
            if key not in shown and not (key == "cite" and any(name in shown for name in CITE))
        }
    )


def item_of(
    section: str,
    told: Mapping[str, Any],
    base: Map | None,
    source: str,
    known: Mapping[str, Any],
    old_source: str | None = None,
) -> Map:
    """The statement (or head) that the fields tell.

    base: the statement of the opened file; what a field shows of it and nobody changed is its very
    value. old_source: the work that its bare citations were of, where that was another.
    """
    made = Map()
    was = (
        fields_of(section, base, source if old_source is None else old_source, known)
        if base
        else {}
    )
    for key, value in (base or {}).items():
        if key == "cite":
            shown = {name: was[name] for name in CITE if name in was}
            now = {name: told[name] for name in CITE if told.get(name)}
            if not shown or shown == now:
                made[key] = value
        elif key not in was or (told.get(key) or "") == (was[key] or ""):
            made[key] = value
        elif isinstance(value, Map) and "value" in value:
            # A line of the head with a citation of its own: the value changes, not the rest.
            fresh_ = [
                Map({**value, "value": each})
                for each in _items(value_of(section, key, told.get(key)))
            ]
            if fresh_:
                made[key] = fresh_[0] if len(fresh_) == 1 else Seq(fresh_)
    changed = [key for key in told if not key.startswith("cite ") and key not in made]
    order = [*HEADER, *SECTIONS.get(section, ())] if section == "" else SECTIONS[section]
    for key in sorted(changed, key=lambda k: order.index(k) if k in order else len(order)):
        if base and key in base and isinstance(base[key], Map) and "value" in base[key]:
            continue
        value = value_of(*place_of(section, key, told), told[key])
        if value is not None:
            made[key] = value
    if "cite" not in made:
        cited = _cite(told, source, known)
        if cited is not None:
            made["cite"] = cited
    return made


def _empty(section: str, told: Mapping[str, Any]) -> bool:
    """Whether a new statement tells nothing yet: what is taken over from another tells nothing."""
    return not any(
        value_of(section, key, told[key]) is not None
        for key in told
        if not key.startswith("cite ") and key not in ("coder", "in")
    )


# -- from the draft to the text -------------------------------------------------------------------


def told_rows(
    draft: Draft, case: int, known: Mapping[str, Any], source: str | None = None
) -> dict[str, list[tuple[Row, Any]]]:
    """The statements of one encounter of the draft that tell something, each with its row."""
    base, whole = _base(draft, case), _read(draft.base)
    encounter = draft.cases[case]
    now = source if source is not None else _now_source(draft, case)
    old = _source(base, whole)
    keyed = with_keys({s: [row.told for row in rows] for s, rows in encounter.lists.items()})
    found: dict[str, list[tuple[Row, Any]]] = {}
    for section in SECTIONS:
        held = _items(base.get(section))
        rows = []
        for row, told in zip(encounter.lists.get(section, ()), keyed.get(section, ()), strict=True):
            was = held[row.of] if 0 <= row.of < len(held) else None
            if was is not None and not _is_statement(was):
                rows.append((row, was))
                continue
            item = item_of(section, told, was, now, known, old)
            if was is None or not kept_of(section, was, old, known):
                if _empty(section, told):
                    continue
            rows.append((row, item))
        found[section] = rows
    return found


def _base(draft: Draft, case: int) -> Map:
    """The encounter of the opened file that one of the draft goes on with."""
    whole = _read(draft.base)
    of = draft.cases[case].of
    parts = _parts(whole)
    if case == 0:
        return whole
    return parts[of] if 0 <= of < len(parts) else Map()


def base_head(draft: Draft, case: int) -> Map:
    """The head of the encounter that is gone on with; empty where there is none."""
    return _head(_base(draft, case))


def base_item(draft: Draft, case: int, section: str, row: Row) -> Any:
    """The statement of the opened file that a row goes on with; None where it is new."""
    held = _items(_base(draft, case).get(section))
    return held[row.of] if 0 <= row.of < len(held) else None


def _now_source(draft: Draft, case: int) -> str:
    heads = (draft.cases[case].head, draft.cases[0].head)
    return next((str(head["source"]) for head in heads if head.get("source")), "")


def _encounters(draft: Draft, known: Mapping[str, Any]) -> list[Map]:
    taken: set[str] = set()
    return [_encounter(draft, number, known, taken) for number in range(len(draft.cases))]


def _joined(draft: Draft, cases: Sequence[Map]) -> Map:
    """The case that a draft tells, with the parts of its series; empty where it tells nothing."""
    made = cases[0]
    whole = _read(draft.base)
    if "parts" in whole and not _parts(whole):
        made["parts"] = whole["parts"]
    elif parts := [case for case in cases[1:] if case]:
        made["parts"] = whole["parts"] if _parts(whole) == parts else Seq(parts)
    return made


def _encounter(draft: Draft, number: int, known: Mapping[str, Any], taken: set[str]) -> Map:
    base, whole = _base(draft, number), _read(draft.base)
    told = dict(draft.cases[number].head)
    source = _now_source(draft, number)
    rows = told_rows(draft, number, known, source)
    if not base and not any(rows.values()):
        if not any(v for k, v in told.items() if k != "coded_on"):
            return Map()
    if not told.get("case") and "case" not in base:
        told["case"] = key_for(str(told.get("title") or ""), str(told.get("when") or ""), taken)
    made = item_of("", told, _head(base), source, known, _source(base, whole))
    taken.add(str(made.get("case", "")))
    for section in SECTIONS:
        items = [item for _, item in rows[section]]
        if section in base and items == _items(base[section]):
            made[section] = base[section]
        elif items:
            made[section] = Seq(items)
    return made


OWN_KEY = {"phases": "phase", "acts": "act", "outcomes": "outcome"}


def with_keys(lists: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """The lists with a key for every phase, act and outcome that has none: out of its kind, or its
    first words, numbered where that is taken."""
    made: dict[str, list[dict[str, Any]]] = {
        section: [dict(row) for row in rows] for section, rows in lists.items()
    }
    for section, name in OWN_KEY.items():
        rows = made.get(section, [])
        taken = {str(row.get(name) or "") for row in rows}
        for row in rows:
            if row.get(name) or _empty(section, row):
                continue
            told = str(row.get("kind") or row.get("what") or row.get("mode") or name)
            parts = slug(told).split("-")
            base = "-".join([w for w in parts if w not in _SMALL][:4] or parts[:4]) or name
            number, key = 2, base
            while key in taken:
                key, number = f"{base}-{number}", number + 1
            row[name] = key
            taken.add(key)
    return made


def named(case: Map) -> dict[str, set[str]]:
    """The keys of actors, places and sources that a case and its parts use."""
    found: dict[str, set[str]] = {"actors": set(), "places": set(), "sources": set()}

    def texts(value: Any) -> Iterator[str]:
        if isinstance(value, Map):
            value = list(value.values())
        if isinstance(value, list):
            for each in value:
                yield from texts(each)
        elif isinstance(value, str):
            yield str(value)

    def look(section: str, item: Map) -> None:
        for key, value in item.items():
            what = field_of(*place_of(section, key, item))
            if isinstance(value, Map) and "value" in value and section == "":
                look("", Map({k: v for k, v in value.items() if k != "value"}))
                value = value["value"]
            if what.kind in ("actor", "person", "part"):
                found["actors"].update(texts(value))
            if what.kind == "pairs" and isinstance(value, Map):
                found["actors"].update(value)
            if what.kind == "place":
                found["places"].update(texts(value))
            if what.kind in ("source", "person"):
                found["sources"].update(texts(value))
            if what.kind == "cite":
                for text in texts(value):
                    words = text.split()
                    found["sources"].update(words[:1])
                    after = (b for a, b in itertools.pairwise(words) if a == "via")
                    found["sources"].update(after)

    look("", _head(case))
    for section in SECTIONS:
        for item in _items(case.get(section)):
            if isinstance(item, Map):
                look(section, item)
    for part in _parts(case):
        for kind, keys in named(part).items():
            found[kind] |= keys
    return found


_SINGLE = ("case", "source", "coder", "coded_on", "codebook", "parts")


def values_of(case: Map) -> dict[str, str]:
    """What a rival coding may name: the path of each value of a case, and what it says now."""
    found: dict[str, str] = {}
    for key, value in _head(case).items():
        if key in VALUES and key not in _SINGLE:
            found[key] = words(value.get("value") if isinstance(value, Map) else value)
    for section, keys in SECTIONS.items():
        if section == "rival":
            continue
        paths: dict[str, Map] = {}  # of several statements by one name the last can be named
        for number, item in enumerate(
            (i for i in _items(case.get(section)) if _is_statement(i)), 1
        ):
            name = item.get(keys[0])
            if isinstance(name, Seq):
                name = "-".join(map(str, name))
            paths[f"{section}.{name if isinstance(name, str) else number}"] = item
        for path, item in paths.items():
            for key in keys:
                if key in item and key != keys[0]:
                    found[f"{path}.{key}"] = words(item[key])
    return found


def words(value: Any) -> str:
    """A value of a file as words."""
    if isinstance(value, Map):
        return ", ".join(f"{key}: {words(each)}" for key, each in value.items())
    return ", ".join(words(each) for each in value) if isinstance(value, list) else str(value)


def summary(section: str, item: Any, called: Callable[[str, str], str]) -> str:
    """A statement in one line. called: (kind of name, key) -> what it is called."""
    if not isinstance(item, Map):
        return words(item)
    step = next(step for step in STEPS if step.section == section)
    told = []
    for key in step.keys:
        if key not in item:
            continue
        what: Field = field_of(*place_of(section, key, item))
        value = item[key]
        if not isinstance(value, Map):
            value = ", ".join(
                called(what.kind, str(each)) if isinstance(each, Text) else words(each)
                for each in _items(value)
            )
        text = words(value)
        if section in ("acts", "credits", "domination"):
            text = {"to": "to ", "over": "over ", "by": "by ", "from": "from ", "in": "in ",
                    "for": "lasts ", "replies": "answers ", "credit": "credit ",
                    "discredit": "discredit ", "intent": "intent ", "uptake": "uptake "
                    }.get(key, "") + text  # fmt: skip
        told.append(text)
    cited = f" [{words(item['cite'])}]" if "cite" in item else ""
    return "; ".join(told) + cited


# -- what is wrong --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in the form: an encounter by number, a list ("" for the head), the id of a row (0 for
    none), and a key ("" for the whole of it)."""

    case: int = 0
    section: str = ""
    row: int = 0
    key: str = ""


@dataclass(slots=True)
class Checked:
    """The case of a draft, its text, and what its reader says of it.

    at: faults by the field that made them. claims: what it asserts. stuck: why the opened file
    cannot be changed; the text is then one written anew.
    """

    case: Map = field(default_factory=Map)
    text: str = ""
    claims: list[Claim] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    at: dict[Spot, list[Fault]] = field(default_factory=dict)
    stuck: list[Fault] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Whether it may be saved and ingested."""
        errors = any(f.severity == "error" for f in self.faults)
        return bool(self.claims) and not errors and not self.stuck

    def under(self, case: int, section: str, row: int | None = None) -> list[Fault]:
        """The faults of a list, or of one statement of it."""
        return [
            fault
            for spot, some in self.at.items()
            if (spot.case, spot.section) == (case, section) and row in (None, spot.row)
            for fault in some
        ]


def checked(draft: Draft, name: str, known: Registers, vocabulary: Vocabulary) -> Checked:
    """Write the case of a draft, read it as an ingest would, and place every fault."""
    cases = _encounters(draft, known.sources)
    made = Checked(_joined(draft, cases))
    if not made.case:
        return made
    made.text = to_yaml(made.case)
    if draft.base:
        try:
            made.text = rewritten(draft.base, made.case, name)
        except DataError as error:
            made.stuck = error.faults
    try:
        again = yamltext.load(made.text, name)
        if again != made.case:
            message = "what is told here cannot be written as it is"
            raise DataError([Fault(name, None, "", message, "tell it otherwise", code="yaml")])
    except DataError as error:  # cannot come of what `to_yaml` wrote; said all the same
        made.faults = error.faults
        made.at[Spot()] = error.faults
        return made
    paths: list[tuple[Any, ...]] = [()]  # by line: every value stands on a line of its own
    made.claims, made.faults = read_case(_numbered(again, (), paths), name, known, vocabulary)
    rows = [
        {section: [row.id for row, _ in some] for section, some in told.items()}
        for told in (told_rows(draft, n, known.sources) for n in range(len(draft.cases)))
    ]
    numbers = [n for n, case in enumerate(cases) if not n or case]
    for fault in made.faults:
        spot = _spot(paths[fault.line or 0], rows, numbers)
        if not fault.line:
            spot = _by_record(fault.record, spot, rows)
        if fault.code == "uncited" and not spot.key:
            spot = dataclasses.replace(spot, key="cite")
        if fault.message == "no source is named":  # said of every statement: once is enough
            spot = Spot(key="source")
        some = made.at.setdefault(spot, [])
        if fault.message not in [other.message for other in some]:
            some.append(fault)
    made.faults = [fault for some in made.at.values() for fault in some]
    return made


def _numbered(value: Any, path: tuple[Any, ...], paths: list[tuple[Any, ...]]) -> Any:
    """The same value with a line for each thing in it; `paths` takes down what stands on which."""
    paths.append(path)
    line = len(paths) - 1
    if isinstance(value, Map):
        made = Map(line=line)
        for key, each in value.items():
            paths.append((*path, key))
            made.lines[key] = len(paths) - 1
            made[key] = _numbered(each, (*path, key), paths)
        return made
    if isinstance(value, Seq):
        items = Seq(_numbered(each, (*path, n), paths) for n, each in enumerate(value))
        items.line = line
        return items
    return Text(str(value), line)


def _spot(
    path: tuple[Any, ...], rows: Sequence[Mapping[str, Sequence[int]]], numbers: Sequence[int]
) -> Spot:
    case = 0
    if path[:1] == ("parts",) and len(path) > 1:
        at = path[1] + 1
        case, path = (numbers[at] if at < len(numbers) else 0), path[2:]
    if path and path[0] in SECTIONS:
        section = str(path[0])
        told = rows[case].get(section, ())
        number = path[1] if len(path) > 1 and isinstance(path[1], int) else 0
        row = told[number] if number < len(told) else 0
        return Spot(case, section, row, str(path[2]) if len(path) > 2 else "")
    return Spot(case, "", 0, str(path[0]) if path else "")


def _by_record(record: str, spot: Spot, rows: Sequence[Mapping[str, Sequence[int]]]) -> Spot:
    """Where a fault without a line belongs: what is missing has none, but is told of "who 2"."""
    section, _, number = record.rpartition(" ")
    told = rows[0].get(section, ()) if len(rows) == 1 and number.isdigit() else ()
    if not told or int(number) > len(told):
        return spot
    return Spot(0, section, told[int(number) - 1], SECTIONS[section][0])


def difference(old: str, new: str) -> str:
    """What changes from one text to another, as a unified difference; "" where nothing does."""
    lines = difflib.unified_diff(
        old.splitlines(), new.splitlines(), "before", "after", "", "", 2, ""
    )
    return "\n".join(itertools.islice(lines, 2, None))


def widened(known: Registers, new: Mapping[str, Mapping[str, Map]]) -> Registers:
    """The registers with entries that are not written yet."""
    return Registers(
        {**new.get("actors", {}), **known.actors},
        {**new.get("places", {}), **known.places},
        {**new.get("sources", {}), **known.sources},
        known.cases,
        known.coder,
    )


# -- registers ------------------------------------------------------------------------------------


def entry_of_record(record: Mapping[str, Any]) -> Map:
    """A source's record as an entry of sources.yaml that makes the very same record."""

    def told(value: Any) -> Any:
        if isinstance(value, Mapping):
            return Map({str(k): told(v) for k, v in value.items()})
        if isinstance(value, list | tuple):
            return Seq(told(v) for v in value)
        return Text(str(value))

    return Map({key: told(value) for key, value in record.items()})


def add_entries(root: Path, kind: str, entries: Mapping[str, Map]) -> Path | None:
    """Write new entries at the end of a register (actors, places or sources) in the project's root.

    Keys that stand there already are left as they are. What stands in the file is not touched:
    where the register cannot simply be continued, DataError says so and nothing is written. None
    where there was nothing to add.
    """
    name = next(file for file, what in FILES.items() if what == kind)
    path = root / name
    raw = path.read_bytes() if path.is_file() else b""
    data = yamltext.load(raw, name)
    encoding = "utf-8-sig" if raw.startswith(codecs.BOM_UTF8) else "utf-8"
    text = raw.decode(encoding)
    end = "\r\n" if "\r\n" in text else "\n"
    held = data.get(kind) if isinstance(data, Map) else None
    known = held if isinstance(held, Map) else Map()
    fresh = Map(
        {
            key: Map({k: v for k, v in entry.items() if k in entry_keys(kind)})
            for key, entry in entries.items()
            if key not in known
        }
    )
    if not fresh:
        return None
    wrong = [key for key in fresh if not is_key(key)]
    if wrong:
        message = f"'{wrong[0]}' is no key"
        advice = "use lower-case letters, digits and hyphens"
        raise DataError([Fault(name, None, "", message, advice, code="key")])
    added = to_yaml(Map({kind: fresh})).split("\n", 1)[1].replace("\n", end)
    if text and not text.endswith("\n"):
        text += end
    if not isinstance(data, Map) or kind not in data:
        text += f"{kind}:{end}"
    whole = text + added
    again = yamltext.load(whole, name)
    now = again.get(kind) if isinstance(again, Map) else None
    if not isinstance(now, Map) or now != {**known, **fresh}:
        message = "cannot be continued at its end"
        advice = f"write there by hand:\n{added}"
        raise DataError([Fault(name, None, "", message, advice, code="register")])
    fresh_file = path.with_name(f".{name}.new")
    fresh_file.write_bytes(whole.encode(encoding))
    fresh_file.replace(path)
    return path


def record_of(node: Mapping[str, Any]) -> dict[str, Any]:
    """The record of a source out of its claim's JSON."""
    told = json.loads(str(node["json"]))
    made: dict[str, Any] = json.loads(told["value"])
    return made
