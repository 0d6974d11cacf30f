"""A race on the worker: alike for all, in the same time, cancelled at once, and nobody's network is touched."""

from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from small_training import small_data, small_graph

from cnnstudio.data.dataset import DataSet
from cnnstudio.data.preparation.split import Split
from cnnstudio.design.three_ways import contest
from cnnstudio.nn.graph.graph import chain
from cnnstudio.nn.layers.convolution.conv2d import Conv2D
from cnnstudio.nn.parameters.parameters import initial_parameters
from cnnstudio.nn.telling.told import told
from cnnstudio.worker.jobs import Job, Jobs, Steps
from cnnstudio.worker.training.race import BATCH, Race, new_race, racing

GRAPH = small_graph()
WEIGHTS = initial_parameters(GRAPH, 3)


@pytest.fixture(scope="module")
def data() -> DataSet:
    return small_data(count=400)


def begin(jobs: Jobs, data: DataSet, **changes: object) -> tuple[Race, Job]:
    race = new_race(contest(GRAPH, "conv", 3, BATCH), data, Split())
    for name, value in changes.items():
        setattr(race, name, value)
    return race, jobs.submit(told("race"), racing(race, GRAPH, WEIGHTS, data, 0))


def test_all_three_learn_the_same_images_as_often(qtbot: QtBot, jobs: Jobs, data: DataSet) -> None:
    before = WEIGHTS.vector.copy()
    race, job = begin(jobs, data)
    qtbot.waitUntil(lambda: job.over)
    assert job.state == "done" and race.images == 352 and race.validated == 40
    for lane in race.lanes:
        steps, marks = lane.steps.read(), lane.marks.read()
        assert lane.ended == "done" and len(steps) == 6 * 11 and [mark.epoch for mark in marks] == [1, 2, 3, 4, 5, 6]
        times = [step.seconds for step in steps]
        assert times == sorted(times) and times[-1] == marks[-1].seconds
        assert marks[-1].accuracy > 0.9 > steps[0].accuracy
        assert lane.moved.keys() == {2, 4} and all(0 <= share <= 1 for share in lane.moved.values())
    assert np.array_equal(WEIGHTS.vector, before)


def test_at_any_moment_all_have_had_the_same_time(qtbot: QtBot, jobs: Jobs, data: DataSet) -> None:
    """Whoever has had the least goes next: nobody is ever further ahead than its own longest step."""
    race, job = begin(jobs, data)
    qtbot.waitUntil(lambda: job.over)
    times = [[step.seconds for step in lane.steps.read()] for lane in race.lanes]
    longest = max(max(b - a for a, b in zip([0.0, *own], own, strict=False)) for own in times)
    ends = [own[-1] for own in times]
    for first in times:
        for second, end in zip(times, ends, strict=True):
            for moment in first:
                if moment < end:  # the other was still running: it has stepped past every moment but the last
                    assert min(t for t in second if t >= moment) - moment <= longest + 1e-6


def test_where_one_would_take_too_long_all_learn_less_often(qtbot: QtBot, jobs: Jobs, data: DataSet) -> None:
    """A limit does not decide who wins: whoever is slow shortens the race for everybody."""
    race, job = begin(jobs, data, most_seconds=0.0)
    qtbot.waitUntil(lambda: job.over)
    assert race.epochs == 1
    assert [(lane.ended, len(lane.steps), len(lane.marks)) for lane in race.lanes] == [("done", 11, 1)] * 3


def test_a_race_is_cancelled_in_the_middle_and_the_worker_is_free(qtbot: QtBot, jobs: Jobs, data: DataSet) -> None:
    race, job = begin(jobs, data, epochs=10_000)
    qtbot.waitUntil(lambda: all(len(lane.steps) > 3 for lane in race.lanes))
    job.cancel()

    def next_one(_job: Job) -> Steps:
        yield
        return "free"

    after = jobs.submit(told("reading", source="Next"), next_one)
    qtbot.waitUntil(lambda: after.over)
    assert job.state == "cancelled" and after.result == "free"
    assert not any(lane.ended for lane in race.lanes)


def test_the_layers_before_are_those_of_the_network(qtbot: QtBot, jobs: Jobs, data: DataSet) -> None:
    """With its first convolution silenced nothing can be learned behind it."""
    layers = [(node.id, node.layer) for node in GRAPH]
    deeper = chain(*layers[:2], ("second", Conv2D(2, (3, 3))), *layers[2:])
    silent = initial_parameters(deeper, 0)
    silent.arrays("conv")["weights"][:] = 0
    accuracies = []
    for weights in (silent, initial_parameters(deeper, 0)):
        race = new_race(contest(deeper, "second", 3, BATCH), data, Split())
        job = jobs.submit(told("race"), racing(race, deeper, weights, data, 0))
        qtbot.waitUntil(lambda job=job: job.over)
        accuracies.append([lane.marks.read()[-1].accuracy for lane in race.lanes])
    assert max(accuracies[0]) < 0.6 < min(accuracies[1])
