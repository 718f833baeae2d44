"""The house: which room may import which, who speaks to a database, and what each module offers."""

from __future__ import annotations

import ast
import importlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("schema", "graph", "queries", "ingest", "exchange", "dashboard", "visavis")
# A room may have rooms within; those of the front door are links to the others.
MODULES = sorted(
    path
    for room in ROOMS
    for path in (ROOT / room).glob("*.py" if room == "visavis" else "**/*.py")
)


def room_of(path: Path) -> str:
    return path.relative_to(ROOT).parts[0]


def imports(path: Path) -> set[str]:
    """The modules that a file imports, anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            found.add(node.module or "")
            found |= {f"{node.module}.{name.name}" for name in node.names}
    return found


def name_of(path: Path) -> str:
    within = path.relative_to(ROOT).parent.parts
    parts = [] if within[0] == "visavis" else ["visavis"]
    return ".".join([*parts, *within, *([] if path.stem == "__init__" else [path.stem])])


ids = [path.relative_to(ROOT).as_posix() for path in MODULES]


@pytest.mark.parametrize("path", MODULES, ids=ids)
def test_arrows_run_one_way(path: Path) -> None:
    """A room imports only those left of it."""
    mine = ROOMS.index(room_of(path))
    allowed = {*ROOMS[: mine + 1]}
    for module in imports(path):
        first, _, rest = module.partition(".")
        assert first not in ROOMS[:-1], f"{module}: rooms are imported as visavis.<room>"
        room = rest.partition(".")[0]
        if first == "visavis" and room in ROOMS:
            assert room in allowed, f"{path.relative_to(ROOT)} imports {module}"
        elif first == "visavis" and rest:
            assert room_of(path) == "visavis", f"{path} imports the front door: {module}"


@pytest.mark.parametrize("path", MODULES, ids=ids)
def test_only_graph_speaks_to_a_database_and_only_the_dashboard_to_streamlit(path: Path) -> None:
    found = {module.partition(".")[0] for module in imports(path)}
    assert "neo4j" not in found or room_of(path) == "graph"
    assert "streamlit" not in found or room_of(path) == "dashboard"


@pytest.mark.parametrize("path", MODULES, ids=ids)
def test_library_code_is_quiet_typed_and_says_what_it_is(path: Path) -> None:
    text = path.read_text("utf-8")
    tree = ast.parse(text)
    called = {n.func.id for n in ast.walk(tree)
              if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}  # fmt: skip
    assert "print" not in called
    if path.stem == "__init__" and not text.strip():
        return
    assert ast.get_docstring(tree)
    assert "from __future__ import annotations" in text or not called


@pytest.mark.parametrize("path", MODULES, ids=ids)
def test_all_is_pinned(path: Path) -> None:
    """`__all__` names what is there, sorted, and nothing twice."""
    if room_of(path) == "dashboard":
        pytest.importorskip("streamlit")
    module = importlib.import_module(name_of(path))
    if path.stem in ("__init__", "__main__") and not hasattr(module, "__all__"):
        return
    names = list(module.__all__)
    assert len(set(names)) == len(names)
    for name in names:
        assert hasattr(module, name), f"{module.__name__} has no {name}"


def test_the_rooms_are_the_same_from_the_tree_and_through_the_package() -> None:
    for room in ROOMS[:-1]:
        module = importlib.import_module(f"visavis.{room}")
        assert Path(str(module.__file__)).resolve() == ROOT / room / "__init__.py"


def test_the_version_is_one_and_the_changelog_knows_it() -> None:
    import visavis

    assert re.fullmatch(r"\d+\.\d+\.\d+(?:\.?(?:dev|a|b|rc)\d+)?", visavis.__version__)
    changelog = ROOT / "CHANGELOG.md"
    if changelog.is_file():
        assert visavis.__version__ in changelog.read_text("utf-8")


def test_importing_is_cheap() -> None:
    """A command starts quickly: nothing heavy is imported before it is needed."""
    import subprocess
    import sys

    code = "import sys, visavis; print(' '.join(m for m in ('neo4j', 'polars', 'altair', 'openpyxl', 'streamlit', 'edtf') if m in sys.modules))"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT,
                          check=True)  # fmt: skip
    assert said.stdout.strip() == ""
