"""The cards that ask: what is said, what counts, and that what is said is in sight."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QVBoxLayout, QWidget

from cnnstudio.lessons.reading.reader import built_in
from cnnstudio.nn.telling.phrases import number_text
from cnnstudio.ui.learn.cards.asking_card import AskingCard
from cnnstudio.ui.learn.cards.choice_card import ChoiceCard
from cnnstudio.ui.learn.cards.every_card import asking_card
from cnnstudio.ui.learn.cards.number_card import NumberCard
from cnnstudio.ui.learn.cards.order_card import OrderCard
from cnnstudio.ui.learn.cards.place_card import PlaceCard
from cnnstudio.ui.widgets.layouts.scrolled_column import ScrolledColumn

Key, LEFT = Qt.Key, Qt.MouseButton.LeftButton
#: one of each kind: lesson, question
EACH = {
    NumberCard: ("why_28", "places"),
    ChoiceCard: ("sharing", "why_share"),
    OrderCard: ("typical", "parts"),
    PlaceCard: ("one_filter", "where"),
}


def card_of(kind: type[AskingCard], qtbot, seed: int = 3) -> AskingCard:
    lesson, name = EACH[kind]
    asked = {item.id: item for item in (*built_in().lesson(lesson).questions, *built_in().lesson(lesson).choices)}
    card = asking_card(asked[name], seed)
    assert type(card) is kind
    qtbot.addWidget(card)
    card.resize(380, card.sizeHint().height())
    card.show()
    return card


def answer_rightly(card: AskingCard, qtbot) -> None:
    """With the keyboard alone."""
    if isinstance(card, NumberCard):
        card.field.setText(number_text(card.drawn.answer))
        qtbot.keyClick(card.field, Key.Key_Return)
    elif isinstance(card, ChoiceCard):
        qtbot.keyClick(card.options[card.offered.right], Key.Key_Space)
    elif isinstance(card, OrderCard):
        for place in card.shuffled.order:
            qtbot.keyClick(card.steps[place], Key.Key_Space)
    else:
        row, column = card.pointed.best
        here = card.field.place
        for key, by in ((Key.Key_Down, row - here[0]), (Key.Key_Up, here[0] - row)):
            for _ in range(by):
                qtbot.keyClick(card.field, key)
        for key, by in ((Key.Key_Right, column - here[1]), (Key.Key_Left, here[1] - column)):
            for _ in range(by):
                qtbot.keyClick(card.field, key)
        qtbot.keyClick(card.field, Key.Key_Return)


@pytest.mark.parametrize("kind", EACH)
def test_a_right_answer_counts_and_one_that_was_shown_does_not(kind, qtbot):
    card, counted = card_of(kind, qtbot), []
    card.answered.connect(counted.append)
    card.show_answer()
    assert "does not count" in card.reply.words or "do not count" in card.reply.words
    assert card.again.text() in card.reply.words and card.again.isVisible(), "it says where to go on"
    said = card.reply.words
    answer_rightly(card, qtbot)
    assert counted == [] and card.reply.words == said, "the answer was there to be read off"
    before = card.text.words
    qtbot.mouseClick(card.again, LEFT)
    assert card.open and card.reply.isHidden() and card.why.isHidden()
    if kind in (NumberCard, ChoiceCard):
        assert card.text.words != before
    answer_rightly(card, qtbot)
    assert counted == [card.question]
    assert card.reply.words.startswith("✓ Right") and card.why.isVisible()


def answer_otherwise(card: AskingCard, qtbot) -> None:
    """Once it is answered: with the mouse and the keyboard, on whatever takes an answer as long as it is open."""
    if isinstance(card, NumberCard):
        qtbot.keyClicks(card.field, "7")
        qtbot.keyClick(card.field, Key.Key_Return)
        qtbot.mouseClick(card.button, LEFT)
    elif isinstance(card, PlaceCard):
        qtbot.mouseClick(card.field, LEFT, pos=QPoint(20, 20))
        qtbot.keyClick(card.field, Key.Key_Left)
    else:
        for button in card.options if isinstance(card, ChoiceCard) else card.steps:
            qtbot.mouseClick(button, LEFT)


@pytest.mark.parametrize("shown", [False, True])
@pytest.mark.parametrize("kind", EACH)
def test_a_card_that_is_answered_takes_no_more_answers(kind, shown, qtbot):
    card = card_of(kind, qtbot)
    card.activateWindow()
    qtbot.waitUntil(card.isActiveWindow)
    card.answered_with.findChildren(QAbstractButton if kind in (ChoiceCard, OrderCard) else QWidget)[0].setFocus()
    card.show_answer() if shown else answer_rightly(card, qtbot)
    assert card.again.hasFocus() or shown, "the keyboard goes on from here"
    QApplication.processEvents()
    seen, said = card.grab().toImage(), card.reply.words
    answer_otherwise(card, qtbot)
    QApplication.processEvents()
    assert card.reply.words == said and card.reveal.isHidden()
    assert card.grab().toImage() == seen, "what was said is no longer of what is shown"


def test_what_is_said_of_a_place_goes_when_the_frame_leaves_it(qtbot):
    card = card_of(PlaceCard, qtbot)
    qtbot.keyClick(card.field, Key.Key_Return)
    assert card.reply.isVisible() and card.open
    qtbot.keyClick(card.field, Key.Key_Left)
    assert card.reply.isHidden() and card.reveal.isVisible()


def test_an_option_that_was_wrong_is_marked_and_says_why(qtbot):
    card = card_of(ChoiceCard, qtbot)
    wrong = next(place for place, option in enumerate(card.offered.options) if not option.right)
    qtbot.mouseClick(card.options[wrong], LEFT)
    assert card.options[wrong].mark == "wrong" and card.options[wrong].accessibleDescription() == "not right"
    assert card.reveal.isVisible() and card.why.isHidden() and card.open
    qtbot.mouseClick(card.options[card.offered.right], LEFT)
    assert card.options[card.offered.right].mark == "right" and not card.open


def test_a_step_that_was_chosen_is_taken_back_with_those_behind_it(qtbot):
    card = card_of(OrderCard, qtbot)
    for place in (2, 0, 3):
        qtbot.mouseClick(card.steps[place], LEFT)
    assert [button.badge for button in card.steps][:4] == ["2", "·", "1", "3"]
    assert card.steps[0].accessibleName().endswith("number 2")
    qtbot.mouseClick(card.steps[0], LEFT)
    assert card.given == [2]


def test_a_place_says_the_number_there_and_shows_the_map_once_it_is_found(qtbot):
    card = card_of(PlaceCard, qtbot)
    names = [widget.accessibleName() for widget in card.findChildren(QWidget)]
    assert "Its map" not in names
    card.field.go_to(14, 3)
    qtbot.keyClick(card.field, Key.Key_Space)
    assert "Here the number is" in card.reply.words
    answer_rightly(card, qtbot)
    assert "Its map" in [widget.accessibleName() for widget in card.findChildren(QWidget)]


@pytest.mark.parametrize("kind", EACH)
def test_what_is_replied_is_scrolled_into_sight(kind, qtbot):
    area, inside = ScrolledColumn(), QWidget()
    column = QVBoxLayout(inside)
    filler = QWidget()
    filler.setFixedHeight(900)
    column.addWidget(filler)
    lesson, name = EACH[kind]
    asked = {item.id: item for item in (*built_in().lesson(lesson).questions, *built_in().lesson(lesson).choices)}
    card = asking_card(asked[name], 3)
    column.addWidget(card)
    area.setWidget(inside)
    qtbot.addWidget(area)
    area.resize(400, 420)
    area.show()
    qtbot.waitExposed(area)
    area.verticalScrollBar().setValue(900 - 380)  # the card begins at the lower edge: the reply is below it
    answer_rightly(card, qtbot)
    qtbot.waitUntil(lambda: not card.why.visibleRegion().isEmpty())
    seen = card.reply.visibleRegion().boundingRect()
    assert seen.height() == card.reply.height(), "the reply is seen as a whole"


def test_long_options_take_the_lines_they_need(qtbot):
    card = card_of(ChoiceCard, qtbot)
    for width in (240, 380, 560):
        card.resize(width, 900)
        QApplication.processEvents()
        for button in card.options:
            assert button.height() >= button.heightForWidth(button.width()), (width, button.text())


@pytest.mark.parametrize("kind", EACH)
def test_tab_comes_to_the_answer_before_it_comes_to_what_gives_it_away(kind: type[AskingCard], qtbot) -> None:
    card = card_of(kind, qtbot)
    card.activateWindow()
    qtbot.waitUntil(card.isActiveWindow)
    for _ in range(2):  # with the parts of another question, too
        QApplication.processEvents()
        card.reveal.show()
        card.text.setFocus()
        met: list[QWidget] = []
        while card.reveal not in met:
            qtbot.keyClick(QApplication.focusWidget(), Key.Key_Tab)
            assert QApplication.focusWidget() not in met
            met.append(QApplication.focusWidget())
        assert any(card.answered_with.isAncestorOf(widget) for widget in met[:-1])
        card.ask_again()
