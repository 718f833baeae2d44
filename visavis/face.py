"""The Python face: a project, and its answers as frames.

```python
import visavis

with visavis.open() as g:
    g.ingest()
    chain = g.chain("reagan", "gorbachev")
    chain.frame()              # Polars; chain.frame().to_pandas() with the extra `pandas`
    print(chain)               # the text, each line with its citation
    chain.save("chain.svg")
```
"""

from __future__ import annotations

import html
import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from visavis.graph.connect import Graph, connect
from visavis.graph.lock import consistently
from visavis.graph.project import find_project
from visavis.schema.errors import NotFoundError

if TYPE_CHECKING:
    import polars

    from visavis.exchange.folder import Exported
    from visavis.ingest.run import Report
    from visavis.queries.library import Question

__all__ = ["Answer", "Project", "open"]

_MOVING = "the graph was being written to while this was read; ask again when the ingest is done"


def open(
    project: Path | str | None = None, url: str | None = None, *, read_only: bool = False
) -> Project:
    """The project of `project` (a folder; found upwards from here if left out), opened.

    url: a Bolt server (`bolt://`, `neo4j://`, with `+s`); else NEO4J_URI; else the project's own
    local server, started when needed. read_only: connect as the engine's reader.
    Raises EngineError where the database cannot be reached.
    """
    root = Path(project).resolve() if project is not None else find_project()
    address = url or os.environ.get("NEO4J_URI")
    return Project(root, connect(address, project=root, read_only=read_only))


class Answer:
    """Rows with named columns: a frame, a table in a notebook, text on a terminal."""

    def __init__(
        self,
        columns: Sequence[str],
        rows: Sequence[Mapping[str, Any]],
        *,
        cut: str = "",
        summary: str = "",
        text: Sequence[tuple[str, str]] = (),
        draw: Callable[[Path], None] | None = None,
    ) -> None:
        self.columns = list(columns)
        self._rows = [dict(row) for row in rows]
        self.cut = cut
        self.summary = summary
        self._text = list(text)
        self._draw = draw

    def rows(self) -> list[dict[str, Any]]:
        """The rows as plain data."""
        return self._rows

    def frame(self) -> polars.DataFrame:
        """The rows as a Polars frame (`.to_pandas()` needs the extra `pandas`)."""
        import polars

        data = {c: [row.get(c) for row in self._rows] for c in self.columns}
        return polars.DataFrame(data, strict=False)

    def to_pandas(self) -> Any:
        """The rows as a pandas frame."""
        return self.frame().to_pandas()

    def lines(self) -> list[tuple[str, str]]:
        """The answer as text: (style, line); style is heading, line or note."""
        return self._text or [("line", "  ".join(str(v) for v in r.values())) for r in self._rows]

    def remark(self, text: str) -> None:
        """Add what a reader must know of the whole answer."""
        self.cut = "; ".join(filter(None, (self.cut, text)))
        if self._text:
            self._text.append(("note", text))

    def save(self, path: Path | str) -> None:
        """Draw the answer to a .svg or .png file."""
        if self._draw is None:
            raise NotFoundError("this answer has no picture")
        self._draw(Path(path))

    def __len__(self) -> int:
        return len(self._rows)

    def __str__(self) -> str:
        return "\n".join(line for _, line in self.lines())

    def __repr__(self) -> str:
        return f"<Answer of {len(self)} rows: {', '.join(self.columns)}>"

    def _repr_html_(self) -> str:
        if self._text:
            body = "".join(
                f"<p>{'<b>' if s == 'heading' else ''}{html.escape(t)}"
                f"{'</b>' if s == 'heading' else ''}</p>"
                for s, t in self._text
                if t
            )
            return f"<div>{body}</div>"
        head = "".join(f"<th>{html.escape(c)}</th>" for c in self.columns)
        body = "".join(
            "<tr>"
            + "".join(f"<td>{html.escape(_plain(row.get(c)))}</td>" for c in self.columns)
            + "</tr>"
            for row in self._rows
        )
        return f"<table><tr>{head}</tr>{body}</table>"


def _plain(value: Any) -> str:
    if value is None:
        return ""
    return "; ".join(map(str, value)) if isinstance(value, list) else str(value)


class Project:
    """An open project: its files (`root`) and its graph.

    Actors, encounters and sources are named as people type them ("gorbachev"); where several fit
    or none does, NotFoundError says which. Every answer is an `Answer`.
    """

    def __init__(self, root: Path, graph: Graph) -> None:
        self.root = root
        self.graph = graph
        self._asked = False

    # -- files in -----------------------------------------------------------------------------

    def ingest(
        self,
        *paths: Path | str,
        shipped: bool = False,
        wait: float = 60.0,
        progress: Callable[[int, int, str], None] | None = None,
    ) -> Report:
        """Make the graph agree with the files: the whole project, or the paths named.

        Returns a Report of documents added, changed, removed, and of every fault. A file with
        faults is left out whole. Raises DataError for a path that is not there, BusyError where
        another ingest goes on for longer than `wait` seconds.
        """
        from visavis.ingest.run import ingest

        return ingest(
            self.graph,
            self.root,
            [Path(p) for p in paths],
            with_shipped=shipped,
            wait=wait,
            progress=progress,
        )

    def _ask(self, work: Callable[[Graph], Answer]) -> Answer:
        """What `work` answers, read again where a commit cut through its reading."""
        graph = self._ready()
        answer, quiet = consistently(graph, lambda: work(graph))
        if not quiet:
            answer.remark(_MOVING)
        return answer

    def _ready(self) -> Graph:
        """The graph to ask; NotFoundError, saying what to do, where nothing was ever ingested."""
        if not self._asked:
            if not self.graph.rows("MATCH (v:Visavis {id: 'schema'}) RETURN v.id AS id"):
                steps = ["visavis demo    the shipped cases", "visavis ingest  your own files"]
                raise NotFoundError("nothing has been ingested yet; begin with", steps)
            self._asked = True
        return self.graph

    # -- questions ----------------------------------------------------------------------------

    def chain(
        self,
        a: str,
        b: str,
        *,
        from_: str = "",
        to: str = "",
        coder: str = "",
        source: str = "",
        leads: bool = False,
    ) -> Answer:
        """The relationship chain of two actors: every act between them in order, with citations."""
        from visavis.exchange import prose
        from visavis.queries.relationship import relationship

        def ask(graph: Graph) -> Answer:
            found = relationship(
                graph,
                a,
                b,
                from_=from_ or None,
                to=to or None,
                leads=leads,
                coder=coder or None,
                source=source or None,
            )

            def draw(path: Path) -> None:
                from visavis.exchange.picture import picture

                picture(found, path)

            rows, text = prose.as_rows(found), prose.paragraphs(found)
            return Answer(prose.COLUMNS, rows, text=text, draw=draw)

        return self._ask(ask)

    def path(
        self,
        a: str,
        b: str,
        *,
        from_: str = "",
        to: str = "",
        gap: int | None = None,
        roles: Sequence[str] | None = None,
        certain: bool = False,
        earliest: bool = False,
        most: int = 8,
        limit: int = 3,
    ) -> Answer:
        """Chains of encounters in order of time from one actor to another."""
        from visavis.queries import chains

        def ask(graph: Graph) -> Answer:
            found = chains.paths(
                graph,
                a,
                b,
                from_=from_ or None,
                to=to or None,
                max_gap_days=gap,
                roles=roles,
                certain_only=certain,
                arrange="earliest" if earliest else "fewest",
                most=most,
                limit=limit,
            )
            rows, text = chains.as_rows(found), chains.lines(found)
            return Answer(chains.COLUMNS, rows, text=text, cut=found.cut)

        return self._ask(ask)

    def reach(
        self,
        actor: str,
        *,
        from_: str = "",
        by: str = "",
        roles: Sequence[str] | None = None,
        certain: bool = False,
        limit: int = 1000,
    ) -> Answer:
        """Whom an actor could have reached by a day: certain ones first, then by day."""
        from visavis.queries import chains

        def ask(graph: Graph) -> Answer:
            everyone = chains.reach(
                graph, actor, from_=from_ or None, by=by or None, roles=roles, certain_only=certain
            )
            more = len(everyone) - limit
            cut = f"{more:,} more were reached; give a higher limit" if more > 0 else ""
            rows = chains.reach_rows(graph, everyone[:limit])
            return Answer(chains.REACH_COLUMNS, rows, cut=cut)

        return self._ask(ask)

    def query(
        self,
        question: str | Question,
        *,
        limit: int = 1000,
        timeout: float = 60.0,
        **values: Any,
    ) -> Answer:
        """A question of the library by name, or a .cypher file with the same header."""
        from visavis.queries import library

        asked = library.question(question) if isinstance(question, str) else question

        def ask(graph: Graph) -> Answer:
            table = library.run(graph, asked, values, limit=limit, timeout=timeout)
            cut = f"cut at {limit:,} rows; give a higher limit" if table.truncated else ""
            return Answer(table.columns, table.rows, cut=cut, summary=table.note)

        return self._ask(ask)

    def cypher(
        self,
        text: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        limit: int = 10_000,
        timeout: float = 60.0,
    ) -> Answer:
        """Cypher of your own, read-only by the engine's word, within a limit of time and rows."""
        reader = self.graph.reader()
        try:
            rows = reader.rows(text, parameters, limit=limit, timeout=timeout)
        finally:
            if reader is not self.graph:
                reader.close()
        columns = list(rows[0]) if rows else []
        return Answer(columns, rows, cut=f"cut at {limit} rows" if rows.truncated else "")

    def actor(self, name: str) -> dict[str, Answer]:
        """An actor: who it is, its encounters, what passed with whom."""
        names = ("who-is", "offices", "ritual-chain", "most-met", "given-and-received")
        return self._sections((*names, "domination", "bonds"), actor=name)

    def meeting(self, name: str) -> dict[str, Answer]:
        """An encounter: what it was, who took part, what was done, what is not coded."""
        names = (
            "encounter",
            "participants",
            "acts",
            "qualities",
            "outcomes",
            "scripts",
            "contested",
        )
        return self._sections((*names, "uncoded"), meeting=name)

    def _sections(self, names: Sequence[str], **values: Any) -> dict[str, Answer]:
        from visavis.queries import library

        return {library.question(name).title: self.query(name, **values) for name in names}

    def evidence(self, what: str) -> Answer:
        """The claims behind a node, an edge or a claim, with their sources."""
        return self.query("evidence", element=what)

    def search(self, words: str, *, limit: int = 20) -> Answer:
        """Full text over encounters, actors, claims and sources; accents do not matter."""
        return self.query("search", text=words, limit=limit)

    # -- judgements ---------------------------------------------------------------------------

    def falls(self, target: str) -> Answer:
        """What would fall if `target` (source/.., coder/.., c-..) were withdrawn."""
        found = self.query("falls", of=target, limit=100_000)
        kinds = Counter(row["what"] for row in found.rows())
        counts = ", ".join(f"{n:,} {what}{'s' * (n != 1)}" for what, n in kinds.items())
        found.summary = f"With {target} would fall: {counts or 'nothing'}."
        return found

    def withdraw(self, target: str, *, why: str = "", by: str = "") -> Report:
        """Withdraw `target`: a line in judgements.yaml, and the graph as if it had never been."""
        from visavis.ingest.judgements import add_withdrawal

        add_withdrawal(self.root, target, why, by)
        return self._rejudge()

    def give_back(self, target: str) -> Report:
        """Take a withdrawal back: its line goes, and what fell returns."""
        from visavis.ingest.judgements import remove_withdrawal

        remove_withdrawal(self.root, target)
        return self._rejudge()

    def _rejudge(self) -> Report:
        """Write again only what the judgements touch."""
        from visavis.ingest.run import ingest

        return ingest(self.graph, self.root, judgements_only=True)

    # -- out ----------------------------------------------------------------------------------

    def export(self, folder: Path | str, *, everything: bool = False) -> Exported:
        """Write claims, nodes and edges as JSON lines and CSV into `folder`.

        everything: also what is restricted or confidential, and informants' names.
        """
        from visavis.exchange.folder import export_folder

        return export_folder(self.graph, Path(folder), everything=everything)

    def status(self) -> list[dict[str, Any]]:
        """The project, its database, and what is in the graph, as rows of `what` and `value`."""
        from visavis.graph.lock import revision
        from visavis.graph.write import read_state, stored_documents

        documents = stored_documents(self.graph)
        state = read_state(self.graph) if documents else {"withdrawn": [], "same": {}}
        rows: list[dict[str, Any]] = [
            {"what": "project", "value": str(self.root)},
            {"what": "database", "value": f"{self.graph.engine} at {self.graph.address}"},
            {"what": "documents", "value": len(documents)},
            {"what": "claims", "value": sum(d.claims for d in documents.values())},
        ]
        for label in ("Actor", "Meeting", "Ritual", "Source"):
            found = self.graph.rows(f"MATCH (n:{label}) RETURN count(n) AS n")
            rows.append({"what": label.lower() + "s", "value": found[0]["n"]})
        rows.append({"what": "revision", "value": revision(self.graph) if documents else 0})
        rows += [{"what": "withdrawn", "value": target} for target in state["withdrawn"]]
        if not documents:
            rows.append({"what": "next", "value": "visavis demo, or visavis ingest"})
        return rows

    def close(self) -> None:
        """Close the connection. The local server goes on, and stops by itself when long idle."""
        self.graph.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<visavis project {self.root.name} on {self.graph.engine}>"
