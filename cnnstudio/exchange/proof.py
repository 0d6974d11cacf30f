"""A proof made in steps, whatever it is written as: how far it has come, and what comes of it."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from cnnstudio.exchange.certificate import Certificate

#: how far an export has come, from 0 to 1
Proving = Generator[float, None, Certificate]
#: what making our own answers is of an export
OURS = 0.5
_Made = TypeVar("_Made")
_Number = TypeVar("_Number", bound=np.generic)


def finished(proving: Generator[float, None, _Made]) -> _Made:
    """What comes of it, at once."""
    while True:
        try:
            next(proving)
        except StopIteration as ended:
            made: _Made = ended.value
            return made


def in_parts(
    parts: Iterable[NDArray[_Number]], count: int, share: float, begun: float = 0.0
) -> Generator[float, None, NDArray[_Number]]:
    """Logits of ``count`` pictures that come a few at a time, whole: this ``share`` of a proof, a step for each."""
    made: list[NDArray[_Number]] = []
    for part in parts:
        made.append(part)
        yield begun + share * sum(map(len, made)) / count
    return np.concatenate(made)
