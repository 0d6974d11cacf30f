"""NumPy's .npz: arrays of pictures and labels by their names; objects, which could run a program, are never read.

Some sets, such as KMNIST, come as files with one array each: these go by the names of the files, as .npy do.
"""

from __future__ import annotations

import zipfile
from contextlib import ExitStack
from pathlib import Path
from typing import ClassVar, cast

from cnnstudio.data.arrays.array_names import from_arrays_by_name
from cnnstudio.data.arrays.npy_file import read_member
from cnnstudio.data.arrays.numbers import Array
from cnnstudio.data.dataset import DataError, DataSet
from cnnstudio.data.importing.choices import SplitChoices
from cnnstudio.data.importing.listing import holds_pictures, is_litter
from cnnstudio.data.importing.zip_listing import opened_zip
from cnnstudio.data.reader import Cancel, Progress, Reader
from cnnstudio.nn.settings import Described
from cnnstudio.nn.telling.told import Sentence, told

_MOST_ARRAYS, _MOST_FILES = 1000, 20


class Npz(Reader):
    """Arrays in one .npz, or in several that lie beside each other."""

    kind: ClassVar[str] = "npz"
    paths: ClassVar[str] = "an .npz with x_train, y_train, x_test and y_test"
    choices: ClassVar[type[Described]] = SplitChoices
    files: ClassVar[tuple[str, ...]] = ("*.npz",)

    def why_not(self, path: Path) -> Sentence | None:
        """It goes by the ending."""
        if (path.suffix.lower() == ".npz" and path.is_file()) or _is_folder_of_them(path):
            return None
        return Sentence("{path} is no .npz file: save arrays with numpy.savez.", path=path)

    def open(self, path: Path, choices: Described, progress: Progress = None, cancelled: Cancel = None) -> DataSet:
        """See ``from_arrays_by_name``."""
        path = self.recognised(path)
        with ExitStack() as stack:
            files = _files(path) if path.is_dir() else [path]
            members = _members(path, files, stack)
            if len(members) == 1 and not path.is_dir() and len(beside := _files(path.parent)) > 1:
                path, members = path.parent, _members(path.parent, beside, stack)
            known: dict[str, Array] = {}

            def read(name: str) -> Array:
                if name not in known:
                    archive, member = members[name]
                    known[name] = read_member(archive, member, f"{path}, {name}", cancelled)
                return known[name]

            chosen = cast(SplitChoices, choices)
            return from_arrays_by_name(path, list(members), read, chosen, told("npz-arrays"), progress, cancelled)


def _is_folder_of_them(path: Path) -> bool:
    return path.is_dir() and len(_files(path)) > 1 and not holds_pictures(path)


def _members(path: Path, files: list[Path], stack: ExitStack) -> dict[str, tuple[zipfile.ZipFile, zipfile.ZipInfo]]:
    """The arrays by their names; by that of the file where it holds one array alone."""
    found: list[tuple[str, tuple[zipfile.ZipFile, zipfile.ZipInfo]]] = []
    for file in files:
        archive = stack.enter_context(opened_zip(file))
        arrays = [member for member in archive.infolist() if member.filename.endswith(".npy")]
        alone = len(arrays) == 1 and len(files) > 1
        found += [(file.stem if alone else each.filename.removesuffix(".npy"), (archive, each)) for each in arrays]
        if len(archive.infolist()) > _MOST_ARRAYS:
            raise _too_many(path)
    if len(dict(found)) != len(found):
        raise _too_many(path)
    return dict(found)


def _too_many(path: Path) -> DataError:
    return DataError("{path} holds too many arrays or two of one name: save it again.", path=path)


def _files(folder: Path) -> list[Path]:
    try:
        files = sorted(file for file in folder.iterdir() if file.suffix.lower() == ".npz" and not is_litter(file.name))
    except OSError:
        return []
    return [file for file in files[:_MOST_FILES] if file.is_file()]
