"""A question whose answer is a number, which is typed."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton

from cnnstudio.lessons.questions.expression import ExpressionError
from cnnstudio.lessons.questions.question import Drawn, Question, drawn, read_number
from cnnstudio.nn.telling.phrases import number_text
from cnnstudio.nn.telling.told import worded
from cnnstudio.ui.learn.cards.asking_card import AskingCard
from cnnstudio.ui.look.labels import label


class NumberCard(AskingCard):
    """A question with drawn numbers."""

    AGAIN = "Other numbers"
    SHOWN = "The answer was shown, so these numbers do not count. Take “Other numbers” and answer those."

    def __init__(self, question: Question, seed: int) -> None:
        self.asked = question
        self.drawn: Drawn | None = None
        self.field = QLineEdit()
        self.button = QPushButton("Check")
        super().__init__(question, seed)
        row = QHBoxLayout()
        row.setSpacing(8)
        self.field.setFixedWidth(112)
        self.field.setMaxLength(24)
        self.field.setAccessibleName("Your answer")
        self.field.setPlaceholderText("your answer")
        self.field.setToolTip("Work it out first, then type a number and press Enter")
        self.field.returnPressed.connect(self.check)
        row.addWidget(self.field)
        if question.unit:
            row.addWidget(label(question.unit, "soft"))
        self.button.setProperty("role", "primary")
        self.button.setToolTip("Compare your answer with the engine’s (Enter)")
        self.button.clicked.connect(self.check)
        row.addWidget(self.button)
        row.addStretch(1)
        self.answer.addLayout(row)
        self.order_keys()

    def check(self) -> None:
        """Judge what is in the field."""
        if self.drawn is None:
            return
        given = read_number(self.field.text())
        if given is None:
            self.say("Type a number, for example 28 or −0.5.", "warning")
            self.field.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        verdict = self.drawn.judge(given)
        self.judged(verdict.right, worded(verdict.reply))
        if not verdict.right:
            self.field.selectAll()

    def say_answer(self) -> str:
        """See ``AskingCard``."""
        assert self.drawn is not None
        return f"It is {number_text(self.drawn.answer)}."

    def reason(self) -> str:
        """See ``AskingCard``."""
        assert self.drawn is not None
        return worded(self.drawn.why)

    def ask_again(self) -> None:
        """See ``AskingCard``."""
        super().ask_again()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def ask(self) -> None:
        """See ``AskingCard``."""
        self.field.clear()
        try:
            self.drawn = drawn(self.asked, self.seed, self.turn)
        except ExpressionError as error:
            self.drawn = None
            self.text.show_text(worded(error))
            self.field.setEnabled(False)
            self.button.setEnabled(False)
            return
        self.text.show_text(worded(self.drawn.text))
        self.field.setAccessibleDescription(self.text.accessibleName())
