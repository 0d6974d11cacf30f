"""Group normalisation: of one image the numbers of some neighbouring maps together are brought to mean 0 and variance
1, then each map is scaled and shifted."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from cnnstudio.nn.arrays import Doubles, Floats
from cnnstudio.nn.ops.normalization.moments import LEFT
from cnnstudio.nn.ops.operation import Binding, Operation


class ByGroup(Operation):
    """Everything here is taken row by row, each as lines (C, W·N). What differs by map and by image is repeated along
    the lines once, so that NumPy goes through long runs."""

    def __init__(self, binding: Binding, groups: int, epsilon: float) -> None:
        self.binding, self.groups, self.epsilon = binding, groups, epsilon
        self.rows, self.channels, self.width, self.images = binding.output.shape
        self.count = self.rows * self.width * (self.channels // groups)
        dtype = binding.output.dtype
        self.ones = np.ones((1, self.width), dtype)
        self.scratch = np.empty((self.channels, self.width * self.images), dtype)
        self.by_map = np.empty((2, self.channels, 1, self.images), dtype)

    def forward(self) -> None:
        source, output = self._lines(self.binding.inputs[0]), self._lines(self.binding.output)
        self.mean, variance = self._moments(source)
        self.inverse = 1 / np.sqrt(variance + self.epsilon)
        mean = self._along(self._by_map(self.mean))
        factor = self._along(self._by_map(self.inverse) * self.binding.parameters["scale"][:, None])
        shift = self.binding.parameters["shift"][:, None]
        for row, made in zip(source, output, strict=True):
            np.subtract(row, mean, out=made)
            made *= factor
            made += shift

    def backward(self) -> None:
        source, gradient = self._lines(self.binding.inputs[0]), self._lines(self.binding.output_gradient)
        mean = self._along(self._by_map(self.mean))
        plain, weighed = self._sums(
            (given, np.multiply(np.subtract(row, mean, out=self.scratch), given, out=self.scratch))
            for row, given in zip(source, gradient, strict=True)
        )
        weighed *= self._by_map(self.inverse)  # (x − mean) / deviation is what was scaled
        self.binding.gradients["shift"][...] = plain.sum(1)
        self.binding.gradients["scale"][...] = weighed.sum(1)
        if self.binding.input_gradients[0] is None:
            return
        # ∂x = (g − Σg/n − x̂ · Σ(g·x̂)/n) / deviation, with g already times scale and x̂ = (x − mean) / deviation
        scale = self.binding.parameters["scale"].astype(np.float64)[:, None]
        factor = self._along(self._by_map(self.inverse) * scale)
        constant = self._along(self._by_map(self._by_group(plain * scale) * self.inverse))
        slope = self._along(self._by_map(self._by_group(weighed * scale) * self.inverse**2))
        target = self._lines(self.binding.input_gradients[0])
        for row, given, made in zip(source, gradient, target, strict=True):
            np.subtract(row, mean, out=self.scratch)
            np.multiply(self.scratch, slope, out=self.scratch)
            np.multiply(given, factor, out=made)
            made -= self.scratch
            made -= constant

    def _moments(self, source: Floats) -> tuple[Doubles, Doubles]:
        """Mean and variance of every group of every image: (groups, N)."""
        mean, squared = self._means(source, None)
        if np.all(squared - mean * mean >= LEFT * squared):
            return mean, squared - mean * mean
        # far from 0 that difference has lost too many digits: once more, from close by
        near = self._by_map(mean).astype(source.dtype)
        apart, squared = self._means(source, self._along(near))
        return near[:: self.channels // self.groups] + apart, squared - apart * apart

    def _means(self, source: Floats, near: Floats | None) -> tuple[Doubles, Doubles]:
        """The means of every group's numbers, less ``near``, and of their squares: (groups, N)."""
        rows = source if near is None else (row - near for row in source)
        plain, squared = self._sums((row, np.square(row, out=self.scratch)) for row in rows)
        return self._by_group(plain), self._by_group(squared)

    def _sums(self, rows: Iterator[tuple[Floats, Floats]]) -> tuple[Doubles, Doubles]:
        """Two kinds of lines, each summed over all places of a map: (C, N)."""
        sums = np.zeros((2, self.channels, self.images))
        for both in rows:
            for lines, found, total in zip(both, self.by_map, sums, strict=True):
                np.matmul(self.ones, lines.reshape(self.channels, self.width, self.images), out=found)
                total += found[:, 0]
        return sums[0], sums[1]

    def _by_group(self, sums: Doubles) -> Doubles:
        """Sums by map (C, N) as means of their groups: (groups, N)."""
        found: Doubles = sums.reshape(self.groups, -1, self.images).sum(1) / self.count
        return found

    def _by_map(self, by_group: Doubles) -> Doubles:
        """Figures of groups (groups, N), for each map (C, N)."""
        return np.repeat(by_group, self.channels // self.groups, 0)

    def _along(self, by_map: Floats | Doubles) -> Floats:
        """A number for each map and image (C, N), repeated along the lines."""
        return np.tile(by_map.astype(self.scratch.dtype), (1, self.width))

    def _lines(self, array: Floats) -> Floats:
        lines = array.reshape(self.rows, self.channels, -1)
        assert np.may_share_memory(lines, array), "the buffer has no such view"
        return lines
