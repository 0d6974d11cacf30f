"""A change of a picture that makes the network answer otherwise, or the one that came nearest to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from cnnstudio.nn.arrays import Array, Floats
from cnnstudio.nn.looking.attribution.class_score import ClassScore
from cnnstudio.nn.looking.flipping.answering import Answering

#: the furthest that a number of a picture is moved, in levels of 255
BOUND = 64


@dataclass(frozen=True, eq=False)
class Flip:
    """A picture uint8 (H, W, C) ``before`` and ``after`` with what the network says of both (classes,). ``toward`` is
    the class that was asked for, −1 for any other; so many pictures were ``tried``."""

    before: Array
    after: Array
    said: Floats
    says: Floats
    toward: int
    tried: int

    @property
    def answer(self) -> int:
        """The class before."""
        return int(self.said.argmax())

    @property
    def flipped(self) -> bool:
        """Whether it answers as was asked for."""
        return bool(has_flipped(self.says[None], self.answer, self.toward)[0])

    @property
    def difference(self) -> Array:
        """How far each number was moved, in levels from −255 to 255 (H, W, C)."""
        return self.after.astype(np.int16) - self.before

    @property
    def largest(self) -> int:
        """The largest of these moves (the L∞ norm), in levels."""
        return int(np.abs(self.difference).max())

    @property
    def length(self) -> float:
        """The length of all of them together (the L₂ norm), in levels."""
        return float(np.sqrt(np.square(self.difference, dtype=np.float64).sum()))

    @property
    def pixels(self) -> int:
        """How many pixels are others."""
        return int(self.difference.any(axis=2).sum())


def has_flipped(says: Floats, answer: int, toward: int) -> Array:
    """Of each picture (N, classes) whether it is taken for the class asked for, or for any but ``answer``."""
    best = says.argmax(axis=1)
    flips: Array = best == toward if toward >= 0 else best != answer
    return flips


def margin(says: Floats, answer: int, toward: int) -> Floats:
    """How much more probable what is asked for is than the most probable of the rest (N,); above 0 where it flips."""
    others = np.array(says)
    if toward >= 0:
        others[:, toward] = -1
        gained: Floats = says[:, toward] - others.max(axis=1)
        return gained
    others[:, answer] = -1
    lost: Floats = others.max(axis=1) - says[:, answer]
    return lost


class Search:
    """What the ways of looking for a flip have in common: the picture uint8 (H, W, C), what the network says of it, and
    what is asked for. ``score`` finds where to go, ``answering`` has the last word, on whole levels."""

    def __init__(self, score: ClassScore, answering: Answering, picture: Array, toward: int = -1) -> None:
        self.score, self.answering, self.picture = score, answering, picture
        self.said: Floats = answering(picture[None])[0]
        self.answer = int(self.said.argmax())
        self.toward = -1 if toward == self.answer else toward
        self.tried = 0

    def uphill(self, pictures: Array) -> Floats:
        """The way that leads out of the answer or to the class asked for, by each number of pictures (N, H, W, C): the
        slope of the cross-entropy of the answer, or against that of the class asked for."""
        label = self.toward if self.toward >= 0 else self.answer
        slope = self.score.loss_slopes(pictures.astype(np.float32) / 255, label)
        return -slope if self.toward >= 0 else slope

    def asked(
        self, pictures: Array, cancelled: Callable[[], bool], progress: Callable[[float], object] | None = None
    ) -> tuple[Array, Floats]:
        """Of changed pictures (N, H, W, C) which flip (N,), and what the network says of each (N, classes)."""
        says = self.answering(pictures, progress, cancelled)
        self.tried += len(pictures)
        return has_flipped(says, self.answer, self.toward), says

    def found(self, after: Array, says: Floats) -> Flip:
        """What came out."""
        return Flip(self.picture, after, self.said, says, self.toward, self.tried)
