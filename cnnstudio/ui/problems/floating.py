"""What floats above the canvas: as tall as its words, beside what it is about, over as few cards as can be."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, QSize
from PySide6.QtGui import QColor, QMouseEvent
from PySide6.QtWidgets import QFrame, QGraphicsDropShadowEffect, QVBoxLayout, QWidget

from cnnstudio.ui.canvas.view import CanvasView

#: distance from what it is about, in pixels
GAP = 16


class Floating(QFrame):
    """A column over a view, in a frame with a shadow."""

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view.viewport())
        self.column = QVBoxLayout(self)
        self.setGraphicsEffect(_shadow(self))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()  # what lies below it is not meant

    def needed_height(self) -> int:
        """How tall it must be for all its words."""
        return self.column.totalHeightForWidth(self.width())

    def fit_height(self) -> None:
        """Become, shown or not, as tall as its words need it."""
        for part in (self, *self.findChildren(QWidget)):
            part.ensurePolished()  # before it was ever shown the fonts are not yet those of the style sheet
        self.column.invalidate()
        self.resize(self.width(), self.needed_height())
        self.column.activate()


def float_place(room: QRect, size: QSize, anchor: QRect, others: list[QRect]) -> tuple[int, QPoint] | None:
    """Where something of a size lies best beside ``anchor``: inside ``room``, over as little of ``others`` as can be.
    Returns how many pixels of them it covers, and its corner; None where there is no room."""
    width, height = size.width(), size.height()
    top, left = anchor.center().y() - height // 2, anchor.center().x() - width // 2
    below, above = anchor.bottom() + GAP, anchor.top() - GAP - height
    corners = [
        QPoint(anchor.left() - GAP - width, top),
        QPoint(anchor.right() + GAP, top),
        QPoint(left, below),
        QPoint(left, above),
        QPoint(anchor.left(), below),
        QPoint(anchor.right() - width, below),
        QPoint(anchor.left(), above),
        QPoint(anchor.right() - width, above),
        QPoint(anchor.left() - GAP - width, above),
        QPoint(anchor.right() + GAP, above),
        QPoint(anchor.left() - GAP - width, below),
        QPoint(anchor.right() + GAP, below),
    ]
    edges = [(other.left(), other.top(), other.right() + 1, other.bottom() + 1) for other in others]
    best: tuple[int, QPoint] | None = None
    for corner in corners:
        rect = QRect(corner, size)
        rect.moveLeft(max(room.left(), min(rect.left(), room.right() - width)))
        rect.moveTop(max(room.top(), min(rect.top(), room.bottom() - height)))
        if rect.intersects(anchor) or not room.contains(rect):
            continue
        left, top, right, bottom = rect.left(), rect.top(), rect.right() + 1, rect.bottom() + 1
        covered = sum(
            (min(right, r) - max(left, x)) * (min(bottom, b) - max(top, y))
            for x, y, r, b in edges
            if x < right and left < r and y < bottom and top < b
        )
        if best is None or covered < best[0]:
            best = covered, rect.topLeft()
    return best


def on_screen(view: CanvasView, rect: QRectF) -> QRect:
    """A part of the scene, in pixels of the view."""
    return view.mapFromScene(rect).boundingRect()


def _shadow(owner: QFrame) -> QGraphicsDropShadowEffect:
    shadow = QGraphicsDropShadowEffect(owner)
    shadow.setBlurRadius(20)
    shadow.setOffset(0, 4)
    shadow.setColor(QColor(0, 0, 0, 60))
    return shadow
