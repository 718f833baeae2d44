"""A relationship drawn over time, as .svg or .png.

Three panels on one axis: the running counts, one line per direction, credits up and discredits
down; the encounters with their mode; every credit above and every discredit below, by intensity.
Colour never speaks alone: the direction is told by the shape and the dash as well.

The axis is time where the encounters can be told apart on it. Otherwise (one encounter, one day, a
year and then an hour) it is the order of the acts, and says so.
"""

from __future__ import annotations

import itertools
import json
import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from visavis.exchange.networks import clean
from visavis.exchange.prose import opening
from visavis.queries.told import Act, Encounter, Exchange, Relationship
from visavis.schema import dates
from visavis.schema.errors import NotFoundError, QueryError
from visavis.schema.text import fold

__all__ = ["Place", "arranged", "picture", "specification"]

WIDTH = 880  # pixels of the panels; the last counts stand to the right of them
STEP = 9  # pixels between acts of one encounter, where the axis is time
BLUE, ORANGE, INK, GREY, PALE = "#1f4e79", "#b45309", "#1f2933", "#6b7280", "#eef1f4"
FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
YEAR = 31_556_952
_SHAPES = {"ab": "circle", "ba": "diamond"}
_COLOURS = {"ab": BLUE, "ba": ORANGE}


def picture(made: Relationship, path: Path | str) -> None:
    """Draw a relationship to `path`, by its ending .svg or .png (at twice its size, 2,200 pixels).

    Of two states of which only the acts of representatives are known, those are drawn.
    QueryError where the ending is another, NotFoundError where there is nothing to draw.
    """
    path = Path(path)
    if path.suffix.lower() not in (".svg", ".png"):
        raise QueryError(f"'{path.name}' is no picture we draw; end it in .svg or .png")
    import vl_convert  # type: ignore[import-untyped, unused-ignore]

    text = json.dumps(_fit(specification(made)))
    if path.suffix.lower() == ".svg":
        path.write_text(vl_convert.vegalite_to_svg(text), "utf-8")
    else:
        path.write_bytes(vl_convert.vegalite_to_png(text, scale=2))


def _fit(told: Any) -> Any:
    """A specification without the characters that no SVG can hold: the renderer ends the whole
    process where it meets one."""
    if isinstance(told, str):
        return clean(told)
    if isinstance(told, dict):
        return {name: _fit(value) for name, value in told.items()}
    return [_fit(value) for value in told] if isinstance(told, list | tuple) else told


def _altair() -> Any:
    """Altair, imported only where a picture is drawn; its types know too little of its calls."""
    import altair

    return altair


# -- where things stand ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Place:
    """An encounter on the axis: its middle, its ends, and its acts with their places."""

    encounter: Encounter
    middle: float
    low: float
    high: float
    acts: tuple[tuple[float, Act], ...]


def _telling(encounter: Encounter) -> list[Act]:
    """The acts that are drawn: those that carry a credit or discredit."""
    return [act for act in encounter.acts if act.exchanges]


def _by_time(encounters: Sequence[Encounter]) -> list[Place] | None:
    """Places in time (seconds), or None where they cannot be told apart there."""
    dated = [e for e in encounters if e.earliest is not None and e.latest is not None]
    far = 9_000 * YEAR
    if len(dated) < 2 or len(dated) < len(encounters):
        return None
    ends = [(e.earliest or 0, e.latest or 0) for e in dated]
    if any(low < dates.to_seconds(1) or high > far for low, high in ends):
        return None
    if any(one[1] >= other[0] for one, other in itertools.pairwise(ends)):
        return None  # which came first is not certain: only their order can be drawn
    first, last = min(low for low, _ in ends), max(high for _, high in ends)
    unit = max(last - first, 1) / WIDTH
    places = []
    for encounter, (low, high) in zip(dated, ends, strict=True):
        acts = _telling(encounter)
        middle = (low + high) / 2
        spread = [
            (middle + (i - (len(acts) - 1) / 2) * STEP * unit, act) for i, act in enumerate(acts)
        ]
        places.append(Place(encounter, middle, low, high, tuple(spread)))
    for one, other in itertools.pairwise(places):
        room = (len(one.acts) + len(other.acts)) / 2 * STEP + 4
        if other.middle - one.middle < room * unit:
            return None
    return places


def _by_order(encounters: Sequence[Encounter]) -> list[Place]:
    """Places in order: every act has one, and every encounter enough for its label."""
    steps = sum(max(len(_telling(e)), 1) for e in encounters)
    least = max(1.0, 112 / WIDTH * steps) if len(encounters) < 8 else 1.0
    gap = 0.0 if len(encounters) == 1 else steps * 0.012
    places: list[Place] = []
    at = 0.0
    for encounter in encounters:
        acts = _telling(encounter)
        width = max(float(len(acts)), least)
        step = width / max(len(acts), 1)
        spread = tuple((at + step * (i + 0.5), act) for i, act in enumerate(acts))
        places.append(Place(encounter, at + width / 2, at, at + width, spread))
        at += width + gap
    return places


def arranged(made: Relationship) -> tuple[list[Place], bool]:
    """The encounters with their places on the axis, and whether the axis is time (in seconds).

    Otherwise it is order. NotFoundError where there is nothing to draw.
    """
    encounters = [e for e in made.encounters if e.acts or e.counts_as_encounter]
    if not encounters:
        raise NotFoundError("nothing to draw: no encounter of the two is known")
    timed = _by_time(encounters)
    return timed or _by_order(encounters), timed is not None


# -- the specification ----------------------------------------------------------------------------


def specification(made: Relationship) -> dict[str, Any]:
    """The picture as a Vega-Lite specification."""
    alt = _altair()

    if not made.exchanges and made.represented is not None and made.represented.encounters:
        made = made.represented
    places, timed = arranged(made)
    low = min(min([p.low, *(x for x, _ in p.acts)]) for p in places)
    high = max(max([p.high, *(x for x, _ in p.acts)]) for p in places)
    pad = (high - low) * (0.02 if timed else 0.0)
    domain = (low - pad, high + pad)

    panels = [
        _counts(made, places, domain),
        _meetings(places, domain, timed),
        _passed(made, places, domain, timed),
    ]
    ends = (x.name if len(x.name) <= 60 else x.name[:59] + "…" for x in (made.a, made.b))
    names = " and ".join(ends)
    if made.by_representatives:
        names += ", by their representatives"
    told = textwrap.wrap(" ".join(opening(made)), 168)
    chart = (
        alt.vconcat(*panels, spacing=12)
        .resolve_scale(x="independent", y="independent", color="independent", shape="independent",
                       stroke="independent", fillOpacity="independent", strokeDash="independent")
        .properties(
            title=alt.TitleParams(
                text=names, subtitle=told, anchor="start", fontSize=20, subtitleFontSize=13,
                subtitleColor=INK, color=INK, subtitlePadding=6, offset=16, font=FONT,
                subtitleFont=FONT, frame="bounds",
            ),
            padding={"left": 14, "right": 14, "top": 14, "bottom": 10},
            background="white",
        )
        .configure_view(stroke=None)
        .configure_axis(
            labelFont=FONT, titleFont=FONT, labelColor=GREY, titleColor=GREY, labelFontSize=11,
            gridColor="#e5e7eb", domainColor="#9ca3af", tickColor="#9ca3af",
        )
        .configure_text(font=FONT)
        .configure_title(font=FONT)
    )  # fmt: skip
    found: dict[str, Any] = chart.to_dict(validate=False)
    return found


def _x(alt: Any, domain: tuple[float, float], name: str = "x", axis: Any = None) -> Any:
    scale = alt.Scale(domain=list(domain), nice=False, zero=False)
    return alt.X(f"{name}:Q", scale=scale, axis=axis, title=None)


def _panel_title(text: str) -> dict[str, Any]:
    return {
        "text": text, "anchor": "start", "fontSize": 12, "fontWeight": "bold", "color": INK,
        "offset": 6, "frame": "group",
    }  # fmt: skip


def _way(made: Relationship, direction: str) -> str:
    one, other = (made.a, made.b) if direction == "ab" else (made.b, made.a)
    return f"{_brief(one.short)} → {_brief(other.short)}"


def _brief(name: str) -> str:
    return textwrap.shorten(name, 24, placeholder=" …")


def _counts(made: Relationship, places: Sequence[Place], domain: tuple[float, float]) -> Any:
    """Running counts: credits above, discredits below, never set off against each other."""
    alt = _altair()

    rows: list[dict[str, Any]] = []
    last: list[dict[str, Any]] = []
    contested = False
    for direction in ("ab", "ba"):
        for sign, factor in (("credits", 1), ("discredits", -1)):
            name = f"{sign}_{direction}"
            if not getattr(made.counts, name).high:
                continue
            series = f"{direction} {sign}"
            points = [(domain[0], (0, 0, 0))]
            for place in places:
                for x, act in place.acts:
                    count = getattr(act.counts, name)
                    points.append((x, (count.number, count.low, count.high)))
            points.append((domain[1], points[-1][1]))
            contested = contested or any(low != high for _, (_, low, high) in points)
            for x, numbers in points:
                number, lowest, highest = (factor * n for n in numbers)
                rows.append(
                    {"x": x, "n": number, "low": lowest, "high": highest, "series": series,
                     "way": direction}
                )  # fmt: skip
            number, lowest, highest = points[-1][1]
            band = f" ({lowest}–{highest})" if lowest != highest else ""
            noun = sign if number != 1 else sign[:-1]
            giver = made.a if direction == "ab" else made.b
            last.append(
                {"x": domain[1], "n": factor * number, "way": direction,
                 "label": f"{_brief(giver.short)}: {number} {noun}{band}"}
            )  # fmt: skip
    top = max([0, *(row["high"] for row in rows)])
    bottom = min([0, *(row["high"] for row in rows)])
    top = top if top > bottom else 1
    span = top - bottom
    height = 150
    # Labels at the right must not lie on each other: a line of text takes 15 pixels.
    unit = span / height
    last.sort(key=lambda row: -row["n"])
    for above, row in zip([None, *last], last, strict=False):
        wanted = row["n"]
        row["y"] = wanted if above is None else min(wanted, above["y"] - 15 * unit)
    y = alt.Y(
        "n:Q",
        scale=alt.Scale(domain=[bottom - span * 0.04, top + span * 0.04], nice=False),
        axis=alt.Axis(
            title=None, tickMinStep=1, format="d", tickCount=6, labelExpr="abs(datum.value)"
        ),
    )
    ways = list(_COLOURS)
    colour = alt.Color(
        "way:N", scale=alt.Scale(domain=ways, range=[_COLOURS[w] for w in ways]), legend=None
    )
    dash = alt.StrokeDash(
        "way:N", scale=alt.Scale(domain=ways, range=[[1, 0], [6, 3]]), legend=None
    )
    data = alt.Data(values=rows)
    zero = alt.Chart(alt.Data(values=[{"n": 0}])).mark_rule(color="#9ca3af").encode(y="n:Q")
    layers = [zero]
    if contested:
        doubt = [
            {**row, "x2": after["x"]}
            for row, after in itertools.pairwise(rows)
            if row["series"] == after["series"] and row["low"] != row["high"]
        ]
        layers.append(
            alt.Chart(alt.Data(values=doubt))
            .mark_rect(opacity=0.18)
            .encode(x=_x(alt, domain), x2="x2:Q", y=alt.Y("low:Q"), y2="high:Q", color=colour)
        )
    layers.append(
        alt.Chart(data)
        .mark_line(interpolate="step-after", strokeWidth=2.2)
        .encode(x=_x(alt, domain), y=y, color=colour, strokeDash=dash, detail="series:N")
    )
    if last:
        layers.append(
            alt.Chart(alt.Data(values=last))
            .mark_text(align="left", dx=8, fontSize=11.5, fontWeight="bold", clip=False)
            .encode(x=_x(alt, domain), y="y:Q", text="label:N", color=colour)
        )
    bands = _shades(places, domain)
    title = "Running counts by direction: credits upward, discredits downward"
    return alt.layer(*bands, *layers).properties(
        width=WIDTH, height=height, title=_panel_title(title)
    )


def _shades(places: Sequence[Place], domain: tuple[float, float], axis: Any = None) -> list[Any]:
    """What runs through all panels: the encounters as pale stripes."""
    alt = _altair()

    wide = (domain[1] - domain[0]) * 3 / WIDTH
    rows = [
        {
            "x": min([p.low, *(x for x, _ in p.acts)], default=p.low) if p.high > p.low else p.low,
            "x2": max([p.high, *(x for x, _ in p.acts)]),
        }
        for p in places
    ]
    for row in rows:
        if row["x2"] - row["x"] < wide:
            row["x"], row["x2"] = row["x"] - wide / 2, row["x2"] + wide / 2
    return [
        alt.Chart(alt.Data(values=rows))
        .mark_rect(color=PALE, opacity=0.75)
        .encode(x=_x(alt, domain, axis=axis), x2="x2:Q")
    ]


def _meetings(places: Sequence[Place], domain: tuple[float, float], timed: bool) -> Any:
    """The encounters: when, where, in which mode."""
    alt = _altair()

    unit = (domain[1] - domain[0]) / WIDTH
    if not timed and min(place.high - place.low for place in places) < 70 * unit:
        return _upright(places, domain)
    rows: list[dict[str, Any]] = []
    ends: list[float] = []  # of the labels in each row, where the axis is time
    left_out = 0
    for place in places:
        e = place.encounter
        room = 20 if timed else max(int((place.high - place.low) / unit / 5.6), 10)
        lines = _label(e, room, 2 if timed else 4)
        half = max(len(line) for line in lines) * 2.9 * unit
        row = 0
        if timed:
            row = next(
                (i for i, end in enumerate(ends) if place.middle - half > end + 4 * unit), len(ends)
            )
            if row > 2:
                left_out += 1
                continue
            ends[row : row + 1] = [place.middle + half]
        x = min(max(place.middle, domain[0] + half), domain[1] - half) if timed else place.middle
        rows.append({"x": x, "mark": place.middle, "row": row, "head": lines[0],
                     "rest": "\n".join(lines[1:])})  # fmt: skip
    deep = max((str(row["rest"]).count("\n") + 1 for row in rows), default=1)
    line_height = 14
    height = (deep + 1) * line_height * max(len(ends), 1) + 8
    for each in rows:
        row = each["row"]
        each["y"] = 10 + row * (deep + 1) * line_height
        each["y2"] = each["y"] + line_height
    y = alt.Y("y:Q", scale=alt.Scale(domain=[height, 0]), axis=None)
    data = alt.Data(values=rows)
    text = {"align": "center", "baseline": "middle", "color": INK}
    layers = [
        alt.Chart(data)
        .mark_text(fontSize=11.5, fontWeight="bold", **text)
        .encode(x=_x(alt, domain), y=y, text="head:N"),
        alt.Chart(data)
        .mark_text(fontSize=11, lineBreak="\n", lineHeight=line_height, **text)
        .encode(x=_x(alt, domain), y=alt.Y("y2:Q"), text="rest:N"),
    ]
    title = "Encounters" + (f" ({left_out} labels left out)" if left_out else "")
    return alt.layer(*_shades(places, domain), *layers).properties(
        width=WIDTH, height=height, title=_panel_title(title)
    )


def _upright(places: Sequence[Place], domain: tuple[float, float]) -> Any:
    """Many encounters: their labels stand upright; where there is no room for one it falls out."""
    alt = _altair()
    unit = (domain[1] - domain[0]) / WIDTH
    rows: list[dict[str, Any]] = []
    last = 0.0
    for place in places:
        if rows and place.middle - last < 13 * unit:
            continue
        last = place.middle
        when, *rest = _label(place.encounter, 60, 2)
        text = textwrap.shorten(f"{when}  {', '.join(rest)}", 46, placeholder=" …")
        rows.append({"x": place.middle, "label": text, "y": 0})
    left_out = len(places) - len(rows)
    title = "Encounters" + (f" ({left_out} labels left out)" if left_out else "")
    labels = (
        alt.Chart(alt.Data(values=rows))
        .mark_text(angle=270, align="right", baseline="middle", fontSize=10.5, color=INK, dx=-6)
        .encode(
            x=_x(alt, domain),
            y=alt.Y("y:Q", scale=alt.Scale(domain=[1, 0]), axis=None),
            text="label:N",
        )
    )
    height = max(len(row["label"]) for row in rows) * 5.4 + 14
    return alt.layer(*_shades(places, domain), labels).properties(
        width=WIDTH, height=height, title=_panel_title(title)
    )


def _time_axis(alt: Any, domain: tuple[float, float]) -> Any:
    """Ticks at the turns of years, or of months where there are few years."""
    first, last = (int(dates.iso(int(x)).lstrip("Y").split("-")[0]) for x in domain)
    years = last - first + 1
    if years > 2:
        step = next(n for n in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000) if years / n <= 12)
        turns = {dates.to_seconds(y): str(y) for y in range(first - first % step, last + 2, step)}
    else:
        turns = {
            dates.to_seconds(y, m): f"{dates.MONTHS[m - 1][:3]} {y}"
            for y in range(first, last + 1)
            for m in range(1, 13, 1 if years == 1 else 2)
        }
    turns = {x: text for x, text in turns.items() if domain[0] <= x <= domain[1]}
    return alt.Axis(
        values=list(turns), labelExpr=f"({json.dumps(turns)})[toString(datum.value)]", title=None,
        labelOverlap=True,
    )  # fmt: skip


def _label(e: Encounter, room: int, most: int) -> list[str]:
    """The label of an encounter: when; what (wrapped); where and in which mode."""
    when = (e.when or "no date told") if e.scope != "practice" else e.when or "a habit"
    modes = list(
        dict.fromkeys(
            ("partly " * (m.degree == "partly")) + m.mode
            for m in e.modes
            if m.degree in ("", "present", "partly")
        )
    )
    day, _, hours = when.partition(", ")
    head, rest = day, []
    if hours and len(when) <= room:
        head = when
    elif hours:
        told = re.match(r"(?:from |until )?\d\d:\d\d(?:–\d\d:\d\d)?", hours)
        rest = [told[0]] if told else []
    title = e.title or "outside any encounter"
    if e.place and fold(e.place) not in fold(title):
        rest += textwrap.wrap(textwrap.shorten(e.place, room, placeholder="…"), room)
    rest += _clipped(title, room, most - 1)
    if modes:
        rest += _clipped(f"mode: {', '.join(modes)}", room, 1)
    return [head, *rest]


def _clipped(text: str, room: int, most: int) -> list[str]:
    lines = textwrap.wrap(text, room)
    if len(lines) > most:
        lines = [*lines[: most - 1], textwrap.shorten(" ".join(lines[most - 1 :]), room,
                                                      placeholder=" …")]  # fmt: skip
    return lines


def _drawn(place: Place, unit: float, timed: bool) -> Iterator[tuple[float, Exchange]]:
    """Each credit and discredit with its place; those of one act side by side."""
    for x, act in place.acts:
        seen: dict[tuple[str, str], Exchange] = {}
        for exchange in act.exchanges:
            key = (exchange.direction, exchange.sign)
            if not exchange.counted and not exchange.in_doubt:
                continue
            mine = seen.get(key)
            seen[key] = exchange if mine is None else replace(
                mine, intensity=max(mine.intensity or 1, exchange.intensity or 1)
            )  # fmt: skip
        shift = (3 if timed else 8) * unit
        for i, exchange in enumerate(seen.values()):
            yield x + (i - (len(seen) - 1) / 2) * 2 * shift, exchange


def _passed(
    made: Relationship, places: Sequence[Place], domain: tuple[float, float], timed: bool
) -> Any:
    """Credits above, discredits below, as high as they are intense."""
    alt = _altair()

    unit = (domain[1] - domain[0]) / WIDTH
    rows: list[dict[str, Any]] = []
    labels: list[dict[str, Any]] = []
    telling = sum(len(p.acts) for p in places)
    for place in places:
        room = (place.high - place.low) / unit / max(len(place.acts), 1)
        for x, exchange in _drawn(place, unit, timed):
            up = 1 if exchange.sign == "credit" else -1
            grade = exchange.evidence.confidence
            rows.append(
                {
                    "x": x, "y": up * (exchange.intensity or 1), "zero": 0,
                    "way": exchange.direction, "weight": exchange.weight,
                    "fill": {"medium": 0.5, "low": 0.2}.get(grade, 1.0)
                    if not exchange.in_doubt else 0.0,
                }
            )  # fmt: skip
        if not timed and telling <= 28:
            for x, act in place.acts:
                up = 1 if any(e.sign == "credit" for e in act.exchanges) else -1
                sign = "credit" if up > 0 else "discredit"
                tall = max((e.intensity or 1 for e in act.exchanges if e.sign == sign), default=1)
                words = act.exchanges[0].label if act.exchanges else act.label
                lines = textwrap.wrap(words, max(int(room / 5.6), 7))[:3]
                labels.append(
                    {"x": x, "y": up * tall, "up": up, "label": "\n".join(lines),
                     "lines": len(lines)}
                )  # fmt: skip
    low = min([0.0, *(row["y"] for row in rows)])
    high = max([0.0, *(row["y"] for row in rows)])
    bottom = low - 0.8 if low < 0 else -0.4
    top = high + 0.8 if high > 0 else 0.4
    axis = _time_axis(alt, domain) if timed else None
    ticks = [n for n in range(-3, 4) if n and low <= n <= high]
    words = "{'1': 'slight', '2': 'clear', '3': 'grave'}"
    y = alt.Y(
        "y:Q",
        scale=alt.Scale(domain=[bottom, top], nice=False),
        axis=alt.Axis(
            values=ticks, title=None, grid=True, labelExpr=f"{words}[toString(abs(datum.value))]"
        ),
    )
    ways = list(_COLOURS)
    colour = alt.Color(
        "way:N", scale=alt.Scale(domain=ways, range=[_COLOURS[w] for w in ways]), legend=None
    )
    shape = alt.Shape(
        "way:N", scale=alt.Scale(domain=ways, range=[_SHAPES[w] for w in ways]), legend=None
    )
    layers = [
        alt.Chart(alt.Data(values=[{"y": 0}])).mark_rule(color="#4b5563").encode(y=alt.Y("y:Q"))
    ]
    counted = [row for row in rows if row["weight"]]
    vain = [row for row in rows if not row["weight"]]
    if counted:
        data = alt.Data(values=counted)
        layers += [
            alt.Chart(data)
            .mark_rule(strokeWidth=2)
            .encode(x=_x(alt, domain, axis=axis), y=y, y2="zero:Q", color=colour),
            # White beneath, so that no stem shows through a hollow point.
            alt.Chart(data)
            .mark_point(filled=True, color="white", opacity=1, size=120)
            .encode(x=_x(alt, domain, axis=axis), y=y, shape=shape),
            alt.Chart(data)
            .mark_point(filled=True, size=120, opacity=1, strokeWidth=2)
            .encode(
                x=_x(alt, domain, axis=axis), y=y, shape=shape, color=colour,
                stroke=_stroke(alt, ways),
                fillOpacity=alt.FillOpacity("fill:Q", scale=None),
            ),
        ]  # fmt: skip
    if vain:
        data = alt.Data(values=vain)
        layers += [
            alt.Chart(data)
            .mark_rule(strokeWidth=1.5, strokeDash=[2, 3])
            .encode(x=_x(alt, domain, axis=axis), y=y, y2="zero:Q", color=colour),
            alt.Chart(data)
            .mark_text(text="×", fontSize=20, fontWeight="bold", baseline="middle")
            .encode(x=_x(alt, domain, axis=axis), y=y, color=colour),
        ]
    for up in (1, -1):
        told = [row for row in labels if row["up"] == up]
        for lines in sorted({row["lines"] for row in told}):
            some = [row for row in told if row["lines"] == lines]
            layers.append(
                alt.Chart(alt.Data(values=some))
                .mark_text(
                    fontSize=10.5, lineBreak="\n", lineHeight=12, color=INK,
                    dy=-(11 + 12 * (lines - 1)) if up > 0 else 11,
                    baseline="bottom" if up > 0 else "top",
                )
                .encode(x=_x(alt, domain, axis=axis), y=alt.Y("y:Q"), text="label:N")
            )  # fmt: skip
    if not rows:
        nothing = [{"x": sum(domain) / 2, "y": 0, "t": "no credit or discredit is coded"}]
        layers.append(
            alt.Chart(alt.Data(values=nothing))
            .mark_text(color=GREY, fontSize=12, dy=-12)
            .encode(x=_x(alt, domain, axis=axis), y=y, text="t:N")
        )
    title = "Credits above the line, discredits below, by intensity"
    order = "time" if timed else "order of the acts, not to the scale of time"
    height = int(48 * (top - bottom))
    panel = alt.layer(*_shades(places, domain, axis), *layers).properties(
        width=WIDTH, height=height, title=_panel_title(f"{title} (from left to right: {order})")
    )
    return alt.vconcat(panel, _key(made, rows), spacing=8).resolve_scale(
        x="independent", y="independent", color="independent", shape="independent",
        stroke="independent", fillOpacity="independent",
    )  # fmt: skip


def _stroke(alt: Any, ways: Sequence[str]) -> Any:
    scale = alt.Scale(domain=list(ways), range=[_COLOURS[w] for w in ways])
    return alt.Stroke("way:N", scale=scale, legend=None)


def _key(made: Relationship, rows: Sequence[dict[str, Any]]) -> Any:
    """What the marks mean; only those that occur."""
    alt = _altair()

    items: list[dict[str, Any]] = []
    for way in ("ab", "ba"):
        items.append({"way": way, "fill": 1.0, "text": _way(made, way)})
    fills = {row["fill"] for row in rows if row["weight"]}
    if fills & {0.5, 0.2}:
        items.append({"way": "grey", "fill": 1.0, "text": "no doubt told"})
    if 0.5 in fills:
        items.append({"way": "grey", "fill": 0.5, "text": "medium confidence"})
    if 0.2 in fills:
        items.append({"way": "grey", "fill": 0.2, "text": "low confidence"})
    if 0.0 in fills:
        items.append({"way": "grey", "fill": 0.0, "text": "contested"})
    vain = any(not row["weight"] for row in rows)
    at = 8.0
    for item in items:
        item["x"], item["y"] = at, 0
        at += 26 + len(item["text"]) * 6.2
    ways = ["ab", "ba", "grey"]
    colours = [BLUE, ORANGE, GREY]
    shapes = ["circle", "diamond", "circle"]
    scale = alt.Scale(domain=[0, WIDTH], nice=False)
    x = alt.X("x:Q", scale=scale, axis=None)
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[-1, 1]))
    data = alt.Data(values=items)
    layers = [
        alt.Chart(data)
        .mark_point(filled=True, size=90, opacity=1, strokeWidth=2)
        .encode(
            x=x, y=y,
            color=alt.Color("way:N", scale=alt.Scale(domain=ways, range=colours), legend=None),
            stroke=alt.Stroke("way:N", scale=alt.Scale(domain=ways, range=colours), legend=None),
            shape=alt.Shape("way:N", scale=alt.Scale(domain=ways, range=shapes), legend=None),
            fillOpacity=alt.FillOpacity("fill:Q", scale=None),
        ),
        alt.Chart(data)
        .mark_text(align="left", dx=10, fontSize=11, color=INK, baseline="middle")
        .encode(x=x, y=y, text="text:N"),
    ]  # fmt: skip
    if vain:
        told = [{"x": at, "y": 0, "text": "held back or refused: weighs nothing"}]
        layers += [
            alt.Chart(alt.Data(values=told))
            .mark_text(text="×", fontSize=18, fontWeight="bold", color=GREY, baseline="middle")
            .encode(x=x, y=y),
            alt.Chart(alt.Data(values=told))
            .mark_text(align="left", dx=10, fontSize=11, color=INK, baseline="middle")
            .encode(x=x, y=y, text="text:N"),
        ]
    return alt.layer(*layers).properties(width=WIDTH, height=18)
