"""Spatial dropout: whole maps are left out while training."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from cnnstudio.nn.arrays import Shape
from cnnstudio.nn.graph.layer import volume
from cnnstudio.nn.layers.normalization._leaving_out import LeavingOut
from cnnstudio.nn.ops.normalization.leaving_out import leave_out
from cnnstudio.nn.ops.operation import Binding, Operation
from cnnstudio.nn.settings import setting
from cnnstudio.nn.telling.told import Sentence


@dataclass(frozen=True)
class SpatialDropout2D(LeavingOut):
    """Each map of each image is set to 0 with probability ``rate``, the others are divided by 1 − rate, while training
    (Tompson et al., 2015); otherwise nothing happens."""

    kind: ClassVar[str] = "spatial_dropout2d"
    title: ClassVar[str] = "Spatial dropout"
    sentence: ClassVar[str] = (
        "While training, leaves out whole maps at random: neighbours in a map say nearly the same."
    )
    piece: ClassVar[Sentence] = Sentence("map")

    rate: float = setting(0.2, "Rate", "The part of the maps that is left out.", type="real", low=0.0, high=0.99)

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        return volume(self, inputs)

    def summary(self) -> Sentence:
        return Sentence("{rate:.0%} of maps left out", rate=self.rate)

    def brief(self) -> Sentence:
        return Sentence("{rate:.0%} of maps", rate=self.rate)

    def all_pieces(self, inputs: Sequence[Shape]) -> Sentence:
        return Sentence("{maps:an image's map|every one of an image's # maps}", maps=inputs[0][2])

    def operation(self, binding: Binding) -> Operation:
        return leave_out(binding, self.rate, (1, 1, binding.output.shape[1]))
