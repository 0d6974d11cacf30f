"""A long walk of seeded edits through the real document, with undo and redo, that must end where it began."""

from __future__ import annotations

import random
import time

import numpy as np
from PySide6.QtWidgets import QApplication

from benchmarks.rows import Row
from cnnstudio.design.edits import blocks, edits, frames_and_notes
from cnnstudio.design.edits.copies import duplicated
from cnnstudio.design.edits.edits import EditRefused
from cnnstudio.design.layout.tidy import tidied
from cnnstudio.design.templates import template
from cnnstudio.design.value.design import Design
from cnnstudio.nn.layer import layer_kinds
from cnnstudio.project.project import untrained
from cnnstudio.ui.canvas.view import CanvasView
from cnnstudio.ui.document.document import Document


def an_edit(design: Design, chance: random.Random) -> Design:
    """A random edit; one that makes no sense here changes nothing."""
    kinds, nodes = list(layer_kinds().values()), [node.id for node in design.graph]
    place = float(chance.randrange(-900, 900, 10)), float(chance.randrange(-900, 900, 10))
    if len(nodes) < 4:
        return edits.append(design, chance.choice(kinds)())[0]
    some = frozenset(chance.sample(nodes, min(len(nodes), chance.randint(1, 3))))
    some = frozenset().union(*(design.folding.nodes_of(design.folding.shown(node)) for node in some))
    edge = chance.choice(design.graph.edges) if design.graph.edges else None
    block = chance.choice(sorted(design.blocks)) if design.blocks else ""
    extras = [*design.frames, *design.notes]
    try:
        match chance.randrange(16):
            case 0:
                return edits.add(design, chance.choice(kinds)(), place)[0]
            case 1:
                return edits.append(design, chance.choice(kinds)())[0]
            case 2 if edge is not None:
                return edits.insert(design, edge, chance.choice(kinds)(), place)[0]
            case 3:
                return edits.connect(design, chance.choice(nodes), chance.choice(nodes))
            case 4 if edge is not None:
                return edits.disconnect(design, edge)
            case 5:
                return edits.move(design, {chance.choice(nodes): place})
            case 6:
                return edits.rename(design, chance.choice(nodes), f"Layer {chance.randrange(99)}")
            case 7 if len(nodes) < 60:
                return duplicated(design, some, (30.0, 30.0))[0]
            case 8 if not block:
                return blocks.group(design, some)[0]
            case 9 if block:
                return blocks.toggle(design, block)
            case 10 if block:
                return blocks.ungroup(design, block)
            case 11 if len(nodes) < 40:
                return blocks.repeat(design, some, 2)[0]
            case 12:
                return tidied(design)
            case 13:
                return frames_and_notes.add_frame(design, (*place, 200.0, 150.0))[0] if len(extras) < 9 else design
            case 14:
                return (
                    frames_and_notes.add_note(design, "x" * chance.randrange(1, 40), place)[0]
                    if len(extras) < 9
                    else design
                )
            case 15 if extras:
                return frames_and_notes.remove(design, [chance.choice(extras)])
            case _:
                return edits.remove(design, some, rejoin=chance.random() < 0.5)
    except EditRefused:
        return design


def walk_rows(count: int) -> list[Row]:
    """So many edits with undo and redo in between, on a canvas; then all taken back and all done again."""
    chance, begun = random.Random(1), time.perf_counter()
    start = template("first_conv")
    document = Document(untrained(start))
    view = CanvasView(document)
    view.resize(800, 600)
    view.show()
    stack = document.undo_stack
    for number in range(count):
        if chance.random() < 0.15 and stack.canUndo():
            stack.undo()
        elif chance.random() < 0.15 and stack.canRedo():
            stack.redo()
        else:
            document.edit(f"edit {number}", an_edit(document.project.design, chance))
        if number % 200 == 0:
            QApplication.processEvents()
    end, steps = document.project, stack.index()
    while stack.canUndo():
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
        Row(f"walk of {count:,} edits: ends that differ".replace(",", "\u2009"), wrong, "", "≤ 0"),
        Row("one edit of the walk, with its part of undoing and redoing all", 1000 * seconds / count, "ms"),
    ]
