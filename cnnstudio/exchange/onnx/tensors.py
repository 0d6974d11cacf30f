"""What a tensor of an ONNX graph stands for while it is read: a layer's output, in whichever form the graph has it, or
numbers that are known already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnstudio.exchange.reading.layers_read import Picture
from cnnstudio.nn.arrays import Floats


@dataclass(frozen=True, eq=False)
class Known:
    """Numbers that do not depend on the picture. In shapes, 0 stands for the number of pictures."""

    values: NDArray[Any]


@dataclass(frozen=True)
class Maps:
    """The volume of a layer as (N, C, H, W), or ``last`` with its channels last, (N, H, W, C)."""

    node: str
    last: bool = False


@dataclass(frozen=True)
class Numbers:
    """The list of a layer as (N, units), or ``spot`` as (N, units, 1, 1). Place i of it is place ``order``[i] of the
    layer's own list; () where they are in the same order."""

    node: str
    spot: bool = False
    order: tuple[int, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Ones:
    """A one for each map of a layer, (N, C, 1, 1), of which a share ``rate`` is left out while training."""

    node: str
    rate: float = 0.0


@dataclass(frozen=True)
class Windows:
    """What lies below each position of a window on a layer: (N, cells, positions), or ``turned`` so that positions come
    first; once there are ``sums``, (N, positions, filters) or, turned again, (N, filters, positions)."""

    node: str
    settings: Mapping[str, Any]
    turned: bool = False
    matrices: Floats | None = field(default=None, repr=False)
    bias: Floats | None = field(default=None, repr=False)
    maps: bool = False


@dataclass(frozen=True)
class Groups:
    """The volume of a layer as (N, ``groups``, numbers): equal parts of its maps, before and once they were
    ``normalised``."""

    node: str
    groups: int
    normalised: bool = False


Tensor = Groups | Known | Picture | Maps | Numbers | Ones | Windows


def reordered(weights: Floats, order: tuple[int, ...]) -> Floats:
    """Weights (units, inputs) for a list in the layer's own order, of those for one in ``order``."""
    if not order:
        return weights
    found: Floats = np.take(weights, np.argsort(np.array(order)), axis=1)
    return found
