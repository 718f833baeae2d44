"""The benchmark's made-up graph: the right shape, the same each time, and sound claims."""

from __future__ import annotations

import importlib.util
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

from visavis.schema.claims import problems
from visavis.schema.dates import parse
from visavis.schema.model import vocabulary
from visavis.schema.project import project

MADE = Path(__file__).parents[1] / "benchmarks" / "generate.py"
MEETINGS = 1_200


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    """The module benchmarks/generate.py, which is in no package."""
    spec = importlib.util.spec_from_file_location("benchmark_generate", MADE)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_graph_has_the_promised_shape(generate: ModuleType) -> None:
    made = project(claim for each in generate.documents(MEETINGS) for claim in each.claims)
    labels = Counter(node.label for node in made.nodes.values())
    assert labels == {"Meeting": MEETINGS, "Actor": MEETINGS // 6, "Source": MEETINGS // 100}
    parts = [edge for edge in made.edges.values() if edge.type == "TOOK_PART"]
    assert len(parts) == len(made.edges)
    assert len(parts) / MEETINGS == pytest.approx(10 / 3, rel=0.05)
    degrees = Counter(edge.start for edge in parts)
    assert degrees.most_common(1)[0][0] == generate.actor(0)
    assert degrees[generate.actor(0)] > 8 * len(parts) / len(degrees)
    read = [parse(str(node.properties["date"])) for node in made.nodes.values()
            if node.label == "Meeting"]  # fmt: skip
    assert 0.75 < sum(not date.reason for date in read) / MEETINGS < 0.9


def test_graph_is_the_same_each_time(generate: ModuleType) -> None:
    first, again = ([d.claims for d in generate.documents(MEETINGS)] for _ in "12")
    assert first == again
    last = list(generate.documents(MEETINGS))[-1]
    assert generate.meeting_document(MEETINGS, 1000).claims == last.claims


def test_claims_are_sound(generate: ModuleType) -> None:
    claims = [claim for each in generate.documents(60) for claim in each.claims]
    assert [problem for claim in claims for problem in problems(claim, vocabulary())] == []
    assert len({claim.id for claim in claims}) == len(claims)


def test_changed_document_differs_in_a_few_citations(generate: ModuleType) -> None:
    was = {claim.id for claim in generate.meeting_document(MEETINGS, 0).claims}
    now = {claim.id for claim in generate.meeting_document(MEETINGS, 0, variant=1).claims}
    assert len(was - now) == len(now - was) == 50
