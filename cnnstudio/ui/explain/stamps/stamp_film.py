"""The film of a transposed convolution: it goes through the cells that come in, and each of them stamps the map."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from cnnstudio.nn.arrays import shape_text
from cnnstudio.nn.explaining.dependence import Cell
from cnnstudio.ui.explain.film.controls import CELL, CHANNEL, FILTER, ROW
from cnnstudio.ui.explain.film.film import Film
from cnnstudio.ui.explain.film.reel import Position
from cnnstudio.ui.explain.place import Place
from cnnstudio.ui.explain.stamps.scene import StampScene
from cnnstudio.ui.explain.stamps.stamp_stage import StampStage


class StampFilm(Film):
    """Nothing is computed while it is hidden. The cell that is looked at lies under the stamp: it stays as long as it
    does."""

    scenes = StampScene
    stages = StampStage
    units: Mapping[str, str] = MappingProxyType({CELL: "stamp", ROW: "row", CHANNEL: "channel", FILTER: "filter"})

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.stage.setAccessibleName("Film of the transposed convolution")
        assert isinstance(self.stage, StampStage)
        self.stage.stamp_asked.connect(self._stamp_asked)

    def cell_of(self, position: Position) -> Cell:
        scene = self.scene
        assert isinstance(scene, StampScene)
        rows, columns = scene.covered(position.place)
        row, column = self.place.cell[:2]
        if rows and columns and (row not in rows or column not in columns):
            row, column = rows[0], columns[0]
        return (row, column, position.filter)

    def position_of(self, cell: Cell) -> Position:
        assert isinstance(self.scene, StampScene)
        return Position(cell[2], self.scene.last_stamp((cell[0], cell[1])), self.scene.reel.steps)

    def draw(self) -> None:
        assert isinstance(self.stage, StampStage)
        self.stage.look_at(self.cell_of(self.position))
        super().draw()

    def heading(self) -> str:
        assert self.scene is not None
        row, column, number = self.scene.reel.cell(self.position)
        return f"Row {row + 1}, column {column + 1} stamps filter {number + 1} of {self.scene.reel.filters}"

    def sentence(self) -> str:
        assert isinstance(self.scene, StampScene)
        read = "One number" if len(self.scene.channels(0)) == 1 else "Each of its numbers"
        stamp = f"{read}, multiplied with {shape_text(self.scene.weights.shape[1:3])} weights: a stamp."
        if not self.scene.overlaps:
            return f"{stamp} No stamp overlaps another."
        return f"{stamp} Where stamps overlap they are added up; pale is not final yet."

    def cell_asked(self, row: int, column: int) -> None:
        """Look at a cell: under this stamp, or when the last one has been laid on it."""
        self.stop()
        self.place.move_to((row, column, self.position.filter))

    def _stamp_asked(self, row: int, column: int) -> None:
        if self.reel is not None:
            self.stop()
            self.go(self.reel.at(self.position.filter, row, column))
