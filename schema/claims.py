"""A claim: one statement, whose it is, and the sources that say so.

Claims are the ground of the graph. Nodes and edges are what `visavis.schema.project` makes of
them, and every claim cites at least one source with a locator.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from visavis.schema import dates
from visavis.schema.model import Vocabulary, kind_of, model
from visavis.schema.text import closest, duration

__all__ = ["OUTSIDE", "Citation", "Claim", "Origin", "Problem", "digest", "fallen", "problems"]

# `.2` where one statement makes several claims
_KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*(?:\.\d+)?")

Value = str | int | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Citation:
    """One place in one source.

    `source` is the work that was opened, `locator` the place in it (page, timecode, `doc. 173`,
    `abstract`). Where that work itself tells it from another, `via` names the other one and
    `via_locator` the place given there. `relation` is supports, disputes or mentions.
    """

    source: str
    locator: str = ""
    relation: str = "supports"
    via: str = ""
    via_locator: str = ""
    quote: str = ""

    def to_dict(self) -> dict[str, str]:
        """The citation as plain data, empty fields left out but for the three of every line."""
        told = {"source": self.source, "locator": self.locator, "relation": self.relation}
        for name in ("via", "via_locator", "quote"):
            value = getattr(self, name)
            if value:
                told[name] = value
        return told


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a claim stands: the file, relative to its project, and the line (or row)."""

    file: str = ""
    line: int = 0


# Fields of a claim that do not change which statement it is: they stay outside the hash.
OUTSIDE = ("basis", "coded_on", "codebook", "confidence", "status", "memo", "as_told", "order")


@dataclass(frozen=True, slots=True)
class Claim:
    """`subject predicate object` or `subject predicate value`, with its sources and its voice.

    subject, object, about: identifiers of nodes (`actor/reagan`). `about` is the node the claim
    tells about, its encounter where there is one, else its subject: claims about one node are
    projected together.
    qualifiers: what the predicate's model allows besides (role, intensity, phase ...).
    date: EDTF text, where the statement has a date of its own.
    said_by, said_on: whose words these are; read_by: whose interpretation, where not the coder's.
    correction: this is a corrected value standing beside the told one.
    key: an explicit key, where the coder gave one; it takes the place of the hash in `id`.
    """

    subject: str
    predicate: str
    object: str = ""
    value: str = ""
    about: str = ""
    qualifiers: Mapping[str, Value] = field(default_factory=dict)
    citations: tuple[Citation, ...] = ()
    date: str = ""
    basis: str = ""
    coder: str = ""
    coded_on: str = ""
    codebook: str = ""
    confidence: str = ""
    status: str = "accepted"
    memo: str = ""
    as_told: str = ""
    order: int | None = None
    said_by: str = ""
    said_on: str = ""
    read_by: str = ""
    correction: bool = False
    key: str = ""
    origin: Origin = field(default=Origin(), compare=False)
    # The hash, once it was asked for: writing asks several times for each of many claims.
    _id: str = field(default="", init=False, repr=False, compare=False)

    @property
    def id(self) -> str:
        """`c-` and the explicit key, else 16 hexadecimal digits of the statement's hash.

        The hash covers the statement, its voice, its coder and its citations; where it stands in
        which file, its order and the coder's remarks on it are left out, so that an inserted line
        or a moved file renames nothing. It is taken once, so qualifiers must not be changed in
        place.
        """
        if not self._id:
            object.__setattr__(self, "_id", f"c-{self.key}" if self.key else self._hash())
        return self._id

    def _hash(self) -> str:
        return "c-" + digest(
            [
                self.subject,
                self.predicate,
                self.object,
                self.value,
                self.about,
                sorted(self.qualifiers.items()),
                self.date,
                self.coder,
                self.said_by,
                self.said_on,
                self.read_by,
                self.correction,
                [
                    (c.source, c.locator, c.relation, c.via, c.via_locator, c.quote)
                    for c in self.citations
                ],
            ]
        )

    @property
    def payload(self) -> str:
        """What stands outside the hash, as JSON text; empty where nothing does.

        Where two files assert the same claim, the least payload counts. A claim with an explicit
        key carries all of it, since there the hash does not say which statement it is.
        """
        told = {name: value for name in OUTSIDE if (value := getattr(self, name)) not in ("", None)}
        if self.key:
            told = self.to_dict()
            told.pop("origin", None)
        elif self.status == "accepted":
            del told["status"]
        return _sorted(told) if told else ""

    @property
    def supported(self) -> bool:
        """Whether any citation supports the claim: one that is only disputed is not projected."""
        return any(citation.relation == "supports" for citation in self.citations)

    def without(self, sources: frozenset[str]) -> Claim | None:
        """The claim as if `sources` had never been there; None where nothing supports it then.

        A citation falls with the work that was opened and with the work that one relies on.
        """
        kept = tuple(c for c in self.citations if not {c.source, c.via} & sources)
        if len(kept) == len(self.citations):
            return self
        left = replace(self, citations=kept)
        return left if left.supported else None

    def citing(self, same: Mapping[str, str]) -> Claim:
        """The claim with each source that is judged to be another cited under that one's name."""
        if not any(c.source in same or c.via in same for c in self.citations):
            return self
        cited = tuple(
            replace(c, source=same.get(c.source, c.source), via=same.get(c.via, c.via))
            for c in self.citations
        )
        return replace(self, citations=cited)

    def to_dict(self) -> dict[str, Any]:
        """The claim as a line of claims.jsonl: empty fields left out, `id` first, origin last."""
        line: dict[str, Any] = {"id": self.id}
        for name in _IN_LINE:
            value = getattr(self, name)
            if name == "citations":
                line["citations"] = [citation.to_dict() for citation in value]
            elif name == "qualifiers":
                if value:
                    line["qualifiers"] = {
                        k: list(v) if isinstance(v, tuple) else v for k, v in sorted(value.items())
                    }
            elif name == "origin":
                if value.file:
                    line["origin"] = {"file": value.file, "line": value.line}
            elif value not in ("", None) and value is not False:
                line[name] = value
        return line

    @staticmethod
    def from_dict(line: Mapping[str, Any]) -> Claim:
        """The claim of a line that `to_dict` wrote."""
        data = {k: v for k, v in line.items() if k not in ("id", "origins")}
        data["citations"] = tuple(Citation(**citation) for citation in data.get("citations", ()))
        data["qualifiers"] = {
            k: tuple(v) if isinstance(v, list) else v for k, v in data.get("qualifiers", {}).items()
        }
        data["origin"] = Origin(**data.get("origin", {}))
        return Claim(**data)

    def to_json(self) -> str:
        """The line as JSON text, the same bytes for the same claim."""
        return _compact(self.to_dict())


# What stands in a line of claims.jsonl, in this order.
MOST_LISTED = 16  # terms that a message lists
_IN_LINE = tuple(f.name for f in fields(Claim) if f.init)

# Made once: `json.dumps` with options makes an encoder for each claim.
_compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_sorted = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode


def digest(parts: Any) -> str:
    """16 hexadecimal digits of the SHA-256 of `parts` as JSON."""
    return hashlib.sha256(_compact(parts).encode()).hexdigest()[:16]


def fallen(
    targets: Iterable[str], same: Mapping[str, str], contained: Iterable[tuple[str, str]]
) -> frozenset[str]:
    """What is withdrawn with `targets`: the sources judged one with them, and what they contain.

    same: for each source judged to be another one, that one. contained: pairs of a source and the
    one that it stands in. Both are followed to any depth.
    """
    found = set(targets)
    if not any(target.startswith("source/") for target in found):
        return frozenset(found)
    inner: dict[str, set[str]] = defaultdict(set)
    for part, whole in contained:
        inner[same.get(whole, whole)].add(part)
    one: dict[str, set[str]] = defaultdict(set)
    for other, first in same.items():
        one[first].add(other)
    todo = [target for target in found if target.startswith("source/")]
    while todo:
        source = todo.pop()
        first = same.get(source, source)
        fresh = ({first} | one[first] | inner[first]) - found
        found |= fresh
        todo += fresh
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one field of a claim, and what to do."""

    field: str
    message: str
    advice: str = ""
    code: str = ""


def problems(claim: Claim, vocabulary: Vocabulary) -> list[Problem]:
    """Everything in which `claim` does not fit the model; an empty list where it fits."""
    found: list[Problem] = []
    predicate = model().predicates.get(claim.predicate)
    if predicate is None:
        return [Problem("predicate", f"unknown predicate '{claim.predicate}'", code="predicate")]
    if claim.key and _KEY.fullmatch(claim.key) is None:
        found.append(
            Problem(
                "id", f"'{claim.key}' is no key", "use lower-case letters, digits, hyphens", "key"
            )
        )
    if not claim.citations or not all(c.source for c in claim.citations):
        found.append(
            Problem("cite", "no source is cited", "give cite: with a source and a page", "uncited")
        )
    for citation in claim.citations:
        if citation.source and not citation.locator:
            found.append(
                Problem(
                    "cite",
                    f"the citation of '{citation.source.partition('/')[2]}' has no locator",
                    "say where in it: a page, a timecode, 'doc. 173', 'abstract'",
                    "locator",
                )
            )
        found += _term("cite", citation.relation, "relation", vocabulary)
    found += _node("subject", claim.subject, predicate.subject)
    if predicate.object:
        found += _node("object", claim.object, predicate.object)
        if predicate.scheme and claim.object.startswith("term/"):
            found += _term("object", claim.object[5:], predicate.scheme, vocabulary)
        if claim.subject == claim.object and not predicate.reflexive:
            found.append(
                Problem(
                    "object", f"'{claim.subject}' is told of itself", "name another", "reflexive"
                )
            )
    else:
        found += _typed("value", claim.value, predicate.type, vocabulary)
    for name, value in claim.qualifiers.items():
        kind = predicate.qualifiers.get(name)
        if kind is None:
            found.append(
                Problem(name, f"'{name}' cannot be said of '{predicate.label}'", code="qualifier")
            )
        else:
            found += _typed(name, value, kind, vocabulary)
    found += [
        Problem(name, f"'{name}' is missing", f"give {name}:", "missing")
        for name in predicate.needs
        if not claim.qualifiers.get(name)
    ]
    for name in ("date", "said_on", "coded_on"):
        if getattr(claim, name):
            found += _typed(name, getattr(claim, name), "edtf", vocabulary)
    for name, scheme in (("basis", "basis"), ("confidence", "confidence"), ("status", "status")):
        if getattr(claim, name):
            found += _term(name, getattr(claim, name), scheme, vocabulary)
    return found


def _node(name: str, node: str, kinds: Iterable[str]) -> list[Problem]:
    if not node:
        return [Problem(name, f"{name} is missing", code="missing")]
    if kind_of(node) not in kinds:
        return [Problem(name, f"'{node}' is no {' or '.join(kinds)}", code="kind")]
    return []


def _typed(name: str, value: Value, kind: str, vocabulary: Vocabulary) -> list[Problem]:
    if kind.endswith("*"):
        values = value if isinstance(value, tuple) else (value,)
        return [p for item in values for p in _typed(name, item, kind[:-1], vocabulary)]
    text = str(value)
    if not text:
        return [Problem(name, f"{name} is empty", "leave it out or say it", "empty")]
    try:
        if kind == "edtf":
            dates.parse(text)
        elif kind == "duration":
            duration(text)
        elif kind == "integer":
            if type(value) is not int:
                raise ValueError(text)
        elif kind == "json":
            if not isinstance(json.loads(text), dict):
                raise ValueError("the record is no mapping")
    except ValueError as error:
        message, _, advice = str(error).partition("; ")
        if kind == "integer":
            message, advice = f"'{text}' is no whole number", "write one such as 2"
        return [Problem(name, message, advice, kind)]
    if name == "intensity" and text not in ("1", "2", "3"):
        return [Problem(name, f"intensity {text} is not 1, 2 or 3", "choose one", "intensity")]
    if kind in ("text", "json", "node", "edtf", "duration", "integer"):
        return []
    return _term(name, text, kind, vocabulary)


def _term(name: str, text: str, scheme: str, vocabulary: Vocabulary) -> list[Problem]:
    terms = vocabulary.scheme(scheme)
    if text in terms:
        return []
    meant = vocabulary.find(scheme, text)
    close = meant.slug if meant else closest(text, terms)
    listed = f"one of: {', '.join(sorted(terms))}"
    if len(terms) > MOST_LISTED:
        listed = f"visavis vocabulary {scheme} lists what there is"
    advice = f"did you mean '{close}'?" if close else listed
    return [Problem(name, f"unknown {scheme} '{text}'", advice, "term")]
