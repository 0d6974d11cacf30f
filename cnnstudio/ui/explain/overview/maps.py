"""The pictures of the overview in their colours, on one scale for each map, each layer or the whole network."""

from __future__ import annotations

from functools import cached_property
from typing import Literal

import numpy as np
from PySide6.QtGui import QImage

from cnnstudio.nn.arrays import Floats
from cnnstudio.nn.looking.probed import Probed
from cnnstudio.nn.telling.phrases import amount
from cnnstudio.ui.explain.film.colours import sheet_table
from cnnstudio.ui.explain.overview.columns import OTHERS, WHOLE, Spot
from cnnstudio.ui.explain.pictures.inks import Ink
from cnnstudio.ui.look import pictures

#: what shares one scale
Shared = Literal["map", "layer", "network"]


class Maps:
    """Colours for one network with its numbers; pictures are made when they are first seen."""

    def __init__(self, probed: Probed, shared: Shared) -> None:
        self.probed, self.shared = probed, shared
        self._inks: dict[Spot | str, Ink] = {}
        self._pictures: dict[Spot, QImage] = {}

    def values(self, spot: Spot) -> Floats:
        """The numbers of a picture, (H, W) or, for one unit or a whole vector, (units, 1)."""
        whole = self.probed.values[spot.node]
        found: Floats
        if whole.ndim == 1:
            found = (whole if spot.number < 0 else whole[spot.number : spot.number + 1])[:, None]
        else:
            found = whole[:, :, max(spot.number, 0)]
        return found

    def is_image(self, node: str) -> bool:
        """Whether it is the picture that comes in: shown in its own colours."""
        return self.probed.graph[node].layer.category == "input"

    def ink(self, spot: Spot) -> Ink:
        """The colours of a picture. Signed and unsigned values have scales of their own."""
        node = spot.node
        alone = self.shared == "map" and spot.number >= 0 and self.probed.values[node].ndim == 3
        key: Spot | str = spot if alone and not self.is_image(node) else node
        if key not in self._inks:
            whole = self.probed.values[node]
            if self.is_image(node):
                self._inks[key] = Ink.of(whole, image=True)
            elif alone:
                self._inks[key] = Ink.of(self.values(spot))
            elif self.shared == "network":
                signed = pictures.scale_of(whole).signed
                self._inks[key] = Ink(
                    pictures.Scale(-self._largest[1] if signed else 0.0, self._largest[signed], signed)
                )
            else:
                self._inks[key] = Ink.of(whole)
        return self._inks[key]

    @cached_property
    def _largest(self) -> tuple[float, float]:
        """The largest size among all unsigned layers, and among all signed ones."""
        found = [0.0, 0.0]
        for node, values in self.probed.values.items():
            scale = pictures.scale_of(values)
            if not self.is_image(node):
                found[scale.signed] = max(found[scale.signed], scale.high)
        return found[0] or 1.0, found[1] or 1.0

    def picture(self, spot: Spot) -> QImage:
        """A pixel a cell; of a vector one below the other."""
        if spot not in self._pictures:
            self._pictures[spot] = self._made(spot)
        return self._pictures[spot]

    def _made(self, spot: Spot) -> QImage:
        if self.is_image(spot.node):
            if spot.number == WHOLE or self.probed.image.shape[2] == 1:
                return pictures.image_picture(self.probed.image)
            table = sheet_table(spot.number) if self.probed.image.shape[2] == 3 else self.ink(spot).table
            with np.errstate(all="ignore"):
                found = pictures.levels(self.values(spot), self.ink(spot).scale)
            return pictures.indexed(found, table)
        return self.ink(spot).picture(self.values(spot))

    def name(self, spot: Spot) -> str:
        """What one picture of a layer is called."""
        node, values = spot.node, self.probed.values[spot.node]
        if spot.number == OTHERS:
            return "the other maps"
        if spot.number == WHOLE:
            return "the picture" if self.is_image(node) else f"all {amount(values.size, 'number')}"
        if self.is_image(node):
            return ("red", "green", "blue")[spot.number] if values.shape[2] == 3 else f"channel {spot.number + 1}"
        return f"map {spot.number + 1}" if values.ndim == 3 else f"number {spot.number + 1}"
