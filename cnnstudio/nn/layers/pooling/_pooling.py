"""What the layers that pool windows have in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from cnnstudio.nn.arrays import Shape, shape_text
from cnnstudio.nn.graph.layer import Category, volume
from cnnstudio.nn.layers.convolution._sliding import Windowed, kernel_setting, stride_setting, stride_text
from cnnstudio.nn.ops.operation import Binding, Operation
from cnnstudio.nn.ops.windows import overhang, size_reason
from cnnstudio.nn.settings import setting
from cnnstudio.nn.sliding_window import Reason, ShapeError, Window
from cnnstudio.nn.telling.told import Sentence


@dataclass(frozen=True)
class Pool2D(Windowed):
    """One number for each window, in every map by itself: (H, W, C) → (H′, W′, C), H′ = ⌊(H + p₁ + p₂ − k) / s⌋ + 1,
    or rounded up, as long as the last window still begins inside the image or the padding before it."""

    category: ClassVar[Category] = "pooling"
    algorithms: ClassVar[tuple[str, ...]] = ("shifts", "reference")

    kernel: tuple[int, int] = kernel_setting((2, 2), "Window", "Height and width of the window.")
    stride: tuple[int, int] = stride_setting((2, 2))
    round_up: bool = setting(
        False,
        "Round up",
        "Whether a last window that lies on the image in part counts too, so that no row or column is left over.",
        type="switch",
    )

    def window(self, inputs: Sequence[Shape]) -> Window:
        window = super().window(inputs)
        if not self.round_up or len(inputs[0]) != 3:
            return window
        top, bottom, left, right = window.padding
        below = overhang(inputs[0][0], top, bottom, self.kernel[0], self.stride[0])
        beside = overhang(inputs[0][1], left, right, self.kernel[1], self.stride[1])
        return replace(window, overhang=(below, beside))

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        return (*self.positions(inputs), volume(self, inputs)[2])

    def refuse_windows_of_padding(self, inputs: Sequence[Shape]) -> None:
        """Check that every window sees something of the image.

        Raises:
            ShapeError: the padding holds a whole one.
        """
        top, bottom, left, right = self.window(inputs).padding
        if max(top, bottom) >= self.kernel[0] or max(left, right) >= self.kernel[1]:
            raise ShapeError("window-of-padding", padding=max(top, bottom, left, right), kernel=self.kernel)

    def summary(self) -> Sentence:
        return self._in_words(brief=False)

    def brief(self) -> Sentence:
        return self._in_words(brief=True)

    def _in_words(self, *, brief: bool) -> Sentence:
        parts = [shape_text(self.kernel), stride_text(self.stride, brief)]
        if self.padding != "valid":
            parts.append(Sentence("same" if self.padding == "same" else "padded"))
        if self.round_up:
            parts.append(Sentence("rounded up"))
        return Sentence("{parts:commas}", parts=(*parts, *self.further()))

    def further(self) -> tuple[Sentence, ...]:
        """What a card says of the settings of this kind alone."""
        return ()

    def reasons(self, inputs: Sequence[Shape]) -> tuple[Reason, ...]:
        rows, columns, _ = self.output_shape(inputs)
        return (size_reason(self.window(inputs), (inputs[0][0], inputs[0][1]), (rows, columns)),)

    def operation(self, binding: Binding) -> Operation:
        height, channels, width, _ = binding.inputs[0].shape
        return self.pooling(binding, self.window([(height, width, channels)]))

    def pooling(self, binding: Binding, window: Window) -> Operation:
        """The layer bound to arrays, with its window on them."""
        raise NotImplementedError
