"""What lies in a zip, read where it lies.

A zip is believed only as far as its directory can be checked: nothing is unpacked to the disk, no name leads out of it,
and a member that would grow beyond measure is left where it is.
"""

from __future__ import annotations

import os
import stat
import struct
import zipfile
import zlib
from pathlib import Path

from cnnstudio.data.dataset import DataError
from cnnstudio.data.importing.listing import (
    DEEPEST,
    MOST_BYTES,
    MOST_FILES,
    File,
    Listing,
    is_litter,
    showable,
    too_large,
)
from cnnstudio.data.pictures.picture import ENDINGS, PictureError
from cnnstudio.nn.telling.told import Told, told

#: content over packed length beyond which, above 10 MB, a member is a bomb
LARGEST_RATIO, SMALL = 200, 10 << 20
#: bytes of a zip's own directory
MOST_DIRECTORY = 128 << 20
#: characters that are shown of what Python says of a damaged zip: of a name it quotes all
QUOTED = 120
_END, _LARGE_END = b"PK\x05\x06", b"PK\x06\x06"


class Zip(Listing):
    """The members of a zip, read where they are."""

    archive: zipfile.ZipFile

    def read(self, file: File) -> bytes:
        """See ``Listing``."""
        try:
            with self.archive.open(self.archive.infolist()[int(file.key)]) as member:
                content = member.read(MOST_BYTES + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
            raise PictureError(file.path, told("damaged-in-zip")) from error
        except Exception as error:
            raise PictureError(file.path, told("packed-otherwise", why=str(error)[:QUOTED])) from error
        if len(content) > MOST_BYTES:
            raise PictureError(file.path, too_large(file.size))
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
    found.sort()
    return found


def opened_zip(path: Path) -> zipfile.ZipFile:
    """A zip whose own directory is of a size that can be read.

    Raises:
        DataError: it is damaged, or its directory is beyond measure.
    """
    try:
        if directory_size(path) > MOST_DIRECTORY:
            raise DataError(
                "{path} holds more than {most:thousands} files: pack fewer into one zip.",
                path=path,
                most=MOST_FILES,
            )
        return zipfile.ZipFile(path)
    except OSError as error:
        raise DataError(
            "{path} cannot be read ({why}): check that you may open it.", path=path, why=error.strerror or error
        ) from error
    except (zipfile.BadZipFile, EOFError, NotImplementedError, ValueError, struct.error, UnicodeError) as error:
        quoted = str(error)[:QUOTED]
        raise DataError("{path} is a damaged zip ({error}): fetch it again.", path=path, error=quoted) from error


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
        raise DataError(
            "{path} holds more than {most:thousands} files: pack fewer into one zip.",
            path=found.path,
            most=MOST_FILES,
        )
    seen: set[str] = set()
    folders: set[tuple[str, ...]] = set()
    full: set[tuple[str, ...]] = set()
    for number, member in enumerate(members):
        name = _member_name(member)
        parts = tuple(part for part in name.split("/") if part != ".")
        if any(is_litter(part) and part != ".." for part in parts):
            continue
        if name.endswith("/"):
            folders.add(tuple(part for part in parts if part))
            continue
        if reason := _why_not_member(member, name, parts, seen):
            found.leave_out(name, reason)
            continue
        seen.add(name)
        full.update(parts[:depth] for depth in range(1, len(parts)))
        found.files.append(File(parts[:-1], showable(parts[-1]), str(number), member.file_size, member.CRC))
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


def _why_not_member(member: zipfile.ZipInfo, name: str, parts: tuple[str, ...], seen: set[str]) -> Told | None:
    if name.startswith("/") or ".." in parts or "" in parts or (len(name) > 1 and name[1] == ":"):
        return told("out-of-the-zip")
    if name in seen:
        return told("same-name")
    if len(parts) - 1 > DEEPEST:
        return told("too-deep", deepest=DEEPEST)
    if stat.S_ISLNK(member.external_attr >> 16):
        return told("link")
    if member.flag_bits & 0x1:
        return told("encrypted")
    if member.file_size > MOST_BYTES and parts[-1].lower().endswith(ENDINGS):
        return too_large(member.file_size)
    if member.file_size > max(SMALL, LARGEST_RATIO * member.compress_size):
        return told("bomb", times=LARGEST_RATIO)
    return None
