"""The windows of the application: each has its own document; another design opens beside what is being worked on."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QApplication

from cnnstudio.project.project import Project

if TYPE_CHECKING:
    from cnnstudio.ui.shell.window import MainWindow

#: how far a new window lies from the one it was opened from
_BESIDE = QPoint(32, 32)

#: windows opened by other windows; the program's first one belongs to the program
opened: list[MainWindow] = []


def open_window(beside: MainWindow, project: Project, path: Path | None) -> MainWindow:
    """Show a project in a window of its own."""
    window = type(beside)(project, path)
    opened.append(window)
    window.resize(beside.size())
    if not beside.isMaximized() and not beside.isFullScreen():
        window.move(_within(beside.screen().availableGeometry(), QRect(beside.pos() + _BESIDE, beside.frameSize())))
    window.show()
    window.activateWindow()
    return window


def _within(screen: QRect, frame: QRect) -> QPoint:
    """Where a window's corner is to be, so that all of it stays on the screen if it fits there at all."""
    left = max(screen.left(), min(frame.left(), screen.right() + 1 - frame.width()))
    top = max(screen.top(), min(frame.top(), screen.bottom() + 1 - frame.height()))
    return QPoint(left, top)


def showing(path: Path) -> MainWindow | None:
    """The window that shows this file, if one does."""
    from cnnstudio.ui.shell.window import MainWindow

    wanted = os.path.realpath(path)
    for widget in QApplication.topLevelWidgets():
        shown = widget.document.own_path if isinstance(widget, MainWindow) and widget.isVisible() else None
        if shown is not None and os.path.realpath(shown) == wanted:
            return widget
    return None


def close_all(first: MainWindow) -> None:
    """Close every window, asking for each that has something unsaved, ``first`` before the others. Whoever cancels at
    one of them keeps that one and the rest."""
    from cnnstudio.ui.shell.window import MainWindow

    def close_next() -> None:
        shown = [w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow) and w.isVisible()]
        if shown:
            window = first if first in shown else shown[0]
            window.raise_()
            window.activateWindow()
            window.close_and_then(close_next)

    close_next()


def has_closed(window: MainWindow) -> None:
    """A window is gone for good: what it holds may go too."""
    if window in opened:
        opened.remove(window)
        # A stack that is destroyed with steps in it still signals, to a document that is half gone.
        window.document.undo_stack.blockSignals(True)
        window.document.undo_stack.clear()
        window.deleteLater()
