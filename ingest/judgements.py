"""Judgements: human decisions about the whole project, one line each in judgements.yaml.

```yaml
- {withdraw: source/reagan1990, why: the memoir is doubted, by: anna, on: 2026-11-22}
- {withdraw: coder/ben, why: trained on another codebook, by: anna, on: 2026-11-22}
- {withdraw: c-0123456789abcdef, why: misread, by: anna, on: 2026-11-22}
- {same: [actor/reagan, actor/reagan-r], why: one man in two volumes, by: anna, on: 2026-11-22}
- {same: [source/reagan1990, source/american-life], why: one book, by: anna, on: 2026-11-22}
- {different: [actor/turner, actor/turner-2], why: two people, by: anna, on: 2026-11-22}
- {edition: [source/goffman1963, source/goffman1986], why: reissued, by: anna, on: 2026-11-22}
- {unsure: [actor/turner, actor/turner-3], why: taken back, by: anna, on: 2026-11-22}
```

A withdrawal gives the graph as if the claim, source or coder had never been there; with a source
falls what it contains. `same` lets the edges and citations of all who are named end at the first;
lists that share a name are one. `different` keeps two apart, so that nobody is asked again.
`edition` links the other editions of a work to the first. Removing the line undoes each.

The program itself joins persons of several archive volumes where that is certain (`add_joins`, by
BY_PROGRAM). Whoever takes such a join back is `unsure`: the graph is as if nothing were judged, the
two are still suggested, and the program does not join them again. `same` or `different` beside it
decides.
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
    "add_joins",
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
BY_PROGRAM = "visavis"  # the judge of what the program joins
_OF_IDENTITY = ("same", "different", "edition", "unsure")
_KINDS = ("withdraw", *_OF_IDENTITY)
_KEYS = (*_KINDS, "why", "by", "on")
_PREDICATE = {"same": "same_as", "different": "different_from", "edition": "edition_of"}


@dataclass(frozen=True, slots=True)
class Judgement:
    """One judgement; `ids` are whom it concerns.

    what: withdraw, same, different, edition or unsure.
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
    claims: the judgements as claims. lines: the judgements as they stand. unsure: pairs that the
    program must not join by itself.
    fallen: `withdrawn`, with what falls with it (see `over`).
    """

    withdrawn: frozenset[str] = frozenset()
    same: dict[str, str] = field(default_factory=dict)
    different: frozenset[frozenset[str]] = frozenset()
    claims: list[Claim] = field(default_factory=list)
    lines: list[Judgement] = field(default_factory=list)
    unsure: frozenset[frozenset[str]] = frozenset()
    fallen: frozenset[str] = frozenset()
    _apart: frozenset[frozenset[str]] = field(default=frozenset(), init=False, repr=False)
    _open: frozenset[frozenset[str]] = field(default=frozenset(), init=False, repr=False)

    def __post_init__(self) -> None:
        self.fallen = fallen(self.withdrawn, self.same, ())
        self._apart = self._as_judged(self.different)
        self._open = self._as_judged(self.unsure)

    def _as_judged(self, pairs: frozenset[frozenset[str]]) -> frozenset[frozenset[str]]:
        return frozenset(frozenset(self.same.get(one, one) for one in pair) for pair in pairs)

    def over(self, contained: Iterable[tuple[str, str]]) -> Judgements:
        """These judgements where `contained` says which source stands in which."""
        made = replace(self)
        made.fallen = fallen(self.withdrawn, self.same, contained)
        return made

    def apart(self, one: str, other: str) -> bool:
        """Whether two actors or sources, or two that they are the same as, are judged different."""
        return frozenset((self.same.get(one, one), self.same.get(other, other))) in self._apart

    def taken_back(self, one: str, other: str) -> bool:
        """Whether a join of these two, or of two that they are the same as, was taken back."""
        return frozenset((self.same.get(one, one), self.same.get(other, other))) in self._open

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
    held = [
        j
        for j in told
        if f"coder/{j.by}" not in withdrawn and all(c.id in kept for c in _claims(j, name))
    ]
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
    unsure = {
        frozenset(pair)
        for judgement in held
        if judgement.what == "unsure"
        for pair in itertools.combinations(judgement.ids, 2)
    }
    different_ = frozenset(different)
    return Judgements(withdrawn, same, different_, claims, told, frozenset(unsure)), faults


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
    for what in _OF_IDENTITY:
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
        named = ":, ".join(_KINDS[:-1])
        fault(item.line, "judges nothing", f"write {named}: or {_KINDS[-1]}:")
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
    if what not in _PREDICATE:  # a withdrawal, or what leaves open who is who
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
    open_ = set(judged.unsure)
    one_of = _one_of(judged.same)
    fresh: list[Judgement] = []
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
            known = apart if one.what == "different" else open_
            there = pairs <= known
            known |= pairs
        if not there:
            fresh.append(one)
    if fresh:
        _replace(path, _with(text, fresh))
    return len(fresh)


def add_joins(project: Path, joins: Iterable[tuple[tuple[str, ...], str]]) -> list[tuple[str, ...]]:
    """Write whom the program itself judges to be one, by BY_PROGRAM; the joins that were new.

    joins: whom, the one that stands for all first, and why. Left out is a join that says nothing
    new, one of any two whom somebody judged to be different or unsure (or two that these are the
    same as), and all of them where the program is withdrawn as a coder. A join takes the place of
    an earlier one of the program that it holds whole: in whatever order volumes came, the same is
    judged. DataError as for `add_many`.
    """
    path = project / FILE
    text, data, judged = _read(path)
    if f"coder/{BY_PROGRAM}" in judged.withdrawn:
        return []
    one_of = _one_of(judged.same)
    apart: dict[str, set[str]] = defaultdict(set)
    for one, other in map(tuple, judged.different | judged.unsure):
        apart[one].add(other)
        apart[other].add(one)
    own: dict[str, list[Judgement]] = defaultdict(list)
    for judgement in judged.lines:
        if judgement.what == "same" and judgement.by == BY_PROGRAM:
            for each in judgement.ids:
                own[each].append(judgement)
    instead: dict[Judgement, list[Judgement]] = {}
    fresh: list[Judgement] = []
    written: list[tuple[str, ...]] = []
    for ids, why in joins:
        classes = list({id(told): told for i in ids for told in [one_of.get(i) or {i}]}.values())
        class_of = {each: number for number, told in enumerate(classes) for each in told}
        kept_apart = any(
            class_of.get(other, number) != number
            for each, number in class_of.items()
            for other in apart.get(each, ())
        )
        if len(classes) < 2 or kept_apart:
            continue
        joined = set(class_of)
        one_of |= dict.fromkeys(joined, joined)
        made = Judgement("same", ids, why, BY_PROGRAM)
        held: dict[Judgement, list[Judgement]] = {
            j: [] for i in ids for j in own[i] if set(j.ids) <= set(ids)
        }
        if held:
            held[next(iter(held))] = [made]
            instead |= held
        else:
            fresh.append(made)
        written.append(ids)
    if written:
        text = _edited(text, data, judged, lambda j: instead.get(j, [j]))
        _replace(path, _with(text, fresh))
    return written


def _one_of(same: Mapping[str, str]) -> dict[str, set[str]]:
    """For each who is judged, all who are the same."""
    made: dict[str, set[str]] = {}
    for other, first in same.items():
        made[other] = made.setdefault(first, {first})
        made[first].add(other)
    return made


def _with(text: str, fresh: Sequence[Judgement]) -> str:
    """The file with further lines at its end; DataError where they have faults there."""
    added = "".join(map(_line, fresh))
    whole = (text if not text or text.endswith("\n") else text + "\n") + added
    for told in (added, whole):  # the lines by themselves, and where they will stand
        _, faults = read_judgements(yamltext.load(told, FILE), FILE)
        if faults:
            raise DataError(faults)
    return whole


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
    _edit(path, lambda j: [] if j.what == "withdraw" and target in j.ids else [j])


def remove_same(project: Path, ids: Sequence[str], by: str = "") -> list[Judgement]:
    """Take back the judgements of identity that name all of `ids`; these as they stood.

    One identifier is taken out of every list that names it. Of several the first of each list
    stays, and the others are taken out of it. What is left of a list with fewer than two goes.
    Where the program might join them at the next ingest they become unsure, by `by`, each of each:
    they were one by the same line, and nothing else would keep the others apart. That is taken back
    where nothing else names them. NotFoundError where no judgement names them all.
    """
    path = project / FILE
    _, _, judged = _read(path)
    wanted = set(ids)
    named = [j for j in judged.lines if j.what in _OF_IDENTITY and wanted <= set(j.ids)]
    found = [j for j in named if j.what != "unsure"] or named
    if not found:
        there = sorted({i for j in judged.lines if j.what in _OF_IDENTITY for i in j.ids})
        told = " and ".join(f"'{i}'" for i in ids)
        close = [c for i in ids if (c := closest(i, there))]
        raise NotFoundError(f"no judgement of {FILE} names {told}", close)

    def without(judgement: Judgement) -> list[Judgement]:
        if judgement not in found:
            return [judgement]
        named = [i for i in judgement.ids if i in wanted]
        gone = named if len(named) == 1 else named[1:]
        left = tuple(i for i in judgement.ids if i not in gone)
        kept = [replace(judgement, ids=left)] if len(left) > 1 else []
        return kept + _unsure(judgement, (left[0], *gone), by)

    _edit(path, without)
    return found


def remove_certain(project: Path, by: str = "") -> list[Judgement]:
    """Take back all persons that the program itself judged to be the same (by BY_PROGRAM), who
    become unsure, by `by`; these as they stood. NotFoundError where there is none."""
    path = project / FILE
    _, _, judged = _read(path)
    found = {
        j
        for j in judged.lines
        if j.what == "same" and j.by == BY_PROGRAM and j.ids[0].startswith("actor/")
    }
    if not found:
        raise NotFoundError(f"nobody in {FILE} was joined by {BY_PROGRAM} itself")
    _edit(path, lambda j: _unsure(j, j.ids, by) if j in found else [j])
    return [j for j in judged.lines if j in found]


def _unsure(taken: Judgement, ids: tuple[str, ...], by: str) -> list[Judgement]:
    """What keeps the program from joining `ids` again, of whom `taken` was taken back; nothing
    where it never would."""
    from visavis.ingest.frus_joins import may_join  # rapidfuzz only where it is needed

    program = taken.by == BY_PROGRAM and ids[0].startswith("actor/")
    if taken.what != "same" or not (program or may_join(ids)):
        return []
    why = f"taken back: {taken.why}" if taken.why else "taken back"
    return [Judgement("unsure", ids, why, by)]


def _edit(path: Path, change: Callable[[Judgement], list[Judgement]]) -> None:
    """Replace the lines of the judgements that `change` alters; see `_edited`."""
    _replace(path, _edited(*_read(path), change))


def _edited(
    text: str, data: Any, judged: Judgements, change: Callable[[Judgement], list[Judgement]]
) -> str:
    """The file with what `change` gives for each judgement, and the rest as it was.

    DataError where it would not say afterwards what it should.
    """
    rows = text.splitlines(keepends=True)
    starts = [item.line for item in data or ()] + [len(rows) + 1]
    wanted: list[tuple[str, tuple[str, ...]]] = []
    edits: list[tuple[int, int, str]] = []
    touched = 0
    for number, item in enumerate(data or ()):
        told = _lines(item, lambda *_: None)
        after = [c for j in told for c in change(j)]
        wanted += [(j.what, j.ids) for j in after]
        if after == told:
            continue
        touched = touched or item.line
        end = item.line
        while end < starts[number + 1] - 1 and rows[end][:1] in (" ", "\t"):  # its further lines
            end += 1
        edits.append((item.line - 1, end, "".join(map(_line, after))))
    if not edits:
        return text
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
    return left


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
