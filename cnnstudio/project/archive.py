"""The container of a .cnn file: one zip of known members, each with its checksum in the manifest.

All sizes are looked at before anything is read, and the same members always give the same bytes.
"""

from __future__ import annotations

import hashlib
import os
import struct
import zipfile
import zlib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import BinaryIO, NamedTuple

from cnnstudio import __version__
from cnnstudio.design.format.design_format import check_version
from cnnstudio.design.format.migrations import VERSION
from cnnstudio.design.format.strict import LARGEST_JSON, Checked, FileFormatError, dump, parse
from cnnstudio.files.plain import NotAFile, open_plain
from cnnstudio.nn.arrays import thousands
from cnnstudio.nn.telling.phrases import amount
from cnnstudio.nn.telling.told import Sentence

FORMAT = "cnnstudio project"
MANIFEST = "manifest.json"
DESIGN, OPTIMIZER = "design.json", "optimizer.safetensors"
#: the weights there are, and those with which the run had its lowest validation loss
WEIGHTS, BEST = "weights.safetensors", "best.safetensors"
HISTORY, THUMBNAIL = "history.json", "thumbnail.png"
#: only in a journal: where its arrays lie, which are not written again with every change
ARRAYS = "arrays.json"

_TENSORS = 2 << 30
#: the largest size of each member; JSON is small enough that no ratio of compression can hurt
LARGEST = {
    MANIFEST: 1 << 16, DESIGN: LARGEST_JSON, WEIGHTS: _TENSORS, BEST: _TENSORS, OPTIMIZER: _TENSORS,
    HISTORY: LARGEST_JSON, THUMBNAIL: 1 << 20, ARRAYS: LARGEST_JSON,
}  # fmt: skip
_LARGEST_FILE = sum(LARGEST.values()) + (1 << 16)
_MOST_MEMBERS = 1_000
#: characters that are shown of what Python says of a damaged zip
_QUOTED = 120
_END = struct.Struct("<4s4H2LH")
_CHOOSE = Sentence("Choose a .cnn file that CNN Studio has saved.")
#: what Python's zip reader raises on damaged files
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError, NotImplementedError,
    ValueError, OverflowError, KeyError,
)  # fmt: skip


class Archive(NamedTuple):
    """What a .cnn file holds: the version of its format, its members but the manifest, and which of those that can be
    spared are damaged and not among them."""

    version: int
    members: dict[str, bytes]
    damaged: tuple[str, ...] = ()


def write_archive(file: BinaryIO, members: Mapping[str, bytes]) -> None:
    """Write a .cnn file: the manifest, then the members by name. Everything but weights is compressed.

    Raises:
        OSError: the disk does not take it.
        ValueError: a member is larger than a reader would take.
    """
    for name, data in members.items():
        if len(data) > LARGEST[name]:
            most = thousands(LARGEST[name])
            raise ValueError(f"{name} would have {amount(len(data), 'byte')}; at most {most} are allowed.")
    manifest = {
        "format": FORMAT,
        "format_version": VERSION,
        "min_reader_version": VERSION,
        "app_version": __version__,
        "members": {name: hashlib.sha256(data).hexdigest() for name, data in members.items()},
    }
    with zipfile.ZipFile(file, "w", allowZip64=False) as archive:
        for name, data in ((MANIFEST, dump(manifest)), *sorted(members.items())):
            info = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            info.create_system = 3
            info.external_attr = 0o644 << 16
            compressed = name.endswith(".json")
            info.compress_type = zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED
            archive.writestr(info, data)


def read_archive(path: Path, name: str, spare: Collection[str] = ()) -> Archive:
    """What a .cnn file holds; of the members in ``spare`` damaged ones are left out. Errors call the file ``name``.

    Raises:
        FileFormatError: it cannot be read, is no project, is damaged, or comes from a newer version.
    """
    try:
        file = open_plain(path)
    except NotAFile as error:
        raise FileFormatError(name, "", "It is not a file.", _CHOOSE) from error
    except OSError as error:
        raise unreadable(name, error) from error
    with file:
        try:
            return _read(file, name, spare)
        except FileFormatError:
            raise
        except (zipfile.BadZipFile, zlib.error) as error:  # which speak of checksums and headers
            sentence = "The file is damaged: its bytes are not those that were written."
            raise FileFormatError(name, "", sentence) from error
        except _DAMAGE as error:
            # what is said of a damaged name quotes all of it
            quoted = str(error)[:_QUOTED]
            raise FileFormatError(name, "", "The file is damaged ({error}).", error=quoted) from error


def unreadable(name: str, error: OSError) -> FileFormatError:
    """The refusal of a file that the system does not let us read."""
    why = error.strerror or type(error).__name__
    return FileFormatError(name, "", "It cannot be read ({why}).", "Check its name and that you may read it.", why=why)


def _read(file: BinaryIO, name: str, spare: Collection[str]) -> Archive:
    size = os.fstat(file.fileno()).st_size
    entries = _check_directory(file, size, name)
    with zipfile.ZipFile(file) as archive:
        infos = {info.filename: info for info in archive.infolist()}
        if not len(infos) == len(archive.infolist()) == entries:
            raise FileFormatError(name, "", "Two members have the same name, or one is not counted.")
        if MANIFEST not in infos:
            raise FileFormatError(name, "", "It is a zip, but not a CNN Studio project.", _CHOOSE)
        manifest = parse(_member(archive, infos[MANIFEST], size, name), name, MANIFEST)
        version, checksums = _check_manifest(manifest)
        expected = {MANIFEST, *checksums}
        for unknown in sorted((infos.keys() ^ expected) | (expected - LARGEST.keys())):
            raise FileFormatError(
                name, "", "The member “{member}” is unknown, missing or not in the manifest.", member=unknown[:60]
            )
        members: dict[str, bytes] = {}
        damaged: list[str] = []
        for member in sorted(checksums):
            try:
                data = _member(archive, infos[member], size, name)
                if hashlib.sha256(data).hexdigest() != checksums[member].value:
                    raise FileFormatError(name, member, "It is damaged: it does not match its checksum.")
                members[member] = data
            except _DAMAGE:  # of which a FileFormatError is one
                if member not in spare:
                    raise
                damaged.append(member)
    return Archive(version, members, tuple(damaged))


def _check_directory(file: BinaryIO, size: int, name: str) -> int:
    """The number of members. Python's reader builds an object for every one, so see first, in the last 22 bytes,
    how many there are and how long their list is.

    A project has no comment, nothing before the zip and nothing after it.
    """
    if size > _LARGEST_FILE:
        raise FileFormatError(name, "", "It has {size:# byte|# bytes}, more than any project.", _CHOOSE, size=size)
    if size < _END.size or file.read(4) != b"PK\x03\x04":
        raise FileFormatError(name, "", "It is not a CNN Studio project.", _CHOOSE)
    file.seek(size - _END.size)
    mark, disk, first_disk, here, entries, length, offset, comment = _END.unpack(file.read(_END.size))
    if mark != b"PK\x05\x06" or comment or disk or first_disk or offset + length + _END.size != size:
        raise FileFormatError(name, "", "The file is damaged: its end is missing or does not fit.")
    if here != entries or entries > _MOST_MEMBERS or length > 200 * _MOST_MEMBERS:
        raise FileFormatError(name, "", "It has more than {most:thousands} members.", _CHOOSE, most=_MOST_MEMBERS)
    file.seek(0)
    return int(entries)


def _check_manifest(manifest: Checked) -> tuple[int, dict[str, Checked]]:
    if not isinstance(manifest.value, dict) or manifest.value.get("format") != FORMAT:
        manifest.refuse("It is not the manifest of a CNN Studio project.", _CHOOSE)
    found = manifest.mapping()
    version = check_version(found.get("format_version"), manifest)
    fields = manifest.fields("format", "format_version", "min_reader_version", "app_version", "members")
    fields["min_reader_version"].integer(1, version)
    fields["app_version"].text(64)
    return version, fields["members"].mapping()


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, size: int, name: str) -> bytes:
    """One member's bytes, once its sizes are known to be honest enough to allocate for them."""
    member = info.filename[:60]
    if info.filename not in LARGEST:
        raise FileFormatError(name, member, "No project has a member of this name.", _CHOOSE)
    if info.file_size > LARGEST[info.filename]:
        most = LARGEST[info.filename]
        raise FileFormatError(
            name,
            member,
            "It has {size:# byte|# bytes}; at most {most:thousands} are read.",
            size=info.file_size,
            most=most,
        )
    if info.flag_bits & 0x1:
        raise FileFormatError(name, member, "It is encrypted.", _CHOOSE)
    stored = info.compress_type == zipfile.ZIP_STORED and info.compress_size == info.file_size
    if not stored and not (info.compress_type == zipfile.ZIP_DEFLATED and info.filename.endswith(".json")):
        raise FileFormatError(name, member, "It is compressed in a way that projects do not use.", _CHOOSE)
    if info.header_offset + info.compress_size > size:
        raise FileFormatError(name, member, "It is longer than the file.")
    with archive.open(info) as stream:
        data = stream.read(info.file_size + 1)
    if len(data) != info.file_size:
        raise FileFormatError(
            name,
            member,
            "It has {held:# byte|# bytes} instead of {size:thousands}.",
            held=len(data),
            size=info.file_size,
        )
    return data
