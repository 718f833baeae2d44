"""Coding an encounter by a form: the same YAML a scholar would write, checked while it is typed.

Pure but for the two functions that write files. The form holds texts by section and key; `case_of`
makes the case of them, `workbook.to_yaml` writes it, and `checked` reads that text again with the
very reader of the ingest, so that a fault stands beside the field that made it.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from visavis.ingest import yamltext
from visavis.ingest.case import HEADER, SECTIONS, read_case
from visavis.ingest.case_schema import entry_keys, field_of
from visavis.ingest.registers import FILES, Registers
from visavis.ingest.workbook import to_yaml
from visavis.ingest.yamltext import Map, Seq, Text
from visavis.schema.claims import Claim
from visavis.schema.errors import DataError, Fault
from visavis.schema.model import Vocabulary
from visavis.schema.text import is_key, slug

__all__ = [
    "HEAD",
    "MORE_HEAD",
    "STEPS",
    "Checked",
    "Step",
    "add_entries",
    "case_of",
    "checked",
    "entry_of_record",
    "key_for",
    "named",
    "record_of",
    "widened",
    "with_keys",
]

# The lines of the head that the form asks for: first the needed ones, then what may be told too.
HEAD = ("title", "case", "when", "where", "source", "cite", "coder", "basis")
MORE_HEAD = ("format", "channel", "stage", "mode", "for", "language", "topics", "arrangement",
             "part_of", "follows", "answers", "confidence", "memo")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """One list of statements as the form asks for it: the keys shown first, and the others."""

    section: str
    title: str
    asks: str
    keys: tuple[str, ...]
    more: tuple[str, ...] = ()


def _rest(section: str, *first: str) -> tuple[str, ...]:
    told = ("quote", "said_by", "confidence", "memo")
    return tuple(k for k in (*SECTIONS[section], *told) if k not in (*first, "cite"))


def _step(section: str, title: str, asks: str, *keys: str) -> Step:
    return Step(section, title, asks, (*keys, "cite"), _rest(section, *keys))


STEPS = (
    _step("who", "Who was there",
          "Evidence of attendance only: somebody who was merely talked about is not listed.",
          "actor", "for", "office", "role"),
    _step("phases", "Phases", "Stretches of the encounter, in their order.",
          "phase", "what", "stage", "mode", "for"),
    _step("acts", "What was done",
          "Acts in their order: a rite, a gesture, an utterance, a refusal. Say yes to credit or "
          "discredit where the act gives it by its own kind.",
          "act", "kind", "what", "by", "to", "in", "credit", "discredit"),
    _step("credits", "Credit and discredit apart from an act",
          "Where no single act above carries it.",
          "from", "to", "credit", "discredit", "in", "uptake"),
    _step("domination", "Who had or sought the upper hand", "", "by", "over", "result", "in"),
    _step("bonds", "Bonds", "What grew or broke between them.", "between", "kind", "change"),
    _step("ingredients", "Ingredients", "What the encounter shows of an interaction ritual.",
          "ingredient", "degree", "in"),
    _step("effects", "Effects", "", "effect", "degree", "in"),
    _step("emotions", "Feelings", "Displayed there, or reported later.",
          "actor", "emotion", "how", "in"),
    _step("outcomes", "What followed", "As somebody attributes it.",
          "outcome", "what", "kind", "from"),
    _step("remarks", "Anything else", "In your own words.", "remark", "on"),
)  # fmt: skip


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


# -- from the form to the text --------------------------------------------------------------------


def _value(section: str, key: str, told: Any) -> Any:
    """A value as a case holds it; None where nothing was told."""
    if isinstance(told, list | tuple):
        values = [Text(str(x).strip()) for x in told if str(x).strip()]
        if not values:
            return None
        return values[0] if len(values) == 1 else Seq(values)
    text = " ".join(str(told or "").split())
    if not text:
        return None
    what = field_of(section, key)
    if key == "cite" or (what.many and not what.scheme and ";" in text):
        # Several citations are parted by a semicolon; a locator may hold a comma.
        parts = [Text(part.strip()) for part in text.split(";") if part.strip()]
        return parts[0] if len(parts) == 1 else Seq(parts)
    if what.kind == "pairs":
        pairs = Map()
        for part in text.split(","):
            actor, _, felt = part.partition(":")
            pairs[actor.strip()] = Text(felt.strip())
        return pairs
    return Text(text)


def case_of(head: Mapping[str, Any], lists: Mapping[str, Sequence[Mapping[str, Any]]]) -> Map:
    """The case that the form tells: what was left empty is left out."""
    made = Map()
    for key in HEADER:
        value = _value("", key, head.get(key))
        if value is not None:
            made[key] = value
    for section in SECTIONS:
        items = Seq()
        for row in lists.get(section, ()):
            item = Map()
            for key in (*SECTIONS[section], *(k for k in row if k not in SECTIONS[section])):
                value = _value(section, key, row.get(key))
                if value is not None:
                    item[key] = value
            if item:
                items.append(item)
        if items:
            made[section] = items
    return made


_OWN_KEY = {"phases": "phase", "acts": "act", "outcomes": "outcome"}


def with_keys(lists: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """The lists with a key for every phase, act and outcome that has none: out of its kind, or its
    first words, numbered where that is taken."""
    made: dict[str, list[dict[str, Any]]] = {
        section: [dict(row) for row in rows] for section, rows in lists.items()
    }
    for section, name in _OWN_KEY.items():
        rows = made.get(section, [])
        taken = {str(row.get(name) or "") for row in rows}
        for row in rows:
            if row.get(name) or not any(_value(section, k, row.get(k)) for k in row):
                continue
            told = str(row.get("kind") or row.get("what") or row.get("mode") or name)
            base = "-".join(slug(told).split("-")[:4]) or name
            number, key = 2, base
            while key in taken:
                key, number = f"{base}-{number}", number + 1
            row[name] = key
            taken.add(key)
    return made


def named(case: Map) -> dict[str, set[str]]:
    """The keys of actors, places and sources that a case uses."""
    found: dict[str, set[str]] = {"actors": set(), "places": set(), "sources": set()}

    def look(section: str, item: Map) -> None:
        for key, value in item.items():
            what = field_of(section, key)
            values = value if isinstance(value, Seq) else [value]
            if isinstance(value, Map):
                values = list(value) if what.kind == "pairs" else []
            texts = [str(v) for v in values if isinstance(v, str)]
            if what.kind in ("actor", "person", "part", "pairs"):
                found["actors"].update(texts)
            if what.kind == "place":
                found["places"].update(texts)
            if what.kind in ("source", "person"):
                found["sources"].update(texts)
            if what.kind == "cite":
                for text in texts:
                    words = text.split()
                    found["sources"].update(words[:1])
                    after = (b for a, b in itertools.pairwise(words) if a == "via")
                    found["sources"].update(after)

    look("", Map({key: value for key, value in case.items() if key not in SECTIONS}))
    for section in SECTIONS:
        for item in case.get(section) or ():
            if isinstance(item, Map):
                look(section, item)
    return found


# -- what is wrong --------------------------------------------------------------------------------


@dataclass(slots=True)
class Checked:
    """The text of a case and what its reader says of it.

    rows: faults by section and number of the statement (of those that are not empty). head:
    faults of the header. claims: what it asserts.
    """

    text: str
    claims: list[Claim] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    rows: dict[tuple[str, int], list[Fault]] = field(default_factory=dict)
    head: list[Fault] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Whether it may be saved and ingested."""
        return bool(self.claims) and not any(f.severity == "error" for f in self.faults)


def checked(case: Map, name: str, known: Registers, vocabulary: Vocabulary) -> Checked:
    """Write a case as YAML, read that again as an ingest would, and place every fault."""
    if not case:
        return Checked("")
    made = Checked(to_yaml(case))
    try:
        data = yamltext.load(made.text, name)
    except DataError as error:  # cannot come of what `to_yaml` wrote; said all the same
        made.faults = made.head = error.faults
        return made
    lines: dict[int, tuple[str, int]] = {}
    for section in SECTIONS:
        items = data.get(section) if isinstance(data, Map) else None
        for number, item in enumerate(items if isinstance(items, Seq) else ()):
            if isinstance(item, Map):
                lines[item.line] = (section, number)
    made.claims, made.faults = read_case(data, name, known, vocabulary)
    for fault in made.faults:
        at = lines.get(fault.line or 0)
        if at:
            made.rows.setdefault(at, []).append(fault)
        else:
            made.head.append(fault)
    return made


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
    text = path.read_text("utf-8-sig") if path.is_file() else ""
    data = yamltext.load(text, name)
    held = data.get(kind) if isinstance(data, Map) else None
    known = held if isinstance(held, Map) else Map()
    fresh = Map({key: entry for key, entry in entries.items() if key not in known})
    if not fresh:
        return None
    wrong = [key for key in fresh if not is_key(key)]
    if wrong:
        message = f"'{wrong[0]}' is no key"
        advice = "use lower-case letters, digits and hyphens"
        raise DataError([Fault(name, None, "", message, advice, code="key")])
    for entry in fresh.values():
        for key in list(entry):
            if key not in entry_keys(kind):
                del entry[key]
    added = to_yaml(Map({kind: fresh})).split("\n", 1)[1]
    if text and not text.endswith("\n"):
        text += "\n"
    if not isinstance(data, Map) or kind not in data:
        text += f"{kind}:\n"
    whole = text + added
    again = yamltext.load(whole, name)
    now = again.get(kind) if isinstance(again, Map) else None
    if not isinstance(now, Map) or now != {**known, **fresh}:
        message = "cannot be continued at its end"
        advice = f"write there by hand:\n{added}"
        raise DataError([Fault(name, None, "", message, advice, code="register")])
    fresh_file = path.with_name(f".{name}.new")
    fresh_file.write_text(whole, encoding="utf-8")
    fresh_file.replace(path)
    return path


def record_of(node: Mapping[str, Any]) -> dict[str, Any]:
    """The record of a source out of its claim's JSON."""
    told = json.loads(str(node["json"]))
    made: dict[str, Any] = json.loads(told["value"])
    return made
