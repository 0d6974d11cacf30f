"""Training is begun, watched and ended in Build as anywhere else."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt

from cnnstudio.design.edits import edits
from cnnstudio.ui.look import preferences
from tests.ui.face import NAMES, Face


def begin(window: Face, qtbot, epochs: int) -> None:
    qtbot.waitUntil(lambda: window.data.dataset is not None)
    design = window.document.project.design
    window.document.edit("Recipe", design.with_changes(recipe=design.recipe.choose(epochs=epochs)))
    window.training_bar.train_button.click()
    qtbot.waitUntil(lambda: len(window.session.log.read()) > 5)


def test_the_curve_stands_where_the_problems_are_none_until_there_is_one(window, qtbot) -> None:
    assert window.problems.isVisible()
    place = window.problems.mapTo(window, QPoint()), window.problems.width()
    begin(window, qtbot, 1000)
    assert window.curves.isVisible() and not window.problems.isVisible()
    assert (window.curves.mapTo(window, QPoint()), window.curves.width()) == place
    design = window.document.project.design
    window.document.edit("Cut", edits.disconnect(design, edits.Edge("relu_1", "max_pool2d_1")))
    qtbot.waitUntil(window.problems.isVisible)
    assert not window.curves.isVisible() and window.session.active
    window.document.history.undo()
    qtbot.waitUntil(window.curves.isVisible)
    window.document.edit("Two dense layers in a row", edits.remove(design, ["relu_3"], rejoin=True))
    assert window.findings.all and not window.findings.grave
    assert window.curves.isVisible(), "advice can wait until the run has ended"
    window.document.history.undo()
    with qtbot.waitSignal(window.session.finished):
        window.training_bar.stop_button.click()
    window.workspaces.show("Train")
    assert window.curves.isVisible()
    window.training_bar.reset_button.click()
    window.workspaces.show("Build")
    assert window.problems.isVisible() and not window.curves.isVisible()


def test_what_takes_turns_at_a_place_is_as_wide_in_the_next_window_as_what_had_it(open_window) -> None:
    preferences.forget_all()
    window = open_window("resnet_mini", size=(1100, 700))
    window.board.below.setSizes([440, 0, 659])
    width = window.problems.width()
    assert width > 400
    window.board.remember()
    words = preferences.text("workspace/Build/below").split(",")
    preferences.remember("workspace/Build/below", ",".join([words[1], words[0], words[2]]))  # the curves had it
    again = open_window(size=(1100, 700))
    assert again.problems.isVisible() and abs(again.problems.width() - width) <= 2


def test_the_buttons_stand_at_one_place_in_every_workspace(open_window, qtbot) -> None:
    for size in ((1440, 900), (1100, 700), (900, 560)):
        window = open_window(size=size)
        places = set()
        for name in NAMES:
            qtbot.mouseClick(window.topbar.switch.buttons[name], Qt.MouseButton.LeftButton)
            bar = window.training_bar
            buttons = (bar.train_button, bar.stop_button, bar.reset_button, bar.progress)
            assert all(button.isVisible() for button in buttons)
            places.add(tuple(button.mapTo(window, QPoint()).x() for button in buttons))
            right = bar.progress.mapTo(window, QPoint(bar.progress.width(), 0)).x()
            assert right <= window.width()
        assert len(places) == 1, (size, places)
