"""What to fall back on when the loss grows beyond all numbers: the last state from which training still went well."""

from __future__ import annotations

import math
import time
from contextlib import closing
from typing import Protocol

from cnnstudio.nn.parameters.parameters import Snapshot
from cnnstudio.nn.telling.told import Sentence
from cnnstudio.nn.training.events import (
    Commanded,
    Diverged,
    Engine,
    EpochDone,
    Event,
    Set,
    Started,
    StateTaken,
    StepDone,
    TakeState,
)
from cnnstudio.runs.recorder import Recorder
from cnnstudio.runs.run import Run

#: seconds between two states to fall back on
PAUSE = 1.0
#: weights whose loss is this many times that of the first step are no good to fall back on
WORSE = 10.0


class Fallback:
    """Hears the events of a run, after its recorder, and keeps a record now and then.

    ``good`` is one whose loss the next step has measured; None before the run has started. ``wanted`` tells that a new
    state is to be taken. ``sentence`` is None until the run diverges: then it ends, also where that shows only in an
    epoch's validation.
    """

    def __init__(self, recorder: Recorder, learning_rate: float) -> None:
        self.good: tuple[Run, Snapshot] | None = None
        self.sentence: Sentence | None = None
        self.wanted = False
        self._recorder, self._learning_rate = recorder, learning_rate
        self._candidate: tuple[Run, Snapshot] | None = None
        self._since, self._first_loss = time.monotonic(), math.nan

    def hear(self, event: Event) -> None:
        """Take note of an event."""
        match event:
            case Started():
                self.wanted = True
            case StateTaken():
                self._candidate, self._since = self._recorder.record(event.state), time.monotonic()
                self.good = self.good or self._candidate
                self.wanted = False
            case StepDone():
                if math.isnan(self._first_loss):
                    self._first_loss = max(event.loss, 1.0)
                if event.loss <= WORSE * self._first_loss:
                    self.good = self._candidate
                    self.wanted = time.monotonic() - self._since >= PAUSE
            case EpochDone() if not math.isfinite(event.validation_loss):
                # its last step went beyond all numbers, which no further step may be there to notice
                self.sentence = self._told(event.step)
            case EpochDone():
                self.wanted = True
            case Diverged():
                self.sentence = self._told(event.step + 1)
            case Commanded(command=Set(name="optimizer.learning_rate", value=float(rate))):
                self._learning_rate = rate
            case _:
                pass

    def _told(self, step: int) -> Sentence:
        kept = self.good[0].step if self.good is not None else 0
        weights = "The weights of step {kept:thousands} are kept" if kept else "The first weights are kept"
        return Sentence(
            "The loss grew beyond all numbers at step {step:thousands}. {weights}; try a learning rate below {rate:g}.",
            step=step,
            weights=Sentence(weights, kept=kept),
            rate=self._learning_rate,
        )


class Hearer(Protocol):
    """Whoever is told all that an engine says."""

    def hear(self, event: Event) -> None: ...


def watched(engine: Engine, recorder: Recorder, fallback: Fallback, *others: Hearer) -> Engine:
    """The engine's events, each heard by all of them before it is passed on. States to fall back on, and those of the
    best epochs, are taken in between."""
    with closing(engine):
        event: Event | None = next(engine, None)
        while event is not None:
            recorder.hear(event)
            fallback.hear(event)
            for other in others:
                other.hear(event)
            if fallback.wanted or recorder.wanted:
                state = engine.send(TakeState())
                recorder.hear(state)
                fallback.hear(state)
            command = yield event
            try:
                event = engine.send(command)
            except StopIteration:
                return


def record_of(engine: Engine, recorder: Recorder) -> tuple[Run, Snapshot]:
    """The run and its weights as they are now, between two events or after the last one."""
    event = engine.send(TakeState())
    assert isinstance(event, StateTaken), event
    return recorder.record(event.state)
