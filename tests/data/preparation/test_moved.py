"""Moved pictures are the same pictures elsewhere."""

from __future__ import annotations

import numpy as np

from cnnstudio.data.dataset import Examples
from cnnstudio.data.preparation.moved import moved


def test_each_is_moved_to_one_side_and_keeps_its_class() -> None:
    image = np.zeros((1, 9, 7, 1), np.uint8)
    image[0, 4, 3] = 200
    pixels = np.repeat(image, 6, axis=0)
    examples = Examples(pixels, [3, 1, 4, 1, 5, 9])
    found = moved(examples, 2)
    assert found.labels.tolist() == [3, 1, 4, 1, 5, 9]
    places = [tuple(int(i) for i in np.argwhere(one[:, :, 0])[0]) for one in found.read(slice(0, 6))]
    assert places == [(4, 5), (6, 3), (4, 1), (2, 3), (4, 5), (6, 3)]
    assert np.array_equal(examples.read(slice(0, 6)), pixels), "the examples themselves stay where they are"


def test_what_comes_in_is_as_the_edge_was() -> None:
    ramp = np.tile(np.arange(8, dtype=np.uint8)[None, None, :, None] * 10, (1, 8, 1, 3))
    found = moved(Examples(ramp, [0]), 3).read(slice(0, 1))[0, 0, :, 0]
    assert found.tolist() == [0, 0, 0, 0, 10, 20, 30, 40]
