"""A statement of a case file as the fields of the form show it, and back; and in words.

Pure. A field holds one text, or a list of choices. What a field shows of a value and nobody
changed gives back that very value; what no field could give back is not shown (`kept_of`) and
stays as it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from visavis.dashboard.form.steps import CITE, step_of
from visavis.ingest.case_keys import HEADER, HEADER_LISTS, SECTIONS
from visavis.ingest.case_schema import VALUES, Field, field_of
from visavis.ingest.registers import citations
from visavis.ingest.yamltext import Map, Seq, Text
from visavis.schema.claims import Citation

__all__ = [
    "fields_of",
    "head_of",
    "is_empty",
    "is_list",
    "is_statement",
    "item_of",
    "items_of",
    "kept_of",
    "parts_of",
    "place_of",
    "source_of",
    "summary",
    "target_of",
    "value_of",
    "values_of",
    "words",
]

# -- what a case is made of -----------------------------------------------------------------------


def is_statement(item: Any) -> bool:
    """Whether an item of a list is a statement; of `ingredients` and the like it may be a value."""
    return isinstance(item, Map) and ("value" not in item or "of" in item)


def items_of(value: Any) -> list[Any]:
    """The items of a list; what stands there alone is one."""
    if value is None or value == "":
        return []
    return list(value) if isinstance(value, Seq) else [value]


def parts_of(case: Map) -> list[Map]:
    """The encounters of a series; none where `parts` is no list of them."""
    parts = case.get("parts")
    if not isinstance(parts, Seq) or not all(isinstance(part, Map) for part in parts):
        return []
    return list(parts)


def head_of(case: Map) -> Map:
    """The lines of a case that are no lists of statements."""
    return Map({k: v for k, v in case.items() if k not in SECTIONS and k != "parts"})


def source_of(case: Map, whole: Map) -> str:
    """The work that bare citations are of: the encounter's own, or that of the whole file."""
    return str(case.get("source") or whole.get("source") or "")


# -- from a field to a value, and back ------------------------------------------------------------

_CHOSEN = ("term", "actor", "person", "place", "source", "case", "phase", "act", "part")


def is_list(section: str, key: str) -> bool:
    """Whether a field holds a list of choices; all others hold one text."""
    what = field_of(section, key)
    return (what.many or (not section and key in HEADER_LISTS)) and what.kind in _CHOSEN


def value_of(section: str, key: str, told: Any) -> Any:
    """What stands in a file for what a field holds; None where that is nothing."""
    if isinstance(told, list | tuple):
        values = [Text(str(x).strip()) for x in told if str(x).strip()]
        if not values:
            return None
        return values[0] if len(values) == 1 else Seq(values)
    text = " ".join(str(told or "").split())
    if not text:
        return None
    what = field_of(section, key)
    if what.kind in ("texts", "people") or (what.many and what.kind in ("text", "cite")):
        # Several are parted by a semicolon; a title or a locator may hold a comma.
        parts = [Text(part.strip()) for part in text.split(";") if part.strip()]
        return parts[0] if len(parts) == 1 else Seq(parts) if parts else None
    if what.kind == "pairs":
        pairs = Map()
        for part in text.split(","):
            actor, _, felt = part.partition(":")
            pairs[actor.strip()] = Text(felt.strip())
        return pairs
    return Text(text)


def _shown(section: str, key: str, value: Any) -> Any:
    """What a field shows of a value; None where it could not give it back."""
    shown: Any
    if isinstance(value, Map):
        if field_of(section, key).kind != "pairs" or not all(
            isinstance(v, Text) for v in value.values()
        ):
            return None
        shown = ", ".join(f"{actor}: {felt}" for actor, felt in value.items())
    else:
        values = items_of(value)
        if not all(isinstance(v, Text) for v in values):
            return None
        texts = [" ".join(v.split()) for v in values]
        shown = texts if is_list(section, key) else "; ".join(texts)
    return shown if _flat(value_of(section, key, shown)) == _flat(value) else None


def _flat(value: Any) -> Any:
    if isinstance(value, Map):
        return {key: _flat(each) for key, each in value.items()}
    return [" ".join(str(each).split()) for each in items_of(value)]


def _cited(value: Any, source: str, known: Mapping[str, Any]) -> dict[str, str] | None:
    """The fields of a citation; None where they could not give it back."""
    items = items_of(value)
    if not items:
        return None
    first, rest = items[0], items[1:]
    if isinstance(first, Map):
        names = {"source": "work", "locator": "place", "via": "via", "via_locator": "via place",
                 "relation": "relation"}  # fmt: skip
        if not all(k in names and isinstance(v, Text) for k, v in first.items()):
            return None
        told = {f"cite {names[k]}": str(v) for k, v in first.items()}
    else:
        found, _ = citations(first, source, known)
        if len(found) != 1:
            return None
        one = found[0]
        work, via = (s.partition("/")[2] for s in (one.source, one.via))
        if work == source and first.split()[:1] != [work]:
            work = ""
        told = dict(zip(CITE, (work, one.locator, via, one.via_locator), strict=False))
    if not all(isinstance(each, Text) for each in rest):
        return None
    told["cite more"] = "; ".join(rest)
    told = {name: text for name, text in told.items() if text}
    made = _cite(told, source, known)
    same = citations(made, source, known)[0] == citations(value, source, known)[0]
    return told if made is not None and same else None


def _cite(told: Mapping[str, Any], source: str, known: Mapping[str, Any]) -> Any:
    """The citation that these fields tell; None where they are empty."""
    work, place, via, via_place, relation, more = (
        " ".join(str(told.get(name) or "").split()) for name in CITE
    )
    made: list[Any] = []
    if work or place or via:
        text = " ".join(filter(None, (work, place, *(("via", via, via_place) if via else ()))))
        short, _ = citations(Text(text), source, known)
        meant = Citation(
            f"source/{work or source}" if work or source else "",
            place,
            via=f"source/{via}" if via else "",
            via_locator=via_place,
        )
        plain = not work and not via  # as it is typed, by the rules of a file
        if relation in ("", "supports") and (plain or short == [meant]):
            parts = [part.strip() for part in text.split(";") if plain and part.strip()]
            made += [Text(part) for part in parts or [text]]
        else:
            names = {"source": work, "locator": place, "via": via, "via_locator": via_place,
                     "relation": relation}  # fmt: skip
            made.append(Map({name: Text(told) for name, told in names.items() if told}))
    made += [Text(part.strip()) for part in more.split(";") if part.strip()]
    if not made:
        return None
    return made[0] if len(made) == 1 else Seq(made)


def target_of(of: Any) -> tuple[str, str]:
    """The list ("" for the head) and the key of the value that a rival coding names."""
    path, _, key = str(of or "").rpartition(".")
    section = path.partition(".")[0]
    if key and (section in SECTIONS or (not path and key in HEADER)):
        return section, key
    return "rival", "value"


def place_of(section: str, key: str, told: Mapping[str, Any]) -> tuple[str, str]:
    """The list and key by whose rules a field of a statement goes: a rival value by those of the
    value that it rivals."""
    return target_of(told.get("of")) if (section, key) == ("rival", "value") else (section, key)


def fields_of(section: str, item: Map, source: str, known: Mapping[str, Any]) -> dict[str, Any]:
    """What the fields of the form show of a statement, or of a head (section "").

    Values that no field could give back are left out; see `kept_of`.
    """
    told: dict[str, Any] = {}
    for key, value in item.items():
        if key == "cite":
            told |= _cited(value, source, known) or {}
            continue
        if section == "" and key in VALUES and isinstance(value, Map) and "value" in value:
            value = value["value"]
        shown = _shown(*place_of(section, key, item), value)
        if shown is not None:
            told[key] = shown
    return told


def kept_of(section: str, item: Map, source: str, known: Mapping[str, Any]) -> Map:
    """What no field of the form can show of a statement: it stays as it stands."""
    shown = fields_of(section, item, source, known)
    return Map(
        {
            key: value
            for key, value in item.items()
            if key not in shown and not (key == "cite" and any(name in shown for name in CITE))
        }
    )


def item_of(
    section: str,
    told: Mapping[str, Any],
    base: Map | None,
    source: str,
    known: Mapping[str, Any],
    old_source: str | None = None,
) -> Map:
    """The statement (or head) that the fields tell.

    base: the statement of the opened file; what a field shows of it and nobody changed is its very
    value. old_source: the work that its bare citations were of, where that was another.
    """
    made = Map()
    was = (
        fields_of(section, base, source if old_source is None else old_source, known)
        if base
        else {}
    )
    for key, value in (base or {}).items():
        if key == "cite":
            shown = {name: was[name] for name in CITE if name in was}
            now = {name: told[name] for name in CITE if told.get(name)}
            if not shown or shown == now:
                made[key] = value
        elif key not in was or (told.get(key) or "") == (was[key] or ""):
            made[key] = value
        elif isinstance(value, Map) and "value" in value:
            # A line of the head with a citation of its own: the value changes, not the rest.
            fresh_ = [
                Map({**value, "value": each})
                for each in items_of(value_of(section, key, told.get(key)))
            ]
            if fresh_:
                made[key] = fresh_[0] if len(fresh_) == 1 else Seq(fresh_)
    changed = [key for key in told if not key.startswith("cite ") and key not in made]
    order = [*HEADER, *SECTIONS.get(section, ())] if section == "" else SECTIONS[section]
    for key in sorted(changed, key=lambda k: order.index(k) if k in order else len(order)):
        if base and key in base and isinstance(base[key], Map) and "value" in base[key]:
            continue
        value = value_of(*place_of(section, key, told), told[key])
        if value is not None:
            made[key] = value
    if "cite" not in made:
        cited = _cite(told, source, known)
        if cited is not None:
            made["cite"] = cited
    return made


def is_empty(section: str, told: Mapping[str, Any]) -> bool:
    """Whether a new statement tells nothing yet: what is taken over from another tells nothing."""
    return not any(
        value_of(section, key, told[key]) is not None
        for key in told
        if not key.startswith("cite ") and key not in ("coder", "in")
    )


# -- in words -------------------------------------------------------------------------------------

_SINGLE = ("case", "source", "coder", "coded_on", "codebook", "parts")


def values_of(case: Map) -> dict[str, str]:
    """What a rival coding may name: the path of each value of a case, and what it says now."""
    found: dict[str, str] = {}
    for key, value in head_of(case).items():
        if key in VALUES and key not in _SINGLE:
            found[key] = words(value.get("value") if isinstance(value, Map) else value)
    for section, keys in SECTIONS.items():
        if section == "rival":
            continue
        paths: dict[str, Map] = {}  # of several statements by one name the last can be named
        for number, item in enumerate(
            (i for i in items_of(case.get(section)) if is_statement(i)), 1
        ):
            name = item.get(keys[0])
            if isinstance(name, Seq):
                name = "-".join(map(str, name))
            paths[f"{section}.{name if isinstance(name, str) else number}"] = item
        for path, item in paths.items():
            for key in keys:
                if key in item and key != keys[0]:
                    found[f"{path}.{key}"] = words(item[key])
    return found


def words(value: Any) -> str:
    """A value of a file as words."""
    if isinstance(value, Map):
        return ", ".join(f"{key}: {words(each)}" for key, each in value.items())
    return ", ".join(words(each) for each in value) if isinstance(value, list) else str(value)


def summary(section: str, item: Any, called: Callable[[str, str], str]) -> str:
    """A statement in one line. called: (kind of name, key) -> what it is called."""
    if not isinstance(item, Map):
        return words(item)
    step = step_of(section)
    told = []
    for key in step.keys:
        if key not in item:
            continue
        what: Field = field_of(*place_of(section, key, item))
        value = item[key]
        if not isinstance(value, Map):
            value = ", ".join(
                called(what.kind, str(each)) if isinstance(each, Text) else words(each)
                for each in items_of(value)
            )
        text = words(value)
        if section in ("acts", "credits", "domination"):
            text = {"to": "to ", "over": "over ", "by": "by ", "from": "from ", "in": "in ",
                    "for": "lasts ", "replies": "answers ", "credit": "credit ",
                    "discredit": "discredit ", "intent": "intent ", "uptake": "uptake "
                    }.get(key, "") + text  # fmt: skip
        told.append(text)
    cited = f" [{words(item['cite'])}]" if "cite" in item else ""
    return "; ".join(told) + cited
