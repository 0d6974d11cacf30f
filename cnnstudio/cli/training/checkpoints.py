"""The file that ``--out`` names, kept up with a run: whatever ends the program, it holds what is needed to go on."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np

from cnnstudio.cli.console import BAD_ANSWER, Refused, remark
from cnnstudio.design.format.strict import FileFormatError
from cnnstudio.nn.telling.told import worded
from cnnstudio.nn.training.events import Place
from cnnstudio.project.file import SaveError, load_project, save_project
from cnnstudio.project.project import Project
from cnnstudio.runs.run import Run

#: seconds between two checkpoints
PAUSE = 30.0
#: more than this part of the time is not spent on writing
SHARE = 0.05


class Checkpoints:
    """Writes a project to ``path`` again and again; with None to nowhere.

    The file that was there before the run stays as its backup until the run has ended. A place that has no room any
    more is told once and tried again; ``failed`` says that the file is not the newest.
    """

    def __init__(self, path: str | None) -> None:
        self.path = path
        self.failed = False
        self._backup, self._pause = True, PAUSE
        self._written, self._there = time.monotonic(), (-1, 0)

    def begin(self, project: Project) -> None:
        """Write the project before its first step, which shows whether the place can be written.

        Raises:
            Refused: it cannot.
        """
        if self.path is None:
            return
        run = _run(project)
        there = _run_in(Path(self.path), run.id)
        if there is not None and _ended(run) and _place(there) == _place(run):
            self._there = _place(there)  # nothing is left to do, and the file is the end of it
            return
        self._backup = there is None or _ended(there)
        self._save(project)

    def due(self, coming: float) -> bool:
        """Whether one is due before a next step of ``coming`` seconds has ended."""
        return self.path is not None and time.monotonic() + coming >= self._written + self._pause

    def write(self, project: Project) -> None:
        """Write the project; where its weights are no numbers any more, the one before stays."""
        weights = project.weights.parameters
        if self.path is None or not (np.isfinite(weights.vector).all() and np.isfinite(weights.state).all()):
            return
        if _place(_run(project)) == self._there:
            return  # the same steps of the same run give the same weights
        try:
            self._save(project)
        except Refused as error:
            if not self.failed:
                remark(f"{worded(error)} The training goes on, and the next checkpoint is tried again.")
            self.failed, self._written = True, time.monotonic()
        else:
            self.failed = False

    def _save(self, project: Project) -> None:
        assert self.path is not None
        begun = time.monotonic()
        try:
            save_project(project, self.path, backup=self._backup)
        except SaveError as error:
            raise Refused(worded(error), BAD_ANSWER) from error
        self._backup, self._written, self._there = False, time.monotonic(), _place(_run(project))
        self._pause = max(PAUSE, (self._written - begun) * (1 / SHARE - 1))


def _ended(run: Run) -> bool:
    """Whether a run has come to its last step, and the figures of its last epoch are known."""
    return run.place >= Place(run.design.recipe.epochs) and not run.place.picture


def _place(run: Run) -> tuple[int, int]:
    return run.step, len(run.history.epochs)


def _run(project: Project) -> Run:
    assert project.run is not None
    return project.run


def _run_in(path: Path, run_id: str) -> Run | None:
    """What a file holds of this very run."""
    try:
        there = load_project(path).run
    except FileFormatError:
        return None
    return there if there is not None and there.id == run_id else None
