"""Judgements of identity and withdrawal: lines of a file, written and taken back by themselves."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest
import small
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from visavis.exchange.folder import export_folder
from visavis.face import Project
from visavis.graph.connect import Graph
from visavis.ingest import judgements as judging
from visavis.ingest import run, yamltext
from visavis.ingest.judgements import (
    BY_PROGRAM,
    FILE,
    Judgement,
    add_different,
    add_joins,
    add_many,
    add_same,
    add_withdrawal,
    lines,
    read_judgements,
    remove_certain,
    remove_same,
    remove_withdrawal,
    standing,
)
from visavis.schema.claims import fallen
from visavis.schema.errors import DataError, NotFoundError

A, B, C, D = (f"actor/{key}" for key in "abcd")


def text_of(root: Path) -> str:
    path = root / FILE
    return path.read_text("utf-8") if path.is_file() else ""


def read(text: str) -> judging.Judgements:
    judged, faults = read_judgements(yamltext.load(text, FILE), FILE)
    assert not faults, faults
    return judged


def faults_of(text: str) -> list[str]:
    return [str(fault) for fault in read_judgements(yamltext.load(text, FILE), FILE)[1]]


# -- who is who -----------------------------------------------------------------------------------


def test_the_first_named_stands_for_all() -> None:
    assert read(f"- {{same: [{A}, {B}, {C}]}}\n").same == {B: A, C: A}
    chained = read(f"- {{same: [{A}, {B}]}}\n- {{same: [{C}, {A}]}}\n")
    assert chained.same == {A: C, B: C}  # whom none stands before
    joined = read(f"- {{same: [{A}, {B}]}}\n- {{same: [{C}, {B}]}}\n")
    assert joined.same == {B: A, C: A}  # of two, the first in the file
    assert read(f"- {{same: [{B}, {A}]}}\n- {{same: [{A}, {B}]}}\n").same == {A: B}


@given(
    st.lists(st.lists(st.sampled_from("abcdefg"), min_size=2, max_size=3, unique=True), max_size=6)
)
def test_lists_that_share_a_name_are_one(told: list[list[str]]) -> None:
    same = judging._classes(told)
    near = {frozenset(pair) for ids in told for pair in itertools.combinations(ids, 2)}
    classes = {name: {name} for ids in told for name in ids}
    for _ in classes:  # brute force: until nothing more is joined
        for pair in near:
            one, other = pair
            whole = classes[one] | classes[other]
            for name in whole:
                classes[name] = whole
    for name, members in classes.items():
        firsts = {same.get(member, member) for member in members}
        assert firsts == {same.get(name, name)} and firsts <= members
        never_behind = [m for m in members if all(m not in ids[1:] for ids in told)]
        if never_behind:
            assert firsts <= set(never_behind)
    assert all(one != other and other not in same for one, other in same.items())
    text = "".join(f"- {{same: [{', '.join(f'actor/{i}' for i in ids)}]}}\n" for ids in told)
    judged = read(text)
    assert judging.identities(sorted(judged.claims, key=lambda c: c.id)) == judged.same
    assert judged.same == {f"actor/{one}": f"actor/{first}" for one, first in same.items()}


def test_what_names_no_two_is_a_fault() -> None:
    told = faults_of(
        "- {same: [actor/a]}\n"
        "- {same: [actor/a, source/b]}\n"
        "- {different: [actor/a, actor/a]}\n"
        "- {same: [meeting/a, meeting/b]}\n"
        "- {same: actor/a}\n"
        "- {withdraw: reagan}\n"
        "- {sane: [actor/a, actor/b]}\n"
        "- {same: [actor/a, actor/b], why: [x]}\n"
    )
    assert [t.partition(": ")[0] for t in told if "unknown key" not in t] == [
        f"judgements.yaml:{n}" for n in range(1, 9)
    ]
    assert "actors and sources together" in told[1]
    assert "'why' is no text" in told[-1]


def test_one_and_not_one_contradict_each_other(tmp_path: Path) -> None:
    text = f"- {{same: [{A}, {B}]}}\n- {{same: [{B}, {C}]}}\n- {{different: [{A}, {C}]}}\n"
    [told] = faults_of(text)
    assert told.startswith("judgements.yaml:3:") and "judged different, and the same" in told
    judged = read(f"- {{same: [{A}, {B}]}}\n- {{different: [{B}, {C}, {D}]}}\n")
    assert judged.apart(A, C) and judged.apart(C, A) and judged.apart(C, D)
    assert not judged.apart(A, B) and not judged.apart(A, "actor/e")
    add_different(tmp_path, [A, B])
    before = text_of(tmp_path)
    with pytest.raises(DataError, match="judged different, and the same"):
        add_same(tmp_path, [A, B])
    assert text_of(tmp_path) == before


def test_a_judgement_of_a_withdrawn_coder_counts_for_nothing() -> None:
    judged = read(
        f"- {{same: [{A}, {B}], by: ben}}\n- {{different: [{A}, {B}], by: anna}}\n"
        "- {withdraw: coder/ben}\n"
    )
    assert not judged.same and judged.apart(A, B) and len(judged.claims) == 2


# -- written and taken back -----------------------------------------------------------------------

ids = st.lists(st.sampled_from([A, B, C, D]), min_size=2, max_size=3, unique=True)
words = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=12
)
HEAD = "# our judgements\n- {withdraw: coder/zoe,\n   why: x}\n# and more\n"


@given(st.lists(st.tuples(ids, words), min_size=1, max_size=4))
@settings(max_examples=40, deadline=None)
def test_all_at_once_is_one_by_one(
    tmp_path_factory: pytest.TempPathFactory, told: list[tuple[list[str], str]]
) -> None:
    one, other = tmp_path_factory.mktemp("one"), tmp_path_factory.mktemp("other")
    for root in (one, other):
        (root / FILE).write_text(HEAD)
    for names, why in told:
        add_same(one, names, why, "me")
    count = add_many(other, [Judgement("same", tuple(n), why, "me") for n, why in told])
    assert standing(one).same == standing(other).same
    assert count == len(lines(other)) - 1
    assert text_of(other).startswith(HEAD)
    whys = {why.strip() for _, why in told}
    assert all(j.why.strip() in whys for j in lines(other)[1:])


@given(ids, words)
@settings(max_examples=40, deadline=None)
def test_taken_back_it_is_as_before(
    tmp_path_factory: pytest.TempPathFactory, names: list[str], why: str
) -> None:
    root = tmp_path_factory.mktemp("back")
    (root / FILE).write_text(HEAD)
    add_same(root, names, why, "me")
    [taken] = remove_same(root, names[:2]) if len(names) == 2 else [None]
    if taken is None:
        for name in names[1:]:
            remove_same(root, [name])
    assert text_of(root) == HEAD


def test_one_is_parted_and_the_others_stay(tmp_path: Path) -> None:
    add_same(tmp_path, [A, B, C], "a slip", "me")
    add_different(tmp_path, [A, D])
    remove_same(tmp_path, [A, B])
    assert standing(tmp_path).same == {C: A}
    assert [j.why for j in lines(tmp_path)] == ["a slip", ""]
    remove_same(tmp_path, [A])  # of every judgement that names it
    assert not lines(tmp_path)
    with pytest.raises(NotFoundError, match=f"names '{A}'"):
        remove_same(tmp_path, [A])


def test_what_stands_is_not_written_again(tmp_path: Path) -> None:
    add_same(tmp_path, [A, B])
    add_same(tmp_path, [B, C])
    add_withdrawal(tmp_path, "source/x")
    before = text_of(tmp_path)
    again = [
        Judgement("same", (C, A)),
        Judgement("withdraw", ("source/x",)),
        Judgement("same", (A, B, C)),
    ]
    assert add_many(tmp_path, again) == 0 and text_of(tmp_path) == before
    assert add_many(tmp_path, [Judgement("different", (A, D)), Judgement("different", (D, A))]) == 1


def test_a_line_that_cannot_be_edited_by_itself_is_left(tmp_path: Path) -> None:
    text = f"[{{withdraw: source/x}}, {{same: [{A}, {B}]}}]\n"
    (tmp_path / FILE).write_text(text)
    with pytest.raises(DataError, match="cannot be taken out by itself"):
        remove_withdrawal(tmp_path, "source/x")
    assert text_of(tmp_path) == text


def test_a_withdrawal_leaves_what_stands_on_its_line(tmp_path: Path) -> None:
    text = f"- {{withdraw: source/x, same: [{A}, {B}]}}  # both\n- {{withdraw: source/x}}\n"
    (tmp_path / FILE).write_text(text)
    remove_withdrawal(tmp_path, "source/x")
    assert [(j.what, j.ids) for j in lines(tmp_path)] == [("same", (A, B))]
    with pytest.raises(NotFoundError, match="not withdrawn"):
        remove_withdrawal(tmp_path, "source/x")


@pytest.mark.parametrize("why", ["- x", "null", "yes", "a: b", "'", '"', "#1", "[", "ö", "a,b}"])
def test_a_reason_is_kept_as_it_was_said(tmp_path: Path, why: str) -> None:
    add_same(tmp_path, [A, B], why, "me")
    assert lines(tmp_path)[0].why == why


def test_hundreds_of_judgements_at_once(tmp_path: Path) -> None:
    many = [Judgement("same", (f"actor/x{n}", f"actor/y{n}"), "one name") for n in range(1_000)]
    assert add_many(tmp_path, many) == 1_000
    assert len(standing(tmp_path).same) == 1_000


# -- what the program joins by itself -------------------------------------------------------------

E, F = "actor/e", "actor/f"


def test_a_join_is_written_once_and_extended_in_its_place(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(HEAD)
    assert add_joins(tmp_path, [((B, C), "x"), ((D, E), "y")]) == [(B, C), (D, E)]
    before = text_of(tmp_path)
    assert not add_joins(tmp_path, [((B, C), "x"), ((D, E), "y")]) and text_of(tmp_path) == before
    add_same(tmp_path, [E, F], "by hand", "me")
    assert add_joins(tmp_path, [((A, B, C), "x and more"), ((D, E, F), "y")]) == [(A, B, C)]
    assert text_of(tmp_path).startswith(HEAD)
    assert [(j.ids, j.why, j.by) for j in lines(tmp_path)[1:]] == [
        ((A, B, C), "x and more", BY_PROGRAM), ((D, E), "y", BY_PROGRAM), ((E, F), "by hand", "me"),
    ]  # fmt: skip
    # Two joins of the program that turn out to be one person's are one line.
    assert add_joins(tmp_path, [((A, B, C, D, E), "all")]) == [(A, B, C, D, E)]
    assert [j.ids for j in lines(tmp_path)[1:]] == [(A, B, C, D, E), (E, F)]


@pytest.mark.parametrize(
    "told",
    [
        f"- {{different: [{B}, {A}], by: anna}}\n",
        f"- {{unsure: [{A}, {C}, {B}], by: anna}}\n",
        f"- {{different: [{B}, {D}], by: anna}}\n- {{same: [{A}, {D}], by: anna}}\n",
        f"- {{unsure: [{C}, {D}]}}\n- {{same: [{A}, {D}]}}\n- {{same: [{C}, {B}]}}\n",
        "- {withdraw: coder/visavis, why: we judge ourselves}\n",
    ],
)
def test_what_somebody_keeps_apart_is_not_joined(tmp_path: Path, told: str) -> None:
    (tmp_path / FILE).write_text(told)
    assert not add_joins(tmp_path, [((A, B), "x")]) and text_of(tmp_path) == told
    assert bool(add_joins(tmp_path, [((A, B), "x"), ((E, F), "y")])) is ("withdraw" not in told)


def test_joins_of_one_run_do_not_meet_what_is_kept_apart(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(f"- {{different: [{A}, {D}]}}\n- {{same: [{B}, {C}]}}\n")
    assert add_joins(tmp_path, [((A, B), "x"), ((C, D), "y")]) == [(A, B)]
    assert standing(tmp_path).same == {B: A, C: A}


def test_what_is_unsure_is_open_until_somebody_decides(tmp_path: Path) -> None:
    judged = read(f"- {{unsure: [{A}, {B}], by: ben}}\n- {{same: [{B}, {C}]}}\n")
    assert judged.taken_back(A, C) and not judged.apart(A, C) and judged.same == {C: B}
    assert {c.predicate for c in judged.claims} == {"same_as"}
    assert not read(f"- {{unsure: [{A}, {B}], by: ben}}\n- {{withdraw: coder/ben}}\n").unsure
    (tmp_path / FILE).write_text(f"- {{unsure: [{A}, {B}]}}\n")
    add_same(tmp_path, [A, B], "they are one", "anna")
    assert standing(tmp_path).same == {B: A}
    assert add_joins(tmp_path, [((A, B, C), "x")])  # what stands within one is settled
    assert [j.what for j in remove_same(tmp_path, [A, B])] == ["same", "same"]
    assert standing(tmp_path).same == {C: A} and standing(tmp_path).taken_back(A, B)


P, Q, R = (f"actor/frus19{volume}-p-kns1" for volume in ("61-63v05", "61-63v06", "64-68v14"))


def test_undone_it_stays_apart_and_undone_twice_it_is_free(tmp_path: Path) -> None:
    add_joins(tmp_path, [((P, Q, R), "one name")])
    assert [j.what for j in remove_same(tmp_path, [Q], "anna")] == ["same"]
    assert [(j.what, j.ids, j.why, j.by) for j in lines(tmp_path)] == [
        ("same", (P, R), "one name", BY_PROGRAM),
        ("unsure", (P, Q), "taken back: one name", "anna"),
    ]
    assert not add_joins(tmp_path, [((P, Q, R), "one name")])
    assert [j.what for j in remove_same(tmp_path, [Q])] == ["unsure"]
    assert add_joins(tmp_path, [((P, Q, R), "one name")]) == [(P, Q, R)]
    assert [j.ids for j in lines(tmp_path)] == [(P, Q, R)]
    remove_same(tmp_path, [P, Q, R])
    assert [(j.what, j.ids) for j in lines(tmp_path)] == [("unsure", (P, Q, R))]
    assert not add_joins(tmp_path, [((Q, R), "one name")])


def test_a_join_by_hand_that_the_program_would_make_stays_undone_too(tmp_path: Path) -> None:
    add_same(tmp_path, [P, Q], "I know", "anna")
    add_same(tmp_path, [P, "actor/khrushchev"], "the same", "anna")
    remove_same(tmp_path, [P, Q], "anna")
    remove_same(tmp_path, ["actor/khrushchev"])  # in no volume: nothing would join him again
    assert [(j.what, j.ids) for j in lines(tmp_path)] == [("unsure", (P, Q))]


VOLUME = """<TEI xmlns="http://www.tei-c.org/ns/1.0" xmlns:frus="http://history.state.gov/ns/1.0">
<!-- Foreign Relations of the United States --><teiHeader><idno type="frus">{key}</idno></teiHeader>
<text><front><div type="section" xml:id="persons"><list type="names">{persons}</list></div></front>
<body><div type="document" subtype="historical-document" n="1" xml:id="d1"><head>1. Memorandum of
Conversation</head><dateline><placeName>Washington</placeName>, <date when="{day}">{day}</date>
</dateline><list type="participants"><head>PARTICIPANTS</head>{present}</list></div></body></text>
</TEI>"""
BALL, RUSK = ("p_BGW1", "Ball, George W.", "Under Secretary of State"), (
    "p_RD1", "Rusk, Dean", "Secretary of State"
)  # fmt: skip
BOHLEN = ("p_BCE1", "Bohlen, Charles E.", "Ambassador to France")


def volume(root: Path, key: str, *people: tuple[str, str, str]) -> None:
    persons = "".join(
        f'<item><persName xml:id="{i}">{name}</persName>, {office}</item>'
        for i, name, office in people
    )
    present = "".join(
        f'<item>Mr. <persName corresp="#{i}">{name.partition(",")[0]}</persName></item>'
        for i, name, _ in people
    )
    text = VOLUME.format(key=key, persons=persons, present=present, day=f"19{key[6:8]}-05-16")
    (root / f"{key}.xml").write_text(text, "utf-8")


def test_an_ingest_of_volumes_joins_whom_it_can_and_never_again_who_was_taken_back(
    engine: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "_shipped_vocabulary", small.slim_vocabulary)
    root = small.write(tmp_path / "p", {"visavis.yaml": "coder: anna\n"})
    volume(root, "frus1961v1", BALL, RUSK)
    volume(root, "frus1962v1", BALL, RUSK, BOHLEN)
    g = Project(root, engine)
    ball, other = "actor/frus1961v1-p-bgw1", "actor/frus1962v1-p-bgw1"
    rusks = ("actor/frus1961v1-p-rd1", "actor/frus1962v1-p-rd1")
    assert g.ingest(join=False).joined is None and not text_of(root)
    assert g.ingest().joined == [(ball, other), rusks]  # nothing changed, but nobody had looked
    whole, judged = dump(engine, tmp_path / "whole"), text_of(root)
    assert [(j.by, j.what) for j in lines(root)] == [(BY_PROGRAM, "same")] * 2

    with monkeypatch.context() as patch:  # nothing changed: nobody is looked for, nothing written
        patch.setattr("visavis.ingest.frus_joins.certain_joins", lambda _: pytest.fail("looked"))
        report = g.ingest()
    assert report.joined is None and not report.written and text_of(root) == judged
    assert dump(engine, tmp_path / "again") == whole

    taken, _ = g.undo(other)
    assert [j.ids for j in taken] == [(ball, other)]
    assert [j.ids for j in lines(root) if j.what == "unsure"] == [(ball, other)]
    assert not g.ingest().joined and other not in standing(root).same
    volume(root, "frus1963v1", BALL, RUSK)
    assert g.ingest().joined == [(*rusks, "actor/frus1963v1-p-rd1")]
    assert not g.join_certain().joined
    assert any("taken back" in s.why for s in g.suggest() if {s.one, s.other} == {ball, other})

    assert len(g.undo_certain()[0]) == 1
    assert not g.ingest().joined and not standing(root).same
    (root / "frus1963v1.xml").unlink()
    assert not g.ingest().joined
    for name in (rusks[1], other):  # undone twice: the program may join them again
        assert [j.what for j in g.undo(name)[0]] == ["unsure"]
    (root / FILE).write_text(text_of(root) + "# and that is all\n")
    assert len(g.ingest().joined or ()) == 2
    assert engine.rows("MATCH (a)-[:SAME_AS]->(b) RETURN count(*) AS n") == [{"n": 2}]


def test_an_ingest_that_breaks_off_is_made_good_by_the_next(
    engine: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "_shipped_vocabulary", small.slim_vocabulary)
    root = small.write(tmp_path / "p", {"visavis.yaml": ""})
    volume(root, "frus1961v1", BALL)
    volume(root, "frus1962v1", BALL)
    with monkeypatch.context() as patch:
        patch.setattr(run, "write_documents", lambda *_: (_ for _ in ()).throw(OSError("killed")))
        with pytest.raises(OSError, match="killed"):
            run.ingest(engine, root)
    judged = text_of(root)
    assert "frus1962v1-p-bgw1" in judged  # the line is there, and the graph does not know yet
    run.ingest(engine, root)
    assert text_of(root) == judged
    asked = "MATCH (a)-[:SAME_AS]->(b) RETURN a.id AS a, b.id AS b"
    one = {"a": "actor/frus1962v1-p-bgw1", "b": "actor/frus1961v1-p-bgw1"}
    assert engine.rows(asked) == [one]
    # A file that cannot be written to keeps nobody from ingesting.
    volume(root, "frus1963v1", BALL)
    two = f"[{judged.strip().removeprefix('- ')}, {{different: [{A}, {B}]}}]\n"
    (root / FILE).write_text(two)
    report = run.ingest(engine, root)
    assert [f.severity for f in report.faults if "were not joined" in f.message] == ["warning"]
    assert "frus1963v1.xml#d1" in report.added and engine.rows(asked) == [one]
    assert text_of(root) == two


# -- what falls -----------------------------------------------------------------------------------


def test_with_a_source_falls_what_it_contains() -> None:
    inside = [("source/doc", "source/volume"), ("source/volume", "source/series")]
    inside += [("source/copy", "source/box"), ("source/series", "source/doc")]  # in a circle
    assert fallen(["source/volume"], {}, inside[:2]) == {"source/volume", "source/doc"}
    assert fallen(["source/volume"], {}, inside) == {
        "source/volume", "source/doc", "source/series",
    }  # fmt: skip
    same = {"source/box": "source/doc"}
    assert "source/copy" in fallen(["source/series"], same, inside)
    assert fallen(["coder/ben", "c-1"], same, inside) == {"coder/ben", "c-1"}
    assert fallen([], same, inside) == frozenset()


def test_check_tells_of_judgements_about_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from visavis.cli import app

    lines_ = [
        "- {withdraw: source/reagan1991}\n",
        "- {same: [actor/gorbachev, actor/gorbatshow]}\n",
        "- {withdraw: source/vayrynen2019}\n",  # of the shipped cases
        "- {withdraw: coder/ben}\n",
        "- {withdraw: c-0}\n",
    ]
    judged = {"visavis.yaml": "", "judgements.yaml": "".join(lines_)}
    monkeypatch.chdir(small.write(tmp_path, {**small.FILES, **judged}))
    told = CliRunner().invoke(app, ["check", "--format", "json"])
    assert told.exit_code == 0
    found = [f for f in json.loads(told.stdout) if f["code"] == "judgement"]
    assert [(f["line"], f["severity"], f["advice"]) for f in found] == [
        (1, "warning", "did you mean 'source/reagan1990'?"),
        (2, "warning", "did you mean 'actor/gorbatschow'?"),
        (5, "warning", "name what is there, or remove it"),
    ]
    (tmp_path / "judgements.yaml").write_text("- {withdraw: [}\n")
    assert CliRunner().invoke(app, ["check"]).exit_code == 1


# -- on the graph ---------------------------------------------------------------------------------


def dump(graph: Graph, folder: Path) -> dict[str, bytes]:
    export_folder(graph, folder, everything=True)
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_judged_by_name_and_taken_back(
    engine: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "_shipped_vocabulary", small.slim_vocabulary)
    root = small.write(tmp_path / "p", {**small.FILES, "visavis.yaml": "coder: anna\n"})
    g = Project(root, engine)
    g.ingest()
    before = dump(engine, tmp_path / "before")
    g.same("gorbachev", "Michail Gorbatschow", why="one man")
    g.same("archigos", "reagan 1990")
    assert [(j.ids, j.by) for j in lines(root)] == [
        (("actor/gorbachev", "actor/gorbatschow"), "anna"),
        (("source/archigos", "source/reagan1990"), "anna"),
    ]
    assert engine.rows(
        "MATCH (a)-[:SAME_AS]->(b) RETURN a.id AS a, b.id AS b ORDER BY a"
    ) == [
        {"a": "actor/gorbatschow", "b": "actor/gorbachev"},
        {"a": "source/reagan1990", "b": "source/archigos"},
    ]  # fmt: skip
    assert {row["what"]: row["value"] for row in g.status()}["actors"] == 4
    with pytest.raises(NotFoundError, match="no actor 'nobody'"):
        g.same("reagan", "nobody")
    with pytest.raises(DataError, match="different, and the same"):
        g.same("gorbachev", "gorbatschow", different=True)
    g.undo("Gorbatschow")
    taken, _ = g.undo("reagan1990", "archigos")
    assert [j.what for j in taken] == ["same"]
    assert dump(engine, tmp_path / "after") == before
    g.withdraw("reagan 1990")
    assert dump(engine, tmp_path / "less") != before
    assert g.undo("reagan1990")[0][0].what == "withdraw"
    assert dump(engine, tmp_path / "again") == before


def test_what_the_program_joined_is_taken_back_at_once(tmp_path: Path) -> None:
    add_same(tmp_path, [A, B], "by hand", "me")
    before = (tmp_path / FILE).read_text("utf-8")
    add_same(tmp_path, ["actor/c", "actor/d"], "the same full name", BY_PROGRAM)
    add_same(tmp_path, ["actor/e", "actor/f"], "the same full name", BY_PROGRAM)
    add_same(tmp_path, ["source/c", "source/d"], "one DOI", BY_PROGRAM)
    assert [j.ids[0] for j in remove_certain(tmp_path, "me")] == ["actor/c", "actor/e"]
    assert text_of(tmp_path).startswith(before)
    assert [(j.what, j.ids, j.why, j.by) for j in lines(tmp_path)[1:]] == [
        ("unsure", ("actor/c", "actor/d"), "taken back: the same full name", "me"),
        ("unsure", ("actor/e", "actor/f"), "taken back: the same full name", "me"),
        ("same", ("source/c", "source/d"), "one DOI", BY_PROGRAM),  # works are another command's
    ]
    with pytest.raises(NotFoundError, match="nobody"):
        remove_certain(tmp_path)


def test_the_list_needs_no_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from visavis.cli import app

    (tmp_path / "visavis.yaml").write_text("coder: anna\n")
    add_same(tmp_path, [A, B], "one man", "me")
    add_withdrawal(tmp_path, "source/x")
    monkeypatch.chdir(tmp_path)
    told = CliRunner().invoke(app, ["same", "--list", "--format", "json"])
    [row] = json.loads(told.stdout)
    assert (row["first"], row["others"], row["why"], row["line"]) == (A, [B], "one man", 1)
    assert CliRunner().invoke(app, ["same", "reagan"]).exit_code == 2
