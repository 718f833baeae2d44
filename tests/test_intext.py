"""Citations in running text, pages, candidates and their review."""

from __future__ import annotations

import random
import re
import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from test_references import CHAPTER, LIST, mutate, seed
from typer.testing import CliRunner

from visavis.cli import app
from visavis.ingest import candidates, intext, pages
from visavis.ingest.registers import SHIPPED, Registers
from visavis.ingest.run import Collection, collect, read
from visavis.ingest.yamltext import read as read_yaml
from visavis.schema.errors import DataError, NotFoundError

GOLD = Path(__file__).parent / "gold"

WORKS: dict[str, dict[str, Any]] = {
    "reagan1990": {"author": ["Reagan, Ronald"], "issued": "1990", "title": "An American Life"},
    "collins2004": {"author": ["Collins, Randall"], "issued": "2004", "title": "Chains"},
    "collins2008": {"author": ["Collins, Randall"], "issued": "2008", "title": "Violence"},
    "hw2020": {"author": ["Holmes, Marcus", "Wheeler, Nicholas J."], "issued": "2020", "title": "Bonding"},
    "hunt2016": {"author": ["Hunt, Jonathan", "Reynolds, David"], "issued": "2016", "title": "Geneva"},
    "smith2005a": {"author": ["Smith, A."], "issued": "2005", "year-suffix": "a", "title": "One"},
    "smith2005b": {"author": ["Smith, A."], "issued": "2005", "year-suffix": "b", "title": "Two"},
    "jones2010x": {"author": ["Jones, Ann"], "issued": "2010", "title": "X"},
    "jones2010y": {"author": ["Jones, Bob"], "issued": "2010", "title": "Y"},
    "vonbraun1960": {"author": ["von Braun, Wernher"], "issued": "1960", "title": "Rockets"},
    "ban2021": {"author": ["Ban, Ki-moon"], "issued": "2021", "title": "Memoir"},
    "vayrynen2019": {"author": ["Väyrynen, Tarja"], "issued": "2019", "title": "Corporeal"},
    "goffman2005": {"author": ["Goffman, Erving"], "issued": {"date-parts": [[2005]], "literal": "2005 [1967]"},
                    "original-date": {"date-parts": [[1967]]}, "title": "Ritual"},
    "kelley1983": {"author": ["Kelley, H.", "Berscheid, E.", "Christensen, A."], "issued": "1983", "title": "Close"},
    "ministry2015": {"author": [{"literal": "Ministry of Foreign Affairs"}], "issued": "2015", "title": "Report"},
    "unwomen": {"author": [{"literal": "UN Women"}], "title": "Facts"},
    "cooper-2022": {"author": ["Cooper, Robert"], "issued": "2022", "kind": "interview", "title": "Interview"},
    "mellbin-2022": {"author": ["Mellbin, Franz-Michael"], "issued": "2022", "kind": "interview", "title": "Interview"},
    "notes-2019": {"author": ["Bramsen, Isabel"], "issued": "2019", "kind": "fieldwork", "title": "Notes"},
}  # fmt: skip


def library() -> intext.Library:
    made = intext.Library()
    made.add(WORKS.items(), "bibliography")
    return made


def found(text: str) -> list[intext.Found]:
    return intext.cited_in(pages.read_plain(text, "t"), library(), places=["Kosovo", "Geneva"])


def told(text: str) -> list[tuple[str, str, str]]:
    """As printed, the work, the locator: of what is no doubt a citation."""
    return [
        (c.printed, c.work.key if c.work else "?", c.locator)
        for f in found(text) if not f.doubtful for c in f.works
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("As Reagan (1990, 15) recalls, it went well.", [("Reagan (1990, 15)", "reagan1990", "15")]),
        ("In Reagan’s (1990: 15–17) memoir.", [("Reagan’s (1990: 15–17)", "reagan1990", "15-17")]),
        ("Others (see Collins 2004, 2008; cf. Hunt & Reynolds, 2016, pp. 160–161).",
         [("Collins 2004", "collins2004", ""), ("Collins 2008", "collins2008", ""),
          ("Hunt & Reynolds, 2016, pp. 160–161", "hunt2016", "160-161")]),
        ("Smith (2005a, 2005b) and (Smith 2005b: 3).",
         [("Smith (2005a)", "smith2005a", ""), ("Smith (2005b)", "smith2005b", ""), ("Smith 2005b: 3", "smith2005b", "3")]),
        ("So (Ann Jones 2010).", [("Ann Jones 2010", "jones2010x", "")]),
        ("So (Jones 2010).", [("Jones 2010", "?", "")]),
        ("Von Braun (1960) built them (von Braun 1960, ch. 3).",
         [("Von Braun (1960)", "vonbraun1960", ""), ("von Braun 1960, ch. 3", "vonbraun1960", "ch. 3")]),
        ("Goffman (2005 [1967], 24) has it.", [("Goffman (2005 [1967], 24)", "goffman2005", "24")]),
        ("(Ki-moon 2021, 79)", [("Ki-moon 2021, 79", "ban2021", "79")]),
        ("As Vayrynen (2019, 148) says.", [("Vayrynen (2019, 148)", "vayrynen2019", "148")]),
        ("Kelley and colleagues (1983) and (Kelley et al., 1983; Ministry of Foreign Affairs 2015, 3).",
         [("Kelley and colleagues (1983)", "kelley1983", ""), ("Kelley et al., 1983", "kelley1983", ""),
          ("Ministry of Foreign Affairs 2015, 3", "ministry2015", "3")]),
        ("A spark (quoted in Hunt and Reynolds 2016, 160).", [("Hunt and Reynolds 2016, 160", "hunt2016", "160")]),
        ("(Reagan 1990, as cited in Collins 2004, 35)",
         [("Reagan 1990", "reagan1990", ""), ("Collins 2004, 35", "collins2004", "35")]),
        ("What Reagan would call “a spark” (1990, 87).", [("Reagan (1990, 87)", "reagan1990", "87")]),
        ("Half of them (UN women).", [("UN women", "unwomen", "")]),
        ("Scanned (Reagan l990, 15).", [("Reagan l990, 15", "reagan1990", "15")]),
        ("Likewise, Holmes and Wheeler (2020) show it.", [("Holmes and Wheeler (2020)", "hw2020", "")]),
        ("(Holmes/Wheeler 2020)", [("Holmes/Wheeler 2020", "hw2020", "")]),
        ("One (Nobody 2001) unknown.", [("Nobody 2001", "?", "")]),
        ("Told so (see @reagan1990, 15) and [@collins2004].",
         [("@reagan1990, 15", "reagan1990", "15"), ("@collins2004", "collins2004", "")]),
        ("Seen there (field notes, 14 June 2019).", [("field notes, 14 June 2019", "notes-2019", "")]),
        ("(Holmes 2020)", [("Holmes 2020", "?", "")]),  # not the work of two
        ("(Smith 2005c)", [("Smith 2005c", "?", "")]),  # a letter that no work has
    ],
)  # fmt: skip
def test_a_citation(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "In 1985 (the year of Geneva) and in May 1990 (two years after the summit of 1988) they met.",
        "Talks with the FARC (2012-2016) and in Cyprus (2014–2016) went on.",
        "The talks of Serbia and Kosovo (2014), video footage shows, were tense.",
        "Xi and Biden 2021 is no work, nor is the Security Council 2018 or World War II (1939-1945).",
        "On 12 May 1990 (1990) and (12 May 1990), (born 1950), (since 1989), (p. 15), (Figure 3; 2004).",
        "Resolution (1325), (New York: Simon and Schuster, 1990), (Oxford University Press, 2016).",
        "(Image 7.1) (or not) (e.g., G7, G20) (more than 46 seconds) ($3 million in 2016)",
        "Reagan 1990 was a good year for him.",
    ],
)
def test_no_citation(text: str) -> None:
    assert told(text) == []


def test_interviews_are_told_apart_by_the_person_named_before() -> None:
    text = (
        "The mediator, Robert Cooper, recalls it: “We did not notice” (Interview by author 2022).\n\n"
        "Franz-Michael Mellbin planned it all. He says: “It succeeded” (Interview by author 2022).\n\n"
        "Mellbin met Cooper: “Yes” (Interview by author 2022).\n\n(interview with Cooper, 2022)\n"
    )
    works = [c for f in found(text) for c in f.works]
    keys = [c.work.key if c.work else "?" for c in works]
    assert keys == ["cooper-2022", "mellbin-2022", "?", "cooper-2022"]
    assert {w.key for w in works[2].near} == {"cooper-2022", "mellbin-2022"}


def test_prefix_within_and_candidates() -> None:
    (item,) = found("(Gorbachev, quoted in Hunt and Reynolds 2016, 160; see also Reagan 1991)")
    first, second = item.works
    assert first.prefix == "Gorbachev, quoted in" and second.prefix == "see also"
    assert second.work is None and [w.key for w in second.near] == ["reagan1990"]
    (item,) = found("(Reagan 1990, as cited in Collins 2004, 35)")
    assert item.works[0].within == "Collins 2004, 35"


# -- pages ----------------------------------------------------------------------------------------


def page_of(text: pages.Text, words: str) -> str:
    at = text.text.index(words)
    return text.page(at, at + len(words))


def test_pages_by_form_feeds_and_hyphens() -> None:
    text = pages.read_plain(
        "Head\nThey met in Gen-\neva and talk-\f\ned long.\n12\n\fMore micro-\nsocial, micro-social.\n",
        "t",
    )
    assert text.how == "form feeds, counted from 1"
    assert "met in Geneva and" in text.text and "micro-social, micro-social" in text.text
    assert page_of(text, "More") == "3"
    raw = "".join(f"Body of page {n} goes on\nhere and there\n{n}\n\f" for n in range(41, 46))
    text = pages.read_plain(raw, "t")
    assert text.how == "form feeds, with the numbers printed on the pages"
    assert page_of(text, "page 43") == "43"
    assert "\n43" not in text.text  # the number is furniture


def test_pages_by_marks() -> None:
    text = pages.read_plain("It began [p. 192] here and\nwent on. [p. 193] Then it ended.", "t")
    assert text.how == "marks in the text"
    assert page_of(text, "It began") == "191"
    assert page_of(text, "here and went on. Then") == "192-193"
    assert text.text.startswith("It began here and")


def test_a_text_without_pages_counts_paragraphs() -> None:
    text = pages.read_plain("One.\n\nTwo here.\n\nThree.\n", "t")
    assert text.how == "" and page_of(text, "Two here") == "par. 2"
    assert text.place(text.text.index("Three")) == (17, 5)


def test_markup(tmp_path: Path) -> None:
    html = tmp_path / "a.html"
    html.write_text(
        "<html><head><title>x</title><style>p{}</style></head><body><nav>Menu 1999 (Menu 1999)</nav>"
        '<p>Told by <i>Reagan</i> (1990, 15).</p><span role="doc-pagebreak" aria-label="7"></span>'
        "<p>More (Collins&nbsp;2004).</p><script>(Smith 2005)</script></body></html>"
    )
    text = pages.read_text(html, "a.html")
    items = intext.cited_in(text, library())
    assert [(c.work.key, text.page(f.start)) for f in items for c in f.works if c.work] == [
        ("reagan1990", "6"), ("collins2004", "7"),
    ]  # fmt: skip
    jats = tmp_path / "a.xml"
    jats.write_text(
        '<?xml version="1.0"?><!DOCTYPE article [<!ENTITY x "boom">]><article><front><p>(Smith 2005a)</p></front><body>'
        '<sec><title>One</title><p>As <xref ref-type="bibr" rid="reagan1990">the memoir</xref> says (Collins 2008).</p></sec>'
        "</body><back><ref-list><ref>Reagan (1990)</ref></ref-list></back></article>"
    )
    text = pages.read_text(jats, "a.xml")
    keys = [c.work.key for f in intext.cited_in(text, library()) for c in f.works if c.work]
    assert keys == ["reagan1990", "collins2008"]
    tei = tmp_path / "b.xml"
    tei.write_text(
        '<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader/><text><body><pb n="4"/><p>So <ref type="bibr" '
        'target="#hw2020">Holmes</ref> and on <pb n="5"/>(Reagan 1990).</p></body></text></TEI>'
    )
    text = pages.read_text(tei, "b.xml")
    assert [(c.work.key, text.page(f.start)) for f in intext.cited_in(text, library()) for c in f.works if c.work] == [
        ("hw2020", "4"), ("reagan1990", "5"),
    ]  # fmt: skip
    tei.write_text("<TEI><text><p>broken")
    with pytest.raises(DataError, match="no sound XML"):
        pages.read_text(tei, "b.xml")
    pdf = tmp_path / "c.txt"
    pdf.write_bytes(b"%PDF-1.7 ...")
    with pytest.raises(DataError, match="pdftotext"):
        pages.read_text(pdf, "c.txt")


# -- the chapter ----------------------------------------------------------------------------------


def test_the_chapter_of_the_seed(tmp_path: Path) -> None:
    gold = yaml.safe_load((GOLD / "chapter-citations.yaml").read_text())
    chapter, listed = tmp_path / "chapter.txt", tmp_path / "list.txt"
    chapter.write_text(seed(CHAPTER), encoding="utf-8")
    listed.write_text(seed(LIST), encoding="utf-8")
    report = candidates.read_in(
        tmp_path, chapter, bibliography=[listed], source="bramsen2024", write=False
    )
    assert report.pages == "running heads, and lines that begin with one blank"
    rows = [(c["page"], c["citation"], c["source"]) for c in report.citations]
    true = [(c["page"], c["printed"], c.get("list", c["means"])) for c in gold["citations"]]
    assert len(true) == 98
    missed = [row for row in true if row not in rows]
    false = [row for row in rows if row not in true]
    assert not false and len(missed) <= 0.02 * len(true), (missed, false)
    assert [c["citation"] for c in report.doubtful] == ["Serbia and Kosovo (2014)"]
    inside = " ".join(c["in"] for c in report.citations)
    assert not any(words in inside for words in gold["not_citations"])
    raw = chapter.read_text(encoding="utf-8")
    assert all(
        " ".join(raw[c["start"] : c["end"]].split())[:4] == c["text"][:4] for c in report.citations
    )
    # The pages that the shipped register gives for each work agree with those found here.
    shipped = Registers.of(SHIPPED, SHIPPED).sources
    for row in gold["citations"]:
        cite = str(shipped[row["means"]].get("cite", ""))
        assert row["page"].partition("-")[0] in cite or row["means"] == "dunn2016", (row, cite)


# -- candidates and review ------------------------------------------------------------------------

TEXT = """[p. 11] Ronald Reagan and Gorbachev shook hands at Geneva, and Reagan (1990, 12) was hopeful. Nothing
else is cited here.

A handshake is a ritual (Collins 2004, 17). The two [p. 12] went for a walk (Nobody 2001).
"""


def a_project(folder: Path) -> Path:
    (folder / "visavis.yaml").write_text("project: test\ncoder: anna\n")
    (folder / "refs.bib").write_text(
        "@book{reagan1990, author={Reagan, Ronald}, title={An American Life}, year={1990}}\n"
        "@book{collins2004, author={Collins, Randall}, title={Chains}, year={2004}}\n"
    )
    (folder / "chapter.txt").write_text(TEXT)
    return folder


def test_candidates(tmp_path: Path) -> None:
    root = a_project(tmp_path)
    report = candidates.read_in(root, root / "chapter.txt", source="mychapter")
    assert (report.new, report.kept, report.resolved, len(report.citations)) == (3, 0, 2, 3)
    (path,) = candidates.files(root)
    sheet = candidates.load(path)
    first, second, third = sheet.candidates
    assert first.page == "11" and third.page == "11-12"
    assert first.actors == ["reagan", "gorbachev"] and first.places == ["geneva"]
    assert first.encounters[0] == "geneva-1985"
    assert "handshake" in second.terms
    assert third.cites == [{"printed": "Nobody 2001", "source": "", "near": []}]
    assert sheet.counts() == {"later": 3, "accept": 0, "reject": 0, "gone": 0}
    assert candidates.confirm(root, sheet).files == []  # nothing is accepted, nothing is written

    with pytest.raises(DataError, match="say what it is told of"):
        candidates.decide(sheet, first.id, "accept", coder="anna")
    with pytest.raises(NotFoundError):
        candidates.decide(sheet, "nobody", "reject")
    candidates.decide(sheet, first.id, "accept", coder="anna", on_day="2026-11-23",
                      case="geneva-1985", remark="his hopes rose")  # fmt: skip
    candidates.decide(sheet, second.id, "reject", coder="anna", on_day="2026-11-23")
    candidates.save(sheet)

    # Read again, with a sentence changed and another taken out: decisions stay.
    (root / "chapter.txt").write_text(TEXT.replace("Nobody 2001", "Nobody 2002"))
    report = candidates.read_in(root, root / "chapter.txt")
    assert (report.new, report.kept, report.gone, report.source) == (1, 2, 0, "mychapter")
    sheet = candidates.load(path)
    assert [c.decision for c in sheet.candidates] == ["accept", "reject", "later"]
    before = path.read_bytes()
    candidates.read_in(root, root / "chapter.txt")
    assert path.read_bytes() == before

    done = candidates.confirm(root, sheet)
    assert not [f for f in done.faults if f.severity == "error"] and done.claims == 1
    case, _ = read_yaml(root / "cases" / "chapter" / "geneva-1985.yaml", "x")
    assert (case["source"], case["coder"], case["coded_on"]) == ("mychapter", "anna", "2026-11-23")
    assert not {"title", "scope", "cite"} & set(case)  # nothing that nobody accepted
    (remark,) = case["remarks"]
    assert remark["remark"] == "his hopes rose"
    assert dict(remark["cite"][0]) == {
        "source": "mychapter",
        "locator": "11",
        "via": "reagan1990",
        "via_locator": "12",
    }

    # Taking it back takes the file away.
    candidates.decide(sheet, sheet.candidates[0].id, "later")
    assert candidates.confirm(root, sheet).files == []
    assert not list((root / "cases" / "chapter").glob("*.yaml"))


def test_a_text_brings_its_own_list(tmp_path: Path) -> None:
    root = a_project(tmp_path)
    paper = root / "paper.txt"
    paper.write_text(
        "They bond (Boyns and Luery 2015, 150), as Goss (2007) shows.\n\n"
        + "It goes on for a while, so that nobody takes the whole for a list of references. " * 12
        + "\n\nReferences\n\nBoyns, David, and Luery, Sarah. (2015) “Negative Emotional Energy.” Social\n"
        "Sciences 4(1): 148–70.\n\nDoern, Rachel, and Goss, David. (2014) “The Role of Emotions.” "
        "Entrepreneurship 38(4): 863–90.\n\nGoss, David. (2007) “Enterprise Ritual.” British Journal of "
        "Management 19(2): 120–37.\n"
    )
    report = candidates.read_in(root, paper)
    assert [(c["citation"], c["source"]) for c in report.citations] == [
        ("Boyns and Luery 2015, 150", "boyns2015-negative-emotional"),
        ("Goss (2007)", "goss2007-enterprise-ritual"),
    ]
    assert report.doubtful == [] and report.new == 1


def test_a_statement_of_any_kind_and_an_actor_alone(tmp_path: Path) -> None:
    root = a_project(tmp_path)
    candidates.read_in(root, root / "chapter.txt")
    sheet = candidates.load(candidates.files(root)[0])
    first, second, _ = sheet.candidates
    candidates.decide(sheet, first.id, "accept", coder="anna", case="geneva-1985",
                      statement={"act": "hands", "kind": "handshake", "by": "reagan", "to": "gorbachev"})  # fmt: skip
    candidates.decide(sheet, second.id, "accept", coder="anna", on="reagan")
    done = candidates.confirm(root, sheet)
    assert not [f for f in done.faults if f.severity == "error"], done.faults
    assert {p.name for p in done.files} == {
        "actors.yaml",
        "sources.yaml",
        "geneva-1985.yaml",
        "chapter-actors.yaml",
    }
    second.statement = {"nothing": "known"}
    assert candidates.confirm(root, sheet).faults[0].message.startswith("its statement is none")
    second.statement, second.case = {}, "geneva-1958"
    assert "did you mean 'geneva-1985'" in candidates.confirm(root, sheet).faults[0].message


def test_a_file_may_add_to_what_another_tells_of(tmp_path: Path) -> None:
    root = a_project(tmp_path)
    (root / "sources.yaml").write_text("sources:\n  talk: {type: book, title: Talk}\n")
    told = "case: lunch\ntitle: A lunch\nsource: talk\ncite: 3\nwhen: 1985\n"
    more = "case: lunch\nsource: talk\nremarks:\n  - {remark: it rained, cite: 4}\n"

    def faults() -> dict[str, list[str]]:
        found = read(Collection(root), collect(Collection(root))[0])
        made = {r.name: [f"{f.line} {f.message}" for f in r.faults] for r in found}
        return {name: made[name] for name in made if name.endswith(("told.yaml", "more.yaml"))}

    (root / "more.yaml").write_text(more)
    assert faults() == {"more.yaml": ["1 the case has no title", "1 the header cites nothing"]}
    (root / "sub").mkdir()
    (root / "sub" / "more.yaml").write_text(told)  # another file of the same name
    assert faults() == {"more.yaml": [], "sub/more.yaml": []}
    (root / "sub" / "more.yaml").rename(root / "told.yaml")
    assert faults() == {"more.yaml": [], "told.yaml": []}
    [added] = [r for r in read(Collection(root), [root / "more.yaml"])]
    assert [c.predicate for c in added.claims] == ["remark"]
    (root / "more.yaml").write_text(more + "channel: telephone\n")
    assert faults()["more.yaml"] == ["5 nothing is cited"]


LISTED = """Numbers

Reagan met Gorbachev at Geneva [1, p. 12]. Others have seen it so [2, 3], and page [12] is none.
{more}
References

[1] Reagan, Ronald. 1990. An American Life. New York: Simon and Schuster.

[2] Collins, Randall. 2004. Interaction Ritual Chains. Princeton: Princeton University Press.

[3] Turner, Jonathan. 2002. Face to Face. Stanford: Stanford University Press.

[4] Goffman, Erving. 1967. Interaction Ritual. Garden City: Anchor Books.
"""


def test_numbers_are_citations_where_the_text_has_a_numbered_list(tmp_path: Path) -> None:
    root = a_project(tmp_path)
    long = "It goes on for a while, so that nobody takes the whole for a list. " * 20
    text = LISTED.format(more=long)

    def found(told: str) -> list[tuple[str, str, str]]:
        (root / "numbers.txt").write_text(told)
        report = candidates.read_in(root, root / "numbers.txt")
        return [(c["citation"], c["source"], c["locator"]) for c in report.citations]

    # A number that the list has not makes all of them doubtful: pages, perhaps, or notes.
    assert found(text) == []
    sound = text.replace("page [12] is none", "elsewhere [1-3]")
    assert found(sound) == [
        ("[1, p. 12]", "reagan1990-american-life", "12"),
        ("[2, 3]", "collins2004-interaction-ritual", ""),
        ("[2, 3]", "turner2002-face-face", ""),
        ("[1-3]", "reagan1990-american-life", ""),
        ("[1-3]", "collins2004-interaction-ritual", ""),
        ("[1-3]", "turner2002-face-face", ""),
    ]
    sheet = candidates.load(root / "candidates" / "numbers.yaml")
    assert {c["source"] for c in sheet.candidates[0].cites} == {"reagan1990-american-life"}
    assert sheet.candidates[0].actors == ["reagan", "gorbachev"]
    few = sound.replace("[2, 3]", "too").replace("[1-3]", "too")
    assert found(few) == []  # one of four: too few to be how this text cites
    unnumbered = re.sub(r"(?m)^\[\d\] ", "", sound)
    assert found(unnumbered) == []


def test_an_author_is_no_place_and_no_namesake(tmp_path: Path) -> None:
    root = a_project(tmp_path)
    with (root / "refs.bib").open("a") as file:
        file.write("@book{berlin1985, author={Berlin, Isaiah}, title={Ideas}, year={1985}}\n")
        file.write("@book{b2, author={Gorbachev, Anna}, title={Rites}, year={1986}}\n")
    (root / "actors.yaml").write_text(
        "actors:\n  gorbachev: {name: Mikhail Gorbachev, kind: person}\n"
    )
    (root / "places.yaml").write_text("places:\n  berlin: {name: Berlin}\n")
    (root / "told.txt").write_text(
        "At the summit in Berlin (1985) they met. As argued in Berlin (1985), ideas matter. Berlin "
        "(1985) argues it. Gorbachev (1986) shows it. They wrote it (Berlin 1985, 3) in Berlin.\n"
    )
    report = candidates.read_in(root, root / "told.txt", bibliography=[root / "refs.bib"])
    assert [c["citation"] for c in report.doubtful] == ["Berlin (1985)"]
    assert [c["source"] for c in report.citations] == [
        "berlin1985", "berlin1985", "gorbachev1986-rites", "berlin1985",
    ]  # fmt: skip
    sheet = candidates.load(root / "candidates" / "told.yaml")
    assert [(c.actors, c.places) for c in sheet.candidates] == [
        ([], []), ([], []), ([], []), ([], ["berlin"]),
    ]  # fmt: skip


def test_a_broken_file_says_where(tmp_path: Path) -> None:
    root = a_project(tmp_path)
    candidates.read_in(root, root / "chapter.txt")
    (path,) = candidates.files(root)
    text = path.read_text()
    path.write_text(
        text.replace("decision: later", "decision: acept", 1).replace("  page:", "  pag:", 1)
    )
    with pytest.raises(DataError) as caught:
        candidates.load(path)
    told_ = {(f.line is not None, f.message, f.advice) for f in caught.value.faults}
    assert (True, "unknown decision 'acept'", "did you mean 'accept'?") in told_
    assert (True, "unknown key 'pag'", "did you mean 'page'?") in told_


def test_review_in_the_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = a_project(tmp_path)
    monkeypatch.chdir(root)
    outside = tmp_path / "elsewhere.txt"
    outside.write_text("x")
    candidates.read_in(root, root / "chapter.txt", source="mychapter")
    run = CliRunner()
    made = run.invoke(app, ["review"], input="e\ngeneva-1985\n\nhis hopes rose\n\n\nr\nq\n")
    assert made.exit_code == 0, made.output
    assert "1 later, 1 accept, 1 reject" in made.output
    assert "Wrote cases/chapter/geneva-1985.yaml" in made.output
    made = run.invoke(app, ["review"], input="a\nnobody-there\n-\nl\n")
    assert "nothing is called 'nobody-there'" in made.output
    made = run.invoke(app, ["review", "--list", "--format", "csv"])
    assert "chapter.txt,mychapter,1,1,1,0" in made.output
    made = run.invoke(app, ["review", "--apply"])
    assert made.exit_code == 0 and "1 later" not in made.output


def test_a_text_comes_in_by_one_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a bibliography of elsewhere no graph is touched: no engine is needed."""
    folder = tmp_path / "project"
    folder.mkdir()
    root = a_project(folder)
    bib = tmp_path / "refs.bib"
    (root / "refs.bib").rename(bib)
    monkeypatch.chdir(root)
    made = CliRunner().invoke(
        app, ["ingest", "chapter.txt", "--bibliography", str(bib), "--report", "found.json"]
    )
    assert made.exit_code == 0, made.output
    assert "3 citations, 2 resolved, 1 unresolved, 0 doubtful" in made.output
    import json

    report = json.loads((root / "found.json").read_text())
    row = report["citations"][0]
    assert (row["citation"], row["page"], row["source"], row["locator"]) == (
        "Reagan (1990, 12)",
        "11",
        "reagan1990",
        "12",
    )
    assert TEXT[row["start"] : row["end"]].startswith("Reagan (1990, 12")
    sheet = candidates.load(root / "candidates" / "chapter.yaml")
    assert set(sheet.works) == {"reagan1990", "collins2004"}  # so that they can be cited


@pytest.mark.parametrize(
    "told",
    [
        "The film Reds (1981) was shown to both.",
        "The population of Geneva (2010: 187,470) grew.",
        "The Good Friday Agreement (1998) held.",
        "The photo by White House (1985) shows it.",
        "They met again (Paris 2015).",
        "A debate followed (US Congress 1985).",
        "Resolution 242 (1967) was adopted; see Table 3 (1990).",
        "In 1985 (the year of the summit) Reagan (1911–2004) flew to Geneva (November 1985).",
        "Under the Foreign Assistance Act of 1961 (22 U.S.C. 2151) it went on.",
    ],
)
def test_a_year_behind_a_thing_is_no_citation(told: str) -> None:
    found = intext.cited_in(pages.read_plain(told, "t"), library())
    assert [item.printed for item in found if not item.doubtful] == []


def test_an_author_whom_no_list_has_is_still_found() -> None:
    told = "Smith (2015) argues it (Turner 2015; Brown 2016, 3), and in Paris (Weber 2015) too."
    found = intext.cited_in(pages.read_plain(told, "t"), library())
    assert [c.names[0] for f in found if not f.doubtful for c in f.works] == [
        "Smith", "Turner", "Brown", "Weber",
    ]  # fmt: skip


def test_a_quotation_is_of_its_passage(tmp_path: Path) -> None:
    root = a_project(tmp_path)
    candidates.read_in(root, root / "chapter.txt", bibliography=[root / "refs.bib"])
    sheet = candidates.load(root / "candidates" / "chapter.yaml")
    first = sheet.candidates[0]
    told: dict[str, Any] = {"coder": "ab", "on_day": "2024-05-01", "on": "reagan"}
    candidates.decide(sheet, first.id, "accept", quote="words of nobody", **told)
    assert "does not stand in the passage" in str(candidates.confirm(root, sheet).faults[0])
    candidates.decide(sheet, first.id, "accept", quote=" ".join(first.text.split()[1:4]), **told)
    assert not [f for f in candidates.confirm(root, sheet).faults if f.severity == "error"]


def test_options_of_texts_need_a_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = a_project(tmp_path)
    monkeypatch.chdir(root)
    made = CliRunner().invoke(app, ["ingest", "refs.bib", "--source", "bramsen2024"])
    assert made.exit_code == 2 and "no running text" in " ".join(made.output.split())


# -- hostile and mutated text ---------------------------------------------------------------------

HOSTILE = {
    "open": "(" * 100_000,
    "pairs": "()" * 50_000,
    "nested": "(" * 50_000 + ")" * 50_000,
    "digits": "1" * 100_000,
    "years": "(1990, " * 20_000,
    "commas": "(" + "," * 100_000,
    "semicolons": "(" + ";" * 800 + ")" + ";" * 50_000,
    "names": "(Aa Bb 1990) " * 5_000,
    "and": "Aa and " * 20_000 + "(1990)",
    "quotes": "“" * 100_000,
    "numbers": "\n".join(f"\n{n}\n" for n in range(8_000)),
    "marks": "[p. 1]" * 20_000,
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_text_takes_no_time(kind: str) -> None:
    began = time.process_time()
    text = pages.read_plain(HOSTILE[kind], "t")
    intext.cited_in(text, library())
    for a, b in text.paragraphs[:200]:
        intext.sentences(text.text, a, b)
    assert time.process_time() - began < 5


def fuzz(times: int) -> None:
    chance = random.Random(11)
    sentences = [
        "As Reagan (1990, 15) recalls, it went well (see Collins 2004, 2008; Hunt & Reynolds 2016, 160).",
        "What he would call a spark (1990, 87), quoted in Holmes and Wheeler (2020: 3–4), [p. 12] was old.",
        "\f12\n\nThe talks (Interview by author 2022) were long-\nwinded (Goffman 2005 [1967], 24; UN women).",
    ]
    keys = set(WORKS)
    shelf = library()
    slowest = 0.0
    for _ in range(times):
        text = mutate(chance.choice(sentences), chance)
        began = time.process_time()
        read = pages.read_plain(text, "t")
        for item in intext.cited_in(read, shelf):
            assert 0 <= item.start < item.end <= len(read.text) and item.works
            assert read.page(item.start, item.end)
            for cited in item.works:
                assert read.place(cited.start)[0] <= len(text)
                if cited.work and cited.kind == "work" and cited.year:  # a right source, or none
                    assert cited.work.key in keys
                    assert cited.year in (*cited.work.years, cited.work.older)
        slowest = max(slowest, time.process_time() - began)
    assert slowest < 1


def test_mutated_texts() -> None:
    fuzz(700)


@pytest.mark.trial
def test_ten_thousand_mutated_texts() -> None:
    fuzz(10_000)


def test_nothing_else_is_offered() -> None:
    assert pages.__all__ == ["ENDINGS", "Text", "decode", "read_html", "read_plain", "read_text"]
    assert intext.__all__ == ["Cited", "Found", "Known", "Library", "cited_in", "numbers_in",
                              "sentences"]  # fmt: skip
