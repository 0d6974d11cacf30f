"""The rows of a film: up to four channels one each; of more, three chosen and all others added up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cnnstudio.nn.explaining.parts import Doubles

MOST_ROWS = 4


@dataclass(frozen=True)
class Row:
    """The channels of the input, from 0, whose products one row of the film adds up. ``single`` where it is one with a
    row of its own; otherwise they are the others."""

    channels: tuple[int, ...]
    single: bool = True


def row_count(channels: int) -> int:
    """How many rows a film of a filter that reads so many channels has."""
    return min(channels, MOST_ROWS)


def strongest(partial: Doubles, channels: Sequence[int]) -> tuple[int, ...]:
    """The three channels whose partial maps (H, W, channels) are largest in the root of their mean square, in the
    order of the channels."""
    with np.errstate(all="ignore"):
        sizes = np.nan_to_num(np.square(partial).mean(axis=(0, 1)), nan=np.inf)
    best = np.argsort(-sizes, kind="stable")[: MOST_ROWS - 1]
    return tuple(sorted(int(channels[i]) for i in best))


def rows_of(channels: Sequence[int], chosen: Sequence[int]) -> tuple[Row, ...]:
    """The rows for the channels a filter reads. Of more than four, those of ``chosen`` that it reads come first, filled
    up from the front to three."""
    if len(channels) <= MOST_ROWS:
        return tuple(Row((int(channel),)) for channel in channels)
    own = [channel for channel in chosen if channel in channels][: MOST_ROWS - 1]
    own += [int(channel) for channel in channels if channel not in own][: MOST_ROWS - 1 - len(own)]
    others = tuple(int(channel) for channel in channels if channel not in own)
    return (*(Row((channel,)) for channel in sorted(own)), Row(others, single=False))


def with_row(channels: Sequence[int], chosen: Sequence[int], wanted: int) -> tuple[int, ...]:
    """``chosen`` with a row for this channel too: the one chosen longest ago goes."""
    if wanted in chosen or wanted not in channels:
        return tuple(chosen)
    return (*tuple(chosen)[-(MOST_ROWS - 2) :], wanted)


def walked_on(channels: Sequence[int], chosen: Sequence[int]) -> tuple[int, ...]:
    """The next three channels behind those chosen; behind the last ones it begins again."""
    listed = [int(channel) for channel in channels]
    start = listed.index(max(chosen)) + 1 if chosen and max(chosen) in listed else 0
    return tuple(listed[(start + i) % len(listed)] for i in range(min(MOST_ROWS - 1, len(listed))))
