"""Another palette and style sheet for what is seen in the window in front, at once; for the rest when its turn comes.

Qt styles every widget anew, twice, also those in workspaces and sheets that are hidden, and lays all of them out. Here
all are taken out of that (unpolished, as before they were first shown), and each is styled once: what is seen in the
window in front now, what is seen in others a moment later, one window after the other, and what is hidden when it is
shown.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from cnnstudio.ui.look.living import living_widgets

_POLISHED, _OWN_STYLE = Qt.WidgetAttribute.WA_WState_Polished, Qt.WidgetAttribute.WA_SetStyle


def change(app: QApplication, palette: QPalette, sheet: str) -> None:
    """Put a palette and a style sheet in the place of those there are. Sizes may not differ: nothing is laid out."""
    widgets = [widget for widget in living_widgets() if not widget.testAttribute(_OWN_STYLE)]
    for widget in widgets:
        if widget.testAttribute(_POLISHED):
            widget.style().unpolish(widget)
            widget.setAttribute(_POLISHED, False)
        widget.setAttribute(_OWN_STYLE)  # Qt then tells it nothing
    app.setStyleSheet("")  # in between, or Qt styles every widget once for each that it lies in
    app.setPalette(palette)
    app.setStyleSheet(sheet)
    for widget in widgets:
        widget.setAttribute(_OWN_STYLE, False)
    windows = [widget for widget in widgets if widget.isWindow() and widget.isVisible()]
    front = app.activeWindow() or next(iter(windows), None)
    for window in windows:
        if window is front:
            _dress(window)
        else:
            QTimer.singleShot(0, _later(), partial(_dress, window))
    for widget in widgets:
        if widget.isWindow() and not widget.isVisible():
            widget.installEventFilter(_later())


def _dress(root: QWidget) -> None:
    """Let a widget and what is seen in it wear the style there is; what is hidden in it is waited for."""
    if not isValid(root):
        return
    for widget in (root, *root.findChildren(QWidget)):
        around = widget.parentWidget()
        if widget.testAttribute(_POLISHED):
            continue
        if widget.isVisible():
            widget.setAttribute(_POLISHED)
            widget.style().polish(widget)
            widget.update()
        elif around is not None and around.isVisible():
            widget.installEventFilter(_later())


class _Later(QObject):
    """Dresses what is shown."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget):
            watched.removeEventFilter(self)
            _dress(watched)
        return False


_made: list[_Later] = []


def _later() -> _Later:
    """One for the whole application; it filters a widget once, however often it is told to."""
    if not _made:
        _made.append(_Later())
    return _made[0]
