"""Making a question from numbers that are there, not drawn: the right answer is the engine's."""

from __future__ import annotations

from collections.abc import Iterable

from cnnstudio.lessons.questions.expression import Number
from cnnstudio.lessons.questions.question import Drawn, same
from cnnstudio.nn.telling.told import Sentence


def asked(
    name: str,
    text: Sentence,
    answer: Number,
    wrong: Iterable[tuple[Number, Sentence]],
    why: Sentence,
    *,
    unit: Sentence | None = None,
    otherwise: Sentence | None = None,
    slack: float = 0.0,
) -> Drawn:
    """The question ``text``. Of the known wrong answers those are left out that are right here, or mean the same number
    as one before."""
    kept: list[tuple[Number, Sentence]] = []
    for value, reply in wrong:
        if not any(same(value, other) or abs(value - other) <= 2 * slack for other in (answer, *(v for v, _ in kept))):
            kept.append((value, reply))
    return Drawn(name, text, answer, tuple(kept), why, unit, otherwise, slack)
