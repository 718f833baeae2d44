"""One reference as read: a record in the fields of CSL-JSON, and where it stands.

| field | value |
|---|---|
| `type` | of CSL 1.0.2; `document` where it is not known |
| texts | plain Unicode; titles may hold `<i>`, `<b>`, `<sup>`, `<sub>` as CSL has them |
| people | `{family, given, non-dropping-particle, suffix}`, `{literal}`, `OTHERS` at the end |
| dates | `{"date-parts": [[1985, 11, 19]]}`, two lists for a span; `literal` as printed |
| `page` | `151-180`; an article number stands here where there are no pages |
| `custom` | what a format has and CSL has not, by format; `printed`: what was cleaned, as printed |

Whatever is cleaned here can be undone: the literal stays under `custom.printed`.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any

from visavis.schema import citing
from visavis.schema.text import slug

__all__ = [
    "OTHERS",
    "PEOPLE",
    "TELLING",
    "Entry",
    "content_digest",
    "derived_key",
    "issue_date",
    "own_key",
    "pages",
    "person",
    "restored_pages",
    "source_key",
    "structured_name",
]

OTHERS = {"literal": "et al."}  # the last of a list that goes on in the work itself
PEOPLE = (
    "author",
    "editor",
    "translator",
    "chair",
    "collection-editor",
    "compiler",
    "composer",
    "container-author",
    "contributor",
    "curator",
    "director",
    "editorial-director",
    "executive-producer",
    "guest",
    "host",
    "illustrator",
    "interviewer",
    "narrator",
    "organizer",
    "original-author",
    "performer",
    "producer",
    "recipient",
    "reviewed-author",
    "script-writer",
    "series-creator",
)


# A record that has none of these tells of no work.
TELLING = ("title", "author", "editor", "director", "recipient", "interviewer", "container-title",
           "collection-title", "event-title", "DOI", "ISBN", "URL", "archive", "archive_location",
           "note", "publisher", "speaker_name", "citation")  # fmt: skip


@dataclass(slots=True)
class Entry:
    """A reference: its record, the file's own key for it, and the line where it begins.

    as_printed: the reference as a whole, where the file prints it. cited_by: the key of the work
    in whose list of references it stands; label: its number or place in that list.
    """

    record: dict[str, Any]
    key: str = ""
    line: int = 0
    as_printed: str = ""
    cited_by: str = ""
    label: str = ""


# -- keys -----------------------------------------------------------------------------------------

_KEY = re.compile(r"[a-z][a-z0-9-]{2,59}")
_OPAQUE = re.compile(r"https?-|[a-z]{0,2}\d+|(?:ref|bib|cit|item|entry|rec(?:ord)?|citekey)-?\d+")
_STOP = set(
    "a an and as at by das de der des die do el en et for from how i in into is it la le les "  # noqa: SIM905
    "los of on or the to un una und une von what with".split()
)


def source_key(entry: Entry) -> str:
    """The key of an entry after `source/`: the file's own where it is one, else a derived one.

    It depends on the entry alone, so that it stays when the library grows.
    """
    return own_key(entry.key) or derived_key(entry.record)


def own_key(key: str) -> str:
    """A file's own key as ours: lower case, hyphens; "" where it is a number or an address."""
    if not key:
        return ""
    ours = key if key.isascii() and key.islower() and key.isalnum() else slug(key)
    if _KEY.fullmatch(ours) is None or _opaque(ours):
        return ""
    return ours


def _opaque(key: str) -> bool:
    return key.startswith(("http-", "https-")) or _OPAQUE.fullmatch(key) is not None


def derived_key(record: dict[str, Any]) -> str:
    """Family name, year and two words of the title: `reagan1990-american-life`.

    Without a title, journal, volume and page stand for it; a record that tells hardly anything is
    called after its DOI, else after eight digits of its hash.
    """
    people = citing.names(record.get("author")) or citing.names(record.get("editor"))
    title = citing.plain(str(record.get("title") or ""))
    words = [w for w in slug(title).split("-") if w and w not in _STOP]
    if not words:
        container = slug(citing.plain(str(record.get("container-title") or "")))
        place = [slug(str(record.get(n, "")).partition("-")[0]) for n in ("volume", "page")]
        words = ["-".join([w for w in container.split("-") if w not in _STOP][:2]), "-".join(place)]
        words = [w.strip("-") for w in words if w.strip("-")]
    year = re.search(r"\d{4}", citing.year(record))
    family = slug(people[0]).replace("-", "") if people else ""
    head = (family or "-".join(words[:1])) + (year[0] if year else "")
    tail = "-".join(words[:2] if family else words[1:3])
    made = "-".join(filter(None, (head, tail)))
    if not people and not words and record.get("DOI"):
        made = f"doi-{slug(str(record['DOI']))}"
    elif not tail and not year:
        made = ""
    made = made[:60].strip("-")
    if _KEY.fullmatch(made) is None:
        made = f"{head if _KEY.fullmatch(head) else 'work'}-{content_digest(record)}"
    return made[:60]


def content_digest(record: dict[str, Any]) -> str:
    """Eight digits of the hash of what a record tells, without what its format adds."""
    bare = {k: v for k, v in record.items() if k != "custom"}
    text = json.dumps(bare, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]


# -- people ---------------------------------------------------------------------------------------

_SUFFIX = re.compile(r"(?:jr|sr|ii|iii|iv|jnr|snr)\.?", re.IGNORECASE)


def structured_name(text: str) -> dict[str, str]:
    """A person printed as "Family, Given", "von Family, Jr., Given" or "Given von Family".

    Words that begin in lower case before the last one are a particle (BibTeX's rule).
    """
    parts = [p.strip(" \t\n\r") for p in text.split(",")]
    if len(parts) == 1:
        words = parts[0].split(" ")
        words = [w for w in words if w]
        if len(words) < 2:
            return {"family": words[0]} if words else {}
        suffix = words.pop() if len(words) > 2 and _SUFFIX.fullmatch(words[-1]) else ""
        low = [n for n, w in enumerate(words[:-1]) if _lower(w)]
        if low:
            given, particle, family = words[: low[0]], words[low[0] : low[-1] + 1], []
            family = words[low[-1] + 1 :]
        else:
            given, particle, family = words[:-1], [], words[-1:]
    else:
        words = [w for w in parts[0].split(" ") if w]
        low_end = 0
        while low_end < len(words) - 1 and _lower(words[low_end]):
            low_end += 1
        particle, family = words[:low_end], words[low_end:]
        if len(parts) == 2 and _SUFFIX.fullmatch(parts[1]) is None:
            suffix, given = "", [parts[1]]
        elif len(parts) == 2:
            suffix, given = parts[1], []
        elif _SUFFIX.fullmatch(parts[1]):
            suffix, given = parts[1], [", ".join(p for p in parts[2:] if p)]
        elif _SUFFIX.fullmatch(parts[2]):
            suffix, given = parts[2], [parts[1]]
        else:
            suffix, given = parts[1], [", ".join(p for p in parts[2:] if p)]
    made = {}
    if family:
        made["family"] = " ".join(family)
    if given and any(given):
        made["given"] = " ".join(given)
    if particle:
        made["non-dropping-particle"] = " ".join(particle)
    if suffix:
        made["suffix"] = suffix
    if "family" not in made and made:
        return {"literal": text.strip()}
    return made


def _lower(word: str) -> bool:
    for letter in word:
        if letter.isalpha():
            return letter.islower()
    return False


_CORPORATE = re.compile(
    r"\b(?:university|department|ministry|committee|commission|council|organi[sz]ation|institute|"
    r"association|agency|office|bureau|embassy|parliament|government|united nations|world bank|"
    r"society|foundation|centre|center|press|group|project|team|union|secretariat)\b",
    re.IGNORECASE,
)


_INITIALS_LAST = re.compile(
    r"([^\W\d_][\w'’-]+(?: [^\W\d_][\w'’-]+)?) ((?:[A-Z]\.[ -]?)+|[A-Z]{1,3})"
)


def person(text: str) -> dict[str, str]:
    """A person or a body as printed in formats that do not tell them apart (RIS, plain text).

    Without a comma, what names a body is kept whole.
    """
    text = " ".join(text.split())
    if text.endswith(",") and text.count(",") == 1:  # as EndNote marks a body
        return {"literal": text[:-1].strip()} if text[:-1].strip() else {}
    if "," not in text:
        if _CORPORATE.search(text):
            return {"literal": text}
        if found := _INITIALS_LAST.fullmatch(text):
            return {"family": found[1], "given": found[2]}
    return structured_name(text.rstrip(","))


# -- dates ----------------------------------------------------------------------------------------

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january", "feb february", "mar march", "apr april", "may", "jun june",
            "jul july", "aug august", "sep sept september", "oct october", "nov november",
            "dec december",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
_SEASONS = {"spring": 1, "summer": 2, "autumn": 3, "fall": 3, "winter": 4}
_ISO = re.compile(
    r"(-?\d{4})(?:[-/](\d{1,2})(?:[-/](\d{1,2}))?)?(?:T[\d:.]+Z?(?:[+-]\d\d:?\d\d)?)?"
)
_DOUBLE = re.compile(r"(\d{4})\s*[/\[(]\s*(\d{4})\s*[\])]?")
_BRACKETED = re.compile(r"\[(\d{4})\]\s*(\d{4})")
_LETTERED = re.compile(r"(\d{4})([a-z])")
_CIRCA = re.compile(r"(?:c\.|ca\.?|circa|~)\s*\[?(\d{4})\]?|\[?(\d{4})\]?\s*[?~]|\[(\d{4})\??\]")
_SPAN = re.compile(r"(\d{4})\s*(?:-{1,3}|–|—)\s*(\d{4}|\d\d)")
_WORDY = re.compile(
    r"(?:(?P<day>\d{1,2})(?:st|nd|rd|th)?\.?\s+)?(?P<month>[A-Za-z]{3,9})\.?"
    r"(?:\s+(?P<day2>\d{1,2})(?:st|nd|rd|th)?)?,?\s+(?P<year>\d{4})"
    r"|(?P<year3>\d{4}),?\s+(?P<month3>[A-Za-z]{3,9})\.?(?:\s+(?P<day3>\d{1,2}))?"
)
_SLASHED = re.compile(r"(?:(\d{1,2})[/.])?(\d{1,2})[/.](\d{4})")


def issue_date(text: str, order: str = "") -> dict[str, Any]:
    """Fields of a record for a date as printed: `issued`, and what it tells besides.

    "1990", "1990-07-02", "July 2, 1990", "1912/1915" and "2005 [1967]" (the older year is
    `original-date`), "1967a" (`year-suffix`), "c. 1990", "1990-91", "forthcoming" (a literal).
    order: `mdy` or `dmy`, where a day and a month in figures could be either.
    """
    text = " ".join(text.split()).strip(" .,;")
    if not text:
        return {}
    if found := _ISO.fullmatch(text):
        if parts := _parts(found[1], found[2], found[3]):
            return {"issued": {"date-parts": [parts]}}
    if found := _BRACKETED.fullmatch(text):
        return _double(found[1], found[2], text)
    if found := _DOUBLE.fullmatch(text):
        return _double(found[1], found[2], text)
    if found := _LETTERED.fullmatch(text):
        return {"issued": {"date-parts": [[int(found[1])]]}, "year-suffix": found[2]}
    if found := _CIRCA.fullmatch(text):
        year = int(found[1] or found[2] or found[3])
        return {"issued": {"date-parts": [[year]], "circa": True}}
    if found := _SPAN.fullmatch(text):
        first, last = found[1], found[2]
        last = last if len(last) == 4 else first[:2] + last
        if int(last) > int(first):
            return {"issued": {"date-parts": [[int(first)], [int(last)]]}}
    if "/" in text and (span := _iso_span(text)):
        return {"issued": span}
    if found := _WORDY.fullmatch(text):
        return {"issued": _wordy(found) or {"literal": text}}
    if found := _SLASHED.fullmatch(text):
        one, two, year = found[1], int(found[2]), int(found[3])
        if one is None:
            parts = _parts(str(year), str(two))
        else:
            first = int(one)
            certain = first > 12 or two > 12 or first == two
            if not certain and not order:
                return {"issued": {"date-parts": [[year]], "literal": text}}
            day_first = first > 12 or (two <= 12 and order != "mdy")
            day, month = (first, two) if day_first else (two, first)
            parts = _parts(str(year), str(month), str(day))
        if parts:
            return {"issued": {"date-parts": [parts]}}
    return {"issued": {"literal": text}}


def _double(one: str, other: str, text: str) -> dict[str, Any]:
    first, last = sorted((int(one), int(other)))
    if first == last:
        return {"issued": {"date-parts": [[first]]}}
    return {
        "issued": {"date-parts": [[last]], "literal": text},
        "original-date": {"date-parts": [[first]]},
    }


def _iso_span(text: str) -> dict[str, Any] | None:
    sides = []
    for side in text.split("/"):
        found = _ISO.fullmatch(side)
        parts = _parts(found[1], found[2], found[3]) if found else None
        if not parts:
            return None
        sides.append(parts)
    return {"date-parts": sides} if len(sides) == 2 and sides[0] <= sides[1] else None


def _wordy(found: re.Match[str]) -> dict[str, Any] | None:
    word = (found["month"] or found["month3"]).lower()
    year, day = found["year"] or found["year3"], found["day"] or found["day2"] or found["day3"]
    if word in _SEASONS and not day:
        return {"date-parts": [[int(year)]], "season": _SEASONS[word]}
    if word not in MONTHS:
        return None
    parts = _parts(year, str(MONTHS[word]), day)
    return {"date-parts": [parts]} if parts else None


def _parts(year: str, month: str | None = None, day: str | None = None) -> list[int] | None:
    """Year, month and day as numbers; None where there is no such day."""
    made = [int(year)]
    if month is not None:
        if month.startswith("0") and int(month) == 0:
            return made
        if not 1 <= int(month) <= 12:
            return None
        made.append(int(month))
        if day is not None and int(day):
            try:
                datetime.date(2000 if made[0] % 4 == 0 else 2001, made[1], int(day))
            except ValueError:
                return None
            made.append(int(day))
    return made


# -- pages ----------------------------------------------------------------------------------------

_DASH = re.compile(r"\s*(?:-{1,3}|–|—|‐|‑|−)\s*")


def pages(text: str) -> str:
    """Pages with a plain hyphen: "291 -- 297" gives "291-297". Other texts stay as they are."""
    text = " ".join(text.split())
    if not text or text.isdigit():
        return text
    return _DASH.sub("-", text) if text[0].isalnum() and text[-1].isalnum() else text


def restored_pages(text: str) -> str:
    """A range whose dash was lost, where it is certain: "151180" gives "151-180"; else "".

    Certain is a number too great for a page, with just one way to read it as two pages that follow
    each other within a hundred; "1136" or "136" may be one page, and stays.
    """
    if not text.isdigit() or text.startswith("0") or len(text) < 5 or int(text) <= 30_000:
        return ""
    ways = []
    for cut in range(1, len(text)):
        first, last = text[:cut], text[cut:]
        if not last.startswith("0") and 0 < int(last) - int(first) < 100:
            ways.append(f"{first}-{last}")
    return ways[0] if len(ways) == 1 else ""
