"""Why this answer? A patch of the picture is hidden, and the answer falls where the network looked.

After Zeiler and Fergus, Visualizing and Understanding Convolutional Networks (2014), section 4.2.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from cnnstudio.nn.arrays import Array, Floats
from cnnstudio.nn.graph.graph import Graph
from cnnstudio.nn.network.network import Abandoned, classifier, compile_network
from cnnstudio.nn.network.shard import never
from cnnstudio.nn.parameters.parameters import Parameters

#: so many hidden pictures go through the network at once
_BATCH = 32


@dataclass(frozen=True, eq=False)
class Occlusion:
    """``probabilities`` (rows, columns, classes) with the patch at each place; its top left pixel there is ``stride``
    times row and column, in the last ones no further than the picture of ``size`` (H, W) goes. ``whole`` (classes,) are
    those of the picture as it is, ``answer`` is the largest of them."""

    probabilities: Floats
    whole: Floats
    patch: int
    stride: int
    ground: tuple[int, ...]
    size: tuple[int, int]

    @property
    def answer(self) -> int:
        """The class that the network takes the picture for."""
        return int(np.argmax(self.whole))

    @property
    def falls(self) -> Floats:
        """How much less probable the answer is with the patch at each place (rows, columns); below 0 where more."""
        return self.falls_of(self.answer)

    def falls_of(self, label: int) -> Floats:
        """The same of any class."""
        fallen: Floats = self.whole[label] - self.probabilities[:, :, label]
        return fallen

    def by_pixel(self, shape: tuple[int, ...], label: int = -1) -> Floats:
        """For each pixel (H, W) the mean of the falls with it hidden, of the answer or of class ``label``."""
        total, count = np.zeros(shape[:2]), np.zeros(shape[:2])
        for (row, column), fall in np.ndenumerate(self.falls_of(label if label >= 0 else self.answer)):
            inside = self.pixels(row, column)
            total[inside] += fall
            count[inside] += 1
        return np.divide(total, count, out=np.zeros(shape[:2]), where=count > 0)

    def pixels(self, row: int, column: int) -> tuple[slice, slice]:
        """What the patch hides at a place."""
        return under(row, column, self.patch, self.stride, self.size)


def places(extent: int, patch: int, stride: int) -> int:
    """How many places a patch has along a side, so that each pixel of it is under one."""
    return -(-(extent - patch) // stride) + 1


def under(row: int, column: int, patch: int, stride: int, size: tuple[int, int]) -> tuple[slice, slice]:
    """The pixels of a picture of this ``size`` (H, W) under a square patch at a place, ``stride`` pixels apart; the
    last place ends where the picture does."""
    top, left = (min(place * stride, extent - patch) for place, extent in zip((row, column), size, strict=True))
    return slice(top, top + patch), slice(left, left + patch)


def ground_of(image: Array) -> tuple[int, ...]:
    """The colour along the rim of a picture (H, W, C), uint8: what a patch is hidden with."""
    rim = np.concatenate([image[0], image[-1], image[:, 0], image[:, -1]])
    return tuple(int(value) for value in np.median(rim, axis=0))


def hidden(image: Array, where: tuple[slice, slice], ground: tuple[int, ...]) -> Array:
    """A copy of a picture (H, W, C), uint8, with some pixels hidden."""
    copy = np.array(image)
    copy[where] = np.array(ground, np.uint8)
    return copy


def occlusion(
    graph: Graph,
    parameters: Parameters,
    image: Array,
    *,
    patch: int = 0,
    stride: int = 0,
    cancelled: Callable[[], bool] = never,
) -> Occlusion:
    """Hide a square ``patch`` of an image (H, W, C), uint8, at every place, ``stride`` pixels apart, and look what the
    network makes of it. Left out, the patch is a fifth of the shorter side and moves by half of itself.

    Raises:
        GraphError: the graph is no classifier.
        Abandoned: ``cancelled`` returned true.
    """
    softmax = classifier(graph).softmax
    side = min(image.shape[:2])
    patch = max(1, min(patch or round(side / 5), side))
    stride = max(1, stride or patch // 2)
    size = (image.shape[0], image.shape[1])
    rows, columns = (places(extent, patch, stride) for extent in size)
    ground = ground_of(image)
    whole = graph.restricted(graph.ancestors(softmax) | {softmax})
    network = compile_network(whole, parameters, _BATCH, mode="eval", outputs=(softmax,))
    found = np.zeros((rows * columns + 1, graph.shape(softmax)[0]), np.float32)
    batch = np.repeat(image[None], _BATCH, axis=0)
    for start in range(0, len(found), _BATCH):
        if cancelled():
            raise Abandoned
        now = range(start, min(start + _BATCH, len(found)))
        for number, place in enumerate(now):  # the first is the whole picture
            row, column = divmod(place - 1, columns)
            batch[number] = hidden(image, under(row, column, patch, stride, size), ground) if place else image
        network.forward(batch)
        found[now.start : now.stop] = network.value(softmax)[: len(now)]
    return Occlusion(found[1:].reshape(rows, columns, -1), found[0], patch, stride, ground, size)
