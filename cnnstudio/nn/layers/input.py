"""Input: where the images come in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from cnnstudio.nn.arrays import Array, Floats, Shape, shape_text, thousands
from cnnstudio.nn.explaining.dependence import Cell
from cnnstudio.nn.explaining.parts import LedgerPart, Part, Site, Step
from cnnstudio.nn.layer import Category, Layer
from cnnstudio.nn.ops.operation import Binding, Operation
from cnnstudio.nn.settings import setting
from cnnstudio.nn.sliding_window import Reason
from cnnstudio.nn.told import told


@dataclass(frozen=True)
class Input(Layer):
    """Images of height × width × channels. Pixels 0…255 become (pixel / 255 − mean) / deviation."""

    kind: ClassVar[str] = "input"
    title: ClassVar[str] = "Input"
    category: ClassVar[Category] = "input"
    sentence: ClassVar[str] = "Takes the images in and scales their pixels to small numbers."
    rereads_output: ClassVar[bool] = False
    fewest_inputs: ClassVar[int] = 0
    most_inputs: ClassVar[int] = 0

    height: int = setting(28, "Height", "Rows of the image.", low=1, high=1024, unit="px")
    width: int = setting(28, "Width", "Columns of the image.", low=1, high=1024, unit="px")
    channels: int = setting(1, "Channels", "1 for grey, 3 for red, green and blue.", low=1, high=64)
    mean: float = setting(
        0.0, "Mean", "Subtracted from every pixel, which lies between 0 and 1.", type="real", low=-10.0, high=10.0
    )
    deviation: float = setting(
        1.0, "Deviation", "Every pixel is then divided by this.", type="real", low=1e-3, high=1e3
    )

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        return (self.height, self.width, self.channels)

    def summary(self) -> str:
        colour = {1: "grey", 3: "colour"}.get(self.channels, f"{self.channels} channels")
        return f"{self.height}×{self.width} {colour}"

    def explanation(self, inputs: Sequence[Shape]) -> str:
        count = self.height * self.width * self.channels
        return (
            f"One image is a volume of {shape_text(self.output_shape(()))}: "
            f"{self.height} rows, {self.width} columns, {self.channels} "
            f"{'number' if self.channels == 1 else 'numbers'} at every place, "
            f"{thousands(count)} numbers in all."
        )

    def reasons(self, inputs: Sequence[Shape]) -> tuple[Reason, ...]:
        if self.mean == 0 and self.deviation == 1:
            return (Reason("pixel", "pixel / 255", (told("black-and-white", black=0.0, white=1.0),)),)
        formula = f"(pixel / 255 − {self.mean:g}) / {self.deviation:g}"
        dark, light = (-self.mean / self.deviation, (1 - self.mean) / self.deviation)
        return (Reason("pixel", formula, (told("black-and-white", black=dark, white=light),)),)

    def parts(self, site: Site, cell: Cell) -> tuple[Part, ...]:
        value = float(site.output[cell])
        pixel = round((value * self.deviation + self.mean) * 255)
        caption = f"A pixel of {pixel} (0 is black, 255 is white) is scaled: nothing else has happened to it yet."
        steps = [Step("", "pixel", float(pixel)), Step("÷", "white", 255.0)]
        if self.mean:
            steps.append(Step("−", "mean", self.mean))
        if self.deviation != 1:
            steps.append(Step("÷", "deviation", self.deviation))
        return (LedgerPart(caption, tuple(steps)),)

    def operation(self, binding: Binding) -> Operation:
        return _Nothing()

    def take_in(self, images: Array, output: Floats) -> None:
        """Write images (N, H, W, C), uint8 0…255 or floating 0…1, into an inner buffer (H, C, W, N)."""
        scale: Any = 1.0 / (255.0 if images.dtype == np.uint8 else 1.0) / self.deviation
        np.multiply(images.transpose(1, 3, 2, 0), output.dtype.type(scale), out=output, casting="unsafe")
        if self.mean:
            output -= output.dtype.type(self.mean / self.deviation)


class _Nothing(Operation):
    """The network itself writes the images into the output."""

    def forward(self) -> None: ...

    def backward(self) -> None: ...
