"""Encounters and acts as tables for statistics: event models, QCA, regression.

Each form is a folder of CSV files with a codebook (codebook.csv, codebook.md), made from the model
and the vocabulary. The files that a program reads have the columns it documents and no others;
what else is known of a row stands beside it in provenance.csv (edge, date as told, claims).

- `remify` (R package remify, `remify(edgelist, ...)`): edgelist.csv with time, actor1, actor2,
  type, weight; riskset.csv with actor1, actor2, the `manual_riskset` of version 4, which holds for
  the whole time; omit_dyad.csv with first, last, actor1, actor2, type, from which the `omit_dyad`
  of version 3.2 is made, whose risk set changes in time. It stops at a time below 0, and at a
  window of omit_dyad that does not begin and end with an event.
- `goldfish` (R package goldfish, `make_nodes` and `link_events`, until 1.6 `defineNodes` and
  `linkEvents`): nodes.csv with label, present; events_TYPE.csv with time, sender, receiver,
  increment; presence_changes.csv with time, node, replace, to be linked to the attribute
  `present`. A change holds for the events of its own time.
- `eventnet` (Lerner, github.com/juergenlerner/eventnet): events.csv with event_id, time, type,
  participant, role, weight. Rows of one event_id are one hyperevent; map SOURCE and TARGET to
  participant, EVENT_INTERVAL_ID to event_id. Rows of type add_actor and remove_actor, of weight 1
  and 0, tell who is at risk, as in the example of the Davis Southern Women there; they stand at
  the unit before the change.
- `qca` (R package QCA, `truthTable`): encounters.csv and phases.csv, one case a row; 1 present,
  0.67 partly, 0 absent (Ragin's four values), empty where unclear, not observable or not coded.
- `regression`: the same rows with the words of the coding, dates and counts.

Time is a whole number of years (the calendar's), days, hours or minutes since 1970-01-01T00:00 in
local time; for remify it counts from the first event, which is at 1. An event whose date does not
tell its unit for certain has a span: it is dropped and counted, or put at its earliest or latest
unit, as asked. Of an encounter it is the beginning that counts; an act may lie anywhere within its
encounter.

Risk set: presence.csv says from when to when each actor could have taken part: who may have been
alive then and, of whom the period of an office is told, may have been in office. The column `by`
says how it is known (office, lifetime, seen; not told of whom nothing is, who counts throughout)
and `at_risk` whether for certain. Who is possibly at risk is at risk in the files of the programs;
no event lies outside its own risk set.
"""

from __future__ import annotations

from collections import Counter

from visavis.exchange.events_cases import cases
from visavis.exchange.events_models import eventnet, from_one, goldfish, remify
from visavis.exchange.events_read import UNITS, Clock, Read, acts, hyperevents, pairs
from visavis.exchange.events_risk import presence
from visavis.exchange.events_tables import Tables, save_tables
from visavis.exchange.leaving import Leaving
from visavis.exchange.networks import LARGEST, Window, chosen_types
from visavis.schema.errors import NotFoundError
from visavis.schema.model import Vocabulary, vocabulary

__all__ = ["FORMS", "SPANS", "UNITS", "Tables", "save_tables", "tables"]

FORMS = ("remify", "goldfish", "eventnet", "qca", "regression")
SPANS = ("drop", "earliest", "latest")
DYADS = "credit,discredit,dominates"


def tables(
    told: Leaving,
    form: str,
    *,
    edges: str = "",
    unit: str = "day",
    spans: str = "drop",
    from_: str = "",
    to: str = "",
    leads: bool = False,
    largest: int = LARGEST,
    terms: Vocabulary | None = None,
) -> Tables:
    """What leaves as the tables of one form.

    edges: of remify and goldfish, which acts (or `together`: the pairs of each encounter). unit:
    year, day, hour, minute. spans: drop, earliest or latest. from_, to: EDTF. leads: also what only
    machines coded. largest: the most participants of an encounter that is taken apart into pairs.
    terms: the project's vocabulary. Raises NotFoundError for a word that is none of these.
    """
    for word, known in ((form, FORMS), (unit, tuple(UNITS)), (spans, SPANS)):
        if word not in known:
            raise NotFoundError(f"'{word}' is not known here; choose among", known)
    made = Tables(form)
    graph = Read(told, Window(from_, to), leads, made)
    if form in ("qca", "regression"):
        cases(graph, made, terms or vocabulary(), form == "qca")
        return made
    clock = Clock(unit, spans, made)
    together = form != "eventnet" and edges.strip().lower() == "together"
    if form == "eventnet":
        events = hyperevents(graph, clock)
    elif together:
        events = pairs(hyperevents(graph, clock), largest, made)
    else:
        events = acts(graph, clock, chosen_types(edges or DYADS), edges or DYADS)
    # In order of time; within one time in the order told, so that no order is made up across.
    events.sort(key=lambda e: (e.time, e.about, e.order, e.id))
    times = Counter(event.time for event in events)
    made.events, made.tied = len(events), sum(n for n in times.values() if n > 1)
    present = presence(graph, events, clock)
    if form == "remify":
        zero = from_one(events, present)
        made.notes.append(
            f"Time counts {unit}s from the first event on, which is at 1, as remify takes no time "
            f"below 0. 0 is {clock.name(zero)}."
        )
    elif unit == "year":
        made.notes.append("Time is the year of the calendar (0 is 1 BCE).")
    else:
        made.notes.append(f"Time is in whole {unit}s since 1970-01-01T00:00, local time.")
    asked = "dropped" if spans == "drop" else f"put at their {spans} {unit}"
    made.notes.append(f"Events whose {unit} is not certain are {asked}.")
    if together:
        ties = "The pairs of one encounter are simultaneous; the order of ties means nothing."
    else:
        ties = (
            "Ties stand in the order that their encounter tells; between encounters their order "
            "means nothing."
        )
    made.notes.append(
        f"{made.tied:,} of {made.events:,} events share their time with another. {ties}"
    )
    {"remify": remify, "goldfish": goldfish, "eventnet": eventnet}[form](
        graph, events, present, made
    )
    return made
