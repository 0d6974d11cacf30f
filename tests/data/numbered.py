"""Pictures that say which they are."""

from __future__ import annotations

import numpy as np

from cnnstudio.data.dataset import DataSet, Examples, fingerprint


def numbered(count: int, first: int = 0) -> Examples:
    """Pictures 2×3×1 whose every pixel says which example it is, labels that say it too."""
    pixels = np.repeat(np.arange(first, first + count, dtype=np.uint8), 6).reshape(count, 2, 3, 1)
    return Examples(pixels, np.arange(first, first + count))


def numbered_set(train: int, test: int = 5, validation: int = 0) -> DataSet:
    """A set whose parts count on: training from 0, then test, then validation if the data gives any."""
    parts = numbered(train), numbered(test, train), numbered(validation, train + test) if validation else None
    classes = tuple(str(number) for number in range(train + test + validation))
    mark = fingerprint(classes, *parts)
    return DataSet("numbered", "Numbered", classes, parts[0], parts[1], mark, "numbered", parts[2])
