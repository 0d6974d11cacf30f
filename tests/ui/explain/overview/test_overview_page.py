"""From the whole network to one map and back, in the Explain workspace."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QProxyStyle, QStyle, QWidget

from cnnstudio.ui.explain.around.modes import FORWARD, NETWORK
from cnnstudio.ui.explain.film.reel import Position
from cnnstudio.ui.explain.overview.columns import Spot
from cnnstudio.ui.explain.overview.zoom import LASTS, OUTLINED
from cnnstudio.ui.explain.page import ExplainPage
from cnnstudio.ui.look import preferences
from tests.ui.explain.overview.test_overview import looked


@pytest.fixture
def page(window, qtbot) -> ExplainPage:
    """LeNet-5, its first convolution."""
    window.workspaces.show("Explain")
    qtbot.waitUntil(lambda: window.explain.place.ready)
    return window.explain


def test_there_and_back_by_mouse_and_keys(page: ExplainPage, qtbot) -> None:
    shown, place = page.centre.currentWidget, page.place
    assert shown() is page.film
    QTest.keyClick(page.film.stage, Qt.Key.Key_Escape)
    assert shown() is page.overview and page.modes.current == NETWORK and not page.side.isVisible()
    stage = page.overview.stage
    assert stage.trace.spot == Spot("conv2d_1", 0) and stage.hasFocus()
    assert page.way.zoom.moving and LASTS <= 400
    qtbot.waitUntil(lambda: not page.way.zoom.isVisible())

    box = stage.box_of(Spot("conv2d_2", 5))
    QTest.mouseClick(stage, Qt.MouseButton.LeftButton, pos=box.center().toPoint())
    assert shown() is page.film and place.node == "conv2d_2" and place.cell[2] == 5
    assert not page.film.playing and page.film.reel.cell(page.film.position) == place.cell
    cell = page.film.position
    assert page.side.isVisible() and page.modes.current == FORWARD
    qtbot.waitUntil(lambda: not page.way.zoom.isVisible())
    assert page.document.selection == frozenset({"conv2d_2"})
    QTest.mouseClick(page.film.stage, Qt.MouseButton.LeftButton, pos=QPoint(1, page.film.stage.height() - 1))
    assert shown() is page.overview and stage.trace.spot == Spot("conv2d_2", 5)
    QTest.keyClick(stage, Qt.Key.Key_Return)
    assert shown() is page.film and page.film.position == Position(5, cell.place, cell.step)


def test_maps_fly_between_their_places(page: ExplainPage) -> None:
    page.show_network()
    page.way.zoom.stop()
    stage = page.overview.stage
    stage.go(Spot("conv2d_2", 1))
    afar = stage.boxes()[("conv2d_2", 1)].translated(stage.mapTo(page, QPoint(0, 0)))
    QTest.keyClick(stage, Qt.Key.Key_Return)
    film = page.film.stage
    near = film.boxes()[("conv2d_2", 1)].translated(film.mapTo(page, QPoint(0, 0)))
    flights = page.way.zoom._flights
    assert (flights[-1].begin, flights[-1].end) == (afar, near) and len(flights) > 1


def test_less_motion_is_a_cut_with_an_outline(page: ExplainPage, qtbot) -> None:
    class Still(QProxyStyle):
        def styleHint(self, hint, option=None, widget=None, returned=None) -> int:
            if hint == QStyle.StyleHint.SH_Widget_Animation_Duration:
                return 0
            return super().styleHint(hint, option, widget, returned)

    still = Still()
    page.setStyle(still)
    page.show_network()
    assert not page.way.zoom.moving and page.way.zoom.isVisible() and OUTLINED == 1000
    assert page.centre.currentWidget() is page.overview
    page.way.zoom.stop()
    page.setStyle(None)


def test_layers_without_a_film_are_entered_too(page: ExplainPage) -> None:
    page.show_network()
    stage = page.overview.stage
    near = {
        Spot("max_pool2d_1", 2): (page.short, page.short.stage),
        Spot("input_1", 0): (page.stage, page.stage),
        Spot("flatten_1", -1): (page.stage, page.stage),
    }
    for spot, (widget, keys) in near.items():
        stage.go(spot)
        QTest.keyClick(stage, Qt.Key.Key_Return)
        assert page.centre.currentWidget() is widget and page.place.node == spot.node
        QTest.keyClick(keys, Qt.Key.Key_Escape)
        assert page.centre.currentWidget() is page.overview and stage.trace.spot == spot


def test_the_strip_points_at_a_layer_of_the_overview(page: ExplainPage) -> None:
    page.show_network()
    page.strip.chosen.emit("relu_2")
    assert page.centre.currentWidget() is page.overview
    assert page.overview.stage.trace.spot.node == "relu_2"


def test_pictures_and_scales_are_chosen_there(page: ExplainPage, qtbot, window) -> None:
    page.show_network()
    overview = page.overview
    before = overview.stage.maps.probed
    qtbot.waitUntil(lambda: len(overview.thumbnails.buttons) == 10)
    index, button = list(overview.thumbnails.buttons.items())[3]
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: overview.stage.maps.probed is not before)
    assert button.isChecked() and window.samples.index == index
    QTest.mouseClick(overview.scales["network"], Qt.MouseButton.LeftButton)
    assert overview.stage.maps.shared == "network" and preferences.text("explain/overview_scale") == "network"


@pytest.mark.parametrize("size", [(1440, 900), (1100, 700)])
def test_the_whole_chain_can_be_come_to_by_the_mouse(page: ExplainPage, qtbot, window, size: tuple[int, int]) -> None:
    """Overview and strip end in the last layer, and where that is not in sight a bar and a button say so."""
    window.resize(*size)
    QTest.mouseClick(page.modes.buttons[NETWORK], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not page.way.zoom.isVisible())
    for _ in range(3):
        QApplication.processEvents()
    overview, stage = page.overview, page.overview.stage
    assert not page.side.isVisible(), "the overview has the room of the reasons"
    assert stage.width() > size[0] - 300
    assert overview.chooser.menu_button.width() >= overview.chooser.menu_button.sizeHint().width()
    if stage.farthest:
        screen = QRect(overview.bar.mapTo(window, QPoint()), overview.bar.size())
        assert overview.bar.isVisible() and window.rect().contains(screen) and not screen.isEmpty()
        assert page.centre.parentWidget().rect().contains(page.centre.geometry()), "it is not below what is in sight"
    nodes = list(stage.places.rooms)
    for _ in range(9):
        if not overview.behind.isVisible():
            break
        hidden = stage.hidden_layers()[1]
        assert str(len(hidden)) in overview.behind.text() and nodes[-1] == hidden[-1]
        QTest.mouseClick(overview.behind, Qt.MouseButton.LeftButton)
    last = stage.places.rooms[nodes[-1]]
    assert last.right() - stage.offset <= stage.width() and not stage.hidden_layers()[1]
    bar = page.strip.horizontalScrollBar()
    assert bar.maximum() > 0 and bar.isVisible()
    bar.setValue(bar.maximum())
    chip = page.strip.chips.boxes["softmax_1"].toRect()
    assert page.strip.viewport().rect().contains(chip.translated(page.strip.chips.pos()))


def test_in_a_narrow_place_the_thumbnails_give_way_and_not_the_menu(page: ExplainPage, qtbot) -> None:
    page.show_network()
    overview = page.overview
    qtbot.waitUntil(lambda: len(overview.thumbnails.buttons) == 10)
    whole = overview.thumbnails.sizeHint().width()
    for width, shown in ((whole, 10), (whole // 2, 5), (0, 0)):
        overview.thumbnails.resize(width, overview.thumbnails.height())
        assert sum(button.isVisible() for button in overview.thumbnails.buttons.values()) == shown
    assert overview.thumbnails.sizeHint().width() == whole, "with more room they are all there again"


def test_what_is_to_be_predicted_is_not_in_the_overview(page: ExplainPage) -> None:
    page.side.predict_toggle.setChecked(True)
    assert not page.modes.buttons[NETWORK].isEnabled()
    page.show_network()
    assert page.centre.currentWidget() is page.stage
    page.side.predict_toggle.setChecked(False)
    page.show_network()
    assert page.centre.currentWidget() is page.overview


def test_columns_go_with_the_network_they_are_of_even_out_of_sight(window, page: ExplainPage) -> None:
    page.show_network()
    stage = page.overview.stage
    assert stage.columns() and stage.hidden_layers()[1]
    window.workspaces.show("Build")
    page.place.show(looked("first_conv"))
    page.overview.resize(page.overview.size() - QSize(100, 100))
    assert stage.columns().keys() <= {node.id for node in page.place.probed.graph}
    window.workspaces.show("Explain")  # what was resized out of sight hears of it before it is shown
    assert page.overview.isVisible()


def test_beside_what_is_pointed_at_no_line_of_the_answer_is_cut(window, page: ExplainPage, qtbot) -> None:
    window.resize(1100, 600)
    page.show_network()
    answer = page.overview.answer

    def seen(widget: QWidget) -> QRect:
        return widget.visibleRegion().boundingRect()

    for _ in range(2):
        QTest.keyClick(page.overview.stage, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: seen(answer.card) == answer.card.rect() and seen(answer.bars) != answer.bars.rect())
    assert seen(answer.bars).height() % 24 == 0 and seen(answer.heading) == answer.heading.rect()
