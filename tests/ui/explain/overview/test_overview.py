"""The overview by real events: pointing at a map or a line tells what it is made from; what is told is the engine's."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from cnnstudio.design.templates import template
from cnnstudio.nn.looking.contributions import contributions
from cnnstudio.nn.looking.probed import Probed, probe
from cnnstudio.nn.parameters.parameters import Snapshot, initial_parameters
from cnnstudio.ui.explain.overview.answer import Answer
from cnnstudio.ui.explain.overview.columns import OTHERS, WHOLE, Spot
from cnnstudio.ui.explain.overview.overview_stage import OverviewStage
from cnnstudio.ui.explain.overview.words import line_sentence
from cnnstudio.ui.look import theme
from tests.ui.screen import colour_at, hover


def looked(name: str, seed: int = 1) -> Probed:
    """A template's network that has looked at noise."""
    graph = template(name).graph
    parameters = initial_parameters(graph, seed)
    image = np.random.default_rng(seed).integers(0, 256, graph.shape(graph.images[0])).astype(np.uint8)
    return probe(graph, Snapshot(parameters), image)


@pytest.fixture
def opened(qtbot):
    """Open the overview of a template's network."""

    def make(name: str = "lenet5", size: tuple[int, int] = (1140, 620)) -> OverviewStage:
        if not QApplication.instance().styleSheet():
            theme.apply(QApplication.instance(), "light")
        stage = OverviewStage(lambda node: node)
        qtbot.addWidget(stage, before_close_func=lambda stage: stage.shutdown())
        stage.resize(*size)
        stage.show_network(looked(name), "layer")
        stage.show()
        stage.activateWindow()
        qtbot.waitUntil(stage.isActiveWindow)
        stage.setFocus()
        return stage

    return make


def rest_on(stage: OverviewStage, point: QPointF, qtbot) -> None:
    hover(stage, point)
    qtbot.waitUntil(lambda: not stage._settled.isActive())


def test_a_map_that_is_pointed_at_shows_what_it_is_made_from(opened, qtbot) -> None:
    stage = opened()
    spot = Spot("conv2d_2", 3)
    rest_on(stage, stage.box_of(spot).center(), qtbot)
    assert stage.trace is not None and stage.trace.spot == spot
    qtbot.waitUntil(lambda: bool(stage.trace.found))
    expected = contributions(stage.maps.probed, "conv2d_2", 3)
    best = max(expected, key=lambda each: each.size)
    strand = max(stage.trace.sources, key=lambda strand: strand.share)
    assert strand.link.channel == best.channel and strand.share == 1.0
    assert len(stage.live.tiles) == len(expected)
    rest_on(stage, QPointF(3, stage.height() - 3), qtbot)
    assert stage.trace is None


def test_a_line_that_is_pointed_at_shows_its_weights(opened, qtbot) -> None:
    stage = opened()
    spot = Spot("conv2d_2", 3)
    stage.point_at(spot)
    qtbot.waitUntil(lambda: bool(stage.trace.found))
    for link, box in stage.live.tiles.items():
        rest_on(stage, box.center() - QPointF(stage.offset, 0), qtbot)
        assert stage.trace.spot == spot and stage.line == link
        each = stage.trace.contribution(link)
        weights = stage.maps.probed.site("conv2d_2").arrays["weights"]
        assert np.array_equal(each.kernel, weights[3, :, :, link.channel])


def test_lines_can_be_pointed_at_before_any_map_is(opened, qtbot) -> None:
    stage = opened()
    layout = stage.places
    link = next(link for link in layout.columns.links if link.target == Spot("conv2d_1", 0))
    start, end = layout.ends(link)
    rest_on(stage, QPointF(end.x() - 1.5, end.y()), qtbot)
    assert stage.line is not None and stage.line.target == link.target
    assert start.x() < end.x()


def test_everything_can_be_reached_by_keys(opened, qtbot) -> None:
    stage = opened()
    QTest.keyClick(stage, Qt.Key.Key_Right)
    seen = [stage.trace.spot]
    while True:
        QTest.keyClick(stage, Qt.Key.Key_Right)
        if stage.trace.spot == seen[-1]:
            break
        seen.append(stage.trace.spot)
        box = stage.box_of(seen[-1])
        assert box.left() >= 0 and box.right() <= stage.width()
    assert [spot.node for spot in seen if spot.node != "input_1"] == [
        n for n in stage.places.columns.blocks if n != "input_1"
    ]
    stage.go(Spot("conv2d_2", 0))
    QTest.keyClick(stage, Qt.Key.Key_Down)
    assert stage.trace.spot == Spot("conv2d_2", 1)
    qtbot.waitUntil(lambda: bool(stage.trace.found))
    QTest.keyClick(stage, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    first = stage.line
    QTest.keyClick(stage, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert first is not None and stage.line != first and stage.line.target == Spot("conv2d_2", 1)
    with qtbot.waitSignal(stage.zoom_asked) as asked:
        QTest.keyClick(stage, Qt.Key.Key_Return)
    assert asked.args == [Spot("conv2d_2", 1), None]
    QTest.keyClick(stage, Qt.Key.Key_Escape)
    assert stage.trace is None


def test_a_click_asks_for_the_cell_under_it(opened, qtbot) -> None:
    stage = opened()
    box, shape = stage.box_of(Spot("conv2d_1", 2)), stage.maps.probed.values["conv2d_1"].shape
    point = QPointF(box.left() + (5.5 / shape[1]) * box.width(), box.top() + (17.5 / shape[0]) * box.height())
    cell = (int((point.toPoint().y() - box.top()) / box.height() * shape[0]),
            int((point.toPoint().x() - box.left()) / box.width() * shape[1]))  # fmt: skip
    with qtbot.waitSignal(stage.zoom_asked) as asked:
        QTest.mouseClick(stage, Qt.MouseButton.LeftButton, pos=point.toPoint())
    assert asked.args == [Spot("conv2d_1", 2), cell]


def test_more_maps_than_fit_are_counted_and_can_be_opened(opened, qtbot) -> None:
    stage = opened("vgg_mini")
    node = [node for node in stage.places.columns.blocks if node.startswith("conv")][-1]
    block = stage.places.columns.blocks[node]
    assert block.spots[-1].number == OTHERS
    shown = len(block.spots) - 1
    count = stage.maps.probed.values[node].shape[2]
    stage.go(block.spots[-1])
    QTest.keyClick(stage, Qt.Key.Key_Return)
    assert len(stage.places.columns.blocks[node].spots) == count > shown
    stage.go(stage.places.columns.blocks[node].spots[-1])
    assert stage.trace.spot.number == count - 1 and stage.farthest > 0
    box = stage.box_of(stage.trace.spot)
    assert box.right() <= stage.width()


def test_each_scale_has_its_own_colours(opened) -> None:
    stage, spot = opened(), Spot("conv2d_1", 1)
    probed, largest = stage.maps.probed, {}
    for shared in ("map", "layer", "network"):
        stage.show_network(probed, shared)
        largest[shared] = stage.maps.ink(spot).scale.high
        assert stage.maps.ink(spot).scale.low == -largest[shared]
    assert largest["map"] == pytest.approx(np.abs(probed.values["conv2d_1"][:, :, 1]).max())
    assert largest["layer"] == pytest.approx(np.abs(probed.values["conv2d_1"]).max())
    signed = [v for n, v in probed.values.items() if v.min() < 0 and probed.graph[n].layer.category != "input"]
    assert largest["network"] == pytest.approx(max(np.abs(values).max() for values in signed))
    assert stage.maps.ink(Spot("relu_1", 0)).scale.low == 0


def test_pictures_have_the_colours_of_their_numbers(opened) -> None:
    stage = opened()
    image: QImage = stage.grab().toImage()
    for node, number in (("conv2d_1", 0), ("relu_1", 2), ("conv2d_2", 4)):
        spot = Spot(node, number)
        box, values = stage.box_of(spot), stage.maps.values(spot)
        cell = box.height() / values.shape[0]
        row, column = values.shape[0] // 2, values.shape[1] // 2
        if cell * image.devicePixelRatio() < 2:
            continue
        x, y = box.left() + (column + 0.5) * box.width() / values.shape[1], box.top() + (row + 0.5) * cell
        expected = stage.maps.ink(spot).colour(float(values[row, column]))
        assert colour_at(image, x, y).getRgb() == pytest.approx(expected.getRgb(), abs=3)


def test_what_is_pointed_at_is_bright_and_the_rest_is_pale(opened, qtbot) -> None:
    stage = opened()
    far, near = stage.box_of(Spot("conv2d_1", 0)), stage.box_of(Spot("conv2d_2", 0))

    def grab() -> QImage:
        return stage.grab().toImage()

    def colours(image: QImage, box) -> set[tuple[int, int, int]]:
        points = [(box.left() + x * box.width(), box.top() + y * box.height()) for x in (0.3, 0.6) for y in (0.3, 0.6)]
        return {colour_at(image, *point).getRgb()[:3] for point in points}

    rest = grab()
    stage.point_at(Spot("conv2d_2", 0))
    now = grab()
    assert colours(now, near) == colours(rest, near)
    assert all(max(colour) - min(colour) < 12 for colour in colours(now, far))
    stage.point_at(None)
    assert grab() == rest


def test_sentences_tell_the_engines_numbers(opened, qtbot) -> None:
    stage = opened()
    answer = Answer(stage, lambda node: node)
    qtbot.addWidget(answer)
    stage.point_at(Spot("conv2d_2", 3))
    site = stage.maps.probed.site("conv2d_2")
    maps, cells = site.inputs[0].shape[2], site.output[:, :, 0].size
    assert answer.sentence.text().startswith(f"{maps} maps, {maps} kernels and one bias make its {cells} cells.")
    dense = [node for node in stage.places.columns.blocks if node.startswith("dense")][-1]
    stage.point_at(Spot(dense, 1))
    qtbot.waitUntil(lambda: bool(stage.trace.found))
    for strand in stage.trace.sources[:-1]:
        words = line_sentence(stage.maps, stage.trace, strand)
        site = stage.maps.probed.site(dense)
        product = float(site.arrays["weights"][1, strand.link.channel]) * float(site.inputs[0][strand.link.channel])
        shown = float(words.rpartition(" ")[2].replace("−", "-"))
        assert abs(shown - product) <= 1e-3 * abs(product) or abs(product) < 1e-3
    rest = stage.trace.sources[-1]
    assert rest.link.source == Spot(rest.link.source.node, WHOLE) and rest.count == site.inputs[0].size - 20
    assert line_sentence(stage.maps, stage.trace, rest).startswith(f"{rest.count} other numbers add ")


def test_the_answer_is_what_the_network_says(opened, qtbot) -> None:
    stage = opened()
    answer = Answer(stage, lambda node: node)
    qtbot.addWidget(answer)
    probed = stage.maps.probed
    classes = tuple("abcdefghij")
    last = probed.values["softmax_1"]
    best = int(np.argmax(last))
    answer.show_network(probed, classes, best)
    assert answer.heading.text() == f"The answer: {classes[best]} ✓"
    other = (best + 1) % 10
    answer.show_network(probed, classes, other)
    assert answer.heading.text() == f"The answer: {classes[best]} ✗"
    assert answer.words.text() == f"The picture shows {classes[other]}."
    assert [bar.value for bar in answer.bars.bars] == pytest.approx(last.tolist())
    assert "softmax_1" not in stage.places.columns.blocks
