"""Bibliographies in: every format, every sample, broken files, and the keys of what is read."""

from __future__ import annotations

import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from visavis.ingest import bibliography as bib
from visavis.ingest.bibliography.bibtex import split_names
from visavis.ingest.bibliography.entry import issue_date, pages, restored_pages, structured_name
from visavis.ingest.bibliography.latex import decode, encode
from visavis.ingest.run import Collection, read
from visavis.schema import citing
from visavis.schema.claims import problems
from visavis.schema.errors import Fault
from visavis.schema.model import vocabulary

HERE = Path(__file__).parent
SAMPLES = HERE.parent.parent / "shared" / "data" / "bib-samples"


def of(text: str, ending: str = ".bib") -> tuple[list[bib.Entry], list[Fault]]:
    return bib.read_bytes(text.encode(), ending, f"a{ending}")


def one(text: str, ending: str = ".bib") -> dict[str, Any]:
    [entry], faults = of(text, ending)
    assert not [f for f in faults if f.severity == "error"]
    return entry.record


# -- the samples ----------------------------------------------------------------------------------

# File: entries, and what is said of them by (severity, code).
COUNTS: dict[str, tuple[int, dict[tuple[str, str], int]]] = {
    "PLOVER.bib": (45, {("warning", "key"): 1}),
    "crossref-unixref.xml": (23, {}),
    "crossref-works.json": (9, {}),
    "csl-json-social-sciences-in-china.json": (48, {}),
    "csl-json-world-economics-and-politics.json": (27, {}),
    "jabref-1641.bib": (20, {}),
    "pone.0000217.nxml": (34, {}),
    "ps_bib.bib": (47, {}),
    "ris/example_basic.ris": (1, {}),
    "ris/example_bom.ris": (1, {}),
    "ris/example_custom_list_tags.ris": (1, {}),
    "ris/example_empty_tag.ris": (1, {}),
    "ris/example_extraneous_data.ris": (2, {}),
    "ris/example_full.ris": (2, {}),
    "ris/example_full_write.ris": (2, {}),
    "ris/example_multi_unknown_tags.ris": (1, {}),
    "ris/example_single_unknown_tag.ris": (1, {}),
    "ris/example_starting_newlines.ris": (1, {}),
    "ris/example_urls.ris": (4, {}),
    "ris/example_wos.ris": (2, {}),
    "socbib.sample.bib": (707, {("warning", "macro"): 3, ("warning", "key"): 47}),
    "zotero-bbt-1962.biblatex": (2, {}),
    "zotero-bbt-1962.json": (2, {}),
    "zotero-bbt-2378.bib": (2, {}),
    "zotero-bbt-2378.json": (2, {}),
}


@pytest.mark.parametrize("name", COUNTS)
def test_every_sample_comes_in_whole(name: str) -> None:
    if not SAMPLES.is_dir():
        pytest.skip("the samples are not here")
    path = SAMPLES / name
    entries, faults = bib.read_bibliography(path, name)
    claims, more = bib.claims(entries, name)
    told = Counter((f.severity, f.code) for f in faults + more)
    assert (len(entries), dict(told)) == COUNTS[name]
    assert bib.is_bibliography(path)
    assert all(entry.line for entry in entries)
    assert not [p for claim in claims for p in problems(claim, vocabulary())]
    assert all(f.line for f in faults)
    assert {c.subject for c in claims if c.predicate == "described_as"} == {
        f"source/{key}" for key in bib.keys(entries, name)[0]
    }


def test_no_sample_was_forgotten() -> None:
    if not SAMPLES.is_dir():
        pytest.skip("the samples are not here")
    there = {p.relative_to(SAMPLES).as_posix() for p in SAMPLES.rglob("*") if p.is_file()}
    assert there - {"README.md"} == set(COUNTS)


# -- BibTeX ---------------------------------------------------------------------------------------


def test_macros_parents_and_accents() -> None:
    entries, faults = of(r"""% a comment line
@string{ir = "International Relations"}
@article{a1, Author = {Mourlon-Druol, Fr{\'e}d{\'e}ric and {World Bank} and van der Berg, A. and others},
  Journal = ir # { Quarterly}, Title = {The {NATO} Summit}, Year = 1990, Month = jul, Pages = {151 -- 80},
  doi = {https://doi.org/10.1/X}}
@incollection{child, crossref = {book}, author = {Kim, Bo}, title = {Part}, pages = {1--2}}
@book{book, editor = {Anna Lee}, title = {The Whole}, publisher = {P}, address = {Q}, year = {2001}}
@article{b2, title = "Nobody knows", journal = asr, year = {1912/1915}, eid = {e217}}
@comment{jabref-meta: grouping: 0 AllEntriesGroup:;}
""")
    a1, child, book, b2 = (entry.record for entry in entries)
    assert a1["author"] == [
        {"family": "Mourlon-Druol", "given": "Frédéric"},
        {"literal": "World Bank"},
        {"family": "Berg", "given": "A.", "non-dropping-particle": "van der"},
        {"literal": "et al."},
    ]
    assert (a1["container-title"], a1["page"]) == ("International Relations Quarterly", "151-80")
    assert (a1["title"], a1["DOI"]) == ("The NATO Summit", "10.1/X")
    assert a1["issued"] == {"date-parts": [[1990, 7]]}
    assert (child["container-title"], child["publisher"]) == ("The Whole", "P")
    assert child["editor"] == [{"family": "Lee", "given": "Anna"}]
    assert child["issued"] == {"date-parts": [[2001]]}
    assert book["type"] == "book"
    assert b2["issued"] == {"date-parts": [[1915]], "literal": "1912/1915"}
    assert b2["original-date"] == {"date-parts": [[1912]]}
    assert b2["page"] == "e217"
    assert [(f.line, f.record, f.code) for f in faults] == [(8, "b2", "macro")]


def test_a_broken_entry_is_named_and_the_rest_comes_in() -> None:
    entries, faults = of("""@article{one, title = {A}, year = 1990}
@article{two, title = {B, year = 1991
@article{three, title = {C}, year = 1992}
@article four, title = {D}
@book{five, }
@article{six, title = {E}, title = {F}, year = 1993}
""")
    assert [entry.key for entry in entries] == ["one", "three", "six"]
    errors = [(f.line, f.record) for f in faults if f.severity == "error"]
    assert errors == [(2, "two"), (4, "four"), (5, "five")]
    assert entries[2].record["title"] == "E"
    assert [f.line for f in faults if f.severity == "warning"] == [6]


def test_mixed_encodings_are_said_with_their_line() -> None:
    data = (
        "@book{a, title = {Müller},\n author = {M}}\n".encode()
        + "@book{b, title = {Fête},\n".encode("cp1252")
    )
    entries, faults = bib.read_bytes(data + b" author = {N}}", ".bib", "a.bib")
    assert [entry.record["title"] for entry in entries] == ["Müller", "Fête"]
    assert [(f.line, f.code, f.severity) for f in faults] == [(3, "encoding", "warning")]


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"{\"O}zt{\"u}rk", "Öztürk"), (r"Bogad\'{o}ttir", "Bogadóttir"), (r"\'\i", "í"),
        (r"Erd{\H o}s", "Erdős"), (r"{\v{S}}imi{\'c}", "Šimić"), (r"S\o ren \AA rhus", "Søren Århus"),
        (r"\emph{Hamlet} \& co", "<i>Hamlet</i> & co"), ("pp.~3--4", "pp. 3–4"), (r"100\% {NATO}", "100% NATO"),
        ("``x'' --- y", "“x” — y"), (r"a \textgreek{b}", "a b"), ("AT&amp;T", "AT&T"), (r"\{x\}", "{x}"),
    ],
)  # fmt: skip
def test_latex_is_read(latex: str, text: str) -> None:
    assert decode(latex) == text
    assert decode(encode(text)) == text


@pytest.mark.parametrize(
    ("printed", "people"),
    [
        ("Mac Ginty, Roger", {"family": "Mac Ginty", "given": "Roger"}),
        ("Charles de Gaulle", {"family": "Gaulle", "given": "Charles", "non-dropping-particle": "de"}),
        ("von der Leyen, Ursula", {"family": "Leyen", "given": "Ursula", "non-dropping-particle": "von der"}),
        ("al-Assad, Bashar", {"family": "al-Assad", "given": "Bashar"}),
        ("King, Jr., Martin Luther", {"family": "King", "given": "Martin Luther", "suffix": "Jr."}),
        ("H. K. Hall Jr.", {"family": "Hall", "given": "H. K.", "suffix": "Jr."}),
        ("Aristotle", {"family": "Aristotle"}),
    ],
)  # fmt: skip
def test_names(printed: str, people: dict[str, str]) -> None:
    assert structured_name(printed) == people


def test_names_in_braces_stay_whole() -> None:
    people, _ = split_names(r"{Barnes and Noble} and {\O}yvind {Van den Berg} and {Sub, Inc.}, X")
    assert people == [
        {"literal": "Barnes and Noble"},
        {"family": "Van den Berg", "given": "Øyvind"},
        {"family": "Sub, Inc.", "given": "X"},
    ]


@pytest.mark.parametrize(
    ("printed", "fields"),
    [
        ("1990-07-02", {"issued": {"date-parts": [[1990, 7, 2]]}}),
        ("July 2, 1990", {"issued": {"date-parts": [[1990, 7, 2]]}}),
        ("2 July 1990", {"issued": {"date-parts": [[1990, 7, 2]]}}),
        ("3/2010", {"issued": {"date-parts": [[2010, 3]]}}),
        ("25/12/2010", {"issued": {"date-parts": [[2010, 12, 25]]}}),
        ("1/2/2010", {"issued": {"date-parts": [[2010]], "literal": "1/2/2010"}}),
        ("Spring 2010", {"issued": {"date-parts": [[2010]], "season": 1}}),
        ("2005 [1967]", {"issued": {"date-parts": [[2005]], "literal": "2005 [1967]"}, "original-date": {"date-parts": [[1967]]}}),
        ("[1967] 2005", {"issued": {"date-parts": [[2005]], "literal": "[1967] 2005"}, "original-date": {"date-parts": [[1967]]}}),
        ("1967a", {"issued": {"date-parts": [[1967]]}, "year-suffix": "a"}),
        ("c. 1850", {"issued": {"date-parts": [[1850]], "circa": True}}),
        ("1990-91", {"issued": {"date-parts": [[1990], [1991]]}}),
        ("1985-11-19/1985-11-21", {"issued": {"date-parts": [[1985, 11, 19], [1985, 11, 21]]}}),
        ("forthcoming", {"issued": {"literal": "forthcoming"}}),
        ("1990-02-31", {"issued": {"literal": "1990-02-31"}}),
        ("", {}),
    ],
)  # fmt: skip
def test_dates(printed: str, fields: dict[str, Any]) -> None:
    assert issue_date(printed) == fields


@pytest.mark.parametrize(
    ("printed", "restored"),
    [("151180", "151-180"), ("99103", "99-103"), ("136", ""), ("1136", ""), ("15376", ""),
     ("042001", ""), ("151-180", ""), ("12341299", "1234-1299"), ("999999", "")],
)  # fmt: skip
def test_a_lost_dash_is_restored_only_where_it_is_certain(printed: str, restored: str) -> None:
    assert restored_pages(printed) == restored


def test_a_restored_dash_is_said_and_can_be_undone() -> None:
    [entry], faults = of("@article{a, title = {T}, pages = {151180}}")
    assert entry.record["page"] == "151-180"
    assert entry.record["custom"]["printed"] == {"page": "151180"}
    assert [(f.code, f.severity) for f in faults] == [("pages", "warning")]
    assert pages("291 – 297") == "291-297"


# -- other formats --------------------------------------------------------------------------------


def test_ris_without_an_end_and_with_a_body_as_author() -> None:
    entries, faults = of("x\nTY - BOOK\nTI - Whole\nA1 - World Bank,\nAU - Fanning E.\nPY - 1990\n"
                         "TY  - JOUR\nN2  - one\ntwo\nTI  - Part\nER  - \nTY  - GEN\nER  - \n", ".ris")  # fmt: skip
    assert entries[0].record["author"] == [
        {"family": "Fanning", "given": "E."},
        {"literal": "World Bank"},
    ]
    assert entries[1].record["abstract"] == "one two"
    assert [(f.line, f.severity) for f in faults] == [(2, "warning"), (12, "error")]


def test_csl_keeps_what_is_ours_and_what_it_does_not_know() -> None:
    item = {"id": "cooper-2022", "type": "interview", "title": "Talk", "kind": "interview",
            "access": "restricted until 2030-01-01", "named_as": "by-role", "archive": "NA",
            "archive_collection": "NSC", "archive_location": "Box 7, folder 3", "shoeSize": 44,
            "id_": "x", "claims": "no", "accessed": {"date-parts": [["2022", "1"]]},
            "issued": {"raw": "1912/1915"}}  # fmt: skip
    record = one(json.dumps([item]), ".json")
    assert record["access"] == "restricted until 2030-01-01" and record["named_as"] == "by-role"
    assert record["archive_location"] == "Box 7, folder 3"
    assert record["accessed"] == {"date-parts": [[2022, 1]]}
    assert record["original-date"] == {"date-parts": [[1912]]}
    assert record["custom"]["csl"] == {"shoeSize": 44, "id_": "x", "claims": "no"}


def test_zotero_tells_films_interviews_and_boxes() -> None:
    items = [
        {"itemType": "film", "title": "Reykjavik", "runningTime": "1:30:00", "date": "1986",
         "creators": [{"creatorType": "director", "firstName": "A", "lastName": "von Trier"}]},
        {"itemType": "letter", "title": "Nixon to Kissinger", "archive": "NARA", "archiveLocation": "Box 1032",
         "creators": [{"creatorType": "recipient", "name": "Kissinger"}], "extra": "archive_collection: NSC\nlost"},
        {"itemType": "note", "note": "not a work"},
    ]  # fmt: skip
    entries, faults = of(json.dumps({"items": items}), ".json")
    film, letter = (entry.record for entry in entries)
    assert film["dimensions"] == "1:30:00"
    assert film["director"] == [{"family": "Trier", "given": "A", "non-dropping-particle": "von"}]
    assert (letter["archive_location"], letter["archive_collection"]) == ("Box 1032", "NSC")
    assert letter["note"] == "lost" and letter["recipient"] == [{"literal": "Kissinger"}]
    assert not faults


def test_broken_json_gives_what_can_be_read() -> None:
    text = '[{"id":"a1x","type":"book","title":"A"},\n{"id":"b","type":"book" "title"},\n{"id":"c1x","type":"book","title":"C"}]'
    entries, faults = of(text, ".json")
    assert [entry.key for entry in entries] == ["a1x", "c1x"]
    assert [(f.line, f.severity) for f in faults] == [(2, "error")]


TEI = """<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><fileDesc><sourceDesc><biblStruct>
<analytic><title level="a">Our paper</title><author><persName><surname>Own</surname></persName></author></analytic>
<monogr><imprint><date when="2020"/></imprint></monogr></biblStruct></sourceDesc></fileDesc></teiHeader>
<text><back><listBibl><biblStruct xml:id="b0"><analytic><title level="a">Bonds</title>
<author><persName><forename type="first">Anna</forename><nameLink>van</nameLink><surname>Dam</surname></persName></author></analytic>
<monogr><title level="j">Theory</title><imprint><biblScope unit="volume">3</biblScope>
<biblScope unit="page" from="1" to="9"/><date type="published" when="2012"/></imprint></monogr></biblStruct>
<biblStruct><monogr><title/></monogr><note type="raw_reference">Dunn 2016 somewhere</note></biblStruct>
<biblStruct><monogr/></biblStruct></listBibl></back></text></TEI>"""


def test_a_list_of_references_makes_a_network() -> None:
    entries, faults = of(TEI, ".xml")
    claims, _ = bib.claims(entries, "a.xml")
    assert entries[1].record["author"] == [
        {"family": "Dam", "given": "Anna", "non-dropping-particle": "van"}
    ]
    assert entries[1].record["page"] == "1-9"
    assert entries[2].record["custom"]["printed"]["reference"] == "Dunn 2016 somewhere"
    refers = [
        (c.subject, c.object, c.citations[0].locator) for c in claims if c.predicate == "refers_to"
    ]
    assert refers[0] == ("source/own2020-our-paper", "source/vandam2012-bonds", "reference 1")
    assert len(refers) == 2
    assert [(f.severity, f.record) for f in faults] == [("error", "3")]


def test_xml_is_neither_fetched_nor_expanded() -> None:
    bomb = '<!DOCTYPE article [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><article><back><ref-list/></back></article>'
    _, faults = of(bomb, ".nxml")
    assert [f.code for f in faults] == ["xml"]
    outside = '<!DOCTYPE article SYSTEM "file:///etc/passwd"><article><front/><back><ref-list><ref id="r"><label>1</label><mixed-citation>Smith, A. (1990) Title.</mixed-citation></ref></ref-list></back></article>'
    entries, faults = of(outside, ".nxml")
    assert len(entries) == 1 and not faults


# -- keys -----------------------------------------------------------------------------------------


def test_a_key_depends_on_its_entry_alone() -> None:
    entries, _ = of("@book{Reagan:1990, title={An American Life}, author={Reagan, Ronald}, year=1990}\n"
                    "@book{12, title={An American Life}, author={Reagan, Ronald}, year=1990}\n"
                    "@misc{http://zotero.org/users/1/items/AB12, title={On Peace Treaties}, year=1815}\n")  # fmt: skip
    assert [bib.source_key(e) for e in entries] == [
        "reagan-1990", "reagan1990-american-life", "peace1815-treaties",
    ]  # fmt: skip


def test_two_works_under_one_key_are_never_taken_for_one() -> None:
    text = "@book{smith2000, title={Trust among states}, author={Smith, Ann}, year=2000}\n"
    other = "@book{smith2000, title={War in numbers}, author={Smith, Bo}, year=2000}\n"
    there = {}
    for both in (text + other, other + text):
        entries, _ = of(both)
        found, faults = bib.keys(entries, "a.bib")
        assert all(key.startswith("smith2000-") for key in found) and len(set(found)) == 2
        assert [f.code for f in faults] == ["key", "key"]
        there[both] = {e.record["title"]: k for e, k in zip(entries, found, strict=True)}
    assert len({tuple(sorted(t.items())) for t in there.values()}) == 1, "their order is nothing"


def test_the_key_of_one_file_and_the_other_work_of_another(tmp_path: Path) -> None:
    (tmp_path / "sources.yaml").write_text(
        "sources:\n  lee1999: {title: Bonds of trust, author: ['Lee, Ann'], issued: '1999'}\n"
    )
    (tmp_path / "a.bib").write_text("@book{smith2000, title={Trust}, author={Smith, Ann}, year=2000}\n"
                                    "@book{lee1999, title={Bonds of trust}, author={Lee, A.}, year=1999}")  # fmt: skip
    (tmp_path / "b.bib").write_text("@book{smith2000, title={War in numbers}, author={Smith, Bo}, year=2000}\n"
                                    "@book{lee1999, title={Oil and water}, author={Lee, Z.}, year=1999}")  # fmt: skip
    (tmp_path / "package.json").write_text('{"type": "book-keeping", "title": "no bibliography"}')
    (tmp_path / "map.json").write_text('{"type": "FeatureCollection", "features": []}')
    readings = {
        r.name: r
        for r in read(
            Collection(tmp_path),
            [tmp_path / n for n in ("a.bib", "b.bib", "package.json", "map.json")],
            explicit=False,
        )
    }
    assert readings["package.json"].kind == readings["map.json"].kind == ""
    a = {c.subject for c in readings["a.bib"].claims}
    b = {c.subject for c in readings["b.bib"].claims}
    assert not a & b, "two works are two sources"
    assert "source/lee1999" in a, "the register's work keeps the key, however it arrives"
    assert "source/smith2000" not in a | b, "a key of two works means neither"


def test_a_case_may_cite_what_a_bibliography_defines(tmp_path: Path) -> None:
    (tmp_path / "refs.bib").write_text(
        "@book{Smith:2000, title={Trust}, author={Smith, Ann}, year=2000}"
    )
    case = "case: here\ntitle: Here\nsource: smith-2000\nwhen: {date: 1985, cite: 12}\n"
    (tmp_path / "here.yaml").write_text(case)
    [reading] = read(Collection(tmp_path), [tmp_path / "here.yaml"])
    assert not [f for f in reading.faults if f.code == "source"]


def test_what_is_broken_is_left_out_by_itself(tmp_path: Path) -> None:
    (tmp_path / "refs.bib").write_text(
        "@book{good, title={T}, year=2000}\n@book{bad, title={T, year=2\n"
    )
    whole, bad = read(Collection(tmp_path), [tmp_path / "refs.bib"])
    assert whole.sound and [c.subject for c in whole.claims] == ["source/good"]
    assert not bad.sound and bad.name == "refs.bib#bad"


# -- whatever the input ---------------------------------------------------------------------------

BITS = ["{", "}", '"', "@", "\\", "#", "=", ",", "\n", "@article{", "@string{", "TY  - ", "ER  - ", "<", "&", "]", "[",
        "\x00", "é", "\udcff", "99999999999", "\\'{", "and ", "crossref = {a}", "-", "\u202e", ":", "null", "{}", "[[", "1e400"]  # fmt: skip
SEEDS = {
    ".bib": r"""@string{x = "Y"}
@article{a, author = {M{\"u}ller, A and {B C} and others}, title = {The {NATO}: a \emph{b}}, journal = x # { z}, year = {1912/1915}, month = jul, pages = {151180}, crossref = {b}}
@book{b, title = {T}, editor = {de la Cruz, P.}, date = {1990-01/1991}, doi = {10.1/x}}""",
    ".ris": "TY  - JOUR\nAU  - A, B\nPY  - 1990/1/2\nSP  - 1\nEP  - 2\nUR  - http://x; http://y\nKW  - z\nER  - \nTY  - BOOK\nTI  - T\nER  - ",
    ".json": '[{"id":"a","type":"book","title":"T","author":[{"family":"F","given":"G"}],"issued":{"date-parts":[[1990,1,2]]},"page":"1-2"},{"itemType":"book","title":"x","creators":[{"lastName":"y"}],"date":"3/2010","extra":"DOI: 10.1"},{"DOI":"10.1/1","type":"journal-article","title":["t"],"author":[{"family":"x"}],"reference":[{"unstructured":"u"}]}]',
    ".xml": TEI,
    ".nxml": '<article><front><article-meta><title-group><article-title>T</article-title></title-group></article-meta></front><back><ref-list><ref><label>1</label><element-citation publication-type="journal"><name><surname>A</surname></name><year>1990</year><source>J</source><fpage>1</fpage></element-citation></ref></ref-list></back></article>',
}  # fmt: skip


def fuzz(rounds: int, seed: int) -> Counter[str]:
    """Mutated files of every format: each ends in faults or in sources that fit the model."""
    dice = random.Random(seed)
    ended: Counter[str] = Counter()
    for number in range(rounds):
        ending = list(SEEDS)[number % len(SEEDS)]
        text = SEEDS[ending]
        for _ in range(dice.randint(1, 6)):
            at, size = dice.randrange(len(text) + 1), dice.choice((0, 0, 1, 3, 20, 200))
            text = text[:at] + dice.choice([*BITS, text[at : at + 30] * 2, ""]) + text[at + size :]
        data = text.encode("utf-8", "surrogateescape")
        entries, faults = bib.read_bytes(data, ending, "x")
        claims, more = bib.claims(entries, "x")
        assert entries or faults, "nothing is passed over in silence"
        for claim in claims:
            wrong = problems(claim, vocabulary())
            assert not wrong, (wrong, text)
            if claim.predicate == "described_as":
                citing.short(json.loads(claim.value))
                assert citing.full(json.loads(claim.value)) is not None
        for fault in faults + more:
            assert fault.message and "Traceback" not in str(fault)
        ended["sources" if entries else "faults"] += 1
    return ended


def test_fuzzed_files_end_in_faults_or_sources() -> None:
    ended = fuzz(1_000, 1)
    assert ended["sources"] > 300 and ended["faults"] > 30


@pytest.mark.trial
def test_ten_thousand_fuzzed_files_end_in_faults_or_sources() -> None:
    assert sum(fuzz(10_000, 2).values()) == 10_000


def test_a_plain_list_named_by_a_work_is_the_list_of_that_work(tmp_path: Path) -> None:
    from visavis.ingest.run import Collection, read

    listed = "\n".join(
        f"Family{letter}, Given. 200{n}. A Book of Matter {letter}. London: Press.\n"
        for n, letter in enumerate("ABCDE")
    )
    for name in ("anybody.txt", "bramsen2024.txt"):
        (tmp_path / name).write_text(listed, "utf-8")
    told = {r.name: r for r in read(Collection(tmp_path), sorted(tmp_path.glob("*.txt")))}
    assert not any(c.predicate == "refers_to" for c in told["anybody.txt"].claims)
    refers = [c for c in told["bramsen2024.txt"].claims if c.predicate == "refers_to"]
    assert [c.citations[0].locator for c in refers] == [f"reference {n}" for n in range(1, 6)]
    assert {c.subject for c in refers} == {"source/bramsen2024"}
