"""Drafts of the form: what was typed and not saved yet, begun anew or from a case file.

A `Draft` holds what the fields show, by statement and key, beside the text of the file that was
opened. Each is kept as a file of its own in `.visavis/drafts`: it outlives a reload of the page, a
lost connection and the end of the dashboard. No ingest sees them, and `.visavis` is for its owner
alone.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from visavis.dashboard.form.fields import (
    fields_of,
    head_of,
    is_statement,
    items_of,
    parts_of,
    source_of,
)
from visavis.ingest import yamltext
from visavis.ingest.case_keys import SECTIONS
from visavis.ingest.casetext import to_yaml
from visavis.ingest.yamltext import Map, Seq, Text
from visavis.schema.errors import DataError, Fault
from visavis.schema.text import is_key, slug

__all__ = [
    "Draft",
    "Encounter",
    "Row",
    "base_head",
    "base_item",
    "base_of",
    "beside",
    "called",
    "drop",
    "fresh",
    "keep",
    "kept",
    "opened",
    "read",
    "restored",
    "source_now",
    "stored",
    "titled",
    "token",
    "whole_base",
]


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
        if not cases:
            raise KeyError("cases")
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
    parts = parts_of(data)
    for number, case in enumerate([data, *parts]):
        made = Encounter(of=number - 1)
        source = source_of(case, data)
        made.head = fields_of("", head_of(case), source, known)
        draft.cases.append(made)
        for section in SECTIONS:
            for of, item in enumerate(items_of(case.get(section))):
                shown = fields_of(section, item, source, known) if is_statement(item) else {}
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
            items = [item for item in items_of(case.get(section)) if isinstance(item, Map)]
            told = [Map({k: v for k, v in item.items() if k in keys}) for item in items]
            told = [each for n, each in enumerate(told) if not _said_again(each, told, n)]
            if told:
                made[section] = Seq(told)
        return made

    made = unread(data)
    made |= {"coder": Text(coder)} | ({"coded_on": Text(today)} if today else {})
    if parts := [unread(part) for part in parts_of(data)]:
        made["parts"] = Seq(parts)
    where = f"cases/{slug(coder)}/{data['case']}.yaml"
    return opened(to_yaml(made), where, sources, on_disk=False)


def _said_again(item: Map, among: Sequence[Map], number: int) -> bool:
    """Whether a line says no more than another: what it was there for was its reading."""
    named = {k: v for k, v in item.items() if k != "cite"}
    return any(
        n != number
        and named.items() <= other.items()
        and (n < number or named.keys() < {*other} - {"cite"})
        for n, other in enumerate(among)
    )


# -- the file that a draft goes on with -----------------------------------------------------------


@functools.lru_cache(maxsize=8)
def _read(text: str) -> Map:
    data = yamltext.load(text, "") if text else Map()
    return data if isinstance(data, Map) else Map()


def whole_base(draft: Draft) -> Map:
    """The case of the opened file; empty where the draft is new."""
    return _read(draft.base)


def base_of(draft: Draft, case: int) -> Map:
    """The encounter of the opened file that one of the draft goes on with."""
    whole = whole_base(draft)
    of = draft.cases[case].of
    parts = parts_of(whole)
    if case == 0:
        return whole
    return parts[of] if 0 <= of < len(parts) else Map()


def base_head(draft: Draft, case: int) -> Map:
    """The head of the encounter that is gone on with; empty where there is none."""
    return head_of(base_of(draft, case))


def base_item(draft: Draft, case: int, section: str, row: Row) -> Any:
    """The statement of the opened file that a row goes on with; None where it is new."""
    held = items_of(base_of(draft, case).get(section))
    return held[row.of] if 0 <= row.of < len(held) else None


def source_now(draft: Draft, case: int) -> str:
    """The work that bare citations of one of its encounters are of, as the draft has it now."""
    heads = (draft.cases[case].head, draft.cases[0].head)
    return next((str(head["source"]) for head in heads if head.get("source")), "")


# -- where they are kept --------------------------------------------------------------------------

_TOKEN = re.compile(r"[0-9a-f]{12}")


def token() -> str:
    """A name for a new draft, as it stands in the address of the form."""
    return secrets.token_hex(6)


def _path(root: Path, name: str) -> Path:
    return root / ".visavis" / "drafts" / f"{name}.json"


def read(root: Path, name: str) -> str:
    """The text of a draft; "" where there is none of that name."""
    if not _TOKEN.fullmatch(name):
        return ""
    try:
        return _path(root, name).read_text("utf-8")
    except (OSError, UnicodeDecodeError):  # another window may have dropped it just now
        return ""


def keep(root: Path, name: str, text: str) -> None:
    """Write a draft, whole or not at all."""
    if not _TOKEN.fullmatch(name):
        raise ValueError(f"no name of a draft: {name!r}")
    path = _path(root, name)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f"{name}.{secrets.token_hex(4)}.new")  # two windows may write at once
    try:
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def drop(root: Path, name: str) -> None:
    """Forget a draft."""
    if _TOKEN.fullmatch(name):
        _path(root, name).unlink(missing_ok=True)


def titled(head: Mapping[str, Any]) -> str:
    """What an encounter of a draft is called."""
    return str(head.get("title") or head.get("case") or "not named yet")


def called(draft: Draft) -> str:
    """What a draft is called in a list: its title, and the file that it goes on with."""
    told = titled(draft.cases[0].head)
    return f"{told} ({draft.place})" if draft.place else told


def kept(root: Path) -> dict[str, str]:
    """The drafts that were not saved yet, by name, and what each is called; the latest first.

    What is no draft is passed over. Each file is parsed once, and again where it has changed.
    """
    found: list[tuple[int, str, str]] = []
    for path in _path(root, "").parent.glob("*.json"):
        try:
            if _TOKEN.fullmatch(path.stem):
                seen = path.stat()
                state = (seen.st_mtime_ns, seen.st_size, seen.st_ino)
                found.append((seen.st_mtime_ns, path.stem, _called(path, state)))
        except (OSError, ValueError):
            continue
    return {name: told for _, name, told in sorted(found, reverse=True)}


@functools.lru_cache(maxsize=500)
def _called(path: Path, state: tuple[int, ...]) -> str:
    return called(restored(path.read_text("utf-8")))
