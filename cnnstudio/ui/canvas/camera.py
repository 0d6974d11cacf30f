"""Zoom, scroll and framing of a graphics view."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtWidgets import QGraphicsView

from cnnstudio.ui.canvas import measures as m

#: free pixels around what is framed
FRAME_MARGIN = 18.0
#: one step of the keyboard, and one notch of a wheel
KEY_STEP, WHEEL_STEP = 1.25, 1.15


class Camera:
    """Where a view looks. Points of the viewport are in pixels, all others in scene units."""

    def __init__(self, view: QGraphicsView) -> None:
        self._view = view

    @property
    def zoom(self) -> float:
        """Pixels per scene unit."""
        return self._view.transform().m11()

    def zoom_at(self, pixel: QPointF, zoom: float) -> None:
        """Change the zoom so that what lies under ``pixel`` stays there."""
        zoom = min(m.LARGEST_ZOOM, max(m.SMALLEST_ZOOM, zoom))
        if abs(zoom - self.zoom) < 1e-6:
            return
        fixed = self.to_scene(pixel)
        view = self._view
        view.setTransform(view.transform().fromScale(zoom, zoom))
        now = fixed * zoom
        bars = view.horizontalScrollBar(), view.verticalScrollBar()
        # Scroll bars hold whole pixels of the scaled scene.
        bars[0].setValue(round(now.x() - pixel.x()))
        bars[1].setValue(round(now.y() - pixel.y()))

    def zoom_in_middle(self, zoom: float) -> None:
        """Change the zoom about the middle of the view."""
        self.zoom_at(QPointF(self._view.viewport().rect().center()), zoom)

    def scroll(self, x: float, y: float) -> None:
        """Move the view over the scene by pixels."""
        bars = self._view.horizontalScrollBar(), self._view.verticalScrollBar()
        bars[0].setValue(bars[0].value() + round(x))
        bars[1].setValue(bars[1].value() + round(y))

    def frame(self, rect: QRectF, largest: float = 1.0) -> None:
        """Show a rectangle of the scene whole and in the middle, at most ``largest`` times its size."""
        size = self._view.viewport().size()
        width, height = size.width() - 2 * FRAME_MARGIN, size.height() - 2 * FRAME_MARGIN
        if rect.isEmpty():
            zoom, centre = 1.0, QPointF()
        else:
            zoom = min(width / rect.width(), height / rect.height(), largest)
            centre = rect.center()
        zoom = min(m.LARGEST_ZOOM, max(m.SMALLEST_ZOOM, zoom))
        self._view.setTransform(self._view.transform().fromScale(zoom, zoom))
        self._view.horizontalScrollBar().setValue(round(centre.x() * zoom - size.width() / 2))
        self._view.verticalScrollBar().setValue(round(centre.y() * zoom - size.height() / 2))

    def to_scene(self, pixel: QPointF) -> QPointF:
        """The place in the scene under a pixel of the viewport, with fractions."""
        inverse, _ = self._view.viewportTransform().inverted()
        return inverse.map(pixel)

    def to_pixel(self, point: QPointF) -> QPointF:
        """Where in the viewport a place of the scene is drawn."""
        return self._view.viewportTransform().map(point)

    def seen(self) -> QRectF:
        """The part of the scene that is in view."""
        inverse, _ = self._view.viewportTransform().inverted()
        return inverse.mapRect(QRectF(self._view.viewport().rect()))
