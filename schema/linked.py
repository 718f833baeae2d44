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
    "SHARED",
    "XSD",
    "address",
    "context",
    "date_type",
    "edge_class",
    "expand",
    "iri",
    "is_plain",
    "node_of",
    "predicate_of",
    "prefixes",
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
    "dc": "http://purl.org/dc/elements/1.1/",
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
# What of ours is everybody's: it keeps its name where a graph's own identifiers begin otherwise.
SHARED = frozenset({"ontology", "scheme", "term"})

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


# Whether an identifier may stand in an IRI as it is.
is_plain = re.compile(r"[A-Za-z0-9_.~/-]*").fullmatch


def prefixes(base: str = BASE) -> Mapping[str, str]:
    """`PREFIXES` of a graph whose own identifiers begin with `base`."""
    own = OWN - SHARED
    return {prefix: f"{base}{prefix}/" if prefix in own else i for prefix, i in PREFIXES.items()}


def iri(node: str, base: str = BASE) -> str:
    """The IRI of an identifier such as `actor/reagan`; any text makes one, and one only.

    base: what the graph's own identifiers begin with; those that all share (`SHARED`) do not.
    """
    begin = BASE if node.partition("/")[0] in SHARED else base
    return begin + (node if is_plain(node) else quote(node, safe="/"))


def node_of(text: str, base: str = BASE) -> str:
    """The identifier whose IRI `text` is in a graph of this `base`; "" where it is none of ours."""
    for begin in (BASE, base):
        if text.startswith(begin):
            node = unquote(text[len(begin) :])
            if begin == (BASE if node.partition("/")[0] in SHARED else base):
                return node
    return ""


_URL = re.compile(
    r"(https?://(?:[^\s@/?#\[\]]*@)?(?:\[[0-9A-Fa-f:.]+\]|[^\s@:/?#\[\]]+)(?::[0-9]*)?)"
    r"([/?][^\s#]*)?(#\S*)?"
)
_STRAY = re.compile(r"%(?![0-9A-Fa-f]{2})")


def address(url: str) -> str:
    """A web address as an IRI, with percent signs for what such may not have; "" where it is none.

    After RFC 3987: a percent sign that escapes nothing, brackets in the path and a second `#` are
    escaped too, since strict readers refuse the whole file for one of them.
    """
    found = _URL.fullmatch(url)
    if found is None:
        return ""
    host, path, fragment = (_STRAY.sub("%25", part or "") for part in found.groups())
    return (
        quote(host, safe="%:/[]@!$&'()*+,;=")
        + quote(path, safe="%:/?@!$&'()*+,;=")
        + fragment[:1]
        + quote(fragment[1:], safe="%:/?@!$&'()*+,;=")
    )


@lru_cache(maxsize=1)
def _by_edge() -> dict[tuple[str, str], Predicate]:
    return {(p.edge, p.scheme): p for p in model().predicates.values() if p.edge}


def predicate_of(kind: str, scheme: str = "") -> Predicate:
    """The predicate that an edge of type `kind` projects, which leads to terms of a `scheme`."""
    return _by_edge()[kind, scheme]


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
    "prov:wasAttributedTo", "prov:wasDerivedFrom", "rdf:predicate", "rdf:subject",
    "schema:sameAs", "schema:url",
    "sem:hasActor", "sem:hasPlace", "sem:hasSubEvent", "skos:broader", "skos:inScheme",
    "visavis:about", "visavis:basis", "visavis:citation", "visavis:confidence",
    "visavis:read_by", "visavis:relation", "visavis:rival", "visavis:said_by",
    "visavis:seconds_how", "visavis:status", "visavis:via", "void:vocabulary",
)  # fmt: skip
LITERALS = ("", "text", "edtf", "integer", "duration", "json")


@lru_cache(maxsize=4)
def context(base: str = BASE) -> dict[str, Any]:
    """The context of JSON-LD: the prefixes, and which properties lead to resources.

    base: what the graph's own identifiers begin with.
    """
    nodes = set(_NODES)
    for name, predicate in model().predicates.items():
        if predicate.edge or predicate.type not in LITERALS:
            nodes.add(f"visavis:{name}")
        for qualifier, kind in predicate.qualifiers.items():
            if kind.rstrip("*") not in LITERALS:
                nodes.add(f"visavis:{qualifier}")
    told: dict[str, Any] = {"@version": 1.1, **prefixes(base)}
    return told | {name: {"@id": expand(name), "@type": "@id"} for name in sorted(nodes)}
