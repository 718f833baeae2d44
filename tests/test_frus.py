"""FRUS volumes: who is present, and who is only mentioned; dates, letters, persons, hostile files."""

from __future__ import annotations

import gzip
import importlib.util
import json
import os
import random
import sys
import time
from pathlib import Path
from types import ModuleType

import pytest
import yaml
from conftest import empty
from lxml import etree

from visavis.graph.connect import Graph
from visavis.ingest import frus, run, tei
from visavis.ingest.frus import is_frus, read_volume
from visavis.ingest.frus_dates import printed_when, received_when
from visavis.ingest.frus_heads import authors, letter, talkers
from visavis.ingest.frus_joins import Card, cards, certain_joins, suggestions
from visavis.ingest.frus_papers import paper_of
from visavis.ingest.frus_persons import offices
from visavis.ingest.frus_present import people_of_item, read_list
from visavis.ingest.frus_sides import context_of
from visavis.ingest.run import Reading
from visavis.ingest.tei import Marked
from visavis.schema import dates
from visavis.schema.claims import Claim, problems
from visavis.schema.errors import DataError
from visavis.schema.model import vocabulary
from visavis.schema.project import project

HERE = Path(__file__).parent
OLDER, NEWER = HERE / "data" / "frus-older.xml", HERE / "data" / "frus-newer.xml"
SHARED = HERE.parent.parent / "shared" / "data" / "frus-tei"
GOLD = HERE / "gold" / "frus.yaml"
UNSEEN = HERE / "data" / "frus-unseen"


def readings(path: Path) -> dict[str, Reading]:
    return {r.name.partition("#")[2]: r for r in read_volume(path, path.name)}


def present(reading: Reading) -> dict[str, Claim]:
    told = [c for c in reading.claims if c.predicate == "took_part"]
    return {c.subject.removeprefix("actor/frus1961-63v05-"): c for c in told}


@pytest.fixture(scope="module")
def older() -> dict[str, Reading]:
    return readings(OLDER)


def test_one_reading_for_each_document_and_two_for_the_volume(older: dict[str, Reading]) -> None:
    assert list(older) == [
        "volume", "persons", "d3", "d69", "d83", "d84", "d237", "d278", "d279", "d375",
    ]  # fmt: skip
    assert {r.kind for r in older.values()} == {
        "frus-volume", "frus-persons", "frus-letter", "frus-meeting", "frus-document",
    }  # fmt: skip
    assert all(r.sound for r in older.values())


def test_every_claim_fits_the_model_and_cites_its_document(older: dict[str, Reading]) -> None:
    for name, reading in older.items():
        for claim in reading.claims:
            assert not problems(claim, vocabulary()), (name, claim)
            (cited,) = claim.citations
            if claim.predicate == "contained_in":
                assert claim.object == cited.source == "source/frus1961-63v05"
                assert claim.subject == claim.about == f"{cited.source}-{name}"
                assert cited.locator == name
            elif name.startswith("d"):
                assert cited.source == f"source/frus1961-63v05-{name}"
                assert cited.locator == name
            else:
                assert cited.source == "source/frus1961-63v05"
            assert claim.origin.file == OLDER.name
            assert claim.origin.line > 1 or name == "volume"


def test_sides_roles_and_functions(older: dict[str, Reading]) -> None:
    found = present(older["d83"])
    assert {k: str(c.qualifiers["side"]) for k, c in found.items()} == {
        "p-kjf1": "actor/us", "p-rd1": "actor/us", "p-aaa1": "actor/us",
        "p-kns1": "actor/ussr", "p-svm1": "actor/ussr",
    }  # fmt: skip
    roles = {k: c.qualifiers.get("roles") for k, c in found.items()}
    assert roles["p-aaa1"] == roles["p-svm1"] == ("interpreter",)
    assert roles["p-kns1"] is None
    assert found["p-kjf1"].as_told == "The President"
    assert "function" in found["p-kjf1"].memo
    assert found["p-aaa1"].as_told == "D—Mr. Akalovsky, (Interpreting)"


def test_a_mention_is_no_presence(older: dict[str, Reading]) -> None:
    assert "p-bgw1" not in present(older["d83"])  # in the text and in a footnote of the list
    assert not present(older["d375"])
    assert [f.code for f in older["d375"].faults] == ["no-list"]
    assert older["d375"].faults[0].record == "d375"
    assert not present(readings(NEWER)["d84"])  # an editorial note tells of a meeting


def test_a_wrong_link_of_the_edition_is_not_followed(older: dict[str, Reading]) -> None:
    assert set(present(older["d69"])) == {
        "p-kjf1", "p-drh1", "p-mma1", "georgi-m-kornienko",
    }  # fmt: skip
    (fault,) = older["d69"].faults
    assert fault.severity == "warning"
    assert "somebody else" in fault.message
    assert fault.record == "d69"


def test_several_people_in_one_item_and_the_wife(older: dict[str, Reading]) -> None:
    assert list(present(older["d237"])) == ["p-us1", "p-daf1", "mrs-dobrynin", "p-kcw1"]


def test_dates_that_disagree_are_both_claims(older: dict[str, Reading]) -> None:
    told = [c.value for c in older["d237"].claims if c.predicate == "dated"]
    assert told == ["1962-09-13", "1962-09-14"]
    node = project(older["d237"].claims).nodes["meeting/frus1961-63v05-d237"]
    assert node.properties["contested"] is True
    assert node.properties["date"] == "1962-09-13"  # what is printed leads


def test_a_cross_reference_is_followed_and_says_so(older: dict[str, Reading]) -> None:
    found = present(older["d84"])
    assert set(found) == set(present(older["d83"]))
    assert {c.confidence for c in found.values()} == {"low"}
    assert all("seems to refer" in c.memo for c in found.values())


def test_two_documents_on_one_meeting_are_linked(older: dict[str, Reading]) -> None:
    (link,) = [c for c in older["d279"].claims if c.predicate == "part_of"]
    assert link.object == "meeting/frus1961-63v05-d278"
    assert "same day, hour, place and people" in link.memo
    assert not [c for c in older["d278"].claims if c.predicate == "part_of"]


def test_a_letter_is_an_act_and_never_presence(older: dict[str, Reading]) -> None:
    claims = older["d3"].claims
    parts = {c.subject[-6:]: c.qualifiers["part"] for c in claims if c.predicate == "performed"}
    assert parts == {"p-kns1": "initiator", "p-bli1": "initiator", "p-kjf1": "recipient"}
    assert {c.about for c in claims if c.predicate == "performed"} == {"ritual/frus1961-63v05-d3"}
    assert not [c for c in claims if c.predicate in ("took_part", "scope")]
    assert "Received at 8:29 a.m" in next(c.value for c in claims if c.predicate == "remark")


def test_the_document_as_a_source(older: dict[str, Reading]) -> None:
    (claim,) = [c for c in older["d83"].claims if c.predicate == "described_as"]
    record = json.loads(claim.value)
    assert record["citation"] == "FRUS, 1961–1963, vol. V, doc. 83"
    assert record["URL"] == "https://history.state.gov/historicaldocuments/frus1961-63v05/d83"
    assert record["author"] == ["Akalovsky, Alexander A."]
    assert record["side"] == "actor/us"
    assert record["classification"] == "Secret"
    assert record["archive"] == "Kennedy Library"
    assert {c.said_by for c in older["d83"].claims if c.predicate == "took_part"} == {
        "actor/frus1961-63v05-p-aaa1"
    }


def test_both_forms_of_the_edition_give_the_same_people() -> None:
    newer = readings(NEWER)
    assert set(present(newer["d83"])) == {"p-kjf1", "p-kns1"}
    (date,) = [c.value for c in newer["d83"].claims if c.predicate == "dated"]
    assert date == "1961-06-03T12:45+01:00/1961-06-03"
    assert dates.parse(date).earliest == dates.parse("1961-06-03T12:45").earliest
    names = {c.subject: c.value for c in newer["persons"].claims if c.predicate == "named"}
    assert names["actor/frus1961-63v05-p-kns1"] == "Nikita S. Khrushchev"


def test_reading_twice_gives_the_same_claims() -> None:
    assert [r.claims for r in read_volume(OLDER, "x.xml")] == [
        r.claims for r in read_volume(OLDER, "x.xml")
    ]


def test_a_changed_document_changes_its_own_reading_alone(tmp_path: Path) -> None:
    text = OLDER.read_text("utf-8").replace("Mr. Georgi M. Kornienko, Counselor", "Mr. X. Bubnov")
    path = tmp_path / OLDER.name
    path.write_text(text, "utf-8")
    before, after = readings(OLDER), readings(path)
    assert [n for n in before if before[n].claims != after[n].claims] == ["d69"]


@pytest.mark.parametrize(
    ("item", "people"),
    [
        ("The President, the Vice President, the Secretary of State", 3),
        ("Tang Wen-sheng and Chi Chao-chu, Chinese Interpreters", 2),
        ("Senators Mansfield, Humphrey, Russell", 3),
        ("Director, People's Republic of China and Mongolian Affairs", 1),
        ("Mr. Carl Rowan, Publishers Newspapers Syndicate", 1),
        ("The Foreign Secretary, George Brown", 1),
        ("Secretary Hodges, Mr. Behrman and Mr. George (Commerce)", 3),
        ("Alfred Segal, Manager, American Trading and Production Corporation, New York", 1),
        ("Anatoliy F. Dobrynin, The Soviet Ambassador", 1),
        ("Under Secretary Ball, Griffith Johnson; Secretary Freeman, Robert Giles (Counsel)", 4),
        ("Interpreters: Chi Ch'ao Chu, T'ang Wen Sheng, Shen Jo-yun", 3),
    ],
)
def test_items(item: str, people: int) -> None:
    found, wrong = people_of_item(Marked(item))
    assert len(found) == people, found
    assert not wrong


def test_departments_over_and_before_the_names() -> None:
    told = ["Chairman—Henry A. Kissinger", "State: William P. Rogers, John N. Irwin", "CIA",
            "Richard Helms", "The Germans", "Mr. Bahr"]  # fmt: skip
    found = read_list([Marked(text) for text in told])
    assert [(p.name, p.function, p.side) for p in found.people] == [
        ("Henry A. Kissinger", "Chairman", ""), ("William P. Rogers", "State", ""),
        ("John N. Irwin", "State", ""), ("Richard Helms", "CIA", ""), ("Bahr", "", "west-germany"),
    ]  # fmt: skip
    assert not found.wrong


def test_offices_with_their_days() -> None:
    found = offices(
        "Under Secretary of State for Economic Affairs until December 1961; thereafter Under "
        "Secretary of State"
    )
    assert [(o.title, o.period) for o in found] == [
        ("Under Secretary of State for Economic Affairs", "../1961-12"),
        ("Under Secretary of State", "1961-12/.."),
    ]
    assert not found[1].held_on("1961-06-03")
    (office,) = offices("Political Officer at the Embassy in Moscow September 1965–1968")
    assert office.period == "1965-09/1968"


@pytest.mark.parametrize(
    ("text", "edtf"),
    [
        ("June 3, 1961, 12:45 p.m.", "1961-06-03T12:45/1961-06-03"),
        ("February 3, 1961, 4:30-5:10 p.m.", "1961-02-03T16:30/1961-02-03T17:10"),
        ("June 12, 1972, 10:30-1:45 p.m.", "1972-06-12T10:30/1972-06-12T13:45"),
        ("October 11–12, 1986, 8 p.m.–4 a.m.", "1986-10-11T20:00/1986-10-12T04:00"),
        ("January 7, 1972, 11:45 p.m.-1 a.m.", "1972-01-07T23:45/1972-01-08T01:00"),
        ("April 17, 1959—4 p.m.", "1959-04-17T16:00/1959-04-17"),
        ("May 12, 1965, 1305Z.", "1965-05-12T13:05Z/1965-05-12"),
        ("July 19, 1962, noon.", "1962-07-19T12:00/1962-07-19"),
        ("November 15 and 17, 1962", "1962-11-15/1962-11-17"),
        ("13 December 1950", "1950-12-13"),
    ],
)
def test_printed_dates(text: str, edtf: str) -> None:
    when = printed_when(text)
    assert when is not None
    assert when.edtf(lasting=True) == edtf
    dates.parse(edtf)


@pytest.mark.parametrize("text", ["undated", "summer 1961", "February 30, 1961", ""])
def test_no_day_is_made_up(text: str) -> None:
    assert printed_when(text) is None


def _card(actor: str, name: str, role: str) -> Card:
    volume = actor.removeprefix("actor/").partition("-p-")[0]
    return Card(actor, name, name, role, volume)


def test_joins_need_a_full_name_and_a_shared_office() -> None:
    a = _card("actor/v1-p-b", "Bohlen, Charles E.", "Ambassador to France from September 1962")
    b = _card("actor/v2-p-b", "Bohlen, Charles E.", "Ambassador to France until February 9, 1968")
    c = _card("actor/v3-p-b", "Bohlen, C.", "Ambassador to France")
    d = _card("actor/v3-p-k", "Kent, Sherman", "Director")
    (join,) = certain_joins([d, c, b, a])
    assert join.same == ("actor/v1-p-b", "actor/v2-p-b")
    assert "Ambassador to France" in join.why
    assert join.as_judgement() == {"same": list(join.same), "why": join.why}
    (left,) = suggestions([a, b, c, d], [join])
    assert (left.one, left.other, left.score) == ("actor/v1-p-b", "actor/v3-p-b", "likely")


def test_namesakes_of_one_volume_are_never_joined() -> None:
    role = "Ambassador to France"
    same = [
        _card(f"actor/v{n}-p-{m}", "Bohlen, Charles E.", role) for n, m in ((1, 1), (2, 1), (2, 2))
    ]
    assert certain_joins(same) == []
    assert certain_joins([]) == [] and suggestions([]) == []


# -- forms of other volumes ----------------------------------------------------------------------

FORMS = """<TEI xmlns="http://www.tei-c.org/ns/1.0" xmlns:frus="http://history.state.gov/frus/ns/1.0">
<!-- Foreign Relations of the United States --><teiHeader><idno type="frus">forms</idno></teiHeader>
<text><body><div type="document" subtype="historical-document" n="1" xml:id="d1"><head>1. {head}</head>
{line}{body}</div></body></text></TEI>"""
LINE = (
    '<opener><dateline><placeName>Bonn</placeName>, <date when="{0}">{0}</date></dateline></opener>'
)


def listed(*items: str, head: str = "PARTICIPANTS", kind: str = ' type="participants"') -> str:
    inner = "".join(f"<item>{item}</item>" for item in items)
    return f"<list{kind}>{f'<head>{head}</head>' if head else ''}{inner}</list>"


def one_document(tmp_path: Path, body: str, head: str, line: str) -> Reading:
    path = tmp_path / "forms.xml"
    path.write_text(FORMS.format(head=head, line=line, body=body), "utf-8")
    return readings(path)["d1"]


def sides(reading: Reading, meeting: str = "d1") -> dict[str, str]:
    return {
        c.subject.removeprefix("actor/forms-"): str(c.qualifiers.get("side", "")).removeprefix(
            "actor/"
        )
        for c in reading.claims
        if c.predicate == "took_part" and c.object == f"meeting/forms-{meeting}"
    }


FOUR = ("The Secretary", "Mr. Merchant", "Mr. Lloyd", "Sir Harold Caccia")
TWO_SIDES = {"christian-a-herter": "us", "merchant": "us", "lloyd": "uk", "harold-caccia": "uk"}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (listed("US", *FOUR[:2], "UK", *FOUR[2:]), TWO_SIDES),
        ("<p>PARTICIPANTS</p>" + listed("US", *FOUR[:2], "UK", *FOUR[2:], head="", kind=""), TWO_SIDES),
        (f"<p>PARTICIPANTS {listed('U.S. Side:', *FOUR[:2], 'U.K. Side:', *FOUR[2:], head='', kind='')}</p>", TWO_SIDES),
        (listed(*FOUR[:2], head="United States") + listed(*FOUR[2:], head="United Kingdom"), TWO_SIDES),
        (listed('<hi rend="strong">United States</hi><list><item>The Secretary</item><item>Mr. Merchant</item></list>',
                '<hi rend="strong">United Kingdom</hi><list><item>Mr. Lloyd</item><item>Sir Harold Caccia</item></list>'), TWO_SIDES),
        ("<table><head>PARTICIPANTS</head><row><cell>United States</cell><cell>United Kingdom</cell></row>"
         "<row><cell>The Secretary</cell><cell>Mr. Lloyd</cell></row>"
         "<row><cell>Mr. Merchant</cell><cell>Sir Harold Caccia</cell></row></table>", TWO_SIDES),
        ("<p>PRESENT</p><p>United States</p><p>The Secretary</p><p>Mr. Merchant</p><p>United Kingdom</p>"
         "<p>Mr. Lloyd</p><p>Sir Harold Caccia</p><p>The discussion opened with Berlin.</p>", TWO_SIDES),
        (listed("US—Secretary Herter, Mr. Merchant", "UK: Mr. Lloyd", "UK—Sir Harold Caccia"), TWO_SIDES),
        (listed("(See attached list)") + "<frus:attachment>" + listed("US", *FOUR[:2], "UK", *FOUR[2:]) + "</frus:attachment>", TWO_SIDES),
        (listed("EUR: Mr. Kohler", "S/P—Mr. Smith", "U: Mr. Dillon"), {"kohler": "us", "smith": "us", "dillon": "us"}),
        (listed("President Kaunda of Zambia", "Mark Chona, Special Assistant to the President",
                "President Eisenhower", "General Goodpaster, Staff Secretary, White House"),
         {"kaunda": "zambia", "mark-chona": "zambia", "dwight-d-eisenhower": "us", "goodpaster": "us"}),
        (listed("The President", "Prime Minister Macmillan", "Sir Norman Brook"),
         {"dwight-d-eisenhower": "us", "macmillan": "", "norman-brook": ""}),
    ],
)  # fmt: skip
def test_lists_of_other_volumes(body: str, expected: dict[str, str], tmp_path: Path) -> None:
    reading = one_document(tmp_path, body, "Memorandum of Conversation", LINE.format("1960-03-01"))
    assert sides(reading) == expected


def test_others_present_at_a_conference_with_somebody(tmp_path: Path) -> None:
    head = "Memorandum of Conference With President Eisenhower"
    for body in (
        listed("Secretary Herter", "General Goodpaster", "Major Eisenhower", head="OTHERS PRESENT"),
        "<p>OTHERS PRESENT: Secretary Herter, General Goodpaster, Major Eisenhower</p>",
    ):
        reading = one_document(tmp_path, body, head, LINE.format("1960-03-01"))
        assert set(sides(reading)) == {
            "dwight-d-eisenhower", "christian-a-herter", "goodpaster", "major-eisenhower",
        }  # fmt: skip
        assert not [f for f in reading.faults if f.code == "also-present"]


def test_two_conversations_in_one_document_are_two_meetings(tmp_path: Path) -> None:
    attached = (
        "<frus:attachment><head>Memorandum of Conversation</head>"
        + LINE.format("1960-03-04")
        + listed("Mr. Bohlen", "Ambassador Vinogradov")
        + "</frus:attachment>"
    )
    reading = one_document(
        tmp_path, listed(*FOUR) + attached, "Memorandum of Conversation", LINE.format("1960-03-01")
    )
    assert set(sides(reading)) == set(TWO_SIDES)
    assert set(sides(reading, "d1-a1")) == {"bohlen", "vinogradov"}
    days = {c.subject: c.value for c in reading.claims if c.predicate == "dated"}
    assert days == {"meeting/forms-d1": "1960-03-01", "meeting/forms-d1-a1": "1960-03-04"}
    assert {c.citations[0].locator for c in reading.claims if c.about == "meeting/forms-d1-a1"} == {
        "d1, attachment 1"
    }


def test_whom_the_editors_add_and_what_a_footnote_says(tmp_path: Path) -> None:
    note = "Source: X. Secret. The meeting was held at the Hotel. Shih Yen-hua was also present."
    head = f'Memorandum of Conversation<note type="source">{note}</note>'
    body = listed(
        "Ambassador Huang Hua", "Peter W. Rodman<note>The list erroneously includes Rodman.</note>"
    )
    reading = one_document(tmp_path, body, head, LINE.format("1972-04-18"))
    assert set(sides(reading)) == {"huang-hua", "peter-w-rodman", "shih-yen-hua"}
    told = {c.subject: c.memo for c in reading.claims if c.predicate == "took_part"}
    assert told["actor/forms-shih-yen-hua"].startswith("named in the source note as also present")
    assert [f.code for f in reading.faults] == ["footnote"]
    assert any("erroneously" in c.value for c in reading.claims if c.predicate == "remark")


@pytest.mark.parametrize(
    ("head", "senders", "addressees"),
    [
        (
            "Telegram From the Embassy in Germany to the Department of State",
            ["Embassy in Germany"],
            ["Department of State"],
        ),
        (
            "Telegram From the Mission to the United Nations to the Department of State",
            ["Mission to the United Nations"],
            ["Department of State"],
        ),
        (
            "Telegram From the Department of State to the Mission to the United Nations",
            ["Department of State"],
            ["Mission to the United Nations"],
        ),
        (
            "Telegram From Secretary of State Herter to the Department of State",
            ["Christian A. Herter"],
            ["Department of State"],
        ),
        (
            "Message From Prime Minister Macmillan to President Eisenhower",
            ["Macmillan"],
            ["Dwight D. Eisenhower"],
        ),
        ("Note From the Soviet Union to the United States", ["ussr"], ["us"]),
        (
            "Backchannel Message From the Ambassador in France (Houghton) to Secretary of State Herter",
            ["Houghton"],
            ["Christian A. Herter"],
        ),
        ("Memorandum From Secretary of State Herter to President Eisenhower", [], []),
        ("Editorial Note", [], []),
    ],
)
def test_heads_without_marks(
    head: str, senders: list[str], addressees: list[str], tmp_path: Path
) -> None:
    reading = one_document(tmp_path, "<p>Text.</p>", head, LINE.format("1960-03-01"))
    names = {c.subject: c.value for c in reading.claims if c.predicate == "named"}
    for part, expected in (("initiator", senders), ("recipient", addressees)):
        found = [c.subject for c in reading.claims
                 if c.predicate == "performed" and c.qualifiers["part"] == part]  # fmt: skip
        assert [names.get(a, a.removeprefix("actor/")) for a in found] == expected


def test_a_telephone_conversation_whose_head_alone_is_dated(tmp_path: Path) -> None:
    head = (
        "Memorandum of a Telephone Conversation Between the President and the Secretary of State, "
        "Washington, January 3, 1956, 3:10 p.m."
    )
    reading = one_document(tmp_path, "<p>Text.</p>", head, "")
    assert set(sides(reading)) == {"dwight-d-eisenhower", "john-foster-dulles"}
    told = {c.predicate: c.value for c in reading.claims if c.subject == "meeting/forms-d1"}
    assert told["dated"] == "1956-01-03T15:10/1956-01-03"
    assert told["channel"] == "telephone"


@pytest.mark.parametrize(
    ("note", "who"),
    [
        ("Charles S. Murphy, Under Secretary of Agriculture; Orville L. Freeman, Secretary", "C"),
        ("Robert D. Murphy, Deputy Under Secretary.", "R"),
        ("Secretary Murphy, who joined later.", "R"),
        ("Orville L. Freeman, Secretary of Agriculture.", "R"),
    ],
)
def test_a_footnote_that_names_another_than_the_link_counts(
    note: str, who: str, tmp_path: Path
) -> None:
    persons = (
        '<div xml:id="persons"><list><item><persName xml:id="p_MRD1">Murphy, Robert D.</persName>, '
        "Deputy Under Secretary of State</item></list></div>"
    )
    body = (
        '<list type="participants"><head>PRESENT</head><item>Under Secretary '
        f'<persName corresp="#p_MRD1">Murphy</persName><note n="2">{note}</note></item></list>'
    )
    path = tmp_path / "forms.xml"
    told = FORMS.format(head="Memorandum", line=LINE.format("1964-02-01"), body=body)
    path.write_text(told.replace("<body>", f"<body>{persons}"), "utf-8")
    reading = readings(path)["d1"]
    assert list(sides(reading)) == ["p-mrd1" if who == "R" else "charles-s-murphy"]
    assert any("footnote says" in f.message for f in reading.faults) == (who == "C")


# -- hostile files ----------------------------------------------------------------------------------

HEAD = '<TEI xmlns="http://www.tei-c.org/ns/1.0"><!-- Foreign Relations of the United States -->'
HOSTILE = {
    "entities": '<!DOCTYPE TEI [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>' + HEAD + "&b;</TEI>",
    "external": '<!DOCTYPE TEI SYSTEM "http://127.0.0.1:9/x.dtd">' + HEAD + "</TEI>",
    "file": '<!DOCTYPE TEI [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + HEAD + "&x;</TEI>",
    "nesting": HEAD + "<div>" * 5_000,
    "nested": HEAD + '<div type="document" xml:id="d1">' + "<p>" * 5_000,
    "undefined": HEAD + "<p>&nothing;</p></TEI>",
    "truncated": OLDER.read_text("utf-8")[:6_000],
    "empty": "",
    "blank": "   ",
    "words": "this is no XML",
    "comment": "<!-- never closed",
    "other": "<html><body/></html>",
    "nul": HEAD + "\0</TEI>",
    "prefix": "<x:TEI/>",
    "encoding": '<?xml version="1.0" encoding="nonsense-8"?>' + HEAD + "</TEI>",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_files_are_refused_with_their_name(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.xml"
    path.write_text(HOSTILE[kind], "utf-8")
    with pytest.raises(DataError) as caught:
        list(read_volume(path, "bad.xml"))
    fault = caught.value.faults[0]
    assert fault.file == "bad.xml"
    assert fault.advice
    assert fault.line is not None


def test_a_truncated_file_names_the_document_it_broke_off_in(tmp_path: Path) -> None:
    text = OLDER.read_text("utf-8")
    path = tmp_path / "bad.xml"
    path.write_text(text[: text.index("Mr. Georgi M. Korn")], "utf-8")
    with pytest.raises(DataError) as caught:
        list(read_volume(path, "bad.xml"))
    assert caught.value.faults[0].record == "d69"


@pytest.mark.parametrize("wrong", [b"\xff\xfe", b"\xe9"])
def test_wrong_encodings(wrong: bytes, tmp_path: Path) -> None:
    path = tmp_path / "bad.xml"
    path.write_bytes(HEAD.encode() + b"<p>caf" + wrong + b"</p></TEI>")
    with pytest.raises(DataError):
        list(read_volume(path, "bad.xml"))


def test_utf_16_and_latin_1_are_read_as_they_say(tmp_path: Path) -> None:
    text = OLDER.read_text("utf-8")
    wanted = [r.claims for r in read_volume(OLDER, "x.xml")]
    path = tmp_path / "x.xml"
    path.write_bytes(text.replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16"))
    assert is_frus(path)
    assert [r.claims for r in read_volume(path, "x.xml")] == wanted


def test_one_part_of_a_file_may_not_be_endless(tmp_path: Path) -> None:
    path = tmp_path / "long.xml"
    path.write_text(HEAD + '<div type="document" xml:id="d7">' + "<p>x</p>" * 40_000, "utf-8")
    with pytest.raises(DataError) as caught:
        list(tei.documents(path, "long.xml", frus.FRUS, largest=1 << 16))
    assert "single part" in caught.value.faults[0].message
    assert caught.value.faults[0].record == "d7"
    with pytest.raises(DataError, match="more than any volume"):
        list(tei.documents(path, "long.xml", frus.FRUS, whole=1 << 16))


def test_is_frus(tmp_path: Path) -> None:
    assert is_frus(OLDER) and is_frus(NEWER)
    other = tmp_path / "other.xml"
    other.write_text('<TEI xmlns="http://www.tei-c.org/ns/1.0"><p>a poem</p></TEI>', "utf-8")
    assert not is_frus(other)
    for told, raw in (
        ("is empty", b""),
        ("is empty", b" \n" * 9),
        ("no XML", b"hello"),
        ("gzip", gzip.compress(OLDER.read_bytes())),
        ("document type", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
    ):
        other.write_bytes(raw)
        with pytest.raises(DataError, match=told):
            is_frus(other)
    with pytest.raises(DataError, match="cannot be read"):
        is_frus(tmp_path / "missing.xml")


@pytest.mark.parametrize(
    ("note", "sent", "arrived"),
    [
        ("Secret. Received in the Department State at 1:52 p.m. on October 6. A copy", "1964-10-06",
         "1964-10-06T13:52"),
        ("no time is told, but it was received at 8:01 a.m. on August 20.", "1965-08-19",
         "1965-08-20T08:01"),
        ("it was received in the Department of State at 7:31 p.m. November 14.", "1966-11-14",
         "1966-11-14T19:31"),
        ("It was received on January 2.", "1972-12-30", "1973-01-02"),
        ("Received at 8:29 a.m. Another copy", "1961-03-10", ""),
        ("Dobrynin had received instructions on May 4.", "1961-05-05", ""),
    ],
)  # fmt: skip
def test_when_a_message_arrived(note: str, sent: str, arrived: str) -> None:
    text = (
        '<div xmlns="http://www.tei-c.org/ns/1.0" type="document" xml:id="d1">'
        f'<head>1. Telegram From A to B<note type="source">{note}</note></head></div>'
    )
    paper = paper_of(etree.fromstring(text), frus.FRUS)
    assert received_when(paper.received, sent) == arrived


def _mutated(text: str, chance: random.Random) -> str:
    """A document with something cut, doubled, moved, or replaced by what does not belong there."""
    odd = ["", "<", ">", "&", "&amp;", '"', "\n", "—", ",", ";", " and ", "(", ")", "<item>", "</p>",
           "<list>", "<persName>", "PARTICIPANTS", "1961-13-45", "12:99 p.m.", "T25:00", "0000",
           "\u202e", "\ue000", "\ue001", "漢", "____", "Mrs. ", ":", "<note>", "xml:id=", "'"]  # fmt: skip
    for _ in range(chance.randint(1, 4)):
        text = text or " "
        at = chance.randrange(len(text))
        end = min(len(text), at + chance.choice((0, 1, 5, 30, 200)))
        kind = chance.randrange(3)
        if kind == 0:
            text = text[:at] + chance.choice(odd) + text[end:]
        elif kind == 1:
            text = text[:at] + text[at:end] * 2 + text[end:]
        else:
            to = chance.randrange(len(text))
            text = text[:at] + text[end:to] + text[at:end] + text[max(to, end) :]
    return text or " "


def _fuzz(path: Path, rounds: int, seed: int) -> int:
    """Read mutated volumes: each ends in a DataError that says where, or in sound readings."""
    chance = random.Random(seed)
    files = (OLDER, NEWER, HERE / "data" / "frus-forms.xml", UNSEEN / "frus1944Quebec.xml",
             UNSEEN / "frus1943China.xml", UNSEEN / "frus1951v07p2.xml",
             UNSEEN / "frus-lists-f.xml")  # fmt: skip
    sources = [file.read_text("utf-8") for file in files]
    sound = 0
    for number in range(rounds):
        source = sources[number // 2 % len(sources)]
        begin = source.index("<body>")
        inner = _mutated(source[begin:], chance)
        if number % 2:  # keep the XML well-formed, so that what it says is odd and not its form
            try:
                root = etree.fromstring(source.encode())
            except etree.LxmlError:  # pragma: no cover
                raise
            texts = [e for e in root.iter() if isinstance(e.tag, str) and e.text and e.text.strip()]
            for element in chance.sample(texts, 3):
                kept = "".join(c for c in _mutated(element.text or " ", chance) if c.isprintable())
                element.text = kept
            dated = [e for e in root.iter("{*}date") if e.get("when")]
            chance.choice(dated).set("when", _printable(_mutated("1961-06-03T12:45:00", chance)))
            path.write_bytes(etree.tostring(root, encoding="utf-8", xml_declaration=True))
        else:
            path.write_text(source[:begin] + inner, "utf-8", errors="replace")
        try:
            for reading in read_volume(path, "fuzzed.xml"):
                assert reading.sound
                for claim in reading.claims:
                    assert not problems(claim, vocabulary())
            sound += 1
        except DataError as error:
            assert all(f.file == "fuzzed.xml" for f in error.faults)
    return sound


def _printable(text: str) -> str:
    return "".join(c for c in text if c.isprintable())


def test_mutated_documents_end_in_an_error_or_a_right_graph(tmp_path: Path) -> None:
    assert _fuzz(tmp_path / "fuzzed.xml", 60, seed=1) >= 30


@pytest.mark.trial
def test_ten_thousand_mutated_documents(tmp_path: Path) -> None:
    rounds = 10_000 if os.environ.get("VISAVIS_TRIALS") == "full" else 200
    assert _fuzz(tmp_path / "fuzzed.xml", rounds, seed=2) >= rounds // 2


# -- the volumes themselves -------------------------------------------------------------------------

shared = pytest.mark.skipif(not SHARED.is_dir(), reason=f"the FRUS volumes are not in {SHARED}")


def _benchmark() -> ModuleType:
    path = HERE.parent / "benchmarks" / "archives.py"
    spec = importlib.util.spec_from_file_location("archives", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["archives"] = module
    spec.loader.exec_module(module)
    return module


@shared
def test_quality_on_the_gold() -> None:
    measured = _benchmark().compare(yaml.safe_load(GOLD.read_text("utf-8")), SHARED).as_dict()
    assert measured["participants"]["n"] > 500
    assert measured["participants"]["f1"] >= 0.97, measured["errors"]
    assert measured["side"]["accuracy"] >= 0.95, measured["errors"]
    assert measured["side"]["precision"] >= 0.99, measured["errors"]
    assert measured["role"]["accuracy"] >= 0.97, measured["errors"]
    assert measured["date"]["accuracy"] >= 0.99, measured["errors"]
    assert measured["letters"]["accuracy"] == 1.0, measured["errors"]


@shared
def test_quality_on_documents_that_were_held_out() -> None:
    gold = yaml.safe_load((HERE / "gold" / "frus-holdout.yaml").read_text("utf-8"))
    measured = _benchmark().compare(gold, SHARED).as_dict()
    assert measured["participants"]["n"] > 130
    for kind in ("side", "role", "date", "letters"):
        assert measured[kind]["accuracy"] >= 0.97, measured["errors"]
    assert measured["participants"]["f1"] >= 0.97, measured["errors"]


def test_quality_on_volumes_met_later() -> None:
    gold = yaml.safe_load((HERE / "gold" / "frus-unseen.yaml").read_text("utf-8"))
    measured = _benchmark().compare(gold, UNSEEN).as_dict()
    assert measured["participants"]["n"] > 850
    for kind in ("side", "role", "partial", "date", "letters"):
        assert measured[kind]["accuracy"] >= 0.98, measured["errors"]
    assert measured["side"]["precision"] >= 0.99, measured["errors"]
    assert measured["participants"]["f1"] >= 0.98, measured["errors"]


def test_those_present_stand_at_the_head_of_a_chapter() -> None:
    read = readings(UNSEEN / "frus1944Quebec.xml")
    assert {name for name, r in read.items() if r.kind == "frus-meeting"} == {
        "d179", "d190", "d191", "d192", "d193",
    }  # fmt: skip
    told = {c.predicate: c.value for c in read["d190"].claims if c.subject.startswith("meeting/")}
    assert told["titled"] == "Roosevelt–Churchill meeting, 5:30 p.m."
    assert told["dated"] == "1944-09-14T17:30/1944-09-14"  # the day is that of the chapter around
    eden = next(c for c in read["d190"].claims if c.as_told.startswith("Foreign Secretary Eden"))
    assert eden.qualifiers["partial"] == "joined the meeting after it had begun"
    assert "at the head of the chapter" in eden.memo
    assert all("Secretariat" not in c.as_told for c in read["d179"].claims)


@pytest.mark.parametrize(
    ("volume", "paper", "arrived"),
    [
        ("frus1943China", "d112", "1943-11-06"),
        ("frus1870", "d129", "1870-11-15"),
        ("frus1870", "d128", ""),  # an hour without a day
        ("frus1941v04", "d334", "1941-09-18T10:17"),
    ],
)
def test_received_in_the_dateline_is_not_sent(volume: str, paper: str, arrived: str) -> None:
    read = readings(UNSEEN / f"{volume}.xml")[paper]
    ends = {str(c.qualifiers["part"]): c for c in read.claims if c.predicate == "performed"}
    assert ends["recipient"].qualifiers.get("received", "") == arrived
    sent = next(c.value for c in read.claims if c.predicate == "dated")
    assert "13:30" not in sent and "10:17" not in sent


def test_an_undated_telegram_arrived_in_the_year_of_its_neighbours(tmp_path: Path) -> None:
    def paper(number: int, date: str, note: str = "") -> str:
        return (
            f'<div type="document" xml:id="d{number}"><head>{number}. Telegram From the Embassy in '
            f'the Soviet Union to the Department of State<note type="source">{note}</note></head>'
            f"<dateline><placeName>Moscow</placeName>, {date}.</dateline></div>"
        )

    around = '<date when="{0}">{0}</date>'
    volume = tmp_path / "v.xml"
    for after, arrived in (("1966-11-15", "1966-11-14T19:31"), ("1967-01-02", None)):
        volume.write_text(
            '<TEI xmlns="http://www.tei-c.org/ns/1.0"><text><body><div>'
            + paper(1, around.format("1966-11-12"))
            + paper(2, "<date>undated</date>", "It was received at 7:31 p.m. November 14.")
            + paper(3, around.format(after))
            + "</div></body></text></TEI>",
            "utf-8",
        )
        ends = [c for c in readings(volume)["d2"].claims if c.predicate == "performed"]
        assert ends[1].qualifiers.get("received") == arrived


@pytest.mark.parametrize(
    "head",
    [
        "The Soviet Threat to the Peace of Europe",
        "Report by the Secretary of State to the President",
        "Memorandum by the Secretary of State to President Truman",
        "Address by President Nixon to the Congress",
        "Introduction to the Conference",
        "Draft Message to Marshal Stalin",
        "Approaches to the Soviet Government",
        "Visit of the Secretary of State to the Middle East",
        "The Road to the Summit",
        "Editorial Note",
        "Minutes of a Meeting with Representatives to the United Nations",
    ],
)
def test_heads_that_are_no_letters(head: str) -> None:
    assert letter(Marked(head)) is None


@pytest.mark.parametrize(
    ("head", "sender", "addressee"),
    [
        ("The Ambassador in Japan (Grew) to the Secretary of State", "Grew", "Secretary of State"),
        ("Mr. Seward to Mr. Adams", "Seward", "Adams"),
        ("Marshal Stalin to President Roosevelt", "Stalin", "Roosevelt"),
        ("The Assistant to the Secretary of State (Bohlen) to the Assistant Secretary of State "
         "(Dunn)", "Bohlen", "Dunn"),
        ("The Consul at Tientsin (Lockhart) to the Minister in China (MacMurray)", "Lockhart",
         "MacMurray"),
        ("The Department of State to the British Embassy", "Department of State",
         "British Embassy"),
    ],
)  # fmt: skip
def test_letters_of_older_volumes(head: str, sender: str, addressee: str) -> None:
    read = letter(Marked(head))
    assert read is not None
    ends = [[one.name or one.function or one.title for one in part] for part in read[1:]]
    assert ends == [[sender], [addressee]]


def test_a_memorandum_by_one_of_a_conversation_with_another() -> None:
    who, _ = talkers(Marked("Memorandum by the Under Secretary of State (Welles) of a Conversation "
                            "With the Soviet Ambassador (Oumansky)"))  # fmt: skip
    assert [one.name for one in who] == ["Welles", "Oumansky"]
    assert talkers(Marked("Memorandum of Conversation, by the Secretary of State")) == ([], False)


@pytest.mark.parametrize(
    ("head", "note", "who"),
    [
        ("Memorandum of Telephone Conversation",
         "Between the Secretary of State in Paris and Mr. Ray Atherton, Counselor of Embassy in "
         "London, July 17, 1931, 10:15 a.m.", ["Secretary of State", "Ray Atherton"]),
        ("Memorandum by the Secretary of State of a Trans-Atlantic Telephone Conversation With the "
         "Chargé in Great Britain (Atherton) on February 18, 1932", "",
         ["Secretary of State", "Atherton"]),
        ("Minutes of Meeting Between General Marshall, Dr. Stuart, and General Chou En-lai at No. 5 "
         "Ning Hai Road, Nanking, September 6, 1946", "", ["Marshall", "Stuart", "Chou En-lai"]),
        ("Memorandum of Conversation With the Soviet Ambassador (Oumansky), by the Under Secretary "
         "of State (Welles)", "", ["Welles", "Oumansky"]),
        ("Memorandum of Conversation, by the Secretary of State", "Between drafts.", []),
        ("Memorandum by the Secretary of State of a Telephone Conversation", "Not printed.", []),
        ("Conversations Between the United States and Great Britain", "", []),
    ],
)  # fmt: skip
def test_who_spoke_by_the_head_or_its_footnote(head: str, note: str, who: list[str]) -> None:
    found, _ = talkers(Marked(head), [Marked(note)])
    assert [one.name or one.title for one in found] == who


@pytest.mark.parametrize(
    ("head", "author"),
    [
        ("Memorandum of Conversation, by the Director, Office of African Affairs (Utter)", "Utter"),
        ("Memorandum of Conversation, by Mr. Howard Meyers of the Office of United Nations Affairs",
         "Howard Meyers"),
        ("Memorandum by the Special Assistant to the Secretary of State (Merchant) to the President",
         "Merchant"),
        ("Memorandum of Conversation, by the Secretary of State", "Secretary of State"),
        ("Memorandum of Conversation", ""),
        ("Paper Prepared by the Policy Planning Staff", ""),
    ],
)  # fmt: skip
def test_who_wrote_a_paper_by_its_head(head: str, author: str) -> None:
    assert [one.name or one.title for one in authors(Marked(head))] == ([author] if author else [])


def test_what_a_head_and_subjects_tell_of_the_parties() -> None:
    told = context_of(
        ["Third Meeting with the People’s Republic of China Vice Premier Deng Xiaoping",
         "Meeting Between President Carter and President Kenneth Kaunda of Zambia"], ()
    )  # fmt: skip
    assert (told.named["xiaoping"], told.named["deng"], told.named["kaunda"]) == (
        "china", "china", "zambia",
    )  # fmt: skip
    assert not told.party  # two of them
    assert context_of(["Call by the Ethiopian Foreign Minister"], ()).party == "ethiopia"
    assert context_of(["US-Soviet relations; Berlin; India"], ()) == context_of([], ())


@pytest.mark.parametrize(
    ("items", "head", "expected"),
    [
        # the other of two is the American whose paper it is
        (["Soviet Ambassador Dobrynin", "Mr. Vance"], "", {"dobrynin": "ussr", "vance": "us"}),
        (["Secretary Dulles", "Mr. Eden"], "", {"dulles": "", "eden": ""}),
        # a header over some: those before it are filled up among themselves
        (["The President", "Ambassador Viron P. Vaky", "<hi>Venezuela</hi><list><item>Carlos Andres "
          "Perez, President</item></list>"], "",
         {"dwight-d-eisenhower": "us", "viron-p-vaky": "us", "carlos-andres-perez": "venezuela"}),
        # no American serves a ministry, even between Americans
        (["Eisaku Sato, Prime Minister of Japan", "Genichi Akatani, Ministry of Foreign Affairs",
          "The President", "James Wickel, Language Services"], "",
         {"eisaku-sato": "japan", "genichi-akatani": "japan", "dwight-d-eisenhower": "us",
          "james-wickel": "us"}),
        # office and name of one person; the author of the paper is an American
        (["The Ambassador of Brazil, Mr. Martins", "The Under Secretary, Mr. Grew"],
         ", by the Under Secretary of State (Grew)", {"martins": "brazil", "grew": "us"}),
        (["The Secretary, Mr. Merchant", "M. A. H. Ispahani, Pakistan"], "",
         {"christian-a-herter": "us", "merchant": "", "m-a-h-ispahani": "pakistan"}),
        # symbols and departments are American
        (["BA—Mr. Dawson", "Col. Greene, Defense", "A–Br—Mr. Braden"], "",
         {"dawson": "us", "greene": "us", "braden": "us"}),
        (["A.B. Chikwanda, Minister of Lands and Agriculture", "Enders, Gompert, Wayne"], "",
         {"ab-chikwanda": "", "enders": "", "gompert": "", "wayne": ""}),
    ],
)  # fmt: skip
def test_sides_that_words_and_places_tell(
    items: list[str], head: str, expected: dict[str, str], tmp_path: Path
) -> None:
    head = f"Memorandum of Conversation{head}"
    reading = one_document(tmp_path, listed(*items), head, LINE.format("1960-03-01"))
    assert sides(reading) == expected


def test_paragraphs_with_several_lines_or_sides(tmp_path: Path) -> None:
    copies = "<p>S - The Secretary (cc)<lb/>ARA - Mr. Meyer (cc)</p>"
    for body, expected in (
        ("<p>PARTICIPANTS: Hugo B. Margain, Ambassador of Mexico<lb/>Chris G. Petrow, ARA/MEX</p>",
         {"hugo-b-margain": "mexico", "chris-g-petrow": "us"}),
        ("<p>Participants: Philippines—FM Romulo, PermRep Reyes; US—The Secretary, Mr. Murphy.</p>",
         {"romulo": "philippines", "reyes": "philippines", "christian-a-herter": "us",
          "murphy": "us"}),
    ):  # fmt: skip
        line = LINE.format("1960-03-01")
        reading = one_document(tmp_path, body + copies, "Memorandum of Conversation", line)
        assert sides(reading) == expected


def test_every_spelling_of_a_place_is_kept(tmp_path: Path) -> None:
    def paper(number: int, place: str) -> str:
        return (
            f'<div type="document" xml:id="d{number}"><head>{number}. Memorandum of Conversation'
            f'</head><dateline><placeName>{place}</placeName>, <date when="1960-03-01">March 1, 1960'
            f"</date></dateline>{listed('Mr. Bohlen', 'Ambassador Vinogradov')}</div>"
        )

    volume = tmp_path / "v.xml"
    papers = "".join(paper(n, p) for n, p in enumerate(("Léopoldville", "Leopoldville"), 1))
    volume.write_text(
        f'<TEI xmlns="http://www.tei-c.org/ns/1.0"><text><body><div>{papers}</div></body></text></TEI>',
        "utf-8",
    )
    told = [(c.predicate, c.value, c.citations[0].locator) for c in readings(volume)["volume"].claims
            if c.subject == "place/leopoldville"]  # fmt: skip
    assert told == [("named", "Léopoldville", "d1"), ("also_named", "Leopoldville", "d2")]


def test_what_is_passed_over_in_a_chapter_is_reported(tmp_path: Path) -> None:
    table = "<table><row><cell>Present</cell></row><row><cell>Mr. Bohlen</cell></row></table>"
    paper = '<div type="document" xml:id="d1"><head>1. Minutes of a Meeting</head></div>'
    volume = tmp_path / "v.xml"
    for count, codes in ((99, []), (120, ["chapter"])):
        volume.write_text(
            '<TEI xmlns="http://www.tei-c.org/ns/1.0"><text><body><div xml:id="ch1"><head>Meeting of '
            f"March 1, 1960</head>{table * count}{paper}</div></body></text></TEI>", "utf-8",
        )  # fmt: skip
        read = readings(volume)
        faults = [f for f in read["volume"].faults if f.code == "chapter"]
        assert [f.code for f in faults] == codes
        assert all(f.record == "ch1" and "21 heads" in f.message for f in faults)
        # behind lists that were not read nobody is present by an earlier one
        assert (read["d1"].kind == "frus-meeting") == (not codes)


@pytest.mark.parametrize(
    "head",
    [
        "by a of " * 12_500, "by the X of a Conversation With " * 3_000, ", A" * 33_000,
        ", " + "A" * 100_000, "Memorandum Between " + "(A" * 50_000, "A to " * 20_000,
        "Conversation Between the A, Mr. B and " * 2_600,
    ],
)  # fmt: skip
def test_a_head_of_a_hundred_thousand_characters_takes_no_longer(head: str, tmp_path: Path) -> None:
    note = f'<note type="source">Source: X. {head} was. {head}</note>'
    began = time.process_time()
    reading = one_document(
        tmp_path, listed("Mr. Bohlen", head) + "<p>x</p>", head + note, LINE.format("1960-03-01")
    )
    assert time.process_time() - began < 8
    assert {"head", "item"} <= {fault.code for fault in reading.faults}


def test_quality_on_headings_of_other_volumes() -> None:
    gold = yaml.safe_load((HERE / "gold" / "frus-forms.yaml").read_text("utf-8"))
    measured = _benchmark().compare(gold, HERE / "data").as_dict()
    assert measured["participants"]["n"] > 190
    for kind in ("side", "role", "date", "letters"):
        assert measured[kind]["accuracy"] >= 0.97, measured["errors"]
    assert measured["participants"]["f1"] >= 0.97, measured["errors"]


@shared
def test_persons_of_the_volumes_are_joined_and_suggested() -> None:
    told = [
        reading
        for name in ("frus1961-63v05", "frus1961-63v06")
        for reading in read_volume(SHARED / f"{name}.xml", f"{name}.xml")
    ]
    joins = certain_joins(cards(told))
    joined = {join.same for join in joins}
    assert ("actor/frus1961-63v05-p-kns1", "actor/frus1961-63v06-p-kns2") in joined
    assert all(a.partition("-p-")[0] != b.partition("-p-")[0] for a, b, *_ in joined)
    left = suggestions(cards(told), joins)
    assert {s.score for s in left} <= {"very likely", "likely", "possible"}
    assert not {(s.one, s.other) for s in left} & joined


def test_documents_written_together_and_one_by_one_give_the_same_graph(
    engine: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "visavis.yaml").write_text("project: x\n", "utf-8")
    volume = tmp_path / OLDER.name
    changed = OLDER.read_text("utf-8").replace("Mr. Georgi M. Kornienko", "Mr. X. Bubnov")

    def standing() -> list[str]:
        nodes = engine.rows("MATCH (n) WHERE n.id IS NOT NULL OR n.path IS NOT NULL "
                            "RETURN labels(n) AS l, properties(n) AS p")  # fmt: skip
        edges = engine.rows("MATCH (a)-[r]->(b) RETURN coalesce(a.id, a.path) AS a, type(r) AS t, "
                            "b.id AS b, properties(r) AS p")  # fmt: skip
        told = [json.dumps(dict(row), sort_keys=True, default=str) for row in (*nodes, *edges)]
        return sorted(t for t in told if '"IngestLock"' not in t and '"Visavis"' not in t)

    made = {}
    for size in (-1, run.TOGETHER):
        monkeypatch.setattr(run, "TOGETHER", size)
        empty(engine)
        found = []
        for text in (OLDER.read_text("utf-8"), changed):
            volume.write_text(text, "utf-8")
            report = run.ingest(engine, tmp_path, [volume])
            found.append(standing())
        assert report.changed == [f"{OLDER.name}#d69"]
        made[size] = found
    assert made[-1] == made[run.TOGETHER]
    assert made[-1][0] != made[-1][1]


def test_a_volume_that_can_no_longer_be_read_keeps_what_it_asserted(
    engine: Graph, tmp_path: Path
) -> None:
    (tmp_path / "visavis.yaml").write_text("project: x\n", "utf-8")
    folder = tmp_path / "volumes"
    folder.mkdir()
    volume = folder / OLDER.name
    volume.write_bytes(OLDER.read_bytes())
    empty(engine)
    told: list[tuple[int, int, str]] = []
    run.ingest(engine, tmp_path, [folder], progress=lambda *step: told.append(step))
    assert told[0] == (0, 1, f"reading volumes/{OLDER.name}")
    asked = "MATCH (d:Document) RETURN d.path AS path ORDER BY path"
    before = engine.rows(asked)
    volume.write_bytes(b"")
    report = run.ingest(engine, tmp_path, [folder])
    assert [(f.record, f.message) for f in report.faults] == [("", "is empty")]
    assert not report.removed and engine.rows(asked) == before
    volume.unlink()
    assert len(run.ingest(engine, tmp_path, [folder]).removed) == len(before) - 1
