"""Text as people type it: folded for searching, slugged for identifiers, durations read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["Duration", "closest", "duration", "fold", "harmless", "is_key", "slug"]

# Letters that decomposition leaves whole.
_WHOLE = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i"}
)
_KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def fold(text: str) -> str:
    """`text` in lower case without accents, blanks run together: 'Déjeuner' gives 'dejeuner'."""
    if text.isascii():
        return " ".join(text.lower().split())  # the same, in a fraction of the time
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_WHOLE))
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())


def slug(text: str) -> str:
    """`text` as a key: folded, everything but letters and digits turned to single hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-")


def is_key(text: str) -> bool:
    """Whether `text` may stand as a key: lower-case ASCII letters, digits, inner hyphens."""
    return _KEY.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Duration:
    """A duration in seconds, `how` exact it is, and whether it is a sum of several stretches."""

    seconds: int
    how: str
    in_total: bool


_DURATION = re.compile(
    r"(?P<how>~|>=|>|<=|<|about|around|more than|over|at least|less than|at most|under|exactly)?\s*"
    r"(?P<number>\d+(?:\.\d+)?|\d+:\d\d(?::\d\d)?)\s*"
    r"(?P<unit>s|sec|secs|seconds?|m|min|mins|minutes?|h|hours?|d|days?)?\s*"
    r"(?P<total>in total)?",
    re.IGNORECASE,
)
_HOW = {
    "": "exactly",
    "exactly": "exactly",
    "~": "about",
    "about": "about",
    "around": "about",
    ">": "at-least",
    ">=": "at-least",
    "more than": "at-least",
    "over": "at-least",
    "at least": "at-least",
    "<": "at-most",
    "<=": "at-most",
    "less than": "at-most",
    "at most": "at-most",
    "under": "at-most",
}
_UNIT = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def duration(text: str) -> Duration:
    """Read "24 s", "> 46 s in total", "~ 90 min", "1:30" (minutes and seconds), "at least 2 h".

    "More than" is read as at least. ValueError says what to write.
    """
    found = _DURATION.fullmatch(text.strip())
    if found is None or (found["unit"] is None) == (":" not in found["number"]):
        raise ValueError(f"'{text}' is no duration; write such as '24 s', '~ 90 min', '> 46 s'")
    if len(found["number"]) > 12:  # more than an integer of the database holds
        raise ValueError(f"'{text}' is too long a duration; write such as '90 min'")
    if ":" in found["number"]:
        parts = [int(part) for part in found["number"].split(":")]
        seconds = sum(part * 60**place for place, part in enumerate(reversed(parts)))
    else:
        seconds = round(float(found["number"]) * _UNIT[found["unit"][0].lower()])
    return Duration(seconds, _HOW[(found["how"] or "").lower()], bool(found["total"]))


def closest(text: str, among: Iterable[str]) -> str:
    """The word among `among` that `text` may be a slip of, "" if none is near."""
    from rapidfuzz import fuzz, process  # only where something is wrong

    found = process.extractOne(text, list(among), scorer=fuzz.ratio, score_cutoff=65)
    return str(found[0]) if found else ""


_NUMERAL = re.compile(r"-[\d.,:/TZXu~?%\[\]{}-]*")  # a number, or a date before our era


def harmless(text: str) -> str:
    """`text` for a cell of a CSV file: a spreadsheet would run what begins like a formula."""
    formula = text[:1] in ("=", "+", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff20") or (
        text[:1] in ("-", "\uff0d") and not _NUMERAL.fullmatch(text)
    )
    return "'" + text if formula else text
