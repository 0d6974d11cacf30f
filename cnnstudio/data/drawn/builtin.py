"""Built-in sets: drawn from a seed in chunks, so that any part can be had without the rest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from cnnstudio.data.dataset import Labels, Pixels, keyed

SEED = 1998
CHUNK = 200


@dataclass(frozen=True)
class BuiltIn:
    """A set the program draws itself. ``version`` counts up whenever a single pixel changes; ``draw`` makes of labels
    int64 (n,) pixels uint8 (n, H, W, C)."""

    name: str
    title: str
    sentence: str
    classes: tuple[str, ...]
    image_shape: tuple[int, int, int]
    version: int
    draw: Callable[[Labels, np.random.Generator], Pixels]
    #: how many pictures there are to learn from, and to test with
    train: int = 10_000
    test: int = 2_000
    #: how many of those to learn from are seen before all are drawn
    first: int = 1_000


def chunk_labels(kind: BuiltIn, split: str, index: int, seed: int = SEED) -> Labels:
    """Labels int64 (CHUNK,) of one chunk: every class equally often, in keyed order."""
    balanced = np.arange(CHUNK, dtype=np.int64) % len(kind.classes)
    return keyed(seed, kind.name, split, index, "labels").permutation(balanced)


def draw_chunk(kind: BuiltIn, split: str, index: int, seed: int = SEED) -> Pixels:
    """Pixels uint8 (CHUNK, H, W, C) of one chunk; they depend on nothing but the arguments."""
    return kind.draw(
        chunk_labels(kind, split, index, seed),
        keyed(seed, kind.name, split, index, "pixels"),
    )
