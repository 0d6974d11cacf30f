"""What the layers that bend every number by itself have in common: a curve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from cnnstudio.nn.arrays import Floats, Shape
from cnnstudio.nn.explaining.accounts import on_curve
from cnnstudio.nn.explaining.backward import bent_back
from cnnstudio.nn.explaining.dependence import Cell
from cnnstudio.nn.explaining.parts import BackPart, Doubles, Part, Site
from cnnstudio.nn.graph.layer import Category, Layer
from cnnstudio.nn.ops.elementwise import Curve, Elementwise
from cnnstudio.nn.ops.operation import Binding, Operation
from cnnstudio.nn.sliding_window import Reason
from cnnstudio.nn.telling.told import Sentence, told


@dataclass(frozen=True)
class Activation(Layer):
    """A function of one number, applied to each cell: any shape → the same shape.

    A kind gives its ``curve``, its ``formula`` in x, and how it bends, as the end of “Each of the 10 numbers by
    itself: …”.
    """

    category: ClassVar[Category] = "activation"
    bend: ClassVar[Sentence]

    def curve(self) -> Curve:
        """The function with this layer's settings."""
        raise NotImplementedError

    def formula(self) -> Sentence:
        """The function of x."""
        raise NotImplementedError

    def summary(self) -> Sentence:
        return self.formula()

    def explanation(self, inputs: Sequence[Shape]) -> Sentence:
        return Sentence("{input:×The number|Each of the # numbers} by itself: {bend}.", input=inputs[0], bend=self.bend)

    def reasons(self, inputs: Sequence[Shape]) -> tuple[Reason, ...]:
        x = np.array([-2.0, -1.0, 0.0, 1.0, 2.0])
        y = np.empty_like(x)
        self.curve().value(x, y, np.empty_like(x))
        values = tuple(float(value) + 0.0 for value in y)
        return (Reason("number", self.formula(), (told("bent", values=values),)),)

    def parts(self, site: Site, cell: Cell) -> tuple[Part, ...]:
        curve = self.curve()

        def value(x: Doubles) -> Doubles:
            y = np.empty_like(x)
            curve.value(x, y, np.empty_like(x))
            return y

        def slope(x: Doubles) -> Doubles:
            found = np.empty_like(x)
            curve.slope(x, value(x), found, np.empty_like(x))
            return found

        return (on_curve(site, cell, value, slope, self.formula()),)

    def back_account(self, site: Site, gradient: Floats, cell: Cell, label: int) -> BackPart | None:
        return bent_back(self.parts(site, cell)[0], gradient, cell)

    def operation(self, binding: Binding) -> Operation:
        return Elementwise(binding, self.curve())
