"""Several pictures of the same cells beside each other, each with its name and its scale: a cell that is pointed at is
marked in all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from cnnstudio.nn.arrays import Floats, thousands
from cnnstudio.ui.look import pictures
from cnnstudio.ui.look.numbers import number_text
from cnnstudio.ui.panels.maps.map_blocks import Block
from cnnstudio.ui.panels.maps.mosaic_view import Cell, MosaicView
from cnnstudio.ui.widgets.elided_label import ElidedLabel

BY_MAP, BY_LAYER, BY_NETWORK = "map", "layer", "network"
SCALES = {BY_MAP: "By map", BY_LAYER: "By layer", BY_NETWORK: "By network"}
SCALE_TIPS = {
    BY_MAP: "Each map or filter has the whole scale of colours to itself: what is weak is seen as well",
    BY_LAYER: "The same colours mean the same numbers in all of a layer: what is strong and what is weak is seen",
    BY_NETWORK: "The same colours mean the same numbers in all layers, where the numbers of all are known",
}


@dataclass(frozen=True, eq=False)
class Picture:
    """``values`` (H, W, maps) that are called so, and whether they have two signs; seen from them where not given.
    ``network`` is the largest size that such a number has anywhere in the network, 0 where nobody knows."""

    name: str
    values: Floats
    signed: bool | None = None
    network: float = 0.0


class PictureRow(QWidget):
    """Pictures of the same shape; ``place`` puts a cell of them into words."""

    #: in words what is under the pointer, the longest way first; none when it has left
    told = Signal(object)

    def __init__(self, place: Callable[[Cell], str]) -> None:
        super().__init__()
        self._place = place
        self.pictures: Sequence[Picture] = ()
        self.by = BY_LAYER
        self._cell: Cell | None = None
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(14)
        self.columns: list[tuple[QWidget, ElidedLabel, MosaicView]] = []

    def show_pictures(self, pictures_: Sequence[Picture]) -> None:
        """Show these instead. The pointer stays where it is."""
        self.pictures = pictures_
        while len(self.columns) < len(pictures_):
            self._add_column()
        for number, (column, _, _) in enumerate(self.columns):
            column.setVisible(number < len(pictures_))
        self._draw()

    def scale(self, how: str) -> None:
        """One scale for each map, for all of a picture, or for the whole network."""
        self.by = how
        self._draw()

    def _add_column(self) -> None:
        column, caption, mosaic = QWidget(), ElidedLabel(), MosaicView()
        mosaic.setMinimumSize(40, 40)
        mosaic.pointed.connect(self._point)
        line = QVBoxLayout(column)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(3)
        line.addWidget(mosaic, 1)
        line.addWidget(caption)
        self._row.addWidget(column, 1)
        self.columns.append((column, caption, mosaic))

    def _draw(self) -> None:
        for picture, (_, caption, mosaic) in zip(self.pictures, self.columns, strict=False):
            scale = pictures.scale_of(picture.values, picture.signed)
            values = picture.values
            if self.by == BY_NETWORK and picture.network > 0:
                scale = pictures.Scale(-picture.network if scale.signed else 0.0, picture.network, scale.signed)
            ends = f"±{number_text(scale.high, 3)}" if scale.signed else f"0 to {number_text(scale.high, 3)}"
            if self.by == BY_MAP:
                values, scale = each_own(values, scale.signed)
                ends = f"up to {ends}"
            mosaic.show_blocks((Block(picture.name, values, scale, values.shape[:2] == (1, 1)),))
            mosaic.setAccessibleName(f"{picture.name}, {ends}")
            brief = picture.name.replace("gradient", "grad.")
            caption.set_text(f"{picture.name} {ends}", f"{brief} {ends}", ends)
        if self._cell is not None:
            self._tell()

    def _point(self, cell: Cell | None) -> None:
        self._cell = cell
        for _, _, mosaic in self.columns[: len(self.pictures)]:
            mosaic.mark(cell)
        self._tell()

    def _tell(self) -> None:
        cell = self._cell
        if cell is None or any(_outside(cell, picture.values) for picture in self.pictures):
            self.told.emit(())
            return
        here = [(picture.name, picture.values[cell.row, cell.column, cell.index]) for picture in self.pictures]
        values = " · ".join(f"{name} {number_text(float(value))}" for name, value in here)
        brief = " · ".join(number_text(float(value), 3) for _, value in here)
        self.told.emit((f"{self._place(cell)}: {values}", values, brief))


def _outside(cell: Cell, values: Floats) -> bool:
    rows, columns, maps = values.shape
    return bool(cell.row >= rows or cell.column >= columns or cell.index >= maps)


def each_own(values: Floats, signed: bool) -> tuple[Floats, pictures.Scale]:
    """Maps (…, maps) by the largest size in each of them."""
    sizes = np.nan_to_num(np.abs(values).max(axis=tuple(range(values.ndim - 1))), nan=1.0)
    shown = np.divide(values, sizes, out=np.zeros_like(values), where=sizes > 0)
    return shown, pictures.Scale(-1.0 if signed else 0.0, 1.0, signed)


def numbered(what: str, cell: Cell, *, vector: bool) -> str:
    """A cell by its numbers, from 1: “map 3, row 4, column 5”, or “number 12”."""
    if vector:
        return f"number {thousands(cell.index + 1)}"
    return f"{what} {thousands(cell.index + 1)}, row {cell.row + 1}, column {cell.column + 1}"
