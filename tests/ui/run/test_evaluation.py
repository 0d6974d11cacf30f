"""The test of a network, what it gets wrong, and images drawn by hand, by real events on real workers."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from cnnstudio.nn.looking.inspect import inspect
from cnnstudio.nn.training.evaluation import evaluate
from cnnstudio.ui.panels.evaluation.drawing_card import DrawingCard
from cnnstudio.ui.panels.evaluation.evaluation_panel import EvaluationPanel
from cnnstudio.ui.panels.maps.sample_chooser import SampleChooser
from cnnstudio.ui.run.evaluation import Evaluator
from cnnstudio.ui.run.samples import spoken
from tests.ui.training_parts import LONG, Parts, parts, unloaded  # noqa: F401

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton


def begin_button(panel: EvaluationPanel) -> QPushButton:
    """The button in the middle, where nothing has been tested yet."""
    buttons = panel.findChildren(QPushButton)
    return next(button for button in buttons if button.text() == "Test" and button is not panel.button)


@pytest.fixture
def evaluator(parts: Parts) -> Evaluator:  # noqa: F811
    return Evaluator(parts.run_control, parts.looking, parts.samples, parts.session.jobs, parts.notices)


@pytest.fixture
def panel(qtbot: QtBot, parts: Parts, evaluator: Evaluator) -> EvaluationPanel:  # noqa: F811
    made = EvaluationPanel(evaluator, parts.looking, parts.samples)
    made.resize(640, 280)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


def truth(parts: Parts) -> np.ndarray:  # noqa: F811
    project = parts.project
    return evaluate(project.design.graph, project.weights.parameters, parts.data.dataset.test).predictions


def click(qtbot: QtBot, widget: QWidget, place) -> None:
    qtbot.mouseClick(widget, LEFT, pos=place.center().toPoint())


def test_the_matrix_counts_what_the_engine_says_and_a_cell_shows_its_images(
    qtbot: QtBot,
    parts: Parts,  # noqa: F811
    evaluator: Evaluator,
    panel: EvaluationPanel,
) -> None:
    qtbot.mouseClick(begin_button(panel), LEFT)
    qtbot.waitUntil(lambda: evaluator.result is not None)
    labels, said = parts.data.dataset.test.labels, truth(parts)
    counts = evaluator.result.confusion.counts
    assert counts.tolist() == [[int(((labels == a) & (said == b)).sum()) for b in range(3)] for a in range(3)]
    assert f"{100 * (labels == said).mean():.2f}" in panel.result.text()
    right, answer = next((a, b) for a in range(3) for b in range(3) if a != b and counts[a, b] > 1)
    click(qtbot, panel.matrix, panel.matrix.rect_of(right, answer))
    shown = [thumb.key for thumb in panel.grid.tiles.thumbs]
    assert sorted(shown) == np.flatnonzero((labels == right) & (said == answer)).tolist()
    assert all(thumb.words.startswith(f"{right} → {answer} · ") for thumb in panel.grid.tiles.thumbs)
    assert panel.grid.rect_of(0).left() >= 0
    click(qtbot, panel.grid.tiles, panel.grid.rect_of(1))
    assert parts.samples.index == shown[1] and np.array_equal(
        parts.inspection.image, parts.data.dataset.test.read(slice(shown[1], shown[1] + 1))[0]
    )


def test_the_keyboard_stays_in_the_panel_when_a_test_is_asked_for(
    qtbot: QtBot,
    evaluator: Evaluator,
    panel: EvaluationPanel,
) -> None:
    panel.activateWindow()
    begin_button(panel).setFocus()
    qtbot.keyClick(begin_button(panel), Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: evaluator.result is not None)
    assert panel.focusWidget() is panel.button and panel.button.isVisible()


def test_the_arrows_go_through_mistakes_until_the_network_is_another(
    qtbot: QtBot,
    parts: Parts,  # noqa: F811
    evaluator: Evaluator,
    panel: EvaluationPanel,
) -> None:
    chooser = SampleChooser(parts.samples)
    qtbot.addWidget(chooser)
    chooser.menu.aboutToShow.emit()
    next(action for action in chooser.menu.actions() if action.text() == "One it got wrong").trigger()
    qtbot.waitUntil(lambda: bool(parts.samples.among))
    labels, said = parts.data.dataset.test.labels, truth(parts)
    wrong = set(np.flatnonzero(labels != said).tolist())
    assert set(parts.samples.among) == wrong and chooser.menu_button.text() == f"Mistake 1 of {len(wrong)}"
    assert parts.samples.index == parts.samples.among[0]
    evaluator.show_mistake()
    assert parts.samples.index == parts.samples.among[1], "asked for once more, the next"
    seen = set()
    for _ in wrong:
        seen.add(parts.samples.index)
        qtbot.mouseClick(chooser.next, LEFT)
    assert seen == wrong
    weights = parts.project.weights.parameters.copy()
    weights.vector[:] *= 0.5
    parts.document.change_weights("Other", parts.document.project.weights.changed(weights))
    assert parts.samples.among == () and chooser.menu_button.text() == "Sample"
    assert panel.button.text() == "Test again" and "before the last change" in panel.result.text()


def test_nothing_is_tested_while_it_trains_but_what_a_paused_run_has_learned_is(
    qtbot: QtBot,
    parts: Parts,  # noqa: F811
    evaluator: Evaluator,
    panel: EvaluationPanel,
) -> None:
    parts.set_recipe(epochs=LONG)
    parts.run_control.train()
    qtbot.waitUntil(lambda: parts.session.state == "running")
    assert not begin_button(panel).isEnabled() and "Pause or stop" in begin_button(panel).toolTip()
    parts.session.pause()
    qtbot.waitUntil(lambda: parts.session.state == "paused" and parts.session.status.value is not None)
    qtbot.mouseClick(begin_button(panel), LEFT)
    qtbot.waitUntil(lambda: evaluator.result is not None)
    assert evaluator.current, "what a paused run has learned is what is tested"
    with qtbot.waitSignal(parts.session.finished):
        parts.run_control.stop()


@pytest.fixture
def card(qtbot: QtBot, parts: Parts) -> Iterator[DrawingCard]:  # noqa: F811
    window = QWidget()
    window.resize(900, 600)
    qtbot.addWidget(window)
    window.show()
    made = DrawingCard(parts.document, parts.looking, parts.samples, parts.data, parts.notices, window)
    made.open()
    qtbot.waitExposed(window)
    yield made
    made.shutdown()


def stroke(qtbot: QtBot, pad: QWidget, *points: tuple[int, int], button=LEFT) -> None:
    qtbot.mousePress(pad, button, pos=QPoint(*points[0]))
    for x, y in points[1:]:
        qtbot.mouseMove(pad, QPoint(x, y))
    qtbot.mouseRelease(pad, button, pos=QPoint(*points[-1]))


def test_a_drawing_is_the_sample_in_the_inputs_shape_and_the_answer_is_the_networks(
    qtbot: QtBot,
    parts: Parts,  # noqa: F811
    card: DrawingCard,
) -> None:
    parts.train(qtbot)
    stroke(qtbot, card.pad, (30, 42), (120, 42), (200, 42))
    image = parts.inspection.image
    assert image.shape == (8, 8, 1) and image[1].mean() > 60 and image[5:].max() <= card.pad.ground.lightness() + 1
    assert parts.samples.label == -1
    said = inspect(parts.project.design.graph, parts.project.weights, image[None], ["softmax"])["softmax"][0]
    expected = spoken(parts.data.classes, int(said.argmax()))
    qtbot.waitUntil(lambda: card.answer.text() == f"The network says {expected}")
    stroke(qtbot, card.pad, (20, 42), (120, 42), (210, 42), button=RIGHT)
    assert parts.inspection.image[1].max() < image[1].max() / 2
    parts.samples.step(1)
    assert card.pad.empty and card.answer.text() == "" and parts.samples.label >= 0
    qtbot.keyClick(card, Qt.Key.Key_Escape)
    assert not card.isVisible()


def test_a_drawing_is_added_under_a_class_learned_from_and_taken_back(
    qtbot: QtBot,
    parts: Parts,  # noqa: F811
    card: DrawingCard,
) -> None:
    qtbot.waitUntil(lambda: parts.data.unchanged is not None)
    before = parts.data.dataset
    assert before is not None and not card.add_button.isEnabled()
    stroke(qtbot, card.pad, (30, 42), (120, 42), (200, 42))
    drawn = parts.inspection.image
    assert card.class_of.currentIndex() == -1 and not card.add_button.isEnabled(), "nobody has said what it is"
    card.class_of.setFocus()
    for _ in range(2):
        qtbot.keyClick(card.class_of, Qt.Key.Key_Down)
    card.add_button.setFocus()
    qtbot.keyClick(card.add_button, Qt.Key.Key_Space)
    assert card.pad.hasFocus() and card.class_of.currentIndex() == -1, "ready for the next"
    assert card.pad.empty and card.remark.text().startswith(f"Added as “{before.classes[1]}”")
    qtbot.waitUntil(lambda: parts.data.dataset is not None and parts.data.dataset is not before)
    after = parts.data.dataset
    assert len(after.train) == len(before.train) + 1 and after.train.labels[-1] == 1
    assert np.array_equal(after.train.pixels[-1], drawn)
    parts.train(qtbot)
    assert parts.project.run.data == after.fingerprint
    parts.document.history.undo()
    qtbot.waitUntil(lambda: parts.data.dataset is before)


def test_before_training_the_answer_is_called_random(qtbot: QtBot, parts: Parts, card: DrawingCard) -> None:  # noqa: F811
    stroke(qtbot, card.pad, (30, 42), (120, 42))
    qtbot.waitUntil(lambda: card.answer.text() != "")
    assert "random" in card.remark.text()


def test_the_best_weights_are_tested_where_they_are_looked_at(
    qtbot: QtBot,
    parts: Parts,  # noqa: F811
    evaluator: Evaluator,
    panel: EvaluationPanel,
) -> None:
    run = parts.train_past_the_best(qtbot)
    assert run.best is not None
    parts.looking.look_at_best(True)
    qtbot.mouseClick(begin_button(panel), LEFT)
    qtbot.waitUntil(lambda: evaluator.result is not None)
    told = evaluate(parts.project.design.graph, run.best.parameters, parts.data.dataset.test)
    assert evaluator.result.confusion.evaluation.predictions.tolist() == told.predictions.tolist()
    assert evaluator.result.confusion.evaluation.loss == pytest.approx(told.loss)
    assert panel.result.text().startswith(f"Best (epoch {run.best_epoch}): ") and evaluator.current
    parts.looking.look_at_best(False)
    assert panel.result.text().endswith(" · of other weights") and not evaluator.current
    parts.looking.look_at_best(True)
    assert not panel.result.text().endswith(" · of other weights") and evaluator.current


def test_a_drawing_that_is_cleared_is_seen_nowhere_any_more(
    qtbot: QtBot,
    parts: Parts,  # noqa: F811
    card: DrawingCard,
) -> None:
    before, label = parts.inspection.image, parts.samples.label
    for clear in (lambda: qtbot.mouseClick(card.clear_button, LEFT), lambda: qtbot.keyClick(card, Qt.Key.Key_Delete)):
        stroke(qtbot, card.pad, (30, 42), (120, 42))
        assert parts.samples.label == -1
        clear()
        assert card.pad.empty and parts.samples.label == label
        assert np.array_equal(parts.inspection.image, before)


def test_keys_draw_too(qtbot: QtBot, parts: Parts, card: DrawingCard) -> None:  # noqa: F811
    """The arrow keys move the brush, Space held draws all the way, Backspace rubs out."""
    qtbot.waitUntil(card.pad.hasFocus)
    for _ in range(8):
        qtbot.keyClick(card.pad, Qt.Key.Key_Left)
    assert card.pad.empty
    qtbot.keyPress(card.pad, Qt.Key.Key_Space)
    for _ in range(16):
        qtbot.keyClick(card.pad, Qt.Key.Key_Right)
    qtbot.keyRelease(card.pad, Qt.Key.Key_Space)
    drawn = parts.inspection.image
    assert drawn.shape == (8, 8, 1) and drawn[2, 2:6].min() > 2 * drawn[5:].max()
    qtbot.keyClick(card.pad, Qt.Key.Key_Backspace)
    assert parts.inspection.image[2, 5:].sum() < drawn[2, 5:].sum()
    with_brush = card.pad.grab().toImage()
    qtbot.mouseClick(card.pad, LEFT, pos=QPoint(200, 200))
    seen = card.pad.grab().toImage()
    assert card.pad.hasFocus() and seen != with_brush
    card.pad.clearFocus()
    assert card.pad.grab().toImage() == seen, "whoever draws with the mouse sees no brush of the keys"
