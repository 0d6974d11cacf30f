"""One of a few, side by side."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QPushButton, QWidget


class Segments(QFrame):
    """A button for each choice, of which one is down. ``changed`` tells what a hand or a key has chosen."""

    changed = Signal(str)

    def __init__(self, name: str, choices: Sequence[str], chosen: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "switch")
        self.setAccessibleName(name)
        line = QHBoxLayout(self)
        line.setContentsMargins(2, 2, 2, 2)
        line.setSpacing(2)
        group = QButtonGroup(self)
        self.buttons: dict[str, QPushButton] = {}
        for choice in choices:
            button = QPushButton(choice)
            button.setCheckable(True)
            button.setProperty("role", "segment")
            button.setProperty("tight", "true")
            button.clicked.connect(lambda _checked, choice=choice: self.changed.emit(choice))
            group.addButton(button)
            line.addWidget(button, 1)
            self.buttons[choice] = button
        self.show_choice(chosen)

    @property
    def choice(self) -> str:
        """What is chosen."""
        return next(name for name, button in self.buttons.items() if button.isChecked())

    def show_choice(self, choice: str) -> None:
        """Press the button of another choice."""
        self.buttons[choice].setChecked(True)
