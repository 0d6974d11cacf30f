"""A row of a list that the arrow keys walk through. Tab passes it by: nobody comes unaware to where Return changes the
design."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget


class WalkedRow(QFrame):
    """In a list under a scroll area, in the order in which the rows were made."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    def step(self, by: int) -> None:
        """Give the keyboard to the row so many places further; at both ends it stays."""
        area = self._area()
        whole = area.widget() if area is not None else None
        if area is None or whole is None:
            return
        rows = [row for row in whole.findChildren(WalkedRow) if row.isVisible()]
        place = rows.index(self) + by
        if 0 <= place < len(rows):
            rows[place].setFocus(Qt.FocusReason.TabFocusReason)
            area.ensureWidgetVisible(rows[place])

    def _area(self) -> QScrollArea | None:
        around: QWidget | None = self
        while around is not None and not isinstance(around, QScrollArea):
            around = around.parentWidget()
        return around
