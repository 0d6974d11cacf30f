"""Small tables of numbers, and what a layer makes of them; the results are the engine's."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnstudio.lessons.questions.subject import LayerSpec, OfValues
from cnnstudio.nn.telling.phrases import number_text
from cnnstudio.ui.look import theme

_CELL, _GAP, _WORDS = 34, 30, 20
Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Grid:
    """Numbers in rows under a title; ``sign`` stands before it; ``marks`` groups cells by colour."""

    title: str
    numbers: Numbers
    sign: str = ""
    marks: NDArray[np.int64] | None = None


class NumberGrids(QWidget):
    """Tables beside each other."""

    def __init__(self, grids: Sequence[Grid], said: str) -> None:
        super().__init__()
        self.grids = grids
        self.setAccessibleName(said)
        self.setToolTip(said)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        wide = sum(grid.numbers.shape[1] * _CELL + _GAP for grid in self.grids)
        return QSize(wide, _WORDS + max(grid.numbers.shape[0] for grid in self.grids) * _CELL + 2)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, look = QPainter(self), theme.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.tabular(theme.drawn_font()))
        high, left = self.height() - _WORDS, 1.0
        centred = Qt.AlignmentFlag.AlignCenter
        for grid in self.grids:
            rows, columns = grid.numbers.shape
            top = _WORDS + (high - rows * _CELL) / 2
            if grid.sign:
                painter.setPen(look.text)
                painter.drawText(QRectF(left - _GAP, top, _GAP, rows * _CELL), centred, grid.sign)
            painter.setPen(look.secondary)
            words = QRectF(left - _GAP, top - _WORDS, columns * _CELL + 2 * _GAP, _WORDS - 3)
            painter.drawText(words, centred, grid.title)
            for (row, column), value in np.ndenumerate(grid.numbers):
                box = QRectF(left + column * _CELL, top + row * _CELL, _CELL - 2, _CELL - 2)
                painter.setPen(QPen(look.line, 1))
                painter.setBrush(_ground(grid, int(row), int(column)))
                painter.drawRoundedRect(box, 3, 3)
                painter.setPen(look.text)
                painter.drawText(box, centred, number_text(float(value)))
            left += columns * _CELL + _GAP


def _ground(grid: Grid, row: int, column: int) -> QColor:
    look = theme.current()
    if grid.marks is None or grid.marks[row, column] < 0:
        return look.card
    names: tuple[Literal["convolution", "activation", "pooling", "dense"], ...]
    names = ("convolution", "activation", "pooling", "dense")
    return theme.mixed(look.category(names[int(grid.marks[row, column]) % 4]), look.card, 0.4)


_PICTURE = np.array([[2, 7, 1, 0], [5, 3, 4, 6], [0, 1, 9, 2], [8, 4, 3, 5]], float)
_QUARTERS = np.array([[0, 0, 1, 1], [0, 0, 1, 1], [2, 2, 3, 3], [2, 2, 3, 3]])


def _dot() -> QWidget:
    pixels = np.array([[0, 1, 5], [0, 2, 6], [1, 3, 7]], float)
    weights = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], float)
    spec = LayerSpec("conv2d", (("filters", 1), ("kernel", (3, 3))))
    found = OfValues(spec, _given(pixels), _given(weights), 2, (0, 0, 0)).answer({})
    said = "Nine pixels times nine weights, added up, and the bias 2: one number, large at this edge"
    return NumberGrids(
        (
            Grid("pixels", pixels),
            Grid("weights", weights, "×"),
            Grid("products", pixels * weights, "="),
            Grid("sum + bias 2", np.array([[found]]), "→", np.zeros((1, 1), np.int64)),
        ),
        said,
    )


def _pooled(kind: str, words: str) -> QWidget:
    spec = LayerSpec(kind, (("kernel", (2, 2)), ("stride", (2, 2))))
    places = [(row, column) for row in (0, 1) for column in (0, 1)]
    values = [OfValues(spec, _given(_PICTURE), 0, 0, (*place, 0)).answer({}) for place in places]
    result = np.array(values, float).reshape(2, 2)
    grids = (Grid("one map", _PICTURE, marks=_QUARTERS), Grid("pooled", result, "→", np.arange(4).reshape(2, 2)))
    return NumberGrids(grids, words)


def _flatten() -> QWidget:
    maps = [np.array([[1, 2], [3, 4]], float), np.array([[5, 6], [7, 8]], float)]
    flat = np.stack(maps, axis=2).reshape(1, -1)
    marks = np.tile([0, 1], 4).reshape(1, -1)
    grids = (
        Grid("map 1", maps[0], marks=np.zeros((2, 2), np.int64)),
        Grid("map 2", maps[1], marks=np.ones((2, 2), np.int64)),
        Grid("2×2×2 as a list of 8", flat, "→", marks),
    )
    return NumberGrids(grids, "Place by place, all maps: nothing is computed, the numbers are laid out in a list")


def _dropout() -> QWidget:
    kept = np.array([[1, 0, 1, 1], [0, 1, 0, 1], [1, 1, 0, 0], [0, 1, 1, 0]])
    grids = (
        Grid("numbers", _PICTURE),
        Grid("half left out, the others × 2", _PICTURE * kept * 2, "→", np.where(kept == 1, 0, -1)),
    )
    return NumberGrids(grids, "Which numbers are left out is drawn anew for every picture and every step")


def _given(numbers: Numbers) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(float(value) for value in row) for row in numbers)


GRIDS: Mapping[str, Callable[[], QWidget]] = {
    "dot": _dot,
    "max": lambda: _pooled("max_pool2d", "The largest of each 2×2 window stays"),
    "average": lambda: _pooled("average_pool2d", "Each 2×2 window becomes its average"),
    "flatten": _flatten,
    "dropout": _dropout,
}
