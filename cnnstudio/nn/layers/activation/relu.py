"""ReLU: negative numbers become zero."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from cnnstudio.nn.arrays import Floats, Shape
from cnnstudio.nn.explaining.accounts import on_curve
from cnnstudio.nn.explaining.backward import scaled_back
from cnnstudio.nn.explaining.dependence import Cell
from cnnstudio.nn.explaining.parts import BackPart, Part, Site, Step
from cnnstudio.nn.graph.layer import Category, Layer
from cnnstudio.nn.ops.operation import Binding, Operation
from cnnstudio.nn.telling.told import Sentence


@dataclass(frozen=True)
class ReLU(Layer):
    """max(0, x), cell by cell. Its slope at 0 is taken as 0."""

    kind: ClassVar[str] = "relu"
    title: ClassVar[str] = "ReLU"
    category: ClassVar[Category] = "activation"
    common: ClassVar[bool] = True
    sentence: ClassVar[str] = (
        "Turns every negative number into zero. Without such a bend, layers in sequence could do no more than one."
    )
    in_place: ClassVar[bool] = True
    rises: ClassVar[bool] = True

    def summary(self) -> Sentence:
        return Sentence("max(0, x)")

    def explanation(self, inputs: Sequence[Shape]) -> Sentence:
        return Sentence(
            "{input:×The number|Each of the # numbers} by itself: a negative one becomes 0, others pass unchanged.",
            input=inputs[0],
        )

    def parts(self, site: Site, cell: Cell) -> tuple[Part, ...]:
        return (on_curve(site, cell, lambda x: np.maximum(x, 0), lambda x: (x > 0).astype(x.dtype), self.summary()),)

    def back_account(self, site: Site, gradient: Floats, cell: Cell, label: int) -> BackPart | None:
        gate = float(site.inputs[0][cell] > 0)
        name = "gate (open: the number was above 0)" if gate else "gate (shut: the number was not above 0)"
        return scaled_back(cell, gradient, (Step("×", Sentence(name), gate),))

    def operation(self, binding: Binding) -> Operation:
        return _Rectify(binding)


class _Rectify(Operation):
    def __init__(self, binding: Binding) -> None:
        self.binding = binding
        # with an array, even of zeros, NumPy's maximum is several times as fast as with a number
        self.zeros = np.zeros(binding.output.shape[-2:], binding.output.dtype)
        if binding.learns:
            self.open = binding.workspace.reserve("mask", binding.output.shape, bool)

    def forward(self) -> None:
        np.maximum(self.binding.inputs[0], self.zeros, out=self.binding.output)

    def backward(self) -> None:
        target = self.binding.input_gradients[0]
        if target is not None:
            np.greater(self.binding.output, 0, out=self.open.array)
            np.multiply(self.binding.output_gradient, self.open.array, out=target)
