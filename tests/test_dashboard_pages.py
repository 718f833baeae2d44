"""What the reading pages say, where their words lead, and what is dropped when something else is
asked."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from browser import HOSTILE
from shown import opened, words

from visavis.dashboard import (
    cards,
    common,
    drawing,
    encounters,
    page_chains,
    page_compare,
    page_relationship,
    page_sources,
)
from visavis.exchange import prose
from visavis.graph.connect import Graph
from visavis.queries.chains import Chain, Hop, Participation, Paths, Reached, Told
from visavis.queries.evidence import Falls
from visavis.queries.told import Actor
from visavis.schema import dates

arcade_only = pytest.mark.parametrize("shipped", ["arcade"], indirect=True)


# -- what was chosen ------------------------------------------------------------------------------


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A page's address and memory, without a server."""
    made = SimpleNamespace(query_params={}, session_state={})
    monkeypatch.setattr(common, "st", made)
    return made


def test_another_question_drops_what_was_chosen_of_the_former(page: Any) -> None:
    page.query_params.update({"meeting": "a", "e": "e-1"})
    common.fresh("encounter", "a")
    assert common.latest("e", table="") == "e-1"  # an address that somebody sent
    assert common.latest("of-outcomes", table="c-2") == "c-2"
    first = common._keyed("people")
    common.fresh("encounter", "a")
    assert page.query_params["e"] == "e-1" and common._keyed("people") == first
    common.fresh("encounter", "b")
    assert "e" not in page.query_params and "of-outcomes" not in page.query_params
    assert common._keyed("people") != first  # nor is a row of the other table still marked


def test_what_came_with_the_address_is_kept(page: Any) -> None:
    page.query_params["e"] = "e-1"
    common.fresh("encounter", "a")
    common.latest("e", table="")
    page.query_params["e"] = "e-2"  # a link, or the browser's way back
    common.fresh("encounter", "b")
    assert page.query_params["e"] == "e-2"


@arcade_only
def test_evidence_that_is_gone_does_not_take_the_page_with_it(ready: Graph) -> None:
    told = words(opened("encounter", meeting="geneva-1985", e="c-0123456789abcdef"))
    assert (
        "no claim stands behind" in told.replace("\\", "") and "The known encounter before" in told
    )


# -- chains ---------------------------------------------------------------------------------------


def _hop(meeting: str, a: str, b: str, **more: Any) -> Hop:
    def there(name: str) -> Participation:
        return Participation(
            f"actor/{name}", name, told=(Told(f"c-{meeting}{name}", "Doe 1970, 1", "anna"),)
        )

    return Hop(f"meeting/{meeting}", meeting, "", "1985", "1985", there(a), there(b), **more)


def test_a_chain_is_told_in_whole_sentences() -> None:
    one = Chain((_hop("m1", "a", "b"),), "certain", "-0043-03-15")
    found = Paths("actor/a", "actor/b", [one])
    assert page_chains.opening(found, "A", "B") == (
        "One encounter certainly leads from A to B, at the earliest by 15 March 44 BCE."
    )
    two = Chain((_hop("m1", "a", "c"), _hop("m2", "c", "b")), "possible", "")
    found = Paths("actor/a", "actor/b", [two, one, one])
    assert page_chains.opening(found, "A", "B") == (
        "A chain of two encounters possibly leads from A to B, by way of c. "
        "Two other chains are below."
    )
    assert [page_chains._surely(*told) for told in ((1, 0), (3, 0), (3, 1), (3, 3))] == [
        "possibly", "all of them only possibly", "one of them certainly", "all of them certainly",
    ]  # fmt: skip


def test_a_citation_of_a_chain_leads_to_its_claims() -> None:
    made = Chain((_hop("m1", "a", HOSTILE, also=("d",)), _hop("m2", HOSTILE, "b")), "certain", "")
    text = page_chains.strip(made, {"a": "a", "chain": "1"})
    assert "./chains?a=a&amp;chain=1&amp;e=c-m1a" in text and "(and one more goes on)" in text
    assert "<script" not in text and "<img" not in text


def test_reach_before_our_era_grows_forward(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(common, "dark", lambda: False)
    found = [
        Reached(f"actor/{n}", "certain", day, "meeting/m", 1)
        for n, day in enumerate(("-0043-03-15", "-0057-01-01", "0014-08-19"))
    ]
    steps = page_chains.growth(found)
    assert [(s["day"], s["reached"]) for s in steps] == [
        ("-0057-01-01", 1), ("-0043-03-15", 2), ("0014-08-19", 3),
    ]  # fmt: skip
    spec = page_chains._picture(steps).to_dict()
    told = json.dumps(spec)
    assert "58 BCE" in told and '"temporal"' not in told
    # Of one day too there is an axis to read.
    one = json.dumps(page_chains._picture(steps[:1]).to_dict())
    assert one.count("58 BCE") > 1


# -- pictures -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "last", "mark"),
    [
        ("-0100", "0020", "21 BCE"),
        ("0790", "0810", "800 CE"),
        ("-9000", "2000", "1000"),
        ("1985-11", "1986-10", "Jan 1986"),
        ("1986-10-01", "1986-10-20", "14 Oct 1986"),
        ("1986-10-11", "1986-10-11", "11 Oct, 12:00"),
    ],
)
def test_an_axis_is_marked_whatever_its_length(first: str, last: str, mark: str) -> None:
    domain = float(dates.parse(first).earliest or 0), float(dates.parse(last).latest or 0)
    found = drawing.ticks(domain)
    assert 1 < len(found) <= 26 and all(domain[0] <= x <= domain[1] for x, _ in found)
    assert mark in [text for _, text in found]
    assert len({text for _, text in found}) == len(found)


@arcade_only
def test_a_pair_without_acts_and_a_contested_count_are_drawn_whole(shipped: Graph) -> None:
    from visavis.queries.relationship import relationship

    made = relationship(shipped, "shultz", "shevardnadze")
    picture = drawing.relationship_picture(made)
    told = json.dumps(picture.chart)
    assert "one label left out" in told and "11 Oct, 18:00" in told
    assert "Shultz: no credits, no discredits" in picture.alt
    assert "all of these were part of" in " ".join(prose.opening(made))
    pads = []
    for pair in (("reagan", "gorbachev"), ("nebenzya", "kyslytsya")):
        chart = drawing.relationship_picture(relationship(shipped, *pair)).chart
        stripes = chart["layer"][0]
        low, high = stripes["encoding"]["x"]["scale"]["domain"]
        last = max(row["x2"] for row in stripes["data"]["values"])
        pads.append((high - last) / (high - low))
    assert pads[1] > 1.5 * pads[0]  # room for "3 (2–3)" at the end of its line
    assert "3 (2–3)" in json.dumps(chart, ensure_ascii=False)


# -- encounters -----------------------------------------------------------------------------------


def _encounter(people: int, **node: Any) -> encounters.Encounter:
    who = [{"actor": f"actor/{n}", "name": f"N{n}", "r": {"id": f"e-{n}"}} for n in range(people)]
    return encounters.Encounter(
        "meeting/m", node, node.pop("places", ()), (), (), who, (), (), (), (), (), {}
    )


def test_an_encounter_is_opened_with_its_place_and_stage() -> None:
    told = encounters.opening(
        _encounter(1, places=("border in the zone", "a country", "Geneva"), stage="front")
    )
    assert told == (
        "An encounter, at a date that is not told, at the border in the zone, in a country, "
        "at Geneva. One participant is known; no acts are coded. The whole of it: front stage."
    )


def test_what_comes_before_and_after_is_said_where_it_is_not_known() -> None:
    assert encounters.neighbours_words(_encounter(0), 0) == ""
    assert "not told" in encounters.neighbours_words(_encounter(2), 0)
    dated = {"earliest": 0, "latest": 1}
    assert encounters.neighbours_words(_encounter(2, **dated), 0) == (
        "No other dated encounter of either of the two certainly came before or after."
    )
    assert encounters.neighbours_words(_encounter(2, **dated), 2) == ""
    assert encounters.neighbours_words(_encounter(70, **dated), 59) == (
        "The first 60 of 70 participants were looked up. "
        "Of one participant no other is known for certain."
    )


@arcade_only
def test_each_cell_of_a_comparison_leads_to_its_claims(ready: Graph) -> None:
    test = opened("compare", m="geneva-1985,panmunjom-2018,santos-chavez-2010")
    told = words(test)
    assert "coded of all three" in told and "10 credits, no discredits" in told
    rows = ready.rows(
        "MATCH (:Meeting {id: 'meeting/geneva-1985'})<-[:ABOUT]-(c:Claim {predicate: 'credit'}) "
        "RETURN c.id AS id ORDER BY id"
    )
    told = "".join(element.proto.body for element in test.get("html"))
    assert "e=" + "%2C".join(row["id"] for row in rows) in told
    assert told.count("class='vv-cell'") > 20
    for line in told.split("<tr>"):
        for cell in line.split("<td")[1:]:
            assert "vv-cell" in cell or "not coded" in cell or cell.startswith("></td>"), cell
    assert rows[0]["id"] in words(opened("compare", e=rows[0]["id"]))


def test_a_cell_holds_no_markup_of_its_text() -> None:
    made = page_compare._cell("a,b", HOSTILE, ["c-1"])
    assert "<script" not in made and "<img" not in made and "e=c-1" in made
    assert page_compare._cell("a,b", "not coded", []) == "not coded"


def test_a_comparison_is_summed_up_in_words() -> None:
    def told(*lines: list[str]) -> str:
        return page_compare.differences([("Effects", "x", line) for line in lines], 4)

    same, other = ["a"] * 4, ["a", "b", "a", "a"]
    assert told(same) == "One quality is coded of any, and of all four: it is alike."
    assert told(same, ["a", "not coded", "a", "a"]).endswith(
        "one is coded of all four; it is alike."
    )
    assert told(other, other).endswith("two are coded of all four; none of these is alike.")
    assert told(same, same).endswith("all of these are alike.")


# -- works and claims -----------------------------------------------------------------------------


def test_one_claim_and_one_node_are_told_of_in_the_singular() -> None:
    gone = Falls("source/x", claims=["c-1"], edges=["e-1"], nodes=["meeting/a"])
    assert page_sources.opening([{}], gone) == (
        "One claim about one encounter or other node cites this work. Without it one claim would "
        "fall."
    )
    assert [text for text, _, _ in page_sources.fallen(gone)] == [
        "claim", "statement between two nodes", "encounter of which nobody else tells",
    ]  # fmt: skip
    kept = page_sources.opening([{}], Falls("source/x", weakened=["c-1"]))
    assert kept.endswith("It has another source: without it nothing falls.")
    assert [page_sources._cited(*n) for n in ((1, 1), (3, 0), (3, 1), (3, 3))] == [
        "It is cited.", "None of them is cited.", "One of them is cited.", "All of them are cited.",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("predicate", "value", "says"),
    [
        ("remark", "a first", "m is remarked on: “a first”"),
        ("channel", "in-person", "m goes through: in person"),
        ("stage", "front", "m is on stage: front"),
        ("dated", "-0043-03-15?", "m is dated 15 March 44 BCE (uncertain)"),
        ("dated", "no date", "m is dated no date"),
        ("scope", "encounter", "m has scope encounter"),
    ],
)
def test_a_claim_reads_as_a_sentence(predicate: str, value: str, says: str) -> None:
    line = {"subject": "m", "predicate": predicate, "value": value}
    assert cards.statement_of(line, str) == says


def test_a_filter_is_blamed_only_where_there_is_one() -> None:
    assert "filters" in page_relationship.nothing(True)
    assert "filters" not in page_relationship.nothing(False)


def test_whose_wife_she_is_takes_no_article() -> None:
    def the(name: str) -> str:
        return prose._the(Actor("actor/x", name, "role", name), True)

    assert the("Ban Ki-moon's wife") == "Ban Ki-moon's wife"
    assert the("US delegation") == "the US delegation"


def test_a_number_stands_without_a_noun_too() -> None:
    assert [common.many(n, "") for n in (1, 2, 12)] == ["one", "two", "12"]
