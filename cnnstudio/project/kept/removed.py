"""Deleting runs in two steps: first they are set aside, and gone for good only once nobody can want them back.

What is set aside is held by its process; what nobody holds was left by one that died, and goes at the next start.
"""

from __future__ import annotations

import contextlib
import secrets
import shutil
import time
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from cnnstudio.files.atomic import STALE_SECONDS, hold
from cnnstudio.project.run_folder import runs_folder

#: within the folder of all runs
_ASIDE, _LOCK = ".removed", "lock"


class Removed:
    """The folders of some runs, set aside. Call ``bring_back`` or ``forget`` in the end.

    Raises:
        OSError: one could not be moved; all are where they were.
    """

    def __init__(self, folders: Iterable[Path]) -> None:
        self._aside = runs_folder() / _ASIDE / secrets.token_hex(8)
        self._aside.mkdir(parents=True)
        self._lock: BinaryIO = (self._aside / _LOCK).open("xb")
        hold(self._lock.fileno())
        self._moved: list[tuple[Path, Path]] = []
        try:
            for folder in folders:
                place = self._aside / folder.name
                folder.rename(place)
                self._moved.append((folder, place))
        except OSError:
            self.bring_back()
            raise

    def bring_back(self) -> None:
        """Put all of them back where they were.

        Raises:
            OSError: one could not be moved; it stays aside until the next start.
        """
        for folder, place in self._moved:
            place.rename(folder)
        self._moved.clear()
        self.forget()

    def forget(self) -> None:
        """Delete for good what is still set aside. Safe to call twice."""
        self._moved.clear()
        shutil.rmtree(self._aside, ignore_errors=True)  # what cannot be deleted now goes at the next start
        self._lock.close()


def sweep_removed() -> None:
    """Delete what processes that died had set aside."""
    with contextlib.suppress(OSError):  # there is none
        for aside in list((runs_folder() / _ASIDE).iterdir()):
            if _abandoned(aside / _LOCK):
                shutil.rmtree(aside, ignore_errors=True)


def _abandoned(lock: Path) -> bool:
    try:
        with lock.open("r+b") as file:
            held = hold(file.fileno())
            return time.time() - lock.stat().st_mtime > STALE_SECONDS if held is None else held
    except OSError:
        return False
