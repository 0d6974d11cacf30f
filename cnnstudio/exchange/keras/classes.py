"""How each class of layer of Keras becomes a layer, or several. What is not here is refused."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from cnnstudio.exchange.keras.layer_told import LayerTold, Pair, Value
from cnnstudio.exchange.reading.layers_read import LayersRead, Picture, refuse_slopes, shortest
from cnnstudio.nn.arrays import Floats
from cnnstudio.nn.ops.windows import resolved_padding
from cnnstudio.nn.settings import Padding
from cnnstudio.nn.telling.told import Sentence

#: adds to the network what a layer stands for, and says what it makes
Reader = Callable[[LayersRead, LayerTold], Value]

#: functions by the name that settings have for them: a kind here and its settings; "" is none at all
_ACTIVATIONS: Mapping[str, tuple[str, Mapping[str, float]]] = {
    "linear": ("", {}), "relu": ("relu", {}), "relu6": ("relu6", {}), "elu": ("elu", {"alpha": 1.0}),
    "sigmoid": ("sigmoid", {}), "tanh": ("tanh", {}), "silu": ("silu", {}), "swish": ("silu", {}),
    "softmax": ("softmax", {}), "gelu": ("gelu", {}), "hard_sigmoid": ("hard_sigmoid", {}),
    "hard_silu": ("hard_swish", {}), "hard_swish": ("hard_swish", {}), "leaky_relu": ("leaky_relu", {"slope": 0.2}),
}  # fmt: skip


def _activated(layers: LayersRead, at: LayerTold, node: str, called: str | None = None) -> str:
    """What a layer makes, bent by the function that its settings name."""
    name = at.text("activation", "linear")
    if name not in _ACTIVATIONS:
        raise at.refused(
            "Its activation {name} is not possible here; there are {known:commas}.", name=name[:60],
            known=tuple(_ACTIVATIONS),
        )  # fmt: skip
    kind, settings = _ACTIVATIONS[name]
    if not kind:
        return node
    return layers.add(at, kind, (node,), called=f"{at.name} {name}" if called is None else called, **settings)


def _sides(at: LayerTold, layers: LayersRead, source: str, kernel: Pair, stride: Pair, dilation: Pair) -> Padding:
    """What lies around the maps: for “same” as much as makes the size the input's divided by the step, the smaller half
    before."""
    if at.need("padding", "valid", "same") == "valid":
        return "valid"
    sides: list[int] = []
    for extent, size, step, gap in zip(layers.shapes[source][:2], kernel, stride, dilation, strict=True):
        total = max(0, (-(-extent // step) - 1) * step + gap * (size - 1) + 1 - extent)
        sides += [total // 2, total - total // 2]
    found = (sides[0], sides[1], sides[2], sides[3])
    if not any(found):
        return "valid"
    return "same" if found == resolved_padding("same", kernel, dilation) else found


def _maps(layers: LayersRead, at: LayerTold) -> str:
    """The volume that it reads."""
    at.need("data_format", "channels_last")
    source = at.source(layers)
    if len(layers.shapes[source]) != 3:
        raise at.refused("It reads no maps.")
    return source


def _learned(at: LayerTold, weights: Floats, bias: int | None, filters: int) -> dict[str, Floats]:
    found = {"weights": np.ascontiguousarray(weights)}
    return found if bias is None else {**found, "bias": at.array(bias, (filters,))}


def _convolution(layers: LayersRead, at: LayerTold) -> Value:
    source = _maps(layers, at)
    filters, groups, bias = (
        at.whole("filters"),
        at.whole("groups") if "groups" in at.config else 1,
        at.switch("use_bias"),
    )
    kernel, stride, dilation = at.pair("kernel_size"), at.pair("strides"), at.pair("dilation_rate")
    made = layers.add(
        at, "conv2d", (source,), filters=filters, kernel=kernel, stride=stride, dilation=dilation, groups=groups,
        bias=bias, padding=_sides(at, layers, source, kernel, stride, dilation),
    )  # fmt: skip
    weights = at.array(0, (*kernel, layers.shapes[source][2] // groups, filters))
    layers.arrays[made] = _learned(at, weights.transpose(3, 0, 1, 2), 1 if bias else None, filters)
    return _activated(layers, at, made)


def _depthwise(layers: LayersRead, at: LayerTold) -> Value:
    return _activated(layers, at, _each_map(layers, at, at.switch("use_bias")))


def _each_map(layers: LayersRead, at: LayerTold, bias: bool, called: str | None = None) -> str:
    source = _maps(layers, at)
    multiplier = at.whole("depth_multiplier") if "depth_multiplier" in at.config else 1
    kernel, stride, dilation = at.pair("kernel_size"), at.pair("strides"), at.pair("dilation_rate")
    made = layers.add(
        at, "depthwise_conv2d", (source,), called=called, multiplier=multiplier, kernel=kernel, stride=stride,
        dilation=dilation, bias=bias, padding=_sides(at, layers, source, kernel, stride, dilation),
    )  # fmt: skip
    channels = layers.shapes[source][2]
    weights = at.array(0, (*kernel, channels, multiplier)).transpose(2, 3, 0, 1)
    filters = channels * multiplier
    layers.arrays[made] = _learned(at, weights.reshape(filters, *kernel, 1), 1 if bias else None, filters)
    return made


def _separable(layers: LayersRead, at: LayerTold) -> Value:
    each = _each_map(layers, at, False, called=f"{at.name} depthwise")
    filters, bias, channels = at.whole("filters"), at.switch("use_bias"), layers.shapes[each][2]
    made = layers.add(at, "conv2d", (each,), filters=filters, kernel=(1, 1), padding="valid", bias=bias)
    weights = at.array(1, (1, 1, channels, filters)).transpose(3, 0, 1, 2)
    layers.arrays[made] = _learned(at, weights, 2 if bias else None, filters)
    return _activated(layers, at, made)


def _transposed(layers: LayersRead, at: LayerTold) -> Value:
    source = _maps(layers, at)
    if at.pair("output_padding", (0, 0), 0) != (0, 0):
        raise at.refused("Its output has more rows or columns than its stamps reach.")
    filters, bias = at.whole("filters"), at.switch("use_bias")
    kernel, stride, dilation = at.pair("kernel_size"), at.pair("strides"), at.pair("dilation_rate")
    over = [gap * (size - 1) + 1 - step for gap, size, step in zip(dilation, kernel, stride, strict=True)]
    if min(over) < 0:
        raise at.refused("Its stamps do not touch: there are zeros between them that nobody here lays there.")
    padding: Padding = "valid"
    if at.need("padding", "valid", "same") == "same":
        sides = (over[0] // 2, over[0] - over[0] // 2, over[1] // 2, over[1] - over[1] // 2)
        padding = "same" if sides == resolved_padding("same", kernel, dilation) else sides if any(sides) else "valid"
    made = layers.add(
        at, "conv_transpose2d", (source,), filters=filters, kernel=kernel, stride=stride, dilation=dilation,
        padding=padding, bias=bias,
    )  # fmt: skip
    weights = at.array(0, (*kernel, filters, layers.shapes[source][2])).transpose(2, 0, 1, 3)
    layers.arrays[made] = _learned(at, weights, 1 if bias else None, filters)
    return _activated(layers, at, made)


def _dense(layers: LayersRead, at: LayerTold) -> Value:
    source = at.source(layers)
    if len(layers.shapes[source]) != 1:
        raise at.refused("It reads maps; put a Flatten before it.")
    units, bias = at.whole("units"), at.switch("use_bias")
    made = layers.add(at, "dense", (source,), units=units, bias=bias)
    layers.arrays[made] = _learned(at, at.array(0, (*layers.shapes[source], units)).T, 1 if bias else None, units)
    return _activated(layers, at, made)


def _pool(kind: str) -> Reader:
    def read(layers: LayersRead, at: LayerTold) -> Value:
        source = _maps(layers, at)
        kernel = at.pair("pool_size", (2, 2))
        stride = at.pair("strides", kernel)
        padding = _sides(at, layers, source, kernel, stride, (1, 1))
        counted: dict[str, Any] = {"count_padding": padding == "valid"} if kind == "average_pool2d" else {}
        return layers.add(at, kind, (source,), kernel=kernel, stride=stride, padding=padding, **counted)

    return read


def _whole_maps(kind: str) -> Reader:
    def read(layers: LayersRead, at: LayerTold) -> Value:
        if at.switch("keepdims", False):
            raise at.refused("It keeps rows and columns of one cell; let it make a list.")
        return layers.add(at, kind, (_maps(layers, at),))

    return read


def _upsample(layers: LayersRead, at: LayerTold) -> Value:
    at.need("interpolation", "nearest")
    return layers.add(at, "upsample2d", (_maps(layers, at),), factor=at.pair("size", (2, 2)))


def _at_edges(kind: str, setting: str) -> Reader:
    def read(layers: LayersRead, at: LayerTold) -> Value:
        (top, bottom), (left, right) = [
            [side.integer(0, 1 << 16) for side in both.items(2, 2)] for both in at.config[setting].items(2, 2)
        ] if setting in at.config else [[1, 1], [1, 1]]  # fmt: skip
        if not any((top, bottom, left, right)):
            return at.source(layers)
        return layers.add(at, kind, (_maps(layers, at),), top=top, bottom=bottom, left=left, right=right)

    return read


def _last_axis(layers: LayersRead, at: LayerTold, source: str) -> None:
    axes = at.numbers("axis", 4) or (-1.0,)
    if axes not in ((-1.0,), (float(len(layers.shapes[source])),)):
        raise at.refused("Only maps, or units, are normalised one by one here.")


def _batch_norm(layers: LayersRead, at: LayerTold) -> Value:
    source = at.source(layers)
    _last_axis(layers, at, source)
    epsilon, momentum = at.number("epsilon", 1e-3), at.number("momentum", 0.99)
    if epsilon is None or momentum is None:
        raise at.refused("It does not say its epsilon or momentum.")
    settings: dict[str, Any] = {"epsilon": shortest(epsilon), "momentum": round(1.0 - shortest(momentum), 7)}
    made = layers.add(at, "batch_norm", (source,), **settings)
    shape, place, arrays = layers.shapes[source][-1:], 0, dict[str, Floats]()
    for name, switch, usual in (("scale", "scale", 1.0), ("shift", "center", 0.0)):
        arrays[name] = np.full(shape, usual, np.float32)
        if at.switch(switch):
            arrays[name], place = at.array(place, shape), place + 1
    layers.arrays[made] = {**arrays, "mean": at.array(place, shape), "variance": at.array(place + 1, shape)}
    return made


def _layer_norm(layers: LayersRead, at: LayerTold) -> Value:
    source = at.source(layers)
    shape, axes = layers.shapes[source], at.numbers("axis", 4) or (-1.0,)
    whole = tuple(sorted(axis % (len(shape) + 1) for axis in axes))
    if whole != tuple(range(1, len(shape) + 1)) or at.switch("rms_scaling", False):
        raise at.refused("Here all numbers of a picture are normalised together.")
    epsilon = at.number("epsilon", 1e-3)
    made = layers.add(at, "layer_norm", (source,), epsilon=shortest(1e-3 if epsilon is None else epsilon))
    scaled = at.switch("scale")
    layers.arrays[made] = {
        "scale": at.array(0, shape) if scaled else np.ones(shape, np.float32),
        "shift": at.array(int(scaled), shape) if at.switch("center") else np.zeros(shape, np.float32),
    }
    return made


def _group_norm(layers: LayersRead, at: LayerTold) -> Value:
    source = _maps(layers, at)
    _last_axis(layers, at, source)
    channels, groups = layers.shapes[source][2], at.whole("groups", -1) if "groups" in at.config else 32
    epsilon = at.number("epsilon", 1e-3)
    made = layers.add(
        at, "group_norm", (source,), groups=channels if groups == -1 else groups,
        epsilon=shortest(1e-3 if epsilon is None else epsilon),
    )  # fmt: skip
    scaled = at.switch("scale")
    layers.arrays[made] = {
        "scale": at.array(0, (channels,)) if scaled else np.ones(channels, np.float32),
        "shift": at.array(int(scaled), (channels,)) if at.switch("center") else np.zeros(channels, np.float32),
    }
    return made


def _dropout(kind: str) -> Reader:
    def read(layers: LayersRead, at: LayerTold) -> Value:
        rate = at.number("rate", 0.5)
        return layers.add(at, kind, (at.source(layers),), rate=shortest(0.5 if rate is None else rate))

    return read


def _flatten(layers: LayersRead, at: LayerTold) -> Value:
    at.need("data_format", "channels_last")
    return layers.add(at, "flatten", (at.source(layers),))


def _activation(layers: LayersRead, at: LayerTold) -> Value:
    return _activated(layers, at, at.source(layers), at.name)


def _relu(layers: LayersRead, at: LayerTold) -> Value:
    most, slope, threshold = at.number("max_value", None), at.number("negative_slope", 0.0), at.number("threshold", 0.0)
    if threshold or (slope and most is not None) or most not in (None, 6):
        raise at.refused("Numbers are cut off otherwise than at 0 and 6; the nearest here are ReLU and ReLU6.")
    if slope:
        return layers.add(at, "leaky_relu", (at.source(layers),), slope=shortest(slope))
    return layers.add(at, "relu" if most is None else "relu6", (at.source(layers),))


def _leaky_relu(layers: LayersRead, at: LayerTold) -> Value:
    slope = at.number("negative_slope", at.number("alpha", 0.3))
    return layers.add(at, "leaky_relu", (at.source(layers),), slope=shortest(0.3 if slope is None else slope))


def _prelu(layers: LayersRead, at: LayerTold) -> Value:
    source = at.source(layers)
    shape = layers.shapes[source]
    shared = tuple(range(1, len(shape)))
    if len(shape) == 3 and at.numbers("shared_axes", 4) != tuple(map(float, shared)):
        refuse_slopes(at)
    made = layers.add(at, "prelu", (source,))
    layers.arrays[made] = {"slope": at.array(0, (*(1 for _ in shared), shape[-1])).reshape(-1)}
    return made


def _elu(layers: LayersRead, at: LayerTold) -> Value:
    alpha = at.number("alpha", 1.0)
    return layers.add(at, "elu", (at.source(layers),), alpha=shortest(1.0 if alpha is None else alpha))


def _softmax(layers: LayersRead, at: LayerTold) -> Value:
    source = at.source(layers)
    _last_axis(layers, at, source)
    return layers.add(at, "softmax", (source,))


def _merged(kind: str) -> Reader:
    def read(layers: LayersRead, at: LayerTold) -> Value:
        return layers.add(at, kind, at.sources(layers))

    return read


def _concatenate(layers: LayersRead, at: LayerTold) -> Value:
    sources = at.sources(layers)
    if sources:
        _last_axis(layers, at, sources[0])
    return layers.add(at, "concatenate", sources)


def _input(layers: LayersRead, _at: LayerTold) -> Value:
    return Picture()


def _picture(layers: LayersRead, at: LayerTold) -> Picture:
    """The picture that it scales."""
    value = at.inputs[0] if at.inputs else None
    if not isinstance(value, Picture):
        raise at.refused("Only the picture is scaled here.")
    return value


def _rescaling(layers: LayersRead, at: LayerTold) -> Value:
    """x · scale + offset. A scale as small as that of pixels from 0 to 255 says that these are meant."""
    before = _picture(layers, at)
    scales, offsets = at.numbers("scale", 4) or (1.0,), at.numbers("offset", 4) or (0.0,)
    if before == Picture() and 0 < max(map(abs, scales)) <= 2.1 / 255:
        layers.notes.append(Sentence("It took pixels from 0 to 255; here they are from 0 to 1, with the same answers."))
        scales = tuple(255 * scale for scale in scales)
    if 0 in scales:
        raise at.refused("The picture is multiplied by 0.")
    deviations = tuple(1 / scale for scale in scales)
    means = tuple(-offset / scale for offset, scale in _in_step(at, offsets, scales))
    return _then(at, before, means, deviations)


def _normalization(layers: LayersRead, at: LayerTold) -> Value:
    before, channels = _picture(layers, at), layers.image[2]
    if at.switch("invert", False):
        raise at.refused("It turns a scaling back.")
    means, variances = at.numbers("mean", 4), at.numbers("variance", 4)
    if means is None or variances is None:
        means, variances = (tuple(map(float, at.array(place, (channels,)))) for place in (0, 1))
    if min(variances) < 0:
        raise at.refused("Its variance is below 0.")
    return _then(at, before, means, tuple(max(math.sqrt(each), 1e-7) for each in variances))


def _in_step(at: LayerTold, *several: tuple[float, ...]) -> list[tuple[float, ...]]:
    """Numbers for each channel side by side; one stands for all."""
    count = max(map(len, several))
    if any(len(each) not in (1, count) for each in several):
        raise at.refused("Its numbers are not one for each channel.")
    return list(zip(*(each * count if len(each) == 1 else each for each in several), strict=True))


def _then(at: LayerTold, before: Picture, means: tuple[float, ...], deviations: tuple[float, ...]) -> Picture:
    """The picture scaled once more: ((x − m) / d − mean) / deviation."""
    made = [
        (shortest(m + d * mean), shortest(d * deviation))
        for m, d, mean, deviation in _in_step(at, before.mean, before.deviation, means, deviations)
    ]
    if not all(math.isfinite(value) for both in made for value in both) or any(d == 0 for _, d in made):
        raise at.refused("The picture is scaled by numbers that are not possible.")
    found_means, found_deviations = zip(*made, strict=True)
    return Picture(_short(found_means), _short(found_deviations))


def _short(values: tuple[Any, ...]) -> tuple[float, ...]:
    return values[:1] if len(set(values)) == 1 else values


#: by the name of the class
READERS: Mapping[str, Reader] = {
    "Activation": _activation,
    "Add": _merged("add"),
    "AveragePooling2D": _pool("average_pool2d"),
    "BatchNormalization": _batch_norm,
    "Concatenate": _concatenate,
    "Conv2D": _convolution,
    "Conv2DTranspose": _transposed,
    "Cropping2D": _at_edges("crop2d", "cropping"),
    "Dense": _dense,
    "DepthwiseConv2D": _depthwise,
    "Dropout": _dropout("dropout"),
    "ELU": _elu,
    "Flatten": _flatten,
    "GlobalAveragePooling2D": _whole_maps("global_average_pool"),
    "GlobalMaxPooling2D": _whole_maps("global_max_pool"),
    "GroupNormalization": _group_norm,
    "InputLayer": _input,
    "LayerNormalization": _layer_norm,
    "LeakyReLU": _leaky_relu,
    "MaxPooling2D": _pool("max_pool2d"),
    "Multiply": _merged("multiply"),
    "Normalization": _normalization,
    "PReLU": _prelu,
    "ReLU": _relu,
    "Rescaling": _rescaling,
    "SeparableConv2D": _separable,
    "Softmax": _softmax,
    "SpatialDropout2D": _dropout("spatial_dropout2d"),
    "UpSampling2D": _upsample,
    "ZeroPadding2D": _at_edges("zero_pad2d", "padding"),
}
