"""What sharing weights and looking only nearby save: the same layer counted three ways."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from cnnstudio.nn.arrays import Shape
from cnnstudio.nn.layer import Layer


@dataclass(frozen=True)
class Sharing:
    """Parameters of a layer with these inputs and outputs: one filter for all positions; a filter for each position;
    every output connected to every input. And multiplications for one image, local and dense."""

    shared: int
    unshared: int
    dense: int
    local_macs: int
    dense_macs: int


def sharing(layer: Layer, inputs: Sequence[Shape]) -> Sharing | None:
    """The counts for a layer that slides weights over a volume; None for others."""
    window = layer.window(inputs)
    if window is None or window.spreads or not any(spec.name == "weights" for spec in layer.parameters(inputs)):
        return None
    output = layer.output_shape(inputs)
    (seen,) = layer.dependence(inputs)
    read = math.prod(window.kernel) * len(seen.channels.places(0))
    cells, whole = math.prod(output), math.prod(inputs[0])
    return Sharing(output[2] * (read + 1), cells * (read + 1), cells * (whole + 1), cells * read, cells * whole)
