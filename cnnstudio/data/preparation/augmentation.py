"""Varied training images: each epoch shows every image a little differently.

What happens to an image depends on the seed, the epoch and the image's place in the training set only, so batch size,
threads and resuming change nothing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from cnnstudio.data.preparation.transforms import Images, Reals, brightened, shifted, warped
from cnnstudio.nn.randomness import draws
from cnnstudio.nn.settings import Described, registry, setting

#: numbers drawn for every image: flip, shift y, shift x, angle, size, brightness, hole y, hole x
_DRAWN = 8


@dataclass(frozen=True, kw_only=True)
class Augmentation(Described):
    """By how much training images are varied; without changes nothing is done."""

    kind: ClassVar[str] = "varied"
    title: ClassVar[str] = "Augmentation"

    flip: str = setting(
        "none",
        "Flip",
        "Shows half of the images mirrored, left to right.",
        type="choice",
        meanings={
            "none": "Images are not mirrored",
            "horizontal": "Half of the images, drawn anew each time, are mirrored left to right",
        },
    )
    shift: int = setting(0, "Shift", "Moves an image by up to so many pixels each way.", low=0, high=64, unit="px")
    rotation: float = setting(
        0.0,
        "Rotation",
        "Turns an image by up to so many degrees each way.",
        type="real",
        low=0.0,
        high=180.0,
        unit="°",
        step=5.0,
    )
    crop: float = setting(
        0.0,
        "Crop",
        "Cuts up to this part off an image's sides and enlarges the rest.",
        type="real",
        low=0.0,
        high=0.9,
    )
    brightness: float = setting(
        0.0,
        "Brightness",
        "Makes an image lighter or darker by up to this part.",
        type="real",
        low=0.0,
        high=1.0,
    )
    cutout: int = setting(
        0,
        "Cutout",
        "Hides a square of so many pixels (DeVries and Taylor, 2017).",
        low=0,
        high=256,
        unit="px",
    )

    @property
    def changes(self) -> bool:
        """Whether it does anything."""
        return self != Augmentation()


AUGMENTATIONS: Mapping[str, type[Augmentation]] = registry(Augmentation)


class Augmenter:
    """Varies the images of one training set of ``count`` images."""

    def __init__(self, settings: Augmentation, seed: int, count: int) -> None:
        self.settings, self._seed, self._count = settings, seed, count
        self._epoch = 0
        self._drawn: NDArray[np.float32] = np.zeros((0, _DRAWN), np.float32)

    def __call__(self, images: Images, positions: NDArray[np.int64], epoch: int) -> Images:
        """Varied copies of images (N, H, W, C), which lie at these positions of the training set; ``epoch`` from 1."""
        if epoch != self._epoch:
            generator = draws(self._seed, "augmentation", epoch)
            self._drawn, self._epoch = generator.random((self._count, _DRAWN), np.float32), epoch
        drawn = self._drawn[positions]
        settings = self.settings
        if settings.flip == "horizontal":
            images = np.where(drawn[:, 0, None, None, None] < 0.5, images[:, :, ::-1], images)
        if settings.rotation or settings.crop:
            images = _warped(images, settings, drawn)
        elif settings.shift:
            images = shifted(images, _whole_shifts(settings.shift, drawn))
        if settings.brightness:
            factors = 1 + settings.brightness * (2 * drawn[:, 5] - 1)
            images = brightened(images, factors)
        if settings.cutout:
            images = _cut_out(images, settings.cutout, drawn)
        return images


def _whole_shifts(most: int, drawn: Reals) -> NDArray[np.int64]:
    """(N, 2) rows and columns from −most to most, each as likely as any other."""
    return np.minimum((drawn[:, 1:3] * (2 * most + 1)).astype(np.int64), 2 * most) - most


def _warped(images: Images, settings: Augmentation, drawn: Reals) -> Images:
    """Images turned, cut and moved in one go."""
    _, height, width, _ = images.shape
    angle = np.radians(settings.rotation) * (2 * drawn[:, 3] - 1)
    size = 1 - settings.crop * drawn[:, 4]
    # what is cut off lies anywhere, so the middle of what is left moves too
    room = (1 - size[:, None]) * np.array([height - 1, width - 1], np.float32) / 2
    middle = room * (2 * drawn[:, 1:3] - 1) - _whole_shifts(settings.shift, drawn)
    return warped(images, angle, size, middle)


def _cut_out(images: Images, side: int, drawn: Reals) -> Images:
    """Images with a square of the image's own mean hidden; at the edges part of it lies outside."""
    _, height, width, _ = images.shape
    images = images.copy()
    before = side // 2
    for image, y, x in zip(images, drawn[:, 6] * height, drawn[:, 7] * width, strict=True):
        top, left = math.floor(y) - before, math.floor(x) - before
        hole = image[max(0, top) : max(0, top + side), max(0, left) : max(0, left + side)]
        hole[:] = image.mean((0, 1)) + 0.5
    return images
