"""The names of the graph as linked data: namespaces, identifiers as IRIs, dates as typed literals.

One base holds everything, `https://w3id.org/visavis/`. The words of the model stand in
`ontology#` (`visavis:took_part`), what they are said of under its own identifier
(`https://w3id.org/visavis/actor/reagan`), with a prefix for each kind (`actor:reagan`).

The writer (`visavis.exchange.rdf`), the reader (`visavis.ingest.rdf`), the ontology and the shapes
(`visavis.schema.ontology`) all take their names from here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote, unquote

from visavis.schema.model import Predicate, model

__all__ = [
    "BASE",
    "CITO",
    "DATES",
    "LITERALS",
    "ONTOLOGY",
    "OWN",
    "PREFIXES",
    "XSD",
    "context",
    "date_type",
    "edge_class",
    "expand",
    "iri",
    "node_of",
    "predicate_of",
]

BASE = "https://w3id.org/visavis/"
ONTOLOGY = BASE + "ontology#"
XSD = "http://www.w3.org/2001/XMLSchema#"
EDTF = "http://id.loc.gov/datatypes/edtf/"

# What identifiers of ours begin with besides the kinds of node.
_KINDS = ("claim", "citation", "coder", "edge", "nanopub", "scheme")

PREFIXES: Mapping[str, str] = {
    "visavis": ONTOLOGY,
    **{k: f"{BASE}{k}/" for k in sorted((*_KINDS, *(n.prefix for n in model().nodes.values())))},
    "cito": "http://purl.org/spar/cito/",
    "crm": "http://www.cidoc-crm.org/cidoc-crm/",
    "dcterms": "http://purl.org/dc/terms/",
    "edtf": EDTF,
    "geo": "http://www.w3.org/2003/01/geo/wgs84_pos#",
    "np": "http://www.nanopub.org/nschema#",
    "npx": "http://purl.org/nanopub/x/",
    "oa": "http://www.w3.org/ns/oa#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "sem": "http://semanticweb.cs.vu.nl/2009/11/sem/",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "void": "http://rdfs.org/ns/void#",
    "wd": "http://www.wikidata.org/entity/",
    "xsd": XSD,
}  # fmt: skip

# Prefixes of what is ours: `actor/reagan` is `actor:reagan`.
OWN = frozenset(prefix for prefix, iri in PREFIXES.items() if iri == f"{BASE}{prefix}/")

# Of a claim's citation, in the words of CiTO: what the claim does with the source.
CITO: Mapping[str, str] = {
    "supports": "cito:citesAsEvidence",
    "disputes": "cito:isDisputedBy",
    "mentions": "cito:citesForInformation",
}


def expand(name: str) -> str:
    """The IRI of a name with a prefix: `rdf:type`, `visavis:took_part`."""
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local


# The types that a date may have.
DATES = frozenset(
    map(
        expand,
        ("xsd:date", "xsd:dateTime", "xsd:gYear", "xsd:gYearMonth", "edtf:EDTF", "visavis:EDTF"),
    )
)


_SAFE = re.compile(r"[A-Za-z0-9_.~/-]*")


@lru_cache(maxsize=65_536)
def iri(node: str) -> str:
    """The IRI of an identifier such as `actor/reagan`; any text makes one, and one only."""
    return BASE + (node if _SAFE.fullmatch(node) else quote(node, safe="/"))


def node_of(text: str) -> str:
    """The identifier whose IRI `text` is; "" where it is none of ours."""
    return unquote(text[len(BASE) :]) if text.startswith(BASE) else ""


@lru_cache(maxsize=1)
def _by_edge() -> dict[tuple[str, str], Predicate]:
    return {(p.edge, p.scheme): p for p in model().predicates.values() if p.edge}


def predicate_of(kind: str, properties: Mapping[str, Any]) -> Predicate:
    """The predicate that an edge of type `kind` with these properties projects."""
    return _by_edge()[kind, str(properties.get("scheme", ""))]


@lru_cache(maxsize=256)
def edge_class(kind: str) -> str:
    """The class of the edges of a type: TOOK_PART is `visavis:TookPart`."""
    return "visavis:" + kind.title().replace("_", "")


# -- dates ----------------------------------------------------------------------------------------

_PLAIN = re.compile(
    r"(?!0000)\d{4}(?:-(?:0[1-9]|1[0-2])(?:-\d\d(T\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)?)?)?)?"
)
_TYPES = {4: "xsd:gYear", 7: "xsd:gYearMonth", 10: "xsd:date"}
_HOURS = re.compile(r"T\d\d(?!:\d\d:\d\d)|T.*[/,\]}]|[/,\[{].*T")


@lru_cache(maxsize=65_536)
def date_type(text: str) -> str:
    """The type of a date's literal, as precise as the date and no further.

    A plain year, month, day or second of the years 1 to 9999 has the type of XML Schema, every
    other date that of EDTF, in the words of the Library of Congress. What EDTF does not know and
    we read (hours without seconds, spans of hours or within a set, blanks) is `visavis:EDTF`.
    """
    plain = _PLAIN.fullmatch(text)
    if plain:
        return "xsd:dateTime" if plain[1] else _TYPES[len(text)]
    beyond = _HOURS.search(text) or " " in text or (text[:1] in "[{" and "/" in text)
    return "visavis:EDTF" if beyond else "edtf:EDTF"


# -- JSON-LD --------------------------------------------------------------------------------------

_NODES = (  # what is said with these is always a resource
    "cito:citesAsEvidence", "cito:citesForInformation", "cito:isDisputedBy", "dcterms:accessRights",
    "dcterms:conformsTo", "dcterms:source", "oa:hasSelector", "oa:hasSource", "owl:sameAs",
    "prov:wasAttributedTo", "prov:wasDerivedFrom", "rdf:predicate", "rdf:subject", "schema:url",
    "sem:hasActor", "sem:hasPlace", "sem:hasSubEvent", "skos:broader", "skos:inScheme",
    "visavis:about", "visavis:basis", "visavis:citation", "visavis:confidence",
    "visavis:read_by", "visavis:relation", "visavis:rival", "visavis:said_by",
    "visavis:seconds_how", "visavis:status", "visavis:via", "void:vocabulary",
)  # fmt: skip
LITERALS = ("", "text", "edtf", "integer", "duration", "json")


@lru_cache(maxsize=1)
def context() -> dict[str, Any]:
    """The context of JSON-LD: the prefixes, and which properties lead to resources."""
    nodes = set(_NODES)
    for name, predicate in model().predicates.items():
        if predicate.edge or predicate.type not in LITERALS:
            nodes.add(f"visavis:{name}")
        for qualifier, kind in predicate.qualifiers.items():
            if kind.rstrip("*") not in LITERALS:
                nodes.add(f"visavis:{qualifier}")
    told: dict[str, Any] = {"@version": 1.1, **PREFIXES}
    return told | {name: {"@id": expand(name), "@type": "@id"} for name in sorted(nodes)}
