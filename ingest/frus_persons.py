"""Persons of a volume: the list of persons with its offices, and whom a printed name means."""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from rapidfuzz import fuzz

from visavis.ingest.frus_states import (
    ADJECTIVE_PATTERN,
    ADJECTIVES,
    NOUN_PATTERN,
    plain_words,
    state_of,
)
from visavis.schema import dates
from visavis.schema.text import slug

__all__ = [
    "BLANK",
    "FAMILY_FIRST",
    "FEMININE",
    "HONORIFICS",
    "LITTLE",
    "MONTH",
    "MONTHS",
    "OFFICE_WORDS",
    "PARTICLES",
    "RANKS",
    "SUFFIX",
    "SURNAMES_TOO",
    "Office",
    "People",
    "Person",
    "given_names",
    "holder_of",
    "inverted",
    "is_holder",
    "known_holders",
    "listed_person",
    "names_agree",
    "office_holder",
    "offices",
    "sound_of",
    "squash",
    "surname_after",
    "word_of",
]

HONORIFICS = {"mr", "mrs", "mister",
               "miss", "ms", "messrs", "dr", "madame", "madam", "mme", "m", "sir",
               "lord", "herr", "frau", "signor", "senor", "rev", "hon", "he", "hrh",
               "lady", "prof", "professor", "monsieur"}  # fmt: skip
RANKS = {
    "ambassador", "amb", "senator", "sen", "senators", "congressman", "congressmen",
    "general", "gen", "brig", "brigadier", "major", "maj", "lt", "lieutenant", "colonel", "col",
    "captain", "capt", "cdr", "commander", "admiral", "adm", "marshal", "vice", "rear", "chairman",
    "chairmen", "president", "presidents", "premier", "chancellor", "minister", "secretary", "sec",
    "secys", "secretaries", "governor", "gov", "prince", "princess", "king", "queen", "judge",
    "justice", "speaker", "under", "deputy", "assistant", "asst", "acting", "foreign", "prime",
    "counselor", "counsellor", "consul", "generalissimo", "charge", "chargé", "daffaires",
    "representative", "ambassadors", "messrs", "excellency", "honorable", "hon", "reverend",
    "baron", "earl", "emperor", "shah", "crown", "sergeant", "sgt", "comrade", "pm", "fm", "his",
    "her", "their", "the", "dep", "fornmin", "fonmin", "formin", "depsec", "vicemin", "ministers",
    "deputies", "radm", "vadm", "ladm", "mgen", "lgen", "bgen", "majgen", "ltgen", "briggen",
    "ltcol", "lcdr", "ltc", "ltg", "chargés", "highness", "majesty", "royal",
    "sheikh", "sultan", "archbishop", "bishop", "cardinal", "commissar",
    "dcm", "polad", "permrep", "undersecretary", "solicitor",
    "primin", "defmin", "imperial", "serene", "shahanshah", "shahinshah", "regent",
    "sheik", "emir", "pope", "holiness", "eminence",
}  # fmt: skip
_OFFICES = """
academic administration administrator adviser advisers advisor advisors advisory affairs africa
african agencies agency agricultural agriculture aide aides air america americas arms army asia
asian associate atomic attache attorney authority aviation bank bilateral board branch bureau
cabinet central chancellery chargés chief china cia commerce commercial commission commissioner
committee communications communist community company conference congress congressional
consultant contacts control coordinator corporation correspondent correspondents council counsel
countries country court cultural defence defense delegate delegation democratic department desk
development director directorate disarmament division east eastern economic editor education
embassies embassy energy europe european exchange executive expert export far federal field
finance first fleet force foreign general government head headquarters health house inc
information institute intelligence interior international interpreter interpreters interpreting
investigation joint judicial justice labor language languages large leader legal legation
legislative liaison majority manager marine maritime mayor member members middle military
ministerial ministry minority mission monetary multilateral national nations naval navy near
negotiator newspaper newspapers north northern notetaker notetakers nuclear observer office
officer official officials operations organization page parliament party permanent personal
planning plenipotentiary policy political premises presidential press private program protocol
public publishers rapporteur recorder regional relations reporter republican research review
room scholars science scientific scribe second secretariat section security senate senior
service services side situation south southern space special specialist spokesman staff state
states stenographer strategic studies syndicate technical technology third trade traffic
translator transport treasury united university war welfare west western white works writer
youth associated oceanian caribbean latin atlantic mediterranean scandinavian iberian arab arabian
balkan baltic eurasian andean commonwealth oic elect designate photographer
"""
OFFICE_WORDS = set(_OFFICES.split())
# Words of ranks and offices that are surnames behind a title: "Admiral King", "Colonel House".
SURNAMES_TOO = {"king", "white", "house", "page", "field", "prince", "judge", "bishop", "major",
                "baron", "earl", "west", "east", "north", "young", "justice", "marshal",
                "cardinal", "head", "war", "reader", "speaker", "press"}  # fmt: skip
_CALLED = HONORIFICS - {"he", "hrh"} | {
    "admiral", "adm", "general", "gen", "colonel", "col", "captain", "capt", "commander",
    "lieutenant", "lt", "senator", "sen", "senators", "congressman", "ambassador", "amb",
    "governor", "gov", "judge", "sergeant", "radm", "vadm", "brigadier", "commodore", "major",
}  # fmt: skip
LITTLE = {"of", "for", "the", "to", "at", "and", "in", "on", "a", "an", "from", "with", "by"}
PARTICLES = {"de", "du", "von", "van", "der", "den", "la", "le", "el", "al", "ben", "bin", "da",
              "dos", "dei", "degli", "das", "los", "las",
              "di", "della", "ter", "ibn", "bint", "e", "y", "zu", "af", "abu"}  # fmt: skip
SUFFIX = re.compile(r",?\s+(Jr\.?|Sr\.?|II|III|IV|M\.?P\.?|U\.?S\.?A\.?F?\.?|USN|USMC|USAF)$")
FEMININE = re.compile(r"(?:mrs|miss|ms|madame|mme|lady)\b")
BLANK = re.compile(r"_{2,}|\[(?:blank|name[^\]]*|[^\]]*not declassified[^\]]*)\]", re.IGNORECASE)


@lru_cache(maxsize=50_000)
def word_of(token: str) -> str:
    return plain_words(token).replace(" ", "")


def surname_after(before: str, word: str) -> bool:
    """Whether `word` is a surname although offices have it too, behind "Admiral" or "Mr."."""
    return word[:1].isupper() and word_of(word) in SURNAMES_TOO and word_of(before) in _CALLED


@lru_cache(maxsize=50_000)
def squash(text: str) -> str:
    return plain_words(text).replace(" ", "")


@lru_cache(maxsize=50_000)
def sound_of(word: str) -> str:
    """A name in a spelling that the usual transliterations of Russian share."""
    word = word.replace("x", "ks").replace("yu", "iu").replace("ya", "ia").replace("ye", "e")
    word = re.sub(r"[iy]{1,2}", "i", word).replace("ei", "i")
    return re.sub(r"(.)\1", r"\1", word).replace("iev", "ev").replace("tch", "ch")


MONTHS = {name: number for number, name in enumerate(dates.MONTHS, 1)}


@dataclass(frozen=True, slots=True)
class Office:
    """An office as printed, and the days it was held ("" where none is told)."""

    title: str
    start: str = ""
    end: str = ""

    def held_on(self, day: str) -> bool:
        """Whether it was held on `day` (YYYY-MM-DD), as far as the printed precision goes."""
        after = not self.start or self.start <= day[: len(self.start)]
        return after and (not self.end or day[: len(self.end)] <= self.end)

    @property
    def period(self) -> str:
        """The days as EDTF, "" where neither is told."""
        if not (self.start or self.end) or (self.end and self.start > self.end):
            return ""
        return f"{self.start or '..'}/{self.end or '..'}"


MONTH = "(?:" + "|".join(MONTHS) + ")"
_DAY = rf"(?:{MONTH} \d{{1,2}}, \d{{4}}|{MONTH},? \d{{4}}|\d{{4}})"
_SPAN = re.compile(
    rf"(?:,? (?:from )?)?(?P<a>{MONTH} \d{{1,2}}, \d{{4}}|{MONTH} \d{{1,2}}|{MONTH} \d{{4}}|"
    rf"{MONTH}|\d{{4}})\s*(?:–|-|—|to|until)\s*(?P<b>{_DAY})"
)
_UNTIL = re.compile(rf",? ?(?:until|to|through|before) (?P<b>{_DAY})")
_SINCE = re.compile(rf",? ?(?:from|after|since|as of|beginning) (?P<a>{_DAY})")


def _iso(text: str, year: str = "") -> str:
    found = re.fullmatch(rf"(?:({MONTH})(?: (\d{{1,2}}))?,? ?)?(\d{{4}})?", text.strip())
    if found is None or not (found.group(3) or year):
        return ""
    iso = found.group(3) or year
    if found.group(1):
        iso += f"-{MONTHS[found.group(1)]:02}"
        if found.group(2):
            iso += f"-{int(found.group(2)):02}"
    return iso


def offices(role: str) -> list[Office]:
    """The offices of an entry in the list of persons, with the days printed.

    "Under Secretary of State for Economic Affairs until December 1961; thereafter Under Secretary
    of State" is two: one until 1961-12, one from then on.
    """
    found: list[Office] = []
    before = ""
    for part in re.split(r";", " ".join(role.replace("toSept", "to Sept").split())):
        part = re.sub(r"\([^)]*\)", "", part).strip(" ,.")
        start = end = ""
        thereafter = re.match(r"(?:and )?(?:thereafter|then|later),? ?", part)
        if thereafter:
            start, part = before, part[thereafter.end() :]
        elif part.endswith(" thereafter"):
            start, part = before, part.removesuffix(" thereafter")
        if span := _SPAN.search(part):
            end = _iso(span["b"])
            start = _iso(span["a"], end[:4])
            part = part[: span.start()] + part[span.end() :]
        else:
            if since := _SINCE.search(part):
                start = _iso(since["a"])
                part = part[: since.start()] + part[since.end() :]
            if until := _UNTIL.search(part):
                end = _iso(until["b"])
                part = part[: until.start()] + part[until.end() :]
        part = part.strip(" ,.")
        if not part:
            continue
        if re.fullmatch(r"President", part) and found and "United States" in found[-1].title:
            part = "President of the United States"
        if part in ("Director", "Chairman", "Assistant Secretary", "Ambassador") and found:
            tail = re.search(rf"{part}\b(.*)", found[-1].title)
            part += tail.group(1) if tail else ""
        found.append(Office(part, start, end))
        before = end or before
    return found


@dataclass(frozen=True, slots=True)
class Person:
    """Someone whom the volume names, in its list of persons or only as present."""

    actor: str
    name: str
    printed: str
    surname: str  # squashed
    given: tuple[str, ...]  # squashed words and initials
    others: tuple[str, ...] = ()
    role: str = ""
    offices: tuple[Office, ...] = ()
    state: str = ""
    listed: bool = False

    def held(self, day: str) -> list[Office]:
        """The offices of that day."""
        return [office for office in self.offices if office.held_on(day)]


@lru_cache(maxsize=20_000)
def given_names(text: str) -> tuple[str, ...]:
    """Given names and initials: "M.N." is two, "En-lai" one."""
    spaced = re.sub(r"(?<=[A-Z])\.(?=\S)", ". ", text)
    words = [squash(word) for word in spaced.split()]
    left_out = (HONORIFICS - {"m", "he"}) | {"jr", "sr", "ii", "iii", "iv"}
    return tuple(w for w in words if w and w not in left_out)


def listed_person(reference: str, printed: str, role: str, volume: str) -> Person:
    """A person of the list: "Khrushchev, Nikita S." with the words that follow the name."""
    printed = " ".join(printed.split()).strip(" ,")
    others: list[str] = [printed]
    aside = [a for a in re.findall(r"\(([^)]*)\)", printed) if not re.search(r"\d{4}", a)]
    flat = " ".join(re.sub(r"\([^)]*\)", " ", printed).split()).replace(" ,", ",")
    surname, comma, rest = flat.partition(",")
    suffix = ""
    pieces = [piece.strip() for piece in rest.split(",") if piece.strip()]
    if pieces and re.fullmatch(r"Jr\.?|Sr\.?|II|III|IV", pieces[-1]):
        suffix = pieces.pop()
    rest = " ".join(pieces)
    words = rest.split()
    while words and word_of(words[0]) in RANKS | HONORIFICS and not rest.startswith("Charge "):
        words.pop(0)
    given = " ".join(words)
    if comma and not words and FEMININE.match(plain_words(rest)):  # "Chiang Kai-shek, Madame"
        name, family = f"{rest} {surname}", squash(surname)
    elif comma:
        name = " ".join(part for part in (given, surname) if part)
        family = squash(surname)
    else:  # "Chou En-lai", or "Bolshakov Georgi N." where the comma was forgotten
        name, _, given = flat.partition(" ")
        family, name = squash(name), flat
        if re.search(r"\b[A-Z]\.$", flat):
            name = f"{given} {flat.split()[0]}"
    if suffix:
        name += f", {suffix}"
    for other in aside:
        if comma and len(other.split()) == 1:  # "Zhukov, Georgi (Yuri) A."
            others.append(f"{other} {surname}")
        elif len(other.split()) > 1:
            others.append(other)
        elif not comma:  # "Chiao (Ch'iao) Kuan-hua"
            at = printed.index("(")
            others.append(f"{other} {printed[at:].partition(')')[2].strip()}")
    held = offices(role)
    state = state_of(role.split(";")[0]) or next(
        (s for s in (state_of(part) for part in role.split(";")) if s), ""
    )
    return Person(
        actor=f"actor/{volume}-{_reference(reference)}", name=name, printed=printed,
        surname=family, given=given_names(given), others=tuple(others), role=role,
        offices=tuple(held), state=state, listed=True,
    )  # fmt: skip


def _reference(reference: str) -> str:
    """`p_KNS1`, `p_KNS_1` and `#p_KNS1` as one key: `p-kns1`."""
    return slug(re.sub(r"_(\d+)$", r"\1", reference.lstrip("#")))


def _close(a: str, b: str) -> bool:
    """Whether two squashed names may be two spellings of one, a misprint included."""
    one, other = sound_of(a), sound_of(b)
    if one == other:
        return True
    return min(len(a), len(b)) >= 7 and one[:1] == other[:1] and fuzz.ratio(one, other) >= 88


def names_agree(printed: Sequence[str], known: Sequence[str]) -> bool:
    """Whether given names do not contradict: each is the other, its initial, or a spelling.

    A first name may be left out ("Averell Harriman" is W. Averell Harriman).
    """
    if _in_step(printed, known):
        return True
    return len(printed[0]) > 2 and any(printed[0] == name for name in known[1:])


def _in_step(printed: Sequence[str], known: Sequence[str]) -> bool:
    for one, other in zip(printed, known, strict=False):
        if one[0] != other[0] and sound_of(one)[:1] != sound_of(other)[:1]:
            return False
        if len(one) > 1 and len(other) > 1 and not (one.startswith(other) or other.startswith(one)):
            alike = (
                min(len(one), len(other)) > 4 and fuzz.ratio(sound_of(one), sound_of(other)) >= 72
            )
            if not _close(one, other) and not alike:
                return False
    return True


class People:
    """Who may be meant by a printed name in one volume."""

    def __init__(self, volume: str, persons: Iterable[Person]) -> None:
        self.volume = volume
        self.by_reference: dict[str, Person] = {}
        self.all: list[Person] = []
        self.local: dict[str, Person] = {}
        self._family: dict[str, list[Person]] = defaultdict(list)
        self._whole: dict[str, list[Person]] = defaultdict(list)
        for person in persons:
            self.by_reference.setdefault(person.actor.removeprefix(f"actor/{volume}-"), person)
            self.all.append(person)
            self._index(person)

    def _index(self, person: Person) -> None:
        self._family[person.surname].append(person)
        for name in {person.name.split(",")[0], *person.others}:
            if person not in self._whole[squash(name)]:
                self._whole[squash(name)].append(person)

    def linked(self, reference: str) -> Person | None:
        """The person an edition's pointer names."""
        return self.by_reference.get(_reference(reference))

    def plausible(self, person: Person, printed: str) -> bool:
        """Whether printed words may name that person: editions link wrongly now and then."""
        if BLANK.search(printed):
            return False
        tokens = [t for t in (squash(w) for w in re.split(r"[\s.\-]+", printed)) if len(t) > 1]
        tokens = [t for t in tokens if t not in RANKS | HONORIFICS | OFFICE_WORDS | LITTLE]
        if not tokens:
            return not any(word_of(w) in HONORIFICS for w in printed.split())
        whole = squash(printed)
        for other in (person.printed, person.name, *person.others):
            names = [squash(w) for w in re.split(r"[\s,.()\-]+", other)]
            if len(whole) > 5 and fuzz.ratio(sound_of(whole), sound_of(squash(other))) >= 72:
                return True
            for name in names:
                if len(name) > 1 and any(
                    t == name
                    or (min(len(t), len(name)) > 3
                        and fuzz.ratio(sound_of(t), sound_of(name)) >= 74)
                    for t in tokens
                ):  # fmt: skip
                    return True
        return False

    def named(self, printed: str, state: str = "") -> tuple[list[Person], str]:
        """Whom a printed name fits best, and how: "full", "spelling", "surname" and its spelling.

        state: the side, where it is known; a person of another state is not meant.
        """
        bare = SUFFIX.sub("", printed.strip(" ,."))
        bare = re.sub(r"(?<=[A-Z])\.(?=[A-Z])", ". ", bare)
        words = [w for w in bare.split() if word_of(w)]
        while len(words) > 1 and word_of(words[0]) in HONORIFICS:
            words.pop(0)
        if not words:
            return [], ""

        def fitting(people: Iterable[Person]) -> list[Person]:
            return [p for p in people if not (state and p.state) or p.state == state]

        if len(words) > 1 and (found := fitting(self._whole.get(squash(" ".join(words)), ()))):
            return found, "full"
        surnames: list[Person] = []
        for count in range(1, min(3, len(words)) + 1):
            rest = given_names(" ".join(words[:-count]))
            namesakes = fitting(self._family.get(squash(" ".join(words[-count:])), ()))
            if not rest:
                surnames += namesakes
            elif found := [p for p in namesakes if p.given and names_agree(rest, p.given)]:
                return found, "full"
        close: list[Person] = []
        known = itertools.chain(self.all, (p for p in self.local.values() if p.given))
        for person in fitting(known):
            how = self._spelled(words, person)
            if how == "full":
                close.append(person)
            elif how and not surnames:
                surnames.append(person)
        if close:
            return close, "spelling"
        return surnames, "surname" if surnames else ""

    @staticmethod
    def _spelled(words: list[str], person: Person) -> str:
        """Whether a name is another spelling of a person's: of all of it, or of the surname."""
        for count in range(1, min(3, len(words)) + 1):
            family = squash(" ".join(words[-count:]))
            if len(family) > 4 and family != person.surname and _close(family, person.surname):
                rest = given_names(" ".join(words[:-count]))
                if not rest:
                    return "surname"
                if person.given and names_agree(rest, person.given):
                    return "full"
        if len(words) > 1 and " " in person.printed and "," not in person.printed:
            # East Asian names have the family name first: all of it is compared.
            whole = squash(" ".join(words))
            names = (person.name, *person.others)
            if any(len(squash(n)) > 9 and _close(whole, squash(n)) for n in names):
                return "full"
        return ""

    def add_local(self, name: str, state: str) -> Person:
        """Someone who is in no list of persons, known by the printed name alone."""
        name = " ".join(
            w.title() if w.isupper() and len(w) > 2 and "." not in w and w != "III" else w
            for w in name.split()
        )
        words = SUFFIX.sub("", name.strip(" ,.")).split()
        first = len(words) > 1 and ("-" in words[-1] or state in FAMILY_FIRST)
        family = (words[0] if first else words[-1]) if words else ""
        given = words[1:] if first else words[:-1]
        person = Person(
            actor=f"actor/{self.volume}-{slug(plain_words(name)) or 'unnamed'}",
            name=name, printed=name, surname=squash(family),
            given=given_names(" ".join(given)), state=state,
        )  # fmt: skip
        known = self.local.get(person.actor)
        if known is None:
            self.local[person.actor] = person
            if len(words) > 1:  # a surname alone is no name that others can be known by
                self._index(person)
        elif state and not known.state and len(words) > 1:  # another document tells the side
            known = self.local[person.actor] = replace(known, state=state)
            names = {known.name.split(",")[0], *known.others}  # as in `_index`
            for people in (self._family[known.surname], *(self._whole[squash(n)] for n in names)):
                people[:] = [known if p.actor == known.actor else p for p in people]
        return self.local[person.actor]


FAMILY_FIRST = {"china", "taiwan", "north-vietnam", "south-vietnam", "north-korea", "south-korea"}

# American offices by day, for volumes whose list of persons does not tell.
_HOLDERS: dict[str, list[tuple[str, str]]] = {
    "president": [
        ("1913-03-04", "Woodrow Wilson"), ("1921-03-04", "Warren G. Harding"),
        ("1923-08-02", "Calvin Coolidge"), ("1929-03-04", "Herbert C. Hoover"),
        ("1933-03-04", "Franklin D. Roosevelt"), ("1945-04-12", "Harry S. Truman"),
        ("1953-01-20", "Dwight D. Eisenhower"), ("1961-01-20", "John F. Kennedy"),
        ("1963-11-22", "Lyndon B. Johnson"), ("1969-01-20", "Richard M. Nixon"),
        ("1974-08-09", "Gerald R. Ford"), ("1977-01-20", "Jimmy Carter"),
        ("1981-01-20", "Ronald Reagan"), ("1989-01-20", "George H. W. Bush"), ("1993-01-20", ""),
    ],
    "vice president": [
        ("1945-01-20", "Harry S. Truman"), ("1945-04-12", ""), ("1949-01-20", "Alben W. Barkley"),
        ("1953-01-20", "Richard M. Nixon"), ("1961-01-20", "Lyndon B. Johnson"),
        ("1963-11-22", ""), ("1965-01-20", "Hubert H. Humphrey"), ("1969-01-20", "Spiro T. Agnew"),
        ("1973-10-10", ""), ("1973-12-06", "Gerald R. Ford"), ("1974-08-09", ""),
        ("1974-12-19", "Nelson A. Rockefeller"), ("1977-01-20", "Walter F. Mondale"),
        ("1981-01-20", "George H. W. Bush"), ("1989-01-20", "Dan Quayle"), ("1993-01-20", ""),
    ],
    "secretary of state": [
        ("1913-03-05", "William Jennings Bryan"), ("1915-06-09", ""),
        ("1915-06-24", "Robert Lansing"), ("1920-02-13", ""), ("1920-03-23", "Bainbridge Colby"),
        ("1921-03-05", "Charles E. Hughes"), ("1925-03-05", "Frank B. Kellogg"),
        ("1929-03-28", "Henry L. Stimson"),
        ("1933-03-04", "Cordell Hull"), ("1944-12-01", "Edward R. Stettinius"), ("1945-06-28", ""),
        ("1945-07-03", "James F. Byrnes"), ("1947-01-21", "George C. Marshall"),
        ("1949-01-21", "Dean G. Acheson"), ("1953-01-21", "John Foster Dulles"), ("1959-04-23", ""),
        ("1959-04-22", "Christian A. Herter"), ("1961-01-21", "Dean Rusk"),
        ("1969-01-22", "William P. Rogers"), ("1973-09-22", "Henry A. Kissinger"),
        ("1977-01-23", "Cyrus R. Vance"), ("1980-05-08", "Edmund S. Muskie"),
        ("1981-01-22", "Alexander M. Haig"), ("1982-07-16", "George P. Shultz"),
        ("1989-01-25", "James A. Baker"), ("1992-08-23", ""),
    ],
}  # fmt: skip


def _holder(office: str, day: str) -> str:
    """Who held one of these offices that day; "" where the day is one of change or unknown."""
    name = ""
    for since, whom in _HOLDERS.get(office, ()):
        if since == day:
            return ""
        if since < day:
            name = whom
    return name


def known_holders(office: str) -> frozenset[str]:
    """The surnames of all who held one of the American offices that stand for their holders
    ("The Secretary"), in plain words; empty for other offices."""
    told = _HOLDERS.get(_function(office), ())
    return frozenset(squash(name.split()[-1]) for _, name in told if name)


def is_holder(name: str) -> bool:
    """Whether a full name is that of a President, Vice President or Secretary of State."""
    words = SUFFIX.sub("", name.strip(" ,.")).split()
    given = given_names(" ".join(words[:-1]))
    return bool(given) and any(
        squash(whom.split()[-1]) == squash(words[-1])
        and names_agree(given, given_names(" ".join(whom.split()[:-1])))
        for told in _HOLDERS.values() for _, whom in told if whom
    )  # fmt: skip


_FUNCTIONS = {"secretary": "secretary of state", "president of the united states": "president",
              "vice president of the united states": "vice president"}  # fmt: skip


def _function(text: str) -> str:
    """A bare function as offices are compared: "The Secretary" is "secretary of state"."""
    plain = re.sub(r"^(?:the|mr|his excellency the) ", "", plain_words(text))
    plain = re.sub(r"^(?:us|american|united states) ", "", plain)
    return _FUNCTIONS.get(plain, plain)


def office_holder(title: str, surname: str, day: str) -> str:
    """The full name of "President Ford" on a day of his term; "" for others."""
    whom = _holder(_function(title), day) if title and day else ""
    words = surname.split()
    if not whom or not words or squash(whom.split()[-1]) != squash(words[-1]):
        return ""
    given = given_names(" ".join(words[:-1]))
    known = given_names(" ".join(whom.split()[:-1]))
    return whom if not given or names_agree(given, known) else ""


def holder_of(people: People, text: str, day: str, state: str) -> Person | None:
    """Who held the function on that day, as the list of persons and the calendar tell.

    state: the side in whose list the function stands, "" where none is told.
    """
    wanted = _function(text)
    adjective = re.match(rf"({ADJECTIVE_PATTERN}) ", wanted)
    if adjective and wanted[adjective.end() :]:
        state = state or ADJECTIVES[adjective.group(1)]
        wanted = wanted[adjective.end() :]
    american = state in ("", "us")
    if american and wanted in _HOLDERS and day:
        whom = _holder(wanted, day)
        if whom:
            fitting, how = people.named(whom)
            if len(fitting) == 1 and how == "full":
                return fitting[0]
            by_office = [p for p in fitting if any(wanted in _function(o.title) for o in p.offices)]
            return by_office[0] if len(by_office) == 1 else people.add_local(whom, "us")
    fitting = []
    for person in people.all:
        if (state and person.state != state) or (not state and person.state not in ("", "us")):
            continue
        for office in person.held(day) if day else person.offices:
            title = _function(office.title.split(",")[0])
            bare = re.sub(rf"^(?:{ADJECTIVE_PATTERN}) | of (?:the )?(?:{NOUN_PATTERN})$", "", title)
            if wanted in (title, bare) or f"{wanted} of state" == bare:
                fitting.append(person)
    return fitting[0] if len({p.actor for p in fitting}) == 1 else None


def inverted(name: str) -> str:
    """ "David S. Patterson" as "Patterson, David S."; suffixes last."""
    bare = SUFFIX.sub("", name.strip())
    suffix = name.strip()[len(bare) :].strip(" ,")
    words = bare.split()
    if len(words) < 2:
        return name
    at = len(words) - 1
    while at > 1 and word_of(words[at - 1]) in PARTICLES and words[at - 1][0].islower():
        at -= 1
    return ", ".join(filter(None, (" ".join(words[at:]), " ".join(words[:at]), suffix)))
