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
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

from visavis.graph.connect import Graph, connect
from visavis.graph.lock import consistently
from visavis.graph.project import find_project
from visavis.schema.errors import DataError, NotFoundError, VisavisError

if TYPE_CHECKING:
    import polars

    from visavis.exchange.forms import Sent
    from visavis.exchange.frames import Frames
    from visavis.exchange.leaving import Exported
    from visavis.exchange.publish import Publication
    from visavis.ingest.frus_joins import Suggestion
    from visavis.ingest.judgements import Judgement
    from visavis.ingest.run import Report
    from visavis.queries.library import Question

__all__ = ["Answer", "Project", "open"]

T = TypeVar("T")

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
        join: bool = True,
        wait: float = 60.0,
        progress: Callable[[int, int, str], None] | None = None,
    ) -> Report:
        """Make the graph agree with the files: the whole project, or the paths named.

        Returns a Report of documents added, changed, removed, and of every fault. A file with
        faults is left out whole. join: persons of several archive volumes who are certainly one are
        judged so, by a line in judgements.yaml (`report.joined`); `undo` takes it back. Raises
        DataError for a path that is not there, BusyError where another ingest goes on for longer
        than `wait` seconds.
        """
        from visavis.ingest.run import ingest

        return ingest(
            self.graph,
            self.root,
            [Path(p) for p in paths],
            with_shipped=shipped,
            join=None if join else False,
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

        roles = self._roles(roles)

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

        roles = self._roles(roles)

        def ask(graph: Graph) -> Answer:
            everyone = chains.reach(
                graph, actor, from_=from_ or None, by=by or None, roles=roles, certain_only=certain
            )
            more = len(everyone) - limit
            cut = f"{more:,} more were reached; give a higher limit" if more > 0 else ""
            rows = chains.reach_rows(graph, everyone[:limit])
            return Answer(chains.REACH_COLUMNS, rows, cut=cut)

        return self._ask(ask)

    def _roles(self, roles: Sequence[str] | None) -> list[str] | None:
        """Roles as the vocabulary has them; NotFoundError for one that it lacks."""
        from visavis.ingest.run import project_vocabulary
        from visavis.queries.chains import ANY
        from visavis.schema.text import closest

        if roles is None or tuple(roles) == ANY:
            return None if roles is None else list(roles)
        terms, _ = project_vocabulary(self.root)
        found = []
        for role in roles:
            term = terms.find("role", role)
            if term is None:
                known = terms.scheme("role")
                close = closest(role, known)
                raise NotFoundError(f"no role '{role}'", [close] if close else sorted(known))
            found.append(term.slug)
        return found

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
        """What would fall if `target` (source/.., coder/.., c-..) were withdrawn.

        NotFoundError for what cannot be, or is withdrawn already."""
        from visavis.ingest import judgements
        from visavis.schema.model import model

        kind, slash, _ = target.partition("/")
        if slash and kind != "source" and kind.capitalize() in model().labels:
            raise NotFoundError(f"'{target}' is no source, coder or claim, which may be withdrawn")
        for line in judgements.lines(self.root):
            if line.what == "withdraw" and target in (line.ids[0], *line.ids[0].split("/")[1:]):
                told = f"'{line.ids[0]}' is withdrawn already, in line {line.line} of"
                steps = [
                    f"visavis withdraw {line.ids[0]} --undo    to take it back",
                    "visavis ingest    where the graph does not follow yet",
                ]
                raise NotFoundError(f"{told} {judgements.FILE}", steps)
        found = self.query("falls", of=target, limit=100_000)
        kinds = Counter(row["what"] for row in found.rows())
        counts = ", ".join(f"{n:,} {what}{'s' * (n != 1)}" for what, n in kinds.items())
        found.summary = f"With {target} would fall: {counts or 'nothing'}."
        return found

    def withdraw(self, target: str, *, why: str = "", by: str = "") -> Report:
        """Withdraw `target`: a line in judgements.yaml, and the graph as if it had never been."""
        from visavis.ingest.judgements import add_withdrawal
        from visavis.queries.find import one

        if not target.startswith(("source/", "coder/", "c-")):
            target = one(self._ready(), "source", target)
        return self._judge(lambda: add_withdrawal(self.root, target, why, by))[1]

    def give_back(self, target: str) -> Report:
        """Take a withdrawal back: its line goes, and what fell returns."""
        from visavis.ingest.judgements import remove_withdrawal

        return self._judge(lambda: remove_withdrawal(self.root, target))[1]

    def who(self, names: Sequence[str]) -> list[str]:
        """The identifiers of the actors, or else of the sources, that `names` name.

        A name that fits one record alone is that record; of several judged to be one it is the
        one at which their edges end. NotFoundError as for any name.
        """
        from visavis.queries.find import find, one

        kinds = [k for k in ("actor", "source") if any(n.startswith(f"{k}/") for n in names)]
        graph = self._ready()
        fits: dict[str, list[list[Any]]] = {}
        for kind in kinds or ("actor", "source"):
            fits[kind] = [find(graph, kind, name) for name in names]
            if all(fits[kind]):
                break
        kind = max(fits, key=lambda each: sum(map(bool, fits[each])))
        pairs = zip(names, fits[kind], strict=True)
        return [fit[0].id if len(fit) == 1 else one(graph, kind, name) for name, fit in pairs]

    def same(self, *names: str, why: str = "", by: str = "", different: bool = False) -> Report:
        """Judge actors, or sources, to be one, by a line in judgements.yaml; or to be different.

        Edges and citations of all end at the first. by: who judges, else the coder of
        visavis.yaml. Raises DataError where it contradicts another judgement.
        """
        from visavis.ingest.judgements import add_different, add_same
        from visavis.ingest.registers import project_coder

        add = add_different if different else add_same
        ids, judge = self.who(names), by or project_coder(self.root)
        return self._judge(lambda: add(self.root, ids, why, judge))[1]

    def undo(self, *names: str) -> tuple[list[Judgement], Report]:
        """Take back the judgements of identity that name all of these, or a withdrawal.

        names: identifiers, keys or names. Returns what stood there, and what the graph did. Persons
        whom an ingest would join again become unsure; who undoes that too lets it.
        """
        from visavis.ingest import judgements
        from visavis.ingest.registers import project_coder

        lines = judgements.lines(self.root)
        ids = [self._judged(name, [i for j in lines for i in j.ids]) for name in names]
        withdrawn = [j for j in lines if j.what == "withdraw" and [*j.ids] == ids]
        named = [j for j in lines if j.what != "withdraw" and {*ids} <= {*j.ids}]
        if withdrawn and named:
            raise NotFoundError(
                f"'{ids[0]}' is withdrawn, and judged the same as another; say which",
                [f"withdraw {ids[0]} --undo", *(f"undo {' '.join(j.ids)}" for j in named)],
            )
        if withdrawn:
            return withdrawn, self.give_back(ids[0])
        by = project_coder(self.root)
        return self._judge(lambda: judgements.remove_same(self.root, ids, by))

    def undo_certain(self) -> tuple[list[Judgement], Report]:
        """Take back all joins of persons that the program itself made, and no other; as `undo`."""
        from visavis.ingest import judgements
        from visavis.ingest.registers import project_coder

        by = project_coder(self.root)
        return self._judge(lambda: judgements.remove_certain(self.root, by))

    def _judged(self, name: str, judged: Sequence[str]) -> str:
        """Whom of those that are judged `name` names."""
        from visavis.queries.find import find

        for each in (name, f"actor/{name}", f"source/{name}", f"coder/{name}"):
            if each in judged:
                return each
        found = [f.id for kind in ("actor", "source") for f in find(self._ready(), kind, name)]
        ids = [each for each in dict.fromkeys(found) if each in judged]
        if len(ids) == 1:
            return ids[0]
        if ids:
            raise NotFoundError(f"'{name}' names several who are judged; say which", ids)
        return name

    def join_certain(self) -> Report:
        """Judge persons of several volumes to be one where that is certain, as an ingest of volumes
        does: `report.joined` are those that are new.

        Certain: the same full name and an office in common at one time, nobody else of that name.
        Each is a line of judgements.yaml with its reason, by "visavis".
        """
        from visavis.ingest.run import ingest

        self._ready()
        return ingest(self.graph, self.root, judgements_only=True, join=True)

    def suggest(self) -> list[Suggestion]:
        """Persons who may be one, likeliest first; those judged the same or different left out.

        Joins that were taken back are open, and said to be."""
        from visavis.ingest import frus_joins, judgements

        judged = judgements.standing(self.root)
        found = frus_joins.suggestions(
            frus_joins.persons_of(self._ready()), frus_joins.standing_joins(judged)
        )
        return [
            replace(each, why=f"a join was taken back; {each.why}")
            if judged.taken_back(each.one, each.other)
            else each
            for each in found
            if not judged.apart(each.one, each.other)
        ]

    def _judge(self, change: Callable[[], T]) -> tuple[T, Report]:
        """Change judgements.yaml, and write again only what the judgements touch; what `change`
        gives, and the report. Where the graph cannot follow, the file is put back."""
        from visavis.ingest.judgements import FILE
        from visavis.ingest.run import ingest

        path = self.root / FILE
        before = path.read_bytes() if path.is_file() else None
        changed = change()
        after = path.read_bytes() if path.is_file() else None
        try:
            return changed, ingest(self.graph, self.root, judgements_only=True)
        except VisavisError:
            if after not in (None, before) and path.read_bytes() == after:
                if before is None:
                    path.unlink()
                else:
                    path.write_bytes(before)
            raise

    # -- out ----------------------------------------------------------------------------------

    def export(
        self, target: Path | str, *, form: str = "", everything: bool = False, **options: Any
    ) -> Sent:
        """Write the graph for other tools: a file in the form of its ending, or a folder.

        form: its name, where the ending does not say it (`visavis.exchange.forms.FORMS`).
        everything: also what is restricted or confidential, and informants' names. options:
        `edges`, `from_`, `to`, `leads`, `unit`, `spans`, `largest`, `base`, where they mean
        something.
        """
        from visavis.exchange.forms import send
        from visavis.ingest.run import project_vocabulary

        terms, _ = project_vocabulary(self.root)
        return send(self.graph, Path(target), form, everything=everything, terms=terms, **options)

    def publish(
        self, folder: Path | str, *, everything: bool = False, **about: str
    ) -> tuple[Publication, Exported]:
        """Write a folder to publish: SQLite, CSV with a schema, RDF, bibliography, citation.

        about: title, version, licence ... in place of what visavis.yaml says under `publish:`.
        Returns what it says of itself, and how much was written and withheld.
        """
        from visavis.exchange.publish import publish, settings

        told = settings(self.root, **about)
        return told, publish(self.graph, Path(folder), told, everything=everything)

    def frames(self, *, everything: bool = False) -> Frames:
        """Nodes, edges and claims as Polars frames (`.to_pandas()` with the extra `pandas`)."""
        from visavis.exchange.frames import frames
        from visavis.exchange.leaving import leaving, settled

        graph = self._ready()
        return settled(graph, lambda: frames(leaving(graph, everything)))

    def to_networkx(
        self, edges: str = "participation", *, everything: bool = False, **options: Any
    ) -> Any:
        """A network as NetworkX graph: participation, acts, together, all, or types of edge.

        options: `from_`, `to`, `leads`, `largest`, as of an export.
        """
        from visavis.exchange.frames import to_networkx
        from visavis.exchange.leaving import leaving, settled

        graph = self._ready()
        return settled(graph, lambda: to_networkx(leaving(graph, everything), edges, **options))

    def to_py2neo(self, cypher: str, parameters: Mapping[str, Any] | None = None) -> Any:
        """The nodes and relationships of a query as py2neo Subgraph (extra `py2neo`)."""
        from visavis.exchange.py2neo_adapter import subgraph

        return subgraph(self._ready(), cypher, parameters)

    def add(self, told: Any, name: str) -> Report:
        """Add claims to the file NAME.claims.jsonl of the project, and to the graph.

        told: a Polars or pandas frame (or rows) with the fields of claims.jsonl, a NetworkX graph,
        or a py2neo Subgraph, whose new edges bear `source` and `locator`. Raises DataError, with
        every fault, and adds nothing, where anything is wrong.
        """
        from visavis.exchange import frames
        from visavis.exchange.leaving import leaving
        from visavis.ingest.run import project_vocabulary

        terms, faults = project_vocabulary(self.root)
        if hasattr(told, "relationships"):
            from visavis.exchange.py2neo_adapter import claims_of_subgraph

            claims, wrong, _ = claims_of_subgraph(self.graph, told, terms, name)
        elif hasattr(told, "nodes") and hasattr(told, "edges"):
            parts = frames.networkx_parts(told)
            claims, wrong, _ = frames.claims_of_graph(*parts, terms, name)
            wrong += frames.changed_in(lambda all_: leaving(self._ready(), all_), *parts, name)
        else:
            claims, wrong = frames.claims_of_frame(told, terms, name)
        if faults or wrong:
            raise DataError([*faults, *wrong])
        return self.ingest(frames.keep_claims(claims, self.root, name, terms))

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
            # Counted whole, which engines know without looking, less those that are another one.
            every = self.graph.rows(f"MATCH (n:{label}) RETURN count(n) AS n")[0]["n"]
            ids = [one for one in state["same"] if one.startswith(label.lower() + "/")]
            joined = f"MATCH (n:{label} {{id: id}})-[:SAME_AS]->() RETURN count(DISTINCT n) AS n"
            less = self.graph.rows(f"UNWIND $ids AS id {joined}", {"ids": ids})[0]["n"]
            rows.append({"what": label.lower() + "s", "value": every - less})
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
