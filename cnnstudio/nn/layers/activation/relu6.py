"""ReLU6: a ReLU that ends at 6."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from cnnstudio.nn.arrays import Floats
from cnnstudio.nn.layers.activation._activation import Activation
from cnnstudio.nn.ops.elementwise import Curve
from cnnstudio.nn.telling.told import Sentence


@dataclass(frozen=True)
class ReLU6(Activation):
    """min(max(x, 0), 6) (Krizhevsky, 2010), as in MobileNet. At 0 and at 6 its slope is 0."""

    kind: ClassVar[str] = "relu6"
    title: ClassVar[str] = "ReLU6"
    sentence: ClassVar[str] = "Like ReLU, but nothing becomes larger than 6: numbers stay small enough for few bits."
    in_place: ClassVar[bool] = True
    rises: ClassVar[bool] = True
    bend: ClassVar[Sentence] = Sentence("a negative one becomes 0, one above 6 becomes 6, others pass unchanged")

    def curve(self) -> Curve:
        return _Curve()

    def formula(self) -> Sentence:
        return Sentence("min(max(x, 0), 6)")


class _Curve(Curve):
    def value(self, x: Floats, out: Floats, scratch: Floats) -> None:
        np.maximum(x, 0, out=out)
        np.minimum(out, 6, out=out)

    def slope(self, x: Floats, y: Floats, out: Floats, scratch: Floats) -> None:
        np.greater(y, 0, out=out, casting="unsafe")
        np.less(y, 6, out=scratch, casting="unsafe")
        out *= scratch
