"""One thing that is worked out beside the window, and asked for anew."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal

from cnnstudio.nn.telling.told import Told
from cnnstudio.worker.jobs import Job, Jobs, Work


class OneJob(QObject):
    """``changed`` when it begins, ends or is given up; ``done`` carries what came out of the newest one."""

    changed = Signal()
    done = Signal(object)

    def __init__(self, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self.job: Job | None = None

    def begin(self, title: Told, work: Work) -> None:
        """Work something out; what was under way is given up."""
        self.stop()
        if self._jobs.closed:
            return
        job = self.job = self._jobs.submit(title, work)
        job.done.connect(partial(self._take, job))
        job.state_changed.connect(partial(self._ended, job))
        self.changed.emit()

    def stop(self) -> None:
        """Give up what is under way."""
        job, self.job = self.job, None
        if job is not None:
            job.cancel()
            self.changed.emit()

    def _take(self, job: Job, result: Any) -> None:
        if job is self.job:
            self.job = None
            self.done.emit(result)
            self.changed.emit()

    def _ended(self, job: Job, state: str) -> None:
        if state in ("failed", "cancelled") and job is self.job:
            self.job = None
            self.changed.emit()
