"""One ingest at a time, and a number that counts what was written.

The lock is a record in the database, `(:IngestLock {id: 'ingest'})`, held on a lease: its holder
renews it every few seconds, and when the holder is gone it runs out. A holder on this same
computer whose process has ended is known to be gone at once. Times are the database's own, so that
two computers need not agree on the hour.

The revision, `(:Visavis {id: 'revision', n})`, grows by one with each document written. A reader
compares it before and after, and reads again if it moved (`consistently`). Neo4j lets readers see
a commit record by record while it happens, so a writer there says on the lock when a commit begins
and when it is over (`announced`).

`prepare` must have made the constraints of both labels.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from visavis.graph.connect import Graph, Transaction
from visavis.graph.faults import ConflictError
from visavis.graph.process import birth
from visavis.schema.errors import BusyError, EngineError

__all__ = ["Hold", "announced", "bump", "consistently", "ingest_lock", "revision"]

LEASE_SECONDS = 30.0
PATIENCE_SECONDS = 3.0  # how long a reader tries for an answer that no commit cuts through
T = TypeVar("T")


@dataclass(slots=True)
class Hold:
    """The lock while we hold it."""

    token: str
    lost: bool = False

    def guard(self, transaction: Transaction) -> None:
        """BusyError if the lock is no longer ours; to be called within each write transaction.

        A process that slept longer than its lease (a closed notebook lid) may have lost it.
        """
        if self.lost or not transaction.run(
            "MATCH (l:IngestLock {id: 'ingest'}) WHERE l.token = $token RETURN l.token AS token",
            {"token": self.token},
        ):
            raise BusyError(
                "this ingest was away for so long that another took its place; run it again"
            )


@contextlib.contextmanager
def ingest_lock(graph: Graph, wait: float = 0.0, lease: float = LEASE_SECONDS) -> Iterator[Hold]:
    """Hold the ingest lock of `graph`; BusyError, saying who has it, if not free in `wait` seconds.

    `lease` is how many seconds the lock outlives a holder who vanished without a word.
    """
    hold = Hold(f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(8)}")
    deadline = time.monotonic() + wait
    while True:
        holder = graph.in_transaction(lambda transaction: _try(transaction, hold.token, lease))
        if holder is None:
            break
        if time.monotonic() >= deadline:
            raise BusyError(_who(holder))
        time.sleep(min(0.2, max(0.0, deadline - time.monotonic())))
    ended = threading.Event()
    renewer = threading.Thread(
        target=_renew, args=(graph, hold, lease, ended), daemon=True, name="ingest-lock"
    )
    renewer.start()
    try:
        yield hold
    finally:
        ended.set()
        renewer.join()
        # If the database is gone now, the lease runs out by itself.
        with contextlib.suppress(EngineError):
            graph.write(
                "MATCH (l:IngestLock {id: 'ingest'}) WHERE l.token = $token "
                "SET l.token = '', l.until = 0",
                {"token": hold.token},
            )


def bump(transaction: Transaction) -> int:
    """Count one more document, within the transaction that writes it; the new revision."""
    return int(
        transaction.run(
            "MERGE (v:Visavis {id: 'revision'}) "
            "ON CREATE SET v.n = 1 ON MATCH SET v.n = v.n + 1 RETURN v.n AS n"
        )[0]["n"]
    )


def announced(graph: Graph, hold: Hold, work: Callable[[Transaction], T]) -> T:
    """`graph.in_transaction(work)`, with readers told while it is being committed."""
    if graph.engine == "arcadedb":  # a commit there comes into sight at once
        return graph.in_transaction(work)

    def say(committing: bool) -> None:
        graph.write(
            "MATCH (l:IngestLock {id: 'ingest'}) WHERE l.token = $token "
            "SET l.committing = $committing",
            {"token": hold.token, "committing": committing},
        )

    def whole(transaction: Transaction) -> T:
        done = work(transaction)
        say(True)  # a transaction of its own: it is seen before the commit begins
        return done

    try:
        return graph.in_transaction(whole)
    finally:
        with contextlib.suppress(EngineError):  # else it ends with the lease
            say(False)


def consistently(
    graph: Graph, work: Callable[[], T], patience: float = PATIENCE_SECONDS
) -> tuple[T, bool]:
    """What `work` reads, and whether no commit cut through its reading.

    Where one did, it reads again, for `patience` seconds; then the last answer is given with False.
    """
    deadline = time.monotonic() + patience
    pause = 0.005
    while True:
        before = _standing(graph)
        if before is not None or time.monotonic() >= deadline:
            try:
                found = work()
            except ConflictError:  # a stream from which a commit took what was being read
                if time.monotonic() >= deadline:
                    raise
            else:
                if before is not None and _standing(graph) == before:
                    return found, True
                if time.monotonic() >= deadline:
                    return found, False
        time.sleep(pause)
        pause = min(pause * 2, 0.1)


def _standing(graph: Graph) -> int | None:
    """The revision; None while a commit is under way."""
    found = graph.rows(
        "MATCH (v:Visavis {id: 'revision'}) OPTIONAL MATCH (l:IngestLock {id: 'ingest'}) "
        "RETURN v.n AS n, coalesce(l.committing, false) AND l.until > timestamp() AS committing"
    )
    if not found:
        return 0
    return None if found[0]["committing"] else int(found[0]["n"])


def revision(graph: Graph) -> int:
    """How many documents were ever written or removed; 0 in a new graph."""
    found = graph.rows("MATCH (v:Visavis {id: 'revision'}) RETURN v.n AS n")
    return int(found[0]["n"]) if found else 0


def _try(transaction: Transaction, token: str, lease: float) -> dict[str, Any] | None:
    """Take the lock, or say who holds it."""
    # Writing comes before reading: it makes a second taker wait (Neo4j) or try again (ArcadeDB).
    [held] = transaction.run(
        "MERGE (l:IngestLock {id: 'ingest'}) SET l.asked = timestamp() "
        "RETURN l.token AS token, l.host AS host, l.pid AS pid, l.birth AS birth, "
        "l.since AS since, l.until AS until, timestamp() AS now"
    )
    if held["token"] and held["until"] > held["now"] and not _is_dead(held):
        return held
    transaction.run(
        "MATCH (l:IngestLock {id: 'ingest'}) SET l.token = $token, l.host = $host, l.pid = $pid, "
        "l.birth = $birth, l.since = timestamp(), l.until = timestamp() + $lease",
        {
            "token": token,
            "host": socket.gethostname(),
            "pid": os.getpid(),
            "birth": birth(os.getpid()) or "",
            "lease": int(lease * 1000),
        },
    )
    return None


def _is_dead(held: dict[str, Any]) -> bool:
    here = held["host"] == socket.gethostname()
    return bool(here and birth(int(held["pid"])) != held["birth"])


def _who(held: dict[str, Any]) -> str:
    since = datetime.fromtimestamp(held["since"] / 1000, UTC)
    return (
        f"another ingest is writing to this graph: process {held['pid']} on {held['host']}, "
        f"since {since:%Y-%m-%d %H:%M:%S} UTC. Wait for it to end, or end it."
    )


def _renew(graph: Graph, hold: Hold, lease: float, ended: threading.Event) -> None:
    renewed = time.monotonic()
    while not ended.wait(lease / 4):
        with contextlib.suppress(EngineError):
            if not graph.write(
                "MATCH (l:IngestLock {id: 'ingest'}) WHERE l.token = $token "
                "SET l.until = timestamp() + $lease RETURN l.until AS until",
                {"token": hold.token, "lease": int(lease * 1000)},
            ):
                hold.lost = True
                return
            renewed = time.monotonic()
        if time.monotonic() - renewed > lease:
            hold.lost = True
