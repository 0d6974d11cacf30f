"""What the layers that pool windows have in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from cnnstudio.nn.arrays import Shape
from cnnstudio.nn.layer import Category, volume
from cnnstudio.nn.layers.convolution._sliding import Windowed, kernel_setting, stride_setting
from cnnstudio.nn.ops.windows import size_reason
from cnnstudio.nn.sliding_window import Reason
from cnnstudio.nn.told import Sentence


@dataclass(frozen=True)
class Pool2D(Windowed):
    """One number for each window, in every map by itself: (H, W, C) → (H′, W′, C), H′ = ⌊(H + p₁ + p₂ − k) / s⌋ + 1."""

    category: ClassVar[Category] = "pooling"
    algorithms: ClassVar[tuple[str, ...]] = ("shifts", "reference")

    kernel: tuple[int, int] = kernel_setting((2, 2), "Window", "Height and width of the window.")
    stride: tuple[int, int] = stride_setting((2, 2))

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        return (*self.positions(inputs), volume(self, inputs)[2])

    def summary(self) -> Sentence:
        step = self.stride[:1] if self.stride[0] == self.stride[1] else self.stride
        padded = {"valid": "{kernel:shape}, stride {step:shape}", "same": "{kernel:shape}, stride {step:shape}, same"}
        form = padded.get(str(self.padding), "{kernel:shape}, stride {step:shape}, padded")
        return Sentence(form, kernel=self.kernel, step=step)

    def reasons(self, inputs: Sequence[Shape]) -> tuple[Reason, ...]:
        rows, columns, _ = self.output_shape(inputs)
        return (size_reason(self.window(inputs), (inputs[0][0], inputs[0][1]), (rows, columns)),)
