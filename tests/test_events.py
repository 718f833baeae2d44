"""Event models, QCA and regression: the columns that the packages document, and nothing made up."""

from __future__ import annotations

import csv
import itertools
import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from told import claim, meeting, shipped, told_of

from visavis.exchange.events import FORMS, save_tables, tables
from visavis.schema.errors import NotFoundError
from visavis.schema.model import vocabulary

TELLS = [
    *meeting("geneva", "1985-11-19", "reagan", "gorbachev", "shultz"),
    *meeting("reykjavik", "1986-10-11/1986-10-12", "reagan", "gorbachev"),
    *meeting("some-day", "1987", "reagan", "gorbachev"),
    *meeting("habit", "1988-01-01", "reagan", "gorbachev", scope="practice"),
    claim("actor/reagan", "credit", "actor/gorbachev", "meeting/geneva", act="invitation", order=2),
    claim("actor/gorbachev", "credit", "actor/reagan", "meeting/geneva", act="thanks", order=1, intensity=2),
    claim("actor/reagan", "discredit", "actor/gorbachev", "meeting/geneva", act="insult", uptake="refused"),
    claim("actor/reagan", "credit", "actor/gorbachev", "meeting/geneva", act="embrace", performance="suppressed"),
    claim("actor/reagan", "credit", "actor/gorbachev", "meeting/reykjavik", act="thanks"),
    claim("actor/shultz", "represents", "actor/us", office="secretary of state", period="1982-07-16/1986-01-20"),
    claim("actor/reagan", "named", "Ronald Reagan"),
]  # fmt: skip


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def written(folder: Path, form: str, tells: Any = TELLS, **options: Any) -> Any:
    made = tables(tells if not isinstance(tells, list) else told_of(tells), form, **options)
    save_tables(made, folder)
    return made


def zero(folder: Path) -> str:
    """The date from which the files of remify count."""
    found = re.search(r"\b0 is (\S+)\.\n", (folder / "codebook.md").read_text("utf-8"))
    assert found
    return found[1]


def acts_at(made: Any) -> list[int]:
    """The times of goldfish's events."""
    return [
        row["time"]
        for name, table in made.files.items()
        if name.startswith("events_")
        for row in table.rows
    ]


# -- the columns that the packages document -------------------------------------------------------


def test_remify(tmp_path: Path) -> None:
    """remify(edgelist): "first three columns corresponding to time, and actors forming the dyad";
    "type" and "weight" "have to be named accordingly"; manual_riskset: actor1, actor2."""
    made = written(tmp_path, "remify")
    told = rows(tmp_path, "edgelist.csv")
    assert list(told[0]) == ["time", "actor1", "actor2", "type", "weight"]
    assert [(int(r["time"]), r["actor1"], r["type"], r["weight"]) for r in told] == [
        (1, "actor/reagan", "discredit", "0"),
        (1, "actor/gorbachev", "credit", "1"),
        (1, "actor/reagan", "credit", "1"),
    ]
    assert zero(tmp_path) == "1985-11-18"
    assert made.left_out == {
        "acts that were held back": 1,
        "events whose day is not certain": 1,
    }
    assert (made.events, made.tied) == (3, 3)
    risk = {(r["actor1"], r["actor2"]) for r in rows(tmp_path, "riskset.csv")}
    assert ("actor/shultz", "actor/reagan") in risk and ("actor/reagan", "actor/shultz") in risk
    assert all(a != b for a, b in risk)


def test_goldfish(tmp_path: Path) -> None:
    """linkEvents: time, sender, receiver and increment; of nodes: time, node, replace.
    defineNodes: label, present."""
    written(tmp_path, "goldfish", unit="year")
    assert list(rows(tmp_path, "nodes.csv")[0]) == ["label", "present"]
    for kind in ("credit", "discredit"):
        told = rows(tmp_path, f"events_{kind}.csv")
        assert list(told[0]) == ["time", "sender", "receiver", "increment"]
        nodes = {row["label"] for row in rows(tmp_path, "nodes.csv")}
        assert {r["sender"] for r in told} | {r["receiver"] for r in told} <= nodes
    assert [r["time"] for r in rows(tmp_path, "events_credit.csv")] == ["1985", "1985", "1986"]


def test_goldfish_tells_who_comes_and_goes(tmp_path: Path) -> None:
    late = claim(
        "actor/baker", "represents", "actor/us", office="chief of staff", period="1986-10-01/.."
    )
    written(tmp_path, "goldfish", [*TELLS, late], spans="earliest")
    present = {r["label"]: r["present"] for r in rows(tmp_path, "nodes.csv")}
    assert present == {"actor/gorbachev": "TRUE", "actor/reagan": "TRUE", "actor/shultz": "TRUE", "actor/baker": "FALSE"}  # fmt: skip
    changes = [(r["node"], r["replace"]) for r in rows(tmp_path, "presence_changes.csv")]
    assert changes == [("actor/shultz", "FALSE"), ("actor/baker", "TRUE")]
    spells = {r["actor"]: r["by"] for r in rows(tmp_path, "presence.csv")}
    assert spells["actor/shultz"] == "office" and spells["actor/reagan"] == "seen"


@pytest.mark.parametrize(("spans", "date"), [("earliest", "1985/.."), ("latest", "../1985")])
def test_an_event_without_an_end_stands_at_the_bound_that_it_has(
    tmp_path: Path, spans: str, date: str
) -> None:
    tells = [
        *meeting("talks", date, "reagan", "gorbachev"),
        claim("actor/reagan", "credit", "actor/gorbachev", "meeting/talks", act="thanks"),
    ]
    assert acts_at(written(tmp_path, "goldfish", tells, unit="year", spans=spans)) == [1985]


def test_a_codebook_that_is_not_ours_takes_no_file_away(tmp_path: Path) -> None:
    (tmp_path / "survey.csv").write_text("a\n1\n")
    (tmp_path / "codebook.csv").write_bytes(b"file,says\nsurvey.csv,M\xfcller\n")
    written(tmp_path, "qca")
    assert (tmp_path / "survey.csv").is_file()


def test_eventnet(tmp_path: Path) -> None:
    """One event is the rows of one event_id, as in eventnet's data/les_miserables."""
    made = written(tmp_path, "eventnet")
    told = rows(tmp_path, "events.csv")
    assert list(told[0]) == ["event_id", "time", "type", "participant", "role", "weight"]
    events = defaultdict(set)
    for row in told:
        if row["type"] == "encounter":
            events[row["event_id"]].add(row["participant"])
    assert events == {
        "meeting/geneva": {"actor/reagan", "actor/gorbachev", "actor/shultz"},
        "meeting/reykjavik": {"actor/reagan", "actor/gorbachev"},  # it began on a day that is told
    }
    assert [int(r["time"]) for r in told] == sorted(int(r["time"]) for r in told)
    assert Counter(r["type"] for r in told) == {"encounter": 5, "add_actor": 3, "remove_actor": 1}
    assert made.left_out == {
        "events whose day is not certain": 1,
        "series, practices and what is no encounter": 1,
    }


@pytest.mark.parametrize("form", FORMS)
def test_every_column_is_in_the_codebook(form: str, tmp_path: Path) -> None:
    written(tmp_path, form, shipped())
    book = rows(tmp_path, "codebook.csv")
    for path in tmp_path.glob("*.csv"):
        if path.name != "codebook.csv":
            with path.open(encoding="utf-8", newline="") as file:
                header = next(csv.reader(file))
            assert [r["column"] for r in book if r["file"] == path.name] == header
    assert all(row["says"] and row["type"] for row in book)
    text = (tmp_path / "codebook.md").read_text("utf-8")
    for row in book:
        assert f"| {row['column']} |" in text


@pytest.mark.parametrize("form", ["remify", "goldfish", "eventnet"])
def test_every_event_is_traced_to_its_claims(form: str, tmp_path: Path) -> None:
    written(tmp_path, form, shipped(), unit="year")
    known = {claim_id for claim_id, _ in shipped().claims()}
    for row in rows(tmp_path, "provenance.csv"):
        assert set(row["claims"].split("; ")) <= known and row["date"]
        if form != "eventnet":
            event = rows(tmp_path, row["file"])[int(row["row"]) - 1]
            year = int(event["time"]) + (int(zero(tmp_path)) if form == "remify" else 0)
            assert str(year) == row["earliest"][:4] == row["latest"][:4]


# -- time -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spans", "last"), [("drop", None), ("earliest", "1986-10-11"), ("latest", "1986-10-12")]
)
def test_spans(spans: str, last: str | None) -> None:
    made = tables(told_of(TELLS), "goldfish", spans=spans)
    days = set(acts_at(made))
    wanted = {(1985 - 1970) * 365 + 4 + 322}  # four leap years, 19 November
    if last:
        wanted.add(6127 + (last == "1986-10-12"))
    assert days == wanted
    assert bool(made.left_out["events whose day is not certain"]) == (last is None)


@pytest.mark.parametrize(
    ("unit", "when", "time"),
    [
        ("day", "1970-01-01", 0), ("day", "1969-12-31", -1), ("hour", "1970-01-02T03:10", 27),
        ("minute", "1970-01-01T01:01", 61), ("year", "-0043-03-15", -43), ("year", "0000", 0),
        ("hour", "1970-01-02", None), ("year", "1985~", None), ("day", "1985/..", None),
        ("day", "[1985-01-01,1985-02-01]", None),
    ],
)  # fmt: skip
def test_units(unit: str, when: str, time: int | None) -> None:
    tells = [
        *meeting("m", when, "x", "y"),
        claim("actor/x", "credit", "actor/y", "meeting/m", act="thanks"),
    ]
    made = tables(told_of(tells), "goldfish", unit=unit)
    assert acts_at(made) == ([] if time is None else [time])


def test_pairs_of_encounters_are_undirected_and_bounded() -> None:
    tells = [
        *meeting("a", "1985-01-01", "x", "y", "z"),
        *meeting("b", "1985-01-02", "x", "y", "z", "w"),
    ]
    made = tables(told_of(tells), "remify", edges="together", largest=3)
    assert [(r["actor1"], r["actor2"]) for r in made.files["edgelist.csv"].rows] == [
        ("actor/x", "actor/y"), ("actor/x", "actor/z"), ("actor/y", "actor/z"),
    ]  # fmt: skip
    assert made.left_out == {"encounters of more than 3 participants": 1}
    assert all(r["actor1"] < r["actor2"] for r in made.files["riskset.csv"].rows)


def test_what_has_no_direction_is_said_to_have_none(tmp_path: Path) -> None:
    bond = claim("actor/gorbachev", "bond", "actor/reagan", "meeting/geneva", kind="trust")
    for edges, plain in (("together", "together"), ("bond", "bond"), ("credit,bond", "bond")):
        for form in ("remify", "goldfish"):
            made = written(tmp_path, form, [*TELLS, bond], edges=edges, spans="earliest")
            text = (tmp_path / "codebook.md").read_text("utf-8")
            assert f"Events of type {plain} have no direction" in text and made.events
    written(tmp_path, "remify", [*TELLS, bond])
    assert "no direction" not in (tmp_path / "codebook.md").read_text("utf-8")


@pytest.mark.parametrize("form", ["remify", "goldfish"])
def test_nobody_meets_himself(form: str, tmp_path: Path) -> None:
    """remify stops at a risk set with one actor twice, which it makes of such an event."""
    own = claim("actor/us", "bond", "actor/us", "meeting/geneva", kind="trust", change="formed")
    made = written(tmp_path, form, [*TELLS, own], edges="bond,credit", unit="year")
    assert made.left_out["acts and bonds of one actor alone"] == 1 and made.events
    for path in tmp_path.glob("e*.csv"):
        for row in rows(tmp_path, path.name):
            assert row.get("actor1", row.get("sender")) != row.get("actor2", row.get("receiver"))


@pytest.mark.parametrize(
    ("unit", "when", "wanted"),
    [("day", "1961-06-03", "1961-06-02"), ("hour", "1961-06-03T12", "1961-06-03T11:00"),
     ("minute", "0009-01-01T00:00", "0008-12-31T23:59"), ("year", "-0043-03-15", "-44")],
)  # fmt: skip
def test_remify_is_given_no_time_below_0(unit: str, when: str, wanted: str, tmp_path: Path) -> None:
    """It stops with "time variable can't be negative"."""
    tells = [
        *meeting("m", when, "x", "y"),
        claim("actor/x", "credit", "actor/y", "meeting/m", act="thanks"),
    ]
    written(tmp_path, "remify", tells, unit=unit)
    assert [row["time"] for row in rows(tmp_path, "edgelist.csv")] == ["1"]
    assert [(r["from"], r["to"]) for r in rows(tmp_path, "presence.csv")] == [("1", "1")] * 2
    assert zero(tmp_path) == wanted


def test_a_period_leads_and_wrong_words() -> None:
    lead = claim("actor/x", "credit", "actor/y", "meeting/geneva", act="thanks", basis="machine")
    made = tables(told_of([*TELLS, lead]), "remify", to="1985", unit="year")
    assert made.left_out == {
        "machine-coded edges": 1, "acts that were held back": 1, "acts outside the period": 1,
    }  # fmt: skip
    assert tables(told_of([*TELLS, lead]), "remify", leads=True).events == 4
    for wrong in ({"unit": "week"}, {"spans": "middle"}, {"edges": "represents,held_at"}):
        with pytest.raises(NotFoundError):
            tables(told_of(TELLS), "remify", **wrong)
    empty = tables(told_of(TELLS), "goldfish", from_="2001")
    assert empty.events == 0


# -- encounters -----------------------------------------------------------------------------------

CODED = [
    *TELLS,
    claim("phase/geneva/walk", "part_of", "meeting/geneva", "meeting/geneva"),
    claim("phase/geneva/walk", "mode", "term/friendly", "meeting/geneva"),
    claim("phase/geneva/walk", "ingredient", "term/mutual-focus", "meeting/geneva", degree="partly"),
    claim("phase/geneva/walk", "ingredient", "term/shared-mood", "meeting/geneva", degree="absent"),
    claim("phase/geneva/walk", "effect", "term/solidarity", "meeting/geneva", degree="not-observable"),
    claim("meeting/geneva", "moderated_by", "term/formality", "meeting/geneva"),
    claim("actor/gorbachev", "bond", "actor/reagan", "meeting/geneva", kind="trust", change="formed"),
    claim("actor/gorbachev", "bond", "actor/reagan", "meeting/geneva", kind="liking", change="broken"),
    claim("meeting/reykjavik", "mode", "term/dominant", "meeting/reykjavik", coder="anna"),
    claim("meeting/reykjavik", "mode", "term/friendly", "meeting/reykjavik", coder="ben"),
]  # fmt: skip


def test_what_was_not_coded_stays_missing(tmp_path: Path) -> None:
    written(tmp_path, "qca", CODED)
    encounters = {r["case"]: r for r in rows(tmp_path, "encounters.csv")}
    assert set(encounters) == {"meeting/geneva", "meeting/reykjavik", "meeting/some-day"}
    [walk] = rows(tmp_path, "phases.csv")
    told = {k: v for k, v in walk.items() if v and k not in ("case", "encounter", "claims")}
    assert told == {
        "mode_friendly": "1", "mode_dominant": "0", "mode_low_intensity": "0", "mode_conflictual": "0",
        "ingredient_mutual_focus": "0.67", "ingredient_shared_mood": "0",
    }  # fmt: skip
    geneva = encounters["meeting/geneva"]
    told = {k: v for k, v in geneva.items() if v and k not in ("case", "title", "claims")}
    assert told == {"moderator_formality": "1", "bond_trust": "1", "bond_liking": "0"}
    contested = encounters["meeting/reykjavik"]
    assert set(contested["contested"].split("; ")) == {"mode_dominant", "mode_friendly"}
    assert not any(contested[c] for c in contested if c.startswith("mode_"))
    nothing = encounters["meeting/some-day"]
    assert not any(v for k, v in nothing.items() if k not in ("case", "title", "claims"))


def test_a_truth_table_can_be_made_of_it(tmp_path: Path) -> None:
    """QCA's truthTable wants calibrated columns (0 to 1) and a name for each row."""
    written(tmp_path, "qca", shipped())
    for name in ("encounters.csv", "phases.csv"):
        told = rows(tmp_path, name)
        assert len({row["case"] for row in told}) == len(told) > 20
        for row in told:
            for column, value in row.items():
                if column.partition("_")[0] in (
                    "mode",
                    "ingredient",
                    "effect",
                    "moderator",
                    "bond",
                    "outcome",
                ):
                    assert value == "" or 0 <= float(value) <= 1


def test_regression_says_it_in_words(tmp_path: Path) -> None:
    written(tmp_path, "regression", CODED)
    told = {r["case"]: r for r in rows(tmp_path, "encounters.csv")}
    geneva = told["meeting/geneva"]
    assert (geneva["year"], geneva["participants"], geneva["credits"], geneva["discredits"]) == (
        "1985",
        "3",
        "2",
        "1",
    )
    assert (geneva["modes_of_phases"], geneva["mode"], geneva["bond_trust"]) == (
        "friendly",
        "",
        "formed",
    )
    assert told["meeting/some-day"]["credits"] == ""  # none is coded: not 0
    assert told["meeting/reykjavik"]["mode"] == "dominant; friendly"
    assert told["meeting/reykjavik"]["contested"] == "mode"
    [walk] = rows(tmp_path, "phases.csv")
    assert (walk["effect_solidarity"], walk["ingredient_shared_mood"]) == (
        "not-observable",
        "absent",
    )
    terms = vocabulary().scheme("ingredient")
    book = {r["column"]: r for r in rows(tmp_path, "codebook.csv") if r["file"] == "encounters.csv"}
    for slug in ("mutual-focus", "shared-mood"):
        row = book[f"ingredient_{slug.replace('-', '_')}"]
        assert terms[slug].definition in row["says"] and row["source"] == terms[slug].cite


def test_the_same_bytes_each_time(tmp_path: Path) -> None:
    for form in FORMS:
        for folder in ("a", "b"):
            written(tmp_path / folder / form, form, shipped())
        for path in (tmp_path / "a" / form).iterdir():
            assert path.read_bytes() == (tmp_path / "b" / form / path.name).read_bytes()


def test_nothing_is_left_of_an_earlier_export(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text("a\n")
    written(tmp_path, "goldfish")
    assert (tmp_path / "events_credit.csv").is_file()
    written(tmp_path, "remify")
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {
        "mine.csv", "edgelist.csv", "riskset.csv", "omit_dyad.csv", "actors.csv", "presence.csv",
        "provenance.csv", "codebook.csv", "codebook.md",
    }  # fmt: skip


# -- who could have met ---------------------------------------------------------------------------


def spells(tells: Any, **options: Any) -> dict[str, list[tuple[int, int, str, str]]]:
    """Of each actor: from, to, by, at_risk."""
    made = tables(told_of(tells), options.pop("form", "eventnet"), unit="year", **options)
    found = defaultdict(list)
    for row in made.files["presence.csv"].rows:
        name = row["actor"].removeprefix("actor/")
        found[name].append((row["from"], row["to"], row["by"], row["at_risk"]))
    return dict(found)


YEARS = [*meeting("first", "1900-05-01", "a", "b"), *meeting("last", "2000-05-01", "a", "b")]


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        # nothing is told, and nobody sees x
        ([], [(1900, 2000, "not told", "possible")]),
        # alive for certain between two encounters, perhaps before and after
        (
            [*meeting("m", "1940", "x"), *meeting("n", "1950", "x")],
            [(1900, 1939, "not told", "possible"), (1940, 1950, "seen", "certain"),
             (1951, 2000, "not told", "possible")],
        ),
        # the years of birth and death count
        (
            [claim("actor/x", "born", "1911-02-06"), claim("actor/x", "died", "2004-06-05")],
            [(1911, 2000, "lifetime", "certain")],
        ),
        # a birth without a death: certain as long as x is seen
        (
            [claim("actor/x", "born", "1931"), *meeting("m", "1985", "x")],
            [(1931, 1985, "lifetime; seen", "certain"), (1986, 2000, "lifetime", "possible")],
        ),
        ([claim("actor/x", "born", "1931")], [(1931, 2000, "lifetime", "possible")]),
        # about 1931 is at most a year off, and never certain
        (
            [claim("actor/x", "born", "1931~"), claim("actor/x", "died", "1985")],
            [(1930, 1985, "lifetime", "possible")],
        ),
        # sources differ: from the later birth to the earlier death for certain
        (
            [claim("actor/x", "born", "1911"), claim("actor/x", "born", "1915", coder="ben"),
             claim("actor/x", "died", "[1980..1982]")],
            [(1911, 1914, "lifetime", "possible"), (1915, 1980, "lifetime", "certain"),
             (1981, 1982, "lifetime", "possible")],
        ),
        # in office and alive
        (
            [claim("actor/x", "born", "1911"), claim("actor/x", "died", "1945"),
             claim("actor/x", "represents", "actor/us", period="1940-01-01/1950-01-01")],
            [(1940, 1945, "office; lifetime", "certain")],
        ),
        # alive for certain, and perhaps in office
        (
            [claim("actor/x", "born", "1911"), claim("actor/x", "died", "1995"),
             claim("actor/x", "represents", "actor/us", period="1950/..")],
            [(1950, 1950, "office; lifetime", "certain"),
             (1951, 1995, "office; lifetime", "possible")],
        ),
        # an office told by its year was held at some time of it; an open end says nothing after
        (
            [claim("actor/x", "represents", "actor/us", period="1940"),
             claim("actor/x", "represents", "actor/us", "meeting/m", period="1950/..")],
            [(1940, 1940, "office", "certain"), (1950, 1950, "office", "certain"),
             (1951, 2000, "office", "possible")],
        ),
        # dead before the time observed, or born after
        ([claim("actor/x", "died", "1899")], None),
        ([claim("actor/x", "born", "2001"), *meeting("m", "", "x")], None),
        # in an encounter after death all the same: whoever is told of is at risk then
        (
            [claim("actor/x", "died", "1950"), *meeting("m", "1960-01-01", "x", "a")],
            [(1900, 1950, "lifetime", "possible"), (1960, 1960, "seen", "certain")],
        ),
    ],
)  # fmt: skip
def test_who_could_have_met(told: list[Any], wanted: Any) -> None:
    present = [] if any(c.subject == "actor/x" and c.predicate == "took_part" for c in told) else (
        meeting("undated", "", "x")
    )  # fmt: skip
    assert spells([*YEARS, *present, *told]).get("x") == wanted
    regression = spells([*YEARS, *present, *told], form="regression")
    if wanted and "n" not in {c.about.partition("/")[2] for c in told}:
        assert regression["x"] == wanted


def test_an_office_told_by_its_year_is_held_on_no_day_for_certain() -> None:
    tells = [
        *meeting("m", "1985-01-05", "x", "y"),
        *meeting("n", "1985-12-05", "x", "y"),
        claim("actor/z", "represents", "actor/us", period="1985"),
        claim("actor/w", "represents", "actor/us", period="1985-02-01/1985-02-10"),
    ]
    made = tables(told_of(tells), "eventnet")
    sure = {
        r["actor"]: (r["to"] - r["from"], r["at_risk"]) for r in made.files["presence.csv"].rows
    }
    assert sure["actor/z"] == (334, "possible") and sure["actor/w"] == (9, "certain")


def test_a_summit_that_a_state_outlived() -> None:
    """A state has a lifetime as a person has."""
    tells = [
        *YEARS,
        *meeting("m", "1985-11-19", "ussr", "us"),
        claim("actor/ussr", "born", "1922-12-30"),
        claim("actor/ussr", "died", "1991-12-26"),
    ]
    assert spells(tells)["ussr"] == [(1922, 1991, "lifetime", "certain")]


def _at_risk(folder: Path, form: str) -> Any:
    """Who is at risk when, as the files that the programs read tell it."""
    if form == "goldfish":
        states: dict[str, list[tuple[float, bool]]] = {
            r["label"]: [(-(10.0**9), r["present"] == "TRUE")] for r in rows(folder, "nodes.csv")
        }
        for row in rows(folder, "presence_changes.csv"):
            assert states[row["node"]][-1][1] != (row["replace"] == "TRUE")  # a change changes
            states[row["node"]].append((int(row["time"]), row["replace"] == "TRUE"))
        return lambda actor, time: [on for at, on in states[actor] if at <= time][-1]
    if form == "eventnet":
        # Row after row; and all rows of one time together, the network being updated after them.
        told = rows(folder, "events.csv")
        change = {"1": set.add, "0": set.discard}
        one_by_one: dict[tuple[str, int], set[str]] = {}
        now: set[str] = set()
        for row in told:
            if row["type"] != "encounter":
                change[row["weight"]](now, row["participant"])
            else:
                one_by_one[row["event_id"], int(row["time"])] = set(now)
        now, at_once = set(), {}
        for time, group in itertools.groupby(told, key=lambda row: int(row["time"])):
            rest = list(group)
            at_once |= {(r["event_id"], time): set(now) for r in rest if r["type"] == "encounter"}
            for row in rest:
                if row["type"] != "encounter":
                    change[row["weight"]](now, row["participant"])
        assert one_by_one == at_once
        return lambda actor, time: all(actor in who for (_, t), who in at_once.items() if t == time)
    gone = [
        (
            int(r["first"]),
            10.0**9 if r["last"] == "NA" else int(r["last"]),
            r["actor1"],
            r["actor2"],
        )
        for r in rows(folder, "omit_dyad.csv")
    ]
    return lambda actor, time: (
        not any(first <= time <= last and actor in (one, other) for first, last, one, other in gone)
    )


YEAR = st.integers(1880, 2020).map(str)
LIVED = st.one_of(YEAR, YEAR.map(lambda y: y + "~"), YEAR.map(lambda y: f"[..{y}]"))
SOMEBODY = st.sampled_from("abcd")


@settings(max_examples=60, deadline=None)
@given(
    meetings=st.lists(
        st.tuples(YEAR, st.lists(SOMEBODY, min_size=2, max_size=3, unique=True)), max_size=6
    ),
    lives=st.lists(st.tuples(SOMEBODY, st.sampled_from(["born", "died"]), LIVED), max_size=4),
    offices=st.lists(st.tuples(SOMEBODY, st.tuples(YEAR, YEAR).map(sorted)), max_size=4),
    form=st.sampled_from(["remify", "goldfish", "eventnet"]),
)
def test_no_event_outside_its_own_risk_set(
    meetings: Any, lives: Any, offices: Any, form: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    tells = []
    for number, (year, actors) in enumerate(meetings):
        tells += meeting(f"m{number}", year, *actors)
        tells.append(
            claim(f"actor/{actors[0]}", "credit", f"actor/{actors[1]}", f"meeting/m{number}",
                  act="thanks")
        )  # fmt: skip
    tells += [claim(f"actor/{who}", name, when) for who, name, when in lives]
    for number, (who, (first, last)) in enumerate(offices):
        tells.append(
            claim(f"actor/{who}", "represents", f"actor/s{number}", period=f"{first}/{last}")
        )
    folder = tmp_path_factory.mktemp("risk")
    written(folder, form, tells, unit="year")
    spans: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for row in rows(folder, "presence.csv"):
        assert row["at_risk"] in ("certain", "possible") and int(row["from"]) <= int(row["to"])
        spans[row["actor"]].append((int(row["from"]), int(row["to"])))
    for told in spans.values():  # in order and apart
        assert all(a[1] < b[0] for a, b in itertools.pairwise(told))
    at_risk = _at_risk(folder, form)
    begin = int(zero(folder)) if form == "remify" else 0
    times = {int(year) - begin for year, _ in meetings}
    for year, actors in meetings:
        for actor in actors if form == "eventnet" else actors[:2]:
            assert any(a <= int(year) - begin <= b for a, b in spans[f"actor/{actor}"])
            assert at_risk(f"actor/{actor}", int(year) - begin)
    # The files of the program and presence.csv tell the same of everybody at every event.
    for actor, told in spans.items():
        for time in times:
            assert at_risk(actor, time) == any(a <= time <= b for a, b in told), (actor, time)
    if form == "remify":  # it knows the times of events alone, and none below 0
        assert not times or min(times) == 1
        for row in rows(folder, "omit_dyad.csv"):
            assert int(row["first"]) in times
            assert row["last"] == "NA" or int(row["first"]) <= int(row["last"]) < max(times)
            assert row["last"] == "NA" or int(row["last"]) in times


def test_the_static_risk_set_of_remify_holds_every_pair_that_met(tmp_path: Path) -> None:
    tells = [
        *meeting("m", "1900", "a", "b"),
        *meeting("n", "2000", "c", "d"),
        claim("actor/a", "credit", "actor/b", "meeting/m", act="thanks"),
        claim("actor/c", "credit", "actor/d", "meeting/n", act="thanks"),
        claim("actor/a", "died", "1950"),
        claim("actor/b", "died", "1960"),
        claim("actor/c", "born", "1955"),
        claim("actor/d", "born", "1970"),
    ]
    written(tmp_path, "remify", tells, unit="year")
    pairs = {(r["actor1"][-1], r["actor2"][-1]) for r in rows(tmp_path, "riskset.csv")}
    assert pairs == {(a, b) for a, b in ("ab", "ba", "bc", "cb", "cd", "dc")}
    absent = [
        (r["first"], r["last"], r["actor1"][-1], r["actor2"][-1], r["type"])
        for r in rows(tmp_path, "omit_dyad.csv")
    ]
    # In years from 1900 on; a window begins and ends with an event, or lasts to the end.
    assert ("101", "NA", "a", "A", "NA") in absent and ("1", "1", "A", "d", "NA") in absent
    assert len(absent) == 8 and zero(tmp_path) == "1899"
    told = {r["actor"]: (r["born"], r["died"]) for r in rows(tmp_path, "actors.csv")}
    assert told["actor/a"] == ("", "1950") and told["actor/d"] == ("1970", "")
