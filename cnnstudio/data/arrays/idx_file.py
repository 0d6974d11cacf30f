"""One IDX file: a header of its own and numbers of one of six types, raw or gzipped.

A header is believed only after the length of the file has confirmed it: a short lying file cannot make the
reader allocate, and a gzip stream is cut off one byte past what its header promised.
"""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path
from typing import BinaryIO, Literal, cast

import numpy as np

from cnnstudio.data.arrays.numbers import LARGEST_SIDE, Array
from cnnstudio.data.dataset import Cancelled, DataError
from cnnstudio.data.reader import Cancel
from cnnstudio.files.plain import open_plain
from cnnstudio.nn.telling.told import Sentence

Content = Literal["images", "labels"]

#: what the third byte says (LeCun, “The MNIST database”, 1998: the IDX file format)
TYPES: dict[int, str] = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
#: numbers of dimensions that each content has, the usual one first
RANKS: dict[Content, tuple[int, ...]] = {"images": (3, 4, 2), "labels": (1, 2)}
LARGEST_PART = 2 << 30
#: content over packed length beyond which, above 10 MB, a gzip file is a bomb; MNIST has 5
LARGEST_RATIO = 200
BLOCK = 4 << 20


def read_idx(path: Path, part: Content, cancelled: Cancel = None) -> Array:
    """The numbers of a file of images (N, H, W), (N, H, W, C) or (N, pixels) or of labels (N,) or (N, …).

    Raises:
        DataError: it is no such file, is damaged, or promises more than it holds.
        Cancelled: ``cancelled`` answered yes.
    """
    try:
        length = path.stat().st_size
        with open_plain(path) as raw:
            if raw.read(2) == b"\x1f\x8b":
                raw.seek(0)
                with gzip.GzipFile(fileobj=raw) as stream:
                    return _parse(cast(BinaryIO, stream), length, True, path, part, cancelled)
            raw.seek(0)
            return _parse(raw, length, False, path, part, cancelled)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise DataError("{path} is a damaged gzip file ({error}): fetch it again.", path=path, error=error) from error
    except OSError as error:
        raise DataError(
            "{path} cannot be read ({why}): check that you may open it.", path=path, why=error.strerror or error
        ) from error


def _parse(
    stream: BinaryIO,
    length: int,
    packed: bool,
    path: Path,
    part: Content,
    cancelled: Cancel,
) -> Array:
    """``length`` is the size of the file in bytes; ``packed`` says that this is not the length of the content."""
    magic = stream.read(4)
    known = len(magic) == 4 and magic[:2] == b"\0\0"
    kind, rank = (TYPES.get(magic[2]), magic[3]) if known else (None, 0)
    header = stream.read(4 * rank) if kind and rank in RANKS[part] else b""
    if kind is not None and rank not in RANKS[part]:
        raise DataError(
            "{path} is an IDX file with {rank:# dimension|# dimensions}; {part} have {usual}. Give the file of {part}.",
            path=path,
            part=part,
            rank=rank,
            usual=RANKS[part][0],
        )
    if kind is None or len(header) < 4 * rank:
        usual = bytes((0, 0, 8, RANKS[part][0]))
        raise DataError(
            "{path} is no IDX file of {part}: it begins with {found} instead of {usual}; give the file as "
            "it was published.",
            path=path,
            part=part,
            found=magic.hex(" ") or Sentence("nothing"),
            usual=usual.hex(" "),
        )
    shape = tuple(int.from_bytes(header[4 * i : 4 * i + 4]) for i in range(rank))
    numbers = np.dtype(kind)
    size = int(np.prod([int(side) for side in shape], dtype=object)) * numbers.itemsize
    sides = shape[1:] if rank > 2 else ()
    largest = max(10 << 20, length * LARGEST_RATIO) if packed else LARGEST_PART
    if size == 0 or size > min(largest, LARGEST_PART) or any(side > LARGEST_SIDE for side in sides):
        raise DataError(
            "{path} promises {shape:# byte|# bytes} in its header, which is {what}: check that it is the right file.",
            path=path,
            shape=shape,
            what=Sentence("nothing" if size == 0 else "more than this program reads"),
        )
    left = length - len(magic) - len(header)
    if not packed and left != size:
        raise _wrong_length(path, shape, size, left)
    return np.frombuffer(_read_exactly(stream, shape, size, path, cancelled), numbers).reshape(shape)


def _read_exactly(stream: BinaryIO, shape: tuple[int, ...], size: int, path: Path, cancelled: Cancel) -> bytearray:
    """Grows with what really arrives, so a promise of 2 GB before 1 kB of content costs 1 kB."""
    content = bytearray()
    while len(content) <= size:
        if cancelled and cancelled():
            raise Cancelled
        block = stream.read(min(BLOCK, size + 1 - len(content)))
        if not block:
            break
        content += block
    if len(content) != size:
        raise _wrong_length(path, shape, size, len(content))
    return content


def _wrong_length(path: Path, shape: tuple[int, ...], size: int, arrived: int) -> DataError:
    each = size // int(np.prod([int(side) for side in shape], dtype=object))
    return DataError(
        "{path} promises {what} in its header but {follow}: it is damaged, fetch it again.",
        path=path,
        what=Sentence(
            "{shape:# byte|# bytes}" if each == 1 else "{shape:# number|# numbers} of {each:# byte|# bytes}",
            shape=shape,
            each=each,
        ),
        follow=Sentence(
            "at least {arrived:# follows|# follow}" if arrived > size else "{arrived:# follows|# follow}",
            arrived=arrived,
        ),
    )
