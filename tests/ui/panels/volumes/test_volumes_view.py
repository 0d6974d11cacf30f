"""The volume view in the real window: turned, zoomed and moved with the mouse, one selection with the canvas."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cnnstudio.design.edits import edits
from cnnstudio.export.figure import Label, Line, Rectangle
from cnnstudio.nn.arrays import shape_text
from cnnstudio.nn.graph.layer import layer_kinds
from cnnstudio.ui.panels.volumes.painting import measured, path_of
from cnnstudio.ui.panels.volumes.view import VolumesView
from tests.ui.face import BUILD, MAPS, TRAIN, VOLUMES, Face
from tests.ui.screen import hover
from tests.ui.training_parts import LONG, Parts, parts, unloaded  # noqa: F401

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton


@pytest.fixture
def view(window: Face) -> VolumesView:
    assert window.workspaces.current == BUILD and window.below.tab == VOLUMES
    assert window.volumes.view.isVisible()
    return window.volumes.view


def middle_of(view: VolumesView, node: str) -> QPoint:
    """The middle of the front of a box, in the widget."""
    for mark in view.figure.marks:
        if isinstance(mark, Line | Rectangle) and mark.node == node:
            if isinstance(mark, Rectangle):
                point = QPointF(mark.x + mark.width / 2, mark.y + mark.height / 2)
            else:
                faces = [m for m in view.figure.marks if isinstance(m, Line) and m.node == node and m.closed]
                corners = faces[-1].points
                point = QPointF(sum(x for x, _ in corners) / 4, sum(y for _, y in corners) / 4)
            return (point + view.corner).toPoint()
    raise AssertionError(node)


def wheel(view: VolumesView, at: QPoint, steps: int) -> None:
    event = QWheelEvent(
        QPointF(at), QPointF(view.mapToGlobal(at)), QPoint(), QPoint(0, 120 * steps), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view, event)


def drag(view: VolumesView, start: QPoint, by: QPoint, button: Qt.MouseButton) -> None:
    QTest.mousePress(view, button, pos=start)
    for part in range(1, 6):
        hover(view, start + by * part / 5, held=button)
    QTest.mouseRelease(view, button, pos=start + by)


def test_everything_is_in_sight_at_first(view: VolumesView) -> None:
    figure = view.figure
    assert figure.width <= view.width() + 1 and figure.height <= view.height() + 1
    assert view.corner.x() >= -1 and view.corner.y() >= -1


def test_a_click_selects_everywhere_and_a_selection_elsewhere_shows_here(view: VolumesView, window) -> None:
    nodes = [node.id for node in window.document.project.design.graph]
    QTest.mouseClick(view, LEFT, pos=middle_of(view, nodes[1]))
    assert window.document.selection == {nodes[1]}
    assert window.canvas.canvas_scene.cards[nodes[1]].selected
    QTest.mouseClick(view, LEFT, Qt.KeyboardModifier.ControlModifier, middle_of(view, nodes[3]))
    assert window.document.selection == {nodes[1], nodes[3]}
    window.document.select([nodes[4]])
    accent = {mark.node for mark in view.figure.marks if isinstance(mark, Line) and mark.node and mark.width == 2.0}
    assert accent == {nodes[4]}
    QTest.mouseClick(view, LEFT, pos=QPoint(2, view.height() - 2))
    assert not window.document.selection


def test_a_sheet_is_selected_as_its_own_layer(view: VolumesView, window) -> None:
    relu = next(node.id for node in window.document.project.design.graph if node.layer.kind == "relu")
    QTest.mouseClick(view, LEFT, pos=middle_of(view, relu))
    assert window.document.selection == {relu}


def test_dragging_turns_and_selects_nothing(view: VolumesView, window) -> None:
    before = view.camera
    drag(view, QPoint(view.width() // 2, view.height() // 2), QPoint(50, 20), LEFT)
    assert view.camera.yaw == pytest.approx(before.yaw + 20, abs=1)
    assert view.camera.pitch == pytest.approx(before.pitch + 8, abs=1)
    assert not window.document.selection
    drag(view, QPoint(view.width() // 2, view.height() // 2), QPoint(-2000, -2000), LEFT)
    assert view.camera.yaw == -70 and view.camera.pitch == -40
    assert view.figure.marks


def test_the_wheel_zooms_about_the_pointer(view: VolumesView, window) -> None:
    node = [node.id for node in window.document.project.design.graph][4]
    at, before = middle_of(view, node), view.scale
    wheel(view, at, 3)
    assert view.scale == pytest.approx(before * 1.2**3)
    assert (middle_of(view, node) - at).manhattanLength() <= 2
    wheel(view, at, -3)
    assert view.scale == pytest.approx(before)
    wheel(view, at, 200)
    assert view.scale == 5.0
    wheel(view, at, -200)
    assert view.scale == 0.08
    QTest.mouseDClick(view, LEFT, pos=QPoint(1, 1))
    assert view.fitted and view.scale == pytest.approx(before)


def test_the_right_button_moves_it(view: VolumesView) -> None:
    before = QPointF(view.corner)
    drag(view, QPoint(60, 40), QPoint(30, -10), RIGHT)
    assert view.corner - before == QPointF(30, -10)
    window = view.window()
    window.volumes.reset.click()
    assert view.fitted and view.figure and view.corner == before


def test_it_follows_every_edit_and_its_undo(view: VolumesView, window) -> None:
    document = window.document
    before = [box.shape for box in view.volumes]
    node = next(node.id for node in document.project.design.graph if node.layer.kind == "conv2d")
    layer = document.project.design.graph[node].layer
    document.edit("Filters", edits.configure(document.project.design, node, layer.replace(filters=11)))
    assert view.volumes.box_of[node].shape[2] == 11
    assert any(getattr(mark, "text", "") == "28×28×11" for mark in view.figure.marks)
    document.history.undo()
    assert [box.shape for box in view.volumes] == before
    design, added = edits.append(document.project.design, layer_kinds()["relu"]())
    document.edit("Add", design)
    assert added in view.volumes.box_of


def test_hovering_names_layer_shape_and_what_it_does(view: VolumesView, window) -> None:
    node = next(node.id for node in window.document.project.design.graph if node.layer.kind == "conv2d")
    hover(view, middle_of(view, node))
    assert view.pointed == node
    words = view.words_about(node)
    assert words.startswith("Conv 2D · 28×28×6\n") and len(words) > 40
    hover(view, QPoint(1, view.height() - 1))
    assert view.pointed == ""


@pytest.mark.parametrize("name", ["resnet_mini", "inception_mini"])
def test_branches_are_named_where_there_is_room_and_by_the_pointer_everywhere(open_window, name: str) -> None:
    window = open_window(name)
    view, graph = window.volumes.view, window.document.project.design.graph
    cards = window.document.project.design.cards
    labels = {mark.node: mark for mark in view.figure.marks if isinstance(mark, Label) and mark.node}
    assert view.volumes.compact
    if name == "resnet_mini":
        assert len(labels) > 0.3 * len(view.volumes.units)
    boxes = [mark for mark in view.figure.marks if isinstance(mark, Line) and mark.node and mark.closed]
    for node, label in labels.items():
        assert label.text == cards[node].name
        half = measured(label.text, label.size, label.bold) / 2
        place = QRectF(label.x - half, label.y - 0.8 * label.size, 2 * half, 0.8 * label.size)
        assert view.rect().toRectF().contains(place.translated(view.corner)), "it is whole"
        assert not any(path_of(mark).intersects(place) for mark in boxes), f"{label.text} lies on a box"
    for node in graph.ids:
        assert view.words_about(node).startswith(f"{cards[node].name} · {shape_text(graph.shape(node))}")


def test_the_keyboard_walks_and_zooms(view: VolumesView, window) -> None:
    order = [node.id for node in window.document.project.design.graph]
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Right)
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert window.document.selection == {order[1]}
    QTest.keyClick(view, Qt.Key.Key_Left)
    assert window.document.selection == {order[0]}
    scale = view.scale
    QTest.keyClick(view, Qt.Key.Key_Plus)
    assert view.scale > scale
    QTest.keyClick(view, Qt.Key.Key_Home)
    assert view.scale == pytest.approx(scale)


def test_an_empty_design_says_what_will_be_here(view: VolumesView, window) -> None:
    document = window.document
    document.edit("Delete", edits.remove(document.project.design, document.project.design.graph.ids))
    assert view.volumes.units == ()
    hover(view, QPoint(20, 20))
    QTest.mouseClick(view, LEFT, pos=QPoint(20, 20))
    assert not view.grab().isNull()


def test_the_tab_is_remembered_for_each_workspace(window) -> None:
    assert window.below.tab == VOLUMES
    window.below.buttons[MAPS].click()
    assert window.maps.isVisible() and not window.volumes.isVisible()
    window.workspaces.show(TRAIN)
    assert window.below.tab == MAPS
    window.below.buttons[VOLUMES].click()
    window.workspaces.show(BUILD)
    assert window.below.tab == MAPS
    window.workspaces.show(TRAIN)
    assert window.below.tab == VOLUMES


@pytest.mark.parametrize("size", [(1440, 900), (1100, 700)])
@pytest.mark.parametrize("name", ["article", "inception_mini", "resnet_mini"])
def test_all_of_it_fits_into_the_panel(open_window, name: str, size) -> None:
    view = open_window(name, size=size).volumes.view
    figure = view.figure
    assert figure.width <= view.width() + 1 and figure.height <= view.height() + 1


def test_while_another_design_trains_boxes_are_those_of_the_cards_and_bars_fit_their_boxes(
    qtbot: QtBot,
    parts: Parts,  # noqa: F811
) -> None:
    view = VolumesView(parts.document, parts.inspection)
    qtbot.addWidget(view)
    view.resize(700, 260)
    parts.set_recipe(epochs=LONG)
    parts.run_control.train()
    qtbot.waitUntil(lambda: parts.looking.now.live and parts.looking.now.step > 0)
    begun, graph = parts.looking.now.graph, parts.project.design.graph
    answer = next(node.id for node in graph if node.layer.category == "output")
    more = edits.configure(parts.project.design, "conv", graph["conv"].layer.replace(filters=9))
    parts.document.edit("More", more)
    parts.inspection.request(begun, parts.looking.now.snapshot, [answer])
    qtbot.waitUntil(lambda: answer in parts.inspection.maps)
    shapes = {box.node: box.shape for box in view.volumes}
    assert parts.looking.now.graph is begun and shapes["conv"] == more.graph.shape("conv") != begun.shape("conv")
    assert view.seen().probabilities == {answer: tuple(float(value) for value in parts.inspection.maps[answer])}
    parts.document.edit("Four", edits.configure(more, "dense", graph["dense"].layer.replace(units=4)))
    assert not view.seen().probabilities, "three probabilities are not those of four answers"
    with qtbot.waitSignal(parts.session.finished):
        parts.run_control.stop()
