"""Pinned pictures down, layers across: what changes while it is looked at is what the network learns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from cnnstudio.nn.arrays import Floats
from cnnstudio.ui.look import dressing, pictures, theme
from cnnstudio.ui.look.numbers import number_text, share_text
from cnnstudio.ui.panels.inside.picture_row import numbered
from cnnstudio.ui.panels.inside.pins import Pin, Seen
from cnnstudio.ui.panels.maps.map_blocks import signed
from cnnstudio.ui.panels.maps.mosaic_view import Cell
from cnnstudio.ui.widgets.read_aloud import Piece

#: pixels: the names above, the least and the most height of a row, the answer's width, between two columns
HEAD, LEAST, ROW, ANSWER, GAP = 20, 44, 96, 76, 10
#: the narrowest a column is
NARROWEST = 56


@dataclass(frozen=True, eq=False)
class _Cell:
    """The maps of one pin in one layer: what is drawn, and where its corner is."""

    pin: int
    node: str
    maps: Floats
    tiling: pictures.Tiling
    picture: QPixmap
    corner: QPointF


class PinnedGrid(QWidget):
    """Draws what was seen last."""

    #: in words what is under the pointer, the longest way first; none when it has left
    told = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.seen: Seen | None = None
        self.classes: tuple[str, ...] = ()
        self._names: Mapping[str, str] = {}
        self.cells: list[_Cell] = []
        self._inputs: list[tuple[QPixmap, QRectF]] = []
        self._at: QPointF | None = None
        self.setMouseTracking(True)
        self.setAccessibleName("Pinned pictures in the layers")
        theme.wear(self, "small-figures")
        dressing.follow(self, self._render)

    def show_seen(self, seen: Seen, names: Mapping[str, str], classes: tuple[str, ...]) -> None:
        """Show what layers say to the pins now."""
        self.seen, self._names, self.classes = seen, names, classes
        self.setMinimumHeight(HEAD + LEAST * len(seen.pins))
        self._render()
        self._tell()

    @property
    def layers(self) -> Sequence[str]:
        """The layers that there is room for: the last ones, where there are too many."""
        if self.seen is None:
            return ()
        room = self.width() - self._row - GAP - ANSWER
        return tuple(self.seen.values)[-max(1, int(room // (NARROWEST + GAP))) :]

    @property
    def _row(self) -> float:
        """How high a row is."""
        count = len(self.seen.pins) if self.seen is not None else 1
        return min(ROW, max(LEAST, (self.height() - HEAD) / max(1, count)))

    def _column(self, number: int) -> QRectF:
        layers, left = self.layers, self._row + GAP
        width = (self.width() - left - ANSWER) / max(1, len(layers))
        return QRectF(left + number * width, 0, width - GAP, self.height())

    def _box(self, number: int) -> QRect:
        """Where a pin is."""
        return QRect(0, int(HEAD + number * self._row), self.width(), int(self._row) + 1)

    def sizeHint(self) -> QSize:
        return QSize(480, HEAD + ROW * 3)

    def render_again(self, *_: object) -> None:
        """Others have come into sight."""
        self._render()

    def _render(self) -> None:
        """Make the pictures of what is in sight, at exactly the screen's pixels."""
        self.cells, self._inputs = [], []
        found = self.seen
        if found is not None:
            ratio, inside = self.devicePixelRatioF(), self._row - 4
            sight = self.visibleRegion().boundingRect()
            rows = [n for n in range(len(found.pins)) if sight.intersects(self._box(n))]
            for number, pin in enumerate(found.pins):
                picture = QPixmap.fromImage(pictures.image_picture(pin.image))
                self._inputs.append((picture, QRectF(0, HEAD + number * self._row, inside, inside)))
            for column, node in enumerate(self.layers):
                values, place = found.values[node], self._column(column)
                scale = pictures.scale_of(values, signed(found.graph, node, values))
                table = scale.table(theme.current())
                for number in rows:
                    maps = pictures.volume(values[number])
                    box = (max(1, int(place.width() * ratio)), max(1, int(inside * ratio)))
                    height, width, count = maps.shape
                    tiling = pictures.tiling(count, height, width, box, gap=max(1, round(ratio)))
                    image = QPixmap.fromImage(pictures.render(maps, tiling, scale, table))
                    image.setDevicePixelRatio(ratio)
                    corner = QPointF(place.left(), HEAD + number * self._row)
                    self.cells.append(_Cell(number, node, maps, tiling, image, corner))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        found = self.seen
        if found is None:
            return
        painter, look = QPainter(self), theme.current()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.setFont(self.font())
        self._paint_head(painter, look, found)
        for picture, place in self._inputs:
            shown = QRectF(
                place.topLeft(), picture.size().toSizeF().scaled(place.size(), Qt.AspectRatioMode.KeepAspectRatio)
            )
            painter.drawPixmap(shown, picture, QRectF(picture.rect()))
        for cell in self.cells:
            painter.drawPixmap(cell.corner, cell.picture)
        for number, pin in enumerate(found.pins):
            self._paint_answer(painter, look, number, pin)

    def _paint_head(self, painter: QPainter, look: theme.Theme, found: Seen) -> None:
        metrics = painter.fontMetrics()
        places = [("Input", "input", QRectF(0, 0, self._row - 4, HEAD))]
        for number, node in enumerate(self.layers):
            places.append((self._names.get(node, node), found.graph[node].layer.category, self._column(number)))
        if found.answers.size:
            places.append(("Answer", "output", QRectF(self.width() - ANSWER, 0, ANSWER, HEAD)))
        for name, category, place in places:
            painter.fillRect(QRectF(place.left(), 0, place.width(), 2), look.category(category))
            painter.setPen(look.secondary)
            words = metrics.elidedText(name, Qt.TextElideMode.ElideRight, int(place.width()))
            painter.drawText(QPointF(place.left(), 4 + metrics.ascent()), words)

    def _paint_answer(self, painter: QPainter, look: theme.Theme, number: int, pin: Pin) -> None:
        words = self.answer(number)
        if not words:
            return
        right = self._taken_for(number) == pin.label
        metrics = painter.fontMetrics()
        left, middle = self.width() - ANSWER, HEAD + (number + 0.5) * self._row - 2
        painter.setPen(QPen(look.text if pin.label < 0 else look.good if right else look.error))
        mark = "" if pin.label < 0 else "✓ " if right else "✗ "
        name = metrics.elidedText(mark + words[0], Qt.TextElideMode.ElideRight, ANSWER)
        painter.drawText(QPointF(left, middle - metrics.descent()), name)
        painter.setPen(look.secondary)
        painter.drawText(QPointF(left, middle + metrics.ascent()), words[1])

    def _taken_for(self, number: int) -> int:
        return int(self.seen.answers[number].argmax()) if self.seen is not None else -1

    def answer(self, number: int) -> tuple[str, str] | None:
        """What a pin is taken for, and how surely."""
        if self.seen is None or not self.seen.answers.size:
            return None
        taken = self._taken_for(number)
        name = self.classes[taken] if taken < len(self.classes) else str(taken + 1)
        return name, share_text(float(self.seen.answers[number, taken]))

    # the pointer

    def _tell(self) -> None:
        at, found = self._at, self.seen
        if at is None or found is None:
            self.told.emit(())
            return
        for cell in self.cells:
            inside = (at - cell.corner) * self.devicePixelRatioF()
            place = cell.tiling.at(inside.x(), inside.y())
            if place is not None:
                which, row, column = place
                value = number_text(float(cell.maps[row, column, which]))
                where = numbered("map", Cell(which, row, column), vector=cell.maps.shape[:2] == (1, 1))
                layer = self._names.get(cell.node, cell.node)
                self.told.emit(
                    (f"{found.pins[cell.pin].name} · {layer}, {where}: {value}", f"{layer}, {where}: {value}", value)
                )
                return
        self.told.emit(())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._at = event.position()
        self._tell()

    def leaveEvent(self, event: QEvent) -> None:
        self._at = None
        self.told.emit(())
        super().leaveEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._render()
        super().resizeEvent(event)

    # read aloud

    def pieces_drawn(self) -> int:
        return len(self.seen.pins) if self.seen is not None else 0

    def piece_drawn(self, number: int) -> Piece:
        assert self.seen is not None
        answer = self.answer(number)
        words = (
            f"{self.seen.pins[number].name}, taken for {answer[0]}, {answer[1]}"
            if answer
            else self.seen.pins[number].name
        )
        return Piece(words, self._box(number))


class PinnedView(QScrollArea):
    """The grid, scrolled where there are many."""

    def __init__(self) -> None:
        super().__init__()
        self.grid = PinnedGrid()
        self.told = self.grid.told
        self.setWidget(self.grid)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalScrollBar().valueChanged.connect(self.grid.render_again)
        self.viewport().setAutoFillBackground(False)
        self.grid.setAutoFillBackground(False)
