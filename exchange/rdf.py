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
from functools import lru_cache
from operator import attrgetter
from pathlib import Path
from typing import IO, Any, NamedTuple
from urllib.parse import quote

from visavis.exchange.leaving import Exported, Leaving, leaving, settled
from visavis.graph.connect import Graph
from visavis.schema import dates
from visavis.schema.claims import Citation, Claim
from visavis.schema.errors import NotFoundError
from visavis.schema.linked import BASE, CITO, LITERALS, address, date_type, edge_class, predicate_of
from visavis.schema.model import Predicate, model, vocabulary
from visavis.schema.project import Edge, Node
from visavis.schema.triples import JsonLd, NTriples, Pairs, Turtle, Writer

__all__ = ["FORMATS", "export_rdf", "locate", "write_rdf"]

FORMATS = {".ttl": "turtle", ".nt": "ntriples", ".jsonld": "jsonld", ".trig": "trig"}
_TOGETHER = 2_000  # pieces of text written at once
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
    out = _Out(_WRITERS[format](base or BASE), nanopublications=format == "trig")
    file.write(out.head(told.done))
    resources = itertools.chain(
        (out.claim(claim_id, claim) for claim_id, claim in told.claims()),
        map(out.node, told.nodes()),
        out.met(),
        out.edges(told.edges()),
    )
    pieces: list[str] = []
    for resource in resources:
        pieces += resource
        if len(pieces) > _TOGETHER:
            file.write("".join(pieces))
            pieces.clear()
    file.write("".join(pieces) + out.write.tail())


_CHARACTER = r"(?:[^\s<>\"{}|\\^`\[\]%#\x00-\x20\x7f-\x9f]|%[0-9A-Fa-f]{2})"  # of an IRI
_ADDRESS = re.compile(rf"https?://(?:(?![:/?]){_CHARACTER})+(?::[0-9]+)?(?:[/?]{_CHARACTER}*)?[/#]")


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
_RECORD = {  # of a source's record, as texts; all of it stands in its claim
    "title": "dcterms:title",
    "author": "dc:creator",
    "editor": "schema:editor",
    "publisher": "dc:publisher",
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


_DEGREES = re.compile(r"(-?\d+(?:\.\d+)?),\s*(-?\d+(?:\.\d+)?)", re.ASCII)
_MENTIONS = CITO["mentions"]
# What of a claim is the same for many: its voice and its record.
_VOICE = attrgetter("basis", "coder", "said_by", "said_on", "read_by")
_CODING = attrgetter("status", "confidence", "correction", "coded_on", "codebook")


_Told = list[tuple[str, Any]]


class _Joined(NamedTuple):
    """What all edges say that project one predicate."""

    direct: str  # the property of the triple itself
    also: tuple[str, bool] | None  # of `_ALSO`
    type: tuple[str, Any]
    predicate: tuple[str, Any]
    qualities: tuple[tuple[str, str, str], ...]  # each with its property and type


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
        self.coders: set[str] = set()
        self.schemes: set[str] = set()
        self.coder = many(self._coder)
        self.fragment = many(self._fragment)
        self.voiced = many(self._voiced)
        self.coded = many(self._coded)
        self.joined = many(self._joined)

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

    def _coder(self, key: str) -> Any:
        self.coders.add(key)
        return self.write.node(f"coder/{key}")

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
        return w.head(said) + "".join(w.resource(w.node("export"), pairs))

    # -- claims -----------------------------------------------------------------------------------

    def claim(self, claim_id: str, claim: Claim) -> list[str]:
        """A claim and its citations; as a nanopublication, four graphs."""
        w = self.write
        cited = [
            (w.once("citation", f"{claim_id}_{number}"), self.citation(citation, number, claim))
            for number, citation in enumerate(claim.citations, 1)
        ]
        told = self.statement(claim)
        voice: _Told = [] if self.nanopublications else told
        record: _Told = [] if self.nanopublications else told
        places: list[str] = []
        self.voice(claim, voice)
        for name, pairs in cited:
            voice.append(("visavis:citation", name))
            places += w.resource(name, pairs)
        self.record(claim_id, claim, record)
        if self.nanopublications:
            return self.nanopublication(claim_id, claim, told, voice, record, places)
        pieces = w.resource(w.once("claim", claim_id), told)
        pieces += places
        return pieces

    def nanopublication(
        self,
        claim_id: str,
        claim: Claim,
        told: Pairs,
        voice: Pairs,
        record: Pairs,
        places: list[str],
    ) -> list[str]:
        """The four graphs of a claim; together they say what the claim says elsewhere, and more."""
        w = self.write
        subject, whole = w.once("claim", claim_id), w.once("nanopub", claim_id)
        head, said, source, about = (
            w.once("nanopub", f"{claim_id}_{part}")
            for part in ("head", "assertion", "provenance", "pubinfo")
        )
        parts = [
            ("rdf:type", self.name("np:Nanopublication")),
            ("np:hasAssertion", said),
            ("np:hasProvenance", source),
            ("np:hasPublicationInfo", about),
        ]
        assertion = w.resource(subject, told)
        if claim.supported:  # what a source only disputes is not asserted
            value = dict(told)["rdf:object"]
            direct = w.triple(w.node(claim.subject), f"visavis:{claim.predicate}", value)
            assertion = direct + assertion
        rests = [("prov:wasDerivedFrom", w.node(c.source)) for c in claim.citations]
        publication = [("npx:introduces", subject), ("dcterms:identifier", w.text(claim_id))]
        if claim.coder:
            rests.insert(0, ("prov:wasAttributedTo", self.coder(claim.coder)))
            publication.append(("dcterms:creator", self.coder(claim.coder)))
        if claim.coded_on:
            publication.append(("dcterms:created", self.date(claim.coded_on)))
        return (
            w.graph(head, w.resource(whole, parts))
            + w.graph(said, assertion)
            + w.graph(source, w.resource(said, rests) + w.resource(subject, voice) + places)
            + w.graph(about, w.resource(whole, publication) + w.resource(subject, record))
        )

    def statement(self, claim: Claim) -> _Told:
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
        if claim.qualifiers:
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

    def voice(self, claim: Claim, told: _Told) -> None:
        """On what it rests and whose it is."""
        told += self.voiced(_VOICE(claim))
        if claim.as_told:
            told.append(("visavis:as_told", self.write.text(claim.as_told)))
        for citation in claim.citations:
            told.append((CITO.get(citation.relation, _MENTIONS), self.write.node(citation.source)))

    def _voiced(self, voice: tuple[str, ...]) -> Pairs:
        basis, coder, said_by, said_on, read_by = voice
        w = self.write
        told = (
            ("visavis:basis", basis and self.word(basis)),
            ("prov:wasAttributedTo", coder and self.coder(coder)),
            ("visavis:said_by", said_by and w.node(said_by)),
            ("visavis:said_on", said_on and self.date(said_on)),
            ("visavis:read_by", read_by and w.node(read_by)),
        )
        return tuple(pair for pair in told if pair[1])

    def record(self, claim_id: str, claim: Claim, told: _Told) -> None:
        """How it was coded, and where it stands."""
        w = self.write
        told += self.coded(_CODING(claim))
        if claim.memo:
            told.append(("visavis:memo", w.text(claim.memo)))
        if claim.key:
            told.append(("visavis:key", w.text(claim.key)))
        if claim.order is not None:
            told.append(("schema:position", w.whole(claim.order)))
        if claim.id != claim_id:
            told.append(("visavis:redacted", self.truths[True]))
        if claim.origin.file:
            told.append(("visavis:file", w.text(claim.origin.file)))
            told.append(("visavis:line", w.whole(claim.origin.line)))

    def _coded(self, coding: tuple[Any, ...]) -> Pairs:
        status, confidence, correction, coded_on, codebook = coding
        told = (
            ("visavis:status", self.word(status)),
            ("visavis:confidence", confidence and self.word(confidence)),
            ("visavis:correction", correction and self.truths[True]),
            ("visavis:coded_on", coded_on and self.date(coded_on)),
            ("visavis:codebook", codebook and self.write.text(codebook)),
        )
        return tuple(pair for pair in told if pair[1])

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
        selector = self.fragment(citation.locator)
        if citation.quote:
            selector = self.quoted(citation)
        if selector:
            told.append(("oa:hasSelector", w.nested(selector)))
        if citation.via:
            told.append(("visavis:via", w.node(citation.via)))
        if citation.via_locator:
            told.append(("visavis:via_locator", w.text(citation.via_locator)))
        if citation.quote:
            told.append(("visavis:quote", w.text(citation.quote)))
        return told

    def _fragment(self, locator: str, *more: tuple[str, Any]) -> Any:
        """What a selector says of a page or a timecode, and `more`; None of other places."""
        place = locate(locator)
        if place is None:
            return None
        pairs = (
            ("rdf:type", self.name("oa:FragmentSelector")),
            ("rdf:value", self.write.text(place[0])),
            ("dcterms:conformsTo", self.write.address(place[1])),
        )
        return self.write.inner((*pairs, *more))

    def quoted(self, citation: Citation) -> Any:
        """What a selector says of words as they stand in a source, on a page where that is told."""
        w = self.write
        name = self.name("oa:TextQuoteSelector")
        words = w.inner((("rdf:type", name), ("oa:exact", w.text(citation.quote))))
        if locate(citation.locator) is None:
            return words
        return self._fragment(citation.locator, ("oa:refinedBy", w.nested(words)))

    # -- nodes ------------------------------------------------------------------------------------

    def node(self, node: Node) -> list[str]:
        """A node with its properties as direct triples."""
        w = self.write
        told = dict(node.properties)
        label = told.get("name") or told.get("title") or told.get("label") or told.get("citation")
        if node.label == "Source":
            label = told.get("citation") or label
        pairs: _Told = [
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
            if register == "wikidata" and re.fullmatch(r"Q[0-9]+", key):
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
        if told.get("container"):
            work = (
                ("rdf:type", self.name("schema:CreativeWork")),
                ("schema:name", w.text(str(told["container"]))),
            )
            yield "schema:isPartOf", w.nested(w.inner(work))
        kind = told.get("kind") or told.get("type")
        if kind:
            yield "dc:type", w.text(str(kind))
        doi = str(told.get("doi", ""))
        if doi.startswith("10."):
            yield "schema:sameAs", w.address(f"https://doi.org/{quote(doi, safe='/:;()')}")
        if told.get("access"):
            yield "dcterms:accessRights", w.node(f"term/{told['access']}".partition(" ")[0])
        if url := address(str(told.get("url", ""))):
            yield "schema:url", w.address(url)
        if told.get("issued"):
            try:
                text = dates.parse(str(told["issued"])).text
            except dates.DateError:
                yield "dcterms:issued", w.text(str(told["issued"]))
            else:
                yield "dcterms:issued", self.date(text)

    def term(self, told: dict[str, Any]) -> Iterator[tuple[str, Any]]:
        w = self.write
        shipped = vocabulary().terms.get(str(told["id"]).partition("/")[2])
        # Ours is in English; in what language a project words its own terms is not told.
        english = shipped is not None and shipped.definition == told.get("definition")
        say = w.said if english else w.text
        if told.get("label"):
            yield "skos:prefLabel", say(told["label"])
        for word in told.get("also", ()):
            yield "skos:altLabel", say(word)
        if told.get("definition"):
            yield "skos:definition", say(told["definition"])
        if told.get("scheme"):
            self.schemes.add(told["scheme"])
            yield "skos:inScheme", w.node(f"scheme/{told['scheme']}")
        if told.get("sign"):
            yield "visavis:sign", w.text(told["sign"])
        if told.get("intensity") is not None:
            yield "visavis:intensity", w.whole(told["intensity"])

    def when(self, told: dict[str, Any], word: str = "visavis:dated") -> _Told:
        """Dates as told, and the instants between which it began and ended."""
        texts = told.get("dates")
        if not texts:
            return []
        pairs = [(word, self.date(text)) for text in texts]
        # Other instants are unbounded, or beyond what a dateTime can say.
        pairs += [
            (bound, self.instant(instant))
            for name, bound in _BOUNDS
            if (instant := told.get(name)) is not None and _FIRST <= instant < _LAST
        ]
        if told.get("marked"):
            pairs.append(("visavis:marked", self.truths[True]))
        return pairs

    def contest(self, told: dict[str, Any]) -> _Told:
        """Whether and by what it is contested, and which edges rival it."""
        if not told.get("contested"):
            return []
        w = self.write
        pairs = [("visavis:contested", self.truths[True])]
        pairs += [("visavis:contested_by", w.text(word)) for word in told.get("contested_by", ())]
        pairs += [("visavis:rival", w.once("edge", edge)) for edge in told.get("rival_edges", ())]
        return pairs

    def met(self) -> Iterator[list[str]]:
        """Coders and schemes of terms that were named on the way."""
        w = self.write
        for key in sorted(self.coders):
            told = [("rdf:type", self.name("prov:Agent")), ("rdfs:label", w.text(key))]
            yield w.resource(self.coder(key), told)
        for key in sorted(self.schemes):
            shipped = vocabulary().schemes.get(key)
            label = w.said(shipped.label) if shipped else w.text(key)
            told = [("rdf:type", self.name("skos:ConceptScheme")), ("skos:prefLabel", label)]
            yield w.resource(w.node(f"scheme/{key}"), told)

    # -- edges ------------------------------------------------------------------------------------

    def edges(self, edges: Iterable[Edge]) -> Iterator[list[str]]:
        """Each edge as a resource, and once for all edges that say so the triple itself."""
        w = self.write
        last: tuple[Any, str, str] | None = None
        for edge in edges:
            joined = self.joined(edge.type, edge.properties.get("scheme", ""))
            start, end = w.node(edge.start), w.node(edge.end)
            pieces = w.resource(w.once("edge", edge.id), self.edge(edge, joined, start, end))
            if (joined.direct, edge.start, edge.end) != last:
                last = joined.direct, edge.start, edge.end
                pieces += w.triple(start, joined.direct, end)
                if joined.also:
                    word, turned = joined.also
                    one, other = (end, start) if turned else (start, end)
                    pieces += w.triple(one, word, other)
            yield pieces

    def _joined(self, kind: str, scheme: str) -> _Joined:
        """What all edges of a type say that project the same predicate."""
        p = predicate_of(kind, scheme)
        name = f"visavis:{p.key_name}"
        return _Joined(
            name,
            _ALSO.get(p.key_name),
            ("rdf:type", self.name(edge_class(kind))),
            ("rdf:predicate", self.name(name)),
            tuple((name, f"visavis:{name}", of) for name, of in sorted(p.qualifiers.items())),
        )

    def edge(self, edge: Edge, joined: _Joined, start: Any, end: Any) -> _Told:
        """What an edge carries, and the claims that it rests on."""
        w = self.write
        told = edge.properties
        pairs = [joined.type, ("rdf:subject", start), joined.predicate, ("rdf:object", end)]
        for quality, name, kind in joined.qualities:
            if quality in told:
                values = told[quality]
                for value in values if isinstance(values, list | tuple) else (values,):
                    pairs.append((name, self.value(value, kind)))
        if "order" in told and not any(quality == "order" for quality, _, _ in joined.qualities):
            pairs.append(("schema:position", w.whole(told["order"])))
        pairs += self.when(told, "visavis:date")
        pairs.append(("visavis:about", w.node(told["about"])))
        if told.get("basis"):
            pairs.append(("visavis:basis", self.word(told["basis"])))
        if told.get("confidence"):
            pairs.append(("visavis:confidence", self.word(told["confidence"])))
        pairs.append(("visavis:machine", self.truths[bool(told.get("machine"))]))
        for claim_id in told["claims"]:
            pairs.append(("prov:wasDerivedFrom", w.once("claim", claim_id)))
        pairs += self.contest(told)
        return pairs


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
