"""How long an epoch will take here: predicted when nothing else is going on, and after training how far off it was."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from cnnstudio.design.analysis.trainable import prevents_training
from cnnstudio.nn.parameters.parameters import Snapshot
from cnnstudio.nn.telling.phrases import amount
from cnnstudio.nn.telling.told import told
from cnnstudio.runs.run import Run
from cnnstudio.ui.document.document import Document
from cnnstudio.ui.look.numbers import number_text
from cnnstudio.ui.run.data_source import DataSource
from cnnstudio.worker.jobs import Job
from cnnstudio.worker.training.session import TrainingSession
from cnnstudio.worker.training.timing import EpochEstimate, timing

#: milliseconds without a change before a batch is timed
REST = 1200
#: milliseconds between two looks at the speed of a run
PACE = 500
#: how many designs are remembered, so that undo brings their figures back at once
_REMEMBERED = 16


class EpochTime(QObject):
    """Watches document, data and session. Never times while a run is under way; Train cancels what is being timed."""

    #: ``text`` has changed
    changed = Signal()

    def __init__(
        self,
        document: Document,
        data: DataSource,
        session: TrainingSession,
        threads: Callable[[], int],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._data, self._session, self._threads = document, data, session, threads
        self._known: dict[Any, EpochEstimate] = {}
        self._measured: dict[Any, float] = {}
        self._running: Any = None
        self._job: Job | None = None
        self._job_key: Any = None
        self._rest = QTimer(self, interval=REST, singleShot=True)
        self._rest.timeout.connect(self._begin)
        document.changed.connect(self.follow)
        data.changed.connect(self.follow)
        session.state_changed.connect(self._session_changed)
        session.finished.connect(self._finished)
        #: a run under way tells itself how long its epochs take
        self._pace = QTimer(self, interval=PACE)
        self._pace.timeout.connect(self._tell)
        self._shown = ""
        self.follow()

    @property
    def estimate(self) -> EpochEstimate | None:
        """The prediction for the design as it is; None where there is none yet."""
        return self._known.get(self._key())

    @property
    def text(self) -> str:
        """What to say of it: “about 4 s per epoch”; of a run under way what it takes at its speed, from which the time
        that is left is reckoned, too; after training also what it took."""
        if (now := self._running_at) is not None:
            return f"{duration(now)} per epoch"
        found, took = self.estimate, self._measured.get(self._key())
        if found is None:
            return ""
        if took is None:
            return f"about {duration(found.seconds)} per epoch"
        if self._document.project.run is None:  # reset: the figures of that run are gone
            return f"about {duration(took)} per epoch"
        expected = duration(found.seconds)
        return f"{duration(took)} per epoch" + (f", expected {expected}" if expected != duration(took) else "")

    @property
    def reason(self) -> str:
        """Where the figure comes from, for a tooltip."""
        if self._running_at is not None:
            return "At the speed of the run in the last seconds, with its validation."
        found, took = self.estimate, self._measured.get(self._key())
        if found is None:
            return ""
        lines = [
            f"{amount(found.steps, 'step')} of {duration(found.step_seconds)}, timed on this machine, and "
            f"{duration(found.validation_seconds)} for validation."
        ]
        if took is not None and self._document.project.run is None:
            return "As long as an epoch of the run before took."
        if took is not None:
            lines.append(f"Predicted {duration(found.seconds)}, measured {duration(took)}.")
        return "\n".join(lines)

    @property
    def _running_at(self) -> float | None:
        """The seconds that an epoch of the run under way takes; None while nobody knows."""
        status = self._session.status.value if self._session.active else None
        return status.epoch_seconds if status is not None and status.epoch_seconds >= 0 else None

    def _key(self) -> Any:
        recipe, dataset = self._document.project.design.recipe, self._data.dataset
        if dataset is None:
            return None
        design = self._document.project.design
        kind = recipe.optimizer.kind
        return design.graph, design.locks, recipe.batch_size, kind, dataset.fingerprint, self._threads()

    def follow(self) -> None:
        """What decides how long an epoch takes may have changed."""
        key = self._key()
        if self._job is not None and self._job_key != key:
            self._cancel()
        if key is not None and key not in self._known and not self._session.active:
            self._rest.start()
        else:
            self._rest.stop()
        self._tell()

    def _begin(self) -> None:
        key, design = self._key(), self._document.project.design
        data = self._data
        if key is None or key in self._known or self._session.active or self._job is not None:
            return
        if self._session.jobs.closed:  # the window has been closed in the meantime
            return
        if self._document.project.weights.parameters.costly:
            return
        if prevents_training(design, data.image_shape, len(data.classes)) is not None:
            return
        if not self._session.jobs.idle:
            self._rest.start()  # others first, also those of other windows
            return
        assert data.dataset is not None
        self._job_key = key
        self._job = self._session.jobs.submit(
            told("timing"), timing(self._document.project, data.dataset, self._threads())
        )
        self._job.done.connect(partial(self._done, key))
        self._job.state_changed.connect(partial(self._job_changed, self._job))

    def _done(self, key: Any, estimate: EpochEstimate) -> None:
        while len(self._known) >= _REMEMBERED:
            self._known.pop(next(iter(self._known)))
        self._known[key] = estimate
        self._tell()

    def _job_changed(self, job: Job, state: str) -> None:
        if state in ("done", "failed", "cancelled") and job is self._job:
            self._job = None

    def _cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None
        self._rest.stop()

    def _session_changed(self, state: str) -> None:
        if state == "idle":
            self._pace.stop()
            self.follow()
        else:
            self._pace.start()
            if self._running is None:
                self._running = self._key()
            self._cancel()

    def _finished(self, run: Run, weights: Snapshot) -> None:
        key, self._running = self._running, None
        recent = [done.seconds for done in run.history.epochs[-5:]]
        if key is not None and recent and not self._session.shared:
            self._measured = {key: statistics.median(recent)}
        self._tell()

    def _tell(self) -> None:
        if self.text != self._shown:
            self._shown = self.text
            self.changed.emit()


def duration(seconds: float) -> str:
    """A time as people say it: 12 ms, 0.8 s, 4 s, 2 min 10 s, 1 h 5 min."""
    if seconds < 0.1:
        return f"{number_text(float(f'{1000 * seconds:.2g}'))}\u202fms"
    if seconds < 10:
        return f"{number_text(float(f'{seconds:.2g}'))}\u202fs"
    whole = round(seconds)
    if whole < 60:
        return f"{whole}\u202fs"
    if whole < 3600:
        return (
            f"{whole // 60}\u202fmin {whole % 60}\u202fs"
            if whole % 60 and whole < 600
            else f"{round(whole / 60)}\u202fmin"
        )
    return f"{whole // 3600}\u202fh {whole % 3600 // 60}\u202fmin"
