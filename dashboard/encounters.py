"""What is known of one encounter, read in a few queries, and what pages say of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from visavis.dashboard.common import ask, many, names_of, rows
from visavis.queries.told import rival_words
from visavis.schema import dates
from visavis.schema.errors import NotFoundError
from visavis.schema.model import vocabulary

__all__ = ["Encounter", "Line", "comparison", "neighbours", "neighbours_words", "opening", "read"]

MEETING = (
    "MATCH (m:Meeting {id: $id}) RETURN m, "
    "COLLECT { MATCH (m)-[:HELD_AT]->(p:Place) RETURN coalesce(p.name, p.id) ORDER BY p.id } "
    "AS places, COLLECT { MATCH (m)-[:PART_OF]->(w:Meeting) RETURN w.id ORDER BY w.id } AS whole, "
    "COLLECT { MATCH (m)<-[:PART_OF]-(x:Meeting) RETURN x.id ORDER BY x.id } AS parts"
)
WHO = (
    "MATCH (m:Meeting {id: $id})<-[r:TOOK_PART]-(a:Actor) "
    "RETURN a.id AS actor, a.name AS name, r ORDER BY a.id, r.id"
)
AUDIENCE = (
    "MATCH (m:Meeting {id: $id})<-[r:AUDIENCE]-(a:Actor) "
    "RETURN a.id AS actor, a.name AS name, r ORDER BY a.id, r.id"
)
PHASES = (
    "MATCH (m:Meeting {id: $id})<-[o:PART_OF]-(p:Phase) RETURN p, o.order AS place "
    "ORDER BY coalesce(o.order, 9007199254740992), p.id"
)
SHOWN = (
    "MATCH (m:Meeting {id: $id}) CALL (m) { RETURN m AS n UNION "
    "MATCH (m)<-[:PART_OF]-(p:Phase) RETURN p AS n } "
    "MATCH (n)-[r:SHOWS|MODERATED_BY]->(t:Term) "
    "RETURN n.id AS node, t.id AS term, t.label AS label, t.scheme AS scheme, r "
    "ORDER BY node, scheme, term, r.id"
)
ACTS = (
    "MATCH (m:Meeting {id: $id})-[s:STAGED]->(w:Ritual) RETURN w, s.order AS place, "
    "s.phase AS phase, s.starts AS starts, "
    "COLLECT { MATCH (a:Actor)-[q:PERFORMED]->(w) RETURN {actor: a.id, part: q.part} "
    "ORDER BY a.id } AS doers ORDER BY coalesce(s.order, 9007199254740992), w.id"
)
PASSED = (
    "MATCH (m:Meeting {id: $id})-[:STAGED]->(:Ritual)<-[:PERFORMED]-(a:Actor) "
    "WITH DISTINCT m, a MATCH (a)-[g:CREDIT|DISCREDIT|DOMINATES]->(b:Actor) WHERE g.about = m.id "
    "RETURN g.id AS id, type(g) AS type, g.ritual AS ritual, a.id AS by, b.id AS to, "
    "g.contested AS contested ORDER BY id"
)
CLAIMS = (
    "MATCH (:Meeting {id: $id})<-[:ABOUT]-(c:Claim) RETURN c.id AS id, c.predicate AS predicate, "
    "c.subject AS subject, c.object AS object ORDER BY id"
)
MOST = 60  # participants whose encounters before and after are looked up
# The edge knows scope and date: of a hub's encounters only the one that is told is read.
NEIGHBOURS = (
    "UNWIND $ids AS i MATCH (a:Actor {id: i})-[r:TOOK_PART]->(m:Meeting) "
    "WHERE coalesce(r.scope, 'encounter') = 'encounter' "
    "AND r.earliest IS NOT NULL AND NOT coalesce(r.machine, false) "
)
BEFORE = NEIGHBOURS + (
    "AND r.latest < $earliest WITH i, r, m ORDER BY r.latest DESC, r.about LIMIT $most "
    "RETURN i AS actor, m.id AS meeting, r.date AS date, r.latest AS at ORDER BY at DESC, meeting"
)
AFTER = NEIGHBOURS + (
    "AND r.earliest > $latest WITH i, r, m ORDER BY r.earliest, r.about LIMIT $most "
    "RETURN i AS actor, m.id AS meeting, r.date AS date, r.earliest AS at ORDER BY at, meeting"
)


@dataclass(frozen=True, slots=True)
class Encounter:
    """One encounter with what is told of it. Lists are in order; `names` by identifier."""

    id: str
    node: Mapping[str, Any]
    places: Sequence[str]
    whole: Sequence[str]
    parts: Sequence[str]
    who: Sequence[Mapping[str, Any]]
    audience: Sequence[Mapping[str, Any]]
    phases: Sequence[Mapping[str, Any]]
    shown: Sequence[Mapping[str, Any]]
    acts: Sequence[Mapping[str, Any]]
    passed: Sequence[Mapping[str, Any]]
    names: Mapping[str, str]

    @property
    def title(self) -> str:
        """What it was."""
        return str(self.node.get("title") or self.id.partition("/")[2].replace("-", " "))

    @property
    def when(self) -> str:
        """When, in words."""
        return dates.parse(self.node["date"]).show() if self.node.get("date") else ""


def read(meeting: str) -> Encounter:
    """An encounter. NotFoundError where the graph has none of that identifier."""
    found = rows(MEETING, id=meeting)
    if not found:
        raise NotFoundError(f"the graph has no encounter '{meeting.partition('/')[2]}'")
    row = found[0]
    who, audience = rows(WHO, id=meeting), rows(AUDIENCE, id=meeting)
    acts = rows(ACTS, id=meeting)
    passed = rows(PASSED, id=meeting)
    shown = rows(SHOWN, id=meeting)
    ids = {x["actor"] for x in (*who, *audience)}
    ids |= {str(x["r"].get("side") or "") for x in who}
    ids |= {d["actor"] for act in acts for d in act["doers"]}
    ids |= {p[k] for p in passed for k in ("by", "to")}
    ids |= {a for s in shown for a in s["r"].get("between") or ()}
    ids |= {*row["whole"], *row["parts"]}
    return Encounter(
        meeting, row["m"], row["places"], row["whole"], row["parts"], who, audience,
        rows(PHASES, id=meeting), shown, acts, passed, names_of(i for i in ids if i),
    )  # fmt: skip


# -- what is said ---------------------------------------------------------------------------------


def label(term: str) -> str:
    """A term in words."""
    known = vocabulary().terms.get(term)
    return known.label if known else term.replace("-", " ")


def lower(text: str) -> str:
    """A label within a sentence."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def degree_words(told: Mapping[str, Any]) -> str:
    """ "friendly interaction (partly)"."""
    degree = str(told["r"].get("degree") or "")
    return degree if degree and degree != "present" else ""


def opening(e: Encounter) -> str:
    """What it was, in a sentence or two: when, where, who, how many acts, in which mode."""
    kind = {"series": "A series of encounters", "practice": "A habit"}.get(
        str(e.node.get("scope") or ""), "An encounter"
    )
    more = [str(e.node.get("format") or ""), str(e.node.get("channel") or "").replace("-", " ")]
    told = [kind + (f" ({', '.join(x for x in more if x)})" if any(more) else "")]
    told.append(f", {e.when}" if e.when else ", at a date that is not told")
    if e.places:
        told.append(f", {', '.join(map(_at, e.places))}")
    first = "".join(told) + "."
    people = len({w["actor"] for w in e.who})
    second = many(people, "participant") + (" is known" if people == 1 else " are known")
    second += f"; {many(len(e.acts), 'act')} " + ("is coded" if len(e.acts) == 1 else "are coded")
    second = second[:1].upper() + second[1:]
    modes = [
        lower(str(s["label"] or label(s["term"][5:])))
        + (f" ({degree_words(s)})" if degree_words(s) else "")
        for s in e.shown
        if s["scheme"] == "mode" and s["node"] == e.id
    ]
    if e.node.get("stage"):
        modes.append(f"{e.node['stage']} stage")
    third = f" The whole of it: {', '.join(dict.fromkeys(modes))}." if modes else ""
    return f"{first} {second}.{third}"


def _at(place: str) -> str:
    """A place within a sentence; one that a source only describes has no name of its own."""
    first = place.partition(" ")[0]
    if first in ("a", "an", "the"):
        return f"in {place}"
    return f"at the {place}" if first[:1].islower() else f"at {place}"


def acts_as_rows(e: Encounter) -> list[dict[str, Any]]:
    """The acts in order, as the score and the table show them."""
    titles = {p["p"]["id"]: str(p["p"].get("title") or "") for p in e.phases}
    gives: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for p in e.passed:
        gives[str(p["ritual"] or "")].append(p)
    found = []
    for act in e.acts:
        node = act["w"]
        by = [d["actor"] for d in act["doers"] if d["part"] in (None, "initiator", "joint")]
        to = [d["actor"] for d in act["doers"] if d["part"] in ("recipient", "refused")]
        kinds = {g["type"] for g in gives[node["id"]]}
        sign = "/".join(s for s, k in (("+", "CREDIT"), ("-", "DISCREDIT")) if k in kinds)
        passes = [
            f"{lower(g['type'].replace('DOMINATES', 'domination')).lower()} to "
            f"{e.names[g['to']]}".replace("domination to", "domination over")
            for g in gives[node["id"]]
        ]
        found.append(
            {
                "id": node["id"], "label": label(str(node.get("kind") or "act")),
                "what": str(node.get("title") or ""), "phase": titles.get(act["phase"] or "", ""),
                "by": [e.names[x] for x in by], "to": [e.names[x] for x in to],
                "duration": str(node.get("duration") or ""), "starts": str(act["starts"] or ""),
                "performance": str(node.get("performance") or ""), "sign": sign,
                "passes": "; ".join(passes), "contested": bool(node.get("contested")),
            }
        )  # fmt: skip
    return found


def phases_as_rows(e: Encounter) -> list[dict[str, Any]]:
    """The phases with their modes."""
    found = []
    for phase in e.phases:
        node = phase["p"]
        modes = [
            (s["term"][5:], str(s["r"].get("degree") or ""), (s["r"].get("claims") or [""])[0])
            for s in e.shown
            if s["node"] == node["id"] and s["scheme"] == "mode"
        ]
        found.append(
            {
                "id": node["id"], "title": str(node.get("title") or ""), "modes": modes,
                "stage": str(node.get("stage") or ""), "duration": str(node.get("duration") or ""),
                "seconds": node.get("seconds"), "how": str(node.get("seconds_how") or ""),
            }
        )  # fmt: skip
    return found


def lengths(e: Encounter) -> list[dict[str, Any]]:
    """Whatever is told to have lasted a certain time: encounter, phases, acts."""
    told: list[tuple[Mapping[str, Any], str]] = [(e.node, "the whole encounter")]
    told += [(p["p"], str(p["p"].get("title") or "a phase")) for p in e.phases]
    told += [(a["w"], str(a["w"].get("title") or "an act")) for a in e.acts]
    return [
        {
            "id": node["id"], "label": name, "seconds": int(node["seconds"]),
            "how": str(node.get("seconds_how") or "exactly"), "told": str(node.get("duration")),
        }
        for node, name in told
        if node.get("seconds")
    ]  # fmt: skip


def participants(e: Encounter) -> dict[str, list[dict[str, Any]]]:
    """Who took part, by side ("" where none is told), principals first."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for w in e.who:
        r = w["r"]
        roles = list(r.get("roles") or ())
        side = str(r.get("side") or "")
        before, after = str(r.get("energy_before") or ""), str(r.get("energy_after") or "")
        energy = " → ".join(x for x in (before, after) if x) if before else after
        found[e.names.get(side, "") if side else ""].append(
            {
                "id": r["id"], "actor": w["actor"], "name": w["name"] or e.names[w["actor"]],
                "office": str(r.get("office") or ""), "roles": ", ".join(map(label, roles)),
                "partial": str(r.get("partial") or ""), "energy": energy,
                "believed": label(str(r.get("believed"))) if r.get("believed") else "",
                "contested": bool(r.get("contested")), "rivals": rivals_text(r),
                "first": 0 if "principal" in roles else 1,
            }
        )  # fmt: skip
    for people in found.values():
        people.sort(key=lambda p: (p["first"], str(p["name"])))
    return dict(sorted(found.items(), key=lambda item: (item[0] == "", item[0])))


def rivals_text(element: Mapping[str, Any]) -> str:
    """ "office: general secretary | president"."""
    return rival_words(element.get("rivals"))


def neighbours_words(e: Encounter, found: int, most: int = MOST) -> str:
    """What the table of encounters before and after leaves out, or why there is none."""
    people = len({w["actor"] for w in e.who})
    if not people:
        return ""
    if e.node.get("earliest") is None or e.node.get("latest") is None:
        return "The date of this one is not told: which came before and after is not known."
    asked = min(people, most)
    first = f"The first {most} of {people} participants were looked up. " * (people > most)
    if not found:
        which = {1: "the participant", 2: "either of the two"}.get(asked, f"any of the {asked}")
        return f"{first}No other dated encounter of {which} certainly came before or after."
    none = asked - found
    rest = many(none, "participant", "participants")
    return first + (f"Of {rest} no other is known for certain." if none else "")


def neighbours(e: Encounter, most: int = MOST) -> list[dict[str, Any]]:
    """The last known encounter before and the next after, for each participant.

    Only those whose order the dates make certain. At most `most` participants are asked for.
    """
    people = list(dict.fromkeys(w["actor"] for w in e.who))[:most]
    earliest, latest = e.node.get("earliest"), e.node.get("latest")
    found: dict[str, dict[str, Any]] = {a: {"actor": a} for a in people}
    if earliest is not None and latest is not None:
        for name, query in (("before", BEFORE), ("after", AFTER)):
            for actor in people:
                hit = rows(query, ids=[actor], earliest=earliest, latest=latest, most=1)
                if hit:
                    found[actor][name] = hit[0]["meeting"]
                    found[actor][f"{name}_date"] = dates.parse(hit[0]["date"]).show()
    return [row for row in found.values() if len(row) > 1]


# -- side by side ---------------------------------------------------------------------------------

QUALITIES = (("ingredient", "Ingredients"), ("effect", "Effects"), ("moderator", "Moderators"),
             ("continuum", "Impersonal or interpersonal"))  # fmt: skip


class Line(NamedTuple):
    """What is compared: a group, what in it, and for each encounter a text and the claims behind
    it. "not coded" is not absent."""

    group: str
    what: str
    texts: list[str]
    claims: list[tuple[str, ...]]


def comparison(encounters: Sequence[Encounter]) -> list[Line]:
    """The encounters side by side, line by line; what is coded of none is left out."""
    lines: list[Line] = []
    told = [rows(CLAIMS, id=e.id) for e in encounters]

    def line(
        group: str, what: str, texts: list[str], *predicates: str, object: str = "",
        own: bool = False,
    ) -> None:  # fmt: skip
        """predicates: those of the claims behind it; object: what they name; own: they tell of the
        encounter itself."""
        if any(texts):
            claims = [
                tuple(
                    c["id"]
                    for c in some
                    if c["predicate"] in predicates
                    and object in ("", c["object"])
                    and (not own or c["subject"] == e.id)
                )
                if text
                else ()
                for e, some, text in zip(encounters, told, texts, strict=True)
            ]
            lines.append(Line(group, what, [text or "not coded" for text in texts], claims))

    line("The encounter", "When", [e.when for e in encounters], "dated", own=True)
    line("The encounter", "Where", [", ".join(e.places) for e in encounters], "held_at")
    line("The encounter", "Who", [_principals(e) for e in encounters], "took_part")
    formats = [str(e.node.get("format") or "") for e in encounters]
    line("The encounter", "Format", formats, "format", own=True)
    line("The encounter", "Stage", [_stages(e) for e in encounters], "stage")
    line("The encounter", "Lasted", [
        "; ".join(f"{x['label']}: {x['told']}" for x in lengths(e)) for e in encounters
    ], "lasted")  # fmt: skip
    line("Mode", "Mode of interaction", [_mode(e) for e in encounters], "mode")
    for scheme, group in QUALITIES:
        terms = dict.fromkeys(
            (s["term"], str(s["label"] or label(s["term"][5:])))
            for e in encounters for s in e.shown if _scheme(s) == scheme
        )  # fmt: skip
        if scheme in ("ingredient", "effect"):  # each is asked of every encounter
            known = vocabulary().terms.items()
            terms |= dict.fromkeys(
                (f"term/{key}", term.label) for key, term in known if term.scheme == scheme
            )
        predicate = {"moderator": "moderated_by"}.get(scheme, scheme)
        for term, name in sorted(terms, key=lambda t: t[1]):
            line(group, name, [_quality(e, term) for e in encounters], predicate, object=term)
    line("Rituals", "In order", [
        "; ".join(a["label"].lower() for a in acts_as_rows(e)) for e in encounters
    ], "ritual_kind")  # fmt: skip
    passed = [_balance(e) for e in encounters]
    line("Rituals", "Credits and discredits", passed, "credit", "discredit")
    followed = [ask("outcomes", meeting=e.id) for e in encounters]
    texts = ["; ".join(str(o["outcome"]) for o in found.rows) for found in followed]
    if any(texts):
        behind = [tuple(found.cited) for found in followed]
        shown = [text or "not coded" for text in texts]
        lines.append(Line("Outcome", "What followed", shown, behind))
    return lines


def _scheme(shown: Mapping[str, Any]) -> str:
    if shown["r"]["type"] == "MODERATED_BY":
        return "moderator"
    return str(shown["r"].get("scheme") or shown["scheme"])


def _principals(e: Encounter) -> str:
    people = [p for side in participants(e).values() for p in side]
    first = [p for p in people if p["first"] == 0] or people
    rest = len(people) - len(first[:6])
    return ", ".join(str(p["name"]) for p in first[:6]) + (f" and {rest} more" if rest else "")


def _stages(e: Encounter) -> str:
    told = [str(e.node.get("stage") or "")]
    told += [str(p["p"].get("stage") or "") for p in e.phases]
    return " and ".join(dict.fromkeys(f"{t} stage" for t in told if t))


def _mode(e: Encounter) -> str:
    titles = {p["p"]["id"]: str(p["p"].get("title") or "a phase") for p in e.phases}
    told = []
    for s in e.shown:
        if s["scheme"] == "mode":
            where = f" ({titles[s['node']]})" if s["node"] in titles else ""
            degree = f", {degree_words(s)}" if degree_words(s) else ""
            told.append(f"{lower(str(s['label'] or label(s['term'][5:])))}{degree}{where}")
    return "; ".join(dict.fromkeys(told))


def _quality(e: Encounter, term: str) -> str:
    titles = {p["p"]["id"]: str(p["p"].get("title") or "a phase") for p in e.phases}
    told = []
    for s in e.shown:
        if s["term"] == term:
            degree = str(s["r"].get("degree") or "told")
            where = f" ({titles[s['node']]})" if s["node"] in titles else ""
            told.append(degree.replace("-", " ") + where)
    return "; ".join(dict.fromkeys(told))


def _balance(e: Encounter) -> str:
    credit = sum(1 for p in e.passed if p["type"] == "CREDIT")
    discredit = sum(1 for p in e.passed if p["type"] == "DISCREDIT")
    if not (credit or discredit):
        return ""
    return f"{many(credit, 'credit')}, {many(discredit, 'discredit')}"
