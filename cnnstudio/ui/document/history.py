"""What was done to a document, step by step, and how far it is undone.

Not a ``QUndoStack``: it deletes its commands, and so does Python once both are garbage, in an order of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

Step = TypeVar("Step")
#: what makes a step done (True) or undone (False)
Travel = Callable[[Step, bool], object]


class History(Generic[Step]):
    """Steps are values; ``travel`` does and undoes them, and ``changed`` hears once whenever what can be undone or done
    again, or whether all is saved, may be another."""

    def __init__(self, travel: Travel[Step], changed: Callable[[], object]) -> None:
        self._travel, self._changed = travel, changed
        self._steps: list[Step] = []
        self._done = 0
        self._clean: int | None = 0

    def count(self) -> int:
        """How many steps there are, done and undone."""
        return len(self._steps)

    def index(self) -> int:
        """How many of them are done."""
        return self._done

    def step(self, place: int) -> Step:
        return self._steps[place]

    def can_undo(self) -> bool:
        return self._done > 0

    def can_redo(self) -> bool:
        return self._done < len(self._steps)

    def is_clean(self) -> bool:
        """Whether it is as it was when ``set_clean`` was called last, or at the beginning."""
        return self._clean == self._done

    def set_clean(self) -> None:
        self._clean = self._done
        self._changed()

    def push(self, step: Step) -> None:
        """Do a step; those that are undone are gone."""
        if self._clean is not None and self._clean > self._done:
            self._clean = None
        del self._steps[self._done :]
        self._travel(step, True)
        self._steps.append(step)
        self._done += 1
        self._changed()

    def undo(self) -> None:
        """Undo the last step that is done; no effect where there is none."""
        if self.can_undo():
            self._travel(self._steps[self._done - 1], False)
            self._done -= 1
            self._changed()

    def redo(self) -> None:
        """Do the next step again; no effect where there is none."""
        if self.can_redo():
            self._travel(self._steps[self._done], True)
            self._done += 1
            self._changed()

    def drop(self) -> None:
        """Forget the last step, which was done; what it did has been undone otherwise."""
        self._done -= 1
        del self._steps[self._done :]
        self._changed()

    def clear(self) -> None:
        """Forget all; what is now is clean."""
        self._steps.clear()
        self._done = self._clean = 0
        self._changed()
