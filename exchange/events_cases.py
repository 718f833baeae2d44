"""Encounters as cases, one a row: for qualitative comparative analysis and for regression."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from visavis.exchange.events_read import Clock, Read, hyperevents
from visavis.exchange.events_risk import KNOWN_BY, presence, spell_rows, tell_risk
from visavis.exchange.events_tables import Column, Row, Table, Tables, column, listed
from visavis.exchange.networks import flat
from visavis.schema import dates
from visavis.schema.model import Term, Vocabulary
from visavis.schema.project import Edge, Node

__all__ = ["cases"]

_DEGREE = {"present": 1, "": 1, "partly": 0.67, "absent": 0}
_GAINED, _LOST = {"formed", "strengthened", ""}, {"weakened", "broken", "none"}
_CODED = "not coded"
_SCHEMES = ("mode", "ingredient", "effect", "moderator", "bond", "outcome")


def cases(graph: Read, made: Tables, terms: Vocabulary, qca: bool) -> None:
    """One row for each encounter, and one for each of its phases."""
    meetings = graph.meetings()
    kept = {node.id for node in meetings}
    home: dict[str, str] = {}
    phases_of: dict[str, list[str]] = defaultdict(list)
    parents: dict[str, list[str]] = defaultdict(list)
    for edge in graph.by_type["PART_OF"]:
        if edge.start.startswith("phase/") and edge.end in kept:
            home[edge.start] = edge.end
            phases_of[edge.end].append(edge.start)
        elif edge.start in kept and edge.end.startswith("meeting/"):
            parents[edge.start].append(edge.end)
    coded = _Coded(graph, terms, qca)
    passed = _passed(graph)

    def first(of: str) -> list[Column]:
        return [
            column("case", "text", f"identifier of the {of}: the name of the row"),
            column("title", "text", "what it was, in the coder's words", missing=_CODED),
        ]

    facts = [] if qca else _fact_columns(terms)
    rows, more = [], []
    for node in meetings:
        row = {"case": node.id, "title": node.properties.get("title")}
        if not qca:
            row |= _facts(graph, node, parents.get(node.id, ())) | passed[node.id]
            of = [graph.nodes[p] for p in sorted(phases_of.get(node.id, ()))]
            row["modes_of_phases"] = listed(m for p in of for m in coded.modes(p.id))
            row["stages_of_phases"] = listed(p.properties.get("stage") for p in of)
        rows.append(row | coded.row(node.id))
    for phase, meeting in sorted(home.items()):
        node = graph.nodes[phase]
        row = {"case": phase, "encounter": meeting, "title": node.properties.get("title")}
        if not qca:
            row["stage"] = node.properties.get("stage")
            row["seconds"] = node.properties.get("seconds")
        more.append(row | coded.row(phase))
    made.files["encounters.csv"] = Table(
        first("encounter") + facts + coded.columns("encounter"), rows
    )
    inner = [column("encounter", "text", "identifier of the encounter it is part of")]
    inner += [fact for fact in facts if fact["column"] in ("stage", "seconds")]
    case, title = first("phase")
    made.files["phases.csv"] = Table([case, *inner, title, *coded.columns("phase")], more)
    made.events = len(rows)
    made.files["actors_present.csv"] = Table(
        [
            column("case", "text", "identifier of the encounter"),
            column("actor", "text", "identifier of the participant"),
            column("name", "text", "name", missing="not told"),
            column("kind", "text", "kind of actor", missing="not told"),
            column("roles", "text", "roles, separated by '; '", missing="not told"),
            column("side", "text", "identifier of the actor on whose side", missing="not told"),
            column("office", "text", "office held then", missing="not told"),
            column("claims", "text", "identifiers of the claims", missing=""),
        ],
        [
            {"case": e.end, "actor": e.start}
            | {k: graph.nodes[e.start].properties.get(k) for k in ("name", "kind")}
            | {k: v for k, v in flat(e.properties).items()
               if k in ("roles", "side", "office", "claims")}
            for e in sorted(graph.by_type["TOOK_PART"], key=lambda e: (e.end, e.start, e.id))
            if e.end in kept
        ],
    )  # fmt: skip
    clock = Clock("year", "drop", Tables(""))
    events = sorted(hyperevents(_Quiet(graph, kept), clock), key=lambda e: e.time)
    present = presence(graph, events, clock)
    made.files["presence.csv"] = Table(
        [
            column("actor", "text", "identifier of an actor who could have met"),
            column("from", "integer", "first year at risk"),
            column("to", "integer", "last year at risk"),
            *KNOWN_BY,
        ],
        spell_rows(present),
    )
    tell_risk(graph, present, made)
    if qca:
        made.notes.append(
            "An empty cell was not coded, is unclear or not observable, or claims differ over it. "
            "It does not mean 0."
        )
    else:
        made.notes.append(
            "An empty cell was not coded, which does not mean 0 or absent. What is unclear or not "
            "observable says so. Several values in one cell are separated by '; '."
        )
    some = "in phases.csv" if qca else "in phases.csv or in the column mode_between"
    made.notes.append(
        f"What is coded of some of those present only stands {some}, not in the columns of the "
        "whole."
    )
    both = {parent for some in parents.values() for parent in some} & kept
    if parents:
        told = "" if qca else " (column part_of)"
        told += f", of which {len(both):,} are cases too" if both else ""
        made.notes.append(
            f"{len(parents):,} encounters are sessions or parts of others{told}: they are not "
            "independent of each other."
        )
    if qca:
        made.notes.append(
            "Calibration: present 1, partly 0.67, absent 0. An encounter has one of four modes: "
            "where one is coded of all present and nobody contests it, the others are 0. A bond is "
            "1 where it formed, grew or is only told of, 0 where it weakened, broke or did not "
            "change. A moderator (what is told to have mattered) or an outcome is 1 or empty: "
            "nobody codes that it was not there. "
            "A cell over which claims differ is empty, and its column is named in `contested`."
        )
        made.notes.append(
            "truthTable takes no data frame with an empty cell anywhere: choose the columns first, "
            "then leave out the cases that lack one of them (na.omit)."
        )


class _Quiet(Read):
    """The same graph, read again without counting again what is left out."""

    def __init__(self, graph: Read, kept: set[str]) -> None:
        self.window, self.made = graph.window, Tables("")
        self.by_type, self.parts, self.there = graph.by_type, graph.parts, graph.there
        self.lives = graph.lives
        self.nodes = {i: n for i, n in graph.nodes.items() if i in kept}


def _fact_columns(terms: Vocabulary) -> list[Column]:
    """What each column of `_facts` is, and of what is counted besides."""

    def coded(scheme: str) -> Column:
        values = ", ".join(terms.scheme(scheme))
        says = terms.schemes[scheme].definition
        return column(scheme, "text", says, missing=_CODED, values=values)

    return [
        column("date", "text", "date as told (EDTF)", missing="not told"),
        column("earliest", "text", "earliest instant (ISO 8601)", missing="not told, or open"),
        column("latest", "text", "latest instant (ISO 8601)", missing="not told, or open"),
        column("year", "integer", "its year, where certain", missing="not certain"),
        coded("format"),
        coded("channel"),
        coded("stage"),
        column("seconds", "integer", "how long, in seconds", missing="not told"),
        column("seconds_how", "text", "how exact that is", missing="not told",
               values=", ".join(terms.scheme("duration"))),
        column("part_of", "text", "the encounter it is a session of", missing="none"),
        column("participants", "integer", "how many are known", missing="none is known"),
        column("credits", "integer", "acts of credit coded, those held back not counted",
               missing="none is coded"),
        column("discredits", "integer", "acts of discredit coded, those held back not counted",
               missing="none is coded"),
        column("dominations", "integer", "acts of domination coded", missing="none is coded"),
        column("modes_of_phases", "text", "modes of its phases", missing=_CODED),
        column("stages_of_phases", "text", "stages of its phases", missing=_CODED),
    ]  # fmt: skip


def _facts(graph: Read, node: Node, parents: Sequence[str]) -> Row:
    told = node.properties
    plain = flat(told)
    row: Row = {
        name: plain.get(name)
        for name in ("date", "earliest", "latest", "format", "channel", "stage", "seconds",
                     "seconds_how")
    }  # fmt: skip
    if "earliest" in told and abs(told["earliest"]) < dates.INF > abs(told["latest"]):
        clock = Clock("year", "drop", Tables(""))
        first, last = clock.at(told["earliest"]), clock.at(told["latest"])
        row["year"] = first if first == last else None
    row["part_of"] = listed(parents)
    row["participants"] = len({e.start for e in graph.there.get(node.id, ())}) or None
    return row


class _Coded:
    """What is coded of an encounter or phase, a column for each term of the vocabulary."""

    def __init__(self, graph: Read, terms: Vocabulary, qca: bool) -> None:
        self.graph, self.qca = graph, qca
        self.schemes = {
            name: [t for t in terms.scheme(name).values() if t.scheme == name]
            for name in (*_SCHEMES, "continuum")
        }
        self.of: dict[tuple[str, str], list[Edge]] = defaultdict(list)
        self.bonds: dict[str, list[Edge]] = defaultdict(list)
        self.followed: dict[str, list[Edge]] = defaultdict(list)
        for kind in ("SHOWS", "MODERATED_BY"):
            for edge in graph.by_type[kind]:
                self.of[edge.start, edge.end.partition("/")[2]].append(edge)
        for edge in graph.by_type["BOND"]:
            for place in {edge.properties.get("meeting"), edge.properties.get("about")} - {None}:
                self.bonds[str(place)].append(edge)
        for edge in graph.by_type["LED_TO"]:
            for place in {edge.start, edge.properties.get("about")} - {None}:
                self.followed[str(place)].append(edge)

    def modes(self, node: str) -> list[str]:
        """The modes coded of all present."""
        return [term.slug for term in self.schemes["mode"] if self._whole(node, term)]

    def _whole(self, node: str, term: Term) -> list[Edge]:
        found = self.of.get((node, term.slug), ())
        return [edge for edge in found if not edge.properties.get("between")]

    def row(self, node: str) -> Row:
        """The columns of one case."""
        row: Row = {}
        contested: set[str] = set()
        claims: set[str] = set(self.graph.nodes[node].properties.get("claims", ()))
        modes = self.modes(node)
        for scheme in ("mode", "ingredient", "effect", "moderator"):
            for term in self.schemes[scheme]:
                column = _name(scheme, term)
                coded = self._whole(node, term)
                degrees = sorted({str(e.properties.get("degree", "")) for e in coded})
                claims |= {c for e in coded for c in e.properties["claims"]}
                disputed = any(e.properties.get("contested") for e in coded)
                if disputed:
                    contested.add(column)
                if self.qca:
                    values = {_DEGREE.get(degree) for degree in degrees}
                    row[column] = values.pop() if len(values) == 1 and not disputed else None
                elif scheme != "mode":
                    row[column] = listed(degree or "present" for degree in degrees)
        mode_columns = {_name("mode", term) for term in self.schemes["mode"]}
        if self.qca and len(modes) == 1 and not contested & mode_columns:
            for column in mode_columns:
                if row[column] is None and column != f"mode_{modes[0].replace('-', '_')}":
                    row[column] = 0
        if not self.qca:
            row["mode"] = listed(modes)
            if contested & mode_columns:
                contested = (contested - mode_columns) | {"mode"}
            some = [
                f"{term.slug}: {', '.join(e.properties['between'])}"
                for term in self.schemes["mode"]
                for e in self.of.get((node, term.slug), ())
                if e.properties.get("between")
            ]
            row["mode_between"] = listed(some)
            row["continuum"] = listed(
                t.slug for t in self.schemes["continuum"] if self._whole(node, t)
            )
        for term in self.schemes["bond"]:
            bonds = [e for e in self.bonds.get(node, ()) if e.properties.get("kind") == term.slug]
            changes = {str(e.properties.get("change", "")) for e in bonds}
            claims |= {c for e in bonds for c in e.properties["claims"]}
            column = _name("bond", term)
            if any(e.properties.get("contested") for e in bonds):
                contested.add(column)
            if not self.qca:
                row[column] = listed(change or "present" for change in changes)
            elif not changes or column in contested:
                row[column] = None
            else:
                row[column] = 1 if changes <= _GAINED else 0 if changes <= _LOST else None
        led = self.followed.get(node, ())
        claims |= {c for e in led for c in e.properties["claims"]}
        kinds = {
            str(self.graph.nodes[e.end].properties.get("kind", ""))
            for e in led
            if e.end.startswith("outcome/")
        }
        if self.qca:
            for term in self.schemes["outcome"]:
                row[_name("outcome", term)] = 1 if term.slug in kinds else None
        else:
            row["outcomes"] = listed(kinds)
        row["contested"] = listed(contested)
        row["claims"] = listed(claims)
        return row

    def columns(self, of: str) -> list[Column]:
        """What each column of `row` is."""
        made: list[Column] = []
        values = "0, 0.67, 1" if self.qca else "present, partly, absent, unclear, not-observable"
        coded = "not coded, unclear, not observable or contested" if self.qca else _CODED
        for scheme in _SCHEMES:
            if not self.qca and scheme in ("mode", "outcome"):
                continue
            for term in self.schemes[scheme]:
                made.append(
                    {
                        "column": _name(scheme, term),
                        "type": "number" if self.qca else "text",
                        "says": f"{scheme}: {term.label}. {term.definition}",
                        "source": term.cite,
                        "missing": "not told to have followed" if scheme == "outcome" else coded,
                        "values": {
                            "moderator": "1" if self.qca else "present",
                            "outcome": "1",
                            "bond": "0, 1" if self.qca else
                            "present, formed, strengthened, weakened, broken, none",
                        }.get(scheme, values),
                    }
                )  # fmt: skip
        if not self.qca:
            made += [
                column("mode", "text", f"mode of the {of}, of all present", missing=_CODED,
                       values=", ".join(t.slug for t in self.schemes["mode"])),
                column("mode_between", "text", "modes between some of those present",
                       missing=_CODED),
                column("continuum", "text", "place between impersonal and interpersonal",
                       missing=_CODED),
                column("outcomes", "text", "kinds of outcome attributed to it",
                       missing="none is told"),
            ]  # fmt: skip
        made.append(column("contested", "text", "columns over which claims differ", missing="none"))
        made.append(column("claims", "text", "identifiers of the claims, separated by '; '"))
        return made


def _passed(graph: Read) -> dict[str, Counter[str]]:
    """How many acts of each type are coded of an encounter, those held back not counted."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for kind, name in (("CREDIT", "credits"), ("DISCREDIT", "discredits"),
                       ("DOMINATES", "dominations")):  # fmt: skip
        for edge in graph.by_type[kind]:
            told = edge.properties
            if told.get("performance") != "suppressed":
                for place in {told.get("meeting"), told.get("about")} - {None}:
                    found[str(place)][name] += 1
    return found


def _name(scheme: str, term: Term) -> str:
    return f"{scheme}_{term.slug}".replace("-", "_")
