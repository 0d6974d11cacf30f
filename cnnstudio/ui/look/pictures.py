"""Pictures of numbers: feature maps, weights and vectors as mosaics in false colours; images in their own.

All maps of one set share one scale, so that they can be compared. Non-negative maps run from 0 to their
largest value; signed ones are symmetric about zero. Level 0 of the 256 is no colour at all: it is the gap
between the tiles, and shows what lies behind the picture.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage, QImageWriter

Levels = NDArray[np.uint8]
Maps = NDArray[Any]


class Colours(Protocol):
    """The two colour tables (uint8, 256×3), which the theme holds."""

    @property
    def viridis(self) -> Levels: ...
    @property
    def diverging(self) -> Levels: ...


@dataclass(frozen=True)
class Scale:
    """The values at the two ends of the colour table; where ``signed``, ``low`` is ``-high``."""

    low: float
    high: float
    signed: bool

    def table(self, colours: Colours) -> Levels:
        """The colour table for this scale."""
        return colours.diverging if self.signed else colours.viridis


def scale_of(maps: Maps, signed: bool | None = None) -> Scale:
    """One common scale for a set of maps; whether they are signed is seen from the values where not given."""
    low = float(maps.min()) if maps.size else 0.0
    high = float(maps.max()) if maps.size else 0.0
    if not math.isfinite(low + high):
        finite = maps[np.isfinite(maps)]
        low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    if signed is None:
        signed = low < 0
    if signed:
        most = max(-low, high) or 1.0
        return Scale(-most, most, True)
    return Scale(0.0, high if high > 0 else 1.0, False)


#: 254 levels over less are more than single precision can hold
_LEAST_SPAN = 1e-30


def levels(maps: Maps, scale: Scale) -> Levels:
    """Values as levels 1…255 (uint8, same shape); what is no number gets level 0 and stays empty."""
    span = scale.high - scale.low
    raised = np.subtract(maps, scale.low, dtype=np.float32 if span > _LEAST_SPAN else np.float64)
    raised *= 254.0 / span
    raised += 1.5  # half a level more, so that the cast rounds
    if np.isfinite(raised.sum()):
        return np.clip(raised, 1.0, 255.0, out=raised).astype(np.uint8)
    empty = ~np.isfinite(raised)
    raised[empty] = 0.0
    found = np.clip(raised, 1.0, 255.0, out=raised).astype(np.uint8)
    found[empty] = 0
    return found


@dataclass(frozen=True)
class Tiling:
    """Where the tiles of a mosaic lie: ``count`` maps of ``height`` × ``width`` cells, in ``rows`` ×
    ``columns`` tiles of ``tile_height`` × ``tile_width`` pixels with ``gap`` pixels between them."""

    count: int
    height: int
    width: int
    rows: int
    columns: int
    tile_height: int
    tile_width: int
    gap: int

    @property
    def pixel_width(self) -> int:
        return self.columns * (self.tile_width + self.gap) - self.gap

    @property
    def pixel_height(self) -> int:
        return self.rows * (self.tile_height + self.gap) - self.gap

    def corner(self, index: int) -> tuple[int, int]:
        """Left and top of a tile in pixels; tiles count from 0 here."""
        row, column = divmod(index, self.columns)
        return column * (self.tile_width + self.gap), row * (self.tile_height + self.gap)

    def at(self, x: float, y: float) -> tuple[int, int, int] | None:
        """Map, row and column (from 0) under a pixel, or None on a gap and outside."""
        column, inside_x = divmod(math.floor(x), self.tile_width + self.gap)
        row, inside_y = divmod(math.floor(y), self.tile_height + self.gap)
        index = row * self.columns + column
        if not (0 <= column < self.columns and row >= 0 and index < self.count):
            return None
        if inside_x >= self.tile_width or inside_y >= self.tile_height:
            return None
        return index, inside_y * self.height // self.tile_height, inside_x * self.width // self.tile_width


@lru_cache(maxsize=256)
def tiling(
    count: int,
    height: int,
    width: int,
    box: tuple[int, int],
    *,
    gap: int = 2,
    columns: int | None = None,
    largest: int = 0,
) -> Tiling:
    """The rows and columns that show ``count`` maps of ``height`` × ``width`` largest in a ``box`` (width,
    height in pixels). ``largest`` limits the pixels of one cell's side; 0 is no limit."""
    count = max(1, count)
    box_width, box_height = max(1, box[0]), max(1, box[1])
    best: tuple[float, int] | None = None
    for candidate in (columns,) if columns else range(1, count + 1):
        rows = -(-count // candidate)
        side = min(
            (box_width - (candidate - 1) * gap) / (candidate * width),
            (box_height - (rows - 1) * gap) / (rows * height),
        )
        # A hair's breadth of size is worth a full last row.
        worth = side * (1.0 - 0.15 * (rows * candidate - count) / (rows * candidate))
        if best is None or worth > best[0]:
            best = (worth, candidate)
    assert best is not None
    found = best[1]
    rows = -(-count // found)
    side = min((box_width - (found - 1) * gap) / (found * width), (box_height - (rows - 1) * gap) / (rows * height))
    if gap > 0 and side * min(height, width) < 2 * gap:
        return tiling(count, height, width, box, gap=gap - 1, columns=columns, largest=largest)
    if largest:
        side = min(side, largest)
    tile = max(1, int(side * height)), max(1, int(side * width))
    return Tiling(count, height, width, rows, found, tile[0], tile[1], gap)


def volume(values: Maps) -> Maps:
    """A node's value as (H, W, C): vectors become one cell a unit."""
    return values if values.ndim == 3 else values.reshape(1, 1, -1)


def filter_maps(weights: Maps) -> Maps:
    """Weights (filters, h, w, channels) as maps (h, w, filters · channels), filter by filter."""
    filters, height, width, channels = weights.shape
    return weights.transpose(1, 2, 0, 3).reshape(height, width, filters * channels)


def render(maps: Maps, tiles: Tiling, scale: Scale, table: Levels) -> QImage:
    """The mosaic of maps (H, W, C) as an image of exactly the tiling's pixels, transparent in the gaps."""
    shown = _resampled(maps[:, :, : tiles.count], tiles, scale)
    held = tiles.rows * tiles.columns
    pitch = tiles.tile_height + tiles.gap, tiles.tile_width + tiles.gap
    placed = np.zeros((tiles.rows, pitch[0], tiles.columns, pitch[1]), np.uint8)
    if shown.shape[2] < held:
        padded = np.zeros((*shown.shape[:2], held), np.uint8)
        padded[:, :, : shown.shape[2]] = shown
        shown = padded
    tiled = shown.reshape(tiles.tile_height, tiles.tile_width, tiles.rows, tiles.columns).transpose(2, 0, 3, 1)
    placed[:, : tiles.tile_height, :, : tiles.tile_width] = tiled
    flat = placed.reshape(tiles.rows * pitch[0], -1)
    return indexed(flat[: tiles.pixel_height, : tiles.pixel_width], table)


def mosaic(
    values: Maps,
    box: tuple[int, int],
    colours: Colours,
    *,
    signed: bool | None = None,
    gap: int = 2,
    most: int = 0,
    largest: int = 0,
) -> QImage:
    """A node's value, (H, W, C) or (units,), as one picture that fits a ``box`` (width, height in pixels).

    ``most`` limits how many maps are shown (0: all); the scale is common to all of them nevertheless.
    """
    maps = volume(values)
    scale = scale_of(maps, signed)
    count = min(maps.shape[2], most) if most else maps.shape[2]
    tiles = tiling(count, maps.shape[0], maps.shape[1], box, gap=gap, largest=largest)
    return render(maps, tiles, scale, scale.table(colours))


def colour_tiles(images: NDArray[np.uint8], tiles: Tiling) -> QImage:
    """Small images (N, H, W, 3), uint8, as tiles in their own colours, transparent in the gaps."""
    pixels = np.zeros((tiles.pixel_height, tiles.pixel_width, 4), np.uint8)
    rows = np.arange(tiles.tile_height) * tiles.height // tiles.tile_height
    columns = np.arange(tiles.tile_width) * tiles.width // tiles.tile_width
    for number, image in enumerate(images[: tiles.count]):
        left, top = tiles.corner(number)
        tile = pixels[top : top + tiles.tile_height, left : left + tiles.tile_width]
        tile[:, :, :3], tile[:, :, 3] = image[rows][:, columns], 255
    image_format = QImage.Format.Format_RGBA8888
    return QImage(pixels.data, tiles.pixel_width, tiles.pixel_height, 4 * tiles.pixel_width, image_format).copy()


def indexed(cells: Levels, table: Levels) -> QImage:
    """Levels (H, W) in the colours of a table (256×3), level 0 transparent."""
    height, width = cells.shape
    pixels = _packed(table).take(cells)
    image = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied)
    return image.copy()  # the pixels belong to NumPy and are gone after this line


def image_picture(pixels: NDArray[np.uint8]) -> QImage:
    """An image (H, W, C), uint8, in its own colours: one channel is grey, the first three of more are RGB."""
    height, width, channels = pixels.shape
    if channels >= 3:
        data = np.ascontiguousarray(pixels[:, :, :3])
        return QImage(data.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
    data = np.ascontiguousarray(pixels[:, :, 0])
    return QImage(data.data, width, height, width, QImage.Format.Format_Grayscale8).copy()


@dataclass(frozen=True)
class Bar:
    """One class: its name, its probability 0…1, and whether it is the likeliest."""

    name: str
    value: float
    likeliest: bool


def bars(values: Maps, names: Sequence[str] = ()) -> tuple[Bar, ...]:
    """The bars of a vector of probabilities; classes without a name are numbered from 1."""
    top = int(np.nanargmax(values)) if values.size and np.isfinite(values).any() else -1
    return tuple(
        Bar(names[i] if i < len(names) else str(i + 1), float(value), i == top) for i, value in enumerate(values)
    )


def png_of(image: QImage) -> bytes:
    """A picture as a PNG; empty where Qt cannot make one."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    written = QImageWriter(buffer, QByteArray(b"PNG")).write(image)
    return bytes(buffer.data().data()) if written else b""


def _resampled(maps: Maps, tiles: Tiling, scale: Scale) -> Levels:
    """Levels (tile height, tile width, C): nearest neighbour upwards, means of whole cells downwards."""
    if tiles.tile_height >= tiles.height and tiles.tile_width >= tiles.width:
        found = levels(maps, scale)
        rows = np.arange(tiles.tile_height) * tiles.height // tiles.tile_height
        columns = np.arange(tiles.tile_width) * tiles.width // tiles.tile_width
        return found[rows[:, None], columns]
    for axis, (have, want) in enumerate(((tiles.height, tiles.tile_height), (tiles.width, tiles.tile_width))):
        if want >= have:
            maps = maps.take(np.arange(want) * have // want, axis)
            continue
        starts = np.arange(want) * have // want
        counts = np.diff(starts, append=have).astype(np.float32)
        maps = np.add.reduceat(maps, starts, axis) / counts.reshape((-1, 1, 1) if axis == 0 else (1, -1, 1))
    return levels(maps, scale)


_tables: dict[bytes, NDArray[np.uint32]] = {}


def _packed(table: Levels) -> NDArray[np.uint32]:
    """A table as 0xAARRGGBB words, with nothing at level 0."""
    key = table.tobytes()
    found = _tables.get(key)
    if found is None:
        red, green, blue = table.astype(np.uint32).T
        found = np.uint32(0xFF000000) | red << np.uint32(16) | green << np.uint32(8) | blue
        found[0] = 0
        _tables[key] = found
    return found
