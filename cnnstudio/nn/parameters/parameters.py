"""All parameters of a network as one flat vector with named slices, in the public layout.

An optimizer step is a handful of vector operations, a snapshot one copy, a checkpoint one write.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import DTypeLike

from cnnstudio.nn.arrays import Floats, Shape
from cnnstudio.nn.graph.graph import Graph
from cnnstudio.nn.graph.initializers import initialize
from cnnstudio.nn.graph.layer import Layer, ParameterSpec
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

    @property
    def key(self) -> tuple[str, str]:
        """Node and name; no other array of a network has both."""
        return self.node, self.spec.name


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
        return {slot.key: slot for slot in self.slots}

    @cached_property
    def _by_node(self) -> dict[str, list[Slot]]:
        found: dict[str, list[Slot]] = {}
        for slot in self.slots:
            found.setdefault(slot.node, []).append(slot)
        return found

    def of(self, node: str) -> Sequence[Slot]:
        """The slices of one node."""
        return self._by_node.get(node, ())

    def views(self, vector: Floats, node: str) -> dict[str, Floats]:
        """Views of one node's arrays, by name, in their public shapes."""
        return {slot.spec.name: vector[slot.start : slot.stop].reshape(slot.spec.shape) for slot in self.of(node)}

    def find(self, node: str, name: str) -> Slot | None:
        """The slice with this name, or None."""
        return self._by_name.get((node, name))

    def fits(self, slot: Slot) -> bool:
        """Whether it has an array of the same node, name and shape as a slice of another layout."""
        found = self.find(*slot.key)
        return found is not None and found.spec.shape == slot.spec.shape

    @property
    def firsts(self) -> Sequence[Slot]:
        """The first slice, the weights, of each node that has any."""
        return [slots[0] for slots in self._by_node.values()]

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
    learned, kept = _Laying(), _Laying()
    for node_id in graph.order:
        found = graph.inferred[node_id]
        if found.output is not None:
            specs, state = _specs(graph[node_id].layer, found.inputs)
            learned.lay(node_id, specs)
            kept.lay(node_id, state)
    return Layout(tuple(learned.slots)), Layout(tuple(kept.slots))


class _Laying:
    """Lays arrays one behind the other."""

    def __init__(self) -> None:
        self.slots: list[Slot] = []
        self._end = 0

    def lay(self, node: str, specs: Iterable[ParameterSpec]) -> None:
        for spec in specs:
            self.slots.append(Slot(node, spec, self._end))
            self._end += math.prod(spec.shape)


@lru_cache(maxsize=8192)  # after an edit most layers take what they took before
def _specs(layer: Layer, inputs: tuple[Shape, ...]) -> tuple[tuple[ParameterSpec, ...], tuple[ParameterSpec, ...]]:
    """What a layer learns and what it keeps beside, with these inputs."""
    return tuple(layer.parameters(inputs)), tuple(layer.state(inputs))


#: so many parameters, 400 MB, are not made only because there is something to be shown of them
MOST_UNASKED = 100_000_000
#: so many numbers are made in a moment
_MOST_AT_ONCE = 300_000
#: the arrays in which each filter has a part of its own
BY_FILTER = ("weights", "bias")


@dataclass(frozen=True)
class Start:
    """What an array begins as: drawn from a seed, or with None as it is in the parameters before; of some filters, the
    muted ones, everything is zero. ``spec`` says how it was to be drawn where its layer has been changed since."""

    seed: int | None
    muted: frozenset[int] = frozenset()
    spec: ParameterSpec | None = None


#: for every slot of both layouts, by its key
Starts = Mapping[tuple[str, str], Start]
#: as it is in the parameters before
_KEPT = Start(None)


class Parameters:
    """What a network has learned (``vector``) and the state it keeps without learning it (``state``).

    The arrays may still have to be made: ``drafted`` states what they begin as, and whoever needs them first makes
    them, once, in any thread. Nobody can write to those.
    """

    def __init__(self, layout: Layout, vector: Floats, state_layout: Layout, state: Floats) -> None:
        self.layout, self.state_layout = layout, state_layout
        self._made: tuple[Floats, Floats] | None = (vector, state)
        self._source: Parameters | None = None
        self._lock = threading.Lock()
        #: what the arrays began as and still are; None where that is not known
        self.starts: Starts | None = None

    @classmethod
    def drafted(cls, layout: Layout, state_layout: Layout, starts: Starts, source: Parameters | None) -> Parameters:
        """Parameters whose arrays are made when they are needed. ``source`` are those before."""
        draft = cls(layout, _NONE, state_layout, _NONE)
        draft._made, draft._source, draft.starts = None, source, starts
        return draft

    @property
    def vector(self) -> Floats:
        """The learned numbers, made if they were not yet: float32 or, in copies, another precision."""
        return self._arrays()[0]

    @property
    def state(self) -> Floats:
        """The numbers kept beside, made if they were not yet."""
        return self._arrays()[1]

    @property
    def made(self) -> bool:
        """Whether the arrays are there; reading them is quick then."""
        return self._made is not None

    @property
    def source(self) -> Parameters | None:
        """The parameters that a draft takes kept arrays from; itself once it is made."""
        source = self._source
        return self if self._made is not None else source

    @property
    def finite(self) -> bool:
        """Whether all of it are numbers; nothing is made to find out."""
        source = self._source
        if (made := self._made) is not None:
            return all(bool(np.isfinite(values).all()) for values in made)
        return source is None or source.finite

    def part(self, slot: Slot, state: bool = False) -> Floats:
        """One array of the learned ones, or of the state, flat; only this one is made for it."""
        source = self._source  # read first: it is let go once the arrays are made
        if (made := self._made) is not None:
            return made[state][slot.start : slot.stop]
        start = self._start(slot)
        before = None if source is None else (source.state_layout if state else source.layout).find(*slot.key)
        if start.seed is None or (before is not None and source is not None and _alike(self, slot, source, before)):
            assert source is not None and before is not None, "what is kept is kept from somewhere"
            values = source.part(before, state).copy()
        else:
            values = initial_array(Slot(slot.node, start.spec or slot.spec, slot.start), start.seed)
        for number in start.muted:
            values.reshape(slot.spec.shape)[number] = 0.0
        return values

    def arrays(self, node: str) -> Mapping[str, Floats]:
        """A node's learned arrays by name."""
        if (made := self._made) is not None:
            return self.layout.views(made[0], node)
        return {slot.spec.name: self.part(slot).reshape(slot.spec.shape) for slot in self.layout.of(node)}

    def at_hand(self, node: str) -> Mapping[str, Floats] | None:
        """A node's learned arrays by name; None where they are large and have to be made first, which takes time."""
        large = sum(slot.stop - slot.start for slot in self.layout.of(node)) > _MOST_AT_ONCE
        return None if large and not self.made else self.arrays(node)

    @property
    def costly(self) -> bool:
        """Whether they are still to be made, and take so much time and memory that nobody should unasked."""
        return not self.made and self.layout.size > MOST_UNASKED

    def state_arrays(self, node: str) -> Mapping[str, Floats]:
        """Views of a node's state arrays by name."""
        return self.state_layout.views(self.state, node)

    def copy(self, dtype: DTypeLike | None = None) -> Parameters:
        """An independent, writable copy, in another precision if wanted."""
        vector, state = self._arrays()
        dtype = dtype or vector.dtype
        return Parameters(
            self.layout, vector.astype(dtype, copy=True), self.state_layout, state.astype(dtype, copy=True)
        )

    def frozen(self) -> Parameters:
        """An independent copy that nobody can write to: safe to hand to other threads and to keep for undo."""
        if self._made is None:
            return self
        copied = self.copy()
        copied.vector.flags.writeable = False
        copied.state.flags.writeable = False
        return copied

    def muting(self, filters: Collection[tuple[str, int]]) -> Parameters:
        """A draft in which these filters, (node, number from 0), are zero as well; itself where they are already."""
        starts = {slot.key: self._start(slot) for slot in (*self.layout.slots, *self.state_layout.slots)}
        for node, number in filters:
            for name in BY_FILTER:
                slot = self.layout.find(node, name)
                if slot is not None and number < slot.spec.shape[0]:
                    start = starts[slot.key]
                    starts[slot.key] = replace(start, muted=start.muted | {number})
        if starts == self.starts:
            return self
        return Parameters.drafted(self.layout, self.state_layout, starts, self.source)

    def begins(self, slot: Slot, seed: int) -> bool:
        """Whether a learned array is what a seed gives, to the bit."""
        return self._start(slot) == Start(seed) or np.array_equal(self.part(slot), initial_array(slot, seed))

    def untouched(self, seed: int, muted: Collection[tuple[str, int]]) -> bool:
        """Whether all of it is known to be what a seed gives, with these filters muted and no others; nothing is made
        to say it."""
        begun = Parameters.drafted(self.layout, self.state_layout, _begun(self.layout, self.state_layout, seed), None)
        return self.starts == begun.muting(muted).starts

    def _start(self, slot: Slot) -> Start:
        return _KEPT if self.starts is None else self.starts[slot.key]

    def _arrays(self) -> tuple[Floats, Floats]:
        with self._lock:
            if self._made is None:
                found = np.empty(self.layout.size, np.float32), np.empty(self.state_layout.size, np.float32)
                for values, layout in zip(found, (self.layout, self.state_layout), strict=True):
                    for slot in layout.slots:
                        values[slot.start : slot.stop] = self.part(slot, layout is self.state_layout)
                    values.flags.writeable = False
                self._made, self._source = found, None
            return self._made


_NONE: Floats = np.zeros(0, np.float32)


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The weights of a network at one moment. ``step`` counts optimizer steps from 0; ``run`` names the training
    run whose weights at that step they are, or is empty where they are no run's as a whole.

    ``origins`` tell of layers whose weights come from elsewhere: from another run, or with "" from the seed.
    """

    parameters: Parameters
    run: str = ""
    step: int = 0
    origins: Mapping[str, str] = field(default_factory=dict)

    def origin(self, node: str) -> str:
        """The run that a layer's weights come from, also where they have been changed by hand since; "" for the
        seed."""
        return self.origins.get(node, self.run)

    @property
    def runs(self) -> frozenset[str]:
        """The runs that weights of some layer come from."""
        found = {self.origin(slot.node) for slot in self.parameters.layout.firsts}
        return frozenset(found - {""})

    @property
    def drawn(self) -> bool:
        """Whether all of it is known to be as a seed draws it: nothing was learned, brought along or made by hand."""
        starts = self.parameters.starts
        first = not (self.run or self.step)
        return first and starts is not None and all(start.seed is not None for start in starts.values())

    def same(self, other: Snapshot) -> bool:
        """Whether they are the same weights of the same moment, to the bit. Nothing is compared but of one step."""
        one, two = self.parameters, other.parameters
        alike = (self.run, self.step) == (other.run, other.step) and one.layout == two.layout
        return one is two or (alike and np.array_equal(one.vector, two.vector) and np.array_equal(one.state, two.state))

    def changed(self, parameters: Parameters) -> Snapshot:
        """Other parameters that were made of these and are no run's as a whole. Layers come from where they came from
        if their first array, the weights, still fits; of the others biases may survive, but they begin anew."""
        return Snapshot(parameters, "", self.step, origins_of(parameters.layout, "", self))


def origins_of(layout: Layout, run: str, *sources: Snapshot) -> dict[str, str]:
    """The ``origins`` of weights beside ``run``, where each layer has the arrays of the first of ``sources`` that they
    fit, or begins from the seed."""
    found: dict[str, str] = {}
    for slot in layout.firsts:
        fitting = (source for source in sources if source.parameters.layout.fits(slot))
        source = next(fitting, None)
        found[slot.node] = "" if source is None else source.origin(slot.node)
    return {node: origin for node, origin in found.items() if origin != run}


def initial_parameters(graph: Graph, seed: int) -> Parameters:
    """Untrained parameters: weights as their layers say, zeros for biases.

    Every array depends on the seed, its node's id and its name only.
    """
    learned, kept = layouts(graph)
    return Parameters(learned, _initial(learned, seed), kept, _initial(kept, seed))


def untrained_parameters(graph: Graph, seed: int) -> Parameters:
    """The same, made when they are needed."""
    learned, kept = layouts(graph)
    return Parameters.drafted(learned, kept, _begun(learned, kept, seed), None)


def _begun(learned: Layout, kept: Layout, seed: int) -> Starts:
    return dict.fromkeys((slot.key for slot in (*learned.slots, *kept.slots)), Start(seed))


def carried_over(old: Parameters, graph: Graph, seed: int, nodes: Collection[str] | None = None) -> Parameters:
    """Parameters for an edited graph: arrays whose node, name and shape still fit are kept, of some nodes only if
    ``nodes`` are given; the rest begins anew. They are made when they are needed.

    Returns ``old`` itself when nothing differs.
    """
    learned, kept = layouts(graph)
    if learned == old.layout and kept == old.state_layout and nodes is None:
        return old
    starts: dict[tuple[str, str], Start] = {}
    for layout, before in ((learned, old.layout), (kept, old.state_layout)):
        for slot in layout.slots:
            had = before.find(*slot.key) if nodes is None or slot.node in nodes else None
            fits = had is not None and had.spec.shape == slot.spec.shape
            starts[slot.key] = _kept(old._start(had), had, slot) if had is not None and fits else Start(seed)
    return Parameters.drafted(learned, kept, starts, old.source)


def _kept(start: Start, had: Slot, slot: Slot) -> Start:
    """The start of an array that is kept, told for the slot where it lies now."""
    if start.seed is None or had.spec == slot.spec:
        return start
    drawn = start.spec or had.spec
    return Start(start.seed, start.muted, None if drawn == slot.spec else drawn)


def _alike(one: Parameters, slot: Slot, other: Parameters, before: Slot) -> bool:
    """Whether two arrays of the same name are known to begin alike."""
    start = one._start(slot)
    return start.seed is not None and start == _kept(other._start(before), before, slot)


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
