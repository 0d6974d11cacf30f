"""Upsample: every cell repeated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from cnnstudio.nn.arrays import Floats, Shape
from cnnstudio.nn.explaining.accounts import carried, through_window
from cnnstudio.nn.explaining.backward import passed_back
from cnnstudio.nn.explaining.dependence import Cell, Dependence
from cnnstudio.nn.explaining.parts import BackPart, Part, Site
from cnnstudio.nn.graph.layer import Category, Layer, Reach, volume
from cnnstudio.nn.ops.operation import Binding, Operation
from cnnstudio.nn.settings import setting
from cnnstudio.nn.sliding_window import Reason, Window
from cnnstudio.nn.telling.told import Sentence


@dataclass(frozen=True)
class Upsample2D(Layer):
    """(H, W, C) → (H·factor, W·factor, C); each cell takes the value of the nearest one before."""

    kind: ClassVar[str] = "upsample2d"
    title: ClassVar[str] = "Upsample"
    category: ClassVar[Category] = "convolution"
    sentence: ClassVar[str] = "Makes maps larger by repeating every cell. Has nothing to learn."
    linear: ClassVar[bool] = True
    rereads_output: ClassVar[bool] = False
    reach: ClassVar[Reach] = "window"

    factor: tuple[int, int] = setting(
        (2, 2), "Factor", "How often a cell is repeated downwards and to the right.", type="pair", low=1, high=16
    )

    def window(self, inputs: Sequence[Shape]) -> Window:
        return Window(self.factor, self.factor, spreads=True)

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        height, width, channels = volume(self, inputs)
        return (height * self.factor[0], width * self.factor[1], channels)

    def summary(self) -> Sentence:
        return Sentence("{factor:shape}, nearest", factor=self.factor)

    def explanation(self, inputs: Sequence[Shape]) -> Sentence:
        return Sentence(
            "Every cell becomes {down} × {across} equal ones: {input:shape} becomes {output:shape}. Going back, their "
            "gradients are added up.",
            down=self.factor[0],
            across=self.factor[1],
            input=inputs[0],
            output=self.output_shape(inputs),
        )

    def reasons(self, inputs: Sequence[Shape]) -> tuple[Reason, ...]:
        rows, columns, _ = self.output_shape(inputs)
        formula = f"{inputs[0][0]} · {self.factor[0]} = {rows}\n{inputs[0][1]} · {self.factor[1]} = {columns}"
        return (Reason("size", formula, size=(rows, columns)),)

    def dependence(self, inputs: Sequence[Shape]) -> tuple[Dependence, ...]:
        return (through_window(self.window(inputs), inputs[0], self.output_shape(inputs)),)

    def parts(self, site: Site, cell: Cell) -> tuple[Part, ...]:
        down, across = self.factor
        rule = Sentence(
            "row ⌈{row} / {down}⌉ = {above}, column ⌈{column} / {across}⌉ = {before}, the same map",
            row=cell[0] + 1,
            down=down,
            above=cell[0] // down + 1,
            column=cell[1] + 1,
            across=across,
            before=cell[1] // across + 1,
        )
        return (carried(site, cell, [seen.sources(cell) for seen in self.dependence(site.shapes)], rule),)

    def back_account(self, site: Site, gradient: Floats, cell: Cell, label: int) -> BackPart | None:
        return passed_back(site, self.dependence(site.shapes), gradient, cell)

    def operation(self, binding: Binding) -> Operation:
        return _Repeat(binding, self.factor)


class _Repeat(Operation):
    def __init__(self, binding: Binding, factor: tuple[int, int]) -> None:
        self.binding = binding
        self.copies = _copies(binding.output, factor)
        target = binding.input_gradients[0] if binding.input_gradients else None
        self.gradients = _copies(binding.output_gradient, factor) if target is not None else []

    def forward(self) -> None:
        for copy in self.copies:
            np.copyto(copy, self.binding.inputs[0])

    def backward(self) -> None:
        target = self.binding.input_gradients[0]
        if target is None:
            return
        np.copyto(target, self.gradients[0])
        for gradient in self.gradients[1:]:
            target += gradient


def _copies(large: Floats, factor: tuple[int, int]) -> list[Floats]:
    """The views of a large volume that hold the first, second… copy of every cell."""
    return [large[dy :: factor[0], :, dx :: factor[1]] for dy, dx in np.ndindex(factor)]
