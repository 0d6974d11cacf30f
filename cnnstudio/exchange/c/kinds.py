"""How each kind of layer is written in C: calls of the functions that come along."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cnnstudio.exchange.code.layers import CodePlace, zeros_and_beyond
from cnnstudio.exchange.code.spelling import spelt
from cnnstudio.exchange.exportable import window_of
from cnnstudio.nn.arrays import Shape
from cnnstudio.nn.graph.layer import Layer
from cnnstudio.nn.layers.convolution._edges import AtEdges
from cnnstudio.nn.layers.convolution.upsample2d import Upsample2D
from cnnstudio.nn.layers.input import Input
from cnnstudio.nn.layers.normalization.batch_norm import BatchNorm
from cnnstudio.nn.layers.normalization.group_norm import GroupNorm
from cnnstudio.nn.layers.normalization.layer_norm import LayerNorm
from cnnstudio.nn.layers.pooling.average_pool2d import AveragePool2D


@dataclass(frozen=True)
class Place(CodePlace):
    """A layer where it is to be written in C: ``y`` is what it writes to, ``output`` the public shape of that. All
    names begin with ``NET_``, in place of the network's own."""

    y: str
    output: Shape

    @property
    def count(self) -> int:
        """How many numbers it makes."""
        return math.prod(self.output)

    def array(self, name: str) -> str:
        """An array that the layer has learned, by name."""
        return f"NET_{self.name}_{name}"


#: between numbers that belong together: no line ends there
_JOINED = ",\0"
#: says what is called for a layer at its place
Writer = Callable[[Any, Place], list[str]]


def call(function: str, *arguments: object) -> str:
    """A call of one of the functions that come along."""
    return f"NET_{function}({', '.join(map(str, arguments))});"


def number(value: float) -> str:
    """A number as single precision."""
    return f"{spelt(float(value))}f"


def _shape(shape: Shape) -> str:
    return f"(NET_shape){{{_JOINED.join(map(str, shape))}}}"


def _ints(values: tuple[int, ...]) -> str:
    return f"{{{_JOINED.join(map(str, values))}}}"


def _window(layer: Layer, at: Place) -> str:
    window = window_of(layer, at.shapes)
    parts = (window.kernel, window.stride, window.dilation, (window.padding[0], window.padding[2]))
    return f"(NET_window){{{_JOINED.join(map(_ints, parts))}}}"


def does_nothing(layer: Layer) -> bool:
    """Whether its numbers are those that it reads: dropout outside training, a list of what lies in its order anyway,
    and a picture that is not scaled."""
    if isinstance(layer, Input):
        return {layer.scaling(channel) for channel in range(layer.channels)} == {(0.0, 1.0)}
    return layer.kind in ("dropout", "spatial_dropout2d", "flatten")


def _input(layer: Input, at: Place) -> list[str]:
    scalings = [layer.scaling(channel) for channel in range(layer.channels)]
    mean, deviation = (f"(const float[]){{{', '.join(map(number, values))}}}" for values in zip(*scalings, strict=True))
    return [call("standardise", at.x, layer.height * layer.width, layer.channels, mean, deviation, at.y)]


def _sliding(function: str, layer: Any, at: Place, *groups: int) -> list[str]:
    bias = at.array("bias") if layer.bias else "NULL"
    settings = (_shape(at.shapes[0]), _window(layer, at), *groups)
    return [call(function, at.x, *settings, at.array("weights"), bias, at.y, _shape(at.output))]


def _max_pool(layer: Layer, at: Place) -> list[str]:
    return [call("max_pool2d", at.x, _shape(at.shapes[0]), _window(layer, at), at.y, _shape(at.output))]


def _average_pool(layer: AveragePool2D, at: Place) -> list[str]:
    zeros, _ = zeros_and_beyond(layer, window_of(layer, at.shapes))
    counted = f"(const int[]){_ints(zeros)}"
    return [call("average_pool2d", at.x, _shape(at.shapes[0]), _window(layer, at), counted, at.y, _shape(at.output))]


def _whole_maps(function: str) -> Writer:
    return lambda _layer, at: [call(function, at.x, _shape(at.shapes[0]), at.y)]


def _upsample(layer: Upsample2D, at: Place) -> list[str]:
    return [call("upsample2d", at.x, _shape(at.shapes[0]), *layer.factor, at.y, _shape(at.output))]


def _at_edges(sign: int) -> Writer:
    def write(layer: AtEdges, at: Place) -> list[str]:
        top, _, left, _ = layer.sides
        return [call("move2d", at.x, _shape(at.shapes[0]), sign * top, sign * left, at.y, _shape(at.output))]

    return write


def _batch_norm(layer: BatchNorm, at: Place) -> list[str]:
    arrays = map(at.array, ("scale", "shift", "mean", "variance"))
    return [call("batch_norm", at.x, at.count, at.output[-1], *arrays, number(layer.epsilon), at.y)]


def _prelu(_layer: Layer, at: Place) -> list[str]:
    return [call("prelu", at.x, at.count, at.output[-1], at.array("slope"), at.y)]


def _layer_norm(layer: LayerNorm, at: Place) -> list[str]:
    return [call("layer_norm", at.x, at.count, at.array("scale"), at.array("shift"), number(layer.epsilon), at.y)]


def _group_norm(layer: GroupNorm, at: Place) -> list[str]:
    learned = (at.array("scale"), at.array("shift"))
    return [call("group_norm", at.x, at.count, at.output[2], layer.groups, *learned, number(layer.epsilon), at.y)]


def _dense(layer: Any, at: Place) -> list[str]:
    bias = at.array("bias") if layer.bias else "NULL"
    return [call("dense", at.x, at.shapes[0][0], at.array("weights"), bias, at.y, layer.units)]


def _concatenate(_layer: Layer, at: Place) -> list[str]:
    calls, begun, places = [], 0, math.prod(at.output[:-1])
    for x, shape in zip(at.inputs, at.shapes, strict=True):
        calls.append(call("concatenate", x, places, shape[-1], at.y, begun, at.output[-1]))
        begun += shape[-1]
    return calls


def _two_by_two(function: str) -> Writer:
    def write(_layer: Layer, at: Place) -> list[str]:
        before = [at.x, *[at.y] * (len(at.inputs) - 2)]
        return [call(function, x, other, at.count, at.y) for x, other in zip(before, at.inputs[1:], strict=True)]

    return write


def _each(function: str, *settings: str) -> Writer:
    return lambda layer, at: [
        call(function, at.x, at.count, *(number(getattr(layer, name)) for name in settings), at.y)
    ]


def _nothing(_layer: Layer, _at: Place) -> list[str]:
    return []


#: by kind
WRITERS: Mapping[str, Writer] = {
    "input": _input,
    "conv2d": lambda layer, at: _sliding("conv2d", layer, at, layer.groups),
    "depthwise_conv2d": lambda layer, at: _sliding("conv2d", layer, at, at.shapes[0][2]),
    "conv_transpose2d": lambda layer, at: _sliding("conv_transpose2d", layer, at),
    "locally_connected2d": lambda layer, at: _sliding("locally_connected2d", layer, at),
    "upsample2d": _upsample,
    "zero_pad2d": _at_edges(1),
    "crop2d": _at_edges(-1),
    "max_pool2d": _max_pool,
    "average_pool2d": _average_pool,
    "global_average_pool": _whole_maps("global_average_pool"),
    "global_max_pool": _whole_maps("global_max_pool"),
    "relu": _each("relu"),
    "relu6": _each("relu6"),
    "hard_sigmoid": _each("hard_sigmoid"),
    "hard_swish": _each("hard_swish"),
    "leaky_relu": _each("leaky_relu", "slope"),
    "prelu": _prelu,
    "elu": _each("elu", "alpha"),
    "sigmoid": _each("sigmoid"),
    "tanh": _each("tanh"),
    "gelu": _each("gelu"),
    "silu": _each("silu"),
    "batch_norm": _batch_norm,
    "group_norm": _group_norm,
    "layer_norm": _layer_norm,
    "dropout": _nothing,
    "spatial_dropout2d": _nothing,
    "flatten": _nothing,
    "dense": _dense,
    "add": _two_by_two("add"),
    "multiply": _two_by_two("multiply"),
    "concatenate": _concatenate,
    "softmax": lambda _layer, at: [call("softmax", at.x, at.count, at.y)],
}

#: kinds that may write where they read: each number follows from the one at its place, or all were read before
IN_PLACE = frozenset(
    (
        "relu",
        "relu6",
        "hard_sigmoid",
        "hard_swish",
        "leaky_relu",
        "prelu",
        "elu",
        "sigmoid",
        "tanh",
        "gelu",
        "silu",
        "batch_norm",
        "group_norm",
        "layer_norm",
        "softmax",
    )
)
