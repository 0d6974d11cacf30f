"""A layout that fills lines one after the other, as words do."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QLayout, QLayoutItem, QWidget


class FlowLayout(QHBoxLayout):
    """Widgets side by side, ``across`` pixels apart, in as many lines as it takes, ``down`` pixels apart. It takes what
    width it is given, or with ``one_line`` asks for as much as one line takes.

    Qt keeps the items, as in a row; only where they lie differs.
    """

    def __init__(self, parent: QWidget, across: int, down: int, *, one_line: bool = False) -> None:
        super().__init__(parent)
        self._across, self._down, self._one_line = across, down, one_line
        self.setContentsMargins(0, 0, 0, 0)

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        margins = self.contentsMargins()
        inside = self._lay(QRect(0, 0, width - margins.left() - margins.right(), 0), False)
        return inside + margins.top() + margins.bottom()

    def minimumHeightForWidth(self, width: int) -> int:
        return self.heightForWidth(width)

    def setGeometry(self, rect: QRect) -> None:
        QLayout.setGeometry(self, rect)  # without laying out a row
        self._lay(rect.marginsRemoved(self.contentsMargins()), True)

    def sizeHint(self) -> QSize:
        if not self._one_line:
            return self.minimumSize()
        hints = [item.sizeHint() for item in self._all()]
        wide = sum(hint.width() for hint in hints) + self._across * max(0, len(hints) - 1)
        return QSize(wide, max((hint.height() for hint in hints), default=0)).grownBy(self.contentsMargins())

    def minimumSize(self) -> QSize:
        size = QSize(0, 0)
        for item in self._all():
            size = size.expandedTo(item.minimumSize())
        return size.grownBy(self.contentsMargins())

    def maximumSize(self) -> QSize:
        return QLayout.maximumSize(self)

    def _all(self) -> list[QLayoutItem]:
        return [item for number in range(self.count()) if (item := self.itemAt(number)) is not None]

    def _lay(self, rect: QRect, move: bool) -> int:
        x, y, line = rect.x(), rect.y(), 0
        for item in self._all():
            hint = item.sizeHint()
            if x > rect.x() and x + hint.width() > rect.right() + 1:
                x, y, line = rect.x(), y + line + self._down, 0
            if move:
                item.setGeometry(QRect(QPoint(x, y), hint))
            x += hint.width() + self._across
            line = max(line, hint.height())
        return y + line - rect.y()
