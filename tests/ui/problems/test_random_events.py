"""The window under hands that do one thing after another in no order at all."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from cnnstudio.design.edits import blocks, edits, frames_and_notes
from cnnstudio.design.layout.tidy import tidied
from cnnstudio.design.templates import template
from cnnstudio.design.value.design import Design
from cnnstudio.design.value.drawn import Note
from cnnstudio.nn.graph.layer import layer_kinds
from cnnstudio.project.project import untrained
from cnnstudio.ui.canvas.items.annotation_items import NoteItem
from cnnstudio.ui.shell.window import MainWindow
from tests.ui.training_parts import write_idx

STEPS = 100


class Hands:
    """Whatever can be done on a canvas with a problem on it, drawn from a seed."""

    def __init__(self, window: MainWindow, seed: int, pictures: Path) -> None:
        self.window, self.random = window, random.Random(seed)
        self.sources = ("digits", str(pictures), "/nowhere/at/all")
        self.done: list[str] = []
        self.acts: tuple[Callable[[], None], ...] = (
            self.note, self.note, self.frame, self.remove_drawn, self.far_layer, self.remove, self.block, self.fold,
            self.select, self.problem, self.undo, self.undo, self.redo, self.scroll, self.zoom, self.resize, self.tidy,
            self.preview, self.apply, self.offer, self.escape, self.drag, self.cut, self.data, self.another, self.lend,
            self.give_back,
        )  # fmt: skip

    def go(self, steps: int) -> None:
        for _ in range(steps):
            act = self.random.choice(self.acts)
            self.done.append(act.__name__)
            try:
                act()
            except edits.EditRefused:
                self.done[-1] += " (refused)"
            if self.random.random() < 0.7:
                QApplication.processEvents()

    def data(self) -> None:
        """Other data, and a note about it."""
        self.note()
        recipe = self.design.recipe.replace(data=self.random.choice(self.sources))
        notes = {**self.design.notes, "about_data": Note("the data", *self.place())}
        self.edit("Data", self.design.with_changes(recipe=recipe, notes=notes))

    def other(self) -> Design:
        """A design with the same layers, other data, and notes of its own."""
        recipe = self.design.recipe.replace(data=self.random.choice(self.sources))
        notes = {f"other_{self.random.randint(1, 9)}": Note("elsewhere", *self.place())}
        return self.design.with_changes(recipe=recipe, notes=notes, frames={})

    def another(self) -> None:
        self.window.document.open(untrained(self.other()), None)

    def lend(self) -> None:
        self.window.document.lend(untrained(self.other()))

    def give_back(self) -> None:
        self.window.document.give_back()

    @property
    def design(self) -> Design:
        """The design as it is now."""
        return self.window.document.project.design

    def some(self, count: int = 1) -> list[str]:
        nodes = sorted(self.design.graph.ids)
        return self.random.sample(nodes, min(count, len(nodes)))

    def place(self) -> tuple[float, float]:
        return self.random.uniform(-3000, 5000), self.random.uniform(-2000, 4000)

    def edit(self, text: str, design) -> None:
        self.window.document.edit(text, design)

    def note(self) -> None:
        number = len(self.design.notes)
        while f"note_{number}" in self.design.ids:
            number += 1
        notes = {**self.design.notes, f"note_{number}": Note("words " * self.random.randint(1, 40), *self.place())}
        design = self.design.with_changes(notes=notes)
        if self.random.random() < 0.5:  # with a layer, whose card makes the scene larger first
            design, _ = edits.add(design, layer_kinds()["relu"](), self.place())
        self.edit("Note", design)

    def frame(self) -> None:
        if some := self.some(3):
            self.edit(
                "Frame",
                frames_and_notes.add_frame(self.design, self.window.canvas.canvas_scene.frame_of(some).getRect())[0],
            )

    def remove_drawn(self) -> None:
        self.edit("Erase", self.design.with_changes(notes={}, frames={}))

    def far_layer(self) -> None:
        kind = self.random.choice(["relu", "dense", "conv2d", "add"])
        self.edit("Add", edits.add(self.design, layer_kinds()[kind](), self.place())[0])

    def remove(self) -> None:
        self.edit("Remove", edits.remove(self.design, self.some(2), rejoin=self.random.random() < 0.5))

    def block(self) -> None:
        self.edit("Block", blocks.group(self.design, self.some(3))[0])

    def fold(self) -> None:
        if self.design.blocks:
            self.window.canvas.commands.editing.toggle_block(self.random.choice(sorted(self.design.blocks)))

    def select(self) -> None:
        self.window.document.select(self.some(self.random.randint(0, 2)))

    def problem(self) -> None:
        self.window.commands.run(self.random.choice(("next problem", "previous problem")))

    def undo(self) -> None:
        self.window.commands.run("undo")

    def redo(self) -> None:
        self.window.commands.run("redo")

    def scroll(self) -> None:
        bar = self.window.canvas.horizontalScrollBar()
        bar.setValue(self.random.randint(bar.minimum(), bar.maximum()))

    def zoom(self) -> None:
        self.window.canvas.camera.zoom_in_middle(self.random.choice((0.2, 0.5, 0.8, 1.0)))

    def resize(self) -> None:
        self.window.resize(self.random.randint(900, 1600), self.random.randint(560, 1000))

    def tidy(self) -> None:
        self.edit("Tidy", tidied(self.design))

    def preview(self) -> None:
        if (problem := self.window.findings.open) and (found := self.window.findings.repairs(problem)):
            self.window.findings.show(self.random.choice(found))

    def apply(self) -> None:
        if (repair := self.window.findings.preview) is not None:
            self.window.findings.apply(repair)

    def offer(self) -> None:
        self.window.problem_bubble.offer_repairs()

    def escape(self) -> None:
        QTest.keyClick(self.window.problem_bubble, Qt.Key.Key_Escape)

    def drag(self) -> None:
        """Take a card somewhere else, with something happening to the document in the midst of it."""
        if not (some := self.some()):
            return
        view = self.window.canvas
        at = view.mapFromScene(view.canvas_scene.card_of(some[0]).scene_outline().center())
        QTest.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
        QTest.mouseMove(view.viewport(), at + QPoint(60, 40))
        self.random.choice((self.note, self.undo, self.problem, self.remove))()
        QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=at + QPoint(90, 60))

    def cut(self) -> None:
        if edges := self.design.graph.edges:
            self.edit("Cut", edits.disconnect(self.design, self.random.choice(edges)))


@pytest.mark.parametrize("seed", range(2))
def test_nothing_that_is_done_in_any_order_finds_something_that_is_not_drawn_yet(
    open_window: Callable[..., MainWindow], tmp_path: Path, seed: int
) -> None:
    window = open_window(edits.remove(template("lenet5"), ["flatten_1"], rejoin=True))
    hands = Hands(window, seed, write_idx(tmp_path))
    hands.go(STEPS)
    QApplication.processEvents()
    scene, design = window.canvas.canvas_scene, hands.design
    assert {i for i, item in scene.annotations.items() if isinstance(item, NoteItem)} == set(design.notes), hands.done
    assert set(scene.cards) == set(design.places), hands.done
