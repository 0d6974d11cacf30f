"""A small map made as large as the picture: between the middles of its cells values change evenly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cnnstudio.nn.arrays import Floats


@dataclass(frozen=True)
class Mixed:
    """One pixel of the large map: which cells of the small one (row, column) it is mixed from, and how much each
    counts; the shares add up to 1."""

    cells: tuple[tuple[int, int], ...]
    shares: tuple[float, ...]


def enlarged(small: Floats, size: tuple[int, int]) -> Floats:
    """A map (rows, columns) in another size (H, W)."""
    down, across = (_matrix(few, many) for few, many in zip(small.shape, size, strict=True))
    found: Floats = down @ small @ across.T
    return found


def mixed_from(pixel: tuple[int, int], small: tuple[int, int], size: tuple[int, int]) -> Mixed:
    """Of what one pixel of the large map is made."""
    down, across = (_matrix(few, many)[place] for few, many, place in zip(small, size, pixel, strict=True))
    found = [
        ((row, column), float(down[row] * across[column]))
        for row in np.flatnonzero(down).tolist()
        for column in np.flatnonzero(across).tolist()
    ]
    return Mixed(tuple(cell for cell, _ in found), tuple(share for _, share in found))


def _matrix(few: int, many: int) -> Floats:
    """(many, few): how much each of the few places counts for each of the many."""
    places = np.clip((np.arange(many) + 0.5) * few / many - 0.5, 0, few - 1)
    below = np.floor(places).astype(np.int64)
    above = np.minimum(below + 1, few - 1)
    share = places - below
    found = np.zeros((many, few))
    rows = np.arange(many)
    np.add.at(found, (rows, below), 1 - share)
    np.add.at(found, (rows, above), share)
    return found
