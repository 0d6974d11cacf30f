"""What the layers that bring several branches together have in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from cnnstudio.nn.arrays import Shape
from cnnstudio.nn.explaining.accounts import input_name
from cnnstudio.nn.explaining.dependence import Cell
from cnnstudio.nn.explaining.parts import LedgerPart, Operator, Part, Site, Step
from cnnstudio.nn.graph.layer import Category, Layer
from cnnstudio.nn.sliding_window import ShapeError
from cnnstudio.nn.telling.told import Sentence


@dataclass(frozen=True)
class Merge(Layer):
    """A layer with 2 to 16 inputs."""

    category: ClassVar[Category] = "merge"
    fewest_inputs: ClassVar[int] = 2
    most_inputs: ClassVar[int] = 16


@dataclass(frozen=True)
class CellByCell(Merge):
    """Inputs of one shape → the same shape: the cells at one place taken together."""

    rereads_output: ClassVar[bool] = False
    #: between two numbers, and what becomes of all
    sign: ClassVar[Operator]
    taken: ClassVar[Sentence]

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        return same_shape(self, inputs)

    def summary(self) -> Sentence:
        return Sentence("cell by cell")

    def parts(self, site: Site, cell: Cell) -> tuple[Part, ...]:
        steps = tuple(
            Step(self.sign if port else "", input_name(port), float(values[cell]))
            for port, values in enumerate(site.inputs)
        )
        caption = Sentence(
            "The {count:# number|# numbers} at {cell:place} are {taken}.", count=len(steps), cell=cell, taken=self.taken
        )
        return (LedgerPart(caption, steps),)


def same_shape(layer: Layer, inputs: Sequence[Shape]) -> Shape:
    """The shape that all inputs have.

    Raises:
        ShapeError: they differ; the sentence has both shapes and what makes them equal.
    """
    first = inputs[0]
    for other in inputs[1:]:
        if other != first:
            raise ShapeError("needs-equal-shapes", layer=layer.title, first=first, other=other)
    return first


def joined_shape(layer: Layer, inputs: Sequence[Shape]) -> Shape:
    """The shape of the inputs side by side: channels, or units, added up.

    Raises:
        ShapeError: rows or columns differ; the sentence has both shapes and what makes them equal.
    """
    first = inputs[0]
    for other in inputs[1:]:
        if len(other) != len(first) or other[:-1] != first[:-1]:
            raise ShapeError("needs-equal-rows", layer=layer.title, first=first, other=other)
    return (*first[:-1], sum(shape[-1] for shape in inputs))
