"""The projection: a pure function of the claims, and withdrawal as if it had never been there."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import pytest
import small
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from visavis.ingest.judgements import Judgements
from visavis.schema.claims import Citation, Claim
from visavis.schema.project import Edge, Projection, groups, project

M, WALK = "meeting/geneva-1985", "phase/geneva-1985/walk"
REAGAN, GORBACHEV = "actor/reagan", "actor/gorbachev"
CITED = (Citation("source/bramsen2024", "192"),)
MEMOIR = (Citation("source/reagan1990", "15"),)


def told(subject: str, predicate: str, object: str = "", **more: object) -> Claim:
    more.setdefault("citations", CITED)
    more.setdefault("coder", "anna")
    return Claim(subject, predicate, object, about=str(more.pop("about", M)), **more)


def only(projection: Projection, kind: str) -> Edge:
    [edge] = [edge for edge in projection.edges.values() if edge.type == kind]
    return edge


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> tuple[Claim, ...]:
    root = small.write(tmp_path_factory.mktemp("few"), small.FILES)
    claims, faults = small.read_all(root)
    assert not [fault for fault in faults if fault.severity == "error"]
    return tuple(claims)


# -- a pure function ------------------------------------------------------------------------------


@given(dice=st.randoms(use_true_random=False))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_order_of_claims_is_nothing(few: tuple[Claim, ...], dice: random.Random) -> None:
    shuffled = [*few, *dice.choices(few, k=5)]
    dice.shuffle(shuffled)
    assert small.plain(project(shuffled)) == small.plain(project(few))


def test_the_order_of_the_shipped_claims_is_nothing() -> None:
    claims = list(small.shipped_claims())
    whole = small.plain(project(claims))
    random.Random(1).shuffle(claims)
    assert small.plain(project(claims)) == whole
    assert small.plain(project(reversed(claims))) == whole


@pytest.mark.parametrize("same", [{}, {"actor/gorbatschow": GORBACHEV}])
def test_it_is_the_union_over_what_claims_tell_about(
    few: tuple[Claim, ...], same: dict[str, str]
) -> None:
    for claims in (few, small.shipped_claims()):
        whole = project(claims, same)
        united: Projection = Projection()
        parts = list(groups(claims).values())
        random.Random(2).shuffle(parts)
        for group in parts:
            united.add(project(group, same))
        assert small.plain(united) == small.plain(whole)


def test_told_in_two_words_it_is_told_once() -> None:
    claim = told(REAGAN, "took_part", M, memo="b", order=2)
    again = replace(claim, memo="a", confidence="low")
    assert claim.id == again.id
    one, other = project([claim, again]), project([again, claim])
    assert small.plain(one) == small.plain(other)
    assert only(one, "TOOK_PART").properties["claims"] == [claim.id]


def test_every_element_names_its_claims_and_every_claim_its_edge(few: tuple[Claim, ...]) -> None:
    made = project(few)
    known = {claim.id: claim for claim in few}
    for edge in made.edges.values():
        assert edge.properties["claims"]
        for claim_id in edge.properties["claims"]:
            assert made.edge_of[claim_id] == edge.id
            assert known[claim_id].citations
        assert {
            "id",
            "about",
            "claims",
            "contested",
            "basis",
            "machine",
        } - edge.properties.keys() <= {"basis"}
        assert edge.start in made.nodes and edge.end in made.nodes


# -- what is contested ----------------------------------------------------------------------------


def test_two_coders_who_differ_contest_a_value() -> None:
    one = told(REAGAN, "took_part", M, qualifiers={"office": "president"})
    other = replace(one, qualifiers={"office": "governor"}, coder="ben")
    edge = only(project([one, other]), "TOOK_PART").properties
    assert edge["contested"] and edge["contested_by"] == ["coders"]
    assert edge["office"] == "president"
    rivals = json.loads(edge["rivals"])["office"]
    assert rivals == [
        {"value": "president", "claims": [one.id]},
        {"value": "governor", "claims": [other.id]},
    ]


def test_two_sources_and_a_correction_contest_a_value() -> None:
    one = told(GORBACHEV, "took_part", M, qualifiers={"office": "president"})
    memoir = replace(one, qualifiers={"office": "leader"}, citations=MEMOIR)
    edge = only(project([one, memoir]), "TOOK_PART").properties
    assert edge["contested_by"] == ["sources"]
    right = replace(memoir, qualifiers={"office": "general secretary"}, correction=True)
    edge = only(project([one, right]), "TOOK_PART").properties
    assert edge["contested_by"] == ["correction"]
    assert edge["office"] == "general secretary"  # the corrected value leads, the told one stands
    assert [r["value"] for r in json.loads(edge["rivals"])["office"]] == [
        "general secretary",
        "president",
    ]


def test_who_agrees_contests_nothing() -> None:
    one = told(REAGAN, "took_part", M, qualifiers={"office": "president"})
    other = replace(one, coder="ben", citations=MEMOIR)
    edge = only(project([one, other]), "TOOK_PART").properties
    assert not edge["contested"] and "rivals" not in edge
    assert edge["claims"] == sorted([one.id, other.id])


def test_the_list_of_one_coder_is_one_list() -> None:
    one = told(REAGAN, "took_part", M, qualifiers={"roles": ("principal",)})
    more = told(REAGAN, "took_part", M, qualifiers={"roles": ("host",)}, citations=MEMOIR)
    edge = only(project([one, more]), "TOOK_PART").properties
    assert edge["roles"] == ["host", "principal"] and not edge["contested"]
    other = replace(one, coder="ben")
    edge = only(project([one, more, other]), "TOOK_PART").properties
    assert edge["contested_by"] == ["coders", "sources"] or edge["contested_by"] == ["coders"]


def test_a_disputed_claim_is_contested() -> None:
    one = told(REAGAN, "took_part", M, status="disputed")
    assert only(project([one]), "TOOK_PART").properties["contested_by"] == ["sources"]
    doubted = replace(
        one, status="accepted", citations=(*CITED, replace(MEMOIR[0], relation="disputes"))
    )
    assert only(project([doubted]), "TOOK_PART").properties["contested"]


def test_what_is_only_disputed_or_mentioned_projects_nothing() -> None:
    for relation in ("disputes", "mentions"):
        made = project(
            [told(REAGAN, "took_part", M, citations=(replace(CITED[0], relation=relation),))]
        )
        assert not made.edges and not made.edge_of
        assert set(made.nodes) == {M, "source/bramsen2024"}


def test_two_modes_of_a_phase_contest_each_other() -> None:
    friendly = told(WALK, "mode", "term/friendly")
    dominant = told(WALK, "mode", "term/dominant", coder="ben")
    made = project([friendly, dominant])
    one, other = made.edges.values()
    assert one.properties["contested_by"] == other.properties["contested_by"] == ["coders"]
    assert one.properties["rival_edges"] == [other.id]
    between = {"between": (REAGAN, GORBACHEV)}
    made = project([friendly, replace(dominant, qualifiers=between)])
    assert not any(edge.properties["contested"] for edge in made.edges.values())


def test_one_coder_who_tells_two_modes_from_one_source_means_both() -> None:
    friendly = told(WALK, "mode", "term/friendly")
    made = project([friendly, told(WALK, "mode", "term/dominant")])
    assert not any(edge.properties["contested"] for edge in made.edges.values())
    made = project([friendly, told(WALK, "mode", "term/dominant", citations=MEMOIR)])
    assert all(edge.properties["contested_by"] == ["sources"] for edge in made.edges.values())


def test_credit_for_one_coder_discredit_for_the_other() -> None:
    act = {"ritual": "ritual/geneva-1985/asks", "meeting": M}
    credit = told(REAGAN, "credit", GORBACHEV, qualifiers={"act": "invitation", **act})
    slight = told(REAGAN, "discredit", GORBACHEV, qualifiers={"act": "snub", **act}, coder="ben")
    made = project([credit, slight])
    assert all(edge.properties["contested_by"] == ["coders"] for edge in made.edges.values())
    back = replace(slight, subject=GORBACHEV, object=REAGAN)
    made = project([credit, back])
    assert not any(edge.properties["contested"] for edge in made.edges.values())


def test_a_machine_row_is_a_lead_until_evidence_stands_beside_it() -> None:
    lead = told(REAGAN, "took_part", M, basis="machine", coder="")
    assert only(project([lead]), "TOOK_PART").properties["machine"] is True
    both = only(project([lead, told(REAGAN, "took_part", M, basis="document")]), "TOOK_PART")
    assert both.properties["machine"] is False
    assert both.properties["basis"] == "document"


def test_edges_end_at_the_actor_one_is_judged_to_be() -> None:
    claim = told("actor/gorbatschow", "took_part", M, qualifiers={"office": "general secretary"})
    other = told(GORBACHEV, "took_part", M, qualifiers={"office": "president"}, coder="ben")
    made = project([claim, other], {"actor/gorbatschow": GORBACHEV})
    edge = only(made, "TOOK_PART")
    assert (edge.start, edge.properties["contested_by"]) == (GORBACHEV, ["coders"])
    assert len(project([claim, other]).edges) == 2
    judgement = told("actor/gorbatschow", "same_as", GORBACHEV, about="actor/gorbatschow")
    edge = only(project([judgement], {"actor/gorbatschow": GORBACHEV}), "SAME_AS")
    assert (edge.start, edge.end) == ("actor/gorbatschow", GORBACHEV)


def test_edges_carry_the_day_of_their_meeting() -> None:
    dated = told(M, "dated", value="1985-11-19/1985-11-21")
    edge = only(project([dated, told(REAGAN, "took_part", M)]), "TOOK_PART").properties
    assert edge["date"] == "1985-11-19/1985-11-21"
    assert edge["earliest"] < edge["latest"] and not edge["marked"]
    own = told(REAGAN, "credit", GORBACHEV, date="1985-11-20", qualifiers={"act": "gift"})
    assert only(project([dated, own]), "CREDIT").properties["date"] == "1985-11-20"
    undated = only(project([told(REAGAN, "took_part", M)]), "TOOK_PART").properties
    assert "date" not in undated and "earliest" not in undated
    rival = told(M, "dated", value="1985", coder="ben")
    both = only(project([dated, rival, told(REAGAN, "took_part", M)]), "TOOK_PART").properties
    assert both["earliest"] < edge["earliest"] and both["latest"] > edge["latest"]


# -- withdrawal -----------------------------------------------------------------------------------


def never_there(claims: list[Claim], gone: set[str]) -> list[Claim]:
    """The oracle: the claims of files from which what is withdrawn was deleted by hand."""
    kept = []
    for claim in claims:
        if "coder/" + claim.coder in gone or claim.id in gone:
            continue
        citations = []
        for citation in claim.citations:
            if citation.source not in gone and citation.via not in gone:
                citations.append(citation)
        if len(citations) < len(claim.citations):
            if all(citation.relation != "supports" for citation in citations):
                continue
            claim = replace(claim, citations=tuple(citations))
        kept.append(claim)
    return kept


def targets(claims: tuple[Claim, ...]) -> list[str]:
    found = {f"coder/{claim.coder}" for claim in claims if claim.coder}
    for claim in claims:
        found |= {s for c in claim.citations for s in (c.source, c.via) if s}
    return sorted(found)


@given(data=st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_withdrawn_is_as_if_it_had_never_been_there(
    few: tuple[Claim, ...], data: st.DataObject
) -> None:
    gone = set(data.draw(st.lists(st.sampled_from(targets(few)), max_size=3)))
    gone |= {c.id for c in data.draw(st.lists(st.sampled_from(few), max_size=4))}
    kept, told_ = Judgements(frozenset(gone)).apply(few)
    oracle = never_there(list(few), gone)
    assert small.plain(project(kept)) == small.plain(project(oracle))
    assert sorted(c.to_json() for c in kept) == sorted(c.to_json() for c in oracle)
    assert set(told_) <= gone
    for target in gone - set(told_):  # what tells nothing changes nothing
        rest = never_there(list(few), gone - {target})
        assert small.plain(project(rest)) == small.plain(project(oracle))


def test_withdrawn_from_the_shipped_cases() -> None:
    claims = small.shipped_claims()
    dice = random.Random(3)
    names = targets(claims)
    for _ in range(12):
        gone = set(dice.sample(names, dice.randint(1, 4)))
        gone |= {claim.id for claim in dice.sample(claims, dice.randint(0, 10))}
        kept, _ = Judgements(frozenset(gone)).apply(claims)
        assert small.plain(project(kept)) == small.plain(project(never_there(list(claims), gone)))
        assert not any(s in gone for c in kept for x in c.citations for s in (x.source, x.via))


def test_nothing_rests_on_what_was_withdrawn_alone(few: tuple[Claim, ...]) -> None:
    kept, _ = Judgements(frozenset({"source/reagan1990"})).apply(few)
    made = project(kept)
    assert "source/reagan1990" not in made.nodes
    assert "meeting/reykjavik-1986" in made.nodes  # one line of it cites another work
    assert not [e for e in made.edges.values() if e.type == "TOOK_PART" and "reykjavik" in e.end]


def test_withdrawn_is_as_if_the_lines_had_been_deleted(tmp_path: Path) -> None:
    """The same by really editing the files."""
    withdrawn = small.write(
        tmp_path / "withdrawn",
        {**small.FILES, "judgements.yaml": "- {withdraw: source/archigos, why: x, by: me}\n"},
    )
    rows = [row for row in small.GENEVA.splitlines(keepends=True) if "archigos" not in row]
    without = "".join(row for row in rows if row != "rival:\n")
    sources = "".join(r for r in small.SOURCES.splitlines(keepends=True) if "archigos" not in r)
    edited = small.write(
        tmp_path / "edited",
        {**small.FILES, "geneva-1985.yaml": without, "sources.yaml": sources},
    )
    assert small.plain(small.judged(withdrawn)) == small.plain(small.judged(edited))

    (withdrawn / "judgements.yaml").write_text("- {withdraw: coder/ben}\n")
    ben = small.BEN.splitlines(keepends=True)
    kept = [row for row in ben if "coder: anna" in row]  # the one line that is Anna's
    assert len(kept) == 1
    files = {**small.FILES, "later.yaml": ""}
    files["geneva-1985.yaml"] = small.GENEVA.replace(
        "rival:\n", "remarks:\n" + kept[0] + "rival:\n"
    )
    del files["ben/geneva-1985.yaml"], files["later.yaml"]
    small.write(edited, files)
    assert small.plain(small.judged(withdrawn)) == small.plain(small.judged(edited))

    (withdrawn / "judgements.yaml").unlink()
    assert small.plain(small.judged(withdrawn)) == small.plain(
        small.judged(small.write(edited, small.FILES))
    )


def test_who_judged_two_actors_one_may_be_withdrawn(tmp_path: Path) -> None:
    same = "- {same: [actor/gorbachev, actor/gorbatschow], by: anna, why: one man}\n"
    root = small.write(tmp_path, {**small.FILES, "judgements.yaml": same})
    one = small.judged(root)
    assert [e for e in one.edges.values() if e.type == "SAME_AS"]
    took = [e.start for e in one.edges.values() if e.type == "TOOK_PART"]
    assert "actor/gorbatschow" not in took
    (root / "judgements.yaml").write_text(same + "- {withdraw: coder/anna}\n")
    other = small.judged(root)
    assert not [e for e in other.edges.values() if e.type == "SAME_AS"]
    assert "actor/gorbatschow" in [e.start for e in other.edges.values() if e.type == "TOOK_PART"]


# -- generated projects ---------------------------------------------------------------------------

actors = st.sampled_from(["actor/a", "actor/b", "actor/c"])
meetings = st.sampled_from(["meeting/m", "meeting/n"])
cites = st.lists(
    st.builds(
        Citation,
        st.sampled_from(["source/s", "source/t"]),
        st.sampled_from(["1", "2"]),
        st.sampled_from(["supports", "supports", "disputes"]),
        st.sampled_from(["", "source/u"]),
    ),
    min_size=1,
    max_size=2,
).map(tuple)


@st.composite
def small_claims(draw: st.DrawFn) -> Claim:
    about = draw(meetings)
    common = {
        "about": about,
        "citations": draw(cites),
        "coder": draw(st.sampled_from(["x", "y"])),
        "memo": draw(st.sampled_from(["", "m"])),
        "order": draw(st.sampled_from([None, 1, 2])),
        "confidence": draw(st.sampled_from(["", "low"])),
    }
    kind = draw(
        st.sampled_from(["took_part", "credit", "discredit", "mode", "titled", "dated", "act"])
    )
    if kind == "act":  # of which coders disagree whether it was in an encounter
        act = "ritual/m/r"
        common["about"] = draw(st.sampled_from([act, "meeting/m"]))
        what = draw(
            st.sampled_from([("titled", "a toast"), ("titled", "a gift"), ("dated", "1985")])
        )
        return Claim(act, what[0], value=what[1], **common)
    if kind == "took_part":
        told = {
            "office": draw(st.sampled_from(["p", "q"])),
            "roles": draw(st.sampled_from([("host",), ("aide", "press")])),
        }
        return Claim(draw(actors), kind, about, qualifiers=told, **common)
    if kind in ("credit", "discredit"):
        told = {"act": "gift", "meeting": about, "ritual": "ritual/m/r"}
        return Claim(draw(actors), kind, draw(actors), qualifiers=told, **common)
    if kind == "mode":
        return Claim(
            about, kind, draw(st.sampled_from(["term/friendly", "term/dominant"])), **common
        )
    value = draw(st.sampled_from(["1985", "1986-10"]))
    return Claim(about, kind, value=value, **common)


@given(st.lists(small_claims(), max_size=12), st.randoms(use_true_random=False))
def test_generated_claims_project_alike_in_any_order(
    claims: list[Claim], dice: random.Random
) -> None:
    whole = small.plain(project(claims))
    united = Projection()
    parts: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        parts[claim.about].append(claim)
    for about in dice.sample(sorted(parts), len(parts)):
        united.add(project(parts[about]))
    dice.shuffle(claims)
    assert small.plain(project(claims)) == whole
    assert small.plain(united)["edges"] == whole["edges"]
    acts = [claim for claim in claims if claim.subject == "ritual/m/r" and claim.supported]
    abouts = {claim.about for claim in acts}
    told = project(claims).nodes.get("ritual/m/r")
    assert told is None or ("encounter" in told.properties.get("rivals", "")) == (len(abouts) > 1)


@given(
    st.lists(small_claims(), max_size=12),
    st.sets(st.sampled_from(["source/s", "source/t", "source/u", "coder/x", "coder/y"])),
)
def test_generated_claims_withdrawn(claims: list[Claim], gone: set[str]) -> None:
    kept, _ = Judgements(frozenset(gone)).apply(claims)
    assert small.plain(project(kept)) == small.plain(project(never_there(claims, gone)))


def test_a_bond_has_no_direction_whoever_is_judged_the_same() -> None:
    kind = {"kind": "trust", "meeting": M}
    claims = [
        told("actor/a", "bond", "actor/b", qualifiers={**kind, "change": "formed"}),
        told("actor/0", "bond", "actor/a", qualifiers={**kind, "change": "broken"}, coder="ben"),
    ]
    bond = only(project(claims, {"actor/0": "actor/b"}), "BOND")
    assert (bond.start, bond.end) == ("actor/a", "actor/b")
    assert bond.properties["contested_by"] == ["coders"] and len(bond.properties["claims"]) == 2


def test_a_source_that_disputes_contests_the_edge_and_makes_none() -> None:
    there = told(REAGAN, "took_part", M)
    not_there = told(
        REAGAN, "took_part", M, citations=(Citation("source/reagan1990", "15", "disputes"),)
    )
    assert not project([not_there]).edges
    edge = only(project([there, not_there]), "TOOK_PART")
    assert edge.properties["contested_by"] == ["sources"]
    assert edge.properties["claims"] == sorted([there.id, not_there.id])
