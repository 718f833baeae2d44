"""What leaves the project: sources that are not public, and informants who are not to be named.

A source carries its access (public, restricted until a date, confidential) and how it may be named
(by name, by role, anonymous). What leaves is made from the claims as if sources that are not
public had never been there, and without the names that may not be told. What a source contains goes
with it, and so does another key that is judged to be the same work.

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

from visavis.schema.claims import Citation, Claim, Value, fallen

__all__ = ["TOLD", "closed_sources", "records", "unnamed_sources", "withhold"]

TOLD = ("described_as", "contained_in")  # the claims that say who may read a source

_NAMES = ("speaker", "speaker_name", "author", "citation")
_REGISTER = "source/register"
WITHHELD = "[name withheld]"


def records(claims: Iterable[Claim]) -> dict[str, list[dict[str, Any]]]:
    """The bibliographic records among `claims`, by source: several, where files differ."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for claim in claims:
        if claim.predicate == "described_as":
            found[claim.subject].append(json.loads(claim.value))
    return dict(found)


def closed_sources(claims: Iterable[Claim], same: Mapping[str, str]) -> frozenset[str]:
    """The sources that may not leave: restricted or confidential in any of their records, contained
    in one that is (a paper in a sealed box), or judged to be the same work as one.

    claims: those of the predicates `TOLD`, others are passed over. same: for each actor or source
    judged to be another one, that one.
    """
    claims = list(claims)
    closed = (
        source
        for source, told in records(claims).items()
        if any(record.get("access", "public") != "public" for record in told)
    )
    return fallen(closed, same, _contained(claims))


def unnamed_sources(claims: Iterable[Claim], same: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """The sources whose speaker may not be named, each with the actors that the speaker is.

    It spreads as in `closed_sources`; no actors where the record tells no speaker.
    """
    claims = list(claims)
    contained = _contained(claims)
    made: dict[str, frozenset[str]] = {}
    for source, told in sorted(records(claims).items()):
        if any(record.get("named_as", "by-name") != "by-name" for record in told):
            speakers = _persons((f"actor/{r['speaker']}" for r in told if r.get("speaker")), same)
            for one in fallen([source], same, contained):
                made[one] = made.get(one, frozenset()) | speakers
    return made


def _contained(claims: Iterable[Claim]) -> list[tuple[str, str]]:
    return [(c.subject, c.object) for c in claims if c.predicate == "contained_in"]


def _persons(actors: Iterable[str], same: Mapping[str, str]) -> frozenset[str]:
    """These actors, and those that are judged to be the same."""
    first = {same.get(actor, actor) for actor in actors}
    return frozenset(first | {other for other, one in same.items() if one in first})


def withhold(
    claims: Iterable[Claim],
    closed: frozenset[str],
    unnamed: Mapping[str, frozenset[str]],
    same: Mapping[str, str],
) -> Iterator[tuple[str, Claim]]:
    """Each claim that may leave, with the identifier it bears in the project.

    Claims that rest on closed sources alone, or tell of one, are left out; citations of closed
    sources are taken out of the others. Of an informant who is not to be named the source's record
    keeps no name. In what rests on such a source the informant is called after the source
    (`actor/speaker-of-...`), and the names that the registers give are struck from its texts. The
    register's entry of whoever is named in something withheld leaves only where a claim that leaves
    names that actor too.
    """
    claims = list(claims)
    found = records(claims)
    hidden = {actor for actors in unnamed.values() for actor in actors}
    spoken = [record.get("speaker") for source in closed for record in found.get(source, ())]
    hidden |= _persons((f"actor/{key}" for key in spoken if key), same)
    names: dict[str, set[str]] = defaultdict(set)
    for claim in claims:
        if claim.subject in hidden and claim.predicate in ("named", "also_named"):
            names[claim.subject].add(claim.value)
    kept: list[tuple[str, Claim]] = []
    known: set[str] = set()  # whom a claim that leaves names
    for claim in claims:
        left = claim.without(closed)
        if left is None or {claim.subject, claim.object} & closed:
            hidden |= _nodes(claim)
            continue
        if left.said_by in closed:
            left = replace(left, said_by="")
        if left.read_by in closed:
            left = replace(left, read_by="")
        if claim.subject in unnamed and claim.predicate == "described_as":
            left = replace(left, value=_nameless(claim.value))
        cited = {s for c in left.citations for s in (c.source, c.via) if s}
        # A record may cite another work than the one it describes.
        for source in sorted((cited | {claim.subject}) & unnamed.keys()):
            for actor in sorted(unnamed[source]):
                left = _called(left, actor, f"actor/speaker-of-{source.partition('/')[2]}")
                left = _struck(left, names[actor])
            told = (str(r.get("speaker_name", "")) for r in found.get(source, ()))
            left = _struck(left, told)
        if cited != {_REGISTER}:
            known |= _nodes(left)
        kept.append((claim.id, left))
    unknown = {node for node in hidden - known if node.startswith("actor/")}
    for claim_id, left in kept:
        if not _nodes(left) & unknown:
            yield claim_id, left


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


def _family(name: str) -> str:
    """The family name, as far as the form tells: before a comma, else the last word."""
    return name.partition(",")[0].strip() if "," in name else name.split()[-1]


def _struck(claim: Claim, names: Iterable[str]) -> Claim:
    """The claim with `names`, and the family names in them, struck from its texts."""
    names = {name for name in names if name.strip()}
    if not names:
        return claim
    # A family name alone is told by its capital: of Mr. Young, not of young men.
    family = {f for f in map(_family, names) if len(f) > 2 and not f[0].islower()}
    whole, last = (
        "|".join(sorted(map(re.escape, some), key=len, reverse=True)) for some in (names, family)
    )
    # Not \b: a name may end in a point ("Foo Jr.").
    pattern = re.compile(rf"(?<!\w)(?:(?i:{whole}){'|' if last else ''}{last})(?!\w)")

    def one(text: str) -> str:
        return pattern.sub(WITHHELD, text)

    def told(value: Value) -> Value:
        if isinstance(value, tuple):
            return tuple(map(one, value))
        return one(value) if isinstance(value, str) else value

    def place(c: Citation) -> Citation:
        places = {"locator": one(c.locator), "via_locator": one(c.via_locator)}
        return replace(c, quote=one(c.quote), **places)

    return replace(
        claim,
        value=one(claim.value),
        memo=one(claim.memo),
        as_told=one(claim.as_told),
        qualifiers={name: told(value) for name, value in claim.qualifiers.items()},
        citations=tuple(map(place, claim.citations)),
    )
