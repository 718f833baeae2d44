"""Chains: how something could have come from one actor to another, encounter by encounter."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from visavis.dashboard import common, drawing
from visavis.queries import chains
from visavis.queries.chains import Chain, Hop, Paths, Reached
from visavis.schema import dates
from visavis.schema.claims import Claim
from visavis.schema.errors import QueryError
from visavis.schema.model import vocabulary

__all__ = ["growth", "opening", "page", "rests_on", "strip"]

SHOWN = 10
SECONDS = 30.0
_CUT = 400  # people in the table of reach; the picture counts all


# -- what the page says ---------------------------------------------------------------------------


def opening(found: Paths, start: str, end: str) -> str:
    """The sentence above the chains."""
    if not found.chains:
        return f"No chain from {start} to {end} is known in these bounds."
    first = found.chains[0]
    n = len(first.hops)
    verdict = "certainly" if first.verdict == "certain" else "possibly"
    what = "One encounter" if n == 1 else f"A chain of {common.many(n, 'encounter')}"
    between = list(dict.fromkeys(hop.leaves.name for hop in first.hops[:-1]))
    by = f", by way of {_listed(between)}" if between else ""
    when = f", at the earliest by {common.printed(first.arrives)}" if first.arrives else ""
    more = len(found.chains) - 1
    others = f" {common.many(more, 'other chain')} {'is' if more == 1 else 'are'} below."
    others = f" {others[1:].capitalize()}" if more else ""
    return f"{what} {verdict} leads from {start} to {end}{by}{when}.{others}"


def _listed(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def strip(chain: Chain, view: Mapping[str, str] | None = None) -> str:
    """One chain as a vertical strip in HTML; everything that a file says is escaped.

    view: the parameters of this page's address, for the links to the claims.
    """
    text = common.html_text
    out = ["<ol class='vv-strip'>"]
    for at, hop in enumerate(chain.hops):
        if hop.gap is not None:
            out.append(f"<li class='vv-gap'>{text(_after(hop))}</li>")
        sure = "certain" if hop.verdict == "certain" else "possible"
        where = f", {text(hop.place)}" if hop.place else ""
        link = common.href("encounter", meeting=hop.meeting.partition("/")[2])
        out.append(f"<li class='vv-hop vv-{sure}'>")
        out.append(
            f"<p class='vv-when'>{text(hop.date)}{where}</p>"
            f"<p class='vv-title'><a href='{link}' target='_self'>{text(hop.title)}</a></p>"
        )
        out.append(f"<p>{_who(hop, last=at == len(chain.hops) - 1)}</p>")
        for citation, voice, claims in _cited(hop):
            out.append(
                f"<p class='vv-meta'>{_to_claims(citation, claims, view or {})}"
                + (f" <span class='vv-note'>({text(voice)})</span>" if voice else "")
                + "</p>"
            )
        if hop.reason:
            out.append(f"<p class='vv-why'>only possible: {text(hop.reason)}</p>")
        if hop.go_between:
            out.append(
                f"<p class='vv-meta'>a go-between, as a source says: {text(hop.leaves.name)}</p>"
            )
        if hop.enters.contested or hop.leaves.contested:
            out.append("<p class='vv-meta'>contested: see the encounter</p>")
        out.append("</li>")
    out.append("</ol>")
    return "".join(out)


def _who(hop: Hop, last: bool) -> str:
    enters, leaves = common.html_text(hop.enters.name), common.html_text(hop.leaves.name)
    if last:
        return f"<b>{enters}</b> meets <b>{leaves}</b>"
    also = len(hop.also)
    goes = "goes" if also == 1 else "go"
    more = f" (and {common.many(also, '')} more {goes} on)" if also else ""
    if enters == leaves:
        return f"<b>{enters}</b> is there, and goes on{more}"
    return f"<b>{enters}</b> meets <b>{leaves}</b>, who goes on{more}"


def _cited(hop: Hop) -> list[tuple[str, str, list[str]]]:
    """What the step cites, in whose voice, each once, and the claims that cite it so."""
    found: dict[tuple[str, str], dict[str, None]] = {}
    for told in (*hop.enters.told, *hop.leaves.told):
        sure = f"{told.confidence} confidence" if told.confidence else ""
        voice = ", ".join(filter(None, (told.coder, sure)))
        found.setdefault((told.citation, voice), {})[told.claim] = None
    return [(citation, voice, list(claims)) for (citation, voice), claims in found.items()]


def _to_claims(words: str, claims: Sequence[str], view: Mapping[str, str]) -> str:
    """Words that lead to claims, on this page."""
    told = dict(view, e=",".join(claims[: common.CLAIMS]))
    address = common.href("chains", **told)
    return f"<a target='_self' href='{address}'>{common.html_text(words)}</a>"


def _after(hop: Hop) -> str:
    least, most = hop.gap or (0, 0)
    if most is None:
        return f"{least:,} days later or more" if least else "some time later"
    if least == most:
        return "the same day" if not most else f"{most:,} day{'s' * (most != 1)} later"
    return f"{least:,} to {most:,} days later"


def rests_on(chain: Chain, claims: Mapping[str, Claim]) -> list[dict[str, str]]:
    """What breaks a chain: each source, coder and claim without which a hop has no evidence.

    claims: those behind the chain's participations, by id. A participation stands as long as one
    claim of it stands; the chain breaks where one does not.
    """
    breaking: dict[tuple[str, str], list[str]] = {}
    for hop in chain.hops:
        for who in (hop.enters, hop.leaves):
            held = [claims[told.claim] for told in who.told if told.claim in claims]
            if not held:
                continue
            what = f"{who.name} at {hop.title}"
            sources = {s for c in held for each in c.citations for s in (each.source, each.via)}
            for source in sorted(filter(None, sources)):
                if not any(c.without(frozenset([source])) for c in held):
                    breaking.setdefault(("source", source), []).append(what)
            coders = {c.coder for c in held}
            if len(coders) == 1 and (coder := coders.pop()):
                breaking.setdefault(("coder", f"coder/{coder}"), []).append(what)
            if len(held) == 1:
                breaking.setdefault(("claim", held[0].id), []).append(what)
    order = ("source", "coder", "claim")
    return [
        {"kind": kind, "id": key, "breaks": "; ".join(dict.fromkeys(broken))}
        for (kind, key), broken in sorted(
            breaking.items(), key=lambda item: (order.index(item[0][0]), -len(item[1]), item[0][1])
        )
    ]


def growth(found: Sequence[Reached]) -> list[dict[str, Any]]:
    """How many had been reached by each day, certain ones apart: the steps of the picture."""
    steps: list[dict[str, Any]] = []
    unsure = any(each.verdict == "possible" for each in found)
    for verdict in ("certain", "possible") if unsure else ("certain",):
        days = [
            each.arrives
            for each in found
            if each.arrives and (verdict == "possible" or each.verdict == "certain")
        ]
        days.sort(key=_instant)
        counts: dict[str, int] = {}
        for number, day in enumerate(days, 1):
            counts[day] = number
        label = "certainly" if verdict == "certain" else "certainly or possibly"
        steps += [{"day": day, "reached": n, "how": label} for day, n in counts.items()]
    return steps


def _instant(day: str) -> int:
    """When a day begins; the text of one before our era would sort the wrong way."""
    return dates.parse(day).earliest or 0


# -- the page -------------------------------------------------------------------------------------


def page() -> None:
    """Chains between two actors, and whom one could have reached."""
    st.title("Chains")
    what = common.choice(
        "What", {"chains": "From one to another", "reach": "Whom one could reach"}, "view",
        "chains", pills=True,
    )  # fmt: skip
    one, two = st.columns(2)
    with one:
        start = common.actor_picker("From", "a")
    end = ""
    if what == "chains":
        with two:
            end = common.actor_picker("To", "b")
    with st.expander("Bounds", expanded=False):
        settings = _bounds(what)
    st.html(f"<style>{_STYLE}</style>")
    if not start or (what == "chains" and not end):
        common.sentence(
            "Encounters that follow one another in time, each sharing a participant with the "
            "next. Choose two actors; order is certain only where the dates leave no other reading."
            if what == "chains"
            else "Choose an actor: the picture grows by everybody whom a chain of encounters could "
            "have reached by a day."
        )
        _suggest(what)
        return
    if what == "chains":
        _chains(start, end, settings)
    else:
        _reach(start, settings)


def _bounds(what: str) -> dict[str, Any]:
    left, middle, right = st.columns(3)
    with left:
        from_ = common.typed("Not before", "from", placeholder="1985 or 1985-11-19")
        to = common.typed("Not after", "to", placeholder="1986; the year counts whole")
    with middle:
        roles = common.choices(
            "Roles that count",
            {"any": "any role"} | {s: t.label for s, t in vocabulary().scheme("role").items()},
            "roles",
            help="left empty: all but interpreters, note-takers, press and security",
        )
        certain = common.switch("Certain order only", "certain")
    made = {"from_": from_ or None, "to": to or None, "roles": tuple(roles), "certain": certain}
    if what == "chains":
        with right:
            made["arrange"] = common.choice(
                "Best is", {"fewest": "fewest encounters", "earliest": "earliest arrival"}, "best",
                "fewest",
            )  # fmt: skip
            gap = common.typed("At most so many days between two", "gap", placeholder="no limit")
        made["gap"] = gap
    return made


def _suggest(what: str) -> None:
    from visavis.queries.network import busiest

    most = busiest(common.graph(), 2, quick=True)
    if len(most) > 1:
        a, b = (each.id.partition("/")[2] for each in most[:2])
        if what == "chains":
            common.link("chains", f"For example: {most[0].name} to {most[1].name}", a=a, b=b)
        else:
            common.link("chains", f"For example: from {most[0].name}", a=a, view="reach")


def _days(text: str) -> int | None:
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 10**6:
        raise QueryError(f"'{text}' is no number of days; write one such as 90")
    return int(text)


@st.cache_resource(max_entries=40, show_spinner="Searching chains")
def _paths(place: str, revision: int, a: str, b: str, told: tuple[tuple[str, Any], ...]) -> Paths:
    s = dict(told)
    return chains.paths(
        common.graph(), a, b, from_=s["from_"], to=s["to"], roles=s["roles"] or None,
        certain_only=s["certain"], arrange=s["arrange"], max_gap_days=_days(s["gap"]),
        limit=SHOWN, seconds=SECONDS,
    )  # fmt: skip


def _chains(start: str, end: str, settings: Mapping[str, Any]) -> None:
    place, at = common.graph().address, common.revision()
    found = _paths(place, at, start, end, tuple(sorted(settings.items())))
    common.sentence(opening(found, common.name_of(start), common.name_of(end)))
    notes = [found.cut[:1].upper() + found.cut[1:] + "." if found.cut else ""]
    if found.uncited:
        notes.append(f"{found.uncited} left out: an encounter in it has no citation.")
    if any(notes):
        st.html(f"<p class='vv-note'>{common.html_text(' '.join(filter(None, notes)))}</p>")
    if not found.chains:
        st.html(
            "<p class='vv-note'>Widen the window, let any role count, or allow an order that is "
            "only possible.</p>"
        )
        return
    options = {
        str(n): f"{n + 1}. {len(c.hops)} encounter{'s' * (len(c.hops) != 1)}, {c.verdict}"
        + (f", {' – '.join(h.leaves.name for h in c.hops[:-1])}" if len(c.hops) > 1 else "")
        for n, c in enumerate(found.chains)
    }
    if len(options) > 1:
        number = common.choice("Chain", options, "chain", "0")
    else:
        number = "0"
    chain = found.chains[int(number)]
    common.fresh("chains", start, end, number, *settings.values())
    view = {k: v for k, v in st.query_params.items() if k != "e"}
    left, right = st.columns([3, 2])
    with left:
        st.html(strip(chain, view))
    with right:
        evidence = st.container()
        st.header("What breaks it", anchor=False)
        _breaks(chain, view)
    with st.expander("All chains as a table"):
        rows = chains.as_rows(found)
        step = common.select_row(rows, _TABLE, key="steps", alt="All chains, a row for each step")
    picked = ",".join(rows[step]["claims"][: common.CLAIMS]) if step is not None else ""
    element = common.latest("e", steps=picked)
    with evidence:
        if element:
            st.header("Evidence", anchor=False)
            common.evidence(element)
        else:
            common.note("Choose a citation to read the claims behind it.")


_TABLE = {
    "chain": "Chain",
    "hop": "Step",
    "date": "Date",
    "title": "Encounter",
    "place": "Place",
    "enters": "Comes in",
    "leaves": "Goes on",
    "gap_days_least": "Days after, at least",
    "gap_days_most": "at most",
    "hop_verdict": "How sure",
    "reason": "Why",
    "citation": "Citation",
    "coder": "Coder",
    "confidence": "Confidence",
}


def _breaks(chain: Chain, view: Mapping[str, str]) -> None:
    told = {t.claim for hop in chain.hops for who in (hop.enters, hop.leaves) for t in who.told}
    rows = common.rows(
        "UNWIND $ids AS id MATCH (c:Claim {id: id}) RETURN id, c.json AS json", ids=sorted(told)
    )
    claims = {row["id"]: Claim.from_dict(json.loads(row["json"])) for row in rows}
    breaking = rests_on(chain, claims)
    if not breaking:
        st.html(
            "<p class='vv-note'>Every step rests on several sources, coders and claims: no single "
            "withdrawal ends this chain.</p>"
        )
        return
    sources = common.names_of(row["id"] for row in breaking if row["kind"] == "source")
    steps = 2 * len(chain.hops)
    text = common.html_text
    for kind, heading in (
        ("source", "If one of these sources is withdrawn, the chain ends"),
        ("coder", "If the work of this coder is left out"),
    ):
        lines = []
        for row in (row for row in breaking if row["kind"] == kind):
            key = row["id"].partition("/")[2]
            name = text(key)
            if kind == "source":
                name = (
                    f"<a target='_self' href='{common.href('sources', source=key)}'>"
                    f"{text(sources[row['id']])}</a> ({name})"
                )
            carried = row["breaks"].split("; ")
            what = "every step" if len(carried) == steps else row["breaks"]
            lines.append(f"<li>{name} <span class='vv-note'>carries {text(what)}</span></li>")
        if lines:
            st.html(f"<p><b>{heading}</b></p><ul class='vv-list'>{''.join(lines)}</ul>")
    alone = [row for row in breaking if row["kind"] == "claim"]
    if alone:
        number = len(alone)
        title = f"{common.many(number, 'claim')} of which each alone carries a step".capitalize()
        with st.expander("One claim alone carries a step" if number == 1 else title):
            lines = [f"<li>{_to_claims(row['breaks'], [row['id']], view)}</li>" for row in alone]
            st.html(f"<ul class='vv-list'>{''.join(lines)}</ul>")


@st.cache_resource(max_entries=12, show_spinner="Following every encounter in its order")
def _reached(place: str, revision: int, a: str, told: tuple[tuple[str, Any], ...]) -> Any:
    s = dict(told)
    return chains.reach(
        common.graph(), a, from_=s["from_"], by=s["to"], roles=s["roles"] or None,
        certain_only=s["certain"], seconds=2 * SECONDS,
    )  # fmt: skip


def _reach(start: str, settings: Mapping[str, Any]) -> None:
    place, at = common.graph().address, common.revision()
    found = _reached(place, at, start, tuple(sorted(settings.items())))
    name = common.name_of(start)
    sure = sum(each.verdict == "certain" for each in found)
    until = f" by {settings['to']}" if settings["to"] else ""
    if not found:
        common.sentence(f"{name} could have reached nobody{until}: no encounter is known.")
        return
    common.fresh("reach", start, *settings.values())
    common.sentence(
        f"{name} could have reached {common.many(len(found), 'other')}{until}, "
        f"{_surely(len(found), sure)}.",
        "That anything was passed on it does not say.",
    )
    steps = growth(found)
    undated = sum(not each.arrives for each in found)
    if steps:
        days = [step["day"] for step in steps]
        first, last = (common.printed(which(days, key=_instant)) for which in (min, max))
        grown = common.many(len(found) - undated, "actor")
        alt = f"How many {name} could have reached by each day, {first} to {last}: up to {grown}."
        common.chart(_picture(steps), None, alt + " The table beneath names them.")
    if undated:
        verb = "is" if undated == 1 else "are"
        common.note(
            f"{common.many(undated, 'other').capitalize()} {verb} in the table only: of the "
            "encounters that reach them no date is told."
        )
    rows = chains.reach_rows(common.graph(), found[:_CUT])
    number = common.select_row(
        rows,
        {
            "actor": "Who",
            "verdict": "How sure",
            "arrives": "Reached by",
            "encounters": "After so many encounters",
            "encounter": "The last of them",
            "citation": "Told in",
        },
        key="reached",
        alt="Who could have been reached, and when",
    )
    if len(found) > _CUT:
        common.note(f"and {len(found) - _CUT:,} more, later")
    element = common.latest("e", reached=_there(found[number]) if number is not None else "")
    if element:
        common.evidence(element)
    else:
        common.note("Choose a row to read who says that they were there.")


def _surely(number: int, sure: int) -> str:
    """How many of those reached were so for certain."""
    if number == 1:
        return "certainly" if sure else "possibly"
    if sure in (0, number):
        return "all of them certainly" if sure else "all of them only possibly"
    return f"{common.many(sure, '')} of them certainly"


def _there(reached: Reached) -> str:
    """The edge that says that somebody was in the encounter that reached them."""
    found = common.rows(
        "MATCH (:Meeting {id: $meeting})<-[i:TOOK_PART]-(:Actor {id: $actor}) RETURN i.id AS id",
        meeting=reached.meeting, actor=reached.actor,
    )  # fmt: skip
    return str(found[0]["id"]) if found else reached.meeting


def _picture(steps: Sequence[Mapping[str, Any]]) -> Any:
    import altair

    alt: Any = altair
    marks = [
        {**step, "x": _instant(step["day"]), "by": common.printed(step["day"])} for step in steps
    ]
    low, high = min(m["x"] for m in marks), max(m["x"] for m in marks)
    room = max((high - low) // 20, 20 * 86_400)  # of one day too there is something to see
    tops: dict[str, dict[str, Any]] = {m["how"]: m for m in marks}
    # The line begins at nobody, and goes on to the right.
    begins = [{**tops[how], "x": low - room, "reached": 0} for how in tops]
    begins += [{**tops[how], "x": low, "reached": 0} for how in tops]
    ends = [{**top, "x": high + room} for top in tops.values()]
    # Seconds, not the dates of JavaScript: those know no year before our era.
    ticks = drawing.ticks((low - room, high + room))
    ticks = ticks[:: -(-len(ticks) // 12) or 1]
    told = json.dumps({str(int(x)): text for x, text in ticks})
    scale = alt.Scale(
        domain=["certainly", "certainly or possibly"],
        range=["#7fb2f0", "#e0a458"] if common.dark() else ["#1f4e79", "#b45309"],
    )
    x = alt.X(
        "x:Q", title=None, scale=alt.Scale(domain=[low - room, high + room], nice=False),
        axis=alt.Axis(values=[x for x, _ in ticks], labelExpr=f"({told})[toString(datum.value)]"),
    )  # fmt: skip
    y = alt.Y("reached:Q", title="actors reached", axis=alt.Axis(tickMinStep=1, format="d"))
    legend = alt.Legend(orient="top") if len(tops) > 1 else None
    colour = alt.Color("how:N", scale=scale, title=None, legend=legend)
    lines = (
        alt.Chart(alt.Data(values=[*begins, *marks, *ends]))
        .mark_line(interpolate="step-after", strokeWidth=2)
        .encode(
            x=x, y=y, color=colour,
            strokeDash=alt.StrokeDash(
                "how:N", scale=alt.Scale(domain=scale.domain, range=[[1, 0], [5, 3]]), legend=None,
            ),
        )
    )  # fmt: skip
    tips = [alt.Tooltip(f"{name}:N") for name in ("by", "reached", "how")]
    dots = (
        alt.Chart(alt.Data(values=marks))
        .mark_point(filled=True, size=45, opacity=1)
        .encode(x=x, y=y, color=colour, tooltip=tips)
    )  # fmt: skip
    return alt.layer(lines, dots).properties(height=280)


_STYLE = """
.vv-strip { list-style: none; margin: 0 0 0 .5rem; padding: 0 0 0 1.1rem !important;
  border-left: 3px solid #8888; }
.vv-strip li { margin: 0 !important; padding: 0; position: relative; }
.vv-hop { padding: .2rem 0 .3rem .5rem !important; }
.vv-hop::before { content: ""; position: absolute; left: -1.62rem; top: .55rem; width: .85rem;
  height: .85rem; border-radius: 50%; background: #3f7fc4; border: 2px solid #3f7fc4; }
.vv-possible::before { background: #8882; border-style: dashed; }
.vv-hop p { margin: .05rem 0; line-height: 1.4; }
.vv-when { font-weight: 600; }
.vv-title a { color: inherit; text-decoration: underline; }
.vv-why { border-left: 3px solid #b45309; padding-left: .5rem; margin-top: .25rem !important; }
.vv-gap { font-size: .9rem; opacity: .8; padding: .35rem 0 .35rem .5rem !important; }
"""
