"""How each kind of layer is written in PyTorch: a module where it learns or draws, else a function.

Volumes are (N, C, H, W) there; lists are in the order that they have here, place by place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from numpy.typing import NDArray

from cnnstudio.exchange.code.framework import FrameworkPlace
from cnnstudio.exchange.code.layers import NO_SIDES, between, one_number, standardised, zeros_and_beyond
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
from cnnstudio.nn.layers.pooling._pooling import Pool2D
from cnnstudio.nn.layers.pooling.average_pool2d import AveragePool2D
from cnnstudio.nn.settings import Reals
from cnnstudio.nn.sliding_window import Window


@dataclass(frozen=True)
class Learned:
    """An array of a layer as it is kept there: what it is ``called``, and the order of its ``axes``; () as here."""

    called: str
    axes: tuple[int, ...] = ()

    def moved(self, array: NDArray[Any]) -> NDArray[Any]:
        """It with its axes there."""
        return array.transpose(self.axes) if self.axes else array


Arrays = Mapping[str, Learned]


@dataclass
class Made:
    """What the layers of a network need: ``modules`` by name as code, ``buffers`` with what they hold, and for each
    layer what its arrays are called."""

    modules: dict[str, str] = field(default_factory=dict)
    buffers: dict[str, str] = field(default_factory=dict)
    arrays: dict[str, Arrays] = field(default_factory=dict)


class Place(FrameworkPlace[Made]):
    """A layer where it is to be written in PyTorch."""

    def module(self, code: str, x: str, arrays: Arrays | None = None) -> str:
        """A module of the layer's name, applied to ``x``."""
        self.made.modules[self.name] = code
        self.made.arrays[self.name] = arrays or {}
        return f"self.{self.name}({x})"


#: says what a layer makes at its place
Writer = Callable[[Any, Place], str]


def _sides(sides: tuple[int, ...]) -> tuple[int, ...]:
    """Top, bottom, left and right as PyTorch's padding takes them."""
    top, bottom, left, right = sides
    return (left, right, top, bottom)


def _scaling(at: Place, value: Reals, name: str) -> str:
    """One number, or a buffer with one for each channel."""
    if (number := one_number(value)) is not None:
        return spelt(number)
    assert isinstance(value, tuple)
    at.made.buffers[name] = f"torch.tensor({spelt(tuple(map(float, value)))}).reshape(-1, 1, 1)"
    return f"self.{name}"


def _input(layer: Input, at: Place) -> str:
    return standardised(layer, partial(_scaling, at))


def _learned(*axes: int, bias: bool) -> Arrays:
    return {"weights": Learned("weight", axes), **({"bias": Learned("bias")} if bias else {})}


def _convolution(layer: Any, at: Place, filters: int, groups: int) -> str:
    window = window_of(layer, at.shapes)
    top, bottom, left, right = window.padding
    even = (top, left) == (bottom, right)
    code = called(
        "nn.Conv2d", str(at.channels), str(filters), spelt(squared(window.kernel)),
        stride=unless(squared(window.stride), 1), padding=unless(squared((top, left)), 0) if even else None,
        dilation=unless(squared(window.dilation), 1), groups=unless(groups, 1), bias=unless(layer.bias, True),
    )  # fmt: skip
    x = at.x if even else f"F.pad({at.x}, {spelt(_sides(window.padding))})"
    return at.module(code, x, _learned(0, 3, 1, 2, bias=layer.bias))


def _transposed(layer: Any, at: Place) -> str:
    window, (rows, columns, _) = window_of(layer, at.shapes), at.output
    top, bottom, left, right = window.padding
    even = (top, left) == (bottom, right)
    code = called(
        "nn.ConvTranspose2d", str(at.channels), str(layer.filters), spelt(squared(window.kernel)),
        stride=unless(squared(window.stride), 1), padding=unless(squared((top, left)), 0) if even else None,
        dilation=unless(squared(window.dilation), 1), bias=unless(layer.bias, True),
    )  # fmt: skip
    made = at.module(code, at.x, _learned(3, 0, 1, 2, bias=layer.bias))
    return made if even else f"{made}[:, :, {top}:{top + rows}, {left}:{left + columns}]"


def _locally_connected(layer: Convolving, at: Place) -> str:
    window, (rows, columns, filters) = window_of(layer, at.shapes), at.output
    shape = (rows, columns, filters, at.channels, *window.kernel)
    code = called("LocallyConnected2d", *map(spelt, (shape, window.stride, window.dilation)), bias=layer.bias)
    x = at.x if window.padding == NO_SIDES else f"F.pad({at.x}, {spelt(_sides(window.padding))})"
    return at.module(code, x, _learned(0, 1, 2, 5, 3, 4, bias=layer.bias))


def _upsample(layer: Upsample2D, at: Place) -> str:
    return f"{at.x}.repeat_interleave({layer.factor[0]}, 2).repeat_interleave({layer.factor[1]}, 3)"


def _cropping(layer: AtEdges, at: Place) -> str:
    (top, _, left, _), (rows, columns, _) = layer.sides, at.output
    return f"{at.x}[:, :, {top}:{top + rows}, {left}:{left + columns}]"


def _its_own_padding(layer: Pool2D, window: Window) -> int | tuple[int, int] | None:
    """The padding as PyTorch's pooling takes it: as much before as behind, and half a window at most."""
    top, bottom, left, right = window.padding
    plain = (top, left) == (bottom, right) and 2 * top <= layer.kernel[0] and 2 * left <= layer.kernel[1]
    return squared((top, left)) if plain else None


def _steps(window: Window) -> list[str]:
    return [spelt(squared(window.kernel)), *([spelt(squared(window.stride))] if window.stride != window.kernel else [])]


def _max_pool(layer: Pool2D, at: Place) -> str:
    window = window_of(layer, at.shapes)
    if (padding := _its_own_padding(layer, window)) is not None:
        more = {"padding": unless(padding, 0), "ceil_mode": unless(layer.round_up, False)}
        return called("F.max_pool2d", at.x, *_steps(window), **more)
    padded = called("F.pad", at.x, spelt(_sides(window.border)))[:-1] + ', value=float("-inf"))'
    return called("F.max_pool2d", padded, *_steps(window))


def _average_pool(layer: AveragePool2D, at: Place) -> str:
    window = window_of(layer, at.shapes)
    if (padding := _its_own_padding(layer, window)) is not None:
        counted = None if padding == 0 and not layer.round_up else unless(layer.count_padding, True)
        more = {"padding": unless(padding, 0), "ceil_mode": unless(layer.round_up, False), "count_include_pad": counted}
        return called("F.avg_pool2d", at.x, *_steps(window), **more)
    zeros, beyond = zeros_and_beyond(layer, window)
    return called(
        "average_pool2d", at.x, spelt(window.kernel), spelt(window.stride), zeros=_sides(zeros), beyond=_sides(beyond)
    )


def _batch_norm(layer: BatchNorm, at: Place) -> str:
    code = called(
        f"nn.BatchNorm{'2d' if len(at.output) == 3 else '1d'}", str(at.channels), eps=unless(layer.epsilon, 1e-5),
        momentum=unless(layer.momentum, 0.1),
    )  # fmt: skip
    names = {"scale": "weight", "shift": "bias", "mean": "running_mean", "variance": "running_var"}
    return at.module(code, at.x, {ours: Learned(theirs) for ours, theirs in names.items()})


def _layer_norm(layer: LayerNorm, at: Place) -> str:
    axes = (2, 0, 1) if len(at.output) == 3 else ()
    shape = tuple(at.output[axis] for axis in axes) or at.output
    code = called("nn.LayerNorm", spelt(shape), eps=unless(layer.epsilon, 1e-5))
    return at.module(code, at.x, {"scale": Learned("weight", axes), "shift": Learned("bias", axes)})


def _group_norm(layer: GroupNorm, at: Place) -> str:
    code = called("nn.GroupNorm", str(layer.groups), str(at.channels), eps=unless(layer.epsilon, 1e-5))
    return at.module(code, at.x, {"scale": Learned("weight"), "shift": Learned("bias")})


def _dropout(kind: str) -> Writer:
    def write(layer: LeavingOut, at: Place) -> str:
        return at.module(called(kind, spelt(layer.rate)), at.x)

    return write


def _flatten(_layer: Layer, at: Place) -> str:
    """Numbers are listed place by place, the channels of one place next to each other."""
    match at.shapes[0]:
        case (height, width, channels):
            channels_last = ".permute(0, 2, 3, 1)" if height * width > 1 and channels > 1 else ""
            return f"{at.x}{channels_last}.flatten(1)"
    return at.x


def _dense(layer: Any, at: Place) -> str:
    code = called("nn.Linear", str(at.channels), str(layer.units), bias=unless(layer.bias, True))
    return at.module(code, at.x, _learned(bias=layer.bias))


def _call(function: str, **settings: str) -> Writer:
    return lambda layer, at: called(function, at.x, **{name: getattr(layer, ours) for name, ours in settings.items()})


#: by kind
WRITERS: Mapping[str, Writer] = {
    "input": _input,
    "conv2d": lambda layer, at: _convolution(layer, at, layer.filters, layer.groups),
    "depthwise_conv2d": lambda layer, at: _convolution(layer, at, at.output[2], at.channels),
    "conv_transpose2d": _transposed,
    "locally_connected2d": _locally_connected,
    "upsample2d": _upsample,
    "zero_pad2d": lambda layer, at: called("F.pad", at.x, spelt(_sides(layer.sides))),
    "crop2d": _cropping,
    "max_pool2d": _max_pool,
    "average_pool2d": _average_pool,
    "global_average_pool": lambda _layer, at: f"{at.x}.mean((2, 3))",
    "global_max_pool": lambda _layer, at: f"F.adaptive_max_pool2d({at.x}, 1).flatten(1)",
    "relu": _call("F.relu"),
    "relu6": _call("F.relu6"),
    "hard_sigmoid": _call("F.hardsigmoid"),
    "hard_swish": _call("F.hardswish"),
    "leaky_relu": _call("F.leaky_relu", negative_slope="slope"),
    "prelu": lambda _layer, at: at.module(called("nn.PReLU", str(at.channels)), at.x, {"slope": Learned("weight")}),
    "elu": _call("F.elu", alpha="alpha"),
    "sigmoid": _call("torch.sigmoid"),
    "tanh": _call("torch.tanh"),
    "gelu": _call("F.gelu"),
    "silu": _call("F.silu"),
    "batch_norm": _batch_norm,
    "group_norm": _group_norm,
    "layer_norm": _layer_norm,
    "dropout": _dropout("nn.Dropout"),
    "spatial_dropout2d": _dropout("nn.Dropout2d"),
    "flatten": _flatten,
    "dense": _dense,
    "add": between("+"),
    "multiply": between("*"),
    "concatenate": lambda _layer, at: f"torch.cat(({', '.join(at.inputs)}), 1)",
    "softmax": lambda _layer, at: f"F.softmax({at.x}, 1)",
}
