"""Flatten: a volume as one list of numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from cnnstudio.nn.arrays import Floats, Shape, thousands
from cnnstudio.nn.explaining.accounts import carried
from cnnstudio.nn.explaining.backward import passed_back
from cnnstudio.nn.explaining.dependence import Cell, Dependence, same
from cnnstudio.nn.explaining.parts import BackPart, Part, Site
from cnnstudio.nn.graph.layer import Category, Layer, volume
from cnnstudio.nn.ops.operation import Binding, Operation
from cnnstudio.nn.sliding_window import Reason
from cnnstudio.nn.telling.told import Sentence


@dataclass(frozen=True)
class Flatten(Layer):
    """(H, W, C) → (H·W·C,), counted row by row, in a row column by column, in a place channel by channel."""

    kind: ClassVar[str] = "flatten"
    title: ClassVar[str] = "Flatten"
    category: ClassVar[Category] = "dense"
    common: ClassVar[bool] = True
    sentence: ClassVar[str] = "Lays the volume out as one long list, so that a dense layer can read it."
    linear: ClassVar[bool] = True
    rereads_output: ClassVar[bool] = False

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        return (math.prod(volume(self, inputs)),)

    def summary(self) -> Sentence:
        return Sentence("volume to list")

    def explanation(self, inputs: Sequence[Shape]) -> Sentence:
        return Sentence(
            "The {input:×# number stays as it is and is only|# numbers stay as they are and are only} written one "
            "after the other: row by row, in a row "
            "column by column, at a place map by map.",
            input=inputs[0],
        )

    def reasons(self, inputs: Sequence[Shape]) -> tuple[Reason, ...]:
        height, width, channels = inputs[0]
        total = height * width * channels
        return (Reason("size", f"{height}·{width}·{channels} = {thousands(total)}", size=(total,)),)

    def dependence(self, inputs: Sequence[Shape]) -> tuple[Dependence, ...]:
        return (replace(same(inputs[0]), view=inputs[0]),)

    def parts(self, site: Site, cell: Cell) -> tuple[Part, ...]:
        (seen,) = self.dependence(site.shapes)
        _, width, channels = site.shapes[0]
        row, column, channel = seen.read_as(cell)
        rule = Sentence(
            "({row} − 1)·{width}·{channels} + ({column} − 1)·{channels} + {channel} = {number:thousands}",
            row=row + 1,
            width=width,
            channels=channels,
            column=column + 1,
            channel=channel + 1,
            number=cell[0] + 1,
        )
        return (carried(site, cell, [seen.sources(cell)], rule),)

    def back_account(self, site: Site, gradient: Floats, cell: Cell, label: int) -> BackPart | None:
        return passed_back(site, self.dependence(site.shapes), gradient, cell)

    def operation(self, binding: Binding) -> Operation:
        return _Rearrange(binding)


class _Rearrange(Operation):
    def __init__(self, binding: Binding) -> None:
        self.source = binding.inputs[0]
        self.target = _as_volume(binding.output, self.source)
        gradient = binding.input_gradients[0] if binding.input_gradients else None
        self.gradient_target = gradient
        if gradient is not None:
            self.gradient_source = _as_volume(binding.output_gradient, gradient)

    def forward(self) -> None:
        np.copyto(self.target, self.source)

    def backward(self) -> None:
        if self.gradient_target is not None:
            np.copyto(self.gradient_target, self.gradient_source)


def _as_volume(vector: Floats, volume: Floats) -> Floats:
    """A list (H·W·C, N) seen in the order (H, C, W, N) of a volume."""
    height, channels, width, batch = volume.shape
    return vector.reshape(height, width, channels, batch).transpose(0, 2, 1, 3)
