"""States in the words of diplomatic papers: nouns, adjectives, and the offices that serve them.

`side_named` reads a header ("U.S. Side:"), `state_of` the words of an office ("Soviet Ambassador").
The keys are those of the shipped registers.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from visavis.schema.text import fold

__all__ = [
    "ADJECTIVES",
    "ADJECTIVE_PATTERN",
    "NOUNS",
    "NOUN_PATTERN",
    "ORGANISATIONS",
    "PRIVATE",
    "STATES",
    "perhaps_american",
    "plain_words",
    "side_named",
    "state_of",
]

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
south-africa|South Africa|Union of South Africa,Republic of South Africa,RSA|South African,SAG
rhodesia|Rhodesia|Southern Rhodesia|Rhodesian
congo|Congo|Republic of the Congo,Democratic Republic of the Congo|Congolese
zaire|Zaire||Zairian
ghana|Ghana||Ghanaian
guinea|Guinea||Guinean
mali|Mali||Malian
nigeria|Nigeria||Nigerian
ethiopia|Ethiopia||Ethiopian
somalia|Somalia||Somali
kenya|Kenya||Kenyan
tanzania|Tanzania|Tanganyika|Tanzanian
zambia|Zambia|Northern Rhodesia|Zambian
angola|Angola||Angolan
mozambique|Mozambique||Mozambican
botswana|Botswana|Bechuanaland|Botswanan
lesotho|Lesotho|Basutoland|Basotho
swaziland|Swaziland||Swazi
malawi|Malawi|Nyasaland|Malawian
madagascar|Madagascar|Malagasy Republic|Malagasy
mauritius|Mauritius||Mauritian
uganda|Uganda||Ugandan
rwanda|Rwanda||Rwandan
burundi|Burundi||Burundian
cameroon|Cameroon|Cameroun|Cameroonian
gabon|Gabon||Gabonese
chad|Chad||Chadian
central-african-republic|Central African Republic||
niger|Niger||
upper-volta|Upper Volta|Burkina Faso|
dahomey|Dahomey|Benin|
togo|Togo||Togolese
ivory-coast|Ivory Coast|Cote d'Ivoire|Ivorian
liberia|Liberia||Liberian
sierra-leone|Sierra Leone||
gambia|Gambia|The Gambia|Gambian
guinea-bissau|Guinea-Bissau||
cape-verde|Cape Verde||
equatorial-guinea|Equatorial Guinea||
sao-tome|Sao Tome and Principe||
mauritania|Mauritania||Mauritanian
algeria|Algeria||Algerian
morocco|Morocco||Moroccan
tunisia|Tunisia||Tunisian
libya|Libya||Libyan
sudan|Sudan||Sudanese
senegal|Senegal||Senegalese
namibia|Namibia|South West Africa|Namibian
oman|Oman|Muscat and Oman|Omani
bahrain|Bahrain||Bahraini
qatar|Qatar||Qatari
uae|United Arab Emirates|UAE,Trucial States|
bangladesh|Bangladesh||Bangladeshi
bhutan|Bhutan||Bhutanese
maldives|Maldives||
malta|Malta||Maltese
uruguay|Uruguay||Uruguayan
paraguay|Paraguay||Paraguayan
guyana|Guyana|British Guiana|Guyanese
suriname|Suriname|Surinam|Surinamese
jamaica|Jamaica||Jamaican
trinidad|Trinidad and Tobago|Trinidad|Trinidadian
barbados|Barbados||Barbadian
bahamas|Bahamas||Bahamian
grenada|Grenada||Grenadian
fiji|Fiji||Fijian
papua|Papua New Guinea||
tibet|Tibet||Tibetan
un|United Nations|UN,U.N.|UN
nato|NATO|North Atlantic Treaty Organization|NATO
eec|European Economic Community|EEC,European Communities|EEC
"""


@lru_cache(maxsize=50_000)
def plain_words(text: str) -> str:
    """Letters, digits and single blanks of `text`, folded: the form in which words are compared."""
    flat = fold(text.replace("ʼ", "'").replace("’", "'").replace("'", "").replace("‘", ""))
    return " ".join(re.sub(r"[^a-z0-9]+", " ", flat.replace(".", "")).split())


class _State(NamedTuple):
    key: str
    name: str


STATES: dict[str, _State] = {}
NOUNS: dict[str, str] = {}  # plain words of a noun -> key of the state
ADJECTIVES: dict[str, str] = {}
ORGANISATIONS = frozenset({"un", "nato", "eec"})
for _row in _STATES.strip().splitlines():
    _key, _name, _nouns, _adjectives = _row.split("|")
    STATES[_key] = _State(_key, _name)
    for _told in [_name, *filter(None, _nouns.split(","))]:
        NOUNS.setdefault(plain_words(_told), _key)
    for _told in filter(None, _adjectives.split(",")):
        ADJECTIVES.setdefault(plain_words(_told), _key)
_BY_LENGTH = sorted(NOUNS, key=len, reverse=True)
NOUN_PATTERN = "|".join(map(re.escape, _BY_LENGTH))
ADJECTIVE_PATTERN = "|".join(map(re.escape, sorted(ADJECTIVES, key=len, reverse=True)))
_OWN = (
    "ambassador|amb|embassy|emb|minister|ministry|foreign|government|deputy|representative|"
    "permanent|delegation|delegate|mission|premier|president|charge|counselor|counsellor|secretary|"
    "prime|vice|interpreter|interpreters|notetaker|notetakers|party|citizen|general|marshal|"
    "consul|consulate|chancellor|king|chairman|first|second|third|air|naval|military|attache|"
    "permrep|state|council|national|institute|trade|commercial|side|liaison|chief|supreme"
)
_BY_ADJECTIVE = re.compile(rf"\b({ADJECTIVE_PATTERN}) (?:{_OWN})\b(?! [a-z]* ?affairs)")
_BY_NOUN = re.compile(
    rf"\b(?:president|premier|minister|ministers|chairman|king|chancellor|government|ambassador|"
    rf"party|affairs|(?<!to the )(?<!in the )republic|head|ministry|embassy|mission|"
    rf"delegation|secretary|chief) of (?:the )?"
    rf"({NOUN_PATTERN})\b(?! (?:affairs|division|section|desk|department|branch|office)\b)"
)
_OF_STATE = re.compile(
    rf"\b(?:general|ambassador|secretary|commissar|speaker|marshal|representative|foreign affairs|"
    rf"defense|war|finance|interior|economy|state) of (?:the )?(?:arab |socialist |people s )*"
    rf"(?:republic of )?({NOUN_PATTERN})$"
)
# "New Zealand Embassy", where the name of a state stands for an adjective.
_ATTRIBUTE = re.compile(
    rf"(?<!to )(?<!in )(?<!at )(?<!of )(?<!for )(?<!on )(?<!the )\b({NOUN_PATTERN}) "
    r"(?:embassy|legation|ambassador|delegation|government|foreign|prime|minister|ministry|"
    r"permanent|representative|mission|charge|high commission)\b"
)
# An American post abroad, or an American desk for a country: the country named is not the side.
_ABROAD = re.compile(
    rf"\b(?:to|in|at|for|on|with) (?:the )?(?:{NOUN_PATTERN}|{ADJECTIVE_PATTERN})\b"
    rf"|\boffice of [a-z ]*affairs\b|\b(?:{NOUN_PATTERN}|{ADJECTIVE_PATTERN})(?: and [a-z]+)*"
    rf"(?: [a-z]+)? (?:affairs|exchanges)\b"
    rf"|\b(?:{ADJECTIVE_PATTERN}) (?:department|section|division|desk|countries|and [a-z]+)\b"
)
_AMERICAN = re.compile(
    r"\b(?:department of state|state department|secretary of state|secretary of defense|"
    r"secretary of the (?:treasury|interior|navy|army|air force)|secretary of (?:commerce|"
    r"agriculture|labor|health)|under ?secretary|assistant secretary|nsc|national security|"
    r"white house|assistant to the president|assistant to the secretary|ambassador at large|"
    r"attorney general|vice president of the united|cia|central intelligence|senator|"
    r"congressman|congressmen|representative [rd] |us senate|policy planning|joint chiefs|"
    r"arms control and disarmament agency|acda|usun|usia|department of (?:defense|commerce|"
    r"agriculture|justice|the treasury|labor)|bureau of|special assistant|press secretary to the "
    r"president|council of economic advisers|atomic energy commission|"
    r"ambassador(?: designate)? to(?! (?:the )?(?:us|usa|united states|washington)\b)|embassy in|"
    r"minister counselor at|consul general (?:in|at)|senate|house of representatives|"
    r"federal bureau of investigation|presidents special|political officer|country director|"
    r"(?:ambassador|minister|charge|charge daffaires|consul) in "
    r"(?!(?:the )?(?:us|usa|united states|washington)\b)|president elect|acting secretary|"
    r"asst sec(?:retary)?|special asst|language services|export import bank|development loan fund|"
    r"agency for international development|international cooperation administration|"
    r"foreign operations administration|us information agency|nsc staff|member national security|"
    r"peace corps|deputy under secretary of state|office of management and budget|"
    r"foreign service officer|chief of protocol|federal aviation|adviser to the president|"
    r"representative (?:to|at) the (?:united nations|un)|"
    r"presidents (?:[a-z]+ ){0,2}(?:assistant|advis[eo]r)|national aeronautics|nasa)\b"
)
# Offices that the series gives to Americans without saying so, and that other states have too.
_COMMON = re.compile(
    r"\b(?:special assistant|(?:deputy )?assistant to the (?:president|secretary)|"
    r"under ?secretary|assistant secretary|attorney general|chief of protocol|"
    r"press secretary to the president|"
    r"political officer|minister counselor at|ambassador to|ambassador at large|presidents special|"
    r"adviser to the president|presidents (?:[a-z]+ ){0,2}(?:assistant|advis[eo]r)|asst sec|"
    r"(?:ambassador|minister|charge|charge daffaires|consul) in|president elect|"
    r"acting secretary|special asst)\b"
)
# Symbols of American bureaus before or behind a name: "EUR—Mr. Elbrick", "Davis, SOV".
_BUREAU = re.compile(
    r"(?:^(?:S|U|D|P|G|E|C|M|L|A|H|B|T|W)(?![\w ])|(?:^|, )(?:EUR|FE|EA|EAP|NEA|AF|ARA|IO|INR|SOV|"
    r"AF[SWENCI]|GTI|SOA|NR|NA|SEA|WST|MID|REA|CMA|NE|ARN|ARP|NGA|GPA|"
    r"EE|GER|WE|BNA|RA|RPM|RPE|UNA|UNP|SCI|SCA|PM|OES|EB|ACDA|NSC|CIA|OSD|ISA|JCS|AID|ICA|"
    r"USIA|USUN|CU|LS|BTF|SPA|SES|CA|PRCM|DOD|DCI|WH|USEC|USRO|USNATO|[SPGUDECMLW](?=/)))(?:/[A-Z&-]+)*\.?(?=$|,)"
)
# Departments that stand alone beside a name: "Mr. Sloan, Defense"; other states have ministries.
_BODIES = re.compile(
    r"state|defense|treasury|justice|commerce|agriculture|interior|labor|energy|transportation|"
    r"army|navy|air force|(?:the )?white house|bob|budget bureau|bureau of the budget|omb|ica|foa|"
    r"mutual security|language services|peace corps|usia|aid|eca|msa|exim bank"
)
# An American desk for a region: "Director, Office of Southwest Pacific Affairs".
_DESK = re.compile(
    r"\b(?:director|chief|officer|oic|office of)\b(?: [a-z]+){0,5}? "
    rf"(?:{ADJECTIVE_PATTERN}|{NOUN_PATTERN}|african|european|asian|eastern|pacific|inter american|"
    r"caribbean|atlantic|regional) affairs\b"
)
_REGION = re.compile(
    r"\bassistant secretary (?:of state )?for (?:african|european|near eastern|far eastern|"
    r"inter american|east asian|american republic|united nations|international organization)\b"
)
_MINISTRY = re.compile(
    r"\b(?:ministry|minister|foreign office|external|prime|cabinet|party|embassy of|"
    r"(?<!inter )american (?:affairs|bureau|department)|americas?|united states affairs|"
    r"us affairs)\b"
)
PRIVATE = re.compile(
    r"\b(?:inc|corporation|corp|company|co|associates|publishers|newspapers?|bank|university|"
    r"editor|news|magazine|correspondent|institute|college|foundation|times|post)\b"
)


_STYLED = re.compile(
    r"^(?:[a-z]+ ){0,2}(?:republic|kingdom|state|dominion|commonwealth|government|empire) of "
    r"(?:the )?"
)


def side_named(text: str) -> str:
    """The state that the whole of `text` names ("US", "U.S. Side:", "Soviets"), else ""."""
    if len(text) > 200:
        return ""
    plain = plain_words(re.sub(r"\([^)]*\)", " ", text))
    plain = re.sub(r"^(?:for |on )?(?:the )?", "", plain)
    plain = re.sub(
        r" ?\b(?:side|delegation|delegates|participants|representatives|officials|group|team)$",
        "", plain,
    )  # fmt: skip
    styled = _STYLED.sub("", plain)  # "Republic of Guinea", "Kingdom of Morocco"
    return (
        NOUNS.get(plain) or ADJECTIVES.get(plain) or ADJECTIVES.get(plain.removesuffix("s"), "")
        or (NOUNS.get(styled, "") if styled != plain else "")
    )  # fmt: skip


@lru_cache(maxsize=20_000)
def state_of(function: str, american: bool = True) -> str:
    """The state whom someone with this function serves, as far as the words say.

    american: whether offices that the series knows as American count where no state is named.
    """
    parts = [plain_words(part) for part in re.split(r",|;| - |—|–", function)]
    parts = [part for part in parts if part]
    plain = " ".join(parts)
    if found := _BY_ADJECTIVE.search(plain):
        return ADJECTIVES[found.group(1)]
    if found := _BY_NOUN.search(plain):
        return NOUNS[found.group(1)]
    for part in parts:
        if found := _ATTRIBUTE.search(part):
            return NOUNS[found.group(1)]
    if parts and parts[-1] in NOUNS:
        return NOUNS[parts[-1]]
    for part in parts:  # "Attorney General of Israel", "Ambassador of the Soviet Union"
        if found := _OF_STATE.search(part):
            return NOUNS[found.group(1)]
    if american and (
        _AMERICAN.search(plain)
        or _BUREAU.search(function)
        or (_DESK.search(plain) and not _MINISTRY.search(plain))
        or (any(map(_BODIES.fullmatch, parts)) and not _MINISTRY.search(plain))
    ):
        return "us"
    if found := re.match(rf"(?:of|from) (?:the )?({NOUN_PATTERN})$", parts[0] if parts else ""):
        return NOUNS[found.group(1)]
    for part in parts:
        if found := re.search(rf"\bof (?:the )?({NOUN_PATTERN})$", part):
            return NOUNS[found.group(1)]
        found = re.match(rf"({ADJECTIVE_PATTERN})\b", _ABROAD.sub(" ", part).strip())
        if found:
            return ADJECTIVES[found.group(1)]
    return ""


def perhaps_american(function: str) -> bool:
    """Whether nothing but an office that other states have too speaks for an American."""
    plain = plain_words(function)
    if _BUREAU.search(function) or _REGION.search(plain):
        return False
    return bool(_COMMON.search(plain)) and not state_of(_COMMON.sub(" ", plain))
