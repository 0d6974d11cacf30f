"""A short sum as a row of boxes: a number, what is done with it, what it becomes."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnstudio.nn.explaining.accounts import PROBABILITY
from cnnstudio.nn.explaining.parts import LedgerPart, Step
from cnnstudio.nn.telling.told import Sentence, worded
from cnnstudio.ui.explain.parts.sums import account
from cnnstudio.ui.explain.pictures.inks import draw_fitting
from cnnstudio.ui.look import theme
from cnnstudio.ui.look.labels import plain_tip
from cnnstudio.ui.look.numbers import probability_text

_HIGH = 52
#: the least width of a box, the room beside its name and the gap to the next: where there is room, and where not
_WIDE, _TIGHT = (104, 24, 28), (72, 14, 22)
#: room for each bracket before the first box
_BRACKET = 10


class StepsView(QWidget):
    """Boxes wrap to further rows where there is little room."""

    def __init__(self) -> None:
        super().__init__()
        self._part: LedgerPart | None = None
        self._names: Mapping[Sentence, str] = {}
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Step by step")
        self.setMinimumHeight(72)

    def show_part(self, part: LedgerPart, names: Mapping[Sentence, str] = {}) -> None:
        """Show other steps; ``names`` are what some of them are called in this network."""
        self._part, self._names = part, names
        lines = [f"{step.operator} {self._name(step)}: {step.value!r}".strip() for step in part.steps]
        self.setToolTip(plain_tip("\n".join(lines)))
        self.setAccessibleDescription(self.line)
        self.update()

    @property
    def line(self) -> str:
        """All of it as one line of arithmetic."""
        items = self._items(self._part) if self._part is not None else []
        return self._opening + " ".join(f"{sign} {figure}".strip() for sign, _, figure, _ in items).replace(" )", ")")

    @property
    def _opening(self) -> str:
        """The brackets before the first number."""
        return "(" * len(self._part.bracketed) if self._part is not None else ""

    @property
    def content_height(self) -> int:
        """How high it is at this width."""
        if self._part is None:
            return 120
        return int(self._boxes(self._part)[-1].bottom()) + 8

    def _name(self, step: Step) -> str:
        return self._names.get(step.name) or worded(step.name)

    def _items(self, part: LedgerPart) -> list[tuple[str, str, str, bool]]:
        """Operator with the bracket that closes before it, name and number of each box, and whether it is the
        result."""
        signs = [f"{')' if place in part.bracketed else ''} {step.operator}" for place, step in enumerate(part.steps)]
        told = account(part)
        items = [
            (sign.strip() if place else "", self._name(step), _figure(step, figure), False)
            for place, (sign, step, figure) in enumerate(zip(signs, part.steps, told.figures, strict=True))
        ]
        return [*items, (told.sign, "result", told.result, True)]

    def _boxes(self, part: LedgerPart) -> list[QRectF]:
        """Where the steps lie; each as wide as its name."""
        metrics = QFontMetricsF(theme.drawn_font())
        names = [metrics.horizontalAdvance(name) for _, name, _, _ in self._items(part)]
        start = 2.0 + _BRACKET * len(self._opening)
        for least, beside, self._gap in (_WIDE, _TIGHT):
            widths = [max(float(least), name + beside) for name in names]
            if start + sum(widths) + (len(widths) - 1) * self._gap <= self.width() - 2:
                break
        boxes: list[QRectF] = []
        x, y = start, 6.0
        self._begins = []
        for wide in widths:
            if boxes and x + wide > self.width() - 2:
                x, y = 2.0, y + _HIGH + 16
            self._begins.append(bool(boxes) and x == 2.0)
            boxes.append(QRectF(x, y, wide, _HIGH))
            x += wide + self._gap
        return boxes

    _gap = _WIDE[2]

    def sizeHint(self) -> QSize:
        return QSize(480, 130)

    def paintEvent(self, _event: QPaintEvent) -> None:
        part = self._part
        if part is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        look = theme.current()
        painter.setFont(theme.drawn_font(theme.HEADING_PX, strong=True))
        painter.setPen(look.accent)
        opening = QRectF(0, 6, 2.0 + _BRACKET * len(self._opening), _HIGH)
        painter.drawText(opening, Qt.AlignmentFlag.AlignCenter, self._opening)
        for (operator, name, figure, last), box, first in zip(
            self._items(part), self._boxes(part), self._begins, strict=True
        ):
            painter.setPen(QPen(look.good if last else look.line, 1.5 if last else 1))
            painter.setBrush(look.card)
            painter.drawRoundedRect(box, 7, 7)
            painter.setFont(theme.drawn_font())
            painter.setPen(look.secondary)
            painter.drawText(
                box.adjusted(6, 6, -6, -4), Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter, name
            )
            painter.setFont(theme.tabular(theme.drawn_font(theme.BODY_PX)))
            painter.setPen(look.good if last else look.text)
            draw_fitting(painter, box.adjusted(4, 20, -4, -4), figure)
            if operator:
                painter.setFont(theme.drawn_font(theme.HEADING_PX, strong=True))
                painter.setPen(look.accent)
                sign = QRectF(box.left() - self._gap, box.top(), self._gap, _HIGH)
                if first:
                    sign = QRectF(box.left(), box.top() - 15, 20, 14)
                painter.drawText(sign, Qt.AlignmentFlag.AlignCenter, operator)


def _figure(step: Step, figure: str) -> str:
    return probability_text(step.value) if step.name == PROBABILITY else figure
