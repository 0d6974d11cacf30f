"""The way from one picture to another, and what the network says on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from cnnstudio.nn.arrays import Array, Floats
from cnnstudio.nn.looking.flipping.answering import Answering
from cnnstudio.nn.network.shard import never

#: steps from one to the other
STEPS = 64


@dataclass(frozen=True, eq=False)
class Morph:
    """``shares`` (STEPS + 1,) of the second picture, the mixed ``pictures`` uint8 (STEPS + 1, H, W, C), and what the
    network says of each (STEPS + 1, classes)."""

    shares: Floats
    pictures: Array
    says: Floats

    @property
    def turns(self) -> tuple[tuple[float, int, int], ...]:
        """Where the answer changes: the share there, the answer before and the one from there on."""
        answers = self.says.argmax(axis=1)
        places = np.flatnonzero(np.diff(answers)) + 1
        return tuple((float(self.shares[at]), int(answers[at - 1]), int(answers[at])) for at in places)


def morph(
    answering: Answering,
    one: Array,
    other: Array,
    progress: Callable[[float], object] | None = None,
    cancelled: Callable[[], bool] = never,
) -> Morph:
    """Mix two pictures uint8 (H, W, C) number by number, (1 − t) · one + t · other, in whole levels.

    Raises:
        Abandoned: ``cancelled`` returned true.
    """
    shares = np.linspace(0, 1, STEPS + 1)
    t = shares[:, None, None, None]
    mixed = np.round((1 - t) * one + t * other).astype(np.uint8)
    return Morph(shares, mixed, answering(mixed, progress, cancelled))
