"""What every picture of an import becomes: chosen, or decided by most of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from statistics import median_low
from typing import cast

from cnnstudio.data.importing.choices import PictureChoices
from cnnstudio.data.pictures.picture import Fit, Look
from cnnstudio.data.preparation.choice import DataChoice
from cnnstudio.nn.telling.told import Told, told

#: the sides of pictures that have no common size, and the largest side that is taken as it is
USUAL_SIDES, LARGEST_COMMON = (28, 32, 48, 64, 96), 256


@dataclass(frozen=True)
class Target:
    """What every picture becomes."""

    height: int
    width: int
    coloured: bool
    fit: Fit
    ground: str

    @property
    def shape(self) -> tuple[int, int, int]:
        """(H, W, C)."""
        return self.height, self.width, 3 if self.coloured else 1


def target(looks: list[Look], choices: PictureChoices) -> tuple[Target, Told | None]:
    """What pictures are made to be where the choices leave it open, and what is to be said if they have no common
    size: then they become square and, if need be, smaller, but most of them never larger than they are."""
    height, width = choices.size
    remark = None
    if not height or not width:
        (size, count), *_ = Counter((look.height, look.width) for look in looks).most_common(1) or [((0, 0), 0)]
        if 2 * count >= len(looks) and 0 < max(size) <= LARGEST_COMMON:
            common = size
        else:
            common = _square(looks)
            remark = told("many-sizes", size=common)
        height, width = height or common[0], width or common[1]
    coloured = choices.colour == "rgb" or (choices.colour == "auto" and any(look.coloured for look in looks))
    return Target(height, width, coloured, cast(Fit, choices.fit), choices.ground), remark


def _square(looks: list[Look]) -> tuple[int, int]:
    """The largest usual square that at least half of the pictures fill; where there is none, the largest they do."""
    filled = median_low(sorted(min(look.height, look.width) for look in looks)) if looks else USUAL_SIDES[-1]
    side = max((side for side in USUAL_SIDES if side <= filled), default=filled)
    return side, side


def target_like(shape: tuple[int, ...], data: DataChoice) -> Target:
    """What other pictures become that are to be of a shape (height, width, channels) and made to fit as those of the
    data were."""
    height, width, channels = shape
    chosen = dict(data.choices)
    fit, ground = (chosen.get(name, getattr(PictureChoices(), name)) for name in ("fit", "ground"))
    return Target(height, width, channels == 3, cast(Fit, fit), str(ground))
