"""The score of a picture, shared out over its pixels along the way from a black one to it.

After Sundararajan, Taly and Yan, “Axiomatic attribution for deep networks” (2017). What all pixels get adds up to the
score less that of the black picture, up to the steps the way is taken in; so it can be seen whether these are enough.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from cnnstudio.nn.arrays import Array, Floats
from cnnstudio.nn.looking.attribution.class_score import BATCH, ClassScore, pixels
from cnnstudio.nn.network.shard import Abandoned, never

#: the first and the most steps, and the gap at which there are enough
FEWEST, MOST, ENOUGH = 16, 1024, 0.01
#: into how many stretches the way is told
STRETCHES = 16


@dataclass(frozen=True, eq=False)
class Integrated:
    """What each number of a picture gets (H, W, C), in how many steps that was found, and the way there: ``stretches``
    of equal length, of each what every pixel gets (stretches, H, W); the map is their sum. ``scores`` (stretches + 1,)
    are those at their ends, from black to the picture."""

    values: Floats
    steps: int
    stretches: Floats
    scores: Floats

    @property
    def risen(self) -> float:
        """How much larger the score of the picture is than that of black."""
        return float(self.scores[-1]) - float(self.scores[0])

    @property
    def gap(self) -> float:
        """How far what was shared out lies from that, as a share of it: 0 for exact steps."""
        found = float(self.values.sum(dtype=np.float64))
        return abs(found - self.risen) / max(abs(self.risen), 1e-12)

    @property
    def complete(self) -> bool:
        """Whether the gap is as small as it is to be."""
        return self.gap <= ENOUGH


def integrated_gradients(
    score: ClassScore,
    picture: Array,
    label: int,
    progress: Callable[[float], object] | None = None,
    cancelled: Callable[[], bool] = never,
    most: int = MOST,
) -> Integrated:
    """Of a picture (H, W, C), uint8: twice as many steps again and again until the gap is small, or there are too many.

    Raises:
        Abandoned: ``cancelled`` returned true.
    """
    steps = FEWEST
    while True:
        found = in_steps(score, picture, label, steps, cancelled)
        if progress is not None:
            progress(1.0 if found.complete else steps / most)
        if found.complete or steps >= most:
            return found
        steps *= 2


def in_steps(
    score: ClassScore, picture: Array, label: int, steps: int, cancelled: Callable[[], bool] = never
) -> Integrated:
    """In just so many steps, a multiple of ``STRETCHES``, each with the slope in its middle."""
    whole = pixels(picture)
    parts = np.zeros((STRETCHES, *picture.shape), np.float64)
    places = (np.arange(steps, dtype=np.float32) + np.float32(0.5)) / steps
    for start in range(0, steps, BATCH):
        if cancelled():
            raise Abandoned
        part = places[start : start + BATCH]
        found = score.slopes(part[:, None, None, None] * whole, label).slopes[score.ends.input]
        np.add.at(parts, (np.arange(start, start + len(part)) * STRETCHES) // steps, found)
    parts *= whole / steps
    ends = np.linspace(0, 1, STRETCHES + 1, dtype=np.float32)
    scores = score.slopes(ends[:, None, None, None] * whole, label).scores[:, label]
    return Integrated(parts.sum(axis=0).astype(np.float32), steps, parts.sum(axis=3), scores)
