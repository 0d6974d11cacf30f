"""One number for each map: (H, C, W, N) → (C, N)."""

from __future__ import annotations

import numpy as np

from cnnstudio.nn.ops.blocks import row_blocks
from cnnstudio.nn.ops.operation import Binding, Operation


class Mean(Operation):
    """The mean of each map; its cells share the gradient equally."""

    def __init__(self, binding: Binding) -> None:
        self.binding = binding
        height, _, width, _ = binding.inputs[0].shape
        self.part = binding.output.dtype.type(1 / (height * width))
        self.columns = np.empty(binding.inputs[0].shape[1:], binding.output.dtype)

    def forward(self) -> None:
        output = self.binding.output
        np.add.reduce(self.binding.inputs[0], axis=0, out=self.columns)
        np.add.reduce(self.columns, axis=1, out=output)
        output *= self.part

    def backward(self) -> None:
        gradient, target = self.binding.output_gradient, self.binding.input_gradients[0]
        if target is not None:
            gradient *= self.part
            np.copyto(target, gradient[:, None, :])


class Maximum(Operation):
    """The largest number of each map; of equal ones the first, row by row, gets the gradient."""

    def __init__(self, binding: Binding) -> None:
        self.binding = binding
        height, channels, width, batch = binding.inputs[0].shape
        self.by_row = np.empty((height, channels, batch), binding.output.dtype)
        self.blocks = list(row_blocks(binding.inputs[0].shape, binding.output.itemsize))
        shape = (self.blocks[0].stop, channels, (width + 1) // 2, batch)
        self.halves = np.empty(shape, binding.output.dtype)
        self.channel, self.image = np.ogrid[:channels, :batch]

    def forward(self) -> None:
        for rows in self.blocks:
            # the left half against the right one, and again: long runs, where a reduction would take short ones
            left = self.binding.inputs[0][rows]
            while left.shape[2] > 1:
                half = (left.shape[2] + 1) // 2
                left = np.maximum(left[:, :, :half], left[:, :, -half:], out=self.halves[: len(left), :, :half])
            np.copyto(self.by_row[rows], left[:, :, 0])
        np.maximum.reduce(self.by_row, axis=0, out=self.binding.output)

    def backward(self) -> None:
        target = self.binding.input_gradients[0]
        if target is None:
            return
        row = self.by_row.argmax(0)
        column = self.binding.inputs[0][row, self.channel, :, self.image].argmax(2)
        target.fill(0)
        target[row, self.channel, column, self.image] = self.binding.output_gradient
