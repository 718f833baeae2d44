"""Everything that can go wrong, drawn once.

```
VisavisError                 exit code 2   the root; catching it catches all of ours
|- DataError                 1             the data has faults; carries every one of them
|- NotFoundError             1             nothing of that name; carries what comes close
|- ModelError                2             the model or a vocabulary file is wrong
|- EngineError               2             the database cannot be reached, or refuses
|  |- UnreachableError                     nobody answers at that address
|  |- WrongPasswordError                   it answers, and does not know us
|  |- DatabaseMissingError                 it knows us, and has no database of that name
|  |- VersionTooOldError                   it speaks an older protocol than we need
|  |- ServerError                          the local server cannot be started or stopped
|  '- BusyError                            another ingest is writing
'- QueryError                2             a query is wrong
   |- QueryStoppedError                    it met its limit of time or rows
   '- ReadOnlyError                        it tried to write where only reading is allowed
```

A message says what is wrong, where, and what to do about it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

__all__ = [
    "BusyError",
    "DataError",
    "DatabaseMissingError",
    "EngineError",
    "Fault",
    "ModelError",
    "NotFoundError",
    "QueryError",
    "QueryStoppedError",
    "ReadOnlyError",
    "ServerError",
    "UnreachableError",
    "VersionTooOldError",
    "VisavisError",
    "WrongPasswordError",
]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in one file: where, what, and what to do.

    `line` counts from 1 (the row of a workbook sheet, for a workbook); `record` names the
    statement within the file (`act 'eyes'`); `code` is a stable word for programs.
    """

    file: str
    line: int | None
    record: str
    message: str
    advice: str = ""
    severity: Literal["error", "warning"] = "error"
    code: str = ""

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        record = f"{self.record}: " if self.record else ""
        advice = f"; {self.advice}" if self.advice else ""
        kind = "" if self.severity == "error" else f"{self.severity}: "
        return f"{place}: {kind}{record}{self.message}{advice}"

    def as_dict(self) -> dict[str, Any]:
        """The fault as plain data, for `--format json`."""
        return asdict(self)


class VisavisError(Exception):
    """The root of our errors. `exit_code` is what the command line ends with."""

    exit_code = 2


class DataError(VisavisError):
    """The data has faults; `faults` lists every one, in the order of files and lines."""

    exit_code = 1

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: list[Fault] = list(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


class NotFoundError(VisavisError):
    """Nothing of that name; `suggestions` holds what comes close, best first."""

    exit_code = 1

    def __init__(self, message: str, suggestions: Sequence[str] = ()) -> None:
        self.suggestions = list(suggestions)
        super().__init__(message)


class ModelError(VisavisError):
    """The model or a vocabulary file is wrong."""


class EngineError(VisavisError):
    """The database cannot be reached, or refuses."""


class UnreachableError(EngineError):
    """Nobody answers at that address."""


class WrongPasswordError(EngineError):
    """The database answers and does not accept the user or password."""


class DatabaseMissingError(EngineError):
    """The server has no database of that name."""


class VersionTooOldError(EngineError):
    """The server speaks an older protocol than this program needs."""


class ServerError(EngineError):
    """The local server cannot be started or stopped."""


class BusyError(EngineError):
    """Another ingest is writing to this graph."""


class QueryError(VisavisError):
    """A query is wrong."""


class QueryStoppedError(QueryError):
    """A query met its limit of time or rows and was stopped."""


class ReadOnlyError(QueryError):
    """A query tried to write where only reading is allowed."""
