"""Where a data set comes from: a built-in name or a path."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from cnnstudio.data import cache
from cnnstudio.data.dataset import Cancelled, DataError, DataSet, Examples, Pixels, fingerprint
from cnnstudio.data.drawn import digits, shapes
from cnnstudio.data.drawn.builtin import CHUNK, TEST, TRAIN, BuiltIn, chunk_labels, draw_chunk
from cnnstudio.data.readers.idx import open_idx

__all__ = ["BUILTIN", "Cancelled", "open_data", "preview", "stored"]

BUILTIN: dict[str, BuiltIn] = {kind.name: kind for kind in (digits.DIGITS, shapes.SHAPES)}

PREVIEW_TRAIN = 1_000
PREVIEW_TEST = 200


def open_data(
    source: str | Path,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> DataSet:
    """The whole data set: a built-in name, or the path of an IDX folder or of one of its four files.

    `progress` hears 0…1; `cancelled` is asked several times a second. Raises DataError when there is no such
    data or it is damaged, Cancelled when asked to stop.
    """
    kind = BUILTIN.get(source) if isinstance(source, str) else None
    if kind is None:
        return open_idx(_existing(source), progress, cancelled)
    found = stored(kind.name)
    if found is None:
        drawn = _assemble(kind, _draw(kind, TRAIN, TEST, progress, cancelled))
        found = cache.store(kind.name, kind.version, drawn, lambda p: _assemble(kind, p))
    if progress:
        progress(1.0)
    return found


def stored(source: str | Path) -> DataSet | None:
    """The whole data set where nothing has to be drawn for it any more: a built-in one in the cache."""
    kind = BUILTIN.get(source) if isinstance(source, str) else None
    if kind is None:
        return None
    return cache.load(kind.name, kind.version, (TRAIN + TEST, *kind.image_shape), lambda p: _assemble(kind, p))


def preview(source: str | Path) -> DataSet:
    """The first 1,000 training and 200 test examples of `open_data(source)`, at once for a built-in set.

    The fingerprint is the preview's own. Raises DataError as `open_data` does.
    """
    full = stored(source)
    kind = BUILTIN.get(source) if isinstance(source, str) else None
    if full is None and kind is not None:
        return _assemble(kind, _draw(kind, PREVIEW_TRAIN, PREVIEW_TEST), PREVIEW_TRAIN)
    full = full or open_idx(_existing(source))
    train, test = full.train.take(slice(PREVIEW_TRAIN)), full.test.take(slice(PREVIEW_TEST))
    return replace(full, train=train, test=test, fingerprint=fingerprint(full.classes, train, test))


def _existing(source: str | Path) -> Path:
    path = Path(source).expanduser()
    if path.exists():
        return path
    raise DataError(
        f"There is no data set “{source}”: name a built-in one ({', '.join(BUILTIN)}) or give the path "
        f"of an IDX folder, such as MNIST's, or of one of its four files."
    )


def _draw(
    kind: BuiltIn,
    train: int,
    test: int,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Pixels:
    """Pixels uint8 (train + test, H, W, C)."""
    pixels = np.empty((train + test, *kind.image_shape), dtype=np.uint8)
    for number, (split, index) in enumerate(_chunks(train, test)):
        if cancelled and cancelled():
            raise Cancelled
        pixels[number * CHUNK : (number + 1) * CHUNK] = draw_chunk(kind, split, index)
        if progress:
            progress((number + 1) * CHUNK / len(pixels))
    return pixels


def _chunks(train: int, test: int) -> list[tuple[str, int]]:
    return [(split, i) for split, count in (("train", train), ("test", test)) for i in range(count // CHUNK)]


def _assemble(kind: BuiltIn, pixels: Pixels, train: int = TRAIN) -> DataSet:
    """Labels cost nothing to draw again, so only pixels (train + test, H, W, C) are ever stored."""
    labels = np.concatenate([chunk_labels(kind, *chunk) for chunk in _chunks(train, len(pixels) - train)])
    train_split = Examples(pixels[:train], labels[:train])
    test_split = Examples(pixels[train:], labels[train:])
    return DataSet(
        kind.name, kind.title, kind.classes, train_split, test_split,
        fingerprint(kind.classes, train_split, test_split), kind.name, kind.sentence,
    )  # fmt: skip
