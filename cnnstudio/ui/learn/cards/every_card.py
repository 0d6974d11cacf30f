"""The card of everything that a lesson asks."""

from __future__ import annotations

from cnnstudio.lessons.lesson import Asked
from cnnstudio.lessons.questions.choosing import Ordering
from cnnstudio.lessons.questions.puzzles import Puzzle
from cnnstudio.lessons.questions.question import Question
from cnnstudio.ui.learn.cards.asking_card import AskingCard
from cnnstudio.ui.learn.cards.choice_card import ChoiceCard
from cnnstudio.ui.learn.cards.number_card import NumberCard
from cnnstudio.ui.learn.cards.order_card import OrderCard
from cnnstudio.ui.learn.cards.place_card import PlaceCard


def asking_card(question: Question | Asked, seed: int) -> AskingCard:
    """The card that asks it, with what ``seed`` draws."""
    match question:
        case Question():
            return NumberCard(question, seed)
        case Ordering():
            return OrderCard(question, seed)
        case Puzzle(kind="place"):
            return PlaceCard(question, seed)
        case _:
            return ChoiceCard(question, seed)
