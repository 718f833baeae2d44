"""Networks, chains and the map: what the pages say, their three states, and the real component."""

from __future__ import annotations

import json
import math
import re
import socket
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from browser import HOSTILE, MARKUP, Served, Visitor
from shown import opened, words

from visavis.dashboard import network, page_chains, page_map, page_network, places
from visavis.dashboard.places import Spot
from visavis.graph.connect import Graph
from visavis.queries import chains
from visavis.queries.chains import Chain, Hop, Participation, Reached, Told
from visavis.queries.network import ELEMENTS, Member, Network, Tie, around, busiest, overview
from visavis.schema.claims import Citation, Claim
from visavis.schema.errors import NotFoundError

MINE = ("network", "chains", "map")
arcade_only = pytest.mark.parametrize("shipped", ["arcade"], indirect=True)


def tie(kind: str, a: str, b: str, *of: str, years: Any = None, **more: Any) -> Tie:
    of = of or (f"e-{a}{b}",)
    return Tie(kind, a, b, of, tuple(years or [(1985, 1985)] * len(of)), **more)


def star(spokes: int) -> Network:
    members = [Member("actor/a", "A", "person", 9, True)]
    members += [Member(f"actor/b{n}", f"B {n}", "person") for n in range(spokes)]
    return Network(members, [tie("together", "actor/a", m.id) for m in members[1:]])


# -- the query ------------------------------------------------------------------------------------


def test_ties_around_an_actor_are_those_of_the_graph(shipped: Graph) -> None:
    made = around(shipped, "reagan", elements=100_000)
    here = {member.id for member in made.members}
    told = defaultdict(set)
    for row in shipped.rows(
        "MATCH (a:Actor)-[r:TOOK_PART]->(m:Meeting {scope: 'encounter'}) "
        "RETURN a.id AS actor, m.id AS meeting"
    ):
        told[row["meeting"]].add(row["actor"])
    mine = {m: present for m, present in told.items() if "actor/reagan" in present}
    assert {x for present in mine.values() for x in present} <= here
    drawn = {(t.a, t.b): set(t.of) for t in made.ties if t.kind == "together"}
    expected = defaultdict(set)
    for meeting, present in mine.items():
        for a in present:
            for b in present:
                if a < b:
                    expected[a, b].add(meeting)
    assert drawn == expected
    acts = {e for t in made.ties if t.kind in ("credit", "discredit") for e in t.of}
    assert acts == {
        row["id"]
        for row in shipped.rows(
            "MATCH (a:Actor)-[r:CREDIT|DISCREDIT]->(b:Actor) WHERE a.id IN $ids AND b.id IN $ids "
            "AND NOT coalesce(r.machine, false) RETURN r.id AS id",
            {"ids": sorted(here)},
        )
    }
    assert made.left_out == []
    assert len({t.id for t in made.ties}) == len(made.ties)


def test_a_network_keeps_to_its_budget_and_says_what_it_left_out(shipped: Graph) -> None:
    whole = around(shipped, "reagan", elements=100_000)
    small = around(shipped, "reagan", elements=30)
    assert small.size <= 30 < whole.size
    assert small.members[0].id == "actor/reagan" and small.members[0].centre
    assert "actor/gorbachev" in {member.id for member in small.members}  # the strongest tie first
    assert any("are not drawn" in line for line in small.left_out)
    known = {member.id for member in small.members}
    assert all({t.a, t.b} <= known for t in small.ties)
    short = around(shipped, "reagan", look=1)
    assert any("the latest 1 count" in line for line in short.left_out)
    assert around(shipped, "reagan", ["gorbachev"]).size <= ELEMENTS * 4 / 3
    assert overview(shipped, elements=60).size <= 60
    met = [member.met for member in busiest(shipped, 10)]
    assert met == sorted(met, reverse=True) and met[0] >= 5
    with pytest.raises(NotFoundError):
        around(shipped, "nobody-of-that-name")


# -- layout and what goes to the browser ----------------------------------------------------------


def test_a_layout_is_the_same_each_time_and_nothing_stands_on_another() -> None:
    made = star(40)
    found = network.layout(made)
    assert found == network.layout(made)
    assert set(found) == {member.id for member in made.members}
    assert all(math.isfinite(x) and math.isfinite(y) for x, y in found.values())
    spots = list(found.values())
    for at, (x, y) in enumerate(spots):
        for left, top in spots[at + 1 :]:
            assert abs(x - left) > 100 or abs(y - top) > 50


def test_what_is_placed_stays_where_it_is_when_a_node_is_opened() -> None:
    first = star(8)
    before = network.layout(first)
    more = [Member(f"actor/c{n}", f"C {n}") for n in range(6)]
    wider = Network(
        [*first.members, *more], [*first.ties, *(tie("together", "actor/b3", m.id) for m in more)]
    )
    after = network.layout(wider, before)
    assert {node: after[node] for node in before} == before
    centre, opened = before["actor/a"], before["actor/b3"]
    for member in more:  # nearer to whom they are tied to than to the centre
        assert math.dist(after[member.id], opened) < math.dist(after[member.id], centre)


def test_unconnected_parts_are_set_side_by_side() -> None:
    members = [Member(f"actor/{x}", x) for x in "abcdefgh"]
    made = Network(
        members,
        [
            tie("together", "actor/a", "actor/b"),
            tie("bond", "actor/c", "actor/d"),
            tie("bond", "actor/e", "actor/e"),
        ],
    )
    found = network.layout(made)
    assert [len(p) for p in network.parts(list(found), [("actor/a", "actor/b")])][:2] == [2, 1]
    assert len(set(found.values())) == 8
    assert max(abs(c) for spot in found.values() for c in spot) < 1_500
    assert network.layout(Network()) == {}


def test_text_of_files_goes_to_the_browser_as_data() -> None:
    made = Network(
        [Member("actor/a", f'{HOSTILE}"]}}</style>', "person", 1, True)],
        [tie("credit", "actor/a", "actor/a", what=(HOSTILE,))],
    )
    data = network.elements(made, network.layout(made), selected=HOSTILE)
    again = json.loads(json.dumps(data))
    assert again["nodes"][0]["label"] == f'{HOSTILE}"]}}</style>'
    source = network._sources()
    assert "actor/a" not in source["html"] + source["css"]
    # Only markup of our own is ever set as markup.
    sets = re.findall(r"\.innerHTML = (.+)", source["js"])
    assert len(sets) == 1 and "label" not in sets[0] and "what" not in sets[0]


# -- what the pages say ---------------------------------------------------------------------------


def test_what_a_network_says_first() -> None:
    made = star(2)
    made.ties.append(tie("credit", "actor/a", "actor/b0", "e-1", "e-2"))
    assert page_network.opening(made, whole=False) == (
        "Around A: 2 others. 2 pairs are tied; between them stand 2 credits."
    )
    assert page_network.opening(made, whole=True).startswith("The 3 actors who met most: 2 pairs")
    alone = Network(made.members[:1], [])
    assert "no encounter with others" in page_network.opening(alone, whole=False)


def test_every_tie_stands_in_the_table() -> None:
    made = star(1)
    made.ties.append(
        tie(
            "discredit",
            "actor/b0",
            "actor/a",
            "e-1",
            "e-2",
            years=[(1985, 1985), None],
            what=("snub",),
            contested=True,
        )
    )
    rows = page_network.tie_rows(made)
    assert [(r["one"], r["tie"], r["other"], r["count"]) for r in rows] == [
        ("A", "met", "B 0", 1),
        ("B 0", "discredited", "A", 2),
    ]
    assert rows[1]["years"] == "1985" and rows[1]["contested"] == "contested"


def hop(meeting: str, a: str, b: str, **more: Any) -> Hop:
    def there(name: str) -> Participation:
        return Participation(
            f"actor/{name}", name, told=(Told(f"c-{meeting}{name}", "Bramsen, 1"),)
        )

    return Hop(
        f"meeting/{meeting}",
        f"Title {meeting}",
        "Geneva",
        "1985",
        "1985",
        there(a),
        there(b),
        **more,
    )


def test_a_chain_as_a_strip_says_gap_reason_and_citation_and_runs_nothing() -> None:
    made = Chain(
        (
            hop("m1", "a", HOSTILE),
            hop(
                "m2",
                HOSTILE,
                "c",
                gap=(2, 4),
                verdict="possible",
                reason=f"the date {MARKUP} is about",
            ),
        ),
        "possible",
        "1985-01-01",
        "why",
    )
    text = page_chains.strip(made)
    assert "<script" not in text and "<img" not in text and "&lt;script&gt;" in text
    assert "2 to 4 days later" in text and "only possible: the date" in text
    assert text.count("Bramsen, 1") == 2 and "vv-possible" in text
    found = chains.Paths("actor/a", "actor/c", [made])
    assert page_chains.opening(found, "A", "C").startswith(
        "A chain of two encounters possibly leads from A to C"
    )
    assert page_chains.opening(chains.Paths("x", "y"), "A", "C") == (
        "No chain from A to C is known in these bounds."
    )


def test_what_breaks_a_chain_is_what_a_step_cannot_do_without() -> None:
    made = Chain((hop("m1", "a", "b"),), "certain", "")

    def claim(who: str, *sources: str, coder: str = "anna") -> Claim:
        cited = tuple(Citation(f"source/{s}", "1") for s in sources)
        return Claim(
            f"actor/{who}",
            "took_part",
            "meeting/m1",
            about="meeting/m1",
            coder=coder,
            citations=cited,
        )

    told = {"c-m1a": claim("a", "x"), "c-m1b": claim("b", "x", "y")}
    rows = {(r["kind"], r["id"]) for r in page_chains.rests_on(made, told)}
    assert ("source", "source/x") in rows  # a stands on it alone
    assert ("source", "source/y") not in rows  # b has another
    assert ("coder", "coder/anna") in rows
    assert {i for k, i in rows if k == "claim"} == {c.id for c in told.values()}


def test_reach_grows_by_days_and_tells_certain_ones_apart() -> None:
    found = [
        Reached("actor/a", "certain", "1985-01-02", "m", 1),
        Reached("actor/b", "certain", "1985-01-02", "m", 1),
        Reached("actor/c", "possible", "1985-01-03", "m", 2),
    ]
    steps = page_chains.growth(found)
    assert {"day": "1985-01-02", "reached": 2, "how": "certainly"} in steps
    assert {"day": "1985-01-03", "reached": 3, "how": "certainly or possibly"} in steps
    assert {s["how"] for s in page_chains.growth(found[:2])} == {"certainly"}


# -- places ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("Geneva", (46.2, 6.15)), ("Genf", (46.2, 6.15)), ("reykjavik", (64.1, -21.9)),
        ("Peking", (39.9, 116.4)), ("Temple Mount in Jerusalem", (31.8, 35.2)),
        ("Washington, D.C.", (38.9, -77.0)), ("Moscow", (55.8, 37.6)),
    ],
)  # fmt: skip
def test_towns_are_found_by_the_names_that_sources_use(
    name: str, near: tuple[float, float]
) -> None:
    spot = places.town(name)
    assert spot is not None and not spot.told and spot.how.startswith("by name:")
    assert math.dist((spot.latitude, spot.longitude), near) < 0.2


def test_a_country_is_no_point_and_a_claim_counts_before_a_name() -> None:
    assert places.town("Turkey") is None and places.town("MENA region") is None
    told = places.located({"name": "Geneva", "coordinates": "1.5,-2", "also_named": None})
    assert told == Spot(1.5, -2.0, "coordinates told by a claim", True)
    assert places.read_coordinates("91,0") is None and places.read_coordinates(HOSTILE) is None
    other = places.located({"name": "the villa", "coordinates": None, "also_named": ["Vienna"]})
    assert other is not None and round(other.latitude) == 48
    assert places.coastlines()["type"] == "Topology"


@pytest.mark.parametrize(
    ("name", "near", "area"),
    [
        ("Alaska", (64.5, -152.7), True), ("Turkey", (39, 35.4), True),
        ("the Netherlands", (52.3, 5.6), True), ("Lebanon", (33.9, 35.9), True),
        ("Luxembourg", (49.6, 6.1), False), ("Washington", (38.9, -77.0), False),
        ("Korean border", (38.3, 127.5), True),
    ],
)  # fmt: skip
def test_a_country_has_a_middle_and_its_town_goes_before(
    name: str, near: tuple[float, float], area: bool
) -> None:
    spot = places.located({"name": name})
    assert spot is not None and spot.area is area and not spot.told
    assert math.dist((spot.latitude, spot.longitude), near) < 0.2
    assert ("drawn in" in spot.how) is area


def test_names_on_the_map_do_not_stand_on_one_another() -> None:
    rows: list[dict[str, Any]] = [
        {"short": f"A place {n}", "n": 9 - n, "latitude": 48 + n / 9, "longitude": 16.0}
        for n in range(4)
    ]
    rows.append({"short": "far", "n": 1, "latitude": -30.0, "longitude": 170.0})
    seen = page_map.view([Spot(r["latitude"], r["longitude"], "") for r in rows], 350, 330)
    page_map.label(rows, seen, 350, 330)
    sides = [row["side"] for row in rows]
    assert sides[0] == "above" and len(set(sides)) > 2 and sides[4] in ("left", "above", "below")
    assert "" in page_map_sides([{**rows[0]} for _ in range(6)])


def page_map_sides(rows: list[dict[str, Any]]) -> list[str]:
    page_map.label(rows, page_map.view([Spot(48.0, 16.0, "")]), 760, 430)
    return [row["side"] for row in rows]


def meeting(key: str, *where: str, wider: tuple[str, ...] = (), year: int | None = 1985) -> Any:
    at = None if year is None else (year - 1970) * 31_556_952 + 1_000_000
    return {
        "id": f"meeting/{key}",
        "title": key,
        "date": str(year),
        "earliest": at,
        "latest": at,
        "places": list(where),
        "wider": list(wider),
    }


def test_where_encounters_were_and_what_is_not_on_the_map() -> None:
    about = [
        {"id": "place/g", "name": "Geneva", "coordinates": None, "also_named": None},
        {"id": "place/t", "name": "Turkey", "coordinates": None, "also_named": None},
        {"id": "place/m", "name": "MENA region", "coordinates": None, "also_named": None},
        {"id": "place/h", "name": "Hofdi House", "coordinates": None, "also_named": None},
    ]
    found = page_map.held(
        [meeting("a", "place/g"), meeting("b", "place/t", year=1990), meeting("c", year=None),
         meeting("d", "place/h", wider=("place/g",)), meeting("e", "place/m"),
         {**meeting("f"), "channel": "video"}], about)  # fmt: skip
    assert page_map.opening(found) == (
        "6 encounters, 1985 to 1990: 2 in 1 place, 1 somewhere in a country or region, 1 by video "
        "or telephone, 1 of no place that is told, 1 in places whose coordinates are not known."
    )
    session = found[3]
    assert session.spot is not None and session.name == "Hofdi House, Geneva"
    assert session.spot.how.startswith("where the whole was: Geneva")
    assert [x.id for x in page_map.within(found, (1986, 1990))] == ["meeting/b"]


def test_all_that_is_not_on_the_map_is_counted_and_can_be_seen() -> None:
    about = [{"id": "place/m", "name": f"MENA {HOSTILE}", "coordinates": None, "also_named": None}]
    some = [meeting(f"n{n}") for n in range(page_map.NAMED + 7)]
    found = page_map.held([*some, meeting("e", "place/m")], about)
    text = page_map.unplaced(found, {"actor": "reagan"})
    assert text.count("<li><a target='_self' href='./encounter?meeting=n") == page_map.NAMED
    assert "href='./map?actor=reagan&amp;list=off'>seven more encounters, in the table" in text
    assert "href='./map?actor=reagan&amp;place=m'>MENA &lt;script" in text
    assert "<script" not in text
    assert "in the table" not in page_map.unplaced(found[:50], {})
    assert page_map.unplaced([], {}) == ""


def test_a_map_shows_all_its_places() -> None:
    near = page_map.view([Spot(46.2, 6.1, ""), Spot(48.2, 16.4, "")])
    far = page_map.view([Spot(64, -150, ""), Spot(-33, 151, "")])
    assert near["scale"] > 3 * far["scale"] and far["center"][0] == 0
    assert page_map.view([])["type"] == "mercator"
    assert page_map._quoted("a' || window.ran=1 || '") == "'awindow.ran1'"


# -- pages in three states ------------------------------------------------------------------------


@arcade_only
@pytest.mark.parametrize(
    ("name", "params", "says"),
    [
        ("network", {}, "begin with one of those who met most"),
        ("network", {"actor": "reagan"}, "Around Ronald Reagan: 17 others"),
        ("network", {"actor": "reagan", "open": "gorbachev", "sel": "actor/gorbachev"},
         "Around Ronald Reagan and Mikhail Gorbachev"),
        ("network", {"actor": "reagan", "sel": "together:actor/gorbachev:actor/reagan:"},
         "Mikhail Gorbachev and Ronald Reagan: 5 encounters"),
        ("network", {"whole": "1"}, "The 40 actors who met most"),
        ("chains", {}, "Choose two actors"),
        ("chains", {"a": "simons", "b": "perle"}, "certainly leads from Thomas Simons to Richard N. Perle"),
        ("chains", {"a": "reagan", "b": "trump"}, "No chain from Ronald Reagan to Donald Trump"),
        ("chains", {"a": "reagan", "view": "reach"}, "could have reached"),
        ("map", {}, "of no place that is told"),
        ("map", {"actor": "reagan", "years": "1986..1986"}, "4 encounters, 1986: 4 in 1 place."),
    ],
)  # fmt: skip
def test_a_page_of_a_full_graph(ready: Graph, name: str, params: dict[str, str], says: str) -> None:
    test = opened(name, **params)
    assert not test.exception
    told = words(test) + "".join(str(frame.value) for frame in test.dataframe)
    assert says in told.replace("\\", "")
    again = {k: v[0] if isinstance(v, list) else v for k, v in test.query_params.items()}
    assert params.items() <= again.items()


@arcade_only
def test_the_list_beneath_the_map_is_of_all_or_of_what_is_not_on_it(ready: Graph) -> None:
    def listed(**params: str) -> list[str]:
        return list(opened("map", **params).dataframe[0].value["How the coordinates are known"])

    every, off, on = listed(), listed(list="off"), listed(list="on")
    assert len(every) == len(off) + len(on) and off and on
    assert set(off) <= {"no place told", "coordinates not known", "by video or telephone"}
    assert not set(on) & set(off)


@pytest.mark.parametrize("name", MINE)
def test_a_page_without_a_database(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    st.cache_resource.clear()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        monkeypatch.setenv("NEO4J_URI", f"bolt://127.0.0.1:{free.getsockname()[1]}")
        test = opened(name)
    assert not test.exception
    assert [t.value for t in test.title] == ["No database"]


@pytest.mark.parametrize("name", MINE)
def test_a_page_of_an_empty_graph(
    name: str, arcade: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    st.cache_resource.clear()
    place: Any = arcade._place
    monkeypatch.setenv("VISAVIS_DASHBOARD_PROJECT", str(place.project))
    monkeypatch.setattr("visavis.dashboard.common._ingested", lambda: False)
    test = opened(name)
    assert not test.exception
    assert [t.value for t in test.title] == ["Nothing has been ingested yet"]


# -- in a browser ---------------------------------------------------------------------------------


def walked(page: Any, *keys: str) -> None:
    stage = page.locator("[data-part=stage]")
    stage.focus()
    for key in keys:
        stage.press(key)


@pytest.mark.browser
def test_a_node_is_opened_and_the_picture_saved(visitor: Visitor, tmp_path: Path) -> None:
    page = visitor.open("/network?actor=reagan")
    page.locator("[data-part=stage] canvas").first.wait_for()
    # Of lines side by side one bears a label, which counts; a line that is pointed at its own.
    told = page.evaluate(LABELLED)
    assert told["lines"] > 5 and told["rest"] == ["11 credits, 1 discredit, 2 bonds"]
    assert len(told["hover"]) == 1 and told["hover"][0].endswith("1986")
    walked(page, "ArrowRight")  # the centre first
    assert "Ronald Reagan, person" in page.locator("[data-part=say]").inner_text()
    walked(page, "ArrowLeft", "Enter")
    page.wait_for_url(re.compile("sel=actor%2F"))
    chosen = page.locator("[data-part=say]").inner_text().split(",")[0]
    page.get_by_role("heading", name=chosen, exact=True).wait_for()
    walked(page, "+")
    page.wait_for_url(re.compile("open="))
    page.get_by_text(f"Around Ronald Reagan and {chosen}").wait_for()
    with page.expect_download() as loaded:
        page.get_by_role("button", name="Download as SVG").click()
    text = Path(loaded.value.path()).read_text("utf-8")
    assert (
        text.startswith("<svg")
        and f"<title>{chosen}</title>" in text
        and "stroke-dasharray" in text
    )
    with page.expect_download() as loaded:
        page.get_by_role("button", name="Download as PNG").click()
    assert Path(loaded.value.path()).read_bytes().startswith(b"\x89PNG")


@pytest.mark.browser
def test_hostile_names_do_not_run_in_network_and_map(visitor: Visitor) -> None:
    page = visitor.open("/network?actor=mallory")
    page.locator("[data-part=stage] canvas").first.wait_for()
    walked(page, "ArrowRight", "Enter")
    assert "<script>window.ran=1</script>" in page.locator("[data-part=say]").inner_text()
    with page.expect_download() as loaded:
        page.get_by_role("button", name="Download as SVG").click()
    text = Path(loaded.value.path()).read_text("utf-8")
    assert "<script" not in text and "&#60;script" in text
    assert page.evaluate("window.ran === undefined")
    page = visitor.open("/map?actor=mallory")
    page.locator("[data-testid=stVegaLiteChart] path[aria-label*='encounters: 1']").first.hover()
    told = page.locator("#vg-tooltip-element.visible")
    told.wait_for()
    assert "<script>window.ran=1</script>" in told.inner_text()
    assert told.locator("script, img").count() == 0
    for path in ("/map?actor=mallory", "/chains?a=mallory&b=trent"):
        page = visitor.open(path)
        assert page.evaluate("window.ran === undefined"), path
        assert page.locator("[data-testid=stMain] script").count() == 0


@pytest.mark.browser
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_pictures(served: Served, chromium: Any, theme: Any) -> None:
    from axe_playwright_python.sync_playwright import Axe

    context = chromium.new_context(color_scheme=theme)
    visitor = Visitor(context.new_page(), served.url)
    found = []
    for path in (
        "/network?actor=reagan&sel=actor%2Fgorbachev", "/map", "/chains?a=simons&b=perle",
        "/chains?a=reagan&view=reach", "/review?view=identities", "/sources?source=bramsen2024",
        "/query?q=exchanges&a=reagan&b=gorbachev&as=network", "/actor?actor=mallory",
    ):  # fmt: skip
        for violation in Axe().run(visitor.open(path)).response["violations"]:
            if violation["impact"] in ("serious", "critical"):
                found.append((path, violation["id"], violation["nodes"][0]["html"][:120]))
    context.close()
    assert found == [] == visitor.outside


@pytest.mark.browser
def test_on_a_telephone_the_whole_network_is_seen(served: Served, chromium: Any) -> None:
    agent = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126 Mobile Safari/537.36"
    context = chromium.new_context(
        viewport={"width": 390, "height": 844}, user_agent=agent, is_mobile=True
    )
    visitor = Visitor(context.new_page(), served.url)
    page = visitor.open("/network?actor=reagan")
    page.locator("[data-part=stage] canvas").first.wait_for()
    # Every name that keys can reach stands inside of the frame without the picture being moved.
    inside = page.evaluate(INSIDE)
    assert inside["nodes"] == 18 and inside["out"] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    # The landing page there: all pages are in reach, and a screen reader can follow.
    from axe_playwright_python.sync_playwright import Axe

    page = visitor.open("/")
    found = Axe().run(page).response["violations"]
    assert [v["id"] for v in found if v["impact"] in ("serious", "critical")] == []
    page.get_by_role("button", name="Pages").click()
    page.get_by_role("link", name="Map and time").click()
    page.get_by_role("heading", name="Map and time").wait_for()
    context.close()


LABELLED = """() => {
  const roots = [document];
  for (let i = 0; i < roots.length; i += 1) {
    roots[i].querySelectorAll('*').forEach((e) => { if (e.shadowRoot) roots.push(e.shadowRoot); });
  }
  const cy = roots.map((r) => r.querySelector('[data-part=stage]')).find(Boolean)._cyreg.cy;
  const told = (e) => (e.style('label') || '').replace(/\\n/g, ', ');
  const fan = cy.edges('[kind="discredit"]').parallelEdges();
  const rest = fan.map(told).filter(Boolean);
  cy.edges('[kind="discredit"]')[0].emit('mouseover');
  return { lines: fan.length, rest, hover: fan.map(told).filter(Boolean) };
}"""


INSIDE = """() => {
  const roots = [document];
  for (let i = 0; i < roots.length; i += 1) {
    roots[i].querySelectorAll('*').forEach((e) => { if (e.shadowRoot) roots.push(e.shadowRoot); });
  }
  const stage = roots.map((r) => r.querySelector('[data-part=stage]')).find(Boolean);
  const cy = stage._cyreg.cy;
  const out = cy.nodes().filter((n) => {
    const b = n.renderedBoundingBox();
    return b.x1 < -2 || b.y1 < -2 || b.x2 > cy.width() + 2 || b.y2 > cy.height() + 2;
  });
  return { nodes: cy.nodes().length, out: out.map((n) => n.data('label')) };
}"""
