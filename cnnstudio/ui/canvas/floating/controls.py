"""The zoom controls in the corner: out, the level (press for 100 %), in, and frame all."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, SignalInstance
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QWidget

from cnnstudio.ui.look import dressing, icons, theme


class ZoomControls(QFrame):
    """Signals say what was asked for; ``show_zoom`` writes the level."""

    zoom_out = Signal()
    zoom_in = Signal()
    actual_size = Signal()
    frame_all = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("zoomControls")
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 2, 2, 2)
        row.setSpacing(0)
        self._icons: list[tuple[QToolButton, str]] = []
        self._add(row, "zoom_out", "Zoom out", "Ctrl+−", self.zoom_out)
        self.level = QToolButton()
        self.level.setToolTip("Show at 100\u202f% (Ctrl+0)")
        self.level.setAccessibleName("Zoom level")
        self.level.setObjectName("zoomLevel")
        self.level.clicked.connect(self.actual_size)
        row.addWidget(self.level)
        self._add(row, "zoom_in", "Zoom in", "Ctrl+=", self.zoom_in)
        self._add(row, "frame", "Show the whole network", "Home", self.frame_all)
        for button in self.findChildren(QToolButton):
            button.setProperty("role", "bare")
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            theme.wear(button, "small-figures")
        dressing.follow(self, self._colour)
        self._colour()

    def show_zoom(self, zoom: float) -> None:
        """Write the level."""
        self.level.setText(f"{zoom * 100:.0f}\u202f%")

    def _add(self, row: QHBoxLayout, icon: str, what: str, keys: str, signal: SignalInstance) -> None:
        button = QToolButton()
        button.setToolTip(f"{what} ({keys})")
        button.setAccessibleName(what)
        button.setIconSize(QSize(16, 16))
        button.clicked.connect(signal)
        self._icons.append((button, icon))
        row.addWidget(button)

    def _colour(self) -> None:
        look = theme.current()
        self.setStyleSheet(
            f"#zoomControls {{ background: {look.panel.name()}; border: 1px solid {look.line.name()};"
            "border-radius: 7px; } #zoomControls QToolButton { min-height: 20px; padding: 0 3px; }"
            f"#zoomControls #zoomLevel {{ min-width: {theme.scaled(42)}px; max-width: {theme.scaled(42)}px; }}"
        )
        for button, name in self._icons:
            button.setIcon(icons.icon(name, look.secondary))
