"""Does it matter what a map points at? Pixels are taken away, or put into nothing, the brightest first.

After Petsiuk, Das and Saenko, “RISE” (2018). What takes their place, and which other orders the map is compared with,
decide the verdict, so both are chosen: pixels at random are an easy opponent where the map is one piece, for holes
everywhere harm more than one large one; copies of the map moved elsewhere are a fair one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from cnnstudio.nn.arrays import Array, Floats
from cnnstudio.nn.graph.graph import Graph
from cnnstudio.nn.looking.attribution.class_score import pixels
from cnnstudio.nn.looking.attribution.fills import Fill, filled
from cnnstudio.nn.network.network import Abandoned, classifier, compile_network
from cnnstudio.nn.network.shard import never
from cnnstudio.nn.parameters.parameters import Parameters

Rivals = Literal["moved", "random"]
RIVALS: tuple[Rivals, ...] = get_args(Rivals)
#: how many other orders the map is compared with: to be the best of twenty is chance once in twenty times
MANY = 19
#: in how many steps a picture goes, and how many pictures are looked at together
STEPS, _BATCH = 24, 64


@dataclass(frozen=True, eq=False)
class Mattering:
    """The probability of the class, step by step (STEPS + 1,), as the pixels a map calls brightest are taken away
    (``deleted``) or put in (``inserted``) first; ``others`` have the same of its rivals (rivals, 2, STEPS + 1),
    deletion before insertion. ``stages`` are pictures on the way of the deletion, uint8, after these ``shares`` of the
    pixels, with the probabilities ``staged`` there."""

    deleted: Floats
    inserted: Floats
    others: Floats
    fill: Fill
    rivals: Rivals
    stages: Array
    shares: tuple[float, ...]
    staged: Floats

    @property
    def areas(self) -> tuple[float, float]:
        """The mean probability under deletion and under insertion."""
        return _area(self.deleted), _area(self.inserted)

    @property
    def rival_areas(self) -> Floats:
        """The same of the rivals (rivals, 2)."""
        return np.array([[_area(curve) for curve in rival] for rival in self.others])

    @property
    def matters(self) -> bool:
        """Whether the class is gone sooner than with any of the rivals."""
        return bool(self.areas[0] < self.rival_areas[:, 0].min())

    @property
    def matters_inserted(self) -> bool:
        """Whether it is there sooner than with any of the rivals."""
        return bool(self.areas[1] > self.rival_areas[:, 1].max())


def _area(curve: Floats) -> float:
    return float((curve[1:] + curve[:-1]).mean() / 2)


def mattering(
    graph: Graph,
    parameters: Parameters,
    picture: Array,
    label: int,
    bright: Floats,
    fill: Fill = "blur",
    rivals: Rivals = "moved",
    seed: int = 0,
    progress: Callable[[float], object] | None = None,
    cancelled: Callable[[], bool] = never,
) -> Mattering:
    """Try a map ``bright`` (H, W) of a picture (H, W, C), uint8.

    Raises:
        GraphError: the graph is no classifier.
        Abandoned: ``cancelled`` returned true.
    """
    softmax = classifier(graph).softmax
    part = graph.computable.restricted(graph.ancestors(softmax) | {softmax})
    network = compile_network(part, parameters, _BATCH, outputs=(softmax,))
    whole, empty = pixels(picture), filled(picture, fill, seed)
    orders = [ordered(bright), *(ordered(other) for other in _rivals(bright, rivals, seed))]
    counts = np.linspace(0, bright.size, STEPS + 1).round().astype(np.int64)
    found = np.zeros((len(orders), 2, STEPS + 1))
    places = [(number, way, step) for number in range(len(orders)) for way in range(2) for step in range(STEPS + 1)]
    batch = np.zeros((_BATCH, *picture.shape), np.float32)
    try:
        for start in range(0, len(places), _BATCH):
            if cancelled():
                raise Abandoned
            now = places[start : start + _BATCH]
            for slot, (number, way, step) in enumerate(now):
                under, over = (whole, empty) if way == 0 else (empty, whole)
                batch[slot] = _swapped(under, over, orders[number][: counts[step]])
            network.forward(batch)
            shares = network.value(softmax)[: len(now), label]
            for place, share in zip(now, shares, strict=True):
                found[place] = share
            if progress is not None:
                progress(min(1.0, (start + _BATCH) / len(places)))
    finally:
        network.close()
    steps = [0, 2, 4, 8]
    stages = np.stack([_swapped(whole, empty, orders[0][: counts[step]]) for step in steps])
    seen = np.round(255 * np.clip(stages, 0, 1)).astype(np.uint8)
    shares_gone = tuple(float(counts[step]) / bright.size for step in steps)
    return Mattering(found[0, 0], found[0, 1], found[1:], fill, rivals, seen, shares_gone, found[0, 0, steps])


def ordered(bright: Floats) -> Array:
    """The pixels of a map (H, W) by number, row by row, the brightest first; of equally bright ones those that stand
    first."""
    return np.argsort(-bright.reshape(-1), kind="stable")


def _rivals(bright: Floats, rivals: Rivals, seed: int) -> Iterator[Floats]:
    """Other maps of the same size: pixels at random, or this one moved round and round, none of them near its place
    where the picture is large enough."""
    random = np.random.default_rng(seed)
    height, width = bright.shape
    if rivals == "random":
        for _ in range(MANY):
            yield random.permutation(bright.reshape(-1)).reshape(bright.shape)
        return
    far = [
        (down, across)
        for down in range(height)
        for across in range(width)
        if max(min(down, height - down) / height, min(across, width - across) / width) >= 0.25
    ]
    far = far or [(down, across) for down in range(height) for across in range(width) if down or across]
    chosen = random.choice(len(far), MANY, replace=len(far) < MANY)
    for number in chosen.tolist():
        yield np.roll(bright, far[number], axis=(0, 1))


def _swapped(under: Floats, over: Floats, where: Array) -> Floats:
    """A copy of a picture with the pixels of these numbers from another."""
    found = under.copy()
    found.reshape(-1, found.shape[2])[where] = over.reshape(-1, found.shape[2])[where]
    return found
