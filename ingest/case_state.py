"""One encounter while its file is read: what is known so far, its faults, and its claims.

`Case.tell` makes a claim of a statement; the other methods find what a statement names.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from visavis.ingest.registers import Registers, citations
from visavis.ingest.yamltext import Map, Seq, Text, line_of
from visavis.schema import dates
from visavis.schema.claims import Citation, Claim, Origin, problems
from visavis.schema.errors import Fault
from visavis.schema.model import Vocabulary
from visavis.schema.text import closest, fold, is_key, slug

__all__ = [
    "Case",
    "Defaults",
    "as_text",
    "each",
    "is_number",
    "is_text",
    "key_like",
    "said",
    "slugged",
    "with_article",
]

_SUGGESTED = 200  # faults of one case with a suggestion each


@dataclass
class Defaults:
    """What statements inherit from the head of the file."""

    source: str = ""
    coder: str = ""
    coded_on: str = ""
    codebook: str = ""
    basis: str = ""


@dataclass
class Case:
    """One encounter while it is read."""

    file: str
    known: Registers
    vocabulary: Vocabulary
    defaults: Defaults
    key: str
    outside: bool = False
    claims: list[Claim] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    statements: dict[str, tuple[str, Map, int]] = field(default_factory=dict)
    phases: set[str] = field(default_factory=set)
    acts: dict[str, bool] = field(default_factory=dict)  # key -> outside any encounter
    actors: set[str] = field(default_factory=set)
    date: dates.Date | None = None
    lasts: int = 0  # seconds, where the head tells them exactly or at most
    header_cite: Any = None
    inherited: dict[str, str] = field(default_factory=dict)
    order: dict[str, int] = field(default_factory=dict)  # of each act, its place among them
    wholes: dict[str, str] = field(default_factory=dict)  # of each act, the act it is part of
    _sourceless: bool = False
    _noted: set[Fault] = field(default_factory=set)
    _keyed: Counter[str] = field(default_factory=Counter)  # claims of statements with an id

    # -- faults -----------------------------------------------------------------------------

    def fault(
        self,
        where: Any,
        record: str,
        message: str,
        advice: str = "",
        code: str = "",
        severity: Any = "error",
    ) -> None:
        """Note one fault, once."""
        line = where if isinstance(where, int) else line_of(where)
        made = Fault(self.file, line or None, record, message, advice, severity, code)
        if made not in self._noted:
            self._noted.add(made)
            self.faults.append(made)

    def near(self, text: Any, among: Iterable[str]) -> str:
        """The word that `text` may be a slip of; whoever has hundreds to mend sees the first."""
        return closest(str(text), among) if len(self.faults) < _SUGGESTED else ""

    @property
    def meeting(self) -> str:
        return f"meeting/{self.key}"

    def actor(self, text: Any, record: str, present: bool = False) -> str:
        """The identifier of an actor named by key; a fault where nobody defined it."""
        if not isinstance(text, Text) or not text:
            self.fault(text, record, "an actor's key is missing", "name one", "actor")
            return ""
        if text not in self.known.actors:
            advice = self._unknown_key(text, self.known.actors, "actors.yaml", ", kind: person")
            self.fault(text, record, f"unknown actor '{text}'", advice, "actor")
        elif present and text not in self.actors and not self.outside:
            self.fault(
                text,
                record,
                f"'{text}' acts but is not listed under who:",
                f"add to who: - {{actor: {text}, cite: ...}}",
                "presence",
                "warning",
            )
        return f"actor/{text}"

    def several(self, value: Any, record: str, present: bool = False) -> list[str]:
        """The identifiers of one actor or a list of them."""
        if value is None:
            return []
        values = value if isinstance(value, Seq) else [value]
        return [a for a in (self.actor(v, record, present) for v in values) if a]

    def place(self, text: Any, record: str) -> str:
        if text not in self.known.places:
            advice = self._unknown_key(text, self.known.places, "places.yaml")
            self.fault(text, record, f"unknown place '{text}'", advice, "place")
        return f"place/{text}"

    def _unknown_key(self, text: Text, known: Mapping[str, Map], file: str, more: str = "") -> str:
        """What to do about a key that no register has: a name is answered with its key."""
        several = re.split(r"\s*(?:,|;|&|\band\b)\s*", text)
        if len(several) > 1 and all(part in known for part in several):
            return f"several stand in a list: [{', '.join(several)}]"
        typed = fold(text)
        named = (
            key
            for key, entry in known.items()
            if typed in (fold(str(name)) for name in (entry.get("name"), *each(entry.get("also"))))
        )
        close = next(named, "") or self.near(text, known)
        advice = f"did you mean '{close}'? or " if close else ""
        return f"{advice}add to {file}: {slug(text) or 'key'}: {{name: ...{more}}}"

    def other_case(self, text: Any, record: str) -> str:
        if text not in self.known.cases:
            close = self.near(text, self.known.cases)
            advice = f"did you mean '{close}'?" if close else "code that encounter too"
            self.fault(text, record, f"unknown case '{text}'", advice, "case")
        return f"meeting/{text}"

    def part(self, text: Any, record: str) -> str:
        """A phase or an act of this encounter, named by its key; without one the encounter."""
        if text is None:
            return self.meeting
        if text in self.phases:
            return f"phase/{self.key}/{text}"
        if text in self.acts:
            return f"ritual/{self.key}/{text}"
        self._unknown_part(text, record, [*self.phases, *self.acts], "phase or act")
        return f"phase/{self.key}/{text}"

    def phase(self, text: Any, record: str) -> str:
        if text is not None and text not in self.phases:
            self._unknown_part(text, record, list(self.phases), "phase")
        return f"phase/{self.key}/{text}" if text is not None else self.meeting

    def act(self, text: Any, record: str) -> str:
        if text not in self.acts:
            self._unknown_part(text, record, list(self.acts), "act")
        return f"ritual/{self.key}/{text}"

    def within(self, act: str, part: str) -> bool:
        """Whether the act `part` is part, through others, of another one called `act`."""
        seen: set[str] = set()
        while part in self.wholes and part not in seen:
            seen.add(part)
            part = self.wholes[part]
            if part == act:
                return True
        return False

    def _unknown_part(self, text: Any, record: str, among: list[str], what: str) -> None:
        close = self.near(text, among)
        advice = (
            f"did you mean '{close}'?"
            if close
            else f"define it as {with_article(what)} of this case"
        )
        self.fault(text, record, f"unknown {what} '{text}'", advice, "part")

    def about(self, ritual: str = "") -> str:
        """What a claim tells about: the encounter; an act outside one stands for itself."""
        outside = self.acts.get(ritual.rpartition("/")[2], False) if ritual else False
        return ritual if outside or (self.outside and ritual) else self.meeting

    def cite(self, statement: Map, record: str) -> tuple[Citation, ...]:
        value = statement.get("cite", self.header_cite if statement.get("_header") else None)
        if value is None:
            self.fault(
                statement,
                record,
                "nothing is cited",
                f"add cite: with a page of {self.defaults.source or 'its source'}",
                "uncited",
            )
            return (Citation("source/none", "-"),)
        found, wrong = citations(value, self.defaults.source, self.known.sources)
        at = statement.lines.get("cite", line_of(value, statement.line))
        if not wrong and not found:
            wrong = ["the citation is empty"]
        for message in wrong:
            advice = "give a page"
            if message.startswith("unknown source"):
                key = message.split("'")[1]
                if key == self.defaults.source:
                    continue  # said of the head
                close = self.near(key, self.known.sources)
                entry = f"{slug(key) or 'key'}: {{author: ..., issued: ..., title: ...}}"
                advice = f"did you mean '{close}'?" if close else f"add to sources.yaml: {entry}"
            self.fault(at, record, message, advice, "source")
        if not self.defaults.source and any(not c.source for c in found):
            if not self._sourceless:  # once is enough
                self._sourceless = True
                self.fault(at, record, "no source is named", "give source: at the top", "source")
            found = [replace(c, source=c.source or "source/none") for c in found]
        if statement.get("quote") and found:
            found[0] = replace(found[0], quote=str(statement["quote"]))
        return tuple(found)

    def voice(self, statement: Map, record: str) -> dict[str, Any]:
        """The fields of a claim that its statement tells of itself."""
        said: dict[str, Any] = {
            name: str(statement.get(name, getattr(self.defaults, name)))
            for name in ("coder", "coded_on", "basis")
        }
        for name in ("said_on", "confidence", "date", "memo", "as_told", "status"):
            if statement.get(name) or self.inherited.get(name):
                said[name] = str(statement.get(name) or self.inherited[name])
        said_by = statement.get("said_by") or self.inherited.get("said_by")
        read_by = statement.get("read_by") or self.inherited.get("read_by")
        if said_by:
            said["said_by"] = self.person(said_by, record)
        if read_by:
            said["read_by"] = self.person(read_by, record)
        said["codebook"] = self.defaults.codebook
        said["correction"] = str(statement.get("correction", "")).lower() in ("yes", "true")
        said["citations"] = self.cite(statement, record)
        said["origin"] = Origin(self.file, statement.line)
        return said

    def person(self, text: Any, record: str) -> str:
        """Whose words or whose reading: an actor, or the author of a work."""
        if text in self.known.actors:
            return f"actor/{text}"
        if text in self.known.sources:
            return f"source/{text}"
        return self.actor(text if isinstance(text, Text) else Text(text), record)

    def tell(
        self,
        statement: Map,
        record: str,
        predicate: str,
        subject: str,
        target: Any = None,
        *,
        at: str = "",
        about: str = "",
        order: int | None = None,
        **qualifiers: Any,
    ) -> None:
        """One claim. `target` is the identifier of a node, or a Text that is the value.

        at: the key of the file that gave the target, for the line of a fault.
        """
        if not subject or target == "":
            return
        if self.outside and self.meeting in (subject, target, about or self.meeting):
            advice = "tell it of an act: (from:, act:), or leave out scope: outside"
            self.fault(
                statement,
                record,
                "there is no encounter that this could be told of",
                advice,
                "outside",
            )
            return
        said = self.voice(statement, record)
        kept = {
            name: tuple(map(str, value)) if isinstance(value, list | tuple) else str(value)
            for name, value in qualifiers.items()
            if value is not None and value != "" and value != []
        }
        is_node = type(target) is str
        claim = Claim(
            subject=subject,
            predicate=predicate,
            object=target if is_node else "",
            value="" if is_node or target is None else str(target),
            about=about or self.meeting,
            qualifiers={k: _whole(k, v) for k, v in kept.items()},
            order=order,
            **said,
        )
        if statement.get("id"):
            key = str(statement["id"])
            if not is_key(key):
                advice = "use lower-case letters, digits and hyphens"
                self.fault(
                    statement.lines.get("id", 0), record, f"id: '{key}' is no key", advice, "key"
                )
            self._keyed[key] += 1
            taken = self._keyed[key]
            claim = replace(claim, key=key + (f".{taken}" if taken > 1 else ""))
        for problem in problems(claim, self.vocabulary):
            if problem.code in ("uncited",) or "source/none" in problem.message:
                continue
            if problem.field == "id":
                continue  # told above
            name = at if problem.field in ("value", "object") else problem.field
            line = statement.lines.get(name, statement.line)
            self.fault(line, record, problem.message, problem.advice, problem.code)
        self.claims.append(claim)


def key_like(name: str, text: Any) -> str:
    """What to write for `name` instead of a text that is no key; "" where no key can be made."""
    made = slug(text) if isinstance(text, Text) else ""
    return f"write {name}: {made}" if made else ""


def is_text(value: Any, or_list: bool = False) -> bool:
    if or_list and isinstance(value, Seq):
        return all(isinstance(item, Text) for item in value)
    return isinstance(value, Text)


def said(value: Any) -> bool:
    return value is not None and str(value).lower() not in ("", "no", "false")


def each(value: Any) -> list[Any]:
    if value is None or value == "":
        return []
    return list(value) if isinstance(value, Seq) else [value]


def slugged(value: Any) -> Any:
    """A term as typed ("in person", "not observable") as its slug."""
    if isinstance(value, str):
        return Text(value.strip().lower().replace(" ", "-").replace("_", "-"), line_of(value))
    return value


def as_text(value: Any) -> Text:
    return value if isinstance(value, Text) else Text(str(value or ""))


def is_number(text: Any) -> bool:
    return isinstance(text, str) and text.isascii() and text.isdigit() and len(text) < 9


def _whole(name: str, value: Any) -> Any:
    """Numbers of a claim as numbers, where they are."""
    if name in ("intensity", "n") and is_number(value):
        return int(value)
    return value


def with_article(word: str) -> str:
    return f"an {word}" if word[0] in "aeo" else f"a {word}"
