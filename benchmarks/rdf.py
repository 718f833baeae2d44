"""How fast a graph is written as RDF and read back: `python benchmarks/rdf.py [--json FILE]`.

For graphs of about 10,000, 100,000 and a million claims (`generate.py`, without a database) the
writer is timed beside pyoxigraph's serialiser: from claims, nodes and edges to bytes (UTF-8) in
memory. `bare` is `pyoxigraph.serialize` of quads that were made beforehand, to bytes in memory too;
`built` is the same with the making of its quads from texts. Making the claims and projecting them
is not counted; seconds are those of the processor, the least of a few rounds at the smallest size.
`peak` is the most memory of the process while writing, `before` what it had before; it holds one
document of a thousand encounters and its text. Then the file is read: parsed by pyoxigraph and
rdflib, and into claims.

`--withheld` measures memory alone, where a source is confidential and an informant not to be named:
the graph goes by three times, and what withholding does not touch is not held.
"""

from __future__ import annotations

import argparse
import gc
import io
import itertools
import json
import multiprocessing
import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import generate
import pyoxigraph as ox

from visavis.exchange.access import TOLD, Withholding
from visavis.exchange.leaving import Exported, Leaving, without
from visavis.exchange.rdf import write_rdf
from visavis.ingest.rdf import LARGEST, read_claims
from visavis.schema.claims import Claim
from visavis.schema.linked import PREFIXES
from visavis.schema.project import Edge, Node, project

SIZES = (10_000, 100_000, 1_000_000)
CLAIMS_A_MEETING = 6.55  # of `generate`, registers included
ROUNDS = 5
CHUNK = 250_000  # triples
MOST = 3_000_000  # triples that pyoxigraph's serialiser is timed with
GRAPH, TAIL = '"@graph":[\n', "\n]}\n"
FORMATS = {"turtle": ox.RdfFormat.TURTLE, "ntriples": ox.RdfFormat.N_TRIPLES,
           "jsonld": ox.RdfFormat.JSON_LD, "trig": ox.RdfFormat.TRIG}  # fmt: skip
# What is written is parsed as a stream: else JSON-LD takes 18 times its size.
PARSED = FORMATS | {"jsonld": ox.RdfFormat.STREAMING_JSON_LD}
READ_BY_RDFLIB = 10_000  # claims; it takes half a minute for a hundred thousand
READ_AS_CLAIMS = 100_000


def parts(meetings: int) -> Iterator[Leaving]:
    """What leaves, a document at a time: nodes where something is told of them, and edges."""
    for document in generate.documents(meetings):
        claims = sorted((claim.id, claim) for claim in document.claims)
        made = project(claim for _, claim in claims)
        nodes = sorted((n for n in made.nodes.values() if "claims" in n.properties),
                       key=lambda n: n.id)  # fmt: skip
        edges = sorted(made.edges.values(), key=lambda e: (e.type, e.start, e.end, e.id))
        yield Leaving(
            Exported(),
            lambda c=claims: c, lambda n=nodes: n, lambda e=edges: e,
        )  # fmt: skip


def memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def write(size: int, form: str, path: Path) -> dict[str, Any]:
    """The writer alone: seconds, triples a second are reckoned later, memory."""
    seconds, claims, before, first = 0.0, 0, memory(), True
    with path.open("w", encoding="utf-8", newline="") as file:
        for part in parts(round(size / CLAIMS_A_MEETING)):
            took = []
            for _ in range(ROUNDS if size <= min(SIZES) else 1):
                out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="")
                start = time.process_time()
                write_rdf(part, out, form)
                out.flush()
                took.append(time.process_time() - start)
            seconds += min(took)
            claims += part.done.claims
            # The heads of the later parts say again what the first said, which only JSON minds.
            text = out.detach().getvalue().decode()
            if form == "jsonld":
                text = text.removesuffix(TAIL)
                text = text if first else ",\n" + text.partition(GRAPH)[2]
            file.write(text)
            first = False
        if form == "jsonld":
            file.write(TAIL)
    return {"claims": claims, "seconds": seconds, "before": before, "peak": memory()}


def withheld(size: int, form: str) -> dict[str, Any]:
    """Memory where something is withheld: of one source in all that rests on it, and a name."""
    meetings = round(size / CLAIMS_A_MEETING)
    before = memory()

    def told(claim: Claim) -> Claim:
        if claim.subject == generate.source(1):
            more = {"access": "confidential"}
        elif claim.subject == generate.source(2):
            more = {"named_as": "anonymous", "speaker": generate.actor(40)[6:]}
        else:
            return claim
        return replace(claim, value=json.dumps({**json.loads(claim.value), **more}))

    def documents() -> Iterator[list[Claim]]:
        for document in generate.documents(meetings):
            claims = document.claims
            yield [told(c) if c.predicate == "described_as" else c for c in claims]

    def claims() -> Iterator[tuple[str, Claim]]:
        return ((c.id, c) for some in documents() for c in sorted(some, key=lambda c: c.id))

    def nodes() -> Iterator[Node]:
        for some in documents():
            for node in sorted(project(some).nodes.values(), key=lambda n: n.id):
                if "claims" in node.properties:
                    yield node

    def edges() -> Iterator[Edge]:
        for some in documents():
            made = project(some).edges.values()
            yield from sorted(made, key=lambda e: (e.type, e.start, e.end, e.id))

    first = [c for some in documents() for c in some if c.predicate in TOLD]
    left = without(Leaving(Exported(), claims, nodes, edges), Withholding(first, {}), {})
    with open(os.devnull, "w", encoding="utf-8") as file:
        write_rdf(left, file, form)
    done = left.done
    return {"claims": done.claims, "withheld": done.withheld_claims, "format": form,
            "before": before, "peak": memory()}  # fmt: skip


def bare(path: Path, form: str) -> tuple[int, float, float]:
    """Triples; seconds of pyoxigraph's serialiser alone; seconds with the making of its objects."""
    kind = FORMATS[form]
    count, alone, built = 0, 0.0, 0.0
    quads = ox.parse(path=str(path), format=PARSED[form])
    while count < MOST and (chunk := list(itertools.islice(quads, CHUNK))):
        count += len(chunk)
        plain = [_plain(quad) for quad in chunk]
        took = []
        for _ in range(ROUNDS):
            gc.collect()
            start = time.process_time()
            ox.serialize(chunk, format=kind, prefixes=dict(PREFIXES))
            took.append(time.process_time() - start)
        alone += min(took)
        start = time.process_time()
        ox.serialize(map(_made, plain), format=kind, prefixes=dict(PREFIXES))
        built += time.process_time() - start
    return count, alone, built


def _plain(quad: Any) -> tuple[Any, ...]:
    """A quad as texts: subject, predicate, object with its kind, graph."""
    told: list[Any] = []
    for term in (quad.subject, quad.predicate, quad.object, quad.graph_name):
        kind = type(term)
        if kind is ox.Literal:
            told.append((kind, term.value, term.datatype.value))
        else:
            told.append((kind, getattr(term, "value", "")))
    return tuple(told)


def _made(plain: tuple[Any, ...]) -> Any:
    s, p, o, g = plain
    if o[0] is ox.Literal:
        third = ox.Literal(o[1], datatype=ox.NamedNode(o[2]))
    else:
        third = o[0](o[1])
    graph = g[0](g[1]) if g[1] else ox.DefaultGraph()
    return ox.Quad(s[0](s[1]), ox.NamedNode(p[1]), third, graph)


def measure(size: int, form: str) -> dict[str, Any]:
    """One format at one size, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"g.{form}"
        told: dict[str, Any] = {"size": size, "format": form, **write(size, form, path)}
        told["megabytes"] = path.stat().st_size / 1e6
        told["triples"] = sum(1 for _ in ox.parse(path=str(path), format=PARSED[form]))
        sample, alone, built = bare(path, form)
        each = told["seconds"] / told["triples"]
        told |= {"bare": alone / sample * 1e6, "built": built / sample * 1e6, "ours": each * 1e6}
        told["times_bare"] = told["ours"] / told["bare"]
        told["times_built"] = told["ours"] / told["built"]
        if form == "turtle":
            told |= read(path, told["claims"])
    return told


def read(path: Path, claims: int) -> dict[str, Any]:
    """Seconds to parse the file and to make claims of it, where the size allows."""
    told: dict[str, Any] = {}
    start = time.perf_counter()
    parsed = sum(1 for _ in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE))
    told["parsed_by_pyoxigraph"] = {"triples": parsed, "seconds": time.perf_counter() - start}
    if claims < READ_BY_RDFLIB * 1.2:
        import rdflib

        start = time.perf_counter()
        graph = rdflib.Graph().parse(path, format="turtle")
        told["parsed_by_rdflib"] = {"triples": len(graph), "seconds": time.perf_counter() - start}
    if claims < READ_AS_CLAIMS * 1.2 and path.stat().st_size < LARGEST:
        start = time.perf_counter()
        again, faults = read_claims(path.rename(path.with_suffix(".ttl")), "g.ttl")
        assert not faults and len(again) == claims
        told["read_into_claims"] = {"claims": len(again), "seconds": time.perf_counter() - start,
                                    "peak": memory()}  # fmt: skip
    return told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="write the figures here too")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="claims")
    parser.add_argument("--formats", nargs="+", default=list(FORMATS), choices=FORMATS)
    parser.add_argument("--withheld", action="store_true", help="memory where some is withheld")
    asked = parser.parse_args()
    found = []
    if asked.withheld:
        for size in asked.sizes:
            for form in asked.formats:
                with multiprocessing.get_context("spawn").Pool(1) as pool:
                    print(pool.apply(withheld, (size, form)), flush=True)  # noqa: T201
        return
    print(f"{'claims':>9} {'format':9} {'triples':>10} {'MB':>6} {'s':>6} {'µs/triple':>9} "  # noqa: T201
          f"{'x bare':>6} {'x built':>7} {'MB before':>9} {'peak':>6}")  # fmt: skip
    for size in asked.sizes:
        for form in asked.formats:
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                m = pool.apply(measure, (size, form))
            found.append(m)
            print(f"{m['claims']:9,} {form:9} {m['triples']:10,} {m['megabytes']:6.0f} "  # noqa: T201
                  f"{m['seconds']:6.2f} {m['ours']:9.2f} {m['times_bare']:6.2f} "
                  f"{m['times_built']:7.2f} {m['before']:9.0f} {m['peak']:6.0f}")  # fmt: skip
            for name in ("parsed_by_pyoxigraph", "parsed_by_rdflib", "read_into_claims"):
                if name in m:
                    print(f"{'':9} {name.replace('_', ' ')}: {m[name]}", flush=True)  # noqa: T201
    if asked.json:
        asked.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
