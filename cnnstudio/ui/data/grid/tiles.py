"""Small pictures for the grid, made beside the window, a block at a time, for what is in sight."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, QRect, Signal
from PySide6.QtGui import QImage

from cnnstudio.data.dataset import Pixels
from cnnstudio.data.review.catalogue import Catalogue
from cnnstudio.data.review.thumbnails import thumbnails
from cnnstudio.worker.background import Background

#: pictures that are made small at once, and bytes of small pictures that are kept
BLOCK, KEPT = 64, 48 << 20


class Tile(NamedTuple):
    """A small picture: where it lies in an image that holds many."""

    image: QImage
    place: QRect


class Tiles(QObject):
    """The small pictures of a catalogue that are there. Close it with ``shutdown`` before it goes."""

    #: there are more than before
    came = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._catalogue: Catalogue | None = None
        self._side = 0
        self._made: dict[int, Tile] = {}
        self._wanted: tuple[int, ...] = ()
        self._asked: tuple[int, ...] = ()
        self._background = Background("Making pictures small", self)
        self._background.answered.connect(self._take)

    def shutdown(self) -> None:
        """Make no more. Safe to call twice."""
        self._background.shutdown()

    def show(self, catalogue: Catalogue | None, side: int) -> None:
        """Make those of other data, or in squares of so many pixels of the screen; what is there already stays."""
        before = self._catalogue.data if self._catalogue is not None else None
        if side != self._side or catalogue is None or catalogue.data is not before:
            self._made.clear()
            self._wanted = self._asked = ()
        self._catalogue, self._side = catalogue, side

    def get(self, row: int) -> Tile | None:
        """The small picture of a row; None as long as it is not made."""
        return self._made.get(row)

    def want(self, rows: Iterable[int]) -> None:
        """These are in sight: make those that are missing, a block after the other."""
        self._wanted = tuple(rows)
        self._ask()

    def _ask(self) -> None:
        missing = tuple([row for row in self._wanted if row not in self._made][:BLOCK])
        if self._catalogue is not None and missing and missing != self._asked:
            self._asked = missing
            self._background.ask(partial(_made, self._catalogue, np.array(missing), self._side))

    def _take(self, answer: tuple[Catalogue, npt.NDArray[np.int64], int, Pixels]) -> None:
        catalogue, rows, side, pixels = answer
        if self._catalogue is None or catalogue.data is not self._catalogue.data or side != self._side:
            return
        self._asked = ()
        count, height, width, _ = pixels.shape
        image = QImage(pixels.data, width, count * height, 4 * width, QImage.Format.Format_RGB32).copy()
        for place, row in enumerate(rows.tolist()):
            self._made[row] = Tile(image, QRect(0, place * height, width, height))
        self._forget(4 * width * height)
        self.came.emit()
        self._ask()

    def _forget(self, size: int) -> None:
        """Those go that came first and are out of sight."""
        too_many = len(self._made) - KEPT // size
        if too_many > 0:
            seen = set(self._wanted)
            for row in [row for row in self._made if row not in seen][:too_many]:
                del self._made[row]


def _made(
    catalogue: Catalogue, rows: npt.NDArray[np.int64], side: int
) -> tuple[Catalogue, npt.NDArray[np.int64], int, Pixels]:
    """With them the pictures as the screen wants them, uint8 (n, h, w, 4): blue, green, red and nothing."""
    small = thumbnails(catalogue.read(rows), side)
    shown = np.full((*small.shape[:3], 4), 255, np.uint8)
    shown[..., :3] = small[..., ::-1]
    return catalogue, rows, side, shown
