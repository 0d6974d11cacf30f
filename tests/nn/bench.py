"""Runs any layer on arrays of its own, and checks gradients numerically."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from cnnstudio.nn.arrays import empty_inner
from cnnstudio.nn.graph.layer import Layer
from cnnstudio.nn.ops.operation import Binding, Mode
from cnnstudio.nn.settings import Setting
from cnnstudio.nn.sliding_window import ShapeError

BATCH = 3
VOLUME, VECTOR = (6, 7, 2), (5,)


class Bench:
    """One layer bound to fresh arrays: ``forward`` and ``backward`` give what the engine computes."""

    def __init__(
        self,
        layer: Layer,
        shapes: list[tuple[int, ...]],
        algorithm: str,
        dtype: Any,
        mode: Mode = "train",
        in_place: bool = False,
        gradient_in_place: bool = False,
    ) -> None:
        self.output_shape = layer.output_shape(shapes)
        self.parameters = {s.name: np.zeros(s.shape, dtype) for s in (*layer.parameters(shapes), *layer.state(shapes))}
        learned = {s.name for s in layer.parameters(shapes)}
        self.gradients = {name: np.full_like(self.parameters[name], np.nan) for name in learned}
        self.inputs = [empty_inner(shape, BATCH, dtype) for shape in shapes]
        self.input_gradients = [np.full_like(array, np.nan) for array in self.inputs]
        self.output = np.full_like(empty_inner(self.output_shape, BATCH, dtype), np.nan)
        self.output_gradient = np.zeros_like(self.output)
        if in_place:
            self.output, self.output_gradient = self.inputs[0], self.input_gradients[0]
        if gradient_in_place:
            self.output_gradient = self.input_gradients[0]
        self.operation = layer.operation(
            Binding(
                node="layer_1",
                mode=mode,
                algorithm=algorithm,
                batch=BATCH,
                whole=BATCH,
                inputs=tuple(self.inputs),
                output=self.output,
                input_gradients=tuple(self.input_gradients),
                output_gradient=self.output_gradient,
                parameters={n: a for n, a in self.parameters.items() if n in learned},
                gradients=self.gradients,
                state={n: a for n, a in self.parameters.items() if n not in learned},
                common=np.zeros((1, layer.shared_figures(shapes))),
            )
        )

    @property
    def variables(self) -> list[tuple[str, np.ndarray, np.ndarray]]:
        """(name, array, gradient) of everything that can be moved."""
        moved = [(f"input {i}", a, g) for i, (a, g) in enumerate(zip(self.inputs, self.input_gradients, strict=True))]
        return moved + [(name, self.parameters[name], gradient) for name, gradient in self.gradients.items()]

    def fill(self, generator: np.random.Generator) -> None:
        """Values that all differ by more than a numeric step and keep away from 0, where slopes may jump."""
        for _, array, _ in self.variables:
            values = (np.arange(array.size) - array.size // 2 + 0.37) * (2.0 / max(8, array.size))
            array[...] = generator.permutation(values).reshape(array.shape)

    def forward(self) -> np.ndarray:
        self.operation.forward()
        self.operation.forward_rest()
        return self.output

    def backward(self, seed: np.ndarray) -> None:
        self.output_gradient[...] = seed
        self.operation.backward()
        self.operation.backward_rest()


def random_layer(kind: type[Layer], generator: np.random.Generator) -> tuple[Layer, list[tuple[int, ...]]]:
    """A layer with random settings and input shapes that it can take."""
    for _ in range(200):
        layer = kind(**{about.name: random_value(about, generator) for about in kind.settings()})
        count = int(generator.integers(kind.fewest_inputs, min(kind.most_inputs, 3) + 1))
        for shape in (VOLUME, VECTOR):
            shapes = [shape] * count
            try:
                layer.output_shape(shapes)
            except ShapeError:
                continue
            return layer, shapes
    raise AssertionError(f"no settings found with which {kind.kind} can be computed")


def random_value(about: Setting, generator: np.random.Generator, usual: tuple[int, int] | None = None) -> Any:
    """A value that the setting can have; whole numbers from ``usual`` = (low, below), or else the smallest few."""
    low = about.low if math.isfinite(about.low) else -2
    few = min(about.high, low + 3)
    if usual is not None:
        low, few = usual[0], usual[1] - 1
    match about.type:
        case "integer":
            return int(generator.integers(low, few, endpoint=True))
        case "real":
            return float(generator.uniform(low, min(about.high, low + 1)))
        case "reals":
            return float(generator.uniform(low, min(about.high, low + 1)))
        case "switch":
            return bool(generator.integers(2))
        case "choice":
            return str(generator.choice(about.choices))
        case "pair":
            return tuple(int(v) for v in generator.integers(low, few, 2, endpoint=True))
        case "padding":
            own = tuple(int(v) for v in generator.integers(0, 2, 4, endpoint=True))
            return ("valid", "same", own)[generator.integers(3)]
    raise AssertionError(about.type)


def gradient_errors(bench: Bench, seed: np.ndarray, generator: np.random.Generator) -> list[str]:
    """Compare every gradient with central differences of Σ seed · output: single cells and random directions.

    Says where they differ; an empty list means that all agree.
    """
    bench.forward()
    bench.backward(seed)
    claimed = {name: gradient.copy() for name, _, gradient in bench.variables}
    wrong = []
    for name, array, _ in bench.variables:
        kept = array.copy()
        cells = generator.choice(array.size, min(array.size, 12), replace=False)
        directions = [np.eye(1, array.size, cell).reshape(array.shape) for cell in cells]
        directions += [generator.standard_normal(array.shape) for _ in range(2)]
        for direction in directions:
            step = 1e-6 / max(1.0, np.abs(direction).max())
            array[...] = kept + step * direction
            above = float((bench.forward() * seed).sum())
            array[...] = kept - step * direction
            below = float((bench.forward() * seed).sum())
            array[...] = kept
            numeric = (above - below) / (2 * step)
            analytic = float((claimed[name] * direction).sum())
            if not abs(numeric - analytic) <= 1e-5 * max(1.0, abs(numeric), abs(analytic)):
                wrong.append(f"{name}: analytic {analytic:.8g}, numeric {numeric:.8g}")
    return wrong


def some_cells(shape: tuple[int, ...], generator: np.random.Generator, count: int = 12) -> list[tuple[int, ...]]:
    chosen = generator.choice(math.prod(shape), min(count, math.prod(shape)), replace=False)
    return [tuple(int(i) for i in np.unravel_index(flat, shape)) for flat in chosen]
