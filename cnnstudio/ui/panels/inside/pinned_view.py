"""Pinned pictures down, layers across: what changes while it is looked at is what the network learns, or what somebody
paints on a picture."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from cnnstudio.nn.arrays import Floats
from cnnstudio.nn.telling.phrases import share_text
from cnnstudio.ui.look import dressing, pictures, theme
from cnnstudio.ui.look.labels import plain_tip
from cnnstudio.ui.look.numbers import number_text
from cnnstudio.ui.panels.inside.picture_row import BY_LAYER, BY_MAP, BY_NETWORK, each_own, numbered
from cnnstudio.ui.panels.inside.pins import Pin, Pins, Seen
from cnnstudio.ui.panels.maps.map_blocks import signed
from cnnstudio.ui.panels.maps.mosaic_view import Cell
from cnnstudio.ui.widgets.brush_keys import BrushKeys
from cnnstudio.ui.widgets.read_aloud import Piece

#: pixels: the names above, the least and the most height of a row, the answer's width, between two columns
HEAD, LEAST, ROW, ANSWER, GAP = 20, 44, 96, 76, 10
#: the narrowest a column is
NARROWEST = 56
_TIP = (
    "Paint on a picture with the left button, take the paint off with the right one; or move the brush with the arrow "
    "keys, paint with Space and rub out with Backspace. Its row then shows what the paint changes in each layer."
)


@dataclass(frozen=True, eq=False)
class _Cell:
    """The maps of one pin in one layer, or how far paint ``changed`` them: what is drawn, and where its corner is."""

    pin: int
    node: str
    maps: Floats
    changed: bool
    tiling: pictures.Tiling
    picture: QPixmap
    corner: QPointF


class PinnedGrid(QWidget):
    """Draws what was seen last. The left button paints on a pin, the right one takes paint off; see ``BrushKeys`` for
    the keys."""

    #: in words what is under the pointer, the longest way first; none when it has left
    told = Signal(object)

    def __init__(self, pins: Pins) -> None:
        super().__init__()
        self._pins = pins
        self.seen: Seen | None = None
        self.by = BY_LAYER
        #: where keys would paint: a pin, and a row and a column of it
        self.brush = (0, 0, 0)
        self._keys = BrushKeys(self, self._move_brush, self._paint_at_brush, self.update)
        self.classes: tuple[str, ...] = ()
        self._names: Mapping[str, str] = {}
        self.cells: list[_Cell] = []
        self._at: QPointF | None = None
        self.setMouseTracking(True)
        self.setAccessibleName("Pinned pictures in the layers")
        self.setToolTip(plain_tip(_TIP))
        theme.wear(self, "small-figures")
        dressing.follow(self, self._render)

    def scale(self, how: str) -> None:
        """One scale for each map, for each layer, or for all of them."""
        self.by = how
        self._render()

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
        self.cells = []
        found = self.seen
        if found is not None:
            ratio, inside = self.devicePixelRatioF(), self._row - 4
            sight = self.visibleRegion().boundingRect()
            rows = [n for n in range(len(found.pins)) if sight.intersects(self._box(n))]
            for column, node in enumerate(self.layers):
                place = self._column(column)
                for number, values, (shown, scale), changed in self._drawn(found, node, rows):
                    maps = pictures.volume(values)
                    box = (max(1, int(place.width() * ratio)), max(1, int(inside * ratio)))
                    height, width, count = maps.shape
                    tiling = pictures.tiling(count, height, width, box, gap=max(1, round(ratio)))
                    table = scale.table(theme.current())
                    image = QPixmap.fromImage(pictures.render(pictures.volume(shown), tiling, scale, table))
                    image.setDevicePixelRatio(ratio)
                    corner = QPointF(place.left(), HEAD + number * self._row)
                    self.cells.append(_Cell(number, node, maps, changed, tiling, image, corner))
        self.update()

    def _drawn(
        self, found: Seen, node: str, rows: Sequence[int]
    ) -> Iterator[tuple[int, Floats, tuple[Floats, pictures.Scale], bool]]:
        """The numbers of the pins in one layer, what is drawn of them and by which scale, and whether they are what
        paint has changed: pins are drawn by one scale, and changes by one."""
        changes, values = found.changes.get(node, {}), found.values[node]
        scaled = self._scaled(values, signed(found.graph, node, values), found.values.values())
        for number in rows:
            if number not in changes:
                yield number, values[number], (scaled[0][number], scaled[1]), False
        if changes:
            everywhere = (np.stack([*each.values()]) for each in found.changes.values())
            shown, scale = self._scaled(np.stack([*changes.values()]), True, everywhere)
            for place, (number, change) in enumerate(changes.items()):
                if number in rows:
                    yield number, change, (shown[place], scale), True

    def _scaled(
        self, values: Floats, signs: bool | None, everywhere: Iterable[Floats]
    ) -> tuple[Floats, pictures.Scale]:
        """Numbers as they are drawn, and by which scale."""
        scale = pictures.scale_of(values, signs)
        if self.by == BY_MAP:
            return each_own(values, scale.signed)
        if self.by == BY_NETWORK:
            most = max((float(np.nan_to_num(np.abs(each)).max(initial=0.0)) for each in everywhere), default=0.0) or 1.0
            scale = pictures.Scale(-most if scale.signed else 0.0, most, scale.signed)
        return values, scale

    def picture_box(self, number: int) -> QRectF:
        """Where a pinned picture is, in pixels."""
        assert self.seen is not None
        height, width = self.seen.pins[number].image.shape[:2]
        inside = self._row - 4
        unit = inside / max(height, width)
        return QRectF(0, HEAD + number * self._row, unit * width, unit * height)

    def paintEvent(self, _event: QPaintEvent) -> None:
        found = self.seen
        if found is None:
            return
        painter, look = QPainter(self), theme.current()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.setFont(self.font())
        self._paint_head(painter, look, found)
        for number, pin in enumerate(found.pins):
            painter.drawImage(self.picture_box(number), pictures.image_picture(self._now(pin).image))
        if self.hasFocus() and self._keys.lead:
            self._paint_brush(painter, look)
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
        before = self.answer_before(number) if self._row >= 3 * metrics.height() else None
        left, middle = self.width() - ANSWER, HEAD + (number + 0.5) * self._row - 2
        middle -= metrics.height() / 2 if before is not None else 0
        painter.setPen(QPen(look.text if pin.label < 0 else look.good if right else look.error))
        mark = "" if pin.label < 0 else "✓ " if right else "✗ "
        name = metrics.elidedText(mark + words[0], Qt.TextElideMode.ElideRight, ANSWER)
        painter.drawText(QPointF(left, middle - metrics.descent()), name)
        painter.setPen(look.secondary)
        painter.drawText(QPointF(left, middle + metrics.ascent()), words[1])
        if before is not None:
            was = metrics.elidedText(f"was {before[0]}, {before[1]}", Qt.TextElideMode.ElideRight, ANSWER)
            painter.drawText(QPointF(left, middle + metrics.ascent() + metrics.height()), was)

    def _taken_for(self, number: int) -> int:
        return int(self.seen.answers[number].argmax()) if self.seen is not None else -1

    def answer(self, number: int) -> tuple[str, str] | None:
        """What a pin is taken for, and how surely."""
        if self.seen is None or not self.seen.answers.size:
            return None
        return self._in_words(self.seen.answers[number])

    def answer_before(self, number: int) -> tuple[str, str] | None:
        """What a pin that is painted on is taken for without the paint, and how surely."""
        found = self.seen.answers_before.get(number) if self.seen is not None else None
        return None if found is None or not found.size else self._in_words(found)

    def _in_words(self, answers: Floats) -> tuple[str, str]:
        taken = int(answers.argmax())
        name = self.classes[taken] if taken < len(self.classes) else str(taken + 1)
        return name, share_text(float(answers[taken]))

    # the brush

    def _now(self, pin: Pin) -> Pin:
        """A pin as it is now: what layers say to paint comes a moment after it."""
        return next((other for other in self._pins.pins if other.original is pin.original), pin)

    def _paint_brush(self, painter: QPainter, look: theme.Theme) -> None:
        number, row, column = self.brush
        if self.seen is None or number >= len(self.seen.pins):
            return
        box = self.picture_box(number)
        unit = box.height() / self.seen.pins[number].image.shape[0]
        spot = QRectF(box.left() + column * unit, box.top() + row * unit, unit, unit).adjusted(-1, -1, 1, 1)
        for ink, width in ((look.background, 3), (look.text, 1)):
            painter.setPen(QPen(ink, width))
            painter.drawRect(spot)

    def place_at(self, at: QPointF) -> tuple[int, int, int] | None:
        """The pin at a point, and its row and column there."""
        for number, pin in enumerate(self.seen.pins if self.seen is not None else ()):
            box = self.picture_box(number)
            if box.contains(at):
                height, width = pin.image.shape[:2]
                row, column = (at.y() - box.top()) / box.height(), (at.x() - box.left()) / box.width()
                return number, min(height - 1, int(row * height)), min(width - 1, int(column * width))
        return None

    def _move_brush(self, down: int, right: int) -> None:
        """To the next row or column; below the last row of a picture the next one begins."""
        if self.seen is None or not self.seen.pins:
            return
        number, row, column = self.brush
        height, width = self.seen.pins[0].image.shape[:2]
        whole = min(max(number * height + row + down, 0), len(self.seen.pins) * height - 1)
        self.brush = (*divmod(whole, height), min(max(column + right, 0), width - 1))
        self.update()

    def _paint_at_brush(self, rubs: bool) -> None:
        if self.seen is not None and self.brush[0] < len(self.seen.pins):
            number, row, column = self.brush
            self._pins.paint(self.seen.pins[number].original, [(row, column)], off=rubs)
            self.update()

    def _paint_by_mouse(self, event: QMouseEvent) -> None:
        """From where the stroke was last to here: a fast hand leaves no gaps."""
        place = self.place_at(event.position())
        held = event.buttons() & (Qt.MouseButton.LeftButton | Qt.MouseButton.RightButton)
        begins = event.type() == QEvent.Type.MouseButtonPress or place is None or place[0] != self.brush[0]
        if place is None or self.seen is None or not held:
            return
        (_, top, left), (number, row, column) = place if begins else self.brush, place
        count = max(abs(row - top), abs(column - left)) + 1
        rows, columns = np.rint(np.linspace((top, left), (row, column), count)).astype(int).T.tolist()
        self.brush = place
        off = bool(held & Qt.MouseButton.RightButton)
        self._pins.paint(self.seen.pins[number].original, list(zip(rows, columns, strict=True)), off=off)
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._paint_by_mouse(event)

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
                number = float(cell.maps[row, column, which])
                value = number_text(number)
                if cell.changed:
                    value = f"{'+' if number > 0 else ''}{value} by the paint"
                where = numbered("map", Cell(which, row, column), vector=cell.maps.shape[:2] == (1, 1))
                layer = self._names.get(cell.node, cell.node)
                self.told.emit(
                    (f"{found.pins[cell.pin].name} · {layer}, {where}: {value}", f"{layer}, {where}: {value}", value)
                )
                return
        self.told.emit(())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._at = event.position()
        over = self.place_at(self._at) is not None
        self.setCursor(Qt.CursorShape.CrossCursor if over else Qt.CursorShape.ArrowCursor)
        self._paint_by_mouse(event)
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
        words = self.seen.pins[number].name
        if answer:
            words += f", taken for {answer[0]}, {answer[1]}"
        if before := self.answer_before(number):
            words += f", without the paint for {before[0]}, {before[1]}"
        return Piece(words, self._box(number))


class PinnedView(QScrollArea):
    """The grid, scrolled where there are many."""

    def __init__(self, pins: Pins) -> None:
        super().__init__()
        self.grid = PinnedGrid(pins)
        self.told = self.grid.told
        self.setWidget(self.grid)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalScrollBar().valueChanged.connect(self.grid.render_again)
        self.viewport().setAutoFillBackground(False)
        self.grid.setAutoFillBackground(False)
