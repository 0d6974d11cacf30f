"""PyTorch, eager, in the memory format and with the threads it is given."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import nn

from benchmarks.contenders.turns import Task, take_turns
from cnnstudio.nn.graph.graph import Graph, Node
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


def _module(node: Node, graph: Graph) -> nn.Module:
    layer, inputs = node.layer, graph.inferred[node.id].inputs
    match layer.kind:
        case "input":
            return nn.Identity()
        case "conv2d" | "depthwise_conv2d":
            padding = resolved_padding(layer.padding, layer.kernel, layer.dilation)
            channels = inputs[0][2]
            filters, groups = (layer.filters, 1) if layer.kind == "conv2d" else (channels * layer.multiplier, channels)
            sides = (padding[0], padding[2])
            convolution = nn.Conv2d(channels, filters, layer.kernel, layer.stride, sides, layer.dilation, groups)
            if padding[0] == padding[1] and padding[2] == padding[3]:
                return convolution
            convolution.padding = (0, 0)
            return nn.Sequential(nn.ZeroPad2d((padding[2], padding[3], padding[0], padding[1])), convolution)
        case "max_pool2d":
            top, _, left, _ = resolved_padding(layer.padding, layer.kernel)
            return nn.MaxPool2d(layer.kernel, layer.stride, (top, left))
        case "relu":
            return nn.ReLU(inplace=True)
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
    raise ValueError(f"{layer.kind} has no counterpart in this comparison")


def main() -> None:
    """Train with SGD and momentum, or look at images."""
    task = Task()
    torch.set_num_threads(task.asked.threads)
    order = torch.channels_last if task.asked.format == "channels_last" else torch.contiguous_format
    images = torch.from_numpy(task.floats).permute(0, 3, 1, 2).contiguous(memory_format=order)
    labels = torch.from_numpy(task.labels)

    def make() -> Callable[[], object]:
        network = Network(task.graph).to(memory_format=order)
        optimizer = torch.optim.SGD(network.parameters(), 0.001, 0.9)
        network.train(task.training)

        def train() -> None:
            optimizer.zero_grad()
            nn.functional.cross_entropy(network(images), labels).backward()
            optimizer.step()

        def infer() -> None:
            with torch.inference_mode():
                network(images)

        return train if task.training else infer

    take_turns(make)


if __name__ == "__main__":
    main()
