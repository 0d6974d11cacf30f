"""Leaky ReLU: negative numbers become small."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from cnnstudio.nn.arrays import Floats
from cnnstudio.nn.layers.activation._activation import Activation
from cnnstudio.nn.ops.elementwise import Curve
from cnnstudio.nn.settings import setting
from cnnstudio.nn.telling.told import Sentence


@dataclass(frozen=True)
class LeakyReLU(Activation):
    """x where x > 0, otherwise slope · x (Maas et al., 2013). At 0 its slope is that of the negative side."""

    kind: ClassVar[str] = "leaky_relu"
    title: ClassVar[str] = "Leaky ReLU"
    sentence: ClassVar[str] = "Like ReLU, but negative numbers keep a small part, so that a unit cannot fall silent."
    in_place: ClassVar[bool] = True
    rises: ClassVar[bool] = True
    bend: ClassVar[Sentence] = Sentence("a negative one keeps a small part of its size, others pass unchanged")

    slope: float = setting(0.01, "Slope", "What a negative number is multiplied with.", type="real", low=0.0, high=1.0)

    def curve(self) -> Curve:
        return _Curve(self.slope)

    def formula(self) -> Sentence:
        return Sentence("max(x, {slope:g}·x)", slope=self.slope)


class _Curve(Curve):
    def __init__(self, negative: float) -> None:
        self.negative = negative

    def value(self, x: Floats, out: Floats, scratch: Floats) -> None:
        np.multiply(x, x.dtype.type(self.negative), out=scratch)
        np.maximum(x, scratch, out=out)

    def slope(self, x: Floats, y: Floats, out: Floats, scratch: Floats) -> None:
        np.greater(y, 0, out=out, casting="unsafe")
        out *= y.dtype.type(1 - self.negative)
        out += y.dtype.type(self.negative)
