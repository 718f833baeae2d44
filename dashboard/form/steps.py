"""What the form asks, list by list: the keys of each, and what a reader finds them called."""

from __future__ import annotations

from dataclasses import dataclass

from visavis.ingest.case_keys import SECTIONS

__all__ = [
    "CITE",
    "CITED_AS",
    "ENTRY",
    "EXAMPLES",
    "HEAD",
    "INTENSITY",
    "MORE_HEAD",
    "OWN_KEY",
    "RELATIONS",
    "STEPS",
    "Step",
    "entry_label",
    "label",
    "placeholder",
    "step_of",
]

# The lines of the head that the form asks for: first the needed ones, then what may be told too.
HEAD = ("title", "when", "where", "source", "basis", "coder", "scope", "case")
MORE_HEAD = ("format", "channel", "stage", "mode", "for", "language", "topics", "arrangement",
             "part_of", "follows", "answers", "said_by", "read_by", "confidence", "status",
             "coded_on", "codebook", "memo")  # fmt: skip
# A citation, field by field: the work ("" for that of the case) and the place in it, what it is
# told there from, whether it supports, and further citations as a file writes them.
CITE = ("cite work", "cite place", "cite via", "cite via place", "cite relation", "cite more")

# The key by which other statements name one of these.
OWN_KEY = {"phases": "phase", "acts": "act", "outcomes": "outcome"}


@dataclass(frozen=True, slots=True)
class Step:
    """One list of statements as the form asks for it: the keys shown first, and the others."""

    section: str
    title: str
    asks: str
    keys: tuple[str, ...]
    more: tuple[str, ...] = ()


def _step(section: str, title: str, asks: str, *keys: str) -> Step:
    told: tuple[str, ...] = (
        "quote", "said_on", "read_by", "basis", "confidence", "coder", "date", "as_told", "memo",
        "status", "id",
    )  # fmt: skip
    if section == "rival":
        told = ("quote", "said_on", "read_by", "basis", "date", "memo", "id")
    more = [k for k in (*SECTIONS[section], *told) if k not in keys]
    return Step(section, title, asks, keys, tuple(more))


STEPS = (
    _step("who", "Who was there",
          "Evidence of attendance only: somebody who was merely talked about is not listed.",
          "actor", "for", "office", "role"),
    _step("phases", "Phases", "Stretches of the encounter, in their order.",
          "what", "stage", "mode", "for", "only", "ingredients"),
    _step("acts", "What was done",
          "Acts in their order: a rite, a gesture, an utterance, a refusal. Say yes to credit or "
          "discredit where the act gives it by its own kind.",
          "kind", "what", "by", "to", "in", "for", "replies", "how", "credit", "discredit"),
    _step("credits", "Credit and discredit apart from an act",
          "Where no single act above carries it.",
          "from", "to", "credit", "discredit", "act", "in", "intent", "uptake"),
    _step("domination", "Who had or sought the upper hand", "", "by", "over", "result", "in"),
    _step("bonds", "Bonds", "What grew or broke between them.", "between", "kind", "change"),
    _step("modes", "Modes", "How they interacted: in a phase, or between some of them.",
          "mode", "degree", "in", "between"),
    _step("ingredients", "Ingredients", "What the encounter shows of an interaction ritual.",
          "ingredient", "degree", "in", "between"),
    _step("effects", "Effects", "", "effect", "degree", "in", "between"),
    _step("moderators", "Conditions", "What shaped how far the interaction mattered.",
          "moderator", "what", "on"),
    _step("continuum", "Impersonal or interpersonal", "", "continuum", "on", "degree", "what"),
    _step("emotions", "Feelings", "Displayed there, or reported later.",
          "actor", "emotion", "how", "in", "act"),
    _step("outcomes", "What followed", "As somebody attributes it.", "what", "kind", "from"),
    _step("scripts", "Scripts", "The encounters that this one followed, or was the answer to.",
          "follows", "answers"),
    _step("remarks", "Anything else", "In your own words.", "remark", "on"),
    _step("rival", "Told otherwise",
          "A value that stands above, as another coder or another source has it. Both are shown "
          "side by side; a correction is the value that counts.",
          "of", "value", "coder", "confidence", "correction", "as_told"),
)  # fmt: skip


def step_of(section: str) -> Step:
    """The step that asks for a list."""
    return next(step for step in STEPS if step.section == section)


# -- what the fields are called -------------------------------------------------------------------

EXAMPLES = {
    "when": "1985-11-19, 1985, 1985-11~ or 1985-11-19/1985-11-21",
    "for": "24 s, ~ 90 min, > 46 s in total",
    "title": "Reagan and Gorbachev meet for the first time",
    "what": "invites him to a second summit",
    "office": "president",
    "emotion": "reagan: hope (reported)",
    "energy": "reagan: raised",
}
_LABELS = {
    "case": "Key", "when": "When", "where": "Where", "for": "Lasted", "scope": "What it is",
    "by": "By whom", "to": "To whom", "in": "In which phase", "from": "From", "over": "Over whom",
    "on": "About", "n": "How many asked", "part_of": "Part of", "as_told": "As told",
    "act": "By which act", "what": "What, in your words", "how": "How it answers or shows",
    "only": "Only these were there", "said_by": "Whose words", "said_on": "Said on",
    "read_by": "Whose reading", "of": "Which value", "value": "The other value",
    "replies": "Answers which act", "at": "When in it", "id": "Lasting name",
}  # fmt: skip
_LABEL = {
    ("who", "for"): "Represents", ("acts", "act"): "Key of the act", ("", "source"): "Work",
    ("phases", "phase"): "Key of the phase", ("outcomes", "outcome"): "Key of the outcome",
    ("acts", "when"): "Its own date", ("phases", "when"): "Its own date",
    ("outcomes", "from"): "Out of which phase or act", ("scripts", "answers"): "Answers",
    ("rival", "coder"): "Coder", ("rival", "correction"): "Is it a correction",
}  # fmt: skip
CITED_AS = {
    "cite work": ("Work", "Empty: the work of the case."),
    "cite place": ("Page or place", "Page, timecode, document: whatever finds the place again. "
                   "Several: with ; between."),
    "cite via": ("Told there from", "The work that this page tells it from."),
    "cite via place": ("Page there", "The page of that work."),
    "cite relation": ("This place", "Whether it supports the statement, disputes or mentions it."),
    "cite more": ("Cited also", "Further places as a case file writes them, with ; between: 193; "
                  "huntreynolds2016 160."),
}  # fmt: skip
RELATIONS = {"supports": "supports it", "disputes": "disputes it", "mentions": "mentions it only"}
INTENSITY = {"1": "1 slight", "2": "2 clear", "3": "3 grave"}
# What is asked of somebody, somewhere or some work that no register knows yet.
ENTRY = {
    "actors": ("name", "kind", "of"),
    "places": ("name", "coordinates"),
    "sources": ("title", "author", "issued", "kind", "citation", "access"),
}
_ENTRY_LABELS = {
    "of": "Acts for", "issued": "Year", "citation": "Short citation",
    "author": "Author (family name, given name)",
}  # fmt: skip
_NAMED = {
    "actors": "a name; type a new one",
    "places": "a place; type a new one",
    "sources": "a work; type a new title",
    "meetings": "an encounter; type its title or key",
}


def label(section: str, key: str) -> str:
    """What the field of a key is called."""
    return _LABEL.get((section, key)) or _LABELS.get(key) or key.replace("_", " ").capitalize()


def entry_label(key: str) -> str:
    """What the field of a key is called in an entry of a register."""
    return _ENTRY_LABELS.get(key, key.capitalize())


def placeholder(kind: str, free: bool) -> str:
    """What an empty field of choices says. kind: the register that it chooses from, or ""."""
    return _NAMED.get(kind) or ("choose or type" if free else "choose")
