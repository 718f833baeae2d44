"""The forms in which a graph leaves: one table, and the way from a file's ending to its writer.

Each form names its endings, what it is, and the options that mean something to it. The writers
stand in modules of their own and are imported when they are asked for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from visavis.exchange.leaving import Exported, leaving, settled
from visavis.graph.connect import Graph
from visavis.schema.errors import NotFoundError
from visavis.schema.model import Vocabulary

__all__ = ["FORMS", "Form", "Sent", "form_of", "send"]

_PERIOD = ("from_", "to", "leads")
_NETWORK = ("edges", "largest", *_PERIOD)
_EVENTS = ("unit", "spans", *_PERIOD)


@dataclass(frozen=True, slots=True)
class Form:
    """One form: its name, the endings of its files (none: a folder), what it is, its options."""

    name: str
    endings: tuple[str, ...]
    says: str
    options: tuple[str, ...] = ()


FORMS: Mapping[str, Form] = {
    form.name: form
    for form in (
        Form("folder", (), "claims, nodes and edges as JSON lines and CSV"),
        Form("turtle", (".ttl",), "RDF as Turtle", ("base",)),
        Form("jsonld", (".jsonld",), "RDF as JSON-LD, with its context", ("base",)),
        Form("trig", (".trig",), "RDF as TriG, each claim a nanopublication", ("base",)),
        Form("ntriples", (".nt",), "RDF, a triple on each line", ("base",)),
        Form("graphml", (".graphml",), "a network for NetworkX, igraph, Gephi, yEd", _NETWORK),
        Form("gexf", (".gexf",), "a network in time for Gephi", _NETWORK),
        Form("node-link", (".json",), "a network for NetworkX and D3", _NETWORK),
        Form("cytoscape", (".cyjs",), "a network for Cytoscape", _NETWORK),
        Form("pajek", (".net",), "a network for Pajek", _NETWORK),
        Form("remify", (), "relational events for remify", ("edges", "largest", *_EVENTS)),
        Form("goldfish", (), "relational events for goldfish", ("edges", "largest", *_EVENTS)),
        Form("eventnet", (), "encounters as hyperevents for eventnet", _EVENTS),
        Form("qca", (), "encounters for qualitative comparative analysis", _PERIOD),
        Form("regression", (), "encounters for regression", _PERIOD),
        Form("bibtex", (".bib",), "the sources as BibTeX"),
        Form("ris", (".ris",), "the sources as RIS"),
        Form("csl", (".csl.json",), "the sources as CSL-JSON"),
    )
}
_NETWORKS = ("graphml", "gexf", "node-link", "cytoscape", "pajek")
_TOGETHER = (
    "No dated act of these types is told. --edges together takes encounters apart into pairs; "
    "--unit year and --spans earliest keep dates that are less precise."
)
_RDF = ("turtle", "jsonld", "trig", "ntriples")
_BOOKS = {"bibtex": "bibtex", "ris": "ris", "csl": "csl-json"}  # as the bibliography calls them


@dataclass(slots=True)
class Sent:
    """What was written, in words; what was withheld; and, counted in words, what was left out.
    `advice` says what else to ask for, where nothing was found."""

    says: str
    done: Exported
    left_out: Counter[str] = field(default_factory=Counter)
    advice: str = ""


def form_of(target: Path, name: str = "") -> Form:
    """The form of that name, else the one that the ending of `target` asks for.

    Raises NotFoundError, with every form and its endings, where there is none.
    """
    if name:
        found = FORMS.get(name)
    else:
        # The longest ending: refs.csl.json is no network.
        ends = {e: form for form in FORMS.values() for e in form.endings}
        fit = [e for e in ends if target.name.lower().endswith(e)]
        found = ends[max(fit, key=len)] if fit else None if target.suffix else FORMS["folder"]
    if found is None:
        asked = f"'{name}'" if name else f"files that end in '{target.suffix}'"
        listed = [f"{f.name:10} {' '.join(f.endings) or 'DIR':10} {f.says}" for f in FORMS.values()]
        raise NotFoundError(f"{asked} cannot be written; these can", listed)
    return found


def send(
    graph: Graph,
    target: Path,
    name: str = "",
    *,
    everything: bool = False,
    terms: Vocabulary | None = None,
    **options: Any,
) -> Sent:
    """Write `graph` to `target` in one form (that of its ending if not named).

    everything: also what is restricted or confidential, and informants' names. terms: the project's
    vocabulary. options: `edges`, `from_`, `to`, `leads`, `largest` of networks; `unit` and `spans`
    besides of event models; `base` of RDF, what identifiers begin with. Raises NotFoundError for a
    form, or an option of it, that there is not.
    """
    form = form_of(target, name)
    wrong = sorted(set(options) - set(form.options))
    if wrong:
        known = [f"--{option.strip('_')}" for option in form.options]
        message = f"--{wrong[0].strip('_')} means nothing to {form.name}"
        raise NotFoundError(f"{message}; it takes" if known else message, known)
    if form.name == "folder":
        from visavis.exchange.folder import export_folder

        done = export_folder(graph, target, everything=everything)
        return Sent(_counts(done), done)
    if form.name in _RDF:
        from visavis.exchange.rdf import export_rdf

        done = export_rdf(graph, target, format=form.name, everything=everything, **options)
        return Sent(_counts(done), done)
    if form.name in _BOOKS:
        return _sources(graph, target, form.name, everything)
    work: Callable[[], Sent]
    if form.name in _NETWORKS:
        from visavis.exchange.networks import network, save

        def work() -> Sent:
            told = leaving(graph, everything)
            made = network(told, **options)
            save(made, target, form.name)
            says = f"{len(made.vertices):,} nodes and {len(made.ties):,} edges"
            return Sent(says, told.done, made.left_out)
    else:
        from visavis.exchange.events import save_tables, tables

        def work() -> Sent:
            told = leaving(graph, everything)
            made = tables(told, form.name, terms=terms, **options)
            paths = save_tables(made, target)
            what = "encounters" if form.name in ("qca", "regression") else "events"
            tied = f" ({made.tied:,} share their time with another)" if made.tied else ""
            says = f"{made.events:,} {what}{tied} in {len(paths)} files"
            pairs = "" if options.get("edges") == "together" else _TOGETHER
            advice = pairs if "edges" in form.options and not made.events else ""
            return Sent(says, told.done, made.left_out, advice)

    return settled(graph, work)


def _counts(done: Exported) -> str:
    return f"{done.claims:,} claims, {done.nodes:,} nodes and {done.edges:,} edges"


def _sources(graph: Graph, target: Path, name: str, everything: bool) -> Sent:
    """The works that leave, as a bibliography."""
    from visavis.exchange import bibliography
    from visavis.exchange.networks import written

    def work() -> Sent:
        told = leaving(graph, everything)  # what is withheld is said alike of every form
        found = bibliography.works(graph, everything)
        text = bibliography.written(found.records, _BOOKS[name])
        with written(target) as file:
            file.write(text.encode("utf-8", "replace"))
        return Sent(f"{len(found.records):,} sources", told.done)

    return settled(graph, work)
