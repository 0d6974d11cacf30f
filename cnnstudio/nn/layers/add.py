"""Add: branches summed up cell by cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from cnnstudio.nn.arrays import Floats, Shape, shape_text
from cnnstudio.nn.explaining.backward import passed_back
from cnnstudio.nn.explaining.dependence import Cell
from cnnstudio.nn.explaining.parts import BackPart, LedgerPart, Part, Site, Step, place_text
from cnnstudio.nn.layer import Binding, Operation
from cnnstudio.nn.merging import Merge, same_shape
from cnnstudio.nn.ops.merging import Sum


@dataclass(frozen=True)
class Add(Merge):
    """2 to 16 inputs of one shape → their sum, cell by cell: the end of a residual block (He et al., 2016)."""

    kind: ClassVar[str] = "add"
    title: ClassVar[str] = "Add"
    sentence: ClassVar[str] = "Adds its inputs cell by cell, so that a branch only has to learn what is to be changed."
    linear: ClassVar[bool] = True
    gradient_in_place: ClassVar[bool] = True
    rereads_output: ClassVar[bool] = False

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        return same_shape(self, inputs)

    def summary(self) -> str:
        return "cell by cell"

    def explanation(self, inputs: Sequence[Shape]) -> str:
        return (
            f"Each of the {shape_text(inputs[0])} cells is the sum of the cells at the same place in its "
            f"{len(inputs)} inputs. Going back, each input gets the whole gradient."
        )

    def parts(self, site: Site, cell: Cell) -> tuple[Part, ...]:
        steps = tuple(
            Step("+" if port else "", f"input {port + 1}", float(values[cell]))
            for port, values in enumerate(site.inputs)
        )
        caption = f"The {len(steps)} numbers at {place_text(cell)} are added up."
        return (LedgerPart(caption, steps),)

    def back_account(self, site: Site, gradient: Floats, cell: Cell, label: int) -> BackPart | None:
        return passed_back(site, self.dependence(site.shapes), gradient, cell)

    def operation(self, binding: Binding) -> Operation:
        return Sum(binding)
