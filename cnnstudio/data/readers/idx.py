"""IDX, the format of MNIST: four files, pictures and labels of training and test, raw or gzipped.

A header is believed only after the length of the file has confirmed it: a short lying file cannot make the
reader allocate, and a gzip stream is cut off one byte past what its header promised.
"""

from __future__ import annotations

import gzip
import os
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, ClassVar, Literal, cast

import numpy as np

from cnnstudio.data.dataset import Cancelled, DataError, DataSet, Examples, Labels, Pixels, fingerprint
from cnnstudio.data.reader import Cancel, Progress, Reader
from cnnstudio.files.plain import expanded, is_folder, is_plain, open_plain
from cnnstudio.nn.settings import Described

Part = Literal["images", "labels"]

#: two zero bytes, 08 for unsigned bytes, the number of dimensions
MAGIC: dict[Part, int] = {"images": 0x0803, "labels": 0x0801}
LARGEST_SIDE = 4096
LARGEST_PART = 2 << 30
#: content over packed length beyond which, above 10 MB, a gzip file is a bomb; MNIST has 5
LARGEST_RATIO = 200
BLOCK = 4 << 20


@dataclass(frozen=True)
class _Split:
    title: str
    prefix: str

    def names(self, part: Part) -> list[str]:
        """Every spelling in use: MNIST's own with - or ., raw or gzipped; raw first."""
        dims = 3 if part == "images" else 1
        stems = [f"{self.prefix}-{part}{dot}idx{dims}-ubyte" for dot in "-."]
        return [stem + end for end in ("", ".gz") for stem in stems]


TRAINING = _Split("training", "train")
TESTING = _Split("test", "t10k")
ORDER: tuple[tuple[_Split, Part], ...] = (
    (TRAINING, "images"), (TRAINING, "labels"), (TESTING, "images"), (TESTING, "labels"),
)  # fmt: skip


#: every file name that is read
NAMES = frozenset(name for split, part in ORDER for name in split.names(part))


class Idx(Reader):
    """MNIST's own format: a folder with four files, or one of the four."""

    kind: ClassVar[str] = "idx"
    paths: ClassVar[str] = "an IDX folder, such as MNIST's, or of one of its four files"

    def why_not(self, path: Path) -> str:
        """It goes by the names: what they hold is read when it is opened."""
        path = path.absolute()
        if not is_folder(path) and path.name not in NAMES:
            return (
                f"{path} is not named like a file of an IDX data set: choose a folder that holds "
                f"{', '.join(split.names(part)[0] for split, part in ORDER)} (each may end in .gz)."
            )
        folder = path if is_folder(path) else path.parent
        if any(is_plain(folder / name) for name in NAMES):
            return ""
        names = (path.name if path.name in split.names(part) else split.names(part)[0] for split, part in ORDER)
        return f"{folder} is no IDX data set: add {', '.join(names)} (each may end in .gz)."

    def open(self, path: Path, choices: Described, progress: Progress = None, cancelled: Cancel = None) -> DataSet:
        """See ``open_idx``; there is nothing to choose."""
        return open_idx(path, progress, cancelled)


def open_idx(path: str | Path, progress: Progress = None, cancelled: Cancel = None) -> DataSet:
    """Read the four files of a folder, named by the folder or by any one of them.

    Pictures may have any height and width up to 4,096 and become (N, H, W, 1). Classes are "0" up to the
    largest label. ``progress`` hears 0…1.

    Raises:
        DataError: with file, place and remedy.
        Cancelled: ``cancelled`` answered yes.
    """
    path = expanded(path).absolute()
    if sentence := Idx().why_not(path):
        raise DataError(sentence)
    folder = path if is_folder(path) else path.parent
    files = _find(folder, path)
    arrays = []
    for done, (file, (_, part)) in enumerate(zip(files, ORDER, strict=True)):
        arrays.append(_read(file, part, cancelled))
        if progress:
            progress((done + 1) / len(ORDER))
    train = _pair(arrays[0], arrays[1], files[0], files[1])
    test = _pair(arrays[2], arrays[3], files[2], files[3])
    if train.image_shape != test.image_shape:
        raise DataError(
            f"{files[0].name} and {files[2].name} in {folder} hold pictures of different size "
            f"({_size(train)} and {_size(test)}): give four files of one data set."
        )
    highest = int(max(train.labels.max(), test.labels.max()))
    classes = tuple(str(label) for label in range(highest + 1))
    return DataSet(
        name=folder.name or "idx",
        title=folder.name or "IDX",
        classes=classes,
        train=train,
        test=test,
        fingerprint=fingerprint(classes, train, test),
        source=str(folder),
        sentence=f"{len(train):,} training and {len(test):,} test pictures of {_size(train)} pixels, "
        f"{len(classes)} classes, from {folder}.",
    )


def _find(folder: Path, asked: Path) -> list[Path]:
    """The four files in the order images, labels of training, then of test."""
    found: list[Path] = []
    missing: list[str] = []
    for split, part in ORDER:
        names = split.names(part)
        if asked.name in names:
            names.insert(0, asked.name)
        here = [folder / name for name in names if is_plain(folder / name)]
        found.extend(here[:1])
        if not here:
            missing.append(names[0])
    if missing:
        raise DataError(f"{folder} is an incomplete IDX data set: add {', '.join(missing)} (each may end in .gz).")
    return found


def _pair(pixels: Pixels, labels: Pixels, image_file: Path, label_file: Path) -> Examples:
    if len(pixels) != len(labels):
        raise DataError(
            f"{image_file} holds {len(pixels):,} pictures but {label_file.name} {len(labels):,} labels: "
            f"give two files that belong together."
        )
    return Examples(pixels[..., np.newaxis], cast(Labels, labels.astype(np.int64)))


def _size(split: Examples) -> str:
    return f"{split.image_shape[0]}×{split.image_shape[1]}"


def _read(path: Path, part: Part, cancelled: Cancel) -> Pixels:
    """uint8 (N, H, W) or (N,)."""
    try:
        with open_plain(path) as raw:
            length = os.fstat(raw.fileno()).st_size
            if raw.read(2) == b"\x1f\x8b":
                raw.seek(0)
                with gzip.GzipFile(fileobj=raw) as stream:
                    return _parse(cast(BinaryIO, stream), length, True, path, part, cancelled)
            raw.seek(0)
            return _parse(raw, length, False, path, part, cancelled)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise DataError(f"{path} is a damaged gzip file ({error}): fetch it again.") from error
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror or error}): check that you may open it.") from error


def _parse(
    stream: BinaryIO,
    length: int,
    packed: bool,
    path: Path,
    part: Part,
    cancelled: Cancel,
) -> Pixels:
    """``length`` is the size of the file in bytes; ``packed`` says that this is not the length of the content."""
    dims = MAGIC[part] & 0xFF
    header = stream.read(4 + 4 * dims)
    if len(header) < 4 + 4 * dims or int.from_bytes(header[:4]) != MAGIC[part]:
        raise DataError(
            f"{path} is no IDX file of {part}: it begins with {header[:4].hex(' ') or 'nothing'} instead of "
            f"{MAGIC[part].to_bytes(4).hex(' ')}; give the file as it was published."
        )
    shape = tuple(int.from_bytes(header[4 + 4 * i : 8 + 4 * i]) for i in range(dims))
    size = int(np.prod([int(side) for side in shape], dtype=object))
    largest = max(10 << 20, length * LARGEST_RATIO) if packed else LARGEST_PART
    if size == 0 or size > min(largest, LARGEST_PART) or any(side > LARGEST_SIDE for side in shape[1:]):
        raise DataError(
            f"{path} promises {_times(shape)} bytes in its header, which is "
            f"{'nothing' if size == 0 else 'more than this program reads'}: check that it is the right file."
        )
    if not packed and length - len(header) != size:
        raise _wrong_length(path, shape, length - len(header))
    return _read_exactly(stream, shape, size, path, cancelled)


def _read_exactly(stream: BinaryIO, shape: tuple[int, ...], size: int, path: Path, cancelled: Cancel) -> Pixels:
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
        raise _wrong_length(path, shape, len(content))
    return np.frombuffer(content, dtype=np.uint8).reshape(shape)


def _wrong_length(path: Path, shape: tuple[int, ...], arrived: int) -> DataError:
    relation = "at least " if arrived > int(np.prod(shape)) else ""
    return DataError(
        f"{path} promises {_times(shape)} bytes in its header but {relation}{arrived:,} follow: it is damaged, "
        f"fetch it again."
    )


def _times(shape: tuple[int, ...]) -> str:
    return " × ".join(f"{side:,}" for side in shape)
