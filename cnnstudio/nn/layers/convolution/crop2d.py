"""Cropping: rows and columns at the edge are cut off."""

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
from cnnstudio.nn.sliding_window import Reason, ShapeError
from cnnstudio.nn.told import Sentence


def _side(title: str, sentence: str) -> Any:
    return setting(1, title, sentence, low=0, high=1024, unit="px")


@dataclass(frozen=True)
class Crop2D(Layer):
    """(H, W, C) → (H − top − bottom, W − left − right, C): what Zero padding lays around is taken away again."""

    kind: ClassVar[str] = "crop2d"
    title: ClassVar[str] = "Cropping"
    category: ClassVar[Category] = "convolution"
    sentence: ClassVar[str] = (
        "Cuts rows and columns off the edge of every map, for instance to bring a branch to the size of another."
    )
    reach: ClassVar[Reach] = "window"
    linear: ClassVar[bool] = True
    rereads_output: ClassVar[bool] = False

    top: int = _side("Top", "Rows that are cut off above.")
    bottom: int = _side("Bottom", "Rows that are cut off below.")
    left: int = _side("Left", "Columns that are cut off on the left.")
    right: int = _side("Right", "Columns that are cut off on the right.")

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        height, width, channels = volume(self, inputs)
        rows, columns = height - self.top - self.bottom, width - self.left - self.right
        if rows < 1 or columns < 1:
            raise ShapeError("cropped-away", image=(height, width), sides=self._sides)
        return (rows, columns, channels)

    def summary(self) -> Sentence:
        return Sentence("{sides:commas} px", sides=self._sides[:1] if len(set(self._sides)) == 1 else self._sides)

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
        rule = f"row {cell[0] + 1} + {self.top}, column {cell[1] + 1} + {self.left}, the same map"
        return (carried(site, cell, [seen.sources(cell) for seen in self.dependence(site.shapes)], rule),)

    def back_account(self, site: Site, gradient: Floats, cell: Cell, label: int) -> BackPart | None:
        return passed_back(site, self.dependence(site.shapes), gradient, cell)

    def operation(self, binding: Binding) -> Operation:
        return _Inside(binding, self)

    @property
    def _sides(self) -> tuple[int, int, int, int]:
        return (self.top, self.bottom, self.left, self.right)


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
