"""Two to four encounters side by side, as the chapter reads Geneva and Panmunjom."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

import streamlit as st

from visavis.dashboard import common, encounters

__all__ = ["page"]

MOST = 4
DEFAULT = ("geneva-1985", "panmunjom-2018")


def page() -> None:
    """Choose encounters; what is alike, what differs, and what is not coded."""
    st.title("Compare encounters")
    known = common.listed("meeting")
    asked = [x for x in common.param("m", ",".join(DEFAULT)).split(",") if x]
    if len(known) == common.SOME and len(asked) < MOST:  # of very many some are listed
        found = common.actor_picker("Find an encounter to add", "add", kind="meeting")
        if found:
            common.set_params(m=",".join(dict.fromkeys([*asked, found[8:]])), add=None)
            st.rerun()
    for key in asked:  # one of a large graph that the list does not hold
        if f"meeting/{key}" not in known and common.rows(
            "MATCH (m:Meeting {id: $id}) RETURN m.id AS id", id=f"meeting/{key}"
        ):
            known[f"meeting/{key}"] = common.name_of(f"meeting/{key}")
    options = {node[8:]: name for node, name in known.items()}
    unknown = [key for key in asked if key not in options]
    if unknown:
        st.warning(common.plain(f"The graph has no encounter {', '.join(unknown)}."))
    picked = common.choices(
        "Encounters, two to four", options, "m", [k for k in DEFAULT if k in options],
        max_selections=MOST,
    )  # fmt: skip
    if len(picked) < 2:
        st.write("Choose at least two encounters.")
        return
    told = [encounters.read(f"meeting/{key}") for key in picked]
    lines = encounters.comparison(told)
    common.sentence(differences(lines, len(told)))
    common.fresh("compare", *picked)
    chosen = common.latest("e")
    if not chosen:
        _table(told, lines)
    elif common.narrow():  # beneath so long a table nobody would find it
        common.evidence(chosen)
        _table(told, lines)
    else:
        left, right = st.columns([3, 2], gap="medium")
        with left:
            _table(told, lines)
        with right:
            st.header("Evidence", anchor=False)
            common.evidence(chosen)


def _table(told: Sequence[encounters.Encounter], lines: Sequence[encounters.Line]) -> None:
    asked = ",".join(e.id[8:] for e in told)
    head = "".join(
        f"<th><a target='_self' href='{common.href('encounter', meeting=e.id[8:])}'>"
        f"{html.escape(e.title)}</a></th>"
        for e in told
    )
    body = []
    group = ""
    for each, what, texts, claims in lines:
        if each != group:
            group = each
            body.append(
                f"<tr><th colspan='{len(told) + 1}' scope='colgroup' class='vv-group'>"
                f"{html.escape(each)}</th></tr>"
            )
        cells = "".join(
            f"<td{' class=vv-uncoded' * (text == 'not coded')}>{_cell(asked, text, some)}</td>"
            for text, some in zip(texts, claims, strict=True)
        )
        body.append(f"<tr><th scope='row'>{html.escape(what)}</th>{cells}</tr>")
    st.html(
        "<div class='vv-scroll' tabindex='0' role='region' aria-label='Encounters side by side'>"
        f"<table class='vv-table'><thead><tr><td></td>{head}</tr></thead>"
        f"<tbody>{''.join(body)}</tbody></table></div>"
    )
    common.note(
        "Not coded says that nobody has coded it, not that it was absent. Choose what stands in a "
        f"cell to read the claims behind it, {common.CLAIMS} at most."
    )


def _cell(asked: str, text: str, claims: Sequence[str]) -> str:
    """A cell that leads to its claims."""
    shown = html.escape(text)
    if not claims:
        return shown
    address = common.href("compare", m=asked, e=",".join(claims[: common.CLAIMS]))
    return f"<a class='vv-cell' target='_self' href='{address}'>{shown}</a>"


def differences(lines: Sequence[Sequence[Any]], number: int) -> str:
    """How many qualities are coded of all, and in how many of these they agree. A line is a group,
    what in it, and a text for each encounter."""
    asked = [line[2] for line in lines if line[0] in ("Ingredients", "Effects", "Mode")]
    both = [texts for texts in asked if "not coded" not in texts]
    alike = sum(1 for texts in both if len({t.partition(" (")[0] for t in texts}) == 1)
    who = {2: "both", 3: "all three", 4: "all four"}[number]
    if not both:
        return f"No mode, ingredient or effect is coded of {who}: compare what each has."
    if len(asked) == 1:
        return f"One quality is coded of any, and of {who}: it is {'not ' * (not alike)}alike."
    count, verb = common.many(len(both), ""), "is" if len(both) == 1 else "are"
    text = f"Of {common.many(len(asked), 'quality', 'qualities')} coded of any, {count} {verb} "
    if len(both) == 1:
        return f"{text}coded of {who}; it is {'not ' * (not alike)}alike."
    verb = "is" if alike < 2 else "are"
    which = {0: "none", len(both): "all"}.get(alike, common.many(alike, ""))
    return f"{text}coded of {who}; {which} of these {verb} alike."
