"""Measures a step of training from beside: it reads what the step has computed, and computes nothing that it uses."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from cnnstudio.nn.arrays import Array, Floats
from cnnstudio.nn.graph.graph import Graph
from cnnstudio.nn.network.network import Network, classifier, compile_network
from cnnstudio.nn.network.plan import Plan
from cnnstudio.nn.network.team import Team
from cnnstudio.nn.parameters.parameters import Layout, Parameters
from cnnstudio.nn.training.measured import SHARES, Figures, Measured, activation_of, can_be_silent

#: at most so many pictures of the batch go through the network once more, for what it says behind its activations
PICTURES = 64
#: of at most so many numbers the quantiles are taken, spread evenly over all; and so many are handed on as pictures
SAMPLE, MOST = 4096, 1 << 18

_NO_NUMBER = math.nan


@dataclass
class Gauge:
    """For one training: graph, parameters and plan are those that it trains with, ``locked`` layers stand still.

    ``before`` a step and ``after`` it are called around the optimizer. What is behind activations is of the weights
    after the step, and without dropout.
    """

    graph: Graph
    parameters: Parameters
    plan: Plan
    locked: frozenset[str]
    _networks: dict[int, Network] = field(default_factory=dict)

    def __post_init__(self) -> None:
        layout = self.parameters.layout
        ends = classifier(self.graph)
        trained = self.graph.ancestors(ends.softmax)
        self._weights = {slot.node: slot for slot in layout.firsts if slot.node in trained}
        self._parts = {node: _part(layout, node) for node in self._weights}
        self._behind = {node: activation_of(self.graph, node) for node in self._weights}

    def close(self) -> None:
        """Free the memory."""
        for network in self._networks.values():
            network.close()
        self._networks.clear()

    def before(self, gradient: Floats, chosen: str = "") -> Before:
        """What the step is going to change or use up; ``chosen`` is the layer whose arrays are wanted."""
        began = time.perf_counter()
        lengths = {node: _length(gradient[part]) for node, part in self._parts.items() if node not in self.locked}
        slopes = {node: _quantiles(gradient[slot.start : slot.stop]) for node, slot in self._weights.items()}
        wanted = self.parameters.layout.find(chosen, "weights") is not None and chosen in self._weights
        kept = self._shown(gradient, chosen).copy() if wanted else None
        weights = self.parameters.vector.copy()
        return Before(chosen, weights, lengths, slopes, kept, time.perf_counter() - began)

    def after(
        self,
        before: Before,
        images: Array,
        memory: Mapping[str, Floats],
        *,
        cancelled: Callable[[], bool],
        team: Team,
    ) -> Measured:
        """The step that has been taken, on ``images`` (N, H, W, C) as the network saw them; ``memory`` is the
        optimizer's.

        Raises:
            Abandoned: ``cancelled`` returned true.
        """
        seen = images[:PICTURES]
        if len(seen) not in self._networks:
            wanted = frozenset(self._behind.values())
            made = compile_network(self.graph, self.parameters, len(seen), plan=self.plan, outputs=wanted)
            self._networks[len(seen)] = made
        began = time.perf_counter()  # what is made once is no price of each
        network = self._networks[len(seen)]
        network.forward(seen, cancelled=cancelled, team=team)
        with np.errstate(all="ignore"):  # of a run that diverges there are figures all the same
            return self._measured(before, network, memory, began)

    def _measured(self, before: Before, network: Network, memory: Mapping[str, Floats], began: float) -> Measured:
        vector, chosen = self.parameters.vector, before.chosen
        figures, spread = {}, np.empty((3, len(self._weights), len(SHARES)), np.float32)
        for row, (node, slot) in enumerate(self._weights.items()):
            part, behind = self._parts[node], network.outputs_of(self._behind[node])
            moved = before.weights[part]
            size = _length(moved)
            step = _length(np.subtract(vector[part], moved, out=moved if node != chosen else None))
            figures[node] = Figures(
                _short(before.lengths.get(node, _NO_NUMBER)),
                _short(step / size if size and node not in self.locked else _NO_NUMBER),
                _short(_silent(behind) if can_be_silent(self.graph, self._behind[node]) else _NO_NUMBER),
            )
            values = np.concatenate([_sampled(one, SAMPLE // len(behind)) for one in behind])
            spread[:, row] = _quantiles(vector[slot.start : slot.stop]), _quantiles(values), before.slopes[node]
        arrays: dict[str, Floats] = {}
        if before.gradient is not None:
            now, was = self._shown(vector, chosen).copy(), self._shown(before.weights, chosen)
            arrays = {"weights": now, "gradient": before.gradient, "update": now - was}
            arrays |= {name: self._shown(flat, chosen).copy() for name, flat in memory.items()}
        seconds = before.seconds + time.perf_counter() - began
        return Measured(seconds, figures, spread, chosen if arrays else "", arrays)

    def _shown(self, flat: Floats, node: str) -> Floats:
        """A layer's part of a flat vector, as far as it is handed on: whole filters, (filters, …)."""
        slot = self._weights[node]
        whole = flat[slot.start : slot.stop].reshape(slot.spec.shape)
        return whole[: max(1, MOST * len(whole) // max(1, whole.size))]


@dataclass(frozen=True, eq=False)
class Before:
    """What ``Gauge.before`` has kept of a step."""

    chosen: str
    weights: Floats
    lengths: Mapping[str, float]
    slopes: Mapping[str, Floats]
    gradient: Floats | None
    seconds: float


def _part(layout: Layout, node: str) -> slice:
    """All that a layer learns lies together."""
    slots = layout.of(node)
    return slice(slots[0].start, slots[-1].stop)


def _length(values: Floats) -> float:
    return math.sqrt(float(np.dot(values, values)))


def _short(value: float) -> float:
    """Six digits are enough for whoever looks, and for a file."""
    return float(f"{value:.6g}")


def _silent(behind: list[Floats]) -> float:
    """The share of the maps, or units, that are above 0 nowhere: of a layer's output (H, C, W, N) or (units, N)."""
    axes = (0, 2, 3) if behind[0].ndim == 4 else (1,)
    loudest = np.max([share.max(axis=axes) for share in behind], axis=0)
    return float(np.mean(loudest <= 0))


def _sampled(values: Floats, most: int) -> Floats:
    """At most about so many of the numbers, evenly spread; an odd stride meets all pictures."""
    flat = values.reshape(-1)
    return flat[:: (flat.size // most) | 1] if flat.size > most else flat


def _quantiles(values: Floats) -> Floats:
    """The values at ``SHARES`` of the numbers in their order, the nearest one each."""
    ordered = np.sort(_sampled(values, SAMPLE))
    found: Floats = ordered[np.rint(SHARES * (len(ordered) - 1)).astype(np.int64)]
    return found
