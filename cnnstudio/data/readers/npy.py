"""NumPy's .npy: a folder with an array of pictures and one of labels, or with one of each for every part."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar, cast

from cnnstudio.data.arrays.array_names import from_arrays_by_name
from cnnstudio.data.arrays.npy_file import read_npy
from cnnstudio.data.arrays.numbers import Array
from cnnstudio.data.dataset import DataSet
from cnnstudio.data.importing.choices import SplitChoices
from cnnstudio.data.importing.listing import is_litter
from cnnstudio.data.reader import Cancel, Progress, Reader
from cnnstudio.nn.settings import Described
from cnnstudio.nn.telling.told import Sentence, told

_MOST = 1000


class Npy(Reader):
    """Arrays that lie beside each other."""

    kind: ClassVar[str] = "npy"
    paths: ClassVar[str] = "a folder with x.npy and y.npy"
    choices: ClassVar[type[Described]] = SplitChoices
    files: ClassVar[tuple[str, ...]] = ("*.npy",)

    def why_not(self, path: Path) -> Sentence | None:
        """It goes by the endings."""
        folder = path if path.is_dir() else path.parent
        if (path.is_dir() or path.suffix.lower() == ".npy") and _arrays(folder):
            return None
        return Sentence("{path} holds no .npy files: save pictures and labels as x.npy and y.npy.", path=path)

    def open(self, path: Path, choices: Described, progress: Progress = None, cancelled: Cancel = None) -> DataSet:
        """See ``from_arrays_by_name``; pictures of bytes stay on the disk as a memory map."""
        path = self.recognised(path)
        folder = path if path.is_dir() else path.parent
        files = _arrays(folder)

        def read(name: str) -> Array:
            return read_npy(files[name])

        chosen = cast(SplitChoices, choices)
        return from_arrays_by_name(folder, files, read, chosen, told("npy-arrays"), progress, cancelled)


def _arrays(folder: Path) -> dict[str, Path]:
    """The arrays of a folder by the names of their files; {} if it holds hardly two."""
    try:
        files = sorted(file for file in folder.iterdir() if file.suffix.lower() == ".npy" and not is_litter(file.name))
    except OSError:
        return {}
    return {file.stem: file for file in files[:_MOST] if file.is_file()}
