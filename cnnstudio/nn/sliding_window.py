"""A window as a layer looks through it, why a volume has its size, and what does not fit."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Literal

from cnnstudio.nn.arrays import Shape
from cnnstudio.nn.telling.told import Sentence, Told, WordedError, told
from cnnstudio.nn.telling.wording.misfits import Misfit, misfit_words
from cnnstudio.nn.telling.wording.reasons import ReasonWords, reason_words


class ShapeError(WordedError, ValueError):
    """A layer cannot take the volume it is given.

    ``told`` says why, as data; ``title`` is the short form of the sentence, for a heading.
    """

    def __init__(self, code: str, /, **values: Hashable) -> None:
        self.told = told(code, **values)
        super().__init__("{misfit}", misfit=Misfit(self.told))

    def __reduce__(self) -> tuple[object, ...]:
        return _again, (self.told,)

    @property
    def title(self) -> str:
        """The heading."""
        return misfit_words(self.told).title


def _again(what: Told) -> ShapeError:
    """The error that has been told in another process."""
    return ShapeError(what.code, **dict(what.values))


@dataclass(frozen=True)
class Window:
    """How an output cell looks at its input: (vertical, horizontal) sizes; padding (top, bottom, left, right).

    In a layer that enlarges it ``spreads``: it lies on the output, and each input cell adds to such a window of it.
    Where a size is rounded up, the last window has ``overhang`` cells (below, to the right) behind the padding: they
    are no cells at all, not even zeros.
    """

    kernel: tuple[int, int]
    stride: tuple[int, int] = (1, 1)
    padding: tuple[int, int, int, int] = (0, 0, 0, 0)
    dilation: tuple[int, int] = (1, 1)
    spreads: bool = False
    overhang: tuple[int, int] = (0, 0)

    @property
    def border(self) -> tuple[int, int, int, int]:
        """How far windows reach beyond the input: (top, bottom, left, right)."""
        top, bottom, left, right = self.padding
        return (top, bottom + self.overhang[0], left, right + self.overhang[1])

    def padded(self, shape: Shape) -> Shape:
        """A volume (height, width, channels) with the padding around it."""
        (height, width, channels), (top, bottom, left, right) = shape, self.padding
        return (height + top + bottom, width + left + right, channels)


#: which number a reason is about: the size of what comes out, the parameters, the cost of an image, or what becomes of
#: one number or one pixel
About = Literal["size", "parameters", "cost", "number", "pixel"]


@dataclass(frozen=True)
class Reason:
    """An answer to “why this number?” as data: what it is about, the formula with this layer's numbers (a line for
    each side; a sentence where it has words), remarks, and the ``size`` that is asked for if it is about one."""

    about: About
    formula: str | Sentence
    remarks: tuple[Told, ...] = ()
    size: tuple[int, ...] = ()

    @property
    def words(self) -> ReasonWords:
        """The question, the formula and the remarks, in words."""
        return reason_words(self.about, self.size, self.formula, self.remarks)
