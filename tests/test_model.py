"""The model and the vocabulary: data that fits together, each term with who says so."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
import small
import yaml

from visavis.ingest.registers import citations
from visavis.ingest.run import SHIPPED, Collection, collect, project_vocabulary, read
from visavis.schema.errors import Fault, ModelError, VisavisError
from visavis.schema.model import Vocabulary, kind_of, model, vocabulary
from visavis.schema.text import duration, fold, is_key, slug

PLAIN = {"text", "edtf", "integer", "duration", "json", "node"}


def test_predicates_fit_the_nodes_and_the_vocabulary() -> None:
    schemes = vocabulary().schemes
    for predicate in model().predicates.values():
        assert predicate.definition and predicate.label
        assert bool(predicate.edge) != bool(predicate.property), predicate.key_name
        assert bool(predicate.edge) == bool(predicate.object)
        for label in (*predicate.subject, *predicate.object):
            assert label in model().nodes
        kinds = [predicate.type] if predicate.property else []
        kinds += [kind.rstrip("*") for kind in predicate.qualifiers.values()]
        for kind in kinds:
            assert kind in PLAIN or kind in schemes, (predicate.key_name, kind)
        assert {*predicate.key, *predicate.needs} <= set(predicate.qualifiers)
        if predicate.scheme:
            assert predicate.scheme in schemes
        if predicate.opposite:
            assert model().predicates[predicate.opposite].opposite == predicate.key_name
    for scheme in model().claim.values():
        assert scheme in schemes


def test_no_label_is_an_edge_type() -> None:
    """One of the two engines cannot hold both."""
    assert not {label.upper() for label in model().labels} & set(model().edges)
    assert len({kind.prefix for kind in model().nodes.values()}) == len(model().nodes)


def test_kinds_are_told_by_prefix() -> None:
    assert kind_of("actor/reagan") == "Actor"
    for wrong in ("reagan", "person/reagan", "", "actor"):
        with pytest.raises(ModelError, match="is no identifier"):
            kind_of(wrong)


def test_every_term_says_what_it_means_and_who_says_so() -> None:
    sources = yaml.safe_load((SHIPPED / "sources.yaml").read_text("utf-8"))["sources"]
    terms = vocabulary()
    for term in terms:
        assert is_key(term.slug) and term.label and term.definition, term.slug
        cited, wrong = citations(term.cite, "", sources)
        assert not wrong and all(c.source and c.locator for c in cited), (term.slug, term.cite)
        assert not term.broader or term.broader in terms.terms
        assert set(term.about) <= set(terms.terms)
        assert term.sign in ("", "credit", "discredit", "either")
        assert term.intensity in (None, 1, 2, 3)
    for scheme in terms.schemes.values():
        assert set(scheme.allows) <= set(terms.terms)


def test_the_words_of_the_design_are_there() -> None:
    terms = vocabulary()
    assert {"friendly", "low-intensity", "dominant", "conflictual"} <= set(terms.scheme("mode"))
    assert {"bodily-co-presence", "mutual-focus", "shared-mood", "barrier-to-outsiders"} <= set(
        terms.scheme("ingredient")
    )
    assert "handshake" in terms.scheme("act") and "handshake" in terms.scheme("ritual")
    assert {"present", "partly", "absent", "unclear", "not-observable"} <= set(
        terms.scheme("degree")
    )


def test_terms_are_found_as_people_write_them() -> None:
    found = vocabulary().find("mode", "Low intensity")
    assert found is not None and found.slug == "low-intensity"
    assert vocabulary().find("mode", "cheerful") is None


OWN = {
    "schemes": {
        "ritual": {"terms": {"haka": {"definition": "A dance of Aotearoa.", "cite": "x 1"}}}
    }
}


def test_a_project_adds_terms_of_its_own() -> None:
    own = Vocabulary.read(OWN, "vocabulary.yaml")
    more = vocabulary().plus(own.schemes, own.terms)
    assert "haka" in more.scheme("ritual") and "handshake" in more.scheme("ritual")
    assert "haka" not in vocabulary().terms
    assert "is already defined" in str(Vocabulary.told(OWN, "v", more)[1][0])
    with pytest.raises(ModelError, match="term 'haka': lacks cite"):
        Vocabulary.read({"schemes": {"ritual": {"terms": {"haka": {"definition": "x"}}}}}, "v")


WRONG = """\
schemas: {}
schemes:
  ritual:
    label: Rites
    terms:
      haka: {definition: A dance., cite: bramsen2024 1, sing: credit, intensity: 4}
      handshake: {definition: Again., cite: bramsen2024 1}
      "Two Words": {definition: x, cite: bramsen2024 1}
      hongi: {definition: A greeting., sign: good, broader: greting}
      gift: a present
  rituals:
    terms: {bobbing: {definition: x, cite: nobody 3}}
  weather: {definition: The sky., terms: {rain: {definition: x, cite: bramsen2024}}}
  role: [a]
"""


def test_a_vocabulary_tells_all_that_is_wrong_with_it(tmp_path: Path) -> None:
    (tmp_path / "vocabulary.yaml").write_text(WRONG)
    (tmp_path / "sources.yaml").write_text(small.SOURCES)
    case = small.GENEVA.replace("kind: handshake", "kind: haka")
    small.write(tmp_path, {**small.FILES, "vocabulary.yaml": WRONG, "geneva-1985.yaml": case})
    readings = list(read(Collection(tmp_path), collect(Collection(tmp_path))[0]))
    [told] = [r.faults for r in readings if r.kind == "vocabulary"]
    assert [(f.line, f.record, f.message) for f in told] == [
        (1, "", "unknown key 'schemas'"),
        (4, "scheme 'ritual'", "'label' of a scheme of the program cannot be changed"),
        (6, "term 'haka'", "unknown key 'sing'"),
        (6, "term 'haka'", "intensity 4 is not 1, 2 or 3"),
        (7, "term 'handshake'", "is already defined"),
        (8, "term 'Two Words'", "is no key"),
        (9, "term 'hongi'", "lacks cite"),
        (9, "term 'hongi'", "unknown sign 'good'"),
        (9, "term 'hongi'", "broader: unknown term 'greting'"),
        (10, "term 'gift'", "says nothing"),
        (11, "scheme 'rituals'", "unknown scheme 'rituals'"),
        (12, "term 'bobbing'", "unknown source 'nobody'"),
        (13, "term 'rain'", "the citation of 'bramsen2024' has no locator"),
        (14, "scheme 'role'", "has no terms"),
    ]
    assert "did you mean 'ritual'?" in told[10].advice
    assert not [r for r in readings if r.kind == "case" and not r.sound]  # told once, not again
    (tmp_path / "vocabulary.yaml").write_text("schemes: [}")
    readings = list(read(Collection(tmp_path), [tmp_path / "geneva-1985.yaml"]))
    assert not readings[0].sound  # nobody knows what a haka is, and the reason is told
    assert [(f.file, f.severity) for f in readings[1].faults] == [("vocabulary.yaml", "warning")]


def test_a_vocabulary_may_be_empty(tmp_path: Path) -> None:
    for text in ("", "schemes:\n", "# nothing yet\n", "schemes:\n  ritual:\n    terms:\n"):
        (tmp_path / "vocabulary.yaml").write_text(text)
        assert project_vocabulary(tmp_path)[1] == [], text


def test_a_fault_reads_as_the_house_says() -> None:
    fault = Fault(
        "cases/x.yaml", 14, "act 'eyes'", "unknown kind 'handshke'", "did you mean 'handshake'?"
    )
    assert str(fault) == (
        "cases/x.yaml:14: act 'eyes': unknown kind 'handshke'; did you mean 'handshake'?"
    )
    assert str(dataclasses.replace(fault, severity="warning")).startswith(
        "cases/x.yaml:14: warning:"
    )


def test_every_error_has_an_exit_code() -> None:
    def below(kind: type[VisavisError]) -> list[type[VisavisError]]:
        return [kind, *(k for sub in kind.__subclasses__() for k in below(sub))]

    codes = {kind.__name__: kind.exit_code for kind in below(VisavisError)}
    assert {name for name, code in codes.items() if code == 1} == {"DataError", "NotFoundError"}
    assert set(codes.values()) == {1, 2}


def test_text_as_people_type_it() -> None:
    assert fold("  Déjeuner  ØRSTED ") == "dejeuner orsted"
    assert slug("Two more summits!") == "two-more-summits"
    read = duration("> 46 s in total")
    assert (read.seconds, read.how, read.in_total) == (46, "at-least", True)
    assert duration("~ 1.5 h").seconds == 5400
    assert duration("1:30").seconds == 90
    for wrong in ("", "90", "a while", "1:30 min", "-3 s"):
        with pytest.raises(ValueError, match="is no duration"):
            duration(wrong)
