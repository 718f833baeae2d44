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
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from visavis.graph.connect import Graph, connect
from visavis.graph.project import find_project
from visavis.schema.errors import NotFoundError

if TYPE_CHECKING:
    import polars

    from visavis.exchange.folder import Exported
    from visavis.ingest.run import Report
    from visavis.queries.library import Question

__all__ = ["Answer", "Project", "open"]


def open(
    project: Path | str | None = None, url: str | None = None, *, read_only: bool = False
) -> Project:
    """The project of `project` (a folder; found upwards from here if left out), opened.

    url: a Bolt server (`bolt://`, `neo4j://`, with `+s`); else NEO4J_URI; else the project's own
    local server, started when needed. read_only: connect as the engine's reader.
    Raises EngineError where the database cannot be reached.
    """
    root = Path(project).resolve() if project is not None else find_project()
    return Project(root, connect(url, project=root, read_only=read_only))


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
