"""Chains: how something could have come from one actor to another, encounter by encounter."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from visavis.dashboard import common
from visavis.queries import chains
from visavis.queries.chains import Chain, Hop, Paths, Reached
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
    one = f"From {start} to {end} {verdict} through {n} encounter{'s' * (n != 1)}"
    between = [hop.leaves.name for hop in first.hops[:-1]]
    by = f", by way of {_listed(between)}" if between else ""
    when = f", at the earliest by {common.printed(first.arrives)}" if first.arrives else ""
    more = len(found.chains) - 1
    others = f" {more} other chain{'s' * (more != 1)} below." if more else ""
    return f"{one}{by}{when}.{others}"


def _listed(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def strip(chain: Chain) -> str:
    """One chain as a vertical strip in HTML; everything that a file says is escaped."""
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
        for citation, voice in _cited(hop):
            out.append(
                f"<p class='vv-meta'>{text(citation)}"
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
    more = f" (and {len(hop.also)} more go on)" if hop.also else ""
    if enters == leaves:
        return f"<b>{enters}</b> is there, and goes on{more}"
    return f"<b>{enters}</b> meets <b>{leaves}</b>, who goes on{more}"


def _cited(hop: Hop) -> list[tuple[str, str]]:
    """What the step cites and in whose voice, each once."""
    found: dict[tuple[str, str], None] = {}
    for told in (*hop.enters.told, *hop.leaves.told):
        sure = f"{told.confidence} confidence" if told.confidence else ""
        found[told.citation, ", ".join(filter(None, (told.coder, sure)))] = None
    return list(found)


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
        days = sorted(
            each.arrives
            for each in found
            if each.arrives and (verdict == "possible" or each.verdict == "certain")
        )
        counts: dict[str, int] = {}
        for number, day in enumerate(days, 1):
            counts[day] = number
        label = "certainly" if verdict == "certain" else "certainly or possibly"
        steps += [{"day": day, "reached": n, "how": label} for day, n in counts.items()]
    return steps


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
    left, right = st.columns([3, 2])
    with left:
        st.html(strip(chain))
    with right:
        st.header("What breaks it")
        _breaks(chain)
    with st.expander("All chains as a table"):
        common.table(chains.as_rows(found), _TABLE, alt="All chains, a row for each step")


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


def _breaks(chain: Chain) -> None:
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
        with st.expander(f"{len(alone)} claims of which each alone carries a step"):
            for row in alone:
                st.html(
                    f"<p><code>{common.html_text(row['id'])}</code> "
                    f"{common.html_text(row['breaks'])}</p>"
                )


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
        common.sentence(f"{name} could have reached nobody{until}: no later encounter is known.")
        return
    all_sure = "all" if sure == len(found) else f"{sure:,}"
    common.sentence(
        f"{name} could have reached {common.many(len(found), 'other')}{until}, "
        + ("certainly." if sure == len(found) == 1 else f"{all_sure} of them certainly."),
        "That anything was passed on it does not say.",
    )
    steps = growth(found)
    if steps:
        common.chart(_picture(steps), None, f"Number reached from {name} by day, a growing line")
    rows = chains.reach_rows(common.graph(), found[:_CUT])
    rows = [{**row, "arrives": common.printed(str(row["arrives"] or ""))} for row in rows]
    common.table(
        rows,
        {
            "actor": "Who",
            "verdict": "How sure",
            "arrives": "Reached by",
            "encounters": "After so many encounters",
            "encounter": "The last of them",
            "citation": "Told in",
        },
        alt="Who could have been reached, and when",
    )
    if len(found) > _CUT:
        st.html(f"<p class='vv-note'>and {len(found) - _CUT:,} more, later</p>")


def _picture(steps: Sequence[Mapping[str, Any]]) -> Any:
    import altair

    alt: Any = altair
    days = [step["day"] for step in steps]
    last = max(days)
    years = int(last[:4]) - int(min(days)[:4])
    ticks = "year" if years > 8 else "month" if years < 1 else 8
    tops: dict[str, int] = {}
    for step in steps:
        tops[step["how"]] = max(tops.get(step["how"], 0), step["reached"])
    ends = [{"day": last, "reached": top, "how": how} for how, top in tops.items()]
    # The line begins at nobody.
    begins = [{"day": min(days), "reached": 0, "how": how} for how in tops]
    scale = alt.Scale(
        domain=["certainly", "certainly or possibly"],
        range=["#7fb2f0", "#e0a458"] if common.dark() else ["#1f4e79", "#b45309"],
    )
    return (
        alt.Chart(alt.Data(values=[*begins, *steps, *ends]))
        .mark_line(interpolate="step-after", strokeWidth=2, point={"size": 45, "filled": True})
        .encode(
            x=alt.X(
                "day:T",
                title=None,
                axis=alt.Axis(format="%Y" if years > 8 else "%b %Y", tickCount=ticks),
            ),
            y=alt.Y("reached:Q", title="actors reached", axis=alt.Axis(tickMinStep=1)),
            color=alt.Color(
                "how:N",
                scale=scale,
                title=None,
                legend=alt.Legend(orient="top") if len(tops) > 1 else None,
            ),
            strokeDash=alt.StrokeDash(
                "how:N",
                scale=alt.Scale(domain=scale.domain, range=[[1, 0], [5, 3]]),
                legend=None,
            ),
            tooltip=[
                alt.Tooltip("day:T", title="by"),
                alt.Tooltip("reached:Q", title="reached"),
                alt.Tooltip("how:N", title="how"),
            ],
        )
        .properties(height=280)
    )


_STYLE = """
.vv-strip { list-style: none; margin: 0; padding: 0 0 0 1.1rem; border-left: 3px solid #8888; }
.vv-strip li { margin: 0 !important; padding: 0; position: relative; }
.vv-hop { padding: .2rem 0 .3rem .5rem !important; }
.vv-hop::before { content: ""; position: absolute; left: -1.72rem; top: .55rem; width: .85rem;
  height: .85rem; border-radius: 50%; background: #1f5fa8; border: 2px solid #1f5fa8; }
.vv-possible::before { background: transparent; border-style: dashed; }
.vv-hop p { margin: .05rem 0; line-height: 1.4; }
.vv-when { font-weight: 600; }
.vv-title a { color: inherit; text-decoration: underline; }
.vv-why { border-left: 3px solid #b45309; padding-left: .5rem; margin-top: .25rem !important; }
.vv-gap { font-size: .9rem; opacity: .8; padding: .35rem 0 .35rem .5rem !important; }
"""
