"""Tables whose dates are shown as they are read and sorted as they follow each other.

Streamlit sorts a column by what its cells hold, and would set "11 October 1986" before "9 May". A
styled cell holds one text and shows another: it holds the EDTF date, and shows it in words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from visavis.schema import dates
from visavis.schema.dates import INF

__all__ = ["CELLS", "in_time", "sortable"]

CELLS = 12_000  # a larger table holds what it shows: to style a cell takes some 20 microseconds

_PLAIN = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-\d\d(T[\d:]*)?)?)?(/.*)?")


def sortable(text: str) -> str:
    """What stands for an EDTF date where texts are sorted.

    That is the date itself where it begins with its year; where it is vague, stands in brackets or
    is before our era, the instant before which it did not begin stands before it. What is no date
    stands for itself.

    >>> sortable("1985-11-19/1985-11-21"), sortable("198X")
    ('1985-11-19/1985-11-21', '1980 198X')
    """
    if _PLAIN.fullmatch(text) and not re.search("[~?%X]", text.partition("/")[0]):
        return text
    try:
        first = dates.parse(text).earliest
    except ValueError:
        return text
    span = dates.years(first, first)
    if span is None or abs(first) >= INF:
        return f" {text}"  # nobody tells since when
    year, day = span[0], dates.iso(first).lstrip("-Y").partition("-")[2]
    for rest in ("T00:00:00", "-01", "01"):  # no more of it than is needed
        day = day.removesuffix(rest) if day.endswith(rest) else day
    told = f"{year:04}" if year >= 0 else f"-{10_000 + year:04}"
    return f"{told}{day and f'-{day}'} {text}"


def in_time(columns: Mapping[str, Sequence[Any]], dated: Mapping[str, Sequence[str]]) -> Any:
    """A table for `st.dataframe`.

    columns: the cells of each, as they are shown. dated: of those that hold dates, the EDTF texts.
    """
    import pandas  # type: ignore[import-untyped]

    made: dict[str, Any] = {}
    shown: dict[str, Any] = {}
    for name, cells in columns.items():
        if name in dated:
            held = [sortable(text) for text in dated[name]]
            shown[name] = dict(zip(held, cells, strict=True)).__getitem__
        else:
            held = list(cells)
            if any(isinstance(cell, int | float) for cell in cells):
                shown[name] = _number
        # Without a type of its own a column of numbers with gaps would turn to floats.
        made[name] = pandas.Series(held, dtype="object").convert_dtypes()
    return pandas.DataFrame(made).style.format(shown, na_rep="")


def _number(value: float) -> str:
    """A number as Streamlit shows it: at most four places after the point."""
    return f"{value:.4f}".rstrip("0").rstrip(".")
