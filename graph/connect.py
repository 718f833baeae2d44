"""Open a graph: the project's own server, or a Neo4j (or another Bolt server) elsewhere.

```python
with connect() as graph:
    for row in graph.read("MATCH (a:Actor) RETURN a.name AS name", timeout=5):
        ...
```

Two engines stand behind it, told apart by `Graph.engine`: `"arcadedb"` and `"neo4j"`. What differs
between them is dealt with here and nowhere else:

- A time limit. Neo4j takes it with the query. ArcadeDB ignores it and would go on for minutes, so
  a timer looks the query up among the running ones, by a mark in its text, and terminates it.
- Leaving a stream early. Neo4j stops; ArcadeDB would compute the rest before it lets go, so the
  query is terminated first.
- Reading only. ArcadeDB does not hold a read session to its word, so reading goes through a second
  user who may read records and nothing else. Neo4j does, but a read session there may still read
  local files and call procedures, so a typed query is explained first and its plan looked at.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import random
import re
import threading
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self, TypeVar
from urllib.parse import urlsplit

from visavis.graph import server
from visavis.graph.faults import ConflictError, LostError, translated
from visavis.graph.project import find_project
from visavis.graph.stopping import Stopper, Tags
from visavis.graph.values import as_row, as_text
from visavis.schema.errors import (
    EngineError,
    QueryStoppedError,
    ReadOnlyError,
    UnreachableError,
    VersionTooOldError,
)

if TYPE_CHECKING:
    import neo4j

__all__ = ["Graph", "Rows", "Transaction", "connect"]

T = TypeVar("T")
Engine = Literal["arcadedb", "neo4j"]

SCHEMES = ("bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc")
OLDEST_NEO4J = (5, 26)
OPENINGS = 4  # so often is the project's own server asked for
CONFLICT_SECONDS = 30.0  # how long a transaction that meets others is tried again
READINGS = 5  # attempts at one reading beside commits
FETCH = 1000  # rows per round trip

# Procedures a typed query may call on Neo4j: they read the graph and nothing else.
ALLOWED_PROCEDURES = frozenset(
    {
        "db.index.fulltext.queryNodes",
        "db.index.fulltext.queryRelationships",
        "db.labels",
        "db.propertyKeys",
        "db.relationshipTypes",
        "db.schema.nodeTypeProperties",
        "db.schema.relTypeProperties",
        "db.schema.visualization",
    }
)


def connect(
    url: str | None = None,
    *,
    project: Path | str | None = None,
    user: str | None = None,
    password: str | None = None,
    database: str | None = None,
    read_only: bool = False,
) -> Graph:
    """Open the graph at `url`, or the one of NEO4J_URI, or else the project's own.

    `url` is of `bolt://`, `neo4j://`, with `+s` or `+ssc` for an encrypted connection. User,
    password and database not given are those of NEO4J_USERNAME, NEO4J_PASSWORD and
    NEO4J_DATABASE. Without any address the server of `project` (default: the folder above the
    working directory with a `visavis.yaml`) is used, and started if it does not run.

    With `read_only` whatever would write is refused by the engine (ReadOnlyError).

    Raises UnreachableError, WrongPasswordError, DatabaseMissingError, VersionTooOldError; and
    ServerError where the project's own server cannot be started.
    """
    # A project given by name is meant, whatever the environment says.
    address = url or (None if project is not None else os.environ.get("NEO4J_URI"))
    if not address:
        return Graph(_Local(find_project() if project is None else Path(project)), read_only)
    try:
        scheme = urlsplit(address).scheme
    except ValueError:  # such as bolt://[::1
        scheme = ""
    if scheme not in SCHEMES:
        raise EngineError(
            f"{address!r} is no address of a graph; write one such as bolt://localhost:7687 "
            f"(known: {', '.join(SCHEMES)})"
        )
    remote = _Remote(
        address,
        user or os.environ.get("NEO4J_USERNAME", "neo4j"),
        password or os.environ.get("NEO4J_PASSWORD", ""),
        database or os.environ.get("NEO4J_DATABASE"),
    )
    return Graph(remote, read_only)


class Rows(list[dict[str, Any]]):
    """The rows of an answer. `truncated` says that a limit cut the rest off."""

    truncated: bool = False


class Transaction:
    """One write transaction; made by `Graph.in_transaction` and `Graph.transaction`."""

    def __init__(self, inner: neo4j.Transaction) -> None:
        self._inner = inner

    def run(self, cypher: str, parameters: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """Run one statement and give back all its rows. QueryError if it is wrong."""
        with translated(cypher):
            result = self._inner.run(as_text(cypher), dict(parameters or {}))
            keys = result.keys()
            return [as_row(keys, record.values()) for record in result]


class Graph:
    """An open graph. Safe to use from several threads; close it, or use it in a `with`."""

    def __init__(self, place: _Local | _Remote, read_only: bool = False) -> None:
        self._place = place
        self.read_only = read_only
        self._tags = Tags()
        self._lock = threading.Lock()
        self._driver, self.engine = self._open()
        self.database = place.database

    # -- reading --------------------------------------------------------------------------

    def read(
        self,
        cypher: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        timeout: float | None = None,
        limit: int | None = None,
    ) -> Generator[dict[str, Any], None, None]:
        """Stream the rows of a query, one dict per row, values as Python types.

        A node is a dict of its properties and `labels` (a sorted list), a relationship one of its
        properties and `type`, a path a list of both in turn.

        After `timeout` seconds, or where there is a row beyond the first `limit`, the query is
        stopped on the engine and QueryStoppedError raised; the rows before it were handed out.
        Leaving the stream early stops the query likewise. QueryError where the query is wrong,
        ReadOnlyError where it may not do what it would.
        """
        if self.read_only and self.engine == "neo4j":
            self._look_at_plan(cypher, parameters)
        return self._stream(cypher, dict(parameters or {}), timeout, limit)

    def rows(
        self,
        cypher: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        timeout: float | None = None,
        limit: int | None = None,
    ) -> Rows:
        """All rows of a query, at most `limit`; `truncated` says whether there were more.

        Otherwise as `read`. Read again where a commit took away what was being read.
        """
        pause = 0.005
        for _ in range(READINGS - 1):
            try:
                return self._collected(cypher, parameters, timeout, limit)
            except ConflictError:
                time.sleep(pause)
                pause *= 4
        return self._collected(cypher, parameters, timeout, limit)

    def _collected(
        self,
        cypher: str,
        parameters: Mapping[str, Any] | None,
        timeout: float | None,
        limit: int | None,
    ) -> Rows:
        found = Rows()
        beyond = None if limit is None else limit + 1
        stream = self.read(cypher, parameters, timeout=timeout)
        with contextlib.closing(stream):
            for row in itertools.islice(stream, beyond):
                found.append(row)
        if limit is not None and len(found) > limit:
            del found[limit:]
            found.truncated = True
        return found

    def reader(self) -> Graph:
        """The same graph opened for reading only. What a person types goes through it."""
        return self if self.read_only else Graph(self._place, read_only=True)

    # -- writing --------------------------------------------------------------------------

    def write(
        self, cypher: str, parameters: Mapping[str, Any] | None = None
    ) -> list[dict[str, Any]]:
        """Run one statement in a transaction of its own, again if it meets others; its rows."""
        return self.in_transaction(lambda transaction: transaction.run(cypher, parameters))

    def in_transaction(self, work: Callable[[Transaction], T]) -> T:
        """Do `work` in one write transaction and commit it; what `work` returned.

        Where it meets another transaction the whole of `work` is done again, for up to 30 seconds,
        so it must not keep anything from an attempt. It is also done again, once, where the
        project's own server was gone and could be started again before the commit.
        """
        began = time.monotonic()
        revived = False
        pause = 0.005
        while True:
            try:
                with self.transaction() as transaction:
                    return work(transaction)
            except ConflictError:
                if time.monotonic() - began > CONFLICT_SECONDS:
                    raise
                time.sleep(pause * random.uniform(0.5, 1.5))
                pause = min(pause * 2, 1.0)
            except LostError as lost:
                if revived or lost.at_commit or not self._revive():
                    raise
                revived = True

    @contextlib.contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """One write transaction, committed at the end and rolled back on an error. Tried once."""
        if self.read_only:
            raise ReadOnlyError("this graph was opened for reading only")
        self._place.touch()
        with self._session("WRITE") as session:
            with translated(""):
                inner = session.begin_transaction()
            try:
                yield Transaction(inner)
            except BaseException:
                # What went wrong is what the caller must see, not that the rollback failed too.
                with contextlib.suppress(Exception):
                    inner.close()
                raise
            with translated("", at_commit=True):
                inner.commit()

    # -- the schema's own door --------------------------------------------------------------

    def sql(self, command: str) -> dict[str, Any]:
        """One SQL command over ArcadeDB's HTTP address, for what its Cypher cannot say."""
        host, port, user, password = self._place.web()
        try:
            return server.call(
                port,
                user,
                password,
                f"/api/v1/command/{self.database}",
                {"language": "sql", "command": command},
                host=host,
                timeout=600,
            )
        except OSError as error:
            raise UnreachableError(f"ArcadeDB's HTTP address {host}:{port}: {error}") from error

    # -- closing ----------------------------------------------------------------------------

    def close(self) -> None:
        """Close the connections. The server goes on."""
        self._driver.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def address(self) -> str:
        """Which database this is, for people."""
        return self._place.show()

    def login(self) -> tuple[str, str, str]:
        """Address, user and password for another driver; of who may only read, where the project's
        own server tells readers apart."""
        return self._place.door(True)

    def __repr__(self) -> str:
        way = ", reading only" if self.read_only else ""
        return f"<Graph {self._place.show()} ({self.engine}{way})>"

    # -- inside -----------------------------------------------------------------------------

    def _open(self) -> tuple[neo4j.Driver, Engine]:
        """Reach the server: the way in, and which engine it is.

        The project's own server may be dying just now (killed, or stopping by itself): it is asked
        for again, and started anew once it is gone.
        """
        for _ in range(OPENINGS - 1):
            try:
                return self._open_once()
            except LostError:
                if not isinstance(self._place, _Local):
                    raise
                time.sleep(0.5)
        return self._open_once()

    def _open_once(self) -> tuple[neo4j.Driver, Engine]:
        url, user, password = self._place.door(self.read_only)
        driver = _dial(url, user, password)
        try:
            engine = self._greet(driver)
            if self.read_only and engine == "arcadedb" and isinstance(self._place, _Remote):
                driver.close()
                driver = _dial(url, *self._place.reader())
                self._greet(driver)
        except BaseException:
            driver.close()
            raise
        return driver, engine

    def _greet(self, driver: neo4j.Driver) -> Engine:
        """Make sure of server, password and database; which engine it is."""
        with (
            translated("", place=self._place.show()),
            driver.session(database=self._place.database) as session,
        ):
            return _engine(session.run("RETURN 1").consume().server.agent)

    def _session(self, access: Literal["READ", "WRITE"]) -> neo4j.Session:
        return self._driver.session(
            database=self.database, default_access_mode=access, fetch_size=FETCH
        )

    def _revive(self) -> bool:
        """Reach the project's own server again, started anew if need be; False elsewhere."""
        if not isinstance(self._place, _Local):
            return False
        with self._lock:
            try:
                # Another thread may have done it while we waited.
                self._driver.verify_connectivity()
            except Exception:
                self._driver.close()
                self._driver, self.engine = self._open()
        return True

    def _stream(
        self, cypher: str, parameters: dict[str, Any], timeout: float | None, limit: int | None
    ) -> Generator[dict[str, Any], None, None]:
        given = 0
        for attempt in (1, 2):
            try:
                with contextlib.closing(self._attempt(cypher, parameters, timeout)) as found:
                    for row in found:
                        if limit is not None and given == limit:
                            raise QueryStoppedError(f"stopped after {limit} rows; there are more")
                        given += 1
                        yield row
                return
            except LostError:
                # Once, and not where rows were handed out already.
                if attempt == 2 or given or not self._revive():
                    raise

    def _attempt(
        self, cypher: str, parameters: dict[str, Any], timeout: float | None
    ) -> Generator[dict[str, Any], None, None]:
        import neo4j

        self._place.touch()
        if self.engine == "neo4j":
            text, stopper = cypher, None
            query = neo4j.Query(as_text(cypher), timeout=timeout)
        else:
            stopper = Stopper(self._tags, lambda: self._session("READ"), timeout)
            text = stopper.mark(cypher)
            query = neo4j.Query(as_text(text))
        with translated(cypher, timeout=timeout, typed=self.read_only):
            session = self._session("READ")
            result = None
            try:
                with stopper or contextlib.nullcontext():
                    result = session.run(query, parameters)
                    keys = result.keys()
                    for record in result:
                        yield as_row(keys, record.values())
                    result = None
            finally:
                if result is not None:  # left early, or failed
                    if stopper is not None:
                        stopper.stop_now()
                    with contextlib.suppress(Exception):
                        result.consume()
                    if stopper is not None:
                        stopper.done()
                session.close()
        self._place.touch()

    def _look_at_plan(self, cypher: str, parameters: Mapping[str, Any] | None) -> None:
        """Refuse what Neo4j would let a read session do besides reading the graph."""
        with translated(cypher, typed=True), self._session("READ") as session:
            explained = session.run(as_text(f"EXPLAIN {cypher}"), dict(parameters or {}))
            plan = explained.consume().plan
        if plan is None:
            raise ReadOnlyError("the database does not say what this query would do")
        steps = [plan]
        while steps:
            step = steps.pop()
            kind = str(step.get("operatorType", "")).partition("@")[0]
            details = str(step.get("args", {}).get("Details", ""))
            if kind == "LoadCSV":
                raise ReadOnlyError("LOAD CSV reads files; only the graph may be read here")
            if kind.startswith(("Show", "Terminate", "Administration")):
                raise ReadOnlyError("only the graph may be read here, not the server's own state")
            if "ProcedureCall" in kind:
                name = details.partition("(")[0].strip()
                if name not in ALLOWED_PROCEDURES:
                    raise ReadOnlyError(
                        f"the procedure {name} may not be called here; these may: "
                        f"{', '.join(sorted(ALLOWED_PROCEDURES))}"
                    )
            steps.extend(step.get("children", ()))


# -- where a graph is ------------------------------------------------------------------------


class _Local:
    """The project's own server."""

    def __init__(self, project: Path) -> None:
        self.project = project
        self.database: str | None = server.DATABASE
        self._info: server.ServerInfo | None = None
        self._touched = 0.0

    def door(self, read_only: bool) -> tuple[str, str, str]:
        """Address, user and password."""
        self._info = server.ensure(self.project)
        user = server.READER if read_only else server.WRITER
        return self._info.url, user, self._info.password(user)

    def web(self) -> tuple[str, int, str, str]:
        info = self._info or server.ensure(self.project)
        return server.HOST, info.http, server.WRITER, info.password()

    def touch(self) -> None:
        now = time.monotonic()
        if self._info is not None and now - self._touched > 1:
            self._touched = now
            self._info.touch()

    def show(self) -> str:
        return f"local server of {self.project}"


class _Remote:
    """A server of which we know the address."""

    def __init__(self, url: str, user: str, password: str, database: str | None) -> None:
        self.url = url
        self.user = user
        self._password = password
        self.database = database

    def door(self, read_only: bool) -> tuple[str, str, str]:
        """Address, user and password; who reads is told apart only by `reader`."""
        return self.url, self.user, self._password

    def reader(self) -> tuple[str, str]:
        """The user who may only read, for an ArcadeDB that is not ours, and the password."""
        user = os.environ.get("VISAVIS_READER_USERNAME")
        if user is None:
            raise EngineError(
                f"{self.url} is an ArcadeDB, where only a user without the right to write is kept "
                "from writing. Make one and name it in VISAVIS_READER_USERNAME and "
                "VISAVIS_READER_PASSWORD."
            )
        return user, os.environ.get("VISAVIS_READER_PASSWORD", "")

    def web(self) -> tuple[str, int, str, str]:
        port = os.environ.get("VISAVIS_ARCADEDB_HTTP_PORT", "2480")
        if not port.isdecimal() or not 0 < int(port) < 65536:
            raise EngineError(f"VISAVIS_ARCADEDB_HTTP_PORT is {port!r}; write a port such as 2480")
        return urlsplit(self.url).hostname or "localhost", int(port), self.user, self._password

    def touch(self) -> None:
        pass

    def show(self) -> str:
        return self.url


def _dial(url: str, user: str, password: str) -> neo4j.Driver:
    import neo4j

    with translated("", place=url):
        return neo4j.GraphDatabase.driver(
            url,
            auth=(user, password) if password else None,
            connection_timeout=10,
            connection_acquisition_timeout=60,
            # Its advice on unknown labels is noise in a graph that is still empty.
            notifications_min_severity="OFF",
            user_agent="visavis",
        )


def _engine(agent: str) -> Engine:
    """Which engine introduces itself so; VersionTooOldError for a Neo4j before 5.26."""
    if "ArcadeDB" in agent:
        return "arcadedb"
    number = re.search(r"Neo4j/v?(\d+)\.(\d+)", agent)
    if number and (int(number[1]), int(number[2])) < OLDEST_NEO4J:
        needed = ".".join(map(str, OLDEST_NEO4J))
        raise VersionTooOldError(f"the server is {agent}; Neo4j {needed} or later is needed")
    return "neo4j"
