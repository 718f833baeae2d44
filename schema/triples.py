"""Turtle, TriG, N-Triples and JSON-LD as text, one resource after the other.

A writer is told the resources one by one and keeps none of them, so that a graph of any size is
written in the same memory; and it gives the same text for the same resources, which a library's
writer does from one version to the next only by chance. All four are read back by rdflib and
pyoxigraph in the tests.

A resource is its name and pairs of a property's name (`visavis:roles`) and a value made by the
writer: `node`, `name`, `text`, `typed`, `whole`, `truth`, `listed`, `nested`. What it gives is in
pieces, to be joined where many of them are written at once.
"""

from __future__ import annotations

import json.encoder
import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from visavis.schema.linked import BASE, OWN, context, expand, iri, is_plain, prefixes

__all__ = ["JsonLd", "NTriples", "Pairs", "Turtle", "Writer"]

Pairs = Sequence[tuple[str, Any]]

# Escapes of JSON text are escapes of Turtle too.
_quoted: Callable[[str], str] = json.encoder.encode_basestring
_is_local = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?").fullmatch
_ESCAPED = re.compile(r"[/%]")


class Writer:
    """What the writers share: a file is `head()`, resources by `resource()`, and `tail()`.

    base: what the graph's own identifiers begin with.
    """

    def __init__(self, base: str = BASE) -> None:
        self.base = base

    def head(self, remarks: Iterable[str] = ()) -> str:
        """What a file begins with; `remarks` become comments where the format has them."""
        return ""

    def tail(self) -> str:
        """What a file ends with."""
        return ""

    def node(self, node: str) -> Any:
        """A node, claim or anything else of ours, by its identifier."""
        raise NotImplementedError

    def once(self, kind: str, key: str) -> Any:
        """The same of a claim, citation, nanopublication or edge, of which nothing is kept."""
        return self.node(f"{kind}/{key}")

    def name(self, name: str) -> Any:
        """A word of a vocabulary, by its name with a prefix."""
        raise NotImplementedError

    def address(self, url: str) -> Any:
        """A resource by its full IRI, as `visavis.schema.linked.address` gives it."""
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

    def inner(self, pairs: Pairs) -> Any:
        """What is said of resources without a name, for `nested`, as often as it is wanted."""
        raise NotImplementedError

    def nested(self, inner: Any) -> Any:
        """A resource without a name, within another."""
        raise NotImplementedError

    def resource(self, subject: Any, pairs: Pairs) -> list[str]:
        """The text of a resource in pieces; `subject` made by `node` or `name`."""
        raise NotImplementedError

    def triple(self, subject: Any, p: str, o: Any) -> list[str]:
        """The text of a single triple."""
        return self.resource(subject, ((p, o),))

    def graph(self, name: Any, pieces: list[str]) -> list[str]:
        """Resources as a named graph; without its name where the format has none."""
        return pieces


class Turtle(Writer):
    """Turtle; TriG where graphs are named."""

    def __init__(self, base: str = BASE) -> None:
        super().__init__(base)
        self.node = lru_cache(maxsize=65_536)(self._node)  # type: ignore[method-assign]
        self.text = _quoted  # type: ignore[method-assign, assignment]

    def once(self, kind: str, key: str) -> str:
        return f"{kind}:{key}" if _is_local(key) else self._node(f"{kind}/{key}")

    def _node(self, node: str) -> str:
        prefix, _, local = node.partition("/")
        if prefix in OWN and _is_local(local):  # as most are
            return f"{prefix}:{local}"
        local = quote(local, safe="/")
        if prefix in OWN and local:
            if _is_local(_ESCAPED.sub("", local)) and local[-1] not in "/%":
                # A per cent sign and its digits may stand as they are, a slash wants a backslash.
                return f"{prefix}:" + local.replace("/", "\\/")
        return f"<{iri(node, self.base)}>"

    def head(self, remarks: Iterable[str] = ()) -> str:
        told = "".join(f"# {remark}\n" for remark in remarks)
        names = prefixes(self.base).items()
        return told + "".join(f"@prefix {p}: <{i}> .\n" for p, i in names) + "\n"

    def name(self, name: str) -> str:
        return name

    def address(self, url: str) -> str:
        return f"<{url}>"

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

    def inner(self, pairs: Pairs) -> str:
        return "[ " + " ; ".join([f"{'a' if p == 'rdf:type' else p} {o}" for p, o in pairs]) + " ]"

    def nested(self, inner: str) -> str:
        return inner

    def resource(self, subject: str, pairs: Pairs) -> list[str]:
        told: list[str] = []
        last = ""
        for p, o in pairs:
            if p == last:
                told[-1] += f", {o}"
            else:
                last = p
                told.append(f"a {o}" if p == "rdf:type" else f"{p} {o}")
        return [f"{subject} ", " ;\n  ".join(told), " .\n"]

    def triple(self, subject: str, p: str, o: str) -> list[str]:
        return [f"{subject} {p} {o} .\n"]

    def graph(self, name: str, pieces: list[str]) -> list[str]:
        return [f"{name} {{\n", *pieces, "}\n"]


class NTriples(Writer):
    """N-Triples: every triple on a line of its own."""

    def __init__(self, base: str = BASE) -> None:
        super().__init__(base)
        self.node = lru_cache(maxsize=65_536)(self._node)  # type: ignore[method-assign]
        self.text = _quoted  # type: ignore[method-assign, assignment]
        self._blank = 0
        self._nested: list[str] = []  # of the resource that is written next

    def once(self, kind: str, key: str) -> str:
        if is_plain(key):
            return f"<{self.base}{kind}/{key}>"
        return self._node(f"{kind}/{key}")

    def _node(self, node: str) -> str:
        return f"<{iri(node, self.base)}>"

    def name(self, name: str) -> str:
        return _FULL[name].rstrip()

    def address(self, url: str) -> str:
        return f"<{url}>"

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
        first, rest = _FULL["rdf:first"], _FULL["rdf:rest"]
        for item in reversed(items):
            self._blank += 1
            name = f"_:b{self._blank}"
            self._nested.append(f"{name} {first}{item} .\n{name} {rest}{made} .\n")
            made = name
        return made

    def inner(self, pairs: Pairs) -> list[str]:
        return ["", *(f" {_FULL[p]}{o} .\n" for p, o in pairs)]

    def nested(self, inner: list[str]) -> str:
        self._blank += 1
        name = f"_:b{self._blank}"
        self._nested.append(name.join(inner))
        return name

    def resource(self, subject: str, pairs: Pairs) -> list[str]:
        pieces = [f" .\n{subject} "] * (2 * len(pairs))
        pieces[1::2] = [_FULL[p] + o for p, o in pairs]
        pieces[0] = f"{subject} "
        pieces.append(" .\n")
        if self._nested:
            pieces += self._nested
            self._nested.clear()
        return pieces

    def triple(self, subject: str, p: str, o: str) -> list[str]:
        return [f"{subject} {_FULL[p]}{o} .\n"]


class JsonLd(Writer):
    """JSON-LD in the words of `context()`: one resource a line, the context within the file.

    Keys stand in the order of Streaming JSON-LD: types first, then identifiers.
    """

    def __init__(self, base: str = BASE) -> None:
        super().__init__(base)
        self._first = True
        told = context()
        self._nodes = frozenset(k for k, v in told.items() if isinstance(v, dict))

    def head(self, remarks: Iterable[str] = ()) -> str:
        return f'{{"@context":{_compact(context(self.base))},\n"@graph":[\n'

    def tail(self) -> str:
        return "\n]}\n"

    def node(self, node: str) -> Any:
        prefix, _, local = node.partition("/")
        if prefix in OWN and _is_local(local):
            return {"@id": f"{prefix}:{local}"}
        if prefix in OWN and local and not local.startswith("/"):
            return {"@id": f"{prefix}:{quote(local, safe='/')}"}
        return {"@id": iri(node, self.base)}

    def name(self, name: str) -> Any:
        return {"@id": name}

    def address(self, url: str) -> Any:
        return {"@id": url}

    def text(self, text: str) -> Any:
        return text

    def said(self, text: str) -> Any:
        return {"@value": text, "@language": "en"}

    def typed(self, text: str, kind: str) -> Any:
        return {"@type": kind, "@value": text}

    def whole(self, number: int) -> Any:
        return number

    def truth(self, value: bool) -> Any:
        return value

    def listed(self, items: Sequence[Any]) -> Any:
        return {"@list": list(items)}

    def nested(self, inner: dict[str, Any]) -> dict[str, Any]:
        return inner

    def inner(self, pairs: Pairs) -> dict[str, Any]:
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

    def resource(self, subject: Any, pairs: Pairs) -> list[str]:
        between = "" if self._first else ",\n"
        self._first = False
        made = self.inner(pairs)
        first = {"@type": made.pop("@type")} if "@type" in made else {}
        return [between, _compact({**first, **subject, **made})]


_compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class _Names(dict[str, str]):
    """Full IRIs in brackets and a blank, by names with a prefix."""

    def __missing__(self, name: str) -> str:
        made = self[name] = f"<{expand(name)}> "
        return made


_FULL = _Names()
