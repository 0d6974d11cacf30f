"""Filters drawn beside each other: over colours each in colour, others sheet by sheet, with a legend of the scale."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnstudio.nn.graph.graph import Graph
from cnnstudio.nn.looking.first_weights import first_weights
from cnnstudio.nn.parameters.parameters import Parameters
from cnnstudio.ui.look import pictures, theme
from cnnstudio.ui.look.numbers import number_text

#: what is beyond this percentile of all sizes is cut off where filters are drawn in colour
_CUT = 98.5
TALLEST, _LEGEND, _BAR = 184, 30, 150
#: the room of a number at an end of the legend, half of it beside the bar
_END = 88
#: the mark at 0, above and below the middle of the legend's bar
_UP, _DOWN = QPoint(0, -6), QPoint(0, 5)


class FilterSheets(QWidget):
    """Weights (filters, height, width, channels); one is at most ``cell`` pixels wide, all together are at most
    ``tallest`` pixels high."""

    def __init__(self, cell: int, tallest: int = TALLEST) -> None:
        super().__init__()
        self._cell, self._tallest = cell, tallest
        self.weights: NDArray[np.float32] | None = None
        self.colour, self.most = False, 1.0
        self.setAccessibleName("Filters")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_weights(self, weights: NDArray[np.float32], *, colour: bool, most: float | None = None) -> None:
        """``colour`` draws the three channels as red, green and blue, with 0 as grey. ``most`` is the value at the ends
        of the scale; left out, it is that of these weights."""
        same = self.weights is not None and self.weights.shape == weights.shape and self.colour == colour
        self.weights, self.colour = weights, colour
        self.most = scale_end(weights, colour=colour) if most is None else most
        said = f"grey is 0, up to {number_text(self.most)}" if colour else f"from −{number_text(self.most)} to it"
        self.setAccessibleDescription(f"{len(weights)} of them, {said}")
        if not same:
            self._fit()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(120, 40)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        ratio = self.devicePixelRatioF()
        tiles = self._tiles(ratio)
        weights = self.weights
        if weights is None or tiles is None:
            return
        image = _tiled(weights, tiles, self.most, colour=self.colour)
        image.setDevicePixelRatio(ratio)
        painter = QPainter(self)
        painter.drawImage(0, 0, image)
        if not theme.current().dark:
            self._paint_outlines(painter, tiles, ratio)
        self._paint_legend(painter, tiles.pixel_height / ratio + 6)

    @staticmethod
    def _paint_outlines(painter: QPainter, tiles: pictures.Tiling, ratio: float) -> None:
        """On a light ground a weight of 0 has nearly the colour of what is around the filter."""
        painter.setPen(QPen(theme.current().line, 1))
        wide, high = (tiles.tile_width - 1) / ratio, (tiles.tile_height - 1) / ratio
        for left, top in map(tiles.corner, range(tiles.count)):
            painter.drawRect(QRectF(left / ratio, top / ratio, wide, high))

    def _paint_legend(self, painter: QPainter, top: float) -> None:
        look = theme.current()
        painter.setFont(theme.tabular(theme.drawn_font()))
        half = _END // 2
        bar = QRectF(half, top + 1, min(_BAR, self.width() - _END), 8)
        if self.colour:
            share = np.linspace(0, 255, 64).round().astype(np.uint8)
            row = np.ascontiguousarray(np.repeat(share[None, :, None], 3, axis=2))
            image = QImage(row.data, 64, 1, 3 * 64, QImage.Format.Format_RGB888).copy()
        else:
            levels = np.linspace(1, 255, 64).round().astype(np.uint8)[None]
            image = pictures.indexed(levels, look.diverging)
        painter.drawImage(bar, image)
        painter.setPen(QPen(look.line, 1))
        painter.drawRect(bar)
        painter.setPen(QPen(look.text, 1))
        painter.drawLine(bar.center().toPoint() + _UP, bar.center().toPoint() + _DOWN)
        painter.setPen(look.secondary)
        end, middle = number_text(self.most, 3), Qt.AlignmentFlag.AlignHCenter
        for place, words in ((bar.left(), f"−{end}"), (bar.center().x(), "0"), (bar.right(), end)):
            painter.drawText(QRectF(place - half, bar.bottom() + 2, _END, 14), middle, words)

    def _tiles(self, ratio: float) -> pictures.Tiling | None:
        if self.weights is None:
            return None
        filters, height, width, channels = self.weights.shape
        count = filters if self.colour else filters * channels
        columns = None if self.colour or channels == 1 else channels
        box = (round(max(1, self.width()) * ratio), round(self._tallest * ratio))
        largest = round(self._cell * ratio)
        # between filters there is as much room as a cell has, so that none runs into another
        gap = max(2, min(largest, round(6 * ratio)))
        return pictures.tiling(count, height, width, box, gap=gap, columns=columns, largest=largest)

    def _fit(self) -> None:
        tiles = self._tiles(1.0)
        if tiles is not None and self.height() != tiles.pixel_height + _LEGEND:
            self.setFixedHeight(tiles.pixel_height + _LEGEND)


def _tiled(weights: NDArray[np.float32], tiles: pictures.Tiling, most: float, *, colour: bool) -> QImage:
    """The filters in their places."""
    if not colour:
        scale = pictures.Scale(-most, most, True)
        return pictures.render(pictures.filter_maps(weights), tiles, scale, scale.table(theme.current()))
    return pictures.colour_tiles(coloured(weights, most), tiles)


def filters_drawn(graph: Graph, parameters: Parameters, seed: int, size: QSize, ratio: float) -> QPixmap:
    """The filters of the first convolution in the middle of a picture of this size, nothing where there is none: what
    training changed in them where they began as ``seed`` draws them, for there the patterns stand out."""
    found = QPixmap(size * ratio)
    found.setDevicePixelRatio(ratio)
    found.fill(Qt.GlobalColor.transparent)
    first = next((node for node in graph.order if graph[node].layer.kind == "conv2d"), None)
    if first is None:
        return found
    weights, began = parameters.arrays(first)["weights"], first_weights(graph, parameters, seed, first)
    weights = weights if began is None else weights - began
    colour = lies_on_colours(graph, first)
    box = (round(0.86 * size.width() * ratio), round(0.86 * size.height() * ratio))
    count = len(weights) * (1 if colour else weights.shape[3])
    tiles = pictures.tiling(count, *weights.shape[1:3], box, gap=round(8 * ratio), largest=round(16 * ratio))
    image = _tiled(weights, tiles, scale_end(weights, colour=colour), colour=colour)
    image.setDevicePixelRatio(ratio)
    painter = QPainter(found)
    painter.drawImage(
        round((size.width() - image.width() / ratio) / 2), round((size.height() - image.height() / ratio) / 2), image
    )
    painter.end()
    return found


def change_words(first: NDArray[np.float32] | None, weights: NDArray[np.float32]) -> str:
    """How far training has moved ``weights`` from their ``first`` values, None where those are not known."""
    if first is None:
        return "Where these weights began is not known: they came with the file, or from another run."
    changed = float(np.abs(weights - first).mean() / max(1e-12, float(np.abs(first).mean())))
    if not changed:
        return "Nothing has been changed yet. Train, and patterns appear here."
    return f"On average training has moved each weight by {100 * changed:.0f}\u202f% of its first size."


def lies_on_colours(graph: Graph, node: str) -> bool:
    """Whether the filters of a layer lie on a picture of red, green and blue."""
    sources = graph[node].inputs
    if not sources or graph[sources[0]].layer.category != "input":
        return False
    shape = graph.inferred[sources[0]].output
    return shape is not None and len(shape) == 3 and shape[2] == 3


def scale_end(weights: NDArray[np.float32], *, colour: bool) -> float:
    """The value at the ends of the scale: the largest, or for colours one that few are beyond."""
    sizes = np.abs(weights[np.isfinite(weights)])
    if not sizes.size:
        return 1.0
    most = float(np.percentile(sizes, _CUT)) if colour else float(sizes.max())
    return most if most > 0 and math.isfinite(most) else 1.0


def coloured(weights: NDArray[np.float32], most: float) -> NDArray[np.uint8]:
    """Weights (filters, h, w, 3) as pixels (filters, h, w, 3), uint8: grey is 0, brighter above and darker below."""
    share = np.nan_to_num(weights / most, nan=0.0)
    pixels: NDArray[np.uint8] = np.clip(127.5 + 127.5 * share, 0, 255).round().astype(np.uint8)
    return pixels
