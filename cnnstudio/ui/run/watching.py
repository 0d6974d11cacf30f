"""Watches the runs of a session from inside: asks for measured steps, and keeps them."""

from __future__ import annotations

import time
from collections import deque
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from cnnstudio.nn.training.events import StepDone
from cnnstudio.project.measured_steps import measured_steps
from cnnstudio.runs.run import Run
from cnnstudio.ui.run.measured_steps import MeasuredSteps
from cnnstudio.worker.background import Background
from cnnstudio.worker.lanes import Latest
from cnnstudio.worker.training.session import TrainingSession

#: milliseconds between two looks at the lane
POLL = 40
#: over so many measured steps the price is averaged, and from so many on it is known
AVERAGED, KNOWN = 24, 4


class Watching(QObject):
    """Off until it is switched ``on``: then the steps of each run are measured now and then, whatever is shown."""

    #: another step was measured, or it was switched
    changed = Signal()

    def __init__(self, session: TrainingSession, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._lane: Latest[StepDone] = session.measured
        self._seen = session.measured.count
        self._first = True
        self.steps = MeasuredSteps()
        self.on = False
        #: what the arrays of the layer are that were asked for: of the newest step that has any
        self.newest: StepDone | None = None
        self._layer = ""
        #: when steps were measured of late, and what that took, in seconds
        self._prices: deque[tuple[float, float]] = deque(maxlen=AVERAGED)
        self._reading = Background("Reading what was measured", self)
        self._reading.answered.connect(self._recalled)
        self._timer = QTimer(self, interval=POLL)
        self._timer.timeout.connect(self.look)
        session.state_changed.connect(self._follow)
        for told in (session.recorded, session.finished):
            told.connect(self._recorded)

    def switch(self, on: bool) -> None:
        """Watch from now on, or no more."""
        self.on, self._first = on, True
        self._prices.clear()
        self._ask()
        self._follow()
        self.changed.emit()

    def want(self, layer: str) -> None:
        """The arrays of this layer as well, "" for none."""
        if layer != self._layer:
            self._layer = layer
            self._ask()

    def recall(self, run: Run | None) -> None:
        """Show what was measured of a run that rests, as its folder tells, unless it is shown."""
        if run is not None and run.id != self.steps.run and not self._session.active:
            self.steps.begin(run.id)
            self.newest = None
            self._reading.ask(partial(_recalled, run))

    def shutdown(self) -> None:
        """Read no more. Safe to call twice."""
        self._reading.shutdown()

    @property
    def share(self) -> float | None:
        """How much of the time of the run under way went into measuring of late; None while nobody knows."""
        if len(self._prices) < KNOWN:
            return None
        (began, _), *_, (ended, _) = self._prices
        return sum(price for _, price in list(self._prices)[:-1]) / max(1e-3, ended - began)

    def look(self) -> None:
        """Take what is new in the lane."""
        lane = self._session.measured
        if lane is not self._lane:
            self._lane, self._seen, self._first = lane, 0, True
            self._prices.clear()
        run = self._session.run
        if run is not None:
            self.steps.begin(run.id)
        found, self._seen = lane.newer_than(self._seen)
        if found is None or found.measured is None:
            status = self._session.status.value
            if self.on and not self._first and status is not None:
                self.steps.watched(status.step)
            return
        self._prices.append((time.monotonic(), found.measured.seconds))
        self.steps.add(found.step, found.measured, self._first)
        self._first = False
        if found.measured.arrays:
            self.newest = found
        self.changed.emit()

    def _recorded(self, run: Run, _weights: object) -> None:
        """A run is recorded to its last step; the lane is a moment behind when it ends."""
        if self.on and not self._first and run.id == self.steps.run:
            self.steps.watched(run.step)
            self.changed.emit()

    def _recalled(self, found: tuple[str, list[StepDone]]) -> None:
        run, steps = found
        if run == self.steps.run and not len(self.steps) and steps:
            self.steps.recall(steps)
            self.changed.emit()

    def _ask(self) -> None:
        self._session.watch(self._layer if self.on else None)

    def _follow(self) -> None:
        self.look()
        if self.on and self._session.active:
            self._timer.start()
        else:
            self._timer.stop()


def _recalled(run: Run) -> tuple[str, list[StepDone]]:
    return run.id, measured_steps(run)
