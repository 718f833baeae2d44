"""What event models are made of: the encounters and acts that leave, and the clock they go by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from visavis.exchange.events_tables import Tables
from visavis.exchange.leaving import Leaving
from visavis.exchange.networks import Window, whole_summits
from visavis.schema import dates
from visavis.schema.errors import NotFoundError
from visavis.schema.lives import Life, life
from visavis.schema.model import model
from visavis.schema.project import Edge, Node

__all__ = ["EVER", "UNITS", "Clock", "Event", "Read", "acts", "hyperevents", "pairs"]

UNITS = {"year": 0, "day": 86_400, "hour": 3_600, "minute": 60}  # seconds; a year has no length
EVER = 2**60  # a unit that no date reaches


class Read:
    """Nodes and edges of what leaves, leads left out."""

    def __init__(self, told: Leaving, window: Window, leads: bool, made: Tables) -> None:
        self.window = window
        self.made = made
        self.by_type: dict[str, list[Edge]] = defaultdict(list)
        for edge in told.edges():
            if edge.properties.get("machine") and not leads:
                made.left_out["machine-coded edges"] += 1
            else:
                self.by_type[edge.type].append(edge)
        self.nodes: dict[str, Node] = {node.id: node for node in told.nodes()}
        self.lives: dict[str, Life] = {
            node.id: life(node.properties)
            for node in self.nodes.values()
            if "born" in node.properties or "died" in node.properties
        }
        self.parts = whole_summits(self.by_type["PART_OF"])
        self.there: dict[str, list[Edge]] = defaultdict(list)
        for edge in self.by_type["TOOK_PART"]:
            self.there[edge.end].append(edge)

    def within(self, properties: Mapping[str, Any]) -> bool:
        """Whether something lies in the period asked for; what is undated lies in none."""
        if not self.window:
            return True
        return self.window.holds(properties)

    def meetings(self) -> list[Node]:
        """The encounters that count, in order of id."""
        found = []
        for node in self.nodes.values():
            if node.label != "Meeting":
                continue
            if node.properties.get("scope", "encounter") != "encounter":
                self.made.left_out["series, practices and what is no encounter"] += 1
            elif not self.within(node.properties):
                self.made.left_out["encounters outside the period"] += 1
            else:
                found.append(node)
        return sorted(found, key=lambda node: node.id)


@dataclass(slots=True)
class Event:
    """One event: who, when, and what is known of it besides."""

    id: str
    time: int
    type: str
    actors: tuple[str, ...]
    order: int
    weight: int
    about: str
    roles: dict[str, str]
    told: dict[str, Any]
    sure: bool  # that it lies in that unit of time


class Clock:
    """Dates as whole units of time."""

    def __init__(self, unit: str, spans: str, made: Tables) -> None:
        self.unit, self.spans, self.made = unit, spans, made

    def at(self, instant: int) -> int:
        """The unit in which an instant lies."""
        if self.unit == "year":
            text = dates.iso(instant).removeprefix("Y")
            sign = -1 if text.startswith("-") else 1
            return sign * int(text.lstrip("-").partition("-")[0])
        return instant // UNITS[self.unit]

    def bound(self, instant: int) -> int:
        """The unit of an instant, also of an unbounded one."""
        return self.at(instant) if abs(instant) < dates.INF else EVER if instant > 0 else -EVER

    def name(self, time: int) -> str:
        """A unit of time as a date (ISO 8601, local time)."""
        if self.unit == "year":
            return str(time)
        text = dates.iso(time * UNITS[self.unit])
        return text.partition("T")[0] if self.unit == "day" else text.removesuffix(":00")

    def of(self, told: Mapping[str, Any], last: str) -> int | None:
        """The time of something that lies between `earliest` and the property `last`."""
        if "earliest" not in told:
            self.made.left_out["events without a date"] += 1
            return None
        bounds = [told["earliest"], told[last]]
        times = [None if abs(b) >= dates.INF else self.at(b) for b in bounds]
        if times[0] is not None and times[0] == times[1]:
            return times[0]
        if self.spans == "drop":
            self.made.left_out[f"events whose {self.unit} is not certain"] += 1
            return None
        wanted = times[0 if self.spans == "earliest" else 1]
        if wanted is None:
            self.made.left_out[f"events without {self.spans} bound"] += 1
        return wanted

    def sure(self, told: Mapping[str, Any], last: str) -> bool:
        """Whether `of` leaves no choice."""
        return self.spans == "drop" or self.bound(told["earliest"]) == self.bound(told[last])


def hyperevents(graph: Read, clock: Clock) -> list[Event]:
    """Each encounter with its participants; of a summit with sessions, the sessions."""
    events = []
    for node in graph.meetings():
        present = sorted(graph.there.get(node.id, ()), key=lambda edge: edge.start)
        if node.id in graph.parts:
            graph.made.left_out["summits that are told by their sessions"] += 1
        elif not present:
            graph.made.left_out["encounters without known participants"] += 1
        elif (time := clock.of(node.properties, "starts_by")) is not None:
            roles = {e.start: "; ".join(e.properties.get("roles", ())) for e in present}
            claims = {c for e in present for c in e.properties["claims"]}
            claims |= set(node.properties.get("claims", ()))
            told = {**node.properties, "claims": sorted(claims), "edge": ""}
            events.append(
                Event(
                    node.id, time, "encounter", tuple(roles), 0, 1, node.id, roles, told,
                    clock.sure(told, "starts_by"),
                )
            )  # fmt: skip
    return events


def pairs(meetings: Iterable[Event], largest: int, made: Tables) -> list[Event]:
    """Every two who shared an encounter; encounters of too many are left out and counted."""
    events = []
    for event in meetings:
        if len(event.actors) > largest:
            made.left_out[f"encounters of more than {largest} participants"] += 1
            continue
        for i, a in enumerate(event.actors):
            for b in event.actors[i + 1 :]:
                events.append(
                    Event(
                        f"{event.id} {a} {b}", event.time, "together", (a, b), 0, 1,
                        event.id, event.roles, event.told, event.sure,
                    )
                )  # fmt: skip
    return events


def acts(graph: Read, clock: Clock, types: Sequence[str], asked: str) -> list[Event]:
    """What passed from one actor to another. An act held back is no event; one refused weighs
    nothing, as in a relationship chain."""
    joined = {
        p.edge
        for p in model().predicates.values()
        if p.edge and p.subject == p.object == ("Actor",) and p.dated
    }
    wrong = sorted(set(types) - joined)
    if wrong:
        raise NotFoundError(
            f"'{asked}' holds what is no dated act between actors; choose among",
            [*sorted(t.lower() for t in joined), "together"],
        )
    events = []
    for kind in types:
        for edge in graph.by_type[kind]:
            told = edge.properties
            if told.get("scope", "encounter") not in ("encounter", "outside"):
                graph.made.left_out["acts of series and practices"] += 1
            elif told.get("performance") == "suppressed":
                graph.made.left_out["acts that were held back"] += 1
            elif edge.start == edge.end:  # a group's own bond; no event model takes it
                graph.made.left_out["acts and bonds of one actor alone"] += 1
            elif not graph.within(told):
                graph.made.left_out["acts outside the period"] += 1
            elif (time := clock.of(told, "latest")) is not None:
                weight = 0 if told.get("uptake") == "refused" else 1
                events.append(
                    Event(
                        edge.id, time, kind.lower(), (edge.start, edge.end),
                        int(told.get("order", 0)), weight, str(told.get("about", "")), {},
                        {**told, "edge": edge.id}, clock.sure(told, "latest"),
                    )
                )  # fmt: skip
    return events
