"""The ledger of one cell: numbers × weights = products, channel by channel, or as a list, the largest first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QToolTip

from cnnstudio.nn.arrays import thousands
from cnnstudio.nn.explaining.parts import Block, LedgerPart
from cnnstudio.nn.telling.told import worded
from cnnstudio.ui.explain.parts.ledger_grid import SMALL_TYPE, paint_colours, paint_numbers
from cnnstudio.ui.explain.parts.sums import account
from cnnstudio.ui.explain.pictures.inks import Ink
from cnnstudio.ui.explain.terms import TERMS
from cnnstudio.ui.look import theme
from cnnstudio.ui.look.labels import plain_tip
from cnnstudio.ui.look.numbers import number_text, signed_figure, with_sign
from cnnstudio.ui.widgets.read_aloud import Piece

HEAD, FOLD, ROW, LIST_ROW, SIGN = 20, 24, 24, 24, 30
#: a row of numbers in small type
_LOW_ROW = 18
#: no more channels than this are unfolded by themselves
UNFOLDED = 3
WIDEST_CELL, NARROWEST_WITH_NUMBERS = 62, 26
#: of higher grids all cells are shown small
_MOST_ROWS_WITH_NUMBERS = 12
#: how high a grid of small cells may become where nobody says
_USUAL_ROOM = 220


class _Grid(NamedTuple):
    """Numbers to be painted in cells, from ``left`` pixels on."""

    values: NDArray[Any]
    left: float
    ink: Ink
    signed: bool
    outside: NDArray[Any] | None = None


class LedgerView(QAbstractScrollArea):
    """Only what is in sight is drawn; channels fold. ``channel_asked`` says which channel somebody unfolded;
    ``pointed`` carries (channel, row, column) of the number of a grid under the pointer, or None."""

    channel_asked = Signal(int)
    pointed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName("Ledger: numbers times weights")
        self.viewport().setAutoFillBackground(False)
        self.viewport().setMouseTracking(True)
        self.part: LedgerPart | None = None
        self._ink: Ink | None = None
        #: the channels whose grids are seen; a list's numbers in the order they stand in, and where each is from
        self.unfolded: set[int] = set()
        self.names: Sequence[str] = []
        self.order: NDArray[Any] = np.zeros(0, int)
        self._tops: list[int] = []
        self.pointed_term: tuple[int, int, int] | None = None
        self.room = _USUAL_ROOM
        self.setMinimumHeight(96)

    def show_part(self, part: LedgerPart, ink: Ink, channel: int, names: Sequence[str] | None = None) -> None:
        """``ink`` colours the numbers read; ``channel`` is unfolded; ``names`` says where a list's numbers are from."""
        before = self.part
        same = before is not None and [b.channel for b in before.blocks] == [b.channel for b in part.blocks]
        if before is not None and _grid_shapes(before) != _grid_shapes(part):
            self._point_at(None)
        self.part, self._ink = part, ink
        if not same or (before is not None and (before.places is None) != (part.places is None)):
            few = len(part.blocks) <= UNFOLDED
            self.unfolded = {b.channel for b in part.blocks} if few else {channel}
            self.verticalScrollBar().setValue(0)
        if part.places is not None:
            products = part.blocks[0].products
            self.order = np.argsort(-np.abs(products), kind="stable")
            self.names = names or []
        factors = [block.right for block in part.blocks if block.right is not None]
        if factors:
            self._weights = Ink.signed(np.array([np.abs(right).max() for right in factors]))
            self._products = Ink.signed(np.array([np.abs(b.products).max() for b in part.blocks]))
        self._lay_out()

    def set_room(self, high: int) -> None:
        """How high a single grid of small cells may become."""
        if high != self.room:
            self.room = high
            self._lay_out()

    def unfold(self, channel: int) -> None:
        """Show one channel's grids; with many channels, instead of the one before."""
        part = self.part
        if part is None or part.places is not None or channel not in {b.channel for b in part.blocks}:
            return
        if len(part.blocks) > UNFOLDED:
            self.unfolded = {channel}
        else:
            self.unfolded.add(channel)
        self._lay_out()
        place = next(i for i, b in enumerate(part.blocks) if b.channel == channel)
        bar = self.verticalScrollBar()
        if not bar.value() <= self._tops[place] <= bar.value() + self.viewport().height() - FOLD:
            bar.setValue(self._tops[place] - FOLD)

    @property
    def content_height(self) -> int:
        """How high it would be without scrolling."""
        return self._height

    # laying out

    _height = 0
    #: pixels from left to right for the grids: less by a scroll bar where one is needed without it, so that no grid is
    #: made for a width that its own height takes away
    _wide = 0

    def _lay_out(self) -> None:
        part = self.part
        if part is None:
            return
        bar, self._wide = self.verticalScrollBar(), self.width()
        self._stack(part)
        if self._height + 4 > self.height():
            self._wide -= bar.sizeHint().width()
            self._stack(part)
        bar.setRange(0, max(0, self._height + 4 - self.viewport().height()))
        bar.setPageStep(max(1, self.viewport().height()))
        bar.setSingleStep(LIST_ROW)
        self.setMaximumHeight(max(self.minimumHeight(), self._height + 8))
        self.viewport().update()

    def _stack(self, part: LedgerPart) -> None:
        """Where each block begins, and how high all of it is."""
        if part.places is not None:
            self._height = HEAD + len(self.order) * LIST_ROW
            return
        self._tops, y = [], HEAD
        for block in part.blocks:
            self._tops.append(y)
            y += self._block_height(block)
        self._height = y

    def _block_height(self, block: Block) -> int:
        assert self.part is not None
        title = FOLD if len(self.part.blocks) > 1 else 0
        return title + (block.left.shape[0] * self._row_height(block) + 8 if block.channel in self.unfolded else 0)

    def _cell_width(self, block: Block) -> float:
        grids = 3 if block.right is not None else 1
        room = self._wide - 14 - (grids - 1) * SIGN
        width: float = max(3.0, min(WIDEST_CELL, room / (grids * block.left.shape[1])))
        if width < NARROWEST_WITH_NUMBERS or block.left.shape[0] > _MOST_ROWS_WITH_NUMBERS:
            assert self.part is not None
            width = min(width, float(ROW))
            if len(self.part.blocks) == 1:  # small cells: rather all of them at once than scrolled
                width = min(width, max(3.0, (self.room - HEAD - 14) / block.left.shape[0]))
        return width

    def _row_height(self, block: Block) -> int:
        width = self._cell_width(block)
        if width >= NARROWEST_WITH_NUMBERS:
            return ROW if width >= SMALL_TYPE else _LOW_ROW
        return max(3, min(ROW, int(width)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._lay_out()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().update()

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        part = self.part
        if part is None or not part.blocks:
            return
        painter = QPainter(self.viewport())
        painter.setFont(theme.tabular(theme.drawn_font()))
        painter.translate(0, -self.verticalScrollBar().value())
        if part.places is not None:
            self._paint_list(painter, part)
        else:
            self._paint_blocks(painter, part)
        painter.resetTransform()
        self._paint_head(painter, part)

    def _paint_head(self, painter: QPainter, part: LedgerPart) -> None:
        look = theme.current()
        painter.fillRect(QRectF(0, 0, self.viewport().width(), HEAD - 2), look.background)
        painter.setPen(look.secondary)
        for left, width, text in self._heads(part):
            box = QRectF(left, 0, width, HEAD - 2)
            shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(width))
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)

    def _heads(self, part: LedgerPart) -> list[tuple[float, float, str]]:
        block = part.blocks[0]
        total, left, right = (
            thousands(sum(b.left.size for b in part.blocks)),
            *map(worded, (part.left_name, part.right_name)),
        )
        if part.places is not None:
            edges = self._list_edges()
            heads = ("where it comes from", left, right, "product: largest first")
            return [(edges[i], edges[i + 1] - edges[i] - 8, text) for i, text in enumerate(heads)]
        if block.right is None:
            return [(1, self.viewport().width() - 2, f"{total} {left}")]
        pitch = self._cell_width(block) * block.left.shape[1] + SIGN
        texts = (left, right, f"{total} {'product' if block.left.size == 1 else 'products'}")
        room = (pitch - 8, pitch - 8, self.viewport().width() - 2 * pitch - 2)
        return [(1 + place * pitch, room[place], text) for place, text in enumerate(texts)]

    def _paint_blocks(self, painter: QPainter, part: LedgerPart) -> None:
        look, bar = theme.current(), self.verticalScrollBar()
        first, last = bar.value(), bar.value() + self.viewport().height()
        for block, top, total in zip(part.blocks, self._tops, account(part).parts, strict=True):
            if top > last:
                break
            if top + self._block_height(block) < first:
                continue
            y = float(top)
            if len(part.blocks) > 1:
                opened = block.channel in self.unfolded
                painter.setPen(look.text if opened else look.secondary)
                painter.drawText(QRectF(1, y, 16, FOLD), Qt.AlignmentFlag.AlignVCenter, "▾" if opened else "▸")
                words = f"{worded(block.name)}: Σ of {block.left.size} = {with_sign(total)}"
                painter.drawText(
                    QRectF(16, y, self.viewport().width() - 20, FOLD), Qt.AlignmentFlag.AlignVCenter, words
                )
                y += FOLD
                if not opened:
                    continue
            for grid in self._grids(block):
                self._paint_grid(painter, grid, QPoint(int(grid.left), int(y)), block)
            self._paint_signs(painter, block, y)

    def _grids(self, block: Block) -> Iterator[_Grid]:
        """The numbers read, and where there are weights, these and the products."""
        width = self._cell_width(block) * block.left.shape[1] + SIGN
        assert self._ink is not None
        yield _Grid(block.left, 1, self._ink, False, block.outside)
        if block.right is not None:
            yield _Grid(block.right, 1 + width, self._weights, True)
            yield _Grid(block.products, 1 + 2 * width, self._products, True)

    def _paint_signs(self, painter: QPainter, block: Block, y: float) -> None:
        if block.right is None:
            return
        wide = self._cell_width(block) * block.left.shape[1]
        font = theme.drawn_font(theme.HEADING_PX, strong=True)
        painter.save()
        try:
            painter.setFont(font)
            painter.setPen(theme.current().text)
            high = block.left.shape[0] * self._row_height(block)
            for place, sign in enumerate("×="):
                box = QRectF(1 + wide + place * (wide + SIGN), y, SIGN, high)
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, sign)
        finally:
            painter.restore()

    def _paint_grid(self, painter: QPainter, grid: _Grid, corner: QPoint, block: Block) -> None:
        wide, high = self._cell_width(block), self._row_height(block)
        rows, columns = grid.values.shape
        whole = QRectF(corner.x(), corner.y(), columns * wide, rows * high)
        if wide >= NARROWEST_WITH_NUMBERS:
            paint_numbers(painter, grid.values, whole, grid.ink, grid.signed, grid.outside)
        else:
            paint_colours(painter, grid.values, whole, grid.ink, grid.outside)
        painter.setPen(QPen(theme.current().line, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(whole.translated(-0.5, -0.5))
        if self.pointed_term is not None and self.pointed_term[0] == block.channel:
            _, row, column = self.pointed_term
            box = QRectF(corner.x() + column * wide, corner.y() + row * high, wide - 1, high - 1)
            for colour, width in ((theme.current().panel, 4), (theme.current().warning, 2)):
                painter.setPen(QPen(colour, width))
                painter.drawRect(box)

    def _list_edges(self) -> list[float]:
        room = self.viewport().width() - 14
        return [1, 1 + 0.34 * room, 1 + 0.5 * room, 1 + 0.68 * room, 1 + room]

    def _paint_list(self, painter: QPainter, part: LedgerPart) -> None:
        look, bar, block = theme.current(), self.verticalScrollBar(), part.blocks[0]
        assert block.right is not None
        edges, products = self._list_edges(), block.products
        most = float(np.abs(products).max()) or 1.0
        first = max(0, (bar.value() - HEAD) // LIST_ROW)
        last = min(len(self.order), (bar.value() + self.viewport().height()) // LIST_ROW + 1)
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        for place in range(first, last):
            i = int(self.order[place])
            y = HEAD + place * LIST_ROW
            boxes = [QRectF(edges[k], y, edges[k + 1] - edges[k] - 8, LIST_ROW - 2) for k in range(4)]
            painter.setPen(look.text)
            where = self.names[i] if i < len(self.names) else f"number {thousands(i + 1)}"
            painter.drawText(
                boxes[0],
                middle,
                painter.fontMetrics().elidedText(where, Qt.TextElideMode.ElideRight, int(boxes[0].width())),
            )
            painter.drawText(boxes[1], middle, number_text(float(block.left[i])))
            painter.drawText(boxes[2], middle, f"× {signed_figure(float(block.right[i]))}")
            value = float(products[i])
            share = abs(value) / most
            long = (share if np.isfinite(share) else 0.0) * (boxes[3].width() - 74)
            colour = self._products.colour(value)
            painter.fillRect(QRectF(boxes[3].left() + 70, y + 5, max(1.0, long), LIST_ROW - 12), colour)
            painter.setPen(QPen(look.field_border, 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(boxes[3].left() + 70, y + 5, max(1.0, long), LIST_ROW - 12))
            painter.setPen(look.text)
            painter.drawText(boxes[3], middle, signed_figure(value))

    # the pointer

    def mousePressEvent(self, event: QMouseEvent) -> None:
        part = self.part
        if part is None or part.places is not None or len(part.blocks) < 2:
            return
        y = event.position().y() + self.verticalScrollBar().value()
        for block, top in zip(part.blocks, self._tops, strict=True):
            if top <= y < top + FOLD:
                if block.channel in self.unfolded:
                    self.unfolded.discard(block.channel)
                    self._lay_out()
                else:
                    self.unfold(block.channel)
                    self.channel_asked.emit(block.channel)
                return

    def term_at(self, point: QPoint) -> str:
        """What the heading under a point means, or ""."""
        part = self.part
        if part is None or not part.blocks or point.y() >= HEAD:
            return ""
        terms = ["", "channel", "weights", "product"] if part.places is not None else ["channel", "weights", "product"]
        for (left, width, _text), term in zip(self._heads(part), terms, strict=False):
            if term and left <= point.x() < left + width:
                return TERMS[term]
        return ""

    def term_under(self, point: QPoint) -> tuple[int, int, int] | None:
        """Channel, row and column of the number of a grid under a point of the viewport."""
        part = self.part
        if part is None or part.places is not None or not part.blocks or point.y() < HEAD:
            return None
        y = point.y() + self.verticalScrollBar().value()
        for block, top in zip(part.blocks, self._tops, strict=True):
            start = top + (FOLD if len(part.blocks) > 1 else 0)
            row = int((y - start) // self._row_height(block))
            if block.channel in self.unfolded and y >= start and row < block.left.shape[0]:
                for values, left, *_ in self._grids(block):
                    column = int((point.x() - left) // self._cell_width(block))
                    if point.x() >= left and column < values.shape[1]:
                        return block.channel, row, column
        return None

    def full_value_at(self, point: QPoint) -> str:
        """All digits of what is under a point of the viewport, or "" beside the numbers."""
        part = self.part
        if part is None or not part.blocks or point.y() < HEAD:
            return ""
        y = point.y() + self.verticalScrollBar().value()
        if part.places is not None:
            place = (y - HEAD) // LIST_ROW
            if not 0 <= place < len(self.order):
                return ""
            i = int(self.order[place])
            return _term(part.blocks[0], (i,))
        term = self.term_under(point)
        for block, top in zip(part.blocks, self._tops, strict=True):
            if term is not None and block.channel == term[0]:
                where = f"{worded(block.name)}, row {term[1] + 1}, column {term[2] + 1} under the window"
                return f"{where}:\n{_term(block, term[1:])}"
            if len(part.blocks) > 1 and top <= y < top + FOLD:
                return f"{worded(block.name)}: Σ = {block.total!r}"
        return ""

    def pieces_drawn(self) -> int:
        """See ``Drawn``: its products, channel after channel; a list's in the order in which they stand."""
        return 0 if self.part is None else sum(block.left.size for block in self.part.blocks)

    def piece_drawn(self, number: int) -> Piece:
        """See ``Drawn``."""
        part = self.part
        assert part is not None
        if part.places is not None:
            i, top = int(self.order[number]), HEAD + number * LIST_ROW - self.verticalScrollBar().value()
            where = self.names[i] if i < len(self.names) else f"number {thousands(i + 1)}"
            row_box = QRect(0, top, self.viewport().width(), LIST_ROW)
            return Piece(f"{where}: {_term(part.blocks[0], (i,), number_text)}", row_box)
        place = 0
        while number >= part.blocks[place].left.size:
            number -= part.blocks[place].left.size
            place += 1
        block = part.blocks[place]
        row, column = divmod(number, block.left.shape[1])
        fold = FOLD if len(part.blocks) > 1 else 0
        wide, high = self._cell_width(block), self._row_height(block)
        top = self._tops[place] + fold + row * high - self.verticalScrollBar().value()
        box = QRect(round(1 + column * wide), top, round(wide), high) if block.channel in self.unfolded else QRect()
        where = f"{worded(block.name)}, row {row + 1}, column {column + 1}"
        return Piece(f"{where}: {_term(block, (row, column), number_text)}", box)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point_at(self.term_under(event.position().toPoint()))

    def _point_at(self, term: tuple[int, int, int] | None) -> None:
        if term != self.pointed_term:
            self.pointed_term = term
            self.pointed.emit(term)
            self.viewport().update()

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._point_at(None)
        if event.type() == QEvent.Type.ToolTip:
            assert isinstance(event, QHelpEvent)
            text = self.full_value_at(event.pos()) or self.term_at(event.pos())
            if text:
                QToolTip.showText(event.globalPos(), plain_tip(text), self)
            else:
                QToolTip.hideText()
            return True
        return super().viewportEvent(event)


def _grid_shapes(part: LedgerPart) -> list[tuple[int, tuple[int, ...]]]:
    """Which grids there are, and how large."""
    return [(block.channel, block.left.shape) for block in part.blocks]


def _term(block: Block, place: tuple[int, ...], written: Callable[[float], str] = repr) -> str:
    """One number, or one product with its factors, with all digits unless it is ``written`` otherwise."""
    padding = " (padding)" if block.outside is not None and block.outside[place] else ""
    left = f"{written(float(block.left[place]))}{padding}"
    if block.right is None:
        return left
    return f"{left} × {written(float(block.right[place]))} = {written(float(block.products[place]))}"
