"""How fast networks are written: `python benchmarks/exchange.py [--meetings 300 3000 30000]`.

The made-up graph of generate.py, as the network of participations. Ours writes it; NetworkX writes
the same graph (built by NetworkX from the same network, which is not timed) with its own writers.
Processor time, the least of three runs in one process (of one beyond 3,000 encounters); memory is
the most that Python held while writing (tracemalloc, in a run of its own). Files are read back and
counted.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx

sys.path.insert(0, str(Path(__file__).parent))
import generate

from visavis.exchange.events import save_tables, tables
from visavis.exchange.leaving import Exported, Leaving
from visavis.exchange.networks import Network, network, save
from visavis.schema.project import project


def told(meetings: int) -> Leaving:
    """What leaves a graph of so many meetings."""
    claims = [c for document in generate.documents(meetings) for c in document.claims]
    made = project(claims)
    nodes, edges = list(made.nodes.values()), list(made.edges.values())
    pairs = [(claim.id, claim) for claim in claims]
    return Leaving(Exported(), lambda: pairs, lambda: nodes, lambda: edges)


def as_networkx(made: Network) -> Any:
    """The same network as NetworkX has it."""
    graph = networkx.MultiGraph()
    for vertex in made.vertices:
        graph.add_node(vertex.id, **{**vertex.attributes, "label": vertex.name})
    for tie in made.ties:
        graph.add_edge(tie.start, tie.end, key=tie.id, **tie.attributes)
    return graph


def timed(work: Callable[[], object], rounds: int = 3) -> float:
    """The least of some rounds, in seconds of processor time."""
    best = float("inf")
    for _ in range(rounds):
        began = time.process_time()
        work()
        best = min(best, time.process_time() - began)
    return best


def peak(work: Callable[[], object]) -> float:
    """The most that Python held while working, in MB."""
    tracemalloc.start()
    work()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most / 1e6


def measure(meetings: int, folder: Path) -> dict[str, Any]:
    """Every figure of one size."""
    leaves = told(meetings)
    found: dict[str, Any] = {"meetings": meetings}
    found["choosing (s)"] = timed(lambda: network(leaves), 1)
    made = network(leaves)
    graph = as_networkx(made)
    found |= {"nodes": len(made.vertices), "edges": len(made.ties)}

    def theirs_node_link(path: Path) -> None:
        with path.open("w", encoding="utf-8") as file:
            json.dump(networkx.node_link_data(graph, edges="edges"), file)

    writers: dict[str, Callable[[Path], object]] = {
        "graphml": lambda path: networkx.write_graphml(graph, path),
        "gexf": lambda path: networkx.write_gexf(graph, path),
        "node-link": theirs_node_link,
    }
    rounds = 3 if meetings <= 3_000 else 1
    for form, theirs in writers.items():
        mine, other = folder / f"mine.{form}", folder / f"theirs.{form}"
        ours = timed(lambda f=form, p=mine: save(made, p, f), rounds)  # type: ignore[misc]
        networkxs = timed(lambda w=theirs, p=other: w(p), rounds)  # type: ignore[misc]
        found[form] = {
            "ours (s)": round(ours, 3),
            "NetworkX (s)": round(networkxs, 3),
            "ratio": round(ours / networkxs, 2),
            "MB": round(mine.stat().st_size / 1e6, 1),
        }
        if meetings <= 3_000:
            held = (peak(lambda f=form, p=mine: save(made, p, f)),  # type: ignore[misc]
                    peak(lambda w=theirs, p=other: w(p)))  # type: ignore[misc]  # fmt: skip
            found[form] |= {"ours held (MB)": round(held[0], 1), "NetworkX held": round(held[1], 1)}
    read = networkx.read_graphml(folder / "mine.graphml", force_multigraph=True)
    assert (read.number_of_nodes(), read.number_of_edges()) == (len(made.vertices), len(made.ties))
    for form in ("eventnet", "regression"):
        work = lambda f=form: save_tables(tables(leaves, f), folder / f)  # noqa: E731
        found[f"{form} (s)"] = round(timed(work, 1), 2)
    found["choosing (s)"] = round(found["choosing (s)"], 2)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--meetings", type=int, nargs="+", default=[300, 3_000, 30_000])
    with tempfile.TemporaryDirectory() as place:
        for meetings in parser.parse_args().meetings:
            sys.stdout.write(json.dumps(measure(meetings, Path(place)), indent=1) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
