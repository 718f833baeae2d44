"""What only several case files together show: parts that go in a circle, a key used twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Literal

from visavis.schema.claims import Claim
from visavis.schema.errors import Fault

__all__ = ["Across"]


class Across:
    """The claims of case files, as far as they are compared; `faults` says what is wrong."""

    def __init__(self) -> None:
        self._wholes: dict[str, dict[str, Claim]] = defaultdict(dict)
        self._titles: dict[tuple[str, str], list[Claim]] = defaultdict(list)

    def add(self, claims: Iterable[Claim]) -> None:
        """Take note of the claims of one file."""
        for claim in claims:
            if not claim.subject.startswith("meeting/") or claim.status == "withdrawn":
                continue
            if claim.predicate == "part_of" and claim.object != claim.subject:
                self._wholes[claim.subject].setdefault(claim.object, claim)
            elif claim.predicate == "titled" and not claim.correction:
                self._titles[claim.subject, claim.coder].append(claim)

    def faults(self) -> list[Fault]:
        """Encounters that are part of each other, an error of each file that says so; and, as a
        warning, one that a coder gives two titles in two files: probably two encounters."""
        found = []
        for claim in self._in_circles():
            part, whole = _key(claim.subject), _key(claim.object)
            message = f"'{part}' and '{whole}' are part of each other"
            found.append(_fault(claim, message, "take out one part_of:", "circle"))
        for (meeting, _), claims in self._titles.items():
            first = claims[0]
            for claim in claims[1:]:
                if claim.value != first.value and _file(claim) != _file(first):
                    message = (
                        f"'{_key(meeting)}' has another title in {_file(first)}, by the same coder"
                    )
                    advice = (
                        "give another encounter a key of its own in case:, or leave out title: "
                        "where you add to one"
                    )
                    found.append(_fault(claim, message, advice, "case", "warning"))
        return sorted(found, key=lambda fault: (fault.file, fault.line or 0))

    def _in_circles(self) -> list[Claim]:
        """The claims of parts without which no circle would be: each joins two of one knot."""
        below: dict[str, set[str]] = {}

        def reached(start: str) -> set[str]:
            if start not in below:
                seen: set[str] = set()
                todo = [start]
                while todo:
                    for whole in self._wholes.get(todo.pop(), ()):
                        if whole not in seen:
                            seen.add(whole)
                            todo.append(whole)
                below[start] = seen
            return below[start]

        return [
            claim
            for part, wholes in self._wholes.items()
            for whole, claim in wholes.items()
            if part in reached(whole)
        ]


def _key(node: str) -> str:
    return node.partition("/")[2]


def _file(claim: Claim) -> str:
    return claim.origin.file.partition("#")[0]


def _fault(
    claim: Claim,
    message: str,
    advice: str,
    code: str,
    severity: Literal["error", "warning"] = "error",
) -> Fault:
    return Fault(_file(claim), claim.origin.line or None, "", message, advice, severity, code)
