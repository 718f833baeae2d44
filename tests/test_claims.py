"""Claims: an identifier that follows the statement and nothing else, and an exact round trip."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import small
from hypothesis import given
from hypothesis import strategies as st

from visavis.schema.claims import Citation, Claim, Origin, problems
from visavis.schema.model import vocabulary

TOOK_PART = Claim(
    "actor/reagan",
    "took_part",
    "meeting/geneva-1985",
    about="meeting/geneva-1985",
    qualifiers={"roles": ("principal", "host"), "office": "president"},
    citations=(
        Citation("source/bramsen2024", "191"),
        Citation("source/bramsen2024", "192", via="source/reagan1990", via_locator="15"),
    ),
    coder="anna",
    said_by="actor/reagan",
    order=1,
    origin=Origin("geneva.yaml", 9),
)


@pytest.mark.parametrize(
    "change",
    [
        {"origin": Origin("elsewhere/renamed.yaml", 400)},
        {"memo": "looked at again"},
        {"order": 7},
        {"confidence": "low"},
        {"basis": "document"},
        {"coded_on": "2026-11-22"},
        {"codebook": "2"},
        {"as_told": "the president"},
        {"status": "disputed"},
        {"qualifiers": {"office": "president", "roles": ("principal", "host")}},
    ],
)
def test_id_stays_with_what_is_not_the_statement(change: dict[str, object]) -> None:
    assert replace(TOOK_PART, **change).id == TOOK_PART.id


@pytest.mark.parametrize(
    "change",
    [
        {"subject": "actor/gorbachev"},
        {"predicate": "audience"},
        {"object": "meeting/reykjavik-1986"},
        {"value": "x"},
        {"about": ""},
        {"qualifiers": {"office": "governor", "roles": ("principal", "host")}},
        {"qualifiers": {"office": "president", "roles": ("principal",)}},
        {"citations": TOOK_PART.citations[:1]},
        {"citations": (replace(TOOK_PART.citations[0], locator="192"), TOOK_PART.citations[1])},
        {"citations": (replace(TOOK_PART.citations[0], relation="disputes"), *TOOK_PART.citations[1:])},
        {"citations": (TOOK_PART.citations[0], replace(TOOK_PART.citations[1], via_locator="16"))},
        {"coder": "ben"},
        {"date": "1985"},
        {"said_by": "actor/gorbachev"},
        {"said_on": "1990"},
        {"read_by": "source/reagan1990"},
        {"correction": True},
    ],
)  # fmt: skip
def test_id_changes_with_statement_voice_coder_and_citation(change: dict[str, object]) -> None:
    assert replace(TOOK_PART, **change).id != TOOK_PART.id


def test_an_explicit_key_is_the_id() -> None:
    assert replace(TOOK_PART, key="walk-1").id == "c-walk-1"
    assert replace(TOOK_PART, key="walk-1", coder="ben").id == "c-walk-1"


def test_ids_are_what_they_were() -> None:
    """Identifiers are cited in judgements: a change of the hash would orphan them."""
    assert TOOK_PART.id == "c-1c643485712b28ad"


words = st.text(max_size=12)
citations = st.builds(
    Citation,
    st.sampled_from(["source/a", "source/b"]),
    words,
    st.sampled_from(["supports", "disputes", "mentions"]),
    st.sampled_from(["", "source/c"]),
    words,
    words,
)
values = st.one_of(words, st.integers(0, 9), st.lists(words, max_size=3).map(tuple))
claims = st.builds(
    Claim,
    subject=words.filter(bool),
    predicate=words.filter(bool),
    object=words,
    value=words,
    about=words,
    qualifiers=st.dictionaries(words, values, max_size=4),
    citations=st.lists(citations, max_size=3).map(tuple),
    date=words,
    basis=words,
    coder=words,
    coded_on=words,
    codebook=words,
    confidence=words,
    status=st.sampled_from(["accepted", "disputed", "withdrawn"]),
    memo=words,
    as_told=words,
    order=st.none() | st.integers(0, 50),
    said_by=words,
    said_on=words,
    read_by=words,
    correction=st.booleans(),
    key=st.sampled_from(["", "k-1"]),
    origin=st.builds(Origin, words.filter(bool), st.integers(0, 99)),
)


@given(claims)
def test_a_line_of_claims_jsonl_is_the_claim(claim: Claim) -> None:
    again = Claim.from_dict(json.loads(claim.to_json()))
    assert again == claim
    assert again.origin == claim.origin
    assert again.id == claim.id
    assert again.to_json() == claim.to_json()
    assert again.payload == claim.payload


@given(claims, st.sets(st.sampled_from(["source/a", "source/b", "source/c"])))
def test_without_sources_nothing_of_them_is_left(claim: Claim, gone: set[str]) -> None:
    left = claim.without(frozenset(gone))
    if left is None:
        kept = [c for c in claim.citations if not {c.source, c.via} & gone]
        assert not any(c.relation == "supports" for c in kept)
        assert len(kept) < len(claim.citations)
    else:
        assert not {s for c in left.citations for s in (c.source, c.via)} & gone
        assert replace(left, citations=claim.citations) == claim


def test_inserted_lines_a_moved_file_and_reordering_rename_nothing(tmp_path: Path) -> None:
    root = small.write(tmp_path, small.FILES)
    before = {c.id for c in small.read_all(root)[0]}
    geneva = small.GENEVA.replace("acts:\n", "# a remark\n\n\nacts:\n").replace(
        "cite: 191}", "memo: x, cite: 191}"
    )
    files = {**small.FILES, "summits/1985.yaml": geneva}
    del files["geneva-1985.yaml"]
    small.write(root, files)
    assert {c.id for c in small.read_all(root)[0]} == before
    rows = small.GENEVA.splitlines(keepends=True)
    first = next(i for i, row in enumerate(rows) if "act: hands" in row)
    rows[first], rows[first + 1] = rows[first + 1], rows[first]
    files["summits/1985.yaml"] = "".join(rows)
    small.write(root, files)
    assert {c.id for c in small.read_all(root)[0]} == before


def test_every_claim_of_the_shipped_cases_fits_the_model() -> None:
    claims = small.shipped_claims()
    assert len(claims) > 2_000
    for claim in claims:
        assert problems(claim, vocabulary()) == []
        assert all(citation.locator for citation in claim.citations)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"predicate": "greeted"}, "predicate"),
        ({"citations": ()}, "uncited"),
        ({"citations": (Citation("source/a", ""),)}, "locator"),
        ({"citations": (Citation("source/a", "1", "endorses"),)}, "term"),
        ({"subject": "meeting/x"}, "kind"),
        ({"object": ""}, "missing"),
        ({"qualifiers": {"roles": ("hst",)}}, "term"),
        ({"qualifiers": {"colour": "red"}}, "qualifier"),
        ({"date": "1985-13"}, "edtf"),
        ({"basis": "hearsay"}, "term"),
        ({"confidence": "very"}, "term"),
        ({"key": "no key"}, "key"),
    ],
)
def test_what_does_not_fit_is_told(change: dict[str, object], code: str) -> None:
    found = problems(replace(TOOK_PART, **change), vocabulary())
    assert [problem.code for problem in found] == [code]


def test_numbers_durations_and_records_are_checked() -> None:
    def codes(claim: Claim) -> list[str]:
        return [problem.code for problem in problems(claim, vocabulary())]

    credit = replace(
        TOOK_PART, predicate="credit", object="actor/gorbachev", qualifiers={"act": "gift"}
    )
    assert codes(credit) == []
    assert codes(replace(credit, qualifiers={"act": "gift", "intensity": 4})) == ["intensity"]
    assert codes(replace(credit, qualifiers={"act": "gift", "intensity": "2"})) == ["integer"]
    assert codes(replace(credit, qualifiers={})) == ["missing"]
    assert codes(replace(credit, object="actor/reagan")) == ["reflexive"]
    lasted = replace(TOOK_PART, predicate="lasted", subject="ritual/a/b", object="", qualifiers={})
    assert codes(replace(lasted, value="a while")) == ["duration"]
    record = replace(lasted, predicate="described_as", subject="source/a", value="no json")
    assert codes(record) == ["json"]
    assert codes(replace(record, value="[1]")) == ["json"]
