"""The picture of a short film: the map that is read, what happens to a cell, and the map that is written."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF, QResizeEvent

from cnnstudio.nn.arrays import shape_text
from cnnstudio.nn.explaining.parts import WindowPart
from cnnstudio.nn.telling.phrases import place_text
from cnnstudio.nn.telling.told import worded
from cnnstudio.ui.explain.film.colours import unwritten
from cnnstudio.ui.explain.film.ground import bold, draw_cells, swung
from cnnstudio.ui.explain.film.layout import LINE, MARGIN, TITLE, Grid, grid_in
from cnnstudio.ui.explain.film.reel import WHOLE, Position
from cnnstudio.ui.explain.overview.ground import draw_legend
from cnnstudio.ui.explain.pictures.drawing import Drawing
from cnnstudio.ui.explain.pictures.inks import Ink, hatched
from cnnstudio.ui.explain.short.machine import Machine, Moment
from cnnstudio.ui.explain.short.scene import ShortScene
from cnnstudio.ui.look import dressing, theme
from cnnstudio.ui.look.labels import plain_tip
from cnnstudio.ui.look.numbers import number_text
from cnnstudio.ui.widgets.read_aloud import Piece

#: at most so many cells of padding are drawn at a side
_MOST_PADDING = 8


class ShortStage(Drawing):
    """Shows a scene at a position."""

    #: a cell of the map was clicked: row, column
    cell_asked = Signal(int, int)
    #: the ground beside everything was clicked
    left = Signal()

    def __init__(self) -> None:
        super().__init__("Film of the layer")
        self._scene: ShortScene | None = None
        self._position, self._progress = Position(0, 0, WHOLE), 0.0
        #: a cell of what is read (“read”) or of the map (“made”) under the pointer
        self.pointed: tuple[str, int, int] | None = None
        self._inks: tuple[Ink, Ink] | None = None
        self._pictures: tuple[int, QImage, QImage] | None = None
        self._places: tuple[Grid, QRectF, Grid] | None = None
        dressing.follow(self, self._forget)

    def show_scene(self, scene: ShortScene | None) -> None:
        """Another layer, or the same with other numbers; the next ``show_position`` is for it."""
        self._scene, self.pointed = scene, None
        self._forget()
        if scene is not None:
            image = scene.probed.graph[scene.source].layer.category == "input"
            self._inks = (Ink.of(scene.read, image=image), Ink.of(scene.made))

    def show_position(self, position: Position, progress: float = 0.0) -> None:
        """A position that the scene has, and how far towards the next (0…1)."""
        self._position, self._progress = position, progress
        self.update()

    def _forget(self) -> None:
        self._pictures = self._places = None
        self.update()

    @property
    def places(self) -> tuple[Grid, QRectF, Grid] | None:
        """Where the map that is read lies, what happens, and the map that is made."""
        scene = self._scene
        if self._places is None and scene is not None:
            wide, high = self.width() - 2.0 * MARGIN, float(self.height())
            room = QRectF(MARGIN, TITLE, 0.31 * wide, max(high - TITLE - 44, 60.0))
            rows, columns = scene.seen.rows, scene.seen.columns
            pads = (rows.before, rows.after, columns.before, columns.after)
            top, bottom, before, after = (min(pad, _MOST_PADDING) for pad in pads)
            read = grid_in(room, scene.read.shape[0], scene.read.shape[1], (top, bottom, before, after))
            machine = QRectF(MARGIN + 0.37 * wide, TITLE, 0.26 * wide, max(high - TITLE - 8, 60.0))
            made = grid_in(room.translated(0.69 * wide, 0), scene.made.shape[0], scene.made.shape[1])
            self._places = (read, machine, made)
        return self._places

    def boxes(self) -> dict[tuple[str, int], QRectF]:
        """Where maps are seen, by layer and number from 0: what is read and what is made."""
        scene, places = self._scene, self.places
        if scene is None or places is None:
            return {}
        number = self._position.filter
        return {
            (scene.source, scene.incoming(number)): QRectF(places[0].inner),
            (scene.node, number): QRectF(places[2].box),
        }

    @property
    def moment(self) -> Moment | None:
        """The cell that is shown: the one pointed at where it has been written, or the one that the film is at."""
        scene = self._scene
        if scene is None:
            return None
        reel, position = scene.reel, self._position
        count = reel.cells_of_map(position)
        if self.pointed is not None and self.pointed[0] == "made":
            _, row, column = self.pointed
            if row * reel.width + column < count:
                return Moment(scene.account((row, column, position.filter)), reel.steps, 0.0, count)
        return Moment(scene.account(reel.cell(position)), position.step, self._progress, count)

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, look = QPainter(self), theme.current()
        painter.fillRect(self.rect(), look.background)
        scene, places, moment = self._scene, self.places, self.moment
        if scene is None or places is None or moment is None or self._inks is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        read, machine, made = places
        number = self._position.filter
        if self._pictures is None or self._pictures[0] != number:
            incoming = scene.read[:, :, scene.incoming(number)]
            drawn = self._inks[0].picture(incoming), self._inks[1].picture(scene.made[:, :, number])
            self._pictures = (number, *drawn)
        _, before, after = self._pictures
        self._title(painter, read.box, f"Map {scene.incoming(number) + 1} comes in", scene.read.shape[:2])
        self._title(painter, made.box, f"Map {number + 1}", scene.made.shape[:2])
        if read.inner != read.box:
            painter.fillRect(read.box, hatched())
        draw_cells(painter, read.inner, before)
        painter.fillRect(made.box, unwritten())
        self._written(painter, made, after, moment.written)
        for grid, ink in ((read, self._inks[0]), (made, self._inks[1])):
            self._frame(painter, grid.box)
            wide = min(grid.box.width(), 160.0)
            painter.setFont(theme.tabular(theme.drawn_font()))
            draw_legend(painter, QRectF(grid.box.left(), grid.box.bottom() + 10, wide, 6), ink)
        happens = Machine(scene, machine, *self._inks)
        lens = happens.draw(painter, moment)
        if moment.step >= 0 or self.pointed is not None:
            self._joined(painter, moment, lens, read, made, happens.result)

    def _title(self, painter: QPainter, box: QRectF, text: str, shape: tuple[int, ...]) -> None:
        look = theme.current()
        line = QRectF(box.left(), box.top() - TITLE, max(box.width(), 160.0), LINE)
        painter.setFont(bold(theme.drawn_font()))
        painter.setPen(look.text)
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
        painter.setFont(theme.tabular(theme.drawn_font()))
        painter.setPen(look.secondary)
        painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, shape_text(shape))

    @staticmethod
    def _frame(painter: QPainter, box: QRectF) -> None:
        painter.setPen(QPen(theme.current().line, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box.adjusted(-0.5, -0.5, 0.5, 0.5))

    @staticmethod
    def _written(painter: QPainter, grid: Grid, picture: QImage, count: int) -> None:
        rows, rest = divmod(count, grid.columns)
        for top, high, wide in ((0, rows, grid.columns), (rows, 1, rest)):
            if high and wide:
                box = QRectF(grid.inner.left(), grid.inner.top() + top * grid.side, wide * grid.side, high * grid.side)
                painter.drawImage(box, picture, QRectF(0, top, wide, high))

    def _joined(self, painter: QPainter, moment: Moment, lens: QRectF, read: Grid, made: Grid, result: QRectF) -> None:
        """The window with lines to what happens to it, and the cell that comes of it."""
        look, scene = theme.current(), self._scene
        assert scene is not None
        (sources,), cell = moment.account.sources, moment.account.cell
        if len(sources.rows) and len(sources.columns):
            window = read.cell(int(sources.rows.min()), int(sources.columns.min()))
            window = window.united(read.cell(int(sources.rows.max()), int(sources.columns.max())))
            beam = look.accent.toRgb()
            beam.setAlpha(28)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(beam)
            painter.drawPolygon(QPolygonF([window.topRight(), lens.topLeft(), lens.bottomLeft(), window.bottomRight()]))
            self._mark(painter, window)
            (part,) = moment.account.parts
            if isinstance(part, WindowPart) and moment.step >= 1:
                painter.fillRect(read.cell(*part.source[:2]).adjusted(0.5, 0.5, -0.5, -0.5), beam)
                self._mark(painter, read.cell(*part.source[:2]))
        here = made.cell(cell[0], cell[1])
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(look.accent, 1.4, Qt.PenStyle.DashLine))
        end = QPointF(here.left() - 3, here.center().y())
        painter.drawPath(swung(QPointF(result.right() + 2, result.center().y()), end))
        self._mark(painter, here)
        if self.pointed is not None and self.pointed[0] == "read":
            rows, columns = scene.readers(*self.pointed[1:])
            self._mark(painter, read.cell(*self.pointed[1:]))
            for row in rows:
                for column in columns:
                    self._mark(painter, made.cell(row, column))

    @staticmethod
    def _mark(painter: QPainter, box: QRectF) -> None:
        look = theme.current()
        side = max(box.width(), box.height())
        out = max((6.0 - side) / 2, 1.0)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(look.card, 3.4))
        painter.drawRect(box.adjusted(-out, -out, out, out))
        painter.setPen(QPen(look.accent, 1.8))
        painter.drawRect(box.adjusted(-out, -out, out, out))

    # the pointer

    def _at(self, point: QPointF) -> tuple[str, int, int] | None:
        places = self.places
        if places is None:
            return None
        for name, grid in (("read", places[0]), ("made", places[2])):
            found = grid.at(point)
            if found is not None:
                return (name, *found)
        return None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        found = self._at(event.position())
        if found != self.pointed:
            self.pointed = found
            active = found is not None and found[0] == "made"
            self.setCursor(Qt.CursorShape.PointingHandCursor if active else Qt.CursorShape.ArrowCursor)
            self.setToolTip(plain_tip(self._words(found)))
            self.update()
        if found is not None and found[0] == "made" and event.buttons() & Qt.MouseButton.LeftButton:
            self.cell_asked.emit(*found[1:])

    def _words(self, pointed: tuple[str, int, int] | None) -> str:
        """All digits of a number; nothing of what has not been written."""
        scene = self._scene
        if pointed is None or scene is None:
            return ""
        what, row, column = pointed
        number = self._position.filter
        if what == "read":
            channel = scene.incoming(number)
            return f"{place_text((row, column, channel))}: {float(scene.read[row, column, channel])!r}"
        written = row * scene.reel.width + column < scene.reel.cells_of_map(self._position)
        value = f"{float(scene.made[row, column, number])!r}" if written else "not written yet"
        return f"{place_text((row, column, number))}: {value}"

    def mousePressEvent(self, event: QMouseEvent) -> None:
        found = self._at(event.position())
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if found is None:
            self.left.emit()
        elif found[0] == "made":
            self.cell_asked.emit(*found[1:])

    def leaveEvent(self, event: QEvent) -> None:
        self.pointed = None
        self.update()

    def spoken(self) -> str:
        """The moment in a sentence."""
        moment, scene = self.moment, self._scene
        if moment is None or scene is None:
            return ""
        where = place_text(moment.account.cell)
        if moment.step < scene.reel.steps:
            return f"{where}, not written yet"
        return f"{where}: {number_text(moment.account.engine)}. {worded(moment.account.parts[0].caption)}"

    def pieces_drawn(self) -> int:
        """See ``Drawn``: the cells of the map that is written, row by row."""
        return 0 if self._scene is None else self._scene.made[:, :, 0].size

    def piece_drawn(self, number: int) -> Piece:
        """See ``Drawn``."""
        scene, places = self._scene, self.places
        assert scene is not None and places is not None
        row, column = divmod(number, scene.reel.width)
        written = number < scene.reel.cells_of_map(self._position)
        value = float(scene.made[row, column, self._position.filter])
        told = number_text(value) if written else "not written yet"
        return Piece(f"row {row + 1}, column {column + 1}: {told}", places[2].cell(row, column).toRect())

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._places = None

    def minimumSizeHint(self) -> QSize:
        return QSize(520, 240)
