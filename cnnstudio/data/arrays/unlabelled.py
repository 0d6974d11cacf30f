"""Pictures in files of numbers, whatever labels they have: to be classified, not learned from."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import numpy as np

from cnnstudio.data.arrays.array_names import meant_by
from cnnstudio.data.arrays.idx_file import read_idx
from cnnstudio.data.arrays.idx_names import is_idx_name
from cnnstudio.data.arrays.npy_file import read_member, read_npy
from cnnstudio.data.arrays.numbers import Array, as_pictures, as_uint8
from cnnstudio.data.arrays.pixel_table import ENDINGS, form_of, read_table
from cnnstudio.data.dataset import DataError, Pixels
from cnnstudio.data.importing.zip_listing import opened_zip


def holds_numbers(path: Path) -> bool:
    """Whether a file is called like a table of pixels, arrays or an IDX file."""
    name = path.name.lower()
    return name.endswith((*ENDINGS, ".npz", ".npy")) or is_idx_name(name)


def pictures_of(path: Path) -> list[tuple[str, Pixels]]:
    """The pictures of a file, uint8 (N, H, W, C), by the name of their array; "" where the file is one.

    Raises:
        DataError: it holds no pictures or is damaged.
    """
    name = path.name.lower()
    if name.endswith(ENDINGS):
        return [("", _of_table(path))]
    if name.endswith(".npz"):
        return _of_arrays(path)
    images = read_npy(path) if name.endswith(".npy") else read_idx(path, "images")
    pixels = _pixels(images, str(path))
    return [("", pixels.swapaxes(1, 2) if "emnist" in name else pixels)]


def _of_table(path: Path) -> Pixels:
    form = form_of(path)
    if form is None:
        raise DataError("{path} holds no pixels: give one with those of a square picture in each row.", path=path)
    return read_table(path, form)[0]


def _of_arrays(path: Path) -> list[tuple[str, Pixels]]:
    with closing(opened_zip(path)) as archive:
        members = {each.filename.removesuffix(".npy"): each for each in archive.infolist()}
        named = [name for name in members if (meant := meant_by(name)) and meant.content == "images"]
        if not named:
            arrays = {name: read_member(archive, member, f"{path}, {name}") for name, member in members.items()}
            named = [name for name, array in arrays.items() if array.ndim in (3, 4)]
        if not named:
            raise DataError("{path} holds no pictures: give an array of them the name x.", path=path)
        found = {name: read_member(archive, members[name], f"{path}, {name}") for name in named}
        return [(name, _pixels(array, f"{path}, {name}")) for name, array in found.items() if len(array)]


def _pixels(array: Array, name: str) -> Pixels:
    return np.ascontiguousarray(as_uint8(as_pictures(array, name), name)[0])
