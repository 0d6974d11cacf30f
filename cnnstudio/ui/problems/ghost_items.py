"""What is painted over cards while an edit is only looked at."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from cnnstudio.ui.canvas import measures as m
from cnnstudio.ui.look import theme

#: below this zoom there are no words
WORDS_ZOOM = 0.4


class GhostItem(QGraphicsItem):
    """Over one card: a dashed outline; its new shape, and the old one where both fit; its new settings.

    ``gone`` cards would be removed, ``new`` ones are not there yet.
    """

    def __init__(
        self,
        outline: QRectF,
        was: str = "",
        text: str = "",
        lines: tuple[str, ...] = (),
        *,
        gone: bool = False,
        new: bool = False,
    ) -> None:
        super().__init__()
        self._outline, self.gone, self.new = outline, gone, new
        self.was, self.text, self.lines = was, "removed" if gone else text, lines
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    @property
    def words(self) -> str:
        """What stands in place of the card's shape."""
        if self.gone or not self.was:
            return self.text
        both = f"{self.was} → {self.text}"
        return both if _width(both, m.narrow_font) <= self._outline.width() - 6 else f"→ {self.text}"

    def boundingRect(self) -> QRectF:
        return self._outline.adjusted(-14, -14, 14, 14)

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
        if self.new:
            _paint_plus(painter, look, self._outline.topRight() + QPointF(-5, 3), max(1.0, 0.5 / zoom))
        if zoom < WORDS_ZOOM:
            return
        left, width = self._outline.left() + 1, self._outline.width() - 2
        if self.lines:
            words = "\n".join(self.lines)
            fonts = (m.line_font, m.narrow_font) if len(self.lines) == 1 else (m.narrow_font,)
            painter.setFont(_fitting(words, width - 2 * m.INSET, *fonts))
            tall = 16 + (len(self.lines) - 1) * m.LINE
            rect = QRectF(left + m.INSET - 5, m.STRIPE + 22, width - 2 * m.INSET + 10, tall)
            _paint_strip(painter, look, rect, colour, 4, words)
        if self.text:
            painter.setFont(_fitting(self.words, width - 6, m.shape_font, m.line_font, m.narrow_font))
            rect = QRectF(left, self._outline.bottom() - m.FOOTER + 1, width, m.FOOTER - 2)
            _paint_strip(painter, look, rect, colour, m.CORNER - 1, self.words)


class GhostCut(QGraphicsItem):
    """A cross on a wire that would be cut."""

    def __init__(self) -> None:
        super().__init__()
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def boundingRect(self) -> QRectF:
        return QRectF(-20, -20, 40, 40)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        look = theme.current()
        size = min(2.0, max(1.0, 0.5 / option.levelOfDetailFromTransform(painter.worldTransform())))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(look.card, 1.5))
        painter.setBrush(look.error)
        painter.drawEllipse(QPointF(), 9 * size, 9 * size)
        painter.setPen(QPen(look.card, 2 * size, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        reach = 3 * size
        painter.drawLine(QPointF(-reach, -reach), QPointF(reach, reach))
        painter.drawLine(QPointF(-reach, reach), QPointF(reach, -reach))


class GhostTag(QGraphicsItem):
    """A capsule above what would change: the costs before and after."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def boundingRect(self) -> QRectF:
        return QRectF(0, 0, _width(self.text, m.shape_font) + 18, 20).adjusted(-1, -1, 1, 1)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        if option.levelOfDetailFromTransform(painter.worldTransform()) < WORDS_ZOOM:
            return
        look = theme.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = self.boundingRect().adjusted(1, 1, -1, -1)
        painter.setPen(QPen(look.accent, 1.2))
        painter.setBrush(theme.mixed(look.accent, look.card, 0.14))
        painter.drawRoundedRect(rect, 9, 9)
        painter.setPen(look.text)
        painter.setFont(m.shape_font())
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, self.text)


def _paint_strip(painter: QPainter, look: theme.Theme, rect: QRectF, colour: QColor, corner: float, text: str) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.mixed(colour, look.card, 0.14))
    painter.drawRoundedRect(rect, corner, corner)
    painter.setPen(colour)
    metrics, room = painter.fontMetrics(), int(rect.width()) - 4
    lines = [metrics.elidedText(line, Qt.TextElideMode.ElideRight, room) for line in text.split("\n")]
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, "\n".join(lines))


def _paint_plus(painter: QPainter, look: theme.Theme, at: QPointF, size: float) -> None:
    painter.setPen(QPen(look.card, 1.5))
    painter.setBrush(look.accent)
    painter.drawEllipse(at, 9 * size, 9 * size)
    painter.setPen(QPen(look.on_accent, 2 * size, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    reach = 4.2 * size
    painter.drawLine(at - QPointF(reach, 0), at + QPointF(reach, 0))
    painter.drawLine(at - QPointF(0, reach), at + QPointF(0, reach))


def _fitting(text: str, width: float, *fonts: Callable[[], QFont]) -> QFont:
    """The first of some fonts in which a text fits, else the last."""
    return next((font for font in fonts if _width(text, font) <= width), fonts[-1])()


def _width(text: str, font: Callable[[], QFont]) -> float:
    return m.metrics(font).horizontalAdvance(text)
