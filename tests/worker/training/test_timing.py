"""Timing an epoch beside the window: a real job that trains a copy for a few steps."""

from __future__ import annotations

import numpy as np
import pytest

from cnnstudio.data.library import open_data, preview
from cnnstudio.design.analysis.analysis import analyse
from cnnstudio.design.templates import template
from cnnstudio.nn.telling.told import told
from cnnstudio.project.project import untrained
from cnnstudio.worker.jobs import Jobs
from cnnstudio.worker.training.timing import EpochEstimate, timing


@pytest.fixture
def jobs(qapp):
    made = Jobs()
    yield made
    made.shutdown()


def test_an_epoch_is_timed_without_a_trace(jobs, qtbot):
    project, data = untrained(template("lenet5")), open_data("digits")
    before = project.weights.parameters.vector.copy()
    job = jobs.submit(told("timing"), timing(project, data, 1))
    with qtbot.waitSignal(job.done):
        pass
    found = job.result
    assert isinstance(found, EpochEstimate)
    assert found.step_seconds > 0
    assert found.seconds == pytest.approx(found.step_seconds * found.steps + found.validation_seconds)
    np.testing.assert_array_equal(project.weights.parameters.vector, before)


def test_every_layer_is_timed_and_heavy_ones_take_longer(jobs, qtbot):
    project, data = untrained(template("vgg_digits")), open_data("digits")
    job = jobs.submit(told("timing"), timing(project, data, 1))
    with qtbot.waitSignal(job.done):
        pass
    graph, found = project.design.graph, job.result
    learned = {node.id for node in graph if node.layer.parameters(graph.inferred[node.id].inputs)}
    assert learned <= found.layers.keys() <= set(graph.order)
    assert all(seconds >= 0 for seconds in found.layers.values())
    macs = {node: layer.macs for node, layer in analyse(graph).layers.items() if node in found.layers}
    heaviest = max(macs, key=macs.__getitem__)
    cheap = [found.layers[node] for node in macs if macs[node] == 0]
    assert found.layers[heaviest] > max(cheap)
    whole = sum(found.layers.values()) * project.design.recipe.batch_size
    assert whole < 1.5 * found.step_seconds  # a step also reads images and moves the weights


def test_what_cannot_be_trained_is_no_crash(jobs, qtbot):
    job = jobs.submit(told("timing"), timing(untrained(template("first_conv")), open_data("digits"), 1))
    with qtbot.waitSignal(job.failed):
        pass
    assert not job.failure.details


@pytest.mark.slow
def test_it_ends_when_it_is_cancelled(jobs, qtbot):
    job = jobs.submit(told("timing"), timing(untrained(template("vgg_mini")), preview("shapes"), 1))
    qtbot.waitUntil(lambda: job.state == "running")
    job.cancel()
    qtbot.waitUntil(lambda: job.over)
    assert job.state == "cancelled"
