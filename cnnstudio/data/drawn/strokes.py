"""From skeletons to pen paths: splines that are linear in their points, so many hands are one product."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cnnstudio.data.drawn.skeletons import Form

Floats = npt.NDArray[np.float64]

#: pen positions along a digit: at most 0.7 pixels apart in a box of 20
SAMPLES = 96
_STEPS = 64


@dataclass(frozen=True, eq=False)
class PenPath:
    """A form made ready for drawing: pen positions = basis @ points.

    Attributes:
        skeletons: (S, K, 2): x to the right, y downwards, in units of the digit's height, about its middle.
        basis: (SAMPLES, K).
        slack: (K,): distance to the nearer neighbour on the path, the room a point has to move.
        tie: (K, K): neighbours on the path move partly together, as a hand errs slowly.
        ends: (end point, its neighbour) for both ends of every stroke.
    """

    form: Form
    skeletons: Floats
    basis: Floats
    slack: Floats
    tie: Floats
    ends: tuple[tuple[int, int], ...]


def prepare(form: Form) -> PenPath:
    """Parse a form.

    Raises:
        ValueError: its skeletons differ in points, corners or strokes.
    """
    parsed = [_parse(text) for text in form.skeletons]
    strokes = parsed[0][1]
    if any(other != strokes for _, other in parsed):
        raise ValueError(f"skeletons of one form of {form.digit} differ in points, corners or strokes")
    skeletons = np.array([points for points, _ in parsed]) / 100 - 0.5
    skeletons[..., 0] *= form.width
    mean = skeletons.mean(axis=0)
    pieces = [piece for stroke in strokes for piece in stroke]
    return PenPath(
        form,
        skeletons,
        basis=_basis(pieces, mean),
        slack=_slack(pieces, mean),
        tie=_tie(pieces, len(mean)),
        ends=tuple(pair for stroke in strokes for pair in (_ends(stroke[0]), _ends(stroke[-1][::-1]))),
    )


def _ends(piece: list[int]) -> tuple[int, int]:
    return piece[0], piece[1]


def _parse(text: str) -> tuple[list[tuple[float, float]], list[list[list[int]]]]:
    """(points, strokes of smooth pieces of point numbers); pieces that meet in a corner share its point."""
    points: list[tuple[float, float]] = []
    strokes: list[list[list[int]]] = [[[]]]
    for token in text.split():
        if token == "/":
            strokes.append([[]])
            continue
        x, y = token.rstrip("!").split(",")
        strokes[-1][-1].append(len(points))
        if token.endswith("!"):
            strokes[-1].append([len(points)])
        points.append((float(x), float(y)))
    return points, [[piece for piece in stroke if len(piece) > 1] for stroke in strokes]


def _basis(pieces: Iterable[list[int]], mean: Floats) -> Floats:
    """(SAMPLES, K): positions evenly spaced along all pieces of the mean skeleton (K, 2)."""
    fine = [_spline(piece, len(mean)) for piece in pieces]
    steps = [np.linalg.norm(np.diff(rows @ mean, axis=0), axis=1) for rows in fine]
    reached = np.cumsum([0.0, *(step.sum() for step in steps)])
    counts = np.diff(np.round(reached / reached[-1] * SAMPLES).astype(int))
    return np.concatenate([
        _evenly(rows, step, count) for rows, step, count in zip(fine, steps, counts, strict=True)
    ])  # fmt: skip


def _spline(piece: list[int], points: int) -> Floats:
    """Catmull-Rom through the points of a piece, (steps, points); its ends continue by reflection."""
    count = len(piece)
    extended = np.zeros((count + 2, points))
    extended[np.arange(1, count + 1), piece] = 1
    extended[0] = 2 * extended[1] - extended[2]
    extended[-1] = 2 * extended[-2] - extended[-3]
    t = np.linspace(0, count - 1, _STEPS * (count - 1) + 1)
    segment = np.minimum(t.astype(int), count - 2)
    u = (t - segment)[:, None]
    before, start, end, after = (extended[segment + offset] for offset in range(4))
    rows: Floats = 0.5 * (
        (2 * u**2 - u - u**3) * before
        + (2 - 5 * u**2 + 3 * u**3) * start
        + (u + 4 * u**2 - 3 * u**3) * end
        + (u**3 - u**2) * after
    )
    return rows


def _evenly(rows: Floats, steps: Floats, count: int) -> Floats:
    """``count`` rows spaced evenly along the path whose steps have these lengths, both ends included."""
    along = np.concatenate([[0.0], np.cumsum(steps)])
    place = np.interp(np.linspace(0, along[-1], count), along, np.arange(len(along)))
    low = np.minimum(place.astype(int), len(rows) - 2)
    part = (place - low)[:, None]
    even: Floats = (1 - part) * rows[low] + part * rows[low + 1]
    return even


def _slack(pieces: Iterable[list[int]], mean: Floats) -> Floats:
    slack = np.full(len(mean), np.inf)
    for piece in pieces:
        gaps = np.linalg.norm(np.diff(mean[piece], axis=0), axis=1)
        np.minimum.at(slack, piece[:-1], gaps)
        np.minimum.at(slack, piece[1:], gaps)
    return slack


def _tie(pieces: Iterable[list[int]], points: int) -> Floats:
    tie = np.eye(points) * 0.5
    for piece in pieces:
        tie[piece[:-1], piece[1:]] = tie[piece[1:], piece[:-1]] = 0.35
    return tie
