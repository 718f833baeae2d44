"""The picture of a relationship: what is in it, and that it is drawn without a network."""

from __future__ import annotations

import json
import socket
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from visavis.exchange.picture import picture, specification
from visavis.graph.connect import Graph
from visavis.queries.relationship import _running, relationship
from visavis.queries.told import Act, Actor, Encounter, Evidence, Exchange, Relationship
from visavis.schema import dates
from visavis.schema.errors import NotFoundError, QueryError

pytest.importorskip("altair")
pytest.importorskip("vl_convert")

A = Actor("actor/a", "Avaria", "state", "Avaria")
B = Actor("actor/b", "Belmark", "state", "Belmark")


def chain(*when: str, acts: int = 2, **more: Any) -> Relationship:
    encounters = []
    for number, text in enumerate(when):
        date = dates.parse(text)
        told = tuple(
            Act(
                id=f"ritual/{number}/{n}", what="thanks", kind="thanks", label="Thanks", by=(A,),
                to=(B,),
                exchanges=(
                    Exchange(
                        id=f"e-{number}-{n}", sign="credit" if n % 2 else "discredit", giver=A,
                        receiver=B, direction="ab", act="thanks", label="Thanks", **more,
                    ),
                ),
            )
            for n in range(acts)
        )  # fmt: skip
        encounters.append(
            Encounter(
                id=f"meeting/{number}", title="They meet", date=text, when=date.show(),
                earliest=date.earliest, latest=date.latest, starts_by=date.starts_by,
                ends_from=date.ends_from, acts=told,
            )
        )  # fmt: skip
    counted, counts = _running(encounters)
    return Relationship(A, B, tuple(counted), counts)


def text_of(made: Relationship) -> str:
    return json.dumps(specification(made), ensure_ascii=False)


@pytest.mark.parametrize("ending", ["svg", "png"])
def test_drawn_without_a_network(
    ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> Any:
        raise AssertionError("a picture needs no network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    path = tmp_path / f"chain.{ending}"
    picture(chain("1985-11-19", "1986-10-11"), path)
    start = path.read_bytes()[:8]
    assert start == b"\x89PNG\r\n\x1a\n" if ending == "png" else start.startswith(b"<svg")


def test_time_where_it_can_be_read_else_order() -> None:
    assert "(from left to right: time)" in text_of(chain("1985-11-19", "1986-10-11", "1987-12-08"))
    for crowded in (
        chain("1985-11-19"),  # one encounter
        chain("1986-10-11", "1986-10-11"),  # one day
        chain("1985", "1985-03"),  # which came first is not certain
        chain("1900-01-01", "1986-10-11", "1986-10-12"),  # two that would lie on each other
        chain("-0400", "1986-10-11"),
    ):
        assert "order of the acts, not to the scale of time" in text_of(crowded)


def test_marks_say_confidence_contest_and_weight() -> None:
    plain = text_of(chain("1985"))
    assert "confidence" not in plain and "contested" not in plain and "×" not in plain
    assert "medium confidence" in text_of(chain("1985", evidence=Evidence(confidence="medium")))
    assert "contested" in text_of(chain("1985", in_doubt=True))
    assert "held back or refused" in text_of(chain("1985", weight=0))


def test_many_and_none() -> None:
    many = chain(*(f"{1900 + n}-01-01" for n in range(90)), acts=1)
    assert "labels left out" in text_of(many)
    with pytest.raises(NotFoundError):
        specification(Relationship(A, B))
    assert "no credit or discredit is coded" in text_of(chain("1985", acts=0))


def test_other_endings_are_refused(tmp_path: Path) -> None:
    with pytest.raises(QueryError, match=r"\.svg or \.png"):
        picture(chain("1985"), tmp_path / "chain.gif")


@pytest.mark.parametrize(
    ("a", "b", "words"),
    [
        ("reagan", "gorbachev", "Gorbachev are known to have met"),
        ("kim-jong-un", "moon", "Handshake"),
        ("us", "china", "by their representatives"),
        ("israel", "palestine", "Shaming"),
    ],
)
def test_shipped_pairs(shipped: Graph, a: str, b: str, words: str, tmp_path: Path) -> None:
    made = relationship(shipped, a, b)
    assert words in text_of(made)
    path = tmp_path / "chain.svg"
    picture(made, path)
    first = path.read_text("utf-8")
    assert "NaN" not in first
    picture(relationship(shipped, a, b), path)
    assert path.read_text("utf-8") == first


def test_a_name_that_no_picture_can_hold(tmp_path: Path) -> None:
    """The renderer would end the process at a control character."""
    from lxml import etree

    hostile = Actor("actor/a", "bell\x07 <b>&" + "x" * 10_000, "person", "Bell\x07")
    made = replace(chain("1985-01-01", "1986-01-01"), a=hostile)
    picture(made, tmp_path / "c.svg")
    assert float(etree.parse(tmp_path / "c.svg").getroot().get("width")) < 3_000
