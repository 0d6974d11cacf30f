"""What the layers with a sliding window say in the same words: their settings, summaries and reasons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cnnstudio.nn.arrays import shape_text
from cnnstudio.nn.layer import Reason
from cnnstudio.nn.settings import Padding, setting


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
    return setting("valid", "Padding", sentence, type="padding", high=64, unit="px")


def dilation_setting() -> Any:
    """The distance of two cells under the window."""
    sentence = "Distance between the cells a filter looks at; 1 means side by side."
    return setting((1, 1), "Dilation", sentence, type="pair", low=1, high=32)


def steps_summary(stride: tuple[int, int], padding: Padding, dilation: tuple[int, int] = (1, 1)) -> list[str]:
    """How the window moves, in words for a card; nothing about what is as usual."""
    parts = []
    if stride != (1, 1):
        parts.append(f"stride {stride[0] if stride[0] == stride[1] else shape_text(stride)}")
    if padding != "valid":
        parts.append("same" if padding == "same" else "padded")
    if dilation != (1, 1):
        parts.append("dilated")
    return parts


def counted(number: int, word: str) -> str:
    """“1 filter”, “6 filters”."""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def apart(number: int) -> str:
    """A number with its thousands set apart."""
    return f"{number:,}".replace(",", "\u2009")


def cost_reason(cells: Sequence[int], window: Sequence[int], macs: int) -> Reason:
    """Where the cost comes from: output cells times what each of them reads."""
    return Reason(
        "Cost of one image",
        f"{'·'.join(map(str, cells))} × {'·'.join(map(str, window))} = {apart(macs)} MACs",
        "One MAC is a multiplication and an addition.",
    )
