"""Grad-CAM as the sum that it is: maps × weights at one place, added up, without what is below 0, made large."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QHelpEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QToolTip, QWidget

from cnnstudio.nn.looking.attribution.enlarging import mixed_from
from cnnstudio.nn.telling.phrases import amount
from cnnstudio.ui.evaluate.where.account import CENTRE, GAP, LEFT, RIGHT, Account
from cnnstudio.ui.evaluate.where.painted import map_image
from cnnstudio.ui.look import theme
from cnnstudio.ui.look.numbers import number_text, signed_figure

#: so many maps are told one by one
FIRST = 5
#: how large a tile is at most and at least
_LARGEST, _SMALLEST = 76.0, 40.0


class CamAccount(Account):
    """The maps that add most come first; the others stand as one number, and can be told one by one after them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._more = QRectF()

    def prepare(self) -> None:
        looked = self.looked
        if looked is None or looked.cam is None:
            return
        cam = looked.cam
        self._order = cam.order().tolist()
        self._tell_from(0)
        self._sum = map_image(cam.sums, signed=True)
        self._rectified, self._large = map_image(cam.rectified), map_image(looked.map)

    def _tell_from(self, place: int) -> None:
        """Tell the maps one by one from a place of their order; past the last from the first."""
        looked = self.looked
        assert looked is not None and looked.cam is not None
        self._from = place if place < len(self._order) else 0
        self._told = self._order[self._from : self._from + FIRST]
        maps = [looked.cam.maps[:, :, number] for number in self._told]
        self._maps = [map_image(each, signed=bool(each.min() < 0)) for each in maps]
        self._more = QRectF()

    def show_more(self) -> None:
        """Tell the maps that come next one by one."""
        if self.looked is not None and self.looked.cam is not None and len(self._order) > FIRST:
            self._tell_from(self._from + FIRST)
            self.setAccessibleName(self.words())
            self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.show_more()
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.more.contains(event.position()) and event.button() == Qt.MouseButton.LeftButton:
            self.show_more()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        over = self.more.contains(event.position())
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            told = "Show the maps that come next (Return)" if self.more.contains(QPointF(event.pos())) else ""
            QToolTip.showText(event.globalPos(), told, self)
            return True
        return super().event(event)

    @property
    def more(self) -> QRectF:
        """Where the maps that are not told one by one are asked for; nowhere where there are none."""
        return self._more

    def step(self) -> tuple[int, int]:
        assert self.looked is not None and self.looked.cam is not None and self.picture is not None
        rows, columns, _ = self.looked.cam.maps.shape
        height, width = self.picture.shape[:2]
        return max(1, round(height / rows)), max(1, round(width / columns))

    @property
    def cell(self) -> tuple[int, int]:
        """The place of the small maps under the pixel."""
        assert self.looked is not None and self.looked.cam is not None and self.picture is not None
        rows, columns, _ = self.looked.cam.maps.shape
        height, width = self.picture.shape[:2]
        return self.pixel[0] * rows // height, self.pixel[1] * columns // width

    def parts(self) -> tuple[list[tuple[int, float, float, float]], int, float]:
        """Of the maps told one by one: number from 0, value, weight and part; how many others there are, and what they
        add."""
        assert self.looked is not None and self.looked.cam is not None
        cam, cell = self.looked.cam, self.cell
        parts = cam.parts(*cell)
        told = [
            (number, float(cam.maps[*cell, number]), float(cam.weights[number]), float(parts[number]))
            for number in self._told
        ]
        rest = self._order[: self._from] + self._order[self._from + FIRST :]
        return told, len(rest), float(parts[rest].sum())

    def words(self) -> str:
        looked = self.looked
        if looked is None or looked.cam is None:
            return ""
        told, many, rest = self.parts()
        maps = ", ".join(f"map {number + 1}: {signed_figure(part)}" for number, _, _, part in told)
        row, column = self.cell
        others = f", {amount(many, 'other')}: {signed_figure(rest)}" if many else ""
        whole = number_text(float(looked.cam.sums[row, column]))
        return f"Row {row + 1}, column {column + 1}: {maps}{others}; all together {whole}"

    def paintEvent(self, _event: QPaintEvent) -> None:
        looked = self.looked
        if looked is None or looked.cam is None:
            return
        look, painter = theme.current(), QPainter(self)
        self.tiles = []
        told, many, rest = self.parts()
        slots = len(told) + bool(many)
        side = max(_SMALLEST, min(_LARGEST, (self.width() - self.beside) / max(6, slots) - GAP))
        top, pitch = self.line + 2, side + GAP
        numbers = (
            ("value", [number_text(value) for _, value, _, _ in told], ""),
            ("× weight", [signed_figure(weight) for _, _, weight, _ in told], ""),
            ("= part", [signed_figure(part) for _, _, _, part in told], signed_figure(rest) if many else ""),
        )
        for place, (number, _, _, _) in enumerate(told):
            left = self.beside + place * pitch
            painter.setPen(look.secondary)
            painter.drawText(QRectF(left - GAP / 2, 0, pitch, self.line), CENTRE, f"map {number + 1}")
            self.tile(painter, QRectF(left, top, side, side), self._maps[place], self.cell)
        if many:
            self._more = box = QRectF(self.beside + len(told) * pitch, top, side, side)
            painter.setPen(look.accent)
            painter.drawText(box, CENTRE, f"{amount(many, 'other').replace(' ', chr(10))} ›")
        for line, (words, figures, last) in enumerate(numbers):
            y = top + side + 4 + line * self.line
            painter.setPen(look.secondary)
            painter.drawText(QRectF(0, y, self.beside - 8, self.line), RIGHT, words)
            painter.setPen(look.text)
            for place, text in enumerate([*figures, last]):
                painter.drawText(QRectF(self.beside + place * pitch - GAP / 2, y, pitch, self.line), CENTRE, text)
        added = sum(part for *_, part in told) + rest
        self._paint_sum(painter, top + side + 4 + 3 * self.line + 10, side, added)

    def _paint_sum(self, painter: QPainter, top: float, side: float, added: float) -> None:
        """What all parts ``added`` together are, beside the engine's, and what becomes of that."""
        looked, look = self.looked, theme.current()
        assert looked is not None and looked.cam is not None and self.picture is not None
        cam, cell = looked.cam, self.cell
        sums = cam.sums
        size, small, engine = looked.map.shape, sums.shape, float(sums[cell])
        cells = mixed_from(self.pixel, (small[0], small[1]), (size[0], size[1])).cells
        painter.setPen(theme.mixed(look.line, look.panel, 1.0))
        painter.drawLine(0, round(top), self.width(), round(top))
        top += 6
        tiles: tuple[tuple[str, QImage, tuple[int, int], float], ...] = (
            ("sum", self._sum, cell, engine),
            ("no negatives", self._rectified, cell, float(cam.rectified[cell])),
            (f"enlarged {small[1]}→{size[1]}", self._large, self.pixel, float(looked.map[self.pixel])),
        )
        wide = max(side + 2 * GAP, float(theme.scaled(88)))
        left = max(
            self.beside + 96.0,
            min(self.beside + 2 * (side + GAP) + 20, self.width() - len(tiles) * (wide + 14)),
        )
        row, column = cell
        agree = abs(added - engine) <= 1e-6 * max(1.0, float(abs(cam.parts(*cell)).sum()))
        lines = (
            (f"all {amount(cam.maps.shape[2], 'part')} at", look.secondary),
            (f"row {row + 1}, column {column + 1}", look.secondary),
            (f"= {number_text(added)}", look.text),
            (
                f"{'✓' if agree else '≠'} engine {number_text(engine)}",
                look.good if agree else look.error,
            ),
            (f"pixel: of {amount(len(cells), 'cell')}", look.secondary),
        )
        for number, (text, colour) in enumerate(lines):
            painter.setPen(colour)
            painter.drawText(QRectF(6, top + self.line + number * self.line, left - 12, self.line), LEFT, text)
        for place, (words, image, ringed, value) in enumerate(tiles):
            x = left + place * (wide + 14)
            painter.setPen(look.secondary)
            painter.drawText(QRectF(x, top, wide, self.line), CENTRE, words)
            self.tile(painter, QRectF(x + (wide - side) / 2, top + self.line + 2, side, side), image, ringed)
            painter.setPen(look.text)
            painter.drawText(QRectF(x, top + self.line + 4 + side, wide, self.line), CENTRE, number_text(value))
            if place:
                painter.setPen(look.secondary)
                painter.drawText(QRectF(x - 18, top + self.line, 18, side), CENTRE, "→")
