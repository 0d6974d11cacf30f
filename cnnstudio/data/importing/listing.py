"""What lies in a folder or a zip: its files by name, none of them read, and those left out with the reason.

A zip is believed only as far as its directory can be checked: nothing is unpacked to the disk, no name leads out of it,
and a member that would grow beyond measure is left where it is.
"""

from __future__ import annotations

import contextlib
import os
import stat
import struct
import zipfile
import zlib
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from cnnstudio.data.dataset import Cancelled, DataError, LeftOut
from cnnstudio.data.picture import ENDINGS
from cnnstudio.data.reader import Cancel

DEEPEST, MOST_FILES = 8, 300_000
#: bytes of one picture or table, packed or not
MOST_BYTES = 64 << 20
#: content over packed length beyond which, above 10 MB, a member is a bomb
LARGEST_RATIO, SMALL = 200, 10 << 20
#: bytes of a zip's own directory
MOST_DIRECTORY = 128 << 20
#: files and folders of a folder that are passed in looking for a picture
_FIRST_LOOK = 20_000
#: what systems leave in folders without being asked
_LITTER = frozenset({"__macosx", "thumbs.db", "desktop.ini", "ehthumbs.db", "icon\r", "@eadir", "$recycle.bin"})
_END, _LARGE_END = b"PK\x05\x06", b"PK\x06\x06"


@dataclass(frozen=True)
class File:
    """A file by the folders that lead to it and its name; ``key`` is what its listing opens it by."""

    folders: tuple[str, ...]
    name: str
    key: str
    size: int
    #: what changes with its content: a time for files of a folder, the checksum for members of a zip
    changed: int = 0

    @cached_property
    def path(self) -> str:
        """Its name within the listing, with “/” on every system."""
        return "/".join((*self.folders, self.name))

    @cached_property
    def ending(self) -> str:
        """Such as “.jpg”, in small letters."""
        dot = self.name.rfind(".")
        return self.name[dot:].lower() if dot > 0 else ""


@dataclass
class Listing(ABC):
    """The files of a place, sorted by name, its folders without a file, and what was left out."""

    path: Path
    files: list[File] = field(default_factory=list)
    empty: list[tuple[str, ...]] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)

    @abstractmethod
    def read(self, file: File) -> bytes:
        """All of a file. May be called from several threads.

        Raises:
            OSError: it cannot be read; ``str()`` says why.
        """

    def close(self) -> None:  # noqa: B027  most have nothing open
        """Let go of what is open."""

    def leave_out(self, file: str, reason: str) -> None:
        """Tell of a file that is not taken."""
        self.left_out.append(LeftOut(told(file), reason))

    def _sort(self) -> None:
        self.files.sort(key=lambda file: (file.folders, file.name))
        self.empty.sort()


def told(name: str) -> str:
    """A name of a file as it can be shown and stored, whatever bytes it is made of."""
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
            raise OSError(_too_large(file.size))
        descriptor = os.open(file.key, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(descriptor, "rb") as opened:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise OSError("It is no file any more.")
            return opened.read(MOST_BYTES)


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
                raise DataError(f"{path} cannot be listed ({error.strerror}): check that you may open it.") from error
            found.leave_out("/".join(folders), f"The folder cannot be listed ({error.strerror}).")
            continue
        if not entries:
            found.empty.append(folders)
        for entry in entries:
            _take_entry(found, entry, folders, root, waiting)
        if len(found.files) > MOST_FILES:
            raise DataError(f"{path} holds more than {MOST_FILES:,} files: choose a folder deeper in it.")
    found._sort()
    return found


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
            found.leave_out(name, "It is a link that leads out of the folder, to a folder or to nothing.")
        elif entry.is_dir(follow_symlinks=False):
            if len(folders) == DEEPEST:
                found.leave_out(name, f"It lies more than {DEEPEST} folders deep.")
            else:
                waiting.append((entry.path, (*folders, told(entry.name))))
        elif stat.S_ISREG((about := entry.stat()).st_mode):
            found.files.append(File(folders, told(entry.name), entry.path, about.st_size, about.st_mtime_ns))
        else:
            found.leave_out(name, "It is neither a file nor a folder.")
    except OSError as error:
        found.leave_out(name, f"It cannot be looked at ({error.strerror}).")


def _stays_within(entry: os.DirEntry[str], root: str) -> bool:
    target = os.path.realpath(entry.path)
    return entry.is_file() and os.path.commonpath((target, root)) == root


class Zip(Listing):
    """The members of a zip, read where they are."""

    archive: zipfile.ZipFile

    def read(self, file: File) -> bytes:
        """See ``Listing``."""
        try:
            with self.archive.open(self.archive.infolist()[int(file.key)]) as member:
                content = member.read(MOST_BYTES + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
            raise OSError(f"It is damaged within the zip ({error}).") from error
        except Exception as error:
            raise OSError(f"It cannot be unpacked ({error}).") from error
        if len(content) > MOST_BYTES:
            raise OSError(_too_large(file.size))
        return content

    def close(self) -> None:
        """See ``Listing``."""
        self.archive.close()


def list_zip(path: Path) -> Zip:
    """What lies in a zip.

    Raises:
        DataError: it is no sound zip, or holds more than 300,000 files.
    """
    found = Zip(path)
    found.archive = opened_zip(path)
    try:
        _list_members(found)
    except BaseException:
        found.close()
        raise
    found._sort()
    return found


def opened_zip(path: Path) -> zipfile.ZipFile:
    """A zip whose own directory is of a size that can be read.

    Raises:
        DataError: it is damaged, or its directory is beyond measure.
    """
    try:
        if directory_size(path) > MOST_DIRECTORY:
            raise DataError(f"{path} holds more than {MOST_FILES:,} files: pack fewer into one zip.")
        return zipfile.ZipFile(path)
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror or error}): check that you may open it.") from error
    except (zipfile.BadZipFile, EOFError, NotImplementedError, ValueError, struct.error, UnicodeError) as error:
        raise DataError(f"{path} is a damaged zip ({error}): fetch it again.") from error


def directory_size(path: Path) -> int:
    """How many bytes a zip says that its own directory has; 0 for what is no zip.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - 65_557))
        tail = file.read()
    if (large := tail.rfind(_LARGE_END)) >= 0 and len(tail) >= large + 56:
        return int(struct.unpack_from("<Q", tail, large + 40)[0])
    at = tail.rfind(_END)
    return int(struct.unpack_from("<I", tail, at + 12)[0]) if at >= 0 and len(tail) >= at + 22 else 0


def _list_members(found: Zip) -> None:
    members = found.archive.infolist()
    if len(members) > MOST_FILES:
        raise DataError(f"{found.path} holds more than {MOST_FILES:,} files: pack fewer into one zip.")
    seen: set[str] = set()
    folders: set[tuple[str, ...]] = set()
    full: set[tuple[str, ...]] = set()
    for number, member in enumerate(members):
        name = _member_name(member)
        parts = tuple(part for part in name.split("/") if part != ".")
        if any(is_litter(part) and part != ".." for part in parts):
            continue
        if member.is_dir() or name.endswith("/"):
            folders.add(tuple(part for part in parts if part))
            continue
        if reason := _why_not_member(member, name, parts, seen):
            found.leave_out(name, reason)
            continue
        seen.add(name)
        full.update(parts[:depth] for depth in range(1, len(parts)))
        found.files.append(File(parts[:-1], told(parts[-1]), str(number), member.file_size, member.CRC))
    found.empty.extend(folders - full - {()})


def _member_name(member: zipfile.ZipInfo) -> str:
    """Names that do not say that they are UTF-8 mostly are; those of older Windows tools come with backslashes."""
    name = member.filename
    if not member.flag_bits & 0x800:
        try:
            name = name.encode("cp437").decode("utf-8")
        except UnicodeError:
            name = member.filename
    return name.replace("\\", "/")


def _why_not_member(member: zipfile.ZipInfo, name: str, parts: tuple[str, ...], seen: set[str]) -> str:
    if name.startswith("/") or ".." in parts or "" in parts or (len(name) > 1 and name[1] == ":"):
        return "Its name leads out of the zip."
    if name in seen:
        return "The zip holds another file of this name."
    if len(parts) - 1 > DEEPEST:
        return f"It lies more than {DEEPEST} folders deep."
    if stat.S_ISLNK(member.external_attr >> 16):
        return "It is a link."
    if member.flag_bits & 0x1:
        return "It is encrypted: unpack the zip with its password first."
    if member.file_size > MOST_BYTES and parts[-1].lower().endswith(ENDINGS):
        return _too_large(member.file_size)
    if member.file_size > max(SMALL, LARGEST_RATIO * member.compress_size):
        return "It would grow to more than 200 times its size."
    return ""


def _too_large(size: int) -> str:
    return f"It has {size >> 20:,} MB, more than the {MOST_BYTES >> 20} MB that a picture may have."
