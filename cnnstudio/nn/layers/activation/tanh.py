"""Tanh: numbers between −1 and 1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from cnnstudio.nn.arrays import Floats
from cnnstudio.nn.layers.activation._activation import Activation
from cnnstudio.nn.ops.elementwise import Curve
from cnnstudio.nn.telling.told import Sentence


@dataclass(frozen=True)
class Tanh(Activation):
    """The hyperbolic tangent, cell by cell."""

    kind: ClassVar[str] = "tanh"
    title: ClassVar[str] = "Tanh"
    sentence: ClassVar[str] = "Squeezes every number into the range from −1 to 1 and keeps its sign."
    in_place: ClassVar[bool] = True
    rises: ClassVar[bool] = True
    bend: ClassVar[Sentence] = Sentence("it is squeezed between −1 and 1, and 0 stays 0")

    def curve(self) -> Curve:
        return _Curve()

    def formula(self) -> Sentence:
        return Sentence("tanh(x)")


class _Curve(Curve):
    def value(self, x: Floats, out: Floats, scratch: Floats) -> None:
        np.tanh(x, out=out)

    def slope(self, x: Floats, y: Floats, out: Floats, scratch: Floats) -> None:
        np.multiply(y, y, out=out)
        np.subtract(1, out, out=out)
