"""Zero padding: a border of zeros."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from cnnstudio.nn.arrays import Shape
from cnnstudio.nn.explaining.accounts import carried
from cnnstudio.nn.explaining.dependence import Cell, Dependence, each, shifted
from cnnstudio.nn.explaining.parts import Part, Site
from cnnstudio.nn.graph.layer import volume
from cnnstudio.nn.layers.convolution._edges import AtEdges, side_setting
from cnnstudio.nn.ops.operation import Binding, Operation
from cnnstudio.nn.sliding_window import Reason
from cnnstudio.nn.telling.told import Sentence


@dataclass(frozen=True)
class ZeroPad2D(AtEdges):
    """(H, W, C) → (H + top + bottom, W + left + right, C)."""

    kind: ClassVar[str] = "zero_pad2d"
    title: ClassVar[str] = "Zero padding"
    sentence: ClassVar[str] = "Lays a border of zeros around every map, so that windows can also look over its edge."

    top: int = side_setting("Top", "Rows of zeros above.")
    bottom: int = side_setting("Bottom", "Rows of zeros below.")
    left: int = side_setting("Left", "Columns of zeros on the left.")
    right: int = side_setting("Right", "Columns of zeros on the right.")

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        height, width, channels = volume(self, inputs)
        return (height + self.top + self.bottom, width + self.left + self.right, channels)

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
        rule = Sentence(
            "row {row} − {top}, column {column} − {left}, the same map; outside the input: 0",
            row=cell[0] + 1,
            top=self.top,
            column=cell[1] + 1,
            left=self.left,
        )
        return (carried(site, cell, [seen.sources(cell) for seen in self.dependence(site.shapes)], rule),)

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
