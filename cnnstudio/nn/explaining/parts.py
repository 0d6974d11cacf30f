"""The parts an explanation is made of. There are five kinds; whoever draws them needs to know no layer. What they say
is made of sentences, to be put into words where it is drawn.

Every part with a ``result`` accounts for the output cell by itself; ``magnitude`` is the sum of the sizes of what was
added up, the scale on which rounding is to be judged.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from cnnstudio.nn.arrays import Floats, Shape
from cnnstudio.nn.explaining.dependence import Cell, Places, Sources
from cnnstudio.nn.telling.told import Sentence

Doubles = NDArray[np.float64]
Operator = Literal["", "+", "−", "×", "÷"]


@dataclass(frozen=True, eq=False)
class Site:
    """One layer of a network that has looked at one image: inputs and output as (H, W, C) or (units,), what it learned
    and the state it keeps, by name."""

    inputs: tuple[Floats, ...]
    output: Floats
    arrays: Mapping[str, Floats] = field(default_factory=dict)
    state: Mapping[str, Floats] = field(default_factory=dict)

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """The shapes of the inputs."""
        return tuple(array.shape for array in self.inputs)


@dataclass(frozen=True, eq=False)
class Block:
    """Some terms of a ledger: of each the number read, the number it is multiplied with (if any), the product.

    The arrays have one shape: rows and columns of a window, or a plain list. ``outside`` marks padding.
    """

    name: Sentence
    left: Doubles
    right: Doubles | None = None
    outside: NDArray[np.bool_] | None = None
    #: channel of the input, from 0, or -1
    channel: int = -1

    @property
    def products(self) -> Doubles:
        """The terms that are added up."""
        with np.errstate(all="ignore"):  # weights of a run that diverged are shown as they are
            return self.left if self.right is None else self.left * self.right

    @property
    def total(self) -> float:
        """Their sum, rounded once."""
        return exact_sum(self.products)


@dataclass(frozen=True)
class Step:
    """One line of a sum: an operator (none for the first), a name, and the number."""

    operator: Operator
    name: Sentence
    value: float


@dataclass(frozen=True, eq=False)
class LedgerPart:
    """Terms that are added up, and what happens with the sum, step by step.

    Where there are blocks, the first step is the sum of all their products.
    """

    caption: Sentence
    steps: tuple[Step, ...]
    blocks: tuple[Block, ...] = ()
    left_name: Sentence = Sentence("values")
    right_name: Sentence = Sentence("weights")
    #: a list, longest contributions first, and where its numbers come from; otherwise grids
    places: tuple[Cell, ...] | None = None
    extra_magnitude: float = 0.0

    @property
    def result(self) -> float:
        """What the steps lead to."""
        value = 0.0
        for step in self.steps:
            match step.operator:
                case "" | "+":
                    value += step.value
                case "−":
                    value -= step.value
                case "×":
                    value *= step.value
                case "÷":
                    value /= step.value
        return value

    @property
    def bracketed(self) -> tuple[int, ...]:
        """How many steps, from the first one on, stand in each pair of brackets where all are written in one line: what
        is added or subtracted is so before it is multiplied or divided."""
        found, added = [], False
        for place, step in enumerate(self.steps):
            if step.operator in ("×", "÷") and added:
                found.append(place)
                added = False
            added = added or (place > 0 and step.operator in ("+", "−"))
        return tuple(found)

    @property
    def magnitude(self) -> float:
        """Σ|products| and the sizes of what is added or subtracted afterwards, scaled as the sum is."""
        size = 0.0
        for place, step in enumerate(self.steps):
            match step.operator:
                case "×":
                    size *= abs(step.value)
                case "÷":
                    size /= abs(step.value)
                case _ if place == 0 and self.blocks:
                    size = sum(float(np.abs(block.products).sum()) for block in self.blocks)
                case _:
                    size += abs(step.value)
        return size + self.extra_magnitude


@dataclass(frozen=True, eq=False)
class WindowPart:
    """The numbers under a window, of which one is taken: ``values`` (rows, columns) at ``rows`` and ``columns`` of
    ``channel``; padding is NaN, for it never wins. ``winner`` is the place of the one taken, in the window."""

    caption: Sentence
    values: Doubles
    rows: Places
    columns: Places
    channel: int
    winner: tuple[int, int]
    port: int = 0

    @property
    def result(self) -> float:
        """The number taken."""
        return float(self.values[self.winner])

    @property
    def magnitude(self) -> float:
        """Its size."""
        return abs(self.result)

    @property
    def source(self) -> Cell:
        """Where in the input the winner lies."""
        return (int(self.rows[self.winner[0]]), int(self.columns[self.winner[1]]), self.channel)


@dataclass(frozen=True, eq=False)
class CurvePart:
    """A function of one number with its graph (``xs``, ``ys``), and this cell on it."""

    caption: Sentence
    formula: Sentence
    xs: Doubles
    ys: Doubles
    x: float
    result: float
    slope: float

    @property
    def magnitude(self) -> float:
        """The larger of what comes in and what goes out."""
        return max(abs(self.x), abs(self.result))


@dataclass(frozen=True, eq=False)
class MappingPart:
    """A number that is carried from one place to another, and the rule. ``source`` is a cell of input ``port``, or
    None where the number comes from nowhere (padding: 0)."""

    caption: Sentence
    rule: Sentence
    target: Cell
    source: Cell | None
    result: float
    port: int = 0

    @property
    def magnitude(self) -> float:
        """Its size."""
        return abs(self.result)


@dataclass(frozen=True, eq=False)
class Column:
    """One column of bars: a name, a value for each row, their sum where it means something."""

    name: Sentence
    values: Doubles
    total: float | None = None


@dataclass(frozen=True, eq=False)
class BarsPart:
    """Several numbers side by side, through one or more steps (the columns); the last column holds the results.
    ``chosen`` is the row that is explained."""

    caption: Sentence
    columns: tuple[Column, ...]
    chosen: int

    @property
    def result(self) -> float:
        """The chosen row's end result."""
        return float(self.columns[-1].values[self.chosen])

    @property
    def magnitude(self) -> float:
        """The largest end result."""
        return float(np.abs(self.columns[-1].values).max())


Part = WindowPart | LedgerPart | CurvePart | MappingPart | BarsPart


@dataclass(frozen=True, eq=False)
class BackPart:
    """What one cell of input ``port`` gets of the gradient on its way back, and how it adds up."""

    port: int
    source: Cell
    part: LedgerPart


def exact_sum(values: Doubles) -> float:
    """The sum, rounded once; of what is no finite number, whatever NumPy makes of it."""
    if np.isfinite(values).all():
        return math.fsum(values.ravel().tolist())
    with np.errstate(all="ignore"):
        return float(values.sum())


def patch(values: Floats, sources: Sources) -> tuple[Doubles, NDArray[np.bool_]]:
    """The numbers a cell reads, (rows, columns, channels) with zeros for padding, and where the padding is
    (rows, columns)."""
    height, width, channels = sources.shape
    volume = values.reshape(height, width, channels)
    rows, columns = np.clip(sources.rows, 0, height - 1), np.clip(sources.columns, 0, width - 1)
    found = volume[np.ix_(rows, columns, sources.channels)].astype(np.float64)
    outside = (rows != sources.rows)[:, None] | (columns != sources.columns)[None, :]
    found[outside] = 0.0
    return found, outside
