"""Event models, QCA and regression: the columns that the packages document, and nothing made up."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest
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


# -- the columns that the packages document -------------------------------------------------------


def test_remify(tmp_path: Path) -> None:
    """remify(edgelist): "first three columns corresponding to time, and actors forming the dyad";
    "type" and "weight" "have to be named accordingly"; manual_riskset: actor1, actor2."""
    made = written(tmp_path, "remify")
    told = rows(tmp_path, "edgelist.csv")
    assert list(told[0]) == ["time", "actor1", "actor2", "type", "weight"]
    day = (1985 - 1970) * 365 + 4 + 322  # four leap years, 19 November
    assert [(int(r["time"]), r["actor1"], r["type"], r["weight"]) for r in told] == [
        (day, "actor/reagan", "discredit", "0"),
        (day, "actor/gorbachev", "credit", "1"),
        (day, "actor/reagan", "credit", "1"),
    ]
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
    assert spells["actor/shultz"] == "office" and spells["actor/reagan"] == "not told"


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
            assert event["time"] == row["earliest"][:4] == row["latest"][:4]


# -- time -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spans", "last"), [("drop", None), ("earliest", "1986-10-11"), ("latest", "1986-10-12")]
)
def test_spans(spans: str, last: str | None) -> None:
    made = tables(told_of(TELLS), "remify", spans=spans)
    days = {row["time"] for row in made.files["edgelist.csv"].rows}
    wanted = {5801}
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
    made = tables(told_of(tells), "remify", unit=unit)
    assert [row["time"] for row in made.files["edgelist.csv"].rows] == (
        [] if time is None else [time]
    )


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
        "mine.csv", "edgelist.csv", "riskset.csv", "actors.csv", "presence.csv", "provenance.csv",
        "codebook.csv", "codebook.md",
    }  # fmt: skip
