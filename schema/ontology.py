"""The ontology, the shapes and the context of JSON-LD, made from the model and the vocabulary.

    python -m visavis.schema.ontology        writes ontology.ttl, shapes.ttl and context.jsonld

The three files stand beside this module and a test holds them against what is made here. What is
ours is said in the words of others where they have one: PROV-O (who and from what), SEM and
CIDOC-CRM (events), CiTO (citations), SKOS (the vocabulary), Web Annotation (places in sources),
schema.org and Dublin Core.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from visavis.schema.linked import (
    LITERALS,
    ONTOLOGY,
    context,
    edge_class,
)
from visavis.schema.model import Predicate, Vocabulary, model, vocabulary
from visavis.schema.triples import Turtle

__all__ = ["FILES", "context_text", "ontology", "shapes"]

# Our classes in the words of others.
CLASSES: Mapping[str, tuple[str, ...]] = {
    "Actor": ("prov:Agent", "sem:Actor", "crm:E39_Actor"),
    "Meeting": ("prov:Activity", "sem:Event", "crm:E7_Activity", "schema:Event"),
    "Phase": ("prov:Activity", "sem:Event", "crm:E7_Activity"),
    "Ritual": ("prov:Activity", "sem:Event", "crm:E7_Activity", "schema:Action"),
    "Outcome": ("sem:Event", "crm:E5_Event"),
    "Source": ("prov:Entity", "crm:E31_Document", "schema:CreativeWork"),
    "Place": ("prov:Location", "sem:Place", "crm:E53_Place", "schema:Place"),
    "Term": ("skos:Concept", "crm:E55_Type", "schema:DefinedTerm"),
}
# Our predicates in the words of others.
PREDICATES: Mapping[str, tuple[str, ...]] = {
    "named": ("schema:name",),
    "also_named": ("schema:alternateName",),
    "is_a": ("crm:P2_has_type",),
    "gender": ("schema:gender",),
    "born": ("sem:hasBeginTimeStamp",),
    "died": ("sem:hasEndTimeStamp",),
    "identified_by": ("schema:identifier",),
    "titled": ("dcterms:title",),
    "defined_as": ("skos:definition",),
    "broader": ("skos:broader",),
    "concerns": ("skos:related",),
    "remark": ("rdfs:comment",),
    "dated": ("sem:hasTimeStamp",),
    "language": ("schema:inLanguage",),
    "topic": ("schema:about",),
    "part_of": ("crm:P9i_forms_part_of", "dcterms:isPartOf"),
    "held_at": ("sem:hasPlace", "crm:P7_took_place_at", "schema:location"),
    "follows_script": ("crm:P15_was_influenced_by",),
    "answers": ("prov:wasInformedBy",),
    "took_part": ("crm:P11i_participated_in",),
    "present_in": ("crm:P11i_participated_in",),
    "represents": ("prov:actedOnBehalfOf",),
    "member_of": ("schema:memberOf", "crm:P107i_is_current_or_former_member_of"),
    "ritual_kind": ("sem:eventType", "crm:P2_has_type"),
    "outcome_kind": ("sem:eventType", "crm:P2_has_type"),
    "staged": ("sem:hasSubEvent", "crm:P9_consists_of"),
    "performed": ("crm:P11i_participated_in",),
    "refers_to": ("cito:cites",),
    "edition_of": ("dcterms:isVersionOf",),
    "contained_in": ("dcterms:isPartOf",),
    "different_from": ("owl:differentFrom",),
}
# What a claim and a citation carry besides: definition, the words of others, what it leads to.
_OF_CLAIMS: Mapping[str, tuple[str, tuple[str, ...], str]] = {
    "about": ("The node that a claim or edge tells about: its encounter, where there is one.",
              ("schema:about",), "node"),
    "date": ("When, of a statement that has a date of its own.", ("dcterms:date",), "edtf"),
    "basis": ("The kind of evidence.", (), "term"),
    "coded_on": ("When the statement was coded.", ("dcterms:created",), "edtf"),
    "codebook": ("By which codebook it was coded.", (), "text"),
    "confidence": ("How sure the coder is.", (), "term"),
    "status": ("Whether the claim is accepted or disputed.", (), "term"),
    "memo": ("The coder's note.", ("rdfs:comment",), "text"),
    "as_told": ("The source's own words beside a cleaned value.", (), "text"),
    "said_by": ("Whose words these are.", ("prov:wasAttributedTo",), "node"),
    "said_on": ("When they were said.", (), "edtf"),
    "read_by": ("Whose interpretation it is.", ("prov:wasAttributedTo",), "node"),
    "correction": ("A corrected value beside the told one.", (), "boolean"),
    "key": ("The coder's own key of the claim.", ("dcterms:identifier",), "text"),
    "redacted": ("Something of the claim was withheld; its identifier is that of the whole.", (),
                 "boolean"),
    "file": ("The file that the claim stands in, relative to its project.", (), "text"),
    "line": ("The line or row of that file.", (), "integer"),
    "citation": ("A place in a source that the claim rests on.", ("prov:wasDerivedFrom",), "node"),
    "relation": ("What the source does to the claim: supports, disputes, mentions.", (), "term"),
    "locator": ("The place in the source: a page, a timecode, a document.", (), "text"),
    "via": ("The work from which the opened one tells it.", ("prov:hadPrimarySource",), "node"),
    "via_locator": ("The place given there.", (), "text"),
    "quote": ("A few words as they stand in the source.", (), "text"),
    "contested": ("Claims differ on it.", (), "boolean"),
    "contested_by": ("What parts them: coders, sources, a correction.", (), "text"),
    "rival": ("An edge that cannot hold beside this one.", (), "node"),
    "machine": ("It rests on machine coding alone: a lead, not evidence.", (), "boolean"),
    "marked": ("Its date is told as uncertain or approximate.", (), "boolean"),
    "seconds": ("A duration in seconds.", (), "integer"),
    "seconds_how": ("How exact the duration is.", (), "term"),
    "in_total": ("The duration is a sum of several stretches.", (), "boolean"),
}  # fmt: skip

_REMARK = (
    "Made from the model and the vocabulary by visavis.schema.ontology: change those, not this."
)
_RANGES = {"text": "xsd:string", "duration": "xsd:string", "json": "xsd:string",
           "integer": "xsd:integer", "boolean": "xsd:boolean"}  # fmt: skip


def _words(name: str) -> str:
    return name.replace("_", " ")


def _qualifiers() -> dict[str, set[str]]:
    """The qualifiers of all predicates, each with its types."""
    found: dict[str, set[str]] = {}
    for predicate in model().predicates.values():
        for name, kind in predicate.qualifiers.items():
            found.setdefault(name, set()).add(kind.removesuffix("*"))
    return found


# -- ontology -------------------------------------------------------------------------------------


def ontology(terms: Vocabulary | None = None) -> str:
    """The ontology as Turtle: classes, properties, and each scheme of the vocabulary with terms."""
    return "".join(_ontology(Turtle(), terms or vocabulary()))


def _ontology(w: Turtle, terms: Vocabulary) -> Iterator[str]:
    yield w.head([_REMARK])
    yield from w.resource(
        w.address(ONTOLOGY.rstrip("#")),
        [
            ("rdf:type", "owl:Ontology"),
            ("dcterms:title", w.said("vis-à-vis: diplomatic encounters and relationships")),
            (
                "dcterms:description",
                w.said("Who met whom, what passed between them, and who says so where."),
            ),
            ("dcterms:license", w.address("https://www.apache.org/licenses/LICENSE-2.0")),
        ],
    )
    made: list[tuple[str, str, str, tuple[str, ...]]] = [
        (f"visavis:{label}", label.lower(), kind.definition, CLASSES[label])
        for label, kind in model().nodes.items()
    ]
    made += [
        ("visavis:Claim", "claim", "One statement, whose it is, and the sources that say so.",
         ("rdf:Statement", "prov:Entity")),
        ("visavis:Citation", "citation", "One place in one source that a claim rests on.",
         ("oa:SpecificResource",)),
        ("visavis:Edge", "edge", "What follows from the claims that say the same of the same two.",
         ("rdf:Statement", "prov:Entity")),
    ]  # fmt: skip
    made += [
        (edge_class(kind), _words(kind.lower()), _of_edge(kind), ("visavis:Edge",))
        for kind in model().edges
    ]
    for name, label, definition, above in made:
        yield from w.resource(
            name,
            [
                ("rdf:type", "owl:Class"),
                ("rdfs:label", w.said(label)),
                ("rdfs:comment", w.said(definition)),
                *(("rdfs:subClassOf", other) for other in above),
            ],
        )
    yield from _model_properties(w)
    yield from w.resource(
        "visavis:EDTF",
        [
            ("rdf:type", "rdfs:Datatype"),
            ("rdfs:label", w.said("date")),
            (
                "rdfs:comment",
                w.said(
                    "A date in EDTF or in what is read beyond it: an hour without seconds, spans "
                    "of hours, spans within a set."
                ),
            ),
        ],
    )
    yield from _schemes(w, terms)


def _of_edge(kind: str) -> str:
    return " ".join(p.definition for p in model().predicates.values() if p.edge == kind)


def _model_properties(w: Turtle) -> Iterator[str]:
    qualifiers = _qualifiers()
    for name, p in model().predicates.items():
        leads = bool(p.edge) or p.type not in LITERALS
        pairs = [
            ("rdf:type", "owl:ObjectProperty" if leads else "owl:DatatypeProperty"),
            ("rdfs:label", w.said(p.label)),
            ("rdfs:comment", w.said(p.definition)),
            *(("rdfs:subPropertyOf", other) for other in PREDICATES.get(name, ())),
        ]
        if p.symmetric:
            pairs.append(("rdf:type", "owl:SymmetricProperty"))
        if len(p.subject) == 1 and name not in qualifiers:
            pairs.append(("rdfs:domain", f"visavis:{p.subject[0]}"))
        if len(p.object) == 1:
            pairs.append(("rdfs:range", f"visavis:{p.object[0]}"))
        elif not p.edge:
            pairs += [("rdfs:range", kind) for kind in _range(p.type)]
        yield from w.resource(f"visavis:{name}", pairs)
    for name, kinds in sorted(qualifiers.items()):
        if name in model().predicates:
            continue
        said = sorted(p.label for p in model().predicates.values() if name in p.qualifiers)
        leads = not kinds & set(LITERALS)
        yield from w.resource(
            f"visavis:{name}",
            [
                ("rdf:type", "owl:ObjectProperty" if leads else "owl:DatatypeProperty"),
                ("rdfs:label", w.said(_words(name))),
                ("rdfs:comment", w.said(f"Of a claim or edge that says: {'; '.join(said)}.")),
                *(("rdfs:range", r) for kind in sorted(kinds)[:1] for r in _range(kind)),
            ],
        )
    for name, (definition, others, kind) in _OF_CLAIMS.items():
        leads = kind in ("node", "term")
        yield from w.resource(
            f"visavis:{name}",
            [
                ("rdf:type", "owl:ObjectProperty" if leads else "owl:DatatypeProperty"),
                ("rdfs:label", w.said(_words(name))),
                ("rdfs:comment", w.said(definition)),
                *(("rdfs:subPropertyOf", other) for other in others),
                *(("rdfs:range", r) for r in _range(kind)),
            ],
        )


def _range(kind: str) -> list[str]:
    """The range of a type of the model; none where several hold (dates, any node)."""
    if kind in _RANGES:
        return [_RANGES[kind]]
    return [] if kind in ("edtf", "node", "") else ["visavis:Term"]


def _schemes(w: Turtle, terms: Vocabulary) -> Iterator[str]:
    for key, scheme in terms.schemes.items():
        yield from w.resource(
            w.node(f"scheme/{key}"),
            [
                ("rdf:type", "skos:ConceptScheme"),
                ("skos:prefLabel", w.said(scheme.label)),
                *((("skos:definition", w.said(scheme.definition)),) if scheme.definition else ()),
            ],
        )
    for term in terms:
        source = term.cite.split()[0] if term.cite else ""
        pairs = [
            ("rdf:type", "visavis:Term"),
            ("rdf:type", "skos:Concept"),
            ("skos:prefLabel", w.said(term.label)),
            *(("skos:altLabel", w.said(word)) for word in term.also),
            ("skos:definition", w.said(term.definition)),
            ("skos:inScheme", w.node(f"scheme/{term.scheme}")),
        ]
        if source:
            pairs.append(("dcterms:source", w.node(f"source/{source}")))
            pairs.append(("dcterms:bibliographicCitation", w.text(term.cite)))
        if term.broader:
            pairs.append(("skos:broader", w.node(f"term/{term.broader}")))
        if term.sign:
            pairs.append(("visavis:sign", w.text(term.sign)))
        if term.intensity is not None:
            pairs.append(("visavis:intensity", w.whole(term.intensity)))
        pairs += [("visavis:concerns", w.node(f"term/{slug}")) for slug in term.about]
        yield from w.resource(w.node(term.id), pairs)


# -- shapes ---------------------------------------------------------------------------------------


def shapes(terms: Vocabulary | None = None) -> str:
    """The shapes as Turtle (SHACL Core): what a file that `visavis export` wrote looks like."""
    return "".join(_shapes(Turtle(), terms or vocabulary()))


def _shapes(w: Turtle, terms: Vocabulary) -> Iterator[str]:
    yield w.head([_REMARK])
    one = (("sh:minCount", "1"), ("sh:maxCount", "1"))
    iri = ("sh:nodeKind", "sh:IRI")

    def nested(*pairs: tuple[str, str]) -> str:
        return w.nested(w.inner(pairs))

    def property_(path: str, *more: tuple[str, str]) -> tuple[str, str]:
        return "sh:property", nested(("sh:path", path), *more)

    def listed(kind: str) -> str:
        return w.listed([w.node(f"term/{slug}") for slug in terms.scheme(kind)])

    def shape(name: str, target: tuple[str, str], *pairs: tuple[str, str]) -> list[str]:
        return w.resource(f"visavis:{name}Shape", [("rdf:type", "sh:NodeShape"), target, *pairs])

    predicates = w.listed([f"visavis:{name}" for name in model().predicates])
    about = ("sh:in", predicates)
    yield from shape(
        "Claim",
        ("sh:targetClass", "visavis:Claim"),
        property_("rdf:subject", *one, iri),
        property_("rdf:predicate", *one, about),
        property_("rdf:object", *one),
        property_("visavis:citation", ("sh:minCount", "1"), ("sh:class", "visavis:Citation")),
        *(
            property_(f"visavis:{field}", ("sh:maxCount", "1"), ("sh:in", listed(scheme)))
            for field, scheme in model().claim.items()
            if field != "relation"
        ),
    )
    yield from shape(
        "Citation",
        ("sh:targetClass", "visavis:Citation"),
        property_("oa:hasSource", *one, iri),
        property_("visavis:locator", *one, ("sh:minLength", "1")),
        property_("visavis:relation", *one, ("sh:in", listed(model().claim["relation"]))),
    )
    for kind in model().edges:
        needs = sorted({n for p in model().predicates.values() if p.edge == kind for n in p.needs})
        yield from shape(
            edge_class(kind).partition(":")[2],
            ("sh:targetClass", edge_class(kind)),
            property_("rdf:subject", *one, iri),
            property_("rdf:predicate", *one, about),
            property_("rdf:object", *one, iri),
            property_("prov:wasDerivedFrom", ("sh:minCount", "1"), ("sh:class", "visavis:Claim")),
            *(property_(f"visavis:{name}", ("sh:minCount", "1")) for name in needs),
        )
    for name, p in model().predicates.items():
        yield from _of_predicate(w, name, p, listed, shape)
    for name, kinds in sorted(_qualifiers().items()):
        # A list of terms is a blank node, whose items the model checks.
        schemes = sorted(kinds - set(LITERALS) - {"node"})
        if schemes and name not in model().predicates:
            allowed = {slug for kind in schemes for slug in terms.scheme(kind)}
            items = w.listed([w.node(f"term/{slug}") for slug in sorted(allowed)])
            either = w.listed([nested(("sh:in", items)), nested(("sh:nodeKind", "sh:BlankNode"))])
            target = ("sh:targetObjectsOf", f"visavis:{name}")
            yield from shape(f"{name}Value", target, ("sh:or", either))
    integers = [name for name, kinds in sorted(_qualifiers().items()) if kinds == {"integer"}]
    for name in integers:
        bounds = (("sh:minInclusive", "1"), ("sh:maxInclusive", "3")) if name == "intensity" else ()
        target = ("sh:targetObjectsOf", f"visavis:{name}")
        yield from shape(f"{name}Value", target, ("sh:datatype", "xsd:integer"), *bounds)


def _of_predicate(w: Turtle, name: str, p: Predicate, listed: Any, shape: Any) -> Iterator[str]:
    """Of the direct triples of a predicate: what stands at either end."""

    def either(labels: tuple[str, ...]) -> tuple[str, str]:
        if len(labels) == 1:
            return "sh:class", f"visavis:{labels[0]}"
        return "sh:or", w.listed(
            [w.nested(w.inner([("sh:class", f"visavis:{x}")])) for x in labels]
        )

    qualifiers = _qualifiers()
    if name not in qualifiers:  # else claims and edges say it too
        target = ("sh:targetSubjectsOf", f"visavis:{name}")
        message = f"what '{p.label}' is said of is no {' or '.join(p.subject)}"
        yield from shape(
            f"{name}Subject", target, either(p.subject), ("sh:message", w.said(message))
        )
    target = ("sh:targetObjectsOf", f"visavis:{name}")
    if p.edge:
        scheme = (("sh:in", listed(p.scheme)),) if p.scheme else ()
        message = f"what '{p.label}' leads to is no {p.scheme or ' or '.join(p.object)}"
        said = ("sh:message", w.said(message))
        yield from shape(f"{name}Object", target, either(p.object), *scheme, said)
    elif p.type not in LITERALS:
        yield from shape(f"{name}Object", target, ("sh:in", listed(p.type)))
    else:
        yield from shape(f"{name}Object", target, ("sh:nodeKind", "sh:Literal"))


# -- files ----------------------------------------------------------------------------------------


def context_text() -> str:
    """The context of JSON-LD as a file."""
    return json.dumps({"@context": context()}, ensure_ascii=False, indent=1) + "\n"


FILES = {"ontology.ttl": ontology, "shapes.ttl": shapes, "context.jsonld": context_text}


def _write() -> None:
    for name, make in FILES.items():
        (Path(__file__).parent / name).write_text(make(), encoding="utf-8")


if __name__ == "__main__":
    _write()
