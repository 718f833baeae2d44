"""Commands of the library: sources, texts with citations, and candidates to review."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from visavis import cli_sources
from visavis.schema.errors import DataError
from visavis.shell import (
    Progress,
    console,
    counted,
    near,
    note,
    print_faults,
    print_report,
    project,
    project_root,
    root_or_here,
    say,
    show,
)

if TYPE_CHECKING:
    from visavis.ingest.candidates import Candidate, Names, Sheet, TextReport

__all__ = ["app", "ingest_texts", "texts_among"]

app = typer.Typer()


# -- texts in -------------------------------------------------------------------------------------


def texts_among(paths: list[Path], bibliography: list[Path]) -> list[Path]:
    """Of the files named, those that are running text."""
    from visavis.ingest import pages

    like = [p for p in paths if p.suffix.lower() in pages.ENDINGS and p.is_file()]
    if not bibliography:
        like = [p for p in like if p.suffix.lower() not in (".xml", ".nxml")]
    if not like:
        return []
    from visavis.ingest.candidates import is_text

    return [p for p in like if is_text(p)]


def ingest_texts(
    paths: list[Path],
    bibliography: list[Path],
    source: str,
    report_to: Path | None,
    wait: float,
    *,
    join: bool = True,
) -> int:
    """Read texts for their citations; what else is named, and a bibliography of the project, is
    ingested as ever. Returns the exit code."""
    from visavis.ingest.candidates import read_in

    texts = texts_among(paths, bibliography)
    if source and len(texts) > 1:
        raise typer.BadParameter("--source names one text; read the others by themselves")
    root = root_or_here().resolve()
    others = [p for p in paths if p not in texts]
    inside = [b for b in bibliography if b.resolve().is_relative_to(root)]
    plain: dict[str, Any] = {}
    code = 0
    if others or inside:
        with project() as g, Progress("Ingesting") as progress:
            done = g.ingest(*others, *inside, join=join, wait=wait, progress=progress)
            waiting = cli_sources.waiting(g, done)
        print_faults(done.faults)
        print_report(done)
        if waiting:
            say(waiting)
        plain, code = done.as_dict(), int(bool(done.faulty))
    found = [read_in(root, path, bibliography=bibliography, source=source) for path in texts]
    for report in found:
        print_faults(f for f in report.faults if f.severity == "error" and not inside)
        _print_text(report)
    outside = [near(b) for b in bibliography if b not in inside]
    if outside:
        note(f"{', '.join(outside)} lies outside the project: used here, and not in the graph.")
    if report_to:
        citations = [{"file": r.name, **c} for r in found for c in r.citations]
        doubtful = [{"file": r.name, **c} for r in found for c in r.doubtful]
        about = [
            {k: v for k, v in r.as_dict().items() if k not in ("citations", "doubtful")}
            for r in found
        ]
        plain |= {"texts": about, "citations": citations, "doubtful": doubtful}
        text = json.dumps(plain, ensure_ascii=False, indent=1)
        report_to.write_text(text + "\n", encoding="utf-8")
    return code


def _print_text(report: TextReport) -> None:
    missing = [c for c in report.citations if not c["source"]]
    say(
        f"{report.name}: {counted(len(report.citations), 'citation')}, {report.resolved:,} "
        f"resolved, "
        f"{len(missing):,} unresolved, {len(report.doubtful):,} doubtful."
    )
    say(f"Pages: {report.pages or 'none are told; paragraphs are counted'}.")
    for what, rows in (("unresolved", missing), ("doubtful", report.doubtful)):
        for row in rows[:12]:
            close = ", ".join(c["source"] for c in row.get("candidates", ())[:3])
            say(
                f"  {what}: {row['citation']} ({row['page']})"
                + (f"; near: {close}" if close else "")
            )
        if len(rows) > 12:
            say(f"  and {len(rows) - 12} more {what}; --report writes them all")
    say(
        f"{counted(report.new + report.kept, 'candidate')} in {report.sheet} ({report.new} new"
        + (f", {report.gone} decided and gone from the text" if report.gone else "")
        + "). Next: visavis review"
    )


# -- review ---------------------------------------------------------------------------------------

_KEYS = "a accept  e edit  r reject  l later  b back  q quit"


@app.command()
def review(
    path: Annotated[
        Path | None, typer.Argument(help="a file of candidates; all if left out")
    ] = None,
    coder: Annotated[str, typer.Option(help="who decides; else the coder of visavis.yaml")] = "",
    everything: Annotated[
        bool, typer.Option("--all", help="also those that are decided already")
    ] = False,
    apply: Annotated[
        bool, typer.Option("--apply", help="ask nothing; write the case files of what is accepted")
    ] = False,
    listing: Annotated[bool, typer.Option("--list", help="how many are decided how")] = False,
    form: Annotated[str, typer.Option("--format", "-f", help="table, json or csv")] = "table",
) -> None:
    """Go through claim candidates: accept, edit, reject, later. Quitting keeps what was done.

    What is accepted is written as case files in cases/; visavis ingest then brings it in.
    """
    from visavis.ingest import candidates

    root = project_root() if path is None else root_or_here()
    chosen = [path] if path else candidates.files(root)
    if not chosen:
        note(
            "There are no candidates yet; begin with: visavis ingest chapter.txt --bibliography "
            "refs.bib"
        )
        raise typer.Exit(1)
    sheets = [candidates.load(p) for p in chosen]
    if listing:
        rows = [
            {"file": near(s.path), "text": s.text, "source": s.source, **s.counts()} for s in sheets
        ]
        show(rows, ["file", "text", "source", "later", "accept", "reject", "gone"], form)
        return
    faulty = False
    for sheet in sheets:
        if not apply:
            going = _Review(root, sheet, coder, everything).run()
        done = candidates.confirm(root, sheet)
        print_faults(done.faults)
        errors = any(f.severity == "error" for f in done.faults)
        faulty |= errors
        for file in done.files:
            say(f"Wrote {near(file)}.")
        if errors:
            note("Case files with faults were not written; mend the candidates named above.")
        elif done.files:
            accepted = sheet.counts()["accept"]
            say(f"{counted(accepted, 'candidate')} confirmed. Next: visavis ingest")
        if not apply and not going:
            break
    raise typer.Exit(1 if faulty else 0)


class _Review:
    """One pass through a file of candidates on a terminal, or with answers from a pipe."""

    def __init__(self, root: Path, sheet: Sheet, coder: str, everything: bool) -> None:
        from visavis.ingest import candidates
        from visavis.ingest.registers import project_coder

        self.sheet = sheet
        self.coder = coder or project_coder(root)
        self.names: Names = candidates.names(root)
        self.todo = [
            c for c in sheet.candidates if not c.gone and (everything or c.decision == "later")
        ]
        self.last = ""

    def run(self) -> bool:
        """Ask for each; False where the reviewer quits."""
        if not self.coder:
            raise typer.BadParameter("say who decides", param_hint="--coder")
        if not self.todo:
            say(f"{near(self.sheet.path)}: nothing is left to decide ({self._counts()}).")
            return True
        at = 0
        while at < len(self.todo):
            candidate = self.todo[at]
            self._page(candidate, at)
            answer = self._ask(f"{_KEYS} > ")
            if answer is None or answer in ("q", "quit"):
                say(f"Kept: {self._counts()}.")
                return False
            word = answer.lower()
            if word in ("b", "back"):
                at = max(at - 1, 0)
                continue
            if word in ("a", "accept", "e", "edit"):
                if not self._accept(candidate, edit=word.startswith("e")):
                    continue
            elif word in ("r", "reject"):
                self._decide(candidate, "reject")
            elif word in ("l", "later", ""):
                self._decide(candidate, "later")
            else:
                say(f"'{answer}' is none of: {_KEYS}")
                continue
            at += 1
        say(f"Done: {self._counts()}.")
        return True

    def _counts(self) -> str:
        return ", ".join(f"{n} {word}" for word, n in self.sheet.counts().items() if n)

    def _ask(self, prompt: str) -> str | None:
        sys.stdout.write(prompt)
        sys.stdout.flush()
        line = sys.stdin.readline()
        if not sys.stdin.isatty():
            say(line.strip())
        return line.strip() if line else None

    def _page(self, c: Candidate, at: int) -> None:
        from rich.padding import Padding
        from rich.text import Text

        out = console()
        out.width = min(out.width, 100)
        say()
        say(f"{at + 1} of {len(self.todo)}   {self.sheet.text}, {c.page}   [{c.id}]   {c.decision}")
        out.print(Padding(Text(c.text), (0, 2)))
        for cite in c.cites:
            told = cite.get("source") or "unresolved" + (
                f"; near: {', '.join(cite['near'])}" if cite.get("near") else ""
            )
            say(f"  cites    {cite.get('printed', '')} -> {told}")
        for word, keys in (("people", c.actors), ("places", c.places), ("acts", c.terms)):
            if keys:
                say(f"  {word:8} {', '.join(keys)}")
        for name, keys in c.ambiguous.items():
            say(f"  unsure   {name}: {' or '.join(keys)}")
        for key in c.encounters:
            say(f"  perhaps  {key}: {self.names.cases.get(key, '')}")
        if c.remark:
            say(f"  remark   {c.remark}")

    def _accept(self, c: Candidate, *, edit: bool) -> bool:
        """Ask what it is told of and, on edit, for the words; False where that was left open."""
        guess = c.case or c.on or (c.encounters[0] if c.encounters else self.last)
        key = self._key(f"encounter or actor{f' [{guess}]' if guess else ''} > ", guess)
        if not key:
            return False
        fields: dict[str, Any] = (
            {"case": key, "on": ""} if key in self.names.cases else {"case": "", "on": key}
        )
        if edit:
            if fields["case"]:
                on = (
                    self._ask("told of an actor, phase or act of it (Enter: of the whole) > ") or ""
                )
                fields["on"] = on
            remark = self._ask("statement in your own words (Enter: the passage) > ") or ""
            fields["remark"] = remark or c.remark
            fields["quote"] = self._ask("a few words to quote (Enter: none) > ") or c.quote
            fields["note"] = self._ask("note (Enter: none) > ") or c.note
        self.last = key
        self._decide(c, "accept", **fields)
        return True

    def _key(self, prompt: str, guess: str) -> str:
        from rapidfuzz import process

        known = {**self.names.actors, **self.names.cases}
        while True:
            answer = self._ask(prompt)
            if answer is None:
                return ""
            key = answer or guess
            if key in known:
                return key
            if not key or key == "-":
                return ""
            close = [k for k, v in known.items() if v.lower() == key.lower()]
            if len(close) == 1:
                return close[0]
            hits = process.extract(
                key, {k: f"{k} {v}" for k, v in known.items()}, limit=4, score_cutoff=55
            )
            close_to = f"; near: {', '.join(h[2] for h in hits)}" if hits else ""
            say(f"  nothing is called '{key}'{close_to}; - leaves it open")

    def _decide(self, c: Candidate, decision: str, **fields: Any) -> None:
        from visavis.ingest import candidates

        day = date.today().isoformat() if decision != "later" else ""
        try:
            candidates.decide(self.sheet, c.id, decision, coder=self.coder, on_day=day, **fields)
        except DataError as error:
            print_faults(error.faults)
            return
        candidates.save(self.sheet)
