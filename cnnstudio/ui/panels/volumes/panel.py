"""The network as volumes, under a line of words and buttons."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from cnnstudio.ui.document.document import Document
from cnnstudio.ui.look import dressing, icons, theme
from cnnstudio.ui.panels.volumes.view import VolumesView
from cnnstudio.ui.widgets.elided_label import ElidedLabel
from cnnstudio.worker.inspection import Inspection


class VolumesPanel(QWidget):
    """The view under a line of words and buttons."""

    export_asked = Signal()

    def __init__(self, document: Document, inspection: Inspection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = VolumesView(document, inspection)
        self.hint = ElidedLabel()
        turn, zoom, move = "drag to turn", "wheel to zoom", "right button to move"
        self.hint.set_text(f"{turn} · {zoom} · {move}", f"{turn} · {zoom}", turn, "")
        self.reset = QToolButton()
        self.reset.setProperty("role", "bare")
        self.reset.setToolTip("Show the whole network (Home)")
        self.reset.setAccessibleName("Show the whole network")
        self.reset.setIconSize(QSize(16, 16))
        self.reset.clicked.connect(self.view.fit)
        self.export = QPushButton("Export figure…")
        self.export.setProperty("role", "link")
        self.export.setToolTip("The network as cards or volumes: SVG, PDF or PNG")
        self.export.clicked.connect(self.export_asked)
        self.head = QHBoxLayout()
        self.head.setContentsMargins(12, 8, 12, 0)
        self.head.setSpacing(8)
        self._room = QWidget()
        self._room.setFixedSize(0, 0)
        self.head.addWidget(self._room)
        self.head.addWidget(self.hint, 1)
        self.head.addWidget(self.reset)
        self.head.addWidget(self.export)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(0)
        column.addLayout(self.head)
        column.addWidget(self.view, 1)
        dressing.follow(self, self._tint)
        self._tint()

    def leave_room(self, size: QSize) -> None:
        """Leave so much free at the top left, for tabs."""
        self._room.setFixedSize(size)

    def _tint(self) -> None:
        self.reset.setIcon(icons.icon("frame", theme.current().secondary))
