"""The case that a draft tells, and what is wrong with it: the YAML a scholar would write.

Pure. `checked` writes the case (into the opened text, see `rewriting`, or anew) and reads it with
the very reader of the ingest, so that a fault stands at the field that made it.
"""

from __future__ import annotations

import dataclasses
import difflib
import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from visavis.dashboard.form.drafts import Draft, Row, base_of, source_now, whole_base
from visavis.dashboard.form.fields import (
    head_of,
    is_empty,
    is_statement,
    item_of,
    items_of,
    kept_of,
    parts_of,
    source_of,
)
from visavis.dashboard.form.rewriting import rewritten
from visavis.dashboard.form.steps import OWN_KEY
from visavis.ingest import yamltext
from visavis.ingest.case import read_case
from visavis.ingest.case_keys import SECTIONS
from visavis.ingest.casetext import to_yaml
from visavis.ingest.registers import Registers
from visavis.ingest.yamltext import Map, Seq, Text
from visavis.schema.claims import Claim
from visavis.schema.errors import DataError, Fault
from visavis.schema.model import Vocabulary
from visavis.schema.text import slug

__all__ = [
    "Checked",
    "Spot",
    "checked",
    "difference",
    "key_for",
    "with_keys",
]

# -- keys -----------------------------------------------------------------------------------------


def key_for(title: str, when: str, taken: Iterable[str]) -> str:
    """A key for an encounter out of its title and year that is not taken yet."""
    words = slug(title).split("-")
    year = (_YEAR.findall(when) or [""])[0]
    kept = [w for w in words if w not in _SMALL and w != year][:4]
    base = "-".join(filter(None, (*kept, year)))[:60].strip("-")
    if not base:
        return ""
    known, number, key = set(taken), 2, base
    while key in known:
        key, number = f"{base}-{number}", number + 1
    return key


_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
_SMALL = frozenset(
    ("a", "an", "and", "at", "by", "for", "from", "in", "meet", "meets", "of", "on", "the", "with")
)


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
            if row.get(name) or is_empty(section, row):
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


# -- from the draft to the text -------------------------------------------------------------------

Rows = dict[str, list[tuple[Row, Any]]]  # statements by list, each with the row that tells it


def _rows(draft: Draft, case: int, known: Mapping[str, Any]) -> Rows:
    base, whole = base_of(draft, case), whole_base(draft)
    encounter = draft.cases[case]
    now, old = source_now(draft, case), source_of(base, whole)
    keyed = with_keys({s: [row.told for row in rows] for s, rows in encounter.lists.items()})
    found: dict[str, list[tuple[Row, Any]]] = {}
    for section in SECTIONS:
        held = items_of(base.get(section))
        rows = []
        for row, told in zip(encounter.lists.get(section, ()), keyed.get(section, ()), strict=True):
            was = held[row.of] if 0 <= row.of < len(held) else None
            if was is not None and not is_statement(was):
                rows.append((row, was))
                continue
            item = item_of(section, told, was, now, known, old)
            if was is None or not kept_of(section, was, old, known):
                if is_empty(section, told):
                    continue
            rows.append((row, item))
        found[section] = rows
    return found


def _joined(draft: Draft, cases: Sequence[Map]) -> Map:
    """The case that a draft tells, with the parts of its series; empty where it tells nothing."""
    made = cases[0]
    whole = whole_base(draft)
    if "parts" in whole and not parts_of(whole):
        made["parts"] = whole["parts"]
    elif parts := [case for case in cases[1:] if case]:
        made["parts"] = whole["parts"] if parts_of(whole) == parts else Seq(parts)
    return made


def _encounter(
    draft: Draft, number: int, rows: Rows, known: Mapping[str, Any], taken: set[str]
) -> Map:
    base, whole = base_of(draft, number), whole_base(draft)
    told = dict(draft.cases[number].head)
    source = source_now(draft, number)
    if not base and not any(rows.values()):
        if not any(v for k, v in told.items() if k != "coded_on"):
            return Map()
    if not told.get("case") and "case" not in base:
        told["case"] = key_for(str(told.get("title") or ""), str(told.get("when") or ""), taken)
    made = item_of("", told, head_of(base), source, known, source_of(base, whole))
    taken.add(str(made.get("case", "")))
    for section in SECTIONS:
        items = [item for _, item in rows[section]]
        if section in base and items == items_of(base[section]):
            made[section] = base[section]
        elif items:
            made[section] = Seq(items)
    return made


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

    told: of each encounter the statements that tell something, by list, each with its row.
    at: faults by the field that made them. claims: what it asserts. stuck: why the opened file
    cannot be changed; the text is then one written anew.
    """

    case: Map = field(default_factory=Map)
    told: list[Rows] = field(default_factory=list)
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
    numbers = range(len(draft.cases))
    told = [_rows(draft, number, known.sources) for number in numbers]
    taken: set[str] = set()
    cases = [_encounter(draft, n, told[n], known.sources, taken) for n in numbers]
    made = Checked(_joined(draft, cases), told)
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
    rows = [{s: [row.id for row, _ in some] for s, some in each.items()} for each in told]
    there = [n for n, case in enumerate(cases) if not n or case]
    for fault in made.faults:
        spot = _spot(paths[fault.line or 0], rows, there)
        if not fault.line:
            spot = _by_record(fault.record, spot, rows)
        if fault.code == "uncited" and not spot.key:
            spot = dataclasses.replace(spot, key="cite")
        if fault.message == "the case has no key":
            advice = "give a title in Latin letters, of which one is made, or a key"
            spot, fault = Spot(spot.case, key="case"), dataclasses.replace(fault, advice=advice)
        if fault.message == "no source is named":  # said of every statement: once is enough
            spot = Spot(key="source")
        # Its line is one of ours, and the file is not there yet: the field says where it stands.
        fault = dataclasses.replace(fault, file="", line=None)
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
