"""The operators that bring numbers to mean 0 and spread 1."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from cnnstudio.exchange.onnx.bending import as_before
from cnnstudio.exchange.onnx.network_read import NetworkRead, Operator
from cnnstudio.exchange.onnx.tensors import Groups, Maps, Numbers, Tensor, reordered
from cnnstudio.exchange.reading.layers_read import Picture, shortest
from cnnstudio.nn.arrays import Floats


def _batch_norm(network: NetworkRead, at: Operator) -> Tensor:
    at.need("training_mode", 0)
    before, given = at.input(0), at.attributes
    figures = {
        name: at.known(i, name).astype(np.float32, copy=False)
        for i, name in enumerate(("scale", "shift", "mean", "variance"), 1)
    }
    if isinstance(before, Numbers) and before.order:
        figures = {name: reordered(values[None], before.order)[0] for name, values in figures.items()}
    settings = {
        "epsilon": shortest(given.get("epsilon", 1e-5)),
        "momentum": round(1.0 - shortest(given.get("momentum", 0.9)), 7),
    }
    made = as_before(network, at, "batch_norm", **settings)
    assert isinstance(made, Maps | Numbers)
    network.arrays[made.node] = figures
    return made


def _layer_norm(network: NetworkRead, at: Operator) -> Tensor:
    at.need("axis", 1, -1, default=-1)
    before = at.input(0)
    scale, shift = at.known(1, "scale"), at.optional(2, "shift")
    shift = np.zeros_like(scale) if shift is None else shift
    if isinstance(before, Maps | Picture):
        at.need("axis", 1)
        scale, shift = (values.transpose(1, 2, 0) if values.ndim == 3 else values for values in (scale, shift))
    elif isinstance(before, Numbers) and before.order:
        scale, shift = (reordered(values[None], before.order)[0] for values in (scale, shift))
    made = as_before(network, at, "layer_norm", epsilon=shortest(at.attributes.get("epsilon", 1e-5)))
    assert isinstance(made, Maps | Numbers)
    if scale.shape != network.shapes[made.node]:
        raise at.refused("It must have a scale and a shift for each number of a picture.")
    network.arrays[made.node] = {
        "scale": scale.astype(np.float32, copy=False),
        "shift": shift.astype(np.float32, copy=False),
    }
    return made


def _group_norm(network: NetworkRead, at: Operator) -> Tensor:
    groups = int(at.attributes.get("num_groups", 0))
    scale, shift = at.known(1, "scale"), at.known(2, "shift")
    return _grouped(network, at, network.maps(at, at.input(0)), groups, scale, shift)


def _instance_norm(network: NetworkRead, at: Operator) -> Tensor:
    """Of maps, each for itself; of groups of maps, whose own scale and shift come behind it."""
    before, scale, shift = at.input(0), at.known(1, "scale"), at.known(2, "shift")
    if not isinstance(before, Groups):
        source = network.maps(at, before)
        return _grouped(network, at, source, network.shapes[source][2], scale, shift)
    if before.normalised or scale.shape != (before.groups,) or shift.shape != scale.shape:
        raise at.refused("It must have a scale and a shift for each group.")
    return Groups(_grouped(network, at, before.node, before.groups, scale, shift).node, before.groups, normalised=True)


def _grouped(network: NetworkRead, at: Operator, source: str, groups: int, scale: Floats, shift: Floats) -> Maps:
    """Scale and shift have a number for each map, or for each group."""
    channels = network.shapes[source][2]
    if groups < 1 or channels % groups or scale.shape != shift.shape or scale.shape not in ((channels,), (groups,)):
        raise at.refused("Its groups, scale and shift do not fit the {maps:# map|# maps} that it reads.", maps=channels)
    epsilon = shortest(at.attributes.get("epsilon", 1e-5))
    made = network.add(at, "group_norm", (source,), groups=groups, epsilon=epsilon)
    each = channels // len(scale)
    network.arrays[made] = {
        "scale": np.repeat(scale.astype(np.float32, copy=False), each),
        "shift": np.repeat(shift.astype(np.float32, copy=False), each),
    }
    return Maps(made)


def in_maps(network: NetworkRead, at: Operator, groups: Groups, shape: list[int]) -> Tensor:
    """Groups that were normalised as maps again."""
    height, width, channels = network.shapes[groups.node]
    if not groups.normalised or shape[1:] != [channels, height, width]:
        raise at.refused("Groups of maps are only normalised here.")
    return Maps(groups.node)


def scaled_norm(network: NetworkRead, at: Operator, before: Maps, factor: Floats) -> Tensor | None:
    """A group norm that is multiplied map by map; None where it is none."""
    return _changed(network, at, before, factor, lambda arrays, f: {name: a * f for name, a in arrays.items()})


def shifted_norm(network: NetworkRead, at: Operator, before: Maps, by: Floats) -> Tensor | None:
    """Likewise one to which something is added."""
    return _changed(network, at, before, by, lambda arrays, b: {**arrays, "shift": arrays["shift"] + b})


def _changed(
    network: NetworkRead, at: Operator, before: Maps, values: Floats, change: Callable[[Any, Floats], dict[str, Floats]]
) -> Tensor | None:
    node, channels = network.nodes[before.node], network.shapes[before.node][2]
    by_map = (channels, 1, 1)
    if node.layer.kind != "group_norm" or before.last or values.shape not in (by_map, (1, *by_map)):
        return None
    settings = {about.name: getattr(node.layer, about.name) for about in node.layer.settings()}
    made = network.add(at, "group_norm", node.inputs, **settings)
    network.arrays[made] = change(network.arrays[node.id], values.astype(np.float32, copy=False).ravel())
    return Maps(made)


#: by operator
READERS: Mapping[str, Callable[[NetworkRead, Operator], Tensor]] = {
    "BatchNormalization": _batch_norm,
    "GroupNormalization": _group_norm,
    "InstanceNormalization": _instance_norm,
    "LayerNormalization": _layer_norm,
}
