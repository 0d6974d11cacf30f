"""All parameters of a network as one flat vector with named slices, in the public layout.

An optimizer step is a handful of vector operations, a snapshot one copy, a checkpoint one write.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import DTypeLike

from cnnstudio.nn.arrays import Floats
from cnnstudio.nn.graph import Graph
from cnnstudio.nn.initializers import initialize
from cnnstudio.nn.layer import ParameterSpec
from cnnstudio.nn.randomness import draws


@dataclass(frozen=True)
class Slot:
    """The place of one named array in a flat vector."""

    node: str
    spec: ParameterSpec
    start: int

    @property
    def stop(self) -> int:
        return self.start + math.prod(self.spec.shape)


@dataclass(frozen=True)
class Layout:
    """Named slices of a flat vector, in graph order."""

    slots: tuple[Slot, ...]

    @cached_property
    def size(self) -> int:
        """How many numbers the vector holds."""
        return self.slots[-1].stop if self.slots else 0

    @cached_property
    def _by_name(self) -> dict[tuple[str, str], Slot]:
        return {(slot.node, slot.spec.name): slot for slot in self.slots}

    @cached_property
    def _by_node(self) -> dict[str, list[Slot]]:
        found: dict[str, list[Slot]] = {}
        for slot in self.slots:
            found.setdefault(slot.node, []).append(slot)
        return found

    def views(self, vector: Floats, node: str) -> dict[str, Floats]:
        """Views of one node's arrays, by name, in their public shapes."""
        return {
            slot.spec.name: vector[slot.start : slot.stop].reshape(slot.spec.shape)
            for slot in self._by_node.get(node, ())
        }

    def find(self, node: str, name: str) -> Slot | None:
        """The slice with this name, or None."""
        return self._by_name.get((node, name))

    def decayed(self) -> Floats:
        """1.0 on the slices that weight decay draws to zero, 0.0 elsewhere."""
        mask = np.zeros(self.size, np.float32)
        for slot in self.slots:
            mask[slot.start : slot.stop] = slot.spec.decayed
        return mask

    def mask(self, wanted: frozenset[str]) -> Floats:
        """1.0 on the slices of these nodes, 0.0 elsewhere."""
        mask = np.zeros(self.size, np.float32)
        for slot in self.slots:
            if slot.node in wanted:
                mask[slot.start : slot.stop] = 1.0
        return mask


@lru_cache(maxsize=16)
def layouts(graph: Graph) -> tuple[Layout, Layout]:
    """The layout of what a graph's computable part learns, and of the state it keeps beside."""
    learned: list[Slot] = []
    kept: list[Slot] = []
    for node_id in graph.order:
        found = graph.inferred[node_id]
        if found.output is None:
            continue
        layer = graph[node_id].layer
        for slots, specs in ((learned, layer.parameters(found.inputs)), (kept, layer.state(found.inputs))):
            for spec in specs:
                slots.append(Slot(node_id, spec, slots[-1].stop if slots else 0))
    return Layout(tuple(learned)), Layout(tuple(kept))


@dataclass(frozen=True, eq=False)
class Parameters:
    """What a network has learned (``vector``) and the state it keeps without learning it (``state``)."""

    layout: Layout
    vector: Floats
    state_layout: Layout
    state: Floats

    def arrays(self, node: str) -> Mapping[str, Floats]:
        """Views of a node's learned arrays by name."""
        return self.layout.views(self.vector, node)

    def state_arrays(self, node: str) -> Mapping[str, Floats]:
        """Views of a node's state arrays by name."""
        return self.state_layout.views(self.state, node)

    def copy(self, dtype: DTypeLike | None = None) -> Parameters:
        """An independent, writable copy, in another precision if wanted."""
        dtype = dtype or self.vector.dtype
        return Parameters(
            self.layout,
            self.vector.astype(dtype, copy=True),
            self.state_layout,
            self.state.astype(dtype, copy=True),
        )

    def frozen(self) -> Parameters:
        """An independent copy that nobody can write to: safe to hand to other threads and to keep for undo."""
        copied = self.copy()
        copied.vector.flags.writeable = False
        copied.state.flags.writeable = False
        return copied


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The weights of a network at one moment. ``step`` counts optimizer steps from 0; ``run`` names the training
    run they come from, or is empty for weights nobody has trained."""

    parameters: Parameters
    run: str = ""
    step: int = 0


def initial_parameters(graph: Graph, seed: int) -> Parameters:
    """Untrained parameters: weights as their layers say, zeros for biases.

    Every array depends on the seed, its node's id and its name only.
    """
    learned, kept = layouts(graph)
    return Parameters(learned, _initial(learned, seed), kept, _initial(kept, seed))


def carried_over(old: Parameters, graph: Graph, seed: int) -> Parameters:
    """Parameters for an edited graph: arrays whose node, name and shape still fit are kept, the rest begins anew.

    Returns ``old`` itself when nothing differs.
    """
    learned, kept = layouts(graph)
    if learned == old.layout and kept == old.state_layout:
        return old
    vector = _carried(learned, old.layout, old.vector, seed)
    return Parameters(learned, vector, kept, _carried(kept, old.state_layout, old.state, seed)).frozen()


def _carried(layout: Layout, old: Layout, values: Floats, seed: int) -> Floats:
    """A flat vector with what fits of another one; only the rest is drawn anew, for that takes long."""
    vector = np.zeros(layout.size, np.float32)
    for slot in layout.slots:
        before = old.find(slot.node, slot.spec.name)
        if before is not None and before.spec.shape == slot.spec.shape:
            vector[slot.start : slot.stop] = values[before.start : before.stop]
        else:
            vector[slot.start : slot.stop] = initial_array(slot, seed)
    return vector


def initial_array(slot: Slot, seed: int) -> Floats:
    """What one array begins with, float32, as it lies in the flat vector."""
    part = np.zeros(slot.stop - slot.start, np.float32)
    initialize(part, slot.spec, draws(seed, "initial weights", slot.node, slot.spec.name))
    return part


def _initial(layout: Layout, seed: int) -> Floats:
    vector = np.zeros(layout.size, np.float32)
    for slot in layout.slots:
        vector[slot.start : slot.stop] = initial_array(slot, seed)
    return vector
