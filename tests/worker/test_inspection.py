"""The probe: the latest request wins, never more than ten a second, off the window's thread."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from small_training import Hears, small_data, small_graph

from cnnstudio.nn.looking.inspect import inspect
from cnnstudio.nn.parameters import Snapshot, initial_parameters
from cnnstudio.worker.inspection import Inspection

IMAGE = np.ascontiguousarray(small_data().test.pixels[0])
OTHER = np.ascontiguousarray(small_data().test.pixels[1])
GRAPH = small_graph()


def weights(step: int) -> Snapshot:
    return Snapshot(initial_parameters(GRAPH, step).frozen(), "run", step)


@pytest.fixture
def probe(qapp: Any) -> Iterator[Inspection]:
    made = Inspection()
    yield made
    made.shutdown()
    assert not made._background._asker._loop.running


def test_maps_are_what_inspection_says(qtbot: QtBot, probe: Inspection) -> None:
    probe.set_image(IMAGE, "top")
    with qtbot.waitSignal(probe.maps_changed) as blocker:
        probe.request(GRAPH, weights(3), ["conv", "softmax", "nowhere"])
    expected = inspect(GRAPH, weights(3), IMAGE[None], ["conv", "softmax"])
    assert set(blocker.args[0]) == {"conv", "softmax"}
    assert np.array_equal(probe.maps["conv"], expected["conv"][0]) and probe.maps["conv"].shape == (6, 6, 2)
    assert probe.maps["softmax"].shape == (3,) and probe.snapshot_step == 3


def test_the_latest_request_wins(qtbot: QtBot, probe: Inspection) -> None:
    probe.set_image(IMAGE)
    answers: list[int] = []
    probe.maps_changed.connect(lambda _: answers.append(probe.snapshot_step))
    begun = time.monotonic()
    for step in range(200):
        probe.request(GRAPH, weights(step), ["conv"])
    qtbot.waitUntil(lambda: probe.snapshot_step == 199)
    assert len(answers) <= 2 + (time.monotonic() - begun) / 0.1


def test_at_most_ten_answers_a_second(qtbot: QtBot, probe: Inspection) -> None:
    probe.set_image(IMAGE)
    times: list[float] = []

    def again(_maps: object) -> None:
        times.append(time.monotonic())
        probe.request(GRAPH, weights(len(times)), ["conv"])

    probe.maps_changed.connect(again)
    probe.request(GRAPH, weights(0), ["conv"])
    qtbot.waitUntil(lambda: len(times) >= 4)
    assert times[3] - times[0] >= 0.29


def test_another_image_is_looked_at_without_being_asked_again(qtbot: QtBot, probe: Inspection) -> None:
    probe.request(GRAPH, weights(1), ["conv"])  # before there is an image: waits for it
    with qtbot.waitSignal(probe.maps_changed):
        probe.set_image(IMAGE)
    first = probe.maps["conv"]
    with qtbot.waitSignals([probe.image_changed, probe.maps_changed]):
        probe.set_image(OTHER)
    assert not np.array_equal(first, probe.maps["conv"])
    assert np.array_equal(probe.maps["conv"], inspect(GRAPH, weights(1), OTHER[None], ["conv"])["conv"][0])


def test_an_image_of_another_size_gives_no_maps(qtbot: QtBot, probe: Inspection) -> None:
    probe.set_image(np.zeros((5, 5, 1), np.uint8))
    with qtbot.waitSignal(probe.maps_changed) as blocker:
        probe.request(GRAPH, weights(1), ["conv"])
    assert blocker.args == [{}]


def test_a_bug_is_told_and_the_next_request_answered(qtbot: QtBot, probe: Inspection) -> None:
    above = Hears()
    probe.setParent(above)
    probe.set_image(IMAGE)
    broken = Snapshot(initial_parameters(small_graph(filters=5), 0).frozen())
    with qtbot.waitSignal(above.heard) as blocker:
        probe.request(GRAPH, broken, ["conv"])
    assert "Traceback" in blocker.args[0].details
    with qtbot.waitSignal(probe.maps_changed):
        probe.request(GRAPH, weights(0), ["conv"])
    probe.setParent(None)


def test_shutdown_while_requests_come(probe: Inspection) -> None:
    probe.set_image(IMAGE)
    for step in range(50):
        probe.request(GRAPH, weights(step), ["conv"])
    probe.shutdown()
    probe.shutdown()
    probe.request(GRAPH, weights(0), ["conv"])
    assert not probe._background._asker._loop.running
