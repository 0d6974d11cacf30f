"""After any edits the canvas shows the design as a canvas does that is made anew: it replays differences only."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from canvas_bench import Bench
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from benchmarks.random_edits import an_edit, renamed, typed
from cnnstudio.project.project import untrained
from cnnstudio.ui.canvas.items.block_card import BlockCard
from cnnstudio.ui.canvas.items.layer_card import LayerCard
from cnnstudio.ui.canvas.scene import CanvasScene
from cnnstudio.ui.canvas.view import CanvasView
from cnnstudio.ui.document.document import Document


def shown(scene: CanvasScene) -> Iterator[tuple[object, ...]]:
    for card_id, card in scene.cards.items():
        if isinstance(card, LayerCard):
            yield card_id, card.layer, card.facts, card.name, card.locked, card.box(), card.inputs, card.trouble
        elif isinstance(card, BlockCard):
            yield card_id, card.facts, card.name, card.box(), card.inputs, card.outputs, card.trouble
        yield card_id, card.selected, card.holds_selected, card.zValue()
    for edge, wire in scene.wires.items():
        yield edge, wire.label, wire.broken, wire.waiting, wire.isVisible(), wire.tagged
        yield edge, *((round(at.x(), 6), round(at.y(), 6)) for at in map(wire.point_at, (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)))
    for item_id, item in (*scene.annotations.items(), *scene.outlines.items()):
        yield item_id, item.scene_outline().getRect()


def picture(view: CanvasView, zoom: float) -> QImage:
    view.camera.zoom_at(view.camera.to_pixel(view.canvas_scene.frame_of_all().center()), zoom)
    QApplication.processEvents()
    return view.grab().toImage()


@pytest.mark.parametrize("seed", range(3))
def test_random_edits_leave_what_a_new_canvas_would_show(bench: Bench, seed: int) -> None:
    chance, document, stack = random.Random(seed), bench.document, bench.document.history
    for number in range(60):
        if chance.random() < 0.2 and stack.can_undo():
            stack.undo()
        elif chance.random() < 0.2 and stack.can_redo():
            stack.redo()
        else:
            document.edit(f"edit {number}", an_edit(bench.design, chance))
        if chance.random() < 0.3:
            document.select(node for node in bench.design.graph.ids if chance.random() < 0.3)
        anew = Document(document.project)
        anew.select(document.selection)
        scene = CanvasScene(anew)
        assert sorted(shown(bench.view.canvas_scene), key=repr) == sorted(shown(scene), key=repr)


def test_random_edits_leave_the_pixels_that_a_new_canvas_would_have(bench: Bench, qtbot: QtBot) -> None:
    chance, in_place = random.Random(7), (typed, renamed)  # what lies on what depends on who came first
    bench.view.minimap.set_wanted(False)
    for number in range(24):
        # edited from afar, where cards are not painted anew for words, and looked at near
        picture(bench.view, chance.choice((0.15, 0.25, 0.4, 1.0)))
        bench.document.edit(f"edit {number}", chance.choice(in_place)(bench.design, chance))
        anew = CanvasView(Document(untrained(bench.design)))
        qtbot.addWidget(anew)
        anew.minimap.set_wanted(False)
        anew.resize(bench.view.size())
        anew.show()
        QApplication.processEvents()
        zoom = chance.choice((0.15, 0.4, 1.0))
        one = picture(bench.view, zoom)
        anew.setTransform(bench.view.transform())
        anew.camera.corner = bench.view.camera.corner
        QApplication.processEvents()
        assert one == anew.grab().toImage(), f"after edit {number} at {zoom}"
