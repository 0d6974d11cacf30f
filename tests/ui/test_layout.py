"""Eleven states of the window in both looks and two sizes: nothing is cut off, empty, or lies upon anything else."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from cnnstudio.design.edits import edits
from cnnstudio.design.value.design import Design
from cnnstudio.ui.look import theme
from cnnstudio.ui.panels.runs.declaration import RUNS
from tests.ui.conftest import OpenWindow
from tests.ui.face import BUILD, EVALUATE, EXPLAIN, LEARN, TRAIN, Face
from tests.ui.rectangles import faults, rectangles

SIZES = (QSize(1440, 900), QSize(1100, 700))
State = Callable[[Face, QtBot], object]


def selection(window: Face, qtbot: QtBot) -> None:
    window.workspaces.show(BUILD)
    window.document.select(["conv2d_1"])
    qtbot.waitUntil(lambda: bool(window.inspection.maps))


def problem_open(window: Face, qtbot: QtBot) -> None:
    design = window.document.project.design
    for node, kernel in (("max_pool2d_1", (4, 4)), ("conv2d_2", (9, 9))):
        layer = design.graph[node].layer
        design = edits.configure(
            design, node, layer.replace(kernel=kernel, stride=kernel if "pool" in node else (1, 1))
        )
    window.document.edit("Change kernels", design, select=["conv2d_2"])
    qtbot.waitUntil(lambda: window.findings.open is not None)
    qtbot.waitUntil(window.problem_bubble.isVisible)


def empty_canvas(window: Face, qtbot: QtBot) -> None:
    window.document.history.undo()
    window.document.edit("Delete all", Design(recipe=window.document.project.design.recipe))


def training(window: Face, qtbot: QtBot) -> None:
    window.document.history.undo()
    qtbot.waitUntil(lambda: window.data.dataset is not None)
    window.workspaces.show(TRAIN)
    design = window.document.project.design
    window.document.edit("Recipe", design.with_changes(recipe=design.recipe.choose(epochs=1000)))
    window.training_bar.train_button.click()
    qtbot.waitUntil(lambda: len(window.session.log.read()) > 5)


def trained(window: Face, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.session.finished):
        window.training_bar.stop_button.click()
    qtbot.waitUntil(lambda: window.document.project.run is not None)


def evaluated(window: Face, qtbot: QtBot) -> None:
    window.commands.action("test").trigger()
    qtbot.waitUntil(lambda: window.evaluator.result is not None)
    assert window.workspaces.current == EVALUATE


def runs_listed(window: Face, qtbot: QtBot) -> None:
    window.workspaces.show(TRAIN)
    window.below.show_tab(RUNS.name)
    panel = window.studio.get(RUNS)
    qtbot.waitUntil(lambda: any(each.state == "ended" for each in panel.model.rows))
    panel.table.select([panel.model.rows[0].run.folder])
    qtbot.waitUntil(lambda: len(panel.read_runs) == 1)


def explained(window: Face, qtbot: QtBot) -> None:
    window.document.select(["conv2d_2"])
    window.workspaces.show(EXPLAIN)
    page = window.explain
    qtbot.waitUntil(lambda: page.place.ready and page.place.node == "conv2d_2")
    page.set_mode("Forward")


def receptive_field(window: Face, qtbot: QtBot) -> None:
    window.explain.set_mode("Field")
    qtbot.waitUntil(lambda: window.explain.field.measured_words.text().startswith("Measured:"))


def lesson(window: Face, qtbot: QtBot) -> None:
    window.workspaces.show(LEARN)
    window.learn.show_lesson("learning")  # its images are drawn already
    qtbot.waitUntil(lambda: window.data.dataset is not None)


def shortcut_sheet(window: Face, qtbot: QtBot) -> None:
    window.workspaces.show(BUILD)
    window.commands.action("shortcuts").trigger()


STATES: tuple[State, ...] = (
    selection, problem_open, empty_canvas, training, trained, evaluated, runs_listed, explained, receptive_field,
    lesson, shortcut_sheet,
)  # fmt: skip


#: what they show changes all the time: figures, and the height of a live example with what it has to say
MOVING = (training, lesson)


def at_rest(widget: QWidget) -> None:
    """Let all that was asked for in laying out be done."""
    for _ in range(4):
        QApplication.sendPostedEvents()
        QApplication.processEvents()


def look_at(window: Face, sizes: Iterable[QSize]) -> tuple[list[str], dict[str, QRect]]:
    """The faults in the look there is, size after size, and where all lies."""
    found: list[str] = []
    places: dict[str, QRect] = {}
    for size in sizes:
        window.resize(size)
        at_rest(window)
        where = f"{theme.current().name}, {size.width()}×{size.height()}: "
        found += [where + fault for fault in faults(window)]
        places |= {f"{size.width()} {key}": place for key, place in rectangles(window).items()}
        found += [where + "Train is not on the screen"] * (not on_screen(window, window.training_bar.train_button))
    return found, places


def in_other_look(window: Face, qapp: QApplication, sizes: Iterable[QSize]) -> tuple[list[str], dict[str, QRect]]:
    theme.apply(qapp, "light" if theme.current().dark else "dark")
    return look_at(window, sizes)


def on_screen(window: Face, widget: QWidget) -> bool:
    place = QRect(widget.mapTo(window, QPoint()), widget.size())
    return widget.isVisible() and window.rect().contains(place)


def test_in_eleven_states_all_has_its_room_in_both_looks_and_sizes(
    open_window: OpenWindow, qapp: QApplication, qtbot: QtBot
) -> None:
    window, found = open_window(), []
    wide, narrow = SIZES
    for state in STATES:
        state(window, qtbot)
        faults_here, places = look_at(window, (narrow, wide, narrow))
        others, elsewhere = in_other_look(window, qapp, (narrow, wide))
        for _ in range(3):  # what has come to an end in between is seen in both looks the next time
            if places != elsewhere and state not in MOVING:
                places = elsewhere
                _, elsewhere = in_other_look(window, qapp, (narrow, wide))
        found += [f"{state.__name__}, {fault}" for fault in faults_here + others]
        if state not in MOVING:
            moved = [key for key in places | elsewhere if places.get(key) != elsewhere.get(key)]
            found += [
                f"{state.__name__}, otherwise in the other look: {key}: {places.get(key)}, {elsewhere.get(key)}"
                for key in moved
            ]
        if state not in (evaluated, explained, receptive_field):
            assert on_screen(window, window.inspector), state.__name__
    assert not found, "\n".join(found)


def test_what_is_wrong_is_found(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    first, second, cut, wrapped = (QLabel(text) for text in ("first", "second", "cut off", "many words " * 40))
    for label in (first, second, cut, wrapped):
        column.addWidget(label)
    wrapped.setWordWrap(True)
    window.resize(400, 400)
    window.show()
    at_rest(window)
    assert faults(window) == []
    outside, empty = QLabel("out", window), QLabel("", window)
    outside.setGeometry(380, 0, 100, 30)
    empty.resize(0, 10)
    outside.show()
    empty.show()
    second.move(first.pos())
    cut.resize(10, cut.height())
    wrapped.resize(wrapped.width(), 10)
    kinds = [word for fault in faults(window) for word in ("empty", "leaves", "cut off by", "upon") if word in fault]
    assert sorted(kinds) == ["cut off by", "cut off by", "empty", "leaves", "upon"]
