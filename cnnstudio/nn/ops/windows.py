"""The arithmetic of sliding windows: how many positions there are, and the strided views over them."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from cnnstudio.nn.arrays import Floats
from cnnstudio.nn.ops.workspace import Workspace
from cnnstudio.nn.settings import Padding
from cnnstudio.nn.sliding_window import Reason, ShapeError, Window
from cnnstudio.nn.telling.told import told


def resolved_padding(
    padding: Padding, kernel: tuple[int, int], dilation: tuple[int, int] = (1, 1)
) -> tuple[int, int, int, int]:
    """Zeros added at (top, bottom, left, right). “same” adds d·(k − 1) in all, the smaller half first."""
    if padding == "valid":
        return (0, 0, 0, 0)
    if padding == "same":
        vertical, horizontal = (d * (k - 1) for k, d in zip(kernel, dilation, strict=True))
        return (vertical // 2, vertical - vertical // 2, horizontal // 2, horizontal - horizontal // 2)
    assert not isinstance(padding, str)
    return padding


def positions(extent: int, before: int, after: int, kernel: int, stride: int, dilation: int) -> int:
    """⌊(n + p₁ + p₂ − d(k − 1) − 1) / s⌋ + 1; zero or less where the window does not fit."""
    return (extent + before + after - dilation * (kernel - 1) - 1) // stride + 1


def overhang(extent: int, before: int, after: int, kernel: int, stride: int) -> int:
    """How many cells one position more needs behind the padding, so that the size is rounded up.

    0 where nothing is left over, or where that position would begin behind the input: it would see nothing of it. This
    is PyTorch's ``ceil_mode``.
    """
    left_over = (extent + before + after - kernel) % stride
    begins = positions(extent, before, after, kernel, stride, 1) * stride - before
    return stride - left_over if left_over and begins < extent else 0


def output_extents(title: str, window: Window, height: int, width: int) -> tuple[int, int]:
    """Rows and columns of positions of a window on a height × width image.

    Raises:
        ShapeError: it does not fit even once.
    """
    top, bottom, left, right = window.padding
    (kernel_y, kernel_x), (stride_y, stride_x), (dilation_y, dilation_x) = (
        window.kernel,
        window.stride,
        window.dilation,
    )
    rows = positions(height, top, bottom + window.overhang[0], kernel_y, stride_y, dilation_y)
    columns = positions(width, left, right + window.overhang[1], kernel_x, stride_x, dilation_x)
    if rows < 1 or columns < 1:
        reach = (dilation_y * (kernel_y - 1) + 1, dilation_x * (kernel_x - 1) + 1)
        padded = (height + top + bottom, width + left + right)
        raise ShapeError("window-too-large", layer=title, reach=reach, image=(height, width), padded=padded)
    return rows, columns


def size_reason(window: Window, inputs: tuple[int, int], outputs: tuple[int, int]) -> Reason:
    """“Why 28?”, answered with the layer's own numbers, and what is never looked at."""
    lines = []
    top, bottom, left, right = window.padding
    sides = [(0, top, bottom, "rows"), (1, left, right, "columns")]
    same_on_both = (
        inputs[0] == inputs[1]
        and (top, bottom) == (left, right)
        and all(pair[0] == pair[1] for pair in (window.kernel, window.stride, window.dilation))
    )
    remarks = []
    for side, before, after, word in sides[: 1 if same_on_both else 2]:
        extent, kernel = inputs[side], window.kernel[side]
        stride, dilation = window.stride[side], window.dilation[side]
        padding = f" + {before} + {after}" if before or after else ""
        reach = f"{dilation}·({kernel} − 1) − 1" if dilation > 1 else f"{kernel}"
        inner = f"{extent}{padding} − {reach}"
        whole = f"⌈({inner}) / {stride}⌉" if window.overhang[side] else f"⌊({inner}) / {stride}⌋"
        lines.append(f"{whole} + 1 = {outputs[side]}")
        left_over = (extent + before + after - dilation * (kernel - 1) - 1) % stride
        unread = max(0, left_over - after)
        if unread and not window.overhang[side]:
            remarks.append(told("unread", count=unread, side="both" if same_on_both else word))
    size = outputs[:1] if outputs[0] == outputs[1] else outputs
    return Reason("size", "\n".join(lines), tuple(remarks), size)


def window_view(padded: Floats, window: Window, rows: int, columns: int) -> Floats:
    """All windows of a padded inner volume (H, C, W, N) as a read-only view without a copy.

    Returns shape (rows, kernel width, kernel height, C, columns, N): the order in which the batched matrix
    product wants its columns, with the longest contiguous runs innermost.
    """
    row, channel, column, image = padded.strides
    (kernel_y, kernel_x), (stride_y, stride_x), (dilation_y, dilation_x) = (
        window.kernel,
        window.stride,
        window.dilation,
    )
    return as_strided(
        padded,
        (rows, kernel_x, kernel_y, padded.shape[1], columns, padded.shape[3]),
        (row * stride_y, column * dilation_x, row * dilation_y, channel, column * stride_x, image),
        writeable=False,
    )


def shifted(padded: Floats, window: Window, ky: int, kx: int, rows: int, columns: int) -> Floats:
    """The view of a padded inner volume under cell (ky, kx) of every window: (rows, C, columns, N)."""
    top, left = ky * window.dilation[0], kx * window.dilation[1]
    stride_y, stride_x = window.stride
    return padded[
        top : top + (rows - 1) * stride_y + 1 : stride_y, :, left : left + (columns - 1) * stride_x + 1 : stride_x
    ]


def by_position(array: Floats) -> NDArray[np.void]:
    """A view of an inner volume (H, C, …, W, N) in which the numbers of all images at one position are one item.

    To copy columns that lie apart, copy such views: NumPy moves an item at once, but a short run number by number.
    """
    return array.view(np.dtype((np.void, array.shape[-1] * array.itemsize)))


def inside(first: int, count: int, stride: int, extent: int) -> tuple[int, int]:
    """Of the places first, first + stride, …: from which to before which they lie in 0 … extent − 1."""
    before = min(count, max(0, -(first // stride)))
    after = max(before, min(count, -(-(extent - first) // stride)))
    return before, after


class Padded:
    """An inner volume (H, C, W, N) with a border around it; without a border it is the array itself, if that lies in
    one piece.

    The padded copy lives in the workspace: ``fill`` it before each use.
    """

    def __init__(
        self,
        source: Floats,
        padding: tuple[int, int, int, int],
        border: float = 0.0,
        workspace: Workspace | None = None,
    ) -> None:
        top, bottom, left, right = padding
        height, channels, width, batch = source.shape
        self.source, self.padding, self.border = source, padding, border
        # algorithms look at rows and channels as one run; the channels of a group do not lie in one piece
        self.trivial = not any(padding) and source.flags.c_contiguous
        self.shape = (height + top + bottom, channels, width + left + right, batch)
        if not self.trivial:
            self._scratch = (workspace or Workspace()).reserve("padded", self.shape, source.dtype)

    @cached_property
    def array(self) -> Floats:
        """The padded volume; first used when all operations have been made."""
        return self.source if self.trivial else self._scratch.array

    @cached_property
    def interior(self) -> Floats:
        """The view of it that shows the source."""
        top, _, left, _ = self.padding
        return self.array[top : top + self.source.shape[0], :, left : left + self.source.shape[2]]

    def fill(self) -> None:
        """Copy the source into the interior and clear the border."""
        if self.trivial:
            return
        (top, _, left, _), (height, _, width, _) = self.padding, self.source.shape
        np.copyto(self.interior, self.source)
        inside = self.array[top : top + height]
        for edge in (self.array[:top], self.array[top + height :], inside[:, :, :left], inside[:, :, left + width :]):
            edge.fill(self.border)
