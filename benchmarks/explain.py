"""The Explain workspace: how many positions a second a stage can show, and how long a look into the network takes.

    QT_QPA_PLATFORM=offscreen python benchmarks/explain.py [--json]

The window slides over a VGG-like network for 32×32×3 images; every step moves the cell, explains it and paints all that
changed.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ["XDG_CONFIG_HOME"] = tempfile.mkdtemp(prefix="cnnstudio-benchmark-")

from PySide6.QtWidgets import QApplication

from benchmarks.rows import Row, report
from cnnstudio.design.design import Card, Design
from cnnstudio.design.recipe import Recipe
from cnnstudio.nn.explanation import probe, receptive_field
from cnnstudio.nn.graph import Graph, chain
from cnnstudio.nn.layer import Layer
from cnnstudio.nn.layers.conv2d import Conv2D
from cnnstudio.nn.layers.dense import Dense
from cnnstudio.nn.layers.flatten import Flatten
from cnnstudio.nn.layers.input import Input
from cnnstudio.nn.layers.max_pool2d import MaxPool2D
from cnnstudio.nn.layers.relu import ReLU
from cnnstudio.nn.layers.softmax import Softmax
from cnnstudio.nn.threads import one_blas_thread
from cnnstudio.project.project import untrained
from cnnstudio.ui import theme
from cnnstudio.ui.window import MainWindow

MOVES = 60


def vgg_mini() -> Graph:
    """Three blocks of two convolutions and a pooling layer, then two dense ones."""
    layers: list[tuple[str, Layer]] = [("input", Input(32, 32, 3))]
    for block, filters in enumerate((32, 64, 128), start=1):
        for number in (1, 2):
            layers.append((f"conv{block}_{number}", Conv2D(filters, (3, 3), padding="same")))
            layers.append((f"relu{block}_{number}", ReLU()))
        layers.append((f"pool{block}", MaxPool2D()))
    layers += [("flat", Flatten()), ("dense1", Dense(128)), ("relu", ReLU()), ("dense2", Dense(10))]
    return chain(*layers, ("softmax", Softmax()))


def measure(window: MainWindow) -> list[Row]:
    """Positions a second of every stage, and the slowest of them."""
    rows, page = [], window.explain
    for node in ("input", "conv1_1", "conv1_2", "relu1_1", "pool1", "conv3_2", "flat", "dense1", "softmax"):
        page.go_to(node)
        QApplication.processEvents()
        took = []
        for _ in range(MOVES):
            begun = time.perf_counter()
            page.place.go_to_position(page.place.position + 1)
            QApplication.processEvents()
            took.append(time.perf_counter() - begun)
        rows.append(Row(f"positions, {node}", 1 / statistics.median(took), "a second", "≥ 30"))
        rows.append(Row(f"slowest of twenty, {node}", 1000 * sorted(took)[-MOVES // 20], "ms"))
    return rows


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    app = QApplication([])
    theme.apply(app, "light")
    graph = vgg_mini()
    cards = {node.id: Card(node.layer.title, 150.0 * i, 0.0) for i, node in enumerate(graph)}
    project = untrained(Design(graph, cards=cards, recipe=Recipe(data="shapes")))
    window = MainWindow(project)
    window.workspaces.show("Explain")
    window.resize(1440, 900)
    window.show()
    while not window.explain.place.ready or window.data.dataset is None or window.jobs.queue:
        app.processEvents()
    with one_blas_thread():  # as the worker does
        begun = time.perf_counter()
        probe(graph, project.weights, window.probe.image)
    rows = [Row("look into the network (beside the window)", 1000 * (time.perf_counter() - begun), "ms")]
    begun = time.perf_counter()
    for row in range(4):
        receptive_field(graph, "conv3_2", (row, row, 0))
    rows.append(Row("receptive field of conv3_2", 250 * (time.perf_counter() - begun), "ms"))
    rows += measure(window)
    report(rows, arguments.json)
    window._settled = True
    window.close()
    return 0 if all(row.holds is not False for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
