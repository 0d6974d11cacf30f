"""Varied images: what is promised of each setting, and that only seed, epoch and position decide."""

from __future__ import annotations

import numpy as np
import pytest

from cnnstudio.data.preparation.augmentation import Augmentation, Augmenter

COUNT = 200


def pictures(channels: int = 3, height: int = 16, width: int = 20) -> np.ndarray:
    return np.random.default_rng(0).integers(1, 256, (COUNT, height, width, channels)).astype(np.uint8)


def varied(settings: Augmentation, images: np.ndarray, seed: int = 0, epoch: int = 1) -> np.ndarray:
    return Augmenter(settings, seed, COUNT)(images, np.arange(COUNT), epoch)


EVERYTHING = Augmentation(flip="horizontal", shift=3, rotation=20, crop=0.2, brightness=0.3, cutout=5)


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("settings", [EVERYTHING, Augmentation(shift=2), Augmentation(cutout=8)])
def test_only_seed_epoch_and_position_decide(settings: Augmentation, channels: int) -> None:
    images = pictures(channels)
    whole = varied(settings, images, seed=4, epoch=2)
    assert whole.shape == images.shape
    assert whole.dtype == np.uint8
    augmenter = Augmenter(settings, 4, COUNT)
    order = np.random.default_rng(1).permutation(COUNT)
    for part in np.array_split(order, 7):  # other batches, another order
        assert np.array_equal(augmenter(images[part], part, 2), whole[part])
    assert not np.array_equal(varied(settings, images, seed=4, epoch=3), whole)
    assert not np.array_equal(varied(settings, images, seed=5, epoch=2), whole)


def test_the_images_themselves_stay_as_they_are() -> None:
    images = pictures()
    kept = images.copy()
    for settings in (EVERYTHING, Augmentation(cutout=4), Augmentation(flip="horizontal"), Augmentation(shift=1)):
        varied(settings, images)
        assert np.array_equal(images, kept)


def test_without_settings_nothing_changes() -> None:
    assert not Augmentation().changes
    assert np.array_equal(varied(Augmentation(), pictures()), pictures())


def test_about_half_are_mirrored() -> None:
    images = pictures()
    found = varied(Augmentation(flip="horizontal"), images)
    mirrored = [np.array_equal(a, b[:, ::-1]) for a, b in zip(found, images, strict=True)]
    same = [np.array_equal(a, b) for a, b in zip(found, images, strict=True)]
    assert all(a or b for a, b in zip(mirrored, same, strict=True))
    assert 70 < sum(mirrored) < 130


def test_shifts_move_whole_pixels_every_way_and_let_black_in() -> None:
    images = pictures()
    seen = set()
    for moved, image in zip(varied(Augmentation(shift=2), images), images, strict=True):
        fits = []
        for down in range(-2, 3):
            for right in range(-2, 3):
                expected = np.zeros_like(image)
                inside = image[max(0, -down) : 16 - max(0, down), max(0, -right) : 20 - max(0, right)]
                expected[max(0, down) : 16 + min(0, down), max(0, right) : 20 + min(0, right)] = inside
                fits += [(down, right)] if np.array_equal(moved, expected) else []
        assert len(fits) == 1
        seen.add(fits[0])
    assert len(seen) == 25


def test_warping_by_nothing_is_nearly_nothing_and_turning_keeps_the_middle() -> None:
    images = pictures(height=17, width=17)
    almost = varied(Augmentation(rotation=1e-6), images)
    assert np.abs(almost.astype(int) - images).max() <= 1
    turned = varied(Augmentation(rotation=90), images)
    assert np.abs(turned[:, 8, 8].astype(int) - images[:, 8, 8]).max() <= 1
    assert (turned[:, 0, 0] == 0).all(1).mean() > 0.5, "corners come from outside"


def test_cropping_enlarges_and_shows_nothing_from_outside() -> None:
    ramp = np.broadcast_to(np.arange(40, 120, 4, dtype=np.uint8)[None, None, :, None], (COUNT, 20, 20, 1))
    found = varied(Augmentation(crop=0.5), np.ascontiguousarray(ramp))
    slopes = (found[:, 10, -1, 0].astype(float) - found[:, 10, 0, 0]) / (19 * 4)
    assert slopes.min() > 0.45
    assert slopes.max() <= 1.0
    assert np.ptp(slopes) > 0.3
    assert found[:, :, 1:-1].min() >= 38


def test_brightness_multiplies_within_its_limits() -> None:
    images = np.full((COUNT, 4, 4, 1), 100, np.uint8)
    found = varied(Augmentation(brightness=0.5), images)
    assert np.ptp(found, (1, 2, 3)).max() == 0
    assert 50 <= found.min() < 60
    assert 140 < found.max() <= 150
    assert varied(Augmentation(brightness=1.0), np.full((COUNT, 2, 2, 1), 255, np.uint8)).max() == 255


def test_cutout_hides_one_square() -> None:
    images = pictures(1)
    for found, image in zip(varied(Augmentation(cutout=5), images), images, strict=True):
        rows, columns = np.nonzero((found != image)[..., 0])
        assert rows.size
        assert np.ptp(rows) < 5
        assert np.ptp(columns) < 5
