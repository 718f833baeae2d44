"""Fields right in plain-text references, on the public gold of refs-gold, and references a second.

    python benchmarks/references.py GOLD [--with refextract] [--show SET FIELD]

GOLD is the folder with anystyle/core.xml, parscit/*.tagged.txt, excite/*/segmented and grobid/*.xml
(where they come from and their licences: its README). Of every set each third reference (by a hash
of its text) was looked at while the parser was written; the other two thirds are what is reported.

A field is right where its words are the same, whatever their case, accents and punctuation; of
names the set of words counts, of pages the first number. A field that gold has and the parser
lacks is missed; one that only the parser has is false. `right` is the share of gold's fields that
are right.
"""

from __future__ import annotations

import argparse
import hashlib
import html
import json
import re
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from visavis.ingest import references
from visavis.schema.text import fold

__all__ = ["gold", "main", "score"]

Gold = tuple[str, dict[str, str]]
FIELDS = (
    "author",
    "year",
    "title",
    "container",
    "volume",
    "issue",
    "page",
    "publisher",
    "place",
    "DOI",
)
_ANYSTYLE = {
    "author": "author", "date": "year", "title": "title", "journal": "container",
    "container-title": "container", "volume": "volume", "pages": "page", "publisher": "publisher",
    "location": "place", "doi": "DOI",
}  # fmt: skip
_PARSCIT = {
    "author": "author", "date": "year", "title": "title", "journal": "container",
    "booktitle": "container", "volume": "volume", "pages": "page", "publisher": "publisher",
    "location": "place",
}  # fmt: skip
_EXCITE = {
    "author": "author", "year": "year", "title": "title", "source": "container", "volume": "volume",
    "issue": "issue", "fpage": "page", "publisher": "publisher",
}  # fmt: skip


def gold(folder: Path) -> dict[str, list[Gold]]:
    """The sets by name: each reference as printed, and its fields."""
    return {
        "anystyle": list(_anystyle(folder / "anystyle" / "core.xml")),
        "parscit humanities": [
            g
            for n in ("en-humanities", "mixed-humanities")
            for g in _parscit(folder / "parscit" / f"{n}.tagged.txt")
        ],
        "parscit computing": list(_parscit(folder / "parscit" / "flux-cim-cs.tagged.txt")),
        "excite English": list(_excite(folder / "excite" / "english" / "segmented")),
        "excite footnotes": list(_excite(folder / "excite" / "german-footnotes" / "segmented")),
        "grobid": list(_grobid(folder / "grobid")),
    }


def _merge(pairs: list[tuple[str, str]]) -> dict[str, str]:
    made: dict[str, str] = {}
    for field, value in pairs:
        if field == "author":
            made[field] = f"{made[field]} {value}" if field in made else value
        else:
            made.setdefault(field, value)
    return made


def _anystyle(path: Path) -> Iterator[Gold]:
    for sequence in ElementTree.parse(path).getroot():
        parts = [(child.tag, " ".join((child.text or "").split())) for child in sequence]
        yield (
            " ".join(t for _, t in parts),
            _merge([(_ANYSTYLE[n], t) for n, t in parts if n in _ANYSTYLE]),
        )


def _parscit(path: Path) -> Iterator[Gold]:
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        parts = re.findall(r"<(\w+)> (.*?) </\1>", line)
        if parts:
            text = " ".join(t for _, t in parts)
            yield (
                html.unescape(text),
                _merge([(_PARSCIT[n], html.unescape(t)) for n, t in parts if n in _PARSCIT]),
            )


def _excite(folder: Path) -> Iterator[Gold]:
    for path in sorted(folder.glob("*.xml")):
        for line in path.read_text(encoding="utf-8-sig", errors="replace").splitlines():
            text = " ".join(html.unescape(re.sub(r"<[^>]+>", "", line)).split())
            if not text or line.count("<title>") != 1:  # footnotes with several references
                continue
            pairs = []
            for name in _EXCITE:
                for inner in re.findall(rf"<{name}>(.*?)</{name}>", line):
                    pairs.append((_EXCITE[name], html.unescape(re.sub(r"<[^>]+>", " ", inner))))
            if pairs:
                yield text, _merge(pairs)


def _grobid(folder: Path) -> Iterator[Gold]:
    for path in sorted(folder.glob("*.xml")):
        source = re.sub(r'xml:id="0"', "", path.read_text(encoding="utf-8"))
        for bibl in ElementTree.fromstring(source).iter("{http://www.tei-c.org/ns/1.0}bibl"):
            pairs = []
            titles = [t.get("level") for t in bibl if t.tag.endswith("title")]
            for child in bibl:
                name, text = (
                    child.tag.rpartition("}")[2],
                    " ".join("".join(child.itertext()).split()),
                )
                level, unit = child.get("level"), child.get("unit")
                if name == "title":
                    lone = "a" not in titles and level == "m"
                    field = (
                        "title"
                        if level == "a" or lone
                        else "container"
                        if level in ("j", "m")
                        else ""
                    )
                elif name == "biblScope":
                    field = {"volume": "volume", "issue": "issue", "page": "page"}.get(
                        unit or "", ""
                    )
                else:
                    field = {
                        "author": "author",
                        "date": "year",
                        "pubPlace": "place",
                        "publisher": "publisher",
                    }.get(name, "")
                if name == "idno" and text.startswith("10."):
                    field = "DOI"
                if field:
                    pairs.append((field, text))
            text = " ".join("".join(bibl.itertext()).split())
            if pairs:
                yield text, _merge(pairs)


# -- fields as they are compared ------------------------------------------------------------------

_NOISE = set(
    [
        "and",
        "und",
        "et",
        "al",
        "eds",
        "ed",
        "hrsg",
        "hg",
        "y",
        "the",
        "in",
        "pp",
        "p",
        "s",
        "vol",
        "volume",
        "no",
        "nr",
        "bd",
        "dir",
    ]
)


def _words(text: str) -> list[str]:
    return [w for w in re.findall(r"\w+", fold(re.sub(r"<[^>]+>", "", text))) if w not in _NOISE]


def plain(field: str, value: str) -> str:
    """A field as it is compared."""
    if field == "year":
        years = re.findall(r"(?:1[4-9]|20)\d\d", value)
        return years[0] if years else ""
    if field == "page":
        numbers = re.findall(r"\d+", value)
        return numbers[0] if numbers else ""
    if field in ("volume", "issue"):
        numbers = re.findall(r"\d+|[IVXLC]+\b", value)
        return numbers[0] if numbers else ""
    if field == "author":
        return " ".join(sorted(set(_words(re.sub(r"\.", " ", value)))))
    if field == "DOI":
        return value.lower().rstrip(".").rpartition("doi.org/")[2].removeprefix("doi:").strip()
    return "".join(_words(value))


def ours(text: str) -> dict[str, str]:
    """The fields of our parser."""
    record = references.parse(text).record
    people = record.get("author") or record.get("editor") or []
    parts = ("given", "non-dropping-particle", "family", "suffix", "literal")
    issued = record.get("issued", {})
    year = issued.get("literal") or str((issued.get("date-parts") or [[""]])[0][0])
    made = {
        "author": " ".join(p.get(k, "") for p in people for k in parts),
        "year": year,
        "title": record.get("title", ""),
        "container": record.get("container-title", ""),
        "place": record.get("publisher-place", ""),
        **{k: record.get(k, "") for k in ("volume", "issue", "page", "publisher", "DOI")},
    }
    return {k: v for k, v in made.items() if v}


_BASE = re.compile(
    r"(?P<author>[^\d]{3,200}?)[\s.,(]+(?P<year>(?:1[4-9]|20)\d\d)\w?[)"
    r".,:\s]+(?P<title>[^.?]{5,300})[.?]\s*"
    r"(?P<container>[^\d.]{3,100})?[\s,]*(?P<volume>\d+)?(?:\((?P<issue>[^)]+)\))"
    r"?[\s,:]*(?:pp?\.\s?)?(?P<page>\d+[–-]\d+)?"
)


def baseline(text: str) -> dict[str, str]:
    """One regular expression for Author Year Title Container Volume(Issue) Pages."""
    found = _BASE.match(text)
    return {k: v for k, v in found.groupdict().items() if v} if found else {}


def by_refextract() -> Callable[[str], dict[str, str]]:
    """The parser of INSPIRE, where it is installed."""
    from refextract import extract_references_from_string  # type: ignore[import-not-found]

    def one(text: str) -> dict[str, str]:
        found = extract_references_from_string(text)
        merged: dict[str, str] = {}
        names = {"author": "author", "year": "year", "title": "title", "journal_title": "container",
                 "journal_volume": "volume", "journal_issue": "issue", "journal_page": "page",
                 "publisher": "publisher", "doi": "DOI"}  # fmt: skip
        for item in found:
            for theirs, field in names.items():
                if item.get(theirs):
                    merged.setdefault(field, " ".join(item[theirs]))
        return merged

    return one


def kept(text: str) -> bool:
    """Whether a reference is reported on, rather than looked at while the parser was written."""
    return hashlib.sha256(text.encode()).digest()[0] % 3 != 0


def score(
    references_: list[Gold], parser: Callable[[str], dict[str, str]], show: str = ""
) -> dict[str, dict[str, int]]:
    """Counts by field: gold, right, false."""
    counts: dict[str, dict[str, int]] = defaultdict(
        lambda: {"gold": 0, "right": 0, "false": 0, "found": 0}
    )
    for text, true in references_:
        told = parser(text)
        for field in FIELDS:
            want, have = plain(field, true.get(field, "")), plain(field, told.get(field, ""))
            count = counts[field]
            count["gold"] += bool(want)
            count["found"] += bool(have)
            count["right"] += bool(want) and want == have
            if field in true or field not in ("issue", "DOI", "place"):  # not every set marks these
                count["false"] += bool(have) and want != have
            if show == field and want != have:
                sys.stdout.write(
                    f"{text}\n   gold {true.get(field)!r}\n   have {told.get(field)!r}\n"
                )
    return counts


def main() -> None:
    """Print the table and write it as JSON."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("gold", type=Path)
    arguments.add_argument("--tune", action="store_true", help="the part looked at while writing")
    arguments.add_argument("--with", dest="other", default="", help="refextract")
    arguments.add_argument("--show", nargs=2, default=("", ""), metavar=("SET", "FIELD"))
    arguments.add_argument("--json", type=Path)
    chosen = arguments.parse_args()
    parsers: dict[str, Callable[[str], dict[str, str]]] = {"ours": ours, "one regex": baseline}
    if chosen.other == "refextract":
        parsers["refextract"] = by_refextract()
    report: dict[str, Any] = {}
    for name, items in gold(chosen.gold).items():
        part = [g for g in items if kept(g[0]) != chosen.tune]
        if chosen.show[0]:
            if chosen.show[0] in name:
                score(part, ours, chosen.show[1])
            continue
        for parser, run in parsers.items():
            began = time.perf_counter()
            counts = score(part, run)
            seconds = time.perf_counter() - began
            total = {k: sum(c[k] for c in counts.values()) for k in ("gold", "right", "false")}
            report.setdefault(name, {})[parser] = {
                "references": len(part),
                "right": round(total["right"] / max(total["gold"], 1), 3),
                "precision": round(total["right"] / max(total["right"] + total["false"], 1), 3),
                "a second": round(len(part) / seconds),
                "fields": {
                    f: round(c["right"] / c["gold"], 2) for f, c in counts.items() if c["gold"]
                },
            }
            told = report[name][parser]
            sys.stdout.write(
                f"{name:20} {parser:11} {len(part):5} right {told['right']:.3f} "
                f"precision {told['precision']:.3f} {told['a second']:6}/s {told['fields']}\n"
            )
    if chosen.json:
        chosen.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
