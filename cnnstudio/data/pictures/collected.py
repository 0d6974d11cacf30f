"""Pictures that somebody collects, as files in a folder for each class: a data set that opens like any other."""

from __future__ import annotations

import re
from pathlib import Path

from PIL import Image

from cnnstudio.data.dataset import DataError, Pixels

#: what no name of a folder may hold on some system, and how long it may be
_UNFIT, _LONGEST = re.compile(r'[<>:"/\\|?*\x00-\x1f]'), 100
_QUALITY = 95


class Collected:
    """The pictures in a folder, which is made when the first comes.

    Attributes:
        counts: class → how many pictures it has, in the order in which the classes came.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.counts: dict[str, int] = {}

    def add_class(self, name: str) -> str:
        """A class, which may be there already, by the name that its folder can have; "" where nothing is left of it."""
        fit = _UNFIT.sub("_", name).strip(" .")[:_LONGEST]
        known = next((each for each in self.counts if each.casefold() == fit.casefold()), fit)
        if known:
            self.counts.setdefault(known, 0)
        return known

    def add(self, name: str, pixels: Pixels) -> None:
        """Write a picture uint8 (H, W, 3) of a class.

        Raises:
            DataError: it cannot be written.
        """
        place = self.folder / name
        try:
            place.mkdir(parents=True, exist_ok=True)
            Image.fromarray(pixels).save(place / f"{self.counts[name] + 1:05}.jpg", quality=_QUALITY)
        except OSError as error:
            raise DataError(
                "The picture cannot be written to {folder} ({error}): see that files can be written there.",
                folder=place,
                error=error.strerror or str(error),
            ) from error
        self.counts[name] += 1
