"""The sheets of a workbook: their columns, what a column takes, and lists within a cell.

Read by workbook.py, written by workbook_out.py; what stands where is said here alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from visavis.ingest import yamltext
from visavis.ingest.case_keys import HEADER, SECTIONS
from visavis.ingest.case_schema import Field, entry_keys, field_of
from visavis.ingest.casetext import VOICE, flow
from visavis.ingest.yamltext import Map, Seq, Text
from visavis.schema.errors import DataError

__all__ = [
    "COLUMNS",
    "FREE_SHEETS",
    "LISTS",
    "LONGEST",
    "MOST_ROWS",
    "NOT_CITED",
    "QUALITIES",
    "REGISTERS",
    "Row",
    "append",
    "field_in",
    "help_of",
    "join",
    "marks_of",
    "rival_field",
    "take_apart",
]

NOT_CITED = "(none)"
MOST_ROWS = 20_000
LONGEST = 32_767  # characters that Excel keeps in a cell
QUALITIES = {"mode": "modes", "ingredient": "ingredients", "effect": "effects",
              "moderator": "moderators", "continuum": "continuum"}  # fmt: skip

# Each sheet of statements with the list of the case file it holds; Credits and Qualities hold
# several, told apart by a cell of the row.
LISTS = {"Participants": "who", "Phases": "phases", "Acts": "acts", "Bonds": "bonds",
          "Emotions": "emotions", "Outcomes": "outcomes", "Scripts": "scripts",
          "Remarks": "remarks", "Rivals": "rival"}  # fmt: skip
REGISTERS = {"Actors": "actors", "Places": "places", "Sources": "sources"}

_CITED = ("cite", *VOICE[:-1])
COLUMNS: dict[str, tuple[str, ...]] = {
    "Encounters": ("case", "series", *(k for k in HEADER if k not in ("case", "parts")), "degree",
                   *(k for k in VOICE if k not in HEADER)),
    "Participants": ("case", *SECTIONS["who"], *_CITED),
    "Phases": ("case", *SECTIONS["phases"], *_CITED),
    "Acts": ("case", *SECTIONS["acts"], *_CITED),
    "Credits": ("case", "from", "to", "credit", "discredit", "dominates",
                *SECTIONS["credits"][4:], *_CITED),
    "Sources": ("key", *entry_keys("sources"), "source", "coder"),
    "Bonds": ("case", *SECTIONS["bonds"], *_CITED),
    "Qualities": ("case", "quality", "term", "in", "on", "between", "degree", "what", "period",
                  "share", "n", *_CITED),
    "Emotions": ("case", *SECTIONS["emotions"], *_CITED),
    "Outcomes": ("case", *SECTIONS["outcomes"], *_CITED),
    "Scripts": ("case", *SECTIONS["scripts"], *_CITED),
    "Remarks": ("case", *SECTIONS["remarks"], *_CITED),
    "Rivals": ("case", *SECTIONS["rival"], *_CITED),
    "Actors": ("key", *entry_keys("actors"), "source", "coder"),
    "Places": ("key", *entry_keys("places"), "source", "coder"),
}  # fmt: skip
FREE_SHEETS = ("Notes", "Terms")

_HELP = {
    "case": "Key of the encounter; empty means the one of the row above.",
    "series": "Key of the case, in this workbook, that this one is a part of: source, coder and "
              "basis are inherited from it.",
    "key": "The short key by which cases name it.",
    "source": "Key of the work that a bare cite on this sheet belongs to; said once.",
    "coder": "Who filled in this sheet; said once.",
    "quality": "What is coded: mode, ingredient, effect, moderator or continuum.",
    "term": "The term of that quality.",
    "dominates": "Instead of credit or discredit: the first dominates the second; yes, or what "
                 "became of it.",
}  # fmt: skip


class Row(int):
    """A row of a sheet: the line number that also knows its sheet."""

    sheet: str = ""

    def __new__(cls, number: int, sheet: str = "") -> Row:
        made = super().__new__(cls, number)
        made.sheet = sheet
        return made

    def __eq__(self, other: object) -> bool:
        return int(self) == other and self.sheet == getattr(other, "sheet", self.sheet)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = int.__hash__


def field_in(title: str, name: str) -> Field:
    if title == "Credits":
        return field_of("acts" if name == "dominates" else "credits", name)
    if title == "Qualities":
        found = (field_of(s, name) for s in ("effects", "continuum"))
        return next((f for f in found if f != Field()), Field())
    return field_of(LISTS.get(title) or REGISTERS.get(title) or "", name)


def help_of(title: str, name: str) -> str:
    """What the heading of a column tells of it."""
    mine = title in REGISTERS and name in ("source", "coder")
    if name in ("case", "series", "key", "quality", "term") or mine:
        return _HELP[name]
    if title == "Credits" and name == "dominates":
        return _HELP[name]
    what = field_in(title, name)
    several = " Several: with ; between." if what.many and marks_of(what) == ";" else ""
    several = " Several: with , between." if what.many and not several else several
    return what.definition + several


# -- lists within a cell ------------------------------------------------------------------------


def marks_of(what: Field) -> str:
    """What parts several values in one cell of this kind; nothing where the cell is one text."""
    if what.kind in ("cite", "people", "texts", "issued", "pairs", "dates"):
        return ";"
    if what.kind == "text":
        return ";" if what.many else ""
    return "" if what.kind in ("date", "duration") else ",;"


def rival_field(of: str) -> Field:
    """A rival value is written like the value it rivals."""
    path, _, key = of.rpartition(".")
    return field_of(path.partition(".")[0], key)


def take_apart(text: Text, what: Field, row: Row) -> Any:
    """The value of a cell: Text, Seq or Map. ValueError says what is wrong with it."""
    marks = marks_of(what)
    if not marks:
        return Text(text, row)
    items = [_inner(item, row) for item in _split(text, marks)]
    if what.kind == "pairs" and items and ":" in str(items[0]) and isinstance(items[0], Text):
        pairs = Map(line=row)
        for item in items:
            actor, colon, value = str(item).partition(":")
            if not colon or isinstance(item, Map):
                raise ValueError(f"'{item}' names nobody; write actor: value")
            append(pairs, actor.strip(), Text(value.strip(), row), row)
        for actor in pairs:
            pairs[actor] = pairs[actor][0] if len(pairs[actor]) == 1 else pairs[actor]
        return pairs
    always = what.kind in ("people", "texts") or (what.kind == "term" and _is_map(items))
    if len(items) == 1 and not always:
        return items[0]
    several = Seq(items)
    several.line = row
    return several


def _is_map(items: list[Any]) -> bool:
    return any(isinstance(item, Map) for item in items)


def _inner(item: str | tuple[str], row: Row) -> Any:
    """One value of a cell: a text, or a mapping written as in YAML. A tuple is quoted text."""
    if isinstance(item, tuple):
        return Text(item[0], row)
    if item.startswith("{"):
        try:
            return _relined(yamltext.load(item, ""), row)
        except DataError as error:
            fault = error.faults[0]
            raise ValueError(f"'{item}': {fault.message}") from None
    return Text(item, row)


def _relined(value: Any, row: Row) -> Any:
    """The same value, as if each part of it stood on `row`."""
    if isinstance(value, Map):
        made = Map({key: _relined(inner, row) for key, inner in value.items()}, line=row)
        made.lines = dict.fromkeys(value, row)
        return made
    if isinstance(value, Seq):
        several = Seq(_relined(inner, row) for inner in value)
        several.line = row
        return several
    return Text(value, row)


_QUOTED = re.compile(r'"((?:[^"]|"")*)"\s*')


def _split(text: str, marks: str) -> Iterator[str | tuple[str]]:
    """The values of a cell, parted by any of `marks`; a quoted one comes as a tuple.

    Within double quotes (a quote doubled stands for itself) and within braces no mark counts.
    """
    at = 0
    while at < len(text):
        while at < len(text) and text[at].isspace():
            at += 1
        quoted = _QUOTED.match(text, at)
        if quoted and (quoted.end() == len(text) or text[quoted.end()] in marks):
            yield (quoted[1].replace('""', '"'),)
            at = quoted.end() + 1
            continue
        end = _braced(text, at) if text.startswith("{", at) else at
        while end < len(text) and text[end] not in marks:
            end += 1
        if item := text[at:end].strip():
            yield item
        at = end + 1


def _braced(text: str, at: int) -> int:
    """Where the braces that open at `at` are closed, else `at`; quoted text is passed over."""
    depth = 0
    for found in re.finditer(r'"(?:[^"\\]|\\.)*"|[{}]', text[at:]):
        depth += {"{": 1, "}": -1}.get(found[0], 0)
        if depth == 0:
            return at + found.end()
    return at


def join(value: Any, what: Field) -> str:
    """The text of a cell that `take_apart` reads as `value`. ValueError where there is none."""
    marks = marks_of(what)
    if isinstance(value, str) and not marks:
        return value
    if not marks:
        raise ValueError("a list or mapping stands where a workbook holds one text")
    if what.kind == "pairs" and isinstance(value, Map):
        items: list[Any] = []
        for actor, told in value.items():
            for each in told if isinstance(told, Seq) else [told]:
                if not isinstance(each, str) or ":" in actor:
                    raise ValueError(f"'{actor}' holds a list or mapping, not a term")
                items.append(f"{actor}: {each}")
    else:
        items = list(value) if isinstance(value, Seq) else [value]
    told = []
    for item in items:
        if isinstance(item, Map):
            told.append(flow(item))
        elif not isinstance(item, str):
            raise ValueError("a list stands within a list")
        elif not item or item[0] in '"{' or item != item.strip() or set(item) & set(marks):
            told.append('"' + item.replace('"', '""') + '"')
        else:
            told.append(item)
    return ("; " if marks == ";" else ", ").join(told)


def append(case: Map, name: str, item: Any, row: Row) -> None:
    """Add to a list of the case; a single value that stood there becomes its first item."""
    if not isinstance(case.get(name), Seq):
        before = [case[name]] if name in case else []
        case[name] = Seq(before)
        case[name].line = row
        case.lines.setdefault(name, row)
    case[name].append(item)
