"""The model and the vocabulary, read from their YAML files.

`model()` is what nodes there are and what a claim may say of them (model.yaml). `Vocabulary` is
the terms with their definitions and the source of each (vocabulary.yaml), to which a project adds
its own. Both are data: validation, help texts, constraints and labels derive from them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from visavis.schema.errors import Fault, ModelError
from visavis.schema.text import closest, is_key

__all__ = [
    "Model",
    "NodeKind",
    "Predicate",
    "Scheme",
    "Term",
    "Vocabulary",
    "kind_of",
    "model",
    "vocabulary",
]

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class NodeKind:
    """A kind of node: its label, the prefix of its identifiers, what it is, what names it."""

    label: str
    prefix: str
    definition: str
    name: str


@dataclass(frozen=True, slots=True)
class Predicate:
    """What a claim may say: see model.yaml for the meaning of each field."""

    key_name: str
    label: str
    definition: str
    subject: tuple[str, ...]
    object: tuple[str, ...] = ()
    edge: str = ""
    property: str = ""
    type: str = ""
    scheme: str = ""
    many: bool = False
    single: bool = False
    dated: bool | str = False
    reflexive: bool = False
    symmetric: bool = False
    opposite: str = ""
    key: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    qualifiers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Model:
    """Nodes by label, predicates by name."""

    nodes: Mapping[str, NodeKind]
    predicates: Mapping[str, Predicate]
    claim: Mapping[str, str]

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of nodes, in the order of the model."""
        return tuple(self.nodes)

    @property
    def edges(self) -> tuple[str, ...]:
        """The types of edges, sorted."""
        return tuple(sorted({p.edge for p in self.predicates.values() if p.edge}))


@lru_cache(maxsize=1)
def model() -> Model:
    """The model of model.yaml, read once."""
    data = yaml.safe_load((HERE / "model.yaml").read_text("utf-8"))
    nodes = {label: NodeKind(label=label, **about) for label, about in data["nodes"].items()}
    predicates = {}
    for name, about in data["predicates"].items():
        tuples = {k: tuple(about[k]) for k in ("subject", "object", "key", "needs") if k in about}
        predicates[name] = Predicate(key_name=name, **{**about, **tuples})
    return Model(nodes, predicates, data["claim"])


@lru_cache(maxsize=1)
def _prefixes() -> dict[str, str]:
    return {kind.prefix: kind.label for kind in model().nodes.values()}


def kind_of(node_id: str) -> str:
    """The label of a node, told by its identifier: `actor/reagan` is an `Actor`.

    Raises ModelError where the identifier bears no known prefix.
    """
    label = _prefixes().get(node_id.partition("/")[0])
    if label is None or "/" not in node_id:
        raise ModelError(
            f"'{node_id}' is no identifier; write one such as {', '.join(_prefixes())} "
            "followed by '/' and a key"
        )
    return label


@dataclass(frozen=True, slots=True)
class Term:
    """A concept: its slug, label, definition, the source of that, and where it belongs."""

    slug: str
    scheme: str
    label: str
    definition: str
    cite: str
    also: tuple[str, ...] = ()
    broader: str = ""
    sign: str = ""
    intensity: int | None = None
    about: tuple[str, ...] = ()
    line: int = 0

    @property
    def id(self) -> str:
        """The identifier of the term's node."""
        return f"term/{self.slug}"


@dataclass(frozen=True, slots=True)
class Scheme:
    """A list of terms that one quality is coded with."""

    key: str
    label: str
    definition: str
    allows: tuple[str, ...] = ()


class Vocabulary:
    """Terms by slug and by scheme.

    `act` is the one scheme with a wider reading: a kind of ritual that bears a sign (a handshake
    gives credit, an insult discredit) is an act of credit or discredit too.
    """

    def __init__(self, schemes: Mapping[str, Scheme], terms: Mapping[str, Term]) -> None:
        self.schemes = dict(schemes)
        self.terms = dict(terms)
        self._accepted: dict[str, dict[str, Term]] = {}

    def scheme(self, key: str) -> dict[str, Term]:
        """The terms a scheme accepts, by slug; found once, since every claim asks."""
        if key not in self._accepted:
            self._accepted[key] = self._accepts(key)
        return self._accepted[key]

    def _accepts(self, key: str) -> dict[str, Term]:
        scheme = self.schemes.get(key)
        allows = scheme.allows if scheme else ()
        return {
            slug: term
            for slug, term in self.terms.items()
            if term.scheme == key or slug in allows or (key == "act" and term.sign)
        }

    def find(self, key: str, text: str) -> Term | None:
        """The term of scheme `key` that `text` names, by slug, label or other word."""
        slug = text.strip().lower().replace(" ", "-").replace("_", "-")
        terms = self.scheme(key)
        if slug in terms:
            return terms[slug]
        for term in terms.values():
            if slug in (word.lower().replace(" ", "-") for word in (term.label, *term.also)):
                return term
        return None

    def __iter__(self) -> Iterator[Term]:
        return iter(self.terms.values())

    def plus(self, schemes: Mapping[str, Scheme], terms: Mapping[str, Term]) -> Vocabulary:
        """This vocabulary with a project's own terms."""
        return Vocabulary({**schemes, **self.schemes}, {**self.terms, **terms})

    @staticmethod
    def read(data: Mapping[str, Any], name: str) -> Vocabulary:
        """A vocabulary from the data of a YAML file called `name`; ModelError for a fault."""
        made, faults = Vocabulary.told(data, name)
        if faults:
            raise ModelError(str(faults[0]))
        return made

    @staticmethod
    def told(
        data: Any, name: str, base: Vocabulary | None = None
    ) -> tuple[Vocabulary, list[Fault]]:
        """A vocabulary from the data of a YAML file called `name`, and everything wrong with it.

        Every term needs a definition and the citation of that definition. A term that has a fault
        is in the vocabulary nonetheless, so that nobody who uses it is told of the same fault.
        base: the vocabulary that this one adds to: its schemes may be used, its terms named, and
        their slugs are taken.
        """
        reading = _Told(name, base or Vocabulary({}, {}), bool(base))
        reading.file(data)
        return Vocabulary(reading.schemes, reading.terms), reading.faults


_SCHEME = ("label", "definition", "source", "locator", "allows", "terms")
_TERM = ("label", "definition", "cite", "also", "broader", "sign", "intensity", "about")
_SIGNS = ("credit", "discredit", "either")


class _Told:
    """One vocabulary while it is read; faults are gathered, each with its line where known."""

    def __init__(self, name: str, base: Vocabulary, added: bool) -> None:
        self.name, self.base, self.added = name, base, added
        self.schemes: dict[str, Scheme] = {}
        self.terms: dict[str, Term] = {}
        self.faults: list[Fault] = []

    def fault(self, line: int, record: str, message: str, advice: str = "") -> None:
        made = Fault(self.name, line or None, record, message, advice, code="vocabulary")
        self.faults.append(made)

    def file(self, data: Any) -> None:
        schemes = data.get("schemes") if isinstance(data, Mapping) else None
        if not isinstance(schemes, Mapping):
            if not data or (isinstance(data, Mapping) and set(data) <= {"schemes"} and not schemes):
                return  # every entry is still commented out
            advice = "write schemes: <scheme>: {terms: {<term>: {definition: ..., cite: ...}}}"
            self.fault(1, "", "is no vocabulary", advice)
            return
        for key in data:
            if key != "schemes":
                self.fault(_line(data, key), "", f"unknown key '{key}'", "only schemes:")
        for key, about in schemes.items():
            self.scheme(str(key), about, _line(schemes, key))
        known = {**self.base.terms, **self.terms}
        for term in self.terms.values():
            for name, slugs in (("broader", (term.broader,)), ("about", term.about)):
                for slug in slugs:
                    if slug and slug not in known:
                        message = f"{name}: unknown term '{slug}'"
                        self.fault(term.line, f"term '{term.slug}'", message, _near(slug, known))

    def scheme(self, key: str, about: Any, line: int) -> None:
        record = f"scheme '{key}'"
        if not isinstance(about, Mapping):
            self.fault(line, record, "has no terms", "write terms: {<term>: {definition: ...}}")
            return
        for name in about:
            if name not in _SCHEME:
                advice = "known here: " + ", ".join(_SCHEME)
                self.fault(_line(about, name), record, f"unknown key '{name}'", advice)
        if key in self.base.schemes:
            for name in ("label", "definition", "allows"):
                if name in about:
                    message = f"'{name}' of a scheme of the program cannot be changed"
                    self.fault(_line(about, name), record, message, "leave it out")
        elif self.added and not about.get("definition"):
            advice = f"{_near(key, self.base.schemes)}; a scheme of your own needs a definition:"
            self.fault(line, record, f"unknown scheme '{key}'", advice.removeprefix("; "))
        self.schemes[key] = Scheme(
            key,
            str(about.get("label", key)),
            str(about.get("definition", "")),
            _several(about.get("allows")),
        )
        terms = about.get("terms") or {}
        if not isinstance(terms, Mapping):
            self.fault(_line(about, "terms"), record, "'terms' holds no terms", "write terms: {}")
            return
        for slug, entry in terms.items():
            self.term(key, str(slug), entry, _line(terms, slug))

    def term(self, scheme: str, slug: str, entry: Any, line: int) -> None:
        record = f"term '{slug}'"
        if not isinstance(entry, Mapping):
            self.fault(line, record, "says nothing", "write {definition: ..., cite: ...}")
            return
        if not is_key(slug):
            self.fault(line, record, "is no key", "use lower-case letters, digits and hyphens")
            return
        if slug in self.base.terms or slug in self.terms:
            self.fault(line, record, "is already defined", "give yours another name")
            return
        for name in entry:
            if name not in _TERM:
                advice = "known here: " + ", ".join(_TERM)
                self.fault(_line(entry, name), record, f"unknown key '{name}'", advice)
        missing = [name for name in ("definition", "cite") if not entry.get(name)]
        if missing:
            advice = "a term of the vocabulary says what it means and who says so"
            self.fault(line, record, f"lacks {' and '.join(missing)}", advice)
        for name in ("label", "definition", "cite", "broader", "sign"):
            if isinstance(entry.get(name), list | Mapping):
                self.fault(_line(entry, name), record, f"'{name}' is no text", "write one text")
                return
        for name in ("also", "about"):
            if isinstance(entry.get(name), Mapping):
                self.fault(_line(entry, name), record, f"'{name}' is no list", "write [a, b]")
                return
        sign = str(entry.get("sign") or "")
        if sign and sign not in _SIGNS:
            advice = "one of: " + ", ".join(_SIGNS)
            self.fault(_line(entry, "sign"), record, f"unknown sign '{sign}'", advice)
            sign = ""
        intensity = str(entry.get("intensity") or "")
        if intensity and intensity not in ("1", "2", "3"):
            message = f"intensity {intensity} is not 1, 2 or 3"
            self.fault(_line(entry, "intensity"), record, message, "choose one")
            intensity = ""
        self.terms[slug] = Term(
            slug=slug,
            scheme=scheme,
            label=str(entry.get("label") or slug.replace("-", " ")),
            definition=str(entry.get("definition") or "").strip(),
            cite=str(entry.get("cite") or ""),
            also=_several(entry.get("also")),
            broader=str(entry.get("broader") or ""),
            sign=sign,
            intensity=int(intensity) if intensity else None,
            about=_several(entry.get("about")),
            line=line,
        )


def _line(data: Any, key: Any) -> int:
    """The line of a key, where the reader of the file kept it."""
    return int(getattr(data, "lines", {}).get(key, 0))


def _near(word: str, among: Iterable[str]) -> str:
    close = closest(word, among)
    return f"did you mean '{close}'?" if close else ""


def _several(value: Any) -> tuple[str, ...]:
    """One word or a list of them: a lone text is a list of one, not of its letters."""
    if not value:
        return ()
    return (str(value),) if isinstance(value, str) else tuple(map(str, value))


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """The vocabulary that is shipped (vocabulary.yaml), read once."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    data = yaml.load((HERE / "vocabulary.yaml").read_text("utf-8"), Loader=loader)
    return Vocabulary.read(data, "vocabulary.yaml")
