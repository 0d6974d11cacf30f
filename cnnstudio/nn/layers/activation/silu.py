"""SiLU: numbers weighed by their own sigmoid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from cnnstudio.nn.arrays import Floats
from cnnstudio.nn.layers.activation._activation import Activation
from cnnstudio.nn.ops.elementwise import Curve
from cnnstudio.nn.ops.special import share_passed
from cnnstudio.nn.telling.told import Sentence


@dataclass(frozen=True)
class SiLU(Activation):
    """x · σ(x), cell by cell, where σ is the sigmoid; also called Swish (Ramachandran et al., 2017)."""

    kind: ClassVar[str] = "silu"
    title: ClassVar[str] = "SiLU"
    sentence: ClassVar[str] = "A smooth ReLU: every number times its own sigmoid. Also known as Swish."
    bend: ClassVar[Sentence] = Sentence(
        "large ones pass, very negative ones become almost 0, with a smooth dip below 0 in between"
    )

    def curve(self) -> Curve:
        return _Curve()

    def formula(self) -> Sentence:
        return Sentence("x / (1 + exp(−x))")


class _Curve(Curve):
    def value(self, x: Floats, out: Floats, scratch: Floats) -> None:
        # σ(x) = (1 + tanh(x/2)) / 2, exact to one rounding of 1, is faster than by exp
        np.multiply(x, x.dtype.type(0.5), out=scratch)
        np.tanh(scratch, out=out)
        out += 1
        out *= scratch

    def slope(self, x: Floats, y: Floats, out: Floats, scratch: Floats) -> None:
        # (xσ)′ = σ + xσ(1 − σ) = σ + y − yσ
        share_passed(x, y, out)
        np.multiply(y, out, out=scratch)
        out += y
        out -= scratch
