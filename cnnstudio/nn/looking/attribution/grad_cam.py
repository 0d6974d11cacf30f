"""Which places of a layer's maps speak for a class: every map counts as much as the score grows with it.

After Selvaraju et al., “Grad-CAM” (2017). Where the maps go through global average pooling into the scores, that is the
older class activation map (Zhou et al., 2016) up to a factor.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cnnstudio.nn.arrays import Array, Floats
from cnnstudio.nn.graph.graph import Graph
from cnnstudio.nn.looking.attribution.class_score import ClassScore, pixels
from cnnstudio.nn.looking.attribution.enlarging import enlarged
from cnnstudio.nn.network.network import classifier


@dataclass(frozen=True, eq=False)
class GradCam:
    """The account of a map: what the layer says (rows, columns, maps), the weight of each map (maps,), which is the
    mean slope of the score by it, and the ``size`` (H, W) of the picture."""

    node: str
    maps: Floats
    weights: Floats
    size: tuple[int, int]

    @property
    def sums(self) -> Floats:
        """At each place (rows, columns) Σ map × weight."""
        found: Floats = self.maps.astype(np.float64) @ self.weights.astype(np.float64)
        return found

    @property
    def rectified(self) -> Floats:
        """The sums without what speaks against the class (rows, columns)."""
        found: Floats = np.maximum(self.sums, 0)
        return found

    @property
    def values(self) -> Floats:
        """As large as the picture (H, W, 1)."""
        return enlarged(self.rectified, self.size)[:, :, None]

    @property
    def empty(self) -> bool:
        """Whether nothing at this layer speaks for the class."""
        return not self.rectified.any()

    def parts(self, row: int, column: int) -> Floats:
        """What each map adds at a place (maps,): they add up to the sum there."""
        found: Floats = self.maps[row, column].astype(np.float64) * self.weights
        return found

    def order(self) -> Array:
        """The maps, those that add most to the bright places first."""
        bright = self.rectified
        if not bright.any():
            return np.argsort(-np.abs(self.weights), kind="stable")
        added = (bright[:, :, None] * self.maps).sum(axis=(0, 1)) * self.weights
        return np.argsort(-added, kind="stable")


def layers_with_maps(graph: Graph) -> tuple[str, ...]:
    """The layers at which it can be asked: those with maps on the way to the answer, the last first.

    Raises:
        GraphError: the graph is no classifier.
    """
    upstream = graph.ancestors(classifier(graph).softmax)
    return tuple(
        node
        for node in reversed(graph.order)
        if node in upstream
        and graph[node].inputs
        and graph.inferred[node].output is not None
        and len(graph.shape(node)) == 3
    )


def grad_cam(score: ClassScore, picture: Array, label: int, node: str) -> GradCam:
    """For a picture (H, W, C), uint8, at a layer of ``layers_with_maps``."""
    found = score.slopes(pixels(picture)[None], label, [node])
    weights: Floats = found.slopes[node][0].mean(axis=(0, 1), dtype=np.float64).astype(np.float32)
    return GradCam(node, found.values[node][0], weights, (picture.shape[0], picture.shape[1]))
