"""How fast a run is and how long it still takes, from the times between its events."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

from cnnstudio.nn.training.events import EpochDone, Started, StepDone

#: seconds over which the speed is averaged
WINDOW = 3.0


@dataclass(frozen=True)
class Status:
    """How far a run has come. ``epoch`` counts from 1; ``seconds_left`` and ``images_per_second`` are -1
    until they are known; ``validation_accuracy`` is -1 before the first epoch has ended."""

    step: int
    steps: int
    epoch: int
    epochs: int
    images_per_second: float = -1.0
    seconds_left: float = -1.0
    validation_accuracy: float = -1.0
    #: what an epoch takes at this speed, validation included; -1 until it is known
    epoch_seconds: float = -1.0


class Pace:
    """Makes a ``Status`` of every event. Times are monotonic seconds; pauses do not count."""

    def __init__(self, images: int) -> None:
        self._images = images
        self._times: deque[tuple[float, int]] = deque()
        self._seconds, self._trained = 0.0, 0  # their sums
        self._started = Started(0, 1, 1, 1)
        #: whole epochs, and the step after which this one began
        self._epochs, self._began = 0, 0
        self._last = 0.0
        self._validation_seconds = 0.0
        self._accuracy = -1.0

    def started(self, event: Started, now: float) -> Status:
        """The run begins or goes on."""
        self._started, self._epochs = event, event.place.epoch
        self._began = event.step - math.ceil(event.place.picture / event.batch_size)
        self.resumed(now)
        return self._status(event.step)

    def resumed(self, now: float) -> None:
        """Time passed in which nothing was computed."""
        self._times.clear()
        self._seconds, self._trained = 0.0, 0
        self._last = now

    def step_done(self, event: StepDone, now: float) -> Status:
        """One step further."""
        batch, last = self._started.batch_size, self._began + self._started.steps_per_epoch
        rest = self._images % batch
        seconds, images = now - self._last, rest if event.step == last and rest else batch
        self._last = now
        self._times.append((seconds, images))
        self._seconds += seconds
        self._trained += images
        while len(self._times) > 1 and self._seconds > WINDOW:
            seconds, images = self._times.popleft()
            self._seconds -= seconds
            self._trained -= images
        return self._status(event.step)

    def epoch_done(self, event: EpochDone, now: float) -> Status:
        """One epoch further; the time since its last step went into validation."""
        self._epochs, self._began = event.epoch, event.step
        self._validation_seconds = now - self._last
        self._last = now
        self._accuracy = event.validation_accuracy
        return self._status(event.step)

    def _status(self, step: int) -> Status:
        per_epoch, epochs = self._started.steps_per_epoch, self._started.epochs
        taken = step - self._began
        steps = self._began + per_epoch * max(0, epochs - self._epochs)
        epoch = max(1, min(self._epochs + (taken > 0), epochs))
        if not self._times or self._seconds <= 0:
            return Status(step, steps, epoch, epochs, validation_accuracy=self._accuracy)
        rate = self._trained / self._seconds
        whole = self._images / rate + self._validation_seconds
        ended = taken * self._started.batch_size / rate
        wait = max(0.0, (epochs - self._epochs) * whole - ended)
        return Status(step, steps, epoch, epochs, rate, wait, self._accuracy, whole)
