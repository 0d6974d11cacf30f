"""All of a film that stands still while it plays: sheets, empty maps, titles, tiles, legends."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QImage, QPainter, QPainterPath, QPen

from cnnstudio.nn.arrays import shape_text, thousands
from cnnstudio.nn.telling.phrases import amount
from cnnstudio.ui.explain.film.colours import Colours, FilterColours, bar_of, row_ink, unwritten
from cnnstudio.ui.explain.film.layout import LINE, Grid, Layout
from cnnstudio.ui.explain.film.reel import WHOLE, Position
from cnnstudio.ui.explain.film.rows import Row
from cnnstudio.ui.explain.film.scene import Scene
from cnnstudio.ui.explain.pictures.inks import Ink, hatched
from cnnstudio.ui.look import theme
from cnnstudio.ui.look.numbers import number_text

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_MIDDLE = Qt.AlignmentFlag.AlignCenter


def bold(font: QFont) -> QFont:
    """The same font, heavier."""
    font = QFont(font)
    font.setWeight(QFont.Weight.DemiBold)
    return font


def draw_cells(painter: QPainter, box: QRectF, picture: QImage) -> None:
    """A picture of one pixel a cell in a box: sharp where it is enlarged, averaged where it is not."""
    small = picture.width() > box.width() * painter.device().devicePixelRatioF()
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, small)
    painter.drawImage(box, picture)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)


def first_tile(layout: Layout, scene: Scene, number: int) -> int:
    """The first map that has a tile: as many stand around the current one as there is room for."""
    if not layout.tiles_shown:
        return 0
    last = scene.reel.filters - layout.tiles_shown
    return max(0, min(number - number % layout.tiles_across, last))


def tile_box(layout: Layout, scene: Scene, number: int) -> QRectF:
    """Where a map stands among the tiles."""
    tile = layout.tiles[number - first_tile(layout, scene, number)]
    height, width, _ = scene.made.shape
    share = min(tile.width() / width, tile.height() / height)
    box = QRectF(0, 0, width * share, height * share)
    box.moveCenter(tile.center())
    return box


def first_incoming(layout: Layout, scene: Scene, rows: tuple[Row, ...]) -> int:
    """The first incoming map that is shown: the first with a row is among them."""
    if not layout.incoming_shown:
        return 0
    return max(0, min(rows[0].channels[0], layout.incoming_count - layout.incoming_shown))


class Ground:
    """Draws what stands still at a position."""

    def __init__(self, scene: Scene, layout: Layout, colours: Colours, own: FilterColours) -> None:
        self.scene, self.layout, self.colours, self.own = scene, layout, colours, own
        self._look = theme.current()
        self._never = QBrush(self._look.warning, Qt.BrushStyle.BDiagPattern)

    def draw(self, painter: QPainter, position: Position, rows: tuple[Row, ...]) -> None:
        """Everything for a film at this filter."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        apart = position.step > WHOLE
        self._incoming(painter, rows, position.filter, curves=apart)
        dots = unwritten()
        for number, (row, place) in enumerate(zip(rows, self.layout.rows, strict=True)):
            ink, name = row_ink(self.scene, number, row), self.scene.row_name(row)
            if apart:
                self._title(painter, place.sheet.box, self._sheet_name(row), ink, shape_text(self.scene.read.shape[:2]))
                self.sheet(painter, place.sheet, row, ink)
            self._title(painter, place.partial.box, f"from {name}", ink)
            self._empty(painter, place.partial.box, dots)
        self._empty(painter, self.layout.map.box, dots)
        caption = QRectF(self.layout.map_title)
        caption.setWidth(self.layout.legend.width())
        self._heading(painter, caption, f"Map {position.filter + 1}", shape_text(self.scene.made.shape[:2]))
        self._tiles(painter, position, dots)
        self._legend(painter, dots)
        self._counts(painter)
        self._plus(painter)

    # pieces

    def _sheet_name(self, row: Row) -> str:
        name = self.scene.row_name(row)
        return f"{name} sheet" if self.scene.image else name

    def _heading(self, painter: QPainter, box: QRectF, text: str, size: str) -> None:
        painter.setFont(bold(theme.drawn_font(theme.BODY_PX)))
        painter.setPen(self._look.text)
        painter.drawText(box, _LEFT, text)
        painter.setFont(theme.tabular(theme.drawn_font()))
        painter.setPen(self._look.secondary)
        painter.drawText(box, _RIGHT, size)

    def _title(self, painter: QPainter, box: QRectF, text: str, ink: QColor, size: str = "") -> None:
        painter.setFont(bold(theme.drawn_font()))
        painter.setPen(ink)
        used = QFontMetricsF(painter.font()).horizontalAdvance(text)
        line = QRectF(box.left(), box.top() - LINE - 3, max(box.width(), used + 2), LINE)
        painter.drawText(line, _LEFT, text)
        painter.setFont(theme.tabular(theme.drawn_font()))
        if size and used + QFontMetricsF(painter.font()).horizontalAdvance(size) + 8 <= box.width():
            painter.setPen(self._look.secondary)
            painter.drawText(QRectF(box.left(), line.top(), box.width(), LINE), _RIGHT, size)

    def _empty(self, painter: QPainter, box: QRectF, dots: QBrush) -> None:
        painter.fillRect(box.toRect(), dots)  # whole pixels are filled much faster
        self._frame(painter, box, self._look.line)

    @staticmethod
    def _frame(painter: QPainter, box: QRectF, colour: QColor, width: float = 1.0) -> None:
        painter.setPen(QPen(colour, width))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box.adjusted(-0.5, -0.5, 0.5, 0.5))

    def sheet(self, painter: QPainter, grid: Grid, row: Row, ink: QColor) -> None:
        """What a row reads: one channel with its padding, or the others lying behind each other."""
        if row.single:
            if grid.inner != grid.box:
                painter.fillRect(grid.box.toRect(), self._look.card)
                painter.fillRect(grid.box.toRect(), hatched())
            draw_cells(painter, grid.inner, self.colours.sheet(row.channels[0]))
            rows, columns = self.scene.unread
            for line in rows:
                painter.fillRect(grid.cell(line, 0).united(grid.cell(line, grid.columns - 1)), self._never)
            for line in columns:
                painter.fillRect(grid.cell(0, line).united(grid.cell(grid.rows - 1, line)), self._never)
            self._frame(painter, grid.box, ink if not self.scene.coloured else self._look.line)
            return
        shown = row.channels[:5]
        wide, high = grid.inner.width() * 0.55, grid.inner.height() * 0.55
        for place, channel in enumerate(shown):
            share = place / max(len(shown) - 1, 1)
            box = QRectF(
                grid.inner.left() + share * (grid.inner.width() - wide),
                grid.inner.top() + share * (grid.inner.height() - high),
                wide,
                high,
            )
            draw_cells(painter, box, self.colours.sheet(channel))
            self._frame(painter, box, self._look.card)

    def _incoming(self, painter: QPainter, rows: tuple[Row, ...], number: int, *, curves: bool) -> None:
        layout, scene = self.layout, self.scene
        if not layout.incoming:
            return
        if scene.coloured:
            (grid,) = layout.incoming
            self._title(painter, grid.box, "picture", self._look.text)
            draw_cells(painter, grid.inner, self.colours.picture())
            self._frame(painter, grid.box, self._look.line)
            starts = dict.fromkeys(range(3), grid)
        else:
            read, first = scene.channels(number), first_incoming(layout, scene, rows)
            starts = {}
            for place, grid in enumerate(layout.incoming):
                channel = first + place
                line = next((i for i, row in enumerate(rows) if channel in row.channels), None)
                ink = self._look.secondary if line is None else row_ink(scene, line, rows[line])
                painter.setOpacity(1.0 if channel in read else 0.3)
                draw_cells(painter, grid.inner, self.colours.sheet(channel))
                single = line is not None and rows[line].single
                self._frame(painter, grid.box, ink if single else self._look.line, 2.0 if single else 1.0)
                painter.setFont(bold(theme.drawn_font()) if single else theme.drawn_font())
                painter.setPen(ink)
                beside = QRectF(grid.box.right() + 6, grid.box.top(), 60, LINE)
                painter.drawText(beside, _LEFT, scene.channel_name(channel))
                painter.setOpacity(1.0)
                if channel in read:
                    starts[channel] = grid
            hidden = layout.incoming_count - layout.incoming_shown
            if hidden > 0:
                last = layout.incoming[-1].box
                painter.setPen(self._look.secondary)
                painter.setFont(theme.drawn_font())
                painter.drawText(
                    QRectF(last.left(), last.bottom() + 2, 120, LINE), _LEFT, f"and {thousands(hidden)} more"
                )
        if not curves:
            return
        for line, row in enumerate(rows):
            sheet = layout.rows[line].sheet.box
            ink = theme.mixed(row_ink(scene, line, row), self._look.background, 0.67 if row.single else 0.31)
            pen = QPen(ink, 1.6 if row.single else 1.0)
            pen.setCosmetic(not row.single)  # there may be many, and such thin lines are drawn much faster
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for channel in row.channels:
                if channel not in starts:
                    continue
                box = starts[channel].box
                begin = QPointF(layout.first.right() - 4, box.center().y())
                if scene.coloured:
                    begin = QPointF(box.right() + 3, box.center().y() + (line - 1) * box.height() * 0.3)
                painter.drawPath(swung(begin, QPointF(sheet.left() - 3, sheet.center().y())))

    def _tiles(self, painter: QPainter, position: Position, dots: QBrush) -> None:
        layout, scene = self.layout, self.scene
        if not layout.tiles:
            return
        filters = scene.reel.filters
        first = first_tile(layout, scene, position.filter)
        last = min(first + layout.tiles_shown, filters)
        some = f"{first + 1} to {last}" if last - first < filters else ""
        self._heading(painter, layout.tiles_title, f"All {amount(filters, 'map')}", some)
        for place, tile in enumerate(layout.tiles):
            number = first + place
            if number >= filters:
                break
            box = tile_box(layout, scene, position.filter)
            box.moveCenter(tile.center())
            if number < position.filter:
                draw_cells(painter, box, self.colours.tile(number))
            else:
                painter.fillRect(box.toRect(), dots)
                if number > position.filter:
                    kernel = self.colours.first_kernel(number)
                    inside = QRectF(0, 0, 0.4 * box.width(), 0.4 * box.width() * kernel.height() / kernel.width())
                    inside.moveCenter(box.center())
                    draw_cells(painter, inside, kernel)
            here = number == position.filter
            self._frame(painter, box, self._look.accent if here else self._look.line, 2.0 if here else 1.0)
            painter.setFont(theme.tabular(bold(theme.drawn_font()) if here else theme.drawn_font()))
            painter.setPen(self._look.accent if here else self._look.secondary)
            painter.drawText(QRectF(tile.left(), tile.bottom() + 1, tile.width(), LINE - 2), _MIDDLE, str(number + 1))

    def _legend(self, painter: QPainter, dots: QBrush) -> None:
        box, top = self.layout.legend, self.layout.legend.top()
        read = self.colours.read
        lines: list[tuple[str, Ink]] = [("maps", self.own.ink), ("weights", self.colours.weights)]
        if not self.scene.coloured:
            lines.append(("coming in", read))
        painter.setFont(theme.tabular(theme.drawn_font()))
        name = 62.0
        for text, ink in lines:
            painter.setPen(self._look.secondary)
            painter.drawText(QRectF(box.left(), top - 3, name, LINE), _LEFT, text)
            bar = QRectF(box.left() + name, top, box.width() - name, 7)
            draw_cells(painter, bar, bar_of(ink))
            scale = ink.scale
            painter.setPen(self._look.secondary)
            under = QRectF(bar.left(), bar.bottom() + 1, bar.width(), LINE)
            painter.drawText(under, _LEFT, number_text(scale.low, 2))
            painter.drawText(under, _RIGHT, number_text(scale.high, 2))
            zero = bar.left() + bar.width() * (0 - scale.low) / (scale.high - scale.low)
            if bar.left() + 24 < zero < bar.right() - 24:
                painter.drawText(QRectF(zero - 20, under.top(), 40, LINE), _MIDDLE, "0")
                painter.drawLine(QPointF(zero, bar.top() - 2), QPointF(zero, bar.bottom() + 2))
            top += 7 + LINE + 4
        for brush, words in self.notes(dots):
            painter.fillRect(QRectF(box.left(), top + 2, 10, 10), brush)
            self._frame(painter, QRectF(box.left(), top + 2, 10, 10), self._look.line)
            painter.setPen(self._look.secondary)
            painter.drawText(QRectF(box.left() + 16, top, box.width() - 16, LINE), _LEFT, words)
            top += LINE

    def notes(self, dots: QBrush) -> list[tuple[QBrush, str]]:
        """What colours of cells mean beside their numbers."""
        found = [(dots, "not yet written")]
        if self.scene.never_read:
            found.append((self._never, f"{amount(self.scene.never_read, 'place')} never read"))
        return found

    def _counts(self, painter: QPainter) -> None:
        if not self.layout.counted:
            return
        box = self.layout.counts
        for place, (left, right) in enumerate(self.counts()):
            line = QRectF(box.left(), box.top() + 10 + place * (LINE + 8), box.width(), LINE)
            painter.setFont(theme.tabular(theme.drawn_font()))
            painter.setPen(self._look.secondary)
            painter.drawText(line, _LEFT, left)
            painter.setFont(theme.tabular(bold(theme.drawn_font())))
            painter.setPen(self._look.text)
            painter.drawText(line, _RIGHT, f"→  {right}")
            if place < 2:
                painter.setPen(self._look.line)
                painter.drawLine(QPointF(line.left(), line.bottom() + 4), QPointF(line.right(), line.bottom() + 4))

    def counts(self) -> tuple[tuple[str, str], ...]:
        """What makes a cell, a map and all maps, in figures."""
        reel = self.scene.reel
        products = len(self.scene.channels(0)) * self.scene.weights.shape[-3] * self.scene.weights.shape[-2]
        bias = " + bias" if reel.bias else ""
        return (
            (f"{amount(products, 'product')}{bias}", "1 cell"),
            (f"{shape_text((reel.height, reel.width))} = {amount(reel.places, 'cell')}", "1 map"),
            (amount(reel.filters, "filter"), amount(reel.filters, "map")),
        )

    def _plus(self, painter: QPainter) -> None:
        layout = self.layout
        painter.setPen(QPen(self._look.accent, 1.8))
        painter.setBrush(self._look.card)
        painter.drawEllipse(layout.plus, layout.plus_radius, layout.plus_radius)
        arm = layout.plus_radius * 0.45
        x, y = layout.plus.x(), layout.plus.y()
        painter.drawLine(QPointF(x - arm, y), QPointF(x + arm, y))
        painter.drawLine(QPointF(x, y - arm), QPointF(x, y + arm))


def swung(begin: QPointF, end: QPointF) -> QPainterPath:
    """A curve that leaves and arrives level."""
    path = QPainterPath(begin)
    middle = (begin.x() + end.x()) / 2
    path.cubicTo(QPointF(middle, begin.y()), QPointF(middle, end.y()), end)
    return path
