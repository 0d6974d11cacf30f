"""IDX, the format of MNIST and sets like it: four files, pictures and labels of training and test."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, cast

import numpy as np

from cnnstudio.data.arrays.assembling import Found, assembled
from cnnstudio.data.arrays.idx_file import read_idx
from cnnstudio.data.arrays.idx_names import ORDER, idx_sets, is_idx_name, set_of
from cnnstudio.data.arrays.numbers import Array, as_labels, as_pictures, as_uint8
from cnnstudio.data.dataset import DataError, DataSet, Part
from cnnstudio.data.importing.choices import SplitChoices
from cnnstudio.data.reader import Cancel, Progress, Reader
from cnnstudio.files.plain import expanded, is_folder, is_plain
from cnnstudio.nn.arrays import shape_text
from cnnstudio.nn.settings import Described, setting
from cnnstudio.nn.telling.told import Sentence, Told, told


@dataclass(frozen=True)
class IdxChoices(SplitChoices):
    """How pictures lie in IDX files."""

    transposed: str = setting(
        "auto", "Transposed", "Whether rows and columns are exchanged, as in EMNIST’s files, which are known by name.",
        type="choice", choices=("auto", "yes", "no"),
    )  # fmt: skip


class Idx(Reader):
    """MNIST's own format: a folder with four files, or one of the four."""

    kind: ClassVar[str] = "idx"
    paths: ClassVar[str] = "an IDX folder, such as MNIST's, or of one of its four files"
    choices: ClassVar[type[Described]] = IdxChoices
    files: ClassVar[tuple[str, ...]] = ("*ubyte*", "*.gz")

    def why_not(self, path: Path) -> Sentence | None:
        """It goes by the names: what they hold is read when it is opened."""
        path = path.absolute()
        if not is_folder(path) and not is_idx_name(path.name):
            return Sentence(
                "{path} is not named like a file of an IDX data set: choose a folder that holds "
                "train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte, "
                "t10k-labels-idx1-ubyte (each may end in .gz).",
                path=path,
            )
        if is_plain(path) or (is_folder(path) and idx_sets(path)):
            return None
        return Sentence(
            "{folder} is no IDX data set: add train-images-idx3-ubyte, train-labels-idx1-ubyte, "
            "t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte (each may end in .gz).",
            folder=path if is_folder(path) else path.parent,
        )

    def open(self, path: Path, choices: Described, progress: Progress = None, cancelled: Cancel = None) -> DataSet:
        """See ``open_idx``."""
        return open_idx(path, progress, cancelled, cast(IdxChoices, choices))


def open_idx(
    path: str | Path, progress: Progress = None, cancelled: Cancel = None, choices: IdxChoices | None = None
) -> DataSet:
    """Read the four files of a folder, named by the folder or by any one of them.

    Pictures may have any height and width up to 4,096 and numbers of any type; they become uint8 (N, H, W, 1), or
    (N, H, W, 3) of four dimensions. Classes are the labels that occur. ``progress`` hears 0…1.

    Raises:
        DataError: with file, place and remedy.
        Cancelled: ``cancelled`` answered yes.
    """
    path = expanded(path).absolute()
    if sentence := Idx().why_not(path):
        raise DataError(sentence)
    choices = choices or IdxChoices()
    folder = path if is_folder(path) else path.parent
    found = set_of(path)
    if found is None or not found.is_whole:
        raise DataError(
            "{folder} is an incomplete IDX data set: add {missing:commas} (each may end in .gz).",
            folder=folder,
            missing=tuple(found.missing if found else ()),
        )
    files = found.four(path)
    arrays: list[Array] = []
    remarks: list[Told] = []
    transposed = choices.transposed == "yes" or (choices.transposed == "auto" and "emnist" in found.name)
    for done, (file, (_, content)) in enumerate(zip(files, ORDER, strict=True)):
        array = read_idx(file, content, cancelled)
        if content == "images":
            array, lost = as_uint8(as_pictures(array, str(file)), str(file), cancelled)
            array = np.ascontiguousarray(array.swapaxes(1, 2)) if transposed else array
            remarks += [lost] if lost else []
        elif array.ndim == 2:
            array = array[:, 0]  # QMNIST says more of each picture: the class comes first
        arrays.append(array)
        if progress:
            progress((done + 1) / len(ORDER))
    labels = [as_labels(arrays[at + 1], len(arrays[at]), str(files[at + 1]), str(files[at])) for at in (0, 2)]
    if arrays[0].shape[1:] != arrays[2].shape[1:]:
        raise DataError(
            "{first} and {second} in {folder} hold pictures of different size ({sizes:listed}): give four files of one "
            "data set.",
            first=files[0].name,
            second=files[2].name,
            folder=folder,
            sizes=tuple(shape_text(array.shape[1:3]) for array in (arrays[0], arrays[2])),
        )
    parts: dict[Part, Found] = {"train": Found(arrays[0], labels[0]), "test": Found(arrays[2], labels[1])}
    alone = path.is_dir() or len(idx_sets(folder)) == 1
    title = (folder.name if alone else found.name.strip("-_. ")) or "idx"
    return assembled(folder if alone else path, told("idx-files"), parts, choices, remarks=tuple(remarks), title=title)
