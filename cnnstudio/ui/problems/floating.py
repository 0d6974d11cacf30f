"""What floats above the canvas: as tall as its words, beside what it is about, over as few cards as can be."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect, QRectF, QSize
from PySide6.QtGui import QColor, QMouseEvent
from PySide6.QtWidgets import QFrame, QGraphicsDropShadowEffect, QVBoxLayout, QWidget

from cnnstudio.design.layout.wire_route import Box
from cnnstudio.ui.canvas import measures as m
from cnnstudio.ui.canvas.view import CanvasView

#: of rectangles, one a row: left, top, and the first pixels to the right and below, as int64
Edges = NDArray[np.int64]
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


def float_place(room: QRect, size: QSize, anchor: QRect, others: Edges) -> tuple[int, QPoint] | None:
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
    lefts, tops, rights, bottoms = others.T
    best: tuple[int, QPoint] | None = None
    for corner in corners:
        rect = QRect(corner, size)
        rect.moveLeft(max(room.left(), min(rect.left(), room.right() - width)))
        rect.moveTop(max(room.top(), min(rect.top(), room.bottom() - height)))
        if rect.intersects(anchor) or not room.contains(rect):
            continue
        across = np.minimum(rect.right() + 1, rights) - np.maximum(rect.left(), lefts)
        down = np.minimum(rect.bottom() + 1, bottoms) - np.maximum(rect.top(), tops)
        covered = int(np.sum(np.maximum(across, 0) * np.maximum(down, 0)))
        if best is None or covered < best[0]:
            best = covered, rect.topLeft()
    return best


def edges(rects: Iterable[QRect]) -> Edges:
    """The edges of some rectangles."""
    found = [(rect.left(), rect.top(), rect.right() + 1, rect.bottom() + 1) for rect in rects]
    return np.array(found, np.int64).reshape(-1, 4)


def edges_of_cards(view: CanvasView, boxes: Iterable[Box]) -> Edges:
    """Cards in pixels of the view, rounded as ``on_screen`` does; those out of sight are left out."""
    corner = m.coordinates(view.camera.corner)
    pixels = np.array([*boxes], np.float64).reshape(-1, 4) * view.camera.zoom - (*corner, *corner)
    found = np.floor(pixels + 0.5).astype(np.int64) + np.array([0, 0, 1, 1])
    size = view.viewport().size()
    seen = (found[:, 0] < size.width()) & (found[:, 1] < size.height()) & (found[:, 2] > 0) & (found[:, 3] > 0)
    edges_seen: Edges = found[seen]
    return edges_seen


def on_screen(view: CanvasView, rect: QRectF) -> QRect:
    """A part of the scene, in pixels of the view."""
    return view.mapFromScene(rect).boundingRect()


def _shadow(owner: QFrame) -> QGraphicsDropShadowEffect:
    shadow = QGraphicsDropShadowEffect(owner)
    shadow.setBlurRadius(20)
    shadow.setOffset(0, 4)
    shadow.setColor(QColor(0, 0, 0, 60))
    return shadow
