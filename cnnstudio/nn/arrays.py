"""Array types, and the engine's inner layout.

Public arrays are (N, H, W, C), vectors (N, units). Inside the engine the batch is innermost, so that every
window shift and element-wise pass runs over long contiguous runs, and a convolution's window over several
rows is one strided matrix without a copy: volumes are (H, C, W, N), vectors (units, N).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

Array = NDArray[Any]
Floats = NDArray[np.floating[Any]]
Doubles = NDArray[np.float64]
Shape = tuple[int, ...]


#: sets thousands apart, and a figure from its unit: narrow, and no line ends at it
THIN = "\u202f"


def shape_text(shape: Shape) -> str:
    """A shape as the field writes it: 28×28×6, or 120 for a vector; its numbers are set apart as all others are."""
    return "×".join(map(thousands, shape))


def thousands(number: int) -> str:
    """61706 → 61 706, −5000 → −5 000: set apart as everything here writes it."""
    return f"{number:,}".replace(",", THIN).replace("-", "−")


def ways_to_count(number: int) -> tuple[str, ...]:
    """A count, the longest way first: 18 560; 18.6 k; and nothing, for where neither has room."""
    for power, sign in ((6, "M"), (3, "k")):
        share = number / 10**power
        if share >= 0.9995:
            rounded = f"{share:.0f}" if share >= 99.95 else f"{share:.3g}"
            return thousands(number), f"{rounded}{THIN}{sign}", ""
    return thousands(number), ""


def inner_shape(shape: Shape, batch: int) -> Shape:
    """The engine's own order for a public ``shape`` without the batch: (H, W, C) → (H, C, W, N)."""
    if len(shape) == 3:
        height, width, channels = shape
        return (height, channels, width, batch)
    return (*shape, batch)


def empty_inner(shape: Shape, batch: int, dtype: DTypeLike) -> Floats:
    """A zeroed buffer in the inner layout."""
    return np.zeros(inner_shape(shape, batch), dtype)


def to_public(array: Array) -> Array:
    """A view of an inner array in the public order: (H, C, W, N) → (N, H, W, C), (units, N) → (N, units)."""
    return array.transpose(3, 0, 2, 1) if array.ndim == 4 else array.T
