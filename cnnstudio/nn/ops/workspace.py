"""Scratch memory that all operations of one thread share, since they run one after the other."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from cnnstudio.nn.arrays import Floats, Shape


class Workspace:
    """Named scratch buffers, each as large as the largest reservation of its name.

    What an operation leaves there is gone when the next one runs. Arrays of different names never overlap.
    """

    def __init__(self) -> None:
        self._sizes: dict[str, int] = {}
        self._buffers: dict[str, np.ndarray[Any, np.dtype[np.uint8]]] = {}

    def reserve(self, name: str, shape: Shape, dtype: DTypeLike) -> Scratch:
        """A place for an array; the memory is taken when any array of that name is first used."""
        scratch = Scratch(self, name, shape, np.dtype(dtype))
        self._sizes[name] = max(self._sizes.get(name, 0), scratch.nbytes)
        return scratch

    def array(self, scratch: Scratch) -> Floats:
        """The array of a reservation; see ``Scratch.array``."""
        buffer = self._buffers.get(scratch.name)
        if buffer is None or buffer.size < scratch.nbytes:
            buffer = self._buffers[scratch.name] = np.zeros(self._sizes[scratch.name], np.uint8)
        return buffer[: scratch.nbytes].view(scratch.dtype).reshape(scratch.shape)


class Scratch:
    """A reservation in a workspace."""

    def __init__(self, workspace: Workspace, name: str, shape: Shape, dtype: np.dtype[Any]) -> None:
        self.workspace, self.name, self.shape, self.dtype = workspace, name, shape, dtype
        self.nbytes = math.prod(shape) * dtype.itemsize

    @property
    def array(self) -> Floats:
        """The array. Views of it may be kept: every use of this reservation gets the same memory, provided that all
        reservations were made before the first use of any."""
        return self.workspace.array(self)
