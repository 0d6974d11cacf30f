"""The operators whose window slides, and those that change the size of maps."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from cnnstudio.exchange.onnx.network_read import NetworkRead, Operator
from cnnstudio.exchange.onnx.tensors import Maps, Numbers, Tensor, reordered
from cnnstudio.nn.arrays import Floats
from cnnstudio.nn.ops.windows import resolved_padding
from cnnstudio.nn.settings import Padding
from cnnstudio.nn.telling.told import Sentence

Pair = tuple[int, int]
#: so many weights are written out where a transposed convolution is in groups
_MOST_WRITTEN_OUT = 1 << 26


def _pair(at: Operator, name: str, default: Any = (1, 1)) -> Pair:
    found = tuple(at.attributes.get(name, default))
    if len(found) != 2:
        raise at.refused("Only windows with a height and a width slide here.")
    return int(found[0]), int(found[1])


def _padding(at: Operator, extents: Pair, kernel: Pair, stride: Pair, dilation: Pair) -> Padding:
    """What lies around the maps, by its name where it has one.

    Raises:
        ImportRefused: it is negative, or in a way that is not known.
    """
    automatic = at.need("auto_pad", "NOTSET", "VALID", "SAME_UPPER", "SAME_LOWER")
    sides = [0, 0, 0, 0]
    if automatic == "NOTSET":
        sides = [int(side) for side in at.attributes.get("pads", sides)]
        if len(sides) != 4 or min(sides) < 0:
            raise at.refused("Its padding is not possible here.")
    elif automatic != "VALID":
        for axis in (0, 1):
            out = -(-extents[axis] // stride[axis])
            total = max(0, (out - 1) * stride[axis] + dilation[axis] * (kernel[axis] - 1) + 1 - extents[axis])
            small, large = total // 2, total - total // 2
            sides[axis], sides[axis + 2] = (small, large) if automatic == "SAME_UPPER" else (large, small)
    top, left, bottom, right = sides
    found = (top, bottom, left, right)
    if not any(found):
        return "valid"
    return "same" if found == resolved_padding("same", kernel, dilation) else found


def _over_single_places(network: NetworkRead, at: Operator, before: Numbers, weights: Floats) -> Tensor:
    """A convolution over maps of one cell: a Dense layer, if it looks at nothing around them."""
    units, inputs = weights.shape[:2]
    alone = weights.shape[2:] == (1, 1) and int(at.attributes.get("group", 1)) == 1
    if not alone or any(at.attributes.get("pads", ())) or (inputs,) != network.shapes[before.node]:
        raise at.refused("Over maps of one cell only filters of 1×1 can slide here.")
    bias = at.optional(2, "bias")
    if bias is not None and bias.shape != (units,):
        raise at.refused("It must have one bias for each map.")
    made = network.add(at, "dense", (before.node,), units=units, bias=bias is not None)
    arrays = {"weights": np.ascontiguousarray(reordered(weights.reshape(units, inputs), before.order))}
    network.arrays[made] = arrays if bias is None else {**arrays, "bias": bias.astype(np.float32, copy=False)}
    return Numbers(made, spot=True)


def _convolution(network: NetworkRead, at: Operator) -> Tensor:
    weights = at.known(1, "weights").astype(np.float32, copy=False)
    if weights.ndim != 4:
        raise at.refused("Only two-dimensional convolutions are possible here.")
    spot = at.input(0)
    if isinstance(spot, Numbers) and spot.spot:
        return _over_single_places(network, at, spot, weights)
    source = network.maps(at, at.input(0))
    height, width, channels = network.shapes[source]
    kernel, stride, dilation = (weights.shape[2], weights.shape[3]), _pair(at, "strides"), _pair(at, "dilations")
    groups = int(at.attributes.get("group", 1))
    filters = len(weights)
    if groups < 1 or channels % groups or weights.shape[1] != channels // groups:
        raise at.refused("Its weights do not fit the maps that it reads.")
    bias = at.optional(2, "bias")
    settings: dict[str, Any] = {
        "kernel": kernel, "stride": stride, "dilation": dilation, "bias": bias is not None,
        "padding": _padding(at, (height, width), kernel, stride, dilation),
    }  # fmt: skip
    if groups == channels > 1 and filters % channels == 0:
        made = network.add(at, "depthwise_conv2d", (source,), multiplier=filters // channels, **settings)
    else:
        made = network.add(at, "conv2d", (source,), filters=filters, groups=groups, **settings)
    _keep(network, at, made, weights.transpose(0, 2, 3, 1), bias)
    return Maps(made)


def _keep(network: NetworkRead, at: Operator, made: str, weights: Any, bias: Any) -> None:
    network.arrays[made] = {"weights": np.ascontiguousarray(weights)}
    if bias is not None:
        if bias.shape != (network.shapes[made][2],):
            raise at.refused("It must have one bias for each map.")
        network.arrays[made] = {**network.arrays[made], "bias": bias.astype(np.float32, copy=False)}


def _written_out(network: NetworkRead, at: Operator, weights: Floats, groups: int) -> Floats:
    """The weights (maps, filters, height, width) of a transposed convolution in groups, as one whose filters see the
    maps of other groups with weights of 0."""
    maps, filters, *kernel = weights.shape
    if groups < 1 or maps % groups or maps * filters * groups * math.prod(kernel) > _MOST_WRITTEN_OUT:
        raise at.refused("Its groups do not fit the maps that it reads, or are too many.")
    whole = np.zeros((maps, groups * filters, *kernel), np.float32)
    for group in range(groups):
        part = slice(group * maps // groups, (group + 1) * maps // groups)
        whole[part, group * filters : (group + 1) * filters] = weights[part]
    network.notes.append(
        Sentence(
            "{name} had {groups:# group|# groups}; weights of 0 stand between them, and training may change those.",
            groups=groups, name=at.name,
        )
    )  # fmt: skip
    return whole


def _transposed(network: NetworkRead, at: Operator) -> Tensor:
    at.need("auto_pad", "NOTSET", "VALID")
    if "output_shape" in at.attributes:
        raise at.refused("Its output shape must follow from its padding.")
    weights = at.known(1, "weights").astype(np.float32, copy=False)
    source = network.maps(at, at.input(0))
    if weights.ndim != 4 or weights.shape[0] != network.shapes[source][2]:
        raise at.refused("Its weights do not fit the maps that it reads.")
    if (groups := int(at.attributes.get("group", 1))) != 1:
        weights = _written_out(network, at, weights, groups)
    kernel, stride, dilation = (weights.shape[2], weights.shape[3]), _pair(at, "strides"), _pair(at, "dilations")
    top, left, bottom, right = at.attributes.get("pads", (0, 0, 0, 0))
    more = _pair(at, "output_padding", (0, 0))
    sides = (top, bottom - more[0], left, right - more[1])
    if min(sides) < 0:
        raise at.refused("Its output has more rows or columns than its stamps reach.")
    padding: Padding = sides if any(sides) else "valid"
    padding = "same" if any(sides) and sides == resolved_padding("same", kernel, dilation) else padding
    bias = at.optional(2, "bias")
    made = network.add(
        at, "conv_transpose2d", (source,), filters=weights.shape[1], kernel=kernel, stride=stride, dilation=dilation,
        padding=padding, bias=bias is not None,
    )  # fmt: skip
    _keep(network, at, made, weights.transpose(1, 2, 3, 0), bias)
    return Maps(made)


def _pool(kind: str) -> Callable[[NetworkRead, Operator], Tensor]:
    def read(network: NetworkRead, at: Operator) -> Tensor:
        source = network.maps(at, at.input(0))
        height, width, _ = network.shapes[source]
        kernel, stride = _pair(at, "kernel_shape", ()), _pair(at, "strides")
        if _pair(at, "dilations") != (1, 1):
            raise at.refused("A pooling window cannot be dilated here.")
        padding = _padding(at, (height, width), kernel, stride, (1, 1))
        settings: dict[str, Any] = {"round_up": bool(at.attributes.get("ceil_mode", 0))}
        if kind == "average_pool2d":
            counted = bool(at.attributes.get("count_include_pad", 0))
            settings["count_padding"] = counted or padding == "valid"
        return Maps(network.add(at, kind, (source,), kernel=kernel, stride=stride, padding=padding, **settings))

    return read


def _whole_maps(kind: str, *, over_axes: bool = False) -> Callable[[NetworkRead, Operator], Tensor]:
    def read(network: NetworkRead, at: Operator) -> Tensor:
        source = network.maps(at, at.input(0))
        kept = True
        if over_axes:
            axes = at.optional(1, "axes")
            given = at.attributes.get("axes", ()) if axes is None else axes.ravel().tolist()
            if sorted(int(axis) % 4 for axis in given) != [2, 3]:
                raise at.refused("Only whole maps are brought to one number here.")
            kept = bool(at.attributes.get("keepdims", 1))
        return Numbers(network.add(at, kind, (source,)), spot=kept)

    return read


def _pad(network: NetworkRead, at: Operator) -> Tensor:
    at.need("mode", "constant")
    value = at.optional(2, "value")
    sides = at.optional(1, "sides")
    given = [int(side) for side in (at.attributes.get("pads", ()) if sides is None else sides.ravel())]
    if value is not None and value.size and float(value.ravel()[0]) != 0:
        raise at.refused("Only zeros are laid around maps here.")
    axes = at.optional(3, "axes")
    if axes is not None:
        whole = [0] * 8
        for place, axis in enumerate(int(a) % 4 for a in axes.ravel()):
            whole[axis], whole[axis + 4] = given[place], given[place + len(given) // 2]
        given = whole
    if len(given) != 8 or any(given[i] for i in (0, 1, 4, 5)) or min(given) < 0:
        raise at.refused("Only rows and columns of zeros can be added here.")
    if not any(given):
        return at.input(0)
    source = network.maps(at, at.input(0))
    top, left, bottom, right = given[2], given[3], given[6], given[7]
    return Maps(network.add(at, "zero_pad2d", (source,), top=top, bottom=bottom, left=left, right=right))


def _slice(network: NetworkRead, at: Operator) -> Tensor:
    source = network.maps(at, at.input(0))
    extents = network.shapes[source][:2]
    starts, ends = (at.known(i, name).ravel() for i, name in ((1, "starts"), (2, "ends")))
    axes, steps = at.optional(3, "axes"), at.optional(4, "steps")
    where = [int(a) % 4 for a in (range(len(starts)) if axes is None else axes.ravel())]
    if set(where) - {2, 3} or (steps is not None and set(steps.ravel().tolist()) != {1}):
        raise at.refused("Only rows and columns at the edges are cut off here.")
    cut = {2: (0, 0), 3: (0, 0)}
    for axis, start, end in zip(where, starts, ends, strict=True):
        extent = extents[axis - 2]
        first, last = (min(max(int(v) + extent if v < 0 else int(v), 0), extent) for v in (start, end))
        cut[axis] = first, extent - last
    (top, bottom), (left, right) = cut[2], cut[3]
    return Maps(network.add(at, "crop2d", (source,), top=top, bottom=bottom, left=left, right=right))


def _resize(network: NetworkRead, at: Operator) -> Tensor:
    source = network.maps(at, at.input(0))
    at.need("mode", "nearest")
    scales, sizes = at.optional(2, "scales"), at.optional(3, "sizes")
    at.need("keep_aspect_ratio_policy", "stretch")
    height, width, channels = network.shapes[source]
    if sizes is not None and sizes.size == 4 and int(sizes.ravel()[1]) == channels:
        factors = [int(sizes.ravel()[2]) / height, int(sizes.ravel()[3]) / width]
    elif scales is not None and scales.size == 4 and scales.ravel()[:2].tolist() == [1, 1]:
        factors = scales.ravel()[2:].tolist()
    else:
        raise at.refused("It must say how much larger rows and columns become.")
    if any(factor != int(factor) or factor < 1 for factor in factors):
        raise at.refused("Maps become larger by whole factors here.")
    how = at.attributes.get("coordinate_transformation_mode", "half_pixel")
    rounding = at.attributes.get("nearest_mode", "round_prefer_floor")
    # only so the nearest of the larger maps’ cells are the same number of copies of each
    rounded = how in ("half_pixel", "pytorch_half_pixel") and rounding.startswith("round_prefer_")
    if not rounded and (how, rounding) != ("asymmetric", "floor"):
        raise at.refused("Cells can only be repeated here.")
    return Maps(network.add(at, "upsample2d", (source,), factor=(int(factors[0]), int(factors[1]))))


READERS: Mapping[str, Callable[[NetworkRead, Operator], Tensor]] = {
    "AveragePool": _pool("average_pool2d"),
    "Conv": _convolution,
    "ConvTranspose": _transposed,
    "GlobalAveragePool": _whole_maps("global_average_pool"),
    "GlobalMaxPool": _whole_maps("global_max_pool"),
    "MaxPool": _pool("max_pool2d"),
    "Pad": _pad,
    "ReduceMax": _whole_maps("global_max_pool", over_axes=True),
    "ReduceMean": _whole_maps("global_average_pool", over_axes=True),
    "Resize": _resize,
    "Slice": _slice,
}
