"""The fields of a case file, and the JSON Schema by which editors complete it.

`field_of` says of each key what may stand there and what it means; the meaning is the model's own
definition wherever the key makes a claim of one predicate. The workbook takes its columns, help
and drop-downs from here; `case_schema` and `register_schema` write the same as JSON Schema
(draft 2020-12).

The schema is a help for typing: what is right is decided by `read_case`. Case files are read as
text, while an editor reads `192` as a number and `true` as a truth value; both must pass.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from visavis.ingest import registers
from visavis.ingest.case_keys import COMMON, HEADER, SECTIONS
from visavis.schema.model import Vocabulary, model

__all__ = [
    "VALUES",
    "Field",
    "case_schema",
    "entry_keys",
    "field_of",
    "register_schema",
    "schemas",
]


@dataclass(frozen=True, slots=True)
class Field:
    """What may stand behind one key.

    kind: text, date (EDTF), dates (with citations of their own), duration, number, yes (yes or no),
        term, cite, pairs (actor: value), texts and people (always a list), issued (text or CSL
        date), or what it names: key, actor, place, source, person (actor or source), case,
        phase, act, part (phase, act or actor).
    scheme: the vocabulary's scheme of a term. or_yes: "yes" may stand instead; free: the scheme
        is a suggestion only. many: a list may stand. says: the predicate that explains it.
    note: what the model's definition leaves open.
    """

    kind: str = "text"
    scheme: str = ""
    says: str = ""
    note: str = ""
    many: bool = False
    or_yes: bool = False
    free: bool = False

    @property
    def definition(self) -> str:
        """One or two sentences for a tooltip or a comment."""
        told = model().predicates[self.says].definition if self.says else ""
        return " ".join(part for part in (told, self.note) if part)


def _term(scheme: str, says: str = "", note: str = "", **more: Any) -> Field:
    return Field("term", scheme, says, note, **more)


def _names(kind: str, note: str = "", says: str = "", many: bool = False) -> Field:
    return Field(kind, "", says, note, many)


_COMMON = {
    "cite": Field("cite", note="Page or other locator in the source of the case: 192, or "
                  "192 via reagan1990 15, or another opened source: hunt2016 160.", many=True),
    "quote": Field(note="A few words as they stand in the source."),
    "said_by": _names("person", "Whose words these are."),
    "said_on": Field("date", note="When they were said (EDTF)."),
    "read_by": _names("person", "Whose interpretation it is, where not the source's own."),
    "basis": _term("basis", note="What kind of evidence it rests on."),
    "confidence": _term("confidence", note="How sure the coder is."),
    "coder": Field(note="Who coded this."),
    "coded_on": Field("date", note="When it was coded."),
    "date": Field("date", note="A date of the statement's own (EDTF)."),
    "memo": Field(note="The coder's remark on the coding."),
    "as_told": Field(note="The value as the source has it, where a corrected one is given."),
    "id": _names("key", "A lasting name of this statement, where others refer to it."),
    "status": _term("status", note="Accepted unless said."),
    "correction": Field("yes", note="yes: a corrected fact that stands beside the told one."),
}  # fmt: skip

_HEADER = {
    "case": _names("key", "Key of the encounter: lower-case letters, digits and hyphens."),
    "title": Field(says="titled"),
    "source": _names("source", "The work that every bare cite is a page of."),
    "codebook": Field(note="The codebook that was followed, with its version."),
    "when": Field("date", says="dated"),
    "where": _names("place", says="held_at"),
    "scope": _term("scope", "scope", "outside: no meeting at all, its acts stand alone."),
    "format": _term("format", "format"),
    "channel": _term("channel", "channel"),
    "language": Field(says="language", many=True),
    "arrangement": Field(says="arrangement", many=True),
    "topics": Field(says="topic", many=True),
    "stage": _term("stage", "stage"),
    "mode": _term("mode", "mode", many=True),
    "ingredients": _term("ingredient", "ingredient", many=True),
    "effects": _term("effect", "effect", many=True),
    "moderators": _term("moderator", "moderated_by", many=True),
    "part_of": _names("case", "The larger encounter that this one was part of.", many=True),
    "follows": _names("case", says="follows_script", many=True),
    "answers": _names("case", says="answers", many=True),
    "for": Field("duration", says="lasted"),
    "parts": Field("parts", note="The encounters of a series, each in this same form."),
}

_EXCHANGE = {
    "credit": _term("act", "credit", "yes: the kind of the act itself.", or_yes=True),
    "discredit": _term("act", "discredit", "yes: the kind of the act itself.", or_yes=True),
    "intensity": Field("number", note="1 slight, 2 clear, 3 grave."),
    "intent": _term("intent", note="Whether it was meant."),
    "uptake": _term("uptake", note="How it was taken up."),
    "uptake_by": _names("actor", "Who took it up."),
    "uptake_public": Field(note="Whether the uptake was seen in public."),
    "performance": _term("performance", "performance"),
    "on_behalf_of": _names("actor", "For whom it was done."),
}
_IN = {"in": _names("phase", "The phase it belongs to; none means the whole encounter.")}
_QUALITY = {
    **_IN,
    "between": _names("actor", "Between whom, where not among all present.", many=True),
    "degree": _term("degree", note="How far it was there."),
}
_SURVEY = {
    "share": Field(note="Share of those asked, as told: 80 %."),
    "n": Field("number", note="How many were asked."),
}
_ON = {
    "in": _names("part", "The phase or act it belongs to; none means the whole encounter."),
    "on": _names("part", "A phase, an act or an actor; none means the whole encounter."),
    "what": Field(note="How, in your own words."),
}

_FIELDS: dict[str, dict[str, Field]] = {
    "who": {
        "actor": _names("actor", says="took_part"),
        "for": _names("actor", "State, organisation or side that the actor represents."),
        "office": Field(note="Office held at the time, as told."),
        "rank": Field(note="Rank, as told."),
        "role": _term("role", note="Role in the encounter.", many=True),
        "partial": Field(note="Where present for part of it only: which part."),
        "energy_before": _term("energy", note="Emotional energy on arrival."),
        "energy_after": _term("energy", note="Change of emotional energy."),
        "believed": _term("believed", note="What the actor thought of cameras and record."),
        "seat": Field(note="Where the actor sat or stood."),
        "gender": Field(says="gender"),
        "audience": _term("audience", "audience", "Filled: an audience, not a participant."),
        "target": _names("part", "What the audience watched; none means the encounter."),
        "addressed": Field("yes", note="Whether those present spoke to this audience."),
    },
    "phases": {
        "phase": _names("key", "Key of the phase; phases stand in their order."),
        "what": Field(says="titled"),
        **{name: _HEADER[name] for name in ("stage", "mode", "for", "when")},
        "only": _names("actor", "Who was there, where not everybody was.", many=True),
        **{name: _HEADER[name]
           for name in ("ingredients", "effects", "moderators", "arrangement")},
        "emotion": Field("pairs", "emotion", "felt", "Such as reagan: hope (reported)."),
    },
    "acts": {
        "act": _names("key", "Key of the act; acts stand in their order."),
        "kind": _term("ritual", "ritual_kind"),
        "what": Field(says="titled"),
        "by": _names("actor", "Who did it; several did it together.", many=True),
        "to": _names("actor", "To whom.", many=True),
        **_IN,
        "at": Field(note="When in the encounter, as told: 00:01:24, 10:40."),
        "for": _HEADER["for"],
        "part_of": _names("act", "The act that this one was part of."),
        "replies": _names("act", "The earlier act that it answers.", "replies_to", many=True),
        "how": _term("reply", note="How it answers."),
        **_EXCHANGE,
        "dominates": _term("result", "dominates", "yes, or what became of it.", or_yes=True),
        "energy": Field("pairs", "energy", note="Whose emotional energy: reagan: raised."),
        "emotion": Field("pairs", "emotion", "felt", "Such as reagan: hope (reported)."),
        "outside": Field("yes", note="yes: outside any encounter (a letter, a remark)."),
        "when": _HEADER["when"],
        "where": _HEADER["where"],
        "channel": _HEADER["channel"],
        "stage": _HEADER["stage"],
    },
    "credits": {
        "from": _names("actor", "Who gives credit or discredit.", many=True),
        "to": _names("actor", "To whom.", many=True),
        **_EXCHANGE,
        "act": _names("act", "The listed act that passes it, if one does."),
        **_IN,
    },
    "domination": {
        "by": _names("actor", "Who dominates or tries to.", many=True),
        "over": _names("actor", "Over whom.", many=True),
        "act": _names("act", "The listed act by which."),
        **_IN,
        "result": _term("result", "dominates"),
        "intent": _EXCHANGE["intent"],
        "on_behalf_of": _EXCHANGE["on_behalf_of"],
    },
    "bonds": {
        "between": _names("actor", "Between whom; one group bonds within itself.", many=True),
        "kind": _term("bond", "bond"),
        "change": _term("change", note="How the bond changed."),
        **_SURVEY,
    },
    "modes": {"mode": _term("mode", "mode"), **_QUALITY},
    "ingredients": {"ingredient": _term("ingredient", "ingredient"), **_QUALITY},
    "effects": {"effect": _term("effect", "effect"), **_QUALITY, **_SURVEY},
    "moderators": {"moderator": _term("moderator", "moderated_by"), **_ON},
    "continuum": {
        "continuum": _term("continuum", "continuum"),
        **_ON,
        "degree": _QUALITY["degree"],
        "period": Field("date", note="For which time (EDTF)."),
    },
    "emotions": {
        "actor": _names("actor", "Who felt it."),
        "emotion": _term("emotion", "felt", free=True),
        "how": _term("display", note="Displayed there, or reported later."),
        "in": _ON["in"],
        "act": _names("act", "The act at which."),
    },
    "outcomes": {
        "outcome": _names("key", "Key of the outcome."),
        "what": Field(says="titled"),
        "kind": _term("outcome", "outcome_kind"),
        "from": _names("part", "The phase or act it came from; none means the encounter.",
                       "led_to"),
        "when": _HEADER["when"],
    },
    "scripts": {"follows": _HEADER["follows"], "answers": _HEADER["answers"]},
    "remarks": {"remark": Field(says="remark"), "on": _ON["on"]},
    "rival": {
        "of": Field(note="What is told otherwise: when, who.gorbachev.office, acts.eyes.kind."),
        "value": Field(note="The rival value.", many=True),
    },
}  # fmt: skip

# Header lines that make claims: each may be `{value: ..., cite: ...}`, or a list of these.
VALUES = ("title", "when", "where", "scope", "format", "channel", "language", "arrangement",
          "topics", "stage", "mode", "ingredients", "effects", "moderators", "part_of", "follows",
          "answers", "for")  # fmt: skip

_REGISTER: dict[str, dict[str, Field]] = {
    "actors": {
        "name": Field(says="named"),
        "kind": _term("actor-kind", "is_a"),
        "also": Field("texts", says="also_named", many=True),
        "gender": Field(says="gender"),
        **{
            name: Field(
                "dates",
                says=name,
                note="{value: ..., cite: ...} where it rests on "
                "another source than the entry; several where sources differ.",
                many=True,
            )
            for name in registers.LIFETIME
        },
        "ids": Field("texts", says="identified_by", many=True),
        "of": _names("actor", says="represents", many=True),
        "member_of": _names("actor", says="member_of", many=True),
        "remark": Field(says="remark"),
    },
    "places": {
        "name": Field(says="named"),
        "also": Field("texts", says="also_named", many=True),
        "coordinates": Field(says="coordinates"),
        "ids": Field("texts", says="identified_by", many=True),
        "remark": Field(says="remark"),
    },
    "sources": {
        "type": Field(note="Type of work in the words of CSL: book, article-journal, chapter."),
        "author": Field("people", note="Family name, given name.", many=True),
        "editor": Field("people", note="Family name, given name.", many=True),
        "translator": Field("people", note="Family name, given name.", many=True),
        "issued": Field("issued", note="Year or day of issue."),
        "title": Field(note="Title as printed."),
        "container-title": Field(note="Journal or book that it stands in."),
        "in": _names("source", says="contained_in", many=True),
        "publisher": Field(note="Publisher."),
        "kind": _term("source-kind", note="Kind of source."),
        "speaker": _names("actor", "Who speaks, in an interview or memoir."),
        "access": _term("access", note="Who may read it; restricted until 2040.", free=True),
        "named_as": _term("naming", note="How an informant is named."),
        "covers": Field(note="What it tells of."),
        "citation": Field(note="The short form, where it is not author and year."),
        "note": Field(note="What is missing or doubtful in this record."),
        "accessed": Field("issued", note="When it was opened."),
        "original-date": Field("issued", note="When it first came out."),
    },
}


def entry_keys(kind: str) -> list[str]:
    """The keys of an entry of a register (actors, places or sources), in a fixed order."""
    known = registers._RECORD if kind == "sources" else registers._ENTRY[kind]
    first = [key for key in _REGISTER[kind] if key in known]
    common = ("as_told", "basis", "memo", "cite")
    return [*first, *sorted(set(known) - set(first) - set(common)), *common]


def field_of(section: str, key: str) -> Field:
    """What may stand behind `key` in a list of a case file, its header ("") or a register."""
    own = {"": _HEADER, **_FIELDS, **_REGISTER}.get(section, {})
    return own.get(key) or _COMMON.get(key) or Field()


# -- JSON Schema --------------------------------------------------------------------------------

_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_SCALAR = {"type": ["string", "number"]}
_YES = {"enum": ["yes", "no", True, False]}


def case_schema(vocabulary: Vocabulary) -> dict[str, Any]:
    """The JSON Schema of a case file, with the terms of `vocabulary` and their definitions."""
    used = {f.scheme for fields in (*_FIELDS.values(), _HEADER, _COMMON) for f in fields.values()}
    statements = {f"in-{section}": _statement(section) for section in SECTIONS}
    return {
        "$schema": _DRAFT,
        "title": "Case file of visavis",
        "description": "One encounter, or a series with its parts.",
        "$ref": "#/$defs/case",
        "$defs": {
            "case": _case(),
            "cite": _cite(),
            **statements,
            **{f"term-{s}": _terms(vocabulary, s) for s in sorted(used) if s},
        },
    }


def register_schema(kind: str, vocabulary: Vocabulary) -> dict[str, Any]:
    """The JSON Schema of a register: `kind` is actors, places or sources."""
    keys = entry_keys(kind)
    fields = {key: field_of(kind, key) for key in keys}
    schemes = sorted({field.scheme for field in fields.values() if field.scheme})
    required = {"actors": ["name", "kind"], "places": ["name"], "sources": []}[kind]
    entry = {
        "type": "object",
        "properties": {key: _property(field) for key, field in fields.items()},
        "required": required,
        "additionalProperties": False,
    }
    return {
        "$schema": _DRAFT,
        "title": f"Register of {kind}",
        "type": "object",
        "properties": {
            kind: {"anyOf": [{"type": "object", "additionalProperties": entry}, {"type": "null"}]},
            "source": {**_SCALAR, "description": _HEADER["source"].definition},
            "coder": {**_SCALAR, "description": _COMMON["coder"].definition},
        },
        "required": [kind],
        "additionalProperties": False,
        "$defs": {"cite": _cite(), **{f"term-{s}": _terms(vocabulary, s) for s in schemes}},
    }


def schemas(vocabulary: Vocabulary) -> dict[str, dict[str, Any]]:
    """Every schema by the name of the file to write it to."""
    made = {f"{kind}.schema.json": register_schema(kind, vocabulary) for kind in _REGISTER}
    return {"case.schema.json": case_schema(vocabulary), **made}


def _case() -> dict[str, Any]:
    properties: dict[str, Any] = {}
    for key in HEADER:
        field = field_of("", key)
        if key == "parts":
            properties[key] = {"type": "array", "items": {"$ref": "#/$defs/case"}}
        elif key in VALUES:
            properties[key] = _header_value(key, field)
        else:
            properties[key] = _property(field)
        properties[key]["description"] = field.definition
    for section in SECTIONS:
        if section not in HEADER:
            statement = {"$ref": f"#/$defs/in-{section}"}
            properties[section] = {"type": "array", "items": statement}
    return {
        "type": "object",
        "properties": properties,
        "required": ["case"],
        "additionalProperties": False,
    }


def _header_value(key: str, field: Field) -> dict[str, Any]:
    """A header line: a value, `{value, cite, ...}`, or a list of either (or of statements)."""
    value = _single(field)
    with_cite = {
        "type": "object",
        "properties": {
            "value": value,
            "degree": _property(_QUALITY["degree"]),
            **{name: _property(field_of("", name)) for name in COMMON},
        },
        "required": ["value"],
        "additionalProperties": False,
    }
    inside = [value, with_cite]
    if key in SECTIONS:
        inside.append({"$ref": f"#/$defs/in-{key}"})
    return {"anyOf": [value, with_cite, {"type": "array", "items": {"anyOf": inside}}]}


def _statement(section: str) -> dict[str, Any]:
    keys = [*SECTIONS[section], *COMMON]
    properties = {key: _property(field_of(section, key)) for key in keys}
    if section == "rival":
        properties["value"] = {"description": _FIELDS["rival"]["value"].definition}
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _property(field: Field) -> dict[str, Any]:
    made = _single(field)
    if field.many and field.kind != "cite":
        items: list[dict[str, Any]] = [made]
        if field.kind == "term":  # of a phase: {ingredient: shared-mood, degree: partly}
            items.append({"type": "object"})
        elif field.kind == "people":
            items.append({"type": "object", "description": "A name in the fields of CSL."})
        several = {"type": "array", "items": {"anyOf": items} if len(items) > 1 else made}
        made = {"anyOf": [made, several]}
    if field.definition:
        made = {**made, "description": field.definition}
    return made


def _single(field: Field) -> dict[str, Any]:
    if field.kind == "cite":
        return {"$ref": "#/$defs/cite"}
    if field.kind == "yes":
        return dict(_YES)
    if field.kind == "pairs":
        term = {"$ref": f"#/$defs/term-{field.scheme}"}
        values = [term] if field.scheme == "energy" else [term, _SCALAR, {"type": "array"}]
        return {"type": "object", "additionalProperties": {"anyOf": values}}
    if field.kind == "dates":
        named = {name: _property(field_of("actors", name)) for name in registers.CITED}
        cited = {
            "type": "object",
            "properties": {"value": dict(_SCALAR), **named},
            "required": ["value"],
            "additionalProperties": False,
        }
        return {"anyOf": [dict(_SCALAR), cited]}
    if field.kind == "issued":
        return {"type": ["string", "number", "object"]}
    if field.kind == "number":
        return {"anyOf": [{"type": "integer"}, {"type": "string", "pattern": "^[0-9]+$"}]}
    if not field.scheme:
        return dict(_SCALAR)
    term = {"$ref": f"#/$defs/term-{field.scheme}"}
    if field.or_yes:
        return {"anyOf": [term, _YES]}
    return {"anyOf": [term, _SCALAR]} if field.free else term


def _terms(vocabulary: Vocabulary, scheme: str) -> dict[str, Any]:
    """The terms of a scheme, each with its definition; "in person" passes for in-person."""
    terms = vocabulary.scheme(scheme)
    listed: list[dict[str, Any]] = [
        {"const": slug, "title": term.label, "description": term.definition}
        for slug, term in terms.items()
    ]
    spaced = [slug.replace("-", " ") for slug in terms if "-" in slug]
    if spaced:
        listed.append({"enum": spaced})
    return {"anyOf": listed}


def _cite() -> dict[str, Any]:
    text = {"type": "string"}
    one = {
        "anyOf": [
            _SCALAR,
            {
                "type": "object",
                "properties": {
                    "source": text,
                    "locator": _SCALAR,
                    "via": text,
                    "via_locator": _SCALAR,
                    "relation": {"enum": ["supports", "disputes", "mentions"]},
                    "quote": text,
                },
                "additionalProperties": False,
            },
        ]
    }
    return {"anyOf": [*one["anyOf"], {"type": "array", "items": one}]}
