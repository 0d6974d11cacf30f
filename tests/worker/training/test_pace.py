"""Speed and time left, from times between events."""

from __future__ import annotations

import pytest

from cnnstudio.nn.training.events import EpochDone, Started, StepDone
from cnnstudio.worker.training.pace import Pace


def done(step: int) -> StepDone:
    return StepDone(step, (step - 1) // 4 + 1, 1.0, 0.5)


def test_speed_and_time_left_count_validation_and_the_smaller_last_batch() -> None:
    pace = Pace(images=35)
    first = pace.started(Started(0, 4, 2, 10), now=100.0)
    assert (first.step, first.steps, first.epoch, first.epochs) == (0, 8, 1, 2)
    assert first.seconds_left == -1.0 and first.images_per_second == -1.0
    for step in range(1, 4):
        status = pace.step_done(done(step), 100.0 + 0.1 * step)
    assert status.images_per_second == pytest.approx(100.0)
    assert status.seconds_left == pytest.approx(0.4)  # 40 images
    pace.step_done(done(4), 100.35)
    status = pace.epoch_done(EpochDone(1, 4, 1, 0.5, 1, 0.75, 100, 1, 0.1), 100.85)
    assert status.validation_accuracy == 0.75 and status.epoch == 1
    assert status.images_per_second == pytest.approx(100.0)
    assert status.seconds_left == pytest.approx(0.35 + 0.5)
    assert pace.step_done(done(5), 100.95).epoch == 2


def test_a_pause_does_not_count() -> None:
    pace = Pace(40)
    pace.started(Started(0, 4, 1, 10), 0.0)
    pace.step_done(done(1), 0.1)
    pace.resumed(1000.0)
    assert pace.step_done(done(2), 1000.1).images_per_second == pytest.approx(100.0)


def test_only_the_last_seconds_count() -> None:
    pace = Pace(10_000)
    pace.started(Started(0, 1000, 1, 10), 0.0)
    now = 0.0
    for step in range(1, 11):
        now += 1.0
        pace.step_done(done(step), now)
    for step in range(11, 100):
        now += 0.1
        status = pace.step_done(done(step), now)
    assert status.images_per_second == pytest.approx(100.0)


def test_the_time_left_is_that_of_the_epochs_left() -> None:
    pace = Pace(40)
    pace.started(Started(0, 4, 1000, 10), 0.0)
    for step in range(1, 5):
        pace.step_done(done(step), 0.1 * step)
    status = pace.epoch_done(EpochDone(1, 4, 1, 0.5, 1, 0.75, 100, 1, 0.1), 1.0)
    assert status.epoch_seconds == pytest.approx(1.0)
    assert status.seconds_left == pytest.approx(999 * status.epoch_seconds)
