"""Work in blocks that fit the cache: of several passes over the same rows only the first waits for memory."""

from __future__ import annotations

import math
from collections.abc import Iterator

from cnnstudio.nn.arrays import Shape

#: bytes of one array's block: few enough to stay in the second-level cache, and enough to be worth a call
BLOCK_BYTES = 256 * 1024


def row_blocks(shape: Shape, itemsize: int, budget: int = BLOCK_BYTES) -> Iterator[slice]:
    """Slices of the first axis whose blocks have at most ``budget`` bytes each, or one row where a row has more."""
    rows = max(1, budget // max(1, math.prod(shape[1:]) * itemsize))
    for start in range(0, shape[0], rows):
        yield slice(start, min(start + rows, shape[0]))


#: the largest side of a matrix that is summed over positions: of larger ones BLAS packs copies first
SIDE = 32


def odd_lines(length: int, itemsize: int) -> int:
    """At least ``length`` numbers, filling an odd number of cache lines: rows of a matrix that many apart fall into
    different sets of the cache, while rows a power of two apart push each other out."""
    return (-(-length * itemsize // 64) | 1) * 64 // itemsize


def columns_at_once(columns: int, most: int) -> int:
    """Into how many columns at a time to divide a row, in nearly equal parts of at most ``most``."""
    return -(-columns // -(-columns // max(1, most)))


def side(count: int) -> int:
    """The largest part of ``count`` rows that is no longer than SIDE and divides it; all of it if that is tiny."""
    largest = next(part for part in range(min(SIDE, count), 0, -1) if count % part == 0)
    return largest if 4 * largest >= min(SIDE, count) else count
