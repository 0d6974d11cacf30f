"""Global max pooling: each map becomes its largest number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from cnnstudio.nn.arrays import Floats, Shape
from cnnstudio.nn.explaining.accounts import largest_of, whole_map
from cnnstudio.nn.explaining.backward import won_back
from cnnstudio.nn.explaining.dependence import Cell, Dependence
from cnnstudio.nn.explaining.parts import BackPart, Part, Site
from cnnstudio.nn.graph.layer import Category, Layer, Reach, volume
from cnnstudio.nn.ops.operation import Binding, Operation
from cnnstudio.nn.ops.pooling.global_pooling import Maximum
from cnnstudio.nn.telling.told import Sentence


@dataclass(frozen=True)
class GlobalMaxPool(Layer):
    """(H, W, C) → (C,): the largest number of each map; of equal ones the first, row by row, wins."""

    kind: ClassVar[str] = "global_max_pool"
    title: ClassVar[str] = "Global max pooling"
    category: ClassVar[Category] = "pooling"
    sentence: ClassVar[str] = (
        "Turns each map into one number, its largest: whether there is such a thing, no matter where."
    )
    rereads_output: ClassVar[bool] = False
    reach: ClassVar[Reach] = "all"

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        return (volume(self, inputs)[2],)

    def summary(self) -> Sentence:
        return Sentence("largest of each map")

    def explanation(self, inputs: Sequence[Shape]) -> Sentence:
        height, width, channels = inputs[0]
        return Sentence(
            "Of the {height}·{width} = {cells:# number|# numbers} of a map the largest is kept; "
            "{maps:# map makes # number|# maps make # numbers}.",
            height=height,
            width=width,
            cells=height * width,
            maps=channels,
        )

    def dependence(self, inputs: Sequence[Shape]) -> tuple[Dependence, ...]:
        return (whole_map(inputs[0]),)

    def parts(self, site: Site, cell: Cell) -> tuple[Part, ...]:
        (seen,) = self.dependence(site.shapes)
        return (largest_of(site, seen.sources(cell)),)

    def back_account(self, site: Site, gradient: Floats, cell: Cell, label: int) -> BackPart | None:
        return won_back(site, self.dependence(site.shapes)[0], gradient, cell)

    def operation(self, binding: Binding) -> Operation:
        return Maximum(binding)
