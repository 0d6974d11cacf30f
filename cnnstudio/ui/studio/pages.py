"""Pages of which one is seen, and what scrolls them in a window that is smaller than they can be."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QStackedWidget, QWidget


class Pages(QStackedWidget):
    """As small as the page that is shown can be: those that are not want no room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.currentChanged.connect(self.updateGeometry)

    def minimumSizeHint(self) -> QSize:
        page = self.currentWidget()
        return page.minimumSizeHint().expandedTo(page.minimumSize()) if page is not None else QSize()


class ScrolledPages(QScrollArea):
    """Fills itself with what is in it, and scrolls where that needs more room than there is; ``upright`` up and down
    only, as it is never narrower than what is in it."""

    def __init__(self, inside: QWidget, *, upright: bool = False) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._inside, self._upright = inside, upright
        self.setWidget(inside)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._inside and event.type() == QEvent.Type.LayoutRequest:
            self._fit()
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def minimumSizeHint(self) -> QSize:
        if not self._upright:
            return QSize()
        return QSize(self._inside.minimumSizeHint().width() + self.verticalScrollBar().sizeHint().width(), 0)

    def sizeHint(self) -> QSize:
        return self._inside.sizeHint()

    def _fit(self) -> None:
        """A bar at one side takes room from the other direction."""
        needed = self._inside.minimumSizeHint()
        whole = self.maximumViewportSize()
        bars = QSize(self.verticalScrollBar().sizeHint().width(), self.horizontalScrollBar().sizeHint().height())
        wide, tall = needed.width() > whole.width(), needed.height() > whole.height()
        wide = wide or (tall and needed.width() > whole.width() - bars.width())
        tall = tall or (wide and needed.height() > whole.height() - bars.height())
        room = whole - QSize(bars.width() if tall else 0, bars.height() if wide else 0)
        self._inside.resize(room.expandedTo(needed))
