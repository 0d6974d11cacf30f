"""The maps that a filter makes of each channel by itself: they and the bias add up to its feature map."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from cnnstudio.nn.explaining.dependence import Dependence, Places
from cnnstudio.nn.explaining.parts import Block, Doubles, LedgerPart, Site


def slides(site: Site) -> bool:
    """Whether a layer lays the weights of a filter on a volume, place by place, and so has partial maps."""
    weights = site.arrays.get("weights")
    return weights is not None and weights.ndim in (4, 6) and site.output.ndim == 3


class PartialMaps:
    """The partial maps of filter ``number``, float64, computed row by row as far as they are asked for.

    ``seen`` is how the layer's cells depend on its input. Weights are (filters, kernel height, kernel width, channels)
    or, where every place has its own, (H′, W′, filters, kernel height, kernel width, channels).
    """

    def __init__(self, site: Site, seen: Dependence, number: int) -> None:
        weights = site.arrays["weights"]
        self._weights = weights[number] if weights.ndim == 4 else weights[:, :, number]
        self.channels: Places = seen.channels.places(number)
        self._volume = site.inputs[0][:, :, self.channels].astype(np.float64)
        assert seen.rows.table is not None and seen.columns.table is not None
        self._rows, self._columns = seen.rows.table, seen.columns.table
        self._sums: Doubles = np.zeros((*site.output.shape[:2], len(self.channels)))
        #: how many rows have been computed
        self.done = 0

    def until(self, rows: int) -> Doubles:
        """The partial maps (H′, W′, channels) with at least so many rows computed; the others are zero."""
        rows = min(rows, len(self._rows))
        if rows > self.done:
            self._compute(slice(self.done, rows))
            self.done = rows
        return self._sums

    @property
    def whole(self) -> Doubles:
        """All rows: (H′, W′, channels)."""
        return self.until(len(self._rows))

    def _compute(self, band: slice) -> None:
        """Every place under the window adds its product to the cells of the band."""
        height, width, _ = self._volume.shape
        own = self._weights.ndim == 5  # every place has weights of its own
        with np.errstate(all="ignore"):  # weights of a run that diverged are shown as they are
            for ky, rows in enumerate(self._rows[band].T):
                inside_rows = (rows >= 0) & (rows < height)
                for kx, columns in enumerate(self._columns.T):
                    inside = inside_rows[:, None] & ((columns >= 0) & (columns < width))
                    read = self._volume[np.clip(rows, 0, height - 1)[:, None], np.clip(columns, 0, width - 1)]
                    factors = self._weights[band, :, ky, kx] if own else self._weights[ky, kx]
                    self._sums[band] += np.where(inside[:, :, None], read * factors, 0.0)


def channel_blocks(part: LedgerPart) -> dict[int, Block]:
    """The terms of a cell that come from each channel of the input, as rows and columns of the window, by the cell's
    own account."""
    if part.places is None:
        return {block.channel: block for block in part.blocks}
    (block,) = part.blocks
    assert block.right is not None
    pairs = zip(part.places, block.left.reshape(-1, 1, 1), block.right.reshape(-1, 1, 1), strict=True)
    return {place[-1]: Block(block.name, left, right, channel=place[-1]) for place, left, right in pairs}


def sum_of(blocks: Iterable[Block]) -> float:
    """What some channels add to a cell together, rounded once."""
    found = list(blocks)
    if not found:
        return 0.0
    factors = [block.right for block in found if block.right is not None]
    left = np.stack([block.left for block in found])
    return Block(found[0].name, left, np.stack(factors) if factors else None).total
