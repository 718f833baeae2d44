"""Case files: one encounter, or a series with its parts, as a scholar writes it down.

A file is a header (key, title, source, coder, when, where, ...) and lists of statements, one line
each. Source, coder and basis are said once and inherited; the citation is the one thing that each
statement needs. `read_case` turns the text into claims and says everything that is wrong with it.

Every statement is read strictly: what is taken out of it is known, and what is left is a fault.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from visavis.ingest.registers import Registers, citations
from visavis.ingest.yamltext import Map, Seq, Text, line_of
from visavis.schema import citing, dates
from visavis.schema.claims import Citation, Claim, Origin, problems
from visavis.schema.errors import Fault
from visavis.schema.model import Vocabulary
from visavis.schema.text import closest, duration, is_key

__all__ = ["COMMON", "HEADER", "SECTIONS", "read_case"]

# What any statement may carry besides its own keys.
COMMON = (
    "cite",
    "quote",
    "said_by",
    "said_on",
    "read_by",
    "basis",
    "confidence",
    "coder",
    "coded_on",
    "date",
    "memo",
    "as_told",
    "id",
    "status",
    "correction",
)

# The keys of each list, the one that names the statement first.
SECTIONS: dict[str, tuple[str, ...]] = {
    "who": (
        "actor",
        "for",
        "office",
        "rank",
        "role",
        "partial",
        "energy_before",
        "energy_after",
        "believed",
        "seat",
        "gender",
        "audience",
        "target",
        "addressed",
    ),
    "phases": (
        "phase",
        "what",
        "stage",
        "mode",
        "for",
        "only",
        "ingredients",
        "effects",
        "moderators",
        "emotion",
        "arrangement",
        "when",
    ),
    "acts": (
        "act",
        "kind",
        "what",
        "by",
        "to",
        "in",
        "at",
        "for",
        "part_of",
        "replies",
        "how",
        "performance",
        "credit",
        "discredit",
        "intensity",
        "intent",
        "uptake",
        "uptake_by",
        "uptake_public",
        "on_behalf_of",
        "dominates",
        "energy",
        "emotion",
        "outside",
        "when",
        "where",
        "channel",
        "stage",
    ),
    "credits": (
        "from",
        "to",
        "credit",
        "discredit",
        "act",
        "in",
        "intensity",
        "intent",
        "uptake",
        "uptake_by",
        "uptake_public",
        "performance",
        "on_behalf_of",
    ),
    "domination": ("by", "over", "act", "in", "result", "intent", "on_behalf_of"),
    "bonds": ("between", "kind", "change", "share", "n"),
    "modes": ("mode", "in", "between", "degree"),
    "ingredients": ("ingredient", "in", "between", "degree"),
    "effects": ("effect", "in", "between", "degree", "share", "n"),
    "moderators": ("moderator", "in", "on", "what"),
    "continuum": ("continuum", "on", "in", "degree", "what", "period"),
    "emotions": ("actor", "emotion", "how", "in", "act"),
    "outcomes": ("outcome", "what", "kind", "from", "when"),
    "scripts": ("follows", "answers"),
    "remarks": ("remark", "on"),
    "rival": ("of", "value"),
}

HEADER = (
    "case",
    "title",
    "source",
    "coder",
    "coded_on",
    "codebook",
    "basis",
    "cite",
    "when",
    "where",
    "scope",
    "format",
    "channel",
    "language",
    "arrangement",
    "topics",
    "stage",
    "mode",
    "ingredients",
    "effects",
    "moderators",
    "part_of",
    "follows",
    "answers",
    "for",
    "said_by",
    "read_by",
    "status",
    "confidence",
    "memo",
    "parts",
)

# What may hold a list, in the header and in statements; all else is one text.
_HEADER_LISTS = (
    "where",
    "language",
    "arrangement",
    "topics",
    "mode",
    "ingredients",
    "effects",
    "moderators",
    "part_of",
    "follows",
    "answers",
)
_LISTS = (
    "role",
    "only",
    "by",
    "to",
    "from",
    "over",
    "between",
    "replies",
    "arrangement",
    "follows",
    "answers",
)

_CREDIT = (
    "intensity",
    "intent",
    "uptake",
    "uptake_by",
    "uptake_public",
    "performance",
    "on_behalf_of",
)


@dataclass
class _Defaults:
    """What statements inherit from the head of the file."""

    source: str = ""
    coder: str = ""
    coded_on: str = ""
    codebook: str = ""
    basis: str = ""


@dataclass
class _Case:
    """One encounter while it is read."""

    file: str
    known: Registers
    vocabulary: Vocabulary
    defaults: _Defaults
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

    # -- identifiers ------------------------------------------------------------------------

    @property
    def meeting(self) -> str:
        return f"meeting/{self.key}"

    def actor(self, text: Any, record: str, present: bool = False) -> str:
        """The identifier of an actor named by key; a fault where nobody defined it."""
        if not isinstance(text, Text) or not text:
            self.fault(text, record, "an actor's key is missing", "name one", "actor")
            return ""
        if text not in self.known.actors:
            close = self.near(text, self.known.actors)
            line = f"{text}: {{name: ..., kind: person}}"
            advice = f"did you mean '{close}'? or " if close else ""
            self.fault(
                text,
                record,
                f"unknown actor '{text}'",
                f"{advice}add to actors.yaml: {line}",
                "actor",
            )
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
            close = self.near(text, self.known.places)
            advice = f"did you mean '{close}'? or " if close else ""
            self.fault(
                text,
                record,
                f"unknown place '{text}'",
                f"{advice}add to places.yaml: {text}: {{name: ...}}",
                "place",
            )
        return f"place/{text}"

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

    def _unknown_part(self, text: Any, record: str, among: list[str], what: str) -> None:
        close = self.near(text, among)
        advice = f"did you mean '{close}'?" if close else f"define it as {_a(what)} of this case"
        self.fault(text, record, f"unknown {what} '{text}'", advice, "part")

    def about(self, ritual: str = "") -> str:
        """What a claim tells about: the encounter; an act outside one stands for itself."""
        outside = self.acts.get(ritual.rpartition("/")[2], False) if ritual else False
        return ritual if outside or (self.outside and ritual) else self.meeting

    # -- statements -------------------------------------------------------------------------

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
            close = ""
            if message.startswith("unknown source"):
                key = message.split("'")[1]
                close = self.near(key, self.known.sources)
            advice = (
                f"did you mean '{close}'?"
                if close
                else "give a page"
                if "unknown source" not in message
                else "add it to sources.yaml: key: {author: ..., issued: ..., title: ...}"
            )
            self.fault(at, record, message, advice, "source")
        if not self.defaults.source and any(not c.source for c in found):
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

    # -- the header -------------------------------------------------------------------------

    def head(self, data: Map) -> None:
        """Claims of the header. A value may be a text, or {value: ..., cite: ...}."""
        self.header_cite = data.get("cite")
        for name in ("said_by", "read_by", "status", "confidence"):
            if data.get(name):
                self.inherited[name] = data[name]
        if self.outside:
            for name in data:
                if name in HEADER and name not in _OF_ACTS:
                    advice = "say it of the act, or leave out scope: outside"
                    message = "there is no encounter that this could be told of"
                    self.fault(data.lines[name], name, message, advice, "outside")
            return
        for name, predicate in (
            ("title", "titled"),
            ("scope", "scope"),
            ("when", "dated"),
            ("format", "format"),
            ("channel", "channel"),
            ("language", "language"),
            ("arrangement", "arrangement"),
            ("topics", "topic"),
            ("stage", "stage"),
            ("for", "lasted"),
        ):
            for statement, value in self.values(data, name):
                if name == "when":
                    self.read_date(value)
                elif name == "for":
                    self.read_length(value)
                if name in ("format", "channel", "stage", "scope"):
                    value = Text(value.replace(" ", "-"), value.line)
                self.tell(statement, name, predicate, self.meeting, value, at="value")
        if "scope" not in data:
            statement = self.header(data, "case")
            self.tell(statement, "scope", "scope", self.meeting, Text("encounter"))
        for statement, value in self.values(data, "where"):
            self.tell(statement, "where", "held_at", self.meeting, self.place(value, "where"))
        for name, predicate in (
            ("mode", "mode"),
            ("ingredients", "ingredient"),
            ("effects", "effect"),
            ("moderators", "moderated_by"),
        ):
            for statement, value in self.values(data, name):
                self.shows(statement, name, predicate, value, self.meeting, "value")
        for name, predicate in (("follows", "follows_script"), ("answers", "answers")):
            for statement, value in self.values(data, name):
                self.tell(statement, name, predicate, self.meeting, self.other_case(value, name))
        for statement, value in self.values(data, "part_of"):
            parent = self.other_case(value, "part_of")
            self.tell(statement, "part_of", "part_of", self.meeting, parent)

    def header(self, data: Map, name: str) -> Map:
        """A statement made of one header line."""
        statement = Map(_header="yes", line=data.lines.get(name, data.line))
        return statement

    def values(self, data: Map, name: str) -> Iterator[tuple[Map, Text]]:
        """Each value of a header line, with its statement. Lists of statements pass by."""
        value = data.get(name)
        if value is None:
            return
        for item in value if isinstance(value, Seq) else [value]:
            statement = self.header(data, name)
            if isinstance(item, Map) and "value" in item:
                statement.update({k: v for k, v in item.items() if k != "value"})
                statement.lines |= item.lines
                self.leftover(item, ("value", "degree"), name)
                item = item["value"]
            if isinstance(item, Map) and name in SECTIONS:
                continue  # a list of full statements, read with the sections
            if not isinstance(item, Text) or not item:
                self.fault(data.lines[name], name, f"'{name}' has no value", "say it", "empty")
                continue
            yield statement, item

    def read_length(self, text: Text) -> None:
        try:
            lasted = duration(text)
        except ValueError:
            return  # the fault is noted where the claim is checked
        self.lasts = lasted.seconds if lasted.how in ("exactly", "at-most") else 0

    def read_date(self, text: Text) -> None:
        try:
            self.date = dates.parse(text)
        except ValueError:
            self.date = None  # the fault is noted where the claim is checked

    # -- the lists --------------------------------------------------------------------------

    def lists(self, data: Map) -> None:
        """Claims of all lists. Phases and acts are known before anything refers to them."""
        for section in SECTIONS:
            for number, item in enumerate(self.items(data, section), 1):
                self.shape(section, item, self.record(section, item, number))
        for item in self.items(data, "phases"):
            self.define(item, "phase", self.phases)
        for item in self.items(data, "acts"):
            if self.define(item, "act", self.acts):
                away = str(item.get("outside", "")).lower() in ("yes", "true")
                self.acts[str(item["act"])] = away or self.outside
                self.order[str(item["act"])] = len(self.acts)
        for item in self.items(data, "who"):
            if isinstance(item.get("actor"), Text):
                self.actors.add(str(item["actor"]))
        for section in SECTIONS:
            if section == "rival":
                continue
            for number, item in enumerate(self.items(data, section), 1):
                record = self.record(section, item, number)
                self.leftover(item, SECTIONS[section], record)
                self.statements[self.path(section, item, number)] = (section, item, number)
                getattr(self, f"_{section}")(item, record, number)
        for number, item in enumerate(self.items(data, "rival"), 1):
            record = f"rival {number}"
            self.leftover(item, SECTIONS["rival"], record)
            self.rival(data, item, record)

    def items(self, data: Map, section: str) -> list[Map]:
        value = data.get(section)
        if value is None or value == "":
            return []
        if not isinstance(value, Seq):
            if section not in HEADER:
                self.fault(
                    data.lines[section],
                    "",
                    f"'{section}' is no list",
                    "begin each statement with '- {'",
                    "list",
                )
            return []
        found = []
        for item in value:
            if (isinstance(item, Map) and "value" not in item) or (
                isinstance(item, Map) and section == "rival"
            ):
                found.append(item)
            elif section not in HEADER:
                self.fault(
                    item, section, "is no statement", "write - {key: value, cite: page}", "list"
                )
        return found

    def record(self, section: str, item: Map, number: int) -> str:
        first = SECTIONS[section][0]
        named = item.get(first)
        return f"{first} '{named}'" if isinstance(named, Text) else f"{section} {number}"

    def path(self, section: str, item: Map, number: int) -> str:
        """How `rival: {of: ...}` names a statement: who.gorbachev, bonds.reagan-gorbachev."""
        named = item.get(SECTIONS[section][0])
        if isinstance(named, Seq):
            named = "-".join(map(str, named))
        return f"{section}.{named if isinstance(named, str) else number}"

    def define(self, item: Map, name: str, known: Any) -> bool:
        key = item.get(name)
        if not isinstance(key, Text) or not is_key(key):
            self.fault(
                key or item,
                name,
                f"{_a(name)} needs a key",
                f"write {name}: followed by lower-case letters and hyphens",
                "key",
            )
            return False
        if key in known or key in self.phases or key in self.acts:
            self.fault(key, f"{name} '{key}'", "the key stands twice", "rename one", "key")
            return False
        if isinstance(known, set):
            known.add(str(key))
        return True

    def shape(self, section: str, item: Map, record: str) -> None:
        """Take out, with a fault, every value that is a list or mapping where a text should be."""
        for name in list(item):
            value = item[name]
            if name == "cite" or (section == "rival" and name == "value"):
                continue  # read where they are used
            if section in ("phases", "acts") and name in ("emotion", "energy"):
                inner = value.values() if isinstance(value, Map) else ()
                fits = all(_is_text(v, True) for v in inner)
            elif section == "phases" and name in ("mode", "ingredients", "effects", "moderators"):
                fits = all(
                    _is_text(v) or (isinstance(v, Map) and all(_is_text(x) for x in v.values()))
                    for v in _each(value)
                )
            else:
                fits = _is_text(value, name in _LISTS and section != "outcomes")
            if not fits:
                line = item.lines.get(name, item.line)
                self.fault(
                    line,
                    record,
                    f"'{name}' holds a list or mapping it cannot hold",
                    "write one text; text with , : [ or { needs quotes",
                    "shape",
                )
                del item[name]

    def shape_header(self, data: Map) -> None:
        """The same of the header, where a value may also be {value: ..., cite: ...}."""
        for name in [n for n in HEADER if n in data and n not in ("cite", "parts")]:
            value = data[name]
            plain = name in (
                "case",
                "source",
                "coder",
                "coded_on",
                "codebook",
                "basis",
                "said_by",
                "read_by",
                "status",
                "confidence",
                "memo",
            )
            fits = _is_text(value) or not plain
            if not plain and not _is_text(value):
                fits = isinstance(value, Map) or name in _HEADER_LISTS
                for item in _each(value):
                    if isinstance(item, Map) and "value" not in item and name in SECTIONS:
                        continue  # a full statement
                    inner = (
                        {k: v for k, v in item.items() if k != "cite"}.values()
                        if isinstance(item, Map)
                        else [item]
                    )
                    fits = fits and all(_is_text(v) for v in inner)
            if not fits:
                self.fault(
                    data.lines[name],
                    name,
                    f"'{name}' holds a list or mapping it cannot hold",
                    "write one text; text with , : [ or { needs quotes",
                    "shape",
                )
                del data[name]

    def leftover(self, item: Map, keys: Iterable[str], record: str) -> None:
        """Complain of every key that nobody will read."""
        allowed = [*keys, *COMMON]
        for name in item:
            if name not in allowed:
                close = closest(name, allowed)
                advice = f"did you mean '{close}'?" if close else "known here: " + ", ".join(keys)
                line = item.lines.get(name, item.line)
                self.fault(line, record, f"unknown key '{name}'", advice, "key")

    # Each method below reads the statements of one list.

    def _who(self, item: Map, record: str, number: int) -> None:
        actor = self.actor(item.get("actor"), record)
        side = self.actor(item["for"], record) if "for" in item else None
        if item.get("audience"):
            target = self.part(item.get("target"), record)
            self.tell(
                item,
                record,
                "audience",
                actor,
                target,
                at="audience",
                about=self.about(target),
                manner=_slugged(item["audience"]),
                addressed=item.get("addressed"),
            )
        else:
            roles = item.get("role")
            if isinstance(roles, Text):
                roles = [roles]
            told: dict[str, Any] = {
                name: item.get(name)
                for name in ("office", "rank", "partial", "energy_before", "energy_after", "seat")
            }
            self.tell(
                item,
                record,
                "took_part",
                actor,
                self.meeting,
                at="actor",
                side=side,
                roles=[_slugged(role) for role in roles or []],
                believed=_slugged(item.get("believed")),
                **told,
            )
        if side and actor != side:
            self.tell(
                item,
                record,
                "represents",
                actor,
                side,
                at="for",
                office=item.get("office"),
                meeting=self.meeting,
            )
        if item.get("gender"):
            self.tell(
                item, record, "gender", actor, _text(item["gender"]), at="gender", about=actor
            )

    def _phases(self, item: Map, record: str, number: int) -> None:
        if item.get("phase") not in self.phases:
            return
        phase = f"phase/{self.key}/{item['phase']}"
        self.tell(item, record, "part_of", phase, self.meeting, at="phase", order=number)
        for name, predicate in (
            ("what", "titled"),
            ("stage", "stage"),
            ("for", "lasted"),
            ("arrangement", "arrangement"),
            ("when", "dated"),
        ):
            for value in _each(item.get(name)):
                self.tell(item, record, predicate, phase, _text(value), at=name)
        if item.get("for"):
            self.fits(item, record)
        for name, predicate in (
            ("mode", "mode"),
            ("ingredients", "ingredient"),
            ("effects", "effect"),
            ("moderators", "moderated_by"),
        ):
            for value in _each(item.get(name)):
                if isinstance(value, Map):
                    degree = value.get("degree")
                    value = value.get(name.rstrip("s")) or value.get("value")
                    self.shows(item, record, predicate, value, phase, name, degree=degree)
                else:
                    self.shows(item, record, predicate, value, phase, name)
        for actor in self.several(item.get("only"), record, present=True):
            self.tell(item, record, "present_in", actor, phase, at="only")
        self.emotion(item, record, phase)

    def fits(self, item: Map, record: str) -> None:
        """A duration may not be longer than its encounter."""
        try:
            lasted = duration(str(item["for"]))
        except ValueError:
            return
        if self.lasts and lasted.how != "at-most" and lasted.seconds > self.lasts:
            self.fault(
                item.lines["for"],
                record,
                f"lasts {item['for']}, longer than its encounter",
                "correct one of the two",
                "duration",
            )
        elif self.date and not self.date.marked and lasted.how != "at-most":
            longest = self.date.latest - self.date.earliest + 1
            if lasted.seconds > longest:
                self.fault(
                    item.lines["for"],
                    record,
                    f"lasts {item['for']}, longer than its encounter ({self.date.text})",
                    "correct one of the two",
                    "duration",
                )

    def _acts(self, item: Map, record: str, number: int) -> None:
        if item.get("act") not in self.acts:
            return
        ritual = f"ritual/{self.key}/{item['act']}"
        about = self.about(ritual)
        outside = about == ritual
        phase = self.phase(item["in"], record) if "in" in item else None
        if not outside:
            self.tell(
                item,
                record,
                "staged",
                self.meeting,
                ritual,
                at="act",
                order=number,
                phase=phase,
                starts=item.get("at"),
            )
        if "kind" in item:
            kind = _slugged(item["kind"])
            self.tell(
                item, record, "ritual_kind", ritual, kind, at="kind", about=about, order=number
            )
        for name, predicate in (
            ("what", "titled"),
            ("for", "lasted"),
            ("performance", "performance"),
            ("when", "dated"),
            ("channel", "channel"),
            ("stage", "stage"),
        ):
            if item.get(name):
                value = item[name] if name in ("what", "for", "when") else _slugged(item[name])
                self.tell(item, record, predicate, ritual, _text(value), at=name, about=about)
        if item.get("for"):
            self.fits(item, record)
        if "where" in item:
            self.tell(
                item, record, "held_at", ritual, self.place(item["where"], record), about=about
            )
        by = self.several(item.get("by"), record, present=not outside)
        to = self.several(item.get("to"), record)
        behalf = self.actor(item["on_behalf_of"], record) if "on_behalf_of" in item else None
        for actor in by:
            part = "joint" if len(by) > 1 else "initiator"
            self.tell(
                item,
                record,
                "performed",
                actor,
                ritual,
                at="by",
                about=about,
                part=part,
                on_behalf_of=behalf,
            )
        for actor in to:
            self.tell(
                item, record, "performed", actor, ritual, at="to", about=about, part="recipient"
            )
        if "part_of" in item:
            whole = self.act(item["part_of"], record)
            self.tell(item, record, "part_of", ritual, whole, at="part_of", about=about)
        for other in _each(item.get("replies")):
            self.tell(
                item,
                record,
                "replies_to",
                ritual,
                self.act(other, record),
                at="replies",
                about=about,
                how=_slugged(item.get("how")),
            )
        pairs = [(a, b) for a in by for b in (to or by) if a != b]
        for sign in ("credit", "discredit"):
            if _said(item.get(sign)):
                self.exchange(item, record, sign, pairs, ritual, phase, about, number)
        if _said(item.get("dominates")):
            result = str(item["dominates"]).lower()
            over = [(a, b) for a in by for b in to if a != b]  # not each of several the others
            for a, b in over:
                self.tell(
                    item,
                    record,
                    "dominates",
                    a,
                    b,
                    at="dominates",
                    about=about,
                    order=number,
                    act=_slugged(item.get("kind")) if self.is_act(item.get("kind")) else None,
                    ritual=ritual,
                    meeting=None if outside else self.meeting,
                    phase=phase,
                    result=None if result in ("yes", "true") else _slugged(result),
                    intent=_slugged(item.get("intent")),
                    on_behalf_of=behalf,
                )
            if not over:
                self.fault(
                    item.lines["dominates"],
                    record,
                    "dominates nobody",
                    "say whom: to:" if by else "say by: and to:",
                    "dominates",
                )
        energy = item.get("energy")
        if energy is not None:
            if outside:  # else it would make a participation, and perhaps the encounter too
                self.fault(
                    item.lines["energy"],
                    record,
                    "'energy' is told of an encounter, and this act is outside any",
                    "say it in a memo:",
                    "energy",
                )
            elif not isinstance(energy, Map):
                self.fault(
                    item.lines["energy"],
                    record,
                    "'energy' names nobody",
                    "write energy: {actor: raised}",
                    "energy",
                )
            else:
                for key, value in energy.items():
                    name = Text(key, energy.lines[key])
                    actor = self.actor(name, record)
                    if key in self.known.actors and key not in self.actors:
                        self.fault(  # it would make a presence of a mention
                            name,
                            record,
                            f"'energy' of '{key}', who is not listed under who:",
                            f"add to who: - {{actor: {key}, cite: ...}}",
                            "presence",
                        )
                        continue
                    self.tell(
                        item,
                        record,
                        "took_part",
                        actor,
                        self.meeting,
                        at="energy",
                        energy_after=value,
                    )
        self.emotion(item, record, ritual)

    def is_act(self, kind: Any) -> bool:
        return str(_slugged(kind) or "") in self.vocabulary.scheme("act")

    def exchange(
        self,
        item: Map,
        record: str,
        sign: str,
        pairs: list[tuple[str, str]],
        ritual: str | None,
        phase: str | None,
        about: str,
        order: int | None,
    ) -> None:
        """Credit or discredit between each pair. `yes` takes the kind of the act itself."""
        act = _slugged(item[sign])
        if str(act).lower() in ("yes", "true"):
            act = _slugged(item.get("kind"))
            if act is not None and act not in self.vocabulary.terms:
                return  # said already, of the kind
            if act is None or not self.is_act(act):
                self.fault(
                    item.lines[sign],
                    record,
                    f"'{act}' is no act of {sign}",
                    f"name one: {sign}: {'thanks' if sign == 'credit' else 'insult'}",
                    "act",
                )
                return
        term = self.vocabulary.scheme("act").get(str(act))
        if term is not None and term.sign not in (sign, "either"):
            self.fault(
                item.lines[sign],
                record,
                f"'{act}' is an act of {term.sign}",
                f"say {term.sign}: or another act, or add a memo: why",
                "sign",
                "warning",
            )
        if not pairs:
            self.fault(item.lines[sign], record, f"{sign} passes to nobody", "say to:", "pair")
        told = {name: _slugged(item.get(name)) for name in ("intent", "uptake", "performance")}
        told |= {name: item.get(name) for name in ("intensity", "uptake_public")}
        for name in ("uptake_by", "on_behalf_of"):
            told[name] = self.actor(item[name], record) if name in item else None
        for a, b in pairs:
            self.tell(
                item,
                record,
                sign,
                a,
                b,
                at=sign,
                about=about,
                order=order,
                act=act,
                ritual=ritual,
                phase=phase,
                **told,
                meeting=self.meeting if about == self.meeting else None,
            )

    def emotion(self, item: Map, record: str, target: str) -> None:
        """`emotion: {actor: anger (displayed)}` of a phase or an act."""
        told = item.get("emotion")
        if told is None:
            return
        if not isinstance(told, Map):
            self.fault(
                item.lines["emotion"],
                record,
                "'emotion' names nobody",
                "write emotion: {actor: anger (displayed)}",
                "emotion",
            )
            return
        for key, value in told.items():
            actor = self.actor(Text(key, told.lines[key]), record)
            for each in _each(value):
                word, _, how = str(each).partition("(")
                self.tell(
                    item,
                    record,
                    "felt",
                    actor,
                    target,
                    at="emotion",
                    about=self.about(target),
                    emotion=word.strip(),
                    how=how.strip(" )") or None,
                )

    def _credits(self, item: Map, record: str, number: int) -> None:
        givers = self.several(item.get("from"), record)
        takers = self.several(item.get("to"), record)
        ritual = self.act(item["act"], record) if "act" in item else None
        phase = self.phase(item["in"], record) if "in" in item else None
        pairs = [(a, b) for a in givers for b in takers if a != b]
        signs = [s for s in ("credit", "discredit") if _said(item.get(s))]
        if not signs:
            self.fault(item, record, "neither credit nor discredit", "say which act", "credit")
        about = self.about(ritual) if ritual else self.meeting
        order = self.order.get(str(item.get("act", "")))
        for sign in signs:
            self.exchange(item, record, sign, pairs, ritual, phase, about, order)

    def _domination(self, item: Map, record: str, number: int) -> None:
        ritual = self.act(item["act"], record) if "act" in item else None
        phase = self.phase(item["in"], record) if "in" in item else None
        about = self.about(ritual) if ritual else self.meeting
        behalf = self.actor(item["on_behalf_of"], record) if "on_behalf_of" in item else None
        order = self.order.get(str(item.get("act", "")))
        for a in self.several(item.get("by"), record):
            for b in self.several(item.get("over"), record):
                self.tell(
                    item,
                    record,
                    "dominates",
                    a,
                    b,
                    at="over",
                    about=about,
                    order=order,
                    ritual=ritual,
                    meeting=self.meeting if about == self.meeting else None,
                    phase=phase,
                    result=_slugged(item.get("result")),
                    intent=_slugged(item.get("intent")),
                    on_behalf_of=behalf,
                )

    def _bonds(self, item: Map, record: str, number: int) -> None:
        between = sorted(self.several(item.get("between"), record))
        record = f"bond {number}"
        if not between:
            self.fault(item, record, "a bond is between two", "give between: [a, b]", "bond")
        told = {
            "kind": _slugged(item.get("kind")),
            "change": _slugged(item.get("change")),
            "share": item.get("share"),
            "n": item.get("n"),
        }
        pairs = [(a, b) for i, a in enumerate(between) for b in between[i + 1 :]]
        if len(between) == 1:  # a group bonds within itself
            pairs = [(between[0], between[0])]
        for a, b in pairs:
            self.tell(item, record, "bond", a, b, at="between", meeting=self.meeting, **told)

    def shows(
        self, item: Map, record: str, predicate: str, value: Any, node: str, at: str, **told: Any
    ) -> None:
        """A coded quality of the encounter or a phase: an edge to the term."""
        term = str(_slugged(value) or "")
        if not term:
            self.fault(item, record, f"'{at}' is empty", "name a term", "empty")
            return
        degree = told.pop("degree", None) or item.get("degree")
        if predicate in ("ingredient", "effect"):
            degree = degree or "present"
        if predicate == "moderated_by":
            degree = None
        told["degree"] = _slugged(degree)
        self.tell(item, record, predicate, node, f"term/{term}", at=at, **told)

    def _modes(self, item: Map, record: str, number: int) -> None:
        self._quality(item, record, "mode", "mode")

    def _ingredients(self, item: Map, record: str, number: int) -> None:
        self._quality(item, record, "ingredient", "ingredient")

    def _effects(self, item: Map, record: str, number: int) -> None:
        self._quality(item, record, "effect", "effect")

    def _quality(self, item: Map, record: str, predicate: str, at: str) -> None:
        between = sorted(self.several(item.get("between"), record))
        node = self.phase(item.get("in"), record)
        told = {name: item.get(name) for name in ("share", "n") if predicate == "effect"}
        self.shows(item, record, predicate, item.get(at), node, at, between=between, **told)

    def _moderators(self, item: Map, record: str, number: int) -> None:
        node = self.target(item, record)
        self.shows(
            item,
            record,
            "moderated_by",
            item.get("moderator"),
            node,
            "moderator",
            note=item.get("what"),
        )

    def _continuum(self, item: Map, record: str, number: int) -> None:
        node = self.target(item, record)
        self.shows(
            item,
            record,
            "continuum",
            item.get("continuum"),
            node,
            "continuum",
            note=item.get("what"),
            period=item.get("period"),
        )

    def target(self, item: Map, record: str) -> str:
        """`on:` an act, a phase or an actor; `in:` a phase; else the encounter."""
        on = item.get("on", item.get("in"))
        if on is not None and on not in self.phases and on not in self.acts:
            if on in self.known.actors:
                return f"actor/{on}"
        return self.part(on, record)

    def _emotions(self, item: Map, record: str, number: int) -> None:
        target = self.part(item.get("act", item.get("in")), record)
        actor = self.actor(item.get("actor"), record)
        self.tell(
            item,
            record,
            "felt",
            actor,
            target,
            at="actor",
            about=self.about(target),
            emotion=item.get("emotion"),
            how=_slugged(item.get("how")),
        )

    def _outcomes(self, item: Map, record: str, number: int) -> None:
        key = item.get("outcome")
        if not isinstance(key, Text) or not is_key(key):
            self.fault(
                item,
                record,
                "an outcome needs a key",
                "write outcome: followed by lower-case letters and hyphens",
                "key",
            )
            return
        outcome = f"outcome/{self.key}/{key}"
        origin = self.part(item.get("from"), record)
        about = self.about(origin)
        self.tell(item, record, "led_to", origin, outcome, at="from", about=about)
        what = item.get("what") or Text(key.replace("-", " "), key.line)
        self.tell(item, record, "titled", outcome, _text(what), at="what", about=about)
        if item.get("kind"):
            self.tell(
                item,
                record,
                "outcome_kind",
                outcome,
                _slugged(item["kind"]),
                at="kind",
                about=about,
            )
        if item.get("when"):
            self.tell(item, record, "dated", outcome, _text(item["when"]), at="when", about=about)

    def _scripts(self, item: Map, record: str, number: int) -> None:
        for name, predicate in (("follows", "follows_script"), ("answers", "answers")):
            for key in _each(item.get(name)):
                self.tell(
                    item, record, predicate, self.meeting, self.other_case(key, record), at=name
                )

    def _remarks(self, item: Map, record: str, number: int) -> None:
        node = self.target(item, f"remark {number}")
        about = node if node.startswith("actor/") else self.about(node)
        self.tell(
            item,
            f"remark {number}",
            "remark",
            node,
            _text(item.get("remark")),
            at="remark",
            about=about,
        )

    # -- rival codings ----------------------------------------------------------------------

    def rival(self, data: Map, item: Map, record: str) -> None:
        """`{of: who.gorbachev.office, value: ..., cite: ...}`: one value, told otherwise."""
        of = item.get("of")
        if not isinstance(of, Text) or "value" not in item:
            self.fault(
                item,
                record,
                "a rival coding needs of: and value:",
                "write of: who.<actor>.<key> and value:",
                "rival",
            )
            return
        carried = {k: v for k, v in item.items() if k in COMMON}
        statement = Map(carried, line=item.line)
        statement.lines = dict(item.lines)
        path, _, name = of.rpartition(".")
        if not path:
            if name not in HEADER or name not in data:
                self.fault(of, record, f"the header has no '{of}'", "name what is there", "rival")
                return
            again = Map({name: Map({"value": item["value"], **carried}, line=item.line)})
            again.lines = {name: item.lines["value"]}
            again[name].lines = dict(item.lines)
            date, self.date = self.date, None
            cite, inherited = self.header_cite, dict(self.inherited)
            first = len(self.claims)
            if "scope" not in again:
                again["scope"] = None  # says nothing of the scope
            self.head(again)
            if len(self.claims) == first:
                self.fault(
                    of,
                    record,
                    f"'{of}' makes no statement that could be told otherwise",
                    "name another value of the header",
                    "rival",
                )
            self.claims[first:] = [c for c in self.claims[first:] if c.value or c.object]
            self.date, self.header_cite, self.inherited = date, cite, inherited
            return
        found = self.statements.get(path)
        if found is None or name not in SECTIONS[found[0]]:
            close = closest(path, list(self.statements))
            advice = f"did you mean '{close}.{name}'?" if close else "name a statement above"
            self.fault(of, record, f"no statement '{of}'", advice, "rival")
            return
        section, base, number = found
        if name in _LASTING.get(section, ()):
            advice = "give a further statement, and let one of the two dispute the other"
            self.fault(
                of, record, f"'{name}' names the statement, and has no rival", advice, "rival"
            )
            return
        needed = _IDENTITY.get(section, (SECTIONS[section][0],))
        if section == "acts" and name not in (*_CREDIT, "credit", "discredit", "dominates"):
            needed = ("act",)
        elif section == "acts" and name in _CREDIT:
            needed = ("act", "by", "to", "credit", "discredit", "kind")
        for key in needed:
            if key in base:
                statement[key] = base[key]
        statement[name] = item["value"]
        statement.lines[name] = item.lines["value"]
        self.shape(section, statement, record)
        getattr(self, f"_{section}")(statement, record, number)


# What the head of a file may say where nothing in it is an encounter.
_OF_ACTS = {
    "case",
    "title",
    "source",
    "coder",
    "coded_on",
    "codebook",
    "basis",
    "cite",
    "scope",
    "said_by",
    "read_by",
    "status",
    "confidence",
    "memo",
}

# Keys that other statements name: a rival of one would be another phase, act or outcome.
_LASTING = {"phases": ("phase",), "acts": ("act",), "outcomes": ("outcome",)}

_SUGGESTED = 200  # faults of one case with a suggestion each

# What must be repeated for a rival statement to be about the same thing.
_IDENTITY = {
    "acts": ("act", "by", "to", "kind"),
    "credits": ("from", "to", "act", "credit", "discredit"),
    "domination": ("by", "over", "act", "in"),
    "bonds": ("between", "kind"),
    "modes": ("mode", "in", "between"),
    "ingredients": ("ingredient", "in", "between"),
    "effects": ("effect", "in", "between"),
    "emotions": ("actor", "emotion", "in", "act"),
    "moderators": ("moderator", "in", "on"),
    "continuum": ("continuum", "in", "on"),
    "outcomes": ("outcome", "from", "what"),
    "remarks": ("remark", "on"),
}


def _a(word: str) -> str:
    return f"an {word}" if word[0] in "aeo" else f"a {word}"


def _is_text(value: Any, or_list: bool = False) -> bool:
    if or_list and isinstance(value, Seq):
        return all(isinstance(item, Text) for item in value)
    return isinstance(value, Text)


def _said(value: Any) -> bool:
    return value is not None and str(value).lower() not in ("", "no", "false")


def _each(value: Any) -> list[Any]:
    if value is None or value == "":
        return []
    return list(value) if isinstance(value, Seq) else [value]


def _slugged(value: Any) -> Any:
    """A term as typed ("in person", "not observable") as its slug."""
    if isinstance(value, str):
        return Text(value.strip().lower().replace(" ", "-").replace("_", "-"), line_of(value))
    return value


def _text(value: Any) -> Text:
    return value if isinstance(value, Text) else Text(str(value or ""))


def _number(text: Any) -> bool:
    return isinstance(text, str) and text.isascii() and text.isdigit() and len(text) < 9


def _whole(name: str, value: Any) -> Any:
    """Numbers of a claim as numbers, where they are."""
    if name in ("intensity", "n") and _number(value):
        return int(value)
    return value


def read_case(
    data: Any, name: str, known: Registers, vocabulary: Vocabulary
) -> tuple[list[Claim], list[Fault]]:
    """Claims and faults of a case file, read from `data` (see yamltext); `name` is its path.

    Nothing is raised for what the file says: all that is wrong comes back, in order of lines.
    """
    if not isinstance(data, Map):
        advice = "a case file begins with case: and title:; see visavis new case"
        return [], [Fault(name, 1, "", "holds no case", advice, code="case")]
    defaults = _Defaults(
        **{k: str(data.get(k, "")) for k in ("source", "coder", "coded_on", "codebook", "basis")}
    )
    defaults.coder = defaults.coder or known.coder
    claims, faults = _read(data, name, known, vocabulary, defaults, None, set())
    faults += _same_key(claims, name)
    faults += _older(claims, known, name)
    faults.sort(key=lambda fault: (fault.line or 0, fault.record))
    return claims, list(dict.fromkeys(faults))


def _read(
    data: Map,
    name: str,
    known: Registers,
    vocabulary: Vocabulary,
    defaults: _Defaults,
    parent: _Case | None,
    taken: set[str],
) -> tuple[list[Claim], list[Fault]]:
    key = data.get("case", "")
    scope = data.get("scope", "")
    case = _Case(name, known, vocabulary, defaults, str(key), outside=scope == "outside")
    case.inherited = dict(parent.inherited) if parent else {}
    if not isinstance(key, Text) or not is_key(key):
        line = data.lines.get("case", data.line)
        case.fault(
            line,
            "",
            "the case has no key",
            "write case: followed by lower-case letters, digits and hyphens",
            "key",
        )
        return [], case.faults
    if key in taken:
        case.fault(key, "", f"the case '{key}' stands twice in this file", "rename one", "key")
    taken.add(str(key))
    for extra in data:
        if extra not in HEADER and extra not in SECTIONS:
            close = closest(extra, [*HEADER, *SECTIONS])
            advice = f"did you mean '{close}'?" if close else "see visavis new case"
            case.fault(data.lines[extra], "", f"unknown key '{extra}'", advice, "key")
    for extra in HEADER:
        if isinstance(data.get(extra), Map) and "value" not in data[extra] and extra != "cite":
            case.fault(
                data.lines[extra],
                extra,
                f"'{extra}' has no value",
                f"write {extra}: {{value: ..., cite: ...}}",
                "value",
            )
            del data[extra]
    case.shape_header(data)
    if "title" not in data and not case.outside:
        case.fault(data, "", "the case has no title", "give title: in your own words", "missing")
    if "cite" not in data and not case.outside:
        case.fault(
            data,
            "",
            "the header cites nothing",
            "give cite: with the page that tells of it",
            "uncited",
        )
        data = _with(data, "cite", Text("-"))
    if defaults.source and defaults.source not in known.sources:
        close = closest(defaults.source, list(known.sources))
        advice = f"did you mean '{close}'?" if close else "add it to sources.yaml"
        line = data.lines.get("source", data.line)
        case.fault(line, "", f"unknown source '{defaults.source}'", advice, "source")
    case.head(data)
    if parent is not None:
        statement = case.header(data, "case")
        case.tell(statement, "part", "part_of", case.meeting, parent.meeting)
    case.lists(data)
    claims, faults = case.claims, case.faults
    parts = data.get("parts")
    if parts is not None:
        if not isinstance(parts, Seq) or not all(isinstance(part, Map) for part in parts):
            case.fault(
                data.lines.get("parts", data.line),
                "parts",
                "is no list of cases",
                "begin each part with '- case:'",
                "parts",
            )
        else:
            for part in parts:
                own = replace(
                    defaults,
                    **{k: str(part[k]) for k in vars(defaults) if isinstance(part.get(k), Text)},
                )
                more, wrong = _read(part, name, known, vocabulary, own, case, taken)
                claims += more
                faults += wrong
    return claims, faults


def _same_key(claims: list[Claim], name: str) -> list[Fault]:
    """Two statements of one file with one id: the second would take the place of the first."""
    first: dict[str, int] = {}
    faults = []
    for claim in claims:
        key = claim.key.partition(".")[0]
        if key and first.setdefault(key, claim.origin.line) != claim.origin.line:
            faults.append(
                Fault(
                    name,
                    claim.origin.line,
                    "",
                    f"the id '{key}' stands twice (line {first[key]})",
                    "name another",
                    code="key",
                )
            )
    return faults


def _with(data: Map, key: str, value: Any) -> Map:
    copy = Map({**data, key: value}, line=data.line)
    copy.lines = dict(data.lines)
    return copy


def _older_than(year: str, date: dates.Date) -> bool:
    return _number(year) and len(year) == 4 and dates.parse(year).latest < date.earliest


def _older(claims: list[Claim], known: Registers, name: str) -> list[Fault]:
    """A source older than the event it is cited for: worth a second look, once each."""
    when: dict[str, dates.Date] = {}
    for claim in claims:
        if claim.predicate == "dated" and claim.subject == claim.about:
            try:
                when.setdefault(claim.about, dates.parse(claim.value))
            except ValueError:
                continue
    faults: dict[tuple[str, str], Fault] = {}
    for claim in claims:
        date = when.get(claim.about)
        if date is None or date.earliest <= -dates.INF or claim.memo:
            continue  # a memo has said something of it
        for citation in claim.citations:
            for source in filter(None, (citation.source, citation.via)):
                key = source.partition("/")[2]
                issued = citing.year(dict(known.sources.get(key, {})))[:4]
                if _older_than(issued, date):
                    faults.setdefault(
                        (source, claim.about),
                        Fault(
                            name,
                            claim.origin.line or None,
                            claim.about.partition("/")[2],
                            f"'{key}' ({issued}) is older than the event it is cited for "
                            f"({date.text})",
                            "check the year of both; a memo: can say that it is so in print",
                            "warning",
                            "older",
                        ),
                    )
    return list(faults.values())
