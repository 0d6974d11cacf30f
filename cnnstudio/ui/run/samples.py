"""The sample image that cards and maps look at: one test image of the data, chosen here."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from cnnstudio.data.dataset import Examples
from cnnstudio.ui.run.data_source import DataSource
from cnnstudio.worker.inspection import Inspection

#: images among which the first one shown is chosen; a preview has as many of each class
_LOOKED_AT = 15


class Samples(QObject):
    """Keeps one test image of the data as the image that is inspected and goes through others."""

    #: another image, or another choice of images
    changed = Signal()
    #: somebody wants to see one that the network gets wrong
    mistake_asked = Signal()
    #: somebody wants to draw one
    drawing_asked = Signal()

    def __init__(self, data: DataSource, inspection: Inspection, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._data, self._inspection = data, inspection
        self._shown_of = ""
        self._shape: tuple[int, ...] = ()
        self._random = random.Random()
        #: pictures of one's own (H, W, C) that are gone through with what they are called, and which of them is shown
        self._pictures: tuple[tuple[NDArray[np.uint8], str], ...] = ()
        self._picture = 0
        self.index = 0
        #: the images that are gone through, by index; none means all. And what each of them is called
        self.among: tuple[int, ...] = ()
        self.among_name = ""
        data.changed.connect(self._new_data)
        self._new_data()

    @property
    def count(self) -> int:
        """How many images there are to choose from; 0 before there is data."""
        return len(self._data.sample.test) if self._data.sample is not None else 0

    @property
    def classes(self) -> tuple[str, ...]:
        """The names of the classes; none before there is data."""
        return self._data.classes

    @property
    def label(self) -> int:
        """The class of the image shown, from 0; -1 before there is data and for a picture of one's own."""
        sample = self._data.sample
        if sample is None or self._pictures or self.index >= len(sample.test):
            return -1
        return int(sample.test.labels[self.index])

    @property
    def own(self) -> tuple[int, int]:
        """Which of one's own pictures is shown, from 0, and how many are gone through: none where it is the data's."""
        return self._picture, len(self._pictures)

    def step(self, by: int) -> None:
        """Show the next (1) or the previous (-1) image: of several of one's own, of those gone through, or of all."""
        if len(self._pictures) > 1:
            self._show_own((self._picture + by) % len(self._pictures))
        elif self.among:
            here = self.among.index(self.index) if self.index in self.among else -1 if by > 0 else 0
            self.show_index(self.among[(here + by) % len(self.among)])
        elif self.count:
            self.show_index((self.index + by) % self.count)

    def show_random(self) -> None:
        """Show any other image."""
        self.leave_among()
        if self.count > 1:
            self.show_index((self.index + self._random.randrange(1, self.count)) % self.count)

    def show_class(self, number: int) -> None:
        """Show the next image of a class (from 0), beginning again after the last."""
        self.leave_among()
        if self._data.sample is None:
            return
        of_class = np.flatnonzero(self._data.sample.test.labels == number)
        if len(of_class):
            after = of_class[of_class > self.index]
            self.show_index(int(after[0] if len(after) else of_class[0]))

    def show_index(self, index: int) -> None:
        """Show one test image by its index, from 0."""
        sample = self._data.sample
        if sample is None:
            return
        self.index, self._pictures = index, ()
        image = sample.test.read(slice(index, index + 1))[0]
        self._inspection.set_image(image, spoken(sample.classes, int(sample.test.labels[index])))
        self.changed.emit()

    def show_among(self, indices: Iterable[int], name: str, index: int | None = None) -> None:
        """Go through these images only, each called ``name``; show the one asked for, else the first of them, or the
        next where they are gone through already."""
        before, self.among, self.among_name = self.among, tuple(int(i) for i in indices), name
        if index is not None:
            self.show_index(index)
        elif self.among and self.among == before and not self._pictures:
            self.step(1)
        elif self.among:
            self.show_index(self.among[0])

    def leave_among(self) -> None:
        """Go through all images again."""
        if self.among:
            self.among, self.among_name = (), ""
            self.changed.emit()

    def show_picture(self, image: NDArray[np.uint8], words: str) -> None:
        """Show a picture (H, W, C) that is none of the data's."""
        self.show_pictures([(image, words)])

    def show_pictures(self, pictures: Sequence[tuple[NDArray[np.uint8], str]]) -> None:
        """Go through these pictures (H, W, C), which are none of the data's, each with what it is called; the first is
        shown."""
        self._pictures = tuple(pictures)
        self._show_own(0)

    def _show_own(self, number: int) -> None:
        self._picture = number
        self._inspection.set_image(*self._pictures[number])
        self.changed.emit()

    def _new_data(self) -> None:
        sample = self._data.sample
        if sample is None:
            if self._data.missing and not self._pictures:  # what is shown is of other data, which nobody chose here
                self._shown_of = ""
                self.leave_among()
                self._inspection.set_image(None)
                self.changed.emit()
            return
        if self._shown_of != sample.source:
            self._shown_of = sample.source
            self.leave_among()
            # A seven, where there are digits: every textbook begins with one.
            named = [i for i, name in enumerate(sample.classes) if name == "7"]
            found = np.flatnonzero(sample.test.labels == named[0]) if named else None
            self.show_index(_plainest(sample.test, found) if found is not None and len(found) else 0)
        elif self._shape != sample.image_shape:  # the same pictures, made larger or smaller
            self.show_index(self.index if self.index < len(sample.test) else 0)
        self._shape = sample.image_shape


def _plainest(examples: Examples, indices: NDArray[np.intp]) -> int:
    """Of these images the one most like their mean, so that the first one seen is easy to read."""
    chosen = indices[:_LOOKED_AT]
    images = examples.read(chosen).astype(np.float32)
    distances = np.square(images - images.mean(axis=0)).sum(axis=(1, 2, 3))
    return int(chosen[np.argmin(distances)])


def name_of(classes: Sequence[str], number: int) -> str:
    """A class by its number from 0; one without a name is counted from 1."""
    return classes[number] if 0 <= number < len(classes) else str(number + 1)


def spoken(classes: tuple[str, ...], label: int) -> str:
    """What an image shows, as one says it: digit “7”, “circle”."""
    name = name_of(classes, label)
    return f"digit “{name}”" if set(classes) == set("0123456789") else f"“{name}”"
