"""What leaves the project: sources that are not public, and informants who are not to be named.

A source carries its access (public, restricted until a date, confidential) and how it may be named
(by name, by role, anonymous). What leaves is made from the claims as if sources that are not
public had never been there, and without the names that may not be told. What a source contains goes
with it, and so does another key that is judged to be the same work.

What cannot be seen here: a name in a text under another spelling than the register's, and who is
meant where no name is told. Whoever publishes reads the files once.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from visavis.schema.claims import Citation, Claim, Origin, Value, fallen
from visavis.schema.model import model
from visavis.schema.text import slug

__all__ = ["TOLD", "Withholding", "closed_sources", "records", "unnamed_sources", "withhold"]

TOLD = ("described_as", "contained_in")  # the claims that say who may read a source
# Through the sources: to look at each claim of a large graph would take seconds.
TOLD_OF_SOURCES = (
    "MATCH (:Source)<-[:ABOUT]-(c:Claim) WHERE c.predicate IN $told "
    "RETURN c.json AS json ORDER BY c.id"
)

_NAMES = ("speaker", "speaker_name", "author", "citation")
_REGISTER = "source/register"
_PREFIXES = frozenset(kind.prefix for kind in model().nodes.values())
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


def withhold(claims: Iterable[Claim], same: Mapping[str, str]) -> Iterator[tuple[str, Claim]]:
    """Each of `claims` that may leave, with the identifier that it bears then.

    same: for each actor or source judged to be another one, that one. See `Withholding`.
    """
    claims = list(claims)
    rule = Withholding((c for c in claims if c.predicate in TOLD), same)
    rule.look(lambda: claims)
    for claim in claims:
        left = rule.leaves(claim)
        if left is not None:
            yield left


class Withholding:
    """What may not leave a graph, and each claim as it leaves.

    Claims that rest on closed sources alone, or tell of one, are left out; citations of closed
    sources are taken out of the others. Of an informant who is not to be named the source's record
    keeps no name. In what rests on such a source the informant is called after the source
    (`actor/speaker-of-...`), and the names that the registers give are struck from its texts. The
    register's entry of whoever is named in something withheld leaves only where a claim that leaves
    names that actor too.

    A name may stand in a key as well: `source/interview-berg`, an act `berg-sighs`. Such a source,
    and what only claims resting on such sources tell of, gets a number (`source/withheld-1`); a
    claim's own key gives way to its hash, and a file's name is not told.

    told: the claims of `TOLD`. same: for each actor or source judged to be another one, that one.
    It is true where something is to be withheld; then `look` must go through the graph before
    `leaves` is asked. Kept are identifiers of actors, and of what bears a name that is withheld.
    """

    def __init__(self, told: Iterable[Claim], same: Mapping[str, str]) -> None:
        told = list(told)
        self.closed, self.unnamed = closed_sources(told, same), unnamed_sources(told, same)
        found = records(told)
        self._speakers = {
            source: {str(r.get("speaker_name", "")) for r in found.get(source, ())}
            for source in self.unnamed
        }
        spoken = (r.get("speaker") for source in self.closed for r in found.get(source, ()))
        self._hidden = {actor for actors in self.unnamed.values() for actor in actors}
        self._hidden |= _persons((f"actor/{key}" for key in spoken if key), same)
        self._names: dict[str, set[str]] = defaultdict(set)
        self._unknown: frozenset[str] = frozenset()
        self._numbers: Counter[str] = Counter()
        self._numbered: dict[str, str] = {}
        self.telling: Callable[[str], object] = lambda key: None  # whether a name is in a key

    def __bool__(self) -> bool:
        return bool(self.closed or self.unnamed)

    def look(self, read: Callable[[], Iterable[Claim]]) -> None:
        """Go through the claims that `read` gives, twice: for names, and for who is named where."""
        for claim in read():
            if claim.subject in self._hidden and claim.predicate in ("named", "also_named"):
                self._names[claim.subject].add(claim.value)
        self.telling = self._pattern()
        self._number(source for source in self.unnamed if self.telling(source))
        hidden = self._hidden
        known: set[str] = set()
        suspect: set[str] = set()
        elsewhere: set[str] = set()  # what others tell of too
        for claim in read():
            left = self._without(claim)
            if left is None:
                hidden |= {node for node in _nodes(claim) if node.startswith("actor/")}
                continue
            resting = self._resting(left)
            if resting:
                left = self._nameless(left, resting)
            nodes = _nodes(left)
            # When somebody was born says nothing of what else is told of the same person.
            if _cited(left) != {_REGISTER} and left.predicate not in ("born", "died"):
                known |= {node for node in nodes if node.startswith("actor/")}
            (suspect if resting else elsewhere).update(n for n in nodes if self.telling(n))
        self._unknown = frozenset(hidden - known)
        self._number(suspect - elsewhere - self._numbered.keys())

    def _number(self, nodes: Iterable[str]) -> None:
        """Give these identifiers others, that say no more than what kind they are of."""
        for node in sorted(nodes):
            prefix = node.partition("/")[0]
            self._numbers[prefix] += 1
            self._numbered[node] = f"{prefix}/withheld-{self._numbers[prefix]}"

    def leaves(self, claim: Claim) -> tuple[str, Claim] | None:
        """The claim as it leaves, with the identifier that it bears then; None if it does not.

        That of the project, unless a name stands in it. A claim that is touched by nothing is
        itself.
        """
        left = self._without(claim)
        if left is None:
            return None
        resting = self._resting(left)
        if resting:
            left = self._nameless(left, resting)
        if self._unknown and _nodes(left) & self._unknown:
            return None
        if self._numbered:
            for node in sorted((_nodes(left) | _cited(left)) & self._numbered.keys()):
                left = _called(left, node, self._numbered[node])
        if resting and left.key and self.telling(left.key):
            left = replace(left, key="")
            return left.id, left
        return claim.id, left

    def _without(self, claim: Claim) -> Claim | None:
        """The claim without sources that are closed."""
        left = claim.without(self.closed)
        if left is None or {claim.subject, claim.object} & self.closed:
            return None
        if left.said_by in self.closed:
            left = replace(left, said_by="")
        if left.read_by in self.closed:
            left = replace(left, read_by="")
        return left

    def _resting(self, claim: Claim) -> list[str]:
        """The sources of a claim, or that it tells of, whose speakers are not to be named."""
        if not self.unnamed:
            return []
        # A record may cite another work than the one it describes.
        return sorted((_cited(claim) | {claim.subject}) & self.unnamed.keys())

    def _nameless(self, left: Claim, sources: Iterable[str]) -> Claim:
        """The claim without the names of those who speak in `sources`."""
        if left.subject in self.unnamed and left.predicate == "described_as":
            left = replace(left, value=_nameless(left.value))
        for source in sources:
            other = self._numbered.get(source, source).partition("/")[2]
            for actor in sorted(self.unnamed[source]):
                left = _called(left, actor, f"actor/speaker-of-{other}")
                left = _struck(left, self._names[actor])
            left = _struck(left, self._speakers[source])
        if self.telling(left.origin.file):
            left = replace(left, origin=Origin())
        return left

    def _pattern(self) -> Callable[[str], object]:
        """Whether a name that is withheld, by a word of it, stands in a key or a file's name."""
        names = {
            name for actors in self.unnamed.values() for a in actors for name in self._names[a]
        }
        names |= {name for told in self._speakers.values() for name in told}
        words = {word for name in names for word in _telling_words(name)}
        # The informant's own key is told nowhere else either.
        keys = {actor.partition("/")[2] for actors in self.unnamed.values() for actor in actors}
        words |= {key for key in keys if len(key) > 1}
        if not words:
            return lambda key: None
        # A number may follow at once: li2015.
        pattern = re.compile(rf"(?<![a-z0-9])(?:{'|'.join(sorted(words))})[0-9]*(?![a-z0-9])")

        @lru_cache(maxsize=65_536)
        def telling(key: str) -> object:
            prefix, _, rest = key.casefold().partition("/")
            # Nobody is told by what kind of node it is: Mr. Place is not in every place.
            return pattern.search(rest if prefix in _PREFIXES else key.casefold())

        return telling


def _cited(claim: Claim) -> set[str]:
    """The sources that a claim cites."""
    return {source for c in claim.citations for source in (c.source, c.via) if source}


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


def _called(claim: Claim, node: str, other: str) -> Claim:
    """The claim with another identifier for one node."""

    def one(text: str) -> str:
        return other if text == node else text

    def told(value: Value) -> Value:
        if isinstance(value, tuple):
            return tuple(map(one, value))
        return one(value) if isinstance(value, str) else value

    def place(c: Citation) -> Citation:
        return replace(c, source=one(c.source), via=one(c.via))

    return replace(
        claim,
        subject=one(claim.subject),
        object=one(claim.object),
        citations=tuple(map(place, claim.citations)),
        about=one(claim.about),
        said_by=one(claim.said_by),
        read_by=one(claim.read_by),
        qualifiers={name: told(value) for name, value in claim.qualifiers.items()},
    )


def _family(name: str) -> str:
    """The family name, as far as the form tells: before a comma, else the last word."""
    return name.partition(",")[0].strip() if "," in name else name.split()[-1]


def _telling_words(name: str) -> Iterator[str]:
    """The words of a name that tell whose it is where one stands in a key.

    Words of two letters are names too (Li, Xi), but for particles (the `de` of Charles de Gaulle).
    An initial tells of nobody.
    """
    particles = set() if name.islower() else {slug(w) for w in name.split() if w.islower()}
    for word in slug(name).split("-"):
        if len(word) > 2 or (len(word) == 2 and word.isalpha() and word not in particles):
            yield word


# Of two letters, and what an English sentence may begin with: a name only within a sentence or
# after a title.
_ORDINARY = frozenset(
    ("Ah", "Am", "An", "As", "At", "Be", "By", "Do", "Go", "He", "If", "In", "Is", "It", "Me", "My",
     "No", "Of", "Oh", "On", "Or", "So", "To", "Up", "Us", "We")
)  # fmt: skip
_WITHIN = r"(?:(?<=[a-z,;] )|(?<=[MD][rs]\. )|(?<=Mrs\. ))"


def _struck(claim: Claim, names: Iterable[str]) -> Claim:
    """The claim with `names`, and the family names in them, struck from its texts."""
    names = {name for name in names if name.strip()}
    if not names:
        return claim
    # A family name alone is told by its capital: of Mr. Young, not of young men.
    family = {f for f in map(_family, names) if len(f) > 2 and not f[0].islower()}
    # One of two letters may stand first: Xi Jinping.
    short = {w for name in names for w in re.findall(r"(?<!\w)\w\w(?!\w)", name)}
    short = {w for w in short if w[0].isupper() and w[1].islower()}
    whole, last, rare = (
        "|".join(sorted(map(re.escape, some), key=len, reverse=True))
        for some in (names - _ORDINARY, family | short - _ORDINARY, short & _ORDINARY)
    )
    some = [f"(?i:{whole})"] if whole else []
    some += [last] if last else []
    some += [f"{_WITHIN}(?:{rare})"] if rare else []
    if not some:
        return claim
    # Not \b: a name may end in a point ("Foo Jr.").
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(some)})(?!\w)")

    def one(text: str) -> str:
        return pattern.sub(WITHHELD, text)

    def told(value: Value) -> Value:
        if isinstance(value, tuple):
            return tuple(map(word, value))
        return word(value) if isinstance(value, str) else value

    def word(text: str) -> str:
        return text if text.partition("/")[0] in _PREFIXES else one(text)  # a node has a key

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
