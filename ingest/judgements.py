"""Judgements: human decisions about the whole project, one line each in judgements.yaml.

```yaml
- {withdraw: source/reagan1990, why: the memoir is doubted, by: anna, on: 2026-11-22}
- {withdraw: coder/ben, why: trained on another codebook, by: anna, on: 2026-11-22}
- {withdraw: c-0123456789abcdef, why: misread, by: anna, on: 2026-11-22}
- {same: [actor/reagan, actor/reagan-r], why: one man in two volumes, by: anna, on: 2026-11-22}
```

A withdrawal gives the graph as if the claim, source or coder had never been there; `same` lets the
edges of all actors named end at the first. Removing the line undoes either.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from visavis.ingest import yamltext
from visavis.ingest.registers import REGISTER
from visavis.ingest.yamltext import Map, Seq, Text
from visavis.schema.claims import Citation, Claim, Origin
from visavis.schema.errors import DataError, Fault, NotFoundError

__all__ = ["FILE", "Judgements", "add_withdrawal", "read_judgements", "remove_withdrawal"]

FILE = "judgements.yaml"
_KEYS = ("withdraw", "same", "why", "by", "on")


@dataclass(slots=True)
class Judgements:
    """Withdrawn targets (`source/..`, `coder/..`, `c-..`), identities, and the claims of these."""

    withdrawn: frozenset[str] = frozenset()
    same: dict[str, str] = field(default_factory=dict)
    claims: list[Claim] = field(default_factory=list)

    def apply(self, claims: Iterable[Claim]) -> tuple[list[Claim], list[str]]:
        """Claims as if what is withdrawn had never been there, and the withdrawals that told."""
        if not self.withdrawn:
            return [c for c in claims if c.status != "withdrawn"], []
        sources = frozenset(t for t in self.withdrawn if t.startswith("source/"))
        kept: list[Claim] = []
        told: set[str] = set()
        for claim in claims:
            if claim.status == "withdrawn":
                continue
            coder = f"coder/{claim.coder}"
            if coder in self.withdrawn:
                told.add(coder)
                continue
            hit = {s for c in claim.citations for s in (c.source, c.via)} & sources
            told |= hit
            left = claim.without(sources) if hit else claim
            # A claim may be named as it was coded or as it reads after other withdrawals.
            named = {claim.id, left.id if left else claim.id} & self.withdrawn
            told |= named
            if left is not None and not named:
                kept.append(left)
        return kept, sorted(told)


def read_judgements(data: Any, name: str) -> tuple[Judgements, list[Fault]]:
    """The judgements of a file, and its faults."""
    faults: list[Fault] = []
    if data is None or data == "":
        return Judgements(), faults
    if not isinstance(data, Seq):
        advice = "begin each judgement with '- {withdraw: ...}'"
        return Judgements(), [Fault(name, 1, "", "is no list", advice, code="list")]
    withdrawn: set[str] = set()
    claims: list[Claim] = []
    for number, item in enumerate(data, 1):
        record = f"judgement {number}"

        def fault(line: int, message: str, advice: str, record: str = record) -> None:
            faults.append(Fault(name, line or None, record, message, advice, code="judgement"))

        if not isinstance(item, Map):
            fault(getattr(item, "line", 0), "is no judgement", "write - {withdraw: ..., why: ...}")
            continue
        for key in item:
            if key not in _KEYS:
                fault(item.lines[key], f"unknown key '{key}'", "known: " + ", ".join(_KEYS))
        target, same = item.get("withdraw"), item.get("same")
        if isinstance(target, Text) and target.startswith(("source/", "coder/", "c-")):
            withdrawn.add(str(target))
        elif target is not None:
            fault(
                item.lines["withdraw"],
                f"'{target}' cannot be withdrawn",
                "name source/<key>, coder/<key>, or a claim (c-...)",
            )
        if same is not None:
            ids = [str(s) for s in same] if isinstance(same, Seq) else []
            if len(ids) < 2 or not all(i.startswith("actor/") for i in ids):
                fault(item.lines["same"], "names no two actors", "write same: [actor/a, actor/b]")
                continue
            for other in ids[1:]:
                why = str(item.get("why", ""))
                claims.append(
                    Claim(
                        subject=other,
                        predicate="same_as",
                        object=ids[0],
                        about=other,
                        citations=(Citation(REGISTER.source, f"judgement: {other} is {ids[0]}"),),
                        coder=str(item.get("by", "")),
                        coded_on=str(item.get("on", "")),
                        memo=why,
                        basis="inferred-by-coder",
                        origin=Origin(name, item.line),
                    )
                )
        if target is None and same is None:
            fault(item.line, "judges nothing", "write withdraw: or same:")
    judged = Judgements(frozenset(withdrawn), {}, claims)
    kept, _ = judged.apply(claims)  # who judged may be withdrawn too
    pairs: dict[str, str] = {}
    for claim in kept:
        first = pairs.setdefault(claim.subject, claim.object)
        if first != claim.object:
            both = f"'{first}' and as '{claim.object}'"
            message = f"'{claim.subject}' is judged the same as {both}"
            advice = "name all three in one list, the one whose name shall stand first at its head"
            faults.append(Fault(name, claim.origin.line, "", message, advice, code="judgement"))
    same_as = judged.same
    for actor in pairs:
        seen = [actor]
        while seen[-1] in pairs:
            after = pairs[seen[-1]]
            if after in seen:
                faults.append(
                    Fault(
                        name,
                        None,
                        "",
                        f"'{actor}' is judged the same as itself in a circle",
                        "name the actor whose name shall stand first",
                        code="judgement",
                    )
                )
                break
            seen.append(after)
        else:
            same_as[actor] = seen[-1]
    return judged, faults


def _standing(path: Path) -> tuple[str, Any, Judgements]:
    """The file as text, as data and as judgements; DataError where it has faults."""
    if not path.is_file():
        return "", None, Judgements()
    data, _ = yamltext.read(path, FILE)
    judged, faults = read_judgements(data, FILE)
    if faults:
        raise DataError(faults)
    return path.read_text("utf-8-sig"), data, judged


def add_withdrawal(project: Path, target: str, why: str, by: str) -> None:
    """Write the line that withdraws `target`; nothing where it stands already.

    The file is replaced as a whole, so that a crash leaves the old one or the new one.
    """
    path = project / FILE
    text, _, judged = _standing(path)
    if target in judged.withdrawn:
        return
    told = {"withdraw": target, "why": why, "by": by, "on": datetime.date.today().isoformat()}
    fields = ", ".join(f"{k}: {_quoted(v)}" for k, v in told.items() if v)
    line = f"- {{{fields}}}\n"
    whole = (text if not text or text.endswith("\n") else text + "\n") + line
    for fresh in (line, whole):  # the line by itself, and where it will stand
        _, faults = read_judgements(yamltext.load(fresh, FILE), FILE)
        if faults:
            raise DataError(faults)
    _replace(path, whole)


def remove_withdrawal(project: Path, target: str) -> None:
    """Remove the line that withdraws `target`; NotFoundError where there is none."""
    path = project / FILE
    text, data, _ = _standing(path)
    starts = [item.line for item in data or []]
    for number, item in enumerate(data or []):
        if isinstance(item, Map) and item.get("withdraw") == target:
            lines = text.splitlines(keepends=True)
            end = starts[number + 1] - 1 if number + 1 < len(starts) else len(lines)
            own = item.line
            while own < end and lines[own][:1] in (" ", "\t"):  # the item's further lines
                own += 1
            del lines[item.line - 1 : own]
            left = "".join(lines)
            before, _ = read_judgements(data, FILE)
            after, faults = read_judgements(yamltext.load(left, FILE), FILE)
            if (
                faults
                or after.withdrawn != before.withdrawn - {target}
                or after.same != before.same
            ):
                raise DataError(
                    [
                        Fault(
                            FILE,
                            item.line,
                            "",
                            "the line cannot be taken out by itself",
                            "remove it by hand, then: visavis ingest",
                            code="judgement",
                        )
                    ]
                )
            _replace(path, left)
            return
    standing = [str(i["withdraw"]) for i in data or [] if isinstance(i, Map) and "withdraw" in i]
    raise NotFoundError(f"'{target}' is not withdrawn in {FILE}", standing)


def _quoted(text: str) -> str:
    plain = text.replace("/", "").replace("-", "").replace(" ", "")
    return text if plain.isalnum() and plain.isascii() else json.dumps(text, ensure_ascii=False)


def _replace(path: Path, text: str) -> None:
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)
