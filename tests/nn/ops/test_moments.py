"""Means and variances by channel against those of doubles, also where the mean is far from 0."""

from __future__ import annotations

import numpy as np
import pytest

from cnnstudio.nn.ops.normalization.moments import ByChannel, Moments


@pytest.mark.parametrize("far", [0.0, 3.0, 1000.0])
@pytest.mark.parametrize("shape", [(1, 1, 1), (1, 5, 3), (7, 3, 50), (40, 4, 2048)])
def test_moments_are_those_of_doubles(shape: tuple[int, int, int], far: float) -> None:
    draws = np.random.default_rng(int(far) + shape[0])
    # of the channels one lies near 0, and one is constant
    channels = np.arange(shape[1])[:, None]
    source = (draws.standard_normal(shape) * (channels < shape[1] - 1) + far * channels).astype(np.float32)
    found = ByChannel(source).moments()
    exact = source.astype(np.float64)
    assert found.count == shape[0] * shape[2]
    np.testing.assert_allclose(found.mean, exact.mean((0, 2)), rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(found.squares / found.count, exact.var((0, 2)), rtol=1e-5, atol=1e-7)


def test_moments_of_parts_are_those_of_the_whole() -> None:
    source = np.random.default_rng(1).normal([[5.0], [0.0], [-100.0]], 1, (6, 3, 40)).astype(np.float32)
    parts = [ByChannel(part).moments() for part in (source[:1], source[1:3], source[3:])]
    together, whole = Moments.together(parts), ByChannel(source).moments()
    assert together.count == whole.count
    np.testing.assert_allclose(together.mean, whole.mean, rtol=1e-6)
    np.testing.assert_allclose(together.squares, whole.squares, rtol=1e-5)
