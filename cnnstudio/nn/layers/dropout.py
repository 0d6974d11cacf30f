"""Dropout: some numbers are left out while training."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from cnnstudio.nn.arrays import Floats, Shape, shape_text, to_public
from cnnstudio.nn.explaining.accounts import carried
from cnnstudio.nn.explaining.backward import passed_back
from cnnstudio.nn.explaining.dependence import Cell, same
from cnnstudio.nn.explaining.parts import BackPart, Part, Site
from cnnstudio.nn.layer import Binding, Category, Layer, Operation
from cnnstudio.nn.ops.leaving_out import leave_out
from cnnstudio.nn.settings import setting


@dataclass(frozen=True)
class Dropout(Layer):
    """Inverted dropout (Srivastava et al., 2014): each number is set to 0 with probability ``rate``, the others are
    divided by 1 − rate, while training; otherwise nothing happens."""

    kind: ClassVar[str] = "dropout"
    title: ClassVar[str] = "Dropout"
    category: ClassVar[Category] = "normalization"
    common: ClassVar[bool] = True
    sentence: ClassVar[str] = (
        "While training, leaves out numbers at random, so that no unit can rely on a single other one."
    )
    linear: ClassVar[bool] = True
    in_place: ClassVar[bool] = True
    rereads_output: ClassVar[bool] = False

    rate: float = setting(0.5, "Rate", "The part of the numbers that is left out.", type="real", low=0.0, high=0.99)

    def summary(self) -> str:
        return f"{self.rate:.0%} left out".replace("%", "\u2009%")

    def explanation(self, inputs: Sequence[Shape]) -> str:
        return (
            f"At each training step every one of the {shape_text(inputs[0])} numbers becomes 0 with probability "
            f"{self.rate:g}; the others are divided by {1 - self.rate:g}, so that the sum stays the same on average. "
            "Outside training nothing is left out."
        )

    def parts(self, site: Site, cell: Cell) -> tuple[Part, ...]:
        caption = (
            f"Outside training every number passes unchanged. At a training step this number would be 0 with "
            f"probability {self.rate:g}, and otherwise divided by {1 - self.rate:g}."
        )
        rule = f"training: × 0 or × 1 / (1 − {self.rate:g}) = {1 / (1 - self.rate):.4g}; now: × 1"
        return (carried(site, cell, [same(site.shapes[0]).sources(cell)], rule, caption),)

    def back_account(self, site: Site, gradient: Floats, cell: Cell, label: int) -> BackPart | None:
        return passed_back(site, self.dependence(site.shapes), gradient, cell)

    def operation(self, binding: Binding) -> Operation:
        return leave_out(binding, self.rate, to_public(binding.output).shape[1:])
