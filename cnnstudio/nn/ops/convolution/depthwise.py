"""Depthwise convolution on the inner layout (H, C, W, N): each channel has filters of its own.

Weights are (C · multiplier, kernel height, kernel width, 1); the filters of a channel follow each other. A few output
rows of one channel are one matrix product: a banded matrix, in which the kernel stands below itself once for each
row, times the input rows under them, copied once for each column of the kernel. About half of its factors are 0, but
a product is several times faster than a pass over the rows for every cell of the kernel.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from cnnstudio.nn.arrays import Array, Floats
from cnnstudio.nn.ops.blocks import odd_lines
from cnnstudio.nn.ops.operation import Binding, Operation
from cnnstudio.nn.ops.windows import by_position, inside
from cnnstudio.nn.ops.workspace import Workspace
from cnnstudio.nn.sliding_window import Window

#: output rows of one product: more of them mean more zeros, fewer mean more copies
ROWS = 4
#: bytes of the copies for one block of channels
BLOCK_BYTES = 640 * 1024


@dataclass(frozen=True)
class _Reads:
    """Along one axis: tap k of target place t reads source place (t · step + k · apart + first) / every, where that is
    a whole number."""

    taps: int
    step: int
    every: int
    apart: int
    first: int

    @property
    def back(self) -> _Reads:
        """From where the source's gradient is read, in the target's."""
        return _Reads(self.taps, self.every, self.step, -self.apart, -self.first)

    def places(self, targets: int) -> dict[tuple[int, int], int]:
        """(target place, tap) → source place, for the first so many target places."""
        found = {(t, k): t * self.step + k * self.apart + self.first for t in range(targets) for k in range(self.taps)}
        return {key: place // self.every for key, place in found.items() if place % self.every == 0}


class Rows(Operation):
    """Output, weight gradient and input gradient; arrays are seen as (rows, C, multiplier, columns, N)."""

    def __init__(self, binding: Binding, window: Window) -> None:
        self.binding = binding
        self.channels = binding.inputs[0].shape[1]
        top, _, left, _ = window.padding
        down = _Reads(window.kernel[0], window.stride[0], 1, window.dilation[0], -top)
        across = _Reads(window.kernel[1], window.stride[1], 1, window.dilation[1], -left)
        source, workspace = binding.inputs[0][:, :, None], binding.workspace
        self.output = _Correlation(source, self._by_channel(binding.output), down, across, workspace)
        if not binding.learns:
            return
        gradient, target = self._by_channel(binding.output_gradient), binding.input_gradients[0]
        self.weight_gradient = _WeightGradient(source, gradient, down, across, workspace)
        self.input_gradient = (
            None if target is None else _Correlation(gradient, target[:, :, None], down.back, across.back, workspace)
        )

    def forward(self) -> None:
        bias = self._by_filter(self.binding.parameters.get("bias"))
        self.output.run(self._filters(self.binding.parameters["weights"])[..., None], bias)

    def backward(self) -> None:
        gradients = self.binding.gradients
        self.weight_gradient.run(self._filters(gradients["weights"]), self._by_filter(gradients.get("bias")))
        if self.input_gradient is not None:
            weights = self._filters(self.binding.parameters["weights"])
            self.input_gradient.run(weights[:, None].transpose(0, 1, 3, 4, 2), None)

    def _by_channel(self, array: Floats) -> Floats:
        rows, filters, columns, batch = array.shape
        return array.reshape(rows, self.channels, filters // self.channels, columns, batch)

    def _by_filter(self, bias: Floats | None) -> Floats | None:
        """Biases as (C, multiplier), a view; None where there are none."""
        return None if bias is None else bias.reshape(self.channels, -1)

    def _filters(self, weights: Floats) -> Floats:
        """Weights as (C, multiplier, kernel height, kernel width), a view."""
        return weights.reshape(self.channels, -1, *weights.shape[1:3])


@dataclass(frozen=True)
class _Block:
    """Target rows and channels, and the source under them: a matrix (channels, depth, run) whose first row is 1."""

    rows: slice
    channels: slice
    copies: list[tuple[Array, Array]]
    zeros: list[Floats]
    matrix: Floats

    def fill(self) -> None:
        """Copy, and clear what lies outside of the source."""
        for zero in self.zeros:
            zero.fill(0)
        for target, source in self.copies:
            np.copyto(target, source)


class _Blocks:
    """All blocks of a target, for columns that read the source from ``starts`` on in steps of ``step``: one start for
    each tap. The depth counts the row of ones, then source rows, taps, and the source's multiplier."""

    def __init__(
        self,
        source: Floats,
        down: _Reads,
        starts: list[int],
        step: int,
        extents: tuple[int, int],
        workspace: Workspace,
    ) -> None:
        self.source, self.down, self.starts, self.step = source, down, starts, step
        self.rows, self.columns = extents
        # a multiple of what the reads repeat after, so that all blocks are alike
        self.at_once = -(-ROWS // down.every) * down.every
        places = down.places(self.at_once)
        self.top, last = min(places.values()), max(places.values())
        #: (target row, kernel row) → source row, both counted from the block's first
        self.taps = {key: place - self.top for key, place in places.items()}
        _, channels, several, _, self.batch = source.shape
        self.shape = (last - self.top + 1, len(starts), several)
        self.depth = 1 + int(np.prod(self.shape))
        pitch = odd_lines(self.columns * self.batch, source.itemsize)
        self.together = max(1, min(channels, BLOCK_BYTES // (self.depth * pitch * source.itemsize)))
        self._held = workspace.reserve("columns", (self.depth, self.together, pitch), source.dtype)

    def start(self) -> list[_Block]:
        """The blocks, after others have used the workspace."""
        self._held.array[0].fill(1)
        return self._all

    @cached_property
    def _all(self) -> list[_Block]:
        channels = self.source.shape[1]
        return [
            self._block(slice(row, min(row + self.at_once, self.rows)), slice(c, min(c + self.together, channels)))
            for c in range(0, channels, self.together)
            for row in range(0, self.rows, self.at_once)
        ]

    def _block(self, rows: slice, channels: slice) -> _Block:
        height, _, _, width, batch = self.source.shape
        held = self._held.array[:, : channels.stop - channels.start, : self.columns * batch]
        cells = held[1:].reshape(*self.shape, held.shape[1], self.columns, batch)
        top = rows.start * self.down.step // self.down.every + self.top
        above, below = inside(top, len(cells), 1, height)
        copies, zeros = [], [cells[:above], cells[below:]]
        for number, start in enumerate(self.starts):
            before, after = inside(start, self.columns, self.step, width)
            place = cells[above:below, number]
            zeros += [place[..., :before, :], place[..., after:, :]]
            if before < after and above < below:
                first = start + before * self.step
                across = slice(first, first + (after - before - 1) * self.step + 1, self.step)
                seen = self.source[top + above : top + below, channels, :, across].swapaxes(1, 2)
                copies.append((by_position(place[..., before:after, :]), by_position(seen)))
        return _Block(rows, channels, copies, [zero for zero in zeros if zero.size], held.swapaxes(0, 1))


class _Correlation:
    """Slides filters (C, target's multiplier, kernel height, kernel width, source's multiplier) over a source."""

    def __init__(self, source: Floats, target: Floats, down: _Reads, across: _Reads, workspace: Workspace) -> None:
        self.target, self.every = target, across.every
        _, channels, several, columns, self.batch = target.shape
        places = across.places(self.every)
        #: target columns that read alike: the taps they have, the blocks and the banded matrices for them
        self.phases: list[tuple[list[int], _Blocks, Floats]] = []
        for phase in range(min(self.every, columns)):
            taps = [k for k in range(across.taps) if (phase, k) in places]
            extents = (len(target), len(range(phase, columns, self.every)))
            blocks = _Blocks(source, down, [places[phase, k] for k in taps], across.step, extents, workspace)
            band = np.zeros((several, channels, blocks.at_once, blocks.depth), target.dtype)
            self.phases.append((taps, blocks, band))
        parts = [blocks for _, blocks, _ in self.phases]
        together, longest = max(part.together for part in parts), max(part.columns for part in parts) * self.batch
        shape = (several, together, parts[0].at_once, longest)
        self._products = workspace.reserve("products", shape, target.dtype) if self.every > 1 else None

    def run(self, weights: Floats, bias: Floats | None) -> None:
        """Write Σ weights · window + bias (C, target's multiplier) into the target."""
        for phase, (taps, blocks, band) in enumerate(self.phases):
            band[..., 0] = 0 if bias is None else bias.T[..., None]
            filled = band[..., 1:].reshape(*band.shape[:3], *blocks.shape)
            by_row = weights[:, :, :, taps].transpose(2, 1, 0, 3, 4)
            for (row, tap), place in blocks.taps.items():
                filled[:, :, row, place] = by_row[tap]
            for block in blocks.start():
                block.fill()
                target = self.target[block.rows, block.channels, :, phase :: self.every].transpose(2, 1, 0, 3, 4)
                product = self._place(target)
                merged = product.reshape(*product.shape[:3], -1)
                np.matmul(band[:, block.channels, : target.shape[2]], block.matrix, out=merged)
                if product is not target:
                    np.copyto(by_position(target), by_position(product))

    def _place(self, target: Floats) -> Floats:
        """Where a product goes: into the target itself if its columns lie side by side."""
        if self._products is None:
            return target
        several, channels, rows, columns, _ = target.shape
        place = self._products.array[:several, :channels, :rows, : columns * self.batch]
        return place.reshape(target.shape)


class _WeightGradient:
    """The products of windows and gradient, added up over all positions."""

    def __init__(self, source: Floats, gradient: Floats, down: _Reads, across: _Reads, workspace: Workspace) -> None:
        rows, channels, several, columns, _ = gradient.shape
        starts = list(across.places(1).values())
        self.blocks = _Blocks(source, down, starts, across.step, (rows, columns), workspace)
        # (multiplier, C, rows, columns · N)
        self.gradient = gradient.reshape(*gradient.shape[:3], -1).transpose(2, 1, 0, 3)
        self.total = np.empty((several, channels, self.blocks.at_once, self.blocks.depth), gradient.dtype)
        shape = (several, self.blocks.together, *self.total.shape[2:])
        self._parts = workspace.reserve("parts", shape, gradient.dtype)

    def run(self, weights: Floats, bias: Floats | None) -> None:
        """Write the gradients of weights (C, multiplier, kernel height, kernel width) and bias (C, multiplier)."""
        self.total.fill(0)
        for block in self.blocks.start():
            block.fill()
            gradient = self.gradient[:, block.channels, block.rows]
            parts = self._parts.array[:, : gradient.shape[1], : gradient.shape[2]]
            np.matmul(gradient, block.matrix.swapaxes(1, 2), out=parts)
            self.total[:, block.channels, : gradient.shape[2]] += parts
        if bias is not None:
            np.sum(self.total[..., 0], axis=2, out=bias.T)
        products = self.total[..., 1:].reshape(*self.total.shape[:3], *self.blocks.shape[:2])
        weights.fill(0)
        for (row, tap), place in self.blocks.taps.items():
            weights[:, :, tap] += products[:, :, row, place].swapaxes(0, 1)
