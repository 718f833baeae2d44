"""The graph as linked data: Turtle, N-Triples, JSON-LD, and TriG with a nanopublication a claim.

A file holds three things, each of which can be read without the others:

- the claims, each a statement (`rdf:subject`, `rdf:predicate`, `rdf:object`) with all that it
  carries, so that `visavis.ingest.rdf` reads the same claims back;
- the nodes and edges that follow from them, as direct triples (`actor:reagan visavis:credit
  actor:gorbachev`), in the words of SEM, PROV-O, SKOS and schema.org too, for SPARQL;
- of each edge a resource with its date, its qualities and the claims it rests on.

Sorted and without a clock: the same graph gives the same bytes, on either engine. Nothing is held:
memory does not grow with the graph, only with what is withheld (`visavis.exchange.leaving`).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache, partial
from pathlib import Path
from typing import IO, Any

from visavis.exchange.leaving import Exported, Leaving, leaving, settled
from visavis.graph.connect import Graph
from visavis.schema import dates
from visavis.schema.claims import Citation, Claim
from visavis.schema.errors import NotFoundError
from visavis.schema.linked import BASE, CITO, LITERALS, OWN, date_type, edge_class, predicate_of
from visavis.schema.model import Predicate, model
from visavis.schema.project import Edge, Node
from visavis.schema.triples import JsonLd, NTriples, Pairs, Turtle, Writer

__all__ = ["FORMATS", "export_rdf", "locate", "write_rdf"]

FORMATS = {".ttl": "turtle", ".nt": "ntriples", ".jsonld": "jsonld", ".trig": "trig"}
_TOGETHER = 512  # resources written at once
_WRITERS = {"turtle": Turtle, "ntriples": NTriples, "jsonld": JsonLd, "trig": Turtle}


def export_rdf(
    graph: Graph, path: Path, *, format: str = "", everything: bool = False, base: str = ""
) -> Exported:
    """Write what leaves `graph` to `path`.

    format: turtle, ntriples, jsonld or trig (each claim a nanopublication); by the ending of
    `path` where none is given (`FORMATS`). everything: also what is restricted or confidential,
    and informants' names. base: what identifiers begin with, if not with `linked.BASE`;
    NotFoundError for one that is no address. The file is written whole or not at all; EngineError
    if the graph is written to all the while.
    """
    if base and not _ADDRESS.fullmatch(base):
        message = f"'{base}' cannot begin identifiers"
        raise NotFoundError(message, ["an address that ends in / or #: https://example.org/graph/"])
    form = format or FORMATS[path.suffix.lower()]
    new = path.with_name(f".{path.name}.new")

    def work() -> Exported:
        told = leaving(graph, everything)
        with new.open("w", encoding="utf-8", newline="") as file:
            write_rdf(told, file, form, base)
        return told.done

    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        done = settled(graph, work)
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)
    return done


def write_rdf(told: Leaving, file: IO[str], format: str, base: str = "") -> None:
    """Write claims, nodes and edges to an open file, in one of the formats of `FORMATS`.

    base: what identifiers begin with, if not with `linked.BASE`. The ontology, its terms and
    schemes are everybody's and keep their names.
    """
    out = _Out(_WRITERS[format](), nanopublications=format == "trig")
    own = partial(_OURS.sub, base) if base else str
    file.write(own(out.head(told.done)))
    texts = itertools.chain(
        (out.claim(claim_id, claim) for claim_id, claim in told.claims()),
        map(out.node, told.nodes()),
        out.edges(told.edges()),
    )
    while some := list(itertools.islice(texts, _TOGETHER)):
        file.write(own("".join(some)))
    file.write(out.write.tail())


_SHARED = ("term", "scheme")
_OURS = re.compile(
    re.escape(BASE) + rf"(?=(?:{'|'.join(sorted(OWN.difference(_SHARED)))})/|export[>\"])"
)
_ADDRESS = re.compile(r"https?://[^\s<>\"{}|\\^`]+[/#]")


# -- places in sources ----------------------------------------------------------------------------

_PAGE = re.compile(r"(?:pp?\.\s*)?(\d+)(?:\s*[-\u2013]\s*\d+)?")
_CLOCK = r"(?:(\d+):)?(\d?\d):(\d\d(?:\.\d+)?)"
_TIME = re.compile(rf"(?:at\s+)?{_CLOCK}(?:\s*[-\u2013]\s*{_CLOCK})?")
_PDF = "http://tools.ietf.org/rfc/rfc3778"
_MEDIA = "http://www.w3.org/TR/media-frags/"


@lru_cache(maxsize=65_536)
def locate(locator: str) -> tuple[str, str] | None:
    """A page or a timecode as a fragment, and the standard it follows; None for other places.

    "191" and "pp. 191-3" give `page=191` (RFC 3778, the page on which the place begins), "1:07:30"
    and "1:07-2:10" give `t=4050` and `t=67,130` (W3C Media Fragments, seconds).
    """
    page = _PAGE.fullmatch(locator)
    if page:
        return f"page={page[1]}", _PDF
    time = _TIME.fullmatch(locator)
    if time is None:
        return None
    hours, minutes, seconds, *end = time.groups()
    told = f"t={_seconds(hours, minutes, seconds)}"
    return told + (f",{_seconds(*end)}" if end[1] else ""), _MEDIA


def _seconds(hours: str | None, minutes: str, seconds: str) -> str:
    whole, _, part = seconds.partition(".")
    total = int(hours or 0) * 3600 + int(minutes) * 60 + int(whole)
    return f"{total}.{part}" if part else str(total)


# -- resources ------------------------------------------------------------------------------------

_TYPES = {  # of nodes, besides our own
    "Actor": ("sem:Actor", "prov:Agent"),
    "Meeting": ("sem:Event", "prov:Activity"),
    "Phase": ("sem:Event",),
    "Ritual": ("sem:Event",),
    "Outcome": ("sem:Event",),
    "Source": ("prov:Entity",),
    "Place": ("sem:Place",),
    "Term": ("skos:Concept",),
}
_KINDS = {  # of actors
    "person": "schema:Person",
    "state": "schema:Country",
    "organisation": "schema:Organization",
    "delegation": "schema:Organization",
}
_LIVES = {  # of an organisation or state, and of a person
    "born": ("schema:foundingDate", "schema:birthDate"),
    "died": ("schema:dissolutionDate", "schema:deathDate"),
}
_BOUNDS = (  # ours, in the words of SEM
    ("earliest", "sem:hasEarliestBeginTimeStamp"),
    ("starts_by", "sem:hasLatestBeginTimeStamp"),
    ("ends_from", "sem:hasEarliestEndTimeStamp"),
    ("latest", "sem:hasLatestEndTimeStamp"),
)
_RECORD = {  # of a source's record; all of it stands in its claim
    "title": "dcterms:title",
    "author": "dcterms:creator",
    "editor": "schema:editor",
    "container": "schema:isPartOf",
    "publisher": "dcterms:publisher",
    "doi": "schema:identifier",
    "note": "rdfs:comment",
}
_ALSO = {  # what an edge says in the words of others: (predicate, whether turned round)
    "took_part": ("sem:hasActor", True),
    "performed": ("sem:hasActor", True),
    "held_at": ("sem:hasPlace", False),
    "part_of": ("sem:hasSubEvent", True),
    "broader": ("skos:broader", False),
}
_FIRST, _LAST = dates.to_seconds(1), dates.to_seconds(10_000)


_DEGREES = re.compile(r"(-?\d+(?:\.\d+)?),\s*(-?\d+(?:\.\d+)?)")
_MENTIONS = CITO["mentions"]
_Fields = tuple[tuple[str, str, Callable[[Any], Any]], ...]


class _Out:
    """Claims, nodes and edges as the text of resources."""

    def __init__(self, write: Writer, nanopublications: bool = False) -> None:
        self.write = write
        self.nanopublications = nanopublications
        self.types = {
            kind: ("rdf:type", write.name(f"visavis:{kind}")) for kind in ("Claim", "Citation")
        }
        self.truths = {value: write.truth(value) for value in (True, False)}
        # What comes again and again.
        many = lru_cache(maxsize=65_536)
        self.name = many(write.name)
        self.maker = many(self._maker)
        self.predicate = many(self._predicate)
        self.date = many(lambda text: write.typed(text, date_type(text)))
        self.instant = many(lambda seconds: write.typed(dates.iso(seconds), "xsd:dateTime"))
        self.word = many(lambda word: write.node(f"term/{word}"))
        self.coder = many(lambda key: write.node(f"coder/{key}"))
        self.fragment = many(self._fragment)
        # Fields that are told where they hold something: field, property, what makes its value.
        node, text = write.node, write.text
        self.voiced: _Fields = (
            ("basis", "visavis:basis", self.word),
            ("coder", "prov:wasAttributedTo", self.coder),
            ("said_by", "visavis:said_by", node),
            ("said_on", "visavis:said_on", self.date),
            ("read_by", "visavis:read_by", node),
            ("as_told", "visavis:as_told", text),
        )
        self.recorded: _Fields = (
            ("confidence", "visavis:confidence", self.word),
            ("correction", "visavis:correction", write.truth),
            ("coded_on", "visavis:coded_on", self.date),
            ("codebook", "visavis:codebook", text),
            ("memo", "visavis:memo", text),
            ("key", "visavis:key", text),
        )
        self.relied: _Fields = (
            ("via", "visavis:via", node),
            ("via_locator", "visavis:via_locator", text),
            ("quote", "visavis:quote", text),
        )

    def value(self, value: Any, kind: str) -> Any:
        """A claim's value or qualifier of a type of the model; a tuple is a list in order."""
        if type(value) is str:
            return self.maker(kind)(value)
        if type(value) is int:
            return self.write.whole(value)
        return self.write.listed([self.value(item, kind) for item in value])

    def _maker(self, kind: str) -> Callable[[str], Any]:
        """What makes a value of a type of the model, or an item of a list of such, of a text."""
        kind = kind.removesuffix("*")
        if kind in LITERALS:
            return self.date if kind == "edtf" else self.write.text
        return self.write.node if kind == "node" else self.word

    def head(self, done: Exported) -> str:
        """The beginning of the file, which says what is not in it."""
        w = self.write
        said = []
        if done.withheld_sources:
            said.append(
                f"Withheld: {_counted(done.withheld_sources, 'source')} not public, "
                f"{_counted(done.withheld_claims, 'claim')} resting on them."
            )
        if done.unnamed:
            said.append(f"Withheld: the names of {_counted(done.unnamed, 'informant')}.")
        pairs = [
            ("rdf:type", self.name("void:Dataset")),
            (
                "dcterms:title",
                w.said("A graph of diplomatic encounters, every claim with its source"),
            ),
            ("void:vocabulary", w.node("ontology")),
            *(("rdfs:comment", w.said(line)) for line in said),
        ]
        return w.head(said) + w.resource(w.node("export"), pairs)

    # -- claims -----------------------------------------------------------------------------------

    def claim(self, claim_id: str, claim: Claim) -> str:
        """A claim and its citations; as a nanopublication, four graphs."""
        w = self.write
        subject = w.once(f"claim/{claim_id}")
        cited = [
            (w.once(f"citation/{claim_id}_{number}"), self.citation(citation, number, claim))
            for number, citation in enumerate(claim.citations, 1)
        ]
        told = self.statement(claim)
        voice = self.voice(claim)
        voice += [("visavis:citation", name) for name, _ in cited]
        record = self.record(claim_id, claim)
        places = [w.resource(name, pairs) for name, pairs in cited]
        if self.nanopublications:
            return self.nanopublication(claim_id, claim, told, voice, record, places)
        return w.resource(subject, [*told, *voice, *record]) + "".join(places)

    def nanopublication(
        self,
        claim_id: str,
        claim: Claim,
        told: Pairs,
        voice: Pairs,
        record: Pairs,
        places: list[str],
    ) -> str:
        """The four graphs of a claim; together they say what the claim says elsewhere, and more."""
        w = self.write
        subject, whole = w.once(f"claim/{claim_id}"), w.once(f"nanopub/{claim_id}")
        head, said, source, about = (
            w.once(f"nanopub/{claim_id}_{part}")
            for part in ("head", "assertion", "provenance", "pubinfo")
        )
        parts = [
            ("rdf:type", self.name("np:Nanopublication")),
            ("np:hasAssertion", said),
            ("np:hasProvenance", source),
            ("np:hasPublicationInfo", about),
        ]
        assertion = [w.resource(subject, told)]
        if claim.supported:  # what a source only disputes is not asserted
            value = dict(told)["rdf:object"]
            direct = w.resource(w.node(claim.subject), [(f"visavis:{claim.predicate}", value)])
            assertion.insert(0, direct)
        rests = [("prov:wasDerivedFrom", w.node(c.source)) for c in claim.citations]
        publication = [("npx:introduces", subject), ("dcterms:identifier", w.text(claim_id))]
        if claim.coder:
            rests.insert(0, ("prov:wasAttributedTo", self.coder(claim.coder)))
            publication.append(("dcterms:creator", self.coder(claim.coder)))
        if claim.coded_on:
            publication.append(("dcterms:created", self.date(claim.coded_on)))
        return (
            w.graph(head, [w.resource(whole, parts)])
            + w.graph(said, assertion)
            + w.graph(source, [w.resource(said, rests), w.resource(subject, voice), *places])
            + w.graph(about, [w.resource(whole, publication), w.resource(subject, record)])
        )

    def statement(self, claim: Claim) -> list[tuple[str, Any]]:
        """What is claimed."""
        w = self.write
        p, name, qualities = self.predicate(claim.predicate)
        told = [
            self.types["Claim"],
            ("rdf:subject", w.node(claim.subject)),
            name,
            ("rdf:object", w.node(claim.object) if p.edge else self.value(claim.value, p.type)),
        ]
        if claim.about:
            told.append(("visavis:about", w.node(claim.about)))
        for quality, value in sorted(claim.qualifiers.items()):
            told.append((qualities[quality], self.value(value, p.qualifiers[quality])))
        if claim.date:
            told.append(("visavis:date", self.date(claim.date)))
        return told

    def _predicate(self, name: str) -> tuple[Predicate, tuple[str, Any], dict[str, str]]:
        """A predicate, the pair that names it, and the names of its qualifiers' properties."""
        p = model().predicates[name]
        names = {quality: f"visavis:{quality}" for quality in p.qualifiers}
        return p, ("rdf:predicate", self.name(f"visavis:{name}")), names

    def voice(self, claim: Claim) -> list[tuple[str, Any]]:
        """On what it rests and whose it is."""
        told = _held(claim, self.voiced)
        for citation in claim.citations:
            told.append((CITO.get(citation.relation, _MENTIONS), self.write.node(citation.source)))
        return told

    def record(self, claim_id: str, claim: Claim) -> list[tuple[str, Any]]:
        """How it was coded, and where it stands."""
        w = self.write
        told = [("visavis:status", self.word(claim.status)), *_held(claim, self.recorded)]
        if claim.order is not None:
            told.append(("schema:position", w.whole(claim.order)))
        if claim.id != claim_id:
            told.append(("visavis:redacted", self.truths[True]))
        if claim.origin.file:
            told.append(("visavis:file", w.text(claim.origin.file)))
            told.append(("visavis:line", w.whole(claim.origin.line)))
        return told

    def citation(self, citation: Citation, number: int, claim: Claim) -> Pairs:
        """A place in a source; its number where a claim has several, since their order counts."""
        w = self.write
        told = [
            self.types["Citation"],
            ("oa:hasSource", w.node(citation.source)),
            ("visavis:relation", self.word(citation.relation)),
        ]
        if len(claim.citations) > 1:
            told.append(("schema:position", w.whole(number)))
        if citation.locator:
            told.append(("visavis:locator", w.text(citation.locator)))
            fragment = self.fragment(citation.locator)
            if fragment:
                told.append(("oa:hasSelector", w.nested(fragment)))
        return told + _held(citation, self.relied)

    def _fragment(self, locator: str) -> Pairs:
        """What a selector says of a page or a timecode; nothing of other places."""
        place = locate(locator)
        if place is None:
            return ()
        return (
            ("rdf:type", self.name("oa:FragmentSelector")),
            ("rdf:value", self.write.text(place[0])),
            ("dcterms:conformsTo", self.write.address(place[1])),
        )

    # -- nodes ------------------------------------------------------------------------------------

    def node(self, node: Node) -> str:
        """A node with its properties as direct triples."""
        w = self.write
        told = dict(node.properties)
        label = told.get("name") or told.get("title") or told.get("label") or told.get("citation")
        if node.label == "Source":
            label = told.get("citation") or label
        pairs: list[tuple[str, Any]] = [
            ("rdf:type", self.name(f"visavis:{node.label}")),
            *(("rdf:type", self.name(name)) for name in _TYPES.get(node.label, ())),
        ]
        if node.label == "Actor" and told.get("kind") in _KINDS:
            pairs.append(("rdf:type", self.name(_KINDS[told["kind"]])))
        if label:
            pairs.append(("rdfs:label", w.text(str(label))))
        if node.label == "Source":
            pairs += self.source(told)
        for p in _properties(node.label):
            if p.property not in told:
                continue
            values = told[p.property]
            for value in values if isinstance(values, list) else (values,):
                pairs.append((f"visavis:{p.key_name}", self.value(value, p.type)))
            if p.key_name in _LIVES:
                word = _LIVES[p.key_name][told.get("kind") in ("person", "role")]
                pairs.append((word, self.value(values, p.type)))
        if node.label == "Term":
            pairs += self.term(told)
        if "order" in told:
            pairs.append(("schema:position", w.whole(told["order"])))
        if "seconds" in told:
            pairs.append(("visavis:seconds", w.whole(told["seconds"])))
            pairs.append(("visavis:seconds_how", self.word(told["seconds_how"])))
            if told["in_total"]:
                pairs.append(("visavis:in_total", self.truths[True]))
        for text in told.get("identifiers", ()):
            register, _, key = str(text).partition(":")
            if register == "wikidata" and re.fullmatch(r"Q\d+", key):
                pairs.append(("owl:sameAs", self.write.name(f"wd:{key}")))
        place = _DEGREES.fullmatch(str(told["coordinates"])) if "coordinates" in told else None
        if place:
            pairs.append(("geo:lat", w.typed(place[1], "xsd:decimal")))
            pairs.append(("geo:long", w.typed(place[2], "xsd:decimal")))
        pairs += self.when(told)
        pairs += self.contest(told)
        return w.resource(w.node(node.id), pairs)

    def source(self, told: dict[str, Any]) -> Iterator[tuple[str, Any]]:
        w = self.write
        for name, word in _RECORD.items():
            values = told.get(name) or []
            for value in values if isinstance(values, list) else [values]:
                yield word, w.text(str(value))
        kind = told.get("kind") or told.get("type")
        if kind:
            yield "dcterms:type", w.text(str(kind))
        if told.get("access"):
            yield "dcterms:accessRights", w.node(f"term/{told['access']}".partition(" ")[0])
        if re.match(r"https?://\S+$", str(told.get("url", ""))):
            yield "schema:url", w.address(told["url"])
        if told.get("issued"):
            try:
                text = dates.parse(str(told["issued"])).text
            except dates.DateError:
                yield "dcterms:issued", w.text(str(told["issued"]))
            else:
                yield "dcterms:issued", self.date(text)

    def term(self, told: dict[str, Any]) -> Iterator[tuple[str, Any]]:
        w = self.write
        if told.get("label"):
            yield "skos:prefLabel", w.text(told["label"])
        for word in told.get("also", ()):
            yield "skos:altLabel", w.text(word)
        if told.get("definition"):
            yield "skos:definition", w.text(told["definition"])
        if told.get("scheme"):
            yield "skos:inScheme", w.node(f"scheme/{told['scheme']}")
        if told.get("sign"):
            yield "visavis:sign", w.text(told["sign"])
        if told.get("intensity") is not None:
            yield "visavis:intensity", w.whole(told["intensity"])

    def when(self, told: dict[str, Any], word: str = "visavis:dated") -> list[tuple[str, Any]]:
        """Dates as told, and the instants between which it began and ended."""
        pairs = [(word, self.date(text)) for text in told.get("dates", ())]
        if not pairs:
            return pairs
        for name, bound in _BOUNDS:
            instant = told.get(name)
            # Others are unbounded, or beyond what a dateTime can say.
            if instant is not None and _FIRST <= instant < _LAST:
                pairs.append((bound, self.instant(instant)))
        if told.get("marked"):
            pairs.append(("visavis:marked", self.truths[True]))
        return pairs

    def contest(self, told: dict[str, Any]) -> list[tuple[str, Any]]:
        """Whether and by what it is contested, and which edges rival it."""
        if not told.get("contested"):
            return []
        w = self.write
        pairs = [("visavis:contested", self.truths[True])]
        pairs += [("visavis:contested_by", w.text(word)) for word in told.get("contested_by", ())]
        pairs += [("visavis:rival", w.once(f"edge/{edge}")) for edge in told.get("rival_edges", ())]
        return pairs

    # -- edges ------------------------------------------------------------------------------------

    def edges(self, edges: Iterable[Edge]) -> Iterator[str]:
        """Each edge as a resource, and once for all edges that say so the triple itself."""
        w = self.write
        last: tuple[str, str, str] | None = None
        for edge in edges:
            name = predicate_of(edge.type, edge.properties).key_name
            start, end = w.node(edge.start), w.node(edge.end)
            text = w.resource(w.once(f"edge/{edge.id}"), self.edge(edge, name, start, end))
            if (name, edge.start, edge.end) != last:
                last = name, edge.start, edge.end
                text += w.resource(start, [(f"visavis:{name}", end)])
                if name in _ALSO:
                    word, turned = _ALSO[name]
                    one, other = (end, start) if turned else (start, end)
                    text += w.resource(one, [(word, other)])
            yield text

    def edge(self, edge: Edge, predicate: str, start: Any, end: Any) -> list[tuple[str, Any]]:
        """What an edge carries, and the claims that it rests on."""
        w = self.write
        told = edge.properties
        p, name, qualities = self.predicate(predicate)
        pairs = [
            ("rdf:type", self.name(edge_class(edge.type))),
            ("rdf:subject", start),
            name,
            ("rdf:object", end),
        ]
        for quality in sorted(qualities.keys() & told.keys()):
            values, kind = told[quality], p.qualifiers[quality]
            for value in values if isinstance(values, list | tuple) else (values,):
                pairs.append((qualities[quality], self.value(value, kind)))
        if "order" in told and "order" not in p.qualifiers:
            pairs.append(("schema:position", w.whole(told["order"])))
        pairs += self.when(told, "visavis:date")
        pairs.append(("visavis:about", w.node(told["about"])))
        if told.get("basis"):
            pairs.append(("visavis:basis", self.word(told["basis"])))
        if told.get("confidence"):
            pairs.append(("visavis:confidence", self.word(told["confidence"])))
        pairs.append(("visavis:machine", self.truths[bool(told.get("machine"))]))
        for claim_id in told["claims"]:
            pairs.append(("prov:wasDerivedFrom", w.once(f"claim/{claim_id}")))
        pairs += self.contest(told)
        return pairs


def _held(thing: Claim | Citation, told: _Fields) -> list[tuple[str, Any]]:
    """Of some fields those that hold something, as pairs of a property and its value."""
    return [(name, make(value)) for field, name, make in told if (value := getattr(thing, field))]


def _counted(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"


@lru_cache(maxsize=64)
def _properties(label: str) -> list[Predicate]:
    """What is told of nodes of a label by their properties, but what has triples of its own."""
    return [
        p
        for p in model().predicates.values()
        if p.property and label in p.subject and p.key_name != "dated" and p.type != "json"
    ]
