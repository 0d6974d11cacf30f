"""Networks as they were published, built layer by layer: their sizes and parameters to the last one."""

from __future__ import annotations

import math

import pytest

from cnnstudio.nn.graph.graph import Graph, Node
from cnnstudio.nn.graph.layer import Layer, layer_kinds
from cnnstudio.nn.layers.input import Input


class Drawing:
    """A graph that grows: every layer reads the one before, or those that are named."""

    def __init__(self, height: int, width: int, channels: int) -> None:
        self.nodes = [Node("image", Input(height, width, channels))]

    def add(self, kind: str, *sources: str, **settings: object) -> str:
        layer: Layer = layer_kinds()[kind](**settings)
        self.nodes.append(Node(f"{kind}_{len(self.nodes)}", layer, sources or (self.nodes[-1].id,)))
        return self.nodes[-1].id

    @property
    def graph(self) -> Graph:
        return Graph(tuple(self.nodes))


def parameters(graph: Graph) -> int:
    specs = (spec for node in graph for spec in node.layer.parameters(graph.inferred[node.id].inputs))
    return sum(math.prod(spec.shape) for spec in specs)


def resnet18(*, bias: bool) -> Graph:
    """He et al. (2015), as torchvision has it: convolutions without bias, each with a batch norm behind it."""
    drawing = Drawing(224, 224, 3)

    def convolve(source: str, filters: int, kernel: int, stride: int) -> str:
        padding = (kernel // 2,) * 4
        drawing.add("conv2d", source, filters=filters, kernel=kernel, stride=stride, padding=padding, bias=bias)
        return drawing.add("batch_norm")

    convolve("image", 64, 7, 2)
    drawing.add("relu")
    x, maps = drawing.add("max_pool2d", kernel=3, stride=2, padding=(1, 1, 1, 1)), 64
    for filters, stride in ((64, 1), (64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), (512, 1)):
        inner = drawing.add("relu", convolve(x, filters, 3, stride))
        outer = convolve(inner, filters, 3, 1)
        shortcut = x if (filters, stride) == (maps, 1) else convolve(x, filters, 1, stride)
        drawing.add("add", outer, shortcut)
        x, maps = drawing.add("relu"), filters
    assert drawing.graph.shape(x) == (7, 7, 512)
    drawing.add("global_average_pool")
    drawing.add("dense", units=1000)
    drawing.add("softmax")
    return drawing.graph


def squeezenet(*, round_up: bool) -> Graph:
    """SqueezeNet 1.1 (Iandola et al., 2016), as torchvision has it: pooling rounds its sizes up."""
    drawing = Drawing(224, 224, 3)

    def pool() -> str:
        return drawing.add("max_pool2d", kernel=3, stride=2, round_up=round_up)

    def fire(squeezed: int, expanded: int) -> None:
        drawing.add("conv2d", filters=squeezed, kernel=1)
        source = drawing.add("relu")
        drawing.add("conv2d", source, filters=expanded, kernel=1)
        near = drawing.add("relu")
        drawing.add("conv2d", source, filters=expanded, kernel=3, padding=(1, 1, 1, 1))
        drawing.add("concatenate", near, drawing.add("relu"))

    drawing.add("conv2d", filters=64, kernel=3, stride=2)
    drawing.add("relu")
    pool()
    fire(16, 64)
    fire(16, 64)
    pool()
    fire(32, 128)
    fire(32, 128)
    pool()
    fire(48, 192)
    fire(48, 192)
    fire(64, 256)
    fire(64, 256)
    drawing.add("dropout", rate=0.5)
    drawing.add("conv2d", filters=1000, kernel=1)
    drawing.add("relu")
    drawing.add("global_average_pool")
    drawing.add("softmax")
    return drawing.graph


def test_resnet_18() -> None:
    assert parameters(resnet18(bias=False)) == 11_689_512
    # a bias would be one more for each of the maps that the 20 convolutions make
    assert parameters(resnet18(bias=True)) == 11_689_512 + 4_800


def test_squeezenet() -> None:
    graph = squeezenet(round_up=True)
    assert parameters(graph) == 1_235_496
    assert [graph.shape(node.id)[0] for node in graph if node.layer.kind == "max_pool2d"] == [55, 27, 13]


@pytest.mark.parametrize(
    ("size", "kernel", "stride", "before", "down", "up"),
    [
        (111, 3, 2, 0, 55, 55),
        (28, 3, 2, 0, 13, 14),
        (27, 2, 2, 0, 13, 14),
        (112, 3, 2, 1, 56, 57),
        (4, 1, 2, 0, 2, 2),  # a third position would begin behind the image
        (5, 2, 3, 1, 2, 2),  # … or in the padding behind it
        (2, 3, 2, 0, 0, 1),  # the only window hangs over
    ],
)
def test_sizes_are_rounded_as_pytorch_rounds_them(
    size: int, kernel: int, stride: int, before: int, down: int, up: int
) -> None:
    for kind in ("max_pool2d", "average_pool2d"):
        for round_up, expected in ((False, down), (True, up)):
            drawing = Drawing(size, 1, 1)
            drawing.add(kind, kernel=(kernel, 1), stride=(stride, 1), padding=(before, before, 0, 0), round_up=round_up)
            found = drawing.graph.inferred[drawing.nodes[-1].id].output
            assert (found[0] if found else 0) == expected, (kind, round_up)
