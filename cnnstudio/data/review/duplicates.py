"""Pictures that occur more than once: the same pixels, or the same picture written anew, resized or moved a little.

Near duplicates are looked for in two steps. Eight by eight cells of each picture, without mean and contrast, find the
pictures that are most like it. Then pixels decide, at the best of nine shifts by up to a pixel: two pictures are taken
for one where they differ by little of their own contrast, and by far less than either does from others that are like
it. The second keeps apart what merely looks alike, such as two ones in the same hand.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from itertools import product

import numpy as np
import numpy.typing as npt
from PIL import Image

from cnnstudio.data.dataset import Cancelled, Labels, Pixels
from cnnstudio.data.reader import Cancel, Progress
from cnnstudio.data.review.catalogue import LEFT_OUT, Catalogue

Reals = npt.NDArray[np.float32]
#: pictures most like one that are looked at, cells of a side, bytes of pixels and numbers that are held at a time
_LIKE, _CELLS, _BLOCK, _HELD = 8, 8, 4 << 20, 4 << 20
#: how unlike cells may be: 1 − their correlation, and that over what is usual among those most like it
_CELLS_DIFFER, _CELLS_STAND_OUT = 0.15, 0.5
#: how unlike pixels may be: mean square of differences over variance, and that over the usual
_PIXELS_DIFFER, _PIXELS_STAND_OUT = 0.045, 0.1
#: with fewer others nothing is usual
_FEW = 4
#: standard deviation of the cells, in levels of 255, below which a picture has nothing to be known by
_FLAT = 2.0


def exact_duplicates(catalogue: Catalogue, cancelled: Cancel = None) -> tuple[tuple[int, ...], ...]:
    """Groups of rows whose pictures have the same pixels, whatever their classes; none is left out.

    Raises:
        Cancelled: ``cancelled`` answered yes.
    """
    groups: dict[bytes, list[int]] = defaultdict(list)
    for rows, pixels in _blocks(catalogue, _used(catalogue), cancelled):
        for row, picture in zip(rows.tolist(), pixels, strict=True):
            groups[hashlib.blake2b(picture.data, digest_size=16).digest()].append(row)
    return tuple(tuple(group) for group in groups.values() if len(group) > 1)


def near_duplicates(
    catalogue: Catalogue,
    exact: tuple[tuple[int, ...], ...] = (),
    progress: Progress = None,
    cancelled: Cancel = None,
) -> tuple[tuple[int, int], ...]:
    """Pairs of rows whose pictures are one picture in two forms, those most alike first. Of pictures that are known to
    be ``exact`` duplicates only the first of each group is looked at.

    Raises:
        Cancelled: ``cancelled`` answered yes.
    """
    rows = np.setdiff1d(_used(catalogue), [row for group in exact for row in group[1:]])
    cells, contrast = _cells(catalogue, rows, cancelled)
    rows, cells = rows[contrast >= _FLAT], cells[contrast >= _FLAT]
    if len(rows) < 2:
        return ()
    like, pairs = _candidates(cells, progress, cancelled)
    errors = _errors(catalogue, rows[pairs], cancelled)
    pairs, errors = pairs[errors < _PIXELS_DIFFER], errors[errors < _PIXELS_DIFFER]
    if like.shape[1] >= _FEW and len(pairs):
        ends, where = np.unique(pairs, return_inverse=True)
        others = np.stack([np.repeat(ends, like.shape[1]), like[ends].ravel()], 1)
        usual = np.median(_errors(catalogue, rows[others], cancelled).reshape(len(ends), -1), 1)
        stands_out = errors < _PIXELS_STAND_OUT * usual[where.reshape(pairs.shape)].min(1)
        pairs, errors = pairs[stands_out], errors[stands_out]
    found = np.sort(rows[pairs[np.argsort(errors, kind="stable")]], axis=1)
    return tuple((int(one), int(other)) for one, other in found)


def blank_pictures(catalogue: Catalogue, cancelled: Cancel = None) -> tuple[int, ...]:
    """Rows of pictures on which there is nothing: no pixel differs from their mean by more than a few levels.

    Raises:
        Cancelled: ``cancelled`` answered yes.
    """
    found: list[int] = []
    for rows, pixels in _blocks(catalogue, _used(catalogue), cancelled):
        spread = pixels.max((1, 2)).astype(np.int16) - pixels.min((1, 2))
        found += rows[spread.max(1) <= 4 * _FLAT].tolist()
    return tuple(found)


def _used(catalogue: Catalogue) -> Labels:
    return np.flatnonzero(catalogue.parts != LEFT_OUT)


def _blocks(catalogue: Catalogue, rows: Labels, cancelled: Cancel) -> Iterator[tuple[Labels, Pixels]]:
    at_once = max(1, _BLOCK // int(np.prod(catalogue.data.image_shape)))
    for start in range(0, len(rows), at_once):
        if cancelled and cancelled():
            raise Cancelled
        yield rows[start : start + at_once], catalogue.read(rows[start : start + at_once])


def _cells(catalogue: Catalogue, rows: Labels, cancelled: Cancel) -> tuple[Reals, Reals]:
    """Cells of each picture without its border, float32 (n, cells) of mean 0 and length 1, and their deviation (n,)."""
    height, width, channels = catalogue.data.image_shape
    down, right = height // 16, width // 16  # what comes in at the edge of a moved picture is none of it
    small = np.empty((len(rows), _CELLS, _CELLS, channels), np.float32)
    place = 0
    for _, pixels in _blocks(catalogue, rows, cancelled):
        for picture in pixels[:, down : height - down, right : width - right]:
            for channel in range(channels):
                cut = Image.fromarray(np.ascontiguousarray(picture[..., channel]))
                small[place, ..., channel] = np.asarray(cut.resize((_CELLS, _CELLS), Image.Resampling.BOX))
            place += 1
    flat = small.reshape(len(rows), -1)
    flat -= flat.mean(1, keepdims=True)
    lengths = np.linalg.norm(flat, axis=1)
    flat /= np.maximum(lengths, 1e-6)[:, None]
    return flat, lengths / np.sqrt(flat.shape[1])


def _candidates(cells: Reals, progress: Progress, cancelled: Cancel) -> tuple[Labels, Labels]:
    """Of each picture those most like it (n, k), and the pairs (m, 2) that stand out among them."""
    count = len(cells)
    most = min(_LIKE, count - 1)
    like = np.empty((count, most), np.int64)
    apart = np.empty((count, most), np.float32)
    at_once = max(1, _HELD // count)
    for start in range(0, count, at_once):
        if cancelled and cancelled():
            raise Cancelled
        alike = cells[start : start + at_once] @ cells.T
        own = np.arange(len(alike))
        alike[own, start + own] = -2.0
        nearest = np.argpartition(alike, -most, axis=1)[:, -most:]
        like[start : start + at_once] = nearest
        apart[start : start + at_once] = 1 - np.take_along_axis(alike, nearest, 1)
        if progress:
            progress(min(0.99, (start + at_once) / count))
    close = apart < _CELLS_DIFFER
    if most >= _FEW:
        close &= apart < _CELLS_STAND_OUT * np.median(apart, axis=1, keepdims=True)
    one, place = np.nonzero(close)
    pairs = np.sort(np.stack([one, like[one, place]], 1), axis=1)
    return like, np.unique(pairs, axis=0).reshape(-1, 2)


def _errors(catalogue: Catalogue, pairs: Labels, cancelled: Cancel) -> Reals:
    """How much pictures (m, 2) differ, float32 (m,): the mean square of differences over the mean of their variances,
    at the best of nine shifts."""
    found = np.empty(len(pairs), np.float32)
    at_once = max(1, _BLOCK // (4 * int(np.prod(catalogue.data.image_shape))))
    for start in range(0, len(pairs), at_once):
        if cancelled and cancelled():
            raise Cancelled
        block = pairs[start : start + at_once]
        one, other = (_smooth(catalogue.read(block[:, side])) for side in (0, 1))
        height, width = one.shape[1:3]
        # a border of a pixel for the shift, and one for what comes in at the edge where there is room for it
        down, right = (2 if length > 8 else 1 if length > 3 else 0 for length in (height, width))
        middle = one[:, down : height - down, right : width - right]
        best = np.full(len(block), np.inf, np.float32)
        for y, x in product((-1, 0, 1) if down else (0,), (-1, 0, 1) if right else (0,)):
            moved = other[:, down + y : height - down + y, right + x : width - right + x]
            variance = (middle.var((1, 2, 3)) + moved.var((1, 2, 3))) / 2
            best = np.minimum(best, np.square(middle - moved).mean((1, 2, 3)) / np.maximum(variance, 1.0))
        found[start : start + at_once] = best
    return found


def _smooth(pixels: Pixels) -> Reals:
    """Means of three by three pixels, where there are as many."""
    found = pixels.astype(np.float32)
    if found.shape[1] > 4:
        found = (found[:, :-2] + found[:, 1:-1] + found[:, 2:]) / np.float32(3)
    if found.shape[2] > 4:
        found = (found[:, :, :-2] + found[:, :, 1:-1] + found[:, :, 2:]) / np.float32(3)
    return found
