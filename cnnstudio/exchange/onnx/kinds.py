"""How each kind of layer is written in ONNX.

Volumes are (N, C, H, W) there. One operator stands for a layer where ONNX has such a one; where it has not, the layer
is written out of several, and the last of them has the layer's name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any

import numpy as np

from cnnstudio.exchange.exportable import window_of
from cnnstudio.exchange.onnx.building import Place
from cnnstudio.nn.arrays import Shape
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
from cnnstudio.nn.sliding_window import Window

#: writes a layer at its place and says which tensor is its output
Writer = Callable[[Any, Place], str]


def _input(layer: Input, at: Place) -> str:
    made = at.inputs[0]
    for operator, part, value, idle in (("Sub", "mean", layer.mean, 0.0), ("Div", "deviation", layer.deviation, 1.0)):
        numbers = np.array(value, np.float32).reshape(-1, 1, 1) if isinstance(value, tuple) else np.float32(value)
        if (np.asarray(numbers) != idle).any():
            made = at.add(operator, made, at.constant(part, np.asarray(numbers)), part=operator.lower())
    return made


def _pads(window: Window) -> list[int]:
    top, bottom, left, right = window.padding
    return [top, left, bottom, right]


def _convolution(layer: Any, at: Place, groups: int) -> str:
    window = window_of(layer, at.shapes)
    weights = [at.array("weights", 0, 3, 1, 2)] + ([at.array("bias")] if layer.bias else [])
    return at.add(
        "Conv", *at.inputs, *weights, kernel_shape=list(window.kernel), strides=list(window.stride),
        pads=_pads(window), dilations=list(window.dilation), group=groups,
    )  # fmt: skip


def _transposed(layer: Convolving, at: Place) -> str:
    window = window_of(layer, at.shapes)
    weights = [at.array("weights", 3, 0, 1, 2)] + ([at.array("bias")] if layer.bias else [])
    return at.add(
        "ConvTranspose", *at.inputs, *weights, kernel_shape=list(window.kernel), strides=list(window.stride),
        pads=_pads(window), dilations=list(window.dilation),
    )  # fmt: skip


def _locally_connected(layer: Convolving, at: Place) -> str:
    """A convolution copies the cells below each window into channels of its own; then each position has its matrix."""
    window, (rows, columns, filters) = window_of(layer, at.shapes), at.output
    channels, (down, across) = at.shapes[0][2], window.kernel
    cells = down * across * channels
    # channel (y, x, c) of the copy holds the cell (y, x) of map c: as the weights are ordered
    copier = np.eye(cells, dtype=np.float32).reshape(cells, down, across, channels).transpose(0, 3, 1, 2)
    copies = at.add(
        "Conv", *at.inputs, at.constant("copier", copier), part="copies", kernel_shape=[down, across],
        strides=list(window.stride), pads=_pads(window), dilations=list(window.dilation),
    )  # fmt: skip
    shape = at.integers("positions", (0, 1, cells, rows * columns))
    apart = at.add("Transpose", at.add("Reshape", copies, shape, part="apart"), part="by position", perm=[0, 3, 1, 2])
    matrices = at.arrays["weights"].reshape(rows * columns, filters, cells).transpose(0, 2, 1)
    sums = at.add("MatMul", apart, at.constant("weights", matrices), part="sums")
    if layer.bias:
        biases = at.arrays["bias"].reshape(rows * columns, 1, filters)
        sums = at.add("Add", sums, at.constant("bias", biases), part="with bias")
    in_maps = at.add("Transpose", sums, part="in maps", perm=[0, 3, 2, 1])
    return at.add("Reshape", in_maps, at.integers("shape", (0, filters, rows, columns)))


def _upsample(layer: Upsample2D, at: Place) -> str:
    scales = at.constant("factor", np.array((1, 1, *layer.factor), np.float32))
    return at.add(
        "Resize", *at.inputs, "", scales, mode="nearest", coordinate_transformation_mode="asymmetric",
        nearest_mode="floor",
    )  # fmt: skip


def _padding(layer: AtEdges, at: Place) -> str:
    top, bottom, left, right = layer.sides
    return at.add("Pad", *at.inputs, at.integers("sides", (0, 0, top, left, 0, 0, bottom, right)))


def _cropping(layer: AtEdges, at: Place) -> str:
    top, _, left, _ = layer.sides
    rows, columns, _ = at.output
    starts, ends = at.integers("starts", (top, left)), at.integers("ends", (top + rows, left + columns))
    return at.add("Slice", *at.inputs, starts, ends, at.integers("axes", (2, 3)))


def _pool(layer: Pool2D, at: Place, operator: str, **more: Any) -> str:
    window = window_of(layer, at.shapes)
    return at.add(
        operator, *at.inputs, kernel_shape=list(window.kernel), strides=list(window.stride), pads=_pads(window),
        ceil_mode=int(layer.round_up), **more,
    )  # fmt: skip


def _average(layer: AveragePool2D, at: Place) -> str:
    return _pool(layer, at, "AveragePool", count_include_pad=int(layer.count_padding))


def _whole_maps(at: Place, operator: str) -> str:
    return at.add("Flatten", at.add(operator, *at.inputs, part="of each map"))


def _batch_norm(layer: BatchNorm, at: Place) -> str:
    figures = [at.array(name) for name in ("scale", "shift", "mean", "variance")]
    # ONNX's momentum is the share that is kept
    return at.add(
        "BatchNormalization", *at.inputs, *figures, epsilon=layer.epsilon, momentum=1.0 - layer.momentum
    )  # fmt: skip


def _prelu(_layer: Layer, at: Place) -> str:
    slopes = at.arrays["slope"]
    return at.add("PRelu", *at.inputs, at.constant("slope", slopes.reshape(-1, *(1,) * (len(at.output) - 1))))


def _layer_norm(layer: LayerNorm, at: Place) -> str:
    axes = (2, 0, 1) if len(at.output) == 3 else ()
    figures = [at.array("scale", *axes), at.array("shift", *axes)]
    return at.add("LayerNormalization", *at.inputs, *figures, axis=1, epsilon=layer.epsilon)


def _group_norm(layer: GroupNorm, at: Place) -> str:
    """Before opset 21 the operator of this name has one scale for each group, so it is written as PyTorch does."""
    height, width, channels = at.output
    groups = at.add("Reshape", *at.inputs, at.integers("groups", (0, layer.groups, -1)), part="in groups")
    figures = (np.ones(layer.groups, np.float32), np.zeros(layer.groups, np.float32))
    idle = [at.constant(name, values) for name, values in zip(("ones", "noughts"), figures, strict=True)]
    normal = at.add("InstanceNormalization", groups, *idle, part="normalised", epsilon=layer.epsilon)
    maps = at.add("Reshape", normal, at.integers("maps", (0, channels, height, width)), part="in maps")
    scale, shift = (at.constant(name, at.arrays[name].reshape(-1, 1, 1)) for name in ("scale", "shift"))
    return at.add("Add", at.add("Mul", maps, scale, part="scaled"), shift)


def _dropout(layer: LeavingOut, at: Place) -> str:
    return at.add("Dropout", *at.inputs, at.number("rate", layer.rate))


def _spatial_dropout(layer: LeavingOut, at: Place) -> str:
    """Ones for each map are left out, and the maps multiplied with what remains of them."""
    maps = at.add("ReduceMax", *at.inputs, at.integers("axes", (2, 3)), part="a number a map")
    ones = at.add("Pow", maps, at.number("nought", 0), part="ones")
    kept = at.add("Dropout", ones, at.number("rate", layer.rate), part="maps left out")
    return at.add("Mul", *at.inputs, kept)


def _silu(_layer: Layer, at: Place) -> str:
    return at.add("Mul", *at.inputs, at.add("Sigmoid", *at.inputs, part="sigmoid"))


def _flatten(_layer: Layer, at: Place) -> str:
    """Numbers are listed place by place, the channels of one place next to each other."""
    listed = at.inputs[0]
    if len(at.shapes[0]) == 3 and _reordered(at.shapes[0]):
        listed = at.add("Transpose", listed, part="channels last", perm=[0, 2, 3, 1])
    return at.add("Flatten", listed)


def _reordered(shape: Shape) -> bool:
    height, width, channels = shape
    return height * width > 1 and channels > 1


def _dense(layer: Any, at: Place) -> str:
    weights = [at.array("weights")] + ([at.array("bias")] if layer.bias else [])
    return at.add("Gemm", *at.inputs, *weights, transB=1)


def _merged(at: Place, operator: str) -> str:
    *between, last = at.inputs[1:]
    first = reduce(lambda made, other: at.add(operator, made, other, part="so far"), between, at.inputs[0])
    return at.add(operator, first, last)


def _simple(operator: str) -> Writer:
    return lambda _layer, at: at.add(operator, *at.inputs)


#: by kind
WRITERS: Mapping[str, Writer] = {
    "input": _input,
    "conv2d": lambda layer, at: _convolution(layer, at, layer.groups),
    "depthwise_conv2d": lambda layer, at: _convolution(layer, at, at.shapes[0][2]),
    "conv_transpose2d": _transposed,
    "locally_connected2d": _locally_connected,
    "upsample2d": _upsample,
    "zero_pad2d": _padding,
    "crop2d": _cropping,
    "max_pool2d": lambda layer, at: _pool(layer, at, "MaxPool"),
    "average_pool2d": _average,
    "global_average_pool": lambda _layer, at: _whole_maps(at, "GlobalAveragePool"),
    "global_max_pool": lambda _layer, at: _whole_maps(at, "GlobalMaxPool"),
    "relu": _simple("Relu"),
    "relu6": lambda _layer, at: at.add("Clip", *at.inputs, at.number("least", 0), at.number("most", 6)),
    "hard_sigmoid": lambda _layer, at: at.add("HardSigmoid", *at.inputs, alpha=1 / 6, beta=0.5),
    "hard_swish": lambda _layer, at: at.add("HardSwish", *at.inputs),
    "leaky_relu": lambda layer, at: at.add("LeakyRelu", *at.inputs, alpha=layer.slope),
    "prelu": _prelu,
    "elu": lambda layer, at: at.add("Elu", *at.inputs, alpha=layer.alpha),
    "sigmoid": _simple("Sigmoid"),
    "tanh": _simple("Tanh"),
    "gelu": _simple("Gelu"),
    "silu": _silu,
    "batch_norm": _batch_norm,
    "group_norm": _group_norm,
    "layer_norm": _layer_norm,
    "dropout": _dropout,
    "spatial_dropout2d": _spatial_dropout,
    "flatten": _flatten,
    "dense": _dense,
    "add": lambda _layer, at: at.add("Sum", *at.inputs),
    "multiply": lambda _layer, at: _merged(at, "Mul"),
    "concatenate": lambda _layer, at: at.add("Concat", *at.inputs, axis=1),
    "softmax": lambda _layer, at: at.add("Softmax", *at.inputs, axis=1),
}
