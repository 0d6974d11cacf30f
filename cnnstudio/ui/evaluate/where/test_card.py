"""A test of a map: a question, a button that tries it, and the verdict."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from cnnstudio.ui.evaluate.pace import Pace
from cnnstudio.ui.look.labels import label, plain_tip, set_property, set_role
from cnnstudio.worker.jobs import Job


class TestCard(QFrame):
    """``tried`` when it is asked for, ``stopped`` when it is given up; ``failing`` says what comes of it otherwise."""

    tried = Signal()
    stopped = Signal()

    def __init__(self, question: str, tip: str, failing: str, shown: QWidget, choices: QWidget | None = None) -> None:
        super().__init__()
        self.title, self.verdict = label(question, "title"), label("", "good")
        self.title.setToolTip(plain_tip(tip))
        self.button = QPushButton("Try it")
        self.button.setToolTip(plain_tip(tip))
        set_property(self.button, "in_line", "true")
        self.button.clicked.connect(self._press)
        self.words = label("", "secondary", wrap=True)
        self.shown, self._failing = shown, failing
        self._busy, self._pace = False, Pace()
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.title)
        line.addStretch(1)
        line.addWidget(self.verdict)
        line.addWidget(self.button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(line)
        if choices is not None:
            column.addWidget(choices)
        column.addWidget(self.words)
        column.addWidget(shown)

    def show_state(self, job: Job | None, works: bool | None, words: str, *, can: bool) -> None:
        """How the test stands: under way, decided, or not tried."""
        self._busy = job is not None
        decided = "" if works is None else "✓ it does" if works else f"! {self._failing}"
        self.verdict.setText(self._pace.words(job) if job is not None else decided)
        set_role(self.verdict, "secondary" if self._busy else "good" if works else "warning-title")
        self.button.setText("Stop" if self._busy else "Try it" if works is None else "Again")
        self.button.setEnabled(can or self._busy)
        self.words.setText(words)
        self.words.setVisible(bool(words))
        self.shown.setVisible(works is not None)

    def _press(self) -> None:
        (self.stopped if self._busy else self.tried).emit()
