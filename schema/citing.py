"""Sources in short and in full, as scholars print them.

A source's record is CSL-JSON in spirit (type, title, author, issued, container-title, ...), with
a few fields of ours: `kind`, `speaker`, `access`, `named_as`, `citation` (a fixed short form).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

__all__ = ["names", "short", "where", "year"]


def names(people: Any) -> list[str]:
    """Family names of `people`, given as "Family, Given", as CSL objects, or as one text."""
    if not people:
        return []
    if isinstance(people, str | Mapping):
        people = [people]
    found = []
    for person in people:
        if isinstance(person, Mapping):
            found.append(str(person.get("family") or person.get("literal") or ""))
        else:
            found.append(str(person).partition(",")[0].strip())
    return [name for name in found if name]


def year(record: Mapping[str, Any]) -> str:
    """The year of issue as printed ("1990", "1912/1915", "n.d." where none is told)."""
    issued = record.get("issued", "")
    if isinstance(issued, Mapping):
        parts = issued.get("date-parts")
        while isinstance(parts, list):  # [[1985, 11, 19]]
            parts = parts[0] if parts else ""
        issued = issued.get("literal") or issued.get("raw") or parts or ""
    text = issued if isinstance(issued, str) else str(issued) if isinstance(issued, int) else ""
    day = re.fullmatch(r"(-?\d{4,})-\d\d(-\d\d)?", text)
    return (day.group(1) if day else text) or "n.d."


def short(record: Mapping[str, Any]) -> str:
    """How the text cites it: "Reagan 1990", "Holmes and Wheeler 2020", "Interview with X, 2022"."""
    if record.get("citation"):
        return str(record["citation"])
    kind = record.get("kind") or record.get("type")
    if kind in ("interview", "communication"):
        what = "Interview" if kind == "interview" else "Personal communication"
        how = record.get("named_as", "by-name")
        speaker = str(record.get("speaker_name") or "")
        with_whom = f" with {speaker}" if speaker and how != "anonymous" else ""
        return f"{what}{with_whom}, {year(record)}"
    people = names(record.get("author")) or names(record.get("editor"))
    if not people:
        return f"{record.get('title', 'untitled')} ({year(record)})"
    if len(people) > 3:
        people = [people[0], "et al."]
        return f"{' '.join(people)} {year(record)}"
    joined = people[0] if len(people) == 1 else f"{', '.join(people[:-1])} and {people[-1]}"
    return f"{joined} {year(record)}"


def where(citation: str, locator: str) -> str:
    """A short citation with its locator: "Bramsen 2024, 192"."""
    return f"{citation}, {locator}" if locator else citation
