"""Zero padding: a border of zeros."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from cnnstudio.nn.arrays import Floats, Shape
from cnnstudio.nn.explaining.accounts import carried
from cnnstudio.nn.explaining.backward import passed_back
from cnnstudio.nn.explaining.dependence import Cell, Dependence, each, shifted
from cnnstudio.nn.explaining.parts import BackPart, Part, Site
from cnnstudio.nn.layer import Category, Layer, Reach, volume
from cnnstudio.nn.ops.operation import Binding, Operation
from cnnstudio.nn.settings import setting
from cnnstudio.nn.sliding_window import Reason
from cnnstudio.nn.told import Sentence


def _side(title: str, sentence: str) -> Any:
    return setting(1, title, sentence, low=0, high=1024, unit="px")


@dataclass(frozen=True)
class ZeroPad2D(Layer):
    """(H, W, C) → (H + top + bottom, W + left + right, C)."""

    kind: ClassVar[str] = "zero_pad2d"
    title: ClassVar[str] = "Zero padding"
    category: ClassVar[Category] = "convolution"
    sentence: ClassVar[str] = "Lays a border of zeros around every map, so that windows can also look over its edge."
    reach: ClassVar[Reach] = "window"
    linear: ClassVar[bool] = True
    rereads_output: ClassVar[bool] = False

    top: int = _side("Top", "Rows of zeros above.")
    bottom: int = _side("Bottom", "Rows of zeros below.")
    left: int = _side("Left", "Columns of zeros on the left.")
    right: int = _side("Right", "Columns of zeros on the right.")

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        height, width, channels = volume(self, inputs)
        return (height + self.top + self.bottom, width + self.left + self.right, channels)

    def summary(self) -> Sentence:
        sides = (self.top, self.bottom, self.left, self.right)
        return Sentence("{sides:commas} px", sides=sides[:1] if len(set(sides)) == 1 else sides)

    def explanation(self, inputs: Sequence[Shape]) -> Sentence:
        return Sentence(
            "{top:# row|# rows} of zeros above, {bottom} below, {left:# column|# columns} on the left and {right} on "
            "the right: {input:shape} becomes {output:shape}.",
            top=self.top,
            bottom=self.bottom,
            left=self.left,
            right=self.right,
            input=inputs[0],
            output=self.output_shape(inputs),
        )

    def reasons(self, inputs: Sequence[Shape]) -> tuple[Reason, ...]:
        height, width, _ = inputs[0]
        rows, columns, _ = self.output_shape(inputs)
        formula = f"{height} + {self.top} + {self.bottom} = {rows}\n{width} + {self.left} + {self.right} = {columns}"
        return (Reason("size", formula, size=(rows, columns)),)

    def dependence(self, inputs: Sequence[Shape]) -> tuple[Dependence, ...]:
        rows, columns, channels = self.output_shape(inputs)
        down = shifted(inputs[0][0], rows, self.top, padded=True)
        across = shifted(inputs[0][1], columns, self.left, padded=True)
        return (Dependence(down, across, each(channels)),)

    def parts(self, site: Site, cell: Cell) -> tuple[Part, ...]:
        rule = f"row {cell[0] + 1} − {self.top}, column {cell[1] + 1} − {self.left}, the same map; outside the input: 0"
        return (carried(site, cell, [seen.sources(cell) for seen in self.dependence(site.shapes)], rule),)

    def back_account(self, site: Site, gradient: Floats, cell: Cell, label: int) -> BackPart | None:
        return passed_back(site, self.dependence(site.shapes), gradient, cell)

    def operation(self, binding: Binding) -> Operation:
        return _Border(binding, self)


class _Border(Operation):
    def __init__(self, binding: Binding, layer: ZeroPad2D) -> None:
        self.binding = binding
        height, _, width, _ = binding.inputs[0].shape
        self.inside = (slice(layer.top, layer.top + height), slice(None), slice(layer.left, layer.left + width))

    def forward(self) -> None:
        # buffers are shared between layers, so the border is written every time
        self.binding.output.fill(0)
        np.copyto(self.binding.output[self.inside], self.binding.inputs[0])

    def backward(self) -> None:
        if self.binding.input_gradients[0] is not None:
            np.copyto(self.binding.input_gradients[0], self.binding.output_gradient[self.inside])
