"""What the layers with a sliding window have in common: their settings, and what they say in the same words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any, ClassVar

from cnnstudio.nn.arrays import Floats, Shape
from cnnstudio.nn.explaining.accounts import through_window
from cnnstudio.nn.explaining.backward import over_positions
from cnnstudio.nn.explaining.dependence import Dependence
from cnnstudio.nn.explaining.parts import LedgerPart, Site
from cnnstudio.nn.graph.layer import Category, Layer, Reach, volume
from cnnstudio.nn.layers._bias import bias_setting, without_bias
from cnnstudio.nn.ops.windows import output_extents, resolved_padding
from cnnstudio.nn.settings import Padding, setting
from cnnstudio.nn.sliding_window import Reason, Window
from cnnstudio.nn.telling.told import Sentence, told


def filters_setting() -> Any:
    """How many maps come out."""
    return setting(8, "Filters", "How many filters, and so how many maps come out.", low=1, high=4096)


def kernel_setting(
    default: tuple[int, int] = (3, 3),
    title: str = "Kernel",
    sentence: str = "Height and width of the window a filter looks through.",
) -> Any:
    """Height and width of the window."""
    return setting(default, title, sentence, type="pair", low=1, high=64, unit="px")


def stride_setting(
    default: tuple[int, int] = (1, 1), sentence: str = "How far the window moves from one position to the next."
) -> Any:
    """The distance of two positions."""
    return setting(default, "Stride", sentence, type="pair", low=1, high=64, unit="px")


def padding_setting(
    sentence: str = "Zeros around the image: none (valid), as many as keep the size at stride 1 (same), or your own "
    "numbers.",
) -> Any:
    """What lies around the image."""
    meanings = {
        "valid": "No padding: the window stays on the picture, and the map is smaller",
        "same": "As many zeros around the picture as keep its size where the stride is 1",
        "custom": "Your own number of zeros at each side",
    }
    return setting("valid", "Padding", sentence, type="padding", high=1024, unit="px", meanings=meanings)


def dilation_setting() -> Any:
    """The distance of two cells under the window."""
    sentence = "Distance between the cells a filter looks at; 1 means side by side."
    return setting((1, 1), "Dilation", sentence, type="pair", low=1, high=1024)


def filters_summary(
    filters: int, kernel: tuple[int, int], more: Sequence[Sentence], *, brief: bool = False
) -> Sentence:
    """Filters of a layer in a few words: 6 filters 5×5, and what there is to say of them; ``brief``ly 6 × 5×5."""
    form = "{filters} × {kernel:shape}" if brief else "{filters:# filter|# filters} {kernel:shape}"
    first = Sentence(form, filters=filters, kernel=kernel)
    return Sentence("{parts:commas}", parts=(first, *more))


def stride_text(stride: tuple[int, int], brief: bool = False) -> Sentence:
    """A stride in words for a card."""
    equal = stride[:1] if stride[0] == stride[1] else stride
    return Sentence("/{stride:shape}" if brief else "stride {stride:shape}", stride=equal)


def cost_reason(cells: Sequence[int], window: Sequence[int], macs: int) -> Reason:
    """Where the cost comes from: output cells times what each of them reads."""
    return Reason(
        "cost",
        Sentence(
            "{cells:product} × {window:product} = {macs:thousands} MACs",
            cells=tuple(cells),
            window=tuple(window),
            macs=macs,
        ),
        (told("mac"),),
    )


@dataclass(frozen=True)
class Windowed(Layer):
    """A window that slides over the volume (H, W, C) and sees H′ × W′ positions of it,
    H′ = ⌊(H + p₁ + p₂ − d(k − 1) − 1) / s⌋ + 1."""

    rereads_output: ClassVar[bool] = False
    reach: ClassVar[Reach] = "window"

    kernel: tuple[int, int] = kernel_setting()
    stride: tuple[int, int] = stride_setting()
    padding: Padding = padding_setting()

    def window(self, inputs: Sequence[Shape]) -> Window:
        return Window(self.kernel, self.stride, resolved_padding(self.padding, self.kernel))

    def positions(self, inputs: Sequence[Shape]) -> tuple[int, int]:
        """H′ and W′.

        Raises:
            ShapeError: the input is a vector, or the window does not fit even once.
        """
        height, width, _ = volume(self, inputs)
        return output_extents(self.title, self.window(inputs), height, width)

    def dependence(self, inputs: Sequence[Shape]) -> tuple[Dependence, ...]:
        return (through_window(self.window(inputs), inputs[0], self.output_shape(inputs)),)


@dataclass(frozen=True)
class Convolving(Windowed):
    """… whose cells are multiplied with weights and added up, usually with a bias."""

    category: ClassVar[Category] = "convolution"
    linear: ClassVar[bool] = True

    dilation: tuple[int, int] = dilation_setting()
    _: KW_ONLY
    bias: bool = bias_setting()

    def window(self, inputs: Sequence[Shape]) -> Window:
        padding = resolved_padding(self.padding, self.kernel, self.dilation)
        return Window(self.kernel, self.stride, padding, self.dilation)

    def steps(self, *, brief: bool = False) -> list[Sentence]:
        """How the window moves and what is left out, in words for a card; nothing about what is as usual. A stride is
        ``brief``ly /2, as in the figures of He et al. (2015)."""
        parts = []
        if self.stride != (1, 1):
            parts.append(stride_text(self.stride, brief))
        if self.padding != "valid":
            parts.append(Sentence("same" if self.padding == "same" else "padded"))
        if self.dilation != (1, 1):
            parts.append(Sentence("dilated"))
        return [*parts, *without_bias(self.bias)]

    def weight_account(self, site: Site, gradient: Floats, index: tuple[int, ...]) -> LedgerPart | None:
        return over_positions(site, self.dependence(site.shapes)[0], gradient, index)


@dataclass(frozen=True)
class Filters(Layer):
    """A layer that makes one map with each of its filters. Name it behind ``Convolving``: settings of bases named last
    come first."""

    filters: int = filters_setting()
