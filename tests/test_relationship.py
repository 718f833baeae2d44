"""The chain of a pair: what is counted, what is unanswered, and how it reads."""

from __future__ import annotations

from dataclasses import replace

import pytest

from visavis.exchange.prose import (
    COLUMNS,
    as_rows,
    full_citation,
    opening,
    paragraphs,
    sentence,
    works_cited,
)
from visavis.graph.connect import Graph
from visavis.queries.pair import Wanted
from visavis.queries.relationship import _gap, _running, relationship
from visavis.queries.told import (
    Act,
    Actor,
    Count,
    Encounter,
    Evidence,
    Exchange,
    Relationship,
    Reply,
)
from visavis.queries.weighing import RULES, weighted
from visavis.schema import dates
from visavis.schema.claims import Citation, Claim
from visavis.schema.errors import NotFoundError, QueryError

A = Actor("actor/reagan", "Ronald Reagan", "person", "Reagan")
B = Actor("actor/gorbachev", "Michael Gorbachev", "person", "Gorbachev")
US = Actor("actor/us", "United States", "state", "United States")
EVIDENCE = Evidence(citation="Bramsen 2024, 192")


def exchange(way: str = "ab", sign: str = "credit", **more: object) -> Exchange:
    giver, receiver = (A, B) if way == "ab" else (B, A)
    told: dict[str, object] = {"act": "invitation", "label": "Invitation", "evidence": EVIDENCE}
    return Exchange(
        id=f"e-{way}-{sign}", sign=sign, giver=giver, receiver=receiver, direction=way,
        **{**told, **more},  # type: ignore[arg-type]
    )  # fmt: skip


def act(what: str = "invites him for a walk", *exchanges: Exchange, **more: object) -> Act:
    told: dict[str, object] = {
        "id": "ritual/x/walk", "kind": "invitation", "label": "Invitation", "by": (A,), "to": (B,),
        "evidence": EVIDENCE, "exchanges": exchanges,
    }  # fmt: skip
    return Act(what=what, **{**told, **more})  # type: ignore[arg-type]


def encounter(when: str, *acts: Act, key: str = "x", **more: object) -> Encounter:
    date = dates.parse(when)
    return Encounter(
        id=f"meeting/{key}", title="They meet", date=when, when=date.show(),
        earliest=date.earliest, latest=date.latest, starts_by=date.starts_by,
        ends_from=date.ends_from, acts=acts, **more,  # type: ignore[arg-type]
    )  # fmt: skip


def made(*encounters: Encounter) -> Relationship:
    counted, counts = _running(encounters)
    return Relationship(A, B, tuple(counted), counts)


# -- counting -------------------------------------------------------------------------------------


def test_counts_are_per_direction_and_sign_and_run() -> None:
    chain = made(
        encounter("1985", act("a", exchange("ab")), act("b", exchange("ba"))),
        encounter("1986", act("c", exchange("ab", "discredit"))),
    )
    assert [a.counts.credits_ab.number for a in chain.acts] == [1, 1, 1]
    assert [a.counts.credits_ba.number for a in chain.acts] == [0, 1, 1]
    assert [a.counts.discredits_ab.number for a in chain.acts] == [0, 0, 1]
    assert chain.counts.discredits_ba == Count(0, 0, 0)


def test_held_back_or_refused_is_shown_and_weighs_nothing() -> None:
    chain = made(encounter("2005", act("smiles", exchange(weight=0, performance="suppressed"))))
    assert chain.counts.credits_ab == Count(0, 0, 0)
    assert chain.unanswered == ()
    assert "held back, weighing nothing" in sentence(chain.acts[0])
    assert "no credits and no discredits (one more held back or refused)" in opening(chain)[1]


def test_feigned_counts_and_is_said() -> None:
    chain = made(encounter("2005", act("smiles", exchange(performance="feigned"))))
    assert chain.counts.credits_ab.number == 1
    assert "feigned" in sentence(chain.acts[0])


def test_contested_is_counted_once_with_a_band() -> None:
    rivals = (
        exchange("ab", "credit", in_doubt=True),
        exchange("ab", "discredit", in_doubt=True, counted=False),
    )
    chain = made(encounter("1985", act("a", exchange("ab")), act("b", *rivals)))
    assert chain.counts.credits_ab == Count(2, 1, 2)
    assert chain.counts.discredits_ab == Count(0, 0, 1)
    assert (
        "two credits (one to two, contested) and no discredits (no to one, contested)"
        in (opening(chain)[1])
    )
    assert "credits_ab 1-2" in as_rows(chain)[1]["band"]


def test_one_act_of_several_representatives_counts_once() -> None:
    several = (exchange("ab"), exchange("ab", counted=False))
    assert made(encounter("2021", act("a", *several))).counts.credits_ab == Count(1, 1, 1)


def test_gaps_say_how_little_is_known() -> None:
    day, month, year = (encounter(x) for x in ("1985-11-21", "1986-10", "1985"))
    assert _gap(day, month) == "10 to 11 months later"
    assert "the order is not certain" in _gap(year, day)
    assert _gap(encounter("1985/.."), month) == "how long after is not told"


def test_leads_and_filters_leave_claims_out() -> None:
    def claim(**more: str) -> Claim:
        cited = (Citation("source/a", "1", via="source/b"),)
        return Claim("actor/a", "credit", "actor/b", citations=cited, **more)  # type: ignore[arg-type]

    machine, doubtful = claim(basis="machine"), claim(coder="anna", confidence="low")
    assert Wanted().why_not([machine]) == "machine-coded leads"
    assert Wanted(leads=True).why_not([machine]) == ""
    assert Wanted().why_not([machine, doubtful]) == ""
    assert Wanted(coder="ben").why_not([doubtful]) == "by coder, source or confidence"
    assert Wanted(coder="anna", source="source/b").why_not([doubtful]) == ""
    assert Wanted(confidence="medium").why_not([doubtful])
    assert not Wanted(confidence="low").why_not([doubtful])


# -- an index -------------------------------------------------------------------------------------


def test_index_states_its_rule_and_its_sensitivity() -> None:
    chain = made(
        encounter(
            "1985",
            act("a", exchange("ab", intensity=1), exchange("ab", intensity=1)),
            act("b", exchange("ba", intensity=3)),
            act("c", exchange("ba", "discredit", intensity=None)),
        )
    )
    index = weighted(chain)
    assert index.rule.startswith("intensities 1, 2, 3 weigh 1, 2, 3")
    assert (index.ab, index.ba) == (2, 2)
    assert (index.low_ab, index.high_ab) == (2, 2)
    assert (index.low_ba, index.high_ba) == (0, 3)
    assert index.unrated == 1
    assert not index.stable
    assert set(RULES) == {"1-2-3", "1-1-1", "1-2-4"}
    with pytest.raises(QueryError, match="three numbers"):
        weighted(chain, "3-2-1")


# -- sentences ------------------------------------------------------------------------------------


def test_sentence_is_made_of_actor_words_and_citation() -> None:
    told = act("invites him for a walk", exchange("ab", uptake="accepted"))
    assert sentence(told) == (
        "Reagan invites him for a walk; credit to Gorbachev, accepted (Bramsen 2024, 192)."
    )


def test_joint_act_gives_credit_to_each_other() -> None:
    both = act(
        "shake hands", exchange("ab", act="handshake"), exchange("ba", act="handshake"),
        kind="handshake", by=(A, B), to=(), seconds=24, seconds_how="exactly", duration="24 s",
    )  # fmt: skip
    assert sentence(both) == (
        "Reagan and Gorbachev shake hands (24 seconds); credit to each other (Bramsen 2024, 192)."
    )


def test_reply_stands_first_and_other_term_is_named() -> None:
    told = act(
        "steps over the line", exchange("ba", act="acceptance", label="Acceptance"),
        by=(B,), to=(A,), kind="crossing-a-border",
        replies=(Reply("ritual/x/i", "reciprocates", "Invitation", (A,)),),
    )  # fmt: skip
    assert sentence(told) == (
        "In return for Reagan's invitation, Gorbachev steps over the line; "
        "credit to Reagan (acceptance) (Bramsen 2024, 192)."
    )


@pytest.mark.parametrize(
    ("what", "starts"),
    [
        ("a short photo opportunity", "Reagan (invitation): a short photo opportunity"),
        ("China will not accept it", "Reagan (invitation): China will not accept it"),
        ("both smile", "Reagan both smile"),
        ("would favour it", "Reagan would favour it"),
    ],
)
def test_words_that_are_no_predicate_stand_after_a_colon(what: str, starts: str) -> None:
    assert sentence(act(what)).startswith(starts)


def test_own_evidence_of_a_credit_is_cited_apart() -> None:
    apart = Evidence(citation="Bramsen 2024, 198", read_by=("Tahiri",), confidence="low")
    told = sentence(act("keeps silent", exchange("ab", act="invitation", evidence=apart)))
    assert told == (
        "Reagan keeps silent (Bramsen 2024, 192); credit to Gorbachev "
        "(Bramsen 2024, 198; so read by Tahiri; confidence low)."
    )


def test_durations_keep_their_qualifier() -> None:
    told = act("touch", seconds=46, seconds_how="at-least", in_total=True,
               duration="> 46 s in total")  # fmt: skip
    assert "(more than 46 seconds in total)" in sentence(told)
    told = replace(told, seconds=5400, seconds_how="about", in_total=False, duration="~ 90 min")
    assert "(about 90 minutes)" in sentence(told)


def test_opening_of_none_one_and_many() -> None:
    assert opening(made())[0] == "No encounter of Ronald Reagan and Michael Gorbachev is known."
    once = opening(made(encounter("2021-04-07")))
    assert once[0].endswith("are known to have met once, on 7 April 2021.")
    assert once[1] == "Neither credit nor discredit between them is coded."
    many = made(encounter("1985"), encounter("1986-10-11T10:40", key="y"))
    assert "met twice, between 1985 and 11 October 1986." in opening(many)[0]


def test_states_take_their_article() -> None:
    told = opening(replace(made(encounter("1985")), a=US))[0]
    assert told.startswith("The United States and Michael Gorbachev are known")


def test_full_citations_as_chicago_prints_them() -> None:
    chapter = {
        "type": "chapter", "author": ["Hunt, Jonathan", "Reynolds, David"], "year": "2016",
        "editor": ["Spohr, Kristina", "Reynolds, David"], "title": "Geneva",
        "container": "Transcending", "publisher": "OUP", "page": "151-180",
        "citation": "Hunt and Reynolds 2016",
    }  # fmt: skip
    assert full_citation(chapter) == (
        "Hunt, Jonathan, and David Reynolds. 2016. “Geneva.” In Transcending, edited by "
        "Kristina Spohr and David Reynolds, 151-180. OUP."
    )
    unnamed = {"type": "interview", "author": ["Doe, Jane"], "year": "2022", "title": "Interview",
               "named_as": "anonymous", "citation": "Interview, 2022"}  # fmt: skip
    assert "Doe" not in full_citation(unnamed)
    assert full_citation({"author": ["Office"], "year": "n.d.", "title": "List"}) == (
        "Office. n.d. List."
    )


# -- from the graph -------------------------------------------------------------------------------


def test_reagan_and_gorbachev(shipped: Graph) -> None:
    chain = relationship(shipped, "reagan", "gorbachev")
    assert [e.date[:10] for e in chain.known] == [
        "1985", "1986-10-11", "1986-10-11", "1986-10-12", "1986-10-12"
    ]  # fmt: skip
    assert chain.represented is None
    geneva = chain.encounters[0]
    assert geneva.title == "Reagan and Gorbachev meet for the first time"
    assert [m.mode for m in geneva.modes] == ["friendly"]
    assert [p.title for p in geneva.phases if p.stage == "back"]
    assert {b.kind for b in geneva.bonds} >= {"trust", "social-bond"}
    assert [(link.how, link.meeting) for link in geneva.links] == [
        ("followed-by", "meeting/santos-chavez-2010")
    ]
    acts = {a.id.rpartition("/")[2]: a for a in geneva.acts}
    assert "tells-advisors" not in acts  # not between the two
    accepts = acts["accepts-us"]
    assert accepts.sign == "+"
    assert accepts.replies[0].to == "ritual/geneva-1985/invitation-us"
    assert accepts.evidence.citation == "Bramsen 2024, 193, citing Reagan 1990, 15"
    assert accepts.evidence.quotes == ("I accept",)
    assert accepts.exchanges[0].answer == "return"
    assert acts["invitation-us"].exchanges[0].answer == "accepted"
    assert all(c.startswith("c-") for a in chain.acts for c in a.evidence.claims)
    orders = [a.order or 0 for a in geneva.acts]
    assert orders == sorted(orders)
    office = [r for p in geneva.presences for r in p.evidence.rivals if r.field == "office"]
    assert [r.value for r in office] == ["president"]
    assert chain.encounters[1].gap == "9 to 21 months later"


def test_direction_only_turns_the_counts_round(shipped: Graph) -> None:
    one, other = (relationship(shipped, *p) for p in (("moon", "kim-jong-un"),
                                                      ("kim-jong-un", "moon")))  # fmt: skip
    assert one.counts.credits_ab == other.counts.credits_ba
    assert one.counts.credits_ba == other.counts.credits_ab
    assert [a.id for a in one.acts] == [a.id for a in other.acts]


def test_the_landing_chain_reads_like_a_paragraph(shipped: Graph) -> None:
    lines = [text.strip() for _, text in paragraphs(relationship(shipped, "reagan", "gorbachev"))]
    assert (
        "Reagan invites him for a walk without the advisers; credit to Gorbachev, accepted "
        "(Bramsen 2024, 192)."
    ) in lines
    assert any(
        line.startswith("In return for Reagan's invitation, Gorbachev accepts at once (“I accept”)")
        for line in lines
    )
    assert "Next known encounter, 9 to 21 months later." in lines
    assert any(line.startswith("Reagan, Ronald. 1990. An American Life") for line in lines)


def test_every_line_of_an_act_has_its_citation(shipped: Graph) -> None:
    for pair in (("reagan", "gorbachev"), ("us", "china"), ("israel", "palestine")):
        chain = relationship(shipped, *pair)
        acts = chain.acts + (chain.represented.acts if chain.represented else ())
        assert acts
        assert all(a.evidence.citation and a.evidence.citation in sentence(a) for a in acts
                   if "(" not in a.evidence.citation)  # fmt: skip


def test_states_roll_up_their_representatives_apart(shipped: Graph) -> None:
    chain = relationship(shipped, "us", "china")
    assert chain.exchanges == ()
    theirs = chain.represented
    assert theirs is not None and theirs.by_representatives
    meetings = {e.id for e in theirs.known}
    assert {"meeting/anchorage-2021", "meeting/xi-biden-2021"} <= meetings
    # Two who say it together are one act of their side.
    both = next(a for a in theirs.acts if a.id == "ritual/anchorage-2021/not-the-world")
    assert len(both.exchanges) == 2
    assert sum(e.counted for e in both.exchanges) == 1
    assert both.counts.discredits_ba.number == 1
    # A call before the meeting stands where its file has it.
    call = next(a for a in theirs.acts if a.id.endswith("congratulation-call"))
    assert call.outside and call.exchanges[0].answer == "paid-back"
    text = "\n".join(line for _, line in paragraphs(chain))
    assert "not added to their own" in text


def test_a_states_bond_is_its_own(shipped: Graph) -> None:
    chain = relationship(shipped, "us", "ussr")
    assert [b.kind for b in chain.bonds] == ["rapprochement"]
    assert chain.known == ()
    assert chain.represented is not None and chain.represented.counts.credits_ab.number > 0


def test_refused_withheld_disputed(shipped: Graph) -> None:
    refused = relationship(shipped, "stefanovic", "cooper")
    assert refused.counts.credits_ab == Count(0, 0, 0)
    assert [e.uptake for _, e in refused.exchanges if e.sign == "credit"] == ["refused"]
    held_back = relationship(shipped, "rice", "bashir")
    assert [e.weight for _, e in held_back.exchanges] == [0]
    disputed = relationship(shipped, "kyslytsya", "nebenzya").counts.discredits_ba
    assert disputed.low < disputed.number == disputed.high


def test_unanswered_tells_ignored_from_uncoded(shipped: Graph) -> None:
    theirs = relationship(shipped, "israel", "palestine").represented
    assert theirs is not None
    answers = {a.id.rpartition("/")[2]: e.answer for a, e in theirs.unanswered}
    assert answers["isr-paying"] == "ignored"
    assert answers["pal-occupier"] == ""
    assert "isr-shame" not in answers


def test_window_and_filters(shipped: Graph) -> None:
    chain = relationship(shipped, "reagan", "gorbachev", to="1985")
    assert [e.id for e in chain.encounters] == ["meeting/geneva-1985"]
    assert chain.left_out == {"encounters outside the window": 4}
    chain = relationship(shipped, "reagan", "gorbachev", source="reagan1990", to="1985")
    assert all("source/reagan1990" in a.evidence.sources for a in chain.acts)
    assert chain.filters == {"to": "1985", "source": "source/reagan1990"}
    firm = relationship(shipped, "kim-jong-un", "moon", confidence="high")
    assert firm.counts.credits_ba.number == 4


def test_rows_are_the_columns(shipped: Graph) -> None:
    chain = relationship(shipped, "us", "ussr")
    rows = as_rows(chain)
    assert all(tuple(row) == COLUMNS for row in rows)
    assert [row["n"] for row in rows] == list(range(1, len(rows) + 1))
    assert {row["by_representatives"] for row in rows} == {False, True}


def test_works_are_those_that_are_cited(shipped: Graph) -> None:
    chain = relationship(shipped, "tahiri", "stefanovic")
    lines = [line for line in paragraphs(chain)]
    printed = works_cited(chain, lines)
    assert set(printed) <= set(works_cited(chain))
    assert any(work.startswith("Bramsen, Isabel. 2024.") for work in printed)


def test_who_is_not_there(shipped: Graph) -> None:
    with pytest.raises(NotFoundError):
        relationship(shipped, "reagan", "nobody-at-all")
    with pytest.raises(QueryError, match="between two"):
        relationship(shipped, "reagan", "reagan")
