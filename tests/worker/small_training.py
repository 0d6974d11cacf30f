"""Small networks and data that train in a blink."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Signal

from cnnstudio.data.dataset import DataSet, Examples, fingerprint
from cnnstudio.design.value.design import Card, Design
from cnnstudio.design.value.recipe import Recipe
from cnnstudio.nn.graph.graph import Graph, chain
from cnnstudio.nn.graph.layer import layer_from_json
from cnnstudio.project.project import Project, untrained
from cnnstudio.worker.failures import Failure


class Hears(QObject):
    """Hears failures, as a window does."""

    heard = Signal(object)

    def hear_failure(self, failure: Failure) -> None:
        self.heard.emit(failure)


def small_graph(filters: int = 2, size: int = 8, classes: int = 3) -> Graph:
    return chain(
        ("input", layer_from_json("input", {"height": size, "width": size, "channels": 1})),
        ("conv", layer_from_json("conv2d", {"filters": filters, "kernel": [3, 3]})),
        ("relu", layer_from_json("relu", {})),
        ("pool", layer_from_json("max_pool2d", {})),
        ("flatten", layer_from_json("flatten", {})),
        ("dense", layer_from_json("dense", {"units": classes})),
        ("softmax", layer_from_json("softmax", {})),
    )


def design_of(graph: Graph, **recipe: Any) -> Design:
    settings = {"batch_size": 10, "epochs": 2, "learning_rate": 0.01, **recipe}
    cards = {node.id: Card(node.layer.title, 150.0 * i) for i, node in enumerate(graph)}
    return Design(graph, cards, Recipe().choose(**settings), "small")


def small_project(**recipe: Any) -> Project:
    return untrained(design_of(small_graph(), **recipe))


def small_data(count: int = 100, size: int = 8, classes: int = 3) -> DataSet:
    """Bars at one of three heights, with noise: easy to learn."""
    generator = np.random.default_rng(5)
    labels = generator.integers(classes, size=count)
    pixels = generator.integers(0, 60, size=(count, size, size, 1)).astype(np.uint8)
    for image, label in zip(pixels, labels, strict=True):
        image[1 + 2 * label : 3 + 2 * label] += 150
    examples = Examples(pixels, labels)
    names = ("top", "middle", "bottom")[:classes]
    print_ = fingerprint(names, examples, examples)
    return DataSet("bars", "Bars", names, examples, examples, print_, "bars")
