"""The files a scholar begins with: a case file, the registers, the files of a project.

Each is short YAML with one example line per list. Lines that begin with "# " explain; lines that
begin with "#" and no blank are examples: take the "#" away and fill in your own.
"""

from __future__ import annotations

from visavis.ingest.casetext import scalar

__all__ = ["project_files", "skeleton"]

_CASE = """\
# One encounter. A statement is one line and cites its page; what is not told is left out.
# "# " explains; "#" without a blank is an example: take the # away and fill in your own.
# visavis check says what is missing; visavis vocabulary lists the words, with what they mean.
case: @key@
title: @title@  # what it was, in your own words
source: @source@  # key of a work in sources.yaml; each cite below is a page of it
coder:  # who codes this: your key or initials
cite:  # the page that tells of the encounter as a whole
# How far the source tells it: 1985, 1985-11, 1985-11-19/1985-11-21, 1985~ (about), 1985? (unsure).
#when: 1985-11-19/1985-11-21
# A key of places.yaml.
#where: geneva
# encounter, series, practice, or outside (no meeting at all): visavis vocabulary scope
#scope: encounter
#format: bilateral
#channel: in-person
# A value with a citation of its own; the modes: visavis vocabulary mode
#mode: {value: friendly, cite: 192}

# Who was there, by the keys of actors.yaml: visavis vocabulary role
who:
#  - {actor: reagan, for: us, office: president, role: [principal, host], cite: 191}
#  - {actor: gorbachev, for: ussr, role: principal, cite: 191}
#  - {actor: journalists, audience: co-present, addressed: no, cite: 192}

# Stretches of the encounter, in their order: visavis vocabulary stage
#phases:
#  - {phase: walk, what: a walk of the two, stage: back, mode: friendly, for: ~ 90 min, cite: 192}

# What was done, in its order: visavis vocabulary ritual. credit: yes where the act gives credit,
# discredit: yes where it takes it. Page 192 that tells of Reagan 1990, page 15, is
# "192 via reagan1990 15".
acts:
#  - {act: invites, kind: invitation, by: reagan, to: gorbachev, credit: yes, in: walk,
#     cite: 192 via reagan1990 15}
#  - {act: accepts, kind: acceptance, by: gorbachev, to: reagan, replies: invites,
#     how: mirrors, cite: 192}

# Credit or discredit that no single act carries: visavis vocabulary act
#credits:
#  - {from: gorbachev, to: reagan, credit: thanks, in: walk, uptake: accepted, cite: 192}

# Who had or sought the upper hand: visavis vocabulary result
#domination:
#  - {by: reagan, over: gorbachev, result: resisted, cite: 193}

# What grew or broke between them: visavis vocabulary bond
#bonds:
#  - {between: [reagan, gorbachev], kind: trust, change: formed, said_by: gorbachev, cite: 192}

# What the encounter shows: visavis vocabulary ingredient, effect, moderator
#ingredients:
#  - {ingredient: mutual-focus, in: walk, degree: present, cite: 192}
#effects:
#  - {effect: solidarity, degree: partly, cite: 193}
#moderators:
#  - {moderator: formality, what: advisers stayed behind, cite: 192}

# Feelings, displayed there or reported later: visavis vocabulary emotion
#emotions:
#  - {actor: reagan, emotion: hope, how: reported, act: invites, cite: 192}

# What followed, as the source has it: visavis vocabulary outcome
#outcomes:
#  - {outcome: next-summit, what: a second meeting, kind: next-meeting, from: accepts, cite: 193}

# Anything else, in your own words.
#remarks:
#  - {remark: often taken as the example of a first meeting, cite: 191}

# The same value told otherwise, or a corrected fact beside the told one.
#rival:
#  - {of: who.reagan.office, value: head of state, correction: yes, memo: why, cite: 194}
"""

_ACTORS = """\
# People, states and groups, by the short keys that cases use. An entry is one line.
# kind: person, state, organisation, delegation, group, or role (an unnamed holder of one).
# source: the work that a bare cite below is a page of; an entry without cite rests on this list.
# born, died (of a state: founded, dissolved): a date, or {value: 1911-02-06, cite: work page}.
#source: bramsen2024
actors:
#  reagan: {name: Ronald Reagan, kind: person, also: [Ronald W. Reagan], gender: male, cite: 191}
#  gorbachev: {name: Mikhail Gorbachev, kind: person, also: [Gorbatjov], cite: 191}
#  us: {name: United States, kind: state, also: [USA], ids: [wikidata:Q30], cite: 192}
#  ussr: {name: Soviet Union, kind: state, cite: 191}
#  journalists: {name: journalists at Geneva, kind: group, cite: 192}
"""

_PLACES = """\
# Places, by the short keys that cases use.
places:
#  geneva: {name: Geneva, also: [Genève], coordinates: "46.20,6.15"}
"""

_SOURCES = """\
# Works, interviews, recordings and documents, by the short keys that cases cite. The fields are
# those of CSL, as Zotero exports them; kind: visavis vocabulary source-kind
# An interview: speaker (an actor), access (public, restricted, confidential), named_as.
sources:
#  bramsen2024:
#    type: chapter
#    author: ["Bramsen, Isabel"]
#    issued: 2024
#    title: The Micro-sociology of International Meetings
#    kind: chapter
#  reagan1990: {type: book, author: ["Reagan, Ronald"], issued: 1990, kind: book, speaker: reagan}
"""

_JUDGEMENTS = """\
# What you judge of the claims, a line each. Take a line away and it is undone.
# Leave out a claim, a source or a coder, as if it had never been there:
#- {withdraw: source/reagan1990, why: not the edition cited, by: your key, on: 2026-11-22}
# Two keys are one actor; no source is rewritten:
#- {same: [actor/a, actor/b], why: the same person under two names}
"""


def skeleton(key: str, title: str = "", source: str = "") -> str:
    """The text of a new case file, with what is not given left to fill in.

    key: of the case; title: in the coder's words; source: key of the work it is coded from.
    """
    text = _CASE
    for name, value in (("key", key), ("title", title), ("source", source)):
        text = text.replace(f" @{name}@", f" {scalar(value, inside=False)}" if value else "")
    return text


def project_files(title: str = "", coder: str = "") -> dict[str, str]:
    """The files of a new project by name: visavis.yaml, the registers and the judgements."""
    told = [("project", title), ("coder", coder)]
    head = "".join(
        f"{name}: {scalar(value, inside=False)}\n" if value else f"{name}:\n"
        for name, value in told
    )
    return {
        "visavis.yaml": head,
        "actors.yaml": _ACTORS,
        "places.yaml": _PLACES,
        "sources.yaml": _SOURCES,
        "judgements.yaml": _JUDGEMENTS,
    }
