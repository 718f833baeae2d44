"""Foreign Relations of the United States (FRUS): memoranda become meetings, letters become acts.

In: one volume of the TEI edition of the Office of the Historian, in its older or newer form. Out:
one reading for the volume (its record, the states and places that it names), one for its list of
persons, and one for each document, so that a changed document rewrites itself alone.

What counts as evidence:
- A meeting has those present from a list of participants (a `list`, or paragraphs under
  PARTICIPANTS or THOSE ATTENDING), or from a head that says who spoke ("Memorandum of
  Conversation Between A and B"). A name anywhere else is a mention, and makes nobody present.
- A letter, message, note, oral statement or telegram is an act outside any meeting, with the sender
  and the addressee of its head. Memoranda and papers among officials of one government are sources.
- The printed words stay in `as_told`, the way each participant was found in `memo`.

Ids of persons are local to a volume (`actor/frus1961-63v05-p-kns1`). Who is one and the same in two
volumes is a judgement of its own: `certain_joins` and `suggestions`.

What cannot be read is a warning with its document; nothing is dropped in silence.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lxml import etree

from visavis.ingest import tei
from visavis.ingest.frus_dates import When, received_when
from visavis.ingest.frus_heads import (
    ACT,
    AFTER_PARTY,
    CLASSIFIED,
    CONVERSATION,
    NO_ACT,
    TELEPHONE,
    authors,
    drafters,
    letter,
    received_by,
    talkers,
)
from visavis.ingest.frus_lives import lifetime
from visavis.ingest.frus_papers import (
    ALSO,
    DELEGATION,
    PRESENT_HEAD,
    Chapters,
    Paper,
    paper_of,
    settle,
)
from visavis.ingest.frus_persons import (
    BLANK,
    FEMININE,
    HONORIFICS,
    LITTLE,
    OFFICE_WORDS,
    RANKS,
    SUFFIX,
    People,
    Person,
    holder_of,
    inverted,
    listed_person,
    office_holder,
    word_of,
)
from visavis.ingest.frus_present import (
    LONGEST,
    Listed,
    Present,
    people_of_item,
    read_list,
    short_of,
)
from visavis.ingest.frus_sides import context_of, sides
from visavis.ingest.frus_states import ORGANISATIONS, STATES, plain_words, side_named, state_of
from visavis.ingest.tei import Outline, attribute, local, marked
from visavis.schema import dates
from visavis.schema.claims import Citation, Claim, Origin, problems
from visavis.schema.errors import DataError, Fault
from visavis.schema.model import vocabulary
from visavis.schema.text import slug

if TYPE_CHECKING:
    from visavis.ingest.run import Reading

__all__ = ["FRUS", "is_frus", "read_volume"]

FRUS = Outline()
ADDRESS = "https://history.state.gov/historicaldocuments/"
CODER = "frus-reader"
_MOST = 50_000  # documents of a file; the largest volumes have some three thousand


_CORRECTION = re.compile(
    r"\b(?:erroneous(?:ly)?|in error|incorrect(?:ly)?|mistaken(?:ly)?|actually|not present|absent|"
    r"did not|omits?|omitted|should|joined|left|present|attended|diary)\b", re.IGNORECASE,
)  # fmt: skip


def _other_rank(
    present: Present, person: Person, made: Sequence[tuple[Present, Person, str, str]]
) -> bool:
    """Whether somebody of that surname stands in the list already with another title."""
    mine = set(plain_words(present.title).split()) - HONORIFICS - {"the"}
    for other, same, _, _ in made:
        if same.actor == person.actor and other.name == present.name and " " not in present.name:
            theirs = set(plain_words(other.title).split()) - HONORIFICS - {"the"}
            return bool(mine and theirs and mine.isdisjoint(theirs)) and not present.reference
    return False


@dataclass(slots=True)
class _Meeting:
    """A meeting once its people are known, for what several documents tell of one."""

    paper: Paper
    node: str
    date: str
    present: frozenset[str]


class _Volume:
    """One volume while its claims are made."""

    def __init__(self, name: str, stem: str, outline: Outline) -> None:
        self.name = name
        self.outline = outline
        self.key = slug(stem)
        self.title: dict[str, str] = {}
        self.record: dict[str, Any] = {}
        self.persons_line = 1
        self.people = People(self.key, ())
        self.papers: list[Paper] = []
        self.at: dict[str, int] = {}  # where a document stands among them
        self.states: dict[str, str] = {}  # key -> document that names it first
        self.places: dict[str, dict[str, str]] = {}  # key -> name as printed -> first document
        self.claims: list[Claim] = []
        self.faults: list[Fault] = []
        self.paper: Paper | None = None
        self.voice = ""
        self.authors: frozenset[str] = frozenset()  # of the paper at hand: actors and surnames
        self.told: set[tuple[str, str, str]] = set()
        self.lists: dict[str, Listed] = {}
        self.women: set[str] = set()  # printed in full with Mrs., Miss or Madame somewhere
        self.meetings: list[_Meeting] = []

    # -- reading ----------------------------------------------------------------------------

    def read(self, path: Path) -> None:
        """Everything the file tells, as small records."""
        persons: list[Person] = []
        seen: set[str] = set()
        chapters = Chapters(self.outline)
        for what, element in tei.documents(path, self.name, self.outline):
            if what == "header":
                self.header(element)
            elif what == "persons":
                self.persons_line = element.sourceline or 1
                persons += self.list_of_persons(element)
            elif what == "passed":
                self.faults.append(
                    Fault(self.name, element.sourceline, "",
                          "a head, list or table outside documents is too long and is not read",
                          "those present that it names are to be added by hand", "warning",
                          "chapter")
                )  # fmt: skip
            elif what == "opening":
                chapters.add(element)
            else:
                paper = paper_of(element, self.outline)
                paper.session = chapters.session(element)
                if len(self.papers) + len(self.faults) >= _MOST:
                    message = f"has more than {_MOST:,} documents, more than any volume"
                    advice = "give a volume a file"
                    raise DataError([Fault(self.name, paper.line, paper.id, message, advice)])
                if not paper.id or paper.id in seen:
                    self.faults.append(
                        Fault(self.name, paper.line, paper.id,
                              "a document without an id of its own is left out",
                              "give it an xml:id", "warning", "id")
                    )  # fmt: skip
                    continue
                seen.add(paper.id)
                self.at[paper.id] = len(self.papers)
                self.papers.append(paper)
        for chapter in chapters.overfull:
            self.faults.append(
                Fault(self.name, chapter.line, chapter.id,
                      f"a chapter has {chapter.passed:,} heads, lists and tables too many to read",
                      "those present that they name are to be added by hand", "warning", "chapter")
            )  # fmt: skip
        settle(self.papers)
        self.people = People(self.key, persons)

    def header(self, element: etree._Element) -> None:
        for child in element.iter():
            text = " ".join("".join(child.itertext()).split()) if local(child) else ""
            kind = child.get("type") or ""
            if local(child) == self.outline.title and text:
                self.title.setdefault(kind or "title", text)
            elif local(child) == "editor" and text:
                self.record.setdefault("editor", []).append(inverted(text))
            elif local(child) == "publisher" and text:
                self.record.setdefault("publisher", text)
            elif local(child) == "pubPlace" and text:
                self.record.setdefault("publisher-place", text)
            elif local(child) == "date" and re.fullmatch(r"\d{4}", text):
                self.record.setdefault("issued", text)
            elif local(child) == self.outline.number and kind == "frus" and slug(text):
                self.key = slug(text)

    def list_of_persons(self, element: etree._Element) -> list[Person]:
        found: list[Person] = []
        for item in element.iter():
            if local(item) != self.outline.item:
                continue
            named = next(
                (e for e in item.iter() if local(e) == self.outline.person and attribute(e, "id")),
                None,
            )
            if named is None:
                continue
            printed = " ".join("".join(named.itertext()).split())
            whole = marked(item, self.outline).text
            at = whole.find(printed)
            role = whole[at + len(printed) :][:LONGEST].strip(" ,.") if at >= 0 else ""
            role = re.sub(r"^(?:Jr\.?|Sr\.?|II|III|IV),\s*", "", role)
            found.append(listed_person(attribute(named, "id"), printed, role, self.key))
        return found

    # -- words of the volume ----------------------------------------------------------------

    @property
    def source(self) -> str:
        return f"source/{self.key}"

    @property
    def short(self) -> str:
        """How historians cite the volume: "FRUS, 1961–1963, vol. V"."""
        span = self.title.get("subseries") or self.title.get("sub-series") or ""
        number = self.title.get("volumenumber") or self.title.get("volume-number") or ""
        number = re.sub(r"^Volume\s+", "vol. ", number)
        number = re.sub(r",?\s*Part\s+", ", pt. ", number)
        return ", ".join(part for part in ("FRUS", span, number) if part)

    # -- claims -----------------------------------------------------------------------------

    def citation(self) -> Citation:
        if self.paper is None:
            return Citation(self.source, "front matter")
        part = f", attachment {self.paper.part[1:]}" if self.paper.part else ""
        return Citation(f"{self.source}-{self.paper.id}", f"{self.paper.id}{part}")

    def tell(
        self,
        subject: str,
        predicate: str,
        target: str = "",
        value: str = "",
        about: str = "",
        locator: str = "",
        **more: Any,
    ) -> None:
        """One claim of the paper at hand; what does not fit the model becomes a warning."""
        cited = self.citation()
        if locator:
            cited = replace(cited, locator=locator)
        qualifiers = {k: v for k, v in more.pop("qualifiers", {}).items() if v}
        line = self.paper.line if self.paper else more.pop("line", 1)
        more.pop("line", None)
        claim = Claim(
            subject=subject, predicate=predicate, object=target, value=value,
            about=about or subject, qualifiers=qualifiers, citations=(cited,), coder=CODER,
            basis="document", said_by=more.pop("said_by", self.voice),
            origin=Origin(self.name, line), **more,
        )  # fmt: skip
        wrong = problems(claim, vocabulary())
        if wrong:
            self.warn(f"{predicate}: {wrong[0].message}", wrong[0].advice, "claim")
        else:
            self.claims.append(claim)

    def warn(self, message: str, advice: str = "", code: str = "") -> None:
        paper = self.paper
        fault = Fault(
            self.name, paper.line if paper else None, paper.id if paper else "", message, advice,
            "warning", code,
        )  # fmt: skip
        if fault not in self.faults:
            self.faults.append(fault)

    def actor(self, node: str, name: str, kind: str) -> None:
        """What an actor is, once in a reading."""
        if (node, "is_a", kind) in self.told:
            return
        self.told.add((node, "is_a", kind))
        self.tell(node, "named", value=name, said_by="")
        self.tell(node, "is_a", value=kind, said_by="")

    def state(self, key: str) -> str:
        """The node of a state; the volume's own reading tells what it is."""
        self.states.setdefault(key, self.paper.id if self.paper else "")
        return f"actor/{key}"

    # -- who is meant -----------------------------------------------------------------------

    def gather(self) -> None:
        """Learn the full names of those who are in no list of persons, from all lists first.

        So "Mr. Kornienko" of one document is "Georgi M. Kornienko" of another.
        """
        for paper in (p for whole in self.papers for p in (whole, *whole.attached)):
            for present in self.present_in(paper).people:
                name = present.name
                if len(name.split()) < 2 or present.unnamed:
                    continue
                side = present.side or state_of(f"{present.title}, {present.function}")
                person = self.people.linked(present.reference) if present.reference else None
                if person and self.people.plausible(person, name):
                    continue
                known, how = self.people.named(name, side)
                if not known:
                    known = [self.people.add_local(name, side)]
                if FEMININE.match(plain_words(present.title)) and how in ("", "full"):
                    self.women |= {p.actor for p in known}

    def present_in(self, paper: Paper) -> Listed:
        """The list of a paper: all its lists together, without cross-references followed."""
        if paper.key in self.lists:
            return self.lists[paper.key]
        whole = self.lists[paper.key] = Listed()
        for head, items in paper.lists:
            if head and not PRESENT_HEAD.match(head) and not side_named(head):
                if not DELEGATION.match(head):
                    whole.wrong.append(f"a list headed '{short_of(head)}' is not read as presence")
                    continue
            read = read_list(items)
            whole.people += read.people
            whole.wrong += read.wrong
            whole.elsewhere = whole.elsewhere or read.elsewhere
            whole.also |= bool(ALSO.search(head))
        return whole

    def who(self, present: Present, day: str, taken: set[str]) -> tuple[Person, str, str]:
        """The person meant, how found, and how sure ("high", "medium", "low").

        taken: actors already in the same list: a "Mrs. X" linked to one of them is the wife.
        """
        side = present.side or state_of(f"{present.title}, {present.function}", american=False)
        name = present.name
        if present.unnamed:
            return self.unnamed(present), "unnamed", "high"
        if name and present.reference:
            person = self.people.linked(present.reference)
            wife = bool(FEMININE.match(plain_words(present.title)))
            if person is None:
                self.warn(
                    f"'{name}' points to '{present.reference}', which nobody bears", "", "link"
                )
            elif wife and person.actor in taken:
                return self.people.add_local(f"Mrs. {name}", person.state), "printed", "medium"
            elif full := self.footnoted(name, person):
                self.warn(
                    f"'{name}' is linked to {person.name}, and a footnote says {full}",
                    "the footnote counts", "link",
                )  # fmt: skip
                return self.people.add_local(full, side or person.state), "printed", "high"
            elif self.people.plausible(person, name):
                return person, "linked", "high"
            else:
                self.warn(
                    f"'{name}' is linked to {person.name} and is somebody else",
                    "the printed name counts", "link",
                )  # fmt: skip
        if not name:
            held = holder_of(self.people, present.title, day, present.side)
            if held is not None:
                return held, "function", "high"
            self.warn(f"who was '{present.title}' that day is not told", "", "function")
            return self.unnamed(replace(present, unnamed="role")), "unnamed", "high"
        fitting, how = self.people.named(name, side)
        if not any(p.listed for p in fitting) and side in ("", "us"):
            # "Secretary Herter" of a volume that does not list him is "The Secretary" elsewhere.
            if whom := office_holder(present.title, name, day):
                return self.people.add_local(whom, "us"), "printed", "high"
        if how.startswith("surname") and re.match(
            r"(?:senator|congress)", plain_words(present.title)
        ):
            fitting = [p for p in fitting if p.listed]  # a namesake of another document
        feminine = bool(FEMININE.match(plain_words(present.title)))
        if how.startswith("surname") and feminine:
            fitting = [p for p in fitting if p.listed or p.actor in self.women]
        if len({p.actor for p in fitting}) > 1:
            holder = holder_of(self.people, present.title, day, side) if present.title else None
            fitting = [holder] if holder in fitting and holder else (
                self.by_office(fitting, present, day) or fitting
            )  # fmt: skip
        actors = {p.actor for p in fitting}
        if len(actors) == 1:
            person = fitting[0]
            sure = {"full": "high", "spelling": "medium", "surname": "medium"}.get(how, "low")
            return person, "listed" if person.listed else "printed", sure
        if actors:
            names = ", ".join(sorted({p.name for p in fitting}))
            self.warn(f"'{name}' may be any of {names}", "left as printed", "ambiguous")
            here = self.paper.id if self.paper else "list"
            node = f"actor/{self.key}-{here}-{slug(plain_words(name))}"
            return Person(node, name, name, "", (), state=side), "printed", "low"
        return self.people.add_local(name, side), "printed", "high"

    def footnoted(self, name: str, person: Person) -> str:
        """The full name that a footnote to the list gives to the one of this surname, where it
        cannot be that person's ("Charles S. Murphy, Under Secretary of Agriculture"); else ""."""
        if " " in name or self.paper is None or not self.paper.notes:
            return ""
        full = re.compile(rf"(?:^|; |and )((?:[A-Z][\w.’'-]* ){{1,3}}{re.escape(name)}),")
        found = {told for note in self.paper.notes for told in full.findall(note)}
        if len(found) != 1:
            return ""
        told = found.pop()
        first = plain_words(told).split()[0]
        given = {w[0] for n in (person.name, *person.others) for w in plain_words(n).split()}
        titled = first in HONORIFICS | RANKS | OFFICE_WORDS
        return "" if titled or first[0] in given else told

    @staticmethod
    def by_office(fitting: Sequence[Person], present: Present, day: str) -> list[Person]:
        """Those of several namesakes who held the printed office on that day."""
        wanted = {w for w in plain_words(f"{present.title} {present.function}").split()
                  if w not in LITTLE | {"mr", "mrs"}}  # fmt: skip
        if wanted == {"secretary"}:
            wanted = {"secretary", "state"}
        if not wanted:
            return []
        best: dict[int, list[Person]] = defaultdict(list)
        for person in fitting:
            words = {w for o in person.held(day) for w in plain_words(o.title).split()}
            best[len(wanted & words)].append(person)
        top = max(best)
        return best[top] if top else []

    def unnamed(self, present: Present) -> Person:
        """Somebody known by a role alone, in one document."""
        words = " ".join(BLANK.sub("", f"{present.title} {present.name}").split()).strip(" ,.")
        words = words or re.sub(r"\s*\([^)]*\)", "", present.told)
        paper = self.paper.id if self.paper else "list"
        node = f"actor/{self.key}-{paper}-{slug(words) or 'unnamed'}"
        return Person(node, words, words, "", (), state=present.side)

    # -- readings ---------------------------------------------------------------------------

    def document(self, paper: Paper) -> tuple[str, list[Claim], list[Fault]]:
        """Kind, claims and faults of one document."""
        self.paper, self.claims, self.faults, self.told = paper, [], [], set()
        self.voice = ""
        if paper.overlong:
            self.warn(
                f"the head has more than {LONGEST:,} characters; the rest of it is not read",
                "see whether it names more people", "head",
            )  # fmt: skip
        self.describe(paper)
        kind = "frus-document"
        met = self.meeting(paper)
        for part in paper.attached:
            self.paper = part
            met |= self.meeting(part)
        self.paper = paper
        if met:
            kind = "frus-meeting"
        if (
            self.letter(paper) and not met
        ):  # a telegram may tell of a meeting and is sent all the same
            kind = "frus-letter"
        return kind, self.claims, self.faults

    def describe(self, paper: Paper) -> None:
        """The document as a source, and its drafter as the voice of what follows."""
        text = paper.source.text
        note = re.sub(r"^Source:\s*", "", text)
        record: dict[str, Any] = {
            "type": "document", "kind": "document", "title": self.heading(paper) or paper.id,
            "container-title": self.title.get("complete") or self.title.get("title") or self.key,
            "number": paper.number or paper.id.lstrip("d"),
            "URL": f"{ADDRESS}{self.key}/{paper.id}",
            "citation": f"{self.short}, doc. {paper.number or paper.id.lstrip('d')}",
        }  # fmt: skip
        for name in ("publisher", "publisher-place"):
            if name in self.record:
                record[name] = self.record[name]
        dated = paper.when or next(iter(paper.printed), None)
        if dated and not paper.undated:
            record["issued"] = dated.day
        if note:
            record["note"] = note
            found = CLASSIFIED.search(note)
            if found:
                record["classification"] = found.group()
            sentence = re.match(r"(?:[^.]|\.(?=\S)|(?<=\b[A-Z])\.)*", note)
            kept = note[: found.start()] if found else sentence.group() if sentence else note
            archive, _, place = kept.partition(", ")
            record["archive"] = archive.strip(" .:")
            if place:
                record["archive_location"] = place.strip(" .")
        people: list[Person] = []
        named: list[str] = []
        day = dated.day if dated else ""
        for one in drafters(paper.source) or authors(paper.head):
            person = self.people.linked(one.reference) if one.reference else None
            if not one.name:  # "Memorandum of Conversation, by the Secretary of State"
                person = holder_of(self.people, one.title, day, "us") if day else None
            elif person is None or not self.people.plausible(person, one.name):
                fitting, _ = self.people.named(one.name)
                person = fitting[0] if len({p.actor for p in fitting}) == 1 else None
            if person is not None or one.name:
                name = person.name if person else one.name
                record.setdefault("author", []).append(inverted(name))
                named.append(plain_words(SUFFIX.sub("", name)))
            if person is not None:
                people.append(person)
                if not person.listed:  # who drafted a paper is somebody, present or not
                    self.actor(person.actor, person.name, "person")
        if people:
            record["drafter"] = [p.actor for p in people]
            if people[0].state:
                record["side"] = f"actor/{people[0].state}"
        value = json.dumps(record, ensure_ascii=False, sort_keys=True)
        here = f"{self.source}-{paper.id}"
        self.tell(here, "described_as", value=value)
        self.claims.append(
            Claim(here, "contained_in", self.source, about=here, coder=CODER, basis="document",
                  citations=(Citation(self.source, paper.id),),
                  origin=Origin(self.name, paper.line))
        )  # fmt: skip
        self.voice = people[0].actor if people else ""
        self.authors = frozenset(
            [*(p.actor for p in people), *(n.split()[-1] for n in named if plain_words(n))]
        )

    def heading(self, paper: Paper) -> str:
        """The head without the place and date that volumes on line print after it."""
        return AFTER_PARTY.sub("", paper.head.text).strip(" ,.")

    def meeting(self, paper: Paper) -> bool:
        """Claims of a meeting, where the document proves one; whether it does."""
        listed = self.present_in(paper)
        for message in listed.wrong:
            self.warn(message, "read it by hand", "item")
        how = "named in the list of those present"
        if paper.session is not None:
            how = "named in the list of those present at the head of the chapter"
        by_reference = ""
        by_wire = bool(TELEPHONE.search(paper.head.text))
        people = listed.people
        if not people and listed.elsewhere:
            other, sure = self.elsewhere(paper, listed.elsewhere)
            if other is None:
                self.warn(
                    f"the list says '{short_of(listed.elsewhere)}', and no such list is found",
                    "add those present by hand", "cross-reference",
                )  # fmt: skip
                return False
            people = self.present_in(other).people
            how = f"named in the list of {other.id}, to which '{listed.elsewhere}' {sure}"
            by_reference = sure
        if not people:
            people, by_wire = talkers(paper.head, paper.remarks)
            how = "named in the head as one who spoke"
        if not people:
            if CONVERSATION.search(paper.head.text) and not letter(paper.head):
                self.warn(
                    "a conversation without a list of those present",
                    "nobody is taken as present from the text; code it by hand", "no-list",
                )  # fmt: skip
            return False
        first: list[Present] = []
        how_first = "named in the head as the one with whom it was held"
        if listed.also and listed.people and not (first := received_by(paper.head)):
            first, by_wire = talkers(paper.head, paper.remarks)
            how_first = "named in the head as one who spoke"
        if first:
            people = [*first, *people]
        elif listed.also:
            self.warn(
                "the list names those also present; the principals are told in the text alone",
                "add them by hand", "also-present",
            )  # fmt: skip
        node = f"meeting/{self.key}-{paper.key}"
        day = self.dated(paper, node, lasting=True, letter=letter(paper.head) is not None)
        # Where the day of the meeting is not told, the paper's is near enough for who held what.
        near = day[:10] or (paper.when.day if paper.when else "")
        found = self.found(people, near)
        editors = self.also_present(paper, found, near)
        self.head_of(paper, node, by_wire)
        context = context_of((self.heading(paper), *paper.subjects), self.authors)
        told_sides = sides(found, not listed.people and not listed.elsewhere, context)
        told_sides += [sides([one], True, context)[0] for one in editors]
        found += editors
        for number, (present, person, way, sure) in enumerate(found, 1):
            sure = "low" if by_reference == "seems to refer" else sure
            told = how
            if number <= len(first):
                told = how_first
            elif number > len(found) - len(editors):
                told = "named in the source note as also present"
            self.took_part(node, present, person, told_sides[number - 1], told, way, sure, number)
        headed = {one.side for one in people if one.headed and one.side}
        if len(headed) > 1:
            value = "bilateral" if len(headed) == 2 else "multilateral"
            self.tell(node, "format", value=value, memo="by the sides in the list of those present")
        self.meetings.append(
            _Meeting(paper, node, day, frozenset(person.actor for _, person, _, _ in found))
        )
        self.same_meeting(node)
        return True

    def found(self, people: Sequence[Present], day: str) -> list[tuple[Present, Person, str, str]]:
        """Each of those present with the person meant; nobody twice."""
        made: list[tuple[Present, Person, str, str]] = []
        taken: set[str] = set()
        for present in people:
            person, way, sure = self.who(present, day, taken)
            if person.actor in taken and _other_rank(present, person, made):
                # "President Eisenhower" and "Major Eisenhower" are two.
                name = f"{present.title} {present.name}"
                person, way, sure = self.people.add_local(name, person.state), "printed", "medium"
            if person.actor in taken:
                if not present.unnamed:
                    self.warn(f"'{present.told}' stands twice in the list", "", "twice")
                continue
            taken.add(person.actor)
            made.append((present, person, way, sure))
        return made

    def also_present(
        self, paper: Paper, found: Sequence[tuple[Present, Person, str, str]], day: str
    ) -> list[tuple[Present, Person, str, str]]:
        """Those whom the editors' note adds ("Shih Yen-hua was also present")."""
        taken = {person.actor for _, person, _, _ in found}
        made = []
        for present in people_of_item(paper.also)[0] if paper.also.text else []:
            if present.unnamed or not present.name:
                continue
            told = replace(present, told=f"{present.told} was also present")
            person, way, sure = self.who(told, day, taken)
            if person.actor not in taken:
                taken.add(person.actor)
                made.append((told, person, way, sure))
        return made

    def took_part(
        self,
        node: str,
        present: Present,
        person: Person,
        side: tuple[str, str],
        how: str,
        way: str,
        sure: str,
        number: int,
    ) -> None:
        ways = {
            "linked": "the edition links the name",
            "listed": "the name fits one person of the volume's list",
            "function": "the function was held by one person that day",
            "printed": "in no list of persons, known as printed",
            "unnamed": "no name is printed",
        }
        if not person.listed:
            kind = present.unnamed or ("person" if present.name or way == "function" else "role")
            self.actor(person.actor, person.name, kind)
        office = present.function or (
            "" if plain_words(present.title) in HONORIFICS else present.title
        )
        if not present.name and not present.unnamed:
            office = present.title
        elif re.match(r"(?:of|for)\b", office) and plain_words(present.title) not in HONORIFICS:
            office = f"{present.title} {office}".strip()
        office = re.sub(r"^[Tt]he\b ?", "", office)
        while (words := office.split()) and word_of(words[-1]) in HONORIFICS:
            office = " ".join(words[:-1])  # "The Soviet Ambassador, Mr. Gromyko"
        stands_for = self.state(side[0]) if side[0] in STATES else ""
        sure = "medium" if side[1] and sure == "high" else sure
        self.tell(
            person.actor, "took_part", node, about=node, as_told=present.told, order=number,
            confidence=sure, memo=f"{how}; {ways[way]}{side[1]}",
            qualifiers={"roles": present.roles, "side": stands_for, "office": office,
                        "partial": present.partial},
        )  # fmt: skip
        if stands_for and not present.unnamed:
            self.tell(
                person.actor, "represents", stands_for, about=node, as_told=present.told,
                confidence=sure, qualifiers={"office": office, "meeting": node},
            )  # fmt: skip

    def elsewhere(self, paper: Paper, words: str) -> tuple[Paper | None, str]:
        """The paper whose list a cross-reference means: the one it names ("refers"), else the last
        before it of the same day and place ("seems to refer": it may mean a page not printed)."""
        at = self.at[paper.id]
        if found := re.search(r"[Dd]ocument (\d+)", words):
            named = (p for p in self.papers if p.number == found.group(1) and p.lists)
            return next(named, None), "refers"
        for other in reversed(self.papers[:at]):
            same = paper.when and other.when and paper.when.day == other.when.day
            if same and other.place == paper.place and self.present_in(other).people:
                return other, "seems to refer"
        return None, ""

    def dated(self, paper: Paper, node: str, lasting: bool, letter: bool = False) -> str:
        """Claims of the date: of the attributes and as printed, both where they disagree.

        Returns the leading date as EDTF, "" where none is told.
        """
        told = [*([paper.when] if paper.when else []), *paper.printed, *paper.own]
        if lasting and (letter or paper.apart):
            # The date of a telegram or a covering paper is not that of the meeting it reports.
            told = [w for w in paper.own if not any(w.day == other.day for other in told)]
        distinct: list[When] = []
        for when in told:
            for number, other in enumerate(distinct):
                if when.agrees(other):
                    distinct[number] = other.with_hours_of(when)
                    break
            else:
                distinct.append(when)
        good: list[tuple[str, When]] = []
        for when in distinct:
            text = when.edtf(lasting)
            try:
                dates.parse(text)
            except ValueError:
                self.warn(f"the date '{when.printed or text}' is none", "", "date")
                continue
            good.append((text, when))
        # What the dateline prints leads where they disagree: attributes were added later.
        dateline = paper.printed[0] if paper.printed else None
        leading = next((w for _, w in good if dateline and w.agrees(dateline)), None)
        good.sort(key=lambda told: told[1] is not leading)
        leading = good[0][1] if good else None
        for text, when in good:
            memo = ""
            if len(good) > 1:
                memo = "as printed" if when.printed else "by the attributes of the edition"
            first = when is leading
            self.tell(
                node, "dated", value=text, about=node, as_told=when.printed, memo=memo,
                confidence="" if len(good) == 1 else "high" if first else "medium",
            )  # fmt: skip
        if len(good) > 1:
            self.warn(
                "the dates told disagree: " + ", ".join(text for text, _ in good),
                "each is a claim; the node is contested", "dates",
            )  # fmt: skip
        if not good:
            self.warn("no date is told", "it stays undated", "no-date")
        return good[0][0] if good else ""

    def head_of(self, paper: Paper, node: str, by_wire: bool) -> None:
        title = paper.session.title if paper.session else self.heading(paper)
        if paper.subjects and re.fullmatch(
            r"(?:Memorandum (?:of|for) (?:a |the )?(?:Telephone )?(?:Conversation|Record)|"
            r"Notes? (?:of|on) (?:a )?(?:Discussion|Meeting))", title,
        ):  # fmt: skip
            title = f"{title}: {paper.subjects[0]}"
        self.tell(node, "titled", value=title or paper.id)
        several = re.search(r"\b(?:Memoranda of Conversation|Conversations Between)\b", title)
        self.tell(node, "scope", value="series" if several else "encounter")
        self.tell(node, "channel", value="telephone" if by_wire else "in-person")
        self.place(paper, node)
        for subject in dict.fromkeys(paper.subjects):
            self.tell(node, "topic", value=subject)
        if paper.venue:
            self.tell(node, "remark", value=paper.venue)
        for note in dict.fromkeys(paper.notes):
            self.tell(node, "remark", value=f"Footnote to the list of those present: {note}")
            if _CORRECTION.search(note):
                self.warn(
                    f"a footnote to the list says: {short_of(note)}",
                    "see whether it corrects who was there", "footnote",
                )  # fmt: skip

    def place(self, paper: Paper, node: str) -> None:
        key = slug(paper.place)
        if not key or key == "undated":
            return
        # The volume's own reading names it, in each of its spellings.
        self.places.setdefault(key, {}).setdefault(paper.place, paper.id)
        self.tell(node, "held_at", f"place/{key}", about=node)

    def same_meeting(self, node: str) -> None:
        """Link a meeting to the one before it that has the same hour, place and people."""
        made = self.meetings[-1]
        if not made.date or len(made.present) < 2:
            return
        here = self.at[made.paper.id]
        for other in reversed(self.meetings[:-1]):
            apart = here - self.at[other.paper.id]
            if apart > 6:
                return
            hour = "T" in made.date
            if (
                other.date == made.date
                and other.paper.place == made.paper.place
                and other.present == made.present
                and (hour or apart <= 2)
            ):
                why = "day, hour, place and people" if hour else "day, place and people"
                self.tell(
                    node, "part_of", other.node, about=node, said_by="",
                    confidence="high" if hour else "medium",
                    memo=f"two documents on one meeting: {other.paper.key} has the same {why}",
                )  # fmt: skip
                return

    def letter(self, paper: Paper) -> bool:
        """Claims of a letter, telegram or message; whether the head names both ends."""
        read = letter(paper.head)
        if read is None:
            if ACT.match(paper.head.text) and not NO_ACT.match(paper.head.text):
                self.warn("sender or addressee is not named in the head", "", "letter")
            return False
        kind, senders, addressees = read
        node = f"ritual/{self.key}-{paper.id}"
        self.tell(node, "titled", value=self.heading(paper) or kind)
        oral = kind.startswith("Oral")
        self.tell(node, "ritual_kind", value="statement" if oral else "letter")
        if not oral:
            self.tell(node, "channel", value="letter")
        day = self.dated(paper, node, lasting=False)
        self.place(paper, node)
        if paper.received:
            self.tell(node, "remark", value=paper.received)
        sent = (day[:10] or self.year_about(paper)) if paper.received else ""
        arrived = received_when(paper.received, sent)
        for part, ends in (("initiator", senders), ("recipient", addressees)):
            for present in ends:
                self.performed(
                    node, present, part, day[:10], arrived if part == "recipient" else ""
                )
        return True

    def year_about(self, paper: Paper) -> str:
        """The year of an undated paper, where the ones before and after it are of one year."""
        at = self.at[paper.id]

        def first(papers: Iterable[Paper]) -> str:
            dated = (p.when for p in papers if p.when and not p.when.vague)
            return next((when.day[:4] for when in dated), "")

        before = first(self.papers[n] for n in range(at - 1, -1, -1))
        after = first(self.papers[n] for n in range(at + 1, len(self.papers)))
        return before if before == after else ""

    def performed(
        self, node: str, present: Present, part: str, day: str, received: str = ""
    ) -> None:
        behalf = ""
        if present.unnamed == "state":
            actor = self.state(present.side)
        elif present.unnamed == "organisation":
            actor = f"actor/frus-{slug(present.function) or 'office'}"
            self.actor(actor, present.function, "organisation")
        else:
            person, _, _ = self.who(present, day, set())
            actor = person.actor
            if not person.listed:
                self.actor(actor, person.name, "person" if present.name else "role")
            own = person.state or state_of(f"{present.title}, {present.function}")
            behalf = self.state(own) if own in STATES else ""
        self.tell(
            actor, "performed", node, about=node, as_told=present.told, said_by="",
            qualifiers={"part": part, "on_behalf_of": behalf, "received": received},
        )  # fmt: skip

    def volume(self) -> tuple[list[Claim], list[Fault]]:
        """The volume as a source, and the states and places that it names."""
        self.paper, self.claims, self.faults, self.voice, self.told = None, [], [], "", set()
        record = {
            "type": "book", "kind": "document", "citation": self.short,
            "title": self.title.get("complete") or self.title.get("title") or self.key,
            "collection-title": "Foreign Relations of the United States",
            "URL": f"{ADDRESS}{self.key}", **self.record,
        }  # fmt: skip
        if number := self.title.get("volumenumber"):
            record["volume"] = re.sub(r"^Volume\s+", "", number)
        self.tell(
            self.source, "described_as",
            value=json.dumps(record, ensure_ascii=False, sort_keys=True), locator="title page",
        )  # fmt: skip
        for key, where in sorted(self.states.items()):
            kind = "organisation" if key in ORGANISATIONS else "state"
            self.tell(f"actor/{key}", "named", value=STATES[key].name, locator=where or "persons")
            self.tell(f"actor/{key}", "is_a", value=kind, locator=where or "persons")
        for key, spellings in sorted(self.places.items()):
            for count, (name, where) in enumerate(spellings.items()):
                told = "also_named" if count else "named"
                self.tell(f"place/{key}", told, value=name, locator=where)
        return self.claims, self.faults

    def persons(self) -> tuple[list[Claim], list[Fault]]:
        """The list of persons: names, offices as printed, the state each served."""
        self.paper, self.claims, self.faults, self.voice, self.told = None, [], [], "", set()
        for person in self.people.all:
            common: dict[str, Any] = {"locator": "persons", "line": self.persons_line}
            self.tell(person.actor, "named", value=person.name, as_told=person.printed, **common)
            self.tell(person.actor, "is_a", value="person", **common)
            for other in dict.fromkeys(person.others):
                if other != person.name:
                    self.tell(person.actor, "also_named", value=other, **common)
            for predicate, date, words in lifetime(person.printed, person.role):
                self.tell(person.actor, predicate, value=date, as_told=words, **common)
            if person.role:
                self.tell(person.actor, "remark", value=person.role, **common)
            else:
                self.warn(f"{person.name} has no office in the list of persons", "", "role")
            if person.state in STATES:
                told = person.offices
                one = told[0] if len(told) == 1 else None
                self.tell(
                    person.actor, "represents", self.state(person.state), as_told=person.role,
                    qualifiers={"office": one.title if one else "",
                                "period": one.period if one else ""},
                    **common,
                )  # fmt: skip
        return self.claims, self.faults


def is_frus(path: Path, name: str = "") -> bool:
    """Whether a file is a volume of FRUS, told by its root element and first 64 KiB.

    name: how the file is called in messages. DataError where it is no XML or has a document type.
    """
    root = tei.root_of(path, name)
    known = ("history.state.gov", "Foreign Relations of the United States")
    return (
        root.name == FRUS.root
        and root.namespace == FRUS.namespace
        and any(word in " ".join(root.beginning.split()) for word in known)
    )


def read_volume(path: Path, name: str) -> Iterator[Reading]:
    """The readings of one volume: `<name>#volume`, `<name>#persons`, then `<name>#<document>`.

    name: the path of the file as the graph knows it. The whole file is read before the first
    reading comes, so that one which breaks off (DataError) asserts nothing. Warnings say what could
    not be read, each with its document.
    """
    from visavis.ingest.run import Reading  # the run imports this module

    volume = _Volume(name, path.stem, FRUS)
    volume.read(path)
    left_out = list(volume.faults)
    volume.gather()
    readings: list[Reading] = []
    for paper in volume.papers:
        kind, claims, faults = volume.document(paper)
        readings.append(Reading(f"{name}#{paper.id}", kind, claims, faults))
    persons = Reading(f"{name}#persons", "frus-persons", *volume.persons())
    whole = Reading(f"{name}#volume", "frus-volume", *volume.volume())
    whole.faults += left_out
    yield whole
    yield persons
    yield from readings
