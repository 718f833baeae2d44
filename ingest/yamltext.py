"""YAML read as text, with line numbers.

Every scalar stays the text that stands in the file, so that Norway (`no`) is not false and 24:30
is not a number of seconds; every key and value knows its line. Aliases are refused (a short file
could otherwise swell without bound), and so are files that are too large or too deep.
"""

from __future__ import annotations

import re
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
        if b"\0" in text[:1000]:  # every other byte of it, where the text is Latin
            what = "UTF-16 text" if text[:2] in (b"\xff\xfe", b"\xfe\xff") else "no plain text"
            raise fail(1, f"is {what}", "save it as plain text in UTF-8", "encoding")
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
        line, message, advice = _explained(error, text)
        raise fail(line, f"is no YAML: {message}", advice) from None
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


_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")  # where the parser counts a new line
_CURLY = re.compile("[\u201c\u201d\u201e\u00ab\u00bb]")
_HARD = "\u00a0\u2007\u202f\u3000"  # blanks that YAML takes for letters


def _explained(error: yaml.YAMLError, text: str) -> tuple[int, str, str]:
    """The line to look at, what is wrong there, and what to do, in words of people who write
    cases: the parser speaks of tokens and indicators, and often of the line after."""
    if isinstance(error, yaml.reader.ReaderError):
        line = len(_BREAK.findall(text[: error.position])) + 1
        code = error.character if isinstance(error.character, int) else ord(error.character)
        return line, f"an invisible character (U+{code:04X}) stands here", "delete it"
    rows = _BREAK.split(text)
    problem = str(getattr(error, "problem", None) or str(error).splitlines()[0])
    mark, opened = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    at = min(mark.line, len(rows) - 1) if mark else 0
    row, column = rows[at], mark.column if mark else 0
    for number in (at, at - 1):
        margin = re.match(r"\s*", rows[max(number, 0)])
        if margin and set(margin[0]) - {" "}:
            what = "a tab" if "\t" in margin[0] else "a hard blank (from a word processor)"
            return max(number, 0) + 1, f"{what} begins the line", "indent with plain blanks"
        if found := re.search(rf":[{_HARD}]", rows[max(number, 0)]):
            message = f"a hard blank follows '{rows[max(number, 0)][: found.end() - 1].strip()}'"
            return max(number, 0) + 1, message, "write a plain blank after the colon"
    quotes = 'put the whole text in straight quotes: title: "Geneva: they meet"'
    if opened and "end of stream" in problem:
        return opened.line + 1, "the quote that opens here is not closed", "close it, or remove it"
    if "comment or line break" in problem:
        return at + 1, "a text begins with | or >", quotes
    if opened and "flow" in str(getattr(error, "context", "")):
        ends = "" if opened.line == at else f", at the latest in line {at + 1}"
        message = f"the brackets that open here lack a comma or their end{ends}"
        if row[column : column + 2] in (":", ": ") and opened.line == at:
            message = "a text between brackets holds a colon and a blank"
        return opened.line + 1, message, "a text with , : [ ] { } or a quote in it needs quotes"
    if "cannot start any token" in problem:
        return at + 1, f"a text cannot begin with {row[column : column + 1]}", quotes
    if "escape character" in problem:
        advice = "write \\\\ for it, or use single quotes around the text"
        return at + 1, "a \\ stands between double quotes", advice
    if "could not find expected ':'" in problem and opened:
        message = f"no colon and blank follow '{rows[opened.line].strip()[:40]}'"
        return opened.line + 1, message, "write key: value, and - before each statement of a list"
    if "mapping values" in problem:
        if ": " in row[:column]:
            curly = "; curly quotes do not count" if _CURLY.search(row) else ""
            return at + 1, "the text holds a second colon", quotes + curly
        if not (len(row) - len(row.lstrip()) and ":" in rows[at - 1]):
            message = f"no colon and blank follow '{rows[at - 1].strip()[:40]}'"
            return max(at, 1), message, "write key: value, with a blank after the colon"
        return at + 1, "the line is indented further than its list or head", _ALIGN
    if re.search(r"[\"'\]}]$", row[:column].rstrip()):
        message = f"'{row[column:].strip()[:40]}' stands after a closing quote or bracket"
        return at + 1, message, "take it out, or put quotes around the whole text"
    if "expected '-' indicator" in problem or "expected key" in problem:
        return at + 1, "the line begins in another column than those it belongs with", _ALIGN
    return (
        at + 1,
        problem,
        "look for a missing quote, colon, comma or bracket on this line or the one before",
    )


_ALIGN = "begin all keys of the head at the margin, and all - of a list in one column"


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
