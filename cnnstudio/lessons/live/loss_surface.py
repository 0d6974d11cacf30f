"""The loss of a real network on real pictures, as two of its weights move and all others stay."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cnnstudio.nn.arrays import Array, Floats
from cnnstudio.nn.graph.graph import Graph
from cnnstudio.nn.network.network import classifier, compile_network
from cnnstudio.nn.parameters.parameters import Snapshot, layouts
from cnnstudio.nn.rules.optimizers import SGD

At = tuple[float, float]

#: how much the loss rises, on average, at the edge of what is shown: a share of the loss, and at least so much
_RISE, _LEAST = 0.4, 0.4
#: among so many of the steepest weights the second one is looked for
_LOOKED_AT = 200
_NARROWEST, _WIDEST = 0.25, 64.0


@dataclass(frozen=True)
class Slopes:
    """At one point: the loss, its gradient by backpropagation, and the same by trying."""

    at: At
    loss: float
    gradient: At
    tried: At


class LossSurface:
    """Mean cross-entropy of a few pictures (N, H, W, C), uint8, over two weights; in float64, not safe in two threads.

    ``first`` is the index of the node's steepest weight (``pair`` 0), the second steepest (1), …, beyond the last of
    the first again; ``second`` of the next steepest of another filter or unit, if there is one; or they are those of
    ``weights``. ``now`` is what they are.

    Raises:
        GraphError: the graph is no classifier.
    """

    def __init__(
        self,
        graph: Graph,
        snapshot: Snapshot,
        images: Array,
        labels: Array,
        node: str,
        pair: int = 0,
        weights: tuple[tuple[int, ...], tuple[int, ...]] | None = None,
    ) -> None:
        ends = classifier(graph)
        part = graph.computable.restricted(graph.computable.ancestors(ends.softmax))
        self._images, self._labels, self._ends = images, labels, ends
        self._parameters = snapshot.parameters.copy(np.float64)
        self._network = compile_network(part, self._parameters, len(images), outputs=(ends.logits,))
        self._probe = compile_network(part, self._parameters, len(images), mode="probe")
        self._node, self._weights = node, self._parameters.arrays(node)["weights"]
        self.first, self.second = weights or self._steepest(pair)
        self.now: At = (float(self._weights[self.first]), float(self._weights[self.second]))

    def loss(self, at: At) -> float:
        """The loss where the two weights have these values; infinite where it is beyond all numbers."""
        self._put(at)
        with np.errstate(all="ignore"):
            self._network.forward(self._images)
            return self._mean(self._network.value(self._ends.logits))

    def slopes(self, at: At) -> Slopes:
        """The loss and both of its slopes, by backpropagation and by trying."""
        self._put(at)
        with np.errstate(all="ignore"):
            found = self._gradients()
        here = self.loss(at)
        gradient = (float(found[self.first]), float(found[self.second]))
        tried = []
        for way in ((1.0, 0.0), (0.0, 1.0)):
            step = 1e-5 * max(1.0, abs(at[0]) * way[0] + abs(at[1]) * way[1])
            low, high = (self.loss((at[0] + s * way[0], at[1] + s * way[1])) for s in (-step, step))
            tried.append((high - low) / (2 * step))
        return Slopes(at, here, gradient, (tried[0], tried[1]))

    def reach(self) -> float:
        """How far to look to every side so that the loss rises clearly at the edge."""
        here = self.loss(self.now)
        reach = _NARROWEST
        while reach < _WIDEST:
            around = [self.loss(self._around(reach, turn)) for turn in range(8)]
            if np.mean(np.minimum(around, 1e6)) >= here + max(_LEAST, _RISE * here):
                break
            reach *= 2
        return reach

    def highest_around(self, reach: float) -> At:
        """Of eight places around, three quarters of the way to the edge, the one with the greatest loss."""
        places = [self._around(0.75 * reach, turn) for turn in range(8)]
        return max(places, key=self.loss)

    def row(self, second: float, firsts: NDArray[np.float64]) -> NDArray[np.float64]:
        """The losses along one line: the second weight stays, the first takes all these values."""
        return np.array([self.loss((float(first), second)) for first in firsts])

    def _around(self, far: float, turn: int) -> At:
        angle = np.pi * (2 * turn + 1) / 8
        return self.now[0] + far * float(np.cos(angle)), self.now[1] + far * float(np.sin(angle))

    def _steepest(self, pair: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
        order = np.argsort(-np.abs(self._gradients()).ravel(), kind="stable")
        places = [self._index(int(place)) for place in np.roll(order, -pair)[:_LOOKED_AT]]
        first = places[0]
        others = [index for index in places if index[:-3] != first[:-3] or index[0] != first[0]]
        return first, (others or places[1:])[0]

    def _put(self, at: At) -> None:
        self._weights[self.first], self._weights[self.second] = at

    def _gradients(self) -> Floats:
        self._probe.forward(self._images)
        logits = self._probe.value(self._ends.logits)
        seed = np.exp(logits - logits.max(axis=1, keepdims=True))
        seed /= seed.sum(axis=1, keepdims=True)
        seed[np.arange(len(seed)), self._labels] -= 1.0
        return np.array(self._probe.backward(self._ends.logits, seed / len(seed)).parameters[self._node]["weights"])

    def _mean(self, logits: Floats) -> float:
        top = logits.max(axis=1)
        losses = np.log(np.exp(logits - top[:, None]).sum(axis=1)) + top - logits[np.arange(len(logits)), self._labels]
        mean = float(losses.mean())
        return mean if np.isfinite(mean) else float("inf")

    def _index(self, place: int) -> tuple[int, ...]:
        return tuple(int(i) for i in np.unravel_index(place, self._weights.shape))


def stepped(at: At, gradient: At, rate: float) -> At:
    """Where one step of plain gradient descent leads, by the engine's own SGD."""
    weights = np.array(at)
    optimizer = SGD(rate, momentum=0.0)
    optimizer.update(weights, np.array(gradient), optimizer.start(2, np.float64))
    return float(weights[0]), float(weights[1])


def weighty_nodes(graph: Graph) -> tuple[str, ...]:
    """The layers with weights that the loss depends on, in their order.

    Raises:
        GraphError: the graph is no classifier.
    """
    part = graph.computable.restricted(graph.computable.ancestors(classifier(graph).softmax))
    learned, _ = layouts(part)
    own = {slot.node for slot in learned.slots if slot.spec.name == "weights" and slot.stop - slot.start >= 2}
    return tuple(node for node in part.order if node in own)
