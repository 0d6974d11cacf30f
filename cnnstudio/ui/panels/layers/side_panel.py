"""The left side: the palette, and beside it as a tab the layers that are there."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from cnnstudio.ui.widgets.choosing.segments import Segments

ADD, LAYERS = "Add", "Layers"


class SidePanel(QWidget):
    """Two tabs; switching loses nothing."""

    changed = Signal(str)

    def __init__(self, palette: QWidget, layers: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self.setMinimumWidth(palette.minimumWidth())
        tips = {ADD: "Layers to add", LAYERS: "The layers of this design, to be edited by keyboard"}
        switch = Segments("Add, or layers", tuple(tips), ADD, tips=tips, tight=False)
        switch.changed.connect(self.show_tab)
        self.buttons = switch.buttons
        self._stack, self._layers = QStackedWidget(), layers
        for name, widget in ((ADD, palette), (LAYERS, layers)):
            self.buttons[name].setAccessibleName(tips[name])
            self._stack.addWidget(widget)
        top = QHBoxLayout()
        top.setContentsMargins(8, 8, 8, 0)
        top.addWidget(switch)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self._stack, 1)
        self.show_tab(ADD)

    @property
    def tab(self) -> str:
        """The tab that is shown."""
        return (ADD, LAYERS)[self._stack.currentIndex()]

    def show_tab(self, name: str) -> None:
        """Show a tab."""
        self.buttons[name].setChecked(True)
        self._stack.setCurrentIndex((ADD, LAYERS).index(name))
        self.changed.emit(name)

    def show_layers(self) -> None:
        """Show the layers and give them the keyboard."""
        self.show_tab(LAYERS)
        self._layers.setFocus(Qt.FocusReason.ShortcutFocusReason)
