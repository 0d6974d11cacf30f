"""Several runs that differ in their seed alone, as one: their mean, and from where to where they reach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import fmean

import numpy as np

from cnnstudio.nn.training.events import EpochDone
from cnnstudio.runs.run import History


@dataclass(frozen=True, eq=False)
class Spread:
    """Figures of ``count`` runs: the ``mean`` of each step and epoch that all of them have had, and of these epochs the
    ``lowest`` and the ``highest`` figures, each by itself."""

    count: int
    mean: History
    lowest: tuple[EpochDone, ...]
    highest: tuple[EpochDone, ...]


def spread(histories: Sequence[History]) -> Spread:
    """Several runs as one.

    Raises:
        ValueError: there are none.
    """
    if not histories:
        raise ValueError("There are no runs to be taken together.")
    steps = min(len(history.losses) for history in histories)
    columns = list(zip(*(history.epochs for history in histories), strict=False))
    mean = History(
        np.mean([history.losses[:steps] for history in histories], 0, dtype=np.float32),
        np.mean([history.accuracies[:steps] for history in histories], 0, dtype=np.float32),
        tuple(_together(column, fmean) for column in columns),
    )
    lowest, highest = (tuple(_together(column, of) for column in columns) for of in (min, max))
    return Spread(len(histories), mean, lowest, highest)


def _together(column: Sequence[EpochDone], of: object) -> EpochDone:
    assert callable(of)
    first = column[0]
    counts = {"epoch": first.epoch, "step": first.step, "batch_size": first.batch_size}
    figures = [asdict(done) for done in column]
    return EpochDone(**{name: counts.get(name, of([each[name] for each in figures])) for name in figures[0]})
