"""The windows of the application: each has its own document; another design opens beside what is being worked on."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtWidgets import QMainWindow

from cnnstudio.files.stamp import Stamp
from cnnstudio.project.project import Project
from cnnstudio.ui.look.living import living_windows
from cnnstudio.ui.shell.fitting import WISHED, fit
from cnnstudio.ui.studio.studio import Studio

#: how far a new window lies from the one it was opened from
_BESIDE = QPoint(32, 32)


class StudioWindow(QMainWindow):
    """What is known of a window outside of itself: the studio in it, and that it can be closed."""

    studio: Studio

    def __init__(self, project: Project, path: Path | None = None) -> None:
        super().__init__()
        self._then: Callable[[], object] | None = None
        #: how large it would like to be
        self.wished = WISHED

    def open_any(self, path: Path) -> None:
        """Open a design, look at a picture, or learn from the images at this path."""
        raise NotImplementedError

    def open_menu(self) -> None:
        """Open the main menu, for the keyboard."""
        raise NotImplementedError

    def rename(self) -> None:
        """Write another name for the file, or for a design without one, where its name stands."""
        raise NotImplementedError

    def appear(self) -> None:
        """Show it, no larger than its screen."""
        fit(self, self.wished)
        self.show()

    def close_and_then(self, then: Callable[[], object]) -> None:
        """Close, asking if need be; ``then`` is called once the window is gone, and never if it stays."""
        self._then = then
        self.close()


#: windows opened by other windows; the program's first one belongs to the program
opened: list[StudioWindow] = []


def window_of(studio: Studio) -> StudioWindow:
    """The window that a studio is in."""
    assert isinstance(studio.window, StudioWindow)
    return studio.window


def open_window(
    beside: StudioWindow, project: Project, path: Path | None, on_disk: Stamp | None = None
) -> StudioWindow:
    """Show a project in a window of its own; ``on_disk`` is what its file was when it was read."""
    window = type(beside)(project, path)
    window.studio.document.on_disk = on_disk
    opened.append(window)
    own = beside.normalGeometry() if beside.isMaximized() or beside.isFullScreen() else beside.geometry()
    window.wished = own.size()
    frame = beside.frameSize() - beside.size() + own.size()
    window.move(_free_place(beside.screen().availableGeometry(), beside.pos(), frame))
    window.appear()
    window.activateWindow()
    return window


def _free_place(screen: QRect, corner: QPoint, frame: QSize) -> QPoint:
    """The next place beside a window at which none lies yet, down and to the right, from the top again where the screen
    ends."""
    taken = {(window.pos().x(), window.pos().y()) for window in shown()}
    place = corner
    for _ in range(len(taken) + 1):
        further = place + _BESIDE
        place = _within(screen, QRect(further, frame))
        if place != further:
            place = screen.topLeft() if (screen.left(), screen.top()) not in taken else place
        if (place.x(), place.y()) not in taken:
            break
    return place


def _within(screen: QRect, frame: QRect) -> QPoint:
    """Where a window's corner is to be, so that all of it stays on the screen if it fits there at all."""
    left = max(screen.left(), min(frame.left(), screen.right() + 1 - frame.width()))
    top = max(screen.top(), min(frame.top(), screen.bottom() + 1 - frame.height()))
    return QPoint(left, top)


def shown() -> list[StudioWindow]:
    """The windows on the screen."""
    return [w for w in living_windows() if isinstance(w, StudioWindow) and w.isVisible()]


def showing(path: Path) -> StudioWindow | None:
    """The window that shows this file, if one does."""
    wanted = os.path.realpath(path)
    for window in shown():
        file = window.studio.document.own_path
        if file is not None and os.path.realpath(file) == wanted:
            return window
    return None


def come_forward(path: Path) -> bool:
    """Bring the window that shows this file before the others; whether one does."""
    window = showing(path)
    if window is not None:
        window.raise_()
        window.activateWindow()
    return window is not None


def close_all(first: StudioWindow) -> None:
    """Close every window, asking for each that has something unsaved, ``first`` before the others. Whoever cancels at
    one of them keeps that one and the rest."""

    def close_next() -> None:
        left = shown()
        if left:
            window = first if first in left else left[0]
            window.raise_()
            window.activateWindow()
            window.close_and_then(close_next)

    close_next()


def has_closed(window: StudioWindow) -> None:
    """A window is gone for good: what it holds may go too."""
    if window in opened:
        opened.remove(window)
        window.deleteLater()
