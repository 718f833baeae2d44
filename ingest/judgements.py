"""Judgements: human decisions about the whole project, one line each in judgements.yaml.

```yaml
- {withdraw: source/reagan1990, why: the memoir is doubted, by: anna, on: 2026-11-22}
- {withdraw: coder/ben, why: trained on another codebook, by: anna, on: 2026-11-22}
- {withdraw: c-0123456789abcdef, why: misread, by: anna, on: 2026-11-22}
- {same: [actor/reagan, actor/reagan-r], why: one man in two volumes, by: anna, on: 2026-11-22}
- {same: [source/reagan1990, source/american-life], why: one book, by: anna, on: 2026-11-22}
- {different: [actor/turner, actor/turner-2], why: two people, by: anna, on: 2026-11-22}
- {edition: [source/goffman1963, source/goffman1986], why: reissued, by: anna, on: 2026-11-22}
```

A withdrawal gives the graph as if the claim, source or coder had never been there; with a source
falls what it contains. `same` lets the edges and citations of all who are named end at the first;
lists that share a name are one. `different` keeps two apart, so that nobody is asked again.
`edition` links the other editions of a work to the first. Removing the line undoes each.
"""

from __future__ import annotations

import datetime
import itertools
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from visavis.ingest import yamltext
from visavis.ingest.registers import REGISTER
from visavis.ingest.yamltext import Map, Seq, Text
from visavis.schema.claims import Citation, Claim, Origin, fallen
from visavis.schema.errors import DataError, Fault, NotFoundError
from visavis.schema.text import closest

__all__ = [
    "FILE",
    "Judgement",
    "Judgements",
    "add_different",
    "add_many",
    "add_same",
    "add_withdrawal",
    "identities",
    "lines",
    "named_in",
    "read_judgements",
    "remove_certain",
    "remove_same",
    "remove_withdrawal",
    "standing",
    "unknown",
]

FILE = "judgements.yaml"
BY_PROGRAM = "visavis"  # the judge of what `visavis same --certain` joins
_KINDS = ("withdraw", "same", "different", "edition")
_KEYS = (*_KINDS, "why", "by", "on")
_PREDICATE = {"same": "same_as", "different": "different_from", "edition": "edition_of"}


@dataclass(frozen=True, slots=True)
class Judgement:
    """One judgement: `what` is withdraw, same or different; `ids` are whom it concerns.

    why: in words; by: who judges; on: the day, today where it is left out. line: where it stands.
    """

    what: str
    ids: tuple[str, ...]
    why: str = ""
    by: str = ""
    on: str = ""
    line: int = 0


@dataclass(slots=True)
class Judgements:
    """What stands in judgements.yaml, and what follows from it.

    withdrawn: the targets named (`source/..`, `coder/..`, `c-..`). same: for each actor or source
    judged to be another, the one at which edges and citations end. different: pairs judged apart.
    claims: the judgements as claims. lines: the judgements as they stand.
    fallen: `withdrawn`, with what falls with it (see `over`).
    """

    withdrawn: frozenset[str] = frozenset()
    same: dict[str, str] = field(default_factory=dict)
    different: frozenset[frozenset[str]] = frozenset()
    claims: list[Claim] = field(default_factory=list)
    lines: list[Judgement] = field(default_factory=list)
    fallen: frozenset[str] = frozenset()
    _apart: frozenset[frozenset[str]] = field(default=frozenset(), init=False, repr=False)

    def __post_init__(self) -> None:
        self.fallen = fallen(self.withdrawn, self.same, ())
        self._apart = frozenset(
            frozenset(self.same.get(one, one) for one in pair) for pair in self.different
        )

    def over(self, contained: Iterable[tuple[str, str]]) -> Judgements:
        """These judgements where `contained` says which source stands in which."""
        made = replace(self)
        made.fallen = fallen(self.withdrawn, self.same, contained)
        return made

    def apart(self, one: str, other: str) -> bool:
        """Whether two actors or sources, or two that they are the same as, are judged different."""
        return frozenset((self.same.get(one, one), self.same.get(other, other))) in self._apart

    def apply(self, claims: Iterable[Claim]) -> tuple[list[Claim], list[str]]:
        """Claims as if what is withdrawn had never been there, and the withdrawals that told."""
        if not self.fallen:
            return [c for c in claims if c.status != "withdrawn"], []
        sources = frozenset(t for t in self.fallen if t.startswith("source/"))
        kept: list[Claim] = []
        told: set[str] = set()
        for claim in claims:
            if claim.status == "withdrawn":
                continue
            coder = f"coder/{claim.coder}"
            if coder in self.fallen:
                told.add(coder)
                continue
            hit = {s for c in claim.citations for s in (c.source, c.via)} & sources
            told |= hit
            left = claim.without(sources) if hit else claim
            # A claim may be named as it was coded or as it reads after other withdrawals.
            named = {claim.id, left.id if left else claim.id} & self.fallen
            told |= named
            if left is not None and not named:
                kept.append(left)
        return kept, sorted(told)

    def containing(self, claims: Iterable[Claim]) -> list[tuple[str, str]]:
        """Which source stands in which, as `claims` tell it: whoever told it may be withdrawn.

        A source that is withdrawn unmakes nothing here: a document stays a part of its volume
        although it is the volume that says so.
        """
        return sorted(
            {
                (claim.subject, claim.object)
                for claim in claims
                if claim.predicate == "contained_in"
                and claim.supported
                and claim.status != "withdrawn"
                and not {f"coder/{claim.coder}", claim.id} & self.withdrawn
            }
        )


# -- reading --------------------------------------------------------------------------------------


def read_judgements(data: Any, name: str) -> tuple[Judgements, list[Fault]]:
    """The judgements of a file, and its faults."""
    faults: list[Fault] = []
    if data is None or data == "":
        return Judgements(), faults
    if not isinstance(data, Seq):
        advice = "begin each judgement with '- {withdraw: ...}'"
        return Judgements(), [Fault(name, 1, "", "is no list", advice, code="list")]
    told: list[Judgement] = []
    for number, item in enumerate(data, 1):

        def fault(line: int, message: str, advice: str, number: int = number) -> None:
            record = f"judgement {number}"
            faults.append(Fault(name, line or None, record, message, advice, code="judgement"))

        told += _lines(item, fault)
    withdrawn = frozenset(i for j in told if j.what == "withdraw" for i in j.ids)
    claims = [claim for judgement in told for claim in _claims(judgement, name)]
    # Who judged may be withdrawn too.
    kept = {c.id for c in Judgements(withdrawn).apply(claims)[0]}
    held = [j for j in told if all(claim.id in kept for claim in _claims(j, name))]
    same = _classes([j.ids for j in held if j.what == "same"])
    different: set[frozenset[str]] = set()
    for judgement in held:
        if judgement.what != "different":
            continue
        for pair in itertools.combinations(judgement.ids, 2):
            different.add(frozenset(pair))
            if len({same.get(i, i) for i in pair}) == 1:
                message = f"'{pair[0]}' and '{pair[1]}' are judged different, and the same"
                advice = "remove one of the two judgements"
                faults.append(
                    Fault(name, judgement.line or None, "", message, advice, code="judgement")
                )
    return Judgements(withdrawn, same, frozenset(different), claims, told), faults


def _lines(item: Any, fault: Callable[[int, str, str], None]) -> list[Judgement]:
    """The judgements of one item of the file: one, but a line may withdraw and judge the same."""
    if not isinstance(item, Map):
        fault(getattr(item, "line", 0), "is no judgement", "write - {withdraw: ..., why: ...}")
        return []
    for key in item:
        if key not in _KEYS:
            fault(item.lines[key], f"unknown key '{key}'", "known: " + ", ".join(_KEYS))
    for key in ("why", "by", "on"):
        if not isinstance(item.get(key, Text("")), Text):
            fault(item.lines[key], f"'{key}' is no text", "write one text")
            return []
    voice = {key: str(item.get(key, "")) for key in ("why", "by", "on")}
    made: list[Judgement] = []
    if "withdraw" in item:
        target = item["withdraw"]
        if isinstance(target, Text) and target.startswith(("source/", "coder/", "c-")):
            made.append(Judgement("withdraw", (str(target),), **voice, line=item.line))
        else:
            fault(
                item.lines["withdraw"],
                f"'{target}' cannot be withdrawn",
                "name source/<key>, coder/<key>, or a claim (c-...)",
            )
    for what in _PREDICATE:
        if what not in item:
            continue
        ids = tuple(map(str, item[what])) if isinstance(item[what], Seq) else ()
        message = _wrong(ids)
        if what == "edition" and not all(i.startswith("source/") for i in ids):
            message = message or "names something that is no source"
        if message:
            fault(item.lines[what], message, f"write {what}: [actor/a, actor/b], or two sources")
        else:
            made.append(Judgement(what, ids, **voice, line=item.line))
    if not any(what in item for what in _KINDS):
        fault(item.line, "judges nothing", "write withdraw:, same:, different: or edition:")
    return made


def _wrong(ids: Sequence[str]) -> str:
    """What is wrong with those who are judged one or two; "" where nothing is."""
    if len(ids) < 2:
        return "names no two"
    if len(set(ids)) < len(ids):
        return "names one of them twice"
    kinds = {i.partition("/")[0] for i in ids}
    if not all(i.partition("/")[2] for i in ids) or not kinds <= {"actor", "source"}:
        return "names something that is neither an actor nor a source"
    return "" if len(kinds) == 1 else "names actors and sources together"


def _claims(judgement: Judgement, name: str) -> list[Claim]:
    """A judgement of identity as claims: whom it concerns, who judged, and why."""
    what, ids = judgement.what, judgement.ids
    if what == "withdraw":
        return []
    pairs = [(other, ids[0]) for other in ids[1:]]
    if what == "different":
        pairs = list(itertools.combinations(sorted(ids), 2))
    word = {"same": "is", "different": "is not", "edition": "is another edition of"}[what]
    return [
        Claim(
            subject=one,
            predicate=_PREDICATE[what],
            object=other,
            about=one,
            citations=(Citation(REGISTER.source, f"judgement: {one} {word} {other}"),),
            coder=judgement.by,
            coded_on=judgement.on,
            memo=judgement.why,
            basis="inferred-by-coder",
            origin=Origin(name, judgement.line),
        )
        for one, other in pairs
    ]


def _classes(told: Iterable[Sequence[str]]) -> dict[str, str]:
    """For each who is the same as another, the one that stands for all of them.

    Lists that share a name are one class. First in it stands who is never named behind another;
    of several, or where the lists go in a circle, who is named first in the file.
    """
    leader: dict[str, str] = {}

    def find(one: str) -> str:
        while leader.setdefault(one, one) != one:
            leader[one] = leader[leader[one]]
            one = leader[one]
        return one

    behind: set[str] = set()
    for ids in told:
        for other in ids[1:]:
            behind.add(other)
            leader[find(other)] = find(ids[0])
    classes: dict[str, list[str]] = defaultdict(list)
    for one in leader:  # in the order of the file
        classes[find(one)].append(one)
    same: dict[str, str] = {}
    for members in classes.values():
        first = next((one for one in members if one not in behind), members[0])
        same |= {other: first for other in members if other != first}
    return same


def named_in(claims: Iterable[Claim]) -> set[str]:
    """What claims name that a judgement may name too: actors, sources, coders, the claims."""
    found: set[str] = set()
    for claim in claims:
        if claim.predicate in _PREDICATE.values():
            continue
        found |= {claim.subject, claim.object, claim.about, claim.id, f"coder/{claim.coder}"}
        found |= {source for c in claim.citations for source in (c.source, c.via)}
    return found


def identities(claims: Iterable[Claim]) -> dict[str, str]:
    """Of the claims of a file of judgements: for each who is the same as another, the one that
    stands for all, as in `Judgements.same`."""
    told = sorted((c for c in claims if c.predicate == "same_as"), key=lambda c: c.origin.line)
    return _classes([(claim.object, claim.subject) for claim in told])


def unknown(
    judged: Judgements,
    name: str,
    known: Mapping[str, bool],
    near: Callable[[str], Iterable[str]],
) -> list[Fault]:
    """A warning for each judgement of what nothing else names.

    known: for each target whether anything names it. near: called with a target, gives the
    identifiers among which a suggestion may be found.
    """
    faults = []
    for judgement in judged.lines:
        for target in judgement.ids:
            if known.get(target, True):
                continue
            close = closest(target, near(target))
            advice = f"did you mean '{close}'?" if close else "name what is there, or remove it"
            message = f"judges '{target}', which nothing here names"
            faults.append(
                Fault(name, judgement.line or None, "", message, advice, "warning", "judgement")
            )
    return faults


# -- writing --------------------------------------------------------------------------------------


def standing(project: Path) -> Judgements:
    """What stands in the judgements of a project; DataError where they have faults."""
    return _read(project / FILE)[2]


def lines(project: Path) -> list[Judgement]:
    """The judgements of a project as they stand, in the order of the file."""
    return standing(project).lines


def _read(path: Path) -> tuple[str, Any, Judgements]:
    """The file as text, as data and as judgements; DataError where it has faults."""
    if not path.is_file():
        return "", None, Judgements()
    data, _ = yamltext.read(path, FILE)
    judged, faults = read_judgements(data, FILE)
    if faults:
        raise DataError(faults)
    return path.read_text("utf-8-sig"), data, judged


def add_many(project: Path, judgements: Iterable[Judgement]) -> int:
    """Write judgements, each a line at the end of the file; how many there were to write.

    What stands already is passed over. The file is replaced as a whole, so that a crash leaves the
    old one or the new one. DataError where one cannot be read again or contradicts another, and
    nothing is written then.
    """
    path = project / FILE
    text, _, judged = _read(path)
    withdrawn, apart = set(judged.withdrawn), set(judged.different)
    one_of: dict[str, set[str]] = {}  # for each who is judged, all who are the same
    for other, first in judged.same.items():
        one_of[other] = one_of.setdefault(first, {first})
        one_of[first].add(other)
    fresh: list[str] = []
    for one in judgements:
        if one.what == "withdraw":
            there = one.ids[0] in withdrawn
            withdrawn.add(one.ids[0])
        elif one.what == "same":
            joined = set().union(*(one_of.get(i, {i}) for i in one.ids))
            there = joined == one_of.get(one.ids[0], set())
            one_of |= dict.fromkeys(joined, joined)
        elif one.what == "edition":
            there = any(j.what == "edition" and j.ids == one.ids for j in judged.lines)
        else:
            pairs = {frozenset(pair) for pair in itertools.combinations(one.ids, 2)}
            there = pairs <= apart
            apart |= pairs
        if not there:
            fresh.append(_line(one))
    if not fresh:
        return 0
    added = "".join(fresh)
    whole = (text if not text or text.endswith("\n") else text + "\n") + added
    for told in (added, whole):  # the lines by themselves, and where they will stand
        _, faults = read_judgements(yamltext.load(told, FILE), FILE)
        if faults:
            raise DataError(faults)
    _replace(path, whole)
    return len(fresh)


def add_withdrawal(project: Path, target: str, why: str = "", by: str = "") -> None:
    """Write the line that withdraws `target`; nothing where it stands already."""
    add_many(project, [Judgement("withdraw", (target,), why, by)])


def add_same(project: Path, ids: Sequence[str], why: str = "", by: str = "") -> None:
    """Judge actors, or sources, to be one: the first stands for all. Nothing where they are."""
    add_many(project, [Judgement("same", tuple(ids), why, by)])


def add_different(project: Path, ids: Sequence[str], why: str = "", by: str = "") -> None:
    """Judge actors, or sources, to be different, each from each."""
    add_many(project, [Judgement("different", tuple(ids), why, by)])


def remove_withdrawal(project: Path, target: str) -> None:
    """Take out what withdraws `target`; NotFoundError where nothing does."""
    path = project / FILE
    _, _, judged = _read(path)
    if target not in judged.withdrawn:
        there = [i for j in judged.lines if j.what == "withdraw" for i in j.ids]
        raise NotFoundError(f"'{target}' is not withdrawn in {FILE}", there)
    _edit(path, lambda j: None if j.what == "withdraw" and target in j.ids else j)


def remove_same(project: Path, ids: Sequence[str]) -> list[Judgement]:
    """Take back the judgements, same or different, that name all of `ids`; these as they stood.

    One identifier is taken out of every list that names it. Of several the first of each list
    stays, and the others are taken out of it. What is left of a list with fewer than two goes.
    NotFoundError where no judgement names them all.
    """
    path = project / FILE
    _, _, judged = _read(path)
    wanted = set(ids)
    found = [j for j in judged.lines if j.what in _PREDICATE and wanted <= set(j.ids)]
    if not found:
        there = sorted({i for j in judged.lines if j.what in _PREDICATE for i in j.ids})
        named = " and ".join(f"'{i}'" for i in ids)
        close = [c for i in ids if (c := closest(i, there))]
        raise NotFoundError(f"no judgement of {FILE} names {named}", close)

    def without(judgement: Judgement) -> Judgement | None:
        if judgement not in found:
            return judgement
        named = [i for i in judgement.ids if i in wanted]
        gone = set(named if len(named) == 1 else named[1:])
        left = tuple(i for i in judgement.ids if i not in gone)
        return replace(judgement, ids=left) if len(left) > 1 else None

    _edit(path, without)
    return found


def remove_certain(project: Path) -> list[Judgement]:
    """Take back all that the program itself judged to be the same (by BY_PROGRAM); these as they
    stood. NotFoundError where there is none."""
    path = project / FILE
    _, _, judged = _read(path)
    found = [j for j in judged.lines if j.what == "same" and j.by == BY_PROGRAM]
    if not found:
        raise NotFoundError(f"nothing in {FILE} was joined by {BY_PROGRAM} itself")
    _edit(path, lambda j: None if j in found else j)
    return found


def _edit(path: Path, change: Callable[[Judgement], Judgement | None]) -> None:
    """Replace the lines of the judgements that `change` alters, and leave the rest as it is.

    DataError, and nothing is written, where the file does not say afterwards what it should.
    """
    text, data, judged = _read(path)
    rows = text.splitlines(keepends=True)
    starts = [item.line for item in data] + [len(rows) + 1]
    wanted: list[tuple[str, tuple[str, ...]]] = []
    edits: list[tuple[int, int, str]] = []
    touched = 0
    for number, item in enumerate(data):
        told = _lines(item, lambda *_: None)
        after = [c for j in told if (c := change(j)) is not None]
        wanted += [(j.what, j.ids) for j in after]
        if after == told:
            continue
        touched = touched or item.line
        end = item.line
        while end < starts[number + 1] - 1 and rows[end][:1] in (" ", "\t"):  # its further lines
            end += 1
        edits.append((item.line - 1, end, "".join(map(_line, after))))
    for start, end, fresh in reversed(edits):
        rows[start:end] = [fresh] if fresh else []
    left = "".join(rows)
    try:
        again, faults = read_judgements(yamltext.load(left, FILE), FILE)
    except DataError as error:
        again, faults = judged, error.faults
    if faults or [(j.what, j.ids) for j in again.lines] != wanted:
        message = "the line cannot be taken out by itself"
        advice = "remove it by hand, then: visavis ingest"
        raise DataError([Fault(FILE, touched or None, "", message, advice, code="judgement")])
    _replace(path, left)


def _line(judgement: Judgement) -> str:
    """A judgement as a line of the file."""
    ids = [_quoted(i) for i in judgement.ids]
    told = ids[0] if judgement.what == "withdraw" else f"[{', '.join(ids)}]"
    on = judgement.on or datetime.date.today().isoformat()
    voice = {"why": judgement.why, "by": judgement.by, "on": on}
    fields = "".join(f", {k}: {_quoted(v)}" for k, v in voice.items() if v)
    return f"- {{{judgement.what}: {told}{fields}}}\n"


def _quoted(text: str) -> str:
    """A text as YAML has it: quoted unless it is words and cannot be taken for anything else."""
    plain = text.replace("/", "").replace("-", "").replace(" ", "")
    bare = plain.isalnum() and plain.isascii() and text[0].isalnum() and text[-1].isalnum()
    if bare and text.lower() not in ("null", "yes", "no", "true", "false", "on", "off"):
        return text
    return json.dumps(text, ensure_ascii=False)


def _replace(path: Path, text: str) -> None:
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)
