"""Foreign Relations of the United States (FRUS): memoranda become meetings, letters become acts.

In: one volume of the TEI edition of the Office of the Historian, in its older or newer form. Out:
one reading for the volume (its record and the states it names), one for its list of persons, and
one for each document, so that a changed document rewrites itself alone.

What counts as evidence:
- A meeting has those present from a list of participants (a `list`, or paragraphs under PARTICIPANTS
  or THOSE ATTENDING), or from a head that says who spoke ("Memorandum of Conversation Between A and
  B"). A name anywhere else is a mention, and makes nobody present.
- A letter, message, note, oral statement or telegram is an act outside any meeting, with the sender
  and the addressee of its head. Memoranda and papers among officials of one government are sources.
- The printed words stay in `as_told`, the way each participant was found in `memo`.

Ids of persons are local to a volume (`actor/frus1961-63v05-p-kns1`). Who is one and the same in two
volumes is a judgement of its own: `certain_joins` and `suggestions`.

What cannot be read is a warning with its document; nothing is dropped in silence.
"""

from __future__ import annotations

import itertools
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
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
ussr|Soviet Union|USSR,U.S.S.R.,Union of Soviet Socialist Republics,Soviets,Russia|Soviet,USSR,Russian
uk|United Kingdom|UK,U.K.,Great Britain,Britain,England|British,UK,U.K.,English
france|France||French
west-germany|Federal Republic of Germany|Germany,FRG,F.R.G.,West Germany|German,West German,FRG
east-germany|German Democratic Republic|GDR,G.D.R.,East Germany|East German,GDR
china|China|PRC,P.R.C.,People's Republic of China,Communist China|Chinese,PRC,Chinese Communist
taiwan|Republic of China (Taiwan)|ROC,GRC,Republic of China,Taiwan,Nationalist China|ROC,GRC,Nationalist Chinese
japan|Japan||Japanese
north-vietnam|Democratic Republic of Vietnam|DRV,North Vietnam,North Viet-Nam|North Vietnamese,DRV
south-vietnam|Republic of Vietnam|GVN,RVN,South Vietnam,Vietnam,Viet-Nam,Viet Nam|Vietnamese,South Vietnamese,GVN
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
for _line in _STATES.strip().splitlines():
    _key, _name, _nouns, _adjectives = _line.split("|")
    _STATE[_key] = _State(_key, _name)
    for _word in [_name, *filter(None, _nouns.split(","))]:
        _NOUN.setdefault(_plain(_word), _key)
    for _word in filter(None, _adjectives.split(",")):
        _ADJECTIVE.setdefault(_plain(_word), _key)
_BY_LENGTH = sorted(_NOUN, key=len, reverse=True)
_NOUNS = "|".join(map(re.escape, _BY_LENGTH))
_ADJECTIVES = "|".join(map(re.escape, sorted(_ADJECTIVE, key=len, reverse=True)))
_OWN = (
    "ambassador|amb|embassy|emb|minister|ministry|foreign|government|deputy|representative|"
    "permanent|delegation|delegate|mission|premier|president|charge|counselor|counsellor|secretary|"
    "prime|vice|interpreter|interpreters|notetaker|notetakers|party|citizen|general|marshal|"
    "consul|consulate|chancellor|king|chairman|first|second|third|air|naval|military|attache|"
    "permrep|state|council|national|institute|desk|trade|commercial|side|liaison|chief|supreme"
)
_BY_ADJECTIVE = re.compile(rf"\b({_ADJECTIVES}) (?:{_OWN})\b(?! [a-z]* ?affairs)")
_BY_NOUN = re.compile(
    rf"\b(?:president|premier|minister|ministers|chairman|king|chancellor|government|ambassador|"
    rf"party|affairs|republic|head|ministry|embassy|mission|delegation|secretary|chief) of (?:the )?"
    rf"({_NOUNS})\b(?! affairs)"
)
# An American post abroad, or an American desk for a country: the country named is not the side.
_ABROAD = re.compile(
    rf"\b(?:to|in|at|for|on|with) (?:the )?(?:{_NOUNS}|{_ADJECTIVES})\b"
    rf"|\boffice of [a-z ]*affairs\b|\b(?:{_NOUNS}|{_ADJECTIVES})(?: and [a-z]+)*"
    rf"(?: [a-z]+)? (?:affairs|exchanges)\b"
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
    r"foreign service officer|chief of protocol)\b"
)
_PRIVATE = re.compile(
    r"\b(?:inc|corporation|corp|company|co|associates|publishers|newspapers?|bank|university|"
    r"editor|news|magazine|correspondent|institute|college|foundation|times|post)\b"
)


def _side_named(text: str) -> str:
    """The state that the whole of `text` names ("US", "U.S. Side:", "Soviets"), else ""."""
    plain = _plain(text)
    plain = re.sub(r"^(?:for |on )?(?:the )?", "", plain)
    plain = re.sub(
        r" ?\b(?:side|delegation|delegates|participants|representatives|officials|group|team)$",
        "", plain,
    )  # fmt: skip
    return _NOUN.get(plain) or _ADJECTIVE.get(plain, "")


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
    rest = _ABROAD.sub(" ", plain)
    if american and _AMERICAN.search(plain):
        return "us"
    if parts and parts[-1] in _NOUN:
        return _NOUN[parts[-1]]
    if found := re.match(rf"(?:of|from) (?:the )?({_NOUNS})$", parts[0] if parts else ""):
        return _NOUN[found.group(1)]
    if found := re.search(rf"\b({_ADJECTIVES})\b", rest):
        return _ADJECTIVE[found.group(1)]
    return ""


# -- names ----------------------------------------------------------------------------------------

_HONORIFICS = {"mr", "mrs", "miss", "ms", "messrs", "dr", "madame", "madam", "mme", "m", "sir", "lord",
               "lady", "prof", "professor", "monsieur"}  # fmt: skip
_RANKS = {
    "ambassador", "amb", "senator", "sen", "senators", "congressman", "congressmen", "congresswoman",
    "general", "gen", "brig", "brigadier", "major", "maj", "lt", "lieutenant", "colonel", "col",
    "captain", "capt", "cdr", "commander", "admiral", "adm", "marshal", "vice", "rear", "chairman",
    "chairmen", "president", "presidents", "premier", "chancellor", "minister", "secretary", "sec",
    "secys", "secretaries", "governor", "gov", "prince", "princess", "king", "queen", "judge",
    "justice", "speaker", "under", "deputy", "assistant", "asst", "acting", "foreign", "prime",
    "counselor", "counsellor", "consul", "generalissimo", "charge", "chargé", "daffaires",
    "representative", "ambassadors", "messrs", "excellency", "honorable", "hon", "reverend", "count",
    "baron", "earl", "emperor", "shah", "crown", "sergeant", "sgt", "comrade", "pm", "fm", "his",
    "her", "their", "the",
}  # fmt: skip
_OFFICE = set(
    """
    adviser advisor advisers advisors agency agricultural agriculture aide aides air affairs
    administration administrator army associate attache attorney authority aviation bilateral
    branch bureau cabinet central chancellery chief china cia coordinator commerce commercial
    commission commissioner committee communications communist conference congress congressional
    consultant control correspondent correspondents corporation council counsel country court
    cultural defense defence delegate delegation department desk development director directorate
    disarmament division economic editor education embassy energy european exchange executive
    expert export federal field finance first fleet force foreign general government head
    headquarters health house information institute intelligence interior international
    interpreter interpreters interpreting investigation joint judicial justice labor large leader
    legal legation legislative liaison majority manager marine maritime mayor member members
    military ministerial ministry minority mission monetary multilateral national naval navy
    negotiator notetaker notetakers nuclear observer office officer official officials operations
    organization page parliament party permanent personal planning plenipotentiary policy
    political press private program protocol public recorder regional relations reporter research
    room rapporteur scientific scribe second secretariat section security senate senior service
    services side space special specialist spokesman staff state states stenographer technical
    third trade translator transport treasury united university war west western white writer
    eastern east north south northern southern atomic near middle far africa african asia asian
    europe america americas nations community arms agencies board bank company inc language
    languages situation review studies strategic science technology welfare works youth
    presidential chargés countries publishers newspapers newspaper syndicate traffic manager
    contacts republican democratic advisory academic embassies scholars premises
    """.split()
)
_LITTLE = {"of", "for", "the", "to", "at", "and", "in", "on", "a", "an", "from", "with", "by"}
_PARTICLES = {"de", "du", "von", "van", "der", "den", "la", "le", "el", "al", "ben", "bin", "da", "dos",
              "di", "della", "ter", "ibn", "bint", "e", "y", "zu", "af", "abu"}  # fmt: skip
_SUFFIX = re.compile(r",?\s+(Jr\.?|Sr\.?|II|III|IV|M\.?P\.?|U\.?S\.?A\.?F?\.?|USN|USMC|USAF)$")
_BLANK = re.compile(r"_{2,}|\[(?:blank|name[^\]]*|[^\]]*not declassified[^\]]*)\]", re.IGNORECASE)


def _word(token: str) -> str:
    return _plain(token).replace(" ", "")


def _squash(text: str) -> str:
    return _plain(text).replace(" ", "")


def _sound(word: str) -> str:
    """A name in a spelling that the usual transliterations of Russian share."""
    word = word.replace("x", "ks").replace("yu", "iu").replace("ya", "ia").replace("ye", "e")
    word = re.sub(r"[iy]{1,2}", "i", word).replace("ei", "i")
    return re.sub(r"(.)\1", r"\1", word).replace("iev", "ev").replace("tch", "ch")


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
        if not self.start and not self.end:
            return ""
        return f"{self.start or '..'}/{self.end or '..'}"


_MONTHS = {name: number for number, name in enumerate(dates.MONTHS, 1)}
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
    if len(pieces) > 1 or (pieces and re.fullmatch(r"Jr\.?|Sr\.?|II|III|IV", pieces[-1])):
        if re.fullmatch(r"Jr\.?|Sr\.?|II|III|IV", pieces[-1]):
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
    if a == b or _sound(a) == _sound(b):
        return True
    return min(len(a), len(b)) >= 6 and fuzz.ratio(_sound(a), _sound(b)) >= 84


def _agree(printed: Sequence[str], known: Sequence[str]) -> bool:
    """Whether given names do not contradict: each is the other, its initial, or a spelling."""
    for one, other in zip(printed, known, strict=False):
        if one[0] != other[0] and _sound(one)[:1] != _sound(other)[:1]:
            return False
        if len(one) > 1 and len(other) > 1 and not (one.startswith(other) or other.startswith(one)):
            if not _close(one, other) and fuzz.ratio(_sound(one), _sound(other)) < 70:
                return False
    return True


class People:
    """Who may be meant by a printed name in one volume."""

    def __init__(self, volume: str, persons: Iterable[Person]) -> None:
        self.volume = volume
        self.by_reference: dict[str, Person] = {}
        self.all: list[Person] = []
        self.local: dict[str, Person] = {}
        for person in persons:
            self.by_reference.setdefault(person.actor.removeprefix(f"actor/{volume}-"), person)
            self.all.append(person)

    def linked(self, reference: str) -> Person | None:
        """The person an edition's pointer names."""
        return self.by_reference.get(_reference(reference))

    def plausible(self, person: Person, printed: str) -> bool:
        """Whether printed words may name that person: editions link wrongly now and then."""
        if _BLANK.search(printed):
            return False
        tokens = [t for t in (_squash(w) for w in re.split(r"[\s.\-]+", printed)) if len(t) > 2]
        tokens = [t for t in tokens if t not in _RANKS | _HONORIFICS | _OFFICE | _LITTLE]
        if not tokens:
            return not any(_word(w) in _HONORIFICS for w in printed.split())
        whole = _squash(printed)
        for other in (person.printed, person.name, *person.others):
            names = [_squash(w) for w in re.split(r"[\s,.()\-]+", other)]
            if len(whole) > 5 and fuzz.ratio(_sound(whole), _sound(_squash(other))) >= 72:
                return True
            for name in names:
                if len(name) > 2 and any(
                    t == name or (len(t) > 3 and len(name) > 3 and fuzz.ratio(_sound(t), _sound(name)) >= 74)
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
        whole = _squash(" ".join(words))
        best: dict[str, list[Person]] = defaultdict(list)
        for person in [*self.all, *self.local.values()]:
            if state and person.state and person.state != state:
                continue
            how = self._fits(words, whole, person)
            if how and person not in best[how]:
                best[how].append(person)
        for how in ("full", "spelling", "surname", "surname-spelling"):
            if best[how]:
                return best[how], how
        return [], ""

    @staticmethod
    def _fits(words: list[str], whole: str, person: Person) -> str:
        names = {_squash(person.name.split(",")[0]), *(_squash(o) for o in person.others)}
        if whole in names and len(words) > 1:
            return "full"
        for count in range(1, min(3, len(words)) + 1):
            family = _squash(" ".join(words[-count:]))
            rest = _given(" ".join(words[:-count]))
            if family == person.surname:
                if not rest:
                    return "surname"
                if person.given and _agree(rest, person.given):
                    return "full"
            elif len(family) > 4 and _close(family, person.surname):
                if not rest:
                    return "surname-spelling"
                if person.given and _agree(rest, person.given):
                    return "spelling"
        if " " not in person.printed.strip() or "," in person.printed:
            return ""
        # East Asian names: the family name stands first.
        if len(words) > 1 and any(_close(whole, name) for name in names if len(name) > 5):
            return "spelling"
        return "surname" if len(words) == 1 and whole == person.surname else ""

    def add_local(self, name: str, state: str) -> Person:
        """Someone who is in no list of persons, known by the printed name alone."""
        name = " ".join(w.title() if w.isupper() and len(w) > 3 else w for w in name.split())
        words = _SUFFIX.sub("", name.strip(" ,.")).split()
        first = len(words) > 1 and ("-" in words[-1] or state in _FAMILY_FIRST)
        family = (words[0] if first else words[-1]) if words else ""
        given = words[1:] if first else words[:-1]
        person = Person(
            actor=f"actor/{self.volume}-{slug(_plain(name)) or 'unnamed'}", name=name, printed=name,
            surname=_squash(family), given=_given(" ".join(given)), state=state,
        )  # fmt: skip
        return self.local.setdefault(person.actor, person)


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
    """A bare function in the form offices are compared in: "The Secretary" is secretary of state."""
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
        if state and person.state != state or (not state and person.state not in ("", "us")):
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
    ("interpreter", re.compile(r"\b(?:interpret(?:er|ers|ing)|translat(?:or|ors|ing))\b", re.I)),
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
_CODE = re.compile(r"^([A-Z][A-Za-z]{0,4}(?:/[A-Z][A-Za-z-]*)*|[A-Z]{1,6}(?:/[A-Z:&-]+)*)\s*[—–]\s*")


def _is_title(token: str) -> bool:
    return _word(token) in _RANKS or _word(token) in _HONORIFICS


def _namelike(text: str) -> bool:
    """Whether `text` can be a name: one to five capitalised words, none of them of an office."""
    text = _SUFFIX.sub("", re.sub(r"\([^)]*\)", "", text).strip(" ,.:"))
    words = text.split()
    if not words or len(words) > 5 or re.search(r"\d", text):
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
    starts = _starts(item)
    found: list[Present] = []
    for start, end in itertools.pairwise([*starts, len(item.text)]):
        piece = item.cut(start, end)
        text = re.sub(r"(?:,?\s+and|[,;&])\s*$", "", piece.text)
        one = _one(piece.cut(0, len(text)))
        if one is not None:
            found.append(replace(one, roles=tuple(dict.fromkeys((*one.roles, *roles)))))
    if len(found) > 1 and ";" not in item.text:
        found = _shared(found)
    wrong = "" if found else "names nobody"
    return found, wrong


def _starts(item: Marked) -> list[int]:
    """Where in an item a new person begins."""
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
            plural = bool(re.match(r"(?:Senators|Congressmen|Messrs\.?|Secretaries|Ambassadors)\b", piece))
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
        if personal or _GROUP.match(piece) and conjoined:
            starts.add(begin)
            bare = False
        elif plural and _namelike(piece) and len(piece.split()) <= 2:
            starts.add(begin)
        elif bare and _bare_function(piece) and not re.search(r"\bof\b.*\band\b", text):
            starts.add(begin)
        elif _namelike(piece) and not title:
            if bare and len(pieces) == 2 and not conjoined:
                continue  # "The Foreign Secretary, George Brown"
            first = text[pieces[0][0] : pieces[0][1]]
            others = [text[b:e] for b, e in pieces]
            all_names = all(_heads_name(o) for o in others)
            if (conjoined and _heads_name(first) and len(piece.split()) > 1) or (
                all_names and len(others) > 2 and len(piece.split()) > 1
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
    return [(b, e) for b, e in zip(begins, ends, strict=True) if text[b:e].strip()] or [(0, len(text))]


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
    if partial_text := re.search(r"(?:,|\s)\s*((?:left|joined|arrived|present (?:for|until))\b.*)$", function):
        partial.append(partial_text.group(1))
        function = function[: partial_text.start()].strip(" ,")
    function = ", ".join(filter(None, (function, code, *aside)))
    unnamed = ""
    if not name or blank:
        words = _BLANK.sub("", f"{title} {name}".strip() if name else title).strip(" ,.")
        if _GROUP.match(words):
            unnamed = "role" if re.match(r"(?:one|an?)\b", words, re.IGNORECASE) else "group"
            roles += [r for r in _roles(words) if r not in roles]
        elif _BARE_ROLE.match(_plain(words)) or blank or not _bare_function(words):
            unnamed = "group" if re.match(r".*(?:ers|ors)$", _plain(words)) else "role"
            roles += [r for r in _roles(words) if r not in roles]
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
    """Give to all what is printed once: "A and B, Chinese Interpreters"; "Mr. A and Mr. B (CIA)"."""
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
    side = ""
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
            side, roles = named, ()
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
    return any(s.tag == "hi" and s.start == 0 and s.end >= len(item.text.rstrip(" :")) for s in item.spans)


def _is_sentence(text: str) -> bool:
    bare = re.sub(r"\([^)]*\)", "", text)
    words = bare.split()
    verb = _SENTENCE.search(bare)
    return len(words) > 6 and verb is not None and bool(re.search(r"\bto\b|\.$|\bthat\b|\bthe\b", bare))


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
    seconds = dates.to_seconds(day) if hasattr(dates, "to_seconds") else None
    del seconds
    from datetime import date, timedelta

    return (date.fromisoformat(day) + timedelta(days=1)).isoformat()


_STAMP = re.compile(r"(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d)(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?")
_PRINTED_DAY = re.compile(
    rf"(?P<m>{_MONTH}) (?P<d>\d{{1,2}})(?P<more>(?:\s*(?:-|–|—|,|and|to|through)\s*"
    rf"(?:{_MONTH} )?\d{{1,2}}(?!\d))*),?\s*(?P<y>(?:1[6-9]|20)\d\d)"
    rf"|(?P<d2>\d{{1,2}}) (?P<m2>{_MONTH}),? (?P<y2>(?:1[6-9]|20)\d\d)"
)
_CLOCK = r"(?:noon|midnight|\d{1,2}(?:[:.]\d\d)?)"
_RANGE = re.compile(
    rf"(?P<a>{_CLOCK})\s*(?P<ap>[ap]\.?\s?m\b\.?)?\s*(?:-|–|—|to|until)\s*"
    rf"(?P<b>{_CLOCK})\s*(?P<bp>[ap]\.?\s?m\b\.?)?",
    re.IGNORECASE,
)
_POINT = re.compile(
    r"(?P<a>noon|midnight|\d{1,2}(?:[:.]\d\d)?)\s*(?P<ap>[ap]\.?\s?m\b\.?)?", re.IGNORECASE
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
    """The day and hours of a printed date: "June 3, 1961, 12:45 p.m.", "September 4, 1964, 2-3 p.m."

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
        ranges = [m for m in _RANGE.finditer(rest) if m["bp"] or m["b"].lower() in ("noon", "midnight")]
        points = [m for m in _POINT.finditer(rest) if m["ap"] or m["a"].lower() in ("noon", "midnight")]
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
