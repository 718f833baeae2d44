"""Dates: forms and their bounds, order beside brute force, English, advice."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visavis.schema import dates
from visavis.schema.dates import (
    INF,
    Date,
    DateError,
    Reading,
    before,
    chain,
    feasible_end,
    feasible_ends,
    iso,
    join,
    parse,
    to_seconds,
    within,
)

LAST = "23:59:59"


def bounds(text: str) -> tuple[str, str, str, str]:
    date = parse(text)
    return iso(date.earliest), iso(date.starts_by), iso(date.ends_from), iso(date.latest)


def within_one(first: str, last: str) -> tuple[str, str, str, str]:
    """The bounds of a date that began and ended some time between two instants."""
    return first, last, first, last


# --- forms -----------------------------------------------------------------------------------

PLAIN = [  # text, first and last instant
    ("1985", "1985-01-01T00:00:00", "1985-12-31T23:59:59"),
    ("2010-08", "2010-08-01T00:00:00", "2010-08-31T23:59:59"),
    ("2012-02", "2012-02-01T00:00:00", "2012-02-29T23:59:59"),
    ("1900-02", "1900-02-01T00:00:00", "1900-02-28T23:59:59"),
    ("1985-11-19", "1985-11-19T00:00:00", "1985-11-19T23:59:59"),
    ("1986-10-11T10", "1986-10-11T10:00:00", "1986-10-11T10:59:59"),
    ("1986-10-11T10:40", "1986-10-11T10:40:00", "1986-10-11T10:40:59"),
    ("1986-10-11T10:40:30", "1986-10-11T10:40:30", "1986-10-11T10:40:30"),
    ("1986-10-11T10:40Z", "1986-10-11T10:40:00", "1986-10-11T10:40:59"),
    ("1986-10-11T10:40+02:00", "1986-10-11T10:40:00", "1986-10-11T10:40:59"),
    # a mark moves both bounds outwards by one unit of the part it stands at
    ("2018?", "2017-01-01T00:00:00", "2019-12-31T23:59:59"),
    ("1961-06~", "1961-05-01T00:00:00", "1961-07-31T23:59:59"),
    ("1961-12%", "1961-11-01T00:00:00", "1962-01-31T23:59:59"),
    ("1985-12-31~", "1985-12-30T00:00:00", "1986-01-01T23:59:59"),
    ("1986-10-11T10:00~", "1986-10-11T09:59:00", "1986-10-11T10:01:59"),
    ("?1985-11-19", "1984-11-19T00:00:00", "1986-11-19T23:59:59"),
    ("1985?-11-19", "1984-11-19T00:00:00", "1986-11-19T23:59:59"),
    ("1985-11~-19", "1985-10-19T00:00:00", "1985-12-19T23:59:59"),
    ("1985-~11-19", "1985-10-19T00:00:00", "1985-12-19T23:59:59"),
    ("1986-10-~11T10:40", "1986-10-10T10:40:00", "1986-10-12T10:40:59"),
    ("1985-11-?19", "1985-11-18T00:00:00", "1985-11-20T23:59:59"),
    ("2004?-02-29", "2003-02-28T00:00:00", "2005-02-28T23:59:59"),
    ("198X~", "1970-01-01T00:00:00", "1999-12-31T23:59:59"),
    ("1985-XX~", "1984-01-01T00:00:00", "1986-12-31T23:59:59"),
    ("1985-21~", "1984-12-01T00:00:00", "1985-08-31T23:59:59"),
    # digits that are not told
    ("198X", "1980-01-01T00:00:00", "1989-12-31T23:59:59"),
    ("19XX", "1900-01-01T00:00:00", "1999-12-31T23:59:59"),
    ("1XXX", "1000-01-01T00:00:00", "1999-12-31T23:59:59"),
    ("-019X", "-0199-01-01T00:00:00", "-0190-12-31T23:59:59"),
    ("1X85", "1085-01-01T00:00:00", "1985-12-31T23:59:59"),
    ("1985-XX", "1985-01-01T00:00:00", "1985-12-31T23:59:59"),
    ("1985-11-XX", "1985-11-01T00:00:00", "1985-11-30T23:59:59"),
    ("1985-XX-XX", "1985-01-01T00:00:00", "1985-12-31T23:59:59"),
    ("1985-1X", "1985-10-01T00:00:00", "1985-12-31T23:59:59"),
    ("1985-0X-31", "1985-01-31T00:00:00", "1985-08-31T23:59:59"),
    ("1985-02-2X", "1985-02-20T00:00:00", "1985-02-28T23:59:59"),
    ("198X-02-29", "1980-02-29T00:00:00", "1988-02-29T23:59:59"),
    # seasons, quarters, thirds and halves of a year
    ("1985-21", "1985-03-01T00:00:00", "1985-05-31T23:59:59"),
    ("1985-23", "1985-09-01T00:00:00", "1985-11-30T23:59:59"),
    ("1987-24", "1987-12-01T00:00:00", "1988-02-29T23:59:59"),
    ("1985-26", "1985-06-01T00:00:00", "1985-08-31T23:59:59"),
    ("1985-30", "1985-12-01T00:00:00", "1986-02-28T23:59:59"),
    ("1985-32", "1985-06-01T00:00:00", "1985-08-31T23:59:59"),
    ("1985-34", "1985-04-01T00:00:00", "1985-06-30T23:59:59"),
    ("1985-39", "1985-09-01T00:00:00", "1985-12-31T23:59:59"),
    ("1985-41", "1985-07-01T00:00:00", "1985-12-31T23:59:59"),
    # far away
    ("0044-03-15", "0044-03-15T00:00:00", "0044-03-15T23:59:59"),
    ("0000", "0000-01-01T00:00:00", "0000-12-31T23:59:59"),
    ("-0043-03-15", "-0043-03-15T00:00:00", "-0043-03-15T23:59:59"),
    ("-0004-02-29", "-0004-02-29T00:00:00", "-0004-02-29T23:59:59"),
    ("Y-10000", "Y-10000-01-01T00:00:00", "Y-10000-12-31T23:59:59"),
    ("Y250000000~", "Y249999999-01-01T00:00:00", "Y250000001-12-31T23:59:59"),
    # some time in a range
    ("[1985-11-19..1985-11-25]", "1985-11-19T00:00:00", "1985-11-25T23:59:59"),
    ("[..1985]", "..", "1985-12-31T23:59:59"),
    ("[1985..]", "1985-01-01T00:00:00", ".."),
]


@pytest.mark.parametrize(("text", "first", "last"), PLAIN)
def test_one_stretch_of_time(text: str, first: str, last: str) -> None:
    assert bounds(text) == within_one(first, last)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "1985-11-19/1985-11-21",
            (
                "1985-11-19T00:00:00",
                f"1985-11-19T{LAST}",
                "1985-11-21T00:00:00",
                f"1985-11-21T{LAST}",
            ),
        ),
        (
            "1986-10-11T10:40/1986-10-11T12:30",
            tuple(
                f"1986-10-11T{time}" for time in ("10:40:00", "10:40:59", "12:30:00", "12:30:59")
            ),
        ),
        (  # it ended in June, so it began by then
            "1985/1985-06",
            (
                "1985-01-01T00:00:00",
                f"1985-06-30T{LAST}",
                "1985-06-01T00:00:00",
                f"1985-06-30T{LAST}",
            ),
        ),
        (
            "1985~/1986?",
            (
                "1984-01-01T00:00:00",
                f"1986-12-31T{LAST}",
                "1985-01-01T00:00:00",
                f"1987-12-31T{LAST}",
            ),
        ),
        ("1985/", ("1985-01-01T00:00:00", f"1985-12-31T{LAST}", "1985-01-01T00:00:00", "..")),
        ("1985/..", ("1985-01-01T00:00:00", f"1985-12-31T{LAST}", "1985-01-01T00:00:00", "..")),
        ("/1985", ("..", f"1985-12-31T{LAST}", "1985-01-01T00:00:00", f"1985-12-31T{LAST}")),
        ("../1985", ("..", f"1985-12-31T{LAST}", "1985-01-01T00:00:00", f"1985-12-31T{LAST}")),
        (
            "{1987,1985}",
            (
                "1985-01-01T00:00:00",
                f"1985-12-31T{LAST}",
                "1987-01-01T00:00:00",
                f"1987-12-31T{LAST}",
            ),
        ),
        (
            "{1985..1987}",
            (
                "1985-01-01T00:00:00",
                f"1985-12-31T{LAST}",
                "1987-01-01T00:00:00",
                f"1987-12-31T{LAST}",
            ),
        ),
    ],
)
def test_spans(text: str, expected: tuple[str, str, str, str]) -> None:
    assert bounds(text) == expected


def test_a_day_in_seconds() -> None:
    midnight = 5_801 * 86_400  # 19 November 1985 is day 5,801 after 1 January 1970
    last = midnight + 86_399
    assert parse("1985-11-19").readings == (Reading(midnight, last, midnight, last),)


def test_unbounded_sides() -> None:
    assert parse("1985/..").latest == INF
    assert parse("../1985").earliest == -INF


def test_a_set_has_several_readings() -> None:
    date = parse("[1985-11-25, 1985-11-19/1985-11-21]")
    assert str(date) == date.text == "[1985-11-25,1985-11-19/1985-11-21]"
    assert date.readings == (
        *parse("1985-11-25").readings,
        *parse("1985-11-19/1985-11-21").readings,
    )
    assert (date.earliest, date.latest) == (to_seconds(1985, 11, 19), to_seconds(1985, 11, 26) - 1)


def test_rival_dates_are_joined() -> None:
    a, b = parse("1985-11-19"), parse("{1985,1986}")
    assert join([a, a]) is a
    assert join([a, b, a]).text == "[1985-11-19,{1985,1986}]"
    assert (
        join([join([a, b]), parse("1990")]).readings
        == a.readings + b.readings + parse("1990").readings
    )
    with pytest.raises(DateError):
        join([])


def test_bounds_of_a_reading_are_in_order() -> None:
    with pytest.raises(ValueError, match="out of order"):
        Reading(0, 5, 2, 4)


@pytest.mark.parametrize(
    ("text", "precision", "reason"),
    [
        ("1985-11-19", "day", ""),
        ("1985-11-19/1985-11-21", "day", ""),
        ("1986-10-11T10:40", "minute", ""),
        ("1986-10-11T10/1986-10-11T12:30", "hour", ""),
        ("1985-11", "month", "no day is told"),
        ("1985-11-19/1986", "year", "no month is told"),
        ("1985-22", "season", "no month is told"),
        ("198X", "decade", "no year is told"),
        ("1985-11-1X", "day", "only a range is told"),
        ("1961-06~", "month", "only about that time"),
        ("2018?", "year", "uncertain"),
        ("2018%", "year", "only about that time, and uncertain"),
        ("1985/..", "year", "no end is told"),
        ("/1985", "year", "no beginning is told"),
        ("[1985,1986]", "year", "several dates are told"),
    ],
)
def test_precision_and_reason(text: str, precision: str, reason: str) -> None:
    date = parse(text)
    assert (date.precision, date.reason, date.marked) == (
        precision,
        reason,
        not {"~", "?", "%"}.isdisjoint(text),
    )


@given(st.datetimes())
def test_day_arithmetic_is_that_of_datetime(moment: datetime) -> None:
    moment = moment.replace(microsecond=0)
    text = moment.isoformat()
    instant = (moment - datetime(1970, 1, 1)) // timedelta(seconds=1)
    assert parse(text).earliest == instant
    assert iso(instant) == text


@given(st.integers(-(2**52), 2**52))
def test_instants_and_days_go_back_and_forth(instant: int) -> None:
    year, month, day = dates._civil(instant // 86_400)
    assert to_seconds(year, month, day, second=instant % 86_400) == instant


# --- what the edtf package reads too -----------------------------------------------------------

years = st.integers(1, 9999).map("{:04}".format)
months = st.builds("{}-{:02}".format, years, st.integers(1, 12))
days = st.dates().map(str)
points = st.one_of(
    years,
    months,
    days,
    years.map(lambda year: f"{year[:3]}X"),
    years.map(lambda year: f"{year}-XX"),
    months.map(lambda month: f"{month}-XX"),
    st.builds(
        "{}-{}".format, years, st.sampled_from([21, 22, 23, 25, 26, 27, 29, 31, 32, 33, 38, 41])
    ),
)


sets = st.lists(st.one_of(years, months, days), min_size=2, max_size=3).map(",".join)


@settings(deadline=None)  # the first example imports the package
@given(st.one_of(points, sets.map("[{}]".format), sets.map("{{{}}}".format)))
def test_bounds_beside_the_edtf_package(text: str) -> None:
    edtf = pytest.importorskip("edtf")
    theirs = edtf.parse_edtf(text)
    assert (iso(parse(text).earliest)[:10], iso(parse(text).latest)[:10]) == tuple(
        "{:04}-{:02}-{:02}".format(*bound[:3])
        for bound in (theirs.lower_strict(), theirs.upper_strict())
    )


# --- any text ----------------------------------------------------------------------------------

marked = st.builds("{}{}".format, points, st.sampled_from(["", "", "~", "?", "%"]))
sides = st.one_of(marked, st.sampled_from(["", ".."]))
forms = st.one_of(
    marked,
    st.builds("{}/{}".format, sides, sides),
    st.lists(st.one_of(marked, st.builds("{}..{}".format, sides, sides)), min_size=1).map(
        lambda items: f"[{', '.join(items)}]"
    ),
    st.lists(marked, min_size=1).map(lambda items: f"{{{','.join(items)}}}"),
    st.text(),
    st.text("0123456789X-/.[]{},~?%TZ:Y+ ", max_size=20),
    st.builds("{} {} {}".format, points, st.sampled_from(["Nov", "bc", "\u2013", "to"]), points),
)


@given(forms)
def test_any_text_is_a_date_or_a_date_error(text: str) -> None:
    try:
        date = parse(text)
    except DateError as error:
        assert "no EDTF date" in str(error)
        return
    again = parse(date.text)
    assert again == date and again.text == date.text
    assert -INF <= date.earliest <= date.starts_by <= date.latest <= INF
    assert date.earliest <= date.ends_from <= date.latest
    assert date.show() and chain([date, date]).verdict != "certain"


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("19.11.1985", "'19.11.1985' is no EDTF date; write 1985-11-19"),
        ("5/6/1985", "write 1985-06-05 or 1985-05-06"),
        ("11/19/1985", "; write 1985-11-19"),
        ("1985/11/19", "; write 1985-11-19"),
        ("1985/11", "; write 1985-11"),
        ("1985-6-3", "; write 1985-06-03"),
        ("19851119", "; write 1985-11-19"),
        ("Nov 1985", "; write 1985-11"),
        ("19 November 1985", "; write 1985-11-19"),
        ("November 19th, 1985", "; write 1985-11-19"),
        ("1985-11-19 10:40", "; write 1985-11-19T10:40"),
        ("c. 1985", "; write 1985~"),
        ("1980s", "; write 198X"),
        ("198u", "; write 198X"),
        ("44 BC", "; write -0043"),
        ("1 BCE", "; write 0000"),
        ("1985-1987", "; for a span write 1985/1987"),
        ("1985\u201387", "; for a span write 1985/1987"),
        ("since 1985", "; for a span write 1985/.."),
        ("until 1985-03", "; for a span write ../1985-03"),
        ("1985/open", "; for a span write 1985/.."),
        ("before 1985", "; write [..1984]"),
        ("after 1985", "; write [1986..]"),
        ("19-21 November 1985", "; for a span write 1985-11-19/1985-11-21"),
        ("November 19\u201321, 1985", "; for a span write 1985-11-19/1985-11-21"),
        ("19.-21.11.1985", "; for a span write 1985-11-19/1985-11-21"),
        ("1985-11-19/21", "; for a span write 1985-11-19/1985-11-21"),
        ("1985-11-19 to 1985-11-21", "; for a span write 1985-11-19/1985-11-21"),
        ("19 November - 2 December 1985", "; for a span write 1985-11-19/1985-12-02"),
        ("from 1985 to 1988", "; for a span write 1985/1988"),
        ("1985/6", "; write 1985-06, or for a span 1985/1986"),
        ("spring 1985", "; write 1985-21"),
        ("19.XI.1985", "; write 1985-11-19"),
        ("11/1985", "; write 1985-11"),
        ("20th century", "; write 19XX"),
        ("800", "; write 0800"),
        ("12000", "; write Y12000"),
        ("unknown", "; leave the line out"),
        ("1985-13", "there is no month 13"),
        ("1985-00", "there is no month 00; leave out"),
        ("1985-11-00", "there is no such day; leave out"),
        ("1985-02-30", "February of that year has 28 days"),
        ("XXXX-02-30", "there is no such day"),
        ("1985-11-19T24:00", "a time of day is 00:00 to 23:59"),
        ("1985-11-XXT10:00", "of a day that is told"),
        ("1986/1985", "it ends before it begins"),
        ("[1986..1985]", "it ends before it begins"),
        ("-0000", "written 0000"),
        ("Y999999999", "years beyond 250,000,000"),
        ("Y12345-01", "a long year has no month"),
        ("", "it tells no time"),
        ("../..", "it tells no time"),
        ("[....]", "it tells no time"),
        ("[1985,]", "it tells no time"),
        ("[[1985]]", "write for example 1985-11-19"),
        ("1985-11-19 or so", "write for example 1985-11-19"),
        ("\u0661\u0669\u0668\u0665", "write for example"),  # Arabic-Indic digits
        ("9" * 9_999, "...' is no EDTF date: it is longer than 4,000 characters"),
    ],
)
def test_what_is_no_date_gets_advice(text: str, advice: str) -> None:
    with pytest.raises(DateError) as error:
        parse(text)
    assert advice in str(error.value)


# --- English -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("1985-11-19", "19 November 1985"),
        ("2010-08", "August 2010"),
        ("1977", "1977"),
        ("1961-06~", "about June 1961"),
        ("2018?", "2018 (uncertain)"),
        ("2018%", "about 2018 (uncertain)"),
        ("1985-11-19/1985-11-21", "19-21 November 1985"),
        ("1985-11-30/1985-12-02", "30 November - 2 December 1985"),
        ("1985-12-30/1986-01-02", "30 December 1985 - 2 January 1986"),
        ("1985-06/1985-08", "June-August 1985"),
        ("1985/1987", "1985-1987"),
        ("1985/1985", "1985"),
        ("1985~/1986~", "about 1985-1986"),
        ("1985~/1986?", "about 1985 - 1986 (uncertain)"),
        ("1985/1986-02", "1985 - February 1986"),
        ("1986-10-11T10", "11 October 1986, 10h"),
        ("1986-10-11T10:40", "11 October 1986, 10:40"),
        ("1986-10-11T10:40/1986-10-11T12:30", "11 October 1986, 10:40-12:30"),
        ("1986-10-11T10:40Z/1986-10-11T12:30Z", "11 October 1986, 10:40-12:30 UTC"),
        ("1986-10-11T10:40:05+02:00", "11 October 1986, 10:40:05 UTC+02:00"),
        ("1986-10-11T22:40/1986-10-12T01:00", "11 October 1986, 22:40 - 12 October 1986, 01:00"),
        ("1985/..", "from 1985"),
        ("/1985~", "until about 1985"),
        ("198X", "the 1980s"),
        ("19XX", "between 1900 and 1999"),
        ("1985-XX", "1985"),
        ("1985-11-XX", "November 1985"),
        ("1985-11-1X", "between 10 and 19 November 1985"),
        ("1985-21", "spring 1985"),
        ("1985-24", "winter 1985/86"),
        ("1985-30", "southern summer 1985/86"),
        ("1985-33", "January-March 1985"),
        ("1985-21/1985-23", "spring-autumn 1985"),
        ("-0043-03-15", "15 March 44 BCE"),
        ("-0043/-0042", "44-43 BCE"),
        ("0044", "44 CE"),
        ("Y-10000", "10001 BCE"),
        ("[1985,1987,1990]", "1985, 1987 or 1990"),
        ("[1985-11-19..1985-11-25]", "between 19 and 25 November 1985"),
        ("[..1985]", "1985 or earlier"),
        ("[1985..]", "1985 or later"),
        ("{1985,1986}", "1985 and 1986"),
    ],
)
def test_english(text: str, english: str) -> None:
    assert parse(text).show().replace("\u2013", "-") == english


# --- order -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("a", "b", "verdict"),
    [
        ("1985-11-19", "1985-11-20", "certain"),
        ("1985-11-19", "1985-11-19", "possible"),
        ("1985-11-20", "1985-11-19", "no"),
        ("1961-06-04T10:00", "1961-06-04T10:01", "certain"),
        ("1961-06~", "1962", "possible"),
        ("1962", "1961~", "possible"),
        ("1962", "1960~", "no"),
        ("1961/..", "1962", "possible"),
        ("1960", "../1962", "possible"),
        ("[1960,1963]", "1962", "possible"),
        ("[1960,1961]", "1962", "certain"),
        ("-0043", "0044", "certain"),
    ],
)
def test_before(a: str, b: str, verdict: str) -> None:
    assert before(parse(a), parse(b)) == verdict


@pytest.mark.parametrize(
    ("date", "from_", "to", "verdict"),
    [
        ("1962-12-31", None, "1962", "certain"),
        ("1963-01-01", None, "1962", "no"),
        ("1962", "1962-06", None, "possible"),
        ("1961/1963", "1962", None, "no"),
        ("1962~", "1950", "1970", "possible"),
        ("1962~", None, None, "certain"),
        ("1962", "1950", "1970~", "possible"),
        ("1962/..", "1950", "1970", "possible"),
        ("[1961,1971]", "1950", "1970", "possible"),
        ("1971", "1950", "1970", "no"),
        ("1961/1963", "1962", "1962", "no"),
    ],
)
def test_window(date: str, from_: str | None, to: str | None, verdict: str) -> None:
    window = [None if side is None else parse(side) for side in (from_, to)]
    assert within(parse(date), *window) == verdict


@pytest.mark.parametrize(
    ("texts", "max_gap", "verdict", "reason", "at"),
    [
        ([], None, "certain", "", None),
        (["1961~"], None, "certain", "", None),
        (["1961-06-03", "1961-06-04", "1962"], None, "certain", "", None),
        (
            ["1960", "1961-06-04", "1961-06-04"],
            None,
            "possible",
            "both are dated 4 June 1961 and no hour is told",
            2,
        ),
        (
            ["1961-06~", "1962"],
            None,
            "possible",
            "about June 1961 never makes an order certain, here before 1962",
            1,
        ),
        (["1961-06", "1961-06-04"], None, "possible", "June 1961 and 4 June 1961 overlap", 1),
        (
            ["[1960,1962]", "1961"],
            None,
            "possible",
            "the sources disagree on the date: 1960 or 1962, here before 1961",
            1,
        ),
        (["1961/", "1962"], None, "possible", "no end is told: from 1961, here before 1962", 1),
        (
            ["1961", "/1962"],
            None,
            "possible",
            "no beginning is told: until 1962, here after 1961",
            1,
        ),
        (["1961", "1960"], None, "no", "1960 is not after 1961", 1),
        (["1961", "1963"], 86_400, "no", "1963 is more than 1 day after 1961", 1),
        (["1961", "1962"], 7_200, "possible", "1962 may be more than 2 hours after 1961", 1),
        (["1961-06-01", "1961-06-03"], 3 * 86_400, "certain", "", None),
        # two by two possible, together not
        (
            ["[2001-01-10..2001-01-20]", "[2001-01-05..2001-01-15]", "[2001-01-03..2001-01-09]"],
            None,
            "no",
            "between 3 and 9 January 2001 may follow between 5 and 15 January 2001, "
            "but not with between 10 and 20 January 2001 before it",
            2,
        ),
    ],
)
def test_chain(texts: list[str], max_gap: int | None, verdict: str, reason: str, at: int) -> None:
    assert chain([parse(text) for text in texts], max_gap) == (verdict, reason, at)


def test_earliest_feasible_end() -> None:
    year = parse("1961")
    assert feasible_end(None, year) == to_seconds(1961)
    assert feasible_end(to_seconds(1961, 6), year) == to_seconds(1961, 6) + 1
    assert feasible_end(to_seconds(1962) - 1, year) is None
    assert feasible_end(to_seconds(1961, 6), parse("1961/1963")) == to_seconds(1963)


# Beside brute force: days 0 to 5, every start and end of every reading.


@st.composite
def readings(draw: st.DrawFn) -> Reading:
    first, low, high, last = sorted(draw(st.tuples(*[st.integers(0, 5)] * 4)))
    return Reading(first, *draw(st.permutations([low, high])), last)


small = st.builds(
    Date,
    st.just("1985"),
    st.lists(readings(), min_size=1, max_size=2).map(tuple),
    st.sampled_from([False, False, False, True]),
)
gaps = st.one_of(st.none(), st.integers(0, 5))


def pairs(date: Date) -> list[tuple[int, int]]:
    """Every start and end that the date can have."""
    return [
        (start, end)
        for reading in date.readings
        for start in range(reading.starts_from, reading.starts_by + 1)
        for end in range(max(start, reading.ends_from), reading.ends_by + 1)
    ]


def in_order(told: tuple[tuple[int, int], ...], gap: int | None) -> bool:
    return all(
        end < start and (gap is None or start <= end + gap)
        for (_, end), (start, _) in itertools.pairwise(told)
    )


@given(st.lists(small, min_size=2, max_size=3), gaps)
def test_chain_beside_every_reading(told: list[Date], gap: int | None) -> None:
    found = {in_order(each, gap) for each in itertools.product(*map(pairs, told))}
    expected = "no" if True not in found else "possible"
    if found == {True} and not any(date.marked for date in told):
        expected = "certain"
    verdict = chain(told, gap)
    assert verdict.verdict == expected
    assert bool(verdict.reason) == (verdict.at is not None) == (expected != "certain")
    if len(told) == 2 and gap is None:
        assert before(*told) == expected


@given(st.lists(small, min_size=1, max_size=3), gaps)
def test_feasible_ends_beside_every_reading(told: list[Date], gap: int | None) -> None:
    ends = None
    for date in told:
        ends = feasible_ends(ends, date, gap)
    assert ends is not None
    expected = {each[-1][1] for each in itertools.product(*map(pairs, told)) if in_order(each, gap)}
    assert {end for low, high in ends for end in range(low, high + 1)} == expected
    assert all(a[1] + 1 < b[0] for a, b in itertools.pairwise(ends))


@given(small, st.integers(-1, 6), st.integers(-1, 6))
def test_window_beside_every_reading(date: Date, first: int, last: int) -> None:
    window = [Date("1985", (Reading(day, day, day, day),)) for day in (first, last)]
    found = {first <= start and end <= last for start, end in pairs(date)}
    expected = "no" if True not in found else "possible"
    if found == {True} and not date.marked:
        expected = "certain"
    assert within(date, *window) == expected


def test_public_names() -> None:
    assert dates.__all__ == sorted(dates.__all__, key=lambda name: (name != "INF", name))
    assert all(hasattr(dates, name) for name in dates.__all__)


@pytest.mark.parametrize(
    "text, years",
    [
        ("1985-11-19/1986", (1985, 1986)),
        ("-0044-03-15", (-44, -44)),
        ("Y-20000", (-20_000, -20_000)),
        ("1985/", None),
        ("../1985", None),
    ],
)
def test_the_years_of_two_instants(text: str, years: tuple[int, int] | None) -> None:
    date = dates.parse(text)
    assert dates.years(date.earliest, date.latest) == years
    assert dates.years(None, date.latest) is None


@pytest.mark.parametrize(
    "text", ["1985-" * 50_000, "1985 to " * 30_000, "a" * 1_000_000, "19-" * 90]
)
def test_a_long_text_is_no_date_and_nothing_is_guessed(text: str) -> None:
    with pytest.raises(DateError) as caught:
        dates.parse(text)
    assert len(str(caught.value)) < 250
    assert dates._advice(text) == ""
