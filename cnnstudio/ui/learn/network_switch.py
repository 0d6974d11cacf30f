"""The switch above a lesson's text that says whose network is on the canvas."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from cnnstudio.ui.look.labels import label


class NetworkSwitch(QWidget):
    """“Lesson’s network” or “Your network”, and the way back to the beginning."""

    lessons_asked = Signal()
    own_asked = Signal()
    again_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        frame = QFrame()
        frame.setProperty("role", "switch")
        line = QHBoxLayout(frame)
        line.setContentsMargins(2, 2, 2, 2)
        line.setSpacing(2)
        self.lessons = segment("Lesson’s network", "The network this lesson begins with; yours is kept safe as it is")
        self.own = segment("Your network", "Your own network, as you left it; the live views follow it, too")
        group = QButtonGroup(self)
        for button, signal in ((self.lessons, self.lessons_asked), (self.own, self.own_asked)):
            group.addButton(button)
            line.addWidget(button)
            button.clicked.connect(signal)
        self.again = QPushButton("Start over")
        self.again.setProperty("role", "link")
        self.again.setToolTip("Put the lesson’s network back to how it was at the beginning; ticks stay")
        self.again.clicked.connect(self.again_asked)
        row = QHBoxLayout()
        row.setSpacing(8)
        self.words = label("", "secondary", wrap=True)
        row.addWidget(self.words, 1)
        row.addWidget(self.again, 0, Qt.AlignmentFlag.AlignBottom)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(frame, 0, Qt.AlignmentFlag.AlignLeft)
        column.addLayout(row)

    def show_lent(self, lent: bool) -> None:
        """Say which network is on the canvas."""
        (self.lessons if lent else self.own).setChecked(True)
        self.again.setVisible(lent)
        kept = "The network of this lesson is on the canvas, and what you make of it is kept. Yours is kept safe."
        yours = "Your own network is on the canvas: the lesson is about it now."
        self.words.setText(kept if lent else yours)


def segment(text: str, tip: str, *, tight: bool = False) -> QPushButton:
    """One of several buttons of which one is down."""
    made = QPushButton(text)
    made.setCheckable(True)
    made.setProperty("role", "segment")
    made.setProperty("tight", "true" if tight else "false")
    made.setToolTip(tip)
    return made
