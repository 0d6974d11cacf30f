"""Keyed random numbers: every draw depends on what it is for, never on what was drawn before.

A counter-based generator (Philox; Salmon et al., “Parallel random numbers: as easy as 1, 2, 3”, 2011) is
keyed by (seed, purpose, position…), so prefetch, threads and resuming cannot change a draw.
"""

from __future__ import annotations

import hashlib

import numpy as np


def bit_stream(seed: int, purpose: str, *position: int | str) -> np.random.Philox:
    """The counter-based stream of bits for one purpose at one position."""
    text = "\x1f".join([str(seed), purpose, *map(str, position)])
    digest = hashlib.blake2b(text.encode(), digest_size=16).digest()
    return np.random.Philox(key=int.from_bytes(digest, "little"))


def draws(seed: int, purpose: str, *position: int | str) -> np.random.Generator:
    """A generator for one purpose (“order”, “initial weights”, “dropout”…) at one position (epoch, node…)."""
    return np.random.Generator(bit_stream(seed, purpose, *position))
