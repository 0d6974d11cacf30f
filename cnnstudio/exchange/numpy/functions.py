"""What layers compute, in NumPy alone: an exported network takes from here, as text, the functions that it calls.

Volumes are (N, H, W, C), lists (N, units). Sides are (top, bottom, left, right).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

#: float32, of which NumPy's own types tell no more
Array = Any


def pad(x: Array, sides: Sequence[int], value: float = 0.0) -> Array:
    """Rows and columns of one value around every map."""
    top, bottom, left, right = sides
    return np.pad(x, ((0, 0), (top, bottom), (left, right), (0, 0)), constant_values=value)


def crop(x: Array, sides: Sequence[int]) -> Array:
    """Without the rows and columns at the edges of every map."""
    top, bottom, left, right = sides
    return x[:, top : x.shape[1] - bottom, left : x.shape[2] - right]


def below(
    x: Array, kernel: Sequence[int], stride: Sequence[int] = (1, 1), dilation: Sequence[int] = (1, 1)
) -> Iterator[Array]:
    """For each cell of a sliding window, row by row, what lies below it at every position: (N, rows, columns, C)."""
    reach = [step * (size - 1) for step, size in zip(dilation, kernel, strict=True)]
    for row, column in np.ndindex(*kernel):
        top, left = row * dilation[0], column * dilation[1]
        rows, columns = x.shape[1] - reach[0] + top, x.shape[2] - reach[1] + left
        yield x[:, top : rows : stride[0], left : columns : stride[1]]


def conv2d(
    x: Array,
    weights: Array,
    bias: Array | float = 0.0,
    stride: Sequence[int] = (1, 1),
    padding: Sequence[int] = (0, 0, 0, 0),
    dilation: Sequence[int] = (1, 1),
) -> Array:
    """Weights are (filters, kernel height, kernel width, C)."""
    filters, *kernel, channels = weights.shape
    cells = weights.reshape(filters, -1, channels).transpose(1, 2, 0)
    seen = below(pad(x, padding), kernel, stride, dilation)
    return sum(part @ cell for part, cell in zip(seen, cells, strict=True)) + bias


def grouped_conv2d(
    x: Array,
    weights: Array,
    bias: Array | float = 0.0,
    stride: Sequence[int] = (1, 1),
    padding: Sequence[int] = (0, 0, 0, 0),
    dilation: Sequence[int] = (1, 1),
    groups: int = 1,
) -> Array:
    """Every group of filters sees its own group of maps: weights (filters, kernel height, kernel width, maps)."""
    filters, *kernel, channels = weights.shape
    cells = weights.reshape(groups, filters // groups, -1, channels).transpose(2, 0, 1, 3)
    total = np.zeros(1, x.dtype)
    for seen, cell in zip(below(pad(x, padding), kernel, stride, dilation), cells, strict=True):
        apart = seen.reshape(*seen.shape[:3], groups, channels)
        total = total + np.einsum("nrcgm,gfm->nrcgf", apart, cell).reshape(*seen.shape[:3], filters)
    return total + bias


def conv_transpose2d(
    x: Array,
    weights: Array,
    bias: Array | float = 0.0,
    stride: Sequence[int] = (1, 1),
    padding: Sequence[int] = (0, 0, 0, 0),
    dilation: Sequence[int] = (1, 1),
) -> Array:
    """Every cell stamps its filters (filters, kernel height, kernel width, C); the padding is cut off afterwards."""
    (number, height, width, _), (filters, *kernel, _) = x.shape, weights.shape
    reach = [step * (size - 1) for step, size in zip(dilation, kernel, strict=True)]
    rows, columns = (height - 1) * stride[0] + 1, (width - 1) * stride[1] + 1
    whole = np.zeros((number, rows + reach[0], columns + reach[1], filters), x.dtype)
    for row, column in np.ndindex(*kernel):
        top, left = row * dilation[0], column * dilation[1]
        stamped = whole[:, top : top + rows : stride[0], left : left + columns : stride[1]]
        stamped += x @ weights[:, row, column].T
    return crop(whole, padding) + bias


def locally_connected2d(
    x: Array,
    weights: Array,
    bias: Array | float = 0.0,
    stride: Sequence[int] = (1, 1),
    padding: Sequence[int] = (0, 0, 0, 0),
    dilation: Sequence[int] = (1, 1),
) -> Array:
    """Every position has weights of its own: (rows, columns, filters, kernel height, kernel width, C)."""
    rows, columns, filters, *kernel, channels = weights.shape
    cells = weights.reshape(rows, columns, filters, -1, channels).transpose(3, 0, 1, 2, 4)
    seen = below(pad(x, padding), kernel, stride, dilation)
    return sum(np.einsum("nrcm,rcfm->nrcf", part, cell) for part, cell in zip(seen, cells, strict=True)) + bias


def upsample2d(x: Array, factor: Sequence[int]) -> Array:
    """Every cell so many times, downwards and to the right."""
    return x.repeat(factor[0], axis=1).repeat(factor[1], axis=2)


def max_pool2d(x: Array, kernel: Sequence[int], stride: Sequence[int], border: Sequence[int] = ()) -> Array:
    """The largest number below each window; the border never is."""
    return np.max([*below(pad(x, border, -np.inf) if border else x, kernel, stride)], axis=0)


def average_pool2d(
    x: Array,
    kernel: Sequence[int],
    stride: Sequence[int],
    zeros: Sequence[int] = (0, 0, 0, 0),
    beyond: Sequence[int] = (0, 0, 0, 0),
) -> Array:
    """The mean below each window. Zeros around the maps count; what lies beyond them does not."""
    counted = pad(pad(np.ones_like(x[:1]), zeros, 1.0), beyond)
    sums, counts = (sum(below(cells, kernel, stride)) for cells in (pad(pad(x, zeros), beyond), counted))
    return sums / counts


def batch_norm(x: Array, scale: Array, shift: Array, mean: Array, variance: Array, epsilon: float) -> Array:
    """Every map, or unit, by what it was like in training."""
    return (x - mean) / np.sqrt(variance + np.float32(epsilon)) * scale + shift


def layer_norm(x: Array, scale: Array, shift: Array, epsilon: float) -> Array:
    """All numbers of a picture brought to mean 0 and spread 1."""
    axes = tuple(range(1, x.ndim))
    mean, variance = x.mean(axes, keepdims=True), x.var(axes, keepdims=True)
    return (x - mean) / np.sqrt(variance + np.float32(epsilon)) * scale + shift


def group_norm(x: Array, scale: Array, shift: Array, groups: int, epsilon: float) -> Array:
    """The numbers of some neighbouring maps of a picture together brought to mean 0 and spread 1."""
    apart = x.reshape(*x.shape[:3], groups, -1)
    mean, variance = apart.mean((1, 2, 4), keepdims=True), apart.var((1, 2, 4), keepdims=True)
    return ((apart - mean) / np.sqrt(variance + np.float32(epsilon))).reshape(x.shape) * scale + shift


def dense(x: Array, weights: Array, bias: Array | float = 0.0) -> Array:
    """Weights are (units, inputs)."""
    return x @ weights.T + bias


def flatten(x: Array) -> Array:
    """Place by place, the channels of one place next to each other."""
    return x.reshape(len(x), -1)


def relu(x: Array) -> Array:
    return np.maximum(x, 0)


def relu6(x: Array) -> Array:
    return np.clip(x, 0, 6)


def hard_sigmoid(x: Array) -> Array:
    return np.clip(x / 6 + np.float32(0.5), 0, 1)


def hard_swish(x: Array) -> Array:
    return x * np.clip(x + 3, 0, 6) / 6


def leaky_relu(x: Array, slope: float) -> Array:
    return np.where(x > 0, x, np.float32(slope) * x)


def prelu(x: Array, slope: Array) -> Array:
    """Every map, or unit, has a slope of its own."""
    return np.maximum(x, 0) + slope * np.minimum(x, 0)


def elu(x: Array, alpha: float) -> Array:
    return np.where(x > 0, x, np.float32(alpha) * np.expm1(np.minimum(x, 0)))


def sigmoid(x: Array) -> Array:
    return 0.5 * (1 + np.tanh(0.5 * x))


def silu(x: Array) -> Array:
    return x * sigmoid(x)


def gelu(x: Array) -> Array:
    """x · Φ(x); the tanh of this polynomial is the error function as exactly as float32 can tell."""
    terms = (
        1.75617379e-9,
        -1.322634401e-7,
        3.964745568e-6,
        -5.530619936e-5,
        -3.259496359e-5,
        3.633308456e-2,
        7.978849415e-1,
    )
    return x * (0.5 + 0.5 * np.tanh(x * np.polyval(np.array(terms, np.float32), x * x)))


def softmax(x: Array) -> Array:
    shares = np.exp(x - x.max(1, keepdims=True))
    return shares / shares.sum(1, keepdims=True)
