"""Stopping a query on ArcadeDB.

The engine takes no time limit from the driver. What it offers is the list of what is running and
an order to end one of them, so each query carries a mark in its text by which it can be found.
"""

from __future__ import annotations

import contextlib
import os
import re
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import neo4j

__all__ = ["MARK", "Stopper", "Tags"]

MARK = re.compile(r"/\*visavis:[0-9a-f]+:\d+\*/")  # of a query, by which it is found


class Tags:
    """Marks for running queries: few, and used again.

    The engine keeps the plan of a query by its text; a new mark each time would have it planned
    each time.
    """

    def __init__(self) -> None:
        self._base = os.urandom(6).hex()
        self._free: list[int] = []
        self._next = 0
        self._lock = threading.Lock()

    def take(self) -> str:
        with self._lock:
            if not self._free:
                self._free.append(self._next)
                self._next += 1
            return f"/*visavis:{self._base}:{self._free.pop()}*/"

    def give(self, tag: str) -> None:
        with self._lock:
            self._free.append(int(tag[:-2].rpartition(":")[2]))


class Stopper:
    """Ends one query on ArcadeDB: when its time is over, or when nobody wants the rest."""

    def __init__(
        self, tags: Tags, session: Callable[[], neo4j.Session], timeout: float | None
    ) -> None:
        self._tags = tags
        self._session = session  # opens one, on a connection of its own
        self._timeout = timeout
        self._tag = tags.take()
        self._over = threading.Event()  # the query has ended
        self._stop = threading.Event()  # it must end now
        self._thread: threading.Thread | None = None

    def mark(self, cypher: str) -> str:
        """The query with its mark, which must be in the part that the engine shows."""
        # At the end, so that the columns in messages stay right; the engine shows about 1,000
        # characters of a query. On a line of its own, as the query may end in a // comment.
        return f"{cypher}\n{self._tag}" if len(cypher) < 900 else f"{self._tag}{cypher}"

    def __enter__(self) -> None:
        if self._timeout is not None:
            self._start(self._timeout)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self.done()

    def stop_now(self) -> None:
        """Stop the query if it still runs; returns at once, `done` must follow."""
        self._stop.set()
        if self._thread is None:
            self._start(0)

    def done(self) -> None:
        """The query has ended: nothing more may be stopped under this mark."""
        self._over.set()
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
        self._tags.give(self._tag)

    def _start(self, wait: float) -> None:
        self._thread = threading.Thread(target=self._run, args=(wait,), daemon=True)
        self._thread.start()

    def _run(self, wait: float) -> None:
        self._stop.wait(wait)
        # It may not have begun when we first look, so we look until we hear that it is over.
        pause = 0.01
        while not self._over.is_set():
            with contextlib.suppress(Exception), self._session() as session:
                for running in session.run("SHOW TRANSACTIONS").data():
                    if self._tag in running["currentQuery"] and not self._over.is_set():
                        session.run(
                            "TERMINATE TRANSACTION $id", {"id": running["transactionId"]}
                        ).consume()
            self._over.wait(pause)
            pause = min(pause * 2, 1.0)
