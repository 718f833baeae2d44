"""What leaves the project: sources that are not public, and informants who are not to be named.

A source carries its access (public, restricted until a date, confidential) and how it may be named
(by name, by role, anonymous). What leaves is made from the claims as if sources that are not
public had never been there, and without the names that may not be told.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from visavis.schema.claims import Claim

__all__ = ["closed_sources", "unnamed_sources", "withhold"]

_NAMES = ("speaker", "speaker_name", "author", "citation")


def records(claims: Iterable[Claim]) -> dict[str, dict[str, Any]]:
    """The bibliographic records among `claims`, by source."""
    return {
        claim.subject: json.loads(claim.value)
        for claim in claims
        if claim.predicate == "described_as"
    }


def closed_sources(found: Mapping[str, Mapping[str, Any]]) -> frozenset[str]:
    """The sources that may not leave: restricted or confidential."""
    return frozenset(s for s, record in found.items() if record.get("access", "public") != "public")


def unnamed_sources(found: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """The sources whose speaker may not be named, with the speaker's actor key."""
    return {
        source: str(record.get("speaker", ""))
        for source, record in found.items()
        if record.get("named_as", "by-name") != "by-name"
    }


def withhold(
    claims: Iterable[Claim], closed: frozenset[str], unnamed: Mapping[str, str]
) -> Iterator[tuple[str, Claim]]:
    """Each claim that may leave, with the identifier it bears in the project.

    Claims that rest on closed sources alone are left out; citations of closed sources are taken
    out of the others. Of an informant who is not to be named, the record keeps no name, and
    `said_by` is emptied where it is that person.
    """
    for claim in claims:
        left = claim.without(closed)
        if left is None or claim.subject in closed:
            continue
        if claim.subject in unnamed and claim.predicate == "described_as":
            record = json.loads(claim.value)
            role = record.get("named_as") == "by-role"
            kept = {k: v for k, v in record.items() if k not in _NAMES}
            if role and record.get("note"):
                kept["note"] = record["note"]
            left = replace(left, value=json.dumps(kept, ensure_ascii=False, sort_keys=True))
        speakers = {
            f"actor/{unnamed[s]}" for c in left.citations for s in (c.source, c.via) if s in unnamed
        }
        if left.said_by in speakers:
            left = replace(left, said_by="")
        yield claim.id, left
