"""What training leaves alone: whole layers, and single filters that stay muted."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from cnnstudio.nn.arrays import Floats
from cnnstudio.nn.parameters.parameters import BY_FILTER, Layout, Parameters

#: what they are called in files and messages
LOCKED, MUTED = "locked", "muted"


@dataclass(frozen=True)
class Locks:
    """``layers`` are ids of nodes whose parameters and running statistics stand still; ``filters`` are muted ones,
    (node id, number from 0): their weights and bias are zero and stay zero."""

    layers: frozenset[str] = frozenset()
    filters: frozenset[tuple[str, int]] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.layers or self.filters)

    def within(self, ids: Collection[str]) -> Locks:
        """The locks on these nodes alone."""
        kept = Locks(
            frozenset(node for node in self.layers if node in ids),
            frozenset(muted for muted in self.filters if muted[0] in ids),
        )
        return self if kept == self else kept

    def to_json(self) -> dict[str, Any]:
        """``{"locked": [ids], "muted": {id: [numbers of filters, from 0]}}``, each only where there are any."""
        written: dict[str, Any] = {}
        if self.layers:
            written[LOCKED] = sorted(self.layers)
        if self.filters:
            written[MUTED] = {node: sorted(self.muted(node)) for node in sorted({node for node, _ in self.filters})}
        return written

    def muted(self, node: str) -> frozenset[int]:
        """The muted filters of a node."""
        return frozenset(number for owner, number in self.filters if owner == node)

    def still(self, layout: Layout) -> tuple[slice, ...]:
        """The parts of a flat vector that stand still, in order; parts that touch are one."""
        found = [slice(slot.start, slot.stop) for slot in layout.slots if slot.node in self.layers]
        found += [part for _, part in self._muted_parts(layout)]
        joined: list[slice] = []
        for part in sorted(found, key=lambda part: part.start):
            if joined and part.start <= joined[-1].stop:
                joined[-1] = slice(joined[-1].start, max(joined[-1].stop, part.stop))
            else:
                joined.append(part)
        return tuple(joined)

    def free(self, layout: Layout) -> tuple[slice, ...]:
        """The parts of a flat vector that may move, in order."""
        ends = [0, *(end for part in self.still(layout) for end in (part.start, part.stop)), layout.size]
        return tuple(slice(a, b) for a, b in zip(ends[::2], ends[1::2], strict=True) if a < b)

    def silence(self, parameters: Parameters) -> None:
        """Set the weights and biases of muted filters to zero, in place."""
        for _, part in self._muted_parts(parameters.layout):
            parameters.vector[part] = 0.0

    def are_silent(self, vector: Floats, layout: Layout) -> bool:
        """Whether all muted filters are zero."""
        return not any(vector[part].any() for _, part in self._muted_parts(layout))

    def _muted_parts(self, layout: Layout) -> list[tuple[str, slice]]:
        """Where the muted filters lie, each part with its node."""
        found: list[tuple[str, slice]] = []
        for node, number in sorted(self.filters):
            slots = [slot for name in BY_FILTER if (slot := layout.find(node, name)) is not None]
            for slot in slots:
                each = math.prod(slot.spec.shape[1:])
                if number < slot.spec.shape[0]:
                    found.append((node, slice(slot.start + number * each, slot.start + (number + 1) * each)))
        return found


NO_LOCKS = Locks()


def silenced(parameters: Parameters, locks: Locks) -> Parameters:
    """Parameters whose muted filters are zero; the same object where they are already."""
    if not locks.filters or (parameters.made and locks.are_silent(parameters.vector, parameters.layout)):
        return parameters
    return parameters.muting(locks.filters)


def movable(layout: Layout, locks: Locks) -> dict[str, int]:
    """How many parameters of each node training may move; nodes without any, or locked, are left out."""
    found: dict[str, int] = {}
    for slot in layout.slots:
        if slot.node not in locks.layers:
            found[slot.node] = found.get(slot.node, 0) + slot.stop - slot.start
    for node, part in locks._muted_parts(layout):
        if node in found:
            found[node] -= part.stop - part.start
    return found


def trainable(layout: Layout, locks: Locks) -> int:
    """How many parameters training may move."""
    return sum(movable(layout, locks).values())
