"""Mean and deviation of pictures, against NumPy's own."""

from __future__ import annotations

import numpy as np
import pytest

from cnnstudio.data.dataset import Examples
from cnnstudio.data.preparation.measured import brightness


def _examples(pixels: np.ndarray) -> Examples:
    return Examples(pixels, np.zeros(len(pixels), np.int64))


def test_colours_have_a_number_each_and_grey_has_one() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (1500, 5, 4, 3), dtype=np.uint8)
    pixels[..., 1] //= 3
    found = brightness(_examples(pixels))
    assert found.mean == pytest.approx((pixels / 255).mean((0, 1, 2)), rel=1e-3)
    assert found.deviation == pytest.approx((pixels / 255).std((0, 1, 2)), rel=1e-3)
    assert isinstance(brightness(_examples(pixels[..., :1])).mean, float)


def test_pictures_that_are_all_alike_are_divided_by_one() -> None:
    found = brightness(_examples(np.full((3, 2, 2, 1), 51, np.uint8)))
    assert (found.mean, found.deviation) == (0.2, 1.0)


def test_only_the_pictures_asked_about_count() -> None:
    pixels = np.zeros((4, 2, 2, 1), np.uint8)
    pixels[2:] = 255
    assert brightness(_examples(pixels).take(np.array([2, 3]))).mean == 1.0


def test_no_pictures_have_none() -> None:
    with pytest.raises(ValueError):
        brightness(_examples(np.zeros((0, 2, 2, 1), np.uint8)))
