"""A random walk of edits through the real document and its scene: every undo leads back to the same design, and every
redo forth again.

    python -m tests.robustness.walk EDITS SEED
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable, Iterator

from PySide6.QtWidgets import QApplication

from cnnstudio.design.edits.edits import EditRefused
from tests.ui.document.editing import KINDS, Editing

#: layers beyond which the walk rather takes some away, and edits between two looks at the scene
_LARGE, _LOOK = 40, 25


def walk(count: int, seed: int) -> Iterator[str]:
    """Make so many edits, with undo and redo between them; then undo all, and redo all. Tells of whatever is not as it
    was, and in the last line how many designs there were."""
    chance, editing = random.Random(seed), Editing()
    made = 0
    while made < count:
        before = len(editing.steps), editing.place
        try:
            _step(editing, chance)
            editing.is_where_it_should_be()
            if made % _LOOK == 0:
                editing.the_scene_mirrors_it()
        except (AssertionError, Exception) as error:  # noqa: BLE001 - whatever comes of an edit is a failure
            yield f"edit {made}: {type(error).__name__}: {str(error)[:300]}"
            return
        made += (len(editing.steps), editing.place) != before
    yield from _back_and_forth(editing)
    yield f"{len(editing.steps):,} designs in a row"


def _step(editing: Editing, chance: random.Random) -> None:
    design, number = editing.design, chance.randrange(10**6)
    x, y, kind = (*(10.0 * chance.randint(-90, 90) for _ in range(2)), chance.choice(KINDS))
    steps: list[Callable[[], None]] = [
        lambda: editing.add(kind, x, y), lambda: editing.append(kind), editing.tidy,
        lambda: editing.annotation(x, y, "n" * chance.randrange(20)),
        lambda: editing.undo(chance.randint(1, 4)), lambda: editing.redo(chance.randint(1, 4)),
    ]  # fmt: skip
    if len(design.graph):
        steps += [
            lambda: editing.connect(number, chance.randrange(10**6)), lambda: editing.move(number, x, y),
            lambda: editing.group(number), lambda: editing.remove(number, chance.random() < 0.5),
        ]  # fmt: skip
        if len(design.graph) < _LARGE:
            steps += [lambda: editing.duplicate(number), lambda: editing.repeat(number)]
        else:
            steps += 6 * [lambda: editing.remove(number, True)]
    if design.graph.edges:
        steps += [lambda: editing.insert(kind, number, x, y), lambda: editing.disconnect(number)]
    if design.blocks:
        steps.append(lambda: editing.fold(number, chance.random() < 0.3))
    if design.frames or design.notes:
        steps.append(lambda: editing.forget(number))
    try:
        chance.choice(steps)()
    except EditRefused as refusal:
        assert str(refusal)


def _back_and_forth(editing: Editing) -> Iterator[str]:
    stack = editing.document.history
    while stack.can_redo():
        stack.redo()
    for place in range(len(editing.steps) - 2, -1, -1):
        stack.undo()
        if editing.design != editing.steps[place]:
            yield f"undo leads to another design than that of edit {place}"
    if stack.can_undo():
        yield "there is more to undo than was done"
    for place in range(1, len(editing.steps)):
        stack.redo()
        if editing.design != editing.steps[place]:
            yield f"redo leads to another design than that of edit {place}"
    editing.the_scene_mirrors_it()


if __name__ == "__main__":
    application = QApplication([])
    for line in walk(int(sys.argv[1]), int(sys.argv[2])):
        print(json.dumps(line), flush=True)
