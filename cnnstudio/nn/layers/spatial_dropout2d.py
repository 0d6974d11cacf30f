"""Spatial dropout: whole maps are left out while training."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from cnnstudio.nn.arrays import Floats, Shape
from cnnstudio.nn.explaining.accounts import carried
from cnnstudio.nn.explaining.backward import passed_back
from cnnstudio.nn.explaining.dependence import Cell, same
from cnnstudio.nn.explaining.parts import BackPart, Part, Site
from cnnstudio.nn.layer import Binding, Category, Layer, Operation, volume
from cnnstudio.nn.ops.leaving_out import leave_out
from cnnstudio.nn.settings import setting


@dataclass(frozen=True)
class SpatialDropout2D(Layer):
    """Each map of each image is set to 0 with probability ``rate``, the others are divided by 1 − rate, while training
    (Tompson et al., 2015); otherwise nothing happens."""

    kind: ClassVar[str] = "spatial_dropout2d"
    title: ClassVar[str] = "Spatial dropout"
    category: ClassVar[Category] = "normalization"
    sentence: ClassVar[str] = (
        "While training, leaves out whole maps at random: neighbours in a map say nearly the same."
    )
    linear: ClassVar[bool] = True
    in_place: ClassVar[bool] = True
    rereads_output: ClassVar[bool] = False

    rate: float = setting(0.2, "Rate", "The part of the maps that is left out.", type="real", low=0.0, high=0.99)

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        return volume(self, inputs)

    def summary(self) -> str:
        return f"{self.rate:.0%} of maps left out".replace("%", "\u2009%")

    def explanation(self, inputs: Sequence[Shape]) -> str:
        return (
            f"At each training step every one of an image's {inputs[0][2]} maps becomes 0 with probability "
            f"{self.rate:g}; the others are divided by {1 - self.rate:g}, so that the sum stays the same on average. "
            "Outside training nothing is left out."
        )

    def parts(self, site: Site, cell: Cell) -> tuple[Part, ...]:
        caption = (
            f"Outside training every number passes unchanged. At a training step this map would be 0 with "
            f"probability {self.rate:g}, and otherwise divided by {1 - self.rate:g}."
        )
        rule = f"training: × 0 or × 1 / (1 − {self.rate:g}) = {1 / (1 - self.rate):.4g}; now: × 1"
        return (carried(site, cell, [same(site.shapes[0]).sources(cell)], rule, caption),)

    def back_account(self, site: Site, gradient: Floats, cell: Cell, label: int) -> BackPart | None:
        return passed_back(site, self.dependence(site.shapes), gradient, cell)

    def operation(self, binding: Binding) -> Operation:
        return leave_out(binding, self.rate, (1, 1, binding.output.shape[1]))
