"""What one map, or one unit, of a layer is made from: the maps or numbers it reads, and how much each adds to it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from cnnstudio.nn.arrays import Floats, Shape
from cnnstudio.nn.explaining.dependence import Dependence
from cnnstudio.nn.explaining.partial_maps import PartialMaps, slides
from cnnstudio.nn.looking.probed import Probed, dependences


@dataclass(frozen=True, eq=False)
class Contribution:
    """What one map or number of an input adds.

    ``size`` is the root of the mean square of the partial map that it gives; where a layer weighs and adds nothing up,
    of what is read. ``product`` is weight × number, signed, for a unit of a dense layer, else None. ``kernel`` are the
    weights (kernel height, kernel width) that lie on it, else None; where every place has its own, those in the middle.
    """

    port: int
    channel: int
    size: float
    product: float | None = None
    kernel: Floats | None = None


def channels_read(seen: Dependence, output: Shape, number: int) -> tuple[int, ...]:
    """The maps (or units) of an input that map or unit ``number`` of an output of this shape reads, from 0."""
    place = number if len(output) == 3 else seen.read_as((number,))[2]
    return tuple(int(channel) for channel in seen.channels.places(place))


def contributions(probed: Probed, node: str, number: int) -> tuple[Contribution, ...]:
    """What map or unit ``number`` (from 0) of a layer is made from, in the order of inputs and channels. The partial
    maps and the bias are all that is added up.

    Raises:
        KeyError: the node was not computed.
    """
    site = probed.site(node)
    seen = dependences(probed.graph, node)
    weights = site.arrays.get("weights")
    if slides(site):
        partial = PartialMaps(site, seen[0], number)
        own = site.arrays["weights"]
        kernels = own[number] if own.ndim == 4 else own[own.shape[0] // 2, own.shape[1] // 2, number]
        sizes = [_size(partial.whole[:, :, place]) for place in range(len(partial.channels))]
        return tuple(
            Contribution(0, int(channel), size, kernel=kernels[:, :, place])
            for place, (channel, size) in enumerate(zip(partial.channels, sizes, strict=True))
        )
    if weights is not None and weights.ndim == 2 and site.inputs[0].ndim == 1:
        with np.errstate(all="ignore"):  # weights of a run that diverged are shown as they are
            products = weights[number].astype(np.float64) * site.inputs[0]
        return tuple(Contribution(0, i, abs(float(value)), float(value)) for i, value in enumerate(products))
    return tuple(
        Contribution(port, channel, _size(site.inputs[port][..., channel]))
        for port, relation in enumerate(seen)
        for channel in channels_read(relation, site.output.shape, number)
    )


def _size(values: Floats) -> float:
    """The root of the mean square."""
    with np.errstate(all="ignore"):
        return math.sqrt(float(np.square(values, dtype=np.float64).mean())) if np.size(values) else 0.0
