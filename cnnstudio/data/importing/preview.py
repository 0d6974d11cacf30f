"""What choices make of pictures in files, shown on a few of them before all are imported."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from statistics import median
from typing import get_args

import numpy as np

from cnnstudio.data.dataset import Cancelled, DataError, Examples, Pixels
from cnnstudio.data.importing.choices import PictureChoices
from cnnstudio.data.importing.layout import Labelled
from cnnstudio.data.importing.listing import Listing
from cnnstudio.data.importing.pictures import SAMPLE, decode
from cnnstudio.data.importing.survey import Survey
from cnnstudio.data.importing.target import Target, target
from cnnstudio.data.pictures.picture import Fit, in_silence
from cnnstudio.data.preparation.measured import Brightness, brightness
from cnnstudio.data.reader import Cancel

#: pictures shown of a class, classes that are shown, and the longer side of one as it is in its file
OF_CLASS, MOST_CLASSES, AS_IT_IS = 5, 100, 160


@dataclass(frozen=True, eq=False)
class OddOne:
    """A picture of another shape than most: its name and size, how it looks uint8 (h, w, C), and what each fit makes of
    it, uint8 (H, W, C)."""

    name: str
    height: int
    width: int
    pixels: Pixels
    fitted: dict[Fit, Pixels]


@dataclass(frozen=True, eq=False)
class Preview:
    """A few pictures as they would be imported.

    Attributes:
        target: what every picture becomes.
        examples: of each class that is shown, uint8 (n, H, W, C).
        odd: one of another shape; None where all looked at have the same.
        others: how many of those that were looked at have another shape.
        colours: one picture in colours and in grey; None where none that was looked at has colours.
        colourless: how many of those that were looked at hold no colour.
        brightness: mean and deviation of the examples; None where none can be read.
        seconds: what one picture took.
    """

    target: Target
    examples: dict[str, Pixels]
    odd: OddOne | None
    others: int
    colours: tuple[Pixels, Pixels] | None
    colourless: int
    brightness: Brightness | None
    seconds: float


def previewed(listing: Listing, survey: Survey, choices: PictureChoices, cancelled: Cancel = None) -> Preview:
    """What the choices make of a few of the pictures.

    Raises:
        Cancelled: ``cancelled`` answered yes.
    """
    looks = survey.readable
    wanted, _ = target(list(looks[:SAMPLE]), choices)
    took: list[float] = []
    found: dict[str, list[Pixels]] = {}
    with in_silence():
        for each in _some_of_each(survey):
            if cancelled and cancelled():
                raise Cancelled
            begun = time.perf_counter()
            if (pixels := _pixels(listing, each, wanted)) is not None:
                found.setdefault(each.label, []).append(pixels)
            took.append(time.perf_counter() - begun)
        odd, others = _odd(listing, survey, wanted)
        colours = _colours(listing, survey, wanted)
    examples = {label: np.stack(pictures) for label, pictures in found.items()}
    shown = np.concatenate(list(examples.values())) if examples else None
    return Preview(
        target=wanted,
        examples=examples,
        odd=odd,
        others=others,
        colours=colours,
        colourless=sum(not look.coloured for look in looks),
        brightness=None if shown is None else brightness(Examples(shown, np.zeros(len(shown), np.int64))),
        seconds=median(took) if took else 0.0,
    )


def _some_of_each(survey: Survey) -> Iterator[Labelled]:
    """A few pictures of each class that is shown; those that are known to be broken are not among them."""
    broken = {each.file for each in survey.left_out}
    left = dict.fromkeys(survey.classes[:MOST_CLASSES], OF_CLASS)
    waiting = len(left)
    for each in survey.pictures:
        if not waiting:
            return
        if left.get(each.label) and each.file.path not in broken:
            left[each.label] -= 1
            waiting -= not left[each.label]
            yield each


def _odd(listing: Listing, survey: Survey, wanted: Target) -> tuple[OddOne | None, int]:
    shape = (wanted.height, wanted.width)
    others = [
        (each, look)
        for each, look in zip(survey.pictures, survey.looks, strict=False)
        if look is not None and look.height * shape[1] != look.width * shape[0]
    ]
    for each, look in others[:OF_CLASS]:
        fitted = {fit: _pixels(listing, each, replace(wanted, fit=fit)) for fit in get_args(Fit)}
        scale = AS_IT_IS / max(look.height, look.width)
        high, wide = (max(1, round(side * scale)) for side in (look.height, look.width))
        as_it_is = _pixels(listing, each, replace(wanted, height=high, width=wide, coloured=look.coloured, fit="fit"))
        there = {fit: pixels for fit, pixels in fitted.items() if pixels is not None}
        if as_it_is is not None and len(there) == len(fitted):
            return OddOne(each.file.path, look.height, look.width, as_it_is, there), len(others)
    return None, len(others)


def _colours(listing: Listing, survey: Survey, wanted: Target) -> tuple[Pixels, Pixels] | None:
    coloured = (each for each, look in zip(survey.pictures, survey.looks, strict=False) if look and look.coloured)
    for each in coloured:
        both = [_pixels(listing, each, replace(wanted, coloured=colours)) for colours in (True, False)]
        if both[0] is not None and both[1] is not None:
            return both[0], both[1]
    return None


def _pixels(listing: Listing, each: Labelled, wanted: Target) -> Pixels | None:
    """None where it cannot be read, which is said when it is imported."""
    try:
        return decode(listing, each, wanted)[0]
    except (OSError, DataError):
        return None
