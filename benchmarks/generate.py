"""A made-up graph of encounters for the benchmark: the same for the same size and seed.

`documents(meetings)` gives it as documents of claims, the way files are ingested: sources first,
then actors, then encounters, about a thousand in each document. Nothing in it is about anybody.

- One actor for every six meetings. How often each takes part follows Zipf's law (the actor of rank
  r with weight 1 / r), so that a few hubs are in a large share of all meetings.
- 2 to 6 participants a meeting, 10/3 on average; each participation is one claim that cites one
  source with a page. Each meeting has a title, a date and a scope, each a claim of its own.
- One source for every hundred meetings.
- Days evenly over forty years. One date in six is less than a day sure: a month, a year, a span of
  days, about a day, one of two days.
"""

from __future__ import annotations

import bisect
import itertools
import json
import random
from collections.abc import Iterator
from datetime import date, timedelta

from visavis.graph.write import Document
from visavis.schema.claims import Citation, Claim, Origin

__all__ = ["actor", "actors_of", "documents", "meeting_document", "source"]

FIRST_DAY = date(1950, 1, 1)
DAYS = 14_610  # forty years
PARTICIPANTS = (2, 2, 2, 3, 3, 3, 4, 5, 6)  # 10/3 on average
MEETINGS_A_DOCUMENT = 1_000
CLAIMS_A_REGISTER = 6_000
ROLES = ("principal", "host", "guest", "aide")  # all of them count in chains
CODER = "generated"


def actors_of(meetings: int) -> int:
    """How many actors a graph of so many meetings has."""
    return max(meetings // 6, 20)


def actor(rank: int) -> str:
    """The identifier of the actor of a rank; 0 is the largest hub."""
    return f"actor/a{rank:06d}"


def source(number: int) -> str:
    """The identifier of a source."""
    return f"source/s{number:05d}"


def documents(meetings: int, seed: int = 1) -> Iterator[Document]:
    """The whole graph of so many meetings, one document after the other.

    The first are the registers (sources, actors), the others hold the meetings in order.
    """
    sources = max(meetings // 100, 1)
    cited = (Citation(source(0), "p. 1"),)
    records = [
        Claim(
            source(n), "described_as",
            value=json.dumps({"type": "book", "author": [f"Author {n}, A."], "issued": 1990,
                              "title": f"Made-up source {n}"}),
            about=source(n), citations=(Citation(source(n), "title page"),), coder=CODER,
            origin=Origin("sources.yaml", n + 1),
        )
        for n in range(sources)
    ]  # fmt: skip
    names = [
        Claim(
            actor(rank), "named", value=f"Actor Number {rank}", about=actor(rank),
            citations=cited, coder=CODER, origin=Origin("actors.yaml", rank + 1),
        )
        for rank in range(actors_of(meetings))
    ]  # fmt: skip
    for kind, claims in (("sources", records), ("actors", names)):
        for start in range(0, len(claims), CLAIMS_A_REGISTER):
            part = claims[start : start + CLAIMS_A_REGISTER]
            yield Document(f"{kind}-{start}.yaml", kind, f"{seed}-{start}", part)
    for start in range(0, meetings, MEETINGS_A_DOCUMENT):
        yield meeting_document(meetings, start, seed)


def meeting_document(meetings: int, start: int, seed: int = 1, variant: int = 0) -> Document:
    """The document that holds the meetings from number `start` on.

    With a `variant` other than 0, one page of every twentieth meeting's first participation is
    another: the same file after a scholar corrected it.
    """
    draw = random.Random(f"{seed}/{start}")
    weights = _weights(actors_of(meetings))
    sources = max(meetings // 100, 1)
    path = f"meetings-{start:06d}.yaml"
    claims: list[Claim] = []

    def cite() -> tuple[Citation, ...]:
        return (Citation(source(draw.randrange(sources)), f"p. {draw.randrange(1, 400)}"),)

    for number in range(start, min(start + MEETINGS_A_DOCUMENT, meetings)):
        meeting = f"meeting/m{number:06d}"
        origin = Origin(path, 10 * (number - start) + 1)
        common = {"about": meeting, "coder": CODER, "origin": origin}
        header = cite()
        claims += [
            Claim(meeting, "titled", value=f"Encounter number {number} of the made-up graph",
                  citations=header, **common),
            Claim(meeting, "dated", value=_date(draw), citations=header, **common),
            Claim(meeting, "scope", value="encounter", citations=header, **common),
        ]  # fmt: skip
        wanted = draw.choice(PARTICIPANTS)
        present: dict[int, None] = {}
        while len(present) < wanted:
            present[bisect.bisect(weights, draw.random() * weights[-1])] = None
        for place, rank in enumerate(present):
            cited = cite()
            if variant and place == 0 and number % 20 == 0:
                cited = (Citation(cited[0].source, f"p. {400 + variant}"),)
            claims.append(
                Claim(
                    actor(rank), "took_part", meeting, citations=cited, about=meeting,
                    qualifiers={"roles": (ROLES[min(place, 3)],)}, coder=CODER,
                    origin=Origin(path, origin.line + place + 3),
                )
            )  # fmt: skip
    return Document(path, "case", f"{seed}-{start}-{variant}", claims)


_KNOWN: dict[int, list[float]] = {}


def _weights(actors: int) -> list[float]:
    if actors not in _KNOWN:
        _KNOWN[actors] = list(itertools.accumulate(1 / rank for rank in range(1, actors + 1)))
    return _KNOWN[actors]


def _date(draw: random.Random) -> str:
    day = FIRST_DAY + timedelta(draw.randrange(DAYS))
    chance = draw.random()
    if chance < 5 / 6:
        return day.isoformat()
    if chance < 0.90:
        return f"{day:%Y-%m}"
    if chance < 0.93:
        return f"{day.isoformat()}/{(day + timedelta(2)).isoformat()}"
    if chance < 0.96:
        return f"{day.isoformat()}~"
    if chance < 0.98:
        return f"{day:%Y}"
    return f"[{day.isoformat()}, {(day + timedelta(30)).isoformat()}]"
