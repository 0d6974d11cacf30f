"""What is written on a chart: marks of the run and the line of guessing, under the curves and where few of them are."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import groupby
from typing import Protocol

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from cnnstudio.ui.look import theme
from cnnstudio.ui.panels.curves.marks import Mark

#: where words of a size may stand, the best place first
Rooms = Callable[[QRectF], Iterable[QRectF]]
#: rows of words above or below each other, at most, and pixels of height for each
ROWS, ROOM = 3, 40


class Written(Protocol):
    """The chart that is written on, as far as that needs it."""

    marks: Sequence[Mark]
    level: tuple[float, str] | None
    percent: bool

    @property
    def area(self) -> QRectF: ...
    @property
    def logarithmic(self) -> bool: ...
    def x_of(self, step: float) -> float: ...
    def y_of(self, value: float) -> float: ...
    def points_in(self, box: QRectF) -> int: ...


def paint_notes(painter: QPainter, chart: Written) -> Sequence[QRectF]:
    """The lines first, so that none of them goes through words, and then these: where they stand is returned. Words
    that find no room among the others are left out; the crosshair reads them."""
    area = chart.area
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(QPen(theme.current().secondary, 1, Qt.PenStyle.DotLine))
    painter.setFont(theme.tabular(theme.small_font()))
    at = {mark: round(chart.x_of(mark.step + 0.5)) + 0.5 for mark in chart.marks}
    seen = [mark for mark in chart.marks if area.left() - 300 <= at[mark] <= area.right()]
    for mark in seen:
        painter.drawLine(QPointF(at[mark], area.top()), QPointF(at[mark], area.bottom()))
    taken: list[QRectF] = []
    height = _height(chart)
    if chart.level is not None and height is not None:
        painter.drawLine(QPointF(area.left(), height), QPointF(area.right(), height))
        _write(painter, chart, chart.level[1], taken, partial(_beside_level, area, height))
    for x, marks in groupby(seen, key=at.__getitem__):  # what is at one place is written as one
        texts = [mark.text for mark in marks]
        rooms = partial(_beside_mark, chart, x)
        if not _write(painter, chart, "\n".join(texts), taken, rooms) and len(texts) > 1:
            for text in texts:
                _write(painter, chart, text, taken, rooms)
    return taken


def _height(chart: Written) -> float | None:
    """The pixel of the level, None where it is not in sight."""
    value = math.nan if chart.level is None else chart.level[0]
    if not math.isfinite(value) or (chart.logarithmic and value <= 0):
        return None
    y = round(chart.y_of(math.log10(value) if chart.logarithmic else value)) + 0.5
    return y if chart.area.top() <= y <= chart.area.bottom() else None


def _beside_level(area: QRectF, y: float, size: QRectF) -> Iterable[QRectF]:
    """At the right end above and below the line, then at the left one; nowhere where it would take half the width."""
    if size.width() < area.width() / 2:
        for left in (area.right() - size.width(), area.left() + 2):
            for top in (y - size.height() - 1, y + 2):
                yield size.translated(left, top)


def _beside_mark(chart: Written, x: float, size: QRectF) -> Iterable[QRectF]:
    """Right of its line and left of it, in several rows from where curves seldom are; across it where neither side has
    the room."""
    area = chart.area
    sides = [left for left in (x, x - size.width()) if area.left() <= left <= area.right() - size.width()]
    first, away = (area.bottom() - 4 - size.height(), -1) if chart.percent else (area.top(), 1)
    for row in range(max(1, min(ROWS, int(area.height() / ROOM)))):
        for left in sides or [area.right() - size.width()]:
            yield size.translated(left, first + row * away * (size.height() + 2))


def _write(painter: QPainter, chart: Written, text: str, taken: list[QRectF], rooms: Rooms) -> bool:
    """Words with a ground of their own, in the first of the rooms that are free with the fewest points of curves;
    whether there was one."""
    metrics, area, lines = QFontMetricsF(painter.font()), chart.area, text.split("\n")
    size = QRectF(0, 0, max(map(metrics.horizontalAdvance, lines)) + 8, len(lines) * metrics.lineSpacing())
    free = [
        room
        for room in rooms(size)
        if area.contains(room) and not any(room.adjusted(-4, 0, 4, 0).intersects(other) for other in taken)
    ]
    if free:
        room = min(free, key=chart.points_in)
        taken.append(room)
        painter.fillRect(room.adjusted(2, 0, -2, 0), theme.current().panel)
        pen = painter.pen()
        painter.setPen(theme.current().secondary)
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, text)
        painter.setPen(pen)
    return bool(free)
