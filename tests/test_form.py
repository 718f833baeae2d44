"""The form to code an encounter: what it writes, its faults, its names, its drafts."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest
import small
from browser import HOSTILE, MARKUP
from coded import HEAD, check, draft_of, hand, known, text_of

from visavis.dashboard.form import coding, drafts, entries, fields
from visavis.dashboard.form.coding import Spot
from visavis.ingest import yamltext
from visavis.ingest.casetext import to_yaml
from visavis.ingest.registers import SHIPPED, Registers, read_register
from visavis.ingest.yamltext import Map, Seq, Text
from visavis.schema.errors import DataError
from visavis.schema.model import vocabulary

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
    assert check(drafts.fresh("2026-11-23")).text == ""


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
    assert drafts.restored(drafts.stored(draft)) == draft


@pytest.mark.parametrize(
    ("when", "year"),
    [
        ("1985-11-19/1985-11-21", "-1985"),
        ("1986-10-11T10:40/1986-10-11T12:30", "-1986"),
        ("1961-06~", "-1961"),
        ("1977?", "-1977"),
        ("1977%", "-1977"),
        ("../1985", "-1985"),
        ("[1985-11-19,1985-11-20]", "-1985"),
        ("{1985-11-19,1985-11-21}", "-1985"),
        ("198X", ""),
        ("1985-21", "-1985"),
        ("Y-17000", ""),
    ],
)
def test_a_date_of_every_kind_is_written_and_read_again(when: str, year: str) -> None:
    draft = draft_of(
        {**HEAD, "case": "", "when": when},
        {"acts": [{"kind": "handshake", "by": ["reagan"], "when": when, "cite place": "1"}]},
    )
    made = check(draft)
    assert [f for f in made.faults if f.severity == "error"] == []
    assert made.case["case"] == f"summit{year}" and made.case["when"] == when
    again = drafts.opened(made.text, "x", known().sources)
    assert again.cases[0].head["when"] == when == again.cases[0].lists["acts"][0].told["when"]
    assert check(again).text == made.text


def test_keys_are_made_where_none_are_given() -> None:
    assert coding.key_for("Reagan and Gorbachev meet in Geneva", "1985-11-19", ()) == (
        "reagan-gorbachev-geneva-1985"
    )
    assert coding.key_for("A summit", "1985", ["summit-1985"]) == "summit-1985-2"
    assert coding.key_for("", "", ()) == "" and coding.key_for("首脑会议", "", ()) == ""
    made = check(draft_of({**HEAD, "title": "首脑会议", "case": "", "when": ""}))
    assert [f.message for f in made.at[Spot(key="case")]] == ["the case has no key"]
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
    used = entries.named(Map(made.case, parts=Seq([Map(who=Seq([Map(actor=Text("moon"))]))])))
    assert used["actors"] >= {"us", "ussr", "gorbachev", "reagan", "moon"}
    assert used["places"] == {"geneva", "panmunjom"}
    assert used["sources"] >= {"bramsen2024", "reagan1990", "archigos"}


def test_entries_are_added_at_the_end_of_a_register_or_not_at_all(tmp_path: Path) -> None:
    new = {"de-gaulle": Map(name=Text('de Gaulle "Charles"'), kind=Text("person"))}
    path = entries.add_entries(tmp_path, "actors", new)
    assert path == tmp_path / "actors.yaml"
    assert entries.add_entries(tmp_path, "actors", new) is None
    (tmp_path / "places.yaml").write_text("# ours\nplaces:\n#  none yet\n")
    entries.add_entries(tmp_path, "places", {"bonn": Map(name=Text("Bonn"))})
    assert (tmp_path / "places.yaml").read_text() == (
        "# ours\nplaces:\n#  none yet\n  bonn: {name: Bonn}\n"
    )
    entries.add_entries(
        tmp_path, "places", {"bonn": Map(name=Text("X")), "paris": Map(name=Text("Paris"))}
    )
    assert "X" not in (tmp_path / "places.yaml").read_text()
    awkward = "actors: {a: {name: A, kind: person}}\ncoder: anna\n"
    (tmp_path / "actors.yaml").write_text(awkward)
    with pytest.raises(DataError):
        entries.add_entries(tmp_path, "actors", new)
    assert (tmp_path / "actors.yaml").read_text() == awkward
    with pytest.raises(DataError, match="no key"):
        entries.add_entries(tmp_path, "places", {"x: {y": Map(name=Text("Y"))})
    wide = "actors:\n    # far in\n\n    a:\n        name: A\n        kind: person\n"
    (tmp_path / "actors.yaml").write_text(wide)
    entries.add_entries(tmp_path, "actors", new)
    added = (tmp_path / "actors.yaml").read_text()
    assert added.startswith(wide) and added[len(wide) :].startswith("    de-gaulle: {name: ")


def test_a_register_of_another_system_stays_as_it_was_written(tmp_path: Path) -> None:
    old = "\ufeffplaces:\r\n  rom: {name: Rom}  # by hand\r\n".encode()
    (tmp_path / "places.yaml").write_bytes(old)
    entry = Map(name=Text("Bonn"), unheard=Text("x"))
    entries.add_entries(tmp_path, "places", {"bonn": entry})
    assert (tmp_path / "places.yaml").read_bytes() == old + b"  bonn: {name: Bonn}\r\n"
    assert "unheard" in entry  # it may be the graph's, which all sessions share
    (tmp_path / "actors.yaml").write_bytes(b"actors:\n  m\xfcller: {}\n")
    with pytest.raises(DataError, match="UTF-8"):
        entries.add_entries(tmp_path, "actors", {"x": Map(name=Text("X"))})


def test_a_work_of_the_graph_enters_a_register_as_the_very_record() -> None:
    records = [c for c in small.shipped_claims() if c.predicate == "described_as"]
    assert len(records) > 20
    for claim in itertools.islice(records, 60):
        key = claim.subject.partition("/")[2]
        entry = entries.entry_of_record(json.loads(claim.value))
        text = f"sources:\n  {key}: " + to_yaml(Map(sources=Map({key: entry}))).split(": ", 1)[1]
        data = yamltext.load(text, "sources.yaml")
        read, faults = read_register(data, "sources.yaml", "sources", Registers(), vocabulary())
        told = [c for c in read if c.predicate == "described_as" and c.subject == claim.subject]
        assert [json.loads(c.value) for c in told] == [json.loads(claim.value)], faults[:2]


# -- a second reading -----------------------------------------------------------------------------


def test_a_value_is_told_otherwise_by_another_coder() -> None:
    draft = draft_of(
        {**HEAD, "mode": ["friendly"]},
        {"who": [{"actor": "reagan", "office": "president", "cite place": "191"}],
         "bonds": [{"between": ["reagan", "gorbachev"], "kind": "trust", "cite place": "1"}]},
    )  # fmt: skip
    paths = fields.values_of(check(draft).case)
    assert paths["who.reagan.office"] == "president" and paths["when"] == "1985-11"
    assert "bonds.reagan-gorbachev.kind" in paths and "who.reagan.actor" not in paths
    for of, value in (("who.reagan.office", "actor"), ("mode", ["dominant"]),
                      ("bonds.reagan-gorbachev.kind", "liking")):  # fmt: skip
        draft.add(0, "rival", {"of": of, "value": value, "coder": "ben", "cite place": "192"})
    made = check(draft)
    assert [f for f in made.faults if f.severity == "error"] == []
    told = {(c.predicate, c.coder) for c in made.claims}
    assert {("took_part", "ben"), ("mode", "ben"), ("bond", "ben")} <= told
    assert fields.target_of("bonds.reagan-gorbachev.kind") == ("bonds", "kind")
    assert fields.target_of("") == ("rival", "value") == fields.target_of("no.such.thing")


@pytest.mark.parametrize("name", ["geneva-1985", "reykjavik-1986"])
def test_a_second_coder_begins_with_the_acts_and_no_reading(name: str) -> None:
    shelf = Registers.of(SHIPPED, SHIPPED)
    text = text_of(SHIPPED / f"{name}.yaml")
    draft = drafts.beside(text, "ben", f"shipped/{name}.yaml", shelf.sources, "2026-11-23")
    assert draft.place == f"cases/ben/{name}.yaml" and not draft.disk
    made = coding.checked(draft, draft.place, shelf, vocabulary())
    first = {c.id: c for c in small.shipped_claims() if c.about.startswith(f"meeting/{name}")}
    assert made.sound and {c.coder for c in made.claims} == {"ben"}
    read = {"mode", "credit", "discredit", "bond", "felt", "ingredient", "effect", "ritual_kind"}
    assert not read & {c.predicate for c in made.claims}
    staged = {c.object for c in first.values() if c.predicate == "staged"}
    assert staged == {c.object for c in made.claims if c.predicate == "staged"} != set()
    who = [item["actor"] for item in made.case.get("who", ())]
    assert who == list(dict.fromkeys(who))  # nobody stands there twice for a reading of the first
    with pytest.raises(DataError):
        drafts.beside("title: x\n", "ben", "x", ())


# -- drafts ---------------------------------------------------------------------------------------


def test_drafts_are_kept_in_the_project_and_nowhere_else(tmp_path: Path) -> None:
    name, draft = drafts.token(), hand()
    drafts.keep(tmp_path, name, drafts.stored(draft))
    assert drafts.restored(drafts.read(tmp_path, name)) == draft
    assert drafts.kept(tmp_path) == {name: "A summit (cases/summit-1985.yaml)"}
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


def test_a_draft_is_parsed_again_only_where_it_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed: list[str] = []
    restored = drafts.restored

    def counted(text: str) -> drafts.Draft:
        parsed.append(text)
        return restored(text)

    monkeypatch.setattr(drafts, "restored", counted)
    names = [drafts.token(), drafts.token()]
    for name in names:
        drafts.keep(tmp_path, name, drafts.stored(draft_of({"title": "A"})))
    for _ in range(3):
        assert list(drafts.kept(tmp_path).values()) == ["A", "A"]
    assert len(parsed) == 2
    drafts.keep(tmp_path, names[0], drafts.stored(draft_of({"title": "B"})))
    assert drafts.kept(tmp_path) == {names[0]: "B", names[1]: "A"} and len(parsed) == 3


# -- names ----------------------------------------------------------------------------------------


def test_a_name_that_was_typed_is_known_by_its_words() -> None:
    among = {"kim": ["Kim Jong Un"], "moon": ["Moon Jae-in"], "li": ["Lí Peng"],
             "b1": ["Hunt 2016: A"], "b2": ["Hunt 2017: B"], "paris": ["Paris", "Lutetia"],
             "hotel": ["Hôtel Matignon, Paris"]}  # fmt: skip
    assert entries.fitting("kim jong-un", among) == ["kim"]
    assert entries.fitting("Li", among) == ["li"]
    assert entries.fitting("Hunt", among) == ["b1", "b2"]
    assert entries.fitting("paris", among) == ["paris"] == entries.fitting("lutetia", among)
    assert entries.fitting("matignon paris", among) == ["hotel"]
    assert entries.fitting("Moon Sun-myung", among) == [] == entries.fitting("?", among)


def test_names_that_stand_twice_are_told_apart_and_close_ones_offered() -> None:
    assert entries.distinct({"a": "Smith", "b": "Smith", "c": "Jones"}) == {
        "a": "Smith (a)", "b": "Smith (b)", "c": "Jones",
    }  # fmt: skip
    among = {"gorbachev": ["Mikhail Gorbachev", "Gorbatjov"], "kohl": ["Helmut Kohl"]}
    assert entries.near("Gorbachov", among) == ["gorbachev"] == entries.near("M. Gorbachev", among)
    assert entries.near("Helmut Schmidt", among) == []
    assert entries.fresh_key("Helmut Kohl", {"helmut-kohl"}) == "helmut-kohl-2"
    assert entries.fresh_key("首脑", ()) == "unnamed"


def test_somebody_typed_by_mistake_is_replaced_wherever_named() -> None:
    draft = draft_of(
        {**HEAD, "said_by": "gorbachov"},
        {"who": [{"actor": "gorbachov", "office": "gorbachov"}],
         "acts": [{"by": ["gorbachov", "gorbachev"], "cite work": "gorbachov"}]},
    )  # fmt: skip
    draft.new["actors"]["gorbachov"] = {"name": "Gorbachov", "kind": "person"}
    entries.replaced(draft, "actors", "gorbachov", "gorbachev")
    lists = draft.cases[0].lists
    assert draft.cases[0].head["said_by"] == "gorbachev" and draft.new["actors"] == {}
    assert lists["who"][0].told == {"actor": "gorbachev", "office": "gorbachov"}
    assert lists["acts"][0].told == {"by": ["gorbachev"], "cite work": "gorbachov"}


def test_an_entry_is_faulted_before_it_is_written() -> None:
    def wrong(where: str) -> list[str]:
        entry = Map(name=Text("Bonn"), coordinates=Text(where))
        return [str(f) for f in entries.wrong("places", "bonn", entry, known(), vocabulary())]

    assert any("coordinates" in fault for fault in wrong("far away"))
    assert wrong("50.73,7.1") == []
