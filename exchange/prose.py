"""A relationship in plain English, each line with its citation, to be read and pasted into a paper.

`paragraphs` gives the lines, `as_rows` the same as a table, `works_cited` the list of works. An
act's sentence is made of who did it and of the coder's own words for what was done ("invites him
for a walk without the advisers"), so that it says no more than the claim.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from visavis.queries.told import (
    Act,
    Actor,
    Bond,
    Count,
    Dominance,
    Encounter,
    Evidence,
    Exchange,
    Link,
    Mode,
    Phase,
    Relationship,
    Reply,
)

__all__ = ["COLUMNS", "Line", "as_rows", "full_citation", "opening", "paragraphs", "works_cited"]


class Line(NamedTuple):
    """A line of text and its style: heading, line or note."""

    style: str
    text: str


# -- names and numbers ----------------------------------------------------------------------------

_WITH_ARTICLE = re.compile(
    r"(Nations|States|Union|Islands|Kingdom|Republic|Emirates|Philippines|Netherlands|Taliban|Front"
    r"|Council|Alliance|Mediators|Networks?|Court|Bank|Fund|Organi[sz]ation|Assembly|Commission)$"
)
_BARE = {"a", "an", "the", "those", "whoever", "people", "each", "both", "all", "he", "she"}
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def _the(actor: Actor, full: bool = False) -> str:
    """An actor's name within a sentence: "Reagan", "the Soviet Union", "the US delegation"."""
    name = actor.name if full else actor.short or actor.name
    first = name.partition(" ")[0]
    if actor.kind in ("role", "group", "delegation"):
        owned = any(word.endswith(("'s", "s'", "’s")) for word in name.split()[:-1])
        bare = first.lower() in _BARE or owned or first[:1].isdigit()
        return name if bare else f"the {name}"
    if actor.kind in ("state", "organisation") and _WITH_ARTICLE.search(name):
        return f"the {name}"
    return name


def _of(name: str) -> str:
    """The possessive of a name: "Reagan's", "the United States'"."""
    plural = name.startswith("the ") and name.endswith("s")
    return f"{name}'" if plural else f"{name}'s"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _lower(text: str) -> str:
    """A label within a sentence: "Handshake" gives "handshake"; "UN" stays."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def _list(items: Sequence[str]) -> str:
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def _number(n: int) -> str:
    return _NUMBERS[n] if n < len(_NUMBERS) else str(n)


def _many(n: int, noun: str) -> str:
    return f"{_number(n)} {noun}{'' if n == 1 else 's'}"


def _counted(count: Count, noun: str) -> str:
    """ "three credits", or with its band "three credits (two to four, contested)"."""
    text = _many(count.number, noun)
    if count.low == count.high == count.number:
        return text
    return f"{text} ({_number(count.low)} to {_number(count.high)}, contested)"


def _given(made: Relationship, way: str) -> str:
    """ "seven credits and one discredit", and how many more weigh nothing."""
    credit: Count = getattr(made.counts, f"credits_{way}")
    discredit: Count = getattr(made.counts, f"discredits_{way}")
    vain = sum(1 for _, e in made.exchanges if e.direction == way and e.counted and not e.weight)
    more = f" ({_number(vain)} more held back or refused)" if vain else ""
    return f"{_counted(credit, 'credit')} and {_counted(discredit, 'discredit')}{more}"


def _lasting(seconds: int | None, how: str, in_total: bool, text: str) -> str:
    """A duration in words: "more than 46 seconds in total"."""
    if seconds is None:
        return ""
    unit, size = next(
        (unit, size)
        for unit, size in (("hour", 3600), ("minute", 60), ("second", 1))
        if seconds % size == 0 and (seconds >= 2 * size or size == 1)
    )
    number = seconds // size
    more = "more than " if re.match(r"\s*(>(?!=)|more than|over)", text) else "at least "
    words = {"about": "about ", "at-least": more, "at-most": "at most "}.get(how, "")
    return f"{words}{number} {unit}{'' if number == 1 else 's'}{' in total' * in_total}"


# -- the sentence of one act ----------------------------------------------------------------------

# A description that begins so is no predicate of whoever did it.
_NO_VERB = {
    "a", "an", "the", "it", "he", "she", "they", "his", "her", "its", "their", "this", "that",
    "these", "those", "all", "nobody", "no", "one", "there", "as", "in", "on", "with", "for",
    "from", "after", "what", "when", "if",
}  # fmt: skip
_REPLY = {
    "reciprocates": "in return for",
    "mirrors": "mirroring",
    "resists": "resisting",
    "ignores": "ignoring",
    "repairs": "to repair",
    "": "in reply to",
}


def _replying(replies: Sequence[Reply]) -> str:
    """ "In return for Reagan's invitation, "; several answered alike are named together."""
    if not replies:
        return ""
    how = replies[0].how
    named: dict[str, list[str]] = {}
    for reply in replies:
        if reply.how == how:
            whose = _of(_list([_the(actor) for actor in reply.by])) if reply.by else "the"
            kinds = named.setdefault(whose, [])
            kind = _lower(reply.kind)
            if kind not in kinds:
                kinds.append(kind)
    told = _list([f"{whose} {_list(kinds)}" for whose, kinds in named.items()])
    return f"{_REPLY.get(how, _REPLY[''])} {told}, "


def _voice(evidence: Evidence) -> list[str]:
    """What is said of a claim beside its citation."""
    told = []
    if evidence.said_by and not evidence.own_words:
        told.append(f"told by {_list(evidence.said_by)}")
    if evidence.read_by:
        told.append(f"so read by {_list(evidence.read_by)}")
    if "inferred-by-coder" in evidence.bases:
        told.append("inferred by the coder")
    if evidence.machine:
        told.append("machine-coded")
    if evidence.confidence in ("medium", "low"):
        told.append(f"confidence {evidence.confidence}")
    if evidence.disputed:
        told.append("disputed")
    return told


def _cite(evidence: Evidence) -> str:
    """ " (Bramsen 2024, 193, citing Reagan 1990, 15; confidence medium)"."""
    told = [evidence.citation, *_voice(evidence)]
    inside = "; ".join(part for part in told if part).replace("(", "[").replace(")", "]")
    return f" ({inside})" if inside else ""


def _cite_apart(inner: Evidence, outer: Evidence) -> str:
    """The citation of a part of an act, "" where that of the whole act says it already."""
    said = set(outer.citation.split("; ")) | set(_voice(outer))
    if set(inner.citation.split("; ")) | set(_voice(inner)) <= said:
        return ""
    return _cite(inner)


def _uptake(exchange: Exchange) -> str:
    if exchange.uptake in ("", "unclear", "not-observable"):
        return ""
    word = {"unanswered": "left unanswered"}.get(exchange.uptake, exchange.uptake.replace("-", " "))
    by = ""
    if exchange.uptake_by and exchange.uptake_by.id != exchange.receiver.id:
        by = f" by {_the(exchange.uptake_by)}"
    public = " in public" if exchange.uptake_public.lower() in ("yes", "true", "public") else ""
    return f", {word}{by}{public}"


def _one_exchange(exchange: Exchange, behalf: bool) -> str:
    """Such as "deliberate credit to #, accepted"; # stands for whom and by which act."""
    intent = {"deliberate": "deliberate ", "unintended": "unintended "}.get(exchange.intent, "")
    text = f"{intent}{exchange.sign} to #"
    if behalf and exchange.on_behalf_of:
        text += f" on behalf of {_the(exchange.on_behalf_of)}"
    text += _uptake(exchange)
    if exchange.performance == "suppressed":
        text += ", held back"
    elif exchange.performance == "feigned":
        text += ", feigned"
    if exchange.intent == "unclear":
        text += ", its intent unclear"
    if exchange.in_doubt:
        text += ", contested"
    if not exchange.weight:
        text += ", weighing nothing"
    return text


def _passed(act: Act, behalf: bool) -> list[str]:
    """What the act gave: one phrase for each credit and discredit, like ones together."""
    groups: dict[str, list[Exchange]] = {}
    for exchange in act.exchanges:
        groups.setdefault(_one_exchange(exchange, behalf), []).append(exchange)
    told = []
    for text, group in groups.items():
        ways = {(e.giver.id, e.receiver.id) for e in group}
        if any((b, a) in ways for a, b in ways):
            to = "each other"
        else:
            to = _list(list(dict.fromkeys(_the(e.receiver) for e in group)))
        acts = list(dict.fromkeys(e.act for e in group))
        labels = list(dict.fromkeys(_lower(e.label) for e in group))
        if len(acts) > 1:
            text = text.replace(f"{group[0].sign} to", f"{_number(len(acts))} {group[0].sign}s to")
        if acts != [act.kind]:
            to += f" ({_list(labels)})"
        cited = {_cite_apart(e.evidence, act.evidence) for e in group}
        told.append(text.replace("#", to, 1) + "".join(sorted(cited)))
    return told


def _dominance(act: Act, told: Sequence[Dominance]) -> list[str]:
    found = []
    for result in dict.fromkeys(d.result for d in told):
        group = [d for d in told if d.result == result]
        over = _list(list(dict.fromkeys(_the(d.over) for d in group)))
        if result in ("resisted", "countered"):
            text = f"an attempt to dominate {over}, {result}"
        elif result == "accepted":
            text = f"domination of {over}, accepted"
        else:
            text = f"domination of {over}"
        cited = {_cite_apart(d.evidence, act.evidence) for d in group}
        found.append(text + "".join(sorted(cited)))
    return found


def sentence(act: Act, *, behalf: bool = True) -> str:
    """An act as a sentence with its citation.

    behalf: say on whose behalf a credit was given (needless in a chain of representatives).
    """
    who = _list([_the(actor) for actor in act.by]) or "somebody"
    if not act.what:
        return _capital(_bare(act, who, behalf)) + "."
    first = act.what.partition(" ")[0].strip(",;:")
    start = _replying(act.replies)
    if act.what.startswith("the two ") and len(act.by) == 2:
        body = f"{start}{act.what}"
    elif first.lower() in _NO_VERB or first[:1].isupper():
        kind = f" ({_lower(act.label)})" if act.label else ""
        body = f"{start}{who}{kind}: {act.what}"
    else:
        body = f"{start}{who} {act.what}"
    aside = [_lasting(act.seconds, act.seconds_how, act.in_total, act.duration)]
    aside += [f"“{quote}”" for quote in act.evidence.quotes]
    if act.outside:
        aside.append("outside the meeting" + (f", {act.when}" if act.when else ""))
    aside = [part for part in aside if part]
    if aside:
        body += f" ({'; '.join(aside)})"
    more = _passed(act, behalf) + _dominance(act, act.dominance)
    if not act.exchanges and act.performance in ("feigned", "suppressed"):
        more.append({"feigned": "feigned", "suppressed": "held back"}[act.performance])
    # Where a clause carries a citation of its own, the act's stands before it.
    parts = [x.evidence for x in act.exchanges] + [x.evidence for x in act.dominance]
    if any(_cite_apart(part, act.evidence) for part in parts):
        return _capital(f"{body}{_cite(act.evidence)}; {'; '.join(more)}.")
    return _capital(f"{'; '.join([body, *more])}{_cite(act.evidence)}.")


def _bare(act: Act, who: str, behalf: bool) -> str:
    """A credit, discredit or domination that no listed act carries."""
    told = []
    for exchange in act.exchanges:
        verb = "gives credit to" if exchange.sign == "credit" else "discredits"
        text = f"{_the(exchange.giver)} {verb} {_the(exchange.receiver)}: {_lower(exchange.label)}"
        if behalf and exchange.on_behalf_of:
            text += f", on behalf of {_the(exchange.on_behalf_of)}"
        text += _uptake(exchange)
        text += "" if exchange.weight else ", weighing nothing"
        told.append(text + _cite(exchange.evidence))
    for each in act.dominance:
        tries = each.result in ("resisted", "countered")
        verb = "tries to dominate" if tries else "dominates"
        result = f", which is {each.result}" if each.result else ""
        told.append(f"{_the(each.by)} {verb} {_the(each.over)}{result}{_cite(each.evidence)}")
    return "; ".join(told) or who


# -- the opening ----------------------------------------------------------------------------------


def _day(when: str) -> str:
    """A date without its hours."""
    return re.sub(r", (?:from |until )?\d\d:\d\d.*$", "", when)


def _at(when: str) -> str:
    """A date with its preposition."""
    day = _day(when)
    if day.startswith(("about", "between", "from", "until")):
        return day
    return f"on {day}" if re.match(r"\d{1,2}( |–)", day) else f"in {day}"


def _sides(made: Relationship) -> tuple[str, str]:
    if made.by_representatives:
        return (
            f"representatives of {_the(made.a)}",
            f"representatives of {_the(made.b)}",
        )
    return _the(made.a), _the(made.b)


def opening(made: Relationship) -> list[str]:
    """What the whole chain amounts to, computed: encounters, then counts, then what is open."""
    a, b = _the(made.a), _the(made.b)
    known = made.known
    if made.by_representatives:
        who = f"Representatives of {a} and {b}"
    else:
        who = _capital(f"{_the(made.a, True)} and {_the(made.b, True)}")
    if not known:
        pair = f"{_the(made.a, True)} and {_the(made.b, True)}"
        of = f"representatives of {pair}" if made.by_representatives else pair
        met = f"No encounter of {of} is known."
    elif len(known) == 1:
        when = _at(known[0].when) if known[0].when else "at a date that is not told"
        met = f"{who} are known to have met once, {when}."
    else:
        dated = [e for e in known if e.when]
        times = {2: "twice"}.get(len(known), f"{_number(len(known))} times")
        met = f"{who} are known to have met {times}"
        ends = list(dict.fromkeys(_day(e.when) for e in (dated[:1] + dated[-1:])))
        if len(ends) == 2:
            apart = (dated[0].latest or 0) < (dated[-1].earliest or 0)
            met += f", {f'between {ends[0]} and' if apart else f'dated {ends[0]} to'} {ends[1]}"
        met += f", {_at(ends[0])}" if len(ends) == 1 else ""
        undated = len(known) - len(dated)
        met += f"; {_many(undated, 'encounter')} without a date" if undated else ""
        for whole in dict.fromkeys(e.part_of for e in known if e.part_of):
            n = sum(1 for e in known if e.part_of == whole)
            some = "all" if n == len(known) else _number(n)
            met += f"; {some} of these {'was' if n == 1 else 'were'} part of “{whole}”"
        met += "."
    first, second = (a, b)
    if made.by_representatives:
        first, second = f"those of {a}", f"those of {b}"
    found = [met]
    if made.exchanges:
        given = [
            f"{x} gave {y} {_given(made, way)}"
            for x, y, way in ((first, second, "ab"), (second, first, "ba"))
        ]
        found.append(_capital("; ".join(given)) + ".")
    elif known:
        found.append("Neither credit nor discredit between them is coded.")
    waiting = made.unanswered
    if waiting:
        parts = []
        for way, giver in (("ab", first), ("ba", second)):
            for sign in ("credit", "discredit"):
                n = sum(1 for _, e in waiting if e.direction == way and e.sign == sign)
                parts += [f"{_many(n, sign)} by {giver}"] if n else []
        found.append(f"No answer is known to {_list(parts)}.")
    return found


# -- paragraphs -----------------------------------------------------------------------------------


def paragraphs(made: Relationship) -> list[Line]:
    """The chain as lines of text: what it amounts to, what is still unanswered, then encounter by
    encounter each act with its citation, and the works cited."""
    lines = [Line("heading", _capital(f"{_the(made.a, True)} and {_the(made.b, True)}"))]
    own = bool(made.encounters or made.bonds)
    theirs = made.represented
    if own or theirs is None or not theirs.encounters:
        lines += _chain(made)
    if theirs is not None and theirs.encounters:
        if own:
            lines += [Line("line", ""), Line("heading", "By their representatives")]
        told = "Acts of those who represented them in the encounter, or acted on their behalf"
        lines.append(Line("note", f"{told}; not added to their own."))
        lines += _chain(theirs)
    works = works_cited(made, lines)
    if works:
        lines += [Line("line", ""), Line("heading", "Works cited")]
        lines += [Line("line", work) for work in works]
    return lines


def _chain(made: Relationship) -> list[Line]:
    lines = [Line("line", " ".join(opening(made)))]
    waiting = made.unanswered
    if waiting:
        lines.append(Line("note", "Still unanswered, as far as it is coded:"))
        whens = {e.id: _day(e.when) for e in made.encounters}
        shown = set()
        for act, exchange in waiting:
            left = {"unanswered": ", told to be left unanswered", "ignored": ", ignored"}
            text = f"{_of(_list([_the(x) for x in act.by]))} {_lower(act.label or exchange.label)}"
            when = whens.get(act.encounter) or act.when
            text += f", {when}" if when else ""
            text += f": {act.what}" if act.what else ""
            text += f"; {exchange.sign}{left.get(exchange.answer, '')}"
            if text not in shown:
                shown.add(text)
                lines.append(Line("line", f"  {_capital(text)}{_cite(exchange.evidence)}."))
    if made.filters:
        told = ", ".join(f"{name} {value}" for name, value in made.filters.items())
        lines.append(Line("note", f"Asked for: {told}."))
    if made.left_out:
        told = ", ".join(f"{number} {why}" for why, number in made.left_out.items())
        lines.append(Line("note", f"Left out: {told}."))
    loose = [bond for bond in made.bonds if not bond.encounter]
    lines += [Line("line", _bond(bond, made)) for bond in loose]
    for encounter in made.encounters:
        lines.append(Line("line", ""))
        lines += _encounter(encounter, made)
    return lines


def _heading(encounter: Encounter) -> str:
    where = f", {encounter.place}" if encounter.place else ""
    when = encounter.when or "No date is told"
    if encounter.scope == "outside":
        return f"{when}: outside any encounter"
    return f"{when}{where}: {encounter.title}"


def _modes(modes: Sequence[Mode]) -> list[tuple[str, Mode]]:
    """What is told of the mode, each with one of the claims' modes; what is unclear, once."""
    degrees = {"partly": "partly ", "absent": "not "}
    told: dict[str, Mode] = {}
    for mode in modes:
        text = f"{degrees.get(mode.degree, '')}{mode.mode} interaction"
        if mode.degree in ("unclear", "not-observable"):
            text = f"mode {mode.degree.replace('-', ' ')}"
        told.setdefault(text, mode)
    return list(told.items())


def _phase(phase: Phase) -> str:
    told = [_lasting(phase.seconds, phase.seconds_how, phase.in_total, phase.duration)]
    told.append({"front": "front stage", "back": "back stage", "both": "front and back stage"}.get(
        phase.stage, ""))  # fmt: skip
    told += [text for text, _ in _modes(phase.modes)]
    title = phase.title or phase.id.rpartition("/")[2].replace("-", " ")
    aside = "; ".join(part for part in told if part)
    return f"{_capital(title)}{f' ({aside})' if aside else ''}{_cite(phase.evidence)}."


def _bond(bond: Bond, made: Relationship) -> str:
    kind = "a social bond" if bond.kind == "social-bond" else bond.kind.replace("-", " ")
    pair = f"between {_the(made.a)} and {_the(made.b)}"
    share = f", {bond.share} of {bond.n}" if bond.share and bond.n else ""
    text = {
        "formed": f"{kind} formed {pair}",
        "strengthened": f"{kind} {pair} grew stronger",
        "weakened": f"{kind} {pair} grew weaker",
        "broken": f"{kind} {pair} broke",
        "none": f"{kind} {pair} did not change",
    }.get(bond.change, f"{kind} {pair}")
    quote = "".join(f" (“{q}”)" for q in bond.evidence.quotes)
    return f"{_capital(text)}{share}{quote}{_cite(bond.evidence)}."


def _link(link: Link) -> str:
    other = f"“{link.title}”" + (f" ({link.when})" if link.when else "")
    text = {
        "follows": f"It followed the script of {other}",
        "followed-by": f"{other} followed its script",
        "answers": f"It was held in answer to {other}",
        "answered-by": f"{other} was held in answer to it",
    }[link.how]
    return f"{text}{_cite(link.evidence)}."


def _encounter(encounter: Encounter, made: Relationship) -> list[Line]:
    lines = [Line("heading", _heading(encounter))]
    if encounter.gap:
        lines.append(Line("note", f"Next known encounter, {encounter.gap}."))
    notes = {
        "series": "A series of encounters, not one.",
        "practice": "A habit, not one dated encounter.",
    }
    if encounter.scope in notes:
        lines.append(Line("note", notes[encounter.scope]))
    elif not encounter.present and encounter.scope != "outside":
        lines.append(Line("note", "That both took part in it is not told."))
    for text, mode in _modes(encounter.modes):
        lines.append(Line("line", f"{_capital(text)}{_cite(mode.evidence)}."))
    lines += _acts(encounter, made)
    for presence in encounter.presences:
        if presence.energy_after:
            whose = _of(_the(presence.actor))
            text = f"{_capital(whose)} emotional energy: {presence.energy_after}"
            lines.append(Line("line", f"{text}{_cite(presence.evidence)}."))
    lines += [Line("line", _bond(bond, made)) for bond in encounter.bonds]
    for outcome in encounter.outcomes:
        when = f" ({outcome.when})" if outcome.when else ""
        lines.append(Line("line", f"Outcome: {outcome.title}{when}{_cite(outcome.evidence)}."))
    lines += [Line("line", _link(link)) for link in encounter.links]
    lines += _rivals(encounter)
    return lines


def _acts(encounter: Encounter, made: Relationship) -> list[Line]:
    """Phases in order, each with its acts; acts outside the phases stand at the margin."""
    lines: list[Line] = []
    phases = {phase.id: phase for phase in encounter.phases}
    left = list(encounter.phases)
    open_ = ""
    for act in encounter.acts:
        phase = phases.get(act.phase)
        if phase is not None and phase in left:
            while left and left[0].order <= phase.order:
                lines.append(Line("line", _phase(left.pop(0))))
        elif phase is not None and open_ != act.phase:
            lines.append(Line("line", f"Again: {_lower(phase.title)}."))
        open_ = act.phase
        indent = "  " if phase is not None else ""
        lines.append(Line("line", indent + sentence(act, behalf=not made.by_representatives)))
        rivals = list(act.evidence.rivals)
        rivals += [r for x in act.exchanges for r in x.evidence.rivals]
        rivals += [r for x in act.dominance for r in x.evidence.rivals]
        for rival in rivals:
            name = rival.field.replace("_", " ")
            cited = f" ({rival.citation})" if rival.citation else ""
            lines.append(Line("note", f"{indent}  Told otherwise: {name} “{rival.value}”{cited}."))
    lines += [Line("line", _phase(phase)) for phase in left]
    return lines


def _rivals(encounter: Encounter) -> list[Line]:
    """What is told otherwise of the encounter itself and of who was there."""
    lines = []
    for presence in encounter.presences:
        for rival in presence.evidence.rivals:
            shown = getattr(presence, rival.field, "")
            shown = shown if isinstance(shown, str) else ", ".join(shown)
            whose = _capital(_of(_the(presence.actor)))
            name = {"partial": "attendance"}.get(rival.field, rival.field.replace("_", " "))
            text = f"{whose} {name}: {shown}"
            lines.append(Line("note", f"{text}; told otherwise: {rival.value} ({rival.citation})."))
    for rival in encounter.evidence.rivals:
        if rival.field == "date":
            text = f"Date: {encounter.when}; told otherwise: {rival.value} ({rival.citation})."
            lines.append(Line("note", text))
    return lines


# -- a table --------------------------------------------------------------------------------------

COLUMNS = (
    "n", "date", "edtf", "meeting", "title", "phase", "act", "kind", "by", "to", "what",
    "duration", "replies_to", "how", "sign", "credit", "direction", "intensity", "weight",
    "answer", "dominance", "credits_ab", "credits_ba", "discredits_ab", "discredits_ba", "band",
    "citation", "said_by", "read_by", "as_told", "coder", "basis", "confidence", "contested",
    "rivals", "claims", "by_representatives",
)  # fmt: skip


def as_rows(made: Relationship) -> list[dict[str, Any]]:
    """One row per act with the columns of COLUMNS; an encounter without acts has one too.

    `ab` is from the first actor to the second. `band` names counts that are contested with their
    low and high. Rows of representatives follow, marked in the last column, with counts of theirs.
    """
    rows: list[dict[str, Any]] = []
    for encounter in made.encounters:
        phases = {phase.id: phase.title for phase in encounter.phases}
        head = {
            "date": encounter.when,
            "edtf": encounter.date,
            "meeting": encounter.id if encounter.scope != "outside" else "",
            "title": encounter.title,
        }
        if not encounter.acts:
            rows.append(_row(made, {**head, **_evidence_columns([encounter.evidence])}))
        for act in encounter.acts:
            told = [act.evidence, *(e.evidence for e in act.exchanges)]
            told += [d.evidence for d in act.dominance]
            counts = {
                name: getattr(act.counts, name)
                for name in ("credits_ab", "credits_ba", "discredits_ab", "discredits_ba")
            }
            band = [
                f"{name} {count.low}-{count.high}"
                for name, count in counts.items()
                if not count.low == count.high == count.number
            ]
            weight = sum(e.weight for e in act.exchanges if e.counted)
            row = {
                **head,
                "date": act.when or encounter.when,
                "edtf": act.date or encounter.date,
                "phase": phases.get(act.phase, ""),
                "act": act.id,
                "kind": act.label,
                "by": _names(act.by),
                "to": _names(act.to),
                "what": act.what or _bare(act, "", False),
                "duration": act.duration,
                "replies_to": "; ".join(reply.to for reply in act.replies),
                "how": "; ".join(dict.fromkeys(r.how for r in act.replies if r.how)),
                "sign": act.sign,
                "credit": "; ".join(f"{e.sign}: {e.act}" for e in act.exchanges),
                "direction": "; ".join(dict.fromkeys(e.direction for e in act.exchanges)),
                "intensity": max((e.intensity or 0 for e in act.exchanges), default=0) or None,
                "weight": weight if act.exchanges else None,
                "answer": "; ".join(dict.fromkeys(e.answer for e in act.exchanges if e.answer)),
                "dominance": "; ".join(
                    f"{d.by.short} over {d.over.short}{': ' * bool(d.result)}{d.result}"
                    for d in act.dominance
                ),
                **{name: count.number for name, count in counts.items()},
                "band": "; ".join(band),
                **_evidence_columns(told),
            }
            rows.append(_row(made, row))
    if made.represented is not None:
        rows += as_rows(made.represented)
    for number, row in enumerate(rows, 1):
        row["n"] = number
    return rows


def _row(made: Relationship, told: Mapping[str, Any]) -> dict[str, Any]:
    numbers = {"n", "intensity", "weight", "credits_ab", "credits_ba", "discredits_ab",
               "discredits_ba"}  # fmt: skip
    empty: dict[str, Any] = {name: None if name in numbers else "" for name in COLUMNS}
    return {**empty, **told, "by_representatives": made.by_representatives}


def _names(actors: Iterable[Actor]) -> str:
    return "; ".join(actor.name for actor in actors)


def _evidence_columns(told: Sequence[Evidence]) -> dict[str, Any]:
    def joined(name: str) -> str:
        return "; ".join(sorted({x for evidence in told for x in getattr(evidence, name)}))

    grades = [evidence.confidence for evidence in told if evidence.confidence]
    order = ("high", "medium", "low")
    return {
        "citation": "; ".join(dict.fromkeys(e.citation for e in told if e.citation)),
        "said_by": joined("said_by"),
        "read_by": joined("read_by"),
        "as_told": joined("as_told"),
        "coder": joined("coders"),
        "basis": joined("bases"),
        "confidence": max(grades, key=order.index, default=""),
        "contested": joined("contested_by"),
        "rivals": "; ".join(
            f"{r.field}: {r.value} ({r.citation})" for evidence in told for r in evidence.rivals
        ),
        "claims": joined("claims"),
    }


# -- works ----------------------------------------------------------------------------------------

_QUOTED = {"article-journal", "article", "chapter", "webpage", "broadcast", "paper-conference",
           "article-newspaper", "article-magazine"}  # fmt: skip


def works_cited(made: Relationship, lines: Sequence[Line] | None = None) -> list[str]:
    """The works that the chain rests on, one line each, in order; with `lines`, those cited there.

    Claims that no line prints (who sat where, what somebody believed of the cameras) may rest on
    others.
    """
    text = "\n".join(line for _, line in lines or ())
    found = set()
    for record in made.sources.values():
        short = str(record.get("citation") or "").replace("(", "[").replace(")", "]")
        if lines is None or (short and short in text):
            found.add(full_citation(record))
    return sorted(found, key=lambda line: line.casefold())


def full_citation(record: Mapping[str, Any]) -> str:
    """A source's record (its node's properties) as Chicago prints it, author and date first.

    Where the short form in the text is another than author and year, it stands before, in
    brackets. Somebody who is not to be named is not.
    """
    named = record.get("named_as", "by-name") == "by-name"
    authors = [str(x) for x in record.get("author") or () if named]
    editors = [str(x) for x in record.get("editor") or ()]
    year = str(record.get("year") or "n.d.")
    title = str(record.get("title") or "").rstrip(".")
    container = str(record.get("container") or "")
    quoted = container or record.get("type") in _QUOTED
    parts = []
    if authors:
        parts.append(_people(authors))
    elif editors:
        parts.append(_people(editors) + (", eds" if len(editors) > 1 else ", ed"))
    dated = year
    if title:
        titled = f"“{title}.”" if quoted else title
        parts += [dated, titled] if parts else [titled, dated]
    else:
        parts.append(dated)
    line = " ".join(part if part.endswith((".", "”")) else f"{part}." for part in parts)
    if container:
        inside = "In " if record.get("type") == "chapter" else ""
        by = f", edited by {_people(editors, turned=False)}" if authors and editors else ""
        line += f" {inside}{container}{by}"
        volume = str(record.get("volume") or "")
        issue = str(record.get("issue") or "")
        pages = str(record.get("page") or "")
        if inside:
            line += f", {pages}" if pages else ""
        else:
            line += f" {volume}" if volume else ""
            line += f" ({issue})" if volume and issue else f", no. {issue}" if issue else ""
            line += f": {pages}" if pages else ""
        line += "."
    if record.get("publisher"):
        line += f" {record['publisher']}."
    if record.get("doi"):
        line += f" https://doi.org/{record['doi']}."
    elif record.get("url"):
        line += f" {record['url']}."
    short = str(record.get("citation") or "")
    first = short.split()[0].strip(",") if short else ""
    by_author = authors and line.casefold().startswith(first.casefold())
    by_title = title and line.lstrip("“").startswith(title) and short.startswith(title)
    return line if not short or by_author or by_title else f"[{short}] {line}"


def _people(people: Sequence[str], turned: bool = True) -> str:
    """Authors as Chicago lists them: the first turned round, the others not."""
    names = []
    for number, person in enumerate(people):
        family, _, given = (part.strip() for part in person.partition(","))
        plain = f"{given} {family}".strip()
        names.append(person if turned and number == 0 else plain)
    if len(names) < 2:
        return "".join(names)
    comma = "," if turned or len(names) > 2 else ""
    return f"{', '.join(names[:-1])}{comma} and {names[-1]}"
