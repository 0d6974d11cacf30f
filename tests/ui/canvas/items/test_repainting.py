"""Only what changed is repainted, all of what changed is, and fast enough."""

from __future__ import annotations

import random
import statistics
import time
from dataclasses import replace

import numpy as np
import pytest
from canvas_bench import CTRL, MIDDLE, NONE, RIGHT, SHIFT, Bench, make_bench
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from cnnstudio.design.edits.copies import merged
from cnnstudio.design.templates import template
from cnnstudio.nn.graph.graph import Graph, Node
from cnnstudio.nn.graph.layer import layer_kinds


def show_noise(bench: Bench) -> None:
    rng = np.random.default_rng(0)
    graph = bench.design.graph
    bench.view.set_maps({i: rng.standard_normal(graph.shape(i)).astype(np.float32) for i in graph.order})


def is_all_repainted(bench: Bench) -> bool:
    """Whether the screen comes to show what painting everything anew would show."""
    until = time.monotonic() + 20
    while not _shows_all(bench):
        if time.monotonic() > until:
            return False
        QTest.qWait(20)
    return True


def _shows_all(bench: Bench) -> bool:
    QTest.qWait(20)
    on_screen = bench.view.screen().grabWindow(bench.view.winId()).toImage()
    anew = bench.view.grab().toImage().copy(on_screen.rect())  # the offscreen platform takes as many pixels as at 1
    first, second = (
        np.frombuffer(i.convertToFormat(QImage.Format.Format_RGB32).constBits(), np.uint8).astype(int)
        for i in (on_screen, anew)
    )
    return bool((np.abs(first - second) <= 12).all())


def test_nothing_is_left_behind_on_the_screen(bench: Bench) -> None:
    show_noise(bench)
    hands = bench.hands
    hands.press(bench.empty(), MIDDLE).move(bench.empty() + QPointF(60, 40)).release(MIDDLE)
    assert is_all_repainted(bench), "pan"
    start = bench.card("relu_1")
    hands.press(start).move(start + QPointF(133, 77), 12).move(start + QPointF(3, 150), 12)
    assert is_all_repainted(bench), "moving"
    hands.release()
    assert is_all_repainted(bench), "moved"
    hands.press(bench.output("conv2d_1")).move(bench.input("dense_1"), 12).move(QPointF(780, 90), 12)
    assert is_all_repainted(bench), "wire"
    hands.key(Qt.Key.Key_Escape).release()
    hands.press(bench.empty()).move(QPointF(400, 30), 12).move(QPointF(100, 200), 12)
    assert is_all_repainted(bench), "band"
    hands.release().move(bench.between("dense_1", "relu_3"))
    assert is_all_repainted(bench), "hover"
    bench.document.select(bench.design.cards)
    hands.press(bench.card("relu_1")).move(bench.card("relu_1") + QPointF(90, 40), 12).release()
    assert is_all_repainted(bench), "all moved"
    bench.view.commands.editing.delete()
    assert is_all_repainted(bench), "deleted"


def test_two_hundred_cards_move_at_sixty_frames_a_second(qtbot) -> None:
    base = design = template("lenet5")
    for copy in range(1, 15):
        design, _ = merged(design, base, base.cards, (copy % 4 * 1000, copy // 4 * 700))
    assert len(design.graph) >= 200
    bench = make_bench(qtbot, design, (1440, 800))
    show_noise(bench)
    bench.view.grab()
    start = bench.card("relu_1")
    bench.hands.press(start).move(start + QPointF(40, 40))
    frames = []
    for step in range(60):
        began = time.perf_counter()
        bench.hands.move(start + QPointF(40 + 7 * step, 40 + 5 * step), 1)
        QApplication.processEvents()  # paints
        frames.append(time.perf_counter() - began)
    bench.hands.key(Qt.Key.Key_Escape).release()
    assert statistics.median(frames) < 1 / 60


@pytest.mark.parametrize("seed", range(3))
def test_after_any_gestures_undoing_all_leads_back_and_redoing_all_forth(bench: Bench, seed: int) -> None:
    chance, stack, start = random.Random(seed), bench.document.history, bench.design
    kinds = sorted(layer_kinds())
    for _ in range(50):
        _any_gesture(bench, chance, kinds)
        assert bench.view.mouse.gesture is None
    bench.view.commands.adding.close()
    bench.shows_the_design()
    end = bench.design
    assert end != start
    while stack.can_undo():
        stack.undo()
    assert bench.design == start
    bench.shows_the_design()
    while stack.can_redo():
        stack.redo()
    assert bench.design == end
    bench.shows_the_design()


def _any_gesture(bench: Bench, chance: random.Random, kinds: list[str]) -> None:
    cards, hands = sorted(bench.view.canvas_scene.cards), bench.hands

    def anywhere() -> QPointF:
        return QPointF(chance.uniform(-80, 980), chance.uniform(-60, 640))

    if not cards:
        bench.document.history.undo()
        return
    card, other = chance.choice(cards), chance.choice(cards)
    match chance.randrange(9):
        case 0:
            hands.drag(bench.card(card), anywhere())
        case 1:
            hands.drag(bench.output(card), bench.input(other))
        case 2:
            hands.drag(bench.input(card), chance.choice([anywhere(), bench.output(other)]))
        case 3:
            hands.hold(chance.choice([NONE, SHIFT, CTRL])).drag(anywhere(), anywhere()).hold(NONE)
        case 4:
            bench.view.commands.adding.close()
            hands.click(bench.card(card))
            bench.view.setFocus()
            keys = [(Qt.Key.Key_Right, NONE), (Qt.Key.Key_D, CTRL), (Qt.Key.Key_Delete, CTRL), (Qt.Key.Key_B, CTRL)]
            hands.key(*chance.choice(keys))
        case 5:
            bench.view.begin_palette_drag(chance.choice(kinds))
            for place in (anywhere(), bench.between(card, other)):
                pixel = bench.view.camera.to_pixel(place).toPoint()
                bench.view.palette_drag_moved(bench.view.viewport().mapToGlobal(pixel))
            bench.view.palette_drag_dropped(bench.view.viewport().mapToGlobal(pixel))
        case 6:
            hands.hold(CTRL).drag(anywhere(), anywhere(), RIGHT).hold(NONE)
        case 7:
            hands.press(anywhere()).move(anywhere())
            bench.view.setFocus()
            hands.key(Qt.Key.Key_Escape).release()
        case 8:
            bench.document.history.undo()


def test_another_kind_of_layer_in_the_same_place_lies_there_too(bench: Bench) -> None:
    """Where no card and no wire moves nothing is laid anew, but a card may still be another one."""
    before, scene = bench.design, bench.view.canvas_scene
    place, wires = before.places["relu_1"], {edge: (wire.start, wire.end) for edge, wire in scene.wires.items()}
    leaky = layer_kinds()["leaky_relu"]()
    nodes = tuple(Node(n.id, leaky if n.id == "relu_1" else n.layer, n.inputs) for n in before.graph)
    bench.document.edit("exchange", replace(before, graph=Graph(nodes)))
    assert scene.cards["relu_1"].layer == leaky
    assert (scene.cards["relu_1"].x(), scene.cards["relu_1"].y()) == place
    assert {edge: (wire.start, wire.end) for edge, wire in scene.wires.items()} == wires
    bench.document.history.undo()
    assert (scene.cards["relu_1"].x(), scene.cards["relu_1"].y()) == place
