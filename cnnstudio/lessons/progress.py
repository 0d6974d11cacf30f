"""How far somebody has come, kept in a small JSON file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

from cnnstudio.design.format.strict import LARGEST_JSON, FileFormatError, dump, parse
from cnnstudio.files.atomic import replace_file
from cnnstudio.files.plain import exists, read_plain
from cnnstudio.lessons.lesson import Course, Lesson
from cnnstudio.nn.telling.told import Sentence

_MOST = 10_000


@dataclass(frozen=True)
class Progress:
    """The ids of the goals (tasks and questions) reached in each lesson, and the lesson that was open last."""

    reached: Mapping[str, frozenset[str]] = field(default_factory=dict)
    last: str = ""

    def has(self, lesson: Lesson, goal: str) -> bool:
        """Whether a goal has been reached."""
        return goal in self.reached.get(lesson.id, frozenset())

    def count(self, lesson: Lesson) -> int:
        """How many of a lesson's goals have been reached."""
        return sum(self.has(lesson, goal) for goal in lesson.goals)

    def whole(self, lesson: Lesson) -> bool:
        """Whether all of a lesson's goals have been reached."""
        return self.count(lesson) == len(lesson.goals)

    def with_goal(self, lesson: Lesson, goal: str) -> Progress:
        """One goal further."""
        reached = self.reached.get(lesson.id, frozenset()) | {goal}
        return replace(self, reached={**self.reached, lesson.id: reached})

    def joined(self, other: Progress) -> Progress:
        """With the goals that either has reached; the lesson open last is this one's."""
        names = self.reached.keys() | other.reached.keys()
        none: frozenset[str] = frozenset()
        return replace(self, reached={n: self.reached.get(n, none) | other.reached.get(n, none) for n in names})

    def at(self, lesson: Lesson) -> Progress:
        """The same, with this lesson open."""
        return replace(self, last=lesson.id)

    def without(self, course: Course) -> Progress:
        """As before the first of the course's lessons."""
        ours = {lesson.id for lesson in course.lessons}
        return Progress({name: goals for name, goals in self.reached.items() if name not in ours})


def load_progress(path: Path) -> Progress:
    """The progress in a file; none where there is no file.

    Raises:
        FileFormatError: the file is damaged.
        OSError: it cannot be read.
    """
    if not exists(path):
        return Progress()
    fields = parse(read_plain(path, LARGEST_JSON), path.name).fields("reached", "last")
    reached = {
        lesson: frozenset(goal.text(40, 1) for goal in goals.items(_MOST))
        for lesson, goals in fields["reached"].mapping().items()
    }
    return Progress(reached, fields["last"].text(40))


def open_progress(path: Path) -> tuple[Progress, Sentence | None]:
    """The progress in a file, and a sentence where it could not be read: then one begins anew, and the damaged file
    stays beside it with the ending ``.bad``."""
    try:
        return load_progress(path), None
    except OSError as error:
        return Progress(), Sentence("Your progress in the lessons could not be read: {error}", error=error)
    except FileFormatError as error:
        bad = path.with_name(path.name + ".bad")
        try:
            path.replace(bad)
        except OSError as trouble:
            return Progress(), Sentence("{error} It could not be set aside: {trouble}", error=error, trouble=trouble)
        anew = "Your progress in the lessons begins anew: {reason} The old file is {file}."
        return Progress(), Sentence(anew, reason=error.reason, file=bad.name)


def save_progress(progress: Progress, path: Path) -> None:
    """Write it, so that at every moment the old or the new one is there.

    Raises:
        OSError: it cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    value = {"reached": {name: sorted(goals) for name, goals in progress.reached.items()}, "last": progress.last}
    data = dump(value)

    def write(file: BinaryIO) -> None:
        file.write(data)

    replace_file(path, write, load_progress)
