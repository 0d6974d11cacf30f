"""Hard Swish: numbers weighed by their own hard sigmoid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from cnnstudio.nn.arrays import Floats
from cnnstudio.nn.layers.activation._activation import Activation
from cnnstudio.nn.ops.elementwise import Curve
from cnnstudio.nn.telling.told import Sentence


@dataclass(frozen=True)
class HardSwish(Activation):
    """x · min(max(x + 3, 0), 6) / 6 (Howard et al., 2019), as in MobileNetV3. At −3 its slope is 0, at 3 it is 1."""

    kind: ClassVar[str] = "hard_swish"
    title: ClassVar[str] = "Hard Swish"
    sentence: ClassVar[str] = "Almost SiLU, but without an exponential: every number times its own hard sigmoid."
    bend: ClassVar[Sentence] = Sentence(
        "one below −3 becomes 0, one above 3 passes unchanged, between them a curve dips below 0"
    )

    def curve(self) -> Curve:
        return _Curve()

    def formula(self) -> Sentence:
        return Sentence("x · min(max(x + 3, 0), 6) / 6")


class _Curve(Curve):
    def value(self, x: Floats, out: Floats, scratch: Floats) -> None:
        np.add(x, 3, out=scratch)
        np.clip(scratch, 0, 6, out=scratch)
        np.multiply(x, scratch, out=out)
        out /= 6

    def slope(self, x: Floats, y: Floats, out: Floats, scratch: Floats) -> None:
        # (2x + 3) / 6 from −3 to 3, where it runs from −1/2 to 3/2; beyond them 0 and 1
        np.multiply(x, 2, out=out)
        out += 3
        out /= 6
        np.less(x, 3, out=scratch, casting="unsafe")
        out *= scratch
        np.subtract(1, scratch, out=scratch)
        out += scratch
        np.greater(x, -3, out=scratch, casting="unsafe")
        out *= scratch
