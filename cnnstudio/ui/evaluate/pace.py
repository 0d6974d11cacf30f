"""How far a job is and how long it still takes, in words."""

from __future__ import annotations

import time

from cnnstudio.ui.panels.bars.training_bar import left
from cnnstudio.worker.jobs import Job

#: seconds before it is said how long it still takes
SOON = 1.0


class Pace:
    """Of one job after the other: the time is counted from when it was first asked about."""

    def __init__(self) -> None:
        self._job: Job | None = None
        self._began = 0.0

    def words(self, job: Job) -> str:
        """“40 % · 12 s left”; no time before there is an idea of it."""
        if job is not self._job:
            self._job, self._began = job, time.monotonic()
        progress, took = job.progress.value, time.monotonic() - self._began
        share = max(0.0, progress.fraction) if progress is not None else 0.0
        still = f" · {left(took * (1 - share) / share)}" if share and took > SOON else ""
        return f"{100 * share:.0f}\u202f%{still}"
