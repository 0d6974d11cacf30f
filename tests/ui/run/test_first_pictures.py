"""For who only looks at a lesson, the first pictures of its set are drawn; all of them once somebody needs them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from small_training import design_of, small_graph

from cnnstudio.data.library import BUILTIN, stored
from cnnstudio.lessons.reading.reader import built_in
from cnnstudio.project.project import untrained
from tests.ui.training_parts import unloaded, write_idx  # noqa: F401


@pytest.fixture(autouse=True)
def _nothing_drawn(tmp_path, monkeypatch, drawn_digits):
    """A machine on which no set has been drawn, and where Digits are soon."""
    monkeypatch.setenv("CNNSTUDIO_CACHE", str(tmp_path / "cache"))
    monkeypatch.setitem(BUILTIN, "digits", replace(BUILTIN["digits"], train=1_000, test=200, first=200))


@pytest.fixture
def lesson(open_window, qtbot, tmp_path):
    """The lesson on Digits in a window."""
    (tmp_path / "idx").mkdir()
    window = open_window(design_of(small_graph(), data=str(write_idx(tmp_path / "idx"))))
    window.workspaces.show("Learn")
    window.learn.show_lesson("learning")
    qtbot.waitUntil(lambda: window.data.source == "digits" and window.data.sample is not None)
    qtbot.waitUntil(lambda: window.data.job is None)
    assert window.inspection.image is not None and len(window.data.classes) == 10
    assert window.data.dataset is None and stored("digits") is None
    return window


def test_training_in_a_lesson_has_all_pictures_drawn_and_trains_on_them(lesson, qtbot):
    window, bar = lesson, lesson.training_bar
    qtbot.waitUntil(lambda: window.jobs.idle)
    assert window.data.dataset is None, "whoever reads has nothing drawn"
    qtbot.mouseClick(bar.train_button, Qt.MouseButton.LeftButton)
    assert bar.train_button.text() == "Waiting"
    qtbot.waitUntil(lambda: "Preparing Digits" in bar.text.text())
    qtbot.waitUntil(lambda: window.session.state == "running")
    data = stored("digits")
    assert data is not None and window.session.run.data == data.fingerprint
    assert len(data.train) == BUILTIN["digits"].train


def test_waiting_for_all_pictures_can_be_given_up(lesson, qtbot):
    window, bar = lesson, lesson.training_bar
    qtbot.mouseClick(bar.train_button, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(bar.train_button, Qt.MouseButton.LeftButton)
    assert bar.train_button.text() == "Train"
    qtbot.waitUntil(lambda: window.data.dataset is not None)
    assert not window.session.active


@pytest.mark.parametrize("need", ["test", "rate", "data"])
def test_whoever_needs_all_pictures_has_them_drawn(lesson, qtbot, need):
    window = lesson
    if need == "test":
        window.evaluator.begin()
        qtbot.waitUntil(lambda: window.evaluator.result is not None)
        assert len(window.evaluator.result.data.test) == BUILTIN["digits"].test
    elif need == "rate":
        window.studio.rate_search.begin()
        qtbot.waitUntil(lambda: window.studio.rate_search.open)
        window.studio.rate_search.close()
    else:
        window.workspaces.show("Data")
    qtbot.waitUntil(lambda: window.data.dataset is not None)


def test_a_network_of_ones_own_has_all_of_the_same_pictures(unloaded, qtbot):  # noqa: F811
    document, data = unloaded.document, unloaded.data
    project = untrained(built_in().lesson("learning").network)
    document.lend(project)
    qtbot.waitUntil(lambda: data.sample is not None and data.job is None)
    assert data.dataset is None
    document.open(project, None)
    qtbot.waitUntil(lambda: data.dataset is not None)
