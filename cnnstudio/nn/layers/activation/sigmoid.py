"""Sigmoid: numbers between 0 and 1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from cnnstudio.nn.arrays import Floats
from cnnstudio.nn.layers.activation._activation import Activation
from cnnstudio.nn.ops.elementwise import Curve
from cnnstudio.nn.ops.special import logistic
from cnnstudio.nn.telling.told import Sentence


@dataclass(frozen=True)
class Sigmoid(Activation):
    """1 / (1 + exp(−x)), cell by cell."""

    kind: ClassVar[str] = "sigmoid"
    title: ClassVar[str] = "Sigmoid"
    sentence: ClassVar[str] = "Squeezes every number into the range from 0 to 1. Far from 0 it hardly moves any more."
    in_place: ClassVar[bool] = True
    rises: ClassVar[bool] = True
    bend: ClassVar[Sentence] = Sentence("it is squeezed between 0 and 1, and 0 becomes 0.5")

    def curve(self) -> Curve:
        return _Curve()

    def formula(self) -> Sentence:
        return Sentence("1 / (1 + exp(−x))")


class _Curve(Curve):
    def value(self, x: Floats, out: Floats, scratch: Floats) -> None:
        logistic(x, out)

    def slope(self, x: Floats, y: Floats, out: Floats, scratch: Floats) -> None:
        np.subtract(1, y, out=out)
        out *= y
