"""Timing an epoch beside the window: a real job that trains a copy for a few steps."""

from __future__ import annotations

import numpy as np
import pytest

from cnnstudio.data.library import open_data
from cnnstudio.design.templates import template
from cnnstudio.project.project import untrained
from cnnstudio.training.jobs import Jobs
from cnnstudio.training.timing import EpochEstimate, timing


@pytest.fixture
def jobs(qapp):
    made = Jobs()
    yield made
    made.shutdown()


def test_an_epoch_is_timed_without_a_trace(jobs, qtbot):
    project, data = untrained(template("lenet5")), open_data("digits")
    before = project.weights.parameters.vector.copy()
    job = jobs.submit("Timing", timing(project, data, 1))
    with qtbot.waitSignal(job.done, timeout=30_000):
        pass
    found = job.result
    assert isinstance(found, EpochEstimate)
    assert found.step_seconds > 0
    assert found.seconds == pytest.approx(found.step_seconds * found.steps + found.validation_seconds)
    np.testing.assert_array_equal(project.weights.parameters.vector, before)


def test_what_cannot_be_trained_is_no_crash(jobs, qtbot):
    job = jobs.submit("Timing", timing(untrained(template("first_conv")), open_data("digits"), 1))
    with qtbot.waitSignal(job.failed, timeout=30_000):
        pass
    assert not job.failure.details


def test_it_ends_when_it_is_cancelled(jobs, qtbot):
    job = jobs.submit("Timing", timing(untrained(template("vgg_mini")), open_data("shapes"), 1))
    qtbot.waitUntil(lambda: job.state == "running", timeout=10_000)
    job.cancel()
    qtbot.waitUntil(lambda: job.over, timeout=10_000)
    assert job.state == "cancelled"
