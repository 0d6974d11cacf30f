"""What sharing weights and looking only nearby save: the same layer counted three ways."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from cnnstudio.nn.arrays import Shape
from cnnstudio.nn.graph.layer import Layer


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
    window, learned = layer.window(inputs), {spec.name for spec in layer.parameters(inputs)}
    if window is None or window.spreads or "weights" not in learned:
        return None
    output = layer.output_shape(inputs)
    (seen,) = layer.dependence(inputs)
    read = math.prod(window.kernel) * len(seen.channels.places(0))
    cells, whole, bias = math.prod(output), math.prod(inputs[0]), "bias" in learned
    each = read + bias
    return Sharing(output[2] * each, cells * each, cells * (whole + bias), cells * read, cells * whole)
