"""What all cards that ask something are: the reply, the reason, the answer on demand, and asking anew."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from cnnstudio.lessons.lesson import Asked
from cnnstudio.lessons.questions.question import Question
from cnnstudio.ui.learn.cards.card import LessonCard
from cnnstudio.ui.look.labels import set_role

#: pixels that are left around a reply that is scrolled into sight
_AROUND = 16


class AskingCard(LessonCard):
    """``answered`` comes once the right answer was given without being shown. What is asked stands in ``answer``."""

    answered = Signal(object)
    #: what is asked has changed, or whether it is still open
    changed = Signal()
    #: what the button that asks anew says, and what is said of an answer that was shown
    AGAIN = "Ask me another"
    SHOWN = "The answer was shown, so this one does not count. Take another one: “Ask me another”."

    def __init__(self, question: Question | Asked, seed: int) -> None:
        super().__init__("Predict, then see")
        self.question, self.seed, self.turn = question, seed, 0
        self.revealed, self.settled = False, False
        self.text = self.words()
        self.answered_with = QWidget()
        self.answer = QVBoxLayout(self.answered_with)
        self.answer.setContentsMargins(0, 0, 0, 0)
        self.answer.setSpacing(6)
        self.column.addWidget(self.answered_with)
        self.reply, self.why = self.words(pixels=13), self.words(pixels=13)
        more = QHBoxLayout()
        more.setSpacing(12)
        self.reveal = QPushButton("Show the answer")
        self.reveal.setToolTip("Show the answer and why it is so; then another one is asked, and that one counts")
        self.reveal.clicked.connect(self.show_answer)
        self.again = QPushButton(self.AGAIN)
        self.again.setToolTip("Ask the same anew, with other numbers, words or pictures")
        self.again.clicked.connect(self.ask_again)
        for button in (self.reveal, self.again):
            button.setProperty("role", "link")
            more.addWidget(button)
        more.addStretch(1)
        self.column.addLayout(more)
        self._scroll = QTimer(self, singleShot=True, interval=0)
        self._scroll.timeout.connect(self.bring_into_sight)
        self._begin()

    # what each kind of question says of itself

    def ask(self) -> None:
        """Show the question of this ``turn``."""
        raise NotImplementedError

    def say_answer(self) -> str:
        """Show which answer is right; what to say to it."""
        raise NotImplementedError

    def reason(self) -> str:
        """Why the right answer is right."""
        raise NotImplementedError

    # how it goes

    @property
    def open(self) -> bool:
        """Whether the answer is still to be found."""
        return not self.revealed and not self.settled

    def judged(self, right: bool, reply: str) -> None:
        """An answer was given."""
        if right:
            self.settled = True
            self.say(reply, "good")
            self._explain()
            self.answered.emit(self.question)
            self.changed.emit()
        else:
            self.say(reply, "wrong")
            self.reveal.show()

    def show_answer(self) -> None:
        """Give the answer away; this one no longer counts."""
        self.revealed = True
        self.say(f"{self.say_answer()} {self.SHOWN}", "warning")
        self._explain()
        self.changed.emit()

    def ask_again(self) -> None:
        """The same question anew, and the keyboard goes to where it is answered."""
        self.begin_anew()

    def begin_anew(self) -> None:
        """The same question anew."""
        self.turn += 1
        self._begin()
        self.changed.emit()

    def say(self, text: str, tone: str) -> None:
        """Reply to the answer, in sight and to whoever listens."""
        self.reply.show_text(("✓ " if tone == "good" else "") + text)
        set_role(self.reply, {"good": "good", "wrong": "error", "warning": ""}[tone])
        self.reply.show()
        self._scroll.start()
        QAccessible.updateAccessibility(QAccessibleEvent(self.reply, QAccessible.Event.Alert))  # to be read out

    def bring_into_sight(self) -> None:
        """Scroll so that the reply, and what stands below it, is seen."""
        around: QWidget | None = self.parentWidget()
        while around is not None and not isinstance(around, QScrollArea):
            around = around.parentWidget()
        if not isinstance(around, QScrollArea) or self.reply.isHidden():
            return
        inside = around.widget()
        assert inside is not None
        if (layout := inside.layout()) is not None:
            layout.activate()
        for point in (QPoint(0, self.height()), QPoint(0, self.reply.y())):
            here = self.mapTo(inside, point)
            around.ensureVisible(0, here.y(), 0, _AROUND)

    def _explain(self) -> None:
        """Say why, and take no more answers: what is said stays true of what is seen."""
        answering = (self.reveal, *self.answered_with.findChildren(QWidget))
        had_keyboard = any(widget.hasFocus() for widget in answering)
        self.why.show_text(self.reason())
        self.why.show()
        self.again.show()
        if had_keyboard:  # what had the keyboard takes no more keys
            self.again.setFocus()
        self.reveal.hide()
        self.answered_with.setEnabled(False)

    def _begin(self) -> None:
        self.revealed = self.settled = False
        for widget in (self.reply, self.why, self.reveal, self.again):
            widget.hide()
        self.answered_with.setEnabled(True)
        self.ask()
        self.order_keys()

    def order_keys(self) -> None:
        """Let Tab go down the card, whenever its parts were made."""
        parts = (self.text, *self.answered_with.findChildren(QWidget), self.reply, self.why, self.reveal, self.again)
        stops = [part for part in parts if part.focusPolicy() != Qt.FocusPolicy.NoFocus]  # Qt passes over no others
        for before, after in pairwise(stops):
            QWidget.setTabOrder(before, after)
