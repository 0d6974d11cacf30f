"""Hard sigmoid: a sigmoid of three straight lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from cnnstudio.nn.arrays import Floats
from cnnstudio.nn.layers.activation._activation import Activation
from cnnstudio.nn.ops.elementwise import Curve
from cnnstudio.nn.telling.told import Sentence


@dataclass(frozen=True)
class HardSigmoid(Activation):
    """min(max(x / 6 + 1/2, 0), 1), as in MobileNetV3 (Howard et al., 2019). At −3 and at 3 its slope is 0."""

    kind: ClassVar[str] = "hard_sigmoid"
    title: ClassVar[str] = "Hard sigmoid"
    sentence: ClassVar[str] = "Like Sigmoid, but of straight lines: quick to compute, and really 0 and 1 at its ends."
    in_place: ClassVar[bool] = True
    rises: ClassVar[bool] = True
    bend: ClassVar[Sentence] = Sentence("one below −3 becomes 0, one above 3 becomes 1, between them it rises evenly")

    def curve(self) -> Curve:
        return _Curve()

    def formula(self) -> Sentence:
        return Sentence("min(max(x / 6 + 1/2, 0), 1)")


class _Curve(Curve):
    def value(self, x: Floats, out: Floats, scratch: Floats) -> None:
        np.divide(x, 6, out=out)
        out += x.dtype.type(0.5)
        np.clip(out, 0, 1, out=out)

    def slope(self, x: Floats, y: Floats, out: Floats, scratch: Floats) -> None:
        np.greater(y, 0, out=out, casting="unsafe")
        np.less(y, 1, out=scratch, casting="unsafe")
        out *= scratch
        out /= 6
