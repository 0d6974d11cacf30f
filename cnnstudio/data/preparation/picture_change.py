"""A change of pictures that is made by hand: each setting is a slider, and at rest nothing changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from cnnstudio.data.dataset import Examples
from cnnstudio.data.preparation.transforms import (
    Images,
    brightened,
    contrasted,
    noisy,
    out_of_focus,
    warped,
)
from cnnstudio.nn.looking.occlusion import ground_of, hidden
from cnnstudio.nn.settings import Described, setting

#: the noise is always the same, so that a slider that comes back shows what it did before
_SEED = 0


@dataclass(frozen=True, kw_only=True)
class PictureChange(Described):
    """What is done to a picture, in this order: moved, turned and enlarged in one go, contrast, brightness, blur,
    noise, and a patch that hides part of it."""

    kind: ClassVar[str] = "changed"
    title: ClassVar[str] = "Change"

    right: int = setting(0, "To the right", "Moves the picture to the right, or to the left below 0.", low=-64, high=64,
                         unit="px")  # fmt: skip
    down: int = setting(0, "Down", "Moves the picture down, or up below 0.", low=-64, high=64, unit="px")
    turn: float = setting(0.0, "Turn", "Turns the picture clockwise about its middle.", type="real", low=-180.0,
                          high=180.0, unit="°", step=5.0)  # fmt: skip
    size: float = setting(1.0, "Size", "Enlarges what is seen about the middle; black comes in where it is made "
                          "smaller.", type="real", low=0.25, high=4.0, unit="×", step=0.05)  # fmt: skip
    contrast: float = setting(1.0, "Contrast", "Moves every number away from the picture's mean, or towards it below "
                              "1.", type="real", low=0.0, high=3.0, unit="×", step=0.05)  # fmt: skip
    brightness: float = setting(1.0, "Brightness", "Multiplies every number.", type="real", low=0.0, high=3.0, unit="×",
                                step=0.05)  # fmt: skip
    blur: int = setting(0, "Blur", "Takes the mean over so many pixels to each side, three times.", low=0, high=16,
                        unit="px")  # fmt: skip
    noise: int = setting(0, "Noise", "Adds normal noise of this deviation, in levels of 255, always the same.", low=0,
                         high=128)  # fmt: skip
    patch: int = setting(0, "Patch", "Hides a square of so many pixels with the colour of the rim.", low=0, high=128,
                         unit="px")  # fmt: skip
    patch_right: float = setting(0.5, "Patch across", "Where its middle is, from the left edge 0 to the right one 1.",
                                 type="real", low=0.0, high=1.0, step=0.01)  # fmt: skip
    patch_down: float = setting(0.5, "Patch down", "Where its middle is, from the upper edge 0 to the lower one 1.",
                                type="real", low=0.0, high=1.0, step=0.01)  # fmt: skip

    @property
    def changes(self) -> bool:
        """Whether it does anything."""
        return self.replace(patch_right=0.5, patch_down=0.5) != PictureChange()

    def hides(self, height: int, width: int) -> tuple[slice, slice]:
        """The pixels of a picture that the patch hides."""
        found = []
        for middle, extent in ((self.patch_down, height), (self.patch_right, width)):
            side = min(self.patch, extent)
            start = min(max(round(middle * extent - side / 2), 0), extent - side)
            found.append(slice(start, start + side))
        return found[0], found[1]

    def of(self, images: Images) -> Images:
        """Changed copies of pictures uint8 (N, H, W, C); the pictures themselves where nothing changes."""
        count, height, width, _ = images.shape
        if self.right or self.down or self.turn or self.size != 1:
            angle, seen = np.radians(self.turn), 1 / self.size
            # what is moved after it was turned and enlarged comes from there
            cos, sin = seen * np.cos(angle), seen * np.sin(angle)
            middle = (-(cos * self.down - sin * self.right), -(sin * self.down + cos * self.right))
            one = np.ones(count, np.float32)
            images = warped(images, one * np.float32(angle), one * np.float32(seen), one[:, None] * np.array([middle]))
        if self.contrast != 1:
            images = contrasted(images, self.contrast)
        if self.brightness != 1:
            images = brightened(images, np.full(count, self.brightness))
        if self.blur:
            images = out_of_focus(images, self.blur)
        if self.noise:
            images = noisy(images, self.noise, _SEED)
        if self.patch:
            where = self.hides(height, width)
            images = np.stack([hidden(image, where, ground_of(image)) for image in images])
        return images


class ChangedExamples:
    """Examples whose pictures are changed as they are read; their order and labels stay."""

    def __init__(self, examples: Examples, change: PictureChange) -> None:
        self._examples, self._change = examples, change
        self.labels = examples.labels

    def __len__(self) -> int:
        return len(self._examples)

    def read(self, indices: NDArray[np.int64], out: Images | None = None) -> Images:
        """Copies of n changed pictures, uint8 (n, H, W, C), in ``out`` where that is given."""
        found = self._change.of(self._examples.read(indices))
        if out is None:
            return found
        out[:] = found
        return out
