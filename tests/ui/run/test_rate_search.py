"""Finding a learning rate: a job whose figures are drawn, and whose proposal is one undoable step."""

from __future__ import annotations

import html

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from cnnstudio.design.value.design import Design
from cnnstudio.ui.panels.curves.curves import CurvesPanel
from cnnstudio.ui.run.rate_search import RateSearch
from tests.ui.conftest import OpenWindow
from tests.ui.face import TRAIN
from tests.ui.training_parts import LONG, Parts, parts, unloaded  # noqa: F401


@pytest.fixture
def search(parts: Parts) -> RateSearch:  # noqa: F811
    return RateSearch(parts.run_control, parts.session.jobs, parts.notices)


@pytest.fixture
def panel(qtbot: QtBot, parts: Parts, search: RateSearch) -> CurvesPanel:  # noqa: F811
    made = CurvesPanel(parts.run_control, search)
    qtbot.addWidget(made)
    return made


def found(qtbot: QtBot, search: RateSearch) -> float:
    search.begin()
    qtbot.waitUntil(lambda: search.job is None)
    return search.rate


def test_what_it_finds_is_drawn_and_taken_in_one_step(
    qtbot: QtBot, parts: Parts, search: RateSearch, panel: CurvesPanel  # noqa: F811
) -> None:  # fmt: skip
    before = parts.project
    rate = found(qtbot, search)
    view = panel.rates
    assert rate > 0 and view is not None and panel.stack.currentWidget() is view
    assert len(view.plot.tried) == len(search.tried) > 20 and view.plot.rate == rate
    np.testing.assert_array_equal(parts.project.weights.parameters.vector, before.weights.parameters.vector)
    assert parts.project == before, "nothing was learned, and nothing is to be saved"
    view.take.click()
    assert parts.project.design.recipe == before.design.recipe.choose(learning_rate=rate)
    assert panel.stack.currentWidget() is panel.empty
    parts.document.history.undo()
    assert parts.project.design == before.design


def test_it_is_closed_by_hand_and_by_a_change_of_what_it_is_about(
    qtbot: QtBot, parts: Parts, search: RateSearch, panel: CurvesPanel  # noqa: F811
) -> None:  # fmt: skip
    found(qtbot, search)
    assert panel.rates is not None
    panel.rates.leave.click()
    assert not search.open and panel.stack.currentWidget() is panel.empty
    search.begin()
    parts.set_recipe(batch_size=7)
    assert not search.open
    qtbot.waitUntil(lambda: not parts.session.jobs.queue)
    assert search.rate == 0.0


def test_while_it_trains_it_says_why_it_does_not_search(qtbot: QtBot, parts: Parts, search: RateSearch) -> None:  # noqa: F811
    parts.set_recipe(epochs=LONG)
    parts.run_control.train()
    qtbot.waitUntil(lambda: parts.session.state == "running")
    search.begin()
    assert not search.open and "Stop the training first" in parts.notices.current[0].text
    with qtbot.waitSignal(parts.session.finished):
        parts.run_control.stop()
    assert not search.why_not()


@pytest.mark.window
def test_a_press_beside_the_recipe_finds_a_rate_or_says_why_not(open_window: OpenWindow, qtbot: QtBot) -> None:
    window = open_window()
    qtbot.waitUntil(lambda: window.data.dataset is not None)
    window.workspaces.show(TRAIN)
    button, search = window.training_bar.recipe.find_rate, window.studio.rate_search
    assert button.isVisible() and "no weight changes" in button.toolTip()
    assert "measured on other networks" in button.toolTip(), "it says which: the rate does not follow the network"
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert search.job is not None
    search.close()
    window.document.edit("Delete all", Design(recipe=window.document.project.design.recipe))
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert search.job is None and search.why_not() in [notice.text for notice in window.studio.notices.by_urgency]
    assert html.escape(search.why_not()) in button.toolTip()
