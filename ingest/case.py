"""Case files: one encounter, or a series with its parts, as a scholar writes it down.

A file is a header (key, title, source, coder, when, where, ...) and lists of statements, one line
each. Source, coder and basis are said once and inherited; the citation is the one thing that each
statement needs. `read_case` turns the text into claims and says everything that is wrong with it.

Every statement is read strictly: what is taken out of it is known, and what is left is a fault.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from visavis.ingest.case_keys import (
    COMMON,
    CREDIT,
    HEADER,
    HEADER_LISTS,
    IDENTITY,
    LASTING,
    MEANT,
    OF_ACTS,
    PLAIN,
    SECTIONS,
    SEVERAL,
)
from visavis.ingest.case_state import (
    Case,
    Defaults,
    each,
    is_number,
    is_text,
    key_like,
    with_article,
)
from visavis.ingest.lifetimes import outside_lifetimes
from visavis.ingest.registers import Registers
from visavis.ingest.statements import READERS, shows
from visavis.ingest.yamltext import Map, Seq, Text
from visavis.schema import citing, dates
from visavis.schema.claims import Claim
from visavis.schema.errors import Fault
from visavis.schema.model import Vocabulary
from visavis.schema.text import closest, duration, is_key

__all__ = ["read_case"]


def read_case(
    data: Any, name: str, known: Registers, vocabulary: Vocabulary
) -> tuple[list[Claim], list[Fault]]:
    """Claims and faults of a case file, read from `data` (see yamltext); `name` is its path.

    Nothing is raised for what the file says: all that is wrong comes back, in order of lines.
    """
    if not isinstance(data, Map):
        advice = "a case file begins with case: and title:; see visavis new case"
        return [], [Fault(name, 1, "", "holds no case", advice, code="case")]
    defaults = Defaults(
        **{k: str(data.get(k, "")) for k in ("source", "coder", "coded_on", "codebook", "basis")}
    )
    defaults.coder = defaults.coder or known.coder
    claims, faults = _read(data, name, known, vocabulary, defaults, None, set())
    faults += _same_key(claims, name)
    faults += _older(claims, known, name)
    faults += outside_lifetimes(claims, known.actors, name)
    faults.sort(key=lambda fault: (fault.line or 0, fault.record))
    return claims, list(dict.fromkeys(faults))


def _read(
    data: Map,
    name: str,
    known: Registers,
    vocabulary: Vocabulary,
    defaults: Defaults,
    parent: Case | None,
    taken: set[str],
) -> tuple[list[Claim], list[Fault]]:
    key = data.get("case", "")
    scope = data.get("scope", "")
    case = Case(name, known, vocabulary, defaults, str(key), outside=scope == "outside")
    case.inherited = dict(parent.inherited) if parent else {}
    if not isinstance(key, Text) or not is_key(key):
        line = data.lines.get("case", data.line)
        told = f"'{key}' is no key" if isinstance(key, Text) and key else "the case has no key"
        advice = "write case: followed by lower-case letters, digits and hyphens"
        case.fault(line, "", told, key_like("case", key) or advice, "key")
        return [], case.faults
    if key in taken:
        case.fault(key, "", f"the case '{key}' stands twice in this file", "rename one", "key")
    taken.add(str(key))
    for extra in data:
        if extra not in HEADER and extra not in SECTIONS:
            close = MEANT.get(extra.lower()) or closest(extra, [*HEADER, *SECTIONS])
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
    _shape_header(case, data)
    # What another file tells of may be added to: the head then says no more than it has to.
    added = "title" not in data and not case.outside and known.cases.beside(str(key), name)
    if "title" not in data and not case.outside and not added:
        advice = f"give title: in your own words; no other file gives '{key}' one"
        case.fault(data, "", "the case has no title", advice, "missing")
    if "cite" not in data and not case.outside and not added:
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
    _head(case, data)
    if parent is not None:
        statement = _header(case, data, "case")
        case.tell(statement, "part", "part_of", case.meeting, parent.meeting)
    _lists(case, data)
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


def _head(case: Case, data: Map) -> None:
    """Claims of the header. A value may be a text, or {value: ..., cite: ...}."""
    case.header_cite = data.get("cite")
    for name in ("said_by", "read_by", "status", "confidence"):
        if data.get(name):
            case.inherited[name] = data[name]
    if case.outside:
        for name in data:
            if name in HEADER and name not in OF_ACTS:
                advice = "say it of the act, or leave out scope: outside"
                message = "there is no encounter that this could be told of"
                case.fault(data.lines[name], name, message, advice, "outside")
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
        for statement, value in _values(case, data, name):
            if name == "when":
                _read_date(case, value)
            elif name == "for":
                _read_length(case, value)
            if name in ("format", "channel", "stage", "scope"):
                value = Text(value.replace(" ", "-"), value.line)
            case.tell(statement, name, predicate, case.meeting, value, at="value")
    if "scope" not in data and "title" in data:
        statement = _header(case, data, "case")
        case.tell(statement, "scope", "scope", case.meeting, Text("encounter"))
    for statement, value in _values(case, data, "where"):
        case.tell(statement, "where", "held_at", case.meeting, case.place(value, "where"))
    for name, predicate in (
        ("mode", "mode"),
        ("ingredients", "ingredient"),
        ("effects", "effect"),
        ("moderators", "moderated_by"),
    ):
        for statement, value in _values(case, data, name):
            shows(case, statement, name, predicate, value, case.meeting, "value")
    for name, predicate in (("follows", "follows_script"), ("answers", "answers")):
        for statement, value in _values(case, data, name):
            case.tell(statement, name, predicate, case.meeting, case.other_case(value, name))
    for statement, value in _values(case, data, "part_of"):
        parent = case.other_case(value, "part_of")
        case.tell(statement, "part_of", "part_of", case.meeting, parent)


def _header(case: Case, data: Map, name: str) -> Map:
    """A statement made of one header line."""
    statement = Map(_header="yes", line=data.lines.get(name, data.line))
    return statement


def _values(case: Case, data: Map, name: str) -> Iterator[tuple[Map, Text]]:
    """Each value of a header line, with its statement. Lists of statements pass by."""
    value = data.get(name)
    if value is None:
        return
    for item in value if isinstance(value, Seq) else [value]:
        statement = _header(case, data, name)
        if isinstance(item, Map) and "value" in item:
            statement.update({k: v for k, v in item.items() if k != "value"})
            statement.lines |= item.lines
            _leftover(case, item, ("value", "degree"), name)
            item = item["value"]
        if isinstance(item, Map) and name in SECTIONS:
            continue  # a list of full statements, read with the sections
        if not isinstance(item, Text) or not item:
            case.fault(data.lines[name], name, f"'{name}' has no value", "say it", "empty")
            continue
        yield statement, item


def _read_length(case: Case, text: Text) -> None:
    try:
        lasted = duration(text)
    except ValueError:
        return  # the fault is noted where the claim is checked
    case.lasts = lasted.seconds if lasted.how in ("exactly", "at-most") else 0


def _read_date(case: Case, text: Text) -> None:
    try:
        case.date = dates.parse(text)
    except ValueError:
        case.date = None  # the fault is noted where the claim is checked


def _lists(case: Case, data: Map) -> None:
    """Claims of all lists. Phases and acts are known before anything refers to them."""
    for section in SECTIONS:
        for number, item in enumerate(_items(case, data, section), 1):
            _shape(case, section, item, _record(case, section, item, number))
    for item in _items(case, data, "phases"):
        _define(case, item, "phase", case.phases)
    for item in _items(case, data, "acts"):
        if _define(case, item, "act", case.acts):
            away = str(item.get("outside", "")).lower() in ("yes", "true")
            case.acts[str(item["act"])] = away or case.outside
            case.order[str(item["act"])] = len(case.acts)
            if isinstance(item.get("part_of"), Text):
                case.wholes[str(item["act"])] = str(item["part_of"])
    for item in _items(case, data, "who"):
        if isinstance(item.get("actor"), Text):
            case.actors.add(str(item["actor"]))
    for section in SECTIONS:
        if section == "rival":
            continue
        for number, item in enumerate(_items(case, data, section), 1):
            record = _record(case, section, item, number)
            _leftover(case, item, SECTIONS[section], record)
            case.statements[_path(case, section, item, number)] = (section, item, number)
            READERS[section](case, item, record, number)
    for number, item in enumerate(_items(case, data, "rival"), 1):
        record = f"rival {number}"
        _leftover(case, item, SECTIONS["rival"], record)
        _rival(case, data, item, record)


def _items(case: Case, data: Map, section: str) -> list[Map]:
    value = data.get(section)
    if value is None or value == "":
        return []
    if not isinstance(value, Seq):
        if section not in HEADER:
            case.fault(
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
            case.fault(item, section, "is no statement", "write - {key: value, cite: page}", "list")
    return found


def _record(case: Case, section: str, item: Map, number: int) -> str:
    first = SECTIONS[section][0]
    named = item.get(first)
    return f"{first} '{named}'" if isinstance(named, Text) else f"{section} {number}"


def _path(case: Case, section: str, item: Map, number: int) -> str:
    """How `rival: {of: ...}` names a statement: who.gorbachev, bonds.reagan-gorbachev."""
    named = item.get(SECTIONS[section][0])
    if isinstance(named, Seq):
        named = "-".join(map(str, named))
    return f"{section}.{named if isinstance(named, str) else number}"


def _define(case: Case, item: Map, name: str, known: Any) -> bool:
    key = item.get(name)
    if not isinstance(key, Text) or not is_key(key):
        told = f"'{key}' is no key" if isinstance(key, Text) and key else ""
        advice = key_like(name, key) or f"write {name}: followed by lower-case letters and hyphens"
        case.fault(key or item, name, told or f"{with_article(name)} needs a key", advice, "key")
        return False
    if key in known or key in case.phases or key in case.acts:
        case.fault(key, f"{name} '{key}'", "the key stands twice", "rename one", "key")
        return False
    if isinstance(known, set):
        known.add(str(key))
    return True


def _shape(case: Case, section: str, item: Map, record: str) -> None:
    """Take out, with a fault, every value that is a list or mapping where a text should be."""
    for name in list(item):
        value = item[name]
        if name == "cite" or (section == "rival" and name == "value"):
            continue  # read where they are used
        if section in ("phases", "acts") and name in ("emotion", "energy"):
            inner = value.values() if isinstance(value, Map) else ()
            fits = all(is_text(v, True) for v in inner)
        elif section == "phases" and name in ("mode", "ingredients", "effects", "moderators"):
            fits = all(
                is_text(v) or (isinstance(v, Map) and all(is_text(x) for x in v.values()))
                for v in each(value)
            )
        else:
            fits = is_text(value, name in SEVERAL and section != "outcomes")
        if not fits:
            line = item.lines.get(name, item.line)
            case.fault(
                line,
                record,
                f"'{name}' holds a list or mapping it cannot hold",
                "write one text; text with , : [ or { needs quotes",
                "shape",
            )
            del item[name]


def _shape_header(case: Case, data: Map) -> None:
    """The same of the header, where a value may also be {value: ..., cite: ...}."""
    for name in [n for n in HEADER if n in data and n not in ("cite", "parts")]:
        value = data[name]
        plain = name in PLAIN
        fits = is_text(value) or not plain
        if not plain and not is_text(value):
            fits = isinstance(value, Map) or name in HEADER_LISTS
            for item in each(value):
                if isinstance(item, Map) and "value" not in item and name in SECTIONS:
                    continue  # a full statement
                inner = (
                    {k: v for k, v in item.items() if k != "cite"}.values()
                    if isinstance(item, Map)
                    else [item]
                )
                fits = fits and all(is_text(v) for v in inner)
        if not fits:
            case.fault(
                data.lines[name],
                name,
                f"'{name}' holds a list or mapping it cannot hold",
                "write one text; text with , : [ or { needs quotes",
                "shape",
            )
            del data[name]


def _leftover(case: Case, item: Map, keys: Iterable[str], record: str) -> None:
    """Complain of every key that nobody will read."""
    allowed = [*keys, *COMMON]
    for name in item:
        if name not in allowed:
            meant = MEANT.get(name.lower(), "")
            close = meant if meant in allowed else closest(name, allowed)
            advice = f"did you mean '{close}'?" if close else "known here: " + ", ".join(keys)
            line = item.lines.get(name, item.line)
            case.fault(line, record, f"unknown key '{name}'", advice, "key")


def _rival(case: Case, data: Map, item: Map, record: str) -> None:
    """`{of: who.gorbachev.office, value: ..., cite: ...}`: one value, told otherwise."""
    of = item.get("of")
    if not isinstance(of, Text) or "value" not in item:
        case.fault(
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
            case.fault(of, record, f"the header has no '{of}'", "name what is there", "rival")
            return
        again = Map({name: Map({"value": item["value"], **carried}, line=item.line)})
        again.lines = {name: item.lines["value"]}
        again[name].lines = dict(item.lines)
        date, case.date = case.date, None
        cite, inherited = case.header_cite, dict(case.inherited)
        first = len(case.claims)
        if "scope" not in again:
            again["scope"] = None  # says nothing of the scope
        _head(case, again)
        if len(case.claims) == first:
            case.fault(
                of,
                record,
                f"'{of}' makes no statement that could be told otherwise",
                "name another value of the header",
                "rival",
            )
        case.claims[first:] = [c for c in case.claims[first:] if c.value or c.object]
        case.date, case.header_cite, case.inherited = date, cite, inherited
        return
    found = case.statements.get(path)
    if found is None or name not in SECTIONS[found[0]]:
        close = closest(path, list(case.statements))
        advice = f"did you mean '{close}.{name}'?" if close else "name a statement above"
        case.fault(of, record, f"no statement '{of}'", advice, "rival")
        return
    section, base, number = found
    if name in LASTING.get(section, ()):
        advice = "give a further statement, and let one of the two dispute the other"
        case.fault(of, record, f"'{name}' names the statement, and has no rival", advice, "rival")
        return
    needed = IDENTITY.get(section, (SECTIONS[section][0],))
    if section == "acts" and name not in (*CREDIT, "credit", "discredit", "dominates"):
        needed = ("act",)
    elif section == "acts" and name in CREDIT:
        needed = ("act", "by", "to", "credit", "discredit", "kind")
    for key in needed:
        if key in base:
            statement[key] = base[key]
    statement[name] = item["value"]
    statement.lines[name] = item.lines["value"]
    _shape(case, section, statement, record)
    READERS[section](case, statement, record, number)


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
    return is_number(year) and len(year) == 4 and dates.parse(year).latest < date.earliest


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
