"""Whether a file is still the one that was read or written here."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from cnnstudio.files.plain import look, open_plain

_BLOCK = 1 << 20


@dataclass(frozen=True)
class Stamp:
    """What a file was: its size in bytes, when it was last written in nanoseconds since 1970, and the SHA-256 of what
    it held."""

    size: int
    time: int
    digest: str

    def still(self, path: Path) -> bool:
        """Whether the file at a path holds what it held then, or there is none any more. One that was only touched, or
        copied there again, is the same; it is read only where size or time are others.

        Raises:
            OSError: it cannot be looked at or read.
        """
        try:
            found = look(path)
            return (found.st_size, found.st_mtime_ns) == (self.size, self.time) or stamp(path).digest == self.digest
        except FileNotFoundError:
            return True


def stamp(path: Path) -> Stamp:
    """What a file is now.

    Raises:
        OSError: it is no plain file, or cannot be read.
    """
    digest = hashlib.sha256()
    found = look(path)  # first: one that is replaced meanwhile is then another
    with open_plain(path) as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return Stamp(found.st_size, found.st_mtime_ns, digest.hexdigest())
