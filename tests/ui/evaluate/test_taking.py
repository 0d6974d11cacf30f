"""What it would take: pictures changed by hand, the smallest change, and the way into another picture."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from cnnstudio.data.preparation.picture_change import ChangedExamples, PictureChange
from cnnstudio.design.templates import template
from cnnstudio.nn.training.evaluation import evaluate
from cnnstudio.project.kept.looks import looks_at
from cnnstudio.project.project import untrained
from cnnstudio.project.trained import trained
from cnnstudio.ui.evaluate.declaration import EVALUATE
from cnnstudio.ui.evaluate.page import RESULTS, TAKING
from cnnstudio.ui.evaluate.taking.panel import FLIP, MORPH, RANGE, TakingPanel
from cnnstudio.ui.evaluate.taking.range_card import MOST, places_of
from tests.ui.face import Face

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def panel(open_window, qtbot) -> TakingPanel:
    window: Face = open_window()
    window.document.open(trained("digits"), None)
    qtbot.waitUntil(lambda: window.data.dataset is not None)
    window.workspaces.show("Evaluate")
    page = window.studio.get(EVALUATE)
    QTest.mouseClick(page.choice.buttons[TAKING], LEFT)
    qtbot.waitUntil(lambda: answered(page.taking))
    return page.taking


def answered(panel: TakingPanel) -> bool:
    """Whether the bars are about the picture as it is changed now."""
    inspection = panel.window().inspection
    found = inspection.result
    return found is not None and found.image is inspection.image and np.array_equal(found.image, panel.changing.shown)


def test_all_follow_a_slider_and_the_picture_is_as_it_was_once_the_tab_is_left(panel, qtbot) -> None:
    window, whole = panel.window(), panel.changing.picture
    slider = panel.sliders.sliders["turn"]
    slider.setFocus()
    for _ in range(6):
        QTest.keyClick(slider, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: answered(panel))
    assert panel.changing.change == PictureChange(turn=30.0)
    shown = window.inspection.image
    np.testing.assert_array_equal(shown, PictureChange(turn=30.0).of(whole[None])[0])
    assert window.looking.now.picture is shown and window.looking.now.label.endswith(", changed")
    softmax = next(node.id for node in window.looking.now.graph if node.layer.kind == "softmax")
    assert window.inspection.maps[softmax].sum() == pytest.approx(1)
    page = window.studio.get(EVALUATE)
    QTest.mouseClick(page.choice.buttons[RESULTS], LEFT)
    assert window.inspection.image is whole
    QTest.mouseClick(page.choice.buttons[TAKING], LEFT)
    np.testing.assert_array_equal(window.inspection.image, shown)
    window.samples.step(1)
    assert not np.array_equal(panel.changing.picture, whole), "another picture"
    np.testing.assert_array_equal(window.inspection.image, PictureChange(turn=30.0).of(panel.changing.picture[None])[0])
    QTest.mouseClick(panel.again, LEFT)
    assert window.inspection.image is panel.changing.picture and not panel.again.isEnabled()


def test_a_network_that_came_while_the_tab_was_hidden_is_seen_in_it(open_window, qtbot) -> None:
    window: Face = open_window()
    window.workspaces.show("Evaluate")
    page = window.studio.get(EVALUATE)
    for project in (trained("digits"), untrained(template("lenet5"))):
        window.document.open(project, None)
        qtbot.waitUntil(lambda: window.data.dataset is not None and window.data.job is None)
    qtbot.waitUntil(lambda: window.inspection.result.graph is window.looking.now.graph)
    QTest.mouseClick(page.choice.buttons[TAKING], LEFT)
    panel, graph = page.taking, window.document.project.design.graph
    qtbot.waitUntil(lambda: set(panel.nodes_in_sight(graph)) <= window.inspection.maps.keys())
    assert panel.bars.accessibleName().startswith("likeliest")


def test_a_patch_is_dragged_and_moved_by_keys_and_every_layer_shows_the_changed_picture(panel, qtbot) -> None:
    pad, window = panel.pad, panel.window()
    box = pad.box.toRect()
    QTest.mousePress(pad, LEFT, pos=box.center())
    QTest.mouseMove(pad, box.center() + QPoint(box.width() // 4, 0))
    QTest.mouseRelease(pad, LEFT, pos=box.center() + QPoint(box.width() // 4, 0))
    change = panel.changing.change
    assert change.patch == 7 and change.patch_right == pytest.approx(0.75, abs=0.02)
    pad.setFocus()
    QTest.keyClick(pad, Qt.Key.Key_Left)
    assert panel.changing.change.patch_right == pytest.approx(change.patch_right - 0.05, abs=0.002)
    shown = panel.changing.shown
    QTest.mouseClick(panel.every, LEFT)
    assert window.workspaces.current == "Explain"
    np.testing.assert_array_equal(window.inspection.image, shown)
    assert window.samples.own[1] == 1


def test_a_curve_over_a_slider_is_what_a_test_on_such_pictures_says(panel, qtbot) -> None:
    window = panel.window()
    panel.sliders.sliders["noise"].setValue(16)
    assert panel.range.about.name == "noise", "the slider in the hand"
    looks = looks_at(window.data.dataset.fingerprint)
    QTest.mouseClick(panel.range.ask.button, LEFT)
    qtbot.waitUntil(lambda: panel.range.found is not None)
    assert looks_at(window.data.dataset.fingerprint) == looks + 1, "the test pictures were looked at"
    found, now = panel.range.found, window.looking.now
    assert found.values == places_of(found.about, 28) and found.pictures == min(MOST, len(window.data.dataset.test))
    test = window.data.dataset.test
    some = test.take(np.linspace(0, len(test) - 1, found.pictures).astype(np.int64))
    for place in (0, len(found.values) - 1):
        change = PictureChange(noise=int(found.values[place]))
        again = evaluate(now.graph, now.snapshot.parameters, ChangedExamples(some, change))
        assert found.right[place] == again.right.sum()
    assert found.right[0] > found.right[-1]
    panel.range.choice.setFocus()
    QTest.keyClick(panel.range.choice, Qt.Key.Key_Up)
    assert panel.range.found is None, "another slider has another curve"


def test_a_change_that_flips_is_found_shown_and_forgotten_with_its_picture(panel, qtbot) -> None:
    QTest.mouseClick(panel.choice.buttons[FLIP], LEFT)
    card = panel.flip
    for way in ("steps", "step", "pixel"):
        QTest.mouseClick(card.ways.buttons[way], LEFT)
        assert card.flip is None
        QTest.mouseClick(card.ask.button, LEFT)
        qtbot.waitUntil(lambda: card.flip is not None)
        assert card.flip.before is panel.changing.picture
        assert ("is “" in card.words.text()) is card.flip.flipped
    panel.window().samples.step(1)
    assert card.flip is None


def test_the_way_into_another_picture_is_found_at_once_and_anew_for_another_class(panel, qtbot) -> None:
    QTest.mouseClick(panel.choice.buttons[MORPH], LEFT)
    card = panel.morph
    qtbot.waitUntil(lambda: card.found is not None)
    first = card.found
    np.testing.assert_array_equal(first.pictures[0], panel.changing.picture)
    card.classes.setFocus()
    QTest.keyClick(card.classes, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: card.found is not None and card.found is not first)
    test = panel.window().data.dataset.test
    of_class = test.read(np.flatnonzero(test.labels == 1))
    assert any(np.array_equal(card.found.pictures[-1], each) for each in of_class)
    QTest.mouseClick(card.after, LEFT)
    qtbot.waitUntil(lambda: card.found is not None and not np.array_equal(card.found.pictures[-1], first.pictures[-1]))
    QTest.mouseClick(panel.choice.buttons[RANGE], LEFT)
    assert panel.pages.currentWidget() is panel.range
