"""Citations in running text, and the works they mean.

Found are narrative citations ("Reagan (1990, 15)", "the critical yeast (2005, 87)"), parentheses
with one or several works, with page, prefix (see, cf., e.g.), several years of one author, works
quoted or cited in others, interviews, personal communications and fieldwork, and the marks of
Markdown (`[@reagan1990, 15]`), JATS and TEI; and numbers (`[12]`) where the text has a list of its
own that is numbered. Years that are no citations stay out; what may be one
and may not be ("Kosovo (2014)") is listed apart as doubtful.

A citation is resolved where just one work of the library fits its names and year. Else it stays
unresolved, with what comes near. Nothing is guessed: where two works fit, both are candidates.
"""

from __future__ import annotations

import bisect
import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from visavis.ingest.bibliography.entry import Entry, source_key
from visavis.ingest.pages import Text
from visavis.schema import citing
from visavis.schema.text import fold

__all__ = ["Cited", "Found", "Known", "Library", "cited_in", "numbers_in", "sentences"]

_LONGEST = 900  # characters of one parenthesis


# -- what is known --------------------------------------------------------------------------------


@dataclass(slots=True)
class Known:
    """A work of the library as citations name it."""

    key: str
    record: Mapping[str, Any]
    origin: str  # bibliography, project, shipped
    rank: int
    families: list[str] = field(default_factory=list)
    others: bool = False  # more authors than are listed
    givens: list[str] = field(default_factory=list)
    years: tuple[str, ...] = ()
    older: str = ""
    suffix: str = ""
    full: str = ""  # the speaker of an interview, given name first, folded
    file_key: str = ""
    bare: bool = False  # no more is known than author and year
    personal: bool = False  # an interview, a communication, fieldwork

    @property
    def title(self) -> str:
        return citing.plain(str(self.record.get("title") or ""))

    def as_dict(self) -> dict[str, str]:
        """Key and short form, for reports."""
        return {
            "source": self.key,
            "citation": citing.short(self.record),
            "title": self.title,
            "from": self.origin,
        }


_PERSONAL = (
    "interview",
    "communication",
    "personal_communication",
    "fieldwork",
    "survey",
    "transcript",
)


class Library:
    """Works by the names and years that citations print."""

    def __init__(self) -> None:
        self.works: list[Known] = []
        self._by_year: dict[str, list[Known]] = defaultdict(list)
        self._by_key: dict[str, Known] = {}
        self._by_name: dict[str, list[Known]] = defaultdict(list)
        self._initials: dict[str, list[str]] = defaultdict(list)

    def add(self, entries: Iterable[Entry | tuple[str, Mapping[str, Any]]], origin: str) -> None:
        """Take in works: entries of a bibliography, or keys and records of a register.

        What is added first is looked at first: a citation that fits one work there is resolved.
        """
        rank = len({w.origin for w in self.works} | {origin})
        for item in entries:
            if isinstance(item, Entry):
                key, file_key = source_key(item), item.key or item.label
                record: Mapping[str, Any] = item.record
            else:
                key, record = item
                file_key = key
            work = _known(key, record, origin, rank)
            work.file_key = file_key
            if key in self._by_key and self._by_key[key].origin == origin:
                continue
            self.works.append(work)
            self._by_key.setdefault(key, work)
            if file_key:
                self._by_key.setdefault(file_key, work)
            for year in {*work.years, work.older} - {""} or {""}:
                self._by_year[year].append(work)
            if work.families:
                self._by_name[work.families[0]].append(work)

    def known_as(self, key: str) -> Known | None:
        """The work of that key (ours, or the one in the bibliography's file)."""
        return self._by_key.get(key) or self._by_key.get(key.lower())

    def undated(self, name: str) -> Known | None:
        """The one work without a year whose author is called so."""
        found = [
            w
            for w in self._by_year.get("", ())
            if w.families and w.families[0] == _flat(name) and not w.full
        ]
        return found[0] if len(found) == 1 else None

    def authors(self, name: str) -> bool:
        """Whether any work has an author of that family name."""
        return _flat(name) in self._by_name

    def resolve(self, cited: Cited, *, near: bool = True) -> None:
        """Give a citation its work, or what comes near (unless that is not asked for)."""
        pool = [
            w for w in self._by_year.get(cited.year, ()) if cited.year in w.years and not w.personal
        ]
        ranked: dict[int, list[tuple[int, Known]]] = defaultdict(list)
        for work in pool:
            how = _fits(cited, work)
            if how:
                ranked[work.rank].append((how, work))
        for rank in sorted(ranked):
            best = max(how for how, _ in ranked[rank])
            fitting = _one_work([w for how, w in ranked[rank] if how == best])
            if cited.suffix:
                with_suffix = [w for w in fitting if w.suffix == cited.suffix]
                if not with_suffix:
                    cited.near += [w for w in fitting if w not in cited.near]
                    continue
                fitting = with_suffix
            elif len(fitting) > 1 and any(w.suffix for w in fitting):
                fitting = [w for w in fitting if not w.suffix] or fitting
            if len(fitting) > 1:
                fitting = _by_given(cited, fitting) or fitting
            if len(fitting) > 1:  # of a first and a later edition, the one of that year
                fitting = [w for w in fitting if w.older != cited.year] or fitting
            if len(fitting) == 1:
                cited.work = fitting[0]
                cited.exact = best == 3
                cited.also = [
                    w.key
                    for r in ranked
                    if r > rank
                    for h, w in ranked[r]
                    if h == 3 and w.key != fitting[0].key
                ]
                break
            cited.near += [w for w in fitting if w not in cited.near]
            break
        if cited.older:
            older = [
                w
                for w in self._by_year.get(cited.older, ())
                if _fits(cited, w) and w is not cited.work
            ]
            cited.near += [w for w in older if w not in cited.near]
            if (
                cited.work is None
                and len(_one_work([w for w in older if cited.year in w.years])) == 1
            ):
                cited.work = older[0]
        if cited.work is None and near:
            cited.near += [w for w in self._near(cited) if w not in cited.near]

    def _near(self, cited: Cited) -> list[Known]:
        """Works that come near: the first name in another year, a like name in the same year."""
        found: list[tuple[int, str, Known]] = []
        if not cited.names:
            return []
        first = _tails(cited.names[0])
        for name in first:
            for work in self._by_name.get(name, ()):
                away = (
                    min(
                        (abs(int(y) - int(cited.year)) for y in work.years if y.isdecimal()),
                        default=99,
                    )
                    if cited.year.isdecimal()
                    else 50
                )
                found.append((away, work.key, work))
        from rapidfuzz import fuzz

        for work in self._by_year.get(cited.year, ())[:5000]:
            if work.families and any(fuzz.ratio(n, work.families[0]) >= 75 for n in first):
                found.append((0, work.key, work))
        seen: list[Known] = []
        for _, _, work in sorted(found, key=lambda f: f[:2]):
            if all(work.key != other.key for other in seen):
                seen.append(work)
        return seen[:5]

    def personal(self, kind: str, year: str) -> list[Known]:
        """Interviews, communications or fieldwork of a year."""
        made: list[Known] = []
        for work in self._by_year.get(year, ()):
            mine = str(work.record.get("kind") or work.record.get("type") or "")
            same = mine == kind or (kind == "communication" and mine == "personal_communication")
            if same and all(work.key != other.key for other in made):
                made.append(work)
        return made


def _known(key: str, record: Mapping[str, Any], origin: str, rank: int) -> Known:
    people = record.get("author") or record.get("editor") or record.get("director") or ()
    if isinstance(people, str | Mapping):
        people = [people]
    work = Known(key, record, origin, rank)
    for person in people:
        if isinstance(person, Mapping):
            family = str(person.get("family") or person.get("literal") or "")
            given = str(person.get("given") or "")
            if person.get("literal") in ("others", "et al."):
                work.others = True
                continue
            particle = str(person.get("non-dropping-particle") or "")
            family = f"{particle} {family}".strip()
        else:
            family, _, given = (part.strip() for part in str(person).partition(","))
        work.families.append(_flat(family))
        work.givens.append(_flat(given))
    told = citing.year(record)
    work.years = tuple(dict.fromkeys(re.findall(r"(?:1[4-9]|20)\d\d", told))) or (
        (fold(told),) if told and told != "n.d." else ()
    )
    older = citing.year({"issued": record["original-date"]}) if record.get("original-date") else ""
    work.older = older if older != "n.d." else ""
    if work.older and work.older in work.years and len(work.years) > 1:
        pass
    letter = re.search(r"\d{4}([a-z])(?![a-z])", told)
    in_key = re.search(r"(?:1[4-9]|20)\d\d([a-z])$", key)
    work.suffix = str(record.get("year-suffix") or "") or (letter or in_key or ["", ""])[1]
    kind = str(record.get("kind") or record.get("type") or "")
    work.personal = kind in _PERSONAL
    if kind == "fieldwork":
        pass  # its author is who was there, not who spoke
    elif work.personal and work.families:
        work.full = f"{work.givens[0]} {work.families[0]}".strip()
    elif kind in _PERSONAL and record.get("speaker_name"):
        work.full = _flat(str(record["speaker_name"]))
    work.bare = not record.get("title")
    return work


def _flat(name: str) -> str:
    """A name as it is compared: folded, without marks."""
    return " ".join(
        re.sub(r"[^\w\s-]", "", fold(name.replace("’", "'").replace("'s", "")))
        .replace("-", " ")
        .split()
    )


def _tails(name: str) -> list[str]:
    """A printed name and its ends: "President Ronald Reagan" gives reagan as well."""
    words = _flat(name).split()
    return [" ".join(words[at:]) for at in range(len(words))]


def _fits(cited: Cited, work: Known) -> int:
    """How well names fit a work: 3 all of them, 2 by a given name, 1 but for slips of the scan."""
    if not cited.names or not work.families:
        return 0
    if cited.others:
        if len(work.families) < 2 and not work.others and not work.bare:
            return 0
        return _name_fits(cited.names[0], work, 0)
    if len(cited.names) != len(work.families) or work.others:
        return 0
    fits = [_name_fits(name, work, at) for at, name in enumerate(cited.names)]
    return min(fits)


def _name_fits(name: str, work: Known, at: int) -> int:
    family, given = work.families[at], work.givens[at]
    tails = _tails(name)
    if family in tails:
        return 3
    parted = family.split()
    if (
        len(parted) > 1
        and parted[0] in ("von", "van", "de", "der", "den", "di", "du", "la")
        and parted[-1] in tails[-1:]
    ):
        return 2
    if tails and given and tails[0] == given and len(given) > 3:
        return 2  # "Ki-moon 2021": the family name is Ban
    if any("".join(tail.split()) == "".join(parted) for tail in tails):
        return 3
    if len(family) >= 5:
        from rapidfuzz import fuzz

        for tail in tails[:3]:
            if abs(len(tail) - len(family)) <= 2 and fuzz.ratio(tail, family) >= (
                88 if len(family) < 9 else 85
            ):
                return 1
    return 0


def _by_given(cited: Cited, works: list[Known]) -> list[Known]:
    """Of several works those whose first author has the given name or initial printed."""
    words = _flat(cited.names[0].replace(".", ". ")).split()
    made = []
    for work in works:
        given = [w for w in words if w not in work.families[0].split()]
        if given and work.givens[0] and work.givens[0].split()[0][: len(given[0])] == given[0]:
            made.append(work)
    return made


def _one_work(works: list[Known]) -> list[Known]:
    """Works without those that are the same work told twice."""
    made: dict[str, Known] = {}
    for work in works:
        made.setdefault(_flat(work.title) or work.key, work)
    return list(made.values())


# -- citations ------------------------------------------------------------------------------------


@dataclass(slots=True)
class Cited:
    """One work as a citation names it, and the work of the library that it means."""

    start: int
    end: int
    printed: str
    kind: str = "work"  # work, interview, communication, fieldwork, transcript
    names: tuple[str, ...] = ()
    others: bool = False
    year: str = ""
    suffix: str = ""
    older: str = ""  # 1967 of "2005 [1967]"
    locator: str = ""
    prefix: str = ""
    remark: str = ""
    within: str = ""  # as printed: the work in which this one is quoted or cited
    work: Known | None = None
    exact: bool = False
    also: list[str] = field(default_factory=list)
    near: list[Known] = field(default_factory=list)
    why: str = ""


@dataclass(slots=True)
class Found:
    """A citation as it stands in the text: its span, its form, and the works in it."""

    start: int
    end: int
    printed: str
    form: str  # narrative, parenthetical, marked
    works: list[Cited]
    doubtful: bool = False


_Y = r"(?:1[4-9]\d\d|20[0-4]\d)"
_OCR_Y = r"[12lI|][\dOoQlIS|B]{3}"
_YEAR = re.compile(
    rf"(?<![\w/.-])(?:[\[(](?P<o0>{_Y})[\])]\s?)?(?P<y>{_Y}|{_OCR_Y}(?=[\s,;:)a-d\]]|$)|"
    rf"n\.\s?d\.|forthcoming|in press|nd(?=$|[,;)]))"
    rf"(?:/(?P<y2>{_Y}))?(?P<s>[a-h](?:\s?[,/]\s?[b-h](?![a-z]))*(?![\w]))"
    rf"?(?:\s?[\[(](?:orig(?:inally|\.)? ?)?(?P<o>{_Y})[\])])?(?!\w)(?!-\d)(?!\.\d)"
)
_OCR = str.maketrans(
    {"O": "0", "o": "0", "Q": "0", "l": "1", "I": "1", "|": "1", "S": "5", "B": "8"}
)
_LOCATOR = re.compile(
    r"[\s,:]*(?:(?P<w>pp?|pages?|pg|chap(?:ters?|s)?|chs?|secs?|sections?|§+|n|nn|fn|note|"
    r"notes|vol|para?s?|figs?|figure|table|"
    r"doc|S|ff|min|at|loc)\.?\s?)?(?P<n>\d{1,4}[a-z]?(?:\s?[-:.]\s?\d{1,4})?f{0,2}\.?|"
    r"[ivxlcIVXLC]{1,7}(?:\s?-\s?[ivxlc]{1,7})?)(?=$|[\s,;.)\]])"
)
_TIME = re.compile(r"[\s,:]*(?:at )?(?P<n>\d{1,2}:\d\d(?::\d\d)?)(?=$|[\s,;.])")
_REMARKS = re.compile(
    r"[\s,;.]*(?P<r>(?:original |my |our |author'?s'? )?(?:emphasis|italics|translation|"
    r"translated)(?: (?:added|mine|in (?:the )?original|by (?:the )?author))?"
    r"|quoted with permission|passim|ff\.?|and passim|reprinted .{1,60}|brackets added|"
    r"respectively|et seq\.?)[\s.]*$",
    re.I,
)
_PREFIXES = (
    r"see|see also|see,? for example|see,? e\.g\.|see,? for instance|cf|cf\.|e\.g\.|i\.e\.|"
    r"for example|for instance|also|as|as in|"
    r"compare|but|but see|contra|following|from|in|after|adapted from|drawing on|quoted in|"
    r"cited in|as cited in|as quoted in|qtd\.? in|"
    r"inter alia|especially|esp\.|particularly|notably|most notably|most recently|recently|on|"
    r"by|and|or|more generally|generally|similarly|"
    r"among others|among many others|for an overview|for a review|for a discussion|for a "
    r"critique|for details|discussed in|based on|and see|and also|"
    r"see especially|see further|see the|see in particular|according to|both|such as|"
    r"including|amongst others|respectively|first|originally"
)
_PREFIX = re.compile(rf"(?:(?:{_PREFIXES})[\s,.:]*)+$", re.I)
_WITHIN = re.compile(
    r"[\s,;]*\b(?:as\s)?(?:quoted|cited|qtd\.?|quotation|reported|reprinted|reproduced|cit\.)"
    r"\s(?:in|by|from|after)[\s:]+",
    re.I,
)
_PERSONAL_CUE = re.compile(
    r"\b(?:(?P<i>interview(?:s|ed)?)|(?P<c>personal (?:communication|correspondence|email|"
    r"e-mail|conversation|interview)|pers\.? comm\.?|"
    r"(?:e-?mail|conversation|correspondence|phone call|discussion) (?:to|with)(?: the)? "
    r"author|private (?:communication|conversation))|"
    r"(?P<f>field ?work|field ?notes?|field diary|field observations?|participant observation|"
    r"author'?s (?:observations?|notes?))|"
    r"(?P<t>transcript))\b",
    re.I,
)
_NOT_NAMES = {
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep",
    "sept", "oct", "nov", "dec", "spring", "summer", "autumn", "fall", "winter", "image",
    "images", "figure", "figures", "fig", "table", "tables", "chapter", "chapters", "part",
    "section", "appendix", "article", "resolution", "note", "notes", "box", "map", "photo",
    "plate", "panel", "page", "pages", "vol", "volume", "line", "episode", "season", "minute",
    "day", "week", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
    "early", "late", "mid", "circa", "since", "until", "before", "after", "between", "during",
    "about", "around", "roughly", "approximately", "born", "died", "est", "founded",
    "established", "protocol", "directive", "law", "act", "bill", "treaty", "no", "nr",
}  # fmt: skip
# With a year behind them these are events, bodies and buildings more often than authors.
_THINGS = {
    "accord", "accords", "agreement", "agreements", "armistice", "attacks", "charter", "clause",
    "communique", "conference", "congress", "constitution", "convention", "coup", "crisis",
    "declaration", "doctrine", "election", "elections", "games", "house", "invasion", "memorandum",
    "mission", "olympics", "pact", "peace", "revolution", "statute", "summit", "talks", "treaties",
    "uprising", "visit", "war", "wars",
}  # fmt: skip
# Where summits were held: places that a project need not know.
_CITIES = {
    "amsterdam", "ankara", "athens", "baghdad", "beijing", "belgrade", "berlin", "bonn", "brussels",
    "bucharest", "budapest", "cairo", "camp david", "cancun", "copenhagen", "dayton", "doha",
    "dublin", "geneva", "genoa", "glasgow", "hanoi", "havana", "helsinki", "istanbul", "jerusalem",
    "kabul", "kyiv", "kyoto", "lisbon", "london", "luxembourg", "madrid", "malta", "minsk",
    "moscow", "munich", "new york", "nice", "oslo", "ottawa", "paris", "potsdam", "prague",
    "rambouillet", "reykjavik", "riga", "rome", "seoul", "singapore", "sochi", "stockholm",
    "tehran", "tokyo", "vienna", "vladivostok", "warsaw", "washington", "yalta", "zagreb",
}  # fmt: skip
_OPENERS = {
    "likewise", "however", "moreover", "for", "in", "as", "although", "while", "when",
    "similarly", "thus", "hence", "yet", "but", "and", "according", "following", "see", "also",
    "interestingly", "here", "there", "this", "these", "those", "the", "a", "an", "since",
    "because", "if", "both", "unlike", "like", "with", "from", "after", "before", "by", "on",
    "at", "to", "of", "furthermore", "indeed", "instead", "meanwhile", "nevertheless",
    "nonetheless", "conversely", "finally", "first", "second", "third", "one", "another", "many",
    "some", "several", "most", "more", "recently", "drawing", "building", "whereas", "though",
    "where", "what", "how", "why", "that", "it", "its", "his", "her", "their", "our", "my", "he",
    "she", "they", "we", "i", "or", "so", "then", "still", "even", "not", "no", "such", "each",
    "every", "all", "only", "just", "besides", "despite", "given", "through", "under", "over",
    "again", "perhaps", "notably", "accordingly", "consequently", "therefore", "additionally",
    "specifically", "generally", "particularly", "especially", "cf", "e.g.", "i.e.", "compare",
    "contra", "based", "quoting", "citing", "quoted", "cited", "chapter",
}  # fmt: skip
_PARTICLE = {
    "von", "van", "de", "der", "den", "del", "della", "di", "da", "du", "dos", "das", "la", "le",
    "el", "al", "bin", "ibn", "ter", "ten", "zu", "zur", "af", "av", "vom", "do", "e",
}  # fmt: skip
_VERBS = re.compile(
    r"['’]?s?\s*(?:and \w+ )?(?:(?:also|thus|further|even|himself|herself|rightly|famously|"
    r"recently|then|has|have|had|does|did|would|,)\s*){0,3}"
    r"(?:show|argu|describ|not(?:e|ed|ing)|claim|suggest|find|found|identif|call|point|"
    r"demonstrat|develop|explor|examin|distinguish|"
    r"contend|wr(?:ite|ote)|observ|propos|emphasi|analy[sz]|discuss|refer|theor|conclud|"
    r"stat(?:e|ed)|report|see|saw|defin|explain|"
    r"illustrat|highlight|assert|maintain|insist|remind|remark|recall|reflect|stress|underlin|"
    r"document|trac|tell|told|say|said|says|"
    r"put|speak|spoke|tak|us(?:e|es|ed)|coin|introduc|ask|reject|criti|challeng|draw|build|"
    r"offer|provid|present|conceptuali|understand|"
    r"treat|view|hold|held|think|thought|believ|consider|count|warn|label|term|add|agree|"
    r"study|studi|investigat|compar|apply|appli|"
    r"focus|estimat|measur|predict|model|test|survey|interview|review|summari|advanc|advocat|"
    r"made|make|look|turn|lay|laid)",
)
_BY = re.compile(
    r"(?:\b(?:according to|by|following|see|also|cf\.?|e\.g\.,?|like|as|per|of|pace|and)|"
    r"['’]s?)\s*$",
    re.I,
)

_PLAIN = str.maketrans(
    {
        "‘": "'",
        "’": "'",
        "“": '"',
        "”": '"',
        "\u00a0": " ",
        "–": "-",
        "—": "-",
        "‐": "-",
        "‑": "-",
        "−": "-",
        "\n": " ",
    }
)


def cited_in(text: Text, library: Library, *, places: Iterable[str] = ()) -> list[Found]:
    """Every citation in a text, in order, each work resolved where just one of the library fits.

    places: names of places and states that are known, so that "Kosovo (2014)" is no author. Where a
    library is empty the citations are found all the same.
    """
    plain = text.text.translate(_PLAIN)
    reader = _Reader(plain, library, {_flat(p) for p in places})
    found: list[Found] = []
    for start, end in text.paragraphs:
        found += reader.paragraph(start, end)
    for start, end, target in text.links:
        found = _with_link(found, start, end, target, plain, library)
    found.sort(key=lambda f: (f.start, f.end))
    reader.settle(found)
    for item in found:
        for cited in item.works:
            if cited.kind == "work" and cited.work is None:
                library.resolve(cited)
    for item in found:
        for cited in item.works:
            if cited.kind != "work":
                _resolve_personal(cited, text, plain, library)
    for item in found:  # as printed, with the marks and dashes of the text
        told = " ".join(text.text[item.start : item.end].split())
        same = " ".join(plain[item.start : item.end].split())
        item.printed = told
        for cited in item.works:
            at = same.find(cited.printed)
            if at >= 0:
                cited.printed = told[at : at + len(cited.printed)]
    for item in found:
        item.doubtful = item.doubtful or reader.no_author(item)
    return [item for item in found if item.works]


_NUMBER = re.compile(
    r"\[(?P<n>\d{1,3}(?:\s?[-,;]\s?\d{1,3}){0,30})(?:,?\s(?:pp?|pages?)\.?\s(?P<p>\d[\d-]*))?\]"
)


def numbers_in(text: Text, listed: Mapping[int, Known], apart: tuple[int, int]) -> list[Found]:
    """Citations by number, `[12]`, `[3, 5-7]` or `[12, p. 4]`, as works of the text's own list.

    listed: its works by their numbers. apart: where the list itself stands. A number in brackets
    may be anything else, a page or a note: they count only where they name at least half of the
    list, and none that it has not.
    """
    plain = text.text.translate(_PLAIN)
    found: list[Found] = []
    named: set[int] = set()
    for start, end in text.paragraphs:
        if apart[0] <= start < apart[1]:
            continue
        for told in _NUMBER.finditer(plain, start, end):
            numbers: list[int] = []
            for part in re.split(r"\s?[,;]\s?", told["n"]):
                first, _, last = (piece.strip() for piece in part.partition("-"))
                numbers += range(int(first), int(last or first) + 1)
            if not numbers or len(numbers) > len(listed):
                continue
            printed = " ".join(text.text[told.start() : told.end()].split())
            works = [
                Cited(told.start(), told.end(), printed, work=listed.get(number), exact=True,
                      why="by its number in the text's own list")
                for number in numbers
            ]  # fmt: skip
            works[-1].locator = told["p"] or ""
            named.update(numbers)
            found.append(Found(told.start(), told.end(), printed, "marked", works))
    known = named <= set(listed)
    return found if known and len(named) * 2 >= len(listed) else []


def _with_link(
    found: list[Found], start: int, end: int, target: str, plain: str, library: Library
) -> list[Found]:
    """A citation that the file itself marks: its target is the work."""
    known = [library.known_as(t.lstrip("#")) for t in target.split()]
    works = [w for w in known if w is not None]
    for item in found:
        if item.start < end and start < item.end:
            for cited in item.works:
                if cited.start < end and start < cited.end and len(works) == 1:
                    cited.work, cited.exact, cited.why = works[0], True, "marked in the file"
            return found
    if not works:
        return found
    marked = [
        Cited(start, end, plain[start:end], work=w, exact=True, why="marked in the file")
        for w in works
    ]
    return [*found, Found(start, end, plain[start:end], "marked", marked)]


class _Reader:
    """Reads the citations of one text; the style they keep tells apart what else is doubtful."""

    def __init__(self, plain: str, library: Library, places: set[str]) -> None:
        self.plain = plain
        self.library = library
        self.places = places
        self._tried: dict[tuple[tuple[str, ...], bool, str, str], Cited] = {}

    def try_(self, trial: Cited) -> None:
        """Resolve what may be a citation, each once."""
        key = (trial.names, trial.others, trial.year, trial.suffix)
        if key not in self._tried:
            self.library.resolve(trial, near=False)
            if len(self._tried) > 20_000:
                self._tried.clear()
            self._tried[key] = trial
        known = self._tried[key]
        trial.work, trial.exact, trial.near = known.work, known.exact, known.near

    def paragraph(self, start: int, end: int) -> list[Found]:
        found: list[Found] = []
        inner: list[tuple[int, int]] = []
        for a, b in _brackets(self.plain, start, end):
            mine = []
            while inner and inner[-1][0] > a:  # inner ones come first, and stand last in the list
                mine.append(inner.pop())
            item = self.bracket(a, b, start, mine)
            if item:
                found.append(item)
            inner.append((a, b))
        found += self.keys(start, end, found)
        found += self.bare(start, end, found)
        return found

    # One parenthesis.

    def bracket(self, a: int, b: int, start: int, inside: list[tuple[int, int]]) -> Found | None:
        content = self.plain[a + 1 : b]
        square = self.plain[a] == "["
        for x, y in inside:  # what stands in a bracket of its own was read on its own
            if not re.fullmatch(rf"\s*(?:orig\w*\.? ?)?{_Y}\s*", self.plain[x + 1 : y]):
                content = content[: x - a - 1] + "," * (y - x + 1) + content[y - a :]
        lead = len(content) - len(content.lstrip())
        year = _YEAR.match(content.strip())
        if year and not square:
            return self.narrative(a, b, content, lead, start)
        personal = _PERSONAL_CUE.search(content)
        if personal and len(content) < 220 and not square:
            made = self.personal(a, b, content, personal)
            if made:
                return made
        if not _YEAR.search(content):
            name = " ".join(content.split())
            caption = re.match(
                r"(?:Image|Figure|Fig\.|Table|Map|Photo)\s\d", self.plain[start : start + 12]
            )
            work = (
                self.library.undated(name)
                if not caption and 2 < len(name) < 80 and name[:1].isupper()
                else None
            )
            if work and not square:
                cited = Cited(
                    a + 1, b, name, names=(name,), work=work, exact=True, why="without a year"
                )
                return Found(a, b + 1, self.plain[a : b + 1], "parenthetical", [cited])
            return None
        works: list[Cited] = []
        before: tuple[tuple[str, ...], bool] | None = None
        for at, part in _parts(content):
            made_, before = self.part(part, a + 1 + at, before)
            works += made_
        if not works:
            return None
        if square and any(not w.names for w in works):
            return None
        return Found(a, b + 1, self.plain[a : b + 1], "parenthetical", works)

    def part(
        self, part: str, at: int, before: tuple[tuple[str, ...], bool] | None
    ) -> tuple[list[Cited], tuple[tuple[str, ...], bool] | None]:
        """The works of what stands between two semicolons."""
        within = _WITHIN.search(part)
        if within:
            outer, told_by = self.part(part[within.end() :], at + within.end(), None)
            left = part[: within.start()]
            quoted, _ = self.part(left, at, None) if _YEAR.search(left) else ([], None)
            for cited in quoted:
                cited.within = outer[0].printed if outer else part[within.end() :].strip()
            for cited in outer[:1]:
                cited.prefix = " ".join(part[: within.end()].split()) if not quoted else "cited in"
            return quoted + outer, told_by
        years = list(_YEAR.finditer(part))
        if not years:
            return [], before
        works: list[Cited] = []
        cursor = 0
        names: tuple[tuple[str, ...], bool] | None = None
        for place, year in enumerate(years):
            if year.start() < cursor:
                continue
            gap = part[cursor : year.start()]
            if works and re.fullmatch(r"[\s,&]*(?:and\s)?", gap) and names:
                pass  # another year of the same authors
            elif works and names and place and (loc := self.gap_locator(gap)) is not None:
                works[-1].locator = works[-1].locator or loc
            else:
                told = _names_before(part, year.start(), cursor)
                if told is None:
                    if place == 0 and before and re.fullmatch(r"[\s,]*(?:and\s)?", gap):
                        names = before
                    else:
                        continue
                else:
                    told = self.listed(told, part, cursor, year)
                    names = (told.names, told.others)
                    prefix = part[cursor : told.start]
                    if not self.sound(told, prefix, part, year):
                        names = None
                        continue
                    works += self._years(year, names, at, at + told.start, part, prefix)
                    cursor = self._locate(works, part, year.end(), years[place + 1 :], at)
                    continue
            works += self._years(year, names, at, at + year.start(), part, "")
            cursor = self._locate(works, part, year.end(), years[place + 1 :], at)
            if names and works:
                works[-1].printed = f"{_listed(*names)} {works[-1].printed}"
        return works, names or before

    def listed(self, told: _Names, part: str, floor: int, year: re.Match[str]) -> _Names:
        """Names that commas or strokes part ("Holmes, Wheeler 2020"), where a work has them."""
        before = [n.strip() for n in part[floor : told.start].split(",") if n.strip()]
        strokes = told.names[0].split("/") if len(told.names) == 1 else []
        names = tuple(strokes) if len(strokes) > 1 else (*before, *told.names)
        if len(names) > len(told.names) and len(names) < 9 and all(n[:1].isupper() for n in names):
            trial = Cited(0, 0, "", names=names, others=told.others, year=year["y"].translate(_OCR))
            self.try_(trial)
            if trial.work is not None:
                start = floor + len(part[floor:]) - len(part[floor:].lstrip())
                return _Names(
                    names, told.others, told.start if len(strokes) > 1 else start, (start,)
                )
        return told

    def gap_locator(self, gap: str) -> str | None:
        found = _LOCATOR.fullmatch(gap.rstrip(" ,"))
        return found["n"] if found else None

    def _years(
        self,
        year: re.Match[str],
        names: tuple[tuple[str, ...], bool] | None,
        at: int,
        start: int,
        part: str,
        prefix: str,
    ) -> list[Cited]:
        told = year["y"]
        told = told.translate(_OCR) if re.search(r"\d", told) else fold(told)
        older = year["o"] or year["o0"] or ""
        if year["y2"]:
            older, told = told, year["y2"]
        who, others = names or ((), False)
        made = []
        for letter in re.findall(r"[a-h]", year["s"] or "") or [""]:
            printed = " ".join(part[start - at : year.end()].split())
            made.append(
                Cited(
                    start,
                    at + year.end(),
                    printed,
                    names=who,
                    others=others,
                    year=told,
                    suffix=letter,
                    older=older,
                    prefix=" ".join(prefix.split()).strip(" ,;"),
                )
            )
        return made

    def _locate(
        self, works: list[Cited], part: str, cursor: int, later: list[re.Match[str]], at: int
    ) -> int:
        """Take the locator behind a year; where it ends."""
        if not works:
            return cursor
        told: list[str] = []
        while True:
            rest = part[cursor:]
            found = _TIME.match(rest) or _LOCATOR.match(rest)
            if found is None or not rest[:1] or rest[0] not in ",: ":
                break
            number = found["n"]
            marked = found.re is _TIME or found["w"]
            if (
                re.fullmatch(_Y, number) and not marked
            ):  # a page, or another year of the same authors
                break
            if any(y.start() == cursor + found.start("n") for y in later) and not marked:
                break
            word = (found["w"] or "") if found.re is _LOCATOR else ""
            word = (
                ""
                if re.fullmatch(r"pp?|pages?|pg|S|at", word)
                else word + (". " if len(word) < 4 else " ")
            )
            told.append((word + re.sub(r"\s", "", number)).strip(" ."))
            cursor += found.end()
        if told:
            works[-1].locator = ", ".join(told)
            works[-1].end = at + cursor
            works[-1].printed = " ".join(part[works[-1].start - at : cursor].split())
        remark = _REMARKS.match(part[cursor:])
        if remark:
            works[-1].remark = remark["r"]
            cursor = len(part)
        return cursor

    def sound(self, told: _Names, prefix: str, part: str, year: re.Match[str]) -> bool:
        """Whether names before a year within a parenthesis are those of authors."""
        first = _flat(told.names[0]).split()
        last = _flat(told.names[-1]).split()
        if not first or first[0] in _NOT_NAMES or last[-1] in _NOT_NAMES:
            return False
        trial = Cited(
            0,
            0,
            "",
            names=told.names,
            others=told.others,
            year=(year["y"] or "").translate(_OCR) if year["y"][0].isdecimal() else fold(year["y"]),
        )
        self.try_(trial)
        if trial.work is not None:
            return True
        rest = part[year.end() :].strip()
        if rest[:1] == "-" or re.match(r"(?:to|until|and)\s\d", rest):  # a stretch of years
            return False
        lead = _PREFIX.sub("", prefix.strip(" ,;:")).strip(" ,;:")
        if lead and not re.search(r"\b(?:in|see|e\.g|cf|by|from|also)$", prefix.strip(" ,;:.")):
            return False  # a sentence of its own, not a citation
        if ":" in part[told.start : year.start()] or re.search(
            r"\b(?:Press|Publishers|Verlag|Books)\b", part
        ):
            return False
        after = part[year.end() :].strip(" ,.:;)")
        if (
            after
            and not _LOCATOR.match(part[year.end() :])
            and not _TIME.match(part[year.end() :])
            and not _REMARKS.match(part[year.end() :])
            and not _YEAR.match(after)
            and not re.match(r"(?:and|for|on|in|who|which|with|among|a|the|see)\b", after)
        ):
            return False
        if len(told.names) == 1 and not told.others:
            flat = _flat(told.names[0])
            if flat in self.places or flat.rpartition(" ")[2] in self.places:
                return False
        return len(told.names[0].split()) <= 6

    # "Reagan (1990, 15)".

    def narrative(self, a: int, b: int, content: str, lead: int, start: int) -> Found | None:
        parts = list(_parts(content))
        _, first = parts[0]
        years = _only_years(first)
        if years is None:
            return None
        # The author's name stands before the bracket, or further off in the same sentence.
        told = _names_before(self.plain, a, max(start, a - 240))
        first_year = years[0]
        located = self.has_locator(first, first_year)
        works: list[Cited] = []
        begin = a
        if told is not None:
            told = self.trim(told, first_year)
        if told is not None:
            begin = told.start
            names: tuple[tuple[str, ...], bool] | None = (told.names, told.others)
        elif located:
            names, begin = self.earlier(a, start, first_year)
            if names is None:
                return None
        else:
            return None
        at = a + 1
        for place, year in enumerate(years):
            works += self._years(year, names, at, at + year.start(), first, "")
            self._locate(works, first, year.end(), years[place + 1 :], at)
        before = names
        own = len(works)
        for offset, part in parts[1:]:
            more, before = self.part(part, a + 1 + offset, before)
            works += more
        for place, cited in enumerate(works[:own]):
            inner = " ".join(self.plain[cited.start : cited.end].split())
            who = _listed(cited.names, cited.others)
            if place == 0 and told is not None:
                who = " ".join(self.plain[begin:a].split())
            cited.printed = f"{who} ({inner})"
        works[0].start = min(begin, works[0].start) if told is not None else works[0].start
        begun = begin if told is not None else a
        item = Found(begun, b + 1, self.plain[begun : b + 1], "narrative", works)
        item.doubtful = not self.trusted(item, told, located, a, b)
        return item

    def has_locator(self, part: str, year: re.Match[str]) -> bool:
        rest = part[year.end() :]
        return (
            rest[:1] in (",", ":")
            and (_LOCATOR.match(rest) or _TIME.match(rest)) is not None
            and not re.match(rf"[\s,]*{_Y}\b", rest)
        )

    def trim(self, told: _Names, year: re.Match[str]) -> _Names | None:
        """Names without words that open a sentence; the longest reading that is a known work."""
        names, starts = list(told.names), list(told.starts)
        while names:
            words = names[0].split()
            while (
                len(words) > 1
                and words[0].lower().strip(",.") in _OPENERS
                and not self.library.authors(names[0])
            ):
                starts[0] += self.plain[starts[0] :].index(words[0]) + len(words[0]) + 1
                words = words[1:]
                names[0] = " ".join(words)
            if names[0].lower().strip(",.") in _OPENERS and not self.library.authors(names[0]):
                names, starts = names[1:], starts[1:]
                continue
            break
        if not names:
            return None
        flat = _flat(names[-1]).split()
        if not flat or flat[-1] in _NOT_NAMES or _flat(names[0]) in _NOT_NAMES:
            return None
        value = year["y"].translate(_OCR) if year["y"][0] in "12lI|" else fold(year["y"])
        for skip in range(len(names)):  # "Likewise, Holmes and Wheeler (2020)"
            trial = Cited(0, 0, "", names=tuple(names[skip:]), others=told.others, year=value)
            self.try_(trial)
            if trial.work is not None:
                return _Names(tuple(names[skip:]), told.others, starts[skip], tuple(starts[skip:]))
        return _Names(tuple(names), told.others, starts[0], tuple(starts))

    def earlier(
        self, a: int, start: int, year: re.Match[str]
    ) -> tuple[tuple[tuple[str, ...], bool] | None, int]:
        """The author named earlier in the sentence: "that Lederach would call ... (2005, 87)"."""
        begin = max(start, a - 400, _sentence_start(self.plain, start, a))
        words = list(re.finditer(r"[^\W\d_][\w'-]*", self.plain[begin:a]))
        value = year["y"].translate(_OCR)
        for word in reversed(words):
            name = word.group(0).removesuffix("'s")
            if not name[0].isupper() or len(name) < 3:
                continue
            trial = Cited(0, 0, "", names=(name,), year=value)
            self.try_(trial)
            if trial.work is not None and trial.exact:
                return ((name,), False), begin + word.start()
        for word in reversed(words):
            name = word.group(0).removesuffix("'s")
            inside = self.plain[begin + word.start() - 1 : begin + word.start()] in ('"', "'", "(")
            if (
                name[0].isupper()
                and name.lower() not in _OPENERS | _NOT_NAMES
                and word.start() > 0
                and not inside
            ):
                if _flat(name) not in self.places:
                    return ((name,), False), begin + word.start()
        return None, a

    def trusted(self, item: Found, told: _Names | None, located: bool, a: int, b: int) -> bool:
        if told is not None and self.there(told, located):
            return False
        if located:
            return True
        for cited in item.works:
            trial = Cited(
                0,
                0,
                "",
                names=cited.names,
                others=cited.others,
                year=cited.year,
                suffix=cited.suffix,
            )
            self.try_(trial)
            if trial.work is not None or any(
                cited.year in w.years and _fits(trial, w) == 3 for w in trial.near
            ):
                return True
        if told is None:
            return False
        if told.others or re.search(r"'s?\s*$", self.plain[max(0, a - 3) : a]):
            return True
        if _flat(told.names[-1]) in self.places or _flat(told.names[0]) in self.places:
            return False
        if len(item.works) > 1:
            return True
        if _VERBS.match(self.plain[b + 1 : b + 60].lstrip()) and self.plain[b + 1 : b + 2] in " ,":
            return True
        return _BY.search(
            self.plain[max(0, told.start - 20) : told.start]
        ) is not None and not re.search(
            r"\b(?:between|of|and|as)\s*$", self.plain[max(0, told.start - 20) : told.start]
        )

    def there(self, told: _Names, located: bool) -> bool:
        """Whether "in Berlin (1985)" may be a place and a year although an author is called so."""
        name = _flat(told.names[-1])
        if located or told.others or len(told.names) > 1 or name not in self.places | _CITIES:
            return False
        before = self.plain[max(0, told.start - 40) : told.start]
        return (
            re.search(r"\b(?:in|at|to|from|near|outside|around|through|of)\s*$", before) is not None
            and re.search(r"(?:^|\W)(?:as|\w{2,}ed|found|shown|see|e\.g\.|cf\.)\s+in\s*$", before)
            is None
        )

    # Interviews and the like.

    def personal(self, a: int, b: int, content: str, cue: re.Match[str]) -> Found | None:
        year = _YEAR.search(content)
        own = re.search(r"\bauthors?\b|with permission|\bI\b", content) is not None
        if year is None and not own and not cue["c"] and not (cue["f"] and len(content) < 40):
            return None
        if cue["i"] and not own and not (year and re.search(r"[Ii]nterviews?\b", content[:40])):
            return None
        kind = (
            "interview"
            if cue["i"]
            else "communication"
            if cue["c"]
            else "fieldwork"
            if cue["f"]
            else "transcript"
        )
        if re.match(r"\s*\w+ (?:interviews?|transcripts?) (?:were|was|are|is)\b", content):
            return None
        named = re.search(r"(?:with|of|by)\s(?:the )?((?:[A-ZÀ-Þ][\w'-]+\s?){1,4})", content)
        who = (
            (named.group(1).strip(),)
            if named and named.group(1).strip().lower() != "author"
            else ()
        )
        printed = " ".join(content.split())
        value = year["y"].translate(_OCR) if year and year["y"][0].isdecimal() else ""
        cited = Cited(a + 1, b, printed, kind=kind, names=who, year=value)
        return Found(a, b + 1, self.plain[a : b + 1], "parenthetical", [cited])

    # Keys of Markdown, and bare citations.

    def keys(self, start: int, end: int, found: list[Found]) -> list[Found]:
        made = []
        for key in re.finditer(
            r"(?<![\w@])-?@\{?([A-Za-z_][\w:./+-]{1,80}[\w])\}?", self.plain[start:end]
        ):
            at, to = start + key.start(), start + key.end()
            work = self.library.known_as(key.group(1))
            if work is None and not self.library.works:
                continue
            if work is None and "[" not in self.plain[max(start, at - 60) : at]:
                continue
            locator = ""
            rest = self.plain[to : to + 40]
            told = (
                _LOCATOR.match(rest)
                if rest[:1] == ","
                else re.match(r"\s?\[(?:p\.\s?)?(?P<n>[\d-]+)\]", rest)
            )
            if told:
                locator, to = told["n"], to + told.end()
            cited = Cited(
                at, to, self.plain[at:to], locator=locator, work=work, exact=work is not None
            )
            cited.why = "named by its key" if work else ""
            made.append(Found(at, to, self.plain[at:to], "marked", [cited]))
        return made

    def bare(self, start: int, end: int, found: list[Found]) -> list[Found]:
        """ "see Reagan 1990, 15" without brackets, where a known work and a word or page say so."""
        made: list[Found] = []
        taken = sorted((f.start, f.end) for f in found)
        for year in _YEAR.finditer(self.plain, start, end):
            at = year.start()
            if self.plain[at - 1 : at] != " " or not year["y"][0].isdecimal() or _within(taken, at):
                continue
            told = _names_before(self.plain, at, max(start, at - 160))
            if told is None or (self.plain[at - 2 : at - 1] == "," and not told.others):
                continue
            told = self.trim(told, year)
            if told is None:
                continue
            trial = Cited(
                0,
                0,
                "",
                names=told.names,
                others=told.others,
                year=year["y"].translate(_OCR),
                suffix=(year["s"] or "")[:1],
            )
            self.try_(trial)
            if trial.work is None or not trial.exact:
                continue
            cue = re.search(
                r"\b(?:see|see also|cf\.|e\.g\.,?|in|quoted in|cited in|following|compare|and|also)"
                r"\s*$",
                self.plain[max(start, told.start - 16) : told.start],
                re.I,
            )
            rest = self.plain[year.end() : year.end() + 30]
            loc = _LOCATOR.match(rest) if rest[:1] in (",", ":") else None
            if not loc and not (cue and cue.group(0).strip().lower() not in ("in", "and", "also")):
                continue
            works = self._years(year, (told.names, told.others), 0, told.start, self.plain, "")
            if loc and works:
                works[-1].locator = loc["n"].strip(" .")
                works[-1].end = year.end() + loc.end()
            stop = works[-1].end
            made.append(Found(told.start, stop, self.plain[told.start : stop], "narrative", works))
        return made

    def no_author(self, item: Found) -> bool:
        """Whether what no work fits is a place or a thing with its year, as far as words tell."""
        if len(item.works) != 1 or item.form == "marked":
            return False
        cited = item.works[0]
        figures = re.search(r"\d{1,3},\d{3}\b", item.printed) is not None
        if cited.kind != "work" or len(cited.names) != 1 or cited.others or cited.work:
            return False
        if cited.locator and not figures:
            return False
        name = _flat(cited.names[0])
        return figures or name in self.places | _CITIES or name.rpartition(" ")[2] in _THINGS

    def settle(self, found: list[Found]) -> None:
        """Single names with a year that no work fits are sound where they keep the text's style."""
        commas = [0, 0]
        for item in found:
            for cited in item.works:
                if (
                    item.form == "parenthetical"
                    and cited.kind == "work"
                    and cited.names
                    and cited.year
                ):
                    printed = self.plain[cited.start : cited.end]
                    commas[bool(re.search(r",\s(?:1|2)\d{3}", printed))] += 1
        usual = commas[1] * 2 > sum(commas)
        for item in found:
            if item.form != "parenthetical" or len(item.works) != 1 or item.works[0].kind != "work":
                continue
            cited = item.works[0]
            if len(cited.names) != 1 or cited.others or cited.locator or cited.prefix or cited.work:
                continue
            trial = Cited(0, 0, "", names=cited.names, year=cited.year, suffix=cited.suffix)
            self.try_(trial)
            comma = bool(re.search(r",\s(?:1|2)\d{3}", self.plain[cited.start : cited.end]))
            if trial.work is None and sum(commas) >= 5 and comma != usual:
                item.doubtful = True


@dataclass(frozen=True, slots=True)
class _Names:
    names: tuple[str, ...]
    others: bool
    start: int
    starts: tuple[int, ...]


_TOKEN = re.compile(r"\S+")


def _names_before(text: str, end: int, floor: int) -> _Names | None:
    """The names that stand right before `end`: "Holmes and Wheeler", "Vogel et al", "UN Women"."""
    tokens = [(m.group(0), floor + m.start()) for m in _TOKEN.finditer(text[floor:end])][-24:]
    others = False
    names: list[tuple[str, int]] = []
    word: list[tuple[str, int]] = []  # the name being read, last word first
    joined = False  # whether an `and` was seen, so that commas part names
    i = len(tokens) - 1
    # et al., and colleagues, and others
    while i >= 0 and tokens[i][0].lower().strip(",.;:'") in (
        "al",
        "et",
        "colleagues",
        "others",
        "coauthors",
    ):
        if tokens[i][0].lower().strip(",.;:'") in ("al", "colleagues", "others", "coauthors"):
            others = True
        i -= 1
        if (
            others
            and i >= 0
            and tokens[i][0].lower().strip(",.") in ("and", "&", "et", "his", "her", "their")
        ):
            i -= 1

    def close() -> None:
        nonlocal word
        if word:
            words = list(reversed(word))
            while words and words[0][0].lower() in ("of", "for", "the", "on", "and"):
                words = words[1:]
            if words:
                names.append((" ".join(w for w, _ in words), words[0][1]))
        word = []

    while i >= 0:
        token, at = tokens[i]
        bare = token.strip(",.;:()[]\"“”'")
        last = token[-1:]
        if word and (last in ";:)]!?" or token[-2:] in ('."', ',"', '!"', '?"') or last == '"'):
            break
        if word and last == ",":
            if not joined and not names and not others:
                break  # "Likewise, Reagan": commas part names only in a list with `and`
            if not joined and not (others and not names):
                break
            close()
        if (
            word
            and last == "."
            and not re.fullmatch(
                r"(?:[A-ZÀ-Þ]\.-?)+|[A-ZÀ-Þ]|Jr\.|Sr\.|St\.|Dr\.|Mr\.|Ms\.|Mrs\.|Prof\.", token
            )
        ):
            break
        low = bare.lower()
        if low in ("and", "&", "und", "et", "y") and (word or not names):
            if not word:
                break
            close()
            if joined and names and i:
                pass
            joined = True
            i -= 1
            continue
        if bare[:1].isupper() or (bare[:1].isdecimal() and False):
            clean = token.strip(',;:()[]"“”')
            clean = re.sub(
                r"'s$|'$",
                "",
                clean.rstrip(".") if not re.fullmatch(r"(?:[A-ZÀ-Þ]\.-?)+", clean) else clean,
            )
            if not clean or (word and len(word) >= 6):
                break
            word.append((clean, at + token.index(clean[0])))
            if token[:1] in '("“[':
                i -= 1
                break
        elif (low in _PARTICLE and word) or (
            low in ("of", "for", "the", "on")
            and word
            and i
            and tokens[i - 1][0][:1].isupper()
            and tokens[i - 1][0][-1:] not in ",.;:"
        ):
            word.append((bare, at))
        elif word and re.fullmatch(r"women|nations|people", low) and False:
            break
        elif not word and not names and low in ("women",) and i and tokens[i - 1][0].isupper():
            word.append((bare, at))
        else:
            break
        i -= 1
    close()
    if not names:
        return None
    names.reverse()
    return _Names(tuple(n for n, _ in names), others, names[0][1], tuple(s for _, s in names))


def _listed(names: tuple[str, ...], others: bool) -> str:
    """Names as a citation prints them."""
    if others:
        return f"{', '.join(names)} et al."
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1] if names else "")))


def _brackets(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Pairs of brackets in a paragraph, inner ones first; linear, whatever is unbalanced."""
    found: list[tuple[int, int]] = []
    open_: list[int] = []
    for found_ in re.finditer(r"[()\[\]]", text[start:end]):
        at = start + found_.start()
        if text[at] in "([":
            open_.append(at)
            if len(open_) > 50:
                open_ = open_[-10:]
        else:
            wanted = "(" if text[at] == ")" else "["
            while open_ and text[open_[-1]] != wanted:
                open_.pop()
            if open_:
                a = open_.pop()
                if at - a <= _LONGEST:
                    found.append((a, at))
    return found


def _parts(content: str) -> Iterable[tuple[int, str]]:
    """What semicolons part, each with its place."""
    at = 0
    for part in content.split(";")[:60]:
        yield at, part
        at += len(part) + 1


def _only_years(part: str) -> list[re.Match[str]] | None:
    """The years of "1990, 15" or "2004, 2008"; None where other words stand there."""
    years = list(_YEAR.finditer(part))
    if not years or len(years) > 12:
        return None
    rest = part
    cursor = years[0].end()
    kept = [years[0]]
    while True:
        gap = re.match(r"\s*(?:,|and|&|:|/)?\s*(?:and\s)?", rest[cursor:])
        step = cursor + (gap.end() if gap else 0)
        following = next((y for y in years if y.start() == step), None)
        located = _TIME.match(rest[cursor:]) or _LOCATOR.match(rest[cursor:])
        if (
            following is not None
            and step > cursor
            and not (located and located.re is _LOCATOR and located["w"])
        ):
            kept.append(following)
            cursor = following.end()
        elif located and located.end() > 0 and rest[cursor] in ",: ":
            cursor += located.end()
        else:
            break
    tail = rest[cursor:].strip(" ,.")
    if (
        tail
        and not _REMARKS.match(rest[cursor:])
        and not re.match(r"(?:see|emphasis|my|cited|quoted|as|cf)\b", tail)
    ):
        return None
    if years[0].start() > len(part) - len(part.lstrip()):
        return None
    return kept


def _within(spans: list[tuple[int, int]], at: int) -> bool:
    i = bisect.bisect_right(spans, (at, 1 << 60)) - 1
    return i >= 0 and at < spans[i][1]


def _sentence_start(text: str, floor: int, at: int) -> int:
    found = floor
    for stop in re.finditer(
        r"[.?!][\"')\]]{0,2}\s+(?=[\"'(\[]?[A-ZÀ-Þ])", text[max(floor, at - 600) : at]
    ):
        found = max(floor, at - 600) + stop.end()
    return found


# -- interviews and the like ----------------------------------------------------------------------


def _resolve_personal(cited: Cited, text: Text, plain: str, library: Library) -> None:
    """Of the interviews of that year, the one with the person named nearest before."""
    pool = library.personal(cited.kind, cited.year)
    if cited.kind in ("fieldwork", "transcript") and not pool:
        pool = [
            w
            for w in library.works
            if str(w.record.get("kind")) in (cited.kind, "recording", "document")
            and w.record.get("type") in ("interview", "manuscript", "document")
            and cited.kind in fold(w.title)
        ]
    if not pool:
        return
    cited.near = pool[:8]
    named = [w for w in pool if w.full]
    if not named:
        if len(pool) == 1 and cited.kind in ("fieldwork", "transcript"):
            cited.work, cited.why = pool[0], "the only one of its kind and year"
        return
    if cited.names:
        hits = [w for w in named if _said(_flat(" ".join(cited.names)), w)]
        if len(hits) == 1:
            cited.work, cited.exact, cited.why = hits[0], True, "named in the citation"
        return
    number = text.paragraph(cited.start) - 1
    for back in range(0, 4):  # this paragraph, then the two or three before it (a block quotation)
        if number - back < 0:
            break
        start, end = text.paragraphs[number - back]
        end = min(end, cited.start)
        spans = sentences(plain, start, end)
        for a, b in reversed(spans):
            folded = _flat(plain[a:b])
            hits = [w for w in named if _said(folded, w)]
            if len(hits) == 1:
                cited.work, cited.why = hits[0], "the person named nearest before"
                return
            if len(hits) > 1:
                cited.near = hits
                cited.why = "several persons are named"
                return


def _said(folded: str, work: Known) -> bool:
    """Whether a stretch of text names the speaker of an interview."""
    family = work.families[0] if work.families else work.full.rpartition(" ")[2]
    if re.search(rf"(?<!\w){re.escape(work.full)}(?!\w)", folded):
        return True
    if len(family) > 3 and re.search(rf"(?<!\w){re.escape(family)}(?!\w)", folded):
        return True
    words = folded.split()
    size = len(work.full.split())
    if size < 2:
        return False
    from rapidfuzz import fuzz

    first = work.full.split()[0]
    return any(
        words[i] == first and fuzz.ratio(" ".join(words[i : i + size]), work.full) >= 85
        for i in range(len(words) - size + 1)
    )


# -- sentences ------------------------------------------------------------------------------------

_END = re.compile(r"[.?!]['\"”’)\]]{0,3}(?:\s?\d{1,2})?\s+(?=['\"“‘(\[]?[A-ZÀ-Þ\d])")
_SHORT = re.compile(
    r"(?:^|[\s(\[\"“])(?:[A-ZÀ-Þ]|[A-ZÀ-Þ]\.[A-ZÀ-Þ]|e\.g|i\.e|cf|vs|al|Dr|Mr|Mrs|Ms|Prof|St|"
    r"Gen|Sen|Rep|Gov|Lt|Col|No|pp?|vol|ed|eds|Fig|ch|approx|Jr|Sr|U\.S|U\.K|U\.N|ca)\.$"
)


def sentences(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The sentences of a stretch of text; no stop inside a bracket ends one, and a bracket alone
    behind a stop ("... got on fine. (Santos 2021, 130)") belongs to what is before it."""
    cuts = [start]
    pairs = [(a, b) for a, b in _brackets(text, start, end) if text[a] == "("]
    for found in _END.finditer(text, start, end):
        at = found.start()
        if _SHORT.search(text[max(start, at - 12) : at + 1]):
            continue
        if any(a < at < b for a, b in pairs[-400:]):
            continue
        cuts.append(found.end())
    cuts.append(end)
    spans: list[tuple[int, int]] = []
    for a, b in itertools.pairwise(cuts):
        while b > a and text[b - 1].isspace():
            b -= 1
        if b <= a:
            continue
        alone = text[a] == "(" and text[b - 1] in ").," and b - a < 160
        if alone and spans:
            spans[-1] = (spans[-1][0], b)
        else:
            spans.append((a, b))
    return spans
