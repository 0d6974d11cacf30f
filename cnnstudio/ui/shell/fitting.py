"""How large a window may be on a screen, and whether it is to fill it."""

from __future__ import annotations

from PySide6.QtCore import QMargins, QRect, QSize, Qt
from PySide6.QtWidgets import QMainWindow

#: what a window would like to have, and the least in which nothing is cut, in logical pixels
WISHED, SMALLEST = QSize(1440, 900), QSize(900, 560)
#: what a frame takes at most before it is known
_FRAME = QMargins(4, 32, 4, 4)


def room_in(available: QRect, frame: QMargins = _FRAME) -> QRect:
    """Where a window may lie in a screen’s available area, its frame left out."""
    return available.marginsRemoved(frame)


def fill(wished: QSize, room: QSize) -> bool:
    """Whether a window that wishes for more than there is room for is to be maximised."""
    return wished.width() > room.width() or wished.height() > room.height()


def fit(window: QMainWindow, wished: QSize) -> None:
    """Give a window that is not shown yet the size that it wishes for, within its screen; maximised where that is less.
    On a screen smaller than the smallest window it is as small as the screen."""
    available = window.screen().availableGeometry()
    room = room_in(available)
    window.setMinimumSize(SMALLEST.boundedTo(room.size()))
    size = wished.boundedTo(room.size())
    window.resize(size)
    corner = window.pos()
    left = min(max(corner.x(), available.left()), room.right() + 1 - size.width())
    top = min(max(corner.y(), available.top()), room.bottom() + 1 - size.height())
    if (left, top) != corner.toTuple():  # what was restored is where it lies without its frame: a move would add that
        window.move(left, top)
    if fill(wished, room.size()):
        window.setWindowState(window.windowState() | Qt.WindowState.WindowMaximized)
