"""The palette's drag end to end: real mouse events on a palette row, a drop on the canvas beside it."""

from __future__ import annotations

import pytest
from canvas_bench import Bench, Hands
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QSplitter

from cnnstudio.design.templates import template
from cnnstudio.nn.graph.graph import Edge
from cnnstudio.project.project import untrained
from cnnstudio.ui.canvas.scene import CanvasScene
from cnnstudio.ui.canvas.view import CanvasView
from cnnstudio.ui.document.document import Document
from cnnstudio.ui.panels.layers.palette import Palette, PaletteRow

LEFT, NO_BUTTON = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton


class Window(QSplitter):
    """Palette and canvas side by side, connected as in the main window."""

    def __init__(self) -> None:
        super().__init__()
        self.document = Document(untrained(template("lenet5")))
        self.panel, self.view = Palette(), CanvasView(self.document)
        self.addWidget(self.panel)
        self.addWidget(self.view)
        self.panel.drag_began.connect(self.view.begin_palette_drag)
        self.panel.drag_moved.connect(self.view.palette_drag_moved)
        self.panel.drag_dropped.connect(self.view.palette_drag_dropped)
        self.panel.drag_cancelled.connect(self.view.palette_drag_cancelled)


@pytest.fixture
def window(qtbot) -> Window:
    made = Window()
    qtbot.addWidget(made)
    made.resize(1280, 760)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)  # only there can a widget have the keyboard
    made.view.frame_all()
    return made


def drag(window: Window, kind: str, to: QPointF, *, release: bool = True) -> PaletteRow:
    row = window.panel.row(kind)
    start = QPointF(row.rect().center())
    viewport = window.view.viewport()
    end = QPointF(row.mapFromGlobal(viewport.mapToGlobal(window.view.camera.to_pixel(to).toPoint())))
    QTest.mousePress(row, LEFT, pos=start.toPoint())
    for step in range(1, 13):
        _send(row, QEvent.Type.MouseMove, NO_BUTTON, start + (end - start) * (step / 12), LEFT)
    if release:
        _send(row, QEvent.Type.MouseButtonRelease, LEFT, end, NO_BUTTON)
    return row


def _send(row: PaletteRow, kind: QEvent.Type, button: Qt.MouseButton, at: QPointF, held: Qt.MouseButton) -> None:
    globally = QPointF(row.mapToGlobal(QPoint())) + at
    event = QMouseEvent(kind, at, globally, button, held, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(row, event)


def test_a_row_is_dragged_onto_a_wire(window: Window) -> None:
    bench = Bench(window.document, window.view, Hands(window.view, QPointF()))
    after = bench.is_one_step(lambda: drag(window, "dropout", bench.between("conv2d_1", "relu_1")), "Insert Dropout")
    assert after.graph["relu_1"].inputs == ("dropout_1",)
    assert window.view.hasFocus()  # so that Del and the arrows go to the new layer


def takes_escape(row: PaletteRow) -> bool:
    """Whether Esc is the row's before it is anything else's, as the shortcut of a message."""
    asked = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier)
    asked.ignore()
    QApplication.sendEvent(row, asked)
    return asked.isAccepted()


def test_escape_and_the_palette_itself_take_nothing(window: Window) -> None:
    bench = Bench(window.document, window.view, Hands(window.view, QPointF()))

    def escaped() -> None:
        row = drag(window, "dropout", bench.between("conv2d_1", "relu_1"), release=False)
        assert window.view.canvas_scene.wires[Edge("conv2d_1", "relu_1")].lit
        assert takes_escape(row)
        QTest.keyClick(row, Qt.Key.Key_Escape)
        assert not takes_escape(row)

    bench.changes_nothing(escaped)
    left_of_the_view = window.view.camera.to_scene(QPointF(-60, 300))
    bench.changes_nothing(lambda: drag(window, "dropout", left_of_the_view))


def test_wires_are_laid_anew_only_where_a_drop_would_lead_to_something_else(
    window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Laying all wires of a large network takes longer than the hand needs for a pixel."""
    laid: list[CanvasScene] = []
    lay_wires = CanvasScene.lay_wires
    monkeypatch.setattr(CanvasScene, "lay_wires", lambda scene: (laid.append(scene), lay_wires(scene)))
    view, bench = window.view, Bench(window.document, window.view, Hands(window.view, QPointF()))
    wire, edge = bench.between("conv2d_1", "relu_1"), Edge("conv2d_1", "relu_1")
    nothing, beyond = view.camera.to_scene(QPointF(30, 30)), view.canvas_scene.cards["relu_1"].pos()

    def points_at(place: QPointF) -> None:
        view.palette_drag_moved(view.viewport().mapToGlobal(view.camera.to_pixel(place).toPoint()))

    view.begin_palette_drag("dropout")
    points_at(nothing)
    points_at(nothing + QPointF(9, 4))
    assert laid == []
    points_at(wire)
    assert view.canvas_scene.wires[edge].lit and len(laid) == 1
    assert view.canvas_scene.cards["relu_1"].pos() != beyond  # it makes room
    for up in range(1, 5):
        points_at(wire + QPointF(0, up))
    assert view.canvas_scene.wires[edge].lit and len(laid) == 1
    points_at(nothing)
    assert not view.canvas_scene.wires[edge].lit and len(laid) == 2
    assert view.canvas_scene.cards["relu_1"].pos() == beyond
    view.palette_drag_cancelled()
    bench.shows_the_design()
