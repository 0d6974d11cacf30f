"""The positions of a window along one side, each on a line of its own, and what none of them sees."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnstudio.nn.arrays import thousands
from cnnstudio.nn.explaining.positions import Positions
from cnnstudio.nn.telling.phrases import amount
from cnnstudio.ui.explain.pictures.inks import hatched
from cnnstudio.ui.look import theme

_TOP = 34
#: more lines than this are not drawn; the last one always is
_MOST_LINES = 40


class PositionsView(QWidget):
    """Cells from left to right, padding hatched; below them one line for each position."""

    def __init__(self) -> None:
        super().__init__()
        self._positions: Positions | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Positions of the window along one side")
        self.setMinimumHeight(150)

    def show_positions(self, positions: Positions) -> None:
        """Show another side."""
        self._positions = positions
        unseen = len(positions.unseen)
        self.setAccessibleDescription(f"{amount(positions.count, 'position')}, {amount(unseen, 'cell')} never seen")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(600, 320)

    def paintEvent(self, _event: QPaintEvent) -> None:
        positions = self._positions
        if positions is None:
            return
        painter = QPainter(self)
        painter.setFont(theme.tabular(theme.drawn_font()))
        look = theme.current()
        cell = min(30.0, (self.width() - 56) / max(1, positions.padded))
        left = 4.0
        unseen = set(positions.unseen)

        def box(place: int, y: float, high: float) -> QRectF:
            return QRectF(left + (place + positions.before) * cell, y, max(1.0, cell - 1), high)

        for place in range(-positions.before, positions.extent + positions.after):
            spot = box(place, 4, 22)
            inside = 0 <= place < positions.extent
            painter.fillRect(spot, theme.mixed(look.accent, look.panel, 0.22) if inside else hatched())
            if place in unseen:
                painter.fillRect(spot, theme.mixed(look.warning, look.panel, 0.35))
            if inside and cell >= 17:
                painter.setPen(look.text)
                painter.drawText(spot, Qt.AlignmentFlag.AlignCenter, str(place + 1))
        room = self.height() - _TOP - 6
        lines = min(positions.count, _MOST_LINES, max(1, int(room // 5)))
        if not lines:
            painter.setPen(look.error)
            why = f"The window reaches over {amount(positions.reach, 'cell')}, but there are only {positions.padded}."
            painter.drawText(QRectF(left, _TOP, self.width(), 24), Qt.AlignmentFlag.AlignVCenter, why)
            return
        pitch = min(16.0, room / lines)
        shown = list(range(lines)) if lines == positions.count else [*range(lines - 2), positions.count - 1]
        for line, position in enumerate(shown):
            y = _TOP + line * pitch + (pitch if line and position != shown[line - 1] + 1 else 0)
            last = position == shown[-1]
            painter.setPen(Qt.PenStyle.NoPen)
            cells = positions.cells(position)
            if positions.dilation > 1:
                whole = box(cells[0], y, 1).united(box(cells[-1], y, 1))
                painter.fillRect(QRectF(whole.left(), y + pitch / 2 - 1, whole.width(), 1), look.field_border)
            for place in cells:
                painter.fillRect(box(place, y + 1, max(2.0, pitch - 3)), look.good if last else look.accent)
            if pitch >= 11 or position in (0, positions.count - 1):
                end = box(cells[-1], y, pitch)
                painter.setPen(look.secondary)
                words = QRectF(end.right() + 6, y - 2, 52, pitch + 4)
                painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, thousands(position + 1))
        if lines < positions.count:
            painter.setPen(QPen(look.secondary, 1))
            y = _TOP + (lines - 1) * pitch
            painter.drawText(QRectF(left, y - 4, 20, pitch + 4), Qt.AlignmentFlag.AlignCenter, "⋮")
