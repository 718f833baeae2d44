"""Actors, meetings, places, sources and terms by name, as people type them.

What is typed is tried in this order, and the first kind of fit decides:

1. its identifier or key: `actor/reagan`, `reagan`, `kim jong un`;
2. its whole name, or another name it goes by;
3. its last name;
4. words of its name, then beginnings of such words, then any part of it.

Accents and capitals do not matter. Where several fit equally well, or none does, NotFoundError
says which do, or which come close.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from visavis.graph.connect import Graph
from visavis.graph.write import read_state
from visavis.schema import dates
from visavis.schema.dates import Date
from visavis.schema.errors import ModelError, NotFoundError, QueryError
from visavis.schema.model import kind_of, model
from visavis.schema.text import fold, slug

__all__ = ["Found", "any_node", "find", "one", "period", "search_words"]

# What each kind is called by (its first property that is there), and its other names.
_NAMES: dict[str, tuple[str, ...]] = {
    "actor": ("name", "also_named"),
    "meeting": ("title",),
    "place": ("name", "also_named"),
    "source": ("citation", "title"),
    "term": ("label", "also"),
}
_INDEXED = ("actor", "meeting", "source")  # kinds with a full-text index on `search`
_CANDIDATES = 500  # so many rows are ranked here; who means one of more types more
_ALIKE = 66  # per cent of letters in common that make a suggestion
_WORD = re.compile(r"\w+(?:['’.]\w+)*")


@dataclass(frozen=True, slots=True)
class Found:
    """A node that fits: its identifier, its name, and what tells it from its namesakes."""

    id: str
    name: str
    note: str = ""
    also: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The identifier without its kind: what is shortest to type."""
        return self.id.partition("/")[2]

    def __str__(self) -> str:
        return f"{self.name} ({', '.join(filter(None, (self.key, self.note)))})"


def find(graph: Graph, kind: str, text: str, *, scheme: str = "") -> list[Found]:
    """All nodes of a kind (actor, meeting, place, source, term) that `text` fits best, by name.

    One, where it is unambiguous; none, where nothing fits. `scheme` narrows terms to one scheme.
    """
    by_key = _by_key(graph, kind, text, scheme)
    if by_key:
        return by_key
    words = _WORD.findall(fold(text))
    if not words:
        return []
    for candidates in _candidates(graph, kind, text, scheme):
        ranked: dict[int, list[Found]] = {}
        for found in candidates:
            ranked.setdefault(_tier(fold(text), words, found), []).append(found)
        if ranked:
            return sorted(ranked[min(ranked)], key=lambda f: (fold(f.name), f.id))
    return []


def one(graph: Graph, kind: str, text: str, *, scheme: str = "") -> str:
    """The identifier of the one node that `text` names.

    Of actors or sources judged to be the same it is the one at which edges end. NotFoundError where
    several fit equally well, or none: its `suggestions` are keys to type instead.
    """
    fits = find(graph, kind, text, scheme=scheme)
    ids = [found.id for found in fits]
    if kind in ("actor", "source") and fits:
        same: Mapping[str, str] = read_state(graph)["same"]
        ids = list(dict.fromkeys(same.get(i, i) for i in ids))
    if len(ids) == 1:
        return ids[0]
    what = f"{scheme} " if scheme else ""
    if ids:
        shown = "; ".join(map(str, fits[:8])) + (" ..." if len(fits) > 8 else "")
        namesakes = kind == "actor" and len({found.name for found in fits}) < len(fits)
        joined = " Those who are one person are joined by visavis same (see --certain)."
        raise NotFoundError(
            f"{_number(len(fits))} fit '{text}': {shown}. Type one of the keys in brackets."
            + joined * namesakes,
            [found.key for found in fits],
        )
    close = _close(graph, kind, text, scheme)
    advice = f"; did you mean {' or '.join(map(str, close))}?" if close else ""
    raise NotFoundError(f"no {what}{kind} '{text}'{advice}", [found.key for found in close])


def any_node(graph: Graph, text: str) -> str:
    """The identifier of a node of any kind: one that is typed out (`phase/geneva-1985/walk`), else
    the meeting, actor, source, place or term of that name. NotFoundError as of `one`."""
    try:
        label = kind_of(text)
    except ModelError:
        for kind in ("meeting", "actor", "source", "place", "term"):
            if fits := _by_key(graph, kind, text, ""):
                return fits[0].id
        for kind in ("meeting", "actor", "source", "place"):
            if find(graph, kind, text):
                return one(graph, kind, text)
        raise NotFoundError(
            f"nothing is called '{text}'; write an identifier such as meeting/geneva-1985, an "
            "edge (e-...) or a claim (c-...)"
        ) from None
    if graph.rows(f"MATCH (n:{label} {{id: $id}}) RETURN n.id AS id", {"id": text}):
        return text
    raise NotFoundError(f"the graph has no {text}")


def search_words(text: str, *, beginnings: bool = False) -> str:
    """A full-text query for all words of `text`, folded as the index is.

    Only words are kept, so nothing that is typed is read as the index's own syntax; a word that
    was typed with a star (`gene*`), or every word with `beginnings`, finds longer ones. "" where
    there is no word.
    """
    found = []
    for match in _WORD.finditer(folded := fold(text)):
        star = beginnings or folded[match.end() : match.end() + 1] == "*"
        found.append(match.group() + "*" * star)
    return " AND ".join(found)


# -- candidates -----------------------------------------------------------------------------------


def _label(kind: str) -> str:
    return next(label for label, about in model().nodes.items() if about.prefix == kind)


def _returned(kind: str) -> str:
    """What is fetched of a candidate."""
    note = {"actor": "n.kind", "meeting": "n.date", "source": "n.title", "term": "n.scheme"}
    names = ", ".join(f"n.{name}" for name in _NAMES[kind])
    return f"RETURN n.id AS id, [{names}] AS names, {note.get(kind, 'null')} AS note"


def _found(rows: Iterable[Mapping[str, Any]], scheme: str) -> list[Found]:
    made = []
    for row in rows:
        if scheme and row["note"] != scheme:
            continue
        names: list[str] = []
        for name in row["names"]:
            names += name if isinstance(name, list) else [name] if name else []
        shown = names[0] if names else row["id"].partition("/")[2]
        note = row["note"] or ""
        made.append(Found(row["id"], shown, note if note != shown else "", tuple(names[1:])))
    return made


def _by_key(graph: Graph, kind: str, text: str, scheme: str) -> list[Found]:
    key = text.strip().removeprefix(f"{kind}/")
    ids = dict.fromkeys((f"{kind}/{key}", f"{kind}/{slug(key)}"))
    query = f"UNWIND $ids AS id MATCH (n:{_label(kind)} {{id: id}}) {_returned(kind)}"
    return _found(graph.rows(query, {"ids": list(ids)}), scheme)[:1]


def _candidates(graph: Graph, kind: str, text: str, scheme: str) -> Iterator[list[Found]]:
    """What may fit, by looser and looser searches; the next is made only when it is asked for."""
    yield _by_words(graph, kind, search_words(text), scheme)
    yield _by_words(graph, kind, search_words(text, beginnings=True), scheme)
    yield _by_part(graph, kind, fold(text), scheme)


def _by_words(graph: Graph, kind: str, query: str, scheme: str) -> list[Found]:
    if kind not in _INDEXED:
        return []
    cypher = (
        "CALL db.index.fulltext.queryNodes($index, $query) YIELD node WITH node AS n "
        f"{_returned(kind)}"
    )
    parameters = {"index": f"{_label(kind)}[search]", "query": query}
    return _found(graph.rows(cypher, parameters, limit=_CANDIDATES), scheme)


def _by_part(graph: Graph, kind: str, part: str, scheme: str) -> list[Found]:
    # A term's other words are not part of its search text.
    also = " OR any(word IN n.also WHERE toLower(word) CONTAINS $part)" if kind == "term" else ""
    narrowed = " AND n.scheme = $scheme" if scheme else ""
    cypher = (
        f"MATCH (n:{_label(kind)}) WHERE (n.search CONTAINS $part{also}){narrowed} "
        f"{_returned(kind)}"
    )
    rows = graph.rows(cypher, {"part": part, "scheme": scheme}, limit=_CANDIDATES)
    return _found(rows, scheme)


def _tier(text: str, words: list[str], found: Found) -> int:
    """How well a candidate fits: 0 best. The text and its words are folded."""
    names = [fold(name) for name in (found.name, *found.also)]
    if text in names:
        return 0
    told = [_WORD.findall(name) for name in names] + [found.key.split("-")]
    if len(words) == 1 and any(name and name[-1] == words[0] for name in told[:-1]):
        return 1
    every = {word for name in told for word in name}
    if all(word in every for word in words):
        return 2
    if all(any(other.startswith(word) for other in every) for word in words):
        return 3
    return 4


def _close(graph: Graph, kind: str, text: str, scheme: str) -> list[Found]:
    """What comes close, best first: what the index finds within two letters; else, of all names,
    fetched as two lists because rows would take ten times as long, those most alike."""
    from rapidfuzz import fuzz, process  # only where nothing fits

    typed = fold(text)
    words = _WORD.findall(typed)
    near = _by_words(graph, kind, " OR ".join(f"{w}~" for w in words), scheme) if words else []
    if close := _alike(typed, near):
        return close
    narrowed = " WHERE n.scheme = $scheme" if scheme else ""
    every = graph.rows(
        f"MATCH (n:{_label(kind)}){narrowed} WITH n ORDER BY n.id "
        "RETURN collect(n.id) AS ids, collect(coalesce(n.search, '')) AS texts",
        {"scheme": scheme},
    )[0]
    owners: dict[str, str] = {}
    for node, searched in zip(every["ids"], every["texts"], strict=True):
        for word in (searched, *searched.split()):
            owners.setdefault(word, node)
    hits = process.extract(typed, list(owners), scorer=fuzz.ratio, limit=12, score_cutoff=_ALIKE)
    ids = list(dict.fromkeys(owners[word] for word, _, _ in hits))
    query = f"UNWIND $ids AS id MATCH (n:{_label(kind)} {{id: id}}) {_returned(kind)}"
    return _alike(typed, _found(graph.rows(query, {"ids": ids}), scheme))


def _alike(typed: str, candidates: Iterable[Found]) -> list[Found]:
    """The three candidates with a name, or a word of one, most like what was typed."""
    from rapidfuzz import fuzz

    scored = []
    for found in candidates:
        whole = [fold(name) for name in (found.name, *found.also, found.key.replace("-", " "))]
        words = [word for name in whole for word in name.split() if len(word) > 3]
        by_name = max(fuzz.ratio(typed, name) for name in whole)
        score = max([by_name, *(fuzz.ratio(typed, word) for word in words)])
        if score >= _ALIKE:
            scored.append((-score, -by_name, found.id, found))
    return [found for *_, found in sorted(scored)[:3]]


def _number(count: int) -> str:
    words = ("", "", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    if count >= _CANDIDATES:
        return f"more than {_CANDIDATES - 1}"
    return words[count] if count < len(words) else str(count)


def period(from_: str | Date | None, to: str | Date | None) -> tuple[Date | None, Date | None]:
    """The first and last date of what is asked for, each open where it is empty. QueryError where
    one is no date, or the last ends before the first begins."""
    first, last = _dated(from_), _dated(to)
    if first and last and last.latest < first.earliest:
        raise QueryError(f"nothing is from {first.show()} and to {last.show()}; turn them round")
    return first, last


def _dated(date: str | Date | None) -> Date | None:
    if not isinstance(date, str):
        return date
    try:
        return dates.parse(date) if date else None
    except dates.DateError as error:
        raise QueryError(str(error)) from error
