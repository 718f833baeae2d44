"""One encounter: who, what, in which order and mode, and who says so."""

from __future__ import annotations

import html
from typing import Any

import streamlit as st

from visavis.dashboard import common, drawing, encounters

__all__ = ["page"]

ACTS = {"number": "No.", "phase": "Phase", "label": "Act", "what": "What was done", "by": "By",
        "to": "To", "duration": "Lasted", "passes": "Passes", "doubt": "Contested"}  # fmt: skip
PHASES = {"title": "Phase", "mode": "Mode", "stage": "Stage", "duration": "Lasted"}


def page() -> None:
    """An encounter by search, its participants, acts, qualities and evidence."""
    first = "meeting/geneva-1985"
    if not common.rows("MATCH (m:Meeting {id: $id}) RETURN m.id AS id", id=first):
        found = common.rows("MATCH (m:Meeting) RETURN m.id AS id LIMIT 1")
        first = found[0]["id"] if found else ""
    meeting = common.actor_picker("Encounter", "meeting", first, kind="meeting")
    if not meeting:
        st.title("Encounter")
        st.write("Choose an encounter to see what is told of it.")
        return
    e = encounters.read(meeting)
    common.fresh("encounter", meeting)
    st.title(common.plain(e.title), anchor=False)
    common.sentence(encounters.opening(e))
    _links(e)
    chosen = _score(e)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        picked = {"people": _people(e), "acts": _acts(e), "phases": _phases(e)}
        picked["shown"] = _qualities(e)
    element = common.latest("e", score=chosen[0], length=chosen[1], **picked)
    with right:
        st.header("Evidence", anchor=False)
        common.evidence(element or e.id)
    _neighbours(e)
    _more(e)


def _links(e: encounters.Encounter) -> None:
    told = [("part of", w) for w in e.whole] + [("has as a part", p) for p in e.parts]
    lines = [
        f"{words} <a target='_self' href='{common.href('encounter', meeting=m[8:])}'>"
        f"{html.escape(e.names[m])}</a>"
        for words, m in told
    ]
    pair = [p["actor"][6:] for p in _principals(e)[:2]]
    if len(pair) == 2:
        address = common.href("relationship", a=pair[0], b=pair[1])
        lines.append(f"<a target='_self' href='{address}'>the two principals' relationship</a>")
    address = common.href("compare", m=e.id[8:])
    lines.append(f"<a target='_self' href='{address}'>compare with another encounter</a>")
    st.html(f"<p class='vv-note'>{' · '.join(lines)}</p>")


def _principals(e: encounters.Encounter) -> list[dict[str, Any]]:
    people = [p for side in encounters.participants(e).values() for p in side]
    return [p for p in people if p["first"] == 0]


def _score(e: encounters.Encounter) -> tuple[str, str]:
    acts, phases = encounters.acts_as_rows(e), encounters.phases_as_rows(e)
    clicked, lasted = "", ""
    if acts:
        st.header("Acts in order", anchor=False)
        st.html(
            "<p class='vv-legend'>▲ gives credit &nbsp; ▼ discredits &nbsp; ○ neither is coded "
            "&nbsp; ━ done together &nbsp; ┈ towards whom"
            + "".join(
                f" &nbsp; <b class='vv-mode' style='background:{colour}'>{letter}</b> "
                f"{html.escape(encounters.lower(encounters.label(mode)))}"
                for mode, (letter, colour) in drawing.MODES.items()
                if any(m[0] == mode for p in phases for m in p["modes"])
            )
            + "</p>"
        )
        chart = drawing.score(acts, phases, dark=common.dark(), narrow=common.narrow())
        alt = (
            f"{common.many(len(acts), 'act').capitalize()} in order, a line for each performer; "
            "the table of acts beneath tells each."
        )
        state = common.chart(chart, None, alt, key="score", select=True)
        clicked = _clicked(state, ("act", "mode"))
    long = encounters.lengths(e)
    if long:
        st.header("What lasted how long", anchor=False)
        alt = "; ".join(f"{x['label']}: {x['told']}" for x in long)
        state = common.chart(
            drawing.lengths(long, dark=common.dark()), long, alt, key="lengths", select=True,
            columns={"label": "What", "told": "Lasted"}, title="The lengths as a table",
        )  # fmt: skip
        if any(x["how"] not in ("exactly", "about") for x in long):
            common.note("Orange bars are bounds (at least, more than, at most), not lengths.")
        lasted = _clicked(state, ("length",))
    return clicked, lasted


def _clicked(state: Any, names: tuple[str, ...]) -> str:
    picked = (state or {}).get("selection", {})
    for name in names:
        for item in picked.get(name) or ():
            if isinstance(item, dict) and item.get("id"):
                return str(item["id"])
    return ""


def _people(e: encounters.Encounter) -> str:
    st.header("Participants", anchor=False)
    people = [
        {"side": side or "no side told", **p}
        for side, some in encounters.participants(e).items()
        for p in some
    ]
    people += [
        {
            "side": "audience", "id": w["r"]["id"], "name": w["name"] or e.names[w["actor"]],
            "roles": encounters.label(str(w["r"].get("manner") or "audience")),
            "partial": "addressed" if w["r"].get("addressed") == "yes" else "",
        }
        for w in e.audience
    ]  # fmt: skip
    if not people:
        st.write("Nobody is told to have taken part.")
        return ""
    columns = {"side": "Side", "name": "Who", "office": "Office then", "roles": "Role",
               "energy": "Emotional energy", "believed": "Believed of the stage",
               "partial": "Only in part", "rivals": "Told differently"}  # fmt: skip
    kept = {k: v for k, v in columns.items() if any(p.get(k) for p in people)}
    number = common.select_row(people, kept, key="people", alt="Participants by side")
    return str(people[number]["id"]) if number is not None else ""


def _acts(e: encounters.Encounter) -> str:
    acts = encounters.acts_as_rows(e)
    if not acts:
        return ""
    st.header("Acts", anchor=False)
    data = [
        {**a, "number": n, "doubt": "contested" if a["contested"] else ""}
        for n, a in enumerate(acts, 1)
    ]
    kept = {k: v for k, v in ACTS.items() if any(row[k] for row in data)}
    number = common.select_row(
        data, kept, key="acts", alt="Acts in order",
        widths={"Phase": 110, "What was done": 190},  # so that it is seen by whom
    )  # fmt: skip
    return str(acts[number]["id"]) if number is not None else ""


def _phases(e: encounters.Encounter) -> str:
    phases = encounters.phases_as_rows(e)
    if not phases:
        return ""
    st.header("Phases", anchor=False)
    data = [
        {
            **p, "title": p["title"] or "a phase",
            "mode": ", ".join(
                encounters.lower(encounters.label(mode))
                + (f" ({degree})" if degree not in ("", "present") else "")
                for mode, degree, _ in p["modes"]
            ),
        }
        for p in phases
    ]  # fmt: skip
    kept = {k: v for k, v in PHASES.items() if any(row[k] for row in data)}
    number = common.select_row(data, kept, key="phases", alt="Phases in order")
    return str(data[number]["id"]) if number is not None else ""


def _qualities(e: encounters.Encounter) -> str:
    st.header("Mode, ingredients, effects, moderators", anchor=False)
    titles = {p["p"]["id"]: str(p["p"].get("title") or "") for p in e.phases}
    schemes = {"SHOWS": "", "MODERATED_BY": "moderator"}
    data = [
        {
            "of": titles.get(s["node"], "the whole"),
            "scheme": schemes.get(s["r"]["type"]) or str(s["r"].get("scheme") or s["scheme"]),
            "quality": str(s["label"] or encounters.label(s["term"][5:])),
            "degree": str(s["r"].get("degree") or ""),
            "between": ", ".join(e.names[a] for a in s["r"].get("between") or ()),
            "note": str(s["r"].get("note") or ""),
            "contested": "contested" if s["r"].get("contested") else "",
            "id": s["r"]["id"],
        }
        for s in e.shown
    ]
    if not data:
        st.write("None is coded; that does not say there was none.")
        return ""
    columns = {"of": "Of", "scheme": "Kind", "quality": "Quality", "degree": "Degree",
               "between": "Between", "note": "Note", "contested": "Contested"}  # fmt: skip
    kept = {k: v for k, v in columns.items() if any(row[k] for row in data)}
    number = common.select_row(data, kept, key="shown", alt="Qualities of the encounter")
    return str(data[number]["id"]) if number is not None else ""


def _neighbours(e: encounters.Encounter) -> None:
    told = encounters.neighbours(e)
    if e.who:
        st.header("The known encounter before, and the next", anchor=False)
    note = encounters.neighbours_words(e, len(told))
    if note:
        common.note(note)
    if not told:
        return
    ids = {row[k] for row in told for k in ("actor", "before", "after") if k in row}
    names = common.names_of(ids)
    lines = []
    for row in told:
        cells = [
            f"<td><a target='_self' href='{common.href('actor', actor=row['actor'][6:])}'>"
            f"{html.escape(names[row['actor']])}</a></td>"
        ]
        for side in ("before", "after"):
            if side in row:
                address = common.href("encounter", meeting=row[side][8:])
                cells.append(
                    f"<td>{html.escape(row[side + '_date'])}: <a target='_self' "
                    f"href='{address}'>{html.escape(names[row[side]])}</a></td>"
                )
            else:
                cells.append("<td>none known</td>")
        lines.append(f"<tr>{''.join(cells)}</tr>")
    st.html(
        "<table class='vv-table'><thead><tr><th>Participant</th><th>Before</th><th>After</th>"
        f"</tr></thead><tbody>{''.join(lines)}</tbody></table>"
    )


def _more(e: encounters.Encounter) -> None:
    """What followed, scripts, what is contested, what is not coded."""
    for name, heading in (
        ("outcomes", "What followed"), ("scripts", "Scripts and answers"),
        ("contested", "What is contested"), ("uncoded", "What is not coded"),
    ):  # fmt: skip
        told = common.ask(name, meeting=e.id)
        if told.rows:
            opened = name == "outcomes" or bool(common.param(f"of-{name}"))
            with st.expander(f"{heading} ({len(told.rows)})", expanded=opened):
                shown = [c for c in told.columns if any(row[c] for row in told.rows)]
                headings = {c: c.replace("_", " ") for c in shown}
                common.answer(told, headings, key=name, alt=heading, name=f"of-{name}")
