"""The answer of the network: a bar for each class, with its name and its probability."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from cnnstudio.nn.telling.phrases import share_text
from cnnstudio.ui.look import theme
from cnnstudio.ui.look.pictures import Bar

#: most classes shown; of more, the likeliest
MOST = 20
ROW = 20.0
_RIGHT, _ANSWER, _WRONG = "  ✓ right", "  ← right answer", "  ✗ wrong"


class ClassBars(QWidget):
    """Horizontal bars in the order of the classes; the right answer is marked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bars: tuple[Bar, ...] = ()
        self._right = -1
        theme.wear(self, "small-figures")

    def show_bars(self, bars: tuple[Bar, ...], right: int) -> None:
        """Show other probabilities; ``right`` is the index of the right answer, -1 if nobody knows."""
        self._bars, self._right = bars, right
        best = next((bar for bar in bars if bar.likeliest), None)
        self.setAccessibleName(f"likeliest: {best.name}, {share_text(best.value)}" if best else "")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(320, int(ROW * 10))

    def paintEvent(self, _event: QPaintEvent) -> None:
        shown = list(enumerate(self._bars))
        if len(shown) > MOST:
            shown = sorted(shown, key=lambda item: -item[1].value)[:MOST]
        if not shown:
            return
        colours, painter = theme.current(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = QFontMetricsF(self.font())
        row = min(ROW, self.height() / len(shown))
        names = [metrics.elidedText(bar.name, Qt.TextElideMode.ElideRight, 110.0) for _, bar in shown]
        left = max(metrics.horizontalAdvance(name) for name in names) + 10
        beside = metrics.horizontalAdvance(f"{share_text(1.0)}{_ANSWER}") + 12
        room = min(420.0, self.width() - left - beside)
        middle = Qt.AlignmentFlag.AlignVCenter
        for line, ((index, bar), name) in enumerate(zip(shown, names, strict=True)):
            top = line * row
            painter.setPen(colours.text if bar.likeliest else colours.secondary)
            painter.drawText(QRectF(0, top, left - 10, row), middle | Qt.AlignmentFlag.AlignRight, name)
            slot = QRectF(left, top + row * 0.2, room, row * 0.6)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.mixed(colours.line, colours.panel, 0.6))
            painter.drawRoundedRect(slot, 2, 2)
            value = bar.value if bar.value == bar.value else 0.0
            full = QRectF(slot)
            full.setWidth(max(2.0, slot.width() * value))
            colour = colours.category("output")
            painter.setBrush(colour if bar.likeliest else theme.mixed(colour, colours.panel, 0.6))
            painter.drawRoundedRect(full, 2, 2)
            painter.setPen(colours.text if bar.likeliest else colours.secondary)
            text = share_text(bar.value)
            if index == self._right:
                text += _RIGHT if bar.likeliest else _ANSWER
            elif bar.likeliest and self._right >= 0:
                text += _WRONG
            painter.drawText(QRectF(slot.right() + 8, top, beside, row), middle, text)
