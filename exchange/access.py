"""What leaves the project: sources that are not public, and informants who are not to be named.

A source carries its access (public, restricted until a date, confidential) and how it may be named
(by name, by role, anonymous). What leaves is made from the claims as if sources that are not
public had never been there, and without the names that may not be told.

What cannot be seen here: a name in the key of a source, in the name of a file, or in a text under
another spelling than the register's. Whoever publishes reads the files once.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from visavis.schema.claims import Citation, Claim, Value

__all__ = ["closed_sources", "records", "unnamed_sources", "withhold"]

_NAMES = ("speaker", "speaker_name", "author", "citation")
_REGISTER = "source/register"
WITHHELD = "[name withheld]"

Records = Mapping[str, list[dict[str, Any]]]


def records(claims: Iterable[Claim]) -> dict[str, list[dict[str, Any]]]:
    """The bibliographic records among `claims`, by source: several, where files differ."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for claim in claims:
        if claim.predicate == "described_as":
            found[claim.subject].append(json.loads(claim.value))
    return dict(found)


def closed_sources(found: Records) -> frozenset[str]:
    """The sources that may not leave: restricted or confidential in any of their records."""
    return frozenset(
        source
        for source, told in found.items()
        if any(record.get("access", "public") != "public" for record in told)
    )


def unnamed_sources(found: Records) -> dict[str, str]:
    """The sources whose speaker may not be named, with the speaker's actor key ("" if not told)."""
    return {
        source: next((str(r["speaker"]) for r in told if r.get("speaker")), "")
        for source, told in sorted(found.items())
        if any(record.get("named_as", "by-name") != "by-name" for record in told)
    }


def withhold(
    claims: Iterable[Claim], closed: frozenset[str], unnamed: Mapping[str, str]
) -> Iterator[tuple[str, Claim]]:
    """Each claim that may leave, with the identifier it bears in the project.

    Claims that rest on closed sources alone, or tell of one, are left out; citations of closed
    sources are taken out of the others. Of an informant who is not to be named the source's record
    keeps no name. In what rests on such a source the informant is called after the source
    (`actor/speaker-of-...`), and the names that the registers give are struck from its texts. The
    informant's own entry leaves only where a claim that rests on other sources names that actor.
    """
    claims = list(claims)
    speakers = {f"actor/{key}" for key in unnamed.values() if key}
    names: dict[str, set[str]] = defaultdict(set)
    known: set[str] = set()  # speakers whom the rest of the graph names
    for claim in claims:
        if claim.subject in speakers and claim.predicate in ("named", "also_named"):
            names[claim.subject].add(claim.value)
        opened = {s for c in claim.citations for s in (c.source, c.via) if s}
        if opened - closed - {_REGISTER} and not opened & unnamed.keys():
            known |= speakers & _nodes(claim)
    for claim in claims:
        left = claim.without(closed)
        if left is None or {claim.subject, claim.object} & closed:
            continue
        if left.said_by in closed:
            left = replace(left, said_by="")
        if left.read_by in closed:
            left = replace(left, read_by="")
        cited = sorted({s for c in left.citations for s in (c.source, c.via) if s in unnamed})
        if claim.subject in unnamed and claim.predicate == "described_as":
            left = replace(left, value=_nameless(claim.value))
        for source in cited:
            actor = f"actor/{unnamed[source]}"
            if unnamed[source]:
                left = _called(left, actor, f"actor/speaker-of-{source.partition('/')[2]}")
            left = _struck(left, names[actor] | _names_in(claim.value, claim.predicate))
        if _nodes(left) & (speakers - known):
            continue
        yield claim.id, left


def _nodes(claim: Claim) -> set[str]:
    """Every node that a claim names."""
    named = {claim.subject, claim.object, claim.about, claim.said_by, claim.read_by}
    for value in claim.qualifiers.values():
        named |= set(value) if isinstance(value, tuple) else {str(value)}
    return named


def _nameless(value: str) -> str:
    """A source's record without the names of its speaker; without its note, if anonymous."""
    record = json.loads(value)
    gone = (*_NAMES, "note") if record.get("named_as") == "anonymous" else _NAMES
    kept = {k: v for k, v in record.items() if k not in gone}
    return json.dumps(kept, ensure_ascii=False, sort_keys=True)


def _names_in(value: str, predicate: str) -> set[str]:
    """The names that a source's own record tells."""
    record = json.loads(value) if predicate == "described_as" else {}
    return {str(record[k]) for k in ("speaker_name",) if record.get(k)}


def _called(claim: Claim, actor: str, other: str) -> Claim:
    """The claim with another identifier for one actor."""

    def one(text: str) -> str:
        return other if text == actor else text

    def told(value: Value) -> Value:
        if isinstance(value, tuple):
            return tuple(map(one, value))
        return one(value) if isinstance(value, str) else value

    return replace(
        claim,
        subject=one(claim.subject),
        object=one(claim.object),
        about=one(claim.about),
        said_by=one(claim.said_by),
        read_by=one(claim.read_by),
        qualifiers={name: told(value) for name, value in claim.qualifiers.items()},
    )


def _struck(claim: Claim, names: Iterable[str]) -> Claim:
    """The claim with `names` struck from its texts."""
    wanted = sorted((re.escape(name) for name in names if name), key=len, reverse=True)
    if not wanted:
        return claim
    pattern = re.compile(rf"\b(?:{'|'.join(wanted)})\b", re.IGNORECASE)

    def one(text: str) -> str:
        return pattern.sub(WITHHELD, text)

    def told(value: Value) -> Value:
        if isinstance(value, tuple):
            return tuple(map(one, value))
        return one(value) if isinstance(value, str) else value

    def place(c: Citation) -> Citation:
        return replace(c, locator=one(c.locator), via_locator=one(c.via_locator), quote=one(c.quote))

    return replace(
        claim,
        value=one(claim.value),
        memo=one(claim.memo),
        as_told=one(claim.as_told),
        qualifiers={name: told(value) for name, value in claim.qualifiers.items()},
        citations=tuple(map(place, claim.citations)),
    )
