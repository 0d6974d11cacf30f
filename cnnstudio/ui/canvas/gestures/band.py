"""Rubber band: select what it touches. Shift adds to the selection, Ctrl toggles."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPen
from PySide6.QtWidgets import QGraphicsRectItem

from cnnstudio.ui.canvas.gestures.gesture import Gesture, Keys, Pointer
from cnnstudio.ui.look import theme


class BandGesture(Gesture):
    """A rectangle from where the button went down to the pointer."""

    scrolls = True

    def begin(self, at: Pointer) -> None:
        self._start = at.scene
        self._before = self.document.selection
        self._wires_before = self.scene.selected_wires
        self._annotations_before = self.scene.selected_annotations
        accent = theme.current().accent
        fill = QColor(accent)
        fill.setAlpha(28)
        pen = QPen(accent, 1)
        pen.setCosmetic(True)
        self._band = QGraphicsRectItem()
        self._band.setPen(pen)
        self._band.setBrush(fill)
        self._band.setZValue(10)
        self.scene.addItem(self._band)

    def move(self, at: Pointer) -> None:
        rect = QRectF(self._start, at.scene).normalized()
        self._band.setRect(rect)
        cards = (i for i, card in self.scene.cards.items() if card.scene_outline().intersects(rect))
        touched = frozenset[str]().union(*(self.scene.folding.nodes_of(card) for card in cards))
        annotations = frozenset(
            i for i, item in self.scene.annotations.items() if self._takes(i, item.scene_outline(), rect)
        )
        if at.has(Keys.ControlModifier):
            touched, annotations = self._before ^ touched, self._annotations_before ^ annotations
        elif at.has(Keys.ShiftModifier):
            touched, annotations = self._before | touched, self._annotations_before | annotations
        else:
            self.scene.select_wires(frozenset())
        self.document.select(touched)
        self.scene.select_annotations(annotations)

    def _takes(self, item: str, outline: QRectF, band: QRectF) -> bool:
        """Notes are touched; frames, in which one may well begin, must lie in it whole."""
        return band.contains(outline) if item in self.scene.design.frames else band.intersects(outline)

    def finish(self, at: Pointer) -> None:
        self.move(at)
        self.scene.removeItem(self._band)

    def cancel(self) -> None:
        self.scene.removeItem(self._band)
        self.document.select(self._before)
        self.scene.select_wires(self._wires_before)
        self.scene.select_annotations(self._annotations_before)
