"""A single pixel is given another colour."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np

from cnnstudio.nn.looking.flipping.flip import Flip, Search, margin
from cnnstudio.nn.network.network import Abandoned
from cnnstudio.nn.network.shard import never

#: no more pictures than this are tried
MOST = 8192
_AT_ONCE = 256


def one_pixel(
    search: Search,
    most: int = MOST,
    progress: Callable[[float], object] | None = None,
    cancelled: Callable[[], bool] = never,
) -> Flip:
    """Each channel of one pixel set to nothing or all there is, never between, pixel by pixel, those first on which the
    answer depends most; the first that flips, else what came nearest. The idea is that of Su et al., “One pixel attack
    for fooling deep neural networks” (2019); they let chance find it, here they are gone through in order, as far as
    ``most`` pictures go.

    Raises:
        Abandoned: ``cancelled`` returned true.
    """
    picture = search.picture
    height, width, channels = picture.shape
    colours = np.array(list(product((0, 255), repeat=channels)), np.uint8) if channels <= 3 else _whole(channels)
    slopes = np.abs(search.uphill(picture[None])[0]).sum(axis=2).reshape(-1)
    order = np.argsort(-slopes, kind="stable")[: max(1, most // len(colours))]
    places = np.repeat(order, len(colours))
    wanted = np.tile(colours, (len(order), 1))
    best: Flip | None = None
    nearest = -np.inf
    for start in range(0, len(places), _AT_ONCE):
        if cancelled():
            raise Abandoned
        now = slice(start, start + _AT_ONCE)
        tries = np.repeat(picture[None], len(places[now]), axis=0)
        tries.reshape(len(tries), height * width, channels)[np.arange(len(tries)), places[now]] = wanted[now]
        flips, says = search.asked(tries, cancelled)
        gains = margin(says, search.answer, search.toward)
        gains[(tries == picture).all(axis=(1, 2, 3))] = -np.inf  # it had that colour before
        chosen = int(np.where(flips, gains, -np.inf).argmax()) if flips.any() else int(gains.argmax())
        if flips.any() or gains[chosen] > nearest:
            nearest = float(gains[chosen])
            best = search.found(tries[chosen], says[chosen])
        if flips.any():
            break
        if progress is not None:
            progress(min(1.0, (start + _AT_ONCE) / len(places)))
    assert best is not None
    return best if best.flipped else search.found(best.after, best.says)


def _whole(channels: int) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    """Black and white alone, where there are too many channels for all mixtures."""
    return np.array([[0] * channels, [255] * channels], np.uint8)
