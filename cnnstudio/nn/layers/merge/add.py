"""Add: branches summed up cell by cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from cnnstudio.nn.arrays import Floats, Shape
from cnnstudio.nn.explaining.backward import passed_back
from cnnstudio.nn.explaining.dependence import Cell
from cnnstudio.nn.explaining.parts import BackPart, Operator, Site
from cnnstudio.nn.layers.merge._merging import CellByCell
from cnnstudio.nn.ops.merging import Sum
from cnnstudio.nn.ops.operation import Binding, Operation
from cnnstudio.nn.telling.told import Sentence


@dataclass(frozen=True)
class Add(CellByCell):
    """2 to 16 inputs of one shape → their sum, cell by cell: the end of a residual block (He et al., 2016)."""

    kind: ClassVar[str] = "add"
    title: ClassVar[str] = "Add"
    sentence: ClassVar[str] = "Adds its inputs cell by cell, so that a branch only has to learn what is to be changed."
    linear: ClassVar[bool] = True
    in_place: ClassVar[bool] = True
    gradient_in_place: ClassVar[bool] = True
    sign: ClassVar[Operator] = "+"
    taken: ClassVar[Sentence] = Sentence("added up")

    def explanation(self, inputs: Sequence[Shape]) -> Sentence:
        return Sentence(
            "{input:×The cell|Each of the # cells} is the sum of the cells at the same place in its "
            "{count:# input|# inputs}. Going back, each input gets the whole gradient.",
            input=inputs[0],
            count=len(inputs),
        )

    def back_account(self, site: Site, gradient: Floats, cell: Cell, label: int) -> BackPart | None:
        return passed_back(site, self.dependence(site.shapes), gradient, cell)

    def operation(self, binding: Binding) -> Operation:
        return Sum(binding)
