"""Who, where and what works a case names: known by name, and entered in the project's registers.

Pure but for `add_entries`. A name that is typed is known by its words, whatever its capitals and
accents; one that nobody knows becomes an entry, written to `actors.yaml`, `places.yaml` or
`sources.yaml` when the case is saved.
"""

from __future__ import annotations

import codecs
import contextlib
import dataclasses
import itertools
import re
from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from visavis.dashboard.form.drafts import Draft
from visavis.dashboard.form.fields import head_of, items_of, parts_of, place_of, value_of
from visavis.dashboard.form.steps import OWN_KEY
from visavis.dashboard.places import read_coordinates
from visavis.ingest import yamltext
from visavis.ingest.case_keys import SECTIONS
from visavis.ingest.case_schema import entry_keys, field_of
from visavis.ingest.casetext import to_yaml
from visavis.ingest.registers import FILES, Registers, read_register
from visavis.ingest.yamltext import Map, Seq, Text
from visavis.schema.errors import DataError, Fault
from visavis.schema.model import Vocabulary
from visavis.schema.text import fold, is_key, slug

__all__ = [
    "add_entries",
    "called",
    "distinct",
    "entry_of",
    "entry_of_record",
    "fitting",
    "fresh_key",
    "named",
    "names_of",
    "near",
    "replaced",
    "widened",
    "words_of",
    "wrong",
]

# -- what a case names ----------------------------------------------------------------------------


def named(case: Map) -> dict[str, set[str]]:
    """The keys of actors, places and sources that a case and its parts use."""
    found: dict[str, set[str]] = {"actors": set(), "places": set(), "sources": set()}
    own = {
        str(item.get(key) or "")
        for section, key in OWN_KEY.items()
        for item in items_of(case.get(section))
        if isinstance(item, Map)
    }

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
            if what.kind in ("actor", "person"):
                found["actors"].update(texts(value))
            if what.kind == "part":  # an actor, where it is none of its own phases and acts
                found["actors"].update(each for each in texts(value) if each not in own)
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

    look("", head_of(case))
    for section in SECTIONS:
        for item in items_of(case.get(section)):
            if isinstance(item, Map):
                look(section, item)
    for part in parts_of(case):
        for kind, keys in named(part).items():
            found[kind] |= keys
    return found


def words_of(draft: Draft) -> set[str]:
    """Every word of a draft that may be a key."""
    found: set[str] = set()

    def look(value: Any) -> None:
        if isinstance(value, str):
            found.update(word for word in re.split(r"[\s;,:]+", value) if is_key(word))
        elif isinstance(value, Mapping):
            for each in value.values():
                look(each)
        elif isinstance(value, list | tuple):
            for each in value:
                look(each)

    for encounter in draft.cases:
        look(encounter.head)
        look([row.told for rows in encounter.lists.values() for row in rows])
    look(draft.new)
    return found


def replaced(draft: Draft, kind: str, old: str, new: str) -> None:
    """Name somebody, somewhere or some work otherwise, wherever a field of choices names it."""
    kinds = {"actors": ("actor", "person", "part"), "places": ("place",),
             "sources": ("source", "person")}[kind]  # fmt: skip

    def told(section: str, fields: dict[str, Any]) -> None:
        for key, value in fields.items():
            cited = kind == "sources" and key in ("cite work", "cite via")
            if not cited and field_of(*place_of(section, key, fields)).kind not in kinds:
                continue
            if isinstance(value, list):
                fields[key] = list(dict.fromkeys(new if each == old else each for each in value))
            elif value == old:
                fields[key] = new

    for encounter in draft.cases:
        told("", encounter.head)
        for section, rows in encounter.lists.items():
            for row in rows:
                told(section, row.told)
    draft.new[kind].pop(old, None)


# -- names ----------------------------------------------------------------------------------------

_WORD = re.compile(r"\w+")
_ALIKE = 75  # per cent of letters in common that make a suggestion


def called(kind: str, key: str, entry: Mapping[str, Any]) -> str:
    """What an entry is called in a list: a name; of a work its author and year, then its title."""
    if kind != "sources":
        return str(entry.get("name") or key)
    title, short = str(entry.get("title") or ""), str(entry.get("citation") or "")
    author = entry.get("author")
    first = author[0] if isinstance(author, list) and author else author
    if not short and isinstance(first, str) and first:
        short = f"{first.partition(',')[0]} {entry.get('issued') or ''}".strip()
    return ": ".join(dict.fromkeys(filter(None, (short, title)))) or key


def names_of(kind: str, key: str, entry: Mapping[str, Any]) -> list[str]:
    """All that an entry may be called by when it is typed."""
    also = entry.get("also") or ()
    return [called(kind, key, entry), *([also] if isinstance(also, str) else map(str, also)), key]


def distinct(labels: Mapping[str, str]) -> dict[str, str]:
    """The same labels, with the key behind those that stand twice."""
    count = Counter(labels.values())
    return {k: f"{label} ({k})" if count[label] > 1 else label for k, label in labels.items()}


def fitting(text: str, among: Mapping[str, Sequence[str]]) -> list[str]:
    """The entries that a typed text names: those of this very name, else those in one of whose
    names all of its words stand."""
    typed = _WORD.findall(fold(text))
    if not typed:
        return []
    told = {key: [_WORD.findall(fold(name)) for name in names] for key, names in among.items()}
    same = [key for key, names in told.items() if typed in names]
    return same or [k for k, names in told.items() if any(set(typed) <= set(n) for n in names)]


def near(text: str, among: Mapping[str, Sequence[str]], most: int = 3) -> list[str]:
    """The entries with a name, or a long word of one, spelled much like a text; best first."""
    from rapidfuzz import fuzz, process  # only where nothing fits

    owners: dict[str, list[str]] = {}
    for key, names in among.items():
        for name in map(fold, names):
            for each in {name, *(word for word in name.split() if len(word) > 3)}:
                owners.setdefault(each, []).append(key)
    found = process.extract(
        fold(text), list(owners), scorer=fuzz.ratio, limit=most, score_cutoff=_ALIKE
    )
    return list(dict.fromkeys(key for word, _, _ in found for key in owners[word]))[:most]


def fresh_key(name: str, taken: Container[str]) -> str:
    """A key for a new entry that is not taken yet."""
    base = slug(name)[:60].strip("-") or "unnamed"
    key = base
    for number in itertools.count(2):
        if key not in taken:
            return key
        key = f"{base}-{number}"
    raise AssertionError("not reached")


# -- registers ------------------------------------------------------------------------------------


def widened(known: Registers, new: Mapping[str, Mapping[str, Map]]) -> Registers:
    """The registers with entries that are not written yet."""
    return Registers(
        {**new.get("actors", {}), **known.actors},
        {**new.get("places", {}), **known.places},
        {**new.get("sources", {}), **known.sources},
        known.cases,
        known.coder,
    )


def entry_of(kind: str, told: Mapping[str, Any]) -> Map:
    """The entry that the fields of somebody new tell."""
    values = {key: value_of(kind, key, value) for key, value in told.items()}
    return Map({key: value for key, value in values.items() if value is not None})


def entry_of_record(record: Mapping[str, Any]) -> Map:
    """A source's record as an entry of sources.yaml that makes the very same record."""

    def told(value: Any) -> Any:
        if isinstance(value, Mapping):
            return Map({str(k): told(v) for k, v in value.items()})
        if isinstance(value, list | tuple):
            return Seq(told(v) for v in value)
        return Text(str(value))

    return Map({key: told(value) for key, value in record.items()})


def wrong(kind: str, key: str, entry: Map, known: Registers, vocabulary: Vocabulary) -> list[Fault]:
    """What a register that held this entry would be faulted for, and coordinates that are none."""
    name = f"{kind}.yaml"
    data = yamltext.load(to_yaml(Map({kind: Map({key: entry})})), name)
    found = read_register(data, name, kind, known, vocabulary)[1]
    where = entry.get("coordinates")
    if kind == "places" and where and read_coordinates(str(where)) is None:
        message = f"'{where}' are no coordinates"
        advice = "write degrees north and east with a comma between: 46.20,6.15"
        found.append(Fault(name, None, f"place '{key}'", message, advice, code="coordinates"))
    return [dataclasses.replace(fault, file="", line=None) for fault in found]


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
    bad = [key for key in fresh if not is_key(key)]
    if bad:
        message = f"'{bad[0]}' is no key"
        advice = "use lower-case letters, digits and hyphens"
        raise DataError([Fault(name, None, "", message, advice, code="key")])
    # Written as far to the right as the entries that are there.
    first = re.search(rf"^{kind}:.*\n(?:[ \t]*(?:#.*)?\r?\n)*( +)[^\s#]", text, re.MULTILINE)
    indent = first[1] if first and known else "  "
    lines = to_yaml(Map({kind: fresh})).splitlines()[1:]
    added = "".join(f"{indent}{line[2:]}{end}" for line in lines)
    if text and not text.endswith("\n"):
        text += end
    if not isinstance(data, Map) or kind not in data:
        text += f"{kind}:{end}"
    whole = text + added
    now: Any = None
    with contextlib.suppress(DataError):
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
