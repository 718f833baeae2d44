"""Drafts of the form: what was typed and not saved yet, a file each in `.visavis/drafts`.

They outlive a reload of the page, a lost connection and the end of the dashboard. No ingest sees
them, and `.visavis` is for its owner alone.
"""

from __future__ import annotations

import re
import secrets
from pathlib import Path

from visavis.dashboard import coding
from visavis.dashboard.coding import Draft

__all__ = ["drop", "keep", "kept", "read", "token"]

_TOKEN = re.compile(r"[0-9a-f]{12}")


def token() -> str:
    """A name for a new draft, as it stands in the address of the form."""
    return secrets.token_hex(6)


def _path(root: Path, name: str) -> Path:
    return root / ".visavis" / "drafts" / f"{name}.json"


def read(root: Path, name: str) -> str:
    """The text of a draft; "" where there is none of that name."""
    if not _TOKEN.fullmatch(name):
        return ""
    try:
        return _path(root, name).read_text("utf-8")
    except (OSError, UnicodeDecodeError):  # another window may have dropped it just now
        return ""


def keep(root: Path, name: str, text: str) -> None:
    """Write a draft, whole or not at all."""
    if not _TOKEN.fullmatch(name):
        raise ValueError(f"no name of a draft: {name!r}")
    path = _path(root, name)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f"{name}.{secrets.token_hex(4)}.new")  # two windows may write at once
    try:
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def drop(root: Path, name: str) -> None:
    """Forget a draft."""
    if _TOKEN.fullmatch(name):
        _path(root, name).unlink(missing_ok=True)


def kept(root: Path) -> dict[str, Draft]:
    """The drafts that were not saved yet, the latest first; what is no draft is passed over."""
    found: list[tuple[int, str, Draft]] = []
    for path in _path(root, "").parent.glob("*.json"):
        try:
            if _TOKEN.fullmatch(path.stem):
                draft = coding.restored(path.read_text("utf-8"))
                found.append((path.stat().st_mtime_ns, path.stem, draft))
        except (OSError, ValueError):
            continue
    found.sort(key=lambda each: each[:2], reverse=True)
    return {name: draft for _, name, draft in found}
