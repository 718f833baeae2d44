"""Network: who is tied to whom around an actor, opened node by node; every tie has its evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from visavis.dashboard import common, network
from visavis.queries import network as ties
from visavis.queries.network import Member, Network, Tie

__all__ = ["opening", "page", "tie_rows"]

KEY = "network"
SHOWN = 20  # encounters or claims listed of one tie
_WORDS = {
    "together": ("encounter", "encounters"),
    "credit": ("credit", "credits"),
    "discredit": ("discredit", "discredits"),
    "domination": ("act of domination", "acts of domination"),
    "bond": ("bond", "bonds"),
    "represents": ("representation", "representations"),
}
_PASSED = ("credit", "discredit", "domination", "bond")
_SAYS = {
    "together": "met",
    "credit": "gave credit to",
    "discredit": "discredited",
    "domination": "dominated or tried to dominate",
    "bond": "bonded with",
    "represents": "acts for",
}


# -- what the page says ---------------------------------------------------------------------------


def counted(number: int, kind: str) -> str:
    """`1 credit`, `2,000 credits`."""
    return f"{number:,} {_WORDS[kind][number != 1]}"


def opening(made: Network, whole: bool) -> str:
    """The sentence above the picture."""
    names = {member.id: member.name for member in made.members}
    passed = Counter[str]()
    for tie in made.ties:
        passed[tie.kind] += tie.count
    told = [counted(passed[kind], kind) for kind in _PASSED if passed[kind]]
    pairs = len({frozenset((t.a, t.b)) for t in made.ties if t.a != t.b})
    tied = f"{pairs:,} pairs are tied" if pairs != 1 else "One pair is tied"
    stand = "stands" if sum(passed[kind] for kind in _PASSED) == 1 else "stand"
    what = f"{tied}; between them {stand} {_listed(told)}." if told else f"{tied}."
    if whole:
        return f"The {len(made.members)} actors who met most: {what}"
    centres = [names[member.id] for member in made.members if member.centre]
    others = len(made.members) - len(centres)
    if not others:
        return f"{_listed(centres)}: no encounter with others and no act between them is coded."
    return f"Around {_listed(centres)}: {others} other{'s' * (others != 1)}. {what}"


def _listed(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def tie_rows(made: Network) -> list[dict[str, Any]]:
    """The ties as rows of the table below the picture, in reading order."""
    names = {member.id: member.name for member in made.members}
    rows = [
        {
            "one": names.get(tie.a, tie.a),
            "tie": _SAYS[tie.kind],
            "other": names.get(tie.b, tie.b),
            "count": tie.count,
            "years": _years(tie),
            "what": network.spelled(", ".join(tie.what)),
            "contested": "contested" if tie.contested else "",
            "id": tie.id,
        }
        for tie in made.ties
    ]
    order = list(_SAYS.values())
    return sorted(rows, key=lambda r: (r["one"], r["other"], order.index(r["tie"]), r["years"]))


def _years(tie: Tie) -> str:
    known = [years for years in tie.years if years]
    if not known:
        return "no date told"
    first, last = min(y for y, _ in known), max(y for _, y in known)
    return str(first) if first == last else f"{first} to {last}"


# -- the page -------------------------------------------------------------------------------------


def page() -> None:
    """An actor's network, or the overview of the whole."""
    st.title("Network")
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    with left:
        actor = common.actor_picker("Around", "actor", help="a person, state, organisation ...")
    with right, st.container(horizontal=True):
        whole = common.switch(
            "Overview of the whole", "whole", help="the ties among the actors who met most"
        )
        leads = common.switch("Machine-coded leads", "leads", help="rows of event data sets too")
    if not actor and not whole:
        _begin()
        return
    opened = tuple(x for x in common.param("open").split(",") if x)
    if whole:
        made = _overview(common.graph().address, common.revision(), leads)
    else:
        made = _around(common.graph().address, common.revision(), actor, opened, leads)
    known = {member.id for member in made.members} | {tie.id for tie in made.ties}
    selected = common.param("sel")
    selected = selected if selected in known else ""
    common.sentence(opening(made, whole))
    st.html(
        "<p class='vv-note'>Click an actor or a tie to see what stands behind it; click an actor "
        "twice to open its network too. "
        + common.html_text("".join(f"{each[0].upper()}{each[1:]}. " for each in made.left_out))
        + "</p>"
    )
    narrow = common.narrow()
    stretch = network.UPRIGHT if narrow else network.STRETCH
    places = _places(made, f"{'whole' if whole else actor}:{leads}", stretch)
    picture, panel = st.columns([7, 3])
    with picture:
        network.draw(
            network.elements(
                made,
                places,
                selected=selected,
                window=_window(),
                dark=common.dark(),
                height=520 if narrow else 580,
            ),
            KEY,
            _clicked,
        )
    with panel:
        _panel(made, selected, whole, opened)
    rows = tie_rows(made)
    with st.expander(f"{common.many(len(rows), 'tie').capitalize()} as a table"):
        common.note("Choose a row to see what stands behind it, above.")
        number = common.select_row(
            rows,
            {
                "one": "One",
                "tie": "tie",
                "other": "Other",
                "count": "How many",
                "years": "Years",
                "what": "What",
                "contested": "Contested",
            },
            key=f"ties {actor} {','.join(opened)} {whole} {leads}",
            alt="All ties of the picture",
        )
    told = rows[number]["id"] if number is not None else ""
    before = common.param("sel")
    if common.latest("sel", table=told) != before:
        st.rerun()


def _begin() -> None:
    """Before an actor is chosen: those who met most are offered."""
    most = _busiest(common.graph().address, common.revision())
    if not most:
        common.sentence("No encounter is in the graph yet; ingest a case under Data.")
        return
    actors = common.rows("MATCH (a:Actor) RETURN count(a) AS n")[0]["n"]
    met = "most" if actors <= ties.SURE else "often"
    common.sentence(f"Choose an actor above, or begin with one of those who met {met}:")
    with st.container(horizontal=True):
        for member in most:
            common.link("network", f"{member.name} ({member.met})", actor=_key(member.id))


def _key(actor: str) -> str:
    return actor.partition("/")[2]


def _window() -> tuple[int, int] | None:
    first, _, last = common.param("years").partition("..")
    try:
        return int(first), int(last)
    except ValueError:
        return None


def _clicked() -> None:
    """What the component told: written into the address, from which the page is made."""
    event = getattr(st.session_state.get(KEY), "event", None) or {}
    kind, told = event.get("type"), str(event.get("id") or "")
    if kind == "choose":
        common.set_params(sel=told)
    elif kind == "window":
        span = event.get("window")
        common.set_params(years=f"{int(span[0])}..{int(span[1])}" if span else None)
    elif kind == "open" and told.startswith("actor/"):
        _toggle(told)


def _toggle(actor: str) -> None:
    """Open an actor's network beside the others, or close it again."""
    opened = [x for x in common.param("open").split(",") if x]
    if common.param("whole") == "1":
        common.set_params(whole=None, actor=_key(actor), open=None, sel=actor)
        return
    if _key(actor) in opened:
        opened.remove(_key(actor))
    elif _key(actor) != common.param("actor"):
        opened.append(_key(actor))
    common.set_params(open=",".join(opened), sel=actor)


def _places(made: Network, picture: str, stretch: float) -> dict[str, network.Place]:
    """Where each node stands, remembered for the picture so that it does not jump."""
    memory: dict[str, dict[str, network.Place]] = st.session_state.setdefault("_places", {})
    before = memory.pop(picture, {})
    found = network.layout(made, before, stretch)
    memory[picture] = {**before, **found}
    while len(memory) > 12:
        memory.pop(next(iter(memory)))
    return found


@st.cache_resource(max_entries=60, show_spinner="Reading the network")
def _around(place: str, revision: int, actor: str, opened: tuple[str, ...], leads: bool) -> Network:
    return ties.around(common.graph(), actor, [f"actor/{key}" for key in opened], leads=leads)


@st.cache_resource(max_entries=4, show_spinner="Reading the network of those who met most")
def _overview(place: str, revision: int, leads: bool) -> Network:
    return ties.overview(common.graph(), leads=leads)


@st.cache_resource(max_entries=4, show_spinner=False)
def _busiest(place: str, revision: int) -> list[Member]:
    return ties.busiest(common.graph(), 16, quick=True)


# -- what was chosen ------------------------------------------------------------------------------


def _panel(made: Network, selected: str, whole: bool, opened: Sequence[str]) -> None:
    members = {member.id: member for member in made.members}
    if selected in members:
        _actor(made, members, members[selected], whole, opened)
    elif selected:
        tie = next(tie for tie in made.ties if tie.id == selected)
        _tie(tie, members)
    else:
        st.html("<p class='vv-note'>Nothing is chosen.</p>")
        centres = {member.id for member in made.members if member.centre}
        strongest = sorted(made.ties, key=lambda t: (not {t.a, t.b} & centres, _weight(t)))[:6]
        if strongest:
            st.markdown("**Strongest ties**")
        for tie in strongest:
            if st.button(common.plain(_named(tie, members)), key=f"tie {tie.id}", type="tertiary"):
                common.set_params(sel=tie.id)
                st.rerun()


def _weight(tie: Tie) -> tuple[int, int, str]:
    """Encounters first, who acts for whom last, the most first."""
    return (tie.kind != "together") + (tie.kind == "represents"), -tie.count, tie.id


def _named(tie: Tie, members: Mapping[str, Member]) -> str:
    a, b = (members[x].name if x in members else x for x in (tie.a, tie.b))
    if tie.kind == "together":
        return f"{a} and {b}: {counted(tie.count, 'together')}"
    what = network.spelled(", ".join(tie.what))
    return f"{a} {_SAYS[tie.kind]} {b}" + (f": {what}" if what else "")


def _actor(
    made: Network,
    members: Mapping[str, Member],
    chosen: Member,
    whole: bool,
    opened: Sequence[str],
) -> None:
    st.header(common.plain(chosen.name))
    passed = Counter[str]()
    for tie in made.ties:
        if chosen.id == tie.a:
            passed[f"{tie.kind} given"] += tie.count
        if chosen.id == tie.b:
            passed[f"{tie.kind} received"] += tie.count
    told = [
        f"{counted(passed[f'{kind} {way}'], kind)} {way}"
        for kind in ("credit", "discredit")
        for way in ("given", "received")
        if passed[f"{kind} {way}"]
    ]
    facts = [chosen.kind or "actor", counted(chosen.met, "together"), *told]
    where = " in this picture" if told else ""
    st.html(f"<p class='vv-meta'>{common.html_text('; '.join(facts) + where)}</p>")
    with st.container(horizontal=True, vertical_alignment="center"):
        closing = _key(chosen.id) in opened
        if (whole or not chosen.centre or closing) and st.button(
            "Close its network" if closing else "Open its network", key=f"open {chosen.id}"
        ):
            _toggle(chosen.id)
            st.rerun()
        common.link("actor", "The actor's page", actor=_key(chosen.id))
        for centre in members.values():
            if centre.centre and centre.id != chosen.id:
                common.link(
                    "relationship",
                    f"Relationship with {centre.name}",
                    a=_key(centre.id),
                    b=_key(chosen.id),
                )
    own = [tie for tie in made.ties if chosen.id in (tie.a, tie.b)]
    own.sort(key=_weight)
    for tie in own[:8]:
        if st.button(common.plain(_named(tie, members)), key=f"tie {tie.id}", type="tertiary"):
            common.set_params(sel=tie.id)
            st.rerun()
    if len(own) > 8:
        st.html(f"<p class='vv-note'>and {len(own) - 8} more; see the table</p>")


def _tie(tie: Tie, members: Mapping[str, Member]) -> None:
    st.header(common.plain(_named(tie, members)))
    if tie.a in members and tie.b in members and tie.a != tie.b:
        common.link("relationship", "The whole relationship", a=_key(tie.a), b=_key(tie.b))
    if tie.kind != "together":
        for edge in tie.of[-SHOWN:]:
            common.evidence(edge)
        if tie.count > SHOWN:
            common.note(
                f"and {tie.count - SHOWN:,} earlier ones: see the whole relationship, above"
            )
        return
    rows = common.rows(
        "UNWIND $ids AS id MATCH (m:Meeting {id: id}) "
        "RETURN id, m.title AS title, m.date AS date ORDER BY m.earliest DESC, id LIMIT $most",
        ids=sorted(tie.of)[-500:],
        most=SHOWN,
    )
    chosen = common.param("e")
    for row in rows:
        date = f" ({common.printed(row['date'])})" if row["date"] else ""
        with st.container(horizontal=True, vertical_alignment="center"):
            label = f"{row['title'] or row['id']}{date}"
            common.link("encounter", label, meeting=row["id"].partition("/")[2])
            if st.button("Evidence", key=f"e {row['id']}", type="tertiary"):
                common.set_params(e=row["id"])
                chosen = row["id"]
        if chosen == row["id"]:
            for edge in _presences(chosen, tie):
                common.evidence(edge, heading="Told of the presence")
    if tie.count > len(rows):
        label = f"All {counted(tie.count, 'together')}"
        both = {"participant": _key(tie.a), "other": _key(tie.b)}
        common.link("query", label, q="meetings", rows=str(tie.count), **both)


def _presences(meeting: str, tie: Tie) -> list[str]:
    """The edges that say the two were there."""
    found = common.rows(
        "MATCH (m:Meeting {id: $meeting})<-[r:TOOK_PART]-(a:Actor) WHERE a.id IN $ids "
        "RETURN r.id AS edge ORDER BY a.id",
        meeting=meeting,
        ids=[tie.a, tie.b],
    )
    return [row["edge"] for row in found]
