"""Begins something that takes a while, says how far it is, and gives it up."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from cnnstudio.ui.evaluate.one_job import OneJob
from cnnstudio.ui.evaluate.pace import Pace
from cnnstudio.ui.look.labels import label, plain_tip, set_property

#: milliseconds between two looks at how far it is
_POLL = 100


class AskButton(QWidget):
    """``asked`` when it is to begin."""

    asked = Signal()

    def __init__(self, words: str, tip: str, trial: OneJob) -> None:
        super().__init__()
        self._words, self._tip, self._trial, self._pace, self._why = words, tip, trial, Pace(), ""
        self.state, self.button = label("", "secondary"), QPushButton(words)
        set_property(self.button, "in_line", "true")
        self.button.clicked.connect(self._press)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(self.state)
        line.addWidget(self.button)
        self._timer = QTimer(self, interval=_POLL)
        self._timer.timeout.connect(self._follow)
        trial.changed.connect(self._follow)
        self._follow()

    def allow(self, why_not: str) -> None:
        """What keeps it from beginning, or ""."""
        self._why = why_not
        self._follow()

    def _press(self) -> None:
        if self._trial.job is not None:
            self._trial.stop()
        else:
            self.asked.emit()

    def _follow(self) -> None:
        job = self._trial.job
        self._timer.start() if job is not None else self._timer.stop()
        self.state.setText(self._pace.words(job) if job is not None else "")
        self.button.setText("Stop" if job is not None else self._words)
        self.button.setEnabled(job is not None or not self._why)
        self.button.setToolTip(plain_tip(self._why or self._tip))
