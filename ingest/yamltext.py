"""YAML read as text, with line numbers.

Every scalar stays the text that stands in the file, so that Norway (`no`) is not false and 24:30
is not a number of seconds; every key and value knows its line. Aliases are refused (a short file
could otherwise swell without bound), and so are files that are too large or too deep.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from visavis.schema.errors import DataError, Fault

__all__ = ["Map", "Seq", "Text", "line_of", "load"]

LARGEST = 20_000_000  # bytes
DEEPEST = 30  # levels of nesting
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Text(str):
    """A scalar and the line it stands on."""

    line: int = 0

    def __new__(cls, text: str, line: int = 0) -> Text:
        made = super().__new__(cls, text)
        made.line = line
        return made


class Seq(list[Any]):
    """A list and its line."""

    line: int = 0


class Map(dict[str, Any]):
    """A mapping, its line, and the line of each key."""

    def __init__(self, *args: Any, line: int = 0, **more: Any) -> None:
        super().__init__(*args, **more)
        self.line = line
        self.lines: dict[str, int] = {}


def line_of(value: Any, otherwise: int = 0) -> int:
    """The line a value stands on."""
    return getattr(value, "line", 0) or otherwise


def load(text: str | bytes, name: str) -> Any:
    """The document as Map, Seq and Text; None where the file is empty.

    Raises DataError with the line where the file is no YAML, holds a key twice, an alias or
    several documents, is no UTF-8, is larger than 20 MB, or nests deeper than 30 levels.
    """

    def fail(line: int | None, message: str, advice: str, code: str = "yaml") -> DataError:
        return DataError([Fault(name, line, "", message, advice, code=code)])

    if len(text) > LARGEST:
        raise fail(None, f"larger than {LARGEST // 1_000_000} MB", "split it into several files")
    if isinstance(text, bytes):
        try:
            text = text.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = bytes(error.object[: error.start]).count(b"\n") + 1
            raise fail(line, "is not UTF-8 text", "save it as UTF-8", "encoding") from None
    try:
        loader = _Loader(text)
        try:
            events = []
            depth = 0
            for event in iter(loader.get_event, None):
                if isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
                    depth += 1
                    if depth > DEEPEST:
                        raise fail(
                            _line(event),
                            f"nested deeper than {DEEPEST} levels",
                            "a case file needs four",
                        )
                elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
                    depth -= 1
                events.append(event)
        finally:
            loader.dispose()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise fail(
            mark.line + 1 if mark else None,
            f"is no YAML: {problem}",
            "look for a missing quote, colon, comma or bracket on this line or the one before; "
            'text with ": " or a leading [ { > | * & ! % @ needs quotes',
        ) from None
    stream = iter(events)
    documents = 0
    result: Any = None
    for event in stream:
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise fail(_line(event), "holds a second document", "remove the ---")
            result = _build(next(stream), stream, fail)
    return result


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


def _build(event: Any, stream: Any, fail: Any) -> Any:
    line = _line(event)
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
        raise fail(line, "uses an anchor or alias (& or *)", "write the text out, or quote it")
    if isinstance(event, yaml.ScalarEvent):
        return Text(event.value if event.style or event.value not in ("~", "null") else "", line)
    if isinstance(event, yaml.SequenceStartEvent):
        items = Seq()
        items.line = line
        while not isinstance(inner := next(stream), yaml.SequenceEndEvent):
            items.append(_build(inner, stream, fail))
        return items
    made = Map(line=line)
    while not isinstance(inner := next(stream), yaml.MappingEndEvent):
        key = _build(inner, stream, fail)
        if not isinstance(key, Text):
            raise fail(
                line_of(key, line), "a list or mapping stands where a key should", "quote it"
            )
        if key in made:
            raise fail(key.line, f"the key '{key}' stands twice", "remove one")
        made[str(key)] = _build(next(stream), stream, fail)
        made.lines[str(key)] = key.line
    return made


def read(path: Path, name: str) -> tuple[Any, bytes]:
    """The document of a file called `name` in messages, and its bytes."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        message = f"cannot be read: {error.strerror}"
        raise DataError([Fault(name, None, "", message, "check the path", code="file")]) from None
    return load(raw, name), raw
