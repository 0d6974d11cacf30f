"""The picture of a film of stamps, and what the pointer rests on in it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent

from cnnstudio.nn.explaining.dependence import Cell
from cnnstudio.nn.telling.phrases import amount, place_text
from cnnstudio.ui.explain.film.film_stage import FilmStage
from cnnstudio.ui.explain.film.live import Frame
from cnnstudio.ui.explain.film.pointed import Pointed, under
from cnnstudio.ui.explain.stamps.scene import StampScene
from cnnstudio.ui.explain.stamps.stamping import Stamping, StampingGround, lenses
from cnnstudio.ui.look.numbers import number_text


class StampStage(FilmStage):
    """Shows a scene at a position; ``look_at`` says which cell of the map its numbers are of."""

    grounds = StampingGround
    lives = Stamping

    #: a cell that is read was clicked: row, column
    stamp_asked = Signal(int, int)

    _cell: Cell = (0, 0, 0)

    def look_at(self, cell: Cell) -> None:
        """The cell of the map whose numbers are shown where none is pointed at."""
        self._cell = cell

    @property
    def frame(self) -> Frame | None:
        scene, position = self._scene, self._position
        if not isinstance(scene, StampScene):
            return None
        here = self._pointed.cell if self._pointed is not None else None
        cell = self._cell if here is None else (*here, position.filter)
        account = scene.so_far(cell, position)
        width, sources = scene.reel.width, account.sources
        stamps = (sources.rows[:, None] * width + sources.columns).ravel()
        begun = [bool((stamps < scene.reel.cells_of_row(position, line)).any()) for line in range(scene.reel.rows)]
        written = bool((stamps < scene.reel.cells_of_map(position)).any()) or not stamps.size
        known = len(account.numbers) if written else sum(begun)
        return Frame(position, self._progress, account, known, written, self._pointed)

    def to_come(self, cell: Cell) -> int:
        """How many stamps are still to be laid on a cell."""
        scene = self._scene
        assert isinstance(scene, StampScene)
        sources = scene.account(cell).sources
        stamps = sources.rows[:, None] * scene.reel.width + sources.columns
        return int((stamps >= scene.reel.cells_of_map(self._position)).sum())

    def under(self, point: QPointF) -> Pointed | None:
        scene, layout = self._scene, self.places
        if scene is None or layout is None:
            return None
        kernel = scene.weights.shape[1:3]
        singles = tuple(row.single for row in scene.rows(self._position.filter))
        return under(layout, lambda place: lenses(place, kernel), singles, point)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        found = self.under(event.position())
        if found is not None and found.what == "pixel" and event.button() == Qt.MouseButton.LeftButton:
            self.stamp_asked.emit(found.row, found.column)
        else:
            super().mousePressEvent(event)

    def words_for(self, pointed: Pointed | None) -> str:
        scene, frame = self._scene, self.frame
        if pointed is None or frame is None or not isinstance(scene, StampScene):
            return ""
        account, rows = frame.account, scene.rows(self._position.filter)
        where, place = place_text(account.cell), self._position.place
        if pointed.what == "map":
            return f"{where}: {self._so_far(frame)}"
        if pointed.what == "partial":
            name = scene.row_name(rows[pointed.line])
            known = frame.known > pointed.line
            return f"{where}, from {name}: {account.sums[pointed.line]!r}" if known else f"{where}: not stamped yet"
        if pointed.what in ("number", "weight"):
            channel = rows[pointed.line].channels[0]
            row, column = divmod(place, scene.reel.width)
            left = float(scene.read[row, column, channel])
            if pointed.what == "number":
                return f"{scene.channel_name(channel)}, row {row + 1}, column {column + 1}: {left!r}"
            right = float(scene.kernel(frame.position.filter, channel, account.cell)[pointed.row, pointed.column])
            under_it = scene.cell_under(place, (pointed.row, pointed.column))
            on = "cut off" if under_it is None else f"on {place_text((*under_it, frame.position.filter))}"
            return f"{left!r} × {right!r} = {left * right!r}, {on}"
        return super().words_for(pointed)

    def value_at(self, row: int, column: int) -> float | None:
        scene, position = self._scene, self._position
        assert isinstance(scene, StampScene)
        done = scene.reel.cells_of_map(position)
        if not scene.stamps_on(done)[row, column]:
            return None
        return float(scene.map_so_far(position.filter, scene.rows(position.filter), done)[row, column])

    def _so_far(self, frame: Frame) -> str:
        left = self.to_come(frame.account.cell)
        if not frame.written:
            return "not stamped yet"
        if not left:
            return f"{frame.account.engine!r}"
        return f"{sum(frame.account.numbers)!r} so far, final after {amount(left, 'more stamp')}"

    def spoken(self) -> str:
        scene, frame = self._scene, self.frame
        if frame is None or not isinstance(scene, StampScene):
            return ""
        row, column, number = frame.account.cell
        left = self.to_come(frame.account.cell)
        where = f"map {number + 1}, row {row + 1}, column {column + 1}"
        if not frame.written:
            return f"{where}, not stamped yet"
        value = frame.account.engine if not left else sum(frame.account.numbers)
        where += f", {number_text(value)}" + (f", final after {amount(left, 'more stamp')}" if left else "")
        return f"{where}: {self.summands(frame)}"
