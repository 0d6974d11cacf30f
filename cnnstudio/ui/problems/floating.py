"""What floats above the canvas: as tall as its words, beside what it is about, over as few cards as can be."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QHideEvent,
    QMouseEvent,
    QMoveEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QFrame, QGraphicsDropShadowEffect, QGraphicsScene, QVBoxLayout, QWidget

from cnnstudio.design.layout.wire_route import Box
from cnnstudio.ui.canvas import measures as m
from cnnstudio.ui.canvas.view import CanvasView
from cnnstudio.ui.look import theme

#: of rectangles, one a row: left, top, and the first pixels to the right and below, as int64
Edges = NDArray[np.int64]
#: distance from what it is about, in pixels
GAP = 16
#: of the shadow: how far it is blurred and how far down it lies; and the frame's corners, all in pixels
_BLUR, _DOWN, _CORNER = 20, 4, 8


class Floating(QFrame):
    """A column over a view, in a frame with a shadow."""

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view.viewport())
        self.column = QVBoxLayout(self)
        self._shadow = _Shadow(view.viewport())
        self._shadow.stackUnder(self)

    def come_up(self) -> None:
        """Lie over what else floats, with its shadow."""
        self.raise_()
        self._shadow.stackUnder(self)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._shadow.show()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._shadow.hide()

    def moveEvent(self, event: QMoveEvent) -> None:
        super().moveEvent(event)
        self._shadow.lie_below(self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._shadow.lie_below(self)

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


class _Shadow(QWidget):
    """Lies below something that floats, a picture. As an effect of that it would have Qt lay out all that is hidden in
    the window whenever it is painted first, and be blurred anew whenever the canvas under it is painted."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._room, self._whole = parent, QRect()
        self.hide()

    def lie_below(self, above: QWidget) -> None:
        """Go where it is; what would reach out of the view is left away."""
        self._whole = above.geometry().adjusted(-_BLUR, -_BLUR, _BLUR, _BLUR + _DOWN)
        self.setGeometry(self._whole & self._room.rect())

    def paintEvent(self, _event: QPaintEvent) -> None:
        ratio, look = self.devicePixelRatioF(), theme.current().name
        corner = self._whole.topLeft() - self.pos()
        QPainter(self).drawPixmap(corner, _shadow(self._whole.width(), self._whole.height(), ratio, look))


@lru_cache(maxsize=8)
def _shadow(width: int, height: int, ratio: float, look: str) -> QPixmap:
    """The shadow of a frame, with room for it around, in a theme."""
    card = QPainterPath()
    room = QRectF(0, 0, width, height)
    card.addRoundedRect(room.adjusted(_BLUR, _BLUR, -_BLUR, -_BLUR - _DOWN), _CORNER, _CORNER)
    scene = QGraphicsScene(room)
    thrower = scene.addPath(card, Qt.PenStyle.NoPen, theme.load(look).card)
    effect = QGraphicsDropShadowEffect(scene)
    effect.setBlurRadius(_BLUR)
    effect.setOffset(0, _DOWN)
    effect.setColor(QColor(0, 0, 0, 60))
    thrower.setGraphicsEffect(effect)
    picture = QPixmap(round(width * ratio), round(height * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    scene.render(painter, room, room)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationOut)
    painter.fillPath(card, Qt.GlobalColor.black)  # whoever floats paints the frame; of this one, its edge is left
    painter.end()
    return picture
