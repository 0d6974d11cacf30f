"""Hands for the canvas: real mouse and key events, sent to the viewport as the window system would."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cnnstudio.design.value.design import Design
from cnnstudio.nn.telling.told import worded
from cnnstudio.project.project import untrained
from cnnstudio.ui.canvas.view import CanvasView
from cnnstudio.ui.document.document import Document

LEFT, MIDDLE, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton
NONE = Qt.KeyboardModifier.NoModifier
SHIFT, CTRL, ALT = (
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
)


@dataclass
class Hands:
    """A mouse over one view. Places are in scene units."""

    view: CanvasView
    at: QPointF
    buttons: Qt.MouseButton = Qt.MouseButton.NoButton
    keys: Qt.KeyboardModifier = NONE

    def move(self, to: QPointF, steps: int = 6) -> Hands:
        """Move to a place, in steps, as a hand does."""
        start, end = self.at, self.view.camera.to_pixel(to)
        for step in range(1, steps + 1):
            self.at = start + (end - start) * (step / steps)
            self._send(QEvent.Type.MouseMove, Qt.MouseButton.NoButton)
        return self

    def press(self, to: QPointF, button: Qt.MouseButton = LEFT) -> Hands:
        """Go to a place and press a button there."""
        self.move(to, 1)
        self.buttons |= button
        self._send(QEvent.Type.MouseButtonPress, button)
        return self

    def release(self, button: Qt.MouseButton = LEFT) -> Hands:
        self.buttons &= ~button
        self._send(QEvent.Type.MouseButtonRelease, button)
        return self

    def click(self, to: QPointF, button: Qt.MouseButton = LEFT) -> Hands:
        return self.press(to, button).release(button)

    def double_click(self, to: QPointF) -> Hands:
        self.click(to)
        self.buttons |= LEFT
        self._send(QEvent.Type.MouseButtonDblClick, LEFT)
        return self.release()

    def drag(self, start: QPointF, end: QPointF, button: Qt.MouseButton = LEFT) -> Hands:
        return self.press(start, button).move(end).release(button)

    def hold(self, keys: Qt.KeyboardModifier) -> Hands:
        """Hold modifier keys from now on."""
        self.keys = keys
        return self

    def key(self, key: Qt.Key, keys: Qt.KeyboardModifier = NONE) -> Hands:
        QTest.keyClick(QApplication.focusWidget() or self.view, key, keys)
        return self

    def _send(self, kind: QEvent.Type, button: Qt.MouseButton) -> None:
        viewport = self.view.viewport()
        globally = QPointF(viewport.mapToGlobal(QPoint())) + self.at
        event = QMouseEvent(kind, self.at, globally, button, self.buttons, self.keys)
        QApplication.sendEvent(viewport, event)


@dataclass
class Bench:
    """A document on a canvas, and hands over it."""

    document: Document
    view: CanvasView
    hands: Hands

    @property
    def design(self) -> Design:
        return self.document.project.design

    def card(self, node: str) -> QPointF:
        """A place on a card where nothing else is."""
        return self.view.canvas_scene.cards[node].pos() + QPointF(60, 100)

    def title(self, node: str) -> QPointF:
        return self.view.canvas_scene.cards[node].pos() + QPointF(40, 18)

    def output(self, node: str) -> QPointF:
        return self.view.canvas_scene.cards[node].output_point()

    def input(self, node: str, port: int = 0) -> QPointF:
        return self.view.canvas_scene.cards[node].input_point(port)

    def between(self, source: str, target: str) -> QPointF:
        """The middle of a wire."""
        return (self.output(source) + self.input(target)) / 2

    def empty(self) -> QPointF:
        """A place with nothing near it."""
        return self.view.canvas_scene.frame_of().bottomLeft() + QPointF(-30, 45)

    def is_one_step(self, action: Callable[[], object], text: str) -> Design:
        """Do something that must be exactly one undo step; undo and redo it; return the design it made."""
        stack, before, count = self.document.history, self.design, self.document.history.index()
        action()
        after = self.design
        assert after != before
        assert stack.index() == count + 1
        assert worded(self.document.to_undo) == text
        stack.undo()
        assert self.design == before
        self.shows_the_design()
        stack.redo()
        assert self.design == after
        self.shows_the_design()
        return after

    def changes_nothing(self, action: Callable[[], object]) -> None:
        """Do something that must leave document and scene as they are."""
        before, count = self.document.project, self.document.history.count()
        action()
        assert self.document.project is before
        assert self.document.history.count() == count
        self.shows_the_design()

    def shows_the_design(self) -> None:
        """The scene has exactly what the design shows, where the design says, and no leftovers."""
        scene, design = self.view.canvas_scene, self.design
        folding = design.folding
        edges = {edge for edge in design.graph.edges if not folding.is_inner(edge)}
        assert set(scene.cards) == set(design.places)
        assert set(scene.wires) == edges
        for shown, card in scene.cards.items():
            assert (card.x(), card.y()) == design.places[shown]
            assert (card.inputs, card.outputs) == (len(folding.entries(shown)), len(folding.exits(shown)))
            assert card.port is None or card.port.fits is None  # the pointer may rest on one
            if shown in design.blocks:
                assert card.name == design.blocks[shown].name
            else:
                assert (card.name, card.layer) == (design.cards[shown].name, design.graph[shown].layer)
            assert card.selected == (folding.nodes_of(shown) <= self.document.selection)
        drawn = {(e.source, folding.shown(e.target)) if e.target in folding.hidden else e for e in edges}
        assert len([wire for wire in scene.wires.values() if wire.isVisible()]) == len(drawn)
        for edge, wire in scene.wires.items():
            assert not wire.lit
            assert wire.start == scene.output_point(edge.source) and wire.end == scene.input_point(edge)
        assert set(scene.annotations) == {*design.frames, *design.notes}
        assert set(scene.outlines) == set(folding.expanded)
        for item_id, item in scene.annotations.items():
            place = design.frames.get(item_id) or design.notes[item_id]
            assert (item.x(), item.y(), item.outline().width()) == (place.x, place.y, place.width)
        tags = [wire.tag for wire in scene.wires.values() if wire.tag is not None]
        items = len((*scene.cards, *scene.wires, *tags, *scene.annotations, *scene.outlines))
        assert len(scene.items()) == items


def make_bench(qtbot: QtBot, design: Design, size: tuple[int, int] = (1100, 760)) -> Bench:
    """A design on a canvas that is shown and has the focus."""
    document = Document(untrained(design))
    view = CanvasView(document)

    def ended(closed: CanvasView) -> None:
        closed.commands.editing.shutdown()

    qtbot.addWidget(view, before_close_func=ended)
    view.resize(*size)
    view.show()
    qtbot.waitUntil(lambda: view.isVisible() and view.camera.zoom != 0)
    view.frame_all()
    view.activateWindow()
    view.setFocus()
    qtbot.waitUntil(view.hasFocus)
    return Bench(document, view, Hands(view, QPointF(3, 3)))


def wheel(bench: Bench, at: QPointF, notches: int, keys=NONE, phase=Qt.ScrollPhase.NoScrollPhase, pixels=None):
    """Turn the wheel at a place of the scene, or move two fingers there by ``pixels``."""
    pixel = bench.view.camera.to_pixel(at)
    globally = QPointF(bench.view.viewport().mapToGlobal(QPoint())) + pixel
    event = QWheelEvent(
        pixel, globally, pixels or QPoint(), QPoint(0, 120 * notches), Qt.MouseButton.NoButton, keys, phase, False
    )
    QApplication.sendEvent(bench.view.viewport(), event)
