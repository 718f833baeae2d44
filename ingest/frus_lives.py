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
# Words after which a death may be somebody else's: it is left out then.
_ANOTHER = re.compile(
    r"\b(?:wife|widow|husband|father|mother|brother|sister|son|daughter|succeeded|successor|"
    r"replaced)\b[^;]*$|\b(?:after|when|following) (?P<event>[^;,]*)$"
)


def _another(told: re.Match[str]) -> bool:
    """Whether the death may be another's: "President after Kennedy was assassinated, 1963"."""
    found = _ANOTHER.search(told.string, 0, told.start())
    if found is None:
        return False
    return found["event"] is None or not told[0].startswith(("until", "before", "to"))


def lifetime(printed: str, role: str) -> list[tuple[str, str, str]]:
    """What an entry tells of a life: born or died, the date as EDTF, and the words that say so.

    printed: the name as printed; role: the words behind it. A death that may be another's, of a
    husband or predecessor, is left out.
    """
    found: dict[str, tuple[str, str]] = {}
    if years := _YEARS.search(printed):
        for name in ("born", "died"):
            if years[name]:
                found[name] = years[name], years[0].strip("()")
    for name, pattern in (("born", _BORN), ("died", _DIED)):
        told = pattern.search(f"{printed}, {' '.join(role.split())}")
        if told and name not in found and not (name == "died" and _another(told)):
            date = told["year"]
            if told["month"]:
                date += f"-{MONTHS[told['month']]:02}"
            if told["day"]:
                date += f"-{int(told['day']):02}"
            found[name] = date, told[0]
    return [(name, date, words) for name, (date, words) in found.items()]
