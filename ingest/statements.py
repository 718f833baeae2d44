"""The claims of a case file's statements: one function for each list, `READERS` by its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from visavis.ingest.case_state import Case, as_text, each, key_like, said, slugged
from visavis.ingest.yamltext import Map, Text
from visavis.schema.text import duration, is_key

__all__ = ["READERS", "shows"]


def who(case: Case, item: Map, record: str, number: int) -> None:
    actor = case.actor(item.get("actor"), record)
    side = case.actor(item["for"], record) if "for" in item else None
    if item.get("audience"):
        target = case.part(item.get("target"), record)
        case.tell(
            item,
            record,
            "audience",
            actor,
            target,
            at="audience",
            about=case.about(target),
            manner=slugged(item["audience"]),
            addressed=item.get("addressed"),
        )
    else:
        roles = item.get("role")
        if isinstance(roles, Text):
            roles = [roles]
        told: dict[str, Any] = {
            name: item.get(name)
            for name in ("office", "rank", "partial", "energy_before", "energy_after", "seat")
        }
        case.tell(
            item,
            record,
            "took_part",
            actor,
            case.meeting,
            at="actor",
            side=side,
            roles=[slugged(role) for role in roles or []],
            believed=slugged(item.get("believed")),
            **told,
        )
    if side and actor != side:
        case.tell(
            item,
            record,
            "represents",
            actor,
            side,
            at="for",
            office=item.get("office"),
            meeting=case.meeting,
        )
    if item.get("gender"):
        case.tell(item, record, "gender", actor, as_text(item["gender"]), at="gender", about=actor)


def phases(case: Case, item: Map, record: str, number: int) -> None:
    if item.get("phase") not in case.phases:
        return
    phase = f"phase/{case.key}/{item['phase']}"
    case.tell(item, record, "part_of", phase, case.meeting, at="phase", order=number)
    for name, predicate in (
        ("what", "titled"),
        ("stage", "stage"),
        ("for", "lasted"),
        ("arrangement", "arrangement"),
        ("when", "dated"),
    ):
        for value in each(item.get(name)):
            case.tell(item, record, predicate, phase, as_text(value), at=name)
    if item.get("for"):
        fits(case, item, record)
    for name, predicate in (
        ("mode", "mode"),
        ("ingredients", "ingredient"),
        ("effects", "effect"),
        ("moderators", "moderated_by"),
    ):
        for value in each(item.get(name)):
            if isinstance(value, Map):
                degree = value.get("degree")
                value = value.get(name.rstrip("s")) or value.get("value")
                shows(case, item, record, predicate, value, phase, name, degree=degree)
            else:
                shows(case, item, record, predicate, value, phase, name)
    for actor in case.several(item.get("only"), record, present=True):
        case.tell(item, record, "present_in", actor, phase, at="only")
    emotion(case, item, record, phase)


def fits(case: Case, item: Map, record: str) -> None:
    """A duration may not be longer than its encounter."""
    try:
        lasted = duration(str(item["for"]))
    except ValueError:
        return
    if case.lasts and lasted.how != "at-most" and lasted.seconds > case.lasts:
        case.fault(
            item.lines["for"],
            record,
            f"lasts {item['for']}, longer than its encounter",
            "correct one of the two",
            "duration",
        )
    elif case.date and not case.date.marked and lasted.how != "at-most":
        longest = case.date.latest - case.date.earliest + 1
        if lasted.seconds > longest:
            case.fault(
                item.lines["for"],
                record,
                f"lasts {item['for']}, longer than its encounter ({case.date.text})",
                "correct one of the two",
                "duration",
            )


def acts(case: Case, item: Map, record: str, number: int) -> None:
    if item.get("act") not in case.acts:
        return
    ritual = f"ritual/{case.key}/{item['act']}"
    about = case.about(ritual)
    outside = about == ritual
    phase = case.phase(item["in"], record) if "in" in item else None
    if not outside:
        case.tell(
            item,
            record,
            "staged",
            case.meeting,
            ritual,
            at="act",
            order=number,
            phase=phase,
            starts=item.get("at"),
        )
    if "kind" in item:
        kind = slugged(item["kind"])
        case.tell(item, record, "ritual_kind", ritual, kind, at="kind", about=about, order=number)
    for name, predicate in (
        ("what", "titled"),
        ("for", "lasted"),
        ("performance", "performance"),
        ("when", "dated"),
        ("channel", "channel"),
        ("stage", "stage"),
    ):
        if item.get(name):
            value = item[name] if name in ("what", "for", "when") else slugged(item[name])
            case.tell(item, record, predicate, ritual, as_text(value), at=name, about=about)
    if item.get("for"):
        fits(case, item, record)
    if "where" in item:
        case.tell(item, record, "held_at", ritual, case.place(item["where"], record), about=about)
    by = case.several(item.get("by"), record, present=not outside)
    to = case.several(item.get("to"), record)
    behalf = case.actor(item["on_behalf_of"], record) if "on_behalf_of" in item else None
    for actor in by:
        part = "joint" if len(by) > 1 else "initiator"
        case.tell(
            item,
            record,
            "performed",
            actor,
            ritual,
            at="by",
            about=about,
            part=part,
            on_behalf_of=behalf,
        )
    for actor in to:
        case.tell(item, record, "performed", actor, ritual, at="to", about=about, part="recipient")
    if "part_of" in item:
        whole = case.act(item["part_of"], record)
        if item["part_of"] != item["act"] and case.within(str(item["act"]), item["part_of"]):
            message = f"'{item['act']}' and '{item['part_of']}' are part of each other"
            case.fault(item.lines["part_of"], record, message, "take out one part_of:", "circle")
        case.tell(item, record, "part_of", ritual, whole, at="part_of", about=about)
    for other in each(item.get("replies")):
        if case.order.get(str(other), 0) > case.order[str(item["act"])]:
            message = f"replies to '{other}', which comes after it"
            advice = "put acts in their order, the first first"
            case.fault(item.lines["replies"], record, message, advice, "order", "warning")
        case.tell(
            item,
            record,
            "replies_to",
            ritual,
            case.act(other, record),
            at="replies",
            about=about,
            how=slugged(item.get("how")),
        )
    pairs = [(a, b) for a in by for b in (to or by) if a != b]
    for sign in ("credit", "discredit"):
        if said(item.get(sign)):
            exchange(case, item, record, sign, pairs, ritual, phase, about, number)
    if said(item.get("dominates")):
        result = str(item["dominates"]).lower()
        over = [(a, b) for a in by for b in to if a != b]  # not each of several the others
        for a, b in over:
            case.tell(
                item,
                record,
                "dominates",
                a,
                b,
                at="dominates",
                about=about,
                order=number,
                act=slugged(item.get("kind")) if is_act(case, item.get("kind")) else None,
                ritual=ritual,
                meeting=None if outside else case.meeting,
                phase=phase,
                result=None if result in ("yes", "true") else slugged(result),
                intent=slugged(item.get("intent")),
                on_behalf_of=behalf,
            )
        if not over:
            case.fault(
                item.lines["dominates"],
                record,
                "dominates nobody",
                "say whom: to:" if by else "say by: and to:",
                "dominates",
            )
    energy = item.get("energy")
    if energy is not None:
        if outside:  # else it would make a participation, and perhaps the encounter too
            case.fault(
                item.lines["energy"],
                record,
                "'energy' is told of an encounter, and this act is outside any",
                "say it in a memo:",
                "energy",
            )
        elif not isinstance(energy, Map):
            case.fault(
                item.lines["energy"],
                record,
                "'energy' names nobody",
                "write energy: {actor: raised}",
                "energy",
            )
        else:
            for key, value in energy.items():
                name = Text(key, energy.lines[key])
                actor = case.actor(name, record)
                if key in case.known.actors and key not in case.actors:
                    case.fault(  # it would make a presence of a mention
                        name,
                        record,
                        f"'energy' of '{key}', who is not listed under who:",
                        f"add to who: - {{actor: {key}, cite: ...}}",
                        "presence",
                    )
                    continue
                case.tell(
                    item,
                    record,
                    "took_part",
                    actor,
                    case.meeting,
                    at="energy",
                    energy_after=value,
                )
    emotion(case, item, record, ritual)


def is_act(case: Case, kind: Any) -> bool:
    return str(slugged(kind) or "") in case.vocabulary.scheme("act")


def exchange(
    case: Case,
    item: Map,
    record: str,
    sign: str,
    pairs: list[tuple[str, str]],
    ritual: str | None,
    phase: str | None,
    about: str,
    order: int | None,
) -> None:
    """Credit or discredit between each pair. `yes` takes the kind of the act itself."""
    act = slugged(item[sign])
    if str(act).lower() in ("yes", "true"):
        act = slugged(item.get("kind"))
        if act is not None and act not in case.vocabulary.terms:
            return  # said already, of the kind
        if act is None or not is_act(case, act):
            named = f"'{act}' is no act of {sign}" if act else f"'{sign}' needs the kind of the act"
            advice = f"name one: {sign}: {'thanks' if sign == 'credit' else 'insult'}"
            case.fault(item.lines[sign], record, named, advice, "act")
            return
    term = case.vocabulary.scheme("act").get(str(act))
    if term is not None and term.sign not in (sign, "either"):
        case.fault(
            item.lines[sign],
            record,
            f"'{act}' is an act of {term.sign}",
            f"say {term.sign}: or another act, or add a memo: why",
            "sign",
            "warning",
        )
    if not pairs:
        both = (item.get("by") or item.get("from")) and item.get("to")
        itself = ", ".join(map(str, each(item["to"]))) if both else ""
        message = f"{sign} passes from '{itself}' to itself" if both else f"{sign} passes to nobody"
        advice = "name another" if both else "say to:"
        case.fault(item.lines[sign], record, message, advice, "pair")
    told = {name: slugged(item.get(name)) for name in ("intent", "uptake", "performance")}
    told |= {name: item.get(name) for name in ("intensity", "uptake_public")}
    for name in ("uptake_by", "on_behalf_of"):
        told[name] = case.actor(item[name], record) if name in item else None
    for a, b in pairs:
        case.tell(
            item,
            record,
            sign,
            a,
            b,
            at=sign,
            about=about,
            order=order,
            act=act,
            ritual=ritual,
            phase=phase,
            **told,
            meeting=case.meeting if about == case.meeting else None,
        )


def emotion(case: Case, item: Map, record: str, target: str) -> None:
    """`emotion: {actor: anger (displayed)}` of a phase or an act."""
    told = item.get("emotion")
    if told is None:
        return
    if not isinstance(told, Map):
        case.fault(
            item.lines["emotion"],
            record,
            "'emotion' names nobody",
            "write emotion: {actor: anger (displayed)}",
            "emotion",
        )
        return
    for key, value in told.items():
        actor = case.actor(Text(key, told.lines[key]), record)
        for feeling in each(value):
            word, _, how = str(feeling).partition("(")
            case.tell(
                item,
                record,
                "felt",
                actor,
                target,
                at="emotion",
                about=case.about(target),
                emotion=word.strip(),
                how=how.strip(" )") or None,
            )


def credits(case: Case, item: Map, record: str, number: int) -> None:
    givers = case.several(item.get("from"), record)
    takers = case.several(item.get("to"), record)
    ritual = case.act(item["act"], record) if "act" in item else None
    phase = case.phase(item["in"], record) if "in" in item else None
    pairs = [(a, b) for a in givers for b in takers if a != b]
    signs = [s for s in ("credit", "discredit") if said(item.get(s))]
    if not signs:
        case.fault(item, record, "neither credit nor discredit", "say which act", "credit")
    about = case.about(ritual) if ritual else case.meeting
    order = case.order.get(str(item.get("act", "")))
    for sign in signs:
        exchange(case, item, record, sign, pairs, ritual, phase, about, order)


def domination(case: Case, item: Map, record: str, number: int) -> None:
    ritual = case.act(item["act"], record) if "act" in item else None
    phase = case.phase(item["in"], record) if "in" in item else None
    about = case.about(ritual) if ritual else case.meeting
    behalf = case.actor(item["on_behalf_of"], record) if "on_behalf_of" in item else None
    order = case.order.get(str(item.get("act", "")))
    for a in case.several(item.get("by"), record):
        for b in case.several(item.get("over"), record):
            case.tell(
                item,
                record,
                "dominates",
                a,
                b,
                at="over",
                about=about,
                order=order,
                ritual=ritual,
                meeting=case.meeting if about == case.meeting else None,
                phase=phase,
                result=slugged(item.get("result")),
                intent=slugged(item.get("intent")),
                on_behalf_of=behalf,
            )


def bonds(case: Case, item: Map, record: str, number: int) -> None:
    between = sorted(case.several(item.get("between"), record))
    record = f"bond {number}"
    if not between:
        case.fault(item, record, "a bond is between two", "give between: [a, b]", "bond")
    told = {
        "kind": slugged(item.get("kind")),
        "change": slugged(item.get("change")),
        "share": item.get("share"),
        "n": item.get("n"),
    }
    pairs = [(a, b) for i, a in enumerate(between) for b in between[i + 1 :]]
    if len(between) == 1:  # a group bonds within itself
        pairs = [(between[0], between[0])]
    for a, b in pairs:
        case.tell(item, record, "bond", a, b, at="between", meeting=case.meeting, **told)


def shows(
    case: Case, item: Map, record: str, predicate: str, value: Any, node: str, at: str, **told: Any
) -> None:
    """A coded quality of the encounter or a phase: an edge to the term."""
    term = str(slugged(value) or "")
    if not term:
        case.fault(item, record, f"'{at}' is empty", "name a term", "empty")
        return
    degree = told.pop("degree", None) or item.get("degree")
    if predicate in ("ingredient", "effect"):
        degree = degree or "present"
    if predicate == "moderated_by":
        degree = None
    told["degree"] = slugged(degree)
    case.tell(item, record, predicate, node, f"term/{term}", at=at, **told)


def modes(case: Case, item: Map, record: str, number: int) -> None:
    quality(case, item, record, "mode", "mode")


def ingredients(case: Case, item: Map, record: str, number: int) -> None:
    quality(case, item, record, "ingredient", "ingredient")


def effects(case: Case, item: Map, record: str, number: int) -> None:
    quality(case, item, record, "effect", "effect")


def quality(case: Case, item: Map, record: str, predicate: str, at: str) -> None:
    between = sorted(case.several(item.get("between"), record))
    node = case.phase(item.get("in"), record)
    told = {name: item.get(name) for name in ("share", "n") if predicate == "effect"}
    shows(case, item, record, predicate, item.get(at), node, at, between=between, **told)


def moderators(case: Case, item: Map, record: str, number: int) -> None:
    node = target(case, item, record)
    shows(
        case,
        item,
        record,
        "moderated_by",
        item.get("moderator"),
        node,
        "moderator",
        note=item.get("what"),
    )


def continuum(case: Case, item: Map, record: str, number: int) -> None:
    node = target(case, item, record)
    shows(
        case,
        item,
        record,
        "continuum",
        item.get("continuum"),
        node,
        "continuum",
        note=item.get("what"),
        period=item.get("period"),
    )


def target(case: Case, item: Map, record: str) -> str:
    """`on:` an act, a phase or an actor; `in:` a phase; else the encounter."""
    on = item.get("on", item.get("in"))
    if on is not None and on not in case.phases and on not in case.acts:
        if on in case.known.actors:
            return f"actor/{on}"
    return case.part(on, record)


def emotions(case: Case, item: Map, record: str, number: int) -> None:
    target = case.part(item.get("act", item.get("in")), record)
    actor = case.actor(item.get("actor"), record)
    case.tell(
        item,
        record,
        "felt",
        actor,
        target,
        at="actor",
        about=case.about(target),
        emotion=item.get("emotion"),
        how=slugged(item.get("how")),
    )


def outcomes(case: Case, item: Map, record: str, number: int) -> None:
    key = item.get("outcome")
    if not isinstance(key, Text) or not is_key(key):
        case.fault(
            item,
            record,
            f"'{key}' is no key" if isinstance(key, Text) and key else "an outcome needs a key",
            key_like("outcome", key) or "write outcome: followed by lower-case letters and hyphens",
            "key",
        )
        return
    outcome = f"outcome/{case.key}/{key}"
    origin = case.part(item.get("from"), record)
    about = case.about(origin)
    case.tell(item, record, "led_to", origin, outcome, at="from", about=about)
    what = item.get("what") or Text(key.replace("-", " "), key.line)
    case.tell(item, record, "titled", outcome, as_text(what), at="what", about=about)
    if item.get("kind"):
        case.tell(
            item,
            record,
            "outcome_kind",
            outcome,
            slugged(item["kind"]),
            at="kind",
            about=about,
        )
    if item.get("when"):
        case.tell(item, record, "dated", outcome, as_text(item["when"]), at="when", about=about)


def scripts(case: Case, item: Map, record: str, number: int) -> None:
    for name, predicate in (("follows", "follows_script"), ("answers", "answers")):
        for key in each(item.get(name)):
            case.tell(item, record, predicate, case.meeting, case.other_case(key, record), at=name)


def remarks(case: Case, item: Map, record: str, number: int) -> None:
    node = target(case, item, f"remark {number}")
    about = node if node.startswith("actor/") else case.about(node)
    case.tell(
        item,
        f"remark {number}",
        "remark",
        node,
        as_text(item.get("remark")),
        at="remark",
        about=about,
    )


# Each list of a case file with the function that reads one statement of it.
READERS: Mapping[str, Callable[[Case, Map, str, int], None]] = {
    "who": who,
    "phases": phases,
    "acts": acts,
    "credits": credits,
    "domination": domination,
    "bonds": bonds,
    "modes": modes,
    "ingredients": ingredients,
    "effects": effects,
    "moderators": moderators,
    "continuum": continuum,
    "emotions": emotions,
    "outcomes": outcomes,
    "scripts": scripts,
    "remarks": remarks,
}
