"""All pictures in one row: the same ones, for the same ends, as those that are trained, validated and tested with."""

from __future__ import annotations

import numpy as np
import pytest

from cnnstudio.data.dataset import PARTS, Cancelled, DataSet, Examples, fingerprint
from cnnstudio.data.preparation.changes import Changes, changed
from cnnstudio.data.preparation.split import Split, divided
from cnnstudio.data.review.catalogue import LEFT_OUT, Catalogue
from cnnstudio.data.review.class_pictures import class_pictures
from cnnstudio.data.review.thumbnails import thumbnails


def data_of(counts: tuple[int, int, int], shape: tuple[int, int, int] = (4, 5, 3)) -> DataSet:
    """Random pictures of three classes: so many to train, validate (0: a share) and test."""
    random = np.random.default_rng(0)
    train, aside, test = (
        Examples(random.integers(0, 256, (count, *shape), np.uint8), random.integers(0, 3, count)) for count in counts
    )
    classes = ("a", "b", "c")
    validation = aside if counts[1] else None
    mark = fingerprint(classes, train, test, validation)
    files = {"train": [f"{place}.png" for place in range(counts[0])]}
    return DataSet("some", "Some", classes, train, test, mark, "some", validation, files=files)


def changes_of(data: DataSet) -> Changes:
    return Changes(
        data.fingerprint,
        labels=(("train", 3, 2), ("test", 1, 0)),
        excluded=(("train", 0), ("test", 4)),
        moved=(("test", 2, "train"), ("train", 5, "test"), ("test", 7, "train")),
    )


@pytest.mark.parametrize("aside", [0, 6])
@pytest.mark.parametrize("with_changes", [False, True])
def test_each_picture_is_used_for_what_the_catalogue_says(aside: int, with_changes: bool) -> None:
    data, split = data_of((40, aside, 12)), Split(25, 3)
    changes = changes_of(data) if with_changes else Changes()
    catalogue = Catalogue(data, changes, split)
    after = changed(data, changes)
    train, validation = divided(after, split)
    for part, examples in zip(PARTS, (train, validation, after.test), strict=True):
        rows = catalogue.chosen(part=part)
        ours = sorted(
            (catalogue.labels[row], picture.tobytes()) for row, picture in zip(rows, catalogue.read(rows), strict=True)
        )
        theirs = sorted(
            (label, picture.tobytes()) for label, picture in zip(examples.labels, examples.pixels, strict=True)
        )
        assert ours == theirs and len(ours)
    assert catalogue.counts.sum() == len(train) + len(validation) + len(after.test)
    assert (catalogue.parts == LEFT_OUT).sum() == (2 if with_changes else 0)


def test_a_picture_keeps_its_row_and_its_file() -> None:
    data = data_of((40, 0, 12))
    for changes in (Changes(), changes_of(data)):
        catalogue = Catalogue(data, changes, Split())
        for row in range(len(catalogue)):
            part, index = catalogue.where(row)
            assert catalogue.row_of(part, index) == row
            assert np.array_equal(catalogue.read(np.array([row]))[0], data.parts[part].pixels[index])
            assert catalogue.file(row) == (f"{index}.png" if part == "train" else "")
    assert catalogue.row_of("train", 40) is None and catalogue.row_of("validation", 0) is None


def test_rows_are_chosen_by_class_and_part_and_come_class_after_class() -> None:
    catalogue = Catalogue(data_of((40, 0, 12)), Changes(), Split())
    rows = catalogue.chosen()
    assert np.array_equal(np.sort(rows), np.arange(52)) and (np.diff(catalogue.labels[rows]) >= 0).all()
    some = catalogue.chosen(1, "test")
    assert (catalogue.labels[some] == 1).all() and len(some) == catalogue.counts[1, 2]


def test_mean_and_deviation_of_a_class_are_those_of_its_pictures() -> None:
    data = data_of((2000, 0, 12), (30, 30, 3))
    catalogue = Catalogue(data, changes_of(data), Split())
    found = class_pictures(catalogue)
    for label in range(3):
        pictures = catalogue.read(np.flatnonzero((catalogue.labels == label) & (catalogue.parts != LEFT_OUT)))
        assert np.allclose(found.means[label], pictures.mean(0), atol=1e-3)
        assert np.allclose(found.deviations[label], pictures.std(0), atol=1e-3)
    with pytest.raises(Cancelled):
        class_pictures(catalogue, lambda: True)


def test_thumbnails_keep_shape_and_brightness() -> None:
    wide = np.random.default_rng(1).integers(0, 256, (5, 60, 90, 3), np.uint8)
    small = thumbnails(wide, 30)
    assert small.shape == (5, 20, 30, 3)
    inner = wide.reshape(5, 20, 3, 30, 3, 3).mean((2, 4))
    assert np.abs(small.mean((1, 2)) - wide.mean((1, 2))).max() < 1.0
    assert np.corrcoef(small.ravel(), inner.ravel())[0, 1] > 0.8
    large = thumbnails(wide[:, :8, :8], 20)
    assert large.shape == (5, 20, 20, 3)
    flat = np.full((1, 7, 5, 1), 93, np.uint8)
    assert (thumbnails(flat, 40) == 93).all() and thumbnails(flat, 40).shape == (1, 40, 29, 1)
