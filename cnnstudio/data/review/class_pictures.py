"""What the pictures of a class have in common: their mean, and how far they deviate from it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cnnstudio.data.dataset import Cancelled
from cnnstudio.data.reader import Cancel
from cnnstudio.data.review.catalogue import LEFT_OUT, Catalogue

#: bytes of pictures that are summed up at once
_BLOCK = 2 << 20


@dataclass(frozen=True, eq=False)
class ClassPictures:
    """Mean and standard deviation of each pixel over the pictures of each class, float32 (classes, H, W, C) between 0
    and 255; 0 for a class without pictures."""

    means: npt.NDArray[np.float32]
    deviations: npt.NDArray[np.float32]


def class_pictures(catalogue: Catalogue, cancelled: Cancel = None) -> ClassPictures:
    """Those of all pictures that are not left out, read in blocks.

    Raises:
        Cancelled: ``cancelled`` answered yes.
    """
    shape = (len(catalogue.data.classes), *catalogue.data.image_shape)
    means, deviations = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    at_once = max(1, _BLOCK // int(np.prod(shape[1:])))
    for label in range(shape[0]):
        rows = np.flatnonzero((catalogue.labels == label) & (catalogue.parts != LEFT_OUT))
        sums, squares = np.zeros(shape[1:], np.int64), np.zeros(shape[1:], np.int64)
        for start in range(0, len(rows), at_once):
            if cancelled and cancelled():
                raise Cancelled
            block = catalogue.read(rows[start : start + at_once]).astype(np.uint16)
            sums += block.sum(0, dtype=np.int64)
            squares += np.square(block, out=block).sum(0, dtype=np.int64)  # 255² is less than 2¹⁶
        if len(rows):
            mean = sums / len(rows)
            means[label] = mean
            deviations[label] = np.sqrt(np.maximum(0.0, squares / len(rows) - mean**2))
    return ClassPictures(means, deviations)
