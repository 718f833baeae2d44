"""The evidence card: what stands behind an element, claim by claim, ready to be shown.

Pure but for the queries: `card` reads the graph, `as_html` makes text of it in which nothing that
a file says can run.
"""

from __future__ import annotations

import contextlib
import html
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from visavis.exchange.prose import full_citation
from visavis.graph.connect import Graph
from visavis.queries.evidence import claims_behind, statement
from visavis.queries.pair import SOURCES
from visavis.schema import citing, dates
from visavis.schema.model import kind_of, model, vocabulary

__all__ = ["Card", "Cited", "Rivalry", "Told", "as_html", "card", "statement_of", "web_address"]

MOST = 40  # claims on one card; of more the first, and how many there are
_LABELS = ("Actor", "Meeting", "Phase", "Ritual", "Outcome", "Source", "Place", "Term")
_LISTED = ("channel", "stage", "arrangement")  # a value that no word leads up to
_RELATION = {"supports": "", "disputes": "Disputed in ", "mentions": "Mentioned in "}


@dataclass(frozen=True, slots=True)
class Cited:
    """One citation: as the text prints it, and a quote; of its works (the opened one, then the one
    cited there) the full reference, where it can be opened on the web ("" if nowhere), and the
    identifier."""

    text: str
    full: tuple[str, ...]
    links: tuple[str, ...] = ()
    quote: str = ""
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """One claim as the card shows it. What is not told is ""."""

    id: str
    statement: str
    coder: str = ""
    basis: str = ""
    confidence: str = ""
    status: str = ""
    said_by: str = ""
    read_by: str = ""
    as_told: str = ""
    memo: str = ""
    correction: bool = False
    cited: tuple[Cited, ...] = ()
    file: str = ""
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Rivalry:
    """What codings tell differently: a field, and each value with whose it is."""

    field: str
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Card:
    """The evidence of one element; `more` claims are not shown."""

    element: str
    title: str
    claims: tuple[Told, ...]
    rivalries: tuple[Rivalry, ...] = ()
    contested_by: tuple[str, ...] = ()
    more: int = 0


# -- reading --------------------------------------------------------------------------------------


def card(graph: Graph, element: str) -> Card:
    """The card of an edge, a claim or a node, or of several claims with commas between.
    NotFoundError where no claim stands behind it."""
    several = element.split(",") if "," in element else []
    ids = several or claims_behind(graph, element)
    rivals, contested, others = ({}, [], []) if several else _contested(graph, element, ids)
    shown = ids[:MOST]
    beside = sorted({c for told in rivals.values() for r in told for c in r["claims"]})
    wanted = sorted({*shown, *beside, *others})
    lines, origins = _claims(graph, wanted)
    named = _Names(graph, lines.values())
    works = named.works

    def told(claim: str) -> Told:
        line = lines[claim]
        path, number = origins.get(claim, ("", None))
        return Told(
            id=claim,
            statement=statement_of(line, named.of),
            coder=line.get("coder", ""),
            basis=_label("basis", line.get("basis", "")),
            confidence=line.get("confidence", ""),
            status=line.get("status", "accepted"),
            said_by=named.of(line["said_by"]) if line.get("said_by") else "",
            read_by=named.of(line["read_by"]) if line.get("read_by") else "",
            as_told=line.get("as_told", ""),
            memo=line.get("memo", ""),
            correction=bool(line.get("correction")),
            cited=tuple(_cited(c, works) for c in line.get("citations", ())),
            file=path,
            line=number,
        )

    order = {name: n for n, name in enumerate(n for n in model().predicates if n != "remark")}

    def rank(claim: str) -> tuple[int, str]:
        # As the model has them: what it is called and was first, what is remarked on it last.
        return order.get(lines[claim]["predicate"], len(order)), claim

    rivalries = [
        Rivalry(
            name.replace("_", " "),
            tuple(
                (_shown(rival["value"], named.of), _voices(rival["claims"], lines, works))
                for rival in values
            ),
        )
        for name, values in sorted(rivals.items())
    ]
    if others:
        mine = [c for c in ids if c in lines]
        both = [mine, *([c] for c in others)]
        rivalries.append(
            Rivalry(
                "coding",
                tuple(
                    (statement_of(lines[some[0]], named.of), _voices(some, lines, works))
                    for some in both
                    if some and some[0] in lines
                ),
            )
        )
    first = next((lines[c] for c in ids if c in lines), None)
    title = statement_of(first, named.of, short=True) if first else element
    if several:
        title = f"{len(ids)} claims"
    elif not re.match(r"[ec]-", element):
        title = named.of(element)
    return Card(
        element,
        title,
        tuple(told(c) for c in sorted((c for c in shown if c in lines), key=rank)),
        tuple(rivalries),
        tuple(contested),
        max(len(ids) - len(shown), 0),
    )


def _claims(
    graph: Graph, ids: Sequence[str]
) -> tuple[dict[str, dict[str, Any]], dict[str, tuple[str, int | None]]]:
    lines: dict[str, dict[str, Any]] = {}
    origins: dict[str, tuple[str, int | None]] = {}
    for row in graph.rows(
        "UNWIND $ids AS id MATCH (c:Claim {id: id})<-[a:ASSERTS]-(d:Document) "
        "RETURN id, c.json AS json, d.path AS path, a.line AS line ORDER BY id, path, line",
        {"ids": list(ids)},
    ):
        lines.setdefault(row["id"], json.loads(row["json"]))
        origins.setdefault(row["id"], (row["path"], row["line"]))
    return lines, origins


def _contested(
    graph: Graph, element: str, ids: Sequence[str]
) -> tuple[dict[str, list[dict[str, Any]]], list[str], list[str]]:
    """Rival values, what parts them, and the leading claims of rival edges."""
    found: Mapping[str, Any] = {}
    if element.startswith("e-"):
        line = _claims(graph, ids[:1])[0].get(ids[0])
        edge = model().predicates[line["predicate"]].edge if line else ""
        if edge:
            rows = graph.rows(
                f"MATCH ()-[r:{edge}]->() WHERE r.id = $id "
                "RETURN r.rivals AS rivals, r.contested_by AS why, r.rival_edges AS others",
                {"id": element},
            )
            found = rows[0] if rows else {}
    elif not element.startswith("c-"):
        try:
            label = kind_of(element)
        except Exception:
            return {}, [], []
        rows = graph.rows(
            f"MATCH (n:{label} {{id: $id}}) RETURN n.rivals AS rivals, n.contested_by AS why",
            {"id": element},
        )
        found = rows[0] if rows else {}
    others: list[str] = []
    for other in found.get("others") or ():
        rows = graph.rows(
            "MATCH (c:Claim {edge: $id}) RETURN c.id AS id ORDER BY id LIMIT 1", {"id": other}
        )
        others += [row["id"] for row in rows]
    return json.loads(found.get("rivals") or "{}"), list(found.get("why") or ()), others


class _Names:
    """What the nodes that claims name are called, fetched at once."""

    def __init__(self, graph: Graph, lines: Any) -> None:
        lines = list(lines)
        wanted: set[str] = set()
        cited: set[str] = set()
        for line in lines:
            texts = [line["subject"], line.get("object", ""), line.get("said_by", "")]
            texts.append(line.get("read_by", ""))
            for value in line.get("qualifiers", {}).values():
                texts += value if isinstance(value, list) else [str(value)]
            wanted |= {t for t in texts if "/" in t}
            for c in line.get("citations", ()):
                cited |= {c.get("source", ""), c.get("via", "")}
        self.works: dict[str, dict[str, Any]] = {
            row["s"]["id"]: row["s"] for row in graph.rows(SOURCES, {"ids": sorted(cited - {""})})
        }
        self.names: dict[str, str] = {}
        for label in _LABELS:
            ids = sorted(w for w in wanted if w.startswith(label.lower() + "/"))
            if ids:
                for row in graph.rows(
                    f"UNWIND $ids AS id MATCH (n:{label} {{id: id}}) "
                    "RETURN id, coalesce(n.name, n.citation, n.title, n.label) AS name",
                    {"ids": ids},
                ):
                    self.names[row["id"]] = row["name"] or ""

    def of(self, node: str) -> str:
        known = self.names.get(node)
        if known:
            return known
        kind, _, key = node.partition("/")
        if kind.capitalize() in _LABELS and key:
            return key.rpartition("/")[2].replace("-", " ")
        return node


# -- words ----------------------------------------------------------------------------------------


def statement_of(line: Mapping[str, Any], name: Any, *, short: bool = False) -> str:
    """A claim in one line with names for identifiers: "Reagan gives credit to Gorbachev (act:
    invitation)". short: without what qualifies it."""
    predicate = model().predicates.get(line["predicate"])
    if predicate is None:
        return statement(dict(line))
    value = str(line.get("value", ""))
    target = name(line["object"]) if line.get("object") else _value(predicate, value, name)
    if line["predicate"] == "described_as":
        target = "in the register"
    text = f"{name(line['subject'])} {predicate.label}"
    if line["predicate"] == "remark":
        text += f": “{target}”"
    else:
        text += f"{':' * (line['predicate'] in _LISTED)} {target}"
    text = text.strip()
    if short:
        return text
    told = [
        f"{key.replace('_', ' ')}: {_shown(value, name)}"
        for key, value in line.get("qualifiers", {}).items()
    ]
    return text + (f" ({'; '.join(told)})" if told else "")


def _value(predicate: Any, value: str, name: Any) -> str:
    """A value as it is read within a sentence: a date in words, a term without its hyphens."""
    if predicate.type == "edtf":
        with contextlib.suppress(ValueError):
            return dates.parse(value).show()
    if value in vocabulary().terms:
        return value.replace("-", " ")
    return str(name(value)) if "/" in value else value


def _shown(value: Any, name: Any) -> str:
    """A value as text, with names for identifiers and labels for terms."""
    if isinstance(value, list | tuple):
        return ", ".join(_shown(each, name) for each in value)
    text = str(value)
    term = vocabulary().terms.get(text)
    if term is not None:
        return term.label
    return str(name(text)) if "/" in text else text


def _label(scheme: str, key: str) -> str:
    """The label of a term of a scheme."""
    term = vocabulary().terms.get(key)
    return term.label if term is not None else key.replace("-", " ")


def _cited(citation: Mapping[str, Any], works: Mapping[str, Mapping[str, Any]]) -> Cited:
    source, via = str(citation.get("source", "")), str(citation.get("via", ""))
    text = citing.where(_short(source, works), str(citation.get("locator", "")))
    if via:
        text += f", citing {citing.where(_short(via, works), str(citation.get('via_locator', '')))}"
    known = [works[s] for s in (source, via) if s in works]
    links = [web_address(work) for work in known]
    return Cited(
        _RELATION.get(str(citation.get("relation", "supports")), "") + text,
        tuple(full_citation(work) for work in known),
        tuple(links),
        str(citation.get("quote", "")),
        tuple(s for s in (source, via) if s in works),
    )


def _short(source: str, works: Mapping[str, Mapping[str, Any]]) -> str:
    return str(works.get(source, {}).get("citation") or source.partition("/")[2])


def _voices(
    claims: Sequence[str],
    lines: Mapping[str, Mapping[str, Any]],
    works: Mapping[str, Mapping[str, Any]],
) -> str:
    """Who codes it so, after which works: "Bramsen 2024, 191; coded by a and b"."""
    known = [lines[c] for c in claims if c in lines]
    coders = sorted({str(c["coder"]) for c in known if c.get("coder")})
    cited = dict.fromkeys(
        _cited(x, works).text for line in known for x in line.get("citations", ())
    )
    told = [*cited, *([f"coded by {' and '.join(coders)}"] if coders else [])]
    return "; ".join(told)


def web_address(record: Mapping[str, Any]) -> str:
    """Where a work can be opened on the web: its DOI, else its URL if it is one of the web."""
    doi = str(record.get("doi") or "").strip().removeprefix("https://doi.org/")
    if re.fullmatch(r"10\.\d{4,9}/\S+", doi):
        return f"https://doi.org/{doi}"
    url = str(record.get("url") or "").strip()
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.netloc else ""


# -- as HTML --------------------------------------------------------------------------------------


def as_html(made: Card, heading: str = "Evidence", *, href: Any = None) -> str:
    """The card as HTML in which every text is escaped. href: source identifier to its view."""
    esc = html.escape
    parts = [f"<section class='vv-card' aria-label='{esc(heading)}'><h3>{esc(made.title)}</h3>"]
    if made.contested_by:
        why = {"coders": "coders differ", "sources": "sources differ", "correction": "corrected"}
        told = "; ".join(why.get(w, w) for w in made.contested_by)
        parts.append(f"<p class='vv-meta'><span class='vv-tag'>contested</span> {esc(told)}</p>")
    for rivalry in made.rivalries:
        parts.append(f"<p class='vv-meta'>Told differently: {esc(rivalry.field)}</p>")
        parts.append("<div class='vv-rivals'>")
        for value, voice in rivalry.values:
            parts.append(
                f"<div><b>{esc(value)}</b><br><span class='vv-meta'>{esc(voice)}</span></div>"
            )
        parts.append("</div>")
    for told_claim in made.claims:
        parts.append(_claim_html(told_claim))
    if made.more:
        parts.append(f"<p class='vv-meta'>and {made.more:,} more claims, not shown here</p>")
    parts.append(_works_html(made, href))
    parts.append("</section>")
    return "".join(parts)


def _claim_html(told: Told) -> str:
    esc = html.escape
    lines = [f"<div class='vv-claim' id='{esc(told.id)}'><p>{esc(told.statement)}.</p>"]
    if told.as_told:
        lines.append(f"<p class='vv-meta'>In the source's words: “{esc(told.as_told)}”</p>")
    for cited in told.cited:
        if cited.quote:
            lines.append(f"<blockquote>“{esc(cited.quote)}”</blockquote>")
    voice = [f"told by {told.said_by}" if told.said_by else ""]
    voice.append(f"as {told.read_by} reads it" if told.read_by else "")
    if any(voice):
        lines.append(f"<p class='vv-meta'>{esc('; '.join(v for v in voice if v))}</p>")
    for cited in told.cited:
        lines.append(f"<p class='vv-cite'><b>{esc(cited.text)}</b></p>")
    tags = [
        told.basis,
        f"confidence {told.confidence}" if told.confidence else "no doubt told",
        f"coder {told.coder}" if told.coder else "",
        told.status if told.status != "accepted" else "",
        "a correction of what is told" if told.correction else "",
    ]
    shown = "".join(f"<span class='vv-tag'>{esc(tag)}</span>" for tag in tags if tag)
    lines.append(f"<p>{shown}</p>")
    if told.memo:
        lines.append(f"<p class='vv-meta'>Coder's note: {esc(told.memo)}</p>")
    where = f"{told.file}:{told.line}" if told.line else told.file
    lines.append(f"<p class='vv-meta vv-where'>{esc(where)} · {esc(told.id)}</p>")
    return "".join(lines) + "</div>"


def _works_html(made: Card, href: Any) -> str:
    """The works that the card cites, each once, in full; with where it can be opened."""
    esc = html.escape
    works: dict[str, tuple[str, str]] = {}
    for told in made.claims:
        for cited in told.cited:
            links = dict(zip(cited.sources, cited.links, strict=False))
            for source, full in zip(cited.sources, cited.full, strict=False):
                works.setdefault(source, (full, links.get(source, "")))
    if not works:
        return ""
    lines = ["<div class='vv-works'><p class='vv-meta'><b>Works cited</b></p>"]
    for source, (full, link) in sorted(works.items(), key=lambda item: item[1][0].casefold()):
        text = esc(full)
        if link:  # the address itself is the link
            address = esc(link)
            anchor = f"<a href='{address}' target='_blank' rel='noopener noreferrer'>{address}</a>"
            text = text.replace(address, anchor) if address in text else f"{text} {anchor}"
        if href is not None:
            text += f" <a href='{href(source)}' target='_self'>what rests on it</a>"
        lines.append(f"<p class='vv-meta'>{text}</p>")
    return "".join(lines) + "</div>"
