"""What the tests of the form share: registers, a draft, and a case file written by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import small

from visavis.dashboard.form import coding, drafts
from visavis.dashboard.form.drafts import Draft, Encounter
from visavis.ingest import yamltext
from visavis.ingest.registers import FILES, SHIPPED, Registers
from visavis.ingest.yamltext import Map
from visavis.schema.model import vocabulary

__all__ = ["CASES", "HAND", "HEAD", "check", "draft_of", "hand", "known", "text_of"]

CASES = sorted(path for path in SHIPPED.glob("*.yaml") if path.name not in FILES)
HEAD = {"title": "A summit", "case": "summit-1985", "when": "1985-11", "source": "bramsen2024",
        "cite place": "191"}  # fmt: skip

HAND = """\
# One evening's work.
case: summit-1985   # short
title: A summit
source: bramsen2024
cite: 191
mode: {value: friendly, cite: [191, 192]}

who:
  # the two
  - {actor: reagan, role: principal,  # president then
     cite: 191}
  - actor: gorbachev
    office: president   # of what?
    cite: {source: bramsen2024, locator: "191", quote: both}
# - {actor: us, cite: 1}

# What follows is from the video.
acts:
  - {act: hands, kind: handshake, by: [reagan, gorbachev], "for": "24 s", cite: 192}   # counted twice
  - {act: talk, kind: talk, by: [reagan, gorbachev], cite: 192}
wrong-key: stays
memo: |  # in two
  two|
  two
  lines
parts:
  - case: summit-1985-a   # first
    title: First part
    cite: 192
    who: [{actor: reagan, cite: 192}, {actor: gorbachev, cite: 193}]
  # the second is not coded
"""


def known() -> Registers:
    def register(text: str) -> Any:
        data = yamltext.load(text, "x")
        return next(v for v in data.values() if isinstance(v, Map))

    return Registers(
        register(small.ACTORS), register(small.PLACES), register(small.SOURCES), coder="anna"
    )


def draft_of(
    head: Mapping[str, Any], lists: Mapping[str, Sequence[Mapping[str, Any]]] = {}
) -> Draft:
    made = Draft([Encounter(dict(head))])
    for section, rows in lists.items():
        for told in rows:
            made.add(0, section, told)
    return made


def check(draft: Draft, name: str = "cases/summit-1985.yaml") -> coding.Checked:
    return coding.checked(draft, name, known(), vocabulary())


def text_of(path: Path) -> str:
    return path.read_bytes().decode("utf-8")


def hand() -> Draft:
    """A draft of that file."""
    return drafts.opened(HAND, "cases/summit-1985.yaml", known().sources)
