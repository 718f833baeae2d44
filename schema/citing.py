"""Sources in short and in full, as scholars print them.

A source's record is CSL-JSON in spirit (type, title, author, issued, container-title, ...), with
a few fields of ours: `kind`, `speaker`, `access`, `named_as`, `citation` (a fixed short form).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from visavis.schema.text import slug

__all__ = ["csl", "full", "full_names", "joined", "names", "plain", "short", "where", "year"]

# What holds people and what holds dates in CSL: the rest are texts.
_PEOPLE = ("author", "editor", "translator", "container-author", "director", "interviewer")
_DATES = ("issued", "accessed", "original-date", "event-date", "submitted", "available-date")
_OURS = ("kind", "speaker", "speaker_name", "access", "named_as", "covers", "citation", "custom")
_TYPES = {  # our kinds of source, where a record tells no type of CSL
    "interview": "interview",
    "communication": "personal_communication",
    "dataset": "dataset",
    "video": "motion_picture",
}


def plain(text: str) -> str:
    """A title without the mark-up that CSL allows in it (`<i>`, `<sup>`, `nocase`)."""
    if "<" not in text:
        return text
    return re.sub(r"</?(?:i|b|sup|sub|sc|span)\b[^<>]*>", "", text)


def names(people: Any) -> list[str]:
    """Family names of `people`, given as "Family, Given", as CSL objects, or as one text.

    A particle that belongs to the name stands before it ("van der Berg"); "et al." is no name.
    """
    if not people:
        return []
    if isinstance(people, str | Mapping):
        people = [people]
    found = []
    for person in people:
        if isinstance(person, Mapping):
            particle = str(person.get("non-dropping-particle") or "")
            name = str(person.get("family") or person.get("literal") or "")
            found.append(f"{particle} {name}" if particle else name)
        else:
            found.append(str(person).partition(",")[0].strip())
    return [name for name in found if name and name != "et al."]


def full_names(people: Any) -> list[str]:
    """People as "Family, Given", as a register prints them."""
    if not people:
        return []
    if isinstance(people, str | Mapping):
        people = [people]
    found = []
    for person in people:
        if isinstance(person, Mapping):
            parts = [*names([person]), person.get("suffix"), person.get("given")]
            if person.get("dropping-particle"):
                parts[-1] = " ".join(filter(None, (parts[-1], person["dropping-particle"])))
            found.append(", ".join(str(part) for part in parts if part))
        else:
            found.append(str(person))
    return [name for name in found if name]


# In what two records of one work may differ without contradicting each other.
_FREE = {"type", "abstract", "accessed", "access", "annote", "citation", "citation-key", "covers"}
_FREE |= {"custom", "genre", "keyword", "kind", "language", "medium", "note", "source", "status"}
_FREE |= {"title-short", "container-title-short", "named_as", "URL", "ISSN", "call-number"}


def joined(records: Sequence[Mapping[str, Any]]) -> tuple[dict[str, Any], list[str]]:
    """One record of several that tell of one work, the leading one first, and where they differ.

    A field that the first leaves out is taken from the next. Names of fields that contradict each
    other come back sorted: case, accents, punctuation and given names count for nothing.
    """
    made: dict[str, Any] = {}
    voices: dict[str, set[str]] = {}
    for record in records:
        for name, value in record.items():
            if value in ("", None, [], {}):
                continue
            made.setdefault(name, value)
            if name not in _FREE:
                voices.setdefault(name, set()).add(_folded(name, value))
    return made, sorted(name for name, said in voices.items() if len(said) > 1)


def _folded(name: str, value: Any) -> str:
    if name in _DATES:
        return year({"issued": value})
    if name in _PEOPLE:
        return " ".join(slug(family) for family in names(value))
    return slug(plain(str(value)))


def csl(record: Mapping[str, Any]) -> dict[str, Any]:
    """A record as strict CSL-JSON: people as objects, dates as numbers, without fields of ours."""
    made: dict[str, Any] = {}
    for name, value in record.items():
        if name in _OURS or value in ("", None, []):
            continue
        if name in _DATES:
            made[name] = _csl_date(value)
        elif name in _PEOPLE or (
            isinstance(value, list) and all(isinstance(v, Mapping | str) for v in value)
        ):
            made[name] = _csl_people(value)
        else:
            made[name] = value if isinstance(value, str | int) else str(value)
    kind = str(record.get("kind", ""))
    if made.get("type", "document") == "document":
        made["type"] = _TYPES.get(kind, "document")
    if kind in ("interview", "communication") and "author" not in made:
        speaker = str(record.get("speaker_name") or "")
        if speaker and record.get("named_as", "by-name") != "anonymous":
            made["author"] = [{"literal": speaker}]
    return made


def _csl_people(people: Any) -> list[dict[str, Any]]:
    if isinstance(people, str | Mapping):
        people = [people]
    made: list[dict[str, Any]] = []
    for person in people:
        if isinstance(person, Mapping):
            made.append(dict(person))
            continue
        family, comma, given = str(person).partition(",")
        if comma and given.strip():
            made.append({"family": family.strip(), "given": given.strip()})
        elif " " in family.strip():
            made.append({"literal": family.strip()})
        else:
            made.append({"family": family.strip()})
    return made


def _csl_date(value: Any) -> dict[str, Any]:
    if isinstance(value, Mapping):
        told = dict(value)
        parts = told.get("date-parts")
        if (
            isinstance(parts, list)
            and parts
            and all(
                isinstance(p, list) and p and all(str(n).lstrip("-").isdigit() for n in p)
                for p in parts
            )
        ):
            told["date-parts"] = [[int(n) for n in p] for p in parts]
        elif "date-parts" in told:
            del told["date-parts"]
        return told
    text = str(value)
    if found := re.fullmatch(r"(-?\d{4})(?:-(\d\d)(?:-(\d\d))?)?", text):
        return {"date-parts": [[int(n) for n in found.groups() if n]]}
    return {"literal": text}


def year(record: Mapping[str, Any]) -> str:
    """The year of issue as printed ("1990", "1912/1915", "n.d." where none is told)."""
    issued = record.get("issued", "")
    suffix = str(record.get("year-suffix") or "")
    if isinstance(issued, Mapping):
        parts = issued.get("date-parts")
        first = (
            [p[0] for p in parts if isinstance(p, list) and p] if isinstance(parts, list) else []
        )
        years = "-".join(dict.fromkeys(str(n) for n in first if n))
        told = str(issued.get("literal") or issued.get("raw") or "")
        if years and re.fullmatch(r"[^\d]*\d{1,2}[/.]\d{1,2}[/.]\d{4}", told):
            told = ""  # a day in figures that could be read two ways: its year is certain
        issued = told or years
    text = issued if isinstance(issued, str) else str(issued) if isinstance(issued, int) else ""
    day = re.fullmatch(r"(-?\d{4,})-\d\d(-\d\d)?", text)
    return ((day.group(1) if day else text) or "n.d.") + suffix


def short(record: Mapping[str, Any]) -> str:
    """How the text cites it: "Reagan 1990", "Holmes and Wheeler 2020", "Interview with X, 2022"."""
    if record.get("citation"):
        return str(record["citation"])
    kind = record.get("kind") or record.get("type")
    if kind in ("interview", "communication"):
        what = "Interview" if kind == "interview" else "Personal communication"
        how = record.get("named_as", "by-name")
        speaker = str(record.get("speaker_name") or "")
        with_whom = f" with {speaker}" if speaker and how != "anonymous" else ""
        return f"{what}{with_whom}, {year(record)}"
    people = names(record.get("author")) or names(record.get("editor"))
    if not people:
        return f"{plain(str(record.get('title') or 'untitled'))} ({year(record)})"
    if len(people) > 3:
        people = [people[0], "et al."]
        return f"{' '.join(people)} {year(record)}"
    joined = people[0] if len(people) == 1 else f"{', '.join(people[:-1])} and {people[-1]}"
    return f"{joined} {year(record)}"


def full(record: Mapping[str, Any]) -> str:
    """The whole reference as plain text, author first and the year next (as Chicago has it).

    For what a style of CSL has no form for: it tells all that the record tells of the place.
    """
    people = full_names(record.get("author"))
    role = ""
    if not people and (people := full_names(record.get("editor"))):
        role = ", ed" if len(people) == 1 else ", eds"
    others = bool(people) and people[-1] == "et al."
    people = people[:-1] if others else people
    turned = people[:1] + [_unturned(name) for name in people[1:]]
    head = (
        ", ".join(turned)
        if others or len(turned) < 2
        else (f"{', '.join(turned[:-1])}, and {turned[-1]}")
    )
    head += (", et al" if others else "") + role
    title = plain(str(record.get("title") or ""))
    container = plain(str(record.get("container-title") or ""))
    kind = str(record.get("kind") or record.get("type") or "")
    if not head and kind in ("interview", "communication", "personal_communication") and not title:
        head = short(record).rpartition(",")[0]
    whole = kind in ("book", "thesis", "report", "motion_picture", "document", "manuscript")
    quoted = title if whole or not title else f"“{title}.”"
    parts = [head, year(record), quoted] if head else [quoted, year(record)]
    line = " ".join(p if p.endswith((".", "?", "!", ".”")) else f"{p}." for p in parts if p)
    numbers = ""
    if container:
        line += f" In {container}" if record.get("type") == "chapter" else f" {container}"
        if record.get("volume"):
            numbers += f" {record['volume']}"
        if record.get("issue"):
            numbers += (
                f" ({record['issue']})" if record.get("volume") else f", no. {record['issue']}"
            )
        if record.get("page"):
            numbers += f": {record['page']}" if numbers else f", {record['page']}"
        line += f"{numbers}."
    place = ": ".join(str(record[n]) for n in ("publisher-place", "publisher") if record.get(n))
    fields = ("archive_location", "archive_collection", "archive", "medium")
    for said in (place, ", ".join(str(record[n]) for n in fields if record.get(n))):
        line += f" {said}." if said else ""
    if record.get("DOI"):
        line += f" https://doi.org/{record['DOI']}."
    elif record.get("URL"):
        line += f" {record['URL']}."
    return line.strip()


def _unturned(name: str) -> str:
    family, comma, given = name.partition(", ")
    return f"{given} {family}" if comma else name


def where(citation: str, locator: str) -> str:
    """A short citation with its locator: "Bramsen 2024, 192"."""
    return f"{citation}, {locator}" if locator else citation
