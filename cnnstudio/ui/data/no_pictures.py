"""What is seen where there are no pictures: how some can be had."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from cnnstudio.data.downloads.published import PUBLISHED
from cnnstudio.data.library import BUILTIN
from cnnstudio.nn.telling.phrases import bytes_text
from cnnstudio.ui.look.labels import label, on_ground
from cnnstudio.ui.run.data_source import DataSource


class NoPictures(QWidget):
    """Buttons for a folder, a file, the sets that come with the program and those that can be fetched."""

    folder_asked = Signal()
    file_asked = Signal()
    #: (name): of a published set
    download_asked = Signal(str)

    def __init__(self, data: DataSource) -> None:
        super().__init__()
        self._data = data
        on_ground(self, "live-ground")
        self.words = label("", "heading")
        self.reason = label("", "soft")
        self.folder, self.file = QPushButton("Open a folder…"), QPushButton("Open a file…")
        self.folder.setProperty("role", "primary")
        self.folder.clicked.connect(self.folder_asked)
        self.file.clicked.connect(self.file_asked)
        self.builtin = {name: QPushButton(kind.title) for name, kind in BUILTIN.items()}
        self._ways = QWidget()
        ways = QVBoxLayout(self._ways)
        ways.setContentsMargins(0, 8, 0, 0)
        ways.setSpacing(12)
        ways.addLayout(_centred(self.folder, self.file))
        ways.addWidget(
            label("or begin with a set that comes with the program", "soft"), 0, Qt.AlignmentFlag.AlignCenter
        )
        ways.addLayout(_centred(*self.builtin.values()))
        self.published = {
            name: QPushButton(f"{found.title} · {bytes_text(found.size)}") for name, found in PUBLISHED.items()
        }
        ways.addWidget(label("or download one", "soft"), 0, Qt.AlignmentFlag.AlignCenter)
        ways.addLayout(_centred(*self.published.values()))
        for name, button in self.published.items():
            button.setToolTip(PUBLISHED[name].sentence)
            button.clicked.connect(partial(self.download_asked.emit, name))
        for name, button in self.builtin.items():
            button.setToolTip(BUILTIN[name].sentence)
            button.clicked.connect(partial(data.choose, name))
        column = QVBoxLayout(self)
        column.addStretch(2)
        for widget in (self.words, self.reason, self._ways):
            column.addWidget(widget, 0, Qt.AlignmentFlag.AlignCenter)
        column.addStretch(3)

    def follow(self) -> None:
        """Say whether pictures are on their way."""
        lost = self._data.missing
        coming = self._data.sample is None and not lost
        self.words.setText(
            "The pictures are on their way …" if coming else "No pictures yet. Drop a folder or zip here"
        )
        self.reason.setText(f"Those of {lost}, which this design learns from, are not there." if lost else "")
        self.reason.setVisible(bool(lost))
        self._ways.setVisible(not coming)


def _centred(*buttons: QPushButton) -> QHBoxLayout:
    line = QHBoxLayout()
    line.setSpacing(8)
    line.addStretch(1)
    for button in buttons:
        line.addWidget(button)
    line.addStretch(1)
    return line
