"""Weights that another program has saved alone, for a design whose shapes they fit: safetensors, and states of PyTorch.

Under the names that an export of the design has, to PyTorch or to Keras, they are laid into it as they were laid out.
Otherwise they are taken for a state of PyTorch: to each layer goes what has its shapes, among several alike in their
order, and what reads a list of maps is turned from PyTorch's order of it (channel by channel) into that of here.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load

from cnnstudio.design.format.strict import FileFormatError
from cnnstudio.exchange.code.framework import Written, arrays_of
from cnnstudio.exchange.exportable import Exportable
from cnnstudio.exchange.keras import writing as keras
from cnnstudio.exchange.reading.layers_read import ImportRefused
from cnnstudio.exchange.torch import writing as torch
from cnnstudio.exchange.torch.states import torch_state
from cnnstudio.files.plain import read_plain
from cnnstudio.nn.arrays import Floats, Shape
from cnnstudio.nn.parameters.parameters import Parameters

_MOST_BYTES = (1 << 31) - 1
#: of an array here: the layer, the array’s name, and for each number there the place that it has here
_Place = tuple[str, str, NDArray[np.int64]]


def with_weights(network: Exportable, path: Path) -> Exportable:
    """The network with the weights of a file.

    Raises:
        FileFormatError: it is damaged, does not fit, or PyTorch is missing to read it.
        GraphError: the network is no classifier.
        OSError: it cannot be read.
    """
    arrays = _arrays(path)
    if not all(np.isfinite(array).all() for array in arrays.values()):
        raise FileFormatError(path.name, "", "Some of its numbers are none.", "Choose another file.")
    try:
        return replace(network, parameters=_laid_in(network, arrays))
    except ImportRefused as error:
        raise FileFormatError(path.name, "", error.sentence, "") from error


def _arrays(path: Path) -> dict[str, Floats]:
    """The arrays of a file by name, in their order where it has one."""
    raw = read_plain(path, _MOST_BYTES)
    if path.suffix.lower() == ".safetensors":
        try:
            found = load(raw)
        except (SafetensorError, ValueError, TypeError, KeyError) as error:
            raise FileFormatError(
                path.name, "", "It is no safetensors file, or a damaged one.", "Choose another file."
            ) from error
        kept = {name: array for name, array in found.items() if array.dtype.kind == "f"}
        return {name: kept[name].astype(np.float32, copy=False) for name in sorted(kept, key=_naturally)}
    return torch_state(path.name, raw)


def _naturally(name: str) -> list[tuple[int, int, str]]:
    """So that 10 comes after 9."""
    return [(1, int(part), "") if part.isdigit() else (0, 0, part) for part in re.split(r"(\d+)", name) if part]


def _laid_in(network: Exportable, arrays: Mapping[str, Floats]) -> Parameters:
    found = network.parameters.copy()
    for places in (_places(network, torch.written(network)), _places(network, keras.written(network))):
        if places.keys() == arrays.keys():
            for name, (node, own, places_here) in places.items():
                if arrays[name].shape != places_here.shape:
                    raise _misfit(network, node, places_here.shape, arrays[name].shape)
                _lay(found, node, own, places_here, arrays[name])
            return found
    return _by_shapes(network, arrays, found)


def _lay(parameters: Parameters, node: str, own: str, places: NDArray[np.int64], array: Floats) -> None:
    target = {**parameters.arrays(node), **parameters.state_arrays(node)}[own]
    flat = np.empty(target.size, np.float32)
    flat[places.ravel()] = array.ravel()
    target[...] = flat.reshape(target.shape)


def _places(network: Exportable, found: Written[Any]) -> dict[str, _Place]:
    """The arrays of an export, by their names there."""
    return {
        name: (node.id, own, np.asarray(learned.moved(_indices(network.arrays(node.id)[own])), np.int64))
        for name, (node, own, learned) in arrays_of(network, found).items()
    }


def _indices(array: Floats) -> NDArray[np.int64]:
    return np.arange(array.size, dtype=np.int64).reshape(array.shape)


def _by_shapes(network: Exportable, arrays: Mapping[str, Floats], found: Parameters) -> Parameters:
    """To each layer the next part of the state that has its shapes."""
    parts: dict[str, dict[str, Floats]] = {}
    for name, array in arrays.items():
        part, _, last = name.rpartition(".")
        parts.setdefault(part, {})[last] = array
    left = list(parts.values())
    by_layer: dict[str, dict[str, _Place]] = {}
    for name, place in _places(network, torch.written(network)).items():
        by_layer.setdefault(place[0], {})[name.rpartition(".")[2]] = place
    for node, wanted in by_layer.items():
        shapes = {last: places.shape for last, (_, _, places) in wanted.items()}
        fitting = [part for part in left if {last: array.shape for last, array in part.items()} == shapes]
        if not fitting:
            raise ImportRefused(
                "It has no weights for {name}, or too few of its shapes: {shapes:listed}.",
                name=network.name(node), shapes=tuple(f"{last} {shape}" for last, shape in shapes.items()),
            )  # fmt: skip
        left = [part for part in left if part is not fitting[0]]
        for last, (_, own, places) in wanted.items():
            array = fitting[0][last]
            _lay(found, node, own, places, array if own == "bias" else _turned(network, node, array))
    if left:
        raise ImportRefused(
            "It has weights for {more:# layer|# layers} more than the network.",
            more=len(left),
        )
    return found


def _turned(network: Exportable, node: str, array: Floats) -> Floats:
    """The weights of what reads a list of maps, whose order is another there."""
    if network.graph[node].layer.kind not in ("dense", "batch_norm", "layer_norm", "prelu"):
        return array
    source = node
    while len(network.inputs(source)) == 1 and len(network.inputs(source)[0]) == 1:
        (source,) = network.graph[source].inputs
        if network.graph[source].layer.kind == "dense":
            return array
    shapes = network.inputs(source)
    if network.graph[source].layer.kind != "flatten" or len(shapes[0]) != 3:
        return array
    height, width, channels = shapes[0]
    order = np.arange(math.prod(shapes[0])).reshape(channels, height, width).transpose(1, 2, 0).ravel()
    turned: Floats = array[..., order]
    return turned


def _misfit(network: Exportable, node: str, needed: Shape, given: Shape) -> ImportRefused:
    return ImportRefused(
        "{name} needs an array {needed}, not {given}.", name=network.name(node), needed=str(needed), given=str(given)
    )
