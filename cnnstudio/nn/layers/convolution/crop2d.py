"""Cropping: rows and columns at the edge are cut off."""

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
from cnnstudio.nn.sliding_window import Reason, ShapeError
from cnnstudio.nn.telling.told import Sentence


@dataclass(frozen=True)
class Crop2D(AtEdges):
    """(H, W, C) → (H − top − bottom, W − left − right, C): what Zero padding lays around is taken away again."""

    kind: ClassVar[str] = "crop2d"
    title: ClassVar[str] = "Cropping"
    sentence: ClassVar[str] = (
        "Cuts rows and columns off the edge of every map, for instance to bring a branch to the size of another."
    )

    top: int = side_setting("Top", "Rows that are cut off above.")
    bottom: int = side_setting("Bottom", "Rows that are cut off below.")
    left: int = side_setting("Left", "Columns that are cut off on the left.")
    right: int = side_setting("Right", "Columns that are cut off on the right.")

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        height, width, channels = volume(self, inputs)
        rows, columns = height - self.top - self.bottom, width - self.left - self.right
        if rows < 1 or columns < 1:
            raise ShapeError("cropped-away", image=(height, width), sides=self.sides)
        return (rows, columns, channels)

    def explanation(self, inputs: Sequence[Shape]) -> Sentence:
        return Sentence(
            "{top:# row|# rows} above, {bottom} below, {left:# column|# columns} on the left and {right} on the right "
            "are cut off: {input:shape} becomes {output:shape}.",
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
        formula = f"{height} − {self.top} − {self.bottom} = {rows}\n{width} − {self.left} − {self.right} = {columns}"
        return (Reason("size", formula, size=(rows, columns)),)

    def dependence(self, inputs: Sequence[Shape]) -> tuple[Dependence, ...]:
        rows, columns, channels = self.output_shape(inputs)
        down, across = shifted(inputs[0][0], rows, -self.top), shifted(inputs[0][1], columns, -self.left)
        return (Dependence(down, across, each(channels)),)

    def parts(self, site: Site, cell: Cell) -> tuple[Part, ...]:
        rule = Sentence(
            "row {row} + {top}, column {column} + {left}, the same map",
            row=cell[0] + 1,
            top=self.top,
            column=cell[1] + 1,
            left=self.left,
        )
        return (carried(site, cell, [seen.sources(cell) for seen in self.dependence(site.shapes)], rule),)

    def operation(self, binding: Binding) -> Operation:
        return _Inside(binding, self)


class _Inside(Operation):
    def __init__(self, binding: Binding, layer: Crop2D) -> None:
        self.binding = binding
        rows, _, columns, _ = binding.output.shape
        self.inside = (slice(layer.top, layer.top + rows), slice(None), slice(layer.left, layer.left + columns))

    def forward(self) -> None:
        np.copyto(self.binding.output, self.binding.inputs[0][self.inside])

    def backward(self) -> None:
        target = self.binding.input_gradients[0]
        if target is not None:
            target.fill(0)
            np.copyto(target[self.inside], self.binding.output_gradient)
