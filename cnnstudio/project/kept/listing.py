"""All runs that are kept, as a list that is read again and again: only what has changed is read anew."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from cnnstudio.project.kept.notes import NOTES
from cnnstudio.project.kept.runs import KeptRun, State, kept_run
from cnnstudio.project.run_folder import SUMMARY, run_folders


@dataclass(frozen=True)
class ListedRun:
    """A kept run and how it stands."""

    run: KeptRun
    state: State


class RunList:
    """Reads the list; not safe in two threads at once."""

    def __init__(self) -> None:
        #: seconds that reading took last
        self.took = 0.0
        self._known: dict[Path, tuple[object, KeptRun | None]] = {}

    def read(self) -> tuple[ListedRun, ...]:
        """The runs there are now, the newest first."""
        begun = time.monotonic()
        self._known = {folder: self._read(folder) for folder in run_folders()}
        runs = [run for _, run in self._known.values() if run is not None]
        listed = [ListedRun(run, run.state()) for run in runs]
        self.took = time.monotonic() - begun
        return tuple(sorted(listed, key=lambda each: (each.run.began, each.run.id), reverse=True))

    def _read(self, folder: Path) -> tuple[object, KeptRun | None]:
        now = _changed(folder / SUMMARY), _changed(folder / NOTES)
        before = self._known.get(folder)
        return before if before is not None and before[0] == now else (now, kept_run(folder))


def _changed(path: Path) -> tuple[int, int] | None:
    """What changes with each file that takes its place."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino
