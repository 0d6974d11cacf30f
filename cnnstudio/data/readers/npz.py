"""NumPy's .npz: arrays of pictures and labels by their names; objects, which could run a program, are never read."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar, cast

from cnnstudio.data.arrays.array_names import from_arrays_by_name
from cnnstudio.data.arrays.npy_file import read_member
from cnnstudio.data.arrays.numbers import Array
from cnnstudio.data.dataset import DataError, DataSet
from cnnstudio.data.importing.choices import SplitChoices
from cnnstudio.data.importing.zip_listing import opened_zip
from cnnstudio.data.reader import Cancel, Progress, Reader
from cnnstudio.nn.settings import Described
from cnnstudio.nn.telling.told import Sentence, told

_MOST_ARRAYS = 1000


class Npz(Reader):
    """Arrays in one .npz."""

    kind: ClassVar[str] = "npz"
    paths: ClassVar[str] = "an .npz with x_train, y_train, x_test and y_test"
    choices: ClassVar[type[Described]] = SplitChoices
    files: ClassVar[tuple[str, ...]] = ("*.npz",)

    def why_not(self, path: Path) -> Sentence | None:
        """It goes by the ending."""
        if path.suffix.lower() == ".npz" and path.is_file():
            return None
        return Sentence("{path} is no .npz file: save arrays with numpy.savez.", path=path)

    def open(self, path: Path, choices: Described, progress: Progress = None, cancelled: Cancel = None) -> DataSet:
        """See ``from_arrays_by_name``."""
        path = self.recognised(path)
        with opened_zip(path) as archive:
            members = archive.infolist()
            names = [member.filename.removesuffix(".npy") for member in members if member.filename.endswith(".npy")]
            if len(members) > _MOST_ARRAYS or len(set(names)) != len(names):
                raise DataError("{path} holds too many arrays or two of one name: save it again.", path=path)
            by_name = {member.filename.removesuffix(".npy"): member for member in members}
            known: dict[str, Array] = {}

            def read(name: str) -> Array:
                if name not in known:
                    known[name] = read_member(archive, by_name[name], f"{path}, {name}", cancelled)
                return known[name]

            chosen = cast(SplitChoices, choices)
            return from_arrays_by_name(path, names, read, chosen, told("npz-arrays"), progress, cancelled)
