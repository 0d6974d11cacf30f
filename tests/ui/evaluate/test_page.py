"""The test of a network and what it gets wrong, by real events on real workers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from cnnstudio.nn.training.evaluation import evaluate
from cnnstudio.ui.evaluate.page import EvaluatePage
from cnnstudio.ui.panels.maps.sample_chooser import SampleChooser
from cnnstudio.ui.run.evaluation import Evaluator
from tests.ui.evaluate.asking import ask, evaluate_page
from tests.ui.training_parts import LONG, Parts, parts, unloaded  # noqa: F401

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton


@pytest.fixture
def page(qtbot: QtBot, parts: Parts, evaluator: Evaluator) -> EvaluatePage:  # noqa: F811
    made = evaluate_page(parts, evaluator)
    made.resize(900, 560)
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
    page: EvaluatePage,
) -> None:
    ask(qtbot, evaluator, page)
    labels, said = parts.data.dataset.test.labels, truth(parts)
    counts = evaluator.result.confusion.counts
    assert counts.tolist() == [[int(((labels == a) & (said == b)).sum()) for b in range(3)] for a in range(3)]
    assert page.how_good.share.text() == f"{100 * (labels == said).mean():.1f}\u202f%"
    right, answer = next((a, b) for a in range(3) for b in range(3) if a != b and counts[a, b] > 1)
    click(qtbot, page.confusions.matrix, page.confusions.matrix.rect_of(right, answer))
    shown = [thumb.key for thumb in page.confusions.grid.tiles.thumbs]
    assert sorted(shown) == np.flatnonzero((labels == right) & (said == answer)).tolist()
    assert all(thumb.words.startswith(f"{right} → {answer} · ") for thumb in page.confusions.grid.tiles.thumbs)
    assert page.confusions.grid.rect_of(0).left() >= 0
    click(qtbot, page.confusions.grid.tiles, page.confusions.grid.rect_of(1))
    assert parts.samples.index == shown[1] and np.array_equal(
        parts.inspection.image, parts.data.dataset.test.read(slice(shown[1], shown[1] + 1))[0]
    )


def test_the_keyboard_stays_in_the_panel_when_a_test_is_asked_for(
    qtbot: QtBot,
    evaluator: Evaluator,
    page: EvaluatePage,
) -> None:
    page.activateWindow()
    page.begin.setFocus()
    qtbot.keyClick(page.begin, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: evaluator.result is not None)
    assert page.focusWidget() is page.button and page.button.isVisible()


def test_the_arrows_go_through_mistakes_until_the_network_is_another(
    qtbot: QtBot,
    parts: Parts,  # noqa: F811
    evaluator: Evaluator,
    page: EvaluatePage,
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
    assert page.button.text() == "Evaluate again" and "before the last change" in page.of.text()


def test_nothing_is_tested_while_it_trains_but_what_a_paused_run_has_learned_is(
    qtbot: QtBot,
    parts: Parts,  # noqa: F811
    evaluator: Evaluator,
    page: EvaluatePage,
) -> None:
    parts.set_recipe(epochs=LONG)
    parts.run_control.train()
    qtbot.waitUntil(lambda: parts.session.state == "running")
    assert not page.begin.isEnabled() and "Pause or stop" in page.begin.toolTip()
    parts.session.pause()
    qtbot.waitUntil(lambda: parts.session.state == "paused" and parts.session.status.value is not None)
    ask(qtbot, evaluator, page)
    assert evaluator.current, "what a paused run has learned is what is tested"
    with qtbot.waitSignal(parts.session.finished):
        parts.run_control.stop()


def test_the_best_weights_are_tested_where_they_are_looked_at(
    qtbot: QtBot,
    parts: Parts,  # noqa: F811
    evaluator: Evaluator,
    page: EvaluatePage,
) -> None:
    run = parts.train_past_the_best(qtbot)
    assert run.best is not None
    parts.looking.look_at_best(True)
    ask(qtbot, evaluator, page)
    told = evaluate(parts.project.design.graph, run.best.parameters, parts.data.dataset.test)
    assert evaluator.result.confusion.evaluation.predictions.tolist() == told.predictions.tolist()
    assert evaluator.result.confusion.evaluation.loss == pytest.approx(told.loss)
    assert page.of.text() == f"Best (epoch {run.best_epoch})" and evaluator.current
    parts.looking.look_at_best(False)
    assert "of other weights" in page.of.text() and not evaluator.current
    parts.looking.look_at_best(True)
    assert "of other weights" not in page.of.text() and evaluator.current


def test_what_is_kept_of_a_test_is_shown_again_without_another_look_at_the_test_pictures(
    qtbot: QtBot,
    parts: Parts,  # noqa: F811
    evaluator: Evaluator,
    page: EvaluatePage,
) -> None:
    parts.train(qtbot)
    before = evaluator.looks
    ask(qtbot, evaluator, page)
    assert evaluator.looks == before + 1 and page.looks.text().startswith("The test pictures were looked at")
    told = evaluator.result.confusion.evaluation
    other = Evaluator(parts.run_control, parts.looking, parts.samples, parts.session.jobs, parts.notices)
    again = evaluate_page(parts, other)
    qtbot.addWidget(again)
    again.show()
    assert other.result is not None and other.current and again.pages.currentWidget() is again.found
    for name in ("labels", "predictions", "probabilities", "losses"):
        assert np.array_equal(getattr(other.result.confusion.evaluation, name), getattr(told, name)), name
    assert other.looks == before + 1


def test_a_class_shows_what_is_wrong_of_it_and_the_cells_say_shares_and_stand_as_asked(
    qtbot: QtBot,
    parts: Parts,  # noqa: F811
    evaluator: Evaluator,
    page: EvaluatePage,
) -> None:
    ask(qtbot, evaluator, page)
    confusion, matrix, table = evaluator.result.confusion, page.confusions.matrix, page.how_good.classes
    wrong = [number for number in range(3) if confusion.counts[number].sum() > confusion.counts[number, number]]
    row = next(row for row in range(3) if table.item(row, 0).text() == str(wrong[0]))
    qtbot.mouseClick(table.viewport(), LEFT, pos=table.visualItemRect(table.item(row, 0)).center())
    shown = sorted(thumb.key for thumb in page.confusions.grid.tiles.thumbs)
    labels, said = confusion.labels, confusion.evaluation.predictions
    assert shown == np.flatnonzero((labels == wrong[0]) & (said != labels)).tolist()
    before = matrix.grab().toImage()
    qtbot.mouseClick(page.confusions.says.buttons["row"], LEFT)
    assert matrix.grab().toImage() != before
    qtbot.mouseClick(page.confusions.orders.buttons["given"], LEFT)
    assert [table.item(row, 0).text() for row in range(3)] == ["0", "1", "2"]
    assert matrix.rect_of(0, 0).top() < matrix.rect_of(1, 1).top() < matrix.rect_of(2, 2).top()


def test_keys_lead_from_the_matrix_to_a_picture_and_on_to_every_layer(
    qtbot: QtBot,
    parts: Parts,  # noqa: F811
    evaluator: Evaluator,
    page: EvaluatePage,
) -> None:
    page.activateWindow()
    ask(qtbot, evaluator, page)
    matrix, order = page.confusions.matrix, page.confusions.order
    counts = evaluator.result.confusion.counts
    row, column = next((a, b) for a in range(3) for b in range(3) if (a or b) and counts[order[a], order[b]])
    matrix.setFocus()
    for key, times in ((Qt.Key.Key_Down, row), (Qt.Key.Key_Right, column)):
        for _ in range(times):
            qtbot.keyClick(matrix, key)
    assert matrix.cell == (order[row], order[column])
    qtbot.keyClick(matrix, Qt.Key.Key_Return)
    assert page.focusWidget() is page.confusions.grid.tiles
    assert parts.samples.index == page.confusions.grid.tiles.thumbs[0].key
    with qtbot.waitSignal(page.every_layer):
        qtbot.keyClick(page.confusions.grid.tiles, Qt.Key.Key_Return)


def test_keys_hide_and_show_where_it_looked_choose_a_class_and_lead_back(
    qtbot: QtBot,
    parts: Parts,  # noqa: F811
    evaluator: Evaluator,
    page: EvaluatePage,
) -> None:
    page.activateWindow()
    ask(qtbot, evaluator, page)
    matrix, tiles, where = page.confusions.matrix, page.confusions.grid.tiles, page.where
    qtbot.waitUntil(lambda: where.inquiry.looked is not None and not where.inquiry.jobs)
    account = where.stack.currentWidget()
    account.setFocus()
    order = np.argsort(-where.inquiry.probabilities, kind="stable").tolist()
    for key, label in ((Qt.Key.Key_2, order[1]), (Qt.Key.Key_1, order[0])):
        qtbot.keyClick(account, key)
        qtbot.waitUntil(lambda: where.inquiry.looked is not None and not where.inquiry.jobs)
        assert where.inquiry.looked.question.label == label
    qtbot.keyClick(account, Qt.Key.Key_Escape)
    assert page.focusWidget() is tiles
    qtbot.keyClick(tiles, Qt.Key.Key_Escape)
    assert page.focusWidget() is matrix
    tall = matrix.height()
    account.setFocus()
    qtbot.keyClick(account, Qt.Key.Key_A)
    assert not where.isVisible() and page.focusWidget() is matrix and page.look.isVisible()
    qtbot.waitUntil(lambda: matrix.height() > tall)
    qtbot.keyClick(matrix, Qt.Key.Key_A)
    assert where.isVisible() and not page.look.isVisible()
    qtbot.waitUntil(lambda: where.close_it.visibleRegion().contains(where.close_it.rect().center()))
    qtbot.mouseClick(where.close_it, LEFT)
    assert not where.isVisible()
    qtbot.mouseClick(page.look, LEFT)
    assert where.isVisible() and page.focusWidget() is matrix


def test_pictures_of_other_data_than_there_are_now_can_still_be_looked_at(
    qtbot: QtBot,
    parts: Parts,  # noqa: F811
    evaluator: Evaluator,
    page: EvaluatePage,
) -> None:
    ask(qtbot, evaluator, page)
    shown, index = evaluator.result.data.test, page.confusions.grid.tiles.thumbs[0].key
    parts.data.choose("shapes")
    qtbot.waitUntil(lambda: not evaluator.at_hand)
    assert page.of.text() == "before the last change: evaluate again to see what it says now"
    click(qtbot, page.confusions.grid.tiles, page.confusions.grid.rect_of(0))
    assert np.array_equal(parts.inspection.image, shown.read(slice(index, index + 1))[0])


def test_a_report_is_written_of_the_newest_test_and_says_why_where_it_cannot(
    qtbot: QtBot,
    parts: Parts,  # noqa: F811
    evaluator: Evaluator,
    page: EvaluatePage,
    tmp_path: Path,
) -> None:
    assert not page.report.isEnabled() and "Evaluate the network" in page.report.toolTip()
    ask(qtbot, evaluator, page)
    for name, begins in (("report.html", b"<!DOCTYPE html>"), ("report.pdf", b"%PDF-")):
        page.report.write(tmp_path / name)
        qtbot.waitUntil(lambda: not page.report.busy)
        assert (tmp_path / name).read_bytes().startswith(begins)
    for place, said in (
        (tmp_path / "report.txt", ".html or .pdf"),
        (tmp_path / "nowhere" / "r.html", "cannot be written"),
    ):
        page.report.write(place)
        qtbot.waitUntil(lambda: not page.report.busy)
        qtbot.waitUntil(lambda said=said: any(said in notice.text for notice in parts.notices.current))
        assert not place.exists()
