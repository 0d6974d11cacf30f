"""GELU: numbers weighed by how many lie below them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from cnnstudio.nn.arrays import Floats
from cnnstudio.nn.layers.activation._activation import Activation
from cnnstudio.nn.ops.elementwise import Curve
from cnnstudio.nn.ops.special import share_below, share_passed
from cnnstudio.nn.telling.told import Sentence


@dataclass(frozen=True)
class GELU(Activation):
    """x · Φ(x), cell by cell, with the exact normal distribution Φ(x) = (1 + erf(x / √2)) / 2 (Hendrycks and
    Gimpel, 2016)."""

    kind: ClassVar[str] = "gelu"
    title: ClassVar[str] = "GELU"
    sentence: ClassVar[str] = "A smooth ReLU: every number times the share of a bell curve that lies below it."
    bend: ClassVar[Sentence] = Sentence(
        "large ones pass, very negative ones become almost 0, with a smooth dip below 0 in between"
    )

    def curve(self) -> Curve:
        return _Curve()

    def formula(self) -> Sentence:
        return Sentence("x · (1 + erf(x / √2)) / 2")

    def brief(self) -> Sentence:
        return Sentence("x · Φ(x)")


class _Curve(Curve):
    def value(self, x: Floats, out: Floats, scratch: Floats) -> None:
        share_below(x, out, scratch)
        out *= x

    def slope(self, x: Floats, y: Floats, out: Floats, scratch: Floats) -> None:
        # (xΦ)′ = Φ + x·φ with the density φ(x) = exp(−x²/2) / √(2π)
        share_passed(x, y, out)
        np.multiply(x, x, out=scratch)
        scratch *= x.dtype.type(-0.5)
        np.exp(scratch, out=scratch)
        scratch *= x
        scratch *= x.dtype.type(1 / math.sqrt(2 * math.pi))
        out += scratch
