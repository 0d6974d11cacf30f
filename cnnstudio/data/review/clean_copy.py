"""A copy of a data set with all changes made, as a new folder that opens as the same: a folder for each class in one
for training, validation and test."""

from __future__ import annotations

import re
import shutil
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path, PurePosixPath

import numpy as np
from PIL import Image

from cnnstudio.data.dataset import PARTS, Cancelled, DataError, Part
from cnnstudio.data.importing.listing import File, Listing
from cnnstudio.data.importing.survey import holds_files, listing_of
from cnnstudio.data.pictures.picture import PictureError
from cnnstudio.data.reader import Cancel, Progress
from cnnstudio.data.review.catalogue import LEFT_OUT, Catalogue

#: what no name of a folder may hold on some system, and how long it may be
_UNFIT, _LONGEST = re.compile(r'[<>:"/\\|?*\x00-\x1f]'), 100


def write_copy(catalogue: Catalogue, folder: Path, progress: Progress = None, cancelled: Cancel = None) -> int:
    """Write all pictures that are not left out into a folder that is not there yet or empty, and say how many: files as
    they are, pictures from arrays as PNG. A validation that is a share of the training pictures stays among these.
    What is broken off leaves nothing behind.

    Raises:
        DataError: there is something in the folder, a file is gone, or it cannot be written.
        Cancelled: ``cancelled`` answered yes.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise DataError("{folder} is there already: choose a new name for the copy.", folder=folder)
    rows = np.flatnonzero(catalogue.parts != LEFT_OUT).tolist()
    names = _folders(catalogue.data.classes)
    taken: set[str] = set()
    try:
        with _growing(folder) as place, _files_of(catalogue) as (listing, files):
            for part in catalogue.data.parts:
                for name in names:  # a class without pictures is still one
                    (place / part / name).mkdir(parents=True)
            for done, row in enumerate(rows):
                if cancelled and cancelled():
                    raise Cancelled
                part = _part_of(catalogue, row)
                where = place / part / names[int(catalogue.labels[row])]
                _write(catalogue, row, where, listing, files, taken)
                if progress:
                    progress((done + 1) / len(rows))
    except OSError as error:
        raise DataError(
            "The copy cannot be written to {folder} ({why}): choose another place.", folder=folder, why=error.strerror
        ) from error
    return len(rows)


def _write(
    catalogue: Catalogue, row: int, folder: Path, listing: Listing | None, files: dict[str, File], taken: set[str]
) -> None:
    source = PurePosixPath(catalogue.file(row))
    if listing is None or not catalogue.file(row):  # from an array, or added
        part, index = catalogue.where(row)
        pixels = catalogue.read(np.array([row]))[0]
        picture = Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels)
        picture.save(_free(folder / f"{part} {index}.png", taken))
        return
    try:
        content = listing.read(files[str(source)])
    except (KeyError, OSError, PictureError) as error:
        raise DataError(
            "{file} of {data} is not there any more or cannot be read: open the data anew.",
            file=source,
            data=catalogue.data.title,
        ) from error
    _free(folder / _UNFIT.sub("_", source.name), taken).write_bytes(content)


@contextmanager
def _growing(folder: Path) -> Iterator[Path]:
    """A folder beside the one that is wanted, which becomes it in the end."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    place = folder.with_name(f".{folder.name[:40]}-{uuid.uuid4().hex[:8]}")
    place.mkdir()
    try:
        yield place
        if folder.exists():
            folder.rmdir()
        place.rename(folder)
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise


@contextmanager
def _files_of(catalogue: Catalogue) -> Iterator[tuple[Listing | None, dict[str, File]]]:
    """Where the files of the pictures are, by their names; None for pictures that have none."""
    source = Path(catalogue.data.source)
    if not catalogue.data.files:
        yield None, {}
        return
    if not source.exists() or not holds_files(source):
        raise DataError("There are no pictures at {source} any more: open the data anew.", source=source)
    with closing(listing_of(source)) as listing:
        yield listing, {file.path: file for file in listing.files}


def _part_of(catalogue: Catalogue, row: int) -> Part:
    part = PARTS[int(catalogue.parts[row])]
    return "train" if part == "validation" and catalogue.data.validation is None else part


def _folders(classes: tuple[str, ...]) -> list[str]:
    """A name of a folder for each class, no two alike on any system."""
    found: list[str] = []
    for name in classes:
        fit = _UNFIT.sub("_", name).strip(" .")[:_LONGEST] or "_"
        taken = {each.casefold() for each in found}
        found.append(fit if fit.casefold() not in taken else f"{fit} {len(found)}")
    return found


def _free(path: Path, taken: set[str]) -> Path:
    """The path, or one beside it that no picture has yet."""
    number, found = 1, path
    while str(found).casefold() in taken:
        number += 1
        found = path.with_name(f"{path.stem} ({number}){path.suffix}")
    taken.add(str(found).casefold())
    return found
