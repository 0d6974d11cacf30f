"""Networks as they were published, built layer by layer."""

from __future__ import annotations

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


def vgg11() -> Graph:
    """Simonyan and Zisserman (2014), configuration A, for pictures of 64×64."""
    drawing = Drawing(64, 64, 3)
    for filters in ((64,), (128,), (256, 256), (512, 512), (512, 512)):
        for count in filters:
            drawing.add("conv2d", filters=count, kernel=3, padding="same")
            drawing.add("relu")
        drawing.add("max_pool2d")
    drawing.add("flatten")
    for _ in range(2):
        drawing.add("dense", units=64)
        drawing.add("relu")
        drawing.add("dropout")
    drawing.add("dense", units=10)
    drawing.add("softmax")
    return drawing.graph


def densenet() -> Graph:
    """Huang et al. (2017), blocks of four and of three layers, each of which reads all before it."""
    drawing = Drawing(32, 32, 3)
    drawing.add("conv2d", filters=16, kernel=3, padding="same")
    for layers in (4, 3):
        read = [drawing.nodes[-1].id]
        for _ in range(layers):
            if len(read) > 1:
                drawing.add("concatenate", *read)
            for filters, kernel in ((32, 1), (8, 3)):
                drawing.add("batch_norm")
                drawing.add("relu")
                drawing.add("conv2d", filters=filters, kernel=kernel, padding="same")
            read.append(drawing.nodes[-1].id)
        drawing.add("concatenate", *read)
        if layers == 4:
            drawing.add("conv2d", filters=32, kernel=1)
            drawing.add("average_pool2d")
    drawing.add("global_average_pool")
    drawing.add("dense", units=10)
    drawing.add("softmax")
    return drawing.graph
