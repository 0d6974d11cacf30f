"""Questions whose answer is one of several, or an order: why, which, and what comes first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from cnnstudio.lessons.questions.expression import Expression, ExpressionError, Number, filled
from cnnstudio.lessons.questions.question import TRIES
from cnnstudio.nn.arrays import Array
from cnnstudio.nn.randomness import draws
from cnnstudio.nn.telling.told import Sentence


@dataclass(frozen=True)
class WrongOption:
    """An option that is not right, and what to say to whoever chooses it."""

    text: str
    reply: str


@dataclass(frozen=True)
class Wording:
    """One way to ask: the question, the right option, the others, and why. All may hold formulas in braces."""

    text: str
    right: str
    wrong: tuple[WrongOption, ...]
    why: str


@dataclass(frozen=True)
class Choice:
    """As a lesson's file has it: asked in another of its ``wordings`` each time, with numbers of ``draw``."""

    id: str
    wordings: tuple[Wording, ...]
    draw: Mapping[str, tuple[Number, ...]]
    where: Expression | None = None


@dataclass(frozen=True)
class Ordering:
    """``steps`` in their right order, of which ``take`` are asked for each time."""

    id: str
    text: str
    steps: tuple[str, ...]
    take: int
    why: str


@dataclass(frozen=True, eq=False)
class Picture:
    """A small picture in a question: values (H, W). ``kind`` says how it is coloured: an image from black to white, or
    weights and maps about zero."""

    values: Array
    kind: str


@dataclass(frozen=True, eq=False)
class Option:
    """One of the answers: words or a picture. ``reply`` is said to whoever chooses it."""

    right: bool
    reply: Sentence
    text: Sentence | None = None
    picture: Picture | None = None


@dataclass(frozen=True, eq=False)
class Offered:
    """A question with what is to be chosen from, and pictures it is about, each with its name."""

    id: str
    text: Sentence
    options: tuple[Option, ...]
    why: Sentence
    shown: tuple[tuple[Sentence, Picture], ...] = ()

    @property
    def right(self) -> int:
        """The place of the right option."""
        return next(place for place, option in enumerate(self.options) if option.right)


@dataclass(frozen=True)
class Shuffled:
    """Steps to be put in order: ``steps`` as they are shown, ``order`` the place of the first, second … of them."""

    id: str
    text: Sentence
    steps: tuple[str, ...]
    order: tuple[int, ...]
    why: Sentence

    def first_wrong(self, given: tuple[int, ...]) -> int | None:
        """At which place an order begins to be wrong; None where it is right."""
        pairs = enumerate(zip(given, self.order, strict=True))
        return next((place for place, (one, other) in pairs if one != other), None)


def offered(choice: Choice, seed: int, turn: int) -> Offered:
    """The question as it is asked at its ``turn``-th time.

    Raises:
        ExpressionError: no numbers fit it.
    """
    wording = choice.wordings[turn % len(choice.wordings)]
    numbers, random = _numbers(choice, seed, turn)
    options = [Option(True, _said(wording.why, numbers), text=_said(wording.right, numbers))]
    options += [Option(False, _said(o.reply, numbers), text=_said(o.text, numbers)) for o in wording.wrong]
    mixed = tuple(options[int(place)] for place in random.permutation(len(options)))
    return Offered(choice.id, _said(wording.text, numbers), mixed, _said(wording.why, numbers))


def shuffled(ordering: Ordering, seed: int, turn: int) -> Shuffled:
    """Some of the steps, mixed so that they do not lie in their order."""
    random = draws(seed, "lesson order", ordering.id, turn)
    taken = np.sort(random.permutation(len(ordering.steps))[: ordering.take])
    mixed = random.permutation(len(taken))
    if (mixed == np.arange(len(taken))).all():
        mixed = mixed[::-1]
    steps = tuple(ordering.steps[int(taken[place])] for place in mixed)
    order = tuple(int(place) for place in np.argsort(mixed))
    return Shuffled(ordering.id, _said(ordering.text, {}), steps, order, _said(ordering.why, {}))


def _numbers(choice: Choice, seed: int, turn: int) -> tuple[dict[str, Number], np.random.Generator]:
    for attempt in range(TRIES):
        random = draws(seed, "lesson choice", choice.id, turn, attempt)
        numbers = {name: values[int(random.integers(len(values)))] for name, values in choice.draw.items()}
        if choice.where is None or choice.where.value(numbers):
            return numbers, random
    raise ExpressionError(
        "No numbers fit the question “{id}”: {trouble}", id=choice.id, trouble="every draw is refused"
    )


def _said(text: str, numbers: Mapping[str, Number]) -> Sentence:
    """What somebody wrote in a lesson, with its formulas worked out: in their language, whatever ours is."""
    return Sentence("{text}", text=filled(text, numbers))
