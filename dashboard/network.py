"""The network component: Cytoscape.js (MIT, bundled), laid out here, drawn there.

`layout` places the nodes once and leaves those that are placed already where they are, so that a
picture does not jump when a node is opened. `elements` is what goes to the browser: plain data,
which the component draws on a canvas and never reads as markup. `draw` mounts it and returns
nothing: what was clicked comes to `on_event`, as a trigger, so that a second click on the same
node says something too.

Streamlit takes the JavaScript of a component inline only where rooms are linked into the package,
so Cytoscape's file is a component of its own whose message never changes: it goes over the wire
once, sets one global, and the network component waits for that.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from visavis.queries.network import Network

__all__ = ["Place", "draw", "elements", "layout", "parts", "spelled"]

HERE = Path(__file__).parent
Place = tuple[float, float]

SPRING = 150.0  # the length that ties want
ROUNDS = 220
WIDE, HIGH = 118.0, 62.0  # no two nodes nearer than this, so that labels can be read
TALL = 96.0  # and where the picture is small, where names take two lines and are larger beside it
STRETCH = 1.45  # screens are wider than high
UPRIGHT = 0.5  # and telephones are not
GOLDEN = math.pi * (3 - math.sqrt(5))


# -- layout ---------------------------------------------------------------------------------------


def parts(nodes: Sequence[str], pairs: Iterable[tuple[str, str]]) -> list[list[str]]:
    """The connected parts, the largest first, then by their first node; nodes in their order."""
    parent = {node: node for node in nodes}

    def root(node: str) -> str:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for a, b in pairs:
        if a in parent and b in parent:
            parent[root(a)] = root(b)
    found: dict[str, list[str]] = {}
    for node in nodes:
        found.setdefault(root(node), []).append(node)
    order = {node: at for at, node in enumerate(nodes)}
    return sorted(found.values(), key=lambda part: (-len(part), order[part[0]]))


def layout(
    network: Network, known: Mapping[str, Place] | None = None, stretch: float = STRETCH
) -> dict[str, Place]:
    """A place for every actor; those of `known` stay where they are. stretch: width by height.

    The same network gives the same picture. Unconnected parts are laid out each by itself and set
    side by side: springs alone would throw them apart.
    """
    nodes = [member.id for member in network.members]
    kept = {node: place for node, place in (known or {}).items() if node in set(nodes)}
    weights: dict[tuple[str, str], int] = {}  # lines that fan out between two nodes
    for tie in network.ties:
        if tie.a != tie.b:
            pair = (min(tie.a, tie.b), max(tie.a, tie.b))
            weights[pair] = weights.get(pair, 0) + 1
    placed: dict[str, Place] = dict(kept)
    fresh: list[dict[str, Place]] = []
    for part in parts(nodes, weights):
        inside = set(part)
        held = {node: kept[node] for node in part if node in kept}
        pairs = {pair: w for pair, w in weights.items() if pair[0] in inside}
        found = _springs(part, pairs, held, stretch)
        if held:
            placed.update(found)
        else:
            fresh.append(found)
    placed.update(_packed(fresh, placed, stretch))
    return {node: (round(x, 1), round(y, 1)) for node, (x, y) in placed.items()}


def _springs(
    nodes: Sequence[str],
    weights: Mapping[tuple[str, str], int],
    held: Mapping[str, Place],
    stretch: float,
) -> dict[str, Place]:
    """Springs between tied nodes, repulsion between all (Fruchterman and Reingold 1991)."""
    import numpy as np

    index = {node: at for at, node in enumerate(nodes)}
    if len(nodes) == 1:
        return {nodes[0]: held.get(nodes[0], (0.0, 0.0))}
    near: dict[str, str] = {}
    for a, b in weights:
        for one, other in ((a, b), (b, a)):
            if other in held:
                near.setdefault(one, other)
    at = np.zeros((len(nodes), 2))
    for number, node in enumerate(nodes):
        if node in held:
            x, y = held[node]
            at[number] = x / stretch, y
            continue
        x, y = held.get(near.get(node, ""), (0.0, 0.0))
        reach = 70 * math.sqrt(number)
        at[number] = (
            x / stretch + reach * math.cos(number * GOLDEN),
            y + reach * math.sin(number * GOLDEN),
        )
    free = np.array([node not in held for node in nodes])
    free[0] = free[0] and bool(held)  # the centre stays in the middle
    ends = np.array([(index[a], index[b]) for a, b in weights], dtype=int).reshape(-1, 2)
    # Lines side by side need room to fan out.
    rest = np.array([SPRING * (1 + 0.16 * (lines - 1)) for lines in weights.values()])
    for turn in range(ROUNDS):
        away = at[:, None, :] - at[None, :, :]
        far = np.sqrt((away**2).sum(axis=2)) + 1e-6
        push = (SPRING**2 / far**2)[:, :, None] * away
        move = push.sum(axis=1)
        if len(ends):
            gap = at[ends[:, 0]] - at[ends[:, 1]]
            long = np.sqrt((gap**2).sum(axis=1)) + 1e-6
            force = gap * (long * SPRING / rest**2)[:, None]
            np.add.at(move, ends[:, 0], -force)
            np.add.at(move, ends[:, 1], force)
        length = np.sqrt((move**2).sum(axis=1)) + 1e-6
        step = 60 * (1 - turn / ROUNDS) + 1
        at += np.where(free, np.minimum(length, step) / length, 0)[:, None] * move
    if not held and len(nodes) > 2:  # as near as labels allow, however hard they push
        far = np.sqrt(((at[:, None, :] - at[None, :, :]) ** 2).sum(axis=2))
        np.fill_diagonal(far, np.inf)
        at *= min(1.2, max(0.3, 95 / float(np.median(far.min(axis=1)))))
    at[:, 0] *= stretch
    fans = [(index[a], index[b], 90 + 16.0 * lines) for (a, b), lines in weights.items()]
    _apart(at, free, [fan for fan in fans if fan[2] > 150], HIGH if stretch > 1 else TALL)
    return {node: (float(at[i, 0]), float(at[i, 1])) for node, i in index.items()}


def _apart(at: Any, free: Any, fans: Iterable[tuple[int, int, float]], high: float) -> None:
    """Push nodes apart until no two labels stand on one another and lines have room to fan out."""
    import numpy as np

    for turn in range(80):
        for a, b, want in fans if turn < 60 else ():
            gap = at[a] - at[b]
            far = float(np.hypot(*gap)) + 1e-6
            if far < want:
                way = gap / far * (want - far) / 2
                at[a] += way * (free[a] * (1 if free[b] else 2))
                at[b] -= way * (free[b] * (1 if free[a] else 2))
        gap = at[:, None, :] - at[None, :, :]
        over = np.minimum(WIDE - np.abs(gap[:, :, 0]), high - np.abs(gap[:, :, 1]))
        np.fill_diagonal(over, 0)
        close = np.argwhere(np.triu(over > 0))
        for a, b in close.tolist():
            dx, dy = at[a] - at[b]
            across = (WIDE - abs(dx)) * high < (high - abs(dy)) * WIDE
            way = (
                np.array([(WIDE - abs(dx)) / 2 * (1 if dx >= 0 else -1), 0])
                if across
                else np.array([0, (high - abs(dy)) / 2 * (1 if dy >= 0 else -1)])
            )
            if way.any():
                at[a] += way * (free[a] * (1 if free[b] else 2))
                at[b] -= way * (free[b] * (1 if free[a] else 2))


def _packed(
    parts_: Sequence[Mapping[str, Place]], placed: Mapping[str, Place], stretch: float
) -> dict[str, Place]:
    """Parts side by side in rows, `stretch` as wide as high, below what is placed already."""
    boxes = []
    for part in parts_:
        xs, ys = [x for x, _ in part.values()], [y for _, y in part.values()]
        boxes.append(
            (min(xs), min(ys), max(xs) - min(xs) + 1.4 * WIDE, max(ys) - min(ys) + 2 * HIGH)
        )
    wide = max(
        [math.sqrt(1.2 * stretch * sum(w * h for _, _, w, h in boxes)), *(b[2] for b in boxes)],
        default=0,
    )
    left = min((x for x, _ in placed.values()), default=0.0)
    top = max((y for _, y in placed.values()), default=-2 * HIGH) + 2 * HIGH
    made: dict[str, Place] = {}
    x = row = 0.0
    for part, (own_left, own_top, w, h) in zip(parts_, boxes, strict=True):
        if x and x + w > wide:
            x, top, row = 0.0, top + row, 0.0
        for node, (px, py) in part.items():
            made[node] = (px - own_left + left + x, py - own_top + top)
        x, row = x + w, max(row, h)
    return made


# -- what goes to the browser ---------------------------------------------------------------------


def spelled(words: str) -> str:
    """A term as it is read: `next-meeting` is `next meeting`."""
    return words.replace("-", " ")


def elements(
    network: Network,
    places: Mapping[str, Place],
    *,
    selected: str = "",
    window: tuple[int, int] | None = None,
    dark: bool = False,
    height: int = 560,
) -> dict[str, Any]:
    """The picture as plain data: nodes with their places, ties with the years of each item."""
    return {
        "nodes": [
            {
                "id": member.id,
                "label": member.name,
                "kind": member.kind,
                "met": member.met,
                "centre": member.centre,
                "x": places[member.id][0],
                "y": places[member.id][1],
            }
            for member in network.members
        ],
        "ties": [
            {
                "id": tie.id,
                "kind": tie.kind,
                "a": tie.a,
                "b": tie.b,
                "years": [list(years) if years else None for years in tie.years],
                "what": spelled(", ".join(tie.what)),
                "contested": tie.contested,
            }
            for tie in network.ties
        ],
        "selected": selected,
        "window": list(window) if window else None,
        "dark": dark,
        "height": height,
    }


# -- the component --------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _sources() -> dict[str, str]:
    """The files of the two components, read once."""
    graphs = (HERE / "bundled" / "cytoscape.min.js").read_text("utf-8")
    return {
        "cytoscape": graphs + "\nexport default function () {}\n",
        **{kind: (HERE / f"network.{kind}").read_text("utf-8") for kind in ("js", "html", "css")},
    }


def draw(data: Mapping[str, Any], key: str, on_event: Callable[[], None]) -> None:
    """Draw a network; `on_event` is called, with `st.session_state[key].event` set, at a click.

    The event: {type: choose | open | window, id, window}.
    """
    import streamlit as st

    files = _sources()
    # Registered where it is drawn, never at import: there is no runtime yet then.
    library = st.components.v2.component("visavis_cytoscape", js=files["cytoscape"])
    network = st.components.v2.component(
        "visavis_network", html=files["html"], css=files["css"], js=files["js"]
    )
    library(key="visavis_cytoscape", height=1)
    network(key=key, data=dict(data), on_event_change=on_event)
