"""How each kind of layer is written in NumPy: a call of one of the functions that come along."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from cnnstudio.exchange.code.layers import NO_SIDES, CodePlace, between, numbers_as, standardised, zeros_and_beyond
from cnnstudio.exchange.code.spelling import called, unless
from cnnstudio.exchange.exportable import window_of
from cnnstudio.nn.graph.layer import Layer
from cnnstudio.nn.layers.convolution._edges import AtEdges
from cnnstudio.nn.layers.convolution._sliding import Convolving
from cnnstudio.nn.layers.convolution.upsample2d import Upsample2D
from cnnstudio.nn.layers.input import Input
from cnnstudio.nn.layers.normalization.batch_norm import BatchNorm
from cnnstudio.nn.layers.normalization.layer_norm import LayerNorm
from cnnstudio.nn.layers.pooling.average_pool2d import AveragePool2D
from cnnstudio.nn.layers.pooling.max_pool2d import MaxPool2D


class Place(CodePlace):
    """A layer where it is to be written in NumPy."""

    @property
    def arrays(self) -> str:
        """What the layer has learned, by name, as arguments."""
        return f'**w["{self.name}"]'


#: says what a layer makes at its place
Writer = Callable[[Any, Place], str]


def _input(layer: Input, _at: Place) -> str:
    return standardised(layer, numbers_as("np.float32({})"))


def _sliding(function: str, layer: Convolving, at: Place, groups: int | None = None) -> str:
    window = window_of(layer, at.shapes)
    return called(
        function, at.x, at.arrays, stride=unless(window.stride, (1, 1)), padding=unless(window.padding, NO_SIDES),
        dilation=unless(window.dilation, (1, 1)), groups=groups,
    )  # fmt: skip


def _convolution(layer: Any, at: Place) -> str:
    grouped = layer.groups > 1
    return _sliding("grouped_conv2d" if grouped else "conv2d", layer, at, layer.groups if grouped else None)


def _max_pool(layer: MaxPool2D, at: Place) -> str:
    window = window_of(layer, at.shapes)
    return called(
        "max_pool2d", at.x, kernel=window.kernel, stride=window.stride, border=unless(window.border, NO_SIDES)
    )


def _average_pool(layer: AveragePool2D, at: Place) -> str:
    window = window_of(layer, at.shapes)
    zeros, beyond = zeros_and_beyond(layer, window)
    return called(
        "average_pool2d", at.x, kernel=window.kernel, stride=window.stride, zeros=unless(zeros, NO_SIDES),
        beyond=unless(beyond, NO_SIDES),
    )  # fmt: skip


def _upsample(layer: Upsample2D, at: Place) -> str:
    return called("upsample2d", at.x, factor=layer.factor)


def _at_edges(function: str) -> Writer:
    def write(layer: AtEdges, at: Place) -> str:
        return called(function, at.x, sides=layer.sides)

    return write


def _batch_norm(layer: BatchNorm, at: Place) -> str:
    return called("batch_norm", at.x, at.arrays, epsilon=layer.epsilon)


def _layer_norm(layer: LayerNorm, at: Place) -> str:
    return called("layer_norm", at.x, at.arrays, epsilon=layer.epsilon)


def _flatten(_layer: Layer, at: Place) -> str:
    return at.x if len(at.shapes[0]) == 1 else called("flatten", at.x)


def _call(function: str, *settings: str) -> Writer:
    return lambda layer, at: called(function, at.x, **{name: getattr(layer, name) for name in settings})


#: by kind; outside training dropout does nothing
WRITERS: Mapping[str, Writer] = {
    "input": _input,
    "conv2d": _convolution,
    "depthwise_conv2d": lambda layer, at: _sliding("grouped_conv2d", layer, at, at.shapes[0][2]),
    "conv_transpose2d": lambda layer, at: _sliding("conv_transpose2d", layer, at),
    "locally_connected2d": lambda layer, at: _sliding("locally_connected2d", layer, at),
    "upsample2d": _upsample,
    "zero_pad2d": _at_edges("pad"),
    "crop2d": _at_edges("crop"),
    "max_pool2d": _max_pool,
    "average_pool2d": _average_pool,
    "global_average_pool": lambda _layer, at: f"{at.x}.mean((1, 2))",
    "global_max_pool": lambda _layer, at: f"{at.x}.max((1, 2))",
    "relu": _call("relu"),
    "relu6": _call("relu6"),
    "hard_sigmoid": _call("hard_sigmoid"),
    "hard_swish": _call("hard_swish"),
    "leaky_relu": _call("leaky_relu", "slope"),
    "prelu": lambda _layer, at: called("prelu", at.x, at.arrays),
    "elu": _call("elu", "alpha"),
    "sigmoid": _call("sigmoid"),
    "tanh": lambda _layer, at: f"np.tanh({at.x})",
    "gelu": _call("gelu"),
    "silu": _call("silu"),
    "batch_norm": _batch_norm,
    "group_norm": lambda layer, at: called("group_norm", at.x, at.arrays, groups=layer.groups, epsilon=layer.epsilon),
    "layer_norm": _layer_norm,
    "dropout": lambda _layer, at: at.x,
    "spatial_dropout2d": lambda _layer, at: at.x,
    "flatten": _flatten,
    "dense": lambda _layer, at: called("dense", at.x, at.arrays),
    "add": between("+"),
    "multiply": between("*"),
    "concatenate": lambda _layer, at: f"np.concatenate([{', '.join(at.inputs)}], axis=-1)",
    "softmax": _call("softmax"),
}
