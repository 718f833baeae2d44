"""Reference lists in plain text: the list found in its page, each reference read as CSL.

What is read: author-date as Chicago and APA print it (also with commas, colons or brackets around
the year), and notes or bibliographies with the year at the end. Furniture of a page (menus, sharing
texts, usage figures) around a list is left out. What is not certain is left out of the record,
never guessed: the reference as printed stands beside it in `Entry.as_printed`.

Page ranges whose dash was lost ("151180") are restored where one reading only makes a range and,
for three digits ("136"), where the same list shows that its dashes are lost. The literal is kept in
`custom.printed.page`, and a warning says so.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from visavis.ingest.bibliography.entry import OTHERS, Entry
from visavis.schema.errors import Fault
from visavis.schema.text import fold

__all__ = [
    "Reference",
    "find_list",
    "from_markdown",
    "headed",
    "is_list",
    "parse",
    "people",
    "read_list",
]

_LONGEST = 1500  # characters of one reference; more is no reference


@dataclass(slots=True)
class Reference:
    """A reference as read: its CSL record, and what was restored in it or is doubtful."""

    record: dict[str, Any] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


# -- the list in its page -------------------------------------------------------------------------

_YEAR = r"(?:1[4-9]|20)\d\d"
_HAS_YEAR = re.compile(rf"(?<!\d){_YEAR}(?!\d)|\b(?:n\.d\.|forthcoming|in press|o\. ?J\.)", re.I)
_NUMBERED = re.compile(r"^\s*(?:\[\d{1,4}\]|\(\d{1,4}\)|\d{1,4}\.(?!\d))\s+")
_BULLET = re.compile(r"^\s*[•·*–-]\s+")
_HEADING = re.compile(
    r"\s*(?:\d{0,2}\.?\s*|#{1,6}\s*)(?:references?(?: list| and notes)?|bibliography|works cited|"
    r"literature(?: cited)?|literatur(?:verzeichnis)?|bibliographie|sources|hide all)\s*:?\s*",
    re.I,
)
_SIGNS = re.compile(
    r"\bIn:? [A-Z]|[“”„«\"]|\b(?:Press|Publish\w*|Books|Verlag|Routledge|Sage|Springer|"
    r"Palgrave|Journal|"
    r"Review|eds?\.|edited by|Hrsg|vol\.|pp?\.|doi|https?:)|\d\s?\(\S{1,9}\)|"
    r"\d{1,4}\s?[–-]\s?\d{1,4}|"
    r"\d\s?:\s?\d|[A-Z][\w. ]{2,30}: [A-Z]|\.\s*$",
)
_DASHES = re.compile(r"^\s*(?:[—–]{1,4}|-{2,6}|_{2,8})[.,\s]\s*")


def _starts_like_names(line: str) -> bool:
    """Whether a line begins as references do: a family name, an initial, a title, a number."""
    head = _BULLET.sub("", _NUMBERED.sub("", line, count=1)).lstrip("“\"‘'«„ ")
    return bool(head) and (head[0].isupper() or _dashed(line) or _particle(head))


def _dashed(text: str) -> bool:
    """Whether a dash stands for the authors of the reference before, behind a bullet or number."""
    bare = _NUMBERED.sub("", text, count=1)
    return bool(_DASHES.match(bare) or _DASHES.match(_BULLET.sub("", bare, count=1)))


def _particle(head: str) -> bool:
    return head.split(" ", 1)[0] in _PARTICLES


def _like_reference(text: str) -> bool:
    """Whether `text` may be one whole reference."""
    if not 20 <= len(text) <= _LONGEST or not _starts_like_names(text):
        return False
    year = _HAS_YEAR.search(text)
    if year is None or not _SIGNS.search(text):
        return False
    head = text[: min(year.start(), 160)]
    if _NUMBERED.match(text) or _dashed(text):
        return True
    # Running prose has its first comma or stop far from the beginning, and verbs before it.
    named = re.match(r"(?:[^\s,.]+ ){0,5}[^\s,.]{1,40}(?:,|\.| \(| \d|;|/| &)", head) or re.match(
        r"[A-Z]\.[ -]?(?:[A-Z]\.[ -]?){0,3}[^\s,]+", head
    )
    return named is not None and len(_plain_words(head)) <= 12


def _plain_words(text: str) -> list[str]:
    return [w for w in re.findall(r"(?<![\w’'-])[a-zà-ÿ]{3,}", text) if w not in _SMALL]


def _blocks(text: str) -> list[tuple[int, str]]:
    """Paragraphs and their first lines; lines where the list has one reference a line."""
    numbers, lines = _one_column(text.replace("\r\n", "\n").replace("\r", "\n"))
    numbered = sum(bool(_NUMBERED.match(line)) for line in lines if line.strip())
    filled = sum(bool(line.strip()) for line in lines)
    by_number = filled > 2 and numbered >= 3 and numbered * 8 >= filled
    indented = [line for line in lines if line.strip() and line[:1] in " \t"]
    flush = [line for line in lines if line.strip() and line[:1] not in " \t"]
    hanging = (
        len(flush) > 2
        and len(indented) > 2
        and sum(not _like_reference(" ".join(line.split())) for line in indented) * 10
        >= 9 * len(indented)
        and sum(_starts_like_names(line) for line in flush) * 10 >= 8 * len(flush)
    )
    alone = [_like_reference(" ".join(line.split())) for line in lines]
    one_a_line = sum(alone) * 10 >= 6 * filled or _run(alone, lines)
    found: list[tuple[int, str]] = []
    start, held = 0, ""

    def close() -> None:
        nonlocal held
        if held.strip():
            found.append((start, held))
        held = ""

    for number, line in zip(numbers, lines, strict=True):
        blank = not line.strip()
        new = (
            blank
            or (by_number and _NUMBERED.match(line) is not None)
            or (not by_number and hanging and line[:1] not in " \t")
            or (not by_number and not hanging and _HEADING.fullmatch(line) is not None)
            or (not by_number and not hanging and one_a_line and not _goes_on(held, line))
            or (not by_number and not hanging and _new_reference(held, line))
        )
        if new:
            close()
        if blank:
            continue
        if _HEADING.fullmatch(line):
            found.append((number, line.strip()))
            continue
        if not held:
            start = number
            held = line.strip()
        elif held.endswith("-") and held[-2:-1].isalpha() and line.strip()[:1].islower():
            held = held[:-1] + line.strip()
        else:
            held += " " + line.strip()
    close()
    return [(at, " ".join(block.split())) for at, block in found]


def _run(alone: list[bool], lines: list[str]) -> bool:
    """Whether five references in a row stand on a line each."""
    run = 0
    for good, line in zip(alone, lines, strict=True):
        run = run + 1 if good else (run if not line.strip() else 0)
        if run >= 5:
            return True
    return False


_GAP = re.compile(r"\S( {3,})(?=\S)")


def _one_column(text: str) -> tuple[list[int], list[str]]:
    """Lines with their numbers; of a page printed in two columns first the left, then the right."""
    numbers: list[int] = []
    lines: list[str] = []
    first = 1
    for page in text.split("\f"):
        these = page.split("\n")
        at = _gutter(these)
        left = [line[:at].rstrip() for line in these] if at else these
        right = [line[at:].rstrip() for line in these] if at else []
        lines += left + right
        numbers += [*range(first, first + len(left)), *range(first, first + len(right))]
        first += len(these) - 1
    return numbers, lines


def _gutter(lines: list[str]) -> int:
    """Where the right one of two columns begins; 0 where there is one column."""
    filled = [line for line in lines if line.strip()]
    ends = Counter(m.end() for line in filled for m in _GAP.finditer(line) if 25 <= m.end() <= 200)
    crossing = sum(ends.values())
    if len(filled) < 4 or crossing * 2 < len(filled):
        return 0
    for at in sorted(ends):
        clear = sum(not line[at - 2 : at].strip() for line in filled)
        right = sum(bool(line[at:].strip()) for line in filled)
        if ends[at] >= 2 and clear * 20 >= len(filled) * 19 and right * 2 >= len(filled):
            return at
    return 0


def _done(held: str) -> bool:
    """Whether a reference may end here."""
    return held.rstrip().endswith((".", ")", "/")) or bool(re.search(r"\d$", held))


def _begins(line: str) -> bool:
    """Whether a line begins with a name as references do, or a dash for one."""
    return (
        re.match(
            r"\s*(?:[A-ZÀ-Þ][\w’'-]+(?: [A-ZÀ-Þ][\w’'-]+)?,? (?:[A-ZÀ-Þ]\.|[A-ZÀ-Þ]\w+[,.]? )|"
            r"[—–_-]{2,}|[A-Z]\. )",
            line,
        )
        is not None
    )


def _goes_on(held: str, line: str) -> bool:
    """Whether a line goes on with a reference that a line's end cut, in a list with one a line."""
    if len(held) < 40 or re.search(r"https?:\S*$", held) or _like_reference(" ".join(line.split())):
        return False
    told = line.strip()
    if not _done(held):
        cut = _begins(line) and _HAS_YEAR.search(line) is not None
        return not cut and (told[:1].islower() or _done(told) or len(told) > 40)
    return told[:1].islower() and _done(told)


def _new_reference(held: str, line: str) -> bool:
    """Whether a line begins another reference where nothing but its words tells."""
    return not held or (_done(held) and _begins(line) and _HAS_YEAR.search(held) is not None)


def find_list(text: str) -> list[tuple[int, str]]:
    """The references of the list in a page: each with the line where it begins.

    The list is what stands densest: references, with at most two blocks between them that are none.
    Where a heading (References, Bibliography, Literature ...) stands above, it begins there.
    """
    blocks = _blocks(text)
    good = [_like_reference(block) for _, block in blocks]
    headings = [i for i, (_, block) in enumerate(blocks) if _HEADING.fullmatch(block)]
    runs: list[list[int]] = []
    for i, yes in enumerate(good):
        if not yes:
            continue
        if runs and i - runs[-1][-1] <= 3 and not any(runs[-1][-1] < h < i for h in headings):
            runs[-1].append(i)
        else:
            runs.append([i])
    if not runs:
        return []
    headed = [r for r in runs if any(0 < r[0] - h <= 2 for h in headings)]
    kept: list[int] = []
    largest = max(len(r) for r in runs)
    for run in headed or [r for r in runs if len(r) == largest][:1]:
        kept += run
    # Within the list a block that says too little to be known alone is still its own entry.
    first, last = kept[0], kept[-1]
    if not headed:
        inside = set(kept)
    else:
        inside = set(kept) | {
            i
            for i in range(first, last)
            if _HAS_YEAR.search(blocks[i][1])
            and len(blocks[i][1]) <= _LONGEST
            and _starts_like_names(blocks[i][1])
        }
    return [blocks[i] for i in sorted(inside)]


def headed(lines: list[str], first: int) -> bool:
    """Whether a heading (References, Bibliography ...) stands right above line `first`."""
    above = [line for line in lines[max(first - 6, 0) : first - 1] if line.strip()]
    return any(_HEADING.fullmatch(line) for line in above[-2:])


_LABELS = {"link", "doi", "crossref", "google scholar", "pdf", "url", "online", "web"}


def from_markdown(text: str) -> str:
    """A list written in Markdown as plain text: without emphasis, links as their addresses."""

    def link(found: re.Match[str]) -> str:
        told, address = found[1], found[2]
        named = fold(told) in _LABELS or told.startswith(("http", "10.", "doi"))
        return address if named else f"{told} {address}"

    text = re.sub(r"\[([^\[\]\n]{1,300})\]\(<?(https?://[^\s<>()]+)>?[^()\n]{0,80}\)", link, text)
    # Bullets before emphasis: a star that opens a line is none.
    text = re.sub(r"(?m)^(\s{0,8})[*+-][ \t]+", r"\1• ", text)
    text = re.sub(r"(?<![\w\\*])(\*{1,3})(?=\S)([^*\n]+?)(?<=\S)\1(?![\w*])", r"\2", text)
    text = re.sub(r"(?<![\w\\_/])(_{1,2})(?=[^\s_])([^_\n]+?)(?<=\S)\1(?![\w_])", r"\2", text)
    return re.sub(r"\\([\\`*_{}\[\]()#+.!<>&~-])", r"\1", text)


def is_list(text: str) -> bool:
    """Whether a text is a reference list rather than prose: most of its blocks are references.

    A publisher's page of an article without its text counts as one: its list is most of it.
    """
    found = find_list(text[:400_000])
    length = sum(len(block) for _, block in found)
    prose = len(" ".join(text[:400_000].split())) or 1
    if len(found) == 1 and length * 10 > prose * 8:
        record = parse(found[0][1]).record
        people_ = record.get("author") or record.get("editor")
        where = record.get("container-title") or record.get("publisher") or record.get("DOI")
        return bool(people_ and record.get("title") and where)
    return len(found) >= 2 and length * 2 > prose


def read_list(text: str, name: str) -> tuple[list[Entry], list[Fault]]:
    """Every entry of the reference list in `text`, and warnings of what was restored.

    name: the file, for messages. Raises nothing: a block that holds no reference is left out.
    """
    blocks = find_list(text)
    parsed = [(at, block) for at, block in blocks]
    lost = sum(_lost(block) for _, block in parsed) >= 2
    entries: list[Entry] = []
    faults: list[Fault] = []
    before: list[dict[str, str]] = []
    for place, (at, block) in enumerate(parsed, 1):
        number = _NUMBERED.match(block)
        label = re.sub(r"\W", "", number.group(0)) if number else str(place)
        read = parse(block, lost_dashes=lost)
        record = read.record
        if before and _dashed(block):
            record = {"author": before, **record}
        before = record.get("author", [])
        if not record.get("title") and not record.get("author"):
            message = "no author and no title can be told apart in this reference"
            advice = "write it as Family, Given. Year. Title. ..., or give it as BibTeX or RIS"
            faults.append(Fault(name, at, f"reference {label}", message, advice, code="reference"))
            continue
        for warning in read.warnings:
            faults.append(
                Fault(name, at, f"reference {label}", warning, "", "warning", "reference")
            )
        entries.append(Entry(record=record, line=at, as_printed=block, label=label))
    return entries, faults


def _lost(block: str) -> bool:
    """Whether the pages of a reference show plainly that a dash was lost (four digits or more)."""
    found = re.search(r"(?::\s?|, )(\d{4,8})\.?(?: [A-Z][\w ,]{2,40}: [^:]{3,60})?\.?$", block)
    return (
        found is not None
        and len(_splits(found.group(1))) == 1
        and not (len(found.group(1)) == 4 and _HAS_YEAR.fullmatch(found.group(1)))
    )


def _splits(digits: str, longest: int = 110) -> list[tuple[str, str]]:
    """How digits whose dash was lost may have been a range of pages."""
    found: list[tuple[str, str]] = []
    if not digits.isdecimal():
        return found
    for at in range(len(digits) // 2, max(len(digits) // 2 - 1, 0), -1):
        first, last = digits[:at], digits[at:]
        if last[0] != "0" and first[0] != "0" and len(last) - len(first) in (0, 1):
            if 0 < int(last) - int(first) <= longest:
                found.append((first, last))
    return found


# -- one reference --------------------------------------------------------------------------------

_PARTICLES = {
    "von", "van", "de", "der", "den", "del", "della", "di", "da", "du", "dos", "das", "la", "le",
    "el", "al", "bin", "ibn", "ter", "ten", "zu", "zur", "af", "av", "vom", "d’", "d'", "do", "e",
}  # fmt: skip
_SMALL = {
    "and", "und", "et", "of", "the", "for", "on", "für", "fur", "des", "les", "eds", "editor",
    "editors", "with", "van", "von", "others", "hrsg", "trans", "pour", "der", "in",
}  # fmt: skip
_QUOTES = {
    "―": "‖",
    "“": "”",
    "„": "“”",
    '"': '"”',
    "‘": "’",
    "«": "»",
    "``": "''",
    "‚": "‘",
    "”": "”",
    "»": "«",
}
_ABBREVIATED = {
    "vol", "no", "nr", "st", "vs", "dr", "mr", "mrs", "ms", "jr", "sr", "ed", "eds", "trans",
    "pp", "p", "ch", "univ", "dept", "inc", "co", "ltd", "u.s", "u.k", "u.n", "e.g", "i.e", "cf",
    "bd", "aufl", "hrsg", "ca", "rev", "prof", "gen", "fig", "sec", "art", "para", "op", "cit",
    "al", "tech", "rep", "proc", "mass", "calif", "conn", "n.y", "d.c", "s", "z", "b", "ser",
}  # fmt: skip
_DOI = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|\bdoi:?\s*)?\b(10\.\d{4,9}/[^\s\"<>]+)", re.I)
_URL = re.compile(r"<?(?:https?:/?/?|www\.)[^\s<>]+>?")
_ACCESSED = re.compile(
    r"[\[(]?\b(?:(?:last )?(?:accessed|retrieved|viewed|visited|consulted)|abgerufen|Zugriff|"
    r"available)"
    r"\b:?(?: (?:on|from|at|am|in))?:? ?(?P<when>[\w .,/]{0,30}?\d{4})?[\])]?[ .,:;]*(?:from|"
    r"at)?[:,]?",
    re.I,
)
_MONTHS = {
    name: n
    for n, names in enumerate(
        ("january jan januar janvier enero", "february feb februar février febrero",
         "march mar märz mars marzo", "april apr avril abril", "may mai mayo",
         "june jun juni juin junio", "july jul juli juillet julio", "august aug août agosto",
         "september sep sept septembre septiembre", "october oct oktober octobre octubre okt",
         "november nov novembre noviembre", "december dec dezember décembre diciembre dez"),
        1,
    )
    for name in names.split()
}  # fmt: skip
_MONTH = "(?:" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_DAY = re.compile(
    rf"(?:(?P<d>\d{{1,2}})(?:st|nd|rd|th|\.)? (?P<m>{_MONTH})|(?P<m2>{_MONTH}) "
    rf"(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?)"
    rf"(?:,? (?P<y>{_YEAR}))?",
    re.I,
)
_MONTH_YEAR = re.compile(rf"(?P<m>{_MONTH})(?:[-–/]{_MONTH})?,? (?P<y>{_YEAR})", re.I)
# A year as references print it: (2011), 2011a, 1912/1915, 2005 [1967], [1967] 2005, (n.d.).
_DATE = re.compile(
    rf"(?P<open>[(\[])?\s?(?:(?<![\w.])(?P<ca>(?-i:c\.|ca\.|circa))\s?)?"
    rf"(?:[\[(](?P<o1>{_YEAR})[\])]\s?)?"
    rf"(?P<y>{_YEAR})(?P<s>[a-z](?![a-z]))?"
    rf"(?:\s?(?P<sep>[/–-])\s?(?P<y2>{_YEAR}|\d\d(?!\d)))?"
    rf"(?:\s?[\[(](?P<o2>(?:orig(?:\.|inal\w*)?(?: \w+)? |or\. |first published (?:in )?)"
    rf"?{_YEAR})[\])])?"
    rf"(?:,\s(?P<rest>{_MONTH}(?:[ –-]{{1,3}}(?:{_MONTH}|\d{{1,2}}))*|\d{{1,2}} {_MONTH}))?"
    rf"\s?(?P<close>[)\]])?(?!\d)",
    re.I,
)
_UNDATED = re.compile(
    r"[(\[]?\b(?P<u>n\. ?d\.|forthcoming|in press|o\. ?J\.|im Erscheinen|s\.d\.)[)\]]?", re.I
)
_ROLE = re.compile(
    r"[,\s]*[(\[]?\b(?:(?P<ed>eds?|editors?|Hrsg|Hg|Hgg|éds?|dir|coord|edd)|(?P<tr>trans|"
    r"translators?))\b\.?[)\]]?[.,]?\s*$",
    re.I,
)
_RANGE = r"[A-Za-z]{0,2}\d{1,6}(?:\s?[-–—−‐]{1,2}\s?[A-Za-z]?\d{1,6})?"
_PAGES = re.compile(
    rf"[(,.;:\s]*\b(?:pp?\.?|pages?|S\.|Seiten?|págs?\.)\s?(?P<p>{_RANGE}(?:, {_RANGE})?|"
    rf"[ivxlc]+[-–][ivxlc\d]+)\)?[.,;]*",
)


def parse(text: str, *, lost_dashes: bool = False) -> Reference:
    """One reference as CSL.

    lost_dashes: the list it stands in prints ranges of pages without their dash. A field that
    cannot be told is left out.
    """
    made = Reference()
    record = made.record
    whole = " ".join(unicodedata.normalize("NFC", text[:_LONGEST]).split())
    whole = _BULLET.sub("", _NUMBERED.sub("", whole, count=1))
    dashed = _DASHES.match(whole) is not None  # the authors are those of the reference before
    whole = _DASHES.sub("", whole).replace("\u00ad", "")
    whole = _take_links(whole, record)
    whole = _bracketed_imprint(whole, record)
    head, rest = _author_year(whole, record, dashed)
    if head is None:
        _year_last(whole, made, lost_dashes)
    else:
        _names_into(head, record)
        title, tail, quoted = _split_title(rest)
        _set_title(record, title)
        _tail(tail, made, quoted, lost_dashes)
    for name in [k for k, v in record.items() if isinstance(v, str) and not re.search(r"\w", v)]:
        del record[name]
    for role in ("author", "editor", "translator"):
        if record.get(role) == []:
            del record[role]
    _type(record, whole)
    return made


def _take_links(text: str, record: dict[str, Any]) -> str:
    text = re.sub(r"<((?:https?://|www\.|doi:)[^<>\s]+)>", r"\1", text)
    found = _DOI.search(text)
    if found:
        record["DOI"] = found.group(1).rstrip(".,;)]")
        text = text[: found.start()] + " " + text[found.end() :]
    found = _URL.search(text)
    if found:
        url = found.group(0).strip("<>").rstrip(".,;)")
        record["URL"] = url if url.startswith("http") else "http://" + url
        text = text[: found.start()] + " " + text[found.end() :]
    if "DOI" in record or "URL" in record:
        seen = _ACCESSED.search(text)
        if seen:
            when = _date_in(seen["when"] or "")
            if when:
                record["accessed"] = when
            text = text[: seen.start()] + " " + text[seen.end() :]
    return " ".join(text.split()).strip(" ,;")


def _bracketed_imprint(text: str, record: dict[str, Any]) -> str:
    """Take an imprint in brackets: "Title (Cambridge: Polity)", "(London: Sage, 2005), 15-20"."""
    at = text.rfind("(")
    found = _IN_BRACKETS.match(text, at) if at > 30 else None
    if not found or not re.search(_YEAR, text[:at] + (found["year"] or "")):
        return text
    record["publisher-place"] = found["place"].strip(" ,")
    record["publisher"] = _publisher(found["pub"])
    year = f", {found['year']}" if found["year"] else ""
    rest = found["rest"].strip(" ,.")
    return text[:at].rstrip(" ,") + year + (f", pp. {rest}" if rest else "")


def _date_in(text: str) -> dict[str, Any]:
    """A day, month or year in words, as CSL."""
    day = _DAY.search(text)
    if day and day["y"]:
        month = _MONTHS[(day["m"] or day["m2"]).rstrip(".").lower()]
        number = int(day["d"] or day["d2"])
        parts = [int(day["y"]), month, number]
        return {
            "date-parts": [parts if 1 <= number <= monthrange(parts[0], month)[1] else parts[:2]]
        }
    month_year = _MONTH_YEAR.search(text)
    if month_year:
        number = _MONTHS[month_year["m"].rstrip(".").lower()]
        return {"date-parts": [[int(month_year["y"]), number]]}
    year = re.search(rf"(?<!\d){_YEAR}(?!\d)", text)
    return {"date-parts": [[int(year.group(0))]]} if year else {}


def _author_year(text: str, record: dict[str, Any], dashed: bool = False) -> tuple[str | None, str]:
    """What stands before the year and what after it, where the year follows the authors."""
    for found in [*_first(_DATE, text), *_first(_UNDATED, text)]:
        head, rest = text[: found.start()].strip(), text[found.end() :]
        nobody = dashed and not head.strip(" (,.")
        if not nobody and (not head or len(head) > 700 or not _heads(head)):
            continue
        rest = rest.lstrip(" ).:,;]–-")
        words = re.findall(
            r"[^\W\d_]{2,}", re.sub(rf"\b(?:pp?|vol|no|S)\.|{_MONTH}", " ", rest, flags=re.I)
        )
        if len(words) < 2 and not (rest[:1] in _QUOTES and words):
            continue
        if found.re is _UNDATED:
            record["issued"] = {"literal": found["u"]}
        else:
            _set_date(record, found)
        return head, rest
    return None, text


def _first(pattern: re.Pattern[str], text: str) -> list[re.Match[str]]:
    found = []
    for match in pattern.finditer(text[:700]):
        found.append(match)
        if len(found) == 2:
            break
    return found


def _heads(head: str) -> bool:
    """Whether the text before a year is names and nothing else."""
    if re.search(r"[“”„«»\"?!]|``", head) or ": " in head or re.search(r"\d{2}", head):
        return False
    lower = _plain_words(head.replace("et al", ""))
    capital = len(re.findall(r"[A-ZÀ-Þ]", head))
    if len(lower) > 1 or capital == 0:
        return False
    sentences = [s for s in re.split(r"(?<=[a-zß-ÿ]{3})\. ", head) if s]
    return len(sentences) <= 2 or not lower


def _set_date(record: dict[str, Any], found: re.Match[str]) -> None:
    year = int(found["y"])
    older = (
        found["o1"] or (re.search(_YEAR, found["o2"]) or [""])[0]
        if found["o1"] or found["o2"]
        else ""
    )
    parts: list[int] = [year]
    if found["rest"]:
        month = re.search(_MONTH, found["rest"], re.I)
        day = re.search(r"\d{1,2}", found["rest"])
        if month:
            parts.append(_MONTHS[month.group(0).rstrip(".").lower()])
            if day and 1 <= int(day.group(0)) <= 31:
                parts.append(int(day.group(0)))
    issued: dict[str, Any] = {"date-parts": [parts]}
    if found["y2"]:
        second = int(found["y2"]) if len(found["y2"]) == 4 else year // 100 * 100 + int(found["y2"])
        printed = f"{found['y']}{found['sep']}{found['y2']}"
        if found["sep"] == "/" and len(found["y2"]) == 4:
            older, issued = str(min(year, second)), {"date-parts": [[max(year, second)]]}
        elif second > year:
            issued = {"date-parts": [[year], [second]]}
        issued["literal"] = printed
    elif older:
        issued["literal"] = f"{year} [{older}]"
    if found["ca"]:
        issued["circa"] = True
    record["issued"] = issued
    if older:
        record["original-date"] = {"date-parts": [[int(older)]]}
    if found["s"]:
        record["year-suffix"] = found["s"]


# -- names ----------------------------------------------------------------------------------------

_INITIALS = re.compile(r"(?:[A-ZÀ-Þ][a-z]?\.?[\s-]{0,2}){1,5}(?:(?:Jr|Sr|II|III)\.?)?")
_SUFFIX = re.compile(r"(?:Jr|Sr|II|III|IV)\.?")
_CORPORATE = re.compile(
    r"\b(?:University|Institut\w*|Ministr\w+|Ministerium|Bundesminister\w+|Department|Council|"
    r"Committee|"
    r"Commission|Organi[sz]ation|Association|Society|Bank|Agency|Office|Bureau|Union|Nations|"
    r"Group|Center|"
    r"Centre|Foundation|Government|Forum|Network|Women|Program\w*|Federation|Party|News|"
    r"Statistic\w*|"
    r"Amt|Bundesamt|Research|International|European|National|World|Policy|Board|Congress|"
    r"Senate|House|"
    r"Parliament|Times|Post|Press|Court|Secretariat|Conference|Collective|Team|Service)\b"
)


def _names_into(head: str, record: dict[str, Any]) -> None:
    role = "author"
    head = head.strip(" ,;:(")
    found = _ROLE.search(head)
    if found:
        role = "translator" if found["tr"] else "editor"
        head = head[: found.start()]
    named = people(head)
    if named:
        record[role] = named


def people(text: str) -> list[dict[str, str]]:
    """The people in a string of names, as CSL: inverted, direct, with initials, or corporate.

    "Adler, Emanuel, and Pouliot, Vincent"; "Hunt, Ann, and Bob Ray"; "Romero, C., & Dweck, C.";
    "Hazell, T.J.; DeGuire, J.R."; "Brischoux F, Chakraborty S"; "World Bank".
    """
    text = re.sub(r"\.{2,}", ".", text).strip(" ,;:")
    text = re.sub(r"\((?:eds?|Hrsg|Hg)\.?\)\.?:?", "", text, flags=re.I)
    others = re.search(r"[,;\s]*(?:\bet\.? al\b\.?|\band others\b|\bu\. ?a\.$)", text)
    if others:
        text = text[: others.start()]
    text = text.strip(" ,;:&")
    if not text:
        return [dict(OTHERS)] if others else []
    made: list[dict[str, str]]
    if ";" in text:
        pieces = [re.sub(r"^(?:and|und|&)\s+", "", p.strip(" ,")) for p in text.split(";")]
        made = [
            _one(p) for piece in pieces for p in re.split(r"\s+(?:&|and)\s+", piece) if p.strip()
        ]
    elif re.search(r"[^\W\d]\s?/\s?[^\W\d]", text) and not _CORPORATE.search(text):
        made = [_one(p.strip(" ,")) for p in text.split("/") if p.strip(" ,")]
    elif (
        _CORPORATE.search(text)
        and not re.search(r"[A-ZÀ-Þ]\.", text)
        and ("," not in text or len(_plain_words(text)) or re.search(r"\b(?:of|for|für)\b", text))
    ):
        made = [{"literal": text.rstrip(".") if not re.search(r"\b[A-Z]\.$", text) else text}]
    else:
        made = _comma_names(text)
    if others:
        made.append(dict(OTHERS))
    told = [{part: value for part, value in name.items() if value} for name in made]
    return [name for name in told if name.get("family") or name.get("literal")]


def _comma_names(text: str) -> list[dict[str, str]]:
    pieces = [
        p.strip(" ,")
        for p in re.split(r"(?:,\s*|\s+)(?:and|und|et|y|e|&)\s+|\s*&\s*", text)
        if p.strip(" ,")
    ]
    split = [[t.strip() for t in piece.split(",") if t.strip()] for piece in pieces]
    # "A, B, and C, D" is inverted throughout; "A, B, and C D" inverts the first name only.
    inverted = len(split) < 2 or len(split[-1]) % 2 == 0
    made: list[dict[str, str]] = []
    first = True
    for tokens in split:
        i = 0
        while i < len(tokens):
            token = tokens[i]
            following = tokens[i + 1] if i + 1 < len(tokens) else ""
            if following and _SUFFIX.fullmatch(following):
                made.append({**_one(token), "suffix": following})
                i += 2
            elif following and _INITIALS.fullmatch(following) and not _direct(token):
                after = tokens[i + 2] if i + 2 < len(tokens) else ""
                made.append(_family(token, following))
                i += 2
                if after and _SUFFIX.fullmatch(after):
                    made[-1]["suffix"] = after
                    i += 1
            elif (
                following
                and not _direct(token)
                and not _VANCOUVER.fullmatch(token)
                and (first or inverted)
                and _given(following)
            ):
                made.append(_family(token, following))
                i += 2
                if i < len(tokens) and _SUFFIX.fullmatch(tokens[i]):
                    made[-1]["suffix"] = tokens[i]
                    i += 1
            else:
                made.append(_one(token))
                i += 1
            first = False
    return made


_VANCOUVER = re.compile(r"[^\W\d][\w’'-]+(?: [A-ZÀ-Þ][\w’'-]+)? [A-ZÀ-Þ]{1,3}")


def _direct(token: str) -> bool:
    """Whether a token is a whole name in direct order: "J. Smith", "Vincent Pouliot"."""
    words = token.split()
    if len(words) < 2 or words[0].lower() in _PARTICLES:
        return False
    return bool(re.fullmatch(r"(?:[A-ZÀ-Þ][a-z]?\.-?)+", words[0])) or (
        len(words) >= 3 and bool(re.fullmatch(r"[A-Z]\.", words[1]))
    )


def _given(token: str) -> bool:
    return bool(re.match(r"[A-ZÀ-Þ]", token)) and len(token.split()) <= 4


def _family(family: str, given: str) -> dict[str, str]:
    family, given = family.strip(), given.strip(" ,")
    if given.endswith(".") and not re.search(
        r"(?:^|[\s.-])[A-ZÀ-Þ][a-z]?\.$|\b(?:Jr|Sr)\.$", given
    ):
        given = given[:-1]
    made = {"family": family, "given": given}
    tail = re.fullmatch(
        r"(.+?)\s+((?:van|von|de|der|den|du|la|le|zu|da|di)(?:\s(?:der|den|la|de))?)", given
    )
    if tail:
        made["given"], made["non-dropping-particle"] = tail.group(1), tail.group(2)
    words = family.split()
    at = 0
    while at < len(words) - 1 and words[at] in _PARTICLES:
        at += 1
    if at:
        made["non-dropping-particle"] = " ".join(words[:at])
        made["family"] = " ".join(words[at:])
    return made


def _one(token: str) -> dict[str, str]:
    """One name alone, inverted, direct, or with initials behind it."""
    token = token.strip(" ,")
    if not re.search(r"[^\W\d]", token):
        return {}
    if "," in token:
        family, _, given = token.partition(",")
        return _family(family, given)
    behind = re.fullmatch(
        r"(?P<f>[^\W\d][\w’'-]+(?: [\w’'-]{2,}){0,2}) (?P<g>(?:[A-ZÀ-Þ]\.?-?){1,4})\.?", token
    )
    if behind and behind["g"].upper() == behind["g"] and behind["f"][1:].lower() == behind["f"][1:]:
        return _family(behind["f"], behind["g"])
    words = token.split()
    if _CORPORATE.search(token) or (
        len(words) > 1 and all(w.isupper() and len(w) > 3 for w in words)
    ):
        return {"literal": token.rstrip(".")}
    if len(words) == 1:
        return {"family": words[0].rstrip(".") if len(words[0]) > 2 else words[0]}
    if len(words) > 5:
        return {"literal": token}
    caps = [w for w in words if w.isupper() and len(w.rstrip(".")) > 2]
    if caps and len(caps) < len(words) and words[0] in caps and "." not in words[0]:
        return _family(words[0].title(), " ".join(words[1:]))  # "APPELBAUM Eileen"
    at = len(words) - 1
    while at > 1 and words[at - 1].lower().rstrip(".") in _PARTICLES and words[at - 1][0].islower():
        at -= 1
    return _family(" ".join(words[at:]).rstrip("."), " ".join(words[:at]))


# -- title ----------------------------------------------------------------------------------------


def _split_title(rest: str) -> tuple[str, str, bool]:
    """The title, what follows it, and whether it stood in quotation marks."""
    rest = rest.strip()
    mark = rest[:2] if rest.startswith("``") else rest[:1]
    if mark in _QUOTES:
        end = _closing(rest, mark)
        if end > 0 and rest[end + 1 : end + 3] != ": ":  # „Being There“: Proximity, ...
            return rest[len(mark) : end], rest[end:].lstrip("”\"’»'“ .,;:"), True
        # The closing mark is lost: the title ends where the next word touches a stop.
        touched = re.search(r"[?!.](?=[A-ZÀ-Þ][a-z])", rest)
        if touched and end < 0:
            return rest[len(mark) : touched.end()], rest[touched.end() :], True
        rest = rest[len(mark) :] if end < 0 else rest
    inside = re.search(r"[,.;?!]?\s+(?=[Ii]n: |In [A-ZÀ-Þ])|(?<=[a-z]),\s+(?=in [A-ZÀ-Þ]\.)", rest)
    stop = _stop(rest)
    if inside and (stop < 0 or inside.start() <= stop):
        if (
            rest[inside.end() : inside.end() + 3].lower() == "in:"
            or rest[inside.start()] in ",.;?!"
        ):
            keep = 1 if rest[inside.start()] in "?!" else 0
            return rest[: inside.start() + keep], rest[inside.end() :], False
    if 0 <= stop < len(rest) - 2:
        if (
            rest[stop] in "?!"
        ):  # "Who Fights for Reputation? The Psychology of Leaders. Princeton: ..."
            more = _stop(rest[stop + 1 :])
            between = rest[stop + 1 : stop + 1 + more]
            if 0 < more < len(rest) - stop - 8 and not re.search(r"\d|: ", between):
                stop += 1 + more
        keep = 1 if rest[stop] in "?!" else 0
        return rest[: stop + keep], rest[stop + 1 :].strip(), False
    # Commas alone: "Title, Place: Publisher" or "Title, Journal 12, 3".
    place = re.search(
        r"[,;]\s(?=[A-ZÀ-Þ][\w.’' -]{1,40}(?:, [A-Z]{2})?(?: and [A-Z]\w+)?\s?: "
        r"[A-ZÀ-Þ][^:]{1,60}$)",
        rest,
    )
    if place:
        return rest[: place.start()], rest[place.end() :], False
    comma = re.search(r",\s(?=[A-ZÀ-Þ][^,]{3,80},?\s(?:[Vv]ol\.? ?)?\d)", rest)
    if comma:
        return rest[: comma.start()], rest[comma.end() :], False
    ending = _PLACE_ENDS.search(rest)
    if ending and ending.start() > 8:
        return rest[: ending.start()], rest[ending.start() :].strip(" ,"), False
    last = rest.rstrip(" .").rfind(", ")
    if last > 8 and _PUBLISHER.search(rest[last:]):
        return rest[:last], rest[last + 2 :], False
    return rest.rstrip(" ."), "", False


def _closing(text: str, mark: str) -> int:
    """Where the quotation that begins `text` ends; -1 where it does not."""
    ends = _QUOTES[mark]
    if mark == "``":
        at = text.find("''")
        return at if at > 0 else text.find('"', 2)
    depth = 0
    for at in range(len(mark), len(text)):
        here = text[at]
        following = text[at + 1 : at + 2]
        if here == mark and mark not in ends:
            depth += 1
        elif here in ends:
            if here in "’'" and following.isalpha():
                continue  # an apostrophe
            if here in "’" and following == " " and text[at + 2 : at + 3].islower():
                continue
            if depth:
                depth -= 1
            elif here != '"' or not following.isalnum():
                return at
    return -1


def _stop(text: str) -> int:
    """Where the first sentence of `text` ends: a stop that no abbreviation accounts for; -1."""
    for found in re.finditer(r"[.?!](?=\s)", text):
        at = found.start()
        following = text[at + 1 :].lstrip()[:1]
        if text[at] == ".":
            word = re.search(r"([\w.’']+)$", text[:at])
            last = (word.group(1) if word else "").lower()
            if (
                last in _ABBREVIATED
                or (len(last) == 1 and last.isalpha() and last not in "iv")
                or re.fullmatch(r"(?:[a-z]\.)+[a-z]", last)
            ):
                continue
            if following.islower():
                continue
        elif following.islower() or following in "–-—(":
            continue
        return at
    return -1


_EDITION_ENDS = re.compile(
    r"[,(\s]+(?P<e>\d{1,2}(?:st|nd|rd|th)|[Ss]econd|[Tt]hird|[Rr]ev(?:ised|\.))\s(?:rev\. )"
    r"?ed(?:ition|n|\.)?\.?\)?$"
)
_VOLUME_ENDS = re.compile(
    r"[,(\s]+(?:vol(?:ume|\.)|Bd\.|Band)\s?(?P<v>\d{1,3}|[IVXL]{1,5})"
    r"\)?$",
    re.I,
)


def _set_title(record: dict[str, Any], title: str) -> None:
    title = title.strip().rstrip(",;").strip()
    for ending, name, group in ((_EDITION_ENDS, "edition", "e"), (_VOLUME_ENDS, "volume", "v")):
        found = ending.search(title)
        if found and found.start() > 3:
            record[name] = found[group]
            title = title[: found.start()].rstrip(" ,(")
    if title.endswith(".") and not title.endswith("..."):
        title = title[:-1]
    if title:
        record["title"] = title


# -- what follows the title -----------------------------------------------------------------------

_PUBLISHER = re.compile(
    r"\b(?:Press|Publish\w*|Books?|Verlag\w*|Routledge|Sage|SAGE|Springer|Palgrave|Macmillan|"
    r"Wiley|Elsevier|"
    r"Blackwell|Presses|Éditions?|Editions|Penguin|HarperCollins|Harcourt|Suhrkamp|Campus|"
    r"Nomos|Oldenbourg|"
    r"Vandenhoeck|Mohr|Gallimard|PUF|Norton|Knopf|Polity|Ashgate|Elgar|Brill|Kluwer|Erlbaum|"
    r"Beltz|Juventa|"
    r"Leske|Budrich|McGraw|Prentice|Random House|Simon (?:and|&) Schuster|Little, Brown|"
    r"Freeman|Inc|Ltd|"
    r"GmbH|LLC|Universit\w+|Institut\w*|Company)\b"
)
_PLACE = (
    r"(?:St\. )?[A-ZÀ-Þ][\w’'\- ]{1,40}(?: a\. ?M\.)?(?:,? \(?(?:[A-Z]{2,3}|[A-Z]\.\s?[A-Z]\.|"
    r"Mass\.?|Calif\.?|[A-Z]\w+)\)?)?"
    r"(?:(?: and |/|, | & | – )[A-ZÀ-Þ][\w ]{1,25}(?:, [A-Z]{2})?)?"
)
_IMPRINT = re.compile(
    rf"(?:^|[.,;)\]]\s*|\s)(?P<place>{_PLACE})\s?: (?P<pub>[A-ZÀ-Þ][^:]{{1,90}}?)[.,;]?\s*$"
)
_IN_BRACKETS = re.compile(
    rf"\((?P<place>{_PLACE})\s?: (?P<pub>[A-ZÀ-Þ][^():]{{1,80}}?)(?:, (?P<year>{_YEAR}))?\)[.,]*"
    rf"\s?(?:pp?\.|S\.)?\s?(?P<rest>(?:{_RANGE})?)[.,]*\s*$"
)
_VOLUME = re.compile(
    r"^(?P<j>.{2,160}?)[,.]?\s+(?:(?:[Vv]ol(?:ume|\.)?|Bd\.|Jg\.|Band|v\.|n[°º])\s?)?"
    r"(?P<v>\d{1,4}(?:[/–-]\d{1,4})?|[IVXLC]{1,7}|[A-Z]\d{1,4})"
    r"(?:\s?[(\[](?P<i>[^()\[\]]{1,30})[)\]]|\s?,\s?(?P<i4>\d{1,2})(?=\s?[:,]\s?\d+\s?[-–])|"
    r"\s?[,./:]\s?(?:[Nn]o\.?|[Nn]r\.?|[Ii]ssue|H\.|Heft|n°|#)\s?(?P<i2>[\w/–-]{1,12})|"
    r"\s?[/.]\s?(?P<i3>\d{1,2}))?"
    rf"(?:\s?[,:;.]?\s*\((?P<when>[^()]{{3,30}})\))?"
    rf"(?:(?:\s?[,:;.]\s*|\s(?=\d+\s?[-–]))(?:pp?\.?|S\.|pages?|Seiten?)?\s?(?P<p>{_RANGE}))"
    rf"?\s?\.?$"
)
_EDITED = re.compile(
    r"[,.]?\s(?:edited by|[Ee]ds?\.(?: by)?|hrsg\. von|herausgegeben von|Translated by|"
    r"trans\.)\s(?P<names>.+?)(?=$|,\s(?:pp?\.|\d)|(?<![A-Z])\.\s|\s\()"
)
_BEFORE_EDS = re.compile(
    r"^(?P<names>.{3,200}?),?\s[(\[]?(?:[Ee]ds?|[Hh]rsg|Hg|[Ee]ditors?|edd|dir|coords?)\b\.?[)"
    r"\]]?[.,:]*\s*"
)


def _tail(tail: str, made: Reference, quoted: bool, lost: bool) -> None:
    record = made.record
    tail = _BRACKETED.sub(" ", tail) if "[" in tail else tail
    tail = (
        " ".join(tail.split()).strip(" ,;:.")
        if not tail.rstrip().endswith(".")
        else tail.strip(" ,;:")
    )
    if not tail:
        return
    chapter = re.match(r"[Ii]n:? (?=\S)", tail)
    if chapter:
        _chapter(tail[chapter.end() :].strip(), made, lost)
        return
    thesis = re.match(
        r"(?P<g>[^.]{0,40}(?:[Dd]issertation|[Tt]hesis|Diss\.|Diplomarbeit|Habilitation)"
        r"[^,.]{0,20})[,.]?\s*(?P<u>.*)$",
        tail,
    )
    if thesis:
        record.update(type="thesis", genre=thesis["g"].strip())
        school = thesis["u"].strip(" .,")
        if school:
            _imprint(school, made) or record.setdefault("publisher", school)
        return
    edition = re.match(
        r"\(?(?P<e>\d{1,2}(?:st|nd|rd|th)|[Ss]econd|[Tt]hird|[Ff]irst|[Rr]ev(?:ised|\.))"
        r"\s(?:rev\. )?ed(?:ition|n|\.)?\)?[.,;]?\s*|(?P<a>\d{1,2}\.) (?:\w+\.? )?Aufl(?:age|\.)"
        r"[.,;]?\s*",
        tail,
    )
    if edition:
        record["edition"] = (edition["e"] or edition["a"]).strip()
        tail = tail[edition.end() :]
    pages = _PAGES.search(tail)
    taken = ""
    if pages:
        taken = pages["p"]
        tail = (
            (tail[: pages.start()] + ". " + tail[pages.end() :]).strip(" .,")
            if pages.end() < len(tail)
            else tail[: pages.start()].rstrip(" ,.;:(")
        )
    day = _DAY.search(tail) or _MONTH_YEAR.search(tail)
    article = (
        None
        if day and quoted and not re.search(r"\d\s?\(|:\s?\d", tail)
        else _VOLUME.match(tail[:400])
    )
    if article and lost and quoted and not (taken or article["p"] or article["i"]):
        if len(article["v"]) > 2 and len(_splits(article["v"])) == 1:
            article = None
    if article and (quoted or taken or article["p"] or article["i"]) and not _imprint_like(tail):
        _journal(article, made, taken, lost, quoted)
        return
    if taken:
        _set_pages(made, taken, lost, colon=True)
    _rest(tail, made, quoted, lost)


_BRACKETED = re.compile(r"\[(?:[A-Z][^\[\]]{2,40})\]")


def _imprint_like(tail: str) -> bool:
    found = _IMPRINT.search(tail[-200:])
    return found is not None and _PUBLISHER.search(found["pub"]) is not None


def _longer_title(text: str, record: dict[str, Any]) -> str:
    """Where what follows an unquoted title holds another stop, the title went on to there."""
    at = 0
    while 0 <= (stop := _stop(text[at:])) < len(text) - at - 3:
        at += stop + 1
    before = text[:at].strip()
    if not at or len(text) - at < 4 or not before or re.match(r"[^\W\d]{1,8}\.$", before):
        return text
    record["title"] = f"{record.get('title', '')}. {before.rstrip('.')}".lstrip(". ").replace(
        "?.", "?"
    )
    return text[at:].strip()


def _journal(
    found: re.Match[str], made: Reference, pages: str, lost: bool, quoted: bool = True
) -> None:
    record = made.record
    record["type"] = "article-journal"
    name = found["j"].strip(' ,.;:“”"')
    if not quoted:
        name = _longer_title(name, record)
    record["container-title"] = name
    record["volume"] = found["v"]
    issue = found["i"] or found["i2"] or found["i3"] or found["i4"]
    if issue and not _date_in(issue):
        record["issue"] = re.sub(r"^(?:[Nn]o\.?|[Nn]r\.?|H\.|[Ii]ssue)\s?", "", issue.strip())
    for part in (found["when"], issue):
        when = _date_in(part or "")
        if when and "issued" not in record:
            record["issued"] = when
    pages = pages or found["p"] or ""
    if pages:
        _set_pages(made, pages, lost, colon=True)


def _rest(tail: str, made: Reference, quoted: bool, lost: bool) -> None:
    """A book's imprint, a newspaper and its day, a series and a number."""
    record = made.record
    if _imprint(tail, made, quoted):
        return
    # Pages without a mark, whose dash may be lost: "Journal of Gender Studies, 121".
    last = re.search(rf"^(?P<j>.{{3,120}}?),\s(?P<p>{_RANGE})\.?$", tail)
    dashed = last and re.search(r"\d\s?[-–]\s?\d", last["p"])
    if last and (quoted or dashed) and not _YEARISH.fullmatch(last["p"]):
        name = last["j"].strip(" ,.")
        record["container-title"] = name if quoted else _longer_title(name, record)
        record["type"] = "article-journal"
        _set_pages(made, last["p"], lost, colon=True)
        return
    day = _DAY.search(tail) or _MONTH_YEAR.search(tail)
    if day and quoted:
        issued = record.get("issued", {}).get("date-parts", [[None]])[0]
        text = day.group(0)
        if not re.search(_YEAR, text) and issued[0]:
            text += f", {issued[0]}"
        when = _date_in(text)
        if when and (issued[0] in (None, when["date-parts"][0][0])) and len(issued) < 2:
            record["issued"] = {**record.get("issued", {}), **when}
        before = tail[: day.start()].strip(" ,.;(")
        if before:
            record["container-title"] = before
            record["type"] = "article-newspaper"
        return
    edited = _EDITED.search(" " + tail)
    if edited and not quoted:
        role = "translator" if "rans" in edited.group(0)[:14] else "editor"
        record.setdefault(role, people(edited["names"]))
        tail = (" " + tail)[: edited.start()] + (" " + tail)[edited.end() :]
        tail = tail.strip(" .,")
        if _imprint(tail, made, quoted):
            return
    tail = _take_place(tail if tail.startswith(",") else f", {tail}", record).strip(" .,;")
    if not tail:
        return
    if not quoted and record.get("page") and "container-title" not in record:
        record["container-title"] = _longer_title(tail, record)
        return
    if not quoted and record.get("publisher-place") and not _PUBLISHER.search(tail):
        if record.get("title") and not re.search(r"\d", tail) and not _SERIES.search(tail):
            record["title"] += f". {tail}"
            return
    if quoted:
        tail = re.sub(r"^Conference: ", "", tail)
        first, _, more = tail.partition(". ")
        if _PUBLISHER.search(more):
            record["container-title"] = first
            _imprint(more, made) or record.setdefault("publisher", more.strip(" ."))
            return
        number = re.search(r",? \(?(?:No\.|Nr\.|#)\s?(?P<n>[\w-]+)\)?", first)
        if number:
            record["number"] = number["n"]
            first = first[: number.start()]
        record["container-title"] = first.strip(" ,.")
        if more and not number:
            record["publisher"] = more.strip(" .,")
        return
    if len(tail) <= 120 and not re.search(r"\d{3}", tail):
        publisher = tail.rstrip(".")
        place = re.fullmatch(
            r"(?P<pub>[^,]{2,60}), (?P<place>[A-ZÀ-Þ][\w. -]{2,30}(?:, [A-Z][\w.]{1,20})?)",
            publisher,
        )
        if place and _PUBLISHER.search(place["pub"]):
            record["publisher"], record["publisher-place"] = place["pub"], place["place"]
        elif _PUBLISHER.search(publisher) or (
            len(publisher.split()) <= 5 and ". " not in publisher and not _place_only(publisher)
        ):
            record["publisher"] = publisher
        elif _place_only(publisher):
            record["publisher-place"] = publisher
    elif re.search(r"\d", tail):
        record["note"] = tail


_YEARISH = re.compile(_YEAR)
_KNOWN_PLACES = re.compile(
    r"(?:New York|London|Paris|Berlin|Oxford|Cambridge|Chicago|Boston|Princeton|München|"
    r"Munich|Frankfurt(?: a\.? ?M\.?| am Main)?|"
    r"Hamburg|Köln|Bonn|Wien|Vienna|Zürich|Basel|Wiesbaden|Opladen|Stuttgart|Leipzig|"
    r"Göttingen|Tübingen|Bielefeld|Baden-Baden|"
    r"Amsterdam|Leiden|Geneva|Genève|Brussels|Bruxelles|Rome|Roma|Milano|Torino|Madrid|"
    r"Barcelona|Moscow|Washington,? D\.?C\.?|"
    r"Washington|Los Angeles|Berkeley|Stanford|Ithaca|New Haven|Philadelphia|Toronto|Montreal|"
    r"Edinburgh|Manchester|Dublin|Tokyo|"
    r"Thousand Oaks|Houndmills|Basingstoke|Aldershot|Cheltenham)"
)


# ", New York, Maxwell." or ", Plenum Press, New York." or ", Opladen." at the end.
_PLACE_ENDS = re.compile(
    rf"[,.]\s(?:(?P<place>{_KNOWN_PLACES.pattern}),\s(?P<pub>(?![A-Z]{{2}}\b)[A-ZÀ-Þ][^,:]{{2,45}}?)"
    rf"|(?P<pub2>[A-ZÀ-Þ][^,:]{{2,45}}?),\s(?P<place2>{_KNOWN_PLACES.pattern})"
    rf"|(?P<place3>{_KNOWN_PLACES.pattern}(?:, [A-Z]{{2}})?))\.?$"
)


def _take_place(text: str, record: dict[str, Any]) -> str:
    """Take a place and a publisher that commas alone part from the end of `text`."""
    found = _PLACE_ENDS.search(text)
    if not found or "publisher" in record:
        return text
    publisher = found["pub"] or found["pub2"]
    if found["pub2"] and not _PUBLISHER.search(publisher):
        record["publisher-place"] = found["place2"]
        return text[: found.start("place2")].rstrip(" ,")
    record["publisher-place"] = found["place"] or found["place2"] or found["place3"]
    if publisher:
        record["publisher"] = publisher.strip(" .")
    return text[: found.start()]


def _place_only(text: str) -> bool:
    return _KNOWN_PLACES.fullmatch(text.strip(" .")) is not None


def _imprint(tail: str, made: Reference, quoted: bool = False) -> bool:
    """`Place: Publisher` at the end of `tail`, and a series or editors before it."""
    record = made.record
    found = _IMPRINT.search(tail[-220:])
    if not found or re.search(r"\d{2,}", found["place"]):
        return False
    record["publisher-place"] = found["place"].strip(" ,.")
    record["publisher"] = _publisher(found["pub"])
    before = tail[: max(len(tail) - 220, 0) + found.start()].strip(" ,.;")
    if before and not record.get("container-title"):
        edited = _EDITED.search(" " + before)
        if edited:
            role = "translator" if "rans" in edited.group(0)[:14] else "editor"
            record.setdefault(role, people(edited["names"]))
            before = (" " + before)[: edited.start()].strip(" ,.")
        series = re.fullmatch(
            r"\(?(?P<s>.+?)[,;]? (?:[Nn]o\.|[Vv]ol\.|Bd\.|Nr\.)\s?(?P<n>[\w-]+)\)?", before
        )
        volume = re.fullmatch(r"(?:[Vv]ol(?:ume|\.)|Bd\.|Band) ?(?P<v>[\dIVXLC]+)", before)
        if volume:
            record["volume"] = volume["v"]
        elif series:
            record["container-title" if quoted else "collection-title"], record["number"] = (
                series["s"].strip("( ,"),
                series["n"],
            )
        elif before and not quoted and record.get("title") and not _SERIES.search(before):
            if not re.search(r"\d{2}", before):
                record["title"] += (
                    "" if record["title"].endswith(("?", "!")) else "."
                ) + f" {before}"
        elif len(before) < 120 and before:
            record["collection-title"] = before.strip("()")
    return True


_SERIES = re.compile(
    r"\b(?:[Ss]eries|Schriften\w*|Lecture Notes|Papers?|Studies in|Beiträge|Reihe|"
    r"Collections?|ed\.|eds\.)|^\("
)


def _publisher(text: str) -> str:
    text = text.strip(" ,;")
    text = re.sub(rf",? \(?{_YEAR}\)?\.?$", "", text).strip(" ,")
    return text if re.search(r"\b(?:Inc|Ltd|Co|Corp)\.$", text) else text.rstrip(".")


def _chapter(tail: str, made: Reference, lost: bool) -> None:
    """What follows `In`: the book, its editors, pages and imprint, in any of their orders."""
    record = made.record
    record["type"] = "chapter"
    journal = _VOLUME.match(tail[:300])
    if journal and journal["p"] and (journal["i4"] or journal["i"] or journal["i2"]):
        if not re.search(r"\b[Ee]ds?\b|[Hh]rsg|: [A-Z]", tail):
            _journal(journal, made, "", lost)
            return
    ends = re.search(r"[,:.]\s(?P<p>\d{1,4}\s?[-–]\s?\d{1,4})\.?$", tail)
    if ends and "page" not in record:
        _set_pages(made, ends["p"], lost, colon=True)
        tail = tail[: ends.start()].rstrip(" ,")
    found = _IMPRINT.search(tail[-220:])
    if found and not re.search(r"\d{3,}", found["place"]) and not re.search(r"\d{3}", found["pub"]):
        cut = max(len(tail) - 220, 0) + found.start()
        # A colon may belong to the title of the book: an imprint stands after a stop or pages.
        before = tail[: cut + 1].rstrip()
        if before.endswith((".", ",", ")", ";")) or _PUBLISHER.search(found["pub"]):
            record["publisher-place"] = found["place"].strip(" ,.")
            record["publisher"] = _publisher(found["pub"])
            tail = tail[: cut + 1].strip(" ,;")
    else:
        bare = re.search(r"\.\s(?P<pub>[A-ZÀ-Þ][^.:]{3,70})\.?$", tail)
        if bare and _PUBLISHER.search(bare["pub"]) and not re.search(r"\d{2}", bare["pub"]):
            pub, _, place = bare["pub"].partition(", ")
            record["publisher"] = pub
            if place:
                record["publisher-place"] = place
            tail = tail[: bare.start()]
    pages = _PAGES.search(tail)
    if not pages:
        tail = _take_place(tail, record)
    if pages:
        _set_pages(made, pages["p"], lost, colon=True)
        tail = (
            tail[: pages.start()].rstrip(" ,.(") + ". " + tail[pages.end() :].lstrip(" ).,")
        ).strip(" .,")
    else:
        bare_pages = re.search(rf"[,:.]\s(?:(?P<vp>[Vv]ol\. \w+), )?(?P<p>{_RANGE})\.?$", tail)
        if bare_pages and not _YEARISH.fullmatch(bare_pages["p"]):
            _set_pages(made, bare_pages["p"], lost, colon=True)
            keep = f", {bare_pages['vp']}" if bare_pages["vp"] else ""
            tail = tail[: bare_pages.start()] + keep
    tail = _take_place(tail, record)
    volume = re.search(
        r"[,.]?\s\(?(?:[Vv]ol(?:ume|\.)|Bd\.|Band) ?(?P<v>[\dIVXLC]+)\)?(?=$|[,.; ])", tail
    )
    if volume:
        record["volume"] = volume["v"]
        tail = tail[: volume.start()] + tail[volume.end() :]
    edition = re.search(r"[,.]?\s\(?(?P<e>\d{1,2}(?:st|nd|rd|th)) ed(?:ition|n|\.)?\)?", tail)
    if edition:
        record["edition"] = edition["e"]
        tail = tail[: edition.start()] + tail[edition.end() :]
    edited = _EDITED.search(tail)
    ahead = _BEFORE_EDS.match(tail)
    if ahead and (edited is None or ahead.end() < edited.start()) and _looks_named(ahead["names"]):
        record["editor"] = people(ahead["names"])
        tail = tail[ahead.end() :]
    elif edited:
        record["editor"] = people(edited["names"])
        tail = tail[: edited.start()] + tail[edited.end() :]
    after = re.search(r",? \((?P<n>[^()]{4,120}?),? (?:[Ee]ds?|[Hh]rsg|Hg)\.?\)", tail)
    if after and "editor" not in record:
        record["editor"] = people(after["n"])
        tail = tail[: after.start()] + tail[after.end() :]
    # "Family, Given: Title" without a word for the editor.
    colon = re.match(r"(?P<n>[^:“\"]{4,120}): (?P<t>.+)$", tail)
    if (
        colon
        and "editor" not in record
        and re.match(r"[^,]+, [A-ZÀ-Þ]", colon["n"])
        and _looks_named(colon["n"])
    ):
        record["editor"] = people(colon["n"])
        tail = colon["t"]
    tail = tail.strip(' ,.;:“”"’‘')
    article = _VOLUME.match(tail[:300])
    if article and "editor" not in record and (article["p"] or record.get("page") or article["i"]):
        kept = record.get("page")
        _journal(article, made, "", lost)
        if kept:
            record["page"] = kept
        return
    if tail:
        stop = _stop(tail)
        if 0 < stop < len(tail) - 3 and len(tail) - stop < 80 and record.get("publisher") is None:
            rest = tail[stop + 1 :].strip(" .")
            if _PUBLISHER.search(rest) and not re.search(r"\d", rest):
                record["publisher"] = rest
            elif _place_only(rest):
                record["publisher-place"] = rest
            tail = tail[:stop]
        elif 0 < stop < len(tail) - 3:
            record["collection-title"] = tail[stop + 1 :].strip(" .")
            tail = tail[:stop]
        record["container-title"] = tail.strip(" ,.;:")


def _looks_named(names: str) -> bool:
    return len(_plain_words(names)) == 0 and len(names.split()) <= 24


def _set_pages(made: Reference, printed: str, lost: bool, *, colon: bool) -> None:
    """Pages as CSL: the shortened end written out, a lost dash restored where certain."""
    record = made.record
    text = re.sub(r"\s?[-–—−‐]{1,2}\s?", "-", printed.strip())
    found = re.fullmatch(r"(\d+)-(\d+)", text)
    if found and len(found.group(2)) < len(found.group(1)):
        first, last = found.groups()
        whole = first[: len(first) - len(last)] + last
        text = f"{first}-{whole}" if int(whole) > int(first) else text
    elif text.isdecimal() and colon:
        ranges = _splits(text)
        certain = len(text) >= 4 and lost
        short = len(text) == 3 and lost and bool(ranges) and int(ranges[0][1]) <= 60
        if len(ranges) == 1 and (
            certain or short or (len(text) >= 5 and int(text) > 20000 and len(text) == 6)
        ):
            text = "-".join(ranges[0])
            record.setdefault("custom", {}).setdefault("printed", {})["page"] = printed
            made.warnings.append(
                f"pages printed '{printed}' are read as {text}: their dash is lost"
            )
    record["page"] = text


def _type(record: dict[str, Any], whole: str) -> None:
    _kind(record, whole.lower())
    if record["type"] == "paper-conference" and "publisher" not in record:
        if "publisher-place" in record:  # where it was held
            record["event-place"] = record.pop("publisher-place")


def _kind(record: dict[str, Any], lower: str) -> None:
    if "type" in record:
        kind = record["type"]
        container = record.get("container-title", "").lower()
        if kind == "chapter" and re.search(
            r"\bproc(?:eedings|\.)|\bconference|\bsymposium|\bworkshop", container
        ):
            record["type"] = "paper-conference"
    elif re.search(r"\bpersonal communication|\bpers\. comm", lower):
        record.update(type="personal_communication", kind="communication")
    elif re.match(r"interview (?:with|by|of)\b", record.get("title", "").lower()):
        record.update(type="interview", kind="interview")
    elif (
        "working paper" in lower
        or "discussion paper" in lower
        or "tech. rep" in lower
        or "technical report" in lower
    ):
        record["type"] = "report"
    elif re.search(
        r"conference|annual meeting|symposium|proceedings",
        record.get("container-title", "").lower(),
    ):
        record["type"] = "paper-conference"
    elif record.get("container-title"):
        record["type"] = "article-journal" if record.get("volume") else "article"
    elif record.get("publisher") or record.get("publisher-place"):
        record["type"] = "book"
    elif record.get("URL"):
        record["type"] = "webpage"
    else:
        record["type"] = "document"


# -- notes and bibliographies with the year at the end --------------------------------------------


def _year_last(text: str, made: Reference, lost: bool) -> None:
    """Names, title, then the rest with the year in or after it."""
    record = made.record
    body = text
    head, rest = _leading_names(body)
    if head:
        _names_into(head, record)
    bare = _UNTITLED.fullmatch(rest) if head else None
    if bare and len(_plain_words(bare["j"])) == 0:
        record.update(type="article-journal", volume=bare["v"])
        record["container-title"] = bare["j"].strip(" ,")
        record["issued"] = {"date-parts": [[int(bare["y"] or bare["y2"])]]}
        _set_pages(made, bare["p"] or bare["p2"], lost, colon=False)
        return
    years = list(
        re.finditer(rf"(?<![\d–-])(?P<paren>\(?)(?P<y>{_YEAR})(?P<s>[a-z])?\)?(?![\d])", rest)
    )
    title, tail, quoted = (
        _split_title(rest)
        if not re.match(r"[^.]{3,}, ", rest) or rest[:1] in _QUOTES
        else _comma_title(rest)
    )
    _set_title(record, title)
    at = len(rest) - len(tail) if tail else 0
    dated = [y for y in years if y.start() >= max(at - 2, 0)] or years
    if dated:
        chosen = next((y for y in dated if y["paren"]), dated[-1])
        near = _DAY.search(tail)
        when = _date_in(near.group(0)) if near and near["y"] == chosen["y"] else {}
        month = _MONTH_YEAR.search(tail)
        if not when and month and month["y"] == chosen["y"]:
            when = _date_in(month.group(0))
            tail = tail.replace(month.group(0), chosen["y"], 1)
        record["issued"] = when or {"date-parts": [[int(chosen["y"])]]}
        tail = _without_year(tail, chosen["y"])
    note = re.match(
        rf"(?P<t>.+?) \((?P<im>{_PLACE}\s?: [^()]{{2,80}}?)(?:, {_YEAR})?\)[,.]?\s*(?P<p>{_RANGE})"
        rf"?\.?$",
        tail,
    )
    if note:  # a note: Title (Place: Publisher, 1990), 15
        _imprint(note["im"], made)
        tail = note["t"]
        if note["p"]:
            _set_pages(made, note["p"], lost, colon=True)
    _tail(tail, made, quoted, lost)


def _without_year(tail: str, year: str) -> str:
    tail = (
        re.sub(rf"[,;.]?\s?\(\s?{year}[a-z]?\s?\)", "", tail, count=1)
        if f"({year}" in tail
        else re.sub(rf"(?:[,;.]\s?|\s|^){year}[a-z]?(?![\d])", "", tail, count=1)
    )
    return " ".join(tail.split()).strip(" ,;")


_CAP = r"[A-ZÀ-Þ][\w’'-]+"
_OF = r"(?:(?:van|von|de|der|den|du|la|le|di|da)\s){0,2}"
_NAME = re.compile(
    rf"(?:(?:[A-ZÀ-Þ](?:-[A-ZÀ-Þ])?[a-z]?\.[ -]?){{1,4}}{_OF}{_CAP}(?:[ -]{_CAP}){{0,1}}"
    rf"|{_CAP}(?: [A-ZÀ-Þ]\.){{1,2}} {_CAP}(?=[,.]| and | &)"
    rf"|{_OF}{_CAP}(?:[ -]{_CAP})?,?\s(?:[A-ZÀ-Þ]{{1,3}}\.?[ -]?){{1,4}}(?![\w’'])"
    rf"|{_CAP}(?: {_CAP})?, {_CAP}(?: [A-ZÀ-Þ]\.?){{0,2}}(?=[.,]| and| &)"
    rf"|{_CAP}(?: [A-ZÀ-Þ]\.?){{1,2}} {_CAP}"
    r"|[A-ZÀ-Þ][a-zà-ÿ]+ [A-ZÀ-Þ][a-zà-ÿ’'-]+(?=,| and |/))"
)
_NAME_AFTER = re.compile(rf"[A-ZÀ-Þ][\w’'-]+ {_CAP}(?=[.,])")  # the last of a list
_NAME_GAP = re.compile(r"(?:,? (?:and|und|et|&) |, ?|; ?|/|\. (?=[A-ZÀ-Þ][\w’'-]+,? [A-ZÀ-Þ]\.))")
# "Astropart. Phys. 7 (1997) 263", "Nano Lett. 2010, 10, 1012": physics gives no titles.
_UNTITLED = re.compile(
    rf"(?:et al\.?,?\s)?(?P<j>[A-Z][A-Za-z.&()\s-]{{1,60}}?),?\s?(?P<v>[A-Z]?\s?\d{{1,4}})"
    rf"\s?[,:]?\s?"
    rf"(?:\((?P<y>{_YEAR})\),?\s(?P<p>[A-Z]?\d[\d-]{{0,9}})|"
    rf"[,\s]*(?P<p2>[A-Z]?\d[\d–-]{{0,12}}),?\s\((?P<y2>{_YEAR})\))\.?"
)


def _leading_names(text: str) -> tuple[str, str]:
    """Names at the beginning of `text`, and the rest."""
    at = 0
    first = True
    while at < min(len(text), 600):
        found = _NAME.match(text, at) or (None if first else _NAME_AFTER.match(text, at))
        if not found:
            break
        end = found.end()
        more = _NAME_GAP.match(text, end)
        at = end
        first = False
        if more and (_NAME.match(text, more.end()) or _NAME_AFTER.match(text, more.end())):
            at = more.end()
            continue
        break
    if first:
        return "", text
    head = text[:at]
    rest = text[at:]
    role = re.match(r"[,\s]*(?:[(\[]?\b(?:eds?|editors?|Hrsg|Hg)\b\.?[)\]]?|et al\.?)[.,:]?", rest)
    if role:
        head += role.group(0).rstrip(",:")
        rest = rest[role.end() :]
    return head, rest.lstrip(" .,;:")


def _comma_title(rest: str) -> tuple[str, str, bool]:
    """`Title, Place: Publisher, 1990` or `Title, Journal 12 (1990)`: cut at the best comma."""
    stop = _stop(rest)
    inside = re.search(r",? in:? (?=[A-ZÀ-Þ‘“])", rest)
    if inside and (stop < 0 or inside.start() < stop):
        return rest[: inside.start()], "In " + rest[inside.end() :], False
    if 0 < stop < len(rest) - 12 and stop > 10:
        return rest[:stop], rest[stop + 1 :].strip(), False
    cut = re.search(
        rf",\s(?=(?:{_PLACE}\s?(?:: [A-ZÀ-Þ]|,? \(?{_YEAR}))|[A-ZÀ-Þ][^,]{{2,60}},? (?:[Vv]ol\.? "
        rf"?)?\d{{1,4}}\b|(?:vol|Bd)\. )",
        rest,
    )
    if cut:
        return rest[: cut.start()], rest[cut.end() :], False
    paren = re.search(r"\s(?=\([A-ZÀ-Þ])", rest)
    if paren:
        return rest[: paren.start()], rest[paren.start() :].strip(" ("), False
    return _split_title(rest)
