"""Skeletons pass the checker once filled in; the JSON Schema accepts every shipped file."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from visavis.ingest import yamltext
from visavis.ingest.case import read_case
from visavis.ingest.case_keys import COMMON, HEADER, SECTIONS
from visavis.ingest.case_schema import entry_keys, field_of, schemas
from visavis.ingest.registers import FILES, Registers, read_register
from visavis.ingest.skeleton import project_files, skeleton
from visavis.schema.errors import Fault
from visavis.schema.model import vocabulary

CASES = Path(__file__).parent.parent / "ingest" / "cases"
SHIPPED = sorted(CASES.glob("*.yaml"))
SCHEMAS = schemas(vocabulary())


def uncommented(text: str) -> str:
    """The examples of a skeleton brought to life; explanations ("# ") stay comments."""
    return re.sub(r"^#(?=\S|  )", "", text, flags=re.MULTILINE)


def filled() -> str:
    text = uncommented(skeleton("geneva-1985", "Reagan: [meets] Gorbachev", "bramsen2024"))
    return text.replace("coder:", "coder: anna", 1).replace("\ncite:", "\ncite: 191", 1)


def known() -> Registers:
    registers, files = Registers(), project_files()
    for name, kind in FILES.items():
        getattr(registers, kind).update(yamltext.load(uncommented(files[name]), name)[kind])
    return registers


def check(text: str, registers: Registers) -> list[Fault]:
    return read_case(yamltext.load(text, "x.yaml"), "x.yaml", registers, vocabulary())[1]


# -- skeletons ----------------------------------------------------------------------------------


def test_filled_skeleton_passes() -> None:
    assert check(filled(), known()) == []


def test_skeleton_shows_every_list_that_is_common() -> None:
    shown = yamltext.load(filled(), "x")
    rare = {"modes", "continuum", "scripts"}
    assert set(SECTIONS) - rare <= set(shown)
    assert len(skeleton("a").splitlines()) < 90


def test_bare_skeleton_says_what_to_fill_in() -> None:
    faults = check(skeleton("geneva-1985"), Registers())
    told = " ".join(map(str, faults))
    assert "title" in told and "citation is empty" in told
    assert all(fault.line for fault in faults)


@pytest.mark.parametrize("title", ["Reagan: [meets] #1", "'quoted'", "- a", "100 %", "@key@"])
def test_title_is_kept_as_typed(title: str) -> None:
    assert yamltext.load(skeleton("a", title), "x")["title"] == title


def test_words_of_the_examples_are_explained() -> None:
    for scheme in re.findall(r": visavis vocabulary ([a-z-]+)", skeleton("a")):
        assert vocabulary().scheme(scheme), scheme


@pytest.mark.parametrize(("name", "kind"), FILES.items())
def test_registers_pass_once_filled_in(name: str, kind: str) -> None:
    text = project_files()[name]
    filled_in = yamltext.load(uncommented(text), name)
    assert read_register(filled_in, name, kind, known(), vocabulary())[1] == []
    assert kind in yamltext.load(text, name)


def test_project_files() -> None:
    files = project_files("Summits: 1985", "anna")
    assert yamltext.load(files["visavis.yaml"], "x") == {
        "project": "Summits: 1985",
        "coder": "anna",
    }
    assert yamltext.load(files["judgements.yaml"], "x") is None
    lines = yamltext.load(uncommented(files["judgements.yaml"]), "x")
    assert [next(iter(line)) for line in lines] == ["withdraw", "same"]


# -- the JSON Schema ----------------------------------------------------------------------------


class Typed(yaml.SafeLoader):
    """YAML as editors read it (1.2): `yes` and dates are text, numbers and `true` are not."""


Typed.yaml_implicit_resolvers = {
    first: [(tag, rule) for tag, rule in rules if tag.rpartition(":")[2] in ("int", "float")]
    for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def schema_for(data: Any) -> dict[str, Any]:
    kinds = [kind for kind in FILES.values() if "case" not in data and kind in data]
    return SCHEMAS[f"{(kinds or ['case'])[0]}.schema.json"]


def complaints(data: Any) -> list[str]:
    validator = jsonschema.Draft202012Validator(schema_for(data))
    return [f"{list(e.absolute_path)} {e.message[:200]}" for e in validator.iter_errors(data)]


@pytest.mark.parametrize("name", SCHEMAS)
def test_schemas_are_schemas(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMAS[name])


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_shipped_files_fit_the_schema(file: Path) -> None:
    text = file.read_text("utf-8")
    assert complaints(yamltext.load(text, file.name)) == []
    assert complaints(yaml.load(text, Loader=Typed)) == []


def test_filled_skeletons_fit_the_schema() -> None:
    assert complaints(yaml.load(filled(), Loader=Typed)) == []
    for name in FILES:
        for text in (project_files()[name], uncommented(project_files()[name])):
            assert complaints(yaml.safe_load(text)) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"acts": [{"act": "a", "kind": "handshke"}]},
        {"acts": [{"act": "a", "colour": "red"}]},
        {"colour": "red"},
        {"mode": {"value": "warmish"}},
        {"who": [{"actor": "a", "role": ["principal", "hots"]}]},
        {"who": "reagan"},
        {"acts": [{"act": "a", "energy": {"reagan": "high"}}]},
        {"parts": [{"title": "no key"}]},
    ],
)
def test_the_schema_sees_what_is_wrong(wrong: dict[str, Any]) -> None:
    right = {"case": "a", "title": "b", "cite": 1}
    assert complaints(right) == []
    assert complaints({**right, **wrong})


@pytest.mark.parametrize(
    "right",
    [
        {"channel": "in person"},
        {"acts": [{"act": "a", "credit": True}, {"act": "b", "credit": "thanks"}]},
        {"when": {"value": 1985, "cite": ["192", {"source": "a", "locator": 3}]}},
        {"ingredients": ["mutual-focus", {"value": "shared-mood", "cite": 2}]},
    ],
)
def test_the_schema_takes_what_the_checker_takes(right: dict[str, Any]) -> None:
    assert complaints({"case": "a", **right}) == []


def test_every_key_is_explained_and_every_term_defined() -> None:
    for section, keys in {"": HEADER, **SECTIONS}.items():
        for key in (*keys, *COMMON):
            assert field_of(section, key).definition, (section, key)
    for kind in FILES.values():
        assert {"cite", "memo"} <= set(entry_keys(kind))
    terms = SCHEMAS["case.schema.json"]["$defs"]["term-ritual"]["anyOf"]
    assert all(term.get("description") for term in terms if "const" in term)
