"""Zoom, scroll and framing of a graphics view."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QInputDevice, QWheelEvent
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
        #: what is framed keeps its cards out of this: a rectangle in the lower right corner, in pixels
        self.keep_free = QRectF()
        #: whether someone has zoomed or panned since the whole network was framed
        self.chosen = False

    @property
    def zoom(self) -> float:
        """Pixels per scene unit."""
        return self._view.transform().m11()

    def zoom_at(self, pixel: QPointF, zoom: float) -> None:
        """Change the zoom so that what lies under ``pixel`` stays there."""
        zoom = min(m.LARGEST_ZOOM, max(min(m.SMALLEST_ZOOM, self.zoom), zoom))
        if abs(zoom - self.zoom) < 1e-6:
            return
        fixed = self.to_scene(pixel)
        view = self._view
        view.setTransform(view.transform().fromScale(zoom, zoom))
        self.corner = fixed * zoom - pixel
        self.chosen = True

    def zoom_in_middle(self, zoom: float) -> None:
        """Change the zoom about the middle of the view."""
        self.zoom_at(QPointF(self._view.viewport().rect().center()), zoom)

    def turn_wheel(self, event: QWheelEvent) -> None:
        """A wheel zooms at the pointer; two fingers pan, with Ctrl they zoom too."""
        fingers = event.device() is not None and event.device().type() == QInputDevice.DeviceType.TouchPad
        pans = fingers or event.phase() != Qt.ScrollPhase.NoScrollPhase
        if pans and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            by = event.pixelDelta() if not event.pixelDelta().isNull() else event.angleDelta() / 2
            self.pan(-by.x(), -by.y())
            return
        notches = event.angleDelta().y() / 120
        if notches:
            self.zoom_at(event.position(), self.zoom * WHEEL_STEP**notches)

    def pan(self, x: float, y: float) -> None:
        """Move the view over the scene by pixels, as someone has chosen."""
        self.scroll(x, y)
        self.chosen = True

    def scroll(self, x: float, y: float) -> None:
        """Move the view over the scene by pixels."""
        self.corner += QPointF(x, y)

    @property
    def corner(self) -> QPointF:
        """What lies in the view's top left corner, in pixels of the scaled scene (always whole)."""
        view = self._view
        return QPointF(view.horizontalScrollBar().value(), view.verticalScrollBar().value())

    @corner.setter
    def corner(self, corner: QPointF) -> None:
        self._view.horizontalScrollBar().setValue(round(corner.x()))
        self._view.verticalScrollBar().setValue(round(corner.y()))

    def frame(self, whole: QRectF, cards: Sequence[QRectF], largest: float = 1.0) -> None:
        """Show a rectangle of the scene whole and in the middle, at most ``largest`` times its size, and none of the
        ``cards`` under ``keep_free``."""
        keep_free, room = self.keep_free, self._room()
        self._fit(whole, room, largest)
        inverse, _ = self._view.viewportTransform().inverted()
        there = inverse.mapRect(keep_free)
        covered = [self._pixels(rect) for rect in cards if rect.intersects(there)]
        if not covered:
            return
        slack = self._pixels(whole)
        left = max(r.right() for r in covered) - keep_free.left() + 8
        up = max(r.bottom() for r in covered) - keep_free.top() + 8
        if up <= slack.top() - room.top():
            self.scroll(0, up)
        elif left <= slack.left() - room.left():
            self.scroll(left, 0)
        else:
            room.setBottom(keep_free.top() - 8)
            self._fit(whole, room, largest)

    def zoom_of(self, whole: QRectF) -> float:
        """The zoom at which a rectangle of the scene is seen whole, at most in its own size."""
        return _zoom_in(self._room(), whole, 1.0)

    def _room(self) -> QRectF:
        size = self._view.viewport().size()
        free = FRAME_MARGIN
        return QRectF(0, 0, size.width(), size.height()).adjusted(free, free, -free, -free)

    def _fit(self, rect: QRectF, room: QRectF, largest: float) -> None:
        zoom = _zoom_in(room, rect, largest)
        self._view.setTransform(self._view.transform().fromScale(zoom, zoom))
        self.corner = rect.center() * zoom - room.center()

    def _pixels(self, rect: QRectF) -> QRectF:
        return self._view.viewportTransform().mapRect(rect)

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


def _zoom_in(room: QRectF, rect: QRectF, largest: float) -> float:
    zoom = largest
    if not rect.isEmpty():
        zoom = min(room.width() / rect.width(), room.height() / rect.height(), largest)
    return min(m.LARGEST_ZOOM, max(m.FARTHEST_ZOOM, zoom))
