"""Questions with freshly drawn numbers, and what is said to each answer."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from cnnstudio.lessons.questions.expression import Expression, ExpressionError, Number, filled
from cnnstudio.lessons.questions.subject import Subject
from cnnstudio.nn.randomness import draws
from cnnstudio.nn.telling.told import Sentence

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
    """As a lesson's file has it. Text, replies and ``why`` may hold formulas in braces; in ``why``, ``answer`` is the
    right one."""

    id: str
    text: str
    draw: Mapping[str, tuple[Number, ...]]
    where: Expression | None
    subject: Subject
    mistakes: tuple[Mistake, ...]
    why: str
    unit: str = ""
    otherwise: str = ""


#: what is said to a wrong answer that nobody foresaw, where there is nothing better to say
_NOT_QUITE = Sentence("Not quite. Work it out step by step, then try again.")


@dataclass(frozen=True)
class Drawn:
    """A question with its numbers: ``text`` asks, ``why`` says where the answer comes from, ``wrong`` are the known
    wrong answers with what is said to them, ``otherwise`` is said to any other. Answers count as equal to a number if
    they are within ``slack`` of it. ``numbers`` are those that were drawn for it."""

    id: str
    text: Sentence
    answer: Number
    wrong: tuple[tuple[Number, Sentence], ...]
    why: Sentence
    unit: Sentence | None = None
    otherwise: Sentence | None = None
    slack: float = 0.0
    numbers: Mapping[str, Number] = field(default_factory=dict)

    def judge(self, given: float) -> Verdict:
        """What to say to an answer."""
        if self._near(given, self.answer):
            return Verdict(True, True, Sentence("Right: {answer:number}.", answer=self.answer))
        for value, reply in self.wrong:
            if self._near(given, value):
                return Verdict(False, True, reply)
        return Verdict(False, False, self.otherwise or _NOT_QUITE)

    def _near(self, given: float, value: Number) -> bool:
        return abs(given - value) <= self.slack or same(given, value)


@dataclass(frozen=True)
class Verdict:
    """Whether an answer is right, whether it was foreseen, and the reply."""

    right: bool
    known: bool
    reply: Sentence


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
            wrong = tuple((m.value.value(numbers), _written(m.reply, numbers)) for m in question.mistakes)
        except ExpressionError as error:
            trouble = error.sentence
            continue
        values = [answer, *(value for value, _ in wrong)]
        if any(same(a, b) for place, a in enumerate(values) for b in values[:place]):
            trouble = Sentence("a wrong answer equals the right one, or another")
            continue
        return Drawn(
            question.id,
            _written(question.text, numbers),
            answer,
            wrong,
            _written(question.why, {**numbers, "answer": answer}),
            _written(question.unit, {}) if question.unit else None,
            _written(question.otherwise, numbers) if question.otherwise else None,
            numbers=numbers,
        )
    raise ExpressionError("No numbers fit the question “{id}”: {trouble}", id=question.id, trouble=trouble)


def _written(text: str, numbers: Mapping[str, Number]) -> Sentence:
    """What somebody wrote in a lesson, with its formulas worked out: in their language, whatever ours is."""
    return Sentence("{text}", text=filled(text, numbers))


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
