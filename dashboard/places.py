"""Where places lie: the coordinates that a claim tells, else those of a town of that name.

The gazetteer is bundled (`bundled/towns.tsv.gz`, from GeoNames, CC BY 4.0; `bundled/regions.tsv`,
from Natural Earth), so that no request leaves the machine. What is found by name only is a guess
and says so. A country, a state of the United States or a border is no point: its middle is given,
and `area` says that the encounter was somewhere in it.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from visavis.schema.text import fold

__all__ = ["Spot", "coastlines", "located", "read_coordinates", "region", "town"]

BUNDLED = Path(__file__).parent / "bundled"
_IN = re.compile(r"(?:.*\b(?:in|at|near|outside)\s+|.*,\s*)(?P<place>[^,]+)")


@dataclass(frozen=True, slots=True)
class Spot:
    """Degrees of latitude and longitude (WGS 84), and how they are known."""

    latitude: float
    longitude: float
    how: str
    told: bool = False  # by a claim, not by name alone
    called: str = ""  # in the gazetteer
    area: bool = False  # the middle of a country, a state or a border: somewhere in it


@lru_cache(maxsize=1)
def _towns() -> dict[str, list[tuple[str, str, float, float]]]:
    """Folded name -> towns of that name, the largest first; other names after all first names."""
    found: dict[str, list[tuple[str, str, float, float]]] = {}
    others: dict[str, list[tuple[str, str, float, float]]] = {}
    with gzip.open(BUNDLED / "towns.tsv.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("#"):
                continue
            name, country, latitude, longitude, also = line.rstrip("\n").split("\t")
            made = name, country, float(latitude), float(longitude)
            found.setdefault(fold(name), []).append(made)
            for other in also.split("|") if also else ():
                others.setdefault(fold(other), []).append(made)
    for key, towns in others.items():
        found.setdefault(key, towns)
    return found


@lru_cache(maxsize=1)
def _regions() -> dict[str, tuple[str, str, str, float, float]]:
    """Folded name -> kind (country, state, border), name, country's code, and its middle."""
    found: dict[str, tuple[str, str, str, float, float]] = {}
    for line in (BUNDLED / "regions.tsv").read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        kind, name, code, latitude, longitude, also = line.split("\t")
        for each in (name, *filter(None, also.split("|"))):  # countries stand before states
            found.setdefault(fold(each), (kind, name, code, float(latitude), float(longitude)))
    return found


def region(name: str) -> Spot | None:
    """The middle of a country, a state or a border of that very name. Of a country that has a town
    of its name (Luxembourg), and of a state that shares it with any (Washington), none: there
    the town is meant."""
    found = _regions().get(fold(name).removeprefix("the "))
    if found is None:
        return None
    kind, called, code, latitude, longitude = found
    towns = _towns().get(fold(name), ())
    if (kind == "state" and towns) or any(country == code for _, country, *_ in towns):
        return None
    middle = "drawn in the middle of the line" if kind == "border" else "drawn in its middle"
    words = {"country": "country or territory", "state": "state", "border": "border"}[kind]
    how = f"{called}, a {words}: {middle}"
    return Spot(latitude, longitude, how, called=called, area=True)


def read_coordinates(text: str) -> tuple[float, float] | None:
    """Latitude and longitude out of "46.20,6.15"; None where it is no such thing."""
    first, _, second = text.partition(",")
    try:
        latitude, longitude = float(first), float(second)
    except ValueError:
        return None
    inside = -90 <= latitude <= 90 and -180 <= longitude <= 180
    return (latitude, longitude) if inside else None


def town(name: str) -> Spot | None:
    """The largest town of that name; of "Hofdi House in Reykjavik" the last part is tried too."""
    towns = _towns()
    last = _IN.fullmatch(name)
    for part in (name, last["place"] if last else "", name.partition(",")[0]):
        found = towns.get(fold(part))
        if found:
            called, country, latitude, longitude = found[0]
            rest = f", the largest of {len(found)}" if len(found) > 1 else ""
            return Spot(latitude, longitude, f"by name: {called} ({country}){rest}")
    return None


def located(row: Mapping[str, Any]) -> Spot | None:
    """The spot of a place with `name`, `coordinates` and `also_named`: by claim, else by name, a
    country before a town elsewhere that is called like it (Lebanon, Tennessee)."""
    told = read_coordinates(str(row.get("coordinates") or ""))
    if told:
        return Spot(*told, how="coordinates told by a claim", told=True)
    names: Sequence[str] = [row.get("name") or "", *(row.get("also_named") or ())]
    for name in filter(None, names):
        found = region(name) or town(name)
        if found:
            return found
    return None


@lru_cache(maxsize=1)
def coastlines() -> dict[str, Any]:
    """The world's land as TopoJSON, feature `land`: coastlines without borders, which would
    misdate a map of the past. From Natural Earth, by way of the npm package world-atlas."""
    made: dict[str, Any] = json.loads((BUNDLED / "land-110m.json").read_text("utf-8"))
    return made
