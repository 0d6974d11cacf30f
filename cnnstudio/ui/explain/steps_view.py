"""A short sum as a row of boxes: a number, what is done with it, what it becomes."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnstudio.nn.explaining.parts import LedgerPart
from cnnstudio.ui import theme
from cnnstudio.ui.explain.inks import draw_fitting
from cnnstudio.ui.wording import figure

_BOX, _HIGH, _GAP = 104, 52, 28


class StepsView(QWidget):
    """Boxes wrap to further rows where there is little room."""

    def __init__(self) -> None:
        super().__init__()
        self._part: LedgerPart | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Step by step")
        self.setMinimumHeight(120)
        theme.changed.connect(self.update)

    def show_part(self, part: LedgerPart) -> None:
        """Show other steps."""
        self._part = part
        self.setToolTip("\n".join(f"{step.operator} {step.name}: {step.value!r}".strip() for step in part.steps))
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
        across = max(1, int((self.width() + _GAP - 4) // (_BOX + _GAP)))
        items = [(step.operator, step.name, step.value, False) for step in part.steps]
        items.append(("=", "result", part.result, True))
        for place, (operator, name, value, last) in enumerate(items):
            row, column = divmod(place, across)
            box = QRectF(2 + column * (_BOX + _GAP), 6 + row * (_HIGH + 12), _BOX, _HIGH)
            painter.setPen(QPen(look.good if last else look.line, 1.5 if last else 1))
            painter.setBrush(look.card)
            painter.drawRoundedRect(box, 7, 7)
            painter.setFont(theme.small_font())
            painter.setPen(look.secondary)
            painter.drawText(
                box.adjusted(6, 6, -6, -4), Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter, name
            )
            painter.setFont(theme.tabular(theme.body_font()))
            painter.setPen(look.good if last else look.text)
            draw_fitting(painter, box.adjusted(4, 20, -4, -4), figure(value))
            if operator and place:
                painter.setFont(theme.heading_font())
                painter.setPen(look.accent)
                sign = QRectF(box.left() - _GAP, box.top(), _GAP, _HIGH)
                if column == 0:
                    sign = QRectF(box.left(), box.top() - 13, 20, 14)
                painter.drawText(sign, Qt.AlignmentFlag.AlignCenter, operator)
