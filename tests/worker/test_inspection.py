"""The inspection: the latest request wins, never more than ten a second, off the window's thread."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from small_training import Hears, small_data, small_graph

from cnnstudio.nn.looking.inspect import inspect
from cnnstudio.nn.parameters.parameters import Snapshot, initial_parameters
from cnnstudio.worker.inspection import Inspection
from tests.worker.threads import beside

IMAGE = np.ascontiguousarray(small_data().test.pixels[0])
OTHER = np.ascontiguousarray(small_data().test.pixels[1])
GRAPH = small_graph()


def weights(step: int) -> Snapshot:
    return Snapshot(initial_parameters(GRAPH, step).frozen(), "run", step)


@pytest.fixture
def inspection(qapp: Any) -> Iterator[Inspection]:
    made = Inspection()
    yield made
    made.shutdown()
    assert not beside(made).running


def test_maps_are_what_inspection_says(qtbot: QtBot, inspection: Inspection) -> None:
    inspection.set_image(IMAGE, "top")
    with qtbot.waitSignal(inspection.maps_changed) as blocker:
        inspection.request(GRAPH, weights(3), ["conv", "softmax", "nowhere"])
    expected = inspect(GRAPH, weights(3), IMAGE[None], ["conv", "softmax"])
    assert set(blocker.args[0]) == {"conv", "softmax"}
    assert np.array_equal(inspection.maps["conv"], expected["conv"][0]) and inspection.maps["conv"].shape == (6, 6, 2)
    assert inspection.maps["softmax"].shape == (3,) and inspection.snapshot_step == 3


def test_the_latest_request_wins(qtbot: QtBot, inspection: Inspection) -> None:
    inspection.set_image(IMAGE)
    answers: list[int] = []
    inspection.maps_changed.connect(lambda _: answers.append(inspection.snapshot_step))
    begun = time.monotonic()
    for step in range(200):
        inspection.request(GRAPH, weights(step), ["conv"])
    qtbot.waitUntil(lambda: inspection.snapshot_step == 199)
    assert len(answers) <= 2 + (time.monotonic() - begun) / 0.1


def test_at_most_ten_answers_a_second(qtbot: QtBot, inspection: Inspection) -> None:
    inspection.set_image(IMAGE)
    times: list[float] = []

    def again(_maps: object) -> None:
        times.append(time.monotonic())
        inspection.request(GRAPH, weights(len(times)), ["conv"])

    inspection.maps_changed.connect(again)
    inspection.request(GRAPH, weights(0), ["conv"])
    qtbot.waitUntil(lambda: len(times) >= 4)
    assert times[3] - times[0] >= 0.29


def test_another_image_is_looked_at_without_a_pause(qtbot: QtBot, inspection: Inspection) -> None:
    inspection.set_image(IMAGE)
    inspection._refresh_rate._least = inspection._refresh_rate._most = 600.0  # as on a screen that takes long to draw
    with qtbot.waitSignal(inspection.maps_changed):
        inspection.request(GRAPH, weights(0), ["conv"])
    qtbot.waitUntil(lambda: inspection._background._asker.pause == 600.0)
    with qtbot.waitSignal(inspection.maps_changed):
        inspection.set_image(OTHER)


def test_another_image_is_looked_at_without_being_asked_again(qtbot: QtBot, inspection: Inspection) -> None:
    inspection.request(GRAPH, weights(1), ["conv"])  # before there is an image: waits for it
    with qtbot.waitSignal(inspection.maps_changed):
        inspection.set_image(IMAGE)
    first = inspection.maps["conv"]
    with qtbot.waitSignals([inspection.image_changed, inspection.maps_changed]):
        inspection.set_image(OTHER)
    assert not np.array_equal(first, inspection.maps["conv"])
    assert np.array_equal(inspection.maps["conv"], inspect(GRAPH, weights(1), OTHER[None], ["conv"])["conv"][0])


def test_an_image_of_another_size_gives_no_maps(qtbot: QtBot, inspection: Inspection) -> None:
    inspection.set_image(np.zeros((5, 5, 1), np.uint8))
    with qtbot.waitSignal(inspection.maps_changed) as blocker:
        inspection.request(GRAPH, weights(1), ["conv"])
    assert blocker.args == [{}]


def test_a_bug_is_told_and_the_next_request_answered(qtbot: QtBot, inspection: Inspection) -> None:
    above = Hears()
    inspection.setParent(above)
    inspection.set_image(IMAGE)
    broken = Snapshot(initial_parameters(small_graph(filters=5), 0).frozen())
    with qtbot.waitSignal(above.heard) as blocker:
        inspection.request(GRAPH, broken, ["conv"])
    assert "Traceback" in blocker.args[0].details
    with qtbot.waitSignal(inspection.maps_changed):
        inspection.request(GRAPH, weights(0), ["conv"])
    inspection.setParent(None)


def test_shutdown_while_requests_come(inspection: Inspection) -> None:
    inspection.set_image(IMAGE)
    for step in range(50):
        inspection.request(GRAPH, weights(step), ["conv"])
    inspection.shutdown()
    inspection.shutdown()
    inspection.request(GRAPH, weights(0), ["conv"])
    assert not beside(inspection).running
