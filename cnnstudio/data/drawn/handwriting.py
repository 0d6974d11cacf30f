"""Hands: from a class to where a pen goes and how broad its stroke is, many digits at once.

All deviations are bounded: a hand may be clumsy, but what it writes stays legible.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from cnnstudio.data.dataset import Labels
from cnnstudio.data.drawn.skeletons import FORMS
from cnnstudio.data.drawn.strokes import SAMPLES, Floats, PenPath, prepare

# Lengths are in units of the digit's height, angles in radians, spreads are standard deviations.
#: concentration of the mix of skeletons: well below 1, so that most hands come near one of them
BLEND = 0.4
#: of a point, relative to the room it has
WANDER = 0.1
#: of a stroke's end, relative to its last stretch; negative where it stops short
OVERSHOOT = 0.18
WARP, WARP_FREQUENCY, WARP_WAVES = 0.045, 2.0, 3
ASPECT = 0.16
PROPORTION = 0.16
TURN = 0.15
SLANT, SLANT_SPREAD = 0.15, 0.27
#: diameter in pixels of the box, and its spread as a ratio
PEN, PEN_SPREAD = 2.4, 0.28
ONE_BROADER = 1.15
#: a pen broader than 1 + 3.8 × narrowness pixels would fill the loops of a narrow digit
BROADEST, BROADER_WHEN_WIDE = 1.0, 3.8
NIB = 0.2
PRESSURE = 0.14
#: radius in pixels
THINNEST, THICKEST = 0.6, 3.6


def write(labels: Labels, box: int, random: np.random.Generator) -> tuple[Floats, Floats]:
    """labels int64 (n,) → pen positions (n, SAMPLES, 2) as x, y and radii (n, SAMPLES), in pixels.

    A digit fills the box of ``box`` × ``box`` pixels, stroke included, as far as its proportions allow.
    """
    positions = _style(_skeletons(labels, random), random)
    low, high = positions.min(axis=1), positions.max(axis=1)
    extent = high - low
    diameter = PEN * np.exp(_about(random, PEN_SPREAD, len(labels)))
    limit = BROADEST + BROADER_WHEN_WIDE * extent.min(axis=1) / extent.max(axis=1)
    diameter = np.where(labels == 1, ONE_BROADER * diameter, np.minimum(diameter, limit))
    scale = (box - diameter) / extent.max(axis=1)
    positions = (positions - (low + high)[:, None] / 2) * scale[:, None, None] + box / 2
    return positions, _press(positions, diameter / 2, random)


def _about(random: np.random.Generator, spread: float, size: int | tuple[int, ...]) -> Floats:
    """Triangular about 0 with this standard deviation, so never beyond 2.45 of them."""
    deviation: Floats = np.sqrt(6.0) * spread * (random.random(size) + random.random(size) - 1)
    return deviation


@cache
def _forms() -> tuple[tuple[tuple[PenPath, ...], Floats], ...]:
    """For each digit its forms and the cumulative share of each."""
    forms = []
    for digit in range(10):
        paths = tuple(prepare(form) for form in FORMS if form.digit == digit)
        reached = np.cumsum([path.form.share for path in paths])
        forms.append((paths, reached / reached[-1]))
    return tuple(forms)


def _skeletons(labels: Labels, random: np.random.Generator) -> Floats:
    """Pen positions (n, SAMPLES, 2) in units of the height, before the hand's own style."""
    positions = np.empty((len(labels), SAMPLES, 2))
    choice = random.random(len(labels))
    for digit, (paths, reached) in enumerate(_forms()):
        chosen = np.searchsorted(reached[:-1], choice)
        for number, path in enumerate(paths):
            rows = np.flatnonzero((labels == digit) & (chosen == number))
            positions[rows] = _trace(path, len(rows), random)
    return positions


def _trace(path: PenPath, count: int, random: np.random.Generator) -> Floats:
    kinds, points, _ = path.skeletons.shape
    mix = random.dirichlet(np.full(kinds, BLEND), count)
    skeleton = np.einsum("ns,skd->nkd", mix, path.skeletons)
    clumsiness = random.uniform(0.4, 1.5, (count, 1, 1))
    room = path.slack.clip(0.1, 0.4)[:, None]
    wander = np.einsum("jk,nkd->njd", path.tie, _about(random, WANDER, (count, points, 2)))
    skeleton += clumsiness * room * wander
    for end, neighbour in path.ends:
        stretch = _about(random, OVERSHOOT, (count, 1))
        skeleton[:, end] += stretch * (skeleton[:, end] - skeleton[:, neighbour])
    positions: Floats = np.einsum("pk,nkd->npd", path.basis, skeleton)
    return positions


def _style(positions: Floats, random: np.random.Generator) -> Floats:
    """What one hand does to a whole digit: waves, proportions, aspect, turn, slant."""
    each = (len(positions), 1)
    x, y = positions[..., 0], positions[..., 1]
    for _ in range(WARP_WAVES):
        across, down = _about(random, WARP_FREQUENCY, (2, *each))
        wave = np.sin(across * x + down * y + random.uniform(0, 2 * np.pi, each))
        x = x + _about(random, WARP, each) * wave
        y = y + _about(random, WARP, each) * wave
    x = x * np.exp(np.sqrt(3) * ASPECT * random.uniform(-1, 1, each))
    y = y + _about(random, PROPORTION, each) * (y * y - 0.25)
    x = x * (1 + 2 * _about(random, PROPORTION, each) * y)
    turn = _about(random, TURN, each)
    x, y = x * np.cos(turn) - y * np.sin(turn), x * np.sin(turn) + y * np.cos(turn)
    return np.stack([x - (SLANT + _about(random, SLANT_SPREAD, each)) * y, y], axis=-1)


def _press(positions: Floats, radius: Floats, random: np.random.Generator) -> Floats:
    """Radii (n, SAMPLES): a flat nib is broader across than along, and pressure comes and goes."""
    each = (len(positions), 1)
    step = np.gradient(positions, axis=1)
    direction = np.arctan2(step[..., 1], step[..., 0])
    nib = _about(random, NIB, each).clip(-0.4, 0.4)
    radii = radius[:, None] * (1 + nib * np.cos(2 * (direction - random.uniform(0, np.pi, each))))
    along = np.linspace(0, 1, SAMPLES)
    for waves in (1.0, 2.5):
        swing = np.sin(2 * np.pi * (waves * along + random.random(each)))
        radii *= 1 + _about(random, PRESSURE, each) * swing
    clipped: Floats = radii.clip(THINNEST, THICKEST)
    return clipped
