"""A lesson as a value: text, live views, tasks and questions in the order in which they are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cnnstudio.design.value.design import Design
from cnnstudio.lessons.condition import Condition
from cnnstudio.lessons.figures import About
from cnnstudio.lessons.questions.choosing import Choice, Ordering
from cnnstudio.lessons.questions.puzzles import Puzzle
from cnnstudio.lessons.questions.question import Question

#: the live views by name, and the limits of their numbers: parameter → (low, high)
VIEWS: Mapping[str, Mapping[str, tuple[int, int]]] = {
    "row": {"size": (1, 64), "kernel": (1, 16), "stride": (1, 8), "padding": (0, 8), "dilation": (1, 8)},
    "bench": {"size": (1, 64), "kernel": (1, 16), "stride": (1, 8), "padding": (0, 8), "dilation": (1, 8)},
    "places": {"size": (1, 64), "kernel": (1, 16), "stride": (1, 8)},
    "convolution": {},
    "products": {},
    "writing": {},
    "pooling": {},
    "filters": {},
    "volumes": {},
    "curve": {},
    "descent": {},
    "way_back": {},
    "sharing": {},
    "neurons": {},
    "occlusion": {},
}

#: the numbers that tasks may be about: view → name → what it says
NUMBERS: Mapping[str, Mapping[str, str]] = {
    "row": {
        "size": "pixels in the row",
        "kernel": "cells of the filter",
        "stride": "how far it moves",
        "padding": "zeros at each end",
        "dilation": "distance of its cells",
        "place": "where the filter is, from 1",
        "places": "how many places there are, 0 where it does not fit",
        "dropped": "pixels that are never looked at",
    },
    "convolution": {
        "position": "where the window is, from 1",
        "positions": "how many places there are",
        "visited": "how many different places it has been at",
        "filter": "which filter is shown, from 1",
        "filters_seen": "how many different ones have been shown",
    },
    "filters": {"step": "the training step whose weights are shown"},
    "volumes": {"looked": "volumes that were clicked", "volumes": "how many there are"},
    "curve": {},
    "descent": {
        "loss": "the loss where the ball is",
        "steps": "steps it has taken",
        "rate": "the learning rate",
        "fallen": "per cent of the way from its start to the lowest place on the map",
        "risen": "steps that made the loss greater",
    },
    "way_back": {"looked": "numbers of the chain that were chosen", "links": "how many there are"},
    "sharing": {},
    "neurons": {"visited": "how many different neurons it has looked at"},
    "occlusion": {
        "own": "1 while a picture of one’s own is looked at, such as a drawing",
        "visited": "how many different places have been hidden",
        "fallen": "how far the answer fell at most, in per cent of what it was",
        "found": "the same in per cent of the greatest fall there is",
    },
}
NUMBERS = {
    **NUMBERS,
    **dict.fromkeys(("bench", "places"), NUMBERS["row"]),
    **dict.fromkeys(("products", "writing", "pooling"), NUMBERS["convolution"]),
}


@dataclass(frozen=True)
class Paragraph:
    """Text; *words* between stars are emphasised, [words] in brackets are explained by the glossary. Where it is about
    the network that is shown, formulas in braces are of its ``figures``."""

    text: str
    about: About | None = None


@dataclass(frozen=True)
class Formula:
    """A formula on a line of its own, likewise."""

    text: str
    about: About | None = None


@dataclass(frozen=True)
class Task:
    """Something to do on the real document; ``hint`` says where."""

    id: str
    text: str
    condition: Condition
    hint: str = ""


#: what is asked without a number for an answer
Asked = Choice | Ordering | Puzzle
Item = Paragraph | Formula | Task | Question | Asked


@dataclass(frozen=True)
class View:
    """A live view by name with its first numbers."""

    name: str
    numbers: Mapping[str, int]


@dataclass(frozen=True)
class Lesson:
    """``network`` is what the lesson offers to begin with, if anything; ``picture`` the class, from 0, of the picture
    that it is first seen with, None for any."""

    id: str
    title: str
    items: tuple[Item, ...]
    views: tuple[View, ...]
    network: Design | None = None
    picture: int | None = None

    @property
    def tasks(self) -> tuple[Task, ...]:
        """What is to be done."""
        return tuple(item for item in self.items if isinstance(item, Task))

    @property
    def questions(self) -> tuple[Question, ...]:
        """What is asked, with a number for an answer."""
        return tuple(item for item in self.items if isinstance(item, Question))

    @property
    def choices(self) -> tuple[Asked, ...]:
        """What is asked, with a choice, an order or a place for an answer."""
        return tuple(item for item in self.items if isinstance(item, Asked))

    @property
    def goals(self) -> tuple[str, ...]:
        """The ids of tasks and questions, in their order."""
        return tuple(item.id for item in self.items if not isinstance(item, Paragraph | Formula))


@dataclass(frozen=True)
class Course:
    """Lessons in their order."""

    title: str
    lessons: tuple[Lesson, ...]

    def lesson(self, lesson_id: str) -> Lesson:
        """The lesson of this id.

        Raises:
            KeyError: there is none.
        """
        for lesson in self.lessons:
            if lesson.id == lesson_id:
                return lesson
        raise KeyError(lesson_id)
