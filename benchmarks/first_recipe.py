"""Whether a new design learns with the recipe it begins with.

    python benchmarks/first_recipe.py [--designs N] [--first SEED] [--no-named] [--record FILE] [--json]

Three small networks that a newcomer draws reach their goals; and each of 30 random designs reaches at least 0.97 of
what the best of ten learning rates reaches in as many epochs. All accuracies are those on all validation images after
the last epoch on all training images, with one thread.

A design that knows 97 % is not compared: no rate knows more than all. For the others each rate is trained to its end,
but for one whose training loss is no better than guessing after half of its epochs: it counts with what it knows then.

With ``--record`` each training is written down as it ends, and is not repeated: what was interrupted goes on. All
thirty take an hour or two; ``--designs`` and ``--first`` divide them, and several may run beside each other with one
record. It knows nothing of the program's version: begin another after a change to the engine.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import numpy as np

from benchmarks.rows import Row, report
from cnnstudio.design.edits.stacking import of_graph
from cnnstudio.design.value.first_recipe import first_recipe
from cnnstudio.design.value.recipe import Recipe
from cnnstudio.model import Model
from cnnstudio.nn.graph.graph import Graph, GraphError, Node, chain
from cnnstudio.nn.graph.layer import Layer
from cnnstudio.nn.layers.activation.elu import ELU
from cnnstudio.nn.layers.activation.leaky_relu import LeakyReLU
from cnnstudio.nn.layers.activation.relu import ReLU
from cnnstudio.nn.layers.convolution.conv2d import Conv2D
from cnnstudio.nn.layers.dense.dense import Dense
from cnnstudio.nn.layers.dense.flatten import Flatten
from cnnstudio.nn.layers.input import Input
from cnnstudio.nn.layers.merge.add import Add
from cnnstudio.nn.layers.normalization.batch_norm import BatchNorm
from cnnstudio.nn.layers.normalization.dropout import Dropout
from cnnstudio.nn.layers.pooling.average_pool2d import AveragePool2D
from cnnstudio.nn.layers.pooling.global_average_pool import GlobalAveragePool
from cnnstudio.nn.layers.pooling.max_pool2d import MaxPool2D
from cnnstudio.nn.layers.softmax import Softmax
from cnnstudio.nn.training.events import EpochDone
from cnnstudio.project.project import untrained

#: what the recipe's own rate is compared with: three decades, evenly
RATES = tuple(float(f"{rate:.2g}") for rate in np.geomspace(1e-4, 1e-1, 10))
#: of the best rate's accuracy, how much the recipe is to reach
SHARE = 0.97
INPUTS = {"digits": Input(28, 28, 1), "shapes": Input(32, 32, 3)}


def small_digits() -> Graph:
    """One convolution for Digits."""
    return chain(
        ("input", INPUTS["digits"]),
        ("conv", Conv2D(8, (3, 3))),
        ("relu", ReLU()),
        ("pool", MaxPool2D()),
        ("flatten", Flatten()),
        ("dense", Dense(10)),
        ("softmax", Softmax()),
    )


def small_shapes() -> Graph:
    """Two convolutions for Shapes."""
    return chain(
        ("input", INPUTS["shapes"]),
        ("conv_1", Conv2D(16, (3, 3), padding="same")),
        ("relu_1", ReLU()),
        ("pool_1", MaxPool2D()),
        ("conv_2", Conv2D(32, (3, 3), padding="same")),
        ("relu_2", ReLU()),
        ("pool_2", MaxPool2D()),
        ("flatten", Flatten()),
        ("dense", Dense(10)),
        ("softmax", Softmax()),
    )


def two_residual_blocks() -> Graph:
    """Two residual blocks for Shapes, as the palette has them."""
    drawn = _Drawing(INPUTS["shapes"])
    drawn.add(Conv2D(16, (3, 3), padding="same"))
    drawn.add(MaxPool2D())
    for _ in range(2):
        drawn.residual(16)
    drawn.add(GlobalAveragePool())
    drawn.add(Dense(10))
    drawn.add(Softmax())
    return drawn.graph


NAMED = (
    ("conv_relu_pool_dense", "digits", small_digits, "≥ 95"),
    ("two_convolutions", "shapes", small_shapes, "≥ 90"),
    ("two_residual_blocks", "shapes", two_residual_blocks, "≥ 90"),
)


class _Drawing:
    """A graph that grows at its end."""

    def __init__(self, entry: Input) -> None:
        self.graph, self.end = Graph((Node("input", entry),)), "input"

    def add(self, layer: Layer, *sources: str) -> str:
        name = f"{layer.kind}_{len(self.graph)}"
        self.graph = Graph((*self.graph.nodes, Node(name, layer, sources or (self.end,))))
        self.end = name
        return name

    def residual(self, filters: int) -> None:
        start = self.end
        for layer in (Conv2D(filters, (3, 3), padding="same"), BatchNorm(), ReLU()):
            self.add(layer)
        for layer in (Conv2D(filters, (3, 3), padding="same"), BatchNorm()):
            self.add(layer)
        self.add(Add(), self.end, start)
        self.add(ReLU())


def random_design(seed: int) -> tuple[Graph, str]:
    """A network as people draw them, and the built-in images it is for: one to four convolutions of some size, with or
    without batch norm, residual blocks, pooling, dropout and hidden dense layers."""
    draws = np.random.default_rng(seed)
    data = ("digits", "shapes")[seed % 2]
    activation = (ReLU(), ReLU(), ReLU(), LeakyReLU(), ELU())[draws.integers(5)]
    normed, filters = draws.random() < 0.4, int(draws.choice([4, 8, 12]))
    drawn = _Drawing(INPUTS[data])
    for stage in range(int(draws.integers(1, 5))):
        size = int(draws.choice([3, 3, 5]))
        drawn.add(Conv2D(filters, (size, size), padding="same"))
        if normed:
            drawn.add(BatchNorm())
        drawn.add(activation)
        if draws.random() < 0.25:
            drawn.residual(filters)
        if stage < 3 and (stage == 0 or draws.random() < 0.7):
            drawn.add((MaxPool2D(), MaxPool2D(), AveragePool2D())[draws.integers(3)])
        filters = min(24, filters * 2)
    if stage and draws.random() < 0.3:
        drawn.add(GlobalAveragePool())
    else:
        drawn.add(Flatten())
        if draws.random() < 0.4:
            drawn.add(Dense(int(draws.choice([16, 32, 64]))))
            drawn.add(activation)
            if draws.random() < 0.4:
                drawn.add(Dropout(0.3))
    drawn.add(Dense(10))
    drawn.add(Softmax())
    return drawn.graph, data


class Record:
    """How well designs were known to learn, by their names and recipes: one line of JSON for each training in a file,
    or nowhere."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        lines = path.read_text().splitlines() if path is not None and path.exists() else ()
        self._known = {line["training"]: line["accuracy"] for line in map(json.loads, lines)}

    def accuracy(self, name: str, graph: Graph, recipe: Recipe) -> float:
        """How many of the validation images a design knows after a training, 0…1; trained now unless it was before."""
        training = json.dumps([name, recipe.to_json()], sort_keys=True)
        if training not in self._known:
            self._known[training] = accuracy(graph, recipe)
            if self._path is not None:
                with self._path.open("a") as file:
                    file.write(json.dumps({"training": training, "accuracy": self._known[training]}) + "\n")
        return self._known[training]


class Lost(Exception):
    """A training whose loss is no better than guessing after half of its epochs."""


def accuracy(graph: Graph, recipe: Recipe) -> float:
    """How many of the validation images it knows after the recipe's last epoch, 0…1; none where the loss grew beyond
    all numbers."""
    model, guessing = Model.of(untrained(of_graph(graph).with_changes(recipe=recipe))), math.log(10)

    def look(done: EpochDone) -> None:
        if 2 * done.epoch >= recipe.epochs and done.train_loss >= guessing:
            raise Lost(done.validation_accuracy)

    try:
        return model.fit(threads=1, progress=look).epochs[-1].validation_accuracy
    except Lost as lost:
        return float(lost.args[0])
    except GraphError:
        return 0.0


def named_rows(record: Record) -> list[Row]:
    """The three networks."""
    rows = []
    for name, data, make, goal in NAMED:
        graph = make()
        reached = record.accuracy(name, graph, first_recipe(graph).choose(data=data))
        rows.append(Row(f"{name}/{data}", 100 * reached, "%", goal))
    return rows


def random_rows(seeds: Iterable[int], record: Record) -> list[Row]:
    """The recipe for each design, and beside it ten rates where it does not know so much that they cannot matter."""
    designs = [(f"random_{seed:02}", *random_design(seed)) for seed in seeds]
    recipes = [first_recipe(graph).choose(data=data) for _, graph, data in designs]
    reached = [record.accuracy(name, graph, recipe) for (name, graph, _), recipe in zip(designs, recipes, strict=True)]
    rows = []
    for (name, graph, data), recipe, known in zip(designs, recipes, reached, strict=True):
        best, unit = 1.0, "of all"
        if known < SHARE:
            best = max(record.accuracy(name, graph, recipe.choose(learning_rate=rate)) for rate in RATES)
            unit = "of best"
        rows.append(Row(f"{name}/{data}", known / best, unit, f"≥ {SHARE}"))
    return rows


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--designs", type=int, default=30, metavar="N", help="how many random designs")
    parser.add_argument("--first", type=int, default=0, metavar="SEED", help="the first of them")
    parser.add_argument("--no-named", action="store_true", help="leave the three named networks out")
    parser.add_argument("--record", type=Path, metavar="FILE", help="trainings that ended, to go on from")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    record = Record(asked.record)
    rows = [] if asked.no_named else named_rows(record)
    report(rows + random_rows(range(asked.first, asked.first + asked.designs), record), asked.json)


if __name__ == "__main__":
    main()
