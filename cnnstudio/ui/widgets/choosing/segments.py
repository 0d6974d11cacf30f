"""One of a few, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QPushButton, QWidget

from cnnstudio.ui.look.labels import plain_tip, set_property


class Segments(QFrame):
    """A button for each choice, of which one is down. ``choices`` are what they say, or that by what they mean, and
    ``tips`` what they do; ``evenly`` gives each the same share of the width. ``changed`` tells what a hand or a key has
    chosen."""

    changed = Signal(str)

    def __init__(
        self,
        name: str,
        choices: Sequence[str] | Mapping[str, str],
        chosen: str,
        parent: QWidget | None = None,
        *,
        tips: Mapping[str, str] | None = None,
        tight: bool = True,
        evenly: bool = True,
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", "switch")
        self.setAccessibleName(name)
        line = QHBoxLayout(self)
        line.setContentsMargins(2, 2, 2, 2)
        line.setSpacing(2)
        group = QButtonGroup(self)
        self.buttons: dict[str, QPushButton] = {}
        said = choices if isinstance(choices, Mapping) else {choice: choice for choice in choices}
        for choice, words in said.items():
            button = QPushButton(words)
            button.setCheckable(True)
            button.setProperty("role", "segment")
            button.setProperty("tight", "true" if tight else "false")
            if tips is not None:
                button.setToolTip(plain_tip(tips[choice]))
            button.clicked.connect(lambda _checked, choice=choice: self.changed.emit(choice))
            group.addButton(button)
            line.addWidget(button, int(evenly))
            self.buttons[choice] = button
        self.show_choice(chosen)

    @property
    def choice(self) -> str:
        """What is chosen."""
        return next(name for name, button in self.buttons.items() if button.isChecked())

    def show_choice(self, choice: str) -> None:
        """Press the button of another choice."""
        self.buttons[choice].setChecked(True)

    def be_tight(self, tight: bool) -> None:
        """Narrower segments, for a narrow window."""
        for button in self.buttons.values():
            set_property(button, "tight", "true" if tight else "false")
