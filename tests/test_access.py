"""Names of two letters: struck where they are names, and left where they are part of a word."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from told import claim, meeting

from visavis.exchange.access import Withholding, withhold
from visavis.schema.claims import Citation, Claim

TALK = "source/talk-with-li"


def unnamed(name: str, source: str = TALK, **more: str) -> Claim:
    """A source whose speaker may not be named."""
    record = {"title": "A talk", "speaker_name": name, "named_as": "anonymous", **more}
    return claim(source, "described_as", json.dumps(record))


@pytest.mark.parametrize(
    ("name", "telling", "telling_not"),
    [
        (
            "Li Wei",
            ["source/talk-with-li", "meeting/meets-li-2015", "phase/geneva/li", "li-sighs",
             "talks/Li_2015.yaml", "source/li2015", "meeting/wei-li", "actor/li-keqiang"],
            ["meeting/liaison-2015", "meeting/ali-2015", "meeting/berlin", "place/delhi",
             "source/link", "meeting/weird", "meeting/geneva"],
        ),
        ("Xi Jinping", ["actor/xi-jinping", "meeting/meets-xi-2015", "source/jinping"],
         ["meeting/taxi-2015", "meeting/maxi", "meeting/mexico"]),
        ("Xi, Jinping", ["meeting/meets-xi-2015"], ["meeting/exit"]),
        ("xi jinping", ["meeting/meets-xi-2015"], ["meeting/exit"]),
        # a particle, an initial and a number tell of nobody
        ("Charles de Gaulle", ["meeting/talk-with-de-gaulle"], ["meeting/visite-de-bonn"]),
        ("A. Berg", ["meeting/berg-2020"], ["meeting/a-walk", "meeting/section-a"]),
        ("Delegate 12", ["meeting/delegate-12"], ["meeting/geneva-12", "meeting/may-12"]),
        # what kind of node it is tells of nobody either
        ("Ada Place", ["meeting/place-2020"], ["place/geneva"]),
    ],
)  # fmt: skip
def test_a_word_of_a_key_tells_a_name(
    name: str, telling: list[str], telling_not: list[str]
) -> None:
    told = [unnamed(name)]
    rule = Withholding(told, {})
    rule.look(lambda: told)
    assert [key for key in telling if not rule.telling(key)] == []
    assert [key for key in telling_not if rule.telling(key)] == []


def test_the_key_of_the_informant_tells_too() -> None:
    told = [
        unnamed("Anna Zwiebelberg", speaker="our-man"),
        claim("actor/our-man", "named", "A. Z."),
    ]
    rule = Withholding(told, {})
    rule.look(lambda: told)
    assert rule.telling("source/talk-with-our-man") and rule.telling("meeting/our-man-2015")
    assert not rule.telling("meeting/our-manners") and not rule.telling("meeting/our-house")


@pytest.mark.parametrize(
    ("name", "text", "left"),
    [
        ("Li Wei", "Li said that Mr. Li Wei left", "{} said that Mr. {} left"),
        ("Li Wei", "Alice in Berlin, the liaison", "Alice in Berlin, the liaison"),
        ("Li Wei", "then Li Keqiang came", "then {} Keqiang came"),  # too much, and said so
        ("Xi Jinping", "President Xi took a taxi", "President {} took a taxi"),
        ("Xi Jinping", "Louis XI", "Louis XI"),
        ("John Paul II", "World War II", "World War II"),
        ("He Yafei", "He said no. Mr. He sighed, and He left", "He said no. Mr. {} sighed, and {} left"),
        ("He, Yafei", "In the end He left. He did.", "In the end {} left. He did."),
        ("An", "An hour with An", "An hour with {}"),
        ("Charles de Gaulle", "de Gaulle, le chef de mission", "de {}, le chef de mission"),
    ],
)  # fmt: skip
def test_a_name_of_two_letters_is_struck_from_texts(name: str, text: str, left: str) -> None:
    told = replace(claim("meeting/m", "remark", text, citations=(Citation(TALK, "1"),)), memo=text)
    [kept] = [c for _, c in withhold([unnamed(name), told], {}) if c.predicate == "remark"]
    wanted = left.replace("{}", "[name withheld]")
    assert (kept.value, kept.memo) == (wanted, wanted)


def test_keys_with_a_short_name_do_not_leave() -> None:
    cited = (Citation(TALK, "p. 1"),)
    by_talk = [
        replace(c, citations=cited)
        for key in ("meets-li-2015", "li-peng-speaks", "liaison")
        for c in meeting(key, "2015-05-01", "reagan")
    ]
    both = meeting("li-keqiang-visits", "2015-06-01", "reagan")
    both += [replace(c, citations=cited) for c in both]
    kept = list(withhold([unnamed("Li Wei"), *by_talk, *both], {}))
    nodes = {node for _, c in kept for node in (c.subject, c.object, c.about) if node}
    nodes |= {cited.source for _, c in kept for cited in c.citations}
    # Who shares the name loses the key where nobody else tells of it, and keeps it where others do.
    assert {node for node in nodes if node.startswith("meeting/")} == {
        "meeting/withheld-1", "meeting/withheld-2", "meeting/liaison", "meeting/li-keqiang-visits",
    }  # fmt: skip
    assert "source/withheld-1" in nodes and TALK not in nodes
