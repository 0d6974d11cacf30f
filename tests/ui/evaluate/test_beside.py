"""What stands beside the matrix, by real events on real workers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from cnnstudio.data.pictures.properties import PROPERTIES
from cnnstudio.data.preparation.split import divided
from cnnstudio.nn.telling.phrases import amount, percent
from cnnstudio.nn.training.confusion import Confusion
from cnnstudio.nn.training.evaluation import Evaluation, evaluate
from cnnstudio.nn.training.scores import against_the_rest, by_chance, cooled, reliability, temperature
from cnnstudio.ui.evaluate.beside.certainty import BINS
from cnnstudio.ui.evaluate.beside.properties import FOLDER
from cnnstudio.ui.evaluate.how_good import HowGood
from cnnstudio.ui.evaluate.page import EvaluatePage
from cnnstudio.ui.look.numbers import number_text
from cnnstudio.ui.run.evaluation import Evaluator
from tests.ui.evaluate.asking import ask, evaluate_page
from tests.ui.training_parts import Parts, parts, unloaded  # noqa: F401

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def page(qtbot: QtBot, parts: Parts, evaluator: Evaluator) -> Iterator[EvaluatePage]:  # noqa: F811
    parts.train(qtbot)
    made = evaluate_page(parts, evaluator)
    made.resize(1200, 800)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    ask(qtbot, evaluator, made)
    yield made
    made.shutdown()


def turn_to(qtbot: QtBot, page: EvaluatePage, name: str) -> None:
    qtbot.mouseClick(page.confusions.beside.buttons[name], LEFT)


def test_calibration_is_found_on_validation_and_one_step_of_undo(
    qtbot: QtBot,
    parts: Parts,  # noqa: F811
    evaluator: Evaluator,
    page: EvaluatePage,
) -> None:
    turn_to(qtbot, page, "certainty")
    said = evaluator.result.confusion.evaluation
    error = reliability(said.probabilities, said.labels, BINS).error
    assert f"{100 * error:.1f} points" in page.certainty.words.text()
    looks = evaluator.looks
    qtbot.mouseClick(page.certainty.button, LEFT)
    calibration = page.certainty.calibration
    qtbot.waitUntil(lambda: calibration.temperature is not None)
    project = parts.project
    _, validation = divided(parts.data.dataset, project.design.recipe.data.split)
    told = evaluate(project.design.graph, project.weights.parameters, validation)
    by = temperature(told.probabilities, validation.labels)
    assert calibration.temperature == pytest.approx(by, rel=1e-4) and evaluator.looks == looks
    after = cooled(said.probabilities, by)
    then = reliability(after, said.labels, BINS).error
    assert f"{100 * then:.1f} points" in page.certainty.about.text()
    assert (page.certainty.button.text() == "Calibrate") == (then < error), "what makes it worse here is no mend"
    assert ("help on validation, but here" in page.certainty.about.text()) == (then >= error)
    before = parts.project.weights
    qtbot.mouseClick(page.certainty.button, LEFT)
    assert parts.project.weights is not before and not evaluator.current
    assert not page.certainty.button.isEnabled() and "as it is now" in page.certainty.button.toolTip()
    assert f"divided by {number_text(by, 3)} now" in page.certainty.about.text()
    ask(qtbot, evaluator, page)
    assert "divided by" not in page.certainty.about.text()
    now = evaluator.result.confusion.evaluation
    assert np.array_equal(now.predictions, said.predictions)
    np.testing.assert_allclose(now.probabilities, after, atol=1e-5)
    parts.document.history.undo()
    assert parts.project.weights is before


def test_another_step_of_the_run_is_compared_picture_by_picture(
    qtbot: QtBot,
    parts: Parts,  # noqa: F811
    evaluator: Evaluator,
    page: EvaluatePage,
) -> None:
    turn_to(qtbot, page, "compare")
    first = evaluator.result.confusion.evaluation
    step = parts.project.weights.step
    parts.train(qtbot, epochs=4)
    ask(qtbot, evaluator, page)
    turn_to(qtbot, page, "compare")
    qtbot.waitUntil(lambda: page.other.of is evaluator.result)
    second = evaluator.result.confusion.evaluation
    assert any(each.step == step for each in page.other.others)
    row = [np.array_equal(each.evaluation.losses, first.losses) for each in page.other.others].index(True)
    choice = page.other.choice
    choice.setFocus()
    for _ in range(abs(row - choice.currentIndex())):
        qtbot.keyClick(choice, Qt.Key.Key_Down if choice.currentIndex() < row else Qt.Key.Key_Up)
    for (mine, its), button in page.other.cells.items():
        count = int(((second.right == mine) & (first.right == its)).sum())
        assert button.text().startswith(f"{count} ") and button.isEnabled() == bool(count)
    chance = by_chance(second.right, first.right)
    assert ("may be chance" in page.other.chance.text()) == (chance >= 0.05)
    cell = next(cell for cell, button in page.other.cells.items() if button.isEnabled() and cell != (True, True))
    qtbot.mouseClick(page.other.cells[cell], LEFT)
    assert page.confusions.grid.isVisible()
    shown = sorted(thumb.key for thumb in page.confusions.grid.tiles.thumbs)
    assert shown == np.flatnonzero((second.right == cell[0]) & (first.right == cell[1])).tolist()


def test_a_class_against_the_rest_and_properties_say_what_the_figures_are(
    qtbot: QtBot,
    parts: Parts,  # noqa: F811
    evaluator: Evaluator,
    page: EvaluatePage,
) -> None:
    said = evaluator.result.confusion.evaluation
    turn_to(qtbot, page, "curves")
    page.curves.classes.setFocus()
    qtbot.keyClick(page.curves.classes, Qt.Key.Key_Down)
    told = against_the_rest(said.probabilities[:, 1].astype(np.float64), said.labels == 1)
    assert f"Area {told.roc_area:.4g}" in page.curves.words.text()
    qtbot.mouseClick(page.curves.kinds.buttons["precision"], LEFT)
    assert f"Average precision {told.average_precision:.4g}" in page.curves.words.text()
    turn_to(qtbot, page, "property")
    qtbot.waitUntil(lambda: " of the darkest are right" in page.properties.words.text())
    test_pictures = parts.data.dataset.test
    values = PROPERTIES["brightness"](test_pictures.read(slice(0, len(test_pictures))))
    qtbot.waitUntil(lambda: f"{100 * values.min():.0f}\u202f%" in page.properties.chart.accessibleName())
    for row in range(1, page.properties.choice.count()):
        before = page.properties.chart.accessibleName()
        page.properties.choice.setFocus()
        qtbot.keyClick(page.properties.choice, Qt.Key.Key_Down)
        assert page.properties.choice.currentIndex() == row
        qtbot.waitUntil(lambda before=before: page.properties.chart.accessibleName() != before)


def test_folders_of_the_pictures_are_a_property_where_there_are_several(
    qtbot: QtBot,
    evaluator: Evaluator,
    page: EvaluatePage,
) -> None:
    result, shown = evaluator.result, page.properties
    right = result.confusion.evaluation.right
    turn_to(qtbot, page, "property")
    assert shown.choice.findData(FOLDER) < 0, "they were drawn and lie in no folder"
    files = [f"{'night' if index % 3 else 'day'}/{index}.png" for index in range(len(right))]
    shown.show_result(replace(result, data=replace(result.data, files={"test": files})))
    shown.choice.setFocus()
    for _ in range(shown.choice.count() - 1):
        qtbot.keyClick(shown.choice, Qt.Key.Key_Down)
    day = np.arange(len(right)) % 3 == 0
    for name, part in (("day", right[day]), ("night", right[~day])):
        told = f"{name}: {percent(part.mean())} of {amount(len(part), 'picture')} right"
        assert told in shown.chart.accessibleName()
    assert "in day" in shown.words.text() and "in night" in shown.words.text()
    shown.show_result(result)
    assert shown.choice.findData(FOLDER) < 0


def test_how_many_of_the_first_answers_count_is_chosen_by_hand(
    qtbot: QtBot, evaluator: Evaluator, page: EvaluatePage
) -> None:
    generator = np.random.default_rng(2)
    said = generator.dirichlet(np.ones(6), 50).astype(np.float32)
    labels = generator.integers(0, 6, 50)
    found = Evaluation(labels, said.argmax(1), said, -np.log(said[np.arange(50), labels]))
    view = HowGood()
    qtbot.addWidget(view)
    view.show()
    view.show_result(replace(evaluator.result, confusion=Confusion(found)), tuple(range(6)))
    shares = {}
    up, down = Qt.Key.Key_Up, Qt.Key.Key_Down
    for key in (up, up, up, down, down, down, down):
        qtbot.keyClick(view.many, key)
        many = view.many.value()
        first = np.argsort(-said, axis=1)[:, :many]
        shares[many] = float((first == labels[:, None]).any(axis=1).mean())
        assert view.among.text() == f"answers: {percent(shares[many])}"
    assert sorted(shares) == [2, 3, 4, 5] and shares[2] < shares[5] < 1, "there is no use in all of them"


def test_a_cell_brings_the_pictures_back(qtbot: QtBot, parts: Parts, evaluator: Evaluator, page: EvaluatePage) -> None:  # noqa: F811
    turn_to(qtbot, page, "certainty")
    assert not page.confusions.grid.isVisible()
    matrix = page.confusions.matrix
    qtbot.mouseClick(matrix, LEFT, pos=matrix.rect_of(0, 0).center().toPoint())
    assert page.confusions.grid.isVisible() and page.confusions.beside.choice == "pictures"
