"""What is unlike nearly all other pictures is found, and where pictures merely differ nothing is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cnnstudio.data.dataset import Cancelled, DataSet, Examples, fingerprint
from cnnstudio.data.library import open_data
from cnnstudio.data.preparation.changes import Changes
from cnnstudio.data.preparation.split import Split
from cnnstudio.data.review.catalogue import Catalogue
from cnnstudio.data.review.unlike import odd_pictures


def catalogue_of(pixels: np.ndarray, changes: Changes | None = None) -> Catalogue:
    cut = len(pixels) * 9 // 10
    labels = np.arange(len(pixels)) % 2
    train, test = Examples(pixels[:cut], labels[:cut]), Examples(pixels[cut:], labels[cut:])
    data = DataSet("some", "Some", ("a", "b"), train, test, fingerprint(("a", "b"), train, test), "some")
    return Catalogue(data, changes or Changes(), Split())


def some(count: int = 100) -> np.ndarray:
    """Coloured noise, some lighter and some darker."""
    draw = np.random.default_rng(3)
    base = draw.integers(90, 150, (count, 1, 1, 3))
    return np.clip(base + draw.normal(0, 25, (count, 12, 12, 3)), 0, 255).astype(np.uint8)


def test_grey_among_coloured_dark_and_flat_ones_are_odd() -> None:
    pixels = some()
    pixels[5] = pixels[5].mean(2, keepdims=True).astype(np.uint8)
    pixels[40] = pixels[40] // 12
    assert odd_pictures(catalogue_of(pixels)) == (5, 40)


def test_where_many_are_grey_none_is_odd_for_it_nor_are_grey_sets() -> None:
    pixels = some()
    pixels[::4] = pixels[::4].mean(3, keepdims=True).astype(np.uint8)
    assert odd_pictures(catalogue_of(pixels)) == ()
    assert odd_pictures(catalogue_of(pixels[..., :1].copy())) == ()


def test_what_is_left_out_is_none_any_more_and_a_cancel_is_heard() -> None:
    pixels = some()
    pixels[5] //= 12
    catalogue = catalogue_of(pixels)
    assert odd_pictures(catalogue_of(pixels, Changes(catalogue.data.fingerprint, excluded=(("train", 5),)))) == ()
    with pytest.raises(Cancelled):
        odd_pictures(catalogue, lambda: True)


@pytest.mark.slow
@pytest.mark.real_data
def test_of_photographs_exactly_those_without_colour(real_data: Path) -> None:
    catalogue = Catalogue(open_data(real_data / "cifar10-small.zip"), Changes(), Split())
    found = odd_pictures(catalogue)
    assert len(found) == 48
    assert all(np.ptp(picture, axis=2).mean() < 2 for picture in catalogue.read(np.array(found)))
