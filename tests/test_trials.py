"""Long trials: mutated case files, and ingests killed at random moments.

`pytest -m trial` runs a few of each; `make trials` (VISAVIS_TRIALS=full) ten thousand mutants and a
hundred kills. A number instead of `full` sets how many kills, and a hundred times as many mutants.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import small
from test_ingest import REPOSITORY, fresh

from visavis.exchange.folder import export_folder
from visavis.graph import server
from visavis.graph.connect import connect
from visavis.ingest.run import (
    SHIPPED,
    Collection,
    Reading,
    collect,
    ingest,
    project_vocabulary,
    read,
)
from visavis.schema.claims import Claim, problems
from visavis.schema.errors import DataError
from visavis.schema.project import project

_TRIALS = os.environ.get("VISAVIS_TRIALS", "")
KILLS = 100 if _TRIALS == "full" else int(_TRIALS or 3)
MUTANTS = 100 * int(_TRIALS) if _TRIALS.isdigit() else 10_000 if _TRIALS == "full" else 300

pytestmark = pytest.mark.trial

# -- mutants --------------------------------------------------------------------------------------

ODD = [
    "", "no", "null", "~", "''", "-", "0", "-1", "1e999", "Y12345", "99999999999999999999", "24:30", "{}", "[]",
    "[a, b]", "{a: b}", "{value: x}", "{value: {value: x}}", "{value: [1, 2], cite: 3}", "[[]]",
    "[{a: [b]}]", "é\u0301\u200d\u202e", "\U0001f91d", "../../etc/passwd", "a/b", "1985/1984",
    "-0001", "1985-13-45", "9" * 400, "x" * 5_000, "? x", "&a b", "*a", "!!python/object:os.system x",
    "reagan", "unclear", "not observable", "yes", "192 via", " via ", "[192, [193, {source: x}]]",
    "{source: bramsen2024}", "{source: {a: b}, locator: [1]}", "{_header: yes}", "> 46 s", "1 s" * 3,
    "²", "٣", "\\ud800", '"\\ud800"', '"\\0"', "c-", "source/", "outside", "series",
]  # fmt: skip


def flip(text: str, dice: random.Random) -> bytes:
    raw = bytearray(text.encode())
    for _ in range(dice.randint(1, 4)):
        raw[dice.randrange(len(raw))] = dice.randrange(256)
    return bytes(raw)


def cut(text: str, dice: random.Random) -> str:
    return text[: dice.randrange(len(text))]


def lines(text: str, dice: random.Random) -> str:
    rows = text.splitlines(keepends=True)
    a, b = dice.randrange(len(rows)), dice.randrange(len(rows))
    how = dice.randrange(4)
    if how == 0:
        del rows[a]
    elif how == 1:
        rows.insert(b, rows[a])
    elif how == 2:
        rows[a], rows[b] = rows[b], rows[a]
    else:
        rows[a] = "  " + rows[a]
    return "".join(rows)


def spans(text: str) -> list[tuple[int, int]]:
    """Where a value stands, after a colon: roughly, which is all that is wanted."""
    found = []
    at = text.find(": ")
    while at >= 0:
        end = min((e for c in ",}\n" if (e := text.find(c, at)) >= 0), default=len(text))
        found.append((at + 2, end))
        at = text.find(": ", at + 2)
    return found


def odd_value(text: str, dice: random.Random) -> str:
    a, b = dice.choice(spans(text) or [(0, 0)])
    return text[:a] + dice.choice(ODD) + text[b:]


def other_value(text: str, dice: random.Random) -> str:
    found = spans(text) or [(0, 0)]
    (a, b), (c, d) = dice.choice(found), dice.choice(found)
    return text[:a] + text[c:d] + text[b:]


def other_key(text: str, dice: random.Random) -> str:
    words = ["act", "to", "by", "value", "cite", "of", "parts", "who", "id", "date", "emotion"]
    a = dice.choice(spans(text) or [(2, 2)])[0] - 2
    start = max(text.rfind(c, 0, a) for c in " {\n") + 1
    return text[:start] + dice.choice(words) + text[a:]


def added(text: str, dice: random.Random) -> str:
    """Another key in a statement, with an odd value."""
    from visavis.ingest.case_keys import COMMON, SECTIONS

    at = [i for i, c in enumerate(text) if c == "{"] or [0]
    section = dice.choice(list(SECTIONS))
    key = dice.choice([*COMMON, *SECTIONS[section]])
    i = dice.choice(at) + 1
    return f"{text[:i]}{key}: {dice.choice(ODD)}, {text[i:]}"


def deep(text: str, dice: random.Random) -> str:
    a, b = dice.choice(spans(text) or [(0, 0)])
    n = dice.choice([5, 40, 3_000])
    return text[:a] + "[" * n + text[a:b] + "]" * n + text[b:]


def huge(text: str, dice: random.Random) -> str:
    a, b = dice.choice(spans(text) or [(0, 0)])
    return text[:a] + dice.choice(["9", "a", "é", "1985-"]) * 100_000 + text[b:]


def unicode_noise(text: str, dice: random.Random) -> str:
    at = dice.randrange(len(text) + 1)
    noise = "".join(chr(dice.choice([dice.randrange(0xD800), dice.randrange(0xE000, 0x110000)]))
                    for _ in range(dice.randint(1, 5)))  # fmt: skip
    return text[:at] + noise + text[at:]


MUTATIONS: list[Callable[[str, random.Random], str | bytes]] = [
    flip, cut, lines, lines, odd_value, odd_value, odd_value, other_value, other_value, other_key,
    added, added, deep, huge, unicode_noise,
]  # fmt: skip


def mutated(text: str, dice: random.Random) -> bytes:
    for _ in range(dice.choice([1, 1, 1, 2, 4])):
        made = dice.choice(MUTATIONS)(text, dice)
        if isinstance(made, bytes):
            return made
        text = made or "\n"
    return text.encode("utf-8", "surrogatepass")


def sound(reading: Reading, root: Path) -> None:
    """What must hold of any file: faults that can be printed, or claims that fit the model."""
    for fault in reading.faults:
        assert str(fault).startswith(reading.name) or fault.file == "vocabulary.yaml"
        json.dumps(fault.as_dict())
        assert fault.message
    if not reading.sound:
        return
    vocabulary, _ = project_vocabulary(root)
    for claim in reading.claims:
        assert problems(claim, vocabulary) == []
        assert Claim.from_dict(json.loads(claim.to_json())) == claim
        claim.to_json().encode()
    made = project(reading.claims)
    for edge in made.edges.values():
        assert edge.start in made.nodes and edge.end in made.nodes


@pytest.mark.parametrize("part", range(10))
def test_mutated_files_give_faults_or_sound_claims(part: int, tmp_path: Path) -> None:
    root = tmp_path / "cases"
    shutil.copytree(SHIPPED, root)
    here = Collection(root)
    files, _ = collect(here)
    originals = {path: path.read_bytes() for path in files}
    for number in range(part, MUTANTS, 10):
        dice = random.Random(number)
        path = dice.choice(files)
        raw = mutated(originals[path].decode(), dice)
        path.write_bytes(raw)
        wanted = [path]
        if path.name in ("actors.yaml", "places.yaml", "sources.yaml"):
            wanted.append(dice.choice(files))
        try:
            for reading in read(here, wanted):
                sound(reading, root)
        except DataError:
            pass
        except Exception as error:
            kept = tmp_path / f"mutant-{number}-{path.name}"
            kept.write_bytes(raw)
            error.add_note(f"mutant {number} of {path.name}, kept as {kept}")
            raise
        finally:
            path.write_bytes(originals[path])


# -- kills ----------------------------------------------------------------------------------------

LOAD = """
import sys
from pathlib import Path
from visavis.graph.connect import connect
from visavis.ingest.run import ingest
with connect(project=sys.argv[1]) as graph:
    ingest(graph, Path(sys.argv[1]), wait=60)
"""


def load(project: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", LOAD, str(project)],
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        cwd=project,
    )


def bytes_of(project: Path, folder: Path) -> dict[str, bytes]:
    with connect(project=project) as graph:
        export_folder(graph, folder, everything=True)
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_killed_at_any_moment_a_second_run_gives_the_same_graph(tmp_path: Path) -> None:
    """kill -9 of the ingest, sometimes of the database beside it, at a random moment."""
    project = tmp_path / "project"
    shutil.copytree(SHIPPED, project)
    try:
        with connect(project=project) as graph:
            began = time.monotonic()
            assert load(project).wait(300) == 0
            lasted = time.monotonic() - began
            undisturbed = bytes_of(project, tmp_path / "undisturbed")
            assert len(undisturbed["claims.jsonl"].splitlines()) > 2_000
        for number in range(KILLS):
            dice = random.Random(number)
            with connect(project=project) as graph:
                if dice.random() < 0.7:
                    fresh(graph)
                else:  # a graph of other files, so that the ingest replaces and removes
                    fresh(graph)
                    ingest(graph, small.write(tmp_path / "other", small.FILES))
            process = load(project)
            time.sleep(dice.uniform(0.2, 1.1) * lasted)
            process.kill()
            process.wait()
            running = server.status(project)
            if dice.random() < 0.3 and running is not None:
                os.kill(running.pid, signal.SIGKILL)
            with connect(project=project) as graph:
                ingest(graph, project)
            assert bytes_of(project, tmp_path / "again") == undisturbed, number
    finally:
        server.stop(project)
