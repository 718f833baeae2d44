"""Dates as sources tell them: EDTF in, bounds, order and English out.

A date is kept as its EDTF text (Library of Congress, Extended Date/Time Format, 2019; levels 0
to 2, without years that have an exponent or significant digits) and is never made more precise
than that text. What can be reckoned from it is a set of *readings*: each says between which
instants the encounter began and between which it ended.

- An instant is a whole number of seconds since 1970-01-01T00:00 in local civil time, in the
  Gregorian calendar carried back before 1582 (year 0000 is 1 BCE). A zone (``Z``, ``+02:00``) stays
  in the text and is shown, but not compared. ``-INF`` and ``INF`` stand for a bound nobody tells.
- ``1985-11-19`` began and ended some time on that day, ``1985`` some time in that year.
  ``a/b`` began within a and ended within b. An open or unknown side (``1985/..``, ``1985/``) is
  unbounded. ``[a,b]`` is one of the two, ``[a..b]`` some time from a to b, ``{a,b}`` and ``{a..b}``
  all of them, begun in the first and ended in the last.
- ``~ ? %`` move every bound outwards by one unit of the part they stand at (``1961-06~``: one
  month; ``1985?-11-19``: one year), and the date is *marked*: it never makes an order certain.
- Seasons 21 to 24 (and 25 to 28) have the months of the northern hemisphere, 29 to 32 those of the
  southern; a season that runs over the new year begins in the year named. 33 to 41 are quarters,
  thirds and halves of the year, as EDTF numbers them.
- Beyond EDTF we read an hour without seconds (``1986-10-11T10:40``, ``T10``), hours within spans,
  and spans within a set (``[1985-11-19/1985-11-21,1985-12]``), so that rival dates are one text.

The grammar is our own: the ``edtf`` package knows no spans of hours, ends ``1985/`` ten years
later, takes 29 February of any year, fails on ``1985-11-1X`` and is hundreds of times
slower. The tests compare the two on the forms that both read.
"""

from __future__ import annotations

import contextlib
import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

__all__ = [
    "INF",
    "Date",
    "DateError",
    "Order",
    "Reading",
    "Verdict",
    "before",
    "chain",
    "feasible_end",
    "feasible_ends",
    "iso",
    "join",
    "parse",
    "to_seconds",
    "within",
    "years",
]

INF = 2**53  # beyond every instant, and still exact where a number is a float (JSON, JavaScript)
DAY = 86_400
FARTHEST_YEAR = 250_000_000  # its seconds, and those of a bound moved outwards, stay below INF
LONGEST = 4_000  # characters; hundreds of rival dates

Order = Literal["certain", "possible", "no"]
Intervals = tuple[tuple[int, int], ...]

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_DASH, _SPACED_DASH = "\u2013", " \u2013 "  # en dashes
# precision, from fine to coarse -> the step of a mark (months, seconds), what is not told
_STEPS: dict[str, tuple[int, int, str]] = {
    "second": (0, 1, "nothing finer is told"),
    "minute": (0, 60, "nothing finer is told"),
    "hour": (0, 3_600, "no minute is told"),
    "day": (0, DAY, "no hour is told"),
    "month": (1, 0, "no day is told"),
    "season": (3, 0, "no month is told"),
    "year": (12, 0, "no month is told"),
    "decade": (120, 0, "no year is told"),
    "century": (1_200, 0, "no year is told"),
    "millennium": (12_000, 0, "no year is told"),
}
_COARSENESS = {name: rank for rank, name in enumerate(_STEPS)}
# EDTF's number -> first month, how many months, name
_SEASONS: dict[str, tuple[int, int, str]] = {
    str(number + i): (months[i], 3, hemisphere + name)
    for number, hemisphere, months in (
        (21, "", (3, 6, 9, 12)),
        (25, "northern ", (3, 6, 9, 12)),
        (29, "southern ", (9, 12, 3, 6)),
    )
    for i, name in enumerate(("spring", "summer", "autumn", "winter"))
} | {
    str(number + i): (1 + i * length, length, "")
    for number, length in ((33, 3), (37, 4), (40, 6))
    for i in range(12 // length)
}


class DateError(ValueError):
    """The text is no date; the message says why and what to write."""


class _Wrong(Exception):
    """Why a text is no date ("" where only the form is wrong); ``parse`` adds text and advice."""


# --- what a date is -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a date: the start lies in [starts_from, starts_by], the end in [ends_from,
    ends_by] (instants, both ends included), and the start is not after the end. Bounds are tight:
    each is reached by some pair of start and end. ValueError if they are not."""

    starts_from: int
    starts_by: int
    ends_from: int
    ends_by: int

    def __post_init__(self) -> None:
        if not (
            self.starts_from <= self.starts_by <= self.ends_by
            and self.starts_from <= self.ends_from <= self.ends_by
        ):
            raise ValueError(f"bounds out of order: {self}")


@dataclass(frozen=True, slots=True)
class Date:
    """A date as told: made by ``parse`` or ``join``. The bounds are the widest over its readings.

    `text` is the EDTF string, `marked` whether any part carries ``~ ? %``, `precision` its coarsest
    part: second, minute, hour, day, month, season, year, decade, century or millennium.
    """

    text: str
    readings: tuple[Reading, ...]
    marked: bool = False
    precision: str = "day"

    @property
    def earliest(self) -> int:
        """The earliest instant at which it may have begun."""
        return min(reading.starts_from for reading in self.readings)

    @property
    def latest(self) -> int:
        """The latest instant at which it may have ended."""
        return max(reading.ends_by for reading in self.readings)

    @property
    def starts_by(self) -> int:
        """The latest instant at which it may have begun."""
        return max(reading.starts_by for reading in self.readings)

    @property
    def ends_from(self) -> int:
        """The earliest instant at which it may have ended."""
        return min(reading.ends_from for reading in self.readings)

    @property
    def reason(self) -> str:
        """Why the date is less than exact; "" for plain days and hours, and spans of them."""
        if self.marked:
            marks = set(self.text) & set("~?%")
            return {"~": "only about that time", "?": "uncertain"}.get(
                "".join(marks), "only about that time, and uncertain"
            )
        if len(self.readings) > 1:
            return "several dates are told"
        if self.earliest == -INF or self.latest == INF:
            return f"no {'beginning' if self.earliest == -INF else 'end'} is told"
        if _COARSENESS[self.precision] > _COARSENESS["day"]:
            return _STEPS[self.precision][2]
        return "only a range is told" if "X" in self.text or ".." in self.text else ""

    def show(self) -> str:
        """The date in English, as precise as its text: "19-21 November 1985", "about June 1961"."""
        return _show(_part(self.text))

    def __str__(self) -> str:
        return self.text


class Verdict(NamedTuple):
    """Whether dates follow one another: certainly, possibly or not; if less than certainly, why
    (names the dates), and the index of the later date of the first hop that makes it less."""

    verdict: Order
    reason: str = ""
    at: int | None = None


# --- days and seconds -----------------------------------------------------------------------
# datetime begins with the year 1. The day arithmetic is that of Howard Hinnant,
# "chrono-Compatible Low-Level Date Algorithms": a year that begins in March ends with its leap day.


def _days(year: int, month: int, day: int) -> int:
    """Days from 1970-01-01 to this day."""
    if month < 3:
        year, month = year - 1, month + 12
    of_year = (153 * (month - 3) + 2) // 5 + day - 1
    return 365 * year + year // 4 - year // 100 + year // 400 + of_year - 719_468


def _civil(days: int) -> tuple[int, int, int]:
    """Year, month and day of a number of days since 1970-01-01."""
    era, of_era = divmod(days + 719_468, 146_097)
    year = (of_era - of_era // 1_460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year + year // 4 - year // 100)
    month = (5 * of_year + 2) // 153
    day = of_year - (153 * month + 2) // 5 + 1
    month = month + 3 if month < 10 else month - 9
    return year + 400 * era + (month < 3), month, day


def _month_length(year: int, month: int) -> int:
    return _days(year + month // 12, month % 12 + 1, 1) - _days(year, month, 1)


def _shift(instant: int, months: int, seconds: int) -> int:
    """The instant some months and seconds later; 31 January and a month is the end of February."""
    if months:
        days, rest = divmod(instant, DAY)
        year, month, day = _civil(days)
        year, month = divmod(year * 12 + month - 1 + months, 12)
        day = min(day, _month_length(year, month + 1))
        instant = _days(year, month + 1, day) * DAY + rest
    return instant + seconds


def to_seconds(
    year: int, month: int = 1, day: int = 1, hour: int = 0, minute: int = 0, second: int = 0
) -> int:
    """The instant of a civil date and time; year 0 is 1 BCE. Its arguments are not checked."""
    return _days(year, month, day) * DAY + hour * 3_600 + minute * 60 + second


def iso(instant: int) -> str:
    """An instant as ISO 8601 text, ``1985-11-19T10:40:00``; ``..`` for an unbounded one."""
    if abs(instant) >= INF:
        return ".."
    days, rest = divmod(instant, DAY)
    year, month, day = _civil(days)
    name = f"{'-' * (year < 0)}{abs(year):04}" if abs(year) < 10_000 else f"Y{year}"
    return f"{name}-{month:02}-{day:02}T{rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}"


def years(earliest: int | None, latest: int | None) -> tuple[int, int] | None:
    """The calendar years of two instants; None where either is missing or unbounded.

    >>> years(parse("1985-11-19/1986").earliest, parse("1985-11-19/1986").latest)
    (1985, 1986)
    """
    if earliest is None or latest is None or earliest <= -INF or latest >= INF:
        return None
    return _civil(earliest // DAY)[0], _civil(latest // DAY)[0]


# --- reading --------------------------------------------------------------------------------

_POINT = re.compile(
    r"""
    (?P<year_mark>[?~%])? (?P<year>-?[0-9X]{4}|Y-?[1-9][0-9]{4,19}) (?P<to_year_mark>[?~%])?
    (?:-(?P<month_mark>[?~%])? (?P<month>[0-9X]{2}) (?P<to_month_mark>[?~%])?
      (?:-(?P<day_mark>[?~%])? (?P<day>[0-9X]{2})
        (?:T(?P<hour>[0-9]{2}) (?: :(?P<minute>[0-9]{2}) (?: :(?P<second>[0-9]{2}))?)?
          (?P<zone>Z|[+-][0-9]{2}(?: :[0-9]{2})?)?)?
        (?P<mark>[?~%])?)?)?
    """,
    re.VERBOSE,
)
_SPACE = re.compile(r"\s*([/,\[\]{}]|\.\.)\s*")
_COMMA = re.compile(r",(?![^{}]*\})")  # not within braces


class _Point(NamedTuple):
    """One date without span or set: first and last second as written, before a mark widens it."""

    low: int
    high: int
    precision: str
    step: tuple[int, int] = (0, 0)  # months and seconds by which its mark moves the bounds
    about: bool = False
    uncertain: bool = False
    zone: str = ""
    season: str = ""
    ragged: bool = False  # digits are missing elsewhere than in a whole last part

    @property
    def bounds(self) -> tuple[int, int]:
        """First and last second, moved outwards by the mark."""
        months, seconds = self.step
        return (
            _shift(self.low, -months, -seconds),
            _shift(self.high + 1, months, seconds) - 1,
        )


class _Part(NamedTuple):
    """What a text says: kind "" (a date), "/" (span), ".." (range), "[" (one of), "{" (all of)."""

    kind: str
    low: _Point | None = None
    high: _Point | None = None
    parts: tuple[_Part, ...] = ()


@lru_cache(maxsize=65_536)
def parse(text: str) -> Date:
    """The date an EDTF text tells, its spaces tidied; DateError, with advice, if it tells none."""
    try:
        if len(text) > LONGEST:
            raise _Wrong(f"it is longer than {LONGEST:,} characters")
        clean = _SPACE.sub(r"\1", text.strip())
        part = _part(clean)
        readings = tuple(dict.fromkeys(_readings(part)))
    except _Wrong as wrong:
        shown = repr(text if len(text) <= 80 else text[:77] + "...")
        told = [f"{shown} is no EDTF date{': ' * bool(str(wrong))}{wrong}", _advice(text)]
        if not str(wrong) and not told[1]:
            told[1] = "write for example 1985-11-19, 1985-11, 1985~ or 1985-11-19/1985-11-21"
        raise DateError("; ".join(filter(None, told))) from None
    points = list(_points(part))
    return Date(
        clean,
        readings,
        any(point.about or point.uncertain for point in points),
        max((point.precision for point in points), key=_COARSENESS.__getitem__),
    )


def join(dates: Iterable[Date]) -> Date:
    """The date of which rival sources tell different dates: one of them, ``[a,b]``. The same date
    twice counts once. DateError if there is none."""
    told = list(dict.fromkeys(date.text for date in dates))
    if len(told) == 1:
        return parse(told[0])
    inner = (text[1:-1] if text.startswith("[") else text for text in told)
    return parse(f"[{','.join(inner)}]")


def _part(text: str, within: str = "") -> _Part:
    """What a tidied text says; `within` the brackets that it stands in, if any."""
    for opened, closed in ("[]", "{}"):
        if text.startswith(opened) and text.endswith(closed) and within not in (opened, "{"):
            inner = _COMMA.split(text[1:-1])
            return _Part(opened, parts=tuple(_part(item, opened) for item in inner))
    nothing = _Wrong("it tells no time; leave out what is not known")
    if text in ("", ".."):
        raise nothing
    kind = "/" if "/" in text else ".." if within and ".." in text else ""
    if not kind:
        point = _point(text)
        return _Part("", point, point)
    left, _, right = text.partition(kind)
    low, high = (None if end in ("", "..") else _point(end) for end in (left, right))
    if not low and not high:
        raise nothing
    if low and high and low.low > high.high:
        raise _Wrong("it ends before it begins; write the earlier date first")
    return _Part("/" if within == "{" else kind, low, high)


def _points(part: _Part) -> Iterable[_Point]:
    yield from (point for point in (part.low, part.high) if point)
    for inner in part.parts:
        yield from _points(inner)


def _readings(part: _Part) -> list[Reading]:
    if part.parts:
        found = [reading for inner in part.parts for reading in _readings(inner)]
        if part.kind == "[":
            return found
        return [
            Reading(
                min(reading.starts_from for reading in found),
                min(reading.starts_by for reading in found),
                max(reading.ends_from for reading in found),
                max(reading.ends_by for reading in found),
            )
        ]
    first, starts_by = part.low.bounds if part.low else (-INF, INF)
    ends_from, last = part.high.bounds if part.high else (-INF, INF)
    if part.kind == "/":
        return [Reading(first, min(starts_by, last), max(first, ends_from), last)]
    return [Reading(first, last, first, last)]


def _point(text: str) -> _Point:
    match = _POINT.fullmatch(text)
    if match is None:
        raise _Wrong()
    told = match.groupdict("")
    year, month, day = told["year"], told["month"], told["day"]
    hour, minute, second = told["hour"], told["minute"], told["second"]
    if year[0] == "Y" and month:
        raise _Wrong("a long year has no month")
    if hour and ("X" in text or hour > "23" or minute > "59" or second > "59"):
        raise _Wrong("a time of day is 00:00 to 23:59, of a day that is told")
    if day == "XX":  # some day of the month: it is the month that is told
        day = ""
    if month == "XX" and not day:
        month = ""

    low, high, precision, step, season = _calendar(year, month, day)
    if hour:
        precision = "second" if second else "minute" if minute else "hour"
        step = _STEPS[precision][:2]
        low += int(hour) * 3_600 + int(minute or 0) * 60 + int(second or 0)
        high = low + step[1] - 1
    # a mark at a coarser part moves the date by a unit of that part
    if month and (told["year_mark"] or told["to_year_mark"]):
        step = _STEPS[_yearly(year)][:2]
    elif day and (told["month_mark"] or told["to_month_mark"]):
        step = _STEPS["month"][:2]
    elif hour and told["day_mark"]:
        step = _STEPS["day"][:2]
    marks = {mark for part, mark in told.items() if part.endswith("mark")}
    return _Point(
        low,
        high,
        precision,
        step if any(marks) else (0, 0),
        about=not marks.isdisjoint("~%"),
        uncertain=not marks.isdisjoint("?%"),
        zone=told["zone"],
        season=season,
        ragged="X" in year + month + day and not (precision == "decade" and year > "1"),
    )


def _yearly(year: str) -> str:
    """The precision of a year by the number of missing digits at its end."""
    unknown = len(year) - len(year.rstrip("X"))
    return ("year", "decade", "century", "millennium")[unknown % 4]


def _calendar(year: str, month: str, day: str) -> tuple[int, int, str, tuple[int, int], str]:
    """First and last second, precision, one unit of it (months, seconds), and name of a season."""
    years, months, days = _years(year), _fill(month, 1, 12), _fill(day, 1, 31)
    if month in _SEASONS and not day:
        start, length, name = _SEASONS[month]
        low, last = (_first(order, (start,), (1,)) * DAY for order in (years, years[::-1]))
        name = name or f"{MONTHS[start - 1]}{_DASH}{MONTHS[start + length - 2]}"
        return low, _shift(last, length, 0) - 1, "season", (length, 0), name
    if not months:
        raise _Wrong(f"there is no month {month}; leave out a month that is not told")
    low = _first(years, months, days) * DAY
    high = _first(years[::-1], months[::-1], days[::-1]) * DAY + DAY - 1
    precision = "day" if day else "month" if month else _yearly(year)
    return low, high, precision, _STEPS[precision][:2], ""


@lru_cache(maxsize=4_096)
def _fill(token: str, low: int, high: int) -> Sequence[int]:
    """The numbers from low to high that a token with missing digits (X) may stand for, in order."""
    if not token:
        return range(low, high + 1)
    sign, token = (-1, token[1:]) if token[0] == "-" else (1, token)
    digits = ("0123456789" if digit == "X" else digit for digit in token)
    numbers = [sign * int("".join(number)) for number in itertools.product(*digits)]
    return tuple(sorted(number for number in numbers if low <= number <= high))


def _years(token: str) -> Sequence[int]:
    """The years that a token may stand for."""
    if token == "-0000":
        raise _Wrong("the year before 0001 is written 0000")
    if token[0] != "Y":
        return _fill(token, -9_999, 9_999)
    if abs(int(token[1:])) > FARTHEST_YEAR:
        raise _Wrong(f"years beyond {FARTHEST_YEAR:,} are not reckoned with")
    return (int(token[1:]),)


def _first(years: Sequence[int], months: Sequence[int], days: Sequence[int]) -> int:
    """The first of the days (since 1970-01-01) that exists, in the order given."""
    for year in years:
        for month in months:
            for day in days:
                if day <= 28 or day <= _month_length(year, month):
                    return _days(year, month, day)
    if len(years) == len(months) == len(days) == 1:
        length = _month_length(years[0], months[0])
        raise _Wrong(f"{MONTHS[months[0] - 1]} of that year has {length} days")
    raise _Wrong("there is no such day; leave out a day that is not told")


# --- advice ---------------------------------------------------------------------------------

TYPED = 80  # nobody writes a longer date; to guess at each of its hyphens would take for ever

_YMD = r"(?P<y>[0-9]{4})"
_HABITS = [  # how people write dates that are no EDTF
    r"(?P<d>[0-9]{1,2})[./-] ?(?P<m>[0-9]{1,2})[./-] ?" + _YMD,
    r"(?P<m>[0-9]{1,2})/(?P<d>[0-9]{1,2})/" + _YMD,
    _YMD + r"[./-](?P<m>[0-9]{1,2})(?:[./-](?P<d>[0-9]{1,2}))?",
    _YMD + r"(?P<m>[0-9]{2})(?P<d>[0-9]{2})",
    r"(?:(?P<d>[0-9]{1,2})(?:st|nd|rd|th|\.)? )?(?P<name>[a-z]{3,9})[.,]? " + _YMD,
    r"(?P<name>[a-z]{3,9})\.? (?P<d>[0-9]{1,2})(?:st|nd|rd|th)?,? " + _YMD,
    r"(?:(?P<d>[0-9]{1,2})[. ] ?)?(?P<roman>[ivx]{1,4})[. ] ?" + _YMD,
    r"(?P<m>[0-9]{1,2})[./-]" + _YMD,
    r"(?P<name>[a-z]{3,9})\.? (?P<d>[0-9]{1,2})[-\u2013](?P<e>[0-9]{1,2}),? " + _YMD,
    r"(?P<d>[0-9]{1,2})\.?[-\u2013](?P<e>[0-9]{1,2})\.(?P<m>[0-9]{1,2})\." + _YMD,
    _YMD + r"-(?P<m>[0-9]{2})-(?P<d>[0-9]{2})[/\u2013](?P<e>[0-9]{2})",
    r"(?P<a>[0-9]{4}) ?(?:-|\u2013|\u2014|to) ?(?P<b>[0-9]{4})",
    r"(?P<a>(?P<c>[0-9]{2})[0-9]{2})[-\u2013/](?P<b2>[0-9]{2})",
    r"(?P<a>(?P<c>[0-9]{3})[0-9])/(?P<b2>[0-9])",
    r"(?P<season>spring|summer|autumn|fall|winter)(?: of)? " + _YMD,
    r"(?P<century>[0-9]{1,2})(?:st|nd|rd|th) (?:century|c\.)",
    r"(?P<early>[0-9]{3})",
    r"(?P<far>[0-9]{5,9})",
    r"(?:from|since) (?P<a>[0-9-]+)",
    r"(?:until|till|to) (?P<b>[0-9-]+)",
    r"after (?P<from_year>[0-9]{4})",
    r"before (?P<until_year>[0-9]{4})",
    r"after (?P<after>[0-9-]+)",
    r"(?:before|by) (?P<before>[0-9-]+)",
    r"(?P<a>[0-9-]+)/(?:open|unknown|today|now|present)",
    r"(?:c|ca|circa|about|around)\.? ?(?P<about>[0-9-]+)",
    r"(?P<x>[0-9]{3})(?:0s|x|u|\?|-)",
    r"(?P<bce>[0-9]{1,4}) ?(?:bce?|b\.c\.)",
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2}) (?P<time>[0-9]{2}:[0-9]{2}(?::[0-9]{2})?)",
]


def _advice(text: str) -> str:
    """What to write instead of a text that is no date; "" if we cannot guess what was meant."""
    if len(text) > TYPED:
        return ""
    plain = " ".join(text.lower().split())
    if re.fullmatch(r"unknown|undated|not known|none|n\.?/?[ad]\.?|s\.d\.|[?]+|-+", plain):
        return "leave the line out: what is not told is left out"
    proposals = _guesses(plain) or _spans(plain)
    if "/" not in plain:  # 5/6/1985: both orders of day and month are in use
        proposals = proposals[:1]
    if not proposals:
        return ""
    points = " or ".join(proposal for proposal in proposals if "/" not in proposal)
    spans = " or ".join(proposal for proposal in proposals if "/" in proposal)
    if points and spans:
        return f"write {points}, or for a span {spans}"
    return f"for a span write {spans}" if spans else f"write {points}"


def _guesses(plain: str) -> list[str]:
    """The dates in EDTF that a text in lower case may mean, by the habits of people."""
    found = []
    for habit in _HABITS:
        match = re.fullmatch(habit, plain)
        proposal = _rewritten({k: v for k, v in match.groupdict().items() if v}) if match else ""
        try:
            _part(proposal)
        except _Wrong:
            continue
        found.append(proposal)
    return list(dict.fromkeys(found))


def _spans(plain: str) -> list[str]:
    """The span in EDTF of "19-21 November 1985" or "1985-11-19 to 1985-11-21", if it is one."""
    for joint in re.finditer(r" ?[\u2013\u2014] ?| - |(?<=\w)-(?=\w)| to | until ", plain):
        low, high = plain[: joint.start()].removeprefix("from "), plain[joint.end() :]
        rest = high.split()[1:]  # "19" and "19 November" borrow the year, or month and year
        ends = _single(high)
        for start in (low, *(" ".join([low, *rest[at:]]) for at in range(len(rest)))):
            for begin, end in itertools.product(_single(start), ends):
                try:
                    _part(f"{begin}/{end}")
                except _Wrong:
                    continue
                return [f"{begin}/{end}"]
    return []


def _single(plain: str) -> list[str]:
    """What a text may mean as one date, as EDTF or by a habit."""
    with contextlib.suppress(_Wrong):
        return [_part(plain.upper()) and plain.upper()]
    return [guess for guess in _guesses(plain) if "/" not in guess]


def _rewritten(told: dict[str, str]) -> str:
    """EDTF from the parts of a habit; "" if it has none."""
    if name := told.get("name"):
        numbers = [i for i, month in enumerate(MONTHS, 1) if month.lower().startswith(name)]
        numbers += [9] * (name == "sept")
        told["m"] = str(numbers[0]) if numbers else "0"
    if roman := told.get("roman"):
        numerals = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
        told["m"] = str(numerals.index(roman) + 1) if roman in numerals else "0"
    if season := told.get("season"):
        number = ("spring", "summer", "autumn", "winter").index(season.replace("fall", "autumn"))
        return f"{told['y']}-{21 + number}"
    if "century" in told:
        return f"{int(told['century']) - 1:02}XX"
    if "early" in told or "far" in told:
        return f"0{told['early']}" if "early" in told else f"Y{told['far']}"
    if "y" in told:
        first = "-".join([told["y"], *(told[key].zfill(2) for key in "md" if key in told)])
        return f"{first}/{first[:-2]}{told['e'].zfill(2)}" if "e" in told else first
    if "b2" in told:
        return f"{told['a']}/{told['c']}{told['b2']}"
    if "a" in told or "b" in told:
        return f"{told.get('a', '..')}/{told.get('b', '..')}"
    if "bce" in told:
        return "0000" if int(told["bce"]) == 1 else f"-{int(told['bce']) - 1:04}"
    if "time" in told:
        return f"{told['day']}T{told['time']}"
    if "from_year" in told:
        return f"[{int(told['from_year']) + 1:04}..]"
    if "until_year" in told:
        return f"[..{int(told['until_year']) - 1:04}]"
    if "after" in told or "before" in told:
        return f"[{told.get('after', '')}..{told.get('before', '')}]"
    return f"{told['about']}~" if "about" in told else f"{told['x']}X" if "x" in told else ""


# --- showing --------------------------------------------------------------------------------


def _show(part: _Part) -> str:
    if part.parts:
        *most, last = (_show(inner) for inner in part.parts)
        joint = " or " if part.kind == "[" else " and "
        return ", ".join(most) + joint + last if most else last
    low, high = part.low, part.high
    if low and high:
        if part.kind == "..":
            return f"between {_show_span(low, high, ' and ')}"
        return _show_span(low, high) if part.kind == "/" else _show_point(low)
    if low:
        return f"from {_show_point(low)}" if part.kind == "/" else f"{_show_point(low)} or later"
    assert high is not None
    return f"until {_show_point(high)}" if part.kind == "/" else f"{_show_point(high)} or earlier"


def _show_point(point: _Point) -> str:
    low, high = _words(point, point.low), _words(point, point.high)
    if point.ragged and low != high:
        return _qualified(point, f"between {_together(low, high, ' and ')}")
    return _qualified(point, _phrase(low))


def _show_span(low: _Point, high: _Point, joint: str = "") -> str:
    """Two dates, what they share said once; each on its own where their marks or zones differ."""
    alike = (low.about, low.uncertain, low.zone) == (high.about, high.uncertain, high.zone)
    if alike and not low.ragged and not high.ragged:
        span = _together(_words(low, low.low), _words(high, high.low), joint)
        return _qualified(high, span)
    return f"{_show_point(low)}{joint or _SPACED_DASH}{_show_point(high)}"


def _qualified(point: _Point, body: str) -> str:
    zone = f" UTC{point.zone.removeprefix('Z')}" if point.zone else ""
    return f"{'about ' * point.about}{body}{zone}{' (uncertain)' * point.uncertain}"


def _words(point: _Point, instant: int) -> tuple[str, ...]:
    """Era, year, month, day and time of an instant, as far as the point tells them."""
    days, rest = divmod(instant, DAY)
    year, month, day = _civil(days)
    era = "BCE" if year < 1 else "CE" if year < 1_000 else ""
    words = (era, str(year if year > 0 else 1 - year), MONTHS[month - 1], str(day))
    if point.precision == "season":
        over = f"/{(year + 1) % 100:02}" if month == 12 and year > 0 else ""  # winter 1985/86
        return (era, words[1] + over, point.season)
    if point.precision == "decade" and not point.ragged:
        return (era, f"the {words[1]}s")
    rank = _COARSENESS[point.precision]
    if rank >= _COARSENESS["day"]:
        return words[: 4 if point.precision == "day" else 3 if point.precision == "month" else 2]
    clock = f"{rest // 3_600:02}:{rest // 60 % 60:02}:{rest % 60:02}"
    return (
        *words,
        {"second": clock, "minute": clock[:5], "hour": f"{clock[:2]}h"}[point.precision],
    )


def _phrase(words: Sequence[str]) -> str:
    """One date, "11 October 1986, 10:40", from words that begin with the era."""
    date = " ".join(word for word in reversed(words[:4]) if word)
    return f"{date}, {words[4]}" if len(words) > 4 else date


def _together(low: Sequence[str], high: Sequence[str], joint: str = "") -> str:
    """Two dates in one phrase: "19-21 November 1985", "30 November - 2 December 1985"."""
    if low == high:
        return _phrase(low)
    first, last = _phrase(low), _phrase(high)
    if low[:4] == tuple(high) and len(low) > 4:  # an hour is told of its beginning alone
        return f"{_phrase(high)}, from {low[4]}"
    if high[:4] == tuple(low) and len(high) > 4:
        return f"{_phrase(low)}, until {high[4]}"
    if len(low) == len(high):
        same = next(i for i, pair in enumerate(zip(low, high, strict=True)) if pair[0] != pair[1])
        if same == 4:
            last = high[4]
            joint = _DASH
        elif len(low) <= 4:
            first = _phrase(("",) * same + tuple(low[same:]))
            joint = joint or (_DASH if not {" ", _DASH} & {*first} else "")
    return f"{first}{joint or _SPACED_DASH}{last}"


# --- order ----------------------------------------------------------------------------------


def before(a: Date, b: Date) -> Order:
    """Whether a is over before b begins: certainly, if neither is marked and every reading says so;
    possibly, if some reading of the two does."""
    if not (a.marked or b.marked) and a.latest < b.earliest:
        return "certain"
    return "possible" if a.ends_from < b.starts_by else "no"


def within(date: Date, from_: Date | None = None, to: Date | None = None) -> Order:
    """Whether the date lies wholly in a window, from the first instant of `from_` to the last of
    `to` (1962 includes all of 1962); None leaves that side open."""
    first = from_.earliest if from_ else -INF
    last = to.latest if to else INF
    marked = any(each is not None and each.marked for each in (date, from_, to))
    if first <= date.earliest and date.latest <= last and not (marked and (from_ or to)):
        return "certain"
    possible = any(
        max(first, reading.starts_from) <= min(last, reading.ends_by)
        and first <= reading.starts_by
        and reading.ends_from <= last
        for reading in date.readings
    )
    return "possible" if possible else "no"


def feasible_ends(
    ends: Intervals | None, date: Date, max_gap_seconds: int | None = None
) -> Intervals:
    """When the next encounter of a chain can have ended.

    `ends`: when the one before it can have ended, in some reading that puts all so far in order;
    None for the first. The next begins after that end, and no more than the gap after it. Takes
    and gives sorted, disjoint, closed intervals of instants; () if it cannot follow.
    """
    found: list[tuple[int, int]] = []
    gap = 2 * INF if max_gap_seconds is None else max_gap_seconds
    for reading in date.readings:
        # The end is free once the encounter has begun, so its earliest feasible start says all.
        start: int | None = reading.starts_from
        if ends is not None:
            starts = ((max(low + 1, reading.starts_from), high) for low, high in ends if gap > 0)
            start = next((s for s, end in starts if s <= min(reading.starts_by, end + gap)), None)
        if start is not None:
            found.append((max(start, reading.ends_from), reading.ends_by))
    merged: list[tuple[int, int]] = []
    for low, high in sorted(found):
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return tuple(merged)


def feasible_end(t: int | None, date: Date) -> int | None:
    """The earliest instant at which the next encounter can have ended, if all before it had ended
    at `t` (None: it is the first); None if it cannot follow."""
    ends = feasible_ends(None if t is None else ((t, t),), date)
    return ends[0][0] if ends else None


def chain(dates: Sequence[Date], max_gap: int | None = None) -> Verdict:
    """Whether encounters so dated follow one another, each over before the next begins.

    Possible if one reading of all the dates puts them in order (two by two is not enough: days 10
    to 20, 5 to 15 and 3 to 11), certain if no date is marked and every reading does. `max_gap`:
    seconds there may be at most from the end of one to the start of the next.
    """
    ends: Intervals | None = None
    doubt = Verdict("certain")
    for at, date in enumerate(dates):
        ends = feasible_ends(ends, date, max_gap)
        if not ends:
            return Verdict("no", _why_not(dates[:at], date, max_gap), at)
        if at and doubt.at is None:
            last = dates[at - 1]
            if before(last, date) != "certain":
                doubt = Verdict("possible", _why_unsure(last, date), at)
            elif max_gap is not None and date.starts_by - last.ends_from > max_gap:
                reason = f"{date.show()} may be more than {_long(max_gap)} after {last.show()}"
                doubt = Verdict("possible", reason, at)
    return doubt


def _why_unsure(a: Date, b: Date) -> str:
    for date, place in ((a, f"before {b.show()}"), (b, f"after {a.show()}")):
        if date.marked:
            return f"{date.show()} never makes an order certain, here {place}"
    if a.text == b.text and len(a.readings) == 1:
        return f"both are dated {a.show()} and {_STEPS[a.precision][2]}"
    for date, place in ((a, f"before {b.show()}"), (b, f"after {a.show()}")):
        if len(date.readings) > 1:
            return f"the sources disagree on the date: {date.show()}, here {place}"
    if a.latest == INF:
        return f"no end is told: {a.show()}, here before {b.show()}"
    if b.earliest == -INF:
        return f"no beginning is told: {b.show()}, here after {a.show()}"
    return f"{a.show()} and {b.show()} overlap"


def _why_not(earlier: Sequence[Date], date: Date, max_gap: int | None) -> str:
    last = earlier[-1]
    if before(last, date) == "no":
        return f"{date.show()} is not after {last.show()}"
    if max_gap is not None and not _follow((last, date), max_gap):
        return f"{date.show()} is more than {_long(max_gap)} after {last.show()}"
    first = len(earlier) - 1
    while _follow((*earlier[first:], date), max_gap):
        first -= 1
    *rest, last_shown = (each.show() for each in earlier[first:])
    return f"{date.show()} may follow {last_shown}, but not with {', '.join(rest)} before it"


def _follow(dates: Sequence[Date], max_gap: int | None) -> bool:
    """Whether some reading of all the dates puts them in order."""
    ends: Intervals | None = None
    for date in dates:
        ends = feasible_ends(ends, date, max_gap)
    return ends != ()


def _long(seconds: int) -> str:
    for name, size in (("day", DAY), ("hour", 3_600), ("minute", 60)):
        if seconds and seconds % size == 0:
            return f"{seconds // size} {name}{'s' * (seconds != size)}"
    return f"{seconds} seconds"
