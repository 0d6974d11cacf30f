"""Parts of a data set share their pixels and know their place."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numbered import numbered, numbered_set

from cnnstudio.data.dataset import Examples, fingerprint, keyed


def test_taking_twice_keeps_the_place_in_the_stored_split() -> None:
    part = numbered(30).take(np.array([20, 5, 9, 5])).take(slice(1, 3))
    assert part.indices.tolist() == [5, 9]
    assert part.labels.tolist() == [5, 9]
    assert part.pixels[:, 0, 0, 0].tolist() == [5, 9]


def test_reading_writes_into_the_given_buffer_and_copies() -> None:
    whole = numbered(30)
    out = np.zeros((3, 2, 3, 1), dtype=np.uint8)
    got = whole.take(slice(10, 20)).read(np.array([9, 0, 4]), out)
    assert got is out
    assert out[:, 1, 2, 0].tolist() == [19, 10, 14]
    out[:] = 0
    assert whole.pixels[19, 0, 0, 0] == 19


def test_a_subset_shares_the_stored_pixels_and_none_can_be_written() -> None:
    whole = numbered(30)
    part = whole.take(slice(3, 9))
    assert np.shares_memory(part.pixels, whole.pixels)
    for array in (whole.pixels, part.pixels, whole.take(np.array([4, 1])).pixels, whole.labels):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


@pytest.mark.parametrize("indices", [[-1], [30], [0, 99]])
def test_there_is_no_example_outside(indices: list[int]) -> None:
    with pytest.raises(IndexError, match="30 examples"):
        numbered(30).read(np.array(indices))
    with pytest.raises(IndexError, match="30 examples"):
        numbered(30).take(np.array(indices))


def test_examples_refuse_what_is_not_pictures_with_labels() -> None:
    with pytest.raises(ValueError, match="uint8"):
        Examples(np.zeros((2, 3, 3, 1), dtype=np.float32), [0, 1])  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="uint8"):
        Examples(np.zeros((2, 3, 3), dtype=np.uint8), [0, 1])
    with pytest.raises(ValueError, match="labels"):
        Examples(np.zeros((2, 3, 3, 1), dtype=np.uint8), [0])


def test_the_fingerprint_notices_whatever_a_network_could() -> None:
    def of(pixels: np.ndarray, labels: list[int], classes: tuple[str, ...] = ("a", "b")) -> str:
        return fingerprint(classes, Examples(pixels, labels), numbered(2))

    pixels = np.zeros((2, 2, 3, 1), dtype=np.uint8)
    marked = pixels.copy()
    marked[1, 1, 2, 0] = 1
    prints = {
        of(pixels, [0, 1]),
        of(marked, [0, 1]),
        of(pixels, [1, 0]),
        of(pixels, [0, 1], ("a", "c")),
        of(pixels.reshape(2, 3, 2, 1), [0, 1]),
    }
    assert len(prints) == 5
    assert of(pixels.copy(), [0, 1]) in prints


def test_each_key_has_its_own_numbers() -> None:
    draws = [keyed(*key).random() for key in ((1, "a"), (1, "b"), (2, "a"), (1, "a", 0), (1, "a"))]
    assert len(set(draws)) == 4
    assert draws[0] == draws[-1]


def test_content_is_the_same_in_any_order_and_notices_all_else() -> None:
    data = numbered_set(6, validation=2)
    order = np.array([3, 0, 5, 1, 4, 2])
    assert replace(data, train=data.train.take(order)).content == data.content
    swapped = data.train.labels.copy()
    swapped[:2] = swapped[1::-1]
    others = (
        replace(data, train=data.train.relabelled(swapped)),
        replace(data, train=data.test, test=data.train),
        replace(data, validation=None),
        replace(data, classes=data.classes[::-1]),
        replace(data, train=data.train.take(np.array([0, 0, 1, 2, 3, 4]))),
    )
    assert len({data.content, *(other.content for other in others)}) == 6
