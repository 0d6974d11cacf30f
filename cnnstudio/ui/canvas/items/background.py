"""The dotted ground of the canvas, drawn once per zoom and shifted from then on."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPixmap

from cnnstudio.ui.canvas import measures as m
from cnnstudio.ui.look import theme


class DottedGround:
    """Dots at every tenth or thirtieth unit; their distance on the screen stays between 18 and 54 pixels."""

    def __init__(self) -> None:
        self._key: object = None
        self._tile = QPixmap()

    def paint(self, painter: QPainter, exposed: QRectF, zoom: float) -> None:
        """Paint the ground of ``exposed`` (scene units)."""
        look = theme.current()
        painter.fillRect(exposed, look.background)
        step = m.DOTS * zoom
        while step < 18:
            step *= 3
        while step > 54:
            step /= 3
        ratio = painter.device().devicePixelRatioF()
        world = painter.worldTransform()
        visible = world.mapRect(exposed)
        origin = world.map(QPointF())
        tile, pitch = self._tile_for(step, ratio, look)
        painter.resetTransform()
        painter.setClipRect(visible)
        # Tiles begin half a step before a dot, so that no dot lies on a seam.
        left, top = origin.x() - step / 2, origin.y() - step / 2
        for column in range(math.floor((visible.left() - left) / pitch), math.ceil((visible.right() - left) / pitch)):
            for row in range(math.floor((visible.top() - top) / pitch), math.ceil((visible.bottom() - top) / pitch)):
                x, y = left + column * pitch, top + row * pitch
                painter.drawPixmap(QPointF(round(x * ratio) / ratio, round(y * ratio) / ratio), tile)
        painter.setClipping(False)
        painter.setWorldTransform(world)

    def _tile_for(self, step: float, ratio: float, look: theme.Theme) -> tuple[QPixmap, float]:
        """A square of dots about 400 pixels wide, and how far apart two such squares lie."""
        count = max(1, round(400 / step))
        key = (round(step, 4), ratio, look.name)
        if key != self._key:
            side = math.ceil(count * step * ratio)
            tile = QPixmap(side, side)
            tile.fill(Qt.GlobalColor.transparent)
            tile.setDevicePixelRatio(ratio)
            painter = QPainter(tile)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            colour = theme.mixed(look.field_border, look.background, 0.34)
            painter.setPen(QPen(colour, 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            for row in range(count):
                for column in range(count):
                    painter.drawPoint(QPointF((column + 0.5) * step, (row + 0.5) * step))
            painter.end()
            self._key, self._tile = key, tile
        return self._tile, count * step
