"""Multiply: branches multiplied cell by cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from cnnstudio.nn.arrays import Floats, Shape
from cnnstudio.nn.explaining.accounts import input_name
from cnnstudio.nn.explaining.backward import scaled_back
from cnnstudio.nn.explaining.dependence import Cell
from cnnstudio.nn.explaining.parts import BackPart, Operator, Site, Step
from cnnstudio.nn.layers.merge._merging import CellByCell
from cnnstudio.nn.ops.merging import Product
from cnnstudio.nn.ops.operation import Binding, Operation
from cnnstudio.nn.telling.told import Sentence


@dataclass(frozen=True)
class Multiply(CellByCell):
    """2 to 16 inputs of one shape → their product, cell by cell."""

    kind: ClassVar[str] = "multiply"
    title: ClassVar[str] = "Multiply"
    sentence: ClassVar[str] = "Multiplies its inputs cell by cell, so that one branch can open and close another."
    sign: ClassVar[Operator] = "×"
    taken: ClassVar[Sentence] = Sentence("multiplied")

    def explanation(self, inputs: Sequence[Shape]) -> Sentence:
        return Sentence(
            "{input:×The cell|Each of the # cells} is the product of the cells at the same place in its "
            "{count:# input|# inputs}: a number near 0 in one of them closes that place.",
            input=inputs[0],
            count=len(inputs),
        )

    def back_account(self, site: Site, gradient: Floats, cell: Cell, label: int) -> BackPart | None:
        others = tuple(
            Step("×", input_name(port), float(values[cell])) for port, values in enumerate(site.inputs) if port
        )
        return scaled_back(cell, gradient, others)

    def operation(self, binding: Binding) -> Operation:
        return Product(binding)
