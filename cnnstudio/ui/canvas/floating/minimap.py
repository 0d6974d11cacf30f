"""The minimap in the corner: every card as a spot of its colour, and the part that is in view; press or drag to go
there. It hides while everything is in view, and where the view is small."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QWheelEvent
from PySide6.QtWidgets import QWidget

from cnnstudio.ui.canvas import measures as m
from cnnstudio.ui.canvas.items.annotation_items import FrameItem
from cnnstudio.ui.canvas.items.block_card import BlockCard
from cnnstudio.ui.canvas.items.card import CardItem, faded
from cnnstudio.ui.canvas.items.layer_card import LayerCard
from cnnstudio.ui.canvas.viewport.scene_view import SceneView
from cnnstudio.ui.look import dressing, theme

LARGEST = QSize(168, 104)
#: from the edges of the view, from the zoom controls, and around what is drawn, in pixels
APART, INSET = 10, 8
#: of a view it takes no more: in a small one it would lie on what is being built
_SHARE = 0.1
#: a refresh waits this long, so that a burst of changes draws once
DELAY_MS = 40
#: and this long where there are many cards, so that the view itself is seen first
DELAY_OF_MANY_MS = 120
#: so many spots of a colour are too small for round corners
MANY = 100
#: of more cards nobody looks which are covered, and they are drawn after the edit has been seen
MOST_ASKED = 300


class Minimap(QWidget):
    """It sits over a view, in the lower right corner above the zoom controls, or where it covers fewer cards."""

    def __init__(self, view: SceneView) -> None:
        super().__init__(view)
        self._view = view
        self.wanted = True
        self._whole = QRectF()
        self._held = QPointF()
        self._pressed, self._corner = False, 0
        self._picture: tuple[object, QPixmap] | None = None
        #: whether the picture shows what was there before
        self._behind = False
        self._timer = QTimer(self, interval=DELAY_MS, singleShot=True)
        self._timer.timeout.connect(self._refresh_now)
        self.setAccessibleName("Map of the whole network")
        self.setToolTip("The whole network. Press or drag to move the view.")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        dressing.follow(self, self._forget)
        view.document.selection_changed.connect(self.draw_anew)
        self.hide()

    def set_wanted(self, wanted: bool) -> None:
        """Whether to show it where there is something out of view."""
        self.wanted = wanted
        self._refresh_now()

    def draw_anew(self, *_: object) -> None:
        """The design or the selection has changed. Of many cards the map follows a moment later, once for a burst."""
        if self._has_many:
            self._behind = True
        else:
            self._forget()
        self.refresh()

    @property
    def _has_many(self) -> bool:
        return len(self._view.canvas_scene.cards) > MOST_ASKED

    def _forget(self) -> None:
        self._picture, self._behind = None, False
        self.update()

    def refresh(self) -> None:
        """The view has changed."""
        if not self._timer.isActive():
            self._timer.start(DELAY_OF_MANY_MS if self._has_many else DELAY_MS)

    def _refresh_now(self) -> None:
        if self._behind:
            self._forget()
        view = self._view
        network = view.canvas_scene.frame_of_all()
        seen = view.camera.seen()
        needed = self.wanted and not network.isEmpty() and not seen.contains(network)
        if needed:
            self._whole = network.united(seen.intersected(network.adjusted(-300, -300, 300, 300)))
            room = LARGEST - QSize(2 * INSET, 2 * INSET)
            scale = min(room.width() / self._whole.width(), room.height() / self._whole.height())
            width = max(72, round(self._whole.width() * scale) + 2 * INSET)
            height = max(44, round(self._whole.height() * scale) + 2 * INSET)
            self.setGeometry(self._place(QSize(width, height), seen))
            self.update()
        small = self.width() * self.height() <= _SHARE * view.width() * view.height()
        self.setVisible(needed and small and self.y() > 40)

    def _place(self, size: QSize, seen: QRectF) -> QRect:
        """The corner in which the fewest cards are covered."""
        view = self._view
        right, left = view.width() - APART - size.width(), APART
        above = round(view.camera.keep_free.top()) - APART + 2 - size.height()
        bottom = view.height() - APART - size.height()
        places = [QRect(QPoint(*at), size) for at in ((right, above), (left, bottom), (right, APART), (left, APART))]
        cards = view.canvas_scene.cards.values()
        if len(cards) > MOST_ASKED:
            return places[0]
        outlines = [card.scene_outline() for card in cards]
        shown = [view.viewportTransform().mapRect(outline).toRect() for outline in outlines if seen.intersects(outline)]
        controls = view.camera.keep_free.toRect()

        def cost(place: QRect) -> int:
            cards_under = sum(_area(place & card) for card in shown)
            return cards_under + (_area(view.rect()) if place.intersects(controls) else 0)

        covered = [cost(place) for place in places]
        best = covered.index(min(covered))
        if self._pressed or covered[self._corner] <= 2 * covered[best]:
            best = self._corner  # it does not jump about while the view moves
        self._corner = best
        return places[best]

    def scale_and_corner(self) -> tuple[float, QPointF]:
        """Pixels of the map per scene unit, and where on the map the scene's (0, 0) lies."""
        room = QRectF(self.rect()).adjusted(INSET, INSET, -INSET, -INSET)
        scale = min(room.width() / self._whole.width(), room.height() / self._whole.height())
        return scale, room.center() - self._whole.center() * scale

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(look.line, 1))
        painter.setBrush(look.panel)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 7, 7)
        if self._whole.isEmpty():
            return
        key = self.size(), self._whole, self.devicePixelRatioF()
        if self._picture is None or self._picture[0] != key:
            self._picture = key, self._drawn()
        painter.drawPixmap(0, 0, self._picture[1])
        seen = self._mapped(self._view.camera.seen()).intersected(QRectF(self.rect()).adjusted(2, 2, -2, -2))
        painter.setPen(QPen(look.accent, 1.2))
        painter.setBrush(faded(look.accent, 26))
        painter.drawRoundedRect(seen, 3, 3)

    def _mapped(self, rect: QRectF) -> QRectF:
        scale, corner = self.scale_and_corner()
        return QRectF(rect.topLeft() * scale + corner, rect.size() * scale)

    def _drawn(self) -> QPixmap:
        """Everything but the rectangle of the view, which moves far more often."""
        look, ratio = theme.current(), self.devicePixelRatioF()
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for item in self._view.canvas_scene.annotations.values():
            painter.setBrush(faded(look.secondary if isinstance(item, FrameItem) else look.warning, 50))
            painter.drawRoundedRect(self._mapped(item.scene_outline()), 2, 2)
        scale, corner = self.scale_and_corner()
        (right, down), width = m.coordinates(corner), max(3.0, m.CARD_WIDTH * scale)
        spots: dict[int, list[QRectF]] = {}
        for card in self._view.canvas_scene.cards.values():
            x, y, u, v = card.box()
            height = max(3.0, (v - y) * scale * 0.72)
            middle = (x + u) / 2 * scale + right, (y + v) / 2 * scale + down
            spot = QRectF(middle[0] - width / 2, middle[1] - height / 2, width, height)
            spots.setdefault(_colour(card, look).rgba(), []).append(spot)
        for colour, rects in spots.items():
            painter.setBrush(QColor.fromRgba(colour))
            if len(rects) > MANY:
                painter.drawRects(rects)
                continue
            for rect in rects:
                painter.drawRoundedRect(rect, 1.5, 1.5)
        painter.end()
        return picture

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = event.button() == Qt.MouseButton.LeftButton
        if event.button() != Qt.MouseButton.LeftButton or self._whole.isEmpty():
            return
        scale, corner = self.scale_and_corner()
        point = (event.position() - corner) / scale
        seen = self._view.camera.seen()
        if not seen.contains(point):
            self._look_at(point)
            seen = self._view.camera.seen()
        self._held = point - seen.center()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton and not self._whole.isEmpty():
            scale, corner = self.scale_and_corner()
            self._look_at((event.position() - corner) / scale - self._held)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()
        self._pressed = False
        self.refresh()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.accept()
        self._view.camera.turn_wheel(event)

    def _look_at(self, point: QPointF) -> None:
        camera = self._view.camera
        by = (point - camera.seen().center()) * camera.zoom
        camera.pan(by.x(), by.y())
        self.update()


def _colour(card: CardItem, look: theme.Theme) -> QColor:
    if card.trouble.errors:
        return look.error
    if card.selected:
        return look.accent
    if isinstance(card, LayerCard):
        return look.category(card.layer.category)
    inside = card.facts.inside if isinstance(card, BlockCard) and card.facts else ()
    return look.category(inside[0][1]) if inside else look.secondary


def _area(rect: QRect) -> int:
    return rect.width() * rect.height() if rect.isValid() else 0
