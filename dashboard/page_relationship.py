"""The landing page: how a relationship came about, act by act, with the evidence for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import streamlit as st

from visavis.dashboard import common, drawing
from visavis.exchange import prose
from visavis.queries.relationship import relationship
from visavis.queries.told import Exchange, Relationship
from visavis.queries.weighing import RULES, weighted
from visavis.schema import dates
from visavis.schema.errors import NotFoundError, QueryError, QueryStoppedError
from visavis.schema.model import vocabulary

__all__ = ["Row", "default_pair", "ledger", "page", "prepare"]

# Of so many acts, wherever they stand, the pair with most: to count all would read the whole graph.
BUSIEST = (
    "MATCH (a:Actor)-[r:CREDIT|DISCREDIT]->(b:Actor) "
    "WITH a.id AS x, b.id AS y LIMIT $look "
    "WITH CASE WHEN x < y THEN x ELSE y END AS one, CASE WHEN x < y THEN y ELSE x END AS other "
    "RETURN one, other, count(*) AS n ORDER BY n DESC, one, other LIMIT 1"
)
# Where there are no acts: two who met.
MET = (
    "MATCH (a:Actor)-[:TOOK_PART]->(:Meeting)<-[:TOOK_PART]-(b:Actor) WHERE a.id < b.id "
    "RETURN a.id AS one, b.id AS other LIMIT 1"
)
LOOK = 2_000
BUSIEST_SECONDS = 1.0
FAMOUS = ("actor/reagan", "actor/gorbachev")
MOST = 200  # encounters of a pair that are read, the latest; as many are drawn
LEDGER = {
    "when": "When", "sign": "±", "who": "By and to", "what": "What", "citation": "Source",
    "answer": "Answer", "confidence": "Confidence", "kind": "Act",
}  # fmt: skip


# -- what the page says ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the ledger and the element behind it."""

    element: str
    when: str
    by: str
    to: str
    sign: str
    what: str
    kind: str
    answer: str
    confidence: str
    citation: str


def ledger(made: Relationship, *, everything: bool = False) -> list[Row]:
    """Every credit and discredit in order; with everything, also the other acts, domination and
    bonds. What was held back or refused stands with its sign in brackets."""
    rows: list[Row] = []
    for encounter in made.encounters:
        for act in encounter.acts:
            when = act.when or encounter.when
            for e in act.exchanges:
                mark = "+" if e.sign == "credit" else "−"
                size = mark * (e.intensity or 1)
                # One act may give credit of several kinds.
                kind = "" if e.label == act.label else f"{e.label}: "
                rows.append(
                    Row(
                        e.id, when, e.giver.short, e.receiver.short,
                        size if e.weight else f"({size})",
                        f"{kind}{act.what}" if act.what else e.label, e.label,
                        drawing.answer_words(e), _grade(e), e.evidence.citation,
                    )
                )  # fmt: skip
            if not everything:
                continue
            for d in act.dominance:
                rows.append(
                    Row(d.id, when, d.by.short, d.over.short, "", act.what, "domination",
                        d.result, d.evidence.confidence, d.evidence.citation)
                )  # fmt: skip
            if not act.exchanges and not act.dominance:
                rows.append(
                    Row(act.id, when, _names(act.by), _names(act.to), "", act.what, act.label,
                        "", act.evidence.confidence, act.evidence.citation)
                )  # fmt: skip
        for bond in encounter.bonds if everything else ():
            rows.append(
                Row(bond.id, encounter.when, made.a.short, made.b.short, "",
                    f"{bond.kind} {bond.change}".strip(), "bond", "", bond.evidence.confidence,
                    bond.evidence.citation)
            )  # fmt: skip
    return rows


def _grade(exchange: Exchange) -> str:
    contested = "contested" if exchange.in_doubt or exchange.evidence.contested_by else ""
    return "; ".join(x for x in (exchange.evidence.confidence, contested) if x)


def _names(actors: Sequence[Any]) -> str:
    return ", ".join(actor.short for actor in actors)


def met_sentence(made: Relationship) -> str:
    """What was left out by the filters, in words; "" where nothing was."""
    told = [f"{n:,} {why}" for why, n in made.left_out.items()]
    return f"Left out: {'; '.join(told)}." if told else ""


def nothing(filtered: bool) -> str:
    """What is said where two have nothing in common that is told."""
    why = "The filters may leave it out, or nobody" if filtered else "Nobody"
    told = f"Nothing is known between the two. {why} has coded it"
    return f"{told}: absence of evidence is not absence."


# -- reading --------------------------------------------------------------------------------------


@st.cache_resource(max_entries=24, show_spinner="Reading the relationship")
def _read(place: str, at: int, a: str, b: str, told: tuple[tuple[str, Any], ...]) -> Relationship:
    return relationship(common.graph(), a, b, most=MOST, **dict(told))


def read(a: str, b: str, **filters: Any) -> Relationship:
    """The relationship, remembered for this revision of the graph."""
    told = tuple(sorted((k, v) for k, v in filters.items() if v))
    return _read(common.graph().address, common.revision(), a, b, told)


def default_pair() -> tuple[str, str]:
    """Reagan and Gorbachev where they are in the graph, else a pair of many acts."""
    found = _default(common.graph().address, common.revision())
    if found is None:
        raise NotFoundError("choose two actors to begin with")
    return found


@st.cache_data(max_entries=4, show_spinner=False)
def _default(place: str, at: int) -> tuple[str, str] | None:
    both = "UNWIND $ids AS id MATCH (a:Actor {id: id}) RETURN id"
    if len(common.graph().rows(both, {"ids": list(FAMOUS)})) == len(FAMOUS):
        return FAMOUS
    for query in (BUSIEST, MET):
        try:
            found = common.graph().rows(query, {"look": LOOK}, timeout=BUSIEST_SECONDS)
        except QueryStoppedError:
            continue
        if found:
            return str(found[0]["one"]), str(found[0]["other"])
    return None


def prepare(place: str, at: int) -> None:
    """Read and draw, before there is a reader, what the page shows to the first one."""
    common.listed_at(place, at, "actor")
    pair = _default(place, at)
    if pair is not None:
        made = _read(place, at, *pair, ())
        shown, look = _whose(made), (False, False, "counts", "1-2-3")
        if shown.encounters:
            _drawn((place, at, *pair, shown.by_representatives, *look), shown, *look)


def _whose(made: Relationship) -> Relationship:
    """Whose acts are shown at first: their own where there are any, else their representatives'."""
    theirs = made.represented
    own = bool(made.encounters or made.bonds)
    return made if own or theirs is None or not theirs.encounters else theirs


def page() -> None:
    """Two actors, a sentence, a picture, the ledger and the evidence."""
    first, second = "", ""
    if not common.param("a") and not common.param("b"):
        try:
            first, second = default_pair()
        except NotFoundError as error:
            st.info(common.plain(str(error)))
    left, right = st.columns(2)
    with left:
        a = common.actor_picker("One", "a", first)
    with right:
        b = common.actor_picker("The other", "b", second)
    if not (a and b):
        st.title("Relationship", anchor=False)
        st.write("Choose two actors to see what passed between them.")
        return
    if a == b:
        st.write("A relationship is between two; choose another actor.")
        return
    made = read(a, b)
    parts = [made, *([made.represented] if made.represented else [])]
    led = any("machine-coded leads" in part.left_out for part in parts)
    filters = _filters(read(a, b, leads=True) if led else made)
    made = read(a, b, **filters) if filters else made
    shown = made
    common.fresh("relationship", a, b, *map(str, sorted(filters.items())))
    if made.represented is not None and made.represented.encounters:
        options = {"own": "Their own acts", "theirs": "By their representatives"}
        first = "own" if _whose(made) is made else "theirs"
        which = common.choice("Whose acts", options, "whose", first, pills=True)
        shown = made.represented if which == "theirs" else made
    _head(made, shown)
    if not shown.encounters and not shown.bonds:
        st.write(nothing(bool(filters)))
        return
    about = (a, b, shown.by_representatives, *(str(item) for item in sorted(filters.items())))
    _acts(shown, about)


@st.fragment
def _acts(shown: Relationship, about: tuple[Any, ...]) -> None:
    """Picture, ledger and evidence: a click draws these anew and not the whole page."""

    def drawn() -> None:
        _ledger(shown, _picture(shown, about))

    common.careful(drawn)


def _head(made: Relationship, shown: Relationship) -> None:
    names = " and ".join(prose._the(x, True) for x in (made.a, made.b))
    st.title(common.plain(names[:1].upper() + names[1:]), anchor=False)
    read, early = len(shown.encounters), shown.left_out.get("earlier encounters", 0)
    latest = f"Of {read + early:,} encounters the latest {read:,} are told here." * bool(early)
    common.sentence(latest, *prose.opening(shown))
    if shown.left_out:
        st.html(f"<p class='vv-note'>{common.html_text(met_sentence(shown))}</p>")


def _filters(whole: Relationship) -> dict[str, Any]:
    """The filters, from what occurs in the whole; {} where nothing is filtered."""
    parts = [whole, *([whole.represented] if whole.represented else [])]
    told = [x for part in parts for x in _evidences(part)]
    coders = sorted({c for e in told for c in e.coders})
    bases = sorted({b for e in told for b in e.bases} - {"machine"})
    works = {
        s: str(record.get("citation") or s) for part in parts for s, record in part.sources.items()
    }
    works = dict(sorted(works.items(), key=lambda item: item[1].casefold()))
    leads = any(e.machine for e in told)
    terms = vocabulary().terms
    with st.expander("Filters, and what if a source were withdrawn"):
        one, two, three, four = st.columns(4)
        with one:
            from_ = common.typed("From (date)", "from", placeholder="1985-11")
            to = common.typed("To (date)", "to", placeholder="1987")
        with two:
            confidence = common.choice(
                "Confidence",
                {"": "all", "medium": "not low", "high": "no doubt told"},
                "confidence",
            )
            coder = common.choice("Coder", {"": "all", **{c: c for c in coders}}, "coder")
        with three:
            basis = common.choices(
                "Basis", {b: terms[b].label if b in terms else b for b in bases}, "basis"
            )
            with_leads = leads and common.switch(
                "With machine-coded leads", "leads",
                help="Leads are no evidence: they are left out unless asked for.",
            )  # fmt: skip
        with four:
            source = common.choice("Only what rests on", {"": "all", **works}, "source")
            without = common.choice(
                "If this source were withdrawn", {"": "none", **works}, "without"
            )
        from_, to = (_date(text) for text in (from_, to))
    found = {
        "from_": from_, "to": to, "confidence": confidence, "coder": coder, "source": source,
        "without": without, "basis": tuple(basis), "leads": bool(with_leads),
    }  # fmt: skip
    return {k: v for k, v in found.items() if v}


def _date(text: str) -> str:
    """A date as it is typed; where it is none the reader is told, and it does not filter."""
    try:
        return dates.parse(text).text if text else ""
    except dates.DateError as error:
        st.warning(common.plain(str(error)))
        return ""


def _evidences(made: Relationship) -> list[Any]:
    found = []
    for encounter in made.encounters:
        found.append(encounter.evidence)
        for act in encounter.acts:
            found += [act.evidence, *(e.evidence for e in act.exchanges)]
            found += [d.evidence for d in act.dominance]
    return found


@st.cache_resource(max_entries=32, show_spinner=False)
def _drawn(
    key: tuple[Any, ...], _shown: Relationship, dark: bool, narrow: bool, show: str, rule: str
) -> drawing.Picture:
    """The picture, remembered: a click draws nothing anew."""
    return drawing.relationship_picture(_shown, dark=dark, narrow=narrow, show=show, rule=rule)


def _picture(shown: Relationship, about: tuple[Any, ...]) -> str:
    """The three panels; the identifier of what was clicked, "" where nothing was.

    about: what tells this relationship, so filtered, from any other.
    """
    options = {"counts": "Counts", "index": "Weighted index", "net": "Net balance"}
    rule = "1-2-3"
    bar, more = st.columns([3, 2])
    with bar:
        show = common.choice("Upper panel", options, "show", "counts", pills=True, quiet=True)
    if show != "counts":
        with more:
            rule = common.typed(
                "Weights of slight, clear and grave acts", "rule", "1-2-3",
                help="Intensities are ordinal: any three numbers that do not fall will do.",
            )  # fmt: skip
        try:
            index = weighted(shown, rule)
        except QueryError as error:
            st.warning(common.plain(str(error)))
            rule, index = "1-2-3", weighted(shown)
        told = drawing.sensitivity(index, shown.a.short, shown.b.short)
        rules = ", ".join(RULES)
        st.html(
            f"<p class='vv-note'>{common.html_text(index.rule)}. {common.html_text(told)} "
            f"Shaded: what the rules {rules} make of it.</p>"
        )
    try:
        look = (common.dark(), common.narrow(), show, rule)
        picture = _drawn((common.graph().address, common.revision(), *about, *look), shown, *look)
    except NotFoundError as error:
        st.info(common.plain(str(error)))
        return ""
    st.html(_legend(shown))
    state = common.chart(picture.chart, None, picture.alt, key="picture", select=True)
    if picture.left_out:
        common.note(picture.left_out)
    return _chosen(state)


def _legend(shown: Relationship) -> str:
    parts = []
    for sign, colour, words in drawing.legend(shown, dark=common.dark()):
        ink = f"background:{colour}" if sign.isalpha() else f"color:{colour}"
        kind = "vv-mode" if sign.isalpha() else "vv-sign"
        parts.append(
            f"<span class='vv-key'><b class='{kind}' style='{ink}' aria-hidden='true'>"
            f"{common.html_text(sign)}</b> {common.html_text(words)}</span>"
        )
    return f"<p class='vv-legend'>{' '.join(parts)}</p>"


def _chosen(state: Any) -> str:
    picked: Mapping[str, Any] = (state or {}).get("selection", {})
    for name in ("act", "vain", "open", "mode", "met", "stripe"):
        told = picked.get(name)
        items = told if isinstance(told, list) else [told] if told else []
        for item in items:
            if isinstance(item, dict) and item.get("id"):
                return str(item["id"])
    return ""


def _ledger(shown: Relationship, clicked: str) -> None:
    left, right = st.columns([3, 2], gap="medium")
    with left:
        st.header("Ledger", anchor=False)
        everything = common.switch("With all acts, domination and bonds", "all")
        rows = ledger(shown, everything=everything)
        if not rows:
            st.write("No credit or discredit between them is coded.")
        data = [
            {**asdict(row), "who": f"{row.by} → {row.to}" if row.to else row.by} for row in rows
        ]
        number = None
        if rows:
            number = common.select_row(
                data, LEDGER, key=f"ledger{int(everything)}",
                alt="Ledger of credits and discredits",
                widths={"By and to": 150, "What": 180},  # so that the source is seen too
            )  # fmt: skip
    chosen = rows[number].element if number is not None else ""
    element = common.latest("e", picture=clicked, table=chosen)
    with right:
        st.header("Evidence", anchor=False)
        if element:
            common.evidence(element)
            if element.startswith("meeting/"):
                common.link("encounter", "Open this encounter", meeting=element[8:])
        else:
            st.html("<p class='vv-note'>Click a mark in the picture, or a row of the ledger, to "
                    "read who says so, and where.</p>")  # fmt: skip
