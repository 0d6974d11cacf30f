"""The film in the Explain workspace: how a convolution is first seen, with the ledger of the same cell a key away."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from cnnstudio.ui.explain.page import ExplainPage
from cnnstudio.ui.explain.parts.sums import account
from cnnstudio.ui.look import preferences


@pytest.fixture
def page(window, qtbot) -> ExplainPage:
    """LeNet-5, its first convolution."""
    window.workspaces.show("Explain")
    qtbot.waitUntil(lambda: window.explain.place.ready)
    return window.explain


def test_a_convolution_is_a_film_and_its_ledger_is_a_key_away(page: ExplainPage, qtbot) -> None:
    shown = page.centre.currentWidget
    assert shown() is page.film and "L ledger" in page.hint.text()
    film = page.film
    QTest.keyClick(film.stage, Qt.Key.Key_PageDown)
    QTest.keyClick(film.stage, Qt.Key.Key_Up)
    cell, numbers = page.place.cell, film.stage.frame.account.numbers
    QTest.keyClick(film.stage, Qt.Key.Key_L)
    assert shown() is page.stage and page.place.cell == cell
    (part,) = page.place.explanation.parts
    assert [block.total for block in part.blocks] + [step.value for step in part.steps[1:]] == list(numbers)
    assert account(part).figures[0] in page.stage.equation.text()
    QTest.keyClick(page.stage, Qt.Key.Key_Right)
    QTest.keyClick(page.stage, Qt.Key.Key_L)
    assert shown() is film and film.reel.cell(film.position) == page.place.cell != cell
    QTest.mouseClick(film.controls.ledger, Qt.MouseButton.LeftButton)
    assert shown() is page.stage
    QTest.mouseClick(page.stage.to_film, Qt.MouseButton.LeftButton)
    assert shown() is film
    page.go_to("flatten_1")
    assert shown() is page.stage and not page.stage.to_film.isVisible()
    page.go_to("relu_1")
    assert shown() is page.short
    QTest.keyClick(page.short.stage, Qt.Key.Key_L)
    assert shown() is page.stage and page.stage.to_film.isVisible()
    QTest.keyClick(page.stage, Qt.Key.Key_L)
    assert shown() is page.short
    page.go_to("conv2d_2")
    assert shown() is film and film.scene.node == "conv2d_2"


def test_what_is_to_be_predicted_is_not_in_a_film(page: ExplainPage) -> None:
    page.side.predict_toggle.setChecked(True)
    assert page.predict.hidden and page.centre.currentWidget() is page.stage
    assert not page.stage.to_film.isVisible()
    page.side.predict_toggle.setChecked(False)
    assert page.centre.currentWidget() is page.film


def test_the_choice_is_remembered(page: ExplainPage) -> None:
    page.show_ledger(True)
    assert preferences.text("explain/ledger_first") == "1"
    page.show_ledger(False)
    assert preferences.text("explain/ledger_first") == ""
