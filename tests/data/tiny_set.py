"""A data set small enough to damage, store and load many times."""

from __future__ import annotations

import numpy as np

from cnnstudio.data.dataset import DataSet, Examples, Pixels, fingerprint


def tiny(pixels: Pixels) -> DataSet:
    """Pixels (12, 4, 5, 1) as a data set of ten training and two test examples."""
    train, test = Examples(pixels[:10], np.arange(10) % 3), Examples(pixels[10:], [0, 1])
    classes = ("a", "b", "c")
    return DataSet("tiny", "Tiny", classes, train, test, fingerprint(classes, train, test), "tiny")
