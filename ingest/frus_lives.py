"""When a person of a volume's list was born and died, where the list prints it.

Most lists print offices alone. Some tell a death ("leader until his death on September 3, 1969"),
some the years of a life behind the name ("Khrushchev, Nikita S. (1894-1971)"). Years in brackets
behind an office are those of the office, and are not read here.
"""

from __future__ import annotations

import re

from visavis.ingest.frus_persons import MONTH, MONTHS

__all__ = ["lifetime"]

_DAY = rf"(?:(?P<month>{MONTH}),? (?:(?P<day>\d{{1,2}}), )?)?(?P<year>\d{{4}})\b"
_YEARS = re.compile(r"\((?P<born>\d{4})\s*[-\u2013\u2014]\s*(?P<died>\d{4})?\)")
_BORN = re.compile(rf"\b(?:born|b\.)(?: on| in)?,? {_DAY}")
_DIED = re.compile(
    r"\b(?:(?:until|before|to) (?:his|her) (?:death|assassination|execution)|"
    r"died|d\.|killed|assassinated|executed)(?: (?:in|of|at) [a-z][a-z -]*?)??(?: on| in)?,? "
    rf"{_DAY}"
)


def lifetime(printed: str, role: str) -> list[tuple[str, str, str]]:
    """What an entry tells of a life: born or died, the date as EDTF, and the words that say so.

    printed: the name as printed; role: the words behind it.
    """
    found: dict[str, tuple[str, str]] = {}
    if years := _YEARS.search(printed):
        for name in ("born", "died"):
            if years[name]:
                found[name] = years[name], years[0].strip("()")
    for name, pattern in (("born", _BORN), ("died", _DIED)):
        told = pattern.search(f"{printed}, {' '.join(role.split())}")
        if told and name not in found:
            date = told["year"]
            if told["month"]:
                date += f"-{MONTHS[told['month']]:02}"
            if told["day"]:
                date += f"-{int(told['day']):02}"
            found[name] = date, told[0]
    return [(name, date, words) for name, (date, words) in found.items()]
