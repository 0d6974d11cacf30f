"""How each kind of layer is written in NumPy: a call of one of the functions that come along."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cnnstudio.exchange.code.spelling import called, spelt, unless
from cnnstudio.nn.arrays import Shape
from cnnstudio.nn.layer import Layer
from cnnstudio.nn.layers.convolution._edges import AtEdges
from cnnstudio.nn.layers.convolution._sliding import Convolving
from cnnstudio.nn.layers.convolution.upsample2d import Upsample2D
from cnnstudio.nn.layers.input import Input
from cnnstudio.nn.layers.normalization.batch_norm import BatchNorm
from cnnstudio.nn.layers.normalization.layer_norm import LayerNorm
from cnnstudio.nn.layers.pooling.average_pool2d import AveragePool2D
from cnnstudio.nn.layers.pooling.max_pool2d import MaxPool2D
from cnnstudio.nn.settings import Reals
from cnnstudio.nn.sliding_window import Window

_NO_SIDES = (0, 0, 0, 0)


@dataclass(frozen=True)
class Place:
    """A layer where it is to be written: what it is called, the variables it reads, and the shapes of these."""

    name: str
    inputs: tuple[str, ...]
    shapes: tuple[Shape, ...]

    @property
    def x(self) -> str:
        """The only variable it reads."""
        return self.inputs[0]

    @property
    def arrays(self) -> str:
        """What the layer has learned, by name, as arguments."""
        return f'**w["{self.name}"]'


#: says what a layer makes at its place
Writer = Callable[[Any, Place], str]


def _window(layer: Layer, at: Place) -> Window:
    window = layer.window(at.shapes)
    assert window is not None
    return window


def _numbers(value: Reals) -> str:
    if isinstance(value, tuple) and len(set(value)) > 1:
        return f"np.float32({spelt(tuple(map(float, value)))})"
    return spelt(value[0] if isinstance(value, tuple) else value)


def _input(layer: Input, _at: Place) -> str:
    scalings = [layer.scaling(channel) for channel in range(layer.channels)]
    made = f"x - {_numbers(layer.mean)}" if any(mean for mean, _ in scalings) else "x"
    if all(deviation == 1 for _, deviation in scalings):
        return made
    return f"{made if made == 'x' else f'({made})'} / {_numbers(layer.deviation)}"


def _sliding(function: str, layer: Convolving, at: Place, groups: int | None = None) -> str:
    window = _window(layer, at)
    return called(
        function, at.x, at.arrays, stride=unless(window.stride, (1, 1)), padding=unless(window.padding, _NO_SIDES),
        dilation=unless(window.dilation, (1, 1)), groups=groups,
    )  # fmt: skip


def _convolution(layer: Any, at: Place) -> str:
    grouped = layer.groups > 1
    return _sliding("grouped_conv2d" if grouped else "conv2d", layer, at, layer.groups if grouped else None)


def _max_pool(layer: MaxPool2D, at: Place) -> str:
    window = _window(layer, at)
    return called(
        "max_pool2d", at.x, kernel=window.kernel, stride=window.stride, border=unless(window.border, _NO_SIDES)
    )


def _average_pool(layer: AveragePool2D, at: Place) -> str:
    window = _window(layer, at)
    zeros = window.padding if layer.count_padding else _NO_SIDES
    beyond = tuple(whole - counted for whole, counted in zip(window.border, zeros, strict=True))
    return called(
        "average_pool2d", at.x, kernel=window.kernel, stride=window.stride, zeros=unless(zeros, _NO_SIDES),
        beyond=unless(beyond, _NO_SIDES),
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


def _between(sign: str) -> Writer:
    return lambda _layer, at: f" {sign} ".join(at.inputs)


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
    "leaky_relu": _call("leaky_relu", "slope"),
    "elu": _call("elu", "alpha"),
    "sigmoid": _call("sigmoid"),
    "tanh": lambda _layer, at: f"np.tanh({at.x})",
    "gelu": _call("gelu"),
    "silu": _call("silu"),
    "batch_norm": _batch_norm,
    "layer_norm": _layer_norm,
    "dropout": lambda _layer, at: at.x,
    "spatial_dropout2d": lambda _layer, at: at.x,
    "flatten": _flatten,
    "dense": lambda _layer, at: called("dense", at.x, at.arrays),
    "add": _between("+"),
    "multiply": _between("*"),
    "concatenate": lambda _layer, at: f"np.concatenate([{', '.join(at.inputs)}], axis=-1)",
    "softmax": _call("softmax"),
}
