"""All pictures of a data set in one row, each with what it is used for."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import numpy.typing as npt

from cnnstudio.data.dataset import PARTS, DataSet, Labels, Part, Pixels
from cnnstudio.data.preparation.changes import Changes, extended, part_after
from cnnstudio.data.preparation.split import Split, held_back_of

Places = npt.NDArray[np.int8]
#: in place of a part, of a picture that is left out
LEFT_OUT = -1


class Catalogue:
    """The pictures of a data set as it was opened, those of training, validation and test one after the other, with
    somebody's changes to them and what validation gets. A picture keeps its row whatever is changed.

    Attributes:
        data: the data set without the changes, but with the pictures that were added.
        labels: int64 (N,), the class of each picture with the changes made.
        parts: int8 (N,), of each picture the place in ``PARTS`` of what it is used for, or ``LEFT_OUT``.
        stored: int8 (N,), of each picture the place in ``PARTS`` of the part that it is stored in.
    """

    def __init__(self, data: DataSet, changes: Changes, split: Split) -> None:
        """Changes of what is not there are of no account: a preview has but the first pictures."""
        data = self.data = extended(data, changes.added)
        counts = [len(data.parts[part]) if part in data.parts else 0 for part in PARTS]
        self._starts = np.concatenate([[0], np.cumsum(counts)])
        self.stored: Places = np.repeat(np.arange(len(PARTS), dtype=np.int8), counts)
        self.labels: Labels = np.concatenate([data.parts[part].labels for part in PARTS if part in data.parts])
        self.parts: Places = self.stored.copy()
        for part, index, label in changes.labels:
            if (row := self.row_of(part, index)) is not None:
                self.labels[row] = label
        for part, index in changes.excluded:
            if (row := self.row_of(part, index)) is not None:
                self.parts[row] = LEFT_OUT
        for part, index, target in changes.moved:
            if (row := self.row_of(part, index)) is not None:
                self.parts[row] = PARTS.index(target)
        if data.validation is None:
            self._hold_back(changes, split)

    def _hold_back(self, changes: Changes, split: Split) -> None:
        learned = self._in_training()
        if len(learned) > 1:
            kept = held_back_of(part_after(self.data, "train", changes), split)
            self.parts[learned[kept]] = PARTS.index("validation")

    def _in_training(self) -> Labels:
        """The rows of the training pictures as they come in the changed data set: first those that were there."""
        train = PARTS.index("train")
        learned = np.flatnonzero(self.parts == train)
        return learned[np.argsort(self.stored[learned] != train, kind="stable")]

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def learned(self) -> int:
        """How many pictures are learned from."""
        return int((self.parts == PARTS.index("train")).sum())

    def place_in_training(self, row: int) -> int | None:
        """The place of a picture among those that are learned from; None where it is not learned from."""
        places = np.flatnonzero(self._in_training() == row)
        return int(places[0]) if len(places) else None

    @cached_property
    def counts(self) -> npt.NDArray[np.int64]:
        """int64 (classes, parts): how many pictures of each class are used for what."""
        used = self.parts != LEFT_OUT
        flat = self.labels[used] * len(PARTS) + self.parts[used]
        found = np.bincount(flat, minlength=len(self.data.classes) * len(PARTS))
        return found.reshape(-1, len(PARTS)).astype(np.int64)

    def row_of(self, part: Part, index: int) -> int | None:
        """The row of the picture stored at a place of a part; None where there is none."""
        place = PARTS.index(part)
        row = int(self._starts[place]) + index
        return row if index >= 0 and row < self._starts[place + 1] else None

    def where(self, row: int) -> tuple[Part, int]:
        """The part that the picture is stored in and its place there, by which changes name it."""
        place = int(self.stored[row])
        return PARTS[place], row - int(self._starts[place])

    def file(self, row: int) -> str:
        """The file of a picture with its folders; "" where it has none."""
        return self.data.file_of(*self.where(row))

    def read(self, rows: npt.NDArray[np.int64]) -> Pixels:
        """Copies of pictures, uint8 (n, H, W, C)."""
        pixels = np.empty((len(rows), *self.data.image_shape), np.uint8)
        for place in np.unique(self.stored[rows]):
            here = np.flatnonzero(self.stored[rows] == place)
            pixels[here] = self.data.parts[PARTS[place]].read(rows[here] - self._starts[place])
        return pixels

    def chosen(self, label: int | None = None, part: Part | None = None) -> Labels:
        """The rows int64 of pictures of a class (of all) that are used for a part (for any, and those left out), class
        after class, in each as they are stored."""
        rows = np.arange(len(self))
        if label is not None:
            rows = rows[self.labels[rows] == label]
        if part is not None:
            rows = rows[self.parts[rows] == PARTS.index(part)]
        return rows[np.argsort(self.labels[rows], kind="stable")]
