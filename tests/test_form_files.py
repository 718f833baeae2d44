"""A case file opened in the form: what nobody touched stays as it is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from coded import CASES, HAND, check, hand, known, text_of
from hypothesis import given, settings
from hypothesis import strategies as some

from visavis.dashboard.form import coding, drafts, fields
from visavis.dashboard.form.coding import Spot
from visavis.dashboard.form.drafts import Draft, Encounter
from visavis.dashboard.form.rewriting import comments, rewritten
from visavis.ingest import yamltext
from visavis.ingest.case import read_case
from visavis.ingest.case_keys import SECTIONS
from visavis.ingest.casetext import to_yaml
from visavis.ingest.registers import SHIPPED, Registers
from visavis.ingest.yamltext import Map, Seq, Text
from visavis.schema.errors import DataError
from visavis.schema.model import vocabulary


@pytest.fixture(scope="module")
def shelf() -> Registers:
    return Registers.of(SHIPPED, SHIPPED)


def retyped(case: Map, whole: Map, sources: Mapping[str, Any]) -> Map:
    """A case made anew of what the fields of the form show of it, and of what none can show."""
    source = str(case.get("source") or whole.get("source") or "")

    def again(section: str, item: Map) -> Map:
        shown = fields.fields_of(section, item, source, sources)
        own = {k: v for k, v in item.items() if section == "" and isinstance(v, Map)}
        kept = fields.kept_of(section, item, source, sources) | own
        return fields.item_of(section, shown, kept or None, source, sources)

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
    draft = drafts.restored(drafts.stored(drafts.opened(text, path.name, shelf.sources)))
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
                own = fields.kept_of(section, item, str(data["source"]), shelf.sources)
                kept.update(f"{section}.{key}" for key in own)
    assert sum(kept.values()) <= 3 and set(kept) <= {
        "rival.cite",
        "acts.cite",
    }  # quotes of their own


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
    base = drafts.base_item(draft, 0, "who", gorbachev)
    assert fields.kept_of("who", base, "bramsen2024", known().sources) == {"cite": base["cite"]}
    gorbachev.told["office"] = "general secretary"
    assert check(draft).case["who"][1]["cite"]["quote"] == "both"
    draft.cases[1].lists["who"][1].told["cite place"] = "194"  # stands within a line of others
    assert check(draft).case["parts"][0]["who"][1]["cite"] == "194"
    assert not Counter(comments(HAND)) - Counter(comments(check(draft).text))
    flat = "{case: a, title: T, cite: 1}  # flat\n"
    assert rewritten(flat, Map(case=Text("b")), "x") == "# flat\ncase: b\n"
    with pytest.raises(DataError, match="holds no case"):
        drafts.opened("title: x\n", "x", ())
    with pytest.raises(DataError):
        drafts.opened("a: [", "x", ())
    dos = HAND.replace("\n", "\r\n")
    dosed = drafts.opened(dos, "x", known().sources)
    assert check(dosed).text == dos
    dosed.cases[0].head["title"] = "T"
    assert check(dosed).text == dos.replace("title: A summit\r\n", "title: T\r\n")


ODD = """\
# all to the right
  case: summit-1985   # short
  title: A summit
  source: bramsen2024
  cite: 191
  who:
      -   actor: reagan   # one
          office: president
          cite: 191

      -   {actor: gorbachev, cite: 191}
  acts:
  - act: talk
    kind: talk
    by: reagan
    what: >-   # of arms # and of peace
      they talk
      of arms # and of peace
    cite: 191  # at length
"""


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_statement_in_several_lines_is_changed_where_it_changes(end: str) -> None:
    odd = ODD.replace("\n", end)
    draft = drafts.opened(odd, "x", known().sources)
    assert check(draft).text == odd
    lists = draft.cases[0].lists
    lists["who"][0].told |= {"office": "king", "role": ["principal"]}
    lists["acts"][0].told |= {"what": "they laugh", "to": ["gorbachev"], "cite place": "192"}
    draft.add(0, "remarks", {"remark": "so it is told", "cite place": "192"})
    made = check(draft)
    assert not made.stuck and made.text.count(end) == made.text.count("\n")
    told = coding.difference(odd, made.text).splitlines()
    assert [line for line in told if line[0] in "+-"] == [
        "-          office: president",
        "+          office: king",
        "+          role: principal",
        "-    what: >-   # of arms # and of peace",
        "-      they talk",
        "-      of arms # and of peace",
        "-    cite: 191  # at length",
        "+    # of arms # and of peace",
        "+    what: they laugh",
        "+    to: gorbachev",
        "+    cite: 192  # at length",
        "+  remarks:",
        "+    - {remark: so it is told, cite: 192}",
    ]


ITEMS = some.lists(
    some.fixed_dictionaries(
        {"act": some.sampled_from(["hands", "talk", "x"]).map(Text)},
        optional={"what": some.text("ab#:,'\"{}[]é \t-", max_size=9).map(Text)},
    ).map(Map),
    max_size=5,
).map(Seq)


SEVERAL = """\
  - act: talk  # a
    what: |  # b
      long
    # c
    kind: talk   # d
"""


@settings(max_examples=200, deadline=None)
@given(ITEMS, ITEMS, some.sampled_from(["title", "mode", "memo", "wrong-key", "parts", "who"]),
       some.booleans())  # fmt: skip
def test_any_change_says_what_was_asked_for_and_loses_no_comment(
    acts: Seq, inner: Seq, gone: str, several: bool
) -> None:
    hand = HAND
    if several:
        hand = HAND.replace(
            "  - {act: talk, kind: talk, by: [reagan, gorbachev], cite: 192}\n", SEVERAL
        )
    new = yamltext.load(hand, "x")
    new["acts"] = acts
    new["parts"][0]["acts"] = inner
    new["parts"][0]["memo"] = Text("more")
    del new[gone]
    made = rewritten(hand, new, "x")
    assert yamltext.load(made, "x") == new
    assert not Counter(comments(hand)) - Counter(comments(made))
