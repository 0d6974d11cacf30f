"""What all cards of a lesson are, and the card of a task."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from cnnstudio.lessons.condition import Trained
from cnnstudio.lessons.lesson import Task
from cnnstudio.nn.telling.told import Sentence, worded
from cnnstudio.ui.look.labels import label, set_role
from cnnstudio.ui.widgets.term_text import LessonText


class LessonCard(QFrame):
    """A heading, and a tick once the goal has been reached."""

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

    def words(self, text: str = "", pixels: int = 14) -> LessonText:
        """One more paragraph, at the end of the card."""
        made = LessonText(text, pixels)
        made.term_asked.connect(self.term_asked)
        self.column.addWidget(made)
        return made


class TaskCard(LessonCard):
    """Something to do on the real document."""

    def __init__(self, task: Task) -> None:
        super().__init__("Your turn")
        self.task = task
        self.text = self.words(task.text)
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
        """See ``LessonCard``."""
        super().show_done(done)
        if done:
            self.already.hide()
            self.now.hide()
