"""What lies in a folder: its files by name, none of them read, and those left out with the reason."""

from __future__ import annotations

import contextlib
import os
import stat
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from cnnstudio.data.dataset import Cancelled, DataError, LeftOut
from cnnstudio.data.pictures.picture import ENDINGS, PictureError
from cnnstudio.data.reader import Cancel
from cnnstudio.files.plain import read_plain
from cnnstudio.nn.telling.told import Told, told

DEEPEST, MOST_FILES = 8, 300_000
#: endings of tables that can be opened for the pictures they name
NAME_TABLES = (".csv", ".tsv")
#: bytes of one picture or table, packed or not
MOST_BYTES = 64 << 20
#: files and folders of a folder that are passed in looking for a picture
_FIRST_LOOK = 20_000
#: what systems leave in folders without being asked
_LITTER = frozenset({"__macosx", "thumbs.db", "desktop.ini", "ehthumbs.db", "icon\r", "@eadir", "$recycle.bin"})


class File(NamedTuple):
    """A file by the folders that lead to it and its name; ``key`` is what its listing opens it by. A tuple, for there
    may be hundreds of thousands."""

    folders: tuple[str, ...]
    name: str
    key: str
    size: int
    #: what changes with its content: a time for files of a folder, the checksum for members of a zip
    changed: int = 0

    @property
    def path(self) -> str:
        """Its name within the listing, with “/” on every system."""
        return "/".join((*self.folders, self.name))

    @property
    def ending(self) -> str:
        """Such as “.jpg”, in small letters."""
        dot = self.name.rfind(".")
        return self.name[dot:].lower() if dot > 0 else ""


@dataclass
class Listing(ABC):
    """The files of a place, sorted by name, its folders without a file, and what was left out. Of a place that is a
    ``table`` these are the pictures beside it, and the classes are those that it names."""

    path: Path
    files: list[File] = field(default_factory=list)
    empty: list[tuple[str, ...]] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    table: str = ""

    @abstractmethod
    def read(self, file: File) -> bytes:
        """All of a file. May be called from several threads.

        Raises:
            PictureError: it is damaged or too large.
            OSError: it cannot be read.
        """

    def close(self) -> None:  # noqa: B027  most have nothing open
        """Let go of what is open."""

    def leave_out(self, file: str, why: Told) -> None:
        """Tell of a file that is not taken."""
        self.left_out.append(LeftOut(showable(file), why))

    def sort(self) -> None:
        """Bring all into the order of their names."""
        self.files.sort(key=lambda file: (file.folders, file.name))
        self.empty.sort()


def showable(name: str) -> str:
    """A name of a file as it can be shown and stored, whatever bytes it is made of."""
    if name.isascii():
        return name
    try:
        return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    except UnicodeEncodeError:  # half a character of Windows
        return name.encode("utf-8", "backslashreplace").decode("utf-8")


def is_litter(name: str) -> bool:
    """Whether systems and tools have left a file or folder of this name there."""
    return name.startswith(".") or name.lower() in _LITTER


class Folder(Listing):
    """The files of a folder and of those in it, eight deep; no link leads out of it."""

    def read(self, file: File) -> bytes:
        """See ``Listing``."""
        if file.size > MOST_BYTES:
            raise PictureError(file.path, too_large(file.size))
        return read_plain(Path(file.key), MOST_BYTES)


def list_folder(path: Path, cancelled: Cancel = None) -> Folder:
    """What lies in a folder. Hidden files and what systems leave there are passed over in silence.

    Raises:
        DataError: it cannot be listed, or holds more than 300,000 files.
        Cancelled: ``cancelled`` answered yes.
    """
    found = Folder(path)
    root = os.path.realpath(path)
    waiting: list[tuple[str, tuple[str, ...]]] = [(str(path), ())]
    while waiting:
        if cancelled and cancelled():
            raise Cancelled
        place, folders = waiting.pop()
        try:
            entries = [entry for entry in os.scandir(place) if not is_litter(entry.name)]
        except OSError as error:
            if not folders:
                raise DataError(
                    "{path} cannot be listed ({why}): check that you may open it.",
                    path=path,
                    why=error.strerror,
                ) from error
            found.leave_out("/".join(folders), told("folder-unlisted", why=error.strerror))
            continue
        if not entries:
            found.empty.append(folders)
        for entry in entries:
            _take_entry(found, entry, folders, root, waiting)
        if len(found.files) > MOST_FILES:
            raise DataError(
                "{path} holds more than {most:thousands} files: choose a folder deeper in it.",
                path=path,
                most=MOST_FILES,
            )
    found.sort()
    return found


def list_beside(table: Path, cancelled: Cancel = None) -> Folder:
    """A table that names pictures, and those that lie in its folder.

    Raises:
        DataError, Cancelled: as ``list_folder``.
    """
    found = list_folder(table.parent, cancelled)
    found.path, found.table = table, showable(table.name)
    found.files = [file for file in found.files if file.ending in ENDINGS or file.path == found.table]
    found.empty, found.left_out = [], []
    return found


def is_table_of_names(path: Path) -> bool:
    """Whether a file may be a table that names the pictures beside it, by its ending and a first look at those."""
    return path.suffix.lower() in NAME_TABLES and path.is_file() and holds_pictures(path.parent)


def holds_pictures(path: Path) -> bool:
    """Whether a picture lies in a folder or in those in it, as far as a first look goes."""
    waiting, looked = [(str(path), 0)], 0
    while waiting and looked < _FIRST_LOOK:
        place, depth = waiting.pop()
        with contextlib.suppress(OSError), os.scandir(place) as entries:
            for entry in entries:
                looked += 1
                if is_litter(entry.name) or looked > _FIRST_LOOK:
                    continue
                if entry.name.lower().endswith(ENDINGS) and entry.is_file():
                    return True
                if depth < DEEPEST and entry.is_dir(follow_symlinks=False):
                    waiting.append((entry.path, depth + 1))
    return False


def _take_entry(
    found: Folder,
    entry: os.DirEntry[str],
    folders: tuple[str, ...],
    root: str,
    waiting: list[tuple[str, tuple[str, ...]]],
) -> None:
    name = "/".join((*folders, entry.name))
    try:
        if entry.is_symlink() and not _stays_within(entry, root):
            found.leave_out(name, told("link-out"))
        elif entry.is_dir(follow_symlinks=False):
            if len(folders) == DEEPEST:
                found.leave_out(name, told("too-deep", deepest=DEEPEST))
            else:
                waiting.append((entry.path, (*folders, showable(entry.name))))
        elif stat.S_ISREG((about := entry.stat()).st_mode):
            found.files.append(File(folders, showable(entry.name), entry.path, about.st_size, about.st_mtime_ns))
        else:
            found.leave_out(name, told("no-file"))
    except OSError as error:
        found.leave_out(name, told("out-of-sight", why=error.strerror))


def _stays_within(entry: os.DirEntry[str], root: str) -> bool:
    target = os.path.realpath(entry.path)
    return entry.is_file() and os.path.commonpath((target, root)) == root


def too_large(size: int) -> Told:
    """Why a file of so many bytes is not read."""
    return told("too-many-megabytes", size=size >> 20, most=MOST_BYTES >> 20)
