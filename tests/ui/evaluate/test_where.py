"""Where it looked, asked by real events on real workers: the map, the sum behind it, and its two tests."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from cnnstudio.design.edits import edits
from cnnstudio.nn.looking.attribution.class_score import ClassScore, pixels
from cnnstudio.nn.looking.attribution.mattering import MANY
from cnnstudio.nn.looking.attribution.methods import METHODS, look
from cnnstudio.ui.evaluate.where.cam_account import CamAccount
from cnnstudio.ui.evaluate.where.map_view import meaning
from cnnstudio.ui.evaluate.where.panel import METHOD_WORDS, WherePanel
from tests.ui.training_parts import LONG, Parts, parts, unloaded  # noqa: F401

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def panel(qtbot: QtBot, parts: Parts) -> WherePanel:  # noqa: F811
    parts.train(qtbot)
    made = WherePanel(parts.document, parts.looking, parts.samples, parts.session.jobs)
    made.resize(1200, 420)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    settled(qtbot, made)
    return made


def settled(qtbot: QtBot, panel: WherePanel) -> None:
    qtbot.waitUntil(lambda: panel.inquiry.looked is not None and not panel.inquiry.jobs)


def choose(qtbot: QtBot, panel: WherePanel, box: QComboBox, value: object) -> None:
    """By the keyboard, as a hand would."""
    box.setFocus()
    row = box.findData(value)
    for _ in range(abs(row - box.currentIndex())):
        qtbot.keyClick(box, Qt.Key.Key_Down if box.currentIndex() < row else Qt.Key.Key_Up)
    qtbot.waitUntil(lambda: panel.inquiry.looked is None or not panel.inquiry.jobs)
    settled(qtbot, panel)


def test_every_method_shows_what_the_engine_says_and_the_tests_are_asked_for_by_hand(
    qtbot: QtBot,
    parts: Parts,  # noqa: F811
    panel: WherePanel,
) -> None:
    graph, parameters = parts.project.design.graph, parts.project.weights.parameters
    picture = parts.inspection.image
    assert panel.methods.count() == len(METHODS) == len(METHOD_WORDS)
    for method in METHODS:
        choose(qtbot, panel, panel.methods, method)
        looked = panel.inquiry.looked
        assert looked.question.method == method and panel.layers.isVisible() == ("cam" in method)
        np.testing.assert_allclose(looked.map, look(graph, parameters, picture, looked.question).map, atol=1e-6)
        below = meaning(looked)
        assert ("against" in below) == ("cam" not in method or "guided" in method), (method, below)
        if method in ("gradient", "smooth"):
            assert looked.map.min() >= 0 > looked.values.min(), "what is bright may speak against the class, too"
        shown = panel.stack.currentWidget()
        assert shown.looked is looked and shown.accessibleName() and shown.isVisible()
        assert panel.inquiry.depending is None and panel.inquiry.mattering is None, "nobody has asked yet"
        qtbot.mouseClick(panel.depending.button, LEFT)
        qtbot.mouseClick(panel.mattering.button, LEFT)
        qtbot.waitUntil(lambda: panel.inquiry.depending is not None and panel.inquiry.mattering is not None)
        for card, works, failing in (
            (panel.depending, panel.inquiry.depending.depends, "! it does not"),
            (panel.mattering, panel.inquiry.mattering.matters, "! not shown"),
        ):
            assert card.verdict.text() == ("✓ it does" if works else failing)
            assert card.shown.isVisible() and card.words.text()
        assert len(panel.inquiry.mattering.others) == MANY


def test_the_parts_at_a_cell_add_up_and_the_mouse_and_the_arrows_lead_to_others(
    qtbot: QtBot,
    parts: Parts,  # noqa: F811
    panel: WherePanel,
) -> None:
    account = panel.stack.currentWidget()
    assert isinstance(account, CamAccount)
    account.setFocus()
    account.grab()
    seen = set()
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Left, Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Right):
        qtbot.keyClick(account, key)
        told, _, rest = account.parts()
        assert sum(part for *_, part in told) + rest == pytest.approx(account.looked.cam.sums[account.cell], abs=1e-6)
        for _, value, weight, part in told:
            assert part == pytest.approx(value * weight, abs=1e-6)
        assert panel.map.pixel == account.pixel, "picture and account look at the same pixel"
        seen.add(account.pixel)
    assert len(seen) > 1
    tile = account.tiles[0]
    qtbot.mouseMove(account, tile.adjusted(0, 0, -2, -2).bottomRight().toPoint())
    rows, columns, _ = account.looked.cam.maps.shape
    qtbot.waitUntil(lambda: account.cell == (rows - 1, columns - 1))


def test_another_picture_is_asked_about_for_its_own_answer_and_a_class_can_be_chosen(
    qtbot: QtBot,
    parts: Parts,  # noqa: F811
    panel: WherePanel,
) -> None:
    score = ClassScore(parts.project.design.graph, parts.project.weights.parameters, 1)

    def answer() -> int:
        return int(score.slopes(pixels(parts.inspection.image)[None], 0).probabilities[0].argmax())

    assert panel.inquiry.looked.question.label == answer()
    other = (answer() + 1) % 3
    choose(qtbot, panel, panel.classes, other)
    assert panel.inquiry.looked.question.label == other
    before = panel.inquiry.looked
    qtbot.mouseClick(panel.after, LEFT)
    qtbot.waitUntil(lambda: panel.inquiry.looked not in (None, before))
    settled(qtbot, panel)
    assert panel.inquiry.looked.question.label == answer()
    assert np.array_equal(panel.map.picture, parts.inspection.image)
    score.close()


def test_a_test_can_be_stopped_and_other_ways_are_tried_at_once_where_one_was(
    qtbot: QtBot,
    parts: Parts,  # noqa: F811
    panel: WherePanel,
) -> None:
    qtbot.mouseClick(panel.rivals.buttons["random"], LEFT)
    assert not panel.inquiry.jobs, "it waits until it is asked for"
    qtbot.mouseClick(panel.mattering.button, LEFT)
    assert panel.mattering.button.text() == "Stop"
    qtbot.mouseClick(panel.mattering.button, LEFT)
    assert not panel.inquiry.jobs and panel.mattering.button.text() == "Try it"
    qtbot.mouseClick(panel.mattering.button, LEFT)
    qtbot.waitUntil(lambda: panel.inquiry.mattering is not None)
    assert (panel.inquiry.mattering.fill, panel.inquiry.mattering.rivals) == ("blur", "random")
    qtbot.mouseClick(panel.fills.buttons["mean"], LEFT)
    qtbot.waitUntil(lambda: panel.inquiry.mattering is not None and panel.inquiry.mattering.fill == "mean")


def test_a_map_that_fails_is_hatched_and_says_which_test(qtbot: QtBot, panel: WherePanel) -> None:
    before = panel.map.grab().toImage()
    panel.map.show_failed(("mattering",))
    assert panel.map.grab().toImage() != before


def test_nothing_is_asked_while_it_learns_or_nobody_looks(
    qtbot: QtBot,
    parts: Parts,  # noqa: F811
    panel: WherePanel,
) -> None:
    parts.set_recipe(epochs=LONG)
    panel.hide()
    before = panel.inquiry.looked
    parts.samples.step(1)
    assert panel.inquiry.looked is before and not panel.inquiry.jobs
    panel.show()
    qtbot.waitUntil(lambda: panel.inquiry.looked not in (None, before))
    settled(qtbot, panel)
    parts.run_control.train()
    qtbot.waitUntil(lambda: parts.session.state == "running" and len(parts.session.log.read()) > 3)
    parts.looking.follow_run()
    assert not panel.inquiry.jobs
    with qtbot.waitSignal(parts.session.finished):
        parts.run_control.stop()
    qtbot.waitUntil(lambda: panel.inquiry.of.snapshot.step == parts.project.weights.step)
    settled(qtbot, panel)


def test_without_an_answer_there_is_nothing_to_ask_and_it_says_why(
    qtbot: QtBot,
    parts: Parts,  # noqa: F811
    panel: WherePanel,
) -> None:
    parts.document.edit("Delete", edits.remove(parts.project.design, ["softmax"]))
    qtbot.waitUntil(lambda: bool(panel.inquiry.why))
    assert panel.state.text() == panel.inquiry.why
    assert not panel.stack.isVisible() and not panel.depending.button.isVisible()
    parts.document.history.undo()
    settled(qtbot, panel)
    assert panel.stack.isVisible() and not panel.inquiry.why
