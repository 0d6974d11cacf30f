"""A window as a layer looks through it, why a volume has its size, and what does not fit."""

from __future__ import annotations

from dataclasses import dataclass


class ShapeError(ValueError):
    """A layer cannot take the volume it is given.

    ``str()`` is the sentence with the numbers; ``title`` is its short form for a heading.
    """

    def __init__(self, title: str, sentence: str) -> None:
        super().__init__(sentence)
        self.title = title


@dataclass(frozen=True)
class Window:
    """How an output cell looks at its input: (vertical, horizontal) sizes; padding (top, bottom, left, right).

    In a layer that enlarges it ``spreads``: it lies on the output, and each input cell adds to such a window of it.
    """

    kernel: tuple[int, int]
    stride: tuple[int, int] = (1, 1)
    padding: tuple[int, int, int, int] = (0, 0, 0, 0)
    dilation: tuple[int, int] = (1, 1)
    spreads: bool = False


@dataclass(frozen=True)
class Reason:
    """An answer to “why this number?”: a question, the formula with this layer's numbers, and a remark."""

    question: str
    formula: str
    remark: str = ""
