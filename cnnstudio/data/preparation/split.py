"""Which pictures validation looks at: those the data sets aside, or a share of the training pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from cnnstudio.data.dataset import DataSet, Examples, keyed
from cnnstudio.nn.settings import Described, setting

TOGETHER, APART = "together", "apart"


@dataclass(frozen=True)
class Split(Described):
    """The share of the training pictures that validation gets where the data sets none aside.

    Its seed is its own: a network that learns on from its weights under another seed of the run must meet none of its
    training pictures in validation.
    """

    kind: ClassVar[str] = "share"
    title: ClassVar[str] = "Validation split"

    share: int = setting(
        10, "Share", "How many of a hundred training pictures are kept for validation.", low=1, high=90, unit="%"
    )
    seed: int = setting(0, "Seed", "Which pictures these are.", low=0, high=2**63 - 1)
    equal: str = setting(
        TOGETHER, "Equal pictures", "Whether pictures that are equal are all on one side; in older designs they may be "
        "apart.", type="choice", choices=(TOGETHER, APART),
    )  # fmt: skip

    @classmethod
    def before_it_had_a_seed(cls, run_seed: int) -> Split:
        """The split of designs and runs that were written when the seed of the run decided it, too."""
        return cls(seed=run_seed, equal=APART)


def divided(data: DataSet, split: Split) -> tuple[Examples, Examples]:
    """The pictures to learn from and those to validate on; the test pictures are in neither.

    Where the data gives no validation, it is the last of a permutation keyed by the split's seed, at least one picture.
    Both keep their examples in stored order and share the pixels.

    Raises:
        ValueError: the data gives no validation and has fewer than two training pictures.
    """
    if data.validation is not None:
        return data.train, data.validation
    kept = held_back_of(data.train, split)
    return data.train.take(np.flatnonzero(~kept)), data.train.take(np.flatnonzero(kept))


def held_back_of(examples: Examples, split: Split) -> npt.NDArray[np.bool_]:
    """Which of N training pictures are kept for validation, bool (N,).

    Where equal ones stay together, it is drawn of all pictures as they were stored: leaving some out moves no others.
    A picture goes where the first one goes that is equal to it, and those that came later are learned from, with all
    that are equal to them. Should that leave nothing on one side, equal ones may be apart.

    Raises:
        ValueError: there are fewer than two.
    """
    count = len(examples)
    if count < 2:
        raise ValueError("a validation split needs at least two examples")
    if split.equal == TOGETHER:
        group, late = examples.firsts[examples.indices], examples.indices >= examples.stored
        drawn = np.zeros(len(examples.firsts), np.bool_)
        if examples.stored > 1:
            drawn[: examples.stored] = held_back(examples.stored, split)
        kept: npt.NDArray[np.bool_] = drawn[group] & ~np.isin(group, group[late])
        if kept.any() and not kept.all():
            return kept
    return held_back(count, split)


def held_back(count: int, split: Split) -> npt.NDArray[np.bool_]:
    """Which of ``count`` > 1 pictures the draw takes, whatever they show, bool (count,)."""
    order = keyed(split.seed, "validation split").permutation(count)
    kept = np.zeros(count, np.bool_)
    kept[order[count - max(1, count * split.share // 100) :]] = True
    return kept
