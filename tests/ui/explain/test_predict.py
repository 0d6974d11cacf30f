"""Predict first: hidden until it has been predicted or asked for, with replies to known slips, and out of the way."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from cnnstudio.ui.explain.around.predict.predict_card import PredictCard, Veil
from cnnstudio.ui.explain.page import ExplainPage
from cnnstudio.ui.look import preferences

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def page(window, qtbot) -> ExplainPage:
    window.workspaces.show("Explain")
    page = window.explain
    qtbot.waitUntil(lambda: page.place.ready)
    assert not page.side.predict_card.isVisible() and not page.predict.hidden, "it is off until somebody wants it"
    QTest.mouseClick(page.side.predict_toggle, LEFT)
    return page


def answer(card: PredictCard, text: str) -> str:
    """Type an answer; what is replied."""
    card.field.clear()
    QTest.keyClicks(card.field, text)
    QTest.keyClick(card.field, Qt.Key.Key_Return)
    return card.reply.words


def veiled(page: ExplainPage) -> set[str]:
    return {veil.hides for veil in page.veils if veil.isVisibleTo(veil.parentWidget())}


def seen(page: ExplainPage) -> list[bool]:
    why = page.side._why
    return [why.itemAt(row).widget().isVisible() for row in range(why.count())]


def test_size_then_parameters_are_asked_and_shown_when_answered(page: ExplainPage) -> None:
    card, chips = page.side.predict_card, page.strip.chips
    assert card.isVisible() and "How wide is a map" in card.text.words
    assert veiled(page) == {"shape", "parameters"} and not any(seen(page)) and not page.side.words.isVisible()
    assert "conv2d_1" in chips.veiled and "dense_1" in chips.veiled and "input_1" not in chips.veiled
    assert "+ 1" in answer(card, "27") and "shape" in veiled(page)
    assert "for example" in answer(card, "wide")
    assert "✓" in answer(card, "28") and "27 + 1 = 28" in card.why.words
    assert veiled(page) == {"parameters"} and not card.field.isVisible()
    assert "conv2d_1" not in chips.veiled and "relu_1" not in chips.veiled and "max_pool2d_1" in chips.veiled
    QTest.mouseClick(card.next, LEFT)
    assert card.field.isVisible() and "How many parameters" in card.text.words and not any(seen(page))
    assert "left out the bias" in answer(card, "150")
    assert "✓" in answer(card, "156")
    assert not veiled(page) and all(seen(page)) and page.side.words.isVisible() and not card.next.isVisible()


def test_show_me_shows_and_nothing_is_asked_twice(page: ExplainPage) -> None:
    card = page.side.predict_card
    page.go_to("max_pool2d_1")
    assert "A window 2 wide moves in steps of 2" in card.text.words
    QTest.mouseClick(card.reveal, LEFT)
    assert card.reply.words == "It is 14." and "13 + 1 = 14" in card.why.words and "shape" not in veiled(page)
    page.go_to("flatten_1")
    assert "A volume of 5×5×16 becomes one list" in card.text.words
    page.go_to("max_pool2d_1")
    assert "shape" not in veiled(page), "shown is shown"


def test_every_position_has_a_question_of_its_own(page: ExplainPage) -> None:
    card, place = page.side.predict_card, page.place
    page.go_to("relu_1")
    assert veiled(page) == {"value", "account"} and "goes into ReLU" in card.text.words
    place.move_to((14, 14, 0))
    first = card.text.words
    value = float(place.probed.values["relu_1"][place.cell])
    assert "✓" in answer(card, f"{page.predict.current.drawn.answer:g}")
    assert page.predict.current.drawn.answer == pytest.approx(value, abs=0.006) and not veiled(page)
    place.move_to((15, 13, 0))
    assert veiled(page) == {"value", "account"} and card.text.words != first and card.field.text() == ""
    place.move_to((14, 14, 0))
    assert not veiled(page), "what has been answered stays open"


def test_the_winner_of_a_window_is_not_given_away(page: ExplainPage) -> None:
    page.go_to("max_pool2d_1")
    (panel,) = page.stage.inputs.panels
    place = next(
        (row, column, 0) for row in range(14) for column in range(14)
        if len(set(page.place.probed.values["relu_1"][2 * row : 2 * row + 2, 2 * column : 2 * column + 2, 0].flat)) > 1
    )  # fmt: skip
    page.place.move_to(place)
    assert "value" in veiled(page) and panel.view.marked_winner is None
    for _ in range(2):
        page.predict.show()
        page.predict.go_on()
    assert not veiled(page) and panel.view.marked_winner is not None


def test_the_products_lie_open_where_only_the_bias_is_asked(window, page: ExplainPage, qtbot) -> None:
    parameters = window.document.project.weights.parameters.copy()
    parameters.arrays("conv2d_1")["bias"][:] = 0.5
    window.document.change_weights("Bias", window.document.project.weights.changed(parameters.frozen()))
    qtbot.waitUntil(lambda: page.predict.hidden == {"shape", "parameters", "value"})
    for _ in range(2):
        page.predict.show()
        page.predict.go_on()
    card = page.side.predict_card
    assert veiled(page) == {"value"} and "The bias is 0.5" in card.text.words and not page.stage.equation.isHidden()
    assert "left out the bias" in answer(card, f"{page.predict.current.drawn.answer - 0.5:g}")


def test_half_an_answer_survives_other_numbers(window, page: ExplainPage, qtbot) -> None:
    card = page.side.predict_card
    page.go_to("relu_1")
    QTest.keyClicks(card.field, "2")
    before, asked = page.place.probed, card.text.words
    window.samples.step(1)
    qtbot.waitUntil(lambda: page.place.probed is not before)
    assert card.field.text() == "2" and card.text.words == asked


def test_off_is_off_and_the_choice_is_kept(page: ExplainPage) -> None:
    assert preferences.text("explain/predict_first") == "1"
    QTest.mouseClick(page.side.predict_toggle, LEFT)
    assert not veiled(page) and all(seen(page)) and not page.side.predict_card.isVisible()
    assert not page.strip.chips.veiled and preferences.text("explain/predict_first") == ""


def test_sliding_is_for_watching(page: ExplainPage, qtbot) -> None:
    page.go_to("relu_1")
    assert veiled(page) == {"value", "account"}
    page.stage.player.toggle()
    cell = page.place.cell
    qtbot.waitUntil(lambda: page.place.cell != cell)
    assert not veiled(page)
    page.stage.player.toggle()


def test_the_parameters_are_hidden_beside_the_drawings_too(page: ExplainPage) -> None:
    QTest.mouseClick(page.modes.buttons["Sharing"], LEFT)
    veils = page.sharing.panels["shared"].count.findChildren(Veil)
    assert len(veils) == 1 and veils[0].isVisible()
    page.predict.show()
    page.predict.go_on()
    page.predict.show()
    assert not veils[0].isVisible()
