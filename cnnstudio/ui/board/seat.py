"""Where a panel is put: the place is there before the panel is."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from cnnstudio.ui.studio.declared import Panel
from cnnstudio.ui.studio.studio import Studio


class Seat(QWidget):
    """Holds one panel, once it is wanted."""

    def __init__(self, studio: Studio, panel: Panel[Any, Any]) -> None:
        super().__init__()
        self._studio, self.panel = studio, panel
        self.setMinimumSize(*panel.least)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        if panel.when == "at once":
            self.fill()

    def fill(self) -> None:
        """Make the panel, if it is not there yet, and put it here."""
        if self._column.isEmpty():
            widget = self.panel.widget(self._studio.get(self.panel))
            self._column.addWidget(widget)
            widget.show()

    def has_place(self, workspace: str) -> bool:
        """Whether the panel is shown in a workspace now."""
        return self.belongs_to(workspace) and self.panel.has_place(self._studio)

    def belongs_to(self, workspace: str) -> bool:
        """Whether the panel is shown in a workspace."""
        return not self.panel.workspaces or workspace in self.panel.workspaces
