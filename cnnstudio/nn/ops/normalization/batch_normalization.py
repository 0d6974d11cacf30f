"""Batch normalisation: each channel is brought to mean 0 and variance 1, then scaled and shifted.

While training, by the moments of the whole batch: every share measures its own, they meet, and each puts all of them
together in the same order. Otherwise by the running ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import numpy as np

from cnnstudio.nn.arrays import Doubles, Floats
from cnnstudio.nn.ops.normalization.moments import ByChannel, Moments, as_rows
from cnnstudio.nn.ops.operation import Binding, Operation


class _Normalize:
    """y = (x − mean) / deviation · scale + shift, and the gradients, once the moments are known."""

    def __init__(self, binding: Binding, epsilon: float) -> None:
        self.epsilon = epsilon
        self.parameters, self.gradients = binding.parameters, binding.gradients
        self.source, self.output = as_rows(binding.inputs[0]), as_rows(binding.output)
        self.by_channel = ByChannel(self.source)
        # one figure for each channel, spread over its row: NumPy combines two rows twice as fast as a row and a number
        self._spread = [
            binding.workspace.reserve(name, self.source.shape[1:], self.source.dtype)
            for name in ("factors", "offsets", "slopes")
        ]
        if binding.learns:
            self.gradient = as_rows(binding.output_gradient)
            target = binding.input_gradients[0]
            self.target = None if target is None else as_rows(target)
            block = self.source[self.by_channel.blocks[0]].shape
            self._scratch = binding.workspace.reserve("normalized", block, self.source.dtype)

    def apply(self, mean: Floats | Doubles, variance: Floats | Doubles) -> None:
        """Write the output."""
        dtype = self.source.dtype
        self.mean = mean.astype(dtype)
        self.inverse = 1 / np.sqrt(variance.astype(np.float64) + self.epsilon)
        self.factor = self.parameters["scale"] * self.inverse
        factors, shifts = self._rows(self.factor, self.parameters["shift"] - mean * self.factor)
        for rows in self.by_channel.blocks:
            block = np.multiply(self.source[rows], factors, out=self.output[rows])
            block += shifts

    def write_parameter_gradients(self) -> tuple[Doubles, Doubles]:
        """Returns Σ gradient and Σ gradient · (x − mean) of this share."""
        plain, weighed = self.by_channel.against(self.gradient, self.mean)
        self.gradients["shift"][:] = plain
        self.gradients["scale"][:] = weighed * self.inverse
        return plain, weighed

    def pass_back(self) -> None:
        """The input's gradient where the moments do not depend on the input."""
        if self.target is not None:
            (factors,) = self._rows(self.factor)
            for rows in self.by_channel.blocks:
                np.multiply(self.gradient[rows], factors, out=self.target[rows])

    def pass_back_through_moments(self, plain: Doubles, weighed: Doubles, count: int) -> None:
        """The input's gradient where mean and variance come from it: with the batch's Σ gradient and
        Σ gradient · (x − mean) it is factor · (gradient − Σ/n − (x − mean)/variance · Σ/n)."""
        if self.target is None:
            return
        slope = -weighed * self.inverse**2 / count * self.factor
        factors, offsets, slopes = self._rows(self.factor, -plain / count * self.factor - self.mean * slope, slope)
        scratch = self._scratch.array
        for rows in self.by_channel.blocks:
            part = np.multiply(self.source[rows], slopes, out=scratch[: rows.stop - rows.start])
            part += offsets
            target = np.multiply(self.gradient[rows], factors, out=self.target[rows])
            target += part

    def _rows(self, *figures: Floats | Doubles) -> Iterator[Floats]:
        """Each of the figures (C,) as an array (C, M)."""
        for scratch, figure in zip(self._spread, figures, strict=False):
            np.copyto(scratch.array, figure[:, None], casting="same_kind")
            yield scratch.array


class ByRunningMoments(Operation):
    """Outside training: the output of an image does not depend on the others."""

    def __init__(self, binding: Binding, epsilon: float) -> None:
        self.state = binding.state
        self.normalize = _Normalize(binding, epsilon)

    def forward(self) -> None:
        self.normalize.apply(self.state["mean"], self.state["variance"])

    def backward(self) -> None:
        self.normalize.write_parameter_gradients()
        self.normalize.pass_back()


def figures(channels: int) -> int:
    """How many figures shares let each other know: how many numbers a channel has, and four sums for each channel."""
    return 1 + 4 * channels


class ByBatch(Operation):
    """While training."""

    meets: ClassVar[bool] = True

    def __init__(self, binding: Binding, epsilon: float, momentum: float) -> None:
        self.momentum, self.state = momentum, binding.state
        self.normalize = _Normalize(binding, epsilon)
        # forward and backward figures have places of their own, so that a quick share cannot overwrite what a slow one
        # still reads
        self.counts = binding.common[:, 0]
        means, squares, plain, weighed = np.split(binding.common[:, 1:], 4, axis=1)
        self.moments, self.sums = (means, squares), (plain, weighed)
        self.share = binding.share

    def forward(self) -> None:
        found = self.normalize.by_channel.moments()
        self.counts[self.share] = found.count
        for figures, own in zip(self.moments, (found.mean, found.squares), strict=True):
            figures[self.share] = own

    def forward_rest(self) -> None:
        self.batch = Moments.together(map(Moments, self.counts, *self.moments))
        self.normalize.apply(self.batch.mean, self.batch.squares / self.batch.count)

    def backward(self) -> None:
        for figures, own in zip(self.sums, self.normalize.write_parameter_gradients(), strict=True):
            figures[self.share] = own

    def backward_rest(self) -> None:
        plain, weighed = (figures.sum(0) for figures in self.sums)
        self.normalize.pass_back_through_moments(plain, weighed, self.batch.count)

    def commit(self) -> None:
        """Move the running moments. One number alone has no variance, so a batch of one for each channel, such as the
        last single image of an epoch behind a Dense layer, leaves them where they are."""
        if self.batch.count < 2:
            return
        mean, variance = self.state["mean"], self.state["variance"]
        mean += self.momentum * (self.batch.mean - mean)
        variance += self.momentum * (self.batch.squares / (self.batch.count - 1) - variance)
