"""Making a question from numbers that are there, not drawn: the right answer is the engine's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cnnstudio.lessons.questions.expression import Number, number_text
from cnnstudio.lessons.questions.question import Drawn, Question, same
from cnnstudio.lessons.questions.subject import Numbers


@dataclass(frozen=True)
class _Known:
    """A subject whose answer is known already."""

    value: Number

    def answer(self, numbers: Numbers) -> Number:
        """See ``Subject``."""
        return self.value


def asked(
    name: str,
    text: str,
    answer: Number,
    wrong: Iterable[tuple[Number, str]],
    why: str,
    *,
    unit: str = "",
    otherwise: str = "",
    slack: float = 0.0,
) -> Drawn:
    """The question ``text``. Of the known wrong answers those are left out that are right here, or mean the same number
    as one before."""
    kept: list[tuple[Number, str]] = []
    for value, reply in wrong:
        if not any(same(value, other) or abs(value - other) <= 2 * slack for other in (answer, *(v for v, _ in kept))):
            kept.append((value, reply))
    question = Question(name, text, {}, None, _Known(answer), (), why, unit, otherwise)
    return Drawn(question, {}, answer, tuple(kept), slack)


def n(value: Number) -> str:
    """A number as questions write it."""
    return number_text(value)
