"""How each operator of ONNX becomes a layer, or part of one."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import onnx

from cnnstudio.exchange.onnx.bending import READERS as BENDING
from cnnstudio.exchange.onnx.bending import as_before
from cnnstudio.exchange.onnx.network_read import NetworkRead, Operator
from cnnstudio.exchange.onnx.normalising import READERS as NORMALISING
from cnnstudio.exchange.onnx.normalising import in_maps, scaled_norm, shifted_norm
from cnnstudio.exchange.onnx.sliding import READERS as SLIDING
from cnnstudio.exchange.onnx.tensors import Groups, Known, Maps, Numbers, Ones, Tensor, Windows, reordered
from cnnstudio.exchange.reading.layers_read import Picture, shortest
from cnnstudio.nn.arrays import Floats

#: adds to the network what an operator stands for, and says what its output is
Reader = Callable[[NetworkRead, Operator], Tensor]


def _dropout(network: NetworkRead, at: Operator) -> Tensor:
    ratio = at.optional(1, "ratio")
    rate = shortest(float(ratio) if ratio is not None else at.attributes.get("ratio", 0.5))
    before, training = at.input(0), at.optional(2, "mode")
    if rate and training is not None and training.any():
        raise at.refused("It leaves numbers out whenever it is asked; here that happens while training alone.")
    if isinstance(before, Ones):
        return replace(before, rate=rate)
    return as_before(network, at, "dropout", rate=rate)


def _flatten(network: NetworkRead, at: Operator) -> Tensor:
    at.need("axis", 1)
    return _listed(network, at, at.input(0))


def _listed(network: NetworkRead, at: Operator, before: Tensor) -> Tensor:
    if isinstance(before, Numbers):
        if before.spot:
            if network.names[before.node].startswith(f"{at.name}/"):
                network.names[before.node] = at.name  # the two are one layer
            return replace(before, spot=False)
        return replace(before, node=network.add(at, "flatten", (before.node,)))
    last = isinstance(before, Maps) and before.last
    node = before.node if isinstance(before, Maps) else network.maps(at, before)
    height, width, channels = network.shapes[node]
    made = network.add(at, "flatten", (node,))
    if last or channels == 1 or height * width == 1:
        return Numbers(made)
    places = np.arange(height * width * channels).reshape(height, width, channels)
    return Numbers(made, order=tuple(places.transpose(2, 0, 1).ravel().tolist()))


def _reshape(network: NetworkRead, at: Operator) -> Tensor:
    before, shape = at.input(0), [int(v) for v in at.known(1, "shape").ravel()]
    if isinstance(before, Known):
        return Known(before.values.reshape(shape))
    if isinstance(before, Groups):
        return in_maps(network, at, before, shape)
    if isinstance(before, Maps | Picture) and len(shape) == 3 and shape[0] == 0 < shape[1]:
        return Groups(network.maps(at, before), shape[1])
    if isinstance(before, Windows):
        return _windows_in_maps(network, at, before, shape)
    if isinstance(before, Maps) and len(shape) == 4 and shape[:2] == [0, 1]:
        copied = network.nodes[before.node]
        windows = _copied(network, copied.id)
        if windows is not None and shape[2] == network.shapes[copied.id][2]:
            return windows
    if len(shape) == 2 and (shape[0] in (0, -1) or shape[1] == -1 or _all_of_one(network, before, shape)):
        return _listed(network, at, before)
    if isinstance(before, Numbers) and len(shape) == 4 and shape[2:] == [1, 1] and not before.order:
        return replace(before, spot=True)
    raise at.refused("Only lists of all numbers of a picture can be made here.")


def _all_of_one(network: NetworkRead, before: Tensor, shape: list[int]) -> bool:
    """Whether a shape is that of all numbers of one picture: a model that was exported for one at a time says so."""
    numbers = network.image if isinstance(before, Picture) else ()
    if isinstance(before, Maps | Numbers):
        numbers = network.shapes[before.node]
    return shape == [1, math.prod(numbers)]


def _squeeze(network: NetworkRead, at: Operator) -> Tensor:
    before = at.input(0)
    if isinstance(before, Numbers) and before.spot:
        return replace(before, spot=False)
    if isinstance(before, Known):
        axes = at.optional(1, "axes")
        given = at.attributes.get("axes") if axes is None else axes.ravel().tolist()
        return Known(
            before.values.squeeze() if given is None else np.squeeze(before.values, tuple(int(a) for a in given))
        )
    raise at.refused("There is nothing that can be left out of the shape here.")


def _transpose(network: NetworkRead, at: Operator) -> Tensor:
    before, order = at.input(0), list(at.attributes.get("perm", ()))
    match before:
        case Known():
            return Known(before.values.transpose(order) if order else before.values.T)
        case Windows(maps=False, turned=False) if order == [0, 3, 1, 2]:
            return replace(before, turned=True)
        case Windows(maps=False, turned=True) if order == [0, 3, 2, 1]:
            return replace(before, maps=True)
        case Maps(last=False) | Picture() if order == [0, 2, 3, 1]:
            return Maps(network.maps(at, before), last=True)
        case Maps(last=True) if order == [0, 3, 1, 2]:
            return replace(before, last=False)
        case Numbers() if order in ([0, 1], [0, 1, 2, 3]):
            return before
    raise at.refused("Its axes cannot be in the order {order} here.", order=str(order))


def _gemm(network: NetworkRead, at: Operator) -> Tensor:
    at.need("transA", 0)
    given = at.attributes
    weights = at.known(1, "weights").astype(np.float32, copy=False)
    weights = weights if given.get("transB", 0) else weights.T
    bias = at.optional(2, "bias")
    factor, of_bias = given.get("alpha", 1.0), given.get("beta", 1.0)
    weights = weights if factor == 1 else weights * np.float32(factor)
    if bias is not None and bias.shape not in ((), (1,), (1, 1), (len(weights),), (1, len(weights))):
        raise at.refused("It must have one bias for each unit.")
    bias = (
        None
        if bias is None
        else np.broadcast_to(bias.astype(np.float32, copy=False) * np.float32(of_bias), (1, len(weights)))[0]
    )
    return _dense(network, at, weights, bias)


def _dense(network: NetworkRead, at: Operator, weights: Floats, bias: Floats | None) -> Tensor:
    before = network.numbers(at, at.input(0))
    if before.spot or weights.ndim != 2 or weights.shape[1] != math.prod(network.shapes[before.node]):
        raise at.refused("Its weights do not fit the list of numbers that it reads.")
    made = network.add(at, "dense", (before.node,), units=len(weights), bias=bias is not None)
    arrays = {"weights": np.ascontiguousarray(reordered(weights, before.order))}
    network.arrays[made] = arrays if bias is None else {**arrays, "bias": np.array(bias, np.float32)}
    return Numbers(made)


def _matmul(network: NetworkRead, at: Operator) -> Tensor:
    before, matrix = at.input(0), at.known(1, "matrix").astype(np.float32, copy=False)
    if isinstance(before, Windows) and before.turned and before.matrices is None and matrix.ndim == 3:
        return replace(before, matrices=matrix)
    if matrix.ndim != 2:
        raise at.refused("Only a matrix (inputs, units) can be multiplied with a list here.")
    return _dense(network, at, matrix.T, None)


def _add(network: NetworkRead, at: Operator) -> Tensor:
    first, second = at.input(0), at.input(1)
    if isinstance(first, Known):
        first, second = second, first
    if not isinstance(second, Known):
        return _merged(network, at, "add")
    values = second.values.astype(np.float32, copy=False)
    if isinstance(first, Known):
        return Known(first.values + values)
    if isinstance(first, Picture):
        return _scaled(at, first, values, lambda m, d, v: (m - v * d, d))
    if isinstance(first, Windows) and first.matrices is not None and not first.maps:
        return replace(first, bias=values)
    if isinstance(first, Maps) and (normed := shifted_norm(network, at, first, values)) is not None:
        return normed
    if isinstance(first, Maps | Numbers) and (made := _with_bias(network, at, first, values.squeeze())) is not None:
        return made
    raise at.refused("A constant can only be added to the picture, or as a bias to a layer that has none.")


def _with_bias(network: NetworkRead, at: Operator, before: Maps | Numbers, bias: Floats) -> Tensor | None:
    node = network.nodes[before.node]
    settings = {about.name: getattr(node.layer, about.name) for about in node.layer.settings()}
    if settings.get("bias") is not False or bias.shape != network.shapes[node.id][-1:]:
        return None
    made = network.add(at, node.layer.kind, node.inputs, **(settings | {"bias": True}))
    network.arrays[made] = {**network.arrays[node.id], "bias": bias}
    return replace(before, node=made)


def _merged(network: NetworkRead, at: Operator, kind: str) -> Tensor:
    """A layer with several inputs, all volumes or all lists in the same order."""
    tensors = [at.input(place) for place in range(len(at.inputs))]
    if len(tensors) == 1:
        return tensors[0]
    if all(isinstance(tensor, Numbers) for tensor in tensors):
        lists = [network.numbers(at, tensor) for tensor in tensors]
        if len({(each.order, each.spot) for each in lists}) == 1:
            return replace(lists[0], node=network.add(at, kind, tuple(each.node for each in lists)))
        raise at.refused("Its inputs list their numbers in different orders.")
    return Maps(network.add(at, kind, tuple(network.maps(at, tensor) for tensor in tensors)))


def _concat(network: NetworkRead, at: Operator) -> Tensor:
    tensors = [at.input(place) for place in range(len(at.inputs))]
    if len(tensors) == 1:
        return tensors[0]
    if all(isinstance(tensor, Known) for tensor in tensors):
        arrays = [tensor.values for tensor in tensors if isinstance(tensor, Known)]
        return Known(np.concatenate(arrays, at.attributes["axis"]))
    at.need("axis", 1, -3 if not isinstance(tensors[0], Numbers) else -1, default=0)
    if all(isinstance(tensor, Numbers) for tensor in tensors):
        lists, order, begun = [network.numbers(at, tensor) for tensor in tensors], list[int](), 0
        for each in lists:
            count = math.prod(network.shapes[each.node])
            order += [begun + place for place in each.order or range(count)]
            begun += count
        made = network.add(at, "concatenate", tuple(each.node for each in lists))
        return Numbers(made, lists[0].spot, tuple(order) if order != list(range(begun)) else ())
    return Maps(network.add(at, "concatenate", tuple(network.maps(at, tensor) for tensor in tensors)))


#: what a number times this of itself is
_WEIGHED = {"sigmoid": "silu", "hard_sigmoid": "hard_swish"}


def _multiply(network: NetworkRead, at: Operator) -> Tensor:
    first, second = at.input(0), at.input(1)
    if isinstance(first, Known) or isinstance(second, Ones):
        first, second = second, first
    if isinstance(second, Known):
        if isinstance(first, Known):
            return Known(first.values * second.values)
        if isinstance(first, Maps) and (normed := scaled_norm(network, at, first, second.values)) is not None:
            return normed
        if isinstance(first, Picture) and (second.values != 0).all():
            return _scaled(at, first, second.values, lambda m, d, v: (m, d / v))
        raise at.refused("Only the picture can be multiplied with a constant here, and not with 0.")
    if isinstance(first, Ones) and isinstance(second, Maps | Picture):
        node = network.maps(at, second)
        if node == first.node:
            return Maps(network.add(at, "spatial_dropout2d", (node,), rate=first.rate))
    for one, other in ((first, second), (second, first)):
        if isinstance(one, Maps | Numbers):
            made = network.nodes[one.node]
            source = other.node if isinstance(other, Numbers) else network.maps(at, other)
            if (whole := _WEIGHED.get(made.layer.kind)) is not None and made.inputs == (source,):
                return replace(one, node=network.add(at, whole, (source,)))
            if made.layer.kind == "multiply" and network.names[made.id].startswith(f"{at.name}/"):
                # a product of more than two is written as several of two
                return replace(one, node=network.add(at, "multiply", (*made.inputs, source)))
    return _merged(network, at, "multiply")


def _scaled(
    at: Operator, picture: Picture, values: Floats, change: Callable[[float, float, float], tuple[float, float]]
) -> Picture:
    numbers = [shortest(float(v)) for v in np.ravel(values)]
    count = max(len(numbers), len(picture.mean), len(picture.deviation))
    several = (
        tuple(each) * count if len(each) == 1 else tuple(each) for each in (picture.mean, picture.deviation, numbers)
    )
    made = [change(m, d, v) for m, d, v in zip(*several, strict=True)]
    if values.ndim > 1 and values.shape[-2:] != (1, 1):
        raise at.refused("The picture can only be scaled channel by channel here.")
    means, deviations = zip(*made, strict=True)
    if not all(math.isfinite(v) for v in means + deviations) or 0 in deviations:
        raise at.refused("The picture is scaled by numbers that are not possible.")
    one_mean, one_deviation = len(set(means)) == 1, len(set(deviations)) == 1
    return Picture(means[:1] if one_mean else means, deviations[:1] if one_deviation else deviations)


def _subtract(network: NetworkRead, at: Operator) -> Tensor:
    first = at.input(0)
    if isinstance(first, Picture):
        return _scaled(at, first, at.known(1, "subtrahend"), lambda m, d, v: (m + v * d, d))
    if isinstance(first, Known):
        return Known(first.values - at.known(1, "subtrahend"))
    raise at.refused("Only from the picture something can be taken away here.")


def _divide(network: NetworkRead, at: Operator) -> Tensor:
    first, by = at.input(0), at.known(1, "divisor")
    if isinstance(first, Picture) and (by != 0).all():
        return _scaled(at, first, by, lambda m, d, v: (m, d * v))
    if isinstance(first, Known) and (by != 0).all():
        return Known(first.values // by if np.issubdtype(first.values.dtype, np.integer) else first.values / by)
    raise at.refused("Only the picture can be divided here, and not by 0.")


def _power(network: NetworkRead, at: Operator) -> Tensor:
    first, exponent = at.input(0), at.known(1, "exponent")
    if isinstance(first, Numbers) and first.spot and exponent.size == 1 and float(exponent.ravel()[0]) == 0:
        layer = network.nodes[first.node]
        if layer.layer.kind == "global_max_pool":
            return Ones(layer.inputs[0])
    raise at.refused("No layer here raises numbers to a power.")


def _softmax(network: NetworkRead, at: Operator) -> Tensor:
    before = network.numbers(at, at.input(0))
    at.need("axis", 1, -1, default=-1)
    if before.order or before.spot:
        raise at.refused("It must read a list of numbers in its own order.")
    return Numbers(network.add(at, "softmax", (before.node,)))


def _identity(network: NetworkRead, at: Operator) -> Tensor:
    return at.input(0)


def _shape(network: NetworkRead, at: Operator) -> Tensor:
    before = at.input(0)
    match before:
        case Known():
            return Known(np.array(before.values.shape, np.int64))
        case Picture():
            height, width, channels = network.image
            return Known(np.array((0, channels, height, width), np.int64))
        case Maps(last=False):
            height, width, channels = network.shapes[before.node]
            return Known(np.array((0, channels, height, width), np.int64))
        case Numbers():
            ones = (1, 1) if before.spot else ()
            return Known(np.array((0, math.prod(network.shapes[before.node]), *ones), np.int64))
    raise at.refused("The shape of what it reads is not known here.")


def _gather(network: NetworkRead, at: Operator) -> Tensor:
    values, places = at.known(0, "numbers"), at.known(1, "places").astype(np.int64)
    try:
        return Known(np.take(values, places, at.attributes.get("axis", 0)))
    except (IndexError, ValueError) as error:
        raise at.refused("There is no such place.") from error


def _unsqueeze(network: NetworkRead, at: Operator) -> Tensor:
    before, axes = at.input(0), at.optional(1, "axes")
    given = [int(a) for a in (at.attributes.get("axes", ()) if axes is None else axes.ravel())]
    if isinstance(before, Known):
        return Known(np.expand_dims(before.values, tuple(given)))
    if isinstance(before, Numbers) and sorted(given) in ([2, 3], [-2, -1]):
        return replace(before, spot=True)
    raise at.refused("No more axes can be given to it here.")


def _constant(network: NetworkRead, at: Operator) -> Tensor:
    given = at.attributes
    if "value" in given:
        return Known(onnx.numpy_helper.to_array(given["value"]))
    for name, kind in (
        ("value_float", np.float32),
        ("value_floats", np.float32),
        ("value_int", np.int64),
        ("value_ints", np.int64),
    ):
        if name in given:
            return Known(np.array(given[name], kind))
    raise at.refused("It holds no numbers.")


def _copied(network: NetworkRead, node: str) -> Windows | None:
    """The windows that a convolution copies, if it does nothing else: each channel holds one cell below the window."""
    convolution = network.nodes[node]
    weights = network.arrays.get(node, {}).get("weights")
    if convolution.layer.kind != "conv2d" or weights is None or len(network.arrays[node]) > 1:
        return None
    cells = math.prod(weights.shape[1:])
    if len(weights) != cells or not np.array_equal(weights.reshape(cells, cells), np.eye(cells, dtype=weights.dtype)):
        return None
    names = ("kernel", "stride", "padding", "dilation")
    return Windows(convolution.inputs[0], {name: getattr(convolution.layer, name) for name in names})


def _windows_in_maps(network: NetworkRead, at: Operator, windows: Windows, shape: list[int]) -> Tensor:
    if not windows.maps or windows.matrices is None or len(shape) != 4:
        raise at.refused("Windows with weights of their own must end in maps.")
    filters = windows.matrices.shape[2]
    settings = {**windows.settings, "filters": filters, "bias": windows.bias is not None}
    made = network.add(at, "locally_connected2d", (windows.node,), **settings)
    rows, columns, _ = network.shapes[made]
    weights = windows.matrices.transpose(0, 2, 1)
    channels = network.shapes[windows.node][2]
    if [filters, rows, columns] != shape[1:] or weights.shape[0] != rows * columns:
        raise at.refused("Its shape is not that of the positions of its window.")
    arrays = {
        "weights": np.ascontiguousarray(weights.reshape(rows, columns, filters, *windows.settings["kernel"], channels))
    }
    if windows.bias is not None:
        arrays["bias"] = windows.bias.reshape(rows, columns, filters)
    network.arrays[made] = arrays
    return Maps(made)


#: by operator
READERS: Mapping[str, Reader] = {
    **SLIDING,
    **BENDING,
    **NORMALISING,
    "Add": _add,
    "Cast": _identity,
    "Concat": _concat,
    "Constant": _constant,
    "Div": _divide,
    "Dropout": _dropout,
    "Flatten": _flatten,
    "Gather": _gather,
    "Gemm": _gemm,
    "Identity": _identity,
    "MatMul": _matmul,
    "Mul": _multiply,
    "Pow": _power,
    "Reshape": _reshape,
    "Shape": _shape,
    "Softmax": _softmax,
    "Squeeze": _squeeze,
    "Sub": _subtract,
    "Sum": lambda network, at: _merged(network, at, "add"),
    "Transpose": _transpose,
    "Unsqueeze": _unsqueeze,
}
