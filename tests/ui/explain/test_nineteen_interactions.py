"""What CNN Explainer (Wang et al., 2020) lets people do with its one network can be done here with any: its nineteen
interactions, one after the other, on five networks."""

from __future__ import annotations

import math

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from cnnstudio.design.edits.stacking import stacked
from cnnstudio.design.templates import template
from cnnstudio.design.value.design import Design
from cnnstudio.nn.explaining.parts import BarsPart, CurvePart, WindowPart
from cnnstudio.nn.graph.layer import layer_kinds
from cnnstudio.nn.layers.input import Input
from cnnstudio.nn.looking.probed import TOLERANCE
from cnnstudio.nn.telling.told import worded
from cnnstudio.project.project import untrained
from cnnstudio.ui.explain.around.modes import FORWARD
from cnnstudio.ui.explain.film.reel import Position
from cnnstudio.ui.explain.overview.columns import Spot, answering
from cnnstudio.ui.explain.overview.overview_stage import OverviewStage
from cnnstudio.ui.explain.page import ExplainPage
from tests.ui.screen import hover


def small(shape: tuple[int, int, int], **settings: object) -> Design:
    """A network of one convolution for pictures of this shape."""
    kinds = layer_kinds()
    layers = [kinds["conv2d"](filters=6, **settings), kinds["relu"](), kinds["max_pool2d"](), kinds["flatten"]()]
    design = stacked([Input(*shape), *layers, kinds["dense"](units=10), kinds["softmax"]()])
    return design.with_changes(recipe=design.recipe.replace(data="shapes"))


NETWORKS = {
    "lenet5": lambda: template("lenet5"),
    "article": lambda: template("article"),
    "resnet_mini": lambda: template("resnet_mini"),
    "7×7, stride 3, dilation 2": lambda: small((32, 32, 3), kernel=(7, 7), stride=(3, 3), dilation=(2, 2)),
    "20×48×3": lambda: small((20, 48, 3), kernel=(5, 3), padding="same"),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_all_nineteen_can_be_done(window, qtbot, name: str) -> None:
    design = NETWORKS[name]()
    window.workspaces.show("Explain")
    page, place, samples = window.explain, window.explain.place, window.samples
    window.document.new(untrained(design))
    shape = design.graph.shape(design.graph.images[0])
    qtbot.waitUntil(lambda: window.data.dataset is not None)

    def look(image: np.ndarray) -> None:
        samples.show_picture(image, "one’s own")
        qtbot.waitUntil(lambda: place.ready and np.array_equal(place.probed.image, image))

    look(np.random.default_rng(7).integers(0, 256, shape).astype(np.uint8))  # 1, a picture of one's own
    graph, values = place.probed.graph, place.probed.values
    conv = next(node for node in graph.order if graph[node].layer.kind == "conv2d")
    page.show_network()
    page.way.zoom.stop()
    overview, stage = page.overview, page.overview.stage
    if shape == window.data.image_shape:  # 1, thumbnails of the data's
        qtbot.waitUntil(lambda: len(overview.thumbnails.buttons) == 10)
    _all_maps_with_their_edges(stage, conv, qtbot)
    _scales_and_legends(page, conv)
    filters = values[conv].shape[2]
    _into_the_film_and_back(page, conv, min(2, filters - 1))
    _film(page, conv)
    _ledger(page, conv)
    for kind, part in (("relu", CurvePart), ("max_pool2d", WindowPart)):  # 14
        node = next((node for node in graph.order if graph[node].layer.kind == kind), None)
        if node is not None:
            page.go_to(node)
            page.set_mode(FORWARD)
            assert page.centre.currentWidget() is page.short
            assert isinstance(place.explanation.parts[0], part) and worded(place.explanation.parts[0].caption)
    _answers(page, qtbot)
    _bench(page, conv)


def rest_on(stage: OverviewStage, point: QPointF, qtbot) -> None:
    hover(stage, point)
    qtbot.waitUntil(lambda: not stage._settled.isActive())


def _all_maps_with_their_edges(stage: OverviewStage, conv: str, qtbot) -> None:
    """2 and 3: every map stands in its column, alone or among those counted; pointing at one shows what it reads."""
    layout = stage.places
    probed = stage.maps.probed
    assert set(layout.columns.blocks) >= {node for node in probed.values if probed.values[node].ndim == 3}
    stage.go(Spot(conv, 0))
    QTest.qWait(0)
    rest_on(stage, QPointF(2, stage.height() - 2), qtbot)
    rest_on(stage, stage.box_of(Spot(conv, 0)).center(), qtbot)
    assert stage.trace is not None and stage.trace.spot == Spot(conv, 0)
    qtbot.waitUntil(lambda: bool(stage.trace.found))
    read = probed.values[probed.graph[conv].inputs[0]].shape[2]
    assert len(stage.trace.found) == read and stage.live.tiles, "a kernel on each edge"
    for link, box in list(stage.live.tiles.items())[:2]:
        rest_on(stage, box.center() - QPointF(stage.offset, 0), qtbot)
        assert stage.line == link and stage.trace.contribution(link) is not None


def _scales_and_legends(page: ExplainPage, conv: str) -> None:
    """4 and 5: the scale of a map lies within that of its layer, and that within the network's; zero is on each."""
    widths = []
    for shared in ("map", "layer", "network"):
        page.overview.share(shared)
        scale = page.overview.stage.maps.ink(Spot(conv, 0)).scale
        assert scale.low <= 0 <= scale.high
        assert scale.low <= page.place.probed.values[conv][:, :, 0].min() + 1e-5 or shared == "map"
        widths.append(scale.high)
    assert widths == sorted(widths)
    page.overview.share("layer")


def _into_the_film_and_back(page: ExplainPage, conv: str, number: int) -> None:
    """7: a map becomes the film of it, and Esc leads back to where it stands."""
    stage = page.overview.stage
    stage.go(Spot(conv, number) if Spot(conv, number) in stage.places.boxes else Spot(conv, 0))
    QTest.keyClick(stage, Qt.Key.Key_Return)
    assert page.centre.currentWidget() is page.film and page.place.node == conv
    page.way.zoom.stop()
    QTest.keyClick(page.film.stage, Qt.Key.Key_Escape)
    assert page.centre.currentWidget() is page.overview and stage.trace.spot.node == conv
    page.way.zoom.stop()
    QTest.keyClick(stage, Qt.Key.Key_Return)
    page.way.zoom.stop()


def _film(page: ExplainPage, conv: str) -> None:
    """8 to 11, 13 and 15: partial maps, kernels, ⊕ and bias make the cell; it is revealed step by step; pointing at
    either grid, a kernel or a partial map tells of it; another filter is a key away."""
    film, scene = page.film, page.film.scene
    reel, places = scene.reel, film.stage.places
    film.go(reel.at(1, reel.height // 2, reel.width // 2))
    frame = film.stage.frame
    magnitude = frame.account.part.magnitude
    assert len(frame.pills) == len(scene.rows(1)) + reel.bias
    assert abs(math.fsum(frame.account.numbers) - frame.account.engine) <= TOLERANCE * magnitude
    before = reel.cells_of_map(film.position)
    QTest.keyClick(film.stage, Qt.Key.Key_Right)
    assert reel.cells_of_map(film.position) == before + 1, "the kernels slide together, and a cell is written"
    film.go(Position(1, film.position.place, 0))
    assert film.stage.frame.pills == () and not film.stage.frame.written
    film.go(reel.at(1, reel.height - 1, reel.width - 1))
    line = next(number for number, row in enumerate(scene.rows(1)) if row.single)
    hover(film.stage, places.rows[line].weights.center())
    assert film.stage.pointed.what == "weight" and "×" in film.stage.toolTip()
    cell = (reel.height // 3, reel.width // 3)
    for grid in (places.map, places.rows[line].partial):
        hover(film.stage, grid.cell(*cell).center())
        assert film.stage.frame.account.cell == (*cell, 1)
    spot = scene.account((*cell, 1)).sources
    row, column = (int(side[len(side) // 2]) for side in (spot.rows, spot.columns))
    hover(film.stage, places.rows[line].sheet.cell(row, column).center())
    assert film.stage.pointed.what == "pixel"
    rows, columns = scene.readers(row, column)
    assert cell[0] in rows and cell[1] in columns
    QApplication.sendEvent(film.stage, QEvent(QEvent.Type.Leave))
    QTest.keyClick(film.stage, Qt.Key.Key_PageDown)
    assert page.place.cell[2] == 2


def _ledger(page: ExplainPage, conv: str) -> None:
    """6, 11 and 12: the ledger of the same cell, with its formula and the engine's number; what is written over the map
    is explained."""
    cell = page.place.cell
    QTest.keyClick(page.film.stage, Qt.Key.Key_L)
    assert page.centre.currentWidget() is page.stage and page.place.cell == cell
    assert "filter" in page.stage.title.toolTip()
    assert "equal" in page.stage.equation.accessibleName() and "Σ of" in page.stage.equation.text().replace(
        "&nbsp;", " "
    )
    page.show_ledger(False)


def _answers(page: ExplainPage, qtbot) -> None:
    """16 and 17: what a map gives each answer, and how the answers become shares of one."""
    page.show_network()
    page.way.zoom.stop()
    stage, graph = page.overview.stage, page.place.probed.graph
    (last,) = graph[answering(page.place.probed)].inputs
    stage.go(Spot(last, 0))
    qtbot.waitUntil(lambda: bool(stage.trace.sources) and bool(stage.trace.found))
    (before,) = graph[last].inputs
    if graph[before].layer.kind == "flatten":
        stage.go(next(spot for spot in stage.places.columns.blocks[graph[before].inputs[0]].spots if spot.number >= 0))
        qtbot.waitUntil(lambda: len(stage.trace.answers) == 10)
    page.go_to(graph.order[-1])
    page.set_mode(FORWARD)
    (part,) = page.place.explanation.parts
    assert isinstance(part, BarsPart) and math.isclose(part.columns[-1].values.sum(), 1, abs_tol=1e-5)


def _bench(page: ExplainPage, conv: str) -> None:
    """18 and 19: other sizes, kernels, strides and paddings are tried out, and impossible ones refused in words."""
    page.go_to(conv)
    page.open_bench()
    bench = page.bench
    assert {"size", "kernel", "stride", "padding"} <= bench.rows.keys()
    bench.rows["kernel"].editor.entered.emit((99, 99))
    assert not bench.apply.isEnabled() and bench.verdict.text()
    bench.rows["kernel"].editor.entered.emit((2, 2))
    assert bench.apply.isEnabled()
    page.close_bench()
