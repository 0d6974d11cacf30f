"""What layers have in common that bring numbers of one image to mean 0 and spread 1."""

from __future__ import annotations

import math

from cnnstudio.nn.arrays import Doubles
from cnnstudio.nn.explaining.dependence import Cell
from cnnstudio.nn.explaining.parts import BackPart, LedgerPart, Step
from cnnstudio.nn.telling.told import Sentence


def back_through_moments(cell: Cell, values: Doubles, scaled: Doubles, at: Cell, epsilon: float) -> BackPart:
    """The gradient of a cell among the ``values`` that are normalised with it, where it is the one ``at``; ``scaled``
    are their gradients times scale."""
    deviation = math.sqrt(values.var() + epsilon)
    normal = (values - values.mean()) / deviation
    steps = (
        Step("", Sentence("gradient after × scale"), float(scaled[at])),
        Step("−", Sentence("mean of all such"), float(scaled.mean())),
        Step("−", Sentence("normalised × mean"), float(normal[at] * (scaled * normal).mean())),
        Step("÷", Sentence("deviation"), deviation),
    )
    caption = Sentence(
        "The number at {cell:place} also moves the mean and the spread of all {count:# number|# numbers}, so what "
        "it would change through those is taken away: the mean of all such gradients, and its own normalised value "
        "times the mean of (gradient × normalised value).",
        cell=cell,
        count=values.size,
    )
    return BackPart(0, cell, LedgerPart(caption, steps))
