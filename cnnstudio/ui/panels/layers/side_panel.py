"""The left side: the palette, and beside it as a tab the layers that are there."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

ADD, LAYERS = "Add", "Layers"


class SidePanel(QWidget):
    """Two tabs; switching loses nothing."""

    changed = Signal(str)

    def __init__(self, palette: QWidget, layers: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self.setMinimumWidth(palette.minimumWidth())
        self.buttons: dict[str, QPushButton] = {}
        switch = QFrame()
        switch.setProperty("role", "switch")
        line = QHBoxLayout(switch)
        line.setContentsMargins(2, 2, 2, 2)
        line.setSpacing(2)
        group = QButtonGroup(self)
        self._stack, self._layers = QStackedWidget(), layers
        tips = {ADD: "Layers to add", LAYERS: "The layers of this design, to be edited by keyboard"}
        for name, widget in ((ADD, palette), (LAYERS, layers)):
            button = QPushButton(name)
            button.setCheckable(True)
            button.setProperty("role", "segment")
            button.setToolTip(tips[name])
            button.setAccessibleName(tips[name])
            button.clicked.connect(lambda _checked, name=name: self.show_tab(name))
            group.addButton(button)
            line.addWidget(button, 1)
            self.buttons[name] = button
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
