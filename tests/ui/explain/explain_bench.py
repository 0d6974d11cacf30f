"""What the tests of Explain share: pointing at a widget, and a network of every kind of layer."""

from __future__ import annotations

from cnnstudio.design.value.design import Card, Design
from cnnstudio.nn.graph.graph import Graph, Node
from cnnstudio.nn.graph.layer import layer_kinds


def every_kind() -> Design:
    """A network in which every registered layer takes part."""

    def layer(kind: str, **settings):
        return layer_kinds()[kind](**settings)

    rows = [
        ("input", layer("input", height=28, width=28), ()),
        ("conv", layer("conv2d", filters=4, padding="same"), ("input",)),
        ("bn", layer("batch_norm"), ("conv",)),
        ("relu", layer("relu"), ("bn",)),
        ("dilated", layer("conv2d", filters=4, padding="same", dilation=(2, 2), groups=2, bias=False), ("relu",)),
        ("depthwise", layer("depthwise_conv2d", padding="same"), ("relu",)),
        ("add", layer("add"), ("relu", "dilated", "depthwise")),
        ("join", layer("concatenate"), ("add", "depthwise")),
        ("up", layer("upsample2d"), ("join",)),
        ("transposed", layer("conv_transpose2d", filters=3, kernel=(3, 2)), ("join",)),
        ("local", layer("locally_connected2d", filters=3, stride=(3, 2)), ("join",)),
        ("pad", layer("zero_pad2d"), ("local",)),
        ("crop", layer("crop2d", top=2, bottom=0, left=0), ("pad",)),
        ("groups", layer("group_norm", groups=3), ("crop",)),
        ("spatial", layer("spatial_dropout2d"), ("groups",)),
        ("max", layer("max_pool2d", kernel=(2, 3), stride=(1, 2), round_up=True), ("spatial",)),
        ("average", layer("average_pool2d", kernel=(3, 3), padding="same", count_padding=False), ("max",)),
    ]
    last = "average"
    for kind in (
        "layer_norm",
        "gelu",
        "elu",
        "relu6",
        "leaky_relu",
        "prelu",
        "sigmoid",
        "silu",
        "tanh",
        "hard_sigmoid",
        "hard_swish",
        "dropout",
    ):
        rows.append((kind, layer(kind), (last,)))
        last = kind
    rows += [
        ("means", layer("global_average_pool"), (last,)),
        ("largest", layer("global_max_pool"), (last,)),
        ("product", layer("multiply"), ("means", "largest")),
        ("flat", layer("flatten"), (last,)),
        ("wide", layer("dense", units=3, bias=False), ("flat",)),
        ("both", layer("add"), ("product", "wide")),
        ("dense", layer("dense", units=10), ("both",)),
        ("softmax", layer("softmax"), ("dense",)),
    ]
    missing = layer_kinds().keys() - {row[1].kind for row in rows}
    assert not missing, f"give {missing} a place in this network"
    graph = Graph(tuple(Node(*row) for row in rows))
    return Design(graph, cards={row[0]: Card(row[1].title, 150.0 * i, 0.0) for i, row in enumerate(rows)})
