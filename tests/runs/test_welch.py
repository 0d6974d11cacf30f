"""What may be called better, and how sure that is."""

from __future__ import annotations

import pytest

from cnnstudio.runs.welch import compared, t_quantile, t_share


@pytest.mark.parametrize(
    ("freedom", "quantile"),
    [(1, 12.7062), (2, 4.30265), (3, 3.18245), (10, 2.22814), (30, 2.04227), (1e6, 1.95997)],
)
def test_quantiles_are_those_of_the_printed_tables(freedom: float, quantile: float) -> None:
    assert t_quantile(0.975, freedom) == pytest.approx(quantile, rel=2e-6)


def test_a_published_example_is_reckoned_the_same() -> None:
    """The first of the examples in Wikipedia's “Welch's t-test”: t = −2.46 with 25.0 degrees of freedom, p = 0.021."""
    one = [27.5, 21.0, 19.0, 23.6, 17.0, 17.9, 16.9, 20.1, 21.9, 22.6, 23.1, 19.6, 19.0, 21.7, 21.4]
    two = [27.1, 22.0, 20.8, 23.4, 23.4, 23.5, 25.8, 22.0, 24.8, 20.2, 21.9, 22.1, 22.9, 20.5, 24.4]
    found = compared(one, two)
    assert found is not None and found.better == 2
    t = found.difference / ((found.high - found.low) / 2 / t_quantile(0.975, found.freedom))
    assert (t, found.freedom) == pytest.approx((2.455, 24.99), abs=0.005)
    assert 2 * (1 - t_share(t, found.freedom)) == pytest.approx(0.021, abs=0.0005)


def test_nothing_is_called_better_that_the_interval_leaves_open() -> None:
    assert compared([0.95, 0.97, 0.96], [0.96, 0.98, 0.97]).better == 0
    assert compared([0.95, 0.951, 0.949], [0.97, 0.971, 0.972]).better == 2
    assert compared([0.97, 0.971, 0.972], [0.95, 0.951, 0.949]).better == 1
    assert compared([0.95], [0.97, 0.98]) is None, "of one seed nothing is known"
    assert compared([0.95, 0.95], [0.97, 0.97]) is None, "accuracies are counted: two equal ones have a spread, too"
    one, other = compared([0.9, 0.91], [0.95, 0.96, 0.99]), compared([0.95, 0.96, 0.99], [0.9, 0.91])
    assert (one.low, one.high) == pytest.approx((-other.high, -other.low))
