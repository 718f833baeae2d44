"""Cases and registers written as the text of a YAML file."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from visavis.ingest.case_keys import HEADER, SECTIONS
from visavis.ingest.case_schema import VALUES, entry_keys
from visavis.ingest.registers import FILES
from visavis.ingest.yamltext import Map, Seq

__all__ = ["VOICE", "flow", "scalar", "to_yaml"]

# The order of columns and of keys in YAML: the voice of a statement, its citation last.
VOICE = ("id", "as_told", "correction", "said_by", "said_on", "read_by", "basis", "confidence",
          "coder", "coded_on", "date", "status", "quote", "memo", "cite")  # fmt: skip


def to_yaml(data: Map) -> str:
    """A case or register, as `read_workbook` or `yamltext` gave it, as the text of a file.

    A statement is one line, keys in the order of the shipped files, quoted only where YAML asks.
    Reading the text again gives the same values.
    """
    kind = next((k for k in FILES.values() if k in data and "case" not in data), "")
    if not kind:
        return "\n".join(_case_lines(data)) + "\n"
    lines = [f"{scalar(name)}: {flow(data[name], False)}" for name in data if name != kind]
    entries = data[kind]
    if not isinstance(entries, Map) or not entries:
        return "\n".join([*lines, f"{kind}: {flow(entries)}"]) + "\n"
    lines.append(f"{kind}:")
    for key, entry in entries.items():
        if isinstance(entry, Map):
            entry = _ordered(entry, entry_keys(kind))
        lines.append(f"  {scalar(key)}: {flow(entry)}")
    return "\n".join(lines) + "\n"


def _case_lines(data: Map) -> list[str]:
    lines = []
    order = [*(k for k in HEADER if k not in (*SECTIONS, "parts")), *SECTIONS]
    for name, value in _ordered(data, order).items():
        blocks = isinstance(value, Seq) and any(isinstance(item, Map) for item in value)
        if name == "parts" and blocks:
            continue
        if not blocks or name not in (*SECTIONS, *VALUES):
            lines.append(f"{scalar(name)}: {flow(value, inside=False)}")
            continue
        lines.append(f"{name}:")
        keys = [*SECTIONS.get(name, ()), "value", "degree", *VOICE]
        for item in value:
            item = _ordered(item, keys) if isinstance(item, Map) else item
            lines.append(f"  - {flow(item)}")
    parts = data.get("parts")
    if isinstance(parts, Seq) and any(isinstance(part, Map) for part in parts):
        lines.append("parts:")
        for part in parts:
            inner = _case_lines(part) if isinstance(part, Map) else [flow(part)]
            lines += [("  - " if n == 0 else "    ") + line for n, line in enumerate(inner)]
    return lines


def _ordered(data: Map, keys: Iterable[str]) -> Map:
    """The mapping with these keys first, and the others as they came; `cite` last."""
    first = [k for k in keys if k in data]
    return Map({k: data[k] for k in [*first, *(k for k in data if k not in first)]})


def flow(value: Any, inside: bool = True) -> str:
    if isinstance(value, Map):
        return "{" + ", ".join(f"{scalar(k)}: {flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow, value)) + "]"
    return scalar(str(value), inside)


# Characters that a plain scalar may hold within brackets, and which only within a line of its own.
_PLAIN = re.compile(r"[^\s\-?:,\[\]{}#&*!|>'\"%@`](?:[^,\[\]{}:#?\x00-\x1f]|[:#](?=\w)(?<!\s#))*")
_UNPRINTED = re.compile("[\x00-\x1f\x7f-\xa0\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")


def scalar(text: str, inside: bool = True) -> str:
    """`text` as YAML: plain where that is safe, else in double quotes.

    inside: whether it stands within brackets, where commas and brackets need quotes too.
    """
    probe = text if inside else text[:1] + re.sub(r"[,\[\]{}]", "_", text[1:])
    if (
        _PLAIN.fullmatch(probe)
        and text == text.strip()
        and text not in ("~", "null", "=", "<<")
        and not _UNPRINTED.search(text)
    ):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + _UNPRINTED.sub(_escape, escaped) + '"'


def _escape(found: re.Match[str]) -> str:
    return "\\n" if found[0] == "\n" else f"\\u{ord(found[0]):04x}"
