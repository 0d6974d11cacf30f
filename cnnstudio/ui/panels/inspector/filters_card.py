"""The filters a layer has learned, as small pictures: blue below, white at, red above zero, or in colour."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cnnstudio.nn.arrays import thousands
from cnnstudio.nn.telling.phrases import amount
from cnnstudio.ui.look.labels import label
from cnnstudio.ui.panels.inspector.filter_sheets import TALLEST, FilterSheets
from cnnstudio.ui.widgets.reasons.reason_card import Card

#: more tiles than this are too small to tell apart in the panel
_MOST_TILES = 128
_LARGEST_CELL = 8


class FiltersCard(Card):
    """Shows weights (filters, height, width, channels); see ``FilterSheets`` for ``cell`` and ``tallest``."""

    def __init__(self, cell: int = _LARGEST_CELL, tallest: int = TALLEST) -> None:
        super().__init__()
        self.picture = FilterSheets(cell, tallest)
        self._caption = label("", "secondary", wrap=True)
        self.column.addWidget(self.picture)
        self.column.addWidget(self._caption)

    def show_weights(
        self, weights: NDArray[np.float32], step: int, *, colour: bool = False, most: float | None = None
    ) -> None:
        """``step`` 0 means that nobody has trained them yet. Where they lie on a ``colour`` picture they are drawn in
        its colours; ``most`` is what the ends of the scale stand for, if not what these weights come to."""
        self.heading.setText(f"Learned filters · step {thousands(step)}" if step else "Filters · not trained yet")
        count, height, width, channels = weights.shape
        colour = colour and channels == 3
        deep = 1 if colour else channels
        shown = max(1, min(count, _MOST_TILES // deep)) if deep > 1 else count
        columns = min(channels, _MOST_TILES)
        self.picture.show_weights(weights[:shown, :, :, :columns], colour=colour, most=most)
        size = f"{height}×{width}"
        text = f"{amount(shown, 'filter')} of {size}"
        if shown < count:
            text = f"{shown} of {amount(count, 'filter')}, {size} each"
        if deep > 1:
            text += f"; one row a filter, one column for each of the {amount(channels, 'map')} it reads"
            if columns < channels:
                text += f" (the first {columns})"
        if colour:
            said = "In the picture’s colours: grey is 0, brighter wants more of a colour, darker less"
            self._caption.setText(f"{text}. {said}; the largest are cut off.")
        else:
            self._caption.setText(f"{text}. Blue is below 0, red above.")
