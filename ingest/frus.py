"""Foreign Relations of the United States (FRUS): memoranda become meetings, letters become acts.

In: one volume of the TEI edition of the Office of the Historian, in its older or newer form. Out:
one reading for the volume (its record and the states it names), one for its list of persons, and
one for each document, so that a changed document rewrites itself alone.

What counts as evidence:
- A meeting has those present from a list of participants (a `list`, or paragraphs under
  PARTICIPANTS or THOSE ATTENDING), or from a head that says who spoke ("Memorandum of
  Conversation Between A and B"). A name anywhere else is a mention, and makes nobody present.
- A letter, message, note, oral statement or telegram is an act outside any meeting, with the sender
  and the addressee of its head. Memoranda and papers among officials of one government are sources.
- The printed words stay in `as_told`, the way each participant was found in `memo`.

Ids of persons are local to a volume (`actor/frus1961-63v05-p-kns1`). Who is one and the same in two
volumes is a judgement of its own: `certain_joins` and `suggestions`.

What cannot be read is a warning with its document; nothing is dropped in silence.
"""

from __future__ import annotations

import datetime
import itertools
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from lxml import etree
from rapidfuzz import fuzz

from visavis.ingest import tei
from visavis.ingest.tei import Marked, Outline, attribute, local, marked
from visavis.schema import dates
from visavis.schema.claims import Citation, Claim, Origin, problems
from visavis.schema.errors import DataError, Fault
from visavis.schema.model import vocabulary
from visavis.schema.text import fold, slug

if TYPE_CHECKING:
    from visavis.ingest.run import Reading

__all__ = [
    "FRUS",
    "Card",
    "Join",
    "Suggestion",
    "cards",
    "certain_joins",
    "is_frus",
    "read_volume",
    "suggestions",
]

FRUS = Outline()
ADDRESS = "https://history.state.gov/historicaldocuments/"
CODER = "frus-reader"

# -- states ---------------------------------------------------------------------------------------

# key of the state | its name | other nouns | adjectives. Keys that the shipped registers use too.
_STATES = """
us|United States|US,U.S.,USA,U.S.A.,United States of America,America|American,Americans,U.S.,US
ussr|Soviet Union|USSR,U.S.S.R.,Union of Soviet Socialist Republics,Soviets|Soviet,USSR,Russian
uk|United Kingdom|UK,U.K.,Great Britain,Britain,England|British,UK,U.K.,English
france|France||French
west-germany|Federal Republic of Germany|Germany,FRG,F.R.G.,West Germany|German,West German,FRG
east-germany|German Democratic Republic|GDR,G.D.R.,East Germany|East German,GDR
china|China|PRC,P.R.C.,People's Republic of China,Communist China|Chinese,PRC,Chinese Communist
taiwan|Republic of China (Taiwan)|ROC,GRC,Republic of China,Taiwan|ROC,GRC,Nationalist Chinese
japan|Japan||Japanese
north-vietnam|Democratic Republic of Vietnam|DRV,North Vietnam,North Viet-Nam|North Vietnamese,DRV
south-vietnam|Republic of Vietnam|GVN,RVN,South Vietnam,Vietnam,Viet-Nam|Vietnamese,GVN
north-korea|North Korea|DPRK|North Korean,DPRK
south-korea|South Korea|ROK,Republic of Korea,Korea|Korean,South Korean,ROK
italy|Italy||Italian
canada|Canada||Canadian
australia|Australia||Australian
new-zealand|New Zealand||
india|India|GOI|Indian
pakistan|Pakistan||Pakistani
iran|Iran|Persia|Iranian,Persian
iraq|Iraq||Iraqi
israel|Israel||Israeli
egypt|Egypt||Egyptian
uar|United Arab Republic|UAR,U.A.R.|UAR
syria|Syria||Syrian
jordan|Jordan||Jordanian
lebanon|Lebanon||Lebanese
saudi-arabia|Saudi Arabia||Saudi,Saudi Arabian
kuwait|Kuwait||Kuwaiti
yemen|Yemen||Yemeni
turkey|Turkey||Turkish
greece|Greece||Greek
cyprus|Cyprus||Cypriot
yugoslavia|Yugoslavia||Yugoslav
poland|Poland||Polish
czechoslovakia|Czechoslovakia||Czech,Czechoslovak
hungary|Hungary||Hungarian
romania|Romania|Rumania|Romanian,Rumanian
bulgaria|Bulgaria||Bulgarian
albania|Albania||Albanian
finland|Finland||Finnish
sweden|Sweden||Swedish
norway|Norway||Norwegian
denmark|Denmark||Danish
iceland|Iceland||Icelandic
netherlands|Netherlands|Holland|Dutch,Netherlands
belgium|Belgium||Belgian
luxembourg|Luxembourg||
austria|Austria||Austrian
switzerland|Switzerland||Swiss
spain|Spain||Spanish
portugal|Portugal||Portuguese
ireland|Ireland||Irish
holy-see|Holy See|Vatican|Vatican
indonesia|Indonesia||Indonesian
philippines|Philippines|Republic of the Philippines|Philippine,Filipino
thailand|Thailand|Siam|Thai
laos|Laos||Lao,Laotian
cambodia|Cambodia|Khmer Republic|Cambodian,Khmer
burma|Burma||Burmese
malaysia|Malaysia|Malaya|Malaysian,Malayan
singapore|Singapore||Singaporean
ceylon|Ceylon|Sri Lanka|Ceylonese
nepal|Nepal||Nepalese
afghanistan|Afghanistan||Afghan
mongolia|Mongolia||Mongolian
mexico|Mexico||Mexican
cuba|Cuba||Cuban
brazil|Brazil||Brazilian
argentina|Argentina||Argentine,Argentinian
chile|Chile||Chilean
peru|Peru||Peruvian
colombia|Colombia||Colombian
venezuela|Venezuela||Venezuelan
bolivia|Bolivia||Bolivian
ecuador|Ecuador||Ecuadorian
panama|Panama||Panamanian
guatemala|Guatemala||Guatemalan
nicaragua|Nicaragua||Nicaraguan
honduras|Honduras||Honduran
el-salvador|El Salvador||Salvadoran
costa-rica|Costa Rica||Costa Rican
dominican-republic|Dominican Republic||Dominican
haiti|Haiti||Haitian
south-africa|South Africa|Union of South Africa|South African
rhodesia|Rhodesia||Rhodesian
congo|Congo||Congolese
ghana|Ghana||Ghanaian
guinea|Guinea||Guinean
mali|Mali||Malian
nigeria|Nigeria||Nigerian
ethiopia|Ethiopia||Ethiopian
somalia|Somalia||Somali
kenya|Kenya||Kenyan
tanzania|Tanzania||Tanzanian
zambia|Zambia||Zambian
angola|Angola||Angolan
algeria|Algeria||Algerian
morocco|Morocco||Moroccan
tunisia|Tunisia||Tunisian
libya|Libya||Libyan
sudan|Sudan||Sudanese
senegal|Senegal||Senegalese
un|United Nations|UN,U.N.|UN
nato|NATO|North Atlantic Treaty Organization|NATO
eec|European Economic Community|EEC,European Communities|EEC
"""


@lru_cache(maxsize=50_000)
def _plain(text: str) -> str:
    """Letters, digits and single blanks of `text`, folded: the form in which words are compared."""
    flat = fold(text.replace("ʼ", "'").replace("’", "'").replace("'", "").replace("‘", ""))
    return " ".join(re.sub(r"[^a-z0-9]+", " ", flat.replace(".", "")).split())


class _State(NamedTuple):
    key: str
    name: str


_STATE: dict[str, _State] = {}
_NOUN: dict[str, str] = {}  # plain words of a noun -> key of the state
_ADJECTIVE: dict[str, str] = {}
for _row in _STATES.strip().splitlines():
    _key, _name, _nouns, _adjectives = _row.split("|")
    _STATE[_key] = _State(_key, _name)
    for _told in [_name, *filter(None, _nouns.split(","))]:
        _NOUN.setdefault(_plain(_told), _key)
    for _told in filter(None, _adjectives.split(",")):
        _ADJECTIVE.setdefault(_plain(_told), _key)
_BY_LENGTH = sorted(_NOUN, key=len, reverse=True)
_NOUNS = "|".join(map(re.escape, _BY_LENGTH))
_ADJECTIVES = "|".join(map(re.escape, sorted(_ADJECTIVE, key=len, reverse=True)))
_OWN = (
    "ambassador|amb|embassy|emb|minister|ministry|foreign|government|deputy|representative|"
    "permanent|delegation|delegate|mission|premier|president|charge|counselor|counsellor|secretary|"
    "prime|vice|interpreter|interpreters|notetaker|notetakers|party|citizen|general|marshal|"
    "consul|consulate|chancellor|king|chairman|first|second|third|air|naval|military|attache|"
    "permrep|state|council|national|institute|trade|commercial|side|liaison|chief|supreme"
)
_BY_ADJECTIVE = re.compile(rf"\b({_ADJECTIVES}) (?:{_OWN})\b(?! [a-z]* ?affairs)")
_BY_NOUN = re.compile(
    rf"\b(?:president|premier|minister|ministers|chairman|king|chancellor|government|ambassador|"
    rf"party|affairs|republic|head|ministry|embassy|mission|delegation|secretary|chief) of "
    rf"(?:the )?"
    rf"({_NOUNS})\b(?! affairs)"
)
# An American post abroad, or an American desk for a country: the country named is not the side.
_ABROAD = re.compile(
    rf"\b(?:to|in|at|for|on|with) (?:the )?(?:{_NOUNS}|{_ADJECTIVES})\b"
    rf"|\boffice of [a-z ]*affairs\b|\b(?:{_NOUNS}|{_ADJECTIVES})(?: and [a-z]+)*"
    rf"(?: [a-z]+)? (?:affairs|exchanges)\b"
    rf"|\b(?:{_ADJECTIVES}) (?:department|section|division|desk|countries|and [a-z]+)\b"
)
_AMERICAN = re.compile(
    r"\b(?:department of state|state department|secretary of state|secretary of defense|"
    r"secretary of the (?:treasury|interior|navy|army|air force)|secretary of (?:commerce|"
    r"agriculture|labor|health)|under secretary|assistant secretary|nsc|national security|"
    r"white house|assistant to the president|assistant to the secretary|ambassador at large|"
    r"attorney general|vice president of the united|cia|central intelligence|senator|"
    r"congressman|congressmen|representative [rd] |us senate|policy planning|joint chiefs|"
    r"arms control and disarmament agency|acda|usun|usia|department of (?:defense|commerce|"
    r"agriculture|justice|the treasury|labor)|bureau of|special assistant|press secretary to the "
    r"president|council of economic advisers|atomic energy commission|ambassador to|embassy in|"
    r"minister counselor at|consul general (?:in|at)|senate|house of representatives|"
    r"federal bureau of investigation|presidents special|political officer|country director|"
    r"foreign service officer|chief of protocol|federal aviation|adviser to the president|"
    r"representative (?:to|at) the (?:united nations|un)|"
    r"presidents (?:[a-z]+ ){0,2}(?:assistant|advis[eo]r)|national aeronautics|nasa)\b"
)
_PRIVATE = re.compile(
    r"\b(?:inc|corporation|corp|company|co|associates|publishers|newspapers?|bank|university|"
    r"editor|news|magazine|correspondent|institute|college|foundation|times|post)\b"
)


def _side_named(text: str) -> str:
    """The state that the whole of `text` names ("US", "U.S. Side:", "Soviets"), else ""."""
    plain = _plain(re.sub(r"\([^)]*\)", " ", text))
    plain = re.sub(r"^(?:for |on )?(?:the )?", "", plain)
    plain = re.sub(
        r" ?\b(?:side|delegation|delegates|participants|representatives|officials|group|team)$",
        "", plain,
    )  # fmt: skip
    return _NOUN.get(plain) or _ADJECTIVE.get(plain) or _ADJECTIVE.get(plain.removesuffix("s"), "")


@lru_cache(maxsize=20_000)
def _state_of(function: str, american: bool = True) -> str:
    """The state whom someone with this function serves, as far as the words say.

    american: whether offices that the series knows as American count where no state is named.
    """
    parts = [_plain(part) for part in re.split(r",|;| - |—|–", function)]
    parts = [part for part in parts if part]
    plain = " ".join(parts)
    if found := _BY_ADJECTIVE.search(plain):
        return _ADJECTIVE[found.group(1)]
    if found := _BY_NOUN.search(plain):
        return _NOUN[found.group(1)]
    if parts and parts[-1] in _NOUN:
        return _NOUN[parts[-1]]
    if american and _AMERICAN.search(plain):
        return "us"
    if found := re.match(rf"(?:of|from) (?:the )?({_NOUNS})$", parts[0] if parts else ""):
        return _NOUN[found.group(1)]
    for part in parts:
        if found := re.search(rf"\bof (?:the )?({_NOUNS})$", part):
            return _NOUN[found.group(1)]
        found = re.match(rf"({_ADJECTIVES})\b", _ABROAD.sub(" ", part).strip())
        if found:
            return _ADJECTIVE[found.group(1)]
    return ""


# -- names ----------------------------------------------------------------------------------------

_HONORIFICS = {"mr", "mrs", "miss", "ms", "messrs", "dr", "madame", "madam", "mme", "m", "sir",
               "lord",
               "lady", "prof", "professor", "monsieur"}  # fmt: skip
_RANKS = {
    "ambassador", "amb", "senator", "sen", "senators", "congressman", "congressmen",
    "general", "gen", "brig", "brigadier", "major", "maj", "lt", "lieutenant", "colonel", "col",
    "captain", "capt", "cdr", "commander", "admiral", "adm", "marshal", "vice", "rear", "chairman",
    "chairmen", "president", "presidents", "premier", "chancellor", "minister", "secretary", "sec",
    "secys", "secretaries", "governor", "gov", "prince", "princess", "king", "queen", "judge",
    "justice", "speaker", "under", "deputy", "assistant", "asst", "acting", "foreign", "prime",
    "counselor", "counsellor", "consul", "generalissimo", "charge", "chargé", "daffaires",
    "representative", "ambassadors", "messrs", "excellency", "honorable", "hon", "reverend",
    "baron", "earl", "emperor", "shah", "crown", "sergeant", "sgt", "comrade", "pm", "fm", "his",
    "her", "their", "the",
}  # fmt: skip
_OFFICE_WORDS = """
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
youth
"""
_OFFICE = set(_OFFICE_WORDS.split())
_LITTLE = {"of", "for", "the", "to", "at", "and", "in", "on", "a", "an", "from", "with", "by"}
_PARTICLES = {"de", "du", "von", "van", "der", "den", "la", "le", "el", "al", "ben", "bin", "da",
              "dos",
              "di", "della", "ter", "ibn", "bint", "e", "y", "zu", "af", "abu"}  # fmt: skip
_SUFFIX = re.compile(r",?\s+(Jr\.?|Sr\.?|II|III|IV|M\.?P\.?|U\.?S\.?A\.?F?\.?|USN|USMC|USAF)$")
_FEMININE = re.compile(r"(?:mrs|miss|ms|madame|mme|lady)\b")
_BLANK = re.compile(r"_{2,}|\[(?:blank|name[^\]]*|[^\]]*not declassified[^\]]*)\]", re.IGNORECASE)


@lru_cache(maxsize=50_000)
def _word(token: str) -> str:
    return _plain(token).replace(" ", "")


@lru_cache(maxsize=50_000)
def _squash(text: str) -> str:
    return _plain(text).replace(" ", "")


@lru_cache(maxsize=50_000)
def _sound(word: str) -> str:
    """A name in a spelling that the usual transliterations of Russian share."""
    word = word.replace("x", "ks").replace("yu", "iu").replace("ya", "ia").replace("ye", "e")
    word = re.sub(r"[iy]{1,2}", "i", word).replace("ei", "i")
    return re.sub(r"(.)\1", r"\1", word).replace("iev", "ev").replace("tch", "ch")


_MONTHS = {name: number for number, name in enumerate(dates.MONTHS, 1)}


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


_MONTH = "(?:" + "|".join(_MONTHS) + ")"
_DAY = rf"(?:{_MONTH} \d{{1,2}}, \d{{4}}|{_MONTH},? \d{{4}}|\d{{4}})"
_SPAN = re.compile(
    rf"(?:,? (?:from )?)?(?P<a>{_MONTH} \d{{1,2}}, \d{{4}}|{_MONTH} \d{{1,2}}|{_MONTH} \d{{4}}|"
    rf"{_MONTH}|\d{{4}})\s*(?:–|-|—|to|until)\s*(?P<b>{_DAY})"
)
_UNTIL = re.compile(rf",? ?(?:until|to|through|before) (?P<b>{_DAY})")
_SINCE = re.compile(rf",? ?(?:from|after|since|as of|beginning) (?P<a>{_DAY})")


def _iso(text: str, year: str = "") -> str:
    found = re.fullmatch(rf"(?:({_MONTH})(?: (\d{{1,2}}))?,? ?)?(\d{{4}})?", text.strip())
    if found is None or not (found.group(3) or year):
        return ""
    iso = found.group(3) or year
    if found.group(1):
        iso += f"-{_MONTHS[found.group(1)]:02}"
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
def _given(text: str) -> tuple[str, ...]:
    """Given names and initials: "M.N." is two, "En-lai" one."""
    spaced = re.sub(r"(?<=[A-Z])\.(?=\S)", ". ", text)
    words = [_squash(word) for word in spaced.split()]
    return tuple(w for w in words if w and w not in _HONORIFICS | {"jr", "sr", "ii", "iii", "iv"})


def listed_person(reference: str, printed: str, role: str, volume: str) -> Person:
    """A person of the list: "Khrushchev, Nikita S." with the words that follow the name."""
    printed = " ".join(printed.split()).strip(" ,")
    others: list[str] = [printed]
    aside = re.findall(r"\(([^)]*)\)", printed)
    flat = " ".join(re.sub(r"\([^)]*\)", " ", printed).split()).replace(" ,", ",")
    surname, comma, rest = flat.partition(",")
    suffix = ""
    pieces = [piece.strip() for piece in rest.split(",") if piece.strip()]
    if pieces and re.fullmatch(r"Jr\.?|Sr\.?|II|III|IV", pieces[-1]):
        suffix = pieces.pop()
    rest = " ".join(pieces)
    words = rest.split()
    while words and _word(words[0]) in _RANKS | _HONORIFICS and not rest.startswith("Charge "):
        words.pop(0)
    given = " ".join(words)
    if comma:
        name = " ".join(part for part in (given, surname) if part)
        family = _squash(surname)
    else:  # "Chou En-lai", or "Bolshakov Georgi N." where the comma was forgotten
        name, _, given = flat.partition(" ")
        family, name = _squash(name), flat
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
    state = _state_of(role.split(";")[0]) or next(
        (s for s in (_state_of(part) for part in role.split(";")) if s), ""
    )
    return Person(
        actor=f"actor/{volume}-{_reference(reference)}", name=name, printed=printed,
        surname=family, given=_given(given), others=tuple(others), role=role,
        offices=tuple(held), state=state, listed=True,
    )  # fmt: skip


def _reference(reference: str) -> str:
    """`p_KNS1`, `p_KNS_1` and `#p_KNS1` as one key: `p-kns1`."""
    return slug(re.sub(r"_(\d+)$", r"\1", reference.lstrip("#")))


def _close(a: str, b: str) -> bool:
    """Whether two squashed names may be two spellings of one, a misprint included."""
    one, other = _sound(a), _sound(b)
    if one == other:
        return True
    return min(len(a), len(b)) >= 7 and one[:1] == other[:1] and fuzz.ratio(one, other) >= 88


def _agree(printed: Sequence[str], known: Sequence[str]) -> bool:
    """Whether given names do not contradict: each is the other, its initial, or a spelling.

    A first name may be left out ("Averell Harriman" is W. Averell Harriman).
    """
    if _in_step(printed, known):
        return True
    return len(printed[0]) > 2 and any(printed[0] == name for name in known[1:])


def _in_step(printed: Sequence[str], known: Sequence[str]) -> bool:
    for one, other in zip(printed, known, strict=False):
        if one[0] != other[0] and _sound(one)[:1] != _sound(other)[:1]:
            return False
        if len(one) > 1 and len(other) > 1 and not (one.startswith(other) or other.startswith(one)):
            alike = min(len(one), len(other)) > 4 and fuzz.ratio(_sound(one), _sound(other)) >= 72
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
            if person not in self._whole[_squash(name)]:
                self._whole[_squash(name)].append(person)

    def linked(self, reference: str) -> Person | None:
        """The person an edition's pointer names."""
        return self.by_reference.get(_reference(reference))

    def plausible(self, person: Person, printed: str) -> bool:
        """Whether printed words may name that person: editions link wrongly now and then."""
        if _BLANK.search(printed):
            return False
        tokens = [t for t in (_squash(w) for w in re.split(r"[\s.\-]+", printed)) if len(t) > 1]
        tokens = [t for t in tokens if t not in _RANKS | _HONORIFICS | _OFFICE | _LITTLE]
        if not tokens:
            return not any(_word(w) in _HONORIFICS for w in printed.split())
        whole = _squash(printed)
        for other in (person.printed, person.name, *person.others):
            names = [_squash(w) for w in re.split(r"[\s,.()\-]+", other)]
            if len(whole) > 5 and fuzz.ratio(_sound(whole), _sound(_squash(other))) >= 72:
                return True
            for name in names:
                if len(name) > 1 and any(
                    t == name
                    or (min(len(t), len(name)) > 3 and fuzz.ratio(_sound(t), _sound(name)) >= 74)
                    for t in tokens
                ):  # fmt: skip
                    return True
        return False

    def named(self, printed: str, state: str = "") -> tuple[list[Person], str]:
        """Whom a printed name fits best, and how: "full", "spelling", "surname" and its spelling.

        state: the side, where it is known; a person of another state is not meant.
        """
        bare = _SUFFIX.sub("", printed.strip(" ,."))
        bare = re.sub(r"(?<=[A-Z])\.(?=[A-Z])", ". ", bare)
        words = [w for w in bare.split() if _word(w)]
        while len(words) > 1 and _word(words[0]) in _HONORIFICS:
            words.pop(0)
        if not words:
            return [], ""

        def fitting(people: Iterable[Person]) -> list[Person]:
            return [p for p in people if not (state and p.state) or p.state == state]

        if len(words) > 1 and (found := fitting(self._whole.get(_squash(" ".join(words)), ()))):
            return found, "full"
        surnames: list[Person] = []
        for count in range(1, min(3, len(words)) + 1):
            rest = _given(" ".join(words[:-count]))
            namesakes = fitting(self._family.get(_squash(" ".join(words[-count:])), ()))
            if not rest:
                surnames += namesakes
            elif found := [p for p in namesakes if p.given and _agree(rest, p.given)]:
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
            family = _squash(" ".join(words[-count:]))
            if len(family) > 4 and family != person.surname and _close(family, person.surname):
                rest = _given(" ".join(words[:-count]))
                if not rest:
                    return "surname"
                if person.given and _agree(rest, person.given):
                    return "full"
        if len(words) > 1 and " " in person.printed and "," not in person.printed:
            # East Asian names have the family name first: all of it is compared.
            whole = _squash(" ".join(words))
            names = (person.name, *person.others)
            if any(len(_squash(n)) > 9 and _close(whole, _squash(n)) for n in names):
                return "full"
        return ""

    def add_local(self, name: str, state: str) -> Person:
        """Someone who is in no list of persons, known by the printed name alone."""
        name = " ".join(
            w.title() if w.isupper() and len(w) > 2 and "." not in w and w != "III" else w
            for w in name.split()
        )
        words = _SUFFIX.sub("", name.strip(" ,.")).split()
        first = len(words) > 1 and ("-" in words[-1] or state in _FAMILY_FIRST)
        family = (words[0] if first else words[-1]) if words else ""
        given = words[1:] if first else words[:-1]
        person = Person(
            actor=f"actor/{self.volume}-{slug(_plain(name)) or 'unnamed'}", name=name, printed=name,
            surname=_squash(family), given=_given(" ".join(given)), state=state,
        )  # fmt: skip
        if person.actor not in self.local:
            self.local[person.actor] = person
            if len(words) > 1:  # a surname alone is no name that others can be known by
                self._index(person)
        return self.local[person.actor]


_FAMILY_FIRST = {"china", "taiwan", "north-vietnam", "south-vietnam", "north-korea", "south-korea"}

# American offices by day, for volumes whose list of persons does not tell.
_HOLDERS: dict[str, list[tuple[str, str]]] = {
    "president": [
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


_FUNCTIONS = {"secretary": "secretary of state", "president of the united states": "president",
              "vice president of the united states": "vice president"}  # fmt: skip


def _function(text: str) -> str:
    """A bare function as offices are compared: "The Secretary" is "secretary of state"."""
    plain = re.sub(r"^(?:the|mr|his excellency the) ", "", _plain(text))
    plain = re.sub(r"^(?:us|american|united states) ", "", plain)
    return _FUNCTIONS.get(plain, plain)


def holder_of(people: People, text: str, day: str, state: str) -> Person | None:
    """Who held the function on that day, as the list of persons and the calendar tell.

    state: the side in whose list the function stands, "" where none is told.
    """
    wanted = _function(text)
    adjective = re.match(rf"({_ADJECTIVES}) ", wanted)
    if adjective and wanted[adjective.end() :]:
        state = state or _ADJECTIVE[adjective.group(1)]
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
            bare = re.sub(rf"^(?:{_ADJECTIVES}) | of (?:the )?(?:{_NOUNS})$", "", title)
            if wanted in (title, bare) or f"{wanted} of state" == bare:
                fitting.append(person)
    return fitting[0] if len({p.actor for p in fitting}) == 1 else None


# -- lists of those present -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Present:
    """One participant as printed, before anybody asks who it is."""

    told: str
    name: str = ""  # "" where only a function is printed
    title: str = ""
    function: str = ""
    reference: str = ""
    side: str = ""
    headed: bool = False  # the side stands over the names
    roles: tuple[str, ...] = ()
    partial: str = ""
    unnamed: str = ""  # "role" or "group": nobody is named and no office either


_ROLE_WORDS = (
    ("interpreter", re.compile(r"\b(?:interpret(?:er|ers|ing)|translat(?:or|ors|ing))\b"
                               r"(?!['’]? (?:section|division|branch|service|office))", re.I)),
    ("note-taker", re.compile(r"\b(?:note-? ?tak(?:er|ers|ing)|scribe|stenographers?|recorder|"
                              r"rapporteur|recording)\b", re.I)),
    ("observer", re.compile(r"^\W*observers?\W*$", re.I)),
    ("aide", re.compile(r"^\W*(?:advis[eo]rs?|aides?)\W*$", re.I)),
    ("security", re.compile(r"\b(?:bodyguards?|security guards?)\b", re.I)),
)  # fmt: skip
_PARTIAL = re.compile(
    r"\b(?:part|part-time|portion|latter|left|joined|arrived|entered|departed|came in|beginning|"
    r"end|first|last|later|until|till|after|briefly|for a (?:few|short)|in and out|at times|"
    r"at \d|from \d|absent|did not)\b",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"^\W*(?:as )?(?:are )?(?:see|listed|same as|same|attached|as (?:in|above|listed)|"
    r"full list|list (?:of|attached)|for (?:list|participants)|participants (?:are )?listed)\b"
    r"(?=.*\b(?:page|list|listed|attach\w*|document|above|below|previous|preceding|tab|annex|"
    r"participants|same|reverse)\b)",
    re.IGNORECASE,
)
_SENTENCE = re.compile(
    r"\b(?:called|met|was|were|had|has|discussed|said|asked|stated|opened|replied|accompanied|"
    r"proceeded|explained|attended|received|began|told|is|are|will|would|did)\b"
)
_GROUP = re.compile(
    r"^(?:(?:one|two|three|four|five|six|several|various|other|others|\d+|some|a few|a|an|both)\b.*"
    r"|(?:members|staff|aides|advisers|advisors|interpreters|note-?takers|others|officials|"
    r"stenographers|press|journalists|etc)\b.*)$",
    re.IGNORECASE,
)
_BARE_ROLE = re.compile(
    rf"^(?:(?:{_ADJECTIVES}|chinese|soviet) )?(?:interpreters?|note-? ?takers?|stenographers?|"
    r"translators?|recorders?)$",
    re.IGNORECASE,
)
_ROLE_HEADER = re.compile(
    r"^(interpreters?|translators?|note-? ?takers?|observers?|also present|others? present|others|"
    r"recorders?|stenographers?)\s*[:—-]\s*(.*)$",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"^([A-Z][A-Za-z]{0,4}(?:/[A-Z][A-Za-z-]*)*|[A-Z]{1,6}(?:/[A-Z:&-]+)*)\s*[—–]\s*"
)


# Departments that head a part of a list, or stand before a name ("Defense—David Packard").
_BODIES = (
    "State|Defense|Treasury|Justice|Commerce|Agriculture|Interior|Labor|CIA|JCS|NSC|NSC Staff|OSD|"
    "DOD|DIA|NSA|ACDA|AEC|NASA|OMB|OST|OEP|USIA|AID|USUN|USIB|White House|WH|FBI|ICA|FOA|BOB|"
    "Chairman|Department of State|Department of Defense|State Department|Defense Department|"
    "Department of the Treasury|Department of Justice|Department of Commerce|"
    "Department of Agriculture|Joint Chiefs of Staff|Central Intelligence Agency|"
    "Atomic Energy Commission|National Security Council|Vice President's Office|The White House"
)
_BODY = re.compile(rf"^(?:{_BODIES})\s*:?$")
_BODY_PREFIX = re.compile(rf"^({_BODIES})\s*(?:[:—–]|\s-)\s*(?=\S)")


def _is_title(token: str) -> bool:
    return _word(token) in _RANKS or _word(token) in _HONORIFICS


def _namelike(text: str) -> bool:
    """Whether `text` can be a name: one to five capitalised words, none of them of an office."""
    text = _SUFFIX.sub("", re.sub(r"\([^)]*\)", "", text).strip(" ,.:"))
    words = text.split()
    if not words or len(words) > 5 or re.search(r"\d", text) or words[0] in _MONTHS:
        return False
    if _plain(text) in _NOUN or _plain(text) in _ADJECTIVE:
        return False
    for word in words:
        flat = _word(word)
        if flat in _PARTICLES or re.fullmatch(r"(?:[A-Z]\.?)+", word):
            continue
        if not flat or not word.strip("\"'‘’“”(_")[:1].isupper():
            return False
        if flat in _OFFICE or flat in _LITTLE or (flat in _RANKS and flat != "vice"):
            return False
    return _word(words[-1]) not in _PARTICLES


def _known(word: str) -> bool:
    """Whether a word belongs to titles and offices; "Ambassador-at-Large" by its parts."""
    parts = [_word(part) for part in word.split("-")]
    return all(part in _RANKS or part in _OFFICE or part in _LITTLE for part in parts)


def _split_title(text: str) -> tuple[str, str]:
    """Title and name of "Deputy Foreign Minister Semenov"; ("...", "") for a bare function."""
    words = text.split()
    at = 0
    while at < len(words):
        flat = _word(words[at])
        two = _plain(" ".join(words[at : at + 2]))
        if flat in _HONORIFICS and at + 1 < len(words):
            at += 1
            if flat not in ("m", "sir", "lord", "lady"):
                after = _word(words[at]) if at < len(words) else ""
                if after not in _RANKS or len(words) == at + 1:
                    break
            continue
        initial = re.fullmatch(r"(?:[A-Z]\.)+|[A-Z]", words[at]) and flat not in _LITTLE - {"a"}
        known = not initial and (
            _known(words[at]) or not flat
            or _plain(words[at]) in _ADJECTIVE or two in _ADJECTIVE or _plain(words[at]) in _NOUN
            or two in _NOUN or not words[at][:1].isupper()
        )  # fmt: skip
        if not known or (flat in _PARTICLES and at and flat not in _LITTLE):
            break
        at += 1
    title, name = " ".join(words[:at]), " ".join(words[at:])
    if name and at and _word(words[at - 1]) in _LITTLE - {"the"}:
        return text, ""  # "Assistant to Yen Chien-ying" names somebody who is not meant
    if re.search(r"\bof(?: the)?$", title, re.IGNORECASE):
        return text, ""
    return title, name


def _outside(text: str, pattern: re.Pattern[str]) -> list[re.Match[str]]:
    """Matches of `pattern` in `text` that stand in no parentheses."""
    depth, inside = 0, []
    for character in text:
        depth += character in "(["
        inside.append(depth > 0)
        depth -= character in ")]" and depth > 0
    return [m for m in pattern.finditer(text) if not inside[m.start()]]


_SEPARATOR = re.compile(r",?\s+and\s+|\s*;\s*|,\s*|\s+&\s+")
_GLUED = re.compile(r"(?<=[a-z]{2})(?=(?:Various|Others|Members|Several)\b)")
_AGAIN = re.compile(
    rf"(?<=[a-z])\s+(?:and\s+)?(?=(?:{'Chinese|Soviet|American|US|U.S.|PRC|British|French'})\s+"
    r"(?:Note-?\s?[Tt]akers?|Notetakers?|Interpreters?)\b)"
)


def people_of_item(item: Marked) -> tuple[list[Present], str]:
    """Those whom one item names, and what is wrong with it ("" if nothing).

    An item may hold one person with functions, or several: "The President, the Vice President",
    "Tang Wen-sheng and Chi Chao-chu, Chinese Interpreters", "Senators Mansfield, Humphrey".
    """
    roles: tuple[str, ...] = ()
    if re.search(r"[a-z]{3}[A-Z]$", item.text):  # "NSC StaffM": a slip of the edition
        item = item.cut(0, len(item.text) - 1)
    if header := _ROLE_HEADER.match(item.text):
        roles = _roles(header.group(1))
        item = item.cut(header.start(2))
        if not item.text:
            return [], ""
    body = ""
    if prefix := _BODY_PREFIX.match(item.text):
        body = prefix.group(1)
        item = item.cut(prefix.end())
    starts = _starts(item, 1 if body else 2)
    found: list[Present] = []
    for start, end in itertools.pairwise([*starts, len(item.text)]):
        piece = item.cut(start, end)
        text = re.sub(r"(?:,?\s+and|[,;&])\s*$", "", piece.text)
        one = _one(piece.cut(0, len(text)))
        if one is not None:
            found.append(replace(one, roles=tuple(dict.fromkeys((*one.roles, *roles)))))
    if len(found) > 1 and ";" not in item.text:
        found = _shared(found)
    if body:
        found = [one if one.function else replace(one, function=body) for one in found]
    wrong = "" if found else "names nobody"
    return found, wrong


def _starts(item: Marked, alone: int = 2) -> list[int]:
    """Where in an item a new person begins.

    alone: how many parts that all look like names are still one name with what goes with it
    ("Joseph Kahn, Trans Eastern"); after the name of a department each is a person.
    """
    text = item.text
    starts = {0}
    persons = [s for s in item.spans if s.tag == "persName"]
    merged = 0  # end of the last marked name that is one with the one before
    for before, span in zip([None, *persons], persons, strict=False):
        if before is not None:
            gap = text[before.end : span.start]
            if not re.search(r"[A-Za-z,;]", gap) and (not span.ref or span.ref == before.ref):
                merged = span.end
                continue
        full = " " in text[span.start : span.end]
        at = _title_start(text, span.start, max(before.end if before else 0, merged), full)
        if at is None:
            continue
        starts.add(at)
    for gap_match in (*_outside(text, _GLUED), *_outside(text, _AGAIN)):
        starts.add(gap_match.end())
    for span in persons:  # "Ambassador Huang Hua Mrs. Shih, Interpreter"
        if found := re.match(r"\s+(?=(?:Mr|Mrs|Miss|Dr|Madame)\b\.? [A-Z])", text[span.end :]):
            starts.add(span.end + found.end())
    pieces = _pieces(text)
    plural = False
    bare = _bare_function(text[pieces[0][0] : pieces[0][1]])
    for number, (begin, end) in enumerate(pieces):
        piece = text[begin:end].strip()
        if not number:
            plural = bool(
                re.match(r"(?:Senators|Congressmen|Messrs\.?|Secretaries|Ambassadors)\b", piece)
            )
            continue
        marked_here = any(s.start < end and s.end > begin for s in persons)
        if re.match(r"(?:Senators|Congressmen|Messrs\.?|Ambassadors)\b", piece):
            starts.add(begin)
            plural, bare = True, False
            continue
        if marked_here:
            plural = False
            bare = False
            continue
        if re.fullmatch(r"(?:Jr\.?|Sr\.?|II|III|IV|M\.P\.)", piece.strip(" ,")):
            continue
        title, name = _split_title(re.sub(r"\([^)]*\)", "", piece).strip())
        plain_title = not re.search(
            r"\b(?:of|for|with|to|at|in|on)\b",
            re.sub(r"\b(?:of State|of Defense|for \w+ Affairs)\b", "", title),
        )
        personal = bool(title) and _is_title(title.split()[0]) and _namelike(name) and plain_title
        conjoined = bool(re.search(r"and\s*$|;\s*$|&\s*$", text[:begin]))
        if personal or (_GROUP.match(piece) and conjoined):
            starts.add(begin)
            bare = False
        elif (plural and _namelike(piece) and len(piece.split()) <= 2) or (
            bare and _bare_function(piece) and not re.search(r"\bof\b.*\band\b", text)
        ):
            starts.add(begin)
        elif _namelike(piece) and not title:
            if bare and len(pieces) == 2 and not conjoined:
                continue  # "The Foreign Secretary, George Brown"
            first = text[pieces[0][0] : pieces[0][1]]
            others = [text[b:e] for b, e in pieces]
            all_names = all(_heads_name(o) for o in others)
            if (conjoined and _heads_name(first) and len(piece.split()) > 1) or (
                all_names and len(others) > alone and len(piece.split()) > 1
            ):
                starts.add(begin)
        else:
            plural = False
    return sorted(starts)


def _heads_name(piece: str) -> bool:
    return _namelike(piece) or _namelike(_split_title(piece)[1])


def _pieces(text: str) -> list[tuple[int, int]]:
    cuts = _outside(text, _SEPARATOR)
    begins = [0, *(m.end() for m in cuts)]
    ends = [*(m.start() for m in cuts), len(text)]
    return [(b, e) for b, e in zip(begins, ends, strict=True) if text[b:e].strip()] or [
        (0, len(text))
    ]


def _bare_function(text: str) -> bool:
    """Whether `text` is the function of a person without a name ("the Vice President")."""
    flat = re.sub(r"^the ", "", _plain(text))
    return bool(
        re.match(
            r"(?:acting |deputy |vice |under |assistant |prime |foreign |british |french )*"
            r"(?:president|secretary|speaker|chairman|premier|minister|ambassador|chancellor|"
            r"attorney general|king|shah|director|general secretary)\b(?! to\b)", flat,
        )
    ) and not _split_title(text)[1]  # fmt: skip


def _title_start(text: str, at: int, floor: int, full: bool) -> int | None:
    """Where the words that belong to the name at `at` begin; None where it is only mentioned.

    floor: where the name before it ends. full: the name is more than a family name, so that
    "Assistant to the Secretary Charles W. Freeman" is two people and "Assistant to the President
    Nixon" one.
    """
    before = text[floor:at]
    words = [(m.start() + floor, m.group()) for m in re.finditer(r"\S+", before)]
    begin = at
    while words:
        start, word = words[-1]
        flat = _word(word)
        if word.endswith((",", ";", ":")) or re.fullmatch(r"[-–—]+", word):
            break
        if flat in ("to", "of", "for", "with", "from", "by"):
            # "Assistant to Kuznetsov" is no second person, "Secretary of State Rogers" is none.
            rest = text[start:at].split()[1:]
            if all(_is_title(w) or _word(w) == "the" for w in rest):
                return at if full and "the" in rest and floor else None
            begin = start
            words.pop()
            continue
        code = re.search(r"[—–]", word)
        if code and not _is_title(word.split("—")[-1].split("–")[-1]) and flat:
            if not re.match(r"^[A-Z/]+[—–]$", word):
                begin = start + code.end()
                break
        if re.fullmatch(r"and|&", word):
            break
        if floor and not (
            _is_title(re.split(r"[—–]", word)[-1]) or flat in _RANKS
            or re.match(r"^[A-Z]{1,5}(?:/[A-Z]+)*[—–]", word)
        ):  # fmt: skip
            break
        if floor and flat in _OFFICE and flat not in _RANKS:
            break
        begin = start
        words.pop()
    return begin


def _roles(text: str) -> tuple[str, ...]:
    return tuple(role for role, words in _ROLE_WORDS if words.search(text))


def _one(piece: Marked) -> Present | None:
    """The person of one piece: title, name, functions, roles, partial attendance."""
    text = piece.text.strip(" ,;")
    if not re.search(r"\w", text):
        return None
    told = text
    partial: list[str] = []
    roles: list[str] = []
    aside: list[str] = []
    for note in re.findall(r"\(([^()]*)\)", text):
        note = note.strip(" .")
        if _roles(note):
            roles += _roles(note)
            if _PARTIAL.search(note):
                partial.append(note)
        elif _PARTIAL.search(note):
            partial.append(note)
        elif note:
            aside.append(note)
    code = ""
    if found := _CODE.match(text):
        code = found.group(1)
    span = next((s for s in piece.spans if s.tag == "persName" and not _mentioned(piece, s)), None)
    if span is not None:
        title, name, function, reference = _around(piece, span, len(code))
    else:
        bare = re.sub(r"\([^()]*\)", " ", text)
        if code:
            bare = bare[found.end() :] if found else bare
        head, _, tail = _first_piece(bare)
        title, name = _split_title(head)
        reference = ""
        if _GROUP.match(bare.strip()) or _BARE_ROLE.match(_plain(bare)):
            title, name, tail = " ".join(bare.split()), "", ""
        elif not name and _bare_function(head) and _namelike(tail):
            name, tail = tail, ""  # "The Foreign Secretary, George Brown"
        if name and not _namelike(name):
            # "President Sukarno of Indonesia", "Mr. Kuo Notetaker"
            cut = re.match(r"(.+?)\s+((?:of|from)\s.*)", name)
            if cut and _namelike(cut.group(1)):
                name, tail = cut.group(1), f"{cut.group(2)}, {tail}".strip(" ,")
            else:
                words = name.split()
                at = next((i for i, w in enumerate(words) if not _namelike(w)
                           and _word(w) not in _PARTICLES), len(words))  # fmt: skip
                if at and _namelike(" ".join(words[:at])):
                    name, tail = " ".join(words[:at]), f"{' '.join(words[at:])}, {tail}".strip(" ,")
                else:
                    title, name = head, ""
        function = tail
    name = re.sub(r"\s+", " ", _BLANK.sub("", name)).strip(" ,.;:-–—") if name else ""
    blank = bool(_BLANK.search(text))
    function = _BLANK.sub("", re.sub(r"\([^()]*\)", " ", function))
    function = " ".join(function.split()).strip(" ,;:-–—")
    suffix = re.match(r"(Jr\.?|Sr\.?|II|III|IV)(?=\W|$),?\s*", function)
    if suffix:
        name, function = f"{name}, {suffix.group(1)}", function[suffix.end() :].strip(" ,;:-–—")
    roles += [role for role in _roles(function) if role not in roles]
    if partial_text := re.search(
        r"(?:,|\s)\s*((?:left|joined|arrived|present (?:for|until))\b.*)$", function
    ):
        partial.append(partial_text.group(1))
        function = function[: partial_text.start()].strip(" ,")
    function = ", ".join(filter(None, (function, code, *aside)))
    unnamed = ""
    if not name or blank:
        spoken = _BLANK.sub("", f"{title} {name}".strip() if name else title).strip(" ,.")
        if _GROUP.match(spoken):
            unnamed = "role" if re.match(r"(?:one|an?)\b", spoken, re.IGNORECASE) else "group"
            roles += [r for r in _roles(spoken) if r not in roles]
        elif _BARE_ROLE.match(_plain(spoken)) or blank or not _bare_function(spoken):
            unnamed = "group" if re.match(r".*(?:ers|ors)$", _plain(spoken)) else "role"
            roles += [r for r in _roles(spoken) if r not in roles]
        if blank:
            reference, unnamed = "", "role"
            title, name = f"{title} {name}".strip(), ""
    return Present(
        told=told, name=name, title=" ".join(title.split()).strip(" ,"), function=function,
        reference=reference, roles=tuple(roles), partial="; ".join(partial), unnamed=unnamed,
    )  # fmt: skip


def _first_piece(text: str) -> tuple[str, str, str]:
    """The part before the first comma or dash, the separator, and the rest."""
    cut = re.search(r",\s*|\s+-+\s+|\s*[—–]+\s*|;\s*", text)
    if cut is None:
        return " ".join(text.split()), "", ""
    return " ".join(text[: cut.start()].split()), cut.group(), text[cut.end() :]


def _mentioned(piece: Marked, span: tei.Span) -> bool:
    """Whether a marked name stands behind a preposition: "Assistant to Kuznetsov"."""
    before = piece.text[: span.start].rstrip()
    words = before.split()
    while words and (_is_title(words[-1]) or _word(words[-1]) == "the"):
        words.pop()
    return bool(words) and _word(words[-1]) in ("to", "of", "for", "with") and len(words) > 1


def _around(piece: Marked, span: tei.Span, code: int) -> tuple[str, str, str, str]:
    """Title, name, function and pointer of a piece that has a marked name."""
    text = piece.text
    end = span.end
    name = text[span.start : span.end]
    reference = span.ref
    for other in piece.spans:  # "Alfred LeS" "." "Jenkins": one name marked in two pieces
        if other.tag == "persName" and other.start > end:
            gap = text[end : other.start]
            if not re.search(r"[A-Za-z,;]", gap) and (not other.ref or other.ref == reference):
                name += gap + text[other.start : other.end]
                end = other.end
    before = text[: span.start]
    if found := _CODE.match(before):
        before = before[found.end() :]
    before = re.sub(r"\([^()]*\)", " ", before)
    head, name_before = _split_title(f"{before.strip(' ,')}".strip())
    if name_before and _namelike(name_before) and not before.rstrip().endswith((",", "—", "-")):
        name = f"{name_before} {name}"
    elif name_before:
        head = before.strip(" ,")
    after = text[end:]
    word = re.match(r"['’]?\s*([A-Z][\w.'’-]*)(?=$|\s*[,(—–-])", after.lstrip())
    if after[:1] == " " and word and _namelike(word.group(1)) and not _CODE.match(after.lstrip()):
        name, after = f"{name} {word.group(1)}", after.lstrip()[word.end() :]
    inner_title, inner = _split_title(name)  # "Dr. Henry A. Kissinger"
    if inner and inner_title:
        head, name = f"{head} {inner_title}".strip(), inner
    return head, name, after, reference


def _shared(found: list[Present]) -> list[Present]:
    """Give to all what is printed once: "A and B, Interpreters", "Mr. A and Mr. B (CIA)"."""
    shared: list[Present] = []
    titled = any(re.match(r"(?:Senators|Congressmen)", one.title) for one in found)
    for one in found:
        shared.append(one)
        if one.function and not titled:
            plural = re.search(r"(?:ers|ors|ants|members|officers|ies)\b", one.function)
            for number in range(len(shared) - 2, -1, -1):
                other = shared[number]
                if other.function or other.unnamed or not (plural or "(" in one.told):
                    break
                shared[number] = replace(
                    other, function=one.function,
                    roles=tuple(dict.fromkeys((*other.roles, *one.roles))),
                )  # fmt: skip
    plural_title = ""
    for number, one in enumerate(shared):  # "Senators Mansfield, Humphrey"
        if re.match(r"(?:Senators|Congressmen|Messrs|Secretaries|Ambassadors)", one.title):
            plural_title = one.title
        elif plural_title and not one.title and one.name:
            shared[number] = replace(one, title=plural_title)
        else:
            plural_title = ""
    return shared


@dataclass(slots=True)
class Listed:
    """A list of those present as read: the people, what is wrong, and where it sends the reader."""

    people: list[Present] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    elsewhere: str = ""
    also: bool = False  # headed ALSO PRESENT: others were there too


def read_list(items: Sequence[Marked]) -> Listed:
    """Those present, from the items of a list or from paragraphs that stand for one."""
    listed = Listed()
    side = body = ""
    roles: tuple[str, ...] = ()
    joined: list[Marked] = []
    for item in items:  # an item that breaks off is carried on by the next
        text = item.text
        if joined and (joined[-1].text.endswith(",") or _continues(joined[-1].text, item)):
            joined[-1] = joined[-1] + item
        else:
            joined.append(item)
    whole = [_whole_italic(item) for item in joined]
    italic = 0 < sum(whole) <= len(joined) / 2
    for item, emphasised in zip(joined, whole, strict=True):
        text = item.text.strip()
        if not re.search(r"\w", text):
            continue
        if _ELSEWHERE.match(text):
            listed.elsewhere = text
            continue
        named = _side_named(text)
        if named:
            side, roles, body = named, (), ""
            continue
        if _BODY.match(text):
            body, roles = text.strip(" :"), ()
            continue
        if re.fullmatch(r"(?:[\w-]+ ){0,2}(?:side|delegation)s?:?", text, re.IGNORECASE):
            side, roles = "", ()
            listed.wrong.append(f"the side '{text}' is no state known here")
            continue
        if (header := _ROLE_HEADER.match(text)) and not header.group(2):
            roles = _roles(text)
            continue
        if text.endswith(":") or (italic and emphasised and not _heads_name(text)):
            if re.search(r"also|other|observer|interpreter|note", text, re.IGNORECASE):
                roles = _roles(text)
                continue
            if not _heads_name(text.rstrip(":")):
                side, roles = slug(text), ()
                if side not in _STATE:
                    side = ""
                    listed.wrong.append(f"the side '{text}' is no state known here")
                continue
        if _is_sentence(text):
            listed.wrong.append(f"'{_short(text)}' reads as a sentence, not as a participant")
            continue
        found, wrong = people_of_item(item)
        if wrong:
            listed.wrong.append(f"'{_short(text)}' {wrong}")
        if body:
            found = [one if one.function else replace(one, function=body) for one in found]
        for one in found:
            listed.people.append(
                replace(one, side=side, headed=bool(side),
                        roles=tuple(dict.fromkeys((*one.roles, *roles))))
            )  # fmt: skip
    return listed


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:77]}..."


def _continues(before: str, item: Marked) -> bool:
    """Whether an item is the rest of the one before: "Chief, American" / "Section, Ministry"."""
    text = item.text
    if any(s.tag == "persName" for s in item.spans) or _side_named(text):
        return False
    first = _word(text.split()[0]) if text.split() else ""
    parts = [p for p in re.split(r",\s*", text) if p]
    office = first in _OFFICE and first not in _RANKS and not _roles(text)
    starts_person = any(_heads_name(p) for p in parts[:1])
    return office and not starts_person and before.count(",") >= 1 and not _GROUP.match(text)


def _whole_italic(item: Marked) -> bool:
    return any(
        s.tag == "hi" and s.start == 0 and s.end >= len(item.text.rstrip(" :")) for s in item.spans
    )


def _is_sentence(text: str) -> bool:
    bare = re.sub(r"\([^)]*\)", "", text)
    words = bare.split()
    verb = _SENTENCE.search(bare)
    return (
        len(words) > 6
        and verb is not None
        and bool(re.search(r"\bto\b|\.$|\bthat\b|\bthe\b", bare))
    )


# -- days and hours -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class When:
    """A day with what is told of its hours; days as YYYY-MM-DD, clocks as HH:MM.

    `until` is the last day where there are two, `vague` says that it was one of them.
    """

    day: str
    clock: str = ""
    until: str = ""
    clock_until: str = ""
    zone: str = ""
    vague: bool = False
    printed: str = ""

    def edtf(self, lasting: bool) -> str:
        """As EDTF. lasting: an encounter, whose end is some time that day where none is told."""
        if self.vague:
            return f"[{self.day}..{self.until or self.day}]"
        start = self.day + (f"T{self.clock}{self.zone}" if self.clock else "")
        last = self.until or self.day
        if self.clock_until:
            if not self.until and self.clock and self.clock_until < self.clock:
                last = _next_day(self.day)
            return f"{start}/{last}T{self.clock_until}{self.zone}"
        if last != self.day or (lasting and self.clock):
            return f"{start}/{last}"
        return start

    def agrees(self, other: When) -> bool:
        """Whether both can be true: nothing that both tell differs."""
        pairs = (
            (self.day, other.day), (self.clock, other.clock),
            (self.clock_until, other.clock_until), (self.until, other.until),
        )  # fmt: skip
        return all(not a or not b or a == b for a, b in pairs)

    def with_hours_of(self, other: When) -> When:
        """This date, with what the other one tells more."""
        return replace(
            self, clock=self.clock or other.clock, until=self.until or other.until,
            clock_until=self.clock_until or other.clock_until, zone=self.zone or other.zone,
            vague=self.vague and other.vague, printed=self.printed or other.printed,
        )  # fmt: skip


def _next_day(day: str) -> str:
    return (datetime.date.fromisoformat(day) + datetime.timedelta(days=1)).isoformat()


_STAMP = re.compile(r"(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d)(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?")
_PRINTED_DAY = re.compile(
    rf"(?P<m>{_MONTH}) (?P<d>\d{{1,2}})(?P<more>(?:\s*(?:-|–|—|,|and|to|through)\s*"
    rf"(?:\w+day,? )?(?:{_MONTH} )?\d{{1,2}}(?!\d))*),?\s*(?P<y>(?:1[6-9]|20)\d\d)"
    rf"|(?P<d2>\d{{1,2}}) (?P<m2>{_MONTH}),? (?P<y2>(?:1[6-9]|20)\d\d)"
)
_CLOCK = r"(?:noon|midnight|\d{1,2}(?:[:.]\d\d)?)"
_RANGE = re.compile(
    rf"(?<![\w:.])(?P<a>{_CLOCK})\s*(?P<ap>[ap]\.?\s?m\b\.?)?\s*(?:-|–|—|to|until)\s*"
    rf"(?P<b>{_CLOCK})\s*(?P<bp>[ap]\.?\s?m\b\.?)?",
    re.IGNORECASE,
)
_POINT = re.compile(
    r"(?<![\w:.])(?P<a>noon|midnight|\d{1,2}(?:[:.]\d\d)?)\s*(?P<ap>[ap]\.?\s?m\b\.?)?",
    re.IGNORECASE,
)
_ZULU = re.compile(r"\b([01]\d|2[0-3])([0-5]\d)\s?Z\b")


def _hour(text: str, half: str) -> str:
    text, half = text.lower(), half.lower()[:1]
    if text == "noon":
        return "12:00"
    if text == "midnight":
        return "00:00"
    hour, _, minute = text.replace(".", ":").partition(":")
    number = int(hour) % 12 + 12 if half == "p" else int(hour) % 12 if half == "a" else int(hour)
    return f"{number:02}:{int(minute or 0):02}" if number < 24 and int(minute or 0) < 60 else ""


def printed_when(text: str, year: str = "") -> When | None:
    """The day and hours of a printed date: "June 3, 1961, 12:45 p.m.", "May 4, 1964, 2-3 p.m."

    year: the year where none is printed. None where no day is told ("undated", "summer 1961").
    """
    flat = " ".join(text.split())
    if year and not _PRINTED_DAY.search(flat):
        flat = re.sub(rf"({_MONTH} \d{{1,2}})(?!\d)", rf"\1, {year}", flat, count=1)
    found = _PRINTED_DAY.search(flat)
    if found is None:
        return None
    until = ""
    if found["m"]:
        month, number, told_year = _MONTHS[found["m"]], int(found["d"]), found["y"]
        more = re.findall(rf"(?:({_MONTH}) )?(\d{{1,2}})", found["more"] or "")
        if more:
            last_month = _MONTHS[more[-1][0]] if more[-1][0] else month
            until = f"{told_year}-{last_month:02}-{int(more[-1][1]):02}"
    else:
        month, number, told_year = _MONTHS[found["m2"]], int(found["d2"]), found["y2"]
    day = f"{told_year}-{month:02}-{number:02}"
    for one in filter(None, (day, until)):
        try:
            dates.parse(one)
        except ValueError:
            return None
    rest = flat[found.end() :] + " " + flat[: found.start()]
    clock = clock_until = zone = ""
    if zulu := _ZULU.search(rest):
        clock, zone = f"{zulu.group(1)}:{zulu.group(2)}", "Z"
    else:
        ranges = [
            m for m in _RANGE.finditer(rest) if m["bp"] or m["b"].lower() in ("noon", "midnight")
        ]
        points = [
            m for m in _POINT.finditer(rest) if m["ap"] or m["a"].lower() in ("noon", "midnight")
        ]
        if ranges:
            first, last = ranges[0], ranges[-1]
            half = first["ap"] or ""
            if not half and first["a"][0].isdigit():
                half = first["bp"] or "p"
                if first["bp"] and _hour(first["a"], half) > _hour(first["b"], first["bp"]):
                    half = "a" if half.lower().startswith("p") else "p"
            clock = _hour(first["a"], half)
            clock_until = _hour(last["b"], last["bp"] or "")
            if last["b"].lower() == "midnight":
                clock_until = "23:59"
        elif points:
            clock = _hour(points[0]["a"], points[0]["ap"] or "")
    return When(day, clock, until if until != day else "", clock_until, zone, printed=flat)


def _attribute_when(dateline: etree._Element, outline: Outline) -> When | None:
    """The date of the edition's attributes: when, from/to, notBefore/notAfter; hours of `time`."""
    made: When | None = None
    for element in dateline.iter():
        if local(element) != outline.date:
            continue
        told = {k: _STAMP.match(element.get(k) or "") for k in
                ("when", "from", "to", "notBefore", "notAfter")}  # fmt: skip
        start = told["when"] or told["from"] or told["notBefore"]
        end = told["to"] or told["notAfter"]
        if start is None:
            continue
        day, clock, zone = start.group(1), start.group(2) or "", start.group(3) or ""
        vague = not (told["when"] or told["from"])
        if end is None:
            made = When(day, clock, zone=zone)
        else:
            last = end.group(1) if end.group(1) != day else ""
            made = When(day, clock, last, end.group(2) or "", zone, vague)
        break
    if made is None:
        return None
    for element in dateline.iter():
        if local(element) == outline.time:
            begin = re.match(r"\d\d:\d\d", element.get("from") or element.get("when") or "")
            close = re.match(r"\d\d:\d\d", element.get("to") or "")
            if begin and not made.clock:
                made = replace(made, clock=begin.group())
            if close:
                made = replace(made, clock_until=close.group())
    return made


# -- documents ------------------------------------------------------------------------------------


@dataclass(slots=True)
class Paper:
    """One document as read: little enough that a whole volume of them fits into memory."""

    id: str
    number: str
    line: int
    head: Marked
    source: Marked
    place: str = ""
    when: When | None = None  # of the attributes
    printed: tuple[When, ...] = ()  # of the dateline and of the head
    own: list[When] = field(default_factory=list)  # of the paper's own DATE lines
    undated: bool = False
    lists: list[tuple[str, list[Marked]]] = field(default_factory=list)
    subjects: list[str] = field(default_factory=list)
    venue: str = ""
    apart: bool = False  # the list stands in an attached paper with a date of its own
    received: str = ""


_HEADING = 40  # paragraphs among which a paper's own heading is looked for
_PRESENT_HEAD = re.compile(
    r"^\W*(?:list of )?(?:the )?(?:principal |other |others |also |those |american |u\.?s\.? |"
    r"(?:persons|people|officials) )*(?:participants?|participation|present|"
    r"attend(?:ing|ance|ees)|those present|participating|conferees|partial list)\b",
    re.IGNORECASE,
)
_ALSO = re.compile(r"\b(?:also|others?)\b", re.IGNORECASE)
_LABEL = re.compile(
    r"^\W*(?:date|time|place|subjects?|general subjects?|topics?|distribution|copies|location|"
    r"date (?:&|and) (?:time|place)|time (?:&|and) place)\b\s*(?::|$|—)",
    re.IGNORECASE,
)
_OWN_DATE = re.compile(
    r"^\W*(?:date|time|date (?:&|and) time|time (?:&|and) date)\b\s*:?\s*(.+)$", re.I
)
_DELEGATION = re.compile(r"^\W*(?:the )?([\w.' ]+?) (?:delegation|side)\W*$", re.IGNORECASE)
_EMPTY_TITLE = re.compile(
    r"^\W*(?:memorand(?:um|a)(?: (?:of|for)(?: the)?(?: (?:conversation|record))?)?|information|"
    r"the white house|washington|top secret\b.*|secret\b.*|confidential\b.*)\W*$",
    re.IGNORECASE,
)


def _paper(element: etree._Element, outline: Outline) -> Paper:
    """What a document tells of itself, without its text."""
    head_element = next((c for c in element if local(c) == outline.head), None)
    head = marked(head_element, outline) if head_element is not None else Marked("")
    number = attribute(element, "n") or ""
    if found := re.match(r"\s*(\d+[a-z]?)\.\s+", head.text):
        number = number or found.group(1)
        head = head.cut(found.end())
    tag, kind, value = outline.source_note
    source = next(
        (marked(note, outline) for note in element.iter()
         if local(note) == tag and attribute(note, kind) == value),
        Marked(""),
    )  # fmt: skip
    paper = Paper(attribute(element, "id"), number, element.sourceline or 0, head, source)
    _dates_of(paper, element, outline)
    _lists_of(paper, element, outline)
    if found := re.search(
        r"(?:The |This )?"
        r"(?:[Mm]eeting|[Cc]onversation|[Ll]unch(?:eon)?|[Dd]inner|[Dd]iscussions?|[Tt]alks?)"
        r"(?: was| were)?(?: held| took place| occurred)\b[^.]*", source.text,
    ):  # fmt: skip
        paper.venue = found.group().strip()
    if found := re.search(r"\bReceived\b(?:[^.]|\.(?=m\.))*", source.text):
        paper.received = found.group().strip()
    return paper


def _inside(element: etree._Element, top: etree._Element, names: Sequence[str]) -> bool:
    parent = element.getparent()
    while parent is not None and parent is not top:
        if local(parent) in names or (local(parent) == "div" and parent.get("type") in names):
            return True
        parent = parent.getparent()
    return False


def _dates_of(paper: Paper, element: etree._Element, outline: Outline) -> None:
    away = (*outline.attachment, outline.note, "quote", "floatingText", outline.list)
    datelines = [
        e for e in element.iter() if local(e) == outline.dateline and not _inside(e, element, away)
    ]
    printed: list[When] = []
    for dateline in datelines[:1]:
        text = marked(dateline, outline).text
        places = [e for e in dateline.iter() if local(e) == outline.place]
        if places:
            paper.place = " ".join("".join(places[0].itertext()).split()).strip(" ,.")
            before = re.match(rf"([A-Z][\w .'-]+), {re.escape(paper.place)}", text)
            if before:  # "Glassboro, <placeName>New Jersey</placeName>"
                paper.place = f"{before.group(1)}, {paper.place}"
        paper.when = _attribute_when(dateline, outline)
        paper.undated = "undated" in text.lower()
        if when := printed_when(text):
            printed.append(when)
    if paper.when is None:
        start = _STAMP.match(attribute(element, outline.dated_from))
        end = _STAMP.match(attribute(element, outline.dated_to))
        if start and not printed and not paper.undated:
            # The edition's own sorting date, in Washington time: the day alone is kept.
            last = end.group(1) if end and end.group(1) != start.group(1) else ""
            paper.when = When(start.group(1), until=last, vague=bool(last))
    if (when := printed_when(paper.head.text)) and datelines:
        printed.append(when)
    paper.printed = tuple(printed)


def _lists_of(paper: Paper, element: etree._Element, outline: Outline) -> None:
    """Lists of those present and of subjects; paragraphs that stand for a list; own dates."""
    blocks: list[tuple[etree._Element, Marked]] = []
    tags = [f"{{{outline.namespace}}}{name}" for name in (outline.list, outline.paragraph)]
    away = (outline.note, outline.list, outline.paragraph, "quote")
    paragraphs = 0
    for child in element.iter(*tags):
        listing = child.get("type") == outline.participants
        if local(child) == outline.paragraph:
            paragraphs += 1
            if paragraphs <= _HEADING and not _inside(child, element, away):
                blocks.append((child, marked(child, outline, (outline.list,))))
        elif (listing and not _inside(child, element, (outline.note, outline.list))) or (
            paragraphs <= _HEADING and not _inside(child, element, away)
        ):
            blocks.append((child, Marked("")))
    year = (paper.when.day if paper.when else "")[:4]
    carried = None  # items that paragraphs carry on, and how many paragraphs are left to look at
    for number, (child, text) in enumerate(blocks):
        if local(child) == outline.list:
            kind = child.get("type") or ""
            head = next((marked(c, outline).text for c in child if local(c) == outline.head), "")
            if kind == outline.subject or re.match(r"\W*(?:general )?subjects?\b", head, re.I):
                paper.subjects += [
                    marked(i, outline).text.strip(" .") for i in child
                    if local(i) == outline.item and marked(i, outline).text
                ]  # fmt: skip
            elif kind == outline.participants or (not kind and _PRESENT_HEAD.match(head)):
                paper.apart |= _inside(child, element, outline.attachment)
                items = _items(child, outline)
                items += _carried_on(blocks, number + 1, outline)
                paper.lists.append((head, items))
            continue
        if own := _OWN_DATE.match(text.text):
            if when := printed_when(own.group(1), year):
                paper.own.append(when)
        elif found := re.match(r"^\W*SUBJECT\s*:\s*(.+)$", text.text):
            paper.subjects.append(found.group(1).strip(" ."))
        if carried is not None and number < carried:
            continue
        starts = _PRESENT_HEAD.match(text.text) and len(text.text) < 60
        side = _DELEGATION.match(text.text)
        if starts or (side and _side_named(text.text)):
            items = [text] if side and not starts else []
            rest = re.match(r"^[^:]{3,40}:\s*(\S.*)$", text.text) if starts else None
            if rest:
                items.append(text.cut(rest.start(1)))
            carried = number + 1
            while carried < len(blocks):
                follow, words = blocks[carried]
                if local(follow) != outline.paragraph or not _reads_as_item(words):
                    break
                items.append(words)
                carried += 1
            if len(items) > (1 if starts else 3):
                paper.lists.append((text.text, items))


def _items(element: etree._Element, outline: Outline) -> list[Marked]:
    """The items of a list; lists within it are opened, their heads are headers."""
    items: list[Marked] = []
    for child in element:
        name = local(child)
        if name == outline.item:
            nested = [c for c in child.iter() if local(c) == outline.list]
            own = marked(child, outline, (outline.list,))
            if own.text:
                items.append(own)
            if nested:
                items += _items(nested[0], outline)
        elif name == outline.list:
            items += _items(child, outline)
        elif (
            name == outline.head
            and element.getparent() is not None
            and local(element.getparent()) in (outline.list, outline.item)
        ) or name == "label":
            items.append(marked(child, outline))
    return items


def _reads_as_item(text: Marked) -> bool:
    """Whether a paragraph can be an item of a list of those present, and nothing else."""
    words = text.text
    if (
        not words
        or len(words) > 220
        or printed_when(words)
        or _LABEL.match(words)
        or _EMPTY_TITLE.match(words)
    ):
        return False
    if _side_named(words) or _ROLE_HEADER.match(words) or _BARE_ROLE.match(_plain(words)):
        return True
    if re.match(r"^[^,(]{0,40}:", words) or re.search(r"[?!“”]|\. [A-Z][a-z]+ ", re.sub(
        r"\b(?:Mr|Mrs|Dr|Jr|Sr|Gen|Sen|Amb|Adm|Col|Brig|Maj|Asst|Prof|Capt|Lt|Gov|Hon|[A-Z])\.",
        "", words
    )):  # fmt: skip
        return False
    if _is_sentence(words) or re.match(
        r"^(?:Meeting|I|We|It|At|On|In|After|The (?:meeting|group))\b", words
    ):
        return False
    if _GROUP.match(words):
        return True
    found, _ = people_of_item(text)
    return bool(found) and all(one.name or _bare_function(one.title) for one in found)


def _carried_on(
    blocks: Sequence[tuple[etree._Element, Marked]], start: int, outline: Outline
) -> list[Marked]:
    """Paragraphs after a list that go on with it, up to the DATE or PLACE that closes them."""
    items: list[Marked] = []
    for element, text in blocks[start : start + 14]:
        if local(element) != outline.paragraph:
            return []
        if re.match(r"^\W*(?:date|place|time)\b", text.text, re.IGNORECASE) and _LABEL.match(
            text.text
        ):
            return items
        if _EMPTY_TITLE.match(text.text):
            continue
        if not _reads_as_item(text):
            return []
        items.append(text)
    return []


# -- heads that name people -----------------------------------------------------------------------

_CONVERSATION = re.compile(
    r"\b(?:conversations?|meetings?|discussions?|talks?|interviews?)\b", re.IGNORECASE
)
_BETWEEN = re.compile(
    r"\b(?:Conversations?|Meetings?|Discussions?|Talks?)\b[^()]{0,60}?\b[Bb]etween\b\s+"
)
_TELEPHONE = re.compile(r"\btele(?:phone|con)\b", re.IGNORECASE)
_ACT = re.compile(
    r"^(?P<kind>(?:[\w.,/’'-]+ ){0,6}?(?:Letters?|Messages?|(?:Circular )?Telegrams?|Airgrams?|"
    r"Despatch(?:es)?|Cables?|Notes?|Notes? Verbales?|Aide-M[eé]moires?|Oral (?:Statement|"
    r"Message|Note|Communication)s?|Communications?)(?: [A-Z0-9][\w/ -]*?)?) (?:[Ff]rom|[Bb]y) ",
)
_NO_ACT = re.compile(
    r"^(?:Memorand|Editorial|Intelligence|National Intelligence|Special|Paper|Summary|Minutes|"
    r"Briefing|Diary|Report|Draft|Notes (?:of|on)|Information)",
)
_AFTER_PARTY = re.compile(
    rf",\s*(?:(?:[A-Z][\w.'’-]+ ?){{1,4}}, )*(?:undated\b|{_MONTH}\b|\d{{1,2}} {_MONTH}\b).*$"
)


def _parties(region: Marked) -> list[Present]:
    """The people, governments or offices that a stretch of a head names."""
    found: list[Present] = []
    text = region.text
    last = 0
    for span in region.spans:
        if span.tag != "persName" or span.start < last:
            continue
        before = text[last : span.start]
        aside = before.rstrip().endswith("(")
        before = re.sub(r"^\W*(?:and\b)?\W*|[\s(,]+$", "", before)
        before = re.sub(r"^the\s+", "", before)
        title, inner = _split_title(text[span.start : span.end])
        name = inner or text[span.start : span.end]
        if re.match(r"^(?:his|her)\b", before):
            before = ""
        found.append(
            Present(
                told=text[last : span.end].strip(" ,(") + (")" if aside else ""),
                name=name, title="" if aside else f"{before} {title}".strip(),
                function=before if aside else "", reference=span.ref, roles=("principal",),
            )
        )  # fmt: skip
        last = span.end + len(re.match(r"\)?", text[span.end :]).group())  # type: ignore[union-attr]
    if found:
        return found
    text = _AFTER_PARTY.sub("", text).strip(" ,.")
    text = re.sub(r"^the\s+", "", text)
    if not text:
        return []
    plain = _plain(text)
    state = re.fullmatch(
        rf"(?:government|representatives?) of (?:the )?({_NOUNS})|({_ADJECTIVES}) government|"
        rf"({_NOUNS})(?: government)?", plain,
    )  # fmt: skip
    if state:
        key = _NOUN.get(state.group(1) or state.group(3) or "") or _ADJECTIVE.get(
            state.group(2) or ""
        )
        return [Present(told=text, unnamed="state", side=key or "")]
    if _bare_function(text):
        return [Present(told=text, title=text, roles=("principal",))]
    title, name = _split_title(text)
    body = re.search(
        r"\b(?:embassy|legation|department|mission|delegation|consulate|ministry|office|posts|missions|"
        r"house|council|agency|staff|bureau|committee|government|high commission|union)\b", plain,
    )  # fmt: skip
    if title and _namelike(name) and not body:
        return [Present(told=text, name=name, title=title, roles=("principal",))]
    return [Present(told=text, unnamed="organisation", function=text)]


def _identity(text: Marked) -> bool:
    """Whether a stretch of a head names a party in full, not "the Ambassador" before his post."""
    if any(s.tag == "persName" for s in text.spans):
        return True
    if any(s.type in ("from", "to") for s in text.spans if s.tag == "gloss"):
        return True
    plain = _plain(text.text)
    return bool(
        re.search(
            r"\b(?:government|ministry|embassy|mission|department|staff|council|agency)\b", plain
        )
        or plain.removeprefix("the ") in _NOUN
    )


def _divided(region: Marked, word: str) -> tuple[Marked, Marked] | None:
    """A stretch of a head at its " to " or " and ", where both sides name somebody."""
    for found in _outside(region.text, re.compile(rf"\s{word}\s")):
        if any(s.start <= found.start() < s.end for s in region.spans):
            continue  # "Mission to the United Nations" marked as one
        left, right = region.cut(0, found.start()), region.cut(found.end())
        if _identity(left) and (_identity(right) or word == "to"):
            return left, right
    return None


def talkers(head: Marked) -> tuple[list[Present], bool]:
    """Those who spoke, where a head says it ("... Conversation Between A and B"), and if by wire.

    Nobody where either party is only named as a body or not at all.
    """
    by_wire = bool(_TELEPHONE.search(head.text))
    found = _BETWEEN.search(head.text)
    if found is None:
        return [], by_wire
    region = head.cut(found.end())
    parties = _divided(region, "and")
    if parties is None:
        return [], by_wire
    both = [_parties(part) for part in parties]
    if not all(both) or any(one.unnamed for part in both for one in part):
        return [], by_wire
    return [one for part in both for one in part], by_wire


def letter(head: Marked) -> tuple[str, list[Present], list[Present]] | None:
    """Kind, senders and addressees of a head ("Letter From A to B"); None for other heads."""
    found = _ACT.match(head.text)
    if found is None or _NO_ACT.match(head.text):
        return None
    region = head.cut(found.end())
    parties = _divided(region, "to")
    if parties is None:
        return None
    senders, addressees = _parties(parties[0]), _parties(parties[1])
    if not senders or not addressees:
        return None
    return found["kind"], senders, addressees


# -- the source note ------------------------------------------------------------------------------

_DRAFTED = re.compile(
    r"\b(?:Drafted|Prepared|Dictated|Written|Recorded|Transcribed)\b(?:,? (?:and|or) \w+)* by "
)
_DRAFTERS_END = re.compile(
    r"(?<![A-Z])(?<!Jr)(?<!Mr)(?<!Dr)\.(?=\s|$)|;| on (?:[A-Z][a-z]+ \d|the)\b"
    r"| and (?:approved|cleared|initialed|"
    r"signed|transcribed|sent|concurred)|, (?:approved|cleared|initialed|signed|concurred|"
    r"and approved|and cleared)| as a | (?:at|in) the | from | for "
)  # fmt: skip
_CLASSIFIED = re.compile(
    r"\b(?:Top Secret|Secret|Confidential|Official Use Only|Limited Official Use|Unclassified|"
    r"Restricted|No classification marking|Personal)\b(?:; [A-Z][\w ]+)*"
)


def drafters(source: Marked) -> list[Present]:
    """Who drafted a document, as its source note says."""
    found = _DRAFTED.search(source.text)
    if found is None:
        return []
    end = _DRAFTERS_END.search(source.text, found.end())
    region = source.cut(found.end(), end.start() if end else None)
    text = re.sub(r"\([^()]*\)", lambda m: " " * len(m.group()), region.text)
    region = Marked(text, region.spans)
    people: list[Present] = []
    for one in people_of_item(region)[0]:
        if one.name and _namelike(one.name):
            people.append(one)
    return people


# -- a volume -------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Meeting:
    """A meeting once its people are known, for what several documents tell of one."""

    paper: Paper
    node: str
    date: str
    present: frozenset[str]


class _Volume:
    """One volume while its claims are made."""

    def __init__(self, name: str, stem: str, outline: Outline) -> None:
        self.name = name
        self.outline = outline
        self.key = slug(stem)
        self.title: dict[str, str] = {}
        self.record: dict[str, Any] = {}
        self.persons_line = 1
        self.people = People(self.key, ())
        self.papers: list[Paper] = []
        self.states: dict[str, str] = {}  # key -> document that names it first
        self.claims: list[Claim] = []
        self.faults: list[Fault] = []
        self.paper: Paper | None = None
        self.voice = ""
        self.told: set[tuple[str, str, str]] = set()
        self.lists: dict[str, Listed] = {}
        self.women: set[str] = set()  # printed in full with Mrs., Miss or Madame somewhere
        self.meetings: list[_Meeting] = []

    # -- reading ----------------------------------------------------------------------------

    def read(self, path: Path) -> None:
        """Everything the file tells, as small records."""
        persons: list[Person] = []
        seen: set[str] = set()
        for what, element in tei.documents(path, self.name, self.outline):
            if what == "header":
                self.header(element)
            elif what == "persons":
                self.persons_line = element.sourceline or 1
                persons += self.list_of_persons(element)
            else:
                paper = _paper(element, self.outline)
                if not paper.id or paper.id in seen:
                    self.faults.append(
                        Fault(self.name, paper.line, paper.id,
                              "a document without an id of its own is left out",
                              "give it an xml:id", "warning", "id")
                    )  # fmt: skip
                    continue
                seen.add(paper.id)
                self.papers.append(paper)
        self.people = People(self.key, persons)

    def header(self, element: etree._Element) -> None:
        for child in element.iter():
            text = " ".join("".join(child.itertext()).split()) if local(child) else ""
            kind = child.get("type") or ""
            if local(child) == self.outline.title and text:
                self.title.setdefault(kind or "title", text)
            elif local(child) == "editor" and text:
                self.record.setdefault("editor", []).append(_inverted(text))
            elif local(child) == "publisher" and text:
                self.record.setdefault("publisher", text)
            elif local(child) == "pubPlace" and text:
                self.record.setdefault("publisher-place", text)
            elif local(child) == "date" and re.fullmatch(r"\d{4}", text):
                self.record.setdefault("issued", text)
            elif local(child) == self.outline.number and kind == "frus" and slug(text):
                self.key = slug(text)

    def list_of_persons(self, element: etree._Element) -> list[Person]:
        found: list[Person] = []
        for item in element.iter():
            if local(item) != self.outline.item:
                continue
            named = next(
                (e for e in item.iter() if local(e) == self.outline.person and attribute(e, "id")),
                None,
            )
            if named is None:
                continue
            printed = " ".join("".join(named.itertext()).split())
            whole = marked(item, self.outline).text
            at = whole.find(printed)
            role = whole[at + len(printed) :].strip(" ,.") if at >= 0 else ""
            found.append(listed_person(attribute(named, "id"), printed, role, self.key))
        return found

    # -- words of the volume ----------------------------------------------------------------

    @property
    def source(self) -> str:
        return f"source/{self.key}"

    @property
    def short(self) -> str:
        """How historians cite the volume: "FRUS, 1961–1963, vol. V"."""
        span = self.title.get("subseries") or self.title.get("sub-series") or ""
        number = self.title.get("volumenumber") or self.title.get("volume-number") or ""
        number = re.sub(r"^Volume\s+", "vol. ", number)
        number = re.sub(r",?\s*Part\s+", ", pt. ", number)
        return ", ".join(part for part in ("FRUS", span, number) if part)

    # -- claims -----------------------------------------------------------------------------

    def citation(self) -> Citation:
        if self.paper is None:
            return Citation(self.source, "front matter")
        return Citation(f"{self.source}-{self.paper.id}", self.paper.id)

    def tell(
        self,
        subject: str,
        predicate: str,
        target: str = "",
        value: str = "",
        about: str = "",
        locator: str = "",
        **more: Any,
    ) -> None:
        """One claim of the paper at hand; what does not fit the model becomes a warning."""
        cited = self.citation()
        if locator:
            cited = replace(cited, locator=locator)
        qualifiers = {k: v for k, v in more.pop("qualifiers", {}).items() if v}
        line = self.paper.line if self.paper else more.pop("line", 1)
        more.pop("line", None)
        claim = Claim(
            subject=subject, predicate=predicate, object=target, value=value,
            about=about or subject, qualifiers=qualifiers, citations=(cited,), coder=CODER,
            basis="document", said_by=more.pop("said_by", self.voice),
            origin=Origin(self.name, line), **more,
        )  # fmt: skip
        wrong = problems(claim, vocabulary())
        if wrong:
            self.warn(f"{predicate}: {wrong[0].message}", wrong[0].advice, "claim")
        else:
            self.claims.append(claim)

    def warn(self, message: str, advice: str = "", code: str = "") -> None:
        paper = self.paper
        fault = Fault(
            self.name, paper.line if paper else None, paper.id if paper else "", message, advice,
            "warning", code,
        )  # fmt: skip
        if fault not in self.faults:
            self.faults.append(fault)

    def actor(self, node: str, name: str, kind: str) -> None:
        """What an actor is, once in a reading."""
        if (node, "is_a", kind) in self.told:
            return
        self.told.add((node, "is_a", kind))
        self.tell(node, "named", value=name, said_by="")
        self.tell(node, "is_a", value=kind, said_by="")

    def state(self, key: str) -> str:
        """The node of a state; the volume's own reading tells what it is."""
        self.states.setdefault(key, self.paper.id if self.paper else "")
        return f"actor/{key}"

    # -- who is meant -----------------------------------------------------------------------

    def gather(self) -> None:
        """Learn the full names of those who are in no list of persons, from all lists first.

        So "Mr. Kornienko" of one document is "Georgi M. Kornienko" of another.
        """
        for paper in self.papers:
            for present in self.present_in(paper).people:
                name = present.name
                if len(name.split()) < 2 or present.unnamed:
                    continue
                side = present.side or _state_of(f"{present.title}, {present.function}")
                person = self.people.linked(present.reference) if present.reference else None
                if person and self.people.plausible(person, name):
                    continue
                known, how = self.people.named(name, side)
                if not known:
                    known = [self.people.add_local(name, side)]
                if _FEMININE.match(_plain(present.title)) and how in ("", "full"):
                    self.women |= {p.actor for p in known}

    def present_in(self, paper: Paper) -> Listed:
        """The list of a paper: all its lists together, without cross-references followed."""
        if paper.id in self.lists:
            return self.lists[paper.id]
        whole = self.lists[paper.id] = Listed()
        for head, items in paper.lists:
            if head and not _PRESENT_HEAD.match(head) and not _side_named(head):
                if not _DELEGATION.match(head):
                    whole.wrong.append(f"a list headed '{_short(head)}' is not read as presence")
                    continue
            read = read_list(items)
            whole.people += read.people
            whole.wrong += read.wrong
            whole.elsewhere = whole.elsewhere or read.elsewhere
            whole.also |= bool(_ALSO.search(head))
        return whole

    def who(self, present: Present, day: str, taken: set[str]) -> tuple[Person, str, str]:
        """The person meant, how found, and how sure ("high", "medium", "low").

        taken: actors already in the same list: a "Mrs. X" linked to one of them is the wife.
        """
        side = present.side or _state_of(f"{present.title}, {present.function}", american=False)
        name = present.name
        if present.unnamed:
            return self.unnamed(present), "unnamed", "high"
        if name and present.reference:
            person = self.people.linked(present.reference)
            wife = bool(_FEMININE.match(_plain(present.title)))
            if person is None:
                self.warn(
                    f"'{name}' points to '{present.reference}', which nobody bears", "", "link"
                )
            elif wife and person.actor in taken:
                return self.people.add_local(f"Mrs. {name}", person.state), "printed", "medium"
            elif self.people.plausible(person, name):
                return person, "linked", "high"
            else:
                self.warn(
                    f"'{name}' is linked to {person.name} and is somebody else",
                    "the printed name counts", "link",
                )  # fmt: skip
        if not name:
            held = holder_of(self.people, present.title, day, present.side)
            if held is not None:
                return held, "function", "high"
            self.warn(f"who was '{present.title}' that day is not told", "", "function")
            return self.unnamed(replace(present, unnamed="role")), "unnamed", "high"
        fitting, how = self.people.named(name, side)
        if how.startswith("surname") and re.match(r"(?:senator|congress)", _plain(present.title)):
            fitting = [p for p in fitting if p.listed]  # a namesake of another document
        feminine = bool(_FEMININE.match(_plain(present.title)))
        if how.startswith("surname") and feminine:
            fitting = [p for p in fitting if p.listed or p.actor in self.women]
        if len({p.actor for p in fitting}) > 1:
            holder = holder_of(self.people, present.title, day, side) if present.title else None
            fitting = [holder] if holder in fitting and holder else (
                self.by_office(fitting, present, day) or fitting
            )  # fmt: skip
        actors = {p.actor for p in fitting}
        if len(actors) == 1:
            person = fitting[0]
            sure = {"full": "high", "spelling": "medium", "surname": "medium"}.get(how, "low")
            return person, "listed" if person.listed else "printed", sure
        if actors:
            names = ", ".join(sorted({p.name for p in fitting}))
            self.warn(f"'{name}' may be any of {names}", "left as printed", "ambiguous")
            node = (
                f"actor/{self.key}-{self.paper.id if self.paper else 'list'}-{slug(_plain(name))}"
            )
            return Person(node, name, name, "", (), state=side), "printed", "low"
        return self.people.add_local(name, side), "printed", "high"

    @staticmethod
    def by_office(fitting: Sequence[Person], present: Present, day: str) -> list[Person]:
        """Those of several namesakes who held the printed office on that day."""
        wanted = {w for w in _plain(f"{present.title} {present.function}").split()
                  if w not in _LITTLE | {"mr", "mrs"}}  # fmt: skip
        if wanted == {"secretary"}:
            wanted = {"secretary", "state"}
        if not wanted:
            return []
        best: dict[int, list[Person]] = defaultdict(list)
        for person in fitting:
            words = {w for o in person.held(day) for w in _plain(o.title).split()}
            best[len(wanted & words)].append(person)
        top = max(best)
        return best[top] if top else []

    def unnamed(self, present: Present) -> Person:
        """Somebody known by a role alone, in one document."""
        words = " ".join(_BLANK.sub("", f"{present.title} {present.name}").split()).strip(" ,.")
        words = words or present.told
        paper = self.paper.id if self.paper else "list"
        node = f"actor/{self.key}-{paper}-{slug(words) or 'unnamed'}"
        return Person(node, words, words, "", (), state=present.side)

    # -- readings ---------------------------------------------------------------------------

    def document(self, paper: Paper) -> tuple[str, list[Claim], list[Fault]]:
        """Kind, claims and faults of one document."""
        self.paper, self.claims, self.faults, self.told = paper, [], [], set()
        self.voice = ""
        self.describe(paper)
        kind = "frus-document"
        if self.meeting(paper):
            kind = "frus-meeting"
        elif self.letter(paper):
            kind = "frus-letter"
        return kind, self.claims, self.faults

    def describe(self, paper: Paper) -> None:
        """The document as a source, and its drafter as the voice of what follows."""
        text = paper.source.text
        note = re.sub(r"^Source:\s*", "", text)
        record: dict[str, Any] = {
            "type": "document", "kind": "document", "title": self.heading(paper) or paper.id,
            "container-title": self.title.get("complete") or self.title.get("title") or self.key,
            "number": paper.number or paper.id.lstrip("d"),
            "URL": f"{ADDRESS}{self.key}/{paper.id}",
            "citation": f"{self.short}, doc. {paper.number or paper.id.lstrip('d')}",
        }  # fmt: skip
        for name in ("publisher", "publisher-place"):
            if name in self.record:
                record[name] = self.record[name]
        dated = paper.when or next(iter(paper.printed), None)
        if dated and not paper.undated:
            record["issued"] = dated.day
        if note:
            record["note"] = note
            found = _CLASSIFIED.search(note)
            if found:
                record["classification"] = found.group()
            sentence = re.match(r"(?:[^.]|\.(?=\S)|(?<=\b[A-Z])\.)*", note)
            kept = note[: found.start()] if found else sentence.group() if sentence else note
            archive, _, place = kept.partition(", ")
            record["archive"] = archive.strip(" .:")
            if place:
                record["archive_location"] = place.strip(" .")
        people: list[Person] = []
        for one in drafters(paper.source):
            person = self.people.linked(one.reference) if one.reference else None
            if person is None or not self.people.plausible(person, one.name):
                fitting, _ = self.people.named(one.name)
                person = fitting[0] if len({p.actor for p in fitting}) == 1 else None
            record.setdefault("author", []).append(
                _inverted(person.name if person else one.name)
            )  # fmt: skip
            if person is not None:
                people.append(person)
        if people:
            record["drafter"] = [p.actor for p in people]
            if people[0].state:
                record["side"] = f"actor/{people[0].state}"
        value = json.dumps(record, ensure_ascii=False, sort_keys=True)
        self.tell(f"{self.source}-{paper.id}", "described_as", value=value)
        self.voice = people[0].actor if people else ""

    def heading(self, paper: Paper) -> str:
        """The head without the place and date that volumes on line print after it."""
        return _AFTER_PARTY.sub("", paper.head.text).strip(" ,.")

    def meeting(self, paper: Paper) -> bool:
        """Claims of a meeting, where the document proves one; whether it does."""
        listed = self.present_in(paper)
        for message in listed.wrong:
            self.warn(message, "read it by hand", "item")
        how = "named in the list of those present"
        by_reference = ""
        by_wire = bool(_TELEPHONE.search(paper.head.text))
        people = listed.people
        if not people and listed.elsewhere:
            other, sure = self.elsewhere(paper, listed.elsewhere)
            if other is None:
                self.warn(
                    f"the list says '{_short(listed.elsewhere)}', and no such list is found",
                    "add those present by hand", "cross-reference",
                )  # fmt: skip
                return False
            people = self.present_in(other).people
            how = f"named in the list of {other.id}, to which '{listed.elsewhere}' {sure}"
            by_reference = sure
        if not people:
            people, by_wire = talkers(paper.head)
            how = "named in the head as one who spoke"
        if not people:
            if _CONVERSATION.search(paper.head.text) and not letter(paper.head):
                self.warn(
                    "a conversation without a list of those present",
                    "nobody is taken as present from the text; code it by hand", "no-list",
                )  # fmt: skip
            return False
        if listed.also:
            self.warn(
                "the list names those also present; the principals are told in the text alone",
                "add them by hand", "also-present",
            )  # fmt: skip
        node = f"meeting/{self.key}-{paper.id}"
        day = self.dated(paper, node, lasting=True, letter=letter(paper.head) is not None)
        found = self.found(people, day[:10])
        self.head_of(paper, node, by_wire)
        sides = self.sides(found, not listed.people and not listed.elsewhere)
        for number, (present, person, way, sure) in enumerate(found, 1):
            sure = "low" if by_reference == "seems to refer" else sure
            self.took_part(node, present, person, sides[number - 1], how, way, sure, number)
        headed = {one.side for one in people if one.headed and one.side}
        if len(headed) > 1:
            value = "bilateral" if len(headed) == 2 else "multilateral"
            self.tell(node, "format", value=value, memo="by the sides in the list of those present")
        self.meetings.append(
            _Meeting(paper, node, day, frozenset(person.actor for _, person, _, _ in found))
        )
        self.same_meeting(node)
        return True

    def found(self, people: Sequence[Present], day: str) -> list[tuple[Present, Person, str, str]]:
        """Each of those present with the person meant; nobody twice."""
        made: list[tuple[Present, Person, str, str]] = []
        taken: set[str] = set()
        for present in people:
            person, way, sure = self.who(present, day, taken)
            if person.actor in taken:
                if not present.unnamed:
                    self.warn(f"'{present.told}' stands twice in the list", "", "twice")
                continue
            taken.add(person.actor)
            made.append((present, person, way, sure))
        return made

    def sides(
        self, found: Sequence[tuple[Present, Person, str, str]], by_head: bool
    ) -> list[tuple[str, str]]:
        """The side of each, and how it is known ("" where it is not).

        A header in the list first, then the person's own office, then the list of persons. In a
        list without headers somebody unknown stands with those around: lists go side by side.
        by_head: the people are those of a head, one of either side.
        """
        made: list[tuple[str, str]] = []
        for present, person, way, _ in found:
            own = _state_of(
                f"{present.title}, {present.function}" if present.title else present.function
            )
            if present.side:
                made.append((present.side, ""))
            elif person.state and (way in ("linked", "function") or not own):
                made.append((person.state, ""))
            elif own:
                made.append((own, ""))
            else:
                made.append(("", ""))
        if by_head or any(present.headed for present, *_ in found):
            return made
        known = [side for side, _ in made if side]
        blocks = [side for side, _ in itertools.groupby(known)]
        if "us" not in known or len(blocks) != len(set(blocks)):
            return made  # with one foreign side known, the others may be of either
        for number, (present, *_) in enumerate(found):
            if made[number][0] or _PRIVATE.search(_plain(present.function)):
                continue
            before = next((s for s, _ in reversed(made[:number]) if s), "")
            after = next((s for s, _ in made[number + 1 :] if s), "")
            side = before or after
            if before and after and before != after:
                side = before  # the next side begins with its principal
            made[number] = (side, "; the side by the place in the list")
        return made

    def took_part(
        self,
        node: str,
        present: Present,
        person: Person,
        side: tuple[str, str],
        how: str,
        way: str,
        sure: str,
        number: int,
    ) -> None:
        ways = {
            "linked": "the edition links the name",
            "listed": "the name fits one person of the volume's list",
            "function": "the function was held by one person that day",
            "printed": "in no list of persons, known as printed",
            "unnamed": "no name is printed",
        }
        if not person.listed:
            kind = present.unnamed or ("person" if present.name or way == "function" else "role")
            self.actor(person.actor, person.name, kind)
        office = present.function or ("" if _plain(present.title) in _HONORIFICS else present.title)
        if not present.name and not present.unnamed:
            office = re.sub(r"^[Tt]he ", "", present.title)
        stands_for = self.state(side[0]) if side[0] in _STATE else ""
        sure = "medium" if side[1] and sure == "high" else sure
        self.tell(
            person.actor, "took_part", node, about=node, as_told=present.told, order=number,
            confidence=sure, memo=f"{how}; {ways[way]}{side[1]}",
            qualifiers={"roles": present.roles, "side": stands_for, "office": office,
                        "partial": present.partial},
        )  # fmt: skip
        if stands_for and not present.unnamed:
            self.tell(
                person.actor, "represents", stands_for, about=node, as_told=present.told,
                confidence=sure, qualifiers={"office": office, "meeting": node},
            )  # fmt: skip

    def elsewhere(self, paper: Paper, words: str) -> tuple[Paper | None, str]:
        """The paper whose list a cross-reference means: the one it names ("refers"), else the last
        before it of the same day and place ("seems to refer": it may mean a page not printed)."""
        at = self.papers.index(paper)
        if found := re.search(r"[Dd]ocument (\d+)", words):
            named = (p for p in self.papers if p.number == found.group(1) and p.lists)
            return next(named, None), "refers"
        for other in reversed(self.papers[:at]):
            same = paper.when and other.when and paper.when.day == other.when.day
            if same and other.place == paper.place and self.present_in(other).people:
                return other, "seems to refer"
        return None, ""

    def dated(self, paper: Paper, node: str, lasting: bool, letter: bool = False) -> str:
        """Claims of the date: of the attributes and as printed, both where they disagree.

        Returns the leading date as EDTF, "" where none is told.
        """
        told = [*([paper.when] if paper.when else []), *paper.printed, *paper.own]
        if lasting and (letter or paper.apart):
            # The date of a telegram or a covering paper is not that of the meeting it reports.
            told = [w for w in paper.own if not any(w.day == other.day for other in told)]
        distinct: list[When] = []
        for when in told:
            for number, other in enumerate(distinct):
                if when.agrees(other):
                    distinct[number] = other.with_hours_of(when)
                    break
            else:
                distinct.append(when)
        good: list[tuple[str, When]] = []
        for when in distinct:
            text = when.edtf(lasting)
            try:
                dates.parse(text)
            except ValueError:
                self.warn(f"the date '{when.printed or text}' is none", "", "date")
                continue
            good.append((text, when))
        # What the dateline prints leads where they disagree: attributes were added later.
        dateline = paper.printed[0] if paper.printed else None
        leading = next((w for _, w in good if dateline and w.agrees(dateline)), None)
        good.sort(key=lambda told: told[1] is not leading)
        leading = good[0][1] if good else None
        for text, when in good:
            memo = ""
            if len(good) > 1:
                memo = "as printed" if when.printed else "by the attributes of the edition"
            first = when is leading
            self.tell(
                node, "dated", value=text, about=node, as_told=when.printed, memo=memo,
                confidence="" if len(good) == 1 else "high" if first else "medium",
            )  # fmt: skip
        if len(good) > 1:
            self.warn(
                "the dates told disagree: " + ", ".join(text for text, _ in good),
                "each is a claim; the node is contested", "dates",
            )  # fmt: skip
        if not good:
            self.warn("no date is told", "it stays undated", "no-date")
        return good[0][0] if good else ""

    def head_of(self, paper: Paper, node: str, by_wire: bool) -> None:
        title = self.heading(paper)
        if paper.subjects and re.fullmatch(
            r"(?:Memorandum (?:of|for) (?:a |the )?(?:Telephone )?(?:Conversation|Record)|"
            r"Notes? (?:of|on) (?:a )?(?:Discussion|Meeting))", title,
        ):  # fmt: skip
            title = f"{title}: {paper.subjects[0]}"
        self.tell(node, "titled", value=title or paper.id)
        several = re.search(r"\b(?:Memoranda of Conversation|Conversations Between)\b", title)
        self.tell(node, "scope", value="series" if several else "encounter")
        self.tell(node, "channel", value="telephone" if by_wire else "in-person")
        self.place(paper, node)
        for subject in dict.fromkeys(paper.subjects):
            self.tell(node, "topic", value=subject)
        if paper.venue:
            self.tell(node, "remark", value=paper.venue)

    def place(self, paper: Paper, node: str) -> None:
        key = slug(paper.place)
        if not key or key == "undated":
            return
        self.tell(f"place/{key}", "named", value=paper.place, said_by="")
        self.tell(node, "held_at", f"place/{key}", about=node)

    def same_meeting(self, node: str) -> None:
        """Link a meeting to the one before it that has the same hour, place and people."""
        made = self.meetings[-1]
        if not made.date or len(made.present) < 2:
            return
        here = next(n for n, p in enumerate(self.papers) if p is made.paper)
        for other in reversed(self.meetings[:-1]):
            apart = here - next(n for n, p in enumerate(self.papers) if p is other.paper)
            if apart > 6:
                return
            hour = "T" in made.date
            if (
                other.date == made.date
                and other.paper.place == made.paper.place
                and other.present == made.present
                and (hour or apart <= 2)
            ):
                why = "day, hour, place and people" if hour else "day, place and people"
                self.tell(
                    node, "part_of", other.node, about=node, said_by="",
                    confidence="high" if hour else "medium",
                    memo=f"two documents on one meeting: {other.paper.id} has the same {why}",
                )  # fmt: skip
                return

    def letter(self, paper: Paper) -> bool:
        """Claims of a letter, telegram or message; whether the head names both ends."""
        read = letter(paper.head)
        if read is None:
            if _ACT.match(paper.head.text) and not _NO_ACT.match(paper.head.text):
                self.warn("sender or addressee is not named in the head", "", "letter")
            return False
        kind, senders, addressees = read
        node = f"ritual/{self.key}-{paper.id}"
        self.tell(node, "titled", value=self.heading(paper) or kind)
        oral = kind.startswith("Oral")
        self.tell(node, "ritual_kind", value="statement" if oral else "letter")
        if not oral:
            self.tell(node, "channel", value="letter")
        day = self.dated(paper, node, lasting=False)
        self.place(paper, node)
        if paper.received:
            self.tell(node, "remark", value=paper.received)
        for part, ends in (("initiator", senders), ("recipient", addressees)):
            for present in ends:
                self.performed(node, present, part, day[:10])
        return True

    def performed(self, node: str, present: Present, part: str, day: str) -> None:
        behalf = ""
        if present.unnamed == "state":
            actor = self.state(present.side)
        elif present.unnamed == "organisation":
            actor = f"actor/frus-{slug(present.function) or 'office'}"
            self.actor(actor, present.function, "organisation")
        else:
            person, _, _ = self.who(present, day, set())
            actor = person.actor
            if not person.listed:
                self.actor(actor, person.name, "person" if present.name else "role")
            own = person.state or _state_of(f"{present.title}, {present.function}")
            behalf = self.state(own) if own in _STATE else ""
        self.tell(
            actor, "performed", node, about=node, as_told=present.told, said_by="",
            qualifiers={"part": part, "on_behalf_of": behalf},
        )  # fmt: skip

    def volume(self) -> tuple[list[Claim], list[Fault]]:
        """The volume as a source, and the states that it names."""
        self.paper, self.claims, self.faults, self.voice, self.told = None, [], [], "", set()
        record = {
            "type": "book", "kind": "document", "citation": self.short,
            "title": self.title.get("complete") or self.title.get("title") or self.key,
            "collection-title": "Foreign Relations of the United States",
            "URL": f"{ADDRESS}{self.key}", **self.record,
        }  # fmt: skip
        if number := self.title.get("volumenumber"):
            record["volume"] = re.sub(r"^Volume\s+", "", number)
        self.tell(
            self.source, "described_as",
            value=json.dumps(record, ensure_ascii=False, sort_keys=True), locator="title page",
        )  # fmt: skip
        for key, where in sorted(self.states.items()):
            kind = "organisation" if key in ("un", "nato", "eec") else "state"
            self.tell(f"actor/{key}", "named", value=_STATE[key].name, locator=where or "persons")
            self.tell(f"actor/{key}", "is_a", value=kind, locator=where or "persons")
        return self.claims, self.faults

    def persons(self) -> tuple[list[Claim], list[Fault]]:
        """The list of persons: names, offices as printed, the state each served."""
        self.paper, self.claims, self.faults, self.voice, self.told = None, [], [], "", set()
        for person in self.people.all:
            common: dict[str, Any] = {"locator": "persons", "line": self.persons_line}
            self.tell(person.actor, "named", value=person.name, as_told=person.printed, **common)
            self.tell(person.actor, "is_a", value="person", **common)
            for other in dict.fromkeys(person.others):
                if other != person.name:
                    self.tell(person.actor, "also_named", value=other, **common)
            if person.role:
                self.tell(person.actor, "remark", value=person.role, **common)
            else:
                self.warn(f"{person.name} has no office in the list of persons", "", "role")
            if person.state in _STATE:
                told = person.offices
                one = told[0] if len(told) == 1 else None
                self.tell(
                    person.actor, "represents", self.state(person.state), as_told=person.role,
                    qualifiers={"office": one.title if one else "",
                                "period": one.period if one else ""},
                    **common,
                )  # fmt: skip
        return self.claims, self.faults


def _inverted(name: str) -> str:
    """ "David S. Patterson" as "Patterson, David S."; suffixes last."""
    bare = _SUFFIX.sub("", name.strip())
    suffix = name.strip()[len(bare) :].strip(" ,")
    words = bare.split()
    if len(words) < 2:
        return name
    at = len(words) - 1
    while at > 1 and _word(words[at - 1]) in _PARTICLES and words[at - 1][0].islower():
        at -= 1
    return ", ".join(filter(None, (" ".join(words[at:]), " ".join(words[:at]), suffix)))


def is_frus(path: Path) -> bool:
    """Whether a file is a volume of FRUS, told by its root element and first 64 KiB."""
    try:
        root = tei.root_of(path)
    except DataError:
        return False
    known = ("history.state.gov", "Foreign Relations of the United States")
    return (
        root.name == FRUS.root
        and root.namespace == FRUS.namespace
        and any(word in " ".join(root.beginning.split()) for word in known)
    )


def read_volume(path: Path, name: str) -> Iterator[Reading]:
    """The readings of one volume: `<name>#volume`, `<name>#persons`, then `<name>#<document>`.

    name: the path of the file as the graph knows it. The whole file is read before the first
    reading comes, so that one which breaks off (DataError) asserts nothing. Warnings say what could
    not be read, each with its document.
    """
    from visavis.ingest.run import Reading  # the run imports this module

    volume = _Volume(name, path.stem, FRUS)
    volume.read(path)
    left_out = list(volume.faults)
    volume.gather()
    readings: list[Reading] = []
    for paper in volume.papers:
        kind, claims, faults = volume.document(paper)
        readings.append(Reading(f"{name}#{paper.id}", kind, claims, faults))
    persons = Reading(f"{name}#persons", "frus-persons", *volume.persons())
    whole = Reading(f"{name}#volume", "frus-volume", *volume.volume())
    whole.faults += left_out
    yield whole
    yield persons
    yield from readings


# -- one person in several volumes ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Card:
    """A person of one volume's list, as a judgement of identity needs it."""

    actor: str
    name: str
    printed: str
    role: str
    volume: str

    @property
    def person(self) -> Person:
        """Name and offices taken apart."""
        reference = self.actor.removeprefix(f"actor/{self.volume}-")
        return replace(
            listed_person(reference, self.printed, self.role, self.volume), actor=self.actor
        )


@dataclass(frozen=True, slots=True)
class Join:
    """Actors that are certainly one person, the one to show first, and why."""

    same: tuple[str, ...]
    why: str

    def as_judgement(self) -> dict[str, Any]:
        """The line of judgements.yaml, without who judged and when."""
        return {"same": list(self.same), "why": self.why}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Two actors who may be one person; `score` is "very likely", "likely" or "possible"."""

    one: str
    other: str
    score: str
    why: str


def cards(readings: Iterable[Any]) -> list[Card]:
    """The persons of the lists of several volumes, from their readings (`...#persons`)."""
    found: list[Card] = []
    for reading in readings:
        if reading.kind != "frus-persons":
            continue
        told: dict[str, dict[str, Claim]] = defaultdict(dict)
        for claim in reading.claims:
            if claim.predicate in ("named", "remark"):
                told[claim.subject].setdefault(claim.predicate, claim)
        for actor, claims in told.items():
            named = claims.get("named")
            if named is None:
                continue
            volume = named.citations[0].source.removeprefix("source/")
            role = claims["remark"].value if "remark" in claims else ""
            found.append(Card(actor, named.value, named.as_told, role, volume))
    return found


def _full(a: Person, b: Person) -> bool:
    """Whether two names are the same in full: a whole given name each, nothing that differs."""
    if a.surname != b.surname or not a.given or not b.given:
        return False
    if len(a.given[0]) < 2 or len(b.given[0]) < 2 or a.given[0] != b.given[0]:
        return False
    return all(
        one == other or (one[0] == other[0] and 1 in (len(one), len(other)))
        for one, other in zip(a.given[1:], b.given[1:], strict=False)
    )


def _shared_office(a: Person, b: Person) -> str:
    """An office that both held at the same time, as printed; "" where there is none."""
    for one in a.offices:
        for other in b.offices:
            apart = (one.end and other.start and one.end[:4] < other.start[:4]) or (
                other.end and one.start and other.end[:4] < one.start[:4]
            )
            left, right = _plain(one.title), _plain(other.title)
            alike = left == right or (
                min(len(left), len(right)) > 12 and fuzz.token_sort_ratio(left, right) >= 88
            )
            if alike and not apart:
                return one.title
    return ""


def certain_joins(persons: Iterable[Card]) -> list[Join]:
    """Who is certainly one person in several volumes: the same full name and an office in common
    that was held at the same time, with nobody of that name besides in either volume.

    Pure; the actor of the volume that sorts first is the one to show. Each is a judgement, and is
    undone by removing its line.
    """
    by_name: dict[str, list[tuple[Card, Person]]] = defaultdict(list)
    for card in sorted(set(persons), key=lambda c: c.actor):
        person = card.person
        by_name[person.surname].append((card, person))
    joins: list[Join] = []
    for namesakes in by_name.values():
        groups: list[list[tuple[Card, Person]]] = []
        why: list[str] = []
        for card, person in namesakes:
            for number, group in enumerate(groups):
                if any(card.volume == c.volume for c, _ in group):
                    continue
                if not all(_full(person, p) for _, p in group):
                    continue
                office = next(filter(None, (_shared_office(person, p) for _, p in group)), "")
                if office:
                    group.append((card, person))
                    why[number] = why[number] or office
                    break
            else:
                groups.append([(card, person)])
                why.append("")
        for group, office in zip(groups, why, strict=True):
            rivals = [
                p for c, p in namesakes
                if (c, p) not in group and any(_full(p, q) for _, q in group)
                and c.volume in {g.volume for g, _ in group}
            ]  # fmt: skip
            if len(group) > 1 and not rivals:
                text = f"the same full name ({group[0][0].name}) and office ({office}) at one time"
                joins.append(Join(tuple(c.actor for c, _ in group), text))
    return sorted(joins, key=lambda j: j.same)


def suggestions(persons: Iterable[Card], joined: Iterable[Join] = ()) -> list[Suggestion]:
    """Pairs of two volumes who may be one person and are not joined, the likeliest first.

    "very likely": the same full name, and nothing against it. "likely": a name that agrees as far
    as initials go, of the same state. "possible": a surname alone, or another spelling.
    """
    one_of = {actor: join.same[0] for join in joined for actor in join.same}
    blocks: dict[str, list[tuple[Card, Person]]] = defaultdict(list)
    for card in sorted(set(persons), key=lambda c: c.actor):
        person = card.person
        blocks[_sound(person.surname)].append((card, person))
    found: dict[tuple[str, str], Suggestion] = {}
    ranks = ("very likely", "likely", "possible")
    for block in blocks.values():
        for (a, one), (b, other) in itertools.combinations(block, 2):
            left, right = one_of.get(a.actor, a.actor), one_of.get(b.actor, b.actor)
            if a.volume == b.volume or left == right:
                continue
            if one.state and other.state and one.state != other.state:
                continue
            if one.given and other.given and not _agree(one.given, other.given):
                continue
            spelled = "" if one.surname == other.surname else "; the surname is spelled otherwise"
            if _full(one, other):
                score, why = "very likely", "the same full name; no office in common is told"
            elif one.given and other.given and one.state == other.state:
                score, why = "likely", f"names that agree, of one state{spelled}"
            else:
                score, why = "possible", f"the same surname{spelled}"
            pair = (min(left, right), max(left, right))
            told = Suggestion(*pair, score, f"{why}: {a.name} ({a.volume}), {b.name} ({b.volume})")
            if pair not in found or ranks.index(score) < ranks.index(found[pair].score):
                found[pair] = told
    return sorted(found.values(), key=lambda s: (ranks.index(s.score), s.one, s.other))
