"""What refusals of fetched sets, films and added pictures advise, each tried."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from loopback import Server, letters, serving
from painted import classes_of, write_files

from cnnstudio.data.dataset import DataSet
from cnnstudio.data.downloads.fetching import fetch
from cnnstudio.data.downloads.published import PUBLISHED, Published
from cnnstudio.data.library import open_data
from cnnstudio.data.pictures.collected import Collected
from cnnstudio.data.pictures.film import Film
from cnnstudio.data.preparation.changes import Added, Changes, changed
from cnnstudio.data.review.editing import MOST_ADDED, with_picture
from tests.remedies.data_trials import Do


def fetched(before: Callable[[Server, Published], Published] = lambda server, found: found) -> Do:
    """A set of letters from a server on this computer, of which something may be wrong before it is asked."""

    def do(folder: Path) -> None:
        with serving() as server, pytest.MonkeyPatch.context() as patch:
            patch.setenv("CNNSTUDIO_CACHE", str(folder / "cache"))
            fetch(before(server, letters(server)))

    return do


def lost(server: Server, found: Published) -> Published:
    with serving() as gone:
        nowhere = gone.at
    return replace(found, files=(replace(found.files[0], places=(f"{nowhere}/file",)),))


def broken_off(server: Server, found: Published) -> Published:
    server.breaks_off_after = 40
    return found


def other(server: Server, found: Published) -> Published:
    server.files[f"/{found.files[0].name}"] = bytes(found.files[0].size)
    return found


def full(server: Server, found: Published) -> Published:
    found.folder.mkdir(parents=True)
    (found.folder / f"{found.files[0].name}.part").symlink_to("/dev/full")
    return found


def no_folder(server: Server, found: Published) -> Published:
    found.folder.parent.parent.mkdir(parents=True)
    found.folder.parent.write_bytes(b"")
    return found


def opened_by_name(*, first: bool) -> Do:
    """The set by its name, fetched ``first`` or not."""

    def do(folder: Path) -> None:
        with serving() as server, pytest.MonkeyPatch.context() as patch:
            patch.setenv("CNNSTUDIO_CACHE", str(folder / "cache"))
            found = letters(server)
            patch.setitem(PUBLISHED, found.name, found)
            if first:
                fetch(found)
            open_data(found.name)

    return do


def film(folder: Path) -> Path:
    path = folder / "film.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"MJPG"), 10, (64, 48))
    for _ in range(3):
        writer.write(np.zeros((48, 64, 3), np.uint8))
    writer.release()
    return path


def looked_at(make: Callable[[Path], Path]) -> Do:
    return lambda folder: Film(make(folder)).close()


def no_film(folder: Path) -> Path:
    (folder / "film.mp4").write_bytes(b"no film")
    return folder / "film.mp4"


def collected(*, writable: bool) -> Do:
    def do(folder: Path) -> None:
        if not writable:
            (folder / "mine").write_bytes(b"")
        pictures = Collected(folder / "mine")
        pictures.add(pictures.add_class("cat"), np.zeros((8, 8, 3), np.uint8))

    return do


def pets(folder: Path) -> DataSet:
    return open_data(write_files(folder / "pets", classes_of("cat", "dog")))


def added(pixels: int, rows: int = 0) -> Do:
    """A picture more, with so many ``rows`` more than the others, where ``pixels`` numbers were added already."""

    def do(folder: Path) -> None:
        data = pets(folder)
        height, width, channels = data.image_shape
        before = (Added("train", 0, (1, pixels, 1), bytes(pixels)),) if pixels else ()
        changes = Changes(data.fingerprint, added=before) if before else Changes()
        with_picture(data, changes, np.zeros((height + rows, width, channels), np.uint8), 0)

    return do


def changed_by(added: tuple[Added, ...]) -> Do:
    """Pictures with others added to them."""

    def do(folder: Path) -> None:
        data = pets(folder)
        changed(data, Changes(data.fingerprint, added=added) if added else Changes())

    return do


TRIALS: dict[str, tuple[Do, str, Do]] = {
    "not fetched": (opened_by_name(first=False), "fetch it", opened_by_name(first=True)),
    "no connection": (fetched(lost), "check the connection to the internet", fetched()),
    "broken off": (fetched(broken_off), "try again to go on from there", fetched()),
    "not what was published": (fetched(other), "Try again later", fetched()),
    "no room for what is fetched": (fetched(full), "make room", fetched()),
    "no folder for what is fetched": (fetched(no_folder), "see that files can be written there", fetched()),
    "no film there": (looked_at(lambda folder: folder / "none.mp4"), "choose a file", looked_at(film)),
    "no film": (looked_at(no_film), "choose an MP4, AVI, MOV or WebM file", looked_at(film)),
    "a picture that cannot be kept": (
        collected(writable=False),
        "see that files can be written there",
        collected(writable=True),
    ),
    "added, too large": (added(0, rows=1), "give the Input layer their size", added(0)),
    "added, too many": (added(MOST_ADDED), "save more as files in a folder and open that", pets),
    "added, to other images": (
        changed_by((Added("train", 0, (1, 1, 1), bytes(1)),)),
        "remove the changes",
        changed_by(()),
    ),
}
