"""The form to code an encounter: from a file into its fields and back, and a walk in a browser."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import small
from browser import HOSTILE, MARKUP, Served, Visitor
from hypothesis import given, settings
from hypothesis import strategies as some
from shown import opened, words
from streamlit.testing.v1 import AppTest

from visavis.dashboard import coding, drafts, page_form
from visavis.dashboard.coding import Draft, Encounter, Spot
from visavis.dashboard.rewriting import comments, rewritten
from visavis.ingest import yamltext
from visavis.ingest.case import read_case
from visavis.ingest.case_keys import SECTIONS
from visavis.ingest.casetext import to_yaml
from visavis.ingest.registers import FILES, SHIPPED, Registers, read_register
from visavis.ingest.yamltext import Map, Seq, Text
from visavis.schema.errors import DataError
from visavis.schema.model import vocabulary

CASES = sorted(path for path in SHIPPED.glob("*.yaml") if path.name not in FILES)
HEAD = {"title": "A summit", "case": "summit-1985", "when": "1985-11", "source": "bramsen2024",
        "cite place": "191"}  # fmt: skip


@pytest.fixture(scope="module")
def shelf() -> Registers:
    return Registers.of(SHIPPED, SHIPPED)


def known() -> Registers:
    def register(text: str) -> Any:
        data = yamltext.load(text, "x")
        return next(v for v in data.values() if isinstance(v, Map))

    return Registers(
        register(small.ACTORS), register(small.PLACES), register(small.SOURCES), coder="anna"
    )


def draft_of(
    head: Mapping[str, Any], lists: Mapping[str, Sequence[Mapping[str, Any]]] = {}
) -> Draft:
    made = Draft([Encounter(dict(head))])
    for section, rows in lists.items():
        for told in rows:
            made.add(0, section, told)
    return made


def check(draft: Draft, name: str = "cases/summit-1985.yaml") -> coding.Checked:
    return coding.checked(draft, name, known(), vocabulary())


def text_of(path: Path) -> str:
    return path.read_bytes().decode("utf-8")


# -- what the form writes -------------------------------------------------------------------------


def test_a_form_writes_what_a_scholar_would() -> None:
    made = check(draft_of(
        {**HEAD, "where": "geneva", "topics": ""},
        {
            "who": [{"actor": "reagan", "role": ["principal", "host"], "cite place": "191"},
                    {"cite place": "191"},
                    {"actor": "gorbachev", "office": "  ", "cite place": "192",
                     "cite via": "reagan1990", "cite via place": "15", "cite more": "191"}],
            "acts": [{"kind": "invitation", "by": ["reagan"], "to": ["gorbachev"], "credit": "yes",
                      "energy": "reagan: raised", "cite place": "191; 192"}],
        },
    ))  # fmt: skip
    assert made.faults == [] and made.sound
    assert (
        made.text
        == """\
case: summit-1985
title: A summit
source: bramsen2024
cite: 191
when: 1985-11
where: geneva
who:
  - {actor: reagan, role: [principal, host], cite: 191}
  - {actor: gorbachev, cite: [192 via reagan1990 15, 191]}
acts:
  - {act: invitation, kind: invitation, by: reagan, to: gorbachev, credit: yes, energy: {reagan: raised}, cite: [191, 192]}
"""
    )
    assert {c.predicate for c in made.claims} >= {"titled", "took_part", "credit", "held_at"}
    assert check(coding.fresh("2026-11-23")).text == ""


def test_a_citation_that_no_short_form_can_say_is_written_long() -> None:
    rows = [
        {"remark": "a", "cite place": "192", "cite relation": "disputes"},
        {"remark": "b", "cite work": "reagan1990", "cite place": "15"},
        {
            "remark": "c",
            "cite work": "bramsen2024",
            "cite place": "191",
            "cite relation": "supports",
        },
        {"remark": "d", "cite place": "note via 3", "cite work": "reagan1990"},
    ]
    made = check(draft_of(HEAD, {"remarks": rows}))
    assert [item["cite"] for item in made.case["remarks"]] == [
        {"locator": "192", "relation": "disputes"},
        "reagan1990 15",
        "bramsen2024 191",
        {"source": "reagan1990", "locator": "note via 3"},
    ]
    told = {c.value: c.citations[0] for c in made.claims if c.predicate == "remark"}
    assert told["a"].relation == "disputes" and told["d"].locator == "note via 3"


def test_a_fault_stands_at_the_field_that_made_it() -> None:
    draft = draft_of(
        {**HEAD, "when": "19.11.1985"},
        {"who": [{}, {"actor": "reagan", "cite place": "191"},
                 {"actor": "nobody", "cite place": "191"}, {"office": "king", "cite place": "1"}],
         "acts": [{"kind": "handshke", "by": ["reagan"]}]},
    )  # fmt: skip
    made = check(draft)
    who, acts = (draft.cases[0].lists[section] for section in ("who", "acts"))
    assert not made.sound
    assert "EDTF" in made.at[Spot(key="when")][0].message
    assert [f.code for f in made.at[Spot(0, "who", who[2].id, "actor")]] == ["actor"]
    assert "missing" in made.at[Spot(0, "who", who[3].id, "actor")][0].message
    assert not made.under(0, "who", who[1].id)
    assert "handshke" in made.at[Spot(0, "acts", acts[0].id, "kind")][0].message
    assert [f.code for f in made.at[Spot(0, "acts", acts[0].id, "cite")]] == ["uncited"]


def test_a_missing_work_is_said_once_and_at_its_field() -> None:
    made = check(draft_of({"title": "A", "when": "1985", "cite place": "1"},
                          {"remarks": [{"remark": "x", "cite place": "2"}]}))  # fmt: skip
    assert [f.message for f in made.at[Spot(key="source")]] == ["no source is named"]
    assert len(made.faults) == 1


@pytest.mark.parametrize(
    "text", [HOSTILE, MARKUP, '"]}', "</style>", "a: b # c", "- x", "é\\n'", "{[,"]
)
def test_hostile_text_in_the_form_stays_that_text(text: str) -> None:
    draft = draft_of({**HEAD, "title": text}, {"remarks": [{"remark": text, "cite place": "1"}]})
    told = yamltext.load(check(draft).text, "x")
    assert told["title"] == " ".join(text.split()) == told["remarks"][0]["remark"]
    assert set(told) == {"case", "title", "when", "source", "cite", "remarks"}
    assert coding.restored(coding.stored(draft)) == draft


def test_keys_are_made_where_none_are_given() -> None:
    assert coding.key_for("Reagan and Gorbachev meet in Geneva", "1985-11-19", ()) == (
        "reagan-gorbachev-geneva-1985"
    )
    assert coding.key_for("A summit", "1985", ["summit-1985"]) == "summit-1985-2"
    assert coding.key_for("", "", ()) == "" and coding.key_for("首脑会议", "", ()) == ""
    lists = coding.with_keys(
        {"acts": [{"kind": "handshake"}, {"kind": "handshake"}, {}, {"act": "own"}],
         "phases": [{"what": "a walk by the lake"}]}
    )  # fmt: skip
    assert [row.get("act") for row in lists["acts"]] == ["handshake", "handshake-2", None, "own"]
    assert lists["phases"][0]["phase"] == "walk-lake"


def test_who_where_and_what_works_a_case_names() -> None:
    made = check(draft_of(
        {**HEAD, "where": "geneva", "said_by": "reagan"},
        {"acts": [{"act": "x", "by": ["us", "ussr"], "energy": "gorbachev: raised",
                   "cite place": "192 via reagan1990 15; archigos 3"}],
         "rival": [{"of": "where", "value": "panmunjom", "cite place": "1"}]},
    ))  # fmt: skip
    used = coding.named(Map(made.case, parts=Seq([Map(who=Seq([Map(actor=Text("moon"))]))])))
    assert used["actors"] >= {"us", "ussr", "gorbachev", "reagan", "moon"}
    assert used["places"] == {"geneva", "panmunjom"}
    assert used["sources"] >= {"bramsen2024", "reagan1990", "archigos"}


def test_entries_are_added_at_the_end_of_a_register_or_not_at_all(tmp_path: Path) -> None:
    new = {"de-gaulle": Map(name=Text('de Gaulle "Charles"'), kind=Text("person"))}
    path = coding.add_entries(tmp_path, "actors", new)
    assert path == tmp_path / "actors.yaml"
    assert coding.add_entries(tmp_path, "actors", new) is None
    (tmp_path / "places.yaml").write_text("# ours\nplaces:\n#  none yet\n")
    coding.add_entries(tmp_path, "places", {"bonn": Map(name=Text("Bonn"))})
    assert (tmp_path / "places.yaml").read_text() == (
        "# ours\nplaces:\n#  none yet\n  bonn: {name: Bonn}\n"
    )
    coding.add_entries(
        tmp_path, "places", {"bonn": Map(name=Text("X")), "paris": Map(name=Text("Paris"))}
    )
    assert "X" not in (tmp_path / "places.yaml").read_text()
    awkward = "actors: {a: {name: A, kind: person}}\ncoder: anna\n"
    (tmp_path / "actors.yaml").write_text(awkward)
    with pytest.raises(DataError):
        coding.add_entries(tmp_path, "actors", new)
    assert (tmp_path / "actors.yaml").read_text() == awkward
    with pytest.raises(DataError, match="no key"):
        coding.add_entries(tmp_path, "places", {"x: {y": Map(name=Text("Y"))})


def test_a_register_of_another_system_stays_as_it_was_written(tmp_path: Path) -> None:
    old = "\ufeffplaces:\r\n  rom: {name: Rom}  # by hand\r\n".encode()
    (tmp_path / "places.yaml").write_bytes(old)
    entry = Map(name=Text("Bonn"), unheard=Text("x"))
    coding.add_entries(tmp_path, "places", {"bonn": entry})
    assert (tmp_path / "places.yaml").read_bytes() == old + b"  bonn: {name: Bonn}\r\n"
    assert "unheard" in entry  # it may be the graph's, which all sessions share
    (tmp_path / "actors.yaml").write_bytes(b"actors:\n  m\xfcller: {}\n")
    with pytest.raises(DataError, match="UTF-8"):
        coding.add_entries(tmp_path, "actors", {"x": Map(name=Text("X"))})


def test_a_work_of_the_graph_enters_a_register_as_the_very_record() -> None:
    records = [c for c in small.shipped_claims() if c.predicate == "described_as"]
    assert len(records) > 20
    for claim in itertools.islice(records, 60):
        key = claim.subject.partition("/")[2]
        entry = coding.entry_of_record(json.loads(claim.value))
        text = f"sources:\n  {key}: " + to_yaml(Map(sources=Map({key: entry}))).split(": ", 1)[1]
        data = yamltext.load(text, "sources.yaml")
        read, faults = read_register(data, "sources.yaml", "sources", Registers(), vocabulary())
        told = [c for c in read if c.predicate == "described_as" and c.subject == claim.subject]
        assert [json.loads(c.value) for c in told] == [json.loads(claim.value)], faults[:2]


# -- a file that is there -------------------------------------------------------------------------


def retyped(case: Map, whole: Map, sources: Mapping[str, Any]) -> Map:
    """A case made anew of what the fields of the form show of it, and of what none can show."""
    source = str(case.get("source") or whole.get("source") or "")

    def again(section: str, item: Map) -> Map:
        shown = coding.fields_of(section, item, source, sources)
        own = {k: v for k, v in item.items() if section == "" and isinstance(v, Map)}
        kept = coding.kept_of(section, item, source, sources) | own
        return coding.item_of(section, shown, kept or None, source, sources)

    made = again("", Map({k: v for k, v in case.items() if k not in (*SECTIONS, "parts")}))
    for section in SECTIONS:
        if section in case:
            items = [again(section, i) if isinstance(i, Map) else i for i in case[section]]
            made[section] = Seq(items)
    if "parts" in case:
        made["parts"] = Seq(retyped(part, whole, sources) for part in case["parts"])
    return made


@pytest.mark.parametrize("path", CASES, ids=lambda path: str(path.stem))
def test_a_shipped_case_goes_through_the_form_unchanged(path: Path, shelf: Registers) -> None:
    text, terms = text_of(path), vocabulary()
    data = yamltext.load(text, path.name)
    claims, _ = read_case(yamltext.load(text, path.name), path.name, shelf, terms)
    draft = coding.restored(coding.stored(coding.opened(text, path.name, shelf.sources)))
    made = coding.checked(draft, path.name, shelf, terms)
    assert made.case == data and made.text == text
    assert made.claims == claims and made.sound
    # The same where every field that can show a value is typed again.
    typed = yamltext.load(to_yaml(retyped(data, data, shelf.sources)), path.name)
    again, _ = read_case(typed, path.name, shelf, terms)
    assert [c.id for c in again] == [c.id for c in claims]


def test_little_of_the_shipped_cases_has_no_field(shelf: Registers) -> None:
    kept: Counter[str] = Counter()
    for path in CASES:
        data = yamltext.load(text_of(path), path.name)
        for section in SECTIONS:
            for item in data.get(section) or ():
                own = coding.kept_of(section, item, str(data["source"]), shelf.sources)
                kept.update(f"{section}.{key}" for key in own)
    assert sum(kept.values()) <= 3 and set(kept) <= {
        "rival.cite",
        "acts.cite",
    }  # quotes of their own


HAND = """\
# One evening's work.
case: summit-1985   # short
title: A summit
source: bramsen2024
cite: 191
mode: {value: friendly, cite: [191, 192]}

who:
  # the two
  - {actor: reagan, role: principal,  # president then
     cite: 191}
  - actor: gorbachev
    office: president   # of what?
    cite: {source: bramsen2024, locator: "191", quote: both}
# - {actor: us, cite: 1}

# What follows is from the video.
acts:
  - {act: hands, kind: handshake, by: [reagan, gorbachev], "for": "24 s", cite: 192}   # counted twice
  - {act: talk, kind: talk, by: [reagan, gorbachev], cite: 192}
wrong-key: stays
memo: |
  two
  lines
parts:
  - case: summit-1985-a   # first
    title: First part
    cite: 192
    who: [{actor: reagan, cite: 192}, {actor: gorbachev, cite: 193}]
  # the second is not coded
"""


def hand() -> Draft:
    return coding.opened(HAND, "cases/summit-1985.yaml", known().sources)


def changes(draft: Draft) -> list[str]:
    """The lines that were taken out and put in."""
    made = check(draft)
    assert not made.stuck and not Counter(comments(HAND)) - Counter(comments(made.text))
    assert yamltext.load(made.text, "x") == made.case
    told = coding.difference(HAND, made.text).splitlines()
    return [line for line in told if line[0] in "+-"]


def test_what_nobody_touched_stays_with_its_comments() -> None:
    assert check(hand()).text == HAND
    draft = hand()
    draft.cases[0].lists["acts"][0].told["for"] = "25 s"
    assert changes(draft) == [
        '-  - {act: hands, kind: handshake, by: [reagan, gorbachev], "for": "24 s", cite: 192}   # counted twice',
        "+  - {act: hands, kind: handshake, by: [reagan, gorbachev], for: 25 s, cite: 192}  # counted twice",
    ]
    draft = hand()
    draft.cases[0].lists["who"][0].told["office"] = "president"
    assert changes(draft) == [
        "-  - {actor: reagan, role: principal,  # president then",
        "-     cite: 191}",
        "+  # president then",
        "+  - {actor: reagan, office: president, role: principal, cite: 191}",
    ]


def test_statements_are_added_moved_and_taken_out() -> None:
    draft = hand()
    rows = draft.cases[0].lists["acts"]
    rows.reverse()
    draft.add(0, "acts", {"kind": "laughter", "by": ["reagan"], "cite place": "192"})
    draft.add(0, "bonds", {"between": ["reagan", "gorbachev"], "kind": "trust", "cite place": "1"})
    assert changes(draft) == [
        "+  - {act: talk, kind: talk, by: [reagan, gorbachev], cite: 192}",
        "-  - {act: talk, kind: talk, by: [reagan, gorbachev], cite: 192}",
        "+  - {act: laughter, kind: laughter, by: reagan, cite: 192}",
        "+bonds:",
        "+  - {between: [reagan, gorbachev], kind: trust, cite: 1}",
    ]
    del draft.cases[0].lists["who"][1]
    told = changes(draft)
    assert "-  - actor: gorbachev" in told and "+  # of what?" in told
    draft.cases[0].lists["who"].clear()
    assert "who" not in check(draft).case and "+# president then" in changes(draft)


def test_a_head_line_with_a_citation_of_its_own_keeps_it() -> None:
    draft = hand()
    assert draft.cases[0].head["mode"] == ["friendly"]
    draft.cases[0].head |= {"mode": ["dominant"], "title": "The summit", "when": "1985"}
    assert changes(draft) == [
        "-title: A summit",
        "+title: The summit",
        "-mode: {value: friendly, cite: [191, 192]}",
        "+when: 1985",
        "+mode: {value: dominant, cite: [191, 192]}",
    ]


def test_a_part_of_a_series_is_changed_and_one_more_added() -> None:
    draft = hand()
    draft.cases[1].head["title"] = "Part the first"
    draft.cases.append(Encounter({"title": "Part the second", "when": "1985", "cite place": "194"}))
    draft.add(2, "who", {"actor": "reagan", "cite place": "194"})
    made = check(draft)
    assert changes(draft) == [
        "-    title: First part",
        "+    title: Part the first",
        "+  - case: part-second-1985",
        "+    title: Part the second",
        "+    cite: 194",
        "+    when: 1985",
        "+    who:",
        "+      - {actor: reagan, cite: 194}",
    ]
    assert [part["case"] for part in made.case["parts"]] == ["summit-1985-a", "part-second-1985"]
    draft.cases[2].lists["who"][0].told["actor"] = "nobody"
    spot = Spot(2, "who", draft.cases[2].lists["who"][0].id, "actor")
    assert [f.code for f in check(draft).at[spot]] == ["actor"]
    del draft.cases[1]
    assert [part["case"] for part in check(draft).case["parts"]] == ["part-second-1985"]


def test_what_no_field_can_show_is_kept_and_a_file_in_another_style_changes_too() -> None:
    draft = hand()
    gorbachev = draft.cases[0].lists["who"][1]
    base = coding.base_item(draft, 0, "who", gorbachev)
    assert coding.kept_of("who", base, "bramsen2024", known().sources) == {"cite": base["cite"]}
    gorbachev.told["office"] = "general secretary"
    assert check(draft).case["who"][1]["cite"]["quote"] == "both"
    draft.cases[1].lists["who"][1].told["cite place"] = "194"  # stands within a line of others
    assert check(draft).case["parts"][0]["who"][1]["cite"] == "194"
    assert not Counter(comments(HAND)) - Counter(comments(check(draft).text))
    flat = "{case: a, title: T, cite: 1}  # flat\n"
    assert rewritten(flat, Map(case=Text("b")), "x") == "# flat\ncase: b\n"
    with pytest.raises(DataError, match="holds no case"):
        coding.opened("title: x\n", "x", ())
    with pytest.raises(DataError):
        coding.opened("a: [", "x", ())
    dos = HAND.replace("\n", "\r\n")
    dosed = coding.opened(dos, "x", known().sources)
    assert check(dosed).text == dos
    dosed.cases[0].head["title"] = "T"
    assert check(dosed).text == dos.replace("title: A summit\r\n", "title: T\r\n")


ITEMS = some.lists(
    some.fixed_dictionaries(
        {"act": some.sampled_from(["hands", "talk", "x"]).map(Text)},
        optional={"what": some.text("ab#:,'\"{}[]é \t-", max_size=9).map(Text)},
    ).map(Map),
    max_size=5,
).map(Seq)


@settings(max_examples=150, deadline=None)
@given(ITEMS, ITEMS, some.sampled_from(["title", "mode", "memo", "wrong-key", "parts", "who"]))
def test_any_change_says_what_was_asked_for_and_loses_no_comment(
    acts: Seq, inner: Seq, gone: str
) -> None:
    new = yamltext.load(HAND, "x")
    new["acts"] = acts
    new["parts"][0]["acts"] = inner
    new["parts"][0]["memo"] = Text("more")
    del new[gone]
    made = rewritten(HAND, new, "x")
    assert yamltext.load(made, "x") == new
    assert not Counter(comments(HAND)) - Counter(comments(made))


# -- a second reading -----------------------------------------------------------------------------


def test_a_value_is_told_otherwise_by_another_coder() -> None:
    draft = draft_of(
        {**HEAD, "mode": ["friendly"]},
        {"who": [{"actor": "reagan", "office": "president", "cite place": "191"}],
         "bonds": [{"between": ["reagan", "gorbachev"], "kind": "trust", "cite place": "1"}]},
    )  # fmt: skip
    paths = coding.values_of(check(draft).case)
    assert paths["who.reagan.office"] == "president" and paths["when"] == "1985-11"
    assert "bonds.reagan-gorbachev.kind" in paths and "who.reagan.actor" not in paths
    for of, value in (("who.reagan.office", "actor"), ("mode", ["dominant"]),
                      ("bonds.reagan-gorbachev.kind", "liking")):  # fmt: skip
        draft.add(0, "rival", {"of": of, "value": value, "coder": "ben", "cite place": "192"})
    made = check(draft)
    assert [f for f in made.faults if f.severity == "error"] == []
    told = {(c.predicate, c.coder) for c in made.claims}
    assert {("took_part", "ben"), ("mode", "ben"), ("bond", "ben")} <= told
    assert coding.target_of("bonds.reagan-gorbachev.kind") == ("bonds", "kind")
    assert coding.target_of("") == ("rival", "value") == coding.target_of("no.such.thing")


@pytest.mark.parametrize("name", ["geneva-1985", "reykjavik-1986"])
def test_a_second_coder_begins_with_the_acts_and_no_reading(name: str, shelf: Registers) -> None:
    text = text_of(SHIPPED / f"{name}.yaml")
    draft = coding.beside(text, "ben", f"shipped/{name}.yaml", shelf.sources, "2026-11-23")
    assert draft.place == f"cases/ben/{name}.yaml" and not draft.disk
    made = coding.checked(draft, draft.place, shelf, vocabulary())
    first = {c.id: c for c in small.shipped_claims() if c.about.startswith(f"meeting/{name}")}
    assert made.sound and {c.coder for c in made.claims} == {"ben"}
    read = {"mode", "credit", "discredit", "bond", "felt", "ingredient", "effect", "ritual_kind"}
    assert not read & {c.predicate for c in made.claims}
    staged = {c.object for c in first.values() if c.predicate == "staged"}
    assert staged == {c.object for c in made.claims if c.predicate == "staged"} != set()
    with pytest.raises(DataError):
        coding.beside("title: x\n", "ben", "x", ())


# -- drafts ---------------------------------------------------------------------------------------


def test_drafts_are_kept_in_the_project_and_nowhere_else(tmp_path: Path) -> None:
    name, draft = drafts.token(), hand()
    drafts.keep(tmp_path, name, coding.stored(draft))
    assert coding.restored(drafts.read(tmp_path, name)) == draft
    assert drafts.kept(tmp_path) == {name: draft}
    (tmp_path / ".visavis" / "drafts" / f"{drafts.token()}.json").write_text("{}")
    broken = drafts.token()
    (tmp_path / ".visavis" / "drafts" / f"{broken}.json").write_bytes(b"\xff")
    assert list(drafts.kept(tmp_path)) == [name] and drafts.read(tmp_path, broken) == ""
    for hostile in ("../../x", "", "x" * 12, f"{name}/.."):
        assert drafts.read(tmp_path, hostile) == ""
        drafts.drop(tmp_path, hostile)
        with pytest.raises(ValueError):
            drafts.keep(tmp_path, hostile, "{}")
    drafts.drop(tmp_path, name)
    assert drafts.kept(tmp_path) == {}


def test_a_name_that_was_typed_is_known_by_its_words() -> None:
    among = {"kim": "Kim Jong Un", "moon": "Moon Jae-in", "li": "Lí Peng", "b1": "Hunt 2016: A",
             "b2": "Hunt 2017: B"}  # fmt: skip
    assert page_form._fitting("kim jong-un", among) == ["kim"]
    assert page_form._fitting("Li", among) == ["li"]
    assert page_form._fitting("Hunt", among) == ["b1", "b2"]
    assert page_form._fitting("Moon Sun-myung", among) == [] == page_form._fitting("?", among)


# -- the page -------------------------------------------------------------------------------------


@pytest.fixture
def desk(desk: Path) -> Path:
    """The project has registers and a folder for cases."""
    for name, text in (("actors", small.ACTORS), ("places", small.PLACES),
                       ("sources", small.SOURCES)):  # fmt: skip
        (desk / f"{name}.yaml").write_text(text)
    (desk / "cases").mkdir()
    return desk


def field(test: AppTest, label: str) -> Any:
    return next(f for f in (*test.text_input, *test.selectbox) if f.label == label)


def press(test: AppTest, label: str) -> AppTest:
    return next(b for b in test.button if b.label == label).click().run()


@pytest.mark.parametrize(
    ("step", "says"),
    [
        ("head", "The form writes the file"),
        ("who", "Evidence of attendance only"),
        ("more", "Credit and discredit apart"),
        ("file", "Begin with the encounter"),
    ],
)
def test_the_steps_of_an_empty_form(desk: Path, step: str, says: str) -> None:
    test = opened("form", step=step)
    assert not test.exception and says in words(test)
    assert not (desk / ".visavis" / "drafts").exists()


def test_the_form_checks_as_one_types_and_outlives_a_reload(desk: Path) -> None:
    test = opened("form")
    field(test, "Title").set_value("A summit").run()
    field(test, "When").set_value("18.11.1985").run()
    assert "faults to mend" in words(test)
    assert any(e.value.startswith("When:") and "1985\\-11\\-18" in e.value for e in test.error)
    assert "title: A summit" in test.code[0].value
    field(test, "When").set_value("1985-11-18").run()
    assert not any("EDTF" in e.value for e in test.error)
    name = test.query_params["draft"]
    again = opened("form", draft=name[0] if isinstance(name, list) else name)
    assert field(again, "When").value == "1985-11-18" and "A summit" in again.code[0].value
    gone = opened("form", draft="0" * 12)
    assert any("not there any more" in i.value for i in gone.info)
    assert field(gone, "Title").value == ""


def test_a_draft_that_is_left_keeps_what_was_typed_last(desk: Path) -> None:
    test = opened("form")
    field(test, "Title").set_value("A summit").run()
    field(test, "When").set_value("1985-11-18")  # the click comes before the page is made again
    press(test, "New encounter")
    assert field(test, "Title").value == ""
    assert [d.cases[0].head["when"] for d in drafts.kept(desk).values()] == ["1985-11-18"]


def test_cases_are_found_whoever_wrote_them(desk: Path) -> None:
    (desk / "cases" / "windows.yaml").write_bytes("\ufeffcase: windows\r\n".encode())
    (desk / "cases" / "gone.yaml").symlink_to(desk / "nowhere")
    (desk / "cases" / "none.yaml").write_text("title: x\n")
    assert page_form._files(str(desk), 0) == ["cases/windows.yaml"]


def test_a_case_is_opened_changed_and_its_change_shown(desk: Path) -> None:
    path = desk / "cases" / "summit-1985.yaml"
    path.write_text(HAND.replace("wrong-key: stays\n", ""))
    test = opened("form")
    field(test, "Case of this project").set_value("cases/summit-1985.yaml").run()
    press(test, "Open this case")
    assert field(test, "Title").value == "A summit"
    field(test, "Title").set_value("The summit").run()
    test.query_params["step"] = "file"
    test.run()
    assert not test.exception
    assert "-title: A summit\n+title: The summit" in test.code[0].value.replace("\n ", "\n")
    assert not next(b for b in test.button if b.label == "Save and ingest").disabled
    path.write_text(path.read_text() + "# meanwhile\n")
    test.run()
    assert any("changed since you opened it" in e.value for e in test.error)
    assert next(b for b in test.button if b.label == "Save and ingest").disabled


def test_a_case_just_saved_is_offered_at_once(desk: Path) -> None:
    test = opened("form", step="file")
    assert "Case of this project" not in [s.label for s in test.selectbox]
    test.query_params["step"] = "head"
    test.run()
    for label, value in (("Title", "A summit"), ("When", "1985-11-18"), ("Key", "summit-1985"),
                         ("Work", "bramsen2024"), ("Page or place", "191")):  # fmt: skip
        field(test, label).set_value(value).run()
    test.query_params["step"] = "file"
    test.run()
    press(test, "Save and ingest")
    assert not test.exception and (desk / "cases" / "summit-1985.yaml").is_file()
    assert field(test, "Case of this project").options == ["cases/summit-1985.yaml"]


# -- in a browser ---------------------------------------------------------------------------------


@pytest.mark.browser
def test_an_encounter_is_coded_by_the_form_and_gone_on_with(
    visitor: Visitor, served: Served
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = visitor.open("/form")

    def fill(label: str, text: str) -> None:
        box = page.get_by_role("textbox", name=label, exact=True).first
        box.fill(text)
        box.press("Tab")
        visitor.settle()

    def pick(label: str, text: str) -> None:
        page.get_by_role("combobox", name=label, exact=True).first.click()
        page.keyboard.type(text)
        page.get_by_role("option", name=text).first.click()
        page.keyboard.press("Tab")
        visitor.settle()

    def press(name: str) -> None:
        page.get_by_role("button", name=name, exact=True).click()
        visitor.settle()

    fill("Title", "Adenauer and de Gaulle meet at Colombey")
    fill("When", "1958-09-14")
    pick("Work", "Memoirs of Hope")
    fill("Page or place", "174")
    press("Next")
    pick("Actor", "Konrad Adenauer")
    press("Add another")
    page.get_by_role("button", name="Edit 1", exact=True).wait_for()
    page.wait_for_function(  # the citation is taken over
        """() => {
            const found = [...document.querySelectorAll("input[aria-label='Page or place']")];
            return found.length === 1 && found[0].value === "174";
        }"""
    )
    pick("Actor", "Charles de Gaulle")
    page.get_by_text("4 What was done").click()
    page.get_by_role("heading", name="What was done").wait_for()
    pick("Kind", "Handshake")
    pick("By whom", "Konrad Adenauer")
    pick("To whom", "Charles de Gaulle")
    fill("Page or place", "175")
    page.reload()
    page.get_by_role("button", name="Edit 1").wait_for()  # the draft is there again
    page.get_by_text("6 The file").click()
    page.get_by_role("heading", name="The file").wait_for()
    press("Save and ingest")
    page.get_by_text("is saved and in the graph").wait_for()
    path = served.root / "cases" / "adenauer-de-gaulle-colombey-1958.yaml"
    text = path.read_text("utf-8")
    assert "- {act: handshake, kind: handshake, by: konrad-adenauer, to: charles-de-gaulle," in text
    assert "konrad-adenauer: {name: Konrad Adenauer" in (served.root / "actors.yaml").read_text()
    seen = visitor.open("/encounter?meeting=adenauer-de-gaulle-colombey-1958")
    assert "Adenauer and de Gaulle meet at Colombey" in seen.inner_text("h1")
    # Opened again: a remark in the file stays, and what changes is shown before it is saved.
    path.write_text(text.replace("acts:\n", "acts:\n  # by the memoirs alone\n"), "utf-8")
    visitor.open("/form")
    page.get_by_text("Open a case, code one").click()
    visitor.settle()
    pick("Case of this project", "cases/adenauer-de-gaulle-colombey-1958.yaml")
    press("Open this case")
    page.get_by_text("4 What was done").click()
    visitor.settle()
    press("Edit 1")
    fill("Lasted", "~ 1 min")
    page.get_by_text("6 The file").click()
    page.get_by_text("What changes in the file").wait_for()
    found = Axe().run(page).response["violations"]
    assert not [v["id"] for v in found if v["impact"] in ("serious", "critical")]
    press("Save and ingest")
    page.get_by_text("is saved and in the graph").wait_for()
    told = path.read_text("utf-8")
    assert "  # by the memoirs alone\n  - {act: handshake" in told and "for: ~ 1 min" in told
