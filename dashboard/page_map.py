"""Map and time: where encounters took place, and when."""

from __future__ import annotations

import math
import textwrap
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from visavis.dashboard import common
from visavis.dashboard.places import Spot, coastlines, located
from visavis.schema import dates
from visavis.schema.dates import INF

__all__ = ["Held", "held", "label", "opening", "page", "unplaced", "view", "within"]

MOST = 2_000  # encounters on the map, the latest first
LISTED = 1_000
NAMED = 100  # of what is not on the map, so many are named beneath it; the table has all
LONG = 28  # letters of a name on the map
LABELS = 14  # places named on the map; all are named in the table
WIDTH, HEIGHT = 700, 430

_MATCH = {
    False: "MATCH (m:Meeting)",
    True: "MATCH (:Actor {id: $actor})-[:TOOK_PART]->(m:Meeting)",
}
_MEETINGS = f"""
WHERE coalesce(m.scope, 'encounter') = 'encounter'
WITH DISTINCT m ORDER BY coalesce(m.earliest, {-INF}) DESC, m.id LIMIT $most
RETURN m.id AS id, m.title AS title, m.date AS date, m.earliest AS earliest, m.latest AS latest,
       m.channel AS channel
"""
# Apart from the above: a subquery for each of thousands of encounters takes ten times as long.
_AT = {
    "places": "UNWIND $ids AS id MATCH (m:Meeting {id: id})-[:HELD_AT]->(p:Place) "
    "RETURN id, p.id AS place ORDER BY id, place",
    "wider": "UNWIND $ids AS id MATCH (m:Meeting {id: id})-[:PART_OF]->(:Meeting)"
    "-[:HELD_AT]->(p:Place) RETURN id, p.id AS place ORDER BY id, place",
}
_PLACES = """
MATCH (p:Place) WHERE EXISTS { MATCH (p)<-[:HELD_AT]-() }
RETURN p.id AS id, p.name AS name, p.coordinates AS coordinates, p.also_named AS also_named
ORDER BY id
"""


@dataclass(frozen=True, slots=True)
class Held:
    """An encounter with its place: `spot` None where the place has no coordinates, `place` ""
    where none is told. years: its first and last possible year. afar: by video or telephone."""

    id: str
    title: str
    date: str
    years: tuple[int, int] | None
    place: str = ""
    name: str = ""
    spot: Spot | None = None
    afar: bool = False


# -- what the page says ---------------------------------------------------------------------------


def held(meetings: Iterable[Mapping[str, Any]], places: Iterable[Mapping[str, Any]]) -> list[Held]:
    """Encounters with where they were: the place told, else that of the whole they are part of."""
    about = {row["id"]: row for row in places}
    spots = {place: located(row) for place, row in about.items()}
    made = []
    for row in meetings:
        known = [p for p in (*row["places"], *row["wider"]) if spots.get(p)]
        first = next(iter((*known, *row["places"], *row["wider"])), "")
        spot = spots.get(first)
        told = row["places"][0] if row["places"] else first
        name = (about.get(told, {}).get("name") or told.partition("/")[2]) if told else ""
        if spot and first not in row["places"]:
            whole = about[first].get("name") or first.partition("/")[2]
            how = f"where the whole was: {whole} ({spot.how})"
            spot = replace(spot, how=how, told=False, called="")
            name = f"{name}, {whole}" if name and name != whole else whole
        made.append(
            Held(
                row["id"],
                row["title"] or row["id"].partition("/")[2],
                row["date"] or "",
                dates.years(row["earliest"], row["latest"]),
                first,
                name,
                spot,
                (row.get("channel") or "in-person") not in ("in-person", "mixed", "unclear"),
            )
        )
    return made


def within(found: Iterable[Held], span: tuple[int, int]) -> list[Held]:
    """Those that may lie in these years."""
    return [x for x in found if x.years and x.years[0] <= span[1] and x.years[1] >= span[0]]


def opening(found: Sequence[Held]) -> str:
    """The sentence above the map."""
    if not found:
        return "No encounter is known in these bounds."
    shown = [x for x in found if x.spot and not x.spot.area]
    spots = {(x.spot.latitude, x.spot.longitude) for x in shown if x.spot}
    areas = [x for x in found if x.spot and x.spot.area]
    years = [y for x in found if x.years for y in x.years]
    when = ""
    if years:
        first, last = min(years), max(years)
        when = f", {first}" if first == last else f", {first} to {last}"
    n, s = len(found), len(spots)
    text = f"{n:,} encounter{'s' * (n != 1)}{when}: {len(shown):,} in {s} place{'s' * (s != 1)}"
    afar = sum(not x.place and x.afar for x in found)
    nowhere = sum(not x.place for x in found) - afar
    unknown = sum(bool(x.place) and not x.spot for x in found)
    missing = []
    if areas:
        missing.append(f"{len(areas):,} somewhere in a country or region")
    if afar:
        missing.append(f"{afar:,} by video or telephone")
    if nowhere:
        missing.append(f"{nowhere:,} of no place that is told")
    if unknown:
        missing.append(f"{unknown:,} in places whose coordinates are not known")
    return text + "".join(f", {part}" for part in missing) + "."


def view(spots: Iterable[Spot], width: float = WIDTH, height: float = HEIGHT) -> dict[str, Any]:
    """A Mercator projection that shows all spots with room around them."""
    some = list(spots)
    if not some:
        return {"type": "mercator", "center": [10, 30], "scale": 118}

    def north(latitude: float) -> float:
        held_in = max(min(latitude, 80.0), -80.0)
        return math.log(math.tan(math.pi / 4 + math.radians(held_in) / 2))

    longitudes = [s.longitude for s in some]
    wide = math.radians(max(longitudes) - min(longitudes))
    tops = [north(s.latitude) for s in some]
    high = max(tops) - min(tops)
    scale = min(width * 0.72 / max(wide, 0.35), height * 0.66 / max(high, 0.35))
    scale = max(scale, width / (2 * math.pi) * 0.98)
    middle = (max(tops) + min(tops)) / 2
    latitude = math.degrees(2 * math.atan(math.exp(middle)) - math.pi / 2)
    center = [(max(longitudes) + min(longitudes)) / 2, latitude]
    if scale < width / (2 * math.pi) * 1.05:
        center[0] = 0.0  # the whole world: no land is cut in two
    return {"type": "mercator", "center": [round(c, 3) for c in center], "scale": round(scale, 1)}


# -- the page -------------------------------------------------------------------------------------


def page() -> None:
    """The map, the strip of time beside it, and the encounters below."""
    st.title("Map and time")
    left, right = st.columns(2, vertical_alignment="bottom")
    with left:
        actor = common.actor_picker(
            "Only encounters of", "actor", help="an actor; left empty, all encounters"
        )
    every = _held(common.graph().address, common.revision(), actor)
    years = [y for x in every if x.years for y in x.years]
    with right:
        span = _span(min(years), max(years)) if years else None
    found = within(every, span) if span else every
    picked = common.param("place")
    common.sentence(opening(found))
    notes = ["Coastlines only: the borders of today would misdate the map."]
    if any(x.spot and x.spot.area for x in found):
        notes.append(
            "A broken ring stands in the middle of a country or region: where in it is not told."
        )
    undated = sum(x.years is None for x in every)
    if span and undated:
        notes.append(f"{undated:,} without a date are left out by the period.")
    if len(every) >= MOST:
        notes.append(f"The latest {MOST:,} encounters are shown.")
    st.html(f"<p class='vv-note'>{common.html_text(' '.join(notes))}</p>")
    shown = [x for x in found if x.spot]
    if shown:
        clicked = _picture(shown, picked)
        if clicked is not None and clicked != picked:
            common.set_params(place=clicked)
            picked = clicked
    here = [x for x in found if x.place.partition("/")[2] == picked] if picked else found
    if picked and here:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{common.plain(here[0].name)}**")
            if st.button("All places"):
                common.set_params(place=None)
                st.rerun()
    elif picked:
        here = found
    _list(_chosen(here))
    _unplaced(found)


def _chosen(found: Sequence[Held]) -> Sequence[Held]:
    """Those that the reader wants listed, kept in the address: all, or what is (not) on the map."""
    on = [x for x in found if x.spot]
    if not on or len(on) == len(found):
        return found
    ways = {
        "all": f"All ({len(found):,})",
        "on": f"On the map ({len(on):,})",
        "off": f"Not on the map ({len(found) - len(on):,})",
    }
    wanted = common.choice("Encounters listed", ways, "list", "all", pills=True)
    if wanted == "all":
        return found
    return on if wanted == "on" else [x for x in found if not x.spot]


def _span(first: int, last: int) -> tuple[int, int] | None:
    """The period, kept in the address; None for the whole."""
    if first == last:
        return None
    start, _, end = common.param("years").partition("..")
    told = [int(x) for x in (start, end) if x.lstrip("-").isdigit()]
    inside = [min(max(x, first), last) for x in told]
    value = (inside[0], inside[1]) if len(inside) == 2 and inside[0] <= inside[1] else (first, last)
    picked = st.slider("Period", first, last, value, key=f"period {first} {last}")
    whole = picked == (first, last)
    common.set_params(years=None if whole else f"{picked[0]}..{picked[1]}")
    return None if whole else (int(picked[0]), int(picked[1]))


@st.cache_resource(max_entries=20, show_spinner="Reading places")
def _held(place: str, revision: int, actor: str) -> list[Held]:
    graph = common.graph()
    parameters = {"most": MOST, "actor": actor}
    meetings = graph.rows(_MATCH[bool(actor)] + _MEETINGS, parameters, timeout=20)
    for name, query in _AT.items():
        known: dict[str, list[str]] = defaultdict(list)
        for row in graph.rows(query, {"ids": [m["id"] for m in meetings]}, timeout=20):
            known[row["id"]].append(row["place"])
        for meeting in meetings:
            meeting[name] = known.get(meeting["id"], [])
    return held(meetings, graph.rows(_PLACES, timeout=20))


def _picture(shown: Sequence[Held], picked: str) -> str | None:
    """Map and strip; the place that was clicked, "" for none, None where nothing was."""
    groups: dict[str, list[Held]] = defaultdict(list)
    for each in shown:
        groups[each.place].append(each)
    rows: list[dict[str, Any]] = []
    for place, some in groups.items():
        spot = some[0].spot
        assert spot is not None
        rows.append(
            {
                "id": place.partition("/")[2],
                "name": some[0].name,
                "short": _short(some[0].name, spot),
                "n": len(some),
                "latitude": spot.latitude,
                "longitude": spot.longitude,
                "how": spot.how,
                "told": "told by a claim" if spot.told else "by name",
                "area": spot.area,
            }
        )
    rows.sort(key=lambda row: (-row["n"], row["id"]))
    spots = [Spot(row["latitude"], row["longitude"], "") for row in rows]
    size = (350, 330) if common.narrow() else (WIDTH, HEIGHT)
    seen = view(spots, *size)
    label(rows, seen, *size)
    left, right = st.columns([3, 2])
    with left:
        state = common.chart(
            _map(rows, picked, seen, size[1]),
            None,
            "Map of encounters: " + ", ".join(f"{r['name']} {r['n']}" for r in rows[:20]),
            key="map",
            select=True,
        )
    with right:
        st.altair_chart(_strip(shown, rows[:12]), alt="When encounters took place, a row a place")
        if len(rows) > 12:
            st.html(f"<p class='vv-note'>The {len(rows) - 12} other places: in the table.</p>")
    chosen = (state or {}).get("selection", {}).get("place") if state else None
    if chosen:
        return str(chosen[0].get("id", ""))
    return None


def _altair() -> Any:
    import altair  # only where a picture is drawn

    return altair


def _short(name: str, spot: Spot) -> str:
    """A name for the map: that of the gazetteer where a place's own is long."""
    if len(name) > LONG and 0 < len(spot.called) <= LONG:
        return spot.called
    return textwrap.shorten(name, LONG, placeholder="…")


def label(
    rows: Sequence[dict[str, Any]], seen: Mapping[str, Any], width: float, height: float
) -> None:
    """Set `label` and `side` of each row (the most encounters first): on which side of its mark
    its name has room, "" where it has none; the table names all."""

    def north(latitude: float) -> float:
        held_in = max(min(latitude, 85.0), -85.0)
        return math.log(math.tan(math.pi / 4 + math.radians(held_in) / 2))

    scale, (middle, tilt) = seen["scale"], seen["center"]
    at = [
        (
            width / 2 + math.radians(row["longitude"] - middle) * scale,
            height / 2 - (north(row["latitude"]) - north(tilt)) * scale,
        )
        for row in rows
    ]
    taken = [(x - 9, y - 9, x + 9, y + 9) for x, y in at]
    for number, (row, (x, y)) in enumerate(zip(rows, at, strict=True)):
        row["label"], row["side"] = f"{row['short']} {row['n']}", ""
        wide = 6.7 * len(row["label"])
        boxes = {
            "above": (x - wide / 2, y - 26, x + wide / 2, y - 10),
            "below": (x - wide / 2, y + 10, x + wide / 2, y + 26),
            "right": (x + 13, y - 8, x + 13 + wide, y + 8),
            "left": (x - 13 - wide, y - 8, x - 13, y + 8),
        }
        for side, box in boxes.items() if number < LABELS else ():
            inside = box[0] >= 0 and box[1] >= 0 and box[2] <= width and box[3] <= height
            clash = any(
                box[0] < b[2] and b[0] < box[2] and box[1] < b[3] and b[1] < box[3]
                for own, b in enumerate(taken)
                if own != number
            )
            if inside and not clash:
                row["side"] = side
                taken.append(box)
                break


def _map(
    rows: Sequence[Mapping[str, Any]], picked: str, seen: Mapping[str, Any], height: int
) -> Any:
    alt = _altair()

    dark = common.dark()
    land = alt.Chart(
        alt.InlineData(values=coastlines(), format=alt.DataFormat(type="topojson", feature="land"))
    ).mark_geoshape(clip=True, aria=False, fill="#39404a" if dark else "#e6e2d6", stroke=None)
    data = alt.Chart(alt.Data(values=list(rows)))
    where = {"longitude": "longitude:Q", "latitude": "latitude:Q"}
    chosen = alt.selection_point(name="place", fields=["id"], on="click", empty=False)
    most = max(row["n"] for row in rows)
    ink = "#e0a94a" if dark else "#b0720d"
    chosen_ink = "#ff7b61" if dark else "#b3261e"
    colour = alt.condition(f"datum.id === {_quoted(picked)}", alt.value(chosen_ink), alt.value(ink))
    size = alt.Size("n:Q", scale=alt.Scale(domain=[0, max(most, 4)], range=[60, 900]), legend=None)
    told = [
        alt.Tooltip("name:N", title="place"),
        alt.Tooltip("n:Q", title="encounters"),
        alt.Tooltip("how:N", title="coordinates"),
    ]
    points = (
        data.transform_filter("!datum.area")
        .mark_circle(clip=True, stroke="#ffffff", strokeWidth=1, cursor="pointer")
        .encode(
            **where,
            size=size,
            color=colour,
            fillOpacity=alt.condition("datum.told === 'by name'", alt.value(0.72), alt.value(1)),
            tooltip=told,
        )
        .add_params(chosen)
    )
    rings = (
        data.transform_filter("datum.area")
        .mark_point(
            clip=True, filled=False, strokeWidth=2, strokeDash=[3, 2], fill="transparent",
            cursor="pointer",
        )
        .encode(**where, size=size, stroke=colour, tooltip=told)
        .add_params(chosen)
    )  # fmt: skip
    words = [
        alt.Chart(alt.Data(values=some))
        .mark_text(
            clip=True, fontSize=12, fontWeight=600, color="#f5f5f5" if dark else "#22272e",
            aria=False, **_SIDES[side],
        )
        .encode(**where, text="label:N")
        for side in _SIDES
        if (some := [row for row in rows if row["side"] == side])
    ]  # fmt: skip
    return (
        alt.layer(land, points, rings, *words)
        .project(**seen)
        .properties(height=height)
        .configure_view(stroke=None)
    )


_SIDES: dict[str, dict[str, Any]] = {
    "above": {"align": "center", "dy": -18},
    "below": {"align": "center", "dy": 18},
    "right": {"align": "left", "dx": 13},
    "left": {"align": "right", "dx": -13},
}


def _quoted(text: str) -> str:
    """A key as a Vega string: nothing but what keys are made of."""
    return "'" + "".join(c for c in text if c.isalnum() or c in "-_./") + "'"


def _strip(shown: Sequence[Held], rows: Sequence[Mapping[str, Any]]) -> Any:
    alt = _altair()

    order = [str(row["id"]) for row in rows]
    names = {str(row["id"]): str(row["short"]) for row in rows}
    marks = [
        {
            "id": x.place.partition("/")[2],
            "place": names[x.place.partition("/")[2]],
            "from": x.years[0],
            "to": x.years[1] + 1,
            "date": common.printed(x.date),
            "title": x.title,
        }
        for x in shown
        if x.years and x.place.partition("/")[2] in names
    ]
    return (
        alt.Chart(alt.Data(values=marks))
        .mark_bar(height=14, opacity=0.75, color="#e0a94a" if common.dark() else "#c98a1f")
        .encode(
            x=alt.X(
                "from:Q",
                title=None,
                scale=alt.Scale(zero=False, nice=False),
                axis=alt.Axis(format="d", tickMinStep=1),
            ),
            x2="to:Q",
            y=alt.Y(
                "place:N",
                sort=[names[i] for i in order],
                title=None,
                axis=alt.Axis(labelLimit=170),
            ),
            tooltip=[
                alt.Tooltip("title:N", title="encounter"),
                alt.Tooltip("date:N", title="when"),
                alt.Tooltip("place:N", title="where"),
            ],
        )
        .properties(height=alt.Step(26))
    )


def _how(x: Held) -> str:
    if x.spot:
        return x.spot.how
    if x.place:
        return "coordinates not known"
    return "by video or telephone" if x.afar else "no place told"


def _list(found: Sequence[Held]) -> None:
    rows = [
        {
            "date": x.date,
            "title": x.title,
            "place": x.name,
            "how": _how(x),
        }
        for x in found[:LISTED]
    ]
    if not rows:
        return
    picked = common.select_row(
        rows,
        {
            "date": "When",
            "title": "Encounter",
            "place": "Where",
            "how": "How the coordinates are known",
        },
        key=f"encounters {common.param('place')} {common.param('list')}",
        alt="Encounters with their places",
    )
    if len(found) > LISTED:
        common.note(f"and {len(found) - LISTED:,} more: narrow the period.")
    if picked is None:
        common.note("Choose a row to go to its encounter.")
    else:
        chosen = found[picked]
        common.link("encounter", f"To {chosen.title}", meeting=chosen.id.partition("/")[2])


def _unplaced(found: Sequence[Held]) -> None:
    made = unplaced(
        found, {name: common.param(name) for name in ("actor", "years") if common.param(name)}
    )
    if made:
        number = sum(not x.spot for x in found)
        with st.expander(f"{common.many(number, 'encounter').capitalize()} not on the map"):
            st.html(made)


def unplaced(found: Sequence[Held], bounds: Mapping[str, str]) -> str:
    """What is not on the map, as HTML with a link for each number and each encounter; "" where
    all is. bounds: the parameters that the links keep."""
    text = common.html_text
    unknown = Counter((x.place.partition("/")[2], x.name) for x in found if x.place and not x.spot)
    nowhere = [x for x in found if not x.place]
    made = []
    if unknown:
        told = ", ".join(
            f"<a target='_self' href='{common.href('map', **bounds, place=key)}'>{text(name)} "
            f"({n})</a>"
            for (key, name), n in unknown.most_common(NAMED)
        )
        left = len(unknown) - NAMED
        made.append(
            "<p>Places whose coordinates are not known, because no town of 15,000 or more "
            f"and no country bears the name: {told}{_others(left, 'place', bounds)}. A claim may "
            'tell them: in places.yaml, <code>coordinates: "46.20,6.15"</code>.</p>'
        )
    if nowhere:
        lines = "".join(
            f"<li><a target='_self' href='{common.href('encounter', meeting=x.id[8:])}'>"
            f"{text(x.title)}</a></li>"
            for x in nowhere[:NAMED]
        )
        left = len(nowhere) - NAMED
        made.append(
            f"<p>{common.many(len(nowhere), 'encounter').capitalize()} of which no place is "
            "told, or that were held by video or telephone"
            f"{_others(left, 'encounter', bounds)}:</p><ul class='vv-list'>{lines}</ul>"
        )
    return "".join(made)


def _others(left: int, what: str, bounds: Mapping[str, str]) -> str:
    """How many are not named, and where all are."""
    if left <= 0:
        return ""
    address = common.href("map", **bounds, list="off")
    return (
        f" and <a target='_self' href='{address}'>{common.many(left, f'more {what}')}, in the "
        "table</a>"
    )
