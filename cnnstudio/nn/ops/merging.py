"""Several arrays into one: sums, products and joined channels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import numpy as np

from cnnstudio.nn.arrays import Floats
from cnnstudio.nn.ops.blocks import row_blocks
from cnnstudio.nn.ops.operation import Binding, Operation


class _Fold(Operation):
    """One input after the other taken into the output, a few rows at a time."""

    combine: ClassVar[np.ufunc]

    def __init__(self, binding: Binding) -> None:
        self.binding = binding
        self.rows = list(row_blocks(binding.output.shape, binding.output.itemsize))

    def forward(self) -> None:
        first, second, *others = self.binding.inputs
        for rows in self.rows:
            output = self.binding.output[rows]
            self.combine(first[rows], second[rows], out=output)
            for source in others:
                self.combine(output, source[rows], out=output)


class Sum(_Fold):
    """y = x₁ + x₂ + …; every input gets the output's gradient."""

    combine: ClassVar[np.ufunc] = np.add

    def backward(self) -> None:
        for target in self.binding.input_gradients:
            if target is not None and target is not self.binding.output_gradient:
                np.copyto(target, self.binding.output_gradient)


class Product(_Fold):
    """y = x₁ · x₂ · …; an input's gradient is the output's times all other inputs."""

    combine: ClassVar[np.ufunc] = np.multiply

    def backward(self) -> None:
        binding = self.binding
        for rows in self.rows:
            for port, target in enumerate(binding.input_gradients):
                if target is None:
                    continue
                first, *others = [source[rows] for other, source in enumerate(binding.inputs) if other != port]
                np.multiply(binding.output_gradient[rows], first, out=target[rows])
                for source in others:
                    target[rows] *= source


class Join(Operation):
    """The inputs side by side, in the order of their ports: volumes along the channels, vectors along the units."""

    def __init__(self, binding: Binding) -> None:
        self.binding = binding

    def forward(self) -> None:
        for part, source in zip(self._parts(self.binding.output), self.binding.inputs, strict=True):
            np.copyto(part, source)

    def backward(self) -> None:
        for part, target in zip(self._parts(self.binding.output_gradient), self.binding.input_gradients, strict=True):
            if target is not None:
                np.copyto(target, part)

    def _parts(self, whole: Floats) -> Iterator[Floats]:
        """Each input's share of an array like the output."""
        axis = 1 if whole.ndim == 4 else 0
        start = 0
        for source in self.binding.inputs:
            stop = start + source.shape[axis]
            yield whole[:, start:stop] if axis else whole[start:stop]
            start = stop
