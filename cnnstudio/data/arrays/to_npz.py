"""A data set as an .npz of arrays, which opens again as the same data."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import IO, Any, BinaryIO

import numpy as np

from cnnstudio.data.dataset import PARTS, DataError, DataSet, Examples
from cnnstudio.files.atomic import replace_file

_BLOCK = 1024


def write_npz(data: DataSet, path: Path) -> None:
    """Write ``x_train, y_train, x_validation, y_validation, x_test, y_test, classes``: uint8 (N, H, W, C), int64 (N,)
    places of classes from 0, and their names. A part that the data does not set aside is empty.

    Raises:
        DataError: it cannot be written; what was there is as it was.
    """

    def write(file: BinaryIO) -> None:
        with zipfile.ZipFile(file, "w") as archive:
            _write_parts(archive, data)

    try:
        replace_file(path, write, lambda written: None, backup=False)
    except OSError as error:
        raise DataError("{path} cannot be written ({why}).", path=path, why=error.strerror or error) from error


def _write_parts(archive: zipfile.ZipFile, data: DataSet) -> None:
    for part in PARTS:
        examples = data.parts.get(part) or data.train.take(slice(0))
        with _member(archive, f"x_{part}") as member:
            shape = (len(examples), *examples.image_shape)
            _write_header(member, shape, np.dtype(np.uint8))
            _write_pixels(member, examples)
        with _member(archive, f"y_{part}") as member:
            np.lib.format.write_array(member, examples.labels, allow_pickle=False)
    with _member(archive, "classes") as member:
        np.lib.format.write_array(member, np.array(data.classes), allow_pickle=False)


def _member(archive: zipfile.ZipFile, name: str) -> IO[bytes]:
    # a fixed time, so that the same data gives the same file
    return archive.open(zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0)), "w", force_zip64=True)


def _write_header(member: Any, shape: tuple[int, ...], kind: np.dtype[Any]) -> None:
    about = {"descr": np.lib.format.dtype_to_descr(kind), "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(member, about)


def _write_pixels(member: IO[bytes], examples: Examples) -> None:
    for start in range(0, len(examples), _BLOCK):
        member.write(examples.read(slice(start, start + _BLOCK)).data)
