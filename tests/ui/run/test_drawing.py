"""Images drawn by hand, by real events on real workers."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from cnnstudio.nn.looking.inspect import inspect
from cnnstudio.ui.panels.evaluation.drawing_card import DrawingCard
from cnnstudio.ui.run.samples import spoken
from tests.ui.training_parts import Parts, parts, unloaded  # noqa: F401

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton


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
