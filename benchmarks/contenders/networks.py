"""What the contenders compute: templates of ours, well-known networks for photographs, and single layers.

The well-known ones are made by torchvision and exported by PyTorch, so all contenders compute the graph that our import
reads. A name may end in the side of its pictures: ``vgg_mini@96``.
"""

from __future__ import annotations

import dataclasses
import io
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from cnnstudio.design.templates import template
from cnnstudio.design.value.design import Design
from cnnstudio.exchange.models import read_model
from cnnstudio.nn.arrays import Shape
from cnnstudio.nn.graph.layer import Layer, layer_kinds

#: networks of torchvision, by our name for them
KNOWN = {
    "resnet18": "resnet18",
    "mobilenet_v2": "mobilenet_v2",
    "squeezenet1_1": "squeezenet1_1",
    "vgg11": "vgg11",
}

_KINDS = layer_kinds()

#: single layers: name → kind, settings, and the shape of what they read
LAYERS: dict[str, tuple[str, dict[str, object], Shape]] = {
    "gelu": ("gelu", {}, (32, 32, 32)),
    "silu": ("silu", {}, (32, 32, 32)),
    "sigmoid": ("sigmoid", {}, (32, 32, 32)),
    "layer_norm": ("layer_norm", {}, (32, 32, 32)),
    "global_max_pool": ("global_max_pool", {}, (32, 32, 32)),
    "overlapping_max_pool": ("max_pool2d", {"kernel": (3, 3), "stride": (2, 2), "padding": "same"}, (32, 32, 32)),
    "overlapping_average_pool": ("average_pool2d", {"kernel": (3, 3), "stride": (2, 2)}, (32, 32, 32)),
    "depthwise": ("depthwise_conv2d", {"kernel": (3, 3), "padding": "same"}, (32, 32, 32)),
    "depthwise_stride2": ("depthwise_conv2d", {"kernel": (3, 3), "padding": "same", "stride": (2, 2)}, (32, 32, 32)),
    "grouped": ("conv2d", {"filters": 32, "kernel": (3, 3), "padding": "same", "groups": 4}, (32, 32, 32)),
    "transposed": ("conv_transpose2d", {"filters": 32, "kernel": (3, 3), "stride": (2, 2)}, (16, 16, 32)),
}


def single_layer(name: str) -> tuple[Layer, Shape]:
    """A layer of ``LAYERS`` and the shape (H, W, C) that it reads."""
    kind, settings, shape = LAYERS[name]
    return _KINDS[kind](**settings), shape


def design_of(name: str, models: Path) -> Design:
    """A template's design, or that of a well-known network that ``write_models`` has put into ``models``; with its
    Input as large as the name says."""
    name, _, side = name.partition("@")
    design = read_model(models / f"{name}.onnx").project.design if name in KNOWN else template(name)
    if not side:
        return design
    graph = design.graph
    for node in graph:
        if node.layer.category == "input":
            graph = graph.with_layer(node.id, dataclasses.replace(node.layer, height=int(side), width=int(side)))
    return dataclasses.replace(design, graph=graph)


def write_models(names: list[str], folder: Path) -> None:
    """Let torchvision make what is asked for of ``KNOWN``, from one seed, and PyTorch export it into ``folder``."""
    asked = {name.partition("@")[0] for name in names} & KNOWN.keys()
    if not asked:
        return
    import torch
    import torchvision

    for name in asked:
        torch.manual_seed(0)
        model = getattr(torchvision.models, KNOWN[name])().eval()
        said = io.StringIO()  # the exporter tells how it goes
        with redirect_stdout(said), redirect_stderr(said):
            torch.onnx.export(
                model, (torch.zeros(1, 3, 224, 224),), folder / f"{name}.onnx", dynamo=False, opset_version=17
            )
        print(f"{name} is made", file=sys.stderr)
