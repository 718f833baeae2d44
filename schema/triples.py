"""Turtle, TriG, N-Triples and JSON-LD as text, one resource after the other.

A writer is told the resources one by one and keeps none of them, so that a graph of any size is
written in the same memory; and it gives the same text for the same resources, which a library's
writer does from one version to the next only by chance. All four are read back by rdflib and
pyoxigraph in the tests.

A resource is its name and pairs of a property's name (`visavis:roles`) and a value made by the
writer: `node`, `name`, `text`, `typed`, `whole`, `truth`, `listed`, `nested`.
"""

from __future__ import annotations

import json.encoder
import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from visavis.schema.linked import BASE, OWN, PREFIXES, context, expand, iri

__all__ = ["JsonLd", "NTriples", "Pairs", "Turtle", "Writer"]

Pairs = Sequence[tuple[str, Any]]

# Escapes of JSON text are escapes of Turtle too.
_quoted: Callable[[str], str] = json.encoder.encode_basestring
_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")
_PLAIN = re.compile(r"[A-Za-z0-9_./-]*")
_ESCAPED = re.compile(r"[/%]")


class Writer:
    """What the writers share: a file is `head()`, resources by `resource()`, and `tail()`."""

    def head(self, remarks: Iterable[str] = ()) -> str:
        """What a file begins with; `remarks` become comments where the format has them."""
        return ""

    def tail(self) -> str:
        """What a file ends with."""
        return ""

    def node(self, node: str) -> Any:
        """A node, claim or anything else of ours, by its identifier."""
        raise NotImplementedError

    def once(self, node: str) -> Any:
        """The same as `node`, of what is named once or twice: nothing is kept of it."""
        return self.node(node)

    def name(self, name: str) -> Any:
        """A word of a vocabulary, by its name with a prefix."""
        raise NotImplementedError

    def address(self, url: str) -> Any:
        """A resource by its full IRI."""
        raise NotImplementedError

    def text(self, text: str) -> Any:
        """Plain text."""
        raise NotImplementedError

    def said(self, text: str) -> Any:
        """Text in English."""
        raise NotImplementedError

    def typed(self, text: str, kind: str) -> Any:
        """A literal of a type, the type by its name."""
        raise NotImplementedError

    def whole(self, number: int) -> Any:
        """A whole number."""
        raise NotImplementedError

    def truth(self, value: bool) -> Any:
        """True or false."""
        raise NotImplementedError

    def listed(self, items: Sequence[Any]) -> Any:
        """A list in order."""
        raise NotImplementedError

    def nested(self, pairs: Pairs) -> Any:
        """A resource without a name, within another."""
        raise NotImplementedError

    def resource(self, subject: Any, pairs: Pairs) -> str:
        """The text of a resource; `subject` made by `node` or `name`."""
        raise NotImplementedError

    def graph(self, name: Any, resources: Iterable[str]) -> str:
        """Resources as a named graph; without its name where the format has none."""
        return "".join(resources)


@lru_cache(maxsize=65_536)
def _short(node: str) -> str:
    """`actor:reagan` of `actor/reagan`; the full IRI where no prefix fits."""
    prefix, _, local = node.partition("/")
    if prefix in OWN and _LOCAL.fullmatch(local):  # as most are
        return f"{prefix}:{local}"
    local = quote(local, safe="/")
    if prefix in OWN and local:
        if _LOCAL.fullmatch(_ESCAPED.sub("", local)) and local[-1] not in "/%":
            # A per cent sign with its two digits may stand as it is, a slash wants its backslash.
            return f"{prefix}:" + local.replace("/", "\\/")
    return f"<{iri(node)}>"


@lru_cache(maxsize=65_536)
def _long(node: str) -> str:
    return f"<{BASE}{node}>" if _PLAIN.fullmatch(node) else f"<{iri(node)}>"


class Turtle(Writer):
    """Turtle; TriG where graphs are named."""

    def __init__(self) -> None:
        self.node = _short  # type: ignore[method-assign]
        self.once = _short.__wrapped__  # type: ignore[method-assign]
        self.text = _quoted  # type: ignore[method-assign, assignment]

    def head(self, remarks: Iterable[str] = ()) -> str:
        told = "".join(f"# {remark}\n" for remark in remarks)
        return told + "".join(f"@prefix {p}: <{i}> .\n" for p, i in PREFIXES.items()) + "\n"

    def name(self, name: str) -> str:
        return name

    def address(self, url: str) -> str:
        return f"<{_safe(url)}>"

    def said(self, text: str) -> str:
        return _quoted(text) + "@en"

    def typed(self, text: str, kind: str) -> str:
        return f"{_quoted(text)}^^{kind}"

    def whole(self, number: int) -> str:
        return str(number)

    def truth(self, value: bool) -> str:
        return "true" if value else "false"

    def listed(self, items: Sequence[str]) -> str:
        return f"( {' '.join(items)} )" if items else "()"

    def nested(self, pairs: Pairs) -> str:
        return "[ " + " ; ".join([f"{'a' if p == 'rdf:type' else p} {o}" for p, o in pairs]) + " ]"

    def resource(self, subject: str, pairs: Pairs) -> str:
        told: list[str] = []
        last = ""
        for p, o in pairs:
            if p == last:
                told[-1] += f", {o}"
            else:
                last = p
                told.append(f"a {o}" if p == "rdf:type" else f"{p} {o}")
        return subject + " " + " ;\n  ".join(told) + " .\n"

    def graph(self, name: str, resources: Iterable[str]) -> str:
        return f"{name} {{\n{''.join(resources)}}}\n"


class NTriples(Writer):
    """N-Triples: every triple on a line of its own."""

    def __init__(self) -> None:
        self.node = _long  # type: ignore[method-assign]
        self.once = _long.__wrapped__  # type: ignore[method-assign]
        self.text = _quoted  # type: ignore[method-assign, assignment]
        self._blank = 0
        self._nested: list[str] = []  # of the resource that is written next

    def name(self, name: str) -> str:
        return _FULL[name].rstrip()

    def address(self, url: str) -> str:
        return f"<{_safe(url)}>"

    def said(self, text: str) -> str:
        return _quoted(text) + "@en"

    def typed(self, text: str, kind: str) -> str:
        return f"{_quoted(text)}^^{_FULL[kind].rstrip()}"

    def whole(self, number: int) -> str:
        return f'"{number}"^^<http://www.w3.org/2001/XMLSchema#integer>'

    def truth(self, value: bool) -> str:
        told = "true" if value else "false"
        return f'"{told}"^^<http://www.w3.org/2001/XMLSchema#boolean>'

    def listed(self, items: Sequence[str]) -> str:
        made = _FULL["rdf:nil"].rstrip()
        for item in reversed(items):
            made = self.nested((("rdf:first", item), ("rdf:rest", made)))
        return made

    def nested(self, pairs: Pairs) -> str:
        self._blank += 1
        name = f"_:b{self._blank}"
        self._nested.append(self._lines(name, pairs))
        return name

    def resource(self, subject: str, pairs: Pairs) -> str:
        text = self._lines(subject, pairs)
        if self._nested:
            text += "".join(self._nested)
            self._nested.clear()
        return text

    def _lines(self, subject: str, pairs: Pairs) -> str:
        told = f" .\n{subject} ".join([_FULL[p] + o for p, o in pairs])
        return f"{subject} {told} .\n"


class JsonLd(Writer):
    """JSON-LD in the words of `context()`: one resource a line, the context within the file."""

    def __init__(self) -> None:
        self._first = True
        told = context()
        self._nodes = frozenset(k for k, v in told.items() if isinstance(v, dict))

    def head(self, remarks: Iterable[str] = ()) -> str:
        return f'{{"@context":{_compact(context())},\n"@graph":[\n'

    def tail(self) -> str:
        return "\n]}\n"

    def node(self, node: str) -> Any:
        prefix, _, local = node.partition("/")
        if prefix in OWN and _LOCAL.fullmatch(local):
            return {"@id": f"{prefix}:{local}"}
        if prefix in OWN and local and not local.startswith("/"):
            return {"@id": f"{prefix}:{quote(local, safe='/')}"}
        return {"@id": iri(node)}

    def name(self, name: str) -> Any:
        return {"@id": name}

    def address(self, url: str) -> Any:
        return {"@id": _safe(url)}

    def text(self, text: str) -> Any:
        return text

    def said(self, text: str) -> Any:
        return {"@value": text, "@language": "en"}

    def typed(self, text: str, kind: str) -> Any:
        return {"@value": text, "@type": kind}

    def whole(self, number: int) -> Any:
        return number

    def truth(self, value: bool) -> Any:
        return value

    def listed(self, items: Sequence[Any]) -> Any:
        return {"@list": list(items)}

    def nested(self, pairs: Pairs) -> Any:
        made: dict[str, Any] = {}
        for p, o in pairs:
            if p == "rdf:type":
                p, o = "@type", o["@id"]
            elif p in self._nodes and o.keys() == {"@id"}:
                o = o["@id"]
            if p not in made:
                made[p] = o
            elif isinstance(made[p], list):
                made[p].append(o)
            else:
                made[p] = [made[p], o]
        return made

    def resource(self, subject: Any, pairs: Pairs) -> str:
        between = "" if self._first else ",\n"
        self._first = False
        return between + _compact({**subject, **self.nested(pairs)})


_compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class _Names(dict[str, str]):
    """Full IRIs in brackets and a blank, by names with a prefix."""

    def __missing__(self, name: str) -> str:
        made = self[name] = f"<{expand(name)}> "
        return made


_FULL = _Names()


@lru_cache(maxsize=4_096)
def _safe(url: str) -> str:
    """An address as an IRI may have it."""
    return quote(url, safe="%:/?#[]@!$&'()*+,;=-._~")
