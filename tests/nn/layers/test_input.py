"""The Input layer scales each channel by its own mean and deviation, or all by one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnstudio.nn.layers.input import Input
from cnnstudio.nn.settings import SettingError
from cnnstudio.nn.sliding_window import ShapeError

PIXELS = np.random.default_rng(0).integers(0, 256, (5, 4, 6, 3)).astype(np.uint8)


def taken_in(layer: Input, images: np.ndarray = PIXELS, dtype: type = np.float32) -> np.ndarray:
    """What comes out, as (N, H, W, C)."""
    output = np.empty((4, images.shape[3], 6, len(images)), dtype)
    layer.take_in(images, output)
    return output.transpose(3, 0, 2, 1)


@given(st.tuples(*[st.floats(-10, 10)] * 3), st.tuples(*[st.floats(0.01, 1000)] * 3))
def test_each_channel_is_scaled_by_its_own(mean: tuple, deviation: tuple) -> None:
    found = taken_in(Input(4, 6, 3, mean, deviation), dtype=np.float64)
    np.testing.assert_allclose(found, (PIXELS / 255 - np.array(mean)) / np.array(deviation), rtol=1e-9, atol=1e-9)
    floating = taken_in(Input(4, 6, 3, mean, deviation), PIXELS / 255, np.float64)
    np.testing.assert_allclose(floating, found, rtol=1e-9, atol=1e-9)


def test_the_same_number_for_each_channel_is_one_number_to_the_bit() -> None:
    one, each = Input(4, 6, 3, 0.45, 0.22), Input(4, 6, 3, (0.45,) * 3, (0.22,) * 3)
    assert np.array_equal(taken_in(one), taken_in(each))
    mixed = Input(4, 6, 3, 0.45, (0.22, 0.23, 0.24))
    np.testing.assert_allclose(taken_in(mixed), (PIXELS / 255 - 0.45) / (0.22, 0.23, 0.24), rtol=1e-5, atol=1e-5)


def test_arrays_lists_and_a_list_of_one_are_taken() -> None:
    assert Input(4, 4, 3, mean=np.array([0.1, 0.2, 0.3])) == Input(4, 4, 3, mean=[0.1, 0.2, 0.3])  # type: ignore[arg-type]
    assert Input(4, 4, 1, mean=(0.5,)).mean == 0.5
    with pytest.raises(SettingError, match=r"a number from 0\.001 to 1\u202f000, or one for each channel"):
        Input(4, 4, 3, deviation=(1.0, 0.0, 1.0))


def test_as_many_numbers_as_channels() -> None:
    with pytest.raises(ShapeError, match="deviation has 2 numbers, one for each channel, but the image has 3 channels"):
        Input(4, 4, 3, deviation=(1.0, 2.0)).output_shape(())
    colour = Input(32, 32, 3, (0.5, 0.4, 0.3), 0.25)
    assert colour.taking((28, 28, 3)) == Input(28, 28, 3, (0.5, 0.4, 0.3), 0.25)
    grey = colour.taking((28, 28, 1))
    assert grey.mean == pytest.approx(0.4) and grey.output_shape(()) == (28, 28, 1)
