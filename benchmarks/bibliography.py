"""How fast a scholar's library is read and looked through: `python benchmarks/bibliography.py`.

Made-up BibTeX libraries (drawn from a small vocabulary, with accents, braces, macros, parents, and
one entry in twenty told twice in other words) are read into claims, beside bibtexparser alone on
the same text; then every duplicate is looked for. Medians of five runs; peak of memory at the end.
The made-up duplicates are the gold: how many were found, and how many pairs joined that are none.
"""

from __future__ import annotations

import argparse
import json
import logging
import random
import resource
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bibtexparser

from visavis.ingest import bibliography, duplicates
from visavis.ingest.bibliography.bibtex import read_bibtex

SIZES = (1_000, 10_000, 100_000)
_VOCABULARY = """
bonds trust summit diplomacy power status rituals leaders states peace war security theory order
emotion handshake credit apology insult mediation alliance empire regime norm practice institution
crisis bargaining signal reputation honour rank gender body stage backstage interaction solidarity
energy charisma visit treaty embassy council veto border sanction memory archive language protocol
ceremony gift exchange friendship rivalry recognition
"""
WORDS = _VOCABULARY.split()
_ENDS = ("ner", "berg", "dal", "mann", "ski", "ova", "ton", "well", "sen", "rez")
_STARTS = ("Ka", "Lo", "Mi", "Ren", "Sto", "Tur", "Wal", "Zim", "Ber", "Dor")
FAMILIES = [start + end for start in _STARTS for end in _ENDS]
FULL = """@article{%s,
  author = {%s},
  title = {The {NATO} %s of S{\\o}ren},
  journal = ir,
  volume = {%d},
  pages = {%d--%d},
  year = {%d},
  abstract = {%s}
}"""
TWIN = """@article{%s, author = {%s}, title = {The NATO %s of Søren}, journal = {Int. Relations},
  volume = %d, pages = {%d}, year = %d}"""


def library(size: int, seed: int = 1) -> tuple[str, set[frozenset[str]]]:
    """A library of `size` entries, and the pairs of keys that are one work."""
    dice = random.Random(seed)
    entries: list[str] = ['@string{ir = "International Relations"}']
    pairs: set[frozenset[str]] = set()
    number = 0
    while number < size:
        title = " ".join(dice.choices(WORDS, k=dice.randint(4, 9))).capitalize()
        people = [
            (dice.choice(FAMILIES) + dice.choice(FAMILIES).lower(), dice.choice("ABCDEFGH"))
            for _ in range(dice.randint(1, 3))
        ]
        year, volume, first = dice.randint(1950, 2024), dice.randint(1, 60), dice.randint(1, 900)
        key, last = f"w{number}x", first + dice.randint(5, 30)
        names = " and ".join(f"{family}, {given}." for family, given in people)
        abstract = " ".join(dice.choices(WORDS, k=60))
        entries.append(FULL % (key, names, title, volume, first, last, year, abstract))
        number += 1
        if number < size and dice.random() < 0.05:  # the same work from another hand
            twin = f"t{number}x"
            names = " and ".join(f"{given}. {family}" for family, given in people)
            entries.append(TWIN % (twin, names, title.lower(), volume, first, year))
            pairs.add(frozenset((key, twin)))
            number += 1
    return "\n".join(entries), pairs


def median(work: Callable[[], Any], runs: int) -> float:
    """Seconds of the middle of several runs."""
    times = []
    for _ in range(runs):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return statistics.median(times)


def measure(size: int, runs: int) -> dict[str, Any]:
    """Figures for one size."""
    text, gold = library(size)
    bare = median(lambda: bibtexparser.parse_string(text), runs)
    ours = median(lambda: read_bibtex(text, "library.bib"), runs)
    entries, faults = read_bibtex(text, "library.bib")
    made = median(lambda: bibliography.claims(entries, "library.bib"), 1)
    records = {
        key: e.record for key, e in zip(bibliography.keys(entries, "")[0], entries, strict=True)
    }
    begun = time.perf_counter()
    found = duplicates.find(records)
    looked = time.perf_counter() - begun
    joined = {frozenset((group[0], other)) for group in found.same for other in group[1:]}
    return {
        "entries": len(entries),
        "faults": len(faults),
        "bytes": len(text.encode()),
        "bare_seconds": bare,
        "read_seconds": ours,
        "entries_per_second": round(size / ours),
        "beside_bare": round(ours / bare, 2),
        "claims_seconds": made,
        "duplicates_seconds": looked,
        "microseconds_per_entry": round((ours + made + looked) / size * 1e6),
        "duplicates_made": len(gold),
        "duplicates_found": len(gold & joined),
        "joined_wrongly": len(joined - gold),
        "doubtful": len(found.doubtful),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="*", default=SIZES)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    logging.disable(logging.WARNING)
    rows = []
    for size in options.sizes:
        rows.append(measure(size, options.runs if size < 50_000 else 1))
        sys.stdout.write(json.dumps(rows[-1]) + "\n")
        sys.stdout.flush()
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
