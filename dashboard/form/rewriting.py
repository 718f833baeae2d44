"""A YAML file with a few values changed: the rest stays as it stands, with its comments.

Pure. `rewritten` writes anew only the statements and lines that differ, in the form of `to_yaml`;
what was written by hand around them keeps its place, its order and its wrapping. Comments that
stood inside of what is written anew, or was taken out, are put above it. What comes out is read
again: where it does not say exactly what was asked for, or a comment is gone, nothing comes out.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import yaml

from visavis.ingest import yamltext
from visavis.ingest.case_keys import HEADER, SECTIONS
from visavis.ingest.casetext import VOICE, to_yaml
from visavis.ingest.yamltext import Map, Seq, Text
from visavis.schema.errors import DataError, Fault

__all__ = ["comments", "rewritten"]

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DASH = re.compile(r"\s*-\s+")
# Where a line that is new goes: after the nearest of these that is there.
_ORDER = [*(k for k in HEADER if k not in (*SECTIONS, "parts")), *SECTIONS, "parts"]


def rewritten(text: str, new: Map, name: str) -> str:
    """The text of a case file, changed so that it says `new`; `name` is its path, for faults.

    DataError where the text is no YAML, or cannot be changed without losing something.
    """
    old = yamltext.load(text, name)
    if old == new:
        return text
    page = _Page(text)
    root = yaml.compose(text, Loader=_Loader)
    made = None
    if isinstance(old, Map) and isinstance(root, yaml.MappingNode) and not root.flow_style:
        lines = page.block(root, old, new, (0, len(page.lines)), root.start_mark.column, _ORDER)
        made = None if lines is None else "".join(lines)
    if made is None:
        made = "".join([*page.remarks(0, len(page.lines), 0), *page.written(to_yaml(new), 0)])
    if not _says(made, new) or Counter(comments(text)) - Counter(comments(made)):
        message = "is written in a way in which it cannot be changed without losing something"
        advice = "edit it by hand, or save what the form holds as a new file"
        raise DataError([Fault(name, None, "", message, advice, code="rewriting")])
    return made


def _says(text: str, new: Map) -> bool:
    """Whether a text says exactly this."""
    try:
        return bool(yamltext.load(text, "") == new)
    except DataError:
        return False


def comments(text: str) -> list[str]:
    """Every comment of a YAML text, in its order."""
    page = _Page(text)
    return [told for _, told in page.comments(0, len(page.lines))]


class _Page:
    """A text by its lines, and where its scalars stand."""

    def __init__(self, text: str) -> None:
        self.lines = text.splitlines(keepends=True)
        first = self.lines[0] if self.lines else ""
        self.end = first[len(first.rstrip("\r\n")) :] or "\n"
        if self.lines and not self.lines[-1].endswith(("\n", "\r")):
            self.lines[-1] += self.end
        self.starts = [0]
        for line in self.lines:
            self.starts.append(self.starts[-1] + len(line))
        scalars = [
            (self._begins(token), token.end_mark.index)
            for token in yaml.scan(text, Loader=_Loader)
            if isinstance(token, yaml.ScalarToken)
        ]
        self.begin = [start for start, _ in scalars]
        self.stop = [stop for _, stop in scalars]

    def _begins(self, token: Any) -> int:
        """Where the text of a scalar begins; a remark may stand behind the mark of a block."""
        block = token.style in ("|", ">")
        return int(self.starts[token.start_mark.line + 1] if block else token.start_mark.index)

    # -- comments ---------------------------------------------------------------------------

    def comments(self, first: int, last: int) -> list[tuple[int, str]]:
        """The comments of some lines: each with its line."""
        found = []
        for number in range(first, last):
            line = self.lines[number]
            for match in re.finditer("#", line):
                index = self.starts[number] + match.start()
                scalar = bisect_right(self.begin, index) - 1
                if scalar < 0 or index >= self.stop[scalar]:
                    found.append((number, line[match.start() :].rstrip()))
                    break
        return found

    def remarks(self, first: int, last: int, column: int) -> list[str]:
        """The comments of some lines, each on a line of its own."""
        return [f"{' ' * column}{told}{self.end}" for _, told in self.comments(first, last)]

    def instead(self, first: int, last: int, fresh: list[str], column: int) -> list[str]:
        """New lines in place of some: a comment at the end of one line stays there."""
        if last - first == 1 and len(fresh) == 1:
            told = self.comments(first, last)
            return [fresh[0].rstrip() + f"  {told[0][1]}{self.end}"] if told else fresh
        return [*self.remarks(first, last, column), *fresh]

    def written(self, text: str, column: int) -> list[str]:
        return [f"{' ' * column}{line}{self.end}" for line in text.splitlines()]

    # -- mappings and lists -----------------------------------------------------------------

    def block(
        self, node: Any, old: Map, new: Map, span: tuple[int, int], column: int,
        order: Sequence[str],
    ) -> list[str] | None:  # fmt: skip
        """The lines of a mapping, changed; None where its keys do not stand on lines of theirs.

        order: that of its keys, for those that are new.
        """
        at, last = span
        blocks: list[tuple[str, list[str]]] = []
        loose: list[str] = []  # what stood at a line that is gone
        for key, value in node.value:
            start, end = key.start_mark.line, _last_line(value) + 1
            if start < at:
                return None
            lead = [*loose, *self.lines[at:start]]
            name, at, loose = str(key.value), end, []
            if name not in new:
                loose = [*lead, *self.remarks(start, end, column)]
            elif new[name] == old[name]:
                blocks.append((name, lead + self.lines[start:end]))
            else:
                made = self.items(name, value, old[name], new[name], (start, end))
                if made is None:
                    fresh = self.written(to_yaml(Map({name: new[name]})), column)
                    made = self.instead(start, end, fresh, column)
                blocks.append((name, lead + made))
        for name in new:
            if name not in old:
                made = self.written(to_yaml(Map({name: new[name]})), column)
                blocks.insert(_place(name, [n for n, _ in blocks], order), (name, made))
        lines = [line for _, some in blocks for line in some]
        return [*lines, *loose, *self.lines[at:last]]

    def items(
        self, name: str, node: Any, old: Any, new: Any, span: tuple[int, int]
    ) -> list[str] | None:
        """The lines of a list of statements, changed; None where it has to be written whole."""
        if not (isinstance(old, Seq) and isinstance(new, Seq) and new and old):
            return None
        if not all(isinstance(item, Map) for item in new) or getattr(node, "flow_style", True):
            return None
        at, end = span[0] + 1, span[1]
        chunks: list[tuple[int, int, int]] = []  # where its lead, it, and what follows begin
        for item in node.value:
            start, column = item.start_mark.line, item.start_mark.column
            if start < at or not _DASH.fullmatch(self.lines[start][:column]):
                return None
            chunks.append((at, start, _last_line(item) + 1))
            at = chunks[-1][2]
        first = node.value[0].start_mark
        indent = self.lines[first.line].index("-")
        lines, told = list(self.lines[span[0] : span[0] + 1]), -1
        pairs = _pairs(name, old, new)
        gone = set(range(len(old))) - set(pairs)

        def left(until: int) -> list[str]:
            """What stood at statements that are gone, of those before number `until`."""
            found = []
            for number in sorted(n for n in gone if n < until):
                gone.discard(number)
                lead, start, stop = chunks[number]
                found += [*self.lines[lead:start], *self.remarks(start, stop, indent)]
            return found

        for item, number in zip(new, pairs, strict=True):
            if number < 0:
                lines += self.fresh(name, item, indent)
                continue
            lead, start, stop = chunks[number]
            told = max(told, number)
            lines += [*left(told), *self.lines[lead:start]]
            if old[number] == item:
                lines += self.lines[start:stop]
                continue
            inner = None
            if isinstance(node.value[number], yaml.MappingNode):
                inner = self.item(name, node.value[number], old[number], item, (start, stop))
            lines += inner or self.instead(start, stop, self.fresh(name, item, indent), indent)
        return [*lines, *left(len(old)), *self.lines[at:end]]

    def fresh(self, name: str, item: Map, indent: int) -> list[str]:
        made = to_yaml(Map({name: Seq([item])})).splitlines()[1:]
        return [f"{' ' * indent}{line[2:]}{self.end}" for line in made]

    def item(
        self, name: str, node: Any, old: Map, new: Map, span: tuple[int, int]
    ) -> list[str] | None:
        """The lines of one statement, or part of a series, that stands in several behind a hyphen;
        None where it has to be written anew."""
        if node.flow_style:
            return None
        start, column = node.start_mark.line, node.start_mark.column
        whole = self.lines[start]
        self.lines[start] = " " * column + whole[column:]
        order = _ORDER if name == "parts" else (*SECTIONS.get(name, ()), *VOICE)
        made = self.block(node, old, new, span, column, order)
        self.lines[start] = whole
        if not made or made[0][:column].strip() or made[0][column:].startswith("#"):
            return None
        return [whole[:column] + made[0][column:], *made[1:]]


def _last_line(node: Any) -> int:
    """The line on which a value ends; a block's own mark lies behind the comments after it."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _last_line(last[1] if isinstance(last, tuple) else last)
    end = node.end_mark
    if getattr(node, "style", None) in ("|", ">") and not end.column:
        return int(end.line) - 1
    return int(end.line)


def _place(name: str, among: Sequence[str], order: Sequence[str]) -> int:
    rank = order.index(name) if name in order else len(order)
    before = [n for n, other in enumerate(among) if other in order[:rank]]
    return before[-1] + 1 if before else 0


def _pairs(section: str, old: Seq, new: Seq) -> list[int]:
    """For each new statement the old one that it is, or that it changes; -1 for none.

    The same one first, then one whose naming keys are the same.
    """
    free = dict.fromkeys(range(len(old)))
    found = [-1] * len(new)
    for number, item in enumerate(new):
        if number in free and old[number] == item:
            found[number] = number
            del free[number]
    ways: tuple[Callable[[Any], Any], ...] = (lambda item: item, lambda item: _name(section, item))
    for known in ways:
        names = {number: known(old[number]) for number in free}
        for number, item in enumerate(new):
            if found[number] < 0:
                named = known(item)
                other = next((n for n in free if names[n] == named), -1)
                if other >= 0:
                    found[number] = other
                    del free[other]
    return found


def _name(section: str, item: Any) -> Any:
    keys: Iterable[str] = SECTIONS.get(section, ("case",))[:1]
    named = [item.get(key) for key in keys] if isinstance(item, Map) else []
    return [str(each) if isinstance(each, Text) else each for each in named] or item
