"""The weights of a convolution, and beside them what training changed: there the patterns stand out."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtWidgets import QGridLayout, QWidget

from cnnstudio.nn.arrays import Array
from cnnstudio.nn.looking.first_weights import first_weights
from cnnstudio.nn.telling.phrases import amount
from cnnstudio.ui.explain.place import Place
from cnnstudio.ui.look.labels import label
from cnnstudio.ui.panels.inspector.filter_sheets import FilterSheets, change_words, lies_on_colours

#: the side of a weight at most, and the height of all of them together, in pixels
_CELL, _TALLEST = 9, 104
#: of a deep filter so many sheets are drawn
_MOST_SHEETS = 48


class WeightsAndChange(QWidget):
    """Of a layer that lies on the picture all filters, each in its colours; of a deeper one the filter that is looked
    at, a sheet for each map it reads, those that changed most first. ``seed`` says from what the weights of the
    document began where no run is known."""

    def __init__(self, place: Place, seed: Callable[[], int]) -> None:
        super().__init__()
        self.place, self._seed = place, seed
        self.titles = (label("", "title"), label("What training changed", "title"))
        self.sheets = (FilterSheets(_CELL, _TALLEST), FilterSheets(_CELL, _TALLEST))
        self.notes = (label("", "secondary", wrap=True), label("", "secondary", wrap=True))
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(32)
        grid.setVerticalSpacing(4)
        for row, pair in enumerate((self.titles, self.sheets, self.notes)):
            for column, widget in enumerate(pair):
                grid.addWidget(widget, row, column)
        for column in (0, 1):
            grid.setColumnStretch(column, 1)
        self._known: tuple[object, str, Array | None] | None = None

    @property
    def possible(self) -> bool:
        """Whether the layer that is looked at has filters that slide."""
        weights = self._weights()
        return weights is not None and weights.ndim == 4

    def follow(self) -> None:
        """Show them for the filter that is looked at."""
        weights = self._weights()
        if weights is None or weights.ndim != 4:
            return
        first = self._first()
        changed = None if first is None else weights - first
        shown: tuple[Array | None, Array | None] = (weights, changed)
        colour = lies_on_colours(self.place.probed.graph, self.place.node)
        channels = weights.shape[3]
        if colour or channels == 1:
            self.titles[0].setText(f"Weights of {amount(len(weights), 'filter')}")
            said = "in the picture’s colours: grey is 0" if colour else "blue below, red above 0"
        else:
            item = self.place.cell[-1]
            order = _largest_first(weights[item] if changed is None else changed[item])[:_MOST_SHEETS]
            one_by_one = tuple(None if w is None else _sheets(w[item], order) for w in shown)
            shown = (one_by_one[0], one_by_one[1])
            self.titles[0].setText(f"Weights of filter {item + 1}")
            ranked = "strongest" if changed is None else "most changed"
            said = f"a sheet for each map it reads, the {ranked} first: {_listed(order)}"
            if len(order) < channels:
                said = f"{len(order)} of {amount(channels, 'map')} it reads, the {ranked} first"
        self.notes[0].setText(f"{said[0].upper()}{said[1:]}.")
        self.notes[1].setText(change_words(first, weights))
        for sheets, values in zip(self.sheets, shown, strict=True):
            sheets.setVisible(values is not None)
            if values is not None:
                sheets.show_weights(values, colour=colour)

    def _weights(self) -> Array | None:
        place = self.place
        return place.probed.site(place.node).arrays.get("weights") if place.ready else None

    def _first(self) -> Array | None:
        """What the weights began with, where it is known."""
        place = self.place
        parameters = place.probed.snapshot.parameters
        if self._known is None or self._known[0] is not parameters or self._known[1] != place.node:
            seed = self._seed() if place.run is None else place.run.design.recipe.seed
            self._known = (parameters, place.node, first_weights(place.probed.graph, parameters, seed, place.node))
        return self._known[2]


def _largest_first(kernels: Array) -> list[int]:
    """The channels of (kernel height, kernel width, channels), the one with the largest weights first."""
    sizes = np.nan_to_num(np.square(kernels.astype(np.float64)).sum(axis=(0, 1)))
    return [int(channel) for channel in np.argsort(-sizes, kind="stable")]


def _sheets(kernels: Array, order: list[int]) -> Array:
    """The channels of one filter as filters of one channel: (channels, height, width, 1)."""
    found: Array = np.moveaxis(kernels[:, :, order], 2, 0)[..., None]
    return found


def _listed(order: list[int]) -> str:
    shown = [str(channel + 1) for channel in order[:8]]
    return ", ".join(shown) + (" …" if len(order) > len(shown) else "")
