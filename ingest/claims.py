"""Claims as lines of JSON: what an export wrote, or a program, read like any other file.

A project's files of this kind end in `.claims.jsonl`; the `claims.jsonl` of an export is read where
it is named. Each line is a claim with the fields of docs/export.md; empty lines are passed over.
`id`, `origin` and `origins` are not read: a claim's identifier follows from what it says, and it
stands where it is read. Whatever else is not known is a fault with its line.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from visavis.schema.claims import Citation, Claim, Origin, Value, problems
from visavis.schema.errors import Fault, ModelError
from visavis.schema.model import Vocabulary, kind_of, model
from visavis.schema.text import closest

__all__ = ["ENDING", "claim_of", "read_lines"]

ENDING = ".claims.jsonl"
LONGEST = 1_000_000  # characters of one line
_PASSED = ("id", "origin", "origins")
_CITATION = tuple(f.name for f in fields(Citation))
_TEXTS = tuple(f.name for f in fields(Claim) if f.init and f.type == "str")
_KNOWN = (*_TEXTS, "qualifiers", "citations", "order", "correction")


def read_lines(
    path: Path, name: str, terms: Vocabulary, *, origins: bool = False
) -> tuple[list[Claim], list[Fault]]:
    """The claims of a file called `name` in its project, and its faults.

    origins: each claim keeps the file and line that its `origin` names, as a copy of a graph does.
    """
    claims: list[Claim] = []
    faults: list[Fault] = []
    with path.open("rb") as file:
        for number, raw in enumerate(file, 1):
            found, wrong = _line(raw, name, number, terms, origins)
            faults += wrong
            if found is not None:
                claims.append(found)
    return claims, faults


def _line(
    raw: bytes, name: str, number: int, terms: Vocabulary, origins: bool
) -> tuple[Claim | None, list[Fault]]:
    def fault(message: str, advice: str) -> tuple[None, list[Fault]]:
        return None, [Fault(name, number, "", message, advice, code="claim")]

    if len(raw) > LONGEST:
        return fault(f"the line is longer than {LONGEST:,} bytes", "write one claim on each line")
    try:
        text = raw.decode("utf-8-sig" if number == 1 else "utf-8").strip()
        row = json.loads(text) if text else None
    except UnicodeDecodeError:
        return fault("is no UTF-8 text", "save the file as UTF-8")
    except (ValueError, RecursionError):
        return fault("is no JSON", "write one claim on each line, as an export does")
    if row is None and not text:
        return None, []
    if not isinstance(row, dict):
        return fault("is no claim", 'write {"subject": ..., "predicate": ..., "citations": [...]}')
    claim, faults = claim_of(row, name, number, terms)
    if origins and claim is not None:
        told = row.get("origin")
        file, line = (told.get("file"), told.get("line", 0)) if isinstance(told, dict) else ("", 0)
        if not isinstance(file, str) or not file or not _fit(file) or type(line) is not int:
            return fault("names no origin", "only a folder that was exported can be loaded")
        claim = replace(claim, origin=Origin(file, line))
    return claim, faults


def claim_of(
    row: Mapping[Any, Any], name: str, number: int, terms: Vocabulary
) -> tuple[Claim | None, list[Fault]]:
    """The claim of one line or row, and what is wrong with it; none where anything is.

    name, number: the file and line it stands in. Empty texts and None are taken as not told.
    """
    faults: list[Fault] = []
    record = f"claim {row['id']}" if isinstance(row.get("id"), str) else ""

    def fault(field: str, message: str, advice: str = "") -> None:
        faults.append(Fault(name, number, record, f"{field}: {message}", advice, code="claim"))

    told: dict[str, Any] = {}
    for field, value in row.items():
        if field in _PASSED or value is None or value == "":
            continue
        if field in _TEXTS:
            if isinstance(value, str) and _fit(value):
                told[field] = value
            else:
                fault(str(field), "is no text", "write it between quotation marks")
        elif field == "order":
            if type(value) is int and abs(value) < 2**31:
                told[field] = value
            else:
                fault("order", "is no whole number", "count from 1")
        elif field == "correction":
            if isinstance(value, bool):
                told[field] = value
            else:
                fault("correction", "is neither true nor false")
        elif field == "qualifiers":
            told[field] = dict(_qualifiers(value, fault))
        elif field == "citations":
            told[field] = tuple(_citations(value, fault))
        else:
            close = closest(str(field), _KNOWN)
            advice = f"did you mean '{close}'?" if close else "known: " + ", ".join(_KNOWN)
            fault(str(field), "is no field of a claim", advice)
    for needed in ("subject", "predicate"):
        if needed not in told and not faults:
            fault(needed, "is missing", "see docs/export.md")
    if faults:
        return None, faults
    claim = Claim(**told, origin=Origin(name, number))
    for field, node in _nodes(claim):
        try:
            kind_of(node)
        except ModelError as error:
            message, _, advice = str(error).partition("; ")
            fault(field, message, advice)
        else:
            if not node.partition("/")[2].strip():
                fault(field, f"'{node}' has no key", "write one such as actor/reagan")
    if faults:
        return None, faults
    for problem in problems(claim, terms):
        faults.append(
            Fault(
                name,
                number,
                record,
                f"{problem.field}: {problem.message}",
                problem.advice,
                code=problem.code,
            )
        )
    return (None, faults) if faults else (claim, [])


def _nodes(claim: Claim) -> Iterator[tuple[str, str]]:
    """What must be an identifier of a node, with the field it stands in."""
    for name in ("subject", "object", "about", "said_by", "read_by"):
        if getattr(claim, name):
            yield name, getattr(claim, name)
    predicate = model().predicates.get(claim.predicate)
    for name, value in claim.qualifiers.items():
        kind = predicate.qualifiers.get(name, "") if predicate else ""
        if kind.startswith("node"):
            for one in value if isinstance(value, tuple) else (value,):
                yield name, str(one)


def _fit(text: str) -> bool:
    """Whether a text can be stored: no lone surrogates, no NUL."""
    return "\0" not in text and not any("\ud800" <= c <= "\udfff" for c in text)


def _qualifiers(value: Any, fault: Any) -> Iterator[tuple[str, Value]]:
    if not isinstance(value, Mapping):
        fault("qualifiers", "is no mapping", 'write {"act": "thanks"}')
        return
    for name, one in value.items():
        if one is None or one == "" or one == []:
            continue
        if isinstance(one, list | tuple) and all(isinstance(v, str) and _fit(v) for v in one):
            yield str(name), tuple(one)
        elif (isinstance(one, str) and _fit(one)) or (type(one) is int and abs(one) < 2**31):
            yield str(name), one
        else:
            fault(str(name), "is no text, whole number or list of texts")


def _citations(value: Any, fault: Any) -> Iterator[Citation]:
    listed: Iterable[Any] = value if isinstance(value, list | tuple) else ()
    if not isinstance(value, list | tuple):
        fault("citations", "is no list", 'write [{"source": ..., "locator": ...}]')
    for one in listed:
        if not isinstance(one, Mapping):
            fault("citations", "holds what is no citation", 'write {"source": ..., "locator": ...}')
            continue
        told = {str(k): v for k, v in one.items() if v is not None and v != ""}
        wrong = [k for k, v in told.items() if k not in _CITATION or not isinstance(v, str)]
        wrong += [k for k, v in told.items() if isinstance(v, str) and not _fit(v)]
        source = told.get("source", "")
        if wrong:
            fault("citations", f"'{wrong[0]}' is no text field of a citation",
                  "known: " + ", ".join(_CITATION))  # fmt: skip
        elif not isinstance(source, str) or not source.startswith("source/"):
            fault("citations", f"'{source}' is no source", "write source/ and its key")
        elif not str(told.get("via", "source/")).startswith("source/"):
            fault("citations", f"'{told['via']}' is no source", "write source/ and its key")
        else:
            yield Citation(**told)
