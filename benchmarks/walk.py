"""A long walk of seeded edits through the real document, with undo and redo, that must end where it began."""

from __future__ import annotations

import random
import time

import numpy as np
from PySide6.QtWidgets import QApplication

from benchmarks.random_edits import an_edit
from benchmarks.rows import Row
from cnnstudio.design.templates import template
from cnnstudio.nn.arrays import thousands
from cnnstudio.project.project import untrained
from cnnstudio.ui.canvas.view import CanvasView
from cnnstudio.ui.document.document import Document


def walk_rows(count: int) -> list[Row]:
    """So many edits with undo and redo in between, on a canvas; then all taken back and all done again."""
    chance, begun = random.Random(1), time.perf_counter()
    start = template("first_conv")
    document = Document(untrained(start))
    view = CanvasView(document)
    view.resize(800, 600)
    view.show()
    stack = document.history
    for number in range(count):
        if chance.random() < 0.15 and stack.can_undo():
            stack.undo()
        elif chance.random() < 0.15 and stack.can_redo():
            stack.redo()
        else:
            document.edit(f"edit {number}", an_edit(document.project.design, chance))
        if number % 200 == 0:
            QApplication.processEvents()
    end, steps = document.project, stack.index()
    while stack.can_undo():
        stack.undo()
    wrong = int(document.project.design != start)
    while stack.index() < steps:
        stack.redo()
    same = np.array_equal(document.project.weights.parameters.vector, end.weights.parameters.vector)
    wrong += int(document.project.design != end.design) + int(not same)
    wrong += int(set(view.canvas_scene.cards) != set(end.design.places))
    seconds = time.perf_counter() - begun
    stack.clear()
    view.close()
    return [
        Row(f"walk of {thousands(count)} edits: ends that differ", wrong, "", "≤ 0"),
        Row("one edit of the walk, with its part of undoing and redoing all", 1000 * seconds / count, "ms"),
    ]
