"""How long a design is analysed after an edit: shapes, costs, problems and advice of every layer.

    python benchmarks/analysis.py [--json]

A residual network of 100 and of 1,000 layers is edited at its start, so that every shape behind it is computed anew.
The median of many edits counts; the slowest of them is reported beside it.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.rows import Row, report
from cnnstudio.design.analysis.analysis import analyse
from cnnstudio.design.value.environment import Environment
from cnnstudio.nn.graph.graph import Graph, Node
from cnnstudio.nn.graph.layer import layer_kinds

GOALS = {100: "≤ 5", 1000: "≤ 50"}
EDITS = 25


def residual(layers: int, width: int) -> Graph:
    """Blocks of convolution, norm, ReLU and Add, so many layers in all."""
    kinds = layer_kinds()
    nodes = [Node("image", kinds["input"](height=64, width=width, channels=4))]
    before = "image"
    while len(nodes) < layers:
        number = len(nodes)
        nodes.append(Node(f"conv{number}", kinds["conv2d"](filters=4, padding="same"), (before,)))
        nodes.append(Node(f"norm{number}", kinds["batch_norm"](), (f"conv{number}",)))
        nodes.append(Node(f"relu{number}", kinds["relu"](), (f"norm{number}",)))
        nodes.append(Node(f"add{number}", kinds["add"](), (f"relu{number}", before)))
        before = f"add{number}"
    return Graph(tuple(nodes[:layers]))


def milliseconds(layers: int) -> list[float]:
    """How long each of many edits of the input took to be analysed, environment included."""
    around = Environment((64, 64, 4), 10, 64, 2, 8_000_000_000)
    analyse(residual(layers, 20), around)
    times = []
    for edit in range(EDITS):
        graph = residual(layers, 40 + edit)
        begun = time.perf_counter()
        found = analyse(graph, around)
        times.append(1000 * (time.perf_counter() - begun))
        assert len(found.layers) == layers
    return times


def rows() -> list[Row]:
    """The figures with their goals."""
    found = []
    for layers, goal in GOALS.items():
        times = milliseconds(layers)
        found.append(Row(f"analysis of {layers} layers after an edit", statistics.median(times), "ms", goal))
        found.append(Row(f"analysis of {layers} layers, slowest of {EDITS}", max(times), "ms"))
    return found


def main() -> int:
    """Measure and report; 1 if a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="as one JSON list")
    measured = rows()
    report(measured, parser.parse_args().json)
    return int(any(row.holds is False for row in measured))


if __name__ == "__main__":
    sys.exit(main())
