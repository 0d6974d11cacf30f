"""Sentences that several imports say alike."""

from __future__ import annotations

from collections.abc import Iterable

from cnnstudio.data.dataset import DataError


def one_class(source: str, classes: Iterable[str]) -> DataError:
    """The refusal of data whose pictures are all of one class."""
    name = next(iter(classes), "")
    return DataError(
        "All pictures in {source} are of one class, “{name}”: there is nothing to tell apart. "
        "Give at least two classes.",
        source=source,
        name=name,
    )
