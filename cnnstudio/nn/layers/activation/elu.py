"""ELU: negative numbers run out softly."""

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
class ELU(Activation):
    """x where x > 0, otherwise α · (exp(x) − 1) (Clevert et al., 2016). At 0 its slope is that of the negative
    side, α."""

    kind: ClassVar[str] = "elu"
    title: ClassVar[str] = "ELU"
    sentence: ClassVar[str] = "Like ReLU, but negative numbers run out softly towards −α instead of being cut off."
    in_place: ClassVar[bool] = True
    rises: ClassVar[bool] = True
    bend: ClassVar[Sentence] = Sentence(
        "a negative one is bent up so that it never falls below −α, others pass unchanged"
    )

    alpha: float = setting(1.0, "α", "How far down a negative number can come.", type="real", low=0.0, high=10.0)

    def curve(self) -> Curve:
        return _Curve(self.alpha)

    def formula(self) -> Sentence:
        return Sentence("x or {alpha:g}·(exp(x) − 1)", alpha=self.alpha)


class _Curve(Curve):
    def __init__(self, alpha: float) -> None:
        self.alpha = alpha

    def value(self, x: Floats, out: Floats, scratch: Floats) -> None:
        # against an array of zeros, because NumPy is several times slower against the number 0
        scratch.fill(0)
        np.minimum(x, scratch, out=scratch)
        np.subtract(x, scratch, out=out)
        np.expm1(scratch, out=scratch)
        scratch *= x.dtype.type(self.alpha)
        out += scratch

    def slope(self, x: Floats, y: Floats, out: Floats, scratch: Floats) -> None:
        # below 0 the slope α·exp(x) is y + α; above, 1 = α + (1 − α)
        alpha = y.dtype.type(self.alpha)
        out.fill(0)
        np.minimum(y, out, out=out)
        out += alpha
        if alpha != 1:
            np.greater(y, 0, out=scratch, casting="unsafe")
            scratch *= 1 - alpha
            out += scratch
