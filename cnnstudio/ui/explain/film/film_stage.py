"""The picture of a film: paints its frames and knows what the pointer rests on."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent

from cnnstudio.nn.telling.phrases import place_text
from cnnstudio.ui.explain.film.colours import Colours, FilterColours
from cnnstudio.ui.explain.film.ground import Ground, first_incoming, first_tile
from cnnstudio.ui.explain.film.layout import Layout
from cnnstudio.ui.explain.film.live import Frame, Live
from cnnstudio.ui.explain.film.pointed import Pointed, lenses, under
from cnnstudio.ui.explain.film.reel import WHOLE, Position
from cnnstudio.ui.explain.film.rows import Row
from cnnstudio.ui.explain.film.scene import Scene
from cnnstudio.ui.explain.pictures.drawing import Drawing
from cnnstudio.ui.look import dressing, theme
from cnnstudio.ui.look.labels import plain_tip
from cnnstudio.ui.look.numbers import number_text
from cnnstudio.ui.widgets.read_aloud import Piece


class FilmStage(Drawing):
    """Shows a scene at a position. What stands still is drawn once into a pixmap."""

    #: what draws what stands still, and what moves
    grounds: type[Ground] = Ground
    lives: type[Live] = Live

    #: a cell of the map was clicked: row, column
    cell_asked = Signal(int, int)
    #: the tile of a filter was clicked
    filter_asked = Signal(int)
    #: an incoming map was clicked
    channel_asked = Signal(int)
    #: the ground beside everything was clicked
    left = Signal()

    def __init__(self) -> None:
        super().__init__("Film of the convolution")
        self._scene: Scene | None = None
        self._position = Position(0, 0, WHOLE)
        self._progress = 0.0
        self._pointed: Pointed | None = None
        self._layout: Layout | None = None
        self._colours: Colours | None = None
        self._own: tuple[int, tuple[Row, ...], FilterColours] | None = None
        self._still: tuple[tuple[object, ...], QPixmap, Live] | None = None
        dressing.follow(self, self._forget)

    # what is shown

    @property
    def scene(self) -> Scene | None:
        """What the film is about."""
        return self._scene

    @property
    def pointed(self) -> Pointed | None:
        """What the pointer rests on."""
        return self._pointed

    def show_scene(self, scene: Scene | None) -> None:
        """Another layer, or the same one with other numbers. The next ``show_position`` is for it."""
        self._scene, self._pointed = scene, None
        self._colours = None if scene is None else Colours(scene)
        self._layout = None
        self._forget()

    def rows_changed(self) -> None:
        """Other channels have rows of their own."""
        self._forget()

    def show_position(self, position: Position, progress: float = 0.0) -> None:
        """A moment of the scene: a position that it has, and how far towards the next (0…1)."""
        self._position, self._progress = position, progress
        self.update()

    @property
    def frame(self) -> Frame | None:
        """What is seen now."""
        scene = self._scene
        if scene is None:
            return None
        position, reel = self._position, scene.reel
        here = self._pointed.cell if self._pointed is not None else None
        cell = reel.cell(position) if here is None else (*here, position.filter)
        place = cell[0] * reel.width + cell[1]
        account = scene.account(cell)
        if place == position.place:
            known = min(max(position.step, 0), len(account.numbers))
            written = position.step >= reel.steps
        else:  # nothing is told of what has not been computed yet
            written = place < position.place
            known = len(account.numbers) if written else 0
        return Frame(position, self._progress, account, known, written, self._pointed)

    def _forget(self) -> None:
        self._own = self._still = None
        self.update()

    @property
    def places(self) -> Layout | None:
        """Where everything lies; None while nothing is shown."""
        if self._layout is None and self._scene is not None:
            self._layout = Layout(self._scene, self.width(), self.height())
        return self._layout

    def boxes(self) -> dict[tuple[str, int], QRectF]:
        """Where maps are seen in full, by layer and number from 0: the one that is written, and those with rows."""
        scene, layout = self._scene, self.places
        if scene is None or layout is None:
            return {}
        number = self._position.filter
        rows = zip(scene.rows(number), layout.rows, strict=True)
        found = {(scene.source, row.channels[0]): QRectF(place.sheet.inner) for row, place in rows if row.single}
        return {**found, (scene.node, number): QRectF(layout.map.box)}

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        frame, scene, layout, colours = self.frame, self._scene, self.places, self._colours
        if frame is None or scene is None or layout is None or colours is None:
            QPainter(self).fillRect(self.rect(), theme.current().background)
            return
        pixmap, live = self._standing(scene, layout, colours)
        painter = QPainter(self)
        painter.drawPixmap(0, 0, pixmap)
        live.draw(painter, frame)

    def _standing(self, scene: Scene, layout: Layout, colours: Colours) -> tuple[QPixmap, Live]:
        """The ground, drawn anew where something in it has changed."""
        number, ratio = self._position.filter, self.devicePixelRatioF()
        if self._own is None or self._own[0] != number:
            rows = scene.rows(number)
            self._own = (number, rows, FilterColours(scene, number, rows))
        _, rows, own = self._own
        key = (number, self._position.step == WHOLE, self.size(), ratio)
        if self._still is None or self._still[0] != key:
            pixmap = QPixmap(self.size() * ratio)
            pixmap.setDevicePixelRatio(ratio)
            pixmap.fill(theme.current().background)
            ground = self.grounds(scene, layout, colours, own)
            painter = QPainter(pixmap)
            ground.draw(painter, self._position, rows)
            painter.end()
            self._still = (key, pixmap, self.lives(scene, layout, colours, own, rows, ground))
        return self._still[1], self._still[2]

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._layout = self._still = None

    def minimumSizeHint(self) -> QSize:
        return QSize(560, 260)

    # the pointer

    def under(self, point: QPointF) -> Pointed | None:
        """What lies under a point."""
        scene, layout, frame = self._scene, self.places, self.frame
        if scene is None or layout is None or frame is None:
            return None
        singles = tuple(row.single for row in scene.rows(self._position.filter))
        return under(layout, partial(lenses, account=frame.account), singles, point)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        found = self.under(event.position())
        if found != self._pointed:
            self._pointed = found
            active = found is not None and found.what in ("partial", "map", "tile", "incoming")
            self.setCursor(Qt.CursorShape.PointingHandCursor if active else Qt.CursorShape.ArrowCursor)
            self.setToolTip(plain_tip(self.words_for(found)))
            self.update()
        if found is not None and event.buttons() & Qt.MouseButton.LeftButton and found.what == "map":
            self.cell_asked.emit(found.row, found.column)

    def leaveEvent(self, event: QEvent) -> None:
        self._pointed = None
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        found, scene, layout = self.under(event.position()), self._scene, self.places
        if scene is None or layout is None or event.button() != Qt.MouseButton.LeftButton:
            return
        if found is None:
            self.left.emit()
        elif found.cell is not None:
            self.cell_asked.emit(*found.cell)
        elif found.what == "tile":
            number = first_tile(layout, scene, self._position.filter) + found.row
            if number < scene.reel.filters:
                self.filter_asked.emit(number)
        elif found.what == "incoming":
            rows = scene.rows(self._position.filter)
            self.channel_asked.emit(first_incoming(layout, scene, rows) + found.row)

    def words_for(self, pointed: Pointed | None) -> str:
        """All digits of what is pointed at; nothing of what has not been computed."""
        scene, frame = self._scene, self.frame
        if pointed is None or scene is None or frame is None:
            return ""
        account, rows = frame.account, scene.rows(self._position.filter)
        where = place_text(account.cell)
        if pointed.what == "map":
            return f"{where}: {account.engine!r}" if frame.written else f"{where}: not written yet"
        if pointed.what == "partial":
            name = scene.row_name(rows[pointed.line])
            known = frame.known > pointed.line
            return f"{where}, from {name}: {account.sums[pointed.line]!r}" if known else f"{where}: not written yet"
        if pointed.what == "tile":
            number = first_tile(self.places, scene, self._position.filter) + pointed.row if self.places else 0
            return f"Go to filter {number + 1}"
        if pointed.what == "incoming":
            return "Click to give this map a row of its own" if scene.read.shape[2] > len(rows) else ""
        channel = rows[pointed.line].channels[0]
        if pointed.what == "pixel":
            value = float(scene.read[pointed.row, pointed.column, channel])
            return f"{scene.channel_name(channel)}, row {pointed.row + 1}, column {pointed.column + 1}: {value!r}"
        block = account.blocks.get(channel)
        if block is None or block.right is None or pointed.row >= len(block.left):
            return ""
        left, right = float(block.left[pointed.row, pointed.column]), float(block.right[pointed.row, pointed.column])
        product = float(block.products[pointed.row, pointed.column])
        outside = block.outside is not None and bool(block.outside[pointed.row, pointed.column])
        return f"{left!r} × {right!r} = {product!r}{' (padding)' if outside else ''}"

    def spoken(self) -> str:
        """The moment in a sentence: the cell, its number and what it is made of, as far as they are known."""
        scene, frame = self._scene, self.frame
        if scene is None or frame is None:
            return ""
        row, column, number = frame.account.cell
        where = f"map {number + 1}, row {row + 1}, column {column + 1}"
        where += f", {number_text(frame.account.engine)}" if frame.written else ", not written yet"
        said = self.summands(frame)
        return f"{where}: {said}" if said else where

    def pieces_drawn(self) -> int:
        """See ``Drawn``: the cells of the map that is written, row by row."""
        return 0 if self._scene is None else self._scene.made[:, :, 0].size

    def piece_drawn(self, number: int) -> Piece:
        """See ``Drawn``."""
        scene, layout = self._scene, self.places
        assert scene is not None and layout is not None
        row, column = divmod(number, scene.made.shape[1])
        value = self.value_at(row, column)
        told = "not written yet" if value is None else number_text(value)
        return Piece(f"row {row + 1}, column {column + 1}: {told}", layout.map.cell(row, column).toRect())

    def value_at(self, row: int, column: int) -> float | None:
        """What is written in a cell of the map; None where nothing is."""
        assert self._scene is not None
        reel, position = self._scene.reel, self._position
        if row * reel.width + column >= reel.cells_of_map(position):
            return None
        return float(self._scene.made[row, column, position.filter])

    def summands(self, frame: Frame) -> str:
        """What is added up, as far as it is known, in words."""
        assert self._scene is not None
        names = [self._scene.row_name(row) for row in self._scene.rows(frame.account.cell[2])] + ["bias"]
        said = zip(names, frame.pills, strict=False)
        return ", ".join(f"{name} {text.replace('+', 'plus ').replace('−', 'minus ')}" for name, text in said)
