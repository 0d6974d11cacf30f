"""Where a run that was finished goes on for more epochs: its schedule spans all of them, so a learning rate that had
fallen rises again."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from cnnstudio.nn.rules.schedules import Schedule
from cnnstudio.nn.training.events import LEARNING_RATE, SCHEDULE, Commanded, EpochDone, Set
from cnnstudio.runs.run import Run

#: a rate that grows by this factor from one epoch to the next, after it fell, is no slow rise
JUMP = 1.5


def restarts(epochs: Sequence[EpochDone], commands: Sequence[Commanded] = ()) -> list[EpochDone]:
    """The epochs after which the schedule began anew: the rate had fallen and is much higher in the next, without
    somebody having set it in between."""
    found = []
    fell = False
    for before, after in pairwise(epochs):
        byhand = any(
            isinstance(each.command, Set)
            and each.command.name in (LEARNING_RATE, SCHEDULE)
            and before.step <= each.step < after.step
            for each in commands
        )
        if fell and not byhand and after.learning_rate > JUMP * before.learning_rate:
            found.append(before)
        fell = after.learning_rate < before.learning_rate
    return found


def rate_to_hold(run: Run) -> float:
    """The learning rate with which the last epoch of a run began, before its schedule began anew; a schedule that ends
    at 0 leaves nothing to go on with. 0 where the run has not had two epochs."""
    epochs, anew = list(run.history.epochs), restarts(run.history.epochs, run.history.commands)
    if anew:
        epochs = epochs[: epochs.index(anew[-1]) + 1]
    return float(f"{max(done.learning_rate for done in epochs[-2:]):.2g}") if len(epochs) > 1 else 0.0


def begins_anew(run: Run, schedule: Schedule) -> bool:
    """Whether going on with this schedule for more epochs raises the rate of a run that has come to its end."""
    last = run.history.epochs[-1] if run.history.epochs else None
    ended = last is not None and last.epoch >= run.design.recipe.epochs and last.step == run.step
    return ended and schedule.spans_the_run and rate_to_hold(run) > 0
