"""What is known about each layer of a graph: shapes, parameters, cost, and whether it fits."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from cnnstudio.design.facts.windows import sides_of
from cnnstudio.design.value.problem import Problem
from cnnstudio.nn.arrays import Shape
from cnnstudio.nn.graph.graph import Graph, Inferred
from cnnstudio.nn.graph.layer import Layer


@dataclass(frozen=True)
class LayerFacts:
    """What is known about one layer. ``shape`` is None where there is none; ``waiting`` tells that only a layer
    upstream is to blame, ``misfit`` that it cannot take what its wires bring. ``problem`` is its error, ``advice``
    what is worth a thought."""

    inputs: tuple[Shape, ...]
    shape: Shape | None
    parameters: int
    macs: int
    waiting: bool
    problem: Problem | None
    advice: tuple[Problem, ...] = ()
    misfit: bool = False

    @property
    def findings(self) -> tuple[Problem, ...]:
        """Its error, then advice."""
        return self.advice if self.problem is None else (self.problem, *self.advice)

    @cached_property
    def numbers(self) -> int:
        """How many numbers come out for one image."""
        return 0 if self.shape is None else math.prod(self.shape)


@lru_cache(maxsize=24)
def layer_facts(graph: Graph) -> Mapping[str, LayerFacts]:
    """The facts of every layer, without problems."""
    inferred = graph.inferred
    return {node.id: _facts(node.layer, inferred[node.id]) for node in graph.nodes}


@lru_cache(maxsize=8192)  # after an edit most are the very ones that they were before, which is seen at a glance
def _facts(layer: Layer, found: Inferred) -> LayerFacts:
    parameters = macs = 0
    if found.output is not None:
        parameters, macs = costs(layer, found.inputs)
    elif found.error is not None and _only_too_large(layer, found.inputs):
        parameters = parameter_count(layer, found.inputs)
    misfit = found.error is not None
    return LayerFacts(found.inputs, found.output, parameters, macs, found.waiting, None, (), misfit)


@lru_cache(maxsize=8192)
def costs(layer: Layer, inputs: tuple[Shape, ...]) -> tuple[int, int]:
    """Parameters and MACs for one image of a layer that can take its inputs."""
    return parameter_count(layer, inputs), layer.macs(inputs)


def parameter_count(layer: Layer, inputs: tuple[Shape, ...]) -> int:
    """How many numbers a layer learns with these inputs."""
    return sum(math.prod(spec.shape) for spec in layer.parameters(inputs))


def _only_too_large(layer: Layer, inputs: tuple[Shape, ...]) -> bool:
    """Whether a window does not fit, and nothing else: its filters are known all the same."""
    pair = sides_of(layer, inputs)
    return pair is not None and any(side.positions < 1 for side in pair)
