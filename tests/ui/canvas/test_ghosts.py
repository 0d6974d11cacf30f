"""What a repair would do is shown where it would be, before it is done, and leaves no trace."""

from __future__ import annotations

import pytest
from broken_designs import BROKEN
from canvas_bench import Bench, make_bench
from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage

from cnnstudio.design.analysis.analysis import analyse
from cnnstudio.design.analysis.effects import effect
from cnnstudio.design.analysis.repairs import repairs
from cnnstudio.design.edits import blocks, edits
from cnnstudio.design.templates import template
from cnnstudio.design.value.design import Design
from cnnstudio.nn.graph.graph import Edge
from cnnstudio.nn.graph.layer import layer_kinds
from cnnstudio.nn.telling.told import worded
from cnnstudio.project.project import untrained
from cnnstudio.ui.problems.ghosts import FADED, Ghosts
from tests.ui.screen import colour_at


def without_flatten() -> Design:
    return edits.remove(template("lenet5"), ["flatten_1"], rejoin=True)


def repaired(design: Design) -> Design:
    (problem,) = analyse(design.graph).problems
    return repairs(design, problem)[0].edit(design)


@pytest.fixture
def ghosts(qtbot) -> tuple[Bench, Ghosts]:
    bench = make_bench(qtbot, without_flatten())
    return bench, Ghosts(bench.view.canvas_scene)


def test_a_layer_that_would_be_inserted_is_a_ghost_at_its_place_with_its_wires(ghosts) -> None:
    bench, shown = ghosts
    before, scene = bench.design, bench.view.canvas_scene
    after = repaired(before)
    shown.show(effect(before, after, "dense_1"))
    (new,) = [node for node in after.graph.order if node not in before.graph]
    card = shown.cards[new]
    assert (card.x(), card.y()) == after.places[new]
    assert card.ghost and card.name == after.cards[new].name and card.facts.shape == (400,)
    assert {node: (c.x(), c.y()) for node, c in scene.cards.items()} == {i: after.places[i] for i in scene.cards}
    assert set(shown.wires) == {Edge("max_pool2d_2", new), Edge(new, "dense_1")}
    assert shown.wires[Edge(new, "dense_1")].end == scene.cards["dense_1"].input_point()
    assert scene.wires[Edge("max_pool2d_2", "dense_1")].opacity() == FADED
    assert bench.design is before
    bench.document.edit("Repair", after)
    shown.show(None)
    real = scene.cards[new]
    assert (real.x(), real.y()) == (card.x(), card.y()) and real.facts == card.facts
    bench.shows_the_design()


def test_costs_stand_beside_it_before_and_after(ghosts) -> None:
    bench, shown = ghosts
    shown.show(effect(bench.design, repaired(bench.design), "dense_1"))
    old, new = analyse(bench.design.graph), analyse(repaired(bench.design).graph)
    thin = "\u202f"
    assert f"{old.macs:,} → {new.macs:,} MACs".replace(",", thin) in shown.tag.text
    assert f"{new.parameters:,} parameters".replace(",", thin) in shown.tag.text
    shown.show(None)
    assert shown.tag is None and not shown.items


def test_what_changes_says_what_it_was_and_would_be(qtbot) -> None:
    bench = make_bench(qtbot, template("lenet5"))
    shown = Ghosts(bench.view.canvas_scene)
    layer = bench.design.graph["conv2d_1"].layer.replace(padding="valid", filters=8)
    shown.show(effect(bench.design, edits.configure(bench.design, "conv2d_1", layer), "conv2d_1"))
    mark = shown.items["conv2d_1"]
    assert mark.lines == (worded(layer.summary()),)
    assert mark.words == "28×28×6 → 24×24×8"
    assert shown.items["relu_1"].lines == ()
    assert "dense_3" not in shown.items
    gone = edits.remove(bench.design, ["relu_4"], rejoin=True)
    shown.show(effect(bench.design, gone))
    assert set(shown.items) == {"relu_4"} and shown.items["relu_4"].gone
    assert set(shown.wires) == {Edge("dense_2", "dense_3")}


def test_within_a_collapsed_block_its_card_is_marked(qtbot) -> None:
    design, block = blocks.group(template("lenet5"), ["conv2d_2", "relu_2", "max_pool2d_2"])
    design = blocks.toggle(design, block)
    bench = make_bench(qtbot, design)
    shown = Ghosts(bench.view.canvas_scene)
    layer = design.graph["conv2d_2"].layer.replace(filters=20)
    shown.show(effect(design, edits.configure(design, "conv2d_2", layer), "conv2d_2"))
    assert shown.items[block].words == "5×5×16 → 5×5×20"
    shown.show(None)
    bench.shows_the_design()


def test_every_repair_of_every_problem_can_be_looked_at_and_leaves_no_trace(qtbot) -> None:
    bench = make_bench(qtbot, template("lenet5"))
    shown, scene = Ghosts(bench.view.canvas_scene), bench.view.canvas_scene
    looked = 0
    for code, design, around in BROKEN:
        bench.document.open(untrained(design), None)
        for problem in [p for p in analyse(design.graph, around).findings if p.code == code]:
            for repair in repairs(design, problem, around):
                after = repair.edit(design)
                shown.show(repair.effect)
                changed = design.graph != after.graph
                assert bool(shown.items or shown.wires or shown.cuts) == changed, repair.what
                for card_id, place in after.places.items():
                    card = shown.cards.get(card_id) or scene.cards[card_id]
                    assert (card.x(), card.y()) == place
                bench.view.grab()
                shown.show(None)
                bench.shows_the_design()
                assert all(wire.opacity() == 1.0 for wire in scene.wires.values())
                looked += 1
    assert looked > 60


def test_it_is_seen(ghosts) -> None:
    bench, shown = ghosts
    bench.view.frame_all()
    after = repaired(bench.design)
    shown.show(effect(bench.design, after, "dense_1"))
    (card,) = shown.cards.values()
    drop_place = bench.view.camera.to_pixel(card.pos() + QPointF(60, -3)).toPoint()

    def accents(image: QImage) -> int:
        row = [colour_at(image, x, drop_place.y()).name() for x in range(drop_place.x() - 40, drop_place.x() + 40)]
        return len(set(row))

    with_ghost = accents(bench.view.grab().toImage())
    shown.show(None)
    assert with_ghost > accents(bench.view.grab().toImage())
    assert layer_kinds()["flatten"].title == card.name
