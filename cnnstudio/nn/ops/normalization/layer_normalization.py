"""Layer normalisation: all numbers of one image are brought to mean 0 and variance 1, then scaled and shifted."""

from __future__ import annotations

import numpy as np

from cnnstudio.nn.arrays import Doubles, Floats
from cnnstudio.nn.ops.blocks import row_blocks
from cnnstudio.nn.ops.normalization.moments import LEFT
from cnnstudio.nn.ops.operation import Binding, Operation

#: bytes of one array's block: a call into NumPy or BLAS costs as much as a few kilobytes
BLOCK_BYTES = 256 * 1024


class ByImage(Operation):
    """Everything here is seen as cells (H·C·W, N) or (units, N), and as lines (H·C, W·N): what differs by image is
    repeated along a line. Sums, and factors that differ by cell and by image, are matrix products: NumPy's own sums
    and broadcasts over runs as short as a batch take three to eight times as long."""

    def __init__(self, binding: Binding, epsilon: float) -> None:
        self.binding, self.epsilon = binding, epsilon
        images = binding.output.shape[-1]
        self.width = binding.output.shape[2] if binding.output.ndim == 4 else 1
        dtype, self.cells = binding.output.dtype, binding.output.size // images
        shape = (self.cells // self.width, self.width * images)
        self.blocks = list(row_blocks(shape, binding.output.itemsize, BLOCK_BYTES))
        self.scratch = np.empty((2, self.blocks[0].stop * self.width, images), dtype)
        #: scale and shift of every cell
        self.factors = np.empty((2, self.cells), dtype)
        self.gradients = np.empty((2, self.cells), dtype)
        self.sums = np.empty((2, len(self.blocks), images), dtype)
        self.ones = np.ones(max(images, len(self.scratch[0])), dtype)

    def forward(self) -> None:
        source, output = self._lines(self.binding.inputs[0]), self._lines(self.binding.output)
        for name, factor in zip(("scale", "shift"), self.factors, strict=True):
            _copy_inner(self.binding.parameters[name], factor)
        mean, variance = self._moments(source)
        self.mean = self._along(mean)
        self.inverse = (1 / np.sqrt(variance + self.epsilon)).astype(output.dtype)
        by_image = np.zeros((2, 2, len(self.inverse)), output.dtype)
        by_image[0, 0], by_image[1, 1] = self.inverse, 1
        for lines in self.blocks:
            block, factor = output[lines], self._factor(lines, by_image[0])
            np.subtract(source[lines], self.mean, out=block)
            block *= factor
            block += self._factor(lines, by_image[1])

    def backward(self) -> None:
        source, gradient = self._lines(self.binding.inputs[0]), self._lines(self.binding.output_gradient)
        images = len(self.inverse)
        for number, lines in enumerate(self.blocks):
            cells = self._cells(lines)
            block = gradient[lines].reshape(-1, images)
            np.matmul(block, self.ones[:images], out=self.gradients[1, cells])
            apart = np.subtract(source[lines], self.mean, out=self._scratch(0, lines))
            apart *= gradient[lines]
            products = apart.reshape(-1, images)
            np.matmul(products, self.inverse, out=self.gradients[0, cells])
            np.matmul(self.factors[0, cells], block, out=self.sums[0, number])
            np.matmul(self.factors[0, cells], products, out=self.sums[1, number])
        for name, found in zip(("scale", "shift"), self.gradients, strict=True):
            _copy_public(found, self.binding.gradients[name])
        if self.binding.input_gradients[0] is not None:
            self._pass_back(source, gradient, self._lines(self.binding.input_gradients[0]))

    def _pass_back(self, source: Floats, gradient: Floats, target: Floats) -> None:
        # ∂x = (g − Σg/n − x̂ · Σ(g·x̂)/n) / deviation, with g already times scale and x̂ = (x − mean) / deviation
        plain, weighed = self.sums.sum(1, dtype=np.float64) / self.cells
        plain = self._along(plain * self.inverse)
        weighed = self._along(weighed * self.inverse**3)
        by_image = np.stack([self.inverse, np.zeros_like(self.inverse)])
        for lines in self.blocks:
            apart = np.subtract(source[lines], self.mean, out=self._scratch(0, lines))
            apart *= weighed
            block = np.multiply(gradient[lines], self._factor(lines, by_image), out=target[lines])
            block -= apart
            block -= plain

    def _moments(self, source: Floats) -> tuple[Doubles, Doubles]:
        """Mean and variance of every image."""
        mean, squared = self._means(source, None)
        variance = squared - mean * mean
        if np.all(variance >= LEFT * squared):
            return mean, variance
        # far from 0 that difference has lost too many digits, and the mean some too: once more, from close by
        near = self._along(mean)
        apart, squared = self._means(source, near)
        return near[: len(mean)] + apart, squared - apart * apart

    def _means(self, source: Floats, near: Floats | None) -> Doubles:
        """The means of every image's numbers, less ``near`` along a line, and of their squares: (2, N)."""
        images = self.sums.shape[2]
        for number, lines in enumerate(self.blocks):
            block = source[lines] if near is None else np.subtract(source[lines], near, out=self._scratch(1, lines))
            squares = np.square(block, out=self._scratch(0, lines))
            for sums, part in zip(self.sums, (block, squares), strict=True):
                cells = part.reshape(-1, images)
                np.matmul(self.ones[: len(cells)], cells, out=sums[number])
        means: Doubles = self.sums.sum(1, dtype=np.float64) / self.cells
        return means

    def _factor(self, lines: slice, by_image: Floats) -> Floats:
        """scale · by_image[0] + shift · by_image[1] for the cells of some lines, as lines."""
        found = self._scratch(1, lines)
        np.matmul(self.factors[:, self._cells(lines)].T, by_image, out=found.reshape(-1, by_image.shape[1]))
        return found

    def _along(self, by_image: Floats) -> Floats:
        """A number for each image (N,), repeated along a line."""
        return np.tile(by_image.astype(self.factors.dtype), self.width)

    def _lines(self, array: Floats) -> Floats:
        lines = array.reshape(-1, self.width * array.shape[-1])
        assert np.may_share_memory(lines, array), "the buffer has no such view"
        return lines

    def _cells(self, lines: slice) -> slice:
        return slice(lines.start * self.width, lines.stop * self.width)

    def _scratch(self, number: int, lines: slice) -> Floats:
        cells = self.scratch[number, : (lines.stop - lines.start) * self.width]
        return cells.reshape(-1, self.width * cells.shape[1])


def _copy_inner(parameter: Floats, cells: Floats) -> None:
    """Copy a parameter (H, W, C) or (units,) into cells in the inner order."""
    if parameter.ndim == 3:
        parameter = parameter.transpose(0, 2, 1)
    np.copyto(cells.reshape(parameter.shape), parameter)


def _copy_public(cells: Floats, gradient: Floats) -> None:
    """The other way round."""
    inner = gradient.transpose(0, 2, 1) if gradient.ndim == 3 else gradient
    np.copyto(inner, cells.reshape(inner.shape))
