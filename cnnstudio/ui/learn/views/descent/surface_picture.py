"""A map of the loss over two weights, with the way that gradient descent has taken; a press puts the ball down."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnstudio.lessons.live.loss_surface import At
from cnnstudio.ui.look import theme
from cnnstudio.ui.look.labels import plain_tip
from cnnstudio.ui.look.numbers import number_text

_LEFT, _BELOW = 40, 34
#: bands of equal loss
_BANDS = 16
_PIXELS = 240


class SurfacePicture(QWidget):
    """``placed`` carries where the ball was put. The two weights lie along and up."""

    placed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.now: At = (0.0, 0.0)
        self.before: At = (0.0, 0.0)
        self.reach = 1.0
        self.losses: NDArray[np.float64] = np.full((1, 1), np.nan)
        self.path: Sequence[At] = ()
        self.names = ("", "")
        self._side = 240
        self._image: QImage | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName("Map of the loss over two weights")
        self.setProperty("term", "gradient descent")
        said = "The loss for each pair of values of the two weights: dark is low, bright is high."
        self.setToolTip(plain_tip(f"{said}\nClick to put the ball down elsewhere, or move it with the arrow keys."))

    def set_side(self, side: int) -> None:
        """How large the map is."""
        self._side = side
        self.updateGeometry()
        self.update()

    def show_frame(self, now: At, reach: float, names: tuple[str, str], count: int, before: At) -> None:
        """Begin a map around the weights as they are ``now``, of ``count`` by ``count`` losses yet unknown; they were
        ``before`` training."""
        self.now, self.reach, self.names, self.before = now, reach, names, before
        self.losses = np.full((count, count), np.nan)
        self._image = None
        self.update()

    def show_row(self, row: int, losses: NDArray[np.float64]) -> None:
        """The losses of one row are known, from the lowest value of the second weight."""
        self.losses[row] = losses
        self._image = None
        self.update()

    def show_path(self, path: Sequence[At]) -> None:
        """Where the ball has been, and last where it is."""
        self.path = path
        here = "" if not path else f": the ball is at {number_text(path[-1][0])}, {number_text(path[-1][1])}"
        self.setAccessibleDescription(f"{self.names[0]} along, {self.names[1]} up{here}")
        self.update()

    @property
    def known(self) -> NDArray[np.float64]:
        """The losses that are known."""
        return self.losses[np.isfinite(self.losses)]

    def inside(self, at: At) -> bool:
        """Whether a point is on the map."""
        return all(abs(a - n) <= self.reach for a, n in zip(at, self.now, strict=True))

    def sizeHint(self) -> QSize:
        return QSize(_LEFT + self._side + 2, self._side + _BELOW)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @property
    def _box(self) -> QRectF:
        return QRectF(_LEFT, 0.5, self._side, self._side)

    def point(self, at: At) -> QPointF:
        """Where a pair of values is drawn."""
        box = self._box
        x = box.left() + (at[0] - self.now[0] + self.reach) / (2 * self.reach) * box.width()
        return QPointF(x, box.bottom() - (at[1] - self.now[1] + self.reach) / (2 * self.reach) * box.height())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        box, at = self._box, event.position()
        if box.contains(at):
            across, up = (at.x() - box.left()) / box.width(), (box.bottom() - at.y()) / box.height()
            self.placed.emit((self._value(0, across), self._value(1, up)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        ways = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Down: (0, -1), Qt.Key.Key_Up: (0, 1)}
        way = ways.get(Qt.Key(event.key()))
        if way is None or not self.path:
            event.ignore()
            return
        moved = [a + 0.1 * self.reach * w for a, w in zip(self.path[-1], way, strict=True)]
        kept = [max(n - self.reach, min(n + self.reach, m)) for m, n in zip(moved, self.now, strict=True)]
        self.placed.emit((kept[0], kept[1]))

    def _value(self, axis: int, share: float) -> float:
        return self.now[axis] + (2 * share - 1) * self.reach

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, look = QPainter(self), theme.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.tabular(theme.drawn_font()))
        box = self._box
        painter.setPen(QPen(look.line, 1))
        painter.setBrush(look.card)
        painter.drawRect(box)
        if self._image is None and len(self.known):
            self._image = _banded(self.losses)
        if self._image is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(box.adjusted(1, 1, -1, -1), self._image)
        self._axes(painter, box)
        if len(self.known):
            painter.setClipRect(box)
            if self.before != self.now:
                self._ring(painter, self.point(self.before))
            self._cross(painter, self.point(self.now))
            self._ball(painter)

    def _axes(self, painter: QPainter, box: QRectF) -> None:
        look, right = theme.current(), Qt.AlignmentFlag.AlignRight
        painter.setPen(look.secondary)
        low, high = (tuple(self._value(axis, share) for axis in (0, 1)) for share in (0.0, 1.0))
        under = QRectF(box.left(), box.bottom() + 2, box.width(), 15)
        painter.drawText(under, Qt.AlignmentFlag.AlignLeft, number_text(round(low[0], 2)))
        painter.drawText(under, right, number_text(round(high[0], 2)))
        painter.drawText(under.translated(0, 15), Qt.AlignmentFlag.AlignHCenter, self.names[0])
        painter.drawText(QRectF(0, box.top(), _LEFT - 4, 14), right, number_text(round(high[1], 2)))
        painter.drawText(QRectF(0, box.bottom() - 14, _LEFT - 4, 14), right, number_text(round(low[1], 2)))
        painter.save()
        try:
            painter.translate(_LEFT - 18, box.center().y() + box.height() / 2 - 16)
            painter.rotate(-90)
            painter.drawText(QRectF(0, 0, box.height() - 32, 15), Qt.AlignmentFlag.AlignCenter, self.names[1])
        finally:
            painter.restore()

    def _cross(self, painter: QPainter, at: QPointF) -> None:
        for colour, width in ((Qt.GlobalColor.black, 4), (Qt.GlobalColor.white, 2)):
            painter.setPen(QPen(colour, width))
            for x in (-1, 1):
                painter.drawLine(at + QPointF(-5 * x, -5), at + QPointF(5 * x, 5))

    def _ring(self, painter: QPainter, at: QPointF) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width in ((Qt.GlobalColor.black, 4), (Qt.GlobalColor.white, 2)):
            painter.setPen(QPen(colour, width))
            painter.drawEllipse(at, 6, 6)

    def _ball(self, painter: QPainter) -> None:
        points = [self.point(at) for at in self.path if np.isfinite(at).all()]
        for colour, width in ((Qt.GlobalColor.black, 4), (Qt.GlobalColor.white, 2)):
            painter.setPen(QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawPolyline(QPolygonF(points))
        painter.setPen(QPen(Qt.GlobalColor.black, 1))
        painter.setBrush(Qt.GlobalColor.white)
        for point in points[:-1]:
            painter.drawEllipse(point, 3, 3)
        if points:
            painter.setPen(QPen(Qt.GlobalColor.white, 2))
            painter.setBrush(theme.current().error)
            painter.drawEllipse(points[-1], 7, 7)


def _banded(losses: NDArray[np.float64]) -> QImage:
    """Bands of equal loss, narrow where it is low; rows that are not known yet lie between their neighbours."""
    known = np.flatnonzero(~np.isnan(losses).all(axis=1))
    finite = losses[np.isfinite(losses)]
    found = np.where(np.isfinite(losses[known]), losses[known], finite.max())
    rows = np.stack([np.interp(np.arange(len(losses)), known, column) for column in found.T]).T
    low, high = float(finite.min()), float(np.percentile(finite, 98))
    share = np.sqrt(np.clip((rows - low) / max(high - low, 1e-12), 0.0, 1.0))
    places = np.linspace(0, len(share) - 1, _PIXELS)
    wide = np.stack([np.interp(places, np.arange(len(share)), row) for row in share])
    full = np.stack([np.interp(places, np.arange(len(share)), column) for column in wide.T]).T[::-1]
    band = np.minimum((full * _BANDS).astype(int), _BANDS - 1)
    colours = theme.current().viridis[(band * 255 // (_BANDS - 1)).astype(int)].copy()
    edge = (np.diff(band, axis=0, prepend=band[:1]) != 0) | (np.diff(band, axis=1, prepend=band[:, :1]) != 0)
    colours[edge] = colours[edge] // 4 * 3
    pixels = np.ascontiguousarray(colours.astype(np.uint8))
    return QImage(pixels.data, _PIXELS, _PIXELS, 3 * _PIXELS, QImage.Format.Format_RGB888).copy()
