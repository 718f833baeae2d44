"""The library of a project: what its bibliographies and registers define, under which key.

A key means one work. Where two files use one key for two works, the work of a register keeps it;
works that only bibliographies define are then called by the key and eight digits of what they tell
(`smith2000-1f0c4a2e`), all of them and whatever the order of the files, so that no claim can cite
the wrong one in silence.
"""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from visavis.ingest import yamltext
from visavis.ingest.bibliography import (
    ENDINGS,
    Entry,
    is_bibliography,
    keys,
    read_bibliography,
    source_key,
)
from visavis.ingest.registers import FILES, SHIPPED, Registers
from visavis.ingest.yamltext import Map
from visavis.schema.errors import DataError, Fault

__all__ = ["Library", "entries_of"]

_REGISTER = next(name for name, kind in FILES.items() if kind == "sources")


@dataclass(slots=True)
class Library:
    """The bibliographies below a folder, read, and what their keys mean.

    clashes: each key that stands for two works, with the register's record where one defines it.
    """

    entries: dict[Path, list[Entry]] = field(default_factory=dict)
    clashes: dict[str, dict[str, Any] | None] = field(default_factory=dict)

    @staticmethod
    def of(root: Path) -> Library:
        """The library of a project. Files that cannot be read have faults of their own elsewhere,
        and are passed over here."""
        made = Library()
        for path in sorted(root.rglob("*")):
            if path.suffix.lower() not in ENDINGS:
                continue
            if any(part.startswith(".") for part in path.relative_to(root).parts):
                continue
            try:
                if path.is_file() and _holds(path, *_stamp(path)):
                    made.entries[path] = entries_of(path)[0]
            except (DataError, OSError):
                continue
        if made.entries:
            made._find_clashes(_registered(root))
        return made

    def _find_clashes(self, registered: Mapping[str, dict[str, Any]]) -> None:
        from visavis.ingest.duplicates import compare

        by_key: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for entries in self.entries.values():
            for entry in entries:
                by_key[source_key(entry)].append(entry.record)
        for key, records in by_key.items():
            told = registered.get(key)
            first = told or records[0]
            rest = records if told else records[1:]
            if any(
                record != first and compare(first, record).verdict == "different" for record in rest
            ):
                self.clashes[key] = told

    def add_to(self, registers: Registers) -> None:
        """Let the works of the bibliographies be cited by their keys, as those of registers are."""
        for path, entries in self.entries.items():
            for key in keys(entries, path.name, self.clashes)[0]:
                registers.sources.setdefault(key, Map())


def entries_of(path: Path, name: str = "") -> tuple[list[Entry], list[Fault]]:
    """`read_bibliography`, once for each state of a file. The lists are not to be changed."""
    return _entries(path, name or path.name, *_stamp(path))


def _stamp(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_mtime_ns, status.st_size


@functools.lru_cache(maxsize=256)
def _holds(path: Path, changed: int, size: int) -> bool:
    return is_bibliography(path)


@functools.lru_cache(maxsize=64)
def _read(path: Path, changed: int, size: int) -> tuple[list[Entry], list[Fault]]:
    return read_bibliography(path, "")


def _entries(path: Path, name: str, changed: int, size: int) -> tuple[list[Entry], list[Fault]]:
    from dataclasses import replace

    entries, faults = _read(path, changed, size)
    return entries, [replace(fault, file=name) for fault in faults]


def _registered(root: Path) -> dict[str, dict[str, Any]]:
    """The records of the registers below a project, and of the shipped one."""
    found: dict[str, dict[str, Any]] = {}
    for path in [*sorted(root.rglob(_REGISTER)), SHIPPED / _REGISTER]:
        try:
            data, _ = yamltext.read(path, path.name)
        except DataError:
            continue
        entries = data.get("sources") if isinstance(data, Map) else None
        for key, entry in entries.items() if isinstance(entries, Map) else ():
            if isinstance(entry, Map):
                found.setdefault(str(key), _plain(entry))
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, Map):
        return {str(key): _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else str(value)
