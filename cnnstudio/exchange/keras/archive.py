"""What lies in a ``.keras`` file: its layers as JSON, and numbers, which pyfive reads. Nothing in it is run."""

from __future__ import annotations

import io
import math
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from cnnstudio.design.format.strict import LARGEST_JSON, Checked, FileFormatError, parse
from cnnstudio.files.plain import open_plain
from cnnstudio.nn.arrays import Floats, Shape

_CONFIG, _WEIGHTS = "config.json", "model.weights.h5"
#: a file of numbers is no larger
_MOST_BYTES = (1 << 31) - 1
#: and no larger than so many times the archive, which Keras does not pack at all
_PACKED = 64


@dataclass
class Archive:
    """``config`` is the model's, ``numbers`` pyfive's view of its arrays, and ``place`` where the model's are among
    them: a model may lie in another."""

    file: str
    config: Checked
    numbers: Any
    place: str = ""
    _counts: dict[str, int] = field(default_factory=dict)

    def next_key(self, kind: str) -> str:
        """Under which name the arrays of the next layer of a kind lie."""
        plain = re.sub("([a-z])([A-Z])", r"\1_\2", re.sub("(.)([A-Z][a-z]+)", r"\1_\2", kind)).lower()
        number = self._counts[plain] = self._counts.get(plain, -1) + 1
        return f"{plain}_{number}" if number else plain

    def inside(self, key: str) -> Archive:
        """The arrays of a model that is a layer of this one."""
        return Archive(self.file, self.config, self.numbers, f"{self.place}layers/{key}/")

    def array(self, key: str, place: int, shape: Shape) -> Floats | None:
        """An array of a layer; None where there is none of this shape.

        Raises:
            FileFormatError: it is damaged.
        """
        try:
            found = self.numbers[f"{self.place}layers/{key}/vars/{place}"]
            if tuple(found.shape) != shape or found.dtype not in (np.float32, np.float64, np.float16):
                return None
            values: Floats = np.asarray(found[...], np.float32)
        except KeyError:
            return None
        except Exception as error:  # pyfive raises whatever it likes
            raise no_model(self.file) from error
        return values if values.size == math.prod(shape) and values.shape == shape else None


def read_archive(path: Path) -> Archive:
    """A ``.keras`` file, as far as it is looked into.

    Raises:
        FileFormatError: it is none, or a damaged one.
        OSError: it cannot be read.
    """
    import pyfive

    try:
        with open_plain(path) as file, zipfile.ZipFile(file) as archive:
            whole = file.seek(0, io.SEEK_END)
            config = _member(archive, _CONFIG, LARGEST_JSON, whole)
            numbers = _member(archive, _WEIGHTS, min(_MOST_BYTES, _PACKED * whole), whole)
    except (zipfile.BadZipFile, KeyError, NotImplementedError, ValueError, EOFError, RuntimeError, zlib.error) as error:
        raise no_model(path.name) from error
    try:
        return Archive(path.name, parse(config, path.name, _CONFIG), pyfive.File(io.BytesIO(numbers)))
    except FileFormatError:
        raise
    except Exception as error:  # pyfive raises whatever it likes
        raise no_model(path.name) from error


def _member(archive: zipfile.ZipFile, name: str, most: int, whole: int) -> bytes:
    """A member of an archive of ``whole`` bytes, and no more of it than there may be.

    Raises:
        ValueError: there is more, more than the archive holds, or it is packed otherwise than Keras does.
    """
    told = archive.getinfo(name)
    known = told.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    if not known or told.file_size > most or told.compress_size > whole:
        raise ValueError(name)
    with archive.open(name) as file:
        found = file.read(told.file_size + 1)
    if len(found) > told.file_size:
        raise ValueError(name)
    return found


def no_model(file: str) -> FileFormatError:
    """Why a file is not read."""
    return FileFormatError(file, "", "It is no Keras model, or a damaged one.", "Choose another file.")
