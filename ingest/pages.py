"""A text with its pages: what a scholar's plain text, Markdown, HTML, JATS or TEI says, and where.

`read_text` gives running text (lines joined, line-end hyphens taken out, page furniture left out)
whose every character is still known by its place in the file and by its page. How the pages are
known is said in `Text.how`:

- marks in the text: `[p. 192]`, `<pb n="192"/>`, `--- 192 ---`, page breaks of an e-book;
- form feeds, with the numbers that the pages print, else counted;
- running heads that carry a number ("192 The Micro-Sociology of Peace and Conflict");
- lines that begin with one blank, as many between two numbered heads as pages begin there;
- else none: a passage is then named by its paragraph ("par. 12").

Between two known pages whose breaks cannot all be found, the locator is the whole stretch.
"""

from __future__ import annotations

import bisect
import itertools
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from visavis.schema.errors import DataError, Fault
from visavis.schema.text import fold

__all__ = ["ENDINGS", "Text", "decode", "read_html", "read_plain", "read_text"]

ENDINGS = {".txt", ".text", ".md", ".markdown", ".html", ".htm", ".xhtml", ".xml", ".nxml"}
_LARGEST = 50_000_000


@dataclass(slots=True)
class Text:
    """Running text. Paragraphs are parted by an empty line; places count characters from 0."""

    name: str
    text: str
    how: str = ""  # how its pages are known; "" where it has none
    starts: list[int] = field(default_factory=list)  # where each page begins in `text`
    labels: list[str] = field(default_factory=list)  # and what it is called
    paragraphs: list[tuple[int, int]] = field(default_factory=list)
    links: list[tuple[int, int, str]] = field(
        default_factory=list
    )  # marked citations: from, to, id
    in_file: bool = True  # whether places of the file are known (not so for HTML and XML)
    _clean: list[int] = field(default_factory=list)
    _raw: list[int] = field(default_factory=list)
    _lines: list[int] = field(default_factory=list)

    def page(self, start: int, end: int | None = None) -> str:
        """The page of a passage: "192", "192-193" over a break, else "par. 12"."""
        last = start if end is None else max(start, end - 1)
        if not self.labels:
            at, to = self.paragraph(start), self.paragraph(last)
            return f"par. {max(at, 1)}" if to <= at else f"par. {max(at, 1)}-{to}"
        one = self.labels[max(bisect.bisect_right(self.starts, start) - 1, 0)]
        two = self.labels[max(bisect.bisect_right(self.starts, last) - 1, 0)]
        if one == two:
            return one
        return f"{one.partition('-')[0]}-{two.rpartition('-')[2]}"

    def place(self, at: int) -> tuple[int, int]:
        """The place in the file (characters from 0) and the line (from 1) of a place in `text`."""
        if not self._clean:
            return at, 0
        i = max(bisect.bisect_right(self._clean, at) - 1, 0)
        raw = self._raw[i] + at - self._clean[i]
        return raw, bisect.bisect_right(self._lines, raw)

    def paragraph(self, at: int) -> int:
        """The number of the paragraph that holds a place, from 1."""
        return max(bisect.bisect_right(self.paragraphs, (at, 1 << 60)), 1)


def decode(data: bytes) -> str:
    """Bytes as text: UTF-8 (with or without its mark), UTF-16 with a mark, else Windows-1252."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace").lstrip("\ufeff")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def read_text(path: Path, name: str) -> Text:
    """The text of a file by its ending; DataError where it cannot be one."""
    try:
        if path.stat().st_size > _LARGEST:
            message, advice = f"is larger than {_LARGEST // 10**6} MB", "split it"
            raise DataError([Fault(name, None, "", message, advice, code="text")])
        data = path.read_bytes()
    except OSError as error:
        raise DataError(
            [Fault(name, None, "", error.strerror or str(error), "", code="file")]
        ) from None
    utf16 = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    if data[:5] == b"%PDF-" or (b"\0" in data[:4000] and not utf16):
        message, advice = (
            "is no text",
            "turn it into text first (pdftotext -layout keeps page breaks)",
        )
        raise DataError([Fault(name, None, "", message, advice, code="text")])
    ending = path.suffix.lower()
    if ending in (".html", ".htm", ".xhtml"):
        return read_html(data, name)
    if ending in (".xml", ".nxml") or data.lstrip()[:5] == b"<?xml":
        return _read_markup(data, name, html=False)
    return read_plain(decode(data), name, markdown=ending in (".md", ".markdown"))


# -- plain text and Markdown ----------------------------------------------------------------------

_ROMAN = r"[ivxlc]{1,8}"
_MARK = re.compile(
    rf"\[(?:p|pp|page|S|Seite|pag)\.?\s?(?P<a>\d{{1,5}}|{_ROMAN})\]|\[\[?(?P<b>\d{{1,4}})"
    rf"\]\]?(?=\s*$)"
    rf"|<pb\b[^<>]{{0,80}}?\bn=[\"'](?P<c>[\w.-]{{1,12}})[\"'][^<>]{{0,80}}?>|"
    rf"\{{(?:p\. ?)?(?P<d>\d{{1,4}})\}}"
)
_LINE_MARK = re.compile(
    rf"\s*(?:[-–—*_=~|]{{1,10}}\s*(?:p(?:age|\.)?\s?)?(?P<a>\d{{1,4}})\s*[-–—*_=~|]{{1,10}}"
    rf"|[Pp]age\s(?P<b>\d{{1,4}}|{_ROMAN})(?:\sof\s\d+)?)\s*"
)
_HEAD_LEFT = re.compile(r"\s*(?P<n>\d{1,4})\s{1,40}(?P<t>[^\W\d].{2,90}?)\s*")
_HEAD_RIGHT = re.compile(r"\s*(?P<t>\S.{2,90}?[^\d\s.,])\s{1,40}(?P<n>\d{1,4})\s*")
_LONE = re.compile(r"\s*(?P<n>\d{1,4})\s*")
_BLANK_LED = re.compile(r" [^\s]")
_BY_MARKS = "marks in the text"


@dataclass(slots=True)
class _Line:
    raw: int  # where it begins in the file
    text: str
    page: str | None = None  # the page that begins with it
    drop: bool = False
    on: str = ""  # the page it stands on


def read_plain(raw: str, name: str, *, markdown: bool = False) -> Text:
    """Plain text or Markdown, with its pages."""
    raw = raw.replace("\r\n", "\n").replace("\r", "\n")
    lines: list[_Line] = []
    feeds: list[int] = []  # lines before which a form feed stands
    at = 0
    for piece in raw.split("\n"):
        for number, part in enumerate(piece.split("\f")):
            if number:
                feeds.append(len(lines))
                at += 1
            lines.append(_Line(at, part))
            at += len(part)
        at += 1
    if markdown:
        _markdown(lines)
    how = _find_pages(lines, feeds)
    _furniture(lines)
    made = _joined(lines, name, how)
    made._lines = [0, *(m.end() for m in re.finditer("\n", raw))]
    return made


def _markdown(lines: list[_Line]) -> None:
    fenced = front = False
    for n, line in enumerate(lines):
        if (
            n == 0
            and line.text.strip() == "---"
            and any(x.text.strip() == "---" for x in lines[1:60])
        ):
            front = True
        if front:
            line.drop = True
            front = not (n and line.text.strip() == "---")
        elif line.text.lstrip().startswith(("```", "~~~")):
            fenced = not fenced
            line.drop = True
        elif fenced:
            line.drop = True


def _find_pages(lines: list[_Line], feeds: list[int]) -> str:
    """Mark the lines where pages begin; how they are known."""
    marked = [
        n
        for n, line in enumerate(lines)
        if _MARK.search(line.text) or _LINE_MARK.fullmatch(line.text)
    ]
    if len(marked) >= 2 or (marked and not feeds and not _heads(lines)):
        for n in marked:
            found = _LINE_MARK.fullmatch(lines[n].text)
            if found:
                lines[n].page, lines[n].drop = found["a"] or found["b"], True
        return _BY_MARKS
    if feeds:
        return _by_feeds(lines, feeds)
    heads, foot = _heads(lines), False
    if not heads:
        return ""
    last = max(n for n, line in enumerate(lines) if line.text.strip())
    foot = any(n >= last - 1 for n, _ in heads) and all(
        _LONE.fullmatch(lines[n].text) for n, _ in heads
    )
    for n, _ in heads:
        lines[n].drop = True
    if foot:
        for n, number in heads:
            if n + 1 < len(lines):
                lines[n + 1].page = str(number + 1)
        lines[0].page = str(heads[0][1])
        return "page numbers at the foot"
    return _by_heads(lines, heads)


def _heads(lines: list[_Line]) -> list[tuple[int, int]]:
    """Running heads that carry a page number, in order: line and number."""
    told: list[tuple[int, int, str]] = []
    for n, line in enumerate(lines):
        text = line.text
        if not text.strip() or len(text) > 130:
            continue
        before = n == 0 or not lines[n - 1].text.strip()
        after = n + 1 >= len(lines) or not lines[n + 1].text.strip()
        if not (before or after):
            continue
        lone = _LONE.fullmatch(text)
        if lone:
            if before and after:
                told.append((n, int(lone["n"]), ""))
            continue
        for pattern in (_HEAD_LEFT, _HEAD_RIGHT):
            found = pattern.fullmatch(text)
            if (
                found
                and not found["t"].rstrip().endswith((".", ",", ";", ":"))
                and (before and after)
            ):
                told.append((n, int(found["n"]), fold(found["t"]).strip(" |·•-")))
                break
    words = Counter(title for _, _, title in told)
    whole = fold(" ".join(line.text for line in lines[:60]))
    told = [
        (n, number, title)
        for n, number, title in told
        if not title
        or words[title] > 1
        or (title in whole.replace(f"{number}", "", 1) and _title_elsewhere(title, lines, n))
    ]
    # The longest run of numbers that grow as the text does: between 4 and 200 lines to a page.
    best: list[list[tuple[int, int]]] = []
    for n, number, _ in told[:3000]:
        longest: list[tuple[int, int]] = []
        for chain in best[-60:]:
            m, was = chain[-1]
            if (
                4 * (number - was) <= n - m <= 200 * (number - was)
                and number > was
                and len(chain) > len(longest)
            ):
                longest = chain
        best.append([*longest, (n, number)])
    chain = max(best, key=len, default=[])
    bare = all(not title for n, number, title in told if (n, number) in chain)
    return chain if len(chain) >= (3 if bare else 2) else []


def _title_elsewhere(title: str, lines: list[_Line], at: int) -> bool:
    """Whether the words of a head stand in the text elsewhere on lines of their own."""
    for n in range(len(lines) - 1):
        if n in (at, at - 1):
            continue
        one = fold(lines[n].text)
        if title == one or (len(one) < 80 and one and title in f"{one} {fold(lines[n + 1].text)}"):
            return True
    return False


def _by_heads(lines: list[_Line], heads: list[tuple[int, int]]) -> str:
    led = [n for n, line in enumerate(lines) if _BLANK_LED.match(line.text) and not line.drop]
    filled = sum(bool(line.text.strip()) for line in lines)
    gaps = [
        (b - a - 1, sum(here < n < there for n in led))
        for (here, a), (there, b) in itertools.pairwise(heads)
    ]
    right = sum(wanted == have for wanted, have in gaps if wanted)
    trusted = 0 < len(led) * 12 <= filled and right > 0 and right * 2 >= sum(w > 0 for w, _ in gaps)
    before = [n for n in led if n < heads[0][0]] if trusted else []
    first = heads[0][1] - len(before) - 1
    for place, n in enumerate(before):
        lines[n].page = str(first + place + 1)
    lines[0].page = (
        str(first) if trusted or (heads[0][1] > 1 and heads[0][0] < 200) else f"{heads[0][1]}"
    )
    for place, (n, number) in enumerate(heads):
        lines[n].page = str(number)
        there, following = heads[place + 1] if place + 1 < len(heads) else (len(lines), None)
        inside = [m for m in led if n < m < there] if trusted else []
        if following is None or len(inside) == following - number - 1:
            for step, m in enumerate(inside, 1):
                lines[m].page = str(number + step)
        elif following - number > 1:
            lines[n].page = f"{number}-{following - 1}"
    return "running heads, and lines that begin with one blank" if trusted else "running heads"


def _by_feeds(lines: list[_Line], feeds: list[int]) -> str:
    bounds = [0, *feeds, len(lines)]
    sheets = [(a, b) for a, b in itertools.pairwise(bounds) if a < b or a == 0]
    offsets: Counter[int] = Counter()
    seen: list[list[tuple[int, int]]] = []
    for index, (a, b) in enumerate(sheets):
        filled = [n for n in range(a, b) if lines[n].text.strip()]
        here = []
        for n in dict.fromkeys([*filled[:2], *filled[-2:]]):
            for pattern in (_LONE, _HEAD_LEFT, _HEAD_RIGHT):
                found = pattern.fullmatch(lines[n].text)
                if found:
                    here.append((n, int(found["n"])))
                    offsets[int(found["n"]) - index] += 1
                    break
        seen.append(here)
    offset, times = offsets.most_common(1)[0] if offsets else (1, 0)
    printed = times >= 2 and times * 3 >= len(sheets)
    for index, (a, _) in enumerate(sheets):
        if a < len(lines):
            lines[a].page = str(index + (offset if printed else 1))
        for n, number in seen[index]:
            if printed and number - index == offset:
                lines[n].drop = True
    return (
        "form feeds, with the numbers printed on the pages"
        if printed
        else "form feeds, counted from 1"
    )


def _furniture(lines: list[_Line]) -> None:
    """Drop lines that recur on page after page: addresses, notices, heads without a number."""
    masked = Counter(
        re.sub(r"\d+", "#", fold(line.text)) for line in lines if 3 < len(line.text.strip()) < 160
    )
    for n, line in enumerate(lines):
        text = re.sub(r"\d+", "#", fold(line.text))
        if masked.get(text, 0) < 3:
            continue
        notice = re.search(
            r"https?://|www\.|doi|published online|downloaded from|copyright|©|all rights", text
        )
        around = [lines[m].text.strip() for m in (n - 1, n + 1) if 0 <= m < len(lines)]
        if notice or (
            not any(around)
            and not re.search(r"[.?!:;,]$|[\"”]", line.text.strip())
            and ":" not in text
        ):
            line.drop = True


_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


def _joined(lines: list[_Line], name: str, how: str) -> Text:
    """Lines as paragraphs: hyphens at line ends go, notes that cut a sentence stand after it."""
    words: Counter[str] = Counter()
    for line in lines:
        words.update(w.lower() for w in _WORD.findall(line.text))
    blocks: list[list[_Line]] = [[]]
    now = ""
    for line in lines:
        line.on = now = line.page or now
        if how == _BY_MARKS and not line.drop:
            for mark in _MARK.finditer(line.text):
                now = mark["a"] or mark["b"] or mark["c"] or mark["d"]
        if line.drop:
            continue
        if not line.text.strip():
            blocks.append([])
            continue
        indented = (
            re.match(r"(?:\t| {2,8})\S", line.text) and blocks[-1] and _ended(blocks[-1][-1].text)
        )
        heading = re.match(r"#{1,6} ", line.text) is not None
        new_page = blocks[-1] and blocks[-1][-1].on != line.on
        if (new_page or indented or heading) and blocks[-1] and _ended(blocks[-1][-1].text):
            blocks.append([])
        blocks[-1].append(line)
        if heading:
            blocks.append([])
    blocks = _continued([b for b in blocks if b])
    made = Text(name, "", how)
    out: list[str] = []
    length = 0

    def put(text: str, raw: int) -> None:
        nonlocal length
        if text:
            made._clean.append(length)
            made._raw.append(raw)
            out.append(text)
            length += len(text)

    def page(label: str) -> None:
        if label and label != (made.labels[-1] if made.labels else ""):
            made.starts.append(length)
            made.labels.append(label)

    for block in blocks:
        begun = length
        pending = ""  # what joins the next line on: a blank, or nothing after a hyphen
        for line in block:
            text = line.text.rstrip()
            lead = len(text) - len(text.lstrip())
            text, raw = text.lstrip(), line.raw + lead
            if pending:
                if pending == "-":
                    pending = _hyphen(out[-1], text, words)
                    if pending == "":
                        out[-1] = out[-1][:-1]
                        length -= 1
                    pending = ""
                put(pending, raw)
            page(line.on)
            cut = 0
            for mark in _MARK.finditer(text) if how == _BY_MARKS else ():
                label = mark["a"] or mark["b"] or mark["c"] or mark["d"]
                before = text[cut : mark.start()]
                put(before, raw + cut)
                page(label)
                cut = mark.end()
                if (not before or before.endswith(" ")) and text[cut : cut + 1] == " ":
                    cut += 1
            put(text[cut:], raw + cut)
            pending = "-" if re.search(r"[^\W\d_]-$", text) else " "
        if length > begun:
            made.paragraphs.append((begun, length))
            put("\n\n", block[-1].raw + len(block[-1].text))
    made.text = "".join(out)
    if made.starts and made.starts[0] > 0 and how == _BY_MARKS:
        first = made.labels[0]
        label = str(int(first) - 1) if first.isdecimal() and int(first) > 1 else "before " + first
        made.starts.insert(0, 0)
        made.labels.insert(0, label)
    return made


def _ended(text: str) -> bool:
    return re.search(r"[.?!:][\"”’')\]\d*]{0,3}\s*$", text) is not None


def _hyphen(before: str, after: str, words: Counter[str]) -> str:
    """ "-" where a hyphen at a line end belongs to the word, "" where it only broke it."""
    left = re.search(r"((?:[^\W\d_]+-)*[^\W\d_]+)-$", before)
    right = re.match(r"[^\W\d_]+(?:-[^\W\d_]+)*", after)
    if not left or not right:
        return "-"
    first, last = left.group(1), right.group(0)
    if last[0].isupper() or "-" in first:  # Mourlon-Druol, longer-than-ordinary
        return "-"
    whole, parted = words[(first + last).lower()], words[f"{first}-{last}".lower()]
    if whole or parted:
        return "" if whole >= parted else "-"
    head = first.rpartition("-")[2].lower()
    with_hyphen = sum(n for w, n in words.items() if w.startswith(head + "-"))
    return (
        "-" if with_hyphen >= 2 and len(head) > 2 and words[head] == 0 and with_hyphen > 2 else ""
    )


def _continued(blocks: list[list[_Line]]) -> list[list[_Line]]:
    """Join what a page break or a note parted: a block without an end, and what goes on."""
    made: list[list[_Line]] = []
    held: list[list[_Line]] = []  # notes and captions between a sentence and its continuation
    for block in blocks:
        first = block[0].text.strip()
        if made and block[0].on != made[-1][-1].on:
            before = made[-1][-1].text.rstrip()
            if not _ended(before) and (first[0].islower() or before.endswith("-")):
                made[-1] += block
                made += held
                held = []
                continue
        aside = re.match(
            r"(?:\d{1,2}|[*†‡!])\s\S|(?:Image|Figure|Fig\.|Table|Map|Photo)\s\d", first
        )
        if made and aside and not _ended(made[-1][-1].text) and len(held) < 6:
            held.append(block)
            continue
        made += held
        held = []
        made.append(block)
    return made + held


# -- HTML, JATS and TEI ---------------------------------------------------------------------------

_BLOCK = {
    "p", "div", "section", "sec", "article", "li", "ul", "ol", "dl", "dt", "dd", "blockquote",
    "quote", "q-block", "title", "head", "h1", "h2", "h3", "h4", "h5", "h6", "table", "tr", "td",
    "th", "fig", "figure", "caption", "figcaption", "abstract", "body", "back", "fn", "note",
    "pre", "hr", "disp-quote", "list", "list-item", "item", "lg", "l", "sp", "speech",
    "verse-group", "boxed-text", "main", "aside", "epigraph", "cit",
}  # fmt: skip
_SKIPPED = {
    "script", "style", "nav", "noscript", "svg", "math", "head-html", "form", "button",
    "ref-list", "listBibl", "teiHeader", "front", "xref-none", "footer", "header", "metadata",
    "iframe", "template", "graphic", "formula", "tex-math", "object-id",
}  # fmt: skip


def read_html(data: bytes, name: str) -> Text:
    """The text of a page of HTML; DataError where it is none."""
    return _read_markup(data, name, html=True)


def _read_markup(data: bytes, name: str, *, html: bool) -> Text:
    from lxml import etree

    parser: Any
    if html:
        parser = etree.HTMLParser(no_network=True, huge_tree=False, remove_comments=True)
    else:
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False,
            remove_comments=True, remove_pis=True, recover=False,
        )  # fmt: skip
    try:
        source: Any = decode(data) if html else data
        if html:
            source = re.sub(r"^\s*<\?xml[^>]{0,200}\?>", "", source)
        root = etree.fromstring(source, parser)
        if root is None:
            raise ValueError("it is empty")
    except (etree.LxmlError, ValueError, LookupError) as error:
        message = f"is no sound {'HTML' if html else 'XML'}: {error}"
        raise DataError(
            [Fault(name, getattr(error, "lineno", None), "", message, "", code="text")]
        ) from None
    made = Text(name, "", in_file=False)
    out: list[str] = []
    length = 0
    begun = 0

    def add(text: str) -> None:
        nonlocal length
        text = re.sub(r"\s+", " ", text)
        if text and (length == begun or out[-1].endswith(" ")):
            text = text.lstrip()
        if text:
            out.append(text)
            length += len(text)

    def close() -> None:
        nonlocal length, begun
        if length > begun:
            made.paragraphs.append((begun, length))
            out.append("\n\n")
            length += 2
        begun = length

    body = None
    if not html:
        for wanted in ("body", "text"):
            body = next((e for e in root.iter() if _local(e) == wanted), None)
            if body is not None:
                break
    # A stack of our own: the depth of a hostile file is no business of the interpreter's.
    todo: list[tuple[str, Any]] = [("open", body if body is not None else root)]
    opened: list[tuple[int, str]] = []
    while todo:
        what, element = todo.pop()
        if what == "text":
            add(element)
            continue
        if what == "close":
            tag = _local(element)
            if tag in _BLOCK:
                close()
            if opened and _link(element):
                start, target = opened.pop()
                if length > start:
                    made.links.append((start, length, target))
            continue
        tag = _local(element)
        label = _page_break(element, tag)
        if label:
            made.starts.append(length)
            made.labels.append(label)
        if (
            not tag
            or tag in _SKIPPED
            or (html and tag == "head")
            or (label and len("".join(element.itertext())) < 16)
        ):
            continue
        if tag in ("br", "lb"):
            add(" ")
            continue
        if tag in _BLOCK:
            close()
        if _link(element):
            opened.append((length, _link(element)))
        todo.append(("close", element))
        for child in reversed(element):
            if child.tail:
                todo.append(("text", child.tail))
            todo.append(("open", child))
        if element.text:
            todo.append(("text", element.text))
    close()
    made.text = "".join(out)
    if made.labels:
        made.how = "page breaks marked in the file"
        if made.starts[0] > 0:
            first = made.labels[0]
            made.starts.insert(0, 0)
            counted = first.isdecimal() and int(first) > 1
            made.labels.insert(0, str(int(first) - 1) if counted else f"before {first}")
    return made


def _local(element: Any) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _link(element: Any) -> str:
    """The id that a marked citation points to."""
    tag = _local(element)
    if tag == "xref" and element.get("ref-type") == "bibr":
        return str(element.get("rid") or "")
    if tag == "ref" and element.get("type") in ("bibr", "biblio"):
        return str(element.get("target") or "").lstrip("#")
    return ""


def _page_break(element: Any, tag: str) -> str:
    if tag == "pb":
        return str(element.get("n") or "")
    kind = (
        element.get("{http://www.idpf.org/2007/ops}type")
        or element.get("epub:type")
        or element.get("role")
        or ""
    )
    if kind in ("pagebreak", "doc-pagebreak") or (element.get("class") or "") in (
        "pagenum",
        "page-number",
        "pagebreak",
    ):
        told = element.get("aria-label") or element.get("title") or "".join(element.itertext())
        found = re.search(rf"\d{{1,5}}|\b{_ROMAN}\b", told)
        return found.group(0) if found else ""
    return ""
