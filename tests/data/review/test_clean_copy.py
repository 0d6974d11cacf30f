"""A clean copy opens as the data with the changes made; what is broken off leaves nothing behind."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest
from painted import classes_of, painted, write_files

from cnnstudio.data.dataset import Cancelled, DataError
from cnnstudio.data.library import open_data
from cnnstudio.data.preparation.changes import Changes, changed
from cnnstudio.data.preparation.split import Split
from cnnstudio.data.review.catalogue import Catalogue
from cnnstudio.data.review.clean_copy import write_copy

pytestmark = pytest.mark.usefixtures("empty_cache")

PETS = classes_of("cat", "dog", inside="train/") | classes_of("cat", "dog", count=3, first=40, inside="test/")


def changes_of(mark: str) -> Changes:
    return Changes(
        mark,
        labels=(("train", 2, 0), ("train", 3, 1), ("test", 1, 0)),
        excluded=(("train", 0), ("test", 0)),
        moved=(("train", 5, "test"), ("test", 2, "train")),
    )


def zipped(folder: Path) -> Path:
    with zipfile.ZipFile(folder.with_suffix(".zip"), "w") as archive:
        for file in sorted(folder.rglob("*.png")):
            archive.write(file, f"around/{file.relative_to(folder).as_posix()}")
    return folder.with_suffix(".zip")


def arrays(folder: Path) -> Path:
    data = open_data(folder)
    names = np.array(data.classes)
    np.savez(
        folder.with_suffix(".npz"), x_train=data.train.pixels, y_train=data.train.labels,
        x_test=data.test.pixels, y_test=data.test.labels, classes=names,
    )  # fmt: skip
    return folder.with_suffix(".npz")


@pytest.mark.parametrize("form", [lambda folder: folder, zipped, arrays], ids=["folder", "zip", "arrays"])
def test_it_opens_as_the_data_with_the_changes_made(form, tmp_path: Path) -> None:
    source = form(write_files(tmp_path / "pets", PETS))
    before = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    data = open_data(source)
    changes = changes_of(data.fingerprint)
    heard: list[float] = []
    count = write_copy(Catalogue(data, changes, Split()), tmp_path / "new" / "copy", heard.append)
    copy = open_data(tmp_path / "new" / "copy")
    assert copy.content == changed(data, changes).content and count == 14
    assert heard[-1] == 1 and heard == sorted(heard)
    now = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    assert now.items() >= before.items(), "nothing of the user's is changed"


def test_a_share_for_validation_stays_with_training_and_one_that_is_given_does_not(tmp_path: Path) -> None:
    given = open_data(write_files(tmp_path / "a", PETS | classes_of("cat", "dog", count=2, first=70, inside="val/")))
    write_copy(Catalogue(given, Changes(), Split()), tmp_path / "b")
    assert open_data(tmp_path / "b").content == given.content
    assert sorted(each.name for each in (tmp_path / "b").iterdir()) == ["test", "train", "validation"]


def test_names_that_no_system_takes_and_files_of_one_name_are_told_apart(tmp_path: Path) -> None:
    files = {f"{name}/{day}/1.png": painted(at) for at, (name, day) in enumerate(
        (name, day) for name in ("a:b", "a?b", "c") for day in range(4))}  # fmt: skip
    data = open_data(write_files(tmp_path / "in", files))
    assert write_copy(Catalogue(data, Changes(), Split()), tmp_path / "out") == 12
    copy = open_data(tmp_path / "out")
    assert len(copy.classes) == 3 and len(copy.train) + len(copy.test) == 12


def test_what_is_stopped_or_cannot_be_done_leaves_nothing_behind(tmp_path: Path) -> None:
    folder = write_files(tmp_path / "pets", PETS)
    data = open_data(folder)
    catalogue, asked = Catalogue(data, Changes(), Split()), []
    with pytest.raises(Cancelled):
        write_copy(catalogue, tmp_path / "copy", cancelled=lambda: bool(asked.append(1)) or len(asked) > 5)
    with pytest.raises(DataError, match="is there already: choose a new name"):
        write_copy(catalogue, folder)
    (folder / "train" / "cat" / "0.png").unlink()
    with pytest.raises(DataError, match=r"train/cat/0\.png of pets is not there any more"):
        write_copy(catalogue, tmp_path / "copy")
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match="choose another place"):
        write_copy(catalogue, tmp_path / "file" / "copy")
    assert sorted(each.name for each in tmp_path.iterdir() if each.name != "cache") == ["file", "pets"]
