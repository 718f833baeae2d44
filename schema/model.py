"""The model and the vocabulary, read from their YAML files.

`model()` is what nodes there are and what a claim may say of them (model.yaml). `Vocabulary` is
the terms with their definitions and the source of each (vocabulary.yaml), to which a project adds
its own. Both are data: validation, help texts, constraints and labels derive from them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from visavis.schema.errors import ModelError

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
        """This vocabulary with a project's own terms; a slug that is taken is an error."""
        taken = sorted(set(terms) & set(self.terms))
        if taken:
            raise ModelError(f"the term '{taken[0]}' is already defined; give yours another name")
        return Vocabulary({**schemes, **self.schemes}, {**self.terms, **terms})

    @staticmethod
    def read(data: Mapping[str, Any], name: str) -> Vocabulary:
        """A vocabulary from the data of a YAML file called `name`.

        Every term needs a label, a definition and the citation of that definition.
        """
        schemes: dict[str, Scheme] = {}
        terms: dict[str, Term] = {}
        for key, about in (data.get("schemes") or {}).items():
            schemes[key] = Scheme(
                key,
                str(about.get("label", key)),
                str(about.get("definition", "")),
                _several(about.get("allows")),
            )
            for slug, entry in (about.get("terms") or {}).items():
                missing = [k for k in ("definition", "cite") if not entry.get(k)]
                if missing:
                    raise ModelError(
                        f"{name}: the term '{slug}' lacks {' and '.join(missing)}; "
                        "a term of the vocabulary says what it means and who says so"
                    )
                if slug in terms:
                    raise ModelError(f"{name}: the term '{slug}' is defined twice")
                intensity = entry.get("intensity")
                terms[slug] = Term(
                    slug=slug,
                    scheme=key,
                    label=str(entry.get("label") or slug.replace("-", " ")),
                    definition=str(entry["definition"]).strip(),
                    cite=str(entry["cite"]),
                    also=_several(entry.get("also")),
                    broader=str(entry.get("broader", "")),
                    sign=str(entry.get("sign", "")),
                    intensity=int(intensity) if intensity is not None else None,
                    about=_several(entry.get("about")),
                )
        return Vocabulary(schemes, terms)


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
