"""A graph in RDF, read back into claims: Turtle, TriG, N-Triples, N-Quads and JSON-LD.

Read are the claims (`visavis:Claim`) and their citations; the nodes, edges and graphs' names of
the same file follow from them and are passed over. Of a claim every property must be one that
`visavis.exchange.rdf` writes: what is not understood is a fault, not silence. A claim's identifier
is the hash of what it says, so a statement that was changed on the way is found.

pyoxigraph parses: it fetches nothing, neither a context of JSON-LD nor anything else. RDF/XML,
whose entities can swell without bound, is not read.
"""

from __future__ import annotations

import importlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, replace
from functools import partial
from pathlib import Path
from typing import Any

from visavis.schema.claims import Citation, Claim, Origin, Problem, problems
from visavis.schema.errors import DataError, Fault, VisavisError
from visavis.schema.linked import BASE, CITO, DATES, LITERALS, ONTOLOGY, XSD, expand, iri, node_of
from visavis.schema.model import Predicate, Scheme, Term, Vocabulary, model
from visavis.schema.text import closest

__all__ = ["ENDINGS", "LARGEST", "read_claims", "read_document", "shape_faults"]

ENDINGS = (".ttl", ".trig", ".nt", ".nq", ".jsonld")
LARGEST = 256_000_000  # bytes; some 200,000 claims, read in some 2 GB
LARGEST_SHAPED = 20_000_000  # bytes; pyshacl takes seconds for each million
LARGEST_HELD = 64_000_000  # bytes of JSON-LD, of which the parser takes 18 times as much
MOST_FAULTS = 100  # of one file
LONGEST_LIST = 10_000
MOST_CELLS = 1_000_000  # of all lists; a cell of one byte in the file takes a kilobyte here

_OTHERS = re.compile(r"(https?://.+[/#])claim/.+")  # a claim, where identifiers begin otherwise
_HASH = re.compile(r"c-[0-9a-f]{16}")
_NODES = frozenset(kind.prefix for kind in model().nodes.values())
_NODE = re.compile(r"[a-z]+(?:/[a-z0-9._-]+)+")
_TERM, _CODER = frozenset({"term"}), frozenset({"coder"})
_TYPE, _CLAIM = expand("rdf:type"), ONTOLOGY + "Claim"
_FIRST, _REST, _NIL = (expand(f"rdf:{name}") for name in ("first", "rest", "nil"))
_STRINGS = frozenset({XSD + "string", *DATES})

Node = Any  # of pyoxigraph: NamedNode, BlankNode or Literal


class _Wrong(Exception):
    """What is wrong with one claim, and what to do."""

    def __init__(self, message: str, advice: str = "", code: str = "rdf") -> None:
        super().__init__(message)
        self.message, self.advice, self.code = message, advice, code


def read_claims(
    path: Path, name: str, terms: Vocabulary | None = None, largest: int = LARGEST
) -> tuple[list[Claim], list[Fault]]:
    """The right claims of the graph in `path`, in order of identifiers, and what is wrong.

    name: the file as faults call it. terms: the vocabulary that claims are held against, with the
    terms that the file itself defines; without one they are not checked against the model. The
    origin of a claim is the one that the file tells.
    Raises DataError where the file cannot be parsed, holds no claim, or is larger than `largest`
    bytes.
    """
    told = _Told(path, name, largest)
    read: list[tuple[str, Claim]] = []
    faults: list[Fault] = []
    for called in sorted(told.claims):
        claim_id = node_of(called, told.base).removeprefix("claim/")
        try:
            read.append((claim_id, told.claim(called, claim_id)))
        except _Wrong as wrong:
            record = f"claim {claim_id}"
            faults.append(Fault(name, None, record, wrong.message, wrong.advice, code=wrong.code))
    if not told.claims:
        advice = "export it with `visavis export graph.ttl`, or write claims as docs/rdf.md says"
        raise DataError([Fault(name, None, "", "holds no claim", advice, code="rdf")])
    known = _with_own(terms, [claim for _, claim in read]) if terms else None
    claims: list[Claim] = []
    for claim_id, claim in read:
        wanting = problems(claim, known) if known else []
        if not wanting and claim.id != claim_id:
            message = f"says something else than its identifier, which would be {claim.id}"
            advice = f"call it <{told.base}claim/{claim.id}>, or give it a visavis:key of your own"
            wanting = [Problem("id", message, advice, "changed")]
        if not wanting:
            claims.append(claim)
        faults += [
            Fault(name, None, f"claim {claim_id}", w.message, w.advice, code=w.code)
            for w in wanting
        ]
    return claims, _placed(_few(faults, name), path)


def read_document(path: Path, name: str, terms: Vocabulary) -> tuple[list[Claim], list[Fault]]:
    """The claims of the graph in `path` as those of a document called `name`, where they now stand.

    Otherwise as `read_claims`.
    """
    claims, faults = read_claims(path, name, terms)
    return [replace(claim, origin=Origin(name, 0)) for claim in claims], faults


def shape_faults(path: Path, name: str, terms: Vocabulary) -> list[Fault]:
    """Where the graph in `path` departs from the shapes (`visavis.schema.ontology.shapes`).

    The shapes look at nodes and edges too, which `read_claims` passes over. A file larger than
    `LARGEST_SHAPED` bytes is not looked at, and a warning says so.
    """
    if path.stat().st_size > LARGEST_SHAPED:
        message = f"is larger than {LARGEST_SHAPED / 1e6:,.0f} MB"
        advice = "its claims were checked, its nodes and edges were not held against the shapes"
        return [Fault(name, None, "", message, advice, "warning", "size")]
    ox, pyshacl = _needed("pyoxigraph"), _needed("pyshacl")
    from rdflib import RDF, SH, Graph

    from visavis.schema.ontology import shapes

    # rdflib would fetch contexts, so it is given what was parsed here; what only RDF 1.2 knows
    # (triples as objects, the direction of a text) it does not read, and no shape looks at it.
    triples = (
        ox.Triple(q.subject, q.predicate, q.object)
        for q in _quads(path, name, LARGEST)
        if not isinstance(q.object, ox.Triple) and not getattr(q.object, "direction", None)
    )
    plain = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
    graph = Graph().parse(data=plain, format="nt")
    _, report, _ = pyshacl.validate(
        graph,
        shacl_graph=Graph().parse(data=shapes(terms), format="turtle"),
        inplace=True,
    )
    found = []
    for result in report.subjects(RDF.type, SH.ValidationResult):
        focus = str(report.value(result, SH.focusNode))
        told = str(report.value(result, SH.resultMessage)).partition("\n")[0]
        at = str(report.value(result, SH.resultPath) or "").rpartition("#")[2].rpartition("/")[2]
        found.append(((node_of(focus) or focus).replace("/", " ", 1), at, told))
    faults = [
        Fault(name, None, record, f"{at}: {told}" if at else told, code="shape")
        for record, at, told in sorted(set(found))
    ]
    return _placed(_few(faults, name), path)


def _few(faults: list[Fault], name: str) -> list[Fault]:
    """At most `MOST_FAULTS` of them, and how many more there are."""
    if len(faults) <= MOST_FAULTS:
        return faults
    more = f"and {len(faults) - MOST_FAULTS:,} more such faults"
    return [*faults[:MOST_FAULTS], Fault(name, None, "", more, code="rdf")]


def _with_own(terms: Vocabulary, claims: list[Claim]) -> Vocabulary:
    """The vocabulary with the terms that the claims define and it does not."""
    own: dict[str, Term] = {}
    for claim in claims:
        slug = claim.subject.partition("/")[2]
        if claim.predicate == "defined_as" and slug not in terms.terms:
            said = claim.qualifiers
            own[slug] = Term(
                slug, str(said.get("scheme", "")), str(said.get("label", slug)), claim.value, "",
                sign=str(said.get("sign", "")),
            )  # fmt: skip
    schemes = {term.scheme: Scheme(term.scheme, term.scheme, "") for term in own.values()}
    return terms.plus(schemes, own) if own else terms


def _placed(faults: list[Fault], path: Path) -> list[Fault]:
    """Faults with the line in which each one's record is first named, where lines tell that."""
    wanted = {_key(fault.record) for fault in faults if " " in fault.record}
    if not wanted:
        return faults
    lines: dict[str, int] = {}
    # In Turtle `phase/geneva-1985/walk` is `phase:geneva-1985\/walk`.
    named = "|".join(re.escape(key).replace("/", r"\\?[:/]") for key in wanted)
    pattern = re.compile(rf"(?:{named})(?![\w-])".encode())
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            for found in pattern.findall(line):
                lines.setdefault(_key(found.decode()), number)
            if len(lines) == len(wanted):
                break
    return [replace(fault, line=lines.get(_key(fault.record)) or fault.line) for fault in faults]


def _key(record: str) -> str:
    """What a record is called, however the format writes it."""
    return re.sub(r"\\?[:/]", "/", record.replace(" ", "/", 1))


class _Told:
    """What a file tells: of each claim, citation and cell of a list its properties and values."""

    def __init__(self, path: Path, name: str, largest: int) -> None:
        self.claims: dict[str, dict[str, list[Node]]] = {}
        self.citations: dict[str, dict[str, list[Node]]] = {}
        self.cells: dict[Node, dict[str, Node]] = defaultdict(dict)
        self.base = BASE  # what the graph's own identifiers begin with
        ox = _needed("pyoxigraph")
        self.blank, self.literal, self.named = ox.BlankNode, ox.Literal, ox.NamedNode
        try:
            if other := self._take(_quads(path, name, largest), name):
                self.base = other
                self.cells.clear()
                self._take(_quads(path, name, largest), name)
        except SyntaxError as error:
            raise DataError([_refused(name, *_located(path, error))]) from None
        except (ValueError, RecursionError, UnicodeError) as error:
            raise DataError([_refused(name, None, str(error))]) from None

    def _take(self, quads: Iterator[Any], name: str) -> str:
        """Take all in; or only say what its claims begin with, where that is not `self.base`."""
        blank, named = self.blank, self.named
        claims, citations = (f"{self.base}{kind}/" for kind in ("claim", "citation"))
        for quad in quads:
            subject, p, o = quad.subject, quad.predicate.value, quad.object
            if isinstance(subject, named):
                iri = subject.value
                if iri.startswith(claims):
                    told = self.claims
                elif iri.startswith(citations):
                    told = self.citations
                else:
                    if p == _TYPE and _value(o) == _CLAIM:
                        other = _OTHERS.fullmatch(iri)
                        if other and self.base == BASE and not self.claims:
                            return str(other[1])
                        raise DataError([_strange(name, iri)])
                    continue
                values = told.setdefault(iri, {}).setdefault(p, [])
                if o not in values:
                    values.append(o)
                    if len(values) > LONGEST_LIST:  # each is looked for among the others
                        raise DataError([_endless(name, node_of(iri, self.base), LONGEST_LIST)])
            elif isinstance(subject, blank):
                if p in (_FIRST, _REST):
                    self.cells[subject][p] = o
                    if len(self.cells) > MOST_CELLS:
                        raise DataError([_endless(name, "its lists", MOST_CELLS)])
                elif p == _TYPE and _value(o) == _CLAIM:
                    raise DataError([_strange(name, "a blank node")])
        return ""

    # -- values -----------------------------------------------------------------------------------

    def text(self, o: Node) -> str:
        """A literal as text."""
        if not isinstance(o, self.literal):
            raise _Wrong(f"'{_shown(o)}' stands where text is wanted")
        if o.language or o.datatype.value not in _STRINGS:
            kind = f"in the language '{o.language}'" if o.language else f"a {o.datatype.value}"
            raise _Wrong(f"'{_shown(o)}' is {kind}", "write it as plain text")
        return str(o.value)

    def whole(self, o: Node) -> int:
        """A literal as a whole number."""
        right = isinstance(o, self.literal) and o.datatype.value == XSD + "integer"
        if not right or not re.fullmatch(r"[+-]?\d{1,18}", o.value):
            raise _Wrong(f"'{_shown(o)}' is no whole number")
        return int(o.value)

    def truth(self, o: Node) -> bool:
        """A literal as true or false."""
        right = isinstance(o, self.literal) and o.datatype.value == XSD + "boolean"
        if not right or o.value not in ("true", "false", "1", "0"):
            raise _Wrong(f"'{_shown(o)}' is neither true nor false")
        return o.value in ("true", "1")

    def ours(self, o: Node, kinds: frozenset[str]) -> str:
        """A resource of ours of one of `kinds`, as its identifier."""
        found = node_of(o.value, self.base) if isinstance(o, self.named) else ""
        kind, _, key = found.partition("/")
        if kind not in kinds or not key:
            example = "term/handshake" if kinds == _TERM else f"{min(kinds)}/reagan"
            what = "term" if kinds == _TERM else "coder" if kinds == _CODER else "identifier"
            advice = f"write one such as <{iri(example, self.base)}>"
            raise _Wrong(f"'{_shown(o)}' is no {what}", advice)
        return found

    def node(self, o: Node) -> str:
        """A node as its identifier."""
        found = self.ours(o, _NODES)
        if not _NODE.fullmatch(found):
            advice = "keys are lower-case letters, digits, points and hyphens"
            raise _Wrong(f"'{_shown(o)}' is no identifier", advice)
        return found

    def term(self, o: Node) -> str:
        """A term of the vocabulary as its word."""
        return self.ours(o, _TERM).partition("/")[2]

    def coder(self, o: Node) -> str:
        """A coder as the key."""
        return self.ours(o, _CODER).partition("/")[2]

    def value(self, o: Node, kind: str) -> Any:
        """A value of a type of the model; a list is a tuple."""
        kind = kind.removesuffix("*")
        if isinstance(o, self.blank) or (isinstance(o, self.named) and o.value == _NIL):
            return tuple(self.value(item, kind) for item in self.items(o))
        if isinstance(o, self.literal) and o.datatype.value == XSD + "integer":
            return self.whole(o)
        if kind == "node":
            return self.node(o)
        return self.text(o) if kind in (*LITERALS, "integer") else self.term(o)

    def items(self, head: Node) -> list[Node]:
        """The items of a list."""
        found: list[Node] = []
        while not (isinstance(head, self.named) and head.value == _NIL):
            cell = self.cells.get(head, {})
            if _FIRST not in cell or _REST not in cell or len(found) > LONGEST_LIST:
                raise _Wrong("a list does not end", "end it with rdf:nil")
            found.append(cell[_FIRST])
            head = cell[_REST]
        return found

    # -- claims -----------------------------------------------------------------------------------

    def claim(self, iri: str, claim_id: str) -> Claim:
        """The claim of an IRI; _Wrong where it is none."""
        told = _Fields(self.claims[iri], _CLAIM_FIELDS)
        if told.one("rdf:type", _value) != _CLAIM:
            raise _Wrong("is not said to be a claim", "write `a visavis:Claim`")
        p = self.predicate(told.one("rdf:predicate", _value))
        subject = told.one("rdf:subject", self.node)
        data: dict[str, Any] = {}
        if p.edge:
            data["object"] = told.one("rdf:object", self.node)
        else:
            data["value"] = told.one("rdf:object", lambda o: self.value(o, p.type))
            if not isinstance(data["value"], str):
                raise _Wrong(f"'{data['value']}' stands where text is wanted")
        for name, (field, read) in _SAID.items():
            value = told.maybe(name, getattr(self, read))
            if value is not None:
                data[field] = value
        qualifiers = {}
        for name, kind in p.qualifiers.items():
            value = told.maybe(f"visavis:{name}", partial(self.value, kind=kind))
            if value is not None:
                qualifiers[name] = value
        redacted = told.maybe("visavis:redacted", self.truth)
        origin = Origin(
            told.maybe("visavis:file", self.text) or "", told.maybe("visavis:line", self.whole) or 0
        )
        cited = [self.citation(o) for o in told.all("visavis:citation")]
        told.finished(f"cannot be said of '{p.label}'")
        places = [place for place, _ in cited]
        if len(set(places)) < len(places):
            raise _Wrong(
                "two citations have one place in their order", "number them by schema:position"
            )
        claim = Claim(
            subject,
            p.key_name,
            qualifiers=qualifiers,
            citations=tuple(citation for _, citation in sorted(cited, key=lambda item: item[0])),
            origin=origin,
            **data,
        )
        if redacted and not claim.key and _HASH.fullmatch(claim_id):
            # It keeps the identifier under which the whole of it stands where it came from.
            return Claim.from_dict({**claim.to_dict(), "key": claim_id[2:]})
        return claim

    def predicate(self, iri: str) -> Predicate:
        name = iri.removeprefix(ONTOLOGY)
        if name == iri or name not in model().predicates:
            close = closest(name, model().predicates)
            advice = f"did you mean visavis:{close}?" if close else "see the ontology"
            raise _Wrong(f"'{name}' is no predicate of the model", advice, "predicate")
        return model().predicates[name]

    def citation(self, o: Node) -> tuple[int, Citation]:
        """The citation of an IRI, and its place among those of its claim."""
        iri = _value(o)
        if iri not in self.citations:
            raise _Wrong(f"nothing is told of its citation '{_shown(o)}'")
        told = _Fields(self.citations[iri], _CITATION_FIELDS)
        if told.one("rdf:type", _value) != ONTOLOGY + "Citation":
            raise _Wrong(f"'{_shown(o)}' is no citation", "write `a visavis:Citation`")
        data = {"source": told.one("oa:hasSource", self.node)}
        data["relation"] = told.one("visavis:relation", self.term)
        for name in ("locator", "via_locator", "quote"):
            data[name] = told.maybe(f"visavis:{name}", self.text) or ""
        data["via"] = told.maybe("visavis:via", self.node) or ""
        place = told.maybe("schema:position", self.whole)
        told.finished("cannot be said of a citation")
        return 1 if place is None else place, Citation(**data)


class _Fields:
    """The properties of one resource, each taken once; what is left over is a fault."""

    def __init__(self, told: Mapping[str, list[Node]], passed_over: frozenset[str]) -> None:
        self.told = {p: values for p, values in told.items() if p not in passed_over}

    def maybe(self, name: str, read: Callable[[Node], Any]) -> Any:
        """The one value of a property; None where nothing is told."""
        values = self.told.pop(expand(name), None)
        if values is None:
            return None
        if len(values) > 1:
            raise _Wrong(f"{name} is told twice", "keep one of the two")
        try:
            return read(values[0])
        except _Wrong as wrong:
            wrong.message = f"{name}: {wrong.message}"
            raise

    def one(self, name: str, read: Callable[[Node], Any]) -> Any:
        """The one value of a property that must be told."""
        value = self.maybe(name, read)
        if value is None:
            raise _Wrong(f"{name} is missing")
        return value

    def all(self, name: str) -> list[Node]:
        """The values of a property that may be told often."""
        return self.told.pop(expand(name), [])

    def finished(self, message: str) -> None:
        """_Wrong where something was told that nobody took."""
        for p in sorted(self.told):
            raise _Wrong(
                f"{p} {message}", "say it of another resource, or leave it out", "property"
            )


_SAID = {  # of a claim: property, field, and how it is read
    "visavis:about": ("about", "node"),
    "visavis:date": ("date", "text"),
    "visavis:basis": ("basis", "term"),
    "prov:wasAttributedTo": ("coder", "coder"),
    "visavis:coded_on": ("coded_on", "text"),
    "visavis:codebook": ("codebook", "text"),
    "visavis:confidence": ("confidence", "term"),
    "visavis:status": ("status", "term"),
    "visavis:memo": ("memo", "text"),
    "visavis:as_told": ("as_told", "text"),
    "schema:position": ("order", "whole"),
    "visavis:said_by": ("said_by", "node"),
    "visavis:said_on": ("said_on", "text"),
    "visavis:read_by": ("read_by", "node"),
    "visavis:correction": ("correction", "truth"),
    "visavis:key": ("key", "text"),
}
assert {field for field, _ in _SAID.values()} < {f.name for f in fields(Claim)}
# What is written for others to read, and follows from the rest.
_CLAIM_FIELDS = frozenset(expand(name) for name in CITO.values())
_CITATION_FIELDS = frozenset({expand("oa:hasSelector")})


def _quads(path: Path, name: str, largest: int) -> Iterator[Any]:
    ox = _needed("pyoxigraph")
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        advice = "convert it to Turtle (.ttl), for example with rapper or rdfpipe"
        raise DataError([Fault(name, None, "", "RDF/XML is not read", advice, code="rdf")])
    if path.stat().st_size > largest:
        message = f"is larger than {largest / 1e6:,.0f} MB"
        advice = "split it into several files, each with whole claims"
        raise DataError([Fault(name, None, "", message, advice, code="size")])
    form = ox.RdfFormat.from_extension(ending[1:])
    if ending == ".jsonld" and path.stat().st_size > LARGEST_HELD:
        form = ox.RdfFormat.STREAMING_JSON_LD  # in an order that ours has: context, type, id
    found: Iterator[Any] = ox.parse(path=str(path), format=form)
    return found


def _needed(module: str) -> Any:
    """A module of the extra `rdf`, imported where a graph is read and not before."""
    try:
        return importlib.import_module(module)
    except ImportError:
        message = f"reading RDF needs {module}: pip install 'visavis[rdf]'"
        raise VisavisError(message) from None


def _located(path: Path, error: SyntaxError) -> tuple[int | None, str]:
    """The line of a syntax error, and what is wrong with what stands there."""
    message = re.sub(r"^Parser error .*?: ", "", str(error.msg))
    line, start = error.lineno, error.offset
    keyword = re.match(r"@\w+", message)
    if line is None and keyword is None:
        return None, message
    odd = re.compile(rf'"{keyword[0]}"\s*:\s*[^"\s]' if keyword else "")
    with path.open(encoding="utf-8", errors="replace") as file:
        for number, text in enumerate(file, 1):
            if line is None and odd.search(text):  # pyoxigraph tells no line of such
                return number, message
            if number == line:
                end = error.end_offset if error.end_lineno == line else None
                term = text[start - 1 : end - 1 if end else None].strip() if start else ""
                term = term if len(term) <= 80 else term[:77] + "..."
                return line, f"'{term}': {message}" if term and term not in message else message
    return line, message


def _refused(name: str, line: int | None, message: str) -> Fault:
    if "LoadDocumentCallback" in message:
        message, advice = (
            "its context is elsewhere, and nothing is fetched",
            ('put the context into the file: {"@context": {...}, ...}'),
        )
        return Fault(name, line, "", message, advice, code="remote")
    return Fault(name, line, "", message, "mend it at that place", code="syntax")


def _endless(name: str, what: str, most: int) -> Fault:
    advice = "split the file into several, each with whole claims, or mend what made it"
    return Fault(name, None, what, f"more than {most:,} values", advice, code="size")


def _strange(name: str, what: str) -> Fault:
    advice = f"call it <{BASE}claim/c-...>"
    return Fault(
        name, None, what, "is a claim that is not called as claims are", advice, code="rdf"
    )


def _value(o: Node) -> str:
    """What a node is called, or a literal says; "" of a triple, which RDF 1.2 allows."""
    return str(getattr(o, "value", ""))


def _shown(o: Node) -> str:
    text = str(getattr(o, "value", o))
    return text if len(text) <= 80 else text[:77] + "..."
