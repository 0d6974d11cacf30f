"""Data whose pictures are all of one class are refused: there is nothing to tell apart."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from cnnstudio.data.dataset import DataError, DataSet


def one_class(source: str, classes: Iterable[str]) -> DataError:
    """The refusal of data whose pictures are all of one class."""
    name = next(iter(classes), "")
    return DataError(
        "All pictures in {source} are of one class, “{name}”: there is nothing to tell apart. "
        "Give at least two classes.",
        source=source,
        name=name,
    )


def refuse_one_class(data: DataSet) -> None:
    """Take care that there is something to tell apart in the pictures to learn from.

    Raises:
        DataError: all of them are of one class.
    """
    present = np.unique(data.train.labels)
    if len(present) == 1:
        raise DataError(
            "All pictures to learn from in {data} are of one class, “{name}”: there is nothing to tell apart. "
            "Give at least two classes.",
            data=data.title,
            name=data.classes[present[0]],
        )
