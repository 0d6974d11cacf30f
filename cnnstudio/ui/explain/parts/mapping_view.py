"""A number that is carried from one place to another, and the rule."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnstudio.nn.explaining.parts import MappingPart
from cnnstudio.nn.telling.phrases import place_text
from cnnstudio.nn.telling.told import worded
from cnnstudio.ui.look import theme
from cnnstudio.ui.look.numbers import number_text


class MappingView(QWidget):
    """Two boxes with the same number and an arrow between them; the rule stands below."""

    def __init__(self) -> None:
        super().__init__()
        self._part: MappingPart | None = None
        self._ports = 1
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Where the number comes from")
        self.setMinimumHeight(112)

    def show_part(self, part: MappingPart, ports: int) -> None:
        """``ports`` is how many inputs the layer has."""
        self._part, self._ports = part, ports
        self.setAccessibleDescription(worded(part.caption))
        self.setToolTip(repr(part.result))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(480, 130)

    def paintEvent(self, _event: QPaintEvent) -> None:
        part = self._part
        if part is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        look = theme.current()
        wide = min(300.0, (self.width() - 80) / 2)
        source = "padding" if part.source is None else place_text(part.source)
        origin = f"input {part.port + 1}" if self._ports > 1 else "input"
        boxes = (QRectF(2, 8, wide, 56), QRectF(2 + wide + 72, 8, wide, 56))
        texts = ((origin, source), ("output", place_text(part.target)))
        for box, (name, where) in zip(boxes, texts, strict=True):
            painter.setPen(QPen(look.field_border, 1))
            painter.setBrush(look.card)
            painter.drawRoundedRect(box, 7, 7)
            painter.setFont(theme.drawn_font())
            painter.setPen(look.secondary)
            painter.drawText(box.adjusted(12, 7, -12, 0), Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft, name)
            painter.setFont(theme.tabular(theme.drawn_font(theme.BODY_PX)))
            painter.setPen(look.text)
            line = box.adjusted(12, 0, -12, -8)
            painter.drawText(line, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft, where)
            painter.setPen(look.good)
            painter.drawText(line, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignRight, number_text(part.result))
        start, end = QPointF(boxes[0].right() + 10, 36), QPointF(boxes[1].left() - 10, 36)
        painter.setPen(QPen(look.accent, 2))
        painter.drawLine(start, end)
        painter.drawLine(end, end + QPointF(-7, -5))
        painter.drawLine(end, end + QPointF(-7, 5))
        painter.setFont(theme.formula_font(theme.FORMULA_PX))
        painter.setPen(look.text)
        rule = QRectF(2, 76, self.width() - 4, self.height() - 78)
        painter.drawText(rule, Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap, worded(part.rule))
