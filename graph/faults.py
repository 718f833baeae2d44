"""The driver's errors as ours, each saying what to do."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from visavis.graph.stopping import MARK
from visavis.schema.errors import (
    DatabaseMissingError,
    EngineError,
    QueryError,
    QueryStoppedError,
    ReadOnlyError,
    UnreachableError,
    VisavisError,
    WrongPasswordError,
)

__all__ = ["ConflictError", "LostError", "translated"]


class ConflictError(EngineError):
    """Two transactions met, or one took away what was being read; again may succeed."""


class LostError(UnreachableError):
    """The connection broke, or there was none."""

    at_commit = False


@contextlib.contextmanager
def translated(
    cypher: str,
    *,
    place: str = "",
    timeout: float | None = None,
    typed: bool = False,
    at_commit: bool = False,
) -> Iterator[None]:
    """Turn what the driver raises into our errors, each saying what to do."""
    try:
        yield
    except (VisavisError, GeneratorExit):
        raise
    except Exception as error:
        ours = _our_error(error, cypher, place, timeout, typed, at_commit)
        if ours is None:
            raise
        raise ours from error


def _our_error(
    error: Exception,
    cypher: str,
    place: str,
    timeout: float | None,
    typed: bool,
    at_commit: bool,
) -> VisavisError | None:
    from neo4j import exceptions

    at = f" at {place}" if place else ""
    code = str(getattr(error, "code", "") or "")
    said = MARK.sub("", str(getattr(error, "message", "") or error)).strip()
    if isinstance(error, exceptions.ServiceUnavailable | exceptions.SessionExpired | OSError):
        first = said.splitlines()[0] if said else type(error).__name__
        lost = LostError(
            f"the connection broke while committing ({first}): it is not known whether that was "
            "written; run it again"
            if at_commit
            else f"no graph database answers{at}: {first}. Is it running, and is the address right?"
        )
        lost.at_commit = at_commit
        return lost
    if isinstance(error, exceptions.AuthError) and "Forbidden" not in code:
        return WrongPasswordError(
            f"the database{at} does not accept this user and password. Set NEO4J_USERNAME and "
            f"NEO4J_PASSWORD. It says: {said}"
        )
    if isinstance(error, exceptions.ConfigurationError | exceptions.UnsupportedServerProduct):
        return EngineError(f"cannot connect{at}: {said}")
    if not isinstance(error, exceptions.Neo4jError):
        return EngineError(f"the database driver says{at}: {said}") if place else None
    if "DatabaseNotFound" in code:
        return DatabaseMissingError(
            f"the server{at} has no database of that name ({said}). Set NEO4J_DATABASE, or create "
            "it there."
        )
    if error.is_retryable() and isinstance(error, exceptions.TransientError):
        return ConflictError(f"another transaction was in the way: {said}")
    if "EntityNotFound" in code:
        return ConflictError(f"what was being read was changed meanwhile ({said}); ask again")
    if _was_stopped(code, said):
        limit = f" after {timeout:g} seconds" if timeout is not None else " by the server"
        return QueryStoppedError(f"the query was stopped{limit}. Narrow it, or give it more time.")
    if "Forbidden" in code or "AccessMode" in code:
        return ReadOnlyError(f"only reading is allowed here: {said}")
    if "Schema.Constraint" in code or not cypher:
        return EngineError(f"the database refuses: {said}")
    return QueryError(said)


def _was_stopped(code: str, said: str) -> bool:
    return (
        "TransactionTimedOut" in code
        or "Transaction.Terminated" in code
        or "has been terminated" in said
        or "TimeoutException" in said
        or "timeout" in said.lower()
    )
