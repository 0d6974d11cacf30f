"""Every layer kind written once more in PyTorch's words: what judges ours. Import it only where PyTorch is there.

Volumes are (N, C, H, W) on this side; parameters stay in our public layout, so their gradients can be compared as
they are.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from cnnstudio.nn.graph.graph import Graph
from cnnstudio.nn.graph.layer import Layer
from cnnstudio.nn.parameters.parameters import Parameters

Arrays = dict[str, Tensor]
Judge = Callable[[Any, list[Tensor], Arrays], Tensor]


def _window(layer: Any, x: Tensor) -> Any:
    return layer.window([(*x.shape[2:], x.shape[1])])


def _padded(layer: Any, x: Tensor) -> Tensor:
    top, bottom, left, right = _window(layer, x).padding
    return F.pad(x, (left, right, top, bottom))


def _filters(weights: Tensor) -> Tensor:
    """(F, kernel height, kernel width, C) → (F, C, kernel height, kernel width)."""
    return weights.permute(0, 3, 1, 2)


def _conv2d(layer: Any, xs: list[Tensor], p: Arrays) -> Tensor:
    weights = _filters(p["weights"])
    return F.conv2d(_padded(layer, xs[0]), weights, p.get("bias"), layer.stride, 0, layer.dilation, layer.groups)


def _depthwise(layer: Any, xs: list[Tensor], p: Arrays) -> Tensor:
    weights = _filters(p["weights"])
    return F.conv2d(_padded(layer, xs[0]), weights, p.get("bias"), layer.stride, 0, layer.dilation, xs[0].shape[1])


def _conv_transpose2d(layer: Any, xs: list[Tensor], p: Arrays) -> Tensor:
    weights = p["weights"].permute(3, 0, 1, 2)
    whole = F.conv_transpose2d(xs[0], weights, p.get("bias"), layer.stride, 0, 0, 1, layer.dilation)
    top, bottom, left, right = _window(layer, xs[0]).padding
    return whole[:, :, top : whole.shape[2] - bottom, left : whole.shape[3] - right]


def _locally_connected2d(layer: Any, xs: list[Tensor], p: Arrays) -> Tensor:
    rows, columns, filters, *_ = p["weights"].shape
    cells = F.unfold(_padded(layer, xs[0]), layer.kernel, layer.dilation, 0, layer.stride)
    weights = p["weights"].permute(0, 1, 2, 5, 3, 4).reshape(rows * columns, filters, -1)
    output = torch.einsum("lfk,nkl->nfl", weights, cells).reshape(-1, filters, rows, columns)
    return output + p["bias"].permute(2, 0, 1) if "bias" in p else output


def _max_pool2d(layer: Any, xs: list[Tensor], p: Arrays) -> Tensor:
    if (padding := _its_own_padding(layer, xs[0])) is not None:
        return F.max_pool2d(xs[0], layer.kernel, layer.stride, padding, ceil_mode=layer.round_up)
    return F.max_pool2d(_bordered(layer, xs[0], -torch.inf), layer.kernel, layer.stride)


def _average_pool2d(layer: Any, xs: list[Tensor], p: Arrays) -> Tensor:
    if (padding := _its_own_padding(layer, xs[0])) is not None:
        return F.avg_pool2d(xs[0], layer.kernel, layer.stride, padding, layer.round_up, layer.count_padding)
    counted = _bordered(layer, torch.ones_like(xs[0]), 0.0)
    if layer.count_padding:
        below, beside = _window(layer, xs[0]).overhang
        counted[:, :, : counted.shape[2] - below, : counted.shape[3] - beside] = 1.0
    sums, counts = (F.avg_pool2d(x, layer.kernel, layer.stride) for x in (_bordered(layer, xs[0], 0.0), counted))
    return sums / counts


def _its_own_padding(layer: Any, x: Tensor) -> tuple[int, int] | None:
    """The padding as PyTorch's pooling takes it: as much before as behind, and half a window at most."""
    top, bottom, left, right = _window(layer, x).padding
    plain = top == bottom and left == right and 2 * top <= layer.kernel[0] and 2 * left <= layer.kernel[1]
    return (top, left) if plain else None


def _bordered(layer: Any, x: Tensor, value: float) -> Tensor:
    """With the padding, and what hangs over behind it."""
    top, bottom, left, right = _window(layer, x).border
    return F.pad(x, (left, right, top, bottom), value=value)


def _batch_norm(layer: Any, xs: list[Tensor], p: Arrays) -> Tensor:
    """While training: moves the running figures in ``p`` as PyTorch does."""
    return F.batch_norm(xs[0], p["mean"], p["variance"], p["scale"], p["shift"], True, layer.momentum, layer.epsilon)


def _layer_norm(layer: Any, xs: list[Tensor], p: Arrays) -> Tensor:
    public = xs[0].permute(0, 2, 3, 1) if xs[0].ndim == 4 else xs[0]
    output = F.layer_norm(public, public.shape[1:], p["scale"], p["shift"], layer.epsilon)
    return output.permute(0, 3, 1, 2) if xs[0].ndim == 4 else output


def _group_norm(layer: Any, xs: list[Tensor], p: Arrays) -> Tensor:
    return F.group_norm(xs[0], layer.groups, p["scale"], p["shift"], layer.epsilon)


def _upsample2d(layer: Any, xs: list[Tensor], p: Arrays) -> Tensor:
    return xs[0].repeat_interleave(layer.factor[0], 2).repeat_interleave(layer.factor[1], 3)


def _product(layer: Any, xs: list[Tensor], p: Arrays) -> Tensor:
    whole = xs[0]
    for x in xs[1:]:
        whole = whole * x
    return whole


JUDGES: dict[str, Judge] = {
    "conv2d": _conv2d,
    "depthwise_conv2d": _depthwise,
    "conv_transpose2d": _conv_transpose2d,
    "locally_connected2d": _locally_connected2d,
    "max_pool2d": _max_pool2d,
    "average_pool2d": _average_pool2d,
    "global_average_pool": lambda layer, xs, p: F.adaptive_avg_pool2d(xs[0], 1).flatten(1),
    "global_max_pool": lambda layer, xs, p: F.adaptive_max_pool2d(xs[0], 1).flatten(1),
    "crop2d": lambda layer, xs, p: F.pad(xs[0], (-layer.left, -layer.right, -layer.top, -layer.bottom)),
    "zero_pad2d": lambda layer, xs, p: F.pad(xs[0], (layer.left, layer.right, layer.top, layer.bottom)),
    "upsample2d": _upsample2d,
    "flatten": lambda layer, xs, p: xs[0].permute(0, 2, 3, 1).flatten(1),
    "dense": lambda layer, xs, p: F.linear(xs[0], p["weights"], p.get("bias")),
    "batch_norm": _batch_norm,
    "layer_norm": _layer_norm,
    "group_norm": _group_norm,
    "relu": lambda layer, xs, p: F.relu(xs[0]),
    "leaky_relu": lambda layer, xs, p: F.leaky_relu(xs[0], layer.slope),
    "prelu": lambda layer, xs, p: F.prelu(xs[0], p["slope"]),
    "relu6": lambda layer, xs, p: F.relu6(xs[0]),
    "elu": lambda layer, xs, p: F.elu(xs[0], layer.alpha),
    "gelu": lambda layer, xs, p: F.gelu(xs[0]),
    # F.hardsigmoid goes back with a sixth in single precision, whatever it is given
    "hard_sigmoid": lambda layer, xs, p: F.relu6(xs[0] + 3) / 6,
    "hard_swish": lambda layer, xs, p: F.hardswish(xs[0]),
    "silu": lambda layer, xs, p: F.silu(xs[0]),
    "sigmoid": lambda layer, xs, p: torch.sigmoid(xs[0]),
    "tanh": lambda layer, xs, p: torch.tanh(xs[0]),
    "softmax": lambda layer, xs, p: F.softmax(xs[0], 1),
    "add": lambda layer, xs, p: sum(xs[1:], xs[0]),
    "multiply": _product,
    "concatenate": lambda layer, xs, p: torch.cat(xs, 1),
}


def judged(layer: Layer, xs: list[Tensor], p: Arrays) -> Tensor:
    """The layer's output in PyTorch."""
    return JUDGES[layer.kind](layer, xs, p)


class JudgedNetwork:
    """A whole graph in PyTorch, from the same parameters."""

    def __init__(self, graph: Graph, parameters: Parameters) -> None:
        self.graph = graph
        self.dtype = torch.tensor(parameters.vector[:1]).dtype
        self.arrays: dict[str, Arrays] = {}
        for node in graph:
            learned = {n: torch.tensor(a, requires_grad=True) for n, a in parameters.arrays(node.id).items()}
            kept = {n: torch.tensor(a) for n, a in parameters.state_arrays(node.id).items()}
            self.arrays[node.id] = learned | kept

    @property
    def learned(self) -> list[Tensor]:
        """Everything that an optimizer moves."""
        return [a for arrays in self.arrays.values() for a in arrays.values() if a.requires_grad]

    def logits(self, images: np.ndarray) -> Tensor:
        """The numbers before the Softmax layer for uint8 images (N, H, W, C)."""
        values: dict[str, Tensor] = {}
        for node_id in self.graph.order:
            layer, sources = self.graph[node_id].layer, self.graph[node_id].inputs
            if layer.kind == "input":
                pixels = torch.tensor(images).permute(0, 3, 1, 2).to(self.dtype) / 255
                mean, deviation = (
                    torch.tensor(v, dtype=self.dtype).reshape(-1, 1, 1) for v in (layer.mean, layer.deviation)
                )
                values[node_id] = (pixels - mean) / deviation
            elif layer.kind == "softmax":
                return values[sources[0]]
            else:
                values[node_id] = judged(layer, [values[s] for s in sources], self.arrays[node_id])
        raise AssertionError("the graph has no Softmax layer")
