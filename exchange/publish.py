"""A published folder: the graph as plain files that need no program of ours, citable and checked.

- graph.db: SQLite with a table for each kind of node, edges, claims and citations, and full-text
  search (FTS5); `datasette graph.db` serves it.
- data/: claims, nodes and edges as in `visavis export DIR`, and the citations as a table of their
  own; datapackage.json describes the CSV files (Data Package and Table Schema of Frictionless).
- graph.ttl: linked data. sources.bib and sources.csl.json: the bibliography.
- README.md, CITATION.cff (Citation File Format 1.2.0), SHA256SUMS.

What may not leave does not (`visavis.exchange.leaving`). There is no clock: the same graph and the
same settings give the same bytes. Only graph.db bears the version of the SQLite that wrote it, and
is the same for the same version.
"""

from __future__ import annotations

import contextlib
import csv
import hashlib
import json
import re
import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from visavis.exchange.folder import export_folder
from visavis.exchange.leaving import Exported, settled
from visavis.graph.connect import Graph
from visavis.schema.errors import DataError, Fault, NotFoundError
from visavis.schema.model import model
from visavis.schema.text import closest, harmless, slug

__all__ = ["LICENCES", "Publication", "publish", "settings"]

LICENCES = {
    "CC0-1.0": ("Creative Commons Zero 1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
    "CC-BY-4.0": (
        "Creative Commons Attribution 4.0",
        "https://creativecommons.org/licenses/by/4.0/",
    ),
    "CC-BY-SA-4.0": (
        "Creative Commons Attribution-ShareAlike 4.0",
        "https://creativecommons.org/licenses/by-sa/4.0/",
    ),
    "CC-BY-NC-4.0": (
        "Creative Commons Attribution-NonCommercial 4.0",
        "https://creativecommons.org/licenses/by-nc/4.0/",
    ),
    "ODC-By-1.0": (
        "Open Data Commons Attribution 1.0",
        "https://opendatacommons.org/licenses/by/1-0/",
    ),
    "ODbL-1.0": (
        "Open Data Commons Open Database 1.0",
        "https://opendatacommons.org/licenses/odbl/1-0/",
    ),
    "PDDL-1.0": (
        "Open Data Commons Public Domain Dedication 1.0",
        "https://opendatacommons.org/licenses/pddl/1-0/",
    ),
}
_KEYS = ("title", "description", "authors", "licence", "version", "doi", "released", "base")
SUMS = "SHA256SUMS"


@dataclass(slots=True)
class Publication:
    """What a publication says of itself. version and released are as given: there is no clock.

    base: what identifiers in its linked data begin with, where not with ours.
    """

    title: str
    authors: list[str] = field(default_factory=list)
    description: str = ""
    licence: str = ""
    version: str = ""
    doi: str = ""
    released: str = ""
    base: str = ""


def settings(root: Path, **given: str) -> Publication:
    """What the project's visavis.yaml says under `publish:`; what is `given` takes its place.

    The title falls back on `project:`. Raises DataError for a key or licence there that is not
    known, NotFoundError for a licence given.
    """
    path = root / "visavis.yaml"
    asked = given.get("licence", "")
    if asked and asked not in LICENCES:
        close = closest(asked, LICENCES)
        hint = f" (did you mean {close}?)" if close else ""
        raise NotFoundError(
            f"--licence: unknown licence '{asked}'{hint}; choose among", [*LICENCES]
        )
    text = ""
    try:
        text = path.read_text("utf-8") if path.is_file() else ""
        data = yaml.load(text, yaml.BaseLoader)  # all is text: version 1.10 is not 1.1
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        message = str(error).partition("\n")[0]
        raise DataError([Fault(path.name, None, "", message, "mend the file")]) from None
    data = data if isinstance(data, dict) else {}
    told = data.get("publish") or {}
    faults: list[Fault] = []

    def fault(word: str, message: str, advice: str) -> None:
        lines = enumerate(text.splitlines(), 1)
        at = next((n for n, line in lines if re.search(rf"\b{re.escape(word)}\b", line)), None)
        faults.append(Fault(path.name, at, "publish", message, advice))

    if not isinstance(told, dict):
        fault("publish", "is no mapping", "write publish: {...}")
        told = {}
    for key in sorted(set(map(str, told)) - set(_KEYS)):
        fault(key, f"unknown key '{key}'", "known: " + ", ".join(_KEYS))
    authors = told.get("authors") or []
    people = [authors] if isinstance(authors, str) else list(authors)
    if isinstance(authors, dict) or not all(isinstance(author, str) for author in people):
        fault("authors", "is no list of names", 'write authors: ["Doe, Jane", "Our Project"]')
    named: dict[str, str] = {}
    for key in _KEYS:
        if key != "authors" and not isinstance(told.get(key, ""), str):
            fault(key, f"{key} is no text", f"write {key}: and a few words")
        elif key != "authors" and told.get(key):
            named[key] = " ".join(told[key].split())
    named |= {k: v for k, v in given.items() if v}
    project = data.get("project")
    named.setdefault("title", project if project and isinstance(project, str) else root.name)
    licence, doi, released = (named.get(key, "") for key in ("licence", "doi", "released"))
    if licence and licence not in LICENCES:
        fault("licence", f"unknown licence '{licence}'", "choose among " + ", ".join(LICENCES))
    if doi:
        named["doi"] = doi = re.sub(r"(?i)^(https?://(dx\.)?doi\.org/|doi:\s*)", "", doi)
        if not re.fullmatch(r"10\.\d{4,9}(\.\d+)*/\S+", doi):
            fault("doi", f"'{doi}' is no DOI", "write it as 10.5281/zenodo.1234567")
    if released and not _is_day(released):
        fault("released", f"'{released}' is no day", "write it as 2026-11-22")
    if faults:
        raise DataError(faults)
    return Publication(authors=people, **named)


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def publish(
    graph: Graph, folder: Path, about: Publication, *, everything: bool = False
) -> Exported:
    """Write the publication `about` what leaves `graph` into `folder`.

    everything: also what is restricted or confidential, and informants' names. Files of an earlier
    publication there are replaced, their sums at last; a folder that holds anything else is refused
    with NotFoundError.
    """
    if folder.exists() and not folder.is_dir():
        raise NotFoundError(f"{folder} is a file", ["name a new folder, or an empty one"])
    if folder.exists() and any(folder.iterdir()) and not (folder / SUMS).is_file():
        raise NotFoundError(f"{folder} holds other files", ["name a new folder, or an empty one"])
    folder = folder.resolve()
    new = folder.with_name(f".{folder.name}.new")

    def work() -> Exported:
        shutil.rmtree(new, ignore_errors=True)  # of a run that was killed, too
        new.mkdir(parents=True)
        return _write(graph, new, about, everything)

    try:
        done = settled(graph, work)
        _replace(new, folder)
    finally:
        shutil.rmtree(new, ignore_errors=True)
    return done


def _replace(new: Path, folder: Path) -> None:
    """Put the new files in the place of those that an earlier publication listed.

    The sums come last: where this was interrupted they tell, and the next run sets it right.
    """
    with contextlib.suppress(OSError):  # at one stroke where nothing is there yet
        new.rename(folder)
        return
    sums = folder / SUMS
    listed = sums.read_text("utf-8").splitlines() if sums.is_file() else []
    made = [*_files(new), new / SUMS]
    kept = {folder / path.relative_to(new) for path in made}
    for path in made[:-1]:
        target = folder / path.relative_to(new)
        target.parent.mkdir(parents=True, exist_ok=True)
        path.replace(target)
    for line in listed:
        old = (folder / line[66:]).resolve()
        if line[66:] and folder in old.parents and old not in kept:  # a list may have been edited
            old.unlink(missing_ok=True)
    made[-1].replace(sums)


def _write(graph: Graph, folder: Path, about: Publication, everything: bool) -> Exported:
    data = folder / "data"
    done = export_folder(graph, data, everything=everything)
    lines = {name: list(_lines(data / f"{name}.jsonl")) for name in ("claims", "nodes", "edges")}
    cited = list(_citations(lines["claims"]))
    _csv(data / "citations.csv", cited)
    _database(folder / "graph.db", lines, cited)
    _others(graph, folder, about, everything)
    if not about.version:  # a name for these very data
        made = hashlib.sha256(b"".join(p.read_bytes() for p in sorted(data.glob("*.jsonl"))))
        about = _with_version(about, f"0+{made.hexdigest()[:12]}")
    package = _package(about, {**lines, "citations": cited}, data)
    _text(folder / "datapackage.json", json.dumps(package, ensure_ascii=False, indent=1) + "\n")
    _text(folder / "CITATION.cff", _cff(about))
    _text(folder / "README.md", _readme(about, done, folder))
    sums = [f"{_digest(p)}  {p.relative_to(folder).as_posix()}\n" for p in _files(folder)]
    _text(folder / SUMS, "".join(sums))
    return done


def _others(graph: Graph, folder: Path, about: Publication, everything: bool) -> None:
    """The forms that have writers of their own."""
    from visavis.exchange.forms import send

    base: dict[str, Any] = {"base": about.base} if about.base else {}
    send(graph, folder / "graph.ttl", everything=everything, **base)
    for name in ("sources.bib", "sources.csl.json"):
        send(graph, folder / name, everything=everything)


def _with_version(about: Publication, version: str) -> Publication:
    return replace(about, version=version)


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def _text(path: Path, text: str) -> None:
    path.write_bytes(text.encode("utf-8", "replace"))


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _files(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*") if p.is_file() and p.name != SUMS)


# -- tables ---------------------------------------------------------------------------------------

_CITATION = ("claim", "number", "source", "locator", "relation", "via", "via_locator", "quote")


def _citations(claims: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    for claim in claims:
        for number, citation in enumerate(claim["citations"], 1):
            yield {"claim": claim["id"], "number": number, **citation}


def _csv(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(_CITATION)
        for row in rows:
            cells = [row.get(name, "") for name in _CITATION]
            writer.writerow([harmless(c) if isinstance(c, str) else c for c in cells])


def _flat_line(line: Mapping[str, Any]) -> dict[str, Any]:
    """A line of claims, nodes or edges as one row, named as in the CSV files of the export."""
    row = dict(line)
    inner = {**row.pop("properties", {}), **row.pop("qualifiers", {})}
    origin = row.pop("origin", None)
    row |= {f"{name}_" if name in row else name: value for name, value in inner.items()}
    if origin:
        row |= {"file": origin["file"], "line": origin["line"]}
    return row


# -- SQLite ---------------------------------------------------------------------------------------

# What full-text search looks through. SQLite leaves out the accents of Latin letters only, `search`
# has names without any (Горбачёв as горбачев).
_SEARCHED = {
    "claim": ("value", "as_told", "memo"),
    "citation": ("quote", "locator"),
    "actor": ("name", "also_named", "remarks", "search"),
    "meeting": ("title", "topics", "remarks", "search"),
    "phase": ("title", "search"),
    "ritual": ("title", "search"),
    "outcome": ("title", "search"),
    "source": ("title", "author", "citation", "note", "search"),
    "place": ("name", "also_named", "search"),
    "term": ("label", "definition", "also", "search"),
}


def _database(
    path: Path, lines: Mapping[str, Sequence[Mapping[str, Any]]], cited: Sequence[Mapping[str, Any]]
) -> None:
    tables: dict[str, list[dict[str, Any]]] = {label.lower(): [] for label in model().labels}
    for line in lines["nodes"]:
        tables[line["labels"][0].lower()].append({"id": line["id"], **line["properties"]})
    tables["edge"] = [_flat_line(line) for line in lines["edges"]]
    tables["claim"] = [_flat_line(line) for line in lines["claims"]]
    for row in tables["claim"]:
        row.pop("citations")
    tables["citation"] = [dict(row) for row in cited]
    kind_of_edge = [
        {"edge": row["id"], "claim": claim} for row in tables["edge"] for claim in row["claims"]
    ]
    tables["edge_claim"] = kind_of_edge
    base = sqlite3.connect(path, isolation_level=None)
    try:
        base.execute("PRAGMA page_size = 4096")
        base.execute("PRAGMA journal_mode = OFF")
        base.execute("PRAGMA synchronous = OFF")
        base.execute("BEGIN")
        for name, rows in tables.items():
            _table(base, name, rows)
        for index in ("edge([from])", "edge([to])", "edge(type)", "citation(source)",
                      "citation(claim)", "edge_claim(edge)", "edge_claim(claim)",
                      "claim(subject)", "claim(object)", "claim(about)"):  # fmt: skip
            table, _, column = index.partition("(")
            bare = column.strip("()[]")
            if bare in _columns(tables[table]):
                base.execute(f"CREATE INDEX [{table}_{bare}] ON {index}")
        for name, wanted in _SEARCHED.items():
            columns = [c for c in wanted if c in _columns(tables[name])]
            if columns:
                listed = ", ".join(f"[{c}]" for c in columns)
                base.execute(
                    f"CREATE VIRTUAL TABLE [{name}_fts] USING fts5({listed}, content=[{name}], "
                    "tokenize='unicode61 remove_diacritics 2')"
                )
                base.execute(f"INSERT INTO [{name}_fts]([{name}_fts]) VALUES ('rebuild')")
                base.execute(f"INSERT INTO [{name}_fts]([{name}_fts]) VALUES ('optimize')")
        base.execute("COMMIT")
        base.execute("VACUUM")
    finally:
        base.close()


def _columns(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    first = ["id", "claim", "number", "type", "from", "to", "subject", "predicate", "object",
             "value", "name", "title", "label"]  # fmt: skip
    names = {name for row in rows for name in row}
    return [c for c in first if c in names] + sorted(names - set(first))


_KEY_OF = {"citation": "PRIMARY KEY (claim, number)", "edge_claim": "PRIMARY KEY (edge, claim)"}
_EMPTY = {"citation": list(_CITATION), "edge_claim": ["edge", "claim"],
          "edge": ["id", "type", "from", "to"]}  # fmt: skip
_POINTS = {
    "citation": {"claim": "claim", "source": "source", "via": "source"},
    "edge_claim": {"edge": "edge", "claim": "claim"},
}


def _table(base: sqlite3.Connection, name: str, rows: Sequence[Mapping[str, Any]]) -> None:
    columns = _columns(rows) or _EMPTY.get(name, ["id"])
    kinds = {c: _sql_type(row[c] for row in rows if row.get(c) is not None) for c in columns}
    taken: Counter[str] = Counter()
    told = []
    for column in columns:
        taken[column.casefold()] += 1  # SQLite takes DOI and doi for one
        number = taken[column.casefold()]
        own = column if number == 1 else f"{column}_{number}"
        key = " PRIMARY KEY" if column == "id" else ""
        points = _POINTS.get(name, {}).get(column, "")
        told.append(
            f"{_quoted(own)} {kinds[column]}{key}" + (f" REFERENCES [{points}]" if points else "")
        )
    told += [_KEY_OF[name]] if name in _KEY_OF else []
    base.execute(f"CREATE TABLE [{name}] ({', '.join(told)})")
    marks = ", ".join("?" * len(columns))
    base.executemany(
        f"INSERT INTO [{name}] VALUES ({marks})",
        ([_stored(row.get(c)) for c in columns] for row in rows),
    )


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _sql_type(values: Iterable[Any]) -> str:
    kinds = {type(value) for value in values}
    return "INTEGER" if kinds and kinds <= {int, bool} else "TEXT"


def _stored(value: Any) -> Any:
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if isinstance(value, bool):
        return int(value)
    return value


# -- what the folder says of itself ---------------------------------------------------------------


def _package(
    about: Publication, lines: Mapping[str, Sequence[Mapping[str, Any]]], data: Path
) -> dict[str, Any]:
    """The Data Package: each CSV file with its schema."""
    says = {
        "claims": "What is claimed, by whom, and on which page; the ground of all else.",
        "citations": "The places in the sources that each claim cites.",
        "nodes": "Actors, encounters, acts, sources and terms that the claims make.",
        "edges": "What joins them, with the claims behind each.",
    }
    keys: dict[str, list[str]] = {"citations": ["claim", "number"]}
    foreign = {
        "citations": (("claim", "claims"), ("source", "nodes")),
        "edges": (("from", "nodes"), ("to", "nodes")),
    }
    meaning = {p.property: p.definition for p in model().predicates.values() if p.property}
    resources = []
    for name, what in says.items():
        path = data / f"{name}.csv"
        rows = [_flat_line(line) for line in lines[name]]
        with path.open(encoding="utf-8", newline="") as file:
            header = next(csv.reader(file))
        fields = []
        for column in header:
            told: dict[str, Any] = {"name": column}
            told |= _field(row[column] for row in rows if row.get(column) is not None)
            if column in meaning:
                told["description"] = meaning[column]
            fields.append(told)
        schema: dict[str, Any] = {"fields": fields, "primaryKey": keys.get(name, ["id"])}
        if name in foreign:
            schema["foreignKeys"] = [
                {"fields": [own], "reference": {"resource": other, "fields": ["id"]}}
                for own, other in foreign[name]
            ]
        resources.append(
            {
                "name": name,
                "path": f"data/{name}.csv",
                "description": what,
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "bytes": path.stat().st_size,
                "hash": f"sha256:{_digest(path)}",
                "schema": schema,
            }
        )
    package: dict[str, Any] = {
        "name": slug(about.title) or "visavis",
        "title": about.title,
        "version": about.version,
    }
    if about.description:
        package["description"] = about.description
    if about.doi:
        package["id"] = f"https://doi.org/{about.doi}"
    if about.licence:
        title, path_ = LICENCES[about.licence]
        package["licenses"] = [{"name": about.licence, "title": title, "path": path_}]
    if about.authors:
        package["contributors"] = [{"title": a, "role": "author"} for a in about.authors]
    return {**package, "resources": resources}


def _field(values: Iterable[Any]) -> dict[str, Any]:
    kinds = {type(value) for value in values}
    if kinds == {bool}:
        return {"type": "boolean", "trueValues": ["true"], "falseValues": ["false"]}
    if kinds == {int}:
        return {"type": "integer"}
    if kinds == {list}:
        return {"type": "array"}
    return {"type": "string"}


def _cff(about: Publication) -> str:
    def person(name: str) -> dict[str, str]:
        family, comma, given = name.partition(",")
        if comma:
            return {"family-names": family.strip(), "given-names": given.strip()}
        return {"name": name}

    told: dict[str, Any] = {
        "cff-version": "1.2.0",
        "message": "If you use these data, please cite them as below.",
        "type": "dataset",
        "title": about.title,
        "authors": [person(name) for name in about.authors or [f"The authors of {about.title}"]],
        "version": about.version,
    }
    if about.description:
        told["abstract"] = about.description
    if about.licence:
        told["license"] = about.licence
    if about.doi:
        told["doi"] = about.doi
    if about.released:
        told["date-released"] = about.released
    return yaml.safe_dump(told, allow_unicode=True, sort_keys=False, width=100)


def _readme(about: Publication, done: Exported, folder: Path) -> str:
    withheld = [
        f"- {text.format(n)}"
        for n, text in (
            (done.withheld_sources, "sources that are not public: {:,}"),
            (done.withheld_claims, "claims that rest on them: {:,}"),
            (done.unnamed, "informants whose names are withheld: {:,}"),
        )
        if n
    ]
    people = "; ".join(about.authors)
    year = f" ({about.released[:4]})" if about.released else ""
    first = f"{people}{year}. {about.title}" if people else f"{about.title}{year}"
    cite = f"{first}. Version {about.version}."
    lines = [
        f"# {about.title}",
        "",
        *([about.description, ""] if about.description else []),
        f"Version {about.version}. A knowledge graph of diplomatic encounters made with vis-à-vis: "
        f"{done.claims:,} claims, each with the place in a source that says so, and the "
        f"{done.nodes:,} nodes and {done.edges:,} edges that follow from them.",
        "",
        "| file | is |",
        "|---|---|",
    ]
    says = {
        "graph.db": "SQLite with full-text search; `datasette graph.db` shows it in a browser",
        "datapackage.json": "describes the CSV files (Frictionless Data Package)",
        "graph.ttl": "linked data (RDF, Turtle)",
        "sources.bib": "the sources, BibTeX",
        "sources.csl.json": "the sources, CSL-JSON",
        "CITATION.cff": "how to cite this",
        "data/claims.csv": "claims as a table; `data/claims.jsonl` says the same as JSON lines",
        "data/citations.csv": "the citations of each claim",
        "data/nodes.csv": "actors, encounters, acts, sources, terms; also `data/nodes.jsonl`",
        "data/edges.csv": "what joins them; also `data/edges.jsonl`",
    }
    there = {"CITATION.cff", *(p.relative_to(folder).as_posix() for p in _files(folder))}
    lines += [f"| `{name}` | {what} |" for name, what in says.items() if name in there]
    doi = f" https://doi.org/{about.doi}" if about.doi else ""
    lines += ["", "## Citing", "", cite + doi, "", "## Licence", ""]
    if about.licence:
        title, path = LICENCES[about.licence]
        lines.append(f"{title} ({about.licence}), {path}")
    else:
        lines.append("No licence is stated: all rights are reserved.")
    if withheld:
        lines += ["", "## Withheld", "", *withheld]
    lines += ["", "## Checking", "", "`sha256sum --check SHA256SUMS` says whether a file was "
              "changed.", ""]  # fmt: skip
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))
