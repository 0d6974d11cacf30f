"""What a repair would do, shown on the canvas: new shapes in the accent over the old ones, layers that would come and
go. Items of their own above the cards, so that the cards show nothing but the design."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from cnnstudio.design.effects import Effect
from cnnstudio.nn.arrays import shape_text
from cnnstudio.ui import theme
from cnnstudio.ui.canvas import measures as m
from cnnstudio.ui.canvas.scene import CanvasScene
from cnnstudio.ui.wording import amount


class Ghosts:
    """The effect of one edit over the cards of a scene."""

    def __init__(self, scene: CanvasScene) -> None:
        self._scene = scene
        self.items: dict[str, GhostItem] = {}

    def show(self, effect: Effect | None) -> None:
        """Show an effect instead of the one before; None shows none."""
        for item in self.items.values():
            self._scene.removeItem(item)
        self.items = {}
        if effect is None:
            return
        for node_id, card in self._scene.cards.items():
            gone = node_id in effect.removed
            shape = effect.shapes.get(node_id)
            if gone or shape is not None:
                text = shape_text(shape) if shape is not None else "removed"
                self._put(node_id, GhostItem(card.outline(), text, gone), card.pos())
        if effect.added:
            self._show_added(effect)

    def _show_added(self, effect: Effect) -> None:
        shapes = [effect.shapes[i] for i in effect.added if i in effect.shapes]
        text = f"+ {amount(len(effect.added), 'layer')}"
        text += f" → {shape_text(shapes[-1])}" if shapes else ""
        changed = [self._scene.cards[i] for i in effect.shapes if i in self._scene.cards]
        at = changed[0].scene_outline().topLeft() if changed else self._scene.frame_of().topLeft()
        self._put("+", GhostTag(text), at + QPointF(0, -28))

    def _put(self, name: str, item: QGraphicsItem, at: QPointF) -> None:
        item.setPos(at)
        item.setZValue(4)
        self._scene.addItem(item)
        self.items[name] = item


class GhostItem(QGraphicsItem):
    """Over one card: a dashed outline, and its new shape where the old one stands."""

    def __init__(self, outline: QRectF, text: str, gone: bool) -> None:
        super().__init__()
        self._outline, self.text, self.gone = outline, text, gone
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def boundingRect(self) -> QRectF:
        return self._outline.adjusted(-6, -6, 6, 6)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        look = theme.current()
        zoom = option.levelOfDetailFromTransform(painter.worldTransform())
        colour = look.error if self.gone else look.accent
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(colour, max(2.0, 1.4 / zoom))
        pen.setDashPattern([3.0, 2.0])
        painter.setPen(pen)
        veil = QColor(look.card)
        veil.setAlpha(150 if self.gone else 0)
        painter.setBrush(veil)
        painter.drawRoundedRect(self._outline.adjusted(-3, -3, 3, 3), m.CORNER + 3, m.CORNER + 3)
        if zoom < 0.4:
            return
        footer = QRectF(
            self._outline.left() + 1, self._outline.bottom() - m.FOOTER + 1, self._outline.width() - 2, m.FOOTER - 2
        )
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.mixed(colour, look.card, 0.14))
        painter.drawRoundedRect(footer, m.CORNER - 1, m.CORNER - 1)
        painter.setPen(colour)
        painter.setFont(m.shape_font())
        painter.drawText(footer, Qt.AlignmentFlag.AlignCenter, self.text if self.gone else f"→ {self.text}")


class GhostTag(QGraphicsItem):
    """A capsule that says what would be added."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def boundingRect(self) -> QRectF:
        return QRectF(0, 0, m.metrics("shape_font").horizontalAdvance(self.text) + 18, 20).adjusted(-1, -1, 1, 1)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        look = theme.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(look.accent, 1.2))
        painter.setBrush(theme.mixed(look.accent, look.card, 0.14))
        rect = self.boundingRect().adjusted(1, 1, -1, -1)
        painter.drawRoundedRect(rect, 9, 9)
        painter.setPen(look.accent)
        painter.setFont(m.shape_font())
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, self.text)
