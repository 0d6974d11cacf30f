"""The filters a layer has learned, as small pictures: blue below, white at, red above zero."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnstudio.nn.arrays import thousands
from cnnstudio.nn.telling.phrases import amount
from cnnstudio.ui.look import pictures, theme
from cnnstudio.ui.look.labels import label
from cnnstudio.ui.widgets.reasons.reason_card import Card

#: more tiles than this are too small to tell apart in the panel
_MOST_TILES = 128
_TALLEST = 184
_LARGEST_CELL = 8


class FiltersCard(Card):
    """Shows weights (filters, height, width, channels); a weight is at most ``cell`` pixels wide."""

    def __init__(self, cell: int = _LARGEST_CELL) -> None:
        super().__init__()
        self.picture = _Picture(cell)
        self._caption = label("", "secondary", wrap=True)
        self.column.addWidget(self.picture)
        self.column.addWidget(self._caption)

    def show_weights(self, weights: NDArray[np.float32], step: int) -> None:
        """``step`` 0 means that nobody has trained them yet."""
        self.heading.setText(f"Learned filters · step {thousands(step)}" if step else "Filters · not trained yet")
        count, height, width, channels = weights.shape
        shown = count if channels == 1 else max(1, min(count, _MOST_TILES // channels))
        columns = None if channels == 1 else min(channels, _MOST_TILES)
        self.picture.show_maps(pictures.filter_maps(weights[:shown, :, :, :columns]), columns)
        size = f"{height}×{width}"
        text = f"{amount(shown, 'filter')} of {size}"
        if shown < count:
            text = f"{shown} of {amount(count, 'filter')}, {size} each"
        if columns:
            text += f"; one row a filter, one column for each of the {amount(channels, 'map')} it reads"
            if columns < channels:
                text += f" (the first {columns})"
        largest = float(np.abs(weights).max()) if weights.size else 0.0
        self._caption.setText(f"{text}. Blue −{largest:.3g}, white 0, red {largest:.3g}.")


class _Picture(QWidget):
    def __init__(self, cell: int) -> None:
        super().__init__()
        self._cell = cell
        self._maps: NDArray[np.float32] | None = None
        self._columns: int | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_maps(self, maps: NDArray[np.float32], columns: int | None) -> None:
        """Maps (H, W, C), signed, on one scale."""
        same_shape = self._maps is not None and self._maps.shape == maps.shape
        self._maps, self._columns = maps, columns
        if not same_shape:
            self._fit()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(120, 40)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        tiles = self._tiles(self.devicePixelRatioF())
        if self._maps is None or tiles is None:
            return
        scale = pictures.scale_of(self._maps, signed=True)
        image = pictures.render(self._maps, tiles, scale, scale.table(theme.current()))
        image.setDevicePixelRatio(self.devicePixelRatioF())
        painter = QPainter(self)
        painter.drawImage(0, 0, image)

    def _tiles(self, ratio: float) -> pictures.Tiling | None:
        if self._maps is None:
            return None
        height, width, count = self._maps.shape
        box = (round(max(1, self.width()) * ratio), round(_TALLEST * ratio))
        largest = round(self._cell * ratio)
        return pictures.tiling(count, height, width, box, gap=2, columns=self._columns, largest=largest)

    def _fit(self) -> None:
        tiles = self._tiles(1.0)
        if tiles is not None and self.height() != tiles.pixel_height + 1:
            self.setFixedHeight(tiles.pixel_height + 1)
