"""A layer that looks through windows like a convolution, but with weights of its own at every position.

Weights are (rows, columns, filters, kernel height, kernel width, C), bias (rows, columns, filters): for each position
one small matrix product with the window below.
"""

from __future__ import annotations

import numpy as np

from cnnstudio.nn.arrays import Floats
from cnnstudio.nn.ops.operation import Binding, Operation
from cnnstudio.nn.ops.windows import Padded, shifted, window_view
from cnnstudio.nn.sliding_window import Window


class Rows(Operation):
    """All positions of one output row in one batched product; their windows are copied side by side."""

    def __init__(self, binding: Binding, window: Window) -> None:
        self.binding, self.window = binding, window
        self.padded = Padded(binding.inputs[0], window.padding)
        rows, filters, columns, batch = binding.output.shape
        kernel_y, kernel_x = window.kernel
        channels = binding.inputs[0].shape[1]
        # (rows, kernel width, kernel height, C, columns, N) → (rows, columns, kernel height, kernel width, C, N)
        self.windows = window_view(self.padded.array, window, rows, columns).transpose(0, 4, 2, 1, 3, 5)
        self.cells = np.empty((columns, kernel_y, kernel_x, channels, batch), binding.output.dtype)
        self.matrix = self.cells.reshape(columns, -1, batch)
        self.products = np.empty((columns, filters, batch), binding.output.dtype)
        self.bias = binding.parameters.get("bias", np.zeros((rows, columns, filters), binding.output.dtype))
        if binding.learns and binding.input_gradients[0] is not None:
            self.spread = np.empty_like(self.padded.array)

    def forward(self) -> None:
        weights, bias = self._weights(self.binding.parameters["weights"]), self.bias
        self.padded.fill()
        for row, output in enumerate(self.binding.output):
            np.copyto(self.cells, self.windows[row])
            np.matmul(weights[row], self.matrix, out=self.products)
            np.add(self.products, bias[row][:, :, None], out=output.transpose(1, 0, 2))

    def backward(self) -> None:
        binding = self.binding
        weights, by_weights = (self._weights(p["weights"]) for p in (binding.parameters, binding.gradients))
        target = binding.input_gradients[0]
        if "bias" in binding.gradients:
            binding.gradients["bias"][:] = binding.output_gradient.sum(3).transpose(0, 2, 1)
        if target is not None:
            self.spread.fill(0)
        for row, gradient in enumerate(binding.output_gradient):
            np.copyto(self.products, gradient.transpose(1, 0, 2))
            np.copyto(self.cells, self.windows[row])
            np.matmul(self.products, self.matrix.transpose(0, 2, 1), out=by_weights[row])
            if target is not None:
                np.matmul(weights[row].transpose(0, 2, 1), self.products, out=self.matrix)
                self._spread_row(row)
        if target is not None:
            top, _, left, _ = self.window.padding
            np.copyto(target, self.spread[top : top + target.shape[0], :, left : left + target.shape[2]])

    def _spread_row(self, row: int) -> None:
        """Add what each cell of the windows of one row gets to the gradient of the padded input."""
        reached = self.spread[row * self.window.stride[0] :]
        for ky, kx in np.ndindex(self.window.kernel):
            target = shifted(reached, self.window, ky, kx, 1, len(self.cells))[0]
            target += self.cells[:, ky, kx].transpose(1, 0, 2)

    @staticmethod
    def _weights(array: Floats) -> Floats:
        """(rows, columns, filters, kernel height · kernel width · C), a view."""
        return array.reshape(*array.shape[:3], -1)


class Reference(Operation):
    """Slow and obvious: one position after the other."""

    def __init__(self, binding: Binding, window: Window) -> None:
        self.binding, self.window = binding, window
        self.padded = Padded(binding.inputs[0], window.padding)
        self.places = []
        for place in np.ndindex(binding.output.shape[0], binding.output.shape[2]):
            sides = zip(place, window.kernel, window.stride, window.dilation, strict=True)
            vertical, horizontal = (slice(p * s, p * s + d * (k - 1) + 1, d) for p, k, s, d in sides)
            self.places.append((place, vertical, horizontal))

    def forward(self) -> None:
        self.padded.fill()
        parameters = self.binding.parameters
        for (y, x), vertical, horizontal in self.places:
            cells = self.padded.array[vertical, :, horizontal].transpose(0, 2, 1, 3)
            sums = np.tensordot(parameters["weights"][y, x], cells, 3)
            self.binding.output[y, :, x] = sums + parameters["bias"][y, x][:, None] if "bias" in parameters else sums

    def backward(self) -> None:
        binding = self.binding
        spread = np.zeros_like(self.padded.array)
        for (y, x), vertical, horizontal in self.places:
            cells = self.padded.array[vertical, :, horizontal].transpose(0, 2, 1, 3)
            gradient = binding.output_gradient[y, :, x]
            if "bias" in binding.gradients:
                binding.gradients["bias"][y, x] = gradient.sum(1)
            binding.gradients["weights"][y, x] = np.tensordot(gradient, cells, (1, 3))
            back = np.tensordot(binding.parameters["weights"][y, x], gradient, (0, 0))
            spread[vertical, :, horizontal] += back.transpose(0, 2, 1, 3)
        target = binding.input_gradients[0]
        if target is not None:
            top, _, left, _ = self.window.padding
            np.copyto(target, spread[top : top + target.shape[0], :, left : left + target.shape[2]])
