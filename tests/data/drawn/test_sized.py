"""Built-in sets in another size and colour: the mean of what each pixel covers, the same for everybody."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from cnnstudio.data.dataset import DataError
from cnnstudio.data.library import open_data, preview
from cnnstudio.data.preparation.choice import DataChoice

#: drawn slowly, and the same for all
head_of = cache(preview)
SMALLER = DataChoice("things", {"size": (32, 32), "colour": "rgb"})


@pytest.mark.slow
def test_each_pixel_is_the_mean_of_what_it_covers() -> None:
    drawn, made = head_of("things"), preview(SMALLER)
    assert made.image_shape == (32, 32, 3) and made.fingerprint != drawn.fingerprint
    finer = drawn.test.pixels[:20].astype(np.float64).repeat(2, axis=1).repeat(2, axis=2)
    means = finer.reshape(20, 32, 3, 32, 3, 3).mean(axis=(2, 4))
    assert np.abs(made.test.pixels[:20] - means).max() <= 0.5
    assert made.test.labels.tolist() == drawn.test.labels.tolist()


def test_larger_pictures_of_other_sides_have_the_same_light() -> None:
    drawn, made = preview("digits"), preview(DataChoice("digits", {"size": (40, 61), "colour": "rgb"}))
    assert made.image_shape == (40, 61, 3)
    assert np.array_equal(made.train.pixels[..., 0], made.train.pixels[..., 2])
    assert made.train.pixels.mean() == pytest.approx(drawn.train.pixels.mean(), abs=0.1)


@pytest.mark.slow
def test_grey_is_as_bright_as_the_eye_finds_it() -> None:
    drawn, made = head_of("things"), preview(DataChoice("things", {"colour": "grey"}))
    bright = drawn.train.pixels[:50] @ np.array([0.299, 0.587, 0.114])
    assert np.abs(made.train.pixels[:50, ..., 0] - bright).max() <= 0.51


@pytest.mark.slow
def test_the_first_pictures_are_those_of_the_whole_set() -> None:
    smaller = DataChoice("shapes", {"size": (20, 20), "flaw": "label"})
    first, whole = preview(smaller), open_data(smaller)
    assert np.array_equal(first.test.pixels, whole.test.pixels[: len(first.test)])
    assert whole.fingerprint == open_data("shapes", size=(20, 20), flaw="label").fingerprint


@pytest.mark.parametrize("size", [(300, 300), (-1, 4)])
def test_sides_that_are_none_are_refused(size: tuple[int, int]) -> None:
    with pytest.raises(DataError, match="256"):
        preview(DataChoice("digits", {"size": size}))
