"""The arrays of a journal, each written once: known by what they hold, whatever a later edit calls them.

New arrays go into a file of their own; a list says where each one lies. Files that the list has left go.
"""

from __future__ import annotations

import contextlib
import hashlib
import math
import secrets
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from cnnstudio.design.format.strict import Checked, FileFormatError, dump
from cnnstudio.files.atomic import replace_file
from cnnstudio.files.plain import open_plain
from cnnstudio.nn.arrays import Floats
from cnnstudio.project.archive import BEST, LARGEST, OPTIMIZER, WEIGHTS
from cnnstudio.project.file import Members, Tensors
from cnnstudio.project.tensors import LARGEST_HEADER, write_tensors

ENDING = ".arrays"
_BLOCK = 1 << 20
#: more arrays than any design has
_MOST = 40_000


class KeptArrays:
    """Those of the journal ``name`` in a folder."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._name = folder, name
        #: the file and the place in it of each array, by the sum of what it holds
        self._places: dict[str, tuple[str, int]] = {}
        #: sums of arrays that nobody can change: the array itself is kept, or another might come to its address
        self._sums: dict[tuple[int, int], tuple[Floats, str]] = {}

    @property
    def files(self) -> list[Path]:
        """All files with arrays of this journal."""
        with contextlib.suppress(OSError):
            return [p for p in self._folder.iterdir() if p.name.startswith(f"{self._name}.") and p.suffix == ENDING]
        return []

    @property
    def known(self) -> bool:
        """Whether it is known what is there already."""
        return bool(self._places)

    def know(self, found: Checked) -> None:
        """Learn it from a list."""
        for item in found.fields(optional=(WEIGHTS, BEST, OPTIMIZER)).values():
            for entry in item.fields("about", "arrays")["arrays"].mapping().values():
                file, at, digest, _ = _entry(entry)
                self._places[digest] = file, at

    def put(self, tensors: Tensors) -> bytes:
        """Write what is not there yet, and give the list of where everything is.

        Raises:
            OSError: the disk does not take it.
        """
        there = {path.name.split(".")[-2] for path in self.files}
        self._places = {digest: place for digest, place in self._places.items() if place[0] in there}
        sums = {member: {n: self._sum(a) for n, a in arrays.items()} for member, (arrays, _) in tensors.items()}
        new = {
            sums[member][name]: array
            for member, (arrays, _) in tensors.items()
            for name, array in arrays.items()
            if sums[member][name] not in self._places
        }
        if new:
            self._write(new)
        now = {_address(array) for arrays, _ in tensors.values() for array in arrays.values()}
        self._sums = {key: known for key, known in self._sums.items() if key in now}
        return dump(
            {
                member: {
                    "about": dict(about),
                    "arrays": {n: self._as_json(sums[member][n], a) for n, a in arrays.items()},
                }
                for member, (arrays, about) in tensors.items()
            }
        )

    def tidy(self, found: bytes) -> None:
        """Remove the files of which a list says nothing."""
        for path in self.files:
            if f'"{path.name.split(".")[-2]}"'.encode() not in found:
                with contextlib.suppress(OSError):  # it is tried again after the next change
                    path.unlink()

    def read(self, found: Checked) -> Members:
        """The members with arrays, as a .cnn file has them.

        Raises:
            FileFormatError: one is missing or damaged.
        """
        members: Members = {}
        for member, item in found.fields(optional=(WEIGHTS, BEST, OPTIMIZER)).items():
            fields = item.fields("about", "arrays")
            about = {name: text.text(LARGEST_HEADER) for name, text in fields["about"].mapping().items()}
            left, arrays = LARGEST[member], dict[str, Floats]()
            listed = fields["arrays"].mapping()
            if len(listed) > _MOST:
                fields["arrays"].refuse("There are more arrays than any design has.")
            for name, entry in listed.items():
                arrays[name] = self._array(entry, left)
                left -= arrays[name].nbytes
            members[member] = write_tensors(arrays, about)
        return members

    @staticmethod
    def listed(found: Checked) -> dict[str, Any]:
        """Shapes and sums of the arrays in a list, and the remarks, by member: equal for equal arrays."""
        return {
            member: (
                fields["about"].value,
                {name: _entry(entry)[2:] for name, entry in fields["arrays"].mapping().items()},
            )
            for member, item in found.fields(optional=(WEIGHTS, BEST, OPTIMIZER)).items()
            for fields in (item.fields("about", "arrays"),)
        }

    @staticmethod
    def sums(tensors: Tensors) -> dict[str, Any]:
        """The same of arrays themselves."""
        return {
            member: (dict(about), {n: (hashlib.sha256(_bytes(a)).hexdigest(), a.shape) for n, a in arrays.items()})
            for member, (arrays, about) in tensors.items()
        }

    def _array(self, entry: Checked, most: int) -> Floats:
        file, at, digest, shape = _entry(entry)
        size = 4 * math.prod(shape)
        if size > most:
            entry.refuse("It is larger than any project has room for.")
        try:
            with open_plain(self._path(file)) as stream:
                if at + size > stream.seek(0, 2):
                    entry.refuse("It ends too early.")
                stream.seek(at)
                data = stream.read(size)
        except OSError as error:
            raise FileFormatError(entry.file, entry.place, "It cannot be read ({why}).", why=error.strerror) from error
        if hashlib.sha256(data).hexdigest() != digest:
            entry.refuse("It is damaged: it does not match its checksum.")
        return np.frombuffer(data, "<f4").reshape(shape)

    def _write(self, new: dict[str, Floats]) -> None:
        file, at, whole = secrets.token_hex(4), 0, hashlib.sha256()
        places: dict[str, tuple[str, int]] = {}
        for digest, array in new.items():
            places[digest] = file, at
            at += 4 * array.size

        def put(stream: BinaryIO) -> None:
            for array in new.values():
                data = _bytes(array)
                whole.update(data)
                stream.write(data)

        def check(written: Path) -> None:
            again = hashlib.sha256()
            with open_plain(written) as stream:
                while block := stream.read(_BLOCK):
                    again.update(block)
            if again.digest() != whole.digest():
                raise OSError(0, "the disk gives back something else than was written")

        replace_file(self._path(file), put, check, backup=False)
        self._places |= places

    def _sum(self, array: Floats) -> str:
        key = _address(array)
        if key in self._sums and not array.flags.writeable:
            return self._sums[key][1]
        digest = hashlib.sha256(_bytes(array)).hexdigest()
        if not array.flags.writeable:
            self._sums[key] = array, digest
        return digest

    def _as_json(self, digest: str, array: Floats) -> dict[str, Any]:
        file, at = self._places[digest]
        return {"file": file, "at": at, "sum": digest, "shape": list(array.shape)}

    def _path(self, file: str) -> Path:
        return self._folder / f"{self._name}.{file}{ENDING}"


def _address(array: Floats) -> tuple[int, int]:
    return array.__array_interface__["data"][0], array.nbytes


def _bytes(array: Floats) -> memoryview:
    return np.ascontiguousarray(array, "<f4").reshape(-1).view(np.uint8).data


def _entry(found: Checked) -> tuple[str, int, str, tuple[int, ...]]:
    """File, place in it, sum and shape of an array."""
    fields = found.fields("file", "at", "sum", "shape")
    file = fields["file"].text(8, 8)
    if not all(c in "0123456789abcdef" for c in file):
        fields["file"].refuse("No file has this name.")
    shape = tuple(extent.integer(0, 2**31) for extent in fields["shape"].items(8))
    return file, fields["at"].integer(0, 2**40), fields["sum"].text(64, 64), shape
