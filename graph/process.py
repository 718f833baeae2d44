"""What the local server needs to know of other processes, on every platform."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import IO

if sys.platform == "win32":
    import ctypes
    import ctypes.wintypes
    import msvcrt
else:
    import fcntl

__all__ = ["FileLock", "birth"]


def birth(pid: int) -> str | None:
    """A mark of when process `pid` began, or None if no such process runs.

    A number of a process is used again after its end; number and birth together are not.
    """
    if pid <= 0:
        return None
    if sys.platform == "win32":
        return _birth_windows(pid)
    if sys.platform == "linux":
        try:
            text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        except OSError:
            return None
        # The second field is the program's name in brackets and may itself hold brackets.
        fields = text.rpartition(")")[2].split()
        return None if fields[0] in "ZX" else fields[19]
    told = subprocess.run(
        ["ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout.strip()
    state, _, started = told.partition(" ")
    return None if not state or state.startswith("Z") else started.strip()


def _birth_windows(pid: int) -> str | None:
    if sys.platform == "win32":
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.OpenProcess.restype = ctypes.wintypes.HANDLE
        handle = kernel.OpenProcess(0x1000, False, pid)  # PROCESS_QUERY_LIMITED_INFORMATION
        if not handle:
            return None
        try:
            code = ctypes.wintypes.DWORD()
            kernel.GetExitCodeProcess(ctypes.wintypes.HANDLE(handle), ctypes.byref(code))
            times = [ctypes.wintypes.FILETIME() for _ in range(4)]
            kernel.GetProcessTimes(
                ctypes.wintypes.HANDLE(handle), *(ctypes.byref(time) for time in times)
            )
        finally:
            kernel.CloseHandle(ctypes.wintypes.HANDLE(handle))
        still_active = 259
        if code.value != still_active:
            return None
        return str((times[0].dwHighDateTime << 32) + times[0].dwLowDateTime)
    return None


class FileLock:
    """A lock that the operating system drops when its holder ends, however it ends."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[bytes] | None = None

    def take(self) -> bool:
        """Take the lock if it is free; True if we hold it now. Does not wait."""
        file = open(self._path, "ab")  # noqa: SIM115 - held open for as long as the lock is
        try:
            if sys.platform == "win32":
                file.seek(0)
                msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            else:
                fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            return False
        self._file = file
        return True

    def free(self) -> None:
        """Let the lock go."""
        if self._file is not None:
            if sys.platform == "win32":
                self._file.seek(0)
                msvcrt.locking(self._file.fileno(), msvcrt.LK_UNLCK, 1)
            self._file.close()
            self._file = None

    def is_taken(self) -> bool:
        """Whether another process holds it."""
        if not os.path.exists(self._path):
            return False
        if self.take():
            self.free()
            return False
        return True
