"""The graph as linked data: Turtle, N-Triples, JSON-LD, and TriG with a nanopublication a claim.

A file holds three things, each of which can be read without the others:

- the claims, each a statement (`rdf:subject`, `rdf:predicate`, `rdf:object`) with all that it
  carries, so that `visavis.ingest.rdf` reads the same claims back;
- the nodes and edges that follow from them, as direct triples (`actor:reagan visavis:credit
  actor:gorbachev`), in the words of SEM, PROV-O, SKOS and schema.org too, for SPARQL;
- of each edge a resource with its date, its qualities and the claims it rests on.

Sorted and without a clock: the same graph gives the same bytes, on either engine. Nothing is held:
memory does not grow with the graph, unless something is withheld (`visavis.exchange.leaving`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

from visavis.exchange.leaving import Exported, Leaving, leaving, settled
from visavis.graph.connect import Graph
from visavis.schema import dates
from visavis.schema.claims import Citation, Claim
from visavis.schema.linked import CITO, LITERALS, date_type, edge_class, predicate_of
from visavis.schema.model import Predicate, model
from visavis.schema.project import Edge, Node
from visavis.schema.triples import JsonLd, NTriples, Pairs, Turtle, Writer

__all__ = ["FORMATS", "export_rdf", "locate", "write_rdf"]

FORMATS = {".ttl": "turtle", ".nt": "ntriples", ".jsonld": "jsonld", ".trig": "trig"}
_WRITERS = {"turtle": Turtle, "ntriples": NTriples, "jsonld": JsonLd, "trig": Turtle}


def export_rdf(graph: Graph, path: Path, *, format: str = "", everything: bool = False) -> Exported:
    """Write what leaves `graph` to `path`.

    format: turtle, ntriples, jsonld or trig (each claim a nanopublication); by the ending of
    `path` where none is given (`FORMATS`). everything: also what is restricted or confidential,
    and informants' names. The file is written whole or not at all; EngineError if the graph is
    written to all the while.
    """
    form = format or FORMATS[path.suffix.lower()]
    new = path.with_name(f".{path.name}.new")

    def work() -> Exported:
        told = leaving(graph, everything)
        with new.open("w", encoding="utf-8", newline="") as file:
            write_rdf(told, file, form)
        return told.done

    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        done = settled(graph, work)
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)
    return done


def write_rdf(told: Leaving, file: IO[str], format: str) -> None:
    """Write claims, nodes and edges to an open file, in one of the formats of `FORMATS`."""
    out = _Out(_WRITERS[format](), nanopublications=format == "trig")
    file.write(out.head(told.done))
    for claim_id, claim in told.claims():
        file.write(out.claim(claim_id, claim))
    for node in told.nodes():
        file.write(out.node(node))
    for text in out.edges(told.edges()):
        file.write(text)
    file.write(out.write.tail())


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
_BOUNDS = {  # ours, in the words of SEM
    "earliest": "sem:hasEarliestBeginTimeStamp",
    "starts_by": "sem:hasLatestBeginTimeStamp",
    "ends_from": "sem:hasEarliestEndTimeStamp",
    "latest": "sem:hasLatestEndTimeStamp",
}
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
_MODERN = dates.to_seconds(1), dates.to_seconds(10_000)


_MENTIONS = CITO["mentions"]
_iso = lru_cache(maxsize=65_536)(dates.iso)


class _Out:
    """Claims, nodes and edges as the text of resources."""

    def __init__(self, write: Writer, nanopublications: bool = False) -> None:
        self.write = write
        self.nanopublications = nanopublications
        self._names: dict[str, Any] = {}
        self._predicates: dict[str, tuple[bool, tuple[str, Any], str, Mapping[str, str]]] = {}
        self.types = {
            kind: ("rdf:type", write.name(f"visavis:{kind}")) for kind in ("Claim", "Citation")
        }

    def name(self, name: str) -> Any:
        """A word of a vocabulary; few and often."""
        made = self._names.get(name)
        if made is None:
            made = self._names[name] = self.write.name(name)
        return made

    def date(self, text: str) -> Any:
        return self.write.typed(text, date_type(text))

    def value(self, value: Any, kind: str) -> Any:
        """A claim's value or qualifier of a type of the model; a tuple is a list in order."""
        if isinstance(value, tuple):
            inner = kind.removesuffix("*")
            return self.write.listed([self.value(item, inner) for item in value])
        if type(value) is int:
            return self.write.whole(value)
        kind = kind.removesuffix("*")
        if kind == "node":
            return self.write.node(value)
        if kind == "edtf":
            return self.date(value)
        if kind in LITERALS:
            return self.write.text(value)
        return self.write.node(f"term/{value}")

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
        subject = w.node(f"claim/{claim_id}")
        cited = [
            (w.node(f"citation/{claim_id}_{number}"), self.citation(citation, number, claim))
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
        subject, whole = w.node(f"claim/{claim_id}"), w.node(f"nanopub/{claim_id}")
        head, said, source, about = (
            w.node(f"nanopub/{claim_id}_{part}")
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
            rests.insert(0, ("prov:wasAttributedTo", self.coder(claim)))
            publication.append(("dcterms:creator", self.coder(claim)))
        if claim.coded_on:
            publication.append(("dcterms:created", self.date(claim.coded_on)))
        return (
            w.graph(head, [w.resource(whole, parts)])
            + w.graph(said, assertion)
            + w.graph(source, [w.resource(said, rests), w.resource(subject, voice), *places])
            + w.graph(about, [w.resource(whole, publication), w.resource(subject, record)])
        )

    def coder(self, claim: Claim) -> Any:
        return self.write.node(f"coder/{claim.coder}")

    def statement(self, claim: Claim) -> list[tuple[str, Any]]:
        """What is claimed."""
        w = self.write
        edge, name, kind, qualifiers = self.predicate(claim.predicate)
        told = [
            self.types["Claim"],
            ("rdf:subject", w.node(claim.subject)),
            name,
            ("rdf:object", w.node(claim.object) if edge else self.value(claim.value, kind)),
        ]
        if claim.about:
            told.append(("visavis:about", w.node(claim.about)))
        for quality, value in sorted(claim.qualifiers.items()):
            told.append((f"visavis:{quality}", self.value(value, qualifiers.get(quality, "text"))))
        if claim.date:
            told.append(("visavis:date", self.date(claim.date)))
        return told

    def predicate(self, name: str) -> tuple[bool, tuple[str, Any], str, Mapping[str, str]]:
        """Of a predicate: whether it makes an edge, its name, the types of value and qualifiers."""
        made = self._predicates.get(name)
        if made is None:
            p = model().predicates[name]
            pair = ("rdf:predicate", self.name(f"visavis:{name}"))
            made = self._predicates[name] = (bool(p.edge), pair, p.type, p.qualifiers)
        return made

    def voice(self, claim: Claim) -> list[tuple[str, Any]]:
        """On what it rests and whose it is."""
        w = self.write
        told = []
        if claim.basis:
            told.append(("visavis:basis", w.node(f"term/{claim.basis}")))
        if claim.coder:
            told.append(("prov:wasAttributedTo", self.coder(claim)))
        if claim.said_by:
            told.append(("visavis:said_by", w.node(claim.said_by)))
        if claim.said_on:
            told.append(("visavis:said_on", self.date(claim.said_on)))
        if claim.read_by:
            told.append(("visavis:read_by", w.node(claim.read_by)))
        if claim.as_told:
            told.append(("visavis:as_told", w.text(claim.as_told)))
        for citation in claim.citations:
            told.append((CITO.get(citation.relation, _MENTIONS), w.node(citation.source)))
        return told

    def record(self, claim_id: str, claim: Claim) -> list[tuple[str, Any]]:
        """How it was coded, and where it stands."""
        w = self.write
        told = [("visavis:status", w.node(f"term/{claim.status}"))]
        if claim.confidence:
            told.append(("visavis:confidence", w.node(f"term/{claim.confidence}")))
        if claim.correction:
            told.append(("visavis:correction", w.truth(True)))
        if claim.order is not None:
            told.append(("schema:position", w.whole(claim.order)))
        if claim.coded_on:
            told.append(("visavis:coded_on", self.date(claim.coded_on)))
        if claim.codebook:
            told.append(("visavis:codebook", w.text(claim.codebook)))
        if claim.memo:
            told.append(("visavis:memo", w.text(claim.memo)))
        if claim.key:
            told.append(("visavis:key", w.text(claim.key)))
        if claim.id != claim_id:
            told.append(("visavis:redacted", w.truth(True)))
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
            ("visavis:relation", w.node(f"term/{citation.relation}")),
        ]
        if len(claim.citations) > 1:
            told.append(("schema:position", w.whole(number)))
        if citation.locator:
            told.append(("visavis:locator", w.text(citation.locator)))
            place = locate(citation.locator)
            if place:
                fragment = [
                    ("rdf:type", self.name("oa:FragmentSelector")),
                    ("rdf:value", w.text(place[0])),
                    ("dcterms:conformsTo", w.address(place[1])),
                ]
                told.append(("oa:hasSelector", w.nested(fragment)))
        if citation.via:
            told.append(("visavis:via", w.node(citation.via)))
        if citation.via_locator:
            told.append(("visavis:via_locator", w.text(citation.via_locator)))
        if citation.quote:
            told.append(("visavis:quote", w.text(citation.quote)))
        return told

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
            if p.property not in told or p.type in ("edtf", "json"):
                continue
            values = told[p.property]
            for value in values if isinstance(values, list) else [values]:
                pairs.append((f"visavis:{p.key_name}", self.value(value, p.type)))
        if node.label == "Term":
            pairs += self.term(told)
        if "order" in told:
            pairs.append(("schema:position", w.whole(told["order"])))
        if "seconds" in told:
            pairs.append(("visavis:seconds", w.whole(told["seconds"])))
            pairs.append(("visavis:seconds_how", w.node(f"term/{told['seconds_how']}")))
            if told["in_total"]:
                pairs.append(("visavis:in_total", w.truth(True)))
        for text in told.get("identifiers", ()):
            register, _, key = str(text).partition(":")
            if register == "wikidata" and re.fullmatch(r"Q\d+", key):
                pairs.append(("owl:sameAs", self.write.name(f"wd:{key}")))
        place = re.fullmatch(
            r"(-?\d+(?:\.\d+)?),\s*(-?\d+(?:\.\d+)?)", str(told.get("coordinates"))
        )
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

    def when(self, told: dict[str, Any], word: str = "visavis:dated") -> Iterator[tuple[str, Any]]:
        """Dates as told, and the instants between which it began and ended."""
        for text in told.get("dates", ()):
            yield word, self.date(text)
        for name, bound in _BOUNDS.items():
            instant = told.get(name)
            # Others are unbounded, or beyond what a dateTime can say.
            if instant is not None and _MODERN[0] <= instant < _MODERN[1]:
                yield bound, self.write.typed(_iso(instant), "xsd:dateTime")
        if told.get("marked"):
            yield "visavis:marked", self.write.truth(True)

    def contest(self, told: dict[str, Any]) -> Iterator[tuple[str, Any]]:
        if told.get("contested"):
            yield "visavis:contested", self.write.truth(True)
        for word in told.get("contested_by", ()):
            yield "visavis:contested_by", self.write.text(word)
        for edge in told.get("rival_edges", ()):
            yield "visavis:rival", self.write.node(f"edge/{edge}")

    # -- edges ------------------------------------------------------------------------------------

    def edges(self, edges: Iterable[Edge]) -> Iterator[str]:
        """Each edge as a resource, and once for all edges that say so the triple itself."""
        w = self.write
        last: tuple[str, str, str] | None = None
        for edge in edges:
            p = predicate_of(edge.type, edge.properties)
            start, end = w.node(edge.start), w.node(edge.end)
            text = w.resource(w.node(f"edge/{edge.id}"), list(self.edge(edge, p, start, end)))
            if (p.key_name, edge.start, edge.end) != last:
                last = p.key_name, edge.start, edge.end
                text += w.resource(start, [(f"visavis:{p.key_name}", end)])
                if p.key_name in _ALSO:
                    word, turned = _ALSO[p.key_name]
                    one, other = (end, start) if turned else (start, end)
                    text += w.resource(one, [(word, other)])
            yield text

    def edge(self, edge: Edge, p: Predicate, start: Any, end: Any) -> Iterator[tuple[str, Any]]:
        w = self.write
        told = edge.properties
        yield "rdf:type", self.name(edge_class(edge.type))
        yield "rdf:subject", start
        yield "rdf:predicate", self.name(f"visavis:{p.key_name}")
        yield "rdf:object", end
        for name in sorted(p.qualifiers.keys() & told.keys()):
            values = told[name]
            for value in values if isinstance(values, list | tuple) else [values]:
                yield f"visavis:{name}", self.value(value, p.qualifiers[name])
        if "order" in told and "order" not in p.qualifiers:
            yield "schema:position", w.whole(told["order"])
        yield from self.when(told, "visavis:date")
        yield "visavis:about", w.node(told["about"])
        if told.get("basis"):
            yield "visavis:basis", w.node(f"term/{told['basis']}")
        if told.get("confidence"):
            yield "visavis:confidence", w.node(f"term/{told['confidence']}")
        yield "visavis:machine", w.truth(bool(told.get("machine")))
        for claim_id in told["claims"]:
            yield "prov:wasDerivedFrom", w.node(f"claim/{claim_id}")
        yield from self.contest(told)


def _counted(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def _properties(label: str) -> list[Predicate]:
    """What is told of nodes of a label by their properties."""
    return [p for p in model().predicates.values() if p.property and label in p.subject]
