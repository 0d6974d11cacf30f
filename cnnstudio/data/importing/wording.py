"""Sentences that several imports say alike."""

from __future__ import annotations

from collections.abc import Iterable

from cnnstudio.data.dataset import DataError


def counted(number: int, one: str, many: str) -> str:
    """“1 picture”, “1,200 pictures”."""
    return f"{number:,} {one if number == 1 else many}"


def one_class(source: str, classes: Iterable[str]) -> DataError:
    """The refusal of data whose pictures are all of one class."""
    name = next(iter(classes), "")
    return DataError(
        f"All pictures in {source} are of one class, “{name}”: there is nothing to tell apart. Give at least two "
        "classes."
    )
