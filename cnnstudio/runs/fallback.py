"""What to fall back on when the loss grows beyond all numbers: the last state from which training still went well."""

from __future__ import annotations

import math
import time

from cnnstudio.nn.arrays import thousands
from cnnstudio.nn.parameters import Snapshot
from cnnstudio.nn.training.trainer import Diverged, EpochDone, Event, StepDone, Training
from cnnstudio.runs.recorder import Recorder
from cnnstudio.runs.run import Run

#: seconds between two states to fall back on
PAUSE = 1.0
#: weights whose loss is this many times that of the first step are no good to fall back on
WORSE = 10.0


class Fallback:
    """Hears the events of a run, after its recorder, and keeps a record now and then.

    ``good`` is one whose loss the next step has measured. ``sentence`` is "" until the run diverges: then it ends, also
    where that shows only in an epoch's validation.
    """

    def __init__(self, recorder: Recorder, training: Training) -> None:
        self.good: tuple[Run, Snapshot] = recorder.record(training)
        self.sentence = ""
        self._recorder, self._training = recorder, training
        self._candidate, self._since, self._first_loss = self.good, time.monotonic(), math.nan

    def hear(self, event: Event) -> None:
        """Take note of an event."""
        match event:
            case StepDone():
                if math.isnan(self._first_loss):
                    self._first_loss = max(event.loss, 1.0)
                if event.loss <= WORSE * self._first_loss:
                    self.good = self._candidate
                    if time.monotonic() - self._since >= PAUSE:
                        self._renew()
            case EpochDone() if not math.isfinite(event.validation_loss):
                # its last step went beyond all numbers, which no further step may be there to notice
                self.sentence = self._told(event.step)
            case EpochDone():
                self._renew()
            case Diverged():
                self.sentence = self._told(event.step + 1)

    def _renew(self) -> None:
        self._candidate, self._since = self._recorder.record(self._training), time.monotonic()

    def _told(self, step: int) -> str:
        kept = self.good[0].step
        weights = f"The weights of step {thousands(kept)} are kept" if kept else "The first weights are kept"
        return (
            f"The loss grew beyond all numbers at step {thousands(step)}. {weights}; "
            f"try a learning rate below {self._training.optimizer.learning_rate:g}."
        )
