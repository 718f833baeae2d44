"""Which folder is the project."""

from __future__ import annotations

from pathlib import Path

import platformdirs

__all__ = ["PROJECT_FILE", "find_project"]

PROJECT_FILE = "visavis.yaml"


def find_project(start: Path | str | None = None) -> Path:
    """The project folder seen from `start` (default: the working directory).

    The nearest folder at or above `start` that holds a `visavis.yaml`, as git looks for its own;
    where there is none, the user's data directory, which is made if it is not there.
    """
    begin = Path(start) if start is not None else Path.cwd()
    begin = begin.resolve()
    for folder in (begin, *begin.parents):
        if (folder / PROJECT_FILE).is_file():
            return folder
    return Path(platformdirs.user_data_path("visavis", appauthor=False, ensure_exists=True))
