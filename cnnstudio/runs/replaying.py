"""Giving a run once more what it was told behind the state that it goes on from, so that it takes the same course."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from contextlib import closing

from cnnstudio.nn.training.events import Commanded, Engine, EpochDone, Event, Lock, MeasureStep, Set, Started, StepDone


def replayed(engine: Engine, ahead: Sequence[Commanded]) -> Engine:
    """The engine's events. Where it comes to the place of a command that is ``ahead``, it is told so again, until
    somebody decides anew: from then on no more."""
    left, at = deque(ahead), (0, 0)
    with closing(engine):
        event: Event | None = next(engine, None)
        while event is not None:
            match event:
                case Started():
                    at = event.place.epoch, event.step
                case StepDone():
                    at = event.epoch - 1, event.step
                case EpochDone():
                    at = event.epoch, event.step
                case _:
                    pass
            command = yield event
            if isinstance(command, Set | Lock):
                left.clear()
            elif left and (left[0].place.epoch, left[0].step) == at and isinstance(command, MeasureStep | None):
                command = left.popleft().command
            try:
                event = engine.send(command)
            except StopIteration:
                return
