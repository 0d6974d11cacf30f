"""The operators that bend every number by itself."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from cnnstudio.exchange.onnx.network_read import NetworkRead, Operator
from cnnstudio.exchange.onnx.tensors import Maps, Numbers, Tensor, reordered
from cnnstudio.exchange.reading.layers_read import refuse_slopes, shortest

Reader = Callable[[NetworkRead, Operator], Tensor]


def _elementwise(kind: str, **settings: tuple[str, float]) -> Reader:
    """A layer that bends each number by itself; ``settings`` by the attribute and its default."""

    def read(network: NetworkRead, at: Operator) -> Tensor:
        given = at.attributes
        values = {name: shortest(given.get(attribute, usual)) for name, (attribute, usual) in settings.items()}
        return as_before(network, at, kind, **values)

    return read


def as_before(network: NetworkRead, at: Operator, kind: str, **settings: Any) -> Tensor:
    """A layer that leaves the shape, and the order of a list, as they were."""
    before = at.input(0)
    if isinstance(before, Numbers):
        return replace(before, node=network.add(at, kind, (before.node,), **settings))
    return Maps(network.add(at, kind, (network.maps(at, before),), **settings))


def _gelu(network: NetworkRead, at: Operator) -> Tensor:
    at.need("approximate", "none")
    return as_before(network, at, "gelu")


def _hard_sigmoid(network: NetworkRead, at: Operator) -> Tensor:
    slope, middle = at.attributes.get("alpha", 0.2), at.attributes.get("beta", 0.5)
    if abs(slope - 1 / 6) > 1e-6 or middle != 0.5:
        raise at.refused(
            "It rises by {slope:g} through {middle:g}; here a Hard sigmoid rises by 1/6 through 1/2.", slope=slope,
            middle=middle,
        )  # fmt: skip
    return as_before(network, at, "hard_sigmoid")


def _prelu(network: NetworkRead, at: Operator) -> Tensor:
    """A learned slope for each map, or unit; of more maps with one for all it is a Leaky ReLU, where that has such."""
    before, slopes = at.input(0), at.known(1, "slope").astype(np.float32, copy=False)
    shape = network.shapes[before.node] if isinstance(before, Maps | Numbers) else network.image
    if slopes.size == 1 < shape[-1] and 0 <= slopes.item() <= 1:
        return as_before(network, at, "leaky_relu", slope=shortest(slopes.item()))
    if slopes.size not in (1, shape[-1]) or (len(shape) == 3 and slopes.size > 1 and slopes.shape[-2:] != (1, 1)):
        refuse_slopes(at)
    slopes = np.resize(slopes, shape[-1:])
    if isinstance(before, Numbers) and before.order:
        slopes = reordered(slopes[None], before.order)[0]
    made = as_before(network, at, "prelu")
    assert isinstance(made, Maps | Numbers)
    network.arrays[made.node] = {"slope": slopes}
    return made


def _clip(network: NetworkRead, at: Operator) -> Tensor:
    given = at.attributes
    low, high = at.optional(1, "lower bound"), at.optional(2, "upper bound")
    least = float(low) if low is not None else given.get("min", -math.inf)
    most = float(high) if high is not None else given.get("max", math.inf)
    if least == 0 and most > 1e30:
        return as_before(network, at, "relu")
    if (least, most) == (0, 6):
        return as_before(network, at, "relu6")
    if least < -1e30 and most > 1e30:
        return at.input(0)
    raise at.refused(
        "Numbers are cut off at {least:g} and {most:g}; the nearest here are ReLU and ReLU6.", least=least, most=most
    )


#: by operator
READERS: Mapping[str, Reader] = {
    "Clip": _clip,
    "Elu": _elementwise("elu", alpha=("alpha", 1.0)),
    "Gelu": _gelu,
    "HardSigmoid": _hard_sigmoid,
    "HardSwish": _elementwise("hard_swish"),
    "LeakyRelu": _elementwise("leaky_relu", slope=("alpha", 0.01)),
    "PRelu": _prelu,
    "Relu": _elementwise("relu"),
    "Sigmoid": _elementwise("sigmoid"),
    "Tanh": _elementwise("tanh"),
}
