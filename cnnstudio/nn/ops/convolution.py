"""Convolution (cross-correlation, as the field computes it) on the inner layout (H, C, W, N).

``Rows`` copies the windows of a few output rows at a time into a block that fits the cache (im2col) and
multiplies it with the filters; ``Reference`` adds one kernel cell after the other.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from cnnstudio.nn.arrays import Floats
from cnnstudio.nn.layer import Binding, Operation, Window
from cnnstudio.nn.ops.windows import Padded, shifted, window_view

#: bytes of one block of columns: well inside the second-level cache
BLOCK_BYTES = 512 * 1024


class Reference(Operation):
    """Slow and obvious: for every kernel cell, filters × channels times the shifted image."""

    def __init__(self, binding: Binding, window: Window) -> None:
        self.binding, self.window = binding, window
        self.padded = Padded(binding.inputs[0], window.padding)

    def forward(self) -> None:
        self.padded.fill()
        weights, output = self.binding.parameters["weights"], self.binding.output
        output[:] = self.binding.parameters["bias"][:, None, None]
        rows, _, columns, _ = output.shape
        for ky, kx in np.ndindex(self.window.kernel):
            cells = shifted(self.padded.array, self.window, ky, kx, rows, columns)
            output += np.tensordot(weights[:, ky, kx], cells, (1, 1)).transpose(1, 0, 2, 3)

    def backward(self) -> None:
        binding, window = self.binding, self.window
        gradient, weights = binding.output_gradient, binding.parameters["weights"]
        rows, _, columns, _ = gradient.shape
        binding.gradients["bias"][:] = gradient.sum((0, 2, 3))
        padded_gradient = np.zeros_like(self.padded.array)
        for ky, kx in np.ndindex(window.kernel):
            cells = shifted(self.padded.array, window, ky, kx, rows, columns)
            binding.gradients["weights"][:, ky, kx] = np.tensordot(gradient, cells, ((0, 2, 3), (0, 2, 3)))
            target = shifted(padded_gradient, window, ky, kx, rows, columns)
            target += np.tensordot(weights[:, ky, kx], gradient, (0, 1)).transpose(1, 0, 2, 3)
        if binding.input_gradients[0] is not None:
            top, _, left, _ = window.padding
            height, _, width, _ = binding.inputs[0].shape
            binding.input_gradients[0][:] = padded_gradient[top : top + height, :, left : left + width]


class Rows(Operation):
    """im2col by blocks of output rows; a row of ones in the block carries the bias through the same product."""

    def __init__(self, binding: Binding, window: Window) -> None:
        self.binding, self.window = binding, window
        self.padded = Padded(binding.inputs[0], window.padding)
        output = binding.output
        self.columns = _Columns(self.padded.array, window, output.shape[0], output.shape[2], ones=True)
        filters = output.shape[1]
        self.matrix = np.empty((filters, self.columns.depth), output.dtype)
        self.outputs = output.reshape(output.shape[0], filters, -1)
        if binding.learns:
            self.gradient_matrix = np.empty_like(self.matrix)
            self.partial = np.empty((self.columns.block, *self.matrix.shape), output.dtype)
            if binding.input_gradients[0] is not None:
                self.input_gradient = _input_gradient(binding, window, self.columns.block)

    def forward(self) -> None:
        self.padded.fill()
        weights = self.binding.parameters["weights"]
        filters, kernel_y, kernel_x, channels = weights.shape
        self.matrix[:, -1] = self.binding.parameters["bias"]
        self.matrix[:, :-1].reshape(filters, kernel_x, kernel_y, channels)[:] = weights.transpose(0, 2, 1, 3)
        for start, stop, block in self.columns:
            np.matmul(self.matrix, block, out=self.outputs[start:stop])

    def backward(self) -> None:
        binding = self.binding
        filters, kernel_y, kernel_x, channels = binding.parameters["weights"].shape
        gradients = binding.output_gradient.reshape(self.outputs.shape)
        total = self.gradient_matrix
        total.fill(0)
        for start, stop, block in self.columns:
            partial = self.partial[: stop - start]
            np.matmul(gradients[start:stop], block.transpose(0, 2, 1), out=partial)
            for part in partial:
                total += part
        binding.gradients["bias"][:] = total[:, -1]
        by_column = total[:, :-1].reshape(filters, kernel_x, kernel_y, channels)
        binding.gradients["weights"][:] = by_column.transpose(0, 2, 1, 3)
        if binding.input_gradients[0] is not None:
            self.input_gradient.compute(gradients)


class _Columns:
    """Iterates over blocks of output rows: (first row, last row, matrix (rows, depth, columns · N))."""

    def __init__(self, padded: Floats, window: Window, rows: int, columns: int, ones: bool) -> None:
        kernel_y, kernel_x = window.kernel
        cells = kernel_x * kernel_y * padded.shape[1]
        self.depth = cells + ones
        run = columns * padded.shape[3]
        self.block = max(1, min(rows, BLOCK_BYTES // (self.depth * run * padded.itemsize)))
        matrix = np.ones((self.block, self.depth, run), padded.dtype)
        views = window_view(padded, window, rows, columns)
        self.blocks = []
        for start in range(0, rows, self.block):
            stop = min(start + self.block, rows)
            part = matrix[: stop - start]
            target = part[:, :cells].reshape(stop - start, *views.shape[1:])
            self.blocks.append((start, stop, views[start:stop], target, part))

    def __iter__(self) -> Iterator[tuple[int, int, Floats]]:
        for start, stop, source, target, part in self.blocks:
            np.copyto(target, source)
            yield start, stop, part


def _input_gradient(binding: Binding, window: Window, block: int) -> _FlippedFilters | _Scatter:
    """The way to the input's gradient: with stride 1 it is a convolution itself."""
    kernel, dilation = window.kernel, window.dilation
    top, bottom, left, right = window.padding
    vertical, horizontal = dilation[0] * (kernel[0] - 1), dilation[1] * (kernel[1] - 1)
    outer = (vertical - top, vertical - bottom, horizontal - left, horizontal - right)
    if window.stride == (1, 1) and min(outer) >= 0:
        return _FlippedFilters(binding, Window(kernel, padding=outer, dilation=dilation))
    return _Scatter(binding, window, block)


class _FlippedFilters:
    """The output's gradient, padded, convolved with the filters turned by 180 degrees."""

    def __init__(self, binding: Binding, window: Window) -> None:
        target, source = binding.input_gradients[0], binding.output_gradient
        assert target is not None
        self.binding = binding
        self.padded = Padded(source, window.padding)
        self.columns = _Columns(self.padded.array, window, target.shape[0], target.shape[2], ones=False)
        self.matrix = np.empty((target.shape[1], self.columns.depth), target.dtype)
        self.targets = target.reshape(target.shape[0], target.shape[1], -1)

    def compute(self, gradients: Floats) -> None:
        weights = self.binding.parameters["weights"]
        filters, kernel_y, kernel_x, channels = weights.shape
        flipped = weights[:, ::-1, ::-1].transpose(3, 2, 1, 0)
        self.matrix.reshape(channels, kernel_x, kernel_y, filters)[:] = flipped
        self.padded.fill()
        for start, stop, block in self.columns:
            np.matmul(self.matrix, block, out=self.targets[start:stop])


class _Scatter:
    """Each output cell's gradient, spread over the window it came from (col2im); works for any stride."""

    def __init__(self, binding: Binding, window: Window, block: int) -> None:
        target, source = binding.input_gradients[0], binding.output_gradient
        assert target is not None
        self.target, self.window, self.block = target, window, block
        self.padded = np.empty(Padded(target, window.padding).array.shape, target.dtype)
        rows, filters, columns, batch = source.shape
        kernel_y, kernel_x = window.kernel
        self.binding = binding
        self.matrix = np.empty((kernel_x * kernel_y * target.shape[1], filters), target.dtype)
        self.spread = np.empty((block, self.matrix.shape[0], columns * batch), target.dtype)
        self.cell_shape = (kernel_x, kernel_y, target.shape[1], columns, batch)
        self.rows = rows

    def compute(self, gradients: Floats) -> None:
        weights, window = self.binding.parameters["weights"], self.window
        filters, kernel_y, kernel_x, channels = weights.shape
        self.matrix.reshape(kernel_x, kernel_y, channels, filters)[:] = weights.transpose(2, 1, 3, 0)
        self.padded.fill(0)
        stride = window.stride[0]
        for start in range(0, self.rows, self.block):
            stop = min(start + self.block, self.rows)
            spread = self.spread[: stop - start]
            np.matmul(self.matrix, gradients[start:stop], out=spread)
            cells = spread.reshape(stop - start, *self.cell_shape)
            for ky, kx in np.ndindex(window.kernel):
                target = shifted(self.padded[start * stride :], window, ky, kx, stop - start, self.cell_shape[3])
                target += cells[:, kx, ky]
        top, _, left, _ = window.padding
        height, _, width, _ = self.target.shape
        np.copyto(self.target, self.padded[top : top + height, :, left : left + width])
