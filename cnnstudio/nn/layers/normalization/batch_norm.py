"""Batch norm: every map brought to the same mean and spread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from cnnstudio.nn.arrays import Floats, Shape
from cnnstudio.nn.explaining.accounts import normalised
from cnnstudio.nn.explaining.backward import scaled_back
from cnnstudio.nn.explaining.dependence import Cell
from cnnstudio.nn.explaining.parts import BackPart, Part, Site, Step
from cnnstudio.nn.graph.layer import Category, Layer, ParameterSpec
from cnnstudio.nn.ops.normalization.batch_normalization import ByBatch, ByRunningMoments, figures
from cnnstudio.nn.ops.operation import Binding, Operation
from cnnstudio.nn.settings import setting
from cnnstudio.nn.sliding_window import Reason
from cnnstudio.nn.telling.told import Sentence, told


@dataclass(frozen=True)
class BatchNorm(Layer):
    """(H, W, C) or (units,) → the same shape: (x − mean) / √(variance + ε) · scale + shift, by channel (Ioffe and
    Szegedy, 2015).

    Learns scale and shift (C,). While training, mean and variance are those of the whole batch, however threads share
    it; each step moves the running ones (state mean and variance, the latter unbiased) by ``momentum`` towards them,
    and those are used outside training. A batch with one number for each channel has no variance: it comes out as the
    shift alone, and the running figures stand still. Locked, it is in training what it is outside: the running ones are
    used, and stand still.
    """

    kind: ClassVar[str] = "batch_norm"
    title: ClassVar[str] = "Batch norm"
    category: ClassVar[Category] = "normalization"
    common: ClassVar[bool] = True
    whole_batch: ClassVar[bool] = True
    gradient_in_place: ClassVar[bool] = True
    sentence: ClassVar[str] = (
        "Brings every map to mean 0 and spread 1 over the batch, then scales and shifts it. Speeds up deep networks."
    )
    linear: ClassVar[bool] = True
    rereads_output: ClassVar[bool] = False

    momentum: float = setting(
        0.1, "Momentum", "How far the running figures move towards a batch's.", type="real", low=0.0, high=1.0
    )
    epsilon: float = setting(
        1e-5, "ε", "Added to the variance, so that nothing is divided by zero.", type="real", low=1e-8, high=1.0
    )

    def parameters(self, inputs: Sequence[Shape]) -> tuple[ParameterSpec, ...]:
        channels = inputs[0][-1]
        return (ParameterSpec("scale", (channels,), "ones"), ParameterSpec("shift", (channels,)))

    def state(self, inputs: Sequence[Shape]) -> tuple[ParameterSpec, ...]:
        channels = inputs[0][-1]
        return (ParameterSpec("mean", (channels,)), ParameterSpec("variance", (channels,), "ones"))

    def shared_figures(self, inputs: Sequence[Shape]) -> int:
        return figures(inputs[0][-1])

    def summary(self) -> Sentence:
        return Sentence("mean 0, spread 1")

    def explanation(self, inputs: Sequence[Shape]) -> Sentence:
        *extents, channels = inputs[0]
        per = "{channels:the map|each of the # maps}" if extents else "{channels:the unit|each of the # units}"
        cells = "the {extents:×# cell|# cells} of a map" if extents else "a unit"
        return Sentence(
            "For {channels}, mean and variance are taken over {cells} in all images of the batch; the mean "
            "is subtracted, the result divided by the square root of the variance, then scaled and shifted. Outside "
            "training the running mean and variance are used.",
            channels=Sentence(per, channels=channels),
            cells=Sentence(cells, extents=tuple(extents)),
        )

    def reasons(self, inputs: Sequence[Shape]) -> tuple[Reason, ...]:
        channels = inputs[0][-1]
        return (
            Reason("parameters", f"2 × {channels} = {2 * channels}", (told("scale-and-shift", kept=2 * channels),)),
        )

    def parts(self, site: Site, cell: Cell) -> tuple[Part, ...]:
        channel = cell[-1]
        mean, variance = float(site.state["mean"][channel]), float(site.state["variance"][channel])
        scale, shift = float(site.arrays["scale"][channel]), float(site.arrays["shift"][channel])
        return (normalised(float(site.inputs[0][cell]), mean, variance, self.epsilon, scale, shift),)

    def back_account(self, site: Site, gradient: Floats, cell: Cell, label: int) -> BackPart | None:
        channel = cell[-1]
        scale, variance = float(site.arrays["scale"][channel]), float(site.state["variance"][channel])
        deviation = float(np.sqrt(variance + self.epsilon))
        steps = (Step("×", Sentence("scale"), scale), Step("÷", Sentence("deviation"), deviation))
        return scaled_back(cell, gradient, steps)

    def operation(self, binding: Binding) -> Operation:
        if binding.mode == "train" and not binding.locked:
            return ByBatch(binding, self.epsilon, self.momentum)
        return ByRunningMoments(binding, self.epsilon)
