"""Input: where the images come in."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from cnnstudio.nn.arrays import Array, Floats, Shape
from cnnstudio.nn.explaining.dependence import Cell
from cnnstudio.nn.explaining.parts import LedgerPart, Part, Site, Step
from cnnstudio.nn.graph.layer import Category, Layer
from cnnstudio.nn.ops.operation import Binding, Operation
from cnnstudio.nn.settings import Reals, setting
from cnnstudio.nn.sliding_window import Reason, ShapeError
from cnnstudio.nn.telling.told import Sentence, told

#: of more channels than these the scaling is not spelt out
_MOST_TOLD = 4


@dataclass(frozen=True)
class Input(Layer):
    """Images of height × width × channels. Pixels 0…255 become (pixel / 255 − mean) / deviation."""

    kind: ClassVar[str] = "input"
    title: ClassVar[str] = "Input"
    category: ClassVar[Category] = "input"
    sentence: ClassVar[str] = (
        "Takes the images in and makes small numbers of their pixels: the mean is taken away, and the rest divided by "
        "the deviation."
    )
    rereads_output: ClassVar[bool] = False
    fewest_inputs: ClassVar[int] = 0
    most_inputs: ClassVar[int] = 0

    height: int = setting(28, "Height", "Rows of the image.", low=1, high=1024, unit="px")
    width: int = setting(28, "Width", "Columns of the image.", low=1, high=1024, unit="px")
    channels: int = setting(1, "Channels", "1 for grey, 3 for red, green and blue.", low=1, high=64)
    mean: Reals = setting(
        0.0,
        "Mean",
        "Subtracted from every pixel, which lies between 0 and 1: one number, or one for each channel.",
        type="reals",
        low=-10.0,
        high=10.0,
        per="channel",
    )
    deviation: Reals = setting(
        1.0,
        "Deviation",
        "Every pixel is then divided by this: one number, or one for each channel.",
        type="reals",
        low=1e-3,
        high=1e3,
        per="channel",
    )

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        for title, value in (("mean", self.mean), ("deviation", self.deviation)):
            if isinstance(value, tuple) and len(value) != self.channels:
                raise ShapeError("number-a-channel", setting=title, numbers=len(value), channels=self.channels)
        return (self.height, self.width, self.channels)

    def scaling(self, channel: int) -> tuple[float, float]:
        """Mean and deviation of a channel, from 0."""
        mean, deviation = (v[channel] if isinstance(v, tuple) else v for v in (self.mean, self.deviation))
        return mean, deviation

    def taking(self, shape: Shape) -> Input:
        """The same layer for images of another shape (height, width, channels). Where there are other channels, a mean
        or deviation for each becomes one: their average."""
        height, width, channels = shape
        scaling = {"mean": self.mean, "deviation": self.deviation} if channels != self.channels else {}
        averages = {name: sum(v) / len(v) for name, v in scaling.items() if isinstance(v, tuple)}
        return self.replace(height=height, width=width, channels=channels, **averages)

    def summary(self) -> Sentence:
        known = {1: "{height}×{width} grey", 3: "{height}×{width} colour"}
        form = known.get(self.channels, "{height}×{width} {channels:# channel|# channels}")
        return Sentence(form, height=self.height, width=self.width, channels=self.channels)

    def explanation(self, inputs: Sequence[Shape]) -> Sentence:
        shape = (self.height, self.width, self.channels)
        return Sentence(
            "One image is a volume of {shape:shape}: {rows:# row|# rows}, {columns:# column|# columns}, "
            "{channels:# number|# numbers} at every place, {count:# number|# numbers} in all.",
            shape=shape,
            rows=self.height,
            columns=self.width,
            channels=self.channels,
            count=math.prod(shape),
        )

    def reasons(self, inputs: Sequence[Shape]) -> tuple[Reason, ...]:
        if self.mean == 0 and self.deviation == 1:
            return (Reason("pixel", Sentence("pixel / 255"), (told("black-and-white", black=0.0, white=1.0),)),)
        if isinstance(self.mean, tuple) or isinstance(self.deviation, tuple):
            scalings = tuple(map(self.scaling, range(min(self.channels, _MOST_TOLD))))
            remark = told("scaled-by-channel", scalings=scalings, more=self.channels > _MOST_TOLD)
            return (Reason("pixel", Sentence("(pixel / 255 − mean) / deviation"), (remark,)),)
        formula = Sentence("(pixel / 255 − {mean:g}) / {deviation:g}", mean=self.mean, deviation=self.deviation)
        dark, light = (-self.mean / self.deviation, (1 - self.mean) / self.deviation)
        return (Reason("pixel", formula, (told("black-and-white", black=dark, white=light),)),)

    def parts(self, site: Site, cell: Cell) -> tuple[Part, ...]:
        value = float(site.output[cell])
        mean, deviation = self.scaling(cell[-1])
        pixel = round((value * deviation + mean) * 255)
        caption = Sentence(
            "A pixel of {pixel} (0 is black, 255 is white) is scaled: nothing else has happened to it yet.", pixel=pixel
        )
        steps = [Step("", Sentence("pixel"), float(pixel)), Step("÷", Sentence("white"), 255.0)]
        if mean:
            steps.append(Step("−", Sentence("mean"), mean))
        if deviation != 1:
            steps.append(Step("÷", Sentence("deviation"), deviation))
        return (LedgerPart(caption, tuple(steps)),)

    def operation(self, binding: Binding) -> Operation:
        return _Nothing()

    def take_in(self, images: Array, output: Floats) -> None:
        """Write images (N, H, W, C), uint8 0…255 or floating 0…1, into an inner buffer (H, C, W, N)."""
        mean, deviation = _for_channels(self.mean), _for_channels(self.deviation)
        scale = 1.0 / (255.0 if images.dtype == np.uint8 else 1.0) / deviation
        np.multiply(images.transpose(1, 3, 2, 0), scale.astype(output.dtype), out=output, casting="unsafe")
        if mean.any():
            output -= (mean / deviation).astype(output.dtype)


def _for_channels(value: Reals) -> Floats:
    """One number, or one for each row of (H, C, W, N) that belongs to a channel."""
    numbers = np.array(value, np.float64)
    return numbers.reshape(-1, 1, 1) if numbers.ndim else numbers


class _Nothing(Operation):
    """The network itself writes the images into the output."""

    def forward(self) -> None: ...

    def backward(self) -> None: ...
