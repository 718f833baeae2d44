"""Days and hours, as the edition's attributes and the printed words tell them."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, replace

from lxml import etree

from visavis.ingest.frus_persons import MONTH, MONTHS
from visavis.ingest.tei import Outline, local
from visavis.schema import dates

__all__ = ["STAMP", "When", "attribute_when", "printed_when", "received_when"]


@dataclass(frozen=True, slots=True)
class When:
    """A day with what is told of its hours; days as YYYY-MM-DD, clocks as HH:MM.

    `until` is the last day where there are two, `vague` says that it was one of them.
    """

    day: str
    clock: str = ""
    until: str = ""
    clock_until: str = ""
    zone: str = ""
    vague: bool = False
    printed: str = ""

    def edtf(self, lasting: bool) -> str:
        """As EDTF. lasting: an encounter, whose end is some time that day where none is told."""
        if self.vague:
            return f"[{self.day}..{self.until or self.day}]"
        start = self.day + (f"T{self.clock}{self.zone}" if self.clock else "")
        last = self.until or self.day
        if self.clock_until:
            if not self.until and self.clock and self.clock_until < self.clock:
                last = _next_day(self.day)
            return f"{start}/{last}T{self.clock_until}{self.zone}"
        if last != self.day or (lasting and self.clock):
            return f"{start}/{last}"
        return start

    def agrees(self, other: When) -> bool:
        """Whether both can be true: nothing that both tell differs."""
        pairs = (
            (self.day, other.day), (self.clock, other.clock),
            (self.clock_until, other.clock_until), (self.until, other.until),
        )  # fmt: skip
        return all(not a or not b or a == b for a, b in pairs)

    def with_hours_of(self, other: When) -> When:
        """This date, with what the other one tells more."""
        return replace(
            self, clock=self.clock or other.clock, until=self.until or other.until,
            clock_until=self.clock_until or other.clock_until, zone=self.zone or other.zone,
            vague=self.vague and other.vague, printed=self.printed or other.printed,
        )  # fmt: skip


def _next_day(day: str) -> str:
    return (datetime.date.fromisoformat(day) + datetime.timedelta(days=1)).isoformat()


STAMP = re.compile(r"(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d)(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?")
_PRINTED_DAY = re.compile(
    rf"(?P<m>{MONTH}) (?P<d>\d{{1,2}})(?P<more>(?:\s*(?:-|–|—|,|and|to|through)\s*"
    rf"(?:\w+day,? )?(?:{MONTH} )?\d{{1,2}}(?!\d))*),?\s*(?P<y>(?:1[6-9]|20)\d\d)"
    rf"|(?P<d2>\d{{1,2}}) (?P<m2>{MONTH}),? (?P<y2>(?:1[6-9]|20)\d\d)"
)
_CLOCK = r"(?:noon|midnight|\d{1,2}(?:[:.]\d\d)?)"
_RANGE = re.compile(
    rf"(?<![\w:.])(?P<a>{_CLOCK})\s*(?P<ap>[ap]\.?\s?m\b\.?)?\s*(?:-|–|—|to|until)\s*"
    rf"(?P<b>{_CLOCK})\s*(?P<bp>[ap]\.?\s?m\b\.?)?",
    re.IGNORECASE,
)
_POINT = re.compile(
    r"(?<![\w:.])(?P<a>noon|midnight|\d{1,2}(?:[:.]\d\d)?)\s*(?P<ap>[ap]\.?\s?m\b\.?)?",
    re.IGNORECASE,
)
_ZULU = re.compile(r"\b([01]\d|2[0-3])([0-5]\d)\s?Z\b")


def _hour(text: str, half: str) -> str:
    text, half = text.lower(), half.lower()[:1]
    if text == "noon":
        return "12:00"
    if text == "midnight":
        return "00:00"
    hour, _, minute = text.replace(".", ":").partition(":")
    number = int(hour) % 12 + 12 if half == "p" else int(hour) % 12 if half == "a" else int(hour)
    return f"{number:02}:{int(minute or 0):02}" if number < 24 and int(minute or 0) < 60 else ""


def printed_when(text: str, year: str = "") -> When | None:
    """The day and hours of a printed date: "June 3, 1961, 12:45 p.m.", "May 4, 1964, 2-3 p.m."

    year: the year where none is printed. None where no day is told ("undated", "summer 1961").
    """
    flat = " ".join(text.split())
    if year and not _PRINTED_DAY.search(flat):
        flat = re.sub(rf"({MONTH} \d{{1,2}})(?!\d)", rf"\1, {year}", flat, count=1)
    found = _PRINTED_DAY.search(flat)
    if found is None:
        return None
    until = ""
    if found["m"]:
        month, number, told_year = MONTHS[found["m"]], int(found["d"]), found["y"]
        more = re.findall(rf"(?:({MONTH}) )?(\d{{1,2}})", found["more"] or "")
        if more:
            last_month = MONTHS[more[-1][0]] if more[-1][0] else month
            until = f"{told_year}-{last_month:02}-{int(more[-1][1]):02}"
    else:
        month, number, told_year = MONTHS[found["m2"]], int(found["d2"]), found["y2"]
    day = f"{told_year}-{month:02}-{number:02}"
    for one in filter(None, (day, until)):
        try:
            dates.parse(one)
        except ValueError:
            return None
    rest = flat[found.end() :] + " " + flat[: found.start()]
    clock = clock_until = zone = ""
    if zulu := _ZULU.search(rest):
        clock, zone = f"{zulu.group(1)}:{zulu.group(2)}", "Z"
    else:
        ranges = [
            m for m in _RANGE.finditer(rest) if m["bp"] or m["b"].lower() in ("noon", "midnight")
        ]
        points = [
            m for m in _POINT.finditer(rest) if m["ap"] or m["a"].lower() in ("noon", "midnight")
        ]
        if ranges:
            first, last = ranges[0], ranges[-1]
            half = first["ap"] or ""
            if not half and first["a"][0].isdigit():
                half = first["bp"] or "p"
                if first["bp"] and _hour(first["a"], half) > _hour(first["b"], first["bp"]):
                    half = "a" if half.lower().startswith("p") else "p"
            clock = _hour(first["a"], half)
            clock_until = _hour(last["b"], last["bp"] or "")
            if last["b"].lower() == "midnight":
                clock_until = "23:59"
        elif points:
            clock = _hour(points[0]["a"], points[0]["ap"] or "")
    return When(day, clock, until if until != day else "", clock_until, zone, printed=flat)


def received_when(text: str, sent: str) -> str:
    """When a message arrived, as EDTF ("Received ... at 1:52 p.m. on October 6"); "" if not told.

    sent: the day it was sent, which tells the year. An hour without a day tells no day.
    """
    when = printed_when(text, sent[:4])
    if when is None:
        return ""
    if when.day[:7] == f"{sent[:4]}-01" and sent[5:7] == "12":  # sent at the end of a year
        when = printed_when(text, str(int(sent[:4]) + 1))
    return when.edtf(lasting=False) if when else ""


def attribute_when(dateline: etree._Element, outline: Outline) -> When | None:
    """The date of the edition's attributes: when, from/to, notBefore/notAfter; hours of `time`."""
    made: When | None = None
    for element in dateline.iter():
        if local(element) != outline.date:
            continue
        told = {k: STAMP.match(element.get(k) or "") for k in
                ("when", "from", "to", "notBefore", "notAfter")}  # fmt: skip
        start = told["when"] or told["from"] or told["notBefore"]
        end = told["to"] or told["notAfter"]
        if start is None:
            continue
        day, clock, zone = start.group(1), start.group(2) or "", start.group(3) or ""
        vague = not (told["when"] or told["from"])
        if end is None:
            made = When(day, clock, zone=zone)
        else:
            last = end.group(1) if end.group(1) != day else ""
            made = When(day, clock, last, end.group(2) or "", zone, vague)
        break
    if made is None:
        return None
    for element in dateline.iter():
        if local(element) == outline.time:
            begin = re.match(r"\d\d:\d\d", element.get("from") or element.get("when") or "")
            close = re.match(r"\d\d:\d\d", element.get("to") or "")
            if begin and not made.clock:
                made = replace(made, clock=begin.group())
            if close:
                made = replace(made, clock_until=close.group())
    return made
