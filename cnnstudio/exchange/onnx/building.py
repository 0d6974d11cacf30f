"""An ONNX graph while it is written: nodes and constants, each tensor under a name of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

from cnnstudio.nn.arrays import Floats, Shape


class Building:
    """Collects what a graph is made of."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []
        self._taken: set[str] = set()

    def constant(self, name: str, values: NDArray[Any]) -> str:
        """A constant, float32 or int64; its name."""
        name = self.free(name)
        self.constants.append(onnx.numpy_helper.from_array(np.asarray(values, order="C"), name))
        return name

    def add(self, operator: str, name: str, tensor: str, *inputs: str, **attributes: Any) -> str:
        """A node with one output, the ``tensor`` or one called like it; its name."""
        tensor = self.free(tensor)
        self.nodes.append(onnx.helper.make_node(operator, list(inputs), [tensor], name, **attributes))
        return tensor

    def free(self, name: str) -> str:
        """A name that no other tensor has."""
        number, free = 2, name
        while free in self._taken:
            number, free = number + 1, f"{name} · {number}"
        self._taken.add(free)
        return free


@dataclass(frozen=True)
class Place:
    """A layer where it is to be written: ``tensor`` is what its output is to be called, ``inputs`` are the tensors it
    reads, (N, C, H, W) or (N, units); ``shapes`` and ``output`` are public, (H, W, C) or (units,); ``arrays`` what it
    learned and keeps, in public shapes."""

    building: Building
    name: str
    tensor: str
    inputs: tuple[str, ...]
    shapes: tuple[Shape, ...]
    output: Shape
    arrays: Mapping[str, Floats]

    def add(self, operator: str, *inputs: str, part: str = "", **attributes: Any) -> str:
        """A node of the layer: the one that is called like it, or one of its ``part``\\ s."""
        if part:
            return self.building.add(operator, f"{self.name}/{part}", f"{self.name}/{part}", *inputs, **attributes)
        return self.building.add(operator, self.name, self.tensor, *inputs, **attributes)

    def constant(self, part: str, values: NDArray[Any]) -> str:
        """A constant of the layer."""
        return self.building.constant(f"{self.name}/{part}", values)

    def number(self, part: str, value: float) -> str:
        """One number as a constant of the layer."""
        return self.constant(part, np.array(value, np.float32))

    def array(self, name: str, *axes: int) -> str:
        """An array of the layer as a constant, its axes in another order."""
        values = self.arrays[name]
        return self.constant(name, values.transpose(axes) if axes else values)

    def integers(self, part: str, values: Sequence[int]) -> str:
        """Whole numbers as a constant."""
        return self.constant(part, np.array(values, np.int64))
