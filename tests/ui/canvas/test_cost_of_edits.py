"""An edit costs what it changes: what is told, laid and worked out is counted, in a network of hundreds of layers."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from canvas_bench import Bench, make_bench
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from benchmarks.analysis import residual
from cnnstudio.design.analysis import analysis
from cnnstudio.design.edits import blocks, edits
from cnnstudio.design.layout.tidy import tidied
from cnnstudio.design.value.design import Card, Design
from cnnstudio.ui.canvas.floating.minimap import Minimap
from cnnstudio.ui.canvas.items import wire
from cnnstudio.ui.canvas.items.card import CardItem
from cnnstudio.ui.canvas.items.layer_card import LayerCard
from cnnstudio.ui.canvas.items.wire import WireItem

LAYERS = 401
#: a convolution in the first of a hundred blocks
EARLY = "conv1"


@pytest.fixture
def large(qtbot: QtBot) -> Bench:
    graph = residual(LAYERS, 24)
    return make_bench(qtbot, tidied(Design(graph, {node.id: Card(node.id) for node in graph.nodes})))


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., list[object]]]:
    """Has the first arguments of all calls of a function noted."""

    def noted(owner: object, name: str) -> list[object]:
        seen: list[object] = []
        done = getattr(owner, name)

        def noting(*arguments: object, **named: object) -> object:
            seen.append(arguments[0])
            return done(*arguments, **named)

        monkeypatch.setattr(owner, name, noting)
        return seen

    return noted


def configured(design: Design, node: str, **settings: object) -> Design:
    return edits.configure(design, node, design.graph[node].layer.replace(**settings))


def test_another_kernel_is_told_to_its_card_alone(large: Bench, calls) -> None:
    """No shape and no cost behind it is another one; that more of the image is seen there is told when it is asked."""
    told, labels = calls(LayerCard, "show_layer"), calls(WireItem, "show_facts")
    large.document.edit("edit", configured(large.design, EARLY, kernel=(5, 5)))
    assert told == [large.view.canvas_scene.cards[EARLY]]
    assert labels == []


def test_a_graph_is_analysed_once_an_edit(large: Bench, qtbot: QtBot) -> None:
    before = analysis._alone.cache_info().misses
    large.document.edit("edit", configured(large.design, EARLY, kernel=(7, 3)))
    QApplication.processEvents()
    assert analysis._alone.cache_info().misses == before + 1
    large.document.history.undo()
    large.document.history.redo()
    QApplication.processEvents()
    assert analysis._alone.cache_info().misses == before + 1, "what was known before is still known"


def test_the_facts_of_what_an_edit_does_not_reach_are_the_same_ones() -> None:
    graph = residual(LAYERS, 24)
    design = Design(graph, {node.id: Card(node.id) for node in graph.nodes})
    before, after = (
        analysis.analyse(graph).layers,
        analysis.analyse(configured(design, EARLY, kernel=(3, 5)).graph).layers,
    )
    assert [node for node in before if before[node] is not after[node]] == [EARLY]


def test_a_selected_card_alone_is_painted_anew(large: Bench, calls) -> None:
    restyled = calls(CardItem, "restyle")
    cards = large.view.canvas_scene.cards
    large.document.select([EARLY])
    assert restyled == [cards[EARLY]]
    large.document.select(["relu201"])
    assert set(restyled[1:]) == {cards[EARLY], cards["relu201"]} and len(restyled) == 3


def test_wires_that_are_carried_along_their_row_keep_their_form(large: Bench, calls) -> None:
    scene = large.view.canvas_scene
    laid = calls(wire, "wire_route")
    every = {node: (x + 50.0, y) for node, (x, y) in large.design.places.items()}
    large.document.edit("move", edits.move(large.design, every))
    across = [edge for edge, item in scene.wires.items() if not 0 <= item.end.x() - item.start.x() <= wire.LONG]
    assert len(laid) <= len(across) < len(scene.wires) / 3, "long ones may go another way"


def test_no_wire_is_led_anew_where_nothing_moved(large: Bench, calls) -> None:
    scene = large.view.canvas_scene
    laid = calls(wire, "wire_route")
    scene.restore()
    assert laid == []
    scene.cards[EARLY].lie_at(*scene.cards[EARLY].box()[2:])
    assert scene.boxes()[EARLY][:2] == (scene.cards[EARLY].x(), scene.cards[EARLY].y())
    scene.restore()
    assert scene.boxes()[EARLY][:2] == large.design.places[EARLY]


def test_a_wire_has_a_tag_once_it_says_something(large: Bench) -> None:
    scene = large.view.canvas_scene
    assert not any(item.tag for item in scene.wires.values())
    edge = next(iter(scene.wires))
    scene.select_wires(frozenset({edge}))
    assert [one for one, item in scene.wires.items() if item.tagged] == [edge]
    scene.select_wires(frozenset())
    assert not any(item.tagged for item in scene.wires.values())


def test_the_map_is_drawn_once_after_the_edit_was_seen(large: Bench, calls, qtbot: QtBot) -> None:
    large.view.camera.zoom_in_middle(1.0)
    qtbot.waitUntil(large.view.minimap.isVisible)
    large.view.grab()
    drawn: list[object] = calls(Minimap, "_drawn")
    for width in (5, 3, 5, 7):
        large.document.edit("edit", configured(large.design, EARLY, kernel=(width, width)))
        large.document.select([EARLY] if width == 5 else [])
        large.view.repaint()
    assert drawn == []
    qtbot.waitUntil(lambda: len(drawn) == 1)


def test_the_map_shows_a_small_network_at_once(bench: Bench) -> None:
    bench.view.camera.zoom_in_middle(2.0)
    minimap = bench.view.minimap
    minimap.set_wanted(True)

    def picture() -> QPixmap:
        return minimap.grab()

    before = picture().toImage()
    bench.document.select(["conv2d_1"])
    assert picture().toImage() != before


def test_a_block_of_many_layers_is_drawn_where_the_design_says(large: Bench) -> None:
    part = frozenset(large.design.graph.order[:6])
    large.document.edit("group", blocks.group(large.design, part)[0])
    block = next(iter(large.design.blocks))
    large.document.edit("collapse", blocks.toggle(large.design, block))
    large.shows_the_design()
    large.document.history.undo()
    large.document.history.undo()
    large.shows_the_design()
