"""Questions with freshly drawn numbers, and what is said to each answer."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from cnnstudio.lessons.questions.expression import Expression, ExpressionError, Number, filled, number_text
from cnnstudio.lessons.questions.subject import Subject
from cnnstudio.nn.randomness import draws
from cnnstudio.nn.told import Sentence

#: so often numbers are drawn anew before a question counts as impossible
TRIES = 200
_GROUPED = re.compile(r"-?\d{1,3}(,\d{3})+")


@dataclass(frozen=True)
class Mistake:
    """A known wrong answer, and what to say to whoever gives it."""

    value: Expression
    reply: str


@dataclass(frozen=True)
class Question:
    """Text, replies and ``why`` may hold formulas in braces; in ``why``, ``answer`` is the right one."""

    id: str
    text: str
    draw: Mapping[str, tuple[Number, ...]]
    where: Expression | None
    subject: Subject
    mistakes: tuple[Mistake, ...]
    why: str
    unit: str = ""
    otherwise: str = ""


@dataclass(frozen=True)
class Drawn:
    """A question with its numbers. Answers count as equal to a number if they are within ``slack`` of it."""

    question: Question
    numbers: Mapping[str, Number]
    answer: Number
    wrong: tuple[tuple[Number, str], ...]
    slack: float = 0.0

    @property
    def text(self) -> str:
        """What is asked."""
        return filled(self.question.text, self.numbers)

    @property
    def why(self) -> str:
        """Where the right answer comes from."""
        return filled(self.question.why, {**self.numbers, "answer": self.answer})

    def judge(self, given: float) -> Verdict:
        """What to say to an answer."""
        if self._near(given, self.answer):
            return Verdict(True, True, f"Right: {number_text(self.answer)}.")
        for value, reply in self.wrong:
            if self._near(given, value):
                return Verdict(False, True, reply)
        general = self.question.otherwise or "Not quite. Work it out step by step, then try again."
        return Verdict(False, False, filled(general, self.numbers))

    def _near(self, given: float, value: Number) -> bool:
        return abs(given - value) <= self.slack or same(given, value)


@dataclass(frozen=True)
class Verdict:
    """Whether an answer is right, whether it was foreseen, and the reply."""

    right: bool
    known: bool
    reply: str


def drawn(question: Question, seed: int, number: int, tries: int = TRIES) -> Drawn:
    """The question with the numbers of its ``number``-th drawing.

    The right answer and the known wrong ones all differ: where they coincide, numbers are drawn again.

    Raises:
        ExpressionError: no numbers were found for which that holds.
    """
    trouble = Sentence("every draw was refused")
    for attempt in range(tries):
        generator = draws(seed, "lesson question", question.id, number, attempt)
        numbers = {name: values[int(generator.integers(len(values)))] for name, values in question.draw.items()}
        try:
            if question.where is not None and not question.where.value(numbers):
                continue
            answer = question.subject.answer(numbers)
            wrong = tuple((m.value.value(numbers), filled(m.reply, numbers)) for m in question.mistakes)
        except ExpressionError as error:
            trouble = error.sentence
            continue
        values = [answer, *(value for value, _ in wrong)]
        if any(same(a, b) for place, a in enumerate(values) for b in values[:place]):
            trouble = Sentence("a wrong answer equals the right one, or another")
            continue
        return Drawn(question, numbers, answer, wrong)
    raise ExpressionError("No numbers fit the question “{id}”: {trouble}", id=question.id, trouble=trouble)


def read_number(text: str) -> float | None:
    """What somebody typed as a number (357 504, 357,504, −0.5, 0,5), or None."""
    plain = re.sub(r"\s", "", text).replace("−", "-")
    plain = plain.replace(",", "" if _GROUPED.fullmatch(plain) else ".")
    try:
        value = float(plain)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def same(a: float, b: float) -> bool:
    """Whether two numbers are one but for rounding."""
    return abs(a - b) <= 1e-6 * max(1.0, abs(a), abs(b))
