"""Digits: handwriting drawn from stroke skeletons, 28×28×1, ten classes.

Laid out as MNIST is: a digit is scaled to fit a box of 20×20 pixels, its proportions kept, and the box is set
into 28×28 so that its centre of mass is in the middle. No pixel of MNIST was used.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cnnstudio.data.dataset import Labels, Pixels
from cnnstudio.data.drawn.builtin import BuiltIn
from cnnstudio.data.drawn.handwriting import write
from cnnstudio.data.drawn.strokes import Floats

SIDE = 28
BOX = 20
#: drawn on a grid this many times finer, then averaged
FINER = 2
#: pixels over which the edge of a stroke fades
SOFT = 0.75
#: ink covers a little more than it touches, so that thin strokes are white too
INK = 1.1


def draw(labels: Labels, random: np.random.Generator) -> Pixels:
    """labels int64 (n,) → pixels uint8 (n, 28, 28, 1)."""
    return _centre(_paint(*write(labels, BOX, random)))[..., np.newaxis]


def _paint(positions: Floats, radii: Floats) -> Pixels:
    """Pen positions (n, P, 2) and radii (n, P) in pixels → uint8 (n, 20, 20)."""
    count, fine = len(positions), BOX * FINER
    grid = ((np.arange(fine) + 0.5) / FINER).astype(np.float32)
    # first axis P: the loop below walks along it
    place = positions.transpose(1, 0, 2).astype(np.float32)[..., None]
    squared = (radii.T**2).astype(np.float32)[..., None]
    columns = (grid - place[:, :, 0]) ** 2 - squared
    rows = (grid - place[:, :, 1]) ** 2
    power = np.full((count, fine, fine), np.inf, dtype=np.float32)
    scratch = np.empty_like(power)
    for row, column in zip(rows, columns, strict=True):
        np.add(row[:, :, None], column[:, None, :], out=scratch)
        np.minimum(power, scratch, out=power)
    # Near the edge of a disc of radius r, (d² − r²) / 2r is the distance to it.
    broad = (2 * SOFT * radii.mean(axis=1)).astype(np.float32)
    cover = np.clip(0.5 - power / broad[:, None, None], 0, 1, out=scratch)
    coarse = cover.reshape(count, BOX, FINER, BOX, FINER).mean(axis=(2, 4))
    painted: Pixels = np.rint(255 * np.minimum(INK * coarse, 1)).astype(np.uint8)
    return painted


def _centre(boxes: Pixels) -> Pixels:
    """uint8 (n, 20, 20) → (n, 28, 28), moved by whole pixels."""
    out = np.zeros((len(boxes), SIDE, SIDE), dtype=np.uint8)
    tops, lefts = _margin(boxes.sum(axis=2)), _margin(boxes.sum(axis=1))
    for page, box, top, left in zip(out, boxes, tops, lefts, strict=True):
        page[top : top + BOX, left : left + BOX] = box
    return out


def _margin(ink: npt.NDArray[np.integer]) -> Labels:
    """Ink per row (n, 20) → empty rows before the box that bring the centre of mass to the middle."""
    centre = ink @ np.arange(BOX) / ink.sum(axis=1)
    margin: Labels = np.rint((SIDE - 1) / 2 - centre).astype(np.int64).clip(0, SIDE - BOX)
    return margin


DIGITS = BuiltIn(
    name="digits",
    title="Digits",
    sentence="Handwritten digits 0 to 9, drawn stroke by stroke in many hands: 28×28 pixels, grey.",
    classes=tuple("0123456789"),
    image_shape=(SIDE, SIDE, 1),
    version=2,
    draw=draw,
)
