"""Work in blocks that fit the cache: of several passes over the same rows only the first waits for memory."""

from __future__ import annotations

import math
from collections.abc import Iterator

from cnnstudio.nn.arrays import Shape

#: bytes of one array's block: a few of them stay in the second-level cache
BLOCK_BYTES = 128 * 1024


def row_blocks(shape: Shape, itemsize: int, budget: int = BLOCK_BYTES) -> Iterator[slice]:
    """Slices of the first axis whose blocks have at most ``budget`` bytes each, or one row where a row has more."""
    rows = max(1, budget // max(1, math.prod(shape[1:]) * itemsize))
    for start in range(0, shape[0], rows):
        yield slice(start, min(start + rows, shape[0]))
