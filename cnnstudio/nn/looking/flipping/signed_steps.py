"""Every number of a picture is moved a little: by one step along the signs of the loss's slopes, or by many."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from cnnstudio.nn.arrays import Array, Floats
from cnnstudio.nn.looking.flipping.flip import BOUND, Flip, Search, margin
from cnnstudio.nn.network.network import Abandoned
from cnnstudio.nn.network.shard import never

#: steps of the longer way, and how many bounds are tried side by side: so many pictures does ``score`` look at together
_STEPS, BESIDE = 20, 8


def one_step(search: Search, bound: int = BOUND, cancelled: Callable[[], bool] = never) -> Flip:
    """All numbers moved by the same, up or down as the sign of the slope says (Goodfellow et al., “Explaining and
    harnessing adversarial examples”, 2015): of 1 to ``bound`` levels the fewest that flip the answer, else what came
    nearest.

    Raises:
        Abandoned: ``cancelled`` returned true.
    """
    ways = np.sign(search.uphill(search.picture[None])[0]).astype(np.int16)
    levels = np.arange(1, bound + 1, dtype=np.int16)[:, None, None, None]
    tries = _within(search.picture + levels * ways)
    flips, says = search.asked(tries, cancelled)
    chosen = int(flips.argmax()) if flips.any() else int(margin(says, search.answer, search.toward).argmax())
    return search.found(tries[chosen], says[chosen])


def many_steps(
    search: Search,
    bound: int = BOUND,
    progress: Callable[[float], object] | None = None,
    cancelled: Callable[[], bool] = never,
) -> Flip:
    """Small steps along the signs, each followed by a return to within a bound of the picture (Madry et al., “Towards
    deep learning models resistant to adversarial attacks”, 2018; begun at the picture itself): of the bounds up to
    ``bound`` levels the smallest within which the answer flips, else what came nearest.

    Raises:
        Abandoned: ``cancelled`` returned true.
    """
    low, high, best, number = 0, bound, None, 0
    rounds = max(1, math.ceil(math.log(bound, BESIDE)))
    while best is None or high > low:
        bounds = np.unique(np.linspace(low + 1, high, min(BESIDE, high - low)).round().astype(np.int16))

        def told(share: float, number: int = number) -> None:
            if progress is not None:
                progress(min(1.0, (number + share) / rounds))

        tries, flips, says = _walked(search, bounds, told, cancelled)
        number += 1
        if not flips.any():
            nearest = int(margin(says, search.answer, search.toward).argmax())
            return best or search.found(tries[nearest], says[nearest])
        first = int(flips.argmax())
        best = search.found(tries[first], says[first])
        # within the bound before it did not, so the smallest lies above that, and this one is known
        low, high = (int(bounds[first - 1]) if first else low), int(bounds[first]) - 1
    return best


def _walked(
    search: Search, bounds: Array, progress: Callable[[float], object], cancelled: Callable[[], bool]
) -> tuple[Array, Array, Floats]:
    """For each of the bounds (N,) in levels the picture that the steps lead to, uint8 (N, H, W, C): the first that
    flips; which do (N,), and what the network says of each (N, classes)."""
    original = search.picture.astype(np.int16)
    at = np.repeat(search.picture[None], len(bounds), axis=0)
    says = np.repeat(search.said[None], len(bounds), axis=0)
    reach = bounds[:, None, None, None]
    step = np.maximum(1, -(-reach // 4))
    going = np.arange(len(bounds))
    flipped = np.zeros(len(bounds), bool)
    for number in range(_STEPS):
        if cancelled():
            raise Abandoned
        moved = at[going] + step[going] * np.sign(search.uphill(at[going])).astype(np.int16)
        at[going] = _within(np.clip(moved, original - reach[going], original + reach[going]))
        flipped[going], says[going] = search.asked(at[going], cancelled)
        going = np.flatnonzero(~flipped)
        progress((number + 1) / _STEPS)
        if not len(going):
            break
    return at, flipped, says


def _within(numbers: Array) -> Array:
    """Whole levels as a picture has them."""
    return np.clip(numbers, 0, 255).astype(np.uint8)
