"""Bibliographies out: round trips, styles, duplicates, and the commands over them."""

from __future__ import annotations

import contextlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import small
from typer.testing import CliRunner

from visavis import cli_sources
from visavis.exchange import bibliography as out
from visavis.face import Project
from visavis.graph.connect import Graph
from visavis.graph.write import read_claims
from visavis.ingest import bibliography as bib
from visavis.ingest import duplicates, run
from visavis.ingest.bibliography.bibtex import split_names
from visavis.ingest.bibliography.latex import decode
from visavis.ingest.judgements import add_same, lines
from visavis.ingest.run import ingest
from visavis.schema import citing
from visavis.schema.errors import NotFoundError

HERE = Path(__file__).parent
SAMPLES = HERE.parent.parent / "shared" / "data" / "bib-samples"
ENDING = {"bibtex": ".bib", "ris": ".ris", "csl-json": ".json"}
NATIVE = {".bib": "bibtex", ".biblatex": "bibtex", ".ris": "ris", ".json": "csl-json"}


def records(path: Path) -> dict[str, dict[str, Any]]:
    """Every record of a file, also those that share their key."""
    entries, _ = bib.read_bibliography(path, path.name)
    return {
        f"source/{key}-{number}": {**entry.record, "citation-key": entry.key or key}
        for number, (entry, key) in enumerate(zip(entries, bib.keys(entries, "")[0], strict=True))
    }


# -- round trips ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["PLOVER.bib", "ps_bib.bib", "socbib.sample.bib", "jabref-1641.bib", "zotero-bbt-1962.biblatex",
     "zotero-bbt-2378.bib", "csl-json-social-sciences-in-china.json", "zotero-bbt-1962.json",
     "csl-json-world-economics-and-politics.json", "crossref-works.json", "ris/example_full.ris",
     "ris/example_urls.ris", "ris/example_extraneous_data.ris", "ris/example_empty_tag.ris",
     "ris/example_multi_unknown_tags.ris"],
)  # fmt: skip
def test_a_round_trip_within_a_format_loses_nothing(name: str) -> None:
    if not SAMPLES.is_dir():
        pytest.skip("the samples are not here")
    before = records(SAMPLES / name)
    form = NATIVE[Path(name).suffix]
    again, faults = bib.read_bytes(out.written(before, form).encode(), ENDING[form], name)
    assert not [f for f in faults if f.severity == "error"]
    assert len(again) == len(before)
    for (_, was), entry in zip(before.items(), again, strict=True):
        now = entry.record
        for field in {*was, *now} - {"citation-key", "custom"}:
            assert was.get(field) == now.get(field), (was["citation-key"], field)
        if form != "csl-json":  # what CSL has no field for
            kept = was.get("custom", {}).get(form, {})
            there = now.get("custom", {}).get(form, {})
            assert kept.get("type") == there.get("type")
            for part in ("fields", "tags"):
                for field, value in kept.get(part, {}).items():
                    same = there.get(part, {}).get(field)
                    assert same == value, (was["citation-key"], field)


def test_bibtex_keeps_every_field_as_it_stood() -> None:
    """Fields of the file against fields of the file written, not by our own reading of them."""
    if not SAMPLES.is_dir():
        pytest.skip("the samples are not here")
    import bibtexparser

    path = SAMPLES / "ps_bib.bib"
    text = path.read_text("utf-8")
    written = out.written(records(path), "bibtex")
    before, after = (bibtexparser.parse_string(t).entries for t in (text, written))

    def plain(value: str) -> str:
        return re.sub(r"\s*(?:-{1,2}|–)\s*", "-", " ".join(decode(str(value)).split()))

    def people(value: str) -> list[str]:
        return citing.full_names(split_names(value)[0])

    assert [e.key for e in before] == [e.key for e in after]
    for was, now in zip(before, after, strict=True):
        assert was.entry_type.lower() == now.entry_type
        old = {f.key.lower(): f.value for f in was.fields}
        new = {f.key: f.value for f in now.fields}
        assert old.keys() == new.keys(), was.key
        for name, value in old.items():
            if name in ("author", "editor"):
                assert people(value) == people(new[name])
            else:
                assert plain(value) == plain(new[name]), (was.key, name)


@pytest.mark.parametrize("form", ["bibtex", "ris", "csl-json"])
def test_through_other_formats_the_work_stays_the_same(form: str) -> None:
    if not SAMPLES.is_dir():
        pytest.skip("the samples are not here")
    before = records(SAMPLES / "ps_bib.bib")
    again, _ = bib.read_bytes(out.written(before, form).encode(), ENDING[form], "x")
    found = Counter(
        duplicates.compare(was, entry.record).verdict
        for was, entry in zip(before.values(), again, strict=True)
    )
    assert found["same"] >= 45 and not found["different"], found


def test_our_own_fields_come_back_from_csl_json() -> None:
    record = {"type": "interview", "author": ["Cooper, Robert"], "issued": "2022-03", "kind": "interview",
              "access": "restricted until 2030-01-01", "named_as": "by-role", "archive_location": "Box 1"}  # fmt: skip
    text = out.written({"source/interview-cooper-2022": record}, "csl-json")
    assert json.loads(text)[0]["issued"] == {"date-parts": [[2022, 3]]}
    [entry], _ = bib.read_bytes(text.encode(), ".json", "x")
    assert entry.record["access"] == record["access"]
    assert entry.record["named_as"] == record["named_as"]


def test_a_hostile_title_stays_one_entry() -> None:
    record = {"type": "book", "title": "a } , @book{x, title={b}} \\ % # ~ {", "author": [{"family": "A, B and C", "given": "D"}],
              "issued": {"date-parts": [[1990]]}}  # fmt: skip
    for form in ("bibtex", "ris", "csl-json"):
        again, faults = bib.read_bytes(
            out.written({"source/x": record}, form).encode(), ENDING[form], "x"
        )
        assert len(again) == 1 and not [f for f in faults if f.severity == "error"]
        assert citing.year(again[0].record) == "1990"


# -- styles ---------------------------------------------------------------------------------------

BOOK = {
    "type": "book",
    "title": "An American <i>Life</i>",
    "author": ["Reagan, Ronald"],
    "issued": "1990",
    "publisher": "Simon and Schuster",
}
ARTICLE = {"type": "article-journal", "title": "Social bonding", "container-title": "International Theory", "volume": "3", "issue": "2",
           "author": [{"family": "Berg", "given": "Anna", "non-dropping-particle": "van der"}, {"family": "Kim", "given": "Bo"}, {"literal": "et al."}],
           "issued": {"date-parts": [[2012]]}, "page": "151-180", "DOI": "10.1/x"}  # fmt: skip
EDITED = {
    "type": "book",
    "title": "Summits",
    "editor": ["Lee, Ann", "Kim, Bo"],
    "issued": {"date-parts": [[1990], [1995]]},
}
TELEGRAM = {
    "type": "personal_communication",
    "title": "Nixon to Kissinger",
    "issued": {"date-parts": [[1969, 2, 1]]},
    "archive": "NARA",
}
INTERVIEW = {
    "kind": "interview",
    "type": "document",
    "speaker_name": "Robert Cooper",
    "issued": "2022",
}


@pytest.mark.parametrize(
    ("record", "style", "form", "printed"),
    [
        (BOOK, "chicago-author-date", "text", "Reagan, Ronald. 1990. An American Life. Simon and Schuster."),
        (BOOK, "apa", "html", "Reagan, R. (1990). <i>An American Life</i>. Simon and Schuster."),
        (BOOK, "ieee", "text", "[1] R. Reagan, An American Life. Simon and Schuster, 1990."),
        (ARTICLE, "chicago-author-date", "text", "Berg, Anna van der, Bo Kim, et al. 2012. “Social Bonding.” International Theory 3 (2): 151–80. https://doi.org/10.1/x."),
        (EDITED, "chicago-author-date", "markdown", "Lee, Ann, and Bo Kim, eds. 1990–1995. *Summits*."),
        (TELEGRAM, "chicago-author-date", "text", "“Nixon to Kissinger.” 1969. February 1. NARA."),
        (INTERVIEW, "chicago-author-date", "text", "Interview with Robert Cooper. 2022."),
    ],
)  # fmt: skip
def test_references(record: dict[str, Any], style: str, form: str, printed: str) -> None:
    assert out.formatted([record], style, form) == [printed]


def test_citations_in_the_text_with_their_places() -> None:
    assert out.inline([BOOK, ARTICLE], locators=["15", ""]) == [
        "(Reagan 1990, 15)",
        "(van der Berg et al. 2012)",
    ]
    assert out.inline([BOOK, ARTICLE], "ieee", locators=["15"]) == ["[1, 15]", "[2]"]
    assert out.inline([{"title": "Untold", "type": "book"}], locators=["15"]) == [
        "(Untold, n.d., 15)"
    ]
    assert out.inline([BOOK], "chicago-notes-bibliography", locators=["15"]) == [
        "Ronald Reagan, An American Life (Simon and Schuster, 1990), 15."
    ]


def test_two_works_of_one_year_get_letters_by_their_titles() -> None:
    later = {**BOOK, "title": "Zeal"}
    first, second = out.inline([later, BOOK])
    assert (first, second) == ("(Reagan 1990b)", "(Reagan 1990a)")


def test_html_and_markdown_are_escaped() -> None:
    evil = {"type": "book", "title": "<script>alert('x')</script> & *y* \ue022\ue020", "author": ["<b>Evil</b>, A"],
            "issued": "1990", "URL": 'http://x.org/"onclick=1'}  # fmt: skip
    [page] = out.formatted([evil], form="html")
    assert "<script" not in page and "&lt;script&gt;" in page.lower() and 'onclick=1"' not in page
    assert set(re.findall(r"</?\w+", page)) <= {"<i", "</i", "<a", "</a", "<b", "</b"}
    [text] = out.formatted([evil], form="markdown")
    assert r"\*" in text and r"\<" in text
    for style in ("chicago-author-date", "apa", "ieee"):
        for odd in ({}, {"title": ""}, {"type": "nothing", "issued": {"date-parts": [[]]}}, {"author": [{}], "title": "T"},
                    {"author": "x", "issued": {"date-parts": [["a"]]}, "title": "T"}):  # fmt: skip
            assert len(out.formatted([odd], style, "html")) == 1


def test_a_style_that_is_not_there_is_said() -> None:
    with pytest.raises(NotFoundError) as caught:
        out.formatted([BOOK], "chicago-author-dat")
    assert "chicago-author-date" in caught.value.suggestions
    assert "american-political-science-association" in out.styles("american political")


# -- one work, however it arrives -----------------------------------------------------------------

TURNER = {
    "type": "book",
    "title": "The structure of sociological theory",
    "author": ["Turner, Jonathan H."],
    "issued": "1974",
}
REVIEW = {
    "type": "review-book",
    "title": "The structure of sociological theory",
    "author": ["Turner, Jonathan H."],
    "issued": "1974",
}
PART1 = {
    "type": "article-journal",
    "title": "Bonds and their makers, Part I",
    "author": ["Lee, Ann"],
    "issued": "2001",
    "container-title": "Theory",
}


@pytest.mark.parametrize(
    ("one", "other", "verdict"),
    [
        (BOOK, {**BOOK, "title": "An american life: the autobiography", "author": [{"family": "Reagan", "given": "R."}]}, "same"),
        (ARTICLE, {"DOI": "https://doi.org/10.1/X", "title": "Social Bonding", "type": "article"}, "same"),
        (ARTICLE, {**ARTICLE, "DOI": "", "container-title": "Int Theory", "author": ["van der Berg, A.", "Kim, B."]}, "same"),
        (BOOK, {**BOOK, "issued": "1992"}, "edition"),
        (BOOK, {**BOOK, "edition": "2nd"}, "edition"),
        (TURNER, {**TURNER, "title": "The emergence of sociological theory"}, "different"),
        (TURNER, {**TURNER, "author": ["Turner, Stephen P."]}, "different"),
        (TURNER, REVIEW, "different"),
        (TURNER, {**TURNER, "title": "Review of The structure of sociological theory"}, "different"),
        (PART1, {**PART1, "title": "Bonds and their makers, Part II"}, "different"),
        (PART1, {**PART1, "title": "Erratum: Bonds and their makers, Part I"}, "different"),
        (PART1, {**PART1, "issued": "2003", "volume": "5"}, "doubtful"),
        (PART1, {**PART1, "type": "article", "genre": "preprint", "DOI": "10.31235/osf.io/x"}, "preprint"),
        (PART1, {"type": "document", "author": ["Lee"], "issued": "2001"}, "doubtful"),
        ({**PART1, "title": "Introduction", "page": "1-3"}, {**PART1, "title": "Introduction", "page": "9-12"}, "different"),
        ({**TURNER, "type": "chapter", "container-title": "X"}, TURNER, "different"),
    ],
)  # fmt: skip
def test_what_two_records_are(one: dict[str, Any], other: dict[str, Any], verdict: str) -> None:
    found = duplicates.compare(one, other)
    assert (found.verdict, duplicates.compare(other, one).verdict) == (verdict, verdict), found.why
    assert found.why


def test_a_library_is_looked_through_whatever_its_order() -> None:
    library = {"source/a": BOOK, "source/b": {**BOOK, "title": "An American Life: The Autobiography"}, "source/c": TURNER,
               "source/d": REVIEW, "source/e": {**BOOK, "edition": "2"}, "source/f": {**TURNER, "author": ["Turner, J."]}}  # fmt: skip
    found = duplicates.find(library)
    assert found.same == [["source/a", "source/b"], ["source/c", "source/f"]]
    assert {(x.one, x.other, x.verdict) for x in found.doubtful} == {
        ("source/a", "source/e", "edition"), ("source/b", "source/e", "edition"),
    }  # fmt: skip
    assert duplicates.find(dict(reversed(library.items()))) == found
    apart = duplicates.find(library, apart=[("source/f", "source/c")], prefer=["source/b"])
    assert apart.same == [["source/b", "source/a"]]


# -- in the graph ---------------------------------------------------------------------------------


def test_a_library_in_the_graph(arcade: Graph, tmp_path: Path) -> None:
    from conftest import empty

    empty(arcade)
    (tmp_path / "visavis.yaml").write_text("title: Library\n")
    (tmp_path / "sources.yaml").write_text(
        "sources:\n"
        "  reagan1990: {type: book, title: An American Life, author: ['Reagan, Ronald'], issued: '1990'}\n"
        "  talk: {type: interview, kind: interview, title: Talk, author: ['Doe, Jane'], issued: '2022', access: confidential}\n"
    )
    (tmp_path / "refs.bib").write_text(
        "@book{reagan1990, title={{An American Life}}, author={Ronald Reagan}, year={1990}, publisher={Simon}}\n"
        "@book{rea90, title={An American Life}, author={Reagan, R.}, year={1990}}\n"
        "@book{broken, title={x\n"
    )
    (tmp_path / "tei.xml").write_text(
        '<article><front><article-meta><title-group><article-title>On lives</article-title></title-group><contrib-group><contrib><name><surname>Own</surname></name></contrib></contrib-group><pub-date><year>2020</year></pub-date></article-meta></front>'
        '<back><ref-list><ref><label>1</label><element-citation publication-type="book"><name><surname>Reagan</surname><given-names>R</given-names></name><year>1990</year><source>An American Life</source></element-citation></ref></ref-list></back></article>'
    )  # fmt: skip
    report = ingest(arcade, tmp_path)
    assert report.faulty == ["refs.bib#broken"]
    [node] = arcade.rows(
        "MATCH (s:Source {id: 'source/reagan1990'}) RETURN s.title AS title, s.author AS author, s.publisher AS publisher, s.contested AS contested"
    )
    assert node == {
        "title": "An American Life",
        "author": ["Reagan, Ronald"],
        "publisher": "Simon",
        "contested": False,
    }

    found = out.works(arcade)
    assert found.withheld == {"source/talk"} and "source/talk" not in found.records
    assert "source/talk" in out.works(arcade, everything=True).records
    same = duplicates.find(found.records, prefer=["source/reagan1990"])
    assert same.same == [["source/reagan1990", "source/rea90", "source/reagan1990-american-life"]]

    add_same(tmp_path, same.same[0], "one book", "anna")
    ingest(arcade, tmp_path, judgements_only=True)
    found = out.works(arcade)
    assert found.of(["source/rea90", "source/reagan1990"]).keys() == {"source/reagan1990"}
    edges = arcade.rows("MATCH (a:Source)-[:REFERS_TO]->(b:Source) RETURN a.id AS a, b.id AS b")
    assert [row["b"] for row in edges] == ["source/reagan1990"]


def commanded(monkeypatch: pytest.MonkeyPatch, g: Project, *arguments: str) -> Any:
    """What a command says that works on this project."""

    @contextlib.contextmanager
    def opened() -> Iterator[Project]:
        yield g

    monkeypatch.setattr(cli_sources, "project", opened)
    return CliRunner().invoke(cli_sources.app, list(arguments))


def test_the_bibliography_of_an_answer(
    shipped: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    g = Project(tmp_path, shipped)

    def cited(*arguments: str) -> set[str]:
        told = commanded(monkeypatch, g, "bibliography", *arguments, "--format", "csl-json")
        assert told.exit_code == 0, told.output
        return {f"source/{record['id']}" for record in json.loads(told.stdout)}

    # A script is told by claims on the edges, of which the question gives the citations.
    links = shipped.rows("MATCH (:Meeting)-[r:FOLLOWS_SCRIPT|ANSWERS]->(:Meeting) RETURN r.claims")
    told = {claim for row in links for claim in row["r.claims"]}
    scripts = {
        c.source for claim in read_claims(shipped) if claim.id in told for c in claim.citations
    }
    assert scripts and scripts <= cited("--query", "scripts") < cited()
    # The works of a list of works are those that it names.
    listed = {row["id"] for row in g.query("relied-on", limit=10_000).rows()}
    assert len(listed) > 20 and cited("--query", "relied-on") <= listed
    text = commanded(monkeypatch, g, "bibliography", "--query", "scripts", "--inline").stdout
    assert text.count("(") == len(cited("--query", "scripts"))
    refused = commanded(monkeypatch, g, "bibliography", "--query", "most-met")
    assert refused.exit_code and "needs actor" in str(refused.exception)


def test_an_ingest_of_a_bibliography_says_what_waits(
    arcade: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from conftest import empty

    empty(arcade)
    monkeypatch.setattr(run, "_shipped_vocabulary", small.slim_vocabulary)
    g = Project(small.write(tmp_path / "p", {"visavis.yaml": "coder: anna\n"}), arcade)
    book = "@book{{{}, title={{An American Life}}, author={{Ronald Reagan}}, year={{1990}}}}\n"
    (g.root / "a.bib").write_text(book.format("one"))
    assert cli_sources.waiting(g, g.ingest()) == ""
    (g.root / "b.bib").write_text(book.format("two") + book.format("three"))
    report = g.ingest()
    assert cli_sources.waiting(g, report).startswith("2 works are certainly one with another: ")
    assert cli_sources.waiting(g, g.ingest()) == ""  # no bibliography came: nobody looks
    monkeypatch.setattr(cli_sources, "LOOKED_AT", 2)
    assert "sources suggest" in cli_sources.waiting(g, report)
    monkeypatch.undo()
    assert "Joined 2 works" in commanded(monkeypatch, g, "sources", "merge", "--certain").stdout
    assert cli_sources.waiting(g, report) == ""
    # Another judgement of the same works takes the place of what joined them.
    told = commanded(monkeypatch, g, "sources", "split", "one", "two")
    assert "is not source/" in told.stdout
    told = commanded(monkeypatch, g, "sources", "edition", "one", "two")
    assert "is another edition of source/one" in told.stdout
    assert [(j.what, j.by) for j in lines(g.root)] == [
        ("same", "visavis"), ("different", "anna"), ("edition", "anna"),
    ]  # fmt: skip
