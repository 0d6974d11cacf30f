"""Which pictures are held back for the test where the data gives none: a share of each class, equal ones together."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cnnstudio.data.dataset import DataError, Labels, Part, keyed
from cnnstudio.data.importing.choices import SplitChoices
from cnnstudio.data.importing.one_class import one_class
from cnnstudio.nn.telling.told import Sentence


def with_test(
    parts: dict[Part, Labels],
    labels: Labels,
    marks: npt.NDArray[np.bytes_],
    classes: tuple[str, ...],
    choices: SplitChoices,
    source: str,
) -> dict[Part, Labels]:
    """The places of the pictures of each part, int64, where one may be missing: without a test a share is held back,
    and pictures of no part are training pictures.

    ``labels`` and ``marks`` are those of all N pictures, see ``held_back``.

    Raises:
        DataError: all pictures are of one class, or none are left for a part.
    """
    if len(present := np.unique(labels)) < 2:
        raise one_class(source, [classes[label] for label in present])
    places = np.arange(len(labels))
    train = places[~np.isin(places, np.concatenate([parts["validation"], parts["test"]]))]
    test = parts["test"]
    if not len(test):
        held = held_back(labels[train], marks[train], choices.test_share, choices.test_seed)
        train, test = train[~held], train[held]
    if not len(test) and np.bincount(labels[train]).max() < 2:
        raise DataError(
            "{source} holds one picture of each class, so none can be held back for the test: add pictures.",
            source=source,
        )
    if not len(train) or not len(test):
        what = Sentence("to learn from" if len(test) else "for the test")
        raise DataError(
            "{source} leaves no picture {what}, as equal ones stay together: add pictures.", source=source, what=what
        )
    aside: dict[Part, Labels] = {"validation": parts["validation"]} if len(parts["validation"]) else {}
    return {"train": train, **aside, "test": test}


def held_back(labels: Labels, marks: npt.NDArray[np.bytes_], share: float, seed: int) -> npt.NDArray[np.bool_]:
    """Which of N pictures become test pictures, bool (N,).

    ``labels`` int64 (N,); ``marks`` (N,) are equal where pictures are. Pictures that are equal are all on one side. Of
    each class the rounded share is taken, at least one picture and never all, as far as equal pictures allow.
    """
    _, first, group = np.unique(marks, return_index=True, return_inverse=True)
    # groups in the order in which their first picture comes, so that marks decide nothing but equality
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    group = rank[group]
    sizes = np.bincount(group, minlength=len(first))
    classes = labels[np.sort(first)]
    chosen = np.zeros(len(first), dtype=bool)
    order = keyed(seed, "test pictures held back").permutation(len(first))
    for label in np.unique(labels):
        count = int(np.count_nonzero(labels == label))
        wanted = min(max(1, round(count * share)), count - 1)
        mine = order[classes[order] == label]
        held = 0
        for place in mine[:-1] if len(mine) > 1 else ():
            if held >= wanted:
                break
            chosen[place] = True
            held += int(sizes[place])
    return chosen[group]
