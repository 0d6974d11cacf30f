"""The network without each of its filters: ranked, class by class, and muted from there."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from cnnstudio.nn.looking.muting import Score
from cnnstudio.ui.explain.page import ExplainPage
from cnnstudio.ui.explain.stages.muting.costs_table import CostsTable, points
from cnnstudio.ui.explain.stages.muting.without import _around

LEFT, Key = Qt.MouseButton.LeftButton, Qt.Key


@pytest.fixture
def page(window, qtbot) -> ExplainPage:
    window.workspaces.show("Explain")
    page = window.explain
    qtbot.waitUntil(lambda: page.place.ready and window.data.dataset is not None)
    QTest.mouseClick(page.modes.buttons["Looks for"], LEFT)
    return page


def test_filters_are_ranked_and_one_is_muted_by_its_key(window, page: ExplainPage, qtbot) -> None:
    without = page.looks.without
    assert without.costs.job is None, "nothing heavy is done unasked"
    page.looks.costs.setFocus()
    QTest.keyClick(page.looks.costs, Key.Key_Return)
    qtbot.waitUntil(lambda: len(without.costs.found) == 6 and without.costs.job.over)
    table = without.table
    qtbot.waitUntil(lambda: table.topLevelItemCount() == 6)
    costs = [without.costs.whole.accuracy - without.costs.found[item].accuracy for item in table.order]
    assert costs == sorted(costs, reverse=True)
    assert [int(table.topLevelItem(row).text(0)) - 1 for row in range(6)] == table.order
    assert [table.headerItem().text(2 + number) for number in range(10)] == list("0123456789")
    assert table.hasFocus(), "its keys are told at the foot of the page"
    table.setCurrentItem(table.topLevelItem(0))
    QTest.keyClick(table, Key.Key_Down)
    chosen = table.order[1]
    assert page.place.cell[2] == chosen and without.mute.text() == f"Mute filter {chosen + 1}"
    QTest.keyClick(table, Key.Key_M)
    assert window.document.project.design.locks.muted("conv2d_1") == {chosen}
    qtbot.waitUntil(lambda: page.place.probed.snapshot is window.document.project.weights)
    assert not page.place.probed.values["conv2d_1"][:, :, chosen].any()
    qtbot.waitUntil(lambda: without.costs.job.over and len(without.costs.found) == 6)
    assert without.costs.found[chosen].accuracy == without.costs.whole.accuracy, "it costs nothing any more"
    window.document.history.undo()
    assert not window.document.project.design.locks.muted("conv2d_1")


def test_signs_are_written_and_the_worst_comes_first(qtbot) -> None:
    table = CostsTable()
    qtbot.addWidget(table)
    whole = Score(0.9, np.array([0.8, 1.0]))
    found = {
        0: Score(0.91, np.array([0.82, 1.0])),
        1: Score(0.6, np.array([0.2, 1.0])),
        2: Score(0.9, np.array([0.8, 1.0])),
    }
    table.show_costs(whole, found, ("cat", "dog"), frozenset({2}))
    rows = [[table.topLevelItem(row).text(column) for column in range(4)] for row in range(3)]
    assert rows == [["2", "−30.0", "−60.0", "0"], ["3 (muted)", "0", "0", "0"], ["1", "+1.0", "+2.0", "0"]]
    assert points(float("nan")) == "–"


def test_of_large_layers_those_in_sight_come_first() -> None:
    assert _around(3, 8) == list(range(8))
    order = _around(100, 128)
    assert order[:32] == list(range(84, 116)) and sorted(order) == list(range(128))
    assert _around(127, 128)[0] == 96
