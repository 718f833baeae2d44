"""Which records tell of one work: certain, doubtful, another edition, or apart.

Compared are DOI, title, authors, year, container, volume and pages. Candidates come from blocks
(one DOI, one title, one first author with a year or with the rarest words of the title), so that
the cost grows with the library and not with its square. Whatever is joined is a judgement that a
person can read and undo; a near miss stays apart: another year of the same authors, a namesake, a
review and the book it reviews, parts I and II, an erratum.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from visavis.schema import citing
from visavis.schema.text import fold

__all__ = ["Found", "Likeness", "clusters", "compare", "find"]

Record = Mapping[str, Any]
SAME_TITLE = 93.0  # of 100 (rapidfuzz ratio of folded titles): the same but for a slip
LIKE_TITLE = 82.0  # a person should look
_WIDTH = 12  # neighbours compared within a crowded block, in order of their titles
_CROWDED = 24

_NUMBERS = {
    "first": 1, "one": 1, "second": 2, "two": 2, "third": 3, "three": 3, "fourth": 4, "four": 4,
    "fifth": 5, "five": 5, "ii": 2, "iii": 3, "iv": 4, "vi": 6, "vii": 7, "viii": 8, "ix": 9,
}  # fmt: skip
_ASIDE = re.compile(
    r"\b(erratum|errata|corrigend(?:um|a)|correction|retraction|retracted|addendum|reply|response|"
    r"rejoinder|comments? on|commentary|review(?: of)?|book reviews?|reviewed by|discussion|"
    r"rezension|compte rendu)\b"
)
_STOP = {"a", "an", "the", "of", "and", "in", "on", "for", "to", "at", "by", "from", "with", "und",
         "der", "die", "das", "la", "le", "les", "el", "de", "des", "et"}  # fmt: skip
_PREPRINT = re.compile(r"10\.(?:1101|2139|31235|31219|31234|48550|21203|20944|33774|5281|7910)/")
_GENERIC = 2  # words of a title that many works share ("Introduction", "Book review")


@dataclass(slots=True)
class _Work:
    """What is compared of a record, cleaned once."""

    doi: str
    title: str
    main: str
    words: tuple[str, ...]
    numbers: frozenset[str]
    asides: frozenset[str]
    authors: tuple[tuple[str, str], ...]  # family, initials
    edited: bool
    open_ended: bool
    years: frozenset[int]
    original: int
    kind: str
    container: str
    volume: str
    issue: str
    page: str
    edition: str
    publisher: str
    isbn: frozenset[str]


@dataclass(frozen=True, slots=True)
class Likeness:
    """Two sources and what they are to each other.

    verdict: same, doubtful, edition, preprint or different. why: in words, for a person to judge.
    """

    one: str
    other: str
    verdict: str
    why: str


@dataclass(slots=True)
class Found:
    """What a look through the library found: groups that are certain, and pairs to judge."""

    same: list[list[str]] = field(default_factory=list)
    doubtful: list[Likeness] = field(default_factory=list)
    why: dict[str, str] = field(default_factory=dict)  # of each source in a group but the first


_WORDS = re.compile(r"[^\W_]+")


def _work(record: Record) -> _Work:
    title = fold(citing.plain(str(record.get("title") or "")))
    head = re.split(r"\s*[:?!–—]\s+|\s+[-–—]\s+|\.\s+", title, maxsplit=1)[0]
    words = _WORDS.findall(title)
    numbers = frozenset(str(_NUMBERS.get(w, w)) for w in words if w.isdigit() or w in _NUMBERS) | (
        {"1"} if re.search(r"\b(?:part|volume|vol|teil|book)\.? i\b", title) else frozenset()
    )
    people = record.get("author") or ()
    edited = not people
    people = people or record.get("editor") or ()
    authors = tuple(_names(people))
    issued = record.get("issued")
    years = frozenset(int(y) for y in re.findall(r"\d{4}", citing.year(record)))
    if isinstance(issued, Mapping) and not years:
        years = frozenset()
    original = re.search(r"\d{4}", citing.year({"issued": record.get("original-date", "")}))
    page = re.match(r"[a-z]*\d+", fold(str(record.get("page") or "")))
    isbn = re.findall(r"[\dxX-]{10,17}", str(record.get("ISBN") or ""))
    edition = re.search(r"\d+|rev|second|third|new", fold(str(record.get("edition") or "")))
    return _Work(
        doi=_doi(record),
        title=" ".join(words),
        main=" ".join(_WORDS.findall(head)),
        words=tuple(w for w in words if w not in _STOP),
        numbers=numbers,
        asides=frozenset(w.split()[0].rstrip("s") for w in _ASIDE.findall(title)),
        authors=authors,
        edited=edited,
        open_ended=any(isinstance(p, Mapping) and p.get("literal") == "et al." for p in people)
        if isinstance(people, list)
        else False,
        years=years,
        original=int(original[0]) if original else 0,
        kind=_KIND.get(str(record.get("type") or "document"), ""),
        container=" ".join(
            _WORDS.findall(fold(citing.plain(str(record.get("container-title") or ""))))
        ),
        volume=fold(str(record.get("volume") or "")),
        issue=fold(str(record.get("issue") or "")),
        page=page[0] if page else "",
        edition=""
        if edition is None or edition[0] == "1"
        else {"second": "2", "third": "3"}.get(edition[0], edition[0]),
        publisher=fold(str(record.get("publisher") or "")),
        isbn=frozenset(i.replace("-", "").lower() for i in isbn),
    )


_KIND = {
    "article-journal": "article", "article-magazine": "article", "article-newspaper": "news",
    "article": "preprint", "book": "book", "chapter": "chapter", "paper-conference": "paper",
    "entry-encyclopedia": "chapter", "entry-dictionary": "chapter", "thesis": "thesis",
    "report": "report", "review": "review", "review-book": "review", "interview": "interview",
    "personal_communication": "communication", "motion_picture": "film", "dataset": "dataset",
    "manuscript": "manuscript", "speech": "speech", "legislation": "law", "treaty": "law",
    "broadcast": "film", "map": "map", "patent": "patent", "periodical": "periodical",
}  # fmt: skip
# Kinds that may be one work under two names, beside a kind that is not told.
_ALIKE = {
    frozenset(p)
    for p in (
        ("article", "news"), ("paper", "chapter"), ("paper", "article"), ("report", "manuscript"),
        ("report", "book"), ("manuscript", "preprint"), ("dataset", "report"),
        ("manuscript", "paper"), ("speech", "paper"), ("interview", "communication"),
    )
}  # fmt: skip


def _doi(record: Record) -> str:
    text = fold(str(record.get("DOI") or ""))
    return re.sub(r"^(?:https?://)?(?:dx\.)?(?:doi\.org/|doi:)\s*", "", text).rstrip(".")


def _names(people: Any) -> Iterator[tuple[str, str]]:
    for person in [people] if isinstance(people, str | Mapping) else people:
        if isinstance(person, Mapping):
            if person.get("literal") == "et al.":
                continue
            given = str(person.get("given") or "")
        else:
            given = str(person).partition(",")[2]
        families = citing.names([person])
        if families:
            family = "".join(_WORDS.findall(fold(families[0])))
            initials = "".join(w[0] for w in _WORDS.findall(fold(given)))
            if given.isupper() and len(given) < 4 and given.isalpha():  # "DW" of a journal's list
                initials = given.lower()
            yield family, initials


# -- two records ----------------------------------------------------------------------------------


def compare(one: Record, other: Record) -> Likeness:
    """What two records are to each other, and why. The sources' keys in the answer are empty."""
    verdict, why = _compared(_work(one), _work(other))
    return Likeness("", "", verdict, why)


def _compared(a: _Work, b: _Work) -> tuple[str, str]:
    from rapidfuzz import fuzz

    titles = fuzz.ratio(a.title, b.title) if a.title and b.title else 0.0
    shorter, longer = sorted((a, b), key=lambda w: len(w.title))
    headed = bool(shorter.title) and shorter.title == longer.main
    if a.doi and a.doi == b.doi:
        if a.title and b.title and titles < 55 and not headed:
            return "doubtful", f"one DOI ({a.doi}), and two titles"
        if {a.kind, b.kind} == {"book", "chapter"}:
            return "doubtful", f"one DOI ({a.doi}) for a book and a chapter"
        return "same", f"one DOI ({a.doi})"
    if not a.title or not b.title:
        return _untitled(a, b)
    if a.asides != b.asides or ("review" in (a.kind, b.kind) and a.kind != b.kind):
        return "different", "a review, reply or correction is a work of its own"
    if titles < LIKE_TITLE and not headed:
        return "different", "two titles"
    if titles < SAME_TITLE and not headed and _other_words(a, b):
        return "different", "other words in the titles"
    if a.numbers != b.numbers and not (headed and shorter.numbers <= longer.numbers):
        return "different", "parts or numbers in the titles differ"
    if headed and shorter.numbers != longer.numbers:
        return "doubtful", "one has a subtitle with a number that the other has not"
    people = _people(a, b)
    if people == "different":
        return "different", "other authors"
    if a.doi and b.doi:
        if _preprint(a) != _preprint(b):
            return "preprint", "a preprint and the article, with a DOI each"
        if a.years & b.years and titles >= SAME_TITLE and _same_place(a, b):
            return "doubtful", "one title, author and year, and two DOIs"
        return "different", "two DOIs"
    if _preprint(a) != _preprint(b) and titles >= SAME_TITLE and people == "same":
        return "preprint", "a preprint and the article"
    if a.kind != b.kind and a.kind and b.kind and frozenset((a.kind, b.kind)) not in _ALIKE:
        if {a.kind, b.kind} == {"book", "chapter"}:
            return "different", "a chapter and a book"
        if titles >= SAME_TITLE and people == "same":
            return "doubtful", f"one title and author, as {a.kind} and as {b.kind}"
        return "different", f"{a.kind} and {b.kind}"
    return _dated(a, b, titles, headed, people)


def _other_words(a: _Work, b: _Work) -> bool:
    """Whether titles that look alike differ in whole words, not in their spelling."""
    from rapidfuzz import fuzz

    left, right = set(a.words) - set(b.words), set(b.words) - set(a.words)
    return bool(left and right) and all(max(fuzz.ratio(x, y) for y in right) < 70 for x in left)


def _untitled(a: _Work, b: _Work) -> tuple[str, str]:
    """Where one record has no title: place in a journal decides, else nothing is certain."""
    if _people(a, b) == "different" or not (a.years & b.years):
        return "different", "other authors or years"
    if a.container and b.container and _place(a) == _place(b) and all(_place(a)):
        if _like_container(a.container, b.container):
            return "same", f"one place: {a.container} {a.volume}, {a.page}"
    if a.container and b.container and not _like_container(a.container, b.container):
        return "different", "other journals"
    if any(x and y and x != y for x, y in zip(_place(a), _place(b), strict=True)):
        return "different", "other volumes or pages"
    if _people(a, b) != "same":
        return "different", "no title and no author in common"
    return "doubtful", "author and year agree, and one record has no title"


def _place(w: _Work) -> tuple[str, str]:
    return w.volume, w.page


def _dated(a: _Work, b: _Work, titles: float, headed: bool, people: str) -> tuple[str, str]:
    """One title and compatible authors: years, containers and pages decide."""
    certain = titles >= SAME_TITLE or headed
    if a.edition != b.edition and certain and people == "same" and a.kind in ("book", ""):
        first, last = a.edition or "first", b.edition or "first"
        return "edition", f"one title and author, {first} and {last} edition"
    conflict = _conflict(a, b)
    if a.years and b.years and not a.years & b.years:
        gap = min(abs(x - y) for x in a.years for y in b.years)
        if a.original in b.years or b.original in a.years:
            return "edition", "one is the other's original"
        if not certain or people != "same":
            return "different", "other years"
        if a.kind == "book" or b.kind == "book":
            return "edition", "one title and author in two years"
        if gap == 1 and not conflict and a.container and a.page and a.page == b.page:
            return "same", "one place in one journal, a year apart (online and in print)"
        if conflict:
            return "different", f"other years, and {conflict}"
        return "doubtful", "one title and author in two years"
    if conflict:
        if certain and people == "same" and a.years & b.years and "container" in conflict:
            return "doubtful", f"one title, author and year, but {conflict}"
        return "different", conflict
    if not a.years or not b.years:
        return "doubtful", "one record has no year"
    if people == "unknown":
        if titles >= SAME_TITLE and _same_place(a, b) and len(a.words) > _GENERIC:
            return "same", "title, year and place agree; one record has no author"
        return "doubtful", "one record has no author"
    if not certain:
        return "doubtful", f"author and year agree; titles are alike ({titles:.0f} of 100)"
    if min(len(a.words), len(b.words)) < _GENERIC and not _same_place(a, b):
        return "doubtful", "a title that many works share"
    if headed and titles < SAME_TITLE and not _same_place(a, b):
        return "doubtful", "author and year agree; one record has no subtitle"
    if people == "like":
        return "doubtful", "title and year agree; the lists of authors differ"
    return "same", "title, authors and year agree"


def _preprint(w: _Work) -> bool:
    return w.kind == "preprint" or _PREPRINT.match(w.doi) is not None


def _same_place(a: _Work, b: _Work) -> bool:
    """Whether both tell one container, or one publisher, or one ISBN."""
    if a.container and b.container:
        return _like_container(a.container, b.container)
    if a.isbn & b.isbn:
        return True
    if a.publisher and b.publisher:
        return a.publisher.split()[0] == b.publisher.split()[0]
    return False


def _conflict(a: _Work, b: _Work) -> str:
    if a.container and b.container and not _like_container(a.container, b.container):
        return "another container"
    if a.volume and b.volume and a.volume != b.volume and a.kind != "book":
        return "another volume"
    if a.volume and b.volume and a.volume != b.volume:
        return "another volume of the work"
    if a.issue and b.issue and a.issue != b.issue and not (a.page and a.page == b.page):
        return "another issue"
    if a.page and b.page and a.page != b.page and a.kind not in ("book", "thesis", "report"):
        return "other pages"
    return ""


def _like_container(one: str, other: str) -> bool:
    """One journal or book, also where one side is abbreviated ("j peace res")."""
    from rapidfuzz import fuzz

    if one == other or fuzz.token_sort_ratio(one, other) >= 85:
        return True
    first, second = ([w for w in t.split() if w not in _STOP] for t in (one, other))
    if len(first) == len(second) and all(
        x.startswith(y) or y.startswith(x) for x, y in zip(first, second, strict=True)
    ):
        return True
    return one.startswith(other) or other.startswith(one)


def _people(a: _Work, b: _Work) -> str:
    """same, like (lists that overlap), unknown (one side tells none) or different."""
    if not a.authors or not b.authors:
        return "unknown"
    if a.edited != b.edited:
        return "unknown"
    pairs = list(zip(a.authors, b.authors, strict=False))
    if not _one_person(*pairs[0]):
        families = {f for f, _ in a.authors} & {f for f, _ in b.authors}
        return "like" if len(families) >= 2 and len(a.authors) == len(b.authors) else "different"
    if all(_one_person(x, y) for x, y in pairs):
        if len(a.authors) == len(b.authors) or a.open_ended or b.open_ended:
            return "same"
        return "like"
    return "like" if a.authors[0] == b.authors[0] else "different"


def _one_person(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """One family name (or a slip of it), and initials that do not contradict each other."""
    (f1, i1), (f2, i2) = one, other
    if f1 != f2:
        from rapidfuzz.distance import OSA

        joined = f1.endswith(f2) or f2.endswith(f1)  # a particle told apart
        if not joined and (min(len(f1), len(f2)) < 5 or OSA.distance(f1, f2) > 1):
            return False
    return not i1 or not i2 or i1.startswith(i2) or i2.startswith(i1)


# -- a library ------------------------------------------------------------------------------------


def find(
    records: Mapping[str, Record], apart: Iterable[tuple[str, str]] = (), prefer: Iterable[str] = ()
) -> Found:
    """What among `records` (by source) is one work, and what a person should look at.

    apart: pairs judged to be different. prefer: sources that stand first in their group, as those
    of a register do; else the fullest record does. The answer depends on no order.
    """
    works = {key: _work(records[key]) for key in sorted(records)}
    kept_apart = {frozenset(pair) for pair in apart}
    verdicts: dict[tuple[str, str], tuple[str, str]] = {}
    for one, other in _candidates(works):
        if frozenset((one, other)) not in kept_apart:
            verdict, why = _compared(works[one], works[other])
            if verdict != "different":
                verdicts[one, other] = verdict, why
    wanted = set(prefer)
    groups = clusters(
        [pair for pair, (verdict, _) in verdicts.items() if verdict == "same"],
        lambda x, y: (
            frozenset((x, y)) not in kept_apart and _compared(works[x], works[y])[0] != "different"
        ),
    )
    found = Found()
    group_of: dict[str, int] = {}
    for number, group in enumerate(groups):
        ordered = sorted(group, key=lambda k: (k not in wanted, -_fullness(records[k]), k))
        found.same.append(ordered)
        for key in group:
            group_of[key] = number
        for key in ordered[1:]:
            near = next((o for o in ordered if (min(o, key), max(o, key)) in verdicts), "")
            found.why[key] = verdicts.get((min(near, key), max(near, key)), ("", ""))[1]
    for (one, other), (verdict, why) in sorted(verdicts.items()):
        if one in group_of and group_of[one] == group_of.get(other):
            continue
        told = "doubtful" if verdict == "same" else verdict
        reason = f"{why}, but others of their group differ" if verdict == "same" else why
        found.doubtful.append(Likeness(one, other, told, reason))
    found.same.sort()
    return found


def _fullness(record: Record) -> int:
    passed = ("custom", "abstract", "citation-key")
    return sum(1 for name, value in record.items() if value and name not in passed)


def clusters(pairs: Iterable[tuple[str, str]], agree: Any) -> list[set[str]]:
    """Groups of what `pairs` join, where any two across a join agree."""
    group: dict[str, set[str]] = {}
    for one, other in sorted(pairs):
        left, right = group.get(one, {one}), group.get(other, {other})
        if left is right:
            continue
        if len(left) * len(right) > 1 and not all(agree(x, y) for x in left for y in right):
            continue
        joined = left | right
        for key in joined:
            group[key] = joined
    seen: list[set[str]] = []
    for _, members in sorted(group.items()):
        if not any(members is other for other in seen[-1:]) and min(members) == _:
            seen.append(members)
    return seen


def _candidates(works: Mapping[str, _Work]) -> Iterator[tuple[str, str]]:
    """Pairs worth comparing, each once; their number grows with the library."""
    blocks: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for key, w in works.items():
        if w.doi:
            blocks["doi", w.doi].append(key)
        if len(w.title) > 8:
            blocks["title", "".join(w.words)[:60] or w.title].append(key)
        family = w.authors[0][0] if w.authors else ""
        rare = sorted(set(w.words), key=lambda x: (-len(x), x))[:2]
        for year in sorted(w.years):
            if family:
                blocks["year", family, str(year), *(() if w.title else ("",))].append(key)
                if not w.title:
                    blocks["year", family, str(year)].append(key)
        if family and len(rare) == 2:
            blocks["words", family, *rare].append(key)
            blocks["word", family, rare[0]].append(key)
        elif len(rare) == 2:
            blocks["nobody", *rare].append(key)
        if len(w.words) > 2 and w.main:
            blocks["main", w.main[:60]].append(key)
        for isbn in w.isbn if w.kind == "book" else ():
            blocks["isbn", isbn].append(key)
        if w.container and all(_place(w)):
            blocks["place", w.volume, w.page, w.container[:1]].append(key)
    seen: set[tuple[str, str]] = set()
    for block in blocks.values():
        if len(block) < 2:
            continue
        crowded = len(block) > _CROWDED
        ordered = sorted(set(block), key=lambda k: (works[k].title, k)) if crowded else block
        for at, one in enumerate(ordered):
            for other in ordered[at + 1 : at + 1 + _WIDTH] if crowded else ordered[at + 1 :]:
                if one != other:
                    pair = (one, other) if one < other else (other, one)
                    if pair not in seen:
                        seen.add(pair)
                        yield pair
