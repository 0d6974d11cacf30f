"""Which channels have a row of the film of their own: nothing is left out, nothing counted twice."""

from __future__ import annotations

import random

import numpy as np

from cnnstudio.ui.explain.film.rows import MOST_ROWS, row_count, rows_of, strongest, walked_on, with_row


def test_every_channel_is_in_one_row() -> None:
    rng = random.Random(2)
    for _ in range(300):
        first, count = rng.randint(0, 5), rng.randint(1, 20)
        channels = range(first, first + count)
        chosen = rng.sample(range(30), rng.randint(0, 4))
        rows = rows_of(channels, chosen)
        assert len(rows) == row_count(count) <= MOST_ROWS
        assert sorted(channel for row in rows for channel in row.channels) == list(channels)
        assert all(row.single == (len(row.channels) == 1) or count == 5 for row in rows[:3])
        wanted = [channel for channel in chosen if channel in channels][:3]
        assert count <= 4 or set(wanted) <= {row.channels[0] for row in rows[:3]}


def test_the_strongest_have_rows_and_a_click_gives_one_to_another() -> None:
    partial = np.zeros((2, 2, 6))
    for channel, size in enumerate((1, -9, 3, 0, 8, -2)):
        partial[..., channel] = size
    chosen = strongest(partial, range(10, 16))
    assert chosen == (11, 12, 14)
    assert with_row(range(10, 16), chosen, 10) == (12, 14, 10)
    assert with_row(range(10, 16), chosen, 12) == chosen
    assert with_row(range(10, 16), chosen, 3) == chosen, "no row for what the filter does not read"


def test_walking_on_comes_past_every_channel() -> None:
    chosen, seen = (1, 2, 5), set()
    for _ in range(4):
        chosen = walked_on(range(8), chosen)
        assert len(set(chosen)) == 3
        seen |= set(chosen)
    assert seen == set(range(8))
