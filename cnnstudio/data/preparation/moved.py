"""Pictures moved by a few pixels, to see whether what was learned in one place is known in another."""

from __future__ import annotations

import numpy as np

from cnnstudio.data.dataset import Examples, Pixels

#: right, down, left, up: rows and columns by which one picture after the other is moved
_WAYS = ((0, 1), (1, 0), (0, -1), (-1, 0))


def moved(examples: Examples, pixels: int) -> Examples:
    """All examples, copied, each moved by so many ``pixels``: the first to the right, the next down, left, up, and so
    on. What comes in at an edge is as the edge was."""
    images = examples.read(slice(0, len(examples)))
    found: Pixels = np.empty_like(images)
    for number, (down, right) in enumerate(_WAYS):
        found[number::4] = _shifted(images[number::4], down * pixels, right * pixels)
    return Examples(found, examples.labels)


def _shifted(images: Pixels, down: int, right: int) -> Pixels:
    around = max(abs(down), abs(right))
    rows, columns = images.shape[1:3]
    wide = np.pad(images, ((0, 0), (around, around), (around, around), (0, 0)), mode="edge")
    top, left = around - down, around - right
    cut: Pixels = wide[:, top : top + rows, left : left + columns]
    return cut
