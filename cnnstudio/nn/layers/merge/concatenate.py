"""Concatenate: the maps of several branches behind each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from cnnstudio.nn.arrays import Floats, Shape
from cnnstudio.nn.explaining.accounts import carried
from cnnstudio.nn.explaining.backward import passed_back
from cnnstudio.nn.explaining.dependence import Cell, Dependence, same, shifted
from cnnstudio.nn.explaining.parts import BackPart, Part, Site
from cnnstudio.nn.layers.merge._merging import Merge, joined_shape
from cnnstudio.nn.ops.merging import Join
from cnnstudio.nn.ops.operation import Binding, Operation
from cnnstudio.nn.sliding_window import Reason
from cnnstudio.nn.telling.told import Sentence


@dataclass(frozen=True)
class Concatenate(Merge):
    """2 to 16 inputs (H, W, C₁), (H, W, C₂)… → (H, W, C₁ + C₂ + …), or vectors (n₁,), (n₂,)… → (n₁ + n₂ + …,), in the
    order of the ports."""

    kind: ClassVar[str] = "concatenate"
    title: ClassVar[str] = "Concatenate"
    sentence: ClassVar[str] = "Lays the maps of its inputs behind each other, so that the next layer sees them all."
    linear: ClassVar[bool] = True
    rereads_output: ClassVar[bool] = False

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        return joined_shape(self, inputs)

    def summary(self) -> Sentence:
        return Sentence("maps behind each other")

    def brief(self) -> Sentence:
        return Sentence("maps in a row")

    def explanation(self, inputs: Sequence[Shape]) -> Sentence:
        return Sentence(
            "The numbers stay as they are: {shapes:and} laid behind each other make {output:shape}.",
            shapes=tuple(Sentence("{shape:shape}", shape=shape) for shape in inputs),
            output=self.output_shape(inputs),
        )

    def reasons(self, inputs: Sequence[Shape]) -> tuple[Reason, ...]:
        parts = [shape[-1] for shape in inputs]
        return (Reason("size", f"{' + '.join(map(str, parts))} = {sum(parts)}", size=(sum(parts),)),)

    def dependence(self, inputs: Sequence[Shape]) -> tuple[Dependence, ...]:
        channels, first, found = self.output_shape(inputs)[-1], 0, []
        for shape in inputs:
            found.append(replace(same(shape), channels=shifted(shape[-1], channels, first)))
            first += shape[-1]
        return tuple(found)

    def parts(self, site: Site, cell: Cell) -> tuple[Part, ...]:
        sources = [seen.sources(cell) for seen in self.dependence(site.shapes)]
        port = next(number for number, found in enumerate(sources) if found.count)
        first = sum(shape[-1] for shape in site.shapes[:port])
        minus = "{place} − {first} = {of_input}" if first else "{place}"
        place = Sentence(minus, place=cell[-1] + 1, first=first, of_input=cell[-1] - first + 1)
        rule = Sentence(
            "map {place}: map {of_input} of input {port}, same place"
            if len(cell) == 3
            else "number {place}: number {of_input} of input {port}, same place",
            place=place,
            of_input=cell[-1] - first + 1,
            port=port + 1,
        )
        return (carried(site, cell, sources, rule),)

    def back_account(self, site: Site, gradient: Floats, cell: Cell, label: int) -> BackPart | None:
        return passed_back(site, self.dependence(site.shapes), gradient, cell)

    def operation(self, binding: Binding) -> Operation:
        return Join(binding)
