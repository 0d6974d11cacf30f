"""How each kind of layer is written in Keras: a layer of Keras where it learns or draws, else a function.

Volumes are (N, H, W, C) there as here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from numpy.typing import NDArray

from cnnstudio.exchange.code.framework import FrameworkPlace
from cnnstudio.exchange.code.layers import NO_SIDES, between, numbers_as, standardised, zeros_and_beyond
from cnnstudio.exchange.code.spelling import called, spelt, squared, unless
from cnnstudio.exchange.exportable import window_of
from cnnstudio.nn.graph.layer import Layer
from cnnstudio.nn.layers.convolution._edges import AtEdges
from cnnstudio.nn.layers.convolution._sliding import Convolving
from cnnstudio.nn.layers.convolution.upsample2d import Upsample2D
from cnnstudio.nn.layers.input import Input
from cnnstudio.nn.layers.normalization._leaving_out import LeavingOut
from cnnstudio.nn.layers.normalization.batch_norm import BatchNorm
from cnnstudio.nn.layers.normalization.group_norm import GroupNorm
from cnnstudio.nn.layers.normalization.layer_norm import LayerNorm
from cnnstudio.nn.layers.pooling.average_pool2d import AveragePool2D
from cnnstudio.nn.layers.pooling.max_pool2d import MaxPool2D
from cnnstudio.nn.sliding_window import Window

Pair = tuple[int, int]


def _as_it_is(array: NDArray[Any]) -> NDArray[Any]:
    return array


@dataclass(frozen=True)
class Learned:
    """An array of a layer as it is kept there: what it is ``called``, how it is ``moved`` into its axes there, and what
    stands between the brackets that pick some of its filters out."""

    called: str
    moved: Callable[[NDArray[Any]], NDArray[Any]] = _as_it_is
    filters: Callable[[tuple[int, ...]], str] = lambda numbers: f"..., {spelt(numbers)}"


Arrays = Mapping[str, Learned]


@dataclass
class Made:
    """What the layers of a network need: ``layers`` by name as code, and for each what its arrays are called."""

    layers: dict[str, str] = field(default_factory=dict)
    arrays: dict[str, Arrays] = field(default_factory=dict)


class Place(FrameworkPlace[Made]):
    """A layer where it is to be written in Keras."""

    def layer(self, code: str, x: str, arrays: Arrays | None = None) -> str:
        """A layer of Keras under this name, applied to ``x``."""
        self.made.layers[self.name] = code
        self.made.arrays[self.name] = arrays or {}
        return f"self.{self.name}({x})"


#: says what a layer makes at its place
Writer = Callable[[Any, Place], str]


def _around(sides: tuple[int, ...]) -> str:
    """Top, bottom, left and right as Keras's padding takes them."""
    top, bottom, left, right = sides
    return spelt(((0, 0), (top, bottom), (left, right), (0, 0)))


def _padded(x: str, sides: tuple[int, ...]) -> str:
    return x if sides == NO_SIDES else f"ops.pad({x}, {_around(sides)})"


def _input(layer: Input, _at: Place) -> str:
    return standardised(layer, numbers_as('ops.array({}, "float32")'))


def _learned(move: Callable[[NDArray[Any]], NDArray[Any]], bias: bool, **filters: Any) -> Arrays:
    return {"weights": Learned("kernel", move, **filters), **({"bias": Learned("bias")} if bias else {})}


def _sliding(kind: str, settings: tuple[str, ...], layer: Any, at: Place, arrays: Arrays, *, evenly: bool) -> str:
    """A convolution: with Keras's own padding where that is the same, and without its own steps where Keras cannot take
    them, some of what comes out being left out instead."""
    window = window_of(layer, at.shapes)
    apart = max(window.stride) > 1 and (max(window.dilation) > 1 or (evenly and len(set(window.stride)) > 1))
    stride = (1, 1) if apart else window.stride
    own = stride == (1, 1) and window.padding == _own_padding(window) != NO_SIDES
    code = called(
        kind, *settings, spelt(squared(window.kernel)), strides=unless(squared(stride), 1),
        padding="same" if own else None, dilation_rate=unless(squared(window.dilation), 1),
        groups=unless(getattr(layer, "groups", 1), 1), depth_multiplier=unless(getattr(layer, "multiplier", 1), 1),
        use_bias=unless(layer.bias, True),
    )  # fmt: skip
    made = at.layer(code, at.x if own else _padded(at.x, window.padding), arrays)
    return f"{made}[:, ::{window.stride[0]}, ::{window.stride[1]}]" if apart else made


def _own_padding(window: Window) -> tuple[int, int, int, int]:
    """What Keras lays around maps for “same” where steps are 1."""
    (down, right) = (step * (size - 1) for step, size in zip(window.dilation, window.kernel, strict=True))
    return (down // 2, down - down // 2, right // 2, right - right // 2)


def _convolution(layer: Any, at: Place) -> str:
    arrays = _learned(lambda array: array.transpose(1, 2, 3, 0), layer.bias)
    return _sliding("layers.Conv2D", (str(layer.filters),), layer, at, arrays, evenly=False)


def _depthwise(layer: Any, at: Place) -> str:
    def moved(array: NDArray[Any]) -> NDArray[Any]:
        filters, height, width, _ = array.shape
        return array.reshape(at.channels, filters // at.channels, height, width).transpose(2, 3, 0, 1)

    def picked(numbers: tuple[int, ...]) -> str:
        of_map = [divmod(number, layer.multiplier) for number in numbers]
        return f"..., {spelt(tuple(m for m, _ in of_map))}, {spelt(tuple(n for _, n in of_map))}"

    arrays = _learned(moved, layer.bias, filters=picked)
    return _sliding("layers.DepthwiseConv2D", (), layer, at, arrays, evenly=True)


def _transposed(layer: Any, at: Place) -> str:
    window, (rows, columns, _) = window_of(layer, at.shapes), at.output
    arrays = _learned(
        lambda array: array.transpose(1, 2, 0, 3), layer.bias, filters=lambda numbers: f"..., {spelt(numbers)}, :"
    )
    if max(window.stride) > 1 and max(window.dilation) > 1:
        settings = (str(layer.filters), *map(spelt, (window.kernel, window.stride, window.dilation, layer.bias)))
        made = at.layer(called("SpreadConv2DTranspose", *settings), at.x, arrays)
    else:
        code = called(
            "layers.Conv2DTranspose", str(layer.filters), spelt(squared(window.kernel)),
            strides=unless(squared(window.stride), 1), dilation_rate=unless(squared(window.dilation), 1),
            use_bias=unless(layer.bias, True),
        )  # fmt: skip
        made = at.layer(code, at.x, arrays)
    (height, width, _), top, left = at.shapes[0], window.padding[0], window.padding[2]
    if (rows, columns) == (_stamped(window, 0, height), _stamped(window, 1, width)) and (top, left) == (0, 0):
        return made
    return f"{made}[:, {top}:{top + rows}, {left}:{left + columns}]"


def _stamped(window: Window, axis: int, extent: int) -> int:
    """How many rows or columns come out of Keras's layer: stamps that do not touch have zeros behind the last, too."""
    step, reach = window.stride[axis], window.dilation[axis] * (window.kernel[axis] - 1) + 1
    spread = max(window.stride) > 1 and max(window.dilation) > 1
    return (extent - 1) * step + (reach if spread else max(step, reach))


def _locally_connected(layer: Convolving, at: Place) -> str:
    window, (rows, columns, filters) = window_of(layer, at.shapes), at.output
    shape = (rows, columns, *window.kernel, at.channels, filters)
    code = called("LocallyConnected2D", *map(spelt, (shape, window.stride, window.dilation, layer.bias)))
    arrays = _learned(lambda array: array.transpose(0, 1, 3, 4, 5, 2), layer.bias)
    return at.layer(code, _padded(at.x, window.padding), arrays)


def _upsample(layer: Upsample2D, at: Place) -> str:
    down, right = layer.factor
    return f"ops.repeat(ops.repeat({at.x}, {down}, 1), {right}, 2)"


def _cropping(layer: AtEdges, at: Place) -> str:
    (top, _, left, _), (rows, columns, _) = layer.sides, at.output
    return f"{at.x}[:, {top}:{top + rows}, {left}:{left + columns}]"


def _steps(window: Window) -> list[str]:
    return [spelt(squared(window.kernel)), *([spelt(squared(window.stride))] if window.stride != window.kernel else [])]


def _max_pool(layer: MaxPool2D, at: Place) -> str:
    window = window_of(layer, at.shapes)
    x = at.x
    if window.border != NO_SIDES:
        x = f'ops.pad({x}, {_around(window.border)}, constant_values=float("-inf"))'
    return called("ops.max_pool", x, *_steps(window))


def _average_pool(layer: AveragePool2D, at: Place) -> str:
    window = window_of(layer, at.shapes)
    zeros, beyond = zeros_and_beyond(layer, window)
    if beyond == NO_SIDES:
        return called("ops.average_pool", _padded(at.x, zeros), *_steps(window))
    return called("average_pool2d", at.x, spelt(window.kernel), spelt(window.stride), _around(zeros), _around(beyond))


def _batch_norm(layer: BatchNorm, at: Place) -> str:
    names = {"scale": "gamma", "shift": "beta", "mean": "mean", "variance": "variance"}
    code = called("BatchNorm", spelt(layer.momentum), spelt(layer.epsilon))
    return at.layer(code, at.x, {ours: Learned(theirs) for ours, theirs in names.items()})


def _layer_norm(layer: LayerNorm, at: Place) -> str:
    axes = tuple(range(1, len(at.output) + 1))
    code = called("layers.LayerNormalization", axis=axes, epsilon=layer.epsilon)
    return at.layer(code, at.x, {"scale": Learned("gamma"), "shift": Learned("beta")})


def _group_norm(layer: GroupNorm, at: Place) -> str:
    code = called("layers.GroupNormalization", str(layer.groups), epsilon=layer.epsilon)
    return at.layer(code, at.x, {"scale": Learned("gamma"), "shift": Learned("beta")})


def _prelu(_layer: Layer, at: Place) -> str:
    if len(at.output) == 1:
        return at.layer("layers.PReLU()", at.x, {"slope": Learned("alpha")})
    slopes = Learned("alpha", lambda array: array.reshape(1, 1, -1))
    return at.layer(called("layers.PReLU", shared_axes=(1, 2)), at.x, {"slope": slopes})


def _dropout(kind: str) -> Writer:
    def write(layer: LeavingOut, at: Place) -> str:
        return at.layer(called(kind, spelt(layer.rate)), at.x)

    return write


def _flatten(_layer: Layer, at: Place) -> str:
    return at.x if len(at.shapes[0]) == 1 else f"ops.reshape({at.x}, (-1, {at.output[0]}))"


def _dense(layer: Any, at: Place) -> str:
    code = called("layers.Dense", str(layer.units), use_bias=unless(layer.bias, True))
    return at.layer(code, at.x, _learned(lambda array: array.transpose(1, 0), layer.bias))


def _call(function: str, **settings: str) -> Writer:
    return lambda layer, at: called(function, at.x, **{name: getattr(layer, ours) for name, ours in settings.items()})


#: by kind
WRITERS: Mapping[str, Writer] = {
    "input": _input,
    "conv2d": _convolution,
    "depthwise_conv2d": _depthwise,
    "conv_transpose2d": _transposed,
    "locally_connected2d": _locally_connected,
    "upsample2d": _upsample,
    "zero_pad2d": lambda layer, at: f"ops.pad({at.x}, {_around(layer.sides)})",
    "crop2d": _cropping,
    "max_pool2d": _max_pool,
    "average_pool2d": _average_pool,
    "global_average_pool": lambda _layer, at: f"ops.mean({at.x}, (1, 2))",
    "global_max_pool": lambda _layer, at: f"ops.max({at.x}, (1, 2))",
    "relu": _call("ops.relu"),
    "relu6": _call("ops.relu6"),
    "hard_sigmoid": _call("ops.hard_sigmoid"),
    "hard_swish": _call("ops.hard_swish"),
    "leaky_relu": _call("ops.leaky_relu", negative_slope="slope"),
    "prelu": _prelu,
    "elu": _call("ops.elu", alpha="alpha"),
    "sigmoid": _call("ops.sigmoid"),
    "tanh": _call("ops.tanh"),
    "gelu": lambda _layer, at: f"ops.gelu({at.x}, approximate=False)",
    "silu": _call("ops.silu"),
    "batch_norm": _batch_norm,
    "group_norm": _group_norm,
    "layer_norm": _layer_norm,
    "dropout": _dropout("layers.Dropout"),
    "spatial_dropout2d": _dropout("layers.SpatialDropout2D"),
    "flatten": _flatten,
    "dense": _dense,
    "add": between("+"),
    "multiply": between("*"),
    "concatenate": lambda _layer, at: f"ops.concatenate(({', '.join(at.inputs)}), -1)",
    "softmax": _call("ops.softmax"),
}
