"""The cards in a lesson's text: something to do, and something to answer before it is revealed."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout

from cnnstudio.lessons.condition import Trained
from cnnstudio.lessons.lesson import Task
from cnnstudio.lessons.questions.expression import ExpressionError
from cnnstudio.lessons.questions.question import Drawn, Question, drawn, read_number
from cnnstudio.nn.telling.phrases import number_text
from cnnstudio.nn.telling.told import Sentence, worded
from cnnstudio.ui.look.labels import label, set_role
from cnnstudio.ui.widgets.term_text import LessonText


class _LessonCard(QFrame):
    term_asked = Signal(str)

    def __init__(self, heading: str) -> None:
        super().__init__()
        self.setProperty("role", "lesson-card")
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(16, 12, 16, 14)
        self.column.setSpacing(8)
        head = QHBoxLayout()
        head.addWidget(label(heading, "title"))
        head.addStretch(1)
        self.tick = label("✓ done", "good")
        self.tick.hide()
        head.addWidget(self.tick)
        self.column.addLayout(head)

    def show_done(self, done: bool) -> None:
        """Whether the goal has been reached."""
        self.tick.setVisible(done)
        set_role(self, "lesson-card-done" if done else "lesson-card")

    def _text(self, text: str = "", pixels: int = 14) -> LessonText:
        made = LessonText(text, pixels)
        made.term_asked.connect(self.term_asked)
        self.column.addWidget(made)
        return made


class TaskCard(_LessonCard):
    """Something to do on the real document."""

    def __init__(self, task: Task) -> None:
        super().__init__("Your turn")
        self.task = task
        self.text = self._text(task.text)
        self.setAccessibleName(f"Your turn: {task.text}")
        if task.hint:
            self.column.addWidget(label(task.hint, "secondary", wrap=True))
        self.now = label("", "secondary", wrap=True)
        self.now.hide()
        self.column.addWidget(self.now)
        words = "It is so already. Change it, then do it yourself."
        if isinstance(task.condition, Trained):
            words = "It has come so far already. Reset the weights in the menu Train, then train it yourself."
        self.already = label(words, "secondary", wrap=True)
        self.already.hide()
        self.column.addWidget(self.already)

    def show_now(self, now: Sentence | None) -> None:
        """How things stand while it is not done."""
        self.now.setText(f"Now: {worded(now)}." if now else "")
        self.now.setVisible(now is not None)

    def show_already(self, already: bool) -> None:
        """Whether it was so before anything was done."""
        self.already.setVisible(already)

    def show_done(self, done: bool) -> None:
        """See ``_LessonCard``."""
        super().show_done(done)
        if done:
            self.already.hide()
            self.now.hide()


class QuestionCard(_LessonCard):
    """A question with drawn numbers. ``answered`` comes once the right answer was given without being shown."""

    answered = Signal(object)

    def __init__(self, question: Question, seed: int) -> None:
        super().__init__("Predict, then see")
        self.question, self._seed, self._turn = question, seed, 0
        self._revealed = False
        self.drawn: Drawn | None = None
        self.text = self._text()
        row = QHBoxLayout()
        row.setSpacing(8)
        self.field = QLineEdit()
        self.field.setFixedWidth(112)
        self.field.setMaxLength(24)
        self.field.setAccessibleName("Your answer")
        self.field.setPlaceholderText("your answer")
        self.field.setToolTip("Work it out first, then type a number and press Enter")
        self.field.returnPressed.connect(self.check)
        row.addWidget(self.field)
        if question.unit:
            row.addWidget(label(question.unit, "soft"))
        self.button = QPushButton("Check")
        self.button.setProperty("role", "primary")
        self.button.setToolTip("Compare your answer with the engine’s (Enter)")
        self.button.clicked.connect(self.check)
        row.addWidget(self.button)
        row.addStretch(1)
        self.column.addLayout(row)
        self.reply = self._text(pixels=13)
        self.reply.hide()
        self.why = self._text(pixels=13)
        self.why.hide()
        more = QHBoxLayout()
        more.setSpacing(12)
        self.reveal = QPushButton("Show the answer")
        self.reveal.setToolTip("Show how it is worked out; then try again with other numbers")
        self.reveal.clicked.connect(self.show_answer)
        self.again = QPushButton("Other numbers")
        self.again.setToolTip("Ask the same with freshly drawn numbers")
        self.again.clicked.connect(self.draw_again)
        for button in (self.reveal, self.again):
            button.setProperty("role", "link")
            button.hide()
            more.addWidget(button)
        more.addStretch(1)
        self.column.addLayout(more)
        self._draw()

    def check(self) -> None:
        """Judge what is in the field."""
        if self.drawn is None:
            return
        given = read_number(self.field.text())
        if given is None:
            self._say("Type a number, for example 28 or −0.5.", "warning")
            self.field.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        verdict = self.drawn.judge(given)
        self._say(worded(verdict.reply), "good" if verdict.right else "wrong")
        if verdict.right:
            self.why.show_text(worded(self.drawn.why))
            self.why.show()
            self.reveal.hide()
            self.again.show()
            if not self._revealed:
                self.answered.emit(self.question)
        else:
            self.reveal.setVisible(not self._revealed)
            self.field.selectAll()

    def show_answer(self) -> None:
        """Give the answer away; these numbers no longer count."""
        if self.drawn is None:
            return
        self._revealed = True
        self._say(f"It is {number_text(self.drawn.answer)}.", "warning")
        self.why.show_text(worded(self.drawn.why))
        self.why.show()
        self.reveal.hide()
        self.again.show()
        self.again.setFocus(Qt.FocusReason.OtherFocusReason)

    def draw_again(self) -> None:
        """The same question with other numbers."""
        self._turn += 1
        self._draw()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _draw(self) -> None:
        self._revealed = False
        self.field.clear()
        for widget in (self.reply, self.why, self.reveal, self.again):
            widget.hide()
        try:
            self.drawn = drawn(self.question, self._seed, self._turn)
        except ExpressionError as error:
            self.drawn = None
            self.text.show_text(worded(error))
            self.field.setEnabled(False)
            self.button.setEnabled(False)
            return
        self.text.show_text(worded(self.drawn.text))
        self.field.setAccessibleDescription(self.text.accessibleName())

    def _say(self, text: str, tone: str) -> None:
        self.reply.show_text(("✓ " if tone == "good" else "") + text)
        set_role(self.reply, {"good": "good", "wrong": "error", "warning": "soft"}[tone])
        self.reply.show()
        QAccessible.updateAccessibility(QAccessibleEvent(self.reply, QAccessible.Event.Alert))  # to be read out
