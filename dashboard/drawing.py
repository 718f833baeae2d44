"""The pictures of a relationship and of an encounter, as Altair charts that can be clicked.

One layered chart in pixel rows of our own: three panels share one axis to the pixel, whatever the
width of the page. Colour never speaks alone: direction is told by the shape too, a mode by its
letter, confidence by the filling, and each picture stands beside its table.
"""

from __future__ import annotations

import itertools
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from visavis.exchange.picture import Place, arranged
from visavis.queries.told import Exchange, Relationship
from visavis.queries.weighing import RULES, Index, weighted
from visavis.schema import dates
from visavis.schema.model import vocabulary

__all__ = [
    "MODES",
    "Picture",
    "answer_words",
    "citing",
    "energy",
    "legend",
    "lengths",
    "mode_letter",
    "relationship_picture",
    "score",
    "sensitivity",
    "ticks",
]

# Okabe and Ito's palette, which colour-blind readers tell apart, dark enough for letters in white.
MODES: dict[str, tuple[str, str]] = {
    "friendly": ("F", "#00795a"),
    "low-intensity": ("L", "#6b6f76"),
    "dominant": ("D", "#8a4fa3"),
    "conflictual": ("C", "#b3400f"),
}
MOST = 400  # encounters drawn; the table has all
DAY = 86_400
_FILL = {"medium": 0.45, "low": 0.15}
_SHAPES = {"ab": "circle", "ba": "diamond"}


@dataclass(frozen=True, slots=True)
class Inks:
    """The colours of a theme."""

    ab: str
    ba: str
    ink: str
    grey: str
    pale: str
    paper: str


LIGHT = Inks("#1f5f99", "#b45309", "#1f2933", "#5f6670", "#efece3", "#fdfcf8")
DARK = Inks("#7fb2e0", "#f0a35e", "#e8e6e1", "#a3abb5", "#222a33", "#14181d")


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart as a Vega-Lite specification, what it says in words for those who do not see it, and
    what it left out."""

    chart: dict[str, Any]
    alt: str
    timed: bool
    left_out: str = ""


def _altair() -> Any:
    import altair

    return altair


def mode_letter(mode: str) -> str:
    """The letter of a mode."""
    return MODES.get(mode, (mode[:1].upper(), ""))[0]


# -- a relationship -------------------------------------------------------------------------------


def relationship_picture(
    made: Relationship,
    *,
    dark: bool = False,
    narrow: bool = False,
    show: str = "counts",
    rule: str = "1-2-3",
) -> Picture:
    """Three panels on one axis of time, or of order where time does not tell encounters apart.

    show: "counts" (credits and discredits by direction), "index" (weighed by `rule`, one line a
    direction) or "net" (both directions in one). Clicked marks come back as identifiers of edges
    and encounters, in the selections `act`, `mode`, `met` and `stripe`.
    """
    alt = _altair()
    inks = DARK if dark else LIGHT
    width = 330 if narrow else 1_050
    places, timed = arranged(made)
    more = len(places) - MOST
    left_out = f"{_many(more, 'more encounter')} {'is' if more == 1 else 'are'} in the table only."
    left_out *= more > 0
    places = places[:MOST]
    low = min(min([p.low, *(x for x, _ in p.acts)]) for p in places)
    high = max(max([p.high, *(x for x, _ in p.acts)]) for p in places)
    span = (high - low) or 1.0
    unit = span / width
    doubt = show == "counts" and any(
        getattr(made.counts, f"{sign}_{way}").low != getattr(made.counts, f"{sign}_{way}").high
        for sign in ("credits", "discredits")
        for way in ("ab", "ba")
    )
    # At the end of a line its number stands, with its bounds where it is contested.
    domain = (low - 4 * unit, high + ((34 if narrow else 40) + 38 * doubt) * unit)
    x = alt.X("x:Q", scale=alt.Scale(domain=list(domain), nice=False, zero=False), axis=None)
    drawer = _Drawer(alt, inks, x, domain, unit, narrow, timed)
    top = drawer.counts(made, places, 8, show, rule)
    middle = drawer.encounters(places, top + 20)
    bottom = drawer.acts(places, middle + 20)
    height = drawer.axis(bottom) if timed else bottom
    stripes = drawer.stripes(places, 26, bottom)
    # What is told of the whole is added afterwards: Altair would copy all layers each time.
    spec: dict[str, Any] = alt.layer(*stripes, *drawer.layers).to_dict(validate=False)
    spec |= {
        "resolve": {"scale": dict.fromkeys(("color", "shape", "fill"), "independent")},
        "height": height,
        "width": "container",
        "padding": dict.fromkeys(("left", "right", "top", "bottom"), 2),
        "config": {
            "view": {"stroke": None}, "background": "transparent",
            "font": "Source Sans, Source Sans 3, sans-serif",
        },
    }  # fmt: skip
    _fill(spec, drawer.rows)
    return Picture(spec, _in_words(made, places, timed), timed, left_out)


def _fill(spec: dict[str, Any], rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Put the rows into a specification, layer by layer, where it names them."""
    if "name" in spec.get("data", {}):
        spec["data"] = {"values": rows[spec["data"]["name"]]}
    for layer in spec.get("layer", ()):
        _fill(layer, rows)


class _Drawer:
    """Lays panel under panel; `y` is in pixels from the top."""

    def __init__(
        self, alt: Any, inks: Inks, x: Any, domain: tuple[float, float], unit: float, narrow: bool,
        timed: bool,
    ) -> None:  # fmt: skip
        self.alt = alt
        self.inks = inks
        self.x = x
        self.domain = domain
        self.unit = unit
        self.narrow = narrow
        self.timed = timed
        self.layers: list[Any] = []
        self.rows: dict[str, Sequence[Mapping[str, Any]]] = {}

    def data(self, rows: Sequence[Mapping[str, Any]]) -> Any:
        # Rows that stand in a chart are copied at each step of drawing: it is told their name only.
        name = f"rows {len(self.rows)}"
        self.rows[name] = list(rows)
        return self.alt.Chart(self.alt.NamedData(name=name))

    def y(self, name: str = "y") -> Any:
        # One row of pixels a unit, from the top: the signal is the height of the chart.
        scale = self.alt.Scale(domain=[{"expr": "height"}, 0], nice=False, zero=False)
        return self.alt.Y(f"{name}:Q", scale=scale, axis=None)

    def colour(self, name: str = "way", kind: str = "Color", field: str = "way") -> Any:
        ways = ["ab", "ba", "net"]
        scale = self.alt.Scale(domain=ways, range=[self.inks.ab, self.inks.ba, self.inks.ink])
        return getattr(self.alt, kind)(f"{field}:N", scale=scale, legend=None)

    def text(self, rows: Sequence[Mapping[str, Any]], **more: Any) -> None:
        if rows:
            told = {"color": self.inks.ink, "baseline": "middle", "fontSize": 12, **more}
            self.layers.append(
                self.data(rows).mark_text(**told).encode(x=self.x, y=self.y(), text="t:N")
            )

    def heading(self, y: float, words: str) -> None:
        row = {"x": self.domain[0], "y": y, "t": words}
        self.text([row], align="left", fontWeight=600, fontSize=12.5, dx=2)

    def stripes(self, places: Sequence[Place], top: float, bottom: float) -> list[Any]:
        """The encounters, as pale stripes behind all panels."""
        rows = []
        for place in places:
            xs = [place.low, place.high, *(x for x, _ in place.acts)]
            low, high = min(xs), max(xs)
            if self.timed and high - low < 8 * self.unit:
                low, high = place.middle - 4 * self.unit, place.middle + 4 * self.unit
            rows.append({"x": low, "x2": high, "y": top, "y2": bottom, "id": place.encounter.id})
        return [
            self.data(rows)
            .mark_rect(color=self.inks.pale, cornerRadius=3, cursor="pointer")
            .encode(x=self.x, x2="x2:Q", y=self.y(), y2="y2:Q")
            # Where no label has room and no act is coded, a click still leads to the encounter.
            .add_params(self.alt.selection_point(name="stripe", fields=["id"]))
        ]

    # Panel one.

    def counts(
        self, made: Relationship, places: Sequence[Place], top: float, show: str, rule: str
    ) -> float:
        """Running counts by direction, credits upward and discredits downward; or an index."""
        if show == "counts":
            self.heading(top + 6, "Running counts: credits upward, discredits downward")
            series = list(_count_series(made, places))
        else:
            words = "Weighted index by direction" if show == "index" else "Net balance"
            self.heading(top + 6, f"{words}: credits less discredits, weighed {rule}")
            series = list(_index_series(made, places, rule, net=show == "net"))
        top += 24
        height = (120 if self.narrow else 140) if series else 36
        ends = [n for s in series for p in s.points for n in p[1:]] or [0]
        high, low = max([*ends, 1]), min([*ends, 0])
        scale = height / ((high - low) or 1)

        def at(number: float) -> float:
            return top + (high - number) * scale

        base = [{"x": self.domain[0], "x2": self.domain[1], "y": at(0)}]
        rule_mark = self.data(base).mark_rule(color=self.inks.grey, opacity=0.7)
        self.layers.append(rule_mark.encode(x=self.x, x2="x2:Q", y=self.y()))
        bands: list[dict[str, Any]] = []
        lines: list[dict[str, Any]] = []
        ends_at: list[dict[str, Any]] = []
        waiting: list[dict[str, Any]] = []
        for number, one in enumerate(series):
            first = next((k for k, p in enumerate(one.points) if any(p[1:])), 0)
            begin = self.domain[0] if first == 0 else one.points[first - 1][0]
            steps = [(begin, 0.0, 0.0, 0.0), *one.points[first:]]
            steps.append((self.domain[1] - 26 * self.unit, *steps[-1][1:]))
            for k, (x, n, _, _) in enumerate(steps):
                # Lines that run together stand a little apart.
                apart = 1.5 if one.way == "ba" else -0.5
                lines.append({"x": x, "y": at(n) + apart, "way": one.way, "s": number, "k": k})
            for here, after in itertools.pairwise(steps):
                if here[2] != here[3]:
                    bands.append({"x": here[0], "x2": after[0], "y": at(here[2]),
                                  "y2": at(here[3]), "way": one.way})  # fmt: skip
            n, least, most = steps[-1][1:]
            shown = f"{abs(n):g}" if show == "counts" else f"{n:+g}"
            if least != most and show == "counts":
                shown += f" ({min(abs(least), abs(most)):g}–{max(abs(least), abs(most)):g})"
            ends_at.append({"x": steps[-1][0], "y": at(n), "way": one.way, "t": shown})
            waiting += [
                {"x": x, "y": at(n), "way": one.way, "id": i, "what": what, "t": "unanswered"}
                for x, n, i, what in one.waiting
            ]
        if bands:
            self.layers.append(
                self.data(bands).mark_rect(opacity=0.2).encode(
                    x=self.x, x2="x2:Q", y=self.y(), y2="y2:Q", color=self.colour()
                )
            )  # fmt: skip
        if lines:
            dash = self.alt.StrokeDash(
                "way:N",
                scale=self.alt.Scale(domain=["ab", "ba", "net"], range=[[1, 0], [6, 3], [1, 0]]),
                legend=None,
            )
            self.layers.append(
                self.data(lines)
                .mark_line(interpolate="step-after", strokeWidth=2.4)
                .encode(x=self.x, y=self.y(), color=self.colour(), strokeDash=dash,
                        detail="s:N", order="k:Q")
            )  # fmt: skip
        ends_at.sort(key=lambda row: row["y"])
        for above, row in itertools.pairwise(ends_at):
            row["y"] = max(row["y"], above["y"] + 14)
        if ends_at:
            self.layers.append(
                self.data(ends_at)
                .mark_text(align="left", dx=6, fontSize=13, fontWeight=700, baseline="middle")
                .encode(x=self.x, y=self.y(), text="t:N", color=self.colour())
            )
        if waiting:
            self.layers.append(
                self.data(waiting)
                .mark_point(filled=True, size=75, strokeWidth=1.8, opacity=1, fill=self.inks.paper)
                .encode(x=self.x, y=self.y(), stroke=self.colour(kind="Stroke"),
                        tooltip=[self.alt.Tooltip("what:N", title="no answer known")])
                .add_params(self.alt.selection_point(name="open", fields=["id"]))
            )  # fmt: skip
        if not series:
            self.nothing(at(0) - 12)
        return top + height + 8

    def nothing(self, y: float) -> None:
        middle = sum(self.domain) / 2
        self.text(
            [{"x": middle, "y": y, "t": "no credit or discredit is coded"}],
            align="center", color=self.inks.grey,
        )  # fmt: skip

    # Panel two.

    def encounters(self, places: Sequence[Place], top: float) -> float:
        """When and where, and the mode of each phase."""
        self.heading(top, "Encounters and their modes")
        first = top + 22
        heads: list[dict[str, Any]] = []
        rest: list[dict[str, Any]] = []
        end = float("-inf")
        left_out = 0
        deepest = 0
        for place in places:
            room = (place.high - place.low) / self.unit
            if self.timed:
                room = max(room, 130.0)
            lines = _label(place, max(int(room / 6.3), 9), 4 if room < 90 else 3)
            half = max(len(line) for line in lines) * 3.1 * self.unit
            x = place.middle
            if self.timed:
                x = min(max(x, self.domain[0] + half), self.domain[1] - half)
            if x - half < end + 4 * self.unit or (
                room < 52 and len(places) > 1 and half / self.unit > room
            ):
                left_out += 1
                continue
            end = x + half
            meeting = place.encounter.id
            heads.append({"x": x, "y": first, "t": lines[0], "id": meeting})
            rest += [
                {"x": x, "y": first + 15 * n, "t": line, "id": meeting}
                for n, line in enumerate(lines[1:], 1)
            ]
            deepest = max(deepest, len(lines) - 1)
        pick = self.alt.selection_point(name="met", fields=["id"])
        if heads:
            self.layers.append(
                self.data(heads)
                .mark_text(fontWeight=700, fontSize=12.5, color=self.inks.ink, baseline="middle",
                           cursor="pointer")
                .encode(x=self.x, y=self.y(), text="t:N")
                .add_params(pick)
            )  # fmt: skip
        self.text(rest, fontSize=12)
        if left_out:
            # Beneath the labels: beside the heading there is no room for it on a phone.
            deepest += 1
            number = "one label" if left_out == 1 else f"{left_out} labels"
            note = f"({number} left out for want of room; a click on a stripe tells it)"
            row = {"x": self.domain[0], "y": first + 15 * deepest, "t": note}
            self.text([row], align="left", color=self.inks.grey, fontSize=11.5)
        bottom = first + 15 * deepest + 20
        chips = list(_chips(places, self.unit, self.timed))
        if chips:
            for chip in chips:
                chip["y"] = bottom
            names = [*MODES, "other"]
            colour = self.alt.Color(
                "mode:N",
                scale=self.alt.Scale(domain=names, range=[*(c for _, c in MODES.values()), "#777"]),
                legend=None,
            )
            told = [
                self.alt.Tooltip("said:N", title="mode"), self.alt.Tooltip("of:N", title="of"),
            ]  # fmt: skip
            self.layers += [
                self.data(chips)
                .mark_point(filled=True, shape="square", size=300, cursor="pointer")
                .encode(x=self.x, y=self.y(), color=colour, tooltip=told,
                        opacity=self.alt.Opacity("strength:Q", scale=None))
                .add_params(self.alt.selection_point(name="mode", fields=["id"])),
                self.data(chips)
                .mark_text(color="#ffffff", fontSize=11.5, fontWeight=700, baseline="middle",
                           tooltip=None)
                .encode(x=self.x, y=self.y(), text="letter:N"),
            ]  # fmt: skip
            bottom += 16
        return bottom

    # Panel three.

    def acts(self, places: Sequence[Place], top: float) -> float:
        """Credits above the line and discredits below, as far from it as they are intense."""
        order = ", as far from the line as they are grave (slight, clear, grave)"
        order += "" if self.timed else "; left to right their order, not the length of time"
        if self.narrow:
            order = "" if self.timed else " (in order)"
        self.heading(top, f"Credits above, discredits below{order}")
        rows = [row for place in places for row in _marks(place, self.unit, self.timed)]
        words = self._labels(places) if not self.timed and not self.narrow else []
        lines = {up: max((w["lines"] for w in words if w["up"] == up), default=0) for up in (1, -1)}
        step = 30
        high = max((r["high"] for r in rows if r["high"] > 0), default=0)
        low = max((-r["high"] for r in rows if r["high"] < 0), default=0)
        zero = top + 22 + high * step + 13 * lines[1] + 8
        bottom = zero + low * step + 13 * lines[-1] + (14 if low else 8)
        base = [{"x": self.domain[0], "x2": self.domain[1], "y": zero}]
        self.layers.append(
            self.data(base).mark_rule(color=self.inks.grey).encode(
                x=self.x, x2="x2:Q", y=self.y()
            )
        )  # fmt: skip
        for row in rows:
            row["y"] = zero - row["high"] * step
            row["y2"] = zero
        if not rows:
            self.nothing(zero - 12)
            return bottom
        shape = self.alt.Shape(
            "way:N",
            scale=self.alt.Scale(domain=list(_SHAPES), range=list(_SHAPES.values())),
            legend=None,
        )
        told = [
            self.alt.Tooltip(f"{name}:N", title=name)
            for name in ("act", "by", "to", "when", "intensity", "answer", "confidence", "source")
        ]
        for dashed in (False, True):
            stems = [r for r in rows if r["vague"] is dashed]
            if stems:
                self.layers.append(
                    self.data(stems)
                    .mark_rule(strokeWidth=2, strokeDash=[2, 3] if dashed else [1, 0])
                    .encode(x=self.x, y=self.y(), y2="y2:Q", color=self.colour())
                )
        counted = [r for r in rows if r["weight"]]
        vain = [r for r in rows if not r["weight"]]
        pick = self.alt.selection_point(name="act", fields=["id"])
        if counted:
            self.layers += [
                # The paper beneath, so that no stem shows through a hollow mark.
                self.data(counted)
                .mark_point(filled=True, color=self.inks.paper, opacity=1, size=150)
                .encode(x=self.x, y=self.y(), shape=shape),
                self.data(counted)
                .mark_point(filled=True, opacity=1, strokeWidth=2.2, cursor="pointer")
                .encode(
                    size=self.alt.condition(pick, self.alt.value(340), self.alt.value(150),
                                            empty=False),
                    x=self.x, y=self.y(), shape=shape, fill=self.colour(kind="Fill"),
                    stroke=self.colour(kind="Stroke"),
                    fillOpacity=self.alt.FillOpacity("fill:Q", scale=None), tooltip=told,
                )
                .add_params(pick),
            ]  # fmt: skip
        if vain:
            self.layers.append(
                self.data(vain)
                .mark_text(text="×", fontSize=24, fontWeight=700, baseline="middle",
                           cursor="pointer")
                .encode(x=self.x, y=self.y(), color=self.colour(), tooltip=told)
                .add_params(self.alt.selection_point(name="vain", fields=["id"]))
            )  # fmt: skip
        for word in words:
            tall = [r["high"] for r in rows if r["at"] == word["x"] and r["high"] * word["up"] > 0]
            extreme = max(map(abs, tall), default=1)
            base_y = zero - word["up"] * (extreme * step + 16)
            for n, line in enumerate(word["t"]):
                shift = -(len(word["t"]) - 1 - n) if word["up"] > 0 else n
                self.text(
                    [{"x": word["x"], "y": base_y + 13 * shift, "t": line}],
                    fontSize=11.5, align="center",
                )  # fmt: skip
        return bottom

    def _labels(self, places: Sequence[Place]) -> list[dict[str, Any]]:
        """What each act was, where there is room to say it."""
        words: list[dict[str, Any]] = []
        if sum(len(p.acts) for p in places) > 26:
            return words
        for place in places:
            room = (place.high - place.low) / self.unit / max(len(place.acts), 1)
            for x, act in place.acts:
                up = 1 if any(e.sign == "credit" for e in act.exchanges) else -1
                label = next(
                    (e.label for e in act.exchanges if (e.sign == "credit") == (up > 0)), act.label
                )
                lines = textwrap.wrap(label, max(int(room / 6.0), 8), break_long_words=False)[:3]
                words.append({"x": x, "up": up, "t": lines, "lines": len(lines)})
        return words

    def axis(self, top: float) -> float:
        """Years, or months where there are few years."""
        marks = ticks(self.domain)
        rows = [{"x": x, "y": top + 6, "y2": top + 11, "t": text} for x, text in marks]
        self.layers.append(
            self.data(rows).mark_rule(color=self.inks.grey).encode(
                x=self.x, y=self.y(), y2="y2:Q"
            )
        )  # fmt: skip
        most = 5 if self.narrow else 12
        step = -(-len(rows) // most) if rows else 1
        shown = [{**row, "y": top + 20} for row in rows[::step]]
        self.text(shown, color=self.inks.grey, fontSize=11.5)
        return top + 30


# -- what is drawn --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Series:
    """A step line: after each act x, the number, its low and its high; where answers are wanting:
    x, number, edge, what."""

    way: str
    points: list[tuple[float, float, float, float]]
    waiting: list[tuple[float, float, str, str]]


def _count_series(made: Relationship, places: Sequence[Place]) -> Iterator[_Series]:
    for way in ("ab", "ba"):
        for sign, factor in (("credit", 1), ("discredit", -1)):
            name = f"{sign}s_{way}"
            if not getattr(made.counts, name).high:
                continue
            points, waiting = [], []
            for place in places:
                for x, act in place.acts:
                    count = getattr(act.counts, name)
                    n = factor * count.number
                    points.append((x, n, factor * count.low, factor * count.high))
                    for e in act.exchanges:
                        if e.unanswered and e.direction == way and e.sign == sign:
                            waiting.append((x, n, e.id, f"{e.giver.short}: {e.label}"))
            yield _Series(way, points, waiting)


def _index_series(
    made: Relationship, places: Sequence[Place], rule: str, net: bool
) -> Iterator[_Series]:
    """Running totals by the rule, with the band of what other rules make of them."""
    weighted(made, rule)  # a wrong rule is refused here
    chosen = tuple(int(n) for n in rule.replace(",", "-").split("-") if n.strip())
    scales = [chosen, *RULES.values()]
    for way in ("net",) if net else ("ab", "ba"):
        totals = [0.0] * len(scales)
        points = []
        for place in places:
            for x, act in place.acts:
                for e in act.exchanges:
                    if e.weight and e.counted and way in ("net", e.direction):
                        grade = min(max(e.intensity or 1, 1), 3) - 1
                        sign = 1 if e.sign == "credit" else -1
                        totals = [t + sign * s[grade] for t, s in zip(totals, scales, strict=True)]
                points.append((x, totals[0], min(totals), max(totals)))
        if points:
            yield _Series(way, points, [])


def _chips(places: Sequence[Place], unit: float, timed: bool) -> Iterator[dict[str, Any]]:
    """One mark for each mode of an encounter or phase: over its acts, or side by side."""
    for place in places:
        phases = {p.id: p for p in place.encounter.phases}
        told: list[tuple[str, Any, float | None]] = [
            (place.encounter.title or "the encounter", mode, None) for mode in place.encounter.modes
        ]
        for phase in sorted(phases.values(), key=lambda p: p.order):
            xs = [x for x, act in place.acts if act.phase == phase.id]
            middle = sum(xs) / len(xs) if xs and not timed else None
            told += [(phase.title or "a phase", mode, middle) for mode in phase.modes]
        told = [t for t in told if t[1].degree not in ("absent", "unclear", "not-observable")]
        gap = 21 * unit
        taken: list[float] = []
        loose = sum(1 for *_, at in told if at is None)
        number = 0
        for of, mode, at in sorted(told, key=lambda t: t[2] is not None):
            if at is None:
                at = place.middle + (number - (loose - 1) / 2) * gap
                number += 1
            while any(abs(at - other) < gap * 0.98 for other in taken):
                at += gap
            taken.append(at)
            yield {
                "x": at, "mode": mode.mode if mode.mode in MODES else "other",
                "letter": mode_letter(mode.mode),
                "said": mode.mode if mode.degree in ("", "present")
                else f"{mode.mode} ({mode.degree})",
                "of": of, "strength": 0.62 if mode.degree == "partly" else 1.0,
                "id": mode.evidence.claims[0] if mode.evidence.claims else "",
            }  # fmt: skip


def _marks(place: Place, unit: float, timed: bool) -> Iterator[dict[str, Any]]:
    """The credits and discredits of an encounter; those of one act side by side."""
    e = place.encounter
    vague = _is_span(e.date)
    for x, act in place.acts:
        shown = [z for z in act.exchanges if z.counted or z.in_doubt]
        for number, exchange in enumerate(shown):
            shift = (number - (len(shown) - 1) / 2) * (9 if timed else 15) * unit
            yield {
                "x": x + shift, "at": x, "id": exchange.id, "way": exchange.direction,
                "high": (exchange.intensity or 1) * (1 if exchange.sign == "credit" else -1),
                "weight": exchange.weight, "vague": vague,
                "fill": 0.0 if exchange.in_doubt or exchange.evidence.contested_by
                else _FILL.get(exchange.evidence.confidence, 1.0),
                "act": f"{exchange.sign}: {exchange.label}",
                "by": exchange.giver.short, "to": exchange.receiver.short,
                "when": act.when or e.when or "not told",
                "intensity": ("", "slight", "clear", "grave")[min(exchange.intensity or 0, 3)]
                or "not told",
                "answer": answer_words(exchange),
                "confidence": exchange.evidence.confidence or "no doubt told",
                "source": exchange.evidence.citation,
            }  # fmt: skip


def answer_words(exchange: Exchange) -> str:
    """How a credit or discredit was answered, in words."""
    told = {
        "": "none known", "unanswered": "left unanswered", "ignored": "ignored",
        "reply": "answered by an act", "joint": "done together", "return": "returns a credit",
    }  # fmt: skip
    if not exchange.weight:
        return "refused" if exchange.uptake == "refused" else "held back"
    return told.get(exchange.answer, exchange.answer.replace("-", " "))


def _is_span(text: str) -> bool:
    """Whether a date is told as less than a day: a month, a year, a span of days, or about."""
    if not text:
        return True
    date = dates.parse(text)
    if date.marked:
        return True
    return (date.latest or 0) - (date.earliest or 0) > 2 * 86_400


def _label(place: Place, room: int, most: int) -> list[str]:
    """The label of an encounter: when, then where or what."""
    e = place.encounter
    when, _, hours = e.when.partition(", ")
    when = when or ("a habit" if e.scope == "practice" else "undated")
    head = textwrap.shorten(when, max(room, 14), placeholder="…")
    rest = [hours] if hours and len(hours) <= room else []
    what = e.title or "outside any encounter"
    place_told = e.place and e.place.casefold() not in what.casefold()
    if place_told:
        rest.append(textwrap.shorten(e.place, room, placeholder="…"))
    wrapped = textwrap.wrap(what, room)
    left = most - len(rest) - 1
    if len(wrapped) > left > 0:
        wrapped = [*wrapped[: left - 1], wrapped[left - 1].rstrip(" ,;") + " …"]
    return [head, *rest, *wrapped[: max(left, 0)]]


def ticks(domain: tuple[float, float]) -> list[tuple[float, str]]:
    """Where an axis of time, in the seconds of schema.dates, is marked, and with which words: by
    years, else by months, days or hours, whichever first gives two marks."""
    (first, _), (last, _) = (dates.years(int(x), int(x)) or (0, 0) for x in domain)
    count = last - first + 1
    found: list[tuple[float, str]] = []
    if count > 2:
        steps = (m * 10**k for k in range(9) for m in (1, 2, 5))
        step = next(n for n in steps if count / n <= 14)
        begin = first - first % step
        found = [(dates.to_seconds(y), _year(y)) for y in range(begin, last + 2, step)]
    elif domain[1] - domain[0] > 62 * DAY:
        found = [
            (dates.to_seconds(y, m), f"{dates.MONTHS[m - 1][:3]} {_year(y)}")
            for y in range(first, last + 1)
            for m in range(1, 13)
        ]
    found = [(float(x), text) for x, text in found if domain[0] <= x <= domain[1]]
    if len(found) > 1:
        return found
    wide = domain[1] - domain[0]
    hours = next((n for n in (1, 3, 6, 12, 24, 48, 120, 240) if wide / (n * 3600) <= 9), 240)
    step = hours * 3600
    begin = int(-(-domain[0] // step)) * step
    return [(float(x), _moment(x, hours < 24)) for x in range(begin, int(domain[1]) + 1, step)]


def _moment(at: int, hour: bool) -> str:
    """ "11 Oct 1986", or with its hour "11 Oct, 15:00"."""
    year = (dates.years(at, at) or (0, 0))[0]
    month, _, rest = dates.iso(at).lstrip("-Y").partition("-")[2].partition("-")
    day, _, time = rest.partition("T")
    words = f"{int(day or 1)} {dates.MONTHS[int(month or 1) - 1][:3]}"
    return f"{words}, {time[:5] or '00:00'}" if hour else f"{words} {_year(year)}"


def _year(year: int) -> str:
    """A year as it is read: 1985, 800 CE, 44 BCE."""
    return f"{1 - year} BCE" if year < 1 else f"{year} CE" if year < 1_000 else str(year)


def _in_words(made: Relationship, places: Sequence[Place], timed: bool) -> str:
    """The picture for those who do not see it."""
    told = []
    for way, giver in (("ab", made.a), ("ba", made.b)):
        credit, discredit = (
            getattr(made.counts, f"{sign}_{way}").number for sign in ("credits", "discredits")
        )
        told.append(f"{giver.short}: {_many(credit, 'credit')}, {_many(discredit, 'discredit')}")
    axis = "time" if timed else "the order of acts"
    return (
        f"Three panels along {axis}, {_many(len(places), 'encounter')}: running counts "
        f"({'; '.join(told)}), "
        "encounters with the modes of their phases, and each credit above and discredit below the "
        "line. The ledger beneath has every mark as a row."
    )


def _many(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun}{'s' * (number != 1)}"


def legend(made: Relationship, *, dark: bool = False) -> list[tuple[str, str, str]]:
    """What marks mean, for those that occur: (sign, colour, words)."""
    inks = DARK if dark else LIGHT
    a, b = made.a.short, made.b.short
    found = [("●", inks.ab, f"{a} to {b}"), ("◆", inks.ba, f"{b} to {a}")]
    exchanges = [e for _, e in made.exchanges if e.counted or e.in_doubt]
    grades = {e.evidence.confidence for e in exchanges if e.weight}
    if grades & {"medium", "low"}:
        found.append(("◐", inks.grey, "paler: less confidence"))
    if any(e.in_doubt or e.evidence.contested_by for e in exchanges):
        found.append(("○", inks.grey, "hollow: contested"))
    if any(not e.weight for e in exchanges):
        found.append(("×", inks.grey, "held back or refused, weighs nothing"))
    if any(_is_span(x.date) for x in made.encounters if any(a.exchanges for a in x.acts)):
        found.append(("┊", inks.grey, "dotted: date known only as a span"))
    if made.unanswered:
        found.append(("◌", inks.grey, "ring on a line: no answer known"))
    modes = {m.mode for e in made.encounters for m in e.modes}
    modes |= {m.mode for e in made.encounters for p in e.phases for m in p.modes}
    for mode, (letter, colour) in MODES.items():
        if mode in modes:
            term = vocabulary().terms.get(mode)
            words = term.label if term else mode
            found.append((letter, colour, f"{words[:1].lower()}{words[1:]}"))
    return found


def sensitivity(index: Index, a: str, b: str) -> str:
    """How far an index depends on its rule, in a sentence."""
    told = (
        f"{a} to {b} {index.ab:+d} (other rules {index.low_ab:+d} to {index.high_ab:+d}); "
        f"{b} to {a} {index.ba:+d} (other rules {index.low_ba:+d} to {index.high_ba:+d})."
    )
    if index.stable:
        told += " Every rule tried agrees on the signs and on which is greater."
    else:
        told += " The rules disagree on a sign or on which is greater: read the counts instead."
    if index.unrated:
        told += f" {index.unrated} without an intensity weigh as the slightest."
    return told


# -- an encounter ---------------------------------------------------------------------------------


def score(
    acts: Sequence[Mapping[str, Any]],
    phases: Sequence[Mapping[str, Any]],
    *,
    dark: bool = False,
    narrow: bool = False,
) -> Any:
    """The acts of an encounter in order, like a score: a line for each performer, a mark for each
    act, a bar through the lines of those who did it together, a dotted one towards whom it went.

    acts: id, order, by and to (lists of names), label, what, phase (title), sign, duration.
    phases: title, modes (list of (mode, degree, claim)), stage. Clicks come back in `act`, `mode`.
    """
    alt = _altair()
    inks = DARK if dark else LIGHT
    lanes = _lanes(acts)
    width = 330 if narrow else 1_050
    count = max(len(acts), 1)
    margin = 0.26 * count if narrow else 0.16 * count
    x = alt.X("x:Q", scale=alt.Scale(domain=[-margin, count], nice=False), axis=None)
    y = alt.Y("y:Q", scale=alt.Scale(domain=[{"expr": "height"}, 0], nice=False), axis=None)

    def data(rows: Sequence[Mapping[str, Any]]) -> Any:
        return alt.Chart(alt.Data(values=list(rows)))

    room = width / (count + margin)
    top, step = 58, 44
    at = {name: top + 26 + n * step for n, name in enumerate(lanes)}
    bottom = top + 26 + len(lanes) * step
    layers: list[Any] = []
    runs = _runs(acts)
    layers.append(
        data([{"x": a + 0.04, "x2": b - 0.04, "y": 4, "y2": bottom} for _, a, b in runs])
        .mark_rect(color=inks.pale, cornerRadius=3)
        .encode(x=x, x2="x2:Q", y=y, y2="y2:Q")
    )
    told = {str(p["title"]): p for p in phases}
    heads: list[dict[str, Any]] = []
    chips: list[dict[str, Any]] = []
    for title, a, b in runs:
        wide = max(int((b - a) * room / 6.0), 6)
        lines = textwrap.wrap(title or "", wide)[:2]
        if len(textwrap.wrap(title or "", wide)) > 2:
            lines[1] = lines[1].rstrip(" ,;") + " …"
        heads += [{"x": (a + b) / 2, "y": 16 + 14 * n, "t": line} for n, line in enumerate(lines)]
        modes = told.get(title, {}).get("modes") or ()
        for n, (mode, degree, claim) in enumerate(modes):
            chips.append(
                {"x": (a + b) / 2 + (n - (len(modes) - 1) / 2) * 22 / room, "y": 52,
                 "mode": mode if mode in MODES else "other", "letter": mode_letter(mode),
                 "said": f"{mode} ({degree})" if degree and degree != "present" else mode,
                 "id": claim, "strength": 0.62 if degree == "partly" else 1.0}
            )  # fmt: skip
    layers.append(
        data(heads)
        .mark_text(fontSize=12, fontWeight=600, color=inks.ink, baseline="middle")
        .encode(x=x, y=y, text="t:N")
    )
    if chips:
        colours = alt.Color(
            "mode:N",
            scale=alt.Scale(domain=[*MODES, "other"],
                            range=[*(c for _, c in MODES.values()), "#777"]),
            legend=None,
        )  # fmt: skip
        layers += [
            data(chips)
            .mark_point(filled=True, shape="square", size=300, cursor="pointer")
            .encode(x=x, y=y, color=colours, tooltip=[alt.Tooltip("said:N", title="mode")],
                    opacity=alt.Opacity("strength:Q", scale=None))
            .add_params(alt.selection_point(name="mode", fields=["id"])),
            data(chips)
            .mark_text(color="#ffffff", fontSize=11.5, fontWeight=700, baseline="middle")
            .encode(x=x, y=y, text="letter:N"),
        ]  # fmt: skip
    layers.append(
        data([{"x": 0, "x2": count, "y": at[name]} for name in lanes])
        .mark_rule(color=inks.grey, opacity=0.5)
        .encode(x=x, x2="x2:Q", y=y)
    )
    most = 12 if narrow else 26
    layers.append(
        data([{"x": -0.06 * room / room, "y": at[name],
               "t": textwrap.shorten(name, most, placeholder="…")} for name in lanes])
        .mark_text(align="right", fontSize=12.5, color=inks.ink, baseline="middle")
        .encode(x=x, y=y, text="t:N")
    )  # fmt: skip
    marks, bars, ways, words = [], [], [], []
    fill = {"+": "credit", "-": "discredit", "+/-": "both"}
    for n, act in enumerate(acts):
        middle = n + 0.5
        doers = [at[name if name in at else "others"] for name in act["by"] if lanes]
        goes = [at[name if name in at else "others"] for name in act["to"] if lanes]
        if not doers and not goes:
            continue
        for each in doers or goes:
            marks.append(
                {"x": middle, "y": each, "id": act["id"], "act": act["label"],
                 "what": act["what"], "by": ", ".join(act["by"]), "to": ", ".join(act["to"]),
                 "lasted": act["duration"] or "not told",
                 "passes": fill.get(act["sign"], "none"), "hollow": 1 if doers else 0}
            )  # fmt: skip
        if len(doers) > 1:
            bars.append({"x": middle, "y": min(doers), "y2": max(doers)})
        for other in goes:
            if doers and other not in doers:
                _, near = min((abs(each - other), each) for each in doers)
                ways.append({"x": middle, "y": near, "y2": other})
        if not narrow and room > 44:
            lines = textwrap.wrap(act["label"], max(int(room / 6.2), 7), break_long_words=False)
            lines = lines if len(lines) < 3 else [lines[0], lines[1] + " …"]
            lowest = max(doers or goes)
            words += [
                {"x": middle, "y": lowest + 15 + 12 * k, "t": line} for k, line in enumerate(lines)
            ]
    if bars:
        layers.append(
            data(bars).mark_rule(strokeWidth=3, color=inks.grey).encode(x=x, y=y, y2="y2:Q")
        )
    if ways:
        layers.append(
            data(ways)
            .mark_rule(strokeWidth=1.6, strokeDash=[2, 3], color=inks.grey)
            .encode(x=x, y=y, y2="y2:Q")
        )
    if marks:
        kinds = ["credit", "discredit", "both", "none"]
        tips = [alt.Tooltip(f"{n}:N", title=n) for n in ("act", "what", "by", "to", "lasted")]
        layers.append(
            data(marks)
            .mark_point(filled=True, size=170, strokeWidth=1.6, opacity=1, cursor="pointer",
                        stroke=inks.ink)
            .encode(
                x=x, y=y, tooltip=tips,
                shape=alt.Shape("passes:N", legend=None, scale=alt.Scale(
                    domain=kinds, range=["triangle-up", "triangle-down", "diamond", "circle"])),
                color=alt.Color("passes:N", legend=None, scale=alt.Scale(
                    domain=kinds, range=["#00795a", "#b3400f", "#8a4fa3", inks.paper])),
            )
            .add_params(alt.selection_point(name="act", fields=["id"]))
        )  # fmt: skip
    if words:
        layers.append(
            data(words)
            .mark_text(fontSize=11, color=inks.ink, baseline="middle")
            .encode(x=x, y=y, text="t:N")
        )
    return (
        alt.layer(*layers)
        .resolve_scale(color="independent", shape="independent")
        .properties(height=bottom + 8, width="container")
        .configure_view(stroke=None)
        .configure(background="transparent", font="Source Sans, Source Sans 3, sans-serif")
    )


def _lanes(acts: Sequence[Mapping[str, Any]]) -> list[str]:
    """Who has a line: those who did most, at most seven, the rest together."""
    did: dict[str, int] = {}
    for act in acts:
        for name in (*act["by"], *act["to"]):
            did[name] = did.get(name, 0) + (2 if name in act["by"] else 1)
    names = sorted(did, key=lambda name: -did[name])
    return names if len(names) <= 7 else [*names[:6], "others"]


def _runs(acts: Sequence[Mapping[str, Any]]) -> list[tuple[str, int, int]]:
    """Neighbouring acts of one phase: its title, the first and the one after the last."""
    found: list[tuple[str, int, int]] = []
    for n, act in enumerate(acts):
        if found and found[-1][0] == act["phase"]:
            found[-1] = (found[-1][0], found[-1][1], n + 1)
        else:
            found.append((act["phase"], n, n + 1))
    return found


def lengths(rows: Sequence[Mapping[str, Any]], *, dark: bool = False) -> Any:
    """What lasted how long: bars from one zero, open at the end where only a bound is told.

    rows: label, seconds, how (exactly, about, at-least, at-most), told, id.
    """
    alt = _altair()
    inks = DARK if dark else LIGHT
    most = max(row["seconds"] for row in rows)
    size = next(s for s in (3600, 60, 1) if most >= 2 * s or s == 1)
    step = 42
    bars = [
        {
            **row, "n": row["seconds"] / size, "zero": 0, "y": number * step + 22,
            "y2": number * step + 36, "above": number * step + 10, "middle": number * step + 29,
            "bound": row["how"] not in ("exactly", "about"),
        }
        for number, row in enumerate(rows)
    ]  # fmt: skip
    data = alt.Data(values=bars)
    scale = alt.Scale(domain=[{"expr": "height"}, 0], nice=False)
    x = alt.X("zero:Q", scale=alt.Scale(domain=[0, most / size * 1.2], nice=False), axis=None)
    chart = alt.Chart(data)
    marks = (
        chart.mark_bar(cursor="pointer")
        .encode(x=x, x2="n:Q", y=alt.Y("y:Q", scale=scale, axis=None), y2="y2:Q",
                color=alt.condition("datum.bound", alt.value(inks.ba), alt.value(inks.ab)))
        .add_params(alt.selection_point(name="length", fields=["id"]))
    )  # fmt: skip
    names = chart.mark_text(align="left", color=inks.ink, fontSize=12.5, baseline="middle").encode(
        x=x, y=alt.Y("above:Q", scale=scale, axis=None), text="label:N"
    )
    lasted = chart.mark_text(align="left", dx=6, color=inks.ink, fontSize=12.5,
                             baseline="middle").encode(
        x=alt.X("n:Q"), y=alt.Y("middle:Q", scale=scale, axis=None), text="told:N"
    )  # fmt: skip
    return (
        alt.layer(marks, names, lasted)
        .properties(height=step * len(bars), width="container")
        .configure_view(stroke=None)
        .configure(background="transparent", font="Source Sans, Source Sans 3, sans-serif")
    )


# -- an actor -------------------------------------------------------------------------------------


def energy(steps: Sequence[Mapping[str, Any]], *, dark: bool = False, narrow: bool = False) -> Any:
    """An actor's encounters in order, with emotional energy on arrival and after.

    steps: id, title, date, before and after ("raised", "drained" or None). Clicks come in `met`.
    """
    alt = _altair()
    inks = DARK if dark else LIGHT
    level = {"raised": -26, "drained": 26}
    width = 330 if narrow else 1_050
    room = width / max(len(steps), 1)
    x = alt.X("x:Q", scale=alt.Scale(domain=[0, max(len(steps), 1)], nice=False), axis=None)
    y = alt.Y("y:Q", scale=alt.Scale(domain=[{"expr": "height"}, 0], nice=False), axis=None)
    middle = 44
    marks, stems, words = [], [], []
    for n, step in enumerate(steps):
        after = str(step["after"] or "")
        height = level.get(after, 0)
        when = dates.parse(step["date"]).show().partition(", ")[0] if step["date"] else "undated"
        marks.append(
            {"x": n + 0.5, "y": middle + height, "id": step["id"], "when": when,
             "encounter": step["title"] or step["meeting"][8:],
             "arrival": step["before"] or "not coded", "after": after or "not coded",
             "kind": after if after in level else "none"}
        )  # fmt: skip
        if height:
            stems.append({"x": n + 0.5, "y": middle, "y2": middle + height})
        if room > 70:
            lines = [when, *textwrap.wrap(step["title"] or "", max(int(room / 6.1), 9))]
            if len(lines) > 4:
                lines = [*lines[:3], lines[3] + " …"]
            words += [
                {"x": n + 0.5, "y": middle + 46 + 14 * k, "t": line} for k, line in enumerate(lines)
            ]
    chart = alt.Chart(alt.Data(values=marks))
    kinds = ["raised", "drained", "none"]
    layers = [
        alt.Chart(alt.Data(values=[{"x": 0, "x2": len(steps), "y": middle}]))
        .mark_rule(aria=False, color=inks.grey)
        .encode(x=x, x2="x2:Q", y=y),
        alt.Chart(alt.Data(values=stems)).mark_rule(aria=False, strokeWidth=2, color=inks.grey)
        .encode(x=x, y=y, y2="y2:Q"),
        chart.mark_point(filled=True, size=170, opacity=1, stroke=inks.ink, strokeWidth=1.6,
                         cursor="pointer")
        .encode(
            x=x, y=y,
            tooltip=[alt.Tooltip(f"{n}:N", title=n)
                     for n in ("encounter", "when", "arrival", "after")],
            shape=alt.Shape("kind:N", legend=None, scale=alt.Scale(
                domain=kinds, range=["triangle-up", "triangle-down", "circle"])),
            color=alt.Color("kind:N", legend=None, scale=alt.Scale(
                domain=kinds, range=["#00795a", "#b3400f", inks.paper])),
        )
        .add_params(alt.selection_point(name="met", fields=["id"])),
    ]  # fmt: skip
    if words:
        layers.append(
            alt.Chart(alt.Data(values=words))
            .mark_text(fontSize=11.5, color=inks.ink, baseline="middle")
            .encode(x=x, y=y, text="t:N")
        )
    lines_below = 4 if words else 0
    return (
        alt.layer(*layers)
        .resolve_scale(color="independent", shape="independent")
        .properties(height=middle + 46 + 14 * lines_below, width="container")
        .configure_view(stroke=None)
        .configure(background="transparent", font="Source Sans, Source Sans 3, sans-serif")
    )


# -- a work ---------------------------------------------------------------------------------------


def citing(
    name: str,
    into: Sequence[Mapping[str, Any]],
    out: Sequence[Mapping[str, Any]],
    *,
    dark: bool = False,
) -> Any:
    """A work in the middle, on the left those that cite it, on the right those it cites; lines as
    thick as claims are many. Clicks come in `work`."""
    alt = _altair()
    inks = DARK if dark else LIGHT
    deep = max(len(into), len(out), 1)
    height = max(deep * 24, 60)
    x = alt.X("x:Q", scale=alt.Scale(domain=[0, 100], nice=False), axis=None)
    y = alt.Y("y:Q", scale=alt.Scale(domain=[{"expr": "height"}, 0], nice=False), axis=None)
    rows = []
    at = 50 if into and out else 12 if out else 88  # no empty half
    for side, works in (("left", into), ("right", out)):
        for n, work in enumerate(works):
            rows.append(
                {"id": work["id"], "t": textwrap.shorten(str(work["citation"]), 44,
                                                         placeholder="…"),
                 "x": at - 20 if side == "left" else at + 20,
                 "x2": at - 6 if side == "left" else at + 6,
                 "y": (n + 0.5) * height / len(works), "y2": height / 2, "side": side,
                 "wide": 1 + min(int(work["claims"] or 0), 40) / 8, "claims": work["claims"]}
            )  # fmt: skip
    data = alt.Chart(alt.Data(values=rows))
    lines = data.mark_rule(aria=False, color=inks.grey, opacity=0.65).encode(
        x=x, x2="x2:Q", y=y, y2="y2:Q", strokeWidth=alt.StrokeWidth("wide:Q", scale=None)
    )
    layers = [lines]
    pick = alt.selection_point(name="work", fields=["id"])
    for side, align, dx in (("left", "right", -8), ("right", "left", 8)):
        some = [row for row in rows if row["side"] == side]
        if some:
            text = (
                alt.Chart(alt.Data(values=some))
                .mark_text(align=align, dx=dx, color=inks.ink, fontSize=12.5, baseline="middle",
                           cursor="pointer")
                .encode(x=x, y=y, text="t:N", tooltip=[alt.Tooltip("claims:Q", title="claims")])
            )  # fmt: skip
            layers.append(text)
    dots = (
        data.mark_point(filled=True, size=70, color=inks.ab, opacity=1, cursor="pointer")
        .encode(x=x, y=y, tooltip=[alt.Tooltip("claims:Q", title="claims")])
        .add_params(pick)
    )
    centre = [{"x": at, "y": height / 2, "t": textwrap.shorten(name, 26, placeholder="…")}]
    middle = (
        alt.Chart(alt.Data(values=centre))
        .mark_text(fontWeight=700, fontSize=13, color=inks.ink, baseline="middle")
        .encode(x=x, y=y, text="t:N")
    )
    return (
        alt.layer(*layers, dots, middle)
        .properties(height=height, width="container")
        .configure_view(stroke=None)
        .configure(background="transparent", font="Source Sans, Source Sans 3, sans-serif")
    )
