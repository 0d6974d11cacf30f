"""What stands where nothing can be explained: what is missing, and what may be done about it at once."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from cnnstudio.ui.look.labels import label


class Missing(QWidget):
    """A sentence in the middle, and a button where a picture of another size can be made to fit."""

    def __init__(self) -> None:
        super().__init__()
        self.words = label("", "soft", wrap=True)
        self.words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.fit = QPushButton("Look at it made to fit")
        self.fit.setProperty("role", "primary")
        self.fit.setToolTip(
            "Make the sample image as large as the Input layer takes it, and explain the layers with it"
        )
        self.fit.hide()
        column = QVBoxLayout(self)
        column.setSpacing(14)
        column.addStretch(1)
        column.addWidget(self.words)
        column.addWidget(self.fit, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)

    def show_words(self, words: str, *, fits: bool = False) -> None:
        """Say what is missing; ``fits`` offers to make the picture fit."""
        self.words.setText(words)
        self.fit.setVisible(fits)

    def text(self) -> str:
        """What it says."""
        return self.words.text()
