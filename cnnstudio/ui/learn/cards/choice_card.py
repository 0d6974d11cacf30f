"""A question with several answers, one of which is right: in words or in pictures."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from cnnstudio.lessons.lesson import Asked
from cnnstudio.lessons.questions.choosing import Choice, Offered, offered
from cnnstudio.lessons.questions.puzzles import Puzzle, puzzled
from cnnstudio.nn.telling.told import worded
from cnnstudio.ui.learn.cards.asking_card import AskingCard
from cnnstudio.ui.learn.cards.option_button import OptionButton, SmallPicture
from cnnstudio.ui.look.labels import label
from cnnstudio.ui.widgets.layouts.flow import FlowLayout

#: the side of a picture that the question is about
_SHOWN = 76


class ChoiceCard(AskingCard):
    """The options as buttons; one that was wrong is marked and may not be chosen again."""

    def __init__(self, question: Asked, seed: int) -> None:
        self.options: list[OptionButton] = []
        self.asked = question
        self._inside: QWidget | None = None
        super().__init__(question, seed)

    def ask(self) -> None:
        """See ``AskingCard``."""
        self.offered = self._offered()
        self.text.show_text(worded(self.offered.text))
        if self._inside is not None:
            self._inside.hide()
            self._inside.deleteLater()
        self._inside = QWidget()
        column = QVBoxLayout(self._inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        if self.offered.shown:
            column.addWidget(self._shown())
        self.options = []
        row: QBoxLayout = column
        if self.offered.options[0].picture is not None:
            beside = QWidget(self._inside)
            column.addWidget(beside)
            row = FlowLayout(beside, 4, 4)
        for place, option in enumerate(self.offered.options):
            letter = "ABCDEFGH"[place]
            button = OptionButton("" if option.text is None else worded(option.text), option.picture)
            button.show_badge(letter)
            button.setToolTip("Press it to give this answer")
            button.setAccessibleName(f"{letter}: {button.text()}" if button.text() else f"Picture {letter}")
            button.clicked.connect(partial(self.choose, place))
            self.options.append(button)
            row.addWidget(button)
        self.answer.addWidget(self._inside)

    def choose(self, place: int, _checked: bool = False) -> None:
        """Answer with an option."""
        option, button = self.offered.options[place], self.options[place]
        if button.mark:
            return
        button.show_mark("right" if option.right else "wrong")
        self.judged(option.right, "Right." if option.right else worded(option.reply))

    def say_answer(self) -> str:
        """See ``AskingCard``."""
        self.options[self.offered.right].show_mark("right")
        return f"It is {'ABCDEFGH'[self.offered.right]}."

    def reason(self) -> str:
        """See ``AskingCard``."""
        return worded(self.offered.why)

    def ask_again(self) -> None:
        """See ``AskingCard``."""
        super().ask_again()
        self.options[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def _offered(self) -> Offered:
        if isinstance(self.asked, Choice):
            return offered(self.asked, self.seed, self.turn)
        assert isinstance(self.asked, Puzzle)
        found = puzzled(self.asked, self.seed, self.turn)
        assert isinstance(found, Offered)
        return found

    def _shown(self) -> QWidget:
        """The pictures that the question is about, in as many lines as it takes."""
        shown = QWidget()
        line = FlowLayout(shown, 14, 6)
        for name, picture in self.offered.shown:
            one = QWidget()
            column = QVBoxLayout(one)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(3)
            column.addWidget(SmallPicture(picture, worded(name), _SHOWN))
            column.addWidget(label(worded(name), "secondary"))
            line.addWidget(one)
        return shown
