"""A layer's filters, and beside them their gradients, what the last measured step did to them, and what the optimizer
remembers of them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from cnnstudio.nn.arrays import Floats
from cnnstudio.nn.training.events import StepDone
from cnnstudio.nn.training.measured import GRADIENTS, SPREADS, WEIGHTS, Measured
from cnnstudio.ui.look import pictures
from cnnstudio.ui.panels.inside.picture_row import Picture, PictureRow, numbered
from cnnstudio.ui.panels.maps.mosaic_view import Cell

#: what arrays are called: those of the step, then those that an optimizer remembers
NAMES = {
    "weights": "weights",
    "gradient": "gradient",
    "update": "step",
    "velocity": "velocity",
    "mean": "mean gradient",
    "square": "mean square",
}
#: so many tiles are seen, and of a matrix so many rows and columns
MOST, LONGEST = 256, 256


class FiltersView(PictureRow):
    """Arrays (filters, …) of the newest measured step."""

    def __init__(self) -> None:
        super().__init__(self._where)
        self._channels = 1
        self._matrix = False

    def show_step(self, step: StepDone | None) -> None:
        """The arrays of a measured step; none are shown for None."""
        found: Mapping[str, Floats] = {} if step is None or step.measured is None else step.measured.arrays
        weights = found.get("weights")
        if weights is not None:
            self._matrix = weights.ndim != 4
            self._channels = 1 if self._matrix else weights.shape[3]
        network = {} if step is None or step.measured is None else largest_sizes(step.measured)
        self.show_pictures(
            [
                Picture(NAMES.get(name, name), tiled(values), name != "square", network.get(name, 0.0))
                for name in (*NAMES, *(name for name in found if name not in NAMES))
                if (values := found.get(name)) is not None
            ]
        )

    def _where(self, cell: Cell) -> str:
        if self._matrix:
            return f"unit {cell.row + 1}, input {cell.column + 1}"
        filter_, channel = divmod(cell.index, self._channels)
        of = f", map {channel + 1}" if self._channels > 1 else ""
        return f"{numbered('filter', Cell(filter_, cell.row, cell.column), vector=False)}{of}"


def largest_sizes(measured: Measured) -> dict[str, float]:
    """How large a weight, and a gradient of one, is at most in all layers; nothing where their numbers were not
    kept."""
    if not measured.spread.size:
        return {}
    found = np.nan_to_num(np.abs(measured.spread[..., [0, -1]])).max(axis=(1, 2))
    return {"weights": float(found[SPREADS.index(WEIGHTS)]), "gradient": float(found[SPREADS.index(GRADIENTS)])}


def tiled(values: Floats) -> Floats:
    """Filters (filters, height, width, channels) as maps (height, width, tiles), the first of them; a matrix as one."""
    if values.ndim == 4:
        kept = max(1, MOST // values.shape[3])
        return pictures.filter_maps(values[:kept])[:, :, :MOST]
    matrix = values.reshape(len(values), -1)[:LONGEST, :LONGEST]
    return matrix[:, :, None]
