"""Group norm: some maps of an image together brought to the same mean and spread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from cnnstudio.nn.arrays import Floats, Shape
from cnnstudio.nn.explaining.accounts import normalised
from cnnstudio.nn.explaining.dependence import Cell, Dependence, grouped, on_all
from cnnstudio.nn.explaining.parts import BackPart, Part, Site
from cnnstudio.nn.graph.layer import Category, Layer, ParameterSpec, Reach, volume
from cnnstudio.nn.layers.normalization._of_one_image import back_through_moments
from cnnstudio.nn.ops.normalization.group_normalization import ByGroup
from cnnstudio.nn.ops.operation import Binding, Operation
from cnnstudio.nn.settings import setting
from cnnstudio.nn.sliding_window import Reason, ShapeError
from cnnstudio.nn.telling.told import Sentence, told


@dataclass(frozen=True)
class GroupNorm(Layer):
    """(H, W, C) → the same shape: (x − mean) / √(variance + ε) · scale + shift (Wu and He, 2018).

    The channels fall into equal groups of neighbours; mean and variance are taken over height, width and the channels
    of a group in one image. Scale and shift have a number for each channel (C,).
    """

    kind: ClassVar[str] = "group_norm"
    title: ClassVar[str] = "Group norm"
    category: ClassVar[Category] = "normalization"
    sentence: ClassVar[str] = (
        "Brings some neighbouring maps of an image together to mean 0 and spread 1, then scales and shifts each map. "
        "Needs no batch."
    )
    rereads_output: ClassVar[bool] = False
    reach: ClassVar[Reach] = "all"

    groups: int = setting(
        2, "Groups", "Into how many equal parts the maps fall; those of a part are normalised together.",
        type="integer", low=1, high=4096,
    )  # fmt: skip
    epsilon: float = setting(
        1e-5, "ε", "Added to the variance, so that nothing is divided by zero.", type="real", low=1e-8, high=1.0
    )

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        *_, channels = volume(self, inputs)
        if channels % self.groups:
            raise ShapeError("unequal-norm-groups", groups=self.groups, channels=channels)
        return inputs[0]

    def parameters(self, inputs: Sequence[Shape]) -> tuple[ParameterSpec, ...]:
        channels = inputs[0][-1]
        return (ParameterSpec("scale", (channels,), "ones"), ParameterSpec("shift", (channels,)))

    def summary(self) -> Sentence:
        return Sentence("{groups:# group|# groups}", groups=self.groups)

    def explanation(self, inputs: Sequence[Shape]) -> Sentence:
        height, width, channels = inputs[0]
        together = channels // self.groups
        return Sentence(
            "Of the {cells:shape} = {count:# number|# numbers} of {maps:a map|the # maps of a group}, the mean is "
            "subtracted and the result divided by the square root of their variance; then each map is scaled and "
            "shifted by two numbers of its own. Other images do not matter.",
            maps=together,
            cells=(height, width, together),
            count=height * width * together,
        )

    def reasons(self, inputs: Sequence[Shape]) -> tuple[Reason, ...]:
        channels = inputs[0][-1]
        return (Reason("parameters", f"2 × {channels} = {2 * channels}", (told("scale-and-shift-a-map"),)),)

    def dependence(self, inputs: Sequence[Shape]) -> tuple[Dependence, ...]:
        channels = inputs[0][-1]
        return (replace(on_all(inputs[0]), channels=grouped(channels, channels, self.groups)),)

    def parts(self, site: Site, cell: Cell) -> tuple[Part, ...]:
        values = site.inputs[0][..., self._group(site, cell)].astype(np.float64)
        scale, shift = float(site.arrays["scale"][cell[-1]]), float(site.arrays["shift"][cell[-1]])
        number = float(site.inputs[0][cell])
        return (normalised(number, float(values.mean()), float(values.var()), self.epsilon, scale, shift),)

    def back_account(self, site: Site, gradient: Floats, cell: Cell, label: int) -> BackPart | None:
        group = self._group(site, cell)
        values = site.inputs[0][..., group].astype(np.float64)
        scaled = (gradient * site.arrays["scale"])[..., group].astype(np.float64)
        return back_through_moments(cell, values, scaled, (*cell[:2], cell[2] - group.start), self.epsilon)

    def _group(self, site: Site, cell: Cell) -> slice:
        together = site.inputs[0].shape[-1] // self.groups
        first = cell[-1] // together * together
        return slice(first, first + together)

    def operation(self, binding: Binding) -> Operation:
        return ByGroup(binding, self.groups, self.epsilon)
