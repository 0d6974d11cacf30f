"""The palette's own drag, with real mouse and key events, through to the design."""

from __future__ import annotations

import html

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QApplication, QLabel

from cnnstudio.nn.graph.layer import layer_kinds
from cnnstudio.ui.look import theme


@pytest.fixture
def window(same_window):
    return same_window()


def on_wire(window, source: str, target: str) -> QPoint:
    """The middle of a wire between two cards that lie in one row, as a global position."""
    first, second = (window.canvas.canvas_scene.cards[node] for node in (source, target))
    left, right = first.scene_outline(), second.scene_outline()
    scene = QPointF((left.right() + right.left()) / 2, left.center().y())
    return window.canvas.viewport().mapToGlobal(window.canvas.camera.to_pixel(scene).toPoint())


def on_empty(window) -> QPoint:
    viewport = window.canvas.viewport()
    return viewport.mapToGlobal(QPoint(viewport.width() - 80, 60))


def layers(window) -> list[str]:
    return [node.id for node in window.document.project.design.graph]


def test_it_offers_every_kind(window):
    rows = [row for row in window.palette_panel.rows if not row.kind.startswith("block:")]
    assert [row.kind for row in rows] == list(layer_kinds())
    for row in rows:
        assert layer_kinds()[row.kind].sentence in html.unescape(row.toolTip())


def test_drag_onto_a_wire_inserts(window, mouse):
    row = window.palette_panel.row("dropout")
    mouse.press(row, QPoint(20, 10))
    mouse.move(on_wire(window, "dense_1", "relu_3"), steps=12)
    mouse.release()
    graph = window.document.project.design.graph
    assert graph["dropout_1"].inputs == ("dense_1",)
    assert graph["relu_3"].inputs == ("dropout_1",)
    window.document.history.undo()
    assert "dropout_1" not in window.document.project.design.graph


def test_drag_onto_the_empty_canvas_places(window, mouse):
    mouse.press(window.palette_panel.row("relu"), QPoint(20, 10))
    mouse.move(on_empty(window), steps=12)
    mouse.release()
    assert "relu_5" in window.document.project.design.graph
    assert window.document.history.count() == 1


@pytest.mark.parametrize("how", ["escape", "right button", "dropped on the palette"])
def test_a_drag_can_be_cancelled(window, mouse, qtbot, how):
    before = layers(window)
    row = window.palette_panel.row("relu")
    mouse.press(row, QPoint(20, 10))
    mouse.move(on_empty(window))
    assert window.canvas.mouse.gesture is not None
    if how == "escape":
        qtbot.keyClick(row, Qt.Key.Key_Escape)
    elif how == "right button":
        mouse.right_click()
    else:
        mouse.move(row.mapToGlobal(QPoint(20, 10)))
    mouse.release()
    assert window.canvas.mouse.gesture is None
    assert layers(window) == before
    assert window.document.history.count() == 0


def test_a_press_that_hardly_moves_is_no_drag(window, mouse):
    row = window.palette_panel.row("relu")
    mouse.press(row, QPoint(20, 10))
    mouse.move(row.mapToGlobal(QPoint(22, 11)))
    assert window.canvas.mouse.gesture is None
    mouse.release()
    assert window.document.history.count() == 0


def test_double_click_appends_at_the_end(window, qtbot):
    row = window.palette_panel.row("dropout")
    qtbot.mouseDClick(row, Qt.MouseButton.LeftButton, pos=QPoint(20, 10))
    graph = window.document.project.design.graph
    assert graph["dropout_1"].inputs == ("softmax_1",)
    assert window.document.selection == {"dropout_1"}


def test_by_keyboard_alone(window, qtbot):
    search = window.palette_panel.search
    search.setFocus()
    qtbot.keyClicks(search, "fltn")
    shown = [row.kind for row in window.palette_panel.rows if not row.isHidden()]
    assert shown == ["flatten"]
    qtbot.keyClick(search, Qt.Key.Key_Down)
    row = window.palette_panel.row("flatten")
    assert row.hasFocus()
    qtbot.keyClick(row, Qt.Key.Key_Return)
    assert "flatten_2" in window.document.project.design.graph
    qtbot.keyClick(row, Qt.Key.Key_Up)
    assert search.hasFocus()
    qtbot.keyClick(search, Qt.Key.Key_Escape)
    assert search.text() == ""
    assert not any(row.isHidden() for row in window.palette_panel.rows)


def test_enter_in_the_search_appends_the_best_match(window, qtbot):
    search = window.palette_panel.search
    qtbot.keyClicks(search, "max p")
    qtbot.keyClick(search, Qt.Key.Key_Return)
    assert "max_pool2d_3" in window.document.project.design.graph
    qtbot.keyClicks(search, "upsam")
    assert search.text() == "upsam", "the next name takes the place of the last one"
    window.workspaces.show("Explain")
    window.workspaces.show("Build")
    assert search.text() == ""


def test_a_search_without_a_match_says_so(window, qtbot):
    qtbot.keyClicks(window.palette_panel.search, "qqq")
    assert all(row.isHidden() for row in window.palette_panel.rows)
    said = [label.text() for label in window.palette_panel.findChildren(QLabel) if label.isVisible()]
    assert "No layer is called that." in said


@pytest.mark.parametrize("width", [160, 192, 208, 260])
def test_every_name_is_whole_and_in_letters_of_one_size(open_window, width):
    """Long names go on in a second line; none is drawn smaller than its neighbours."""
    palette = open_window().palette_panel
    palette.resize(width, palette.height())
    for _ in range(3):
        QApplication.processEvents()
    assert palette.width() == width
    rows = [row for row in palette.rows if not row.isHidden()]
    assert any(row.wraps for row in rows) or width > 160
    for row in rows:
        room, metrics = row.width() - 30, row.fontMetrics()
        assert row.wraps == (metrics.horizontalAdvance(row.title) > room), row.title
        assert row.height() >= (2 if row.wraps else 1) * metrics.height()
        assert row.y() + row.height() <= next((r.y() for r in rows if r.y() > row.y()), 1 << 20), "nothing overlaps"
    ink = {row.title: letter_height(row) for row in rows if row.title.startswith("Global")}
    assert len(set(ink.values())) == 1, ink


def letter_height(row) -> int:
    """How high the G of a name is drawn, in pixels of the screen."""
    picture = row.grab().toImage()
    text, across = theme.current().text, [round(x * picture.devicePixelRatio()) for x in (28, 37)]
    lines = [
        y
        for y in range(picture.height())
        if any(abs(picture.pixelColor(x, y).lightness() - text.lightness()) < 60 for x in range(*across))
    ]
    return next(count for count in range(1, 99) if lines[0] + count not in lines)
