"""“Train all three” in the real window: curves that grow beside each other, a table, and a way to stop."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from cnnstudio.ui.explain.page import ExplainPage
from cnnstudio.ui.explain.stages.race.race_view import NAMES
from cnnstudio.worker.training import race as races
from tests.ui.screen import hover

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def page(window, qtbot) -> Iterator[ExplainPage]:
    window.workspaces.show("Explain")
    page = window.explain
    qtbot.waitUntil(lambda: page.place.ready and window.data.dataset is not None)
    page.go_to("conv2d_2")
    QTest.mouseClick(page.modes.buttons["Sharing"], LEFT)
    yield page
    page.sharing.race.cancel()


def test_three_curves_grow_beside_each_other_and_a_table_tells_what_it_took(
    window, page: ExplainPage, qtbot, monkeypatch
) -> None:
    monkeypatch.setattr(races, "IMAGES", 320)
    stage, view = page.sharing, page.sharing.race
    weights = window.document.project.weights
    assert not stage.panels["dense"].plot.isVisible() and not view.table.isVisible()
    QTest.mouseClick(view.begin, LEFT)
    plots = [panel.plot for panel in stage.panels.values()]
    qtbot.waitUntil(lambda: all(len(plot.steps) > 5 for plot in plots))
    assert view.stop.isVisible() and not view.begin.isVisible() and "least time goes on next" in view.words.text()
    qtbot.waitUntil(lambda: view.job.over)
    qtbot.waitUntil(lambda: all(len(plot.marks) == view.race.epochs for plot in plots))
    assert len({plot.seconds for plot in plots}) == 1, "one scale of time for all"
    assert [view.cells[way, 1].text() for way in NAMES] == ["2\u202f416", "241\u202f600", "1\u202f883\u202f200"]
    for way, lane in zip(NAMES, view.race.lanes, strict=True):
        assert view.cells[way, 2].text() == f"{lane.steps.read()[-1].seconds:.1f}\u202fs"
        shares = (lane.marks.read()[-1].accuracy, lane.moved[2], lane.moved[4])
        assert [view.cells[way, column].text() for column in (5, 6, 7)] == [f"{100 * s:.1f}\u202f%" for s in shares]
    for name, shares in (("as they are", 5), ("moved by 2 pixels", 6), ("by 4 pixels", 7)):
        best = max((view.cells[way, shares].text() for way in NAMES), key=lambda text: float(text.split("\u202f")[0]))
        assert name in view.words.text() and f"with {best}" in view.words.text()
    assert view.begin.text() == "Train all three again" and "320 images of Digits, 6 times" in view.words.text()
    QTest.mouseClick(page.side.predict_toggle, LEFT)
    assert page.predict.hidden >= {"parameters"} and {view.cells[way, 1].text() for way in NAMES} == {"?"}
    QTest.mouseClick(page.side.predict_toggle, LEFT)
    assert view.cells[next(iter(NAMES)), 1].text() == "2\u202f416"
    hover(plots[0], QPointF(plots[0].width() / 2, 40))
    assert all(plot.at == plots[0].at > 0 for plot in plots), "the moment is read in all of them"
    assert window.document.project.weights is weights and not window.document.history.can_undo()
    page.go_to("conv2d_1")
    assert view.race is None and not plots[0].isVisible()
    page.go_to("conv2d_2")
    assert view.race is not None and plots[0].isVisible(), "what was found is kept"
    page.go_to("max_pool2d_1")
    assert not view.isVisible()


def test_stop_ends_it_and_what_was_seen_stays(page: ExplainPage, qtbot) -> None:
    view = page.sharing.race
    QTest.mouseClick(view.begin, LEFT)
    qtbot.waitUntil(lambda: all(len(lane.steps) > 2 for lane in view.race.lanes))
    QTest.mouseClick(view.stop, LEFT)
    qtbot.waitUntil(lambda: view.job.state == "cancelled")
    assert view.begin.isVisible() and "Stopped before the end" in view.words.text()
    assert page.sharing.panels["shared"].plot.steps


def test_a_race_waits_for_a_training_run(window, page: ExplainPage, qtbot) -> None:
    design = window.document.project.design
    window.document.edit("Set", design.with_changes(recipe=design.recipe.replace(epochs=1000)))
    window.run_control.train()
    qtbot.waitUntil(lambda: window.session.state == "running")
    view = page.sharing.race
    QTest.mouseClick(view.begin, LEFT)
    qtbot.waitUntil(lambda: "Waits until the other work is done" in view.words.text())
    assert not view.race.lanes[0].steps.read()
    window.run_control.stop()
    qtbot.waitUntil(lambda: len(view.race.lanes[0].steps) > 0)


def test_the_table_says_on_which_volume_and_gives_nothing_away(open_window, qtbot) -> None:
    window = open_window("vgg_mini")
    window.workspaces.show("Explain")
    page, view = window.explain, window.explain.sharing.race
    qtbot.waitUntil(lambda: page.place.ready and window.data.dataset is not None)
    page.go_to("conv2d_3")
    QTest.mouseClick(page.modes.buttons["Sharing"], LEFT)
    QTest.mouseClick(view.begin, LEFT)
    qtbot.waitUntil(view.table.isVisible)
    QTest.mouseClick(view.stop, LEFT)
    qtbot.waitUntil(lambda: view.job.over)
    assert view.heads[1].text() == "parameters on 8×8×32", "the cards above count those of the whole volume"
    assert "134\u202f234\u202f112 parameters" in view.notes.text() and view.notes.isVisible()
    QTest.mouseClick(page.side.predict_toggle, LEFT)
    assert "parameters" in page.predict.hidden and not view.notes.isVisible()
    assert {view.cells[way, 1].text() for way in NAMES} == {"?"}
