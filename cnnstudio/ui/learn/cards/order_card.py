"""Steps that are to be put in order, by choosing one after the other."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt

from cnnstudio.lessons.questions.choosing import Ordering, shuffled
from cnnstudio.nn.telling.phrases import amount
from cnnstudio.nn.telling.told import worded
from cnnstudio.ui.learn.cards.asking_card import AskingCard
from cnnstudio.ui.learn.cards.option_button import OptionButton
from cnnstudio.ui.look.labels import label


class OrderCard(AskingCard):
    """Each step that is chosen gets the next number; chosen again, it and those behind it lose theirs."""

    def __init__(self, question: Ordering, seed: int) -> None:
        self.steps: list[OptionButton] = []
        self.asked = question
        self.given: list[int] = []
        super().__init__(question, seed)

    def ask(self) -> None:
        """See ``AskingCard``."""
        self.shuffled = shuffled(self.asked, self.seed, self.turn)
        self.text.show_text(worded(self.shuffled.text))
        if not self.steps:
            self.answer.addWidget(label("Choose what comes first, then what comes next.", "secondary", wrap=True))
            for place in range(len(self.shuffled.steps)):
                button = OptionButton("")
                button.setToolTip("Press it to make it the next in the order")
                button.clicked.connect(partial(self.choose, place))
                self.steps.append(button)
                self.answer.addWidget(button)
        for button, words in zip(self.steps, self.shuffled.steps, strict=True):
            button.setText(words)
            button.show_mark("")
            button.updateGeometry()
        self.given = []
        self._number()

    def choose(self, place: int, _checked: bool = False) -> None:
        """Give a step the next number, or take its number back."""
        if place in self.given:
            self.given = self.given[: self.given.index(place)]
        else:
            self.given.append(place)
        self._number()
        if len(self.given) == len(self.steps):
            self._judge()

    def say_answer(self) -> str:
        """See ``AskingCard``."""
        self.given = list(self.shuffled.order)
        self._number()
        return "This is the order."

    def reason(self) -> str:
        """See ``AskingCard``."""
        return worded(self.shuffled.why)

    def ask_again(self) -> None:
        """See ``AskingCard``."""
        super().ask_again()
        self.steps[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def _judge(self) -> None:
        wrong = self.shuffled.first_wrong(tuple(self.given))
        if wrong is None:
            for button in self.steps:
                button.show_mark("right")
            self.judged(True, "Right, in this order.")
            return
        self.given = self.given[:wrong]
        self._number()
        if wrong == 0:
            self.judged(False, "Something else comes first. Try again.")
        else:
            are = "is" if wrong == 1 else "are"
            kept = f"The first {'one' if wrong == 1 else amount(wrong, 'step')} {are} right."
            self.judged(False, f"{kept} Then comes something else.")

    def _number(self) -> None:
        for place, button in enumerate(self.steps):
            number = str(self.given.index(place) + 1) if place in self.given else ""
            button.show_badge(number or "·")
            button.setAccessibleName(f"{button.text()}, {f'number {number}' if number else 'not chosen'}")
