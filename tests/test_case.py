"""The reader of case files: what it makes of a line, and every fault with its line and advice."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
import small

from visavis.ingest import registers, yamltext
from visavis.ingest.across import Across
from visavis.ingest.run import Collection, _compare, collect, read, shipped
from visavis.ingest.workbook_out import write_workbook
from visavis.schema.claims import Claim
from visavis.schema.errors import DataError, Fault
from visavis.schema.model import vocabulary

HEAD = """\
case: m
title: A meeting
source: bramsen2024
coder: anna
cite: 1
when: 1985-11-19
who:
  - {actor: reagan, cite: 1}
  - {actor: gorbachev, cite: 1}
"""  # nine lines: what a test adds begins on the tenth


def reading(tmp_path: Path, text: str, **more: str) -> tuple[list[Claim], list[Fault]]:
    registers = {k: v for k, v in small.FILES.items() if "case:" not in v}
    root = small.write(tmp_path, {**registers, **more, "m.yaml": text})
    [found] = read(Collection(root), [root / "m.yaml"])
    return found.claims, found.faults


def fault(tmp_path: Path, text: str, **more: str) -> Fault:
    _, [only] = reading(tmp_path, text, **more)
    assert only.file == "m.yaml"
    json.dumps(only.as_dict())
    return only


# -- every fault ----------------------------------------------------------------------------------

FAULTS = [
    # what is added, its line, words of the message, words of the advice
    ("acts:\n  - {act: a, kind: handshke, cite: 1}", 11, "unknown ritual 'handshke'", "did you mean 'handshake'?"),
    ("acts:\n  - {act: a, kind: handshake}", 11, "nothing is cited", "add cite: with a page of bramsen2024"),
    ("acts:\n  - {act: a, kind: gift, by: reagan, to: gorbachev, credit: thnks, cite: 1}", 11, "unknown act 'thnks'", "did you mean 'thanks'?"),
    ("acts:\n  - {act: a, kind: handshake, cite: reagan1990}", 11, "has no locator", "a page, a timecode"),
    ("acts:\n  - {act: a, kind: handshake, cite: bramsen2023 4}", 11, "unknown source 'bramsen2023'", "did you mean 'bramsen2024'?"),
    ("acts:\n  - {act: a, kind: handshake, cite: 1 via nobody1999 4}", 11, "unknown source 'nobody1999'", "add to sources.yaml: nobody1999: {author"),
    ("acts:\n  - {act: a, kind: handshake, cite: []}", 11, "the citation is empty", "give a page"),
    ("acts:\n  - {act: a, by: reagn, cite: 1}", 11, "unknown actor 'reagn'", "did you mean 'reagan'? or add to actors.yaml: reagn: {name: ..., kind: person}"),
    ("acts:\n  - {act: a, when: 1985-13, cite: 1}", 11, "1985-13", ""),
    ("acts:\n  - {act: a, when: 1985-11-21/1985-11-19, cite: 1}", 11, "1985-11-21/1985-11-19", ""),
    ("acts:\n  - {act: a, for: a while, cite: 1}", 11, "'a while' is no duration", "24 s"),
    ("acts:\n  - {act: a, for: 3 d, cite: 1}", 11, "lasts 3 d, longer than its encounter", "correct one of the two"),
    ("acts:\n  - {act: a, in: wlk, cite: 1}\nphases:\n  - {phase: walk, cite: 1}", 11, "unknown phase 'wlk'", "did you mean 'walk'?"),
    ("acts:\n  - {act: a, replies: b, cite: 1}", 11, "unknown act 'b'", "define it as an act of this case"),
    ("acts:\n  - {act: a, cite: 1, colour: red}", 11, "unknown key 'colour'", "known here"),
    ("acts:\n  - {act: a, knd: handshake, cite: 1}", 11, "unknown key 'knd'", "did you mean 'kind'?"),
    ("acts:\n  - {act: a, cite: 1}\n  - {act: a, cite: 2}", 12, "the key stands twice", "rename one"),
    ("acts:\n  - {act: A b, cite: 1}", 11, "'A b' is no key", "write act: a-b"),
    ("acts:\n  - {act: poignée de main, cite: 1}", 11, "'poignée de main' is no key", "write act: poignee-de-main"),
    ("acts:\n  - {act: '!', cite: 1}", 11, "'!' is no key", "lower-case letters and hyphens"),
    ("acts:\n  - {act: a, by: Ronald Reagan, cite: 1}", 11, "unknown actor 'Ronald Reagan'", "did you mean 'reagan'?"),
    ("acts:\n  - {act: a, by: Ann Hunt, cite: 1}", 11, "unknown actor 'Ann Hunt'", "add to actors.yaml: ann-hunt: {name"),
    ("acts:\n  - {act: a, by: reagan and gorbachev, cite: 1}", 11, "unknown actor 'reagan and gorbachev'", "in a list: [reagan, gorbachev]"),
    ("acts:\n  - {act: a, kind: hug, cite: 1}", 11, "unknown ritual 'hug'", "did you mean 'embrace'?"),
    ("acts:\n  - {act: a, kind: frobnicate, cite: 1}", 11, "unknown ritual 'frobnicate'", "visavis vocabulary ritual lists"),
    ("acts:\n  - {act: a, by: reagan, to: gorbachev, credit: yes, cite: 1}", 11, "'credit' needs the kind of the act", "name one"),
    ("acts:\n  - {act: a, kind: gift, by: reagan, to: reagan, credit: yes, cite: 1}", 11, "from 'reagan' to itself", "name another"),
    ("acts:\n  - {act: a, part_of: a, cite: 1}", 11, "is told of itself", "name another"),
    ("acts:\n  - {act: a, place: geneva, cite: 1}", 11, "unknown key 'place'", "did you mean 'where'?"),
    ("Place: geneva", 10, "unknown key 'Place'", "did you mean 'where'?"),
    ("acts:\n  - {act: a, in: [x], cite: 1}", 11, "'in' holds a list or mapping", "write one text"),
    ("acts:\n  - {act: a, by: reagan, credit: yes, kind: handshake, cite: 1}", 11, "credit passes to nobody", "say to:"),
    ("acts:\n  - {act: a, by: reagan, dominates: yes, cite: 1}", 11, "dominates nobody", "say whom: to:"),
    ("acts:\n  - {act: a, by: [reagan, gorbachev], dominates: yes, cite: 1}", 11, "dominates nobody", "say whom: to:"),
    ("acts:\n  - {act: a, kind: toast, energy: {us: raised}, cite: 1}", 11, "'energy' of 'us', who is not listed", "add to who: - {actor: us"),
    ("acts:\n  - {act: a, id: told.2, cite: 1}", 11, "id: 'told.2' is no key", "digits and hyphens"),
    ("acts:\n  - {act: a_b, cite: 1}", 11, "'a_b' is no key", "write act: a-b"),
    ("acts:\n  - {act: a, cite: 1}\nrival:\n  - {of: acts.a.act, value: b, cite: 2}", 13, "'act' names the statement", "a further statement"),
    ("acts:\n  - {act: a, by: reagan, energy: raised, cite: 1}", 11, "'energy' names nobody", "{actor: raised}"),
    ("acts: a", 10, "'acts' is no list", "begin each statement with '- {'"),
    ("acts:\n  - handshake", 11, "is no statement", "{key: value, cite: page}"),
    ("bonds:\n  - {kind: trust, cite: 1}", 11, "a bond is between two", "between: [a, b]"),
    ("bonds:\n  - {between: [reagan, gorbachev], cite: 1}", 11, "'kind' is missing", "give kind:"),
    ("where: genva", 10, "unknown place 'genva'", "did you mean 'geneva'?"),
    ("follows: nowhere", 10, "unknown case 'nowhere'", "code that encounter too"),
    ("format: bylateral", 10, "unknown format 'bylateral'", "did you mean 'bilateral'?"),
    ("colour: red", 10, "unknown key 'colour'", ""),
    ("moderatrs: rank", 10, "unknown key 'moderatrs'", "did you mean 'moderators'?"),
    ("rival:\n  - {of: who.reagn.office, value: x, cite: 1}", 11, "no statement 'who.reagn.office'", "did you mean 'who.reagan.office'?"),
    ("rival:\n  - {of: who.reagan.office, cite: 1}", 11, "needs of: and value:", "write of:"),
    ("rival:\n  - {of: coder, value: ben, cite: 1}", 11, "makes no statement", "another value"),
    ("remarks:\n  - {remark: a, id: x, cite: 1}\n  - {remark: b, id: x, cite: 1}", 12, "the id 'x' stands twice", "name another"),
    ("emotions:\n  - {actor: reagan, cite: 1}", 11, "'emotion' is missing", "give emotion:"),
    ("credits:\n  - {from: reagan, to: gorbachev, cite: 1}", 11, "neither credit nor discredit", "say which act"),
    ("credits:\n  - {from: reagan, to: gorbachev, credit: gift, intensity: 4, cite: 1}", 11, "intensity 4 is not 1, 2 or 3", "choose one"),
    ("outcomes:\n  - {outcome: No Deal, what: nothing, cite: 1}", 11, "'No Deal' is no key", "write outcome: no-deal"),
    ("outcomes:\n  - {what: nothing, cite: 1}", 11, "an outcome needs a key", "write outcome:"),
]  # fmt: skip


@pytest.mark.parametrize(("added", "line", "message", "advice"), FAULTS, ids=[f[2] for f in FAULTS])
def test_a_fault_has_its_line_and_says_what_to_do(
    tmp_path: Path, added: str, line: int, message: str, advice: str
) -> None:
    found = fault(tmp_path, HEAD + added + "\n")
    assert (found.severity, found.line) == ("error", line), found
    assert message in found.message
    assert advice in found.advice
    assert str(found).startswith(f"m.yaml:{line}: ")
    assert found.code


def test_the_coder_of_the_project_holds_for_every_file(tmp_path: Path) -> None:
    settings = "coder: anna\n"
    own = (
        "schemes:\n  ritual:\n    terms:\n      haka: {definition: A dance., cite: bramsen2024 1}\n"
    )
    files = {**small.FILES, "visavis.yaml": settings, "vocabulary.yaml": own}
    files["geneva-1985.yaml"] = small.GENEVA.replace("coder: anna\n", "")
    files["places.yaml"] = "coder: ben\n" + small.PLACES
    root = small.write(tmp_path, files)
    coders: dict[str, set[str]] = {}
    for each in read(Collection(root), collect(Collection(root))[0]):
        coders[each.name] = {c.coder for c in each.claims if c.subject != "source/register"}
    assert coders == {
        "actors.yaml": {"anna"}, "sources.yaml": {"anna"}, "vocabulary.yaml": {"anna"},
        "places.yaml": {"ben"}, "geneva-1985.yaml": {"anna"}, "reykjavik-1986.yaml": {"anna"},
        "ben/geneva-1985.yaml": {"anna", "ben"},
    }  # fmt: skip


def test_cases_of_a_workbook_can_be_referred_to(tmp_path: Path) -> None:
    root = small.write(tmp_path, {**small.FILES, "m.yaml": HEAD + "follows: summit-1961\n"})
    old, other = (
        yamltext.load(HEAD.replace("case: m", f"case: summit-{year}"), "x") for year in (1961, 1962)
    )
    [before] = read(Collection(root), [root / "m.yaml"])
    assert "unknown case 'summit-1961'" in before.faults[0].message
    (root / "books").mkdir()
    write_workbook([old], root / "books/old.xlsx", vocabulary())
    [after] = read(Collection(root), [root / "m.yaml"])
    assert not after.faults
    write_workbook([other], root / "books/old.xlsx", vocabulary())
    [again] = read(Collection(root), [root / "m.yaml"])
    assert "did you mean 'summit-1962'?" in again.faults[0].advice
    (root / "books/old.xlsx").write_bytes(b"no workbook")
    [broken] = read(Collection(root), [root / "m.yaml"])
    assert "unknown case" in broken.faults[0].message


def test_files_that_refer_to_nothing_are_read_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = small.write(tmp_path, small.FILES)
    monkeypatch.setattr(registers, "_files", lambda folder: pytest.fail(f"looked into {folder}"))
    [told] = read(Collection(root), [root / "geneva-1985.yaml"])
    assert told.claims and not told.faults


@pytest.mark.parametrize("wrong", [False, True], ids=["sound", "faulty"])
def test_a_long_file_takes_as_long_as_its_length(tmp_path: Path, wrong: bool) -> None:
    """Four times the acts run four times the lines of code, less what is read once: not sixteen.

    Lines are counted, not seconds: the same on every machine, whatever else it does.
    """

    def lines(acts: int) -> int:
        to = "nobody{0}" if wrong else "gorbachev"
        line = "  - {{act: a{0}, kind: gift, by: reagan, to: " + to + ", credit: yes, cite: {0}}}\n"
        text = HEAD + "acts:\n" + "".join(line.format(n) for n in range(acts))
        text += "credits:\n" + "".join(
            f"  - {{from: gorbachev, to: reagan, act: a{n}, credit: thanks, id: k{n}, cite: 1}}\n"
            for n in range(acts)
        )
        text += "rival:\n" + "".join(
            f"  - {{of: acts.a{n}.kind, value: toast, cite: 2}}\n" for n in range(acts)
        )
        path = small.write(tmp_path, {k: v for k, v in small.FILES.items() if "case:" not in v})
        (path / "m.yaml").write_text(text)
        ran = 0

        def count(frame: FrameType, event: str, argument: object) -> Callable[..., Any] | None:
            nonlocal ran
            ran += event == "line"
            return count

        before = sys.gettrace()
        sys.settrace(count)
        try:
            [found] = read(Collection(path), [path / "m.yaml"])
        finally:
            sys.settrace(before)
        assert bool(found.faults) == wrong and len(found.claims) > acts
        return ran

    lines(10)  # what is read once and kept
    assert lines(400) < 4.05 * lines(100)


def test_a_file_without_a_title_adds_to_one_that_has_it(tmp_path: Path) -> None:
    more = HEAD.replace("title: A meeting\n", "").replace("coder: anna", "coder: ben")
    whole = {"n.yaml": HEAD}
    assert not reading(tmp_path / "one", more, **whole)[1]
    untitled = {"n.yaml": more}
    [found] = reading(tmp_path / "two", more, **untitled)[1]
    assert "the case has no title" in found.message


def test_a_meeting_that_ends_before_it_begins(tmp_path: Path) -> None:
    found = fault(tmp_path, HEAD.replace("1985-11-19", "1985-11-21/1985-11-19"))
    assert found.line == 6


def test_a_source_older_than_the_event_is_a_warning(tmp_path: Path) -> None:
    text = (
        HEAD.replace("1985-11-19", "1991") + "remarks:\n  - {remark: x, cite: 1 via reagan1990 3}\n"
    )
    found = fault(tmp_path, text)
    assert (found.severity, found.line) == ("warning", 11)
    assert "'reagan1990' (1990) is older than the event" in found.message
    assert str(found).startswith("m.yaml:11: warning: ")


def test_who_acts_should_be_listed(tmp_path: Path) -> None:
    text = HEAD.replace("  - {actor: gorbachev, cite: 1}\n", "")
    found = fault(tmp_path, text + "acts:\n  - {act: a, by: gorbachev, cite: 1}\n")
    assert (found.severity, found.line) == ("warning", 10)
    assert "add to who:" in found.advice


def test_all_faults_in_one_run_in_order_of_lines(tmp_path: Path) -> None:
    added = [a for a, *_ in FAULTS if a.startswith("acts:\n  - {act: a") and a.count("\n") == 1]
    rows = [row.partition("\n")[2].replace("act: a", f"act: a{n}") for n, row in enumerate(added)]
    _, faults = reading(tmp_path, HEAD + "acts:\n" + "\n".join(rows) + "\n")
    assert {f.line for f in faults} == set(range(11, 11 + len(rows)))
    assert [f.line for f in faults] == sorted(f.line or 0 for f in faults)


def test_missing_head(tmp_path: Path) -> None:
    assert "begins with case:" in fault(tmp_path, "- a\n").advice
    assert "has no key" in fault(tmp_path, "title: x\n").message
    assert fault(tmp_path, "case: Geneva 1985\n").advice == "write case: geneva-1985"
    _, faults = reading(tmp_path, "case: m\nsource: bramsen2024\n")
    assert {f.message for f in faults} == {"the case has no title", "the header cites nothing"}
    _, faults = reading(tmp_path, HEAD.replace("source: bramsen2024\n", ""))
    assert [f.message for f in faults] == ["no source is named"]
    _, faults = reading(tmp_path, HEAD.replace("source: bramsen2024", "source: bramsen2023"))
    assert [f.message for f in faults] == ["unknown source 'bramsen2023'"]  # once, of the head


def test_acts_that_do_not_follow_one_another(tmp_path: Path) -> None:
    acts = "acts:\n  - {act: a, part_of: c, cite: 1}\n  - {act: b, part_of: a, cite: 1}\n"
    acts += "  - {act: c, part_of: b, cite: 1}\n"
    _, faults = reading(tmp_path, HEAD + acts)
    assert [f.line for f in faults] == [11, 12, 13]
    assert "'a' and 'c' are part of each other" in faults[0].message
    late = "acts:\n  - {act: a, replies: b, cite: 1}\n  - {act: b, cite: 1}\n"
    found = fault(tmp_path, HEAD + late)
    assert (found.severity, found.line) == ("warning", 11)
    assert "replies to 'b', which comes after it" in found.message


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (b"case: [a\n", 1, "the brackets that open here lack a comma or their end"),
        (b"case: a\n\ttitle: b\n", 2, "a tab begins the line"),
        ("case: a\ntitle:\u00a0b\nwhen: 1985\n".encode(), 2, "a hard blank follows 'title:'"),
        (b"case: a\n  title: b\n", 2, "indented further"),
        ("case: a\ntitle: \u201cb: c\u201d\n".encode(), 2, "the text holds a second colon"),
        (b"case: a\ntitle:b\nwhen: 1\n", 2, "no colon and blank follow 'title:b'"),
        (b'case: a\ntitle: "b\nwhen: 1\n', 2, "the quote that opens here is not closed"),
        (b"case: a\ntitle: b \x07\n", 2, "an invisible character (U+0007)"),
        (b"case: a\ntitle: 'it's'\n", 2, "stands after a closing quote"),
        (b"who:\n  - {a: 1,\n     b: 2\n  - {c: 1}\n", 2, "the brackets that open here"),
        (b"who:\n   - {a: 1}\n  - {a: 2}\n", 3, "in another column"),
        ("case: a\n".encode("utf-16"), 1, "is UTF-16 text"),
        (b"case: a\ntitle: @b\n", 2, "cannot begin with @"),
        (b"case: a\ncase: b\n", 2, "the key 'case' stands twice"),
        (b"case: &x a\n", 1, "anchor or alias"),
        (b"case: a\n---\ncase: b\n", 2, "second document"),
        (b"case: a\ntitle: \xff\n", 2, "is not UTF-8"),
        (b"case: a\nwho: " + b"[" * 40 + b"]" * 40, 2, "nested deeper than 30 levels"),
        (b"{[a]: b}\n", 1, "a list or mapping stands where a key should"),
    ],
)
def test_what_is_no_yaml_of_ours(tmp_path: Path, text: bytes, line: int, message: str) -> None:
    (tmp_path / "m.yaml").write_bytes(text)
    [found] = read(Collection(tmp_path), [tmp_path / "m.yaml"])
    [only] = found.faults
    assert not found.sound and only.line == line and message in only.message


def test_what_only_several_files_show(tmp_path: Path) -> None:
    across = Across()
    root = small.write(tmp_path, {k: v for k, v in small.FILES.items() if "case:" not in v})
    for name, text in (
        ("a", HEAD + "part_of: b\n"),
        ("b", HEAD.replace("case: m", "case: b") + "part_of: c\n"),
        ("c", HEAD.replace("case: m", "case: c") + "part_of: m\n"),
        ("d", HEAD.replace("case: m", "case: d") + "part_of: m\n"),
        ("e", HEAD.replace("case: m", "case: d").replace("title: ", "title: not ")),
        (
            "f",
            HEAD.replace("case: m", "case: d").replace("A meeting\n", "B\n").replace("anna", "ben"),
        ),
    ):
        (root / f"{name}.yaml").write_text(text)
    readings = list(read(Collection(root), [root / f"{name}.yaml" for name in "abcdef"]))
    for found in readings:
        assert found.sound, found.faults
        across.add(found.claims)
    told = {(f.file, f.severity): f.message for f in across.faults()}
    assert told == {
        ("a.yaml", "error"): "'m' and 'b' are part of each other",
        ("b.yaml", "error"): "'b' and 'c' are part of each other",
        ("c.yaml", "error"): "'c' and 'm' are part of each other",
        ("e.yaml", "warning"): "'d' has another title in d.yaml, by the same coder",
    }
    _compare(readings)  # an ingest leaves those out
    assert [found.name for found in readings if not found.sound] == ["a.yaml", "b.yaml", "c.yaml"]


@pytest.mark.parametrize("name", ["k.xls", "k.ods", "k.csv", "k.docx", "k.pdf"])
def test_a_file_saved_otherwise_is_told_how_to_be_saved(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"\xd0\xcf\x11\xe0")
    [found] = read(Collection(tmp_path), [tmp_path / name])
    assert not found.sound and "is not read" in found.faults[0].message
    swept = collect(Collection(tmp_path))[0]
    assert [f.name for f in swept] == ([name] if name in ("k.xls", "k.ods") else [])
    for told in read(Collection(tmp_path), swept, explicit=False):
        assert told.kind == "" and [f.severity for f in told.faults] == ["warning"]


def test_files_are_found_or_told(tmp_path: Path) -> None:
    small.write(tmp_path, small.FILES)
    (tmp_path / ".hidden").mkdir()
    (tmp_path / ".hidden" / "x.yaml").write_text("case: x\n")
    (tmp_path / "~$book.xlsx").write_text("")
    files, folders = collect(Collection(tmp_path))
    assert {f.relative_to(tmp_path).as_posix() for f in files} == set(small.FILES)
    assert folders == [tmp_path]
    with pytest.raises(DataError, match="is not there"):
        collect(Collection(tmp_path), [tmp_path / "none.yaml"])


# -- what a line says -----------------------------------------------------------------------------


def said(claims: list[Claim], predicate: str) -> list[Claim]:
    return [claim for claim in claims if claim.predicate == predicate]


def sound(tmp_path: Path, added: str, **more: str) -> list[Claim]:
    claims, faults = reading(tmp_path, HEAD + added, **more)
    assert not [f for f in faults if f.severity == "error"], faults
    return claims


def test_geneva_line_by_line(tmp_path: Path) -> None:
    claims, faults = reading(tmp_path, small.GENEVA)
    assert faults == []
    [credit, back] = said(claims, "credit")
    assert (credit.subject, credit.object) == ("actor/reagan", "actor/gorbachev")
    assert credit.qualifiers == {
        "act": "invitation",
        "ritual": "ritual/geneva-1985/asks",
        "meeting": "meeting/geneva-1985",
        "phase": "phase/geneva-1985/walk",
        "intensity": 2,
        "uptake": "accepted",
    }
    assert credit.citations[0].to_dict() == {
        "source": "source/bramsen2024",
        "locator": "192",
        "relation": "supports",
        "via": "source/reagan1990",
        "via_locator": "15",
    }
    assert (credit.order, back.order, back.citations[0].source) == (2, 3, "source/reagan1990")
    assert credit.origin.file == "m.yaml"
    assert small.GENEVA.splitlines()[credit.origin.line - 1].startswith("  - {act: asks")
    [reply] = said(claims, "replies_to")
    assert reply.qualifiers == {"how": "reciprocates"}
    assert [c.value for c in said(claims, "lasted")] == ["~ 90 min", "24 s"]
    [bond] = said(claims, "bond")
    assert bond.said_by == "actor/gorbachev"
    told, right = [c for c in said(claims, "took_part") if c.subject == "actor/gorbachev"]
    assert (told.qualifiers["office"], told.correction) == ("president", False)
    assert (right.qualifiers["office"], right.correction) == ("general secretary", True)
    assert (right.as_told, right.citations[0].source) == ("president", "source/archigos")
    parts = {(c.subject, c.qualifiers["part"]) for c in said(claims, "performed")}
    assert ("actor/reagan", "joint") in parts and ("actor/gorbachev", "recipient") in parts


def test_everything_is_text(tmp_path: Path) -> None:
    """Norway is not false, and 24:30 is no number."""
    actors = small.ACTORS + "  no: {name: Norway, kind: state}\n"
    claims = sound(
        tmp_path,
        "acts:\n  - {act: a, by: no, for: 24:30, at: 0x10, uptake_public: no, cite: 1e3}\n",
        **{"actors.yaml": actors},
    )
    assert said(claims, "performed")[0].subject == "actor/no"
    assert said(claims, "lasted")[0].value == "24:30"
    assert said(claims, "staged")[0].citations[0].locator == "1e3"


def test_what_is_not_told_is_left_out(tmp_path: Path) -> None:
    claims = sound(tmp_path, "acts:\n  - {act: a, cite: 1}\n")
    assert {c.predicate for c in claims if "ritual/m/a" in (c.subject, c.object)} == {"staged"}


def test_unclear_may_be_said(tmp_path: Path) -> None:
    text = "credits:\n  - {from: reagan, to: gorbachev, credit: gift, intent: not observable, cite: 1}\n"
    assert said(sound(tmp_path, text), "credit")[0].qualifiers["intent"] == "not-observable"


def test_citations_in_every_form(tmp_path: Path) -> None:
    forms = {
        "1": [("bramsen2024", "1", "", "")],
        "[1, 2]": [("bramsen2024", "1", "", ""), ("bramsen2024", "2", "", "")],
        "1 via reagan1990 15": [("bramsen2024", "1", "reagan1990", "15")],
        "reagan1990 160": [("reagan1990", "160", "", "")],
        "archigos USSR-1985": [("archigos", "USSR-1985", "", "")],
        "doc. 173": [("bramsen2024", "doc. 173", "", "")],
        "abstract": [("bramsen2024", "abstract", "", "")],
        "00:01:24": [("bramsen2024", "00:01:24", "", "")],
        "{source: archigos, locator: x}": [("archigos", "x", "", "")],
        "{locator: 4, via: reagan1990}": [("bramsen2024", "4", "reagan1990", "")],
    }
    for text, expected in forms.items():
        claims = sound(tmp_path, f"remarks:\n  - {{remark: x, cite: {text}}}\n")
        found = [
            (c.source[7:], c.locator, c.via[7:], c.via_locator)
            for c in said(claims, "remark")[0].citations
        ]
        assert found == expected, text


def test_rivals_say_nothing_but_what_they_are_about(tmp_path: Path) -> None:
    base = (
        "phases:\n  - {phase: walk, what: a walk, mode: friendly, cite: 1}\n"
        "outcomes:\n  - {outcome: more, what: two summits, kind: none, from: walk, cite: 1}\n"
        "modes:\n  - {mode: friendly, in: walk, degree: partly, cite: 1}\n"
        "emotions:\n  - {actor: reagan, emotion: hope, how: reported, in: walk, cite: 1}\n"
    )
    told = {c.id for c in sound(tmp_path, base)}
    for of, value, predicate in (
        ("outcomes.more.kind", "next-meeting", "outcome_kind"),
        ("modes.friendly.degree", "present", "mode"),
        ("emotions.reagan.how", "displayed", "felt"),
        ("phases.walk.mode", "dominant", "mode"),
        ("when", "1985", "dated"),
        ("title", "Another title", "titled"),
    ):
        line = f"rival:\n  - {{of: {of}, value: {value}, coder: ben, cite: 2}}\n"
        claims = sound(tmp_path, base + line)
        new = [c for c in claims if c.id not in told]
        assert predicate in {c.predicate for c in new}, of
        assert all(c.coder == "ben" and c.citations[0].locator == "2" for c in new)
        # What is repeated agrees with what was told.
        values = {
            (c.subject, c.predicate): c.value for c in claims if c.coder == "anna" and c.value
        }
        for claim in new:
            if claim.value and claim.predicate != predicate:
                assert values.get((claim.subject, claim.predicate), claim.value) == claim.value
        assert len({c.subject for c in said(claims, "led_to")}) == 1


def test_a_series_with_its_parts(tmp_path: Path) -> None:
    text = "scope: series\nparts:\n  - {case: m-1, title: First, cite: 2}\n  - {case: m-2, title: Second, cite: 3, coder: ben}\n"
    claims = sound(tmp_path, text)
    parts = said(claims, "part_of")
    assert {(c.subject, c.object) for c in parts} == {
        ("meeting/m-1", "meeting/m"),
        ("meeting/m-2", "meeting/m"),
    }
    assert {c.coder for c in claims if c.about == "meeting/m-2"} == {"ben"}
    _, faults = reading(tmp_path, HEAD + text.replace("m-2", "m-1"))
    assert "stands twice in this file" in faults[0].message


def test_an_act_outside_any_encounter_stands_for_itself(tmp_path: Path) -> None:
    text = "acts:\n  - {act: letter, kind: letter, outside: yes, by: reagan, to: gorbachev, when: 1986, cite: 1}\n"
    claims = sound(tmp_path, text)
    mine = [c for c in claims if "ritual/m/letter" in (c.subject, c.object)]
    assert {c.about for c in mine} == {"ritual/m/letter"}
    assert not said(claims, "staged")


def test_registers_hold_below_and_the_nearest_counts(tmp_path: Path) -> None:
    files = {
        **small.FILES,
        "deep/actors.yaml": "actors:\n  thatcher: {name: Margaret Thatcher, kind: person}\n",
        "deep/er/t.yaml": HEAD.replace("reagan", "thatcher").replace("case: m", "case: t"),
    }
    _, faults = small.read_all(small.write(tmp_path, files))
    assert faults == []
    files["t.yaml"] = files.pop("deep/er/t.yaml")
    _, faults = small.read_all(small.write(tmp_path, files))
    assert "unknown actor 'thatcher'" in faults[0].message


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("actors.yaml", "actors:\n  a: {kind: person}\n", "has no name"),
        ("actors.yaml", "actors:\n  a: {name: A}\n", "has no kind"),
        ("actors.yaml", "actors:\n  a: {name: A, kind: alien}\n", "unknown actor-kind 'alien'"),
        ("actors.yaml", "actors:\n  A b: {name: A, kind: person}\n", "is no key"),
        ("actors.yaml", "actors:\n  a: A\n", "has no fields"),
        ("actors.yaml", "people: {}\n", "has no 'actors:' with entries"),
        ("actors.yaml", "actors:\n  a: {name: A, kind: group, of: b}\n", "unknown actor 'b'"),
        ("places.yaml", "places:\n  a: {name: A, size: 3}\n", "unknown key 'size'"),
        ("sources.yaml", "sources:\n  a: {issued: 1990}\n", "has neither title nor author"),
        ("sources.yaml", "sources:\n  a: {title: A, access: secret}\n", "unknown access 'secret'"),
        ("sources.yaml", "sources:\n  a: {title: A, access: [public]}\n", "'access' is no text"),
        ("sources.yaml", "sources:\n  a: {title: A, named_as: x}\n", "unknown named_as 'x'"),
        ("sources.yaml", "sources:\n  a: {title: A, speaker: x}\n", "unknown actor 'x'"),
        ("sources.yaml", "sources:\n  a: {title: A, memo: [x]}\n", "'memo' is no text"),
    ],
)
def test_faults_of_registers(tmp_path: Path, name: str, text: str, message: str) -> None:
    (tmp_path / name).write_text(text)
    [found] = read(Collection(tmp_path), [tmp_path / name])
    assert message in found.faults[0].message
    assert found.faults[0].line in (1, 2) and not found.sound


def test_the_shipped_cases_are_without_fault() -> None:
    files, _ = collect(shipped())
    found = list(read(shipped(), files))
    assert sum(reading.kind == "case" for reading in found) > 30
    assert [str(f) for r in found for f in r.faults if f.severity == "error"] == []


def test_an_act_is_no_longer_than_the_encounter_says_of_itself(tmp_path: Path) -> None:
    text = (
        HEAD.replace("when: 1985-11-19", "for: 20 min") + "acts:\n  - {act: a, for: 1 h, cite: 1}"
    )
    found = fault(tmp_path, text)
    assert (found.line, found.code) == (11, "duration") and "lasts 1 h" in found.message


def test_where_nothing_is_an_encounter_nothing_is_told_of_one(tmp_path: Path) -> None:
    head = HEAD.partition("when:")[0] + "scope: outside\n"
    act = "acts:\n  - {act: letter, kind: letter, by: reagan, to: gorbachev, when: 1985-03, cite: 1}\n"
    claims, faults = reading(tmp_path, head + act)
    assert not faults and {c.about for c in claims} == {"ritual/m/letter"}
    _, faults = reading(tmp_path, head + "where: geneva\n" + act)
    assert "outside" in {f.code for f in faults}
    who = "who:\n  - {actor: reagan, cite: 1}\n"
    _, faults = reading(tmp_path, head + act + who)
    assert {f.code for f in faults} == {"outside"}
