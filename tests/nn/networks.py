"""Small networks and images that the tests of the engine share."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cnnstudio.nn.graph.graph import Graph, chain
from cnnstudio.nn.layers.activation.relu import ReLU
from cnnstudio.nn.layers.convolution.conv2d import Conv2D
from cnnstudio.nn.layers.dense.dense import Dense
from cnnstudio.nn.layers.dense.flatten import Flatten
from cnnstudio.nn.layers.input import Input
from cnnstudio.nn.layers.normalization.dropout import Dropout
from cnnstudio.nn.layers.pooling.max_pool2d import MaxPool2D
from cnnstudio.nn.layers.softmax import Softmax


class Blobs:
    """Easy images: a bright square whose corner tells the class; keeps to the protocol of examples."""

    def __init__(self, count: int, seed: int = 0) -> None:
        generator = np.random.default_rng(seed)
        self.labels = generator.integers(0, 4, count)
        self.pixels = generator.integers(0, 120, (count, 12, 12, 1)).astype(np.uint8)
        for pixels, label in zip(self.pixels, self.labels, strict=True):
            y, x = divmod(int(label), 2)
            pixels[6 * y : 6 * y + 6, 6 * x : 6 * x + 6] += 90

    def __len__(self) -> int:
        return len(self.labels)

    def read(self, indices: NDArray[np.int64], out: NDArray[np.uint8] | None = None) -> NDArray[np.uint8]:
        return self.pixels[indices]


def small_classifier(dropout: float = 0.0) -> Graph:
    """12×12×1 → conv, ReLU, pool, (dropout,) dense → 4 classes."""
    middle = [("dropout", Dropout(dropout))] if dropout else []
    return chain(
        ("input", Input(12, 12, 1)),
        ("conv", Conv2D(3, (3, 3), padding="same")),
        ("relu", ReLU()),
        ("pool", MaxPool2D()),
        ("flatten", Flatten()),
        *middle,
        ("dense", Dense(4)),
        ("softmax", Softmax()),
    )
