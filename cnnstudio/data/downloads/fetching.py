"""Fetching a published data set: from the first server that has it, going on where it broke off, believed by its sums.

What has come lies beside where it belongs under a name of its own (``.part``) until its sum is right. The one place in
the program that asks the internet for anything.
"""

from __future__ import annotations

import contextlib
import errno
import gzip
import hashlib
import shutil
import socket
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

from cnnstudio.data.dataset import Cancelled, DataError
from cnnstudio.data.downloads.published import Published, Remote
from cnnstudio.data.reader import Cancel, Progress
from cnnstudio.files.plain import is_plain
from cnnstudio.nn.telling.told import Sentence

_PART = ".part"
#: bytes that are asked for at once; seconds that a server may be silent; how often one that breaks off is asked again
_BLOCK, _SILENCE, _TRIES = 1 << 16, 15.0, 3
#: bytes that are left free on the disk
_SPARE = 16 << 20
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class _BrokenOff(Exception):
    """A server sent less than it was to."""


class _Wrong(Exception):
    """What has come is not what was published."""


def fetch(found: Published, progress: Progress = None, cancelled: Cancel = None) -> None:
    """Have all files of a data set in its folder. What is there already is not asked for again, and what came of a
    file before is gone on with. ``progress`` hears 0…1.

    Raises:
        DataError: no server can be reached, breaks off, or sends what was published; or the disk is full.
        Cancelled: ``cancelled`` answered yes; what has come is kept for the next time.
    """
    done = 0
    try:
        found.folder.mkdir(parents=True, exist_ok=True)
        for file in found.files:
            begun = done

            def tell(size: int, begun: int = begun) -> None:
                if cancelled and cancelled():
                    raise Cancelled
                if progress:
                    progress((begun + size) / found.size)

            if not all(is_plain(found.folder / name) for name in file.kept):
                _have(found, file, tell)
            done += file.size
            tell(0, done)
    except OSError as error:
        raise _not_kept(found, error) from error


def _have(found: Published, file: Remote, tell: Callable[[int], None]) -> None:
    """Ask one place after the other."""
    part = found.folder / f"{file.name}{_PART}"
    why: DataError | None = None
    for place in file.places:
        try:
            _come(found, file, place, part, tell)
            _check(file, part)
            _unpack(found.folder, file, part)
            return
        except _BrokenOff:
            why = DataError(
                "{host} broke off after {come:bytes} of {size:bytes} of {title}: what has come is kept, so try again "
                "to go on from there.",
                host=_host(place), come=_size(part), size=file.size, title=found.title,
            )  # fmt: skip
        except _Wrong:
            part.unlink()
            why = DataError(
                "What {host} sends as {file} of {title} is not what was published, as its sum is another: nothing of "
                "it was kept. Try again later, or open the folder of a copy that you trust.",
                host=_host(place), file=file.name, title=found.title,
            )  # fmt: skip
        except _Unreachable as error:
            why = why or DataError(
                "{title} cannot be fetched, as {host} cannot be reached ({error}): check the connection to the "
                "internet and try again.",
                title=found.title, host=_host(place), error=error.why,
            )  # fmt: skip
    assert why is not None
    raise why


class _Unreachable(Exception):
    """A server cannot be asked, or has no such file."""

    def __init__(self, why: str | Sentence) -> None:
        super().__init__(why)
        self.why = why


def _come(found: Published, file: Remote, place: str, part: Path, tell: Callable[[int], None]) -> None:
    """Fetch what is missing of a file; a server that breaks off is asked for the rest."""
    for _ in range(_TRIES):
        before = _size(part)
        if before > file.size:
            raise _Wrong
        if before < file.size:
            if shutil.disk_usage(part.parent).free < file.size - before + _SPARE:
                raise OSError(errno.ENOSPC, "")
            with contextlib.suppress(_BrokenOff):
                _ask(file, place, part, tell)
        if (come := _size(part)) > file.size:
            raise _Wrong
        if come == file.size:
            return
        if come == before:
            break
    raise _BrokenOff


def _ask(file: Remote, place: str, part: Path, tell: Callable[[int], None]) -> None:
    import http.client
    import urllib.error
    import urllib.request

    before = _size(part)
    asked = urllib.request.Request(place, headers={"User-Agent": "CNN-Studio"})
    if before:
        asked.add_header("Range", f"bytes={before}-")
    try:
        with urllib.request.urlopen(asked, timeout=_SILENCE) as answer:
            sent = answer.headers.get("Content-Range", "").removeprefix("bytes ").partition("-")[0]
            goes_on = answer.status == 206 and sent == str(before)
            with part.open("ab" if goes_on else "wb") as kept:
                come = before if goes_on else 0
                while come <= file.size:  # one that sends too much is not listened to for ever
                    try:
                        block = answer.read1(_BLOCK)  # as soon as there is any
                    except (OSError, http.client.HTTPException) as error:
                        raise _BrokenOff from error
                    tell(come + len(block))  # before it is kept: nobody may want it any more
                    if not block:
                        return
                    kept.write(block)
                    come += len(block)
    except urllib.error.HTTPError as error:
        if error.code == 416:  # it has no such rest
            raise _Wrong from error
        raise _Unreachable(f"{error.code} {error.reason}") from error
    except urllib.error.URLError as error:
        raise _Unreachable(_why(error.reason)) from error
    except (TimeoutError, ConnectionError, http.client.HTTPException) as error:
        raise _Unreachable(_why(error)) from error


def _why(error: object) -> str | Sentence:
    """Why a server cannot be asked, in words that say nothing of a program's numbers."""
    if isinstance(error, socket.gaierror):
        return Sentence("its name is not found, as where there is no internet")
    if isinstance(error, TimeoutError):
        return Sentence("it does not answer")
    if isinstance(error, OSError) and error.strerror:
        return error.strerror[:1].lower() + error.strerror[1:]
    return str(error) or type(error).__name__


def _check(file: Remote, part: Path) -> None:
    """Take care that a whole file is what was published."""
    with part.open("rb") as whole:
        if hashlib.file_digest(whole, "sha256").hexdigest() != file.sha256:
            raise _Wrong
    if file.inside:
        try:
            with gzip.open(part) as inside:
                digest = hashlib.sha256()
                while block := inside.read(1 << 20):
                    digest.update(block)
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise _Wrong from error
        if digest.hexdigest() != file.inside:
            raise _Wrong


def _unpack(folder: Path, file: Remote, part: Path) -> None:
    """Give what has come its name, or take out of it what is wanted."""
    if not file.members:
        part.replace(folder / file.name)
        return
    try:
        for member in file.members:
            fresh = folder / f"{Path(member).name}{_PART}"
            with _opened(part, file.name, member) as inside, fresh.open("wb") as out:
                shutil.copyfileobj(inside, out)
            fresh.replace(folder / Path(member).name)
    except (KeyError, zipfile.BadZipFile, tarfile.TarError) as error:
        raise _Wrong from error
    part.unlink()


@contextlib.contextmanager
def _opened(part: Path, name: str, member: str) -> Iterator[IO[Any]]:
    """A file in an archive, by its name there."""
    if name.endswith(".zip"):
        with zipfile.ZipFile(part) as archive, archive.open(member) as inside:
            yield inside
        return
    with tarfile.open(part) as tar:
        found = tar.extractfile(member)
        if found is None:
            raise KeyError(member)
        with found:
            yield found


def _not_kept(found: Published, error: OSError) -> DataError:
    if error.errno in _FULL:
        return DataError(
            "There is no room for {title} ({size:bytes}) on the disk of {folder}: make room and try again; what has "
            "come is kept.",
            title=found.title, size=found.size, folder=found.folder,
        )  # fmt: skip
    return DataError(
        "{title} cannot be kept in {folder} ({error}): {how}.",
        title=found.title, folder=found.folder, error=error.strerror or str(error),
        how=Sentence("see that files can be written there"),
    )  # fmt: skip


def _host(place: str) -> str:
    return place.split("/")[2]


def _size(part: Path) -> int:
    try:
        return part.stat().st_size
    except OSError:
        return 0
