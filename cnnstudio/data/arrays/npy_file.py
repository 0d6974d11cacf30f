"""One .npy array, alone or in an .npz: its header is checked against what there is before anything is allocated."""

from __future__ import annotations

import ast
import math
import re
import struct
import zipfile
import zlib
from pathlib import Path
from typing import IO, BinaryIO

import numpy as np

from cnnstudio.data.arrays.numbers import Array
from cnnstudio.data.dataset import Cancelled, DataError
from cnnstudio.data.reader import Cancel
from cnnstudio.files.plain import open_plain

#: kinds of numbers, and text for names
_KINDS = re.compile(r"[<>|=](?:[ui][1248]|f[248]|b1|U\d{1,4})")
_MAGIC, _MOST_HEADER, _MOST_DIMENSIONS = b"\x93NUMPY", 1 << 16, 8
#: bytes of an array that is held in memory
MOST_BYTES = 4 << 30
LARGEST_RATIO, SMALL = 200, 10 << 20
_BLOCK = 4 << 20
#: characters that are shown of what Python says of a damaged member: of a name it quotes all
_QUOTED = 120


def read_npy(path: Path) -> Array:
    """The array of a file, as a memory map that nothing is read of yet.

    Raises:
        DataError: it is no .npy file of numbers or is damaged.
    """
    try:
        with open_plain(path) as file:
            kind, shape, fortran = _header(file, str(path))
            start = file.tell()
            _check(str(path), kind, shape, file.seek(0, 2) - start)
        if not math.prod(shape):
            return np.empty(shape, kind)
        return np.memmap(path, kind, "r", start, shape, "F" if fortran else "C").view(np.ndarray)
    except (OSError, ValueError) as error:
        raise DataError(
            "{path} cannot be read ({error}): check that you may open it.", path=path, error=error
        ) from error


def read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, cancelled: Cancel = None) -> Array:
    """The array of a member of an .npz.

    Raises:
        DataError: it is no array of numbers or names, is damaged, or grows beyond measure.
        Cancelled: ``cancelled`` answered yes.
    """
    if member.flag_bits & 0x1:
        raise DataError("{name} is encrypted: save it without a password.", name=name)
    if member.file_size > max(SMALL, LARGEST_RATIO * member.compress_size) or member.file_size > MOST_BYTES:
        raise DataError(
            "{name} would take {file_size:thousands}\u202fMB, more than this program reads.",
            name=name,
            file_size=member.file_size >> 20,
        )
    try:
        with archive.open(member) as file:
            kind, shape, fortran = _header(file, name)
            size = math.prod(shape) * kind.itemsize
            content = _read(file, size, cancelled)
        _check(name, kind, shape, len(content))
    except (zipfile.BadZipFile, zlib.error) as error:  # which speaks of checksums
        raise DataError("{name} is damaged: save it again.", name=name) from error
    except (EOFError, OSError, RuntimeError, ValueError) as error:
        quoted = str(error)[:_QUOTED]
        raise DataError("{name} is damaged ({error}): save it again.", name=name, error=quoted) from error
    array = np.frombuffer(content, kind)
    return array.reshape(shape[::-1]).T if fortran else array.reshape(shape)


def _header(file: BinaryIO | IO[bytes], name: str) -> tuple[np.dtype[np.generic], tuple[int, ...], bool]:
    magic = file.read(8)
    if len(magic) < 8 or magic[:6] != _MAGIC or magic[6] not in (1, 2, 3):
        raise DataError("{name} is no .npy file: save the array with numpy.save.", name=name)
    wide = magic[6] > 1
    field = file.read(4 if wide else 2)
    length = struct.unpack("<I" if wide else "<H", field)[0] if len(field) == (4 if wide else 2) else _MOST_HEADER + 1
    text = file.read(length) if length <= _MOST_HEADER else b""
    try:
        found = ast.literal_eval(text.decode("latin-1").strip())
        kind, shape, fortran = found["descr"], found["shape"], found["fortran_order"]
    except (ValueError, SyntaxError, TypeError, KeyError, MemoryError, RecursionError) as error:
        raise DataError("{name} has a damaged header: save it again.", name=name) from error
    sound = isinstance(shape, tuple) and all(type(side) is int and side >= 0 for side in shape)
    if not isinstance(kind, str) or not _KINDS.fullmatch(kind):
        raise DataError(
            "{name} holds {kind}, no numbers: objects may run a program when they are read. Save an array of numbers.",
            name=name,
            kind=_shown(kind),
        )
    if not sound or len(shape) > _MOST_DIMENSIONS or not isinstance(fortran, bool):
        raise DataError("{name} has a damaged header: save it again.", name=name)
    return np.dtype(kind), shape, fortran


def _check(name: str, kind: np.dtype[np.generic], shape: tuple[int, ...], left: int) -> None:
    size = math.prod(shape) * kind.itemsize
    if size != left:
        raise DataError(
            "{name} promises {shape:# number|# numbers}, {size:# byte|# bytes}, but {left:# follows|# follow}: it "
            "is damaged, save it again.",
            name=name,
            shape=shape,
            size=size,
            left=left,
        )


def _read(file: IO[bytes], size: int, cancelled: Cancel) -> bytearray:
    """Grows with what really arrives, up to one byte more than was promised."""
    content = bytearray()
    while len(content) <= size:
        if cancelled and cancelled():
            raise Cancelled
        block = file.read(min(_BLOCK, size + 1 - len(content)))
        if not block:
            break
        content += block
    return content


def _shown(kind: object) -> str:
    return f"“{str(kind)[:40]}”"
