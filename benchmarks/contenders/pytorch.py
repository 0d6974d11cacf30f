"""PyTorch, eager or compiled, in the memory format and with the threads it is given."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import nn

from benchmarks.contenders.turns import Task, take_turns
from cnnstudio.nn.graph.graph import Graph, Node, chain
from cnnstudio.nn.graph.layer import layer_kinds
from cnnstudio.nn.network.network import classifier
from cnnstudio.nn.ops.windows import resolved_padding


class Network(nn.Module):
    """A graph of ours as a module that gives logits."""

    def __init__(self, graph: Graph) -> None:
        super().__init__()
        self.logits = classifier(graph).logits
        needed = graph.ancestors(self.logits)
        self.steps = [(i, graph[i].inputs) for i in graph.order if i in needed]
        self.layers = nn.ModuleDict({i: _module(graph[i], graph) for i, _ in self.steps})

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        values: dict[str, torch.Tensor] = {}
        for node_id, inputs in self.steps:
            values[node_id] = self.layers[node_id](*(values[i] for i in inputs) if inputs else (images,))
        return values[self.logits]


class _Sum(nn.Module):
    def forward(self, *parts: torch.Tensor) -> torch.Tensor:
        total = parts[0]
        for part in parts[1:]:
            total = total + part
        return total


class _Join(nn.Module):
    def forward(self, *parts: torch.Tensor) -> torch.Tensor:
        return torch.cat(parts, 1)


class _Means(nn.Module):
    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        return maps.mean((2, 3))


class _Largest(nn.Module):
    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        return maps.amax((2, 3))


def _module(node: Node, graph: Graph) -> nn.Module:
    layer, inputs = node.layer, graph.inferred[node.id].inputs
    match layer.kind:
        case "input":
            return nn.Identity()
        case "conv2d" | "depthwise_conv2d":
            padding = resolved_padding(layer.padding, layer.kernel, layer.dilation)
            channels = inputs[0][2]
            filters, groups = (layer.filters, 1) if layer.kind == "conv2d" else (channels * layer.multiplier, channels)
            if layer.kind == "conv2d":
                groups = layer.groups
            sides = (padding[0], padding[2])
            convolution = nn.Conv2d(
                channels, filters, layer.kernel, layer.stride, sides, layer.dilation, groups, bias=layer.bias
            )
            if padding[0] == padding[1] and padding[2] == padding[3]:
                return convolution
            convolution.padding = (0, 0)
            return nn.Sequential(nn.ZeroPad2d((padding[2], padding[3], padding[0], padding[1])), convolution)
        case "max_pool2d":
            top, _, left, _ = resolved_padding(layer.padding, layer.kernel)
            return nn.MaxPool2d(layer.kernel, layer.stride, (top, left))
        case "relu":
            return nn.ReLU(inplace=True)
        case "relu6":
            return nn.ReLU6(inplace=True)
        case "gelu":
            return nn.GELU()
        case "silu":
            return nn.SiLU()
        case "sigmoid":
            return nn.Sigmoid()
        case "layer_norm":
            height, width, channels = inputs[0]
            return nn.LayerNorm((channels, height, width))
        case "conv_transpose2d":
            top, _, left, _ = resolved_padding(layer.padding, layer.kernel)
            return nn.ConvTranspose2d(inputs[0][2], layer.filters, layer.kernel, layer.stride, (top, left))
        case "average_pool2d":
            top, _, left, _ = resolved_padding(layer.padding, layer.kernel)
            return nn.AvgPool2d(layer.kernel, layer.stride, (top, left))
        case "flatten":
            return nn.Flatten()
        case "dense":
            return nn.Linear(inputs[0][0], layer.units)
        case "dropout":
            return nn.Dropout(layer.rate)
        case "batch_norm":
            return nn.BatchNorm2d(inputs[0][2])
        case "add":
            return _Sum()
        case "concatenate":
            return _Join()
        case "global_average_pool":
            return _Means()
        case "global_max_pool":
            return _Largest()
    raise ValueError(f"{layer.kind} has no counterpart in this comparison")


def main() -> None:
    """Train with SGD and momentum, or look at images."""
    task = Task()
    torch.set_num_threads(task.asked.threads)
    order = torch.channels_last if task.asked.format == "channels_last" else torch.contiguous_format
    images = torch.from_numpy(task.floats).permute(0, 3, 1, 2).contiguous(memory_format=order)
    labels = torch.from_numpy(task.labels) if task.asked.mode != "layer" else None

    def make() -> Callable[[], object]:
        network = Network(task.graph).to(memory_format=order)
        optimizer = torch.optim.SGD(network.parameters(), 0.001, 0.9)
        network.train(task.training)
        look = torch.compile(network) if task.asked.compiled else network

        def train() -> None:
            optimizer.zero_grad()
            nn.functional.cross_entropy(look(images), labels).backward()
            optimizer.step()

        def infer() -> None:
            with torch.inference_mode():
                look(images)

        return train if task.training else infer

    take_turns(_layer(task, order) if task.asked.mode == "layer" else make)


def _layer(task: Task, order: torch.memory_format) -> Callable[[], Callable[[], object]]:
    """Forward and backward of one layer."""
    layer, shape = task.layer

    def make() -> Callable[[], object]:
        input_layer = layer_kinds()["input"](height=shape[0], width=shape[1], channels=shape[2])
        graph = chain(("input", input_layer), ("layer", layer))
        module = _module(graph["layer"], graph).to(memory_format=order)
        images = torch.randn(task.batch, shape[2], *shape[:2]).contiguous(memory_format=order).requires_grad_()
        passed = torch.randn_like(module(images))

        def both() -> None:
            images.grad = None
            module.zero_grad()
            module(images).backward(passed)

        return both

    return make


if __name__ == "__main__":
    main()
