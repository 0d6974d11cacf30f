"""Duplicates that were planted are found, and what merely looks alike is not taken for one."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cnnstudio.data.dataset import Cancelled, DataSet, Examples, fingerprint
from cnnstudio.data.library import open_data
from cnnstudio.data.preparation.changes import Changes
from cnnstudio.data.preparation.split import Split
from cnnstudio.data.review.catalogue import Catalogue
from cnnstudio.data.review.duplicates import blank_pictures, exact_duplicates, near_duplicates

Picture = np.ndarray


def catalogue_of(pixels: np.ndarray, changes: Changes | None = None) -> Catalogue:
    """Pictures of two classes, the last tenth of them to test with."""
    cut = len(pixels) * 9 // 10
    labels = np.arange(len(pixels)) % 2
    train, test = Examples(pixels[:cut], labels[:cut]), Examples(pixels[cut:], labels[cut:])
    mark = fingerprint(("a", "b"), train, test)
    data = DataSet("some", "Some", ("a", "b"), train, test, mark, "some")
    return Catalogue(data, changes or Changes(), Split())


def written_anew(quality: int) -> Callable[[Picture], Picture]:
    def again(picture: Picture) -> Picture:
        held = io.BytesIO()
        Image.fromarray(picture).save(held, "JPEG", quality=quality)
        return np.asarray(Image.open(held))

    return again


def resized(side: int) -> Callable[[Picture], Picture]:
    def again(picture: Picture) -> Picture:
        other = Image.fromarray(picture).resize((side, side), Image.Resampling.LANCZOS)
        return np.asarray(other.resize(picture.shape[1::-1], Image.Resampling.BILINEAR))

    return again


def moved(down: int, right: int) -> Callable[[Picture], Picture]:
    def again(picture: Picture) -> Picture:
        found = np.zeros_like(picture)
        height, width = picture.shape[:2]
        here = found[max(0, down) : height + min(0, down), max(0, right) : width + min(0, right)]
        here[:] = picture[max(0, -down) : height + min(0, -down), max(0, -right) : width + min(0, -right)]
        return found

    return again


KINDS = {
    "written anew at 50": written_anew(50),
    "written anew at 80": written_anew(80),
    "made smaller": resized(20),
    "made larger": resized(48),
    "moved down": moved(1, 0),
    "moved up and left": moved(-1, -1),
}
EACH = 60


@pytest.mark.slow
@pytest.mark.real_data
def test_planted_near_duplicates_of_each_kind_are_found_and_nearly_nothing_else(real_data: Path) -> None:
    data = open_data(real_data / "cifar10-small.zip")
    pixels = np.concatenate([data.train.pixels, data.test.pixels])
    chosen = np.random.default_rng(5).permutation(len(pixels))[: EACH * len(KINDS)].reshape(len(KINDS), EACH)
    copies = [[again(pixels[place]) for place in places] for again, places in zip(KINDS.values(), chosen, strict=True)]
    together = np.concatenate([pixels, *map(np.stack, copies)])
    found = near_duplicates(catalogue_of(together))
    planted = {}
    for number, (kind, places) in enumerate(zip(KINDS, chosen, strict=True)):
        planted[kind] = {(int(place), len(pixels) + number * EACH + at) for at, place in enumerate(places)}
        assert len(planted[kind] & set(found)) >= 0.95 * EACH, kind
    assert len(set(found) & set().union(*planted.values())) >= 0.95 * len(found)


@pytest.mark.slow
@pytest.mark.real_data
def test_of_handwritten_digits_hardly_any_are_taken_for_one(real_data: Path) -> None:
    data = open_data(real_data / "mnist")
    assert len(near_duplicates(catalogue_of(data.train.pixels[:12_000]))) <= 10


def some(count: int = 60, side: int = 24) -> np.ndarray:
    """Smooth random pictures, no two alike."""
    rough = np.random.default_rng(2).integers(0, 256, (count, 5, 5, 3), np.uint8)
    return np.stack(
        [np.asarray(Image.fromarray(each).resize((side, side), Image.Resampling.BICUBIC)) for each in rough]
    )


def test_equal_pictures_are_grouped_whatever_their_part_and_are_no_near_duplicates() -> None:
    pixels = some()
    pixels[7] = pixels[59] = pixels[3]
    catalogue = catalogue_of(pixels)
    assert exact_duplicates(catalogue) == ((3, 7, 59),)
    assert near_duplicates(catalogue, exact_duplicates(catalogue)) == ()
    out = Changes(catalogue.data.fingerprint, excluded=(("train", 7), ("test", 5)))
    assert exact_duplicates(catalogue_of(pixels, out)) == ()


def test_a_copy_is_found_among_very_few_and_very_small_pictures() -> None:
    for side in (4, 9, 24):
        pixels = some(5, side)
        pixels[4] = np.clip(pixels[1].astype(int) + 1, 0, 255)
        assert near_duplicates(catalogue_of(pixels)) == ((1, 4),)


def test_blank_pictures_are_found_and_are_duplicates_of_nothing_but_their_like() -> None:
    pixels = some()
    pixels[10], pixels[20] = 0, 130
    pixels[20, ::2] += 3
    catalogue = catalogue_of(pixels)
    assert blank_pictures(catalogue) == (10, 20)
    assert near_duplicates(catalogue) == () == exact_duplicates(catalogue)


def test_it_ends_when_nobody_wants_to_know_any_more() -> None:
    for search in (exact_duplicates, blank_pictures, near_duplicates):
        with pytest.raises(Cancelled):
            search(catalogue_of(some()), cancelled=lambda: True)
