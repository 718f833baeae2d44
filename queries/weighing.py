"""An index of a relationship, for who wants one: credits less discredits, weighed by intensity."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from visavis.queries.told import Relationship
from visavis.schema.errors import QueryError

__all__ = ["RULES", "Index", "weighted"]

# What intensities 1, 2 and 3 weigh. The intensities are ordinal: any rule that keeps their order
# is as good as another, so an index is shown with what other rules would make of it.
RULES: dict[str, tuple[int, int, int]] = {
    "1-2-3": (1, 2, 3),
    "1-1-1": (1, 1, 1),
    "1-2-4": (1, 2, 4),
}


@dataclass(frozen=True, slots=True)
class Index:
    """Credits less discredits by direction, weighed by intensity.

    rule: how it was weighed, in words. low_*, high_*: over RULES and this rule. unrated: credits
    and discredits without an intensity, weighed as the slightest. stable: whether every rule
    agrees on the sign of each direction and on which of the two is greater.
    """

    rule: str
    ab: int
    ba: int
    low_ab: int
    high_ab: int
    low_ba: int
    high_ba: int
    unrated: int
    stable: bool


def weighted(made: Relationship, rule: str = "1-2-3") -> Index:
    """An index of the relationship by `rule`: what intensities 1, 2 and 3 weigh ("1-2-3").

    The intensity is the claim's, else the default of the act's term. What is held back, refused,
    or rivalled by a coding that leads weighs nothing. QueryError where the rule is none.
    """
    weights = RULES.get(rule) or _rule(rule)
    passed = [e for _, e in made.exchanges if e.weight and e.counted]

    def total(scale: Sequence[int], way: str) -> int:
        return sum(
            scale[min(max(e.intensity or 1, 1), 3) - 1] * (1 if e.sign == "credit" else -1)
            for e in passed
            if e.direction == way
        )

    scales = [*RULES.values(), weights]
    ab, ba = ([total(scale, way) for scale in scales] for way in ("ab", "ba"))

    def sign(number: int) -> int:
        return (number > 0) - (number < 0)

    verdicts = {(sign(x), sign(y), sign(x - y)) for x, y in zip(ab, ba, strict=True)}
    return Index(
        rule=f"intensities 1, 2, 3 weigh {', '.join(map(str, weights))}; credits less discredits",
        ab=total(weights, "ab"),
        ba=total(weights, "ba"),
        low_ab=min(ab), high_ab=max(ab), low_ba=min(ba), high_ba=max(ba),
        unrated=sum(1 for e in passed if e.intensity is None),
        stable=len(verdicts) == 1,
    )  # fmt: skip


def _rule(text: str) -> tuple[int, int, int]:
    numbers = [int(x) for x in re.findall(r"\d+", text)]
    if len(numbers) != 3 or sorted(numbers) != numbers or numbers[0] < 0:
        raise QueryError(f"'{text}' is no rule; write three numbers that do not fall, as 1-2-3")
    return numbers[0], numbers[1], numbers[2]
