"""Lifetimes: who took part in an encounter before being born, or after dying.

A lifetime is told in the register of actors (`born:`, `died:`), of a state or organisation as of a
person. What is wrong for certain is a warning, since either date may be at fault: a date that is
marked (`~`, `?`), or of which one reading fits, is never wrong for certain.
"""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from visavis.ingest.yamltext import Map, Seq
from visavis.schema import dates
from visavis.schema.claims import Claim
from visavis.schema.errors import Fault

__all__ = ["ends_first", "outside_lifetimes", "told"]


def told(entry: Mapping[str, Any], name: str) -> list[dates.Date]:
    """The dates that an actor's entry tells under `name` (born or died); sources may differ.

    What is no date has a fault of its own.
    """
    value = entry.get(name)
    found = []
    for item in value if isinstance(value, Seq) else [value]:
        text = item.get("value") if isinstance(item, Map) else item
        with contextlib.suppress(dates.DateError):
            found.append(dates.parse(str(text or "")))
    return found


def _before(earlier: Sequence[dates.Date], later: Sequence[dates.Date]) -> bool:
    """Whether one is certainly over before the other begins, whichever date of each holds."""
    each = [dates.before(a, b) == "certain" for a in earlier for b in later]
    return bool(each) and all(each)


def _show(told: Sequence[dates.Date]) -> str:
    return " or ".join(date.text for date in told)


def ends_first(entry: Mapping[str, Any]) -> str:
    """What is wrong with a lifetime that certainly ends before it begins; "" where nothing is."""
    born, died = told(entry, "born"), told(entry, "died")
    if _before(died, born):
        return f"died ({_show(died)}) before being born ({_show(born)})"
    return ""


def outside_lifetimes(
    claims: Iterable[Claim], actors: Mapping[str, Mapping[str, Any]], name: str
) -> list[Fault]:
    """A warning for each participant whose lifetime is certainly over, or not begun, by then.

    actors: the entries of the register by key. name: the file that the claims are read from.
    """
    when: dict[str, list[dates.Date]] = defaultdict(list)
    there: dict[tuple[str, str], Claim] = {}
    for claim in claims:
        if claim.status == "withdrawn" or not claim.supported:
            continue
        if claim.predicate == "dated":
            with contextlib.suppress(dates.DateError):  # which has a fault of its own
                date = dates.parse(claim.value)
                when[claim.subject].append(date)
        elif claim.predicate == "took_part":
            there.setdefault((claim.subject, claim.object), claim)
    faults = []
    for (actor, meeting), claim in there.items():
        entry = actors.get(actor.partition("/")[2], {})
        if meeting not in when or not entry:
            continue
        then, born, died = when[meeting], told(entry, "born"), told(entry, "died")
        key, wrong = actor.partition("/")[2], ""
        if _before(then, born):
            wrong = f"took part ({_show(then)}) before being born ({_show(born)})"
        elif _before(died, then):
            wrong = f"took part ({_show(then)}) after dying ({_show(died)})"
        if wrong:
            advice = f"check when: of the encounter, and born: and died: of '{key}'"
            line = claim.origin.line or None
            record = meeting.partition("/")[2]
            faults.append(
                Fault(name, line, record, f"'{key}' {wrong}", advice, "warning", "lifetime")
            )
    return faults
