"""The colours of a film: an ink for each row, sheets in their own colours, weights and maps about zero."""

from __future__ import annotations

from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QBrush, QColor, QImage

from cnnstudio.nn.arrays import Floats
from cnnstudio.nn.explaining.parts import Doubles
from cnnstudio.ui.explain.film.rows import Row
from cnnstudio.ui.explain.film.scene import Scene
from cnnstudio.ui.explain.pictures.inks import Ink
from cnnstudio.ui.look import pictures, theme


def row_ink(scene: Scene, number: int, row: Row) -> QColor:
    """The colour that stands for a row wherever it appears: title, curve, pill."""
    look = theme.current()
    if not row.single:
        return look.secondary
    if scene.coloured:
        return (look.error, look.good, look.accent)[row.channels[0]]
    return (look.warning, look.accent, look.good, look.error)[number]


#: pixels from dot to dot, and of the tile that is laid side by side: wide ones are laid much faster
_DOT, _TILE = 6, 240


def unwritten() -> QBrush:
    """What has not been computed yet: dots on grey."""
    look = theme.current()
    ground, dot = (theme.mixed(colour, look.background, 0.55).rgb() for colour in (look.line, look.secondary))
    return QBrush(_dotted(ground, dot))


@lru_cache(4)
def _dotted(ground: int, dot: int) -> QImage:
    pixels = np.full((_TILE, _TILE), ground, np.uint32)
    pixels[_DOT // 2 :: _DOT, _DOT // 2 :: _DOT] = dot
    return QImage(pixels.tobytes(), _TILE, _TILE, 4 * _TILE, QImage.Format.Format_RGB32).copy()


def bar_of(ink: Ink) -> QImage:
    """A scale from its least to its largest value, one pixel high."""
    return ink.picture(np.linspace(ink.scale.low, ink.scale.high, 256)[None])


def sheet_table(channel: int) -> NDArray[np.uint8]:
    """The colours of a sheet of a picture: from dark to light red (0), green (1) or blue (2)."""
    ramp = np.linspace(0.0, 1.0, 256)[:, None]
    dark, light = np.array([14.0, 14.0, 16.0]), np.full(3, 70.0)
    light[channel] = 255.0
    found: NDArray[np.uint8] = np.rint(dark + (light - dark) * ramp).astype(np.uint8)
    return found


class Colours:
    """The inks of one scene; of a film's own filter what depends on it."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        #: pictures of channels, of maps and of kernels: every filter shows the same ones
        self.sheet = lru_cache(64)(self._sheet)
        self.tile = lru_cache(64)(self._tile)
        self.first_kernel = lru_cache(64)(self._first_kernel)

    @cached_property
    def read(self) -> Ink:
        """What the layer reads, all channels on one scale."""
        return Ink.of(self.scene.read, image=self.scene.image)

    @cached_property
    def weights(self) -> Ink:
        """The weights of all filters on one scale."""
        return Ink.signed(self.scene.weights)

    @cached_property
    def tiles(self) -> Ink:
        """All maps of the layer on one scale."""
        return Ink.signed(self.scene.made)

    def table(self, channel: int) -> NDArray[np.uint8]:
        """The colours of a channel of the input."""
        if not self.scene.coloured:
            return self.read.table
        return sheet_table(channel)

    def _sheet(self, channel: int) -> QImage:
        """A channel of the input, a pixel a cell."""
        return self.block(self.scene.read[:, :, channel], channel)

    def _tile(self, number: int) -> QImage:
        """A map of the layer, a pixel a cell."""
        return self.tiles.picture(self.scene.made[:, :, number])

    def _first_kernel(self, number: int) -> QImage:
        """What a filter has for the first channel that it reads."""
        return self.weights.picture(self.scene.kernel(number, self.scene.channels(number)[0], (0, 0, number)))

    def block(self, values: NDArray[np.floating], channel: int) -> QImage:
        """Some numbers of a channel in its colours."""
        return pictures.indexed(self._levels(values), self.table(channel))

    def colours(self, values: NDArray[np.floating], channel: int) -> list[list[QColor]]:
        """The colours of some numbers (rows, columns) of a channel."""
        return [[QColor(*parts) for parts in line] for line in self.table(channel)[self._levels(values)].tolist()]

    def colour(self, value: float, channel: int) -> QColor:
        """One number of a channel."""
        return self.colours(np.array([[value]]), channel)[0][0]

    def _levels(self, values: NDArray[np.floating]) -> NDArray[np.uint8]:
        with np.errstate(all="ignore"):
            return pictures.levels(np.asarray(values, np.float32), self.read.scale)

    def picture(self) -> QImage:
        """What comes in, as a picture in its own colours."""
        return pictures.image_picture(self.scene.probed.image)


class FilterColours:
    """The maps of one filter on one scale: its partial maps and their sum."""

    def __init__(self, scene: Scene, number: int, rows: tuple[Row, ...]) -> None:
        self.map: Floats = scene.made[:, :, number]
        self.partial: tuple[Doubles, ...] = tuple(scene.row_map(number, row) for row in rows)
        self.ink = Ink.signed(np.stack([self.map.astype(np.float64), *self.partial]))
        self.map_picture = self.ink.picture(self.map)
        self.pictures = tuple(self.ink.picture(values) for values in self.partial)
